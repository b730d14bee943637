"""The only writers of verdicts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.errors import Invalid
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.models import CurrentVerdict, Transition
from holdtrue.policy.standing.queries import verdict_of
from holdtrue.policy.standing.rules import MOST_PARTS, Reason, Result, Verdict, effective

AWAITED: Final = ("report", "none yet", "the register")
"""Fact, value and source of a verdict that stands for a report to come: nothing was observed yet."""


def record_verdicts(verdicts: Iterable[Verdict], *, at: datetime, by: UUID | None = None) -> None:
    """Keep what the checks found: a confirmation moves the time it was seen, a change leaves an entry.

    An observation older than the one in hand changes nothing. Raises `Invalid` for a commitment that is not on the list.
    """
    with transaction.atomic():
        for verdict in verdicts:
            _keep(verdict, at=at, by=by)


def expect(subject: str, commitments: Iterable[str], *, at: datetime) -> None:
    """Let a subject stand as unproven under these commitments until it first reports."""
    with transaction.atomic():
        for commitment in commitments:
            known = CurrentVerdict.objects.filter(commitment=commitment, subject=subject).exists()
            if not known:
                advice = COMMITMENTS[commitment].missing
                reason = Reason(*AWAITED, at, "seen at least once", advice)
                _keep(Verdict(commitment, subject, Result.UNPROVEN, reason), at=at, by=None)


def mark_stale(*, at: datetime) -> int:
    """Turn every verdict past its window into *unproven*, with its entry; return how many."""
    marked = 0
    for commitment in COMMITMENTS.values():
        if commitment.fresh_for is None:
            continue
        rows = CurrentVerdict.objects.filter(commitment=commitment.id, observed_at__lte=at - commitment.fresh_for)
        for row in rows.exclude(result=Result.UNPROVEN):
            with transaction.atomic():
                stale = effective(verdict_of(row), at=at)
                marked += _change(row, stale, at=at, by=None)
    return marked


def _keep(verdict: Verdict, *, at: datetime, by: UUID | None) -> None:
    kind = verdict.subject.partition("/")[0]
    commitment = COMMITMENTS.get(verdict.commitment)
    if commitment is None or commitment.on != kind:
        raise Invalid(f"{verdict.commitment} is no commitment for a {kind}.", hint="commitments.py lists them all.")
    verdict = replace(verdict, reason=replace(verdict.reason, observed_at=min(verdict.reason.observed_at, at)))
    row = _row(verdict)
    if row is None and not _begin(verdict, at=at, by=by):
        row = _row(verdict)
    if row is None or (row.observed_at > verdict.reason.observed_at and not _is_awaited(row)):
        return
    if row.result == verdict.result:
        _confirm(row, verdict)
    else:
        _change(row, verdict, at=at, by=by)


def _is_awaited(row: CurrentVerdict) -> bool:
    """Whether the subject has yet to report: then its first report counts, however long ago it was taken."""
    return (row.fact, row.value, row.source) == AWAITED


def _row(verdict: Verdict) -> CurrentVerdict | None:
    return CurrentVerdict.objects.select_for_update().filter(commitment=verdict.commitment, subject=verdict.subject).first()


def _begin(verdict: Verdict, *, at: datetime, by: UUID | None) -> bool:
    """Store the first verdict on a subject; False when another writer was first."""
    try:
        with transaction.atomic():
            CurrentVerdict.objects.create(
                commitment=verdict.commitment, subject=verdict.subject, result=verdict.result, since=at, **_why(verdict)
            )
    except IntegrityError:
        return False
    _note_transition(verdict, before="", at=at, by=by)
    return True


def _confirm(row: CurrentVerdict, verdict: Verdict) -> None:
    CurrentVerdict.objects.filter(id=row.id).update(**_why(verdict))


def _change(row: CurrentVerdict, verdict: Verdict, *, at: datetime, by: UUID | None) -> bool:
    """Change the result by compare-and-set; False when another writer was first."""
    unchanged = CurrentVerdict.objects.filter(id=row.id, result=row.result, observed_at=row.observed_at)
    if not unchanged.update(result=verdict.result, since=at, **_why(verdict)):
        return False
    _note_transition(verdict, before=row.result, at=at, by=by)
    return True


def _note_transition(verdict: Verdict, *, before: str, at: datetime, by: UUID | None) -> None:
    reason = verdict.reason
    entry = record(
        Kind.STANDING_CHANGED,
        about=verdict.subject,
        at=at,
        by=by,
        core={"commitment": verdict.commitment, "before": before, "after": verdict.result.value, "rule": reason.rule},
        context={"fact": reason.fact, "source": reason.source, "observed_at": reason.observed_at.isoformat()},
        # What was found may name whose desktop it was found on, so it goes when names go.
        identity={"value": reason.value},
    )
    Transition.objects.create(
        commitment=verdict.commitment, subject=verdict.subject, before=before, after=verdict.result, at=at, entry=entry
    )


def _why(verdict: Verdict) -> dict[str, str | datetime]:
    reason = verdict.reason
    return {
        "fact": reason.fact,
        "value": reason.value,
        "source": reason.source,
        "observed_at": reason.observed_at,
        "rule": reason.rule,
        "advice": reason.advice,
        "parts": "\n".join(verdict.parts) if len(verdict.parts) <= MOST_PARTS else "",
    }
