"""Banners that the engine was not made after: answered both ways and taken back, and never falsely believed."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed, wild
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.rules import judge

# The others differ in language alone; benchmarks/scan_banners.py counts them all.
SHAPES = (
    "keuzerondjes", "tienda", "portal", "hirek", "sentence", "uudised", "sure", "spravy", "novice", "zinas", "verlag",
    "istories", "vestnik", "wolke", "kommun", "zeitung",
)  # fmt: skip

LINKS = "".join(f"<a href='/{number}'>No. {number}</a> " for number in range(2000))
ASK = """<div id=q style="position:fixed;bottom:0;background:#fff"><p>We use cookies.</p><button id=y>Accept</button><button id=n>Reject</button></div>
<script>const keep = (what) => { document.cookie = "choice=" + what; q.remove(); }; if (/choice/.test(document.cookie)) q.remove();
else { y.onclick = () => keep("yes"); n.onclick = () => keep("no"); }</script>"""
bed.page("archive.localhost")(lambda _: bed.document(f"<h1>Archive</h1>{LINKS}{ASK}"))


@pytest.fixture(scope="module")
def look():
    with bed.serving() as port:

        def scanned(name):
            rules = (f"MAP * 127.0.0.1:{port}",)
            return asyncio.run(
                scan(Options(url=f"http://{name}.localhost/", clock=lambda: datetime.now(UTC), pages=1, host_rules=rules))
            )

        yield scanned


@pytest.mark.parametrize("name", SHAPES)
def test_a_banner_of_this_shape_is_answered_both_ways_and_taken_back(look, name):
    wrong = {state: told for state, is_right, told in wild.judged(look(name), wild.TRUTH[name]) if not is_right}

    assert wrong == {}


def test_a_choice_that_stands_on_all_cookies_before_anybody_chose_is_told_as_ticked_before(look):
    sighting = look("keuzerondjes")

    assert sighting.answer(State.REFUSED).pre_ticked == ("Alle cookies, ook voor statistieken en reclame",)
    assert Fault.PRE_TICKED in {finding.fault for finding in judge(sighting, (), has_policy=False)}


def test_a_banner_on_a_page_of_two_thousand_links_is_answered(look):
    sighting = look("archive")

    assert sighting.answer(State.REFUSED).steps == ("Reject",)
    assert [sighting.answer(state).reached for state in (State.ACCEPTED, State.REFUSED)] == [True, True]
