"""The sorts of values that a rule speaks of, and how each is kept in a column."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeAlias

Known: TypeAlias = bool | float | str
"""A value as both evaluators see it; lists and versions are encoded as text."""
Value: TypeAlias = Known | None
"""None is unknown."""

SEPARATOR: Final = "\x1f"
"""Stands around and between the items of a list; `facts.clean` lets no such character into a value."""
_DIGITS: Final = 8
_MOST_PARTS: Final = 6
_VERSION: Final = re.compile(r"\D*(\d+(?:\.\d+)*)")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Sort(StrEnum):
    """What may be compared with what."""

    FLAG = "yes or no"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    VERSION = "version"
    LIST = "list"


ORDERED: Final = frozenset({Sort.NUMBER, Sort.DATE, Sort.VERSION})
"""Sorts with a before and an after."""


def packed(items: Iterable[str]) -> str:
    """Return a list as one text: sorted, each item once, a separator before, between and after them."""
    kept = sorted({item.replace(SEPARATOR, " ") for item in items})
    return SEPARATOR.join(["", *kept, ""]) if kept else SEPARATOR


def unpacked(text: str) -> list[str]:
    """Return the items of a packed list."""
    return text.strip(SEPARATOR).split(SEPARATOR) if text.strip(SEPARATOR) else []


def sortable(version: str) -> str | None:
    """Return a version as text that sorts as versions do: `14.4.1` before `14.10`; None where it has no number.

    Zeros at the end do not count, so that 14 and 14.0 are one. What follows the numbers (`-rc1`, `~deb12`) is left out.
    """
    found = _VERSION.match(version.strip())
    if found is None:
        return None
    parts = [part.lstrip("0") or "0" for part in found[1].split(".")[:_MOST_PARTS]]
    while len(parts) > 1 and parts[-1] == "0":
        parts.pop()
    return None if any(len(part) > _DIGITS for part in parts) else ".".join(part.zfill(_DIGITS) for part in parts)


def plain_version(text: str) -> str:
    """Return a sortable version as people write it."""
    return ".".join(part.lstrip("0") or "0" for part in text.split("."))
