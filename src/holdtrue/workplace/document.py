"""The JSON form of a fact sheet, `holdtrue.facts/1`: read with limits, written as it is read.

`docs/reference/device-facts.md` describes it for people who write one by hand.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FORMAT, Fact, FactSheet, Identity, Installed, Source, System, Unread, Value, clean, key

LARGEST = 16_000_000
"""Bytes of one document; a real machine with 1,139 titles needs 0.2 MB."""
NAMELESS = "this-device"
"""The id of a device that a document does not name."""
MOST_SKEW = timedelta(minutes=10)
"""How far a device's clock may run ahead before its times are no longer believed."""
HINT = "docs/reference/device-facts.md describes the format."

_Line: TypeAlias = Annotated[str, Meta(max_length=300)]


class _Fact(msgspec.Struct):
    name: Annotated[str, Meta(min_length=1, max_length=300)]
    value: (
        Annotated[str, Meta(max_length=20_000)] | int | float | bool | Annotated[list[_Line], Meta(max_length=500)] | None
    ) = None
    source: Source = Source.OBSERVED
    observed_at: datetime | UnsetType = UNSET
    writable: bool | None = None
    user: _Line | None = None
    origin: _Line = ""


class _Installed(msgspec.Struct):
    name: Annotated[str, Meta(min_length=1, max_length=300)]
    version: _Line = ""
    type: _Line = ""
    origin: _Line = ""
    publisher: _Line = ""
    location: Annotated[str, Meta(max_length=1000)] = ""
    arch: _Line = ""


class _Unread(msgspec.Struct):
    what: _Line
    why: _Line = ""


class _Identity(msgspec.Struct):
    id: _Line = ""
    name: _Line = ""
    system: _Line = ""
    release: _Line = ""
    serial: _Line = ""


class _Document(msgspec.Struct):
    format: _Line = FORMAT
    device: _Identity = msgspec.field(default_factory=_Identity)
    system: _Line = ""
    collected_at: datetime | UnsetType = UNSET
    collector: _Line = ""
    facts: Annotated[list[_Fact], Meta(max_length=20_000)] | dict[str, msgspec.Raw] | UnsetType = UNSET
    software: Annotated[list[_Installed], Meta(max_length=100_000)] | None = None
    unread: Annotated[list[_Unread], Meta(max_length=500)] = msgspec.field(default_factory=list)


_DECODER = msgspec.json.Decoder(_Document)
_BY_NAME = msgspec.json.Decoder(dict[str, str | int | float | bool | list[str] | None])


def read(document: bytes, *, at: datetime) -> FactSheet:
    """Return the facts of a document; raises `Invalid` with the place of the mistake. `at` bounds the device's clock."""
    if len(document) > LARGEST:
        raise Invalid(f"The report has {len(document):,} bytes; at most {LARGEST:,} are taken.", hint=HINT)
    try:
        told = _DECODER.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The report cannot be read: {error}.", hint=HINT) from error
    if told.format != FORMAT:
        raise Invalid(
            f"The report is of format {told.format!r}; this Holdtrue reads {FORMAT}.", hint="Bring both to the same version."
        )
    if told.facts is UNSET and told.software is None:
        raise Invalid("This is no fact sheet: it has neither “facts” nor “software”.", hint=HINT)
    collected = _moment(told.collected_at, default=at)
    if collected > at + MOST_SKEW:
        raise Invalid(
            f"The report says it was made at {collected:%Y-%m-%d %H:%M} UTC, which is in the future.",
            hint="Set the device's clock, then report again.",
        )
    collected = min(collected, at)
    facts = tuple(_fact(fact, collected) for fact in _facts(told))
    software = told.software if told.software is None else tuple(_installed(one) for one in told.software)
    return FactSheet(
        device=_identity(told, facts),
        collected_at=collected,
        facts=facts,
        software=software,
        unread=tuple(Unread(clean(one.what), clean(one.why)) for one in told.unread),
        collector=clean(told.collector),
    )


def _facts(told: _Document) -> list[_Fact]:
    if isinstance(told.facts, UnsetType):
        return []
    if isinstance(told.facts, list):
        return told.facts
    try:
        return [
            _Fact(name=name, value=_BY_NAME.decode(b'{"value":' + bytes(raw) + b"}")["value"])
            for name, raw in told.facts.items()
        ]
    except msgspec.DecodeError as error:
        raise Invalid(f"The report cannot be read: {error}, within `$.facts`.", hint=HINT) from error


