"""What one visitor's notebook tells of the values that it saw: their shape, and nothing more."""

from datetime import UTC, datetime

import msgspec
import pytest

from holdtrue.website.scan.engine import cookies
from holdtrue.website.scan.engine.deeds import Deed
from holdtrue.website.scan.engine.notebook import Notebook
from holdtrue.website.scan.engine.observations import LONGEST_NAME, Kind, State

PAGE = "https://www.bakery.example/"
HOST = "www.bakery.example"
SECRET = "8f14e45f-ceea-467f-a0e6-0d1b2c3d4e5f"


@pytest.fixture
def notebook():
    return Notebook(lambda: datetime(2026, 11, 26, tzinfo=UTC))


def jar(name, value):
    return {"name": name, "value": value, "domain": HOST, "expires": -1, "session": True}


def lasting(notebook, value, *, days):
    return {**jar("visitor", value), "expires": notebook.clock().timestamp() + days * 86_400, "session": False}


def answer(notebook, line):
    deed = Deed(state=State.NO_CHOICE, page=PAGE, by=PAGE, via="http")
    notebook.set_cookie(cookies.parse(line, at=notebook.clock()), host=HOST, deed=deed)


def only(notebook):
    [one] = notebook.observations()
    return one


def shapes(notebook):
    return {one.name: one.value_shape for one in notebook.observations()}


def test_what_stands_there_is_told_with_the_shape_of_its_value_and_never_the_value(notebook):
    notebook.look_into_jar([jar("visitor", SECRET), jar("seen", "1"), jar("nothing", "")], PAGE)
    frame = {"origin": PAGE, "local": [["basket", '{"loaves":2}']], "session": [["tab", "12"]], "indexed": ["store"]}
    notebook.look_into_frames([frame], PAGE)

    assert shapes(notebook) == {
        "visitor": "uuid",
        "seen": "flag",
        "nothing": "empty",
        "basket": "structure",
        "tab": "number",
        "store": "",
    }
    assert SECRET not in msgspec.json.encode(notebook.observations()).decode()


def test_the_newest_value_counts(notebook):
    notebook.look_into_jar([jar("visitor", "0")], PAGE)
    notebook.look_into_jar([jar("visitor", SECRET)], PAGE)

    assert shapes(notebook) == {"visitor": "uuid"}


def test_a_cookie_that_no_browser_kept_has_the_shape_that_was_asked_for(notebook):
    deed = Deed(state=State.NO_CHOICE, page=PAGE, by=PAGE, via="http")
    cookie = cookies.parse(f"gone={SECRET}; Path=/", at=notebook.clock())
    notebook.set_cookie(cookie, host=HOST, deed=deed, refused="SameSiteStrict")

    assert shapes(notebook) == {"gone": "uuid"}


def test_a_name_that_is_too_long_to_be_told_ends_in_dots_and_can_be_read_again(notebook):
    notebook.look_into_jar([jar("visitor" * 100, "1")], PAGE)

    assert only(notebook).name == f"{'visitor' * 28}vis…"
    assert len(only(notebook).name) == LONGEST_NAME


def test_what_is_sent_has_no_shape(notebook):
    notebook.send(Kind.REQUEST, f"{PAGE}?id={SECRET}", Deed(state=State.NO_CHOICE, page=PAGE))

    assert set(shapes(notebook).values()) == {""}


def test_an_answer_whose_cookie_is_never_seen_was_passed_over_by_the_browser(notebook):
    answer(notebook, f"visitor={SECRET}; Path=/")
    notebook.look_into_jar([], PAGE)
    assert only(notebook).refused_reason == ""

    notebook.look_into_jar([], PAGE)

    assert only(notebook).refused_reason == "NotStored"


@pytest.mark.parametrize("line", [f"visitor={SECRET}; Path=/", f"visitor={SECRET}; Path=/; Max-Age=20"])
def test_a_cookie_that_was_taken_away_or_lived_for_moments_was_no_refused_one(notebook, line):
    answer(notebook, line)
    if "Max-Age" not in line:
        notebook.erase_cookie("visitor")
    notebook.look_into_jar([], PAGE)
    notebook.look_into_jar([], PAGE)

    assert only(notebook).refused_reason == ""
    assert only(notebook).deleted
    assert only(notebook).momentary


