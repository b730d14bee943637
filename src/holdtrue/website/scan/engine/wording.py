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
    AGE,
    AGREEING,
    COMMON,
    DONE,
    FUNCTIONAL,
    GOING,
    MORE,
    NO,
    OPTIONAL,
    OTHER_MATTERS,
    PAYING,
    SURE,
    SURELY_COOKIES,
    TOO_YOUNG,
    UPDATING,
    WILLING,
    WRITING,
    YES,
    YES_FIRST,
)
from holdtrue.website.scan.engine.vocabulary import LANGUAGES, Words

LONGEST = 90
"""Letters beyond which a text is prose and no button."""
MOST_WORDS_AFTER_YES = 4
MOST_WORDS_OF_AN_ANSWER = 6
"""Words in which “no cookies, please” is said; more of them tell a story."""
MOST_WORDS_OF_A_BOX = 12
"""Words in which a box says what a tick in it does; more of them describe something."""
SENTENCES = re.compile(r"[.;!?](?:\s|$)|\n")
QUESTION = re.compile(r"[^.!?;\n]+[?;]")
"""Greek asks with a semicolon."""
CLAUSES = re.compile(r"[.;!?,:()–—\n]| - ")
QUOTED = re.compile(r"(?<!\w)[«„“‚‘”\"'»›‹]\s*([^«„“‘”\"»›‹]{2,60}?)\s*[»“”’\"'‘«›‹](?!\w)")
"""Words in the quotation marks of any of these languages."""


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
    if meant is Role.UNCLEAR and _APART.search(text.casefold()):
        # “Auswahl bestaetigen”: written by who has no key for the letter.
        meant = _role(_APART.sub(lambda pair: pair.group(0)[0], text.casefold()), language)
    return meant


def _role(text: str, language: str) -> Role:
    words = plain(text)
    if words not in _ALONE and _pattern(WILLING).search(words):
        text = words = plain(_pattern(WILLING).sub(" ", words))
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
        _pattern(f"{one.refuse}|{one.negation}|{one.settings}").search(words) for one in spoken
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
    return bool(_pattern(f"{PAYING}|{ACTING}").search(plain(label)))


@lru_cache(maxsize=8192)
def _understood(words: str, code: str) -> int:
    one = LANGUAGES[code]
    vocabulary = (getattr(one, field.name) for field in fields(one))
    known = _pattern("|".join([*vocabulary, COMMON.get(code, "cookies")]))
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
    has_all = any(_pattern(one.everything).search(words) for one in spoken)
    has_necessary = any(_pattern(one.necessary).search(words) for one in spoken)
    if has_all is has_necessary or (has_necessary and _pattern(OPTIONAL, stems=True).search(words)):
        return Role.UNCLEAR
    return Role.ACCEPT if has_all else Role.REFUSE


def declines(label: str, language: str = "") -> bool:
    """Whether choosing one of several keeps cookies off: “do not use cookies that measure”; two denials could mean anything."""
    likely = _likely(plain(label), language)
    is_double = any(_pattern(one.refuse).search(plain(label)) and _pattern(one.negation).search(plain(label)) for one in likely)
    return is_about_cookies(label) and not is_double and ticked(label, language) is Role.REFUSE


@lru_cache(maxsize=512)
def ticked(label: str, language: str = "") -> Role:
    """Return what a tick in a box says: one beside “do not use cookies for …” refuses, one beside a name agrees.

    What denies something, and neither begins with that nor goes on to explain a name, can be read both ways.
    """
    if len(plain(label).split()) == 1 and language[:2].lower() in LANGUAGES:
        # A single word, or the name that a page gives its box, means something in too many languages.
        return Role.REFUSE if _refuses_at_once(plain(label), LANGUAGES[language[:2].lower()]) else Role.ACCEPT
    first, *others = [plain(one) for one in CLAUSES.split(label) if has_words(one)] or [plain(label)]
    if all(_refuses_at_once(first, one) for one in _likely(first, language)):
        return Role.REFUSE
    if not _denies_use(first, language) and any(_pattern(one.necessary).search(first) for one in _likely(first, language)):
        return Role.ACCEPT
    is_name = len(first.split()) > MOST_WORDS_OF_A_BOX or not _denies_use(first, language)
    is_explained = len(plain(label).split()) > MOST_WORDS_OF_AN_ANSWER or not any(_denies_use(one, language) for one in others)
    return Role.ACCEPT if is_name and is_explained else Role.UNCLEAR


