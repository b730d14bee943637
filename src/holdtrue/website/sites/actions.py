"""The only writers of websites and their inventories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts as Told
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import expect
from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.text import queries as texts
from holdtrue.policy.text.differences import retention_in_words
from holdtrue.policy.text.tables import with_declarations
from holdtrue.said import cut, packed, said
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.sites import queries, rules
from holdtrue.website.sites.filling import Filling, filling_of
from holdtrue.website.sites.inventory import (
    Facts,
    Line,
    Name,
    Sort,
    Status,
    document_of,
    hash_of,
    require_facts,
    require_name,
)
from holdtrue.website.sites.models import FrozenRow, LineRow, SeenRow, Site
from holdtrue.website.sites.queries import Listed, listed

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Sighted:
    """One item that a scan saw."""

    name: str
    sort: Sort
    domain: str
    page: str


def add_site(url: str, *, name: str, policy: str, by: UUID, at: datetime) -> Listed:
    """Put a website under a policy and return it; its promises stand as unproven until a scan.

    Its inventory begins with what the policy in force declares. Raises `Invalid` for no address and `Conflict` when the
    site is on the list already.
    """
    host = rules.host_of(url)
    if not name.strip() or not policy.strip():
        raise Invalid("A website needs a name and a cookie policy.", hint="Fill in both.")
    try:
        with transaction.atomic():
            row = Site.objects.create(
                host=host, url=url.strip()[:500], name=name.strip()[:200], policy=policy.strip(), added_at=at
            )
            record(
                Kind.SITE_ADDED,
                about=f"site/{host}",
                at=at,
                by=by,
                core={"url": row.url, "policy": row.policy, "name": row.name},
            )
            expect(f"site/{host}", [one.id for one in COMMITMENTS.values() if one.on is SubjectKind.SITE], at=at)
            _take_over(host, by=by, at=at)
    except IntegrityError as error:
        raise Conflict(f"{host} is on the list already.", hint="Open it from the list of websites.") from error
    return listed(row)


# --- the inventory --------------------------------------------------------------------------------------------------


def declare(host: str, name: Name, facts: Facts, *, based_on: int, why: str, by: UUID, at: datetime) -> None:  # noqa: PLR0913
    """Declare an item, or say something else of it than before.

    `based_on` is the revision that the author saw, 0 for none. Raises `Invalid` for an incomplete declaration, `Conflict`
    when somebody else changed it meanwhile, `NotFound` for no site.
    """
    require_name(name)
    require_facts(facts)
    _write(host, [Line(name, Status.DECLARED, facts)], {name: based_on}, why=why, by=by, at=at)


def forbid(host: str, name: Name, *, based_on: int, why: str, by: UUID, at: datetime) -> None:  # noqa: PLR0913
    """Say that an item may never be set; the consent block then refuses it. Raises as `declare` does."""
    require_name(name)
    known = queries.latest(host).get(name)
    facts = known.line.facts if known else Facts()
    _write(host, [Line(name, Status.NEVER, facts)], {name: based_on}, why=why, by=by, at=at)


def drop(host: str, name: Name, *, based_on: int, why: str, by: UUID, at: datetime) -> None:  # noqa: PLR0913
    """Take an item out of the inventory; its history stays. Raises as `declare` does, and `NotFound` when it is not in it."""
    known = queries.latest(host).get(name)
    if known is None or known.line.status is Status.DROPPED:
        raise NotFound(f"The inventory of {host} has no “{name.pattern[:80]}”.", hint="It may have been taken out already.")
    _write(host, [replace(known.line, status=Status.DROPPED)], {name: based_on}, why=why, by=by, at=at)


def merge(host: str, name: Name, pattern: str, *, based_on: int, why: str, by: UUID, at: datetime) -> None:  # noqa: PLR0913
    """Let a declared item's pattern cover more: the wider one takes over what was said of it. Raises as `drop` does."""
    wider = replace(name, pattern=pattern)
    require_name(wider)
    known = queries.latest(host)
    old = known.get(name)
    if old is None or old.line.status is not Status.DECLARED:
        raise NotFound(f"The inventory of {host} declares no “{name.pattern[:80]}”.", hint="Declare the item by itself.")
    if wider == name:
        raise Invalid(f"“{pattern[:80]}” is its name already.", hint="Write a pattern with `*` for what varies.")
    standing = known.get(wider)
    if standing is not None and standing.line.status is not Status.DROPPED:
        raise Conflict(f"“{pattern[:80]}” is in the inventory already.", hint="Take the narrower one out instead.")
    changes = [replace(old.line, status=Status.DROPPED), replace(old.line, name=wider)]
    _write(host, changes, {name: based_on, wider: standing.number if standing else 0}, why=why, by=by, at=at)


