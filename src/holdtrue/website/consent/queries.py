"""Reads of notices, renderings and records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connections

from holdtrue.errors import NotFound
from holdtrue.evidence.groups import OpenGroup
from holdtrue.evidence.log import Place
from holdtrue.evidence.opened import the_log
from holdtrue.website.consent import renderings
from holdtrue.website.consent.asking import Asking, Notice, read_notice
from holdtrue.website.consent.intake import Card, languages_of
from holdtrue.website.consent.models import AskingRow, NoticeRow, RenderingRow
from holdtrue.website.consent.opened import the_records, visitor_key
from holdtrue.website.consent.receipt import receipt
from holdtrue.website.consent.records import Context, Core, Identity, subject_of
from holdtrue.website.consent.store import Count, visitor_of
from holdtrue.website.sites import queries as sites

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How a site asks, and which change that is."""

    asking: Asking
    revision: int
    """0 while nothing was ever chosen."""


@dataclass(frozen=True, slots=True)
class NoticeInForce:
    """The newest notice of a site and since when it stands."""

    notice: Notice
    number: int
    sha256: str
    since: datetime
    entry: UUID


@dataclass(frozen=True, slots=True)
class Record:
    """A consent record, opened."""

    id: UUID
    index: int
    core: Core
    context: Context | None
    """None when it is erased."""
    identity: Identity | None
    """As above."""


def settings_of(host: str) -> Settings:
    """Return how a site asks; the defaults when nobody chose."""
    row = AskingRow.objects.filter(host=host).first()
    return Settings(msgspec.convert(row.chosen, Asking), row.revision) if row else Settings(Asking(), 0)


def notice_of(host: str) -> NoticeInForce | None:
    """Return the notice in force, or None while there is none."""
    row = NoticeRow.objects.filter(host=host).order_by("-number").first()
    return NoticeInForce(read_notice(row.document), row.number, row.sha256, row.at, row.entry) if row else None


def rendering(host: str, digest: str) -> bytes:
    """Return how the banner was shown, by hash; raises `NotFound`."""
    row = RenderingRow.objects.filter(host=host, sha256=digest[:64]).first()
    _done()
    if row is None:
        raise NotFound("No rendering has this hash.", hint="It may have been shown by a banner that this server never built.")
    return row.document.encode()


def cards() -> dict[str, Card]:
    """Return what the intake needs to know of every site that has a notice."""
    hashes: dict[str, set[str]] = {}
    for host, digest in RenderingRow.objects.values_list("host", "sha256"):
        hashes.setdefault(host, set()).add(digest)
    notices: dict[str, list[str]] = {}
    for host, document in NoticeRow.objects.order_by("number").values_list("host", "document"):
        notices.setdefault(host, []).append(document)
    found = {}
    for site in sites.sites():
        if site.host in notices:
            asking = settings_of(site.host).asking
            found[site.host] = _card(site.host, site.url, notices[site.host], frozenset(hashes.get(site.host, ())), asking)
    _done()
    return found


def _card(host: str, url: str, documents: Sequence[str], shown: frozenset[str], asking: Asking) -> Card:
    notices = [read_notice(document) for document in documents]
    newest = documents[-1].encode()
    parts = urlsplit(url)
    origins = (f"{parts.scheme}://{host}", *asking.origins)
    return Card(
        host=host,
        origins={origin.encode(): origin for origin in origins},
        document=newest,
        etag=f'"{sha256(newest).hexdigest()[:32]}"'.encode(),
        asked={one.material: one.asked for one in notices},
        renderings=shown,
        languages=languages_of(notices[-1].texts, asking.languages),
    )


def history(host: str, consent_id: str) -> tuple[Record, ...]:
    """Return one visitor's choices on a site, oldest first."""
    log = the_log()
    indexes = the_records().of_visitor(visitor_of(visitor_key(), consent_id))
    places = [place for index in indexes for place in log.entries(index, index + 1)]
    opened = (record_in(place) for place in places if place.about == subject_of(host))
    return tuple(one for one in opened if one is not None and one.identity and one.identity.consent_id == consent_id)


def counts(host: str) -> list[Count]:
    """Return how many decisions of each sort a site has, day by day."""
    return the_records().counts(host)


def records_of(host: str) -> Iterator[Record]:
    """Yield every record of a site, oldest first."""
    log, records, start = the_log(), the_records(), 0
    while rows := records.page(start, PAGE):
        start = rows[-1].idx + 1
        wanted = {row.idx for row in rows if row.site == host}
        if not wanted:
            continue
        for place in log.entries(min(wanted), max(wanted) + 1):
            if place.index in wanted and (opened := record_in(place)) is not None:
                yield opened


def record_in(place: Place) -> Record | None:
    """Return the record that an entry holds, or None when it is erased."""
    core, context, identity = place.opening.groups
    if not isinstance(core, OpenGroup):
        return None
    return Record(
        place.id,
        place.index,
        msgspec.json.decode(core.body, type=Core),
        msgspec.json.decode(context.body, type=Context) if isinstance(context, OpenGroup) else None,
        msgspec.json.decode(identity.body, type=Identity) if isinstance(identity, OpenGroup) else None,
    )


def proof(host: str, record: UUID) -> bytes | None:
    """Return the `.tlog-proof` of a site's record with its opened groups, or None while it is not signed."""
    log = the_log()
    if log.entry(record).about != subject_of(host):
        raise NotFound("No record of this site has this id.", hint="Take it from the answer to the decision.")
    return log.receipt(record)


def described(host: str, record: UUID) -> bytes | None:
    """Return the same as JSON-LD (ISO/IEC TS 27560 in the form of the W3C DPV guide)."""
    proved = proof(host, record)
    opened = record_in(the_log().entry(record))
    if proved is None or opened is None:
        return None
    document = receipt(opened.core, opened.identity, _notice_for(host, opened.core.inventory), proof=proved.decode())
    _done()
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def describe_all(host: str) -> Iterator[Mapping[str, object]]:
    """Yield every record of a site as JSON-LD, without proofs."""
    notices: dict[str, Notice | None] = {}
    for one in records_of(host):
        name = one.core.inventory
        if name not in notices:
            notices[name] = _notice_for(host, name)
        yield receipt(one.core, one.identity, notices[name])


def _notice_for(host: str, material: str) -> Notice | None:
    row = NoticeRow.objects.filter(host=host, material=material).order_by("-number").first()
    return read_notice(row.document) if row else None


def snippet_of(notice: Notice) -> str:
    """Return what a site puts on its pages."""
    server = settings.CONFIG.public_url
    return (
        f'<script src="{server}/static/consent/holdtrue.js"\n'
        f'        data-notice="{server}/consent/{notice.site}/notice.json"></script>'
    )


def knows_build() -> bool:
    """Whether this installation has a banner to serve."""
    return bool(renderings.build())


def _done() -> None:
    """Give connections back: these reads are called from threads that no request ends."""
    if not connections["default"].in_atomic_block:
        connections["default"].close_if_unusable_or_obsolete()
