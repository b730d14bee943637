"""`holdtrue evidence` on a real log."""

import argparse
from pathlib import Path

import pytest
from django.db import transaction

from holdtrue.errors import Invalid
from holdtrue.evidence.actions import record
from holdtrue.evidence.command import add_evidence_arguments, run_evidence
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.opened import close_all, the_log
from holdtrue.evidence.verification import verify
from unit.evidence.pack_samples import document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def recorded(noon):
    """A published policy that still waits in the outbox."""
    with transaction.atomic():
        record(Kind.POLICY_PUBLISHED, about="policy/work-behaviors", at=noon, core={"sha256": document().sha256})
    yield
    close_all()


def evidence(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_evidence_arguments(parser)
    return run_evidence(parser.parse_args([str(word) for word in words]), documents=lambda: [document()])


def printed_key(text: str) -> str:
    return next(word for word in text.split() if word.count("+") >= 2)


def test_a_pack_holds_what_was_just_recorded_and_says_how_to_check_it(tmp_path, capsys):
    target = tmp_path / "evidence.holdtrue"

    assert evidence("pack", "-o", target, "--reason", "yearly audit") == 0
    said = capsys.readouterr().out
    report = verify(target, key=printed_key(said))
    assert report.is_verified, report.failure
    assert report.entries == report.size
    assert report.documents == 1
    assert str(target) in said


def test_a_checkpoint_kept_today_is_continued_by_the_pack_of_tomorrow(tmp_path, capsys, noon):
    assert evidence("checkpoint") == 0
    kept = tmp_path / "kept"
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    with transaction.atomic():
        record(Kind.SITE_ADDED, about="site/www.example.org", at=noon)

    assert evidence("pack", "-o", tmp_path / "pack", "--since", kept, "--about", "site/www.example.org") == 0
    report = verify(tmp_path / "pack", previous=kept.read_bytes())
    assert report.is_verified, report.failure


def test_the_log_is_audited_whole(capsys):
    assert evidence("audit") == 0
    assert "signed entries are what was signed" in capsys.readouterr().out
    with pytest.raises(Invalid):
        evidence("audit", "--processes", 0)


def test_readers_who_pinned_the_old_key_still_verify_after_a_rotation(tmp_path, capsys):
    evidence("checkpoint")
    old = str(the_log().keys.trusted()[-1])
    capsys.readouterr()

    assert evidence("rotate-key") == 0
    assert printed_key(capsys.readouterr().out) == str(the_log().keys.trusted()[-1]) != old
    assert evidence("pack", "-o", tmp_path / "pack") == 0
    assert verify(tmp_path / "pack", key=old).is_verified
    assert verify(tmp_path / "pack", key=str(the_log().keys.trusted()[-1])).is_verified


def test_a_wrong_earlier_checkpoint_writes_nothing(tmp_path):
    (tmp_path / "wrong").write_text("not a checkpoint")

    with pytest.raises(Invalid, match="not of this log"):
        evidence("pack", "-o", tmp_path / "pack", "--since", tmp_path / "wrong")
    with pytest.raises(Invalid, match="cannot be written"):
        evidence("pack", "-o", Path("/nowhere/at/all"))
    assert not (tmp_path / "pack").exists()
