"""Which item is the site's own memory of the answer: by when it came and that it is another for yes than for no."""

from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
import pytest

from holdtrue.website.scan.engine import cookies
from holdtrue.website.scan.engine.deeds import Deed
from holdtrue.website.scan.engine.identifiers import Payloads, Sent
from holdtrue.website.scan.engine.notebook import Notebook
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.trace import Trace, still_agrees, trace_of
from holdtrue.website.scan.engine.union import united

HOST = "www.bakery.example"
PAGE = f"https://{HOST}/"
SALT = "00" * 16


def visitor(state, value, *, before="", domain=HOST, beside="", authored=True):
    """Return the trace of somebody who answers, and whose jar has the value from then on, with a second cookie beside it."""
    notebook = Notebook(lambda: datetime(2026, 11, 27, tzinfo=UTC))
    notebook.look_into_jar([jar(before, domain)] if before else [], PAGE)
    stamp = notebook.stamp
    notebook.enter(state, tab="")
    for name in ("ok7", "beside"):
        deed = Deed(state=state, page=PAGE, by=f"{PAGE}banner.js", via="script")
        if (name == "ok7" or beside) and authored:
            notebook.set_cookie(
                cookies.parse(f"{name}={value or beside}", at=notebook.clock()), host=domain.lstrip("."), deed=deed
            )
    notebook.look_into_jar([jar(value, domain), *([jar(beside, domain, name="beside")] if beside else [])], PAGE)
    notebook.heed(stamp)
    return trace_of(notebook, Payloads(), salt=SALT)


def jar(value, domain=HOST, *, name="ok7"):
    return {"name": name, "value": value, "domain": domain, "expires": -1, "session": True}


def choices(*visitors):
    return {one.state for one in united(visitors, site=HOST) if one.is_choice}


def names(*visitors):
    return {one.name for one in united(visitors, site=HOST) if one.is_choice}


def test_a_value_that_is_another_for_yes_than_for_no_remembers_the_answer():
    assert choices(visitor(State.ACCEPTED, "1"), visitor(State.REFUSED, "0")) == {State.ACCEPTED, State.REFUSED}
    assert choices(
        *(visitor(state, value, domain=f".{HOST}") for state, value in ((State.ACCEPTED, "1"), (State.REFUSED, "0")))
    )
    dated = ('{"at":1795000000123,"marketing":true}', '{"at":1795000099456,"marketing":false}')
    assert choices(visitor(State.ACCEPTED, dated[0]), visitor(State.REFUSED, dated[1])) == {State.ACCEPTED, State.REFUSED}


@pytest.mark.parametrize(
    "visitors",
    [
        (visitor(State.ACCEPTED, "1"), visitor(State.REFUSED, "1")),
        (visitor(State.ACCEPTED, "at 1795000000123"), visitor(State.REFUSED, "at 1795000099456")),
        (visitor(State.ACCEPTED, "k3j9x1pqz7w2"), visitor(State.REFUSED, "a8s7d6f5g4h3")),
        (visitor(State.ACCEPTED, "1"),),
        (visitor(State.ACCEPTED, "2", before="1"), visitor(State.REFUSED, "3", before="1")),
        (visitor(State.ACCEPTED, "1", domain="t.example"), visitor(State.REFUSED, "0", domain="t.example")),
    ],
    ids=["alike", "times", "identifiers", "one answer", "there before", "somebody else's"],
)
def test_anything_else_is_no_memory_of_the_answer(visitors):
    assert choices(*visitors) == set()


def test_a_flag_that_the_same_script_writes_beside_it_belongs_to_it_and_a_word_does_not():
    assert names(visitor(State.ACCEPTED, "1", beside="true"), visitor(State.REFUSED, "0", beside="true")) == {"ok7", "beside"}
    assert names(visitor(State.ACCEPTED, "1", beside="berlin"), visitor(State.REFUSED, "0", beside="berlin")) == {"ok7"}
    assert names(visitor(State.ACCEPTED, "1", beside="true"), visitor(State.REFUSED, "1", beside="true")) == set()
    nobodys = [
        visitor(state, value, beside="true", authored=False) for state, value in ((State.ACCEPTED, "1"), (State.REFUSED, "0"))
    ]
    assert names(*nobodys) == {"ok7"}


def test_a_state_that_was_not_reached_wrote_nothing():
    notebook = Notebook(lambda: datetime(2026, 11, 27, tzinfo=UTC))
    stamp = notebook.stamp
    notebook.enter(State.REFUSED, tab="")
    notebook.look_into_jar([jar("0")], PAGE)
    notebook.heed(stamp)
    notebook.abandon(State.REFUSED)

    assert trace_of(notebook, Payloads(), salt=SALT).written == ()


def test_what_was_written_is_kept_without_its_value():
    kept = msgspec.json.encode(visitor(State.ACCEPTED, "everything-is-fine"))

    assert b"everything" not in kept
    assert msgspec.json.decode(kept, type=Trace).written


