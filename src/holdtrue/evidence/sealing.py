"""Turns an entry into what is stored, each group encrypted under a key of its own, and back."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import compress, groupby
from operator import sub
from struct import unpack
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdtrue.errors import BrokenEvidence
from holdtrue.evidence.datakeys import DAY, DataKeys
from holdtrue.evidence.drafts import Draft
from holdtrue.evidence.groups import SALT_SIZE, Group, GroupName, HiddenGroup, OpenGroup, Opening, leaf
from holdtrue.evidence.keystream import StreamKey
from holdtrue.evidence.kinds import MEANINGS, Kind
from holdtrue.evidence.merkle import HASH_SIZE, LEAF_PREFIX
from holdtrue.evidence.store import Row

NONCE_SIZE = 12
HINT = "Keep the database as it is and compare it with the newest backup."
GROUPS = tuple(GroupName)
_ENTRY = b"holdtrue/entry/1\n"
_HASH = f"{HASH_SIZE}s"
_VEIL = b"outbox"
_DAYS = {kind.value: meaning.identity_days for kind, meaning in MEANINGS.items()}
_MARKS = tuple(f"holdtrue/group/1\n{name}\n".encode() for name in GROUPS)


def milliseconds(at: datetime) -> int:
    """Return the time as whole milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def moment(at: int) -> datetime:
    """Return the time of so many milliseconds since 1970."""
    return datetime.fromtimestamp(at / 1000, UTC)


def leaf_of(kind: str, hashes: bytes) -> bytes:
    """Return the leaf of an entry of this kind whose groups have these hashes, one after another."""
    # The commitment is over the three hashes as they stand, so nothing needs to be cut apart.
    return leaf(kind, sha256(_ENTRY + hashes).digest())


def leaf_hashes(entries: Iterable[tuple[str, bytes]]) -> list[bytes]:
    """Return the leaf hash (RFC 6962) of each entry, of its kind and its groups' hashes; this is what integrating takes."""
    starts: dict[str, bytes] = {}
    found: list[bytes] = []
    append = found.append
    for kind, hashes in entries:
        start = starts.get(kind)
        if start is None:
            start = starts[kind] = LEAF_PREFIX + leaf(kind, b"")
        append(sha256(start + sha256(_ENTRY + hashes).digest()).digest())
    return found


class _Head(msgspec.Struct, frozen=True, gc=False):
    """The core facts by which an entry is found."""

    id: str
    kind: str
    about: str


_head = msgspec.json.Decoder(_Head)


class _Columns(NamedTuple):
    """Many rows of a store, column by column."""

    idx: tuple[int, ...]
    id: tuple[bytes, ...]
    kind: tuple[str, ...]
    about: tuple[str, ...]
    at: tuple[int, ...]
    due: tuple[int | None, ...]
    hashes: tuple[bytes, ...]
    core: tuple[bytes | None, ...]
    context: tuple[bytes | None, ...]
    identity: tuple[bytes | None, ...]


class Entry(NamedTuple):
    """An entry before it is sealed."""

    id: bytes
    """Its UUID."""
    kind: str
    about: str
    at: int
    """Milliseconds since 1970."""
    groups: tuple[bytes, bytes, bytes]
    """Core, context and identity as canonical JSON, each perhaps empty."""


