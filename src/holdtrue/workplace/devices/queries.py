"""Reads of the register of devices."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from holdtrue.accounts.queries import names_of
from holdtrue.accounts.rules import Reader
from holdtrue.errors import NotFound
from holdtrue.workplace.devices.managed import Registered
from holdtrue.workplace.devices.models import Device, DeviceKey, Report, Step
from holdtrue.workplace.devices.rules import KeyState, Life, Ownership
from holdtrue.workplace.devices.states import sheet_of, states_of
from holdtrue.workplace.document import read
from holdtrue.workplace.facts import FactSheet


@dataclass(frozen=True, slots=True)
class Listed:
    """One device of the register."""

    id: UUID
    identity: str
    name: str
    serial: str
    system: str
    release: str
    ownership: Ownership
    owner: UUID | None
    owner_name: str
    enrolled_at: datetime
    last_seen: datetime
    asset_tag: str
    claimed_tag: str
    """As the device said itself, and nobody confirmed."""
    purchase: str
    life: Life

    @property
    def subject(self) -> str:
        """Return the device as verdicts and evidence name it."""
        return f"device/{self.identity}"


@dataclass(frozen=True, slots=True)
class Received:
    """One report, without its facts."""

    received_at: datetime
    collected_at: datetime
    sha256: str
    entry: UUID


def devices(*, reader: Reader) -> list[Listed]:
    """Return the devices that this reader may see, by name: an overseer's are all, anybody else's their own."""
    rows = Device.objects.order_by("name")
    return _listed(list(rows if reader.oversees else rows.filter(owner_id=reader.id)))


def device(device_id: UUID, *, reader: Reader) -> Listed:
    """Return one device; raises `NotFound` where there is none, or none that this reader may see."""
    row = Device.objects.filter(id=device_id).first()
    if row is None or not (reader.oversees or row.owner_id == reader.id):
        raise NotFound("There is no such device here.", hint="The list of devices has those that you may see.")
    return _listed([row])[0]


def devices_of(person: UUID) -> dict[str, str]:
    """Return the devices that a person answers for, as subject and name."""
    return {
        f"device/{identity}": name for identity, name in Device.objects.filter(owner_id=person).values_list("identity", "name")
    }


def owners_by_subject() -> dict[str, UUID]:
    """Return who answers for each device, by subject; devices that nobody answers for are left out."""
    rows = Device.objects.filter(owner__isnull=False).values_list("identity", "owner_id")
    return {f"device/{identity}": owner for identity, owner in rows}


def listed(subjects: set[str]) -> dict[str, Listed]:
    """Return these devices of the register, by subject; what it does not have is left out."""
    rows = Device.objects.filter(identity__in=[subject.partition("/")[2] for subject in subjects])
    return {one.subject: one for one in _listed(list(rows))}


def names_by_subject() -> dict[str, str]:
    """Return how people call each device, by subject."""
    return {f"device/{identity}": name for identity, name in Device.objects.values_list("identity", "name")}


def recognised(hosts: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return the subject of each (serial, name, other id), empty where the register knows none, or more than one.

    A serial or id decides alone; a name counts without its domain and whatever its case.
    """
    by_id: dict[str, str] = {}
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for identity, serial, name in Device.objects.values_list("identity", "serial", "name"):
        by_id |= {word.casefold(): f"device/{identity}" for word in (identity, serial) if word}
        by_name[_bare(name)].add(f"device/{identity}")
    return [_recognise(host, by_id, by_name) for host in hosts]


def _recognise(host: tuple[str, str, str], by_id: Mapping[str, str], by_name: Mapping[str, set[str]]) -> str:
    serial, name, other = host
    for word in (serial, other, name):
        if word and word.casefold() in by_id:
            return by_id[word.casefold()]
    if serial:
        # Another machine of the same name is another machine.
        return ""
    named = by_name.get(_bare(name), set())
    return next(iter(named)) if name and len(named) == 1 else ""


def _bare(name: str) -> str:
    return name.partition(".")[0].casefold()


def registered_of(device_id: UUID) -> Registered:
    """Return what the register knows of a device; raises `NotFound`."""
    found = registered_by([device_id]).get(device_id)
    if found is None:
        raise NotFound("There is no such device.")
    return found


def registered_by(devices: Iterable[UUID]) -> dict[UUID, Registered]:
    """Return what the register knows of these devices, as of when they were last seen."""
    rows = Device.objects.filter(id__in=list(devices)).prefetch_related("keys")
    return {row.id: _registered(row) for row in rows}


def _registered(row: Device) -> Registered:
    keys = list(row.keys.all())
    active = [key for key in keys if key.state == KeyState.ACTIVE]
    return Registered(
        subject=f"device/{row.identity}", ownership=Ownership(row.ownership), asset_tag=row.asset_tag,
        claimed_tag=row.claimed_tag, purchase=row.purchase, life=Life(row.life), enrolled_at=row.enrolled_at,
        has_signed=bool(keys), has_key=bool(active),
        is_suspected=any(key.suspected_at for key in active),
        seen=max([row.last_seen, *(key.collected_at for key in active if key.collected_at)]),
    )  # fmt: skip


