"""Group commit without a timer: a batch is what arrived while the last one was being made durable."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

from holdtrue.errors import Conflict, Unavailable
from holdtrue.website.consent.store import Offer, Placed, matches

MOST_AT_ONCE: Final = 1_024
MOST_WAITING: Final = 20_000
"""Offers that may wait; more are turned away, and their senders try again."""

Write: TypeAlias = Callable[[Sequence[Offer]], Awaitable[Sequence[Placed | Exception]]]
Tell: TypeAlias = Callable[[Placed | Exception], None]
"""Called once, within the event loop, with where an offer stands durably or why it does not."""
log = logging.getLogger("holdtrue.consent")


class Waiting(NamedTuple):
    """An offer and everybody who waits for it."""

    offer: Offer
    tells: list[Tell]


class GroupCommit:
    """Collects offers of one event loop and writes them together."""

    def __init__(self, write: Write) -> None:
        """Write batches with this."""
        self._write = write
        self._waiting: dict[bytes, Waiting] = {}
        self._writing: dict[bytes, Waiting] = {}
        self._runner: asyncio.Task[None] | None = None

    def add(self, offer: Offer, tell: Tell) -> None:
        """Tell once the offer is durable, and not before this returns. Raises `Unavailable`, or `Conflict` for a forged id."""
        name = offer.entry.id
        same = self._waiting.get(name) or self._writing.get(name)
        if same is not None:
            if not matches(same.offer.digest, offer.digest):
                raise Conflict("This id stands for another decision.", hint="Make a new id for each decision.")
            same.tells.append(tell)
            return
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too many decisions are waiting to be written.", hint="Keep this one and send it again.")
        self._waiting[name] = Waiting(offer, [tell])
        if self._runner is None:
            self._runner = asyncio.get_running_loop().create_task(self._run())

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
        results: Sequence[Placed | Exception]
        try:
            results = await self._write([one.offer for one in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody may be told that it was stored
            results = [error] * len(batch)
        self._writing = {}
        for one, result in zip(batch, results, strict=True):
            for tell in one.tells:
                _tell(tell, result)


def _tell(tell: Tell, result: Placed | Exception) -> None:
    try:
        tell(result)
    except Exception:  # One who cannot be told keeps nobody else from it.
        log.exception("a decision is stored and its sender could not be told")
