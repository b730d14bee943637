"""Tells the privacy team by e-mail what a scan changed: who is told is written down with the scan, the worker sends it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from holdtrue.accounts.queries import people
from holdtrue.accounts.rules import Reader, Role
from holdtrue.config import Mail
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.letters.sending import LEASE, REFUSALS, WAITS, Letter, line, send, why
from holdtrue.policy.text import queries as texts
from holdtrue.website.scan.models import LetterRow
from holdtrue.website.scan.queries import Since, since_last, since_the_one_before
from holdtrue.website.scan.rules import Finding
from holdtrue.website.sites import queries as sites

MOST_LINES = 20


def readers() -> list[Reader]:
    """Return who is told of changes: everybody active with the privacy role."""
    return [one for one in people() if Role.PRIVACY in one.roles]


def address(host: str, scan: UUID, *, at: datetime) -> int:
    """Write down who is to be told of a scan's changes, and return how many; nobody while mail is off or nothing changed.

    A scan that is not the site's newest changes nothing that people have not been told of since.
    """
    since = since_last(host)
    if settings.CONFIG.mail is None or since is None or since.scan != scan or not (since.new or since.gone):
        return 0
    rows = [LetterRow(scan_id=scan, person_id=one.id, due_at=at) for one in readers()]
    return len(LetterRow.objects.bulk_create(rows))


def send_due(*, at: datetime) -> bool:
    """Send the letter that waits longest; return whether there was one. What could not be sent is due again later."""
    mail: Mail | None = settings.CONFIG.mail
    if mail is None:
        return False
    due = LetterRow.objects.filter(sent_at=None, due_at__lte=at, tries__lte=len(WAITS)).order_by("due_at", "id").first()
    # Whoever moves the time first has it: nobody else's filter matches any more.
    if due is None or not LetterRow.objects.filter(id=due.id, due_at=due.due_at, sent_at=None).update(
        due_at=at + LEASE, tries=F("tries") + 1
    ):
        return False
    mine = LetterRow.objects.filter(id=due.id, due_at=at + LEASE, sent_at=None)
    reader = next((one for one in readers() if one.id == due.person_id), None)
    since = since_the_one_before(due.scan_id)
    if reader is None or since is None:
        mine.delete()
        return True
    host = due.scan.host
    try:
        send(mail, written(host, since), to=reader.email, number=due.id)
    except REFUSALS as error:
        wait = WAITS[min(due.tries, len(WAITS) - 1)]
        mine.update(due_at=at + wait, message=why(error))
        return True
    with transaction.atomic():
        if mine.update(sent_at=at, message=""):
            subject, whom = sites.site(host).subject, {"told": str(reader.id)}
            record(Kind.SCAN_TOLD, about=subject, at=at, core={"scan": str(due.scan_id)}, identity=whom)
    return True


def written(host: str, since: Since) -> Letter:
    """Return the letter about a difference, in the language of the site's policy."""
    site = sites.site(host)
    newest = texts.newest(site.policy)
    with translation.override(newest.language if newest else "en"):
        before = date_format(since.before, "j F Y")
        new = ngettext("%(count)s new", "%(count)s new", len(since.new)) % {"count": len(since.new)}
        gone = ngettext("%(count)s gone", "%(count)s gone", len(since.gone)) % {"count": len(since.gone)}
        lines = [_("%(site)s was scanned. Since the scan of %(before)s:") % {"site": site.url, "before": before}, ""]
        lines += [*_listed("+", since.new), *_listed("-", since.gone)]
        lines += ["", f"{settings.CONFIG.public_url}/sites/{host}/", ""]
        lines += ["-- ", _("You get this because you have the privacy role in Holdtrue.")]
    return Letter(line(f"{site.name}: {new}, {gone}"), "\n".join(lines) + "\n")


def _listed(mark: str, findings: Sequence[Finding]) -> Iterator[str]:
    for one in findings[:MOST_LINES]:
        yield f"{mark} {line(f'{_(one.title)}: {one.subject}')}"
    if len(findings) > MOST_LINES:
        yield f"{mark} " + _("and %(count)s more") % {"count": len(findings) - MOST_LINES}
