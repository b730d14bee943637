"""The log on both databases: what goes in stays, in order, proven, and what is erased is gone."""

import shutil
import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest

from holdtrue.errors import BrokenEvidence, Conflict, Invalid, NotFound
from holdtrue.evidence import groups, merkle, proofs
from holdtrue.evidence.audit import audit, audit_with
from holdtrue.evidence.groups import GroupName, HiddenGroup, OpenGroup
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.notes import parse
from holdtrue.evidence.opened import open_log
from integration.evidence.log_samples import NOON, drafts, root_from_entries, signed_in


def test_an_entry_offered_again_keeps_its_index(log):
    entries = drafts(5)
    assert log.append(entries) == [0, 1, 2, 3, 4]
    late = signed_in(9)
    assert log.append([entries[3], late, entries[1], late]) == [3, 5, 1, 5]
    assert log.append([]) == []
    assert log.state().size == 6


def test_an_entry_is_read_back_as_it_was_written(log):
    [draft] = drafts(1)
    log.append([draft])
    found = log.entry(draft.id)

    assert (found.index, found.about, found.at) == (0, "person/0", NOON)
    bodies = [group.body for group in found.opening.groups]
    assert bodies == [draft.core, draft.context, draft.identity]
    assert list(log.about("person/0")) == [found]
    assert list(log.about("person/1")) == []
    with pytest.raises(NotFound, match="no entry"):
        log.entry(uuid4())


@pytest.mark.parametrize("size", [1, 255, 256, 257, 513])
def test_a_log_grows_on_after_a_restart(log_config, size):
    log = open_log(log_config)
    log.append(drafts(size))
    first = log.integrate(at=NOON)
    log.close()
    log = open_log(log_config)
    log.append(drafts(258, start=size))
    second = log.integrate(at=NOON)

    assert (first.size, second.size) == (size, size + 258)
    assert second.root == root_from_entries(log, second.size)
    proof = merkle.consistency_proof(first.size, second.size, log.tree(second.size).range_hash)
    assert merkle.is_consistent(first.size, second.size, proof, old_root=first.root, new_root=second.root)
    assert audit(log).entries == size + 258
    log.close()


@pytest.mark.slow
def test_a_log_grows_on_where_a_third_level_begins(log_config):
    sizes = [65_535, 65_536, 65_537, 65_800]
    done, checkpoints = 0, []
    for size in sizes:
        log = open_log(log_config)
        while done < size:
            step = min(2_000, size - done)
            log.append(drafts(step, start=done))
            done += step
        checkpoints.append(log.integrate(at=NOON))
        log.close()
    log = open_log(log_config)
    for old, new in pairwise(checkpoints):
        proof = merkle.consistency_proof(old.size, new.size, log.tree(new.size).range_hash)
        assert merkle.is_consistent(old.size, new.size, proof, old_root=old.root, new_root=new.root)
    for checkpoint in checkpoints:
        assert checkpoint.root == root_from_entries(log, checkpoint.size)
    assert audit_with(log_config, 2) == audit(log)
    receipt = proofs.decode(log.receipt(next(log.entries(65_535, 65_536)).id))
    receipt.check(groups.decode(receipt.extra).leaf, log.keys.trusted(), origin=log.state().origin)
    log.close()


