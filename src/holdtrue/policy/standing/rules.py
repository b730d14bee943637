"""How verdicts become the standing of a clause: pure decisions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from holdtrue.policy.standing.commitments import COMMITMENTS, Commitment
from holdtrue.said import Said, listed, said


class Result(StrEnum):
    """What the evidence says."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNPROVEN = "unproven"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not-applicable"


WORST_FIRST = (Result.BROKEN, Result.UNPROVEN, Result.EXEMPT, Result.HOLDS, Result.NOT_APPLICABLE)
"""What decides a clause whose subjects differ: one broken subject breaks it, one unproven leaves it unproven."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is."""

    fact: str
    """What was looked at, such as `screen lock after`."""
    value: str
    """What was found, such as `1,800 s`."""
    source: str
    """Where it was read: a command, a file, a page."""
    observed_at: datetime
    """When it was read, by the server's clock or bounded by it."""
    rule: str
    """What was demanded, such as `at most 900 s, never 0`."""
    advice: str = ""
    """What to do about it, in one sentence."""


@dataclass(frozen=True, slots=True)
class Exempted:
    """The written consent that lets a subject depart from a clause for a time."""

    id: UUID
    until: datetime
    by: str
    """Who of the security team consented, by name."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found for one commitment and one subject."""

    commitment: str
    subject: str
    result: Result
    reason: Reason
    parts: tuple[str, ...] = ()
    """What breaks it, each by name, where that can be told: the titles that nobody approved. Empty beyond `MOST_PARTS`."""
    exemption: Exempted | None = None
    """Which exemption makes a broken verdict exempt."""


MOST_PARTS: Final = 50


def told_parts(parts: Sequence[str]) -> str:
    """Return what breaks a verdict as it is kept, one a line; nothing where there are too many to be told apart."""
    return "\n".join(parts) if len(parts) <= MOST_PARTS else ""


TOLD_BY: Final = "results of "
"""How the source of a verdict begins that another program gave: nothing that the subject says keeps it fresh."""
AWAITED: Final = ("report", "none yet", "the register")
"""Fact, value and source of a verdict that stands for a report to come: nothing was observed yet."""
STAND_IN: Final = "seen "
"""How the rule of a verdict begins that stands where none is: none came yet, or the last one is too old."""


class Consents(Protocol):
    """The exemptions that there are, as verdicts are held against them."""

    def covering(self, verdict: Verdict, *, clause: str, at: datetime) -> Exempted | None:
        """Return the exemption in force that covers what broke; `clause` as `policy/CLAUSE`, empty for any that it keeps."""


def consented(verdict: Verdict, consents: Consents, *, at: datetime, clause: str = "") -> Verdict:
    """Return the verdict as it counts under these exemptions: what is broken with consent is exempt, and says by which."""
    if verdict.result is not Result.BROKEN:
        return verdict
    found = consents.covering(verdict, clause=clause, at=at)
    if found is None:
        return verdict
    return replace(verdict, result=Result.EXEMPT, exemption=found, reason=replace(verdict.reason, advice=""))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of a clause now, and of whom."""

    result: Result
    verdicts: tuple[Verdict, ...]
    """The present verdicts, those that need a person first."""
    counts: tuple[tuple[Result, int], ...]
    watched: bool
    """Whether any machine check stands behind the clause."""
    missing: str = ""
    """What would give an answer, where there is none."""

    @property
    def newest(self) -> Verdict | None:
        """The verdict to show in one line: the worst, and of those the newest."""
        return self.verdicts[0] if self.verdicts else None

    def count(self, result: Result) -> int:
        """Return how many verdicts have this result."""
        return dict(self.counts).get(result, 0)


def fresh_until(verdict: Verdict) -> datetime | None:
    """Return when the verdict stops counting, or None where it lasts until replaced."""
    window = COMMITMENTS[verdict.commitment].fresh_for
    return None if window is None else verdict.reason.observed_at + window


def effective(verdict: Verdict, *, at: datetime) -> Verdict:
    """Return the verdict as it counts at this time: one past its window is unproven, whatever it said."""
    until = fresh_until(verdict)
    if until is None or at < until or verdict.result is Result.UNPROVEN:
        return verdict
    reason = Reason(
        fact=verdict.reason.fact,
        value=said("%(value)s when last seen", value=verdict.reason.value),
        source=verdict.reason.source,
        observed_at=verdict.reason.observed_at,
        rule=said("seen within %(span)s", span=in_words(COMMITMENTS[verdict.commitment].fresh_for)),
        advice=COMMITMENTS[verdict.commitment].missing,
    )
    return Verdict(verdict.commitment, verdict.subject, Result.UNPROVEN, reason)


def standing_of(commitments: Iterable[Commitment], verdicts: Iterable[Verdict], *, at: datetime) -> Standing:
    """Return the standing of a clause with these commitments, from the last verdict on each of its subjects."""
    wanted = list(commitments)
    now = [effective(verdict, at=at) for verdict in verdicts]
    silent = [commitment for commitment in wanted if not any(verdict.commitment == commitment.id for verdict in now)]
    missing = listed((said(one) for one in dict.fromkeys(commitment.missing for commitment in silent)), " ")
    return Standing(
        result=_together(now, is_whole=not silent),
        verdicts=tuple(sorted(now, key=_urgency)),
        counts=tuple(Counter(verdict.result for verdict in now).items()),
        watched=bool(wanted),
        missing=missing if wanted else said("No check watches this clause yet."),
    )


def _together(verdicts: Sequence[Verdict], *, is_whole: bool) -> Result:
    """Return the result of all; a commitment without any verdict leaves the clause unproven unless another breaks it."""
    results = {verdict.result for verdict in verdicts}
    if not is_whole or not results:
        results.add(Result.UNPROVEN)
    return next(result for result in WORST_FIRST if result in results)


def _urgency(verdict: Verdict) -> tuple[int, float]:
    return WORST_FIRST.index(verdict.result), -verdict.reason.observed_at.timestamp()


def in_words(window: timedelta | None) -> Said:
    """Return a length of time as a person says it: `24 hours`, `8 days`."""
    if window is None:
        return said("any time")
    hours = round(window.total_seconds() / 3600)
    is_short = hours <= 48  # noqa: PLR2004 - two days read better as hours
    return said("%(count)s hours", count=hours) if is_short else said("%(count)s days", count=hours // 24)
