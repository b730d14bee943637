"""A condition as a Python function: three-valued, where None is unknown (Kleene's strong logic)."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from .sorts import SEPARATOR, Value
from .tree import (
    All,
    Among,
    Compare,
    Count,
    Either,
    Has,
    IsKnown,
    Literal,
    Matches,
    Name,
    Node,
    Not,
    Proof,
    Setting,
    Within,
    names,
)

Values: TypeAlias = Mapping[str, Value]
Function: TypeAlias = Callable[[Values, Values], Value]
"""Takes what is known of the device, and the settings of the rule."""

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled(node: Node) -> Function:  # noqa: C901, PLR0911, PLR0912 - one case for each sort of node
    """Return the function of a condition or value."""
    match node:
        case Name():
            return _name(node.name)
        case Setting():
            return _setting(node.name)
        case Literal():
            return _literal(node)
        case Count():
            return _count(node.of.name)
        case Compare():
            return _compare(node)
        case Among():
            return _among(compiled(node.value), frozenset(choice.value for choice in node.choices))
        case Matches():
            return _matches(compiled(node.value), pattern(node.pattern))
        case Has():
            return _has(node.of.name, tuple(f"{SEPARATOR}{item}{SEPARATOR}" for item in node.items))
        case Within():
            return _within(node.of.name, tuple(f"{SEPARATOR}{item}{SEPARATOR}" for item in node.items))
        case IsKnown():
            return _known(node.of.name)
        case Proof():
            return _proof(compiled(node.of))
        case Not():
            return _not(compiled(node.of))
        case All():
            return _all(tuple(compiled(one) for one in node.of))
        case Either():
            return _either(tuple(compiled(one) for one in node.of))


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition as a function, with those it is made of: what a reason is told from."""

    node: Node
    run: Function
    of: tuple["Branch", ...] = ()
    name: str = ""
    """The conclusion that a leaf speaks of."""


def branch(node: Node) -> Branch:
    """Return a condition with the conditions in it, down to those that compare something."""
    match node:
        case All() | Either():
            return Branch(node, compiled(node), tuple(branch(one) for one in node.of))
        case Not() | Proof():
            return Branch(node, compiled(node), (branch(node.of),))
        case _:
            return Branch(node, compiled(node), (), next(iter(names(node)), ""))


def pattern(glob: str) -> re.Pattern[str]:
    """Return the expression of a pattern in which `*` stands for any characters and `?` for one."""
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", glob))
    return re.compile("".join(parts), re.DOTALL)


def _name(name: str) -> Function:
    return lambda values, _: values.get(name)


def _setting(name: str) -> Function:
    return lambda _, settings: settings[name]


def _literal(node: Literal) -> Function:
    value = node.value
    return lambda _, __: value


def _count(name: str) -> Function:
    def run(values: Values, _: Values) -> Value:
        found = values.get(name)
        return None if found is None else float(str(found).count(SEPARATOR) - 1)

    return run


def _compare(node: Compare) -> Function:
    left, right, holds = compiled(node.left), compiled(node.right), _COMPARE[node.op]

    def run(values: Values, settings: Values) -> Value:
        one = left(values, settings)
        if one is None:
            return None
        other = right(values, settings)
        return None if other is None else bool(holds(one, other))

    return run


def _among(value: Function, choices: frozenset[object]) -> Function:
    def run(values: Values, settings: Values) -> Value:
        found = value(values, settings)
        return None if found is None else found in choices

    return run


def _matches(value: Function, wanted: re.Pattern[str]) -> Function:
    def run(values: Values, settings: Values) -> Value:
        found = value(values, settings)
        return None if found is None else wanted.fullmatch(str(found)) is not None

    return run


def _has(name: str, items: tuple[str, ...]) -> Function:
    def run(values: Values, _: Values) -> Value:
        found = values.get(name)
        return None if found is None else any(item in str(found) for item in items)

    return run


def _within(name: str, items: tuple[str, ...]) -> Function:
    def run(values: Values, _: Values) -> Value:
        found = values.get(name)
        return None if found is None else str(found).count(SEPARATOR) - 1 == sum(item in str(found) for item in items)

    return run


def _known(name: str) -> Function:
    return lambda values, _: values.get(name) is not None


def _proof(of: Function) -> Function:
    return lambda values, settings: True if of(values, settings) is True else None


def _not(of: Function) -> Function:
    def run(values: Values, settings: Values) -> Value:
        found = of(values, settings)
        return None if found is None else not found

    return run


def _all(of: tuple[Function, ...]) -> Function:
    def run(values: Values, settings: Values) -> Value:
        is_known = True
        for one in of:
            found = one(values, settings)
            if found is False:
                return False
            is_known = is_known and found is not None
        return True if is_known else None

    return run


def _either(of: tuple[Function, ...]) -> Function:
    def run(values: Values, settings: Values) -> Value:
        is_known = True
        for one in of:
            found = one(values, settings)
            if found is True:
                return True
            is_known = is_known and found is not None
        return False if is_known else None

    return run
