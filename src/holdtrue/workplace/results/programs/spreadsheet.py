"""Tables as CSV: one answer a line, or one device a line as Intune and Jamf export them.

A table of answers has the columns `device`, `rule`, `result` and `observed_at`, and may have `title` and `detail`. A table of
devices has a column that names the device and any of the columns below; an empty cell, and every word that is not on the
list, is no answer.
"""

import codecs
import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from holdtrue.errors import Invalid

from .statements import HINT, MOST_RULES, MOST_STATEMENTS, WHEN, Answer, Host, Statement, Told, made, once_each, short

_SERIAL = ("serial number", "serialnumber", "serial", "device serial")
_NAME = ("device name", "computer name", "hostname", "display name", "device", "name")
_SEEN = ("last check-in", "last checkin", "last inventory update", "last seen", "observed_at", "last contact")


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column of a table of devices answers."""

    rule: str
    title: str
    passes: frozenset[str]
    fails: frozenset[str]


_COMPLIANT = _Column(
    "compliance", "Compliant in device management", frozenset({"compliant"}),
    frozenset({"noncompliant", "non-compliant", "non compliant", "not compliant", "in grace period"}),
)  # fmt: skip
_YES, _NO = frozenset({"true", "yes"}), frozenset({"false", "no"})
_COLUMNS: Mapping[str, _Column] = {
    "compliance": _COMPLIANT,
    "compliance state": _COMPLIANT,
    "encrypted": _Column("encryption", "The disk is encrypted", _YES | {"encrypted"}, _NO | {"not encrypted"}),
    "filevault 2 status": _Column(
        "encryption",
        "The disk is encrypted",
        frozenset({"encrypted", "all partitions encrypted", "boot partitions encrypted"}),
        frozenset({"not encrypted", "no partitions encrypted", "some partitions encrypted"}),
    ),
    "managed": _Column("managed", "Enrolled in device management", _YES | {"managed"}, _NO | {"unmanaged"}),
    "jailbroken": _Column("not-jailbroken", "The system is as its maker delivered it", _NO, _YES),
}
_WORDS = {
    "pass": Answer.PASS, "passed": Answer.PASS, "compliant": Answer.PASS,
    "fail": Answer.FAIL, "failed": Answer.FAIL, "noncompliant": Answer.FAIL, "not compliant": Answer.FAIL,
    "non-compliant": Answer.FAIL, "non compliant": Answer.FAIL,
    "not applicable": Answer.NOT_APPLICABLE, "not-applicable": Answer.NOT_APPLICABLE, "notapplicable": Answer.NOT_APPLICABLE,
    "n/a": Answer.NOT_APPLICABLE,
}  # fmt: skip
_LONGEST_CELL = 20_000


def looks_like_table(document: bytes) -> bool:
    """Whether the first line has a column that names a device and one that answers something."""
    head, _ = _head(document)
    return bool(_of(head, *_SERIAL, *_NAME)) and (bool(set(head) & set(_COLUMNS)) or {"rule", "result"} <= set(head))


def read(document: bytes, *, at: datetime, stated: datetime | None = None) -> list[Statement]:
    """Return a statement for each device of the table; raises `Invalid` for a table that answers nothing, with the line."""
    head, reader = _head(document)
    if not looks_like_table(document):
        raise Invalid(
            f"The table's columns are {', '.join(head[:12]) or 'none'}: none of them answers anything about a device.",
            hint="Give device, rule and result, or an export of Intune or Jamf.",
        )
    if len(set(head) - {""}) < len([name for name in head if name]):
        raise Invalid("Two columns of the table have one name.", hint="Give each column a name of its own.")
    by_device: defaultdict[Host, list[Told]] = defaultdict(list)
    seen: dict[Host, datetime] = {}
    has_times = bool(set(head) & set(_SEEN))
    try:
        for cells in reader:
            line = dict(zip(head, (cell.strip()[:_LONGEST_CELL] for cell in cells), strict=False))
            host = Host(serial=short(_of(line, *_SERIAL)), name=short(_of(line, *_NAME)))
            if host.is_nameless:
                continue
            told = _of(line, *_SEEN)
            if has_times and not told:
                # Device management lists those too that never checked in.
                continue
            when = _when(told, reader.line_num, at=at, stated=stated)
            seen[host] = max(when, seen.get(host, when))
            by_device[host] += _answers(line, when)
            _bound(by_device, host)
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} of the table cannot be read: {error}.", hint=HINT) from error
    if has_times and not seen:
        raise Invalid("No line of the table says when its device was seen.", hint="Fill the column, or leave it out.")
    return [Statement("table", host, seen[host], once_each(answers)) for host, answers in by_device.items() if answers]


def _when(told: str, number: int, *, at: datetime, stated: datetime | None) -> datetime:
    try:
        return made(told, at=at, stated=stated)
    except Invalid as error:
        hint = f"{'Write its time as 2026-11-25T12:00:00Z' if told else 'Give it a column observed_at'}. {WHEN}"
        raise Invalid(f"Line {number} of the table: {error.message[:1].lower()}{error.message[1:]}", hint=hint) from error


def _bound(found: Mapping[Host, list[Told]], host: Host) -> None:
    if len(found) > MOST_STATEMENTS or len(found[host]) > MOST_RULES:
        raise Invalid(f"The table has more than {MOST_STATEMENTS:,} devices or {MOST_RULES:,} rules for one.", hint=HINT)


class _Lines(Protocol):
    """The rest of a table, and how far it was read."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


def _head(document: bytes) -> tuple[list[str], _Lines]:
    # What spreadsheets call Unicode text is UTF-16, and begins with a mark that says so.
    is_wide = document.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = document.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
    except csv.Error:
        head = []
    return head, reader


def _of(line: Mapping[str, str] | list[str], *names: str) -> str:
    """Return the first of these columns that is there and filled; of a heading, its name."""
    for name in names:
        if name in line:
            value = name if isinstance(line, list) else line[name]
            if value:
                return value
    return ""


def _answers(line: Mapping[str, str], when: datetime) -> Iterator[Told]:
    if line.get("rule"):
        answer = _WORDS.get(line.get("result", "").lower(), Answer.UNANSWERED)
        yield Told(short(line["rule"]), answer, short(line.get("title", "")), short(line.get("detail", "")), when)
    for name, column in _COLUMNS.items():
        if name in line:
            word = line[name].lower()
            answer = Answer.PASS if word in column.passes else Answer.FAIL if word in column.fails else Answer.UNANSWERED
            yield Told(column.rule, answer, column.title, short(line[name]), when)
