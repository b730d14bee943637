"""Many small texts under one key: opened alone, together, out of order, and never from the same place twice."""

import itertools
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from holdtrue.evidence import keystream
from holdtrue.evidence.keystream import BLOCK, StreamKey

LENGTHS = [*range(50), 250, 251, 255, 256, 257, 4_095, 4_096]


@pytest.fixture
def secret() -> bytes:
    return secrets.token_bytes(32)


@pytest.fixture
def key(secret) -> StreamKey:
    return StreamKey(secret)


def texts(count: int) -> list[bytes]:
    return [secrets.token_bytes(number % 97) for number in range(count)]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_text_of_any_length_is_opened_alone_by_whoever_has_the_key(key, secret, length):
    text = secrets.token_bytes(length)
    sealed = key.seal(text)

    assert StreamKey(secret).open(sealed) == text
    assert len(sealed) == BLOCK + length


def test_what_was_sealed_one_after_another_is_opened_together(key, secret):
    wanted = texts(1_000)
    sealed = [key.seal(one) for one in wanted]

    assert StreamKey(secret).open_run(sealed) == wanted
    assert StreamKey(secret).open_run([]) == []


def test_a_run_is_sealed_as_its_texts_would_be_one_by_one(key, secret):
    wanted = [secrets.token_bytes(length) for length in LENGTHS]
    before, run, after = key.seal(b"before"), key.seal_run(wanted), key.seal(b"after")

    assert [StreamKey(secret).open(one) for one in run] == wanted
    assert StreamKey(secret).open_run([before, *run, after]) == [b"before", *wanted, b"after"]
    blocks = [1 + -(-(len(one) - BLOCK) // BLOCK) for one in (before, *run)]
    places = [int.from_bytes(one[:BLOCK], "big") for one in (before, *run, after)]
    assert [later - earlier for earlier, later in itertools.pairwise(places)] == blocks
    assert key.seal_run([]) == []


def test_runs_of_two_processes_are_opened_together(key, secret):
    other = StreamKey(secret)
    wanted = texts(90)
    sealed = [(key if number < 40 else other).seal(one) for number, one in enumerate(wanted)]

    assert key.open_run(sealed) == wanted
    assert key.open_run(sealed[::-1]) == wanted[::-1]


def test_threads_that_seal_at_once_never_share_a_place(key):
    wanted = texts(2_000)
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(key.seal, wanted))

    assert [key.open(one) for one in sealed] == wanted
    assert len({one[:BLOCK] for one in sealed}) == len(sealed)


def test_the_stream_is_drawn_anew_before_its_places_run_out(key, monkeypatch):
    monkeypatch.setattr(keystream, "_MOST_BLOCKS", 8)
    key.begin_anew()
    wanted = [secrets.token_bytes(32) for _ in range(20)]
    sealed = [key.seal(one) for one in wanted]

    # Three blocks each: two texts fit.
    assert len({one[:12] for one in sealed}) == 10
    assert key.open_run(sealed) == wanted


def test_a_process_that_begins_as_a_copy_takes_another_place(key):
    before = key.seal(b"before")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, key.seal(b"child"))
        os._exit(0)
    os.waitpid(child, 0)
    sealed = os.read(reading, 100)
    os.close(reading)
    os.close(writing)

    assert key.open(sealed) == b"child"
    assert sealed[:12] != before[:12] == key.seal(b"after")[:12]


def test_a_changed_byte_or_place_gives_another_text(key):
    sealed = key.seal(secrets.token_bytes(64))
    text = key.open(sealed)

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert key.open(bytes(changed)) != text


@pytest.mark.parametrize("damaged", [b"", b"short", bytes(BLOCK)])
def test_what_is_cut_short_opens_to_nothing(key, damaged):
    assert key.open(damaged) == b""
    assert key.open_run([damaged, damaged]) == [b"", b""]


def test_a_key_derived_for_a_purpose_is_another_one(key, secret):
    assert key.derived(b"outbox") == StreamKey(secret).derived(b"outbox") != key.derived(b"other")
    assert len(key.derived(b"outbox")) == 32
    assert key.derived(b"outbox") != secret
