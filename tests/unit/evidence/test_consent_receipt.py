"""The receipt that a visitor downloads: every byte of it follows from the proven entry, or it is refused with the place."""

import io
import json

import pytest

from holdtrue.errors import Invalid
from holdtrue.evidence.verification import Report, verify_stream
from unit.evidence.consent_samples import opening, proof_of, rendering, written
from unit.evidence.pack_samples import signing_key

KEY = str(signing_key(1).verifier)


def verified(file: bytes, key: str = KEY) -> Report:
    return verify_stream(io.BufferedReader(io.BytesIO(file)), key=key)


def test_a_downloaded_receipt_is_verified_with_its_banner():
    report = verified(written())

    assert report.is_verified, report.failure
    assert report.sort == "receipt"
    assert any("the banner as shown" in said for said in report.checked)


def test_a_receipt_whose_banner_the_server_does_not_know_is_verified_without_it():
    report = verified(written(in_file=""))

    assert report.is_verified, report.failure
    assert not any("the banner as shown" in said for said in report.checked)


def test_a_receipt_of_a_forgotten_visitor_is_verified_and_says_that_somebody_is_left_out():
    report = verified(written(who=b""))

    assert report.is_verified, report.failure
    assert report.hidden == 1


def test_a_changed_byte_is_refused_with_a_place():
    file = written()
    # Every byte is tried where the two verifiers are compared.
    for at in range(0, len(file), 29):
        report = verified(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :])
        assert report.failure, f"byte {at}"
        assert report.failure.what


CHANGED = [
    ('"dpv:ConsentRefused"', '"dpv:ConsentGiven"', "dpv:hasProcess > dpv:hasConsentStatus > @type"),
    ("Counts visits", "Sells visits", "holdtrue:rendering"),
    ('"skos:prefLabel": "Telt', '"skos:prefLabel": "Verkoopt', "dpv:hasProcess > dpv:hasPurpose > skos:prefLabel"),
    ('"dct:created": "2026', '"dct:created": "2020', "dct:created"),
    ('"dct:valid": "2027', '"dct:valid": "2099', "dct:valid"),
    ('"dpv:hasName": "WeGroup NV"', '"dpv:hasName": "Mallory BV"', "dpv:hasEntity > holdtrue:controller > dpv:hasName"),
    ('"gpc": false', '"gpc": true', "holdtrue:decision > gpc"),
    ('"granted": [\n   "google"\n  ]', '"granted": [\n   "google",\n   "ads"\n  ]', "holdtrue:decision > granted"),
    ('"dpv:hasIdentifier": "AAAA', '"dpv:hasIdentifier": "BBBB', "dpv:hasDataSubject > dpv:hasIdentifier"),
    ("\n}\n", ',\n "more": 1\n}\n', "holdtrue:proof"),
    ("index 3", "index 2", "line 2 of it"),
]


@pytest.mark.parametrize(("said", "forged", "place"), CHANGED)
def test_a_changed_fact_is_refused_where_it_stands(said, forged, place):
    file = written().decode()
    assert said in file

    failure = verified(file.replace(said, forged, 1).encode()).failure

    assert failure
    assert place in failure.what
    assert failure.line == file.encode()[: failure.offset].count(b"\n") + 1


def test_another_banner_than_the_one_in_the_record_is_refused():
    failure = verified(written(in_file=rendering(texts={"title": "Nothing to see"}))).failure

    assert failure
    assert failure.what == "holdtrue:rendering"
    assert "hash" in failure.why


def test_a_receipt_without_a_proof_says_so():
    document = json.loads(written())
    del document["holdtrue:proof"]

    failure = verified(json.dumps(document, indent=1).encode()).failure

    assert failure
    assert "carries no proof" in failure.why


@pytest.mark.parametrize(
    ("core", "kind"),
    [
        (b'{"about":"log","at":"2026","id":"x","kind":"log.opened"}', "log.opened"),
        (b"[]", "consent.recorded"),
        (b"", "consent.recorded"),
        (b"\xf0\x9f\x98\x80", "consent.recorded"),
        (b"[" * 50_000, "consent.recorded"),
    ],
)
def test_the_proof_of_something_else_is_no_consent(core, kind):
    document = json.loads(written())
    document["holdtrue:proof"] = proof_of(opening(core, kind=kind))

    failure = verified((json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()).failure

    assert failure
    assert failure.what == "holdtrue:proof"


def test_another_key_does_not_verify_it_and_no_key_checks_nothing():
    failure = verified(written(), str(signing_key(2).verifier)).failure
    assert failure
    assert "line 8 of it: the checkpoint" in failure.what
    with pytest.raises(Invalid, match="the log's key"):
        verified(written(), "")


@pytest.mark.parametrize(
    "file",
    [
        b'{"@context"',
        b'{"@context":' + b"[" * 200_000,
        b'{"@context":{},"holdtrue:proof":1}',
        b'{"@context":{},"holdtrue:proof":"\\ud800"}',
        b'{"@context":{},"holdtrue:proof":"' + b"A" * 5_000_000 + b'"}',
        b'{"@context":"\xff"}',
        b'{"@context":{},"holdtrue:proof":"c2sp.org/tlog-proof@v1"}',
        b'{"@context":{},"holdtrue:proof":"c2sp.org/tlog-proof@v1\\n"}',
    ],
)
def test_hostile_files_are_refused_and_nothing_falls(file):
    assert not verified(file).is_verified


@pytest.mark.parametrize(
    "shown", ["{}", "nonsense", "[" * 100_000, '{"controller":{},"services":1}', rendering(services=[{"id": "x"}])]
)
def test_a_hash_of_what_is_no_banner_is_refused(shown):
    file = json.loads(written(shown, in_file=""))
    proof = file.pop("holdtrue:proof")
    file |= {"holdtrue:rendering": shown, "holdtrue:proof": proof}

    failure = verified((json.dumps(file, indent=1, ensure_ascii=False) + "\n").encode()).failure

    assert failure
    assert failure.what == "holdtrue:rendering"
