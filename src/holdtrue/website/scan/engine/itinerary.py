"""Which pages a scan opens: named ones, or those that links and the site's map lead to, the same for every visitor."""

import asyncio
import gzip
import io
import re
import zlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

NOT_PAGES = re.compile(
    r"\.(pdf|zip|gz|tgz|png|jpe?g|gif|webp|avif|svg|ico|css|m?js|json|mp[34]|webm|docx?|xlsx?|pptx?|odt|xml|rss|atom|ics|exe|dmg|deb)$",
    re.IGNORECASE,
)
LEAVING = re.compile(r"log-?out|sign-?out|afmelden|uitloggen|abmelden|deconnexion|do=logout", re.IGNORECASE)
SAME_PAGE = re.compile(
    r"^$|(^|&)(utm_\w+|sort\w*|order\w*|dir|view|ref|share|replytocom|action|do|oldid|diff|rev\w*|print\w*|\w*clid|lang|filter\w*)=",
    re.IGNORECASE,
)
"""Queries that show the same page in another way, or are there to change it."""
DOING = re.compile(
    r"(^|&)(add[_-]?to[_-]?\w+|remove\w*|delete\w*|del|empty[_-]?cart|undo_item|buy|unsubscribe|vote|_?wpnonce|csrf\w*)(=|&|$)",
    re.IGNORECASE,
)
"""Queries that put something into a basket, take it away, or do something else."""
_ANSWERS = r"yes|no|accept\w*|agree\w*|allow\w*|refuse\w*|reject\w*|decline\w*|deny|revoke\w*|withdraw\w*"
ANSWERING = re.compile(rf"(^|&)(\w*(cookie|consent|gdpr|rgpd|dsgvo)\w*=|\w+=({_ANSWERS})(&|$))", re.IGNORECASE)
"""Queries that answer a question, as the links of a banner do that has no script."""
ANSWER = re.compile(
    rf"(cookies?|consent|gdpr|rgpd|dsgvo)[-_/]({_ANSWERS})/?$|({_ANSWERS})[-_/](all[-_/])?(cookies?|consent)/?$", re.IGNORECASE
)
"""Paths that do so."""
MOST_SPARE = 200
LOCATION = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]\s]+)", re.IGNORECASE)
MAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
MOST_MAP_BYTES = 5_000_000
"""Of a site's map, unpacked; more pages than any scan opens stand in less."""


@dataclass(slots=True)
class Itinerary:
    """The pages to open, in order; it may grow while the first visitor finds links, and the others follow."""

    landed: str
    most: int
    robots: RobotFileParser | None = None
    """The site's wishes for crawlers; None when nobody asked to respect them."""
    pages: list[str] = field(default_factory=list)
    is_closed: bool = False
    spare: list[str] = field(default_factory=list)
    """Pages that differ from one of those by their query alone, for when there are too few of others."""
    _places: set[str] = field(default_factory=set)
    _found: dict[str, list[str]] = field(default_factory=dict)
    _followed: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begin with the page where the browser ended up."""
        self.pages.append(urldefrag(self.landed).url)
        self._places.add(_place(self.landed))

    @property
    def is_full(self) -> bool:
        """Whether there are as many pages as were asked for."""
        return len(self.pages) >= self.most

    def go_on(self, pages: Iterable[str], *, is_planned: bool) -> None:
        """Take over what an earlier run had found."""
        self.name(pages)
        if is_planned:
            self.close()

    def name(self, urls: Iterable[str]) -> None:
        """Add pages that somebody asked for by name, wherever they are."""
        for url in urls:
            self._add(url, urldefrag(url).url)

    def follow(self, links: Iterable[str]) -> None:
        """Add what is a page of the same site, was not met yet, may be opened, and does nothing such as agreeing."""
        host = urlsplit(self.landed).netloc
        for link in links:
            parts = urlsplit(link)
            is_page = parts.scheme in {"http", "https"} and parts.netloc == host and not NOT_PAGES.search(parts.path)
            does = LEAVING.search(link) or DOING.search(parts.query)
            answers = ANSWERING.search(parts.query) or ANSWER.search(parts.path)
            if is_page and not (does or answers) and (self.robots is None or self.robots.can_fetch("*", link)):
                self._add(link, _place(link))

    def take_spare(self) -> None:
        """Add the next page that differs by its query alone, if there is one."""
        while self.spare and not self.is_full:
            url = self.spare.pop(0)
            if url not in self.pages:
                return self._add(url, url)
        return None

    def found(self, page: str, links: Iterable[str]) -> None:
        """Take the links of a page that was opened; they are followed in the order of the pages, whichever came first."""
        self._found[page] = list(links)
        while self._followed < len(self.pages) and self.pages[self._followed] in self._found:
            self.follow(self._found.pop(self.pages[self._followed]))
            self._followed += 1
        if self._followed == len(self.pages):
            self.take_spare()
        if self.is_full or self._followed == len(self.pages):
            self.close()

    def _add(self, url: str, place: str) -> None:
        if self.is_closed or self.is_full or urldefrag(url).url in self.pages:
            return
        if place in self._places:
            if place != url and len(self.spare) < MOST_SPARE and not SAME_PAGE.search(urlsplit(url).query):
                self.spare.append(urldefrag(url).url)
            return
        self._places |= {place, _place(url)}
        self.pages.append(urldefrag(url).url)
        self._news.set()

    def close(self) -> None:
        """Say that no further page will come."""
        self.is_closed = True
        self._news.set()

    async def others(self) -> AsyncIterator[str]:
        """Yield every page but the first, waiting for those that are still to be found."""
        at = 1
        while True:
            while at < len(self.pages):
                at += 1
                yield self.pages[at - 1]
            if self.is_closed:
                return
            self._news.clear()
            await self._news.wait()


def _place(url: str) -> str:
    """Return what makes a page one of its own: its query seldom does on ordinary sites."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path or '/'}"


def maps_in(robots: str, landed: str) -> list[str]:
    """Return the addresses of the site's maps: those that robots.txt names, else the usual one."""
    named = [urljoin(landed, match) for match in MAP.findall(robots)]
    return named[:3] or [urljoin(landed, "/sitemap.xml")]


def wishes_in(robots: str) -> RobotFileParser:
    """Return what robots.txt allows to crawlers; everything where there is none (RFC 9309)."""
    parser = RobotFileParser()
    parser.parse(robots.splitlines())
    return parser


def pages_in(raw: bytes) -> tuple[list[str], list[str]]:
    """Return the pages that a site's map lists, and further maps that it names; it may be packed, and is not trusted."""
    text = _unpacked(raw).decode("utf-8", errors="replace")
    found = [unescape(url) for url in LOCATION.findall(text)]
    return ([], found) if "<sitemapindex" in text[:2000].lower() else (found, [])


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):
        return raw[:MOST_MAP_BYTES]
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            return packed.read(MOST_MAP_BYTES)
    except (OSError, EOFError, zlib.error):
        return b""
