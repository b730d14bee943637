"""The Merkle tree of RFC 6962 and RFC 9162: hashes, an append-only frontier, proofs and their verification.

No clock, no storage, no framework. Sizes and indexes count leaves; every hash is 32 bytes of SHA-256.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from holdtrue.errors import Invalid

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
TILE_HEIGHT = 8
"""Levels of the tree that one tile spans (C2SP tlog-tiles)."""

RangeHash = Callable[[int, int], bytes]
"""Gives the Merkle tree hash of the leaves from a start to before an end."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf's bytes (RFC 6962, section 2.1)."""
    return sha256(LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962, section 2.1)."""
    return sha256(NODE_PREFIX + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes held in memory."""
    tree = Frontier()
    tree.extend(hashes)
    return tree.root()


class Frontier:
    """The right edge of a growing tree: all that is needed to append leaves and to know the root."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Continue a tree of `size` leaves from its perfect subtrees' hashes, the largest first."""
        self.size = size
        self._pending: list[bytes | None] = [None] * size.bit_length()
        given = list(peaks)
        if len(given) != size.bit_count():
            raise Invalid(f"A tree of {size} leaves has {size.bit_count()} peaks, not {len(given)}.")
        for level in range(size.bit_length()):
            if size >> level & 1:
                self._pending[level] = given.pop()

    def extend(self, hashes: Iterable[bytes]) -> list[list[bytes]]:
        """Append leaf hashes and return the hashes this added to the tiles: those of level 0, of level 1, and so on."""
        nodes = list(hashes)
        self.size += len(nodes)
        added: list[list[bytes]] = []
        level = 0
        while nodes:
            if level % TILE_HEIGHT == 0:
                added.append(nodes)
            nodes = self._carry(level, nodes)
            level += 1
        return added

    def _carry(self, level: int, nodes: list[bytes]) -> list[bytes]:
        """Pair a level's nodes, keep an odd one for later, and return their parents."""
        if level == len(self._pending):
            self._pending.append(None)
        waiting = self._pending[level]
        if waiting is not None:
            nodes = [waiting, *nodes]
        self._pending[level] = nodes[-1] if len(nodes) % 2 else None
        # One loop per level instead of one climb per leaf, and `zip` over one iterator to pair without slices.
        each = iter(nodes)
        return [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=False)]

    def peaks(self) -> list[bytes]:
        """Return the hashes of the perfect subtrees, the largest first."""
        return [node for node in reversed(self._pending) if node is not None]

    def root(self) -> bytes:
        """Return the tree's root hash."""
        root: bytes | None = None
        for node in self._pending:
            if node is not None:
                root = node if root is None else node_hash(node, root)
        return EMPTY_ROOT if root is None else root


def split(size: int) -> int:
    """Return the largest power of two below `size`, where RFC 6962 splits a tree of two or more leaves."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, range_hash: RangeHash) -> list[bytes]:
    """Return the audit path of a leaf, from its sibling up to the root's child (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise Invalid(f"A tree of {size} leaves has no leaf {index}.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, range_hash: RangeHash) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with the tree of `old` (RFC 6962, section 2.1.2)."""
    if not 0 < old <= new:
        raise Invalid(f"No proof leads from a tree of {old} leaves to one of {new}.")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end))
            end = middle
        else:
            path.append(range_hash(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(start, end))
    return path[::-1]


def is_included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from this leaf hash at this index to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and node == root


def is_consistent(old: int, new: int, proof: Sequence[bytes], *, old_root: bytes, new_root: bytes) -> bool:
    """Whether the larger tree begins with the smaller one (RFC 9162, section 2.1.4.2).

    An empty tree proves nothing about what follows, so `old` 0 is never consistent.
    """
    return old > 0 and is_subtree_consistent(0, old, new, proof, subtree_root=old_root, root=new_root)


def is_subtree(start: int, end: int, size: int) -> bool:
    """Whether the leaves from `start` to before `end` are a subtree of a tree of `size` leaves, however it grows."""
    return 0 <= start <= end <= size and (end - start <= 1 or start % (1 << (end - start - 1).bit_length()) == 0)


def is_subtree_included(  # noqa: PLR0913, PLR0917 - what RFC 9162 and its subtree draft name, in their order
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from this leaf hash to the root of the subtree from `start` to before `end`."""
    return is_subtree(start, end, end) and is_included(index - start, end - start, leaf, proof, root)


def is_subtree_consistent(  # noqa: PLR0913 - as above
    start: int, end: int, size: int, proof: Sequence[bytes], *, subtree_root: bytes, root: bytes
) -> bool:
    """Whether the tree of `size` leaves holds the subtree from `start` to before `end`.

    The algorithm of draft-ietf-plants-merkle-tree-certs, section 4.4.3; with `start` 0 it is RFC 9162's.
    """
    if not is_subtree(start, end, size):
        return False
    if start == end:
        return not proof and subtree_root == EMPTY_ROOT
    first_leaf, last_leaf, last = start, end - 1, size - 1
    while first_leaf != last_leaf and (last_leaf == last or last_leaf & 1):
        first_leaf, last_leaf, last = first_leaf >> 1, last_leaf >> 1, last >> 1
    path = [subtree_root, *proof] if first_leaf == last_leaf else list(proof)
    # A lone hash is only compared, never hashed, so its length is judged by the comparison.
    if not path or (len(path) > 1 and not _are_hashes(*path)):
        return False
    subtree = tree = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if last_leaf & 1 or last_leaf == last:
            if first_leaf < last_leaf:
                subtree = node_hash(sibling, subtree)
            tree = node_hash(sibling, tree)
            while not last_leaf & 1:
                first_leaf, last_leaf, last = first_leaf >> 1, last_leaf >> 1, last >> 1
        else:
            tree = node_hash(tree, sibling)
        first_leaf, last_leaf, last = first_leaf >> 1, last_leaf >> 1, last >> 1
    return last == 0 and subtree == subtree_root and tree == root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
