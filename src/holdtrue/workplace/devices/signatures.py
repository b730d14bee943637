"""How a device signs: Ed25519 over DSSE's pre-authentication encoding, so that one sort of body never passes for another."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from holdtrue.errors import Invalid

ENROLMENT: Final = b"application/vnd.holdtrue.enrolment+json"
DEPARTURE: Final = b"application/vnd.holdtrue.departure+json"
REPORT: Final = b"application/vnd.holdtrue.report+json"
KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
HINT: Final = "docs/reference/device-reports.md describes the signature."


class Signed(NamedTuple):
    """A report as it came: whose key it names, its signature, and the body that was signed."""

    key: str
    signature: bytes
    body: bytes


class Answer(NamedTuple):
    """What a device is answered."""

    status: int
    body: dict[str, Any]


Tell = Callable[[int, Answer], None]
"""Called once for each report of a batch, by its place, with what became of it."""


def encoded(kind: bytes, body: bytes) -> bytes:
    """Return what is signed of a body of this media type (DSSE v1, protocol.md)."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def key_id(public_key: bytes) -> str:
    """Return the name of a public key: the first 32 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:32]


def signature_of(header: bytes) -> bytes:
    """Return the signature in a header; raises `Invalid`."""
    return _exactly(header, SIGNATURE_SIZE, "The header Holdtrue-Signature is not the base64 of 64 bytes.")


def public_key_of(told: str) -> bytes:
    """Return a public key as an enrolment tells it; raises `Invalid`."""
    return _exactly(told.encode(), KEY_SIZE, "`public_key` is not the base64 of 32 bytes.")


def is_signed(body: bytes, *, kind: bytes, public_key: bytes, signature: bytes) -> bool:
    """Whether this key signed this body as one of this kind."""
    try:
        VerifyKey(public_key).verify(encoded(kind, body), signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def _exactly(told: bytes, size: int, message: str) -> bytes:
    try:
        found = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(message, hint=HINT) from error
    if len(found) != size:
        raise Invalid(message, hint=HINT)
    return found
