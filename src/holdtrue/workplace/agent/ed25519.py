"""Ed25519 signatures in plain Python, for devices that have nothing but the standard library (RFC 8032).

One signature takes some milliseconds, once in a quarter of an hour. The arithmetic is not of constant time: whoever could
measure it on the device already runs programs there as the same user. A server verifies with `cryptography`.
"""

import hashlib
from typing import TypeAlias

SEED = 32
"""Bytes of a secret key."""
PUBLIC = 32
SIGNATURE = 64

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point: TypeAlias = tuple[int, int, int, int]
"""Extended homogeneous coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z (RFC 8032, 5.1.4)."""
_ZERO: _Point = (0, 1, 1, 0)


def public_key(seed: bytes) -> bytes:
    """Return the public key of a secret one; raises `ValueError` unless the secret has 32 bytes."""
    scalar, _ = _expanded(seed)
    return _packed(_times(scalar, _BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature of a message (RFC 8032, 5.1.6)."""
    scalar, prefix = _expanded(seed)
    public = _packed(_times(scalar, _BASE))
    nonce = _number(prefix + message)
    commitment = _packed(_times(nonce, _BASE))
    challenge = _number(commitment + public + message)
    return commitment + ((nonce + challenge * scalar) % _ORDER).to_bytes(32, "little")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether this is the key's signature of the message (RFC 8032, 5.1.7)."""
    if len(public) != PUBLIC or len(signature) != SIGNATURE:
        return False
    key, commitment = _unpacked(public), _unpacked(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= _ORDER:
        return False
    challenge = _number(signature[:32] + public + message)
    return _equal(_times(scalar, _BASE), _sum(commitment, _times(challenge, key)))


def _expanded(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != SEED:
        raise ValueError(f"A secret key has {SEED} bytes, not {len(seed)}.")
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return scalar, digest[32:]


def _number(message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(message).digest(), "little") % _ORDER


def _sum(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    found = _ZERO
    while scalar:
        if scalar & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        scalar >>= 1
    return found


def _equal(one: _Point, other: _Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


def _packed(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _unpacked(packed: bytes) -> _Point | None:
    number = int.from_bytes(packed, "little")
    y, is_odd = number & ((1 << 255) - 1), number >> 255
    if y >= _P:
        return None
    x = _x_of(y, is_odd)
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, is_odd: int) -> int | None:
    """Return the x of a point from its y (RFC 8032, 5.1.3); None where there is none."""
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    if square == 0:
        return None if is_odd else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P:
        return None
    return _P - x if (x & 1) != is_odd else x


def _base() -> _Point:
    y = 4 * pow(5, _P - 2, _P) % _P
    x = _x_of(y, 0) or 0
    return x, y, 1, x * y % _P


_BASE = _base()
