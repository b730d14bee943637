"""Approved storage and lost devices: decided, judged at once, and in evidence."""

import json
import re
from datetime import timedelta

import pytest
from django.utils.text import capfirst
from django.utils.translation import override

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import reports
from holdtrue.workplace.devices.judgement import Changed
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.storage import actions, queries
from holdtrue.workplace.storage.models import Loss
from holdtrue.workplace.storage.rules import CLOUD, DRILLED, ORGANISATION, Place, Risk, Stage
from holdtrue.workplace.storage.views import STAGES
from integration.workplace.test_device_reports import report, token_for
from unit.workplace.test_storage_rules import OURS, sheet

pytestmark = pytest.mark.django_db

RISKS = (Risk("work may be on this disk alone", is_open=True), Risk("the disk is encrypted", is_open=False))


def result(commitment: str = CLOUD, subject: str = "device/LT-07") -> Result | None:
    return next((one.result for one in verdicts_on(subject) if one.commitment == commitment), None)


@pytest.fixture
def synced(alice, noon) -> None:
    """A device that says where it keeps its work."""
    facts = [{"name": one.name, "value": one.value, "user": one.user, "origin": "a file"} for one in sheet().facts]
    reports.receive(report(noon, facts=facts), secret=token_for(alice, noon), at=noon)


def judge(noon) -> int:
    return reports.judge_storage_again(at=noon + timedelta(minutes=1))


def kinds(about: str) -> list[str]:
    return list(Outbox.objects.filter(about=about).order_by("id").values_list("kind", flat=True))


def lose(alice, noon, **more):
    return actions.begin_loss(
        "device/LT-07", name="LT-07", is_drill=more.get("is_drill", True), owner=None, at_risk=RISKS, by=alice.id, at=noon
    )


def test_a_place_is_approved_with_evidence_and_devices_are_judged_again(alice, synced, noon):
    assert result() is Result.UNPROVEN
    assert judge(noon) == 0
    actions.approve_place(OURS, why="Ours.", by=alice.id, at=noon)
    assert judge(noon) == 1
    assert judge(noon) == 0

    assert result() is Result.HOLDS
    assert [one.place for one in queries.approved()] == [OURS]
    core = json.loads(bytes(Outbox.objects.get(kind="storage.approved").core))
    said = {"step": "approved", "name": "Our cloud", "client": "nextcloud", "account": "cloud.wegroup.example"}
    assert said.items() <= core.items()


def test_a_place_that_is_taken_off_breaks_the_devices_that_use_it(alice, synced, noon):
    place = actions.approve_place(OURS, by=alice.id, at=noon)
    actions.approve_place(Place("Another", "onedrive", "t"), by=alice.id, at=noon)
    judge(noon)
    assert result() is Result.HOLDS
    actions.end_place(place, by=alice.id, at=noon)
    judge(noon)

    assert result() is Result.BROKEN
    assert Outbox.objects.filter(kind="storage.approved").count() == 3
    with pytest.raises(NotFound):
        actions.end_place(place, by=alice.id, at=noon)


def test_a_place_is_approved_once_and_only_what_can_be_recognised(alice, noon):
    actions.approve_place(OURS, by=alice.id, at=noon)
    with pytest.raises(Conflict):
        actions.approve_place(OURS, by=alice.id, at=noon)
    with pytest.raises(Invalid):
        actions.approve_place(Place("x", "floppy", ""), by=alice.id, at=noon)
    with pytest.raises(Invalid):
        actions.approve_place(Place(" ", "nextcloud", ""), by=alice.id, at=noon)


def test_a_loss_is_answered_stage_by_stage_with_evidence(alice, noon):
    loss = lose(alice, noon)
    assert result(DRILLED, ORGANISATION) is Result.UNPROVEN
    actions.reach(loss, Stage.REVOKED, by=alice.id, at=noon + timedelta(minutes=5))
    actions.reach(loss, Stage.REPLACED, note="LT-11", by=alice.id, at=noon + timedelta(hours=2))
    actions.reach(loss, Stage.WORKING, by=alice.id, at=noon + timedelta(hours=3))

    told = queries.loss(loss)
    assert [one.stage for one in told.reached] == [Stage.BEGUN, Stage.REVOKED, Stage.REPLACED, Stage.WORKING]
    assert told.took == timedelta(hours=3)
    assert told.open_stages == ()
    assert [one for one in kinds("device/LT-07") if one == "loss.answered"] == ["loss.answered"] * 4
    assert result(DRILLED, ORGANISATION) is Result.HOLDS


def test_an_answer_that_took_too_long_is_broken(alice, noon):
    loss = lose(alice, noon)
    actions.reach(loss, Stage.WORKING, by=alice.id, at=noon + timedelta(hours=9))

    assert result(DRILLED, ORGANISATION) is Result.BROKEN


def test_a_stage_is_reached_once_and_nothing_after_the_end(alice, noon):
    loss = lose(alice, noon)
    with pytest.raises(Conflict):
        lose(alice, noon)
    actions.reach(loss, Stage.REVOKED, by=alice.id, at=noon)
    with pytest.raises(Conflict):
        actions.reach(loss, Stage.REVOKED, by=alice.id, at=noon)
    actions.reach(loss, Stage.WORKING, by=alice.id, at=noon)
    with pytest.raises(Conflict):
        actions.reach(loss, Stage.REPLACED, by=alice.id, at=noon)
    with pytest.raises(NotFound):
        actions.reach(alice.id, Stage.REVOKED, by=alice.id, at=noon)
    lose(alice, noon + timedelta(days=1))