def _refuses_at_once(words: str, language: Words) -> bool:
    """Whether a text begins with a refusal, before which stands at most “I” or “please”."""
    starts = (" ".join(words.split()[at:]) for at in range(2))
    return _denies_in(words, language) and any(_pattern(f"{language.refuse}|{language.negation}").match(one) for one in starts)


def _denies_use(words: str, own: str) -> bool:
    return any(_denies_in(words, one) for one in _likely(words, own))


def _denies_in(words: str, language: Words) -> bool:
    """Whether a text refuses, or denies something else than that it is needed."""
    is_denied = bool(_pattern(language.negation).search(words)) and not _is_unneeded(words, language)
    return is_denied or bool(_pattern(language.refuse).search(words))


def role_told(label: str, text: str, language: str = "") -> Role:
    """Return what a banner's own prose says that pressing a button does: by pressing “To the site” you agree.

    Only a sentence that names one button, in quotation marks, and speaks of nothing but agreeing is believed.
    """
    wanted = plain(label)
    for sentence in SENTENCES.split(text):
        named = {plain(one) for one in QUOTED.findall(sentence)}
        rest = plain(QUOTED.sub(" ", sentence))
        if wanted and named == {wanted} and _pattern(AGREEING, stems=True).search(rest) and not _denies(rest, language):
            return Role.ACCEPT
    return Role.UNCLEAR


def decides(label: str, around: str, language: str = "") -> bool:
    """Whether following a link answers a question about consent: by its words, where it or its surroundings speak of that."""
    if len(plain(label).split()) > MOST_WORDS_OF_A_BOX:
        return False
    is_asked = _pattern(f"{AGREEING}|{ABOUT_COOKIES}", stems=True).search(plain(f"{label} {around}"))
    return bool(is_asked) and role(label, language) in {Role.ACCEPT, Role.REFUSE, Role.SAVE, Role.WITHDRAW}


def tells_of_necessary(text: str) -> bool:
    """Whether a text says that only what is necessary is stored, and speaks of no agreement."""
    told = [plain(one) for one in SENTENCES.split(text)]
    if any(_pattern(AGREEING, stems=True).search(words) for words in told):
        return False
    if any(_says_only(plain(one), language, denied=True) for one in CLAUSES.split(text) for language in LANGUAGES.values()):
        return False
    about = [words for words in told if _pattern(ABOUT_COOKIES, stems=True).search(words)]
    return any(_says_only(words, language) for words in about for language in LANGUAGES.values())


def _says_only(words: str, language: Words, *, denied: bool = False) -> bool:
    """Whether a text says “only what is necessary”, or, denied, “not only”; French “ne … que” denies nothing."""
    only, necessary = _pattern(language.only).pattern, _pattern(language.necessary).pattern
    before = rf"(?:{_pattern(language.negation).pattern})(?: \w+)? (?!que )" if denied else ""
    return bool(re.search(rf"{before}(?:{only})(?: \w+){{0,4}}? (?:{necessary})", words))


def leads_further(label: str) -> bool:
    """Whether a short label offers to tell more, as what opens a further layer may."""
    return len(label.split()) <= MOST_WORDS_AFTER_YES and bool(_pattern(MORE).search(plain(label))) and not acts(label)


def updates(label: str) -> bool:
    """Whether a label says that something is brought up to date or changed: what is chosen, or how it is chosen."""
    return bool(_pattern(UPDATING).search(plain(label))) and not acts(label)


def agrees_to_something(label: str) -> bool:
    """Whether a label speaks of agreeing, or names what is never necessary."""
    return bool(_pattern(f"{OPTIONAL}|{AGREEING}", stems=True).search(plain(label)))


