"""The JSON form of a fact sheet, `holdtrue.facts/1`: read with limits, written as it is read.

`docs/reference/device-facts.md` describes it for people who write one by hand.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FORMAT, Fact, FactSheet, Identity, Installed, Source, System, Unread, key
from holdtrue.workplace.state import MOST_FACTS, MOST_TITLES, MOST_UNREAD, NAMELESS, fact_of, identity_of, installed_of, line

__all__ = ["LARGEST", "NAMELESS", "read", "verdict_out", "write"]

LARGEST = 16_000_000
"""Bytes of one document; a real machine with 1,139 titles needs 0.2 MB."""
MOST_SKEW = timedelta(minutes=10)
"""How far a device's clock may run ahead before its times are no longer believed."""
HINT = "docs/reference/device-facts.md describes the format."

Line: TypeAlias = Annotated[str, Meta(max_length=300)]


class FactIn(msgspec.Struct):
    """A fact as a document carries it."""

    name: Annotated[str, Meta(min_length=1, max_length=300)]
    value: Annotated[str, Meta(max_length=20_000)] | int | float | bool | Annotated[list[Line], Meta(max_length=500)] | None = (
        None
    )
    source: Source = Source.OBSERVED
    observed_at: datetime | UnsetType = UNSET
    writable: bool | None = None
    user: Line | None = None
    origin: Line = ""


class InstalledIn(msgspec.Struct):
    """A title as a document carries it."""

    name: Annotated[str, Meta(min_length=1, max_length=300)]
    version: Line = ""
    type: Line = ""
    origin: Line = ""
    publisher: Line = ""
    location: Annotated[str, Meta(max_length=1000)] = ""
    arch: Line = ""


class UnreadIn(msgspec.Struct):
    """What could not be read, as a document carries it."""

    what: Line
    why: Line = ""


class _Identity(msgspec.Struct):
    id: Line = ""
    name: Line = ""
    system: Line = ""
    release: Line = ""
    serial: Line = ""


class DocumentIn(msgspec.Struct):
    """A whole fact sheet."""

    format: Line = FORMAT
    device: _Identity = msgspec.field(default_factory=_Identity)
    system: Line = ""
    collected_at: datetime | UnsetType = UNSET
    collector: Line = ""
    facts: Annotated[list[FactIn], Meta(max_length=MOST_FACTS)] | dict[str, msgspec.Raw] | UnsetType = UNSET
    software: Annotated[list[InstalledIn], Meta(max_length=MOST_TITLES)] | None = None
    unread: Annotated[list[UnreadIn], Meta(max_length=MOST_UNREAD)] = msgspec.field(default_factory=list)


_DECODER = msgspec.json.Decoder(DocumentIn)
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
"""Beyond these a time cannot be reckoned with."""
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
    collected = moment_of(told.collected_at, default=at)
    if collected > at + MOST_SKEW:
        raise Invalid(
            f"The report says it was made at {collected:%Y-%m-%d %H:%M} UTC, which is in the future.",
            hint="Set the device's clock, then report again.",
        )
    return sheet_of(told, collected=min(collected, at))


def sheet_of(told: DocumentIn, *, collected: datetime) -> FactSheet:
    """Return the facts of a decoded document, as of `collected`."""
    facts = tuple(fact_in(fact, collected) for fact in _facts(told))
    software = told.software if told.software is None else tuple(installed_in(one) for one in told.software)
    return FactSheet(
        device=_identity(told, facts),
        collected_at=collected,
        facts=facts,
        software=software,
        unread=unread_in(told.unread),
        collector=line(told.collector),
    )


def _facts(told: DocumentIn) -> list[FactIn]:
    if isinstance(told.facts, UnsetType):
        return []
    if isinstance(told.facts, list):
        return told.facts
    try:
        return [
            FactIn(name=name, value=_BY_NAME.decode(b'{"value":' + bytes(raw) + b"}")["value"])
            for name, raw in told.facts.items()
        ]
    except msgspec.DecodeError as error:
        raise Invalid(f"The report cannot be read: {error}, within `$.facts`.", hint=HINT) from error


def fact_in(told: FactIn, collected: datetime) -> Fact:
    """Return a decoded fact; a time after `collected` counts as that."""
    # A fact from after its own report is a clock that was set in between; it counts as of the report.
    seen = min(moment_of(told.observed_at, default=collected), collected)
    return fact_of(Fact(told.name, told.value, told.source, seen, told.writable, told.user, told.origin))


def installed_in(told: InstalledIn) -> Installed:
    """Return a decoded title."""
    return installed_of(
        Installed(told.name, told.version, told.type, told.origin, told.publisher, told.location, told.arch),
    )


def unread_in(told: Iterable[UnreadIn]) -> tuple[Unread, ...]:
    """Return what could not be read."""
    return tuple(Unread(line(one.what), line(one.why)) for one in told)


def _identity(told: DocumentIn, facts: Iterable[Fact]) -> Identity:
    device = told.device
    system = system_of(device.system or told.system) or _guess(facts)
    return identity_of(Identity(device.id, device.name, system, device.release, device.serial))


def system_of(word: str) -> System | None:
    """Return the family of a system by whatever name; None for no name."""
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


def moment_of(told: datetime | UnsetType, *, default: datetime) -> datetime:
    """Return a time in UTC; without a zone it is read as UTC. Raises `Invalid` for one that no clock shows."""
    if isinstance(told, UnsetType):
        return default
    if not _FIRST_YEAR <= told.year <= _LAST_YEAR:
        raise Invalid(f"{told.isoformat()} is a time that no clock shows.", hint="Set the device's clock, then report again.")
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


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
    return msgspec.json.format(msgspec.json.encode(document, enc_hook=str), indent=1) + b"\n"


def verdict_out(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as JSON carries it."""
    reason = verdict.reason
    return {
        "commitment": verdict.commitment,
        "subject": verdict.subject,
        "result": verdict.result,
        "fact": str(reason.fact),
        "value": str(reason.value),
        "source": str(reason.source),
        "observed_at": reason.observed_at,
        "rule": str(reason.rule),
        "advice": str(reason.advice),
    }


def _out(one: Installed) -> InstalledIn:
    return InstalledIn(one.name, one.version, one.type, one.origin, one.publisher, one.location, one.arch)


def _fact_out(fact: Fact) -> dict[str, object]:
    return {
        "name": fact.name, "value": fact.value, "source": fact.source, "writable": fact.writable, "user": fact.user,
        "origin": fact.origin, "observed_at": fact.observed_at,
    }  # fmt: skip


def _drop_empty(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value != ""}
