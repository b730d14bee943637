"""Where work is kept is judged by what sync clients say, and never better than they say it."""

from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Source, System
from holdtrue.workplace.storage.rules import CLOUD, WITHIN, Place, judge_drills, judge_storage, risks

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
OURS = Place("Our cloud", "nextcloud", "cloud.wegroup.example")
WEB = Place("Workspace", "browser", "")


def sheet(user: str = "alice", **facts) -> FactSheet:
    told = {"clients": ["nextcloud"], "local-only": []}
    if facts.get("clients", ["nextcloud"]) not in (..., []) and "nextcloud" in facts.get("clients", ["nextcloud"]):
        told |= {
            "nextcloud accounts": ["cloud.wegroup.example"], "nextcloud running": True, "nextcloud paused": False,
            "nextcloud last-active": (NOON - timedelta(hours=1)).isoformat(),
        }  # fmt: skip
    told |= {name.replace("__", " ").replace("_", "-"): value for name, value in facts.items()}
    found = tuple(
        Fact(f"sync.{name}", value, Source.OBSERVED, NOON, None, user, "a file")
        for name, value in told.items()
        if value is not ...
    )
    return FactSheet(Identity("LT-07", "LT-07", System.LINUX), NOON, found)


@pytest.mark.parametrize(
    ("facts", "places", "result"),
    [
        ({}, [OURS], Result.HOLDS),
        ({}, [Place("Any", "nextcloud", "")], Result.HOLDS),
        ({}, [], Result.UNPROVEN),
        ({"clients": ...}, [OURS], Result.UNPROVEN),
        ({"clients": []}, [OURS], Result.BROKEN),
        ({"clients": []}, [WEB], Result.HOLDS),
        ({"clients": []}, [WEB, OURS], Result.HOLDS),
        ({"clients": ["dropbox"]}, [WEB], Result.BROKEN),
        ({"clients": ["nextcloud", "dropbox"]}, [OURS], Result.BROKEN),
        ({"nextcloud__accounts": ["cloud.other.example"]}, [OURS], Result.BROKEN),
        ({"nextcloud__accounts": ["cloud.wegroup.example", "cloud.other.example"]}, [OURS], Result.BROKEN),
        ({"nextcloud__accounts": ["CLOUD.wegroup.example"]}, [OURS], Result.HOLDS),
        ({"nextcloud__accounts": []}, [OURS], Result.BROKEN),
        ({"nextcloud__accounts": ...}, [OURS], Result.UNPROVEN),
        ({"nextcloud__running": False}, [OURS], Result.BROKEN),
        ({"nextcloud__paused": True}, [OURS], Result.BROKEN),
        ({"nextcloud__paused": ...}, [OURS], Result.HOLDS),
        ({"nextcloud__last_active": (NOON - timedelta(days=15)).isoformat()}, [OURS], Result.UNPROVEN),
        ({"nextcloud__last_active": "yesterday"}, [OURS], Result.UNPROVEN),
        ({"nextcloud__last_active": "2026-11-25T11:00:00"}, [OURS], Result.UNPROVEN),
        ({"nextcloud__last_active": ...}, [OURS], Result.HOLDS),
        ({"local_only": ["Documents: 12"]}, [OURS], Result.UNPROVEN),
        ({"local_only": ["Documents: 12"], "clients": []}, [OURS], Result.BROKEN),
        ({"clients": ["a-new-one"]}, [OURS, WEB], Result.BROKEN),
    ],
)
def test_storage_is_judged(facts, places, result):
    verdict = judge_storage(sheet(**facts), places, subject="device/LT-07")

    assert (verdict.result, verdict.commitment) == (result, CLOUD)
    assert verdict.reason.advice or result is Result.HOLDS


def test_one_person_who_works_elsewhere_breaks_it_for_the_device_and_is_named():
    two = sheet().facts + sheet("bob", clients=["dropbox"]).facts
    verdict = judge_storage(FactSheet(Identity("x", "x", System.LINUX), NOON, two), [OURS], subject="device/x")

    assert verdict.result is Result.BROKEN
    assert "bob" in verdict.reason.value
    assert verdict.parts == ("dropbox",)


def verdict(commitment: str, result: Result) -> Verdict:
    return Verdict(commitment, "device/x", result, Reason("f", "what was seen", "s", NOON, "r"))


def test_what_a_device_never_said_counts_as_at_risk():
    assert all(one.is_open for one in risks((), ()))
    assert len(risks((), ())) == 3


def test_only_what_holds_is_safe():
    commitments = ("device.disk-encryption", "device.screen-lock", CLOUD)
    safe = risks((), [verdict(one, Result.HOLDS) for one in commitments])
    unproven = risks((), [verdict(one, Result.UNPROVEN) for one in commitments])

    assert not any(one.is_open for one in safe)
    assert all(one.is_open and "what was seen" in one.what for one in unproven)


def test_signed_in_clients_and_local_files_are_at_risk():
    words = [one.what for one in risks(sheet(local_only=["Desktop: 3"]).facts, ()) if one.is_open]

    assert "Nextcloud is signed in for alice" in words
    assert "files in no synced folder of alice: Desktop: 3" in words


@pytest.mark.parametrize(
    ("courses", "result"),
    [
        ([], Result.UNPROVEN),
        ([(timedelta(days=10), timedelta(hours=3))], Result.HOLDS),
        ([(timedelta(days=10), WITHIN)], Result.HOLDS),
        ([(timedelta(days=10), WITHIN + timedelta(minutes=1))], Result.BROKEN),
        ([(timedelta(days=400), timedelta(hours=3))], Result.UNPROVEN),
        ([(timedelta(hours=1), None)], Result.UNPROVEN),
        ([(timedelta(hours=9), None)], Result.BROKEN),
        ([(timedelta(days=100), timedelta(days=2)), (timedelta(days=10), timedelta(hours=1))], Result.HOLDS),
        ([(timedelta(days=100), timedelta(hours=1)), (timedelta(days=10), timedelta(days=2))], Result.BROKEN),
    ],
)
def test_a_loss_has_to_be_drilled_each_year_and_answered_in_time(courses, result):
    begun = [(NOON - ago, None if took is None else NOON - ago + took) for ago, took in courses]

    assert judge_drills(begun, within=WITHIN, at=NOON).result is result