def has_words(label: str) -> bool:
    """Whether a label has a word in it, and is not only a sign."""
    return any(len(word) > 1 and not word.isdigit() for word in plain(label).split())


def _denies(words: str, own: str) -> bool:
    """Whether a sentence says no in the language that it seems to be written in, or in any that knows as much of it."""
    return any(_pattern(f"{one.refuse}|{one.negation}|{one.withdraw}").search(words) for one in _likely(words, own))


def _limits(words: str, own: str) -> bool:
    """Whether what comes behind a yes takes some of it back."""
    return any(_pattern(f"{one.refuse}|{one.negation}|{one.only}|{one.necessary}").search(words) for one in _likely(words, own))


def _likely(words: str, own: str) -> list[Words]:
    understood = {code: _understood(words, code) for code in LANGUAGES}
    best = [code for code, known in understood.items() if known == max(understood.values())]
    return [LANGUAGES[code] for code in ([own[:2].lower()] if own[:2].lower() in best else best)]


def is_about_cookies(text: str) -> bool:
    """Whether a text speaks of cookies, consent or privacy."""
    return bool(_pattern(ABOUT_COOKIES, stems=True).search(plain(text)))


def asks_about_cookies(text: str) -> bool:
    """Whether what stands over a page asks about cookies, and not for an address, an age or leave to send notices."""
    words = plain(text)
    if _pattern(SURELY_COOKIES, stems=True).search(words):
        return True
    return is_about_cookies(text) and not is_about_else(text)


def is_about_else(text: str) -> bool:
    """Whether a text asks for an address, an age, leave to send notices, or agreement with terms."""
    return bool(_pattern(OTHER_MATTERS, stems=True).search(plain(text)))


def _role_in(words: str, language: Words) -> Role:  # noqa: PLR0911 - one return for each meaning reads best
    def says(these: str) -> bool:
        return bool(_pattern(these).search(words))

    refuses = says(language.refuse)
    # “Continue without accepting” is one word in some languages; what refuses by itself is neither accepted nor denied.
    rest = _pattern(language.refuse).sub(" ", words)
    accepts, denies = bool(_pattern(language.accept).search(rest)), bool(_pattern(language.negation).search(rest))
    denies = denies and not (refuses and not accepts and _is_unneeded(words, language))
    chosen = says(language.selected)
    if says(language.withdraw):
        return Role.WITHDRAW
    if says(PAYING) or (accepts and refuses) or (refuses and denies):
        # "Accept or refuse", "do not refuse", "refuse and subscribe": whoever presses these does not know what follows.
        return Role.UNCLEAR
    if refuses:
        return Role.REFUSE
    if says(language.necessary) or (says(language.only) and says(FUNCTIONAL)):
        return _about_necessary(words, language, accepts=accepts, denies=denies)
    if says(language.save) or (accepts and chosen):
        return Role.ACCEPT if accepts and says(language.everything) and not denies else Role.SAVE
    if accepts and denies:
        return Role.REFUSE
    if says(language.settings):
        return Role.UNCLEAR if accepts else Role.SETTINGS
    return _answered(words, language, accepts=accepts, denies=denies)


def _answered(words: str, language: Words, *, accepts: bool, denies: bool) -> Role:
    """Return what is said to all of the cookies, or that their choice can be made again."""
    has_all = bool(_pattern(language.everything).search(words))
    if accepts:
        # “Accept only the vital ones”: what is not among the words for what is necessary may still be no yes to all.
        return Role.ACCEPT if has_all or not _pattern(language.only).search(words) else Role.UNCLEAR
    if _names_cookies(words) and denies:
        # “No cookies for me”, “go on without consent”.
        return Role.REFUSE
    if _names_cookies(words) and has_all and _pattern(GOING).search(words):
        return Role.ACCEPT
    # “Your cookie choice”: what was chosen about cookies can be chosen again.
    is_chosen = _pattern(language.selected).search(words) and not denies and is_about_cookies(words)
    return Role.SETTINGS if is_chosen else Role.UNCLEAR


