"""From a time until the lock to an answer; shared by every desktop."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.facts import Fact

from .answers import Answer, about

LOCK = "screen lock"


@dataclass(frozen=True, slots=True)
class Demand:
    """What the policy asks of a lock, and how to do it on the desktop in question."""

    within: int
    """Seconds of inactivity, grace included, after which the screen must be locked."""
    fix: str
    """What a person does there to have it so."""


def bounded(seconds: float, rest: str, facts: Sequence[Fact | None], *, demand: Demand) -> Answer:
    """Return whether a lock after this many seconds is soon enough; `rest` says what they are made of."""
    made_of = f" ({rest})" if rest else ""
    if seconds <= demand.within:
        return about(Result.HOLDS, facts, fact=LOCK, value=f"locks after {spell(seconds)}{made_of}")
    value = f"locks only after {spell(seconds)}{made_of}"
    return about(Result.BROKEN, facts, fact=LOCK, value=value, advice=demand.fix)


def never(why: str, facts: Sequence[Fact | None], *, demand: Demand) -> Answer:
    """Return that the screen does not lock by itself."""
    return about(Result.BROKEN, facts, fact=LOCK, value=f"never locks by itself: {why}", advice=demand.fix)


def unknown(why: str, facts: Sequence[Fact | None] = (), *, advice: str = "") -> Answer:
    """Return that nothing is proven, and why."""
    advice = advice or "Run `holdtrue check` in the session of the person who uses this device."
    return about(Result.UNPROVEN, facts, fact=LOCK, value=why, advice=advice)


def spell(seconds: float) -> str:
    """Return seconds as text without a needless fraction: `1,800 s`."""
    return f"{seconds:,.0f} s" if seconds == int(seconds) else f"{seconds:,.1f} s"
