"""One visitor's way over the site: in which tabs, and what when the browser has no further tab to give."""

import asyncio
from types import SimpleNamespace

import pytest

from holdtrue.website.scan.engine.itinerary import Itinerary
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.protocol import NoAnswer
from holdtrue.website.scan.engine.seats import MOST_OF_ONE, Seats
from holdtrue.website.scan.engine.walker import SWEEP_PAGES, TAB_PAGES
from holdtrue.website.scan.engine.walker import Walker as RealWalker
from holdtrue.website.scan.engine.way import FEW, Way

SITE = "https://shop.example/"


class Walker:
    """A visitor whose browser opens that many tabs beside the first, and then none."""

    def __init__(self, tabs):
        self.recorder = SimpleNamespace(context="visitor")
        self.tab = SimpleNamespace(crashed=True)
        self.tabs = tabs
        self.opened: list[str] = []
        self.notes: list[str] = []
        self.ready = 0
        self.left: list[SimpleNamespace] = []
        self.is_busy = False

    async def beside(self):
        self.tabs -= 1
        if self.tabs < 0:
            raise NoAnswer("no tab in time")
        other = type(self)(0)
        other.opened = self.opened
        return other

    async def go(self, page, *, exercise=True):
        assert not self.is_busy
        self.is_busy = True
        await asyncio.sleep(0.001)
        self.is_busy = False
        self.opened.append(page)
        return True

    async def stay(self):
        await self.go("staying")

    async def leave(self, tab, *, is_needed):
        if is_needed:
            self.left.append(tab)

    async def keep_ready(self, tabs):
        self.ready = tabs

    def note(self, page, trouble, message):
        self.notes.append(page)


def way_of(walker, state, *, pages=20, pause=0.0, ways=1):
    itinerary = Itinerary(SITE, pages)
    itinerary.found(SITE, [f"{SITE}{number}" for number in range(pages - 1)])
    seats, seen = Seats(), {}
    seats.begin("visitor", ways=ways)
    scan = SimpleNamespace(
        seats=seats,
        landed=SITE,
        itinerary=itinerary,
        options=SimpleNamespace(pause=pause, states=frozenset(State)),
        diary=SimpleNamespace(has_seen=lambda *_: False),
        saw=lambda _, page, *, is_good: seen.update({page: is_good}),
        seen=seen,
    )
    return Way(scan, walker, state)


def walked(way):
    async def again(beside):
        await beside.go(SITE)

    async def walk():
        async with asyncio.timeout(5):
            await way.watch(again=again)

    asyncio.run(walk())


def test_a_tab_that_does_not_open_costs_its_page_and_the_scan_goes_on():
    walker = Walker(1)
    way = way_of(walker, State.NO_CHOICE)

    walked(way)

    assert 1 <= len(walker.notes) <= MOST_OF_ONE
    assert {page for page, is_good in way.scan.seen.items() if not is_good} == set(walker.notes)
    assert set(way.scan.seen) == set(way.scan.itinerary.pages[1:])
    assert way.scan.seats.held("visitor") == 1


@pytest.mark.parametrize("pause", [0.0, 0.001])
def test_where_no_tab_opens_for_the_second_visit_the_first_tab_makes_it(pause):
    walker = Walker(0)
    way = way_of(walker, State.NO_CHOICE, pages=FEW + 2, pause=pause)

    walked(way)

    assert walker.opened[0] == "staying"
    assert sorted(walker.opened[1:]) == sorted(way.scan.itinerary.pages)
    assert set(way.scan.seen) == set(way.scan.itinerary.pages[1:])
    assert walker.notes == []
    assert way.scan.seats.held("visitor") == 1


def test_who_is_going_to_withdraw_stands_on_the_first_page_at_the_end():
    walker = Walker(MOST_OF_ONE)
    way = way_of(walker, State.ACCEPTED, ways=2)

    walked(way)

    assert way.is_back
    assert walker.opened.count(SITE) == 2


