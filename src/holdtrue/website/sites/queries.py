"""Reads about websites and their inventories."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from holdtrue.errors import NotFound
from holdtrue.policy.text import queries as texts
from holdtrue.policy.text.differences import retention_in_words
from holdtrue.policy.text.queries import PublishedVersion
from holdtrue.policy.text.rules import Declaration
from holdtrue.said import unpacked
from holdtrue.website.sites import rules
from holdtrue.website.sites.inventory import Facts, Line, Name, Sort, Status, document_of, hash_of, line_of, read_document
from holdtrue.website.sites.models import FrozenRow, LineRow, SeenRow, Site


@dataclass(frozen=True, slots=True)
class Listed:
    """A website under a policy."""

    host: str
    url: str
    name: str
    policy: str
    """The short name of the cookie policy that it is held against."""
    added_at: datetime

    @property
    def subject(self) -> str:
        """What verdicts and evidence about it are about."""
        return f"site/{self.host}"


@dataclass(frozen=True, slots=True)
class Revision:
    """A line of an inventory and how it came about."""

    line: Line
    number: int
    """Counted from 1; the next change names it, so that nobody overwrites what they have not seen."""
    why: str
    at: datetime
    by: str
    """The name of the person who said so."""
    entry: UUID


@dataclass(frozen=True, slots=True)
class Seen:
    """When and where an item was last seen."""

    name: str
    sort: Sort
    domain: str
    first_at: datetime
    last_at: datetime
    scan: UUID
    page: str


@dataclass(frozen=True, slots=True)
class InForce:
    """What a site's policy in force says of its items: what banner, scanner and policy page all go by."""

    version: PublishedVersion
    declarations: tuple[Declaration, ...]
    lines: tuple[Line, ...]
    """The same with the purposes in every language, and what was never to be set when it was published."""


def listed(row: Site) -> Listed:
    """Return the stored site as a value."""
    return Listed(row.host, row.url, row.name, row.policy, row.added_at)


def sites() -> tuple[Listed, ...]:
    """Return every website, by name."""
    return tuple(listed(row) for row in Site.objects.order_by("name", "host"))


def sites_under(policy: str) -> tuple[Listed, ...]:
    """Return the websites that are held against a policy, by name."""
    return tuple(listed(row) for row in Site.objects.filter(policy=policy).order_by("name", "host"))


def site(host: str) -> Listed:
    """Return one website; raises `NotFound`."""
    row = Site.objects.filter(host=host).first()
    if row is None:
        raise NotFound(f"No website “{host[:200]}” is on the list.", hint="Add it under Websites.")
    return listed(row)


def subject_of(url: str) -> str:
    """Return what a scan token for this address speaks for; raises `NotFound` for a site that is not on the list."""
    return site(rules.host_of(url)).subject


# --- the inventory --------------------------------------------------------------------------------------------------


def inventory(host: str) -> tuple[Revision, ...]:
    """Return a site's inventory as it stands: what is declared or may never be set, by name; not what was dropped."""
    return tuple(one for one in latest(host).values() if one.line.status is not Status.DROPPED)


def latest(host: str) -> dict[Name, Revision]:
    """Return the newest revision of every line that a site ever had, by name."""
    rows = LineRow.objects.filter(host=host).select_related("by").order_by("sort", "pattern", "domain", "revision")
    return {revision.line.name: revision for revision in map(_revision, rows)}


def history(host: str, name: Name) -> tuple[Revision, ...]:
    """Return everything that was ever said of an item, newest first; raises `NotFound` when nothing was."""
    rows = LineRow.objects.filter(host=host, sort=name.sort, pattern=name.pattern, domain=name.domain)
    found = tuple(_revision(row) for row in rows.select_related("by").order_by("-revision"))
    if not found:
        raise NotFound(f"The inventory of {host} never had “{name.pattern[:80]}”.", hint="Its page lists what it has.")
    return found


def never_of(host: str) -> tuple[Name, ...]:
    """Return what the inventory says may never be set on a site, published or not: a refusal needs no publishing."""
    return tuple(one.line.name for one in inventory(host) if one.line.status is Status.NEVER)


