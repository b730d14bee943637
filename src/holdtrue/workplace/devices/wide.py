"""The wide table: what is concluded of each device, one row a device and one column a conclusion.

This module alone touches it. Its fixed columns are a model's; those of conclusions are added as rules come to name them, so
that a sweep over a large fleet is one statement that reads one table.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from holdtrue.bulk import identity, insert, update
from holdtrue.workplace.devices.models import DevicePosture
from holdtrue.workplace.devices.rulebook.columns import Asked, column_of, moment, row_of, select
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS
from holdtrue.workplace.devices.rulebook.in_sql import POSTGRESQL, SQLITE, Dialect, Statement
from holdtrue.workplace.devices.rulebook.judge import Device
from holdtrue.workplace.devices.rulebook.rule import Rulebook, sort_of_name
from holdtrue.workplace.devices.rulebook.sorts import Sort

TABLE: Final = DevicePosture._meta.db_table  # noqa: SLF001 - Django's documented way to a table's name
_known: dict[str, frozenset[str]] = {}
"""The columns that committed transactions left, by database."""


def dialect() -> Dialect:
    """Return how the database at hand writes SQL."""
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def names_in(book: Rulebook) -> tuple[str, ...]:
    """Return everything that has a column: each conclusion, and the raw facts and queries that rules ask for."""
    return (*MEANINGS, *book.raw_names)


def keep(devices: Sequence[tuple[UUID, Device]], book: Rulebook) -> None:
    """Keep what is concluded of these devices, in the caller's transaction; what is older than what stands changes nothing."""
    if not devices:
        return
    names = names_in(book)
    _ensure(names)
    columns = _columns(names)
    changes = ", ".join(f"{one} = excluded.{one}" for one in columns if one != "device_id")
    insert(
        f'"{TABLE}"', columns, [_row(one, device, names) for one, device in devices],
        then=f'ON CONFLICT (device_id) DO UPDATE SET {changes} WHERE excluded.seen >= "{TABLE}".seen',
    )  # fmt: skip


def keep_of(devices: Sequence[tuple[UUID, Device]], names: Sequence[str]) -> None:
    """Keep these conclusions of devices whose others stay and were seen anew, in the caller's transaction."""
    _ensure(names)
    rows = [_row(one, device, names) for one, device in devices]
    update(f'"{TABLE}"', _columns(names), rows, by="device_id", only=f'g.seen >= "{TABLE}".seen')


def _columns(names: Iterable[str]) -> dict[str, str]:
    """Return the columns of a row with these conclusions, and their PostgreSQL types."""
    fixed = {"device_id": "uuid", "seen": "bigint", "lag": "bigint", "lags": "text"}
    return fixed | {f'"{column_of(name)}"': _type(sort_of_name(name)) for name in names}


def _row(device_id: UUID, device: Device, names: Sequence[str]) -> list[str | float | None]:
    row = row_of(device, names)
    return [identity(device_id), row.seen, row.lag, row.lags, *row.values.values()]


def freshen(seen: Iterable[tuple[UUID, datetime]]) -> None:
    """Move the time at which these devices were seen as they are, in the caller's transaction; it only moves forward."""
    rows = [(identity(device_id), moment(at)) for device_id, at in seen]
    update(f'"{TABLE}"', {"device_id": "uuid", "seen": "bigint"}, rows, by="device_id", only=f'"{TABLE}".seen < g.seen')


def judged(asked: Sequence[Asked], *, at: datetime) -> list[tuple[UUID, tuple[int, ...]]]:
    """Return every device with the place in `RESULTS` of each rule's result."""
    _ensure(name for one in asked for name in one.rule.names)
    statement = select(asked, dialect(), f'"{TABLE}"', at=at)
    return [(_uuid(row[0]), tuple(row[1:])) for row in _rows(statement)]


def changed(before: Asked, after: Asked, *, at: datetime) -> list[tuple[UUID, int, int]]:
    """Return the devices of which the second would say other than the first, with both results."""
    _ensure(name for one in (before, after) for name in one.rule.names)
    statement = select([before, after], dialect(), f'"{TABLE}"', at=at)
    told = f"SELECT device_id, r0, r1 FROM ({statement.text}) AS both_ways WHERE r0 <> r1"  # noqa: S608 - as above
    return [(_uuid(row[0]), row[1], row[2]) for row in _rows(Statement(told, statement.values))]


def let_go(devices: Any) -> None:
    """Let go of what is concluded of these devices: their ids, or a query for them."""
    DevicePosture.objects.filter(device_id__in=devices).delete()


def missing(devices: Iterable[UUID]) -> list[UUID]:
    """Return those of which nothing is kept here yet."""
    known = set(DevicePosture.objects.values_list("device_id", flat=True))
    return [one for one in devices if one not in known]


def _rows(statement: Statement) -> list[Any]:
    with connection.cursor() as cursor:
        # Django's own SQLite cursor takes %s; the evaluator's text holds nothing else with a percent sign.
        cursor.execute(statement.text.replace("?", "%s") if dialect() is SQLITE else statement.text, list(statement.values))
        return list(cursor.fetchall())


def _ensure(names: Iterable[str]) -> None:
    """Add the columns that are not there yet; known ones are remembered once their transaction is durable."""
    wanted = {column_of(name): sort_of_name(name) for name in names}
    database = str(connection.settings_dict["NAME"])
    if wanted.keys() <= _known.get(database, frozenset()):
        return
    with connection.cursor() as cursor:
        there = {column.name for column in connection.introspection.get_table_description(cursor, TABLE)}
        for column, sort in wanted.items():
            if column not in there:
                if_not = "IF NOT EXISTS " if dialect() is POSTGRESQL else ""
                cursor.execute(f'ALTER TABLE "{TABLE}" ADD COLUMN {if_not}"{column}" {_type(sort)}')
    transaction.on_commit(lambda: _known.update({database: frozenset(there | wanted.keys())}))


def _type(sort: Sort) -> str:
    if sort is Sort.FLAG:
        return "smallint"
    return "text" if sort is not Sort.NUMBER else "double precision"


def _uuid(told: object) -> UUID:
    return told if isinstance(told, UUID) else UUID(str(told))
