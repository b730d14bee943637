# ruff: noqa: RUF001 - quotation marks of many languages look alike, and are meant.
"""What a button in a consent banner means, by its words, in the official languages of the Union and Norwegian.

The rule that matters most: what refuses is never taken for what accepts, nor the other way round. Words that could be
either are *unclear*, and nobody presses them.
"""

import re
import unicodedata
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache

from holdtrue.website.scan.engine.phrases import (
    ABOUT_COOKIES,
    ACTING,
    AGREEING,
    COMMON,
    DONE,
    FUNCTIONAL,
    GOING,
    MORE,
    NO,
    OPTIONAL,
    PAYING,
    SURELY_COOKIES,
    UPDATING,
    WILLING,
    YES,
    YES_FIRST,
)
from holdtrue.website.scan.engine.turns import CHANGING, CONSENT, EXCEPT, FURTHER, OR, PARTLY, REMEMBERING, SELECTING, STATED
from holdtrue.website.scan.engine.vocabulary import LANGUAGES
from holdtrue.website.scan.engine.words import Words

LONGEST = 90
"""Letters beyond which a text is prose and no button."""
MOST_WORDS_AFTER_YES = 4
MOST_WORDS_OF_AN_ANSWER = 6
"""Words in which “no cookies, please” is said; more of them tell a story."""
SOME_WORDS = 2
MOST_WORDS_OF_A_BOX = 12
"""Words in which a box says what a tick in it does; more of them describe something."""
CLAUSES = re.compile(r"[.;!?,:()–—\n]| - ")


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
_UNSEEN: dict[int, str | int | None] = {
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)),
    ord("\N{COOKIE}"): " cookie ",
}
"""Signs between letters that nobody sees, and the one that stands for a word."""
_APART = re.compile(r"ae|oe|ue")
_ASIDE = re.compile(r"\([^()]*\)")
_ALONE = {
    **dict.fromkeys(YES.split("|"), Role.ACCEPT),
    **dict.fromkeys(NO.split("|"), Role.REFUSE),
    **dict.fromkeys(DONE.split("|"), Role.SAVE),
}


def plain(text: str) -> str:
    """Return a text in lower case, without accents, punctuation or doubled spaces."""
    seen = text.translate(_UNSEEN).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", seen) if not unicodedata.combining(sign))
    bare = bare.translate(_WITHOUT_ACCENT)
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


@lru_cache(maxsize=2048)
def role(text: str, language: str = "") -> Role:
    """Return what a button with this text does; the page's own language decides where two languages disagree."""
    meant = _role(text, language)
    if meant is Role.UNCLEAR and _ASIDE.search(text):
        # “Reject (not recommended)”: what stands in brackets is a remark.
        meant = _role(_ASIDE.sub(" ", text), language)
    if meant is Role.UNCLEAR and "\N{COOKIE}" in text:
        meant = _role(text.replace("\N{COOKIE}", " ").strip(), language)
    if meant is Role.UNCLEAR and _APART.search(text.casefold()):
        # “Auswahl bestaetigen”: written by who has no key for the letter.
        meant = _role(_APART.sub(lambda pair: pair.group(0)[0], text.casefold()), language)
    return meant


def _role(text: str, language: str) -> Role:
    words = plain(text)
    if words not in _ALONE and pattern(WILLING).search(words):
        text = words = plain(pattern(WILLING).sub(" ", words))
    if not words or len(words) > LONGEST:
        return Role.UNCLEAR
    if words in _ALONE:
        return _ALONE[words]
    first, comma, rest = text.partition(",")
    said = _ALONE.get(plain(first))
    if comma and said in {Role.ACCEPT, Role.REFUSE}:
        return _with_more(said, rest, language)
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
        pattern(f"{one.refuse}|{one.negation}|{one.settings}|{one.only}|{one.necessary}|{one.selected}").search(words)
        for one in spoken
    ):
        return _short_yes(words)
    return found.pop() if len(found) == 1 else Role.UNCLEAR


def _with_more(said: Role, rest: str, language: str) -> Role:
    """Return what “yes, …” and “no, …” mean with what comes behind: “no, accept” answers another question."""
    meant = role(rest, language)
    if said is Role.ACCEPT and meant in {Role.ACCEPT, Role.REFUSE, Role.WITHDRAW}:
        return meant
    if said is Role.REFUSE and meant is Role.SETTINGS:
        return meant
    is_short = len(rest.split()) <= MOST_WORDS_AFTER_YES and not any(sign.isdigit() for sign in rest)
    if said is Role.ACCEPT and _limits(plain(rest), language):
        # “Yes, but not now” is no yes.
        return Role.UNCLEAR
    return said if is_short and not acts(rest) and meant in {said, Role.UNCLEAR} else Role.UNCLEAR


