"""The rows of device keys, read and moved on in bulk: all that an unchanged report costs the database."""

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from holdtrue.bulk import across, arrays, as_text, identity_of, moment, moment_of, select, sent, update
from holdtrue.workplace.devices.managed import Registered
from holdtrue.workplace.devices.rules import KeyState, Life, Ownership

REMEMBERED: Final = 16
"""Reports of a key that are known again when they come a second time."""
_MARK: Final = struct.Struct(">Q8s")
MOST_NAMED: Final = 200_000
"""Public keys that a process remembers."""
_named: Final[dict[str, bytes]] = {}
"""Public keys by their names. A name is made of its key, so that what is remembered never becomes wrong."""


class KeyRow(NamedTuple):
    """A key and its device, as of one moment."""

    id: str
    state: str
    sequence: int
    recent: bytes
    base: bytes
    collected_at: datetime | None
    received_at: datetime | None
    suspected_at: datetime | None
    device: UUID
    identity: str
    life: str
    check_at: datetime | None
    owner: UUID | None
    ownership: str
    asset_tag: str
    claimed_tag: str
    purchase: str
    enrolled_at: datetime

    def registered(self, *, seen: datetime) -> Registered:
        """Return what the register knows of its device, which spoke at this time."""
        return Registered(
            subject=self.subject, ownership=Ownership(self.ownership), asset_tag=self.asset_tag,
            claimed_tag=self.claimed_tag, purchase=self.purchase,
            life=Life(self.life), enrolled_at=self.enrolled_at, has_signed=True, has_key=self.state == KeyState.ACTIVE,
            is_suspected=self.suspected_at is not None, seen=seen,
        )  # fmt: skip

    @property
    def subject(self) -> str:
        """Return the device as verdicts and evidence name it."""
        return f"device/{self.identity}"

    @property
    def speaks(self) -> bool:
        """Whether the key speaks for its device."""
        return self.state == KeyState.ACTIVE and self.life == Life.IN_USE

    def knows(self, sequence: int, digest: bytes) -> bool:
        """Whether this very report was counted a short while ago."""
        return any(mark == (sequence, digest[:8]) for mark in _MARK.iter_unpack(self.recent))

    def skipped(self, sequence: int) -> bool:
        """Whether an earlier number is one that never counted, so that its report was overtaken on its way.

        The greatest numbers are remembered, so between them none that counted is missing. A copy of the key says a number
        again that counted already.
        """
        counted = {mark[0] for mark in _MARK.iter_unpack(self.recent)}
        oldest = min(counted, default=0) if len(counted) >= REMEMBERED else 0
        return oldest < sequence < self.sequence and sequence not in counted


class Moved(NamedTuple):
    """How far a key has come."""

    id: str
    sequence: int
    recent: bytes
    base: bytes
    collected_at: datetime
    received_at: datetime
    clock_off: int


class Followed(NamedTuple):
    """The device of a key that has come further."""

    subject: str
    check_at: datetime | None


def public_keys(ids: Iterable[str]) -> dict[str, bytes]:
    """Return the public keys of these names; those that are not known here are left out."""
    found = {one: _named.get(one, b"") for one in ids}
    if fresh := [one for one, key in found.items() if not key]:
        rows = select("SELECT id, public_key FROM devices_devicekey WHERE id IN ({})", fresh)
        read = {name: bytes(key) for name, key in rows}
        if len(_named) + len(read) > MOST_NAMED:
            _named.clear()
        _named.update(read)
        found.update(read)
    return {name: key for name, key in found.items() if key}


def key_rows(ids: Iterable[str]) -> dict[str, KeyRow]:
    """Return the keys of these ids, which nobody else moves before the caller's transaction ends."""
    ids = list(ids)
    if connection.vendor == "postgresql":
        # In one order, so that no two processes wait for each other; and apart, since whoever waited for a key reads its device
        # as it was before.
        select("SELECT id FROM devices_devicekey WHERE id IN ({}) ORDER BY id FOR UPDATE", ids)
    moments = ", ".join(map(as_text, ("k.collected_at", "k.received_at", "k.suspected_at", "d.check_at", "d.enrolled_at")))
    rows = select(
        f"SELECT k.id, k.state, k.sequence, k.recent, k.base, {moments}, k.device_id, d.owner_id, d.identity, "  # noqa: S608 - no values here
        "d.life, d.ownership, d.asset_tag, d.claimed_tag, d.purchase "
        f"FROM devices_devicekey k JOIN devices_device d ON d.id = k.device_id WHERE k.id IN ({{}})",
        ids,
    )
    return {row[0]: _row(row) for row in rows}


