"""Knowing again what the visitor typed in what a page sends: as a text, or key by key."""

import re
import secrets
from dataclasses import dataclass, field

from holdtrue.website.scan.engine.identifiers import readable

LEAST = 4
"""Letters in a row that nobody hits upon by chance."""
LETTERS = "bcdfghjklmnpqrstvwxz"
TEXT = "text"
KEYS = "letter by letter"
MOST_LETTERS = 400
"""Of what a host was sent, in which the keys are looked for."""
ASIDE = frozenset({"ping", "beacon", "image"})
"""Ways of sending that no form of the site's own needs while it is filled in."""
_KEY = re.compile(r"(?<![a-z0-9])(?:key([a-z])|([a-z])|(6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2]))(?![a-z0-9])")
"""A key by its name, by the letter on it or by its number."""
_LOUD = 5
"""How much longer than what was typed the keys that a host is sent may be, for them to be those."""


def new_word() -> str:
    """Return letters that stand nowhere else, each of them once."""
    rest = [sign for sign in LETTERS if sign not in "zq"]
    return "zq" + "".join(secrets.SystemRandom().sample(rest, 7))


@dataclass(slots=True)
class Typed:
    """What the visitor typed on one page, and who was told."""

    words: tuple[str, ...]
    is_over: bool = False
    """Whether the visitor has gone on: keys that come one at a time from now on are others."""
    _told: set[str] = field(default_factory=set)
    _keys: dict[str, str] = field(default_factory=dict)
    _heard: dict[str, str] = field(default_factory=dict)
    """Letters of the last messages to each host, as often as they were said."""

    def heard(self, host: str, message: str, *, may_read: bool) -> str:
        """Return how a message to a host gives away what was typed, the first time that it does; empty otherwise.

        Who may read is told the text for the sake of the form, and has no business with the keys.
        """
        if host in self._told:
            return ""
        said = readable(message).lower()
        is_text = any(word[:LEAST] in said for word in self.words)
        how = ("" if may_read else TEXT) if is_text else self._by_keys(host, said)
        if how:
            self._told.add(host)
        return how

    def _by_keys(self, host: str, said: str) -> str:
        letters = "".join(_letter(*found) for found in _KEY.findall(said))
        fresh = "".join(dict.fromkeys(letters))
        if any(word in fresh or _runs_through(letters, word) for word in self.words):
            return KEYS
        if self.is_over or not fresh:
            return ""
        keys = self._keys[host] = self._keys.get(host, "") + fresh
        self._heard[host] = (self._heard.get(host, "") + letters)[-MOST_LETTERS:]
        if any(_runs_through(self._heard[host], word) for word in self.words):
            return KEYS
        return KEYS if any(_are_of(keys, word) for word in self.words) else ""


def _letter(name: str, sign: str, number: str) -> str:
    return name or sign or chr(int(number)).lower()


def _runs_through(letters: str, word: str) -> bool:
    """Whether the keys of a word stand among others in one message: each may bear a mark that is a letter too."""
    starts = (at for at, sign in enumerate(letters) if sign == word[0])
    return any(_are_of(letters[at : at + _LOUD * len(word)], word) for at in starts)


def _are_of(keys: str, word: str) -> bool:
    """Whether keys are those of a word, with little else between: some are sent as they go down and as they come up."""
    rest = iter(keys)
    return len(keys) <= _LOUD * len(word) and all(sign in rest for sign in word)
