"""The raw door of signed reports: collects them, lets many be taken in one transaction, and bounds what anybody can cost.

No framework. A batch is what came while the last one was being made durable; there is no timer.
"""

import asyncio
import logging
import re
import time
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, Protocol

from holdtrue.errors import HoldtrueError, Invalid, NotSigned, NotUnderstood, TooLarge, TooMany, Unavailable

from .signatures import Answer, Signed, Tell, signature_of

LARGEST: Final = 16_000_000
"""Bytes of one report, inflated."""
LIGHT: Final = 8_192
"""Bytes as they came, up to which a report goes with the many; longer ones have a lane of their own."""
MOST_LIGHT: Final = 256
MOST_HEAVY: Final = 8
MOST_WAITING: Final = 20_000
MOST_HELD: Final = 64 * 1024 * 1024
"""Bytes of the reports that wait; more are turned away, and their agents keep them."""
BAD: Final = frozenset({401, 413, 415, 422})
"""Answers that count against the network they went to."""
_KEY: Final = re.compile(rb"[0-9a-f]{32}")
_HINT: Final = "docs/reference/device-reports.md describes how a report is signed."
log = logging.getLogger("holdtrue.devices")

Take = Callable[[Sequence[Signed], Tell], None]
"""Takes a batch, in a thread, and tells what became of each."""


class Limit(Protocol):
    """Counts by network."""

    def allows(self, address: str, now: float) -> bool:
        """Count one and say whether it may pass."""


class _Waiting(NamedTuple):
    """A report, as it came, and who waits for its answer."""

    key: str
    signature: bytes
    body: bytes
    is_packed: bool
    answer: asyncio.Future[Answer]


class Intake:
    """Takes signed reports from the event loop."""

    def __init__(self, take: Take, *, bad: Limit) -> None:
        """Let batches be taken by this; `bad` bounds what one network may send that is refused."""
        self._light = _Lane(take, MOST_LIGHT, "device-reports")
        self._heavy = _Lane(take, MOST_HEAVY, "device-states")
        self._bad = bad
        self._refused: dict[str, float] = {}

    async def report(self, headers: Mapping[bytes, bytes], body: bytes, client: str) -> Answer:
        """Return what became of a report, once that is durable. Raises the error that refuses it before it is looked at."""
        self._require_few_bad(client)
        try:
            waiting = self._read(headers, body)
        except HoldtrueError as error:
            self._count(client, error.status)
            raise
        lane = self._light if len(body) <= LIGHT else self._heavy
        if self._light.held + self._heavy.held + len(body) > MOST_HELD:
            raise Unavailable("Too many reports are waiting.", hint="Keep this one and send it again.")
        lane.add(waiting)
        answer = await waiting.answer
        self._count(client, answer.status)
        return answer

    async def close(self) -> None:
        """Take what waits."""
        await self._light.close()
        await self._heavy.close()

    def _read(self, headers: Mapping[bytes, bytes], body: bytes) -> _Waiting:
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
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        return _Waiting(key.decode(), signed, body, packing == b"gzip", answer)

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


class _Lane:
    """Reports that are taken together by one thread, a batch at a time."""

    def __init__(self, take: Take, most: int, name: str) -> None:
        self._take = take
        self._most = most
        self._waiting: deque[_Waiting] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.held = 0

    def add(self, waiting: _Waiting) -> None:
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too many reports are waiting.", hint="Keep this one and send it again.")
        self._waiting.append(waiting)
        self.held += len(waiting.body)
        if self._runner is None:
            self._runner = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        while self._runner is not None:
            await asyncio.wait([self._runner])
        self._thread.shutdown(wait=False)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                # Once around the loop: what has arrived already comes along.
                await asyncio.sleep(0)
                batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
                answers = await loop.run_in_executor(self._thread, _answers, self._take, batch)
                for one, answer in zip(batch, answers, strict=True):
                    self.held -= len(one.body)
                    if not one.answer.done():  # Its sender may have gone.
                        one.answer.set_result(answer)
        finally:
            self._runner = None


def _answers(take: Take, batch: Sequence[_Waiting]) -> list[Answer]:
    """Return an answer for each report of a batch, whatever happens to it."""
    failed = Answer(503, {"error": "The server could not store this.", "hint": "Keep it and send it again."})
    answers = [failed] * len(batch)
    signed: list[Signed] = []
    places: list[int] = []
    for place, one in enumerate(batch):
        try:
            signed.append(Signed(one.key, one.signature, inflated(one.body) if one.is_packed else one.body))
            places.append(place)
        except HoldtrueError as error:
            answers[place] = Answer(error.status, {"error": error.message, "hint": error.hint})

    def tell(index: int, answer: Answer) -> None:
        answers[places[index]] = answer

    try:
        if signed:
            take(signed, tell)
    except Exception:  # Whatever it was, nobody may be told that a report was stored.
        log.exception("reports could not be taken")
    return answers


def inflated(body: bytes) -> bytes:
    """Return what gzip packed, up to the size of a report; raises `TooLarge` before it is made, `Invalid` for a torn stream."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise Invalid("The report is not whole: gzip cannot unpack it.", hint="Send it again.") from error
    if len(found) > LARGEST:
        raise TooLarge(f"The report has more than {LARGEST:,} bytes.", hint=_HINT)
    if not unpack.eof or unpack.unused_data:
        raise Invalid("The report is not whole: gzip cannot unpack it.", hint="Send it again.")
    return found
