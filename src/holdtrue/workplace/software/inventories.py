"""Keeps what each device has, and judges it: whole where the catalogue changed, otherwise by what came and went."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from holdtrue.bulk import moment, update
from holdtrue.evidence.actions import record_many
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FactSheet, Installed
from holdtrue.workplace.software.judging import Judge, judge_of
from holdtrue.workplace.software.models import Inventory, SeatTaken, TitleRow, UnapprovedRow
from holdtrue.workplace.software.packing import Counts, count, counted, cut, packed, unpacked
from holdtrue.workplace.software.queries import title_of
from holdtrue.workplace.software.rules import (
    ORDER,
    Catalogue,
    Fault,
    left_of,
    number_of,
    stored_verdict,
    verdict_on,
)

AT_ONCE: Final = 200
"""Inventories that one transaction judges again."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What came to a device and what went since the inventory in hand."""

    subject: str
    system: str
    collected_at: datetime
    added: tuple[Installed, ...] = ()
    removed: tuple[Installed, ...] = ()


def gone(removed: Iterable[Installed], *, stay: Iterable[Installed]) -> tuple[Installed, ...]:
    """Return what went from a device that has these now.

    A title that went from one place, or for one architecture, and stays in another is still there.
    """
    numbers = {number_of(one): one for one in map(cut, removed)}
    still = {number_of(one) for one in map(cut, stay)}
    return tuple(one for number, one in numbers.items() if number not in still)


@dataclass(slots=True)
class _Work:
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


def judge_inventory(sheet: FactSheet, *, subject: str, at: datetime) -> Verdict:
    """Hold a device's whole software against the catalogue, keep what is not approved and let the standing follow."""
    judge = judge_of(at=at)
    if sheet.software is None:
        verdict = verdict_on(sheet, judge.catalogue, subject=subject, at=at)
        record_verdicts([verdict], at=at)
        return verdict
    with transaction.atomic():
        row = Inventory.objects.select_for_update().filter(subject=subject).first()
        if row is not None and row.collected_at > sheet.collected_at:
            return verdict_on(sheet, judge.catalogue, subject=subject, at=at)
        return _keep_noted([_anew(row, subject, sheet)], judge, at=at)[0]


def judge_differences(
    differences: Sequence[Difference], *, at: datetime, whole: Callable[[str], FactSheet] | None = None
) -> dict[str, Verdict]:
    """Keep what came to devices and what went, judge that, and let the standing follow; return the verdicts, by subject.

    Of a device whose inventory in hand is not the one before, `whole` is asked by its subject, and all of it is judged;
    without `whole` it is left out. All of them are kept together: what two devices have in common is locked in one order.
    """
    if not differences:
        return {}
    judge = judge_of(at=at)
    with transaction.atomic():
        known = Inventory.objects.select_for_update().filter(subject__in=[one.subject for one in differences])
        rows = {row.subject: row for row in known.order_by("subject")}
        works: list[_Work] = []
        late: list[Verdict] = []
        for one in differences:
            row = rows.get(one.subject)
            is_late = row is not None and row.collected_at > one.collected_at
            work = _begun(row, one.subject, one.system)
            if row is not None and not is_late and _apply(one, work):
                works.append(work)
            elif whole is not None:
                sheet = whole(one.subject)
                if is_late:
                    late.append(verdict_on(sheet, judge.catalogue, subject=one.subject, at=at))
                else:
                    works.append(_anew(row, one.subject, sheet))
        return {one.subject: one for one in (*(_keep_noted(works, judge, at=at) if works else ()), *late)}


def _keep_noted(works: Sequence[_Work], judge: Judge, *, at: datetime) -> list[Verdict]:
    """Write down what devices have now, each with its entry and its verdict."""
    verdicts = _keep(works, judge)
    record_many(
        [
            compose(Kind.SOFTWARE_JUDGED, about=work.row.subject, at=at, core=_core(work, verdict))
            for work, verdict in zip(works, verdicts, strict=True)
        ]
    )
    record_verdicts(verdicts, at=at)
    return verdicts


