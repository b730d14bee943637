"""The approved-software catalogue as a YAML file; `docs/reference/approved-software.md` describes it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import yaml

from holdtrue.errors import Invalid

from .purl import parse
from .rules import Approval, Stance
from .versions import Range, parse_range

FORMAT = "holdtrue.catalogue/1"
LARGEST = 2_000_000
"""Bytes."""
HINT = "docs/reference/approved-software.md describes the catalogue."
_FIELDS = frozenset(
    {"name", "purl", "type", "source", "publisher", "versions", "platforms", "seats", "expires", "by", "why", "decided"}
)
_PLATFORMS = frozenset({"linux", "macos", "windows"})


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
    if not isinstance(told.get("approved", []), list) or not isinstance(told.get("denied", []), list):
        raise Invalid("The catalogue takes lists under `approved` and `denied`.", hint=HINT)
    if "approved" not in told and "denied" not in told:
        raise Invalid("The catalogue has no list under `approved`.", hint=HINT)
    approved = (approval(entry, f"Entry {n}") for n, entry in enumerate(told.get("approved", []), start=1))
    denied = (approval(entry, f"Denied entry {n}") for n, entry in enumerate(told.get("denied", []), start=1))
    return (*approved, *(replace(one, stance=Stance.DENIED) for one in denied))


def approval(entry: object, place: str) -> Approval:
    """Return one entry's approval; raises `Invalid` that begins with its place."""
    if not isinstance(entry, dict):
        raise Invalid(f"{place} of the catalogue is no set of fields.", hint=HINT)
    unknown = sorted(str(name) for name in entry if name not in _FIELDS)
    if unknown:
        raise Invalid(
            f"{place} has the field {unknown[0]!r}, which there is not.", hint=f"Known are {', '.join(sorted(_FIELDS))}."
        )
    if not any(entry.get(name) for name in ("name", "purl", "source", "publisher")):
        raise Invalid(f"{place} names neither a name, a purl, a source nor a publisher.", hint=HINT)
    try:
        return _from(entry)
    except Invalid as error:
        raise Invalid(f"{place}: {error.message}", hint=error.hint or HINT) from error


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
    told = parse(purl)
    return told.type, told.source, told.title, parse_range(f"== {told.version}") if told.version else Range()


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
