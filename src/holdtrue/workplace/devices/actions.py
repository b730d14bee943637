"""The writers of reports that come with a token, unsigned: by hand, from `holdtrue check`, from other tools."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.accounts.queries import Grant
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import expect, record_verdicts
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.devices.enrolment import take_over
from holdtrue.workplace.devices.managed import COMMITMENT as MANAGED
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import Device, DeviceKey, Report
from holdtrue.workplace.devices.queries import registered_of
from holdtrue.workplace.devices.rules import COMMITMENTS, judge_device, subject_of
from holdtrue.workplace.devices.states import keep_sheet
from holdtrue.workplace.document import NAMELESS, read
from holdtrue.workplace.facts import FactSheet


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a delivered report."""

    device: UUID
    subject: str
    entry: UUID
    verdicts: tuple[Verdict, ...]
    sheet: FactSheet
    is_new: bool
    """False when these very bytes were here before: nothing was changed then."""


def take_report(
    document: bytes,
    grant: Grant,
    *,
    at: datetime,
    lock_within: int,
    seen_as: Callable[[FactSheet], FactSheet] = lambda sheet: sheet,
) -> Accepted:
    """Keep a device's report, judge its facts and let the standing follow; the first one enrols the device.

    `seen_as` says what of it is judged. Raises `NotAllowed` for a grant that does not reach this device, `Invalid` for a report
    that cannot be believed. The same bytes again change nothing and give the same answer.
    """
    sheet = read(document, at=at)
    subject = subject_of(sheet)
    if sheet.device.id == NAMELESS:
        raise Invalid("The report does not say which device it is of.", hint="Give `device.id`; `holdtrue check` does.")
    if grant.subject not in {"", subject}:
        raise NotAllowed(f"This token speaks for {grant.subject}, not for {subject}.", hint="Use the token of this device.")
    judged = judge_device(seen_as(sheet), subject=subject, lock_within=lock_within)
    digest = hashlib.sha256(document).hexdigest()
    try:
        with transaction.atomic():
            device = joined(sheet, grant, at=at)
            verdicts = (_managed(device, sheet), *judged)
            known = Report.objects.filter(device=device, sha256=digest).first()
            if known is not None:
                return Accepted(device.id, subject, known.entry, verdicts, sheet, is_new=False)
            entry = _keep(device, document, digest, sheet, verdicts, grant, at=at)
            record_verdicts(verdicts, at=at)
    except IntegrityError as error:
        raise Conflict("Another report of this device arrived at the same time.", hint="Send it again.") from error
    return Accepted(device.id, subject, entry, verdicts, sheet, is_new=True)


def joined(sheet: FactSheet, grant: Grant, *, at: datetime) -> Device:
    """Return the device that reports, enrolled now if it is new; raises `NotAllowed` for a token older than the one in use."""
    told = sheet.device
    device = Device.objects.select_for_update().filter(identity=told.id).first()
    if device is None:
        device = Device(
            identity=told.id, name=told.name, serial=told.serial, system=told.system.value, release=told.release,
            enrolled_at=at, last_seen=sheet.collected_at, token=grant.id,
        )  # fmt: skip
        take_over(device)
        device.save(force_insert=True)
        _note_enrolment(device, grant, at=at, step="enrolled")
        expect(f"device/{told.id}", (MANAGED, *COMMITMENTS, "device.approved-software", "device.settings-kept"), at=at)
        return device
    if DeviceKey.objects.filter(device=device).exists():
        # Whoever has a token could otherwise speak for a device that signs.
        raise NotAllowed(f"{device.name} signs its reports; this one is not signed.", hint="Run `holdtrue agent` on it.")
    if device.token == grant.id:
        return device
    if not grant.subject or grant.id < device.token:
        # A token for any device enrols new ones; it does not speak for a device that somebody answers for already. Ids are
        # made in order of time, so a token from before the one in use may not take the device over either.
        raise NotAllowed(
            f"{device.name} is enrolled with another token.",
            hint="Use that one, or ask the security team for a new one for this device.",
        )
    Device.objects.filter(id=device.id).update(token=grant.id)
    _note_enrolment(device, grant, at=at, step="enrolled again")
    return device


def _note_enrolment(device: Device, grant: Grant, *, at: datetime, step: str) -> None:
    record(
        Kind.DEVICE_ENROLLED,
        about=f"device/{device.identity}",
        at=at,
        by=grant.issued_by,
        core={"step": step, "ownership": device.ownership, "system": device.system, "token": str(grant.id)},
        context={"name": device.name, "release": device.release},
    )


def _keep(  # noqa: PLR0913, PLR0917 - what a report consists of
    device: Device, document: bytes, digest: str, sheet: FactSheet, verdicts: tuple[Verdict, ...], grant: Grant, *, at: datetime
) -> UUID:
    entry = record(
        Kind.DEVICE_REPORTED,
        about=f"device/{device.identity}",
        at=at,
        core={
            "report_sha256": digest,
            "collected_at": sheet.collected_at.isoformat(),
            "facts": len(sheet.facts),
            "titles": None if sheet.software is None else len(sheet.software),
            "verdicts": {verdict.commitment: verdict.result.value for verdict in verdicts},
        },
        context={"collector": sheet.collector, "token": str(grant.id)},
    )
    Report.objects.create(
        device=device, received_at=at, collected_at=sheet.collected_at, sha256=digest, body=zlib.compress(document), entry=entry
    )
    if sheet.collected_at >= device.last_seen:
        keep_sheet(device.id, sheet)
        told = sheet.device
        Device.objects.filter(id=device.id).update(
            last_seen=sheet.collected_at, name=told.name, system=told.system.value, release=told.release, serial=told.serial
        )
    return entry


def _managed(device: Device, sheet: FactSheet) -> Verdict:
    known = replace(registered_of(device.id), seen=sheet.collected_at)
    return judge_managed(known, at=sheet.collected_at)
