"""Durable office actions beside raw commits of the same rows, on SQLite and on PostgreSQL.

One action changes a verdict: it updates the present verdict, writes the transition and puts its entry into the outbox, in
one durable transaction. The baseline writes rows of the same size to the same tables by the bare driver, one commit each.
Run: `python benchmarks/office_actions.py [actions]`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
ROUNDS = 5
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def main() -> None:
    """Measure both databases, each in a process of its own, and print a table."""
    if len(sys.argv) > 2:
        measure(int(sys.argv[2]))
        return
    actions = sys.argv[1] if len(sys.argv) > 1 else "400"
    print(f"{'database':<12}{'actions/s':>12}{'raw commits/s':>16}{'ratio':>8}{'spread':>9}")
    for name, environment in databases():
        with environment() as extra, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            env = {**os.environ, **extra, "HOLDTRUE_DATA": folder, "DJANGO_SETTINGS_MODULE": "holdtrue.server.settings"}
            told = subprocess.run(
                [sys.executable, __file__, "measure", actions], env=env, capture_output=True, text=True, check=True
            )
            print(f"{name:<12}{told.stdout.strip()}")


def databases() -> Iterator[tuple[str, Callable[[], "object"]]]:
    """Yield each database's name and what provides it."""

    @contextmanager
    def sqlite() -> Iterator[dict[str, str]]:
        yield {}

    @contextmanager
    def postgres() -> Iterator[dict[str, str]]:
        from integration.postgres import throwaway_postgres

        with throwaway_postgres(fsync=True) as url:
            yield {"HOLDTRUE_DATABASE_URL": url}

    yield "SQLite", sqlite
    yield "PostgreSQL", postgres


def measure(actions: int) -> None:
    """Print actions a second, raw commits a second, their ratio, and how far the rounds lie apart."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    change = office_action()
    raw = raw_commit()
    ratios, fast, bare = [], [], []
    for round_ in range(ROUNDS):
        fast.append(per_second(change, actions, round_))
        bare.append(per_second(raw, actions, round_))
        ratios.append(fast[-1] / bare[-1])
    spread = (max(ratios) - min(ratios)) / statistics.median(ratios)
    rates = f"{statistics.median(fast):>12,.0f}{statistics.median(bare):>16,.0f}"
    print(f"{rates}{statistics.median(ratios):>8.2f}{spread:>8.0%}")


def per_second(do: Callable[[int], None], times: int, round_: int) -> float:
    """Return how often a second `do` was done."""
    began = time.perf_counter()
    for number in range(times):
        do(round_ * times + number)
    return times / (time.perf_counter() - began)


def office_action() -> Callable[[int], None]:
    """Return what changes one device's verdict through the product."""
    from holdtrue.policy.standing.actions import record_verdicts
    from holdtrue.policy.standing.rules import Reason, Result, Verdict

    def change(number: int) -> None:
        at = NOON + timedelta(seconds=number)
        result = (Result.HOLDS, Result.BROKEN)[number % 2]
        reason = Reason("screen lock after", f"{number} s", "gsettings", at, "at most 900 s, never 0")
        record_verdicts([Verdict("device.screen-lock", "device/LT-07", result, reason)], at=at)

    return change


def raw_commit() -> Callable[[int], None]:
    """Return what writes rows of the same size by the bare driver, one commit each."""
    from django.db import connection

    connection.ensure_connection()
    driver = connection.connection
    mark = "?" if connection.vendor == "sqlite" else "%s"
    cursor = driver.cursor()
    blob = "BLOB" if connection.vendor == "sqlite" else "BYTEA"
    cursor.execute("CREATE TABLE raw_now (id TEXT PRIMARY KEY, result TEXT, reason TEXT)")
    cursor.execute("CREATE TABLE raw_change (id TEXT PRIMARY KEY, subject TEXT, after TEXT)")
    cursor.execute("CREATE INDEX raw_change_subject ON raw_change (subject)")
    cursor.execute(f"CREATE TABLE raw_outbox (id TEXT PRIMARY KEY, about TEXT, core {blob}, context {blob})")
    cursor.execute("CREATE INDEX raw_outbox_about ON raw_outbox (about)")
    cursor.execute("INSERT INTO raw_now VALUES ('LT-07', 'holds', '')")

    def write(number: int) -> None:
        cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        cursor.execute(f"UPDATE raw_now SET result = {mark}, reason = {mark} WHERE id = 'LT-07'", (str(number), "r" * 120))
        cursor.execute(f"INSERT INTO raw_change VALUES ({mark}, 'device/LT-07', 'broken')", (f"{number:036}",))
        row = (f"{number:036}", "device/LT-07", b"c" * 250, b"x" * 200)
        cursor.execute(f"INSERT INTO raw_outbox VALUES ({mark}, {mark}, {mark}, {mark})", row)
        cursor.execute("COMMIT")

    return write


if __name__ == "__main__":
    main()
