"""Writes the tables of a policy that declare cookies, and leaves every other word as it is."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from holdtrue.errors import Invalid
from holdtrue.policy.text import frontmatter, markdown
from holdtrue.policy.text.declarations import Column, Declaration, Declared, SetBy, columns_of, declare, declared_in
from holdtrue.policy.text.differences import declaration_sentence, difference_between, retention_in_words
from holdtrue.policy.text.markdown import Table
from holdtrue.policy.text.rules import parse

COLUMNS: Final[tuple[Column, ...]] = (
    Column.NAME, Column.PROVIDER, Column.PURPOSE, Column.CATEGORY, Column.PARTY, Column.SET_BY, Column.RETENTION,
)  # fmt: skip
_HEADINGS: Final[dict[str, dict[Column, str]]] = {
    "en": {
        Column.NAME: "Name", Column.PROVIDER: "Provider", Column.PURPOSE: "Purpose", Column.CATEGORY: "Category",
        Column.PARTY: "Party", Column.SET_BY: "Set by", Column.RETENTION: "Retention", Column.HOSTS: "Hosts",
        Column.DOMAIN: "Domain",
    },
    "nl": {
        Column.NAME: "Naam", Column.PROVIDER: "Aanbieder", Column.PURPOSE: "Doel", Column.CATEGORY: "Categorie",
        Column.PARTY: "Partij", Column.SET_BY: "Geplaatst door", Column.RETENTION: "Bewaartermijn", Column.HOSTS: "Hosts",
        Column.DOMAIN: "Domein",
    },
    "fr": {
        Column.NAME: "Nom", Column.PROVIDER: "Fournisseur", Column.PURPOSE: "Finalité", Column.CATEGORY: "Catégorie",
        Column.PARTY: "Partie", Column.SET_BY: "Déposé par", Column.RETENTION: "Durée", Column.HOSTS: "Hosts",
        Column.DOMAIN: "Domaine",
    },
    "de": {
        Column.NAME: "Name", Column.PROVIDER: "Anbieter", Column.PURPOSE: "Zweck", Column.CATEGORY: "Kategorie",
        Column.PARTY: "Partei", Column.SET_BY: "Gesetzt durch", Column.RETENTION: "Speicherdauer", Column.HOSTS: "Hosts",
        Column.DOMAIN: "Domäne",
    },
}  # fmt: skip


@dataclass(slots=True)
class _Place:
    """A table of declarations in the text, and what will stand in it."""

    first: int
    """Index of its first line in the body, and of the line after its last."""
    end: int
    columns: tuple[Column | None, ...]
    headings: tuple[str, ...]
    held: list[Declaration]
    """What stands in it now."""
    rows: list[Declaration] = field(default_factory=list)


def with_declarations(source: str, declared: Sequence[Declaration], *, inventory: str, in_force: date) -> str:
    """Return the policy's text with these declarations in its tables, in force from that date, naming the inventory's hash.

    Its change note says what differs.
    A declaration stays in the table that has it; a new one joins those of its party and category. Rows that stand for several
    names fall apart into one row a name. Raises `Invalid` when the text has no table of declarations to write into.
    """
    head, body, _ = frontmatter.split(source)
    lines = body.split("\n")
    places = [place for table in markdown.tables_of(body) if (place := _place(table, lines)) is not None]
    if not places:
        raise Invalid(
            "The text has no table of cookies to write into.",
            hint="Put one in, with the columns that docs/reference/policy-format.md lists, and one row.",
        )
    language = frontmatter.read_head(head).language
    for one in declared:
        _home(one, places).rows.append(one)
    for place in reversed(places):
        lines[place.first : place.end] = list(_written(place, language))
    values = {"in_force": in_force.isoformat(), "inventory": inventory}
    written = "\n".join(["---", _head(head, **values), "---", *lines])
    values["change"] = _told(source, written)
    return "\n".join(["---", _head(head, **values), "---", *lines])


def _place(table: Table, lines: Sequence[str]) -> _Place | None:
    rows = list(declared_in([table]))
    columns = columns_of(table.headings)
    if Column.NAME not in columns or not {Column.PURPOSE, Column.RETENTION} & set(columns):
        return None
    first = table.line - 1
    end = first + 2 + len(table.rows)
    while end < len(lines) and lines[end].lstrip().startswith("|"):
        end += 1
    return _Place(first, end, columns, table.headings, [one for row in rows for one in _declared(row)])


def _declared(row: Declared) -> tuple[Declaration, ...]:
    return declare(row)[0]


def _home(one: Declaration, places: Sequence[_Place]) -> _Place:
    """Return the table that a declaration belongs into."""

    def fitness(place: _Place) -> tuple[int, ...]:
        same = any(other.pattern == one.pattern and other.domain == one.domain for other in place.held)
        alike = sum(other.party is one.party and other.category is one.category for other in place.held)
        service = sum(other.provider == one.provider for other in place.held)
        party = sum(other.party is one.party for other in place.held)
        return int(same), service and alike, alike, party, -places.index(place)

    return max(places, key=fitness)


def _written(place: _Place, language: str) -> Iterable[str]:
    """Yield the lines of a table: its own columns and headings, and what else its rows need."""
    columns: list[Column] = [one for one in place.columns if one is not None and one is not Column.NECESSARY]
    headings = {c: h for c, h in zip(place.columns, place.headings, strict=True) if c is not None}
    needed: list[Column] = [
        *COLUMNS,
        *([Column.HOSTS] if any(one.hosts for one in place.rows) else []),
        *([Column.DOMAIN] if any(one.domain for one in place.rows) else []),
    ]
    columns += [column for column in needed if column not in columns]
    yield f"| {' | '.join(headings.get(column, _HEADINGS[language][column]) for column in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for one in place.rows:
        yield f"| {' | '.join(_cell(one, column) for column in columns)} |"


def _cell(one: Declaration, column: Column) -> str:
    return {
        Column.NAME: f"`{one.pattern}`",
        Column.PROVIDER: _escaped(one.provider),
        Column.PURPOSE: _escaped(one.purpose),
        Column.CATEGORY: one.category.value,
        Column.PARTY: one.party.value,
        Column.SET_BY: "HTTP" if one.set_by is SetBy.HTTP else one.set_by.value,
        Column.RETENTION: retention_in_words(one.retention_days),
        Column.HOSTS: ", ".join(f"`{host}`" for host in sorted(one.hosts)),
        Column.DOMAIN: f"`{one.domain}`" if one.domain else "",
    }[column]


def _escaped(text: str) -> str:
    """Return plain words as Markdown that says just them, within a cell."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", " ".join(text.split()))


def _head(head: str, **values: str) -> str:
    """Return the head with these values, every other line as it is; a value may have stood over several lines."""
    lines = head.split("\n")
    for key, value in values.items():
        name = key.replace("_", "-")
        written = f"{name}: {value}"
        start = next((number for number, line in enumerate(lines) if re.match(rf"{name}\s*:", line)), None)
        if start is None:
            lines.append(written)
            continue
        end = start + 1
        while end < len(lines) and (not lines[end].strip() or lines[end][0].isspace()):
            end += 1
        lines[start:end] = [written]
    return "\n".join(lines)


def _told(before: str, after: str) -> str:
    """Return what has changed in the tables, in plain sentences, as a value of the head."""
    difference = difference_between(parse(before), parse(after))
    sentences = [declaration_sentence(item) for item in difference.declarations]
    return json.dumps(" ".join(sentences) or "The tables are written anew; they say the same.", ensure_ascii=False)
