"""A pack convinces a stranger, and a changed one convinces nobody."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdtrue.errors import BrokenEvidence, Invalid, NotFound, StorageFull
from holdtrue.evidence import pack
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.lines import Fault
from holdtrue.evidence.verification import Report, verify, verify_stream
from unit.evidence.pack_forgeries import FORGERIES, Forgery, resealed
from unit.evidence.pack_samples import ORIGIN, MemoryLog, document, openings, signing_key, written

KEY = str(signing_key(1).verifier)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> bytes:
    return written(tmp_path_factory.mktemp("pack") / "small", MemoryLog(openings(6)))


def read(file: bytes, key: str | None = None, previous: bytes | None = None) -> Report:
    return verify_stream(io.BufferedReader(io.BytesIO(file)), key=key, previous=previous)


def place_of(file: bytes, offset: int) -> int:
    return file[:offset].count(b"\n") + 1


def test_a_pack_verifies_with_the_key_and_says_what_was_checked(small):
    report = read(small, KEY)

    assert report.is_verified
    assert report.is_pinned
    assert (report.origin, report.size, report.entries, report.documents, report.standings) == (ORIGIN, 6, 6, 1, 2)
    assert "Every entry of the log is here (6), in order; none was changed, added or left out." in report.checked
    assert not any("brought along" in said for said in report.cautions)


def test_a_key_that_came_with_the_pack_must_be_compared(small):
    report = read(small)

    assert report.is_verified
    assert any("a key that this pack brought along: compare" in said and KEY in said for said in report.cautions)


def test_a_pack_signed_anew_by_a_stranger_fails_against_the_known_key(tmp_path):
    forged = written(tmp_path / "forged", MemoryLog(openings(6), signing_key(9)))

    assert read(forged).is_verified
    assert read(forged, KEY).failure.why == Fault.SIGNATURE
    assert read(forged, KEY).failure.what == "the checkpoint"


def test_every_changed_byte_is_found_in_its_own_line(tmp_path):
    file = written(tmp_path / "tiny", MemoryLog(openings(3)))

    for offset in range(len(file)):
        changed = bytearray(file)
        changed[offset] ^= 1 << offset % 8
        failure = read(bytes(changed)).failure
        assert failure is not None, f"byte {offset} was changed unseen"
        assert failure.line == place_of(file, offset), f"byte {offset}: {failure}"
        assert failure.what
        assert failure.offset <= offset


def test_a_changed_fact_is_named_by_entry_and_group(small):
    at = small.index(b"Alice 3")
    failure = read(small.replace(b"Alice 3", b"Alice 4")).failure

    assert failure.what == "entry 3, group identity"
    assert failure.offset == small.rindex(b'"identity":', 0, at) + len(b'"identity":')
    assert str(failure).startswith(f"line {place_of(small, at)}, byte {failure.offset}: entry 3, group identity: ")


@pytest.mark.parametrize("length", [0, 1, 100, 400, 3000])
def test_a_truncated_pack_fails_where_it_ends(small, length):
    failure = read(small[:length]).failure

    assert failure.line == place_of(small, length)
    assert failure.why == (Fault.CUT if length else Fault.EMPTY)


def test_a_pack_without_its_end_line_is_unfinished(small):
    failure = read(b"".join(small.splitlines(keepends=True)[:-1])).failure

    assert (failure.why, failure.what) == (Fault.UNFINISHED, "the end of the file")


def test_nothing_may_follow_the_end(small):
    assert read(small + b"\n").failure.why == Fault.TRAILING


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_a_forger_who_makes_every_sum_anew_is_still_caught(small, forgery: Forgery):
    failure = read(resealed(small, forgery.edit)).failure

    assert failure is not None
    assert (failure.why, failure.what) == (forgery.fault, forgery.what)


def test_doubled_and_swapped_lines_are_found(small):
    lines = small.splitlines(keepends=True)
    for at in range(len(lines)):
        assert not read(b"".join([*lines[: at + 1], *lines[at:]])).is_verified
        swapped = [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]]
        assert swapped == lines or not read(b"".join(swapped)).is_verified


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513])
def test_packs_verify_at_the_sizes_where_tiles_begin(tmp_path, size):
    log = MemoryLog(openings(size))
    file = written(tmp_path / "pack", log)

    assert read(file, KEY).is_verified
    for earlier in {1, 255, 256, 257, 512, size} & set(range(1, size + 1)):
        assert read(file, KEY, log.checkpoint_at(earlier)).is_verified


def test_a_reader_who_kept_an_earlier_checkpoint_notices_a_rewritten_past(tmp_path, small):
    kept = MemoryLog([*openings(2), *openings(5)[3:]]).checkpoint_at(4)

    assert read(small, KEY, kept).failure.why == Fault.CONSISTENCY


def test_a_pack_older_than_the_readers_checkpoint_is_refused(small):
    assert read(small, KEY, MemoryLog(openings(9)).checkpoint).failure.why == Fault.OLDER


def test_an_empty_earlier_checkpoint_proves_nothing_and_is_refused(small):
    assert read(small, KEY, MemoryLog([]).checkpoint).failure.why == Fault.CONSISTENCY


def test_a_selection_shows_its_subjects_alone_and_says_so(tmp_path):
    log = MemoryLog(openings(600))
    file = written(tmp_path / "pack", log, about=["device/LT-1"], since=log.checkpoint_at(257))
    report = read(file, KEY, log.checkpoint_at(257))

    assert report.is_verified
    assert report.entries == 299
    assert any("nothing else about these subjects" in said for said in report.cautions)
    assert b"device/LT-0" not in file
    assert read(file, KEY, log.checkpoint_at(256)).failure.why == Fault.NO_PATH


def test_a_pack_without_names_is_just_as_provable(tmp_path):
    file = written(tmp_path / "pack", MemoryLog(openings(6)), hide=[GroupName.IDENTITY])

    assert read(file, KEY).is_verified
    assert read(file, KEY).hidden == 6
    assert b"Alice" not in file


def test_a_key_that_the_old_one_handed_over_to_is_believed(tmp_path):
    log = MemoryLog(openings(4), signing_key(1), signing_key(2), signing_key(3))
    file = written(tmp_path / "pack", log)

    assert read(file, KEY).key == str(signing_key(3).verifier)
    assert read(file, str(signing_key(4).verifier)).failure.why == Fault.SIGNATURE


def test_a_receipt_verifies_with_the_key_and_fails_with_any_byte_changed():
    receipt = MemoryLog(openings(5)).receipt(3)

    assert read(receipt, KEY).checked[1] == (
        "The entry (standing.changed) stands in that log at index 3, with exactly these facts."
    )
    for offset in range(len(receipt)):
        changed = bytearray(receipt)
        changed[offset] ^= 1
        failure = read(bytes(changed), KEY).failure
        assert failure is not None, f"byte {offset} was changed unseen"


def test_a_receipt_needs_the_logs_key():
    with pytest.raises(Invalid, match="none was given"):
        read(MemoryLog(openings(5)).receipt(3))


def test_what_is_no_file_is_said_in_one_sentence(tmp_path):
    with pytest.raises(NotFound, match="There is no file"):
        verify(tmp_path / "absent")
    with pytest.raises(Invalid, match="cannot be read"):
        verify(tmp_path)


def test_an_endless_line_is_refused_without_being_read_whole():
    with Path("/dev/zero").open("rb") as endless:
        assert verify_stream(endless).failure.why == Fault.TOO_LONG


def test_the_report_as_json_begins_with_the_verdict(small):
    assert list(json.loads(read(small).to_json()))[:2] == ["verified", "sort"]


def test_a_pack_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "pack"
    target.write_bytes(b"the last one")

    class FullDisk(MemoryLog):
        def leaf_hashes(self, start: int, end: int) -> list[bytes]:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageFull, match="no room"):
        pack.write(target, FullDisk(openings(3)), at=datetime.now(UTC))
    assert target.read_bytes() == b"the last one"
    assert list(tmp_path.iterdir()) == [target]


def test_a_pack_takes_the_place_of_files_alone(tmp_path):
    with pytest.raises(Invalid, match="no file that a pack could take the place of"):
        pack.write(tmp_path, MemoryLog(openings(3)), at=datetime.now(UTC))


def test_a_log_that_was_tampered_with_gives_no_pack(tmp_path):
    log = MemoryLog(openings(6))
    log.openings[3] = openings(5)[4]

    with pytest.raises(BrokenEvidence, match="entry 3"):
        pack.write(tmp_path / "pack", log, at=datetime.now(UTC))
    assert not list(tmp_path.iterdir())


def test_a_document_that_changed_since_it_was_logged_is_not_passed_on(tmp_path):
    changed = pack.Document("policy.md", "text/markdown", document().sha256, b"something else")

    with pytest.raises(BrokenEvidence, match="no longer what the log recorded"):
        pack.write(tmp_path / "pack", MemoryLog(openings(3)), at=datetime.now(UTC), documents=[changed])


def test_verifying_loads_neither_django_nor_the_code_that_writes():
    loaded = subprocess.run(
        [sys.executable, "-c", "import holdtrue.evidence.verification, sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    ours = {name for name in loaded if name.startswith("holdtrue")}

    assert not {name for name in loaded if name.partition(".")[0] in {"django", "apsw", "psycopg", "sqlite3"}}
    assert ours == {
        "holdtrue",
        "holdtrue.errors",
        "holdtrue.evidence",
        *(
            f"holdtrue.evidence.{name}"
            for name in (
                "consentcheck",
                "consentform",
                "groups",
                "lines",
                "merkle",
                "notes",
                "packcheck",
                "proofs",
                "receiptcheck",
                "tiles",
                "trust",
                "verification",
            )
        ),
    }
