"""A condition as SQL, for SQLite and for PostgreSQL; every value is bound, and no text of a rule enters the statement.

SQL's own NULL is Kleene's unknown, so that `and`, `or` and `not` need no help.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from .sorts import SEPARATOR, Known, Sort
from .tree import All, Among, Compare, Count, Either, Has, IsKnown, Literal, Matches, Name, Node, Not, Proof, Setting, Within

_OPERATORS: Final = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_EMPTY: Final = {"==": "=", "!=": "<>", ">": "<>"}
_AS_TEXT: Final = frozenset({Sort.TEXT, Sort.DATE, Sort.VERSION})


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database writes what the two write differently."""

    name: str
    placeholder: str
    true: str
    false: str
    flag: str
    """A column of yes or no as a condition; `{}` is the column."""
    position: str
    """The function that finds one text in another."""
    by_code_point: str
    """What makes text sort by its code points."""
    nothing: Mapping[Sort, str]
    """An unknown value of each sort, for a column whose value is too old to count."""


_TYPES: Final = {Sort.FLAG: "smallint", Sort.NUMBER: "double precision"}
SQLITE: Final = Dialect("sqlite", "?", "1", "0", "{}", "instr", "", dict.fromkeys(Sort, "NULL"))
POSTGRESQL: Final = Dialect(
    "postgresql", "%s", "TRUE", "FALSE", "({} = 1)", "strpos", ' COLLATE "C"',
    {sort: f"(NULL::{_TYPES.get(sort, 'text')})" for sort in Sort},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of SQL with the values for its placeholders, in order."""

    text: str
    values: tuple[Known, ...] = ()


class Writer:
    """Writes conditions for one database, with the settings of one rule."""

    def __init__(self, dialect: Dialect, column: Callable[[Name], str], settings: Mapping[str, Known]) -> None:
        """Write for this database; `column` gives the SQL of a conclusion, which the writer does not look into."""
        self.dialect = dialect
        self.column = column
        self.settings = settings

    def write(self, node: Node) -> Statement:  # noqa: C901, PLR0911 - one case for each sort of node
        """Return the SQL of a condition, or of a value in one."""
        match node:
            case Name():
                return self._name(node)
            case Setting():
                return self._bound(self.settings[node.name], node.sort)
            case Literal():
                return self._bound(node.value, node.sort)
            case Compare():
                return self._compare(node)
            case Among():
                return self._among(node)
            case Matches():
                return self._matches(node)
            case Not():
                return self._wrap("(NOT {})", node.of)
            case Proof():
                return self._wrap(f"NULLIF({{}}, {self.dialect.false})", node.of)
            case All():
                return self._joined(" AND ", node.of)
            case Either():
                return self._joined(" OR ", node.of)
            case IsKnown():
                return Statement(f"({self.column(node.of)} IS NOT NULL)")
            case Count() | Has() | Within():
                return self._of_list(node)

    def _name(self, node: Name) -> Statement:
        column = self.column(node)
        return Statement(self.dialect.flag.format(column) if node.sort is Sort.FLAG else column)

    def _bound(self, value: Known, sort: Sort) -> Statement:
        if sort is Sort.FLAG:
            return Statement(self.dialect.true if value else self.dialect.false)
        return Statement(self.dialect.placeholder, (value,))

    def _compare(self, node: Compare) -> Statement:
        if isinstance(node.left, Count) and isinstance(node.right, Literal) and node.right.value == 0 and node.op in _EMPTY:
            # An empty list is a single separator: nothing has to be counted for that.
            return Statement(f"({self.column(node.left.of)} {_EMPTY[node.op]} {self.dialect.placeholder})", (SEPARATOR,))
        left, right = self.write(node.left), self.write(node.right)
        sorts_as_text = node.op not in {"==", "!="} and node.left.sort in _AS_TEXT
        order = self.dialect.by_code_point if sorts_as_text else ""
        return Statement(f"({left.text}{order} {_OPERATORS[node.op]} {right.text})", left.values + right.values)

    def _among(self, node: Among) -> Statement:
        value = self.write(node.value)
        marks = ", ".join(self.dialect.placeholder for _ in node.choices)
        return Statement(f"({value.text} IN ({marks}))", value.values + tuple(choice.value for choice in node.choices))

    def _matches(self, node: Matches) -> Statement:
        value = self.write(node.value)
        if self.dialect is SQLITE:
            # GLOB heeds case; its own bracket has to stand in brackets.
            return Statement(f"({value.text} GLOB ?)", (*value.values, node.pattern.replace("[", "[[]")))
        plain = node.pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return Statement(f"({value.text} LIKE %s)", (*value.values, plain.replace("*", "%").replace("?", "_")))

    def _wrap(self, form: str, of: Node) -> Statement:
        inner = self.write(of)
        return Statement(form.format(inner.text), inner.values)

    def _joined(self, word: str, of: tuple[Node, ...]) -> Statement:
        parts = [self.write(one) for one in of]
        return Statement(f"({word.join(part.text for part in parts)})", tuple(value for part in parts for value in part.values))

    def _of_list(self, node: Count | Has | Within) -> Statement:
        column, mark, find = self.column(node.of), self.dialect.placeholder, self.dialect.position
        count = f"(length({column}) - length(replace({column}, {mark}, '')) - 1)"
        if isinstance(node, Count):
            return Statement(count, (SEPARATOR,))
        items = tuple(f"{SEPARATOR}{item}{SEPARATOR}" for item in node.items)
        if isinstance(node, Has):
            return Statement(f"({' OR '.join(f'{find}({column}, {mark}) > 0' for _ in items)})", items)
        found = " + ".join(f"(CASE WHEN {find}({column}, {mark}) > 0 THEN 1 ELSE 0 END)" for _ in items)
        return Statement(f"({count} = {found})", (SEPARATOR, *items))
