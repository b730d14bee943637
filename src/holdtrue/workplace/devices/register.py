"""The only writers of the register of devices: who answers for each, what proves whose it is, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts, release
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import Device, DeviceKey, OsqueryNode, Step, Unenrolled
from holdtrue.workplace.devices.queries import registered_of
from holdtrue.workplace.devices.rules import KeyState, Life, Ownership, take_down
from holdtrue.workplace.state import line

MOST_SEEN: Final = 10_000
"""Devices that gateways asked for and nobody knows; whoever asks for ever new ones fills no more than this."""
ASKED_AGAIN: Final = timedelta(minutes=10)
_LIST: Final = "The list of devices has them all."


@dataclass(frozen=True, slots=True)
class Papers:
    """What says whose a device is."""

    ownership: Ownership
    asset_tag: str = ""
    purchase: str = ""
    owner: UUID | None = None


def expect_device(serial: str, papers: Papers, *, name: str = "", by: UUID, at: datetime) -> UUID:
    """Write a device down before it joins; raises `Conflict` for one that is known, `Invalid` without a serial number."""
    names = take_down(line(serial))
    if not names:
        raise Invalid("A device is expected by its serial number.", hint="It stands on the device and on its invoice.")
    (known_as,) = names
    if Device.objects.filter(identity=known_as).exists() or Device.objects.filter(serial=line(serial)).exists():
        raise Conflict(f"{serial} has joined already.", hint=_LIST)
    told = {
        "name": line(name), "ownership": papers.ownership, "asset_tag": line(papers.asset_tag)[:100],
        "purchase": line(papers.purchase)[:200], "owner_id": papers.owner, "is_expected": True, "added_at": at,
    }  # fmt: skip
    try:
        with transaction.atomic():
            # A gateway may have asked for it before anybody wrote it down.
            Unenrolled.objects.filter(serial=known_as, is_expected=False).delete()
            row = Unenrolled.objects.create(serial=known_as, **told)
            record(
                Kind.DEVICE_EXPECTED,
                about=f"device/{known_as}",
                at=at,
                by=by,
                core={"serial": known_as, "ownership": papers.ownership.value},
                context={"asset_tag": row.asset_tag, "purchase": row.purchase},
                identity={"owner": str(papers.owner)} if papers.owner else {},
            )
    except IntegrityError as error:
        raise Conflict(f"{serial} is expected already.", hint=_LIST) from error
    return row.id


def expect_devices(rows: Iterable[tuple[str, str, Papers]], *, by: UUID, at: datetime) -> tuple[int, int]:
    """Write down the devices of a table, as serial number, name and papers; all of it or nothing.

    Returns how many are new, and how many were known: those stay as they are.
    """
    added = known = 0
    with transaction.atomic():
        for serial, name, papers in rows:
            try:
                with transaction.atomic():
                    expect_device(serial, papers, name=name, by=by, at=at)
                added += 1
            except Conflict:
                known += 1
    return added, known


def forget_expected(device_id: UUID) -> None:
    """Take a device that has not joined from the list; raises `NotFound`."""
    if not Unenrolled.objects.filter(id=device_id).delete()[0]:
        raise NotFound("There is no such device on the list.", hint=_LIST)


def note_seen(serial: str, *, asked_by: str, at: datetime) -> None:
    """Write down that a gateway was asked for a device that has not joined."""
    for known_as in take_down(line(serial)):
        row = Unenrolled.objects.filter(serial=known_as).first()
        if row is not None:
            # A gateway may ask every second; when it last did need not be known to the second.
            if row.asked_at is None or at - row.asked_at > ASKED_AGAIN:
                Unenrolled.objects.filter(id=row.id).update(asked_at=at, asked_by=asked_by[:200])
            continue
        if Unenrolled.objects.filter(is_expected=False).count() >= MOST_SEEN:
            return
        Unenrolled.objects.get_or_create(
            serial=known_as, defaults={"is_expected": False, "added_at": at, "asked_at": at, "asked_by": asked_by[:200]}
        )


def assign_device(device_id: UUID, papers: Papers, *, by: UUID, at: datetime) -> None:
    """Say whose a device is, what proves it, and who answers for it.

    Raises `NotFound`, and `Conflict` for an asset tag that another device in use carries.
    """
    tag, purchase = line(papers.asset_tag)[:100], line(papers.purchase)[:200]
    with transaction.atomic():
        device = _locked(device_id)
        new = (papers.owner, papers.ownership, tag, purchase)
        if (device.owner_id, device.ownership, device.asset_tag, device.purchase) == new:
            return
        try:
            with transaction.atomic():
                Device.objects.filter(id=device_id).update(
                    owner_id=papers.owner, ownership=papers.ownership, asset_tag=tag, purchase=purchase
                )
        except IntegrityError as error:
            raise Conflict(
                f"Another device carries the asset tag {tag}.", hint="Look at both, and write down which it is."
            ) from error
        _note(
            device,
            Kind.DEVICE_ASSIGNED,
            by=by,
            at=at,
            core={"ownership": papers.ownership.value, "has_proof": bool(tag or purchase)},
            context={"asset_tag": tag, "purchase": purchase},
            identity={"owner": str(papers.owner)} if papers.owner else {},
        )
        _judge(device_id, at=at)


def mark_lost(device_id: UUID, *, by: UUID, at: datetime) -> None:
    """Say that a device is lost: its key speaks for it no more, and it may not connect. Raises `NotFound`, `Conflict`."""
    with transaction.atomic():
        device = _locked(device_id)
        _live(device, Life.LOST, given=(Life.IN_USE,), at=at)
        _note(device, Kind.DEVICE_LOST, by=by, at=at, core={"key": _key_of(device)})
        _judge(device_id, at=at)


def mark_found(device_id: UUID, *, by: UUID, at: datetime) -> None:
    """Say that a lost device is back; its key speaks for it again. Raises `NotFound`, `Conflict`."""
    with transaction.atomic():
        device = _locked(device_id)
        _live(device, Life.IN_USE, given=(Life.LOST,), at=at)
        _note(device, Kind.DEVICE_FOUND, by=by, at=at)
        _judge(device_id, at=at)


def retire_device(device_id: UUID, *, by: UUID, at: datetime) -> None:
    """Take a device out of use: its key ends, and it stands under no clause any more. Raises `NotFound`, `Conflict`."""
    with transaction.atomic():
        device = _locked(device_id)
        _live(device, Life.RETIRED, given=(Life.IN_USE, Life.LOST), at=at)
        key = _key_of(device)
        DeviceKey.objects.filter(id=key).update(state=KeyState.REVOKED, ended_at=at)
        _note(device, Kind.DEVICE_RETIRED, by=by, at=at, core={"key": key})
        release(f"device/{device.identity}", at=at, by=by)


def revoke_key(device_id: UUID, *, by: UUID, at: datetime) -> None:
    """End the key of a device, so that it must enrol anew; raises `NotFound`, `Conflict` for one without a key."""
    with transaction.atomic():
        device = _locked(device_id)
        key = _key_of(device)
        if not DeviceKey.objects.filter(id=key, state=KeyState.ACTIVE).update(state=KeyState.REVOKED, ended_at=at):
            raise Conflict(f"{device.name} has no key that speaks for it.", hint="Nothing more is needed.")
        _note(device, Kind.DEVICE_KEY_REVOKED, by=by, at=at, core={"key": key})
        _judge(device_id, at=at)


def clear_suspicion(device_id: UUID, *, by: UUID, at: datetime) -> None:
    """Let a suspected key stand, once somebody has looked into it; raises `NotFound`, `Conflict`."""
    with transaction.atomic():
        device = _locked(device_id)
        key = _key_of(device)
        if not DeviceKey.objects.filter(id=key, suspected_at__isnull=False).update(suspected_at=None):
            raise Conflict(f"The key of {device.name} is not suspected.", hint="Somebody else may have looked into it.")
        _note(device, Kind.DEVICE_KEY_CLEARED, by=by, at=at, core={"key": key})
        _judge(device_id, at=at)


def ask_to_check(device_id: UUID, *, by: UUID, at: datetime) -> None:
    """Ask a device to look again: its next answer says so. Raises `NotFound`, `Conflict` for one that nobody can ask."""
    with transaction.atomic():
        device = _locked(device_id)
        listens = _key_of(device) or OsqueryNode.objects.filter(device=device).exists()
        if not listens or device.life != Life.IN_USE:
            raise Conflict(f"{device.name} has no agent that could be asked.", hint="Run `holdtrue check` on it.")
        Device.objects.filter(id=device_id).update(check_at=at)
        _note(device, Kind.DEVICE_CHECK_ASKED, by=by, at=at)


def _locked(device_id: UUID) -> Device:
    # Keys before their devices, as whoever takes reports: so neither waits for the other, nor judges what the other changes.
    list(DeviceKey.objects.select_for_update().filter(device=device_id).order_by("id").values_list("id"))
    device = Device.objects.select_for_update().filter(id=device_id).first()
    if device is None:
        raise NotFound("There is no such device.", hint=_LIST)
    return device


def _live(device: Device, life: Life, *, given: Iterable[Life], at: datetime) -> None:
    if not Device.objects.filter(id=device.id, life__in=list(given)).update(life=life, life_since=at):
        raise Conflict(f"{device.name} is {Life(device.life).value.replace('-', ' ')}.", hint="Somebody else was first.")


def _key_of(device: Device) -> str:
    """Return the key that speaks for a device; empty where none does."""
    return DeviceKey.objects.filter(device=device, state=KeyState.ACTIVE).values_list("id", flat=True).first() or ""


def _note(  # noqa: PLR0913 - an entry's parts, by name
    device: Device,
    kind: Kind,
    *,
    by: UUID,
    at: datetime,
    core: Facts | None = None,
    context: Facts | None = None,
    identity: Facts | None = None,
) -> None:
    entry = record(kind, about=f"device/{device.identity}", at=at, by=by, core=core, context=context, identity=identity)
    Step.objects.create(device=device, at=at, kind=kind, entry=entry)


def _judge(device_id: UUID, *, at: datetime) -> None:
    """Let the standing follow what the register says now."""
    record_verdicts([judge_managed(registered_of(device_id), at=at)], at=at)
