"""What overseers see of the log, and what anybody may see."""

import io
import json
import os
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from holdtrue import config
from holdtrue.accounts.models import Person
from holdtrue.evidence import attachments
from holdtrue.evidence.actions import record
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.log import Log
from holdtrue.evidence.opened import close_all, log_of
from holdtrue.evidence.verification import Report, verify_stream
from unit.evidence.pack_samples import NOON, document

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(db, noon) -> Log:
    opened = log_of(config.read(os.environ))
    yield opened
    close_all()


@pytest.fixture(autouse=True)
def _documents(monkeypatch) -> None:
    """What the parts above would give a pack to take along."""
    monkeypatch.setattr(attachments, "_providers", [lambda: [document()]])


@pytest.fixture
def device() -> str:
    """A subject of this test's own, since the log keeps what other tests wrote."""
    return f"device/{uuid4().hex[:8]}"


@pytest.fixture
def entry(log: Log, device: str, alice: Person, noon: datetime) -> UUID:
    """A verdict on the device, by Alice, signed."""
    drafts = [
        compose(
            Kind.POLICY_PUBLISHED, about="policy/work-behaviors", at=noon, core={"sha256": document().sha256, "version": 3}
        ),
        compose(
            Kind.STANDING_CHANGED,
            about=device,
            at=noon,
            by=alice.id,
            core={"commitment": "device.screen-lock", "before": "holds", "after": "broken", "rule": "at most 900 s"},
            context={"observed_at": "2026-11-25T11:59:00+00:00", "is_idle": True},
        ),
    ]
    log.append(drafts)
    log.integrate(at=noon)
    return drafts[-1].id


def page(client, person: Person | None, address: str, **query: str):
    if person:
        client.force_login(person)
    return client.get(address, query)


def read(file: bytes, key: str | None = None) -> Report:
    return verify_stream(io.BufferedReader(io.BytesIO(file)), key=key)


def test_the_newest_entries_stand_in_plain_words(client, alice, entry, device):
    text = page(client, alice, reverse("evidence:index")).content.decode()

    assert "Screen lock: broken" in text
    assert "before: holds" in text
    assert device in text
    assert reverse("evidence:entry", args=[entry]) in text
    assert log_of(config.read(os.environ)).state().origin in text


def test_entries_are_filtered_by_subject(client, alice, entry, device):
    shown = page(client, alice, reverse("evidence:index"), about=device).context["entries"]
    none = page(client, alice, reverse("evidence:index"), about="device/nobody-has-this")

    assert [line.id for line in shown] == [entry]
    assert "No entry is about <strong>device/nobody-has-this</strong>" in none.content.decode()


def test_an_entry_is_found_by_number_or_id(client, alice, entry, log):
    index = log.entry(entry).index
    for text in (str(index), f"#{index}", str(entry)):
        answer = page(client, alice, reverse("evidence:index"), find=text)
        assert answer.url == reverse("evidence:entry", args=[entry])
    for text in ("99999999", "no such thing", str(uuid4()), "9" * 40):
        assert page(client, alice, reverse("evidence:index"), find=text).status_code == 404


def test_an_entry_shows_what_happened_and_who(client, alice, entry, device):
    text = page(client, alice, reverse("evidence:entry", args=[entry])).content.decode()

    for expected in ("What happened", "Circumstances", "Who", "Alice", "at most 900 s", "observed at", "Proven", device):
        assert expected in text


def test_an_erased_group_says_so(client, alice, entry, log, noon):
    log.erase([entry], [GroupName.IDENTITY], ground="asked for", at=noon)
    text = page(client, alice, reverse("evidence:entry", args=[entry])).content.decode()

    assert "Erased." in text
    assert "<dd>Alice</dd>" not in text


