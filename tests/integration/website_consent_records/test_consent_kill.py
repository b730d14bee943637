"""`kill -9` under load loses no consent that was acknowledged and invents none."""

import asyncio
import json
import multiprocessing
import os
import random
from multiprocessing.connection import Connection, wait

import pytest

from holdtrue.config import Config
from holdtrue.evidence.audit import audit
from holdtrue.evidence.opened import open_log
from integration.evidence.log_samples import NOON
from integration.website_consent_records.consent_door import HOST, Door, decision, records_of

KILLS = 4
MODULES = [
    "holdtrue.evidence.opened", "holdtrue.evidence.store_sqlite", "holdtrue.evidence.store_postgres",
    "holdtrue.website.consent.intake", "holdtrue.website.consent.store_sqlite", "holdtrue.website.consent.store_postgres",
]  # fmt: skip


def serve_until_killed(config: Config, pipe: Connection) -> None:
    """Take decisions from 16 visitors at once, sign now and then, and tell of each answer."""
    log = open_log(config)
    door = Door(config, log)

    async def visitor(number: int) -> None:
        while True:
            given = decision()
            answer = await door.ask("POST", f"/consent/{HOST}", json.dumps(given).encode())
            pipe.send((given["id"], answer.status, answer.json["index"]))
            if number == 0 and random.random() < 0.2:
                await asyncio.to_thread(log.integrate, at=NOON)

    async def crowd() -> None:
        await asyncio.gather(*(visitor(number) for number in range(16)))

    door.run(crowd())


def hear(pipe: Connection, acknowledged: dict[str, int], seconds: float) -> None:
    while pipe.poll(seconds):
        try:
            record, status, index = pipe.recv()
        except (EOFError, OSError):
            return
        assert status == 201
        acknowledged[record] = index
        seconds = max(seconds - 0.001, 0)


def kill_servers(config: Config, kills: int) -> dict[str, int]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MODULES)
    chance, acknowledged = random.Random(kills), dict[str, int]()
    for _ in range(kills):
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=serve_until_killed, args=(config, send), daemon=True)
        process.start()
        send.close()
        assert wait([receive], 60)
        hear(receive, acknowledged, chance.uniform(0.005, 0.1))
        process.kill()
        process.join()
        assert process.exitcode == -9
        # What it had said before it died is still in the pipe.
        hear(receive, acknowledged, 0)
    return acknowledged


def look(config: Config, kills: int) -> None:
    acknowledged = kill_servers(config, kills)

    log = open_log(config)
    log.integrate(at=NOON)
    records = records_of(config, log)
    size = log.state().size
    entries = {str(place.id): place.index for place in log.entries(0, size)}
    rows = records.page(0, size + 1)
    assert len(acknowledged) > kills
    assert {record: entries.get(record) for record in acknowledged} == acknowledged
    # Every record has its entry and every entry its record, whether or not anybody was told.
    assert [row.idx for row in rows] == list(range(size))
    assert audit(log).waiting == 0
    records.close()
    log.close()


def test_a_few_kills_lose_nothing(log_config):
    look(log_config, KILLS)


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing(log_config):
    look(log_config, int(os.environ.get("KILLS", "100")))
