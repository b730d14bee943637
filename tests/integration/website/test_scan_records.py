"""Scans that arrive, wait, run and are recorded."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.kinds import Kind as EntryKind
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.policy.text.actions import publish_version
from holdtrue.website.scan import actions, queries
from holdtrue.website.scan.document import document, write
from holdtrue.website.scan.engine.observations import Answer, Kind, Observation, Party, Sighting, State
from holdtrue.website.scan.models import Progress
from holdtrue.website.sites.actions import add_site

POLICY = """---
policy: cookies
title: Cookies
language: en
audience: public
organisation: Bakery
address: Street 1, Ghent
contact: baker@bakery.example
in-force: 2026-01-01
change: This is the first version.
---

## Cookies

[CP-4] These are all of them.

| Name | Provider | Purpose | Category | Party | Set by | Retention |
|---|---|---|---|---|---|---|
| _visits | Bakery | counts visits | analytics | first | script | 180 days |
"""
URL = "https://www.bakery.example/"
HOST = "www.bakery.example"


def result(at, *observations, url=URL):
    answers = tuple(Answer(state=state, reached=True, banner="unknown", layer=1, verified=("gone",)) for state in State)
    sighting = Sighting(
        site=url, landed=url, browser="Chrome/1", pages=(url,), answers=answers, observations=observations, notes=()
    )
    return write(document(sighting, (), started=at - timedelta(seconds=9), ended=at, policy=None))


def cookie(name="_visits", *, state=State.ACCEPTED):
    return Observation(
        state=state, kind=Kind.COOKIE, name=name, domain=HOST, party=Party.FIRST, page=URL, via="script", retention_days=180.0
    )


def entries(kind):
    return list(Outbox.objects.filter(kind=kind))


def standing():
    return {verdict.commitment.removeprefix("site."): verdict.result for verdict in verdicts_on(f"site/{HOST}")}


@pytest.fixture
def site(alice, noon):
    publish_version(POLICY, based_on=0, by=alice.id, at=noon)
    return add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)


def test_a_new_site_stands_as_unproven_and_leaves_an_entry(site):
    assert set(standing().values()) == {Result.UNPROVEN}
    assert [entry.about for entry in entries(EntryKind.SITE_ADDED)] == [f"site/{HOST}"]


def test_a_site_is_on_the_list_once(site, alice, noon):
    with pytest.raises(Conflict, match="on the list already"):
        add_site(URL, name="Again", policy="cookies", by=alice.id, at=noon)

    assert len(entries(EntryKind.SITE_ADDED)) == 1


def test_a_recorded_scan_becomes_standing_and_evidence_of_its_very_bytes(site, alice, noon):
    body = result(noon, cookie())

    recorded = actions.record_upload(body, host=HOST, by=alice.id, at=noon)

    assert set(standing().values()) == {Result.HOLDS}
    (entry,) = entries(EntryKind.SCAN_RECORDED)
    assert hashlib.sha256(body).hexdigest() in bytes(entry.core).decode()
    assert entry.id == recorded.entry == queries.newest_of(HOST).entry


def test_the_findings_in_an_upload_are_not_believed(site, alice, noon):
    recorded = actions.record_upload(result(noon, cookie(state=State.NO_CHOICE)), host=HOST, by=alice.id, at=noon)

    assert [finding.fault.value for finding in recorded.findings] == ["before-consent"]
    assert standing()["consent-first"] is Result.BROKEN
    assert [finding.subject for finding in queries.findings_of(recorded.scan)] == [f"_visits @ {HOST}"]


def test_a_token_speaks_for_its_own_site_alone(site, alice, noon):
    with pytest.raises(Invalid, match=r"not of www\.bakery\.example"):
        actions.receive_scan(result(noon, url="https://other.example/"), subject=f"site/{HOST}", by=alice.id, at=noon)

    assert not entries(EntryKind.SCAN_RECORDED)


def test_a_delivered_scan_is_answered_with_its_entry_and_findings(site, alice, noon):
    answer = actions.receive_scan(result(noon, cookie("_x")), subject=f"site/{HOST}", by=alice.id, at=noon)

    assert answer["entry"] == str(entries(EntryKind.SCAN_RECORDED)[0].id)
    assert [finding["fault"] for finding in answer["findings"]] == ["undeclared", "declared-not-observed"]


def test_the_same_result_is_recorded_once(site, alice, noon):
    body = result(noon, cookie())
    actions.record_upload(body, host=HOST, by=alice.id, at=noon)

    with pytest.raises(Conflict, match="recorded already"):
        actions.record_upload(body, host=HOST, by=alice.id, at=noon)

    assert len(entries(EntryKind.SCAN_RECORDED)) == 1


def test_a_scan_from_the_future_is_refused(site, alice, noon):
    with pytest.raises(Invalid, match="in the future"):
        actions.record_upload(result(noon + timedelta(hours=1)), host=HOST, by=alice.id, at=noon)


def test_a_site_that_nobody_added_takes_no_scan(alice, noon):
    with pytest.raises(NotFound):
        actions.record_upload(result(noon), host=HOST, by=alice.id, at=noon)


def test_without_a_policy_in_force_the_tables_are_unproven(alice, noon):
    add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)

    actions.record_upload(result(noon), host=HOST, by=alice.id, at=noon)

    assert standing()["inventory-true"] is Result.UNPROVEN


def test_a_scan_is_asked_for_once_at_a_time(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)

    with pytest.raises(Conflict, match="waiting or running"):
        actions.request_scan(HOST, by=alice.id, at=noon)

    assert len(entries(EntryKind.SCAN_REQUESTED)) == 1


def test_a_waiting_scan_is_claimed_by_one_worker(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)

    claim = actions.claim_due_scan("one", at=noon)

    assert (claim.host, claim.url) == (HOST, URL)
    assert actions.claim_due_scan("two", at=noon + timedelta(seconds=30)) is None


def test_a_dead_workers_scan_is_taken_over_after_its_lease_and_its_late_result_refused(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)
    dead = actions.claim_due_scan("dead", at=noon)
    later = noon + actions.LEASE + timedelta(seconds=1)

    alive = actions.claim_due_scan("alive", at=later)

    assert alive.scan == dead.scan
    assert not actions.keep_claim(dead, at=later)
    with pytest.raises(Conflict, match="taken this scan over"):
        actions.finish_scan(dead, result(later, cookie()), at=later)
    assert not entries(EntryKind.SCAN_RECORDED)
    actions.finish_scan(alive, result(later, cookie()), at=later)
    assert queries.scan(HOST, alive.scan).progress is Progress.DONE
    assert len(entries(EntryKind.SCAN_RECORDED)) == 1


def test_a_heartbeat_keeps_a_claim(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)
    claim = actions.claim_due_scan("one", at=noon)

    assert actions.keep_claim(claim, at=noon + timedelta(seconds=50))
    assert actions.claim_due_scan("two", at=noon + timedelta(seconds=100)) is None


def test_a_scan_over_which_workers_die_is_given_up_with_the_reason(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)
    for number in range(actions.MOST_TRIES):
        assert actions.claim_due_scan(f"dead-{number}", at=noon + 2 * number * actions.LEASE)

    assert actions.claim_due_scan("alive", at=noon + 2 * actions.MOST_TRIES * actions.LEASE) is None
    (given_up,) = queries.scans_of(HOST)
    assert (given_up.progress, "died 3 times" in given_up.message) == (Progress.FAILED, True)


def test_a_failed_scan_says_why_and_leaves_the_standing(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)
    before = standing()

    actions.fail_scan(actions.claim_due_scan("one", at=noon), "The site cannot be opened.", at=noon)

    assert queries.scans_of(HOST)[0].message == "The site cannot be opened."
    assert standing() == before


def test_a_worker_that_is_stopped_puts_its_scan_back(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)
    actions.release_claim(actions.claim_due_scan("one", at=noon))

    assert actions.claim_due_scan("two", at=noon) is not None


def test_the_record_shows_what_the_server_judged(site, alice, noon):
    recorded = actions.record_upload(result(noon, cookie("_x")), host=HOST, by=alice.id, at=noon)

    kept = queries.document_of(recorded.scan)
    assert replace(kept, findings=()) == replace(kept, findings=())
    shown = queries.judged(HOST, recorded.scan)
    assert "_x @ www.bakery.example" in {one.subject for one in shown.findings}
    assert shown.policy.title == "Cookies, version 1"
