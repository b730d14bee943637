"""Writes an evidence pack: one file that proves itself to whoever holds the log's key.

The file is written in a stream, verified as a stranger would verify it, and only then given its name.
"""

import errno
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from holdtrue.errors import BrokenEvidence, HoldtrueError, Invalid, StorageFull
from holdtrue.evidence import lines
from holdtrue.evidence.groups import Group, GroupName, HiddenGroup, Opening
from holdtrue.evidence.merkle import consistency_proof, inclusion_proof
from holdtrue.evidence.notes import Checkpoint, VerifierKey, open_checkpoint, to_base64
from holdtrue.evidence.packcheck import STANDING_CHANGED, facts_of
from holdtrue.evidence.tiles import WIDTH
from holdtrue.evidence.verification import Report, verify

CHUNK = 48 * 1024
"""Bytes of a document on one line; a multiple of three, so that Base64 pads the last line alone."""
_HASHES = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Document:
    """What an entry speaks of by its hash, such as a published policy or a scan report."""

    name: str
    media_type: str
    sha256: str
    """64 hexadecimal digits, as they stand in the core facts of an entry."""
    content: bytes | Callable[[], bytes]
    """The bytes, or how to get them when their turn comes."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """One of the log's keys, and the statement that its forerunner signed (empty for the first)."""

    key: VerifierKey
    handover: str = ""


class Source(Protocol):
    """A log that can be read while it grows; every answer is about the tree of the checkpoint."""

    origin: str
    checkpoint: bytes
    """The newest signed checkpoint."""
    keys: Sequence[LogKey]
    """The oldest first."""

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        """Return the leaf hashes from an index to before another."""

    def range_hash(self, start: int, end: int) -> bytes:
        """Return the tree hash over such a range, where RFC 6962 splits it off."""

    def entries(self, size: int, about: frozenset[str]) -> Iterator[tuple[int, Opening]]:
        """Yield entries below an index in order: all of them, or those about these subjects."""


def write(  # noqa: PLR0913 - each is a choice of whoever asks for the pack
    target: Path,
    source: Source,
    *,
    at: datetime,
    reason: str = "",
    about: Iterable[str] = (),
    since: bytes | None = None,
    documents: Iterable[Document] = (),
    hide: Iterable[GroupName] = (),
) -> Report:
    """Write the pack to a file of this name and return the report of its verification.

    `about` limits it to these subjects, `since` adds the proof that nothing before that signed checkpoint changed. Documents
    are taken in where an entry in the pack names their hash. Groups to `hide` are shown by their hash alone. Raises
    `StorageFull`, `Invalid`, or `BrokenEvidence` when the log's own evidence does not verify; the target is then as it was.
    """
    if target.exists() and not target.is_file():
        raise Invalid(f"{target} is no file that a pack could take the place of.", hint="Choose another with -o.")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as out:
            part.chmod(0o600)
            known = {document.sha256: document for document in documents}
            writer = _Writer(out, source, known, frozenset(hide))
            writer.write(at=at, reason=reason, about=frozenset(about), since=since)
            out.flush()
            os.fsync(out.fileno())
        report = _verified(part, source)
        part.replace(target)
    except OSError as error:
        raise _storage_error(target, error) from error
    finally:
        part.unlink(missing_ok=True)
    return report


def _verified(part: Path, source: Source) -> Report:
    report = verify(part, key=" ".join(str(known.key) for known in source.keys))
    if report.failure:
        raise BrokenEvidence(
            f"The pack does not verify, so it was not handed out. {report.failure}",
            hint="Run `holdtrue evidence audit` and keep every backup.",
        )
    return report


def _storage_error(target: Path, error: OSError) -> HoldtrueError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StorageFull(f"There is no room to write {target}.", hint="Free some space, or choose another disk with -o.")
    return Invalid(f"{target} cannot be written: {error.strerror}.", hint="Choose another file with -o.")


