"""The log in an SQLite file of its own, opened by apsw alone: one writer at a time, any number of readers.

`synchronous=FULL`, since NORMAL loses acknowledged commits in a power cut; `secure_delete=ON`, since the default leaves
erased bytes in the file. The benchmarks and the power-cut test hold both to account.
"""

import fcntl
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw

from holdtrue.config import make_private
from holdtrue.errors import BrokenEvidence, HoldtrueError, StorageFull, Unavailable
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.store import COLUMNS, SCHEMA, Row, State

HOUR = 3_600_000
PAGE = 4_096
WAL_TIDY = 1_000 * PAGE
"""Bytes of write-ahead log after which a turn copies it into the file, in its own thread."""
WAL_PAGES = 16_384
"""Pages after which a commit does it itself, if nobody has: that one commit then takes long."""
PATIENCE = 10.0
"""Seconds to wait for another process that has just begun to make the file."""
SYNCHRONOUS = "FULL"
TABLES = """
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, size INTEGER NOT NULL,
    integrated INTEGER NOT NULL) STRICT;
CREATE TABLE entry (idx INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, about TEXT NOT NULL,
    at INTEGER NOT NULL, due INTEGER, hashes BLOB NOT NULL, core BLOB, context BLOB,
    identity BLOB) STRICT;
CREATE INDEX entry_about ON entry (about);
CREATE INDEX entry_due ON entry (due) WHERE due IS NOT NULL;
CREATE TABLE tile (level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, idx))
    STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, at INTEGER NOT NULL, note BLOB NOT NULL) STRICT;
"""
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT = f"SELECT {COLUMNS} FROM entry"
STATE = "SELECT origin, size, integrated, coalesce((SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1), x'') FROM head"
ERASURES = {
    GroupName.CORE: "UPDATE entry SET core = NULL, about = '' WHERE idx = ?",
    GroupName.CONTEXT: "UPDATE entry SET context = NULL WHERE idx = ?",
    GroupName.IDENTITY: "UPDATE entry SET identity = NULL, due = NULL WHERE idx = ?",
}


def connect(file: Path) -> apsw.Connection:
    """Open the file as the log wants it."""
    db = apsw.Connection(str(file))
    db.wal_autocheckpoint(WAL_PAGES)
    return db


