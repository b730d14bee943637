"""Consents a second through HTTP, durable and logged, beside a plain server and one that stores nothing; flat as they grow.

`consent_intake.py` measures for 8 seconds each on SQLite and PostgreSQL; `--seconds N` changes that, and `--until 1000000` also
fills the records and measures on the way. Needs wrk and PostgreSQL. Servers take turns, so that a noisy neighbour troubles all.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from consent_fill import DATABASE
from consent_world import Run, crowd, serving
from evidence_common import table

ROUNDS = 3
PROCESSES = {"sqlite": 1, "postgres": 2}
"""Of our server: on SQLite one writes; on PostgreSQL any number may."""

KEPT_SEGMENTS = 60


@contextmanager
def database(kind: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the environment and the address of an empty database on a real disk."""
    with tempfile.TemporaryDirectory(prefix="holdtrue-bench-") as folder:
        if kind == "sqlite":
            yield {"BENCH_DATA": folder}, ""
            return
        from integration.postgres import throwaway_postgres

        with throwaway_postgres(fsync=True) as url:
            age(url)
            yield {"BENCH_DATA": folder}, url


def age(url: str) -> None:
    """Give a new PostgreSQL the write-ahead files that one keeps which has run for a while.

    A new one fills each with 16 MB of zeros while everybody waits, two or three times a second at this rate.
    """
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f"ALTER SYSTEM SET min_wal_size = '{16 * KEPT_SEGMENTS}MB'")
        db.execute("SELECT pg_reload_conf()")
        for number in range(KEPT_SEGMENTS):
            db.execute("SELECT pg_logical_emit_message(false, 'age', %s)", (str(number),))
            db.execute("SELECT pg_switch_wal()")
        db.execute("CHECKPOINT")


def at_sizes(folders: list[Path], seconds: float) -> list[tuple[str, ...]]:
    """Measure in turn on filled folders and on an empty one, so that only the size differs."""
    urls = {folder: (folder / DATABASE).read_text() if (folder / DATABASE).exists() else "" for folder in folders}
    kind = "postgres" if any(urls.values()) else "sqlite"
    with ExitStack() as stack:
        environ, empty_url = stack.enter_context(database(kind))
        many = PROCESSES[kind]
        servers = {"empty": stack.enter_context(serving("ours", empty_url, environ=environ, processes=many))}
        for folder, url in urls.items():
            environ = {"BENCH_DATA": str(folder)}
            servers[folder.name] = stack.enter_context(serving("ours", url, environ=environ, processes=many))
        servers["echo"] = stack.enter_context(serving("echo"))
        found: dict[str, list[Run]] = {name: [] for name in servers}
        for server in servers.values():
            crowd(server, seconds=1)
        for _ in range(ROUNDS):
            for name, server in servers.items():
                found[name].append(crowd(server, seconds=seconds))
    empty = middle(found["empty"])
    return [(kind, name, *_told(runs, empty)) for name, runs in found.items()]


def middle(runs: list[Run]) -> Run:
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def compare(kind: str, seconds: float) -> list[tuple[str, ...]]:
    with (
        database(kind) as (environ, url),
        serving("ours", url, environ=environ, processes=PROCESSES[kind]) as ours,
        serving("plain", url, environ=environ) as plain,
        serving("echo") as echo,
    ):
        servers = {"ours": ours, "plain": plain, "echo": echo}
        found: dict[str, list[Run]] = {name: [] for name in servers}
        for server in servers.values():
            crowd(server, seconds=1)
        for _ in range(ROUNDS):
            for name, server in servers.items():
                found[name].append(crowd(server, seconds=seconds))
    mine = middle(found["ours"])
    return [(kind, f"{name} ({len(servers[name].processes)})", *_told(runs, mine)) for name, runs in found.items()]


def _told(runs: list[Run], mine: Run) -> tuple[str, ...]:
    run = middle(runs)
    noise = (max(one.rate for one in runs) - min(one.rate for one in runs)) / run.rate
    return (
        f"{run.rate:,.0f}/s",
        f"{run.p50:.1f} ms",
        f"{run.p99:.1f} ms",
        f"{run.p99 / run.p50:.1f}",
        f"{run.cpu:.3f} ms",
        f"{mine.rate / run.rate:.2f}",
        f"{noise:.0%}",
        str(sum(one.bad for one in runs)),
    )


def flatness(kind: str, until: int) -> list[tuple[str, ...]]:
    rows = []
    with database(kind) as (environ, url), serving("ours", url, environ=environ, processes=PROCESSES[kind]) as server:
        held, step = 0.0, until / 10
        rates: list[float] = []
        while held < until:
            runs: list[Run] = []
            goal = held + step
            while held < goal:
                runs.append(crowd(server, seconds=5))
                held += runs[-1].rate * 5
            rates.append(median(run.rate for run in runs))
            run = middle(runs)
            rows.append((kind, f"{held:,.0f}", f"{rates[-1]:,.0f}/s", f"{run.p99:.1f} ms", f"{rates[-1] / rates[0]:.2f}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--until", type=int, default=0)
    parser.add_argument("--at", type=Path, action="append", help="a folder that consent_fill.py has filled; may be repeated")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    chosen = parser.parse_args()
    kinds = chosen.database or ["sqlite", "postgres"]
    head = ("database", "server", "answers", "p50", "p99", "p99/p50", "server CPU", "ours is times", "noise", "bad")
    if chosen.at:
        head = (*head[:-3], "empty is times", *head[-2:])
        table("At these sizes", head, at_sizes(chosen.at, chosen.seconds))
        return
    if chosen.seconds:
        table("64 connections", head, [row for kind in kinds for row in compare(kind, chosen.seconds)])
    if chosen.until:
        rows = [row for kind in kinds for row in flatness(kind, chosen.until)]
        table("As the records grow", ("database", "held", "answers", "p99", "of the first"), rows)


if __name__ == "__main__":
    main()
