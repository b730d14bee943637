"""Reads of verdicts, standing and their history."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, Min, Q, Value, When

from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.standing.models import CurrentVerdict, Transition
from holdtrue.policy.standing.rules import (
    WORST_FIRST,
    Consents,
    Reason,
    Result,
    Standing,
    Verdict,
    consented,
    effective,
    standing_of,
)
from holdtrue.said import unpacked


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a verdict, with the entry that proves it."""

    commitment: str
    subject: str
    before: str
    after: Result
    at: datetime
    entry: UUID


def verdict_of(row: CurrentVerdict) -> Verdict:
    """Return the stored verdict as a value."""
    texts = {"fact": row.fact, "value": row.value, "source": row.source, "rule": row.rule, "advice": row.advice}
    reason = Reason(observed_at=row.observed_at, **unpacked(texts, row.patterns))
    return Verdict(row.commitment, row.subject, Result(row.result), reason, tuple(row.parts.split("\n")) if row.parts else ())


def standings(
    clauses: Iterable[tuple[str, tuple[str, ...]]],
    *,
    policy: str,
    consents: Consents,
    at: datetime,
    subjects: frozenset[str] | None = None,
) -> dict[str, Standing]:
    """Return the standing of each clause of a policy, given as (clause id, commitment ids).

    What a text commits itself to is judged on that policy alone; `subjects` narrows whose other verdicts count. What is broken
    under an exemption in force is exempt.
    """
    wanted = list(clauses)
    ids = {commitment for _, commitments in wanted for commitment in commitments}
    own = [one for one in ids if COMMITMENTS[one].on is SubjectKind.POLICY]
    shared = [one for one in ids if COMMITMENTS[one].on in {SubjectKind.POLICY, SubjectKind.ORGANISATION}]
    rows = CurrentVerdict.objects.filter(commitment__in=ids).exclude(
        Q(commitment__in=own) & ~Q(subject=f"{SubjectKind.POLICY}/{policy}")
    )
    if subjects is not None:
        rows = rows.filter(Q(commitment__in=shared) | Q(subject__in=subjects))
    by_commitment: defaultdict[str, list[Verdict]] = defaultdict(list)
    for row in rows:
        by_commitment[row.commitment].append(verdict_of(row))
    return {
        clause: standing_of(
            [COMMITMENTS[one] for one in commitments],
            [
                consented(effective(v, at=at), consents, clause=f"{policy}/{clause}", at=at)
                for one in commitments
                for v in by_commitment[one]
            ],
            at=at,
        )
        for clause, commitments in wanted
    }


def worst_under(prefix: str, subjects: Iterable[str] | None = None) -> dict[str, Result]:
    """Return the worst result of each subject that begins so, as last told; of these subjects alone where they are given."""
    rows = CurrentVerdict.objects.filter(subject__startswith=prefix)
    if subjects is not None:
        rows = rows.filter(subject__in=list(subjects))
    places = [When(result=result, then=Value(place)) for place, result in enumerate(WORST_FIRST)]
    told = rows.values("subject").annotate(worst=Min(Case(*places, output_field=IntegerField())))
    return {subject: WORST_FIRST[place] for subject, place in told.values_list("subject", "worst")}


def verdicts_of(subjects: Iterable[str]) -> dict[str, list[Verdict]]:
    """Return the last verdicts on each of these subjects, as `verdicts_on` does for one."""
    found: dict[str, list[Verdict]] = {subject: [] for subject in subjects}
    for row in CurrentVerdict.objects.filter(subject__in=list(found)).order_by("subject", "commitment"):
        found[row.subject].append(verdict_of(row))
    return found


def verdicts_on(subject: str) -> list[Verdict]:
    """Return the last verdicts on one subject, as they were given; judge their age with `rules.effective`."""
    return [verdict_of(row) for row in CurrentVerdict.objects.filter(subject=subject).order_by("commitment")]


def verdicts_among(subjects: Iterable[str]) -> list[Verdict]:
    """Return the last verdicts on these subjects, as they were given; judge their age with `rules.effective`."""
    return [verdict_of(row) for row in CurrentVerdict.objects.filter(subject__in=sorted(set(subjects)))]


@dataclass(frozen=True, slots=True)
class Brief:
    """Of a broken verdict what tells whether it says something else than before."""

    subject: str
    commitment: str
    value: str
    advice: str


def broken_under(prefix: str, *, at: datetime) -> list[Brief]:
    """Return what counts as broken on subjects that begin so, with or without an exemption; `verdicts_among` has the rest."""
    rows = CurrentVerdict.objects.filter(result=Result.BROKEN, subject__startswith=prefix).values_list(
        "subject", "commitment", "value", "advice", "observed_at"
    )
    windows = {one.id: one.fresh_for for one in COMMITMENTS.values()}
    return [
        Brief(subject, commitment, value, advice)
        for subject, commitment, value, advice, seen in rows.iterator(chunk_size=2_000)
        if (window := windows[commitment]) is None or at < seen + window
    ]


def broken(*, at: datetime) -> list[Verdict]:
    """Return every verdict that counts as broken at this time, with or without an exemption."""
    rows = CurrentVerdict.objects.filter(result=Result.BROKEN)
    now = (effective(verdict_of(row), at=at) for row in rows.iterator())
    return [verdict for verdict in now if verdict.result is Result.BROKEN]


def changes(*, commitments: Iterable[str], since: datetime, subjects: frozenset[str] | None = None) -> list[Change]:
    """Return every change of these commitments since a time, oldest first."""
    rows = Transition.objects.filter(commitment__in=list(commitments), at__gte=since).order_by("at", "id")
    if subjects is not None:
        rows = rows.filter(subject__in=subjects)
    return [Change(r.commitment, r.subject, r.before, Result(r.after), r.at, r.entry) for r in rows]
