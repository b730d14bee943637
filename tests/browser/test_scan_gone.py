"""What is left behind by frames that are gone, and what pages say as they are left, is laid to the right state."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed, gone
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.run import Options, scan

LATER = (State.ACCEPTED, State.WITHDRAWN)


@pytest.fixture(scope="module")
def look():
    assert gone.SITES
    with bed.serving() as port:

        def scanned(name):
            rules = (f"MAP * 127.0.0.1:{port}",)
            options = Options(url=f"http://{name}.example/", clock=lambda: datetime.now(UTC), pages=1, host_rules=rules)
            sighting = asyncio.run(scan(options))
            assert [sighting.answer(state).reached for state in LATER] == [True, True]
            return sighting

        yield scanned


def stored(sighting, host):
    return {(one.state, one.name, one.survived) for one in sighting.observations if one.kind.is_stored and one.domain == host}


def sent(sighting, state):
    here = (one for one in sighting.observations if one.state is state and one.kind.is_sent)
    return {one.name.partition("/")[2] for one in here if one.domain == gone.STATS}


def test_what_a_frame_stored_is_still_there_when_the_frame_comes_no_more(look):
    accepted, withdrawn = LATER
    sighting = look("stays")

    assert stored(sighting, gone.WIDGET) == {
        (accepted, "wish", False),
        (accepted, "shelf", False),
        (withdrawn, "wish", True),
        (withdrawn, "shelf", True),
    }
    # Nothing was sent to find that out.
    assert all(one.state is accepted for one in sighting.observations if one.domain == gone.WIDGET and one.kind is Kind.REQUEST)


def test_what_a_frame_took_away_before_it_went_is_not_said_to_be_left(look):
    assert {state for state, _, _ in stored(look("tidy"), gone.WIDGET)} == {State.ACCEPTED}


def test_what_a_page_says_as_the_withdrawal_leaves_it_was_still_allowed(look):
    sighting = look("farewell")

    assert sent(sighting, State.ACCEPTED) == {"before", "hide", "hidden", "kept"}
    assert sent(sighting, State.WITHDRAWN) == set()


def test_a_page_that_goes_on_after_the_withdrawal_is_told(look):
    assert sent(look("deaf"), State.WITHDRAWN) == {"still"}
