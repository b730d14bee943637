"""The short way of a decision: from uvicorn's parser to the next commit and back, without a task, a scope or a queue.

uvicorn parses every byte, and whatever is not a plain decision to a site that is known goes on as ASGI, as if this were not
here: other addresses, other methods, bodies that are long or of unsaid length, a second request before the first is
answered. Half of what a decision cost was the way through ASGI. Another short request than a decision is an `Exchange` too.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from holdtrue.website.consent.decisions import LONGEST_DECISION, Card, Head, receipt
from holdtrue.website.consent.intake import Headers, Intake, cors_of, refusal
from holdtrue.website.consent.store import Placed

_SAFE: Final = (b"x-content-type-options", b"nosniff")


class Front:
    """Makes the protocol of each connection: what uvicorn takes as `http`."""

    def __init__(self, intake: Callable[[], Intake]) -> None:
        """Let decisions go to the intake that this returns once the server runs."""
        self.consents = intake
        self._always: Headers = []
        self._starts: dict[bytes, bytes] = {}

    def __call__(self, **given: Any) -> "Wire":
        """Return the protocol of one connection, made of what uvicorn gives."""
        return Wire(self, self.consents(), **given)

    def start(self, status: int, origin: bytes, always: Headers) -> bytes:
        """Return an answer up to its length; `always` are the headers of all answers, another list each second."""
        if always is not self._always:
            self._always = always
            self._starts.clear()
        found = self._starts.get(origin) if status == 201 else None  # noqa: PLR2004 - nearly all are created
        if found is None:
            found = b"%b%bcontent-length: " % (STATUS_LINE[status], lines([*always, *cors_of(origin), _SAFE]))
            if status == 201:  # noqa: PLR2004 - as above
                self._starts[origin] = found
        return found


class Wire(HttpToolsProtocol):
    """One connection."""

    def __init__(self, front: Front, intake: Intake, **given: Any) -> None:
        """Serve a connection for uvicorn."""
        super().__init__(**given)
        self.front = front
        self.intake = intake
        self._exchange: Exchange | None = None
        """What goes the short way and whose body is being read."""
        self._answered_at: float | None = None
        """When the last such request was answered, by the loop's clock; None once anything has followed."""
        self._timer: asyncio.TimerHandle | None = None

    def on_message_begin(self) -> None:
        """Begin a request; what it is will be known when its head is."""
        self._answered_at = None
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Choose the way."""
        card = self.intake.card_at(self.url)
        head = self.plain_head(LONGEST_DECISION) if card is not None else None
        if card is not None and head is not None:
            self.begin(Decision(self, card, head))
            return
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        # Its own way to add a header also sees whether the sender waits to be asked for the body.
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()

    def begin(self, exchange: "Exchange") -> None:
        """Let a request go the short way."""
        self.cycle = self._exchange = exchange  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """Add a piece of the body."""
        if self._exchange is None:
            super().on_body(body)
        else:
            self._exchange.body += body

    def on_message_complete(self) -> None:
        """Take what went the short way."""
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            super().on_message_complete()
        else:
            exchange.take()

    def on_answered(self) -> None:
        """Go on to what is next on this connection, or close it when nothing follows for long."""
        if self.pipeline:
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._answered_at = self.loop.time()
        # One timer for a connection, which looks again when it was too early: one for each answer costs more than reading it.
        if self._timer is None:
            self._timer = self.loop.call_later(self.timeout_keep_alive, self._close_if_quiet)

    def _close_if_quiet(self) -> None:
        self._timer = None
        if self._answered_at is None or self.transport.is_closing():
            return
        rest = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if rest > 0:
            self._timer = self.loop.call_later(rest, self._close_if_quiet)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go; what is being written is written all the same."""
        self._exchange = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().connection_lost(exc)

    def plain_head(self, longest: int) -> Head | None:
        """Return the headers of a request that can go the short way, with a body of at most so many bytes."""
        parser = self.parser
        if (
            parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
            or self.limit_concurrency is not None
            or self.flow.write_paused
            # What comes before its predecessor is answered waits in uvicorn's queue.
            or not (self.cycle is None or self.cycle.response_complete)
        ):
            return None
        head = dict(self.headers)
        length = head.get(b"content-length", b"")
        if (
            b"transfer-encoding" in head
            or b"expect" in head
            or not length.isdigit()
            or len(length) > len(str(longest))
            or int(length) > longest
        ):
            return None
        return head


class Exchange(ABC):
    """A request and its answer; to uvicorn, the cycle that its connection is in."""

    __slots__ = ("body", "disconnected", "keep_alive", "response_complete", "wire")
    message_event: ClassVar = asyncio.Event()
    """Nobody waits for it; uvicorn sets it when a connection is lost."""

    def __init__(self, wire: Wire) -> None:
        """Answer over this connection."""
        self.wire = wire
        self.body = b""
        self.keep_alive = wire.parser.should_keep_alive()
        self.disconnected = False
        self.response_complete = False

    @abstractmethod
    def take(self) -> None:
        """Let it be done, or refuse it now; its body is whole."""

    def write(self, start: bytes, body: bytes) -> None:
        """Send the answer, and let the connection go on to what is next."""
        wire = self.wire
        self.response_complete = True
        if self.disconnected or wire.transport.is_closing():
            return
        if self.keep_alive:
            wire.transport.write(b"%b%d\r\n\r\n%b" % (start, len(body), body))
            wire.on_answered()
        else:
            wire.transport.write(b"%b%d\r\nconnection: close\r\n\r\n%b" % (start, len(body), body))
            wire.transport.close()


class Decision(Exchange):
    """A decision and its answer."""

    __slots__ = ("_card", "_head", "_record")

    def __init__(self, wire: Wire, card: Card, head: Head) -> None:
        """Answer what comes for this site."""
        super().__init__(wire)
        self._card = card
        self._head = head
        self._record = ""

    def take(self) -> None:
        """Let it be written, or refuse it now."""
        wire = self.wire
        client = wire.client[0] if wire.client else ""
        try:
            self._record = wire.intake.decisions.take(self._card, self._head, self.body, client, self._tell)
        except Exception as error:  # noqa: BLE001 - a browser must learn that it was not stored
            self._refuse(error)

    def _tell(self, result: Placed | Exception) -> None:
        if isinstance(result, Exception):
            self._refuse(result)
            return
        wire = self.wire
        body = receipt(self._record, result, wire.intake.origin)
        start = wire.front.start(201 if result.is_new else 200, self._head[b"origin"], wire.server_state.default_headers)
        self.write(start, body)

    def _refuse(self, error: Exception) -> None:
        origin = self._head.get(b"origin", b"")
        status, body, headers = refusal(error, cors_of(origin if origin in self._card.origins else b""))
        always = self.wire.server_state.default_headers
        self.write(b"%b%bcontent-length: " % (STATUS_LINE[status], lines([*always, *headers])), body)


def lines(headers: Headers) -> bytes:
    """Return headers as they go over the wire."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)
