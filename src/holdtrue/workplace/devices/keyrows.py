"""The rows of device keys, read and moved on in bulk: all that an unchanged report costs the database."""

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from holdtrue.workplace.devices.managed import Registered
from holdtrue.workplace.devices.models import DeviceKey
from holdtrue.workplace.devices.rules import KeyState, Life, Ownership

REMEMBERED: Final = 16
"""Reports of a key that are known again when they come a second time."""
_MARK: Final = struct.Struct(">Q8s")
_COLUMNS: Final = (
    "id", "public_key", "state", "sequence", "recent", "base", "collected_at", "received_at", "suspected_at", "device_id",
    "device__identity", "device__life", "device__check_at", "device__owner_id", "device__ownership",
    "device__asset_tag", "device__claimed_tag", "device__purchase", "device__enrolled_at",
)  # fmt: skip


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


def key_rows(ids: Iterable[str], *, lock: bool) -> dict[str, KeyRow]:
    """Return the keys of these ids; with `lock`, nobody else moves them before the caller's transaction ends."""
    wanted = list(ids)
    found: dict[str, KeyRow] = {}
    for start in range(0, len(wanted), 500):
        rows = DeviceKey.objects.filter(id__in=wanted[start : start + 500])
        if lock:
            # In one order, so that no two processes wait for each other.
            rows = rows.select_for_update(of=("self",)).order_by("id")
        for row in rows.values_list(*_COLUMNS):
            key, public_key, state, sequence, recent, base, *rest = row
            found[key] = KeyRow(key, bytes(public_key), state, sequence, bytes(recent), bytes(base), *rest)
    return found


def moved(row: KeyRow, sequence: int, digest: bytes, *, base: bytes, seen: datetime, at: datetime, clock_off: int) -> Moved:  # noqa: PLR0913 - what a report moves
    """Return how far a key has come by a report; a time from before what is known moves nothing back."""
    recent = (row.recent + _MARK.pack(sequence, digest[:8]))[-REMEMBERED * _MARK.size :]
    seen = max(seen, row.collected_at) if row.collected_at else seen
    return Moved(row.id, sequence, recent, base, seen, at, clock_off)


def remember(row: KeyRow, sequence: int, digest: bytes) -> None:
    """Remember a report that was overtaken, in the caller's transaction: its number counts, and what it said does not."""
    marks = sorted([*_MARK.iter_unpack(row.recent), (sequence, digest[:8])])[-REMEMBERED:]
    DeviceKey.objects.filter(id=row.id).update(recent=b"".join(_MARK.pack(*mark) for mark in marks))


def move_keys(rows: Sequence[Moved]) -> None:
    """Write how far these keys have come, in the caller's transaction."""
    if not rows:
        return
    # The ORM would write one long CASE for each column; this costs a few microseconds a row.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_TOGETHER, [list(column) for column in zip(*rows, strict=True)])
            return
        when: Any = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            _ONE_BY_ONE,
            [
                (row.sequence, row.recent, row.base, when(row.collected_at), when(row.received_at), row.clock_off, row.id)
                for row in rows
            ],
        )


_ONE_BY_ONE: Final = """UPDATE devices_devicekey SET sequence = %s, recent = %s, base = %s, collected_at = %s,
    received_at = %s, clock_off = %s WHERE id = %s"""
_TOGETHER: Final = """UPDATE devices_devicekey k SET sequence = g.sequence, recent = g.recent, base = g.base,
    collected_at = g.collected_at, received_at = g.received_at, clock_off = g.clock_off
    FROM unnest(%s::varchar[], %s::bigint[], %s::bytea[], %s::bytea[], %s::timestamptz[], %s::timestamptz[], %s::integer[])
    AS g (id, sequence, recent, base, collected_at, received_at, clock_off) WHERE k.id = g.id"""
