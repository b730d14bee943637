"""The head of a policy's source: YAML between two lines of `---`."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

import yaml

from holdtrue.policy.text.mistakes import Malformed, Mistake
from holdtrue.said import LANGUAGES

LONGEST_HEAD: Final = 16_384
"""In characters; a longer one is refused unread."""
LONGEST_SLUG: Final = 60
LONGEST_NAME: Final = 200

_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_REQUIRED: Final = ("policy", "title", "language", "organisation", "contact", "in-force", "change")
_KEYS: Final = (*_REQUIRED, "audience", "address", "company-number", "website", "inventory")


class Audience(StrEnum):
    """Who may read the policy."""

    PUBLIC = "public"
    PERSONNEL = "personnel"


@dataclass(frozen=True, slots=True)
class Head:
    """What a policy says of itself."""

    slug: str
    title: str
    language: str
    organisation: str
    contact: str
    in_force: date
    change: str
    """What is new in this version, in plain words."""
    audience: Audience
    address: str
    company_number: str
    website: str
    inventory: str
    """SHA-256 of the inventory that the tables were written from; empty where they were written by hand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of the head with its line."""

    value: str
    line: int


def split(source: str) -> tuple[str, str, int]:
    """Return the head, the body and the line on which the body begins; no head when the text has none."""
    lines = source.split("\n")
    if not lines or lines[0].rstrip() != "---":
        return "", source, 1
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        raise Malformed([Mistake(1, "The head begins with --- and never ends.", "Close it with a line of ---.")])
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def read_head(head: str) -> Head:
    """Return what the head says, or raise `Malformed` with all its mistakes."""
    entries = entries_of(head)
    mistakes = list(_mistakes(entries))
    if mistakes:
        raise Malformed(mistakes)
    text = {key: entry.value for key, entry in entries.items()}
    return Head(
        slug=text["policy"],
        title=text["title"],
        language=text["language"],
        organisation=text["organisation"],
        contact=text["contact"],
        in_force=date.fromisoformat(text["in-force"]),
        change=text["change"],
        audience=Audience(text.get("audience", Audience.PERSONNEL)),
        address=text.get("address", ""),
        company_number=text.get("company-number", ""),
        website=text.get("website", ""),
        inventory=text.get("inventory", ""),
    )


def entries_of(head: str) -> dict[str, Entry]:
    """Return the head's entries by key, or raise `Malformed`: no nesting, no aliases, no key twice."""
    if len(head) > LONGEST_HEAD:
        raise Malformed([Mistake(1, f"The head is longer than {LONGEST_HEAD} characters.", "Move text below it.")])
    entries: dict[str, Entry] = {}
    mistakes: list[Mistake] = []
    scalars = _scalars(head)
    for key, line in scalars:
        value, _ = next(scalars, ("", line))
        if key in entries:
            what = f"“{key}” stands here again, after line {entries[key].line}."
            mistakes.append(Mistake(line, what, "Keep one."))
        entries.setdefault(key, Entry(" ".join(value.split()), line))
    if mistakes:
        raise Malformed(mistakes)
    return entries


def _scalars(head: str) -> Iterator[tuple[str, int]]:
    """Yield keys and values in turn, each with its line; refuse anything else as soon as it is seen.

    The events are read one by one and nothing is constructed: no objects, no aliases that multiply, no deep nesting.
    """
    depth = 0
    try:
        for event in yaml.parse(head, Loader=yaml.SafeLoader):
            line = _line(event.start_mark)
            if isinstance(event, yaml.AliasEvent):
                raise Malformed([Mistake(line, "The head uses a YAML alias.", "Write the value out.")])
            if isinstance(event, yaml.MappingStartEvent) and depth == 0:
                depth = 1
            elif isinstance(event, yaml.CollectionStartEvent):
                raise Malformed([Mistake(line, "The head takes plain values only.", "Write one `key: value` a line.")])
            elif isinstance(event, yaml.ScalarEvent):
                if depth == 0:
                    break
                yield event.value, line
    except yaml.MarkedYAMLError as error:
        what = f"The head is no YAML: {error.problem}."
        advice = "Put a value that holds `: ` or `#` in quotes."
        raise Malformed([Mistake(_line(error.problem_mark), what, advice)]) from error
    except yaml.YAMLError as error:
        raise Malformed([Mistake(1, "The head holds characters that YAML does not allow.")]) from error
    if depth == 0:
        raise Malformed([Mistake(1, "The head has no entries.", "Write one `key: value` a line.")])


def _line(mark: Any) -> int:
    # The head begins on the file's second line, and YAML counts from 0.
    return int(mark.line) + 2 if mark is not None else 1


def _mistakes(entries: dict[str, Entry]) -> Iterator[Mistake]:
    for key, entry in entries.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            advice = f"Did you mean {near[0]}?" if near else f"The keys are {', '.join(_KEYS)}."
            yield Mistake(entry.line, f"“{key}” is no key of the head.", advice)
    for key in _REQUIRED:
        if key not in entries or not entries[key].value:
            yield Mistake(entries[key].line if key in entries else 1, f"The head says no {key}.", f"Add `{key}: …`.")
    yield from _wrong_values({key: entry for key, entry in entries.items() if entry.value})


def _wrong_values(entries: dict[str, Entry]) -> Iterator[Mistake]:
    checks = (
        ("policy", lambda text: bool(_SLUG.match(text)) and len(text) <= LONGEST_SLUG, "a short name such as cookie-policy"),
        ("title", lambda text: len(text) <= LONGEST_NAME, f"at most {LONGEST_NAME} characters"),
        ("organisation", lambda text: len(text) <= LONGEST_NAME, f"at most {LONGEST_NAME} characters"),
        ("language", LANGUAGES.__contains__, f"one of {', '.join(LANGUAGES)}"),
        ("contact", lambda text: bool(_MAIL.match(text)), "an e-mail address"),
        ("in-force", _is_date, "a date such as 2026-01-31"),
        ("audience", lambda text: text in set(Audience), "public or personnel"),
        ("inventory", lambda text: re.fullmatch(r"[0-9a-f]{64}", text) is not None, "a SHA-256 in 64 hexadecimal digits"),
        ("website", lambda text: re.match(r"https?://[^\s/]+", text) is not None, "an address such as https://www.example.org"),
    )
    for key, is_right, wanted in checks:
        if key in entries and not is_right(entries[key].value):
            yield Mistake(entries[key].line, f"“{entries[key].value}” cannot be the {key}.", f"It takes {wanted}.")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
