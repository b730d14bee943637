"""Signed device reports a second through HTTP, durable, beside a server that reads and stores nothing.

`device_ingest.py` measures reports of `--devices`, unchanged and changed (`device_world.Sort`), on SQLite and PostgreSQL;
`--fleet 100000` lets that many, judged before, report twice, at once as after an outage, and their verdicts follow: it says
what share of an hour's two cores that takes, and how much memory. A process of its own is the crowd; the reports are signed
beforehand. Servers take turns, so that a noisy neighbour troubles all.
Processor time is that of the servers with the processes that they start, without PostgreSQL's own.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from consent_intake import database, middle
from consent_world import Run, serving
from device_world import Sort, changed, unchanged
from evidence_common import table

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Servers:
    """The product as it runs: one process on SQLite, or several on PostgreSQL; the first does the worker's work too."""

    processes: tuple[subprocess.Popen[bytes], ...]
    ports: tuple[int, ...]

    def every(self) -> list[int]:
        """Return the processes, with those that they started themselves."""
        own = [process.pid for process in self.processes]
        # Each thread has the children that it started.
        started = (path.read_text() for pid in own for path in Path(f"/proc/{pid}/task").glob("*/children"))
        return own + [int(child) for told in started for child in told.split()]

    def cpu(self) -> float:
        """Return the seconds of processor time that they have used."""
        return sum(_cpu(pid) for pid in self.every())

    def memory(self) -> float:
        """Return the most megabytes that they held."""
        lines = (line for pid in self.every() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def holdtrue(environ: dict[str, str], devices: int, processes: int = 1, *, is_judged: bool = False) -> Iterator[Servers]:
    """Run the product as people run it, with so many devices in its register, judged already or not."""
    from integration.installation import free_port

    env = {
        **os.environ, **environ, "HOLDTRUE_DATA": environ["BENCH_DATA"], "DJANGO_SETTINGS_MODULE": "holdtrue.server.settings",
    }  # fmt: skip
    if devices:
        wanted = {"BENCH_DEVICES": str(devices), **({"BENCH_JUDGED": "1"} if is_judged else {})}
        subprocess.run([sys.executable, str(HERE / "device_world.py")], env=env | wanted, check=True)
    ports = tuple(free_port() for _ in range(processes))
    running = tuple(
        subprocess.Popen(
            [sys.executable, "-m", "holdtrue", "serve", *(["--with-worker"] if place == 0 else [])],
            env=env | {"HOLDTRUE_PORT": str(port)},
        )
        for place, port in enumerate(ports)
    )
    try:
        for port in ports:
            _wait(port)
        yield Servers(running, ports)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(60)


def _wait(port: int) -> None:
    for _ in range(3_000):
        try:
            if urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.05)


