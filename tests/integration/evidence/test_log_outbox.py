"""The road of an entry: outbox, log, signed tree, receipt."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction

from holdtrue.errors import Invalid, NotFound
from holdtrue.evidence import actions, groups, jobs, proofs, queries
from holdtrue.evidence.actions import record
from holdtrue.evidence.audit import audit
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.notes import VerifierKey
from holdtrue.evidence.opened import close_all, the_log

pytestmark = pytest.mark.django_db(transaction=True)


def publish(slug: str, at, **more):
    with transaction.atomic():
        return record(Kind.POLICY_PUBLISHED, about=f"policy/{slug}", at=at, core={"number": 1}, **more)


def test_an_entry_outside_a_transaction_is_refused(noon):
    with pytest.raises(Invalid, match="none is open"):
        record(Kind.POLICY_PUBLISHED, about="policy/x", at=noon)


def test_an_action_that_fails_leaves_no_entry(noon):
    entry = None
    with suppress(ZeroDivisionError), transaction.atomic():
        entry = record(Kind.POLICY_PUBLISHED, about="policy/undone", at=noon)
        raise ZeroDivisionError
    jobs.sequence_and_sign(noon)

    assert queries.about("policy/undone") == []
    with pytest.raises(NotFound):
        queries.entry(entry)


def test_what_the_office_records_is_signed_and_proven(noon):
    entry = publish("road", noon, identity={"name": "Alice"})
    assert [view.index for view in queries.about("policy/road")] == [None]
    assert queries.receipt(entry) is None

    assert jobs.sequence_and_sign(noon) >= 1

    view = queries.entry(entry)
    assert Outbox.objects.count() == 0
    assert queries.about("policy/road") == [view]
    assert queries.latest()[-1] == view
    assert (view.kind, view.identity) == ("policy.published", {"name": "Alice"})
    state = queries.log_state()
    assert (state.waiting, state.signed) == (0, state.size)
    proof = proofs.decode(queries.receipt(entry))
    opening = groups.decode(proof.extra)
    keys = [VerifierKey.parse(key) for key in state.keys]
    assert proof.check(opening.leaf, keys, origin=state.origin).root == state.root
    assert proof.index == view.index


def test_entries_keep_the_order_of_the_office(noon):
    entries = [publish(f"order-{number}", noon) for number in range(30)]
    jobs.sequence_and_sign(noon)

    indexes = [queries.entry(entry).index for entry in entries]
    assert indexes == list(range(indexes[0], indexes[0] + 30))


def test_nothing_new_is_not_signed_again(noon):
    publish("once", noon)
    jobs.sequence_and_sign(noon)
    before = queries.log_state()
    assert jobs.sequence_and_sign(noon + timedelta(seconds=1)) == 0
    assert queries.log_state() == before


def test_an_entry_that_a_crash_left_in_both_places_stands_once(noon):
    entry = publish("both", noon)
    row = Outbox.objects.get(id=entry)
    jobs.sequence_and_sign(noon)
    size = queries.log_state().size
    row.save(force_insert=True)

    assert [view.index for view in queries.about("policy/both")] == [size - 1]
    jobs.sequence_and_sign(noon)
    assert queries.log_state().size == size
    assert Outbox.objects.count() == 0


def test_an_identity_goes_after_its_days_and_the_rest_still_proves(noon):
    with transaction.atomic():
        entry = record(Kind.SIGNED_IN, about="person/zoe", at=noon, identity={"name": "Zoe"})
    jobs.sequence_and_sign(noon)

    jobs.erase_what_is_due(noon + timedelta(days=29))
    assert queries.entry(entry).identity == {"name": "Zoe"}
    assert jobs.erase_what_is_due(noon + timedelta(days=31)) >= 1
    jobs.sequence_and_sign(noon + timedelta(days=31))

    view = queries.entry(entry)
    assert (view.identity, view.core["kind"]) == (None, "person.signed-in")
    proof = proofs.decode(queries.receipt(entry))
    proof.check(groups.decode(proof.extra).leaf, the_log().keys.trusted(), origin=queries.log_state().origin)
    said = next(view for view in reversed(queries.latest()) if view.kind == Kind.ENTRY_ERASED)
    assert str(entry) in said.core["entries"]
    assert said.core["ground"] == "retention"


def test_another_process_finds_the_log_as_it_was_left(noon):
    publish("restart", noon)
    jobs.sequence_and_sign(noon)
    before = queries.log_state()
    close_all()

    assert queries.log_state() == before
    found = audit(the_log())
    assert (found.entries, found.waiting) == (before.size, 0)


def test_more_than_one_batch_moves_at_once(noon):
    with transaction.atomic():
        for number in range(actions.AT_ONCE + 5):
            record(Kind.SOFTWARE_JUDGED, about=f"policy/many-{number % 3}", at=noon)
    assert jobs.sequence_and_sign(noon) == actions.AT_ONCE + 5
    assert connection.in_atomic_block is False


def test_the_worker_keeps_the_write_ahead_log_short(noon, monkeypatch):
    tidied: list[bool] = []
    monkeypatch.setattr(the_log().store, "tidy", lambda: tidied.append(True))

    jobs.tidy(noon)

    assert tidied == [True]
