"""Reads of the catalogue and of what is installed without it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from holdtrue.accounts.queries import names_of
from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software.models import ApprovalRow, Inventory, SeatTaken, UnapprovedRow
from holdtrue.workplace.software.rules import Approval, Catalogue, Fault
from holdtrue.workplace.software.versions import parse_range


@dataclass(frozen=True, slots=True)
class Approved:
    """One entry of the catalogue, with who decided it."""

    id: UUID
    approval: Approval
    decided_at: datetime
    decided_by: str
    taken: int
    """Devices that have it, where seats are counted."""

    @property
    def is_over(self) -> bool:
        """Whether more devices have it than there are seats."""
        return self.approval.seats is not None and self.taken > self.approval.seats


@dataclass(frozen=True, slots=True)
class UnapprovedTitle:
    """One title that devices have without leave."""

    name: str
    type: str
    origin: str
    publisher: str
    versions: tuple[str, ...]
    subjects: tuple[str, ...]
    fault: Fault


def approvals() -> tuple[Approved, ...]:
    """Return the whole catalogue, the newest decision first."""
    rows = list(ApprovalRow.objects.order_by("-decided_at", "-id"))
    names = names_of({row.decided_by_id for row in rows})
    taken = Counter(SeatTaken.objects.values_list("approval_id", flat=True))
    return tuple(
        Approved(row.id, approval_of(row), row.decided_at, names.get(row.decided_by_id, ""), taken[row.id]) for row in rows
    )


def catalogue() -> Catalogue:
    """Return the catalogue as the rules read it."""
    return Catalogue(approval_of(row) for row in ApprovalRow.objects.all())


def approval_of(row: ApprovalRow) -> Approval:
    """Return a stored approval as a value."""
    return Approval(
        name=row.name, type=row.type, source=row.source, publisher=row.publisher, versions=parse_range(row.versions),
        platforms=frozenset(row.platforms.split()), seats=row.seats, expires=row.expires, why=row.why,
        decided=row.decided_at.date(),
    )  # fmt: skip


def unapproved(*, subjects: frozenset[str] | None = None) -> tuple[UnapprovedTitle, ...]:
    """Return every title without leave, the most pressing first, then those on most devices; `subjects` narrows to devices."""
    rows = UnapprovedRow.objects.all()
    if subjects is not None:
        rows = rows.filter(subject__in=subjects)
    groups: defaultdict[tuple[str, str], list[UnapprovedRow]] = defaultdict(list)
    for row in rows.order_by("subject", "version"):
        groups[row.type, row.name].append(row)
    order = list(Fault)
    titles = [
        UnapprovedTitle(
            name=name, type=type_, origin=group[0].origin, publisher=group[0].publisher,
            versions=tuple(dict.fromkeys(row.version for row in group)),
            subjects=tuple(dict.fromkeys(row.subject for row in group)),
            fault=min((Fault(row.fault) for row in group), key=order.index),
        )
        for (type_, name), group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(titles, key=lambda one: (order.index(one.fault), -len(one.subjects), one.type, one.name.lower())))


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive of which much is installed and nothing is approved."""

    origin: str
    type: str
    titles: int


MUCH = 20
"""Titles of one archive, from which on the question is the archive and not each title."""


def archives(titles: Sequence[UnapprovedTitle]) -> tuple[Archive, ...]:
    """Return the archives that many of these titles come from, the largest first."""
    counts = Counter((title.origin, title.type) for title in titles if title.origin and title.fault is Fault.UNKNOWN)
    return tuple(Archive(origin, type_, count) for (origin, type_), count in counts.most_common() if count >= MUCH)


def inventories() -> int:
    """Return how many devices have reported their software."""
    return Inventory.objects.count()


def expiring(*, by: date) -> tuple[Approved, ...]:
    """Return the approvals that end until this day, the soonest first."""
    ending = [one for one in approvals() if one.approval.expires is not None and one.approval.expires <= by]
    return tuple(sorted(ending, key=lambda one: one.approval.expires or by))


def title_of(row: UnapprovedRow) -> Installed:
    """Return a stored title as the rules read it."""
    return Installed(row.name, row.version, row.type, row.origin, row.publisher)
