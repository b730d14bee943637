"""How verdicts become a standing."""

from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.rules import Reason, Result, Verdict, effective, standing_of

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LOCK = COMMITMENTS["device.screen-lock"]
BACKUPS = COMMITMENTS["device.backups"]


def verdict(result: Result, subject: str = "device/LT-01", commitment: str = LOCK.id, seen: datetime = NOON) -> Verdict:
    return Verdict(commitment, subject, result, Reason("screen lock after", "600 s", "gsettings", seen, "at most 900 s"))


@pytest.mark.parametrize(
    ("results", "together"),
    [
        (["holds"], "holds"),
        (["holds", "holds"], "holds"),
        (["holds", "broken"], "broken"),
        (["unproven", "broken"], "broken"),
        (["holds", "unproven"], "unproven"),
        (["exempt", "holds"], "exempt"),
        (["exempt", "unproven"], "unproven"),
        (["not-applicable", "holds"], "holds"),
        (["not-applicable"], "not-applicable"),
        ([], "unproven"),
    ],
)
def test_the_worst_subject_decides_a_clause(results, together):
    verdicts = [verdict(Result(result), f"device/LT-{n}") for n, result in enumerate(results)]

    assert standing_of([LOCK], verdicts, at=NOON).result == together


def test_a_commitment_nobody_answered_leaves_the_clause_unproven():
    standing = standing_of([LOCK, BACKUPS], [verdict(Result.HOLDS)], at=NOON)

    assert standing.result is Result.UNPROVEN
    assert standing.missing == BACKUPS.missing


def test_a_clause_without_a_check_is_unproven_and_says_so():
    standing = standing_of([], [], at=NOON)

    assert standing.result is Result.UNPROVEN
    assert not standing.watched


def test_an_old_pass_is_unproven_without_anybody_touching_it():
    seen = NOON - LOCK.fresh_for

    assert effective(verdict(Result.HOLDS, seen=seen + timedelta(seconds=1)), at=NOON).result is Result.HOLDS
    stale = effective(verdict(Result.HOLDS, seen=seen), at=NOON)
    assert stale.result is Result.UNPROVEN
    assert stale.reason.rule == "seen within 24 hours"


def test_an_old_failure_is_unproven_too():
    assert effective(verdict(Result.BROKEN, seen=NOON - LOCK.fresh_for), at=NOON).result is Result.UNPROVEN


def test_what_needs_a_person_comes_first():
    seen = [verdict(Result.HOLDS, "device/a"), verdict(Result.UNPROVEN, "device/b"), verdict(Result.BROKEN, "device/c")]

    assert [one.subject for one in standing_of([LOCK], seen, at=NOON).verdicts] == ["device/c", "device/b", "device/a"]
