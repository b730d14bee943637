"""The evidence log: entries go in once and for good, a signed tree proves them, and their groups can be erased.

One object for a process and its threads. SQLite or PostgreSQL, the behaviour is the same; only who may write differs.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

import uuid_utils.compat as uuid7s

from holdtrue.errors import BrokenEvidence, Conflict, Invalid, NotFound
from holdtrue.evidence import groups
from holdtrue.evidence.anchor import HINT as ROLLED_BACK
from holdtrue.evidence.anchor import Anchor
from holdtrue.evidence.datakeys import DataKeys
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.groups import GroupName, Opening
from holdtrue.evidence.keys import SigningKeys
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.merkle import HASH_SIZE, TILE_HEIGHT, Frontier, inclusion_proof, leaf_hash
from holdtrue.evidence.notes import Checkpoint, VerifierKey, open_checkpoint
from holdtrue.evidence.pack import LogKey
from holdtrue.evidence.proofs import Proof
from holdtrue.evidence.sealing import Sealer, leaf_hashes, leaf_of, milliseconds, moment
from holdtrue.evidence.store import Row, State, Store, Turn
from holdtrue.evidence.tiles import WIDTH, Fetch, Tile, TileTree

STEP = WIDTH
"""Entries hashed into the tree at once, a tile: no other thread has the interpreter for that long, half a millisecond."""
BREATH = 0.000_2
"""Seconds between two of them, so that whoever waits for the interpreter gets it: let go for less, it is taken back first."""
ABOUT_THE_LOG = "log/evidence"
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """An entry in the log."""

    index: int
    id: UUID
    about: str
    at: datetime
    opening: Opening


class Log:
    """An open evidence log."""

    def __init__(self, store: Store, *, keys: SigningKeys, data_keys: DataKeys, anchor: Anchor) -> None:
        """Work on this store; `opened.log_of` puts the parts together."""
        self.store = store
        self.keys = keys
        self.data_keys = data_keys
        self.anchor = anchor
        self.sealer = Sealer(data_keys)
        self._frontier: Frontier | None = None
        # Until it was scrubbed once: the process before this one may have died between erasing and scrubbing.
        self._may_hold_erased_bytes = True
        self._lock = threading.RLock()

    # Writing

    def append(self, drafts: Sequence[Draft]) -> list[int]:
        """Make the entries durable and return their indexes; an id that is there already keeps its index."""
        return self.store.append([self.sealer.seal(draft) for draft in drafts])

    def integrate(self, *, at: datetime) -> Checkpoint | None:
        """Hash what is new into the tree and sign it; None when there is nothing new or another process is at it.

        Raises `BrokenEvidence` rather than sign a tree that does not continue the one signed last.
        """
        state = self.store.state()
        if state.size == state.integrated:
            return None
        with self._lock:
            try:
                with self.store.turn() as turn:
                    return self._integrate(turn, at) if turn else None
            except BaseException:
                # What was hashed in this turn is not in the database.
                self._frontier = None
                raise

    def erase(self, entries: Sequence[UUID], names: Iterable[GroupName], *, ground: str, at: datetime) -> UUID:
        """Erase groups of entries for good and return the id of the entry that says so; proofs of the rest still verify.

        Raises `NotFound` for an id that is not in the log. The next `erase_due` also takes the bytes out of the files.
        """
        names = sorted(set(names))
        if not entries or not names:
            raise Invalid("Nothing is named that could be erased.")
        rows = [self._row(entry) for entry in entries]
        statement = compose(
            Kind.ENTRY_ERASED,
            about=rows[0].about if len(rows) == 1 and rows[0].about and GroupName.CORE not in names else ABOUT_THE_LOG,
            at=at,
            core={"entries": [str(entry) for entry in entries], "groups": [str(name) for name in names], "ground": ground},
        )
        self._may_hold_erased_bytes = True
        self.store.erase([(row.idx, name) for row in rows for name in names], [self.sealer.seal(statement)])
        return statement.id

    def erase_due(self, *, at: datetime) -> int:
        """Erase every identity group that has passed its retention, shred the keys that are spent; return how many went."""
        erased = 0
        while rows := self.store.due(milliseconds(at), MOST_AT_ONCE):
            self.erase([UUID(bytes=row.id) for row in rows], [GroupName.IDENTITY], ground="retention", at=at)
            erased += len(rows)
        if self._may_hold_erased_bytes:
            # A reader may still look at them; then the next call tries again.
            self._may_hold_erased_bytes = not self.store.scrub()
        for name, start, end in self.data_keys.spent(at):
            if not self.store.holds_identity(start, end):
                self.data_keys.destroy(name)
        return erased

    def rotate_key(self, *, at: datetime) -> VerifierKey:
        """Replace the signing key: a new one, signed in by the old, in `keys.json` and in an entry."""
        with self._lock:
            self.keys.signers(self.state().origin, at)
            record = self.keys.rotate(self.state().origin, at=at, entry=str(uuid7s.uuid7()))
            self.state_rotation(at=at)
            return VerifierKey.parse(record.vkey)

    def state_rotation(self, *, at: datetime) -> None:
        """Append the entry of the newest key, should a crash have come between the key and its entry."""
        records = self.keys.records()
        if len(records) > 1 and not self.store.row(UUID(records[-1].entry).bytes):
            self.append([self._rotation(at)])

    def begin(self, *, at: datetime) -> None:
        """Write the entry that opens a new log; nothing happens in one that has begun."""
        state = self.store.state()
        if state.size == 0:
            last = self.anchor.last(state.origin)
            if last and last.size:
                self.anchor.require_consistent(Checkpoint(state.origin, 0, b""), lambda _start, _end: b"")
            # The id is fixed by the name, so that two processes that begin at once begin with the same entry.
            first = uuid7s.uuid5(uuid7s.NAMESPACE_URL, f"holdtrue:{state.origin}")
            core: groups.Facts = {"origin": state.origin, "gap": None}
            self.append([compose(Kind.LOG_OPENED, about=ABOUT_THE_LOG, at=at, core=core, entry=UUID(bytes=first.bytes))])

    def reopen(self, *, at: datetime, reason: str) -> str:
        """Go on under a new name after a loss, stating the gap, and return that name.

        What is left of the old log stands at the same indexes in the new one; the entry says where the old one was signed
        last, so that everybody can see what is missing. Raises `Conflict` when nothing is missing.
        """
        state = self.store.state()
        last = self.anchor.last(state.origin)
        if last is None or self._continues(last, state):
            raise Conflict(f"Nothing is missing from {state.origin}.", hint="A log is opened anew only after a loss.")
        base, _, number = state.origin.rpartition("/again-")
        origin = f"{base}/again-{int(number) + 1}" if base else f"{state.origin}/again-1"
        core: groups.Facts = {
            "origin": origin,
            "gap": {"before": state.origin, "kept": state.size, "signed": last.size, "root": last.root.hex()},
            "reason": reason,
        }
        opened = compose(Kind.LOG_OPENED, about=ABOUT_THE_LOG, at=at, core=core)
        # The key first: a crash in between leaves the old log refused as it was, and the next try uses that key.
        if self.keys.trusted()[-1].name != origin:
            self.keys.rotate(origin, at=at, entry=str(uuid7s.uuid7()))
        self.store.reopen(origin, [self.sealer.seal(draft) for draft in (opened, self._rotation(at))])
        return origin

    # Reading

    def state(self) -> State:
        """Return where the log stands."""
        return self.store.state()

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed checkpoint, verified; raises `NotFound` before the first."""
        state = self.store.state()
        if not state.checkpoint:
            raise NotFound("Nothing is signed yet.", hint="The worker signs within a second of the first entry.")
        return self.signed(state)

    def signed(self, state: State) -> Checkpoint:
        """Return the checkpoint of a state, once its signature is verified; raises `BrokenEvidence`."""
        try:
            return open_checkpoint(state.checkpoint, self.keys.trusted(), origin=state.origin)
        except Invalid as error:
            raise BrokenEvidence(
                f"The stored checkpoint is not one that this log's keys signed: {error.message}",
                hint="Restore the keys directory from its backup.",
            ) from error

    def require_unbroken_past(self) -> None:
        """Raise `BrokenEvidence` unless this log still begins with what was signed last, by the anchor."""
        # The anchor first: whatever it has seen was durable before.
        last = self.anchor.last(self.state().origin)
        if last is None or last.size == 0:
            return
        state = self.state()
        signed = self.signed(state) if state.checkpoint else None
        if signed is not None and signed.size >= last.size:
            self.anchor.require_consistent(signed, self.tree(signed.size).range_hash)
        elif not self._continues(last, state):
            raise BrokenEvidence(
                f"The log {state.origin} was signed with {last.size} entries; what is here, {state.size} entries, does not "
                "lead there: it was rolled back.",
                hint=ROLLED_BACK,
            )

    def entry(self, entry: UUID) -> Place:
        """Return an entry by its id; raises `NotFound`."""
        return self._place(self._row(entry))

    def entries(self, start: int, end: int) -> Iterator[Place]:
        """Yield entries in order, by index."""
        return (self._place(row) for row in self.store.rows(start, end))

    def about(self, *subjects: str) -> Iterator[Place]:
        """Yield the entries about these subjects, in order."""
        return (self._place(row) for row in self.store.rows_about(subjects, self.store.state().size))

    def receipt(self, entry: UUID) -> bytes | None:
        """Return a `.tlog-proof` with the opened groups, or None while the entry is not yet signed; raises `NotFound`."""
        row = self._row(entry)
        state = self.store.state()
        if row.idx >= state.integrated or not state.checkpoint:
            return None
        checkpoint = self.signed(state)
        tree = TileTree(checkpoint.size, self.tile)
        path = inclusion_proof(row.idx, checkpoint.size, tree.range_hash)
        return Proof(row.idx, tuple(path), state.checkpoint, groups.encode(self.sealer.open(row))).encode()

    def snapshot(self) -> "Snapshot":
        """Return the log as of its newest checkpoint, to be read while it grows."""
        state = self.store.state()
        if not state.checkpoint:
            raise NotFound("Nothing is signed yet.", hint="The worker signs within a second of the first entry.")
        return Snapshot(self, state, self.signed(state).size)

    def tree(self, size: int) -> TileTree:
        """Return the tree at a size that is integrated."""
        return TileTree(size, self.tile)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def _rotation(self, at: datetime) -> Draft:
        """Return the entry that says which key follows which."""
        before, newest = self.keys.records()[-2:]
        core: groups.Facts = {"before": before.vkey, "after": newest.vkey, "handover": newest.handover}
        return compose(Kind.KEY_ROTATED, about=ABOUT_THE_LOG, at=at, core=core, entry=UUID(newest.entry))

    def _integrate(self, turn: Turn, at: datetime) -> Checkpoint | None:
        state = turn.state()
        if state.size == state.integrated:
            return None
        fetch = _fetcher(turn)
        frontier = self._frontier
        if frontier is None or frontier.size != state.integrated:
            frontier = TileTree(state.integrated, fetch).frontier()
        self._frontier = None
        for start in range(state.integrated, state.size, STEP):
            end = min(start + STEP, state.size)
            leaves = turn.leaves(start, end)
            if len(leaves) != end - start:
                raise BrokenEvidence(f"Entries are missing between {start} and {end}.", hint="Restore the newest backup.")
            before = frontier.size
            added = frontier.extend(leaf_hashes(leaves))
            _grow(turn, before, added)
            time.sleep(BREATH)
        checkpoint = Checkpoint(state.origin, state.size, frontier.root())
        self.anchor.require_consistent(checkpoint, TileTree(state.size, fetch).range_hash)
        signers = self.keys.signers(state.origin, at)
        if not signers:
            raise BrokenEvidence(
                f"No key signs for the log {state.origin}; the keys are of another log.",
                hint="Restore the keys directory from its backup.",
            )
        note = checkpoint.sign(*signers)
        # Anchored before it is stored, and stored before anybody sees it: nothing that was shown can be forgotten.
        self.anchor.keep(state.origin, note)
        turn.put_checkpoint(checkpoint.size, note, milliseconds(at))
        self._frontier = frontier
        return checkpoint

    def _continues(self, last: Checkpoint, state: State) -> bool:
        """Whether the entries that are here lead to the tree that was signed last."""
        if state.size < last.size:
            return False
        tree = Frontier()
        for start in range(0, last.size, STEP):
            rows = self.store.rows(start, min(start + STEP, last.size))
            tree.extend([leaf_hash(leaf_of(row.kind, row.hashes)) for row in rows])
        return tree.root() == last.root

    def _row(self, entry: UUID) -> Row:
        row = self.store.row(entry.bytes)
        if row is None:
            raise NotFound(f"The log holds no entry {entry}.")
        return row

    def _place(self, row: Row) -> Place:
        return Place(row.idx, UUID(bytes=row.id), row.about, moment(row.at), self.sealer.open(row))

    def tile(self, tile: Tile) -> bytes:
        """Return a tile's hashes, one after another; raises `BrokenEvidence` when it is missing."""
        return _cut(self.store.tile(tile.level, tile.index), tile)


