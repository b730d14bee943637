"""Columns as PostgreSQL's binary arrays, put together by joining: of what is often the same, each value is written once."""

from collections.abc import Sequence
from struct import pack
from typing import ClassVar, TypeAlias

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_NULL = b"\xff\xff\xff\xff"
_BYTEA, _INT8, _TEXT = 17, 20, 25
"""The object ids of the elements' types, which PostgreSQL never changes."""


class ByteaArray(bytes):
    """A `bytea[]` as it goes over the wire."""

    __slots__ = ()


class BigintArray(bytes):
    """A `bigint[]` as it goes over the wire."""

    __slots__ = ()


class TextArray(bytes):
    """A `text[]` as it goes over the wire."""

    __slots__ = ()


Column: TypeAlias = ByteaArray | BigintArray | TextArray


def byteas(values: Sequence[bytes | None]) -> ByteaArray:
    """Return the column of these values."""
    sizes = {size: pack("!i", size) for size in {len(one) for one in values if one is not None}}
    parts = [b""] * (2 * len(values))
    parts[::2] = [_NULL if one is None else sizes[len(one)] for one in values]
    parts[1::2] = [one or b"" for one in values]
    return ByteaArray(_head(_BYTEA, len(values)) + b"".join(parts))


def bigints(values: Sequence[int | None]) -> BigintArray:
    """Return the column of these values."""
    known = {one: _NULL if one is None else pack("!iq", 8, one) for one in set(values)}
    return BigintArray(_head(_INT8, len(values)) + b"".join([known[one] for one in values]))


def texts(values: Sequence[str]) -> TextArray:
    """Return the column of these values."""
    known = {one: _element(one.encode()) for one in set(values)}
    return TextArray(_head(_TEXT, len(values)) + b"".join([known[one] for one in values]))


def register(db: "psycopg.Connection[object]") -> None:
    """Let a connection send columns."""
    for dumper in (_ByteaArray, _BigintArray, _TextArray):
        db.adapters.register_dumper(dumper.column, dumper)


def _head(element: int, count: int) -> bytes:
    # One dimension, perhaps with nulls, counted from 1; no dimension at all when it is empty.
    return pack("!iiiii", 1, 1, element, count, 1) if count else pack("!iii", 0, 0, element)


def _element(value: bytes) -> bytes:
    """Return a value behind its length."""
    return pack("!i", len(value)) + value


class _Array(Dumper):
    format: ClassVar[Format] = Format.BINARY  # type: ignore[misc]

    def dump(self, obj: Column) -> Buffer | None:
        return obj


class _ByteaArray(_Array):
    column: ClassVar[type[Column]] = ByteaArray
    oid = 1001


class _BigintArray(_Array):
    column: ClassVar[type[Column]] = BigintArray
    oid = 1016


class _TextArray(_Array):
    column: ClassVar[type[Column]] = TextArray
    oid = 1009
