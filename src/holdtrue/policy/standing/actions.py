"""The only writers of verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from holdtrue.bulk import Columns, moment, select, update
from holdtrue.errors import Invalid
from holdtrue.evidence.actions import record_many
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.hand import Held, in_hand, lock
from holdtrue.policy.standing.models import CurrentVerdict, Transition
from holdtrue.policy.standing.queries import verdict_of
from holdtrue.policy.standing.rules import AWAITED, STAND_IN, TOLD_BY, Reason, Result, Verdict, effective, told_parts
from holdtrue.said import packed

_AT_ONCE: Final = 500
"""Subjects of one statement."""
_WHY: Final = {
    "fact": "text", "value": "text", "source": "text", "observed_at": "timestamptz", "rule": "text", "advice": "text",
    "parts": "text", "patterns": "text",
}  # fmt: skip
"""The columns that say why, in the order of `_why`."""


def record_verdicts(verdicts: Iterable[Verdict], *, at: datetime, by: UUID | None = None) -> None:
    """Keep what the checks found: a confirmation moves the time it was seen, a change leaves an entry.

    An observation older than the one in hand changes nothing. Raises `Invalid` for a commitment that is not on the list.
    """
    given = [_checked(verdict, at=at) for verdict in verdicts]
    with transaction.atomic():
        known = in_hand({verdict.subject for verdict in given})
        confirmed: list[tuple[Held, Verdict]] = []
        changed: list[tuple[Held, Verdict]] = []
        first: dict[tuple[str, str], Verdict] = {}
        rest: list[Verdict] = []
        for verdict in given:
            held = known[verdict.subject].get(verdict.commitment)
            if held is None:
                # Told twice at once, the second comes after the first.
                if first.setdefault((verdict.commitment, verdict.subject), verdict) is not verdict:
                    rest.append(verdict)
            elif held.gives_way_to(verdict):
                (confirmed if held.result == verdict.result else changed).append((held, verdict))
        _confirm(confirmed)
        _turn(changed, at=at, by=by)
        for verdict in (*_begin_many(list(first.values()), at=at, by=by), *rest):
            _keep(verdict, at=at, by=by)


def confirm_verdicts(seen: Mapping[str, datetime], commitments: Iterable[str]) -> frozenset[str]:
    """Move on the time of the verdicts on these subjects, of which nothing changed; an older time changes nothing.

    Returns the subjects that must be judged again, since something stands in the place of a verdict there: it was awaited, or
    went stale meanwhile.
    """
    wanted = ", ".join(f"'{COMMITMENTS[one].id}'" for one in commitments)
    apart = f"commitment IN ({wanted}) AND substr(source, 1, {len(TOLD_BY)}) <> '{TOLD_BY}'"
    stands_in = f"substr(rule, 1, {len(STAND_IN)}) = '{STAND_IN}'"
    with transaction.atomic():
        lock(seen)
        again = select(
            f"SELECT DISTINCT subject FROM standing_currentverdict WHERE subject IN ({{}}) AND {apart} AND {stands_in}",  # noqa: S608 - words of ours
            list(seen),
        )
        update(
            "standing_currentverdict",
            {"subject": "varchar", "observed_at": "timestamptz"},
            sorted((subject, moment(at)) for subject, at in seen.items()),
            by="subject",
            only=f"standing_currentverdict.observed_at < g.observed_at AND {apart} AND NOT {stands_in}",
        )
    return frozenset(subject for (subject,) in again)


def release(subject: str, *, at: datetime, by: UUID | None = None) -> None:
    """Let a subject stand under nothing any more, such as a device that was taken out of use; its history stays."""
    with transaction.atomic():
        for row in CurrentVerdict.objects.select_for_update().filter(subject=subject).order_by("commitment"):
            reason = Reason("register", "it is out of use", "the register", at, "in use")
            _note_transitions([(row.result, Verdict(row.commitment, subject, Result.NOT_APPLICABLE, reason))], at=at, by=by)
        CurrentVerdict.objects.filter(subject=subject).delete()


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


def _checked(verdict: Verdict, *, at: datetime) -> Verdict:
    kind = verdict.subject.partition("/")[0]
    commitment = COMMITMENTS.get(verdict.commitment)
    if commitment is None or commitment.on != kind:
        raise Invalid(f"{verdict.commitment} is no commitment for a {kind}.", hint="commitments.py lists them all.")
    if verdict.reason.observed_at <= at:
        return verdict
    return replace(verdict, reason=replace(verdict.reason, observed_at=at))


def _turn(changed: Sequence[tuple[Held, Verdict]], *, at: datetime, by: UUID | None) -> None:
    """Write results that became others, each with its entry; the rows are locked, so that nobody was first."""
    _set(
        {"result": "varchar", "since": "timestamptz", **_WHY},
        [(held, (verdict.result.value, moment(at), *_why_in(verdict))) for held, verdict in changed],
    )
    _note_transitions([(held.result, verdict) for held, verdict in changed], at=at, by=by)


def _note_transitions(changed: Sequence[tuple[str, Verdict]], *, at: datetime, by: UUID | None) -> None:
    """Write each change, from the result before, with its entry."""
    entries = [_entry(verdict, before=before, at=at, by=by) for before, verdict in changed]
    record_many(entries)
    Transition.objects.bulk_create(
        [
            Transition(
                commitment=verdict.commitment, subject=verdict.subject, before=before, after=verdict.result, at=at,
                entry=entry.id,
            )
            for (before, verdict), entry in zip(changed, entries, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip


def _confirm(confirmed: Sequence[tuple[Held, Verdict]]) -> None:
    """Write why results that stay are known now, by one statement with its values."""
    same = [held.says_the_same_as(verdict) for held, verdict in confirmed]
    _set(
        {"observed_at": "timestamptz"},
        [
            (held, (moment(verdict.reason.observed_at),))
            for (held, verdict), is_so in zip(confirmed, same, strict=True)
            if is_so
        ],
    )
    _set(_WHY, [(held, _why_in(verdict)) for (held, verdict), is_so in zip(confirmed, same, strict=True) if not is_so])


def _set(columns: Columns, rows: Sequence[tuple[Held, Sequence[object]]]) -> None:
    """Set columns of rows, each to its own values."""
    kind = "uuid" if connection.vendor == "postgresql" else "char"
    update("standing_currentverdict", {"id": kind, **columns}, [(held.id, *values) for held, values in rows], by="id")


def _keep(verdict: Verdict, *, at: datetime, by: UUID | None) -> None:
    verdict = _checked(verdict, at=at)
    row = _row(verdict)
    if row is None and not _begin(verdict, at=at, by=by):
        row = _row(verdict)
    if row is None or (row.observed_at > verdict.reason.observed_at and (row.fact, row.value, row.source) != AWAITED):
        return
    if row.result == verdict.result:
        CurrentVerdict.objects.filter(id=row.id).update(**_why(verdict))
    else:
        _change(row, verdict, at=at, by=by)


def _row(verdict: Verdict) -> CurrentVerdict | None:
    return CurrentVerdict.objects.select_for_update().filter(commitment=verdict.commitment, subject=verdict.subject).first()


def _begin_many(verdicts: Sequence[Verdict], *, at: datetime, by: UUID | None) -> list[Verdict]:
    """Store the first verdicts on subjects, and return those of which another writer was first."""
    if not verdicts:
        return []
    rows = [
        CurrentVerdict(commitment=one.commitment, subject=one.subject, result=one.result, since=at, **_why(one))
        for one in verdicts
    ]
    CurrentVerdict.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    ids = [row.id for row in rows]
    mine: set[UUID] = set()
    for start in range(0, len(ids), _AT_ONCE):
        mine.update(CurrentVerdict.objects.filter(id__in=ids[start : start + _AT_ONCE]).values_list("id", flat=True))
    stored = [verdict for row, verdict in zip(rows, verdicts, strict=True) if row.id in mine]
    _note_transitions([("", verdict) for verdict in stored], at=at, by=by)
    return [verdict for row, verdict in zip(rows, verdicts, strict=True) if row.id not in mine]


def _begin(verdict: Verdict, *, at: datetime, by: UUID | None) -> bool:
    """Store the first verdict on a subject; False when another writer was first."""
    try:
        with transaction.atomic():
            CurrentVerdict.objects.create(
                commitment=verdict.commitment, subject=verdict.subject, result=verdict.result, since=at, **_why(verdict)
            )
    except IntegrityError:
        return False
    _note_transitions([("", verdict)], at=at, by=by)
    return True


def _change(row: CurrentVerdict, verdict: Verdict, *, at: datetime, by: UUID | None) -> bool:
    """Change the result by compare-and-set; False when another writer was first."""
    unchanged = CurrentVerdict.objects.filter(id=row.id, result=row.result, observed_at=row.observed_at)
    if not unchanged.update(result=verdict.result, since=at, **_why(verdict)):
        return False
    _note_transitions([(row.result, verdict)], at=at, by=by)
    return True


def _entry(verdict: Verdict, *, before: str, at: datetime, by: UUID | None) -> Draft:
    reason = verdict.reason
    return compose(
        Kind.STANDING_CHANGED,
        about=verdict.subject,
        at=at,
        by=by,
        core={"commitment": verdict.commitment, "before": before, "after": verdict.result.value, "rule": str(reason.rule)},
        context={"fact": str(reason.fact), "source": str(reason.source), "observed_at": reason.observed_at.isoformat()},
        # What was found may name whose desktop it was found on, so it goes when names go.
        identity={"value": str(reason.value)},
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
        "parts": told_parts(verdict.parts),
        "patterns": packed(
            {"fact": reason.fact, "value": reason.value, "source": reason.source, "rule": reason.rule, "advice": reason.advice}
        ),
    }


def _why_in(verdict: Verdict) -> list[object]:
    """Return the values of `_WHY`, as the database at hand takes them."""
    return [moment(one) if isinstance(one, datetime) else str(one) for one in _why(verdict).values()]
