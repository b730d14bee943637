"""Rules that are osquery SQL as it stands: run over a device's facts in a database in memory that can do nothing else.

Any row is a pass, none a fail (the convention of Fleet's policies). A table or a column of which the facts say nothing, or a
query that takes too long, leaves it unproven.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from holdtrue.workplace.facts import FactSheet

from .conclusions import Conclusion
from .conditions import nearest
from .judge import Device
from .osquery_functions import ALLOWED, install, unbounded
from .osquery_tables import Table, schema, table_of
from .rule import Rule, Rulebook

LONGEST_TEXT: Final = 100_000
"""Bytes of any text or row inside a query."""
MOST_STEPS: Final = 2_000_000
"""Instructions of SQLite's virtual machine for one query on one device."""
_STEP: Final = 10_000
_NOT_MONOTONE: Final = re.compile(
    r"\b(?:not|except|count|sum|min|max|avg|total|group_concat|having|left|right|full|outer|over|is\s+null|exists)\b|<>|!=",
    re.IGNORECASE,
)
"""Words with which a row more could take a pass away."""
_ACTIONS: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read: what it looks at."""

    sql: str
    columns: tuple[tuple[str, frozenset[str]], ...]
    """Its tables, each with the columns that it reads."""
    missing: str
    """A table that is not among those that are known; the query proves nothing then."""
    is_monotone: bool
    """Whether a row more in a table could never take a pass away."""


def refused(sql: str) -> str:
    """Return why a query cannot be a rule; empty where it can."""
    try:
        read_query(sql)
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=1000)
def read_query(sql: str) -> Query:
    """Return what a query looks at; raises `ValueError` that says what is wrong with it."""
    if not re.match(r"\s*(?:--[^\n]*\n\s*)*(?:select|with)\b", sql, re.IGNORECASE):
        raise ValueError("The query is no SELECT.")
    if pattern := unbounded(sql):
        raise ValueError(f"The pattern {pattern} is none, or may take for ever: no group that repeats may hold what repeats.")
    found: dict[str, set[str]] = {}
    denied: list[str] = []
    with closing(_database(found, denied)) as database:
        for name, columns in schema().items():
            database.execute(_create(name, columns))
        database.set_authorizer(_guard(found, denied))
        missing = ""
        try:
            database.execute(f"EXPLAIN {sql.strip().rstrip(';')}").close()
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            missing = _missing(str(error), denied, unknown=_unknown_function(sql, database))
        shown = {name: frozenset(columns) for name, columns in found.items() if name in schema()}
        needed = _needed(sql, database, found) if not missing else shown
    joined = _joined(sql)
    tables = tuple(
        (name, needed.get(name, frozenset()) | joined.get(name, frozenset())) for name in dict.fromkeys([*shown, *joined])
    )
    return Query(sql.strip().rstrip(";"), tables, missing, _is_monotone(sql))


def _joined(sql: str) -> dict[str, frozenset[str]]:
    """Return the columns by which `USING` and `NATURAL` join tables: SQLite reads them without a word to its authorizer."""
    words = Counter(re.findall(r"\w+", sql.lower()))
    told = {name: frozenset(columns) for name, columns in schema().items() if name in words}
    by = {one for names in _USING.findall(sql) for one in re.findall(r"\w+", names.lower())}
    if re.search(r"\bnatural\b", sql, re.IGNORECASE):
        every = Counter(column for name, columns in told.items() for column in columns for _ in range(words[name]))
        by |= {column for column, count in every.items() if count > 1}
    return {name: columns & by for name, columns in told.items() if columns & by}


_USING: Final = re.compile(r"\busing\s*\(([^)]*)\)", re.IGNORECASE)
_SHOWN: Final = re.compile(r"\s*select\s+(?:distinct\s+)?(.*?)\s+from\s", re.IGNORECASE | re.DOTALL)
_COUNTED: Final = re.compile(
    r"\b(?:count|sum|min|max|avg|total|group_concat|row_number|over|group\s+by|having|union|intersect|except|with)\b",
    re.IGNORECASE,
)
"""Words with which what is shown may decide whether there is a row."""


def _needed(sql: str, database: sqlite3.Connection, found: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    """Return the columns that decide whether there is a row: in a plain `SELECT … FROM`, those that it only shows do not."""
    all_of_it = {name: frozenset(columns) for name, columns in found.items() if name in schema()}
    plain, match = _plain(sql), _SHOWN.match(sql)
    is_plain = len(re.findall(r"\bselect\b", plain, re.IGNORECASE)) == 1 and not _COUNTED.search(plain)
    if match is None or not is_plain or "'" in match[1] or '"' in match[1]:
        return all_of_it
    found.clear()
    try:
        database.execute(f"EXPLAIN SELECT 1{sql.strip().rstrip(';')[match.end(1) - (len(sql) - len(sql.lstrip())) :]}").close()
    except sqlite3.Error:
        # What it shows has a name that its condition uses.
        return all_of_it
    return {name: frozenset(columns) for name, columns in found.items() if name in schema()}


def _unknown_function(sql: str, database: sqlite3.Connection) -> str:
    """Return a function that a query calls and nobody knows: SQLite tells of a missing column before that."""
    # What is before `(…) AS (` is the name of a common table.
    names: list[str] = re.findall(r"\b([a-z_]\w*)\s*\((?![^()]*\)\s*as\s*\()", _plain(sql), re.IGNORECASE)
    for name in names:
        try:
            database.execute(f"EXPLAIN SELECT {name}()").close()
        except sqlite3.Error as error:
            if str(error) == f"no such function: {name}":
                return name
    return ""


def _missing(message: str, denied: list[str], *, unknown: str) -> str:
    """Return the table that is not known; raises `ValueError` for every other mistake."""
    if denied:
        raise ValueError(f"The query may not use {denied[0]}.")
    if unknown:
        raise ValueError(f"The query calls a function that is not here: {unknown}.")
    table = re.search(r"no such table: (?:main\.)?(\S+)", message)
    if table is not None:
        near = nearest(table[1], schema(), cutoff=0.85)
        if near:
            raise ValueError(f"There is no table {table[1]}; did you mean {near}?")
        return table[1]
    column = re.search(r"no such column: (\S+)", message)
    if column is not None:
        known = {one for columns in schema().values() for one in columns}
        name = column[1].rpartition(".")[2]
        if name in known:
            raise ValueError(f"There is no column {column[1]} in the tables that the query names.")
        near = nearest(name, known)
        raise ValueError(f"There is no column {column[1]}{f'; did you mean {near}?' if near else '.'}")
    if "execute one statement" in message:
        raise ValueError("The query has more than one statement.")
    raise ValueError(f"The query is not right: {message}.")


def _is_monotone(sql: str) -> bool:
    plain = _plain(sql)
    return len(re.findall(r"\bselect\b", plain, re.IGNORECASE)) == 1 and not _NOT_MONOTONE.search(plain)


def _plain(sql: str) -> str:
    """Return a query without what is quoted in it, and without comments."""
    return re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*", "''", sql)


def _create(name: str, columns: dict[str, str]) -> str:
    # Names and types come from the package's own list of tables.
    return f'CREATE TABLE "{name}" ({", ".join(f""""{column}" {sort}""" for column, sort in columns.items())})'


def _database(found: dict[str, set[str]], denied: list[str]) -> sqlite3.Connection:
    found.clear()
    denied.clear()
    database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT), (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 20), (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 500),
        (sqlite3.SQLITE_LIMIT_VDBE_OP, 50_000), (sqlite3.SQLITE_LIMIT_FUNCTION_ARG, 20),
    ):  # fmt: skip
        database.setlimit(limit, most)
    install(database)
    return database


_Guard = Callable[[int, str | None, str | None, str | None, str | None], int]


def _guard(found: dict[str, set[str]], denied: list[str]) -> _Guard:
    """Return what allows reading, and nothing else, and notes what is read."""

    def allow(action: int, first: str | None, second: str | None, _: str | None, __: str | None) -> int:
        if action not in _ACTIONS:
            denied.append("anything but SELECT")
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in ALLOWED:
            denied.append(f"the function {second}")
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and first:
            if first.startswith("sqlite_"):
                denied.append(f"the table {first}")
                return sqlite3.SQLITE_DENY
            found.setdefault(first, set()).update([second] if second else [])
        return sqlite3.SQLITE_OK

    return allow


def answer_queries(device: Device, book: Rulebook, sheet: FactSheet) -> Device:
    """Return the device with the answers of every query among the rules."""
    for rule in book.queried:
        device = answer_query(device, rule, sheet)
    return device


def answer_query(device: Device, rule: Rule, sheet: FactSheet) -> Device:
    """Return the device with the answer of one rule's query."""
    name = f"flag:osquery.{rule.id}"
    value, says = run(rule.query, sheet, device)
    return replace(device, conclusions={**device.conclusions, name: Conclusion(name, value, says)}, _values={})


