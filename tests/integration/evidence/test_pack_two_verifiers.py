"""Two verifiers that share no code reach one verdict, with the same place, on whatever they are given."""

import base64
import io
import json
import os
import random
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

import holdtrue.evidence
from holdtrue.evidence.verification import Report, verify_stream
from unit.evidence.consent_samples import opening, proof_of, rendering
from unit.evidence.consent_samples import written as consent
from unit.evidence.pack_forgeries import FORGERIES, resealed
from unit.evidence.pack_samples import MemoryLog, openings, signing_key, written

Change = tuple[int, int, bytes]
"""Where, how many bytes go, and what comes instead."""

SCRIPT = Path(holdtrue.evidence.__file__).parent / "static/evidence/verify.mjs"
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed, so the JavaScript verifier cannot run here"),
    pytest.mark.skipif("HOLDTRUE_DATABASE_URL" in os.environ, reason="needs no database, so one run is enough"),
]
UNCHANGED: Change = (0, 0, b"")


def changed(file: bytes, change: Change) -> bytes:
    at, cut, put = change
    return file[:at] + put + file[at + cut :]


def by_python(file: bytes, key: str = "", previous: bytes | None = None) -> dict[str, object]:
    report: Report = verify_stream(io.BufferedReader(io.BytesIO(file)), key=key, previous=previous)
    return json.loads(json.dumps({"verified": report.is_verified, **asdict(report)}))


def by_javascript(file: bytes, changes: list[Change], key: str = "", previous: bytes | None = None) -> list[dict[str, object]]:
    def text(data: bytes) -> str:
        return base64.b64encode(data).decode()

    first = {"file": text(file), "keys": key.split(), "previous": None if previous is None else text(previous)}
    lines = [first, *({"at": at, "cut": cut, "put": text(put)} for at, cut, put in changes)]
    ran = subprocess.run(
        [NODE or "node", "--no-warnings", str(Path(__file__).with_name("verify_many.mjs")), str(SCRIPT)],
        input="\n".join(json.dumps(line) for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def agree(file: bytes, changes: list[Change], key: str = "", previous: bytes | None = None) -> list[dict[str, object]]:
    theirs = by_javascript(file, changes, key, previous)
    ours = [by_python(changed(file, change), key, previous) for change in changes]
    assert len(theirs) == len(ours)
    for change, one, other in zip(changes, theirs, ours, strict=True):
        assert one == other, f"change {change}"
    return ours


def random_changes(file: bytes, count: int, seed: int) -> list[Change]:
    """Flipped bits, lost, doubled and moved pieces, other bytes, whole lines taken out, doubled and swapped."""
    dice = random.Random(seed)
    ends = [at + 1 for at, byte in enumerate(file) if byte == 10]
    lines = list(zip([0, *ends], ends, strict=False))
    found: list[Change] = []
    for _ in range(count):
        at = dice.randrange(len(file))
        length = dice.randint(1, 40)
        first, second = (lines[dice.randrange(len(lines))] for _ in range(2))
        found.append(
            dice.choice(
                [
                    (at, 1, bytes([file[at] ^ (1 << dice.randrange(8))])),
                    (at, 1, bytes([dice.randrange(256)])),
                    (at, length, b""),
                    (at, 0, file[at : at + length]),
                    (at, len(file), b""),
                    (at, length, bytes(dice.randrange(256) for _ in range(length))),
                    (first[0], first[1] - first[0], b""),
                    (first[1], 0, file[first[0] : first[1]]),
                    (first[0], first[1] - first[0], file[second[0] : second[1]]),
                    (len(file), 0, file[first[0] : first[1]]),
                ]
            )
        )
    return found


def test_both_find_a_good_pack_good_and_say_the_same_of_it(tmp_path):
    log = MemoryLog(openings(300), signing_key(1), signing_key(2))
    file = written(tmp_path / "pack", log, since=log.checkpoint_at(200, signing_key(1)))
    old_key = str(signing_key(1).verifier)

    for key, previous in [("", None), (old_key, None), (old_key, log.checkpoint_at(257)), ("", log.checkpoint_at(300))]:
        [report] = agree(file, [UNCHANGED], key, previous)
        assert report["verified"], report


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 513])
def test_both_agree_at_the_sizes_where_tiles_begin(tmp_path, size):
    log = MemoryLog(openings(size))
    file = written(tmp_path / "pack", log)

    [report] = agree(file, [UNCHANGED], previous=log.checkpoint_at(max(1, size - 1)) if size else None)
    assert report["verified"], report


def test_both_agree_on_a_thousand_damaged_packs(tmp_path):
    file = written(tmp_path / "pack", MemoryLog(openings(6)))

    reports = agree(file, [change for change in random_changes(file, 1000, 1) if changed(file, change) != file])
    assert not any(report["verified"] for report in reports)


def test_both_agree_on_random_damage_to_a_pack_of_several_tiles(tmp_path):
    file = written(tmp_path / "pack", MemoryLog(openings(600)))

    reports = agree(file, [change for change in random_changes(file, 25, 4) if changed(file, change) != file])
    assert not any(report["verified"] for report in reports)


def test_both_agree_on_forgeries_whose_sums_were_made_anew(tmp_path):
    file = written(tmp_path / "pack", MemoryLog(openings(6)))

    reports = agree(file, [(0, len(file), resealed(file, forgery.edit)) for forgery in FORGERIES])
    assert not any(report["verified"] for report in reports)


