"""Words of the inventory: `{% load sites %}`."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from holdtrue.policy.text.durations import UNTIL_DELETED_DAYS

register = template.Library()
_UNITS = (("year", 365.0), ("month", 365 / 12), ("day", 1.0), ("hour", 1 / 24), ("minute", 1 / 1440))


@register.filter
def kept_for(days: float | None) -> str:
    """Return how long an item is kept, in the reader's language."""
    if days is None:
        return _("session")
    if days >= UNTIL_DELETED_DAYS:
        return _("until you delete it")
    for unit, length in _UNITS:
        count = days / length
        if count >= 1 and abs(count - round(count)) < 1e-6:  # noqa: PLR2004 - whole, but for the rounding of floats
            return _counted(unit, round(count))
    return _counted("minute", max(1, round(days * 1440))) if days < 1 else _counted("day", round(days))


def _counted(unit: str, count: int) -> str:
    words = {
        "year": ngettext("%(count)d year", "%(count)d years", count),
        "month": ngettext("%(count)d month", "%(count)d months", count),
        "day": ngettext("%(count)d day", "%(count)d days", count),
        "hour": ngettext("%(count)d hour", "%(count)d hours", count),
        "minute": ngettext("%(count)d minute", "%(count)d minutes", count),
    }
    return words[unit] % {"count": count}
