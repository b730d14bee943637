"""Turns an entry into what is stored, each group encrypted under a key of its own, and back."""

import os
import secrets
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdtrue.errors import BrokenEvidence
from holdtrue.evidence.datakeys import DAY, DataKeys
from holdtrue.evidence.drafts import Draft
from holdtrue.evidence.groups import SALT_SIZE, Group, GroupName, HiddenGroup, OpenGroup, Opening, leaf
from holdtrue.evidence.kinds import MEANINGS, Kind
from holdtrue.evidence.merkle import HASH_SIZE, LEAF_PREFIX
from holdtrue.evidence.store import Row

NONCE_SIZE = 12
HINT = "Keep the database as it is and compare it with the newest backup."
GROUPS = tuple(GroupName)
_ENTRY = b"holdtrue/entry/1\n"
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


_drawn: deque[bytes] = deque()
# A process that begins as a copy of another must not use the same salts.
os.register_at_fork(after_in_child=_drawn.clear)


def _salts() -> bytes:
    """Return three fresh salts; they are drawn for many entries at once, since the system call costs more than the bytes."""
    try:
        # One thread gets each: popping is atomic.
        return _drawn.pop()
    except IndexError:
        size = 3 * SALT_SIZE
        data = secrets.token_bytes(64 * size)
        _drawn.extend(data[start : start + size] for start in range(0, 63 * size, size))
        return data[-size:]


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


