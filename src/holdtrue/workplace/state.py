"""What a device's state is: its canonical form and hash, what changed between two of them, and the change carried out.

An agent and the server reckon with the same functions, so that a report of a few lines stands for a whole state. Nothing here
needs more than the standard library. `docs/reference/agent.md` describes the JSON form.
"""

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from holdtrue.workplace.facts import FORMAT, Fact, FactSheet, Identity, Installed, Unread, Value, clean

CHANGE = "holdtrue.change/1"
UNCHANGED = "holdtrue.unchanged/1"
NAMELESS = "this-device"
"""The id of a device that a document does not name."""

MOST_FACTS = 20_000
MOST_TITLES = 100_000
MOST_UNREAD = 500
LONGEST_LINE = 300
"""Characters of a name, an origin, one text of a list."""
LONGEST_TEXT = 20_000
LONGEST_LIST = 500
LONGEST_PLACE = 1000
_LARGEST_NUMBER = 2**53
"""Whole numbers beyond it are told as text: JSON readers disagree on them."""


@dataclass(frozen=True, slots=True)
class Change:
    """How one state of a device became another; `facts` replace all facts of the same name and user."""

    facts: tuple[Fact, ...]
    gone: tuple[tuple[str, str | None], ...]
    """Names and users of which no fact is left."""
    added: tuple[Installed, ...]
    removed: tuple[Installed, ...]
    unread: tuple[Unread, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the state itself stayed as it was."""
        return not (self.facts or self.gone or self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What sets a signed report apart from every other: whose key, its number, when it was sent."""

    key: str
    sequence: int
    sent_at: datetime


def slug(words: str) -> str:
    """Return a device's id as it stands in a subject: letters, digits, dot, dash, underscore and colon; long ones by hash."""
    plain = re.sub(r"[^A-Za-z0-9._:-]+", "-", words.strip()).strip("-.") or NAMELESS
    return plain if len(plain) <= 80 else hashlib.sha256(plain.encode()).hexdigest()[:32]  # noqa: PLR2004 - fits a column


def line(words: str, longest: int = LONGEST_LINE) -> str:
    """Return one line of text as both sides keep it."""
    return clean(clean(words)[:longest])


def value_of(told: Value) -> Value:
    """Return a fact's value as both sides keep it; line breaks stay, for files are read line by line."""
    if isinstance(told, str):
        return _lines(_lines(told)[:LONGEST_TEXT])
    if isinstance(told, list):
        return [line(one) for one in told[:LONGEST_LIST]]
    if isinstance(told, float) and not math.isfinite(told):
        return str(told)
    if isinstance(told, int) and abs(told) > _LARGEST_NUMBER:
        return str(told)[:LONGEST_LINE]
    return told


def _lines(words: str) -> str:
    # Empty lines at the end go all at once: whoever keeps the text a second time must keep the same.
    return "\n".join(clean(one) for one in words.splitlines()).rstrip("\n") if "\n" in words else clean(words)


def identity_of(told: Identity) -> Identity:
    """Return a device's identity as both sides keep it."""
    return Identity(
        id=slug(line(told.id or told.serial or told.name or NAMELESS)),
        name=line(told.name or told.id) or "this device",
        system=told.system,
        release=line(told.release),
        serial=line(told.serial),
    )


def tidied(sheet: FactSheet) -> FactSheet:
    """Return the sheet as a reader of its document will have it: clean, within the limits, each thing once."""
    facts = (fact_of(one) for one in sheet.facts[:MOST_FACTS])
    software = None
    if sheet.software is not None:
        titles = (installed_of(one) for one in sheet.software[:MOST_TITLES])
        software = tuple({one: None for one in titles if one.name})
    unread = tuple(Unread(line(one.what), line(one.why)) for one in sheet.unread[:MOST_UNREAD])
    return FactSheet(
        device=identity_of(sheet.device),
        collected_at=sheet.collected_at,
        # A list cannot be hashed, so that equal facts are found by what they look like.
        facts=tuple({_shown(fact_out(fact)): fact for fact in facts if fact.name}.values()),
        software=software,
        unread=unread,
        collector=line(sheet.collector),
    )


def fact_of(told: Fact) -> Fact:
    """Return a fact as both sides keep it."""
    return replace(
        told,
        name=line(told.name),
        value=value_of(told.value),
        user=(line(told.user) or None) if told.user else None,
        origin=line(told.origin),
    )


def installed_of(told: Installed) -> Installed:
    """Return a title as both sides keep it."""
    return Installed(
        line(told.name), line(told.version), line(told.type).lower(), line(told.origin), line(told.publisher),
        line(told.location, LONGEST_PLACE), line(told.arch),
    )  # fmt: skip


def state_hash(sheet: FactSheet) -> str:
    """Return the SHA-256, in hex, of a device's state: who it is, its facts without their times, its software."""
    return state_hash_of(sheet.device, sheet.facts, software_hash(sheet.software))


def state_hash_of(device: Identity, facts: Iterable[Fact], software: str | None) -> str:
    """Return the same where the software is known by its hash alone: a change of facts needs no inventory."""
    return hashlib.sha256(_canonical(device, facts, software)).hexdigest()


def software_hash(software: Iterable[Installed] | None) -> str | None:
    """Return the SHA-256, in hex, of an inventory in its one JSON form: sorted, each title once; None where none was taken."""
    if software is None:
        return None
    every = {(one.type, one.name, one.version, _shown(installed_out(one))) for one in software}
    return hashlib.sha256(f"[{','.join(text for *_, text in sorted(every))}]".encode("utf-8", "replace")).hexdigest()


def canonical(sheet: FactSheet) -> bytes:
    """Return the one JSON form of a state: sorted, without spaces and times, each thing once, its software by its hash."""
    return _canonical(sheet.device, sheet.facts, software_hash(sheet.software))


def _canonical(device: Identity, facts: Iterable[Fact], software: str | None) -> bytes:
    every = {(fact.name, fact.user or "", fact.source.value, _shown(fact_out(fact))) for fact in facts}
    parts = [
        f'"device":{_shown(device_out(device))}',
        f'"facts":[{",".join(text for *_, text in sorted(every))}]',
        f'"software":{_shown(software)}',
    ]
    return ("{" + ",".join(parts) + "}").encode("utf-8", "replace")


_shown = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""Writes the one JSON form of a value; made once, since making it costs more than using it."""


def in_one_form(told: object) -> bytes:
    """Return the one JSON form of a value as it is hashed."""
    return _shown(told).encode("utf-8", "replace")


def device_out(device: Identity) -> dict[str, object]:
    """Return an identity as JSON carries it."""
    return {
        "id": device.id,
        "name": device.name,
        "system": device.system.value,
        "release": device.release,
        "serial": device.serial,
    }


def fact_out(fact: Fact) -> dict[str, object]:
    """Return a fact as JSON carries it, without its time."""
    return {
        "name": fact.name, "value": fact.value, "source": fact.source.value, "writable": fact.writable, "user": fact.user,
        "origin": fact.origin,
    }  # fmt: skip


def installed_out(one: Installed) -> dict[str, object]:
    """Return a title as JSON carries it; what is empty is left out."""
    fields = {
        "name": one.name, "version": one.version, "type": one.type, "origin": one.origin, "publisher": one.publisher,
        "location": one.location, "arch": one.arch,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def difference(before: FactSheet, after: FactSheet) -> Change | None:
    """Return what changed; None where only the whole state tells it: another identity, or an inventory begun or ended."""
    if before.device != after.device or (before.software is None) != (after.software is None):
        return None
    old, new = _by_name(before.facts), _by_name(after.facts)
    changed = [facts for name, facts in new.items() if _looks(facts) != _looks(old.get(name, []))]
    known, found = frozenset(before.software or ()), frozenset(after.software or ())
    return Change(
        facts=tuple(fact for facts in changed for fact in facts),
        gone=tuple(name for name in old if name not in new),
        added=tuple(sorted(found - known, key=_order)),
        removed=tuple(sorted(known - found, key=_order)),
        unread=after.unread,
    )


def applied(before: FactSheet, change: Change, *, at: datetime) -> FactSheet:
    """Return the state after a change: what did not change was seen again, at `at`."""
    replaced = {(fact.name, fact.user) for fact in change.facts} | set(change.gone)
    kept = (
        # Three times as fast as `replace`, which a server does for every fact of every device.
        Fact(fact.name, fact.value, fact.source, at, fact.writable, fact.user, fact.origin)
        for fact in before.facts
        if (fact.name, fact.user) not in replaced
    )
    software = before.software
    if software is not None:
        removed = frozenset(change.removed)
        software = tuple(dict.fromkeys((*(one for one in software if one not in removed), *change.added)))
    return FactSheet(before.device, at, (*kept, *change.facts), software, change.unread, before.collector, before.is_whole)


def _by_name(facts: Iterable[Fact]) -> dict[tuple[str, str | None], list[Fact]]:
    found: defaultdict[tuple[str, str | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.name, fact.user].append(fact)
    return dict(found)


def _looks(facts: Iterable[Fact]) -> frozenset[str]:
    return frozenset(_shown(fact_out(fact)) for fact in facts)


def _order(one: Installed) -> tuple[str, ...]:
    return one.type, one.name, one.version, one.arch, one.location, one.origin, one.publisher


def moment(at: datetime) -> str:
    """Return a time as RFC 3339 writes it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def full_out(sheet: FactSheet, stamp: Stamp | None = None) -> dict[str, object]:
    """Return the document of a whole state, `holdtrue.facts/1`."""
    software = None if sheet.software is None else [installed_out(one) for one in sheet.software]
    return {
        "format": FORMAT, **_report(stamp), "device": device_out(sheet.device), "collected_at": moment(sheet.collected_at),
        "collector": sheet.collector, "facts": [_timed(fact) for fact in sheet.facts], "software": software,
        "unread": _unread_out(sheet.unread),
    }  # fmt: skip


def change_out(change: Change, stamp: Stamp, *, base: str, state: str, at: datetime) -> dict[str, object]:
    """Return the document of a change, `holdtrue.change/1`, from the state `base` to the state `state`, seen at `at`."""
    has_titles = change.added or change.removed
    return {
        "format": CHANGE, **_report(stamp, base), "collected_at": moment(at),
        "facts": {
            "set": [_timed(fact) for fact in change.facts],
            "gone": [{"name": name, "user": user} for name, user in change.gone],
        },
        "software": {
            "added": [installed_out(one) for one in change.added], "removed": [installed_out(one) for one in change.removed],
        } if has_titles else None,
        "unread": _unread_out(change.unread), "state": state,
    }  # fmt: skip


def unchanged_out(stamp: Stamp, *, base: str, at: datetime) -> dict[str, object]:
    """Return the document that says: still the state `base`, seen at `at` (`holdtrue.unchanged/1`)."""
    return {"format": UNCHANGED, **_report(stamp, base), "collected_at": moment(at)}


def encoded(told: dict[str, object]) -> bytes:
    """Return the bytes of a document, as they are signed and sent."""
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _report(stamp: Stamp | None, base: str = "") -> dict[str, object]:
    if stamp is None:
        return {}
    told: dict[str, object] = {"key": stamp.key, "sequence": stamp.sequence, "sent_at": moment(stamp.sent_at)}
    return {"report": told | ({"base": base} if base else {})}


def _timed(fact: Fact) -> dict[str, object]:
    return fact_out(fact) | {"observed_at": moment(fact.observed_at)}


def _unread_out(unread: Iterable[Unread]) -> list[dict[str, str]]:
    return [{"what": one.what, "why": one.why} for one in unread]
