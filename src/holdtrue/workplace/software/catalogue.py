"""The approved-software catalogue as a YAML file; `docs/reference/approved-software.md` describes it."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import unquote

import yaml

from holdtrue.errors import Invalid

from .rules import Approval
from .versions import Range, parse_range

FORMAT = "holdtrue.catalogue/1"
LARGEST = 2_000_000
"""Bytes."""
HINT = "docs/reference/approved-software.md describes the catalogue."
_FIELDS = frozenset(
    {"name", "purl", "type", "source", "publisher", "versions", "platforms", "seats", "expires", "by", "why", "decided"}
)
_PLATFORMS = frozenset({"linux", "macos", "windows"})
_PURL_SOURCES = {"debian": "Debian", "ubuntu": "Ubuntu"}
"""How the archives of a purl's namespace call themselves."""


def read(text: bytes) -> tuple[Approval, ...]:
    """Return the approvals in a catalogue; raises `Invalid` that names the entry and what is wrong with it."""
    if len(text) > LARGEST:
        raise Invalid(f"The catalogue has {len(text):,} bytes; at most {LARGEST:,} are taken.", hint=HINT)
    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The catalogue is not YAML: {error}.", hint=HINT) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Invalid(f"The catalogue must begin with `format: {FORMAT}`.", hint=HINT)
    entries = told.get("approved")
    if not isinstance(entries, list):
        raise Invalid("The catalogue has no list under `approved`.", hint=HINT)
    return tuple(_approval(entry, place) for place, entry in enumerate(entries, start=1))


def _approval(entry: object, place: int) -> Approval:
    if not isinstance(entry, dict):
        raise Invalid(f"Entry {place} of the catalogue is no set of fields.", hint=HINT)
    unknown = sorted(str(name) for name in entry if name not in _FIELDS)
    if unknown:
        raise Invalid(
            f"Entry {place} has the field {unknown[0]!r}, which there is not.", hint=f"Known are {', '.join(sorted(_FIELDS))}."
        )
    if not any(entry.get(name) for name in ("name", "purl", "source")):
        raise Invalid(f"Entry {place} names neither a name, a purl nor a source.", hint=HINT)
    try:
        return _from(entry)
    except Invalid as error:
        raise Invalid(f"Entry {place}: {error.message}", hint=error.hint or HINT) from error


def _from(entry: Mapping[str, object]) -> Approval:
    name, type_, source, pinned = _text(entry, "name") or "*", _text(entry, "type").lower(), _text(entry, "source"), Range()
    if entry.get("purl"):
        type_, source, name, pinned = from_purl(_text(entry, "purl"))
    versions = parse_range(_text(entry, "versions")) if entry.get("versions") is not None else pinned
    platforms = frozenset(str(one).lower() for one in _list(entry, "platforms"))
    if platforms - _PLATFORMS:
        raise Invalid(f"{min(platforms - _PLATFORMS)!r} is no platform.", hint="Platforms are linux, macos and windows.")
    seats = entry.get("seats")
    if seats is not None and (not isinstance(seats, int) or isinstance(seats, bool) or seats < 0):
        raise Invalid(f"seats is {seats!r}; it takes a whole number.")
    return Approval(
        name=name, type=type_, source=source, publisher=_text(entry, "publisher"), versions=versions, platforms=platforms,
        seats=seats, expires=_day(entry, "expires"), by=_text(entry, "by"), why=_text(entry, "why"),
        decided=_day(entry, "decided"),
    )  # fmt: skip


def from_purl(purl: str) -> tuple[str, str, str, Range]:
    """Return the type, archive, name and version of a package URL such as `pkg:deb/debian/nmap@7.93`."""
    scheme, _, rest = purl.partition(":")
    plain = rest.split("#")[0].split("?")[0].strip("/")
    path, _, version = plain.rpartition("@") if "@" in plain.rpartition("/")[2] else (plain, "", "")
    parts = [unquote(part) for part in path.split("/")]
    if scheme != "pkg" or len(parts) < 2 or not parts[-1]:  # noqa: PLR2004 - a purl has a type and a name
        raise Invalid(f"{purl!r} is no package URL.", hint="Write it as pkg:TYPE/NAME, such as pkg:pypi/requests.")
    type_, space, name = parts[0].lower(), "/".join(parts[1:-1]), parts[-1]
    source = _PURL_SOURCES.get(space.lower(), "") if type_ == "deb" else ""
    if type_ == "npm" and space:
        name = f"{space}/{name}"
    return type_, source, name, parse_range(f"== {unquote(version)}") if version else Range()


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid(f"{name} is {value!r}; it takes text.")
    return str(value).strip()[:300]


def _list(entry: Mapping[str, object], name: str) -> list[object]:
    value = entry.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _day(entry: Mapping[str, object], name: str) -> date | None:
    value = entry.get(name)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    raise Invalid(f"{name} is {value!r}; it takes a date such as 2027-01-31.")
