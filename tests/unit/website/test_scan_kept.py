"""A scan that is kept is taken up by the same scan and by no other, and its file is whole or as it was."""

import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from holdtrue.errors import Conflict, Invalid, Unavailable
from holdtrue.website.scan.engine.kept import Diary, Kept
from holdtrue.website.scan.engine.observations import Answer, Kind, Observation, Party, State
from holdtrue.website.scan.engine.options import Options
from holdtrue.website.scan.engine.signin import steps_in
from holdtrue.website.scan.engine.trace import Trace
from holdtrue.website.scan.kept_file import KeptFile, asked_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SHOP = "https://shop.example/"
OPTIONS = Options(url=SHOP, clock=lambda: NOON)


def seen(state):
    return Observation(state=state, kind=Kind.COOKIE, name="a", domain="shop.example", party=Party.FIRST, page=SHOP)


KEPT = Kept(
    salt="5a" * 16,
    started=NOON,
    landed=SHOP,
    pages=(SHOP, f"{SHOP}bread", f"{SHOP}rolls"),
    is_planned=True,
    visited={State.NO_CHOICE: {f"{SHOP}bread": True, f"{SHOP}rolls": False}, State.REFUSED: {f"{SHOP}bread": True}},
    answers=(Answer(state=State.NO_CHOICE, reached=True),),
    notes=(),
    traces=(Trace((seen(State.NO_CHOICE), seen(State.REFUSED)), (), ()),),
)


@pytest.fixture
def file(tmp_path):
    return KeptFile(tmp_path / "kept.json", asked_of(OPTIONS, policy=""))


def test_what_was_kept_is_read_again_as_it_was_by_its_owner_alone(file):
    assert file.read() is None

    file.write(replace(KEPT, pages=()))
    file.write(KEPT)

    assert file.read() == KEPT
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [one.name for one in file.path.parent.iterdir()] == ["kept.json"]


@pytest.mark.parametrize(
    ("other", "policy", "said"),
    [
        ({"url": "https://other.example/"}, "", "another URL: https://shop.example/, and now https://other.example/"),
        ({"pages": 9}, "", "another --pages: 5, and now 9"),
        ({"states": frozenset({State.REFUSED})}, "", "another --states"),
        ({"locale": "nl"}, "", "another --locale"),
        ({"window": (390, 844)}, "", "another --viewport"),
        ({"also": ("https://shop.example/x",)}, "", "another --also: none, and now https://shop.example/x"),
        ({"sign_in": steps_in("open https://shop.example/in", {})}, "", "another --sign-in"),
        ({}, "ab" * 32, "another --policy"),
    ],
)
def test_a_scan_that_asks_something_else_does_not_go_on_with_it(file, other, policy, said):
    file.write(KEPT)

    with pytest.raises(Conflict, match=said) as refused:
        KeptFile(file.path, asked_of(replace(OPTIONS, **other), policy=policy)).read()

    assert "begin anew" in refused.value.hint
    assert file.read() == KEPT


def test_what_is_typed_to_sign_in_is_not_kept():
    options = replace(OPTIONS, sign_in=steps_in("fill #word = $WORD", {"WORD": "hunter2"}), credentials="guest:secret")

    said = repr(asked_of(options, policy=""))

    assert "fill #word" in said
    assert "hunter2" not in said
    assert "secret" not in said


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff\xfe", b'{"format":"holdtrue-scan","version":1}', b"[" * 100_000])
def test_something_else_than_a_kept_scan_is_refused_and_left_alone(file, raw):
    file.path.write_bytes(raw)

    with pytest.raises(Invalid, match="is no kept scan"):
        file.read()

    assert file.path.read_bytes() == raw


def test_what_another_version_kept_is_refused(file):
    file.write(KEPT)
    file.path.write_bytes(file.path.read_bytes().replace(b'"version":1', b'"version":2'))

    with pytest.raises(Invalid, match="of this version"):
        file.read()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(Unavailable, match="cannot be written"):
        KeptFile(tmp_path / "nowhere" / "kept.json", {}).write(KEPT)


def test_a_diary_goes_on_where_the_past_ended():
    diary = Diary(KEPT, datetime.now(UTC))

    assert (diary.started, diary.salt, diary.done) == (NOON, KEPT.salt, {State.NO_CHOICE})
    assert diary.has_seen(State.REFUSED, f"{SHOP}bread")
    assert not diary.has_seen(State.ACCEPTED, f"{SHOP}bread")
    assert diary.looked_at(State.NO_CHOICE, [SHOP, f"{SHOP}jam"]) == (SHOP, f"{SHOP}bread", f"{SHOP}jam")
    assert diary.looked_at(State.REFUSED, []) == (f"{SHOP}bread",)
    diary.saw(State.ACCEPTED, SHOP, is_good=True)
    assert State.ACCEPTED not in KEPT.visited


def test_what_was_seen_in_a_state_that_was_not_reached_is_let_go():
    assert KEPT.traces[0].within({State.NO_CHOICE}).observations == (seen(State.NO_CHOICE),)
