"""Turns an entry into what is stored, each group encrypted under a key of its own, and back."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdtrue.errors import BrokenEvidence
from holdtrue.evidence.datakeys import DAY, DataKeys
from holdtrue.evidence.drafts import Draft
from holdtrue.evidence.groups import SALT_SIZE, Group, GroupName, HiddenGroup, OpenGroup, Opening, leaf, seal
from holdtrue.evidence.kinds import MEANINGS, Kind
from holdtrue.evidence.merkle import HASH_SIZE
from holdtrue.evidence.store import Row

NONCE_SIZE = 12
GROUPS = tuple(GroupName)
_ENTRY = b"holdtrue/entry/1\n"
_VEIL = b"outbox"
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


class _Head(msgspec.Struct, frozen=True):
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
        opening = seal(draft.kind, core=draft.core, context=draft.context, identity=draft.identity)
        at = milliseconds(draft.at)
        # An identity group with nothing in it has nothing to erase.
        days = MEANINGS[Kind(draft.kind)].identity_days if draft.identity else 0
        entry, nonce = draft.id.bytes, secrets.token_bytes(NONCE_SIZE)
        # One nonce serves three groups because each has its own key.
        sealed = [
            key.encrypt(nonce, group.salt + group.body, entry)
            for key, group in zip(self._keys.to_write(at // DAY, days), opening.groups, strict=True)
            if isinstance(group, OpenGroup)
        ]
        core, context, identity = sealed
        hashes = b"".join(group.hash for group in opening.groups)
        due = at + days * DAY if days else None
        return Row(-1, entry, draft.kind, draft.about, at, due, hashes, nonce, core, context, identity)

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

    def check(self, row: Row) -> int:
        """Return how many groups are hidden, once all others are what was committed to; raises `BrokenEvidence`."""
        entry, nonce = row.id, row.nonce
        keys = self._keys_of(row)
        hidden, found = 0, b""
        for place, sealed in enumerate((row.core, row.context, row.identity)):
            key = keys[place]
            if sealed is None or key is None:
                hidden += 1
                found += row.hashes[place * HASH_SIZE : (place + 1) * HASH_SIZE]
                continue
            try:
                plain = key.decrypt(nonce, sealed, entry)
            except InvalidTag as error:
                raise _changed(row, GROUPS[place]) from error
            if place == 0 and _head.decode(plain[SALT_SIZE:]) != _Head(str(UUID(bytes=entry)), row.kind, row.about):
                raise BrokenEvidence(f"Entry {row.idx} is filed under another id, kind or subject than its own.")
            found += sha256(_MARKS[place] + plain).digest()
        if found != row.hashes:
            raise BrokenEvidence(f"The groups of entry {row.idx} are not what their hashes say.")
        return hidden

    def _open(self, row: Row, name: GroupName, value: bytes) -> Group:
        place = GROUPS.index(name)
        sealed, key = (row.core, row.context, row.identity)[place], self._keys_of(row)[place]
        if sealed is None or key is None:
            return HiddenGroup(name, value)
        try:
            plain = key.decrypt(row.nonce, sealed, row.id)
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
    return BrokenEvidence(
        f"The {name} group of entry {row.idx} was changed in the database.",
        hint="Keep the database as it is and compare it with the newest backup.",
    )
