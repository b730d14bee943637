"""The list of devices, whatever their number: who needs a person first, found by words, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Q

from holdtrue.accounts.queries import names_of
from holdtrue.accounts.rules import Reader
from holdtrue.policy.exemptions.rules import Register
from holdtrue.policy.standing.queries import verdicts_of, worst_under
from holdtrue.policy.standing.rules import WORST_FIRST, Result, consented
from holdtrue.workplace.devices.managed import SILENT
from holdtrue.workplace.devices.models import Device, DeviceKey, Unenrolled
from holdtrue.workplace.devices.rules import KeyState, Life

PAGE: Final = 50


class Show(StrEnum):
    """Which devices are shown."""

    NEEDS = "needs"
    """Those that somebody must do something about."""
    ALL = "all"
    SILENT = "silent"
    LOST = "lost"
    UNENROLLED = "not-enrolled"
    RETIRED = "out-of-use"


@dataclass(frozen=True, slots=True)
class Brief:
    """One device, as far as a list needs it."""

    id: UUID
    subject: str
    name: str
    serial: str
    asset_tag: str
    owner_name: str
    life: Life
    is_suspected: bool
    is_silent: bool
    seen: datetime
    worst: Result | None

    @property
    def needs_somebody(self) -> bool:
        """Whether a person must do something."""
        trouble = self.worst in {Result.BROKEN, Result.UNPROVEN, None} or self.is_suspected or self.is_silent
        return self.life is Life.LOST or (self.life is Life.IN_USE and trouble)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that has not joined."""

    id: UUID
    serial: str
    name: str
    asset_tag: str
    purchase: str
    owner_name: str
    is_expected: bool
    added_at: datetime
    asked_at: datetime | None
    asked_by: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the list, and how many there are of each sort."""

    rows: tuple[Brief, ...]
    waiting: tuple[Waiting, ...]
    counts: dict[Show, int]
    before: int | None
    after: int | None


def shelf(  # noqa: PLR0913 - what a list is asked for
    *, reader: Reader, show: Show, words: str = "", page: int = 0, consents: Register, at: datetime
) -> Shelf:
    """Return a page of the devices that this reader may see; pages count from 0, and what is broken with consent is exempt."""
    known = _briefs(reader, consents, at=at)
    waiting = _waiting(words) if reader.oversees else []
    found = [one for one in known if _matches(one, words)]
    chosen = [one for one in found if _is_shown(one, show)]
    chosen.sort(key=_urgency)
    rows: Sequence[Brief | Waiting] = waiting if show is Show.UNENROLLED else chosen
    start = max(page, 0) * PAGE
    shown = rows[start : start + PAGE]
    counts = {sort: sum(_is_shown(one, sort) for one in found) for sort in Show} | {Show.UNENROLLED: len(waiting)}
    return Shelf(
        rows=tuple(one for one in shown if isinstance(one, Brief)),
        waiting=tuple(one for one in shown if isinstance(one, Waiting)),
        counts=counts,
        before=page - 1 if page > 0 else None,
        after=page + 1 if start + PAGE < len(rows) else None,
    )


def _is_shown(one: Brief, show: Show) -> bool:
    if show is Show.NEEDS:
        return one.needs_somebody
    if show is Show.SILENT:
        return one.is_silent
    if show is Show.LOST:
        return one.life is Life.LOST
    return (one.life is Life.RETIRED) is (show is Show.RETIRED)


def _urgency(one: Brief) -> tuple[bool, bool, int, str]:
    place = WORST_FIRST.index(one.worst) if one.worst else 0
    return not one.is_suspected, one.life is not Life.LOST, place, one.name.lower()


def _matches(one: Brief, words: str) -> bool:
    said = f"{one.name} {one.serial} {one.asset_tag} {one.owner_name} {one.subject}".casefold()
    return all(word in said for word in words.casefold().split())


def _worst(reader: Reader, identities: Iterable[str], consents: Register, *, at: datetime) -> dict[str, Result]:
    """Return the worst result of each device, under the exemptions in force."""
    told = worst_under("device/") if reader.oversees else worst_under("device/", [f"device/{one}" for one in identities])
    departing = [subject for subject in consents.subjects(at=at) if told.get(subject) is Result.BROKEN]
    for subject, verdicts in verdicts_of(departing).items():
        told[subject] = min((consented(one, consents, at=at).result for one in verdicts), key=WORST_FIRST.index)
    return told


def _briefs(reader: Reader, consents: Register, *, at: datetime) -> list[Brief]:
    rows = Device.objects.all() if reader.oversees else Device.objects.filter(owner_id=reader.id)
    found = list(rows.values_list("id", "identity", "name", "serial", "asset_tag", "owner_id", "life", "last_seen"))
    names = names_of({owner for _, _, _, _, _, owner, _, _ in found if owner})
    active = DeviceKey.objects.filter(state=KeyState.ACTIVE)
    if not reader.oversees:
        active = active.filter(device__owner_id=reader.id)
    spoke = {
        device: (at_, suspected) for device, at_, suspected in active.values_list("device_id", "collected_at", "suspected_at")
    }
    worst = _worst(reader, [row[1] for row in found], consents, at=at)
    briefs = []
    for device, identity, name, serial, tag, owner, life, last in found:
        told, suspected = spoke.get(device, (None, None))
        seen = max(last, told) if told else last
        briefs.append(
            Brief(
                id=device, subject=f"device/{identity}", name=name, serial=serial, asset_tag=tag,
                owner_name=names.get(owner, "") if owner else "", life=Life(life), is_suspected=suspected is not None,
                is_silent=life == Life.IN_USE and at - seen >= SILENT, seen=seen, worst=worst.get(f"device/{identity}"),
            )
        )  # fmt: skip
    return briefs


def _waiting(words: str) -> list[Waiting]:
    rows = Unenrolled.objects.select_related("owner").order_by("-is_expected", "-asked_at", "added_at")
    for word in words.split():
        rows = rows.filter(
            Q(serial__icontains=word) | Q(name__icontains=word) | Q(asset_tag__icontains=word) | Q(purchase__icontains=word)
        )
    return [
        Waiting(
            id=row.id, serial=row.serial, name=row.name, asset_tag=row.asset_tag, purchase=row.purchase,
            owner_name=row.owner.name if row.owner else "", is_expected=row.is_expected, added_at=row.added_at,
            asked_at=row.asked_at, asked_by=row.asked_by,
        )
        for row in rows
    ]  # fmt: skip
