"""A page of marked YAML as it is read: fields, lists and texts, and every mistake with its line, its column and its mend."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from holdtrue.said import LANGUAGES, Said

from .conditions import suggest
from .rule import pattern_of
from .yaml_marks import Mapping, Marked, Mistake, Scalar, Sequence

LONGEST_LINE: Final = 300


@dataclass(slots=True)
class Page:
    """One file, and what is wrong in it."""

    file: str
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, at: Marked, message: str, hint: str = "") -> None:
        """Write a mistake down."""
        self.mistakes.append(Mistake(self.file, at.line, at.column, message, hint))

    def fields(self, at: Mapping, known: Iterable[str], where: str) -> dict[str, Marked]:
        """Return the fields of a mapping by name; those that are not known are mistakes."""
        words = tuple(known)
        found: dict[str, Marked] = {}
        for name, value in at.fields:
            word = str(name.value)
            if word not in words:
                hint = suggest(word, words, otherwise=f"It has {', '.join(words)}.")
                self.wrong(name, f"`{word}` is no field of {where}.", hint)
            found[word] = value
        return found

    def sequence(self, at: Marked | None, what: str) -> tuple[Marked, ...]:
        """Return the items of a list; nothing is an empty one."""
        if at is None or (isinstance(at, Scalar) and at.value is None):
            return ()
        if isinstance(at, Sequence):
            return at.items
        self.wrong(at, f"{what} takes a list.", "Begin each item with `- `.")
        return ()

    def text(self, at: Marked | None, what: str, *, most: int = LONGEST_LINE) -> str:
        """Return a text on one or more lines, cleaned; empty where there is none."""
        if at is None:
            return ""
        if not isinstance(at, Scalar) or at.value is None or isinstance(at.value, bool):
            self.wrong(at, f"{what} takes a text.")
            return ""
        words = str(at.value).strip()
        if len(words) > most:
            self.wrong(at, f"{what} has {len(words):,} characters; at most {most:,} are read.")
        if not all(character.isprintable() or character == "\n" for character in words):
            self.wrong(at, f"{what} holds a character that cannot be shown.")
            words = "".join(character if character.isprintable() else " " for character in words)
        return words

    def words(self, at: Marked | None, what: str, *, most: int = LONGEST_LINE) -> str:
        """Return a text for people, on one line; one that is given by language is in English and knows the others."""
        if not isinstance(at, Mapping):
            return self.text(at, what, most=most).replace("\n", " ")
        given: dict[str, str] = {}
        for name, value in at.fields:
            code = str(name.value)
            if code not in LANGUAGES:
                hint = suggest(code, LANGUAGES, otherwise=f"They are {', '.join(LANGUAGES)}.")
                self.wrong(name, f"`{code}` is no language that pages are shown in.", hint)
                continue
            before = len(self.mistakes)
            given[code] = self.text(value, f"{what} in `{code}`", most=most).replace("\n", " ")
            if not given[code] and len(self.mistakes) == before:
                self.wrong(value, f"{what} in `{code}` is empty.", "Write it, or leave the language out.")
        if not given:
            if not at.fields:
                self.wrong(at, f"{what} takes a text, or one for each language.", "Such as `{en: …, nl: …}`.")
            return ""
        first = "en" if "en" in given else next(iter(given))
        for name, value in at.fields:
            self._same_places(value, what, str(name.value), first, given)
        return Said(given[first], {}, given)

    def _same_places(self, at: Marked, what: str, code: str, first: str, given: dict[str, str]) -> None:
        """Write down every `{parameter}` that one language has and the first has not, or the other way round."""
        here, there = _places(given.get(code, "")), _places(given[first])
        if given.get(code):
            for place in sorted(set(there) - set(here)):
                self.wrong(at, f"{what} in `{code}` lacks {place}, which stands in `{first}`.", "Put it where it belongs.")
            for place in sorted(set(here) - set(there)):
                self.wrong(
                    at,
                    f"{what} in `{code}` has {place}, which does not stand in `{first}`.",
                    "Write the same in every language.",
                )


def _places(text: str) -> list[str]:
    return ["{" + ".".join(filter(None, place[1:])) + "}" for place in pattern_of(text)[1]]
