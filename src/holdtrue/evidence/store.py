"""What the log asks of a database, the same of SQLite and PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

SCHEMA = 1
"""The version of the tables; a database with a higher one is left alone."""


class Row(NamedTuple):
    """An entry as it is stored; a named tuple, since an audit reads millions."""

    idx: int
    """Place in the log; -1 before it has one."""
    id: bytes
    """The entry's UUID."""
    kind: str
    about: str
    """The subject; empty once the core group is erased."""
    at: int
    """Milliseconds since 1970."""
    due: int | None
    """When the identity group must go, in the same unit; None when it need not or is gone."""
    hashes: bytes
    """The hashes of the three groups, one after another; they outlive the groups."""
    core: bytes | None
    """Salt and body, encrypted; None once erased, like the two that follow."""
    context: bytes | None
    identity: bytes | None


COLUMNS = "idx, id, kind, about, at, due, hashes, core, context, identity"


class State(NamedTuple):
    """Where a log stands."""

    origin: str
    """The log's name."""
    size: int
    """Entries that are durable."""
    integrated: int
    """Entries that are in the tree."""
    checkpoint: bytes
    """The newest signed checkpoint; empty before the first."""


class Turn(Protocol):
    """A transaction in which this process alone grows the tree."""

    def state(self) -> State:
        """Return where the log stands."""

    def leaves(self, start: int, end: int) -> list[tuple[str, bytes]]:
        """Return the kind and the group hashes of entries, in order."""

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""

    def put_tile(self, level: int, index: int, hashes: bytes) -> None:
        """Store a tile in a wider form."""

    def put_checkpoint(self, size: int, note: bytes, at: int) -> None:
        """Store a signed checkpoint; of each hour the last is kept."""


class Store(Protocol):
    """A database that holds one log. Every method is safe to call from several threads."""

    def append(self, rows: Sequence[Row]) -> list[int]:
        """Make the entries durable and return their indexes; an id that is there already keeps its index."""

    def turn(self) -> AbstractContextManager[Turn | None]:
        """Open a transaction that grows the tree, or None when another process is at it."""

    def tidy(self) -> None:
        """Keep short what the database writes ahead of its tables; wanted several times a second while many write."""

    def erase(self, groups: Sequence[tuple[int, str]], rows: Sequence[Row]) -> list[int]:
        """Erase groups by index and name and append these entries, in one transaction."""

    def scrub(self) -> bool:
        """Make erased bytes unreadable in every file of the database; False when a reader still holds them."""

    def reopen(self, origin: str, rows: Sequence[Row]) -> list[int]:
        """Go on under another name, with these entries next, in one transaction."""

    def state(self) -> State:
        """Return where the log stands."""

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile in its widest form; empty when there is none."""

    def rows(self, start: int, end: int) -> Iterator[Row]:
        """Yield entries in order, by index."""

    def scan(self, start: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Yield the same without names, for those who read millions."""

    def rows_about(self, subjects: Sequence[str], end: int) -> Iterator[Row]:
        """Yield the entries about these subjects, in order, below an index."""

    def row(self, entry: bytes) -> Row | None:
        """Return an entry by its id."""

    def due(self, at: int, limit: int) -> list[Row]:
        """Return entries of which the identity group is due to be erased."""

    def holds_identity(self, start: int, end: int) -> bool:
        """Whether an identity group is still held that is due from a time to before another."""

    def require_sound_files(self) -> None:
        """Raise `BrokenEvidence` where the database itself says that its pages or indexes are damaged."""

    def make_tables(self, statements: str) -> None:
        """Make tables beside the log's own, for what a capability keeps with its entries; they must allow being made twice."""

    def may_write(self) -> bool:
        """Whether this process is the writer, or can become it now."""

    def close(self) -> None:
        """Let go of files, connections and the writer's lock."""
