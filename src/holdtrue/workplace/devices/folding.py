"""Lets the standing follow the devices on which nothing changed: many at once, with one entry for all of them.

What they said is judged again on another day, by other rules or settings, or once a verdict ended.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from holdtrue.bulk import identity, is_postgres, moment, update
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Fact
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import confirm_verdicts, record_verdicts
from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.devices import postures, wide
from holdtrue.workplace.devices.judgement import Changed, Judged
from holdtrue.workplace.devices.keyrows import key_rows
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import Device, DeviceKey, DeviceState, DeviceTitles, Report
from holdtrue.workplace.devices.notice import KEPT_DAYS
from holdtrue.workplace.devices.queries import registered_by
from holdtrue.workplace.devices.rules import KEPT_BODIES, KeyState, Life
from holdtrue.workplace.devices.states import looked_at, states_of

AT_ONCE: Final = 1_000
"""Devices of one transaction, and of one entry."""
AT_ONCE_ON_SQLITE: Final = 200
"""There every report waits for such a transaction: 25 ms instead of 130, for a tenth more work, and five entries for one."""
JUDGED_AT_ONCE: Final = 100
"""Devices that one transaction judges again: reports wait for it meanwhile."""
ABOUT: Final = "devices/unchanged"
_NOTHING: Final = (None, b"")
"""When a device told its state, and the hash of its software, where it told none."""
_WATCHED: Final = tuple(one.id for one in COMMITMENTS.values() if one.on is SubjectKind.DEVICE)


@dataclass(frozen=True, slots=True)
class Spoke:
    """A device that said something since its verdicts last followed."""

    key: str
    device: UUID
    subject: str
    sequence: int
    seen: datetime


class Judge(Protocol):
    """The judgement of devices and of their software, as the roof over both puts it together."""

    def prepare(self, subjects: Sequence[str]) -> None:
        """Read at once what the judgement of these devices needs, in the caller's transaction."""

    def mark(self, seen: datetime) -> str:
        """Return what tells the rules, the settings and the day by which a device seen then is judged from any others."""

    def changed(self, told: Changed, *, at: datetime) -> Judged:
        """Return the verdicts on a device's facts, without its software."""

    def confirm_software(self, seen: Mapping[str, datetime]) -> None:
        """Let the inventories of these devices be as fresh as their last word."""

    def software_anew(self, subjects: Iterable[str], *, at: datetime) -> None:
        """Let the standing say again what is kept of these devices' software."""


def fold(judge: Judge, *, at: datetime) -> int:
    """Let the verdicts on every device that spoke follow it, and return how many devices that were.

    Who speaks meanwhile is for the next time: in a large fleet somebody always does, and other work waits.
    """
    folded, most = 0, AT_ONCE if is_postgres() else AT_ONCE_ON_SQLITE
    for _ in range(0, _speaking().count(), most):
        if not (spoke := _due(most)):
            break
        with transaction.atomic():
            ended = _fold(spoke, judge, at=at)
        _judge_again(spoke, ended, judge, at=at)
        folded += len(spoke)
    return folded


def _speaking() -> QuerySet[DeviceKey]:
    return DeviceKey.objects.filter(
        Q(folded_at=None) | Q(collected_at__gt=F("folded_at")),
        collected_at__isnull=False,
        state=KeyState.ACTIVE,
        device__life=Life.IN_USE,
    )


def _due(most: int) -> list[Spoke]:
    found = _speaking().values_list("id", "device_id", "device__identity", "sequence", "collected_at")[:most]
    return [Spoke(key, device, f"device/{identity}", sequence, seen) for key, device, identity, sequence, seen in found if seen]


def _fold(spoke: Sequence[Spoke], judge: Judge, *, at: datetime) -> frozenset[str]:
    """Move on the time of what is known of these devices, and return those of which a verdict had ended."""
    seen = {one.subject: one.seen for one in spoke}
    # Keys first, then inventories, then verdicts: the order of whoever takes reports, so that neither waits for the other.
    _follow(spoke)
    rows = DeviceState.objects.filter(device_id__in=[one.device for one in spoke])
    told = {
        device: (when, bytes(software)) for device, when, software in rows.values_list("device_id", "collected_at", "software")
    }
    # An inventory that is told no more is as old as it is.
    judge.confirm_software({one.subject: one.seen for one in spoke if told.get(one.device, _NOTHING)[1]})
    ended = confirm_verdicts(seen, _WATCHED)
    # What told a new state has an entry of its own.
    unchanged = [one for one in spoke if told.get(one.device, _NOTHING)[0] != one.seen]
    if unchanged:
        _note(unchanged, at=at)
    return ended