def crowd(server: Servers, requests: Iterable[bytes], *, connections: int = 64) -> Run:
    """Let a process of its own send these requests, once each, and return what it saw."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(one + b"\0" for one in requests))
        file.flush()
        before = server.cpu()
        ports = ",".join(map(str, server.ports))
        command = [sys.executable, str(HERE / "device_crowd.py"), file.name, ports, str(connections)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    used = server.cpu() - before
    found = json.loads(done.stdout)
    count = max(found["requests"], 1)
    return Run(found["requests"] / found["seconds"], found["p50"], found["p99"], found["bad"], 1000 * used / count)


def compare(kind: str, seconds: float, devices: int, processes: int, rounds: int) -> list[tuple[str, ...]]:
    found: dict[str, list[Run]] = {name: [] for name in ("unchanged", *Sort, "echo")}
    with database(kind) as (environ, url), serving("echo") as plain:
        echo = Servers(plain.processes, (plain.port,))
        told = environ | ({"HOLDTRUE_DATABASE_URL": url} if url else {})
        with holdtrue(told, devices, processes if url else 1) as ours:
            quiet, busy = max(2, round(seconds * 7_000 / devices)), 2 * max(1, round(seconds * 700 / devices))
            sequence = 4
            crowd(ours, changed(devices, first=2, rounds=2))
            for _ in range(rounds):
                batch = list(unchanged(devices, first=sequence, rounds=quiet))
                sequence += quiet
                found["unchanged"].append(crowd(ours, batch))
                found["echo"].append(crowd(echo, batch))
                for sort in Sort:
                    turns = busy if sort is not Sort.UPDATED else 2
                    found[sort].append(crowd(ours, changed(devices, first=sequence, rounds=turns, sort=sort)))
                    sequence += turns
    base = middle(found["echo"])
    return [(kind, name, *_told(runs, base)) for name, runs in found.items()]


def _told(runs: list[Run], base: Run) -> tuple[str, ...]:
    run = middle(runs)
    noise = (max(one.rate for one in runs) - min(one.rate for one in runs)) / run.rate
    return (
        f"{run.rate:,.0f}/s", f"{run.p50:.1f} ms", f"{run.p99:.1f} ms", f"{run.cpu:.3f} ms", f"{run.rate / base.rate:.2f}",
        f"{noise:.0%}", str(sum(one.bad for one in runs)),
    )  # fmt: skip


def fleet(kind: str, devices: int, sort: str) -> Iterator[tuple[str, ...]]:
    """Let so many devices report, all at once as after an outage, and let their verdicts follow: what an hour costs."""
    with database(kind) as (environ, url):
        told = environ | ({"HOLDTRUE_DATABASE_URL": url} if url else {})
        with holdtrue(told, devices, is_judged=True) as ours:
            # What changed once would have to change back.
            turns = ("first hour", "second hour")[: 2 if sort == "unchanged" else 1]
            say = unchanged if sort == "unchanged" else partial(changed, sort=Sort(sort))
            for turn, name in enumerate(turns, start=2):
                before, began = ours.cpu(), time.monotonic()
                run = crowd(ours, say(devices, first=turn, rounds=1))
                while not _followed(told):
                    time.sleep(1)
                used, took = ours.cpu() - before, time.monotonic() - began
                yield (
                    kind, f"{sort}, {name}", f"{devices:,}", f"{run.rate:,.0f}/s", f"{took:,.0f} s", f"{used:,.0f} s",
                    f"{used / 7200:.1%}", f"{ours.memory():,.0f} MB", str(run.bad),
                )  # fmt: skip


def _followed(environ: dict[str, str]) -> bool:
    """Whether the verdicts of every device have followed its report, and every entry stands in the log."""
    waiting = (
        "SELECT (SELECT count(*) FROM devices_devicekey WHERE folded_at IS NULL OR folded_at < collected_at) "
        "+ (SELECT count(*) FROM evidence_outbox)"
    )
    if url := environ.get("HOLDTRUE_DATABASE_URL"):
        import psycopg

        with psycopg.connect(url) as db:
            return db.execute(waiting).fetchone() == (0,)
    with closing(sqlite3.connect(Path(environ["BENCH_DATA"]) / "office.sqlite3")) as db:
        return db.execute(waiting).fetchone() == (0,)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--devices", type=int, default=1_000)
    parser.add_argument("--fleet", type=int, default=0)
    parser.add_argument("--fleet-sort", choices=["unchanged", *Sort], default="unchanged")
    parser.add_argument("--processes", type=int, default=2, help="servers on PostgreSQL")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    chosen = parser.parse_args()
    kinds = chosen.database or ["sqlite", "postgres"]
    if chosen.fleet:
        head = (
            "database", "reports", "devices", "answers", "followed in", "server CPU", "of 2 cores, hourly", "memory", "bad",
        )  # fmt: skip
        table("A fleet, once an hour", head, [row for kind in kinds for row in fleet(kind, chosen.fleet, chosen.fleet_sort)])
        return
    head = ("database", "reports", "answers", "p50", "p99", "server CPU", "of echo", "noise", "bad")
    table(
        "64 connections",
        head,
        [row for kind in kinds for row in compare(kind, chosen.seconds, chosen.devices, chosen.processes, chosen.rounds)],
    )


if __name__ == "__main__":
    main()
