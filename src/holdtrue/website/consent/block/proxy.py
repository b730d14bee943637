"""A reverse proxy for one upstream, as an ASGI application: how the block comes in front of a site in any language.

It speaks to the upstream it was given and to nobody else: the address a visitor names is only ever a path on that upstream.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from holdtrue.errors import Invalid
from holdtrue.website.consent.block.asgi import App, Message, Receive, Scope, Send
from holdtrue.website.consent.block.headers import Headers, values, without

# RFC 9110, 7.6.1: these speak of one connection, not of the message.
_HOP_BY_HOP = (
    b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
)  # fmt: skip
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-real-ip")
_SOCKET = (
    b"sec-websocket-key",
    b"sec-websocket-version",
    b"sec-websocket-extensions",
    b"sec-websocket-protocol",
    b"sec-websocket-accept",
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "QUERY"})
_TOO_LARGE = 413
_GONE = 1011


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the proxy waits, in seconds, and how much it takes, in bytes."""

    connect: float = 5.0
    answer: float = 60.0  # until the upstream's headers
    silence: float = 300.0  # between two pieces of a body; a stream of events may be silent for ever
    body: int = 100 * 1024 * 1024
    message: int = 16 * 1024 * 1024  # one WebSocket message
    connections: int = 512


class Proxy:
    """Passes requests to one upstream and its answers back, as they stream."""

    def __init__(self, upstream: str, *, limits: Limits | None = None, keeps_forwarded: bool = False, host: str = "") -> None:
        """Take the upstream's origin; `keeps_forwarded` believes the proxy in front. Raises `Invalid`."""
        address = URL(upstream)
        if (
            address.scheme not in ("http", "https")
            or not address.host
            or address.path not in ("", "/")
            or address.query_string
            or address.user
        ):
            raise Invalid(
                f"{upstream!r} is not an origin.", hint="Name the upstream like http://127.0.0.1:8080, without a path."
            )
        self._origin = str(address.origin())
        self._limits = limits or Limits()
        self._keeps_forwarded = keeps_forwarded
        self._host = host.encode("ascii")
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._open()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._session is not None:
                    await self._session.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            limits = self._limits
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=limits.connections),
                # Cookies, redirects and codings are between the visitor and the upstream.
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=limits.connect),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                trust_env=False,
            )
        return self._session

    def _address(self, scope: Scope) -> URL | None:
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope.get("query_string", b"")
        target = (path.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")
        if not re.fullmatch(r"/[!-~]*", target) or "#" in target:
            return None
        return URL(self._origin + target, encoded=True)

    def _headers(self, scope: Scope, *, is_socket: bool = False) -> Headers:
        given: Headers = list(scope["headers"])
        named = b",".join(values(given, b"connection")).lower().split(b",")
        dropped = [*_HOP_BY_HOP, *(name.strip() for name in named), *(_SOCKET if is_socket else ())]
        kept = without(given, *dropped, *(() if self._keeps_forwarded else _FORWARDED), b"expect")
        host = b"".join(values(given, b"host")[:1])
        if self._host:
            kept = [(b"host", self._host), *without(kept, b"host")]
        client = (scope.get("client") or ("", 0))[0].encode()
        before = b", ".join(values(kept, b"x-forwarded-for"))
        kept = without(kept, b"x-forwarded-for")
        kept.append((b"x-forwarded-for", b", ".join(filter(None, [before, client]))))
        secure = scope.get("scheme") in ("https", "wss")
        for name, value in ((b"x-forwarded-proto", b"https" if secure else b"http"), (b"x-forwarded-host", host)):
            if not values(kept, name):
                kept.append((name, value))
        return kept

    # HTTP

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = self._address(scope)
        if scope["method"] not in _METHODS:
            await _say(send, 405, "This proxy does not pass that method on.")
            return
        if address is None:
            await _say(send, 400, "That is not a path.")
            return
        length = b"".join(values(scope["headers"], b"content-length")[:1])
        if length.isdigit() and int(length) > self._limits.body:
            await _say(send, _TOO_LARGE, "That is more than this proxy passes on.")
            return
        await _Exchange(self._open(), self._limits, scope, receive, send).run(address, self._headers(scope))

    # WebSockets

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        address = self._address(scope)
        if address is None:
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            upstream = await self._open().ws_connect(
                address,
                headers=_multi(self._headers(scope, is_socket=True)),
                protocols=scope.get("subprotocols", ()),
                max_msg_size=self._limits.message,
                timeout=aiohttp.ClientWSTimeout(ws_close=self._limits.connect),
                autoping=True,
            )
        except (aiohttp.ClientError, TimeoutError, OSError):
            await send({"type": "websocket.close", "code": _GONE})
            return
        async with upstream:
            answered = upstream._response.headers  # noqa: SLF001 - aiohttp tells the headers of a socket's answer nowhere else
            cookies = [(b"set-cookie", value.encode("latin-1")) for value in answered.getall("Set-Cookie", ())]
            await send({"type": "websocket.accept", "subprotocol": upstream.protocol, "headers": cookies})
            await _both(_inward(receive, upstream), _outward(send, upstream))


def _multi(given: Headers) -> CIMultiDict[str]:
    return CIMultiDict((name.decode("latin-1"), value.decode("latin-1")) for name, value in given)


async def _both(*ways: Any) -> None:
    """Run both directions until either ends."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _inward(receive: Receive, upstream: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code") or 1000
            await upstream.close(code=code if code not in (1005, 1006, 1015) else 1000)
            return
        if (text := message.get("text")) is not None:
            await upstream.send_str(text)
        else:
            await upstream.send_bytes(message.get("bytes") or b"")


async def _outward(send: Send, upstream: aiohttp.ClientWebSocketResponse) -> None:
    async for message in upstream:
        if message.type is aiohttp.WSMsgType.TEXT:
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
    code = upstream.close_code or _GONE
    await send({"type": "websocket.close", "code": code if code not in (1005, 1006, 1015) else 1000})


async def _say(send: Send, status: int, text: str) -> None:
    body = f"{text}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Exchange:
    """One request to the upstream and its answer, ended as soon as either side is gone."""

    def __init__(self, session: aiohttp.ClientSession, limits: Limits, scope: Scope, receive: Receive, send: Send) -> None:
        self._session = session
        self._limits = limits
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_sent = asyncio.Event()
        self._has_started = False
        self._is_too_large = False

    async def run(self, address: URL, given: Headers) -> None:
        has_body = any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self._scope["headers"])
        if not has_body:
            self._is_sent.set()
            await self._receive()
        asking = asyncio.ensure_future(self._ask(address, given, has_body=has_body))
        leaving = asyncio.ensure_future(self._leave())
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (asking, leaving):
                task.cancel()
            results = await asyncio.gather(asking, leaving, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _leave(self) -> None:
        """Return when the visitor has gone away."""
        await self._is_sent.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _pieces(self) -> AsyncIterator[bytes]:
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise asyncio.CancelledError
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._limits.body:
                self._is_too_large = True
                raise OverflowError
            if piece:
                yield piece
            if not message.get("more_body"):
                self._is_sent.set()
                return

    async def _ask(self, address: URL, given: Headers, *, has_body: bool) -> None:
        try:
            async with asyncio.timeout(self._limits.answer) as waiting:
                request = self._session.request(
                    self._scope["method"],
                    address,
                    headers=_multi(given),
                    data=self._pieces() if has_body else None,
                    allow_redirects=False,
                )
                async with request as answer:
                    waiting.reschedule(None)
                    await self._pass_on(answer)
        except TimeoutError:
            await self._fail(504, "The site did not answer in time.")
        except (aiohttp.ClientError, OSError, OverflowError):
            if self._is_too_large:
                await self._fail(_TOO_LARGE, "That is more than this proxy passes on.")
            else:
                await self._fail(502, "The site cannot be reached, or does not speak HTTP.")

    async def _pass_on(self, answer: aiohttp.ClientResponse) -> None:
        given = list(answer.raw_headers)
        named = b",".join(values(given, b"connection")).lower().split(b",")
        kept = without(given, *_HOP_BY_HOP, *(name.strip() for name in named))
        start: Message = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.lower(), value) for name, value in kept],
        }
        self._has_started = True
        await self._send(start)
        silence = None if answer.content_type == "text/event-stream" else self._limits.silence
        while True:
            async with asyncio.timeout(silence):
                piece = await answer.content.readany()
            if not piece:
                break
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _fail(self, status: int, text: str) -> None:
        if self._has_started:
            # A page that broke off must not look whole: without its end the server closes the connection.
            raise ConnectionResetError(text)
        self._has_started = True
        with contextlib.suppress(OSError):
            await _say(self._send, status, text)


def believing(app: App) -> App:
    """Return the application with the scheme that the server in front names in `X-Forwarded-Proto`."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            told = b"".join(values(scope["headers"], b"x-forwarded-proto")[-1:]).strip()
            if told in (b"http", b"https"):
                secure, plain = ("wss", "ws") if scope["type"] == "websocket" else ("https", "http")
                scope = {**scope, "scheme": secure if told == b"https" else plain}
        await app(scope, receive, send)

    return serve
