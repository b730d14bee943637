"""Handing one letter to the mail server that the installation names."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from holdtrue.config import Mail, MailSecurity

LEASE: Final = timedelta(minutes=5)
"""How long a worker may take over one letter before another tries."""
SMTP_SECONDS: Final = 20
WAITS: Final = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""Between the tries; after the last, the letter is given up."""
LONGEST_LINE: Final = 200
REFUSALS: Final = (smtplib.SMTPException, OSError)
"""What a mail server that does not take a letter raises."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in plain text."""

    subject: str
    body: str


def line(text: str) -> str:
    """Return somebody else's words on one line: what a website or a device calls things must not shape a letter."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST_LINE]


def send(mail: Mail, letter: Letter, *, to: str, number: UUID) -> None:
    """Hand the letter over; raises one of `REFUSALS`."""
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


def why(error: Exception) -> str:
    """Return why a server did not take a letter, without anybody's address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the mail server refused the recipient"
    return f"the mail server cannot be used: {type(error).__name__}"
