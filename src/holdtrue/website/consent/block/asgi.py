"""The block as ASGI middleware: `ConsentMiddleware(app, notice="notice.json", banner="…")`."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Unpack

from holdtrue.website.consent.block.body import Body
from holdtrue.website.consent.block.endpoints import Answer
from holdtrue.website.consent.block.notice import Notice
from holdtrue.website.consent.block.options import Given, options_from
from holdtrue.website.consent.block.page import Block
from holdtrue.website.consent.block.violations import LONGEST_REPORT
from holdtrue.website.consent.block.visits import Visit, may_matter, named

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_WHOLE_FILES = ("http.response.pathsend", "http.response.zerocopysend")


class ConsentMiddleware:
    """Holds the pages of an ASGI application to what each visitor agreed to."""

    def __init__(self, app: App, notice: Notice | Path | str | bytes, **options: Unpack[Given]) -> None:
        """Wrap the application; docs/reference/consent-middleware.md describes the options. Raises `Invalid`."""
        self.app = app
        self.block = Block(options_from(notice, options))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_ours = self.block.answers(scope["path"])
        if _is_light(scope) and not is_ours:
            await self.app(scope, receive, self._passing(scope, send))
            return
        visit = self._visit(scope)
        if is_ours:
            await self._answer(scope, receive, send)
            return
        if visit.changes or visit.may_hold_page:
            scope = dict(scope)
            scope["headers"] = visit.request_headers(list(scope["headers"]))
            extensions = scope.get("extensions") or {}
            if any(name in extensions for name in _WHOLE_FILES):
                # A page that the server would send by itself could not be rewritten.
                scope["extensions"] = {name: value for name, value in extensions.items() if name not in _WHOLE_FILES}
        await self.app(scope, receive, _Sender(self.block, visit, send))

    def _visit(self, scope: Scope) -> Visit:
        return self.block.visit(scope["method"], named(scope["headers"]), is_secure=scope.get("scheme") == "https")

    def _passing(self, scope: Scope, send: Send) -> Send:
        """Return what sends an answer that is no page: as it is, unless it sets cookies or hints at other addresses."""

        async def passing(message: Message) -> None:
            kind = message["type"]
            if kind == "http.response.body" or (kind == "http.response.start" and not _sets_cookies(message)):
                await send(message)
            else:
                await _Sender(self.block, self._visit(scope), send)(message)

        return passing

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = self.block.visit("GET", named(scope["headers"]), is_secure=scope.get("scheme") == "wss")

        async def held(message: Message) -> None:
            if message["type"] == "websocket.accept" and message.get("headers"):
                message = {**message, "headers": self.block.cookies(visit, list(message["headers"]))}
            await send(message)

        await self.app(scope, receive, held)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive) if scope["method"] == "POST" else b""
        # What listens to violations may write to a disk.
        answer = await asyncio.to_thread(self.block.answer, scope["method"], scope["path"], body)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": _shown(scope, answer)})


def _is_light(scope: Scope) -> bool:
    destination = validators = b""
    for name, value in scope["headers"]:
        if name == b"sec-fetch-dest":
            destination = value
        elif name == b"if-none-match":
            validators = value
    return not may_matter(destination, validators)


def _sets_cookies(message: Message) -> bool:
    return any(name.lower() == b"set-cookie" for name, _ in message.get("headers", ()))


def _shown(scope: Scope, answer: Answer) -> bytes:
    return b"" if scope["method"] == "HEAD" else answer.body


async def _read(receive: Receive) -> bytes:
    """Return the body, of which never more than a little beyond the longest report is kept."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= LONGEST_REPORT + 1:
            parts.append(part)
        if message["type"] != "http.request" or not message.get("more_body") or size > LONGEST_REPORT:
            return b"".join(parts)


class _Sender:
    """Passes one answer on: at once when it holds no page, else its head with its first chunk."""

    __slots__ = ("_block", "_body", "_send", "_start", "_visit")

    def __init__(self, block: Block, visit: Visit, send: Send) -> None:
        self._block = block
        self._visit = visit
        self._send = send
        self._start: Message | None = None
        self._body: Body | None = None

    async def __call__(self, message: Message) -> None:
        if self._body is not None:
            await self._page(self._body, message)
            return
        if message["type"] == "http.response.start":
            reply = self._block.reply(self._visit, message["status"], list(message.get("headers", ())))
            if reply is not None:
                message = {**message, "headers": reply.headers}
                self._body = reply.body
            if self._body is not None:
                self._start = message
                return
        elif message["type"] == "http.response.early_hint":
            message = {**message, "links": self._block.hints(self._visit, list(message.get("links", ())))}
        await self._send(message)

    async def _page(self, body: Body, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        more = message.get("more_body", False)
        data = body.feed(message.get("body", b""))
        if not more:
            data += body.finish()
        if self._start is not None:
            start, self._start = self._start, None
            if not more:
                start = {**start, "headers": [*start["headers"], (b"content-length", str(len(data)).encode())]}
            await self._send(start)
        if data or not more:
            await self._send({**message, "body": data})
