"""The last ninety days of a clause, day by day, as a strip."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from holdtrue.policy.standing.queries import Change
from holdtrue.policy.standing.rules import WORST_FIRST, Consents, Result, Verdict, consented

DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Run:
    """Some days in a row with the same result."""

    first: int
    """Counted from 0, the oldest day of the strip."""
    days: int
    result: Result | None
    """None before anything was known."""


def strip_of(
    verdicts: Iterable[Verdict], changes: Iterable[Change], *, consents: Consents, clause: str, at: datetime
) -> tuple[Run, ...]:
    """Return the worst result at the end of each of the last ninety days, the last being now, in runs; oldest first.

    `changes` holds every change of these verdicts since the strip begins, oldest first; `consents` the exemptions of that time,
    of which a day shows those that counted then from the clause (`policy/CLAUSE`).
    """
    later: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        later[change.commitment, change.subject].append(change)
    ends = [at - timedelta(days=DAYS - 1 - day) for day in range(DAYS)]
    known = list(verdicts)

    def on(verdict: Verdict, end: datetime) -> Result | None:
        found = _at(end, as_found(verdict), later[verdict.commitment, verdict.subject])
        if found is not Result.BROKEN:
            return found
        return consented(replace(verdict, result=found), consents, clause=clause, at=end).result

    days = [_worst(on(verdict, end) for verdict in known) for end in ends]
    runs: list[Run] = []
    for day, result in enumerate(days):
        if runs and runs[-1].result is result:
            runs[-1] = Run(runs[-1].first, runs[-1].days + 1, result)
        else:
            runs.append(Run(day, 1, result))
    return tuple(runs)


def as_found(verdict: Verdict) -> Result:
    """Return what the check found: exempt is said of what is broken with consent."""
    return Result.BROKEN if verdict.exemption else verdict.result


def _at(moment: datetime, now: Result, changes: list[Change]) -> Result | None:
    """Return the result at that moment: what the first change after it changed *from*."""
    after = next((change for change in changes if change.at > moment), None)
    if after is None:
        return now
    return Result(after.before) if after.before else None


def _worst(results: Iterable[Result | None]) -> Result | None:
    known = [result for result in results if result is not None]
    return min(known, key=WORST_FIRST.index) if known else None
