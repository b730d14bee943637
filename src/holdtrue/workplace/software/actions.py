"""The only writers of the catalogue, and of what people ask of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.accounts.rules import Reader
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.letters.actions import post
from holdtrue.workplace.software import catalogue as files
from holdtrue.workplace.software import spreadsheet
from holdtrue.workplace.software.answers import answer
from holdtrue.workplace.software.asks import Ask, AskState, check_ask, check_decider
from holdtrue.workplace.software.inventories import judge_again, judge_inventory, verdict_now
from holdtrue.workplace.software.models import ApprovalRow, AskRow
from holdtrue.workplace.software.queries import approval_of, wish
from holdtrue.workplace.software.rules import Approval, Stance

__all__ = ["approve", "ask", "end", "grant", "import_catalogue", "judge_inventory", "refuse", "verdict_now", "withdraw"]

_YAML: Final = (b"format:", b"#", b"---", b"{")
"""How a catalogue in YAML begins; anything else is a table."""
_KINDS: Final = {Stance.APPROVED: Kind.SOFTWARE_APPROVED, Stance.DENIED: Kind.SOFTWARE_DENIED}


def approve(approval: Approval, *, by: UUID, at: datetime) -> UUID:
    """Approve or deny a program from now on and judge again what devices have; raises `Conflict` when that is so already."""
    try:
        with transaction.atomic():
            row = _store(approval, by=by, at=at)
            judge_again(at=at)
    except IntegrityError as error:
        word = "denied" if approval.stance is Stance.DENIED else "approved"
        raise Conflict(f"This is {word} already.", hint="The catalogue on this page has it.") from error
    return row.id


def end(approval_id: UUID, *, why: str, by: UUID, at: datetime) -> None:
    """End an approval or a denial now, with a reason; raises `Conflict` where it has ended."""
    if not why.strip():
        raise Invalid("No reason was given.", hint="Say why it ends.")
    with transaction.atomic():
        row = ApprovalRow.objects.filter(id=approval_id).first()
        if row is None:
            raise NotFound("This is not in the catalogue.", hint="The page of software has what is.")
        if not ApprovalRow.objects.filter(id=approval_id, ended_at=None).update(ended_at=at, is_judged=False):
            raise Conflict("This has ended already.", hint="The page of software has what counts.")
        core: Facts = {**_key(approval_of(row)), "decided": str(row.entry), "why": why[:300]}
        record(Kind.SOFTWARE_ENDED, about=_about(approval_of(row)), at=at, by=by, core=core)
        judge_again(at=at)


def note_judged(ids: Iterable[UUID]) -> None:
    """Write down that the tools of every device were judged since these were decided, or ended."""
    ApprovalRow.objects.filter(id__in=list(ids)).update(is_judged=True)


def import_catalogue(text: bytes, *, by: UUID, at: datetime) -> int:
    """Approve or deny every entry of a catalogue file (YAML or CSV) that is not in it yet; return how many.

    Raises `Invalid`: all or nothing.
    """
    told = files.read(text) if text.lstrip()[:40].lower().startswith(_YAML) else spreadsheet.read(text)
    with transaction.atomic():
        known = {_whole_key(approval_of(row)) for row in ApprovalRow.objects.filter(ended_at=None)}
        fresh = {_whole_key(one): one for one in told if _whole_key(one) not in known}
        for one in fresh.values():
            _store(one, by=by, at=at)
        if fresh:
            judge_again(at=at)
    return len(fresh)


def ask(wanted: Ask, *, by: Reader, at: datetime) -> UUID:
    """Keep somebody's wish to use a title; nothing is approved by it. Raises `Invalid`, or `Conflict` for one that waits."""
    check_ask(wanted, waiting=AskRow.objects.filter(requester_id=by.id, state=AskState.WAITING).count())
    try:
        with transaction.atomic():
            row = AskRow.objects.create(
                name=wanted.name.strip(), type=wanted.type.strip().lower()[:20], publisher=wanted.publisher.strip(),
                subject=wanted.subject[:200], what_for=wanted.what_for.strip(), requester_id=by.id, asked_at=at,
            )  # fmt: skip
            record(
                Kind.SOFTWARE_ASKED, about=_about(Approval(row.name, row.type)), at=at, by=by.id,
                core={"name": row.name, "type": row.type, "wish": str(row.id)},
                identity={"what_for": row.what_for, "device": row.subject},
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("You have asked for this already.", hint="It waits for an answer.") from error
    return row.id


def grant(wish_id: UUID, approval: Approval, *, by: Reader, at: datetime) -> None:
    """Approve what somebody asked for, and tell everybody who asked for the same title.

    Raises `NotAllowed` for the requester and for all but the security team, `Conflict` when another decided first, `Invalid`
    for an approval of something else.
    """
    wanted = wish(wish_id)
    check_decider(wanted.state, wanted.requester, by=by)
    if approval.stance is not Stance.APPROVED or not Approval(approval.name, approval.type).matches(wanted.title):
        raise Invalid(f"This does not approve {wanted.name}.", hint="Approve the title that was asked for, or refuse it.")
    with transaction.atomic():
        same = AskRow.objects.filter(name=wanted.name, type=wanted.type, state=AskState.WAITING).exclude(requester_id=by.id)
        answered = [wish_id, *same.exclude(id=wish_id).order_by("id").values_list("id", flat=True)]
        row = ApprovalRow.objects.filter(**_key(approval), ended_at=None).first()
        if row is None:
            row = _store(approval, by=by.id, at=at, wishes=answered)
            judge_again(at=at)
        else:
            core: Facts = {**_key(approval), "approved": str(row.entry), "wishes": [str(one) for one in answered]}
            record(Kind.SOFTWARE_APPROVED, about=_about(approval), at=at, by=by.id, core=core)
        for other in answered:
            _answer(other, AskState.APPROVED, reason=approval.why, by=by, at=at, approval=row.id)


def refuse(wish_id: UUID, *, reason: str, by: Reader, at: datetime) -> None:
    """Refuse what somebody asked for, with a reason that they are told; raises as `grant` does."""
    wanted = wish(wish_id)
    check_decider(wanted.state, wanted.requester, by=by)
    if not reason.strip():
        raise Invalid("No reason was given.", hint="Say why, and what they could use instead.")
    with transaction.atomic():
        _answer(wish_id, AskState.REFUSED, reason=reason, by=by, at=at)
        _note_refusal(wish_id, wanted.name, wanted.type, AskState.REFUSED, reason, by=by, at=at)


def withdraw(wish_id: UUID, *, by: Reader, at: datetime) -> None:
    """Take back a wish that waits; raises `NotAllowed` for all but the requester, `Conflict` where it was answered."""
    wanted = wish(wish_id)
    if by.id != wanted.requester:
        raise NotAllowed("Only who asked takes it back.", hint="The security team can refuse it.")
    with transaction.atomic():
        if not AskRow.objects.filter(id=wish_id, state=AskState.WAITING).update(state=AskState.WITHDRAWN, decided_at=at):
            raise _answered()
        _note_refusal(wish_id, wanted.name, wanted.type, AskState.WITHDRAWN, "", by=by, at=at)


def _answer(  # noqa: PLR0913 - what an answer consists of
    wish_id: UUID, state: AskState, *, reason: str, by: Reader, at: datetime, approval: UUID | None = None
) -> None:
    changed = AskRow.objects.filter(id=wish_id, state=AskState.WAITING).update(
        state=state, decided_by_id=by.id, decided_at=at, reason=reason.strip(), approval_id=approval
    )
    if not changed:
        raise _answered()
    told = wish(wish_id)
    about = _about(Approval(told.name, told.type))
    post(told.requester, answer(told, at=at), key=f"software-wish/{wish_id}", about=about, at=at)


def _note_refusal(  # noqa: PLR0913 - as above
    wish_id: UUID, name: str, type_: str, state: AskState, reason: str, *, by: Reader, at: datetime
) -> None:
    core: Facts = {"name": name, "type": type_, "wish": str(wish_id), "state": state.value}
    identity: Facts = {"reason": reason} if reason else {}
    record(Kind.SOFTWARE_REFUSED, about=_about(Approval(name, type_)), at=at, by=by.id, core=core, identity=identity)


def _answered() -> Conflict:
    return Conflict("Somebody else has just answered this.", hint="The page of software says what became of it.")


def _store(approval: Approval, *, by: UUID, at: datetime, wishes: Sequence[UUID] = ()) -> ApprovalRow:
    if approval.name == "*" and not (approval.source or approval.publisher or approval.type):
        word = "approve" if approval.stance is Stance.APPROVED else "deny"
        raise Invalid(f"This would {word} everything.", hint="Name a title, an archive or a publisher.")
    key = _key(approval)
    core: Facts = {
        **key,
        "seats": approval.seats,
        "expires": approval.expires.isoformat() if approval.expires else None,
        "why": approval.why,
        "wishes": [str(one) for one in wishes],
    }
    entry = record(_KINDS[approval.stance], about=_about(approval), at=at, by=by, core=core)
    return ApprovalRow.objects.create(
        **key, seats=approval.seats, expires=approval.expires, why=approval.why, decided_by_id=by, decided_at=at, entry=entry
    )


def _about(approval: Approval) -> str:
    what = approval.name if approval.name != "*" else approval.source or approval.publisher or "*"
    return f"software/{approval.type or 'any'}/{what}"[:200]


def _key(approval: Approval) -> dict[str, str]:
    return {
        "stance": approval.stance.value,
        "name": approval.name,
        "type": approval.type,
        "source": approval.source,
        "publisher": approval.publisher,
        "versions": str(approval.versions),
        "platforms": " ".join(sorted(approval.platforms)),
    }


def _whole_key(approval: Approval) -> tuple[str, ...]:
    return tuple(_key(approval).values())
