"""Items whose names differ by a random part alone: told as one, so that they do not flood a report."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeAlias

from holdtrue.website.scan.engine.identifiers import looks_unique
from holdtrue.website.scan.engine.observations import Observation, State

Item: TypeAlias = tuple[str, str, str]
"""Kind, domain and name."""
ENOUGH = 3
"""Names of one shape from which they are told as one."""
STRENGTH = {"None": 0, "": 1, "Lax": 2, "Strict": 3}
"""How far each `SameSite` protects; an unknown word is as none at all."""
MOST_SHAPES = 100
"""Shapes for which names without a digit are looked for: a site can make up as many shapes as names."""
MOST_TO_A_VOWEL = 6
"""Letters to a vowel from which a part is no word."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PART = re.compile(r"[A-Za-z0-9]{6,}")
_NUMBERED = re.compile(r"([A-Za-z]{2,})\d{9,}")
_OWN = re.compile(r"[A-Za-z]{2}")


def shape_of_name(name: str) -> str:
    """Return a name with `*` for each part that looks made up; as it is where nothing else is left, or nothing is made up."""
    parts = _PART.sub(lambda part: _shape_of_part(part.group(0)), _UUID.sub("*", name))
    shape = re.sub(r"\*(?:[-.]?\*)+", "*", parts)
    return shape if _OWN.search(shape) else name


def _shape_of_part(part: str) -> str:
    """Return `*` for what looks made up, behind a word where a long number follows one."""
    numbered = _NUMBERED.fullmatch(part)
    if numbered is not None:
        return f"{numbered.group(1)}*"
    return "*" if looks_unique(part) else part


def folded(stored: Iterable[Observation], *, declared: Collection[str] = ()) -> list[Observation]:
    """Return the items with those of one shape put together, state by state; names that are declared as such stay."""
    stored = list(stored)
    shapes = _shapes({(one.kind.value, one.domain, one.name) for one in stored}, frozenset(declared))
    together: dict[tuple[State, Item], list[Observation]] = defaultdict(list)
    for one in stored:
        item = (one.kind.value, one.domain, one.name)
        together[one.state, shapes.get(item, item)].append(one)
    counts = Counter(shapes.values())
    return [_merged(shape[2], these, counts[shape]) for (_, shape), these in together.items()]


def _shapes(items: Collection[Item], declared: Collection[str]) -> dict[Item, Item]:
    """Return the shape of each item that shares it with enough others, by item."""
    alike: dict[Item, set[str]] = defaultdict(set)
    for kind, domain, name in items:
        shape = shape_of_name(name)
        if shape != name:
            alike[kind, domain, shape].add(name)
    # Some of what is made up has no digit in it by chance: that is as long as the others.
    by_length: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for kind, domain, name in items:
        by_length[kind, domain, len(name)].append(name)
    for (kind, domain, shape), names in sorted(alike.items(), key=lambda one: (-len(one[1]), one[0]))[:MOST_SHAPES]:
        others = (name for length in {len(name) for name in names} for name in by_length[kind, domain, length])
        names |= {name for name in others if fnmatchcase(name, shape) and not _is_word(name, shape)}
    enough = {place: names for place, names in alike.items() if len(names) >= ENOUGH and names.isdisjoint(declared)}
    return {(kind, domain, name): (kind, domain, shape) for (kind, domain, shape), names in enough.items() for name in names}


def _is_word(name: str, shape: str) -> bool:
    """Whether what stands for the made-up part can be spoken: words have a vowel for every few letters."""
    before, _, after = shape.partition("*")
    part = name[len(before) : len(name) - len(after)]
    return sum(sign in "aeiouy" for sign in part.lower()) * MOST_TO_A_VOWEL > len(part)


def _least(protections: Iterable[bool | None]) -> bool | None:
    """Return the weakest of what protects several items; None where it is known of none."""
    known = [one for one in protections if one is not None]
    return all(known) if known else None


def _merged(name: str, these: Sequence[Observation], count: int) -> Observation:
    first = these[0]
    if first.name == name:
        return first
    often = Counter(one.set_by for one in these if one.set_by).most_common(1)
    author = next((one for one in these if often and one.set_by == often[0][0]), first)
    return replace(
        first,
        name=name,
        set_by=author.set_by,
        via=author.via,
        chain=author.chain,
        where=author.where,
        http_only=_least(one.http_only for one in these),
        secure=_least(one.secure for one in these),
        same_site=min((one.same_site for one in these), key=lambda said: STRENGTH.get(said, 1)),
        refused_reason="" if any(not one.refused_reason for one in these) else first.refused_reason,
        detail=str(count),
        retention_days=max((one.retention_days for one in these if one.retention_days is not None), default=None),
        deleted=all(one.deleted for one in these),
        momentary=all(one.momentary for one in these),
        survived=all(one.survived for one in these),
        respawned=any(one.respawned for one in these),
        refreshed=any(one.refreshed for one in these),
        is_identifier=any(one.is_identifier for one in these),
        is_choice=all(one.is_choice for one in these),
    )
