"""An entry before it stands in the log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s

from holdtrue.evidence.groups import Fact, Facts, canonical
from holdtrue.evidence.kinds import Kind


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be committed to: the bytes of each group are exactly what is hashed."""

    id: UUID
    """UUIDv7; the log holds an id once, however often it is offered."""
    kind: str
    about: str
    at: datetime
    core: bytes
    context: bytes
    identity: bytes


def compose(  # noqa: PLR0913 - the parts of an entry, as `record` takes them
    kind: Kind,
    *,
    about: str,
    at: datetime,
    by: UUID | None = None,
    core: Facts | None = None,
    context: Facts | None = None,
    identity: Facts | None = None,
    entry: UUID | None = None,
) -> Draft:
    """Return an entry with its id, kind, subject and time among its core facts, and who acted among its identity facts."""
    entry = entry or uuid7s.uuid7()
    head: dict[str, Fact] = {
        "id": str(entry),
        "kind": kind.value,
        "about": about,
        "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }
    who: dict[str, Fact] = {"by": str(by)} if by else {}
    return Draft(
        id=entry,
        kind=kind.value,
        about=about,
        at=at,
        core=canonical({**(core or {}), **head}),
        context=canonical(context or {}),
        identity=canonical({**(identity or {}), **who}),
    )
