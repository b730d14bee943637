# ruff: noqa: RUF001 - quotation marks of many languages look alike, and are meant.
"""What the prose of a banner or a page says: what it asks about, and what it takes a button for."""

import re

from holdtrue.website.scan.engine.phrases import (
    ABOUT_COOKIES,
    AGE,
    AGREEING,
    GOING,
    MORE,
    NO,
    OTHER_MATTERS,
    SURE,
    SURELY_COOKIES,
    TOO_YOUNG,
    WRITING,
)
from holdtrue.website.scan.engine.turns import ASSUMING, BROWSING, CLOSING, SIGNING, WHERE_AND_HOW
from holdtrue.website.scan.engine.vocabulary import LANGUAGES
from holdtrue.website.scan.engine.wording import (
    CLAUSES,
    Role,
    acts,
    has_words,
    is_about_cookies,
    likely,
    pattern,
    plain,
    role,
    says_no,
)
from holdtrue.website.scan.engine.words import Words

CROSS = re.compile(r"[×✕✖✗✘╳⨯❌]")
MOST_WORDS_OF_GOING = 3
LONGEST_QUESTION = 300
SENTENCES = re.compile(r"[.;!?](?:\s|$)|\n")
QUESTION = re.compile(r"[^.!?;\n]+[?;]")
"""Greek asks with a semicolon."""
QUOTED = re.compile(r"(?<!\w)[«„“‚‘”\"'»›‹]\s*([^«„“‘”\"»›‹]{2,60}?)\s*[»“”’\"'‘«›‹](?!\w)")
"""Words in the quotation marks of any of these languages."""


def role_told(label: str, text: str, language: str = "") -> Role:
    """Return what a banner's own prose says that pressing a button does: by pressing “To the site” you agree.

    Only a sentence that names one button, in quotation marks, and speaks of nothing but agreeing is believed.
    """
    wanted = plain(label)
    for sentence in SENTENCES.split(text):
        named = {plain(one) for one in QUOTED.findall(sentence)}
        rest = plain(QUOTED.sub(" ", sentence))
        if wanted and named == {wanted} and pattern(AGREEING, stems=True).search(rest) and not says_no(rest, language):
            return Role.ACCEPT
    return Role.UNCLEAR


def implied(label: str, text: str, language: str = "") -> Role:
    """Return what going on or closing means where a banner's own prose says so: “by continuing you agree”.

    “Continue” alone says nothing, and neither does a cross; where the prose names both answers, it says nothing either.
    """
    goes, shuts = _goes_on(label), closes(label)
    if not (goes or shuts) or is_about_else(text) or pattern(SIGNING).search(plain(text)):
        return Role.UNCLEAR
    going, shutting = pattern(BROWSING, stems=True), pattern(CLOSING)
    said = set()
    # The button's own words stand in that text too, and say nothing of themselves.
    for sentence in SENTENCES.split(re.sub(rf"(?<!\w){re.escape(label)}(?!\w)", ". ", text, count=1)):
        words = plain(sentence)
        is_shut = bool(shutting.search(words) or "x" in words.split() or CROSS.search(sentence))
        if (goes and going.search(words)) or (shuts and is_shut):
            said |= _taken_for(words, language)
    if Role.REFUSE in said and not shuts:
        return Role.UNCLEAR
    return said.pop() if len(said) == 1 else Role.UNCLEAR


def _taken_for(words: str, language: str) -> set[Role]:
    """Return the answers that a sentence names."""
    said: set[Role] = set()
    spoken = likely(words, language)
    for one in spoken:
        denied = re.compile(rf"(?:{pattern(one.negation).pattern})(?: \w+){{0,2}}? (?:{pattern(f'{one.accept}').pattern})")
        rest, denials = denied.subn(" ", words)
        agrees = pattern(one.accept).search(rest) or pattern(f"{AGREEING}|{ASSUMING}", stems=True).search(rest)
        refuses = denials or pattern(one.refuse).search(words) or _says_only(words, one)
        said |= {Role.REFUSE} if refuses else set()
        said |= {Role.ACCEPT} if agrees and not pattern(one.refuse).search(words) else set()
    return said


def _goes_on(label: str) -> bool:
    """Whether a label says nothing but that the visitor goes on."""
    words = plain(label)
    return len(words.split()) <= MOST_WORDS_OF_GOING and bool(pattern(GOING).match(words)) and not acts(label)