def _core(work: _Work, verdict: Verdict) -> dict[str, str | int]:
    return {"titles": work.row.total, "unapproved": work.row.unapproved, "result": verdict.result.value}


def judge_again(*, at: datetime, most: int = AT_ONCE) -> int:
    """Hold inventories that were judged by an older catalogue against the present one, and return how many there were."""
    judge = judge_of(at=at)
    with transaction.atomic():
        due = Inventory.objects.select_for_update(skip_locked=True).exclude(catalogue=judge.revision.number)
        works = [_begun(row, row.subject, row.system) for row in due.order_by("subject")[:most]]
        before = {work.row.subject: _said(work.row) for work in works}
        for work in works:
            work.new, work.is_whole = set(work.old), True
        verdicts = _keep(works, judge, is_same=True)
        moved = {work.row.subject for work in works if _said(work.row) != before[work.row.subject]}
        record_verdicts([one for one in verdicts if one.subject in moved], at=at)
    return len(works)


def _said(row: Inventory) -> tuple[str, int, int, int, str]:
    return row.result, row.unapproved, row.denied, row.untold, row.words


def without_approved(sheet: FactSheet, which: Callable[[Installed], bool], *, at: datetime) -> FactSheet:
    """Return the sheet without those of such titles that somebody approved by name: nobody has to answer for them."""
    asked = [one for one in sheet.software or () if which(one)]
    if not asked:
        return sheet
    known, system = judge_of(at=at).catalogue, sheet.device.system.value
    approved = {one for one in asked if known.approves_by_name(one, system=system, today=at.date())}
    if not approved:
        return sheet
    left = tuple(one for one in sheet.software or () if one not in approved)
    return FactSheet(sheet.device, sheet.collected_at, sheet.facts, left, sheet.unread, sheet.collector, sheet.is_whole)


def verdict_now(sheet: FactSheet, *, subject: str, at: datetime) -> Verdict:
    """Return what the catalogue says of a device's software, and keep nothing."""
    return verdict_on(sheet, judge_of(at=at).catalogue, subject=subject, at=at)


def confirm_inventories(seen: Mapping[str, datetime]) -> None:
    """Let the inventories of these devices, of which nothing changed, be as fresh as their last word."""
    update(
        "software_inventory",
        {"subject": "varchar", "collected_at": "timestamptz"},
        sorted((subject, moment(at)) for subject, at in seen.items()),
        by="subject",
        only="software_inventory.collected_at < g.collected_at",
    )


def judge_anew(subjects: Iterable[str], *, at: datetime) -> None:
    """Let the standing say again what is kept of these devices' software."""
    catalogue = judge_of(at=at).catalogue
    rows = Inventory.objects.filter(subject__in=list(subjects)).order_by("subject")
    record_verdicts([verdict_of(row, catalogue) for row in rows], at=at)


def _begun(row: Inventory | None, subject: str, system: str) -> _Work:
    if row is None:
        return _Work(Inventory(subject=subject, system=system), set(), set(), {})
    row.system = system or row.system
    old = set(unpacked(bytes(row.titles)))
    return _Work(row, old, set(old), {sort: list(pair) for sort, pair in row.sorts.items()})


def _anew(row: Inventory | None, subject: str, sheet: FactSheet) -> _Work:
    """Return the work on a device of which everything is known anew."""
    work = _begun(row, subject, sheet.device.system.value)
    titles = {number_of(one): one for one in map(cut, sheet.software or ())}
    work.new, work.added = set(titles), {number: titles[number] for number in titles.keys() - work.old}
    work.counts, work.is_whole = counted(titles.values()), row is None
    work.row.collected_at = sheet.collected_at
    return work


