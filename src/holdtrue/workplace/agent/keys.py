"""The device's own key: made here, kept here, and what is signed with it (DSSE)."""

import base64
import hashlib
import os
import secrets
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from holdtrue.errors import Conflict, Invalid, NotFound, Unavailable

from . import ed25519

ENROLMENT_TYPE = "application/vnd.holdtrue.enrolment+json"
DEPARTURE_TYPE = "application/vnd.holdtrue.departure+json"
REPORT_TYPE = "application/vnd.holdtrue.report+json"
_FILE = "device.key"
_SIGNATURE_HEADER = "Holdtrue-Signature"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """The key pair of this device; its secret half never leaves the file that it stands in."""

    secret: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"DeviceKey({self.id})"

    @property
    def id(self) -> str:
        """Return the first 32 hex digits of the public key's SHA-256."""
        return key_id(self.public)

    def headers(self, type_: str, body: bytes) -> dict[str, str]:
        """Return the headers that say who signed this body."""
        signature = ed25519.sign(self.secret, envelope(type_, body))
        return {
            "Content-Type": type_,
            "Holdtrue-Key": self.id,
            _SIGNATURE_HEADER: base64.b64encode(signature).decode("ascii"),
        }


def key_id(public: bytes) -> str:
    """Return how a public key is called."""
    return hashlib.sha256(public).hexdigest()[:32]


def envelope(type_: str, body: bytes) -> bytes:
    """Return the bytes that a signature covers: DSSE's pre-authentication encoding, version 1."""
    kind = type_.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def make_private(folder: Path) -> None:
    """Make the folder that keeps the key, open to this user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)
        return
    # A mode says nothing on Windows. Inheritance ends here: this user, SYSTEM and the administrators (icacls, by SID) are left.
    user = f"{os.environ.get('USERDOMAIN', '')}\\{os.environ.get('USERNAME', '')}".strip("\\")
    grants = [f"{who}:(OI)(CI)F" for who in ("*S-1-5-18", "*S-1-5-32-544", user) if who]
    command = ["icacls", str(folder), "/inheritance:r", "/grant:r", *grants]
    if subprocess.run(command, capture_output=True, timeout=30, check=False).returncode != 0:
        raise Unavailable(f"{folder} cannot be closed to others.", hint="See that icacls runs, then enrol again.")


def make_key(folder: Path) -> DeviceKey:
    """Make a key and keep it in the folder, for this user's eyes alone; raises `Conflict` where there is one already."""
    secret = secrets.token_bytes(ed25519.SEED)
    file = folder / _FILE
    # On Windows the folder's access list, set by `make_private`, is what protects the file.
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError as error:
        raise Conflict("This device has a key already.", hint="Run `holdtrue agent leave` first to enrol it anew.") from error
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(base64.b64encode(secret) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    return DeviceKey(secret, ed25519.public_key(secret))


def read_key(folder: Path) -> DeviceKey:
    """Return the key that the folder keeps; raises `NotFound`, or `Invalid` for one that others could have read."""
    file = folder / _FILE
    try:
        content = file.read_bytes()
        mode = file.stat().st_mode
    except FileNotFoundError as error:
        raise NotFound("This device is not enrolled.", hint="Run `holdtrue agent enrol SERVER --token …`.") from error
    except OSError as error:
        raise Unavailable(
            f"{file} cannot be read: {error.strerror}.", hint="Run it as the user who enrolled, or root."
        ) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise Invalid(
            f"{file} can be read by others, so that the key may be known to them.",
            hint="Run `holdtrue agent leave`, then enrol again: that makes a new key.",
        )
    try:
        secret = base64.b64decode(content, validate=False)
        return DeviceKey(secret, ed25519.public_key(secret))
    except ValueError as error:
        raise Invalid(f"{file} is damaged.", hint="Run `holdtrue agent leave`, then enrol again.") from error


def forget_key(folder: Path) -> None:
    """Take the key away; a missing one is no mistake."""
    (folder / _FILE).unlink(missing_ok=True)
