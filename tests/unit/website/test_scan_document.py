"""A scan's JSON goes out and comes back, and a hostile one does not get in."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.text.declarations import Category
from holdtrue.website.knowledge.advice import advice_of
from holdtrue.website.knowledge.classifier import Suggestion
from holdtrue.website.scan.document import PolicyNamed, document, read, write
from holdtrue.website.scan.engine.observations import Answer, Kind, Observation, Party, Sighting, State
from holdtrue.website.scan.engine.run import address
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.report_html import CONTENT_POLICY, html
from holdtrue.website.scan.report_text import text
from holdtrue.website.scan.rules import judge

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PIXEL = "data:image/png;base64,iVBORw0KGgo="
EVIL = "<script>alert(1)</script>\x1b[31m\"'"


@pytest.fixture
def scan():
    one = Observation(
        state=State.NO_CHOICE,
        kind=Kind.LOCAL_STORAGE,
        name=EVIL,
        domain="shop.example",
        party=Party.FIRST,
        page=f"https://shop.example/?{EVIL}",
        set_by=EVIL,
    )
    answers = (Answer(state=State.NO_CHOICE, reached=True, banner="none", screenshot=PIXEL, steps=(EVIL,), verified=(EVIL,)),)
    sighting = Sighting(
        site="https://shop.example/",
        landed="https://shop.example/",
        browser="Chrome/1",
        pages=("https://shop.example/",),
        answers=answers,
        observations=(one,),
    )
    findings = judge(sighting, ())
    policy = PolicyNamed(EVIL, "ab" * 32)
    return document(sighting, findings, started=NOON, ended=NOON + timedelta(seconds=5), policy=policy)


def test_what_is_written_is_read_back_the_same(scan):
    assert read(write(scan)) == scan


def test_the_json_says_what_it_is(scan):
    said = json.loads(write(scan))

    assert (said["format"], said["version"]) == ("holdtrue-scan", 1)
    assert said["states"]["no-choice"]["reached"] is True
    assert {"fault", "severity", "state", "subject", "evidence", "reference", "fix"} <= set(said["findings"][0])
    assert {
        "state",
        "page",
        "kind",
        "name",
        "domain",
        "party",
        "set_by",
        "via",
        "retention_days",
        "http_only",
        "refused_reason",
    } <= set(said["observations"][0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said.update(format="other"), "not holdtrue-scan"),
        (lambda said: said.update(version=2), "version 2"),
        (lambda said: said.update(started="yesterday"), "no result of a scan"),
        (lambda said: said.update(ended="2020-01-01T00:00:00Z"), "before it started"),
        (lambda said: said.update(started="2026-11-25T12:00:00"), "no zone"),
        (lambda said: said["observations"][0].update(kind="cake"), "no result of a scan"),
        (lambda said: said["observations"][0].update(page="a" * 5000), "too long"),
        (lambda said: said["observations"][0].update(name="a" * 201), "“a{40}…” has a name of more than 200 signs"),
        (lambda said: said["observations"][0].update(name="a\0b"), "zero byte"),
        (lambda said: said["pages"].extend(said["pages"] * 50_000), "not believable"),
        (lambda said: said["states"]["no-choice"].update(screenshot="https://evil.example/x.png"), "no picture"),
        (lambda said: said["states"]["no-choice"].update(screenshot='data:image/png;base64,"><script>'), "no picture"),
        (lambda said: said["states"]["no-choice"].update(state="refused"), "another state"),
        (lambda said: said.pop("observations"), "no result of a scan"),
    ],
)
def test_a_document_that_is_not_one_is_refused_with_the_reason(scan, change, message):
    said = json.loads(write(scan))
    change(said)

    with pytest.raises(Invalid, match=message):
        read(json.dumps(said).encode())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_half_written_uploads_are_refused(body):
    with pytest.raises(Invalid, match="no result of a scan"):
        read(body)


def test_a_sites_words_neither_run_nor_draw_in_the_reports(scan):
    page = html(scan)

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "http" not in CONTENT_POLICY
    assert "\x1b" not in text(scan)


def test_the_html_report_needs_nothing_from_anywhere(scan):
    page = html(scan)

    assert set(re.findall(r'href="(.)', page)) == {"#"}
    assert 'src="http' not in page
    assert PIXEL in page


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        ("www.example.org", "https://www.example.org/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        (" https://example.org/a?b ", "https://example.org/a?b"),
    ],
)
def test_an_address_is_completed(given, opened):
    assert address(given) == opened


@pytest.mark.parametrize(
    "given",
    ["", "not a url", "ftp://example.org/", "http://", "https://exa mple.org", "http://x:99999/", "javascript:alert(1)"],
)
def test_what_is_no_address_is_refused(given):
    with pytest.raises(Invalid, match="not the address"):
        address(given)


def test_the_text_lists_every_item_with_its_states_and_who_set_it(scan):
    told = text(replace(scan, states={state: scan.states.get(state, Answer(state=state, reached=False)) for state in State}))
    (row,) = [line for line in told.splitlines() if "<script>" in line and "✗" in line and not line.startswith("✗")]

    assert "before  refused  accepted  withdrawn" in told
    assert row.strip().startswith("local storage")


def test_an_undeclared_item_is_shown_with_a_suggestion_in_every_report(scan):
    (undeclared,) = [one for one in scan.findings if one.fault is Fault.UNDECLARED]
    guess = advice_of(Suggestion(Category.MARKETING, 0.7, ()), None, service="")
    told = replace(scan, findings=(replace(undeclared, suggestion=guess),))

    assert guess.words in text(told)
    assert "Suggestion: " in html(told)
    assert read(write(told)).findings == told.findings


def test_an_unsure_guess_beside_what_is_known_is_left_out_of_the_words():
    unsure = advice_of(Suggestion(Category.MARKETING, 0.4, ()), Category.ANALYTICS, service="Counter")

    assert unsure.words == "Known as analytics (Counter)."


def test_where_guess_and_knowledge_differ_every_report_says_so(scan):
    (undeclared,) = [one for one in scan.findings if one.fault is Fault.UNDECLARED]
    doubtful = advice_of(Suggestion(Category.MARKETING, 0.7, ()), Category.ANALYTICS, service="Counter")
    told = replace(scan, findings=(replace(undeclared, suggestion=doubtful),))

    (suggestion,) = [one["suggestion"] for one in json.loads(write(told))["findings"]]
    assert (suggestion["category"], suggestion["known"], suggestion["disagrees"]) == ("marketing", "analytics", True)
    for report in (text(told, width=400), html(told)):
        assert "but it is known as analytics (Counter). The two disagree: look." in report


def test_a_suggestion_adopts_nothing_by_itself(scan):
    (undeclared,) = [one for one in scan.findings if one.fault is Fault.UNDECLARED]

    assert "(necessary/preferences/analytics/marketing)" in undeclared.fix
    assert all(one.suggestion is None for one in scan.findings if one.fault is not Fault.UNDECLARED)
