"""The only writers of the catalogue, and of what was found without it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.errors import Conflict, Invalid
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.software import catalogue as files
from holdtrue.workplace.software.models import ApprovalRow, Inventory, SeatTaken, UnapprovedRow
from holdtrue.workplace.software.queries import approval_of, catalogue, title_of
from holdtrue.workplace.software.rules import Approval, Judgement, Unapproved, judge, lack_of, stored_verdict, verdict_on


def approve(approval: Approval, *, by: UUID, at: datetime) -> UUID:
    """Approve a program from now on and judge again what devices have; raises `Conflict` when it is approved already."""
    try:
        with transaction.atomic():
            row = _store(approval, by=by, at=at)
            _judge_again(approval, at=at)
    except IntegrityError as error:
        raise Conflict("This is approved already.", hint="The catalogue on this page has it.") from error
    return row.id


def import_catalogue(text: bytes, *, by: UUID, at: datetime) -> int:
    """Approve every entry of a catalogue file that is not approved yet; return how many. Raises `Invalid`: all or nothing."""
    added = 0
    with transaction.atomic():
        for approval in files.read(text):
            if not ApprovalRow.objects.filter(**_key(approval)).exists():
                _store(approval, by=by, at=at)
                _judge_again(approval, at=at)
                added += 1
    return added


def _store(approval: Approval, *, by: UUID, at: datetime) -> ApprovalRow:
    if approval.name == "*" and not (approval.source or approval.publisher or approval.type):
        raise Invalid("This would approve everything.", hint="Name a title, an archive or a publisher.")
    key = _key(approval)
    what = approval.name if approval.name != "*" else approval.source or approval.publisher or "*"
    about = f"software/{approval.type or 'any'}/{what}"
    entry = record(
        Kind.SOFTWARE_APPROVED,
        about=about[:200],
        at=at,
        by=by,
        core={
            **key,
            "seats": approval.seats,
            "expires": approval.expires.isoformat() if approval.expires else None,
            "why": approval.why,
        },
    )
    return ApprovalRow.objects.create(
        **key, seats=approval.seats, expires=approval.expires, why=approval.why, decided_by_id=by, decided_at=at, entry=entry
    )


def _key(approval: Approval) -> dict[str, str]:
    return {
        "name": approval.name,
        "type": approval.type,
        "source": approval.source,
        "publisher": approval.publisher,
        "versions": str(approval.versions),
        "platforms": " ".join(sorted(approval.platforms)),
    }


def judge_inventory(sheet: FactSheet, *, subject: str, at: datetime) -> Verdict:
    """Hold a device's software against the catalogue, keep what is not approved and let the standing follow."""
    approved = catalogue()
    verdict = verdict_on(sheet, approved, subject=subject, at=at)
    with transaction.atomic():
        before = Inventory.objects.select_for_update().filter(subject=subject).first()
        if sheet.software is not None and (before is None or before.collected_at <= sheet.collected_at):
            found = judge(sheet.software, approved, system=sheet.device.system.value, today=at.date())
            _keep(found, sheet, subject)
            core = {"titles": found.total, "unapproved": len(found.unapproved), "result": verdict.result.value}
            record(Kind.SOFTWARE_JUDGED, about=subject, at=at, core=core)
        record_verdicts([verdict], at=at)
    return verdict


def verdict_now(sheet: FactSheet, *, subject: str, at: datetime) -> Verdict:
    """Return what the catalogue says of a device's software, and keep nothing."""
    return verdict_on(sheet, catalogue(), subject=subject, at=at)


def _keep(found: Judgement, sheet: FactSheet, subject: str) -> None:
    software = sheet.software or ()
    sorts = " ".join(sorted({one.type for one in software if one.type}))[:200]
    known = {
        "system": sheet.device.system.value, "sorts": sorts, "total": found.total, "untold": len(found.untold),
        "collected_at": sheet.collected_at,
    }  # fmt: skip
    Inventory.objects.update_or_create(subject=subject, defaults=known)
    UnapprovedRow.objects.filter(subject=subject).delete()
    UnapprovedRow.objects.bulk_create((_row(one, subject) for one in found.unapproved), batch_size=500)
    SeatTaken.objects.filter(subject=subject).delete()
    counted = [row for row in ApprovalRow.objects.exclude(seats=None) if any(approval_of(row).matches(one) for one in software)]
    SeatTaken.objects.bulk_create(SeatTaken(approval=row, subject=subject) for row in counted)


def _row(one: Unapproved, subject: str) -> UnapprovedRow:
    title = one.title
    return UnapprovedRow(
        subject=subject, name=title.name, version=title.version, type=title.type, origin=title.origin,
        publisher=title.publisher, fault=one.fault,
    )  # fmt: skip


def _judge_again(approval: Approval, *, at: datetime) -> None:
    """Take away what the new approval covers, and let the standing of those devices follow."""
    systems = dict(Inventory.objects.values_list("subject", "system"))
    covered = [
        row
        for row in UnapprovedRow.objects.all()
        if lack_of(approval, title_of(row), system=systems.get(row.subject, ""), today=at.date()) is None
    ]
    UnapprovedRow.objects.filter(id__in=[row.id for row in covered]).delete()
    record_verdicts(_verdicts({row.subject for row in covered}), at=at)


def _verdicts(subjects: Iterable[str]) -> list[Verdict]:
    found = []
    for inventory in Inventory.objects.filter(subject__in=list(subjects)).order_by("subject"):
        left = [title_of(row) for row in UnapprovedRow.objects.filter(subject=inventory.subject).order_by("type", "name")]
        found.append(
            stored_verdict(
                inventory.subject,
                left,
                total=inventory.total,
                untold=inventory.untold,
                sorts=inventory.sorts.split(),
                seen=inventory.collected_at,
            )
        )
    return found
