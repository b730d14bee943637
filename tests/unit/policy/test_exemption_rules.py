"""When an exemption counts, for whom and for what: tables, and an oracle that shares nothing with the rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.policy.exemptions.rules import (
    Ask,
    Consent,
    Course,
    Matter,
    Phase,
    Register,
    Scope,
    Sort,
    State,
    Window,
    check_ask,
    check_decider,
    check_reason,
    deciders_for,
    is_unused,
    phase_of,
    until_of,
    windows_of,
)
from holdtrue.policy.standing.rules import Exempted, Reason, Result, Verdict, consented

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALICE, BOB, CAROL = (UUID(int=number) for number in (1, 2, 3))
STORAGE, SOFTWARE = "device.removable-storage", "device.approved-software"


def person(id_: UUID, *roles: Role) -> Reader:
    return Reader(id_, "Somebody", "somebody@wegroup.example", frozenset(roles))


def broken(commitment=STORAGE, device="LT-07", parts=(), result=Result.BROKEN, fact="removable storage") -> Verdict:
    return Verdict(
        commitment, f"device/{device}", result, Reason(fact, "a stick", "lsblk", NOON, "none", "Take it out."), parts
    )


def register(scope: Scope, course: Course | None = None, *, clause="rules/STO-1", commitment=STORAGE) -> Register:
    course = course or Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON)
    consent = Consent(Exempted(UUID(int=9), course.ends, "Sofie"), {clause: frozenset({commitment})}, scope, windows_of(course))
    return Register((consent,), {"device/LT-07": BOB, "device/LT-08": CAROL}, {BOB: frozenset({Role.STAFF})})


FOR_BOB = Scope(persons=frozenset({BOB}))


@pytest.mark.parametrize(
    ("what", "scope", "verdict", "clause", "covered"),
    [
        ("their own device", FOR_BOB, broken(), "rules/STO-1", True),
        ("asked of any clause", FOR_BOB, broken(), "", True),
        ("another clause of the same commitment", FOR_BOB, broken(), "rules/STO-2", False),
        ("the same clause of another policy", FOR_BOB, broken(), "other/STO-1", False),
        ("another commitment", FOR_BOB, broken("device.backups"), "", False),
        ("somebody else's device", FOR_BOB, broken(device="LT-08"), "rules/STO-1", False),
        ("a device that nobody answers for", FOR_BOB, broken(device="LT-09"), "rules/STO-1", False),
        ("a role they hold", Scope(roles=frozenset({Role.STAFF})), broken(), "", True),
        ("a role they do not hold", Scope(roles=frozenset({Role.MANAGER})), broken(), "", False),
        ("the device named", Scope(frozenset({BOB}), devices=frozenset({"device/LT-07"})), broken(), "", True),
        ("another device named", Scope(frozenset({BOB}), devices=frozenset({"device/LT-08"})), broken(), "", False),
        ("a device named that changed hands", Scope(frozenset({BOB}), devices=frozenset({"device/LT-08"})),
         broken(device="LT-08"), "", False),
        ("a target, which no device is", Scope(frozenset({BOB}), targets=frozenset({"10.0.0.0/8"})), broken(), "", False),
        ("the setting named", Scope(frozenset({BOB}), settings=frozenset({"Removable storage"})), broken(), "", True),
        ("another setting", Scope(frozenset({BOB}), settings=frozenset({"screen lock"})), broken(), "", False),
        ("software, of which nothing is known", Scope(frozenset({BOB}), software=frozenset({"nmap"})), broken(), "", False),
    ],
)  # fmt: skip
def test_a_verdict_is_covered_only_within_every_dimension(what, scope, verdict, clause, covered):
    found = consented(verdict, register(scope), clause=clause, at=NOON)

    assert (found.result is Result.EXEMPT) is covered, what
    assert (found.exemption is not None) is covered
    assert found.reason.advice == ("" if covered else "Take it out.")


@pytest.mark.parametrize(
    ("titles", "covered"),
    [(("nmap",), True), (("Nmap", "wireshark"), True), (("nmap", "steam"), False), ((), False)],
)
def test_one_title_beyond_those_named_is_not_what_was_consented_to(titles, covered):
    scope = Scope(frozenset({BOB}), software=frozenset({"nmap", "wireshark"}))
    known = register(scope, commitment=SOFTWARE)

    assert (consented(broken(SOFTWARE, parts=titles), known, at=NOON).result is Result.EXEMPT) is covered


@pytest.mark.parametrize("result", [one for one in Result if one is not Result.BROKEN])
def test_only_what_is_broken_becomes_exempt(result):
    verdict = broken(result=result)

    assert consented(verdict, register(FOR_BOB), at=NOON) == verdict


def test_the_exemption_that_lasts_longest_is_named():
    one, other = register(FOR_BOB).consents[0], register(FOR_BOB).consents[0]
    later = Consent(Exempted(UUID(int=10), NOON + 9 * DAY, "Karl"), other.keeps, other.scope, other.windows)
    known = Register((later, one), {"device/LT-07": BOB})

    assert consented(broken(), known, at=NOON).exemption == later.exempted


@pytest.mark.parametrize(
    ("course", "at", "phase", "counts"),
    [
        (Course(State.ASKED, NOON, NOON + DAY), NOON, Phase.WAITING, False),
        (Course(State.ASKED, NOON, NOON + DAY), NOON + DAY, Phase.LAPSED, False),
        (Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON - HOUR), NOON - HOUR, Phase.COMING, False),
        (Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON - HOUR), NOON, Phase.IN_FORCE, True),
        (Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON + HOUR), NOON, Phase.COMING, False),
        (Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON + HOUR), NOON + HOUR, Phase.IN_FORCE, True),
        (Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON), NOON + DAY - timedelta(microseconds=1), Phase.IN_FORCE, True),
        (Course(State.GRANTED, NOON, NOON + DAY, granted_at=NOON), NOON + DAY, Phase.ENDED, False),
        (Course(State.REVOKED, NOON, NOON + DAY, granted_at=NOON, ended_at=NOON + HOUR), NOON + HOUR, Phase.REVOKED, False),
        (Course(State.ASKED, NOON, NOON + 9 * DAY, emergency_at=NOON), NOON + HOUR, Phase.REVIEW, True),
        (Course(State.ASKED, NOON, NOON + 9 * DAY, emergency_at=NOON), NOON + DAY, Phase.REVIEW, False),
        (Course(State.ASKED, NOON, NOON + HOUR, emergency_at=NOON), NOON + HOUR, Phase.REVIEW, False),
        (Course(State.REFUSED, NOON, NOON + 9 * DAY, emergency_at=NOON, ended_at=NOON + HOUR), NOON + 2 * HOUR, Phase.REFUSED, False),
        (Course(State.GRANTED, NOON, NOON + 9 * DAY, emergency_at=NOON, granted_at=NOON + 2 * DAY), NOON + 36 * HOUR, Phase.COMING, False),
    ],
)  # fmt: skip
def test_an_exemption_counts_from_its_consent_to_its_end(course, at, phase, counts):
    assert phase_of(course, at=at) is phase
    assert any(window.holds(at) for window in windows_of(course)) is counts


def test_an_emergency_consent_is_said_to_end_after_its_day():
    course = Course(State.ASKED, NOON, NOON + 9 * DAY, emergency_at=NOON)

    assert until_of(course, at=NOON + HOUR) == NOON + DAY


@pytest.mark.parametrize(
    ("used", "at", "unused"),
    [
        (None, NOON + 29 * DAY, False),
        (None, NOON + 30 * DAY, True),
        (NOON + 20 * DAY, NOON + 40 * DAY, False),
        (None, NOON + 365 * DAY, False),
    ],
)
def test_what_nobody_used_for_a_month_is_flagged_while_it_counts(used, at, unused):
    windows = windows_of(Course(State.GRANTED, NOON, NOON + 365 * DAY, granted_at=NOON))

    assert is_unused(windows, last_used=used, at=at) is unused


def ask(**given) -> Ask:
    known = {
        "sort": Sort.WORK, "clauses": frozenset({"rules/STO-1"}), "job": "Backups of the camera.", "conditions": "",
        "scope": FOR_BOB, "starts": NOON, "ends": NOON + DAY,
    }  # fmt: skip
    return Ask(**(known | given))


@pytest.mark.parametrize(
    ("given_", "error", "words"),
    [
        ({"clauses": frozenset()}, Invalid, "No clause"),
        ({"job": " "}, Invalid, "No part of a job"),
        ({"starts": NOON - timedelta(seconds=1)}, Invalid, "in the past"),
        ({"ends": NOON}, Invalid, "end before it begins"),
        ({"ends": NOON + 366 * DAY}, Invalid, "at most 365 days"),
        ({"sort": Sort.TEST, "ends": NOON + 91 * DAY}, Invalid, "at most 90 days"),
        ({"scope": Scope()}, Invalid, "Nobody was named"),
        ({"scope": Scope(persons=frozenset({CAROL}))}, NotAllowed, "for themselves"),
        ({"scope": Scope(roles=frozenset({Role.STAFF}))}, NotAllowed, "for themselves"),
        ({"scope": Scope(roles=frozenset({Role.SECURITY}))}, Invalid, "left to decide"),
        ({"scope": Scope(frozenset({BOB}), targets=frozenset(map(str, range(101))))}, Invalid, "More than 100"),
    ],
)
def test_what_nobody_may_ask_is_refused(given_, error, words):
    with pytest.raises(error, match=words):
        check_ask(ask(**given_), by=person(BOB, Role.STAFF), at=NOON)


@pytest.mark.parametrize("given_", [{}, {"ends": NOON + 365 * DAY}, {"sort": Sort.TEST, "ends": NOON + 90 * DAY}])
def test_what_is_within_bounds_may_be_asked(given_):
    check_ask(ask(**given_), by=person(BOB, Role.STAFF), at=NOON)


def test_a_manager_may_ask_for_others():
    check_ask(ask(scope=Scope(roles=frozenset({Role.STAFF}))), by=person(ALICE, Role.MANAGER), at=NOON)


def test_two_decide_where_a_clause_or_a_whole_role_asks_for_it():
    assert deciders_for(1, FOR_BOB) == 1
    assert deciders_for(2, FOR_BOB) == 2
    assert deciders_for(1, Scope(roles=frozenset({Role.STAFF}))) == 2


@pytest.mark.parametrize(
    ("by", "spoken", "state", "error", "words"),
    [
        (person(ALICE, Role.ADMIN), (), State.ASKED, NotAllowed, "Only the security team"),
        (person(BOB, Role.SECURITY), (), State.ASKED, NotAllowed, "asked for themselves"),
        (person(CAROL, Role.SECURITY), (), State.ASKED, NotAllowed, "for themselves"),
        (person(ALICE, Role.SECURITY), (ALICE,), State.ASKED, NotAllowed, "decided on this already"),
        (person(ALICE, Role.SECURITY), (), State.WITHDRAWN, Conflict, "no longer waits"),
    ],
)
def test_nobody_decides_who_should_not(by, spoken, state, error, words):
    scope = Scope(persons=frozenset({BOB, CAROL}))
    matter = Matter(Course(state, NOON, NOON + DAY), BOB, scope, frozenset(spoken))

    with pytest.raises(error, match=words):
        check_decider(matter, by=by, at=NOON)


def test_somebody_of_the_security_team_decides():
    check_decider(
        Matter(Course(State.ASKED, NOON, NOON + DAY), BOB, FOR_BOB, frozenset()), by=person(ALICE, Role.SECURITY), at=NOON
    )


def test_an_empty_reason_is_none():
    with pytest.raises(Invalid, match="No reason"):
        check_reason(" \n")


def test_several_exemptions_together_cover_what_each_names_and_end_with_the_first():
    def consent(number: int, days: int, *names: str) -> Consent:
        window = Window(NOON, NOON + days * DAY)
        scope = Scope(persons=frozenset({BOB}), software=frozenset(names))
        keeps = {"rules/R-1": frozenset({SOFTWARE})}
        return Consent(Exempted(UUID(int=number), window.end, "Sofie"), keeps, scope, (window,))

    known = Register((consent(7, 9, "zoom"), consent(8, 3, "steam")), {"device/LT-07": BOB}, {})

    def covered(*parts: str, days: int = 0) -> list[int]:
        found = known.all_covering(broken(SOFTWARE, parts=parts), clause="", at=NOON + days * DAY)
        return [one.id.int for one in found]

    assert covered("zoom") == [7]
    assert covered("zoom", "steam") == [7, 8]
    assert covered("zoom", "steam", "anydesk") == []
    assert covered("zoom", "steam", days=3) == []
    assert known.covering(broken(SOFTWARE, parts=("zoom", "steam")), clause="", at=NOON).until == NOON + 3 * DAY
