"""A key that speaks with two tongues: a copy on a second machine, an old copy of this one's disk, or a report played back."""

import logging
from datetime import datetime, timedelta
from typing import Final

from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.workplace.delivery import Delivery
from holdtrue.workplace.devices.keyrows import KeyRow
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import DeviceKey, Step
from holdtrue.workplace.devices.queries import registered_of

log = logging.getLogger("holdtrue.devices")
ONCE_IN: Final = timedelta(hours=1)
"""A second suspicion of the same key within this time says nothing new."""
PLAYED_BACK: Final = timedelta(minutes=10)
"""How much older than the last report one must be to be a recording of it, rather than the word of a second machine."""


def suspect(row: KeyRow, delivery: Delivery, *, why: str, at: datetime) -> None:
    """Note that a key was used as only a copy explains, in the caller's transaction; the device is managed no more.

    A report that was sent before the last one came is a recording that somebody plays back: noted, and nothing follows.
    """
    is_recording = row.received_at is not None and delivery.stamp.sent_at < row.received_at - PLAYED_BACK
    note = "a report was played back" if is_recording else why
    log.warning("a device key is suspected: %s: %s", row.id, note)
    if Step.objects.filter(device_id=row.device, kind=Kind.DEVICE_KEY_SUSPECTED, note=note, at__gt=at - ONCE_IN).exists():
        return
    entry = record(
        Kind.DEVICE_KEY_SUSPECTED,
        about=row.subject,
        at=at,
        core={"key": row.id, "why": note, "sequence": delivery.stamp.sequence, "due": row.sequence + 1},
    )
    Step.objects.create(device_id=row.device, at=at, kind=Kind.DEVICE_KEY_SUSPECTED, note=note, entry=entry)
    if not is_recording:
        DeviceKey.objects.filter(id=row.id, suspected_at=None).update(suspected_at=at)
        record_verdicts([judge_managed(registered_of(row.device), at=at)], at=at)
