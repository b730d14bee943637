"""Banners in shapes that the engine once could not answer are answered both ways and taken back."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed, shapes, wild
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


@pytest.mark.parametrize("name", shapes.TRUTH)
def test_a_banner_of_this_shape_is_answered_both_ways_and_taken_back(look, name):
    sighting = look(name)

    assert {state: told for state, is_right, told in wild.judged(sighting, shapes.TRUTH[name]) if not is_right} == {}
    reached = [sighting.answer(state) for state in (State.ACCEPTED, State.REFUSED) if sighting.answer(state).reached]
    assert all(answer.remembered for answer in reached)


@pytest.mark.parametrize(("name", "state"), shapes.FALSE.items())
def test_what_only_seems_to_be_answered_is_told_as_not_answered(look, name, state):
    sighting = look(name)

    assert not sighting.answer(State(state)).reached
    told = {finding.fault for finding in judge(sighting, [], has_policy=False)}
    assert told & {Fault.UNANSWERABLE, Fault.UNVERIFIED}


def test_buttons_that_stay_pressed_are_no_boxes_ticked_beforehand(look):
    told = {finding.fault for finding in judge(look("stayspressed"), [], has_policy=False)}

    assert Fault.PRE_TICKED not in told


def test_a_box_that_keeps_the_answer_agrees_to_nothing(look):
    told = {finding.fault for finding in judge(look("keepsanswer"), [], has_policy=False)}

    assert Fault.PRE_TICKED not in told
