"""Looking at a page and waiting for it: no oftener and no longer than tells something."""

import asyncio
import time
from types import SimpleNamespace

import pytest

from holdtrue.website.scan.engine import asking
from holdtrue.website.scan.engine.presence import Presence
from holdtrue.website.scan.engine.tab import QUIET_SECONDS, Tab, World


def thing(index, label, **more):
    told = {
        "tag": "button",
        "href": "",
        "stays": False,
        "container": 0,
        "kind": "overlay",
        "width": 90,
        "height": 30,
        "floats": False,
    }
    return {"index": index, "label": label, "weak": False, **told, **more}


def container(text):
    return {"isOver": True, "text": text, "name": "div", "whole": text, "share": 0.1, "asks": False}


class Page:
    """A page in which a layer of purposes lies over the page and no longer speaks of cookies."""

    def __init__(self):
        self.looks = 0
        self.opened_roots = {("session", 1)}

    def worlds(self):
        return [World("session", 1, is_top=True)]

    async def run(self, world, expression):
        self.looks += 1
        nothing = {"boxes": [], "folded": [], "unfolders": [], "known": [], "asleep": [], "menus": []}
        return {
            "language": "en",
            "containers": [container("Choose purposes")],
            "candidates": [thing(0, "Accept all"), thing(1, "Reject all")],
            **nothing,
        }


def test_one_look_is_read_as_the_first_layer_and_as_a_further_one():
    page = Page()

    first = asyncio.run(asking.view(page))
    further = asking.read_further(first)

    assert page.looks == 1
    assert not first.has_banner
    assert [one.label for one in further.controls] == ["Accept all", "Reject all"]
    assert further == asyncio.run(asking.view(page, is_further=True))


@pytest.mark.parametrize(("ago", "waits"), [(None, True), (0.0, True), (2 * QUIET_SECONDS, False)])
def test_a_silence_that_has_lasted_is_not_waited_for_again(monkeypatch, ago, waits):
    naps = []
    sleep = asyncio.sleep

    async def nap(seconds):
        naps.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", nap)
    tab = Tab(SimpleNamespace(), SimpleNamespace(), "target", "session", Presence())

    asyncio.run(tab.quiet(since=None if ago is None else time.monotonic() - ago))

    assert bool(naps) is waits
