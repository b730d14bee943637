"""A device's inventory, kept as it is hashed: each title in its one JSON form, in order, so that a change is spliced in.

The hash is reckoned over the same bytes as by `workplace.state`, whose encoder an agent carries.
"""

import hashlib
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from holdtrue.workplace.facts import Installed
from holdtrue.workplace.state import Change, in_one_form, installed_out

_LEVEL: Final = 1
"""Of zlib: a quarter more bytes than the usual level, for a third of its time."""
_FEW: Final = 200
"""Titles of a change that are spliced in one after the other; of more all are sorted anew."""


class _Title(msgspec.Struct):
    """A title in its one JSON form, which leaves out what is empty."""

    name: str = ""
    version: str = ""
    type: str = ""
    origin: str = ""
    publisher: str = ""
    location: str = ""
    arch: str = ""


class _Place(msgspec.Struct):
    """What a title is sorted by."""

    name: str = ""
    version: str = ""
    type: str = ""


_TITLES: Final = msgspec.json.Decoder(list[_Title])
_PLACE: Final = msgspec.json.Decoder(_Place)
_EARLIER: Final = msgspec.json.Decoder(tuple[Installed, ...])


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles, each once, in its one JSON form."""

    texts: list[bytes]
    """In the order in which they are hashed: by sort, name and version."""

    @property
    def hash(self) -> str:
        """The SHA-256, in hex, of the inventory."""
        return hashlib.sha256(b"[%b]" % b",".join(self.texts)).hexdigest()

    def every(self) -> tuple[Installed, ...]:
        """Return the titles."""
        return _read(self.texts)

    def alike(self, titles: Iterable[Installed]) -> tuple[Installed, ...]:
        """Return those that have sort and name with one of these in common."""
        found = {place: None for one in titles for place in self._alike(one)}
        return _read([self.texts[place] for place in found])

    def after(self, change: Change) -> "Titles":
        """Return the inventory after a change."""
        gone, come = {*map(_text, change.removed)}, {*map(_text, change.added)}
        if len(gone) + len(come) > _FEW:
            return Titles(sorted({*self.texts}.difference(gone).union(come), key=_order))
        texts = list(self.texts)
        for text in gone - come:
            place = bisect_left(texts, _order(text), key=_order)
            if texts[place : place + 1] == [text]:
                del texts[place]
        for text in come:
            place = bisect_left(texts, _order(text), key=_order)
            if texts[place : place + 1] != [text]:
                texts.insert(place, text)
        return Titles(texts)

    def packed(self) -> bytes:
        """Return what is kept of it: a title a line, compressed by zlib."""
        return zlib.compress(b"\n".join(self.texts), _LEVEL)

    def _alike(self, one: Installed) -> Iterator[int]:
        place = bisect_left(self.texts, (one.type, one.name, "", b""), key=_order)
        while place < len(self.texts) and _order(self.texts[place])[:2] == (one.type, one.name):
            yield place
            place += 1


def titles_in(software: Iterable[Installed]) -> Titles:
    """Return an inventory as it is kept."""
    return Titles(sorted({*map(_text, software)}, key=_order))


def unpacked(kept: bytes) -> Titles:
    """Return what `packed` kept; earlier versions kept one list of objects."""
    plain = zlib.decompress(kept)
    if plain[:1] == b"[":
        return titles_in(_EARLIER.decode(plain))
    return Titles(plain.split(b"\n") if plain else [])


def _read(texts: list[bytes]) -> tuple[Installed, ...]:
    return tuple(
        Installed(one.name, one.version, one.type, one.origin, one.publisher, one.location, one.arch)
        for one in _TITLES.decode(b"[%b]" % b",".join(texts))
    )


def _text(one: Installed) -> bytes:
    return in_one_form(installed_out(one))


def _order(text: bytes) -> tuple[str, str, str, bytes]:
    place = _PLACE.decode(text)
    return place.type, place.name, place.version, text
