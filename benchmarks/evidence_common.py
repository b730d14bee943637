"""What the evidence benchmarks share: entries, throw-away logs, and how noisy the machine is just now."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median

from holdtrue import config
from holdtrue.config import Config
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.kinds import Kind

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ROUNDS = 5


def drafts(count: int, *, start: int = 0) -> list[Draft]:
    """Return entries such as the office writes: a subject, a result in the core, who did it in the identity."""
    return [
        compose(
            Kind.DEVICE_REPORTED,
            about=f"device/{number % 500}",
            at=NOON,
            core={"report": sha256(number.to_bytes(8, "big")).hexdigest()},
            identity={"by": "019a0000-0000-7000-8000-000000000001"},
        )
        for number in range(start, start + count)
    ]


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of several rounds."""

    wall: float
    """Seconds on the clock; a busy neighbour lengthens them."""
    cpu: float
    """Seconds of processors, children included; a busy neighbour hardly does."""
    noise: float
    """How far apart the rounds lay on the clock, as a share of the median."""


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> Timing:
    """Return how long the work takes."""
    walls, cpus = [], []
    for _ in range(rounds):
        start, before = time.perf_counter(), sum(os.times()[:4])
        work()
        walls.append(time.perf_counter() - start)
        cpus.append(sum(os.times()[:4]) - before)
    middle = median(walls)
    return Timing(middle, median(cpus), (max(walls) - min(walls)) / middle)


@contextmanager
def throwaway_config(database: str) -> Iterator[Config]:
    """Yield the configuration of a log on a real disk, on `sqlite` or `postgres` (with fsync)."""
    with tempfile.TemporaryDirectory(prefix="holdtrue-bench-") as folder:
        environ = {"HOLDTRUE_DATA": folder}
        if database == "sqlite":
            yield config.read(environ)
            return
        from integration.postgres import throwaway_postgres

        with throwaway_postgres(fsync=True) as url:
            yield config.read({**environ, "HOLDTRUE_DATABASE_URL": url})


def table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a small table."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}")
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
