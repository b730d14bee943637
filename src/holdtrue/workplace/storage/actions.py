"""The only writers of approved places and of losses."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.said import packed
from holdtrue.workplace.storage.models import Loss, LossStep, PlaceRow
from holdtrue.workplace.storage.queries import courses
from holdtrue.workplace.storage.rules import (
    CLIENTS,
    WITHIN,
    Place,
    Risk,
    Stage,
    judge_drills,
)

LONGEST_NOTE = 300


def approve_place(place: Place, *, why: str = "", by: UUID, at: datetime) -> UUID:
    """Approve cloud storage, against which the worker then judges every device.

    Raises `Invalid` for what cannot be recognised, `Conflict` for what is approved already.
    """
    if place.client not in CLIENTS:
        raise Invalid(f"{place.client} is no sync client that is known.", hint=", ".join(CLIENTS))
    if not place.name.strip():
        raise Invalid("The place has no name.", hint="Call it as people here do.")
    try:
        with transaction.atomic():
            entry = _note_place(place, step="approved", why=why, by=by, at=at)
            row = PlaceRow.objects.create(
                name=place.name.strip(), client=place.client, account=place.account.strip().lower(), why=why[:LONGEST_NOTE],
                decided_by_id=by, decided_at=at, entry=entry,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(f"{place.name} is approved already.", hint="The list has it.") from error
    return row.id


def end_place(id: UUID, *, by: UUID, at: datetime) -> None:  # noqa: A002 - an id, as everywhere
    """Take an approved place off the list, so that every device is judged again; raises `NotFound`."""
    with transaction.atomic():
        row = PlaceRow.objects.select_for_update().filter(id=id, ended_at=None).first()
        if row is None:
            raise NotFound("That place is not on the list.", hint="Reload the page.")
        PlaceRow.objects.filter(id=id).update(ended_at=at, is_judged=False)
        _note_place(Place(row.name, row.client, row.account), step="ended", why="", by=by, at=at)


def _note_place(place: Place, *, step: str, why: str, by: UUID, at: datetime) -> UUID:
    core = {"step": step, "name": place.name, "client": place.client, "account": place.account}
    return record(Kind.STORAGE_APPROVED, about=f"storage/{place.client}", at=at, by=by, core=core, context={"why": why})


def note_judged(ids: Iterable[UUID]) -> None:
    """Write down that every device was judged since these places were approved or ended."""
    PlaceRow.objects.filter(id__in=list(ids)).update(is_judged=True)


# --- losses -----------------------------------------------------------------------------------------------------------


def begin_loss(  # noqa: PLR0913 - what is known of a loss when it begins
    subject: str, *, name: str, is_drill: bool, owner: UUID | None, at_risk: Sequence[Risk], by: UUID, at: datetime
) -> UUID:
    """Write down that a device is lost, or its loss drilled, with what was at risk; raises `Conflict` where one runs."""
    try:
        with transaction.atomic():
            row = Loss.objects.create(
                subject=subject, name=name, is_drill=is_drill, owner_id=owner, begun_at=at, begun_by_id=by,
                at_risk=[(str(one.what), one.is_open, packed({"what": one.what})) for one in at_risk],
            )  # fmt: skip
            _step(row, Stage.BEGUN, note="", by=by, at=at)
            judge_losses(at=at)
    except IntegrityError as error:
        what = "drill" if is_drill else "loss"
        raise Conflict(f"A {what} of {name} runs already.", hint="The page of storage leads to it.") from error
    return row.id


def reach(id: UUID, stage: Stage, *, note: str = "", by: UUID, at: datetime) -> None:  # noqa: A002 - as above
    """Write down that a stage of the answer is reached; the last one ends it.

    Raises `NotFound` for no loss, `Conflict` for a stage that was reached or a loss that is over.
    """
    try:
        with transaction.atomic():
            row = Loss.objects.select_for_update().filter(id=id).first()
            if row is None:
                raise NotFound("There is no such loss.", hint="The page of storage lists them all.")
            if row.ended_at is not None:
                raise Conflict("This is over already.", hint="What came later belongs to another loss.")
            if stage is Stage.WORKING:
                Loss.objects.filter(id=id).update(ended_at=at)
            _step(row, stage, note=note, by=by, at=at)
            judge_losses(at=at)
    except IntegrityError as error:
        raise Conflict("Somebody wrote that down already.", hint="Reload the page.") from error


def judge_losses(*, at: datetime, within: timedelta = WITHIN) -> None:
    """Let the standing follow what is known of losses and drills."""
    record_verdicts([judge_drills(courses(), within=within, at=at)], at=at)


def _step(row: Loss, stage: Stage, *, note: str, by: UUID, at: datetime) -> None:
    risks = {"at_risk": sum(1 for _, is_open, *_ in row.at_risk if is_open)} if stage is Stage.BEGUN else {}
    took = {"minutes": round((at - row.begun_at).total_seconds() / 60)} if stage is not Stage.BEGUN else {}
    entry = record(
        Kind.LOSS_ANSWERED,
        about=row.subject,
        at=at,
        by=by,
        core={"stage": stage.value, "drill": row.is_drill, **risks, **took},
        context={"note": note[:LONGEST_NOTE]},
        identity={"owner": str(row.owner_id)} if row.owner_id else {},
    )
    LossStep.objects.create(loss=row, stage=stage, at=at, by_id=by, note=note[:LONGEST_NOTE], entry=entry)
