"""From an entry's acknowledgement to the signed checkpoint that covers it. Wanted: within one second at the 99th percentile.

Writers append in threads as a server does; one more thread signs as the worker does, with the worker's pause between looks.
"""

import threading
import time
from collections import deque

from evidence_common import NOON, drafts, table, throwaway_config
from holdtrue.evidence.opened import open_log

PAUSE = 0.1
"""Seconds between two looks of the worker (holdtrue.server.worker.PAUSE)."""
SECONDS = 10.0
WRITERS = 4
BATCH = 8
WANTED = 1.0


def measure(database: str) -> tuple[str, ...]:
    with throwaway_config(database) as config:
        log = open_log(config)
        waiting: deque[tuple[int, float]] = deque()
        delays: list[float] = []
        stop = threading.Event()

        def write(number: int) -> None:
            step = 0
            while not stop.is_set():
                indexes = log.append(drafts(BATCH, start=number * 10_000_000 + step * BATCH))
                now = time.perf_counter()
                waiting.extend((index, now) for index in indexes)
                step += 1
                time.sleep(0.005)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        until = time.perf_counter() + SECONDS
        late: list[tuple[int, float]] = []
        while time.perf_counter() < until or late or waiting:
            if time.perf_counter() >= until:
                stop.set()
            checkpoint = log.integrate(at=NOON)
            now = time.perf_counter()
            late += [waiting.popleft() for _ in range(len(waiting))]
            size = checkpoint.size if checkpoint else log.state().integrated
            delays += [now - since for index, since in late if index < size]
            late = [(index, since) for index, since in late if index >= size]
            time.sleep(PAUSE)
        for thread in threads:
            thread.join()
        log.close()
    delays.sort()
    p50, p99 = (delays[int(len(delays) * share)] for share in (0.5, 0.99))
    return (database, f"{len(delays):,}", f"{p50:.3f} s", f"{p99:.3f} s", f"{delays[-1]:.3f} s", f"< {WANTED:.0f} s")


def main() -> None:
    rows = [measure("sqlite"), measure("postgres")]
    table("Acknowledged to signed", ("database", "entries", "median", "p99", "worst", "wanted p99"), rows)


if __name__ == "__main__":
    main()