def answered(state, written, *, before=(), told=()):
    """Return the trace of somebody whose answer has the banner's script write these cookies, beside what stood there before."""
    notebook = Notebook(lambda: datetime(2026, 11, 27, tzinfo=UTC))
    payloads = Payloads()
    standing = dict(before)
    notebook.look_into_jar([jar(value, name=name) for name, value in standing.items()], PAGE)
    stamp = notebook.stamp
    notebook.enter(state, tab="")
    deed = Deed(state=state, page=PAGE, by=f"{PAGE}banner.js", via="script")
    for name, value in written.items():
        notebook.set_cookie(cookies.parse(f"{name}={value}", at=notebook.clock()), host=HOST, deed=deed)
    notebook.look_into_jar([jar(value, name=name) for name, value in {**standing, **written}.items()], PAGE)
    notebook.heed(stamp)
    for text in told:
        payloads.note(text, "ads.example", Sent(state.value, PAGE, "https://ads.example/p", f"{PAGE}banner.js", "image"))
    return trace_of(notebook, payloads, salt=SALT)


IDS = ("sub_111DA5os9kk5RVtfUVBayxhNjp", "sub_222DA5otJ8f8Rgc7nRSc9LxsZ9")
PROVEN = [f"c.necessary:1,c.marketing:{{}},i.t:1795796239524,i.sid:{one}" for one in IDS]
DEFAULT = "{'essential':true,'usage':false}"


def test_a_record_of_consent_may_bear_the_number_under_which_it_is_proven():
    yes, no = PROVEN[0].format(1), PROVEN[1].format(0)
    assert names(answered(State.ACCEPTED, {"c15": yes}), answered(State.REFUSED, {"c15": no})) == {"c15"}
    encoded = [quote(one) for one in (yes, no)]
    assert names(answered(State.ACCEPTED, {"c15": encoded[0]}), answered(State.REFUSED, {"c15": encoded[1]})) == {"c15"}
    # One way of answering may be all that there is.
    assert names(answered(State.ACCEPTED, {"c15": yes})) == {"c15"}


@pytest.mark.parametrize(
    "visitors",
    [
        (
            answered(State.ACCEPTED, {"c15": PROVEN[0].format(1)}, told=[IDS[0]]),
            answered(State.REFUSED, {"c15": PROVEN[1].format(0)}),
        ),
        (answered(State.ACCEPTED, {"u": f"{IDS[0]}.granted:1"}), answered(State.REFUSED, {"u": f"{IDS[1]}.granted:0"})),
        (answered(State.ACCEPTED, {"u": f"{IDS[0]}"}), answered(State.REFUSED, {"u": f"{IDS[1]}"})),
        (
            answered(State.ACCEPTED, {"u": PROVEN[0].format(1)}, before={"u": PROVEN[0].format(0)}),
            answered(State.REFUSED, {}, before={"u": PROVEN[1].format(0)}),
        ),
        (answered(State.ACCEPTED, {"a": PROVEN[0].format(1)}), answered(State.REFUSED, {"a": PROVEN[1].format(1)})),
        (answered(State.ACCEPTED, {}), answered(State.REFUSED, {"a": "1"})),
        (answered(State.ACCEPTED, {"b": "berlin"}), answered(State.REFUSED, {"a": "1"})),
    ],
    ids=["told", "no record", "an identifier", "told apart before", "alike", "refused alone", "no counterpart"],
)
def test_an_identifier_is_no_memory_of_the_answer(visitors):
    assert names(*visitors) == set()


def test_a_record_may_stand_there_with_all_off_before_anybody_answers():
    """The answer writes over it, or leaves it where it says no already; what is noted beside it belongs to it."""
    yes = answered(State.ACCEPTED, {"policy": DEFAULT.replace("false", "true"), "shown": "true"}, before={"policy": DEFAULT})
    no = answered(State.REFUSED, {"shown": "true"}, before={"policy": DEFAULT})

    assert names(yes, no) == {"policy", "shown"}


def test_yes_and_no_may_each_be_noted_by_a_name_of_its_own():
    assert names(answered(State.ACCEPTED, {"a1": "1"}), answered(State.REFUSED, {"d1": "1"})) == {"d1"}


@pytest.mark.parametrize(
    ("value", "refused", "agrees"),
    [
        ('{"necessary":true,"analytics":false,"marketing":false}', 2, False),
        ('{"necessary":true,"analytics":false,"marketing":true}', 2, True),
        # Only the one is asked for, and the other is written down all the same.
        ("{'essential':true,'settings':true,'usage':false,'campaigns':true}", 1, False),
        ("{'essential':true,'settings':true,'usage':true,'campaigns':true}", 1, True),
        ("%7B%22analytics%22%3Atrue%2C%22ads%22%3Atrue%7D", 0, True),
        ("looked=1", 1, False),
    ],
)
def test_a_record_agrees_still_where_it_denies_less_than_was_switched_off(value, refused, agrees):
    assert still_agrees(value, refused=refused) is agrees
