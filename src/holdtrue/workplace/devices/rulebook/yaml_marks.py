"""YAML read with the place of every value, and with nothing in it that could grow or run."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

LARGEST: Final = 500_000
"""Bytes of one file of rules."""
MOST_NODES: Final = 40_000
DEEPEST: Final = 12
_STRING: Final = "tag:yaml.org,2002:str"
_SAFE: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a file of rules, where, and what to write instead."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Return it as a person reads it: `FILE:LINE:COLUMN: what. What to do.`."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}" + (f" {self.hint}" if self.hint else "")


class Refused(Exception):
    """A file that cannot be read any further."""

    def __init__(self, mistake: Mistake) -> None:
        """Keep what is wrong."""
        super().__init__(str(mistake))
        self.mistake = mistake


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value with its place."""

    value: str | int | float | bool | None
    text: str
    """As it was written, quotes and indentation included; a condition's columns are counted in it."""
    line: int
    column: int
    lead: int = 0
    """How many characters of a quote stand before the value."""

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a character of the text, both from 1."""
        before = self.text[: offset + self.lead]
        lines = before.count("\n")
        return self.line + lines, (self.column if not lines else 1) + len(before.rpartition("\n")[2])


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list with its place."""

    items: tuple["Marked", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Fields with their places."""

    fields: tuple[tuple[Scalar, "Marked"], ...]
    line: int
    column: int


Marked: TypeAlias = Scalar | Sequence | Mapping


def read_marked(content: bytes, file: str) -> Marked | None:
    """Return the document of a file, None where it is empty; raises `Refused`."""
    if len(content) > LARGEST:
        raise Refused(Mistake(file, 1, 1, f"The file has {len(content):,} bytes; at most {LARGEST:,} are read."))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(Mistake(file, line, 1, "This is no UTF-8 text.", "Save the file as UTF-8.")) from error
    try:
        _refuse_what_grows(text, file)
        node = yaml.compose(text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Refused(Mistake(file, *place, f"This is no YAML: {error.problem or error}.", _yaml_hint(text, place))) from error
    except yaml.YAMLError as error:
        raise Refused(Mistake(file, 1, 1, f"This is no YAML: {error}.")) from error
    return None if node is None else _marked(node, text.encode("utf-32-le"), file)


def _yaml_hint(text: str, place: tuple[int, int]) -> str:
    lines = text.splitlines()
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent by spaces, not by tabs."
    return "A text with `: ` or ` #` in it stands in quotes, or on its own lines after `|`." if line.count(": ") > 1 else ""


def _refuse_what_grows(text: str, file: str) -> None:
    """Raise `Refused` for an alias, a tag, a second document, or too many or too deeply nested values."""
    depth = documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused(
                Mistake(file, *place, "Anchors and aliases are not read.", "Write the value out, or name it under `means:`.")
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise Refused(Mistake(file, *place, f"The tag {str(tag)[:60]} is not read.", "Write the value without a tag."))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > DEEPEST or count > MOST_NODES or documents > 1:
            what = "A second document begins" if documents > 1 else "There is too much in this file"
            raise Refused(Mistake(file, *place, f"{what}.", "Make several files of it."))


def _marked(node: yaml.Node, wide: bytes, file: str) -> Marked:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_marked(one, wide, file) for one in node.value), line, column)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, wide, file)
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - there is no fourth sort of node
    # Characters by their place: four bytes each.
    text = wide[node.start_mark.index * 4 : node.end_mark.index * 4].decode("utf-32-le")
    value = node.value if node.tag not in _SAFE or node.tag == _STRING else yaml.safe_load(node.value)
    if node.style in {"'", '"'}:
        return Scalar(node.value, text, line, column, lead=1)
    if node.style in {"|", ">"}:
        return Scalar(node.value, text, line, column, lead=text.find("\n") + 1)
    return Scalar(value if isinstance(value, str | int | float | bool) or value is None else node.value, text, line, column)


def _mapping(node: yaml.MappingNode, wide: bytes, file: str) -> Mapping:
    fields: list[tuple[Scalar, Marked]] = []
    seen: set[str] = set()
    for key, value in node.value:
        name = _marked(key, wide, file)
        if not isinstance(name, Scalar):
            raise Refused(Mistake(file, name.line, name.column, "A field's name is a word."))
        word = key.value
        if word in seen:
            raise Refused(Mistake(file, name.line, name.column, f"`{word}` stands here twice.", "Keep one of them."))
        seen.add(word)
        fields.append((Scalar(word, name.text, name.line, name.column), _marked(value, wide, file)))
    return Mapping(tuple(fields), node.start_mark.line + 1, node.start_mark.column + 1)
