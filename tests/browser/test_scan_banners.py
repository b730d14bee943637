"""Banners as they are met in the wild are answered as a person would, and believed only when the effect is seen."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import banners, bed
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.rules import judge


@pytest.fixture(scope="module")
def look():
    with bed.serving() as port:

        def scanned(name):
            rules = (f"MAP * 127.0.0.1:{port}",)
            return asyncio.run(
                scan(Options(url=f"http://{name}.localhost/", clock=lambda: datetime.now(UTC), pages=1, host_rules=rules))
            )

        yield scanned


@pytest.mark.parametrize("name", banners.ANSWERED)
def test_whatever_its_buttons_are_a_banner_is_answered_both_ways(look, name):
    sighting = look(name)
    accepted, refused = sighting.answer(State.ACCEPTED), sighting.answer(State.REFUSED)
    counted = {one.state for one in sighting.observations if one.name == "_count"}

    assert (accepted.steps[-1:], refused.steps[-1:]) == tuple((words,) for words in banners.ANSWERED[name])
    assert accepted.reached
    assert refused.reached
    assert State.ACCEPTED in counted
    assert not counted & {State.NO_CHOICE, State.REFUSED}
    if name in {"footer", "floats", "ownpage"}:
        assert sighting.answer(State.WITHDRAWN).reached


def test_a_banner_that_only_hides_is_never_taken_for_answered(look):
    sighting = look("pretends")

    assert [answer.state for answer in sighting.answers if answer.reached] == [State.NO_CHOICE]
    assert "asked again" in sighting.answer(State.REFUSED).why_not


def test_a_banner_without_a_way_to_refuse_is_accepted_and_not_refused(look):
    sighting = look("oneway")

    assert sighting.answer(State.ACCEPTED).reached
    assert not sighting.answer(State.REFUSED).reached


def test_the_boxes_of_a_further_layer_are_told_as_they_stood(look):
    banner = look("thirdlayer").banner

    assert banner is not None
    assert [(box.label, box.on, box.fixed) for box in banner.boxes] == [("Statistieken", True, False), ("Reclame", True, False)]


def test_how_a_banner_looks_is_told_button_by_button(look):
    banner = look("curtain").banner

    assert banner is not None
    accept, refuse = banner.buttons
    assert (accept.label, accept.role, accept.tag, accept.has_body) == ("Akceptuję", "accept", "button", True)
    assert (refuse.label, refuse.role, refuse.tag, refuse.has_body) == ("Nie zgadzam się", "refuse", "a", False)
    assert accept.font_size > refuse.font_size
    assert refuse.contrast < 4.5 < accept.contrast
    assert banner.blocks
    assert banner.locks_scrolling
    assert not banner.hides_content


def test_a_banner_is_looked_at_also_where_the_visitor_s_identifiers_are_taken_away_afterwards(look):
    sighting = look("knownvisitor")

    assert any(one.name == "visit" and one.is_identifier for one in sighting.observations)
    assert sighting.banner is not None
    assert [(button.role, button.has_body) for button in sighting.banner.buttons] == [("accept", True), ("refuse", False)]
    assert Fault.UNEQUAL_BUTTONS in {finding.fault for finding in judge(sighting, (), has_policy=False)}


@pytest.mark.parametrize("name", ["wallafter", "wallnext"])
def test_a_wall_that_comes_up_once_it_was_refused_is_told_as_a_wall(look, name):
    sighting = look(name)
    faults = {finding.fault: finding for finding in judge(sighting, (), has_policy=True)}

    assert sighting.answer(State.REFUSED).walled
    assert sighting.answer(State.REFUSED).reached
    assert sighting.answer(State.REFUSED).pages == (sighting.landed,)
    assert "after “Reject all”" in faults[Fault.COOKIE_WALL].evidence
    assert not {Fault.NO_REFUSE, Fault.REFUSAL_FORGOTTEN} & set(faults)


def test_a_banner_that_stays_as_it_was_is_no_wall(look):
    assert not look("pretends").answer(State.REFUSED).walled
    assert not look("divs").answer(State.REFUSED).walled