def _judge_again(spoke: Sequence[Spoke], ended: AbstractSet[str], judge: Judge, *, at: datetime) -> None:
    """Judge again what these devices said where it was judged on another day or by other rules, or where a verdict ended."""
    marks = dict(DeviceState.objects.filter(device_id__in=[one.device for one in spoke]).values_list("device_id", "judged_by"))
    due = [one for one in spoke if one.subject in ended or marks.get(one.device, "") != judge.mark(one.seen)]
    for start in range(0, len(due), JUDGED_AT_ONCE):
        some = due[start : start + JUDGED_AT_ONCE]
        with transaction.atomic():
            key_rows([one.key for one in some])
            record_verdicts(_judged(some, judge, at=at), at=at)
            judge.software_anew([one.subject for one in some if one.subject in ended], at=at)


def _judged(spoke: Sequence[Spoke], judge: Judge, *, at: datetime) -> list[Verdict]:
    """Return what is true of these devices now by what they said, and keep what is concluded of it."""
    devices = [one.device for one in spoke]
    judge.prepare([one.subject for one in spoke])
    states, registered = states_of(devices), registered_by(devices)
    verdicts = [
        judge_managed(replace(registered[one.device], seen=one.seen), at=one.seen) for one in spoke if one.device in registered
    ]
    judged: list[tuple[Spoke, Judged]] = []
    for one in spoke:
        state = states.get(one.device)
        # What it said meanwhile was judged as it came.
        if state is not None and state.sheet.collected_at <= one.seen:
            sheet = state.sheet.seen_again(at=one.seen)
            told = Changed(one.subject, looked_at(sheet, replace(state, sheet=sheet), one.device))
            judged.append((one, judge.changed(told, at=at)))
    postures.keep_judged([(one.device, found) for one, found in judged])
    marks = [(identity(one.device), judge.mark(one.seen)) for one, _ in judged]
    update("devices_devicestate", {"device_id": "uuid", "judged_by": "varchar"}, marks, by="device_id")
    return [*verdicts, *(verdict for _, found in judged for verdict in found.verdicts)]


def _follow(spoke: Sequence[Spoke]) -> None:
    """Move on when these devices were seen, and up to where their verdicts have followed."""
    key_rows([one.key for one in spoke])
    update(
        "devices_devicekey",
        {"id": "varchar", "folded_at": "timestamptz"},
        [(one.key, moment(one.seen)) for one in spoke],
        by="id",
    )
    wide.freshen((one.device, one.seen) for one in spoke)
    update(
        "devices_device",
        {"id": "uuid", "last_seen": "timestamptz"},
        [(identity(one.device), moment(one.seen)) for one in spoke],
        by="id",
        only="devices_device.last_seen < g.last_seen",
    )


def _note(spoke: Sequence[Spoke], *, at: datetime) -> None:
    lines = "\n".join(sorted(f"{one.subject} {one.key} {one.sequence} {one.seen.isoformat()}" for one in spoke))
    times = [one.seen for one in spoke]
    core: dict[str, Fact] = {
        "devices": len(spoke),
        "from": min(times).isoformat(),
        "until": max(times).isoformat(),
        "list_sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }
    record(Kind.DEVICE_CONFIRMED, about=ABOUT, at=at, core=core)


def let_go_of_bodies(*, at: datetime) -> int:
    """Let go of reports' bodies, of which the hash stays: beyond the newest of a device, and when their time has passed."""
    held = Report.objects.filter(body__isnull=False)
    gone = held.filter(received_at__lt=at - timedelta(days=KEPT_DAYS)).update(body=None)
    crowded = (
        held.values("device_id").annotate(many=Count("id")).filter(many__gt=KEPT_BODIES).values_list("device_id", flat=True)
    )
    for device in list(crowded[:AT_ONCE]):
        newest = held.filter(device_id=device).order_by("-received_at", "-id").values_list("id", flat=True)
        gone += held.filter(id__in=list(newest[KEPT_BODIES : KEPT_BODIES + AT_ONCE])).update(body=None)
    return gone


def let_go_of_states(*, at: datetime) -> int:
    """Let go of what devices said that are out of use or lost since so long; return of how many."""
    ended = Device.objects.exclude(life=Life.IN_USE).filter(life_since__lt=at - timedelta(days=KEPT_DAYS)).values("id")
    DeviceTitles.objects.filter(device_id__in=ended).delete()
    wide.let_go(ended)
    return DeviceState.objects.filter(device_id__in=ended).delete()[0]
