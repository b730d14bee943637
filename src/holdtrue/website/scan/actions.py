"""The only writers of scans."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.text.rules import Declaration
from holdtrue.said import packed
from holdtrue.website.knowledge.imported import knowledge_at
from holdtrue.website.scan import letters
from holdtrue.website.scan.document import LONGEST_PICTURE, PICTURE, PolicyNamed, ScanDocument, read
from holdtrue.website.scan.engine.observations import STATES
from holdtrue.website.scan.engine.remarks import Ending
from holdtrue.website.scan.models import OPEN, FindingRow, PictureRow, PlanRow, Progress, Scan
from holdtrue.website.scan.rules import Finding, judge
from holdtrue.website.scan.settling import sort_of
from holdtrue.website.scan.verdicts import verdicts_of
from holdtrue.website.sites import queries as sites
from holdtrue.website.sites.actions import Sighted, note_sightings
from holdtrue.website.sites.rules import subject_of

LEASE = timedelta(seconds=60)
"""How long a worker's claim stands without a sign of life."""
MOST_TRIES = 3
PERIODS = (0, 1, 7, 30)
"""Days between scans that can be chosen."""
USUAL_PAGES = 10
MOST_PAGES = 200
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a delivered scan."""

    scan: UUID
    entry: UUID
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Where a running scan is, as it says itself."""

    state: str
    page: str
    found: int
    picture: str = ""
    """What the first page looks like in this state; empty unless it has just been taken."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's leave to run one scan."""

    scan: UUID
    owner: str
    host: str
    url: str
    pages: int


def plan_scans(host: str, *, every_days: int, pages: int, based_on: int, by: UUID, at: datetime) -> None:  # noqa: PLR0913
    """Let a website be scanned by itself every so many days, 0 for never; the first scan is due at once.

    Raises `Invalid` for other numbers than it takes, `Conflict` when somebody else changed it since revision `based_on`.
    """
    site = sites.site(host)
    if every_days not in PERIODS or not 1 <= pages <= MOST_PAGES:
        raise Invalid(
            "This is no plan for scans.", hint=f"Scan daily, weekly, monthly or never, and 1 to {MOST_PAGES} pages at a time."
        )
    chosen = {"every_days": every_days, "pages": pages, "next_at": at}
    try:
        with transaction.atomic():
            if based_on == 0:
                PlanRow.objects.create(host=host, **chosen)
            elif not PlanRow.objects.filter(host=host, revision=based_on).update(revision=based_on + 1, **chosen):
                raise _replanned(host)
            record(Kind.SCAN_PLANNED, about=site.subject, at=at, by=by, core={"every_days": every_days, "pages": pages})
    except IntegrityError as error:
        raise _replanned(host) from error


def _replanned(host: str) -> Conflict:
    return Conflict(f"Somebody else planned the scans of {host} meanwhile.", hint="Look at the plan again, then change it.")


def ask_for_planned_scans(*, at: datetime) -> int:
    """Put every scan whose time has come on the list of what the worker does, and return how many those were."""
    asked = 0
    for plan in PlanRow.objects.filter(next_at__lte=at, every_days__gt=0):
        # Whoever moves the time first has it; a scan that waits or runs already is the planned one.
        mine = PlanRow.objects.filter(id=plan.id, next_at=plan.next_at)
        try:
            with transaction.atomic():
                if mine.update(next_at=at + timedelta(days=plan.every_days)):
                    with transaction.atomic():
                        Scan.objects.create(host=plan.host, progress=Progress.WAITING, asked_at=at, pages=plan.pages)
                    asked += 1
        except IntegrityError:
            mine.update(next_at=at + timedelta(days=plan.every_days))
    return asked


def request_scan(host: str, *, by: UUID, at: datetime) -> UUID:
    """Put a scan on the list of what the worker does; raises `Conflict` while one waits or runs, `NotFound` for no site."""
    site = sites.site(host)
    try:
        with transaction.atomic():
            plan = PlanRow.objects.filter(host=host).first()
            row = Scan.objects.create(
                host=site.host,
                progress=Progress.WAITING,
                asked_at=at,
                asked_by_id=by,
                pages=plan.pages if plan else USUAL_PAGES,
            )
            record(Kind.SCAN_REQUESTED, about=site.subject, at=at, by=by, core={"scan": str(row.id)})
    except IntegrityError as error:
        raise Conflict(
            _("A scan of %(host)s is waiting or running already.") % {"host": host}, hint=_("Its result appears on this page.")
        ) from error
    return row.id


