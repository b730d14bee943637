"""The machines' door: signed reports and what else devices and gateways ask, answered without the office's threads."""

import asyncio
import hashlib
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from holdtrue.errors import HoldtrueError, NotAllowed, TooLarge, TooMany
from holdtrue.policy.text import queries as texts
from holdtrue.server.flow import Gone, Scope
from holdtrue.server.flow import Intake as Gathering
from holdtrue.server.flow import Receive as Receiving
from holdtrue.website.consent.limits import Limit
from holdtrue.workplace import reports
from holdtrue.workplace.devices.connect import may_connect
from holdtrue.workplace.devices.hearing import Heard
from holdtrue.workplace.devices.intake import LARGEST, Intake
from holdtrue.workplace.devices.notice import Notice
from holdtrue.workplace.devices.signatures import Answer, Signed, Tell

log = logging.getLogger("holdtrue.devices")
PREFIX: Final = "/api/devices/"
REPORTS: Final = f"{PREFIX}reports"
NOTICE: Final = f"{PREFIX}notice"
MAY_CONNECT: Final = "/may-connect"
HEADERS: Final = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
"""Of every answer."""
MOST_ASKED: Final = 6_000
"""Questions of one gateway in a minute."""
MOST_BAD: Final = 600
"""Refused reports that one network may send in a minute."""


@cache
def intake() -> Intake[Sequence[Heard]]:
    """Return the one intake of signed reports of this process."""
    return Intake(_hear, _take, bad=Limit(MOST_BAD))


def notice() -> Notice:
    """Return what a person is told of what their device will say."""
    return Notice(texts.organisation(), texts.contact())


@cache
def _asking() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="gateways")


@cache
def _limits() -> tuple[Limit, Limit]:
    """Return how often one token may ask, and how many wrong ones one network may try."""
    return Limit(MOST_ASKED), Limit(MOST_BAD)


def is_raw(scope: Scope) -> bool:
    """Whether a request is answered here; all else under /api/ is the office's."""
    path: str = scope["path"]
    if path == REPORTS:
        return any(name == b"holdtrue-key" for name, _ in scope["headers"])
    return path == NOTICE or path.endswith(MAY_CONNECT)


async def answer(scope: Scope, receive: Receiving, gathering: Gathering) -> Answer | None:
    """Return the answer to a request that is raw; None for a client that has gone."""
    try:
        if scope["path"] == NOTICE:
            return _required("GET", scope) or Answer(200, await asyncio.to_thread(_notice))
        if scope["path"].endswith(MAY_CONNECT):
            return await _may_connect(scope)
        if refusal := _required("POST", scope):
            return refusal
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or len(announced) > len(str(LARGEST)) or int(announced) > LARGEST:
            raise TooLarge(f"A report has at most {LARGEST:,} bytes.", hint="docs/reference/device-reports.md")
        body = await gathering.gather(scope, receive)
        return await intake().report(headers, body, address(scope.get("client"), headers))
    except Gone:
        return None
    except HoldtrueError as error:
        return refused(error)


def refused(error: HoldtrueError) -> Answer:
    """Return what is answered for an error of the tree."""
    return Answer(error.status, {"error": error.message, "hint": error.hint})


def encoded(told: Answer) -> bytes:
    """Return an answer's body as JSON."""
    return msgspec.json.encode(told.body)


def address(client: tuple[str, int] | None, headers: Mapping[bytes, bytes]) -> str:
    """Return where a request came from, as the nearest trusted proxy says."""
    proxies = settings.CONFIG.trusted_proxies
    if proxies and (forwarded := headers.get(b"x-forwarded-for")):
        hops = forwarded.decode("ascii", "replace").split(",")
        return hops[-min(proxies, len(hops))].strip()
    return client[0] if client else ""


async def _may_connect(scope: Scope) -> Answer:
    """Return the answer to a gateway; whatever goes wrong, it is no."""
    headers = dict(scope["headers"])
    if refusal := _required("GET", scope):
        return refusal._replace(body={**refusal.body, "may_connect": False})
    try:
        secret = _gateway(headers)
        require = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("require", [])
        serial = scope["path"][len(PREFIX) : -len(MAY_CONNECT)]
        wanted = [name for one in require for name in one.split(",") if name]
        told = await asyncio.get_running_loop().run_in_executor(_asking(), _connection, serial, secret, wanted)
    except HoldtrueError as error:
        status = error.status
        if status == NotAllowed.status and not _limits()[1].allows(address(scope.get("client"), headers), time.monotonic()):
            status = TooMany.status
        return Answer(status, {"may_connect": False, "error": error.message, "hint": error.hint})
    except Exception:  # A gateway that is told nothing might let everybody in.
        log.exception("a gateway could not be answered")
        return Answer(503, {"may_connect": False, "error": "The server cannot say.", "hint": "Ask again in a moment."})
    return Answer(200, told)


def _gateway(headers: dict[bytes, bytes]) -> str:
    """Return the token that a gateway asks with; raises `NotAllowed` without one, `TooMany` for one that asks too often."""
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise NotAllowed(
            "A gateway needs a token.", hint="Send `Authorization: Bearer <token>`; the security team issues them."
        )
    # The dot makes the token count as a network of its own.
    if not _limits()[0].allows(f"{hashlib.sha256(secret.encode()).hexdigest()}.", time.monotonic()):
        raise TooMany("This gateway asks too often.", hint="Keep an answer for a minute, and ask again when it is older.")
    return secret


def _connection(serial: str, secret: str, require: list[str]) -> dict[str, Any]:
    close_old_connections()
    return may_connect(serial, secret=secret, require=require, at=timezone.now()).document()


def _required(method: str, scope: Scope) -> Answer | None:
    if scope["method"] == method or (method == "GET" and scope["method"] == "HEAD"):
        return None
    return Answer(405, {"error": f"This takes {method}.", "hint": "docs/reference/device-reports.md"})


def _notice() -> dict[str, Any]:
    close_old_connections()
    return notice().document()


def _hear(batch: Sequence[Signed], tell: Tell) -> Sequence[Heard]:
    _look_after_connection()
    return reports.hear_signed(batch, at=timezone.now(), tell=tell)


def _take(heard: Sequence[Heard], tell: Tell) -> None:
    _look_after_connection()
    reports.take_heard(heard, at=timezone.now(), tell=tell)


def _look_after_connection() -> None:
    """Let go of a connection that failed or is old; whether it still stands is asked once a second, since that takes a turn."""
    now = time.monotonic()
    if connection.errors_occurred or now - getattr(_looked, "at", 0) > 1:
        close_old_connections()
        _looked.at = now


_looked = threading.local()
"""When each thread last looked."""
