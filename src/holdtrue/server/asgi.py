"""The one ASGI app: health and visitors' decisions answered raw, everything else by Django as WSGI."""

import asyncio
import json
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from holdtrue.errors import HoldtrueError
from holdtrue.evidence.opened import the_log
from holdtrue.evidence.publishing import published
from holdtrue.server import devices
from holdtrue.server.flow import Gone, Intake, Outflow, Receive, Scope, Send, replayed, with_length
from holdtrue.server.public import GPC, intake
from holdtrue.server.readiness import state_of_readiness
from holdtrue.server.wsgi import application as office

THREADS = 8
LOG = "/log/"
OPEN_LOG = (f"{LOG}checkpoint", f"{LOG}tile/")
"""What anybody may fetch of the log without Django: its newest checkpoint and its hash tiles."""
_JSON = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
_intake = Intake()
# Its types are stricter than the protocol: any WSGI application and any ASGI server will do.
_office: Any = WSGIMiddleware(cast("Any", office), workers=THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    if scope["type"] != "http":
        return
    path: str = scope["path"]
    if path.startswith("/consent/"):
        await intake()(scope, receive, send)
        return
    if path.startswith(devices.PREFIX) and devices.is_raw(scope):
        told = await devices.answer(scope, receive, _intake)
        if told is not None:
            await _send(send, told.status, devices.encoded(told), *devices.HEADERS)
        return
    match path:
        case "/.well-known/gpc.json":
            await _answer(send, 200, GPC)
        case "/healthz":
            await _answer(send, 200, {"status": "alive"})
        case "/readyz":
            problems = await asyncio.to_thread(state_of_readiness)
            await _answer(
                send, 503 if problems else 200, {"status": "not ready" if problems else "ready", "problems": problems}
            )
        case path if path.startswith(OPEN_LOG):
            await _answer_file(send, path.removeprefix(LOG))
        case _:
            await _work(scope, receive, send)


async def _work(scope: Scope, receive: Receive, send: Send) -> None:
    """Let the office answer; one of its threads is taken once the request is whole, and not held by a slow reader."""
    try:
        body = await _intake.gather(scope, receive)
    except Gone:
        return
    except HoldtrueError as error:
        await _answer(send, error.status, {"error": error.message, "hint": error.hint})
        return
    outflow = Outflow(send)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(outflow.drain())
        try:
            await _office(with_length(scope, body), replayed(body, receive), outflow.put)
        finally:
            await outflow.end()


async def _answer_file(send: Send, path: str) -> None:
    """Answer a file of the public log; a tile never changes, a checkpoint always does."""
    try:
        content, may_change = await asyncio.to_thread(_published, path)
    except HoldtrueError as error:
        await _answer(send, error.status, {"error": error.message, "hint": error.hint})
        return
    age = b"no-store" if may_change else b"public, max-age=31536000, immutable"
    media_type = b"text/plain; charset=utf-8" if may_change else b"application/octet-stream"
    await _send(send, 200, content, (b"content-type", media_type), (b"cache-control", age))


def _published(path: str) -> tuple[bytes, bool]:
    return published(the_log(), path)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await asyncio.to_thread(intake)
        elif message["type"] == "lifespan.shutdown":
            await intake().close()
            await devices.intake().close()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(send: Send, status: int, body: dict[str, object]) -> None:
    content = json.dumps(body).encode()
    await _send(send, status, content, *_JSON)


async def _send(send: Send, status: int, content: bytes, *headers: tuple[bytes, bytes]) -> None:
    always = ((b"content-length", str(len(content)).encode()), (b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *always]})
    await send({"type": "http.response.body", "body": content})
