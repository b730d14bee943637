"""Entries, their groups and the proof files that carry them."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.errors import Invalid
from holdtrue.evidence import groups, merkle, notes, proofs
from holdtrue.evidence.datakeys import DataKeys
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.groups import GroupName, HiddenGroup, OpenGroup, Opening
from holdtrue.evidence.kinds import MEANINGS, Kind
from holdtrue.evidence.sealing import Entry, Sealer, leaf_of

KEY = notes.SigningKey("policy.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def opening() -> Opening:
    return Opening(
        "policy.published",
        OpenGroup(GroupName.CORE, b"a" * 32, b'{"about":"policy/x"}'),
        OpenGroup(GroupName.CONTEXT, b"b" * 32, b""),
        OpenGroup(GroupName.IDENTITY, b"c" * 32, '{"by":"é"}'.encode()),
    )


def without_identity(entry: Opening) -> Opening:
    return Opening(entry.kind, entry.core, entry.context, HiddenGroup(GroupName.IDENTITY, entry.identity.hash))


def test_the_leaf_is_made_as_the_format_says():
    core = sha256(b"holdtrue/group/1\ncore\n" + b"a" * 32 + b'{"about":"policy/x"}').digest()
    context = sha256(b"holdtrue/group/1\ncontext\n" + b"b" * 32).digest()
    identity = sha256(b"holdtrue/group/1\nidentity\n" + b"c" * 32 + '{"by":"é"}'.encode()).digest()
    commitment = sha256(b"holdtrue/entry/1\n" + core + context + identity).digest()
    assert opening().leaf == b"holdtrue/1 policy.published\n" + commitment
    assert groups.parse_leaf(opening().leaf) == ("policy.published", commitment)


def test_a_hidden_group_leaves_the_leaf_as_it_was():
    assert without_identity(opening()).leaf == opening().leaf


def test_an_opening_is_read_back_as_it_was_written():
    for entry in (opening(), without_identity(opening())):
        assert groups.decode(groups.encode(entry)) == entry


def test_two_entries_with_the_same_facts_have_different_leaves(tmp_path):
    sealer = Sealer(DataKeys(tmp_path / "keys" / "data"))
    draft = compose(Kind.PERSON_ADDED, about="person/1", at=datetime(2026, 11, 25, tzinfo=UTC))
    first, second = (sealer.open(sealer.seal(draft)) for _ in range(2))
    assert first.leaf != second.leaf
    assert [group.body for group in first.groups] == [draft.core, draft.context, draft.identity]
    assert len({group.salt for opening in (first, second) for group in opening.groups}) == 6


def test_entries_of_several_days_and_kinds_are_sealed_together_each_under_its_own_keys(tmp_path):
    sealer = Sealer(DataKeys(tmp_path / "keys" / "data"))
    at = [int(datetime(2026, month, 1, tzinfo=UTC).timestamp() * 1000) for month in (11, 11, 12, 12, 11)]
    kinds = [Kind.CONSENT_RECORDED, Kind.PERSON_ADDED, Kind.PERSON_ADDED, Kind.CONSENT_RECORDED, Kind.PERSON_ADDED]
    bodies = [(b'{"n":%d}' % number, b"", b"" if number == 2 else b'{"who":%d}' % number) for number in range(5)]
    rows = sealer.seal_all(
        [
            Entry(bytes([number]) * 16, kind, f"person/{number}", when, body)
            for number, (kind, when, body) in enumerate(zip(kinds, at, bodies, strict=True))
        ]
    )

    assert [(row.id, row.kind, row.about, row.at) for row in rows] == [
        (bytes([number]) * 16, kind, f"person/{number}", at[number]) for number, kind in enumerate(kinds)
    ]
    assert rows[2].due is None
    assert [row.due == row.at + 86_400_000 * MEANINGS[Kind(row.kind)].identity_days for row in rows] == [
        True, True, False, True, True,
    ]  # fmt: skip
    opened = [sealer.open(row) for row in rows]
    assert [tuple(group.body for group in one.groups) for one in opened] == bodies
    assert [one.leaf for one in opened] == [leaf_of(row.kind, row.hashes) for row in rows]
    assert len({group.salt for one in opened for group in one.groups}) == 15
    assert sealer.seal_all([]) == []


@pytest.mark.parametrize("kind", ["", "two\nlines", "é", "x" * 41])
def test_a_kind_that_could_be_misread_is_refused(kind):
    with pytest.raises(Invalid, match="cannot be a kind"):
        replace(opening(), kind=kind)


@pytest.mark.parametrize("leaf", [b"", b"holdtrue/1 x", b"holdtrue/1 x\nshort", b"other/1 x\n" + bytes(32)])
def test_a_leaf_of_another_form_is_refused(leaf):
    with pytest.raises(Invalid):
        groups.parse_leaf(leaf)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"format":"holdtrue/opening/2","kind":"x","groups":{}}',
        b'{"format":"holdtrue/opening/1","kind":"x","groups":{"core":{}}}',
        b'{"format":"holdtrue/opening/1","kind":"x","groups":{"core":{},"context":{},"identity":{}}}',
        b'{"format":"holdtrue/opening/1","kind":"x","groups":{"core":{"hash":"AA=="},"context":{},"identity":{}}}',
    ],
)
def test_an_opening_written_otherwise_is_refused(data):
    with pytest.raises(Invalid):
        groups.decode(data)


def test_canonical_facts_have_sorted_keys_and_no_spaces():
    assert groups.canonical({"b": [1, None], "a": {"d": True, "c": "é"}}) == '{"a":{"c":"é","d":true},"b":[1,null]}'.encode()
    assert groups.canonical({}) == b""


def proof_of(entry: Opening) -> proofs.Proof:
    others = [merkle.leaf_hash(f"{number}".encode()) for number in range(6)]
    leaves = [*others[:3], merkle.leaf_hash(entry.leaf), *others[3:]]
    path = merkle.inclusion_proof(3, 7, lambda start, end: merkle.root_of(leaves[start:end]))
    signed = notes.Checkpoint("policy.example/log", 7, merkle.root_of(leaves)).sign(KEY)
    return proofs.Proof(3, tuple(path), signed, groups.encode(entry))


def test_a_proof_file_proves_its_entry_without_a_server():
    entry = without_identity(opening())
    read = proofs.decode(proof_of(entry).encode())
    assert read == proof_of(entry)
    leaf = groups.decode(read.extra).leaf
    assert read.check(leaf, [KEY.verifier], origin="policy.example/log").size == 7


def check(data: bytes) -> None:
    read = proofs.decode(data)
    read.check(groups.decode(read.extra).leaf, [KEY.verifier], origin="policy.example/log")


def test_any_changed_byte_of_a_proof_file_is_noticed():
    data = proof_of(opening()).encode()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(Invalid):
            check(bytes(changed))


def test_a_proof_without_extra_has_no_extra_line():
    bare = proofs.Proof(0, (), b"checkpoint")
    assert bare.encode() == b"c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint"
    assert proofs.decode(bare.encode()) == bare


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 01\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nx",
        b"c2sp.org/tlog-proof@v2\nindex 1\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\n" + b"A" * 43 + b"=\n",
    ],
)
def test_a_proof_file_written_otherwise_is_refused(data):
    with pytest.raises(Invalid):
        proofs.decode(data)
