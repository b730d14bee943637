"""Durable appends to the log, beside raw group commits of the same rows into the same tables.

The raw side inserts rows that were made beforehand; the log also salts, hashes and encrypts three groups of each entry and
looks whether it holds the id already.
"""

import time
from collections.abc import Callable

import apsw
import psycopg

from evidence_common import ROUNDS, drafts, table, throwaway_config
from holdtrue.evidence import store_sqlite
from holdtrue.evidence.drafts import Draft
from holdtrue.evidence.log import Log
from holdtrue.evidence.opened import open_log
from holdtrue.evidence.store import Row

BATCHES = {1: 300, 64: 60, 1024: 10}
"""How many entries a commit takes, and how many commits a round has."""


def raw_sqlite(folder: str) -> Callable[[list[Row]], object]:
    db = apsw.Connection(f"{folder}/raw.sqlite3")
    for name, value in (("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", 1)):
        db.pragma(name, value)
    db.execute(store_sqlite.TABLES)

    def commit(rows: list[Row]) -> None:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(store_sqlite.INSERT, rows)
        db.execute("COMMIT")

    return commit


def raw_postgres(url: str) -> Callable[[list[Row]], object]:
    db = psycopg.connect(url, autocommit=True)
    db.execute("CREATE TABLE raw (LIKE evidence_log_entry INCLUDING ALL)")
    types = ["bigint", "bytea", "text", "text", "bigint", "bigint", "bytea", "bytea", "bytea", "bytea"]
    marks = ", ".join(f"%s::{each}[]" for each in types)

    def commit(rows: list[Row]) -> None:
        db.execute(f"INSERT INTO raw SELECT * FROM unnest({marks})", [list(column) for column in zip(*rows, strict=True)])

    return commit


def rows_of(log: Log, batch: list[Draft], first: int) -> list[Row]:
    return [log.sealer.seal(draft)._replace(idx=first + place) for place, draft in enumerate(batch)]


def measure(database: str) -> list[tuple[str, ...]]:
    found = []
    with throwaway_config(database) as config:
        log = open_log(config)
        commit = raw_postgres(config.database_url) if config.is_postgres else raw_sqlite(str(config.data))
        written = 0
        for size, commits in BATCHES.items():
            raw, ours = [], []
            # In turn, so that a noisy neighbour troubles both alike.
            for _ in range(ROUNDS):
                batches = [drafts(size, start=written + number * size) for number in range(commits)]
                sealed = [rows_of(log, batch, written + number * size) for number, batch in enumerate(batches)]
                start = time.perf_counter()
                for rows in sealed:
                    commit(rows)
                middle = time.perf_counter()
                for batch in batches:
                    log.append(batch)
                raw.append(middle - start)
                ours.append(time.perf_counter() - middle)
                written += size * commits
            base, mine = sorted(raw)[ROUNDS // 2], sorted(ours)[ROUNDS // 2]
            count = size * commits
            noise = max((max(times) - min(times)) / sorted(times)[ROUNDS // 2] for times in (raw, ours))
            found.append(
                (database, str(size), f"{count / base:,.0f}/s", f"{count / mine:,.0f}/s", f"{base / mine:.2f}", f"{noise:.0%}")
            )
        log.close()
    return found


def main() -> None:
    rows = measure("sqlite") + measure("postgres")
    table("Durable appends", ("database", "a commit", "raw rows", "log entries", "ratio", "noise"), rows)


if __name__ == "__main__":
    main()
