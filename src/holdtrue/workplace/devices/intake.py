"""The raw door of signed reports: collects them, lets many be taken in one transaction, and bounds what anybody can cost.

No framework. A batch is what came while the last one was being heard; while one is made durable, the signatures of the next are
verified, for which libsodium leaves the interpreter to others. There is no timer.
"""

import asyncio
import logging
import re
import time
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from holdtrue.errors import HoldtrueError, Invalid, NotSigned, NotUnderstood, TooLarge, TooMany, Unavailable

from .signatures import Answer, Signed, Tell, signature_of

LARGEST: Final = 16_000_000
"""Bytes of one report, inflated."""
LIGHT: Final = 8_192
"""Bytes as they came, up to which a report goes with the many; longer ones have a lane of their own."""
LIGHT_INFLATED: Final = 256 * 1024
"""Bytes of such a one, inflated; what says that it is longer has the other lane as well, so that few are inflated at once."""
LIGHT_TOGETHER: Final = 4 * 1024 * 1024
"""Bytes of those of one batch, inflated: what a few hundred bytes of gzip say is many times as large once it is read."""
MOST_LIGHT: Final = 256
MOST_HEAVY: Final = 8
_FEW: Final = 16
"""Reports that are not parted."""
MOST_WAITING: Final = 20_000
MOST_HELD: Final = 64 * 1024 * 1024
"""Bytes of the reports that wait; more are turned away, and their agents keep them."""
BAD: Final = frozenset({401, 413, 415, 422})
"""Answers that count against the network they went to."""
_KEY: Final = re.compile(rb"[0-9a-f]{32}")
_HINT: Final = "docs/reference/device-reports.md describes how a report is signed."
log = logging.getLogger("holdtrue.devices")
H = TypeVar("H")

Hear = Callable[[Sequence[Signed], Tell], H]
"""Returns, in a thread, what of a batch is to be taken, and tells what became of the rest; writes nothing."""
Take = Callable[[H, Tell], None]
"""Takes what was heard, in another thread, and tells what became of each."""


class Limit(Protocol):
    """Counts by network."""

    def allows(self, address: str, now: float) -> bool:
        """Count one and say whether it may pass."""


class _Waiting(NamedTuple):
    """A report, as it came, and who is told what became of it."""

    key: str
    signature: bytes
    body: bytes
    is_packed: bool
    tell: Callable[[Answer], None]

    @property
    def size(self) -> int:
        """Bytes, inflated, as gzip's last four say (RFC 1952); whoever says something else than is true is refused."""
        return int.from_bytes(self.body[-4:], "little") if self.is_packed else len(self.body)

    @property
    def is_light(self) -> bool:
        """Whether it goes with the many: short as it came, and inflated."""
        return len(self.body) <= LIGHT and self.size <= LIGHT_INFLATED


class _Bounds(NamedTuple):
    """What a lane takes at once."""

    most: int
    """Reports of one batch."""
    largest: int
    """Bytes of each, inflated."""
    together: int
    """Bytes of them, inflated, of which one alone may have more."""


