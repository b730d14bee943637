"""How the visitors of a scan set out, and what each writes down before it leaves a page."""

import asyncio
import threading
import time
from datetime import UTC, datetime

import pytest

from browser.sites import bed
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.run import Options, scan

TOGETHER = threading.Barrier(2, timeout=12)
ASKED: list[str] = []


@bed.page("together.localhost")
def together(asked: bed.Handler) -> bed.Answer:
    """Answer the first visitor when a second one has come too."""
    if len(ASKED) < TOGETHER.parties:
        ASKED.append(asked.path)
        TOGETHER.wait()
    return bed.document(bed.CONTROL, head=bed.BANNER_STYLE)


bed.SITES["together.localhost", "/site.js"] = bed.control_script


@bed.page("draft.localhost")
def draft(asked: bed.Handler) -> bed.Answer:
    return bed.document(
        '<h1>Write to us</h1><form><textarea id="letter" rows="4" cols="40"></textarea></form>'
        "<script>letter.oninput = () => { localStorage.draft = letter.value; };</script>"
    )


COME: list[str] = []


@bed.page("slow.localhost")
def slow(asked: bed.Handler) -> bed.Answer:
    """Ask the first two visitors at once, and whoever comes later by a script that takes its time."""
    COME.append(asked.path)
    is_early = len(COME) <= TOGETHER.parties
    fetched = "fetch('/slow.js').then(come => come.text()).then(Function).then(begin => begin())"
    slowly = bed.CONTROL.replace(' src="/site.js">', f">{fetched}")
    return bed.document(bed.CONTROL if is_early else slowly, head=bed.BANNER_STYLE)


@bed.page("slow.localhost", "/slow.js")
def slow_script(asked: bed.Handler) -> bed.Answer:
    time.sleep(4)
    return bed.control_script(asked)


bed.SITES["slow.localhost", "/site.js"] = bed.control_script


@pytest.fixture(scope="module")
def look():
    with bed.serving() as port:

        def looked(host, states):
            options = Options(
                url=f"http://{host}/",
                clock=lambda: datetime.now(UTC),
                pages=1,
                states=frozenset(states),
                host_rules=(f"MAP * 127.0.0.1:{port}",),
            )
            return asyncio.run(scan(options))

        yield looked


def test_whoever_has_the_longest_way_asks_for_the_first_page_while_the_first_visitor_still_waits_for_it(look):
    seen = look("together.localhost", (State.NO_CHOICE, State.ACCEPTED))

    assert not TOGETHER.broken
    assert [seen.answer(state).reached for state in (State.NO_CHOICE, State.ACCEPTED)] == [True, True]


def test_what_a_page_stores_of_what_is_typed_is_seen(look):
    seen = look("draft.localhost", (State.NO_CHOICE,))

    assert [one.name for one in seen.observations if one.kind is Kind.LOCAL_STORAGE] == ["draft"]


def test_a_banner_that_others_met_is_waited_for_where_it_is_slow_to_come(look):
    seen = look("slow.localhost", (State.NO_CHOICE, State.ACCEPTED, State.REFUSED))

    assert len(COME) > TOGETHER.parties
    assert seen.answer(State.ACCEPTED).reached
    assert seen.answer(State.REFUSED).reached, seen.answer(State.REFUSED).why_not
