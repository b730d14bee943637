"""Who did it: the script nearest to an act, and those that had it loaded or called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from holdtrue.website.scan.engine.deeds import LONGEST_URL
from holdtrue.website.scan.engine.protocol import Message

SCRIPT = re.compile(r"(?:blob:)?https?://[^\s()]+?(?=:\d+:\d+)")
STANDS_BETWEEN = re.compile(r"/holdtrue(?:\.[a-z]{2,3})?\.js(?:\?|$)")
"""Holdtrue's banner answers in place of the browser: what passes through it is the act of whoever called."""
MOST_BLOBS = 500


@dataclass(slots=True)
class Authors:
    """The scripts of one visitor's pages, of which some come out of blobs that others made."""

    blobs: dict[str, str] = field(default_factory=dict)
    """Who made each blob."""
    askers: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Who had the page ask for an address, and the scripts above that one."""

    def note(self, what: str, name: str, by: str, chain: tuple[str, ...]) -> None:
        """Keep who made a blob, or had the page ask for an address."""
        if what == "blob" and len(self.blobs) < MOST_BLOBS:
            self.blobs[name] = by
        elif what == "asks" and len(self.askers) < MOST_BLOBS:
            self.askers[name] = by, chain

    def by_stack(self, stack: str, maker: str, otherwise: str) -> tuple[str, tuple[str, ...]]:
        """Return the script nearest to the act, the first in the stack that has an address, and the others above it."""
        found = _callers(dict.fromkeys(self._real(one) for one in SCRIPT.findall(stack)))
        document = otherwise.split("#", 1)[0]
        if maker and (not found or found[0] == document):
            found = [maker, *found]
        by, *chain = found or [self._real(otherwise)]
        return by[:LONGEST_URL], tuple(one[:LONGEST_URL] for one in chain[:6])

    def _real(self, url: str) -> str:
        return self.blobs.get(url, url.removeprefix("blob:")) if url.startswith("blob:") else url

    def by_initiator(self, initiator: Message | None, document: str) -> tuple[str, tuple[str, ...]]:
        """Return the address of the script, style sheet or page that caused a request, and the scripts above it."""
        given = initiator or {}
        found: dict[str, None] = {}
        stack: Message | None = given.get("stack")
        while stack:
            for frame in stack.get("callFrames", ()):
                if frame.get("url", "").startswith(("http", "blob:")):
                    found.setdefault(self._real(str(frame["url"])))
            stack = stack.get("parent")
        by, *chain = _callers(found) or [self._real(str(given.get("url") or document))]
        return by[:LONGEST_URL], tuple(one[:LONGEST_URL] for one in chain[:6])


def _callers(scripts: Iterable[str]) -> list[str]:
    found = list(scripts)
    return [one for one in found if not STANDS_BETWEEN.search(one)] or found
