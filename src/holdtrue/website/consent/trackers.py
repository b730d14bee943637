"""Trackers that nobody declared, as visitors' browsers report them: what an inventory of declarations is fed with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from uuid import UUID

from holdtrue.website.consent.block.notice import read_notice
from holdtrue.website.consent.block.rules import Hosts
from holdtrue.website.consent.models import NoticeRow, TrackerRow

MOST_TRACKERS: Final = 500
"""Hosts that are kept of one site."""
SILENT_DAYS: Final = 30
"""Days without a report after which a host makes room for a new one, where a site has as many as are kept."""
MOST_PLACES: Final = 20
"""Pages, and directives, that are kept of one host."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """A host that pages of a site tried to ask."""

    host: str
    directives: tuple[str, ...]
    pages: tuple[str, ...]
    """The first of them, by path."""
    many: int
    """How many requests were reported as stopped."""
    first_seen: datetime
    last_seen: datetime
    entry: UUID
    """The evidence of since when it is known."""
    is_declared: bool
    """Whether the notice in force has come to name it; then nobody needs to look."""


def trackers(site: str) -> tuple[Tracker, ...]:
    """Return what is known of a site, what needs a person first: undeclared ones, the most frequent before the rest."""
    rows = list(TrackerRow.objects.filter(host=site))
    open_ = undeclared(site, [row.tracker for row in rows])
    found = (
        Tracker(
            row.tracker,
            tuple(row.directives),
            tuple(row.pages),
            row.many,
            row.first_seen,
            row.last_seen,
            row.entry,
            row.tracker not in open_,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: (one.is_declared, -one.many, one.host)))


def undeclared(site: str, names: Iterable[str]) -> frozenset[str]:
    """Return which hosts the site's notice in force names in no service; without a notice every one.

    Addresses of private networks are left out: they tell of a visitor's own network, not of the site.
    """
    row = NoticeRow.objects.filter(host=site).order_by("-number").first()
    hosts = Hosts(read_notice(row.document), frozenset()) if row else None
    public = (name for name in names if not _is_private(name))
    return frozenset(name for name in public if hosts is None or hosts.blocker(name) is None)


def joined(known: Iterable[str], more: Iterable[str]) -> list[str]:
    """Return what is known with what is new, in order, as far as is kept."""
    return [one for one in dict.fromkeys([*known, *more]) if one][:MOST_PLACES]


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
        return True
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host