def run(sql: str, sheet: FactSheet, device: Device) -> tuple[bool | None, str]:  # noqa: PLR0911 - each answer is a rule of its own
    """Return whether a query gives a row on this device's facts, in words too; None where that is not known."""
    query = read_query(sql)
    if query.missing:
        return None, f"nothing is collected of osquery's table {query.missing}"
    tables: dict[str, Table] = {}
    for name, columns in query.columns:
        table = table_of(name, sheet, device)
        if table is None:
            return None, f"nothing was collected of osquery's table {name}"
        unknown = sorted(columns - table.columns)
        if unknown:
            return None, f"{name}.{unknown[0]} was not collected"
        tables[name] = table
    partial = next((name for name, table in tables.items() if not table.is_whole), "")
    if partial and not query.is_monotone:
        return None, f"not every row of {partial} was collected, and the query asks for what is not there"
    try:
        has_row = _has_row(query, tables)
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        return None, f"the query could not be run to its end: {error}"
    if partial and not has_row:
        return None, f"not every row of {partial} was collected, and none of those that were fits"
    return has_row, "the query gives a row" if has_row else "the query gives no row"


def _has_row(query: Query, tables: dict[str, Table]) -> bool:
    with closing(_database({}, [])) as database:
        for name, table in tables.items():
            database.execute(_create(name, schema()[name]))
            columns = sorted(table.columns)
            marks = ", ".join("?" for _ in columns)
            named = ", ".join(f'"{one}"' for one in columns)
            database.executemany(
                f'INSERT INTO "{name}" ({named}) VALUES ({marks})',  # noqa: S608 - names from the package's own list of tables
                ([row.get(one, "") for one in columns] for row in table.rows),
            )
        steps = [MOST_STEPS // _STEP]

        def tick() -> int:
            steps[0] -= 1
            return int(steps[0] < 0)

        database.set_authorizer(_guard({}, []))
        database.set_progress_handler(tick, _STEP)
        return database.execute(query.sql).fetchone() is not None
