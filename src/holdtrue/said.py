"""Sentences that are English now and can be said in another language later: each keeps its pattern and what fills it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias

Value: TypeAlias = "str | int | float | date"
"""What fills a pattern: data as it is, a number, a day, or a sentence that is to be said in the reader's language too."""
Translate: TypeAlias = Callable[[str], str]
Write: TypeAlias = Callable[[int | float | date], str]
LANGUAGES: Final = MappingProxyType({"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"})
"""Those that pages and policies are in, each by its own name; the first is that of the sources."""
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Said(str):
    """A sentence in English that knows its pattern, such as `kept %(span)s`, and the values in it.

    `given` holds the pattern by language where whoever wrote it gave it in several: an organisation's own rule, for which there
    is no catalogue of ours. The sentence itself is then in English, or in the language that was given first.
    """

    __slots__ = ("given", "pattern", "values")
    pattern: str
    values: dict[str, Value]
    given: Mapping[str, str]

    def __new__(cls, pattern: str, values: dict[str, Value], given: Mapping[str, str] = _NOTHING) -> Self:
        """Return the sentence; an unknown name in its pattern raises `KeyError`."""
        one = str.__new__(cls, _in_english(pattern, values))
        one.pattern, one.values, one.given = pattern, values, given
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


def spoken(text: str, translate: Translate, write: Write | None = None, *, code: str = "") -> str:
    """Return a sentence in the language into which `translate` brings a pattern; `write` writes numbers and days there.

    What was never given a pattern is looked up as a whole, and stays as it is where nobody translated it. `code` is that
    language's: a sentence that was given in it needs no translation.
    """
    if not isinstance(text, Said):
        return _looked_up(text, translate)
    pattern = text.given.get(code) or _looked_up(text.pattern, translate)
    return _filled(pattern, text.values, lambda one: spoken(one, translate, write, code=code), write or _english)


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
        return spoken(text, self.translate, self.write, code=self.code)


ENGLISH = Tongue("en", str, _english)


_GIVEN: Final = "in"


def packed(texts: Mapping[str, str]) -> str:
    """Return the patterns and values of these texts as JSON, to be kept beside them; empty where none has a pattern."""
    trees = {name: _tree(text) for name, text in texts.items() if isinstance(text, Said)}
    return json.dumps(trees, ensure_ascii=False, separators=(",", ":")) if trees else ""


def _tree(one: Value) -> Any:
    if isinstance(one, Said):
        tree: list[Any] = [one.pattern, {name: _tree(value) for name, value in one.values.items()}]
        return [*tree, {_GIVEN: dict(one.given)}] if one.given else tree
    return {"day": one.isoformat()} if isinstance(one, date) else one


def unpacked(texts: Mapping[str, str], kept: str) -> dict[str, str]:
    """Return these texts with the patterns and values that were kept beside them; bare where there are none."""
    return {**texts, **{name: _grown(tree) for name, tree in json.loads(kept).items()}} if kept else dict(texts)


def _grown(tree: Any) -> Any:
    if isinstance(tree, dict):
        return date.fromisoformat(tree["day"])
    if not isinstance(tree, list):
        return tree
    pattern, values, *more = tree
    return Said(pattern, {name: _grown(value) for name, value in values.items()}, more[0][_GIVEN] if more else _NOTHING)


def is_kept(texts: Mapping[str, str], kept: str) -> bool:
    """Whether what is kept beside these texts, which are the same, says them in the same words in every language.

    Patterns of ours come and go with the program, and only whether there are any counts; words that were given are compared.
    """
    # A quote within a JSON string is escaped: this stands there only as a field.
    if f'{{"{_GIVEN}":' in kept or any(map(_has_given, texts.values())):
        return kept == packed(texts)
    return bool(kept) is any(isinstance(one, Said) for one in texts.values())


def _has_given(one: Value) -> bool:
    return isinstance(one, Said) and (bool(one.given) or any(map(_has_given, one.values.values())))
