"""What a policy's text holds, as values: sections, clauses, commitments, declarations, terms."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import TypeAlias

from holdtrue.policy.text.declarations import Declaration
from holdtrue.policy.text.frontmatter import Audience
from holdtrue.policy.text.markdown import Table


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a clause sets for a commitment, such as `at most` 900 seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A commitment that a clause names, with the clause's own parameters."""

    id: str
    parameters: tuple[Parameter, ...] = ()

    def seconds(self, name: str, default: float) -> float:
        """Return what the clause sets under this name, in seconds, or the default."""
        return next((parameter.seconds for parameter in self.parameters if parameter.name == name), default)


class Exemptible(StrEnum):
    """Whether the security team may exempt somebody from a clause, and how many of them it takes."""

    NEVER = "never"
    ONE = "one decider"
    TWO = "two deciders"


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered promise."""

    id: str
    text: str
    """Markdown, without the id and the quoted lines."""
    html: str
    asks: str
    """What it asks of a reader, in plain words (Markdown within a line); empty when it asks nothing."""
    asks_html: str
    commitments: tuple[Kept, ...]
    line: int = field(compare=False)
    section: str
    """The title of the section that it stands in."""
    exemption: Exemptible = Exemptible.NEVER
    """Nobody is exempted from a clause that does not say they can be."""

    @property
    def anchor(self) -> str:
        """The fragment that a link to the clause ends with."""
        return self.id


@dataclass(frozen=True, slots=True)
class Prose:
    """Text that promises nothing."""

    text: str
    html: str
    line: int = field(compare=False)


Piece: TypeAlias = "Clause | Prose"
"""What a section is made of."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading; the first may have no heading."""

    anchor: str
    number: str
    title: str
    level: int
    """2 to 4, as in HTML; 0 for text before the first heading."""
    line: int = field(compare=False)
    blocks: tuple[Piece, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of this section."""
        return tuple(block for block in self.blocks if isinstance(block, Clause))


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the policy defines."""

    term: str
    meaning: str
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy, read and understood."""

    slug: str
    title: str
    language: str
    organisation: str
    contact: str
    address: str
    company_number: str
    website: str
    in_force: date
    change: str
    """What is new in this version, as its author says it."""
    audience: Audience
    sections: tuple[Section, ...]
    declarations: tuple[Declaration, ...]
    tables: tuple[Table, ...]
    glossary: tuple[Term, ...]
    inventory: str
    """SHA-256 of the inventory that its tables were written from; empty where they were written by hand."""
    source: str
    """The text as hashed: newlines are single line feeds, no byte order mark."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in the order of the text."""
        return tuple(chain.from_iterable(section.clauses for section in self.sections))

    @property
    def commitments(self) -> tuple[tuple[Clause, Kept], ...]:
        """Every commitment with the clause that makes it."""
        return tuple((clause, kept) for clause in self.clauses for kept in clause.commitments)

    @property
    def text_hash(self) -> str:
        """SHA-256 of the source's bytes in UTF-8, in hexadecimal: what `sha256sum` says of the published file."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    def clause(self, id: str) -> Clause | None:  # noqa: A002 - a clause's id is called so everywhere
        """Return the clause of this id, if there is one."""
        return next((clause for clause in self.clauses if clause.id == id), None)
