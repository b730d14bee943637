"""The letter to those who decide on exemptions."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from holdtrue.accounts.rules import Reader
from holdtrue.letters.sending import Letter, line
from holdtrue.policy.exemptions.rules import Ask
from holdtrue.policy.text.queries import language_of_personnel


def that_somebody_asks(exemption: UUID, ask: Ask, *, by: Reader, at: datetime) -> Letter:
    """Return the letter that tells a decider that somebody asks for an exemption."""
    clauses = ", ".join(sorted(name.partition("/")[2] for name in ask.clauses))
    with translation.override(language_of_personnel(at=at)):
        told = {"who": line(by.name), "clauses": line(clauses), "until": date_format(ask.ends, "j F Y")}
        subject = (
            _("Urgent: %(who)s asks to be exempted from %(clauses)s")
            if ask.is_urgent
            else _("%(who)s asks to be exempted from %(clauses)s")
        )
        lines = [
            _("%(who)s asks to be exempted from %(clauses)s until %(until)s:") % told, "", line(ask.job), "",
            _("Decide here:"), f"{settings.CONFIG.public_url}/work/exemptions/{exemption}/", "", "-- ",
            _("You get this because you are on the security team in Holdtrue."),
        ]  # fmt: skip
    return Letter(subject % told, "\n".join(lines) + "\n")
