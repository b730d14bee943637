"""What looking costs: four states over N pages, beside the same browser only loading the same pages in four contexts.

Run by hand: `python benchmarks/scan_ratio.py`, or with the numbers of pages to try. Everything in one run, on loopback; figures
in docs/reference/scan-benchmark.md. The sites are served from a process of their own, as websites are: within this one they
would wait for the scanner's Python.
"""

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.sites import bed
from holdtrue.website.scan.engine import chromium
from holdtrue.website.scan.engine.observations import Sighting
from holdtrue.website.scan.engine.protocol import Connection, Message
from holdtrue.website.scan.engine.run import Options, scan

PAGES = [12, 48]
CARD = "<article><h3>Heading</h3><p>" + "ordinary words " * 30 + "</p></article>"


def add_sites(pages: int) -> None:
    """Put a light and a heavy site into the bed: both ask for consent and can be withdrawn from."""
    paths = [f"/page{number}" for number in range(pages)]
    links = "".join(f'<a href="{path}">page</a> ' for path in sorted(paths))

    def light(_: bed.Handler) -> bed.Answer:
        return bed.document(bed.CONTROL + links, head=bed.BANNER_STYLE)

    def heavy(_: bed.Handler) -> bed.Answer:
        scripts = "".join(f'<script src="/work{number}.js"></script>' for number in range(12))
        pictures = "".join(f'<img src="/picture{number}.gif">' for number in range(30))
        return bed.document(bed.CONTROL + links + CARD * 300 + scripts + pictures, head=bed.BANNER_STYLE)

    def asset(asked: bed.Handler) -> bed.Answer:
        if asked.path.endswith(".js"):
            return bed.Answer("for (let i = 0, x = 0; i < 4e6; i++) x += Math.sqrt(i);", kind="text/javascript")
        return bed.Answer(b"GIF89a", kind="image/gif")

    for host, make in (("light.localhost", light), ("heavy.localhost", heavy)):
        bed.SITES[host, "/site.js"] = bed.control_script
        bed.SITES[host, "*"] = asset
        for path in ("/", *paths):
            bed.SITES[host, path] = make


@contextmanager
def serving_apart() -> Iterator[int]:
    """Serve the bed from another process while the block runs, and yield the port."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs,))
    server.start()
    try:
        yield ours.recv()
    finally:
        ours.send("done")
        server.join()


def _serve(pipe: Pipe) -> None:
    with bed.serving() as port:
        pipe.send(port)
        pipe.recv()


class Bare:
    """A browser that loads pages and looks at nothing."""

    def __init__(self) -> None:
        """Prepare; `hear` is the listener."""
        self.loaded: dict[str, asyncio.Event] = {}

    def hear(self, method: str, _: Message, session: str) -> None:
        """Note that a page has loaded."""
        if method == "Page.loadEventFired":
            self.loaded[session].set()

    async def context(self, connection: Connection, urls: Sequence[str]) -> None:
        """Load every page in one fresh context."""
        made = await connection.ask("Target.createBrowserContext")
        where = {"url": "about:blank", "browserContextId": made["browserContextId"]}
        target = await connection.ask("Target.createTarget", where)
        attached = await connection.ask("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
        session = str(attached["sessionId"])
        self.loaded[session] = asyncio.Event()
        await connection.ask("Page.enable", session=session)
        for url in urls:
            self.loaded[session].clear()
            await connection.ask("Page.navigate", {"url": url}, session=session)
            await self.loaded[session].wait()


async def bare(urls: Sequence[str], rule: str) -> None:
    """Load the pages in four contexts at once."""
    visitor = Bare()
    async with chromium.launched(chromium.find(), visitor.hear, host_rules=(rule,)) as connection, asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(visitor.context(connection, urls))


async def looked(host: str, rule: str, pages: int) -> Sighting:
    """Scan the site in all four states."""
    options = Options(url=f"http://{host}/", clock=lambda: datetime.now(UTC), pages=pages, host_rules=(rule,))
    return await scan(options)


def measure(host: str, rule: str, pages: int) -> None:
    """Print both times and their ratio for one site."""
    began = time.monotonic()
    sighting = asyncio.run(looked(host, rule, pages))
    scanned = time.monotonic() - began
    began = time.monotonic()
    asyncio.run(bare(sighting.pages, rule))
    loaded = time.monotonic() - began
    visits = sum(len(answer.pages) for answer in sighting.answers)
    print(
        f"{host}: scan {scanned:.1f} s ({visits} page loads looked at, {scanned / visits:.2f} s each), "
        f"bare {loaded:.1f} s, ratio {scanned / loaded:.2f}"
    )


def main() -> None:
    """Measure a light and a heavy site with each number of pages."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("pages", type=int, nargs="*", default=PAGES)
    for pages in arguments.parse_args().pages:
        add_sites(pages)
        with serving_apart() as port:
            for host in ("light.localhost", "heavy.localhost"):
                measure(host, f"MAP * 127.0.0.1:{port}", pages)


if __name__ == "__main__":
    main()
