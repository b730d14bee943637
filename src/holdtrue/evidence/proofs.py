"""Proof files that need no server (C2SP tlog-proof): an entry's place in a signed tree, with its opened groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdtrue.errors import Invalid
from holdtrue.evidence.merkle import HASH_SIZE, is_included, leaf_hash
from holdtrue.evidence.notes import Checkpoint, VerifierKey, from_base64, open_checkpoint, parse_number, to_base64

MAGIC = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF = 4_000_000
LONGEST_PATH = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """What a `.tlog-proof` file holds; nothing in it is believed before `check`."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    """The signed checkpoint, byte for byte."""
    extra: bytes = b""
    """The opened groups as JSON; not covered by the signature, but by the leaf that they make."""

    def encode(self) -> bytes:
        """Return the file's bytes."""
        lines = [MAGIC]
        if self.extra:
            lines.append(f"extra {to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [to_base64(step) for step in self.path]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint

    def check(self, leaf: bytes, keys: Sequence[VerifierKey], *, origin: str) -> Checkpoint:
        """Return the checkpoint once a trusted key signed it and it holds this leaf at this index; raises `Invalid`."""
        checkpoint = open_checkpoint(self.checkpoint, keys, origin=origin)
        if not is_included(self.index, checkpoint.size, leaf_hash(leaf), self.path, checkpoint.root):
            raise Invalid(f"The proof does not lead from this entry at index {self.index} to the signed root.")
        return checkpoint


def decode(data: bytes) -> Proof:
    """Return the proof in a file's bytes; raises `Invalid`."""
    if len(data) > LARGEST_PROOF:
        raise Invalid(f"A proof of {len(data)} bytes is larger than any that is read here.")
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Invalid("The proof's head is not ASCII.") from error
    if not blank or lines.pop(0) != MAGIC:
        raise Invalid(f"The file does not begin with {MAGIC}, or is cut short.")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), what="proof's extra line")
    if not lines or not lines[0].startswith("index "):
        raise Invalid("The proof has no index line.")
    index = parse_number(lines.pop(0).removeprefix("index "), what="proof's index")
    if len(lines) > LONGEST_PATH:
        raise Invalid(f"A proof has at most {LONGEST_PATH} hashes.")
    return Proof(index, tuple(_hash(line, at) for at, line in enumerate(lines)), checkpoint, extra)


def _hash(line: str, at: int) -> bytes:
    value = from_base64(line, what=f"proof's hash {at}")
    if len(value) != HASH_SIZE:
        raise Invalid(f"The proof's hash {at} has {len(value)} bytes, not 32.")
    return value
