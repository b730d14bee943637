"""A site that writes each visitor's id wherever it can does not get it into a report, in a real browser."""

import asyncio
import base64
import hashlib
import itertools
from argparse import Namespace
from datetime import UTC, datetime

import msgspec
import pytest

from browser.sites import bed
from holdtrue.website.scan import command
from holdtrue.website.scan.document import document
from holdtrue.website.scan.engine.observations import Kind
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.rules import judge

GIVEN: list[str] = []
COUNT = itertools.count(1)
LEAKS = """<h1>x</h1><script>
const id = document.cookie.match(/leak_id=([^;]+)/)[1], mail = "jane.doe@people.example";
localStorage.setItem("copy", id);
document.title = id;
document.write(`<a href="/next?visit=${id}">on</a><a href="/of/${id}">my page</a>`);
document.write(`<script src="http://leaky.localhost/tag/${id}/t.js?uid=${id}&mail=${mail}"><\\/script>`);
new Image().src = `http://other.localhost/p/${btoa(id)}/a.gif?b=${btoa(id)}`;
new Image().src = `http://other.localhost/hop?uid=${id}`;
navigator.sendBeacon(`http://other.localhost/b;v=${id}`, id);
</script>"""


def home(asked):
    held = bed.document(LEAKS)
    if "leak_id" not in asked.headers.get("Cookie", ""):
        GIVEN.append(hashlib.sha256(str(next(COUNT)).encode()).hexdigest()[:24])
        held.headers.append(("Set-Cookie", f"leak_id={GIVEN[-1]}; Path=/; Max-Age=86400"))
    return held


for path in ("/", "/next", "/of/*"):
    bed.page("leak.localhost", path)(home)
bed.page("leaky.localhost", "*")(lambda _: bed.Answer("document.cookie = 'by_tag=1; path=/'", kind="text/javascript"))


@bed.page("other.localhost", "*")
def other(asked):
    if asked.path.startswith("/hop"):
        return bed.Answer(status=302, headers=[("Location", f"/to{asked.path[4:]}"), ("Set-Cookie", "hop=1; Path=/")])
    return bed.Answer(b"", kind="image/gif")


@pytest.fixture(scope="module")
def run():
    kept = []
    with bed.serving() as port:
        options = Options(
            url="http://leak.localhost/",
            clock=lambda: datetime.now(UTC),
            pages=3,
            host_rules=(f"MAP * 127.0.0.1:{port}",),
            keep=kept.append,
        )
        return asyncio.run(scan(options)), kept


def secrets():
    for one in GIVEN:
        yield one
        yield base64.b64encode(one.encode()).decode().rstrip("=")
    yield "jane.doe@people.example"


@pytest.mark.parametrize("form", ["text", "html", "json", "sarif", "junit"])
def test_no_report_of_it_has_a_value(run, form):
    seen, _ = run
    now = datetime.now(UTC)
    whole = document(seen, judge(seen, (), has_policy=False), started=now, ended=now, policy=None)

    report = command._content(whole, Namespace(format=form, locale="en", policy=None, fail_on="low"), None, to_terminal=False)

    assert GIVEN
    assert [one for one in secrets() if one in report] == []
    assert "uid=…" in report


def test_what_was_seen_is_told_all_the_same(run):
    seen, _ = run
    passed_on = {(one.name, one.domain) for one in seen.observations if one.kind is Kind.IDENTIFIER}

    assert passed_on >= {("leak_id", "leaky.localhost"), ("leak_id", "other.localhost")}
    assert {one.set_by for one in seen.observations if one.name == "by_tag"} == {
        "http://leaky.localhost/tag/…/t.js?uid=…&mail=…"
    }


def test_what_is_kept_of_a_scan_has_values_only_in_the_addresses_of_pages_that_are_still_to_be_opened(run):
    _, kept = run

    body = msgspec.json.encode([(one.traces, one.signal) for one in kept]).decode()

    assert [one for one in secrets() if f"?uid={one}" in body or f"?b={one}" in body] == []
