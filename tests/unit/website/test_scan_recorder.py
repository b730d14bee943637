"""Who is named for what a scan saw."""

import json
from datetime import UTC, datetime

import pytest

from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.presence import Presence
from holdtrue.website.scan.engine.recorder import Recorder

SITE = "https://www.wegroup.example"
BANNER = f"    at set ({SITE}/.holdtrue/holdtrue.nl.js?5eb0ddd03fac:1:900)\n    at HTMLDocument.set ({SITE}/.holdtrue/holdtrue.nl.js:1:20)\n"


@pytest.mark.parametrize(
    ("callers", "author"),
    [
        (f"    at write ({SITE}/tags/analytics.js:5:60)\n    at {SITE}/tags/analytics.js:9:1", f"{SITE}/tags/analytics.js"),
        ("", f"{SITE}/.holdtrue/holdtrue.nl.js?5eb0ddd03fac"),
    ],
)
def test_what_passes_through_the_banner_is_the_act_of_whoever_called(callers, author):
    recorder = Recorder("visitor", lambda: datetime(2026, 11, 26, tzinfo=UTC))
    told = {
        "what": "cookie",
        "line": "_campaign=; Max-Age=9",
        "at": f"{SITE}/",
        "origin": SITE,
        "stack": "Error\n" + BANNER + callers,
    }

    recorder.hear("Runtime.bindingCalled", {"payload": json.dumps(told)}, Presence(), "page")

    assert [one.set_by for one in recorder.notebook.seen.values()] == [author]


def talk(recorder, presence, message):
    frame = {"requestId": "7.1", "response": {"payloadData": message}}
    recorder.hear("Network.webSocketFrameSent", frame, presence, "page")


def sockets(recorder):
    return {one.state for one in recorder.notebook.seen.values() if one.kind is Kind.WEBSOCKET}


def test_a_socket_that_was_opened_with_consent_is_told_of_each_state_in_which_it_speaks():
    recorder = Recorder("visitor", lambda: datetime(2026, 11, 26, tzinfo=UTC))
    recorder.notebook.site = "www.wegroup.example"
    presence = Presence(page=f"{SITE}/", frame="top", opened=1.0)
    recorder.notebook.enter(State.ACCEPTED, tab="top")
    recorder.hear("Network.webSocketCreated", {"requestId": "7.1", "url": "wss://live.other.example/in"}, presence, "page")
    talk(recorder, presence, "visitor=3f9c2a77d1e04b58")

    recorder.notebook.enter(State.WITHDRAWN, tab="top")
    assert sockets(recorder) == {State.ACCEPTED}

    talk(recorder, presence, "visitor=3f9c2a77d1e04b58")
    assert sockets(recorder) == {State.ACCEPTED, State.WITHDRAWN}
    assert set(recorder.sent.where["3f9c2a77d1e04b58"]) == {"accepted live.other.example", "withdrawn live.other.example"}


def test_a_socket_that_says_goodbye_as_the_withdrawal_leaves_its_page_speaks_with_consent():
    recorder = Recorder("visitor", lambda: datetime(2026, 11, 26, tzinfo=UTC))
    presence = Presence(page=f"{SITE}/", frame="top", opened=1.0)
    recorder.notebook.enter(State.ACCEPTED, tab="top")
    recorder.hear("Network.webSocketCreated", {"requestId": "7.1", "url": "wss://live.other.example/in"}, presence, "page")

    recorder.notebook.enter(State.WITHDRAWN, tab="top")
    recorder.hear("Page.frameRequestedNavigation", {"frameId": "top"}, presence, "page")
    talk(recorder, presence, "bye")

    assert sockets(recorder) == {State.ACCEPTED}
