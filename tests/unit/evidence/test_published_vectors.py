"""The vectors that others published, where the shared folder beside the repository has them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdtrue.evidence import merkle, notes, tiles

VECTORS = Path(__file__).parents[3].parent / "shared" / "vectors"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no published vectors at {VECTORS}")

TESTDATA = VECTORS / "transparency-dev_merkle" / "testdata"
TESSERA = VECTORS / "transparency-dev_tessera" / "testdata" / "log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def cases(folder: str) -> Iterator[tuple[str, dict]]:
    """Yield every case below a folder of transparency-dev/merkle's test data."""
    for file in sorted((TESTDATA / folder).rglob("*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        yield str(file.relative_to(TESTDATA)), case


def unbase(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def path(case: dict) -> list[bytes]:
    return [unbase(step) for step in case["proof"] or []]


def test_every_published_inclusion_proof_is_judged_rightly():
    judged = 0
    for name, case in cases("inclusion"):
        holds = merkle.is_included(
            case["leafIdx"], case["treeSize"], unbase(case["leafHash"]), path(case), unbase(case["root"])
        )
        assert holds is not case["wantErr"], name
        judged += 1
    assert judged == 98


def test_every_published_consistency_proof_is_judged_rightly():
    judged = 0
    for name, case in cases("consistency"):
        holds = merkle.is_consistent(
            case["size1"],
            case["size2"],
            path(case),
            old_root=unbase(case["root1"]),
            new_root=unbase(case["root2"]),
        )
        assert holds is not case["wantErr"], name
        judged += 1
    assert judged == 98


def test_every_published_subtree_inclusion_proof_is_judged_rightly():
    judged = 0
    for name, case in cases("subtreeinclusion"):
        holds = merkle.is_subtree_included(
            case["leafIdx"], case["start"], case["end"], unbase(case["leafHash"]), path(case), unbase(case["root"])
        )
        assert holds is not case["wantErr"], name
        judged += 1
    assert judged == 204


def test_every_published_subtree_consistency_proof_is_judged_rightly():
    judged = 0
    for name, case in cases("subtreeconsistency"):
        holds = merkle.is_subtree_consistent(
            case["start"],
            case["end"],
            case["size"],
            path(case),
            subtree_root=unbase(case["root1"]),
            root=unbase(case["root2"]),
        )
        assert holds is not case["wantErr"], name
        judged += 1
    assert judged == 118


def google() -> dict:
    file = VECTORS / "google_certificate-transparency" / "ct_merkle_vectors.json"
    return json.loads(file.read_text(encoding="utf-8"))["vectors"]


def test_the_reference_tree_of_certificate_transparency_has_these_roots():
    vectors = google()
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in vectors["TreeHasherTest.test_vector_leaves_hex"]]
    tree = merkle.Frontier()
    for leaf, root in zip(leaves, vectors["TreeHasherTest.test_vector_hashes"], strict=True):
        tree.extend([leaf])
        assert tree.root().hex() == root
    assert vectors["TreeHasherTest.sha256_empty_hash"] == merkle.EMPTY_ROOT.hex()
    for old, new, old_root, new_root, proof in vectors["MerkleVerifierTest.sha256_proofs"]:
        assert merkle.is_consistent(
            old,
            new,
            [bytes.fromhex(step) for step in proof],
            old_root=bytes.fromhex(old_root),
            new_root=bytes.fromhex(new_root),
        )


def test_a_real_audit_path_from_certificate_transparency_leads_to_its_root():
    vectors = google()
    leaf = merkle.leaf_hash(bytes.fromhex(vectors["MerkleVerifierTest.raw_hex_leaf"]))
    assert leaf.hex() == vectors["MerkleVerifierTest.leaf_hash"]
    assert merkle.is_included(
        vectors["MerkleVerifierTest.leaf_index"],
        vectors["MerkleVerifierTest.tree_size"],
        leaf,
        [bytes.fromhex(step) for step in vectors["MerkleVerifierTest.sha256_audit_path"]],
        bytes.fromhex(vectors["MerkleVerifierTest.expected_root_hash"]),
    )


def fetch(tile: tiles.Tile) -> bytes:
    return (TESSERA / tile.path).read_bytes()


@pytest.mark.parametrize("size", range(16))
def test_a_log_written_by_tessera_reads_as_it_was_signed(size):
    key = notes.VerifierKey.parse(TESSERA_KEY)
    signed = (TESSERA / f"checkpoint.{size}").read_bytes()
    checkpoint = notes.open_checkpoint(signed, [key], origin="example.com/log/testdata")

    assert notes.parse(signed).encode() == signed
    assert checkpoint.size == size
    tree = tiles.TileTree(size, fetch)
    assert tree.root() == checkpoint.root
    if size:
        data = (TESSERA / tiles.Tile(0, 0, size).bundle_path).read_bytes()
        entries = tiles.entries_in(data)
        assert tiles.bundle(entries) == data
        assert merkle.root_of([merkle.leaf_hash(entry) for entry in entries]) == checkpoint.root


def rekor_entries() -> Iterator[tuple[str, dict]]:
    for file in sorted((VECTORS / "sigstore-python_assets").glob("*.sigstore*")):
        material = json.loads(file.read_text(encoding="utf-8"))["verificationMaterial"]
        for entry in material["tlogEntries"]:
            if "inclusionProof" in entry:
                yield file.name, entry


def test_real_inclusion_proofs_from_rekor_lead_to_their_roots():
    sizes = set()
    for name, entry in rekor_entries():
        proof = entry["inclusionProof"]
        size = int(proof["treeSize"])
        assert merkle.is_included(
            int(proof["logIndex"]),
            size,
            merkle.leaf_hash(unbase(entry["canonicalizedBody"])),
            path({"proof": proof["hashes"]}),
            unbase(proof["rootHash"]),
        ), name
        if "checkpoint" in proof:
            checkpoint = notes.Checkpoint.parse(notes.parse(proof["checkpoint"]["envelope"].encode()).text)
            assert (checkpoint.size, checkpoint.root) == (size, unbase(proof["rootHash"])), name
        sizes.add(size)
    assert {646, 4_026_479, 25_901_138} <= sizes
