"""The log's signing keys: made on first use, one following the other, each signed in by the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.errors import BrokenEvidence
from holdtrue.evidence import notes
from holdtrue.evidence.files import prepare, replace, write_once
from holdtrue.evidence.notes import SigningKey, VerifierKey
from holdtrue.evidence.pack import LogKey
from holdtrue.evidence.trust import handover_text

OVERLAP = timedelta(days=30)
"""How long checkpoints carry the signatures of both keys after a rotation, so that readers can follow."""
LIST = "keys.json"


class KeyRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key as `keys.json` lists it; the file holds nothing secret."""

    vkey: str
    since: str
    """When it began to sign, ISO 8601."""
    handover: str = ""
    """The statement that it follows the key before, signed by both; empty for the first."""
    entry: str = ""
    """The id of the entry that says so."""


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: list[KeyRecord]


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The signing keys in a directory. Every call reads it anew, since another process may have rotated."""

    directory: Path

    def records(self) -> list[KeyRecord]:
        """Return every key, the oldest first; none before the first use."""
        try:
            return msgspec.json.decode((self.directory / LIST).read_bytes(), type=_KeyFile).keys
        except FileNotFoundError:
            return []
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BrokenEvidence(
                f"{self.directory / LIST} cannot be read: {error}.", hint="Restore the keys directory from its backup."
            ) from error

    def public(self) -> Sequence[LogKey]:
        """Return every key with the statement that signed it in, the oldest first."""
        return [LogKey(VerifierKey.parse(record.vkey), record.handover) for record in self.records()]

    def trusted(self) -> list[VerifierKey]:
        """Return every public key, the oldest first."""
        return [known.key for known in self.public()]

    def signers(self, origin: str, at: datetime) -> list[SigningKey]:
        """Return the keys that sign at this time for this log: the newest, and the one before it during the overlap.

        The first key is made here when there is none; a log that was signed before needs the one it was signed with.
        """
        if not self.records():
            self._make_first(origin, at)
        records = self.records()
        signing = [records[-1]]
        if len(records) > 1 and at < datetime.fromisoformat(records[-1].since) + OVERLAP:
            signing.insert(0, records[-2])
        keys = [VerifierKey.parse(record.vkey) for record in signing]
        return [self._private(key) for key in keys if key.name == origin]

    def rotate(self, origin: str, *, at: datetime, entry: str) -> KeyRecord:
        """Make a key that follows the newest, signed in by both, and return its record; `entry` is the id that will say so."""
        records = self.records()
        before = VerifierKey.parse(records[-1].vkey)
        fresh = self._make(origin)
        statement = notes.sign(handover_text(before, fresh.verifier), self._private(before), fresh)
        record = KeyRecord(str(fresh.verifier), _iso(at), statement.encode().decode(), entry)
        replace(self.directory / LIST, _encoded([*records, record]))
        return record

    def _make_first(self, origin: str, at: datetime) -> None:
        prepare(self.directory)
        record = KeyRecord(str(self._make(origin).verifier), _iso(at))
        # Whoever is first decides; a key that another process made at the same moment is left unused.
        write_once(self.directory / LIST, _encoded([record]))

    def _make(self, origin: str) -> SigningKey:
        key = SigningKey(origin, Ed25519PrivateKey.generate())
        write_once(self._file(key.verifier), key.private.private_bytes_raw())
        return key

    def _file(self, key: VerifierKey) -> Path:
        return self.directory / f"log-{key.id.hex()}.key"

    def _private(self, key: VerifierKey) -> SigningKey:
        try:
            private = Ed25519PrivateKey.from_private_bytes(self._file(key).read_bytes())
        except (FileNotFoundError, ValueError) as error:
            raise BrokenEvidence(
                f"The signing key {self._file(key)} is missing or damaged; nothing can be signed.",
                hint="Restore the keys directory from its backup.",
            ) from error
        signing = SigningKey(key.name, private)
        if signing.verifier != key:
            raise BrokenEvidence(f"{self._file(key)} is not the private half of {key}.")
        return signing


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _encoded(records: list[KeyRecord]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(_KeyFile(records)), indent=1) + b"\n"
