"""Sentences that are English now and can be said in another language later: each keeps its pattern and what fills it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self, TypeAlias

Value: TypeAlias = "str | int | float | date"
"""What fills a pattern: data as it is, a number, a day, or a sentence that is to be said in the reader's language too."""
Translate: TypeAlias = Callable[[str], str]
Write: TypeAlias = Callable[[int | float | date], str]


class Said(str):
    """A sentence in English that knows its pattern, such as `kept %(span)s`, and the values in it."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: dict[str, Value]

    def __new__(cls, pattern: str, values: dict[str, Value]) -> Self:
        """Return the sentence; an unknown name in its pattern raises `KeyError`."""
        one = str.__new__(cls, _in_english(pattern, values))
        one.pattern, one.values = pattern, values
        return one


def _in_english(pattern: str, values: dict[str, Value]) -> str:
    # Thousands of sentences are made for each that is read: what needs no writing is put in as it is.
    for one in values.values():
        if not isinstance(one, str):
            return _filled(pattern, values, str, _english)
    return pattern % values if values else pattern


def said(pattern: str, **values: Value) -> Said:
    """Return the sentence of a pattern with its values put in."""
    return Said(pattern, values)


def listed(parts: Iterable[str], between: str = ", ") -> str:
    """Return parts one after the other, each of which is said by itself."""
    these = list(parts)
    if not any(isinstance(one, Said) for one in these):
        return between.join(these)
    names = [f"part{number}" for number in range(len(these))]
    return Said(between.join(f"%({name})s" for name in names), dict(zip(names, these, strict=True)))


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters; what has to be cut is bare text from there on."""
    return text if len(text) <= most else text[:most]


def spoken(text: str, translate: Translate, write: Write | None = None) -> str:
    """Return a sentence in the language into which `translate` brings a pattern; `write` writes numbers and days there.

    What was never given a pattern is looked up as a whole, and stays as it is where nobody translated it.
    """
    if not isinstance(text, Said):
        return _looked_up(text, translate)
    return _filled(
        _looked_up(text.pattern, translate), text.values, lambda one: spoken(one, translate, write), write or _english
    )


def _looked_up(words: str, translate: Translate) -> str:
    # A sentence of ours is one line; gettext would change the ends of lines in data, and tells of itself for nothing.
    return translate(words) if words.isprintable() and words else words


def _filled(pattern: str, values: dict[str, Value], say: Translate, write: Write) -> str:
    if not values:
        return pattern
    told = {
        name: say(one) if isinstance(one, Said) else one if isinstance(one, str) else write(one) for name, one in values.items()
    }
    return pattern % told


def _english(value: float | date) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else f"{value:,}"


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that sentences are brought into."""

    code: str
    translate: Translate
    write: Write

    def say(self, text: str) -> str:
        """Return a sentence in this language."""
        return spoken(text, self.translate, self.write)


ENGLISH = Tongue("en", str, _english)


def packed(texts: Mapping[str, str]) -> str:
    """Return the patterns and values of these texts as JSON, to be kept beside them; empty where none has a pattern."""
    trees = {name: _tree(text) for name, text in texts.items() if isinstance(text, Said)}
    return json.dumps(trees, ensure_ascii=False, separators=(",", ":")) if trees else ""


def _tree(one: Value) -> Any:
    if isinstance(one, Said):
        return [one.pattern, {name: _tree(value) for name, value in one.values.items()}]
    return {"day": one.isoformat()} if isinstance(one, date) else one


def unpacked(texts: Mapping[str, str], kept: str) -> dict[str, str]:
    """Return these texts with the patterns and values that were kept beside them; bare where there are none."""
    return {**texts, **{name: _grown(tree) for name, tree in json.loads(kept).items()}} if kept else dict(texts)


def _grown(tree: Any) -> Any:
    if isinstance(tree, dict):
        return date.fromisoformat(tree["day"])
    if not isinstance(tree, list):
        return tree
    pattern, values = tree
    return Said(pattern, {name: _grown(value) for name, value in values.items()})
