"""Marks and words that every page uses: `{% load holdtrue %}`."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from holdtrue import said
from holdtrue.policy.exemptions.queries import register as exemptions_known
from holdtrue.policy.standing.queries import changes
from holdtrue.policy.standing.rules import Result, Verdict
from holdtrue.server.strips import DAYS, Run, strip_of

register = template.Library()

# Each result has a shape of its own, so that nobody needs the colour: a full disc with a tick, a lozenge with a bar, an
# open ring, a half disc, a dash.
_DISC: Final = "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Z"
_SHAPES: Final = {
    Result.HOLDS: _DISC + "m3.4 4.6L7 9.4 4.6 7.1 3.3 8.5 7.1 12l5.8-6.1Z",
    Result.BROKEN: "M8-.6 16.6 8 8 16.6-.6 8ZM7 3.6v5.2h2V3.6Zm0 6.7v2.1h2v-2.1Z",
    Result.UNPROVEN: _DISC + "m0 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2Z",
    Result.EXEMPT: _DISC + "m0 2v12A6 6 0 0 0 8 2Z",
    Result.NOT_APPLICABLE: "M1 6.8h14v2.4H1Z",
}

_RULE_MARK: Final = re.compile(r" · [a-z0-9-]+ [0-9a-f]{12}(?=;|$)")
_BARS: Final = {
    Result.BROKEN: (0, 16),
    Result.UNPROVEN: (6, 10),
    Result.EXEMPT: (9, 7),
    Result.HOLDS: (12, 4),
    Result.NOT_APPLICABLE: (15, 1),
}
"""Top and height of a day's bar, of 16: what is worse stands taller."""


def words_of(result: Result) -> str:
    """Return the word for a result in the reader's language."""
    return {
        Result.HOLDS: _("holds"),
        Result.BROKEN: _("broken"),
        Result.UNPROVEN: _("unproven"),
        Result.EXEMPT: _("exempt"),
        Result.NOT_APPLICABLE: _("not applicable"),
    }[result]


@register.simple_tag
def status(result: Result | str, text: str | int | None = None) -> SafeString:
    """Return the mark of a result: its shape, its colour, and its word (or the words given)."""
    result = Result(result)
    return format_html(
        '<span class="status status-{}">{}{}</span>', result.value, mark_of(result), words_of(result) if text is None else text
    )


@register.simple_tag(name="mark")
def mark_of(result: Result | str) -> SafeString:
    """Return the shape alone, hidden from screen readers; the word must stand beside it."""
    shape = _SHAPES[Result(result)]
    return format_html(
        '<svg viewBox="-1 -1 18 18" width="14" height="14" aria-hidden="true" focusable="false">'
        '<path fill-rule="evenodd" d="{}"/></svg>',
        shape,
    )


@register.filter
def spoken(words: str) -> str:
    """Return what a check, a scan or a list of ours says, in the reader's language; data stays as it is."""
    return said.spoken(words, _, written, code=get_language() or "")


def written(value: float | date) -> str:
    """Return a number or a day as the reader's language writes it."""
    return day(value) if isinstance(value, date) else number_format(value, force_grouping=True)


@register.filter
def plainly(words: str) -> str:
    """Return what was demanded without the ids and hashes of its rules, for whoever only wants to know what is asked."""
    return _RULE_MARK.sub("", words)


@register.filter
def spoken_list(words: Iterable[str]) -> str:
    """Return several of them, one after the other."""
    return ", ".join(map(spoken, words))


@register.filter
def coded(words: object) -> SafeString:
    """Return plain words with what stands in `backticks` set as code; what is HTML already stays as it is."""
    if hasattr(words, "__html__"):
        return format_html("{}", words)
    parts = str(words).split("`")
    if len(parts) % 2 == 0:  # One without its pair: leave it all as it is.
        return format_html("{}", words)
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if odd else part,) for odd, part in _odd(parts)))


def _odd(parts: list[str]) -> list[tuple[int, str]]:
    return [(number % 2, part) for number, part in enumerate(parts)]


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Return how long ago it was, short, with the exact time behind it; empty for no time."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    exact = f"{day(local)}, {date_format(local, 'H:i:s')} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, _ago(timezone.now() - moment))


@register.filter
def day(moment: date | None) -> str:
    """Return a day as the reader's language writes it, with the month in letters; empty for none."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    # Django's English is American; Holdtrue's is not.
    return date_format(moment, "j F Y" if (get_language() or "en").startswith("en") else "DATE_FORMAT")


def _ago(passed: timedelta) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:  # noqa: PLR2004 - an hour
        return ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return ngettext("%(count)d h ago", "%(count)d h ago", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d day ago", "%(count)d days ago", passed.days) % {"count": passed.days}


@register.inclusion_tag("holdtrue/strip.html")
def strip(runs: tuple[Run, ...]) -> dict[str, object]:
    """Draw the last ninety days: height and pattern tell the results apart, and a sentence says the same."""
    known = [(run, run.result) for run in runs if run.result is not None]
    bars = [(run, *_BARS[result]) for run, result in known]
    return {"bars": bars, "told": _told([(words_of(result), run.days) for run, result in reversed(known)]), "days": DAYS}


@register.inclusion_tag("holdtrue/strip.html")
def strip_of_subject(verdicts: list[Verdict], at: datetime) -> dict[str, object]:
    """Draw the last ninety days of one subject: each day by the worst of these verdicts on it."""
    since = at - timedelta(days=DAYS)
    subjects = frozenset(verdict.subject for verdict in verdicts)
    history = changes(commitments={verdict.commitment for verdict in verdicts}, since=since, subjects=subjects)
    return strip(strip_of(verdicts, history, consents=exemptions_known(at=at, owners={}, since=since), clause="", at=at))


def _told(runs: list[tuple[str, int]]) -> str:
    """Return the strip as a sentence, newest first: `broken for 9 days; before that: holds 22 days, broken 3 days`."""
    lengths = [ngettext("%(count)d day", "%(count)d days", days) % {"count": days} for _word, days in runs]
    words = [word for word, _days in runs]
    if not runs:
        return _("nothing known")
    newest = _("%(result)s for %(days)s") % {"result": words[0], "days": lengths[0]}
    if len(runs) == 1:
        return newest
    earlier = ", ".join(f"{word} {length}" for word, length in zip(words[1:5], lengths[1:5], strict=True))
    return _("%(newest)s; before that: %(earlier)s") % {"newest": newest, "earlier": earlier}
