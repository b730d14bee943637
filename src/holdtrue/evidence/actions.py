"""The one way into the evidence log for everything that the office does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from holdtrue.bulk import as_text, delete, identity, identity_of, insert, moment, moment_of
from holdtrue.errors import Invalid
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.log import Log
from holdtrue.evidence.models import Outbox
from holdtrue.evidence.opened import the_log, the_sealer

AT_ONCE = 1_000
_OUTBOX: Final = {
    "id": "uuid", "kind": "varchar", "about": "varchar", "at": "timestamptz", "core": "bytea", "context": "bytea",
    "identity": "bytea",
}  # fmt: skip


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
    insert(
        "evidence_outbox",
        _OUTBOX,
        [
            (
                identity(draft.id), draft.kind, draft.about, moment(draft.at), draft.core, draft.context, veil(draft),
            )
            for draft in drafts
        ],
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


def tidy() -> None:
    """Keep short what the log's database writes ahead of its tables."""
    the_log().store.tidy()


def erase_what_is_due(*, at: datetime) -> int:
    """Erase every identity group that has passed its retention and return how many went."""
    log = the_log()
    return log.erase_due(at=at) if log.store.may_write() else 0


def _move_between_files(log: Log) -> int:
    drafts = _waiting()
    log.append(drafts)
    # A crash here leaves them in both places; the log holds an id once, so the next try changes nothing.
    delete("evidence_outbox", "id", [identity(draft.id) for draft in drafts])
    return len(drafts)


def _move_in_one_transaction(log: Log) -> int:
    from holdtrue.evidence.store_postgres import append, claim

    with transaction.atomic():
        connection.ensure_connection()
        if not claim(connection.connection, "sequence"):
            return 0
        drafts = _waiting()
        append(connection.connection, [log.sealer.seal(draft) for draft in drafts])
        delete("evidence_outbox", "id", [identity(draft.id) for draft in drafts])
        return len(drafts)


def _waiting() -> list[Draft]:
    """Return the entries that wait longest, in their order."""
    unveil = the_sealer().unveil
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, kind, about, {as_text('at')}, core, context, identity FROM evidence_outbox ORDER BY id LIMIT {AT_ONCE}"
        )
        rows = cursor.fetchall()
    drafts = []
    for id_, kind, about, when, core, context, veiled in rows:
        entry, at = identity_of(id_), moment_of(when)
        drafts.append(Draft(entry, kind, about, at, bytes(core), bytes(context), unveil(entry, kind, at, bytes(veiled))))
    return drafts
