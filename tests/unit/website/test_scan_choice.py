"""Which item is the site's own memory of the answer: by when it came and that it is another for yes than for no."""

from datetime import UTC, datetime

import msgspec
import pytest

from holdtrue.website.scan.engine import cookies
from holdtrue.website.scan.engine.identifiers import Payloads
from holdtrue.website.scan.engine.notebook import Deed, Notebook
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.trace import Trace, trace_of
from holdtrue.website.scan.engine.union import united

HOST = "www.bakery.example"
PAGE = f"https://{HOST}/"
SALT = "00" * 16


def visitor(state, value, *, before="", domain=HOST, beside="", authored=True):
    """Return the trace of somebody who answers, and whose jar has the value from then on, with a second cookie beside it."""
    notebook = Notebook(lambda: datetime(2026, 11, 27, tzinfo=UTC))
    notebook.look_into_jar([jar(before, domain)] if before else [], PAGE)
    stamp = notebook.stamp
    notebook.enter(state)
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
    notebook.enter(State.REFUSED)
    notebook.look_into_jar([jar("0")], PAGE)
    notebook.heed(stamp)
    notebook.abandon(State.REFUSED)

    assert trace_of(notebook, Payloads(), salt=SALT).written == ()


def test_what_was_written_is_kept_without_its_value():
    kept = msgspec.json.encode(visitor(State.ACCEPTED, "everything-is-fine"))

    assert b"everything" not in kept
    assert msgspec.json.decode(kept, type=Trace).written
