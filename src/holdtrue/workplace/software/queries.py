"""Reads of the catalogue, of what was asked for, and of what is installed without leave."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from holdtrue.accounts.queries import names_of
from holdtrue.errors import Invalid, NotFound
from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software.asks import AskState
from holdtrue.workplace.software.models import ApprovalRow, AskRow, Inventory, SeatTaken, TitleRow, UnapprovedRow, WithoutLeave
from holdtrue.workplace.software.purl import Purl, parse
from holdtrue.workplace.software.rules import ORDER, Approval, Catalogue, Fault, Stance
from holdtrue.workplace.software.versions import parse_range


@dataclass(frozen=True, slots=True)
class Revision:
    """Which catalogue it was: its number rises with every decision, ending and day on which something expires."""

    number: int
    newest: UUID | None


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

    @property
    def is_denied(self) -> bool:
        """Whether it forbids."""
        return self.approval.stance is Stance.DENIED


@dataclass(frozen=True, slots=True)
class UnapprovedTitle:
    """One title that devices have without leave."""

    name: str
    type: str
    origin: str
    publisher: str
    versions: tuple[str, ...]
    devices: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Holding:
    """A device that has a title without leave."""

    subject: str
    version: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's wish to use a title, and what became of it."""

    id: UUID
    name: str
    type: str
    publisher: str
    subject: str
    what_for: str
    requester: UUID
    requester_name: str
    asked_at: datetime
    state: AskState
    decided_by: str
    decided_at: datetime | None
    reason: str

    @property
    def title(self) -> Installed:
        """Return what was asked for as the rules read a title."""
        return Installed(self.name, "", self.type, "", self.publisher)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive of which much is installed and nothing is approved."""

    origin: str
    type: str
    titles: int


MUCH: Final = 20
"""Titles of one archive, from which on the question is the archive and not each title."""
MOST_FOUND: Final = 500


def unjudged() -> list[UUID]:
    """Return the approvals and denials that were decided or ended since the tools of every device were judged."""
    return list(ApprovalRow.objects.filter(is_judged=False).values_list("id", flat=True))


def revision_at(*, at: datetime) -> Revision:
    """Return which catalogue counts at this time."""
    counts = ApprovalRow.objects.aggregate(
        all=Count("id"), ended=Count("ended_at"), expired=Count("id", filter=Q(expires__lte=at.date()))
    )
    newest = ApprovalRow.objects.order_by("-id").values_list("id", flat=True).first()
    return Revision(counts["all"] + counts["ended"] + counts["expired"], newest)


def catalogue_at(revision: Revision) -> Catalogue:
    """Return the catalogue as the rules read it."""
    return Catalogue((approval_of(row) for row in _standing()), revision=revision.number)


def catalogue() -> Catalogue:
    """Return the catalogue as it stands."""
    return Catalogue(approval_of(row) for row in _standing())


def approvals(*, words: str = "", stance: Stance | None = None) -> tuple[Approved, ...]:
    """Return the catalogue, the newest decision first; `words`, or a package URL, narrows to what speaks of them."""
    rows = _standing().order_by("-decided_at", "-id")
    purl = _purl(words)
    if purl is not None:
        told = Installed(purl.title, purl.version, purl.type, purl.source)
        return tuple(one for one in _approved(rows) if one.approval.matches(told) and stance in {None, one.approval.stance})
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(source__icontains=words) | Q(publisher__icontains=words))
    return _approved(rows if stance is None else rows.filter(stance=stance))


def approval(approval_id: UUID) -> Approved:
    """Return one entry of the catalogue; raises `NotFound` for one that is not there or has ended."""
    found = _approved(_standing().filter(id=approval_id))
    if not found:
        raise NotFound("This is not in the catalogue.", hint="It may have ended; the page of software has what counts.")
    return found[0]


def counted_approvals() -> tuple[Approved, ...]:
    """Return what counts seats."""
    return _approved(_standing().exclude(seats=None))


def expiring(*, by: date, since: date) -> tuple[Approved, ...]:
    """Return the approvals that end until this day, the soonest first, with those that ended in the days before."""
    rows = _standing().filter(expires__lte=by, expires__gt=since, stance=Stance.APPROVED).order_by("expires", "name")
    return _approved(rows)


def exceeded() -> tuple[Approved, ...]:
    """Return the approvals whose seats are exceeded, the worst first."""
    over = [one for one in counted_approvals() if one.is_over]
    return tuple(sorted(over, key=lambda one: (one.approval.seats or 0) - one.taken))


def holders(approval_id: UUID) -> tuple[str, ...]:
    """Return the devices that take a seat of this approval."""
    return tuple(SeatTaken.objects.filter(approval_id=approval_id).order_by("subject").values_list("subject", flat=True))


def approval_of(row: ApprovalRow) -> Approval:
    """Return a stored approval as a value."""
    return Approval(
        name=row.name, type=row.type, source=row.source, publisher=row.publisher, versions=parse_range(row.versions),
        platforms=frozenset(row.platforms.split()), seats=row.seats, expires=row.expires, why=row.why,
        decided=row.decided_at.date(), stance=Stance(row.stance),
    )  # fmt: skip


def unapproved(
    *, words: str = "", fault: Fault | None = None, start: int = 0, most: int = 100, apart: Iterable["Archive"] = ()
) -> tuple[UnapprovedTitle, ...]:
    """Return titles without leave, the most pressing first, then those on most devices; versions of one stand together.

    `words` narrows to titles with these in their name; what comes from the archives in `apart` is left out.
    """
    rows = WithoutLeave.objects.filter(devices__gt=0)
    for archive in apart:
        rows = rows.exclude(fault=Fault.UNKNOWN, title__origin=archive.origin, title__type=archive.type)
    if words:
        rows = rows.filter(title_id__in=_named(words))
    titles: list[tuple[int, Fault, int]] = []
    for one in [fault] if fault else list(Fault):
        wanted = start + most - len(titles)
        if wanted > 0:
            counts = rows.filter(fault=one).order_by("-devices", "title_id").values_list("title_id", "devices")
            titles += [(title, one, many) for title, many in counts[:wanted]]
    return _together(titles[start:])


def faults() -> dict[Fault, int]:
    """Return how often each fault is found on a device."""
    rows = WithoutLeave.objects.filter(devices__gt=0)
    found = dict(rows.values_list("fault").annotate(many=Sum("devices")).order_by("fault"))
    return {fault: found[fault.value] for fault in Fault if fault.value in found}


def left_on(subject: str, *, most: int = 50) -> tuple[tuple[Installed, Fault], ...]:
    """Return what one device has without leave, the most pressing first."""
    rows = UnapprovedRow.objects.filter(subject=subject).select_related("title")
    found = [(title_of(row.title), Fault(row.fault)) for row in rows]
    return tuple(sorted(found, key=lambda one: (ORDER[one[1]], one[0].type, one[0].name.lower()))[:most])


def holdings(name: str, type_: str, *, most: int = MOST_FOUND) -> tuple[Holding, ...]:
    """Return which devices have a title without leave, and in which version; the most pressing first."""
    rows = UnapprovedRow.objects.filter(title__name=name, title__type=type_).select_related("title").order_by("subject")
    found = [Holding(row.subject, row.title.version, Fault(row.fault)) for row in rows[:most]]
    return tuple(sorted(found, key=lambda one: (ORDER[one.fault], one.subject)))


def title(name: str, type_: str) -> Installed:
    """Return a title that some device reported; raises `NotFound` where none did."""
    row = TitleRow.objects.filter(name=name, type=type_).order_by("-id").first()
    if row is None:
        raise NotFound("No device has reported such a title.", hint="The page of software lists what devices have.")
    return title_of(row)


def archives() -> tuple[Archive, ...]:
    """Return the archives that many titles without leave come from, the largest first."""
    unknown = WithoutLeave.objects.filter(fault=Fault.UNKNOWN, devices__gt=0).exclude(title__origin="")
    counts = unknown.values_list("title__origin", "title__type").annotate(many=Count("id")).filter(many__gte=MUCH)
    return tuple(Archive(origin, type_, many) for origin, type_, many in counts.order_by("-many"))


def wishes(*, requester: UUID | None = None, waiting: bool | None = None, most: int = 100) -> tuple[Wish, ...]:
    """Return what was asked for: what waits the longest first, then the newest decision first."""
    rows = AskRow.objects.all()
    if requester is not None:
        rows = rows.filter(requester_id=requester)
    if waiting is not None:
        rows = rows.filter(state=AskState.WAITING) if waiting else rows.exclude(state=AskState.WAITING)
    found = list(rows.order_by("asked_at" if waiting else "-asked_at")[:most])
    return tuple(sorted(_wishes(found), key=lambda one: one.state is not AskState.WAITING))


def wish(wish_id: UUID) -> Wish:
    """Return one wish; raises `NotFound`."""
    found = _wishes(list(AskRow.objects.filter(id=wish_id)))
    if not found:
        raise NotFound("There is no such wish.", hint="The page of software lists what was asked for.")
    return found[0]


def inventories() -> int:
    """Return how many devices have reported their software."""
    return Inventory.objects.count()


def waiting_to_be_judged(revision: Revision) -> int:
    """Return how many inventories have yet to be held against the present catalogue."""
    return Inventory.objects.exclude(catalogue=revision.number).count()


def title_of(row: TitleRow) -> Installed:
    """Return a stored title as the rules read it."""
    return Installed(row.name, row.version, row.type, row.origin, row.publisher)


def _standing() -> QuerySet[ApprovalRow]:
    return ApprovalRow.objects.filter(ended_at=None)


def _approved(rows: QuerySet[ApprovalRow]) -> tuple[Approved, ...]:
    known = list(rows)
    names = names_of({row.decided_by_id for row in known})
    counted = [row.id for row in known if row.seats is not None]
    taken: Counter[UUID] = Counter()
    if counted:
        counts = SeatTaken.objects.filter(approval_id__in=counted).values_list("approval_id").annotate(many=Count("id"))
        taken.update(dict(counts.order_by("approval_id")))
    return tuple(
        Approved(row.id, approval_of(row), row.decided_at, names.get(row.decided_by_id, ""), taken[row.id]) for row in known
    )


def _named(words: str) -> list[int]:
    """Return the titles with these words in their name, or of this package URL."""
    purl = _purl(words)
    rows = TitleRow.objects.filter(name__icontains=words) if purl is None else _of_purl(purl)
    return list(rows.order_by("id").values_list("id", flat=True)[:MOST_FOUND])


def _purl(words: str) -> Purl | None:
    try:
        return parse(words) if words.lower().startswith("pkg:") else None
    except Invalid:
        return None


def _of_purl(purl: Purl) -> QuerySet[TitleRow]:
    rows = TitleRow.objects.filter(name__iexact=purl.title, type=purl.type)
    rows = rows.filter(origin__iexact=purl.source) if purl.source else rows
    return rows.filter(version=purl.version) if purl.version else rows


def _together(found: Sequence[tuple[int, Fault, int]]) -> tuple[UnapprovedTitle, ...]:
    """Return one line for each name, from its versions in the order in which they were found."""
    rows = TitleRow.objects.in_bulk([number for number, _fault, _many in found])
    groups: defaultdict[tuple[str, str], list[tuple[TitleRow, Fault, int]]] = defaultdict(list)
    for number, fault, many in found:
        groups[rows[number].type, rows[number].name].append((rows[number], fault, many))
    titles = [
        UnapprovedTitle(
            name=name, type=type_, origin=group[0][0].origin, publisher=group[0][0].publisher,
            versions=tuple(dict.fromkeys(row.version for row, _fault, _many in group)),
            devices=sum(many for _row, _fault, many in group), fault=group[0][1],
        )
        for (type_, name), group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(titles, key=lambda one: (ORDER[one.fault], -one.devices, one.type, one.name.lower())))


def _wishes(rows: Iterable[AskRow]) -> list[Wish]:
    known = list(rows)
    names = names_of({row.requester_id for row in known} | {row.decided_by_id for row in known if row.decided_by_id})
    return [
        Wish(
            id=row.id, name=row.name, type=row.type, publisher=row.publisher, subject=row.subject, what_for=row.what_for,
            requester=row.requester_id, requester_name=names.get(row.requester_id, ""), asked_at=row.asked_at,
            state=AskState(row.state), decided_by=names.get(row.decided_by_id, "") if row.decided_by_id else "",
            decided_at=row.decided_at, reason=row.reason,
        )
        for row in known
    ]  # fmt: skip