def _short_yes(words: str) -> Role:
    """Return that “yes, sure” accepts, where no language knows more of it than that."""
    first, *rest = words.split()
    is_short = len(rest) <= MOST_WORDS_AFTER_YES and not any(sign.isdigit() for sign in words)
    return Role.ACCEPT if first in YES_FIRST.split("|") and is_short and not acts(words) else Role.UNCLEAR


def acts(label: str) -> bool:
    """Whether a label says that something is bought, deleted or left: nothing that a scan may press for the sake of cookies."""
    return bool(pattern(f"{PAYING}|{ACTING}").search(plain(label)))


@lru_cache(maxsize=8192)
def _understood(words: str, code: str) -> int:
    one = LANGUAGES[code]
    vocabulary = (getattr(one, field.name) for field in fields(one))
    known = pattern("|".join([*vocabulary, COMMON.get(code, "cookies")]))
    return sum(len(match.group(0).split()) for match in known.finditer(words))


def picked(label: str, language: str = "") -> Role:
    """Return what choosing one of several says: beside “all cookies”, “necessary” alone is a refusal."""
    meant = role(label, language)
    if meant in {Role.ACCEPT, Role.REFUSE}:
        return meant
    words = plain(label)
    understood = {code: _understood(words, code) for code in LANGUAGES}
    most = max(understood.values())
    spoken = [LANGUAGES[code] for code, known in understood.items() if known and known == most]
    has_all = any(pattern(one.everything).search(words) for one in spoken)
    has_necessary = any(pattern(f"{one.necessary}|{FUNCTIONAL}").search(words) for one in spoken)
    if (
        acts(label)
        or pattern(EXCEPT).search(words)
        or has_all is has_necessary
        or (has_necessary and pattern(OPTIONAL, stems=True).search(words))
    ):
        return Role.UNCLEAR
    return Role.ACCEPT if has_all else Role.REFUSE


def declines(label: str, language: str = "") -> bool:
    """Whether choosing one of several keeps cookies off: “do not use cookies that measure”; two denials could mean anything."""
    spoken = likely(plain(label), language)
    is_double = any(pattern(one.refuse).search(plain(label)) and pattern(one.negation).search(plain(label)) for one in spoken)
    return is_about_cookies(label) and not is_double and ticked(label, language) is Role.REFUSE


@lru_cache(maxsize=512)
def ticked(label: str, language: str = "") -> Role:
    """Return what a tick in a box says: one beside “do not use cookies for …” refuses, one beside a name agrees.

    What denies something, and neither begins with that nor goes on to explain a name, can be read both ways.
    """
    if re.search(rf"^\w+(?: \w+)? {pattern(STATED).pattern}$", plain(label)):
        # “Service blocked” tells how the switch stands.
        return Role.ACCEPT
    if len(plain(label).split()) == 1 and language[:2].lower() in LANGUAGES:
        # A single word, or the name that a page gives its box, means something in too many languages.
        return Role.REFUSE if _refuses_at_once(plain(label), LANGUAGES[language[:2].lower()]) else Role.ACCEPT
    first, *others = [plain(one) for one in CLAUSES.split(label) if has_words(one)] or [plain(label)]
    if all(_refuses_at_once(first, one) for one in likely(first, language)):
        return Role.REFUSE
    if not _denies_use(first, language) and any(pattern(one.necessary).search(first) for one in likely(first, language)):
        return Role.ACCEPT
    is_name = len(first.split()) > MOST_WORDS_OF_A_BOX or not _denies_use(first, language)
    is_explained = len(plain(label).split()) > MOST_WORDS_OF_AN_ANSWER or not any(_denies_use(one, language) for one in others)
    return Role.ACCEPT if is_name and is_explained else Role.UNCLEAR


def _refuses_at_once(words: str, language: Words) -> bool:
    """Whether a text begins with a refusal, before which stands at most “I” or “please”."""
    starts = (" ".join(words.split()[at:]) for at in range(2))
    return _denies_in(words, language) and any(pattern(f"{language.refuse}|{language.negation}").match(one) for one in starts)


