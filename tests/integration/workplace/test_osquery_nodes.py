"""A stock osqueryd, pointed at Holdtrue: its own protocol, word for word as its manual has it."""

import gzip
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.models import Device, OsqueryNode, Report
from holdtrue.workplace.devices.osquery_questions import QUESTIONS
from holdtrue.workplace.devices.register import ask_to_check, mark_lost
from integration.workplace.test_device_reports import token_for

pytestmark = pytest.mark.django_db

DETAILS = {
    "os_version": {"platform": "ubuntu", "name": "Ubuntu", "version": "24.04"},
    "system_info": {"hardware_serial": "S-7", "uuid": "4C4C-01", "hostname": "lt-07"},
    "osquery_info": {"version": "5.12.1"},
}
SUBJECT = "device/S-7"


def send(client, door: str, body: dict, **more):
    return client.post(f"/api/osquery/{door}", json.dumps(body), content_type="application/json", **more).json()


@pytest.fixture
def secret(alice) -> str:
    return token_for(alice, timezone.now())


@pytest.fixture
def key(client, secret) -> str:
    return send(client, "enroll", {"enroll_secret": secret, "host_identifier": "4C4C-01", "host_details": DETAILS})["node_key"]


def snapshot(name: str, *rows: dict, ago: int = 0) -> dict:
    return {
        "name": name,
        "action": "snapshot",
        "snapshot": list(rows),
        "unixTime": int(timezone.now().timestamp()) - ago,
        "hostIdentifier": "4C4C-01",
    }


def log(client, key: str, *entries: dict, **more):
    return send(client, "log", {"node_key": key, "log_type": "result", "data": list(entries)}, **more)


LOCKED = (
    snapshot("os_version", DETAILS["os_version"]),
    snapshot("users", {"uid": "1000", "username": "alice"}),
    snapshot(
        "processes",
        {"name": "sway", "uid": "1000"},
        {"name": "swayidle", "uid": "1000", "cmdline": "swayidle -w timeout 600 'swaylock -f'"},
    ),
)


def lock() -> Result:
    return next(one.result for one in verdicts_on(SUBJECT) if one.commitment == "device.screen-lock")


def test_a_node_enrols_with_a_token_and_is_a_device_of_the_register(client, key):
    device = Device.objects.get()

    assert (device.identity, device.name, device.system) == ("S-7", "lt-07", "linux")
    assert "device.enrolled" in Outbox.objects.filter(about=SUBJECT).values_list("kind", flat=True)
    assert key.encode() not in bytes(OsqueryNode.objects.get().key_hash)


def test_a_wrong_secret_enrols_nobody(client):
    told = send(client, "enroll", {"enroll_secret": "guess", "host_identifier": "x", "host_details": DETAILS})

    assert told["node_invalid"] is True
    assert "node_key" not in told
    assert not Device.objects.exists()


def test_a_node_is_told_what_to_look_at(client, key):
    told = send(client, "config", {"node_key": key})

    assert set(told["schedule"]) == {one.table for one in QUESTIONS}
    assert all(one["snapshot"] for one in told["schedule"].values())
    assert told["options"]["disable_distributed"] is False


@pytest.mark.parametrize("door", ["config", "log", "distributed/read", "distributed/write"])
@pytest.mark.parametrize("wrong", ["", "guess", None, 7, "x" * 5000])
def test_a_wrong_key_is_told_to_enrol_anew(client, door, wrong):
    assert send(client, door, {"node_key": wrong, "log_type": "result", "data": []}) == {"node_invalid": True}


def test_what_a_node_logs_is_judged_and_the_command_line_goes_no_further(client, key):
    assert log(client, key, *LOCKED) == {}

    assert lock() is Result.HOLDS
    from holdtrue.workplace.devices.queries import last_sheet

    sheet = last_sheet(Device.objects.get().id)
    assert [one.value for one in sheet.named("swayidle lock-after")] == [600]
    assert "swaylock" not in str(sheet.facts)


def test_later_logs_add_to_what_is_known(client, key):
    log(client, key, *LOCKED)
    log(client, key, snapshot("processes", {"name": "sway", "uid": "1000"}))

    assert lock() is Result.BROKEN
    assert Report.objects.count() == 2


