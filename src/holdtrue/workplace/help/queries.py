"""Reads of who is asked for what, and who needs help."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from holdtrue.accounts.queries import names_of
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.said import unpacked
from holdtrue.workplace.help.models import Need
from holdtrue.workplace.help.rules import needs_help


@dataclass(frozen=True, slots=True)
class Needed:
    """Something that somebody is asked to put right."""

    id: UUID
    subject: str
    commitment: str
    owner: UUID | None
    owner_name: str
    value: str
    advice: str
    told_at: datetime
    due_at: datetime
    is_overdue: bool

    @property
    def title(self) -> str:
        """Return what should be true."""
        return COMMITMENTS[self.commitment].title if self.commitment in COMMITMENTS else self.commitment


def needs_of(person: UUID, *, at: datetime) -> tuple[Needed, ...]:
    """Return what a person is asked to put right, what is due first first."""
    return _needed(Need.objects.filter(owner_id=person, mended_at=None).order_by("due_at", "id"), at=at)


def who_needs_help(*, at: datetime, most: int = 300) -> tuple[Needed, ...]:
    """Return what its owners did not put right in their time, and what has no owner, the longest overdue first."""
    overdue = Need.objects.filter(mended_at=None, due_at__lte=at) | Need.objects.filter(mended_at=None, owner=None)
    return _needed(overdue.order_by("due_at", "id")[:most], at=at)


def in_their_time(*, at: datetime) -> tuple[tuple[str, int], ...]:
    """Return what owners are still putting right by themselves, as commitment's title and number of devices."""
    rows = Need.objects.filter(mended_at=None, due_at__gt=at, owner__isnull=False).values_list("commitment", flat=True)
    counts = Counter(COMMITMENTS[one].title if one in COMMITMENTS else one for one in rows)
    return tuple(counts.most_common())


def mended_since(since: datetime) -> int:
    """Return how many things were put right since then."""
    return Need.objects.filter(mended_at__gte=since).count()


def _needed(rows: Iterable[Need], *, at: datetime) -> tuple[Needed, ...]:
    known = list(rows)
    names = names_of({row.owner_id for row in known if row.owner_id})
    return tuple(
        Needed(
            id=row.id, subject=row.subject, commitment=row.commitment, owner=row.owner_id,
            owner_name=names.get(row.owner_id, "") if row.owner_id else "", told_at=row.told_at, due_at=row.due_at,
            is_overdue=needs_help(row.due_at, at=at), **unpacked({"value": row.value, "advice": row.advice}, row.patterns),
        )
        for row in known
    )  # fmt: skip
