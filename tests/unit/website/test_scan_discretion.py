"""No value that stands for a visitor, and nothing that a person typed, leaves in a report; names of parameters are told."""

import hashlib
import json
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from holdtrue.website.scan import command
from holdtrue.website.scan.baseline import baseline_in
from holdtrue.website.scan.document import document, read, write
from holdtrue.website.scan.engine.discretion import Discretion, blanked, blanked_within, pages_in
from holdtrue.website.scan.engine.identifiers import Payloads, Sent
from holdtrue.website.scan.engine.notebook import Notebook
from holdtrue.website.scan.engine.observations import Kind, Note, PolicyPage, State, Trouble
from holdtrue.website.scan.engine.trace import marker, trace_of
from holdtrue.website.scan.rules import judge
from unit.website.scan_given import PAGE, seen, sent, sighting

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECRET = "6958c31e497832f5a3f13cb6"
MAIL = "jane.doe@people.example"
FORMATS = ("text", "html", "json", "sarif", "junit")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://t.example/s?p=an&uid=6958c31e", "https://t.example/s?p=an&uid=…"),
        ("https://t.example/s?uid=1&q=bread&fn=jane&city=Ghent", "https://t.example/s?uid=…&q=…&fn=…&city=…"),
        ("https://t.example/s?t=1764278400000&e=page_view&r=a+b", "https://t.example/s?t=…&e=page_view&r=…"),
        ("https://t.example/tag.js?id=G-1AB2CD3EF4&v=3.2.1&l=data", "https://t.example/tag.js?id=G-1AB2CD3EF4&v=3.2.1&l=data"),
        ("https://t.example/s?6958c31e", "https://t.example/s?…"),
        ("https://t.example/s?a=&b", "https://t.example/s?a=&b"),
        ("https://t.example/s;jsessionid=6958c31e;v=2/x#at=6958c31e", "https://t.example/s;jsessionid=…;v=…/x#at=…"),
        ("https://jane:pass@t.example:8443/", "https://…@t.example:8443/"),
        (f"https://t.example/of/{MAIL}/x", "https://t.example/of/…/x"),
        ("https://t.example/of/jane.doe%40people.example/x", "https://t.example/of/…/x"),
        ("https://t.example/npm/vue@3.2.1/vue.js", "https://t.example/npm/vue@3.2.1/vue.js"),
        ("https://t.example/app.9f86d081884c7d65.js", "https://t.example/app.9f86d081884c7d65.js"),
        ("about:srcdoc", "about:srcdoc"),
    ],
)
def test_an_address_is_told_without_what_may_stand_for_a_visitor(address, told):
    assert blanked(address) == blanked(told) == told


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://a.example/?page=2&lang=nl&id=12345678", "https://a.example/?page=2&lang=nl&id=12345678"),
        ("https://a.example/?sid=42&q=warm+bread", "https://a.example/?sid=…&q=warm+bread"),
        ("https://a.example/?v=6958c31e4978&to=a@b.example", "https://a.example/?v=…&to=…"),
        ("https://a.example/#/shop", "https://a.example/#/shop"),
    ],
)
def test_a_pages_own_address_keeps_what_leads_there(address, told):
    assert blanked(address, {address}) == told
    assert blanked(told, {told}) == told


def test_addresses_within_a_sentence_are_blanked_too():
    words = "sent to “https://t.example/s?uid=1” by https://a.example/x.js?v=2, kept"

    assert blanked_within(words) == "sent to “https://t.example/s?uid=…” by https://a.example/x.js?v=2, kept"


