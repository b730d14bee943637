"""Reads a pack line by line and stops at the first fault; memory does not grow with the number of entries.

Nothing here opens a database or knows how the log is written. static/evidence/verify.mjs does the same in JavaScript,
in the same order and with the same words, so that two programs which share no code reach one verdict.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

import msgspec

from holdtrue.errors import Invalid
from holdtrue.evidence import lines, notes
from holdtrue.evidence.groups import GroupName, OpenGroup, commitment, leaf
from holdtrue.evidence.lines import Fault, Place, Refused
from holdtrue.evidence.merkle import EMPTY_ROOT, Frontier, is_consistent, is_included, leaf_hash, root_of
from holdtrue.evidence.notes import Checkpoint, VerifierKey, from_base64
from holdtrue.evidence.tiles import WIDTH
from holdtrue.evidence.trust import Trust, is_handover

STANDING_CHANGED = "standing.changed"


@dataclass(slots=True)
class _Document:
    """A document that is being read."""

    line: lines.DocumentLine
    place: Place
    size: int = 0
    digest: Any = field(default_factory=sha256)


@dataclass(slots=True)
class Facts:
    """What the core facts of an entry say about it."""

    text: str
    about: str
    at: str
    commitment: str = ""
    after: str = ""


class PackCheck:
    """The state between two lines of a pack, and what was counted so far."""

    def __init__(self, given: tuple[VerifierKey, ...], previous: Checkpoint | None) -> None:
        """Begin before the first line, with the keys and the earlier checkpoint that the reader trusts."""
        self.trust = Trust(given, counting=list(given))
        self.previous = previous
        self.header = lines.Header(format="", origin="", made_at="", reason="", about=[])
        self.checkpoint = Checkpoint("", 0, EMPTY_ROOT)
        self.signer: VerifierKey | None = None
        self.since: Checkpoint | None = None
        self.entries = self.documents = self.standings = self.hidden = self.line_count = self.bytes = 0
        self.is_finished = False
        self._sum = lines.NO_SUM
        self._stage = 0
        self._what = ""
        self._checkpoint_place = Place(1, 0, "")
        self._start = 0
        self._leaves: list[str] = []
        self._next_tile = 0
        self._next_index = 0
        self._frontier = Frontier()
        self._met_previous = previous is None
        self._facts: Facts | None = None
        self._document: _Document | None = None
        self._standing: dict[tuple[str, str], lines.Standing] = {}

    @property
    def is_complete(self) -> bool:
        """Whether the pack claims to hold every entry."""
        return not self.header.about

    def read(self, stream: BinaryIO) -> None:
        """Check the whole stream; raises `Refused` at the first fault."""
        for number, offset, raw in lines.raw_lines(stream):
            self.line_count, self.bytes = number, offset + len(raw)
            self._line(number, offset, raw)
        if not self.is_finished:
            fault = Fault.UNFINISHED if self.line_count else Fault.EMPTY
            raise Refused(fault, Place(self.line_count + 1, self.bytes, "the end of the file"))

    def _line(self, number: int, offset: int, raw: bytes) -> None:
        here = Place(number, offset, f"the line after {self._what}" if self._what else "the first line")
        if self.is_finished:
            raise Refused(Fault.TRAILING, here)
        if len(raw) > lines.LONGEST_LINE:
            raise Refused(Fault.TOO_LONG, here)
        if not raw.endswith(b"\n"):
            raise Refused(Fault.CUT, here)
        line = lines.decode(raw[:-1])
        if line is None:
            raise Refused(Fault.FORMAT, here)
        self._what = self._named(line)
        place = Place(number, offset, self._what)
        if isinstance(line, lines.EntryLine):
            _check_groups(line, place, raw)
        self._sum = lines.sum_of(raw[:-1], self._sum)
        if notes.to_base64(self._sum) != line.sum:
            raise Refused(Fault.SUM, place)
        self._check_place(line, place)
        self._check(line, place)

    def _named(self, line: lines.AnyLine) -> str:  # noqa: C901, PLR0911 - one case for each type of line
        match line:
            case lines.Header():
                return "the header"
            case lines.Key():
                return f"key {len(self.trust.brought) + 1}"
            case lines.SignedCheckpoint():
                return "the checkpoint"
            case lines.Since():
                return "the earlier checkpoint"
            case lines.TileLine():
                return f"tile {line.index}"
            case lines.EntryLine():
                return f"entry {line.index}"
            case lines.DocumentLine():
                return f"document {line.name}"
            case lines.Content():
                return f"content of document {self._document.line.name}" if self._document else "content"
            case lines.Standing():
                return f"standing of {line.commitment} for {line.about}"
            case lines.End():
                return "the end line"

    def _check_place(self, line: lines.AnyLine, place: Place) -> None:
        """Refuse a line that may not follow the one before it."""
        stage = _STAGES[type(line)]
        allowed = stage in _AFTER[self._stage]
        pending = self._document is not None
        if not allowed or pending != isinstance(line, lines.Content):
            raise Refused(Fault.PLACE, place)
        self._stage = stage

    def _check(self, line: lines.AnyLine, place: Place) -> None:  # noqa: C901 - one case for each type of line
        match line:
            case lines.Header():
                self._check_header(line, place)
            case lines.Key():
                self._check_key(line, place)
            case lines.SignedCheckpoint():
                self._check_checkpoint(line, place)
            case lines.Since():
                self._check_since(line, place)
            case lines.TileLine():
                self._check_tile(line, place)
            case lines.EntryLine():
                self._check_entry(line, place)
            case lines.DocumentLine():
                self._check_document(line, place)
            case lines.Content():
                self._check_content(line, place)
            case lines.Standing():
                self._check_standing(line, place)
            case lines.End():
                self._check_end(line, place)

    def _check_header(self, line: lines.Header, place: Place) -> None:
        if line.format != lines.FORMAT:
            raise Refused(Fault.VERSION, place)
        self.header = line

    def _check_key(self, line: lines.Key, place: Place) -> None:
        try:
            key = VerifierKey.parse(line.vkey)
        except Invalid as error:
            raise Refused(Fault.KEY, place) from error
        if str(key) != line.vkey:
            raise Refused(Fault.KEY, place)
        before = self.trust.brought[-1] if self.trust.brought else None
        if not is_handover(line.handover, before, key):
            raise Refused(Fault.HANDOVER, place)
        self.trust.bring(key)

    def _check_checkpoint(self, line: lines.SignedCheckpoint, place: Place) -> None:
        self.checkpoint, self.signer = self.trust.opened(line.note, place, origin=self.header.origin)
        self._checkpoint_place = place
        if self.previous is None:
            return
        if self.previous.origin != self.checkpoint.origin:
            raise Refused(Fault.ORIGIN, place)
        if self.previous.size > self.checkpoint.size:
            raise Refused(Fault.OLDER, place)
        if self.previous.size == self.checkpoint.size:
            self._meet(self.checkpoint.root, place)

    def _check_since(self, line: lines.Since, place: Place) -> None:
        self.since, _ = self.trust.opened(line.note, place, origin=self.header.origin)
        proof = [_bytes(step) for step in line.proof]
        old, new = self.since, self.checkpoint
        if not is_consistent(old.size, new.size, proof, old_root=old.root, new_root=new.root):
            raise Refused(Fault.CONSISTENCY, place)
        if self.previous and self.previous.size == self.since.size:
            self._meet(self.since.root, place)

    def _meet(self, root: bytes, place: Place) -> None:
        """Compare the reader's own checkpoint with this log's root at its size."""
        if not self.previous or self.previous.root != root or not self.previous.size:
            raise Refused(Fault.CONSISTENCY, place)
        self._met_previous = True

    def _check_tile(self, line: lines.TileLine, place: Place) -> None:
        self._end_tile(place)
        size = self.checkpoint.size
        start = line.index * WIDTH
        if line.index != self._next_tile if self.is_complete else line.index < self._next_tile:
            raise Refused(Fault.ORDER, place)
        leaves = [_bytes(value) for value in line.leaves]
        path = [_bytes(value) for value in line.path]
        # The roots of whole tiles, and of the last one, are the leaves of a tree that is split at the same places.
        is_whole = len(leaves) == min(WIDTH, size - start)
        if not is_whole or not is_included(line.index, -(-size // WIDTH), root_of(leaves), path, self.checkpoint.root):
            raise Refused(Fault.TILE, place)
        if self.is_complete:
            self._grow(leaves, start, place)
        self._start, self._leaves = start, line.leaves
        self._next_tile, self._next_index = line.index + 1, start

    def _grow(self, leaves: list[bytes], start: int, place: Place) -> None:
        """Follow the whole tree, to compare it with the reader's checkpoint where that ends within these leaves."""
        if not self._met_previous and self.previous and self.previous.size <= start + len(leaves):
            until = Frontier(self._frontier.size, self._frontier.peaks())
            until.extend([root_of(leaves[: self.previous.size - start])])
            self._meet(until.root(), place)
        self._frontier.extend([root_of(leaves)])

    def _check_entry(self, line: lines.EntryLine, place: Place) -> None:
        is_next = line.index == self._next_index if self.is_complete else line.index >= self._next_index
        if not is_next or line.index >= self._start + len(self._leaves):
            raise Refused(Fault.ORDER, place)
        whole = commitment(_bytes(line.core.hash), _bytes(line.context.hash), _bytes(line.identity.hash))
        if notes.to_base64(leaf_hash(leaf(line.kind, whole))) != self._leaves[line.index - self._start]:
            raise Refused(Fault.LEAF, place)
        self._facts = None
        if line.core.body:
            self._facts = facts_of(line)
            if self._facts is None:
                raise Refused(Fault.FACTS, place)
        self.entries += 1
        self.hidden += sum(group.salt is None for group in (line.core, line.context, line.identity))
        self._next_index = line.index + 1
        self._derive(line)

    def _derive(self, line: lines.EntryLine) -> None:
        """Remember what this entry says of a commitment's standing."""
        facts = self._facts
        if facts is None or line.kind != STANDING_CHANGED:
            return
        self._standing[facts.about, facts.commitment] = lines.Standing(
            about=facts.about,
            commitment=facts.commitment,
            result=facts.after,
            since=facts.at,
            entry=line.index,
        )

    def _check_document(self, line: lines.DocumentLine, place: Place) -> None:
        if self._facts is None or line.sha256 not in self._facts.text:
            raise Refused(Fault.UNBOUND, place)
        self._document = _Document(line, place)
        self._end_document()

    def _check_content(self, line: lines.Content, place: Place) -> None:
        document = self._document
        if document is None:
            raise Refused(Fault.PLACE, place)
        try:
            data = from_base64(line.data, what="content")
        except Invalid as error:
            raise Refused(Fault.FORMAT, place) from error
        document.size += len(data)
        document.digest.update(data)
        if document.size > document.line.size:
            raise Refused(Fault.DOCUMENT, document.place)
        self._end_document()

    def _end_document(self) -> None:
        document = self._document
        if document is None or document.size < document.line.size:
            return
        if document.digest.hexdigest() != document.line.sha256:
            raise Refused(Fault.DOCUMENT, document.place)
        self.documents += 1
        self._document = None

    def _end_tile(self, place: Place) -> None:
        """Refuse to leave a tile whose entries should all be here."""
        if self.is_complete and self._next_index != self._start + len(self._leaves):
            raise Refused(Fault.MISSING, place)

    def _end_entries(self, place: Place) -> None:
        self._end_tile(place)
        if self.is_complete and self.entries != self.checkpoint.size:
            raise Refused(Fault.MISSING, place)
        if not self._met_previous:
            raise Refused(Fault.NO_PATH, self._checkpoint_place)

    def _check_standing(self, line: lines.Standing, place: Place) -> None:
        if not self.standings:
            self._end_entries(place)
        derived = self._standing.pop((line.about, line.commitment), None)
        if derived is None or (derived.result, derived.since, derived.entry) != (line.result, line.since, line.entry):
            raise Refused(Fault.STANDING, place)
        self.standings += 1

    def _check_end(self, line: lines.End, place: Place) -> None:
        if not self.standings:
            self._end_entries(place)
        for left in self._standing.values():
            raise Refused(Fault.STANDING, Place(place.line, place.offset, self._named(left)))
        if (line.entries, line.documents, line.lines) != (self.entries, self.documents, place.line):
            raise Refused(Fault.COUNT, place)
        self.is_finished = True