def receive_scan(body: bytes, *, subject: str, by: UUID, at: datetime) -> dict[str, Any]:
    """Record a scan delivered with a token for one site; return its entry and the findings as judged here, for JSON."""
    recorded = record_upload(body, host=subject.removeprefix("site/"), by=by, at=at)
    return {
        "entry": str(recorded.entry),
        "scan": str(recorded.scan),
        "findings": msgspec.to_builtins(recorded.findings, enc_hook=str),
    }


def record_upload(body: bytes, *, host: str, by: UUID | None, at: datetime) -> Recorded:
    """Record a scan's document for a site against the policy in force; raises `Invalid`, `NotFound`, `Conflict`."""
    site = sites.site(host)
    declarations, policy = _in_force(site.host, at)
    return record_scan(body, site=site, by=by, at=at, declarations=declarations, policy=policy)


def record_scan(  # noqa: PLR0913 - what a record consists of
    body: bytes,
    *,
    site: sites.Listed,
    by: UUID | None,
    at: datetime,
    declarations: Sequence[Declaration],
    policy: PolicyNamed | None,
    claim: Claim | None = None,
) -> Recorded:
    """Judge a scan again from its observations, keep it, and let the standing follow; its own findings are not believed."""
    document = read(body)
    _refuse_other_site(document, site, at=at)
    knowledge = knowledge_at(settings.CONFIG.data)
    findings = judge(document.sighting, declarations, has_policy=policy is not None, knowledge=knowledge)
    verdicts = verdicts_of(
        document.sighting, findings, subject=site.subject, observed_at=document.ended, has_policy=policy is not None
    )
    shown = replace(document, findings=findings, policy=policy)
    digest = hashlib.sha256(body).hexdigest()
    try:
        with transaction.atomic():
            row = _stored(body, digest, shown, site=site, by=by, at=at, claim=claim)
            entry = _prove(row, shown, digest, site=site, by=by, at=at)
            note_sightings(site.host, _sighted(document), scan=row.id, at=document.ended)
            record_verdicts(verdicts, at=at, by=by)
            letters.address(site.host, row.id, at=at)
    except IntegrityError as error:
        raise Conflict("This very result is recorded already.", hint="Scan again for a new one.") from error
    return Recorded(row.id, entry, findings)


def _in_force(host: str, at: datetime) -> tuple[Sequence[Declaration], PolicyNamed | None]:
    try:
        standing = sites.in_force(host, at=at)
    except NotFound:
        return (), None
    version = standing.version
    return standing.declarations, PolicyNamed(f"{version.title}, version {version.number}", version.text_hash)


def _sighted(document: ScanDocument) -> list[Sighted]:
    stored = (one for one in document.observations if one.kind.is_stored and not one.refused_reason)
    return [Sighted(one.name, sort_of(one), one.domain, one.page) for one in stored]


def _refuse_other_site(document: ScanDocument, site: sites.Listed, *, at: datetime) -> None:
    if subject_of(document.site) != site.subject and subject_of(document.landed) != site.subject:
        raise Invalid(f"This is a scan of {document.site}, not of {site.host}.", hint="Scan the site that the token is for.")
    if document.ended > at + CLOCK_SKEW:
        raise Invalid("This scan ended in the future.", hint="Set the clock of the machine that scanned.")


def _stored(  # noqa: PLR0913 - as above
    body: bytes, digest: str, shown: ScanDocument, *, site: sites.Listed, by: UUID | None, at: datetime, claim: Claim | None
) -> Scan:
    failing = sum(finding.fails for finding in shown.findings)
    result = {
        "progress": Progress.DONE,
        "started_at": shown.started,
        "ended_at": shown.ended,
        "result": body,
        "result_hash": digest,
        "policy_title": shown.policy.title if shown.policy else "",
        "policy_hash": shown.policy.sha256 if shown.policy else "",
        "failing": failing,
        "message": "",
    }
    if claim is None:
        row = Scan.objects.create(host=site.host, asked_at=at, asked_by_id=by, **result)
    else:
        held = Scan.objects.filter(id=claim.scan, progress=Progress.RUNNING, lease_owner=claim.owner)
        if not held.update(**result, lease_owner="", lease_until=None):
            raise Conflict("Another worker has taken this scan over.", hint="Its result is the one that counts.")
        row = Scan.objects.get(id=claim.scan)
        _forget_pictures(row.id)
    FindingRow.objects.bulk_create(_row(row, number, finding) for number, finding in enumerate(shown.findings))
    return row


def _row(scan: Scan, number: int, finding: Finding) -> FindingRow:
    return FindingRow(
        scan=scan,
        position=number,
        fault=finding.fault,
        severity=finding.severity,
        state=finding.state or "",
        subject=finding.subject,
        evidence=finding.evidence,
        fix=finding.fix,
        patterns=packed({"evidence": finding.evidence, "fix": finding.fix}),
        page=finding.page,
    )


