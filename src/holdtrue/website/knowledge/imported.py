"""Knowledge that an organisation brings itself: the Open Cookie Database, read from its CSV and kept in the data directory."""

import csv
import io
import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from holdtrue.config import make_private
from holdtrue.errors import Invalid, Unavailable
from holdtrue.policy.text.durations import retention_of
from holdtrue.policy.text.rules import Category
from holdtrue.website.knowledge.known import Item, Kind, Match, Purpose, Runs, Service
from holdtrue.website.knowledge.library import Knowledge, shipped

FILE_NAME = "imported-knowledge.json"
FORMAT = "holdtrue-knowledge"
VERSION = 1
MOST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_NAME = 200
LONGEST_TEXT = 1_000
TELLING = 5
"""Letters and digits above which a name in a collected list is taken for a service's own."""
COLUMNS = ("Platform", "Category", "Cookie / Data Key name", "Domain", "Description", "Retention period", "Wildcard match")
HINT = "It takes the CSV of the Open Cookie Database (github.com/jkwakman/Open-Cookie-Database), unchanged."

_CATEGORIES = {
    "necessary": Category.NECESSARY,
    "security": Category.NECESSARY,
    # The database calls sessions and remembered choices alike functional; what may need consent is not called necessary.
    "functional": Category.PREFERENCES,
    "personalization": Category.PREFERENCES,
    "analytics": Category.ANALYTICS,
    "marketing": Category.MARKETING,
}
_HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?![\w-])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of what was imported, as it is kept."""

    name: str
    platform: str
    provider: str
    category: Category
    purpose: str
    """In the language of the database, English."""
    retention: str
    hosts: tuple[str, ...]
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What was imported, whole."""

    format: str
    version: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held, and how many of its rows say nothing that can be used."""

    rows: tuple[Row, ...]
    skipped: int


def read_csv(body: bytes) -> Reading:
    """Return the rows of an Open Cookie Database CSV, or raise `Invalid` that says what is wrong with the file."""
    if len(body) > MOST_BYTES:
        raise Invalid(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.", hint=HINT)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Invalid(f"Line {line} is not UTF-8 text.", hint="Save the file as UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows, skipped = [], 0
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise Invalid(f"The column “{missing[0]}” is missing.", hint=HINT)
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise Invalid(f"More than {MOST_ROWS:,} rows are not believable.", hint=HINT)
            row = _row(cells)
            rows += [row] if row else []
            skipped += row is None
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} is no CSV: {error}.", hint=HINT) from error
    if not rows:
        raise Invalid("The file holds no row that can be used.", hint=HINT)
    return Reading(tuple(dict.fromkeys(rows)), skipped)


def keep(rows: tuple[Row, ...], *, data: Path) -> Path:
    """Put the rows in the place of what was imported before, whole or not at all, and return where they are."""
    file = data / FILE_NAME
    fresh = data / f"{FILE_NAME}.{secrets.token_hex(4)}"
    try:
        make_private(data)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(msgspec.json.encode(Imported(FORMAT, VERSION, rows)))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise Unavailable(
            f"{file} cannot be written: {error.strerror}.", hint="Set HOLDTRUE_DATA to a directory you own."
        ) from error
    return file


def knowledge_at(data: Path) -> Knowledge:
    """Return the package's knowledge with what was imported into a data directory behind it.

    It is read again only when the file has changed. Raises `Invalid` when the imported file was damaged, `Unavailable` when
    it cannot be read.
    """
    file = data / FILE_NAME
    try:
        of = file.stat()
        return _read(file, of.st_ino, of.st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return shipped()
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}.", hint="Let this user read it, or remove it.") from error


@lru_cache(maxsize=2)
def _read(file: Path, inode: int, changed: int) -> Knowledge:
    """Return the knowledge with a file behind it; a file that took its place has another number and another time."""
    del inode, changed
    try:
        imported = msgspec.json.decode(file.read_bytes(), type=Imported)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} is damaged.", hint="Import the knowledge again, or remove the file.") from error
    if imported.format != FORMAT or imported.version != VERSION:
        raise Invalid(f"{file} was written by another version.", hint="Import the knowledge again.")
    own = shipped()
    names = {spelling for item in own.items for spelling in (item.name, *item.also)}
    services = {platform: _service(platform, rows) for platform, rows in _by_platform(imported.rows).items()}
    items = [_item(row, services[row.platform]) for row in imported.rows if row.name not in names]
    return Knowledge(own.services, (*own.items, *items))


def _row(cells: dict[str, str | None]) -> Row | None:
    """Return what a row says; None when it names nothing or no category that we know."""
    name = _text(cells, "Cookie / Data Key name")
    category = _CATEGORIES.get(_text(cells, "Category").casefold())
    is_prefix = _text(cells, "Wildcard match") == "1"
    if not name or len(name) > LONGEST_NAME or category is None or (is_prefix and not name.strip("*")):
        return None
    return Row(
        name=name,
        platform=_text(cells, "Platform") or "unnamed",
        provider=_text(cells, "Data Controller"),
        category=category,
        purpose=_text(cells, "Description"),
        retention=_text(cells, "Retention period"),
        hosts=tuple(dict.fromkeys(_HOST.findall(_text(cells, "Domain").lower()))),
        is_prefix=is_prefix,
    )


def _text(cells: dict[str, str | None], column: str) -> str:
    value = cells.get(column)
    return _CONTROL.sub(" ", value).strip()[:LONGEST_TEXT] if isinstance(value, str) else ""


def _by_platform(rows: tuple[Row, ...]) -> dict[str, list[Row]]:
    platforms: dict[str, list[Row]] = {}
    for row in rows:
        platforms.setdefault(row.platform, []).append(row)
    return platforms


def _service(platform: str, rows: list[Row]) -> Service:
    provider = next((row.provider for row in rows if row.provider), platform)
    return Service(
        id=f"imported:{platform}",
        name=platform,
        provider=provider,
        country="",
        kind=None,
        category=rows[0].category,
        runs=Runs.PROVIDER,
        documented="",
        hosts=frozenset(host for row in rows for host in row.hosts),
    )


def _item(row: Row, service: Service) -> Item:
    read = retention_of(row.retention)
    return Item(
        name=f"{row.name.rstrip('*')}*" if row.is_prefix else row.name,
        also=(),
        service=service,
        kinds=(Kind.COOKIE,),
        category=row.category,
        party=None,
        retention=row.retention if read else "",
        retention_days=read.days if read else None,
        purpose=Purpose(row.purpose),
        # A short name in a collected list is a hint at most.
        match=Match.NAME if _is_telling(row.name) else Match.HINT,
        imported=True,
    )


def _is_telling(name: str) -> bool:
    return sum(sign.isalnum() for sign in name) > TELLING
