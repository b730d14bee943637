"""Tells the privacy team by e-mail what a scan changed: who is told is written down with the scan, the worker sends it."""

import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from holdtrue.accounts.queries import people
from holdtrue.accounts.rules import Reader, Role
from holdtrue.config import Mail, MailSecurity
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.text import queries as texts
from holdtrue.website.scan.models import LetterRow
from holdtrue.website.scan.queries import Since, since_last, since_the_one_before
from holdtrue.website.scan.rules import Finding
from holdtrue.website.sites import queries as sites

LEASE = timedelta(minutes=5)
"""How long a worker may take over one letter before another tries."""
SMTP_SECONDS = 20
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""Between the tries; after the last, the letter is given up and the site's page says why."""
MOST_LINES = 20
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in plain text."""

    subject: str
    body: str


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
        _send(mail, written(host, since), to=reader.email, number=due.id)
    except (smtplib.SMTPException, OSError) as error:
        wait = WAITS[min(due.tries, len(WAITS) - 1)]
        mine.update(due_at=at + wait, message=_why(error))
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
    return Letter(_line(f"{site.name}: {new}, {gone}"), "\n".join(lines) + "\n")


def _listed(mark: str, findings: Sequence[Finding]) -> Iterator[str]:
    for one in findings[:MOST_LINES]:
        yield f"{mark} {_line(f'{_(one.title)}: {one.subject}')}"
    if len(findings) > MOST_LINES:
        yield f"{mark} " + _("and %(count)s more") % {"count": len(findings) - MOST_LINES}


def _line(text: str) -> str:
    """Return a website's words on one line: what it names its cookies must not shape a letter."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST_LINE]


def _send(mail: Mail, letter: Letter, *, to: str, number: UUID) -> None:
    server = EmailBackend(
        host=mail.host,
        port=mail.port,
        username=mail.user,
        password=mail.password,
        use_tls=mail.security is MailSecurity.STARTTLS,
        use_ssl=mail.security is MailSecurity.TLS,
        timeout=SMTP_SECONDS,
    )
    # The same letter has the same number, should a worker die between sending it and writing that down.
    headers = {
        "Message-ID": f"<{number}@{urlsplit(settings.CONFIG.public_url).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    try:
        EmailMessage(letter.subject, letter.body, mail.sender, [to], headers=headers, connection=server).send()
    finally:
        server.close()


def _why(error: Exception) -> str:
    """Return why a server did not take a letter, without anybody's address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the mail server refused the recipient"
    return f"the mail server cannot be used: {type(error).__name__}"
