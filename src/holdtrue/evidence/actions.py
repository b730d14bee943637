"""The one way into the evidence log for everything that the office does."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from holdtrue.errors import Invalid
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.log import Log
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.opened import the_log, the_sealer

AT_ONCE = 1_000


def record(  # noqa: PLR0913 - an entry's parts, by name
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
    draft = compose(Kind(kind), about=about, at=at, by=by, core=core, context=context, identity=identity)
    record_many([draft])
    return draft.id


def record_many(drafts: Sequence[Draft]) -> None:
    """Write entries, as `drafts.compose` makes them, into the caller's transaction in one statement; `Invalid` outside one."""
    if not transaction.get_connection().in_atomic_block:
        raise Invalid("Evidence joins a transaction; none is open.")
    veil = the_sealer().veil
    Outbox.objects.bulk_create(
        [
            Outbox(
                id=draft.id, kind=draft.kind, about=draft.about, at=draft.at, core=draft.core, context=draft.context,
                identity=veil(draft),
            )
            for draft in drafts
        ],
        batch_size=500,
    )  # fmt: skip


def sequence(*, at: datetime) -> int:
    """Move what waits in the outbox into the log, in order, and return how many entries went.

    On PostgreSQL an entry leaves the one and enters the other in one transaction. On SQLite, where they are two files, it
    enters first, by its id and so once, and leaves afterwards. Only one process does this at a time.
    """
    if not Outbox.objects.exists():
        return 0
    log = the_log()
    if not log.store.may_write():
        return 0
    log.begin(at=at)
    log.state_rotation(at=at)
    move = _move_in_one_transaction if connection.vendor == "postgresql" else _move_between_files
    moved = 0
    while count := move(log):
        moved += count
    return moved


def sign(*, at: datetime) -> int:
    """Hash what is new into the tree, sign it, and return the signed size; 0 when nothing was new."""
    checkpoint = the_log().integrate(at=at)
    return checkpoint.size if checkpoint else 0


def erase_what_is_due(*, at: datetime) -> int:
    """Erase every identity group that has passed its retention and return how many went."""
    log = the_log()
    return log.erase_due(at=at) if log.store.may_write() else 0


def _move_between_files(log: Log) -> int:
    drafts = [_draft(row) for row in Outbox.objects.order_by("id")[:AT_ONCE]]
    log.append(drafts)
    # A crash here leaves them in both places; the log holds an id once, so the next try changes nothing.
    Outbox.objects.filter(id__in=[draft.id for draft in drafts]).delete()
    return len(drafts)


def _move_in_one_transaction(log: Log) -> int:
    from holdtrue.evidence.store_postgres import append, claim

    with transaction.atomic():
        connection.ensure_connection()
        if not claim(connection.connection, "sequence"):
            return 0
        drafts = [_draft(row) for row in Outbox.objects.order_by("id")[:AT_ONCE]]
        append(connection.connection, [log.sealer.seal(draft) for draft in drafts])
        Outbox.objects.filter(id__in=[draft.id for draft in drafts]).delete()
        return len(drafts)


def _draft(row: Outbox) -> Draft:
    identity = the_sealer().unveil(row.id, row.kind, row.at, bytes(row.identity))
    return Draft(row.id, row.kind, row.about, row.at, bytes(row.core), bytes(row.context), identity)