class Snapshot:
    """A log as of one checkpoint; what an evidence pack is written from."""

    def __init__(self, log: Log, state: State, size: int) -> None:
        """Read this log as it stood, up to its checkpoint's size."""
        self._log = log
        self._tree = log.tree(size)
        self.origin = state.origin
        self.checkpoint = state.checkpoint
        self.keys: Sequence[LogKey] = log.keys.public()
        self.size = size

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        """Return the leaf hashes from an index to before another."""
        return [self._tree.range_hash(index, index + 1) for index in range(start, end)]

    def range_hash(self, start: int, end: int) -> bytes:
        """Return the tree hash over such a range, where RFC 6962 splits it off."""
        return self._tree.range_hash(start, end)

    def entries(self, size: int, about: frozenset[str]) -> Iterator[tuple[int, Opening]]:
        """Yield entries below an index in order: all of them, or those about these subjects."""
        store, sealer = self._log.store, self._log.sealer
        # Not by the index of subjects: were it damaged, a pack would be silent about what it lost.
        rows = (row for row in store.rows(0, size) if not about or row.about in about)
        return ((row.idx, sealer.open(row)) for row in islice(rows, size))


def _grow(turn: Turn, before: int, added: list[list[bytes]]) -> None:
    """Write the hashes that were added at each level behind those that its tiles hold."""
    for level, hashes in enumerate(added):
        count = before >> TILE_HEIGHT * level
        index, held = divmod(count, WIDTH)
        data = (turn.tile(level, index)[: held * HASH_SIZE] if held else b"") + b"".join(hashes)
        full = WIDTH * HASH_SIZE
        for place, start in enumerate(range(0, len(data), full)):
            turn.put_tile(level, index + place, data[start : start + full])


def _fetcher(turn: Turn) -> Fetch:
    return lambda tile: _cut(turn.tile(tile.level, tile.index), tile)


def _cut(hashes: bytes, tile: Tile) -> bytes:
    """Return the tile in the width that was asked for; a narrower tile is the beginning of a wider one."""
    if len(hashes) < tile.width * HASH_SIZE:
        raise BrokenEvidence(f"{tile.path} is missing or cut short.", hint="Restore the newest backup.")
    return hashes[: tile.width * HASH_SIZE]
