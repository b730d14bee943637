"""Tiles and entry bundles as C2SP tlog-tiles lays them out, and reading any tree hash from tiles.

A tile holds up to 256 hashes of one level; level 0 holds leaf hashes, and each hash of level n is the root of a full
tile of level n-1. See https://c2sp.org/tlog-tiles.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdtrue.errors import BrokenEvidence, Invalid
from holdtrue.evidence.merkle import EMPTY_ROOT, HASH_SIZE, TILE_HEIGHT, Frontier, node_hash, root_of, split

WIDTH = 1 << TILE_HEIGHT
HIGHEST_LEVEL = 63
LONGEST_ENTRY = 0xFFFF
_LENGTH = 2
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a tile: level, index within the level, and width in hashes (256 when full)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The tile's path below the log's prefix."""
        return _path(str(self.level), self.index, self.width)

    @property
    def bundle_path(self) -> str:
        """The path of the entry bundle beside a tile of level 0."""
        return _path("entries", self.index, self.width)


Fetch = Callable[[Tile], bytes]
"""Returns a tile's hashes, one after another; raises `NotFound` where there are none."""


def _path(level: str, index: int, width: int) -> str:
    digits = f"{index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{number}" + ("" if width == WIDTH else f".p/{width}")


def parse_path(path: str) -> tuple[Tile, bool]:
    """Return the tile that a path names, and whether it names its entry bundle; raises `Invalid`."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise Invalid(f"{path!r} is no tile path.")
    level, high, low, width = found.groups()
    tile = Tile(
        level=0 if level == "entries" else int(level),
        index=int(high.replace("x", "").replace("/", "") + low),
        width=int(width or WIDTH),
    )
    is_bundle = level == "entries"
    if (tile.bundle_path if is_bundle else tile.path) != path or tile.level > HIGHEST_LEVEL:
        raise Invalid(f"{path!r} is no tile path.")
    return tile, is_bundle


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Yield every tile that a tree of `size` leaves has and that a tree of `since` leaves had not yet as such."""
    level, count, before = 0, size, since
    while count:
        for index in range(before // WIDTH, -(-count // WIDTH)):
            tile = Tile(level, index, min(WIDTH, count - index * WIDTH))
            if tile.index * WIDTH + tile.width > before:
                yield tile
        level, count, before = level + 1, count // WIDTH, before // WIDTH


def covering(tile: Tile, size: int) -> Tile:
    """Return the widest form of a tile in a tree of `size` leaves; raises `Invalid` when the tree is too small."""
    count = (size >> TILE_HEIGHT * tile.level) - tile.index * WIDTH
    if count < tile.width:
        raise Invalid(f"A tree of {size} leaves has no {tile.path}.")
    return Tile(tile.level, tile.index, min(WIDTH, count))


def hashes_in(data: bytes, tile: Tile) -> list[bytes]:
    """Return a tile's hashes; raises `BrokenEvidence` when its bytes are not as many as its width."""
    if len(data) != tile.width * HASH_SIZE:
        raise BrokenEvidence(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_SIZE}.")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each leaf after its length as two bytes, the higher first."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise Invalid(f"A leaf of {len(entry)} bytes does not fit into an entry bundle.")
        parts += [len(entry).to_bytes(_LENGTH, "big"), entry]
    return b"".join(parts)


def entries_in(data: bytes) -> list[bytes]:
    """Return the leaves in an entry bundle; raises `Invalid` when it is cut short."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise Invalid(f"The entry bundle ends within entry {len(entries)}.")
        entries.append(data[start:at])
    return entries


class TileTree:
    """A tree of a known size whose hashes are read from tiles; each tile is fetched once."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        """Read the tree of `size` leaves from the tiles that `fetch` returns, in the widths of that size."""
        self.size = size
        self._fetch = fetch
        self._seen: dict[tuple[int, int], list[bytes]] = {}

    def range_hash(self, start: int, end: int) -> bytes:
        """Return the Merkle tree hash of the leaves from `start` to before `end`, a range that RFC 6962 splits off."""
        count = end - start
        if count <= 0:
            return EMPTY_ROOT
        if count & (count - 1):
            middle = start + split(count)
            return node_hash(self.range_hash(start, middle), self.range_hash(middle, end))
        level, height = divmod(count.bit_length() - 1, TILE_HEIGHT)
        first = start >> TILE_HEIGHT * level
        hashes = self._tile(level, first // WIDTH)
        at = first % WIDTH
        return root_of(hashes[at : at + (1 << height)])

    def root(self) -> bytes:
        """Return the tree's root."""
        return self.range_hash(0, self.size)

    def frontier(self) -> Frontier:
        """Return the tree's right edge, ready to grow."""
        peaks: list[bytes] = []
        start = 0
        for level in range(self.size.bit_length() - 1, -1, -1):
            if self.size >> level & 1:
                peaks.append(self.range_hash(start, start + (1 << level)))
                start += 1 << level
        return Frontier(self.size, peaks)

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        known = self._seen.get((level, index))
        if known is None:
            tile = covering(Tile(level, index, 1), self.size)
            known = self._seen[level, index] = hashes_in(self._fetch(tile), tile)
        return known
