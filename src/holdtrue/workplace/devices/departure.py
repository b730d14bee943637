"""How a device ends its own reporting: it signs that it leaves, and its key speaks for it no more."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from django.db import transaction
from msgspec import Meta

from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import DeviceKey, Step
from holdtrue.workplace.devices.queries import registered_of
from holdtrue.workplace.devices.rules import KeyState
from holdtrue.workplace.devices.signatures import DEPARTURE, HINT, is_signed, signature_of

FORMAT: Final = "holdtrue.departure/1"
LARGEST: Final = 10_000
"""Bytes of a departure; it says who leaves and nothing else."""
WHY: Final = "the device left"


class _Document(msgspec.Struct):
    key: Annotated[str, Meta(max_length=32)]
    format: Annotated[str, Meta(max_length=100)] = FORMAT


_DECODER: Final = msgspec.json.Decoder(_Document)


def depart(body: bytes, *, key: str, signature: str, at: datetime) -> str:
    """End the key that signed this body, and return whose it was; the device is managed no more until it enrols again.

    Raises `Invalid` for what cannot be read, `NotAllowed` for a body that the key did not sign, `Conflict` for a key that
    speaks for no device.
    """
    if len(body) > LARGEST:
        raise Invalid(f"A departure has at most {LARGEST:,} bytes.", hint=HINT)
    try:
        told = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The departure cannot be read: {error}.", hint=HINT) from error
    if told.format != FORMAT or told.key != key:
        raise Invalid("The departure names another format, or another key than its header.", hint=HINT)
    # Nothing is locked for whoever cannot sign.
    row = DeviceKey.objects.select_related("device").filter(id=key, state=KeyState.ACTIVE).first()
    if row is None:
        raise _over()
    if not is_signed(body, kind=DEPARTURE, public_key=bytes(row.public_key), signature=signature_of(signature.encode())):
        raise NotAllowed("The departure is not signed by the key that it names.", hint=HINT)
    subject = f"device/{row.device.identity}"
    with transaction.atomic():
        if not DeviceKey.objects.filter(id=key, state=KeyState.ACTIVE).update(state=KeyState.REVOKED, ended_at=at):
            raise _over()
        entry = record(Kind.DEVICE_KEY_REVOKED, about=subject, at=at, core={"key": key, "why": WHY})
        Step.objects.create(device_id=row.device_id, at=at, kind=Kind.DEVICE_KEY_REVOKED, note=WHY, entry=entry)
        record_verdicts([judge_managed(registered_of(row.device_id), at=at)], at=at)
    return subject


def _over() -> Conflict:
    return Conflict("This key does not speak for a device any more.", hint="Nothing more is needed.")
