"""What the classifier looks at: an item told as a list of marks, by the same code when it is trained and when it is asked."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from holdtrue.said import Said, listed, said
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
        ("counted id", r"[A-Z]{2}\d?\.\d"),
        ("dotted id", r"[a-z]{2}\.\d"),
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

    name: str
    """The name as a whole, without what differs from visitor to visitor."""
    facts: tuple[str, ...]
    grams: tuple[str, ...]
    """Pieces of the name."""
    host_grams: tuple[str, ...]
    """Pieces of a third party's domain."""


def shape_of(value: str) -> str:
    """Return in a word what a value looks like; the value itself need not be kept."""
    head = value[:200]
    return next((word for word, pattern in SHAPES if pattern.match(head)), "other")


@lru_cache(maxsize=8192)
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
    text = item.name[:LONGEST_NAME]
    name, side = plain(text), _side(item.is_third)
    is_foreign = bool(item.is_third and item.domain)
    origin = _about_origin(item, name) if is_foreign else ()
    flags = () if item.http_only is None else _about_flags(item.http_only, item.secure, item.same_site, side)
    value = _about_value(item.value_shape, item.days, side) if item.value_shape else ()
    return Marks(
        name,
        (*_about_name(text, side, span_of(item.days)), *origin, *_about_life(item.days, side), *flags, *value),
        _pieces(f"^{name}$", GRAMS),
        _pieces(f".{item.domain}", HOST_GRAMS) if is_foreign else (),
    )


def _about_origin(item: Unknown, name: str) -> tuple[str, ...]:
    """Return whose an item is, with its name, with how long it is kept, and with whether scripts may read it."""
    domain = f"domain {item.domain}"
    return (domain, f"{domain} name {name}", f"{domain}, {span_of(item.days)}", f"{domain}, http-only {item.http_only}")


@lru_cache(maxsize=8192)
def _pieces(text: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(text[start : start + length] for length in lengths for start in range(len(text) - length + 1))


@lru_cache(maxsize=8192)
def _about_name(name: str, side: str, span: str) -> tuple[str, ...]:
    ideas = ideas_in(name)
    return (
        *_name_facts(name),
        *(f"idea {idea}, {side}" for idea in ideas),
        *(f"idea {idea}, {span}" for idea in ideas),
        f"party {side}",
    )


@lru_cache(maxsize=8192)
def _name_facts(name: str) -> tuple[str, ...]:
    parts, ideas = parts_of(name), ideas_in(name)
    facts = [
        f"name {plain(name)}",
        *(f"part {part}" for part in parts),
        *(f"parts {first} {second}" for first, second in pairwise(parts)),
        *(f"first {part}" for part in parts[:1]),
        *(f"last {part}" for part in parts[-1:]),
        *(f"idea {idea}" for idea in ideas),
        *(f"ideas {one} and {other}" for one, other in combinations(ideas, 2)),
        f"long {min(len(name), 12)}",
    ]
    if name.startswith("_"):
        facts.append("underscores" if name.startswith("__") else "underscore")
    if name.isupper():
        facts.append("capitals")
    return tuple(facts)


def _side(is_third: bool | None) -> str:
    return "?" if is_third is None else "third" if is_third else "first"


@lru_cache(maxsize=8192)
def _about_life(days: float | None, side: str) -> tuple[str, ...]:
    span = span_of(days)
    kept = (f"kept {span}", f"kept {span}, {side}")
    if not days:
        return kept
    return (*kept, f"days {days:.0f}" if days >= 1 else f"minutes {days * 1440:.0f}")


@lru_cache(maxsize=1024)
def _about_flags(http_only: bool, secure: bool | None, same_site: str, side: str) -> tuple[str, ...]:
    return (
        f"http-only {http_only}",
        f"secure {secure}",
        f"same-site {same_site}",
        f"flags {http_only} {secure} {same_site} {side}",
    )


def _about_value(shape: str, days: float | None, side: str) -> tuple[str, ...]:
    return (f"value {shape}", f"value {shape}, {span_of(days)}", f"value {shape}, {side}")


@lru_cache(maxsize=8192)
def topic_of(mark: str) -> str:
    """Return what a mark is about: a person is told one mark of each."""
    sort = mark.partition(" ")[0]
    return _TOPICS.get(sort, "name" if sort in NAMED else "flags")


@lru_cache(maxsize=8192)
def in_words(mark: str) -> Said:
    """Return a mark as one would say it to a person."""
    sort, _, rest = mark.partition(" ")
    what = rest.partition(", ")[0]
    if sort == "ideas":
        return said(
            "words in its name that stand for %(what)s", what=listed([said(IN_PLAIN[one]) for one in what.split(" and ")])
        )
    if sort == "idea":
        return said("a word in its name that stands for %(what)s", what=said(IN_PLAIN[what]))
    if sort == "party":
        return said("whose it is: the site's own") if what == "first" else said("whose it is: somebody else's")
    if sort in _IN_WORDS:
        return said(_IN_WORDS[sort], what=said(what) if sort in _SPEAKING else what.partition(" name ")[0])
    return said("its name") if sort in NAMED else said("who may read it and when it is sent (its flags)")


_IN_WORDS = {
    "part": "“%(what)s” in its name",
    "parts": "“%(what)s” in its name",
    "first": "“%(what)s” at the start of its name",
    "last": "“%(what)s” at the end of its name",
    "domain": "its domain %(what)s",
    "kept": "how long it is kept (%(what)s)",
    "days": "how long it is kept (%(what)s days)",
    "minutes": "how long it is kept (%(what)s minutes)",
    "value": "a value like a %(what)s",
}
"""What the marks of a sort say, by its first word."""
_SPEAKING = {"kept", "value"}
"""Sorts whose marks are words of ours, not the item's."""
IN_PLAIN = {
    "consent": "consent",
    "session": "a session",
    "guard": "protection against misuse",
    "login": "signing in",
    "balance": "spreading visitors over servers",
    "language": "language or place",
    "look": "how the page looks",
    "basket": "a shopping basket",
    "media": "film or sound",
    "chat": "a chat",
    "visit": "counting visits",
    "trial": "trying out variants",
    "ads": "advertising",
    "ident": "telling visitors apart",
    "check": "a test of the browser",
    "time": "a time",
    "debug": "a version",
}
"""What each idea is called before a person."""
NAMED = {"name", "long", "underscore", "underscores", "capitals"}
"""Marks of the name as a whole."""
_TOPICS = {
    **dict.fromkeys(("part", "parts", "first", "last", "idea", "ideas"), "word"),
    **dict.fromkeys(("kept", "days", "minutes"), "time"),
    **{sort: sort for sort in ("domain", "party", "value")},
}