class Sealer:
    """Encrypts and decrypts the groups of entries."""

    def __init__(self, keys: DataKeys) -> None:
        """Take keys from there."""
        self._keys = keys

    def seal(self, draft: Draft) -> Row:
        """Return the row that keeps the entry, with fresh salts."""
        return self.seal_all([Entry(draft.id.bytes, draft.kind, draft.about, milliseconds(draft.at), _groups_of(draft))])[0]

    def seal_all(self, entries: Sequence[Entry]) -> list[Row]:
        """Return the rows that keep these entries, in order; many cost much less at once than one by one."""
        known = {(entry.at // DAY, _days_kept(entry)) for entry in entries}
        if len(known) == 1:
            return self._seal_run(entries, *known.pop())
        runs = groupby(entries, lambda entry: (entry.at // DAY, _days_kept(entry)))
        return [row for (day, days), run in runs for row in self._seal_run(list(run), day, days)]

    def _seal_run(self, entries: Sequence[Entry], day: int, days: int) -> list[Row]:
        """Return the rows of entries that share their keys."""
        salts = unpack(
            f"{SALT_SIZE}s" * len(GROUPS) * len(entries), secrets.token_bytes(SALT_SIZE * len(GROUPS) * len(entries))
        )
        hashes: list[list[bytes]] = []
        sealed: list[list[bytes]] = []
        for place, (key, mark) in enumerate(zip(self._keys.to_write(day, days), _MARKS, strict=True)):
            texts = [salt + entry.groups[place] for salt, entry in zip(salts[place :: len(GROUPS)], entries, strict=True)]
            hashes.append([sha256(mark + text).digest() for text in texts])
            sealed.append(key.seal_run(texts))
        kept = days * DAY
        return [
            Row(-1, entry.id, entry.kind, entry.about, entry.at, entry.at + kept if kept else None, one + two + three, *groups)
            for entry, one, two, three, groups in zip(entries, *hashes, zip(*sealed, strict=True), strict=True)
        ]

    def veil(self, draft: Draft) -> bytes:
        """Return the identity facts encrypted for the outbox, whose tables and write-ahead log keep what was deleted."""
        if not draft.identity:
            return b""
        nonce = secrets.token_bytes(NONCE_SIZE)
        return nonce + self._veil_of(draft.kind, draft.at).encrypt(nonce, draft.identity, _VEIL + draft.id.bytes)

    def unveil(self, entry: UUID, kind: str, at: datetime, veiled: bytes) -> bytes:
        """Return what `veil` hid; raises `BrokenEvidence` when it was changed."""
        if not veiled:
            return b""
        try:
            return self._veil_of(kind, at).decrypt(veiled[:NONCE_SIZE], veiled[NONCE_SIZE:], _VEIL + entry.bytes)
        except InvalidTag as error:
            raise BrokenEvidence(
                f"The identity facts of entry {entry}, which waits in the outbox, cannot be opened.",
                hint="The keys directory must be the one that this database was written with.",
            ) from error

    def _veil_of(self, kind: str, at: datetime) -> AESGCM:
        identity = self._keys.to_write(milliseconds(at) // DAY, MEANINGS[Kind(kind)].identity_days)[-1]
        return AESGCM(identity.derived(_VEIL))

    def open(self, row: Row) -> Opening:
        """Return the entry with every group that is neither erased nor shredded; raises `BrokenEvidence`."""
        core, context, identity = (
            self._open(row, name, row.hashes[place * HASH_SIZE :][:HASH_SIZE]) for place, name in enumerate(GroupName)
        )
        return Opening(row.kind, core, context, identity)

    def check(self, rows: Sequence[tuple[Any, ...]], first: int) -> tuple[int, list[bytes]]:
        """Return how many groups of these rows are hidden, and the leaf hashes, once all else is what was committed to.

        Rows come as plain tuples with indexes from `first` on. This is what an audit of millions spends its time in: it
        goes through columns, not rows, and nothing is made that is not compared. Raises `BrokenEvidence`.
        """
        if not rows:
            return 0, []
        table = _Columns(*zip(*rows, strict=True))
        if table.idx != tuple(range(first, first + len(rows))):
            expected = next(at for at, index in enumerate(table.idx, first) if at != index)
            raise BrokenEvidence(f"Entry {expected} is missing.", hint=HINT)
        shown = 0
        for days, part in _runs(rows, table):
            hashes = _cut_hashes(part)
            for place, key in enumerate(self._keys.of_entry(*days)):
                shown += _check_group(part, place, key, hashes[place :: len(GROUPS)])
        return len(GROUPS) * len(rows) - shown, leaf_hashes(zip(table.kind, table.hashes, strict=True))

    def _open(self, row: Row, name: GroupName, value: bytes) -> Group:
        place = GROUPS.index(name)
        sealed, key = (row.core, row.context, row.identity)[place], self._keys.of_entry(*_days_of(row))[place]
        if sealed is not None and key is None and name is not GroupName.IDENTITY:
            raise _locked(row.idx, name)
        if sealed is None or key is None:
            return HiddenGroup(name, value)
        text = key.open(sealed)
        group = OpenGroup(name, text[:SALT_SIZE], text[SALT_SIZE:])
        if group.hash != value:
            raise _changed(row.idx, name)
        return group


def _groups_of(draft: Draft) -> tuple[bytes, bytes, bytes]:
    return (draft.core, draft.context, draft.identity)


def _days_kept(entry: Entry) -> int:
    # An identity group with nothing in it has nothing to erase.
    return _DAYS[entry.kind] if entry.groups[2] else 0


def _days_of(row: tuple[Any, ...]) -> tuple[int, int]:
    """Return the day of an entry and how many days its identity is kept: what its keys are known by."""
    at, due = row[4], row[5]
    return at // DAY, 0 if due is None else (due - at) // DAY


def _runs(rows: Sequence[tuple[Any, ...]], table: _Columns) -> Iterator[tuple[tuple[int, int], _Columns]]:
    """Yield the rows that share their keys, as columns, with what those keys are known by."""
    if min(table.at) // DAY == max(table.at) // DAY and None not in table.due and len({*map(sub, table.due, table.at)}) == 1:
        yield _days_of(rows[0]), table
        return
    for days, run in groupby(rows, _days_of):
        yield days, _Columns(*zip(*run, strict=True))


def _cut_hashes(table: _Columns) -> list[bytes]:
    """Return the hashes of the groups of each row, all in one list."""
    if {*map(len, table.hashes)} != {HASH_SIZE * len(GROUPS)}:
        index = next(at for at, one in zip(table.idx, table.hashes, strict=True) if len(one) != HASH_SIZE * len(GROUPS))
        raise BrokenEvidence(f"The hashes of entry {index} were changed in the database.", hint=HINT)
    return list(unpack(_HASH * len(GROUPS) * len(table.idx), b"".join(table.hashes)))


def _check_group(table: _Columns, place: int, key: StreamKey | None, wanted: list[bytes]) -> int:
    """Check one group of entries that share its key against their hashes, and return of how many it is shown."""
    name, mark = GROUPS[place], _MARKS[place]
    kept = (table.core, table.context, table.identity)[place]
    sealed = [one for one in kept if one is not None]
    if not sealed or (key is None and name is GroupName.IDENTITY):
        return 0
    if len(sealed) < len(kept):
        is_shown = [one is not None for one in kept]
        table = _Columns(*zip(*compress(zip(*table, strict=True), is_shown), strict=True))
        wanted = list(compress(wanted, is_shown))
    if key is None:
        raise _locked(table.idx[0], name)
    texts = key.open_run(sealed)
    if [sha256(mark + text).digest() for text in texts] != wanted:
        texts = [key.open(one) for one in sealed]
        for index, text, value in zip(table.idx, texts, wanted, strict=True):
            if sha256(mark + text).digest() != value:
                raise _changed(index, name)
    if name is GroupName.CORE:
        _require_filed(table, texts)
    return len(sealed)


def _require_filed(table: _Columns, texts: list[bytes]) -> None:
    """Raise `BrokenEvidence` unless each entry stands under its own id, kind and subject."""
    heads = [_head.decode(text[SALT_SIZE:]) for text in texts]
    # All at once, since they nearly always do.
    ids = "".join([head.id for head in heads]).replace("-", "")
    if (
        ids == b"".join(table.id).hex()
        and [head.kind for head in heads] == list(table.kind)
        and [head.about for head in heads] == list(table.about)
    ):
        return
    for index, entry, kind, about, head in zip(table.idx, table.id, table.kind, table.about, heads, strict=True):
        if head != _Head(str(UUID(bytes=entry)), kind, about):
            raise BrokenEvidence(f"Entry {index} is filed under another id, kind or subject than its own.", hint=HINT)


def _changed(index: int, name: GroupName) -> BrokenEvidence:
    return BrokenEvidence(f"The {name} group of entry {index} was changed in the database.", hint=HINT)


def _locked(index: int, name: GroupName) -> BrokenEvidence:
    # Only identities have keys that are destroyed when their time has come.
    return BrokenEvidence(
        f"The data key that opens the {name} group of entry {index} is missing.",
        hint="Put the directory keys/data back from its backup; the database is not at fault.",
    )
