"""One visitor's way over the site: the first page is watched and visited again, and meanwhile the others, in several tabs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from holdtrue.website.scan.engine.observations import State, Trouble
from holdtrue.website.scan.engine.protocol import CommandRefused
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.scanning import Scanning
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.walker import Walker

Act: TypeAlias = Coroutine[None, None, None]
FEW = 3
"""Pages for which a further tab does not pay."""
FEW_TWICE = 2
"""The same of a visitor who goes over the site twice, and uses it again."""
HEAD_START_SECONDS = 0.03
"""Of an answer, before tabs are opened for what comes after it."""


@dataclass(slots=True)
class Way:
    """The pages that one visitor still has to open, and the tabs in which that is done."""

    scan: Scanning
    walker: Walker
    state: State
    is_over: bool = False
    """Whether the rest need not be opened."""
    is_back: bool = False
    """Whether the first page stands open once more, for a visitor who is going to withdraw there."""
    _home: Walker | None = None
    """The visitor in the tab that went back there."""
    _has_failed: bool = False
    """Whether the browser opened no further tab when it was asked for one: then it is asked no more."""
    _met: int = 1
    """Pages that were taken by one of the tabs, or passed by; the first is not for them."""
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pages: AsyncIterator[str] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the first page that was not opened yet."""
        self._pages = self._left()

    @property
    def _visitor(self) -> str:
        return self.walker.recorder.context

    @property
    def _comes_again(self) -> bool:
        """Whether the visitor is going to withdraw, and then goes the same way once more."""
        return self.state is State.ACCEPTED and State.WITHDRAWN in self.scan.options.states

    async def watch(self, *, again: Callable[[Walker], Act], first: Callable[[], Act] | None = None) -> None:
        """Stay on the first page for what comes late, then do `first`; meanwhile come back to it in another tab, for `again`.

        Whoever has done that opens further pages, and so do as many more tabs as the visitor may have.
        """
        self.scan.seats.add(self._visitor)
        async with asyncio.TaskGroup() as group:
            staying = group.create_task(self._stay(group, first))
            group.create_task(self._return(group, again, staying))
            self._call_help(group)
        if self._home is not None and self._home is not self.walker:
            await self._move_in(self._home)

    async def _stay(self, group: asyncio.TaskGroup, then: Callable[[], Act] | None) -> None:
        await self.walker.stay()
        if then is not None:
            await then()
        if self.scan.options.pause:
            return
        await self._walk(group, self.walker)

    async def _return(self, group: asyncio.TaskGroup, then: Callable[[Walker], Act], staying: asyncio.Task[None]) -> None:
        walker = await self._beside()
        if walker is None:
            # The one tab that there is does it all, one thing after the other.
            await staying
            walker = self.walker
        await then(walker)
        await self._walk(group, walker)
        await self._leave(walker)
        self.scan.seats.give(self._visitor)

    async def _beside(self) -> Walker | None:
        """Return the visitor in one more tab, or None where the browser opens none."""
        try:
            return await self.walker.beside()
        except (CommandRefused, TimeoutError):
            self._has_failed = True
            return None

    @asynccontextmanager
    async def prepared(self) -> AsyncIterator[None]:
        """Open the tabs of this way while the block runs; nothing of that goes on behind it, whatever becomes of the block."""
        preparing = asyncio.create_task(self._prepare())
        try:
            yield
            await preparing
        finally:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)

    async def _prepare(self) -> None:
        """Open as many tabs as will pay; what fails is tried again when it is needed."""
        # Each tab is a process that starts: what the visitor is about to press comes first.
        await asyncio.sleep(HEAD_START_SECONDS)
        wanted, share = 2, self.scan.seats.share(self._visitor)
        while self._is_worth(wanted) and wanted < share:
            wanted += 1
        await self.walker.keep_ready(wanted - 1)

    async def _walk(self, group: asyncio.TaskGroup, walker: Walker) -> None:
        while (page := await self._next()) is not None:
            self._call_help(group)
            await self._open(walker, page)
        await self._go_home(walker)

    async def _go_home(self, walker: Walker) -> None:
        """Go back to the first page, if the visitor is going to withdraw there: whoever first finds that no page is left.

        Meanwhile the last pages are still looked at in the other tabs.
        """
        if self._comes_again and self._home is None and not (self.is_over or self.scan.options.pause):
            self._home = walker
            self.is_back = await walker.go(self.scan.landed, exercise=False)

    async def _move_in(self, home: Walker) -> None:
        """Stay in the tab that went back to the first page, and keep the other for later."""
        here = self.walker
        here.tab, home.tab, here.opened, home.opened = home.tab, here.tab, home.opened, here.opened
        await here.leave(home.tab, is_needed=True)

    async def _leave(self, walker: Walker) -> None:
        if walker is not self.walker and walker is not self._home:
            await self.walker.leave(walker.tab, is_needed=self._comes_again)

    async def _open(self, walker: Walker, page: str) -> None:
        is_good = await walker.go(page)
        is_over = self.state is not State.NO_CHOICE or self.scan.itinerary.is_closed or not is_good
        self._was_opened(page, [] if is_over else await links_of(walker.tab), is_good=is_good)

    def _was_opened(self, page: str, links: Sequence[str], *, is_good: bool) -> None:
        self.scan.saw(self.walker.recorder, page, is_good=is_good)
        if self.state is State.NO_CHOICE:
            self.scan.itinerary.found(page, links)

    def _call_help(self, group: asyncio.TaskGroup) -> None:
        """Open further pages in as many tabs as the visitor may have just now."""
        seats = self.scan.seats
        while self._is_worth(seats.held(self._visitor)) and seats.take(self._visitor):
            group.create_task(self._help())

    def _is_worth(self, held: int) -> bool:
        """Whether one tab more than the visitor has would pay."""
        is_open = not (self.scan.options.pause or self.is_over or self._has_failed)
        goes_twice = self.state in {State.ACCEPTED, State.WITHDRAWN} and State.WITHDRAWN in self.scan.options.states
        return is_open and len(self.scan.itinerary.pages) - self._met > (FEW_TWICE if goes_twice else FEW) * held

    async def _help(self) -> None:
        seats = self.scan.seats
        try:
            page = await self._next()
            if page is None:
                return
            walker = await self._beside()
            if walker is None:
                self.walker.note(page, Trouble.HANGS, Remark.NO_TAB)
                self._was_opened(page, (), is_good=False)
                return
            await self._open(walker, page)
            while not seats.must_give(self._visitor):
                page = await self._next()
                if page is None:
                    await self._go_home(walker)
                    break
                await self._open(walker, page)
            await self._leave(walker)
        finally:
            seats.give(self._visitor)

    async def _next(self) -> str | None:
        async with self._taking:
            page = None if self.is_over else await anext(self._pages, None)
        return None if self.is_over else page

    async def _left(self) -> AsyncIterator[str]:
        """Yield the pages that were not opened yet in this state.

        Who is going to withdraw opens all of them once more: what stands there afterwards is what each page left before.
        """
        async for page in self.scan.itinerary.others():
            self._met += 1
            if self._comes_again or not self.scan.diary.has_seen(self.state, page):
                yield page
            elif self.state is State.NO_CHOICE:
                self.scan.itinerary.found(page, ())


async def links_of(tab: Tab) -> list[str]:
    """Return where the page in a tab leads, or nothing where it does not say."""
    try:
        return [] if tab.crashed else await tab.links()
    except CommandRefused:
        return []
