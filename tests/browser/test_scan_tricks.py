"""Banners that come late, flash, hide or pretend are answered where a person could, and never believed beyond their effect."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed, tricks
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, scan

REFUSED = frozenset({State.REFUSED})
WITHDRAWN = frozenset({State.ACCEPTED, State.WITHDRAWN})


@pytest.fixture(scope="module")
def look():
    assert tricks.AGAIN
    with bed.serving() as port:

        def scanned(name, states):
            options = Options(
                url=f"http://{name}.localhost/",
                clock=lambda: datetime.now(UTC),
                pages=1,
                host_rules=(f"MAP * 127.0.0.1:{port}",),
                states=states,
            )
            return asyncio.run(scan(options))

        yield scanned


def test_a_button_that_did_nothing_yet_is_pressed_once_more(look):
    answer = look("sleepy", REFUSED).answer(State.REFUSED)

    assert answer.reached
    assert answer.steps == ("Non merci",)
    assert "stored consent" in answer.verified


def test_a_banner_that_hides_from_programs_is_seen_and_taken_back_by_the_button_within_its_icon(look):
    sighting = look("shy", WITHDRAWN)

    assert sighting.answer(State.ACCEPTED).steps == ("Ja, dat is prima",)
    assert sighting.answer(State.WITHDRAWN).reached
    assert sighting.answer(State.WITHDRAWN).steps == ("Cookies (dialoogvenster)", "Liever niet")


def test_a_withdrawal_that_only_closes_a_panel_is_none(look):
    sighting = look("painted", WITHDRAWN)

    assert sighting.answer(State.ACCEPTED).reached
    assert not sighting.answer(State.WITHDRAWN).reached


def test_what_a_page_stores_for_everybody_proves_no_answer(look):
    answer = look("noisy", REFUSED).answer(State.REFUSED)

    assert answer.steps == ("Decline",)
    assert not answer.reached
    assert "asked again" in answer.why_not


def test_a_question_about_letters_is_no_banner_though_it_speaks_of_privacy(look):
    sighting = look("letters", REFUSED)

    assert sighting.answer(State.REFUSED).steps == ()
    assert "letters" not in {one.name for one in sighting.observations}
    assert sighting.banner is None
