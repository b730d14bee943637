"""Devices report, are enrolled by it, and are judged here."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from holdtrue.accounts.actions import issue_token
from holdtrue.accounts.queries import Purpose, signed_in
from holdtrue.errors import Invalid, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import reports
from holdtrue.workplace.devices import queries
from holdtrue.workplace.devices.models import Device, Ownership, Report
from holdtrue.workplace.devices.register import Papers, assign_device
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software import queries as titles
from holdtrue.workplace.software.rules import Approval

pytestmark = pytest.mark.django_db

SESSION, SAVER = "org.gnome.desktop.session", "org.gnome.desktop.screensaver"


def report(noon, *, idle: int = 300, serial: str = "LT-07", software: list | None = None, **more) -> bytes:
    facts = [
        {"name": "session.desktop", "value": "gnome", "user": "alice"},
        {"name": f"{SESSION} idle-delay", "value": f"uint32 {idle}", "user": "alice", "origin": "gsettings"},
        {"name": f"{SAVER} lock-enabled", "value": "true", "user": "alice"},
        {"name": f"{SAVER} lock-delay", "value": "uint32 0", "user": "alice"},
        {"name": "org.gnome.desktop.lockdown disable-lock-screen", "value": "false", "user": "alice"},
        {"name": "storage.mounted", "value": []},
    ]
    device = {"id": serial, "serial": serial, "name": serial, "system": "linux", "release": "Debian 12"}
    document = {
        "format": "holdtrue.facts/1",
        "device": device,
        "collected_at": noon.isoformat(),
        "facts": facts,
        "software": software,
    }
    return json.dumps(document | more).encode()


@pytest.fixture
def token(alice, noon) -> str:
    return token_for(alice, noon)


def token_for(person, at, subject: str = "") -> str:
    return issue_token(Purpose.DEVICE, subject=subject, by=person.id, at=at, expires_at=at + timedelta(days=30), record=record)


def result_of(commitment: str, subject: str = "device/LT-07") -> Result:
    return next(verdict.result for verdict in verdicts_on(subject) if verdict.commitment == commitment)


def test_the_first_report_enrols_the_device_and_leaves_its_evidence(token, noon):
    answer = reports.receive(report(noon), secret=token, at=noon)

    device = Device.objects.get(identity="LT-07")
    assert device.ownership == Ownership.COMPANY
    assert answer["subject"] == "device/LT-07"
    kinds = list(Outbox.objects.filter(about="device/LT-07").values_list("kind", flat=True))
    assert "device.enrolled" in kinds
    assert "device.reported" in kinds
    assert "standing.changed" in kinds
    assert result_of("device.screen-lock") is Result.HOLDS
    assert result_of("device.removable-storage") is Result.UNPROVEN
    assert result_of("device.approved-software") is Result.UNPROVEN
    assert str(Outbox.objects.get(kind="device.reported").id) == answer["entry"]


def test_the_evidence_has_the_hash_of_the_bytes_received(token, noon):
    import hashlib

    body = report(noon)
    reports.receive(body, secret=token, at=noon)

    core = json.loads(bytes(Outbox.objects.get(kind="device.reported").core))
    assert core["report_sha256"] == hashlib.sha256(body).hexdigest()


def test_verdicts_in_the_upload_are_not_believed(token, noon):
    lie = [{"commitment": "device.screen-lock", "subject": "device/LT-07", "result": "holds"}]
    reports.receive(report(noon, idle=0, verdicts=lie), secret=token, at=noon)

    assert result_of("device.screen-lock") is Result.BROKEN


def test_the_same_bytes_again_change_nothing(token, noon):
    first = reports.receive(report(noon), secret=token, at=noon)
    entries = Outbox.objects.count()
    again = reports.receive(report(noon), secret=token, at=noon + timedelta(hours=1))

    assert again["entry"] == first["entry"]
    assert Report.objects.count() == 1
    assert Outbox.objects.count() == entries


def test_an_older_report_does_not_undo_a_newer_one(token, noon):
    reports.receive(report(noon, idle=0), secret=token, at=noon)
    reports.receive(report(noon - timedelta(hours=2)), secret=token, at=noon)

    assert result_of("device.screen-lock") is Result.BROKEN
    assert Device.objects.get().last_seen == noon


@pytest.mark.parametrize("secret", ["", "ht_device_guess", "x" * 500])
def test_a_wrong_token_is_refused_and_nothing_is_kept(alice, noon, secret):
    with pytest.raises(NotAllowed):
        reports.receive(report(noon), secret=secret, at=noon)

    assert not Device.objects.exists()


def test_a_token_that_has_ended_is_refused(token, noon):
    with pytest.raises(NotAllowed, match="ended"):
        reports.receive(report(noon), secret=token, at=noon + timedelta(days=31))


def test_a_token_for_scans_delivers_no_devices(alice, noon):
    scan = issue_token(Purpose.SCAN, subject="site/x", by=alice.id, at=noon, expires_at=noon + timedelta(days=1), record=record)

    with pytest.raises(NotAllowed):
        reports.receive(report(noon), secret=scan, at=noon)


def test_a_token_of_one_device_does_not_speak_for_another(alice, noon):
    own = token_for(alice, noon, "device/LT-08")

    with pytest.raises(NotAllowed, match="speaks for device/LT-08"):
        reports.receive(report(noon), secret=own, at=noon)


def test_a_token_from_before_cannot_take_an_enrolled_device_over(alice, noon):
    older = token_for(alice, noon)
    newer = token_for(alice, noon)
    reports.receive(report(noon), secret=newer, at=noon)

    with pytest.raises(NotAllowed, match="another token"):
        reports.receive(report(noon, idle=0), secret=older, at=noon)


def test_a_newer_token_for_any_device_cannot_take_one_over(alice, token, noon):
    reports.receive(report(noon), secret=token, at=noon)
    later = noon + timedelta(days=1)

    with pytest.raises(NotAllowed, match="another token"):
        reports.receive(report(later, idle=0), secret=token_for(alice, later), at=later)


def test_a_newer_token_for_this_device_enrols_it_again_and_says_so(alice, token, noon):
    reports.receive(report(noon), secret=token, at=noon)
    later = noon + timedelta(days=1)
    reports.receive(report(later), secret=token_for(alice, later, subject="device/LT-07"), at=later)

    assert Outbox.objects.filter(kind="device.enrolled", about="device/LT-07").count() == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"facts": 5}', b'{"facts": [{"value": 1}]}', b'{"format": "holdtrue.facts/9"}',
     b'{"facts": [{"name": "x", "source": "magic"}]}', b'{"facts": [{"name": "x", "value": {"a": 1}}]}', b'{"collected_at": "yesterday"}'],
)  # fmt: skip
def test_a_broken_report_is_refused_and_nothing_is_kept(token, noon, body):
    with pytest.raises(Invalid) as refused:
        reports.receive(body, secret=token, at=noon)

    assert refused.value.hint
    assert not Device.objects.exists()


def test_a_report_cut_off_anywhere_is_refused(token, noon):
    whole = report(noon)
    for length in range(1, len(whole), 97):
        with pytest.raises(Invalid):
            reports.receive(whole[:length], secret=token, at=noon)


def test_a_clock_that_runs_ahead_is_not_believed(token, noon):
    with pytest.raises(Invalid, match="future"):
        reports.receive(report(noon + timedelta(days=1)), secret=token, at=noon)


def test_a_clock_that_is_a_little_ahead_counts_as_now(token, noon):
    reports.receive(report(noon + timedelta(minutes=5)), secret=token, at=noon)

    assert Device.objects.get().last_seen == noon


def test_hostile_names_become_plain_ones(token, noon):
    device = {"id": "../../etc\u0000\u202e<b>", "name": "<script>alert(1)</script>\x1b[2J", "system": "linux"}
    reports.receive(report(noon, device=device), secret=token, at=noon)

    kept = Device.objects.get()
    assert kept.identity == "etc-b"
    assert "\x1b" not in kept.name


def test_software_is_judged_with_the_report_and_approved_from_the_page(client, alice):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)  # the page reads the real clock, which is later
    token = token_for(alice, noon)
    nmap = {"name": "nmap", "version": "7.93", "type": "deb", "origin": "Debian"}
    zoom = {"name": "zoom", "version": "6.1", "type": "deb", "origin": ""}
    software.approve(Approval(source="Debian", type="deb", why="their archive"), by=alice.id, at=noon)
    reports.receive(report(noon, software=[nmap, zoom]), secret=token, at=noon)
    assert result_of("device.approved-software") is Result.BROKEN
    assert [title.name for title in titles.unapproved()] == ["zoom"]

    client.force_login(alice)
    assert "zoom" in client.get("/work/software/").content.decode()
    answer = client.post("/work/software/approve/", {"name": "zoom", "type": "deb", "why": "meetings"})

    assert answer.status_code == 302
    assert titles.unapproved() == ()
    assert result_of("device.approved-software") is Result.HOLDS
    assert Outbox.objects.filter(kind="software.approved").count() == 2


def test_seats_are_counted_over_devices(alice, token, noon):
    software.approve(Approval(name="zoom", seats=1, why="one licence"), by=alice.id, at=noon)
    zoom = [{"name": "zoom", "version": "6.1", "type": "deb"}]
    for serial in ("LT-07", "LT-08"):
        reports.receive(report(noon, serial=serial, software=zoom), secret=token, at=noon)

    approved = titles.approvals()[0]
    assert approved.taken == 2
    assert approved.is_over


def test_a_catalogue_file_is_taken_whole_or_not_at_all(alice, noon):
    good = b"format: holdtrue.catalogue/1\napproved:\n- {source: Debian, type: deb}\n- {name: zoom}\n"
    bad = good + b"- {nmae: typo}\n"

    with pytest.raises(Invalid, match="Entry 3 has the field 'nmae'"):
        software.import_catalogue(bad, by=alice.id, at=noon)
    assert titles.approvals() == ()

    assert software.import_catalogue(good, by=alice.id, at=noon) == 2
    assert software.import_catalogue(good, by=alice.id, at=noon) == 0


def test_a_member_of_personnel_sees_only_their_own_devices(client, alice, bob, token, noon):
    for serial in ("LT-07", "LT-08"):
        reports.receive(report(noon, serial=serial), secret=token, at=noon)
    mine, other = (Device.objects.get(identity=serial) for serial in ("LT-07", "LT-08"))
    assign_device(mine.id, Papers(Ownership.PERSONAL, owner=bob.id), by=alice.id, at=noon)

    client.force_login(bob)
    page = client.get("/work/devices/").content.decode()
    assert "LT-07" in page
    assert "LT-08" not in page
    assert client.get(f"/work/devices/{mine.id}/").status_code == 200
    assert client.get(f"/work/devices/{other.id}/").status_code == 404
    assert client.post(f"/work/devices/{mine.id}/", {"owner": "", "ownership": "company"}).status_code == 403
    with pytest.raises(NotFound):
        queries.device(other.id, reader=signed_in(bob))


def test_the_security_team_says_whose_a_device_is(client, alice, bob, token, noon):
    reports.receive(report(noon), secret=token, at=noon)
    device = Device.objects.get()
    client.force_login(alice)

    page = client.get(f"/work/devices/{device.id}/").content.decode()
    assert "locks after 300 s" in page
    assert "gsettings" in page
    answer = client.post(f"/work/devices/{device.id}/", {"owner": str(bob.id), "ownership": "personal"})

    assert answer.status_code == 302
    assert queries.devices_of(bob.id) == {"device/LT-07": "LT-07"}
    assert Outbox.objects.filter(kind="device.enrolled").count() == 1
    assert Outbox.objects.filter(kind="device.assigned").count() == 1


def test_a_report_that_names_no_device_is_refused(token, noon):
    with pytest.raises(Invalid, match="which device"):
        reports.receive(report(noon, device={"system": "linux"}), secret=token, at=noon)


def test_a_report_arrives_by_http(client, alice):
    now = timezone.now()
    token, body = token_for(alice, now), report(now - timedelta(minutes=1))
    missing = client.post("/api/devices/reports", body, content_type="application/json")
    assert missing.status_code == 403
    assert missing.json()["hint"]

    answer = client.post(
        "/api/devices/reports", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 201
    assert {verdict["commitment"] for verdict in answer.json()["verdicts"]} >= {
        "device.managed", "device.screen-lock", "device.removable-storage", "device.backups", "device.approved-software",
        "device.cloud-storage",
    }  # fmt: skip

    broken = client.post(
        "/api/devices/reports", b"{", content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert broken.status_code == 422
    assert set(broken.json()) == {"error", "hint"}


def test_an_archive_is_one_question_not_a_thousand(client, alice, token, noon):
    many = [{"name": f"lib{number}", "version": "1", "type": "deb", "origin": "Debian"} for number in range(50)]
    reports.receive(report(noon, software=[*many, {"name": "zoom", "type": "deb"}]), secret=token, at=noon)
    client.force_login(alice)

    page = client.get("/work/software/").content.decode()

    assert "Everything from Debian" in page
    assert "50 titles" in page
    assert "lib7" not in page
    assert "zoom" in page
    form = client.get("/work/software/approve/?name=*&source=Debian&type=deb").content.decode()
    assert 'value="Debian"' in form
    client.post("/work/software/approve/", {"name": "*", "source": "Debian", "type": "deb", "why": "their archive"})
    assert [title.name for title in titles.unapproved()] == ["zoom"]


def test_everything_cannot_be_approved_at_once(client, alice, noon):
    client.force_login(alice)

    answer = client.post("/work/software/approve/", {"name": "*", "why": "why not"})

    assert answer.status_code == 422
    assert "approve everything" in answer.content.decode()


def test_only_the_security_team_approves(client, bob, noon):
    client.force_login(bob)

    assert client.post("/work/software/approve/", {"name": "zoom", "why": "x"}).status_code == 403
    assert "Installed without leave" not in client.get("/work/software/").content.decode()
