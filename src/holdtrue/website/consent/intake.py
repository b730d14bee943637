"""The public door for decisions, raw ASGI: nothing is acknowledged before it is durable, nothing personal is kept on the way.

No framework, no cookie, no session. What it knows of the sites it is told by whoever mounts it.
"""

import asyncio
import logging
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

from holdtrue.errors import HoldtrueError, Invalid, NotAllowed, NotFound, Unavailable
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.sealing import Sealer, leaf_of
from holdtrue.website.consent.commit import GroupCommit
from holdtrue.website.consent.limits import Limit
from holdtrue.website.consent.records import browser_of, digest_of, groups_of
from holdtrue.website.consent.rules import LANGUAGES, Asked, Decision, read_decision
from holdtrue.website.consent.store import Offer, Placed, Records, visitor_of

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers: TypeAlias = list[tuple[bytes, bytes]]

_KIND: Final = Kind.CONSENT_RECORDED.value
log = logging.getLogger("holdtrue.consent")
PREFIX: Final = "/consent/"
LONGEST_BODY: Final = 4_096
LONGEST_RENDERING: Final = 65_536
FRESH: Final = 2.0
"""Seconds after which what is known of the sites is read anew, while the old still answers."""
_JSON: Final = (b"content-type", b"application/json")
_SAFE: Final = (b"x-content-type-options", b"nosniff")
_FRESH_ONLY: Final = (b"cache-control", b"no-store")
_VARY: Final = (b"vary", b"origin")
_ANYBODY: Final = (b"access-control-allow-origin", b"*")


class TooLong(HoldtrueError):
    """The body is longer than a decision can be."""

    status = 413


class NotUnderstood(HoldtrueError):
    """The body is of another media type or encoding."""

    status = 415


class NoSuchMethod(HoldtrueError):
    """The address answers other methods."""

    status = 405


class TooMany(HoldtrueError):
    """One network has sent more than its share."""

    status = 429


