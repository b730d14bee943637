"""Random conditions and random devices, each condition also in the language of the independent oracle (CEL)."""

import random
import re
from dataclasses import dataclass

from holdtrue.workplace.devices.rulebook.columns import column_of
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS, SORTS
from holdtrue.workplace.devices.rulebook.conditions import Scope, read_condition
from holdtrue.workplace.devices.rulebook.sorts import Sort, packed, sortable, unpacked

WORDS = ["nmap", "debian", "ubuntu", "a[b]*c", "50%_off", "back\\slash", "Zürich", "漢字", "", "a b", "'quoted'"]
NUMBERS = [0.0, 1.0, 5.0, 300.0, 899.5, 900.0, 901.0, 1e9]
DATES = ["2023-05-31", "2026-11-26", "2026-11-27", "2099-12-31"]
VERSIONS = ["9", "10.0.19045", "12", "14", "14.4.1", "14.10", "26.1"]
PATTERNS = ["deb*", "*", "?map", "50%_off", "a[b]*", "*\\*", "Z?rich", "", "??", "d*n"]
OPERATORS = ["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Both:
    """One condition in both languages."""

    ours: str
    cel: str


class World:
    """Makes conditions and devices, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = {sort: [name for name, meaning in MEANINGS.items() if meaning.sort is sort] for sort in Sort}

    def node(self):
        both = self.condition(self.random.randint(1, 4))
        return read_condition(both.ours, Scope(SORTS)), both

    def condition(self, depth: int) -> Both:
        if depth == 0 or self.random.random() < 0.2:
            return self.leaf()
        kind = self.random.choice(["and", "or", "not", "proof"] if depth > 1 else ["and", "or"])
        if kind in {"and", "or"}:
            parts = [self.condition(depth - 1) for _ in range(self.random.randint(2, 3))]
            sign = " && " if kind == "and" else " || "
            return Both(f"({f' {kind} '.join(one.ours for one in parts)})", f"({sign.join(one.cel for one in parts)})")
        inner = self.condition(depth - 1)
        if kind == "not":
            return Both(f"not ({inner.ours})", f"!({inner.cel})")
        return Both(f"proof({inner.ours})", f"(({inner.cel}) ? true : nothing)")

    def leaf(self) -> Both:
        sort = self.random.choice(list(Sort))
        name = self.random.choice(self.names[sort])
        column = column_of(name)
        if self.random.random() < 0.1:
            return Both(f"known({name})", f"k_{column}")
        return getattr(self, f"_{sort.name.lower()}")(name, column)

    def _flag(self, name, column):
        if self.random.random() < 0.3:
            other = self.random.choice(self.names[Sort.FLAG])
            op = self.random.choice(["==", "!="])
            return Both(f"{name} {op} {other}", f"({column} {op} {column_of(other)})")
        return Both(name, column)

    def _number(self, name, column):
        if self.random.random() < 0.2:
            chosen = self.random.sample(NUMBERS, 3)
            return Both(
                f"{name} in [{', '.join(_plain(one) for one in chosen)}]",
                f"({column} in [{', '.join(repr(one) for one in chosen)}])",
            )
        op, other = self.random.choice(OPERATORS), self.random.choice([*NUMBERS, *self.names[Sort.NUMBER]])
        if isinstance(other, str):
            return Both(f"{name} {op} {other}", f"({column} {op} {column_of(other)})")
        return Both(f"{name} {op} {_plain(other)}", f"({column} {op} {other!r})")

    def _text(self, name, column):
        if self.random.random() < 0.3:
            pattern = self.random.choice(PATTERNS)
            return Both(f'{name} matches "{pattern}"', f"{column}.matches({_quoted(_expression(pattern))})")
        if self.random.random() < 0.3:
            chosen = self.random.sample(WORDS, 3)
            return Both(f"{name} in [{_list(chosen)}]", f"({column} in [{', '.join(map(_quoted, chosen))}])")
        op, word = self.random.choice(["==", "!="]), self.random.choice(WORDS)
        return Both(f'{name} {op} "{word}"', f"({column} {op} {_quoted(word)})")

    def _date(self, name, column):
        op, day = self.random.choice(OPERATORS), self.random.choice(DATES)
        return Both(f'{name} {op} "{day}"', f"({column} {op} {_quoted(day)})")

    def _version(self, name, column):
        op, version = self.random.choice(OPERATORS), self.random.choice(VERSIONS)
        return Both(f'{name} {op} "{version}"', f"({column} {op} {_quoted(sortable(version))})")

    def _list(self, name, column):
        items = self.random.sample([word for word in WORDS if word], 2)
        kind = self.random.choice(["has", "any", "within", "count"])
        if kind == "has":
            return Both(f'{name} has "{items[0]}"', f"({_quoted(items[0])} in {column})")
        if kind == "any":
            return Both(f"{name} has any [{_list(items)}]", f"{column}.exists(x, x in [{', '.join(map(_quoted, items))}])")
        if kind == "within":
            return Both(f"{name} within [{_list(items)}]", f"{column}.all(x, x in [{', '.join(map(_quoted, items))}])")
        op, number = self.random.choice(OPERATORS), self.random.choice([0.0, 1.0, 2.0])
        return Both(f"count({name}) {op} {_plain(number)}", f"(double(size({column})) {op} {number!r})")

    def device(self) -> dict:
        """Return what is known of a device, by name; about a third is not."""
        return {name: self.value(meaning.sort) for name, meaning in MEANINGS.items() if self.random.random() > 0.3}

    def value(self, sort):
        match sort:
            case Sort.FLAG:
                return self.random.random() < 0.5
            case Sort.NUMBER:
                return self.random.choice(NUMBERS)
            case Sort.TEXT:
                return self.random.choice(WORDS)
            case Sort.DATE:
                return self.random.choice(DATES)
            case Sort.VERSION:
                return sortable(self.random.choice(VERSIONS))
            case _:
                return packed(self.random.sample([word for word in WORDS if word], self.random.randint(0, 3)))


class Oracle:
    """The CEL runtime as a judge of conditions: what is not known is not bound, and an error is unknown."""

    def __init__(self) -> None:
        from cel_expr_python import cel

        types = {Sort.FLAG: cel.Type.BOOL, Sort.NUMBER: cel.Type.DOUBLE, Sort.LIST: cel.Type.List(cel.Type.STRING)}
        variables = {column_of(name): types.get(sort, cel.Type.STRING) for name, sort in SORTS.items()}
        variables |= {f"k_{column_of(name)}": cel.Type.BOOL for name in SORTS} | {"nothing": cel.Type.BOOL}
        self.error = cel.Type.ERROR
        self.environment = cel.NewEnv(variables=variables)

    def activation(self, device: dict):
        bound = {column_of(name): unpacked(value) if SORTS[name] is Sort.LIST else value for name, value in device.items()}
        return self.environment.Activation(bound | {f"k_{column_of(name)}": name in device for name in SORTS})

    def truth(self, program, activation) -> bool | None:
        found = program.eval(activation)
        return None if found.type() == self.error else bool(found.value())


def _plain(number: float) -> str:
    return f"{number:f}"


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(words) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _expression(glob: str) -> str:
    return "(?s)^" + "".join(".*" if one == "*" else "." if one == "?" else re.escape(one) for one in glob) + "$"
