"""The log's files: what is erased is in none of them, what is damaged is named, what is full loses nothing."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import apsw
import psycopg
import pytest

from holdtrue.config import Config
from holdtrue.errors import BrokenEvidence, StorageFull, Unavailable
from holdtrue.evidence.audit import audit, audit_with
from holdtrue.evidence.datakeys import DataKeys
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.opened import close_all, open_log
from integration.evidence.log_samples import NOON, config_of, drafts, root_from_entries, signed_in

NAME = "Zebulon Quartermaine"


@pytest.fixture
def sqlite_config(tmp_path) -> Config:
    return config_of(tmp_path / "data")


def files_with(folder: Path, *needles: bytes) -> list[Path]:
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and any(needle in (data := file.read_bytes()) for needle in needles) and data
    ]


def test_a_name_is_in_no_file_even_before_it_is_erased(log, log_config):
    log.append([signed_in(number, name=NAME) for number in range(50)])
    log.integrate(at=NOON)
    assert files_with(log_config.data, NAME.encode()) == []


def test_erased_bytes_are_in_no_file_of_the_log(sqlite_config):
    log = open_log(sqlite_config)
    entries = drafts(400)
    log.append(entries)
    log.integrate(at=NOON)
    rows = list(log.store.rows(0, 400))
    ciphertexts = [sealed for row in rows for sealed in (row.core, row.context, row.identity)]
    assert files_with(sqlite_config.data, *ciphertexts)

    log.erase([entry.id for entry in entries], list(GroupName), ground="test", at=NOON)
    log.integrate(at=NOON)
    assert log.erase_due(at=NOON) == 0

    # Four bytes in the middle would be enough to tell, so thirty-two are more than enough.
    assert files_with(sqlite_config.data, *(sealed[8:40] for sealed in ciphertexts)) == []
    log.close()
    assert files_with(sqlite_config.data, *(sealed[8:40] for sealed in ciphertexts)) == []
    log = open_log(sqlite_config)
    found = audit(log)
    assert (found.entries, found.hidden) == (401, 1200)
    log.close()


def test_a_reader_that_still_looks_delays_the_scrubbing_and_no_more(sqlite_config):
    log, other = open_log(sqlite_config), open_log(sqlite_config)
    [entry] = drafts(1)
    log.append([entry])
    reading = other.store.scan(0, 1)
    next(reading)
    log.erase([entry.id], [GroupName.IDENTITY], ground="test", at=NOON)
    log.store.file.open_writer().set_busy_timeout(10)
    assert not log.store.scrub()
    reading.close()
    assert log.store.scrub()
    log.close()
    other.close()


def test_erased_rows_of_postgresql_are_gone_from_its_table(own_schema, tmp_path):
    log = open_log(config_of(tmp_path / "data", own_schema))
    log.append(drafts(20))
    assert log.erase_due(at=NOON + timedelta(days=40)) == 20
    with psycopg.connect(own_schema) as db:
        held = db.execute("SELECT count(*) FROM evidence_log_entry WHERE identity IS NOT NULL AND idx < 20").fetchone()
    assert held == (0,)
    log.close()


def test_a_key_is_destroyed_only_when_nothing_needs_it(tmp_path):
    keys = DataKeys(tmp_path / "keys" / "data")
    log = open_log(config_of(tmp_path / "data"))
    log.append([signed_in(1, at=NOON), signed_in(2, at=NOON + timedelta(days=5))])
    log.erase_due(at=NOON + timedelta(days=34))
    assert any("identity-30" in file.name for file in log.data_keys._directory.iterdir())
    log.erase_due(at=NOON + timedelta(days=70))
    assert not any("identity-30" in file.name for file in log.data_keys._directory.iterdir())
    assert keys.of_entry(0, 30) == (None, None, None)
    log.close()


def test_a_second_process_reads_while_the_first_writes(sqlite_config):
    log = open_log(sqlite_config)
    log.append(drafts(3))
    log.integrate(at=NOON)
    script = f"""
import sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from integration.evidence.log_samples import NOON, config_of, drafts
from holdtrue.errors import Unavailable
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.opened import close_all, open_log
from holdtrue.evidence.audit import audit
log = open_log(config_of(Path({str(sqlite_config.data)!r})))
assert audit(log).entries == 3
assert len(list(log.snapshot().entries(3, frozenset()))) == 3
assert log.integrate(at=NOON) is None
try:
    log.append(drafts(1))
