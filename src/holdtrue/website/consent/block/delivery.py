"""Passes what browsers reported on to the Holdtrue server: counted, in bounded memory, and never in a visitor's way."""

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Sequence
from typing import Final

from holdtrue.website.consent.block.violations import MOST_REPORTS, Violation, Waiting

log = logging.getLogger("holdtrue.consent")
PAUSE: Final = 10.0
"""Seconds in which reports are collected before they go out."""
LONGEST_PAUSE: Final = 600.0
"""Seconds between two tries while the server is away."""
_PATIENCE: Final = 10.0
_MEDIA_TYPE: Final = "application/reports+json"

Post = Callable[[str, bytes], None]


def post(address: str, body: bytes) -> None:
    """Send one delivery; raises `OSError` when it did not arrive."""
    request = urllib.request.Request(  # noqa: S310 - the address is the server of the site's own notice
        address, data=body, headers={"Content-Type": _MEDIA_TYPE, "User-Agent": "Holdtrue"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - as above
        answer.read(1024)


class Delivery:
    """Collects reports and sends them from a thread of its own, which ends when nothing is left to send."""

    def __init__(self, address: Callable[[], str], *, pause: float = PAUSE, send: Post = post) -> None:
        """Send to the address, which may change with the notice; an empty one sends nothing."""
        self._address = address
        self._pause = pause
        self._send = send
        self._waiting = Waiting()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, violation: Violation) -> None:
        """Count one report and see to it that it goes out."""
        if not self._address():
            return
        self._waiting.add("", violation)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="holdtrue-reports", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        pause = self._pause
        while True:
            threading.Event().wait(pause)
            pause = self._pause if self.flush() else min(pause * 2, LONGEST_PAUSE)
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return

    def flush(self) -> bool:
        """Send what waits; what does not arrive waits again, and false is returned."""
        waiting = [violation for _, violation in self._waiting.take()]
        for start in range(0, len(waiting), MOST_REPORTS):
            part = waiting[start : start + MOST_REPORTS]
            try:
                self._send(self._address(), _body(part))
            except (OSError, ValueError) as error:
                log.info("Reports of undeclared hosts wait: the Holdtrue server could not be reached (%s).", error)
                for violation in waiting[start:]:
                    self._waiting.add("", violation)
                return False
        return True


def _body(violations: Sequence[Violation]) -> bytes:
    """Return a delivery in the form of the Reporting API, with the count that it has no word for."""
    return json.dumps(
        [
            {
                "type": "csp-violation",
                "body": {
                    "documentURL": f"https://{one.site}{one.page}",
                    "blockedURL": f"https://{one.host}/",
                    "effectiveDirective": one.directive,
                },
                "count": one.many,
            }
            for one in violations
        ]
    ).encode()
