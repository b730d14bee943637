"""Consents in PostgreSQL, beside the log's tables: one transaction in a thread for each batch."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from holdtrue.errors import Conflict
from holdtrue.evidence.store_postgres import Connection, PostgresStore, append_in
from holdtrue.website.consent.rules import require_same
from holdtrue.website.consent.store import COLUMNS, SEGMENT, Count, Kept, Offer, Placed, added, counted

TABLES: Final = """
CREATE TABLE IF NOT EXISTS consent_record (idx bigint PRIMARY KEY, site text NOT NULL, at bigint NOT NULL,
    visitor bytea NOT NULL, digest bytea NOT NULL, event text NOT NULL, language text NOT NULL, version integer NOT NULL);
CREATE TABLE IF NOT EXISTS consent_visitor (segment integer, visitor bytea, idx bigint, PRIMARY KEY (segment, visitor, idx));
CREATE TABLE IF NOT EXISTS consent_segment (number integer PRIMARY KEY, first bigint NOT NULL, last bigint NOT NULL);
CREATE TABLE IF NOT EXISTS consent_count (site text, day integer, language text, version integer, event text,
    many bigint NOT NULL, PRIMARY KEY (site, day, language, version, event));
"""
INSERT: Final = f"""INSERT INTO consent_record ({COLUMNS})
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %b::bytea[], %b::bytea[], %s::text[], %s::text[], %s::integer[])"""
LAST: Final = "SELECT coalesce(max(last), -1), coalesce(max(number), 0) FROM consent_segment"
NEWEST: Final = "SELECT coalesce(max(idx), -1) FROM consent_record"
ROWS: Final = f"SELECT {COLUMNS} FROM consent_record"


class PostgresRecords:
    """The consents of an installation on PostgreSQL."""

    def __init__(self, store: PostgresStore) -> None:
        """Keep them beside this store's tables, which are made when they are missing."""
        self._store = store
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="consent-commit")
        store.make_tables(TABLES)

    async def add(self, offers: Sequence[Offer]) -> list[Placed | Exception]:
        """Make the consents durable in one commit."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._add, offers))

    def _add(self, offers: Sequence[Offer]) -> list[Placed | Exception]:
        return self._store.append_with(lambda db: _fill(db, offers))

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
            found = db.execute(f"{ROWS} WHERE idx > %s ORDER BY idx LIMIT %s", (last, SEGMENT), binary=True).fetchall()
            rows = [Kept._make(row) for row in found]
            if len(rows) < SEGMENT:
                return 0
            ordered = sorted((row.visitor, row.idx) for row in rows)
            db.execute(
                "INSERT INTO consent_visitor SELECT %s, * FROM unnest(%b::bytea[], %s::bigint[])",
                (number + 1, [visitor for visitor, _ in ordered], [index for _, index in ordered]),
            )
            sums = counted((row.site, row.at, row.language, row.version, row.event) for row in rows)
            with db.cursor() as cursor:
                cursor.executemany(
                    """INSERT INTO consent_count AS c VALUES (%s, %s, %s, %s, %s, %s)
                    ON CONFLICT (site, day, language, version, event) DO UPDATE SET many = c.many + excluded.many""",
                    [(*name, many) for name, many in sums.items()],
                )
            db.execute("INSERT INTO consent_segment VALUES (%s, %s, %s)", (number + 1, rows[0].idx, rows[-1].idx))
        return len(rows)

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


def _fill(db: Connection, offers: Sequence[Offer]) -> list[Placed | Exception]:
    placed = append_in(db, [one.row for one in offers])
    fresh = [
        (index, one.site, one.row.at, one.visitor, one.digest, one.event, one.language, one.version)
        for (index, is_new), one in zip(placed, offers, strict=True)
        if is_new
    ]
    if fresh:
        db.execute(INSERT, [list(column) for column in zip(*fresh, strict=True)])
    return [
        Placed(index, True, one.row.kind, one.row.hashes) if is_new else _known(db, index, one)
        for (index, is_new), one in zip(placed, offers, strict=True)
    ]


def _known(db: Connection, index: int, offer: Offer) -> Placed | Exception:
    """Return what an offer came to whose id the log holds already."""
    digest, hashes = db.execute(
        "SELECT c.digest, e.hashes FROM evidence_log_entry e LEFT JOIN consent_record c USING (idx) WHERE e.idx = %s", (index,)
    ).fetchall()[0]
    try:
        require_same(digest, offer.digest)
    except Conflict as error:
        return error
    return Placed(index, False, offer.row.kind, hashes)
