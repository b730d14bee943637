"""Signatures of many reports, verified in a process of its own, so that they take another core than everything else.

Most of what an unchanged report costs is its signature, and OpenSSL's Ed25519 holds the interpreter's lock meanwhile: a thread
would gain nothing. The process starts with the first batch that is worth it, reads questions from its input, and ends when that
does, however the server went. Where it cannot be had, signatures are verified here.
"""

import logging
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final, NamedTuple

from holdtrue.workplace.devices.signatures import KEY_SIZE, REPORT, SIGNATURE_SIZE, is_signed

log = logging.getLogger("holdtrue.devices")
WORTH_IT: Final = 8
"""Signatures of one batch, from which on it is worth a question: a few reports an hour never start a process."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of one question; what is longer takes less to verify than to hand over."""
LONGEST: Final = 5.0
"""Seconds that one question may take, many times what the largest does: a process that hangs holds nobody up for longer."""
_COUNT: Final = struct.Struct("!I")
_HEAD: Final = struct.Struct(f"!{KEY_SIZE}s{SIGNATURE_SIZE}sI")


class Claim(NamedTuple):
    """A body that is said to be signed by a key."""

    public_key: bytes
    signature: bytes
    body: bytes

    @property
    def is_true(self) -> bool:
        """Whether it is signed so, verified here."""
        return is_signed(self.body, kind=REPORT, public_key=self.public_key, signature=self.signature)


class Verifier:
    """Verifies signatures of reports, many at a time."""

    def __init__(self) -> None:
        """Begin without a process."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def verified(self, claims: Sequence[Claim]) -> list[bool]:
        """Return for each claim whether it is true."""
        if len(claims) < WORTH_IT or sum(len(one.body) for one in claims) > LARGEST or (os.cpu_count() or 1) < 2:  # noqa: PLR2004 - another core
            return [one.is_true for one in claims]
        with self._lock:
            try:
                return self._asked(claims)
            except (OSError, ValueError) as error:
                log.warning("signatures are verified by the server itself: %s", error)
                # Before anybody else asks, who would be given what it says too late.
                self.close()
        return [one.is_true for one in claims]

    def close(self) -> None:
        """Let the process end."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]

    def _asked(self, claims: Sequence[Claim]) -> list[bool]:
        if self._process is None:
            # It needs no secret of the server's.
            env = {name: value for name, value in os.environ.items() if not name.startswith("HOLDTRUE_")}
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
                env=env,
                bufsize=0,
            )
        asks, answers = self._process.stdin, self._process.stdout
        if asks is None or answers is None:
            raise OSError("the process that verifies them cannot be asked")
        found = _told(asks.fileno(), answers.fileno(), asked(claims), count=len(claims))
        return [one == 1 for one in found]


def _told(asks: int, answers: int, question: bytes, *, count: int) -> bytes:
    """Return so many bytes of an answer; raises `OSError` where they do not come in time."""
    os.set_blocking(asks, False)
    until, rest, found = time.monotonic() + LONGEST, memoryview(question), b""
    while len(found) < count:
        waits = select.poll()
        waits.register(answers, select.POLLIN)
        if rest:
            waits.register(asks, select.POLLOUT)
        ready = dict(waits.poll(max(0, until - time.monotonic()) * 1000))
        if not ready:
            raise TimeoutError("the process that verifies them does not answer")
        if asks in ready:
            rest = rest[os.write(asks, rest) :]
        if answers in ready:
            came = os.read(answers, count)
            if not came:
                raise OSError("the process that verifies them has ended")
            found += came
    return found


def asked(claims: Sequence[Claim]) -> bytes:
    """Return the question whether these are true, as it goes to the process."""
    parts = [_COUNT.pack(len(claims))]
    for one in claims:
        parts += (_HEAD.pack(one.public_key, one.signature, len(one.body)), one.body)
    return b"".join(parts)


def answer(asks: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions, one byte for each claim, until there are no more."""
    while len(head := asks.read(_COUNT.size)) == _COUNT.size:
        (count,) = _COUNT.unpack(head)
        found = bytearray()
        for _ in range(count):
            public_key, signature, size = _HEAD.unpack(asks.read(_HEAD.size))
            found.append(Claim(public_key, signature, asks.read(size)).is_true)
        answers.write(found)
        answers.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        answer(sys.stdin.buffer, sys.stdout.buffer)
