"""The public door for decisions, raw ASGI: nothing is acknowledged before it is durable, nothing personal is kept on the way.

No framework, no cookie, no session. What it knows of the sites it is told by whoever mounts it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

from holdtrue.errors import HoldtrueError, Invalid, NoSuchMethod, NotFound, TooLarge, Unavailable
from holdtrue.evidence.sealing import Sealer
from holdtrue.website.consent.block.violations import LONGEST_REPORT, Violation
from holdtrue.website.consent.decisions import (
    DECISIONS,
    LONGEST_DECISION,
    Card,
    Decisions,
    receipt,
    require_from,
    require_plain,
)
from holdtrue.website.consent.limits import Limit
from holdtrue.website.consent.reports import MEDIA_TYPES, Reports, reported
from holdtrue.website.consent.store import Placed, Records

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers: TypeAlias = list[tuple[bytes, bytes]]

Answer: TypeAlias = tuple[int, bytes, Headers]
"""Status, body, and headers but for the length."""

log = logging.getLogger("holdtrue.consent")
PREFIX: Final = "/consent/"
LONGEST_RENDERING: Final = 65_536
FRESH: Final = 2.0
"""Seconds after which what is known of the sites is read anew, while the old still answers."""
_JSON: Final = (b"content-type", b"application/json")
_SAFE: Final = (b"x-content-type-options", b"nosniff")
_FRESH_ONLY: Final = (b"cache-control", b"no-store")
_VARY: Final = (b"vary", b"origin")
_ANYBODY: Final = (b"access-control-allow-origin", b"*")


@dataclass(frozen=True, slots=True)
class Doors:
    """What the intake asks of the parts that know the database; all of these may block and are called in threads."""

    cards: Callable[[], Mapping[str, Card]]
    receipt: Callable[[str, UUID], bytes | None]
    """The proof of a record of a site, or None while it is not signed; raises `NotFound`."""
    described: Callable[[str, UUID], bytes | None]
    """The same as JSON-LD."""
    rendering: Callable[[str, str], bytes]
    """A rendering by its hash; raises `NotFound`."""
    keep_rendering: Callable[[str, bytes, datetime], str]
    """Keep what a browser shows, if it is true; raises `Invalid`."""
    keep_violations: Callable[[str, Sequence[Violation], datetime], object]
    """Keep which undeclared hosts the pages of a site tried to ask."""


class Intake:
    """The ASGI application under `/consent/`."""

    def __init__(  # noqa: PLR0913 - what it is made of, by name
        self,
        *,
        records: Records,
        sealer: Sealer,
        visitor_key: bytes,
        origin: Callable[[], str],
        doors: Doors,
        limit: Limit,
        trusted_proxies: int = 0,
    ) -> None:
        """Take decisions for the sites on the cards. `origin` returns the log's name."""
        self.decisions = Decisions(
            records=records, sealer=sealer, visitor_key=visitor_key, limit=limit, trusted_proxies=trusted_proxies
        )
        self._origin = origin
        self._doors = doors
        self._reports = Reports(doors.keep_violations)
        self._cards: Mapping[str, Card] = {}
        self._paths: Mapping[bytes, Card] = {}
        self._read_at = float("-inf")
        self._is_read = False
        self._reading: asyncio.Task[None] | None = None
        self.origin = b""
        """The log's name as JSON."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        cors = cors_of(b"")
        try:
            host, _, what = scope["path"][len(PREFIX) :].partition("/")
            card = self._cards.get(host)
            if card is None or time.monotonic() - self._read_at > FRESH:
                card = await self._card(host)
            if what:
                # What anybody may read says to anybody's page why it cannot be read yet: the banner then asks again.
                cors = cors_of(b"*") if scope["method"] == "GET" else cors
                await self._other(scope, card, what, receive, send, headers)
                return
            cors = cors_of(require_from(card, headers))
            if scope["method"] == "OPTIONS":
                await _answer(send, 204, b"", [*cors, _VARY, *_PREFLIGHT])
                return
            _require_post(scope)
            body = await _body(headers, receive, LONGEST_DECISION)
            taken: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
            record = self.decisions.take(card, headers, body, _client(scope), partial(_settle, taken))
            placed = await taken
            body = receipt(record, placed, self.origin)
            await _answer(send, 201 if placed.is_new else 200, body, cors)
        except Exception as error:  # noqa: BLE001 - nothing may escape: a browser must learn that it was not stored
            await _answer(send, *refusal(error, cors))

    def card_at(self, path: bytes) -> Card | None:
        """Return the site whose decisions come to this path, without waiting; None where it is not known yet."""
        card = self._paths.get(path)
        if card is not None and time.monotonic() - self._read_at > FRESH:
            self._refresh()
        return card

    async def close(self) -> None:
        """Write what waits."""
        await self.decisions.finish()
        await self._reports.close()

    async def _other(  # noqa: PLR0913, PLR0917 - one request
        self, scope: Scope, card: Card, what: str, receive: Receive, send: Send, headers: Mapping[bytes, bytes]
    ) -> None:
        method, (part, _, rest) = scope["method"], what.partition("/")
        if method == "OPTIONS":
            await _answer(send, 204, b"", [_ANYBODY, *_PREFLIGHT])
            return
        if method == "POST" and what == "renderings":
            require_from(card, headers)
            self.decisions.require_few(headers, _client(scope))
            body = await _body(headers, receive, LONGEST_RENDERING)
            digest = await asyncio.to_thread(self._doors.keep_rendering, card.host, body, datetime.now(UTC))
            await _answer(send, 201, msgspec.json.encode({"sha256": digest}), [_ANYBODY, _FRESH_ONLY])
            return
        if method == "POST" and what == "violations":
            self.decisions.require_few_reports(headers, _client(scope))
            body = await _body(headers, receive, LONGEST_REPORT, MEDIA_TYPES)
            self._reports.add(card.host, reported(body, card.host, card.origins.values()))
            await _answer(send, 204, b"", [_ANYBODY, _FRESH_ONLY])
            return
        if method not in {"GET", "HEAD"}:
            raise NoSuchMethod("This can only be read.", hint="Decisions are sent by POST to /consent/<site>.")
        if what == "notice.json":
            await _notice(send, card, headers)
        elif part == "renderings":
            document = await asyncio.to_thread(self._doors.rendering, card.host, rest)
            await _answer(send, 200, document, [_JSON, _ANYBODY, (b"cache-control", b"public, max-age=31536000, immutable")])
        elif part == "receipt":
            await self._proof(send, card, rest)
        else:
            raise NotFound("Nothing stands here.", hint="docs/reference/consent-intake.md lists the addresses.")

    async def _proof(self, send: Send, card: Card, rest: str) -> None:
        name, is_described = rest.removesuffix(".jsonld"), rest.endswith(".jsonld")
        try:
            record = UUID(name)
        except ValueError as error:
            raise NotFound("No record has this id.", hint="Take it from the answer to the decision.") from error
        door = self._doors.described if is_described else self._doors.receipt
        found = await asyncio.to_thread(door, card.host, record)
        if found is None:
            raise Unavailable("The record is safe and not yet signed.", hint="Ask again in a second.")
        kind = b"application/ld+json" if is_described else b"text/plain; charset=utf-8"
        await _answer(send, 200, found, [(b"content-type", kind), _ANYBODY, _FRESH_ONLY])

    # What is known of the sites

    async def _card(self, host: str) -> Card:
        """Return what is known of a site; what is old is read anew beside, what is missing is waited for."""
        if time.monotonic() - self._read_at > FRESH:
            self._refresh()
        if host not in self._cards and self._reading is not None:
            await asyncio.shield(self._reading)
        card = self._cards.get(host)
        if card is None and not self._is_read:
            # A site that is not found may be forgotten by the banner; one that cannot be looked up must not be.
            raise Unavailable("The websites could not be read.", hint="Keep the decision and send it again.")
        if card is None:
            raise NotFound(f"No website “{host[:200]}” asks for consent here.", hint="Its name stands in the notice.")
        return card

    def _refresh(self) -> None:
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        try:
            self._cards, origin = await asyncio.to_thread(lambda: (self._doors.cards(), self._origin()))
            self._paths = {f"{PREFIX}{host}".encode(): card for host, card in self._cards.items()}
            self.origin = msgspec.json.encode(origin)
            self._is_read = True
        except Exception:  # What was known still holds; a later request tries again.
            self._is_read = bool(self._cards)
            log.exception("the websites could not be read")
        finally:
            self._read_at = time.monotonic()
            self._reading = None


async def _body(headers: Mapping[bytes, bytes], receive: Receive, most: int, kinds: frozenset[bytes] = DECISIONS) -> bytes:
    """Return the body; raises `TooLarge` without reading more than may come."""
    require_plain(headers, kinds)
    length = headers.get(b"content-length", b"")
    if length.isdigit() and (len(length) > len(str(most)) or int(length) > most):
        raise TooLarge(f"This has more than {most} bytes.", hint="Send what the documentation describes, nothing else.")
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Invalid("The sender has gone.")
        part: bytes = message.get("body", b"")
        body = body + part if body else part
        if len(body) > most:
            raise TooLarge(f"This has more than {most} bytes.", hint="Send what the documentation describes, nothing else.")
        if not message.get("more_body"):
            return body


async def _notice(send: Send, card: Card, headers: Mapping[bytes, bytes]) -> None:
    told = [_JSON, _ANYBODY, (b"cache-control", b"public, max-age=300, stale-if-error=86400"), (b"etag", card.etag)]
    if not card.document:
        raise NotFound(f"{card.host} has no notice yet.", hint="Publish its cookie policy with declared cookies.")
    if card.etag in headers.get(b"if-none-match", b""):
        await _answer(send, 304, b"", told)
    else:
        await _answer(send, 200, card.document, told)


_PREFLIGHT: Final[Headers] = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"7200"),
]
_cached_cors: dict[bytes, Headers] = {}


def cors_of(origin: bytes) -> Headers:
    """Return the headers that every answer to a page of this origin carries; empty for a page that may not ask."""
    found = _cached_cors.get(origin)
    if found is None:
        found = [_JSON, (b"access-control-allow-origin", origin)] if origin else [_JSON]
        if len(_cached_cors) < 1_000:  # noqa: PLR2004 - only origins of our sites come here
            _cached_cors[origin] = found
    return found


def refusal(error: Exception, cors: Headers) -> Answer:
    """Return what is answered for an error; one that nobody foresaw is logged, and the sender keeps the decision."""
    if not isinstance(error, HoldtrueError):
        log.error("a decision could not be taken", exc_info=error)
        error = Unavailable("The server could not store this.", hint="Keep it and send it again.")
    body = msgspec.json.encode({"error": error.message, "hint": error.hint})
    extra = [(b"retry-after", b"60")] if error.status in {429, 503, 507} else []
    # Only statuses that say what to do: a browser that reads 5xx keeps the decision and tries again.
    return error.status, body, [*cors, _VARY, _FRESH_ONLY, _SAFE, *extra]


def _settle(taken: asyncio.Future[Placed], result: Placed | Exception) -> None:
    if taken.done():  # Its sender has gone.
        return
    if isinstance(result, Exception):
        taken.set_exception(result)
    else:
        taken.set_result(result)


def _require_post(scope: Scope) -> None:
    if scope["method"] != "POST":
        raise NoSuchMethod("Decisions are sent by POST.", hint="The notice stands at notice.json.")


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


async def _answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    headers = [*headers, _SAFE, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
