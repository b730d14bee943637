"""The only writers of letters."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from holdtrue.accounts.queries import person_of
from holdtrue.config import Mail
from holdtrue.errors import Invalid
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.letters.models import PostedLetter
from holdtrue.letters.sending import LEASE, REFUSALS, WAITS, Letter, line, send, why

KEPT: Final = timedelta(days=30)
"""How long the words of a letter are kept after it was sent, or given up."""


def post(person: UUID, letter: Letter, *, key: str, about: str, at: datetime) -> bool:
    """Write down a letter in the caller's transaction, for the worker to send; return whether it is one more.

    None is written while mail is off, nor when this person was told the same thing (`key`) before.
    """
    if not transaction.get_connection().in_atomic_block:
        raise Invalid("A letter joins a transaction; none is open.")
    if settings.CONFIG.mail is None or PostedLetter.objects.filter(person_id=person, key=key).exists():
        return False
    row = PostedLetter(person_id=person, key=key, about=about, subject=line(letter.subject), body=letter.body, due_at=at)
    # Whoever else is telling the same at this moment is enough.
    PostedLetter.objects.bulk_create([row], ignore_conflicts=True)
    return True


def send_due(*, at: datetime) -> bool:
    """Send the letter that waits longest; return whether there was one. What could not be sent is due again later."""
    mail: Mail | None = settings.CONFIG.mail
    if mail is None:
        return False
    due = PostedLetter.objects.filter(sent_at=None, due_at__lte=at, tries__lte=len(WAITS)).order_by("due_at", "id").first()
    # Whoever moves the time first has it: nobody else's filter matches any more.
    if due is None or not PostedLetter.objects.filter(id=due.id, due_at=due.due_at, sent_at=None).update(
        due_at=at + LEASE, tries=F("tries") + 1
    ):
        return False
    mine = PostedLetter.objects.filter(id=due.id, due_at=at + LEASE, sent_at=None)
    reader = person_of(due.person_id)
    if reader is None:
        mine.delete()
        return True
    try:
        send(mail, Letter(due.subject, due.body), to=reader.email, number=due.id)
    except REFUSALS as error:
        mine.update(due_at=at + WAITS[min(due.tries, len(WAITS) - 1)], message=why(error))
        return True
    with transaction.atomic():
        if mine.update(sent_at=at, message=""):
            record(Kind.LETTER_SENT, about=due.about, at=at, core={"tells": due.key}, identity={"told": str(reader.id)})
    return True


def forget_words(*, at: datetime) -> int:
    """Let go of the words of letters that were sent, or given up, long enough ago; return of how many."""
    sent = PostedLetter.objects.filter(sent_at__lte=at - KEPT)
    given_up = PostedLetter.objects.filter(sent_at=None, tries__gt=len(WAITS), due_at__lte=at - KEPT)
    return sum(rows.exclude(body="").update(body="", subject="") for rows in (sent, given_up))
