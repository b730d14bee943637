"""What is true of each page, written down before a scan saw it: by which road a person gets where, and what stands then."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATES = ("no-choice", "refused", "accepted", "withdrawn")
BOTH = ("_count", "follow_id")


@dataclass(frozen=True)
class Truth:
    """A page: its package, its language, the set or the half of a set that it is in, and the roads to each state."""

    name: str
    package: str
    language: str
    title: str
    shape: str
    roads: Mapping[str, tuple[str, ...] | None]
    words: Mapping[str, tuple[str, ...]]
    items: Mapping[str, tuple[str, ...]]
    requests: Mapping[str, tuple[str, ...]]
    wait: int
    is_noisy: bool
    is_ticked: bool
    half: str

    @property
    def url(self) -> str:
        """Return its address."""
        return f"https://{self.name}.example/"

    def document(self, file: Path) -> bytes:
        """Return a page of it, from a file that holds what stands in its body."""
        return self._page(file.read_text(encoding="utf-8"))

    def plain(self) -> bytes:
        """Return what every other of its addresses shows: a dated page without a banner."""
        return self._page(
            f'<main class="site-main"><h1>{self.title}</h1><p><a href="/">{self.title}</a>, 2026-03-01</p></main>'
        )

    def _page(self, body: str) -> bytes:
        head = (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{self.title}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="stylesheet" href="/site.css"><script src="/site.js"></script></head><body>'
        )
        return f"{head}\n{body}</body></html>".encode()

    def road(self, state: str) -> tuple[str, ...] | None:
        """Return what a person presses to get there, or None when no road leads there."""
        return self.roads.get(state)

    def is_reachable(self, state: str) -> bool:
        """Return whether a person can get there."""
        return self.roads.get(state) is not None

    def stands(self, state: str) -> set[str]:
        """Return which of the two items stand then, also after the next page."""
        return set(self.items.get(state, BOTH if state == "accepted" else ()))

    def told(self, state: str) -> set[str]:
        """Return the items whose party is told on the page after."""
        return set(self.requests[state]) if state in self.requests else self.stands(state)


def coin(name: str) -> str:
    """Return `open` or `sealed`, as the hash of a name falls."""
    return "sealed" if hashlib.sha256(name.encode()).digest()[-1] % 2 else "open"


def _half(raw: Mapping[str, Any]) -> str:
    """Return the half of the first or the third set, as the coin falls on the package's name, or `second`."""
    thrown = coin(raw["package"].rsplit(" ", 1)[0])
    return {None: thrown, "third": f"third-{thrown}"}.get(raw.get("half"), raw.get("half", ""))


def read(folders: Sequence[Path]) -> dict[str, Truth]:
    """Return the pages of some folders by name."""
    files = [file for folder in folders for file in sorted(folder.glob("*.toml"))]
    return {file.stem: _truth(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files}


def _truth(name: str, raw: Mapping[str, Any]) -> Truth:
    told = {state: raw.get(state, {}) for state in STATES}
    return Truth(
        name=name,
        package=raw["package"],
        language=raw["language"],
        title=raw["title"],
        shape=raw["shape"],
        roads={state: tuple(one["road"]) if "road" in one else None for state, one in told.items()},
        words={state: tuple(one.get("words", ())) for state, one in told.items()},
        items={state: tuple(one["stands"]) for state, one in told.items() if "stands" in one},
        requests={state: tuple(one["told"]) for state, one in told.items() if "told" in one},
        wait=raw.get("wait", 700),
        is_noisy=raw.get("noisy", False),
        is_ticked=raw.get("ticked", False),
        half=_half(raw),
    )
