"""What a visitor agreed to, and what follows for hosts and services: pure, without a clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from holdtrue.website.consent.block.notice import Category, Notice

COOKIE = "holdtrue"
CLOCKS_DIFFER = 86_400  # seconds that a visitor's clock may run ahead of ours

_CHOICE = re.compile(r"1\.([A-Za-z0-9_-]{22})\.([0-9a-z]{1,9})\.([0-9a-f]{8})\.(-|[a-z0-9-]{1,40}(?:~[a-z0-9-]{1,40})*)")
_MOST_KNOWN = 2048  # hosts
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Choice:
    """A visitor's own decision, in force: when it was taken (seconds since 1970) and the services it grants."""

    decided_at: int
    granted: frozenset[str]


def read_choice(cookies: str, notice: Notice, *, at: float) -> Choice | None:
    """Return the choice in force in a `Cookie` header, or None: no cookie, a malformed, outdated or differently meant one.

    Of several cookies of that name (parent domains, other paths) the newest decision counts.
    """
    if COOKIE not in cookies:
        return None
    choices = (_read(value.strip(), notice, at) for name, _, value in _pairs(cookies) if name.strip() == COOKIE)
    return max((choice for choice in choices if choice), key=lambda choice: choice.decided_at, default=None)


def _pairs(cookies: str) -> Iterable[tuple[str, str, str]]:
    return (pair.partition("=") for pair in cookies.split(";"))


def _read(value: str, notice: Notice, at: float) -> Choice | None:
    found = _CHOICE.fullmatch(value)
    if found is None or found[3] != notice.material[:8]:
        return None
    decided_at = int(found[2], 36)
    if not at - notice.keep_days * _SECONDS_A_DAY < decided_at <= at + CLOCKS_DIFFER:
        return None
    named = frozenset(found[4].split("~")) if found[4] != "-" else frozenset()
    return Choice(decided_at, named & {service.id for service in notice.services})


def granted_services(notice: Notice, choice: Choice | None) -> frozenset[str]:
    """Return the services that may run: the necessary ones, and those of a choice in force. Silence grants nothing."""
    necessary = frozenset(service.id for service in notice.services if service.category is Category.NECESSARY)
    return necessary | (choice.granted if choice else frozenset())


class Hosts:
    """Which host belongs to which service, for one set of granted services."""

    __slots__ = ("_exact", "_known", "_suffix", "blocked")

    def __init__(self, notice: Notice, granted: frozenset[str]) -> None:
        self._known: dict[str, str | None] = {}
        self._exact: dict[str, str] = {}
        self._suffix: dict[str, str] = {}
        for service in sorted(notice.services, key=lambda service: service.id in granted):
            # Granted ones come last and win: a host that two services share may be asked when either is granted.
            for host in service.hosts:
                name = host.partition(":")[0]
                place, key = (self._suffix, name[2:]) if name.startswith("*.") else (self._exact, name)
                if service.id in granted:
                    place[key] = ""
                else:
                    place.setdefault(key, service.id)
        self._exact[notice.site.partition(":")[0]] = ""
        self.blocked = tuple(
            (key.encode(), place is self._suffix, service)
            for place in (self._exact, self._suffix)
            for key, service in place.items()
            if service
        )

    def blocker(self, host: str) -> str | None:
        """Return the service that a host waits for, "" for a host that may be asked, None for one nobody declared."""
        try:
            return self._known[host]
        except KeyError:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[host] = self._find(host)
            return found

    def _find(self, host: str) -> str | None:
        found = self._exact.get(host)
        if found is not None:
            return found
        nearest: str | None = None
        _, _, parent = host.partition(".")
        while parent:
            found = self._suffix.get(parent)
            if found == "":
                return ""
            nearest = nearest or found
            _, _, parent = parent.partition(".")
        return nearest


def refused_marks(notice: Notice, granted: frozenset[str]) -> frozenset[str]:
    """Return the marks (`data-consent`) that must not run: ungranted services, and categories not wholly granted."""
    refused = [service for service in notice.services if service.id not in granted]
    return frozenset(service.id for service in refused) | frozenset(service.category.value for service in refused)
