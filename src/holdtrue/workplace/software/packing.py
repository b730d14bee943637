"""How an inventory is kept in one row: its titles as packed numbers, and how many of each sort."""

import sys
from array import array
from collections.abc import Iterable
from typing import Final, TypeAlias

from holdtrue.workplace.facts import Installed

_LONGEST: Final = 300

Counts: TypeAlias = "dict[str, list[int]]"
"""For each sort of package: how many titles, and of how many the archive is known."""


def counted(titles: Iterable[Installed]) -> Counts:
    """Return how many titles there are of each sort."""
    counts: Counts = {}
    for title in titles:
        count(counts, title, 1)
    return counts


def count(counts: Counts, title: Installed, step: int) -> None:
    """Move on the counts by one title that came, or with -1 went."""
    pair = counts.setdefault(title.type, [0, 0])
    pair[0] += step
    pair[1] += step if title.origin else 0
    if not pair[0]:
        del counts[title.type]


def cut(title: Installed) -> Installed:
    """Return the title as it is kept: no part of it longer than its column."""
    if max(map(len, (title.name, title.version, title.type, title.origin, title.publisher))) <= _LONGEST:
        return title
    return Installed(*(part[:_LONGEST] for part in (title.name, title.version, title.type, title.origin, title.publisher)))


def packed(numbers: Iterable[int]) -> bytes:
    """Return titles' numbers as eight bytes each, little end first."""
    packed = array("q", sorted(numbers))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpacked(kept: bytes) -> Iterable[int]:
    """Return the numbers that `packed` made into bytes."""
    numbers = array("q")
    numbers.frombytes(kept)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
