"""The state of a device: one hash on both sides, and changes that lead from one state to the next."""

import hashlib
import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.errors import Invalid
from holdtrue.workplace import document, state
from holdtrue.workplace.delivery import read_delivery
from holdtrue.workplace.devices import told
from holdtrue.workplace.devices.titles import titles_in, unpacked
from holdtrue.workplace.devices.told import Kept, told_of
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System, Unread
from holdtrue.workplace.state import (
    Stamp,
    applied,
    difference,
    encoded,
    software_hash,
    state_hash,
    state_hash_of,
    tidied,
    value_of,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
STAMP = Stamp("0" * 32, 7, NOON)
LAPTOP = Identity("LT-07", "LT-07", System.LINUX, "Debian GNU/Linux 12 (bookworm)", "LT-07")

# Few names, so that two sheets share some; hostile texts among the values.
TEXTS = st.one_of(st.sampled_from(["", "a", "b\nc", "\x00\x1b[31m", "x" * 400, "é\u2028\ud800", " a "]), st.text(max_size=12))
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.lists(TEXTS, max_size=3))
FACTS = st.builds(
    Fact, st.sampled_from(["a", "b", "c d", "\x07", "n" * 350]), VALUES, st.sampled_from(Source), st.just(NOON),
    st.sampled_from([None, True, False]), st.sampled_from([None, "alice", "bob\x00", "\x00"]), TEXTS,
)  # fmt: skip
TITLES = st.builds(Installed, st.sampled_from(["bash", "zoom", " "]), TEXTS, st.sampled_from(["deb", "DEB", "npm"]), TEXTS)
SHEETS = st.builds(
    FactSheet, st.just(LAPTOP), st.just(NOON), st.lists(FACTS, max_size=6).map(tuple),
    st.one_of(st.none(), st.lists(TITLES, max_size=5).map(tuple)), st.lists(st.builds(Unread, TEXTS, TEXTS), max_size=2).map(tuple), TEXTS,
)  # fmt: skip


def test_both_ways_to_a_hash_write_every_character_alike():
    for start in range(0, 0x110000, 0x400):
        words = "".join(map(chr, range(start, start + 0x400)))
        fact = Fact("a", words, Source.USER, NOON, True, "alice")
        assert told_of((fact,)).hash(LAPTOP, None) == state_hash_of(LAPTOP, (fact,), None)


@pytest.mark.parametrize(
    "words", ["x\n\n\n\n", "\x1e\x0c\n", "\n\n\n", "a\r\n\r\nb\n \n\n", f"{'x' * 8_000}\n\n\n\n{'y ' * 8_000}"]
)
def test_a_text_that_is_kept_twice_is_kept_the_same(words):
    kept = value_of(words)

    assert value_of(kept) == kept


@settings(max_examples=300, deadline=None)
@given(sheet=SHEETS)
def test_device_and_server_reckon_the_same_hash(sheet):
    mine = tidied(sheet)
    assert told_of(mine.facts).hash(mine.device, "ab") == state_hash_of(mine.device, mine.facts, "ab")

    theirs = read_delivery(encoded(state.full_out(mine, STAMP)), at=NOON).sheet

    assert theirs is not None
    assert state_hash(theirs) == state_hash(mine)
    assert tidied(theirs) == theirs
    assert theirs.unread == mine.unread


@settings(max_examples=300, deadline=None)
@given(before=SHEETS, after=SHEETS)
def test_a_change_leads_from_one_state_to_the_next(before, after):
    old, new = tidied(before), tidied(after)
    change = difference(old, new)
    if change is None:
        assert (old.software is None) != (new.software is None)
        return
    body = encoded(state.change_out(change, STAMP, base=state_hash(old), state=state_hash(new), at=NOON))

    told = read_delivery(body, at=NOON)

    assert told.change is not None
    assert told.base == state_hash(old)
    assert state_hash(applied(old, told.change, at=NOON)) == told.state == state_hash(new)
    assert change.is_nothing == (state_hash(old) == state_hash(new))


