"""How words and names of the field are spelt, so far as a slip can be told with certainty."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.vocabulary import FIELD, NAMES, REAL

_SLIPS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "teh": "the", "recieve": "receive", "recieved": "received", "seperate": "separate", "seperately": "separately",
        "occured": "occurred", "untill": "until", "thier": "their", "becuase": "because", "wich": "which", "adress": "address",
        "definately": "definitely", "accross": "across", "acheive": "achieve", "beleive": "believe", "noone": "no one",
        "persistant": "persistent", "responsable": "responsible",
        "adresses": "addresses",
    },
    "nl": {"adress": "adres", "persoongegevens": "persoonsgegevens", "zowiezo": "sowieso", "onmiddelijk": "onmiddellijk"},
    "fr": {"réglement": "règlement", "addresse": "adresse", "apparament": "apparemment"},
    "de": {"standart": "Standard", "addresse": "Adresse", "desweiteren": "des Weiteren", "wiederspruch": "Widerspruch",
           "wiederruf": "Widerruf", "wiederrufen": "widerrufen", "authorisierung": "Autorisierung"},
}  # fmt: skip
"""Slips by more than one letter, or to what is a word of another language, each with what is meant."""
_COMMON: Final[dict[str, str]] = {
    "en": "the and of to is that we you your this our are with for",
    "nl": "het een van wij niet voor zijn uw deze wordt op onze dat de",
    "fr": "les des est vous nous pour dans avec une sont cette votre notre du le",
    "de": "und der die das nicht wir ist sie werden für ihre mit den auf von",
}
_LEAST_SHARE: Final = 0.08
"""Of all words, those that only one language has: below it a text is in none of the four."""
_FEWEST_LETTERS: Final = 6
_MOST_LETTERS: Final = 40
_ENDS: Final = 2
"""Letters at a word's end that inflection changes, and that therefore say nothing."""
_WORDS: Final = re.compile(r"[^\W\d_]+")
_REAL: Final = frozenset(REAL.split())


def language_of(text: str) -> str:
    """Return `en`, `nl`, `fr` or `de`; empty for a text that is in none of them, or too short to tell."""
    words = Counter(_WORDS.findall(text.casefold()))
    counts = {language: sum(words[one] for one in common.split()) for language, common in _COMMON.items()}
    language = max(counts, key=lambda one: counts[one])
    return language if counts[language] >= _LEAST_SHARE * max(words.total(), 20) else ""


def words_in(text: str) -> Iterator[re.Match[str]]:
    """Yield every run of letters."""
    return _WORDS.finditer(text)


def is_one_slip_away(word: str, other: str) -> bool:
    """Whether two words differ by one letter that was left out, added or replaced, or by two that changed places."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    rest, wanted = word[start:], other[start:]
    swapped = len(rest) > 1 and rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]


def is_slip(word: str, right: str) -> bool:
    """Whether a word in small letters can only be a slip of the other: its first letter stands, and so does its end."""
    if word[0] != right[0] or _plain(word) == _plain(right) or not is_one_slip_away(word, right):
        return False
    is_swapped = len(word) == len(right) and sorted(word) == sorted(right)
    return is_swapped or word[-_ENDS:] == right[-_ENDS:]


def meant_by(word: str, language: str) -> str:
    """Return the word of the field of which this one is a slip; empty for a word that may be right."""
    small = word.casefold()
    if known := _SLIPS.get(language, {}).get(small, ""):
        return known
    if not _FEWEST_LETTERS <= len(small) <= _MOST_LETTERS or small in _REAL:
        return ""
    vocabulary = _vocabulary(language)
    if small in vocabulary:
        return ""
    found = {right for gap in _gaps(small) for right in _BY_GAP[language].get(gap, ()) if is_slip(small, right)}
    return vocabulary[found.pop()] if len(found) == 1 else ""


def _plain(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))


def _gaps(word: str) -> set[str]:
    """Return the word, and what is left of it with any one letter out: slips of each other share one."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _vocabulary(language: str) -> dict[str, str]:
    return _VOCABULARIES[language]


def _made(language: str) -> dict[str, str]:
    """Return what may be written in a text of the language, by its small letters; English words stand in every text."""
    words = f"{FIELD['en']} {FIELD.get(language, '')}".split() if language else []
    listed = [*(part for word in words for part in re.split(r"[-']", word)), *NAMES.split()]
    return {word.casefold(): word for word in listed if len(word) >= _FEWEST_LETTERS}


_VOCABULARIES: Final = {language: _made(language) for language in ("", *FIELD)}


def _by_gap(vocabulary: dict[str, str]) -> dict[str, tuple[str, ...]]:
    made: dict[str, list[str]] = {}
    for word in vocabulary:
        for gap in _gaps(word):
            made.setdefault(gap, []).append(word)
    return {gap: tuple(words) for gap, words in made.items()}


_BY_GAP: Final = {language: _by_gap(vocabulary) for language, vocabulary in _VOCABULARIES.items()}
