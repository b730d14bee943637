"""Signed device reports a second through HTTP, durable, beside a server that reads and stores nothing.

`device_ingest.py` measures reports of `--devices`, unchanged and changed, on SQLite and PostgreSQL; `--fleet 100000` lets that
many report once, and says what share of an hour's two cores that takes and how much memory. A process of its own is the
crowd, on the other core; the reports are signed beforehand. Servers take turns, so that a noisy neighbour troubles all.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from consent_intake import database, middle
from consent_world import Run, Server, serving
from device_world import changed, unchanged
from evidence_common import table

ROUNDS = 3
HERE = Path(__file__).parent


@contextmanager
def holdtrue(environ: dict[str, str], devices: int, processes: int = 1) -> Iterator[Server]:
    """Run the product as people run it, with so many devices in its register."""
    from integration.installation import free_port

    port = free_port()
    env = {
        **os.environ, **environ, "HOLDTRUE_DATA": environ["BENCH_DATA"], "HOLDTRUE_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "holdtrue.server.settings", "BENCH_DEVICES": str(devices),
    }  # fmt: skip
    told = {name: value for name, value in env.items() if name != "BENCH_DEVICES"}
    if devices:
        subprocess.run([sys.executable, str(HERE / "device_world.py")], env=env, check=True)
    running = [subprocess.Popen([sys.executable, "-m", "holdtrue", "serve"], env=told)]
    del processes
    try:
        for _ in range(3_000):
            try:
                if urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).status == 200:
                    break
            except OSError:
                time.sleep(0.05)
        yield Server(tuple(running), port)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def crowd(server: Server, requests: Iterable[bytes], *, connections: int = 64) -> Run:
    """Let a process of its own send these requests, once each, and return what it saw."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(one + b"\0" for one in requests))
        file.flush()
        before = server.cpu()
        command = [sys.executable, str(HERE / "device_crowd.py"), file.name, str(server.port), str(connections)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    used = server.cpu() - before
    found = json.loads(done.stdout)
    count = max(found["requests"], 1)
    return Run(found["requests"] / found["seconds"], found["p50"], found["p99"], found["bad"], 1000 * used / count)


def compare(kind: str, seconds: float, devices: int) -> list[tuple[str, ...]]:
    found: dict[str, list[Run]] = {"unchanged": [], "changed": [], "echo": []}
    with database(kind) as (environ, url), serving("echo") as echo:
        told = environ | ({"HOLDTRUE_DATABASE_URL": url} if url else {})
        with holdtrue(told, devices) as ours:
            quiet, busy = max(2, round(seconds * 7_000 / devices)), max(2, 2 * round(seconds * 1_000 / devices))
            sequence = 2
            crowd(ours, changed(devices, first=sequence, rounds=2))
            sequence += 2
            for _ in range(ROUNDS):
                batch = list(unchanged(devices, first=sequence, rounds=quiet))
                sequence += quiet
                found["unchanged"].append(crowd(ours, batch))
                found["echo"].append(crowd(echo, batch))
                found["changed"].append(crowd(ours, changed(devices, first=sequence, rounds=busy)))
                sequence += busy
    base = middle(found["echo"])
    return [(kind, name, *_told(runs, base)) for name, runs in found.items()]


def _told(runs: list[Run], base: Run) -> tuple[str, ...]:
    run = middle(runs)
    noise = (max(one.rate for one in runs) - min(one.rate for one in runs)) / run.rate
    return (
        f"{run.rate:,.0f}/s", f"{run.p50:.1f} ms", f"{run.p99:.1f} ms", f"{run.cpu:.3f} ms", f"{run.rate / base.rate:.2f}",
        f"{noise:.0%}", str(sum(one.bad for one in runs)),
    )  # fmt: skip


def fleet(kind: str, devices: int) -> tuple[str, ...]:
    """Let so many devices report that nothing changed, and let their verdicts follow, as every hour."""
    with database(kind) as (environ, url):
        told = environ | ({"HOLDTRUE_DATABASE_URL": url} if url else {})
        with holdtrue(told, devices) as ours:
            run = crowd(ours, unchanged(devices, first=2, rounds=1))
            time.sleep(25)
            used = ours.cpu()
            memory = sum(_peak(process.pid) for process in ours.processes)
    return (
        kind,
        f"{devices:,}",
        f"{run.rate:,.0f}/s",
        f"{used:.0f} s",
        f"{used / 7200:.1%}",
        f"{memory / 1024:,.0f} MB",
        str(run.bad),
    )


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--devices", type=int, default=1_000)
    parser.add_argument("--fleet", type=int, default=0)
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    chosen = parser.parse_args()
    kinds = chosen.database or ["sqlite", "postgres"]
    if chosen.fleet:
        head = ("database", "devices", "answers", "server CPU", "of 2 cores, hourly", "peak memory", "bad")
        table("A fleet, once an hour", head, [fleet(kind, chosen.fleet) for kind in kinds])
        return
    head = ("database", "reports", "answers", "p50", "p99", "server CPU", "of echo", "noise", "bad")
    table(
        "64 connections, one server process",
        head,
        [row for kind in kinds for row in compare(kind, chosen.seconds, chosen.devices)],
    )


if __name__ == "__main__":
    main()
