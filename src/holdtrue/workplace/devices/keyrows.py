"""The rows of device keys, read and moved on in bulk: all that an unchanged report costs the database."""

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from holdtrue.bulk import as_text, identity_of, moment, moment_of, select, update
from holdtrue.workplace.devices.managed import Registered
from holdtrue.workplace.devices.rules import KeyState, Life, Ownership

REMEMBERED: Final = 16
"""Reports of a key that are known again when they come a second time."""
_MARK: Final = struct.Struct(">Q8s")


class KeyRow(NamedTuple):
    """A key and its device, as of one moment."""

    id: str
    public_key: bytes
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
    stored: Sequence[Any]
    """All of it as the database has it."""

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


def key_rows(ids: Iterable[str], *, lock: bool, known: Iterable[KeyRow] = ()) -> dict[str, KeyRow]:
    """Return the keys of these ids; with `lock`, nobody else moves them before the caller's transaction ends.

    Those that are as `known` has them are not read anew.
    """
    # In one order, so that no two processes wait for each other.
    locked = " ORDER BY k.id FOR UPDATE OF k" if lock and connection.vendor == "postgresql" else ""
    moments = ", ".join(map(as_text, ("k.collected_at", "k.received_at", "k.suspected_at", "d.check_at", "d.enrolled_at")))
    rows = select(
        f"SELECT k.id, k.public_key, k.state, k.sequence, k.recent, k.base, {moments}, k.device_id, d.owner_id, d.identity, "  # noqa: S608 - no values here
        "d.life, d.ownership, d.asset_tag, d.claimed_tag, d.purchase "
        f"FROM devices_devicekey k JOIN devices_device d ON d.id = k.device_id WHERE k.id IN ({{}}){locked}",
        list(ids),
    )
    before = {one.id: one for one in known}
    return {row[0]: before[row[0]] if row[0] in before and before[row[0]].stored == row else _row(row) for row in rows}


def _row(row: Sequence[Any]) -> KeyRow:
    key, public_key, state, sequence, recent, base, *times, enrolled, device, owner = row[:13]
    collected, received, suspected, check = (None if one is None else moment_of(one) for one in times)
    identity, life, ownership, tag, claimed, purchase = row[13:]
    return KeyRow(
        key, bytes(public_key), state, sequence, bytes(recent), bytes(base), collected, received, suspected,
        identity_of(device), identity, life, check, None if owner is None else identity_of(owner), ownership, tag, claimed,
        purchase, moment_of(enrolled), row,
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
