"""The present verdicts on many subjects, read at once: what a judgement is compared with."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from holdtrue.bulk import as_text, moment_of, select
from holdtrue.policy.standing.rules import AWAITED, STAND_IN, TOLD_BY, Reason, Result, Verdict, told_parts
from holdtrue.said import is_kept, unpacked


class Held(NamedTuple):
    """A present verdict, as its row has it."""

    id: Any
    """As the database at hand writes it."""
    commitment: str
    subject: str
    result: str
    fact: str
    value: str
    source: str
    observed: Any
    """When, as the database at hand writes it."""
    rule: str
    advice: str
    parts: str
    patterns: str

    @property
    def is_awaited(self) -> bool:
        """Whether the subject has yet to report: then its first report counts, however long ago it was taken."""
        return (self.fact, self.value, self.source) == AWAITED

    @property
    def is_own(self) -> bool:
        """Whether the subject's own reports led to it: nothing stands in for it, and no other program gave it."""
        return not self.rule.startswith(STAND_IN) and not self.source.startswith(TOLD_BY)

    def gives_way_to(self, verdict: Verdict) -> bool:
        """Whether a verdict takes its place: one that was observed earlier does not, nor facts that prove nothing.

        What another program said counts where the subject's own facts prove nothing, until it is too old.
        """
        is_silent = verdict.result is Result.UNPROVEN and not verdict.reason.source.startswith(TOLD_BY)
        if is_silent and self.result != Result.UNPROVEN and self.source.startswith(TOLD_BY):
            return False
        return moment_of(self.observed) <= verdict.reason.observed_at or self.is_awaited

    def says_the_same_as(self, verdict: Verdict) -> bool:
        """Whether a verdict comes to the same for the same reason, whenever that was seen."""
        why = verdict.reason
        texts = {"fact": why.fact, "value": why.value, "source": why.source, "rule": why.rule, "advice": why.advice}
        mine = (self.result, self.parts, self.fact, self.value, self.source, self.rule, self.advice)
        is_same = mine == (verdict.result, told_parts(verdict.parts), *texts.values())
        return is_same and is_kept(texts, self.patterns)

    def verdict(self, *, seen: datetime) -> Verdict:
        """Return the verdict as of when its subject was seen again."""
        texts = {"fact": self.fact, "value": self.value, "source": self.source, "rule": self.rule, "advice": self.advice}
        reason = Reason(observed_at=seen, **unpacked(texts, self.patterns))
        return Verdict(
            self.commitment, self.subject, Result(self.result), reason, tuple(self.parts.split("\n")) if self.parts else ()
        )


Hand = Mapping[str, Mapping[str, Held]]
"""By subject and commitment."""


def verdicts_held(subjects: Iterable[str]) -> Hand:
    """Return the present verdicts on these subjects."""
    return _held(subjects, "")


def in_hand(subjects: Iterable[str]) -> Hand:
    """Return the same, locked in the caller's transaction; in one order, so that no two writers wait for each other."""
    return _held(subjects, _LOCKED if connection.vendor == "postgresql" else "")


def lock(subjects: Iterable[str]) -> None:
    """Lock the present verdicts on these subjects as `in_hand` does; on SQLite the whole file is locked already."""
    if connection.vendor == "postgresql":
        rows = f"SELECT id FROM standing_currentverdict WHERE subject IN ({{}}) {_LOCKED}"  # noqa: S608 - no values here
        select(f"SELECT count(*) FROM ({rows}) AS locked", list(subjects))  # noqa: S608 - as above


_LOCKED: Final = "ORDER BY id FOR UPDATE"


def _held(subjects: Iterable[str], locked: str) -> Hand:
    found: dict[str, dict[str, Held]] = {subject: {} for subject in subjects}
    rows = select(
        f"SELECT id, commitment, subject, result, fact, value, source, {as_text('observed_at')}, rule, advice, parts, patterns "  # noqa: S608 - no values here
        f"FROM standing_currentverdict WHERE subject IN ({{}}) {locked}",
        list(found),
    )
    for row in map(Held._make, rows):
        found[row.subject][row.commitment] = row
    return found