except Unavailable as error:
    print(error.message)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert "Another process writes the evidence log" in done.stdout, done.stderr
    log.append(drafts(1, start=9))
    log.close()


def test_a_log_of_a_newer_version_is_left_alone(log_config):
    log = open_log(log_config)
    log.append(drafts(1))
    log.close()
    if log_config.is_postgres:
        with psycopg.connect(log_config.database_url) as db:
            db.execute("UPDATE evidence_log_head SET schema = 99")
    else:
        db = apsw.Connection(str(log_config.evidence_file))
        db.pragma("user_version", 99)
        db.close()
    with pytest.raises(Unavailable, match=r"newer Holdtrue \(tables 99, here 1\)"):
        open_log(log_config)


def change(config: Config, statement: str) -> None:
    """Change the database behind the log's back."""
    if config.is_postgres:
        with psycopg.connect(config.database_url) as db:
            db.execute(statement.replace(" entry", " evidence_log_entry").replace(" tile", " evidence_log_tile"))
    else:
        db = apsw.Connection(str(config.evidence_file))
        db.execute(statement)
        db.close()


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE entry SET kind = 'person.added' WHERE idx = 258", "Entry 258 is filed under another id, kind or subject"),
        (
            "UPDATE entry SET kind = 'person.added', core = NULL, context = NULL, identity = NULL WHERE idx = 258",
            "Entry 258 is not the one that was signed",
        ),
        ("UPDATE entry SET hashes = substr(hashes, 1, 95) WHERE idx = 258", "The hashes of entry 258 were changed"),
        ("UPDATE entry SET context = substr(context, 1, 40) WHERE idx = 258", "The context group of entry 258 was changed"),
        (
            "UPDATE entry SET core = (SELECT core FROM entry WHERE idx = 257) WHERE idx = 258",
            "The core group of entry 258 was changed",
        ),
        ("DELETE FROM entry WHERE idx = 259", "Entries are missing between 256 and 260"),
        ("DELETE FROM tile WHERE level = 0 AND idx = 1", "tile/0/001.p/4 is missing"),
        ("DELETE FROM tile WHERE level = 1", "tile/1/000.p/1 is missing"),
    ],
)
def test_damage_at_the_tail_is_found_at_the_start_and_named(log_config, statement, place):
    log = open_log(log_config)
    log.append(drafts(260))
    log.integrate(at=NOON)
    log.close()
    change(log_config, statement)
    with pytest.raises(BrokenEvidence, match=place):
        open_log(log_config)


def test_damage_anywhere_is_found_by_an_audit_and_named(log_config):
    log = open_log(log_config)
    log.append(drafts(600))
    log.integrate(at=NOON)
    change(log_config, "UPDATE entry SET at = at + 1, about = 'person/9' WHERE idx = 17")
    with pytest.raises(BrokenEvidence, match="17"):
        audit(log)
    with pytest.raises(BrokenEvidence, match="17"):
        audit_with(log_config, 2)
    log.close()


