"""What the classifier looks at: an item told as a list of marks, by the same code when it is trained and when it is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from holdtrue.website.knowledge.ideas import ideas_in, parts_of

NUMBER = re.compile(r"\d+")
RANDOM = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]{0,9}\d)[0-9a-f]{10,64}|[a-z0-9]{0,16}\d{6,32}[a-z0-9]{0,16}"
)
LONGEST_NAME = 60
GRAMS = (2, 3, 4, 5)
HOST_GRAMS = (3, 4, 5)
SPANS = (
    (1 / 288, "minutes"), (1 / 20, "an hour"), (0.6, "half a day"), (1.5, "a day"), (8, "a week"), (20, "two weeks"),
    (35, "a month"), (95, "three months"), (190, "half a year"), (360, "under a year"), (370, "a year"),
    (400, "thirteen months"), (740, "two years"), (1900, "five years"), (3700, "ten years"),
)  # fmt: skip
"""Upper limits in days, and the words for them."""
SHAPES = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        ("empty", r"\Z"),
        ("flag", r"(?:[01]|true|false|yes|no|on|off|[yntf])\Z"),
        ("counted id", r"[A-Za-z]{2}\d?\.\d"),
        ("uuid", r'[{"]?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}'),
        ("language", r'"?[a-z]{2}(?:[-_][A-Za-z]{2,4})?"?\Z'),
        ("date", r"\d{4}-\d\d-\d\d"),
        ("time", r"1[5-9]\d{8}(?:\d{3})?\Z"),
        ("number", r"-?\d{1,6}\Z"),
        ("long number", r"-?\d{7,}\Z"),
        ("decimal", r"[\d.]+\Z"),
        ("signed token", r"ey[A-Za-z0-9_-]+\.ey"),
        ("structure", r"[\[{]|%7B|%5B"),
        ("address", r"https?(:|%3A)"),
        ("hexadecimal", r"[0-9a-fA-F]{16,}\Z"),
        ("pairs", r"[^=&]{1,30}=[^&]*[&|;:,]"),
        ("word", r"[A-Za-z_-]{1,15}\Z"),
        ("long text", r"[A-Za-z0-9+/_=%-]{16,}\Z"),
        ("token", r"[A-Za-z0-9_-]{5,15}\Z"),
        ("sentence", r".*\s"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What is known of one cookie or storage item; what is not known stays None or empty."""

    name: str
    domain: str = ""
    """Registrable domain of whom it belongs to; only third parties' tell anything."""
    is_third: bool | None = None
    days: float | None = None
    """Days it is kept; 0 until the browser closes."""
    http_only: bool | None = None
    secure: bool | None = None
    same_site: str = ""
    value_shape: str = ""
    """One of the words of `shape_of`."""


@dataclass(frozen=True, slots=True)
class Marks:
    """One item as the model sees it."""

    facts: tuple[str, ...]
    grams: tuple[str, ...]
    """Pieces of the name."""
    host_grams: tuple[str, ...]
    """Pieces of a third party's domain."""


def shape_of(value: str) -> str:
    """Return in a word what a value looks like; the value itself need not be kept."""
    head = value[:200]
    return next((word for word, pattern in SHAPES if pattern.match(head)), "other")


def span_of(days: float | None) -> str:
    """Return in words how long an item is kept."""
    if days is None:
        return "unknown"
    if days <= 0:
        return "session"
    return next((word for limit, word in SPANS if days <= limit), "longer")


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """Return a name in lower case with what differs from visitor to visitor taken out of it."""
    return NUMBER.sub("0", RANDOM.sub("#", name[:LONGEST_NAME].lower()))


def marks_of(item: Unknown) -> Marks:
    """Return everything that the model may weigh in an item."""
    name = plain(item.name)
    is_foreign = bool(item.is_third and item.domain)
    return Marks(
        (*_about_name(item, name), *_about_origin(item, name, is_foreign=is_foreign), *_about_life(item)),
        _pieces(f"^{name}$", GRAMS),
        _pieces(f".{item.domain}", HOST_GRAMS) if is_foreign else (),
    )


@lru_cache(maxsize=8192)
def _pieces(text: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(text[start : start + length] for length in lengths for start in range(len(text) - length + 1))


@lru_cache(maxsize=8192)
def _name_facts(name: str) -> tuple[str, ...]:
    facts = [
        *(f"part {part}" for part in parts_of(name)),
        *(f"idea {idea}" for idea in ideas_in(name)),
        f"long {min(len(name), 12)}",
    ]
    if name.startswith("_"):
        facts.append("underscores" if name.startswith("__") else "underscore")
    if name.isupper():
        facts.append("capitals")
    return tuple(facts)


def _about_name(item: Unknown, name: str) -> Iterator[str]:
    yield f"name {name}"
    yield from _name_facts(item.name[:LONGEST_NAME])
    side, span = _side(item), span_of(item.days)
    for idea in ideas_in(item.name[:LONGEST_NAME]):
        yield f"idea {idea}, {side}"
        yield f"idea {idea}, {span}"


def _side(item: Unknown) -> str:
    return "?" if item.is_third is None else "third" if item.is_third else "first"


def _about_origin(item: Unknown, name: str, *, is_foreign: bool) -> Iterator[str]:
    yield f"party {_side(item)}"
    if is_foreign:
        yield f"domain {item.domain}"
        yield f"domain {item.domain} name {name}"


def _about_life(item: Unknown) -> Iterator[str]:
    span, side = span_of(item.days), _side(item)
    yield f"kept {span}"
    yield f"kept {span}, {side}"
    if item.days:
        yield f"days {item.days:.0f}" if item.days >= 1 else f"minutes {item.days * 1440:.0f}"
    if item.http_only is not None:
        yield f"http-only {item.http_only}"
        yield f"secure {item.secure}"
        yield f"same-site {item.same_site}"
        yield f"flags {item.http_only} {item.secure} {item.same_site} {side}"
    if item.value_shape:
        yield f"value {item.value_shape}"
        yield f"value {item.value_shape}, {span}"
        yield f"value {item.value_shape}, {side}"


@lru_cache(maxsize=8192)
def in_words(mark: str) -> str:
    """Return a mark as one would say it to a person."""
    sort, _, rest = mark.partition(" ")
    what = rest.partition(", ")[0]
    return {
        "part": f"“{what}” in its name",
        "idea": f"its name, which speaks of {what}",
        "domain": f"its domain {rest.partition(' name ')[0]}",
        "party": f"its being {what} party",
        "kept": f"its being kept ({what})",
        "days": f"its being kept {what} days",
        "minutes": f"its being kept {what} minutes",
        "value": f"a value like a {what}",
    }.get(sort, "its name" if sort in NAMED else "its flags")


NAMED = {"name", "long", "underscore", "underscores", "capitals"}
"""Marks of the name as a whole."""