def closes(label: str) -> bool:
    """Whether a label is the sign of what is closed, or says that it closes what it stands in."""
    words = plain(label)
    if not words or words == "x":
        return bool(CROSS.search(label)) or words == "x"
    return len(words.split()) <= MOST_WORDS_OF_GOING and bool(pattern(CLOSING).match(words)) and not acts(label)


def asks_where(text: str) -> bool:
    """Whether a short text asks for a language or a country, and for nothing else."""
    words = plain(text)
    is_asked = bool(pattern(WHERE_AND_HOW).search(words) and pattern(MORE).search(words))
    return is_asked and len(words) <= LONGEST_QUESTION and not (is_about_cookies(text) or is_about_else(text))


def tells_of_necessary(text: str) -> bool:
    """Whether a text says that only what is necessary is stored, and speaks of no agreement."""
    told = [plain(one) for one in SENTENCES.split(text)]
    if any(pattern(AGREEING, stems=True).search(words) for words in told):
        return False
    if any(_says_only(plain(one), language, denied=True) for one in CLAUSES.split(text) for language in LANGUAGES.values()):
        return False
    about = [words for words in told if pattern(ABOUT_COOKIES, stems=True).search(words)]
    return any(_says_only(words, language) for words in about for language in LANGUAGES.values())


def _says_only(words: str, language: Words, *, denied: bool = False) -> bool:
    """Whether a text says “only what is necessary”, or, denied, “not only”; French “ne … que” denies nothing."""
    only, necessary = pattern(language.only).pattern, pattern(language.necessary).pattern
    before = rf"(?:{pattern(language.negation).pattern})(?: \w+)? (?!que )" if denied else ""
    return bool(re.search(rf"{before}(?:{only})(?: \w+){{0,4}}? (?:{necessary})", words))


def asks_about_cookies(text: str) -> bool:
    """Whether what stands over a page asks about cookies, and not for an address, an age or leave to send notices."""
    words = plain(text)
    if pattern(SURELY_COOKIES, stems=True).search(words):
        return True
    return is_about_cookies(text) and not is_about_else(text)


def is_about_else(text: str) -> bool:
    """Whether a text asks for an address, an age, leave to send notices, or agreement with terms."""
    return bool(pattern(OTHER_MATTERS, stems=True).search(plain(text)))


def asks_to_be_sure(text: str) -> bool:
    """Whether a text asks whether the visitor means it."""
    return "?" in text and bool(pattern(SURE).search(plain(text)))


def asks_to_take_back(text: str, language: str = "") -> bool:
    """Whether a text asks whether consent shall be taken back: “no” to that refuses nothing."""
    asked = [plain(one) for one in re.findall(r"[^.;!?\n]+\?", text)]
    return any(pattern(one.withdraw).search(words) for words in asked for one in likely(words, language))


def asks_to_write(text: str) -> str:
    """Return the sentence that says to take consent back by writing to somebody; empty for none."""
    for sentence in SENTENCES.split(text):
        words = plain(sentence)
        is_meant = ("@" in sentence or pattern(WRITING).search(words)) and is_about_cookies(sentence)
        if is_meant and any(pattern(one.withdraw).search(words) for one in likely(words, "")):
            return " ".join(sentence.split())
    return ""


def agrees_with(question: str, wanted: Role, language: str = "") -> bool:
    """Whether saying yes to a question is what somebody wants who refuses, or who accepts."""
    accepts = refuses = False
    # What is asked last decides, and what is told before it only where that says nothing: “Much will not work. Accept?”
    for part in (*QUESTION.findall(question)[-1:], question):
        words = plain(part)
        spoken = likely(words, language)
        accepts = any(pattern(one.accept).search(words) for one in spoken)
        refuses = any(pattern(f"{one.refuse}|{one.withdraw}|{one.negation}").search(words) for one in spoken)
        if accepts or refuses:
            break
    return not refuses if wanted is Role.ACCEPT else refuses or not accepts


def lets_in(label: str, text: str) -> bool:
    """Whether pressing a button says that the visitor is old enough, where a text asks for that.

    Where the same text speaks of cookies, whoever goes in may have agreed to them: that is no gate.
    """
    words, asked = plain(label), plain(text)
    if not has_words(label) or not pattern(AGE).search(asked) or acts(label):
        return False
    if pattern(SURELY_COOKIES, stems=True).search(asked) or is_about_cookies(label):
        return False
    is_young = pattern(f"{TOO_YOUNG}|{NO}").search(words)
    return not is_young and (role(label) is Role.ACCEPT or bool(pattern(AGE).search(words)) or "enter" in words.split())
