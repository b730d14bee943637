"""One scan: the same pages by three visitors, of whom one says nothing, one refuses, and one accepts and then takes it back."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from holdtrue.errors import Unavailable
from holdtrue.website.scan.engine import asking, chromium, consent, effects, parties, withdrawing
from holdtrue.website.scan.engine.arrival import must_be_a_page, silent
from holdtrue.website.scan.engine.gate import gate
from holdtrue.website.scan.engine.gone import look_into_gone
from holdtrue.website.scan.engine.kept import KeptSignal
from holdtrue.website.scan.engine.looks import banner_of, is_walled, policy_link, policy_page
from holdtrue.website.scan.engine.observations import (
    Answer,
    Sighting,
    State,
    Trouble,
)
from holdtrue.website.scan.engine.offered import View
from holdtrue.website.scan.engine.options import Options, Progress, address
from holdtrue.website.scan.engine.planner import Planner
from holdtrue.website.scan.engine.presence import LATEST_SECONDS
from holdtrue.website.scan.engine.protocol import BrowserGone, CommandRefused, NoAnswer
from holdtrue.website.scan.engine.rehearsal import rehearse
from holdtrue.website.scan.engine.remarks import Ending, Remark
from holdtrue.website.scan.engine.respawn import look_for_respawning
from holdtrue.website.scan.engine.scanning import Scanning
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.trace import trace_of
from holdtrue.website.scan.engine.visitors import Visitors
from holdtrue.website.scan.engine.walker import MOST_PAGE_SECONDS, Walker
from holdtrue.website.scan.engine.way import Way, links_of

__all__ = ["Options", "Progress", "address", "scan"]

MOST_STIRRING = 2
"""Times that the visitor moves while they wait for a banner."""


async def scan(options: Options) -> Sighting:
    """Return everything seen; raise `Unavailable` when there is no browser or the first page cannot be opened."""
    path = chromium.find(options.browser)
    parts = urlsplit(options.url)
    visitors = Visitors(
        options.clock, locale=options.locale, gate=gate(f"{parts.scheme}://{parts.netloc}", options.credentials)
    )
    whole = Scanning(options, visitors)
    launched = chromium.launched(
        path,
        visitors.hear,
        host_rules=options.host_rules,
        insecure=options.insecure,
        locale=options.locale,
        window=options.window,
    )
    rehearsing = asyncio.create_task(asyncio.to_thread(rehearse, options.locale))
    async with launched as connection:
        await visitors.begin(connection)
        await rehearsing
        await _Run(whole).everything()
    return await whole.sighting()


def _stopped() -> Unavailable:
    return Unavailable(Ending.STOPPED, hint=Ending.START_AGAIN)


class _Run:
    """What the visitors do, one after the other and side by side."""

    def __init__(self, scan: Scanning) -> None:
        self.scan = scan
        self.aside: dict[State, frozenset[tuple[str, bool]]] = {}
        """What stood beside the banner that was answered, and is no question of it."""
        self.is_met = False
        """Whether some visitor met a banner on the first page."""

    async def everything(self) -> None:
        """Walk the site in every state that was asked for; what is cut short is marked as partial."""
        if self.scan.options.halt.is_asked:
            raise _stopped()
        try:
            async with asyncio.timeout(self.scan.options.seconds) as self.scan.options.halt.limit:
                await self._walk_all()
        except TimeoutError as error:
            self._ran_out(error)
        except BrowserGone:
            self.scan.cut_short(Trouble.BROWSER_GONE, Remark.BROWSER_GONE)
        except ExceptionGroup as group:
            # The visitors walk side by side: when the browser ends, each of them says so.
            unavailable, others = group.split(Unavailable)
            if others is None and unavailable is not None and group.split(BrowserGone)[0] is None:
                raise _first(unavailable) from group
            if group.split(BrowserGone)[1] is not None:
                raise
            self.scan.cut_short(Trouble.BROWSER_GONE, Remark.BROWSER_GONE)
        finally:
            self.scan.options.halt.limit = None
            self.scan.keep(at_once=True)

    def _ran_out(self, error: TimeoutError) -> None:
        halt = self.scan.options.halt
        if not self.scan.arrived.is_set():
            raise (_stopped() if halt.is_asked else silent(self.scan.options.url)) from error
        if halt.is_asked:
            self.scan.cut_short(Trouble.STOPPED, Remark.STOPPED)
        else:
            self.scan.cut_short(Trouble.OUT_OF_TIME, Remark.OUT_OF_TIME % {"seconds": f"{self.scan.options.seconds:g}"})

    async def _walk_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            if self.scan.is_done(State.NO_CHOICE):
                self.scan.go_on(self.scan.landed)
                self.scan.arrived.set()
            else:
                group.create_task(self._says_nothing())
            if State.NO_CHOICE in self.scan.options.states and self.scan.signal is None:
                group.create_task(self._signals())
            asked = self.scan.options.states - self.scan.diary.done
            if State.REFUSED in asked:
                group.create_task(self._refuses())
            if asked & {State.ACCEPTED, State.WITHDRAWN}:
                group.create_task(self._accepts())
            else:
                self.scan.led.set()

    # --- who says nothing -------------------------------------------------------------------------------------------

    async def _says_nothing(self) -> None:
        async with self.scan.walker() as walker:
            await self._arrive(walker)
            try:
                await walker.look_safely(self.visit)
                if not self.scan.itinerary.is_closed:
                    plan = Planner(self.scan.options, self.scan.visitors, self.scan.itinerary).plan
                    await plan(await links_of(walker.tab))
                link = await self._policy_link(walker)
                seen, picture = await self._look_around(walker)
                await look_into_gone(walker, self.scan.landed)
                await self._take_away(walker)
                with contextlib.suppress(CommandRefused, TimeoutError):
                    async with asyncio.timeout(MOST_PAGE_SECONDS):
                        await consent.peek(walker.tab)
            finally:
                self.scan.itinerary.close()
            self.scan.answers[State.NO_CHOICE] = Answer(
                state=State.NO_CHOICE,
                reached=True,
                banner=seen.tool if seen is not None and seen.has_banner else "none",
                verified=("a fresh browser, and nothing was pressed",),
                pages=self.scan.looked_at(State.NO_CHOICE, walker.pages),
                screenshot=picture,
            )
            if link is not None:
                with contextlib.suppress(CommandRefused, TimeoutError):
                    self.scan.policy_page = await policy_page(walker.tab, link)
        self.scan.finish(State.NO_CHOICE)

    async def _arrive(self, walker: Walker) -> None:
        self.scan.tell(walker.recorder, self.scan.options.url)
        try:
            visit = await walker.tab.open(self.scan.options.url)
        except NoAnswer as error:
            raise silent(self.scan.options.url) from error
        must_be_a_page(visit, self.scan.options.url, is_there=not walker.tab.crashed)
        self.scan.go_on(visit.landed or self.scan.options.url)
        self.visit = visit
        walker.recorder.notebook.site = parties.host_of(self.scan.landed)
        self.scan.arrived.set()

    async def _seen_by(self, walker: Walker) -> View | None:
        try:
            return await asking.view(walker.tab)
        except CommandRefused:
            return None

    async def _policy_link(self, walker: Walker) -> tuple[str, str] | None:
        """Return the first page's link to the policy; at the end the tab may stand on any other."""
        with contextlib.suppress(CommandRefused, TimeoutError):
            return await policy_link(walker.tab)
        return None

    async def _take_away(self, walker: Walker) -> bool:
        """See whether identifiers that are taken away come back; False when there was none to take."""
        with contextlib.suppress(CommandRefused, TimeoutError):
            async with asyncio.timeout(MOST_PAGE_SECONDS):
                return await look_for_respawning(walker, self.scan.landed)
        return True

    async def _look_around(self, walker: Walker) -> tuple[View | None, str]:
        """Go over the site without an answer; return what the first page asks, and a picture of it."""
        before = await self._seen_by(walker)
        seen: list[tuple[View | None, str]] = []

        async def first() -> None:
            # While the page still stands on which the banner was seen.
            now = before if before is not None and before.has_banner else await self._seen_by(walker)
            if now is not None and now.has_banner:
                self.is_met = True
                with contextlib.suppress(CommandRefused):
                    self.scan.banner = await banner_of(walker.tab, now)
            seen.append((now, await walker.tab.picture()))

        async def again(beside: Walker) -> None:
            await beside.go(self.scan.landed)
            if self.scan.options.shows:
                self.scan.show(State.NO_CHOICE, await beside.tab.picture())

        await Way(self.scan, walker, State.NO_CHOICE).watch(again=again, first=first)
        return seen[0]

    def _effects(self, outcome: Answer) -> tuple[str, ...]:
        """Return what verifies an answer, without what is stored for those who say nothing too."""
        anyhow = {
            f"stored {key[2]}" for one in self.scan.recorders for key in one.notebook.seen if key[0] == State.NO_CHOICE.value
        }
        return tuple(one for one in outcome.verified if one not in anyhow)

    # --- who answers ------------------------------------------------------------------------------------------------

    async def _refuses(self) -> None:
        await self.scan.arrived.wait()
        await self.scan.led.wait()
        async with self.scan.walker() as walker:
            way = Way(self.scan, walker, State.REFUSED)
            is_reached = await self._answer(way)
            refused = self.scan.answers[State.REFUSED]
            if refused.steps:
                self.scan.answers[State.REFUSED] = replace(refused, walled=await self._is_walled(walker))
            if is_reached:
                await self._walk_answered(way)
        self.scan.finish(State.REFUSED)

    async def _is_walled(self, walker: Walker) -> bool:
        with contextlib.suppress(CommandRefused):
            return await is_walled(walker.tab, await asking.view(walker.tab))
        return False

    async def _accepts(self) -> None:
        async with self.scan.walker(ways=1 + (State.WITHDRAWN in self.scan.options.states)) as walker:
            way = Way(self.scan, walker, State.ACCEPTED)
            if await self._answer(way):
                await self._walk_answered(way)
            accepted = self.scan.answers[State.ACCEPTED]
            if not accepted.reached:
                why = Remark.NOTHING_ACCEPTED
                self.scan.answers[State.WITHDRAWN] = replace(accepted, state=State.WITHDRAWN, why_not=why, screenshot="")
            else:
                way.is_back = not await self._take_away(walker) and way.is_back
            if accepted.reached and State.WITHDRAWN in self.scan.options.states:
                await self._withdraw(walker, is_there=way.is_back)
        self.scan.finish(State.ACCEPTED, State.WITHDRAWN)

    async def _answer(self, way: Way) -> bool:
        """Bring a state about on the first page; False when it could not be brought about, which is kept."""
        walker, state = way.walker, way.state
        outcome = Answer(state=state, reached=False, banner="none", why_not=Remark.NO_BANNER)
        if await self._set_out(walker):
            try:
                outcome = await self._try(way)
            except CommandRefused as error:
                walker.recorder.abandon(state)
                outcome = Answer(state=state, reached=False, why_not=error.message)
                await walker.renew()
        if not outcome.reached:
            outcome = replace(outcome, pages=tuple(walker.pages), screenshot=await walker.tab.picture())
        self.scan.answers[state] = outcome
        return outcome.reached

    async def _set_out(self, walker: Walker) -> bool:
        """Open the first page; False when it could not be looked at.

        By the address that was asked for: what it sets on its way to the page belongs to every visitor.
        """
        is_there = await walker.go(self.scan.options.url, exercise=False, stands=self.scan.led)
        self.scan.led.set()
        # Whoever has the longest way sets out with the first visitor, and may be there first.
        await self.scan.arrived.wait()
        walker.recorder.notebook.site = parties.host_of(self.scan.landed)
        return is_there

    async def _try(self, way: Way) -> Answer:
        tab = way.walker.tab
        seen = await self._banner_comes(tab)
        let_in = ""
        if not seen.has_banner and seen.gates and await asking.press(tab, seen.gates[0]):
            # Who is not let in is asked nothing about cookies either.
            let_in = seen.gates[0].label
            await tab.quiet()
            seen = await self._banner_comes(tab)
        self.aside[way.state] = seen.aside
        async with way.prepared() if seen.has_banner else contextlib.nullcontext():
            outcome = await consent.answer(tab, way.state, seen=seen)
        return replace(outcome, let_in=let_in)

    async def _banner_comes(self, tab: Tab) -> View:
        """Return the view once it has a banner; where another visitor met one, it may only be slow to come here."""
        seen = await self._come(tab, lambda now: now.has_banner, is_due=lambda: self.is_met)
        self.is_met |= seen.has_banner
        return seen

    async def _come(self, tab: Tab, is_there: Callable[[View], bool], *, is_due: Callable[[], bool] = lambda: False) -> View:
        """Return the view once it has what is looked for: much comes a while after the page, some on the first movement."""
        seen = await asking.view(tab)
        began = time.monotonic()
        stirred = 0
        while not is_there(seen) and time.monotonic() - began < LATEST_SECONDS:
            # Others come once the visitor has been still for a while.
            if stirred < MOST_STIRRING:
                await tab.exercise()
            stirred += 1
            await asyncio.sleep(0.3)
            is_last = not (seen.is_asleep or is_due() or tab.is_waiting() or await tab.is_moving())
            seen = await asking.view(tab)
            if is_last:
                break
        return seen

    async def _walk_answered(self, way: Way) -> None:
        """Visit the site again after the choice: what is remembered, what is still sent, what comes back."""
        walker, state = way.walker, way.state
        walker.pages.clear()
        await way.watch(again=lambda beside: self._come_back(way, beside))
        await look_into_gone(walker, self.scan.landed)
        self.scan.answers[state] = replace(self.scan.answers[state], pages=self.scan.looked_at(state, walker.pages))
        if not self.scan.answers[state].reached:
            walker.recorder.abandon(state)

    async def _come_back(self, way: Way, walker: Walker) -> None:
        """Open the first page once more, and see whether the choice is remembered."""
        is_there = await walker.go(self.scan.landed)
        seen = await self._seen_by(walker) if is_there else None
        aside = self.aside.get(way.state, frozenset())
        now = None if seen is None else seen.without(aside)
        # Who withdraws begins with a control of the page's, which may stand there for ever.
        steps = () if way.state is State.WITHDRAWN else self.scan.answers[way.state].steps
        remembered = None if now is None else not (now.has_banner or now.asks_again(steps))
        outcome = replace(self.scan.answers[way.state], remembered=remembered)
        if way.state is State.REFUSED:
            outcome = replace(outcome, walled=outcome.walled or await self._is_walled(walker))
        seen_by = self._effects(outcome)
        if outcome.remembered is False and (seen_by == effects.GONE_ONLY or effects.STAYED in seen_by):
            stayed = Remark.BANNER_STAYED % {"label": outcome.steps[-1]}
            why = stayed if effects.STAYED in seen_by else Remark.FORGOTTEN
            self.scan.answers[way.state] = replace(outcome, reached=False, verified=(), why_not=why)
            way.is_over = True
            return
        self.scan.answers[way.state] = replace(outcome, screenshot=self.scan.show(way.state, await walker.tab.picture()))

    async def _withdraw(self, walker: Walker, *, is_there: bool) -> None:
        """Take back on the first page what was accepted, and visit the site once more; the page may stand there already."""
        walker.pages.clear()
        way = Way(self.scan, walker, State.WITHDRAWN)
        if not is_there and not await walker.go(self.scan.landed, exercise=False):
            self.scan.answers[State.WITHDRAWN] = Answer(state=State.WITHDRAWN, reached=False, why_not=Remark.NOT_AGAIN)
            return
        try:
            aside = self.aside[State.WITHDRAWN] = self.aside.get(State.ACCEPTED, frozenset())
            seen = await self._come(walker.tab, lambda now: now.has_way_back or now.without(aside).has_banner)
            async with way.prepared() if seen.has_way_back else contextlib.nullcontext():
                outcome = await withdrawing.withdraw(walker.tab, seen=seen, aside=aside)
        except CommandRefused as error:
            walker.recorder.abandon(State.WITHDRAWN)
            outcome = Answer(state=State.WITHDRAWN, reached=False, why_not=error.message)
            await walker.renew()
        self.scan.answers[State.WITHDRAWN] = outcome
        if outcome.reached:
            await self._walk_answered(way)
        else:
            self.scan.answers[State.WITHDRAWN] = replace(outcome, screenshot=await walker.tab.picture())

    async def _signals(self) -> None:
        """Visit the first page once more with Global Privacy Control, and press nothing."""
        await self.scan.arrived.wait()
        await self.scan.led.wait()
        async with self.scan.walker(ways=0, signals=True) as walker:
            if await walker.glance(self.scan.landed):
                seen = await self._seen_by(walker)
                trace = trace_of(walker.recorder.notebook, walker.recorder.sent, salt=self.scan.diary.salt)
                self.scan.signal = KeptSignal(seen is not None and seen.has_banner, trace)


def _first(group: BaseExceptionGroup[Unavailable]) -> Unavailable:
    for one in group.exceptions:
        return _first(one) if isinstance(one, BaseExceptionGroup) else one
    raise AssertionError
