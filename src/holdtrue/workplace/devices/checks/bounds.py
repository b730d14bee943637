"""Between which bounds a screen locks by itself; shared by every desktop."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from holdtrue.said import Said, said
from holdtrue.workplace.facts import Fact

from .values import number

UNLOCKED = "session.idle-unlocked"
"""Seconds for which a session was seen idle and not locked."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What is known of one screen's lock: it comes after at least `soonest` and at most `latest` seconds of inactivity."""

    soonest: float
    """Infinite where it never locks; 0 where nothing is known."""
    latest: float
    """Infinite where it never locks, or where nothing bounds it."""
    found: str
    """What was found of it, such as `idle 300 s, lock-delay 30 s`."""
    unknown: str = ""
    """What was not read, where that leaves it open."""
    facts: tuple[Fact, ...] = ()
    place: str = ""
    """The desktop or system on which it is mended."""
    user: str = ""
    """Whose screen it is, where several people work."""

    @property
    def is_never(self) -> bool:
        """Whether the screen does not lock by itself."""
        return math.isinf(self.soonest)

    @property
    def is_open(self) -> bool:
        """Whether nothing says how long it may take at most."""
        return math.isinf(self.latest) and not self.is_never


def bounded(seconds: float, rest: str, facts: Sequence[Fact | None]) -> Lock:
    """Return a lock after exactly so many seconds; `rest` says what they are made of."""
    return Lock(seconds, seconds, _made_of(seconds, rest), facts=_known(facts))


def between(soonest: float, latest: float, rest: str, facts: Sequence[Fact | None]) -> Lock:
    """Return a lock within these seconds, of which the latest are said; `rest` says what they are made of."""
    return Lock(soonest, latest, _made_of(latest, rest), facts=_known(facts))


def at_least(seconds: float, rest: str, why: str, facts: Sequence[Fact | None]) -> Lock:
    """Return a lock that comes after so many seconds or later: the rest of them was not read."""
    return Lock(seconds, math.inf, _made_of(seconds, rest), why, _known(facts))


def never(why: str, facts: Sequence[Fact | None]) -> Lock:
    """Return that the screen does not lock by itself."""
    return Lock(math.inf, math.inf, why, facts=_known(facts))


def unknown(why: str, facts: Sequence[Fact | None] = ()) -> Lock:
    """Return that nothing bounds it, and why."""
    return Lock(0, math.inf, "", why, _known(facts))


def slowest(locks: Iterable[Lock]) -> Lock:
    """Return the lock that decides for people who share a device: never, before one that is open, before the longest."""
    return max(locks, key=lambda lock: (lock.is_never, lock.latest, lock.soonest))


def of_user(lock: Lock, user: str | None, place: str) -> Lock:
    """Return the lock with whose it is, and on which desktop."""
    return replace(lock, user=user or "", place=lock.place or place)


def as_seen(lock: Lock, seen: Fact | None) -> Lock:
    """Return the lock of a session that was seen idle and unlocked: for longer than its settings allow, what is seen counts."""
    seconds = None if seen is None else number(seen.value)
    if seen is None or seconds is None or seconds <= lock.soonest:
        return lock
    found = said("%(seconds)s (seen idle and unlocked for as long)", seconds=spell(seconds))
    return replace(lock, soonest=seconds, latest=max(lock.latest, seconds), found=found, facts=(seen,))


def spell(seconds: float) -> Said:
    """Return seconds as text without a needless fraction: `1,800 s`."""
    return said("%(count)s s", count=int(seconds) if seconds == int(seconds) else round(seconds, 1))


def _made_of(seconds: float, rest: str) -> Said:
    return said("%(seconds)s (%(made_of)s)", seconds=spell(seconds), made_of=rest) if rest else spell(seconds)


def _known(facts: Sequence[Fact | None]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact is not None)