def _names_cookies(words: str) -> bool:
    is_short = len(words.split()) <= MOST_WORDS_OF_AN_ANSWER
    return is_short and bool(_pattern(f"{AGREEING}|{SURELY_COOKIES}", stems=True).search(words))


def _is_unneeded(words: str, language: Words) -> bool:
    """Whether all that is denied is that something is needed: “reject non-essential cookies”."""
    negation = _pattern(language.negation)
    rest = re.sub(rf"(?:{negation.pattern}) (?:{_pattern(language.necessary).pattern})", " ", words)
    return not negation.search(rest)


def _about_necessary(words: str, language: Words, *, accepts: bool, denies: bool) -> Role:
    def says(these: str) -> bool:
        return bool(_pattern(these).search(words))

    if _pattern(OPTIONAL, stems=True).search(words) and not denies:
        # “Necessary and statistics”: some of it needs consent.
        return Role.UNCLEAR
    is_taken = accepts or says(language.save) or says(GOING)
    return Role.REFUSE if says(language.only) or (is_taken and not denies and not says(language.everything)) else Role.UNCLEAR


@lru_cache(maxsize=512)
def _pattern(words: str, *, stems: bool = False) -> re.Pattern[str]:
    def one(word: str) -> str:
        start, star, rest = word.partition(" * ")
        body = f"{re.escape(start)} .*{re.escape(rest)}" if star else re.escape(word.removesuffix("*"))
        return body + (r"\w*" if word.endswith("*") or stems else "")

    before = "" if stems else r"\b"
    return re.compile(before + "(?:" + "|".join(one(word) for word in words.split("|")) + ")" + ("" if stems else r"\b"))


def asks_to_be_sure(text: str) -> bool:
    """Whether a text asks whether the visitor means it."""
    return "?" in text and bool(_pattern(SURE).search(plain(text)))


def is_bare_answer(label: str) -> bool:
    """Whether a label is a short answer that means nothing but what was asked."""
    return plain(label) in _ALONE


def asks_to_take_back(text: str, language: str = "") -> bool:
    """Whether a text asks whether consent shall be taken back: “no” to that refuses nothing."""
    asked = [plain(one) for one in re.findall(r"[^.;!?\n]+\?", text)]
    return any(_pattern(one.withdraw).search(words) for words in asked for one in _likely(words, language))


def asks_to_write(text: str) -> str:
    """Return the sentence that says to take consent back by writing to somebody; empty for none."""
    for sentence in SENTENCES.split(text):
        words = plain(sentence)
        is_meant = ("@" in sentence or _pattern(WRITING).search(words)) and is_about_cookies(sentence)
        if is_meant and any(_pattern(one.withdraw).search(words) for one in _likely(words, "")):
            return " ".join(sentence.split())
    return ""


def agrees_with(question: str, wanted: Role, language: str = "") -> bool:
    """Whether saying yes to a question is what somebody wants who refuses, or who accepts."""
    accepts = refuses = False
    # What is asked last decides, and what is told before it only where that says nothing: “Much will not work. Accept?”
    for part in (*QUESTION.findall(question)[-1:], question):
        words = plain(part)
        spoken = _likely(words, language)
        accepts = any(_pattern(one.accept).search(words) for one in spoken)
        refuses = any(_pattern(f"{one.refuse}|{one.withdraw}|{one.negation}").search(words) for one in spoken)
        if accepts or refuses:
            break
    return not refuses if wanted is Role.ACCEPT else refuses or not accepts


def lets_in(label: str, text: str) -> bool:
    """Whether pressing a button says that the visitor is old enough, where a text asks for that.

    Where the same text speaks of cookies, whoever goes in may have agreed to them: that is no gate.
    """
    words, asked = plain(label), plain(text)
    if not has_words(label) or not _pattern(AGE).search(asked) or acts(label):
        return False
    if _pattern(SURELY_COOKIES, stems=True).search(asked) or is_about_cookies(label):
        return False
    is_young = _pattern(f"{TOO_YOUNG}|{NO}").search(words)
    return not is_young and (role(label) is Role.ACCEPT or bool(_pattern(AGE).search(words)) or "enter" in words.split())
