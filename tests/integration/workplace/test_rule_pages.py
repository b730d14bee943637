"""The pages of rules: who keeps each, and what would change."""

import pytest
from django.utils import timezone

from holdtrue.workplace import reports
from integration.workplace.test_device_reports import report, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def fleet(alice):
    now = timezone.now()
    token = token_for(alice, now)
    for serial, idle in (("LT-05", 300), ("LT-30", 1800)):
        reports.receive(report(now, idle=idle, serial=serial), secret=token, at=now)


def words(answer) -> str:
    import re

    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_list_says_how_many_keep_each_rule(client, alice, fleet):
    client.force_login(alice)
    shown = words(client.get("/work/devices/rules/"))

    assert "broken Locks by itself within 900 s of inactivity, grace included; 0 is never 1 broken &nbsp; 1 holds" in shown
    assert "rules concern no device now" in shown


def test_a_rule_says_who_breaks_it_and_what_it_is_made_of(client, alice, fleet):
    client.force_login(alice)
    shown = words(client.get("/work/devices/rules/screen-lock/"))

    assert "Who breaks it broken LT-30" in shown
    assert "screen-lock.soonest &lt;= within" in shown
    assert "10-lock.yaml" in shown


def test_what_if_tells_who_would_change(client, alice, fleet):
    client.force_login(alice)
    assert "1 device would change. LT-05 holds → broken" in words(client.get("/work/devices/rules/screen-lock/?within=4+min"))
    assert "No device would change." in words(client.get("/work/devices/rules/screen-lock/?within=20+min"))


@pytest.mark.parametrize("told", ["soon", "<script>alert(1)</script>", "-5"])
def test_a_number_that_is_none_is_told_and_kept(client, alice, fleet, told):
    client.force_login(alice)
    answer = client.get("/work/devices/rules/screen-lock/", {"within": told})

    assert answer.status_code == 422
    assert "is a number" in words(answer)
    assert "<script>alert" not in answer.content.decode()


def test_a_rule_that_is_none_is_not_there(client, alice):
    client.force_login(alice)
    answer = client.get("/work/devices/rules/screen-loc/")

    assert answer.status_code == 404
    assert "screen-lock" in words(answer)


def test_personnel_does_not_see_who_breaks_what(client, bob, fleet):
    client.force_login(bob)
    assert client.get("/work/devices/rules/").status_code == 403
    assert client.get("/work/devices/rules/screen-lock/").status_code == 403


def test_titles_come_in_the_readers_language(client, alice, fleet):
    client.force_login(alice)
    shown = words(client.get("/work/devices/rules/", headers={"Accept-Language": "nl"}))

    assert "De schijf is versleuteld" in shown
    assert "Vergrendelt vanzelf binnen 900 s" in shown


def test_a_device_says_why_to_the_security_team_and_what_is_asked_to_its_owner(client, alice, bob, fleet):
    from holdtrue.workplace.devices.models import Device

    device = Device.objects.get(serial="LT-30")
    Device.objects.filter(id=device.id).update(owner=bob.id)
    client.force_login(alice)
    shown = words(client.get(f"/work/devices/{device.id}/"))
    client.force_login(bob)
    theirs = words(client.get(f"/work/devices/{device.id}/"))

    assert "screen-lock.soonest &lt;= within (900) false" in shown
    assert "screen-lock.soonest = 1,800: locks only after 1,800 s" in shown
    assert "Asked : locks by itself within 900 s of inactivity, grace included; 0 is never Read from" in theirs.replace(
        "Asked:", "Asked :"
    )
    assert "screen-lock.soonest" not in theirs


def test_what_breaks_with_consent_is_counted_apart(client, alice, bob, fleet):
    from holdtrue.policy.standing.queries import broken
    from holdtrue.policy.standing.rules import Exempted
    from holdtrue.workplace.devices import sweeps
    from holdtrue.workplace.devices.rulebook.book import rulebook

    class Always:
        def covering(self, verdict, *, clause, at):
            return Exempted(alice.id, at, "Alice") if verdict.subject == "device/LT-30" else None

    at = timezone.now()
    assert any(one.subject == "device/LT-30" for one in broken(at=at))
    exempt = sweeps.exempt_of(Always(), at=at)
    counted = {one.rule.id: one for one in sweeps.sweep(rulebook(), {}, at=at, exempt=exempt)}

    assert (counted["screen-lock"].count("exempt"), counted["screen-lock"].count("broken")) == (1, 0)
    assert counted["screen-lock"].count("holds") == 1


def test_a_rule_is_told_in_the_readers_language(client, alice, fleet):
    client.force_login(alice)
    shown = words(client.get("/work/devices/rules/screen-lock/", headers={"Accept-Language": "nl"}))

    assert "De grens telt inactiviteit en respijt samen" in shown
    assert "Het scherm vergrendelt zichzelf op tijd" in shown
    assert "idle-delay 600" in shown
    assert "{within" not in shown
