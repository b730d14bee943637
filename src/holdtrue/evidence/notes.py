"""Signed notes with Ed25519 (C2SP signed-note) and the checkpoints written on them (C2SP tlog-checkpoint)."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdtrue.errors import Invalid
from holdtrue.evidence.merkle import HASH_SIZE

ED25519 = b"\x01"
DASH = "\N{EM DASH}"
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 64
_KEY_ID = 4
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def to_base64(data: bytes) -> str:
    """Return the standard Base64 of the bytes (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, *, what: str) -> bytes:
    """Return the bytes; raises `Invalid` unless the text is the one way to write them, so that no change goes unseen."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(f"The {what} is not Base64.") from error
    if to_base64(data) != text:
        raise Invalid(f"The {what} is not Base64 in its one canonical form.")
    return data


def parse_number(text: str, *, what: str) -> int:
    """Return a decimal number without leading zeros; raises `Invalid`."""
    if not _NUMBER.fullmatch(text):
        raise Invalid(f"The {what} is {text!r}, not a whole number.")
    return int(text)


def _check_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() or ord(letter) < ord(" ") for letter in name):
        raise Invalid(f"{name!r} cannot name a key: no spaces, no plus sign, not empty.")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that a reader trusts, under its name."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse names and keys that the format does not allow."""
        _check_name(self.name)
        if len(self.public) != HASH_SIZE:
            raise Invalid(f"An Ed25519 key has 32 bytes, not {len(self.public)}.")

    @property
    def id(self) -> bytes:
        """The four bytes that mark this key's signatures."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:_KEY_ID]

    def __str__(self) -> str:
        """Return the key in the form `name+id+key` (a vkey) that configuration files hold."""
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that a vkey string holds; raises `Invalid`."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, id, key
            raise Invalid("A verifier key is written name+id+key.")
        data = from_base64(parts[2], what="verifier key")
        if data[:1] != ED25519:
            raise Invalid(f"The verifier key of {parts[0]} is not Ed25519.")
        key = cls(parts[0], data[1:])
        if key.id.hex() != parts[1]:
            raise Invalid(f"The verifier key of {key.name} should have the id {key.id.hex()}, not {parts[1]}.")
        return key

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's on this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the name it signs under."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> "Signature":
        """Return this key's signature on the text."""
        return Signature(self.name, self.verifier.id, self.private.sign(text))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line without its end."""
        return f"{DASH} {self.name} {to_base64(self.key_id + self.signature)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and the signatures on it."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the note's bytes."""
        return (self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)).encode()

    def signers(self, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return which of the trusted keys signed; raises `Invalid` when none did or one of theirs is false."""
        known = {(key.name, key.id): key for key in keys}
        found: list[VerifierKey] = []
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is None:
                continue
            if not key.has_signed(self.text.encode(), line.signature):
                raise Invalid(f"The signature of {key.name} ({key.id.hex()}) does not match the note.")
            if key not in found:
                found.append(key)
        if not found:
            raise Invalid("No trusted key has signed the note.")
        return tuple(found)


def sign(text: str, *signers: SigningKey) -> Note:
    """Return the text as a note signed by every given key."""
    _check_text(text)
    return Note(text, tuple(key.sign(text.encode()) for key in signers))


def parse(data: bytes) -> Note:
    """Return the note in these bytes; raises `Invalid`. Nothing in it may be believed before `signers` is called."""
    if len(data) > LARGEST_NOTE:
        raise Invalid(f"A note of {len(data)} bytes is larger than any that is read here.")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("The note is not UTF-8.") from error
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Invalid("The note has no signatures after a blank line, or is cut short.")
    text += "\n"
    _check_text(text)
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise Invalid(f"The note has {len(signatures)} signatures; at most {MOST_SIGNATURES} are read.")
    return Note(text, signatures)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise Invalid("A note ends in a newline and holds no other control characters.")


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != DASH:  # noqa: PLR2004 - dash, name, signature
        raise Invalid("A signature line is written: dash, key name, signature.")
    _check_name(parts[1])
    data = from_base64(parts[2], what=f"signature of {parts[1]}")
    if len(data) <= _KEY_ID:
        raise Invalid(f"The signature of {parts[1]} is too short.")
    return Signature(parts[1], data[:_KEY_ID], data[_KEY_ID:])


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root at one moment, under the log's name."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text: origin, size and root, a line each."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    def sign(self, *signers: SigningKey) -> bytes:
        """Return the checkpoint as a note signed by every given key."""
        return sign(self.text, *signers).encode()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint in a note's text; extension lines are allowed and ignored; raises `Invalid`."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines):  # noqa: PLR2004 - origin, size, root
            raise Invalid("A checkpoint has an origin, a size and a root, a line each.")
        root = from_base64(lines[2], what="root hash")
        if len(root) != HASH_SIZE:
            raise Invalid(f"The root hash has {len(root)} bytes, not 32.")
        return cls(lines[0], parse_number(lines[1], what="tree size"), root)


def open_checkpoint(data: bytes, keys: Sequence[VerifierKey], *, origin: str) -> Checkpoint:
    """Return the checkpoint in a signed note once a trusted key's signature and the log's name match; raises `Invalid`."""
    note = parse(data)
    note.signers(keys)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise Invalid(f"The checkpoint is of the log {checkpoint.origin}, not {origin}.")
    return checkpoint
