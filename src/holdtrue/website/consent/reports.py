"""The public intake of policy violations: anybody may report, little is kept, nothing is acknowledged as proof.

A report is a claim of somebody's browser. It names a host that a page tried to ask; whether that is so, a scan tells.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from holdtrue.errors import Invalid, NotAllowed
from holdtrue.website.consent.block.violations import Violation, Waiting, read_violations

log = logging.getLogger("holdtrue.consent")
PAUSE: Final = 2.0
"""Seconds in which reports are counted in memory before they are kept."""
MEDIA_TYPES: Final = frozenset({b"application/csp-report", b"application/reports+json", b"application/json", b"text/plain"})

Keep = Callable[[str, Sequence[Violation], datetime], object]


def reported(body: bytes, host: str, origins: Iterable[str]) -> list[Violation]:
    """Return what a delivery reports of pages of this site; raises `Invalid` for none, `NotAllowed` for another's."""
    found = list(read_violations(body))
    if not found:
        raise Invalid("This reports no stopped request.", hint="Send what browsers send to report-uri or report-to.")
    own = {origin.partition("://")[2] for origin in origins}
    ours = [one for one in found if one.site in own]
    if not ours:
        raise NotAllowed(f"These pages are not of {host}.", hint="A site's other addresses can be added under Consent.")
    return ours


class Reports:
    """Counts reports in bounded memory, and has them kept every few seconds, away from the event loop."""

    def __init__(self, keep: Keep, *, pause: float = PAUSE) -> None:
        """Keep by this function, which may block and is called in a thread."""
        self._keep = keep
        self._pause = pause
        self._waiting = Waiting()
        self._flushing: asyncio.Task[None] | None = None

    def add(self, host: str, violations: Iterable[Violation]) -> None:
        """Count the violations of a site."""
        for one in violations:
            self._waiting.add(host, one)
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._later())

    async def close(self) -> None:
        """Have kept what waits."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        await self._flush()

    async def _later(self) -> None:
        await asyncio.sleep(self._pause)
        # Whatever comes while this is being kept starts the next round.
        self._flushing = None
        await self._flush()

    async def _flush(self) -> None:
        for host, violations in _by_site(self._waiting).items():
            try:
                await asyncio.to_thread(self._keep, host, violations, datetime.now(UTC))
            except Exception:  # Reports may be lost: a tracker is reported again. The intake goes on.
                log.exception("reports of %s could not be kept", host)


def _by_site(waiting: Waiting) -> Mapping[str, list[Violation]]:
    found: dict[str, list[Violation]] = {}
    for host, violation in waiting.take():
        found.setdefault(host, []).append(violation)
    return found