def test_threads_append_and_sign_without_a_gap_or_a_fork(log):
    taken: list[int] = []
    signed = []

    def write(number: int) -> None:
        for step in range(10):
            taken.extend(log.append(drafts(7, start=number * 1000 + step * 7)))

    def sign() -> None:
        for _ in range(10):
            checkpoint = log.integrate(at=NOON)
            if checkpoint:
                signed.append(checkpoint)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    threads += [threading.Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.integrate(at=NOON)

    assert sorted(taken) == list(range(280))
    assert all(checkpoint.root == root_from_entries(log, checkpoint.size) for checkpoint in signed)
    assert audit(log).entries == 280


def test_an_erased_group_is_shown_by_its_hash_and_everything_still_proves(log):
    entries = drafts(300)
    log.append(entries)
    log.integrate(at=NOON)
    before = log.entry(entries[7].id).opening

    said = log.erase([entries[7].id], [GroupName.IDENTITY, GroupName.CONTEXT], ground="subject request 12", at=NOON)
    log.integrate(at=NOON)

    after = log.entry(entries[7].id).opening
    assert after.identity == HiddenGroup(GroupName.IDENTITY, before.identity.hash)
    assert isinstance(after.core, OpenGroup)
    assert after.leaf == before.leaf
    receipt = proofs.decode(log.receipt(entries[7].id))
    receipt.check(groups.decode(receipt.extra).leaf, log.keys.trusted(), origin=log.state().origin)
    assert audit(log).hidden == 2
    statement = log.entry(said)
    assert statement.about == "person/7"
    assert str(entries[7].id).encode() in statement.opening.core.body


def test_a_core_that_is_erased_takes_its_subject_along(log):
    [draft] = drafts(1)
    log.append([draft])
    log.erase([draft.id], [GroupName.CORE], ground="subject request 13", at=NOON)
    log.integrate(at=NOON)

    assert log.entry(draft.id).about == ""
    assert list(log.about("person/0")) == []
    assert audit(log).entries == 2


def test_to_erase_nothing_or_what_is_not_there_is_refused(log):
    with pytest.raises(Invalid):
        log.erase([], [GroupName.CORE], ground="", at=NOON)
    with pytest.raises(NotFound):
        log.erase([uuid4()], [GroupName.CORE], ground="", at=NOON)


def test_a_destroyed_key_shreds_identities_in_a_backup(log_config, tmp_path):
    log = open_log(log_config)
    entries = drafts(3)
    log.append(entries)
    log.integrate(at=NOON)
    backup = list(log.store.rows(0, 3))
    later = NOON + timedelta(days=66)
    assert log.erase_due(at=later) == 3
    log.close()

    log = open_log(log_config)
    for row in backup:
        opening = log.sealer.open(row)
        assert isinstance(opening.identity, HiddenGroup)
        assert isinstance(opening.core, OpenGroup)
    log.close()


def test_a_group_changed_in_the_database_is_noticed(log):
    log.append(drafts(2))
    [row, other] = log.store.rows(0, 2)
    for changed in (
        row._replace(identity=other.identity),
        row._replace(core=bytes([row.core[0] ^ 1]) + row.core[1:]),
        row._replace(hashes=other.hashes),
        row._replace(id=other.id),
        row._replace(about="person/else"),
    ):
        with pytest.raises(BrokenEvidence):
            log.sealer.check([tuple(changed)], 0)


def test_a_rotated_key_is_signed_in_by_the_old_and_both_sign_for_a_while(log):
    log.append(drafts(2))
    log.integrate(at=NOON)
    fresh = log.rotate_key(at=NOON)
    log.integrate(at=NOON)

    old, new = log.keys.public()
    assert new.key == fresh
    handover = parse(new.handover.encode())
    assert handover.signers([old.key]) == (old.key,)
    assert handover.signers([new.key]) == (new.key,)
    assert len(parse(log.state().checkpoint).signatures) == 2
    [entry] = [place for place in log.about("log/evidence") if place.opening.kind == Kind.KEY_ROTATED]
    assert str(fresh).encode() in entry.opening.core.body

    log.append(drafts(1, start=5))
    log.integrate(at=NOON + timedelta(days=31))
    [only] = parse(log.state().checkpoint).signatures
    assert only.key_id == fresh.id


def test_a_rotation_that_a_crash_cut_short_is_stated_later(log):
    log.append(drafts(1))
    log.integrate(at=NOON)
    log.keys.rotate(log.state().origin, at=NOON, entry=str(uuid4()))
    assert list(log.about("log/evidence")) == []

    log.state_rotation(at=NOON)
    log.state_rotation(at=NOON)
    assert [place.opening.kind for place in log.about("log/evidence")] == [Kind.KEY_ROTATED]


def test_signing_keys_are_for_this_user_alone(log, log_config):
    log.append(drafts(1))
    log.integrate(at=NOON)
    for file in log_config.keys.rglob("*.key"):
        assert file.stat().st_mode & 0o077 == 0, file
    assert log_config.keys.stat().st_mode & 0o077 == 0


def test_a_log_without_its_keys_is_refused_rather_than_signed_anew(log_config):
    log = open_log(log_config)
    log.append(drafts(1))
    log.integrate(at=NOON)
    log.close()
    shutil.move(log_config.keys / "keys.json", log_config.data / "elsewhere")

    with pytest.raises(BrokenEvidence, match="not one that this log's keys signed"):
        open_log(log_config)


def roll_back(log, size: int) -> None:
    """Do to the database what restoring an older backup does."""
    if hasattr(log.store, "_connection"):
        with log.store._connection() as db, db.transaction():
            for table, column in (("entry", "idx"), ("checkpoint", "size")):
                db.execute(f"DELETE FROM evidence_log_{table} WHERE {column} >= {size}")
            db.execute("DELETE FROM evidence_log_tile")
            db.execute(f"UPDATE evidence_log_head SET size = {size}, integrated = 0")
    else:
        with log.store.file.writing() as db:
            for table, column in (("entry", "idx"), ("checkpoint", "size")):
                db.execute(f"DELETE FROM {table} WHERE {column} >= {size}")
            db.execute("DELETE FROM tile")
            db.execute(f"UPDATE head SET size = {size}, integrated = 0")


def test_a_log_restored_from_an_older_backup_is_not_signed(log):
    log.append(drafts(10))
    log.integrate(at=NOON)
    roll_back(log, 4)

    with pytest.raises(BrokenEvidence, match="signed with 10 entries and now has 4: it was rolled back") as refused:
        log.integrate(at=NOON)
    assert "reopen" in refused.value.hint
    log.append(drafts(20, start=50))
    with pytest.raises(BrokenEvidence, match="does not continue the one that was signed with 10 entries"):
        log.integrate(at=NOON)


def test_entries_imported_again_heal_a_restored_log(log):
    log.append(drafts(10))
    signed = log.integrate(at=NOON)
    kept = list(log.store.rows(0, 10))
    roll_back(log, 4)
    log.store.append(kept[4:])

    assert log.integrate(at=NOON) == signed


def test_a_log_begins_once_with_the_entry_that_opens_it(log):
    log.begin(at=NOON)
    log.begin(at=NOON)
    [first] = log.entries(0, 9)
    assert first.opening.kind == Kind.LOG_OPENED
    assert b'"origin":"policy.example/log"' in first.opening.core.body


def test_a_log_that_vanished_does_not_begin_again_in_silence(log):
    log.begin(at=NOON)
    log.integrate(at=NOON)
    roll_back(log, 0)
    with pytest.raises(BrokenEvidence, match="now has 0: it was rolled back"):
        log.begin(at=NOON)


def test_a_new_log_states_the_gap(log):
    log.append(drafts(10))
    signed = log.integrate(at=NOON)
    with pytest.raises(Conflict, match="Nothing is missing"):
        log.reopen(at=NOON, reason="by mistake")
    roll_back(log, 4)

    assert log.reopen(at=NOON, reason="disk lost") == "policy.example/log/again-1"
    again = log.integrate(at=NOON)
    assert again.origin == "policy.example/log/again-1"
    opened = next(place for place in log.about("log/evidence") if place.opening.kind == Kind.LOG_OPENED)
    assert opened.index == 4
    for said in (b'"signed":10', b'"kept":4', signed.root.hex().encode(), b"disk lost"):
        assert said in opened.opening.core.body
    assert audit(log).entries == again.size
    assert log.snapshot().origin == again.origin

    roll_back(log, 2)
    assert log.reopen(at=NOON, reason="again") == "policy.example/log/again-2"


def test_a_reopening_that_a_crash_cut_short_is_finished_by_the_next(log, monkeypatch):
    log.append(drafts(10))
    log.integrate(at=NOON)
    roll_back(log, 4)

    def lose_power(origin: str, rows: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(log.store, "reopen", lose_power)
    with pytest.raises(KeyboardInterrupt):
        log.reopen(at=NOON, reason="disk lost")
    monkeypatch.undo()
    with pytest.raises(BrokenEvidence, match="rolled back"):
        log.integrate(at=NOON)

    log.reopen(at=NOON, reason="disk lost")
    assert log.integrate(at=NOON).size == 6
    assert [key.name for key in log.keys.trusted()] == ["policy.example/log", "policy.example/log/again-1"]
    assert audit(log).entries == 6


def test_a_checkpoint_signed_and_not_stored_is_signed_the_same_again(log, monkeypatch):
    log.append(drafts(300))
    kept = log.anchor.keep

    def lose_power(origin: str, note: bytes) -> None:
        kept(origin, note)
        raise KeyboardInterrupt

    monkeypatch.setattr(log.anchor, "keep", lose_power)
    with pytest.raises(KeyboardInterrupt):
        log.integrate(at=NOON)
    monkeypatch.undo()
    assert log.state().integrated == 0

    signed = log.integrate(at=NOON)
    assert signed == log.anchor.last(log.state().origin)
    assert signed.root == root_from_entries(log, 300)


def test_an_anchor_that_was_tampered_with_stops_the_signing(log, log_config):
    log.append(drafts(3))
    log.integrate(at=NOON)
    [file] = Path(log_config.anchor).iterdir()
    file.write_bytes(b"nonsense")
    log.append(drafts(1, start=9))
    with pytest.raises(BrokenEvidence, match="cannot be read"):
        log.integrate(at=NOON)


def test_a_snapshot_stays_as_it_was_while_the_log_grows(log):
    log.append(drafts(300))
    log.integrate(at=NOON)
    snapshot = log.snapshot()
    log.append(drafts(300, start=300))
    log.integrate(at=NOON)

    assert merkle.root_of(snapshot.leaf_hashes(0, snapshot.size)) == snapshot.range_hash(0, 300)
    assert len(list(snapshot.entries(300, frozenset()))) == 300
    assert [index for index, _ in snapshot.entries(300, frozenset({"person/8", "person/310"}))] == [8]


def test_a_receipt_is_not_to_be_had_before_the_entry_is_signed(log):
    [draft] = drafts(1)
    log.append([draft])
    assert log.receipt(draft.id) is None
    with pytest.raises(NotFound, match="Nothing is signed"):
        log.checkpoint()
