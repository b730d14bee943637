"""What the judgement of a device looked at, so that a change is judged again only where it may matter.

Each part of the judgement is given a sheet that notes what is read of it. As long as nothing of that changes, the part comes to
the same; a part that walks through every fact rests on all of them.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Unread, key

ALL: Final = "*"
UNREAD: Final = "?"
TITLES: Final = "+"
"""What a reading has beside names: no name is spelled so."""
_UNDER: Final = "."
"""How a prefix ends, which no name does."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a sheet: names, prefixes, and the marks above."""

    exactly: frozenset[str]
    under: tuple[str, ...] = ()

    def is_touched_by(self, changed: AbstractSet[str]) -> bool:
        """Whether something of what was read is among what changed."""
        if ALL in self.exactly or not self.exactly.isdisjoint(changed):
            return True
        return bool(self.under) and any(one.startswith(self.under) for one in changed)


EVERYTHING: Final = Reading(frozenset({ALL}))


def touched(facts: Iterable[tuple[str, str | None]], *, unread: bool, titles: bool) -> frozenset[str]:
    """Return what changed, as readings have it: the names of these facts, and whether the other parts of a sheet did."""
    marks = [mark for mark, is_so in ((UNREAD, unread), (TITLES, titles)) if is_so]
    return frozenset([*(key(name) for name, _ in facts), *marks])


@dataclass(frozen=True, slots=True)
class Ground:
    """What the verdicts in hand rest on: a change is judged again only where it touches that."""

    mark: str
    """Of the rules, the settings and the day by which they were reached."""
    readings: tuple[str, ...]
    """Of what each part of the judgement looked at."""


class Followed(FactSheet):
    """A sheet that notes what is read of it."""

    __slots__ = ("_read", "_sheet")
    _read: set[str]
    _sheet: FactSheet

    def __init__(self, sheet: FactSheet) -> None:
        """Stand for this sheet."""
        object.__setattr__(self, "_sheet", sheet)
        object.__setattr__(self, "_read", set())

    @property
    def reading(self) -> Reading:
        """What was read so far."""
        exactly = frozenset(one for one in self._read if not one.endswith(_UNDER))
        return Reading(exactly, tuple(sorted(self._read - exactly)))

    @property
    def device(self) -> Identity:
        """Which device speaks; no change ever changes that."""
        return self._sheet.device

    @property
    def collected_at(self) -> datetime:
        """When it was collected; what of it is too old to count is its readers' matter, and no part of what was read."""
        return self._sheet.collected_at

    @property
    def collector(self) -> str:
        """What collected it; nobody judges by that."""
        return self._sheet.collector

    @property
    def is_whole(self) -> bool:
        """Whether it has the whole inventory."""
        return self._sheet.is_whole

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact."""
        self._read.add(ALL)
        return self._sheet.facts

    @property
    def software(self) -> tuple[Installed, ...] | None:
        """The titles."""
        self._read.add(TITLES)
        return self._sheet.software

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read."""
        self._read.add(UNREAD)
        return self._sheet.unread

    def among(self, names: AbstractSet[str]) -> AbstractSet[str]:
        """Return those of these names that a fact has."""
        self._read.update(names)
        return self._sheet.among(names)

    def named(self, name: str) -> list[Fact]:
        """Return every fact with this name, whatever its spelling."""
        self._read.add(key(name))
        return self._sheet.named(name)

    def under(self, prefix: str) -> Iterator[tuple[str, Fact]]:
        """Yield the facts whose name begins with these words."""
        self._read.add(key(prefix) + _UNDER)
        return self._sheet.under(prefix)


_MOST_KNOWN: Final = 4_000
_known: dict[str, Reading] = {}
"""The readings that this process met, by their marks: devices of a sort look alike, so there are few."""


def mark_of(reading: Reading) -> str:
    """Return the mark by which a reading is kept with a device."""
    mark = _mark(reading)
    if mark not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[mark] = reading
    return mark


def reading_of(mark: str) -> Reading:
    """Return the reading of this mark; one that this process has not met may have looked at anything."""
    return _known.get(mark, EVERYTHING)


@lru_cache(maxsize=_MOST_KNOWN)
def _mark(reading: Reading) -> str:
    told = "\n".join((*sorted(reading.exactly), *reading.under))
    return blake2b(told.encode("utf-8", "replace"), digest_size=9).hexdigest()
