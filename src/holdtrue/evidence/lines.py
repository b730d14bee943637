"""The lines of an evidence pack: their forms, their sums, and how they are read from a file nobody trusts.

docs/reference/evidence-pack.md describes the format. Writing and verifying share these forms and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, BinaryIO, TypeAlias

import msgspec
from msgspec import Meta

from holdtrue.evidence.groups import LONGEST_KIND
from holdtrue.evidence.merkle import HASH_SIZE
from holdtrue.evidence.notes import to_base64

FORMAT = "holdtrue/pack/1"
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes, with the newline."""
LARGEST_DOCUMENT = 32 * 1024 * 1024
"""Bytes; a browser must hold a document whole to hash it."""
LARGEST_NUMBER = 2**53 - 1
"""The largest whole number that JavaScript keeps exactly."""
NO_SUM = bytes(HASH_SIZE)
"""What the first line's sum continues."""

# 32 bytes of Base64 in their one canonical form: the two spare bits are zero.
Hash: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\Z")]
Hex: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Base64: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]+={0,2}\Z")]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)]
KindName: TypeAlias = Annotated[str, Meta(pattern=rf"\A[ -~]{{1,{LONGEST_KIND}}}\Z")]


class Line(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", kw_only=True):
    """What every line has: its type and its sum."""

    sum: Hash = ""


class Header(Line, tag="header"):
    """What the pack is, which log it is of, and why it was made."""

    format: str
    origin: str
    made_at: str
    reason: str
    about: list[str]
    """The subjects that it is limited to; none means every entry."""


class Key(Line, tag="key"):
    """A key that the log signs with, and the statement by which its forerunner handed over."""

    vkey: str
    handover: str
    """A signed note; empty for the log's first key."""


class SignedCheckpoint(Line, tag="checkpoint"):
    """The checkpoint that everything in the pack is proven against."""

    note: str


class Since(Line, tag="since"):
    """An earlier checkpoint, and the proof that the later one only added to it."""

    note: str
    proof: list[Hash]


class TileLine(Line, tag="tile"):
    """Up to 256 leaf hashes and the path from their root to the checkpoint's."""

    index: Number
    leaves: Annotated[list[Hash], Meta(min_length=1, max_length=256)]
    path: Annotated[list[Hash], Meta(max_length=63)]


class GroupField(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A group of an entry: its hash, and its salt and body where they are shown."""

    hash: Hash
    salt: Hash | None = None
    body: str | None = None


class EntryLine(Line, tag="entry"):
    """One entry of the log."""

    index: Number
    kind: KindName
    core: GroupField
    context: GroupField
    identity: GroupField


class DocumentLine(Line, tag="document"):
    """A document whose hash stands in the core facts of the entry above it."""

    name: str
    media_type: str
    sha256: Hex
    size: Annotated[int, Meta(ge=0, le=LARGEST_DOCUMENT)]


class Content(Line, tag="content"):
    """A piece of the document above it."""

    data: Base64


class Standing(Line, tag="standing"):
    """What the entries add up to for one commitment and subject; derived, never evidence of its own."""

    about: str
    commitment: str
    result: str
    since: str
    entry: Number


class End(Line, tag="end"):
    """How much there was; nothing follows."""

    entries: Number
    documents: Number
    lines: Number


AnyLine: TypeAlias = Header | Key | SignedCheckpoint | Since | TileLine | EntryLine | DocumentLine | Content | Standing | End
_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)
_encoder = msgspec.json.Encoder(order="sorted")
_SUM = b',"sum":"'
_SUM_LENGTH = len(_SUM) + len(to_base64(NO_SUM)) + 1


class Fault(StrEnum):
    """Why a file is refused; the JavaScript verifier says the same sentences."""

    EMPTY = "the file is empty"
    FORMAT = "this is not written as the format demands; one changed, added or lost byte is enough"
    TOO_LONG = "this line is longer than any line of a pack"
    CUT = "the file ends within this line"
    UNFINISHED = "the file ends before its end line"
    TRAILING = "something follows the end line"
    SUM = "this line was changed, moved, added or removed: its sum does not match"
    PLACE = "the format allows no such line here"
    VERSION = "this is not a pack of a version that this verifier knows"
    KEY = "this is not a key of this log"
    HANDOVER = "the key before it did not sign this key in"
    NOTE = "this is not a signed checkpoint"
    SIGNATURE = "no key that counts here has signed it, or a signature is false"
    ORIGIN = "it belongs to another log"
    CONSISTENCY = "the log was not only added to since the earlier checkpoint"
    OLDER = "the pack is older than the checkpoint that you gave"
    NO_PATH = "the pack does not lead from the checkpoint that you gave; ask for one made with --since"
    TILE = "these hashes are not in the tree that the checkpoint signs"
    GROUP = "the facts do not have the hash that stands beside them"
    LEAF = "the entry is not the one that the log holds at this index"
    ORDER = "an entry is missing, double or out of order"
    FACTS = "its core facts do not say what it is"
    MISSING = "entries of the log are missing, though the pack claims to have all"
    UNBOUND = "the entry above it does not name this document's hash"
    DOCUMENT = "the document does not have the hash that the log holds"
    STANDING = "it does not follow from the entries in the pack"
    COUNT = "the counts at the end are not those of the pack"
    RECEIPT = "this is not a receipt; one changed, added or lost byte is enough"
    INCLUSION = "the entry is not in the tree that the checkpoint signs"
    UNPROVEN = "it carries no proof; download it again once the server has confirmed the choice"
    RENDERING = "this is not the banner whose hash the proven entry names"
    CHANGED = "this is not what the proven entry says; one changed, added or lost byte is enough"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: the line (from 1), the byte (from 0), and what stands there."""

    line: int
    offset: int
    what: str

    def __str__(self) -> str:
        """Return the place as a person reads it."""
        return f"line {self.line}, byte {self.offset}: {self.what}"


class Refused(Exception):
    """A fault at a place."""

    def __init__(self, fault: Fault, place: Place) -> None:
        """Keep both."""
        super().__init__(fault, place)
        self.fault = fault
        self.place = place


def encode(line: Line, previous: bytes) -> tuple[bytes, bytes]:
    """Return the line's bytes with its newline, and its sum, which continues the sum of the line before."""
    line.sum = to_base64(NO_SUM)
    bare = _without_sum(_encoder.encode(line))
    total = sha256(previous + bare).digest()
    line.sum = to_base64(total)
    return _encoder.encode(line) + b"\n", total


def decode(raw: bytes) -> AnyLine | None:
    """Return the line in these bytes (without the newline), or nothing unless they are its one canonical form."""
    try:
        line = _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    # Every line comes with a sum: without one the member is empty, and the pattern has already refused that.
    return line if line.sum and _encoder.encode(line) == raw else None


def sum_of(raw: bytes, previous: bytes) -> bytes:
    """Return what the sum of a canonical line must be."""
    return sha256(previous + _without_sum(raw)).digest()


def _without_sum(raw: bytes) -> bytes:
    # Quotes within strings are escaped, so these bytes begin the member and nothing else.
    at = raw.index(_SUM)
    return raw[:at] + raw[at + _SUM_LENGTH :]


def raw_lines(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Yield each line's number, offset and bytes with the newline; one that is too long comes without its rest."""
    number, offset = 1, 0
    while raw := stream.readline(LONGEST_LINE + 1):
        yield number, offset, raw
        number += 1
        offset += len(raw)
