"""The letter that answers a wish for software."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from holdtrue.letters.sending import Letter, line
from holdtrue.policy.text.queries import language_of_personnel
from holdtrue.workplace.software.asks import AskState
from holdtrue.workplace.software.queries import Wish


def answer(wish: Wish, *, at: datetime) -> Letter:
    """Return what the person who asked is told, in the language of the policy for personnel."""
    with translation.override(language_of_personnel(at=at)):
        told = {"name": line(wish.name), "who": wish.decided_by}
        if wish.state is AskState.APPROVED:
            subject = _("%(name)s is approved") % told
            first = _("You asked for %(name)s. %(who)s approved it: you may install it.") % told
        else:
            subject = _("%(name)s is not approved") % told
            first = _("You asked for %(name)s. %(who)s did not approve it.") % told
        lines = [first, "", *([line(wish.reason), ""] if wish.reason else [])]
        lines += [f"{settings.CONFIG.public_url}/me/", "", "-- ", _("You get this because you asked for it in Holdtrue.")]
    return Letter(subject, "\n".join(lines) + "\n")
