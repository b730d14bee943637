"""Many rows in one statement: values in a row after row on SQLite, one array a column on PostgreSQL.

The ORM makes an object of every row and writes a term for every value, which costs more than the database's own work; and a
statement for each row lets other threads in between every two of them. PostgreSQL is given values apart from statements, as
bytes, and plans each statement once for a connection.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import connection

Columns: TypeAlias = Mapping[str, str]
"""Names of columns with their PostgreSQL types, in the order of a row's values."""
Row: TypeAlias = Sequence[Any]
_MOST_VALUES: Final = 30_000
"""Of one SQLite statement: it takes 32,766."""


@cache
def is_postgres() -> bool:
    """Whether this process has its tables in PostgreSQL; asked for every value, so remembered."""
    return connection.vendor == "postgresql"


def moment(at: datetime | None) -> Any:
    """Return a time as the database at hand takes it in a statement of ours."""
    if at is None or is_postgres():
        return at
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def identity(one: UUID | None) -> Any:
    """Return an id as the database at hand takes it in a statement of ours."""
    return one if one is None or is_postgres() else one.hex


def moment_of(told: Any) -> datetime:
    """Return the time in a column that was selected as `as_text` has it."""
    return told if isinstance(told, datetime) else datetime.fromisoformat(told).replace(tzinfo=UTC)


def identity_of(told: Any) -> UUID:
    """Return the id in a column."""
    return told if isinstance(told, UUID) else UUID(told)


def as_text(column: str) -> str:
    """Return how a time is selected, so that no converter is called for it."""
    return column if is_postgres() else f"CAST({column} AS text)"


def select(statement: str, wanted: Sequence[Any]) -> list[Any]:
    """Return the rows of a statement in which `IN ({})` stands for one of these values."""
    if not wanted:
        return []
    if is_postgres():
        return sent(statement.replace("IN ({})", "= ANY(%s)"), [list(wanted)])
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), _MOST_VALUES):
            some = wanted[start : start + _MOST_VALUES]
            cursor.execute(statement.replace("{}", ", ".join(["%s"] * len(some))), list(some))
            rows += cursor.fetchall()
        return rows


def insert(table: str, columns: Columns, rows: Sequence[Row], *, then: str = "") -> None:
    """Write these rows; `then` is what happens to one that is there already."""
    _write(f"INSERT INTO {table} ({', '.join(columns)}) {{rows}} {then}", columns, rows)


def update(table: str, columns: Columns, rows: Sequence[Row], *, by: str, only: str = "") -> None:
    """Set columns of the rows that `by`, one of the columns, names; `only` is a further condition, `g` what is given."""
    told = ", ".join(f"{name} = g.{name}" for name in columns if name != by)
    _write(
        f"WITH g ({', '.join(columns)}) AS ({{rows}}) UPDATE {table} SET {told} FROM g "  # noqa: S608 - names are ours, values are bound
        f"WHERE {table}.{by} = g.{by}{' AND ' if only else ''}{only}",
        columns,
        rows,
    )


def delete(table: str, column: str, values: Sequence[Any]) -> None:
    """Delete the rows that have one of these values in a column."""
    if not values:
        return
    if is_postgres():
        sent(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [list(values)])  # noqa: S608 - names are ours, values are bound
        return
    with connection.cursor() as cursor:
        for start in range(0, len(values), _MOST_VALUES):
            some = values[start : start + _MOST_VALUES]
            cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({', '.join(['%s'] * len(some))})", list(some))  # noqa: S608 - as above


def _write(statement: str, columns: Columns, rows: Sequence[Row]) -> None:
    if not rows:
        return
    if is_postgres():
        sent(statement.replace("{rows}", f"SELECT * FROM {arrays(columns)}"), across(rows))  # noqa: S608 - as above
        return
    most, marks = _MOST_VALUES // len(columns), f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), most):
            some = rows[start : start + most]
            told = statement.replace("{rows}", f"VALUES {', '.join([marks] * len(some))}")
            cursor.execute(told, [value for row in some for value in row])


def arrays(columns: Columns) -> str:
    """Return the rows of a statement for PostgreSQL whose values are `across` them."""
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in columns.values())})"


def across(rows: Sequence[Row]) -> list[list[Any]]:
    """Return the values of rows as PostgreSQL takes them: a list for each column."""
    return [list(column) for column in zip(*rows, strict=True)]


def sent(statement: str, values: Sequence[Any]) -> list[Any]:
    """Let PostgreSQL carry out a statement, and return its rows where it has any."""
    from psycopg import Cursor

    # Django's own cursor writes every value into the text of the statement.
    with connection.cursor() as theirs, connection.wrap_database_errors, Cursor(theirs.connection) as cursor:
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall() if cursor.description is not None else []
