"""Columns that are put together by joining arrive as PostgreSQL's own arrays."""

import struct

import psycopg
import pytest

from holdtrue.evidence.postgres_arrays import bigints, byteas, register, texts

VALUES = {
    "bytes": (byteas, "bytea[]", [b"", b"\x00\xff", None, b"x" * 300]),
    "numbers": (bigints, "bigint[]", [0, -1, None, 2**63 - 1, -(2**63)]),
    "words": (texts, "text[]", ["", "naïve “words”", "Ελληνικά", "x" * 300]),
    "no bytes": (byteas, "bytea[]", []),
    "no numbers": (bigints, "bigint[]", []),
    "no words": (texts, "text[]", []),
}


@pytest.mark.parametrize(("column", "kind", "values"), VALUES.values(), ids=VALUES)
def test_a_column_arrives_value_by_value(own_schema, column, kind, values):
    with psycopg.connect(own_schema) as db:
        register(db)
        (found,) = db.execute(f"SELECT %s::{kind}", [column(values)]).fetchone()

    assert found == values


def test_a_number_that_is_too_large_is_not_sent():
    with pytest.raises(struct.error):
        bigints([2**63])
