"""What anybody may send to the raw door: signatures, packing, and bodies that are not what they say."""

import asyncio
import base64
import contextlib
import gzip
import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from holdtrue.errors import HoldtrueError, Invalid, TooLarge, TooMany
from holdtrue.workplace.agent import ed25519, keys
from holdtrue.workplace.devices import intake as door
from holdtrue.workplace.devices import notice
from holdtrue.workplace.devices.intake import Intake, inflated
from holdtrue.workplace.devices.signatures import (
    ENROLMENT,
    REPORT,
    Answer,
    encoded,
    is_signed,
    key_id,
    public_key_of,
    signature_of,
)

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SECRET.public_key().public_bytes_raw()
KEY = key_id(PUBLIC).encode()


class Always:
    """A limit that never ends, or ends after so many."""

    def __init__(self, most: int = 10**9) -> None:
        self.left = most

    def allows(self, _address: str, _now: float) -> bool:
        self.left -= 1
        return self.left >= 0


def headers(**more: bytes) -> dict[bytes, bytes]:
    known = {b"holdtrue-key": KEY, b"holdtrue-signature": base64.b64encode(bytes(64))}
    return known | {name.replace("_", "-").encode(): value for name, value in more.items()}


def whole(batch, _tell):
    """Hear every report of a batch."""
    return batch


def send(*reports: tuple[dict[bytes, bytes], bytes], status: int = 200, bad: Always | None = None) -> list[Answer | Exception]:
    """Let a door take these one after another and return each answer or error."""

    def take(batch, tell):
        for place, _ in enumerate(batch):
            tell(place, Answer(status, {}))

    async def all_of_them() -> list[Answer | Exception]:
        intake = Intake(whole, take, bad=bad or Always())
        found: list[Answer | Exception] = []
        for given_headers, body in reports:
            try:
                found.append(await intake.report(given_headers, body, "10.0.0.1"))
            except HoldtrueError as error:
                found.append(error)
        await intake.close()
        return found

    return asyncio.run(all_of_them())


@given(body=st.binary(max_size=300), other=st.binary(max_size=300))
def test_a_signature_counts_for_its_body_and_kind_alone(body, other):
    signature = SECRET.sign(encoded(REPORT, body))

    assert is_signed(body, kind=REPORT, public_key=PUBLIC, signature=signature)
    assert not is_signed(body, kind=ENROLMENT, public_key=PUBLIC, signature=signature)
    if other != body:
        assert not is_signed(other, kind=REPORT, public_key=PUBLIC, signature=signature)


@settings(max_examples=25, deadline=None)
@given(body=st.binary(max_size=200))
def test_the_agent_signs_as_the_server_verifies(body):
    signature = ed25519.sign(bytes(range(32)), keys.envelope(REPORT.decode(), body))

    assert is_signed(body, kind=REPORT, public_key=PUBLIC, signature=signature)
    assert keys.key_id(PUBLIC) == key_id(PUBLIC)


def test_a_key_that_every_signature_fits_signs_nothing():
    # The neutral point as key and as commitment, and nought: the equation of RFC 8032 holds for any body.
    neutral = b"\1" + bytes(31)

    assert not is_signed(b"{}", kind=REPORT, public_key=neutral, signature=neutral + bytes(32))


@given(public_key=st.binary(max_size=40), signature=st.binary(max_size=70), body=st.binary(max_size=50))
def test_no_bytes_as_key_or_signature_raise_anything(public_key, signature, body):
    assert not is_signed(body, kind=REPORT, public_key=public_key, signature=signature)


@given(header=st.binary(max_size=120))
def test_a_signature_that_is_none_is_invalid_and_nothing_else(header):
    with contextlib.suppress(Invalid):
        assert len(signature_of(header)) == 64
    with contextlib.suppress(Invalid):
        assert len(public_key_of(header.decode("latin-1"))) == 32


@given(body=st.binary(max_size=2_000))
def test_what_gzip_packed_is_unpacked_whole(body):
    assert inflated(gzip.compress(body)) == body


@given(body=st.binary(min_size=1, max_size=500), cut=st.integers(1, 60), noise=st.binary(min_size=1, max_size=20))
def test_a_torn_or_longer_stream_is_refused(body, cut, noise):
    packed = gzip.compress(body)

    for wrong in (packed[: -min(cut, len(packed))], packed + noise, noise, zlib.compress(body)):
        with pytest.raises(Invalid):
            inflated(wrong)


def test_a_bomb_is_refused_before_it_is_made():
    bomb = gzip.compress(bytes(door.LARGEST + 1))

    with pytest.raises(TooLarge):
        inflated(bomb)
    assert inflated(gzip.compress(bytes(door.LARGEST))) == bytes(door.LARGEST)


