"""What each device says now, kept in two parts, so that a change of its facts never reads its inventory."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from holdtrue.workplace.devices import postures
from holdtrue.workplace.devices.models import DeviceState, DeviceTitles
from holdtrue.workplace.devices.rules import matters, needs_inventory
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Unread
from holdtrue.workplace.state import software_hash

_LEVEL: Final = 1
"""Of zlib: a quarter more bytes than the usual level, for a third of its time."""


class _Body(msgspec.Struct):
    device: Identity
    facts: list[Fact]
    unread: list[Unread]
    collector: str
    matter: list[Installed] | None = None
    """Of its software, the titles that the judgement of its facts looks at; None where no inventory was taken."""


_BODY = msgspec.json.Decoder(_Body)
_TITLES = msgspec.json.Decoder(tuple[Installed, ...])


@dataclass(frozen=True, slots=True)
class State:
    """What a device says, its software by its hash and the few titles that its facts are judged with."""

    sheet: FactSheet
    """With those titles alone."""
    software: str | None
    """The hash of its inventory; None where none was taken."""


def states_of(devices: Iterable[UUID]) -> dict[UUID, State]:
    """Return what these devices say, by their ids; those that have said nothing are left out."""
    rows = DeviceState.objects.filter(device_id__in=list(devices)).values_list("device_id", "body", "software", "collected_at")
    return {device: _state(bytes(body), bytes(software), at) for device, body, software, at in rows}


def titles_of(device: UUID) -> tuple[Installed, ...] | None:
    """Return the software on a device; None where no inventory was taken."""
    body = DeviceTitles.objects.filter(device_id=device).values_list("body", flat=True).first()
    return None if body is None else _TITLES.decode(zlib.decompress(bytes(body)))


def sheet_of(device: UUID) -> FactSheet | None:
    """Return everything that a device says now; None where it has said nothing."""
    state = states_of([device]).get(device)
    if state is None:
        return None
    software = titles_of(device) if state.software is not None else None
    return with_software(state.sheet, software)


def with_software(sheet: FactSheet, software: tuple[Installed, ...] | None, *, is_whole: bool = True) -> FactSheet:
    """Return the same facts with this inventory, or with a part of it."""
    return FactSheet(sheet.device, sheet.collected_at, sheet.facts, software, sheet.unread, sheet.collector, is_whole)


def looked_at(sheet: FactSheet, state: State, device: UUID) -> FactSheet:
    """Return the facts that rules look at: with the titles kept beside them, or with every title where a rule asks for them."""
    if not needs_inventory():
        return state.sheet
    return sheet if sheet.is_whole else with_software(sheet, titles_of(device))


def state_of(sheet: FactSheet, software: str | None) -> State:
    """Return what is kept of a whole sheet whose inventory has this hash."""
    matter = None if sheet.software is None else tuple(one for one in sheet.software if matters(one))
    return State(with_software(sheet, matter, is_whole=False), software)


def keep_states(states: Sequence[tuple[UUID, State]]) -> None:
    """Let these states take the place of those before, in the caller's transaction."""
    DeviceState.objects.bulk_create(
        [
            DeviceState(
                device_id=device, body=_packed(state.sheet), software=bytes.fromhex(state.software or ""),
                collected_at=state.sheet.collected_at,
            )
            for device, state in states
        ],
        update_conflicts=True, unique_fields=["device"], update_fields=["body", "software", "collected_at"], batch_size=200,
    )  # fmt: skip
    postures.keep([(device, looked_at(state.sheet, state, device)) for device, state in states])


def keep_sheet(device: UUID, sheet: FactSheet) -> State:
    """Let a whole sheet take the place of what a device said before, in the caller's transaction."""
    state = state_of(sheet, software_hash(sheet.software))
    if sheet.software is None:
        DeviceTitles.objects.filter(device_id=device).delete()
        keep_states([(device, state)])
        return state
    DeviceTitles.objects.update_or_create(
        device_id=device,
        defaults={
            "body": zlib.compress(msgspec.json.encode(sheet.software), _LEVEL),
            "total": len(sheet.software),
            "collected_at": sheet.collected_at,
        },
    )
    keep_states([(device, state)])
    return state


def _packed(sheet: FactSheet) -> bytes:
    matter = None if sheet.software is None else list(sheet.software)
    body = _Body(sheet.device, list(sheet.facts), list(sheet.unread), sheet.collector, matter)
    return zlib.compress(msgspec.json.encode(body), _LEVEL)


def _state(body: bytes, software: bytes, at: datetime) -> State:
    told = _BODY.decode(zlib.decompress(body))
    matter = None if told.matter is None else tuple(told.matter)
    sheet = FactSheet(told.device, at, tuple(told.facts), matter, tuple(told.unread), told.collector, is_whole=False)
    return State(sheet, software.hex() or None)
