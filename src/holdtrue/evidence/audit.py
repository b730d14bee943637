"""Checks the log against itself: its tail at every start, the whole of it when somebody asks."""

import gc
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from holdtrue.config import Config
from holdtrue.errors import BrokenEvidence
from holdtrue.evidence.merkle import HASH_SIZE, TILE_HEIGHT, root_of
from holdtrue.evidence.store import State
from holdtrue.evidence.tiles import WIDTH, Tile, hashes_in, tiles_of

if TYPE_CHECKING:
    from holdtrue.evidence.log import Log

CHUNK = 64 * WIDTH
"""Entries that one process checks at a time: whole tiles."""
HINT = "Keep every file as it is and compare it with the newest backup."


@dataclass(frozen=True, slots=True)
class Audit:
    """What a full audit has read; it raises where something is wrong."""

    entries: int
    hidden: int
    """Groups that are erased or whose key is shredded."""
    waiting: int
    """Entries that are durable and not yet in the tree."""


def require_sound_tail(log: "Log") -> None:
    """Raise `BrokenEvidence` unless the newest checkpoint, the right edge of the tree and the last entries agree."""
    state = log.state()
    if state.integrated > state.size:
        raise BrokenEvidence(f"The tree holds {state.integrated} entries, the log {state.size}.", hint=HINT)
    last_tile = max(state.integrated - 1, 0) // WIDTH * WIDTH
    # Others append meanwhile, so nothing is asked about what lies beyond the state that was read.
    indexes = [row.idx for row in log.store.rows(last_tile, state.size)]
    if indexes != list(range(last_tile, state.size)):
        raise BrokenEvidence(f"Entries are missing between {last_tile} and {state.size}.", hint=HINT)
    if state.integrated == 0:
        return
    checkpoint = log.signed(state)
    if checkpoint.size != state.integrated:
        raise BrokenEvidence(f"The tree holds {state.integrated} entries, its checkpoint {checkpoint.size}.", hint=HINT)
    if log.tree(checkpoint.size).root() != checkpoint.root:
        raise BrokenEvidence(f"The tree's right edge does not lead to the root signed at {checkpoint.size}.", hint=HINT)
    _check(log, last_tile, state.integrated)


def audit(log: "Log", *, progress: Callable[[int], None] = lambda _done: None) -> Audit:
    """Check every entry, every group that is open, every tile and the newest checkpoint; raises `BrokenEvidence`."""
    state = log.state()
    log.store.require_sound_files()
    _check_tiles(log, state)
    hidden = 0
    for start in range(0, state.integrated, CHUNK):
        end = min(start + CHUNK, state.integrated)
        hidden += _check(log, start, end)
        progress(end)
    return Audit(state.integrated, hidden, state.size - state.integrated)


def audit_with(config: Config, processes: int, *, progress: Callable[[int], None] = lambda _done: None) -> Audit:
    """Do the same on several processes, each with the next chunk of whole tiles; raises `BrokenEvidence`."""
    from holdtrue.evidence.opened import open_log

    log = open_log(config)
    try:
        state = log.state()
        _check_tiles(log, state)
    finally:
        log.close()
    starts = range(0, state.integrated, CHUNK)
    # Spawned, not forked: a fork would share the database's locks.
    context = multiprocessing.get_context("spawn")
    hidden = 0
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(config,)) as pool:
        # The longest piece first, so that nobody waits for it at the end.
        files = pool.submit(_files)
        for place, found in enumerate(pool.map(_chunk, ((start, min(start + CHUNK, state.integrated)) for start in starts))):
            hidden += found
            progress(min((place + 1) * CHUNK, state.integrated))
        files.result()
    return Audit(state.integrated, hidden, state.size - state.integrated)


_own: "list[Log]" = []


def _begin(config: Config) -> None:
    from holdtrue.evidence.opened import open_log

    # A process of its own that makes nothing that refers to itself: looking for such things costs a twentieth.
    gc.disable()
    _own.append(open_log(config))


def _files() -> None:
    _own[0].store.require_sound_files()


def _chunk(bounds: tuple[int, int]) -> int:
    return _check(_own[0], *bounds)


def _check(log: "Log", start: int, end: int) -> int:
    """Check entries, from the beginning of a tile, against the tiles above them; return how many groups are hidden."""
    hidden = 0
    rows = log.store.scan(start, end)
    for index in range(start, end, WIDTH):
        more, leaves = log.sealer.check(list(islice(rows, min(WIDTH, end - index))), index)
        if len(leaves) != min(WIDTH, end - index):
            raise BrokenEvidence(f"Entry {index + len(leaves)} is missing.", hint=HINT)
        _compare(log, index, leaves)
        hidden += more
    return hidden


def _compare(log: "Log", index: int, leaves: list[bytes]) -> None:
    """Compare leaf hashes with their tile, and a full tile's root with the tile above."""
    tile = log.store.tile(0, index // WIDTH)
    if (joined := b"".join(leaves)) != tile[: len(joined)]:
        place = next(at for at, leaf in enumerate(leaves) if leaf != tile[at * HASH_SIZE : (at + 1) * HASH_SIZE])
        raise BrokenEvidence(f"Entry {index + place} is not the one that was signed.", hint=HINT)
    if len(leaves) == WIDTH:
        _require_parent(log, Tile(0, index // WIDTH), root_of(leaves))


def _check_tiles(log: "Log", state: State) -> None:
    """Check every full tile above the leaves against the one above it, and the top against the signed root."""
    if state.integrated == 0:
        return
    checkpoint = log.signed(state)
    if log.tree(checkpoint.size).root() != checkpoint.root:
        raise BrokenEvidence(f"The tiles do not lead to the root signed at {checkpoint.size}.", hint=HINT)
    for tile in tiles_of(checkpoint.size >> TILE_HEIGHT):
        if tile.width == WIDTH:
            above = Tile(tile.level + 1, tile.index)
            _require_parent(log, above, root_of(hashes_in(log.store.tile(above.level, above.index), above)))


def _require_parent(log: "Log", tile: Tile, root: bytes) -> None:
    index, place = divmod(tile.index, WIDTH)
    if log.store.tile(tile.level + 1, index)[place * HASH_SIZE : (place + 1) * HASH_SIZE] != root:
        raise BrokenEvidence(f"{tile.path} does not lead to the tile above it.", hint=HINT)
