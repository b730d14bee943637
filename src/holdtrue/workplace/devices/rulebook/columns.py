"""How conclusions stand in the wide table, one row a device and one column a conclusion; and rules as SQL over it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from holdtrue.policy.standing.rules import Result

from .conclusions import LASTING
from .in_sql import Dialect, Statement, Writer
from .judge import Device
from .rule import Rule
from .sorts import Known, Sort, Value
from .tree import Name

RESULTS: Final = (Result.HOLDS, Result.BROKEN, Result.UNPROVEN, Result.NOT_APPLICABLE)
"""What the numbers in an answer stand for."""
_HOLDS, _BROKEN, _UNPROVEN, _NOT_APPLICABLE = range(4)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@lru_cache(maxsize=1_000)
def column_of(name: str) -> str:
    """Return the column of a conclusion; that of a raw fact has a hash for a name."""
    kind, _, raw = name.partition(":")
    if raw:
        return f"r_{kind}_{hashlib.sha256(raw.encode()).hexdigest()[:20]}"
    return "c_" + name.replace("-", "_").replace(".", "__")


def moment(at: datetime) -> int:
    """Return a time as the table keeps it: whole microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of one device."""

    seen: int
    """When it was collected."""
    lag: int
    """By how much the oldest of its observations was older than that."""
    lags: str
    """By how much each was that was older at all, by its column, as JSON."""
    values: Mapping[str, Value]
    """By column."""


def row_of(device: Device, names: Iterable[str]) -> Row:
    """Return the row of a device with these conclusions."""
    seen = moment(device.collected_at)
    values: dict[str, Value] = {}
    lags: dict[str, int] = {}
    for name in names:
        column = column_of(name)
        conclusion = device.conclusions.get(name)
        value = None if conclusion is None else conclusion.value
        values[column] = int(value) if isinstance(value, bool) else value
        if conclusion is not None and value is not None and name not in LASTING:
            observed = conclusion.observed_at
            lag = 0 if observed is None else seen - moment(observed)
            if lag > 0:
                lags[column] = lag
    return Row(seen, max(lags.values(), default=0), json.dumps(lags, separators=(",", ":")), values)


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule with the settings under which it is asked."""

    rule: Rule
    settings: Mapping[str, Known]


def select(asked: Sequence[Asked], dialect: Dialect, table: str, *, at: datetime) -> Statement:
    """Return the statement that judges every device of the table: its id, and the place in `RESULTS` of each rule's result.

    Rows in which everything is fresh are judged as they stand; rows that are older than any rule allows as unknown; only those
    between the two are asked for the age of each value.
    """
    windows = [one.rule.fresh for one in asked]
    young, old = moment(at - min(windows)), moment(at - max(windows))
    parts = [
        _part(asked, dialect, table, at, "fresh", f"seen - lag > {young}"),
        _part(asked, dialect, table, at, "old", f"seen <= {old}"),
        _part(asked, dialect, table, at, "each", f"seen > {old} AND seen - lag <= {young}"),
    ]
    return Statement(" UNION ALL ".join(part.text for part in parts), tuple(value for part in parts for value in part.values))


def _part(  # noqa: PLR0913, PLR0917 - what a statement consists of
    asked: Sequence[Asked], dialect: Dialect, table: str, at: datetime, age: str, where: str
) -> Statement:
    results = [_result(one, dialect, at, age) for one in asked]
    text = f"SELECT device_id, {', '.join(f'{one.text} AS r{n}' for n, one in enumerate(results))} FROM {table} WHERE {where}"  # noqa: S608 - names are ours, values are bound
    return Statement(text, tuple(value for one in results for value in one.values))


def _result(asked: Asked, dialect: Dialect, at: datetime, age: str) -> Statement:
    """Return the SQL of one rule's result: a simple CASE, so that each condition is worked out once."""
    rule = asked.rule
    writer = Writer(dialect, lambda name: _column(name, dialect, moment(at - rule.fresh), age), asked.settings)
    holds = _held(rule, writer)
    case = _case(holds.text, dialect, true=str(_HOLDS), false=str(_BROKEN))
    if rule.applies is None:
        return Statement(case, holds.values)
    applies = writer.write(rule.applies)
    return Statement(_case(applies.text, dialect, true=case, false=str(_NOT_APPLICABLE)), applies.values + holds.values)


def _held(rule: Rule, writer: Writer) -> Statement:
    return writer.write(Name(f"flag:osquery.{rule.id}", Sort.FLAG) if rule.holds is None else rule.holds)


def _case(condition: str, dialect: Dialect, *, true: str, false: str) -> str:
    return f"CASE {condition} WHEN {dialect.true} THEN {true} WHEN {dialect.false} THEN {false} ELSE {_UNPROVEN} END"


def _column(name: Name, dialect: Dialect, cutoff: int, age: str) -> str:
    column = f'"{column_of(name.name)}"'
    if age == "fresh" or name.name in LASTING:
        return column
    if age == "old":
        return dialect.nothing[name.sort]
    plain = column.strip('"')
    lag = f"json_extract(lags, '$.{plain}')" if dialect.name == "sqlite" else f"(lags::jsonb ->> '{plain}')::bigint"
    return f"(CASE WHEN seen - COALESCE({lag}, 0) > {cutoff} THEN {column} END)"
