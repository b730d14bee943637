"""Keeps, for each device, what of its software is without leave, which seats it takes, and how that is said."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from django.db import connection

from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software.judging import Judge
from holdtrue.workplace.software.models import Inventory, SeatTaken, TitleRow, UnapprovedRow
from holdtrue.workplace.software.packing import Counts
from holdtrue.workplace.software.queries import title_of
from holdtrue.workplace.software.rules import ORDER, Fault, left_of


@dataclass(slots=True)
class Work:
    """One device's inventory on its way from what was known to what is."""

    row: Inventory
    old: set[int]
    new: set[int]
    counts: Counts
    is_written: bool = True
    """Whether the row has to be written, not only marked as judged."""
    is_whole: bool = False
    """Whether every title is judged anew, not only what came."""
    added: dict[int, Installed] = field(default_factory=dict)

    @property
    def blind(self) -> frozenset[str]:
        """Return the sorts of package of which no archive could be asked."""
        return frozenset(sort for sort, (_many, told) in self.counts.items() if not told)


def keep_unapproved(works: Sequence[Work], judge: Judge) -> set[str]:
    """Keep the titles without leave of each device; return the devices of which they changed."""
    whole = {work.row.subject: _whole(work, judge) for work in works if work.is_whole}
    # Judged anew, most inventories come to the same: their mark says so, and nothing has to be read.
    moved = [
        work
        for work in works
        if (_mark(whole[work.row.subject]) != bytes(work.row.mark) if work.is_whole else _may_have_moved(work, judge))
    ]
    before: defaultdict[str, dict[int, tuple[UUID, str]]] = defaultdict(dict)
    for id_, subject, title, fault in UnapprovedRow.objects.filter(
        subject__in=[work.row.subject for work in moved]
    ).values_list("id", "subject", "title_id", "fault"):
        before[subject][title] = (id_, fault)
    gone: list[UUID] = []
    come: list[UnapprovedRow] = []
    counts: Counter[tuple[int, str]] = Counter()
    for work in moved:
        subject, old = work.row.subject, before[work.row.subject]
        wanted = whole[subject] if work.is_whole else _by_difference(work, judge, old)
        work.row.mark = _mark(wanted)
        leaves = [(title, id_, fault) for title, (id_, fault) in old.items() if wanted.get(title) != fault]
        gone += [id_ for _title, id_, _fault in leaves]
        fresh = [title for title, fault in wanted.items() if title not in old or old[title][1] != fault]
        come += [UnapprovedRow(subject=subject, title_id=title, fault=wanted[title]) for title in fresh]
        counts.subtract((title, fault) for title, _id, fault in leaves)
        counts.update((title, wanted[title]) for title in fresh)
    UnapprovedRow.objects.filter(id__in=gone).delete()
    UnapprovedRow.objects.bulk_create(come, batch_size=500)
    _keep_counts(counts)
    return {work.row.subject for work in moved}


def _keep_counts(counts: Mapping[tuple[int, str], int]) -> None:
    """Move on how many devices have each title without leave; in one order, so that no two writers wait for each other."""
    moved = [(title, fault, many) for (title, fault), many in sorted(counts.items()) if many]
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO software_withoutleave (title_id, fault, devices) VALUES (%s, %s, %s) "
            "ON CONFLICT (title_id, fault) DO UPDATE SET devices = software_withoutleave.devices + excluded.devices",
            moved,
        )


def _may_have_moved(work: Work, judge: Judge) -> bool:
    """Whether a difference may change what has no leave: something of it went, or something came without."""
    faults = judge.faults[work.row.system]
    return bool((work.row.unapproved and work.old - work.new) or faults.keys() & work.added.keys())


def _by_difference(work: Work, judge: Judge, old: Mapping[int, tuple[UUID, str]]) -> dict[int, str]:
    faults = judge.faults[work.row.system]
    stays = {title: fault for title, (_id, fault) in old.items() if title in work.new}
    return stays | {title: faults[title].value for title in faults.keys() & work.added.keys()}


def _whole(work: Work, judge: Judge) -> dict[int, str]:
    """Return the titles of a whole inventory that are without leave, each with its fault."""
    judge.recall(work.new, system=work.row.system)
    faults = judge.faults[work.row.system]
    found = {number: faults[number] for number in faults.keys() & work.new}
    untold = _untold(found, work.blind & judge.catalogue.by_origin)
    work.row.untold = len(untold)
    return {number: fault.value for number, fault in found.items() if number not in untold}


def _mark(unapproved: Mapping[int, str]) -> bytes:
    """Return what tells one set of titles without leave from another; nothing for none."""
    if not unapproved:
        return b""
    told = "\n".join(f"{number} {fault}" for number, fault in sorted(unapproved.items()))
    return blake2b(told.encode(), digest_size=16).digest()


def _untold(found: Mapping[int, Fault], blind: frozenset[str]) -> set[int]:
    """Return what nobody approved, of sorts whose archives could not be asked: nothing can be told of it."""
    unknown = [number for number, fault in found.items() if fault is Fault.UNKNOWN] if blind else []
    if not unknown:
        return set()
    return set(TitleRow.objects.filter(id__in=unknown, type__in=blind).values_list("id", flat=True))


def keep_seats(works: Sequence[Work], judge: Judge) -> None:
    """Keep which devices take a seat of which approval."""
    if not judge.counted and not SeatTaken.objects.exists():
        return
    moved = [work for work in works if work.is_whole or work.old - work.new or judge.seats.keys() & work.added.keys()]
    before: defaultdict[str, dict[UUID, UUID]] = defaultdict(dict)
    for id_, subject, approval in SeatTaken.objects.filter(subject__in=[work.row.subject for work in moved]).values_list(
        "id", "subject", "approval_id"
    ):
        before[subject][approval] = id_
    gone: list[UUID] = []
    come: list[SeatTaken] = []
    for work in moved:
        judge.recall(work.new, system=work.row.system)
        now = {approval for number in judge.seats.keys() & work.new for approval in judge.seats[number]}
        held = before[work.row.subject]
        gone += [id_ for approval, id_ in held.items() if approval not in now]
        come += [SeatTaken(approval_id=approval, subject=work.row.subject) for approval in now - held.keys()]
    SeatTaken.objects.filter(id__in=gone).delete()
    SeatTaken.objects.bulk_create(come, batch_size=500)


def keep_words(works: Sequence[Work]) -> None:
    """Write down for each device how what has no leave is said."""
    rows = UnapprovedRow.objects.filter(subject__in=[work.row.subject for work in works]).select_related("title")
    by_subject: defaultdict[str, list[tuple[Installed, Fault]]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject].append((title_of(row.title), Fault(row.fault)))
    for work in works:
        unapproved = sorted(
            by_subject[work.row.subject],
            key=lambda one: (ORDER[one[1]], one[0].type, one[0].name.lower(), one[0].version),
        )
        left = left_of(unapproved)
        kept = work.row
        kept.unapproved, kept.denied, kept.words, kept.parts = left.count, left.denied, left.words, "\n".join(left.parts)
