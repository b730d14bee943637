"""Reads one consent receipt (JSON-LD with its proof inside) strictly and names the place of the first fault."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from holdtrue.evidence import consentform
from holdtrue.evidence.consentform import Facts, Who
from holdtrue.evidence.groups import OpenGroup, Opening
from holdtrue.evidence.lines import Fault, Place, Refused
from holdtrue.evidence.notes import VerifierKey
from holdtrue.evidence.proofs import LARGEST_PROOF, MAGIC
from holdtrue.evidence.receiptcheck import Receipt, check_receipt

LOOKED_AT: Final = 64
"""Bytes from a file's beginning that tell whether it is meant to be such a receipt."""
_BEGINNING: Final = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"@context"')
_KEY: Final = re.compile(r'( *)(?:"((?:[^"\\]|\\.)*)": )?')
_PROOF: Final = "holdtrue:proof"
_RENDERING: Final = "holdtrue:rendering"


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """A consent receipt that was found good."""

    receipt: Receipt
    has_rendering: bool
    """Whether the file holds the banner as it was shown."""


class _File(msgspec.Struct):
    rendering: str = msgspec.field(default="", name=_RENDERING)
    proof: str = msgspec.field(default="", name=_PROOF)


def is_consent_receipt(start: bytes) -> bool:
    """Whether a file that begins so is to be read as a consent receipt."""
    return _BEGINNING.match(start[:LOOKED_AT]) is not None


def check_consent_receipt(data: bytes, keys: Sequence[VerifierKey]) -> ConsentReceipt:
    """Return what the receipt proves, once every byte of it follows from that; raises `Refused` with the place."""
    start = Place(1, 0, "the receipt")
    if len(data) > LARGEST_PROOF:
        raise Refused(Fault.RECEIPT, start)
    try:
        file = msgspec.json.decode(data.decode(), type=_File)
        proof = file.proof.encode()
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Refused(Fault.RECEIPT, start) from error
    if not file.proof:
        raise Refused(Fault.UNPROVEN, start)
    receipt = _proven(data, proof, keys)
    facts, who = _facts(data, receipt.opening)
    if file.rendering and sha256(file.rendering.encode()).hexdigest() != facts.notice:
        raise Refused(Fault.RENDERING, _member(data, _RENDERING))
    try:
        expected = consentform.receipt(facts, who, file.rendering, file.proof)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused(Fault.RENDERING, _member(data, _RENDERING)) from error
    if data != expected:
        raise Refused(Fault.CHANGED, _difference(data, expected))
    return ConsentReceipt(receipt, bool(file.rendering))


def _proven(data: bytes, proof: bytes, keys: Sequence[VerifierKey]) -> Receipt:
    place = _member(data, _PROOF)
    if not proof.startswith(f"{MAGIC}\n".encode()):
        raise Refused(Fault.RECEIPT, place)
    try:
        return check_receipt(proof, keys)
    except Refused as refused:
        inner = refused.place
        what = f"{place.what}, line {inner.line} of it: {inner.what}"
        raise Refused(refused.fault, Place(place.line, place.offset, what)) from refused


def _facts(data: bytes, opening: Opening) -> tuple[Facts, Who | None]:
    """Return what the entry says, if it is a consent record whose facts are shown."""
    core, identity = opening.core, opening.identity
    place = _member(data, _PROOF)
    if not isinstance(core, OpenGroup):
        raise Refused(Fault.FACTS, place)
    try:
        facts = msgspec.json.decode(core.body, type=Facts)
        who = msgspec.json.decode(identity.body, type=Who) if isinstance(identity, OpenGroup) else None
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Refused(Fault.FACTS, place) from error
    if facts.kind != opening.kind or msgspec.json.encode(facts) != core.body:
        raise Refused(Fault.FACTS, place)
    return facts, who


def _member(data: bytes, name: str) -> Place:
    """Return where a member of the file begins; the file's own beginning where it is not written as it should be."""
    at = data.find(f'\n "{name}": "'.encode()) + 1
    return Place(data.count(b"\n", 0, at) + 1, at, name)


def _difference(data: bytes, expected: bytes) -> Place:
    """Return the first byte that is not the expected one, and within which member it stands."""
    shorter = min(len(data), len(expected))
    at = next((place for place in range(shorter) if data[place] != expected[place]), shorter)
    number = data.count(b"\n", 0, at)
    return Place(number + 1, at, _path(expected.decode().split("\n")[: number + 1]))


def _path(lines: list[str]) -> str:
    """Return the names that lead to the last of these lines; each level is indented by one space more."""
    found: list[str] = []
    depth = len(lines[-1]) + 1
    for line in reversed(lines):
        match = _KEY.match(line)
        indent = len(match[1]) if match else 0
        if match is None or indent >= depth:
            continue
        depth = indent
        if match[2]:
            found.append(match[2])
    return " > ".join(reversed(found)) or "the receipt"
