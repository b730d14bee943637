"""What the evidence pages show of the log."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from holdtrue.accounts.queries import names_of
from holdtrue.errors import NotFound, Unavailable
from holdtrue.evidence import queries, words
from holdtrue.evidence.groups import Fact, Facts, Group, GroupName, HiddenGroup
from holdtrue.evidence.log import Place
from holdtrue.evidence.merkle import leaf_hash
from holdtrue.evidence.notes import to_base64
from holdtrue.evidence.opened import the_log
from holdtrue.evidence.pack import Source
from holdtrue.evidence.sealing import moment

LARGEST_INDEX = 2**53


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the log stands."""

    origin: str
    size: int
    waiting: int
    """Entries that are recorded and not yet signed."""
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

    index: int | None
    """Place in the log; None while it waits for one."""
    id: UUID
    kind: str
    about: str
    at: datetime
    title: str
    proves: str
    """What an entry of its kind proves, in one sentence."""
    is_signed: bool
    leaf_hash: str
    groups: tuple[ShownGroup, ...]


def overview() -> Overview:
    """Return where the log stands."""
    state = queries.log_state()
    last = next(the_log().store.rows(state.signed - 1, state.signed), None) if state.signed else None
    return Overview(
        origin=state.origin,
        size=state.size,
        waiting=state.waiting + state.size - state.signed,
        signed_at=moment(last.at) if last else None,
        keys=state.keys,
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
        return queries.entry(UUID(text)).id
    except (ValueError, StopIteration) as error:
        raise NotFound(f"The log holds no entry {text}.", hint="Give its number or its id.") from error


def entry(entry: UUID) -> Entry:
    """Return an entry ready to be shown, wherever it is on its way into the log; raises `NotFound`."""
    view = queries.entry(entry)
    place = the_log().entry(entry) if view.index is not None else None
    known = (view.core, view.context, view.identity)
    hashes = [to_base64(group.hash) for group in place.opening.groups] if place else ["", "", ""]
    names = names_of(_people(known))
    return Entry(
        index=view.index,
        id=view.id,
        kind=view.kind,
        about=view.about,
        at=view.at,
        title=words.title_of(view.kind, view.core or {}),
        proves=words.proves(view.kind),
        is_signed=view.index is not None and view.index < the_log().state().integrated,
        leaf_hash=to_base64(leaf_hash(place.opening.leaf)) if place else "",
        groups=tuple(_shown(name, facts, value, names) for name, facts, value in zip(GroupName, known, hashes, strict=True)),
    )


def receipt(entry: UUID) -> bytes:
    """Return the entry's `.tlog-proof`; raises `Unavailable` while it is not signed."""
    proof = queries.receipt(entry)
    if proof is None:
        raise Unavailable("This entry is recorded and not signed yet.", hint="Try again in a second.")
    return proof


def source() -> Source:
    """Return the log as of its newest checkpoint, for a pack."""
    return the_log().snapshot()


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


def _people(groups: Iterable[Facts | None]) -> set[UUID]:
    return {found for facts in groups if (found := _person(facts or {}))}


def _person(facts: Facts) -> UUID | None:
    by = facts.get("by")
    return UUID(by) if isinstance(by, str) else None


def _shown(name: GroupName, facts: Facts | None, value: str, names: dict[UUID, str]) -> ShownGroup:
    person = _person(facts or {})
    if facts and person in names:
        facts = {**facts, "by": names[person]}
    shown = tuple(words.facts_of(facts or {}))
    return ShownGroup(title=words.group_title(name), hash=value, is_hidden=facts is None, facts=shown)