def _denies_use(words: str, own: str) -> bool:
    return any(_denies_in(words, one) for one in likely(words, own))


def _denies_in(words: str, language: Words) -> bool:
    """Whether a text refuses, or denies something else than that it is needed."""
    is_denied = bool(pattern(language.negation).search(words)) and not _is_unneeded(words, language)
    return is_denied or bool(pattern(language.refuse).search(words))


def decides(label: str, around: str, language: str = "") -> bool:
    """Whether following a link answers a question about consent: by its words, where it or its surroundings speak of that."""
    if len(plain(label).split()) > MOST_WORDS_OF_A_BOX:
        return False
    is_asked = pattern(f"{AGREEING}|{ABOUT_COOKIES}", stems=True).search(plain(f"{label} {around}"))
    return bool(is_asked) and role(label, language) in {Role.ACCEPT, Role.REFUSE, Role.SAVE, Role.WITHDRAW}


def keeps_the_answer(label: str) -> bool:
    """Whether a box only says that the answer shall be remembered: a tick in it agrees to nothing."""
    words = plain(label)
    return len(words.split()) <= MOST_WORDS_OF_A_BOX and bool(re.search(rf"\b(?:{REMEMBERING})\b", words))


def names_all(label: str) -> bool:
    """Whether a label speaks of all of it."""
    return bool(pattern("|".join(one.everything for one in LANGUAGES.values())).search(plain(label)))


def leads_further(label: str) -> bool:
    """Whether a short label offers to tell more, as what opens a further layer may."""
    return len(label.split()) <= MOST_WORDS_AFTER_YES and bool(pattern(MORE).search(plain(label))) and not acts(label)


def updates(label: str) -> bool:
    """Whether a label says that something is brought up to date or changed: what is chosen, or how it is chosen."""
    return bool(pattern(UPDATING).search(plain(label))) and not acts(label)


def agrees_to_something(label: str) -> bool:
    """Whether a label speaks of agreeing, or names what is never necessary."""
    return bool(pattern(f"{OPTIONAL}|{AGREEING}", stems=True).search(plain(label)))


def has_words(label: str) -> bool:
    """Whether a label has a word in it, and is not only a sign."""
    return any(len(word) > 1 and not word.isdigit() for word in plain(label).split())


def says_no(words: str, own: str) -> bool:
    """Whether a sentence says no in the language that it seems to be written in, or in any that knows as much of it."""
    return any(pattern(f"{one.refuse}|{one.negation}|{one.withdraw}").search(words) for one in likely(words, own))


def _limits(words: str, own: str) -> bool:
    """Whether what comes behind a yes takes some of it back."""
    return any(pattern(f"{one.refuse}|{one.negation}|{one.only}|{one.necessary}").search(words) for one in likely(words, own))


def likely(words: str, own: str) -> list[Words]:
    """Return the languages that know most of a text; the page's own alone where it is one of them."""
    understood = {code: _understood(words, code) for code in LANGUAGES}
    best = [code for code, known in understood.items() if known == max(understood.values())]
    return [LANGUAGES[code] for code in ([own[:2].lower()] if own[:2].lower() in best else best)]


def is_about_cookies(text: str) -> bool:
    """Whether a text speaks of cookies, consent or privacy."""
    words = plain(text)
    return bool(pattern(ABOUT_COOKIES, stems=True).search(words) or pattern(CONSENT).search(words))


def _role_in(words: str, language: Words) -> Role:  # noqa: PLR0911 - one return for each meaning reads best
    def says(these: str) -> bool:
        return bool(pattern(these).search(words))

    refuses = says(language.refuse)
    # “Continue without accepting” is one word in some languages; what refuses by itself is neither accepted nor denied.
    rest = pattern(language.refuse).sub(" ", words)
    if says(f"{language.settings}|{CHANGING}"):
        # Who manages consent gives none.
        rest, managed = pattern(CONSENT).subn(" ", rest)
    else:
        managed = 0
    accepts, denies = bool(pattern(language.accept).search(rest)), bool(pattern(language.negation).search(rest))
    denies = denies and not (refuses and not accepts and _is_unneeded(words, language))
    chosen = says(language.selected)
    if says(language.withdraw):
        return Role.WITHDRAW
    if says(PAYING) or (accepts and refuses) or (refuses and denies):
        # "Accept or refuse", "do not refuse", "refuse and subscribe": whoever presses these does not know what follows.
        return Role.UNCLEAR
    if refuses:
        return Role.SETTINGS if _leads_to_refusing(words, language) else Role.REFUSE
    if says(language.necessary) or (says(language.only) and says(FUNCTIONAL)):
        return _about_necessary(words, language, accepts=accepts, denies=denies)
    if says(language.save) or ((accepts or _begins_with_yes(words)) and chosen):
        is_all = says(SELECTING) or (accepts and says(language.everything))
        return Role.ACCEPT if is_all and not denies else Role.SAVE
    if accepts and denies:
        return Role.REFUSE
    if says(language.settings) or managed:
        return Role.UNCLEAR if accepts else Role.SETTINGS
    return _answered(words, language, accepts=accepts, denies=denies)