class SqliteStore:
    """The log's tables in one file."""

    def __init__(self, file: Path, *, origin: str, connect: Callable[[Path], apsw.Connection] = connect) -> None:
        """Open the file, made now under this origin if there is none; raises `Unavailable` for one that is too new."""
        self._file = file
        self._connect = connect
        self._lock = threading.RLock()
        self._turns = threading.Lock()
        self._wanted = _Queue()
        self._writer: apsw.Connection | None = None
        self._lock_handle = -1
        self._readers: deque[apsw.Connection] = deque()
        make_private(file.parent)
        with self._explained():
            self._prepare(origin)

    def append(self, rows: Sequence[Row]) -> list[int]:
        """Make the entries durable and return their indexes; an id that is there already keeps its index."""
        with self._writing() as db:
            return self._append(db, rows)

    @contextmanager
    def begin(self) -> Iterator["SqliteBatch | None"]:
        """Open a transaction on this thread whose commit may run in another; None while somebody else writes or waits to.

        For an event loop: it inserts, lets a thread wait for the disk, and meanwhile collects what comes next. What is not
        committed when the block ends is rolled back.
        """
        if self._wanted.waiting or not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            with self._explained():
                db = self._open_writer()
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteBatch(self, db)
                finally:
                    self._give_up(db)
        finally:
            self._lock.release()

    @contextmanager
    def turn(self) -> Iterator["SqliteTurn | None"]:
        """Grow the tree, or None when another process is the writer.

        Hashing and signing read beside the writer; what they made is then written at once, so that appending hardly waits.
        """
        if not self.may_write():
            yield None
            return
        with self._turns:
            with self._reading() as db:
                turn = SqliteTurn(db)
                yield turn
            if turn.has_grown:
                with self._writing() as db:
                    turn.write(db)
            self._tidy()

    def erase(self, groups: Sequence[tuple[int, str]], rows: Sequence[Row]) -> list[int]:
        """Erase groups by index and name and append these entries, in one transaction."""
        with self._writing() as db:
            for index, name in groups:
                db.execute(ERASURES[GroupName(name)], (index,))
            return self._append(db, rows)

    def scrub(self) -> bool:
        """Empty the write-ahead log, where erased bytes outlive the commit; False when a reader still holds them."""
        with self._lock, self._explained():
            self._close_readers()
            busy, _, _ = next(iter(self._open_writer().execute("PRAGMA wal_checkpoint(TRUNCATE)")))
            return not busy

    def reopen(self, origin: str, rows: Sequence[Row]) -> list[int]:
        """Go on under another name, with these entries next, in one transaction; earlier checkpoints are of the old name."""
        with self._turns, self._writing() as db:
            db.execute("DELETE FROM checkpoint")
            db.execute("UPDATE head SET origin = ?", (origin,))
            return self._append(db, rows)

    def state(self) -> State:
        """Return where the log stands."""
        with self._reading() as db:
            return State(*next(iter(db.execute(STATE))))

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""
        with self._reading() as db:
            return _tile(db, level, index)

    def rows(self, start: int, end: int) -> Iterator[Row]:
        """Yield entries in order, by index."""
        return map(Row._make, self.scan(start, end))

    def scan(self, start: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Yield the same without names, for those who read millions."""
        with self._reading() as db:
            yield from db.execute(f"{SELECT} WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end))

    def rows_about(self, subjects: Sequence[str], end: int) -> Iterator[Row]:
        """Yield the entries about these subjects, in order, below an index."""
        marks = ", ".join("?" * len(subjects))
        with self._reading() as db:
            for values in db.execute(f"{SELECT} WHERE about IN ({marks}) AND idx < ? ORDER BY idx", (*subjects, end)):
                yield Row._make(values)

    def row(self, entry: bytes) -> Row | None:
        """Return an entry by its id."""
        with self._reading() as db:
            found = db.execute(f"{SELECT} WHERE id = ?", (entry,)).fetchone()
        return Row._make(found) if found else None

    def due(self, at: int, limit: int) -> list[Row]:
        """Return entries of which the identity group is due to be erased."""
        with self._reading() as db:
            found = db.execute(f"{SELECT} WHERE due IS NOT NULL AND due <= ? ORDER BY due LIMIT ?", (at, limit)).fetchall()
        return [Row._make(values) for values in found]

    def holds_identity(self, start: int, end: int) -> bool:
        """Whether an identity group is still held that is due from a time to before another."""
        with self._reading() as db:
            return db.execute("SELECT 1 FROM entry WHERE due >= ? AND due < ? LIMIT 1", (start, end)).fetchone() is not None

    def require_sound_files(self) -> None:
        """Raise `BrokenEvidence` where SQLite says that pages or indexes are damaged."""
        with self._reading() as db:
            (said,) = next(iter(db.execute("PRAGMA integrity_check(1)")))
        if said != "ok":
            raise BrokenEvidence(
                f"{self._file} is damaged: {said}.", hint="Keep the file as it is and restore the newest backup beside it."
            )

    def may_write(self) -> bool:
        """Whether this process is the writer, or can become it now."""
        with self._lock:
            if self._lock_handle >= 0:
                return True
            handle = os.open(self._file.with_name(f"{self._file.name}.writer"), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            self._lock_handle = handle
            return True

    def make_tables(self, statements: str) -> None:
        """Make tables beside the log's own, for what a capability keeps with its entries; they must allow being made twice."""
        with self._reading() as db:
            there = {name for (name,) in db.execute("SELECT name FROM sqlite_master").fetchall()}
        # Where another process writes, it makes them itself.
        if there.issuperset(re.findall(r"IF NOT EXISTS (\w+)", statements)) or not self.may_write():
            return
        with self._writing() as db:
            db.execute(statements)

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection that only reads."""
        with self._reading() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """Lend the one writing connection, within a transaction that is durable when the block ends."""
        with self._writing() as db:
            yield db

    def append_in(self, db: apsw.Connection, rows: Sequence[Row]) -> tuple[int, list[int]]:
        """Append within the transaction that is open on this connection; return the size before and the indexes."""
        before: int = _one(db, "SELECT size FROM head")
        return before, self._append(db, rows)

    def close(self) -> None:
        """Let go of the file and of the writer's lock."""
        with self._lock:
            self._close_readers()
            self._drop_writer()
            if self._lock_handle >= 0:
                os.close(self._lock_handle)
                self._lock_handle = -1

    def _append(self, db: apsw.Connection, rows: Sequence[Row]) -> list[int]:
        if not rows:
            return []
        first: int = _one(db, "SELECT size FROM head")
        db.execute("SAVEPOINT all_new")
        try:
            # Nearly always every id is new; then the unique index itself is the only one to look.
            db.executemany(INSERT, ((first + step, *row[1:]) for step, row in enumerate(rows)))
        except apsw.ConstraintError:
            db.execute("ROLLBACK TO all_new")
            return self._append_some(db, rows, first)
        db.execute("UPDATE head SET size = ?", (first + len(rows),))
        return list(range(first, first + len(rows)))

    def _append_some(self, db: apsw.Connection, rows: Sequence[Row], first: int) -> list[int]:
        """Append the rows whose ids are new, and find the indexes of the others."""
        indexes: list[int] = []
        fresh: dict[bytes, int] = {}
        for row in rows:
            index = fresh.get(row.id)
            if index is None and (found := db.execute("SELECT idx FROM entry WHERE id = ?", (row.id,)).fetchone()):
                index = found[0]
            if index is None:
                index = fresh[row.id] = first + len(fresh)
                db.execute(INSERT, (index, *row[1:]))
            indexes.append(index)
        if fresh:
            db.execute("UPDATE head SET size = ?", (first + len(fresh),))
        return indexes

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        """Hold the one writing connection within a transaction that is durable when the block ends."""
        with self._wanted.standing(self._lock), self._explained():
            db = self._open_writer()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                # apsw lets other threads run while the commit waits for the disk.
                db.execute("COMMIT")
            except BaseException:
                self._give_up(db)
                raise

    def _give_up(self, db: apsw.Connection) -> None:
        """Roll back; a connection that cannot even do that is dropped, so that the next one reads what is on disk."""
        try:
            if db.in_transaction:
                db.execute("ROLLBACK")
        except apsw.Error:
            self._drop_writer()

    def _drop_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            # Closing copies and syncs once more; on a disk that has failed, that may fail too.
            with suppress(apsw.Error):
                writer.close(True)

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        with self._explained():
            try:
                db = self._readers.pop()
            except IndexError:
                db = self._open()
                db.pragma("query_only", 1)
            try:
                yield db
            finally:
                self._readers.append(db)

    def _close_readers(self) -> None:
        while self._readers:
            self._readers.pop().close(True)

    def _open(self) -> apsw.Connection:
        db = self._connect(self._file)
        db.set_busy_timeout(10_000)
        return db

    def _open_writer(self) -> apsw.Connection:
        if not self.may_write():
            raise Unavailable(
                f"Another process writes the evidence log {self._file}.",
                hint="On SQLite one process writes. Stop the other, or set HOLDTRUE_DATABASE_URL to use PostgreSQL.",
            )
        if self._writer is None:
            db = self._open()
            # One by one: apsw stops at the first row, so the rest of a list of pragmas would never run.
            db.pragma("journal_mode", "WAL")
            db.pragma("synchronous", SYNCHRONOUS)
            db.pragma("secure_delete", 1)
            self._writer = db
        return self._writer

    def _prepare(self, origin: str) -> None:
        until = time.monotonic() + PATIENCE
        while (version := self._version()) == 0:
            if self.may_write():
                self._create(origin)
            elif time.monotonic() > until:
                raise Unavailable(f"Another process began to make {self._file} and has not finished.")
            else:
                time.sleep(0.05)
        if version > SCHEMA:
            raise Unavailable(
                f"The evidence log {self._file} was written by a newer Holdtrue (tables {version}, here {SCHEMA}).",
                hint="Install that version or a later one; nothing was changed.",
            )

    def _version(self) -> int:
        if not self._file.exists():
            return 0
        with self._reading() as db:
            version: int = _one(db, "PRAGMA user_version")
        return version

    def _create(self, origin: str) -> None:
        self._file.touch(mode=0o600)
        with self._writing() as db:
            if _one(db, "PRAGMA user_version") == 0:
                db.execute(TABLES)
                db.execute("INSERT INTO head VALUES (1, ?, 0, 0)", (origin,))
                db.execute(f"PRAGMA user_version = {SCHEMA}")

    def _tidy(self) -> None:
        """Copy a long write-ahead log into the file beside the writer, who would otherwise do it within a commit."""
        try:
            if self._file.with_name(f"{self._file.name}-wal").stat().st_size < WAL_TIDY:
                return
        except OSError:
            return
        # Whoever is at it already does the same.
        with self._explained(), suppress(apsw.BusyError), closing(self._open()) as db:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into ours: what happened and what to do."""
        try:
            yield
        except apsw.FullError as error:
            raise StorageFull(
                f"There is no room for {self._file}.", hint="Free some space; everything that was acknowledged is there."
            ) from error
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise BrokenEvidence(
                f"The evidence log {self._file} is damaged: {error}.",
                hint="Keep the file, restore the newest backup beside it, and run `holdtrue evidence audit`.",
            ) from error
        except apsw.IOError as error:
            # After a failed write or fsync nothing in memory may be believed: start again from what is on disk.
            with self._lock:
                self._drop_writer()
            raise Unavailable(f"{self._file} cannot be written: {error}.", hint="Check the disk, then try again.") from error
        except apsw.Error as error:
            raise HoldtrueError(f"The evidence log {self._file} cannot be used: {error}.") from error


class _Queue:
    """Counts who waits for the writer, so that nobody who asks again and again keeps the others out."""

    def __init__(self) -> None:
        self._count = threading.Lock()
        self.waiting = 0

    @contextmanager
    def standing(self, lock: threading.RLock) -> Iterator[None]:
        """Wait for the lock, seen to be waiting, and hold it while the block runs."""
        with self._count:
            self.waiting += 1
        try:
            lock.acquire()
        finally:
            with self._count:
                self.waiting -= 1
        try:
            yield
        finally:
            lock.release()


class SqliteBatch:
    """A transaction that one thread fills and another commits."""

    def __init__(self, store: SqliteStore, db: apsw.Connection) -> None:
        """Work in the transaction that is open on this connection; `SqliteStore.begin` makes one."""
        self._store = store
        self.db = db

    def append(self, rows: Sequence[Row]) -> tuple[int, list[int]]:
        """Append and return the size before and the indexes; nothing is durable before `commit`."""
        return self._store.append_in(self.db, rows)

    def commit(self) -> None:
        """Make it durable; other threads run meanwhile. Errors are SQLite's own, explained when the block ends."""
        self.db.execute("COMMIT")


class SqliteTurn:
    """What `Log.integrate` reads and makes: read as it stands, kept aside, written in one go."""

    def __init__(self, db: apsw.Connection) -> None:
        """Read on this connection."""
        self._db = db
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._signed: tuple[int, bytes, int] | None = None

    @property
    def has_grown(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._tiles or self._signed)

    def state(self) -> State:
        """Return where the log stands."""
        return State(*next(iter(self._db.execute(STATE))))

    def leaves(self, start: int, end: int) -> list[tuple[str, bytes]]:
        """Return the kind and the group hashes of entries, in order."""
        found: Any = self._db.execute("SELECT kind, hashes FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end))
        return list(found)

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""
        return self._tiles.get((level, index)) or _tile(self._db, level, index)

    def put_tile(self, level: int, index: int, hashes: bytes) -> None:
        """Keep a tile in a wider form."""
        self._tiles[level, index] = hashes

    def put_checkpoint(self, size: int, note: bytes, at: int) -> None:
        """Keep a signed checkpoint; of each hour the last is kept."""
        self._signed = (size, note, at)

    def write(self, db: apsw.Connection) -> None:
        """Write what was made, within the transaction that is open on this connection."""
        tiles = ((level, index, hashes) for (level, index), hashes in self._tiles.items())
        db.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", tiles)
        if self._signed:
            size, note, at = self._signed
            db.execute("DELETE FROM checkpoint WHERE at >= ? AND size <= ?", (at - at % HOUR, size))
            db.execute("INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)", (size, at, note))
            db.execute("UPDATE head SET integrated = ?", (size,))


def _one(db: apsw.Connection, query: str) -> Any:
    return next(iter(db.execute(query)))[0]


def _tile(db: apsw.Connection, level: int, index: int) -> bytes:
    found = db.execute("SELECT hashes FROM tile WHERE level = ? AND idx = ?", (level, index)).fetchone()
    return found[0] if found else b""
