"""Two texts compared word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import Final

_TOKENS = re.compile(r"\s+|[\w'\u2019-]+|[^\w\s]")
_ALIKE: Final = 0.5
"""Share of words from which two lines count as one line that changed."""

_MOST_PAIRS: Final = 2_500
"""Lines times lines that are compared with each other; beyond, the old stands before the new as a whole."""
_MOST_STEPS: Final = 4_000_000
"""Words times words, likewise: comparing takes time by their product."""


class Mark(StrEnum):
    """Whether words stand in both versions or in one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words of a difference."""

    mark: Mark
    text: str


def words_between(before: str, after: str) -> tuple[Words, ...]:
    """Return the words of both texts, those in one alone marked; lines that share little are shown one after the other."""
    old, new = _lines(before), _lines(after)
    runs: list[Words] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Words(Mark.SAME, "".join(old[i1:i2])))
        else:
            for gone, come in _paired(old[i1:i2], new[j1:j2]):
                runs += _within(gone, come)
    joined = list(_joined(runs))
    return tuple([*joined[:-1], Words(joined[-1].mark, joined[-1].text.removesuffix("\n"))] if joined else ())


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.splitlines()]


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each line with the one that took its place, lines without one by themselves."""
    if len(old) * len(new) > _MOST_PAIRS:
        yield "".join(old), ""
        yield "", "".join(new)
        return
    place = 0
    for line in old:
        likeness, best = max(((_likeness(line, new[i]), -i) for i in range(place, len(new))), default=(0.0, 0))
        if likeness < _ALIKE:
            yield line, ""
            continue
        yield from (("", one) for one in new[place:-best])
        yield line, new[-best]
        place = 1 - best
    yield from (("", one) for one in new[place:])


def _likeness(one: str, other: str) -> float:
    old, new = re.findall(r"\w+", one), re.findall(r"\w+", other)
    return 0.0 if len(old) * len(new) > _MOST_STEPS else SequenceMatcher(None, old, new, autojunk=False).ratio()


def _within(before: str, after: str) -> Iterator[Words]:
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Words(Mark.SAME, "".join(old[i1:i2]))
            continue
        if i1 < i2:
            yield Words(Mark.REMOVED, "".join(old[i1:i2]))
        if j1 < j2:
            yield Words(Mark.ADDED, "".join(new[j1:j2]))


def _joined(runs: Iterable[Words]) -> Iterator[Words]:
    for mark, group in groupby(runs, key=lambda run: run.mark):
        yield Words(mark, "".join(run.text for run in group))
