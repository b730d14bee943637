"""What one visitor's notebook tells of the values that it saw: their shape, and nothing more."""

from datetime import UTC, datetime

import msgspec
import pytest

from holdtrue.website.scan.engine import cookies
from holdtrue.website.scan.engine.notebook import Deed, Notebook
from holdtrue.website.scan.engine.observations import Kind, State

PAGE = "https://www.bakery.example/"
HOST = "www.bakery.example"
SECRET = "8f14e45f-ceea-467f-a0e6-0d1b2c3d4e5f"


@pytest.fixture
def notebook():
    return Notebook(lambda: datetime(2026, 11, 26, tzinfo=UTC))


def jar(name, value):
    return {"name": name, "value": value, "domain": HOST, "expires": -1, "session": True}


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


def test_what_is_sent_has_no_shape(notebook):
    notebook.send(Kind.REQUEST, f"{PAGE}?id={SECRET}", Deed(state=State.NO_CHOICE, page=PAGE))

    assert set(shapes(notebook).values()) == {""}