@pytest.fixture
def device(alice, noon) -> Device:
    reports.receive(report(noon), secret=token_for(alice, noon), at=noon)
    return Device.objects.get()


def test_the_pages_take_a_loss_from_its_beginning_to_its_end(client, alice, device):
    client.force_login(alice)
    page = client.get(f"/work/devices/{device.id}/lost/").content.decode()
    assert "The disk may be readable without a password" in page
    begun = client.post(f"/work/devices/{device.id}/lost/", {"drill": "1"})
    where = begun.headers["Location"]
    assert "drill" in client.get(where).content.decode()
    for stage in ("sessions-ended", "replaced", "working"):
        assert client.post(where, {"stage": stage, "note": "<b>x</b>"}).status_code == 302
    page = client.get(where).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "working again after" in page
    assert client.post(where, {"stage": "working"}).status_code == 409
    assert "LT-07" in client.get("/work/storage/").content.decode()


def test_whoever_reports_a_loss_again_is_led_to_the_one_that_runs(client, alice, device):
    client.force_login(alice)
    address = f"/work/devices/{device.id}/lost/"
    where = client.post(address, {"drill": "1"}).headers["Location"]

    again = client.post(address, {"drill": "1"}, follow=True)
    assert again.redirect_chain[-1][0] == where
    assert "nothing new was begun" in again.content.decode()
    assert where in client.get(address).content.decode()
    really = client.post(address).headers["Location"]
    assert really != where
    assert [client.get(address).headers["Location"], client.post(address, {"drill": "1"}).headers["Location"]] == [really] * 2
    device.refresh_from_db()
    assert device.life == "lost"
    assert kinds("device/LT-07").count("device.lost") == 1


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
@pytest.mark.parametrize("is_drill", [True, False])
def test_a_step_that_is_left_is_told_as_what_to_do(client, alice, noon, language, is_drill):
    loss = lose(alice, noon, is_drill=is_drill)
    client.force_login(alice)
    told = client.get(f"/work/storage/losses/{loss}/", headers={"accept-language": language}).content.decode()
    left = told[told.index('id="next"') : told.index('id="risk"')]
    with override(language):
        for stage in (Stage.REVOKED, Stage.SESSIONS_ENDED, Stage.REPLACED, Stage.WORKING):
            words = STAGES[stage]
            assert capfirst(str(words.todo)) in left
            assert capfirst(str(words.done)) not in re.findall(r'row-title">([^<]*)<', left)
            assert str(words.drilled if is_drill and words.drilled else words.how) in left
        assert (str(STAGES[Stage.REVOKED].drilled) in left) is is_drill


def test_what_was_at_risk_is_said_in_the_readers_language(client, alice, device):
    client.force_login(alice)
    address = f"/work/devices/{device.id}/lost/"
    dutch = {"accept-language": "nl"}

    assert "De schijf is misschien leesbaar zonder wachtwoord" in client.get(address, headers=dutch).content.decode()
    where = client.post(address, {"drill": "1"}).headers["Location"]
    assert "De schijf is misschien leesbaar zonder wachtwoord" in client.get(where, headers=dutch).content.decode()
    Loss.objects.update(at_risk=[["an older row", True]])
    assert "An older row" in client.get(where, headers=dutch).content.decode()


def test_who_may_not_sees_places_alone(client, alice, bob, device, noon):
    loss = lose(alice, noon)
    actions.approve_place(OURS, by=alice.id, at=noon)
    client.force_login(bob)
    page = client.get("/work/storage/").content.decode()

    assert "Our cloud" in page
    assert "LT-07" not in page
    assert client.get(f"/work/storage/losses/{loss}/").status_code == 403
    assert client.get("/work/storage/approve/").status_code == 403
    assert client.get(f"/work/devices/{device.id}/lost/").status_code == 403


def test_a_place_is_approved_and_ended_on_the_page(client, alice, noon):
    client.force_login(alice)
    given = {"name": "Our cloud", "client": "nextcloud", "account": "Cloud.WeGroup.example"}

    assert client.post("/work/storage/approve/", given).status_code == 302
    assert client.post("/work/storage/approve/", given).status_code == 422
    (one,) = queries.approved()
    assert one.place.account == "cloud.wegroup.example"
    assert client.post(f"/work/storage/{one.id}/end/").status_code == 302
    assert queries.approved() == []


def test_a_real_loss_shuts_the_device_out_at_once(client, alice, device):
    client.force_login(alice)
    where = client.post(f"/work/devices/{device.id}/lost/").headers["Location"]

    device.refresh_from_db()
    assert device.life == "lost"
    assert {"device.lost", "loss.answered"} <= set(kinds("device/LT-07"))
    assert "Shut out" in client.get(where).content.decode()


def test_a_device_that_signs_is_judged_by_its_storage_too(alice, noon):
    actions.approve_place(OURS, by=alice.id, at=noon)
    judge_ = reports.Judge(at=noon)

    assert CLOUD in {one.commitment for one in judge_.changed(Changed("device/LT-07", sheet()), at=noon).verdicts}
