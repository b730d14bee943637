"""What a rule's condition consists of, once it has been read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from .sorts import Known, Sort


@dataclass(frozen=True, slots=True)
class Name:
    """A conclusion about the device, such as `screen-lock.latest`."""

    name: str
    sort: Sort
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter of the rule, such as `within`; also `today`, which the evaluator gives."""

    name: str
    sort: Sort
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written down."""

    value: Known
    sort: Sort
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Count:
    """How many items a list has."""

    of: Name
    sort: Sort = Sort.NUMBER
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`left OP right`, where OP is one of == != < <= > >=."""

    op: str
    left: "Node"
    right: "Node"
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Among:
    """`value in [literals]`."""

    value: "Node"
    choices: tuple[Literal, ...]
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Matches:
    """`text matches "pattern"`: `*` stands for any characters, `?` for one."""

    value: "Node"
    pattern: str
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    """`list has any [items]`: at least one of them is in it."""

    of: Name
    items: tuple[str, ...]
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """`list within [items]`: nothing else is in it."""

    of: Name
    items: tuple[str, ...]
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class IsKnown:
    """`known(name)`: never unknown itself."""

    of: Name
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """`proof(condition)`: true where it is true, else unknown: its absence breaks nothing."""

    of: "Node"
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not condition`."""

    of: "Node"
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Conditions joined by `and`."""

    of: tuple["Node", ...]
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions joined by `or`."""

    of: tuple["Node", ...]
    sort: Sort = Sort.FLAG
    at: int = field(default=0, compare=False)


Node: TypeAlias = (
    Name | Setting | Literal | Count | Compare | Among | Matches | Has | Within | IsKnown | Proof | Not | All | Either
)


def children(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    match node:
        case Compare():
            return node.left, node.right
        case Among():
            return node.value, *node.choices
        case Matches():
            return (node.value,)
        case Count() | Has() | Within() | IsKnown() | Proof() | Not():
            return (node.of,)
        case All() | Either():
            return node.of
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Node) -> tuple[str, ...]:
    """Return the conclusions that a condition speaks of, each once, in the order in which it does."""
    return tuple(dict.fromkeys(one.name for one in walk(node) if isinstance(one, Name)))
