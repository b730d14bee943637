"""What is wrong with a policy text: every mistake with its line, told at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from holdtrue.errors import Invalid

FORMAT_HINT = "docs/reference/policy-format.md describes the format."


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One place where a text leaves the format, and what to write instead."""

    line: int
    """Counted from 1, in the whole file."""
    message: str
    advice: str = ""

    def __str__(self) -> str:
        """Return the mistake as one line."""
        return " ".join(part for part in (f"Line {self.line}: {self.message}", self.advice) if part)


class Malformed(Invalid):
    """A text that is no policy in Holdtrue's format; carries every mistake, in the order of the lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Put all mistakes into the message, one a line."""
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes), hint=FORMAT_HINT)
