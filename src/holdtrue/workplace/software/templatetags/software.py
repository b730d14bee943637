"""How the pages of software say what is wrong with a title: `{% load software %}`."""

from typing import Final

from django import template
from django.utils.translation import gettext_lazy as _

from holdtrue.workplace.software.asks import AskState
from holdtrue.workplace.software.rules import Fault

register = template.Library()
_FAULTS: Final = {
    Fault.DENIED: _("known to be bad"),
    Fault.EXPIRED: _("its approval has ended"),
    Fault.VERSION: _("this version is not approved"),
    Fault.PLATFORM: _("not approved for this system"),
    Fault.UNKNOWN: _("nobody has approved it"),
    Fault.UNTOLD: _("where it comes from could not be told"),
}
_STATES: Final = {
    AskState.WAITING: _("waits for an answer"),
    AskState.APPROVED: _("approved"),
    AskState.REFUSED: _("refused"),
    AskState.WITHDRAWN: _("taken back"),
}


@register.filter
def fault(what: str) -> str:
    """Return the words for a fault."""
    return str(_FAULTS[Fault(what)])


@register.filter
def asked(state: str) -> str:
    """Return the words for what became of a wish."""
    return str(_STATES[AskState(state)])
