"""Guesses what an unknown item is for, offline: a linear model over the marks of its name, origin, retention and flags.

What comes out is a suggestion with its confidence for a person to judge. Nothing in the product adopts it by itself.
"""

import gzip
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import repeat
from typing import Final

import msgspec
from publicsuffixlist import PublicSuffixList

from holdtrue.errors import Invalid
from holdtrue.policy.text.declarations import Category, Party
from holdtrue.website.knowledge.features import Unknown, in_words, marks_of, topic_of

FORMAT: Final = "holdtrue-classifier"
VERSION: Final = 5
SCRIPTED: Final = frozenset({"script", "cookie-store"})
"""How an item is set that cannot be closed to scripts."""
REASONS: Final = 3
"""Marks that a suggestion names as its grounds."""
NOBODYS: Final = "party ?"
"""The mark of what is not known to be anybody's, which says nothing to a person."""
BITS: Final = 32
"""Room for each of the four numbers of a weight where they are added up as one."""
Weight = tuple[int, int, int, int]
"""For what serves the visitor, for analytics, for marketing; and within the first, for preferences rather than necessity."""


class Source(msgspec.Struct, frozen=True):
    """One set of data that the model was trained on."""

    name: str
    licence: str
    sha256: str
    items: int


class Model(msgspec.Struct, frozen=True):
    """Every number of the classifier."""

    format: str
    version: int
    sources: tuple[Source, ...]
    marks: str
    """A digest of the marks that the package's own items had while it learnt: where they differ now, it has to learn again."""
    grams: float
    host_grams: float
    """What all pieces of a name, and all of a domain, count together."""
    scale: float
    """What a weight of one is worth."""
    names: frozenset[str]
    """The names that were met while learning, as `features.plain` gives them."""
    sharpness_met: float
    sharpness_unmet: float
    """Factors on the scores that make confidences come true as often as they say: for these names, and for others."""
    bias: Weight
    facts: Mapping[str, Weight]
    pieces: Mapping[str, Weight]
    host_pieces: Mapping[str, Weight]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A guess, to be shown as one."""

    category: Category
    confidence: float
    """How often such a guess is right, from 0 to 1."""
    why: tuple[str, ...]
    """The marks that spoke for it most strongly."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """The weights laid out so that adding up takes one addition a mark."""

    facts: dict[str, int]
    pieces: dict[str, int]
    host_pieces: dict[str, int]
    against: tuple[dict[str, int], ...]
    """For each class what a fact says against it, less than 0 where it speaks for it."""


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the model of the package, read when it is first asked for."""
    packed = resources.files("holdtrue.website.knowledge").joinpath("data/classifier.json.gz").read_bytes()
    return read(packed)


def read(packed: bytes) -> Model:
    """Return the model in a file's bytes, or raise `Invalid`."""
    try:
        found = msgspec.json.decode(gzip.decompress(packed), type=Model)
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise Invalid("This is no model of the classifier.", hint="Install the package again.") from error
    if found.format != FORMAT or found.version != VERSION:
        raise Invalid(f"This model is of version {found.version}, not {VERSION}.", hint="Train it again.")
    return found


def suggest(  # noqa: PLR0913 - what may be known of an item
    name: str,
    *,
    domain: str = "",
    party: Party | None = None,
    retention: float | None = None,
    via: str = "",
    http_only: bool | None = None,
    secure: bool | None = None,
    same_site: str = "",
    value_shape: str = "",
) -> Suggestion:
    """Return the likeliest category of an item, how likely it is, and what speaks for it.

    `domain` is of whom the item belongs to; `retention` counts days, 0 until the browser closes, None where it is not known;
    `via` is how a scan saw it set; `value_shape` is a word of `features.shape_of`.
    """
    return guess(
        Unknown(
            name=name,
            domain=registrable(domain),
            is_third=None if party is None else party is Party.THIRD,
            days=retention,
            http_only=False if via in SCRIPTED else http_only,
            secure=secure,
            same_site=same_site.lower(),
            value_shape=value_shape,
        )
    )