def _fact(told: _Fact, collected: datetime) -> Fact:
    return Fact(
        name=clean(told.name),
        value=_clean_value(told.value),
        source=told.source,
        # A fact from after its own report is a clock that was set in between; it counts as of the report.
        observed_at=min(_moment(told.observed_at, default=collected), collected),
        writable=told.writable,
        user=clean(told.user) if told.user else None,
        origin=clean(told.origin),
    )


def _installed(told: _Installed) -> Installed:
    return Installed(
        clean(told.name), clean(told.version), clean(told.type).lower(), clean(told.origin), clean(told.publisher),
        clean(told.location), clean(told.arch),
    )  # fmt: skip


def _identity(told: _Document, facts: Iterable[Fact]) -> Identity:
    device = told.device
    system = _system(device.system or told.system) or _guess(facts)
    return Identity(
        id=slug(device.id or device.serial or device.name or NAMELESS),
        name=clean(device.name or device.id or "this device"),
        system=system,
        release=clean(device.release),
        serial=clean(device.serial),
    )


def _system(word: str) -> System | None:
    low = word.strip().lower()
    if not low:
        return None
    names = {
        "darwin": System.MACOS,
        "mac": System.MACOS,
        "osx": System.MACOS,
        "mac os x": System.MACOS,
        "win32": System.WINDOWS,
    }
    if low in names:
        return names[low]
    if low.startswith("windows"):
        return System.WINDOWS
    if low.startswith("macos"):
        return System.MACOS
    linux = {"linux", "debian", "ubuntu", "fedora", "rhel", "arch", "opensuse", "centos", "mint", "kde", "gnome"}
    return System.LINUX if low in linux else System.OTHER


def _guess(facts: Iterable[Fact]) -> System:
    """Return the system whose settings these are, for facts written by hand that do not say."""
    for fact in facts:
        name = key(fact.name)
        if name.startswith(("hklm.", "hku.", "hkcu.", "control.panel.desktop.", "devicelock.")):
            return System.WINDOWS
        if name.startswith(("com.apple.", "sysadminctl", "pmset")):
            return System.MACOS
    return System.LINUX


def _moment(told: datetime | UnsetType, *, default: datetime) -> datetime:
    if isinstance(told, UnsetType):
        return default
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def _clean_value(value: Value) -> Value:
    if isinstance(value, str):
        # Line breaks stay: configuration files are read line by line.
        return "\n".join(clean(line) for line in value.splitlines()) if "\n" in value else clean(value)
    return [clean(one) for one in value] if isinstance(value, list) else value


def slug(words: str) -> str:
    """Return a device's id as it stands in a subject: letters, digits, dot, dash, underscore and colon; long ones by hash."""
    plain = re.sub(r"[^A-Za-z0-9._:-]+", "-", words.strip()).strip("-.") or NAMELESS
    return plain if len(plain) <= 80 else hashlib.sha256(plain.encode()).hexdigest()[:32]  # noqa: PLR2004 - fits a column


def write(sheet: FactSheet, verdicts: Iterable[Verdict] = ()) -> bytes:
    """Return the document of a fact sheet, with the verdicts that were reached on it; the same input gives the same bytes."""
    device = sheet.device
    document: dict[str, object] = {
        "format": FORMAT,
        "device": {
            "id": device.id,
            "name": device.name,
            "system": device.system,
            "release": device.release,
            "serial": device.serial,
        },
        "collected_at": sheet.collected_at,
        "collector": sheet.collector,
        "facts": [_fact_out(fact) for fact in sheet.facts],
        "software": None
        if sheet.software is None
        else [_drop_empty(msgspec.structs.asdict(_out(one))) for one in sheet.software],
        "unread": [{"what": one.what, "why": one.why} for one in sheet.unread],
    }
    judged = [verdict_out(verdict) for verdict in verdicts]
    if judged:
        document["verdicts"] = judged
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def verdict_out(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as JSON carries it."""
    reason = verdict.reason
    return {
        "commitment": verdict.commitment,
        "subject": verdict.subject,
        "result": verdict.result,
        "fact": reason.fact,
        "value": reason.value,
        "source": reason.source,
        "observed_at": reason.observed_at,
        "rule": reason.rule,
        "advice": reason.advice,
    }


def _out(one: Installed) -> _Installed:
    return _Installed(one.name, one.version, one.type, one.origin, one.publisher, one.location, one.arch)


def _fact_out(fact: Fact) -> dict[str, object]:
    return {
        "name": fact.name, "value": fact.value, "source": fact.source, "writable": fact.writable, "user": fact.user,
        "origin": fact.origin, "observed_at": fact.observed_at,
    }  # fmt: skip


def _drop_empty(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value != ""}
