"""Fills a kept folder with consents until it holds so many: `consent_fill.py FOLDER --until N`, on SQLite.

With `--on postgresql://…` the records go to that database, and the folder keeps its address and the log's keys.
The database makes the rows itself, with random bytes of the usual length where groups, hashes and visitors stand; the product
then hashes them into the tree, signs it, and sorts them by visitor, as in earnest. It stops after `--seconds` and goes on from
there when it is run again, so ten million fit a shared machine. `consent_intake.py --at FOLDER` measures at that size.
"""

import argparse
import asyncio
import json
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consent_servers import open_intake
from consent_world import HOST, MATERIAL, ORIGIN, SERVICES

STEP = 65_536
GENUINE = 512
DATABASE = "database"
"""The file in a folder that names its database, if that is PostgreSQL."""
RATE = 12
"""Rows to a millisecond of the times that they claim, all of them before now."""
COUNT = "WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 - 1)"
AT = f"?3 + i / {RATE}"
ENTRIES = f"""{COUNT} INSERT INTO entry SELECT i, unhex(printf('%012x7%03x8%s', {AT}, i % 4096, substr(hex(randomblob(8)), 2))),
    'consent.recorded', 'consent/{HOST}', {AT}, {AT} + 1826 * 86400000, randomblob(96), randomblob(746), randomblob(100),
    randomblob(106) FROM n"""
CONSENTS = f"""{COUNT} INSERT INTO consent SELECT i, '{HOST}', {AT}, randomblob(16), randomblob(16),
    CASE i % 2 WHEN 0 THEN 'given' ELSE 'refused' END, 'nl', 2 FROM n"""
# PostgreSQL has random bytes by the dozen only, so long ones are cut out of a megabyte of them, each somewhere else.
POSTGRES_AT = f"%(start)s + i / {RATE}"
POSTGRES_COUNT = "WITH n AS (SELECT i, sha512(i::text::bytea) AS r FROM generate_series(%(first)s, %(end)s - 1) AS i)"
POSTGRES_ID = f"""decode(lpad(to_hex({POSTGRES_AT}), 12, '0') || '7' || lpad(to_hex(i %% 4096), 3, '0') || '8'
    || substr(encode(r, 'hex'), 2, 15), 'hex')"""
POSTGRES_ENTRIES = f"""{POSTGRES_COUNT} INSERT INTO evidence_log_entry SELECT i, {POSTGRES_ID}, 'consent.recorded',
    'consent/{HOST}', {POSTGRES_AT}, {POSTGRES_AT} + 1826 * 86400000::bigint, r || substr(r, 33),
    substr(%(random)s, 1 + (i %% 1000000)::int, 746), substr(%(random)s, 3 + (i %% 999983)::int, 100),
    substr(%(random)s, 5 + (i %% 999979)::int, 106) FROM n"""
POSTGRES_CONSENTS = f"""{POSTGRES_COUNT} INSERT INTO consent_record SELECT i, '{HOST}', {POSTGRES_AT}, substr(r, 1, 16),
    substr(r, 17, 16), CASE i %% 2 WHEN 0 THEN 'given' ELSE 'refused' END, 'nl', 2 FROM n"""


def make_rows(log: Any, first: int, end: int, start: int) -> None:
    """Let the database make the rows from an index to before another, the first of them of this time in milliseconds."""
    if hasattr(log.store, "file"):
        with log.store.file.writing() as db:
            db.execute(ENTRIES, (first, end, start))
            db.execute(CONSENTS, (first, end, start))
            db.execute("UPDATE head SET size = ?", (end,))
        return
    values = {"first": first, "end": end, "start": start, "random": secrets.token_bytes(1 << 20)}
    with log.store.connection() as db, db.transaction():
        db.execute(POSTGRES_ENTRIES, values)
        db.execute(POSTGRES_CONSENTS, values)
        db.execute("UPDATE evidence_log_head SET size = %s", (end,))


def fill(until: int, seconds: float, database: str) -> None:
    intake, card, log, records = open_intake(database)
    begin, first = time.monotonic(), log.state().size
    held, start = first, int(time.time() * 1000) - until // RATE
    while held < until and time.monotonic() - begin < seconds:
        end = min(held + STEP, until)
        make_rows(log, held, end, start)
        log.integrate(at=datetime.now(UTC))
        while records.sort_new():
            pass
        held = end
    # Whoever opens a log looks at its newest entries, so these are genuine.
    asyncio.run(take_some(intake, card))
    log.integrate(at=datetime.now(UTC))
    print(f"{held:,} held; {held - first:,} of them made in {time.monotonic() - begin:.0f} s")
    records.close()
    log.close()


async def take_some(intake: Any, card: Any) -> None:
    loop, begin = asyncio.get_running_loop(), int(time.time() * 1000)
    results = [loop.create_future() for _ in range(GENUINE)]
    for number, result in enumerate(results):
        facts = {
            "id": f"{begin // 65_536:08x}-{begin % 65_536:04x}-7{number:03x}-8000-{secrets.token_hex(6)}",
            "consent_id": secrets.token_urlsafe(16), "event": "given", "method": "banner", "layer": 1, "granted": SERVICES,
            "denied": (), "notice": "9a" * 32, "material": MATERIAL, "language": "nl", "claimed_at": "2026-11-26T12:00:00Z",
            "gpc": False,
        }  # fmt: skip
        intake.decisions.take(card, {b"origin": ORIGIN.encode(), b"content-type": b"text/plain"}, json.dumps(facts).encode(),
                              "127.0.0.1", result.set_result)  # fmt: skip
    for placed in await asyncio.gather(*results):
        if isinstance(placed, Exception):
            raise placed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--until", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=200)
    parser.add_argument("--on", default="", help="the address of a PostgreSQL database")
    chosen = parser.parse_args()
    if chosen.folder is None:
        print("Name a folder to fill.")
        return
    os.environ["BENCH_DATA"] = str(chosen.folder)
    if chosen.on:
        chosen.folder.mkdir(parents=True, exist_ok=True)
        (chosen.folder / DATABASE).write_text(chosen.on)
    fill(chosen.until, chosen.seconds, chosen.on)


if __name__ == "__main__":
    main()
