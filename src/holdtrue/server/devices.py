"""The machines' door: signed reports and what else devices and gateways ask, answered without the office's threads."""

import asyncio
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from holdtrue.errors import HoldtrueError
from holdtrue.policy.text import queries as texts
from holdtrue.server.flow import Gone, Scope, TooLarge
from holdtrue.server.flow import Intake as Gathering
from holdtrue.server.flow import Receive as Receiving
from holdtrue.website.consent.limits import Limit
from holdtrue.workplace import reports
from holdtrue.workplace.devices.intake import LARGEST, Intake
from holdtrue.workplace.devices.notice import Notice
from holdtrue.workplace.devices.signatures import Answer, Signed, Tell

PREFIX: Final = "/api/devices/"
REPORTS: Final = f"{PREFIX}reports"
NOTICE: Final = f"{PREFIX}notice"
MOST_BAD: Final = 600
"""Refused reports that one network may send in a minute."""

_writing = threading.Lock()
"""On SQLite one writes at a time; waiting here costs less than asking the file again and again."""


@cache
def intake() -> Intake:
    """Return the one intake of signed reports of this process."""
    return Intake(_take, bad=Limit(MOST_BAD))


def notice() -> Notice:
    """Return what a person is told of what their device will say."""
    return Notice(texts.organisation(), texts.contact())


def is_raw(scope: Scope) -> bool:
    """Whether a request is answered here; all else under /api/ is the office's."""
    path: str = scope["path"]
    if path == REPORTS:
        return any(name == b"holdtrue-key" for name, _ in scope["headers"])
    return path == NOTICE


async def answer(scope: Scope, receive: Receiving, gathering: Gathering) -> Answer | None:
    """Return the answer to a request that is raw; None for a client that has gone."""
    try:
        if scope["path"] == NOTICE:
            return _required("GET", scope) or Answer(200, await asyncio.to_thread(_notice))
        if refusal := _required("POST", scope):
            return refusal
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or len(announced) > len(str(LARGEST)) or int(announced) > LARGEST:
            raise TooLarge(f"A report has at most {LARGEST:,} bytes.", hint="docs/reference/device-reports.md")
        body = await gathering.gather(scope, receive)
        return await intake().report(headers, body, address(scope, headers))
    except Gone:
        return None
    except HoldtrueError as error:
        return Answer(error.status, {"error": error.message, "hint": error.hint})


def encoded(told: Answer) -> bytes:
    """Return an answer's body as JSON."""
    return msgspec.json.encode(told.body)


def address(scope: Scope, headers: dict[bytes, bytes]) -> str:
    """Return where a request came from, as the nearest trusted proxy says."""
    proxies = settings.CONFIG.trusted_proxies
    if proxies and (forwarded := headers.get(b"x-forwarded-for")):
        hops = forwarded.decode("ascii", "replace").split(",")
        return hops[-min(proxies, len(hops))].strip()
    client = scope.get("client")
    return client[0] if client else ""


def _required(method: str, scope: Scope) -> Answer | None:
    if scope["method"] == method or (method == "GET" and scope["method"] == "HEAD"):
        return None
    return Answer(405, {"error": f"This takes {method}.", "hint": "docs/reference/device-reports.md"})


def _notice() -> dict[str, Any]:
    close_old_connections()
    return notice().document()


def _take(batch: Sequence[Signed], tell: Tell) -> None:
    close_old_connections()
    if connection.vendor == "sqlite":
        with _writing:
            reports.receive_signed(batch, at=timezone.now(), tell=tell)
    else:
        reports.receive_signed(batch, at=timezone.now(), tell=tell)
