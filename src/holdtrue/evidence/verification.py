"""Checks a pack or a receipt offline: no server, no database, none of the code that writes the log.

Verified means: what the file holds is what the log held when it signed the checkpoint. It does not mean that what was
recorded is true, nor that everything was recorded.
"""

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from holdtrue.errors import Invalid, NotFound
from holdtrue.evidence import notes
from holdtrue.evidence.consentcheck import LOOKED_AT, check_consent_receipt, is_consent_receipt
from holdtrue.evidence.lines import Fault, Place, Refused
from holdtrue.evidence.notes import Checkpoint, VerifierKey
from holdtrue.evidence.packcheck import PackCheck
from holdtrue.evidence.proofs import LARGEST_PROOF, MAGIC
from holdtrue.evidence.receiptcheck import check_receipt

_MAGIC = f"{MAGIC}\n".encode()
_FOLLOWS = "Everything else in the file follows from those facts, to the byte."
_FOLLOWS_FROM_BANNER = (
    "Everything else in the file follows from those facts and from the banner as shown, whose hash is among them."
)
_NOT_SHOWN = "Not shown: that what was recorded is true, or that everything was recorded: only that it has not changed since."


@dataclass(frozen=True, slots=True)
class Failure:
    """The first fault and its place."""

    line: int
    """From 1."""
    offset: int
    """Bytes from the file's beginning."""
    what: str
    why: str

    def __str__(self) -> str:
        """Return place and reason as a person reads them."""
        return f"line {self.line}, byte {self.offset}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, in plain words, and the first fault if there is one."""

    sort: str
    """`pack` or `receipt`."""
    failure: Failure | None
    origin: str = ""
    size: int = 0
    """Entries that the checkpoint covers."""
    key: str = ""
    """The key (vkey) whose signature counted."""
    is_pinned: bool = False
    """Whether the reader gave the key; otherwise it came with the file and must be compared."""
    entries: int = 0
    documents: int = 0
    standings: int = 0
    hidden: int = 0
    """Groups of facts that are shown by their hash alone: erased, or left out."""
    checked: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether nothing is wrong."""
        return self.failure is None

    def to_json(self) -> str:
        """Return the report as JSON, with `verified` first."""
        return json.dumps({"verified": self.is_verified, **asdict(self)}, indent=2, ensure_ascii=False)


def verify(path: str | Path, *, key: str | None = None, previous: bytes | None = None) -> Report:
    """Return the report on a pack, a `.tlog-proof` or a consent receipt (JSON-LD).

    `key` holds the log's key as the reader knows it (a vkey, or several with spaces between); `previous` an earlier signed
    checkpoint that the reader kept. Raises `NotFound` or `Invalid` when the file cannot be read or those two are malformed.
    """
    try:
        with Path(path).open("rb") as stream:
            return verify_stream(stream, key=key, previous=previous)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", hint="Give the path of an evidence pack or a receipt.") from error
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.", hint="Give the path of an evidence pack.") from error


def verify_stream(stream: io.BufferedReader, *, key: str | None = None, previous: bytes | None = None) -> Report:
    """Return the report on what the stream holds; see `verify`."""
    keys = tuple(VerifierKey.parse(text) for text in (key or "").split())
    start = stream.peek(LOOKED_AT)
    if start.startswith(_MAGIC) or is_consent_receipt(start):
        return _receipt(stream.read(LARGEST_PROOF + 1), keys)
    return _pack(stream, keys, _checkpoint_in(previous) if previous is not None else None)


def _checkpoint_in(note: bytes) -> Checkpoint:
    """Return the reader's own earlier checkpoint; they vouch for it, so that its signature need not be of a known key."""
    try:
        return Checkpoint.parse(notes.parse(note).text)
    except Invalid as error:
        raise Invalid(
            f"The earlier checkpoint cannot be read: {error.message}", hint="Give the file as it was saved."
        ) from error