def _row(row: Sequence[Any]) -> KeyRow:
    key, state, sequence, recent, base, *times, enrolled, device, owner = row[:12]
    collected, received, suspected, check = (None if one is None else moment_of(one) for one in times)
    identity, life, ownership, tag, claimed, purchase = row[12:]
    return KeyRow(
        key, state, sequence, bytes(recent), bytes(base), collected, received, suspected,
        identity_of(device), identity, life, check, None if owner is None else identity_of(owner), ownership, tag, claimed,
        purchase, moment_of(enrolled),
    )  # fmt: skip


def moved(row: KeyRow, sequence: int, digest: bytes, *, base: bytes, seen: datetime, at: datetime, clock_off: int) -> Moved:  # noqa: PLR0913 - what a report moves
    """Return how far a key has come by a report; a time from before what is known moves nothing back."""
    recent = (row.recent + _MARK.pack(sequence, digest[:8]))[-REMEMBERED * _MARK.size :]
    seen = max(seen, row.collected_at) if row.collected_at else seen
    return Moved(row.id, sequence, recent, base, seen, at, clock_off)


def remember(row: KeyRow, sequence: int, digest: bytes) -> None:
    """Remember a report that was overtaken, in the caller's transaction: its number counts, and what it said does not."""
    marks = sorted([*_MARK.iter_unpack(row.recent), (sequence, digest[:8])])[-REMEMBERED:]
    told = b"".join(_MARK.pack(*mark) for mark in marks)
    update("devices_devicekey", {"id": "varchar", "recent": "bytea"}, [(row.id, told)], by="id")


def move_keys(rows: Sequence[Moved]) -> None:
    """Write how far these keys have come, in the caller's transaction."""
    update(
        "devices_devicekey",
        _MOVES,
        [
            (row.id, row.sequence, row.recent, row.base, moment(row.collected_at), moment(row.received_at), row.clock_off)
            for row in rows
        ],
        by="id",
    )


_MOVES: Final = {
    "id": "varchar", "sequence": "bigint", "recent": "bytea", "base": "bytea", "collected_at": "timestamptz",
    "received_at": "timestamptz", "clock_off": "integer",
}  # fmt: skip


def follow_unchanged(moves: Sequence[tuple[str, int, bytes, bytes, datetime, int]], *, at: datetime) -> dict[str, Followed]:
    """Let PostgreSQL move on, by one statement, the keys that speak for a device which is in the state that they name.

    Told of each are its id, number, digest, state, when it was collected and how far its clock is off. Left out of the answer
    are those of which anything else has to be said; nothing of them has changed.
    """
    rows = [(key, number, _MARK.pack(number, digest[:8]), base, seen, off) for key, number, digest, base, seen, off in moves]
    found = sent(_FOLLOW, [*across(rows), at]) if rows else []
    return {key: Followed(f"device/{identity}", check) for key, identity, check in found}


_SAID: Final = {
    "id": "varchar", "sequence": "bigint", "mark": "bytea", "base": "bytea", "seen": "timestamptz", "clock_off": "integer"
}  # fmt: skip
_FOLLOW: Final = f"""
WITH g ({", ".join(_SAID)}) AS (SELECT * FROM {arrays(_SAID)}),
f AS (
    SELECT k.id, d.identity, d.check_at, g.sequence, g.mark, g.seen, g.clock_off
    FROM g JOIN devices_devicekey k ON k.id = g.id JOIN devices_device d ON d.id = k.device_id
    WHERE k.state = '{KeyState.ACTIVE.value}' AND d.life = '{Life.IN_USE.value}' AND k.sequence < g.sequence AND k.base = g.base
    ORDER BY k.id FOR UPDATE OF k
)
UPDATE devices_devicekey k SET sequence = f.sequence, clock_off = f.clock_off, received_at = %s,
    recent = substring(k.recent || f.mark FROM greatest(1, length(k.recent) + 1 - {(REMEMBERED - 1) * _MARK.size})),
    collected_at = greatest(k.collected_at, f.seen)
FROM f WHERE k.id = f.id RETURNING k.id, f.identity, f.check_at
"""  # noqa: S608 - words of ours, values are bound