def _prove(  # noqa: PLR0913 - as above
    row: Scan, shown: ScanDocument, digest: str, *, site: sites.Listed, by: UUID | None, at: datetime
) -> UUID:
    entry = record(
        Kind.SCAN_RECORDED,
        about=site.subject,
        at=at,
        by=by,
        core={
            "scan": str(row.id),
            "result_sha256": digest,
            "policy_sha256": row.policy_hash,
            "findings": row.failing,
            "pages": len(shown.pages),
            "partial": shown.partial,
            "ended": shown.ended.isoformat(),
        },
        context={"browser": shown.browser, "scanner": shown.scanner},
    )
    Scan.objects.filter(id=row.id).update(entry=entry)
    return entry


# --- the worker's side ----------------------------------------------------------------------------------------------


def claim_due_scan(owner: str, *, at: datetime) -> Claim | None:
    """Return leave to run the scan that waits longest, or whose worker has died; None when nothing is due."""
    due = Q(progress=Progress.WAITING) | Q(progress=Progress.RUNNING, lease_until__lt=at)
    for row in Scan.objects.filter(due).defer("result").order_by("asked_at")[:5]:
        if row.tries >= MOST_TRIES:
            _give_up(row)
            continue
        # Whoever changes the row first has it: nobody else's filter matches any more.
        mine = Scan.objects.filter(id=row.id, progress=row.progress, lease_owner=row.lease_owner, tries=row.tries)
        taken = mine.update(
            progress=Progress.RUNNING,
            lease_owner=owner,
            lease_until=at + LEASE,
            heartbeat_at=at,
            started_at=at,
            tries=row.tries + 1,
        )
        if taken:
            return Claim(row.id, owner, row.host, sites.site(row.host).url, row.pages)
    return None


def _give_up(row: Scan) -> None:
    same = Scan.objects.filter(id=row.id, progress=row.progress, lease_owner=row.lease_owner)
    same.update(progress=Progress.FAILED, message=Ending.WORKER_DIED % {"times": row.tries}, lease_owner="", lease_until=None)
    _forget_pictures(row.id)


def keep_claim(claim: Claim, told: Told | None = None, *, pictures: Sequence[Told] = (), at: datetime) -> bool:
    """Say that the worker is alive, where the scan is and what it sees; False when another has taken it over."""
    held = Scan.objects.filter(id=claim.scan, progress=Progress.RUNNING, lease_owner=claim.owner)
    where = {"at_state": told.state[:12], "at_page": told.page[:500], "found": told.found} if told else {}
    with transaction.atomic():
        is_ours = bool(held.update(lease_until=at + LEASE, heartbeat_at=at, **where))
        for one in pictures if is_ours else ():
            if one.state in STATES and len(one.picture) <= LONGEST_PICTURE and PICTURE.match(one.picture):
                PictureRow.objects.update_or_create(scan_id=claim.scan, state=one.state, defaults={"picture": one.picture})
    return is_ours


def _forget_pictures(scan: UUID) -> None:
    """Take away what was shown of a scan while it ran."""
    PictureRow.objects.filter(scan_id=scan).delete()


def release_claim(claim: Claim) -> None:
    """Put the scan back, untried, because the worker is being stopped."""
    held = Scan.objects.filter(id=claim.scan, progress=Progress.RUNNING, lease_owner=claim.owner)
    held.update(progress=Progress.WAITING, lease_owner="", lease_until=None, tries=0)
    _forget_pictures(claim.scan)


def fail_scan(claim: Claim, message: str, *, at: datetime) -> None:
    """Keep why a scan could not be made; what was known of the site stands until it goes stale."""
    held = Scan.objects.filter(id=claim.scan, progress=Progress.RUNNING, lease_owner=claim.owner)
    if held.update(progress=Progress.FAILED, message=message[:500], ended_at=at, lease_owner="", lease_until=None):
        _forget_pictures(claim.scan)


def finish_scan(claim: Claim, body: bytes, *, at: datetime) -> Recorded:
    """Record the result of a claimed scan; raises `Conflict` when another worker has taken it over."""
    site = sites.site(claim.host)
    declarations, policy = _in_force(site.host, at)
    return record_scan(body, site=site, by=None, at=at, declarations=declarations, policy=policy, claim=claim)


__all__ = [
    "LEASE", "MOST_PAGES", "OPEN", "PERIODS", "USUAL_PAGES", "Claim", "Recorded", "Told", "ask_for_planned_scans",
    "claim_due_scan", "fail_scan", "finish_scan", "keep_claim", "plan_scans", "receive_scan", "record_scan",
    "record_upload", "release_claim", "request_scan",
]  # fmt: skip
