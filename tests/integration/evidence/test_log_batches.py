"""The path of an event loop into the log: filled here, committed there, with rows of others in the same commit."""

import threading

import pytest

from holdtrue.evidence import sqlite_file, store_postgres
from holdtrue.evidence.audit import audit
from holdtrue.evidence.opened import open_log
from holdtrue.evidence.sqlite_file import SqliteFile
from holdtrue.evidence.store_sqlite import append_in
from integration.evidence.log_samples import NOON, config_of, drafts

BESIDE = "CREATE TABLE IF NOT EXISTS beside (idx bigint PRIMARY KEY);\n"


@pytest.fixture
def sqlite_log(tmp_path):
    log = open_log(config_of(tmp_path / "data", ""))
    log.store.make_tables(BESIDE.replace("bigint", "INTEGER"))
    log.store.make_tables(BESIDE.replace("bigint", "INTEGER"))
    yield log
    log.close()


def commit_elsewhere(batch) -> None:
    thread = threading.Thread(target=batch.commit)
    thread.start()
    thread.join()


def test_a_batch_is_filled_on_one_thread_and_committed_on_another(sqlite_log):
    rows = [sqlite_log.sealer.seal(draft) for draft in drafts(3)]

    with sqlite_log.store.file.begin() as batch:
        before, indexes = append_in(batch.db, rows)
        batch.db.executemany("INSERT INTO beside VALUES (?)", [(index,) for index in indexes])
        commit_elsewhere(batch)

    assert (before, indexes) == (0, [0, 1, 2])
    sqlite_log.integrate(at=NOON)
    assert audit(sqlite_log).waiting == 0
    with sqlite_log.store.file.reading() as db:
        assert db.execute("SELECT count(*) FROM beside").fetchone() == (3,)


def test_a_batch_that_is_not_committed_leaves_nothing(sqlite_log):
    with sqlite_log.store.file.begin() as batch:
        append_in(batch.db, [sqlite_log.sealer.seal(draft) for draft in drafts(3)])

    assert sqlite_log.state().size == 0
    assert sqlite_log.append(drafts(1)) == [0]


def test_while_another_thread_writes_there_is_no_batch(sqlite_log):
    is_writing, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with sqlite_log.store.file.writing():
            is_writing.set()
            may_end.wait(10)

    thread = threading.Thread(target=write)
    thread.start()
    is_writing.wait(10)
    with sqlite_log.store.file.begin() as batch:
        assert batch is None
    may_end.set()
    thread.join()
    with sqlite_log.store.file.begin() as batch:
        assert batch is not None


def test_whoever_waits_for_the_writer_goes_before_the_next_batch(sqlite_log):
    waiting = threading.Thread(target=sqlite_log.append, args=(drafts(1, start=50),))
    with sqlite_log.store.file.begin() as batch:
        waiting.start()
        while not sqlite_log.store.file._wanted.waiting:
            pass
        append_in(batch.db, [sqlite_log.sealer.seal(draft) for draft in drafts(1)])
        commit_elsewhere(batch)
    waiting.join()

    assert sqlite_log.state().size == 2


def test_the_tree_grows_while_a_batch_is_open(sqlite_log):
    sqlite_log.append(drafts(300))
    signed = []
    signing = threading.Thread(target=lambda: signed.append(sqlite_log.integrate(at=NOON)))
    with sqlite_log.store.file.begin() as batch:
        append_in(batch.db, [sqlite_log.sealer.seal(draft) for draft in drafts(5, start=300)])
        signing.start()
        commit_elsewhere(batch)
    signing.join()
    sqlite_log.integrate(at=NOON)

    assert signed[0].size in {300, 305}
    assert audit(sqlite_log).waiting == 0


def test_on_postgresql_rows_of_others_join_the_commit_and_say_what_is_new(tmp_path, own_schema):
    log = open_log(config_of(tmp_path / "data", own_schema))
    log.store.make_tables(BESIDE)
    rows = [log.sealer.seal(draft) for draft in drafts(3)]

    assert log.store.append_with(lambda db: store_postgres.append_in(db, rows[:2])) == [(0, True), (1, True)]
    assert log.store.append_with(lambda db: store_postgres.append_in(db, rows)) == [(0, False), (1, False), (2, True)]
    with pytest.raises(ValueError, match="no"):
        log.store.append_with(
            lambda db: (store_postgres.append_in(db, [log.sealer.seal(one) for one in drafts(1, start=9)]), int("no"))
        )
    assert log.state().size == 3
    log.close()


def pages_waiting(file: SqliteFile) -> int:
    with file.reading() as db:
        _, held, copied = next(iter(db.execute("PRAGMA wal_checkpoint(NOOP)")))
    return held - copied


def test_a_long_write_ahead_log_is_copied_once_and_not_again_until_it_has_grown(sqlite_log, monkeypatch):
    file = sqlite_log.store.file
    monkeypatch.setattr(sqlite_file, "WAL_TIDY", 200)
    sqlite_log.append(drafts(5))
    before = pages_waiting(file)
    file.tidy()

    assert 0 < pages_waiting(file) == before < 200
    sqlite_log.append(drafts(2_000, start=5))
    assert pages_waiting(file) >= 200
    file.tidy()
    assert pages_waiting(file) == 0
    sqlite_log.append(drafts(5, start=2_005))
    file.tidy()
    assert 0 < pages_waiting(file) < 200
    assert sqlite_log.state().size == 2_010


def test_what_is_committed_while_the_write_ahead_log_is_copied_comes_along_and_it_begins_anew(sqlite_log, monkeypatch):
    file = sqlite_log.store.file
    monkeypatch.setattr(sqlite_file, "WAL_TIDY", 50)
    sync, copied = file._sync, iter(range(1_000, 100_000, 10))

    def sync_while_others_commit() -> None:
        sync()
        sqlite_log.append(drafts(10, start=next(copied)))

    monkeypatch.setattr(file, "_sync", sync_while_others_commit)
    sizes = []
    for number in range(3):
        sqlite_log.append(drafts(400, start=number * 400))
        file.tidy()
        assert pages_waiting(file) == 0
        sizes.append(file.path.with_name(f"{file.path.name}-wal").stat().st_size)

    assert max(sizes) < 2 * sizes[0]
    assert sqlite_log.state().size == 3 * (400 + 2 * 10)


def test_what_works_long_beside_the_commits_takes_turns_and_holds_up_no_commit(sqlite_log, monkeypatch):
    file = sqlite_log.store.file
    monkeypatch.setattr(sqlite_file, "WAL_TIDY", 1)
    sqlite_log.append(drafts(300))
    done: list[str] = []
    others = [
        threading.Thread(target=lambda: (file.tidy(), done.append("tidied"))),
        threading.Thread(target=lambda: (sqlite_log.integrate(at=NOON), done.append("signed"))),
    ]

    with file.background:
        for other in others:
            other.start()
        sqlite_log.append(drafts(5, start=300))
        for other in others:
            other.join(0.1)
        assert done == []
    for other in others:
        other.join()

    assert sorted(done) == ["signed", "tidied"]
    assert sqlite_log.checkpoint().size == 305


def test_signing_leaves_the_write_ahead_log_to_the_job_that_keeps_it_short(sqlite_log, monkeypatch):
    monkeypatch.setattr(sqlite_file, "WAL_TIDY", 1)
    sqlite_log.append(drafts(300))

    sqlite_log.integrate(at=NOON)
    assert pages_waiting(sqlite_log.store.file) > 0
    sqlite_log.store.tidy()
    assert pages_waiting(sqlite_log.store.file) == 0
