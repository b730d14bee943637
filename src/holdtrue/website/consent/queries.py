"""Reads of notices, renderings and records."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connections

from holdtrue.errors import NotFound
from holdtrue.evidence import consentform
from holdtrue.evidence.consentform import Facts, Shown, Who
from holdtrue.evidence.groups import OpenGroup
from holdtrue.evidence.log import Place
from holdtrue.evidence.opened import the_log
from holdtrue.website.consent import renderings
from holdtrue.website.consent.asking import Asking, Notice, read_notice
from holdtrue.website.consent.block.banner import DEFAULTS
from holdtrue.website.consent.decisions import Card, languages_of
from holdtrue.website.consent.models import AskingRow, ExpiryRow, NoticeRow, RenderingRow
from holdtrue.website.consent.opened import the_records, visitor_key
from holdtrue.website.consent.records import Context, subject_of
from holdtrue.website.consent.store import Count, visitor_of
from holdtrue.website.sites import queries as sites

PAGE = 1_000
_HASH = re.compile(r"[0-9a-f]{64}")


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
    core: Facts
    context: Context | None
    """None when it is erased."""
    identity: Who | None
    """As above."""
    expired_at: datetime | None = None
    """When what it agrees to ended with its time, where a whole site's records are read."""


@dataclass(frozen=True, slots=True)
class Told:
    """One record with what came of it."""

    onwards: tuple[Record, ...]
    """It, and the next choice of the same visitor on the site if there is one."""
    shown: Shown | None
    """What the visitor was shown; None when that is not known."""


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
    row = RenderingRow.objects.filter(host=host, sha256=digest).first() if _HASH.fullmatch(digest) else None
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


def told(host: str, record: UUID) -> Told:
    """Return a site's record by its id; raises `NotFound` when there is none, or when it is erased."""
    place = the_log().entry(record)
    opened = record_in(place) if place.about == subject_of(host) else None
    if opened is None:
        raise NotFound("No record of this site has this id.", hint="It stands in the receipt. Records are erased in time.")
    later = (one for one in history(host, opened.identity.consent_id) if one.index > opened.index) if opened.identity else ()
    return Told((opened, *islice(later, 1)), _shown(host, opened.core.notice, opened.core.inventory))


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
        ended = dict(ExpiryRow.objects.filter(pk__range=(min(wanted), max(wanted)), host=host).values_list("idx", "at"))
        for place in log.entries(min(wanted), max(wanted) + 1):
            if place.index in wanted and (opened := record_in(place)) is not None:
                yield replace(opened, expired_at=ended.get(place.index))


def record_in(place: Place) -> Record | None:
    """Return the record that an entry holds, or None when it is erased."""
    core, context, identity = place.opening.groups
    if not isinstance(core, OpenGroup):
        return None
    return Record(
        place.id,
        place.index,
        msgspec.json.decode(core.body, type=Facts),
        msgspec.json.decode(context.body, type=Context) if isinstance(context, OpenGroup) else None,
        msgspec.json.decode(identity.body, type=Who) if isinstance(identity, OpenGroup) else None,
    )


def proof(host: str, record: UUID) -> bytes | None:
    """Return the `.tlog-proof` of a site's record with its opened groups, or None while it is not signed."""
    log = the_log()
    if log.entry(record).about != subject_of(host):
        raise NotFound("No record of this site has this id.", hint="Take it from the answer to the decision.")
    return log.receipt(record)


def described(host: str, record: UUID) -> bytes | None:
    """Return the visitor's receipt: the record as JSON-LD (ISO/IEC TS 27560 by the W3C DPV guide) with its proof."""
    proved = proof(host, record)
    opened = record_in(the_log().entry(record))
    if proved is None or opened is None:
        return None
    row = RenderingRow.objects.filter(host=host, sha256=opened.core.notice).first()
    _done()
    return consentform.receipt(opened.core, opened.identity, row.document if row else "", proved.decode())


def describe_all(host: str) -> Iterator[Mapping[str, object]]:
    """Yield every record of a site as JSON-LD, without proofs."""
    known: dict[tuple[str, str], Shown | None] = {}
    for one in records_of(host):
        name = (one.core.notice, one.core.inventory)
        if name not in known:
            known[name] = _shown(host, *name)
        ended = one.expired_at.isoformat(timespec="seconds") if one.expired_at else ""
        yield consentform.described(one.core, one.identity, known[name], ended)


def _shown(host: str, digest: str, material: str) -> Shown | None:
    """Return what the visitor was shown, or where that is not known what the notice said."""
    found = (
        RenderingRow.objects.filter(host=host, sha256=digest).first()
        or NoticeRow.objects.filter(host=host, material=material).order_by("-number").first()
    )
    return msgspec.json.decode(found.document, type=Shown) if found else None


def snippet_of(notice: Notice) -> str:
    """Return what a site puts on its pages; it delays no paint, and sets what Google's consent mode needs before any tag."""
    server = settings.CONFIG.public_url
    first = f"<script>{DEFAULTS}</script>\n" if notice.consent_mode else ""
    return (
        f'{first}<script src="{server}/static/consent/holdtrue.js" defer\n'
        f'        data-notice="{server}/consent/{notice.site}/notice.json"></script>'
    )


def knows_build() -> bool:
    """Whether this installation has a banner to serve."""
    return bool(renderings.build())


def _done() -> None:
    """Give connections back: these reads are called from threads that no request ends."""
    if not connections["default"].in_atomic_block:
        connections["default"].close_if_unusable_or_obsolete()
