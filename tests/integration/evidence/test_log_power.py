"""Power cuts: whatever was acknowledged is there when it returns, unless the log is told to sync less."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdtrue.errors import BrokenEvidence, Unavailable
from holdtrue.evidence import sqlite_file
from holdtrue.evidence.anchor import Anchor
from holdtrue.evidence.audit import audit, require_sound_tail
from holdtrue.evidence.datakeys import DataKeys
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.keys import SigningKeys
from holdtrue.evidence.log import Log
from holdtrue.evidence.sqlite_file import SqliteFile
from holdtrue.evidence.store_sqlite import SqliteStore
from integration.evidence.log_samples import NOON, drafts, root_from_entries
from integration.evidence.power import Disk, Event, OnDisk, RecordedAnchor, cuts

CUTS = int(os.environ.get("CUTS", "1000"))
ORIGIN = "policy.example/log"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A directory in memory, where syncing costs nothing: the recorded disk decides what is kept."""
    memory = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="holdtrue-power-", dir=memory if memory.is_dir() else None))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def disk(folder) -> Iterator[Disk]:
    disk = Disk(f"disk-{folder.name}")
    yield disk
    disk.unregister()


def recorded_log(folder: Path, disk: Disk) -> Log:
    return Log(
        SqliteStore(OnDisk(folder / "run" / "evidence.sqlite3", disk=disk), origin=ORIGIN),
        keys=SigningKeys(folder / "keys"),
        data_keys=DataKeys(folder / "keys" / "data"),
        anchor=RecordedAnchor(folder / "run" / "anchor", disk),
    )


def work(log: Log, disk: Disk) -> None:
    """Append, sign and erase, and say of each only once it is done."""
    chance = random.Random(7)
    for step in range(110):
        batch = drafts(chance.randint(1, 12), start=step * 100)
        indexes = log.append(batch)
        disk.events.append(Event("acknowledged", said=[(d.id.bytes, at) for d, at in zip(batch, indexes, strict=True)]))
        if step % 3 == 0:
            checkpoint = log.integrate(at=NOON)
            disk.events.append(Event("signed", said=(checkpoint.size, checkpoint.root)))
        if step % 10 == 9:
            log.erase([batch[0].id], [GroupName.IDENTITY], ground="test", at=NOON)
            disk.events.append(Event("erased", said=batch[0].id.bytes))


def restored(folder: Path, files: dict[str, bytes], said: list[Event]) -> Log:
    """Open the log from what is found when power returns."""
    shutil.rmtree(folder / "again", ignore_errors=True)
    (folder / "again").mkdir()
    for name, data in files.items():
        (folder / "again" / name).write_bytes(data)
    anchor = Anchor(folder / "again" / "anchor")
    anchored = [event for event in said if event.what == "anchored"]
    if anchored:
        anchor.keep(ORIGIN, anchored[-1].data)
    store = SqliteStore(SqliteFile(folder / "again" / "evidence.sqlite3"), origin=ORIGIN)
    return Log(store, keys=SigningKeys(folder / "keys"), data_keys=DataKeys(folder / "keys" / "data"), anchor=anchor)


def loss(log: Log, said: list[Event]) -> str:
    """Return what was said and is no longer true; nothing when all of it is."""
    try:
        require_sound_tail(log)
        log.append(drafts(1, start=1_000_000))
        log.integrate(at=NOON)
    except BrokenEvidence as error:
        return error.message
    size = log.state().size
    rows = {row.id: row for row in log.store.rows(0, size)}
    if [row.idx for row in rows.values()] != list(range(size)):
        return "there is a gap"
    tree = log.tree(size)
    for event in said:
        if event.what == "acknowledged":
            for entry, index in event.said:
                if entry not in rows or rows[entry].idx != index:
                    return f"entry {index} is lost"
        elif event.what == "erased" and rows[event.said].identity is not None:
            return "an erased identity is back"
    last = next((event.said for event in reversed(said) if event.what == "signed"), None)
    if last and log.tree(last[0]).root() != last[1]:
        return f"the tree signed at {last[0]} is another"
    return "" if tree.root() == root_from_entries(log, size) else "the tree is not that of the entries"


def losses(folder: Path, disk: Disk, count: int) -> list[str]:
    log = recorded_log(folder, disk)
    work(log, disk)
    events = list(disk.events)
    log.close()
    found = []
    for place, files, said in cuts(events, count):
        log = restored(folder, files, said)
        lost = loss(log, said)
        if lost:
            found.append(f"after event {place}: {lost}")
        log.close()
    return found


@pytest.mark.slow
def test_no_power_cut_loses_what_was_acknowledged(folder, disk):
    assert losses(folder, disk, CUTS) == []


def test_the_same_cuts_lose_entries_when_the_log_syncs_less(folder, disk, monkeypatch):
    monkeypatch.setattr(sqlite_file, "SYNCHRONOUS", "NORMAL")
    assert len(losses(folder, disk, 60)) > 30


def test_a_few_power_cuts_lose_nothing(folder, disk):
    assert losses(folder, disk, 60) == []


def test_a_disk_that_fails_to_sync_gets_no_acknowledgement(folder, disk):
    log = recorded_log(folder, disk)
    log.append(drafts(5))
    disk.fails_to_sync = True
    with pytest.raises(Unavailable, match="cannot be written"):
        log.append(drafts(5, start=5))
    disk.fails_to_sync = False

    assert log.append(drafts(1, start=20))[0] in {5, 10}
    log.integrate(at=NOON)
    assert audit(log).entries == log.state().size
    log.close()
