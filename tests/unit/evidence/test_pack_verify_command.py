"""`holdtrue verify` for a person and for a program."""

import argparse
import json

import pytest

from holdtrue.errors import Invalid, NotFound
from holdtrue.evidence.command import add_verify_arguments, run_verify
from unit.evidence.pack_samples import MemoryLog, openings, signing_key, written

KEY = str(signing_key(1).verifier)


@pytest.fixture
def pack(tmp_path):
    written(tmp_path / "pack.holdtrue", MemoryLog(openings(6)))
    return tmp_path / "pack.holdtrue"


def verify(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_verify_arguments(parser)
    return run_verify(parser.parse_args([str(word) for word in words]))


def test_a_good_pack_ends_with_0_and_says_what_was_checked(pack, capsys):
    assert verify(pack, "--key", KEY) == 0
    said = capsys.readouterr().out
    assert said.startswith("VERIFIED\n")
    assert "Every entry of the log is here (6)" in said


def test_a_changed_pack_ends_with_1_and_names_the_place(pack, capsys):
    pack.write_bytes(pack.read_bytes().replace(b"Alice 4", b"Alice 5"))

    assert verify(pack) == 1
    said = capsys.readouterr().out
    assert said.startswith("NOT VERIFIED\n")
    assert "entry 4, group identity" in said


def test_a_program_reads_json(pack, capsys):
    assert verify(pack, "--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verified"]
    assert report["failure"] is None
    assert report["key"] == KEY


def test_an_earlier_checkpoint_is_compared(pack, tmp_path, capsys):
    kept = tmp_path / "kept"
    kept.write_bytes(MemoryLog(openings(6)).checkpoint_at(3))
    assert verify(pack, "--previous", kept) == 0
    assert "continues the checkpoint over 3 entries" in capsys.readouterr().out

    kept.write_bytes(MemoryLog(openings(7)[1:]).checkpoint_at(3))
    assert verify(pack, "--previous", kept) == 1


def test_what_cannot_be_tried_is_an_error_of_its_own(pack, tmp_path):
    with pytest.raises(NotFound):
        verify(tmp_path / "absent")
    with pytest.raises(NotFound):
        verify(pack, "--previous", tmp_path / "absent")
    with pytest.raises(Invalid):
        verify(pack, "--key", "not-a-key")
    with pytest.raises(Invalid):
        verify(pack, "--previous", pack)