class Intake(Generic[H]):
    """Takes signed reports from the event loop."""

    def __init__(self, hear: Hear[H], take: Take[H], *, bad: Limit) -> None:
        """Let batches be heard and taken by these; `bad` bounds what one network may send that is refused."""
        self._light = _Lane(hear, take, _Bounds(MOST_LIGHT, LIGHT_INFLATED, LIGHT_TOGETHER), "device-reports")
        self._heavy = _Lane(hear, take, _Bounds(MOST_HEAVY, LARGEST, LARGEST), "device-states")
        self._bad = bad
        self._refused: dict[str, float] = {}

    async def report(self, headers: Mapping[bytes, bytes], body: bytes, client: str) -> Answer:
        """Return what became of a report, once that is durable. Raises the error that refuses it before it is looked at."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        # Its sender may have gone.
        self.take(headers, body, client, lambda told: None if answer.done() else answer.set_result(told))
        return await answer

    def take(self, headers: Mapping[bytes, bytes], body: bytes, client: str, tell: Callable[[Answer], None]) -> None:
        """Let a report be taken, and tell from the event loop what became of it; raises as `report` does."""
        self._require_few_bad(client)

        def told(answer: Answer) -> None:
            self._count(client, answer.status)
            tell(answer)

        try:
            waiting = self._read(headers, body, told)
        except HoldtrueError as error:
            self._count(client, error.status)
            raise
        lane = self._light if waiting.is_light else self._heavy
        if self._light.held + self._heavy.held + len(body) > MOST_HELD:
            raise Unavailable("Too many reports are waiting.", hint="Keep this one and send it again.")
        lane.add(waiting)

    async def close(self) -> None:
        """Take what waits."""
        await self._light.close()
        await self._heavy.close()

    def _read(self, headers: Mapping[bytes, bytes], body: bytes, tell: Callable[[Answer], None]) -> _Waiting:
        key, signature = headers.get(b"holdtrue-key", b""), headers.get(b"holdtrue-signature", b"")
        if not _KEY.fullmatch(key):
            raise NotSigned("The header Holdtrue-Key names no key.", hint=_HINT)
        packing = headers.get(b"content-encoding", b"identity").strip().lower()
        if packing not in {b"identity", b"gzip"}:
            raise NotUnderstood("A report is sent as it is, or packed by gzip.", hint=_HINT)
        try:
            signed = signature_of(signature)
        except Invalid as error:
            raise NotSigned(error.message, hint=error.hint) from error
        return _Waiting(key.decode(), signed, body, packing == b"gzip", tell)

    def _require_few_bad(self, client: str) -> None:
        until = self._refused.get(client)
        if until is not None:
            if time.monotonic() < until:
                raise TooMany("This network has sent too much that was refused.", hint="Try again in a minute.")
            del self._refused[client]

    def _count(self, client: str, status: int) -> None:
        if status in BAD and not self._bad.allows(client, time.monotonic()):
            if len(self._refused) > MOST_WAITING:
                self._refused.clear()
            self._refused[client] = time.monotonic() + 60


class _Lane(Generic[H]):
    """Reports that are taken together, a batch at a time, while the next batch is heard."""

    def __init__(self, hear: Hear[H], take: Take[H], bounds: _Bounds, name: str) -> None:
        self._hear = hear
        self._take = take
        self._bounds = bounds
        self._waiting: deque[_Waiting] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._taking: asyncio.Task[None] | None = None
        self._hears = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-heard")
        self._takes = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.held = 0

    def add(self, waiting: _Waiting) -> None:
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too many reports are waiting.", hint="Keep this one and send it again.")
        self._waiting.append(waiting)
        self.held += len(waiting.body)
        if self._runner is None:
            self._runner = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        while busy := [one for one in (self._runner, self._taking) if one is not None and not one.done()]:
            await asyncio.wait(busy)
        self._hears.shutdown(wait=False)
        self._takes.shutdown(wait=False)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                # Once around the loop: what has arrived already comes along.
                await asyncio.sleep(0)
                batch = _Batch(self._next(), largest=self._bounds.largest)
                heard = await loop.run_in_executor(self._hears, batch.heard, self._hear)
                # One is taken while one is heard; the thread that takes keeps their order.
                before, self._taking = self._taking, loop.create_task(self._finish(batch, heard))
                if before is not None:
                    await before
        finally:
            self._runner = None

    def _next(self) -> list[_Waiting]:
        """Return those that are taken now."""
        found: list[_Waiting] = []
        share, room = self._share(), self._bounds.together
        while len(found) < share and (not found or self._waiting[0].size <= room):
            found.append(self._waiting.popleft())
            room -= found[-1].size
        return found

    def _share(self) -> int:
        """Return how many of those that wait are taken at most: half of many, so that the others are heard meanwhile."""
        count = len(self._waiting)
        return min(self._bounds.most, count if count < _FEW else (count + 1) // 2)

    async def _finish(self, batch: "_Batch", heard: H | None) -> None:
        """Let a batch be taken, and give the answers."""
        if heard is not None:
            await asyncio.get_running_loop().run_in_executor(self._takes, batch.take, self._take, heard)
        for one, answer in zip(batch.waiting, batch.answers, strict=True):
            self.held -= len(one.body)
            one.tell(answer)


FAILED: Final = Answer(503, {"error": "The server could not store this.", "hint": "Keep it and send it again."})


class _Batch:
    """Reports that are taken together, with an answer for each, whatever happens to it."""

    def __init__(self, waiting: Sequence[_Waiting], *, largest: int) -> None:
        self.waiting = waiting
        self._largest = largest
        self.answers = [FAILED] * len(waiting)
        self._places: list[int] = []

    def heard(self, hear: Hear[H]) -> H | None:
        """Return what of the batch is to be taken; None where nothing is."""
        signed: list[Signed] = []
        for place, one in enumerate(self.waiting):
            try:
                body = inflated(one.body, most=self._largest) if one.is_packed else one.body
                signed.append(Signed(one.key, one.signature, body))
                self._places.append(place)
            except HoldtrueError as error:
                self.answers[place] = Answer(error.status, {"error": error.message, "hint": error.hint})
        try:
            return hear(signed, self._tell) if signed else None
        except Exception:  # Whatever it was, nobody may be told that a report was stored.
            log.exception("reports could not be heard")
            return None

    def take(self, take: Take[H], heard: H) -> None:
        """Let what was heard be taken."""
        try:
            take(heard, self._tell)
        except Exception:  # As above.
            log.exception("reports could not be taken")

    def _tell(self, index: int, answer: Answer) -> None:
        self.answers[self._places[index]] = answer


def inflated(body: bytes, *, most: int = LARGEST) -> bytes:
    """Return what gzip packed, up to so many bytes; raises `TooLarge` before more are made, `Invalid` for a torn stream."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(body, most + 1)
    except zlib.error as error:
        raise Invalid("The report is not whole: gzip cannot unpack it.", hint="Send it again.") from error
    if len(found) > most:
        raise TooLarge(f"The report has more than {most:,} bytes.", hint=_HINT)
    if not unpack.eof or unpack.unused_data:
        raise Invalid("The report is not whole: gzip cannot unpack it.", hint="Send it again.")
    return found
