"""The only writers of notices, renderings and what becomes of old records."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts, GroupName
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.opened import the_log
from holdtrue.website.consent import renderings, trackers
from holdtrue.website.consent.asking import Asking, Notice, Published, notice_of
from holdtrue.website.consent.block.violations import Violation
from holdtrue.website.consent.models import AskingRow, NoticeRow, RenderingRow, TrackerRow
from holdtrue.website.consent.opened import the_records
from holdtrue.website.consent.queries import history, settings_of
from holdtrue.website.consent.queries import notice_of as notice_in_force
from holdtrue.website.consent.rules import LANGUAGES
from holdtrue.website.consent.store import Kept
from holdtrue.website.sites import queries as sites

AT_ONCE = 500


def choose(host: str, asking: Asking, *, based_on: int, by: UUID, at: datetime) -> None:
    """Change how a site asks, and publish the notice that follows.

    Raises `Conflict` when somebody else changed it since revision `based_on`, `Invalid` for what no notice may say.
    """
    asking.require_valid()
    site = sites.site(host)
    chosen = asdict(asking)
    try:
        with transaction.atomic():
            if based_on == 0:
                AskingRow.objects.create(host=host, chosen=chosen, changed_at=at)
            elif not AskingRow.objects.filter(host=host, revision=based_on).update(
                chosen=chosen, revision=based_on + 1, changed_at=at
            ):
                raise _changed(host)
            record(Kind.CONSENT_CONFIGURED, about=site.subject, at=at, by=by, core=_facts(asking))
            _publish(site, at=at)
    except IntegrityError as error:
        raise _changed(host) from error


def publish_due(*, at: datetime) -> int:
    """Publish the notice of every site for which policy or choices have changed, and return how many that were."""
    return sum(_publish_alone(site, at=at) for site in sites.sites())


def keep_rendering(host: str, body: bytes, at: datetime) -> str:
    """Keep how a browser shows the notice in force and return its hash; raises `Invalid` for anything else."""
    standing = notice_in_force(host)
    if standing is None:
        raise NotFound(f"{host} has no notice yet.")
    digest, language, document = renderings.checked(body, standing.notice)
    RenderingRow.objects.get_or_create(
        host=host, sha256=digest, defaults={"language": language, "document": document.decode(), "at": at}
    )
    return digest


def keep_violations(host: str, violations: Sequence[Violation], at: datetime) -> int:
    """Add to what is known of undeclared trackers of a site, and return how many of these reports counted.

    A host that the notice names is stopped as it should be and no news. Raises `NotFound` for no site.
    """
    site = sites.site(host)
    found: dict[str, list[Violation]] = {}
    for one in violations:
        found.setdefault(one.host, []).append(one)
    unknown = trackers.undeclared(host, found)
    return sum(len(found[name]) for name in unknown if _add_to_tracker(site, name, found[name], at=at))


def _add_to_tracker(site: sites.Listed, name: str, reports: Sequence[Violation], *, at: datetime) -> bool:
    """Count reports of one host; a site keeps so many hosts at most, since anybody may report."""
    with transaction.atomic():
        rows = TrackerRow.objects.select_for_update().filter(host=site.host, tracker=name)
        if _count(rows, reports, at=at):
            return True
        if TrackerRow.objects.filter(host=site.host).count() >= trackers.MOST_TRACKERS and not _make_room(site.host, at=at):
            return False
        try:
            with transaction.atomic():
                _begin_tracker(site, name, reports, at=at)
        except IntegrityError:
            # Another process was first.
            _count(rows, reports, at=at)
    return True


def _make_room(host: str, *, at: datetime) -> bool:
    """Let go of the host that has been silent for longest, if that is long; what began to be reported stays in evidence."""
    silent = TrackerRow.objects.filter(host=host, last_seen__lt=at - timedelta(days=trackers.SILENT_DAYS))
    oldest = silent.order_by("last_seen").first()
    return oldest is not None and bool(oldest.delete()[0])


def _count(rows: QuerySet[TrackerRow], reports: Sequence[Violation], *, at: datetime) -> bool:
    row = rows.first()
    if row is None:
        return False
    row.directives = trackers.joined(row.directives, (one.directive for one in reports))
    row.pages = trackers.joined(row.pages, (one.page for one in reports))
    row.many += sum(one.many for one in reports)
    row.last_seen = at
    row.save(update_fields=["directives", "pages", "many", "last_seen"])
    return True


def _begin_tracker(site: sites.Listed, name: str, reports: Sequence[Violation], *, at: datetime) -> None:
    first = reports[0]
    entry = record(
        Kind.TRACKER_FOUND,
        about=site.subject,
        at=at,
        core={"host": name, "directive": first.directive},
        context={"page": first.page},
    )
    TrackerRow.objects.create(
        host=site.host,
        tracker=name,
        directives=trackers.joined([], (one.directive for one in reports)),
        pages=trackers.joined([], (one.page for one in reports)),
        many=sum(one.many for one in reports),
        first_seen=at,
        last_seen=at,
        entry=entry,
    )


def forget_visitor(host: str, consent_id: str, *, at: datetime) -> int:
    """Erase who a visitor's records on a site are about, and return how many there were; the rest stays provable.

    Raises `NotFound` when there are none.
    """
    found = history(host, consent_id)
    if not found:
        raise NotFound("No record has this consent id.", hint="It stands in the visitor's receipt.")
    the_log().erase([one.id for one in found], [GroupName.IDENTITY], ground="the visitor asked for it", at=at)
    the_records().forget([_row(one.index) for one in found])
    return len(found)


def erase_what_is_due(*, at: datetime) -> int:
    """Erase every record that has passed its site's retention, and return how many went; the log stays provable."""
    log, records, start, gone = the_log(), the_records(), 0, 0
    if not log.store.may_write():
        return 0
    due = {site.host: at - timedelta(days=settings_of(site.host).asking.record_days) for site in sites.sites()}
    limits = {host: int(before.timestamp() * 1000) for host, before in due.items()}
    latest = max(limits.values(), default=0)
    while rows := records.page(start, AT_ONCE):
        if rows[0].at >= latest:
            break
        start = rows[-1].idx + 1
        spent = [row for row in rows if row.at < limits.get(row.site, 0)]
        if spent:
            ids = [place.id for row in spent for place in log.entries(row.idx, row.idx + 1)]
            log.erase(ids, list(GroupName), ground="retention of consent records", at=at)
            records.forget(spent)
            gone += len(spent)
    return gone


