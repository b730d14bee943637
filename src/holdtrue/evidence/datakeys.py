"""The keys that entries' groups are encrypted with, one a month and sort: to destroy a key shreds every copy it opened.

Kept as files apart from the database, so that a backup of the database alone reveals nothing. A key is durable before
anything is encrypted with it.
"""

import os
import re
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from holdtrue.errors import BrokenEvidence
from holdtrue.evidence.files import fsync_directory, prepare, write_once
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.keystream import StreamKey

KEY_SIZE = 32
DAY = 86_400_000
"""Milliseconds."""
GROUPS = tuple(GroupName)
_NAME = re.compile(r"([0-9]{4})-([0-9]{2})\.(core|context|identity)-([0-9]+)")


class DataKeys:
    """The data keys in a directory, made when first needed; safe to share between threads and processes."""

    def __init__(self, directory: Path) -> None:
        """Keep the keys in this directory, which is made when the first key is."""
        self._directory = directory
        self._known: dict[tuple[int, int], tuple[StreamKey | None, ...]] = {}
        self._writable: dict[tuple[int, int], list[StreamKey]] = {}
        self._lock = threading.Lock()

    def to_write(self, day: int, days: int) -> list[StreamKey]:
        """Return the keys for the groups of an entry of this day (since 1970) whose identity is kept so many days.

        Keys that are missing are made, and durable before they are returned.
        """
        writable = self._writable.get((day, days))
        if writable is not None:
            return writable
        keys = [key for key in self.of_entry(day, days) if key]
        if len(keys) == len(GROUPS):
            self._writable[day, days] = keys
            return keys
        prepare(self._directory)
        for name in _names(day, days):
            write_once(self._file(name), secrets.token_bytes(KEY_SIZE))
        self.forget()
        keys = [key for key in self.of_entry(day, days) if key]
        if len(keys) != len(GROUPS):
            raise BrokenEvidence(f"A data key in {self._directory} was removed while it was in use.")
        return keys

    def of_entry(self, day: int, days: int) -> tuple[StreamKey | None, ...]:
        """Return the keys of such an entry's groups; None for one that was destroyed."""
        known = self._known.get((day, days))
        if known is None:
            known = self._known[day, days] = tuple(self._read(name) for name in _names(day, days))
        return known

    def destroy(self, name: str) -> None:
        """Overwrite and remove a key; whatever it encrypted is unreadable from then on, in backups too."""
        with self._lock:
            file = self._file(name)
            try:
                with file.open("r+b") as out:
                    out.write(secrets.token_bytes(KEY_SIZE))
                    out.flush()
                    os.fsync(out.fileno())
                file.unlink()
            except FileNotFoundError:
                return
            self._known.clear()
            self._writable.clear()
            fsync_directory(self._directory)

    def spent(self, at: datetime) -> Iterator[tuple[str, int, int]]:
        """Yield the identity keys whose entries have all passed their retention at this time.

        With each come the times between which those entries were due (milliseconds since 1970).
        """
        for file in sorted(self._directory.glob("*.identity-*.key")):
            found = _NAME.fullmatch(file.stem)
            if found is None or found[4] == "0":
                continue
            year, month, days = int(found[1]), int(found[2]), timedelta(days=int(found[4]))
            start = datetime(year, month, 1, tzinfo=UTC) + days
            end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) + days
            if end <= at:
                yield file.stem, int(start.timestamp() * 1000), int(end.timestamp() * 1000)

    def forget(self) -> None:
        """Read keys anew: another process may have destroyed some."""
        with self._lock:
            self._known.clear()
            self._writable.clear()

    def _file(self, name: str) -> Path:
        return self._directory / f"{name}.key"

    def _read(self, name: str) -> StreamKey | None:
        try:
            key = self._file(name).read_bytes()
        except FileNotFoundError:
            return None
        if len(key) != KEY_SIZE:
            raise BrokenEvidence(
                f"The data key {self._file(name)} is damaged.", hint="Restore the keys directory from its backup."
            )
        return StreamKey(key)


def _names(day: int, days: int) -> list[str]:
    """Return the names of the keys of one entry: by month, by group, and for identities by how long they are kept."""
    month = datetime.fromtimestamp(day * DAY / 1000, UTC).strftime("%Y-%m")
    return [f"{month}.{group}-{days if group is GroupName.IDENTITY else 0}" for group in GROUPS]
