"""What one visitor's notebook comes down to: what was seen, and marks by which values are known again without being told.

A mark is a keyed digest; the key is made anew for each scan. So what is kept of a scan that may be resumed holds no value
of any cookie.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import unquote_plus

from holdtrue.website.scan.engine.discretion import blanked, discreet
from holdtrue.website.scan.engine.identifiers import Payloads, Sent, disguises, looks_unique, tokens
from holdtrue.website.scan.engine.notebook import Key, Notebook
from holdtrue.website.scan.engine.observations import Observation, State

_NUMBERS = re.compile(r"\d{5,}")
_CATEGORY = re.compile(
    r"\b(necessary|essential|required|functional\w*|preferences?|settings|personali[sz]ation|experience|performance|measurement"
    r"|analytics?|analytical|statistics?|stats|usage|marketing|ads?|advertis\w+|targeting|campaigns?|social|tracking)"
    r"[\"'_a-z]{0,12}\s*[:=]\s*[\"']?(?:true|false|yes|no|on|off|[01]|granted|denied|allow(?:ed)?|den(?:y|ied)|accept(?:ed)?"
    r"|reject(?:ed)?)\b",
    re.IGNORECASE,
)
_OPTIONAL = (
    r"\b(performance|measurement|analytics?|analytical|statistics?|stats|usage|marketing|ads?|advertis\w+|targeting|campaigns?"
    r"|social|tracking)[\"'_a-z]{0,12}\s*[:=]\s*[\"']?"
)
_GRANTED = re.compile(_OPTIONAL + r"(?:true|yes|on|1|granted|allow(?:ed)?|accept(?:ed)?)\b", re.IGNORECASE)
_DENIED = re.compile(_OPTIONAL + r"(?:false|no|off|0|den(?:y|ied)|reject(?:ed)?)\b", re.IGNORECASE)
_CATEGORIES = 2
"""Categories with an answer each from which a value is a record of consent."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value that looks made up for one visitor."""

    mark: str
    letters: int
    digests: tuple[str, ...] = ()
    """Marks of what is shown of it where it, or the value that it is a part of, is sent as a digest or written otherwise."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one item held."""

    item: Key
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Errand:
    """A mark that went to another party."""

    mark: str
    host: str
    sent: Sent


@dataclass(frozen=True, slots=True)
class Written:
    """What an answer to the banner wrote into one item."""

    state: State
    item: Key
    mark: str
    """Of the value without its times and identifiers: they differ whatever was answered."""
    is_record: bool = False
    """Whether the value names categories of consent, with a yes or no for each."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that one visitor leaves behind."""

    observations: tuple[Observation, ...]
    held: tuple[Held, ...]
    errands: tuple[Errand, ...]
    written: tuple[Written, ...] = ()

    def within(self, states: Collection[State]) -> "Trace":
        """Return the same without what belongs to other states."""
        return replace(
            self,
            observations=tuple(one for one in self.observations if one.state in states),
            errands=tuple(one for one in self.errands if one.sent.state in states),
            written=tuple(one for one in self.written if one.state in states),
        )


def trace_of(notebook: Notebook, payloads: Payloads, *, salt: str) -> Trace:
    """Return what a visitor leaves behind so far; traces of one scan share its salt."""
    mark = marker(salt)
    held = tuple(Held(item, _pieces(values, mark)) for item, values in notebook.values.items())
    observations = discreet(notebook.observations())
    pages = frozenset(one.page for one in observations)
    errands = tuple(
        Errand(mark(token), place.partition(" ")[2], _unsaid(sent, pages))
        for token, places in payloads.where.items()
        if looks_unique(token)
        for place, sent in places.items()
    )
    written = tuple(
        Written(State(key[0]), key[1:], mark(_bare(value)), is_record=names_categories(value))
        for key, value in notebook.written.items()
    )
    return Trace(tuple(observations), held, errands, written)


def _unsaid(sent: Sent, pages: Collection[str]) -> Sent:
    """Return where something was sent without what was sent."""
    page = blanked(sent.page, (sent.page,))
    by = page if sent.by == sent.page else blanked(sent.by, pages)
    return replace(sent, page=page, url=blanked(sent.url, pages), by=by)


def names_categories(value: str) -> bool:
    """Whether a value says of several categories of consent whether they were agreed to."""
    return len({word.lower() for word in _CATEGORY.findall(unquote_plus(value))}) >= _CATEGORIES


def still_agrees(value: str, *, refused: int) -> bool:
    """Whether a record of consent agrees to something optional, and denies less than the visitor has switched off.

    Some write down more categories than they ask for.
    """
    plain = unquote_plus(value)
    denied = {word.lower() for word in _DENIED.findall(plain)}
    return names_categories(value) and _GRANTED.search(plain) is not None and len(denied) < max(refused, 1)


def _bare(value: str) -> str:
    """Return a value without its times, and without what looks made up for one visitor."""
    plain = unquote_plus(value)
    for piece in sorted(filter(looks_unique, tokens(plain)), key=lambda one: (-len(one), one)):
        plain = plain.replace(piece, "#")
    return _NUMBERS.sub("#", plain)


def _pieces(values: Collection[str], mark: Callable[[str], str]) -> tuple[Piece, ...]:
    shown: dict[str, set[str]] = {}
    for value in sorted(values):
        for piece in tokens(value):
            if looks_unique(piece):
                shown.setdefault(piece, set()).update(disguises(piece, value))
    return tuple(Piece(mark(one), len(one), tuple(sorted(map(mark, shown[one])))) for one in sorted(shown))


def marker(salt: str) -> Callable[[str], str]:
    """Return what makes marks in one scan: a digest under its key."""
    key = bytes.fromhex(salt)
    return lambda text: blake2b(text.encode(), digest_size=12, key=key).hexdigest()