def test_one_that_is_made_anew_after_it_was_gone_is_not_put_off(notebook):
    notebook.look_into_jar([lasting(notebook, SECRET, days=30)], PAGE)
    notebook.look_into_jar([], PAGE)
    notebook.loads += 1
    notebook.look_into_jar([lasting(notebook, SECRET[::-1], days=31)], PAGE)
    assert not only(notebook).refreshed

    notebook.loads += 1
    notebook.look_into_jar([lasting(notebook, SECRET[::-1], days=32)], PAGE)

    assert only(notebook).refreshed


def test_what_the_scanner_puts_back_did_not_come_back_by_itself(notebook):
    notebook.look_into_jar([lasting(notebook, SECRET, days=30)], PAGE)
    notebook.look_into_jar([], PAGE)
    notebook.loads += 1
    notebook.give_back([("cookie", "visitor", HOST)])

    notebook.look_into_jar([lasting(notebook, SECRET, days=30)], PAGE)

    assert not only(notebook).respawned


def test_another_tab_has_a_session_storage_of_its_own(notebook):
    full, empty = {"origin": PAGE, "session": [["visit", SECRET]]}, {"origin": PAGE, "session": []}
    notebook.look_into_frames([full], PAGE, tab="1")
    notebook.loads += 1

    notebook.look_into_frames([empty], PAGE, tab="2")
    assert not only(notebook).deleted
    assert not only(notebook).momentary

    notebook.look_into_frames([full], PAGE, tab="1")
    assert not only(notebook).respawned


def test_what_only_another_tab_than_the_answered_one_still_holds_is_not_left_standing(notebook):
    full, empty = {"origin": PAGE, "session": [["visit", "1"]]}, {"origin": PAGE, "session": []}
    notebook.state = State.ACCEPTED
    for tab in ("1", "2"):
        notebook.look_into_frames([full], PAGE, tab=tab)

    notebook.enter(State.WITHDRAWN, tab="1")
    notebook.look_into_frames([empty], PAGE, tab="1")
    notebook.look_into_frames([full], PAGE, tab="2")
    notebook.look_back(full, Deed(state=State.WITHDRAWN, page=PAGE, via="storage"))
    assert {one.state for one in notebook.observations()} == {State.ACCEPTED}

    deed = Deed(state=State.WITHDRAWN, page=PAGE, by=f"{PAGE}s.js", via="storage")
    notebook.add(Kind.SESSION_STORAGE, "visit", HOST, deed)
    notebook.look_into_frames([full], PAGE, tab="2")
    (again,) = [one for one in notebook.observations() if one.state is State.WITHDRAWN]
    assert (again.deleted, again.survived) == (False, False)


def test_what_the_answered_tab_still_holds_is_left_standing(notebook):
    full = {"origin": PAGE, "session": [["visit", "1"]]}
    notebook.state = State.ACCEPTED
    notebook.look_into_frames([full], PAGE, tab="1")

    notebook.enter(State.WITHDRAWN, tab="1")
    notebook.look_into_frames([full], PAGE, tab="1")

    assert [one.survived for one in notebook.observations()] == [False, True]


def test_what_came_while_going_back_to_the_choice_belongs_to_the_state_before(notebook):
    notebook.state = State.ACCEPTED
    notebook.enter(State.WITHDRAWN, tab="")
    notebook.send(Kind.REQUEST, "https://tool.example/ui", Deed(state=State.WITHDRAWN, page=PAGE))

    notebook.go_back(State.WITHDRAWN)

    assert only(notebook).state is State.ACCEPTED


def test_what_was_stored_while_going_back_to_the_choice_is_not_told_as_gone(notebook):
    notebook.state = State.ACCEPTED
    notebook.enter(State.WITHDRAWN, tab="")
    notebook.look_into_frames([{"origin": PAGE, "local": [["opened", "1"]]}], PAGE)

    notebook.go_back(State.WITHDRAWN)

    assert (only(notebook).state, only(notebook).deleted) == (State.ACCEPTED, False)


def test_each_script_that_fingerprints_is_told(notebook):
    for script in ("one.js", "other.js"):
        deed = Deed(state=State.NO_CHOICE, page=PAGE, by=f"{PAGE}{script}")
        notebook.add(Kind.FINGERPRINT, "canvas", HOST, deed)

    assert {one.set_by for one in notebook.observations()} == {f"{PAGE}one.js", f"{PAGE}other.js"}
