"""The short way of a device's report, beside that of a visitor's decision: from uvicorn's parser to the next batch and back.

Long reports, and whatever is not a plain report, go on as ASGI, as if this were not here; both ways come to the same intake.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from holdtrue.errors import HoldtrueError
from holdtrue.server import devices
from holdtrue.website.consent.intake import Headers
from holdtrue.website.consent.intake import Intake as Consents
from holdtrue.website.consent.wire import Exchange, lines
from holdtrue.website.consent.wire import Front as Decisions
from holdtrue.website.consent.wire import Wire as DecisionWire
from holdtrue.workplace.devices.intake import FAILED, LIGHT
from holdtrue.workplace.devices.signatures import Answer

log = logging.getLogger("holdtrue.devices")
_REPORTS: Final = devices.REPORTS.encode()
_SAFE: Final = (b"x-content-type-options", b"nosniff")


class Front(Decisions):
    """Makes the protocol of each connection: what uvicorn takes as `http`."""

    def __init__(self, consents: Callable[[], Consents]) -> None:
        """Let decisions go to the intake that this returns once the server runs."""
        super().__init__(consents)
        self._told: Headers = []
        self._heads: dict[int, bytes] = {}

    def __call__(self, **given: Any) -> "Wire":
        """Return the protocol of one connection, made of what uvicorn gives."""
        return Wire(self, self.consents(), **given)

    def head(self, status: int, always: Headers) -> bytes:
        """Return an answer to a device up to its length; `always` are the headers of all answers, another list each second."""
        if always is not self._told:
            self._told = always
            self._heads.clear()
        found = self._heads.get(status)
        if found is None:
            headers = lines([*always, *devices.HEADERS, _SAFE])
            found = self._heads[status] = b"%b%bcontent-length: " % (STATUS_LINE[status], headers)
        return found


class Wire(DecisionWire):
    """One connection."""

    front: Front

    def on_headers_complete(self) -> None:
        """Choose the way."""
        head = self.plain_head(LIGHT) if self.url == _REPORTS else None
        if head is not None and b"holdtrue-key" in head:
            self.begin(Report(self, head))
        else:
            super().on_headers_complete()


class Report(Exchange):
    """A report and its answer."""

    __slots__ = ("_head",)
    wire: Wire

    def __init__(self, wire: Wire, head: Mapping[bytes, bytes]) -> None:
        """Answer what a device sends with these headers."""
        super().__init__(wire)
        self._head = head

    def take(self) -> None:
        """Let it be taken, or refuse it now."""
        client = devices.address(self.wire.client, self._head)
        try:
            devices.intake().take(self._head, self.body, client, self._tell)
        except HoldtrueError as error:
            self._tell(devices.refused(error))
        except Exception:  # A device must learn that it was not stored.
            log.exception("a report could not be taken in")
            self._tell(FAILED)

    def _tell(self, answer: Answer) -> None:
        always = self.wire.server_state.default_headers
        self.write(self.wire.front.head(answer.status, always), devices.encoded(answer))
