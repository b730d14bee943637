"""One scan: the same pages by three visitors, of whom one says nothing, one refuses, and one accepts and then takes it back."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from holdtrue.errors import Unavailable
from holdtrue.website.scan.engine import asking, chromium, consent, names, parties, union
from holdtrue.website.scan.engine.gate import gate
from holdtrue.website.scan.engine.itinerary import Itinerary
from holdtrue.website.scan.engine.looks import banner_of, is_walled, policy_page
from holdtrue.website.scan.engine.observations import STATES, Answer, Banner, Note, PolicyPage, Sighting, Signal, State, Trouble
from holdtrue.website.scan.engine.options import Options, Progress, address
from holdtrue.website.scan.engine.planner import Planner
from holdtrue.website.scan.engine.protocol import BrowserGone, CommandRefused
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.respawn import look_for_respawning
from holdtrue.website.scan.engine.signin import sign_in
from holdtrue.website.scan.engine.tab import LONG_LOOK_SECONDS, Tab
from holdtrue.website.scan.engine.visitors import Visitors
from holdtrue.website.scan.engine.walker import MOST_PAGE_SECONDS, TABS, Walker, advice

__all__ = ["Options", "Progress", "address", "scan"]

UNAUTHORISED = 401
FEW = 3
"""Pages for which a second tab does not pay."""
GONE = "The browser ended in the middle of the scan."
FORGOTTEN = "The banner went away, nothing was written down, and on the next page it asked again."


async def scan(options: Options) -> Sighting:
    """Return everything seen; raise `Unavailable` when there is no browser or the first page cannot be opened."""
    path = chromium.find(options.browser)
    parts = urlsplit(options.url)
    visitors = Visitors(
        options.clock, locale=options.locale, gate=gate(f"{parts.scheme}://{parts.netloc}", options.credentials)
    )
    run = _Run(options, visitors)
    launched = chromium.launched(
        path,
        visitors.hear,
        host_rules=options.host_rules,
        insecure=options.insecure,
        locale=options.locale,
        window=options.window,
    )
    async with launched as connection:
        await visitors.begin(connection)
        await run.everything()
    return await run.sighting()


def _silent(url: str) -> Unavailable:
    return Unavailable(f"{url} does not answer.", hint="See that the website runs, and try again; nothing was judged.")


def _stopped() -> Unavailable:
    return Unavailable("The scan was stopped before it had seen anything.", hint="Start it again.")


class _Run:
    """The scan as it goes."""

    def __init__(self, options: Options, visitors: Visitors) -> None:
        self.options = options
        self.visitors = visitors
        self.landed = options.url
        self.itinerary = Itinerary(options.url, options.pages)
        self.notes: list[Note] = []
        self.answers: dict[State, Answer] = {}
        self.recorders: list[Recorder] = []
        self.arrived = asyncio.Event()
        self.is_partial = False
        self.banner: Banner | None = None
        self.signal: tuple[Recorder, bool] | None = None
        self.policy_page: PolicyPage | None = None
        self.aliases = names.Aliases(options.dns, is_redirected=bool(options.host_rules))

    def tell(self, recorder: Recorder, page: str) -> None:
        """Tell whoever waits where the scan is."""
        self.options.tell(Progress(recorder.state, page, sum(len(one.notebook.seen) for one in self.recorders)))

    @asynccontextmanager
    async def walker(self, *, signals: bool = False) -> AsyncIterator[Walker]:
        """Yield a new visitor with a tab."""
        async with self.visitors.visitor(signals=signals) as recorder:
            recorder.notebook.site = parties.host_of(self.landed)
            if not signals:
                self.recorders.append(recorder)
            tab = await self.visitors.tab(recorder)
            if self.options.sign_in:
                await sign_in(tab, self.options.sign_in)
            yield Walker(self, recorder, tab)

    async def everything(self) -> None:
        """Walk the site in every state that was asked for; what is cut short is marked as partial."""
        if self.options.halt.is_asked:
            raise _stopped()
        try:
            async with asyncio.timeout(self.options.seconds) as self.options.halt.limit:
                await self._walk_all()
        except TimeoutError as error:
            self._ran_out(error)
        except BrowserGone:
            self._cut_short(Trouble.BROWSER_GONE, GONE)
        except ExceptionGroup as group:
            # The visitors walk side by side: when the browser ends, each of them says so.
            unavailable, others = group.split(Unavailable)
            if others is None and unavailable is not None and group.split(BrowserGone)[0] is None:
                raise _first(unavailable) from group
            if group.split(BrowserGone)[1] is not None:
                raise
            self._cut_short(Trouble.BROWSER_GONE, GONE)
        finally:
            self.options.halt.limit = None

    def _ran_out(self, error: TimeoutError) -> None:
        halt = self.options.halt
        if not self.arrived.is_set():
            raise (_stopped() if halt.is_asked else _silent(self.options.url)) from error
        if halt.is_asked:
            self._cut_short(Trouble.STOPPED, "The scan was stopped by whoever started it.")
        else:
            self._cut_short(Trouble.OUT_OF_TIME, f"The scan was stopped after its {self.options.seconds:g} seconds.")

    def _cut_short(self, trouble: Trouble, message: str) -> None:
        self.is_partial = True
        self.notes.append(Note(state=State.NO_CHOICE, page=self.landed, trouble=trouble, message=message))

    async def _walk_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._says_nothing())
            if State.REFUSED in self.options.states:
                group.create_task(self._refuses())
            if self.options.states & {State.ACCEPTED, State.WITHDRAWN}:
                group.create_task(self._accepts())
            if State.NO_CHOICE in self.options.states:
                group.create_task(self._signals())

    # --- who says nothing -------------------------------------------------------------------------------------------

    async def _says_nothing(self) -> None:
        async with self.walker() as walker:
            await self._arrive(walker)
            try:
                await walker.look_safely(self.visit)
                await Planner(self.options, self.visitors, self.itinerary).plan(await self._links(walker.tab))
                seen = await self._seen_by(walker)
                await self._watch(walker, State.NO_CHOICE)
                # While the page still stands on which the banner was seen: taking identifiers away loads it anew.
                seen = seen if seen is not None and seen.has_banner else await self._seen_by(walker)
                if seen is not None and seen.has_banner:
                    with contextlib.suppress(CommandRefused):
                        self.banner = await banner_of(walker.tab, seen)
                picture = await walker.tab.picture()
                await self._take_away(walker)
            finally:
                self.itinerary.close()
            self.answers[State.NO_CHOICE] = Answer(
                state=State.NO_CHOICE,
                reached=True,
                banner=seen.tool if seen is not None and seen.has_banner else "none",
                verified=("a fresh browser, and nothing was pressed",),
                pages=tuple(dict.fromkeys(walker.pages)),
                screenshot=picture,
            )
            with contextlib.suppress(CommandRefused, TimeoutError):
                self.policy_page = await policy_page(walker.tab)

    async def _arrive(self, walker: Walker) -> None:
        self.tell(walker.recorder, self.options.url)
        visit = await walker.tab.open(self.options.url)
        if visit.trouble in {Trouble.NOT_LOADED, Trouble.DOWNLOAD} and not walker.tab.crashed:
            raise Unavailable(
                f"{self.options.url} cannot be opened: {visit.error or 'it sends a file'}.", hint=advice(visit.error)
            )
        if visit.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
            raise Unavailable(
                f"{self.options.url} answers {visit.status}, so there is no site to look at.",
                hint=(
                    "Set HOLDTRUE_SCAN_AUTH=name:password for the scan."
                    if visit.status == UNAUTHORISED
                    else "Give an address that shows a page to a visitor who is not signed in."
                ),
            )
        if visit.sort == "application/pdf":
            raise Unavailable(
                f"{self.options.url} is a PDF document and no web page.", hint="Give the address of a page of the website."
            )
        if visit.trouble is Trouble.HANGS and not visit.status:
            raise _silent(self.options.url)
        self.landed = visit.landed or self.options.url
        self.itinerary = Itinerary(self.landed, self.options.pages)
        self.visit = visit
        walker.recorder.notebook.site = parties.host_of(self.landed)
        self.arrived.set()

    async def _seen_by(self, walker: Walker) -> asking.View | None:
        try:
            return await asking.view(walker.tab)
        except CommandRefused:
            return None

    async def _take_away(self, walker: Walker) -> None:
        with contextlib.suppress(CommandRefused, TimeoutError):
            async with asyncio.timeout(MOST_PAGE_SECONDS):
                await look_for_respawning(walker, self.landed)

    async def _links(self, tab: Tab) -> list[str]:
        try:
            return [] if tab.crashed else await tab.links()
        except CommandRefused:
            return []

    async def _watch(self, walker: Walker, state: State) -> None:
        """Watch the first page for what comes late, and meanwhile walk over the others; the first is visited once more."""
        beside = await walker.beside()
        async with asyncio.TaskGroup() as group:
            group.create_task(walker.stay())
            group.create_task(self._round(beside, state))
        await self.visitors.close(beside.tab)

    async def _round(self, walker: Walker, state: State) -> None:
        """Come back to the first page, see whether the choice is remembered, and open the others."""
        is_there = await walker.go(self.landed)
        if state is not State.NO_CHOICE:
            seen = await self._seen_by(walker) if is_there else None
            outcome = replace(self.answers[state], remembered=None if seen is None else not seen.has_banner)
            if state is State.REFUSED:
                outcome = replace(outcome, walled=outcome.walled or await self._is_walled(walker))
            if outcome.remembered is False and self._effects(outcome) == consent.GONE_ONLY:
                self.answers[state] = replace(outcome, reached=False, verified=(), why_not=FORGOTTEN)
                return
            self.answers[state] = replace(outcome, screenshot=await walker.tab.picture())
        if state is State.NO_CHOICE and not self.itinerary.is_closed:
            await self._explore(walker)
        else:
            await walker.walk(
                self.itinerary.others(), tabs=1 if self.options.pause or len(self.itinerary.pages) < FEW else TABS
            )

    def _effects(self, outcome: Answer) -> tuple[str, ...]:
        """Return what verifies an answer, without what is stored for those who say nothing too."""
        anyhow = {f"stored {key[2]}" for one in self.recorders for key in one.notebook.seen if key[0] == State.NO_CHOICE.value}
        return tuple(one for one in outcome.verified if one not in anyhow)

    async def _explore(self, walker: Walker) -> None:
        """Open every page and follow its links, until there are as many as were asked for."""
        itinerary = self.itinerary
        at = 1
        while at < len(itinerary.pages):
            if itinerary.is_full:
                itinerary.close()
            is_there = await walker.go(itinerary.pages[at])
            at += 1
            if is_there and not itinerary.is_closed:
                itinerary.follow(await self._links(walker.tab))
        itinerary.close()

    # --- who answers ------------------------------------------------------------------------------------------------

    async def _refuses(self) -> None:
        async with self.walker() as walker:
            is_reached = await self._answer(walker, State.REFUSED)
            refused = self.answers[State.REFUSED]
            if refused.steps:
                self.answers[State.REFUSED] = replace(refused, walled=await self._is_walled(walker))
            if is_reached:
                await self._walk_answered(walker, State.REFUSED)

    async def _is_walled(self, walker: Walker) -> bool:
        with contextlib.suppress(CommandRefused):
            return await is_walled(walker.tab, await asking.view(walker.tab))
        return False

    async def _accepts(self) -> None:
        async with self.walker() as walker:
            if await self._answer(walker, State.ACCEPTED):
                await self._walk_answered(walker, State.ACCEPTED)
            accepted = self.answers[State.ACCEPTED]
            if not accepted.reached:
                why = "Nothing was accepted that could be withdrawn."
                self.answers[State.WITHDRAWN] = replace(accepted, state=State.WITHDRAWN, why_not=why, screenshot="")
            else:
                await self._take_away(walker)
            if accepted.reached and State.WITHDRAWN in self.options.states:
                await self._withdraw(walker)

    async def _answer(self, walker: Walker, state: State) -> bool:
        """Bring a state about on the first page; False when it could not be brought about, which is kept."""
        await self.arrived.wait()
        walker.recorder.notebook.site = parties.host_of(self.landed)
        outcome = Answer(state=state, reached=False, banner="none", why_not="No banner asks for a choice.")
        if await walker.go(self.landed, exercise=False):
            try:
                outcome = await self._try(walker.tab, state)
            except CommandRefused as error:
                walker.recorder.notebook.abandon(state)
                outcome = Answer(state=state, reached=False, why_not=error.message)
                await walker.renew()
        if not outcome.reached:
            outcome = replace(outcome, pages=tuple(walker.pages), screenshot=await walker.tab.picture())
        self.answers[state] = outcome
        return outcome.reached

    async def _try(self, tab: Tab, state: State) -> Answer:
        seen = await self._come(tab, lambda now: now.has_banner)
        return await consent.answer(tab, state, seen=seen)

    async def _come(self, tab: Tab, is_there: Callable[[asking.View], bool]) -> asking.View:
        """Return the view once it has what is looked for: much comes a while after the page, some on the first movement."""
        seen = await asking.view(tab)
        began = time.monotonic()
        while not is_there(seen) and time.monotonic() - began < LONG_LOOK_SECONDS + 1:
            await tab.exercise()
            await asyncio.sleep(0.3)
            is_last = not tab.is_waiting()
            seen = await asking.view(tab)
            if is_last:
                break
        return seen

    async def _walk_answered(self, walker: Walker, state: State) -> None:
        """Visit the site again after the choice: what is remembered, what is still sent, what comes back."""
        walker.pages.clear()
        await self._watch(walker, state)
        pages = tuple(dict.fromkeys(walker.pages))
        self.answers[state] = replace(self.answers[state], pages=pages)
        if not self.answers[state].reached:
            walker.recorder.notebook.abandon(state)

    async def _withdraw(self, walker: Walker) -> None:
        walker.pages.clear()
        if not await walker.go(self.landed, exercise=False):
            self.answers[State.WITHDRAWN] = Answer(
                state=State.WITHDRAWN, reached=False, why_not="The page could not be opened again."
            )
            return
        try:
            await self._come(walker.tab, lambda now: bool(now.openers) or now.has_banner)
            outcome = await consent.withdraw(walker.tab)
        except CommandRefused as error:
            walker.recorder.notebook.abandon(State.WITHDRAWN)
            outcome = Answer(state=State.WITHDRAWN, reached=False, why_not=error.message)
            await walker.renew()
        self.answers[State.WITHDRAWN] = outcome
        if outcome.reached:
            await self._walk_answered(walker, State.WITHDRAWN)
        else:
            self.answers[State.WITHDRAWN] = replace(outcome, screenshot=await walker.tab.picture())

    async def _signals(self) -> None:
        """Visit the first page once more with Global Privacy Control, and press nothing."""
        async with self.walker(signals=True) as walker:
            await self.arrived.wait()
            walker.recorder.notebook.site = parties.host_of(self.landed)
            if await walker.glance(self.landed):
                seen = await self._seen_by(walker)
                self.signal = walker.recorder, seen is not None and seen.has_banner

    # --- telling ----------------------------------------------------------------------------------------------------

    def _whole_banner(self) -> Banner | None:
        boxes = next((one.boxes for one in self.recorders if one.boxes), ())
        return replace(self.banner, boxes=self.banner.boxes or boxes) if self.banner is not None else None

    async def sighting(self) -> Sighting:
        """Return all that was seen, each thing once for each state."""
        site = parties.host_of(self.landed)
        for recorder in self.recorders:
            recorder.settle()
        observations = union.united([(one.notebook, one.sent) for one in self.recorders], site=site)
        aliases = await self.aliases.of({one.domain for one in observations if one.party == "first"} | {site}, site=site)
        signal = None
        if self.signal is not None:
            seen = union.united([(self.signal[0].notebook, self.signal[0].sent)], site=site)
            signal = Signal(reached=True, has_banner=self.signal[1], observations=union.named(seen, aliases))
        return Sighting(
            site=self.options.url,
            landed=self.landed,
            browser=self.visitors.version,
            pages=tuple(self.itinerary.pages),
            answers=tuple(self.answers[state] for state in STATES if state in self.answers),
            observations=union.named(observations, aliases),
            notes=tuple(self.notes),
            is_partial=self.is_partial,
            banner=self._whole_banner(),
            signal=signal,
            policy_page=self.policy_page,
        )


def _first(group: BaseExceptionGroup[Unavailable]) -> Unavailable:
    for one in group.exceptions:
        return _first(one) if isinstance(one, BaseExceptionGroup) else one
    raise AssertionError
