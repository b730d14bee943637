"""A text as the lint reads it: forgiving, whether it is in our format or pasted from a page or a document."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from holdtrue.policy.text import markdown
from holdtrue.policy.text.clauses import CLAUSE
from holdtrue.policy.text.declarations import Column, Declared, column_of, columns_of, declared_in
from holdtrue.policy.text.durations import retention_of

_NUMBERED = re.compile(r"^(?:#{1,6}\s+)?(?P<number>\d+(?:\.\d+)*)\.?\s+(?P<title>[A-Z\u00c0-\u00de].*)$")
_HASHED = re.compile(r"^#{1,6}\s+(?P<title>\S.*)$")
_ITEM = re.compile(r"^\s*(?:[-*+\u2022]|\d+[.)]|\(?[a-z][.)])\s+")
_NAMES = re.compile(r"^[\w.*-]+(?:\s*[,;]\s*[\w.*-]+)*$")
_LONGEST_TITLE: Final = 110
_FEWEST_COLUMNS: Final = 3
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\u201c\"])")
_LONGEST_SENTENCE: Final = 2_000
"""Letters of a sentence that are read: patterns that look ahead take time by its square."""
DENIED: Final = re.compile(
    r"\b(?:not|never|no|none|nor|neither|nothing|cannot|niet|niets|nooit|geen|pas|jamais|rien|aucun\w*|nicht|nichts|nie|kein\w*)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)
"""What turns a sentence round, in the four languages of the texts."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; its number is empty when it has none."""

    line: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text between blank lines, in one piece."""

    line: int
    text: str
    section: int
    """Which heading it stands under, counted from 1; 0 before the first."""


@dataclass(frozen=True, slots=True)
class ClauseStart:
    """Where a clause with an id begins."""

    line: int
    id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text and what could be made out in it."""

    lines: tuple[str, ...]
    headings: tuple[Heading, ...]
    paragraphs: tuple[Paragraph, ...]
    clauses: tuple[ClauseStart, ...]
    rows: tuple[Declared, ...]
    """Rows of tables of cookies, as written."""
    marks: tuple[tuple[int, str], ...]
    """Where each clause and each numbered section begins, in order."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines)

    def place(self, line: int) -> str:
        """Return the clause or numbered section in which the line stands."""
        mark = bisect_right(self.marks, line, key=lambda one: one[0])
        return self.marks[mark - 1][1] if mark else ""

    def section(self, line: int) -> Heading | None:
        """Return the heading above the line."""
        mark = bisect_right(self.headings, line, key=lambda one: one.line)
        return self.headings[mark - 1] if mark else None


def read_pasted(text: str) -> Draft:
    """Return what can be made out in a text from anywhere."""
    lines = tuple(text.split("\n"))
    return _draft(lines, tuple(_headings(lines)))


def read_policy(body: str, *, first_line: int) -> Draft:
    """Return the body of a policy in our format, which begins at this line of its file; only `##` makes a heading there."""
    lines = ("",) * (first_line - 1) + tuple(body.split("\n"))
    return _draft(lines, tuple(heading for heading in _headings(lines) if lines[heading.line - 1].startswith("#")))


def _draft(lines: tuple[str, ...], headings: tuple[Heading, ...]) -> Draft:
    clauses = tuple(_clauses(lines))
    marks = [(one.line, one.id) for one in clauses] + [(one.line, one.number) for one in headings]
    piped = tuple(declared_in(markdown.tables_of("\n".join(lines))))
    return Draft(
        lines=lines,
        headings=headings,
        paragraphs=tuple(_paragraphs(lines, headings)),
        clauses=clauses,
        rows=tuple(sorted([*piped, *_tabbed(lines), *_flattened(lines, headings)], key=lambda row: row.line)),
        marks=tuple(sorted(marks)),
    )


def _headings(lines: tuple[str, ...]) -> Iterator[Heading]:
    for line, text in enumerate(lines, 1):
        stripped = " ".join(text.split())
        match = _NUMBERED.match(stripped)
        if match and (stripped.startswith("#") or (_is_title(match["title"]) and not _is_listed(lines, line))):
            yield Heading(line, match["number"], match["title"])
        elif not match and (hashed := _HASHED.match(stripped)):
            yield Heading(line, "", hashed["title"])


def _is_title(title: str) -> bool:
    return len(title) <= _LONGEST_TITLE and title[-1] not in ".;:," and "[" not in title


def _is_listed(lines: tuple[str, ...], line: int) -> bool:
    """Whether the numbered line stands right above or below another one: a list, not a heading."""
    neighbours = [lines[number - 1] for number in (line - 1, line + 1) if 1 <= number <= len(lines)]
    return any(_NUMBERED.match(" ".join(one.split())) for one in neighbours)


def _paragraphs(lines: tuple[str, ...], headings: tuple[Heading, ...]) -> Iterator[Paragraph]:
    titles = {heading.line for heading in headings}
    section = 0
    for is_text, group in groupby(enumerate(lines, 1), key=lambda one: bool(one[1].strip()) and one[0] not in titles):
        numbered = list(group)
        if is_text:
            yield Paragraph(numbered[0][0], "\n".join(text for _, text in numbered), section)
        section += sum(line in titles for line, _ in numbered)


def _clauses(lines: tuple[str, ...]) -> Iterator[ClauseStart]:
    for line, text in enumerate(lines, 1):
        match = CLAUSE.match(_ITEM.sub("", text))
        if match:
            yield ClauseStart(line, match["id"])


def is_item(line: str) -> bool:
    """Whether the line begins an item of a list."""
    return _ITEM.match(line) is not None


def _tabbed(lines: tuple[str, ...]) -> Iterator[Declared]:
    """Yield the rows of tables pasted with tabs between their cells."""
    columns: list[Column | None] = []
    for line, text in enumerate(lines, 1):
        cells = [cell.strip() for cell in text.split("\t")]
        if len(cells) < _FEWEST_COLUMNS:
            columns = [] if text.strip() else columns
            continue
        headed = list(columns_of(cells))
        if Column.NAME in headed and sum(column is not None for column in headed) >= _FEWEST_COLUMNS:
            columns = headed
        elif columns:
            yield _declared(columns, cells, line)


def _flattened(lines: tuple[str, ...], headings: tuple[Heading, ...]) -> Iterator[Declared]:
    """Yield the rows of tables pasted with one cell a line, as browsers and word processors leave them."""
    ends = {heading.line for heading in headings}
    line = 1
    while line <= len(lines):
        columns, first = _flat_heading(lines, line)
        if len(columns) < _FEWEST_COLUMNS or Column.NAME not in columns:
            line += 1
            continue
        last = first
        while last <= len(lines) and last not in ends:
            last += 1
        cells = [(number, " ".join(lines[number - 1].split())) for number in range(first, last)]
        yield from _regrouped(columns, [(number, text) for number, text in cells if text])
        line = last


def _flat_heading(lines: tuple[str, ...], line: int) -> tuple[list[Column], int]:
    """Return the columns that the lines from here on name, and the line after them."""
    columns: list[Column] = []
    while line <= len(lines):
        text = " ".join(lines[line - 1].split())
        column = column_of(text) if text else None
        if (text and column is None) or (not text and not columns) or column in columns:
            break
        columns += [column] if column else []
        line += 1
    return columns, line


def _regrouped(columns: list[Column], cells: list[tuple[int, str]]) -> Iterator[Declared]:
    """Yield rows: empty cells left no line behind, so that each cell is known by what it looks like."""
    row: list[tuple[Column, str]] = []
    start = 0
    for line, text in cells:
        column = _looks_like(text, columns)
        if not row or columns.index(column) <= columns.index(row[-1][0]):
            if row:
                yield _filled(columns, row, start)
            row, start = [], line
        row.append((column, text))
    # Prose after the table would be read as one more row with a purpose alone.
    if row and (len(row) > 1 or ". " not in row[0][1]):
        yield _filled(columns, row, start)


def _looks_like(text: str, columns: list[Column]) -> Column:
    if Column.RETENTION in columns and retention_of(text) is not None:
        return Column.RETENTION
    if Column.NECESSARY in columns and text.casefold() in {"yes", "no", "x", "ja", "nee", "nein", "oui", "non"}:
        return Column.NECESSARY
    if _NAMES.match(text):
        return Column.NAME
    return Column.PURPOSE if Column.PURPOSE in columns else columns[-1]


def _filled(columns: list[Column], row: list[tuple[Column, str]], line: int) -> Declared:
    known = dict(row)
    return Declared(tuple((column, known.get(column, "")) for column in columns), line)


def _declared(columns: list[Column | None], cells: list[str], line: int) -> Declared:
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    return Declared(tuple((column, cell) for column, cell in zip(columns, padded, strict=False) if column), line)


def sentences_of(draft: Draft) -> Iterator[tuple[int, str, Paragraph]]:
    """Yield every sentence with its line and the paragraph that it stands in."""
    for paragraph in draft.paragraphs:
        for offset, line in enumerate(paragraph.text.split("\n")):
            for sentence in _SENTENCE.split(" ".join(line.split())):
                yield paragraph.line + offset, sentence[:_LONGEST_SENTENCE], paragraph
