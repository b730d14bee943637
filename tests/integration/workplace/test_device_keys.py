"""Devices join with a key of their own, and what they sign is what counts."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import reports
from holdtrue.workplace.devices import register
from holdtrue.workplace.devices.departure import depart
from holdtrue.workplace.devices.enrolment import enrol
from holdtrue.workplace.devices.models import Device, DeviceKey, Unenrolled
from holdtrue.workplace.devices.register import Papers
from holdtrue.workplace.devices.rules import KeyState, Ownership
from holdtrue.workplace.devices.signatures import DEPARTURE, ENROLMENT, REPORT
from integration.workplace.signing import Laptop, confirm, deliver, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(alice, noon) -> str:
    return token_for(alice, noon)


def result_of(commitment: str, subject: str = "device/LT-07") -> Result:
    return next(verdict.result for verdict in verdicts_on(subject) if verdict.commitment == commitment)


def core_of(kind: str) -> dict:
    return json.loads(bytes(Outbox.objects.get(kind=kind).core))


def test_a_device_joins_with_its_key_and_leaves_evidence(token, noon):
    laptop = Laptop()

    joined = laptop.enrol(token, noon, asset_tag="A-1")

    assert joined.document()["subject"] == "device/LT-07"
    assert joined.document()["every"] == 900
    assert DeviceKey.objects.get().id == laptop.key
    core = core_of("device.enrolled")
    assert (core["key"], core["notice_sha256"], core["step"]) == (laptop.key, "ab" * 32, "enrolled")
    assert result_of("device.managed") is Result.UNPROVEN
    assert result_of("device.screen-lock") is Result.UNPROVEN


def test_a_company_device_without_proof_is_unproven_and_a_personal_one_holds(token, noon):
    Laptop("LT-07").enrol(token, noon)
    Laptop("BYO-1").enrol(token, noon, ownership="personal")

    assert result_of("device.managed") is Result.UNPROVEN
    assert result_of("device.managed", "device/BYO-1") is Result.HOLDS


def test_the_same_enrolment_again_gives_the_same_answer(token, noon):
    laptop = Laptop()
    first = laptop.enrol(token, noon)

    again = laptop.enrol(token, noon + timedelta(minutes=1))

    assert again == first
    assert Outbox.objects.filter(kind="device.enrolled").count() == 1


def test_a_key_of_one_device_enrols_no_other(token, noon):
    laptop = Laptop()
    laptop.enrol(token, noon)
    laptop.name = "LT-08"

    with pytest.raises(Conflict, match="known here already"):
        laptop.enrol(token, noon)


def test_another_key_needs_a_newer_token_for_that_device(alice, token, noon):
    old, new = Laptop(), Laptop()
    old.enrol(token, noon)

    for refused in (token, token_for(alice, noon)):
        with pytest.raises(Conflict, match="enrolled with another key"):
            new.enrol(refused, noon)
    new.enrol(token_for(alice, noon, "device/LT-07"), noon)

    assert DeviceKey.objects.get(id=old.key).state == KeyState.REPLACED
    assert DeviceKey.objects.get(id=new.key).state == KeyState.ACTIVE
    steps = [
        json.loads(bytes(core))["step"] for core in Outbox.objects.filter(kind="device.enrolled").values_list("core", flat=True)
    ]
    assert sorted(steps) == ["enrolled", "enrolled again"]
    assert deliver(old.full(old.sheet(noon), noon), at=noon)[0].body["want"] == "enrol"


def test_a_device_that_reported_with_a_token_adds_a_key_and_then_must_sign(token, noon):
    laptop = Laptop()
    plain = json.dumps(
        {"device": {"id": "LT-07", "system": "linux"}, "facts": [{"name": "storage.mounted", "value": []}]}
    ).encode()
    reports.receive(plain, secret=token, at=noon)

    laptop.enrol(token, noon)

    with pytest.raises(NotAllowed, match="signs its reports"):
        reports.receive(plain + b" ", secret=token, at=noon)


@pytest.mark.parametrize(("more", "why"), [
    ({"format": "holdtrue.enrolment/2"}, "an enrolment is"),
    ({"public_key": "AAAA"}, "32 bytes"),
    ({"device": {}}, "which device"),
    ({"ownership": "stolen"}, "cannot be read"),
    ({"notice_sha256": "yes"}, "cannot be read"),
])  # fmt: skip
def test_an_enrolment_that_cannot_be_understood_is_refused(token, noon, more, why):
    with pytest.raises(Invalid, match=why):
        Laptop().enrol(token, noon, **more)

    assert not Device.objects.exists()


def test_an_enrolment_must_be_signed_by_the_key_that_it_brings(token, noon):
    laptop, other = Laptop(), Laptop()
    body = laptop.enrolment()
    forged = base64.b64encode(other.sign(ENROLMENT, body)).decode()
    as_report = base64.b64encode(laptop.sign(REPORT, body)).decode()

    for signature in (forged, as_report):
        with pytest.raises(NotAllowed, match="not signed"):
            enrol(body, key=laptop.key, signature=signature, secret=token, at=noon)
    with pytest.raises(Invalid, match="does not name the key"):
        enrol(body, key=other.key, signature=as_report, secret=token, at=noon)
    assert not Device.objects.exists()


@pytest.mark.parametrize("secret", ["", "ht_device_guess"])
def test_without_a_token_nobody_joins(alice, noon, secret):
    with pytest.raises(NotAllowed):
        Laptop().enrol(secret, noon)


def test_a_token_of_one_device_enrols_no_other(alice, noon):
    with pytest.raises(NotAllowed, match="speaks for device/LT-08"):
        Laptop().enrol(token_for(alice, noon, "device/LT-08"), noon)


def test_what_was_written_down_before_is_taken_over(alice, bob, token, noon):
    papers = Papers(Ownership.COMPANY, asset_tag="A-9", purchase="INV-3", owner=bob.id)
    register.expect_device("LT-07", papers, name="Bob's laptop", by=alice.id, at=noon)

    Laptop().enrol(token, noon, ownership="personal")

    device = Device.objects.get()
    assert (device.ownership, device.asset_tag, device.purchase, device.owner_id) == ("company", "A-9", "INV-3", bob.id)
    assert not Unenrolled.objects.exists()


def test_a_lost_device_cannot_enrol_its_way_back(alice, token, noon):
    laptop = Laptop()
    joined = laptop.enrol(token, noon)
    register.mark_lost(joined.device, by=alice.id, at=noon)

    with pytest.raises(Conflict, match="reported lost"):
        Laptop().enrol(token_for(alice, noon, "device/LT-07"), noon)


def test_a_device_that_leaves_ends_its_key_and_is_managed_no_more(client, alice, token, noon):
    laptop = Laptop()
    confirm(laptop.enrol(token, noon).device, alice, noon)
    body = json.dumps({"format": "holdtrue.departure/1", "key": laptop.key}).encode()
    by_another = Laptop(sequence=0).sign(DEPARTURE, body)

    def leave(signature: bytes, sent: bytes = body, key: str = laptop.key) -> int:
        headers = {"Holdtrue-Key": key, "Holdtrue-Signature": base64.b64encode(signature).decode()}
        return client.post("/api/devices/departures", sent, content_type="application/json", headers=headers).status_code

    assert leave(by_another) == 403
    assert leave(laptop.sign(REPORT, body)) == 403
    assert leave(laptop.sign(DEPARTURE, body), key="0" * 32) == 422
    assert leave(laptop.sign(DEPARTURE, b"[]"), b"[]") == 422
    assert result_of("device.managed") is Result.HOLDS
    assert leave(laptop.sign(DEPARTURE, body)) == 200

    core = core_of("device.key-revoked")
    assert (core["key"], core["why"]) == (laptop.key, "the device left")
    assert DeviceKey.objects.get().state == KeyState.REVOKED
    assert result_of("device.managed") is Result.BROKEN
    (answer,) = deliver(laptop.full(laptop.sheet(noon), noon), at=noon)
    assert (answer.status, answer.body["want"]) == (409, "enrol")
    assert leave(laptop.sign(DEPARTURE, body)) == 409


def test_a_departure_that_is_not_signed_takes_no_turn_at_the_database(token, noon):
    laptop = Laptop()
    laptop.enrol(token, noon)
    body = json.dumps({"format": "holdtrue.departure/1", "key": laptop.key}).encode()

    with CaptureQueriesContext(connection) as asked, pytest.raises(NotAllowed):
        depart(body, key=laptop.key, signature=base64.b64encode(bytes(64)).decode(), at=noon)

    assert [one["sql"].partition(" ")[0] for one in asked.captured_queries] == ["SELECT"]


def test_it_works_by_http_and_the_errors_say_what_to_do(client, alice):
    now = timezone.now()
    laptop, token = Laptop(), token_for(alice, now)
    body = laptop.enrolment()
    headers = {
        "Authorization": f"Bearer {token}", "Holdtrue-Key": laptop.key,
        "Holdtrue-Signature": base64.b64encode(laptop.sign(ENROLMENT, body)).decode(),
    }  # fmt: skip
    url = "/api/devices/enrolments"

    assert client.post(url, body, content_type="application/json").status_code == 403
    unsigned = client.post(url, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    assert unsigned.status_code == 422
    assert set(unsigned.json()) == {"error", "hint"}
    done = client.post(url, body, content_type="application/json", headers=headers)

    assert done.status_code == 201
    assert set(done.json()) == {"device", "subject", "key", "every", "entry"}
