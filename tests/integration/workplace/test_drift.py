"""A device is held against how it was set up when that was agreed."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from holdtrue.accounts.queries import reader
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence.models import Outbox
from holdtrue.policy.exemptions.actions import ask_exemption, decide
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.exemptions.rules import Ask, Choice, Scope, Sort
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result, consented
from holdtrue.policy.text.actions import publish_version
from holdtrue.workplace import reports
from holdtrue.workplace.devices.models import Device, Ownership
from holdtrue.workplace.devices.register import Papers, assign_device
from holdtrue.workplace.drift import actions, queries
from holdtrue.workplace.drift.models import Baseline
from holdtrue.workplace.drift.rules import Watched
from integration.workplace.test_device_reports import report, token_for

pytestmark = pytest.mark.django_db
LT = "device/LT-07"
TEXT = """---
policy: rules
title: Rules
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-01
change: First version.
---

[R-1] How a device is set up is changed only with written consent.

> Kept by: device.settings-kept
> Exemption: one decider
"""


def kept():
    return next(one for one in verdicts_on(LT) if one.commitment == "device.settings-kept")


@pytest.fixture
def tell(alice, noon):
    """Let LT-07 report, minutes after noon."""
    token = token_for(alice, noon)

    def report_at(minute, **more):
        at = noon + timedelta(minutes=minute)
        return reports.receive(report(at, **more), secret=token, at=at)

    return report_at


def visitor(person) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(person)
    return browser


def test_what_a_device_tells_first_is_agreed_with_its_entry(tell):
    tell(0)

    assert kept().result is Result.HOLDS
    entry = Outbox.objects.get(kind="settings.agreed")
    core = json.loads(bytes(entry.core))
    assert core["step"] == "first told"
    assert "org.gnome.desktop.session idle-delay" in core["settings"]
    assert b"300" not in bytes(entry.core)


def test_a_change_breaks_it_and_changing_back_mends_it(tell):
    tell(0)
    tell(15, idle=1800)
    assert kept().result is Result.BROKEN
    assert kept().parts == ("org.gnome.desktop.session idle-delay",)
    assert "300 (observed), now 1800 (observed)" in kept().reason.value
    tell(30)

    assert kept().result is Result.HOLDS
    assert Outbox.objects.filter(kind="settings.agreed").count() == 1


def test_a_report_from_before_changes_nothing(tell):
    tell(10)
    tell(5, idle=1800)

    assert kept().result is Result.HOLDS
    assert queries.kept(LT).changes == ()


def test_security_agrees_to_what_it_saw_with_a_reason(tell, alice, bob, noon):
    tell(0)
    tell(15, idle=1800)
    seen = queries.kept(LT).mark
    later = noon + timedelta(hours=1)

    def agree(by, *, reason="A kiosk.", seen=seen, owner=None):
        actions.agree(LT, seen=seen, reason=reason, by=reader(by), owner=owner, at=later)

    with pytest.raises(NotAllowed, match="Only the security team"):
        agree(bob)
    with pytest.raises(NotAllowed, match="own device"):
        agree(alice, owner=alice.id)
    with pytest.raises(Invalid, match="No reason"):
        agree(alice, reason=" ")
    with pytest.raises(Conflict, match="Something else changed"):
        agree(alice, seen="0")
    assert kept().result is Result.BROKEN
    agree(alice)
    assert kept().result is Result.HOLDS
    core = json.loads(bytes(Outbox.objects.filter(kind="settings.agreed").order_by("-id").first().core))
    assert core["step"] == "agreed"
    with pytest.raises(Conflict, match="Nothing is different"):
        agree(alice)
    with pytest.raises(NotFound):
        actions.agree("device/none", seen="", reason="x", by=reader(alice), owner=None, at=later)
    tell(90)
    assert kept().result is Result.BROKEN


def test_what_is_newly_told_is_agreed_and_breaks_nothing(tell, alice, noon):
    tell(0)
    actions.watch(Watched("storage.mounted"), is_watched=True, by=reader(alice), at=noon)
    tell(15)

    assert kept().result is Result.HOLDS
    steps = [json.loads(bytes(one.core))["step"] for one in Outbox.objects.filter(kind="settings.agreed").order_by("id")]
    assert steps == ["first told", "told for the first time"]


def test_what_is_watched_is_said_by_the_security_team(tell, alice, bob, noon):
    idle = Watched("org.gnome.desktop.session idle-delay")
    with pytest.raises(NotAllowed):
        actions.watch(idle, is_watched=False, by=reader(bob), at=noon)
    with pytest.raises(Conflict):
        actions.watch(idle, is_watched=True, by=reader(alice), at=noon)
    with pytest.raises(Invalid):
        actions.watch(Watched(" * "), is_watched=True, by=reader(alice), at=noon)
    tell(0)
    actions.watch(idle, is_watched=False, by=reader(alice), at=noon)
    tell(15, idle=1800)

    assert kept().result is Result.HOLDS
    assert [one.name for one in queries.unwatched()] == [idle.name]
    assert Outbox.objects.filter(kind="settings.watched").count() == 1
    actions.watch(idle, is_watched=True, by=reader(alice), at=noon)
    tell(30, idle=1800)
    assert kept().result is Result.BROKEN


def test_a_consent_for_the_setting_makes_it_exempt_and_says_which(tell, alice, bob, noon):
    publish_version(TEXT, based_on=0, by=alice.id, at=noon)
    tell(0)
    tell(15, idle=1800)
    owners = {LT: bob.id}
    at = noon + timedelta(minutes=20)

    def ask(*settings):
        scope = Scope(persons=frozenset({bob.id}), settings=frozenset(settings))
        made = ask_exemption(
            Ask(Sort.WORK, frozenset({"rules/R-1"}), "A talk.", "", scope, at, at + timedelta(days=2)), by=reader(bob), at=at
        )
        decide(made, Choice.GRANT, by=reader(alice), at=at)
        return made

    ask("org.gnome.desktop.screensaver lock-delay")
    assert consented(kept(), register(at=at, owners=owners), at=at).result is Result.BROKEN
    made = ask("org.gnome.desktop.session idle-delay")
    found = consented(kept(), register(at=at, owners=owners), at=at)
    assert (found.result, found.exemption.id) == (Result.EXEMPT, made)
    assert consented(kept(), register(at=at, owners={}), at=at).result is Result.BROKEN
    ended = at + timedelta(days=2)
    assert consented(kept(), register(at=ended, owners=owners), at=ended).result is Result.BROKEN


def test_the_pages_show_what_changed_and_let_security_agree(tell, alice, bob):
    tell(0)
    tell(15, idle=1800)
    device = Device.objects.get()
    assign_device(device.id, Papers(Ownership.COMPANY, owner=bob.id), by=alice.id, at=device.enrolled_at)
    address = f"/work/devices/{device.id}/settings/"
    mine = visitor(bob).get(address).content.decode()
    assert "1800 (observed)" in mine
    assert "Ask for consent" in mine
    assert "Agree to how it is now" not in mine
    assert visitor(bob).post(address, {"seen": queries.kept(LT).mark, "reason": "x"}).status_code == 403
    assert "LT-07" in visitor(alice).get("/work/devices/settings/").content.decode()
    assert visitor(bob).get("/work/devices/settings/").status_code == 403

    assert visitor(alice).post(address, {"seen": "old", "reason": "x"}).status_code == 422
    assert visitor(alice).post(address, {"seen": queries.kept(LT).mark, "reason": "A kiosk."}).status_code == 302
    assert Baseline.objects.get().changed == 0
    assert visitor(alice).post("/work/devices/settings/", {"do": "watch", "name": "x.y", "about": "z"}).status_code == 302
    assert visitor(alice).post("/work/devices/settings/", {"do": "watch", "name": "*"}).status_code == 422
