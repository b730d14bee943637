"""An SQLite file opened by apsw alone: one process writes, one transaction at a time; any number of readers.

`synchronous=FULL`, since NORMAL loses acknowledged commits in a power cut; `secure_delete=ON`, since the default leaves
erased bytes in the file. The benchmarks and the power-cut test hold both to account.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from holdtrue.errors import BrokenEvidence, HoldtrueError, StorageFull, Unavailable

WAL_TIDY = 256
"""Pages of write-ahead log from which `tidy` lets it begin anew, in its caller's own thread. Few at a time: a commit beside it
waits until the disk has written them."""
WAL_PAGES = 16_384
"""Pages after which a commit does it itself, if nobody has: that one commit then takes long."""
SYNCHRONOUS = "FULL"
COPY = "PRAGMA wal_checkpoint(PASSIVE)"


def connect(file: Path) -> apsw.Connection:
    """Open the file as the log wants it."""
    db = apsw.Connection(str(file))
    db.wal_autocheckpoint(WAL_PAGES)
    return db


class SqliteFile:
    """One file, with the lock that makes this process its only writer."""

    def __init__(self, path: Path, *, connect: Callable[[Path], apsw.Connection] = connect) -> None:
        """Work on this file; it is opened when it is first read or written."""
        self.path = path
        self._connect = connect
        self._lock = threading.RLock()
        self.background = threading.Lock()
        """Held by whoever does long work beside the commits: two at once would take the processor from those who answer."""
        self._wanted = _Queue()
        self._writer: apsw.Connection | None = None
        self._lock_handle = -1
        self._sync_handle = -1
        self._readers: deque[apsw.Connection] = deque()

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
            with self.explained():
                db = self.open_writer()
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteBatch(db)
                finally:
                    self._give_up(db)
        finally:
            self._lock.release()

    def may_write(self) -> bool:
        """Whether this process is the writer, or can become it now."""
        with self._lock:
            if self._lock_handle >= 0:
                return True
            handle = os.open(self.path.with_name(f"{self.path.name}.writer"), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            self._lock_handle = handle
            return True

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """Hold the one writing connection within a transaction that is durable when the block ends."""
        with self._wanted.standing(self._lock), self.explained():
            db = self.open_writer()
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
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection that only reads."""
        with self.explained():
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
        db = self._connect(self.path)
        db.set_busy_timeout(10_000)
        return db

    def open_writer(self) -> apsw.Connection:
        """Return the one connection that writes; raises `Unavailable` where another process has it."""
        if not self.may_write():
            raise Unavailable(
                f"Another process writes the evidence log {self.path}.",
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

    def scrub(self) -> bool:
        """Empty the write-ahead log, where erased bytes outlive the commit; False when a reader still holds them."""
        with self._lock, self.explained():
            self._close_readers()
            busy, _, _ = next(iter(self.open_writer().execute("PRAGMA wal_checkpoint(TRUNCATE)")))
            return not busy

    def tidy(self) -> None:
        """Copy a long write-ahead log into the file and let it begin anew; whoever commits meanwhile waits for an instant only.

        While others commit, a copy is never of everything, so the log would grow until one of their commits had to bring all
        of it to the disk. So nearly everything goes there beside them, and only the rest while the writer is held.
        """
        # Whoever is at it already does the same.
        with self.background, self.reading() as db, suppress(apsw.BusyError):
            _, held, copied = next(iter(db.execute("PRAGMA wal_checkpoint(NOOP)")))
            if held - copied < WAL_TIDY:
                return
            for _ in range(2):
                db.execute(COPY).fetchall()
                self._sync()
            with self._wanted.standing(self._lock):
                db.execute(COPY).fetchall()

    def _sync(self) -> None:
        """Bring to the disk what is copied: SQLite itself does so for a whole copy alone."""
        if self._sync_handle < 0:
            # Kept until the end: closing it would take away the locks that SQLite holds on the same file in this process.
            self._sync_handle = os.open(self.path, os.O_RDONLY)
        os.fdatasync(self._sync_handle)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn SQLite's errors into ours: what happened and what to do."""
        try:
            yield
        except apsw.FullError as error:
            raise StorageFull(
                f"There is no room for {self.path}.", hint="Free some space; everything that was acknowledged is there."
            ) from error
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise BrokenEvidence(
                f"The evidence log {self.path} is damaged: {error}.",
                hint="Keep the file, restore the newest backup beside it, and run `holdtrue evidence audit`.",
            ) from error
        except apsw.IOError as error:
            # After a failed write or fsync nothing in memory may be believed: start again from what is on disk.
            with self._lock:
                self._drop_writer()
            raise Unavailable(f"{self.path} cannot be written: {error}.", hint="Check the disk, then try again.") from error
        except apsw.Error as error:
            raise HoldtrueError(f"The evidence log {self.path} cannot be used: {error}.") from error

    def close(self) -> None:
        """Let go of the file and of the writer's lock."""
        with self._lock:
            self._close_readers()
            self._drop_writer()
            for handle in (self._sync_handle, self._lock_handle):
                if handle >= 0:
                    os.close(handle)
            self._sync_handle = self._lock_handle = -1


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

    def __init__(self, db: apsw.Connection) -> None:
        """Work in the transaction that is open on this connection; `SqliteFile.begin` makes one."""
        self.db = db

    def commit(self) -> None:
        """Make it durable; other threads run meanwhile. Errors are SQLite's own, explained when the block ends."""
        self.db.execute("COMMIT")
