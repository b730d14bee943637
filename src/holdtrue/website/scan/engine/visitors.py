"""The browser as a house of visitors: each has a context of its own, and every page, frame and worker in it is watched."""

import asyncio
import base64
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources

from holdtrue.website.scan.engine.gate import Gate
from holdtrue.website.scan.engine.presence import Presence
from holdtrue.website.scan.engine.protocol import BrowserGone, CommandRefused, Connection, Message
from holdtrue.website.scan.engine.recorder import Recorder
from holdtrue.website.scan.engine.tab import WORLD, Tab, World

HOOKS = resources.files("holdtrue.website.scan.engine").joinpath("data/hooks.js").read_text(encoding="utf-8")
ATTACH: Message = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
NETWORK: Message = {"maxTotalBufferSize": 1_000_000, "maxResourceBufferSize": 200_000, "maxPostDataSize": 20_000}
MOST_DIALOGS = 20


MOST_WORLDS = 60


@dataclass(slots=True)
class _Session:
    """One watched page, frame or worker."""

    target: str
    sort: str
    parent: str
    recorder: Recorder
    presence: Presence
    worlds: dict[int, str] = field(default_factory=dict)
    """The places for our scripts, one for each frame: number and frame."""


class Visitors:
    """Every visitor of one browser; it hears all events and hands each to the visitor concerned."""

    def __init__(self, clock: Callable[[], datetime], *, locale: str, gate: Gate | None = None) -> None:
        """Prepare; `begin` takes the browser's conversation."""
        self.clock = clock
        self.locale = locale
        self.gate = gate
        self.agent = ""
        self.version = ""
        self.binding = f"_{secrets.token_hex(8)}"
        hooks = HOOKS.replace("BINDING", self.binding)
        self.hooks = {signals: hooks.replace("SIGNALS", str(signals).lower()) for signals in (False, True)}
        self.sessions: dict[str, _Session] = {}
        self.tabs: dict[str, Tab] = {}
        self.recorders: dict[str, Recorder] = {}
        self.arrivals: dict[str, asyncio.Future[str]] = {}
        self._connection: Connection | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connection(self) -> Connection:
        """The conversation with the browser."""
        if self._connection is None:
            raise BrowserGone("The browser has not been started.")
        return self._connection

    async def begin(self, connection: Connection) -> None:
        """Take over the conversation and watch everything that opens from now on."""
        self._connection = connection
        version = await connection.ask("Browser.getVersion")
        self.version = str(version.get("product", ""))
        # A headless browser says so in its name, and some sites then show another face.
        self.agent = str(version.get("userAgent", "")).replace("HeadlessChrome", "Chrome")
        await connection.ask("Target.setAutoAttach", ATTACH)

    async def ask(self, method: str, params: Message | None = None, *, session: str = "", within: float = 10.0) -> Message:
        """Return the answer to one command."""
        return await self.connection.ask(method, params, session=session, within=within)

    def worlds_below(self, session: str) -> list[World]:
        """Return the places for our scripts in every frame of a page, those in other processes too, the top one first."""
        one = self.sessions.get(session)
        if one is None:
            return []
        own = [
            World(session, number, is_top=frame == one.target and one.sort == "page") for number, frame in one.worlds.items()
        ]
        children = [key for key, other in self.sessions.items() if other.parent == session and other.sort == "iframe"]
        below = [world for child in children for world in self.worlds_below(child)]
        return [*sorted(own, key=lambda world: not world.is_top), *below][:MOST_WORLDS]

    @asynccontextmanager
    async def visitor(self, *, signals: bool = False) -> AsyncIterator[Recorder]:
        """Yield a new visitor with nothing in the browser; everything of theirs is thrown away afterwards."""
        made = await self.ask("Target.createBrowserContext", {"disposeOnDetach": True})
        context = str(made["browserContextId"])
        recorder = Recorder(context, self.clock, signals=signals)
        self.recorders[context] = recorder
        try:
            await self.ask(
                "Browser.setDownloadBehavior", {"behavior": "deny", "browserContextId": context, "eventsEnabled": True}
            )
            yield recorder
        finally:
            self.recorders.pop(context, None)
            with contextlib.suppress(CommandRefused, BrowserGone):
                await self.ask("Target.disposeBrowserContext", {"browserContextId": context}, within=5.0)

    async def tab(self, recorder: Recorder) -> Tab:
        """Return a new, empty, watched tab of a visitor."""
        recorder.opening += 1
        try:
            made = await self.ask("Target.createTarget", {"url": "about:blank", "browserContextId": recorder.context})
            target = str(made["targetId"])
            if target not in self.tabs:
                future = self.arrivals.setdefault(target, asyncio.get_running_loop().create_future())
                async with asyncio.timeout(10):
                    await future
            tab = self.tabs[target]
            tab.is_ours = True
        finally:
            recorder.opening -= 1
        # The page's process takes the hooks in, while the browser's own begins a navigation: only an answer from the former
        # says that the hooks are there first.
        await self.ask("Runtime.evaluate", {"expression": "0"}, session=tab.session)
        tab.presence.flying.clear()
        return tab

    async def close(self, tab: Tab) -> None:
        """Take a tab away, by force if its page will not go."""
        self.tabs.pop(tab.target, None)
        try:
            await self.ask("Target.closeTarget", {"targetId": tab.target}, within=2.0)
        except CommandRefused:
            self._post("Page.crash", {}, tab.session)

    async def close_strays(self, tab: Tab) -> None:
        """Close the windows that a page has opened beside its own; not while one of ours opens, which looks the same."""
        if tab.recorder.opening:
            return
        for other in [one for one in self.tabs.values() if one.recorder is tab.recorder and not one.is_ours]:
            await self.close(other)

    # --- events -----------------------------------------------------------------------------------------------------

    def hear(self, method: str, params: Message, session: str) -> None:
        """Take one event from the browser."""
        match method:
            case "Target.attachedToTarget":
                self._attached(params, session)
            case "Target.detachedFromTarget":
                self.sessions.pop(params.get("sessionId", ""), None)
            case "Page.javascriptDialogOpening":
                self._dialog(params, session)
            case "Page.loadEventFired":
                self._with_tab(session, lambda tab: tab.loaded.set())
            case "Inspector.targetCrashed":
                self._with_tab(session, _crash)
            case "Browser.downloadWillBegin":
                self._download(params)
            case "Fetch.requestPaused" | "Fetch.authRequired":
                self._at_the_gate(method, params, session)
            case _ if session in self.sessions:
                self._hear_inside(self.sessions[session], method, params, session)
            case _:
                pass

    def _attached(self, params: Message, parent: str) -> None:
        info, session = params["targetInfo"], params["sessionId"]
        recorder = self.recorders.get(info.get("browserContextId", ""))
        is_known = any(one.target == info["targetId"] for one in self.sessions.values())
        if recorder is None or is_known:
            self._post("Runtime.runIfWaitingForDebugger", {}, session)
            self._post("Target.detachFromTarget", {"sessionId": session}, "")
            return
        above = self.sessions.get(parent)
        presence = above.presence if above else recorder.elsewhere
        if info["type"] == "page":
            presence = Presence(frame=info["targetId"])
        self.sessions[session] = _Session(info["targetId"], info["type"], parent, recorder, presence)
        self._post("Network.enable", NETWORK, session)
        if recorder.signals:
            self._post("Network.setExtraHTTPHeaders", {"headers": {"Sec-GPC": "1"}}, session)
        if self.gate is not None:
            self._post("Fetch.enable", self.gate.watching, session)
        self._post("Runtime.enable", {}, session)
        self._post("Runtime.addBinding", {"name": self.binding}, session)
        if info["type"] in {"page", "iframe"}:
            self._watch_page(session, info["type"])
        else:
            self._post("Runtime.evaluate", {"expression": self.hooks[recorder.signals]}, session)
        self._post("Target.setAutoAttach", ATTACH, session)
        self._post("Runtime.runIfWaitingForDebugger", {}, session)
        if info["type"] == "page":
            self._new_tab(info["targetId"], session, recorder, presence)

    def _watch_page(self, session: str, sort: str) -> None:
        self._post("Page.enable", {}, session)
        hooks = self.hooks[self.sessions[session].recorder.signals]
        self._post("Page.addScriptToEvaluateOnNewDocument", {"source": hooks, "runImmediately": True}, session)
        place = {"source": "0", "worldName": WORLD, "runImmediately": True}
        self._post("Page.addScriptToEvaluateOnNewDocument", place, session)
        self._post("Network.setUserAgentOverride", {"userAgent": self.agent, "acceptLanguage": self.locale}, session)
        if sort == "page":
            self._post("Inspector.enable", {}, session)
            self._post("Emulation.setFocusEmulationEnabled", {"enabled": True}, session)

    def _new_tab(self, target: str, session: str, recorder: Recorder, presence: Presence) -> None:
        self.tabs[target] = Tab(self, recorder, target, session, presence)
        waiting = self.arrivals.pop(target, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(session)

    def _with_tab(self, session: str, act: Callable[[Tab], None]) -> None:
        for tab in self.tabs.values():
            if tab.session == session:
                act(tab)

    def _keep_worlds(self, one: _Session, method: str, params: Message, session: str) -> None:
        match method:
            case "Runtime.executionContextCreated" | "Inspector.workerScriptLoaded" if one.sort not in {"page", "iframe"}:
                # A service worker has no place for the hooks before it starts; where they are already, this does nothing.
                self._post("Runtime.evaluate", {"expression": self.hooks[one.recorder.signals]}, session)
            case "Runtime.executionContextCreated" if params["context"].get("name") == WORLD:
                context = params["context"]
                one.worlds[int(context["id"])] = str(context.get("auxData", {}).get("frameId", ""))
            case "Runtime.executionContextDestroyed":
                one.worlds.pop(params.get("executionContextId", 0), None)
            case "Runtime.executionContextsCleared":
                one.worlds.clear()

    def _hear_inside(self, one: _Session, method: str, params: Message, session: str) -> None:
        if method.startswith(("Runtime.executionContext", "Inspector.worker")):
            self._keep_worlds(one, method, params, session)
        elif method != "Network.dataReceived":
            one.recorder.hear(method, params, one.presence, one.sort)
        elif one.recorder.weigh(params, one.presence) and one.sort in {"page", "iframe"}:
            # A body that never ends would fill the memory long before the page's time is up.
            self._post("Page.stopLoading", {}, session)

    def _at_the_gate(self, method: str, params: Message, session: str) -> None:
        tab = next((one for one in self.tabs.values() if one.session == session), None)
        if tab is not None and tab.stand_in:
            self._post("Fetch.fulfillRequest", _standing_in(tab, params), session)
        elif method == "Fetch.requestPaused":
            self._post("Fetch.continueRequest", {"requestId": params["requestId"]}, session)
        elif self.gate is not None:
            self._post("Fetch.continueWithAuth", self.gate.answer(params), session)

    def _dialog(self, params: Message, session: str) -> None:
        accepts = params.get("type") == "beforeunload"
        if session in self.sessions:
            presence = self.sessions[session].presence
            presence.dialogs += 1
            if params.get("type") == "confirm" and presence.answers is not None:
                accepts = presence.answers(str(params.get("message", "")))
        # Otherwise only a question whether one really wants to leave is answered with yes.
        self._post("Page.handleJavaScriptDialog", {"accept": accepts}, session)

    def _download(self, params: Message) -> None:
        for one in self.sessions.values():
            if one.target == params.get("frameId"):
                one.presence.downloads.append(str(params.get("url", ""))[:400])

    def _post(self, method: str, params: Message, session: str) -> None:
        with contextlib.suppress(BrowserGone):
            self.connection.post(method, params, session=session)


def _standing_in(tab: Tab, params: Message) -> Message:
    text = tab.stand_in if params.get("frameId") == tab.target else ""
    headers = [{"name": "Content-Type", "value": "text/html"}]
    body = base64.b64encode(text.encode()).decode()
    return {"requestId": params["requestId"], "responseCode": 200, "responseHeaders": headers, "body": body}


def _crash(tab: Tab) -> None:
    tab.crashed = True
    tab.loaded.set()