def test_a_receipt_verifies_with_the_published_key(client, alice, entry):
    receipt = page(client, alice, reverse("evidence:receipt", args=[entry]))
    key = client.get(reverse("evidence:keys")).json()["current"]

    assert receipt["Content-Disposition"] == f'attachment; filename="{entry}.tlog-proof"'
    assert read(receipt.content, key).is_verified


def test_an_entry_that_is_not_signed_yet_says_so(client, alice, log, noon):
    waiting = compose(Kind.SIGNED_IN, about="person/x", at=noon)
    log.append([waiting])

    assert "not yet signed" in page(client, alice, reverse("evidence:entry", args=[waiting.id])).content.decode()
    assert page(client, alice, reverse("evidence:receipt", args=[waiting.id])).status_code == 503


def test_an_entry_that_is_still_in_the_outbox_has_its_page(client, alice, log, noon):
    waiting = record(
        Kind.SITE_ADDED, about="site/www.example.org", at=noon, by=alice.id, core={"url": "https://www.example.org"}
    )
    text = page(client, alice, reverse("evidence:entry", args=[waiting])).content.decode()

    for expected in ("Website added", "not yet signed", "https://www.example.org", "Alice"):
        assert expected in text
    assert page(client, alice, reverse("evidence:receipt", args=[waiting])).status_code == 503
    assert page(client, alice, reverse("evidence:index"), find=str(waiting)).status_code == 302


def test_a_pack_is_downloaded_and_verifies(client, alice, entry, log):
    client.force_login(alice)
    answer = client.post(reverse("evidence:pack"), {"reason": "audit"})
    file = b"".join(answer.streaming_content)
    key = client.get(reverse("evidence:keys")).json()["current"]

    assert answer["Content-Disposition"].endswith('.holdtrue"')
    report = read(file, key)
    assert report.is_verified, report.failure
    assert report.entries == log.state().integrated
    assert report.documents == 1


def test_a_pack_about_one_subject_carries_the_proof_since_a_checkpoint(client, alice, entry, device, log):
    since = log.snapshot().checkpoint
    log.append([compose(Kind.DEVICE_REPORTED, about=device, at=NOON)])
    log.integrate(at=NOON)
    client.force_login(alice)
    earlier = io.BytesIO(since)
    earlier.name = "then.checkpoint"
    answer = client.post(reverse("evidence:pack"), {"about": f"{device}\n", "since": earlier})
    report = read(b"".join(answer.streaming_content))

    assert report.is_verified, report.failure
    assert report.entries == 2
    assert any("only added to since its checkpoint" in said for said in report.checked)


def test_a_pack_without_names_names_nobody(client, alice, entry, device):
    client.force_login(alice)
    answer = client.post(reverse("evidence:pack"), {"about": device, "without_names": "on"})
    file = b"".join(answer.streaming_content)

    assert read(file).is_verified
    assert str(alice.id).encode() not in file


def test_what_is_no_checkpoint_is_said_beside_its_field(client, alice, entry):
    client.force_login(alice)
    wrong = io.BytesIO(b"not a checkpoint")
    wrong.name = "wrong"
    answer = client.post(reverse("evidence:pack"), {"since": wrong})

    assert answer.status_code == 422
    assert "This is not a signed checkpoint." in answer.content.decode()


def test_bob_sees_neither_entries_nor_packs(client, bob, entry):
    for address in (
        reverse("evidence:index"),
        reverse("evidence:entry", args=[entry]),
        reverse("evidence:receipt", args=[entry]),
        reverse("evidence:pack"),
    ):
        assert page(client, bob, address).status_code == 403
        client.logout()
        assert page(client, None, address).status_code == 302


def test_anybody_checks_a_proof_and_reads_the_keys(client, entry):
    answer = client.get(reverse("evidence:verify"))
    keys = client.get(reverse("evidence:keys"))
    text = answer.content.decode()

    assert answer.status_code == keys.status_code == 200
    assert json.loads(keys.content)["current"] in text
    assert "nothing that you choose or paste is sent anywhere" in text
    assert "evidence/verify-page.mjs" in text
