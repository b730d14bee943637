"""Dates that are in no calendar."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from holdtrue.policy.text.drafts import Draft
from holdtrue.policy.text.findings import Finding

_MONTHS: Final = (
    "jan", "feb|fév", "mar|maa|mär|mrt", "apr|avr", "ma[iy]|mei", "jun|juin",
    "jul|juil", "aug|aoû", "sep", "o[ck]t", "nov", "de[cz]|déc",
)  # fmt: skip
"""How each month begins in English, Dutch, French and German."""
_NAMED = re.compile(
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?P<month>[^\W\d_]{3,10})\.?,?\s+(?P<year>(?:19|20)\d{2})\b"
    r"|\b(?P<first>[^\W\d_]{3,10})\s+(?P<second>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<then>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_NUMBERS = re.compile(r"\b(?P<one>\d{1,2})[./](?P<two>\d{1,2})[./](?P<year>(?:19|20)\d{2})\b")

_NO_DATE: Final = (1, 1, 1)


def date_findings(draft: Draft) -> Iterator[Finding]:
    """Yield every date that there never was."""
    for line, text in enumerate(draft.lines, 1):
        for found in _dates(text):
            if not any(_is_in_calendar(*one) for one in _readings(found)):
                what = f"“{found[0]}” is in no calendar."
                yield Finding(line, "impossible-date", draft.place(line), what, "Write the date that is meant.")


def dates_in(text: str) -> frozenset[tuple[int, int, int]]:
    """Return every date that the text may name, as year, month and day: `1/2/2026` may be either of two."""
    return frozenset(one for found in _dates(text) for one in _readings(found) if one != _NO_DATE and _is_in_calendar(*one))


def _dates(text: str) -> Iterator[re.Match[str]]:
    yield from _NAMED.finditer(text)
    yield from _ISO.finditer(text)
    yield from _NUMBERS.finditer(text)


def _readings(found: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    """Yield what a date may mean, as year, month and day; a word that is no month makes it no date, which is never wrong."""
    told = found.groupdict()
    if "one" in told:
        yield int(told["year"]), int(told["two"]), int(told["one"])
        yield int(told["year"]), int(told["one"]), int(told["two"])
    elif "first" not in told:
        yield int(told["year"]), int(told["month"]), int(told["day"])
    else:
        word, day, year = (told["month"] or told["first"]), (told["day"] or told["second"]), (told["year"] or told["then"])
        month = next((number for number, begins in enumerate(_MONTHS, 1) if re.match(begins, word, re.IGNORECASE)), 0)
        yield (int(year), month, int(day)) if month else _NO_DATE


def _is_in_calendar(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
