"""Keeps what each device has, and judges it: whole where the catalogue changed, otherwise by what came and went."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from holdtrue.bulk import moment, update
from holdtrue.evidence.actions import record_many
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FactSheet, Installed
from holdtrue.workplace.software.judging import Judge, judge_of
from holdtrue.workplace.software.models import Inventory, TitleRow
from holdtrue.workplace.software.packing import count, counted, cut, packed, unpacked
from holdtrue.workplace.software.rules import Catalogue, left_of, number_of, stored_verdict, verdict_on
from holdtrue.workplace.software.unapproved import Work, keep_seats, keep_unapproved, keep_words

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
        works: list[Work] = []
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


def _keep_noted(works: Sequence[Work], judge: Judge, *, at: datetime) -> list[Verdict]:
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


def _core(work: Work, verdict: Verdict) -> dict[str, str | int]:
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


def _begun(row: Inventory | None, subject: str, system: str) -> Work:
    if row is None:
        return Work(Inventory(subject=subject, system=system), set(), set(), {})
    row.system = system or row.system
    old = set(unpacked(bytes(row.titles)))
    return Work(row, old, set(old), {sort: list(pair) for sort, pair in row.sorts.items()})


def _anew(row: Inventory | None, subject: str, sheet: FactSheet) -> Work:
    """Return the work on a device of which everything is known anew."""
    work = _begun(row, subject, sheet.device.system.value)
    titles = {number_of(one): one for one in map(cut, sheet.software or ())}
    work.new, work.added = set(titles), {number: titles[number] for number in titles.keys() - work.old}
    work.counts, work.is_whole = counted(titles.values()), row is None
    work.row.collected_at = sheet.collected_at
    return work


def _apply(one: Difference, work: Work) -> bool:
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


def _keep(works: Sequence[Work], judge: Judge, *, is_same: bool = False) -> list[Verdict]:
    """Write down what these devices have now, and what of it is without leave; return their verdicts.

    `is_same` says that they have what they had, so that only the judgement may be another.
    """
    _keep_titles({number: title for work in works for number, title in work.added.items()})
    for work in works:
        # By another catalogue, or without an archive to ask, what came is not all that may have changed.
        work.is_whole |= work.row.catalogue != judge.revision.number or bool(work.blind & judge.catalogue.by_origin)
        work.is_whole |= bool(work.row.untold)
        judge.learn(work.added, system=work.row.system)
    changed = keep_unapproved(works, judge)
    keep_seats(works, judge)
    keep_words([work for work in works if work.row.subject in changed])
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
