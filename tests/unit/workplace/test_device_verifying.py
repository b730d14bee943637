"""Signatures of many reports: a process of their own verifies them, and whatever becomes of it, they are verified."""

import subprocess
import sys
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.workplace.devices import verifying
from holdtrue.workplace.devices.signatures import REPORT, encoded
from holdtrue.workplace.devices.verifying import Claim, Verifier


def claims(count: int, size: int = 20) -> list[Claim]:
    """Return claims of which every third is false."""
    found = []
    for number in range(count):
        own, body = Ed25519PrivateKey.generate(), b"%0*d" % (size, number)
        signature = own.sign(encoded(REPORT, body if number % 3 else b"other words"))
        found.append(Claim(own.public_key().public_bytes_raw(), signature, body))
    return found


@pytest.fixture
def verifier(monkeypatch):
    monkeypatch.setattr(verifying.os, "cpu_count", lambda: 2)
    one = Verifier()
    yield one
    one.close()


def stand_in(verifier: Verifier, program: str) -> subprocess.Popen[bytes]:
    """Let another program take the place of the process that verifies."""
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    verifier._process = process
    return process


def assert_verified(verifier: Verifier, told: list[Claim]) -> None:
    assert verifier.verified(told) == [number % 3 != 0 for number in range(len(told))]


def test_a_process_of_its_own_tells_which_of_many_are_true(verifier):
    for count, size in ((8, 20), (200, 500), (9, 200_000)):
        assert_verified(verifier, claims(count, size))
    assert verifier._process is not None
    assert verifier._process.poll() is None


@pytest.mark.parametrize("size", [20, 200_000])
def test_a_process_that_hangs_holds_nobody_up_for_long(verifier, monkeypatch, size):
    monkeypatch.setattr(verifying, "LONGEST", 0.2)
    hanging = stand_in(verifier, "import time; time.sleep(60)")

    assert_verified(verifier, claims(9, size))

    assert hanging.poll() is not None
    monkeypatch.setattr(verifying, "LONGEST", 20)
    assert_verified(verifier, claims(9))
    assert verifier._process is not None


@pytest.mark.parametrize("program", ["", "import sys; sys.stdout.write('x'); sys.stdout.flush()"])
def test_a_process_that_ends_is_done_without(verifier, program):
    stand_in(verifier, program)

    assert_verified(verifier, claims(9))
    assert_verified(verifier, claims(9))


def test_nobody_is_given_what_a_process_says_too_late_to_another(verifier, monkeypatch):
    late, told, mine, theirs = stand_in(verifier, "import time; time.sleep(60)"), verifying._told, claims(9), claims(9)
    asked: list[int] = []
    found: list[list[bool]] = []
    other = threading.Thread(target=lambda: found.append(verifier.verified(theirs)))

    def hanging(asks: int, answers: int, question: bytes, *, count: int) -> bytes:
        asked.append(count)
        if len(asked) == 1:
            other.start()
            raise TimeoutError("the process that verifies them does not answer")
        # By now it has answered the first question.
        return b"\1" * count if verifier._process is late else told(asks, answers, question, count=count)

    def close() -> None:
        other.join(0.3)
        Verifier.close(verifier)

    monkeypatch.setattr(verifying, "_told", hanging)
    monkeypatch.setattr(verifier, "close", close)

    assert_verified(verifier, mine)
    other.join()

    assert found == [[number % 3 != 0 for number in range(9)]]
