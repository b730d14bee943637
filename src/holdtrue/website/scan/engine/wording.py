"""What a button in a consent banner means, by its words, in the official languages of the Union and Norwegian.

The rule that matters most: what refuses is never taken for what accepts, nor the other way round. Words that could be
either are *unclear*, and nobody presses them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache

from holdtrue.website.scan.engine.vocabulary import (
    ABOUT_COOKIES,
    COMMON,
    LANGUAGES,
    NO,
    OTHER_MATTERS,
    PAYING,
    SURELY_COOKIES,
    YES,
    YES_FIRST,
    Words,
)

LONGEST = 90
"""Letters beyond which a text is prose and no button."""
MOST_WORDS_AFTER_YES = 4


class Role(StrEnum):
    """What pressing a button would do."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SETTINGS = "settings"
    SAVE = "save"
    WITHDRAW = "withdraw"
    UNCLEAR = "unclear"


_WITHOUT_ACCENT: dict[int, str | int | None] = {ord("ł"): "l", ord("ø"): "o", ord("æ"): "ae", ord("đ"): "d", ord("ħ"): "h"}
"""Letters that Unicode does not take apart."""
_ALONE = {**dict.fromkeys(YES.split("|"), Role.ACCEPT), **dict.fromkeys(NO.split("|"), Role.REFUSE)}


def plain(text: str) -> str:
    """Return a text in lower case, without accents, punctuation or doubled spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    bare = bare.translate(_WITHOUT_ACCENT)
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


@lru_cache(maxsize=2048)
def role(text: str, language: str = "") -> Role:
    """Return what a button with this text does; the page's own language decides where two languages disagree."""
    words = plain(text)
    if not words or len(words) > LONGEST:
        return Role.UNCLEAR
    if words in _ALONE:
        return _ALONE[words]
    understood = {code: _understood(words, code) for code in LANGUAGES}
    most = max(understood.values())
    if not most:
        return _short_yes(words)
    # The language that knows most of the words is the one it is written in; the page's own wins a draw.
    best = [code for code, known in understood.items() if known == most]
    own = language[:2].lower()
    spoken = [LANGUAGES[code] for code in ([own] if own in best else best)]
    found = {_role_in(words, one) for one in spoken}
    if found == {Role.UNCLEAR} and not any(
        _pattern(f"{one.refuse}|{one.negation}|{one.settings}").search(words) for one in spoken
    ):
        return _short_yes(words)
    return found.pop() if len(found) == 1 else Role.UNCLEAR


def _short_yes(words: str) -> Role:
    """Return that “yes, sure” accepts, where no language knows more of it than that."""
    first, *rest = words.split()
    is_short = len(rest) <= MOST_WORDS_AFTER_YES and not any(sign.isdigit() for sign in words)
    return Role.ACCEPT if first in YES_FIRST.split("|") and is_short and not _pattern(PAYING).search(words) else Role.UNCLEAR


@lru_cache(maxsize=8192)
def _understood(words: str, code: str) -> int:
    one = LANGUAGES[code]
    vocabulary = (getattr(one, field.name) for field in fields(one))
    known = _pattern("|".join([*vocabulary, COMMON.get(code, "cookies")]))
    return sum(len(match.group(0).split()) for match in known.finditer(words))


def is_about_cookies(text: str) -> bool:
    """Whether a text speaks of cookies, consent or privacy."""
    return bool(_pattern(ABOUT_COOKIES, stems=True).search(plain(text)))


def asks_about_cookies(text: str) -> bool:
    """Whether what stands over a page asks about cookies, and not for an address, an age or leave to send notices."""
    words = plain(text)
    if _pattern(SURELY_COOKIES, stems=True).search(words):
        return True
    return is_about_cookies(text) and not _pattern(OTHER_MATTERS, stems=True).search(words)


def _role_in(words: str, language: Words) -> Role:  # noqa: PLR0911 - one return for each meaning reads best
    def says(these: str) -> bool:
        return bool(_pattern(these).search(words))

    accepts, refuses, denies = says(language.accept), says(language.refuse), says(language.negation)
    chosen = says(language.selected)
    if says(language.withdraw):
        return Role.WITHDRAW
    if says(PAYING) or (accepts and refuses) or (refuses and denies):
        # "Accept or refuse", "do not refuse", "refuse and subscribe": whoever presses these does not know what follows.
        return Role.UNCLEAR
    if refuses:
        return Role.REFUSE
    if says(language.necessary):
        return _about_necessary(language, says, accepts=accepts, denies=denies)
    if says(language.save) or (accepts and chosen):
        return Role.ACCEPT if accepts and says(language.everything) and not denies else Role.SAVE
    if accepts and denies:
        return Role.REFUSE
    if says(language.settings):
        return Role.UNCLEAR if accepts else Role.SETTINGS
    return Role.ACCEPT if accepts else Role.UNCLEAR


def _about_necessary(language: Words, says: Callable[[str], bool], *, accepts: bool, denies: bool) -> Role:
    only = says(language.only)
    if only or (says(language.save) and not denies) or (accepts and not denies and not says(language.everything)):
        return Role.REFUSE
    return Role.UNCLEAR


@lru_cache(maxsize=512)
def _pattern(words: str, *, stems: bool = False) -> re.Pattern[str]:
    def one(word: str) -> str:
        start, star, rest = word.partition(" * ")
        body = f"{re.escape(start)} .*{re.escape(rest)}" if star else re.escape(word.removesuffix("*"))
        return body + (r"\w*" if word.endswith("*") or stems else "")

    before = "" if stems else r"\b"
    return re.compile(before + "(?:" + "|".join(one(word) for word in words.split("|")) + ")" + ("" if stems else r"\b"))
