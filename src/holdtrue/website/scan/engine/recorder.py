"""Turns what the browser tells about one visitor into what stands in the notebook."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from holdtrue.website.scan.engine import cookies, identifiers, parties
from holdtrue.website.scan.engine.authors import Authors
from holdtrue.website.scan.engine.deeds import LONGEST_URL, Deed, before
from holdtrue.website.scan.engine.identifiers import Payloads, Sent
from holdtrue.website.scan.engine.notebook import Notebook
from holdtrue.website.scan.engine.observations import Box, Kind, Party, State
from holdtrue.website.scan.engine.presence import LATEST_SECONDS, Presence
from holdtrue.website.scan.engine.protocol import Message
from holdtrue.website.scan.engine.reading import ASIDE, Typed

SENT = {"Ping", "XHR", "Fetch", "EventSource", "CSPViolationReport"}
"""Sorts of request that are worth telling even when they stay with the page's own host."""
NAMES = {"CSPViolationReport": "csp-report", "EventSource": "event-source"}
WORKERS = {"worker": "worker", "shared_worker": "shared-worker", "service_worker": "service-worker"}
UNTOLD = {"Preflight"}
"""The browser's own question before a request that follows."""
STORED = {kind.value for kind in Kind if kind.is_stored and kind is not Kind.COOKIE}
NO_HOST = "ERR_NAME_NOT_RESOLVED"
BROKEN_TLS = ("net::ERR_CERT_", "net::ERR_SSL_")
MOST_PAGE_BYTES = 80_000_000
"""What one page may load, its pictures and films included, before it is stopped."""
MOST_TEXT_BYTES = 15_000_000
"""The same while it is the page's own text that goes on coming: nobody reads more, and laying it out takes for ever."""
MOST_TRAFFIC = 4_000


@dataclass(frozen=True, slots=True)
class _Hop:
    """One leg of a request; a redirect makes another."""

    url: str
    deed: Deed


@dataclass(slots=True)
class _Traffic:
    """The legs of one request and the raw headers that came for them, in whatever order the two arrive."""

    hops: list[_Hop] = field(default_factory=list)
    headers: list[Message | None] = field(default_factory=list)
    read: int = 0


