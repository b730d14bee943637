"""Markdown to blocks with their lines, and to HTML that is safe to show."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Raw HTML in a policy is shown as text: what people read is what was written.
_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, "table": {"class"}, "td": {"data-label"}, "th": {"scope"}}
_SCHEMES: Final = frozenset({"https", "http", "mailto", "tel"})
_MARKER = re.compile(r"^ *(?:[-*+]|\d{1,9}[.)])(?: {1,4}|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a text: a heading, paragraph, quote, table or list item."""

    kind: str
    """As markdown-it calls it, such as `paragraph`; `item` for a list item that stands by itself."""
    source: str
    line: int
    level: int = 0
    """Of a heading, 1 to 6."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells as written."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in the text."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int


def html_of(source: str) -> str:
    """Return the text as sanitised HTML; each cell of a table carries its heading, for narrow screens."""
    tokens = _PARSER.parse(source)
    _label_cells(tokens)
    return _clean(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def inline_html_of(source: str) -> str:
    """Return one line of text as sanitised HTML, without a paragraph around it."""
    return _clean(_PARSER.renderInline(source))


def blocks_of(source: str, *, first_line: int = 1) -> Iterator[Block]:
    """Yield the blocks of the text in order; lists whole."""
    lines = source.split("\n")
    for token in _PARSER.parse(source):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            start, end = token.map
            piece = "\n".join(lines[start:end]).rstrip()
            level = int(token.tag[1]) if token.type == "heading_open" else 0
            yield Block(token.type.removesuffix("_open"), piece, first_line + start, level)


def items_of(block: Block) -> Iterator[Block]:
    """Yield the items of a list, each with its marker taken away and its lines moved left."""
    lines = block.source.split("\n")
    for token in _PARSER.parse(block.source):
        if token.type == "list_item_open" and token.level == 1 and token.map is not None:
            start, end = token.map
            marker = _MARKER.match(lines[start])
            width = marker.end() if marker else 0
            inner = [lines[start][width:], *(_outdent(line, width) for line in lines[start + 1 : end])]
            yield Block("item", "\n".join(inner).rstrip(), block.line + start)


def tables_of(source: str, *, first_line: int = 1) -> Iterator[Table]:
    """Yield every table of the text, also those within lists and quotes."""
    rows: list[Row] = []
    cells: list[str] = []
    line = first_line
    for token in _PARSER.parse(source):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            cells = []
            line = first_line + (token.map or [0])[0]
        elif token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            rows.append(Row(tuple(cells), line))
        elif token.type == "table_close" and rows:
            yield Table(rows[0].cells, tuple(rows[1:]), rows[0].line)


def plain_of(token: Token) -> str:
    """Return the words of an inline token without their markup."""
    return "".join(_words(token.children or ())).strip()


def plain_text_of(source: str) -> str:
    """Return the words of a text without its markup, blocks and the rows of tables parted by newlines."""
    return "\n".join(_plain_lines(_PARSER.parse(source)))


def _plain_lines(tokens: Sequence[Token]) -> Iterator[str]:
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield " | ".join(cells or ())
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(plain_of(token))
        elif token.type == "inline":
            yield plain_of(token)


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield " "
        else:
            yield token.content


def _label_cells(tokens: Sequence[Token]) -> None:
    headings: list[str] = []
    column = 0
    for token, after in pairwise(tokens):
        if token.type == "table_open":
            headings = []
            token.attrSet("class", "table stack")
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            token.attrSet("scope", "col")
            headings.append(plain_of(after))
        elif token.type == "td_open":
            token.attrSet("data-label", headings[column] if column < len(headings) else "")
            column += 1


def _outdent(line: str, width: int) -> str:
    leading = len(line) - len(line.lstrip(" "))
    return line[min(leading, width) :]


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )
