"""Exemptions in tables: who asks, who decides, what is in evidence, and what it makes of verdicts."""

from datetime import timedelta

import pytest

from holdtrue.accounts.actions import add_person
from holdtrue.accounts.queries import reader
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence import queries as evidence
from holdtrue.evidence.actions import record
from holdtrue.policy.exemptions import actions, queries
from holdtrue.policy.exemptions.jobs import see_coverage
from holdtrue.policy.exemptions.models import Exemption
from holdtrue.policy.exemptions.rules import Ask, Choice, Phase, Scope, Sort
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.queries import standings
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.policy.text.actions import publish_version

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TEXT = """---
policy: rules
title: Rules
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-01
change: First version.
---

[R-1] Nobody uses removable storage.

> Kept by: device.removable-storage
> Exemption: one decider

[R-2] Nobody breaks in.

> Exemption: two deciders

[R-3] Nobody breaks the law.

> Exemption: never

[R-4] Nobody copies.

> Kept by: device.removable-storage
"""


@pytest.fixture(autouse=True)
def rules(alice, noon):
    publish_version(TEXT, based_on=0, by=alice.id, at=noon)
    report(noon)


def report(at) -> None:
    found = Reason("removable storage", "a stick is mounted", "lsblk", at, "none", "Take it out.")
    record_verdicts([Verdict("device.removable-storage", "device/LT-07", Result.BROKEN, found)], at=at)


@pytest.fixture
def sofie(noon):
    return add_person(
        "sofie@wegroup.example", "Sofie", password="correct horse battery", roles=[Role.SECURITY], at=noon, record=record
    )


def ask_for(person, noon, *clauses, **more) -> Ask:
    known = {
        "sort": Sort.WORK, "clauses": frozenset(f"rules/{one}" for one in clauses or ("R-1",)), "job": "Films on sticks.",
        "conditions": "Encrypted sticks only.", "scope": Scope(persons=frozenset({person.id})), "starts": noon, "ends": noon + 9 * DAY,
    }  # fmt: skip
    return Ask(**(known | more))


def asked(person, noon, *clauses, **more):
    return actions.ask_exemption(ask_for(person, noon, *clauses, **more), by=reader(person), at=noon)


def result(bob, at, clause="R-1"):
    consents = queries.register(at=at, owners={"device/LT-07": bob.id})
    ids = {"R-1": ("device.removable-storage",), "R-4": ("device.removable-storage",)}
    return standings(ids.items(), policy="rules", consents=consents, at=at)[clause]


def kinds(id_) -> list[str]:
    return [entry.kind for entry in evidence.about(f"exemption/{id_}")]


def test_a_broken_verdict_reads_exempt_from_the_consent_to_the_end_and_says_by_whom(alice, bob, noon):
    id_ = asked(bob, noon)
    assert result(bob, noon).result is Result.BROKEN

    assert actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon + HOUR) is Phase.IN_FORCE

    assert result(bob, noon + HOUR - timedelta(microseconds=1)).result is Result.BROKEN
    during = result(bob, noon + HOUR)
    assert during.result is Result.EXEMPT
    assert during.verdicts[0].exemption.id == id_
    assert during.verdicts[0].exemption.by == "Alice"
    assert during.verdicts[0].exemption.until == noon + 9 * DAY
    assert result(bob, noon + HOUR, clause="R-4").result is Result.BROKEN
    assert kinds(id_) == ["exemption.asked", "exemption.decided"]


def test_it_ends_by_itself_without_any_job(alice, bob, noon):
    id_ = asked(bob, noon, ends=noon + 2 * HOUR)
    actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)

    assert result(bob, noon + 2 * HOUR - timedelta(seconds=1)).result is Result.EXEMPT
    assert result(bob, noon + 2 * HOUR).result is Result.BROKEN


def test_it_covers_nothing_of_somebody_else(alice, bob, noon):
    id_ = asked(bob, noon)
    actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)

    assert result(alice, noon).result is Result.BROKEN


