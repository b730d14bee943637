"""Results of other programs are kept, judged beside our own facts, and leave evidence."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from holdtrue.accounts.actions import add_person, issue_token
from holdtrue.accounts.queries import Purpose
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.models import Outbox
from holdtrue.policy.exemptions.models import Exemption
from holdtrue.policy.standing.actions import mark_stale
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.policy.text.actions import publish_version
from holdtrue.workplace import imports, reports
from holdtrue.workplace.facts import Fact, Source
from holdtrue.workplace.results import queries
from holdtrue.workplace.results.actions import give_meaning, take_meaning
from integration.workplace.signing import Laptop
from integration.workplace.signing import deliver as sign_and_deliver
from integration.workplace.signing import token_for as device_token
from integration.workplace.test_device_reports import report, token_for

pytestmark = pytest.mark.django_db

TEXT = """---
policy: rules
title: Rules
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-01
change: First version.
---

[R-1] Screens lock.

> Kept by: device.screen-lock
> Exemption: one decider

[R-2] Nothing is copied.

> Kept by: device.backups
"""


@pytest.fixture
def token(alice, noon) -> str:
    return issue_token(Purpose.RESULTS, subject="", by=alice.id, at=noon, expires_at=noon + timedelta(days=30), record=record)


@pytest.fixture(autouse=True)
def device(alice, noon):
    """A device that said nothing of its lock, so that others may."""
    silent = json.dumps(
        {"device": {"id": "LT-07", "serial": "S-7", "name": "LT-07"}, "collected_at": noon.isoformat(), "facts": []}
    )
    reports.receive(silent.encode(), secret=token_for(alice, noon), at=noon)


def fleet(noon, response: str = "pass", *, name: str = "Screen lock", **host) -> bytes:
    told = {
        "hostname": "lt-07.wegroup.example",
        "policies": [{"name": name, "response": response}],
        "policy_updated_at": noon.isoformat(),
    }
    return json.dumps({"hosts": [{**told, "hardware_serial": "", **host}]}).encode()


def lock(subject: str = "device/LT-07") -> Result:
    return next(one.result for one in verdicts_on(subject) if one.commitment == "device.screen-lock")


def deliver(document, token, at) -> dict:
    return imports.receive_results(document, secret=token, at=at)


@pytest.fixture
def means(alice, noon):
    give_meaning("fleet", "Screen lock", commitment="device.screen-lock", by=alice.id, at=noon)


@pytest.mark.parametrize(("response", "result"), [("pass", Result.HOLDS), ("fail", Result.BROKEN), ("", Result.UNPROVEN)])
def test_a_rule_with_a_meaning_is_a_verdict(means, token, noon, response, result):
    answer = deliver(fleet(noon, response), token, noon)

    assert lock() is result
    assert answer["taken"][0]["subject"] == "device/LT-07"
    assert [one["result"] for one in answer["taken"][0]["verdicts"]] == [result.value]


def test_results_are_kept_with_the_hash_of_the_file_in_evidence(token, noon):
    answer = deliver(fleet(noon, "fail"), token, noon)

    core = json.loads(bytes(Outbox.objects.get(kind="results.taken").core))
    assert (core["sha256"], core["tool"], core["fail"]) == (answer["sha256"], "fleet", 1)
    assert [one.told.rule for one in queries.said_of("device/LT-07")] == ["Screen lock"]
    assert lock() is Result.UNPROVEN


def test_the_same_file_again_leaves_no_second_entry(token, noon):
    deliver(fleet(noon), token, noon)
    deliver(fleet(noon), token, noon + timedelta(hours=1))

    assert Outbox.objects.filter(kind="results.taken").count() == 1


def test_an_older_answer_changes_nothing(means, token, noon):
    deliver(fleet(noon, "fail"), token, noon)
    deliver(fleet(noon - timedelta(hours=1), "pass"), token, noon)

    assert lock() is Result.BROKEN


def test_a_rule_that_is_no_longer_named_is_forgotten(token, noon):
    deliver(fleet(noon), token, noon)
    later = noon + timedelta(hours=1)
    deliver(fleet(later, name="Another"), token, later)

    assert [one.told.rule for one in queries.said_of("device/LT-07")] == ["Another"]


def test_what_the_agent_saw_outweighs_what_others_say(means, alice, token, noon):
    body = json.loads(report(noon + timedelta(minutes=1), idle=3600))
    body["device"] = {"id": "LT-07", "serial": "S-7", "name": "LT-07"}
    later = noon + timedelta(minutes=1)
    again = issue_token(
        Purpose.DEVICE, subject="device/LT-07", by=alice.id, at=later, expires_at=noon + timedelta(days=1), record=record
    )
    reports.receive(json.dumps(body).encode(), secret=again, at=later)
    deliver(fleet(noon + timedelta(hours=1), "pass"), token, noon + timedelta(hours=1))

    assert lock() is Result.BROKEN


@pytest.mark.parametrize(("response", "result"), [("pass", Result.HOLDS), ("fail", Result.BROKEN)])
@pytest.mark.usefixtures("means")
def test_what_others_say_stands_while_a_device_says_nothing_of_it(alice, token, noon, response, result):
    laptop = Laptop("LT-08")
    laptop.enrol(device_token(alice, noon), noon)
    silent = replace(laptop.sheet(noon), facts=())
    answers = sign_and_deliver(laptop.full(silent, noon), at=noon)
    deliver(fleet(noon, response, hostname="LT-08"), token, noon)
    for hours in (1, 13):
        at = noon + timedelta(hours=hours)
        told = replace(silent, collected_at=at, facts=(Fact("com.example.own value", hours, Source.OBSERVED, at),))
        answers += sign_and_deliver(laptop.change(silent, told, at), laptop.unchanged(told, at), at=at)
        reports.follow_unchanged(at)
        silent = told

    assert [one.status for one in answers] == [201, 201, 200, 201, 200]
    assert lock("device/LT-08") is result
    mark_stale(at=noon + timedelta(days=3))
    assert lock("device/LT-08") is Result.UNPROVEN


def test_a_meaning_that_is_given_later_judges_what_was_told_before(alice, token, noon):
    deliver(fleet(noon, "fail"), token, noon)
    assert lock() is Result.UNPROVEN

    give_meaning("fleet", "Screen lock", commitment="device.screen-lock", by=alice.id, at=noon)

    assert lock() is Result.BROKEN
    assert Outbox.objects.filter(kind="results.meant").count() == 1


def test_a_meaning_is_given_once_taken_once_and_only_known_ones(alice, noon, means):
    with pytest.raises(Conflict):
        give_meaning("fleet", "Screen lock", commitment="device.screen-lock", by=alice.id, at=noon)
    with pytest.raises(Invalid):
        give_meaning("fleet", "Screen lock", commitment="site.retention", by=alice.id, at=noon)
    with pytest.raises(Invalid):
        give_meaning("nessus", "x", commitment="device.screen-lock", by=alice.id, at=noon)
    take_meaning("fleet", "Screen lock", commitment="device.screen-lock", by=alice.id, at=noon)
    with pytest.raises(NotFound):
        take_meaning("fleet", "Screen lock", commitment="device.screen-lock", by=alice.id, at=noon)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ({}, True),
        ({"hostname": "LT-07"}, True),
        ({"hardware_serial": "s-7", "hostname": "renamed"}, True),
        ({"hardware_serial": "S-8"}, False),
        ({"hostname": "lt-08"}, False),
    ],
)
def test_a_host_is_recognised_by_its_serial_before_its_name(token, noon, host, known):
    answer = deliver(fleet(noon, **host), token, noon)

    assert (len(answer["taken"]), answer["unknown_count"]) == ((1, 0) if known else (0, 1))


def test_a_token_for_something_else_delivers_no_results(alice, noon):
    with pytest.raises(NotAllowed):
        deliver(fleet(noon), token_for(alice, noon), noon)


def test_nothing_that_a_device_says_keeps_the_word_of_another_program_fresh(means, token, noon):
    from holdtrue.policy.standing.actions import confirm_verdicts

    deliver(fleet(noon), token, noon)
    confirm_verdicts({"device/LT-07": noon + timedelta(hours=5)}, ["device.screen-lock", "device.backups"])
    seen = {one.commitment: one.reason.observed_at for one in verdicts_on("device/LT-07")}

    assert seen["device.screen-lock"] == noon
    assert seen["device.backups"] > noon


# --- waivers ----------------------------------------------------------------------------------------------------------


def waived(noon, rule: str = "lock-1", **more) -> bytes:
    waiver = {"justification": "The kiosk shows the menu all day.", "expiration_date": "2027-02-01", **more}
    control = {"id": rule, "waiver_data": waiver, "results": [{"status": "failed", "start_time": noon.isoformat()}]}
    return json.dumps({"version": "5", "profiles": [{"controls": [control]}], "platform": {"target_id": "LT-07"}}).encode()


@pytest.fixture
def waivable(alice, noon):
    publish_version(TEXT, based_on=0, by=alice.id, at=noon)
    give_meaning("inspec", "lock-1", commitment="device.screen-lock", by=alice.id, at=noon)


def test_a_waiver_becomes_a_request_that_somebody_else_decides(waivable, alice, token, noon):
    answer = deliver(waived(noon), token, noon)

    row = Exemption.objects.get()
    assert answer["taken"][0]["exemptions_asked"] == [str(row.id)]
    assert (row.state, row.clauses, row.requester_id, row.job) == (
        "asked",
        ["rules/R-1"],
        alice.id,
        "The kiosk shows the menu all day.",
    )
    assert row.scope["devices"] == ["device/LT-07"]
    assert row.scope["settings"] == ["lock-1"]
    assert row.ends.date().isoformat() == "2027-02-02"
    assert lock() is Result.BROKEN


def test_a_consent_to_the_request_makes_the_waived_verdict_exempt(waivable, token, noon):
    from holdtrue.policy.exemptions import actions
    from holdtrue.policy.exemptions.queries import register
    from holdtrue.policy.exemptions.rules import Choice
    from holdtrue.policy.standing.rules import consented
    from holdtrue.workplace.devices.models import Device
    from holdtrue.workplace.devices.queries import owners_by_subject
    from holdtrue.workplace.devices.register import Papers, assign_device
    from holdtrue.workplace.devices.rules import Ownership

    carl = add_person(
        "carl@wegroup.example", "Carl", password="correct horse battery", roles=[Role.STAFF], at=noon, record=record
    )
    sofie = add_person(
        "sofie@wegroup.example", "Sofie", password="correct horse battery", roles=[Role.SECURITY], at=noon, record=record
    )
    assign_device(Device.objects.get().id, Papers(Ownership.COMPANY, owner=carl.id), by=sofie.id, at=noon)
    deliver(waived(noon), token, noon)
    actions.decide(Exemption.objects.get().id, Choice.GRANT, by=sofie, at=noon)

    later = noon + timedelta(minutes=1)
    consents = register(at=later, owners=owners_by_subject())
    verdict = next(one for one in verdicts_on("device/LT-07") if one.commitment == "device.screen-lock")
    assert consented(verdict, consents, at=later).result is Result.EXEMPT


def test_the_same_waiver_is_asked_once(waivable, token, noon):
    deliver(waived(noon), token, noon)
    later = noon + timedelta(hours=1)
    deliver(waived(later), token, later)

    assert Exemption.objects.count() == 1


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"rule": "other"}, "answers for no clause"),
        ({"justification": ""}, "gives no reason"),
        ({"expiration_date": "2020-01-01"}, "end before it begins"),
    ],
)
def test_a_waiver_that_cannot_be_asked_for_is_told_and_the_results_are_kept(waivable, token, noon, document, why):
    answer = deliver(waived(noon, **document), token, noon)

    assert not Exemption.objects.exists()
    assert why in answer["taken"][0]["waivers_refused"][0]
    assert queries.said_of("device/LT-07")


# --- addresses and pages ------------------------------------------------------------------------------------------------


def test_results_are_delivered_over_http_with_a_header_or_in_the_address(client, token, noon, settings):
    post = {"data": fleet(noon), "content_type": "application/octet-stream"}

    assert client.post("/api/devices/results", **post, headers={"Authorization": f"Bearer {token}"}).status_code == 201
    assert client.post(f"/api/hooks/{token}", **post).status_code == 201
    assert client.post("/api/hooks/ht_results_wrong", **post).status_code == 403
    assert client.post("/api/devices/results", **post).status_code == 403


def test_personnel_do_not_see_what_other_programs_say(client, bob):
    client.force_login(bob)

    assert client.get("/work/results/").status_code == 403
    assert client.get("/work/results/of/device/LT-07/").status_code == 403


def test_the_page_shows_rules_and_lets_security_alone_say_what_they_mean(client, alice, olga, token, noon):
    deliver(fleet(noon, "fail", name="<b>Lock</b>"), token, noon)
    client.force_login(olga)
    page = client.get("/work/results/").content.decode()
    assert "&lt;b&gt;Lock&lt;/b&gt;" in page
    assert "&lt;b&gt;Lock&lt;/b&gt;" in client.get("/work/results/of/device/LT-07/").content.decode()
    assert client.get("/work/results/mean/").status_code == 403
    client.force_login(alice)
    said = {"tool": "fleet", "rule": "<b>Lock</b>", "commitment": "device.screen-lock"}
    assert client.post("/work/results/mean/", said).status_code == 302
    assert lock() is Result.BROKEN
    assert client.post("/work/results/mean/", said).status_code == 422
    assert client.post("/work/results/mean/", said | {"take": "1"}).status_code == 302