@settings(max_examples=60, deadline=None)
@given(
    key=st.binary(max_size=40), signature=st.binary(max_size=100), packing=st.sampled_from([b"gzip", b"br", b"", b"GZIP", b"identity"]),
    body=st.binary(max_size=300),
)  # fmt: skip
def test_whatever_comes_is_answered(key, signature, packing, body):
    told = {b"holdtrue-key": key, b"holdtrue-signature": signature, b"content-encoding": packing}

    (answer,) = send((told, body))

    status = answer.status
    assert status in {200, 401, 413, 415, 422}


def test_an_error_while_a_batch_is_taken_tells_nobody_that_it_was_stored():
    def take(_batch, _tell):
        raise RuntimeError("the disk went away")

    async def one() -> Answer:
        return await Intake(whole, take, bad=Always()).report(headers(), b"{}", "10.0.0.1")

    assert asyncio.run(one()).status == 503


def test_many_small_bombs_are_never_inflated_together():
    bomb = gzip.compress(bytes(1_000_000))
    lying = bomb[:-4] + (1_000).to_bytes(4, "little")
    assert len(bomb) < door.LIGHT
    batches = []

    def hear(batch, _tell):
        batches.append(sum(len(one.body) for one in batch))
        return batch

    def take(batch, tell):
        for place, _ in enumerate(batch):
            tell(place, Answer(200, {}))

    async def all_of_them() -> list[int]:
        intake = Intake(hear, take, bad=Always())
        packed = headers(content_encoding=b"gzip")
        answers = await asyncio.gather(*(intake.report(packed, one, "10.0.0.1") for one in [bomb, lying] * 40))
        return [answer.status for answer in answers]

    assert asyncio.run(all_of_them()) == [200, 413] * 40
    assert max(batches) <= door.MOST_HEAVY * 1_000_000


@pytest.mark.parametrize(
    ("size", "count", "most"), [(200_000, 60, door.LIGHT_TOGETHER), (6_000_000, 5, door.LARGEST), (2, 60, 120)]
)
def test_only_so_much_is_inflated_together(size, count, most):
    packed, batches = gzip.compress(b" " * size), []

    def take(batch, tell):
        batches.append(len(batch))
        for place, _ in enumerate(batch):
            tell(place, Answer(200, {}))

    async def all_of_them() -> list[int]:
        intake = Intake(whole, take, bad=Always())
        reports = [intake.report(headers(content_encoding=b"gzip"), packed, "10.0.0.1") for _ in range(count)]
        return [answer.status for answer in await asyncio.gather(*reports)]

    assert asyncio.run(all_of_them()) == [200] * count
    assert 1 < max(batches) <= most // size


def test_a_network_that_sends_much_that_is_refused_waits():
    answers = send(*[(headers(), b"{}")] * 5, status=401, bad=Always(2))

    assert [answer.status for answer in answers] == [401, 401, 401, 429, 429]
    assert isinstance(answers[-1], TooMany)


def test_good_reports_count_against_nobody():
    answers = send(*[(headers(), b"{}")] * 5, bad=Always(0))

    assert [answer.status for answer in answers] == [200] * 5


def test_reports_that_come_together_are_taken_together():
    sizes = []

    def take(batch, tell):
        sizes.append(len(batch))
        for place, _ in enumerate(batch):
            tell(place, Answer(200, {}))

    async def many() -> None:
        intake = Intake(whole, take, bad=Always())
        await asyncio.gather(*(intake.report(headers(), b"{}", "10.0.0.1") for _ in range(100)))

    asyncio.run(many())
    assert sum(sizes) == 100
    assert max(sizes) > 10


def test_more_than_fits_is_turned_away_and_what_fits_is_taken(monkeypatch):
    monkeypatch.setattr(door, "MOST_HELD", 10)

    small, large = send((headers(), b"{}"), (headers(), b"x" * 20))

    assert small.status == 200
    assert large.status == 503


def test_the_notice_is_the_same_for_the_same_people_and_names_what_is_never_read():
    told = notice.Notice("WeGroup", "privacy@wegroup.example")

    assert told.document()["sha256"] == told.sha256
    assert told.sha256 != notice.Notice("Other", "privacy@wegroup.example").sha256
    assert any("type" in line for line in told.lines())
    assert all(one["kept_days"] > 0 for one in told.told["collects"])


@pytest.mark.parametrize("name", [
    "session.desktop", "org.gnome.desktop.session idle-delay", "kscreenlockerrc Daemon Timeout", "storage.mounted",
    "modprobe usb-storage", "backup.schedules", r"HKU\S-1-5-21-1\Control Panel\Desktop\ScreenSaveTimeOut", "software",
])  # fmt: skip
def test_what_is_collected_is_told(name):
    assert notice.told_under(name) is not None


def test_what_nobody_told_is_not_told():
    assert notice.told_under("browser.history") is None
