"""Consents in PostgreSQL, beside the log's tables: one transaction in a thread for each batch."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from psycopg.errors import UniqueViolation

from holdtrue.errors import Conflict
from holdtrue.evidence.postgres_arrays import Column, bigints, byteas, texts
from holdtrue.evidence.store import Row
from holdtrue.evidence.store_postgres import Connection, PostgresStore, append_in, append_new
from holdtrue.website.consent.rules import require_same
from holdtrue.website.consent.store import COLUMNS, DAY, SEGMENT, Count, Kept, Offer, Placed, added

TABLES: Final = """
CREATE TABLE IF NOT EXISTS consent_record (idx bigint PRIMARY KEY, site text NOT NULL, at bigint NOT NULL,
    visitor bytea NOT NULL, digest bytea NOT NULL, event text NOT NULL, language text NOT NULL, version integer NOT NULL);
CREATE TABLE IF NOT EXISTS consent_visitor (segment integer, visitor bytea, idx bigint, PRIMARY KEY (segment, visitor, idx));
CREATE TABLE IF NOT EXISTS consent_segment (number integer PRIMARY KEY, first bigint NOT NULL, last bigint NOT NULL);
CREATE TABLE IF NOT EXISTS consent_count (site text, day integer, language text, version integer, event text,
    many bigint NOT NULL, PRIMARY KEY (site, day, language, version, event));
"""
GIVEN: Final = """unnest(%s::text[], %s::bigint[], %s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::bigint[])
    WITH ORDINALITY AS b (site, at, visitor, digest, event, language, version, place)"""
BESIDE: Final = f""", beside AS (
    INSERT INTO consent_record ({COLUMNS})
    SELECT first + place - 1, site, at, visitor, digest, event, language, version FROM {GIVEN}, h
)
"""
INSERT: Final = f"""INSERT INTO consent_record ({COLUMNS})
SELECT idx, site, at, visitor, digest, event, language, version
FROM {GIVEN} JOIN unnest(%s::bigint[]) WITH ORDINALITY AS i (idx, place) USING (place)"""
LAST: Final = "SELECT coalesce(max(last), -1), coalesce(max(number), 0) FROM consent_segment"
SPAN: Final = "SELECT min(idx), max(idx), count(*) FROM (SELECT idx FROM consent_record WHERE idx > %s ORDER BY idx LIMIT %s) s"
SORT: Final = """INSERT INTO consent_visitor SELECT %s, visitor, idx FROM consent_record WHERE idx BETWEEN %s AND %s
    ORDER BY visitor, idx"""
COUNT: Final = f"""INSERT INTO consent_count AS c
    SELECT site, at / {DAY}, language, version, event, count(*) FROM consent_record WHERE idx BETWEEN %s AND %s
    GROUP BY site, at / {DAY}, language, version, event
    ON CONFLICT (site, day, language, version, event) DO UPDATE SET many = c.many + excluded.many"""
NEWEST: Final = "SELECT coalesce(max(idx), -1) FROM consent_record"
ROWS: Final = f"SELECT {COLUMNS} FROM consent_record"


class PostgresRecords:
    """The consents of an installation on PostgreSQL."""

    def __init__(self, store: PostgresStore) -> None:
        """Keep them beside this store's tables, which are made when they are missing."""
        self._store = store
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="consent-commit")
        store.make_tables(TABLES)

    async def add(self, rows: Sequence[Row], offers: Sequence[Offer]) -> list[Placed | Exception]:
        """Make the consents durable in one commit."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._add, rows, offers))

    def _add(self, rows: Sequence[Row], offers: Sequence[Offer]) -> list[Placed | Exception]:
        try:
            with self._store.connection() as db:
                first = append_new(db, rows, BESIDE, _columns(offers))
        except UniqueViolation:
            return self._store.append_with(lambda db: _fill(db, rows, offers))
        return [Placed(index, True, row.hashes) for index, row in enumerate(rows, first)]

    def of_visitor(self, visitor: bytes) -> list[int]:
        """Return the indexes of a visitor's records, in order."""
        with self._store.connection() as db:
            sorted_ = db.execute(
                """SELECT v.idx FROM consent_segment s CROSS JOIN LATERAL
                (SELECT idx FROM consent_visitor WHERE segment = s.number AND visitor = %s OFFSET 0) v""",
                (visitor,),
            ).fetchall()
            last, _ = db.execute(LAST).fetchall()[0]
            rest = db.execute("SELECT idx FROM consent_record WHERE idx > %s AND visitor = %s", (last, visitor)).fetchall()
        return sorted({index for (index,) in [*sorted_, *rest]})

    def counts(self, site: str) -> list[Count]:
        """Return how many of each sort a site has, day by day."""
        with self._store.connection() as db, db.transaction():
            db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found = db.execute("SELECT day, language, version, event, many FROM consent_count WHERE site = %s", (site,))
            sorted_ = [Count._make(row) for row in found.fetchall()]
            last, _ = db.execute(LAST).fetchall()[0]
            rest = db.execute(
                "SELECT site, at, language, version, event FROM consent_record WHERE idx > %s AND site = %s", (last, site)
            ).fetchall()
        return added(sorted_, rest)

    def page(self, start: int, limit: int) -> list[Kept]:
        """Return rows from an index on, in order."""
        with self._store.connection() as db:
            found = db.execute(f"{ROWS} WHERE idx >= %s ORDER BY idx LIMIT %s", (start, limit), binary=True).fetchall()
        return [Kept._make(row) for row in found]

    def sort_new(self) -> int:
        """Sort one more segment of what is new, if there is a whole one; return how many rows that were."""
        with self._store.connection() as db, db.transaction():
            # One process sorts at a time; the others find nothing to do.
            free = db.execute("SELECT pg_try_advisory_xact_lock(%s)", (0x636F6E73,)).fetchone()
            if not free or not free[0]:
                return 0
            last, number = db.execute(LAST).fetchall()[0]
            # Cheap, and never less than the rows that wait: most looks end here.
            if db.execute(NEWEST).fetchall()[0][0] - last < SEGMENT:
                return 0
            first, end, many = db.execute(SPAN, (last, SEGMENT)).fetchall()[0]
            if many < SEGMENT:
                return 0
            db.execute(SORT, (number + 1, first, end))
            db.execute(COUNT, (first, end))
            db.execute("INSERT INTO consent_segment VALUES (%s, %s, %s)", (number + 1, first, end))
        return SEGMENT

    def forget(self, rows: Sequence[Kept]) -> None:
        """Delete rows, and with them every way to find their visitors."""
        given = ([row.idx for row in rows], [row.visitor for row in rows])
        with self._store.connection() as db, db.transaction():
            db.execute(
                """DELETE FROM consent_visitor v USING unnest(%s::bigint[], %s::bytea[]) AS g (idx, visitor), consent_segment s
                WHERE g.idx BETWEEN s.first AND s.last AND v.segment = s.number AND v.visitor = g.visitor AND v.idx = g.idx""",
                given,
            )
            db.execute("DELETE FROM consent_record WHERE idx = ANY(%s)", given[:1])

    def close(self) -> None:
        """Let go of the thread."""
        self._threads.shutdown()