def guess(item: Unknown) -> Suggestion:
    """Return the suggestion for what is known of an item."""
    marks, learnt, ready = marks_of(item), model(), _ready()
    said = zip(
        learnt.bias,
        apart(sum(map(ready.facts.get, marks.facts, repeat(0)))),
        _of_name(marks.grams),
        _of_host(marks.host_grams),
        strict=True,
    )
    *scores, preference = [(bias + facts + name + host) * learnt.scale for bias, facts, name, host in said]
    highest = max(scores)
    best = scores.index(highest)
    sharpness = learnt.sharpness_met if marks.name in learnt.names else learnt.sharpness_unmet
    total = sum([math.exp((score - highest) * sharpness) for score in scores])
    category, share = _within(best, preference)
    return Suggestion(category, share / total, _grounds(marks.facts, ready.against[best]))


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the registrable domain of a host: by it others are told from oneself."""
    host = host.strip(".").lower()
    return _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _ready() -> _Ready:
    learnt = model()
    facts, pieces, hosts = (
        {mark: joined(weight) for mark, weight in part.items()} for part in (learnt.facts, learnt.pieces, learnt.host_pieces)
    )
    against = [{mark: sum(weight[:3]) - 3 * weight[best] for mark, weight in learnt.facts.items()} for best in range(3)]
    return _Ready(facts, pieces, hosts, tuple(against))


def joined(weight: Weight) -> int:
    """Return four numbers as one, so that they are added at once; `apart` is the way back."""
    first, second, third, fourth = weight
    return first + (second << BITS) + (third << 2 * BITS) + (fourth << 3 * BITS)


def apart(total: int) -> Weight:
    """Return the four numbers of a sum."""
    half, mask = 1 << (BITS - 1), (1 << BITS) - 1
    first = ((total + half) & mask) - half
    total = (total - first) >> BITS
    second = ((total + half) & mask) - half
    total = (total - second) >> BITS
    third = ((total + half) & mask) - half
    return first, second, third, (total - third) >> BITS


@lru_cache(maxsize=8192)
def _of_name(pieces: tuple[str, ...]) -> tuple[float, ...]:
    return _together(_ready().pieces, pieces, model().grams)


@lru_cache(maxsize=8192)
def _of_host(pieces: tuple[str, ...]) -> tuple[float, ...]:
    return _together(_ready().host_pieces, pieces, model().host_grams)


def _together(weights: dict[str, int], pieces: tuple[str, ...], worth: float) -> tuple[float, ...]:
    """Return what the pieces of a text say together, so that long texts do not shout."""
    factor = worth / math.sqrt(max(len(pieces), 1))
    return tuple([number * factor for number in apart(sum(map(weights.get, pieces, repeat(0))))])


def _within(best: int, preference: float) -> tuple[Category, float]:
    """Return the category of a class and its share in it; only the first class holds two."""
    if best:
        return (Category.ANALYTICS, Category.MARKETING)[best - 1], 1.0
    share = 1 / (1 + math.exp(-max(min(preference, 30), -30)))
    return (Category.PREFERENCES, share) if share > 1 / 2 else (Category.NECESSARY, 1 - share)


def _grounds(facts: tuple[str, ...], against: dict[str, int]) -> tuple[str, ...]:
    """Return the facts that spoke most for a class, by what each says against it: one of each topic."""
    best: dict[str, str] = {}
    for _, mark in sorted([(voice, mark) for mark in facts if (voice := against.get(mark, 0)) < 0]):
        if mark != NOBODYS:
            best.setdefault(topic_of(mark), mark)
    if "word" in best:
        # A word in the name says more to a person than the name as a whole.
        best.pop("name", None)
    return tuple(in_words(mark) for mark in list(best.values())[:REASONS])