@dataclass(frozen=True, slots=True)
class Card:
    """What the intake knows of a site."""

    host: str
    origins: Mapping[bytes, str]
    """Origins that may answer, as the header has them."""
    document: bytes
    """The notice in force."""
    etag: bytes
    asked: Mapping[str, Asked]
    """Every notice that the site ever asked with, by its material hash; of several the newest."""
    renderings: frozenset[str]
    """Hashes of every form in which its notices were shown."""
    languages: frozenset[str]
    """Languages that the banner may speak there."""


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
        self._commit = GroupCommit(records.add)
        self._sealer = sealer
        self._visitor_key = visitor_key
        self._origin = origin
        self._doors = doors
        self._limit = limit
        self._proxies = trusted_proxies
        self._cards: Mapping[str, Card] = {}
        self._read_at = float("-inf")
        self._is_read = False
        self._reading: asyncio.Task[None] | None = None
        self._head = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        cors = _cors(b"")
        try:
            host, _, what = scope["path"][len(PREFIX) :].partition("/")
            card = self._cards.get(host)
            if card is None or time.monotonic() - self._read_at > FRESH:
                card = await self._card(host)
            if what:
                await self._other(scope, card, what, receive, send, headers)
                return
            cors = _cors(self._allowed(card, headers))
            if scope["method"] == "OPTIONS":
                await _answer(send, 204, b"", [*cors, _VARY, *_PREFLIGHT])
                return
            status, body = await self._take(scope, card, headers, receive)
            # Written out, since this is what a server does all day; an answer to POST is not kept by any cache.
            told = [*cors, (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": status, "headers": told})
            await send({"type": "http.response.body", "body": body})
        except HoldtrueError as error:
            await _refuse(send, error, cors)
        except Exception:  # The one place where nothing may escape: a browser must learn that it was not stored.
            log.exception("a decision could not be taken")
            await _refuse(send, Unavailable("The server could not store this.", hint="Keep it and send it again."), cors)

    async def close(self) -> None:
        """Write what waits."""
        await self._commit.finish()

    # Decisions

    async def _take(self, scope: Scope, card: Card, headers: Mapping[bytes, bytes], receive: Receive) -> tuple[int, bytes]:
        if scope["method"] != "POST":
            raise NoSuchMethod("Decisions are sent by POST.", hint="The notice stands at notice.json.")
        if not self._limit.allows(self._address(scope, headers), time.monotonic()):
            raise TooMany("This network has sent too many decisions.", hint="Keep this one and send it again in a minute.")
        body = await _body(headers, receive, LONGEST_BODY)
        decision = read_decision(body)
        placed = await self._commit.add(self._offer(decision, card, headers))
        return (201 if placed.is_new else 200), self._receipt(decision, placed)

    def _offer(self, decision: Decision, card: Card, headers: Mapping[bytes, bytes]) -> Offer:
        asked = card.asked.get(decision.material)
        if asked is None:
            raise Invalid("This site never asked that.", hint="Load the notice anew; `material` is copied from it.")
        if decision.language not in card.languages:
            raise Invalid(
                f"The banner does not speak {decision.language[:20]!r}.", hint="Send the language that it was shown in."
            )
        at = time.time_ns() // 1_000_000
        groups = groups_of(
            decision,
            asked,
            browser=browser_of(headers.get(b"user-agent", b"")),
            is_rendering_known=decision.notice in card.renderings,
            at=at,
        )
        return Offer(
            self._sealer.sealed(bytes.fromhex(decision.id.replace("-", "")), _KIND, asked.about, at, groups),
            card.host,
            visitor_of(self._visitor_key, decision.consent_id),
            digest_of(decision, card.host),
            decision.event,
            decision.language,
            asked.version,
        )

    def _receipt(self, decision: Decision, placed: Placed) -> bytes:
        leaf = b64encode(leaf_of(placed.kind, placed.hashes))
        return b'{"record":"%b","origin":%b,"index":%d,"leaf":"%b"}' % (
            decision.id.encode(),
            self._head,
            placed.place,
            leaf,
        )

    def _address(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """Return where it came from, as the nearest trusted proxy says; what the client claims before that is not believed."""
        if self._proxies and (forwarded := headers.get(b"x-forwarded-for")):
            hops = forwarded.decode("ascii", "replace").split(",")
            return hops[-min(self._proxies, len(hops))].strip()
        client = scope.get("client")
        return client[0] if client else ""

    def _allowed(self, card: Card, headers: Mapping[bytes, bytes]) -> bytes:
        origin = headers.get(b"origin", b"")
        if origin not in card.origins:
            raise NotAllowed(
                f"{origin[:200].decode('ascii', 'replace') or 'A page without an origin'} does not speak for {card.host}.",
                hint="Decisions come from the site's own pages; its other addresses can be added under Consent.",
            )
        return origin

    # Everything else

    async def _other(  # noqa: PLR0913, PLR0917 - one request
        self, scope: Scope, card: Card, what: str, receive: Receive, send: Send, headers: Mapping[bytes, bytes]
    ) -> None:
        method, (part, _, rest) = scope["method"], what.partition("/")
        if method == "OPTIONS":
            await _answer(send, 204, b"", [_ANYBODY, *_PREFLIGHT])
            return
        if method == "POST" and what == "renderings":
            self._allowed(card, headers)
            if not self._limit.allows(self._address(scope, headers), time.monotonic()):
                raise TooMany("This network has sent too much.", hint="Send it again in a minute.")
            body = await _body(headers, receive, LONGEST_RENDERING)
            digest = await asyncio.to_thread(self._doors.keep_rendering, card.host, body, datetime.now(UTC))
            await _answer(send, 201, msgspec.json.encode({"sha256": digest}), [_ANYBODY, _FRESH_ONLY])
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
        if self._reading is None and time.monotonic() - self._read_at > FRESH:
            self._reading = asyncio.get_running_loop().create_task(self._read())
        if host not in self._cards and self._reading is not None:
            await asyncio.shield(self._reading)
        card = self._cards.get(host)
        if card is None and not self._is_read:
            # A site that is not found may be forgotten by the banner; one that cannot be looked up must not be.
            raise Unavailable("The websites could not be read.", hint="Keep the decision and send it again.")
        if card is None:
            raise NotFound(f"No website “{host[:200]}” asks for consent here.", hint="Its name stands in the notice.")
        return card

    async def _read(self) -> None:
        try:
            self._cards, origin = await asyncio.to_thread(lambda: (self._doors.cards(), self._origin()))
            self._head = msgspec.json.encode(origin)
            self._is_read = True
        except Exception:  # What was known still holds; a later request tries again.
            self._is_read = bool(self._cards)
            log.exception("the websites could not be read")
        finally:
            self._read_at = time.monotonic()
            self._reading = None


async def _body(headers: Mapping[bytes, bytes], receive: Receive, most: int) -> bytes:
    """Return the body; raises `TooLong` without reading more than may come."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind not in {b"text/plain", b"application/json"} or headers.get(b"content-encoding", b"identity") != b"identity":
        raise NotUnderstood("A decision is plain JSON.", hint="Send it as application/json or text/plain.")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise TooLong(f"A decision has at most {most} bytes.", hint="Send the ids of services, nothing else.")
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Invalid("The sender has gone.")
        part: bytes = message.get("body", b"")
        body = body + part if body else part
        if len(body) > most:
            raise TooLong(f"A decision has at most {most} bytes.", hint="Send the ids of services, nothing else.")
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


def _cors(origin: bytes) -> Headers:
    found = _cached_cors.get(origin)
    if found is None:
        found = [_JSON, (b"access-control-allow-origin", origin)] if origin else [_JSON]
        if len(_cached_cors) < 1_000:  # noqa: PLR2004 - only origins of our sites come here
            _cached_cors[origin] = found
    return found


async def _refuse(send: Send, error: HoldtrueError, cors: Headers) -> None:
    body = msgspec.json.encode({"error": error.message, "hint": error.hint})
    extra = [(b"retry-after", b"60")] if error.status in {429, 503} else []
    # Only statuses that say what to do: a browser that reads 5xx keeps the decision and tries again.
    await _answer(send, error.status, body, [*cors, _VARY, _FRESH_ONLY, *extra])


async def _answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    headers = [*headers, _SAFE, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def languages_of(texts: Mapping[str, object], chosen: tuple[str, ...]) -> frozenset[str]:
    """Return the languages that a banner may have been shown in."""
    return LANGUAGES | frozenset(texts) | frozenset(chosen)
