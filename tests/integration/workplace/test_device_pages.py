"""The pages of devices say what counts: what is broken with consent is exempt, and approved tools are no reason."""

import re
from datetime import timedelta

import pytest

from holdtrue.accounts.queries import reader
from holdtrue.policy.exemptions.actions import ask_exemption, decide
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.exemptions.rules import Ask, Choice, Scope, Sort
from holdtrue.policy.standing.rules import Result
from holdtrue.policy.text.actions import publish_version
from holdtrue.workplace import reports
from holdtrue.workplace.devices.listing import Show, shelf
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.devices.queries import owners_by_subject
from holdtrue.workplace.devices.register import Papers, assign_device
from holdtrue.workplace.devices.rules import Ownership
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software.rules import Approval
from integration.workplace import signing
from integration.workplace.test_device_reports import report, result_of, token_for

pytestmark = pytest.mark.django_db
TEXT = (
    "---\npolicy: rules\ntitle: Rules\nlanguage: en\norganisation: W\ncontact: h@w.example\nin-force: 2026-01-01\nchange: First.\n---\n\n"
    "[R-1] Screens lock.\n\n> Kept by: device.screen-lock\n> Exemption: one decider\n"
)


@pytest.mark.parametrize("devices", [frozenset(), frozenset({"device/LT-07"})])
def test_a_device_that_is_exempt_is_not_listed_as_broken(alice, bob, noon, devices):
    publish_version(TEXT, based_on=0, by=alice.id, at=noon)
    for serial in ("LT-07", "LT-08"):
        reports.receive(report(noon, serial=serial, idle=3600), secret=token_for(alice, noon), at=noon)
    ours = Device.objects.get(identity="LT-07")
    assign_device(ours.id, Papers(Ownership.PERSONAL, owner=bob.id), by=alice.id, at=noon)
    scope = Scope(persons=frozenset({bob.id}), devices=devices)
    ask = Ask(Sort.WORK, frozenset({"rules/R-1"}), "A stand.", "", scope, noon, noon + timedelta(days=1))
    decide(ask_exemption(ask, by=reader(bob), at=noon), Choice.GRANT, by=reader(alice), at=noon)

    def worst(at):
        consents = register(at=at, owners=owners_by_subject())
        page = shelf(reader=reader(alice), show=Show.ALL, consents=consents, at=at)
        return {one.name: one.worst for one in page.rows}

    report_of_others = result_of("device.removable-storage")
    assert report_of_others is Result.UNPROVEN
    assert worst(noon) == {"LT-08": Result.BROKEN, "LT-07": Result.UNPROVEN}
    assert list(worst(noon)) == ["LT-08", "LT-07"]
    assert worst(noon + timedelta(days=1)) == {"LT-07": Result.BROKEN, "LT-08": Result.BROKEN}


def test_the_reasons_leave_out_the_tools_that_somebody_approved_by_name(client, alice, noon):
    scanner, sniffer = ({"name": name, "version": "4.2", "type": "deb", "origin": "Debian"} for name in ("nmap", "wireshark"))
    software.approve(Approval("nmap", "deb", why="the network team"), by=alice.id, at=noon)
    reports.receive(report(noon, software=[scanner, sniffer]), secret=token_for(alice, noon), at=noon)
    client.force_login(alice)

    page = client.get(f"/work/devices/{Device.objects.get().id}/").content.decode()

    assert "programs that capture traffic installed: wireshark 4.2" in page
    assert "scanners installed: nmap" not in page


def test_a_tag_that_a_device_claims_is_shown_beside_an_empty_field(client, alice, noon):
    joined = signing.Laptop().enrol(signing.token_for(alice, noon), noon, asset_tag="A-1")
    client.force_login(alice)

    page = client.get(f"/work/devices/{joined.device}/").content.decode()

    field = re.search(r'<input[^>]*name="asset_tag"[^>]*>', page)
    assert field
    assert "A-1" not in field[0]
    assert "The device itself says A-1. Write down what the sticker on it says." in page
