"""One scan: the same pages by three visitors, of whom one says nothing, one refuses, and one accepts and then takes it back."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from holdtrue.errors import Invalid, Unavailable
from holdtrue.website.scan.engine import chromium, consent, parties
from holdtrue.website.scan.engine.gate import gate
from holdtrue.website.scan.engine.itinerary import MOST_MAP_BYTES, Itinerary, maps_in, pages_in, wishes_in
from holdtrue.website.scan.engine.observations import STATES, Answer, Note, Observation, Sighting, State, Trouble
from holdtrue.website.scan.engine.protocol import BrowserGone, CommandRefused
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.signin import Step, sign_in
from holdtrue.website.scan.engine.tab import LONG_LOOK_SECONDS
from holdtrue.website.scan.engine.visitors import Visitors
from holdtrue.website.scan.engine.walker import Walker, advice

UNAUTHORISED = 401
MOST_MAPS = 5
MOST_ROBOTS_BYTES = 500_000
GONE = "The browser ended in the middle of the scan."


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a scan is: told whenever it moves."""

    state: State
    page: str
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to scan, and how."""

    url: str
    clock: Callable[[], datetime]
    pages: int = 5
    """The most pages to open in each state; the first is the address itself, the rest are found by its links."""
    more_urls: tuple[str, ...] = ()
    """Further addresses to open, instead of following links."""
    also: tuple[str, ...] = ()
    """Further addresses to open, besides what links and the site's map lead to."""
    respects_robots: bool = False
    """Follow links only where the site's robots.txt lets crawlers go."""
    pause: float = 0.0
    """Seconds that each visitor waits before a page."""
    window: tuple[int, int] = chromium.WINDOW
    sign_in: tuple[Step, ...] = ()
    """What each visitor does first."""
    credentials: str = ""
    """`NAME:PASSWORD` for a site that asks for them before it shows anything."""
    dns: str = ""
    """`HOST:PORT` of the resolver that is asked for aliases; empty for this machine's own."""
    states: frozenset[State] = frozenset(State)
    browser: str = ""
    host_rules: tuple[str, ...] = ()
    insecure: bool = False
    locale: str = "en"
    seconds: float = 900.0
    """The most that the whole scan may take."""
    tell: Callable[[Progress], None] = lambda _: None


def address(text: str) -> str:
    """Return the address to open, or raise `Invalid` for what is none; a bare host gets https."""
    given = text.strip()
    whole = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(whole)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(parts.netloc) & set(" \t\n<>\"'\\")
        _ = parts.port
    except ValueError:
        is_good = False
    if not is_good or not given:
        raise Invalid(f"“{given[:200]}” is not the address of a website.", hint="Give one such as https://www.example.org/.")
    return whole if parts.path else f"{whole}/"


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
    return run.sighting()


def _silent(url: str) -> Unavailable:
    return Unavailable(f"{url} does not answer.", hint="See that the website runs, and try again; nothing was judged.")


