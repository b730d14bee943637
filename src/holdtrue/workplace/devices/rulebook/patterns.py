"""The patterns of a query, and how long each may take at most: nothing can stop a match that has begun.

A match tries every way of sharing a text out among what repeats. Where what follows something that repeats can be no part of
it, there is one way only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import comb, prod
from typing import Final

MOST_WORK: Final = 20_000_000
"""Steps that all matches of one query may take."""
_USUAL: Final = 100
"""Characters of a text that every pattern must be able to be matched with."""
_LONGEST: Final = 500
"""Characters of a pattern."""
_TOKEN: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|[()|^$]|[*+?]\??|\{\d*,?\d*\}\??|.",
    re.DOTALL,
)
_REPEAT: Final = re.compile(r"[*+?]\??|\{(\d*)(,?)(\d*)\}\??")
_ESCAPED: Final = re.compile(r"\\[dDwWsSbBAZtnrfv\W_]", re.DOTALL)
_CHARACTERS: Final = "".join(map(chr, range(256))) + "Āаא中\u2028😀"
_AT_ONE_PLACE: Final = frozenset({"^", "$", r"\A", r"\Z", r"\b", r"\B"})


class _TooLong(ValueError):
    def __init__(self) -> None:
        super().__init__("the pattern may take too long")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, and what its matches may cost."""

    compiled: re.Pattern[str]
    shares: int
    """Among how many a text is shared out."""
    ways: int
    """In how many ways its choices may fall out."""

    def work(self, text: str) -> int:
        """Return how many steps a match may take at most."""
        return comb(len(text) + self.shares, self.shares) * self.ways


@lru_cache(maxsize=256)
def pattern(told: str) -> Pattern:
    """Return a pattern; raises `ValueError` for one that is none, or that may take for ever."""
    if len(told) > _LONGEST:
        raise _TooLong
    compiled = re.compile(told)
    shares, ways = _Reading(told.removeprefix("(?i)")).cost()
    found = Pattern(compiled, shares, ways)
    if found.work("x" * _USUAL) > MOST_WORK:
        raise _TooLong
    return found


@lru_cache(maxsize=1000)
def _set(atom: str) -> frozenset[str]:
    """Return what of the usual characters one part of a pattern stands for, in whatever case."""
    one = re.compile(atom, re.IGNORECASE)
    return frozenset(character for character in _CHARACTERS if one.fullmatch(character))


def _least(repeat: str) -> int:
    told = _REPEAT.fullmatch(repeat)
    return 0 if told is None or repeat[0] in "*?" else 1 if repeat[0] == "+" else int(told[1] or 0)


def _is_fixed(repeat: str) -> bool:
    told = _REPEAT.fullmatch(repeat)
    return told is not None and repeat[0] == "{" and (not told[2] or told[1] == told[3])


class _Reading:
    """A pattern, part by part."""

    def __init__(self, told: str) -> None:
        self._parts: list[str] = _TOKEN.findall(told)
        self._ends = self._pairs()

    def cost(self) -> tuple[int, int]:
        """Return among how many a text is shared out, and in how many ways choices fall out."""
        shares, ways, scans = 0, prod(self._branches()), False
        for place, part in enumerate(self._parts):
            repeat = self._repeat(place + 1)
            if part == "(?" or (part[0] == "\\" and not _ESCAPED.fullmatch(part)) or (self._is_repeat(part) and repeat):
                raise _TooLong
            if not repeat or self._is_repeat(part) or (_is_fixed(repeat) and part != ")"):
                continue
            if repeat[0] == "?":
                ways += ways
            elif part == ")" and self._varies(place):
                raise _TooLong
            elif part == ")" or not self._is_shut(place):
                shares += 1
            else:
                scans = True
        starts = self._parts[:1] not in (["^"], [r"\A"]) or "|" in self._parts
        return shares + starts + scans, ways

    def _branches(self) -> Iterable[int]:
        """Return of how many things each group, and the whole, may be one."""
        begun, found = [-1], {-1: 1}
        for place, part in enumerate(self._parts):
            if part[0] == "(":
                begun.append(place)
                found[place] = 1
            elif part == ")":
                begun.pop()
            elif part == "|":
                found[begun[-1]] += 1
        return found.values()

    def _pairs(self) -> dict[int, int]:
        """Return where each group ends, by where it begins, and the other way round."""
        begun: list[int] = []
        found: dict[int, int] = {}
        for place, part in enumerate(self._parts):
            if part[0] == "(":
                begun.append(place)
            elif part == ")":
                found[place] = begun.pop()
                found[found[place]] = place
        return found

    @staticmethod
    def _is_repeat(part: str) -> bool:
        return _REPEAT.fullmatch(part) is not None

    def _repeat(self, place: int) -> str:
        """Return what says how often the part before this place comes; empty where nothing does."""
        part = self._parts[place] if place < len(self._parts) else ""
        return part if self._is_repeat(part) else ""

    def _varies(self, end: int) -> bool:
        """Whether what a group that ends here stands for may be longer or shorter, or one thing or another."""
        inside = self._parts[self._ends[end] + 1 : end]
        return any(part == "|" or (self._is_repeat(part) and not _is_fixed(part)) for part in inside)

    def _is_shut(self, place: int) -> bool:
        """Whether what must follow a part that repeats can be no more of it."""
        after = place + 2
        while after < len(self._parts):
            part, repeat = self._parts[after], self._repeat(after + 1)
            if part == ")" and not repeat:
                after += 1
            elif part[0] == "(":
                end = self._ends[after]
                if "|" in self._parts[after:end] or (self._repeat(end + 1) and not _least(self._repeat(end + 1))):
                    return False
                after += 1
            elif part in {"$", r"\Z"}:
                return True
            elif part in _AT_ONE_PLACE or part in {"|", ")"} or (repeat and not _least(repeat)):
                return False
            else:
                return not _set(self._parts[place]) & _set(part)
        return True
