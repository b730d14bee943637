"""The DevTools protocol over a pair of pipes: one JSON message after another, each ended by a zero byte."""

import asyncio
import os
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from holdtrue.errors import HoldtrueError, Unavailable

Message: TypeAlias = dict[str, Any]
Listener: TypeAlias = Callable[[str, Message, str], None]

DATA = b"Network.dataReceived"
SIZE = re.compile(rb'"requestId":"([^"]+)".*"dataLength":(\d+).*"sessionId":"(\w+)"')
"""All that is read of the events that tell how much has come."""
NAMED = re.compile(rb'\{"method":"([\w.]+)"')
UNWATCHED = {
    b"Network.policyUpdated",
    b"Network.requestWillBeSentExtraInfo",
    b"Network.resourceChangedPriority",
    b"Page.domContentEventFired",
    b"Page.frameNavigated",
    b"Page.frameStartedLoading",
    b"Page.frameStartedNavigating",
    b"Page.frameStoppedLoading",
    b"Page.lifecycleEvent",
    b"Runtime.consoleAPICalled",
}
"""Events that come by the thousand and tell nothing here: dropped before they are read."""
ANSWERED = b"Network.responseReceived"
DOCUMENT = b'"type":"Document"'
"""Of all answers only those that are documents are read: what the others set comes by an event of its own."""


class BrowserGone(Unavailable):
    """The browser ended or closed its pipe in the middle of the work."""


class CommandRefused(HoldtrueError):
    """The browser understood the command and would not do it."""


class NoAnswer(CommandRefused):
    """The browser, or the page that was asked, did not answer in time."""


class _Pipe(asyncio.Protocol):
    """Cuts what arrives into messages."""

    def __init__(self, on_message: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        self.on_message = on_message
        self.on_end = on_end
        self.parts: list[bytes] = []

    def data_received(self, data: bytes) -> None:
        first, *rest = data.split(b"\0")
        self.parts.append(first)
        for part in rest:
            self.on_message(b"".join(self.parts))
            self.parts = [part]

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.on_end()


class Connection:
    """A conversation with one browser; events go to `listener(method, params, session)`."""

    def __init__(self, listener: Listener) -> None:
        """Prepare; `open` begins it."""
        self.listener = listener
        self.waiting: dict[int, asyncio.Future[Message]] = {}
        self.last = 0
        self.ended = asyncio.Event()
        self._transports: list[asyncio.BaseTransport] = []
        self._writer: asyncio.WriteTransport | None = None

    async def open(self, read_end: int, write_end: int) -> None:
        """Begin the conversation over these two file descriptors and own them from now on."""
        loop = asyncio.get_running_loop()
        reader = os.fdopen(read_end, "rb", buffering=0)
        writer = os.fdopen(write_end, "wb", buffering=0)
        incoming, _ = await loop.connect_read_pipe(lambda: _Pipe(self._received, self._closed), reader)
        outgoing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, writer)
        self._transports = [incoming, outgoing]
        self._writer = outgoing

    def close(self) -> None:
        """End the conversation; the browser ends itself when its pipe closes."""
        for transport in self._transports:
            transport.close()
        self._closed()

    def post(self, method: str, params: Message | None = None, *, session: str = "") -> int:
        """Send a command whose answer nobody waits for; return its number."""
        if self._writer is None or self.ended.is_set():
            raise BrowserGone("The browser has ended.")
        self.last += 1
        message: Message = {"id": self.last, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        self._writer.write(msgspec.json.encode(message) + b"\0")
        return self.last

    async def ask(self, method: str, params: Message | None = None, *, session: str = "", within: float = 10.0) -> Message:
        """Return the browser's answer; raise `CommandRefused` when it refuses, `NoAnswer` after `within` seconds."""
        number = self.post(method, params, session=session)
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        try:
            async with asyncio.timeout(within):
                answer = await future
        except TimeoutError as error:
            raise NoAnswer(f"{method} got no answer within {within:g} s.") from error
        finally:
            self.waiting.pop(number, None)
        if "error" in answer:
            raise CommandRefused(f"{method}: {answer['error'].get('message', 'refused')}")
        result: Message = answer.get("result", {})
        return result

    def _received(self, raw: bytes) -> None:
        named = NAMED.match(raw)
        event = named[1] if named is not None else b""
        if event == DATA:
            size = SIZE.search(raw)
            if size is not None:
                self.listener(
                    "Network.dataReceived", {"requestId": size[1].decode(), "dataLength": int(size[2])}, size[3].decode()
                )
            return
        if event in UNWATCHED or (event == ANSWERED and DOCUMENT not in raw[:400]):
            return
        message: Message = msgspec.json.decode(raw)
        if "id" in message:
            future = self.waiting.get(message["id"])
            if future is not None and not future.done():
                future.set_result(message)
            return
        self.listener(message["method"], message.get("params", {}), message.get("sessionId", ""))

    def _closed(self) -> None:
        self.ended.set()
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(BrowserGone("The browser ended in the middle of the work."))