_STAGES: dict[type[lines.Line], int] = {
    lines.Header: 1,
    lines.Key: 2,
    lines.SignedCheckpoint: 3,
    lines.Since: 4,
    lines.TileLine: 5,
    lines.EntryLine: 6,
    lines.DocumentLine: 7,
    lines.Content: 8,
    lines.Standing: 9,
    lines.End: 10,
}
_AFTER: dict[int, frozenset[int]] = {
    0: frozenset({1}),
    1: frozenset({2}),
    2: frozenset({2, 3}),
    3: frozenset({4, 5, 9, 10}),
    4: frozenset({5, 9, 10}),
    5: frozenset({6}),
    6: frozenset({5, 6, 7, 9, 10}),
    7: frozenset({5, 6, 7, 8, 9, 10}),
    8: frozenset({5, 6, 7, 8, 9, 10}),
    9: frozenset({9, 10}),
}


def facts_of(line: lines.EntryLine) -> Facts | None:
    """Return what the core facts say; nothing when they contradict the leaf or leave out what every entry has."""
    try:
        body = msgspec.json.decode((line.core.body or "").encode())
    except (msgspec.MsgspecError, RecursionError):
        return None
    if not isinstance(body, dict) or body.get("kind") != line.kind:
        return None
    names = ["id", "about", "at"]
    if line.kind == STANDING_CHANGED:
        names += ["commitment", "after"]
    if not all(isinstance(body.get(name), str) for name in names):
        return None
    more = {name: body[name] for name in names[3:]}
    return Facts(text=line.core.body or "", about=body["about"], at=body["at"], **more)


def _check_groups(line: lines.EntryLine, place: Place, raw: bytes) -> None:
    """Refuse shown facts that do not have their hash, and name the group and where it begins."""
    for name in GroupName:
        group: lines.GroupField = getattr(line, name)
        # Quotes within strings are escaped, so these bytes begin the member and nothing else.
        member = b'"' + name.encode() + b'":'
        here = Place(place.line, place.offset + raw.index(member) + len(member), f"{place.what}, group {name}")
        if (group.salt is None) != (group.body is None):
            raise Refused(Fault.GROUP, here)
        if group.salt is None or group.body is None:
            continue
        if OpenGroup(name, _bytes(group.salt), group.body.encode()).hash != _bytes(group.hash):
            raise Refused(Fault.GROUP, here)


def _bytes(text: str) -> bytes:
    return from_base64(text, what="hash")