class _Writer:
    """Writes line after line and keeps the running sum."""

    def __init__(self, out: BinaryIO, source: Source, documents: dict[str, Document], hide: frozenset[GroupName]) -> None:
        self._out = out
        self._hide = hide
        self._source = source
        self._documents = documents
        self._sum = lines.NO_SUM
        self._lines = self._entries = self._document_count = 0
        self._standing: dict[tuple[str, str], lines.Standing] = {}

    def write(self, *, at: datetime, reason: str, about: frozenset[str], since: bytes | None) -> None:
        """Write the whole pack."""
        source = self._source
        made_at = at.astimezone(UTC).isoformat(timespec="seconds")
        header = lines.Header(format=lines.FORMAT, origin=source.origin, made_at=made_at, reason=reason, about=sorted(about))
        self._line(header, "The header")
        for known in source.keys:
            self._line(lines.Key(vkey=str(known.key), handover=known.handover), "A key")
        signed = source.checkpoint
        checkpoint = open_checkpoint(signed, [known.key for known in source.keys], origin=source.origin)
        self._line(lines.SignedCheckpoint(note=signed.decode()), "The checkpoint")
        if since is not None:
            self._since(since, checkpoint)
        self._tiles(checkpoint.size, about)
        for _, standing in sorted(self._standing.items()):
            self._line(standing, "A standing")
        self._line(lines.End(entries=self._entries, documents=self._document_count, lines=self._lines + 1), "The end line")

    def _line(self, line: lines.Line, what: str) -> None:
        raw, self._sum = lines.encode(line, self._sum)
        if len(raw) > lines.LONGEST_LINE:
            raise Invalid(f"{what} has {len(raw):,} bytes; a line of a pack holds {lines.LONGEST_LINE:,}.")
        self._out.write(raw)
        self._lines += 1

    def _since(self, since: bytes, checkpoint: Checkpoint) -> None:
        source = self._source
        hint = "Give a checkpoint as `holdtrue evidence checkpoint` printed it."
        try:
            old = open_checkpoint(since, [known.key for known in source.keys], origin=source.origin)
        except Invalid as error:
            raise Invalid(f"The earlier checkpoint is not of this log: {error.message}", hint=hint) from error
        if not 0 < old.size <= checkpoint.size:
            raise Invalid(f"The earlier checkpoint has {old.size:,} entries, the log {checkpoint.size:,}.", hint=hint)
        proof = [] if old.size == checkpoint.size else consistency_proof(old.size, checkpoint.size, source.range_hash)
        self._line(lines.Since(note=since.decode(), proof=[to_base64(step) for step in proof]), "The consistency proof")

    def _tiles(self, size: int, about: frozenset[str]) -> None:
        """Write every entry beneath the tile that proves it."""
        current = -1
        for index, opening in self._source.entries(size, about):
            if index // WIDTH != current:
                current = index // WIDTH
                self._tile(current, size)
            self._entry(index, opening)

    def _tile(self, index: int, size: int) -> None:
        def tile_hash(start: int, end: int) -> bytes:
            return self._source.range_hash(start * WIDTH, min(end * WIDTH, size))

        start = index * WIDTH
        leaves = self._source.leaf_hashes(start, min(start + WIDTH, size))
        path = inclusion_proof(index, -(-size // WIDTH), tile_hash)
        line = lines.TileLine(index=index, leaves=[to_base64(leaf) for leaf in leaves], path=[to_base64(step) for step in path])
        self._line(line, f"Tile {index}")

    def _entry(self, index: int, opening: Opening) -> None:
        line = lines.EntryLine(
            index=index,
            kind=opening.kind,
            core=self._field(opening.core),
            context=self._field(opening.context),
            identity=self._field(opening.identity),
        )
        self._line(line, f"Entry {index}")
        self._entries += 1
        if not line.core.body:
            return
        if line.kind == STANDING_CHANGED and (facts := facts_of(line)):
            self._standing[facts.about, facts.commitment] = lines.Standing(
                about=facts.about, commitment=facts.commitment, result=facts.after, since=facts.at, entry=index
            )
        for digest in _HASHES.findall(line.core.body):
            # Taken out, so that a document stands once, below the first entry that names it.
            if document := self._documents.pop(digest, None):
                self._document(document)

    def _document(self, document: Document) -> None:
        content = document.content if isinstance(document.content, bytes) else document.content()
        if len(content) > lines.LARGEST_DOCUMENT:
            raise Invalid(f"{document.name} has {len(content):,} bytes; a pack takes {lines.LARGEST_DOCUMENT:,} a document.")
        if sha256(content).hexdigest() != document.sha256:
            raise BrokenEvidence(
                f"{document.name} is no longer what the log recorded: its hash is not {document.sha256}.",
                hint="Restore the document from a backup; the log still holds the true hash.",
            )
        line = lines.DocumentLine(name=document.name, media_type=document.media_type, sha256=document.sha256, size=len(content))
        self._line(line, document.name)
        for start in range(0, len(content), CHUNK):
            self._line(lines.Content(data=to_base64(content[start : start + CHUNK])), document.name)
        self._document_count += 1

    def _field(self, group: Group) -> lines.GroupField:
        # A group with nothing in it tells nobody anything.
        if isinstance(group, HiddenGroup) or (group.body and group.name in self._hide):
            return lines.GroupField(hash=to_base64(group.hash))
        return lines.GroupField(hash=to_base64(group.hash), salt=to_base64(group.salt), body=group.body.decode())