def _failure(refused: Refused) -> Failure:
    place: Place = refused.place
    fault: Fault = refused.fault
    return Failure(place.line, place.offset, place.what, fault.value)


def _pack(stream: BinaryIO, keys: tuple[VerifierKey, ...], previous: Checkpoint | None) -> Report:
    check = PackCheck(keys, previous)
    failure = None
    try:
        check.read(stream)
    except Refused as refused:
        failure = _failure(refused)
    return Report(
        sort="pack",
        failure=failure,
        origin=check.header.origin,
        size=check.checkpoint.size,
        key=str(check.signer or ""),
        is_pinned=bool(keys),
        entries=check.entries,
        documents=check.documents,
        standings=check.standings,
        hidden=check.hidden,
        checked=() if failure else tuple(_checked(check)),
        cautions=() if failure else tuple(_cautions(check, is_pinned=bool(keys))),
    )


def _checked(check: PackCheck) -> list[str]:
    origin, size = check.checkpoint.origin, check.checkpoint.size
    said = [
        f"All {_count(check.line_count, 'line')} ({_count(check.bytes, 'byte')}) are as they were written.",
        f"The checkpoint over {_count(size, 'entry')} of {origin} is signed by the key {_short(check.signer)}.",
        f"Every entry of the log is here ({size:,}), in order; none was changed, added or left out."
        if check.is_complete
        else f"What is here ({_count(check.entries, 'entry')}) stands in that log, unchanged; the pack shows only a part.",
    ]
    if check.since:
        said.append(f"The log was only added to since its checkpoint over {_count(check.since.size, 'entry')}.")
    if check.previous:
        said.append(f"It continues the checkpoint over {_count(check.previous.size, 'entry')} that you gave.")
    if check.documents:
        said.append(f"Attached, with the hash that an entry names: {_count(check.documents, 'document')}.")
    if check.standings:
        said.append(f"The standing listed ({_count(check.standings, 'line')}) follows from the entries.")
    if check.hidden:
        said.append(f"Erased or left out, with their hash in place: {_count(check.hidden, 'group')} of facts.")
    return said


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _cautions(check: PackCheck, *, is_pinned: bool) -> list[str]:
    said = []
    if not is_pinned:
        said.append(
            f"Signed by a key that this pack brought along: compare {check.signer} with the key that the organisation"
            " gave you another way, or give it with --key."
        )
    if not check.is_complete:
        said.append("Not shown: that the log holds nothing else about these subjects; only a whole pack shows that.")
    said.append("Not shown: the reason and the time in the pack's first line; its maker chose them freely.")
    said.append(_NOT_SHOWN)
    return said


def _short(key: VerifierKey | None) -> str:
    return key.id.hex() if key else ""


def _receipt(data: bytes, keys: tuple[VerifierKey, ...]) -> Report:
    if not keys:
        raise Invalid(
            "A receipt is checked against the log's key, and none was given.",
            hint="Give it with --key; the server shows it at /log/keys.json.",
        )
    more: tuple[str, ...] = ()
    try:
        if is_consent_receipt(data):
            consent = check_consent_receipt(data, keys)
            receipt = consent.receipt
            more = (_FOLLOWS_FROM_BANNER if consent.has_rendering else _FOLLOWS,)
        else:
            receipt = check_receipt(data, keys)
    except Refused as refused:
        return Report(sort="receipt", failure=_failure(refused), is_pinned=True)
    checkpoint, signer = receipt.checkpoint, _short(receipt.signer)
    return Report(
        sort="receipt",
        failure=None,
        origin=checkpoint.origin,
        size=checkpoint.size,
        key=str(receipt.signer),
        is_pinned=True,
        entries=1,
        hidden=receipt.hidden,
        checked=(
            f"The checkpoint over {_count(checkpoint.size, 'entry')} of {checkpoint.origin} is signed by the key {signer}.",
            f"The entry ({receipt.opening.kind}) stands in that log at index {receipt.index:,}, with exactly these facts.",
            *more,
        ),
        cautions=(_NOT_SHOWN,),
    )
