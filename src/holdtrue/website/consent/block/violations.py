"""What browsers report of requests that the policy stopped: a continuous inventory of trackers that nobody declared."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from holdtrue.website.consent.block.addresses import host_of_text

LONGEST_REPORT = 65_536  # bytes of one delivery
MOST_REPORTS = 100  # in one delivery
MOST_AT_ONCE = 1_000  # that one report may stand for
MOST_WAITING = 1_000  # different ones in memory

# A part of a path that may say who somebody is: an address, a long number, a token.
_TELLING: Final = re.compile(r"@|%40|\d{6}|[0-9a-fA-F-]{16}|.{40}")


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that was stopped: to which host, of which sort, on which page. No query, no address of a visitor."""

    host: str
    directive: str
    page: str
    """The path, without the parts that may say who somebody is."""
    site: str = ""
    """The page's own host, with its port where the address has one."""
    many: int = 1


class Waiting:
    """Violations that wait to be passed on, each kept once and counted, in bounded memory; safe between threads."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        """Keep so many different ones; further ones are dropped, for a tracker is reported again."""
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, Violation], int] = {}

    def add(self, name: str, violation: Violation) -> None:
        """Count a violation under a name of the caller's."""
        key = (name, replace(violation, many=1))
        with self._lock:
            if key in self._kept or len(self._kept) < self._most:
                self._kept[key] = self._kept.get(key, 0) + violation.many

    def take(self) -> list[tuple[str, Violation]]:
        """Return what waits, and wait for nothing more."""
        with self._lock:
            kept, self._kept = self._kept, {}
        return [(name, replace(violation, many=many)) for (name, violation), many in kept.items()]

    def __len__(self) -> int:
        """Return how many different ones wait."""
        return len(self._kept)


def read_violations(body: bytes) -> Iterator[Violation]:
    """Yield what a delivery reports, in either of the two formats that browsers send; what makes no sense is left out."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    for report in document[:MOST_REPORTS] if isinstance(document, list) else [document]:
        if not isinstance(report, dict):
            continue
        told = report.get("csp-report") or report.get("body")
        if isinstance(told, dict) and (violation := _violation(told, report.get("count"))) is not None:
            yield violation


def _violation(told: dict[str, Any], count: object) -> Violation | None:
    blocked = _said(told, "blocked-uri", "blockedURL")
    directive = _said(told, "effective-directive", "effectiveDirective", "violated-directive")
    host = host_of_text(blocked[:2048])
    if not host or not host.isascii() or not host.isprintable() or " " in host:
        return None
    page = _said(told, "document-uri", "documentURL")
    try:
        parts = urlsplit(page[:2048])
    except ValueError:
        parts = urlsplit("")
    many = count if isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= MOST_AT_ONCE else 1
    path = "/".join("…" if _TELLING.search(part) else part for part in (parts.path or "/")[:512].split("/"))
    site = parts.netloc.rpartition("@")[2].casefold()
    return Violation(host[:253], _plain(directive.partition(" ")[0][:40]), _plain(path[:200]), site[:260], many)


def _said(told: dict[str, Any], *names: str) -> str:
    """Return the first of these members that is a text."""
    return next((value for name in names if isinstance(value := told.get(name), str) and value), "")


def _plain(text: str) -> str:
    """Return the text without what no database keeps: lone surrogates, and characters that control."""
    return "".join(letter for letter in text if letter.isprintable())
