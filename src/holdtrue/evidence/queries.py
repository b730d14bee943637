"""What others may read of the evidence: entries that wait in the outbox and entries in the log, as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from holdtrue.errors import NotFound
from holdtrue.evidence.groups import Facts, Group, HiddenGroup
from holdtrue.evidence.log import Place
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.opened import the_log, the_sealer

FEW = 20


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry, wherever it is on its way into the log."""

    id: UUID
    kind: str
    about: str
    """The subject; empty when the core group is erased."""
    at: datetime
    index: int | None
    """Place in the log; None while it waits in the outbox."""
    core: Facts | None
    """Facts of the group; None when they are erased."""
    context: Facts | None
    identity: Facts | None


@dataclass(frozen=True, slots=True)
class LogState:
    """Where the log stands."""

    origin: str
    """The log's name in its checkpoints."""
    size: int
    """Entries that are durable in the log."""
    signed: int
    """Entries that the newest signed checkpoint covers."""
    waiting: int
    """Entries that wait in the outbox."""
    checkpoint: bytes
    """The newest signed checkpoint, byte for byte; empty before the first."""
    root: bytes
    """The root it signs; empty before the first."""
    keys: tuple[str, ...]
    """The log's verifier keys (vkey strings), the oldest first."""


def about(subject: str) -> list[EntryView]:
    """Return every entry about this subject, the newest last."""
    # The outbox is read first: an entry that moves meanwhile is then seen twice, and never not at all.
    waiting = [_waiting(row) for row in Outbox.objects.filter(about=subject).order_by("id")]
    return _together([_standing(place) for place in the_log().about(subject)], waiting)


def latest(most: int = FEW) -> list[EntryView]:
    """Return the newest entries, the newest last."""
    waiting = [_waiting(row) for row in Outbox.objects.order_by("-id")[:most]][::-1]
    log = the_log()
    size = log.state().size
    return _together([_standing(place) for place in log.entries(max(0, size - most), size)], waiting)[-most:]


def entry(entry: UUID) -> EntryView:
    """Return an entry by its id; raises `NotFound`."""
    row = Outbox.objects.filter(id=entry).first()
    try:
        return _standing(the_log().entry(entry))
    except NotFound:
        if row is None:
            raise
        return _waiting(row)


def receipt(entry: UUID) -> bytes | None:
    """Return the proof file (`.tlog-proof`) with the opened groups, or None while it is not signed; raises `NotFound`."""
    try:
        return the_log().receipt(entry)
    except NotFound:
        if Outbox.objects.filter(id=entry).exists():
            return None
        raise


def log_state() -> LogState:
    """Return where the log stands; raises `BrokenEvidence` when it contradicts itself."""
    waiting = Outbox.objects.count()
    log = the_log()
    log.require_unbroken_past()
    state = log.state()
    checkpoint = log.signed(state) if state.checkpoint else None
    return LogState(
        origin=state.origin,
        size=state.size,
        signed=checkpoint.size if checkpoint else 0,
        waiting=waiting,
        checkpoint=state.checkpoint,
        root=checkpoint.root if checkpoint else b"",
        keys=tuple(str(key) for key in log.keys.trusted()),
    )


def _together(standing: Iterable[EntryView], waiting: Iterable[EntryView]) -> list[EntryView]:
    """Return the log's order and after it what waits, each entry once: as it stands in the log if it does."""
    found = {view.id: view for view in standing}
    return [*found.values(), *(view for view in waiting if view.id not in found)]


def _waiting(row: Outbox) -> EntryView:
    return EntryView(
        id=row.id,
        kind=row.kind,
        about=row.about,
        at=row.at,
        index=None,
        core=_decoded(bytes(row.core)),
        context=_decoded(bytes(row.context)),
        identity=_decoded(the_sealer().unveil(row.id, row.kind, row.at, bytes(row.identity))),
    )


def _standing(place: Place) -> EntryView:
    return EntryView(
        id=place.id,
        kind=place.opening.kind,
        about=place.about,
        at=place.at,
        index=place.index,
        core=_facts(place.opening.core),
        context=_facts(place.opening.context),
        identity=_facts(place.opening.identity),
    )


def _facts(group: Group) -> Facts | None:
    return None if isinstance(group, HiddenGroup) else _decoded(group.body)


def _decoded(body: bytes) -> Facts:
    if not body:
        return {}
    facts: Facts = msgspec.json.decode(body)
    return facts