def lines_of(host: str) -> tuple[Line, ...]:
    """Return the inventory's lines alone."""
    return tuple(one.line for one in inventory(host))


def seen(host: str) -> tuple[Seen, ...]:
    """Return everything that was ever seen on a site, by name."""
    rows = SeenRow.objects.filter(host=host).order_by("name", "domain")
    return tuple(Seen(r.name, Sort(r.sort), r.domain, r.first_at, r.last_at, r.scan, r.page) for r in rows)


def newest_sightings(host: str, lines: Iterable[Line]) -> dict[Name, Seen]:
    """Return when each line was last seen, by name; a line that was never seen is left out."""
    found: dict[Name, Seen] = {}
    known = seen(host)
    for line in lines:
        matching = [one for one in known if line.name.covers(one.name, one.sort) and _is_whose(line.name, one.domain)]
        if matching:
            found[line.name] = max(matching, key=lambda one: one.last_at)
    return found


def _is_whose(name: Name, domain: str) -> bool:
    return not name.domain or name.domain.lstrip(".") == domain.lstrip(".")


def in_force(host: str, *, at: datetime) -> InForce:
    """Return what the site's policy in force declares for it; raises `NotFound` while none is in force."""
    return in_version(host, texts.current(site(host).policy, at=at))


def in_version(host: str, version: PublishedVersion) -> InForce:
    """Return what a version declares for a site: the inventory that it froze, where its tables still say the same.

    The text that was published is what counts: tables that were written by hand stand for themselves.
    """
    document = version.document
    frozen = frozen_lines(document.inventory)
    lines = frozen.get(host)
    if lines is None or not _say_the_same(frozen, document.declarations, version.language):
        lines = tuple(line_of(one, version.language) for one in document.declarations)
        return InForce(version, document.declarations, lines)
    where = {(one.pattern, one.domain): one.line for one in document.declarations}
    declared = (line.declaration(version.language) for line in lines if line.status is Status.DECLARED)
    return InForce(version, tuple(replace(one, line=where.get((one.pattern, one.domain), 0)) for one in declared), lines)


def _say_the_same(frozen: dict[str, tuple[Line, ...]], declared: Sequence[Declaration], language: str) -> bool:
    ours = {line.declaration(language) for lines in frozen.values() for line in lines if line.status is Status.DECLARED}
    return _plain(ours) == _plain(declared)


def _plain(declarations: Iterable[Declaration]) -> set[tuple[object, ...]]:
    return {
        (
            one.pattern,
            one.domain,
            one.provider,
            one.purpose,
            one.category,
            one.party,
            one.set_by,
            frozenset(one.hosts),
            retention_in_words(one.retention_days),
        )
        for one in declarations
    }


def frozen_lines(sha256: str) -> dict[str, tuple[Line, ...]]:
    """Return the lines by site of a frozen inventory; nothing when there is none of this hash."""
    row = FrozenRow.objects.filter(sha256=sha256).first() if sha256 else None
    return read_document(row.document.encode()) if row else {}


def frozen_document(sha256: str) -> bytes:
    """Return a frozen inventory, byte for byte as it was hashed; raises `NotFound`."""
    row = FrozenRow.objects.filter(sha256=sha256).first()
    if row is None:
        raise NotFound("No inventory has this hash.", hint="A version names it in its head, under `inventory`.")
    return row.document.encode()


def present_document(policy: str) -> tuple[bytes, str]:
    """Return the inventory of a policy's sites as it stands now, and its hash."""
    document = document_of({one.host: lines_of(one.host) for one in sites_under(policy)})
    return document, hash_of(document)


def _revision(row: LineRow) -> Revision:
    line = Line(Name(row.pattern, Sort(row.sort), row.domain), Status(row.status), msgspec.convert(row.facts, Facts))
    why = unpacked({"why": row.why}, row.patterns)["why"]
    return Revision(line, row.revision, why, row.at, row.by.name, row.entry)
