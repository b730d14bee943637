"""The scanner, in a real browser, on websites whose whole truth is known."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from browser.sites import bed
from holdtrue.policy.text.rules import parse
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.rules import judge

STORED = {
    ("cookie", "_by_tracker", "offender.localhost", "http://tracker.localhost/t.js"),
    ("cookie", "_own", "offender.localhost", "http://offender.localhost/own.js"),
    ("cookie", "fleeting", "offender.localhost", "http://offender.localhost/own.js"),
    ("cookie", "frame_http", "frame.localhost", "http://frame.localhost/frame"),
    ("cookie", "frame_script", "frame.localhost", "http://frame.localhost/frame"),
    ("cookie", "hop", "pixel.localhost", "http://pixel.localhost/p.gif?id=1"),
    ("cookie", "http_only_id", "offender.localhost", "http://offender.localhost/"),
    ("cookie", "late", "offender.localhost", "http://offender.localhost/own.js"),
    ("cookie", "store_cookie", "offender.localhost", "http://offender.localhost/own.js"),
    ("cookie", "synced", "sync.localhost", "http://sync.localhost/s.gif"),
    ("cookie", "third_id", "tracker.localhost", "http://tracker.localhost/t.js"),
    ("local-storage", "direct", "offender.localhost", "http://offender.localhost/own.js"),
    ("local-storage", "frame_key", "frame.localhost", "http://frame.localhost/frame"),
    ("local-storage", "ls_key", "offender.localhost", "http://offender.localhost/own.js"),
    ("session-storage", "ss_key", "offender.localhost", "http://offender.localhost/own.js"),
    ("indexed-db", "idb_name", "offender.localhost", "http://offender.localhost/own.js"),
    ("cache-storage", "cache_name", "offender.localhost", "http://offender.localhost/own.js"),
    ("service-worker", "http://offender.localhost/sw.js", "offender.localhost", "http://offender.localhost/own.js"),
}
"""Everything that the offending site stores before any choice, and who does it."""


@pytest.fixture(scope="module")
def port():
    with bed.serving() as port:
        yield port


@pytest.fixture(scope="module")
def look(port):
    """Scan one of the sites, once for all tests that ask."""
    seen = {}

    def scanned(name, *, pages=2):
        if name not in seen:
            rules = (f"MAP * 127.0.0.1:{port}",)
            options = Options(url=f"http://{name}.localhost/", clock=lambda: datetime.now(UTC), pages=pages, host_rules=rules)
            seen[name] = asyncio.run(scan(options))
        return seen[name]

    return scanned


def test_a_site_that_keeps_its_policy_has_no_findings(look):
    sighting = look("control")

    assert judge(sighting, parse(bed.CONTROL_POLICY).declarations) == ()
    assert all(sighting.answer(state).reached for state in State)
    assert sighting.answer(State.WITHDRAWN).steps == ("Cookie settings", "Reject all")


def test_everything_that_is_stored_before_a_choice_is_seen_with_its_author(look):
    seen = {
        (one.kind.value, one.name, one.domain, one.set_by)
        for one in look("offender").observations
        if one.state is State.NO_CHOICE and one.kind.is_stored and not one.refused_reason
    }

    assert seen == STORED


def test_what_the_browser_refused_is_told_as_refused(look):
    refused = {one.name: one.refused_reason for one in look("offender").observations if one.refused_reason}

    assert refused == {"bad__domain": "InvalidDomain", "stolen": "InvalidDomain"}


def test_the_lifetime_that_was_asked_for_is_told_beyond_what_browsers_keep(look):
    days = {one.name: one.retention_days for one in look("offender").observations if one.state is State.NO_CHOICE}

    assert (round(days["http_only_id"]), round(days["_own"]), days["frame_script"]) == (5 * 365, 3 * 365, None)


def test_a_cookie_that_lived_for_a_moment_is_seen_and_said_to_be_gone(look):
    (one,) = (one for one in look("offender").observations if one.name == "fleeting" and one.state is State.NO_CHOICE)

    assert one.deleted


def test_third_parties_are_seen_along_redirects_and_as_a_page_is_left(look):
    sent = {
        (one.kind, one.name) for one in look("offender").observations if one.state is State.NO_CHOICE and not one.kind.is_stored
    }

    assert {
        (Kind.REQUEST, "tracker.localhost/t.js"),
        (Kind.REQUEST, "pixel.localhost/p.gif"),
        (Kind.REQUEST, "sync.localhost/s.gif"),
        (Kind.BEACON, "tracker.localhost/leave"),
    } <= sent


def test_partitioned_and_http_only_cookies_are_told_as_such(look):
    (one,) = (one for one in look("offender").observations if one.name == "frame_http" and one.state is State.NO_CHOICE)

    assert (one.partitioned, one.http_only, one.same_site) == (True, True, "None")


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("banner-nl", "Alle cookies toestaan", "Alleen noodzakelijke cookies"),
        ("banner-fr", "J'accepte", "Continuer sans accepter"),
        ("banner-de", "Alle akzeptieren", "Nur notwendige akzeptieren"),
        ("banner-en", "Got it", "No thanks"),
        ("banner-pl", "Zaakceptuj wszystkie", "Odrzuć wszystkie"),
        ("banner-el", "Αποδοχή όλων", "Απόρριψη όλων"),
        ("shadow", "Agree", "Disagree"),
        ("framed", "Accept", "Decline"),
        ("late", "Accept", "Reject"),
    ],
)
def test_a_banner_is_answered_and_the_answer_is_seen_to_arrive(look, name, yes, no):
    sighting = look(name, pages=1)
    counted = {one.state for one in sighting.observations if one.name == "_count"}

    assert sighting.answer(State.ACCEPTED).steps == (yes,)
    assert sighting.answer(State.REFUSED).steps == (no,)
    assert all(sighting.answer(state).verified for state in (State.ACCEPTED, State.REFUSED))
    assert State.REFUSED not in counted


def test_refusing_goes_through_a_settings_layer_and_unticks_what_is_ticked(look):
    refused = look("layered", pages=1).answer(State.REFUSED)

    assert (refused.steps, refused.layer, refused.pre_ticked) == (("Manage preferences", "Save choices"), 2, ("Statistics",))


@pytest.mark.parametrize(
    ("name", "fault"), [("no-refuse", Fault.NO_REFUSE), ("deaf", Fault.UNANSWERABLE), ("keeps", Fault.NOT_DELETED)]
)
def test_a_banner_that_does_not_do_what_it_says_is_a_finding(look, name, fault):
    sighting = look(name, pages=1)

    assert fault in {finding.fault for finding in judge(sighting, (), has_policy=False)}


def test_a_banner_that_stays_is_never_taken_for_answered_and_leaves_a_picture(look):
    refused = look("deaf", pages=1).answer(State.REFUSED)

    assert not refused.reached
    assert refused.screenshot.startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize("name", ["silent", "newsletter"])
def test_a_site_without_a_banner_is_said_to_have_none(look, name):
    sighting = look(name, pages=1)

    assert {answer.banner for answer in sighting.answers} == {"none"}
    assert sighting.observations == ()


def test_every_state_has_its_picture(look):
    assert all(answer.screenshot.startswith("data:image/jpeg;base64,") for answer in look("control").answers)


def test_whoever_started_a_scan_gets_its_pictures_as_they_come():
    with bed.serving() as port:
        words = [
            sys.executable,
            "-m",
            "holdtrue",
            "scan",
            "http://control.localhost/",
            "--host-rule",
            f"MAP * 127.0.0.1:{port}",
        ]
        more = ["--pages", "1", "--progress-lines", "--format", "json", "-o", os.devnull]
        done = subprocess.run([*words, *more], capture_output=True, text=True, timeout=120, check=False)

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["state"] for one in told if one.get("picture", "").startswith("data:image/jpeg;base64,")} == set(State)