def sheets(*, at_once: int) -> Iterator[list[tuple[str, FactSheet]]]:
    """Yield what every device in use says now, as subject and facts without the inventory, so many at once."""
    rows = Device.objects.filter(life=Life.IN_USE).order_by("id").values_list("id", "identity")
    known = list(rows[:at_once])
    # A cursor that stayed open would keep what SQLite showed it, and whoever writes between two of its rows is refused.
    while known:
        yield _sheets(known)
        known = list(rows.filter(id__gt=known[-1][0])[:at_once])


def _sheets(devices: list[tuple[UUID, str]]) -> list[tuple[str, FactSheet]]:
    states = states_of(device for device, _ in devices)
    return [(f"device/{identity}", states[device].sheet) for device, identity in devices if device in states]


def sheet_named(name: str) -> FactSheet:
    """Return what the device of this name, serial or id says now; raises `NotFound`."""
    found = Device.objects.filter(Q(name__iexact=name) | Q(identity__iexact=name) | Q(serial__iexact=name)).first()
    sheet = None if found is None else last_sheet(found.id)
    if sheet is None:
        raise NotFound(f"No device {name!r} has reported.", hint="Its name, its serial number or its id are known.")
    return sheet


def last_sheet(device_id: UUID) -> FactSheet | None:
    """Return what the device says now; None when nothing of it is kept."""
    kept = sheet_of(device_id)
    if kept is not None:
        return kept
    row = Report.objects.filter(device_id=device_id, body__isnull=False).order_by("-collected_at", "-id").first()
    return None if row is None or row.body is None else read(zlib.decompress(bytes(row.body)), at=row.received_at)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a device in the register."""

    kind: str
    note: str
    at: datetime
    entry: UUID


@dataclass(frozen=True, slots=True)
class Keyed:
    """The key that speaks for a device."""

    id: str
    added_at: datetime
    entry: UUID
    suspected_at: datetime | None
    sequence: int
    spoke_at: datetime | None
    clock_off: int
    asked_at: datetime | None = None
    """When somebody asked the device to look again, as long as it has not answered."""


def key_of(device_id: UUID) -> Keyed | None:
    """Return the key that speaks for a device; None where none does."""
    row = DeviceKey.objects.select_related("device").filter(device_id=device_id, state=KeyState.ACTIVE).first()
    if row is None:
        return None
    asked, spoke = row.device.check_at, row.collected_at
    waits = asked if asked is not None and (spoke is None or asked > spoke) else None
    return Keyed(row.id, row.added_at, row.entry, row.suspected_at, row.sequence, spoke, row.clock_off, waits)


def steps_of(device_id: UUID, *, most: int = 30) -> list[Happened]:
    """Return what happened to a device in the register, the newest first."""
    rows = Step.objects.filter(device_id=device_id).order_by("-at", "-id")[:most]
    return [Happened(row.kind, row.note, row.at, row.entry) for row in rows]


def of_the_same_tag(shown: Listed) -> list[str]:
    """Return the names of the other devices in use that carry this one's asset tag, or claim it."""
    tags = [tag for tag in (shown.asset_tag, shown.claimed_tag) if tag]
    same = Q(pk__in=())
    for tag in tags:
        same |= Q(asset_tag__iexact=tag) | Q(claimed_tag__iexact=tag)
    found = Device.objects.filter(same).exclude(id=shown.id).exclude(life=Life.RETIRED).order_by("name")
    return list(found.values_list("name", flat=True)[:20])


def reports_of(device_id: UUID, *, most: int = 20) -> list[Received]:
    """Return the device's reports, the newest first."""
    rows = Report.objects.filter(device_id=device_id).order_by("-collected_at", "-id").defer("body")[:most]
    return [Received(row.received_at, row.collected_at, row.sha256, row.entry) for row in rows]


def _listed(rows: list[Device]) -> list[Listed]:
    names = names_of({row.owner_id for row in rows if row.owner_id})
    return [
        Listed(
            id=row.id, identity=row.identity, name=row.name, serial=row.serial, system=row.system, release=row.release,
            ownership=Ownership(row.ownership), owner=row.owner_id,
            owner_name=names.get(row.owner_id, "") if row.owner_id else "",
            enrolled_at=row.enrolled_at, last_seen=row.last_seen, asset_tag=row.asset_tag,
            claimed_tag="" if row.asset_tag.lower() == row.claimed_tag.lower() else row.claimed_tag, purchase=row.purchase,
            life=Life(row.life),
        )
        for row in rows
    ]  # fmt: skip