def sort_new_records() -> int:
    """Sort records that are not yet found by visitor, block by block, and return how many."""
    if not the_log().store.may_write():
        return 0
    done = 0
    while count := the_records().sort_new():
        done += count
    return done


def _row(index: int) -> Kept:
    found = the_records().page(index, 1)
    if not found or found[0].idx != index:
        raise NotFound(f"The record at {index} is gone.")
    return found[0]


def _publish_alone(site: sites.Listed, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return _publish(site, at=at)
    except IntegrityError:
        # Another process was first, with the same notice.
        return False


def _publish(site: sites.Listed, *, at: datetime) -> bool:
    notice = _notice(site, at=at)
    standing = notice_in_force(site.host)
    if notice is None:
        return False
    document = notice.document
    digest = sha256(document).hexdigest()
    is_new = standing is None or standing.sha256 != digest
    if is_new:
        _store(site, notice, document, digest, number=standing.number + 1 if standing else 1, at=at)
    if is_new or not _is_shown(site.host, notice):
        _render(site.host, notice, at=at)
    return is_new


def _notice(site: sites.Listed, *, at: datetime) -> Notice | None:
    try:
        standing = sites.in_force(site.host, at=at)
    except NotFound:
        return None
    version = standing.version
    url = f"{settings.CONFIG.public_url}/p/{version.slug}/"
    published = Published(version.document, version.number, url, standing.lines, sites.never_of(site.host))
    try:
        return notice_of(site.host, published, settings_of(site.host).asking, server=settings.CONFIG.public_url)
    except Invalid:
        # A publisher may not make a notice impossible; the one before stays.
        return None


def _store(site: sites.Listed, notice: Notice, document: bytes, digest: str, *, number: int, at: datetime) -> None:  # noqa: PLR0913
    entry = record(
        Kind.NOTICE_PUBLISHED,
        about=site.subject,
        at=at,
        core={
            "number": number,
            "notice_sha256": digest,
            "material": notice.material,
            "policy": f"{notice.policy.slug}/{notice.policy.version}",
            "policy_sha256": notice.policy.text_hash,
            "keep_days": notice.keep_days,
            "services": [one.id for one in notice.services],
        },
    )
    NoticeRow.objects.create(
        host=site.host,
        number=number,
        document=document.decode(),
        sha256=digest,
        material=notice.material,
        at=at,
        entry=entry,
    )


def _is_shown(host: str, notice: Notice) -> bool:
    """Whether the banner of this version is known to show the notice: an upgrade brings another one."""
    first = next(renderings.renderings_of(notice, LANGUAGES), None)
    return first is None or RenderingRow.objects.filter(host=host, sha256=sha256(first[1]).hexdigest()).exists()


def _render(host: str, notice: Notice, *, at: datetime) -> None:
    RenderingRow.objects.bulk_create(
        [
            RenderingRow(host=host, sha256=sha256(document).hexdigest(), language=language, document=document.decode(), at=at)
            for language, document in renderings.renderings_of(notice, LANGUAGES)
        ],
        ignore_conflicts=True,
    )


def _facts(asking: Asking) -> Facts:
    return {
        "keep_days": asking.keep_days,
        "keep_reason": asking.keep_reason,
        "record_days": asking.record_days,
        "origins": list(asking.origins),
        "languages": list(asking.languages),
        "consent_mode": asking.consent_mode,
        "regulation": asking.regulation,
    }


def _changed(host: str) -> Conflict:
    return Conflict(f"Somebody else changed how {host} asks meanwhile.", hint="Look at it again, then change it.")