class _Run:
    """The scan as it goes."""

    def __init__(self, options: Options, visitors: Visitors) -> None:
        self.options = options
        self.visitors = visitors
        self.landed = options.url
        self.notes: list[Note] = []
        self.answers: dict[State, Answer] = {}
        self.recorders: list[Recorder] = []
        self.itinerary = Itinerary(options.url, options.pages)
        self.has_arrived = False
        self.is_partial = False

    def tell(self, recorder: Recorder, page: str) -> None:
        """Tell whoever waits where the scan is."""
        self.options.tell(Progress(recorder.state, page, sum(len(one.seen) for one in self.recorders)))

    @asynccontextmanager
    async def walker(self) -> AsyncIterator[Walker]:
        """Yield a new visitor with a tab."""
        async with self.visitors.visitor() as recorder:
            recorder.site = parties.host_of(self.landed)
            self.recorders.append(recorder)
            tab = await self.visitors.tab(recorder)
            if self.options.sign_in:
                await sign_in(tab, self.options.sign_in)
            yield Walker(self, recorder, tab, pause=self.options.pause)

    async def everything(self) -> None:
        """Walk the site in every state that was asked for; what is cut short is marked as partial."""
        try:
            async with asyncio.timeout(self.options.seconds):
                await self._walk_all()
        except TimeoutError as error:
            if not self.has_arrived:
                raise _silent(self.options.url) from error
            self._cut_short(Trouble.OUT_OF_TIME, f"The scan was stopped after its {self.options.seconds:g} seconds.")
        except BrowserGone:
            self._cut_short(Trouble.BROWSER_GONE, GONE)
        except ExceptionGroup as group:
            # The visitors walk side by side: when the browser ends, each of them says so.
            if group.split(BrowserGone)[1] is not None:
                raise
            self._cut_short(Trouble.BROWSER_GONE, GONE)

    def _cut_short(self, trouble: Trouble, message: str) -> None:
        self.is_partial = True
        self.notes.append(Note(state=State.NO_CHOICE, page=self.landed, trouble=trouble, message=message))

    async def _walk_all(self) -> None:
        async with self.walker() as first:
            await self._arrive(first)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._says_nothing(first))
                if State.REFUSED in self.options.states:
                    group.create_task(self._refuses())
                if self.options.states & {State.ACCEPTED, State.WITHDRAWN}:
                    group.create_task(self._accepts())

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
        if visit.trouble is Trouble.HANGS and not visit.status:
            raise _silent(self.options.url)
        self.has_arrived = True
        self.landed = visit.landed or self.options.url
        self.itinerary = Itinerary(self.landed, self.options.pages)
        walker.recorder.site = parties.host_of(self.landed)
        self._again_with(walker.recorder)

    def _again_with(self, recorder: Recorder) -> None:
        """Judge the party of what was seen on the way anew, now that the site's own name is known."""
        for key, one in recorder.seen.items():
            recorder.seen[key] = replace(one, party=parties.party(one.domain, site=recorder.site))

    async def _says_nothing(self, walker: Walker) -> None:
        try:
            await walker.go(self.landed, long=True)
            picture = await walker.tab.picture()
            await self._plan(walker)
            await self._explore(walker)
        finally:
            self.itinerary.close()
        has_banner = False
        with contextlib.suppress(CommandRefused):
            has_banner = (await consent.view(walker.tab)).has_banner
        self.answers[State.NO_CHOICE] = Answer(
            state=State.NO_CHOICE,
            reached=True,
            banner="" if has_banner else "none",
            verified=("a fresh browser, and nothing was pressed",),
            pages=tuple(walker.pages),
            screenshot=picture,
        )

    async def _plan(self, walker: Walker) -> None:
        """Choose the pages: those that were named, or what the first page and then the site's map lead to."""
        options, itinerary = self.options, self.itinerary
        if options.more_urls:
            itinerary.name(options.more_urls)
            itinerary.close()
            return
        itinerary.name(options.also)
        if options.respects_robots:
            itinerary.robots = wishes_in(await self._robots())
        itinerary.follow(await self._links(walker))
        if not itinerary.is_full:
            await self._read_maps(maps_in(await self._robots(), self.landed))

    async def _robots(self) -> str:
        raw = await self._fetched(urljoin(self.landed, "/robots.txt"), most=MOST_ROBOTS_BYTES)
        return raw.decode("utf-8", errors="replace")

    async def _fetched(self, url: str, *, most: int) -> bytes:
        """Return what the site sends to a visitor of whom nothing is kept: no page asked for it, so no page is told of it."""
        try:
            async with self.visitors.visitor() as nobody:
                return await (await self.visitors.tab(nobody)).fetched(url, most=most)
        except (CommandRefused, TimeoutError):
            return b""

    async def _read_maps(self, maps: list[str]) -> None:
        waiting = deque(maps)
        for _ in range(MOST_MAPS):
            if self.itinerary.is_full or not waiting:
                return
            pages, further = pages_in(await self._fetched(waiting.popleft(), most=MOST_MAP_BYTES))
            self.itinerary.follow(pages)
            waiting.extend(further[:MOST_MAPS])

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
                itinerary.follow(await self._links(walker))

    async def _links(self, walker: Walker) -> list[str]:
        try:
            return [] if walker.tab.crashed else await walker.tab.links()
        except CommandRefused:
            return []

    async def _refuses(self) -> None:
        async with self.walker() as walker:
            reached = await self._answer(walker, State.REFUSED)
            if reached is not None:
                await self._walk_answered(walker, reached)

    async def _accepts(self) -> None:
        async with self.walker() as walker:
            reached = await self._answer(walker, State.ACCEPTED)
            if reached is None:
                self.answers[State.WITHDRAWN] = replace(
                    self.answers[State.ACCEPTED],
                    state=State.WITHDRAWN,
                    why_not="Nothing was accepted that could be withdrawn.",
                    screenshot="",
                )
                return
            await self._walk_answered(walker, reached)
            if State.WITHDRAWN in self.options.states:
                await self._withdraw(walker)

    async def _withdraw(self, walker: Walker) -> None:
        start = len(walker.pages)
        if not await walker.go(self.landed, exercise=False):
            self.answers[State.WITHDRAWN] = Answer(
                state=State.WITHDRAWN, reached=False, why_not="The page could not be opened again."
            )
            return
        try:
            outcome = await consent.withdraw(walker.tab)
        except CommandRefused as error:
            walker.recorder.abandon(State.WITHDRAWN)
            outcome = Answer(state=State.WITHDRAWN, reached=False, why_not=error.message)
            await walker.renew()
        self.answers[State.WITHDRAWN] = outcome
        if outcome.reached:
            walker.pages = walker.pages[start:]
            await self._walk_answered(walker, outcome)
        else:
            self.answers[State.WITHDRAWN] = replace(outcome, screenshot=await walker.tab.picture())

    async def _answer(self, walker: Walker, state: State) -> Answer | None:
        """Bring a state about on the first page that asks; None when none could be brought about, which is kept."""
        outcome = Answer(state=state, reached=False, banner="none", why_not="No banner asks for a choice.")
        for page in await self._where_a_banner_may_be():
            if not await walker.go(page, exercise=False):
                continue
            try:
                outcome = await self._try(walker, state)
            except CommandRefused as error:
                walker.recorder.abandon(state)
                outcome = Answer(state=state, reached=False, why_not=error.message)
                await walker.renew()
            if outcome.banner != "none" or outcome.reached:
                break
        if outcome.reached:
            return outcome
        picture = await walker.tab.picture()
        self.answers[state] = replace(outcome, pages=tuple(walker.pages), screenshot=picture)
        return None

    async def _where_a_banner_may_be(self) -> list[str]:
        return [self.landed]

    async def _try(self, walker: Walker, state: State) -> Answer:
        seen = await consent.view(walker.tab)
        began = time.monotonic()
        while not seen.has_banner and time.monotonic() - began < LONG_LOOK_SECONDS + 1:
            # Many banners come a while after the page, some on the first movement.
            await walker.tab.exercise()
            await asyncio.sleep(0.25)
            seen = await consent.view(walker.tab)
        return await consent.answer(walker.tab, state, seen=seen)

    async def _walk_answered(self, walker: Walker, outcome: Answer) -> None:
        """Visit the site again after the choice: what is remembered, what is still sent, what comes back."""
        state = outcome.state
        self.answers[state] = outcome
        walker.pages.clear()
        is_there = await walker.go(self.landed, long=True)
        remembered = await self._is_remembered(walker) if is_there else None
        picture = await walker.tab.picture()
        self.answers[state] = replace(outcome, remembered=remembered, screenshot=picture)
        async for page in self.itinerary.others():
            await walker.go(page)
        self.answers[state] = replace(self.answers[state], pages=tuple(walker.pages))

    async def _is_remembered(self, walker: Walker) -> bool | None:
        try:
            return not (await consent.view(walker.tab)).has_banner
        except CommandRefused:
            return None

    def sighting(self) -> Sighting:
        """Return all that was seen, each thing once for each state."""
        return Sighting(
            site=self.options.url,
            landed=self.landed,
            browser=self.visitors.version,
            pages=tuple(self.itinerary.pages),
            answers=tuple(self.answers[state] for state in STATES if state in self.answers),
            observations=_united(one for recorder in self.recorders for one in recorder.observations()),
            notes=tuple(self.notes),
            is_partial=self.is_partial,
        )


def _united(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return each thing once for each state, though several visitors saw it."""
    found: dict[tuple[str, ...], Observation] = {}
    for one in observations:
        key = (one.state, one.kind, one.name, one.domain)
        known = found.get(key)
        found[key] = one if known is None else _better(known, one)
    return tuple(sorted(found.values(), key=lambda one: (STATES.index(one.state), one.kind, one.domain, one.name)))


def _better(one: Observation, other: Observation) -> Observation:
    known, less = (one, other) if (one.set_by or not other.set_by) else (other, one)
    return replace(
        known,
        deleted=one.deleted and other.deleted,
        refused_reason=known.refused_reason if less.refused_reason else "",
        retention_days=max((days for days in (one.retention_days, other.retention_days) if days is not None), default=None),
    )
