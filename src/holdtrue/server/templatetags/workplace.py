"""What the pages of devices show of software and settings, which devices do not know: `{% load workplace %}`."""

from django import template

from holdtrue.workplace.drift.queries import Kept, kept
from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software.queries import left_on
from holdtrue.workplace.software.rules import Fault

register = template.Library()


@register.simple_tag
def titles_without_leave(subject: str) -> tuple[tuple[Installed, Fault], ...]:
    """Return what a device has without leave, the most pressing first."""
    return left_on(subject, most=30)


@register.simple_tag
def settings_of_device(subject: str) -> Kept | None:
    """Return what was agreed of a device's settings, and what changed since; None where it told none."""
    return kept(subject)
