"""Tiles and bundles of C2SP tlog-tiles."""

import pytest

from holdtrue.errors import BrokenEvidence, Invalid, NotFound
from holdtrue.evidence import merkle, tiles
from holdtrue.evidence.tiles import Tile


def hashes(count: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(count)]


class Shelf:
    """Keeps what `Frontier.extend` adds to the tiles, as a store does."""

    def __init__(self) -> None:
        self.tree = merkle.Frontier()
        self.levels: list[list[bytes]] = []

    def extend(self, leaves: list[bytes]) -> None:
        for level, added in enumerate(self.tree.extend(leaves)):
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level] += added

    def fetch(self, tile: Tile) -> bytes:
        row = self.levels[tile.level][tile.index * 256 :][: tile.width] if tile.level < len(self.levels) else []
        if len(row) < tile.width:
            raise NotFound(tile.path)
        return b"".join(row)


def test_paths_are_those_of_the_specification():
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(0, 0, 3).path == "tile/0/000.p/3"
    assert Tile(2, 999).path == "tile/2/999"
    assert Tile(0, 1_000, 17).bundle_path == "tile/entries/x001/000.p/17"


def test_a_path_is_read_back_as_it_was_written():
    for tile in (Tile(0, 0), Tile(3, 5, 255), Tile(63, 1_234_067), Tile(0, 1_000)):
        assert tiles.parse_path(tile.path) == (tile, False)
    assert tiles.parse_path("tile/entries/x001/000.p/17") == (Tile(0, 1_000, 17), True)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/-1/000",
        "tile/0/000\n",
        "tile/entries/../000",
        "tile/0/\u0660\u0660\u0660",
    ],
)
def test_a_path_written_otherwise_is_refused(path):
    with pytest.raises(Invalid, match="no tile path"):
        tiles.parse_path(path)


def test_the_tree_of_70_000_has_the_tiles_of_the_specification():
    found = list(tiles.tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in found if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]


def test_growth_touches_only_the_tiles_that_it_changes():
    assert list(tiles.tiles_of(257, since=255)) == [Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(256, since=256)) == []
    assert list(tiles.tiles_of(3)) == [Tile(0, 0, 3)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537])
def test_a_tree_read_from_tiles_is_the_tree_that_was_grown(size):
    shelf = Shelf()
    shelf.extend(hashes(size))
    tree = tiles.TileTree(size, shelf.fetch)

    assert tree.root() == shelf.tree.root()
    assert tree.frontier().peaks() == shelf.tree.peaks()
    for index in {0, size // 2, size - 1}:
        proof = merkle.inclusion_proof(index, size, tree.range_hash)
        assert merkle.is_included(index, size, hashes(size)[index], proof, tree.root())


@pytest.mark.parametrize("size", [255, 256, 257, 65_535, 65_536, 65_537])
def test_a_tree_grows_on_after_a_restart_at_the_edge_of_a_tile(size):
    whole, resumed = Shelf(), Shelf()
    leaves = hashes(size + 300)
    whole.extend(leaves)
    resumed.extend(leaves[:size])
    resumed.tree = tiles.TileTree(size, resumed.fetch).frontier()
    for leaf in leaves[size:]:
        resumed.extend([leaf])

    assert resumed.levels == whole.levels
    assert resumed.tree.root() == whole.tree.root()
    tree = tiles.TileTree(size + 300, resumed.fetch)
    proof = merkle.consistency_proof(size, size + 300, tree.range_hash)
    assert merkle.is_consistent(
        size,
        size + 300,
        proof,
        old_root=merkle.root_of(leaves[:size]),
        new_root=tree.root(),
    )


def test_a_tile_cut_short_is_broken_evidence_and_named():
    with pytest.raises(BrokenEvidence, match=r"tile/0/000.p/3 has 95 bytes, not 96"):
        tiles.hashes_in(bytes(95), Tile(0, 0, 3))


def test_a_bundle_gives_back_its_entries_and_refuses_what_is_cut():
    entries = [b"", b"one", bytes(65_535)]
    data = tiles.bundle(entries)
    assert tiles.entries_in(data) == entries
    for cut in (1, len(data) - 1):
        with pytest.raises(Invalid, match="ends within entry"):
            tiles.entries_in(data[:cut])
    with pytest.raises(Invalid, match="does not fit"):
        tiles.bundle([bytes(65_536)])
