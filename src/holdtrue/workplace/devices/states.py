"""What each device says now, kept in two parts, so that a change of its facts never reads its inventory."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from holdtrue.bulk import as_text, delete, identity, identity_of, insert, moment, moment_of, select
from holdtrue.workplace.devices import postures
from holdtrue.workplace.devices.models import DeviceKey
from holdtrue.workplace.devices.readings import Ground
from holdtrue.workplace.devices.rules import KeyState, matters, needs_inventory
from holdtrue.workplace.devices.titles import Titles, titles_in, unpacked
from holdtrue.workplace.devices.told import Kept, Told, told_of
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Unread
from holdtrue.workplace.state import Change

_LEVEL: Final = 1
"""Of zlib: a quarter more bytes than the usual level, for a third of its time."""


class _Body(msgspec.Struct, array_like=True):
    device: Identity
    places: tuple[str, ...]
    texts: tuple[bytes, ...]
    times: Mapping[int, datetime]
    unread: tuple[Unread, ...]
    collector: str
    matter: tuple[Installed, ...] | None
    """Of its software, the titles that the judgement of its facts looks at; None where no inventory was taken."""
    mark: str
    readings: tuple[str, ...]


class _Earlier(msgspec.Struct):
    """A body as it was written until facts were kept in their one form."""

    device: Identity
    facts: list[Fact]
    unread: list[Unread]
    collector: str
    matter: list[Installed] | None = None
    mark: str = ""
    readings: tuple[str, ...] = ()


_BODY = msgspec.msgpack.Decoder(_Body)
_WRITTEN = msgspec.msgpack.Encoder()
_EARLIER = msgspec.json.Decoder(_Earlier)


@dataclass(frozen=True, slots=True)
class State:
    """What a device says, its software by its hash and the few titles that its facts are judged with."""

    sheet: Kept
    """With those titles alone."""
    software: str | None
    """The hash of its inventory; None where none was taken."""
    ground: Ground | None = None
    """None where the next change has to be judged whole."""
    judged_by: str = ""
    """The mark of the rules, the settings and the day by which it was judged; only written."""


def states_of(devices: Iterable[UUID]) -> dict[UUID, State]:
    """Return what these devices say, by their ids; those that have said nothing are left out."""
    rows = select(
        f"SELECT device_id, body, software, {as_text('collected_at')} FROM devices_devicestate WHERE device_id IN ({{}})",  # noqa: S608 - no values here
        [identity(one) for one in devices],
    )
    return {identity_of(device): _state(bytes(body), bytes(software), moment_of(at)) for device, body, software, at in rows}


def titles_of(device: UUID) -> tuple[Installed, ...] | None:
    """Return the software on a device; None where no inventory was taken."""
    body = inventories_of([device]).get(device)
    return None if body is None else unpacked(body).every()


def inventories_of(devices: Iterable[UUID]) -> dict[UUID, bytes]:
    """Return what is kept of the software on these devices, packed; those of which no inventory was taken are left out."""
    rows = select(
        "SELECT device_id, body FROM devices_devicetitles WHERE device_id IN ({})", [identity(one) for one in devices]
    )
    return {identity_of(device): bytes(body) for device, body in rows}


def sheet_of(device: UUID) -> FactSheet | None:
    """Return everything that a device says now, as of when it last said that this is so; None where it has said nothing."""
    state = states_of([device]).get(device)
    if state is None:
        return None
    seen = DeviceKey.objects.filter(device_id=device, state=KeyState.ACTIVE).values_list("collected_at", flat=True).first()
    sheet = state.sheet if seen is None or seen <= state.sheet.collected_at else state.sheet.seen_again(at=seen)
    return with_software(sheet, titles_of(device) if state.software is not None else None)


def with_software(sheet: FactSheet, software: tuple[Installed, ...] | None) -> FactSheet:
    """Return the same facts with this inventory."""
    return FactSheet(sheet.device, sheet.collected_at, sheet.facts, software, sheet.unread, sheet.collector)


def looked_at(sheet: FactSheet, state: State, device: UUID) -> FactSheet:
    """Return the facts that rules look at: with the titles kept beside them, or with every title where a rule asks for them."""
    if not needs_inventory():
        return state.sheet
    return sheet if sheet.is_whole else with_software(sheet, titles_of(device))


def state_of(sheet: FactSheet, software: str | None) -> State:
    """Return what is kept of a whole sheet whose inventory has this hash."""
    matter = None if sheet.software is None else tuple(one for one in sheet.software if matters(one))
    told = told_of(sheet.facts, at=sheet.collected_at)
    return State(Kept(sheet.device, sheet.collected_at, told, matter, sheet.unread, sheet.collector), software)


def state_after(state: State, change: Change, software: str | None, *, at: datetime) -> State:
    """Return what is kept after a change that was collected at this time, and after which the inventory has this hash."""
    sheet, matter = state.sheet, state.sheet.software
    if matter is not None:
        gone = frozenset(change.removed)
        come = (one for one in change.added if matters(one))
        matter = tuple(dict.fromkeys((*(one for one in matter if one not in gone), *come)))
    told = sheet.told.after(change, at=at)
    return State(Kept(sheet.device, at, told, matter, change.unread, sheet.collector), software)


def keep_states(states: Sequence[tuple[UUID, State]]) -> None:
    """Let these states take the place of those before, in the caller's transaction."""
    insert(
        "devices_devicestate",
        {"device_id": "uuid", "body": "bytea", "software": "bytea", "collected_at": "timestamptz", "judged_by": "varchar"},
        [
            (
                identity(device), packed(state), bytes.fromhex(state.software or ""), moment(state.sheet.collected_at),
                state.judged_by,
            )
            for device, state in states
        ],
        then="ON CONFLICT (device_id) DO UPDATE SET body = excluded.body, software = excluded.software, "
        "collected_at = excluded.collected_at, judged_by = excluded.judged_by",
    )  # fmt: skip


