"""A policy's text: sections, clauses, commitments and declarations, read from Markdown.

`docs/reference/policy-format.md` describes the format.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from holdtrue.policy.text import frontmatter, markdown
from holdtrue.policy.text.clauses import Reading, sections_of
from holdtrue.policy.text.declarations import Category, Declaration, Party, SetBy, declare, declared_in
from holdtrue.policy.text.document import (
    Clause,
    Document,
    Exemptible,
    Kept,
    Parameter,
    Piece,
    Prose,
    Section,
    Term,
)
from holdtrue.policy.text.frontmatter import Audience
from holdtrue.policy.text.markdown import Table
from holdtrue.policy.text.mistakes import Malformed, Mistake

__all__ = [
    "Audience", "Category", "Clause", "Declaration", "Document", "Exemptible", "Kept", "Malformed", "Mistake", "Parameter",
    "Party", "Piece", "Prose", "Section", "SetBy", "Term", "normalised", "parse",
]  # fmt: skip

LONGEST_SOURCE: Final = 262_144
"""In bytes; a longer policy is refused unread."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TERM: Final = frozenset({"term", "word", "begrip", "terme", "begriff"})
_MEANING: Final = frozenset({"meaning", "betekenis", "signification", "sens", "bedeutung"})


def normalised(source: str) -> str:
    """Return the text as it is hashed and kept: line feeds for newlines, no byte order mark, nothing else changed."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def parse(source: str) -> Document:
    """Return the policy, or raise `Malformed` (an `Invalid`) that names every mistake with its line."""
    source = normalised(source)
    _refuse_unreadable(source)
    head, body, first_line = frontmatter.split(source)
    if not head.strip():
        raise Malformed([Mistake(1, "The text has no head.", "Begin with ---, `policy: my-policy`, … and --- again.")])
    reading = Reading()
    facts = None
    try:
        facts = frontmatter.read_head(head)
    except Malformed as error:
        reading.mistakes += error.mistakes
    sections = sections_of(body, first_line, reading)
    tables = tuple(markdown.tables_of(body, first_line=first_line))
    declarations = tuple(_declarations(tables, reading))
    if not reading.lines and not reading.mistakes:
        reading.mistakes.append(Mistake(first_line, "The text has no clause.", "Begin a paragraph with `[MY-1] …`."))
    if facts is None or reading.mistakes:
        raise Malformed(reading.mistakes)
    return Document(
        slug=facts.slug,
        title=facts.title,
        language=facts.language,
        organisation=facts.organisation,
        contact=facts.contact,
        address=facts.address,
        company_number=facts.company_number,
        website=facts.website,
        in_force=facts.in_force,
        change=facts.change,
        audience=facts.audience,
        sections=sections,
        declarations=declarations,
        tables=tables,
        glossary=tuple(terms_in(tables)),
        inventory=facts.inventory,
        source=source,
    )


def terms_in(tables: Iterable[Table]) -> Iterator[Term]:
    """Yield the words that tables headed *Term* and *Meaning* define."""
    for table in tables:
        headings = [heading.casefold() for heading in table.headings[:2]]
        if len(headings) == 2 and headings[0] in _TERM and headings[1] in _MEANING:  # noqa: PLR2004 - two columns
            for row in table.rows:
                yield Term(markdown.plain_text_of(row.cells[0]), row.cells[1], row.line)


def _refuse_unreadable(source: str) -> None:
    size = len(source.encode(errors="replace"))
    if size > LONGEST_SOURCE:
        advice = f"A policy may have {LONGEST_SOURCE // 1024} KiB; split it into several."
        raise Malformed([Mistake(1, f"The text is {size // 1024} KiB long.", advice)])
    odd = _CONTROL.search(source)
    if odd:
        line = source.count("\n", 0, odd.start()) + 1
        what = f"Here stands the unreadable character U+{ord(odd[0]):04X}."
        raise Malformed([Mistake(line, what, "Save the file as plain UTF-8 text.")])


def _declarations(tables: Iterable[Table], reading: Reading) -> Iterator[Declaration]:
    for row in declared_in(tables):
        declarations, mistakes = declare(row)
        reading.mistakes += mistakes
        yield from declarations
