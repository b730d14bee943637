"""One visitor walking from page to page, whatever the pages do."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Protocol

from holdtrue.website.scan.engine.observations import Note, Trouble
from holdtrue.website.scan.engine.options import Options
from holdtrue.website.scan.engine.protocol import CommandRefused, NoAnswer
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.remarks import Ending, Remark
from holdtrue.website.scan.engine.seats import Seats
from holdtrue.website.scan.engine.tab import LONG_LOOK_SECONDS, Tab, Visit
from holdtrue.website.scan.engine.typist import type_into
from holdtrue.website.scan.engine.visitors import MOST_DIALOGS, Visitors
from holdtrue.website.scan.engine.walls import asks_to_sign_in

MOST_PAGE_SECONDS = 30.0
"""The most that one page may take in all, whatever it does."""
TAB_PAGES = 30
"""Pages after which a tab is thrown away for a new one: what a thousand pages leave behind in one would pile up."""
SWEEP_PAGES = 8
"""Pages after which a tab is told to let go of what earlier ones left: by itself it does so late, when memory is short."""
ADVICE = {
    "ERR_NAME_NOT_RESOLVED": Remark.NO_NAME,
    "ERR_CONNECTION_REFUSED": Remark.NOTHING_ANSWERS,
    "ERR_CERT": Remark.BAD_CERTIFICATE,
    "ERR_SSL": Remark.BAD_TLS,
    "ERR_TOO_MANY_REDIRECTS": Remark.CIRCLE,
    "ERR_ABORTED": Remark.NO_PAGE,
}


class Journey(Protocol):
    """What a walker needs of the scan that it is part of."""

    visitors: Visitors
    options: Options
    notes: list[Note]
    seats: Seats

    def tell(self, recorder: Recorder, page: str) -> None:
        """Tell whoever waits where the scan is."""


@dataclass(slots=True)
class Walker:
    """One visitor in one tab; when the tab dies the next page gets a new one."""

    journey: Journey
    recorder: Recorder
    tab: Tab
    pages: list[str] = field(default_factory=list)
    """Those that were looked at; shared with the visitor's other tabs."""
    opened: int = 0
    """Pages that this tab has shown."""
    spare: list[Tab] = field(default_factory=list)
    """Empty tabs of this visitor, for later."""

    def note(self, page: str, trouble: Trouble, message: str) -> None:
        """Write down a page that could not be looked at as planned."""
        self.journey.notes.append(Note(state=self.recorder.state, page=page, trouble=trouble, message=message))

    async def go(self, url: str, *, exercise: bool = True, stands: asyncio.Event | None = None) -> bool:
        """Open a page and look at it; False when it could not be looked at, which is noted. `stands` tells that it has come."""
        if self.journey.options.pause:
            await asyncio.sleep(self.journey.options.pause)
        if self.opened >= TAB_PAGES:
            await self.renew()
        elif self.opened and self.opened % SWEEP_PAGES == 0:
            await self._sweep()
        self.journey.tell(self.recorder, url)
        presence = self.tab.presence
        dialogs = presence.dialogs
        is_good = await self._safely(url, self._open(url, exercise=exercise, stands=stands))
        if presence.dialogs - dialogs >= MOST_DIALOGS:
            self.note(url, Trouble.DIALOGS, Remark.DIALOGS % {"count": presence.dialogs - dialogs})
        if is_good and presence.downloads:
            self.note(url, Trouble.DOWNLOAD, Remark.FILE_SENT % {"file": presence.downloads[-1]})
        for host in sorted(presence.dead):
            self.note(url, Trouble.DEAD_HOST, Remark.DEAD_HOST % {"host": host})
        for host in sorted(presence.broken):
            self.note(url, Trouble.BROKEN_TLS, Remark.BROKEN_TLS % {"host": host})
        presence.dead.clear()
        presence.broken.clear()
        presence.downloads.clear()
        self.opened += 1
        if is_good:
            self.pages.append(url)
            await self.journey.visitors.close_strays(self.tab)
        else:
            await self.renew()
        return is_good

    async def look_safely(self, visit: Visit) -> bool:
        """Look at a page that has just been opened, as `go` does."""
        is_good = await self._safely(visit.url, self.look(visit, exercise=True))
        if is_good:
            await self._safely(visit.url, self._meet_wall(visit))
            self.pages.append(visit.landed or visit.url)
            await self.journey.visitors.close_strays(self.tab)
        else:
            await self.renew()
        return is_good

    async def glance(self, url: str) -> bool:
        """Open a page and look at it, without a word about what went wrong."""
        with contextlib.suppress(CommandRefused, TimeoutError):
            async with asyncio.timeout(MOST_PAGE_SECONDS):
                visit = await self.tab.open(url)
                if visit.trouble is None and not self.tab.crashed:
                    await self.tab.exercise()
                    await self.tab.quiet()
                    await self.tab.look()
                    return True
        return False

    async def stay(self) -> None:
        """Watch the page for what comes seconds later, and look once more."""
        await self._safely(self.tab.presence.page, self._stay())

    async def beside(self) -> "Walker":
        """Return the same visitor in one more tab."""
        tab = self.spare.pop() if self.spare else await self.journey.visitors.tab(self.recorder)
        return Walker(self.journey, self.recorder, tab, self.pages)

    async def keep_ready(self, tabs: int) -> None:
        """Open as many empty tabs for later as there are to be; what fails now is tried again when one is needed."""
        await asyncio.gather(*(self._keep_one_ready() for _ in range(tabs - len(self.spare))))

    async def _keep_one_ready(self) -> None:
        with contextlib.suppress(CommandRefused, TimeoutError):
            self.spare.append(await self.journey.visitors.tab(self.recorder))

    async def leave(self, tab: Tab, *, is_needed: bool) -> None:
        """Leave a tab that was opened beside this one: empty it if it will be needed again, else close it."""
        if is_needed and not tab.crashed:
            with contextlib.suppress(CommandRefused):
                await tab.ask("Page.navigate", {"url": "about:blank"})
                self.spare.append(tab)
                return
        await self.journey.visitors.close(tab)

    async def _safely(self, url: str, work: Coroutine[None, None, bool]) -> bool:
        is_good = False
        try:
            async with asyncio.timeout(MOST_PAGE_SECONDS):
                is_good = await work
        except (NoAnswer, TimeoutError):
            if not self.tab.crashed:
                self.note(url, Trouble.HANGS, Remark.HANGS)
        except CommandRefused as error:
            if not self.tab.crashed:
                self.note(url, Trouble.NOT_LOADED, error.message)
        if self.tab.crashed:
            self.note(url, Trouble.CRASHED, Remark.CRASHED)
            is_good = False
        return is_good

    async def _open(self, url: str, *, exercise: bool, stands: asyncio.Event | None) -> bool:
        began = time.monotonic()
        visit = await self.tab.open(url)
        if stands is not None:
            stands.set()
        self.journey.seats.felt(time.monotonic() - began)
        is_good = await self.look(visit, exercise=exercise)
        if is_good and url in {*self.journey.options.more_urls, *self.journey.options.also}:
            await self._meet_wall(visit)
        return is_good

    async def _stay(self) -> bool:
        await self.tab.quiet(patience=LONG_LOOK_SECONDS, most=LONG_LOOK_SECONDS + 1)
        await self.tab.look()
        return True

    async def look(self, visit: Visit, *, exercise: bool) -> bool:
        """Do what a visitor does on a page, and write down what is there; False when there was nothing to look at."""
        if visit.trouble is Trouble.NOT_LOADED:
            self.note(visit.url, Trouble.NOT_LOADED, why(visit.error))
            return False
        if visit.trouble is Trouble.NEVER_QUIET:
            self.note(visit.url, Trouble.NEVER_QUIET, Remark.NEVER_LOADED)
        if self.tab.presence.is_stopped:
            size = self.tab.presence.received // 1_000_000
            self.note(visit.url, Trouble.NEVER_QUIET, Remark.WENT_ON_SENDING % {"size": size})
        if visit.trouble is Trouble.DOWNLOAD:
            self.note(visit.url, Trouble.DOWNLOAD, Remark.ONLY_FILE)
        if self.tab.crashed or visit.trouble is Trouble.DOWNLOAD:
            return False
        if visit.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
            self.note(visit.url, Trouble.ERROR_PAGE, Remark.ERROR_PAGE % {"status": visit.status})
        if visit.sort == "application/pdf":
            self.note(visit.url, Trouble.DOCUMENT, Remark.DOCUMENT)
        if exercise:
            await self.tab.exercise()
        # One wait is enough: what the page does by itself and what the visitor moved fall quiet together.
        await self.tab.quiet()
        # Few pages have a form: what stands there is written down meanwhile, and once more where something was typed.
        if not exercise or any(await asyncio.gather(type_into(self.tab), self.tab.look())):
            await self.tab.look()
        return True

    async def _meet_wall(self, visit: Visit) -> bool:
        """Note that the visitor was shown a sign-in where the site was asked for."""
        if await asks_to_sign_in(self.tab, visit):
            self.note(visit.url, Trouble.LOGIN_WALL, Remark.LOGIN_WALL)
        return True

    async def _sweep(self) -> None:
        with contextlib.suppress(CommandRefused):
            await self.tab.ask("HeapProfiler.collectGarbage")

    async def renew(self) -> None:
        """Throw the tab away and take a new one."""
        await self.journey.visitors.close_strays(self.tab)
        await self.journey.visitors.close(self.tab)
        self.tab = await self.journey.visitors.tab(self.recorder)
        self.opened = 0


def advice(error: str) -> str:
    """Return what a person can do about an address that did not open."""
    return next((remark for sign, remark in ADVICE.items() if sign in error), Ending.CHECK_ADDRESS)


def why(error: str) -> str:
    """Return in words why a page did not open."""
    known = next((remark for sign, remark in ADVICE.items() if sign in error), "")
    return known or (Remark.NOT_OPENED % {"error": error} if error else Remark.NO_ANSWER)
