"""The catalogue as a table (CSV, RFC 4180), for people who keep it in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from holdtrue.errors import Invalid

from .catalogue import HINT, LARGEST, approval
from .purl import Purl
from .rules import Approval, Stance

COLUMNS: Final = (
    "stance", "name", "type", "source", "publisher", "versions", "platforms", "seats", "expires", "why", "by", "decided",
    "purl",
)  # fmt: skip
_CALCULATES: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate where a person would read; such a cell is written with an apostrophe before it."""
MOST_ROWS: Final = 20_000


def read(text: bytes) -> tuple[Approval, ...]:
    """Return the approvals of a table whose first line names its columns; raises `Invalid` that names the line."""
    if len(text) > LARGEST:
        raise Invalid(f"The catalogue has {len(text):,} bytes; at most {LARGEST:,} are taken.", hint=HINT)
    try:
        words = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"The catalogue is not UTF-8 text (byte {error.start}).", hint="Save it as CSV UTF-8.") from error
    head = words.splitlines()[0] if words.strip() else ""
    rows = csv.DictReader(io.StringIO(words), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    try:
        unknown = [name for name in rows.fieldnames or () if (name or "").strip().lower() not in COLUMNS]
        if unknown or not rows.fieldnames:
            odd = (unknown or [""])[0]
            raise Invalid(f"The table has the column {odd!r}, which there is not.", hint=f"Columns are {', '.join(COLUMNS)}.")
        found = []
        for row in rows:
            found.append(_approval(row, f"Line {rows.line_num}"))
            if len(found) > MOST_ROWS:
                raise Invalid(f"The table has more than {MOST_ROWS:,} lines.", hint="Import it in parts.")
    except csv.Error as error:
        raise Invalid(f"Line {rows.line_num} of the table cannot be read: {error}.", hint=HINT) from error
    return tuple(found)


def _approval(row: dict[str, str | None], place: str) -> Approval:
    told = {str(name).strip().lower(): _plain(value or "") for name, value in row.items() if name is not None}
    stance = told.pop("stance", "") or Stance.APPROVED.value
    if None in row or stance not in set(Stance):
        raise Invalid(f"{place}: {stance!r} is no stance.", hint="A stance is approved or denied.")
    entry: dict[str, object] = {name: value for name, value in told.items() if value}
    if "name" in entry or "source" in entry or "publisher" in entry:
        # The export writes a purl beside the fields that it was made from; the fields say more.
        entry.pop("purl", None)
    entry |= {name: _day(str(entry[name]), f"{place}: {name}") for name in ("expires", "decided") if name in entry}
    if "platforms" in entry:
        entry["platforms"] = [*str(entry["platforms"]).replace(",", " ").split()]
    if "seats" in entry:
        seats = str(entry["seats"])
        entry["seats"] = int(seats) if seats.isascii() and seats.isdigit() else seats
    return replace(approval(entry, place), stance=Stance(stance))


def write(approvals: Iterable[tuple[Approval, str]]) -> str:
    """Return a table of these approvals, each with who decided it; `read` takes it back."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for one, by in approvals:
        cells = (
            one.stance.value, one.name, one.type, one.source, one.publisher, str(one.versions), " ".join(sorted(one.platforms)),
            "" if one.seats is None else str(one.seats), one.expires.isoformat() if one.expires else "", one.why, by,
            one.decided.isoformat() if one.decided else "", _purl(one),
        )  # fmt: skip
        table.writerow([_shown(cell) for cell in cells])
    return out.getvalue()


def _purl(one: Approval) -> str:
    if not one.type or one.name == "*":
        return ""
    space, slash, name = one.name.rpartition("/") if one.type == "npm" else ("", "", one.name)
    return str(Purl(one.type, space if slash else "", name, ""))


def _shown(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_CALCULATES) else cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_CALCULATES) else cell


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{place} is {text!r}; it takes a date such as 2027-01-31.") from error
