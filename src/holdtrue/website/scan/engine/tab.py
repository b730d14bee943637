"""One visitor's tab: goes to a page, waits until it is quiet, looks around, and never waits for ever."""

import asyncio
import base64
import contextlib
import time
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Protocol

from holdtrue.website.scan.engine.observations import Trouble
from holdtrue.website.scan.engine.presence import Presence
from holdtrue.website.scan.engine.protocol import CommandRefused, Message, NoAnswer
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.wording import decides

QUIET_SECONDS = 0.12
"""Silence that counts as quiet; measured: shorter misses late starters, longer only waits."""
LOOK_SECONDS = 0.02
"""How often it is looked whether what keeps a silent page waiting has come."""
SLOW_SECONDS = 0.4
"""A request in flight for longer is taken for one that stays open, such as an event stream."""
LONG_LOOK_SECONDS = 2.8
"""Once for each state: things that are set seconds after the page came."""
TIMER_SECONDS = 0.6
"""How long a page's own timers are waited for everywhere else."""
PAGE_SECONDS = 15.0
"""The most that one page may take to load."""
ANSWER_SECONDS = 4.0
"""The most that a page may keep us waiting for an answer; a script that loops never gives one."""
PICTURE: Message = {"format": "jpeg", "quality": 55, "optimizeForSpeed": True}
"""WebP would be a third smaller, and costs the browser three times as much computing."""
WORLD = "holdtrue"
_MOVING = """document.getAnimations().some((one) => one.playState === "running" && one.effect
    && one.effect.getComputedTiming().endTime < 6000)"""
_LINKS = """({
    language: document.documentElement.lang || "",
    links: [...document.querySelectorAll("a[href]")].slice(0, 2000).map((link) => {
      const isNear = (up) => up && up !== document.body && up.textContent.length < 600;
      let around = link;
      while (isNear(around.parentElement)) around = around.parentElement;
      const label = link.textContent.trim() || link.getAttribute("aria-label") || link.title || "";
      return [link.href, label.slice(0, 200), around.textContent.slice(0, 600)];
    }),
})"""
"""Where links lead, with their words and with what stands around them."""
SNAPSHOT = resources.files("holdtrue.website.scan.engine").joinpath("data/snapshot.js").read_text(encoding="utf-8")


class PageHangs(NoAnswer):
    """The page's own scripts keep it so busy that it answers nothing."""


class Browser(Protocol):
    """What a tab needs of the browser that holds it."""

    async def ask(self, method: str, params: Message | None = None, *, session: str = "", within: float = 10.0) -> Message:
        """Return the answer to one command."""

    def worlds_below(self, session: str) -> list["World"]:
        """Return the places for our scripts in every frame of a page, the top one first."""


@dataclass(frozen=True, slots=True)
class World:
    """A place beside one frame's own scripts, where ours run unseen."""

    session: str
    context: int
    is_top: bool


@dataclass(slots=True)
class Visit:
    """How one page load went."""

    url: str
    landed: str = ""
    error: str = ""
    status: int = 0
    sort: str = ""
    """Media type of what came."""
    trouble: Trouble | None = None