class Sealer:
    """Encrypts and decrypts the groups of entries."""

    def __init__(self, keys: DataKeys) -> None:
        """Take keys from there."""
        self._keys = keys

    def seal(self, draft: Draft) -> Row:
        """Return the row that keeps the entry, with fresh salts."""
        at = milliseconds(draft.at)
        return self.sealed(draft.id.bytes, draft.kind, draft.about, at, (draft.core, draft.context, draft.identity))

    def sealed(self, entry: bytes, kind: str, about: str, at: int, groups: tuple[bytes, bytes, bytes]) -> Row:
        """Return the same for an entry in its parts: its id, and core, context and identity as canonical JSON."""
        # An identity group with nothing in it has nothing to erase.
        days = _DAYS[kind] if groups[2] else 0
        salts = _salts()
        core = salts[:SALT_SIZE] + groups[0]
        context = salts[SALT_SIZE : 2 * SALT_SIZE] + groups[1]
        identity = salts[2 * SALT_SIZE :] + groups[2]
        core_mark, context_mark, identity_mark = _MARKS
        hashes = (
            sha256(core_mark + core).digest()
            + sha256(context_mark + context).digest()
            + sha256(identity_mark + identity).digest()
        )
        # A synthetic nonce: the hash of a salt that is used once and of what is encrypted. One serves three groups,
        # because each has its own key; and a group moved to another entry does not open there.
        nonce = hashes[:NONCE_SIZE]
        core_key, context_key, identity_key = self._keys.to_write(at // DAY, days)
        return Row(
            -1,
            entry,
            kind,
            about,
            at,
            at + days * DAY if days else None,
            hashes,
            core_key.encrypt(nonce, core, None),
            context_key.encrypt(nonce, context, None),
            identity_key.encrypt(nonce, identity, None),
        )

    def veil(self, draft: Draft) -> bytes:
        """Return the identity facts encrypted for the outbox, whose tables and write-ahead log keep what was deleted."""
        if not draft.identity:
            return b""
        nonce = secrets.token_bytes(NONCE_SIZE)
        return nonce + self._veil_keys(draft.kind, draft.at)[-1].encrypt(nonce, draft.identity, _VEIL + draft.id.bytes)

    def unveil(self, entry: UUID, kind: str, at: datetime, veiled: bytes) -> bytes:
        """Return what `veil` hid; raises `BrokenEvidence` when it was changed."""
        if not veiled:
            return b""
        try:
            key = self._veil_keys(kind, at)[-1]
            return key.decrypt(veiled[:NONCE_SIZE], veiled[NONCE_SIZE:], _VEIL + entry.bytes)
        except InvalidTag as error:
            raise BrokenEvidence(
                f"The identity facts of entry {entry}, which waits in the outbox, cannot be opened.",
                hint="The keys directory must be the one that this database was written with.",
            ) from error

    def _veil_keys(self, kind: str, at: datetime) -> list[AESGCM]:
        return self._keys.to_write(milliseconds(at) // DAY, MEANINGS[Kind(kind)].identity_days)

    def open(self, row: Row) -> Opening:
        """Return the entry with every group that is neither erased nor shredded; raises `BrokenEvidence`."""
        core, context, identity = (
            self._open(row, name, row.hashes[place * HASH_SIZE :][:HASH_SIZE]) for place, name in enumerate(GroupName)
        )
        return Opening(row.kind, core, context, identity)

    def check(self, rows: Iterable[tuple[Any, ...]], first: int) -> tuple[int, list[bytes]]:
        """Return how many groups of these rows are hidden, and the leaf hashes, once all else is what was committed to.

        Rows come as plain tuples with indexes from `first` on. This loop is what an audit of millions spends its time in:
        everything is a local name, and nothing is made that is not compared. Raises `BrokenEvidence`.
        """
        hidden = 0
        leaves: list[bytes] = []
        core_mark, context_mark, identity_mark = _MARKS
        of_entry, read_head, append = self._keys.of_entry, _head.decode, leaves.append
        heads: dict[str, bytes] = {}
        known: tuple[int, int] | None = None
        for expected, (idx, entry, kind, about, at, due, hashes, core, context, identity) in enumerate(rows, first):
            if idx != expected:
                raise BrokenEvidence(f"Entry {expected} is missing.", hint=HINT)
            wanted = (at // DAY, 0 if due is None else (due - at) // DAY)
            if wanted != known:
                core_key, context_key, identity_key = of_entry(*wanted)
                known = wanted
            if not (core and context and identity and core_key and context_key and identity_key):
                row = Row(idx, entry, kind, about, at, due, hashes, core, context, identity)
                hidden += self._check_rest(row)
            else:
                try:
                    nonce = hashes[:NONCE_SIZE]
                    plain = core_key.decrypt(nonce, core, None)
                    found = (
                        sha256(core_mark + plain).digest()
                        + sha256(context_mark + context_key.decrypt(nonce, context, None)).digest()
                        + sha256(identity_mark + identity_key.decrypt(nonce, identity, None)).digest()
                    )
                except InvalidTag as error:
                    raise BrokenEvidence(f"A group of entry {idx} was changed in the database.", hint=HINT) from error
                if found != hashes:
                    raise BrokenEvidence(f"The groups of entry {idx} are not what their hashes say.", hint=HINT)
                head = read_head(plain[SALT_SIZE:])
                if head.about != about or head.kind != kind or head.id.replace("-", "") != entry.hex():
                    raise _misfiled(idx)
            start = heads.get(kind)
            if start is None:
                start = heads[kind] = LEAF_PREFIX + leaf(kind, b"")
            append(sha256(start + sha256(_ENTRY + hashes).digest()).digest())
        return hidden, leaves

    def _check_rest(self, row: Row) -> int:
        """Check what is left of an entry of which something is hidden, and return how many groups are."""
        opening = self.open(row)
        core = opening.core
        if isinstance(core, OpenGroup) and _head.decode(core.body) != _Head(str(UUID(bytes=row.id)), row.kind, row.about):
            raise _misfiled(row.idx)
        return sum(isinstance(group, HiddenGroup) for group in opening.groups)

    def _open(self, row: Row, name: GroupName, value: bytes) -> Group:
        place = GROUPS.index(name)
        sealed, key = (row.core, row.context, row.identity)[place], self._keys_of(row)[place]
        if sealed is not None and key is None and name is not GroupName.IDENTITY:
            # Only identities have keys that are destroyed when their time has come.
            raise BrokenEvidence(
                f"The data key that opens the {name} group of entry {row.idx} is missing.",
                hint="Put the directory keys/data back from its backup; the database is not at fault.",
            )
        if sealed is None or key is None:
            return HiddenGroup(name, value)
        try:
            plain = key.decrypt(row.hashes[:NONCE_SIZE], sealed, None)
        except InvalidTag as error:
            raise _changed(row, name) from error
        group = OpenGroup(name, plain[:SALT_SIZE], plain[SALT_SIZE:])
        if group.hash != value:
            raise _changed(row, name)
        return group

    def _keys_of(self, row: Row) -> tuple[AESGCM | None, ...]:
        due = row.due
        return self._keys.of_entry(row.at // DAY, 0 if due is None else (due - row.at) // DAY)


def _changed(row: Row, name: GroupName) -> BrokenEvidence:
    return BrokenEvidence(f"The {name} group of entry {row.idx} was changed in the database.", hint=HINT)


def _misfiled(index: int) -> BrokenEvidence:
    return BrokenEvidence(f"Entry {index} is filed under another id, kind or subject than its own.", hint=HINT)
