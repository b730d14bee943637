"""What to scan and how, and the address to begin with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from holdtrue.errors import Invalid
from holdtrue.website.scan.engine import chromium
from holdtrue.website.scan.engine.kept import Kept
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.remarks import Ending
from holdtrue.website.scan.engine.signin import Step


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a scan is: told whenever it moves."""

    state: State
    page: str
    found: int
    picture: str = ""
    """What the first page looks like in this state, as a `data:` address; empty unless it has just been taken."""


@dataclass(slots=True)
class Halt:
    """Ends a scan before its time and keeps what was seen."""

    is_asked: bool = False
    limit: asyncio.Timeout | None = None
    """What the scan runs under; None before it has begun and once it has ended."""

    def ask(self) -> None:
        """End the scan as if its time were up."""
        self.is_asked = True
        if self.limit is not None and not self.limit.expired():
            self.limit.reschedule(asyncio.get_running_loop().time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to scan, and how."""

    url: str
    clock: Callable[[], datetime]
    pages: int = 5
    """The most pages to open in each state; the first is the address itself, the rest are found by its links."""
    more_urls: tuple[str, ...] = ()
    """Further addresses to open, instead of following links."""
    also: tuple[str, ...] = ()
    """Further addresses to open, besides what links and the site's map lead to."""
    respects_robots: bool = False
    """Follow links only where the site's robots.txt lets crawlers go."""
    pause: float = 0.0
    """Seconds that each visitor waits before a page."""
    window: tuple[int, int] = chromium.WINDOW
    sign_in: tuple[Step, ...] = ()
    """What each visitor does first."""
    credentials: str = ""
    """`NAME:PASSWORD` for a site that asks for them before it shows anything."""
    dns: str = ""
    """`HOST:PORT` of the resolver that is asked for aliases; empty for this machine's own, `none` for nobody."""
    states: frozenset[State] = frozenset(State)
    browser: str = ""
    host_rules: tuple[str, ...] = ()
    insecure: bool = False
    locale: str = "en"
    seconds: float = 900.0
    """The most that the whole scan may take."""
    tell: Callable[[Progress], None] = lambda _: None
    shows: bool = False
    """Whether whoever is told wants pictures as they come."""
    halt: Halt = field(default_factory=Halt)
    past: Kept | None = None
    """What an earlier run of the same scan has seen: this one goes on where that ended."""
    keep: Callable[[Kept], None] | None = None
    """Keeps the scan so far; called again and again."""


def address(text: str) -> str:
    """Return the address to open, or raise `Invalid` for what is none; a bare host gets https."""
    given = text.strip()
    whole = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(whole)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(parts.netloc) & set(" \t\n<>\"'\\")
        _ = parts.port
    except ValueError:
        is_good = False
    if not is_good or not given:
        raise Invalid(Ending.NOT_AN_ADDRESS % {"given": given[:200]}, hint=Ending.GIVE_ADDRESS)
    return whole if parts.path else f"{whole}/"