@dataclass(slots=True)
class Recorder:
    """Everything that is told of one visitor (one browser context)."""

    context: str
    clock: Callable[[], datetime]
    notebook: Notebook = field(init=False)
    sent: Payloads = field(default_factory=Payloads)
    typed: list[Typed] = field(default_factory=list)
    """What the visitor typed, on each page."""
    keyboard: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the tab in which the visitor types."""
    boxes: tuple[Box, ...] = ()
    """On the banner's further layers, before anybody touched them."""
    forms: set[tuple[str, ...]] = field(default_factory=set)
    """Forms that were typed into already, by state."""
    elsewhere: Presence = field(default_factory=Presence)
    """Of workers that belong to no tab."""
    opening: int = 0
    """Tabs of ours that are being opened just now."""
    signals: bool = False
    """Whether this visitor sends Global Privacy Control."""
    _documents: dict[str, float] = field(default_factory=dict)
    """When each page or frame was first heard of, by the number of its load."""
    _traffic: dict[str, _Traffic] = field(default_factory=dict)
    _authors: Authors = field(default_factory=Authors)
    _sockets: dict[str, tuple[str, Deed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.notebook = Notebook(self.clock)

    @property
    def state(self) -> State:
        """What the visitor has chosen by now."""
        return self.notebook.state

    def go_back(self, state: State) -> None:
        """Say that a state has not begun yet: what was seen and sent since belongs to the one before."""
        self.notebook.go_back(state)
        self.sent.go_back(state.value, self.state.value)

    def abandon(self, state: State) -> None:
        """Forget a state that was not reached after all."""
        self.notebook.abandon(state)
        self.sent.abandon(state.value)

    def hear(self, method: str, params: Message, presence: Presence, sort: str) -> None:
        """Take one event of a page, a frame or a worker of this visitor."""
        if presence.is_stand_in:
            return
        if method == "Page.frameRequestedNavigation" and params.get("frameId") == presence.frame:
            presence.left = time.time()
        elif method.startswith("Network."):
            self._network(method[8:], params, presence, WORKERS.get(sort, ""))
        elif method == "Runtime.bindingCalled":
            self._hook(params.get("payload", ""), presence, WORKERS.get(sort, ""))

    def _network(self, event: str, params: Message, presence: Presence, where: str) -> None:
        match event:
            case "requestWillBeSent":
                self._leaves(params, presence, where)
            case "responseReceivedExtraInfo":
                traffic = self._traffic.setdefault(params["requestId"], _Traffic())
                traffic.headers.append(params)
                self._pair(traffic)
            case "responseReceived":
                if params.get("type") == "Document":
                    response = params["response"]
                    presence.status[response["url"]] = int(response.get("status", 0))
                    presence.sort[response["url"]] = str(response.get("mimeType", ""))
            case "loadingFinished" | "loadingFailed":
                self._landed(event, params, presence)
            case "webSocketCreated" | "webTransportCreated":
                self._opens(params, presence, where, via="websocket" if event.startswith("webS") else "webtransport")
            case "webSocketHandshakeResponseReceived":
                url, deed = self._sockets.get(params["requestId"], ("", self._deed(presence, "", "websocket", where)))
                self._set_by_headers(params["response"].get("headers", {}), [], _Hop(url, deed))
            case "webSocketFrameSent":
                if params["requestId"] in self._sockets:
                    self._says(params["requestId"], str(params["response"].get("payloadData", "")), presence)
            case _:
                pass

    def weigh(self, params: Message, presence: Presence) -> bool:
        """Add what came for a page; True once, when that is more than any page should send."""
        presence.received += params["dataLength"]
        traffic = self._traffic.get(params["requestId"])
        is_text = traffic is not None and bool(traffic.hops) and traffic.hops[-1].deed.via == "document"
        if presence.is_stopped or presence.received < (MOST_TEXT_BYTES if is_text else MOST_PAGE_BYTES):
            return False
        presence.is_stopped = True
        return True

    def _deed(self, presence: Presence, by: str, via: str, where: str, chain: tuple[str, ...] = ()) -> Deed:
        return Deed(state=self.state, page=presence.page, by=by, via=via, where=where, chain=chain)

    def _agreed(self, presence: Presence, since: float) -> State:
        """Return the state to which belongs what a page or frame does that is there since then.

        What an answer makes a page say as it goes, such as how long it was read, is the last of what was allowed before.
        """
        answered = self.notebook.answered
        is_going = max(since, presence.opened) < answered < presence.left
        return before(self.state) if is_going else self.state

    def _came(self, params: Message, presence: Presence) -> float:
        """Return when the page or frame came that sends something, which is now when it is itself what is asked for."""
        number = str(params.get("loaderId", ""))
        if number not in self._documents:
            if len(self._documents) > MOST_TRAFFIC:
                self._documents = dict(list(self._documents.items())[-MOST_TRAFFIC // 2 :])
            self._documents[number] = time.time()
            if number == params["requestId"] and params.get("frameId") == presence.frame:
                presence.left = time.time()
        return self._documents[number]

    def _opens(self, params: Message, presence: Presence, where: str, *, via: str) -> None:
        by, chain = self._authors.by_initiator(params.get("initiator"), "")
        deed = self._deed(presence, by, via, where, chain)
        number = str(params.get("requestId", params.get("transportId", "")))
        self._sockets[number] = params["url"], deed
        # The page was there by then.
        self._documents[number] = time.time()
        traffic = self._traffic.setdefault(number, _Traffic())
        traffic.hops.append(_Hop(params["url"], deed))
        self._pair(traffic)
        self.notebook.send(Kind.WEBSOCKET, params["url"], deed)
        self._carries(params["url"], "", deed)

    def _says(self, number: str, message: str, presence: Presence) -> None:
        """Take what goes through a socket: one that was opened with consent may go on without."""
        url, opened = self._sockets[number]
        deed = replace(opened, state=self._agreed(presence, self._documents.get(number, time.time())))
        if deed.state is not opened.state:
            self.notebook.send(Kind.WEBSOCKET, url, deed)
        self._carries(url, message, deed)

    def _landed(self, event: str, params: Message, presence: Presence) -> None:
        presence.flying.pop(params["requestId"], None)
        presence.last_sign = time.monotonic()
        traffic = self._traffic.get(params["requestId"])
        if traffic is None or not traffic.hops:
            return
        if event == "loadingFailed":
            self._fails(str(params.get("errorText", "")), traffic.hops[-1], presence)
        if traffic.read >= len(traffic.hops):
            del self._traffic[params["requestId"]]

    def _fails(self, error: str, hop: _Hop, presence: Presence) -> None:
        host = parties.host_of(hop.url)
        if NO_HOST in error:
            presence.dead.add(host)
            self.notebook.lose(hop.url, hop.deed, error.removeprefix("net::"))
        elif error.startswith(BROKEN_TLS):
            presence.broken.add(host)

    def _leaves(self, params: Message, presence: Presence, where: str) -> None:
        request = params["request"]
        url: str = request["url"]
        if not url.startswith(("http:", "https:")):
            return
        sort: str = params.get("type", "Other")
        if len(self._traffic) > MOST_TRAFFIC:
            # Answers that never came (blocked, or out of a cache) would pile up over a thousand pages.
            self._traffic = dict(list(self._traffic.items())[-MOST_TRAFFIC // 2 :])
        traffic = self._traffic.setdefault(params["requestId"], _Traffic())
        by, chain = self._authors.by_initiator(params.get("initiator"), params.get("documentURL", ""))
        if url in self._authors.askers and params.get("initiator", {}).get("type") != "script":
            by, chain = self._authors.askers.pop(url)
        if "redirectResponse" in params:
            by, chain = params["redirectResponse"].get("url", by), ()
            if not params.get("redirectHasExtraInfo", True):
                traffic.headers.insert(len(traffic.hops) - 1, None)
        deed = self._deed(presence, by[:LONGEST_URL], NAMES.get(sort, sort.lower()), where, chain)
        deed = replace(deed, state=self._agreed(presence, self._came(params, presence)))
        traffic.hops.append(_Hop(url, deed))
        self._pair(traffic)
        now = time.monotonic()
        presence.flying[params["requestId"]] = now
        presence.last_sign = now
        if sort in UNTOLD:
            return
        if not self._is_plain(url, presence, sort):
            self.notebook.send(Kind.BEACON if sort == "Ping" else Kind.REQUEST, url, deed)
        headers = request.get("headers", {})
        header = identifiers.own_words(headers)
        self._carries(url, identifiers.body_of(request), deed, referer=headers.get("Referer", ""), header=header)

    def _is_plain(self, url: str, presence: Presence, sort: str) -> bool:
        """Whether it only fetches a part of the page from where the page itself comes from."""
        host = parties.host_of(url)
        return host in {parties.host_of(presence.page), self.notebook.site} and sort not in SENT

    def _carries(self, url: str, body: str, deed: Deed, *, referer: str = "", header: str = "") -> None:
        """Look into what is sent: what was typed, and what tells another party who the visitor is."""
        host = parties.host_of(url)
        is_third = parties.party(host, site=self.notebook.site) is Party.THIRD
        self._reads_along(url, f"{url}\n{body}"[: identifiers.LONGEST_BODY], host, deed, is_third=is_third)
        if not is_third:
            if deed.via == "document" and "@" in identifiers.readable(url.partition("?")[2]):
                self._personal(url, identifiers.readable(url.partition("?")[2]), host, deed, "address")
            return
        where_to = f"{deed.state.value}"
        for text, via in ((url.partition("://")[2].partition("/")[2], "url"), (body, "body"), (header, "header")):
            if text:
                said = identifiers.readable(text[: identifiers.LONGEST_BODY])
                self.sent.note(said, host, Sent(where_to, deed.page, url[:LONGEST_URL], deed.by, via))
                self._personal(url, said, host, deed, via)
        if "?" in referer:
            self._personal(url, identifiers.readable(referer.partition("?")[2]), host, deed, "referer")

    def _reads_along(self, url: str, said: str, host: str, deed: Deed, *, is_third: bool) -> None:
        # A site may look at its own form while it is filled in; what it sends aside or key by key is no part of that.
        may_read = not is_third and deed.via not in ASIDE
        for typed in self.typed:
            how = typed.heard(host, said, may_read=may_read)
            if how:
                bare = url.split("?", 1)[0][:LONGEST_URL]
                self.notebook.add(Kind.KEY_LOGGING, "typed text", host, replace(deed, via=how), url=bare)

    def _personal(self, url: str, said: str, host: str, deed: Deed, via: str) -> None:
        if identifiers.mail_addresses(said):
            bare = url.split("?", 1)[0][:LONGEST_URL]
            self.notebook.add(Kind.PERSONAL_DATA, "e-mail address", host, replace(deed, via=via), url=bare)

    def _pair(self, traffic: _Traffic) -> None:
        while traffic.read < min(len(traffic.hops), len(traffic.headers)):
            hop, extra = traffic.hops[traffic.read], traffic.headers[traffic.read]
            traffic.read += 1
            if extra is not None:
                self._set_by_headers(extra.get("headers", {}), extra.get("blockedCookies", []), hop)

    def _set_by_headers(self, headers: Message, blocked: list[Message], hop: _Hop) -> None:
        lines = [line for key, text in headers.items() if key.lower() == "set-cookie" for line in str(text).split("\n")]
        refused = {one.get("cookieLine", ""): ", ".join(one.get("blockedReasons", [])) for one in blocked}
        for line in dict.fromkeys([*lines, *refused]):
            cookie = cookies.parse(line, at=self.clock())
            if cookie.deletes:
                self.notebook.erase_cookie(cookie.name)
            else:
                deed = replace(hop.deed, by=hop.url[:LONGEST_URL], via="http", chain=())
                self.notebook.set_cookie(cookie, host=parties.host_of(hop.url), deed=deed, refused=refused.get(line, ""))

    def settle(self) -> None:
        """Name the author of each cookie that nobody was caught setting, where only one request can have done it.

        The browser does not tell the headers of a socket's handshake, nor those that a shared worker got.
        """
        unread = (hop for traffic in self._traffic.values() for hop in traffic.hops[traffic.read :])
        mute = [hop for hop in unread if hop.deed.where == "shared-worker" or hop.deed.via == "websocket"]
        for key, one in self.notebook.seen.items():
            if one.kind is Kind.COOKIE and not one.set_by:
                hosts = {hop.url: parties.host_of(hop.url) for hop in mute if hop.deed.state is one.state}
                able = [url for url, host in hosts.items() if host == one.domain or host.endswith(f".{one.domain}")]
                if len(able) == 1:
                    self.notebook.seen[key] = replace(one, set_by=able[0][:LONGEST_URL], via="http")

    # --- what the hooks tell ----------------------------------------------------------------------------------------

    def _hook(self, payload: str, presence: Presence, where: str) -> None:
        try:
            told: dict[str, Any] = msgspec.json.decode(payload)
            what, at = str(told["what"]), str(told.get("at", ""))
            seconds = min(float(told.get("seconds", 0)), LATEST_SECONDS)
            since = float(told.get("since", time.time() * 1000)) / 1000
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            return
        if what == "timer":
            presence.expect(seconds)
            return
        by, chain = self._authors.by_stack(str(told.get("stack", "")), str(told.get("maker", "")), at)
        host = parties.host_of(str(told.get("origin", ""))) or parties.host_of(at)
        name = str(told.get("name", ""))
        deed = replace(self._deed(presence, by, "script", where, chain), state=self._agreed(presence, since))
        match what:
            case "asks" | "blob":
                self._authors.note(what, name, by, chain)
            case "cookie":
                self._said_cookie(told, host, at, deed)
            case "cookie-store":
                refused = "NotStored" if told.get("refused") else ""
                self.notebook.set_cookie(self._from_store(told), host=host, deed=replace(deed, via=what), refused=refused)
            case "beacon" | "webrtc" | "carries":
                self._said_sent(what, name, str(told.get("body", "")), replace(deed, via=str(told.get("via", what))))
            case "fingerprint":
                self.notebook.add(Kind.FINGERPRINT, name, parties.host_of(by) or host, deed, detail=str(told.get("detail", "")))
            case "left":
                self.notebook.look_back(told, replace(deed, by="", via="storage"))
            case _ if what in STORED:
                self.notebook.note_origin(str(told.get("origin", "")))
                self.notebook.add(Kind(what), name, host, deed)
                self.notebook.note_value((what, name, host), str(told.get("value", "")))

    def _said_sent(self, what: str, name: str, body: str, deed: Deed) -> None:
        if what == "carries":
            self._carries(name, body, deed)
        elif what == "beacon":
            self.notebook.send(Kind.BEACON, name, deed)
            self._carries(name, body, deed)
        else:
            server = name.partition(":")[2].partition("?")[0].partition(":")[0].strip("/")
            self.notebook.add(Kind.REQUEST, server, server, deed, url=name[:LONGEST_URL])

    def _said_cookie(self, told: dict[str, Any], host: str, at: str, deed: Deed) -> None:
        cookie = cookies.parse(str(told.get("line", "")), at=self.clock())
        if cookie.deletes:
            self.notebook.erase_cookie(cookie.name)
            return
        stored = told.get("stored")
        why = cookies.why_refused(cookie, host=host, is_secure=_is_secure(at)) if stored is False else ""
        self.notebook.set_cookie(cookie, host=host, deed=deed, stored=stored, refused=why)

    def _from_store(self, told: dict[str, Any]) -> cookies.SetCookie:
        expires = told.get("expires")
        days = None
        if isinstance(expires, int | float):
            days = round((expires / 1000 - self.clock().timestamp()) / 86_400, 6)
        return cookies.SetCookie(
            name=str(told.get("name", "")),
            value=str(told.get("value", "")),
            domain=str(told.get("domain", "")).lstrip("."),
            path=str(told.get("path", "/")),
            retention_days=days,
            secure=True,
            http_only=False,
            same_site=str(told.get("same_site", "")).capitalize(),
            partitioned=bool(told.get("partitioned")),
        )


def _is_secure(url: str) -> bool:
    host = parties.host_of(url)
    return url.startswith("https:") or host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
