"""Encrypts many small texts under one key, so that they can be opened together at little more than the cost of their bytes.

AES-256 in counter mode (NIST SP 800-38A). A process draws 96 random bits once and then takes the key's stream from there,
block after block: what it seals one after another lies one after another in the stream, and a run of a thousand texts is
opened by one call. Nothing here notices a changed byte: whoever opens compares the text with the hash that the log
committed to, which an authentication tag would only repeat.
"""

import os
import secrets
import threading
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from struct import unpack
from typing import Any
from weakref import WeakSet

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

BLOCK = 16
"""Bytes of a block, and of the place in the stream that stands before each text."""
_NONCE_SIZE = 12
_MOST_BLOCKS = 2**32
_EMPTY = bytes(BLOCK)
_FILLING = tuple(bytes(-size % BLOCK) for size in range(BLOCK))


class StreamKey:
    """A key, and this process's place in its stream; safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes."""
        self._key = key
        self._algorithm = AES256(key)
        self.begin_anew()
        _living.add(self)

    def begin_anew(self) -> None:
        """Forget the place in the stream: the next text gets another, drawn at random."""
        self._lock = threading.Lock()
        self._encryptor: Any = None
        self._nonce = b""
        self._block = _MOST_BLOCKS

    def seal(self, text: bytes) -> bytes:
        """Return the text encrypted, behind its place in the stream."""
        return self.seal_run([text])[0]

    def seal_run(self, texts: Sequence[bytes]) -> list[bytes]:
        """Return many texts encrypted, each behind its place; they lie one after another in the stream."""
        # The place itself takes a block of the stream, so that nothing has to be cut out before opening many.
        parts = [_EMPTY] * (3 * len(texts))
        parts[1::3] = texts
        sizes = [*map(len, texts)]
        parts[2::3] = [_FILLING[size % BLOCK] for size in sizes]
        padded = b"".join(parts)
        with self._lock:
            block = self._block
            if block + len(padded) // BLOCK > _MOST_BLOCKS:
                block = self._draw()
            self._block = block + len(padded) // BLOCK
            nonce = self._nonce
            run = self._encryptor.update(padded)
        sealed = []
        for size, text in zip(sizes, unpack("".join(map(_cut_filled, sizes)), run), strict=True):
            sealed.append(nonce + block.to_bytes(BLOCK - _NONCE_SIZE, "big") + text)
            block += 1 + (size + BLOCK - 1) // BLOCK
        return sealed

    def open(self, sealed: bytes) -> bytes:
        """Return the text, or what became of it when a byte was changed."""
        stream = self._decryptor()
        stream.reset_nonce(sealed[:BLOCK].ljust(BLOCK, b"\0"))
        text: bytes = stream.update(sealed)
        return text[BLOCK:]

    def open_run(self, sealed: Sequence[bytes]) -> list[bytes]:
        """Return many texts; those that seem to lie one after another in the stream are opened at once.

        Of a run the first and the last are looked at. Where several threads or processes have sealed in turn, a text
        between can come out wrong; then it is not what its hash says, and `open` has the answer.
        """
        opened: list[bytes] = []
        _open_run(self._decryptor(), sealed, opened)
        return opened

    def derived(self, purpose: bytes) -> bytes:
        """Return a key of 32 bytes for another purpose."""
        return sha256(b"holdtrue/key/1\n" + purpose + b"\n" + self._key).digest()

    def _decryptor(self) -> Any:
        return Cipher(self._algorithm, CTR(_EMPTY)).decryptor()

    def _draw(self) -> int:
        self._nonce = secrets.token_bytes(_NONCE_SIZE)
        self._encryptor = Cipher(self._algorithm, CTR(self._nonce.ljust(BLOCK, b"\0"))).encryptor()
        return 0


def _open_run(stream: Any, sealed: Sequence[bytes], opened: list[bytes]) -> None:
    """Add the texts to those that are opened: at once if they are one run of the stream, else in two halves."""
    if not sealed:
        return
    sizes = [*map(len, sealed)]
    alike = sizes.count(sizes[0]) == len(sizes)
    blocks = len(sizes[1:]) * _blocks(sizes[0]) if alike else sum([*map(_blocks, sizes[:-1])])
    first, last = sealed[0][:BLOCK], sealed[-1][:BLOCK]
    if int.from_bytes(last, "big") - int.from_bytes(first, "big") != blocks:
        middle = len(sealed) // 2
        _open_run(stream, sealed[:middle], opened)
        _open_run(stream, sealed[middle:], opened)
        return
    stream.reset_nonce(first.ljust(BLOCK, b"\0"))
    # Filled up to whole blocks, and cut by one format: half the work of slicing.
    if alike:
        filling, cut = _FILLING[sizes[0] % BLOCK], _cut(sizes[0]) * len(sizes)
        run = filling.join([*sealed, b""])
    else:
        parts = [b""] * (2 * len(sealed))
        parts[::2] = sealed
        parts[1::2] = [_FILLING[size % BLOCK] for size in sizes]
        run, cut = b"".join(parts), "".join(map(_cut, sizes))
    opened += unpack(cut, stream.update(run))


def _blocks(size: int) -> int:
    return -(-size // BLOCK)


@lru_cache(4_096)
def _cut(size: int) -> str:
    """Return the part of a format (`struct`) that takes a text of this size out of its place and its filling."""
    place = min(size, BLOCK)
    return f"{place}x{size - place}s{-size % BLOCK}x"


@lru_cache(4_096)
def _cut_filled(size: int) -> str:
    """Return the part of a format that takes a sealed text of this size from between its place and its filling."""
    return f"{BLOCK}x{size}s{-size % BLOCK}x"


_living: WeakSet[StreamKey] = WeakSet()


def _begin_all_anew() -> None:
    for key in _living:
        key.begin_anew()


# A process that begins as a copy of another must not go on at the same place.
os.register_at_fork(after_in_child=_begin_all_anew)