def _apply(one: Difference, work: _Work) -> bool:
    """Take a difference into the work on its device; False where it does not follow what is in hand."""
    for title in map(cut, one.removed):
        number = number_of(title)
        if number not in work.new:
            return False
        work.new.discard(number)
        work.added.pop(number, None)
        count(work.counts, title, -1)
    for title in map(cut, one.added):
        number = number_of(title)
        if number not in work.new:
            work.new.add(number)
            work.added[number] = title
            count(work.counts, title, 1)
    work.row.collected_at = one.collected_at
    return True


def _keep(works: Sequence[_Work], judge: Judge, *, is_same: bool = False) -> list[Verdict]:
    """Write down what these devices have now, and what of it is without leave; return their verdicts.

    `is_same` says that they have what they had, so that only the judgement may be another.
    """
    _keep_titles({number: title for work in works for number, title in work.added.items()})
    for work in works:
        # By another catalogue, or without an archive to ask, what came is not all that may have changed.
        work.is_whole |= work.row.catalogue != judge.revision.number or bool(work.blind & judge.catalogue.by_origin)
        work.is_whole |= bool(work.row.untold)
        judge.learn(work.added, system=work.row.system)
    changed = _keep_unapproved(works, judge)
    _keep_seats(works, judge)
    _keep_words([work for work in works if work.row.subject in changed])
    for work in works:
        row = work.row
        row.titles, row.total, row.sorts, row.catalogue = packed(work.new), len(work.new), work.counts, judge.revision.number
    verdicts = [verdict_of(work.row, judge.catalogue) for work in works]
    for work, verdict in zip(works, verdicts, strict=True):
        is_moved = work.row.subject in changed or work.row.result != verdict.result
        work.row.result = verdict.result
        work.is_written = is_moved or not is_same
    still = [work.row.subject for work in works if not work.is_written]
    if still:
        Inventory.objects.filter(subject__in=still).update(catalogue=judge.revision.number)
    fields = (
        "system", "sorts", "titles", "total", "untold", "unapproved", "denied", "words", "parts", "mark", "result",
        "collected_at", "catalogue",
    )  # fmt: skip
    Inventory.objects.bulk_create(
        [work.row for work in works if work.is_written],
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=fields,
        batch_size=500,
    )
    return verdicts


def verdict_of(row: Inventory, catalogue: Catalogue) -> Verdict:
    """Return the verdict on a kept inventory."""
    left = left_of([])
    if row.unapproved:
        left = type(left)(row.unapproved, row.denied, row.words, tuple(row.parts.split("\n")) if row.parts else ())
    return stored_verdict(
        row.subject, left, total=row.total, untold=row.untold if catalogue.approves else None,
        sorts=sorted(sort for sort in row.sorts if sort), seen=row.collected_at,
    )  # fmt: skip


def _keep_titles(titles: Mapping[int, Installed]) -> None:
    known = set(TitleRow.objects.filter(id__in=list(titles)).values_list("id", flat=True))
    TitleRow.objects.bulk_create(
        [
            TitleRow(id=number, name=one.name, version=one.version, type=one.type, origin=one.origin, publisher=one.publisher)
            for number, one in sorted(titles.items())
            if number not in known
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def _keep_unapproved(works: Sequence[_Work], judge: Judge) -> set[str]:
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


def _may_have_moved(work: _Work, judge: Judge) -> bool:
    """Whether a difference may change what has no leave: something of it went, or something came without."""
    faults = judge.faults[work.row.system]
    return bool((work.row.unapproved and work.old - work.new) or faults.keys() & work.added.keys())


def _by_difference(work: _Work, judge: Judge, old: Mapping[int, tuple[UUID, str]]) -> dict[int, str]:
    faults = judge.faults[work.row.system]
    stays = {title: fault for title, (_id, fault) in old.items() if title in work.new}
    return stays | {title: faults[title].value for title in faults.keys() & work.added.keys()}


def _whole(work: _Work, judge: Judge) -> dict[int, str]:
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


def _keep_seats(works: Sequence[_Work], judge: Judge) -> None:
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


def _keep_words(works: Sequence[_Work]) -> None:
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
