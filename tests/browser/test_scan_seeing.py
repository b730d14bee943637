"""Everything that a browser lets a page do is seen by a scan, with its author, in a real browser."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed, truth
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.run import Options, scan

NOTHING_PRESSED = frozenset({State.NO_CHOICE})


def look(host, states=NOTHING_PRESSED):
    with bed.serving() as port:
        rules = (f"MAP * 127.0.0.1:{port}",)
        url = f"http://{host}/"
        options = Options(url=url, clock=lambda: datetime.now(UTC), pages=1, host_rules=rules, states=states)
        return asyncio.run(scan(options))


@pytest.fixture(scope="module")
def seen():
    return look(truth.HOST)


def test_everything_that_is_stored_is_seen_and_nothing_else_with_its_author(seen):
    stored = {
        (one.kind.value, one.name, one.domain, one.set_by)
        for one in seen.observations
        if one.kind.is_stored and not one.refused_reason
    }

    assert stored == truth.STORED


def test_every_cookie_that_the_browser_refuses_is_told_with_the_reason(seen):
    assert {one.name: one.refused_reason for one in seen.observations if one.refused_reason} == truth.REFUSED


def test_everything_that_is_sent_to_others_is_seen_and_nothing_else(seen):
    sent = {(one.kind.value, one.name) for one in seen.observations if one.kind.is_sent and one.domain != truth.HOST}

    assert sent == truth.SENT


def test_who_asked_for_a_picture_is_known_though_it_is_fetched_later(seen):
    by = {one.name: one.set_by for one in seen.observations if one.kind is Kind.REQUEST}

    assert by[f"{truth.OTHER}/sync"] == truth.LIBRARY
    assert by["events.localhost/stream"] == truth.MAIN
    assert by["third.localhost/end"] == f"http://{truth.OTHER}/start"


def test_an_identifier_that_goes_to_another_party_is_followed(seen):
    told = {(one.name, one.source, one.domain, one.set_by) for one in seen.observations if one.kind is Kind.IDENTIFIER}

    assert told == {
        ("_lib", truth.HOST, truth.OTHER, truth.LIBRARY),
        ("lib_id", truth.HOST, truth.OTHER, truth.LIBRARY),
    }
    assert {one.name for one in seen.observations if one.is_identifier and one.kind.is_stored} == {"_lib", "lib_id"}


def test_an_address_in_a_request_and_a_script_that_reads_along_are_seen(seen):
    told = {
        (one.kind, one.domain, one.set_by) for one in seen.observations if one.kind in {Kind.PERSONAL_DATA, Kind.KEY_LOGGING}
    }

    assert told == {
        (Kind.PERSONAL_DATA, truth.OTHER, truth.LIBRARY),
        (Kind.PERSONAL_DATA, truth.TRACKER, truth.LIBRARY),
        (Kind.KEY_LOGGING, truth.TRACKER, truth.LIBRARY),
    }


def test_every_sort_of_fingerprinting_is_told_with_the_script_that_does_it(seen):
    told = {(one.name, one.set_by) for one in seen.observations if one.kind is Kind.FINGERPRINT}

    assert told == {(sort, truth.LIBRARY) for sort in ("canvas", "fonts", "audio", "navigator")}


def test_ordinary_charts_sounds_and_browser_checks_are_no_fingerprinting():
    assert look("charts.localhost").observations == ()


def test_what_was_there_for_a_moment_and_what_is_put_off_on_each_visit_is_told_so(seen):
    assert {one.name for one in seen.observations if one.deleted and one.kind is Kind.COOKIE} >= {"moment"}
    assert {one.name for one in seen.observations if one.refreshed} >= {"long_lived", "in_store"}


def test_one_who_sends_global_privacy_control_is_told_apart():
    sighting = look("respects-signal.localhost")
    without = {one.name for one in sighting.observations if one.kind is Kind.COOKIE}

    assert without == {"by_script", "by_header"}
    assert sighting.signal is not None
    assert sighting.signal.reached
    assert sighting.signal.observations == ()


def test_the_policy_page_that_the_first_page_links_to_is_read():
    page = look("respects-signal.localhost").policy_page

    assert page is not None
    assert (page.url, page.link) == ("http://respects-signal.localhost/cookies", "Cookie policy")
    assert page.is_reachable
    assert page.dated == "12 March 2026"


def test_an_answer_that_bears_a_number_is_still_the_visitor_s_once_identifiers_were_taken_away():
    sighting = look("numbered.localhost", frozenset({State.NO_CHOICE, State.ACCEPTED, State.WITHDRAWN}))

    assert sighting.answer(State.ACCEPTED).reached
    assert [one.deleted for one in sighting.observations if one.name == "ad_user" and one.state is State.ACCEPTED] == [False]
    assert sighting.answer(State.WITHDRAWN).steps == ("Cookie settings", "Reject all")


def test_an_identifier_that_comes_back_after_it_was_deleted_is_told_and_a_new_one_is_not():
    seen = look("respawns.localhost").observations

    assert {one.name: one.respawned for one in seen} == {"uid": True, "uid_copy": True, "ordinary": False}
    assert not any(one.deleted for one in seen)
