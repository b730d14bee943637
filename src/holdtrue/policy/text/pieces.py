"""A clause's text in pieces: words as HTML, and in their places the tables that a page fills from data."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from holdtrue.policy.text import markdown
from holdtrue.policy.text.declarations import declare, declared_in
from holdtrue.policy.text.document import Term
from holdtrue.policy.text.rules import terms_in


class Sort(StrEnum):
    """What a piece is."""

    WORDS = "words"
    COOKIES = "cookies"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, or one table that has a meaning of its own."""

    sort: Sort
    html: str = ""
    """Sanitised; empty for a table."""
    names: tuple[tuple[str, str], ...] = ()
    """The items that a table declares: pattern and domain, in its order."""
    terms: tuple[Term, ...] = ()


def pieces_of(source: str) -> tuple[Piece, ...]:
    """Return the pieces of a text in their order."""
    return tuple(_pieces(source))


def _pieces(source: str) -> Iterator[Piece]:
    words: list[str] = []
    for block in markdown.blocks_of(source):
        piece = _table(block.source) if block.kind == "table" else None
        if piece is None:
            words.append(block.source)
            continue
        yield from _said(words)
        words = []
        yield piece
    yield from _said(words)


def _said(words: Sequence[str]) -> Iterator[Piece]:
    if words:
        yield Piece(Sort.WORDS, markdown.html_of("\n\n".join(words)))


def _table(source: str) -> Piece | None:
    tables = list(markdown.tables_of(source))
    declared = [one for row in declared_in(tables) for one in declare(row)[0]]
    if declared:
        return Piece(Sort.COOKIES, names=tuple((one.pattern, one.domain) for one in declared))
    terms = tuple(terms_in(tables))
    return Piece(Sort.TERMS, terms=terms) if terms else None


def anchor_of(term: str) -> str:
    """Return the fragment that a link to a term's meaning ends with."""
    return "term-" + re.sub(r"[^\w]+", "-", term.casefold()).strip("-")


def with_terms(html: str, terms: Iterable[Term], *, seen: set[str]) -> str:
    """Return the HTML with the first use of each defined term linked to its meaning; `seen` grows by those.

    Words within links, code and headings stay as they are, and so do terms of three letters or fewer in small letters.
    """
    known = {term.term.casefold(): term for term in terms}
    if not known:
        return html
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(s|en|n)?(?![\w-])", re.IGNORECASE)

    def link(match: re.Match[str]) -> str:
        word, term = match[0], known[match[1].casefold()].term
        is_other_word = len(term) <= 3 and match[1] != term  # noqa: PLR2004 - `we` is no `We` within a sentence
        if term in seen or is_other_word:
            return word
        seen.add(term)
        return f'<a class="term" href="#{anchor_of(term)}">{word}</a>'

    parts = re.split(r"(<[^>]+>)", html)
    depth = 0
    for index, part in enumerate(parts):
        if index % 2:
            tag = re.match(r"</?(a|code|h[2-4])\b", part)
            depth += 0 if tag is None else -1 if part.startswith("</") else 1
        elif not depth:
            parts[index] = pattern.sub(link, part)
    return "".join(parts)