def test_a_damaged_file_is_named(sqlite_config):
    log = open_log(sqlite_config)
    log.append(drafts(300))
    log.close()
    size = sqlite_config.evidence_file.stat().st_size
    with sqlite_config.evidence_file.open("r+b") as file:
        for page in range(1, size // 4096):
            file.seek(page * 4096)
            file.write(os.urandom(64))
    with pytest.raises(BrokenEvidence, match=r"evidence\.sqlite3 is damaged"):
        open_log(sqlite_config)
    sqlite_config.evidence_file.write_bytes(b"not a database" * 1000)
    with pytest.raises(BrokenEvidence, match=r"evidence\.sqlite3 is damaged"):
        open_log(sqlite_config)


def test_a_full_disk_refuses_new_entries_and_keeps_the_old(log_config):
    log = open_log(log_config)
    log.append(drafts(20))
    log.integrate(at=NOON)
    if log_config.is_postgres:
        full = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE SQLSTATE '53100'; END$$"
        with psycopg.connect(log_config.database_url) as db:
            db.execute(full)
            db.execute("CREATE TRIGGER no_room BEFORE INSERT ON evidence_log_entry EXECUTE FUNCTION no_room()")
    else:
        pages = log.store.file.open_writer().pragma("page_count")
        log.store.file.open_writer().pragma("max_page_count", pages + 1)
    with pytest.raises(StorageFull, match="no room") as refused:
        log.append(drafts(2_000, start=100))
    assert "everything that was acknowledged is there" in refused.value.hint
    assert refused.value.status == 507

    assert len(list(log.entries(0, 100))) == 20
    assert audit(log).entries == 20
    if log_config.is_postgres:
        with psycopg.connect(log_config.database_url) as db:
            db.execute("DROP TRIGGER no_room ON evidence_log_entry")
    else:
        log.store.file.open_writer().pragma("max_page_count", 1_000_000)
    assert log.append(drafts(5, start=200)) == list(range(20, 25))
    assert log.integrate(at=NOON).root == root_from_entries(log, 25)
    log.close()


def test_every_setting_that_durability_rests_on_is_in_force(sqlite_config):
    log = open_log(sqlite_config)
    writer = log.store.file.open_writer()
    settings = [writer.pragma(name) for name in ("journal_mode", "synchronous", "secure_delete")]
    assert settings == ["wal", 2, 1]
    log.close()


def test_an_audit_finds_a_damaged_index_and_a_pack_does_not_lean_on_it(log, log_config, tmp_path):
    if log_config.is_postgres:
        pytest.skip("PostgreSQL watches its own files")
    log.append([compose(Kind.DEVICE_REPORTED, about=f"device/LT-0{7 + n % 2}", at=NOON) for n in range(40)])
    log.integrate(at=NOON)
    log.close()
    with apsw.Connection(str(log_config.evidence_file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = next(iter(db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entry_about'")))
        (size,) = next(iter(db.execute("PRAGMA page_size")))
    db.close()
    with log_config.evidence_file.open("r+b") as file:
        file.seek((page - 1) * size)
        content = file.read(size)
        at = (page - 1) * size + content.rindex(b"device/LT-07") + 11
        file.seek(at)
        file.write(b"9")
    damaged = open_log(log_config)
    try:
        with pytest.raises(BrokenEvidence, match="is damaged"):
            audit(damaged)
        snapshot = damaged.snapshot()
        assert len(list(snapshot.entries(snapshot.size, frozenset({"device/LT-07"})))) == 20
    finally:
        damaged.close()


def test_missing_data_keys_are_told_as_such(log, log_config):
    log.append(drafts(1))
    log.integrate(at=NOON)
    log.close()
    close_all()
    for key in (log_config.keys / "data").glob("*.core-0.key"):
        key.unlink()

    with pytest.raises(BrokenEvidence, match="data key") as told:
        open_log(log_config)
    assert "keys/data" in told.value.hint


def test_a_database_put_back_is_noticed_before_anything_is_signed(log, log_config):
    if log_config.is_postgres:
        pytest.skip("what is put back here is a file")
    log.append(drafts(3))
    log.integrate(at=NOON)
    log.close()
    older = log_config.evidence_file.read_bytes()
    again = open_log(log_config)
    again.append(drafts(2, start=3))
    again.integrate(at=NOON)
    again.require_unbroken_past()
    again.close()
    for leftover in log_config.data.glob("evidence.sqlite3-*"):
        leftover.unlink()
    log_config.evidence_file.write_bytes(older)

    put_back = open_log(log_config)
    try:
        with pytest.raises(BrokenEvidence, match="rolled back") as told:
            put_back.require_unbroken_past()
        assert "reopen" in told.value.hint
    finally:
        put_back.close()


def test_a_log_that_is_gone_is_noticed_before_anything_is_signed(log, log_config):
    if log_config.is_postgres:
        pytest.skip("what is removed here is a file")
    log.append(drafts(3))
    log.integrate(at=NOON)
    log.close()
    for file in log_config.data.glob("evidence.sqlite3*"):
        file.unlink()

    empty = open_log(log_config)
    try:
        with pytest.raises(BrokenEvidence, match="rolled back"):
            empty.require_unbroken_past()
    finally:
        empty.close()