@pytest.mark.parametrize("clause", ["R-3", "R-4", "R-9"])
def test_a_clause_that_does_not_allow_it_cannot_be_departed_from(bob, noon, clause):
    with pytest.raises(Invalid, match=f"Nobody can be exempted from {clause}"):
        asked(bob, noon, clause)
    assert not Exemption.objects.exists()


def test_a_new_version_that_allows_it_no_more_ends_its_effect(alice, bob, noon):
    id_ = asked(bob, noon)
    actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    stricter = TEXT.replace("Exemption: one decider", "Exemption: never")
    publish_version(stricter, based_on=1, by=alice.id, at=noon)

    assert result(bob, noon).result is Result.BROKEN


def test_two_consent_to_what_is_of_high_risk(alice, bob, sofie, noon):
    id_ = asked(bob, noon, "R-2")

    assert actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon) is Phase.WAITING
    with pytest.raises(NotAllowed, match="already"):
        actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    assert actions.decide(id_, Choice.GRANT, by=sofie, at=noon) is Phase.IN_FORCE
    core = [entry.core for entry in evidence.about(f"exemption/{id_}")]
    assert [one["state"] for one in core[1:]] == ["asked", "granted"]
    assert len({one["sha256"] for one in core}) == 1


def test_nobody_decides_on_their_own_request(alice, noon):
    id_ = asked(alice, noon)

    with pytest.raises(NotAllowed, match="asked for themselves"):
        actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    assert kinds(id_) == ["exemption.asked"]


def test_personnel_and_auditors_do_not_decide(bob, olga, noon):
    id_ = asked(bob, noon)

    with pytest.raises(NotAllowed, match="Only the security team"):
        actions.decide(id_, Choice.GRANT, by=reader(olga), at=noon)


def test_what_does_not_concern_a_person_is_not_there_for_them(alice, bob, noon):
    id_ = asked(alice, noon)

    with pytest.raises(NotFound):
        queries.exemption(id_, reader=reader(bob), at=noon)
    assert queries.exemptions(reader=reader(bob), at=noon) == ()


def test_a_refusal_needs_a_reason_and_ends_it(alice, bob, noon):
    id_ = asked(bob, noon)

    with pytest.raises(Invalid, match="No reason"):
        actions.decide(id_, Choice.REFUSE, by=reader(alice), at=noon)
    assert actions.decide(id_, Choice.REFUSE, reason="Use the share.", by=reader(alice), at=noon) is Phase.REFUSED
    assert evidence.about(f"exemption/{id_}")[-1].identity["reason"] == "Use the share."
    assert result(bob, noon).result is Result.BROKEN


def test_of_two_decisions_on_the_same_state_one_counts(alice, bob, sofie, noon, monkeypatch):
    id_ = asked(bob, noon, "R-2")
    seen = queries.exemption(id_, reader=sofie, at=noon)
    actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    monkeypatch.setattr(actions, "exemption", lambda *_, **__: seen)

    with pytest.raises(Conflict, match="just decided"):
        actions.decide(id_, Choice.REFUSE, reason="No.", by=sofie, at=noon)
    assert kinds(id_) == ["exemption.asked", "exemption.decided"]


def test_an_emergency_consent_lasts_a_day_and_is_reviewed_by_others(alice, bob, sofie, noon):
    id_ = asked(bob, noon, is_urgent=True)

    with pytest.raises(Invalid, match="No reason"):
        actions.consent_in_emergency(id_, reason="", by=reader(alice), at=noon)
    assert actions.consent_in_emergency(id_, reason="The site is down.", by=reader(alice), at=noon) is Phase.REVIEW
    assert result(bob, noon).verdicts[0].exemption.until == noon + DAY
    report(noon + DAY)
    assert result(bob, noon + DAY).result is Result.BROKEN
    with pytest.raises(NotAllowed, match="already"):
        actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    with pytest.raises(Conflict, match="already"):
        actions.consent_in_emergency(id_, reason="Again.", by=sofie, at=noon)
    report(noon + 2 * DAY)
    assert actions.decide(id_, Choice.GRANT, by=sofie, at=noon + 2 * DAY) is Phase.IN_FORCE
    assert result(bob, noon + 2 * DAY).result is Result.EXEMPT