def _answered(words: str, language: Words, *, accepts: bool, denies: bool) -> Role:
    """Return what is said to all of the cookies, or that their choice can be made again."""
    has_all = bool(pattern(language.everything).search(words))
    if accepts:
        # “Accept only the vital ones”: what is not among the words for what is necessary may still be no yes to all.
        is_part = pattern(f"{language.only}|{PARTLY}|{FUNCTIONAL}").search(words)
        if pattern(EXCEPT).search(words):
            return Role.UNCLEAR
        return Role.ACCEPT if has_all or not is_part else Role.UNCLEAR
    if denies and has_all and words.split(maxsplit=1)[0] in _ALONE and len(words.split()) > SOME_WORDS:
        # “No to all of them”, and not “not all”.
        return Role.REFUSE
    if _names_cookies(words) and denies:
        # “No cookies for me”, “go on without consent”.
        return Role.REFUSE
    if _names_cookies(words) and has_all and pattern(GOING).search(words):
        return Role.ACCEPT
    # “Your cookie choice”: what was chosen about cookies can be chosen again.
    is_chosen = pattern(language.selected).search(words) and not denies and is_about_cookies(words)
    return Role.SETTINGS if is_chosen else Role.UNCLEAR


def _names_cookies(words: str) -> bool:
    is_short = len(words.split()) <= MOST_WORDS_OF_AN_ANSWER
    return is_short and bool(pattern(f"{AGREEING}|{SURELY_COOKIES}", stems=True).search(words))


def _begins_with_yes(words: str) -> bool:
    return words.split(maxsplit=1)[0] in YES_FIRST.split("|")


def _leads_to_refusing(words: str, language: Words) -> bool:
    """Whether a label offers a refusal beside something else behind it: “settings or reject”."""
    offered = pattern(f"{language.settings}|{FURTHER}").pattern
    return bool(re.search(rf"{offered} .*{pattern(OR).pattern} .*{pattern(language.refuse).pattern}", f"{words} "))


def _is_unneeded(words: str, language: Words) -> bool:
    """Whether all that is denied is that something is needed: “reject non-essential cookies”."""
    negation = pattern(language.negation)
    rest = re.sub(rf"(?:{negation.pattern}) (?:{pattern(language.necessary).pattern})", " ", words)
    return not negation.search(rest)


def _about_necessary(words: str, language: Words, *, accepts: bool, denies: bool) -> Role:
    def says(these: str) -> bool:
        return bool(pattern(these).search(words))

    if pattern(OPTIONAL, stems=True).search(words) and not denies:
        # “Necessary and statistics”: some of it needs consent.
        return Role.UNCLEAR
    is_taken = accepts or says(language.save) or says(GOING) or _begins_with_yes(words)
    return Role.REFUSE if says(language.only) or (is_taken and not denies and not says(language.everything)) else Role.UNCLEAR


@lru_cache(maxsize=512)
def pattern(words: str, *, stems: bool = False) -> re.Pattern[str]:
    """Return what finds any of these words; a star at the end lets a word go on, one between two skips what stands there."""

    def one(word: str) -> str:
        start, star, rest = word.partition(" * ")
        body = f"{re.escape(start)} .*{re.escape(rest)}" if star else re.escape(word.removesuffix("*"))
        return body + (r"\w*" if word.endswith("*") or stems else "")

    before = "" if stems else r"\b"
    return re.compile(before + "(?:" + "|".join(one(word) for word in words.split("|")) + ")" + ("" if stems else r"\b"))


def is_bare_answer(label: str) -> bool:
    """Whether a label is a short answer that means nothing but what was asked."""
    return plain(label) in _ALONE
