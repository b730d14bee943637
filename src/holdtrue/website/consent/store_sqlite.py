"""Consents in the log's own SQLite file: filled on the event loop, committed by a thread that waits for the disk."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any, Final, cast

import apsw

from holdtrue.errors import Conflict
from holdtrue.evidence.store import Row
from holdtrue.evidence.store_sqlite import SqliteStore, append_in
from holdtrue.website.consent.rules import require_same
from holdtrue.website.consent.store import COLUMNS, DAY, SEGMENT, Count, Kept, Offer, Placed, added

TABLES: Final = """
CREATE TABLE IF NOT EXISTS consent (idx INTEGER PRIMARY KEY, site TEXT NOT NULL, at INTEGER NOT NULL, visitor BLOB NOT NULL,
    digest BLOB NOT NULL, event TEXT NOT NULL, language TEXT NOT NULL, version INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS consent_visitor (segment INTEGER NOT NULL, visitor BLOB NOT NULL, idx INTEGER NOT NULL,
    PRIMARY KEY (segment, visitor, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consent_segment (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS consent_count (site TEXT NOT NULL, day INTEGER NOT NULL, language TEXT NOT NULL,
    version INTEGER NOT NULL, event TEXT NOT NULL, many INTEGER NOT NULL,
    PRIMARY KEY (site, day, language, version, event)) STRICT, WITHOUT ROWID;
"""
INSERT: Final = f"INSERT INTO consent ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
LAST: Final = "SELECT coalesce(max(last), -1), coalesce(max(number), 0) FROM consent_segment"

SPAN: Final = "SELECT min(idx), max(idx), count(*) FROM (SELECT idx FROM consent WHERE idx > ? ORDER BY idx LIMIT ?)"
SORT: Final = """INSERT OR IGNORE INTO consent_visitor SELECT ?, visitor, idx FROM consent
    WHERE idx BETWEEN ? AND ? AND visitor >= ? AND visitor < ? ORDER BY visitor, idx"""
BOUNDS: Final = (*(bytes([first]) for first in range(0, 256, 32)), b"\xff" * 17)
"""Visitors are keyed hashes: these cut a segment into about equal parts, so that nobody waits long for the writer."""
SUMS: Final = f"""SELECT site, at / {DAY}, language, version, event, count(*) FROM consent WHERE idx BETWEEN ? AND ?
    GROUP BY site, at / {DAY}, language, version, event"""
PAUSE: Final = 0.01
"""Seconds between two parts of a segment, so that commits of consents go on beside them."""
NEWEST: Final = "SELECT coalesce(max(idx), -1) FROM consent"


class SqliteRecords:
    """The consents of an installation on SQLite."""

    def __init__(self, store: SqliteStore) -> None:
        """Keep them in this store's file; the tables are made when they are missing."""
        self._file = store.file
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="consent-commit")
        store.make_tables(TABLES)

    async def add(self, rows: Sequence[Row], offers: Sequence[Offer]) -> list[Placed | Exception]:
        """Make the consents durable in one commit."""
        loop = asyncio.get_running_loop()
        with self._file.begin() as batch:
            if batch is not None:
                placed = self._fill(batch.db, rows, offers)
                await loop.run_in_executor(self._threads, batch.commit)
                return placed
        # Somebody else writes just now: wait for the turn where waiting harms nobody.
        return await loop.run_in_executor(self._threads, partial(self._add, rows, offers))

    def _add(self, rows: Sequence[Row], offers: Sequence[Offer]) -> list[Placed | Exception]:
        with self._file.writing() as db:
            return self._fill(db, rows, offers)

    def _fill(self, db: apsw.Connection, rows: Sequence[Row], offers: Sequence[Offer]) -> list[Placed | Exception]:
        before, indexes = append_in(db, rows)
        fresh = [
            (index, one.site, one.entry.at, one.visitor, one.digest, one.event, one.language, one.version)
            for index, one in zip(indexes, offers, strict=True)
            if index >= before
        ]
        db.executemany(INSERT, fresh)
        if len(fresh) == len(offers):
            return [Placed(index, True, row.hashes) for index, row in zip(indexes, rows, strict=True)]
        return [
            Placed(index, True, row.hashes) if index >= before else _known(db, index, one)
            for index, row, one in zip(indexes, rows, offers, strict=True)
        ]

    def of_visitor(self, visitor: bytes) -> list[int]:
        """Return the indexes of a visitor's records, in order."""
        with self._file.reading() as db:
            sorted_ = db.execute(
                "SELECT v.idx FROM consent_segment s CROSS JOIN consent_visitor v ON v.segment = s.number AND v.visitor = ?",
                (visitor,),
            ).fetchall()
            last, _ = _last(db)
            rest = db.execute("SELECT idx FROM consent WHERE idx > ? AND visitor = ?", (last, visitor)).fetchall()
        return sorted({index for (index,) in cast("Any", [*sorted_, *rest])})

    def counts(self, site: str) -> list[Count]:
        """Return how many of each sort a site has, day by day."""
        with self._file.reading() as db:
            db.execute("BEGIN")
            try:
                found = db.execute("SELECT day, language, version, event, many FROM consent_count WHERE site = ?", (site,))
                sorted_ = [Count._make(row) for row in cast("Any", found.fetchall())]
                last, _ = _last(db)
                query = "SELECT site, at, language, version, event FROM consent WHERE idx > ? AND site = ?"
                rest = cast("Any", db.execute(query, (last, site)).fetchall())
            finally:
                db.execute("COMMIT")
        return added(sorted_, rest)

    def page(self, start: int, limit: int) -> list[Kept]:
        """Return rows from an index on, in order."""
        with self._file.reading() as db:
            query = f"SELECT {COLUMNS} FROM consent WHERE idx >= ? ORDER BY idx LIMIT ?"
            return [Kept._make(row) for row in db.execute(query, (start, limit)).fetchall()]

    def sort_new(self) -> int:
        """Sort one more segment of what is new, if there is a whole one; return how many rows that were."""
        with self._file.reading() as db:
            last, number = _last(db)
            # Cheap, and never less than the rows that wait: most looks end here.
            if _one(db, NEWEST)[0] - last < SEGMENT:
                return 0
            first, end, many = _one(db, SPAN, (last, SEGMENT))
            if many < SEGMENT:
                return 0
            sums = db.execute(SUMS, (first, end)).fetchall()
        for low, high in pairwise(BOUNDS):
            with self._file.background, self._file.writing() as db:
                # One statement that SQLite answers alone: no other thread takes the interpreter while the writer is held.
                db.execute(SORT, (number + 1, first, end, low, high))
            time.sleep(PAUSE)
        with self._file.background, self._file.writing() as db:
            db.executemany(
                "INSERT INTO consent_count VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET many = many + excluded.many",
                sums,
            )
            db.execute("INSERT INTO consent_segment VALUES (?, ?, ?)", (number + 1, first, end))
        return SEGMENT

    def forget(self, rows: Sequence[Kept]) -> None:
        """Delete rows, and with them every way to find their visitors."""
        with self._file.writing() as db:
            for row in rows:
                segment = "SELECT number FROM consent_segment WHERE first <= ?1 AND last >= ?1"
                db.execute(
                    f"DELETE FROM consent_visitor WHERE segment = ({segment}) AND visitor = ?2 AND idx = ?1",
                    (row.idx, row.visitor),
                )
                db.execute("DELETE FROM consent WHERE idx = ?", (row.idx,))

    def close(self) -> None:
        """Let go of the thread."""
        self._threads.shutdown()


def _known(db: apsw.Connection, index: int, offer: Offer) -> Placed | Exception:
    """Return what an offer came to whose id the log holds already."""
    found = db.execute("SELECT c.digest, e.hashes FROM entry e LEFT JOIN consent c USING (idx) WHERE e.idx = ?", (index,))
    digest, hashes = cast("Any", found.fetchall())[0]
    try:
        require_same(digest, offer.digest)
    except Conflict as error:
        return error
    return Placed(index, False, hashes)


def _last(db: apsw.Connection) -> tuple[int, int]:
    """Return the last index that is sorted and the number of its segment."""
    last, number = _one(db, LAST)
    return last, number


def _one(db: apsw.Connection, query: str, values: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    found: Any = db.execute(query, values).fetchall()[0]
    return tuple(found)
