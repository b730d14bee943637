"""The register of devices: what is written down, by whom, with which evidence; and its pages."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices import register
from holdtrue.workplace.devices.models import Device, DeviceKey, Step, Unenrolled
from holdtrue.workplace.devices.register import Papers
from holdtrue.workplace.devices.rules import KeyState, Ownership
from integration.workplace.signing import Laptop, confirm, deliver, token_for

pytestmark = pytest.mark.django_db
COMPANY = Papers(Ownership.COMPANY, asset_tag="A-1", purchase="INV-7")
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def device(alice, noon):
    laptop = Laptop()
    joined = laptop.enrol(token_for(alice, noon), noon)
    deliver(laptop.full(laptop.sheet(noon), noon), at=noon)
    return Device.objects.get(id=joined.device)


def managed() -> Result:
    return next(one.result for one in verdicts_on("device/LT-07") if one.commitment == "device.managed")


def entries(kind: str) -> list[dict]:
    return [json.loads(bytes(core)) for core in Outbox.objects.filter(kind=kind).values_list("core", flat=True)]


def test_a_device_is_expected_with_its_papers(alice, noon):
    register.expect_device("S/1", COMPANY, name="Spare", by=alice.id, at=noon)

    row = Unenrolled.objects.get()
    assert (row.serial, row.name, row.asset_tag, row.is_expected) == ("S-1", "Spare", "A-1", True)
    assert entries("device.expected")[0]["serial"] == "S-1"
    with pytest.raises(Conflict, match="expected already"):
        register.expect_device("S/1", COMPANY, by=alice.id, at=noon)
    with pytest.raises(Invalid, match="serial number"):
        register.expect_device("  ", COMPANY, by=alice.id, at=noon)
    assert len(entries("device.expected")) == 1


def test_a_tag_that_a_device_claims_is_no_proof_until_somebody_writes_it_down(alice, noon):
    joined = Laptop().enrol(token_for(alice, noon), noon, asset_tag="A-1")

    device = Device.objects.get()
    assert (device.asset_tag, device.claimed_tag) == ("", "A-1")
    assert managed() is Result.UNPROVEN
    verdict = next(one for one in verdicts_on("device/LT-07") if one.commitment == "device.managed")
    assert "says that its asset tag is A-1" in verdict.reason.value
    confirm(joined.device, alice, noon)
    assert managed() is Result.HOLDS


def test_one_asset_tag_is_the_proof_of_one_device(alice, noon):
    first = Laptop("LT-01").enrol(token_for(alice, noon), noon, asset_tag="A-1").device
    second = Laptop("LT-02").enrol(token_for(alice, noon), noon, asset_tag="a-1").device
    confirm(first, alice, noon)

    with pytest.raises(Conflict, match="Another device carries"):
        confirm(second, alice, noon, "a-1")
    register.retire_device(first, by=alice.id, at=noon)
    confirm(second, alice, noon, "a-1")
    assert Device.objects.get(id=second).asset_tag == "a-1"


def test_an_expected_tag_that_another_device_carries_is_not_taken_over(alice, device, noon):
    confirm(device.id, alice, noon)
    register.expect_device("LT-08", Papers(Ownership.COMPANY, asset_tag="A-1"), by=alice.id, at=noon)

    Laptop("LT-08").enrol(token_for(alice, noon), noon)

    assert Device.objects.get(identity="LT-08").asset_tag == ""
    assert next(one.result for one in verdicts_on("device/LT-08") if one.commitment == "device.managed") is Result.UNPROVEN


def test_the_page_shows_a_claim_and_who_else_carries_the_tag(client, alice, noon):
    shown = Laptop("LT-01").enrol(token_for(alice, noon), noon, asset_tag="<b>A-1</b>").device
    other = Laptop("LT-02").enrol(token_for(alice, noon), noon, asset_tag="<B>a-1</B>").device
    client.force_login(alice)

    page = client.get(f"/work/devices/{shown}/").content.decode()
    assert "the device itself says &lt;b&gt;A-1&lt;/b&gt;, which nobody confirmed" in page
    assert "the same tag: LT-02" in page
    told = {"owner": "", "ownership": "company", "asset_tag": "A-1", "purchase": ""}
    assert client.post(f"/work/devices/{shown}/", told).status_code == 302
    again = client.post(f"/work/devices/{other}/", told)
    assert again.status_code == 422
    assert "Another device carries this asset tag" in again.content.decode()


def test_a_device_that_joined_is_not_expected(alice, device, noon):
    with pytest.raises(Conflict, match="joined already"):
        register.expect_device("LT-07", COMPANY, by=alice.id, at=noon)


def test_a_device_that_a_gateway_saw_becomes_an_expected_one(alice, noon):
    register.note_seen("S-1", asked_by="vpn", at=noon)
    register.expect_device("S-1", COMPANY, by=alice.id, at=noon)

    assert Unenrolled.objects.get().is_expected


def test_papers_prove_a_device(alice, bob, device, noon):
    assert managed() is Result.UNPROVEN

    register.assign_device(device.id, Papers(Ownership.COMPANY, "A-1", owner=bob.id), by=alice.id, at=noon)
    register.assign_device(device.id, Papers(Ownership.COMPANY, "A-1", owner=bob.id), by=alice.id, at=noon)

    assert managed() is Result.HOLDS
    assert [core["has_proof"] for core in entries("device.assigned")] == [True]
    with pytest.raises(NotFound):
        register.assign_device(NOBODY, COMPANY, by=alice.id, at=noon)


def test_lost_and_found(alice, device, noon):
    register.assign_device(device.id, COMPANY, by=alice.id, at=noon)
    register.mark_lost(device.id, by=alice.id, at=noon)
    assert managed() is Result.BROKEN
    with pytest.raises(Conflict, match="is lost"):
        register.mark_lost(device.id, by=alice.id, at=noon)
    with pytest.raises(Conflict, match="no agent"):
        register.ask_to_check(device.id, by=alice.id, at=noon)

    register.mark_found(device.id, by=alice.id, at=noon)

    assert managed() is Result.HOLDS
    assert (len(entries("device.lost")), len(entries("device.found"))) == (1, 1)
    assert list(Step.objects.order_by("id").values_list("kind", flat=True)) == [
        "device.assigned",
        "device.lost",
        "device.found",
    ]
    with pytest.raises(Conflict, match="in use"):
        register.mark_found(device.id, by=alice.id, at=noon)


def test_a_retired_device_stands_under_nothing_and_its_history_stays(alice, device, noon):
    register.retire_device(device.id, by=alice.id, at=noon)

    assert verdicts_on("device/LT-07") == []
    assert DeviceKey.objects.get().state == KeyState.REVOKED
    assert entries("device.retired")[0]["key"] == DeviceKey.objects.get().id
    after = [core for core in entries("standing.changed") if core["after"] == "not-applicable"]
    assert len(after) >= 5
    with pytest.raises(Conflict):
        register.retire_device(device.id, by=alice.id, at=noon)
    with pytest.raises(Conflict):
        register.mark_lost(device.id, by=alice.id, at=noon)


def test_a_key_is_revoked_once(alice, device, noon):
    register.revoke_key(device.id, by=alice.id, at=noon)

    assert managed() is Result.BROKEN
    assert entries("device.key-revoked")
    with pytest.raises(Conflict, match="no key"):
        register.revoke_key(device.id, by=alice.id, at=noon)


def test_a_suspected_key_is_cleared_by_a_person(alice, device, noon):
    register.assign_device(device.id, COMPANY, by=alice.id, at=noon)
    with pytest.raises(Conflict, match="not suspected"):
        register.clear_suspicion(device.id, by=alice.id, at=noon)
    DeviceKey.objects.update(suspected_at=noon)

    register.clear_suspicion(device.id, by=alice.id, at=noon)

    assert managed() is Result.HOLDS
    assert entries("device.key-cleared")


def test_a_silent_device_is_not_proven_by_paper(alice, device, noon):
    register.assign_device(device.id, COMPANY, by=alice.id, at=noon + timedelta(hours=25))

    assert managed() is Result.UNPROVEN


# Pages


def test_the_list_shows_who_needs_somebody_and_finds_by_words(client, alice, bob):
    now = timezone.now()
    for number in range(60):
        Device.objects.create(
            identity=f"N-{number:02}", name=f"Box {number:02}", serial=f"S{number}", system="linux", enrolled_at=now, last_seen=now,
            token=NOBODY, asset_tag=f"T{number}", owner=bob if number == 7 else None,
        )  # fmt: skip
    client.force_login(alice)

    first = client.get("/work/devices/").content.decode()
    assert first.count("Box ") == 50
    assert "page=1" in first
    assert client.get("/work/devices/?show=needs&page=1").content.decode().count("Box ") == 10
    assert client.get("/work/devices/?q=t7").content.decode().count("Box ") == 1
    assert client.get("/work/devices/?q=bob").content.decode().count("Box ") == 1
    assert client.get("/work/devices/?show=lost").status_code == 200
    assert client.get("/work/devices/?show=nonsense&page=zzz").status_code == 200
    client.force_login(bob)
    assert client.get("/work/devices/").content.decode().count("Box ") == 1


def test_hostile_words_are_shown_as_words(client, alice):
    now = timezone.now()
    evil = "<script>alert(1)</script>"
    Device.objects.create(identity="E", name=evil, serial=evil, system="linux", enrolled_at=now, last_seen=now, token=NOBODY)
    register.note_seen("x", asked_by=evil, at=now)
    client.force_login(alice)

    for page in ("/work/devices/?show=all", "/work/devices/?show=not-enrolled", f"/work/devices/{Device.objects.get().id}/"):
        assert "<script>alert" not in client.get(page).content.decode()


def test_a_table_of_purchases_is_taken_whole_or_not_at_all(client, alice, bob):
    client.force_login(alice)
    head = "serial;name;asset_tag;purchase;owner\n"

    def upload(text: str):
        file = SimpleUploadedFile("purchases.csv", text.encode())
        return client.post("/work/devices/expect/", {"file": file, "ownership": "company"})

    wrong = upload(head + "S1;;A1;I1;\n;;A2;I2;\n")
    assert wrong.status_code == 422
    assert "Line 3" in wrong.content.decode()
    assert "nobody@x.example" in upload(head + "S1;;;;nobody@x.example\n").content.decode()
    assert not Unenrolled.objects.exists()
    assert upload(head + "S1;Laptop;A1;I1;bob@wegroup.example\nS2;;A2;I2;\nS2;;A2;I2;\n").status_code == 302
    assert sorted(Unenrolled.objects.values_list("serial", "owner_id")) == [("S1", bob.id), ("S2", None)]
    assert len(entries("device.expected")) == 2


def test_one_device_is_expected_by_its_page_and_forgotten(client, alice):
    client.force_login(alice)
    assert client.post("/work/devices/expect/", {"ownership": "company"}).status_code == 422
    told = {"serial": "S9", "ownership": "company", "asset_tag": "A9"}
    assert client.post("/work/devices/expect/", told).status_code == 302
    assert "S9" in client.get("/work/devices/?show=not-enrolled").content.decode()

    assert client.post(f"/work/devices/expected/{Unenrolled.objects.get().id}/forget/").status_code == 302
    assert not Unenrolled.objects.exists()
    assert client.post(f"/work/devices/expected/{NOBODY}/forget/").status_code == 404


def test_only_the_security_team_acts_and_the_owner_may_ask_for_a_check(client, alice, bob, olga, device):
    noon = device.enrolled_at
    register.assign_device(device.id, Papers(Ownership.COMPANY, "A", owner=bob.id), by=alice.id, at=noon)
    act = f"/work/devices/{device.id}/do"
    client.force_login(bob)
    assert client.post(f"{act}/check/").status_code == 302
    assert Device.objects.get().check_at is not None
    assert client.post(f"{act}/revoke/").status_code == 403
    client.force_login(olga)
    assert client.post(f"{act}/check/").status_code == 403
    client.force_login(alice)
    assert client.get(f"{act}/check/").status_code == 405
    assert client.post(f"{act}/explode/").status_code == 404
    assert client.post(f"{act}/revoke/").status_code == 302
    assert "Key" in client.get(f"/work/devices/{device.id}/").content.decode()


def test_everybody_reads_what_devices_tell(client, bob):
    client.force_login(bob)

    page = client.get("/work/devices/collected/", headers={"Accept-Language": "en"}).content.decode()

    assert "What is never read" in page
    assert "kept 90 days" in page
