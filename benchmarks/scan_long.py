"""What a scan of a thousand pages takes: memory of the scanner and all of its browser as it goes, and time for each page.

Run by hand: `python benchmarks/scan_long.py [PAGES]`. On loopback; figures in docs/reference/scan-benchmark.md.
Every page has pictures, a script that stores under a name of its own, and asks another party for something.
"""

import asyncio
import os
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.sites import bed
from holdtrue.website.scan.engine.observations import State
from holdtrue.website.scan.engine.run import Options, Progress, scan
from holdtrue.website.scan.kept_file import KeptFile

HOST, OTHER = "thousand.localhost", "other.localhost"
WORDS = "<p>" + "ordinary words " * 60 + "</p>"
EVERY_SECONDS = 2.0
KIB = 1024


def add_site(pages: int) -> None:
    """Put the site into the bed; it asks for consent, and can be withdrawn from."""
    links = "".join(f'<a href="/p/{number}">page</a> ' for number in range(pages - 2))

    def make(asked: bed.Handler) -> bed.Answer:
        number = asked.path.rpartition("/")[2] or "home"
        own = f"""<script>localStorage["k{number}"] = "1"; document.cookie = "last={number}; path=/";
        if (/choice=yes/.test(document.cookie)) new Image().src = "http://{OTHER}/pixel?page={number}";</script>"""
        pictures = "".join(f'<img src="/picture/{number}-{one}" width=40 height=40>' for one in range(6))
        frame = f'<iframe src="http://{OTHER}/frame?{number}"></iframe>'
        return bed.document(bed.CONTROL + links + WORDS * 5 + pictures + frame + own, head=bed.BANNER_STYLE)

    bed.SITES[HOST, "*"] = lambda asked: (
        make(asked) if asked.path.startswith("/p/") else bed.Answer(b"GIF89a" + b"\0" * 20_000, kind="image/gif")
    )
    bed.SITES[HOST, "/"] = bed.SITES[HOST, "/bread"] = make
    bed.SITES[HOST, "/site.js"] = bed.control_script
    bed.SITES[OTHER, "*"] = lambda _: bed.document("<script>localStorage.x = 1</script>")


def _proportional(pid: int) -> int:
    """Return the memory of one process in bytes, with what it shares counted in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * KIB
    return 0


def _ours(session: int) -> list[int]:
    """Return the processes of the browser: they are in the session that it was started in."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = entry.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[3]) == session or int(words[1]) == os.getpid():
            found.append(int(entry.parent.name))
    return found


class Scale:
    """Weighs the scanner and its browser now and then."""

    def __init__(self) -> None:
        """Prepare; `run` weighs until `ended` is set."""
        self.ended = threading.Event()
        self.steps = 0
        self.weights: list[tuple[float, int, int, int]] = []
        """Seconds, page loads so far, bytes of the scanner, bytes of the browser."""

    def step(self, _: Progress) -> None:
        """Count one page load."""
        self.steps += 1

    def run(self) -> None:
        """Weigh until told otherwise."""
        began = time.monotonic()
        while not self.ended.wait(EVERY_SECONDS):
            children = {pid for child in _ours(-1) for pid in _ours(child)} | set(_ours(-1))
            browser = 0
            for pid in children:
                try:
                    browser += _proportional(pid)
                except OSError:
                    continue
            self.weights.append((time.monotonic() - began, self.steps, _proportional(os.getpid()), browser))


def main() -> None:
    """Scan, and print weight and time by tenths of the way."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    add_site(pages)
    scale = Scale()
    watching = threading.Thread(target=scale.run)
    watching.start()
    with bed.serving() as port, tempfile.TemporaryDirectory() as folder:
        file = KeptFile(Path(folder) / "kept.json", {})
        options = Options(
            url=f"http://{HOST}/",
            clock=lambda: datetime.now(UTC),
            pages=pages,
            host_rules=(f"MAP * 127.0.0.1:{port}",),
            seconds=7200,
            tell=scale.step,
            keep=file.write,
        )
        began = time.monotonic()
        sighting = asyncio.run(scan(options))
        seconds = time.monotonic() - began
        kept = file.path.stat().st_size
    scale.ended.set()
    watching.join()
    visits = sum(len(answer.pages) for answer in sighting.answers)
    reached = [answer.state.value for answer in sighting.answers if answer.reached]
    for answer in sighting.answers:
        if not answer.reached:
            print(f"{answer.state.value} was not reached: {answer.why_not}")
    print(f"{len(sighting.pages)} pages, {visits} page loads looked at in {len(State)} states ({', '.join(reached)} reached)")
    print(f"{seconds:.0f} s, {seconds / visits:.3f} s each; {len(sighting.observations)} observations")
    print(f"kept file {kept / 1e6:.1f} MB; partial: {sighting.is_partial}; notes: {len(sighting.notes)}")
    for tenth in range(1, 11):
        at = next((one for one in scale.weights if one[1] >= scale.steps * tenth / 10), scale.weights[-1])
        print(f"after {at[1]:>5} page loads, {at[0]:>5.0f} s: scanner {at[2] / 1e6:>5.0f} MB, browser {at[3] / 1e6:>5.0f} MB")
    print(f"most: {max(one[2] + one[3] for one in scale.weights) / 1e6:.0f} MB together")


if __name__ == "__main__":
    main()
