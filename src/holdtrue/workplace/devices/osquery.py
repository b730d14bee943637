"""Facts from osquery: tables as one JSON object, or the lines of its result and snapshot logs.

All values are strings there and an empty one means that nothing is known. Where osquery runs as root, what it says of user
settings is root's own, and proves nothing about anybody who works on the device.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from holdtrue.errors import Invalid
from holdtrue.workplace.facts import FactSheet, Unread, clean

from .osquery_facts import SEEN, TABLES, Row, Tables, seen_in, sheet_of

MOST_ROWS = 100_000
"""Rows of one table that are kept."""
_LONGEST = 20_000
_HINT = "docs/reference/device-facts.md lists the osquery tables that are read."


def looks_like_osquery(document: bytes) -> bool:
    """Whether these bytes are osquery's tables or logs rather than a fact sheet."""
    start = document.lstrip()[:2000]
    if not start.startswith(b"{") or b'"holdtrue.facts' in start:
        return False
    try:
        first = json.loads(start.splitlines()[0])
    except (ValueError, RecursionError):
        first = None
    if isinstance(first, dict) and ("hostIdentifier" in first or "snapshot" in first or "diffResults" in first):
        return True
    try:
        whole = json.loads(document)
    except (ValueError, RecursionError):
        return False
    return isinstance(whole, dict) and "facts" not in whole and any(name in TABLES for name in whole)


def read(document: bytes, *, at: datetime) -> FactSheet:
    """Return the facts of osquery's tables or logs; raises `Invalid` when they are neither."""
    try:
        whole = json.loads(document)
    except (ValueError, RecursionError):
        return _read_log(document, at=at)
    if isinstance(whole, dict) and ("hostIdentifier" in whole or "action" in whole or "diffResults" in whole):
        return _read_log(document, at=at)
    if not isinstance(whole, dict):
        raise Invalid("This is no object of osquery tables.", hint=_HINT)
    return sheet_of({name: _rows(rows) for name, rows in whole.items() if isinstance(rows, list)}, at=at)


def _rows(rows: Sequence[object]) -> list[Row]:
    """Return the rows as strings, without the values that osquery leaves empty because it knows none."""
    return [
        {clean(str(k)): _value(v) for k, v in row.items() if v is not None and v != ""} for row in rows if isinstance(row, dict)
    ]


def _value(told: object) -> str:
    """Return a column's text, each line cleaned of what a terminal would obey, and no longer than a fact may be."""
    return "\n".join(clean(line) for line in str(told)[:_LONGEST].splitlines())


def together(known: Tables, entries: Iterable[Mapping[str, object]], *, at: datetime) -> tuple[Tables, float]:
    """Return the tables after these entries of a log, and the newest time in them (Unix, 0 where none is told).

    Only tables that are understood are kept, and of those the newest rows. What a clock that runs ahead says is of `at`, so
    that it keeps out nothing that comes later. Raises `Invalid` for an entry that is none.
    """
    log = _Log(at.timestamp(), tables={name: list(rows) for name, rows in known.items() if name != SEEN}, seen=seen_in(known))
    for entry in sorted(entries, key=_moment):
        _take(log, entry)
    tables = {name: rows[:MOST_ROWS] for name, rows in log.tables.items() if name in TABLES}
    seen = {name: str(when) for name, when in log.seen.items() if name in tables}
    return tables | ({SEEN: [seen]} if seen else {}), log.newest


@dataclass(slots=True)
class _Log:
    """What a log has said so far."""

    at: float
    """The time of whoever reads it (Unix): nothing in it is of later."""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    newest: float = 0
    seen: dict[str, float] = field(default_factory=dict)
    """When each table was last told as a whole (Unix): what comes as differences is known up to the newest entry."""
    partial: set[str] = field(default_factory=set)


def _read_log(document: bytes, *, at: datetime) -> FactSheet:
    """Return the state that the lines of a result or snapshot log add up to; differences without a beginning tell nothing."""
    log = _Log(at.timestamp())
    entries: list[Mapping[str, object]] = []
    for number, line in enumerate(document.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Invalid(f"Line {number} of the osquery log is not JSON: {error}.", hint=_HINT) from error
        if not isinstance(entry, dict):
            raise Invalid(f"Line {number} of the osquery log is no object.", hint=_HINT)
        entries.append(entry)
    # Logs are turned over, and put together again in any order.
    for entry in sorted(entries, key=_moment):
        _take(log, entry)
    if len(log.hosts) > 1:
        raise Invalid(
            f"The log speaks of {len(log.hosts)} devices: {', '.join(sorted(log.hosts)[:5])}.",
            hint="Give the lines of one device.",
        )
    when = min(datetime.fromtimestamp(log.newest, UTC), at) if log.newest else at
    unread = tuple(
        Unread(f"osquery table {name}", "the log holds differences without their beginning") for name in sorted(log.partial)
    )
    tables = log.tables | {SEEN: [{name: str(seen) for name, seen in log.seen.items()}]}
    return sheet_of(tables, at=when, host=next(iter(log.hosts), ""), name=next(iter(log.names), ""), unread=unread)


def _moment(entry: Mapping[str, object]) -> float:
    """Return when an entry of a log was made (Unix; 0 where that is not told)."""
    try:
        told = float(str(entry.get("unixTime") or 0))
        datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError):
        raise Invalid(f"unixTime is {entry.get('unixTime')!r}, which is no time.", hint=_HINT) from None
    return told


def _take(log: _Log, entry: Mapping[str, object]) -> None:
    host = entry.get("hostIdentifier") or entry.get("hostname")
    log.hosts |= {clean(str(host))} if host else set()
    decorations = entry.get("decorations")
    if isinstance(decorations, dict) and decorations.get("hostname"):
        log.names.add(clean(str(decorations["hostname"])))
    when = min(_moment(entry), log.at)
    log.newest = max(log.newest, when)
    table = _table(clean(str(entry.get("name", "")))[:100])
    snapshot, columns, differences = entry.get("snapshot"), entry.get("columns"), entry.get("diffResults")
    if isinstance(snapshot, list):
        if when >= min(log.seen.get(table, 0), log.at):
            log.tables[table], log.seen[table] = _rows(snapshot), when
            log.partial.discard(table)
        return
    added, removed = [], []
    if isinstance(differences, dict):
        added, removed = (rows if isinstance(rows := differences.get(side), list) else [] for side in ("added", "removed"))
    elif isinstance(columns, dict):
        (added if entry.get("action") == "added" else removed).append(columns)
    if str(entry.get("counter")) == "0":
        log.tables.setdefault(table, [])
        log.partial.discard(table)
    if table not in log.tables:
        log.partial.add(table)
        return
    log.seen.pop(table, None)
    gone = _rows(removed)
    log.tables[table] = [row for row in log.tables[table] if row not in gone] + _rows(added)


def _table(name: str) -> str:
    """Return the table that a query's name ends with: `pack_workplace_os_version` is `os_version`."""
    return max((table for table in TABLES if name == table or name.endswith(f"_{table}")), key=len, default=name)
