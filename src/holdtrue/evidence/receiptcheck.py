"""Reads one receipt (C2SP tlog-proof) strictly and names the line of the first fault."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdtrue.errors import Invalid
from holdtrue.evidence import groups, notes
from holdtrue.evidence.groups import HiddenGroup, Opening
from holdtrue.evidence.lines import Fault, Place, Refused
from holdtrue.evidence.merkle import HASH_SIZE, is_included, leaf_hash
from holdtrue.evidence.notes import Checkpoint, VerifierKey, from_base64, parse_number
from holdtrue.evidence.proofs import LARGEST_PROOF, LONGEST_PATH

_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was found good."""

    index: int
    opening: Opening
    checkpoint: Checkpoint
    signer: VerifierKey

    @property
    def hidden(self) -> int:
        """How many groups are shown by their hash alone."""
        return sum(isinstance(group, HiddenGroup) for group in self.opening.groups)


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above a receipt's checkpoint, and where it ends."""

    opening: Opening
    index: int
    path: list[bytes]
    line: int
    offset: int


def check_receipt(data: bytes, keys: Sequence[VerifierKey]) -> Receipt:
    """Return what the receipt proves; raises `Refused` with the place."""
    if len(data) > LARGEST_PROOF:
        raise Refused(Fault.RECEIPT, Place(1, 0, "the receipt"))
    head = _head(data)
    place = Place(head.line, head.offset, "the checkpoint")
    try:
        note = notes.parse(data[head.offset :])
        checkpoint = Checkpoint.parse(note.text)
    except Invalid as error:
        raise Refused(Fault.NOTE, place) from error
    if checkpoint.origin not in {key.name for key in keys}:
        raise Refused(Fault.ORIGIN, place)
    try:
        signer = note.signers(keys)[0]
    except Invalid as error:
        raise Refused(Fault.SIGNATURE, place) from error
    if not is_included(head.index, checkpoint.size, leaf_hash(head.opening.leaf), head.path, checkpoint.root):
        raise Refused(Fault.INCLUSION, Place(2, data.index(b"\n") + 1, f"entry {head.index}"))
    return Receipt(head.index, head.opening, checkpoint, signer)


def _head(data: bytes) -> _Head:
    """Read the lines above the empty one."""
    offset = data.index(b"\n") + 1
    opening: Opening | None = None
    index: int | None = None
    path: list[bytes] = []
    number = 2
    while True:
        what = "the entry's facts" if opening is None else "the index" if index is None else f"hash {len(path)}"
        place = Place(number, offset, what)
        end = data.find(b"\n", offset)
        if end < 0 or len(path) > LONGEST_PATH:
            raise Refused(Fault.RECEIPT, place)
        try:
            text = data[offset:end].decode("ascii")
            if opening is None:
                opening = _opening(text)
            elif index is None:
                index = parse_number(_after(_INDEX, text), what="index")
            elif text:
                path.append(_hash(text))
            else:
                return _Head(opening, index, path, number + 1, end + 1)
        except (Invalid, UnicodeDecodeError) as error:
            raise Refused(Fault.RECEIPT, place) from error
        number, offset = number + 1, end + 1


def _after(start: str, text: str) -> str:
    if not text.startswith(start):
        raise Invalid(f"The line does not begin with {start!r}.")
    return text.removeprefix(start)


def _opening(text: str) -> Opening:
    data = from_base64(_after(_EXTRA, text), what="extra line")
    try:
        opening = groups.decode(data)
    except (UnicodeError, RecursionError) as error:
        raise Invalid("The opened groups cannot be read.") from error
    # One way to write it, so that no changed byte goes unseen.
    if groups.encode(opening) != data:
        raise Invalid("The opened groups are not in their one canonical form.")
    return opening


def _hash(text: str) -> bytes:
    value = from_base64(text, what="hash")
    if len(value) != HASH_SIZE:
        raise Invalid("A hash has 32 bytes.")
    return value
