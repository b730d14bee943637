"""The log in PostgreSQL: any number of processes append and integrate, the database alone coordinates them."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg import errors as causes

from holdtrue.errors import BrokenEvidence, HoldtrueError, StorageFull, Unavailable
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.postgres_arrays import Column, bigints, byteas, register, texts
from holdtrue.evidence.store import COLUMNS, SCHEMA, Row, State

Connection: TypeAlias = "psycopg.Connection[Any]"
Result = TypeVar("Result")

HOUR = 3_600_000
MIGRATION_LOCK = 0x686F6C64
"""Taken within the one transaction that makes the tables; "hold" in ASCII."""
PAGE = 2_000
TRIES = 5
TABLES = """
CREATE TABLE IF NOT EXISTS evidence_log_head (one integer PRIMARY KEY CHECK (one = 1), schema integer NOT NULL,
    origin text NOT NULL, size bigint NOT NULL, integrated bigint NOT NULL);
CREATE TABLE IF NOT EXISTS evidence_log_turn (name text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS evidence_log_entry (idx bigint PRIMARY KEY, id bytea NOT NULL UNIQUE, kind text NOT NULL,
    about text NOT NULL, at bigint NOT NULL, due bigint, hashes bytea NOT NULL, core bytea,
    context bytea, identity bytea);
CREATE INDEX IF NOT EXISTS evidence_log_entry_about ON evidence_log_entry (about);
CREATE INDEX IF NOT EXISTS evidence_log_entry_due ON evidence_log_entry (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS evidence_log_tile (level integer, idx bigint, hashes bytea NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE IF NOT EXISTS evidence_log_checkpoint (size bigint PRIMARY KEY, at bigint NOT NULL, note bytea NOT NULL);
INSERT INTO evidence_log_turn VALUES ('integrate'), ('sequence') ON CONFLICT DO NOTHING;
"""
# The head row gives out the numbers in the statement that uses them: no gap, commit order is index order, and a rollback
# gives the numbers back. Nearly always every id is new, and only the unique index looks; when one is not, nothing happens.
GIVEN = """unnest(%s::bytea[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
    %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[])
    WITH ORDINALITY AS g (id, kind, about, at, due, hashes, core, context, identity, place)"""
APPEND = f"""
WITH h AS (
    UPDATE evidence_log_head SET size = size + %s RETURNING size - %s AS first
), placed AS (
    INSERT INTO evidence_log_entry ({COLUMNS})
    SELECT first + place - 1, id, kind, about, at, due, hashes, core, context, identity FROM {GIVEN}, h
)
"""
FIRST = "SELECT first FROM h"
# `fresh` is what this statement saw; a rival's commit in between shows as a unique violation.
APPEND_SOME = f"""
WITH given AS (
    SELECT * FROM {GIVEN}
), fresh AS (
    SELECT g.*, row_number() OVER (ORDER BY place) - 1 AS step FROM given g
    WHERE NOT EXISTS (SELECT 1 FROM evidence_log_entry e WHERE e.id = g.id)
), h AS (
    UPDATE evidence_log_head SET size = size + (SELECT count(*) FROM fresh)
    RETURNING size - (SELECT count(*) FROM fresh) AS first
), placed AS (
    INSERT INTO evidence_log_entry ({COLUMNS})
    SELECT first + step, id, kind, about, at, due, hashes, core, context, identity FROM fresh, h
    RETURNING id, idx
)
SELECT id, idx, true FROM placed
UNION ALL SELECT e.id, e.idx, false FROM evidence_log_entry e JOIN given g ON e.id = g.id
"""
SELECT = f"SELECT {COLUMNS} FROM evidence_log_entry"
STATE = """SELECT origin, size, integrated,
    coalesce((SELECT note FROM evidence_log_checkpoint ORDER BY size DESC LIMIT 1), '') FROM evidence_log_head"""
ERASURES = {
    GroupName.CORE: "UPDATE evidence_log_entry SET core = NULL, about = '' WHERE idx = %s",
    GroupName.CONTEXT: "UPDATE evidence_log_entry SET context = NULL WHERE idx = %s",
    GroupName.IDENTITY: "UPDATE evidence_log_entry SET identity = NULL, due = NULL WHERE idx = %s",
}


def migrate(db: Connection, origin: str) -> None:
    """Make the tables that are missing; raises `Unavailable` for a database that a newer version has written."""
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        db.execute("SET LOCAL client_min_messages = warning")
        for statement in TABLES.strip().removesuffix(";").split(";\n"):
            db.execute(statement)
        db.execute(
            "INSERT INTO evidence_log_head VALUES (1, %s, %s, 0, 0) ON CONFLICT DO NOTHING",
            (SCHEMA, origin),
        )
        found = db.execute("SELECT schema FROM evidence_log_head").fetchone()
        if found is None or found[0] > SCHEMA:
            raise Unavailable(
                f"The evidence log was written by a newer Holdtrue (tables {found and found[0]}, here {SCHEMA}).",
                hint="Install that version or a later one; nothing was changed.",
            )


def claim(db: Connection, turn: str) -> bool:
    """Whether it is this transaction's turn: one process at a time, and nobody waits."""
    # Whatever the server's default: what is committed here is on disk.
    db.execute("SET LOCAL synchronous_commit = on")
    found = db.execute("SELECT 1 FROM evidence_log_turn WHERE name = %s FOR UPDATE SKIP LOCKED", (turn,)).fetchone()
    return found is not None


def append(db: Connection, rows: Sequence[Row]) -> list[int]:
    """Append within the transaction that is open on this connection, and return the indexes."""
    return [index for index, _ in append_in(db, rows)]


def append_in(db: Connection, rows: Sequence[Row]) -> list[tuple[int, bool]]:
    """Do the same, and say of each index whether the entry is new."""
    if not rows:
        return []
    # An id offered twice in one batch counts once.
    once = list({row.id: row for row in rows}.values())
    # This may be a connection of Django's, whose own cursors write values into the statement.
    register(db)
    cursor = psycopg.Cursor(db)
    found = {entry: (index, is_new) for entry, index, is_new in cursor.execute(APPEND_SOME, columns_of(once), binary=True)}
    return [found[row.id] for row in rows]


def append_new(db: Connection, rows: Sequence[Row], beside: str = "", values: Sequence[Column] = ()) -> int:
    """Append entries of which all ids are new, in one statement, and return the first index; raises `UniqueViolation`.

    `beside` is a further part of the statement, with its values: it may number rows of its own from `h.first`, and either
    all of it happens or nothing.
    """
    parts = APPEND + beside + FIRST
    found = db.execute(parts, [len(rows), len(rows), *columns_of(rows), *values], binary=True, prepare=True).fetchone()
    if found is None:
        raise BrokenEvidence("The evidence log has lost its head row.", hint="Restore the newest backup.")
    first: int = found[0]
    return first


def columns_of(rows: Sequence[Row]) -> list[Column]:
    """Return the columns of entries that have no place yet."""
    _, ids, kinds, abouts, ats, dues, hashes, cores, contexts, identities = zip(*rows, strict=True)
    return [
        byteas(ids), texts(kinds), texts(abouts), bigints(ats), bigints(dues),
        byteas(hashes), byteas(cores), byteas(contexts), byteas(identities),
    ]  # fmt: skip


class PostgresStore:
    """The log's tables in the office's own database."""

    def __init__(self, url: str, *, origin: str) -> None:
        """Connect and make what is missing; raises `Unavailable`."""
        self._url = url
        self._idle: deque[Connection] = deque()
        self._lock = threading.Lock()
        try:
            with self._connection() as db:
                migrate(db, origin)
        except HoldtrueError:
            self.close()
            raise

    def append(self, rows: Sequence[Row]) -> list[int]:
        """Make the entries durable and return their indexes; an id that is there already keeps its index."""
        return self.append_with(lambda db: append(db, rows))

    def append_with(self, write: Callable[[Connection], Result]) -> Result:
        """Return what `write` does with `append_in` and more in one transaction, tried anew when a rival was first."""
        for _ in range(TRIES):
            try:
                with self._connection() as db, db.transaction():
                    return write(db)
            except causes.UniqueViolation:
                # Another process appended one of these ids meanwhile; now it is seen.
                continue
        raise HoldtrueError("The entries could not be appended: others offer the same ones all the time.")

    @contextmanager
    def turn(self) -> Iterator["PostgresTurn | None"]:
        """Open a transaction that grows the tree, or None when another process is at it."""
        with self._connection() as db, db.transaction():
            claimed = db.execute("SELECT 1 FROM evidence_log_turn WHERE name = 'integrate' FOR UPDATE SKIP LOCKED").fetchone()
            yield PostgresTurn(db) if claimed else None

    def tidy(self) -> None:
        """Leave its write-ahead log to PostgreSQL."""

    def erase(self, groups: Sequence[tuple[int, str]], rows: Sequence[Row]) -> list[int]:
        """Erase groups by index and name and append these entries, in one transaction."""
        with self._connection() as db, db.transaction():
            for index, name in groups:
                db.execute(ERASURES[GroupName(name)], (index,))
            return append(db, rows)

    def scrub(self) -> bool:
        """Take erased values out of the table and its indexes; copies in the server's WAL are shredded with their data key."""
        with self._connection() as db:
            db.execute("VACUUM evidence_log_entry")
            db.execute("REINDEX INDEX evidence_log_entry_about")
            return True

    def reopen(self, origin: str, rows: Sequence[Row]) -> list[int]:
        """Go on under another name, with these entries next, in one transaction; earlier checkpoints are of the old name."""
        with self._connection() as db, db.transaction():
            db.execute("DELETE FROM evidence_log_checkpoint")
            db.execute("UPDATE evidence_log_head SET origin = %s", (origin,))
            return append(db, rows)

    def state(self) -> State:
        """Return where the log stands."""
        with self._connection() as db:
            return _state(db)

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""
        with self._connection() as db:
            return _tile(db, level, index)

    def rows(self, start: int, end: int) -> Iterator[Row]:
        """Yield entries in order, by index."""
        return map(Row._make, self.scan(start, end))

    def scan(self, start: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Yield the same without names, for those who read millions."""
        for first in range(start, end, PAGE):
            with self._connection() as db:
                bounds = (first, min(first + PAGE, end))
                found = db.execute(f"{SELECT} WHERE idx >= %s AND idx < %s ORDER BY idx", bounds, binary=True).fetchall()
            yield from found

    def rows_about(self, subjects: Sequence[str], end: int) -> Iterator[Row]:
        """Yield the entries about these subjects, in order, below an index."""
        yield from self._rows("WHERE about = ANY(%s) AND idx < %s ORDER BY idx", (list(subjects), end))

    def row(self, entry: bytes) -> Row | None:
        """Return an entry by its id."""
        return next(iter(self._rows("WHERE id = %s", (entry,))), None)

    def due(self, at: int, limit: int) -> list[Row]:
        """Return entries of which the identity group is due to be erased."""
        return self._rows("WHERE due IS NOT NULL AND due <= %s ORDER BY due LIMIT %s", (at, limit))

    def holds_identity(self, start: int, end: int) -> bool:
        """Whether an identity group is still held that is due from a time to before another."""
        return bool(self._rows("WHERE due >= %s AND due < %s LIMIT 1", (start, end)))

    def require_sound_files(self) -> None:
        """Leave its files to PostgreSQL, whose own checksums and `pg_amcheck` watch them."""

    def make_tables(self, statements: str) -> None:
        """Make tables beside the log's own, for what a capability keeps with its entries; they must allow being made twice."""
        with self._connection() as db, db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
            db.execute("SET LOCAL client_min_messages = warning")
            for statement in statements.strip().removesuffix(";").split(";\n"):
                db.execute(statement)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection; every statement stands by itself unless the caller opens a transaction."""
        with self._connection() as db:
            yield db

    def may_write(self) -> bool:
        """Whether this process may write: with PostgreSQL, every one may."""
        return True

    def close(self) -> None:
        """Close the connections that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _rows(self, condition: str, values: tuple[object, ...]) -> list[Row]:
        with self._connection() as db:
            return [Row._make(found) for found in db.execute(f"{SELECT} {condition}", values, binary=True)]

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Lend a connection; one that has failed is not lent again."""
        with explained():
            db = self._open()
            try:
                yield db
            finally:
                if db.closed or db.broken or db.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    db.close()
                else:
                    self._idle.append(db)

    def _open(self) -> Connection:
        while True:
            try:
                db = self._idle.pop()
            except IndexError:
                break
            if not _is_stale(db):
                return db
            db.close()
        db = psycopg.connect(self._url, autocommit=True)
        # Whatever the server's default: an acknowledged entry is on disk.
        db.execute("SET synchronous_commit = on")
        register(db)
        return db


class PostgresTurn:
    """The transaction of the process whose turn it is, as `Log.integrate` sees it."""

    def __init__(self, db: Connection) -> None:
        """Work in the transaction that is open on this connection."""
        self._db = db

    def state(self) -> State:
        """Return where the log stands."""
        return _state(self._db)

    def leaves(self, start: int, end: int) -> list[tuple[str, bytes]]:
        """Return the kind and the group hashes of entries, in order."""
        return self._db.execute(
            "SELECT kind, hashes FROM evidence_log_entry WHERE idx >= %s AND idx < %s ORDER BY idx", (start, end), binary=True
        ).fetchall()

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""
        return _tile(self._db, level, index)

    def put_tile(self, level: int, index: int, hashes: bytes) -> None:
        """Store a tile in a wider form."""
        self._db.execute(
            "INSERT INTO evidence_log_tile VALUES (%s, %s, %s) ON CONFLICT (level, idx) DO UPDATE SET hashes = EXCLUDED.hashes",
            (level, index, hashes),
        )

    def put_checkpoint(self, size: int, note: bytes, at: int) -> None:
        """Store a signed checkpoint; of each hour the last is kept."""
        self._db.execute("DELETE FROM evidence_log_checkpoint WHERE at >= %s AND size <= %s", (at - at % HOUR, size))
        self._db.execute(
            "INSERT INTO evidence_log_checkpoint VALUES (%s, %s, %s) ON CONFLICT (size) DO UPDATE SET note = EXCLUDED.note",
            (size, at, note),
        )
        # The head row is locked last and for an instant: appending goes on meanwhile.
        self._db.execute("UPDATE evidence_log_head SET integrated = %s", (size,))


@contextmanager
def explained() -> Iterator[None]:
    """Turn PostgreSQL's errors into ours: what happened and what to do. A unique violation stays what it is."""
    try:
        yield
    except causes.UniqueViolation:
        raise
    except (causes.DiskFull, causes.OutOfMemory) as error:
        raise StorageFull(
            "PostgreSQL has no room for the evidence log.", hint="Free some space; everything that was acknowledged is there."
        ) from error
    except (causes.DataCorrupted, causes.IndexCorrupted) as error:
        raise BrokenEvidence(
            f"PostgreSQL says that the evidence log is damaged: {error}.",
            hint="Keep the database, restore the newest backup beside it, and run `holdtrue evidence audit`.",
        ) from error
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"PostgreSQL cannot be reached: {error}.", hint="Check HOLDTRUE_DATABASE_URL and the server."
        ) from error
    except psycopg.Error as error:
        raise HoldtrueError(f"PostgreSQL refused: {error}.") from error


def _is_stale(db: Connection) -> bool:
    """Whether the server has closed an idle connection, seen without a round trip."""
    try:
        db.pgconn.consume_input()
    except psycopg.OperationalError:
        return True
    return bool(db.closed) or db.pgconn.status != psycopg.pq.ConnStatus.OK


def _state(db: Connection) -> State:
    found = db.execute(STATE, binary=True).fetchone()
    if found is None:
        raise BrokenEvidence("The evidence log has lost its head row.", hint="Restore the newest backup.")
    return State(*found)


def _tile(db: Connection, level: int, index: int) -> bytes:
    found = db.execute(
        "SELECT hashes FROM evidence_log_tile WHERE level = %s AND idx = %s", (level, index), binary=True
    ).fetchone()
    return found[0] if found else b""
