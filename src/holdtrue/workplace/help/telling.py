"""The letters to owners: what to do, and that it is done."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from holdtrue.letters.sending import Letter, line
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.rules import Verdict
from holdtrue.policy.text.queries import language_of_personnel
from holdtrue.said import spoken


def what_to_do(verdict: Verdict, *, device: str, due_at: datetime, at: datetime) -> Letter:
    """Return the letter that tells the owner first what is not as promised, and how to put it right."""
    with translation.override(language_of_personnel(at=at)):
        told = {"device": line(device), "day": date_format(due_at, "j F Y")}
        by = _("Please do it by %(day)s. Until then only you are told.") if due_at > at else _("Please do it now.")
        advice = _told(verdict.reason.advice)
        lines = [
            _("Something on %(device)s is not as promised.") % told, "",
            _("Should be: %(title)s") % {"title": _told(COMMITMENTS[verdict.commitment].title)},
            _("Found: %(found)s") % {"found": line(_told(verdict.reason.value))},
            *([_("What to do: %(advice)s") % {"advice": line(advice)}] if advice else []), "",
            by % told, _("Then press “Check again” here:"), f"{settings.CONFIG.public_url}/me/", "", "-- ",
            _("You get this because %(device)s is yours to look after.") % told,
        ]  # fmt: skip
        return Letter(_("%(device)s needs you") % told, "\n".join(lines) + "\n")


def that_it_is_done(commitment: str, *, device: str, at: datetime) -> Letter:
    """Return the letter that tells the owner that it was mended."""
    with translation.override(language_of_personnel(at=at)):
        told = {"device": line(device), "title": _told(COMMITMENTS[commitment].title)}
        lines = [_("%(device)s is as promised again: %(title)s.") % told, _("Thank you. There is nothing left to do."), ""]
        lines += ["-- ", _("You get this because %(device)s is yours to look after.") % told]
        return Letter(_("%(device)s is in order again") % told, "\n".join(lines) + "\n")


def _told(words: str) -> str:
    return spoken(words, _, code=translation.get_language() or "")
