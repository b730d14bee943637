"""How a device joins: by a token that somebody issued, and with a key that it made itself and signs with (WB-AST-3/4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from msgspec import Meta

from holdtrue.accounts.queries import Grant, Purpose, token_grant
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import expect, record_verdicts
from holdtrue.workplace.devices.managed import COMMITMENT as MANAGED
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import Device, DeviceKey, Unenrolled
from holdtrue.workplace.devices.queries import registered_of
from holdtrue.workplace.devices.rules import COMMITMENTS, EVERY, KeyState, Life, Ownership, take_down
from holdtrue.workplace.devices.signatures import ENROLMENT, HINT, is_signed, key_id, public_key_of, signature_of
from holdtrue.workplace.document import system_of
from holdtrue.workplace.facts import Identity, System
from holdtrue.workplace.state import NAMELESS, identity_of, line

FORMAT: Final = "holdtrue.enrolment/1"
LARGEST: Final = 20_000
SOFTWARE: Final = "device.approved-software"
SETTINGS: Final = "device.settings-kept"

_Line = Annotated[str, Meta(max_length=300)]


class _Told(msgspec.Struct):
    id: _Line = ""
    name: _Line = ""
    system: _Line = ""
    release: _Line = ""
    serial: _Line = ""


class _Document(msgspec.Struct):
    format: _Line
    public_key: Annotated[str, Meta(max_length=64)]
    device: _Told
    ownership: Ownership = Ownership.COMPANY
    asset_tag: Annotated[str, Meta(max_length=100)] = ""
    collector: _Line = ""
    notice_sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    at: datetime | None = None


_DECODER = msgspec.json.Decoder(_Document)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that has joined."""

    device: UUID
    subject: str
    key: str
    entry: UUID

    def document(self) -> dict[str, object]:
        """Return what the device is answered."""
        return {
            "device": str(self.device),
            "subject": self.subject,
            "key": self.key,
            "every": EVERY,
            "entry": str(self.entry),
        }


@dataclass(frozen=True, slots=True)
class _Asked:
    """An enrolment, read and believed as far as its signature goes."""

    document: _Document
    device: Identity
    public_key: bytes
    key: str


def enrol(body: bytes, *, key: str, signature: str, secret: str, at: datetime) -> Enrolled:
    """Let a device join, or join anew, with the key that signed this body.

    The same device, key and token again give the same answer. Raises `NotAllowed` for a token that may not do this or a body
    that the key did not sign, `Conflict` for a key or a device that is known otherwise, `Invalid` for what cannot be read.
    """
    grant = token_grant(secret, purpose=Purpose.DEVICE, at=at)
    asked = _read(body, key=key, signature=signature)
    subject = f"device/{asked.device.id}"
    if grant.subject not in {"", subject}:
        raise NotAllowed(f"This token speaks for {grant.subject}, not for {subject}.", hint="Use the token of this device.")
    try:
        with transaction.atomic():
            return _enrol(asked, grant, at=at)
    except IntegrityError as error:
        raise Conflict("This device, or this key, enrolled at the same time.", hint="Try again.") from error


def _read(body: bytes, *, key: str, signature: str) -> _Asked:
    if len(body) > LARGEST:
        raise Invalid(f"An enrolment has at most {LARGEST:,} bytes.", hint=HINT)
    try:
        told = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The enrolment cannot be read: {error}.", hint=HINT) from error
    if told.format != FORMAT:
        raise Invalid(f"This is {told.format!r}; an enrolment is {FORMAT}.", hint="Bring both to the same version.")
    public_key = public_key_of(told.public_key)
    if key != key_id(public_key):
        raise Invalid("The header Holdtrue-Key does not name the key in the enrolment.", hint=HINT)
    if not is_signed(body, kind=ENROLMENT, public_key=public_key, signature=signature_of(signature.encode())):
        raise NotAllowed("The enrolment is not signed by the key that it brings.", hint=HINT)
    system = system_of(told.device.system) or System.OTHER
    device = identity_of(Identity(told.device.id, told.device.name, system, told.device.release, told.device.serial))
    if device.id == NAMELESS:
        raise Invalid("The enrolment does not say which device it is.", hint="Give `device.id`.")
    return _Asked(told, device, public_key, key)