def _fill(db: Connection, rows: Sequence[Row], offers: Sequence[Offer]) -> list[Placed | Exception]:
    placed = append_in(db, rows)
    fresh = [(index, one) for (index, is_new), one in zip(placed, offers, strict=True) if is_new]
    if fresh:
        db.execute(INSERT, [*_columns([one for _, one in fresh]), bigints([index for index, _ in fresh])])
    return [
        Placed(index, True, row.hashes) if is_new else _known(db, index, one)
        for (index, is_new), row, one in zip(placed, rows, offers, strict=True)
    ]


def _columns(offers: Sequence[Offer]) -> list[Column]:
    _, sites, visitors, digests, events, languages, versions = zip(*offers, strict=True)
    ats = [one.entry.at for one in offers]
    return [
        texts(sites), bigints(ats), byteas(visitors), byteas(digests), texts(events), texts(languages), bigints(versions),
    ]  # fmt: skip


def _known(db: Connection, index: int, offer: Offer) -> Placed | Exception:
    """Return what an offer came to whose id the log holds already."""
    digest, hashes = db.execute(
        "SELECT c.digest, e.hashes FROM evidence_log_entry e LEFT JOIN consent_record c USING (idx) WHERE e.idx = %s", (index,)
    ).fetchall()[0]
    try:
        require_same(digest, offer.digest)
    except Conflict as error:
        return error
    return Placed(index, False, hashes)