@settings(max_examples=300, deadline=None)
@given(before=SHEETS, after=SHEETS, late=st.booleans())
def test_facts_that_are_kept_as_they_are_hashed_say_what_they_said(before, after, late):
    old, new, at = tidied(before), tidied(after), NOON + timedelta(minutes=late)
    change = difference(old, replace(new, software=old.software))
    assert change is not None
    kept = Kept(old.device, NOON, told_of(old.facts, at=NOON), None, old.unread, old.collector)
    assert list(map(repr, kept.facts)) == list(map(repr, old.facts))

    now = Kept(old.device, at, kept.told.after(change, at=at), None, change.unread, old.collector)
    whole = applied(old, change, at=at)

    assert now.told.hash(LAPTOP, "ab") == state_hash_of(LAPTOP, new.facts, "ab")
    assert sorted(map(repr, now.facts)) == sorted(map(repr, whole.facts))
    assert sorted(map(repr, now.older)) == sorted(map(repr, whole.older))
    for one in whole.facts:
        assert sorted(map(repr, now.named(one.name))) == sorted(map(repr, whole.named(one.name)))
    assert now.among({"a", "c.d", "z"}) == whole.among({"a", "c.d", "z"})
    assert {(rest, repr(one)) for rest, one in now.under("c")} == {(rest, repr(one)) for rest, one in whole.under("c")}


def test_of_two_facts_of_one_name_and_source_one_may_go():
    wayland, x11 = (Fact("session", words, Source.OBSERVED, NOON, None, "alice", words) for words in ("wayland", "x11"))
    for stays in (wayland, x11):
        change = difference(sheet(wayland, x11), sheet(stays))
        assert change is not None

        now = told_of((wayland, x11), at=NOON).after(change, at=NOON)

        assert now.facts(at=NOON) == (stays,)
        assert now.hash(LAPTOP, None) == state_hash_of(LAPTOP, (stays,), None)


def test_names_that_are_long_are_not_remembered():
    told._sorted.cache_clear()
    for names, remembered in ((["n" * 300] * 100, 0), ([f"org.example.setting-{number}" for number in range(300)], 1)):
        kept = Kept(LAPTOP, NOON, told_of([fact(name, 1, user="u" * 20) for name in names], at=NOON), None, (), "")
        assert len(kept.named(names[0])) == names.count(names[0])
        assert told._sorted.cache_info().currsize == remembered


MANY = tuple(Installed(f"lib{number}", "1", "deb") for number in range(300))


@settings(max_examples=300, deadline=None)
@given(before=SHEETS, after=SHEETS, many=st.booleans())
def test_an_inventory_that_is_kept_as_it_is_hashed_says_what_it_said(before, after, many):
    old, new = (tuple(tidied(one).software or ()) for one in (before, after))
    change = difference(sheet(software=old), sheet(software=(*new, *MANY) if many else new))
    assert change is not None
    kept = unpacked(titles_in(old).packed())
    assert set(kept.every()) == set(old)
    assert kept.hash == software_hash(old)
    assert unpacked(zlib.compress(msgspec.json.encode(old))) == kept

    now, whole = kept.after(change), applied(sheet(software=old), change, at=NOON).software or ()

    assert set(now.every()) == set(whole)
    assert now.hash == software_hash(whole)
    assert now == titles_in(whole)
    for one in whole:
        assert set(now.alike([one])) == {other for other in whole if (other.type, other.name) == (one.type, one.name)}


def sheet(*facts: Fact, software: tuple[Installed, ...] | None = ()) -> FactSheet:
    return FactSheet(LAPTOP, NOON, facts, software)


def fact(name: str, value: object, **more: object) -> Fact:
    return Fact(name, value, Source.OBSERVED, NOON, **more)


def test_neither_order_nor_time_nor_repetition_make_a_state():
    one = sheet(fact("a", 1), fact("b", 2), software=(Installed("x", "1", "deb"), Installed("y", "1", "deb")))
    later = NOON + timedelta(hours=1)
    other = replace(
        one,
        collected_at=later,
        facts=tuple(replace(each, observed_at=later) for each in (*reversed(one.facts), one.facts[0])),
        software=tuple(reversed(one.software or ())),
    )

    assert state_hash(one) == state_hash(other)


@pytest.mark.parametrize("other", [
    sheet(fact("a", "1")), sheet(fact("a", True)), sheet(fact("a", 1, user="alice")), sheet(fact("a", 1, writable=False)),
    sheet(fact("a", 1), software=None), sheet(fact("a", 1), software=(Installed("x", "1", "deb"),)), sheet(),
    replace(sheet(fact("a", 1)), device=replace(LAPTOP, release="Debian 13")),
])  # fmt: skip
def test_whatever_differs_makes_another_state(other):
    assert state_hash(sheet(fact("a", 1))) != state_hash(other)


