"""A key that speaks with two tongues: a copy on a second machine, an old copy of this one's disk, or a report played back."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from holdtrue.accounts.queries import people
from holdtrue.accounts.rules import Role
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.letters.actions import post
from holdtrue.letters.sending import Letter
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.workplace.delivery import Delivery
from holdtrue.workplace.devices.keyrows import KeyRow
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import DeviceKey, Step
from holdtrue.workplace.devices.queries import registered_of

log = logging.getLogger("holdtrue.devices")
ONCE_IN: Final = timedelta(hours=1)
"""A second suspicion of the same key within this time says nothing new."""
MOST_SKEW: Final = timedelta(minutes=10)
"""How far two clocks may differ that are right."""
PLAYED_BACK: Final = timedelta(minutes=10)
"""How much older than the last report one must be to be a recording of it, rather than the word of a second machine."""


def was_overtaken(row: KeyRow, delivery: Delivery) -> bool:
    """Whether a later report of the same agent came first: by a proxy that sent again, or after a refusal.

    Its number never counted, and it was sent before the later one came, as far as clocks are believed. A copy says a
    number that counted already, or sends after.
    """
    is_earlier = row.received_at is None or delivery.stamp.sent_at <= row.received_at + MOST_SKEW
    return is_earlier and row.skipped(delivery.stamp.sequence)


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
        _tell(row, note, entry, at=at)
        record_verdicts([judge_managed(registered_of(row.device), at=at)], at=at)


def _tell(row: KeyRow, why: str, entry: UUID, *, at: datetime) -> None:
    """Write to everybody on the security team."""
    page = f"{settings.CONFIG.public_url}{reverse('devices:device', args=[row.device])}"
    body = (
        f"The key of the device {row.identity} was used as only a copy of it explains: {why}.\n\n"
        "Until somebody has looked into it, gateways are told that the device may not connect. Look at both machines. Then "
        "revoke the key and let the right one enrol again, or let the key stand.\n\n"
        f"{page}\n"
    )
    letter = Letter(f"{row.identity}: two machines use one key", body)
    for person in people():
        if Role.SECURITY in person.roles:
            post(person.id, letter, key=f"key-suspected/{entry}", about=row.subject, at=at)
