"""What the evidence pages show of the log."""

import os
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from holdtrue import config
from holdtrue.accounts.queries import names_of
from holdtrue.errors import NotFound, Unavailable
from holdtrue.evidence import words
from holdtrue.evidence.groups import Fact, Group, HiddenGroup
from holdtrue.evidence.log import Log, Place
from holdtrue.evidence.merkle import leaf_hash
from holdtrue.evidence.notes import to_base64
from holdtrue.evidence.opened import log_of
from holdtrue.evidence.pack import Source
from holdtrue.evidence.sealing import moment

LARGEST_INDEX = 2**53


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the log stands."""

    origin: str
    size: int
    waiting: int
    """Entries that are durable and not yet signed."""
    signed_at: datetime | None
    """The time of the newest entry that is signed."""
    keys: tuple[str, ...]
    """Every key (vkey), the oldest first."""

    @property
    def fingerprint(self) -> str:
        """The short mark of the key in use."""
        return self.keys[-1].rsplit("+", 2)[1] if self.keys else ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    index: int
    id: UUID
    about: str
    at: datetime
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group of an entry, as a page shows it."""

    title: str
    hash: str
    is_hidden: bool
    facts: tuple[words.Shown, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on a page of its own."""

    index: int
    id: UUID
    kind: str
    about: str
    at: datetime
    title: str
    is_signed: bool
    leaf_hash: str
    groups: tuple[ShownGroup, ...]


def overview() -> Overview:
    """Return where the log stands."""
    log = the_log()
    state = log.state()
    last = next(log.store.rows(state.integrated - 1, state.integrated), None) if state.integrated else None
    return Overview(
        origin=state.origin,
        size=state.size,
        waiting=state.size - state.integrated,
        signed_at=moment(last.at) if last else None,
        keys=tuple(str(known.key) for known in log.keys.public()),
    )


def newest(*, about: str, before: int | None, most: int) -> list[Line]:
    """Return the newest entries, or those before an index; of one subject alone when it is given."""
    log = the_log()
    size = log.state().size
    end = size if before is None else min(before, size)
    if about:
        rows = deque(log.store.rows_about([about], end), maxlen=most)
        places = [log.entry(UUID(bytes=row.id)) for row in rows]
    else:
        places = list(log.entries(max(0, end - most), end))
    return [_line(place) for place in reversed(places)]


def find(text: str) -> UUID:
    """Return the id of the entry with this index or id; raises `NotFound`."""
    text = text.strip().removeprefix("#")
    log = the_log()
    try:
        if text.isdecimal() and int(text) < LARGEST_INDEX:
            return next(log.entries(int(text), int(text) + 1)).id
        return log.entry(UUID(text)).id
    except (ValueError, StopIteration) as error:
        raise NotFound(f"The log holds no entry {text}.", hint="Give its number or its id.") from error


def entry(entry: UUID) -> Entry:
    """Return an entry ready to be shown; raises `NotFound`."""
    log = the_log()
    place = log.entry(entry)
    facts = [_facts(group) for group in place.opening.groups]
    names = names_of(_people(facts))
    return Entry(
        index=place.index,
        id=place.id,
        kind=place.opening.kind,
        about=place.about,
        at=place.at,
        title=words.title_of(place.opening.kind, facts[0]),
        is_signed=place.index < log.state().integrated,
        leaf_hash=to_base64(leaf_hash(place.opening.leaf)),
        groups=tuple(_shown(group, known, names) for group, known in zip(place.opening.groups, facts, strict=True)),
    )


def receipt(entry: UUID) -> bytes:
    """Return the entry's `.tlog-proof`; raises `Unavailable` while it is not signed."""
    proof = the_log().receipt(entry)
    if proof is None:
        raise Unavailable("This entry is recorded and not signed yet.", hint="Try again in a second.")
    return proof


def source() -> Source:
    """Return the log as of its newest checkpoint, for a pack."""
    return the_log().snapshot()


def the_log() -> Log:
    """Return the open log of this installation."""
    return log_of(configuration())


def configuration() -> config.Config:
    """Return the settings from which Django was set up."""
    return config.read(os.environ)


def _line(place: Place) -> Line:
    core = _facts(place.opening.core)
    return Line(
        index=place.index,
        id=place.id,
        about=place.about,
        at=place.at,
        title=words.title_of(place.opening.kind, core),
        note=words.note_of(place.opening.kind, core),
    )


def _facts(group: Group) -> dict[str, Fact]:
    if isinstance(group, HiddenGroup) or not group.body:
        return {}
    facts: dict[str, Fact] = msgspec.json.decode(group.body)
    return facts


def _people(groups: list[dict[str, Fact]]) -> set[UUID]:
    found = set()
    for facts in groups:
        by = facts.get("by")
        if isinstance(by, str):
            found.add(UUID(by))
    return found


def _shown(group: Group, facts: dict[str, Fact], names: dict[UUID, str]) -> ShownGroup:
    by = facts.get("by")
    if isinstance(by, str) and (name := names.get(UUID(by))):
        facts = {**facts, "by": name}
    return ShownGroup(
        title=words.group_title(group.name),
        hash=to_base64(group.hash),
        is_hidden=isinstance(group, HiddenGroup),
        facts=tuple(words.facts_of(facts)),
    )
