"""Turns what the browser tells about one visitor into observations, each seen once for each state."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from holdtrue.website.scan.engine import cookies, parties
from holdtrue.website.scan.engine.observations import Kind, Observation, State
from holdtrue.website.scan.engine.protocol import Message

MOST = 5_000
"""Observations kept for each state; a site that stores more has been understood long before."""
LONGEST_URL = 400
SCRIPT = re.compile(r"https?://[^\s()]+?(?=:\d+:\d+)")
STANDS_BETWEEN = re.compile(r"/holdtrue(?:\.[a-z]{2,3})?\.js(?:\?|$)")
"""Holdtrue's banner answers in place of the browser: what passes through it is the act of whoever called."""
SENT = {"Ping", "XHR", "Fetch", "EventSource", "CSPViolationReport", "Preflight"}
"""Sorts of request that are worth telling even when they stay with the first party."""

NAMES = {"CSPViolationReport": "csp-report", "EventSource": "event-source"}


@dataclass(slots=True)
class _Hop:
    """One leg of a request; a redirect makes another."""

    url: str
    state: State
    page: str
    sort: str


@dataclass(slots=True)
class _Traffic:
    """The legs of one request and the raw headers that came for them, in whatever order the two arrive."""

    hops: list[_Hop] = field(default_factory=list)
    headers: list[Message | None] = field(default_factory=list)
    read: int = 0


