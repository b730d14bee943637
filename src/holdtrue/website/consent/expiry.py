"""Which agreements ended with their time: derived from the records, a little at a time, and kept beside them to be counted.

Nothing here is needed to know whether one record has expired: that follows from it and from the visitor's next one.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Final

from django.db import transaction
from django.db.models import Count as Counting
from django.db.models.functions import TruncDate

from holdtrue.evidence.opened import the_log
from holdtrue.website.consent.asking import read_notice
from holdtrue.website.consent.models import ExpiryCursor, ExpiryRow, NoticeRow
from holdtrue.website.consent.opened import the_records
from holdtrue.website.consent.queries import record_in
from holdtrue.website.consent.rules import AGREED, EXPIRED, has_expired
from holdtrue.website.consent.store import DAY, Count, Kept, Records

_EPOCH: Final = date(1970, 1, 1)
AT_ONCE: Final = 500
"""Records that one look takes; each agreement among them costs a look-up of its visitor."""


def expire_due(*, at: datetime) -> int:
    """Keep which agreements have ended since the last look, and return how many records were looked at."""
    documents = NoticeRow.objects.values_list("document", flat=True)
    return sum(_look(days, at=at) for days in sorted({read_notice(document).keep_days for document in documents}))


def counts(host: str) -> list[Count]:
    """Return how many agreements of a site ended with their time, day by day."""
    found = (
        ExpiryRow.objects.filter(host=host)
        .annotate(day=TruncDate("at"))
        .values_list("day", "language", "version")
        .annotate(many=Counting("idx"))
        .order_by("day")
    )
    return [Count((day - _EPOCH).days, language, version, EXPIRED, many) for day, language, version, many in found]


def _look(days: int, *, at: datetime) -> int:
    """Look at the next records that are older than so many days, for those that stood that long."""
    records, before = the_records(), int((at - timedelta(days=days)).timestamp() * 1000)
    with transaction.atomic():
        ExpiryCursor.objects.get_or_create(days=days)
        cursor = ExpiryCursor.objects.select_for_update(skip_locked=True).filter(days=days).first()
        if cursor is None:
            # Another process looks just now.
            return 0
        rows = list(takewhile(lambda row: row.at < before, records.page(cursor.next, AT_ONCE)))
        if rows:
            ExpiryRow.objects.bulk_create(_ended(records, rows, days, at=at), ignore_conflicts=True)
            ExpiryCursor.objects.filter(days=days).update(next=rows[-1].idx + 1)
    return len(rows)


def _ended(records: Records, rows: Sequence[Kept], days: int, *, at: datetime) -> Iterator[ExpiryRow]:
    log = the_log()
    for row in rows:
        if row.event not in AGREED:
            continue
        record = next((record_in(place) for place in log.entries(row.idx, row.idx + 1)), None)
        if record is None:
            continue
        expires = datetime.fromisoformat(record.core.expires)
        if round((expires.timestamp() * 1000 - row.at) / DAY) != days:
            # It stood for another time, and is looked at when that has passed.
            continue
        if has_expired(row.event, expires, at=at, next_at=_next(records, row)):
            yield ExpiryRow(idx=row.idx, host=row.site, at=expires, language=row.language, version=row.version)


def _next(records: Records, row: Kept) -> datetime | None:
    """Return when the same visitor chose again on the same site."""
    for index in records.of_visitor(row.visitor):
        if index > row.idx:
            later = records.page(index, 1)
            if later and later[0].idx == index and later[0].site == row.site:
                return datetime.fromtimestamp(later[0].at / 1000, tz=UTC)
    return None