def keep_sheet(device: UUID, sheet: FactSheet) -> None:
    """Let a whole sheet take the place of what a device said before, in the caller's transaction."""
    titles = None if sheet.software is None else titles_in(sheet.software)
    state = state_of(sheet, None if titles is None else titles.hash)
    keep_titles([(device, titles, sheet.collected_at)])
    keep_states([(device, state)])
    postures.keep([(device, looked_at(sheet, state, device))])


def keep_titles(inventories: Sequence[tuple[UUID, Titles | None, datetime]]) -> None:
    """Let inventories of these times take the place of those before, in the caller's transaction; None where none was taken."""
    delete("devices_devicetitles", "device_id", [identity(device) for device, titles, _ in inventories if titles is None])
    insert(
        "devices_devicetitles",
        {"device_id": "uuid", "body": "bytea", "total": "integer", "collected_at": "timestamptz"},
        [
            (identity(device), titles.packed(), len(titles.texts), moment(at))
            for device, titles, at in inventories
            if titles is not None
        ],
        then="ON CONFLICT (device_id) DO UPDATE SET body = excluded.body, total = excluded.total, "
        "collected_at = excluded.collected_at",
    )


def packed(state: State) -> bytes:
    """Return the body of a state's row."""
    sheet, ground = state.sheet, state.ground or Ground("", ())
    told = sheet.told
    body = _Body(
        sheet.device, told.places, told.texts, told.times, sheet.unread, sheet.collector, sheet.software,
        ground.mark, ground.readings,
    )  # fmt: skip
    return zlib.compress(_WRITTEN.encode(body), _LEVEL)


def _state(body: bytes, software: bytes, at: datetime) -> State:
    plain = zlib.decompress(body)
    if plain[:1] == b"{":
        return _earlier(_EARLIER.decode(plain), software, at)
    told = _BODY.decode(plain)
    facts = Told(told.places, told.texts, told.times)
    sheet = Kept(told.device, at, facts, told.matter, told.unread, told.collector)
    return State(sheet, software.hex() or None, Ground(told.mark, told.readings) if told.readings else None)


def _earlier(told: _Earlier, software: bytes, at: datetime) -> State:
    matter = None if told.matter is None else tuple(told.matter)
    sheet = Kept(told.device, at, told_of(told.facts, at=at), matter, tuple(told.unread), told.collector)
    return State(sheet, software.hex() or None, Ground(told.mark, told.readings) if told.readings else None)
