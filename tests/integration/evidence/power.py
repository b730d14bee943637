"""A disk that loses power: an SQLite VFS that remembers what was written and what was synced, and in which order."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from holdtrue.evidence.anchor import Anchor
from holdtrue.evidence.sqlite_file import SqliteFile

SECTOR = 512
SMALL_WAL = 30
"""Pages after which SQLite copies the write-ahead log back, so that power is also lost in the middle of that."""


@dataclass
class Event:
    """One thing that happened, in order: to a file, or to the outside world."""

    what: str
    name: str = ""
    offset: int = 0
    data: bytes = b""
    said: object = None


class Disk(apsw.VFS):
    """Passes everything on to the real file system and keeps the record."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.events: list[Event] = []
        self.fails_to_sync = False
        super().__init__(name, "")

    def xOpen(self, name, flags):  # noqa: N802 - apsw's name
        return RecordedFile(self, name, flags)

    def xDelete(self, name, sync):  # noqa: N802
        self.events.append(Event("delete", Path(name).name))
        super().xDelete(name, sync)


class RecordedFile(apsw.VFSFile):
    """One open file on the disk."""

    def __init__(self, disk: Disk, name, flags) -> None:
        self._disk = disk
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name
        super().__init__("", name, flags)

    def xWrite(self, data, offset):  # noqa: N802
        super().xWrite(data, offset)
        self._disk.events.append(Event("write", self._name, offset, bytes(data)))

    def xTruncate(self, size):  # noqa: N802
        super().xTruncate(size)
        self._disk.events.append(Event("truncate", self._name, size))

    def xSync(self, flags):  # noqa: N802
        if self._disk.fails_to_sync:
            raise apsw.IOError("the disk did not sync")
        super().xSync(flags)
        self._disk.events.append(Event("sync", self._name))


class OnDisk(SqliteFile):
    """The log's file on such a disk. SQLite shares memory between connections only on its own VFS, so there is one connection."""

    def __init__(self, file: Path, *, disk: Disk) -> None:
        def connect(path: Path) -> apsw.Connection:
            db = apsw.Connection(str(path), vfs=disk.name)
            db.pragma("locking_mode", "EXCLUSIVE")
            db.pragma("wal_autocheckpoint", SMALL_WAL)
            return db

        super().__init__(file, connect=connect)

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        with self._lock, self.explained():
            yield self.open_writer()


class RecordedAnchor(Anchor):
    """An anchor whose every word is in the disk's record; it syncs by itself, so each is kept."""

    def __init__(self, directory: Path, disk: Disk) -> None:
        super().__init__(directory)
        self._disk = disk

    def keep(self, origin: str, note: bytes) -> None:
        super().keep(origin, note)
        self._disk.events.append(Event("anchored", origin, data=note))


@dataclass
class Platter:
    """What a file holds for certain, and what was written to it since it was last synced."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)

    def after_cut(self, keep: Callable[[], bool]) -> bytes:
        """Return what is found when power returns: everything synced, and of the rest whatever sectors `keep` chose."""
        found = bytearray(self.synced)
        for event in self.pending:
            if event.what == "truncate":
                if keep():
                    del found[event.offset :]
                continue
            for start in range(0, len(event.data), SECTOR):
                if keep():
                    _put(found, event.offset + start, event.data[start : start + SECTOR])
        return bytes(found)

    def sync(self) -> None:
        self.synced = bytearray(self.after_cut(lambda: True))
        self.pending.clear()


def cuts(events: list[Event], count: int) -> Iterator[tuple[int, dict[str, bytes], list[Event]]]:
    """Yield, for evenly spread moments, what the files hold after the cut and what had been said to the world.

    At every other cut nothing unsynced survives; at the rest, sectors of it do at random.
    """
    chance = random.Random(count)
    moments = {round((number + 1) * len(events) / count): number for number in range(count)}
    platters: dict[str, Platter] = {}
    said: list[Event] = []
    for place, event in enumerate(events, 1):
        platter = platters.setdefault(event.name, Platter())
        match event.what:
            case "write" | "truncate":
                platter.pending.append(event)
            case "sync":
                platter.sync()
            case "delete":
                platters[event.name] = Platter()
            case _:
                said.append(event)
        if place in moments:
            odds = moments[place] % 2 * chance.random()
            files = {name: held.after_cut(lambda odds=odds: chance.random() < odds) for name, held in platters.items()}
            yield place, {name: data for name, data in files.items() if data}, list(said)


def _put(found: bytearray, offset: int, data: bytes) -> None:
    if len(found) < offset:
        found.extend(bytes(offset - len(found)))
    found[offset : offset + len(data)] = data
