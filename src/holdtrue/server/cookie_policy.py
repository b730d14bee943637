"""The cookie policy as the public reads it: the published words, with tables, links and dates from data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from holdtrue.policy.text import pieces as texts
from holdtrue.policy.text import queries
from holdtrue.policy.text.differences import in_words
from holdtrue.policy.text.markdown import inline_html_of
from holdtrue.policy.text.pieces import Piece, anchor_of, pieces_of, with_terms
from holdtrue.policy.text.queries import PublishedVersion
from holdtrue.policy.text.rules import Category, Clause, Document, Party, Section
from holdtrue.server.pointers import Pointer, authority, browsers
from holdtrue.website.sites import queries as inventories
from holdtrue.website.sites.inventory import Line, Name, Status
from holdtrue.website.sites.queries import Listed


@dataclass(frozen=True, slots=True)
class Row:
    """One item as a visitor reads it."""

    line: Line
    purpose: str
    purpose_language: str
    """The language that the purpose is in, where that is not the reader's; empty otherwise."""
    confirmed: datetime | None
    """When a scan saw it last; None when none has."""


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one category and party."""

    category: Category
    party: Party
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A defined word with its anchor."""

    term: str
    meaning: SafeString
    anchor: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some words, a table of cookies, or the glossary."""

    html: str = ""
    """Sanitised."""
    groups: tuple[Group, ...] = ()
    terms: tuple[Meaning, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A clause or words between clauses."""

    id: str
    """Of the clause; empty for words between."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands under it."""

    anchor: str
    number: str
    title: str
    level: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CookiePolicy:
    """Everything that the page, the fragment, the file for print and the JSON show."""

    shown: PublishedVersion
    document: Document
    chapters: tuple[Chapter, ...]
    groups: tuple[Group, ...]
    """All items, by category and party."""
    sites: tuple[Listed, ...]
    previous: PublishedVersion | None
    versions: tuple[PublishedVersion, ...]
    summary: tuple[str, ...]
    """What changed, in sentences."""
    browsers: tuple[Pointer, ...]
    authority: Pointer


def cookie_policy(slug: str, *, language: str, at: datetime) -> CookiePolicy:
    """Return the policy in force for the sites that are held against it, in a reader's language where data has it.

    Raises `NotFound` when none is in force.
    """
    shown = queries.current(slug, at=at)
    document = shown.document
    sites = inventories.sites_under(slug)
    rows = _rows(shown, sites, language)
    versions = queries.versions_of(slug)
    previous = next((one for one in versions if one.number == shown.number - 1), None)
    linked: set[str] = set()
    return CookiePolicy(
        shown=shown,
        document=document,
        chapters=tuple(_chapter(section, rows, document, linked) for section in document.sections),
        groups=_grouped(rows.values()),
        sites=sites,
        previous=previous,
        versions=versions,
        summary=in_words(queries.difference(slug, previous.number, shown.number)) if previous else (),
        browsers=browsers(language),
        authority=authority(document.address, language),
    )


def _rows(shown: PublishedVersion, sites: Iterable[Listed], language: str) -> dict[Name, Row]:
    """Return each declared item once, with the newest time that a scan of any of the sites confirmed it."""
    rows: dict[Name, Row] = {}
    for site in sites:
        lines = [one for one in inventories.in_version(site.host, shown).lines if one.status is Status.DECLARED]
        seen = inventories.newest_sightings(site.host, lines)
        for line in lines:
            known = rows.get(line.name)
            times = [
                one
                for one in (known.confirmed if known else None, seen[line.name].last_at if line.name in seen else None)
                if one
            ]
            spoken = bool(line.facts.purposes.get(language))
            other = "" if spoken else next((one for one, text in line.facts.purposes.items() if text), shown.language)
            rows[line.name] = Row(line, line.facts.purpose(language), other, max(times, default=None))
    return rows


def _grouped(rows: Iterable[Row]) -> tuple[Group, ...]:
    found: dict[tuple[Category, Party], list[Row]] = {}
    for row in rows:
        found.setdefault((row.line.facts.category, row.line.facts.party), []).append(row)
    order = sorted(found, key=lambda key: (list(Category).index(key[0]), list(Party).index(key[1])))
    return tuple(Group(category, party, tuple(found[category, party])) for category, party in order)


def _chapter(section: Section, rows: dict[Name, Row], document: Document, linked: set[str]) -> Chapter:
    blocks = tuple(
        Block(block.id if isinstance(block, Clause) else "", tuple(_parts(pieces_of(block.text), rows, document, linked)))
        for block in section.blocks
    )
    return Chapter(section.anchor, section.number, section.title, section.level or 2, blocks)


def _parts(pieces: Sequence[Piece], rows: dict[Name, Row], document: Document, linked: set[str]) -> Iterator[Part]:
    for piece in pieces:
        match piece.sort:
            case texts.Sort.COOKIES:
                named = set(piece.names)
                yield Part(
                    groups=_grouped(row for row in rows.values() if (row.line.name.pattern, row.line.name.domain) in named)
                )
            case texts.Sort.TERMS:
                yield Part(terms=tuple(_meaning(term.term, term.meaning) for term in piece.terms))
            case _:
                yield Part(html=_clean(with_terms(piece.html, document.glossary, seen=linked)))


def _meaning(term: str, meaning: str) -> Meaning:
    return Meaning(term, _clean(inline_html_of(meaning)), anchor_of(term))


def _clean(html: str) -> SafeString:
    """Return the HTML of a policy's text as what it is: cleaned by nh3 when it was read."""
    return mark_safe(html)  # noqa: S308 - as the docstring says


def as_data(page: CookiePolicy, *, url: str) -> dict[str, object]:
    """Return the policy as a site of the organisation reads it: the items by category, with what a page says of each."""
    return {
        "format": "holdtrue.cookie-policy/1",
        "policy": page.shown.slug,
        "version": page.shown.number,
        "title": page.shown.title,
        "language": page.shown.language,
        "in_force": page.shown.in_force.isoformat(),
        "text_sha256": page.shown.text_hash,
        "inventory_sha256": page.document.inventory,
        "change": page.document.change,
        "organisation": page.document.organisation,
        "contact": page.document.contact,
        "url": url,
        "items": [_item(row) for group in page.groups for row in group.rows],
    }


def _item(row: Row) -> dict[str, object]:
    facts = row.line.facts
    return {
        "name": row.line.name.pattern,
        "kept_as": row.line.name.sort.value,
        "domain": row.line.name.domain,
        "provider": facts.provider,
        "category": facts.category.value,
        "party": facts.party.value,
        "purpose": dict(facts.purposes),
        "retention_days": facts.retention_days,
        "set_by": facts.set_by.value,
        "hosts": list(facts.hosts),
        "last_confirmed": row.confirmed.isoformat() if row.confirmed else None,
    }
