"""Looks names and hosts up: exact before pattern, confirmed by a host before claimed by a name alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from holdtrue.policy.text.rules import Party
from holdtrue.website.knowledge import tables
from holdtrue.website.knowledge.known import Item, Known, Match, Service, Sureness, suffixes

TELLING = 3
"""Signs below which a name, or the fixed part of a pattern, may have been chosen by anybody."""
DISTINCT = 6
"""Signs from which on a name is its service's even where it was met away from home."""
_HEAD = 2
"""Signs at the beginning of a pattern by which the few that could match are found."""
_PARTS = {"*": ".*", "{hex}": "[0-9A-Fa-f]{6,}", "{n}": "[0-9]+"}
_SPECIAL = re.compile(r"\*|\{hex\}|\{n\}")
_SURE, _LIKELY, _POSSIBLE = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """An item under one spelling, with what a look-up asks of it worked out."""

    item: Item
    answers: tuple[Known, Known, Known]
    hosts: frozenset[str]
    fixed: int
    doubted: bool

    def rank(self, above: tuple[str, ...], kind: str) -> int | None:
        """Return how sure it is that this is meant, 0 the surest; None when the host says that it is not."""
        if above and not self.hosts.isdisjoint(above):
            return _SURE
        if self.item.match is not Match.NAME:
            return None if above and self.item.match is Match.HOST else _POSSIBLE
        if above and self.item.party is Party.THIRD:
            # It should have come from a host of the service.
            return _LIKELY if self.fixed >= DISTINCT else _POSSIBLE
        return _LIKELY if self.doubted or (kind and kind not in self.item.kinds) else _SURE


class Knowledge:
    """Services and items, indexed so that a name is found in microseconds."""

    def __init__(self, services: Iterable[Service], items: Iterable[Item]) -> None:
        """Index what is given; of two items that match equally well, the one given first is answered."""
        self.services = tuple(services)
        self.items = tuple(items)
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._patterns: dict[str, list[tuple[str, re.Pattern[str] | None, _Entry]]] = defaultdict(list)
        for item in self.items:
            self._index(item)
        for bucket in self._patterns.values():
            bucket.sort(key=lambda one: -one[2].fixed)
        self._hosts: dict[str, list[tuple[str, Service]]] = defaultdict(list)
        for service in self.services:
            for host in service.hosts:
                name, slash, path = host.partition("/")
                self._hosts[name].append((slash + path, service))
        for paths in self._hosts.values():
            paths.sort(key=lambda one: -len(one[0]))
        self._homes = {host: item.service for item in self.items if item.imported for host in item.service.hosts}

    def lookup(self, name: str, *, domain: str = "", kind: str = "") -> Known | None:
        """Return what is known about a cookie or key; None for an unknown name and for one that several services share.

        `domain` is that of the cookie or of the storage's origin: it tells apart services that use the same name, and a name
        that says nothing by itself (`uid`) is known only there. `kind` is that of a scan's observation.
        """
        best: Known | None = None
        best_rank, rivals = _POSSIBLE + 1, 0
        for rank, entry in self._matches(name, domain, kind):
            if rank < best_rank:
                best, best_rank, rivals = entry.answers[rank], rank, 0
            elif best is not None and rank == best_rank and entry.item.service is not best.service:
                rivals += 1
        return None if rivals and best_rank == _POSSIBLE else best

    def candidates(self, name: str, *, domain: str = "", kind: str = "") -> tuple[Known, ...]:
        """Return everything that a name may be, the surest first."""
        found = sorted(self._matches(name, domain, kind), key=lambda one: one[0])
        return tuple(entry.answers[rank] for rank, entry in found)

    def service_of(self, host: str) -> Service | None:
        """Return whose a host is, by the longest domain that is known; with a path (`host/path`) also by its beginning."""
        name, _, path = host.partition("/")
        for suffix in _above(name):
            for beginning, service in self._hosts.get(suffix, ()):
                if not beginning or f"/{path}".startswith(beginning):
                    return service
        return None

    def likely_service_of(self, host: str) -> Service | None:
        """Return whose a host is; where nobody knows, the service of which imported rows name it: likely, and no more."""
        above = (self._homes[suffix] for suffix in _above(host.partition("/")[0]) if suffix in self._homes)
        return self.service_of(host) or next(above, None)

    def _index(self, item: Item) -> None:
        answers = (Known(item, Sureness.SURE), Known(item, Sureness.LIKELY), Known(item, Sureness.POSSIBLE))
        for spelling in (item.name, *item.also):
            fixed = len(_SPECIAL.sub("", spelling))
            doubted = spelling != item.name or item.imported or fixed < TELLING
            entry = _Entry(item, answers, item.service.hosts, fixed, doubted)
            special = _SPECIAL.search(spelling)
            if special is None:
                self._exact[spelling].append(entry)
                continue
            beginning = spelling[: special.start()]
            rest = None if spelling == f"{beginning}*" else compiled(spelling)
            self._patterns[beginning[:_HEAD]].append((beginning, rest, entry))

    def _matches(self, name: str, domain: str, kind: str) -> Iterator[tuple[int, _Entry]]:
        above = _above(domain) if domain else ()
        settled = False
        exact = self._exact.get(name, ())
        if len(exact) > 1 and above:
            exact = sorted(exact, key=lambda entry: entry.hosts.isdisjoint(above))
        for entry in exact:
            rank = entry.rank(above, kind)
            if rank is not None:
                settled = settled or rank != _POSSIBLE
                yield rank, entry
        if settled:
            return
        for entry in self._patterned(name):
            # A pattern such as `vis*` means nothing away from its service's own hosts.
            rank = entry.rank(above, kind) if above or entry.item.match is not Match.HOST else None
            if rank is not None:
                yield rank, entry
                if rank != _POSSIBLE:
                    return

    def _patterned(self, name: str) -> Iterator[_Entry]:
        """Yield the entries whose patterns match, those that fix most of the name first."""
        for length in range(min(_HEAD, len(name)), -1, -1):
            for beginning, rest, entry in self._patterns.get(name[:length], ()):
                if name.startswith(beginning) and (rest is None or rest.fullmatch(name)):
                    yield entry


def compiled(name: str) -> re.Pattern[str]:
    """Return the expression that matches a pattern's names."""
    parts, end = [], 0
    for special in _SPECIAL.finditer(name):
        parts += [re.escape(name[end : special.start()]), _PARTS[special[0]]]
        end = special.end()
    return re.compile("".join([*parts, re.escape(name[end:])]), re.DOTALL)


@lru_cache(maxsize=4096)
def _above(host: str) -> tuple[str, ...]:
    """Return a host in lower case, without dot and port, and the domains above it."""
    plain = host.strip(".").partition(":")[0].lower()
    return tuple(suffixes(plain)) if plain else ()


@cache
def shipped() -> Knowledge:
    """Return the knowledge in the package, read once."""
    return Knowledge(tables.services().values(), tables.items())


def lookup(name: str, *, domain: str = "", kind: str = "") -> Known | None:
    """Return what the package knows about a cookie or key; see `Knowledge.lookup`."""
    return shipped().lookup(name, domain=domain, kind=kind)


def candidates(name: str, *, domain: str = "", kind: str = "") -> tuple[Known, ...]:
    """Return everything that a name may be, as far as the package knows; see `Knowledge.candidates`."""
    return shipped().candidates(name, domain=domain, kind=kind)


def service_of(host: str) -> Service | None:
    """Return whose a host is, as far as the package knows; see `Knowledge.service_of`."""
    return shipped().service_of(host)