def fill(host: str, chosen: Mapping[Name, int], *, knowledge: Knowledge, by: UUID, at: datetime) -> int:
    """Add to chosen rows what is known of them and they do not say, all or none; return how many rows that were.

    `chosen` names the revision of each that the author saw. Raises `Conflict` when one was changed meanwhile or lacks
    nothing that is known, `NotFound` for no site.
    """
    known = queries.latest(host)
    with transaction.atomic():
        for name, based_on in chosen.items():
            filling = filling_of(known[name].line, knowledge) if name in known else None
            if filling is None:
                raise _changed(name)
            require_facts(filling.facts)
            line = replace(filling.line, facts=filling.facts)
            _write(host, [line], {name: based_on}, why=_origin(filling), by=by, at=at)
    return len(chosen)


def _origin(filling: Filling) -> str:
    if filling.is_imported:
        return said("from the imported database: %(service)s", service=filling.service)
    return said("from what is known of %(service)s", service=filling.service)


def take_over(host: str, *, by: UUID, at: datetime) -> int:
    """Let the inventory say what the policy in force declares, and return how many lines changed; `NotFound` without one."""
    site = queries.site(host)
    texts.current(site.policy, at=at)
    with transaction.atomic():
        return _take_over(host, by=by, at=at)


def _take_over(host: str, *, by: UUID, at: datetime) -> int:
    try:
        version = texts.current(queries.site(host).policy, at=at)
    except NotFound:
        return 0
    known = queries.latest(host)
    published = {line.name: line for line in _published(host, version)}
    changes = [line for line in published.values() if line.name not in known or known[line.name].line != line]
    changes += [
        replace(one.line, status=Status.DROPPED)
        for one in known.values()
        if one.line.status is Status.DECLARED and one.line.name not in published
    ]
    if not changes:
        return 0
    origin = f"{version.slug}/{version.number}"
    entry = record(
        Kind.INVENTORY_CHANGED,
        about=f"site/{host}",
        at=at,
        by=by,
        core={"taken_over_from": origin, "lines": len(changes), "lines_sha256": hash_of(document_of({host: changes}))},
    )
    revisions = {name: one.number for name, one in known.items()}
    why = said("taken over from %(policy)s, version %(number)s", policy=version.title, number=version.number)
    _insert(host, changes, revisions, why=why, by=by, at=at, entry=entry)
    return len(changes)


def _published(host: str, version: texts.PublishedVersion) -> Iterable[Line]:
    """Yield what the version declares; where its text speaks one language only, what the inventory says in others stays."""
    known = queries.latest(host)
    for line in queries.in_version(host, version).lines:
        old = known.get(line.name)
        spoken = (
            dict(old.line.facts.purposes)
            if old and old.line.facts.purpose(version.language) == line.facts.purpose(version.language)
            else {}
        )
        yield replace(line, facts=replace(line.facts, purposes={**spoken, **line.facts.purposes}))


