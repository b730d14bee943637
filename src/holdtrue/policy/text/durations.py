"""Lengths of time as policies write them, in English, Dutch, French and German."""

import re
from dataclasses import dataclass
from typing import Final

SECONDS_PER_DAY: Final = 86_400
UNTIL_DELETED_DAYS: Final = 36_500.0
"""What "until you delete it" counts as: a hundred years."""

_SECONDS: Final[dict[str, float]] = {
    "second": 1, "seconds": 1, "s": 1, "sec": 1, "seconde": 1, "seconden": 1, "secondes": 1, "sekunde": 1, "sekunden": 1,
    "minute": 60, "minutes": 60, "min": 60, "minuut": 60, "minuten": 60,
    "hour": 3600, "hours": 3600, "h": 3600, "uur": 3600, "uren": 3600, "heure": 3600, "heures": 3600, "stunde": 3600,
    "stunden": 3600,
    "day": 86_400, "days": 86_400, "d": 86_400, "dag": 86_400, "dagen": 86_400, "jour": 86_400, "jours": 86_400,
    "tag": 86_400, "tage": 86_400, "tagen": 86_400,
    "week": 604_800, "weeks": 604_800, "weken": 604_800, "semaine": 604_800, "semaines": 604_800, "woche": 604_800,
    "wochen": 604_800,
    # Twelve months are a year; a year is 365 days.
    "month": 2_628_000, "months": 2_628_000, "maand": 2_628_000, "maanden": 2_628_000, "mois": 2_628_000,
    "monat": 2_628_000, "monate": 2_628_000, "monaten": 2_628_000,
    "year": 31_536_000, "years": 31_536_000, "jaar": 31_536_000, "jaren": 31_536_000, "an": 31_536_000,
    "ans": 31_536_000, "année": 31_536_000, "années": 31_536_000, "jahr": 31_536_000, "jahre": 31_536_000,
    "jahren": 31_536_000, "y": 31_536_000,
}  # fmt: skip

_NUMBERS: Final[dict[str, int]] = {
    **dict.fromkeys(("a", "an", "one", "een", "één", "un", "une", "ein", "eine", "einen", "einem"), 1),
    **dict.fromkeys(("two", "twee", "deux", "zwei"), 2),
    **dict.fromkeys(("three", "drie", "trois", "drei"), 3),
    **dict.fromkeys(("four", "vier", "quatre"), 4),
    **dict.fromkeys(("five", "vijf", "cinq", "fünf"), 5),
    **dict.fromkeys(("six", "zes", "sechs"), 6),
    **dict.fromkeys(("seven", "zeven", "sept", "sieben"), 7),
    **dict.fromkeys(("eight", "acht", "huit"), 8),
    **dict.fromkeys(("nine", "negen", "neuf", "neun"), 9),
    **dict.fromkeys(("ten", "tien", "dix", "zehn"), 10),
    **dict.fromkeys(("twelve", "twaalf", "douze", "zwölf"), 12),
    **dict.fromkeys(("thirteen", "dertien", "treize", "dreizehn"), 13),
    **dict.fromkeys(("fifteen", "vijftien", "quinze", "fünfzehn"), 15),
    **dict.fromkeys(("thirty", "dertig", "trente", "dreißig"), 30),
}

_AMOUNT = re.compile(r"(?P<number>\d+(?:[.,]\d+)?|[^\W\d_]+)\s*-?\s*(?P<unit>[^\W\d_]+)")
_RANGE = re.compile(r"\s*(?:[\u2013\u2014-]|\bto\b|\btot\b|\bà\b|\bbis\b|\band\b|\bor\b)\s*")
_FILLER = re.compile(r"\b(?:at most|up to|maximum|max\.?|no more than|maximaal|hoogstens|au plus|höchstens)\b")
_SESSION = re.compile(
    r"^(?:(?:the |end of (?:the )?|during (?:the )?)?(?:browser )?session(?: cookie)?"
    r"|sessie(?:cookie)?|sitzung(?:scookie)?|session de navigation"
    r"|(?:until|when|till) (?:you close|closing) (?:your|the) browser|(?:until|when) (?:your|the) browser is closed"
    r"|session only"
    r"|(?:tot )?(?:het )?einde? van (?:de|uw) (?:browser)?sessie"
    r"|tot (?:u|je) (?:de|uw|je) browser (?:af)?sluit|(?:tot|bij) (?:het )?(?:af)?sluiten van (?:de|uw) browser"
    r"|(?:jusqu'à )?(?:la )?(?:fin|durée) de (?:la |votre )?session|(?:jusqu')?à la fermeture du navigateur"
    r"|(?:bis )?(?:zum )?(?:ende )?der (?:browser)?sitzung|(?:bis )?(?:zum )?sitzungsende"
    r"|bis (?:sie (?:den|ihren) browser schließen|(?:der|ihr) browser geschlossen wird|zum schließen des browsers))$"
)
_UNTIL_DELETED = re.compile(
    r"^(?:until (?:you delete it|deleted|removed|cleared)|tot u het wist|jusqu'à suppression"
    r"|jusqu'à ce que vous le supprimiez|bis zur löschung|bis sie es löschen)$"
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long an item is kept, as a policy says it."""

    days: float | None
    """The longest time named, in days; None for a session."""
    is_range: bool = False
    """Whether a shortest and a longest time were named, such as "1 day - 2 years"."""


def seconds_of(phrase: str) -> float | None:
    """Return the seconds in a phrase such as "15 minutes" or "one year"; None when it is no length of time."""
    match = _AMOUNT.fullmatch(phrase.strip().casefold())
    if match is None or match["unit"] not in _SECONDS:
        return None
    number = match["number"]
    if number[0].isdigit():
        return float(number.replace(",", ".")) * _SECONDS[match["unit"]]
    return _NUMBERS[number] * _SECONDS[match["unit"]] if number in _NUMBERS else None


def retention_of(phrase: str) -> Retention | None:
    """Return how long an item is kept; None when the phrase cannot be understood.

    Understands "session", "180 days", "13 months", "1 day - 2 years" and "until you delete it" in four languages.
    """
    text = _FILLER.sub(" ", " ".join(phrase.casefold().replace("\u2019", "'").split())).strip(" .")
    if _SESSION.match(text):
        return Retention(None)
    if _UNTIL_DELETED.match(text):
        return Retention(UNTIL_DELETED_DAYS)
    whole = seconds_of(text)
    if whole is not None:
        return Retention(whole / SECONDS_PER_DAY)
    ends = _RANGE.split(text)
    if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
        return None
    last = seconds_of(ends[1])
    # "1 - 2 years" leaves the first unit out.
    first = seconds_of(ends[0]) or (seconds_of(f"{ends[0]} {ends[1].split()[-1]}") if ends[1].split() else None)
    if first is None or last is None:
        return None
    return Retention(max(first, last) / SECONDS_PER_DAY, is_range=True)
