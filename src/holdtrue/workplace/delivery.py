"""Signed reports as a server reads them: a whole state, a change, or the word that nothing changed.

The signature is checked before; here the body is read with limits and its times are held to the server's clock.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from holdtrue.errors import Invalid
from holdtrue.workplace.document import (
    HINT,
    LARGEST,
    MOST_SKEW,
    DocumentIn,
    FactIn,
    InstalledIn,
    Line,
    UnreadIn,
    fact_in,
    installed_in,
    moment_of,
    sheet_of,
    unread_in,
)
from holdtrue.workplace.facts import FORMAT, FactSheet
from holdtrue.workplace.state import CHANGE, MOST_FACTS, MOST_TITLES, MOST_UNREAD, UNCHANGED, Change, Stamp, line

MOST_OFF = 2**31 - 1
"""Seconds by which a clock is told to be off at most: what a database's integer holds."""
_Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class _Report(msgspec.Struct):
    key: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    sequence: Annotated[int, Meta(ge=1, le=2**53)]
    sent_at: datetime
    base: _Hash | UnsetType = UNSET


class _Full(DocumentIn, kw_only=True):
    report: _Report


class _Gone(msgspec.Struct):
    name: Line
    user: Line | None = None


class _Facts(msgspec.Struct):
    set: Annotated[list[FactIn], Meta(max_length=MOST_FACTS)] = msgspec.field(default_factory=list)
    gone: Annotated[list[_Gone], Meta(max_length=MOST_FACTS)] = msgspec.field(default_factory=list)


class _Software(msgspec.Struct):
    added: Annotated[list[InstalledIn], Meta(max_length=MOST_TITLES)] = msgspec.field(default_factory=list)
    removed: Annotated[list[InstalledIn], Meta(max_length=MOST_TITLES)] = msgspec.field(default_factory=list)


class _Brief(msgspec.Struct):
    """What every report has: enough to tell which it is."""

    format: Line
    report: _Report
    collected_at: datetime


class _Changed(_Brief):
    state: _Hash
    facts: _Facts = msgspec.field(default_factory=_Facts)
    software: _Software | None = None
    unread: Annotated[list[UnreadIn], Meta(max_length=MOST_UNREAD)] = msgspec.field(default_factory=list)


_BRIEF = msgspec.json.Decoder(_Brief)
_FULL = msgspec.json.Decoder(_Full)
_CHANGED = msgspec.json.Decoder(_Changed)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One signed report: a `sheet`, or a `change` upon the state `base`, or neither where nothing changed since `base`."""

    stamp: Stamp
    collected_at: datetime
    """Never after the server's own time."""
    base: str = ""
    """The hash of the state that it builds on; empty for a whole state."""
    state: str = ""
    """The hash of the state after a change, as the device reckoned it."""
    sheet: FactSheet | None = None
    change: Change | None = None
    clock_off_seconds: int = 0
    """How far the device's clock runs ahead, where that is more than ten minutes."""

    @property
    def is_unchanged(self) -> bool:
        """Whether it says that nothing changed."""
        return self.sheet is None and self.change is None

    @property
    def is_whole(self) -> bool:
        """Whether the whole state was told."""
        return self.sheet is not None

    @property
    def is_of_software(self) -> bool:
        """Whether the inventory is needed."""
        change = self.change
        return self.is_whole or (change is not None and bool(change.added or change.removed))


def read_delivery(body: bytes, *, at: datetime) -> Delivery:
    """Return what a signed report says; raises `Invalid` with the place of the mistake."""
    if len(body) > LARGEST:
        raise Invalid(f"The report has {len(body):,} bytes; at most {LARGEST:,} are taken.", hint=HINT)
    try:
        brief = _BRIEF.decode(body)
        if brief.format == UNCHANGED:
            return _delivery(brief, at=at)
        if brief.format == CHANGE:
            return _changed(_CHANGED.decode(body), at=at)
        if brief.format == FORMAT:
            delivery = replace(_delivery(brief, at=at, needs_base=False), base="")
            return replace(delivery, sheet=sheet_of(_FULL.decode(body), collected=delivery.collected_at))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The report cannot be read: {error}.", hint=HINT) from error
    raise Invalid(f"The report is of format {brief.format!r}, which is not known.", hint="Bring both to the same version.")


def _delivery(told: _Brief, *, at: datetime, needs_base: bool = True) -> Delivery:
    base = "" if isinstance(told.report.base, UnsetType) else told.report.base
    if needs_base and not base:
        raise Invalid("The report does not say which state it builds on.", hint="Give `report.base`, or send the whole state.")
    sent, collected = moment_of(told.report.sent_at, default=at), moment_of(told.collected_at, default=at)
    ahead = max(sent, collected) - at
    stamp = Stamp(told.report.key, told.report.sequence, min(sent, at))
    off = min(round(ahead.total_seconds()), MOST_OFF) if ahead > MOST_SKEW else 0
    return Delivery(stamp, min(collected, at), base, clock_off_seconds=off)


def _changed(told: _Changed, *, at: datetime) -> Delivery:
    delivery = _delivery(told, at=at)
    software = told.software or _Software()
    change = Change(
        facts=tuple(fact_in(fact, delivery.collected_at) for fact in told.facts.set),
        gone=tuple((line(one.name), line(one.user or "") or None) for one in told.facts.gone),
        added=tuple(installed_in(one) for one in software.added),
        removed=tuple(installed_in(one) for one in software.removed),
        unread=unread_in(told.unread),
    )
    return replace(delivery, state=told.state, change=change)
