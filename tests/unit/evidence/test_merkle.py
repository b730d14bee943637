"""The Merkle tree against the definitions of RFC 6962, written out again the slow way."""

from hashlib import sha256

import pytest

from holdtrue.errors import Invalid
from holdtrue.evidence import merkle

LEAVES = [merkle.leaf_hash(f"leaf {number}".encode()) for number in range(600)]


def slow_hash(start: int, end: int) -> bytes:
    """The Merkle tree hash, straight from the definition in RFC 6962, section 2.1."""
    if end == start:
        return sha256(b"").digest()
    if end - start == 1:
        return LEAVES[start]
    split = 1
    while split * 2 < end - start:
        split *= 2
    return sha256(b"\x01" + slow_hash(start, start + split) + slow_hash(start + split, end)).digest()


def test_the_tree_of_three_known_leaves_has_the_known_root():
    tree = merkle.Frontier()
    tree.extend([merkle.leaf_hash(b""), merkle.leaf_hash(b"\x00"), merkle.leaf_hash(b"\x10")])
    assert tree.root().hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 255, 256, 257, 600])
def test_a_tree_grown_in_batches_has_the_root_of_the_definition(batch):
    tree = merkle.Frontier()
    for start in range(0, len(LEAVES), batch):
        tree.extend(LEAVES[start : start + batch])
        assert tree.size == min(start + batch, len(LEAVES))
        if batch > 2:
            assert tree.root() == slow_hash(0, tree.size)
    assert tree.root() == slow_hash(0, len(LEAVES))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 8, 255, 256, 257, 511, 512])
def test_a_tree_continues_from_its_peaks(size):
    tree = merkle.Frontier()
    tree.extend(LEAVES[:size])
    again = merkle.Frontier(size, tree.peaks())
    assert again.root() == tree.root()
    again.extend(LEAVES[size:])
    assert again.root() == slow_hash(0, len(LEAVES))


def test_a_tree_refuses_peaks_that_do_not_fit_its_size():
    with pytest.raises(Invalid, match="3 leaves has 2 peaks, not 1"):
        merkle.Frontier(3, [LEAVES[0]])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 70])
def test_every_leaf_is_included_and_nothing_else_is(size):
    root = slow_hash(0, size)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, slow_hash)
        assert merkle.is_included(index, size, LEAVES[index], proof, root)
        assert not merkle.is_included(index, size, LEAVES[index + 1], proof, root)
        assert not merkle.is_included(index, size, LEAVES[index], [*proof, root], root)
        assert not merkle.is_included(index + 1, size, LEAVES[index], proof, root)
        assert not merkle.is_included(size, size, LEAVES[index], proof, root)
        for place in range(len(proof)):
            wrong = [*proof[:place], LEAVES[-1], *proof[place + 1 :]]
            assert not merkle.is_included(index, size, LEAVES[index], wrong, root)
            assert not merkle.is_included(index, size, LEAVES[index], proof[:place], root)


def test_every_older_tree_begins_every_newer_one():
    for new in range(1, 40):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, slow_hash)
            old_root, new_root = slow_hash(0, old), slow_hash(0, new)
            assert merkle.is_consistent(old, new, proof, old_root=old_root, new_root=new_root)
            assert not merkle.is_consistent(old, new, proof, old_root=LEAVES[99], new_root=new_root)
            assert not merkle.is_consistent(old, new, proof, old_root=old_root, new_root=LEAVES[99])
            assert not merkle.is_consistent(old, new, [*proof, LEAVES[0]], old_root=old_root, new_root=new_root)


@pytest.mark.parametrize("new", [0, 1, 5])
def test_nothing_is_consistent_with_an_empty_tree(new):
    root = slow_hash(0, new)
    for proof in ([], [root], [merkle.EMPTY_ROOT]):
        assert not merkle.is_consistent(0, new, proof, old_root=merkle.EMPTY_ROOT, new_root=root)
    with pytest.raises(Invalid, match="No proof leads from a tree of 0 leaves"):
        merkle.consistency_proof(0, new, slow_hash)


def test_a_proof_for_a_leaf_outside_the_tree_is_refused():
    with pytest.raises(Invalid, match="has no leaf 5"):
        merkle.inclusion_proof(5, 5, slow_hash)


def test_a_hash_of_the_wrong_length_is_never_accepted():
    root = slow_hash(0, 2)
    assert not merkle.is_included(0, 2, LEAVES[0], [LEAVES[1] + b"\x00"], root)
    assert not merkle.is_included(0, 1, LEAVES[0][:31], [], LEAVES[0][:31])
    proof = merkle.consistency_proof(3, 7, slow_hash)
    assert not merkle.is_consistent(3, 7, [proof[0][:31], *proof[1:]], old_root=slow_hash(0, 3), new_root=slow_hash(0, 7))
