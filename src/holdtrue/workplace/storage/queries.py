"""Reads of approved places and of losses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from holdtrue.accounts.queries import names_of
from holdtrue.errors import NotFound
from holdtrue.said import unpacked
from holdtrue.workplace.storage.models import Loss, PlaceRow
from holdtrue.workplace.storage.rules import CLIENTS, Place, Risk, Stage


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved place, with the decision."""

    id: UUID
    place: Place
    why: str
    decided_by: str
    decided_at: datetime

    @property
    def client(self) -> str:
        """Return what it is reached by, as people call it."""
        return CLIENTS.get(self.place.client, self.place.client)


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage that was reached."""

    stage: Stage
    at: datetime
    by: str
    note: str
    entry: UUID


@dataclass(frozen=True, slots=True)
class Told:
    """A loss, or a drill, with what was done about it."""

    id: UUID
    subject: str
    name: str
    is_drill: bool
    owner: UUID | None
    owner_name: str
    begun_at: datetime
    ended_at: datetime | None
    at_risk: tuple[Risk, ...]
    reached: tuple[Reached, ...]

    @property
    def took(self) -> timedelta | None:
        """Return how long it took until the person worked again."""
        return None if self.ended_at is None else self.ended_at - self.begun_at

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        """Return the stages that have not been reached."""
        done = {one.stage for one in self.reached}
        return () if self.ended_at else tuple(stage for stage in Stage if stage not in done)


def places() -> tuple[Place, ...]:
    """Return what is approved now."""
    return tuple(Place(row.name, row.client, row.account) for row in PlaceRow.objects.filter(ended_at=None).order_by("name"))


def unjudged() -> list[UUID]:
    """Return the places that were approved or ended since every device was judged."""
    return list(PlaceRow.objects.filter(is_judged=False).values_list("id", flat=True))


def approved() -> list[Approved]:
    """Return what is approved now, with each decision."""
    rows = PlaceRow.objects.filter(ended_at=None).select_related("decided_by").order_by("name", "id")
    return [
        Approved(row.id, Place(row.name, row.client, row.account), row.why, row.decided_by.name, row.decided_at) for row in rows
    ]


def losses(*, most: int = 50) -> list[Told]:
    """Return losses and drills: those that are not over first, then the newest."""
    rows = Loss.objects.prefetch_related("steps").order_by("-begun_at", "-id")
    running = list(rows.filter(ended_at=None))
    return _told([*running, *rows.exclude(ended_at=None)[:most]])


def loss(id: UUID) -> Told:  # noqa: A002 - a loss's id is called so everywhere
    """Return one loss; raises `NotFound`."""
    rows = list(Loss.objects.prefetch_related("steps").filter(id=id))
    if not rows:
        raise NotFound("There is no such loss.", hint="The page of storage lists them all.")
    return _told(rows)[0]


def courses() -> list[tuple[datetime, datetime | None]]:
    """Return when each loss or drill began and was over, the newest last."""
    return list(Loss.objects.order_by("begun_at", "id").values_list("begun_at", "ended_at"))


def running(subject: str) -> Told | None:
    """Return the loss of a device that is being answered, else the drill of one; None where neither runs."""
    rows = list(Loss.objects.prefetch_related("steps").filter(subject=subject, ended_at=None).order_by("is_drill")[:1])
    return _told(rows)[0] if rows else None


def _risk(words: str, is_open: bool, pattern: str = "") -> Risk:
    return Risk(unpacked({"what": words}, pattern)["what"], is_open)


def _told(rows: list[Loss]) -> list[Told]:
    people = {row.owner_id for row in rows if row.owner_id} | {step.by_id for row in rows for step in row.steps.all()}
    names = names_of(people)
    return [
        Told(
            id=row.id, subject=row.subject, name=row.name, is_drill=row.is_drill, owner=row.owner_id,
            owner_name=names.get(row.owner_id, "") if row.owner_id else "", begun_at=row.begun_at, ended_at=row.ended_at,
            at_risk=tuple(_risk(*one) for one in row.at_risk),
            reached=tuple(
                Reached(Stage(step.stage), step.at, names.get(step.by_id, ""), step.note, step.entry)
                for step in sorted(row.steps.all(), key=lambda step: (step.at, step.id))
            ),
        )
        for row in rows
    ]  # fmt: skip