@dataclass(slots=True)
class Tab:
    """A page target and the session that speaks with it."""

    browser: Browser
    recorder: Recorder
    target: str
    session: str
    presence: Presence
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    crashed: bool = False
    is_ours: bool = False
    """Whether we opened it; a page opens windows too."""
    stand_in: str = ""
    """The text that it is given in place of any page, where it is to show none of the site's; its frames are given nothing."""
    opened_roots: set[tuple[str, int]] = field(default_factory=set)
    """Documents whose closed shadow roots were handed to our scripts."""

    async def ask(self, method: str, params: Message | None = None, *, within: float = ANSWER_SECONDS) -> Message:
        """Return the page's answer to one command."""
        return await self.browser.ask(method, params, session=self.session, within=within)

    async def open(self, url: str) -> Visit:
        """Go to a page and return how that went, once it has loaded or its time is up."""
        visit = Visit(url)
        self.loaded.clear()
        self.presence.page = url
        self.presence.opened = time.time()
        self.presence.due = self.presence.later = 0.0
        self.presence.received = 0
        self.presence.is_stopped = False
        self.presence.status.clear()
        self.presence.sort.clear()
        self.recorder.notebook.loads += 1
        began = time.monotonic()
        try:
            answer = await self.ask("Page.navigate", {"url": url}, within=PAGE_SECONDS)
            if not ("loaderId" in answer or "errorText" in answer):
                # It stood on that page already, which then merely scrolls to the place behind the `#`.
                await self.ask("Page.reload", within=PAGE_SECONDS)
        except CommandRefused:
            visit.trouble = Trouble.CRASHED if self.crashed else Trouble.NOT_LOADED
            visit.error = "no answer in time"
            return visit
        visit.error = str(answer.get("errorText", ""))
        if visit.error:
            visit.trouble = Trouble.DOWNLOAD if answer.get("isDownload") else Trouble.NOT_LOADED
            return visit
        await self._until_loaded(visit, PAGE_SECONDS - (time.monotonic() - began))
        return visit

    async def _until_loaded(self, visit: Visit, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 1.0)):
                visit.landed = await self._complete(visit.url)
        except TimeoutError:
            visit.trouble = Trouble.NEVER_QUIET
        if self.crashed:
            visit.trouble = Trouble.CRASHED
            return
        if visit.trouble is Trouble.NEVER_QUIET:
            with contextlib.suppress(CommandRefused):
                await self.ask("Page.stopLoading")
        visit.landed = visit.landed or str(await self.value("location.href"))
        place = visit.landed.split("#", 1)[0]
        visit.status = self.presence.status.get(place, 0)
        visit.sort = self.presence.sort.get(place, "")

    async def _complete(self, url: str) -> str:
        """Return where the page is once it is complete, or nothing when its tab has crashed."""
        while not self.crashed:
            # The event can be lost while the page moves to another process, or be that of the empty page before.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    await self.loaded.wait()
            place, _, state = str(await self.value("[location.href, document.readyState].join(' ')")).rpartition(" ")
            if state == "complete" and (place != "about:blank" or url == "about:blank"):
                return place
            self.loaded.clear()
        return ""

    async def quiet(self, *, patience: float = TIMER_SECONDS, most: float = 3.0, since: float | None = None) -> None:
        """Return once nothing was sent for a moment and no timer is due within `patience`; after `most` seconds in any case.

        What stays open, such as an event stream, is waited for no longer than a timer. The moment begins now, or at `since`.
        """
        began = time.monotonic()
        stirred = began if since is None else since
        seen = self.presence
        while not self.crashed:
            now = time.monotonic()
            waited = now - began
            slow = max(SLOW_SECONDS, patience)
            flying = any(now - since < slow for since in seen.flying.values())
            left = QUIET_SECONDS - (now - max(seen.last_sign, stirred))
            is_due = seen.due + QUIET_SECONDS > now and waited < patience
            if waited >= most or (left <= 0 and not flying and not is_due):
                return
            await asyncio.sleep(min(left, most - waited) if left > 0 else LOOK_SECONDS)

    def is_waiting(self) -> bool:
        """Whether the page still waits for something: a timer of its own, or an answer."""
        now = time.monotonic()
        return max(self.presence.due, self.presence.later) > now or any(
            now - since < LONG_LOOK_SECONDS for since in self.presence.flying.values()
        )

    async def is_moving(self) -> bool:
        """Whether something on the page still fades or slides in, and is going to end."""
        return bool(await self.value(_MOVING))

    async def value(self, expression: str) -> Any:
        """Return what an expression yields in the page; raise `PageHangs` when the page does not answer."""
        for _ in range(3):
            try:
                answer = await self.ask("Runtime.evaluate", {"expression": expression, "returnByValue": True})
            except NoAnswer as error:
                raise PageHangs(error.message) from error
            except CommandRefused:
                # The page went on to another while it was asked.
                await asyncio.sleep(0.05)
            else:
                return answer.get("result", {}).get("value")
        return None

    async def exercise(self) -> None:
        """Do what every visitor does: move the pointer, scroll to the end, press a key. Nothing is clicked."""
        steps: list[tuple[str, Message]] = [
            ("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 320, "y": 240}),
            ("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 700, "y": 420}),
            ("Input.dispatchMouseEvent", {"type": "mouseWheel", "x": 700, "y": 420, "deltaX": 0, "deltaY": 600}),
            ("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Shift", "code": "ShiftLeft"}),
            ("Input.dispatchKeyEvent", {"type": "keyUp", "key": "Shift", "code": "ShiftLeft"}),
            ("Runtime.evaluate", {"expression": "scrollTo(0, document.documentElement.scrollHeight)"}),
        ]
        outcomes = await asyncio.gather(*(self.ask(*step) for step in steps), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, CommandRefused):
                raise outcome

    def worlds(self) -> list[World]:
        """Return the places for our scripts in every frame, the top one first."""
        return self.browser.worlds_below(self.session)

    async def run(self, world: World, expression: str, *, gesture: bool = False) -> Any:
        """Return what an expression yields in one of those places; None when the frame is gone or does not answer.

        Raises `PageHangs` when it is the page itself that does not answer.
        """
        params = {
            "expression": expression,
            "contextId": world.context,
            "returnByValue": True,
            "awaitPromise": True,
            "userGesture": gesture,
        }
        try:
            answer = await self.browser.ask("Runtime.evaluate", params, session=world.session, within=ANSWER_SECONDS)
        except NoAnswer as error:
            if world.is_top:
                raise PageHangs("The page does not answer.") from error
            return None
        except CommandRefused:
            return None
        return answer.get("result", {}).get("value")

    async def look(self) -> None:
        """Write down everything that stands in the jar and in the storages of every frame now."""
        asked = self.browser.ask("Storage.getCookies", {"browserContextId": self.recorder.context})
        jar, *frames = await asyncio.gather(asked, *(self.run(world, SNAPSHOT) for world in self.worlds()))
        notebook = self.recorder.notebook
        notebook.look_into_frames([frame for frame in frames if isinstance(frame, dict)], self.presence.page, tab=self.target)
        notebook.look_into_jar(jar["cookies"], self.presence.page)

    async def picture(self) -> str:
        """Return a picture of what a visitor sees, as a `data:` address; empty when the page gives none."""
        try:
            await self.ask("Runtime.evaluate", {"expression": "scrollTo(0, 0)"})
            shot = await self.ask("Page.captureScreenshot", PICTURE)
        except CommandRefused:
            return ""
        data: str = shot.get("data", "")
        return f"data:image/jpeg;base64,{data}" if _is_jpeg(data) else ""

    async def fetched(self, url: str, *, most: int) -> bytes:
        """Return what a server sends, without the visitor's cookies and unseen by the page; empty for an error."""
        try:
            options = {"disableCache": True, "includeCredentials": False}
            asked: Message = {"frameId": self.target, "url": url, "options": options}
            answer = await self.ask("Network.loadNetworkResource", asked, within=PAGE_SECONDS)
            resource = answer["resource"]
            if not resource.get("success") or int(resource.get("httpStatusCode", 0)) >= 400:  # noqa: PLR2004 - HTTP's errors
                return b""
            return await self._read(str(resource["stream"]), most)
        except CommandRefused:
            return b""

    async def _read(self, stream: str, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size < most:
            piece = await self.ask("IO.read", {"handle": stream, "size": 500_000})
            data = piece.get("data", "")
            parts.append(base64.b64decode(data) if piece.get("base64Encoded") else data.encode())
            size += len(parts[-1])
            if piece.get("eof"):
                break
        await self.ask("IO.close", {"handle": stream})
        return b"".join(parts)

    async def links(self) -> list[str]:
        """Return where the page's links lead, in order, without those that answer a question about cookies."""
        found = await self.value(_LINKS)
        if not isinstance(found, dict):
            return []
        language = str(found["language"])
        return [str(href) for href, label, around in found["links"] if not decides(label, around, language)]


def _is_jpeg(data: str) -> bool:
    return base64.b64decode(data[:4])[:2] == b"\xff\xd8"