def test_both_agree_on_damaged_selections_with_rotated_keys_and_an_earlier_checkpoint(tmp_path):
    log = MemoryLog(openings(9), signing_key(1), signing_key(2))
    file = written(tmp_path / "pack", log, about=["device/LT-1", "policy/work-behaviors"], since=log.checkpoint_at(4))
    key = str(signing_key(1).verifier)

    reports = agree(file, [UNCHANGED, *random_changes(file, 400, 2)], key, log.checkpoint_at(4))
    assert reports[0]["verified"], reports[0]


def test_both_agree_on_receipts_and_on_every_changed_byte_of_one():
    log = MemoryLog(openings(5))
    file = log.receipt(3)
    key = str(signing_key(1).verifier)
    flips: list[Change] = [(at, 1, bytes([byte ^ 1])) for at, byte in enumerate(file)]

    reports = agree(file, [UNCHANGED, *flips, *random_changes(file, 200, 3)], key)
    assert reports[0]["verified"], reports[0]
    assert not any(report["verified"] for report in reports[1 : len(flips) + 1])


def test_both_find_a_consent_receipt_good_and_any_changed_byte_of_it_bad():
    file = consent()
    # Each line is hit many times; every single byte takes half a minute.
    flips: list[Change] = [(at, 1, bytes([byte ^ 1])) for at, byte in enumerate(file) if at % 7 == 0]

    reports = agree(file, [UNCHANGED, *flips], str(signing_key(1).verifier))
    assert reports[0]["verified"], reports[0]
    assert not any(report["verified"] for report in reports[1:])


@pytest.mark.parametrize("sample", [{"in_file": ""}, {"who": b""}, {"event": "renewed", "language": "fr"}], ids=repr)
def test_both_agree_on_random_damage_to_every_sort_of_consent_receipt(sample):
    file = consent(**sample)

    reports = agree(file, [UNCHANGED, *random_changes(file, 150, 5)], str(signing_key(1).verifier))
    assert reports[0]["verified"], reports[0]


@pytest.mark.parametrize(
    "shown",
    ["{}", "[]", "null", "1e999", '"\\ud800"', "[" * 100_000, rendering(services=[{"id": "x"}]), rendering(controller=None)],
)
def test_both_refuse_a_receipt_whose_record_names_what_is_no_banner(shown):
    file = json.loads(consent(shown, in_file=""))
    proof = file.pop("holdtrue:proof")
    written_anew = (
        json.dumps(file | {"holdtrue:rendering": shown, "holdtrue:proof": proof}, indent=1, ensure_ascii=False) + "\n"
    )

    [report] = agree(written_anew.encode(), [UNCHANGED], str(signing_key(1).verifier))
    assert report["failure"]["what"] == "holdtrue:rendering"


HOSTILE_FACTS = [b"", b"[]", b"null", b'{"kind":"consent.recorded"}', b'{"__proto__":{}}', b"[" * 50_000, b"1e999"]


@pytest.mark.parametrize("core", HOSTILE_FACTS)
def test_both_refuse_a_proven_entry_that_is_no_consent(core):
    file = json.loads(consent()) | {"holdtrue:proof": proof_of(opening(core))}

    [report] = agree(
        (json.dumps(file, indent=1, ensure_ascii=False) + "\n").encode(), [UNCHANGED], str(signing_key(1).verifier)
    )
    assert report["failure"]["what"] == "holdtrue:proof"


def test_both_follow_a_log_that_went_on_under_another_name_after_a_loss(tmp_path):
    log = MemoryLog(
        openings(5),
        signing_key(1, "policy.example/log"),
        signing_key(2, "policy.example/log/again-1"),
        origin="policy.example/log/again-1",
    )
    file = written(tmp_path / "pack", log)

    for key in ("", str(signing_key(1).verifier)):
        [report] = agree(file, [UNCHANGED], key)
        assert report["verified"], report


def test_the_javascript_verifier_is_a_command_too(tmp_path):
    log = MemoryLog(openings(5))
    good, bad, receipt = tmp_path / "good", tmp_path / "bad", tmp_path / "one.tlog-proof"
    good.write_bytes(written(tmp_path / "pack", log))
    bad.write_bytes(good.read_bytes()[:-1])
    receipt.write_bytes(log.receipt(2))
    key = str(signing_key(1).verifier)

    def run(*words: object) -> int:
        return subprocess.run([NODE or "node", str(SCRIPT), *map(str, words)], capture_output=True, check=False).returncode

    assert run(good, "--key", key) == run(receipt, "--key", key) == 0
    assert run(bad) == run(good, "--key", str(signing_key(2).verifier)) == 1
    assert run() == run(receipt) == run(good, "--key", "nonsense") == run(tmp_path / "absent") == 2


@pytest.mark.parametrize(
    "put",
    [
        b"[" * 200_000,
        b'{"about":["\\ud800"],"sum":"' + b"A" * 43 + b'="}\n',
        b'{"a":1e999}\n',
        b'{"__proto__":{},"sum":"","type":"header"}\n',
        b'{"type":"constructor"}\n',
        b"\xef\xbb\xbf",
        b"9" * 10_000 + b"\n",
        b"null\n",
        b"\n",
        b"a" * (4 * 1024 * 1024 + 1),
    ],
)
def test_both_refuse_hostile_lines_without_falling(tmp_path, put):
    file = written(tmp_path / "pack", MemoryLog(openings(3)))
    second = file.index(b"\n") + 1

    reports = agree(file, [(0, 0, put), (second, 0, put), (len(file), 0, put)])
    assert not any(report["verified"] for report in reports)
