"""The log's tables in an SQLite file of their own."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

from holdtrue.config import make_private
from holdtrue.errors import BrokenEvidence, Unavailable
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.sqlite_file import SqliteFile
from holdtrue.evidence.store import COLUMNS, SCHEMA, Row, State

HOUR = 3_600_000
PATIENCE = 10.0
"""Seconds to wait for another process that has just begun to make the file."""
CHECKING_MEMORY = 131_072
"""Kibibytes that a check of the whole file may keep in memory."""
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
LEAVES = """SELECT group_concat(kind, ' ' ORDER BY idx), group_concat(hex(hashes), ' ' ORDER BY idx) FROM entry
    WHERE idx >= ? AND idx < ?"""
"""One row: from each that it steps to, a reader takes the interpreter back before another thread wakes up to have it."""
INSERT = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT = f"SELECT {COLUMNS} FROM entry"
STATE = "SELECT origin, size, integrated, coalesce((SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1), x'') FROM head"
ERASURES = {
    GroupName.CORE: "UPDATE entry SET core = NULL, about = '' WHERE idx = ?",
    GroupName.CONTEXT: "UPDATE entry SET context = NULL WHERE idx = ?",
    GroupName.IDENTITY: "UPDATE entry SET identity = NULL, due = NULL WHERE idx = ?",
}


class SqliteStore:
    """The log's tables in one file."""

    def __init__(self, file: SqliteFile, *, origin: str) -> None:
        """Make the tables now, under this origin, if there are none; raises `Unavailable` for those that are too new."""
        self.file = file
        make_private(file.path.parent)
        with file.explained():
            self._prepare(origin)

    def append(self, rows: Sequence[Row]) -> list[int]:
        """Make the entries durable and return their indexes; an id that is there already keeps its index."""
        with self.file.writing() as db:
            return append_in(db, rows)[1]

    @contextmanager
    def turn(self) -> Iterator["SqliteTurn | None"]:
        """Grow the tree, or None when another process is the writer.

        Hashing and signing read beside the writer; what they made is then written at once, so that appending hardly waits.
        """
        if not self.file.may_write():
            yield None
            return
        with self.file.background:
            with self.file.reading() as db:
                turn = SqliteTurn(db)
                yield turn
            if turn.has_grown:
                with self.file.writing() as db:
                    turn.write(db)

    def tidy(self) -> None:
        """Keep the write-ahead log short."""
        self.file.tidy()

    def erase(self, groups: Sequence[tuple[int, str]], rows: Sequence[Row]) -> list[int]:
        """Erase groups by index and name and append these entries, in one transaction."""
        with self.file.writing() as db:
            for index, name in groups:
                db.execute(ERASURES[GroupName(name)], (index,))
            return append_in(db, rows)[1]

    def scrub(self) -> bool:
        """Empty the write-ahead log, where erased bytes outlive the commit; False when a reader still holds them."""
        return self.file.scrub()

    def reopen(self, origin: str, rows: Sequence[Row]) -> list[int]:
        """Go on under another name, with these entries next, in one transaction; earlier checkpoints are of the old name."""
        with self.file.background, self.file.writing() as db:
            db.execute("DELETE FROM checkpoint")
            db.execute("UPDATE head SET origin = ?", (origin,))
            return append_in(db, rows)[1]

    def state(self) -> State:
        """Return where the log stands."""
        with self.file.reading() as db:
            return State(*next(iter(db.execute(STATE))))

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""
        with self.file.reading() as db:
            return _tile(db, level, index)

    def rows(self, start: int, end: int) -> Iterator[Row]:
        """Yield entries in order, by index."""
        return map(Row._make, self.scan(start, end))

    def scan(self, start: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Yield the same without names, for those who read millions."""
        with self.file.reading() as db:
            yield from db.execute(f"{SELECT} WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end))

    def rows_about(self, subjects: Sequence[str], end: int) -> Iterator[Row]:
        """Yield the entries about these subjects, in order, below an index."""
        marks = ", ".join("?" * len(subjects))
        with self.file.reading() as db:
            for values in db.execute(f"{SELECT} WHERE about IN ({marks}) AND idx < ? ORDER BY idx", (*subjects, end)):
                yield Row._make(values)

    def row(self, entry: bytes) -> Row | None:
        """Return an entry by its id."""
        with self.file.reading() as db:
            found = db.execute(f"{SELECT} WHERE id = ?", (entry,)).fetchone()
        return Row._make(found) if found else None

    def due(self, at: int, limit: int) -> list[Row]:
        """Return entries of which the identity group is due to be erased."""
        with self.file.reading() as db:
            found = db.execute(f"{SELECT} WHERE due IS NOT NULL AND due <= ? ORDER BY due LIMIT ?", (at, limit)).fetchall()
        return [Row._make(values) for values in found]

    def holds_identity(self, start: int, end: int) -> bool:
        """Whether an identity group is still held that is due from a time to before another."""
        with self.file.reading() as db:
            return db.execute("SELECT 1 FROM entry WHERE due >= ? AND due < ? LIMIT 1", (start, end)).fetchone() is not None

    def require_sound_files(self) -> None:
        """Raise `BrokenEvidence` where SQLite says that pages or indexes are damaged."""
        with self.file.reading() as db:
            # It looks up every entry in every index: pages that do not stay in memory are read over and over.
            usual = db.pragma("cache_size")
            db.pragma("cache_size", -CHECKING_MEMORY)
            try:
                (said,) = next(iter(db.execute("PRAGMA integrity_check(1)")))
            finally:
                db.pragma("cache_size", usual)
        if said != "ok":
            raise BrokenEvidence(
                f"{self.file.path} is damaged: {said}.", hint="Keep the file as it is and restore the newest backup beside it."
            )

    def may_write(self) -> bool:
        """Whether this process is the writer, or can become it now."""
        return self.file.may_write()

    def make_tables(self, statements: str) -> None:
        """Make tables beside the log's own, for what a capability keeps with its entries; they must allow being made twice."""
        with self.file.reading() as db:
            there = {name for (name,) in db.execute("SELECT name FROM sqlite_master").fetchall()}
        # Where another process writes, it makes them itself.
        if there.issuperset(re.findall(r"IF NOT EXISTS (\w+)", statements)) or not self.file.may_write():
            return
        with self.file.writing() as db:
            db.execute(statements)

    def close(self) -> None:
        """Let go of the file and of the writer's lock."""
        self.file.close()

    def _prepare(self, origin: str) -> None:
        until = time.monotonic() + PATIENCE
        while (version := self._version()) == 0:
            if self.file.may_write():
                self._create(origin)
            elif time.monotonic() > until:
                raise Unavailable(f"Another process began to make {self.file.path} and has not finished.")
            else:
                time.sleep(0.05)
        if version > SCHEMA:
            raise Unavailable(
                f"The evidence log {self.file.path} was written by a newer Holdtrue (tables {version}, here {SCHEMA}).",
                hint="Install that version or a later one; nothing was changed.",
            )

    def _version(self) -> int:
        if not self.file.path.exists():
            return 0
        with self.file.reading() as db:
            version: int = _one(db, "PRAGMA user_version")
        return version

    def _create(self, origin: str) -> None:
        self.file.path.touch(mode=0o600)
        with self.file.writing() as db:
            if _one(db, "PRAGMA user_version") == 0:
                db.execute(TABLES)
                db.execute("INSERT INTO head VALUES (1, ?, 0, 0)", (origin,))
                db.execute(f"PRAGMA user_version = {SCHEMA}")


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
        kinds, hashes = next(iter(self._db.execute(LEAVES, (start, end))))
        return list(zip(kinds.split(), map(bytes.fromhex, hashes.split()), strict=True)) if kinds else []

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


def append_in(db: apsw.Connection, rows: Sequence[Row]) -> tuple[int, list[int]]:
    """Append within the transaction that is open on this connection; return the size before and the indexes."""
    first: int = _one(db, "SELECT size FROM head")
    try:
        # Nearly always every id is new; then the unique index itself is the only one to look.
        db.executemany(INSERT, [(index, *row[1:]) for index, row in enumerate(rows, first)])
    except apsw.ConstraintError:
        # Taken back by hand: a savepoint would copy every page before it changes, each time.
        db.execute("DELETE FROM entry WHERE idx >= ?", (first,))
        return first, _append_some(db, rows, first)
    db.execute("UPDATE head SET size = ?", (first + len(rows),))
    return first, list(range(first, first + len(rows)))


def _append_some(db: apsw.Connection, rows: Sequence[Row], first: int) -> list[int]:
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


def _one(db: apsw.Connection, query: str) -> Any:
    return next(iter(db.execute(query)))[0]


def _tile(db: apsw.Connection, level: int, index: int) -> bytes:
    found = db.execute("SELECT hashes FROM tile WHERE level = ? AND idx = ?", (level, index)).fetchone()
    return found[0] if found else b""
