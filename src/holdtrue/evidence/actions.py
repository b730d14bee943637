"""The one way into the evidence log for everything that the office does."""

from datetime import UTC, datetime
from uuid import UUID

import uuid_utils.compat as uuid7s
from django.db import transaction

from holdtrue.errors import Invalid
from holdtrue.evidence.groups import Fact, Facts, canonical
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.models import Outbox


def record(
    kind: Kind | str,
    *,
    about: str,
    at: datetime,
    by: UUID | None = None,
    core: Facts | None = None,
    context: Facts | None = None,
    identity: Facts | None = None,
) -> UUID:
    """Write an entry into the caller's transaction and return its id: both happen or neither does.

    `about` names the subject, such as `policy/work-behaviors`; `by` is the person who acted (kept in the identity group).
    Core facts must not tell who somebody is. Raises `Invalid` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise Invalid("Evidence joins a transaction; none is open.")
    kind = Kind(kind)
    entry = uuid7s.uuid7()
    head: dict[str, Fact] = {
        "id": str(entry),
        "kind": kind.value,
        "about": about,
        "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }
    who: dict[str, Fact] = {"by": str(by)} if by else {}
    Outbox.objects.create(
        id=entry,
        kind=kind.value,
        about=about,
        at=at,
        core=canonical({**(core or {}), **head}),
        context=canonical(context or {}),
        identity=canonical({**(identity or {}), **who}),
    )
    return entry
