"""One visitor's way over the site goes on when the browser has no further tab to give."""

import asyncio
from types import SimpleNamespace

from holdtrue.website.scan.engine.itinerary import Itinerary
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.protocol import NoAnswer
from holdtrue.website.scan.engine.seats import MOST_OF_ONE, Seats
from holdtrue.website.scan.engine.way import Way

SITE = "https://shop.example/"


class Walker:
    """A visitor whose browser opens one tab beside the first, and then none."""

    def __init__(self, opened):
        self.recorder = SimpleNamespace(context="visitor")
        self.tab = SimpleNamespace(crashed=True)
        self.opened = opened
        self.notes: list[str] = []
        self.tabs = 0

    async def beside(self):
        self.tabs += 1
        if self.tabs > 1:
            raise NoAnswer("no tab in time")
        return self

    async def go(self, page):
        await asyncio.sleep(0.001)
        self.opened.append(page)
        return True

    async def stay(self):
        await asyncio.sleep(0.001)

    async def leave(self, tab, *, is_needed):
        pass

    def note(self, page, trouble, message):
        self.notes.append(page)


def test_a_tab_that_does_not_open_costs_its_page_and_the_scan_goes_on():
    itinerary = Itinerary(SITE, 20)
    itinerary.found(SITE, [f"{SITE}{number}" for number in range(19)])
    seats, seen = Seats(), {}
    seats.begin("visitor", ways=1)
    scan = SimpleNamespace(
        seats=seats,
        itinerary=itinerary,
        options=SimpleNamespace(pause=0.0, states=frozenset({State.NO_CHOICE})),
        diary=SimpleNamespace(has_seen=lambda *_: False),
        saw=lambda _, page, *, is_good: seen.update({page: is_good}),
    )
    walker = Walker([])

    async def again(beside):
        await beside.go(SITE)

    async def walk():
        async with asyncio.timeout(5):
            await Way(scan, walker, State.NO_CHOICE).watch(again=again)

    asyncio.run(walk())

    assert 1 <= len(walker.notes) <= MOST_OF_ONE
    assert {page for page, is_good in seen.items() if not is_good} == set(walker.notes)
    assert set(seen) == set(itinerary.pages[1:])
    assert seats.held("visitor") == 1
