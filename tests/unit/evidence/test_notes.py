"""Signed notes and checkpoints."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.errors import Invalid
from holdtrue.evidence import notes
from holdtrue.evidence.notes import Checkpoint, SigningKey, VerifierKey

ORIGIN = "policy.example/log"
ALICE = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
BOB = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
ROOT = bytes(range(32))

# C2SP signed-note's own example; its key is that of golang.org/x/mod/sumdb/note's tests.
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_a_note_signed_elsewhere_is_verified():
    key = VerifierKey.parse(PETER_KEY)
    note = notes.parse(PETER_NOTE)
    assert note.signers([key]) == (key,)
    assert note.encode() == PETER_NOTE
    assert str(key) == PETER_KEY


def test_a_checkpoint_is_opened_as_it_was_signed():
    signed = Checkpoint(ORIGIN, 70_000, ROOT).sign(ALICE)
    assert notes.open_checkpoint(signed, [ALICE.verifier], origin=ORIGIN) == Checkpoint(ORIGIN, 70_000, ROOT)


def test_any_changed_byte_of_a_checkpoint_is_noticed():
    signed = Checkpoint(ORIGIN, 70_000, ROOT).sign(ALICE)
    for place in range(len(signed)):
        for bit in (1, 4):
            changed = bytearray(signed)
            changed[place] ^= bit
            with pytest.raises(Invalid):
                notes.open_checkpoint(bytes(changed), [ALICE.verifier], origin=ORIGIN)


def test_any_cut_of_a_checkpoint_is_noticed():
    signed = Checkpoint(ORIGIN, 70_000, ROOT).sign(ALICE)
    for place in range(len(signed)):
        with pytest.raises(Invalid):
            notes.open_checkpoint(signed[:place], [ALICE.verifier], origin=ORIGIN)


def test_a_note_is_verified_by_either_of_two_signers():
    signed = notes.sign("we rotate\n", ALICE, BOB)
    assert notes.parse(signed.encode()).signers([ALICE.verifier, BOB.verifier]) == (ALICE.verifier, BOB.verifier)
    assert signed.signers([BOB.verifier]) == (BOB.verifier,)


def test_a_note_by_a_stranger_is_refused():
    with pytest.raises(Invalid, match="No trusted key"):
        notes.sign("hello\n", BOB).signers([ALICE.verifier])


def test_a_false_signature_beside_a_true_one_is_refused():
    true, false = notes.sign("hello\n", ALICE), notes.sign("other\n", BOB)
    both = notes.Note("hello\n", true.signatures + false.signatures)
    with pytest.raises(Invalid, match="does not match"):
        both.signers([ALICE.verifier, BOB.verifier])


def test_a_checkpoint_of_another_log_is_refused():
    signed = Checkpoint("mallory.example/log", 1, ROOT).sign(ALICE)
    with pytest.raises(Invalid, match=r"of the log mallory\.example/log"):
        notes.open_checkpoint(signed, [ALICE.verifier], origin=ORIGIN)


@pytest.mark.parametrize("text", ["log\n01\nAAAA\n", "log\n-1\nAAAA\n", "log\n1\n", "log\n1\nAAAA\n", "\n1\nAAAA\n"])
def test_a_checkpoint_written_otherwise_is_refused(text):
    with pytest.raises(Invalid):
        Checkpoint.parse(text)


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "with\ttab", "with\nline", "with\xa0space"])
def test_a_key_name_that_the_format_forbids_is_refused(name):
    with pytest.raises(Invalid, match="cannot name a key"):
        VerifierKey(name, bytes(32))


@pytest.mark.parametrize(
    "vkey", ["", "a+b", "a+00000000+AAAA", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
)
def test_a_verifier_key_written_otherwise_is_refused(vkey):
    with pytest.raises(Invalid):
        VerifierKey.parse(vkey)


def test_base64_is_read_in_one_form_only():
    assert notes.from_base64("AA==", what="value") == b"\x00"
    for text in ("AB==", "AA=", "AA", "A A==", "AA==\n", "é"):
        with pytest.raises(Invalid):
            notes.from_base64(text, what="value")