def test_a_compressed_log_is_read(client, key):
    body = gzip.compress(json.dumps({"node_key": key, "log_type": "result", "data": list(LOCKED)}).encode())
    client.post("/api/osquery/log", body, content_type="application/json", headers={"Content-Encoding": "gzip"})

    assert lock() is Result.HOLDS


@pytest.mark.parametrize("body", [b"", b"[]", b"{", gzip.compress(b"{}")[:-9], b'{"node_key": "x", "data": ' + b"[" * 100_000])
def test_a_message_that_cannot_be_read_is_refused(client, body):
    packed = {"Content-Encoding": "gzip"} if body[:2] == b"\x1f\x8b" else {}

    assert client.post("/api/osquery/log", body, content_type="application/json", headers=packed).status_code == 422


def test_a_message_that_grows_when_unpacked_is_refused(client):
    bomb = gzip.compress(b" " * 40_000_000)

    assert (
        client.post("/api/osquery/log", bomb, content_type="application/json", headers={"Content-Encoding": "gzip"}).status_code
        == 422
    )


def test_an_entry_that_is_none_is_left_out_and_the_node_goes_on(client, key):
    assert log(client, key, {"name": "users", "snapshot": [], "unixTime": "yesterday"}) == {}
    assert log(client, key, *LOCKED) == {}
    assert lock() is Result.HOLDS


def test_nothing_that_a_node_says_of_its_time_is_in_the_future(client, key):
    log(client, key, *(entry | {"unixTime": entry["unixTime"] + 86_400} for entry in LOCKED))

    assert Report.objects.get().collected_at <= timezone.now()


def test_a_status_log_is_let_go(client, key):
    told = send(client, "log", {"node_key": key, "log_type": "status", "data": [{"severity": "2", "message": "x"}]})

    assert told == {}
    assert not Report.objects.exists()


def test_a_node_speaks_for_its_own_device_alone(client, key):
    other = snapshot("system_info", {"hardware_serial": "S-8", "hostname": "lt-08"})
    log(client, key, *LOCKED, other)

    assert [device.identity for device in Device.objects.all()] == ["S-7"]


def test_one_who_wants_it_checked_again_is_answered_at_once(client, key, alice):
    assert send(client, "distributed/read", {"node_key": key}) == {"queries": {}}
    ask_to_check(Device.objects.get().id, by=alice.id, at=timezone.now())
    asked = send(client, "distributed/read", {"node_key": key})["queries"]
    assert {"processes", "os_version"} <= set(asked)
    assert "programs" not in asked
    assert send(client, "distributed/read", {"node_key": key}) == {"queries": {}}

    rows = {entry["name"]: entry["snapshot"] for entry in LOCKED} | {"mounts": []}
    told = {"node_key": key, "queries": rows, "statuses": dict.fromkeys(rows, 0) | {"mounts": 1}}
    assert send(client, "distributed/write", told) == {}
    assert lock() is Result.HOLDS
    storage = next(one for one in verdicts_on(SUBJECT) if one.commitment == "device.removable-storage")
    assert storage.result is Result.UNPROVEN


def test_a_lost_device_speaks_no_more_and_does_not_enrol_anew(client, key, secret, alice):
    mark_lost(Device.objects.get().id, by=alice.id, at=timezone.now())

    assert log(client, key, *LOCKED) == {"node_invalid": True}
    again = {"enroll_secret": secret, "host_identifier": "x", "host_details": DETAILS}
    assert send(client, "enroll", again)["node_invalid"] is True


def test_a_node_that_enrols_again_with_its_token_gets_a_new_key_and_the_old_one_ends(client, key, secret):
    new = send(client, "enroll", {"enroll_secret": secret, "host_identifier": "x", "host_details": DETAILS})["node_key"]

    assert new != key
    assert log(client, key, *LOCKED) == {"node_invalid": True}
    assert log(client, new, *LOCKED) == {}


def test_another_token_for_any_device_does_not_take_a_node_over(client, key, alice):
    other = token_for(alice, timezone.now() + timedelta(seconds=1))

    assert (
        send(client, "enroll", {"enroll_secret": other, "host_identifier": "x", "host_details": DETAILS})["node_invalid"]
        is True
    )
    assert log(client, key, *LOCKED) == {}
