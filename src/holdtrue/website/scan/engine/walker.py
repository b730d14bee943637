"""One visitor walking from page to page, whatever the pages do."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from holdtrue.website.scan.engine.observations import Note, Trouble
from holdtrue.website.scan.engine.protocol import CommandRefused, NoAnswer
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.tab import LONG_LOOK_SECONDS, Tab, Visit
from holdtrue.website.scan.engine.visitors import MOST_DIALOGS, Visitors

MOST_PAGE_SECONDS = 30.0
"""The most that one page may take in all, whatever it does."""
ADVICE = {
    "ERR_NAME_NOT_RESOLVED": "There is no host of that name. Check the address, or the DNS of this machine.",
    "ERR_CONNECTION_REFUSED": "Nothing answers there. Start the site, or check the port.",
    "ERR_CERT": "Its certificate is not valid for a browser. Mend it, or add --insecure for a test certificate.",
    "ERR_SSL": "TLS is broken there. Mend it, or try the address with http://.",
    "ERR_TOO_MANY_REDIRECTS": "It redirects in a circle: every visitor sees this error.",
    "ERR_ABORTED": "It sends a file and no web page. Give the address of a page.",
}


class Journey(Protocol):
    """What a walker needs of the scan that it is part of."""

    visitors: Visitors
    notes: list[Note]

    def tell(self, recorder: Recorder, page: str) -> None:
        """Tell whoever waits where the scan is."""


@dataclass(slots=True)
class Walker:
    """One visitor walking over the site; when a tab dies the next page gets a new one."""

    journey: Journey
    recorder: Recorder
    tab: Tab
    pages: list[str] = field(default_factory=list)
    pause: float = 0.0
    """Seconds to wait before each page, so that a small server is not overrun."""

    def note(self, page: str, trouble: Trouble, message: str) -> None:
        """Write down a page that could not be looked at as planned."""
        self.journey.notes.append(Note(state=self.recorder.state, page=page, trouble=trouble, message=message))

    async def go(self, url: str, *, long: bool = False, exercise: bool = True) -> bool:
        """Open a page and look at it; False when it could not be looked at, which is noted."""
        recorder = self.recorder
        if self.pause:
            await asyncio.sleep(self.pause)
        self.journey.tell(recorder, url)
        dialogs, downloads = recorder.dialogs, len(recorder.downloads)
        try:
            async with asyncio.timeout(MOST_PAGE_SECONDS):
                visit = await self.tab.open(url)
                is_good = await self._look(visit, long=long, exercise=exercise)
        except (NoAnswer, TimeoutError):
            self.note(url, Trouble.HANGS, "The page keeps the browser so busy that it does not answer any more.")
            is_good = False
        except CommandRefused as error:
            self.note(url, Trouble.NOT_LOADED, error.message)
            is_good = False
        if self.tab.crashed:
            self.note(url, Trouble.CRASHED, "The page made its tab crash.")
            is_good = False
        if recorder.dialogs - dialogs >= MOST_DIALOGS:
            self.note(url, Trouble.DIALOGS, f"The page opened {recorder.dialogs - dialogs} dialogues; each was closed.")
        if is_good and len(recorder.downloads) > downloads:
            self.note(url, Trouble.DOWNLOAD, f"The page sent a file, which was not taken: {recorder.downloads[-1]}")
        if is_good:
            self.pages.append(url)
            await self.journey.visitors.close_strays(self.tab)
        else:
            await self.renew()
        return is_good

    async def _look(self, visit: Visit, *, long: bool, exercise: bool) -> bool:
        if visit.trouble is Trouble.NOT_LOADED:
            self.note(visit.url, Trouble.NOT_LOADED, why(visit.error))
            return False
        if visit.trouble is Trouble.NEVER_QUIET:
            self.note(
                visit.url, Trouble.NEVER_QUIET, "The page never finished loading; it was stopped and looked at as it was."
            )
        if visit.trouble is Trouble.DOWNLOAD:
            self.note(visit.url, Trouble.DOWNLOAD, "There is a file and no page; it was not taken.")
        if self.tab.crashed or visit.trouble is Trouble.DOWNLOAD:
            return False
        if visit.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
            self.note(visit.url, Trouble.ERROR_PAGE, f"The site answers {visit.status} there; its error page was looked at.")
        if exercise:
            await self.tab.exercise()
        # One wait is enough: what the page does by itself and what the visitor moved fall quiet together.
        await self.tab.quiet(least=LONG_LOOK_SECONDS if long else 0.0, most=LONG_LOOK_SECONDS + 1 if long else 3.0)
        await self.tab.look()
        return True

    async def renew(self) -> None:
        """Throw the tab away and take a new one."""
        await self.journey.visitors.close_strays(self.tab)
        await self.journey.visitors.close(self.tab)
        self.tab = await self.journey.visitors.tab(self.recorder)


def advice(error: str) -> str:
    """Return what a person can do about an address that did not open."""
    return next((said for sign, said in ADVICE.items() if sign in error), "Check the address in a browser of your own.")


def why(error: str) -> str:
    """Return in words why a page did not open."""
    known = next((said for sign, said in ADVICE.items() if sign in error), "")
    return known or f"The page could not be opened: {error or 'no answer'}."
