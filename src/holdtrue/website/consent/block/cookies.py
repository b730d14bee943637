"""Cookies as a server sees them: which may be set, and which are taken back (RFC 6265bis)."""

import re
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache

from holdtrue.website.consent.block.notice import Item, Notice
from holdtrue.website.consent.block.rules import COOKIE

MOST_CLEARED = 40  # cookies in one answer
_MOST_NAMES = 2048
_DELETING = re.compile(r"(?i);\s*max-age\s*=\s*(?:-\d+|0+)\s*(?:;|$)")
_MAX_AGE = re.compile(r"(?i);\s*max-age\s*=\s*-?\d")
_EXPIRES = re.compile(r"(?i);\s*expires\s*=\s*([^;]+)")
_SAFE_NAME = re.compile(r"[!#-+\--:<-\[\]-~]{1,256}")  # printable, without space, quotes, comma, semicolon, equals, backslash
ENOUGH_LABELS = 2


class Unknown(StrEnum):
    """What happens to a cookie that the notice does not name."""

    STRIP = "strip"
    KEEP = "keep"


class Jar:
    """Which cookies may be kept, for one set of granted services."""

    __slots__ = ("_known", "_patterns", "_site", "_unknown")

    def __init__(self, notice: Notice, granted: frozenset[str], necessary: Iterable[str], unknown: Unknown) -> None:
        self._site = notice.site.partition(":")[0]
        self._unknown = unknown
        kept = [(_pattern(name), None, True) for name in (COOKIE, *necessary)]
        named = [
            (_pattern(item.pattern), item, service.id in granted)
            for service in notice.services
            for item in service.items
            if item.kind == "cookie"
        ]
        never = [(_pattern(item.pattern), item, False) for item in notice.never if item.kind == "cookie"]
        # What is never to be set goes before everything; then kept ones: a name that two services share may be set when
        # either is granted.
        self._patterns = [*never, *sorted([*kept, *named], key=lambda entry: not entry[2])]
        self._known: dict[str, tuple[bool, Item | None]] = {}

    def _find(self, name: str) -> tuple[bool, Item | None]:
        """Return whether the name may be kept, and the item it is refused by."""
        found = self._known.get(name)
        if found is None:
            found = next(
                ((is_kept, item) for pattern, item, is_kept in self._patterns if pattern.fullmatch(name)),
                (self._unknown is Unknown.KEEP, None),
            )
            if len(self._known) >= _MOST_NAMES:
                self._known.clear()
            self._known[name] = found
        return found

    def may_set(self, header: str, *, at: float) -> bool:
        """Tell whether a `Set-Cookie` may pass; one that deletes always may."""
        name = header.partition(";")[0].partition("=")[0].strip()
        return self._find(name)[0] or _deletes(header, at)

    def clearing(self, cookies: str) -> Iterator[str]:
        """Yield the `Set-Cookie` values that take back what the browser still sends for services that are not granted."""
        cleared = 0
        for name in dict.fromkeys(pair.partition("=")[0].strip() for pair in cookies.split(";")):
            is_kept, item = self._find(name)
            if is_kept or item is None or not _SAFE_NAME.fullmatch(name):
                continue
            cleared += 1
            if cleared > MOST_CLEARED:
                return
            yield from self._clear(name, item)

    def _clear(self, name: str, item: Item) -> Iterator[str]:
        secure = "; Secure" if name.lower().startswith(("__secure-", "__host-")) else ""
        # A request does not say under which domain a cookie was set; clearing one that is not there does nothing.
        domains = (
            [""]
            if name.lower().startswith("__host-")
            else ["", *dict.fromkeys([*filter(None, [item.domain]), *_parents(self._site)])]
        )
        for domain in domains:
            place = f"; Path={item.path}" + (f"; Domain={domain}" if domain else "")
            yield f"{name}={place}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT{secure}"
            if item.is_partitioned:
                yield f"{name}={place}; Max-Age=0; Secure; SameSite=None; Partitioned"


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, glob.split("*"))), re.DOTALL)


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    if labels[-1].isdigit():
        return []
    # A browser refuses a public suffix by itself, so it need not be known here.
    return [".".join(labels[start:]) for start in range(len(labels) - ENOUGH_LABELS + 1)]


def _deletes(header: str, at: float) -> bool:
    if _MAX_AGE.search(header):
        return _DELETING.search(header) is not None
    expires = _EXPIRES.search(header)
    if expires is None:
        return False
    try:
        return parsedate_to_datetime(expires[1].strip().replace("-", " ")).timestamp() <= at
    except (ValueError, TypeError, OverflowError):
        return False