def freeze(policy: str, *, by: UUID, at: datetime) -> str:
    """Keep the inventory of a policy's sites as it stands, and return the next version's text, written from it.

    The text names the inventory's hash in its head. Nothing is published: a person looks at it first. Raises `NotFound`
    when the policy has no version yet, `Invalid` when its text has no place for a table.
    """
    newest = texts.newest(policy)
    if newest is None:
        raise NotFound(f"The policy “{policy}” has no version yet.", hint="Publish its first text, with a table of cookies.")
    document, sha256 = queries.present_document(policy)
    lines = [line for site in queries.sites_under(policy) for line in queries.lines_of(site.host)]
    declared = dict.fromkeys(line.declaration(newest.language) for line in lines if line.status is Status.DECLARED)
    source = with_declarations(newest.source, tuple(declared), inventory=sha256, in_force=max(at.date(), newest.in_force))
    with transaction.atomic():
        if not FrozenRow.objects.filter(sha256=sha256).exists():
            entry = record(
                Kind.INVENTORY_FROZEN,
                about=f"policy/{policy}",
                at=at,
                by=by,
                core={"inventory_sha256": sha256, "lines": len(lines)},
            )
            FrozenRow.objects.create(sha256=sha256, document=document.decode(), at=at, entry=entry)
    return source


def note_sightings(host: str, seen: Sequence[Sighted], *, scan: UUID, at: datetime) -> None:
    """Keep where each item was seen last; to be called within the transaction that records the scan."""
    known = {(row.sort, row.name, row.domain): row for row in SeenRow.objects.filter(host=host)}
    found = {(one.sort.value, one.name[:200], one.domain[:200]): one for one in seen}
    fresh = []
    for (sort, name, domain), one in found.items():
        row = known.get((sort, name, domain))
        if row is None:
            fresh.append(
                SeenRow(host=host, sort=sort, name=name, domain=domain, first_at=at, last_at=at, scan=scan, page=one.page[:500])
            )
        elif row.last_at <= at:
            SeenRow.objects.filter(id=row.id).update(last_at=at, scan=scan, page=one.page[:500])
    SeenRow.objects.bulk_create(fresh, ignore_conflicts=True)


def _write(  # noqa: PLR0913 - what a change consists of
    host: str, lines: Sequence[Line], revisions: dict[Name, int], *, why: str, by: UUID, at: datetime
) -> None:
    site = queries.site(host)
    known = queries.latest(host)
    for line in lines:
        standing = known[line.name].number if line.name in known else 0
        if standing != revisions[line.name]:
            raise _changed(line.name)
    try:
        with transaction.atomic():
            for line in lines:
                entry = record(
                    Kind.INVENTORY_CHANGED,
                    about=site.subject,
                    at=at,
                    by=by,
                    core=_told(line, revisions[line.name] + 1),
                    context={"why": str(why)} if why else None,
                )
                _insert(host, [line], revisions, why=why, by=by, at=at, entry=entry)
    except IntegrityError as error:
        raise _changed(lines[0].name) from error


def _insert(  # noqa: PLR0913 - as above
    host: str, lines: Iterable[Line], revisions: dict[Name, int], *, why: str, by: UUID, at: datetime, entry: UUID
) -> None:
    why = cut(why, LONGEST_WHY)
    LineRow.objects.bulk_create(
        LineRow(
            host=host,
            sort=line.name.sort,
            pattern=line.name.pattern,
            domain=line.name.domain,
            revision=revisions.get(line.name, 0) + 1,
            status=line.status,
            facts=msgspec.to_builtins(asdict(line.facts)),
            why=str(why),
            patterns=packed({"why": why}),
            at=at,
            by_id=by,
            entry=entry,
        )
        for line in lines
    )


def _told(line: Line, revision: int) -> Told:
    facts = line.facts
    return {
        "status": line.status.value,
        "sort": line.name.sort.value,
        "pattern": line.name.pattern,
        "domain": line.name.domain,
        "revision": revision,
        "provider": facts.provider,
        "purposes": dict(facts.purposes),
        "category": facts.category.value,
        "party": facts.party.value,
        "set_by": facts.set_by.value,
        "retention": retention_in_words(facts.retention_days),
        "hosts": list(facts.hosts),
    }


def _changed(name: Name) -> Conflict:
    return Conflict(
        f"Somebody else changed “{name.pattern[:80]}” in the meantime.", hint="Look at what it says now, then change it."
    )