def test_a_review_that_refuses_ends_the_emergency_consent(alice, bob, sofie, noon):
    id_ = asked(bob, noon, is_urgent=True)
    actions.consent_in_emergency(id_, reason="The site is down.", by=reader(alice), at=noon)
    actions.decide(id_, Choice.REFUSE, reason="It was not.", by=sofie, at=noon + HOUR)

    assert result(bob, noon + HOUR).result is Result.BROKEN


def test_no_emergency_is_made_of_what_was_not_asked_as_one(alice, bob, noon):
    with pytest.raises(Invalid, match="not asked for as urgent"):
        actions.consent_in_emergency(asked(bob, noon), reason="Now.", by=reader(alice), at=noon)
    with pytest.raises(Invalid, match="has not begun"):
        actions.consent_in_emergency(
            asked(bob, noon, is_urgent=True, starts=noon + HOUR), reason="Now.", by=reader(alice), at=noon
        )


def test_revoking_ends_it_at_once_and_needs_a_reason_and_the_security_team(alice, bob, noon):
    id_ = asked(bob, noon)
    actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)

    with pytest.raises(NotAllowed, match="revokes"):
        actions.revoke(id_, reason="Why not.", by=reader(bob), at=noon + HOUR)
    with pytest.raises(Invalid, match="No reason"):
        actions.revoke(id_, reason="", by=reader(alice), at=noon + HOUR)
    actions.revoke(id_, reason="The stick was lost.", by=reader(alice), at=noon + HOUR)
    assert result(bob, noon + HOUR).result is Result.BROKEN
    with pytest.raises(Conflict, match="nothing left to end"):
        actions.revoke(id_, reason="Again.", by=reader(alice), at=noon + HOUR)
    assert kinds(id_)[-1] == "exemption.ended"


def test_whoever_asked_takes_it_back_and_nobody_else(alice, bob, noon):
    id_ = asked(bob, noon)

    with pytest.raises(NotAllowed, match="Only who asked"):
        actions.withdraw(id_, by=reader(alice), at=noon)
    actions.withdraw(id_, by=reader(bob), at=noon)
    with pytest.raises(Conflict, match="no longer waits"):
        actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)


def test_a_use_is_noted_by_those_whom_it_is_for_while_it_counts(alice, bob, noon):
    id_ = asked(bob, noon, ends=noon + 9 * DAY)
    with pytest.raises(Conflict, match="does not count now"):
        actions.note_use(id_, what="A film.", by=reader(bob), at=noon)
    actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    with pytest.raises(NotAllowed, match="Only those"):
        actions.note_use(id_, what="A film.", by=reader(alice), at=noon)
    assert queries.exemption(id_, reader=reader(bob), at=noon + 5 * DAY).is_unused

    actions.note_use(id_, what="A film.", by=reader(bob), at=noon + 5 * DAY)

    assert not queries.exemption(id_, reader=reader(bob), at=noon + 5 * DAY).is_unused
    assert kinds(id_)[-1] == "exemption.used"


def test_somebody_without_an_account_cannot_be_named(alice, noon):
    from uuid import UUID

    with pytest.raises(NotFound, match="no account"):
        asked(alice, noon, scope=Scope(persons=frozenset({UUID(int=5)})))


def test_what_covers_something_broken_is_in_use_and_the_rest_is_flagged(alice, bob, noon):
    used, idle = (
        asked(bob, noon),
        asked(bob, noon, "R-1", scope=Scope(frozenset({bob.id}), devices=frozenset({"device/LT-08"}))),
    )
    for id_ in (used, idle):
        actions.decide(id_, Choice.GRANT, by=reader(alice), at=noon)
    later = noon + 5 * DAY
    report(later)

    assert see_coverage(later, owners={"device/LT-07": bob.id}) == 1
    assert not queries.exemption(used, reader=reader(alice), at=later).is_unused
    assert queries.exemption(idle, reader=reader(alice), at=later).is_unused
