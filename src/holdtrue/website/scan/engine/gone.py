"""Looking into the storages of frames that are gone: in empty frames of their origins, below an empty page of the site's."""

import asyncio
import contextlib
import secrets
from html import escape
from urllib.parse import urlsplit

from holdtrue.website.scan.engine.protocol import CommandRefused, Message
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.walker import Walker

MOST_ORIGINS = 16
MOST_SECONDS = 8.0
EVERYTHING: Message = {"patterns": [{"urlPattern": "*"}]}


async def look_into_gone(walker: Walker, page: str) -> None:
    """Write down what stands in the storages that no frame showed in this state; nothing is sent, and no script of a site runs.

    What a frame stores belongs to its origin below the site that it stood in, and to get there takes another such frame.
    """
    origins = walker.recorder.notebook.overlooked()[:MOST_ORIGINS]
    if not origins:
        return
    with contextlib.suppress(CommandRefused, TimeoutError):
        beside = await walker.beside()
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await _look(beside.tab, page, origins)
        finally:
            await walker.journey.visitors.close(beside.tab)


async def _look(tab: Tab, page: str, origins: list[str]) -> None:
    # No worker of the site's has an answer for an address that nobody knows.
    name = secrets.token_hex(8)
    frames = "".join(f'<iframe src="{escape(origin)}/{name}"></iframe>' for origin in origins)
    tab.presence.is_stand_in = True
    tab.stand_in = f"<!doctype html><title>.</title>{frames}"
    await tab.ask("Network.setBypassServiceWorker", {"bypass": True})
    await tab.ask("Fetch.enable", EVERYTHING)
    parts = urlsplit(page)
    visit = await tab.open(f"{parts.scheme}://{parts.netloc}/{name}")
    if visit.trouble is None:
        tab.presence.page = page
        await tab.look()
