"""Keeps slow clients away from the office's threads: what comes in is gathered first, what goes out waits here."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from holdtrue.errors import HoldtrueError, NotAllowed, TooLarge, TooSlow

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

LARGEST_BODY = 34 * 1024 * 1024
"""Bytes of one request: the largest upload and the form around it."""
TOKEN_WITHIN = ("/api/hooks/", "/api/osquery/")
"""Paths whose caller cannot send a header: its token stands in the address or the body."""
LARGEST_TOGETHER = 256 * 1024 * 1024
"""Bytes of all requests that are being gathered."""
LONGEST_BODY = 60.0
"""Seconds that a client has to send what it announced."""
LARGEST_WAITING = 8 * 1024 * 1024
"""Bytes of one answer that may wait for a slow reader before its thread waits with them."""


class Gone(HoldtrueError):
    """The client went away before it had said what it wants."""


class Intake:
    """Gathers request bodies before anybody works on them, within bounds for one and for all together."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._held = 0

    async def gather(self, scope: Scope, receive: Receive) -> bytes:
        """Return the whole body; raises `TooLarge`, `TooSlow`, `Gone`, or `NotAllowed` for a report without a token."""
        headers = dict(scope["headers"])
        is_named = b"holdtrue-key" in headers or headers.get(b"authorization", b"").lower().startswith(b"bearer ")
        if scope["path"].startswith("/api/") and not scope["path"].startswith(TOKEN_WITHIN) and not is_named:
            raise NotAllowed(
                "A report needs a token.", hint="Send `Authorization: Bearer <token>`; the security team issues them."
            )
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > LARGEST_BODY:
            raise TooLarge(f"This takes at most {LARGEST_BODY:,} bytes.", hint="Send less, in several pieces if need be.")
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(LONGEST_BODY):
                await self._read(receive, parts)
        except TimeoutError as error:
            raise TooSlow(f"The request did not arrive within {LONGEST_BODY:.0f} seconds.", hint="Send it again.") from error
        finally:
            self._held -= sum(map(len, parts))
        return b"".join(parts)

    async def _read(self, receive: Receive, parts: list[bytes]) -> None:
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone("The client went away.")
            part: bytes = message.get("body", b"")
            parts.append(part)
            size += len(part)
            self._held += len(part)
            if size > LARGEST_BODY or self._held > LARGEST_TOGETHER:
                raise TooLarge("More arrives than there is room for.", hint="Send less, or try again in a moment.")
            if not message.get("more_body", False):
                return


def with_length(scope: Scope, body: bytes) -> Scope:
    """Return the request as one whose length was announced, as it is now known."""
    framing = {b"content-length", b"transfer-encoding"}
    headers = [(name, value) for name, value in scope["headers"] if name not in framing]
    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return what an application receives from: the gathered body first, then the connection itself."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


class Outflow:
    """Takes an answer from a thread at once and passes it on as fast as its reader reads."""

    def __init__(self, send: Send) -> None:
        """Pass on to this."""
        self._send = send
        self._messages: deque[Message] = deque()
        self._size = 0
        self._changed = asyncio.Condition()
        self._ended = False

    async def put(self, message: Message) -> None:
        """Take a part of the answer; waits only while much of it waits already."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._size < LARGEST_WAITING or self._ended)
            self._messages.append(message)
            self._size += len(message.get("body", b""))
            self._changed.notify_all()

    async def end(self) -> None:
        """Say that nothing more comes."""
        async with self._changed:
            self._ended = True
            self._changed.notify_all()

    async def drain(self) -> None:
        """Pass everything on, until the end."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(self._messages) or self._ended)
                if not self._messages:
                    return
                message = self._messages.popleft()
            await self._send(message)
            async with self._changed:
                self._size -= len(message.get("body", b""))
                self._changed.notify_all()
