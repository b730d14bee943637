"""The pages of websites and their scans."""

import json
import re
import socket
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from holdtrue.policy.text.actions import publish_version
from holdtrue.website.scan import actions, jobs, queries
from holdtrue.website.scan.document import document, write
from holdtrue.website.scan.engine.observations import Answer, Kind, Observation, Party, Sighting, State
from holdtrue.website.sites.actions import add_site
from integration.website.test_scan_records import POLICY

_nobody_listens = socket.socket()
"""Holds a port for as long as the tests run, and answers nobody there."""
_nobody_listens.bind(("127.0.0.1", 0))
HOST = f"127.0.0.1:{_nobody_listens.getsockname()[1]}"
URL = f"http://{HOST}/"
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def site(alice, noon):
    return add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)


def body():
    one = Observation(
        state=State.NO_CHOICE, kind=Kind.COOKIE, name=EVIL, domain="127.0.0.1", party=Party.FIRST, page=URL, set_by=URL
    )
    answers = (Answer(state=State.NO_CHOICE, reached=True, verified=("fresh",)),)
    sighting = Sighting(site=URL, landed=URL, browser="Chrome/1", pages=(URL,), answers=answers, observations=(one,))
    now = timezone.now()
    return write(document(sighting, (), started=now - timedelta(seconds=3), ended=now, policy=None))


def test_the_page_of_a_site_shows_its_last_ninety_days(client, site, alice, noon):
    client.force_login(alice)

    page = client.get(f"/sites/{HOST}/").content.decode()

    assert page.count('<figure class="strip">') == 1
    assert 'class="day-unproven"' in page


def test_the_list_says_what_is_unproven_and_how_to_begin(client, site, alice):
    client.force_login(alice)

    page = client.get("/sites/").content.decode()

    assert "never scanned" in page
    assert "unproven" in page


def test_a_new_website_is_held_against_the_policy_that_declares_cookies(client, alice, noon):
    client.force_login(alice)
    assert re.search(r'<input[^>]* name="policy"(?![^>]* value=)', client.get("/sites/").content.decode())

    publish_version(POLICY, based_on=0, by=alice.id, at=noon)

    assert re.search(r'<input[^>]* name="policy" value="cookies"', client.get("/sites/").content.decode())


def test_a_site_is_added_from_its_form(client, alice):
    client.force_login(alice)

    answer = client.post("/sites/add/", {"url": "https://www.bakery.example", "name": "Bakery", "policy": "cookies"})

    assert answer["Location"] == "/sites/www.bakery.example/"


def test_a_wrong_address_keeps_what_was_typed(client, alice):
    client.force_login(alice)

    answer = client.post("/sites/add/", {"url": "nonsense", "name": "Typed with care", "policy": "cookies"})

    assert answer.status_code == 422
    assert "Typed with care" in answer.content.decode()


def test_an_uploaded_scan_is_shown_with_its_findings_and_nothing_of_the_sites_runs(client, site, alice):
    client.force_login(alice)
    file = SimpleUploadedFile("scan.json", body(), content_type="application/json")

    answer = client.post(f"/sites/{HOST}/upload/", {"document": file}, follow=True)

    page = answer.content.decode()
    assert "Stored before any choice" in page
    assert "<strong>no choice</strong>" in page
    assert EVIL not in page
    assert "&lt;img src=x" in page


def test_the_tables_have_a_column_for_each_state_that_was_asked_for_and_no_other(client, site, alice):
    client.force_login(alice)
    whole = json.loads(body())
    whole["states"] = {"no-choice": whole["states"]["no-choice"]}
    whole["observations"] = [one for one in whole["observations"] if one["state"] == "no-choice"]
    file = SimpleUploadedFile("scan.json", json.dumps(whole).encode(), content_type="application/json")

    page = client.post(f"/sites/{HOST}/upload/", {"document": file}, follow=True).content.decode()

    heads = page.split("scan-matrix")[1].split("</thead>")[0]
    assert "no choice" in heads
    assert "withdrawn" not in heads


def test_a_file_that_is_no_scan_says_so_beside_the_field(client, site, alice):
    client.force_login(alice)

    answer = client.post(f"/sites/{HOST}/upload/", {"document": SimpleUploadedFile("x.json", b"{}")})

    assert answer.status_code == 422
    assert "This is no result of a scan" in answer.content.decode()


def test_the_report_stands_alone_in_a_sandbox(client, site, alice, noon):
    recorded = actions.record_upload(body(), host=HOST, by=alice.id, at=timezone.now())
    client.force_login(alice)

    answer = client.get(f"/sites/{HOST}/scans/{recorded.scan}/report/")

    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert EVIL not in answer.content.decode()


def test_the_report_speaks_the_readers_language_and_names_what_the_site_was_held_against(client, site, alice, noon):
    publish_version(POLICY, based_on=0, by=alice.id, at=noon)
    recorded = actions.record_upload(body(), host=HOST, by=alice.id, at=timezone.now())
    client.force_login(alice)

    page = client.get(f"/sites/{HOST}/scans/{recorded.scan}/report/", headers={"Accept-Language": "de"}).content.decode()

    assert '<html lang="de">' in page
    assert "Gemessen an „Cookies, version 1“" in page
    assert "Vorschlag:" in page


def test_a_scan_is_asked_for_by_the_privacy_team_and_not_by_the_auditor(client, site, alice, olga):
    client.force_login(olga)
    assert client.post(f"/sites/{HOST}/scan/").status_code == 403

    client.force_login(alice)
    assert client.post(f"/sites/{HOST}/scan/").status_code == 302
    assert "waiting for the worker" in client.get(f"/sites/{HOST}/").content.decode()


def test_bob_sees_no_websites(client, site, bob):
    client.force_login(bob)

    assert client.get("/sites/").status_code == 403


def test_the_worker_says_why_a_site_could_not_be_scanned(site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=timezone.now())

    assert jobs.run_due_scan(timezone.now())

    (scan,) = queries.scans_of(HOST)
    assert scan.progress == "failed"
    assert "cannot be opened" in scan.message
    assert not jobs.run_due_scan(timezone.now())
