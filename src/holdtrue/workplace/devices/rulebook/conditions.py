"""Reads a rule's condition: text to tree, every name known and every sort fitting, or a mistake with its place and its mend."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from holdtrue.workplace.facts import key

from .sorts import DATE, ORDERED, Sort, sortable
from .tree import All, Among, Compare, Count, Either, Has, IsKnown, Literal, Matches, Name, Node, Not, Proof, Setting, Within

LONGEST: Final = 4_000
"""Characters of one condition."""
DEEPEST: Final = 30
MOST_ITEMS: Final = 200
MOST_VALUES: Final = 1_000
"""Values and names in one condition, with everything that it means written out."""
RAW: Final = {"flag": Sort.FLAG, "number": Sort.NUMBER, "text": Sort.TEXT, "list": Sort.LIST, "version": Sort.VERSION}
"""How a rule names a fact that no conclusion covers: `number("pmset displaysleep")`."""
UNITS: Final = {"s": 1, "seconds": 1, "min": 60, "minutes": 60, "h": 3600, "hours": 3600, "d": 86400, "days": 86400}
"""What may follow a number; in rules a length of time is a number of seconds."""
_WORDS: Final = (
    "and",
    "or",
    "not",
    "in",
    "matches",
    "has",
    "any",
    "within",
    "known",
    "proof",
    "count",
    "true",
    "false",
    "today",
)
_TOKENS: Final = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*)"
    r"|(?P<text>\"[^\"\n]*\"|'[^'\n]*')|(?P<op>==|!=|<=|>=|[<>()\[\],])"
)


class Mistaken(Exception):
    """A mistake in a condition: what is wrong, what to write instead, and where, in characters from its beginning."""

    def __init__(self, message: str, *, hint: str = "", at: int = 0) -> None:
        """Keep the three."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may speak of."""

    conclusions: Mapping[str, Sort]
    settings: Mapping[str, Sort] = field(default_factory=dict)
    means: Mapping[str, str] = field(default_factory=dict)
    """Names for conditions, with their text."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def read_condition(text: str, scope: Scope) -> Node:
    """Return the tree of a condition; raises `Mistaken`."""
    node = _Reader(text, scope, (), [0]).whole()
    if node.sort is not Sort.FLAG:
        raise Mistaken(
            f"This is a {node.sort}, not a condition.", hint="Compare it with something, such as `… <= 900`.", at=node.at
        )
    return node


def nearest(word: str, words: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the right word that is nearest to a wrong one; empty where none is near."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)), "")


def suggest(word: str, words: Iterable[str], *, otherwise: str) -> str:
    """Return the hint for a word that is not known."""
    near = nearest(word, words)
    return f"Did you mean `{near}`?" if near else otherwise


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        raise Mistaken(
            f"The condition has {len(text):,} characters; at most {LONGEST:,} are read.", hint="Name its parts under `means:`."
        )
    found: list[_Token] = []
    place = 0
    while place < len(text):
        match = _TOKENS.match(text, place)
        if match is None:
            raise Mistaken(f"{text[place]!r} has no meaning here.", hint=_mend(text, place), at=place)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(_Token(kind, match[0], place))
        place = match.end()
    return [*found, _Token("end", "", len(text))]


def _mend(text: str, place: int) -> str:
    sign = text[place : place + 2]
    if sign[0] == "=":
        return "Write `==` to compare."
    mends = {"&&": "Write `and`.", "||": "Write `or`.", '"': "The text is not closed.", "'": "The text is not closed."}
    if sign[0] == "!":
        return "Write `not`."
    return mends.get(sign) or mends.get(sign[0]) or "Texts stand in quotes; names consist of letters, digits, `.` and `-`."


class _Reader:
    """Reads one condition by recursive descent; precedence: or, and, not, comparison."""

    def __init__(self, text: str, scope: Scope, inside: tuple[str, ...], spent: list[int]) -> None:
        self.scope = scope
        self.inside = inside
        self.spent = spent
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0

    def whole(self) -> Node:
        if self.now.kind == "end":
            raise Mistaken("The condition is empty.", hint="Write what must be true, such as `disk.encrypted`.")
        node = self._either()
        if self.now.kind != "end":
            self._refuse(f"`{self.now.text}` is not expected here.", hint="Join conditions by `and` or `or`.")
        return node

    @property
    def now(self) -> _Token:
        return self.tokens[self.place]

    def _next(self) -> _Token:
        token = self.now
        self.place += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self.now.kind in {"name", "op"} and self.now.text in texts

    def _expect(self, text: str) -> _Token:
        if not self._is(text):
            self._refuse(f"`{text}` is missing{f' before `{self.now.text}`' if self.now.text else ' at the end'}.")
        return self._next()

    def _refuse(self, message: str, *, hint: str = "", at: int | None = None) -> NoReturn:
        raise Mistaken(message, hint=hint, at=self.now.at if at is None else at)

    def _either(self) -> Node:
        return self._series("or", self._all, Either)

    def _all(self) -> Node:
        return self._series("and", self._not, All)

    def _series(self, word: str, part: Callable[[], Node], make: type[All] | type[Either]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST * 3:
            self._refuse("The condition is nested too deeply.", hint="Name its parts under `means:`.")
        begin = self.now.at
        parts = [part()]
        while self._is(word):
            self._next()
            parts.append(part())
        self.depth -= 1
        if len(parts) == 1:
            return parts[0]
        for one in parts:
            self._want(one, Sort.FLAG, f"`{word}` joins conditions")
        return make(tuple(parts), at=begin)

    def _want(self, node: Node, sort: Sort, why: str) -> None:
        if node.sort is not sort:
            raise Mistaken(f"{why}; this is a {node.sort}.", hint=_fit(node), at=node.at)

    def _not(self) -> Node:
        if not self._is("not"):
            return self._comparison()
        token = self._next()
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse("The condition is nested too deeply.", hint="Name its parts under `means:`.")
        inner = self._not()
        self.depth -= 1
        self._want(inner, Sort.FLAG, "`not` turns a condition round")
        return Not(inner, at=token.at)

    def _comparison(self) -> Node:
        left = self._value()
        if self.now.kind == "op" and self.now.text in {"==", "!=", "<", "<=", ">", ">="}:
            token = self._next()
            right = self._value()
            return self._compared(token, *self._fitted(left, right))
        if self._is("in") or (self._is("not") and self.tokens[self.place + 1].text == "in"):
            is_not = self._next().text == "not"
            if is_not:
                self._next()
            node: Node = Among(left, tuple(self._literals(left)), at=left.at)
            return Not(node, at=left.at) if is_not else node
        if self._is("matches"):
            self._next()
            self._want(left, Sort.TEXT, "`matches` compares a text with a pattern")
            return Matches(left, self._text(), at=left.at)
        if self._is("has", "within"):
            return self._of_list(left)
        return left

    def _compared(self, token: _Token, left: Node, right: Node) -> Node:
        if left.sort is Sort.LIST or right.sort is Sort.LIST:
            self._refuse("A list cannot be compared.", hint="Use `count(…)`, `has` or `within`.", at=token.at)
        if left.sort is not right.sort:
            raise Mistaken(f"A {left.sort} cannot be compared with a {right.sort}.", hint=_fit(left), at=right.at)
        if token.text not in {"==", "!="} and left.sort not in ORDERED:
            self._refuse(f"A {left.sort} has no order; `{token.text}` needs one.", hint="Use `==` or `!=`.", at=token.at)
        return Compare(token.text, left, right, at=left.at)

    def _fitted(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Return both sides with texts that stand for a date or a version read as such."""
        for wanted in (Sort.VERSION, Sort.DATE):
            if left.sort is wanted and isinstance(right, Literal) and right.sort is Sort.TEXT:
                return left, self._read_as(right, wanted)
            if right.sort is wanted and isinstance(left, Literal) and left.sort is Sort.TEXT:
                return self._read_as(left, wanted), right
        return left, right

    def _read_as(self, literal: Literal, sort: Sort) -> Literal:
        words = str(literal.value)
        if sort is Sort.DATE:
            if DATE.fullmatch(words) is None:
                self._refuse(f'"{words}" is no date.', hint='Write it as "2027-01-31".', at=literal.at)
            return Literal(words, sort, at=literal.at)
        found = sortable(words)
        if found is None:
            self._refuse(f'"{words}" is no version.', hint='Write it as "14.4.1".', at=literal.at)
        return Literal(found, sort, at=literal.at)

    def _literals(self, left: Node) -> list[Literal]:
        if left.sort in {Sort.LIST, Sort.FLAG}:
            hint = "Use `has` or `within`." if left.sort is Sort.LIST else "Use it as it is, or with `not`."
            self._refuse(f"A {left.sort} cannot be looked for `in` a list.", hint=hint, at=left.at)
        self._expect("[")
        found: list[Literal] = []
        while not self._is("]"):
            item = self._literal()
            fitted = self._fitted(left, item)[1]
            if not isinstance(fitted, Literal) or fitted.sort is not left.sort:
                raise Mistaken(f"The list holds a {item.sort}, to be compared with a {left.sort}.", hint=_fit(left), at=item.at)
            found.append(fitted)
            if not self._is("]"):
                self._expect(",")
        closing = self._expect("]")
        if not found or len(found) > MOST_ITEMS:
            self._refuse(f"The list has {len(found)} items; it takes 1 to {MOST_ITEMS}.", at=closing.at)
        return found

    def _of_list(self, left: Node) -> Node:
        word = self._next()
        self._want(left, Sort.LIST, f"`{word.text}` looks into a list")
        assert isinstance(left, Name)  # noqa: S101 - lists come from conclusions and facts alone
        if word.text == "has" and not self._is("any"):
            return Has(left, (self._text(),), at=left.at)
        if word.text == "has":
            self._next()
        begin = self._expect("[")
        items: list[str] = []
        while not self._is("]"):
            items.append(self._text())
            if not self._is("]"):
                self._expect(",")
        self._expect("]")
        if not items or len(items) > MOST_ITEMS:
            self._refuse(f"The list has {len(items)} items; it takes 1 to {MOST_ITEMS}.", at=begin.at)
        unique = tuple(dict.fromkeys(items))
        return Has(left, unique, at=left.at) if word.text == "has" else Within(left, unique, at=left.at)

    def _text(self) -> str:
        if self.now.kind != "text":
            self._refuse(f"A text in quotes belongs here{f', not `{self.now.text}`' if self.now.text else ''}.")
        return self._next().text[1:-1]

    def _literal(self) -> Literal:
        node = self._value()
        if not isinstance(node, Literal):
            raise Mistaken("Only values stand in a list.", hint="Put a text in quotes.", at=node.at)
        return node

    def _value(self) -> Node:
        token = self.now
        self.spent[0] += 1
        if self.spent[0] > MOST_VALUES:
            self._refuse(f"The condition has more than {MOST_VALUES:,} values.", hint="Make several rules of it.")
        if token.kind == "text":
            return Literal(self._next().text[1:-1], Sort.TEXT, at=token.at)
        if token.kind == "number":
            return self._number()
        if self._is("("):
            self._next()
            node = self._either()
            self._expect(")")
            return node
        if token.kind == "name":
            return self._named()
        raise Mistaken(f"A value is missing{f' before `{token.text}`' if token.text else ' at the end'}.", at=token.at)

    def _number(self) -> Literal:
        token = self._next()
        factor = 1
        if self.now.kind == "name" and self.now.text in UNITS:
            factor = UNITS[self._next().text]
        elif self.now.kind == "name" and self.now.text not in _WORDS:
            self._refuse(
                f"`{self.now.text}` is no unit.", hint=suggest(self.now.text, UNITS, otherwise=f"Units are {', '.join(UNITS)}.")
            )
        return Literal(float(token.text) * factor, Sort.NUMBER, at=token.at)

    def _named(self) -> Node:  # noqa: PLR0911 - one line for each sort of name
        token = self._next()
        word = token.text
        if word in {"true", "false"}:
            return Literal(word == "true", Sort.FLAG, at=token.at)
        if word == "today":
            return Setting("today", Sort.DATE, at=token.at)
        if self._is("(") and word in {"known", "count", "proof", *RAW}:
            return self._called(token)
        if word in self.scope.settings:
            return Setting(word, self.scope.settings[word], at=token.at)
        if word in self.scope.conclusions:
            return Name(word, self.scope.conclusions[word], at=token.at)
        if word in self.scope.means:
            return self._meant(token)
        return self._unknown(token)

    def _called(self, token: _Token) -> Node:
        self._expect("(")
        if token.text in RAW:
            name = key(self._text())
            self._expect(")")
            return Name(f"{token.text}:{name}", RAW[token.text], at=token.at)
        inner = self._either()
        self._expect(")")
        if token.text == "proof":
            self._want(inner, Sort.FLAG, "`proof` takes a condition")
            return Proof(inner, at=token.at)
        if not isinstance(inner, Name):
            self._refuse(f"`{token.text}` takes the name of a fact.", at=inner.at)
        if token.text == "known":
            return IsKnown(inner, at=token.at)
        self._want(inner, Sort.LIST, "`count` counts a list")
        return Count(inner, at=token.at)

    def _meant(self, token: _Token) -> Node:
        if token.text in self.inside:
            road = " → ".join([*self.inside[self.inside.index(token.text) :], token.text])
            self._refuse(f"`{token.text}` is explained by itself: {road}.", hint="Break the circle.", at=token.at)
        try:
            node = _Reader(self.scope.means[token.text], self.scope, (*self.inside, token.text), self.spent).whole()
        except Mistaken as error:
            if "explained by itself" in error.message or "more than" in error.message:
                raise Mistaken(error.message, hint=error.hint, at=token.at) from error
            raise Mistaken(f"`{token.text}` is not right: {error.message}", hint=error.hint, at=token.at) from error
        return node

    def _unknown(self, token: _Token) -> NoReturn:
        known = [*self.scope.conclusions, *self.scope.settings, *self.scope.means, *_WORDS]
        self._refuse(
            f"`{token.text}` is not known.",
            hint=suggest(
                token.text, known, otherwise="`holdtrue rules facts` lists what a rule may speak of; texts stand in quotes."
            ),
            at=token.at,
        )


def _fit(node: Node) -> str:
    """Return what would fit a value of this sort."""
    return {
        Sort.FLAG: "It is yes or no by itself: write it as it is, or with `not`.",
        Sort.NUMBER: "Compare it with a number, such as 900 or 15 min.",
        Sort.TEXT: 'Compare it with a text in quotes, such as "gnome".',
        Sort.DATE: 'Compare it with today, or with a date such as "2027-01-31".',
        Sort.VERSION: 'Compare it with a version in quotes, such as "14.4".',
        Sort.LIST: "Use `count(…)`, `has` or `within`.",
    }[node.sort]