def hostile():
    """Return a site that writes a visitor's id and address wherever it can."""
    digest = hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest()
    everywhere = f"https://t.example/{SECRET}/{digest}/a.js?uid={SECRET}&mail={MAIL}#{SECRET}"
    answers = tuple(replace(one, steps=(f"OK, {SECRET}",), pages=(f"{PAGE}?sid={SECRET}",)) for one in sighting(PAGE).answers)
    facts = {"set_by": everywhere, "url": everywhere, "chain": (everywhere,)}
    return replace(
        sighting(
            seen("uid", state=State.NO_CHOICE, is_identifier=True, **facts),
            seen(f"/sw.js?{SECRET}", kind=Kind.SERVICE_WORKER, **facts),
            seen("_ad", state=State.REFUSED, domain="t.example", via="http", **{**facts, "set_by": everywhere}),
            replace(sent(state=State.NO_CHOICE, path=f"/s/{SECRET}", **facts), page=f"{PAGE}?sid={SECRET}"),
            replace(sent(state=State.REFUSED, kind=Kind.BEACON, **facts), domain=f"{SECRET}.t.example"),
            sent(kind=Kind.IDENTIFIER, source="www.bakery.example", detail="the value of this cookie", **facts),
            replace(sent(kind=Kind.PERSONAL_DATA, **facts), name="e-mail address"),
            answers=answers,
        ),
        site=f"{PAGE}?sid={SECRET}",
        landed=f"{PAGE}?sid={SECRET}",
        pages=(f"{PAGE}?sid={SECRET}", f"{PAGE}u/{SECRET}"),
        notes=(Note(state=State.NO_CHOICE, page=f"{PAGE}u/{SECRET}", trouble=Trouble.HANGS, message=f"See {everywhere}"),),
        policy_page=PolicyPage(url=everywhere, link=f"Policy for {SECRET}", status=404),
    )


def told(scan, form):
    asked = Namespace(format=form, locale="en", policy=None, fail_on="low")
    return command._content(scan, asked, None, to_terminal=False)


def whole(given):
    return document(given, judge(given, (), has_policy=False), started=NOON, ended=NOON, policy=None)


@pytest.mark.parametrize("form", FORMATS)
def test_a_site_that_writes_a_visitors_id_everywhere_gets_it_into_no_report(form):
    given, mark = hostile(), marker("5a" * 16)
    digest = hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest()

    discreet = Discretion(pages_in(given), secret={mark(SECRET), mark(digest)}, mark=mark).of(given)
    report = told(whole(discreet), form)

    assert SECRET in told(whole(given), form)
    assert not any(secret in report for secret in (SECRET, digest, MAIL))
    assert "uid=…" in report


@pytest.mark.parametrize("form", FORMATS)
def test_what_an_earlier_scanner_wrote_in_parameters_leaves_in_no_report_either(form):
    given = replace(hostile(), pages=(PAGE,), notes=(), policy_page=None)
    kept = tuple(one for one in given.observations if SECRET not in one.domain + one.name)
    plain = tuple(replace(one, chain=(), set_by=f"{PAGE}?u={SECRET}", url=f"{PAGE}?u={SECRET}") for one in kept)

    scan = read(write(whole(replace(given, observations=plain, answers=sighting().answers))))

    assert SECRET not in told(scan, form)


def test_a_baseline_with_values_in_its_addresses_knows_the_same_findings():
    given = replace(sighting(), landed=f"{PAGE}?sid={SECRET}", policy_page=PolicyPage(url=f"{PAGE}p?sid={SECRET}", link="x"))
    (finding,) = whole(given).findings

    now = judge(Discretion(pages_in(given)).of(given), (), has_policy=False)

    assert SECRET in finding.subject
    assert [baseline_in(write(whole(given))).knows(one) for one in now] == [True]


def test_what_is_kept_of_a_scan_that_goes_on_later_has_no_values_either():
    notebook, payloads = Notebook(lambda: NOON), Payloads()
    notebook.look_into_jar([{"name": "uid", "value": SECRET, "domain": "a.example", "expires": 1.9e9}], f"{PAGE}?sid={SECRET}")
    payloads.note(SECRET, "t.example", Sent("no-choice", PAGE, f"https://t.example/?u={SECRET}", f"{PAGE}x.js?{SECRET}", "url"))

    trace = trace_of(notebook, payloads, salt="5a" * 16)

    assert trace.errands
    assert SECRET not in json.dumps([str(trace.observations), str(trace.errands), str(trace.held)])
