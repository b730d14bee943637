"""One scan as it goes: what its visitors share, and what is kept and told of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from holdtrue.errors import Unavailable
from holdtrue.website.scan.engine import names, parties, union
from holdtrue.website.scan.engine.discretion import Discretion, pages_in
from holdtrue.website.scan.engine.itinerary import Itinerary
from holdtrue.website.scan.engine.kept import CUT_SHORT, Diary, Kept, KeptSignal
from holdtrue.website.scan.engine.observations import (
    STATES,
    Banner,
    Note,
    PolicyPage,
    Sighting,
    Signal,
    State,
    Trouble,
)
from holdtrue.website.scan.engine.options import Options, Progress
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.remarks import Ending, Remark
from holdtrue.website.scan.engine.seats import Seats
from holdtrue.website.scan.engine.signin import sign_in
from holdtrue.website.scan.engine.trace import Trace, marker, trace_of
from holdtrue.website.scan.engine.visitors import Visitors
from holdtrue.website.scan.engine.walker import Walker


class Scanning:
    """What the visitors of one scan have in common."""

    def __init__(self, options: Options, visitors: Visitors) -> None:
        self.options = options
        self.visitors = visitors
        self.landed = options.past.landed if options.past else options.url
        self.itinerary = Itinerary(options.url, options.pages)
        past = options.past
        self.diary = Diary(past, options.clock())
        self.notes = [note for note in past.notes if note.trouble not in CUT_SHORT] if past else []
        self.answers = {one.state: one for one in past.answers} if past else {}
        self.recorders: list[Recorder] = []
        self.seats = Seats()
        self.arrived = asyncio.Event()
        self.led = asyncio.Event()
        """Whether whoever has the longest way stands on the first page: only then do the others make use of the machine too."""
        self.is_partial = False
        self.banner: Banner | None = past.banner if past else None
        self.signal: KeptSignal | None = past.signal if past else None
        self.policy_page: PolicyPage | None = past.policy_page if past else None
        self.aliases = names.Aliases(options.dns, is_redirected=bool(options.host_rules))

    def tell(self, recorder: Recorder, page: str) -> None:
        """Tell whoever waits where the scan is, and keep it now and then."""
        self.keep()
        self.options.tell(Progress(recorder.state, page, sum(len(one.notebook.seen) for one in self.recorders)))

    def show(self, state: State, picture: str) -> str:
        """Show whoever wants to see it what the first page looks like in a state; return the picture."""
        if self.options.shows and picture:
            found = sum(len(one.notebook.seen) for one in self.recorders)
            self.options.tell(Progress(state, self.landed, found, picture))
        return picture

    def saw(self, recorder: Recorder, page: str, *, is_good: bool) -> None:
        """Write down that a page was opened."""
        self.diary.saw(recorder.state, page, is_good=is_good)

    def is_done(self, state: State) -> bool:
        """Whether nothing more is to be done in a state."""
        return state in self.diary.done

    def looked_at(self, state: State, now: Iterable[str]) -> tuple[str, ...]:
        """Return the pages that were looked at in a state, in the order of the way: several tabs do not keep it."""
        order = {page: at for at, page in enumerate(self.itinerary.pages)}
        return tuple(sorted(self.diary.looked_at(state, now), key=lambda page: order.get(page, 0)))

    def finish(self, *states: State) -> None:
        """Say that nothing more is to be done in these states."""
        self.diary.done |= {state for state in states if state in self.answers}
        self.keep(at_once=True)

    def keep(self, *, at_once: bool = False) -> None:
        """Keep the scan so far, if it is to be kept and that is due."""
        keep = self.options.keep
        if keep is not None and self.arrived.is_set() and (at_once or self.diary.is_due()):
            began = time.monotonic()
            keep(self._kept())
            self.diary.was_kept(time.monotonic() - began)

    def _kept(self) -> Kept:
        reached = {State.NO_CHOICE} | {state for state, answer in self.answers.items() if answer.reached}
        return Kept(
            salt=self.diary.salt,
            started=self.diary.started,
            landed=self.landed,
            pages=tuple(self.itinerary.pages),
            is_planned=self.itinerary.is_closed,
            visited={state: dict(pages) for state, pages in self.diary.visited.items() if state in reached},
            answers=tuple(self.answers[state] for state in STATES if self.is_done(state)),
            notes=tuple(self.notes),
            traces=tuple(trace.within(reached) for trace in self._traces()),
            banner=self._whole_banner(),
            signal=self.signal,
            policy_page=self.policy_page,
        )

    def _traces(self) -> list[Trace]:
        past = self.options.past
        now = [trace_of(one.notebook, one.sent, salt=self.diary.salt) for one in self.recorders]
        return [*(past.traces if past else ()), *now]

    @asynccontextmanager
    async def walker(self, *, ways: int = 1, signals: bool = False) -> AsyncIterator[Walker]:
        """Yield a new visitor with a tab, who will go over the site that many times."""
        async with self.visitors.visitor(signals=signals) as recorder:
            recorder.notebook.site = parties.host_of(self.landed)
            if not signals:
                self.recorders.append(recorder)
            self.seats.begin(recorder.context, ways=ways)
            try:
                tab = await self.visitors.tab(recorder)
                if self.options.sign_in:
                    await sign_in(tab, self.options.sign_in)
                yield Walker(self, recorder, tab)
            finally:
                self.seats.end(recorder.context)

    def cut_short(self, trouble: Trouble, message: str) -> None:
        """Mark the scan as partial, with why."""
        self.is_partial = True
        self.notes.append(Note(state=State.NO_CHOICE, page=self.landed, trouble=trouble, message=message))

    def _tell_of_resolver(self) -> None:
        host, port = self.aliases.server or ("", 0)
        said = Remark.NO_RESOLVER % {"resolver": f"{host}:{port}"}
        note = Note(state=State.NO_CHOICE, page=self.landed, trouble=Trouble.NO_RESOLVER, message=said)
        self.notes = [*(one for one in self.notes if one.trouble is not Trouble.NO_RESOLVER), note]

    def go_on(self, landed: str) -> None:
        """Take up the pages where the run before left them."""
        past = self.options.past
        if past is not None and past.landed != landed:
            raise Unavailable(
                Ending.MOVED % {"url": self.options.url, "landed": landed, "before": past.landed}, hint=Ending.BEGIN_ANEW
            )
        self.landed = landed
        self.itinerary = Itinerary(landed, self.options.pages)
        if past is not None:
            self.itinerary.go_on(past.pages, is_planned=past.is_planned)

    def _whole_banner(self) -> Banner | None:
        boxes = next((one.boxes for one in self.recorders if one.boxes), ())
        return replace(self.banner, boxes=self.banner.boxes or boxes) if self.banner is not None else None

    async def sighting(self) -> Sighting:
        """Return all that was seen, each thing once for each state."""
        site = parties.host_of(self.landed)
        for recorder in self.recorders:
            recorder.settle()
        reached = {State.NO_CHOICE} | {state for state, answer in self.answers.items() if answer.reached}
        traces = self._traces()
        observations = union.united([trace.within(reached) for trace in traces], site=site)
        aliases = await self.aliases.of({one.domain for one in observations if one.party == "first"} | {site}, site=site)
        if self.aliases.is_mute:
            self._tell_of_resolver()
        signal = None
        if self.signal is not None:
            seen = union.united([self.signal.trace], site=site)
            signal = Signal(reached=True, has_banner=self.signal.has_banner, observations=union.named(seen, aliases))
        whole = Sighting(
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
        secret = union.secrets([*traces, *([self.signal.trace] if self.signal else [])])
        return Discretion(pages_in(whole), secret=secret, mark=marker(self.diary.salt)).of(whole)