@dataclass(slots=True)
class Recorder:
    """Everything seen of one visitor (one browser context)."""

    context: str
    clock: Callable[[], datetime]
    state: State = State.NO_CHOICE
    site: str = ""
    page: str = ""
    seen: dict[tuple[str, ...], Observation] = field(default_factory=dict)
    flying: dict[str, float] = field(default_factory=dict)
    last_sign: float = 0.0
    dialogs: int = 0
    stamp: frozenset[tuple[str, ...]] = frozenset()
    """What the jar and the storages hold, with the cookies' values hashed by this process: to see changes, never told."""
    downloads: list[str] = field(default_factory=list)
    status: dict[str, int] = field(default_factory=dict)
    _traffic: dict[str, _Traffic] = field(default_factory=dict)
    _unsure: set[tuple[str, ...]] = field(default_factory=set)
    _standing: set[tuple[str, ...]] = field(default_factory=set)
    _before: set[tuple[str, ...]] = field(default_factory=set)
    _held: set[tuple[str, ...]] = field(default_factory=set)
    _looked: set[str] = field(default_factory=set)

    # --- what the browser tells -------------------------------------------------------------------------------------

    def hear(self, method: str, params: Message) -> None:
        """Take one event of a page, a frame or a worker of this visitor."""
        if method.startswith("Network."):
            self._network(method[8:], params)
        elif method == "Runtime.bindingCalled":
            self._hook(params.get("payload", ""))

    def _network(self, event: str, params: Message) -> None:
        match event:
            case "requestWillBeSent":
                self._leaves(params)
            case "responseReceivedExtraInfo":
                traffic = self._traffic.setdefault(params["requestId"], _Traffic())
                traffic.headers.append(params)
                self._pair(traffic)
            case "responseReceived":
                if params.get("type") == "Document":
                    self.status[params["response"]["url"]] = int(params["response"].get("status", 0))
            case "loadingFinished" | "loadingFailed":
                self.flying.pop(params["requestId"], None)
                self.last_sign = time.monotonic()
            case "webSocketCreated":
                self._sent(Kind.WEBSOCKET, params["url"], via="websocket", by=_author(params.get("initiator"), ""))
            case "webSocketHandshakeResponseReceived":
                self._set_by_headers(params["response"].get("headers", {}), [], _Hop("", self.state, self.page, "websocket"))
            case "webTransportCreated":
                self._sent(Kind.WEBSOCKET, params["url"], via="webtransport", by=_author(params.get("initiator"), ""))
            case _:
                pass

    def _leaves(self, params: Message) -> None:
        url: str = params["request"]["url"]
        if not url.startswith(("http:", "https:")):
            return
        sort: str = params.get("type", "Other")
        traffic = self._traffic.setdefault(params["requestId"], _Traffic())
        by = _author(params.get("initiator"), params.get("documentURL", ""))
        if "redirectResponse" in params:
            by = params["redirectResponse"].get("url", by)
            if not params.get("redirectHasExtraInfo", True):
                traffic.headers.insert(len(traffic.hops) - 1, None)
        traffic.hops.append(_Hop(url, self.state, self.page, sort))
        self._pair(traffic)
        now = time.monotonic()
        self.flying[params["requestId"]] = now
        self.last_sign = now
        kind = Kind.BEACON if sort == "Ping" else Kind.REQUEST
        is_ours = parties.party(parties.host_of(url), site=self.site) == "first"
        if not is_ours or sort in SENT:
            self._sent(kind, url, via=NAMES.get(sort, sort.lower()), by=by)

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
            if not cookie.deletes:
                self._cookie(
                    cookie, host=parties.host_of(hop.url), by=hop.url, via="http", hop=hop, refused=refused.get(line, "")
                )

    # --- what the hooks tell ----------------------------------------------------------------------------------------

    def _hook(self, payload: str) -> None:
        try:
            told: dict[str, Any] = msgspec.json.decode(payload)
            what, by = str(told["what"]), _script(str(told.get("stack", "")), str(told.get("at", "")))
            host = parties.host_of(str(told.get("origin", "")))
            at = str(told.get("at", ""))
        except (msgspec.DecodeError, KeyError, TypeError):
            return
        name = str(told.get("name", ""))
        match what:
            case "cookie":
                cookie = cookies.parse(str(told.get("line", "")), at=self.clock())
                if not cookie.deletes:
                    self._cookie(cookie, host=host or parties.host_of(at), by=by, via="script", stored=told.get("stored"))
            case "cookie-store":
                self._cookie(self._from_store(told), host=host, by=by, via="cookie-store")
            case "beacon":
                self._sent(Kind.BEACON, name, via="beacon", by=by)
            case "fingerprint":
                site = parties.host_of(by) or host
                self._add(Kind.FINGERPRINT, name, site, by=by, via="script", detail=str(told.get("detail", "")))
            case "local-storage" | "session-storage" | "indexed-db" | "cache-storage" | "service-worker":
                self._add(Kind(what), name, host, by=by, via="script")
            case _:
                pass

    def _from_store(self, told: dict[str, Any]) -> cookies.SetCookie:
        expires = told.get("expires")
        days = None
        if isinstance(expires, int | float):
            days = round((expires / 1000 - self.clock().timestamp()) / 86_400, 6)
        return cookies.SetCookie(
            name=str(told.get("name", "")),
            domain=str(told.get("domain", "")).lstrip("."),
            path=str(told.get("path", "/")),
            retention_days=days,
            secure=True,
            http_only=False,
            same_site=str(told.get("same_site", "")).capitalize(),
            partitioned=bool(told.get("partitioned")),
        )

    # --- what stands there when one looks ---------------------------------------------------------------------------

    def look_into_jar(self, jar: Iterable[Message]) -> None:
        """Take every cookie that the browser holds for this visitor now."""
        now = self.clock().timestamp()
        held = set()
        jar = list(jar)
        cookies_now = {("cookie", one["name"], one["domain"], str(hash(one.get("value", "")))) for one in jar}
        self.stamp = frozenset({key for key in self.stamp if key[0] != "cookie"} | cookies_now)
        for one in jar:
            domain = str(one["domain"]).lstrip(".").lower()
            expires = None if one.get("session") else round((one["expires"] - now) / 86_400, 6)
            partitioned = bool(one.get("partitionKey")) or bool(one.get("partitionKeyOpaque"))
            key = self._key(Kind.COOKIE, one["name"], domain)
            held.add(key[1:])
            known = self.seen.get(key)
            if known is None and key[1:] in self._before:
                self._keep(key)
                known = self.seen.get(key)
            fresh = known or self._new(Kind.COOKIE, one["name"], domain, retention_days=expires)
            self.seen[key] = replace(
                fresh,
                http_only=bool(one.get("httpOnly")),
                secure=bool(one.get("secure")),
                same_site=one.get("sameSite", "") or fresh.same_site,
                path=one.get("path", ""),
                partitioned=partitioned,
                refused_reason="",
                deleted=False,
            )
        self._now_standing({Kind.COOKIE}, "", held)

    def look_into_frames(self, frames: Iterable[Message]) -> None:
        """Take what each frame found in its storages; frames of origins not among them keep what was known."""
        sorts = {
            "local": Kind.LOCAL_STORAGE,
            "session": Kind.SESSION_STORAGE,
            "indexed": Kind.INDEXED_DB,
            "cached": Kind.CACHE_STORAGE,
            "served": Kind.SERVICE_WORKER,
        }
        for frame in frames:
            host = parties.host_of(str(frame.get("origin", "")))
            if not host:
                continue
            self._looked.add(host)
            marks = {("marks", host, str(frame.get("marks", "")))}
            self.stamp = frozenset({key for key in self.stamp if key[:2] != ("marks", host)} | marks)
            for field_name, kind in sorts.items():
                names = [str(name)[:300] for name in frame.get(field_name, ()) if name is not None]
                keys = {self._key(kind, name, host)[1:] for name in names}
                self.stamp = frozenset(
                    {key for key in self.stamp if key[:2] != (kind.value, host)} | {(kind.value, host, name) for name in names}
                )
                for name in names:
                    self._see(kind, name, host)
                self._now_standing({kind}, host, keys)

    def _see(self, kind: Kind, name: str, host: str) -> None:
        key = self._key(kind, name, host)
        if key in self.seen:
            self.seen[key] = replace(self.seen[key], deleted=False)
        elif key[1:] in self._before:
            self._keep(key)
        else:
            self.seen[key] = self._new(kind, name, host, via="storage")

    def _now_standing(self, kinds: set[Kind], host: str, held: set[tuple[str, ...]]) -> None:
        """Note what is gone, so that short-lived things are told from lasting ones."""
        gone = {key for key in self._standing if key[0] in kinds and (not host or key[2] == host)} - held
        self._standing = (self._standing - gone) | held
        self._held |= {(self.state.value, *key) for key in held}
        self._before -= gone
        for key in gone:
            full = (self.state.value, *key)
            if full in self.seen:
                self.seen[full] = replace(self.seen[full], deleted=True)

    def _keep(self, key: tuple[str, ...]) -> None:
        """Something from before the choice is still there: say so in the new state, with what was known of it."""
        for state in (State.ACCEPTED, State.NO_CHOICE, State.REFUSED):
            known = self.seen.get((state.value, *key[1:]))
            if known is not None:
                self.seen[key] = replace(known, state=self.state, page=self.page, survived=True, deleted=False)
                return

    def enter(self, state: State) -> None:
        """From now on what is seen belongs to this state; what stands there now came from before."""
        self._before = set(self._standing)
        self.state = state

    def abandon(self, state: State) -> None:
        """Forget a state that was not reached after all, and go back to the one before."""
        self.state = State.ACCEPTED if state is State.WITHDRAWN else State.NO_CHOICE
        self.seen = {key: one for key, one in self.seen.items() if key[0] != state.value}

    # --- keeping ----------------------------------------------------------------------------------------------------

    def observations(self) -> list[Observation]:
        """Return what was seen; what a script asked for and the browser never held is told as refused or short-lived."""
        return [self._settled(key, one) for key, one in self.seen.items()]

    def _settled(self, key: tuple[str, ...], one: Observation) -> Observation:
        if not one.kind.is_stored or one.refused_reason or key in self._held:
            return one
        if one.kind is Kind.COOKIE and key in self._unsure:
            return replace(one, refused_reason="NotStored")
        # Storage of a frame that was gone before anybody could look may well still be there.
        was_looked_for = one.kind is Kind.COOKIE or one.domain in self._looked
        return replace(one, deleted=True) if was_looked_for else one

    def _key(self, kind: Kind, name: str, domain: str) -> tuple[str, ...]:
        return (self.state.value, kind.value, name, domain)

    def _new(self, kind: Kind, name: str, domain: str, **more: Any) -> Observation:
        party = parties.party(domain, site=self.site)
        return Observation(state=self.state, kind=kind, name=name, domain=domain, party=party, page=self.page, **more)

    def _add(  # noqa: PLR0913 - as many as a thing has sides
        self, kind: Kind, name: str, domain: str, *, by: str, via: str, url: str = "", detail: str = ""
    ) -> None:
        key = self._key(kind, name, domain)
        known = self.seen.get(key)
        if known is not None:
            # Seen before without its author, or left over from before the choice and now written again.
            if not known.set_by or known.survived:
                self.seen[key] = replace(known, set_by=by, via=via, survived=False)
        elif len(self.seen) < MOST:
            self.seen[key] = self._new(kind, name, domain, set_by=by[:LONGEST_URL], via=via, url=url, detail=detail)

    def _sent(self, kind: Kind, url: str, *, via: str, by: str) -> None:
        host = parties.host_of(url)
        path = url.split("://", 1)[-1].split("?", 1)[0].split("#", 1)[0].partition("/")[2]
        if kind is Kind.REQUEST and self._key(Kind.BEACON, f"{host}/{path}", host) in self.seen:
            return
        self._add(kind, f"{host}/{path}"[:LONGEST_URL], host, by=by, via=via, url=url[:LONGEST_URL])

    def _cookie(  # noqa: PLR0913 - a cookie has that many sides
        self,
        cookie: cookies.SetCookie,
        *,
        host: str,
        by: str,
        via: str,
        hop: _Hop | None = None,
        refused: str = "",
        stored: bool | None = None,
    ) -> None:
        state = hop.state if hop else self.state
        domain = cookie.domain or host
        key = (state.value, Kind.COOKIE.value, cookie.name, domain)
        if stored is False:
            self._unsure.add(key)
        elif not refused:
            self._unsure.discard(key)
        known = self.seen.get(key)
        if known is not None and known.set_by and not known.survived and (refused or not known.refused_reason):
            if not refused and _longer(cookie.retention_days, known.retention_days):
                self.seen[key] = replace(known, retention_days=cookie.retention_days)
            return
        if known is None and len(self.seen) >= MOST:
            return
        base = known or self._new(Kind.COOKIE, cookie.name, domain)
        self.seen[key] = replace(
            base,
            state=state,
            page=(hop.page if hop else base.page) or base.page,
            set_by=by[:LONGEST_URL],
            via=via,
            url=by[:LONGEST_URL],
            retention_days=cookie.retention_days,
            http_only=base.http_only if base.http_only is not None else cookie.http_only,
            secure=base.secure if base.secure is not None else cookie.secure,
            same_site=cookie.same_site or base.same_site,
            path=cookie.path or base.path,
            partitioned=cookie.partitioned or base.partitioned,
            refused_reason=refused,
            survived=False,
        )


def _longer(one: float | None, other: float | None) -> bool:
    return one is not None and (other is None or one > other + 0.01)


def _script(stack: str, otherwise: str) -> str:
    """Return the address of the script nearest to the act: the first in the stack that has one."""
    return _nearest(SCRIPT.findall(stack), otherwise)


def _nearest(scripts: Sequence[str], otherwise: str) -> str:
    callers = (script for script in scripts if not STANDS_BETWEEN.search(script))
    return next(callers, scripts[0] if scripts else otherwise)[:LONGEST_URL]


def _author(initiator: Message | None, document: str) -> str:
    """Return the address of the script, style sheet or page that caused a request."""
    given = initiator or {}
    stack: Message | None = given.get("stack")
    scripts: list[str] = []
    while stack:
        scripts += [
            str(url) for frame in stack.get("callFrames", ()) if (url := frame.get("url", "")).startswith(("http", "blob:"))
        ]
        stack = stack.get("parent")
    return _nearest(scripts, str(given.get("url") or document))