def test_the_canonical_form_is_as_the_reference_says():
    one = sheet(fact("b", 2.5, user="alice"), fact("a", ["é"]), software=(Installed("x", "1", "deb"),))

    told = json.loads(state.canonical(one))

    assert state.canonical(one) == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert [each["name"] for each in told["facts"]] == ["a", "b"]
    assert told["software"] == hashlib.sha256(b'[{"name":"x","type":"deb","version":"1"}]').hexdigest()


def test_a_change_of_facts_is_reckoned_without_the_inventory():
    one = sheet(fact("a", 1), software=(Installed("x", "1", "deb"),))

    assert state.state_hash_of(one.device, one.facts, state.software_hash(one.software)) == state_hash(one)
    assert state.state_hash_of(one.device, one.facts, None) == state_hash(replace(one, software=None))


def test_a_change_is_as_small_as_what_changed():
    old = sheet(fact("a", 1), fact("b", 1), fact("c", 1), software=tuple(Installed(f"p{n}", "1", "deb") for n in range(1000)))
    new = replace(old, facts=(fact("a", 1), fact("b", 2)), software=(*(old.software or ())[1:], Installed("p0", "2", "deb")))

    change = difference(old, new)

    assert change is not None
    assert [each.value for each in change.facts] == [2]
    assert change.gone == (("c", None),)
    assert (change.added, change.removed) == ((Installed("p0", "2", "deb"),), (Installed("p0", "1", "deb"),))


def test_layers_of_one_setting_change_together():
    weak, strong = fact("a", 1, origin="/etc/a"), fact("a", 2, origin="/etc/b")

    change = difference(sheet(weak, strong), sheet(weak))

    assert change is not None
    assert change.facts == (weak,)


def test_another_identity_is_told_whole():
    assert difference(sheet(), replace(sheet(), device=replace(LAPTOP, name="LT-08"))) is None


def test_that_something_can_no_longer_be_read_is_told_without_a_change_of_state():
    change = difference(sheet(), replace(sheet(), unread=(Unread("locks", "no session"),)))

    assert change is not None
    assert change.is_nothing
    assert change.unread == (Unread("locks", "no session"),)


def test_an_unchanged_report_is_a_line():
    body = encoded(state.unchanged_out(STAMP, base="a" * 64, at=NOON))

    told = read_delivery(body, at=NOON + timedelta(hours=2))

    assert len(body) < 300
    assert (told.base, told.sheet, told.change, told.collected_at) == ("a" * 64, None, None, NOON)
    assert told.stamp == STAMP


def test_a_clock_that_runs_ahead_is_taken_back_and_noted():
    told = read_delivery(encoded(state.unchanged_out(STAMP, base="a" * 64, at=NOON)), at=NOON - timedelta(hours=3))

    assert told.collected_at == told.stamp.sent_at == NOON - timedelta(hours=3)
    assert told.clock_off_seconds == 10_800


def test_a_clock_a_little_ahead_is_taken_back_in_silence():
    told = read_delivery(encoded(state.unchanged_out(STAMP, base="a" * 64, at=NOON)), at=NOON - timedelta(minutes=3))

    assert (told.collected_at, told.clock_off_seconds) == (NOON - timedelta(minutes=3), 0)


GOOD = {"format": "holdtrue.unchanged/1", "report": {"key": "0" * 32, "sequence": 1, "sent_at": "2026-11-25T12:00:00Z", "base": "a" * 64}, "collected_at": "2026-11-25T12:00:00Z"}  # fmt: skip


@pytest.mark.parametrize(("path", "wrong"), [
    ("format", "holdtrue.change/9"), ("format", 7), ("report", None), ("report.key", "KEY"), ("report.sequence", 0), ("report.sequence", -1),
    ("report.sequence", 2**70), ("report.sequence", "1"), ("report.sent_at", "yesterday"), ("report.base", "../../etc"), ("report.base", ""),
    ("collected_at", 0),
])  # fmt: skip
def test_a_report_that_is_not_one_is_refused(path, wrong):
    told = json.loads(json.dumps(GOOD))
    *folders, name = path.split(".")
    (told["report"] if folders else told)[name] = wrong

    with pytest.raises(Invalid):
        read_delivery(json.dumps(told).encode(), at=NOON)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"0" * (document.LARGEST + 1)])
def test_what_is_no_report_is_refused(body):
    with pytest.raises(Invalid):
        read_delivery(body, at=NOON)


def test_a_change_without_the_state_it_builds_on_is_refused():
    told = GOOD | {"report": {name: value for name, value in GOOD["report"].items() if name != "base"}}

    with pytest.raises(Invalid, match="builds on"):
        read_delivery(json.dumps(told).encode(), at=NOON)
