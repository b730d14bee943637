"""A gateway asks whether a device may connect, and is told no unless everything says yes."""

from datetime import timedelta

import pytest

from holdtrue.accounts.actions import issue_token
from holdtrue.accounts.queries import Purpose
from holdtrue.errors import Invalid, NotAllowed
from holdtrue.evidence.actions import record
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.workplace.devices import register
from holdtrue.workplace.devices.connect import may_connect
from holdtrue.workplace.devices.models import Device, Unenrolled
from holdtrue.workplace.devices.register import Papers
from holdtrue.workplace.devices.rules import Ownership
from integration.workplace.signing import Laptop, confirm, deliver, token_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def gateway(alice, noon) -> str:
    return issue_token(Purpose.GATEWAY, subject="", by=alice.id, at=noon, expires_at=noon + timedelta(days=9), record=record)


@pytest.fixture
def laptop(alice, noon) -> Laptop:
    made = Laptop()
    confirm(made.enrol(token_for(alice, noon), noon, asset_tag="A-1").device, alice, noon)
    deliver(made.full(made.sheet(noon), noon), at=noon)
    # Whatever the checks say of so few facts: here nothing is broken.
    found = [one for one in may_connect_verdicts(noon) if one[1] is Result.BROKEN]
    verdict = Reason("x", "fine", "test", noon, "rule")
    record_verdicts([Verdict(commitment, "device/LT-07", Result.HOLDS, verdict) for commitment, _ in found], at=noon)
    return made


def may_connect_verdicts(noon) -> list:
    from holdtrue.policy.standing.queries import verdicts_on

    return [(one.commitment, one.result) for one in verdicts_on("device/LT-07")]


def test_a_managed_device_of_which_nothing_is_broken_may_connect(laptop, gateway, noon):
    answer = may_connect("LT-07", secret=gateway, at=noon).document()

    assert answer["may_connect"] is True
    assert answer["reasons"] == []
    assert answer["verdicts"]["device.managed"] == "holds"
    assert answer["as_of"] == noon.isoformat()


def test_an_unknown_device_may_not_and_is_written_down(gateway, noon, db):
    answer = may_connect("5CG/unknown", secret=gateway, at=noon)

    assert not answer.may_connect
    assert answer.reasons == ("no device with this serial number is enrolled",)
    row = Unenrolled.objects.get()
    assert (row.serial, row.is_expected, row.asked_at) == ("5CG-unknown", False, noon)
    may_connect("5CG/unknown", secret=gateway, at=noon + HOUR)
    assert Unenrolled.objects.get().asked_at == noon + HOUR


def test_gateways_that_ask_for_ever_new_devices_fill_no_disk(monkeypatch, gateway, noon, db):
    monkeypatch.setattr(register, "MOST_SEEN", 3)
    for number in range(9):
        may_connect(f"S-{number}", secret=gateway, at=noon)

    assert Unenrolled.objects.count() == 3


def test_an_expected_device_that_did_not_enrol_may_not(alice, gateway, noon):
    register.expect_device("LT-9", Papers(Ownership.COMPANY, asset_tag="A"), by=alice.id, at=noon)

    assert not may_connect("LT-9", secret=gateway, at=noon).may_connect
    assert Unenrolled.objects.get().is_expected


@pytest.mark.parametrize("end", [register.mark_lost, register.retire_device, register.revoke_key])
def test_a_device_that_is_lost_retired_or_without_key_may_not(alice, laptop, gateway, noon, end):
    end(Device.objects.get().id, by=alice.id, at=noon)

    answer = may_connect("LT-07", secret=gateway, at=noon)

    assert not answer.may_connect
    assert answer.reasons


def test_a_silent_device_may_not(laptop, gateway, noon):
    answer = may_connect("LT-07", secret=gateway, at=noon + 25 * HOUR)

    assert not answer.may_connect
    assert any("unproven" in reason for reason in answer.reasons)


def test_what_is_broken_stops_it_and_says_nothing_of_who_uses_it(laptop, gateway, noon):
    later = noon + HOUR
    deliver(laptop.full(laptop.sheet(later, idle=0), later), at=later)

    answer = may_connect("LT-07", secret=gateway, at=later)

    assert not answer.may_connect
    assert "broken: the screen locks by itself in time" in answer.reasons
    assert "alice" not in str(answer.document())


def test_a_company_device_without_proof_may_not(alice, laptop, gateway, noon):
    register.assign_device(Device.objects.get().id, Papers(Ownership.COMPANY), by=alice.id, at=noon)

    assert not may_connect("LT-07", secret=gateway, at=noon).may_connect


def test_a_gateway_may_ask_for_more_than_the_least(laptop, gateway, noon):
    asked = may_connect("LT-07", secret=gateway, require=["device.removable-storage"], at=noon)

    assert not asked.may_connect
    assert any("removable" in reason for reason in asked.reasons)
    assert not may_connect("LT-07", secret=gateway, require=["all"], at=noon).may_connect
    with pytest.raises(Invalid, match="no commitment"):
        may_connect("LT-07", secret=gateway, require=["site.retention"], at=noon)


def test_two_devices_that_claim_one_serial_number_connect_neither(alice, laptop, gateway, noon):
    Device.objects.create(
        identity="OTHER",
        name="x",
        serial="LT-07",
        system="linux",
        enrolled_at=noon,
        last_seen=noon,
        token=Device.objects.get().token,
    )

    assert not may_connect("LT-07", secret=gateway, at=noon).may_connect


@pytest.mark.parametrize("serial", ["", "/", "..", "%00", "☃", "x" * 500])
def test_hostile_serial_numbers_are_answered_no(gateway, noon, serial, db):
    assert not may_connect(serial, secret=gateway, at=noon).may_connect


def test_only_a_token_of_a_gateway_opens_this(alice, laptop, noon):
    for secret in ("", "ht_gateway_guess", token_for(alice, noon)):
        with pytest.raises(NotAllowed):
            may_connect("LT-07", secret=secret, at=noon)


def test_a_gateway_s_token_delivers_nothing(alice, gateway, noon):
    with pytest.raises(NotAllowed):
        Laptop().enrol(gateway, noon)
