"""Group commit without a timer: a batch is what arrived while the last one was being made durable."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from holdtrue.errors import Conflict, HoldtrueError, Unavailable
from holdtrue.website.consent.store import Offer, Placed, matches

MOST_AT_ONCE: Final = 1_024
MOST_WAITING: Final = 20_000
"""Offers that may wait; more are turned away, and their senders try again."""

Write = Callable[[Sequence[Offer]], Awaitable["list[Placed | HoldtrueError]"]]


class GroupCommit:
    """Collects offers of one event loop and writes them together."""

    def __init__(self, write: Write) -> None:
        """Write batches with this."""
        self._write = write
        self._waiting: dict[bytes, tuple[Offer, asyncio.Future[Placed]]] = {}
        self._writing: dict[bytes, tuple[Offer, asyncio.Future[Placed]]] = {}
        self._runner: asyncio.Task[None] | None = None

    def add(self, offer: Offer) -> asyncio.Future[Placed]:
        """Return what is resolved once the offer is durable. Raises `Unavailable`, or `Conflict` for a forged id."""
        name = offer.row.id
        same = self._waiting.get(name) or self._writing.get(name)
        if same is not None:
            if not matches(same[0].digest, offer.digest):
                raise Conflict("This id stands for another decision.", hint="Make a new id for each decision.")
            return same[1]
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too many decisions are waiting to be written.", hint="Keep this one and send it again.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Placed] = loop.create_future()
        self._waiting[name] = (offer, future)
        if self._runner is None:
            self._runner = loop.create_task(self._run())
        return future

    async def finish(self) -> None:
        """Wait until nothing waits."""
        while self._runner is not None:
            await asyncio.wait([self._runner])

    async def _run(self) -> None:
        try:
            while self._waiting:
                # Once around the loop: what has arrived already comes along.
                await asyncio.sleep(0)
                await self._write_next()
        finally:
            self._runner = None

    async def _write_next(self) -> None:
        if len(self._waiting) <= MOST_AT_ONCE:
            self._writing, self._waiting = self._waiting, {}
        else:
            names = [name for name, _ in zip(self._waiting, range(MOST_AT_ONCE), strict=False)]
            self._writing = {name: self._waiting.pop(name) for name in names}
        batch = list(self._writing.values())
        try:
            placed = await self._write([offer for offer, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody may be told that it was stored
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # Its sender may have gone; then nobody else asks.
        else:
            for (_, future), result in zip(batch, placed, strict=True):
                _settle(future, result)
        finally:
            self._writing = {}


def _settle(future: asyncio.Future[Placed], result: Placed | HoldtrueError) -> None:
    if future.done():
        return
    if isinstance(result, HoldtrueError):
        future.set_exception(result)
        future.exception()
    else:
        future.set_result(result)