def _enrol(asked: _Asked, grant: Grant, *, at: datetime) -> Enrolled:
    device = Device.objects.select_for_update().filter(identity=asked.device.id).first()
    known = DeviceKey.objects.filter(id=asked.key).first()
    if known is not None:
        return _known(known, device, grant)
    step = "enrolled"
    if device is None:
        device = _join(asked, grant, at=at)
    else:
        step = _require_may_replace(device, grant)
        told = asked.device
        Device.objects.filter(id=device.id).update(
            token=grant.id, name=told.name, serial=told.serial, system=told.system.value, release=told.release,
            claimed_tag=line(asked.document.asset_tag) or device.claimed_tag,
        )  # fmt: skip
        DeviceKey.objects.filter(device=device, state=KeyState.ACTIVE).update(state=KeyState.REPLACED, ended_at=at)
        device.refresh_from_db()
    entry = _note(device, asked, grant, at=at, step=step)
    DeviceKey.objects.create(id=asked.key, device=device, public_key=asked.public_key, added_at=at, entry=entry)
    subject = f"device/{device.identity}"
    expect(subject, (MANAGED, *COMMITMENTS, SOFTWARE, SETTINGS), at=at)
    record_verdicts([judge_managed(replace(registered_of(device.id), seen=at), at=at)], at=at)
    return Enrolled(device.id, subject, asked.key, entry)


def _known(known: DeviceKey, device: Device | None, grant: Grant) -> Enrolled:
    """Return the answer of before for the device whose key this is."""
    is_same = device is not None and known.device_id == device.id and device.token == grant.id
    if device is None or not is_same or known.state != KeyState.ACTIVE:
        raise Conflict("This key is known here already.", hint="Make a new key on the device, then enrol again.")
    return Enrolled(device.id, f"device/{device.identity}", known.id, known.entry)


def _require_may_replace(device: Device, grant: Grant) -> str:
    """Return what it is called that a device enrols again; raises `Conflict` where its token does not reach that far."""
    if device.life == Life.LOST:
        raise Conflict(f"{device.name} was reported lost.", hint="Ask the security team to mark it found first.")
    keys = DeviceKey.objects.filter(device=device)
    if device.token == grant.id and not keys.exists():
        # It reported with this token before it had a key.
        return "key added"
    # A token for any device enrols new ones alone, and one from before the token in use may not take the device over; ids are
    # made in order of time.
    if not grant.subject or grant.id <= device.token:
        raise Conflict(
            f"{device.name} is enrolled with another key.", hint="Ask the security team for a new token for this device."
        )
    return "enrolled again"


def _join(asked: _Asked, grant: Grant, *, at: datetime) -> Device:
    told, document = asked.device, asked.document
    device = Device(
        identity=told.id, name=told.name, serial=told.serial, system=told.system.value, release=told.release,
        ownership=document.ownership, claimed_tag=line(document.asset_tag), enrolled_at=at, last_seen=at, token=grant.id,
    )  # fmt: skip
    take_over(device)
    device.save(force_insert=True)
    return device


def take_over(device: Device) -> None:
    """Give a device that joins what was written down before it came, and let that go."""
    rows = Unenrolled.objects.select_for_update().filter(serial__in=take_down(device.identity, device.serial))
    for row in rows:
        if row.is_expected:
            device.ownership = row.ownership
            device.asset_tag = "" if _is_taken(row.asset_tag) else row.asset_tag
            device.purchase = row.purchase
            device.owner_id = row.owner_id
            device.name = row.name or device.name
    rows.delete()


def _is_taken(tag: str) -> bool:
    """Whether another device carries this asset tag: what was written down of both cannot be true."""
    return bool(tag) and Device.objects.filter(asset_tag__iexact=tag).exclude(life=Life.RETIRED).exists()


def _note(device: Device, asked: _Asked, grant: Grant, *, at: datetime, step: str) -> UUID:
    document = asked.document
    return record(
        Kind.DEVICE_ENROLLED,
        about=f"device/{device.identity}",
        at=at,
        by=grant.issued_by,
        core={
            "step": step,
            "ownership": device.ownership,
            "system": device.system,
            "token": str(grant.id),
            "key": asked.key,
            "notice_sha256": document.notice_sha256,
        },
        context={
            "name": device.name,
            "release": device.release,
            "asset_tag": device.asset_tag,
            "claimed_tag": device.claimed_tag,
            "collector": line(document.collector),
        },
    )
