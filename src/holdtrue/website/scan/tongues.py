"""The languages that a report speaks, read from the interface's own words without a framework."""

import gettext
from datetime import date
from functools import lru_cache
from importlib import resources

from holdtrue.said import ENGLISH, Tongue

_WRITING = {
    "nl": ("{0} {1} {2}", ".", "januari februari maart april mei juni juli augustus september oktober november december"),
    "fr": ("{0} {1} {2}", "\xa0", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "de": ("{0}. {1} {2}", ".", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
}
"""How each writes a day, what parts its thousands, and its months."""


@lru_cache(maxsize=8)
def tongue_of(code: str) -> Tongue:
    """Return the language of a code such as `nl` or `fr-BE`; English where nobody translated the words."""
    language = code.lower().partition("-")[0]
    if language not in _WRITING:
        return ENGLISH
    order, separator, months = _WRITING[language]
    with resources.as_file(resources.files("holdtrue").joinpath("locale")) as folder:
        words = gettext.translation("django", folder, languages=[language])

    def write(value: float | date) -> str:
        if isinstance(value, date):
            return order.format(value.day, months.split()[value.month - 1], value.year)
        return f"{value:,}".replace(",", separator)

    return Tongue(language, words.gettext, write)
