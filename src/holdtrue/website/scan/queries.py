"""Reads about scans."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from holdtrue.errors import NotFound
from holdtrue.said import unpacked
from holdtrue.website.knowledge.imported import knowledge_at
from holdtrue.website.scan.document import PolicyNamed, ScanDocument, read
from holdtrue.website.scan.engine.observations import STATES, Observation, State
from holdtrue.website.scan.engine.remarks import why_ended
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.judging.sent import subjects_shared
from holdtrue.website.scan.judging.tables import suggestion_for
from holdtrue.website.scan.judging.words import subject_of
from holdtrue.website.scan.models import OPEN, FindingRow, LetterRow, PictureRow, PlanRow, Progress, Scan
from holdtrue.website.scan.rules import Finding


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """One scan, without its bulk."""

    id: UUID
    host: str
    progress: Progress
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    failing: int
    message: str
    entry: UUID | None
    result_hash: str
    at_state: str = ""
    """Where a running scan is, as it told last."""
    at_page: str = ""
    found: int = 0

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self.progress is Progress.DONE

    @property
    def state_words(self) -> str:
        """How a report calls the state in which a running scan is."""
        return self.at_state.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Plan:
    """How often a website is scanned by itself."""

    every_days: int
    """0 for never."""
    pages: int
    next_at: datetime | None
    revision: int
    """0 while nothing was ever chosen."""


@dataclass(frozen=True, slots=True)
class Since:
    """What is new and what is gone since the scan before the newest."""

    scan: UUID
    """The scan that differs."""
    before: datetime
    """When the one before it ended."""
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]


def plan_of(host: str) -> Plan:
    """Return how often a site is scanned by itself; never, when nobody chose."""
    row = PlanRow.objects.filter(host=host).first()
    return (
        Plan(row.every_days, row.pages, row.next_at if row.every_days else None, row.revision) if row else Plan(0, 10, None, 0)
    )


def since_last(host: str) -> Since | None:
    """Return how the findings of the newest scan differ from those of the one before; None before there are two."""
    return _difference(_light().filter(host=host, progress=Progress.DONE))


def since_the_one_before(scan_id: UUID) -> Since | None:
    """Return how the findings of a scan differ from those of the one before it; None where it is the first, or gone."""
    row = _light().filter(id=scan_id, progress=Progress.DONE).first()
    if row is None:
        return None
    return _difference(_light().filter(host=row.host, progress=Progress.DONE, ended_at__lte=row.ended_at))


def _difference(scans: QuerySet[Scan]) -> Since | None:
    newest = list(scans.order_by("-ended_at", "-id")[:2])
    if len(newest) < 2:  # noqa: PLR2004 - a difference has two sides
        return None
    now, before = ({(one.fault, one.subject): one for one in findings_of(row.id) if one.fails} for row in newest)
    return Since(
        scan=newest[0].id,
        before=newest[1].ended_at or newest[1].asked_at,
        new=tuple(one for key, one in now.items() if key not in before),
        gone=tuple(one for key, one in before.items() if key not in now),
    )


def unsent_of(host: str) -> str:
    """Return why a letter about the newest scans of a site could not be sent the last time; empty when none waits."""
    waiting = LetterRow.objects.filter(scan__host=host, sent_at=None).exclude(message="").order_by("-id")
    return waiting.values_list("message", flat=True).first() or ""


def scans_of(host: str, *, most: int = 20) -> tuple[ScanSummary, ...]:
    """Return the newest scans of a site, those that wait or run first."""
    rows = _light().filter(host=host).order_by("-asked_at", "-id")[:most]
    return tuple(sorted((_summary(row) for row in rows), key=lambda one: one.progress not in OPEN))


def newest_of(host: str) -> ScanSummary | None:
    """Return the newest scan with a result."""
    row = _light().filter(host=host, progress=Progress.DONE).order_by("-ended_at").first()
    return _summary(row) if row else None


def scan(host: str, scan_id: UUID) -> ScanSummary:
    """Return one scan of a site; raises `NotFound`."""
    row = _light().filter(host=host, id=scan_id).first()
    if row is None:
        raise NotFound("There is no such scan of this website.", hint="Its page lists the scans that there are.")
    return _summary(row)


def states_shown(scan_id: UUID) -> tuple[State, ...]:
    """Return the states of which a scan that runs has a picture."""
    shown = set(PictureRow.objects.filter(scan_id=scan_id).values_list("state", flat=True))
    return tuple(state for state in STATES if state in shown)


def picture_of(host: str, scan_id: UUID, state: str) -> tuple[str, bytes]:
    """Return sort and bytes of what the first page looks like in a state of a scan that runs; raises `NotFound`."""
    row = PictureRow.objects.filter(scan__host=host, scan_id=scan_id, state=state).first()
    if row is None:
        raise NotFound("There is no such picture.", hint="A scan shows them while it runs.")
    head, _, data = row.picture.partition(",")
    return head.removeprefix("data:").removesuffix(";base64"), b64decode(data)


def findings_of(scan_id: UUID) -> tuple[Finding, ...]:
    """Return the findings of a scan, the most urgent first."""
    return tuple(_finding(row) for row in FindingRow.objects.filter(scan_id=scan_id))


def document_of(scan_id: UUID) -> ScanDocument:
    """Return the whole result of a scan; raises `NotFound` when it has none."""
    result = Scan.objects.filter(id=scan_id, progress=Progress.DONE).values_list("result", flat=True).first()
    if result is None:
        raise NotFound("This scan has no result.")
    return read(bytes(result))


def judged(host: str, scan_id: UUID) -> ScanDocument:
    """Return the result of a scan with what this server found in it; raises `NotFound` when there is none."""
    row = Scan.objects.filter(host=host, id=scan_id, progress=Progress.DONE).first()
    if row is None:
        raise NotFound("This scan has no report.", hint="Its page lists the scans that there are.")
    document = read(bytes(row.result))
    return replace(
        document,
        findings=tuple(_with_suggestions(findings_of(row.id), document.observations)),
        policy=PolicyNamed(row.policy_title, row.policy_hash) if row.policy_hash else None,
    )


def _with_suggestions(findings: Iterable[Finding], observations: Sequence[Observation]) -> Iterator[Finding]:
    """Yield the findings; those of items that nobody declared say again what the item may be for."""
    knowledge = knowledge_at(settings.CONFIG.data)
    shared = subjects_shared(observations)
    stored = {(subject_of(one), one.state): one for one in observations if one.kind.is_stored}
    for finding in findings:
        item = stored.get((finding.subject, finding.state)) if finding.fault is Fault.UNDECLARED and finding.state else None
        if item:
            is_passed_on = (item.name, item.domain) in shared
            yield replace(finding, suggestion=suggestion_for(item, knowledge, is_passed_on=is_passed_on))
        else:
            yield finding


def _light() -> QuerySet[Scan]:
    return Scan.objects.defer("result")


def _summary(row: Scan) -> ScanSummary:
    return ScanSummary(
        id=row.id,
        host=row.host,
        progress=Progress(row.progress),
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        failing=row.failing,
        message=why_ended(row.message),
        entry=row.entry,
        result_hash=row.result_hash or "",
        at_state=row.at_state,
        at_page=row.at_page,
        found=row.found,
    )


def _finding(row: FindingRow) -> Finding:
    meaning = MEANINGS[Fault(row.fault)]
    words = unpacked({"evidence": row.evidence, "fix": row.fix or meaning.fix}, row.patterns)
    return Finding(
        fault=Fault(row.fault),
        severity=Severity(row.severity),
        state=State(row.state) if row.state else None,
        subject=row.subject,
        evidence=words["evidence"],
        reference=meaning.reference,
        fix=words["fix"],
        page=row.page,
    )
