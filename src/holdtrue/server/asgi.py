"""The one ASGI app: health and the public log answered raw, everything else by Django as WSGI."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, cast

from a2wsgi import WSGIMiddleware

from holdtrue.server.readiness import state_of_readiness
from holdtrue.server.wsgi import application as office

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 8
# Its types are stricter than the protocol: any WSGI application and any ASGI server will do.
_office: Any = WSGIMiddleware(cast("Any", office), workers=THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    if scope["type"] != "http":
        return
    match scope["path"]:
        case "/healthz":
            await _answer(send, 200, {"status": "alive"})
        case "/readyz":
            problems = await asyncio.to_thread(state_of_readiness)
            await _answer(
                send, 503 if problems else 200, {"status": "not ready" if problems else "ready", "problems": problems}
            )
        case _:
            await _office(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(send: Send, status: int, body: dict[str, object]) -> None:
    content = json.dumps(body).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
