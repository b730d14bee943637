"""What a capability keeps of consents beside their entries: enough to find, count and forget them; who is in the log alone.

Every row stands at the index of its entry, so inserts are in order at any size. A visitor is found by segments: blocks of
consecutive rows, each sorted once and never touched again, so that a random id costs nothing when it is written.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol

from holdtrue.evidence.sealing import Entry
from holdtrue.evidence.store import Row

SEGMENT: Final = 8_192
"""Rows that are sorted together; those after the last segment are read one by one."""
DAY: Final = 86_400_000
"""Milliseconds."""
COLUMNS: Final = "idx, site, at, visitor, digest, event, language, version"


class Offer(NamedTuple):
    """A consent, ready to be sealed and stored."""

    entry: Entry
    site: str
    visitor: bytes
    digest: bytes
    """Hash of the decision as it was delivered, so that a repeated id is told from a forged one."""
    event: str
    language: str
    version: int


class Placed(NamedTuple):
    """Where a consent stands, durably."""

    place: int
    """Index in the log."""
    is_new: bool
    hashes: bytes
    """The hashes of the entry's groups."""


class Kept(NamedTuple):
    """A row beside an entry."""

    idx: int
    site: str
    at: int
    """Milliseconds since 1970."""
    visitor: bytes
    digest: bytes
    event: str
    language: str
    version: int


class Count(NamedTuple):
    """How many decisions of a sort were recorded on one day."""

    day: int
    """Days since 1970."""
    language: str
    version: int
    event: str
    many: int


class Records(Protocol):
    """The consents of an installation, in the same database as the log."""

    async def add(self, rows: Sequence[Row], offers: Sequence[Offer]) -> "list[Placed | Exception]":
        """Make the consents durable in one commit, each with the row of its entry; ids must differ within a batch."""

    def of_visitor(self, visitor: bytes) -> list[int]:
        """Return the indexes of a visitor's records, in order."""

    def counts(self, site: str) -> list[Count]:
        """Return how many of each sort a site has, day by day."""

    def page(self, start: int, limit: int) -> list[Kept]:
        """Return rows from an index on, in order."""

    def sort_new(self) -> int:
        """Sort one more segment of what is new, if there is a whole one; return how many rows that were."""

    def forget(self, rows: Sequence[Kept]) -> None:
        """Delete rows, and with them every way to find their visitors."""

    def close(self) -> None:
        """Let go of threads."""


def visitors_by(key: bytes) -> Callable[[str], bytes]:
    """Return what says by what a visitor is found under this key, quickly."""
    keyed = blake2b(key=key, digest_size=16)

    def visitor(consent_id: str) -> bytes:
        hashing = keyed.copy()
        hashing.update(consent_id.encode())
        return hashing.digest()

    return visitor


def visitor_of(key: bytes, consent_id: str) -> bytes:
    """Return what a visitor is found by: a keyed hash, so that a copy of the database does not match anybody's cookie."""
    return visitors_by(key)(consent_id)


def matches(one: bytes, other: bytes) -> bool:
    """Whether two digests are the same, in constant time."""
    return hmac.compare_digest(one, other)


def counted(rows: Iterable[tuple[str, int, str, int, str]]) -> dict[tuple[str, int, str, int, str], int]:
    """Return how many rows there are of each site, day, language, version and event."""
    found: dict[tuple[str, int, str, int, str], int] = {}
    for site, at, language, version, event in rows:
        name = (site, at // DAY, language, version, event)
        found[name] = found.get(name, 0) + 1
    return found


def added(sorted_: Iterable[Count], rest: Iterable[tuple[str, int, str, int, str]]) -> list[Count]:
    """Return the counts of one site with those of rows that are not sorted yet."""
    known = {(one.day, one.language, one.version, one.event): one.many for one in sorted_}
    for (_, day, language, version, event), many in counted(rest).items():
        name = (day, language, version, event)
        known[name] = known.get(name, 0) + many
    return [Count(*name, many) for name, many in sorted(known.items())]


def day_of(number: int) -> datetime:
    """Return the day of so many days since 1970."""
    return datetime.fromtimestamp(number * DAY / 1000, UTC)
