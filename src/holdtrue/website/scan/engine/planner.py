"""Draws up the itinerary of a scan: from what was named, the first page's links, robots.txt and the site's maps."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

from holdtrue.website.scan.engine.itinerary import MOST_MAP_BYTES, Itinerary, maps_in, pages_in, wishes_in
from holdtrue.website.scan.engine.options import Options
from holdtrue.website.scan.engine.protocol import CommandRefused
from holdtrue.website.scan.engine.visitors import Visitors

MOST_MAPS = 5
MOST_ROBOTS_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class Planner:
    """Chooses pages with a visitor of whom nothing is kept: no page asked for these files, so no page is told of them."""

    options: Options
    visitors: Visitors
    itinerary: Itinerary

    async def plan(self, links: Iterable[str]) -> None:
        """Put the pages on the itinerary: those that were named, or what the first page and then the site's maps lead to."""
        options, itinerary = self.options, self.itinerary
        if options.more_urls:
            itinerary.name(options.more_urls)
            itinerary.close()
            return
        itinerary.name(options.also)
        if options.respects_robots:
            itinerary.robots = wishes_in(await self._robots())
        itinerary.follow(links)
        if not itinerary.is_full:
            await self._read_maps(maps_in(await self._robots(), itinerary.landed))
        itinerary.found(itinerary.pages[0], ())

    async def _robots(self) -> str:
        raw = await self._fetched(urljoin(self.itinerary.landed, "/robots.txt"), most=MOST_ROBOTS_BYTES)
        return raw.decode("utf-8", errors="replace")

    async def _fetched(self, url: str, *, most: int) -> bytes:
        try:
            async with self.visitors.visitor() as nobody:
                return await (await self.visitors.tab(nobody)).fetched(url, most=most)
        except (CommandRefused, TimeoutError):
            return b""

    async def _read_maps(self, maps: list[str]) -> None:
        waiting = deque(maps)
        for _ in range(MOST_MAPS):
            if self.itinerary.is_full or not waiting:
                return
            pages, further = pages_in(await self._fetched(waiting.popleft(), most=MOST_MAP_BYTES))
            self.itinerary.follow(pages)
            waiting.extend(further[:MOST_MAPS])
