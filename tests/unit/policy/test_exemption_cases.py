"""No verdict is exempt outside scope or window, and none within is not: random cases against a plain reading of the rules.

`EXEMPTION_CASES=1000000` draws a million; `make test-slow` does.
"""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from holdtrue.accounts.rules import Role
from holdtrue.policy.exemptions.rules import Consent, Course, Register, Scope, State, windows_of
from holdtrue.policy.standing.rules import Exempted, Reason, Result, Verdict, consented

CASES = int(os.environ.get("EXEMPTION_CASES", "1000"))
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BOB, CAROL = UUID(int=2), UUID(int=3)
NAMES = ("a", "b", "c")
COMMITMENTS = ("device.removable-storage", "device.approved-software", "device.settings-kept")
MOMENTS = [NOON + timedelta(hours=hours) for hours in range(-60, 61)]
MAYBE = [*MOMENTS, *[None] * 60]
LIKELY = ("", "a", "b")


def few(chance: Random, *, least: float = 0.5) -> frozenset[str]:
    """Return no name (every second time), one or two."""
    return frozenset() if chance.random() < least else frozenset(chance.choices(NAMES, k=chance.choice((1, 2))))


def a_course(chance: Random) -> Course:
    starts = chance.choice(MOMENTS)
    return Course(
        chance.choice(tuple(State)), starts, starts + timedelta(hours=chance.randrange(1, 90)), chance.choice(MAYBE),
        chance.choice(MAYBE), chance.choice(MAYBE) if chance.random() < 0.3 else None,
    )  # fmt: skip


def a_scope(chance: Random) -> Scope:
    return Scope(
        persons=frozenset(chance.choices((BOB, CAROL), k=chance.randrange(3))),
        roles=frozenset({chance.choice((Role.STAFF, Role.MANAGER))}) if chance.random() < 0.3 else frozenset(),
        devices=frozenset(f"device/{name}" for name in few(chance, least=0.6)), targets=few(chance, least=0.8),
        software=few(chance, least=0.7), settings=few(chance, least=0.7),
    )  # fmt: skip


def counts(course: Course, at: datetime) -> bool:
    """Whether a consent counts at a moment, read from the words of the policy and not from the code."""
    if not (course.starts <= at < course.ends) or (course.ended_at is not None and at >= course.ended_at):
        return False
    decided = course.granted_at is not None and course.granted_at <= at
    hurried = course.emergency_at is not None and course.emergency_at <= at < course.emergency_at + timedelta(hours=24)
    return decided or hurried


def reaches(scope: Scope, verdict: Verdict, owner: UUID | None, roles: frozenset[Role], parts: tuple[str, ...]) -> bool:
    """Whether a scope reaches what broke, on every dimension."""
    device = verdict.subject.partition("/")[2]
    settings = parts if verdict.commitment == "device.settings-kept" else (verdict.reason.fact,)
    software = () if verdict.commitment == "device.settings-kept" else parts
    return all((
        owner is not None and (owner in scope.persons or any(role in scope.roles for role in roles)),
        not scope.devices or verdict.subject in scope.devices,
        not scope.targets or device in scope.targets,
        not scope.settings or (len(settings) > 0 and all(one in scope.settings for one in settings)),
        not scope.software or (len(software) > 0 and all(one in scope.software for one in software)),
    ))  # fmt: skip


def test_a_verdict_is_exempt_exactly_within_scope_and_window():
    chance = Random(26)
    exempt = 0
    for _ in range(CASES):
        given = [
            (a_course(chance), a_scope(chance), {name: frozenset(chance.choices(COMMITMENTS, k=2)) for name in few(chance, least=0.2)})
            for _ in range(chance.choice((1, 1, 2)))
        ]  # fmt: skip
        owner = chance.choice((None, BOB, BOB, CAROL))
        roles = frozenset(chance.choices((Role.STAFF, Role.MANAGER), k=chance.randrange(3)))
        verdict = Verdict(
            chance.choice(COMMITMENTS), f"device/{chance.choice(NAMES)}", Result.BROKEN,
            Reason(chance.choice(NAMES), "", "", NOON, ""), tuple(few(chance, least=0.4)),
        )  # fmt: skip
        clause, at = chance.choice(LIKELY), chance.choice(MOMENTS)
        known = Register(
            tuple(
                Consent(Exempted(UUID(int=place), course.ends, "Sofie"), keeps, scope, windows_of(course))
                for place, (course, scope, keeps) in enumerate(given)
            ),
            {verdict.subject: owner} if owner else {}, {owner: roles} if owner else {},
        )  # fmt: skip

        def covers(parts, course, scope, keeps, *, verdict=verdict, owner=owner, roles=roles, clause=clause, at=at):
            kept = [keeps.get(clause, ())] if clause else list(keeps.values())
            return (
                counts(course, at)
                and any(verdict.commitment in one for one in kept)
                and reaches(scope, verdict, owner, roles, parts)
            )

        expected = any(covers(verdict.parts, *one) for one in given) or (
            len(verdict.parts) > 1 and all(any(covers((part,), *one) for one in given) for part in verdict.parts)
        )
        found = consented(verdict, known, clause=clause, at=at)
        assert (found.result is Result.EXEMPT) == expected, (given, verdict, owner, roles, clause, at)
        if expected:
            exempt += 1
            assert found.exemption in [one.exempted for one in known.consents]
            assert at < found.exemption.until
    assert exempt > CASES / 200, "the cases must reach both answers"
