"""A page of marked YAML as it is read: fields, lists and texts, and every mistake with its line, its column and its mend."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from .conditions import suggest
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