def test_whoever_first_finds_no_page_left_goes_back_and_the_visitor_stays_in_that_tab():
    class Patient(Walker):
        is_home = asyncio.Event()

        async def stay(self):
            await self.is_home.wait()

        async def go(self, page, *, exercise=True):
            is_good = await super().go(page, exercise=exercise)
            if self.opened.count(SITE) > 1:
                self.is_home.set()
            return is_good

    walker = Patient(MOST_OF_ONE)
    first = walker.tab
    way = way_of(walker, State.ACCEPTED, ways=2)

    walked(way)

    assert way.is_back
    assert walker.opened.count(SITE) == 2
    assert walker.tab is not first
    assert [one is first for one in walker.left].count(True) == 1
    assert not any(one is walker.tab for one in walker.left)


@pytest.mark.parametrize(("state", "pause"), [(State.REFUSED, 0.0), (State.ACCEPTED, 0.001)])
def test_nobody_else_goes_back_to_the_first_page(state, pause):
    walker = Walker(MOST_OF_ONE)
    way = way_of(walker, state, pause=pause)

    walked(way)

    assert not way.is_back
    assert walker.opened.count(SITE) == 1


@pytest.mark.parametrize(
    ("state", "pages", "tabs"),
    [
        (State.REFUSED, FEW, 1),
        (State.REFUSED, 3 * FEW, 2),
        (State.REFUSED, 200, MOST_OF_ONE - 1),
        (State.ACCEPTED, 3 * FEW, 3),
    ],
)
def test_as_many_tabs_are_opened_beforehand_as_will_pay(state, pages, tabs):
    walker = Walker(0)

    async def wait():
        async with way_of(walker, state, pages=pages).prepared():
            pass

    asyncio.run(wait())

    assert walker.ready == tabs


def test_what_is_opened_beforehand_ends_with_the_answer_that_failed():
    class Slow(Walker):
        is_over = False
        is_begun = asyncio.Event()

        async def keep_ready(self, tabs):
            self.is_begun.set()
            try:
                await asyncio.sleep(60)
            finally:
                self.is_over = True

    walker = Slow(0)

    async def answer():
        async with way_of(walker, State.ACCEPTED).prepared():
            await walker.is_begun.wait()
            raise NoAnswer("the page hangs")

    async def answered():
        with pytest.raises(NoAnswer):
            await answer()
        assert walker.is_over
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(answered())


class Stroller(RealWalker):
    """A visitor to whom every page is as good as any other."""

    async def _open(self, url, *, exercise, stands):
        return True

    async def renew(self):
        self.tab, self.opened = tab("new"), 0


def tab(name):
    """Return a tab that keeps what the browser is asked for it."""
    asked = []

    async def ask(method):
        asked.append(method)

    presence = SimpleNamespace(dialogs=0, dead=set(), broken=set(), downloads=[])
    return SimpleNamespace(name=name, crashed=False, presence=presence, ask=ask, asked=asked)


async def strolled(walker, pages):
    for _ in range(pages):
        await walker.go(SITE)
    return walker.tab


@pytest.fixture
def stroller():
    async def close_strays(_):
        pass

    visitors = SimpleNamespace(close_strays=close_strays)
    journey = SimpleNamespace(options=SimpleNamespace(pause=0.0), tell=lambda *_: None, visitors=visitors)
    return Stroller(journey, SimpleNamespace(), tab("old"))


def test_a_tab_is_thrown_away_before_the_next_page_and_not_while_the_last_one_is_needed(stroller):
    assert asyncio.run(strolled(stroller, TAB_PAGES)).name == "old"
    assert asyncio.run(strolled(stroller, 1)).name == "new"


def test_a_tab_lets_go_of_what_earlier_pages_left_and_does_not_on_a_short_way(stroller):
    assert asyncio.run(strolled(stroller, SWEEP_PAGES)).asked == []
    assert asyncio.run(strolled(stroller, SWEEP_PAGES + 1)).asked == ["HeapProfiler.collectGarbage"] * 2
