"""Values as a file of rules writes them: numbers, lengths of time, versions, lists, and conditions word for word."""

import re
from typing import Final

from .conditions import UNITS
from .sorts import DATE, Known, Sort, packed, sortable
from .yaml_marks import Marked, Scalar, Sequence

_SPAN: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*")


def value_of(at: Marked) -> Known | list[str] | None:
    """Return a value as a case or a parameter gives it; a length of time is a number of seconds."""
    if isinstance(at, Sequence):
        return [str(one.value) for one in at.items if isinstance(one, Scalar)]
    if not isinstance(at, Scalar) or at.value is None:
        return None
    if isinstance(at.value, bool):
        return at.value
    if isinstance(at.value, int | float):
        return float(at.value)
    span = seconds_in(at.value) if at.lead == 0 else None
    return at.value if span is None else span


def as_sort(value: Known | list[str] | None, sort: Sort) -> Known | None:  # noqa: PLR0911 - one line for each sort
    """Return a value as the evaluators keep it; None where it is of another sort."""
    if isinstance(value, list):
        return packed(value) if sort is Sort.LIST else None
    if sort is Sort.FLAG:
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or value is None:
        return None
    if sort is Sort.NUMBER:
        return value if isinstance(value, float) else None
    if sort is Sort.VERSION:
        return sortable(f"{value:g}" if isinstance(value, float) else value)
    if sort is Sort.DATE:
        return value if isinstance(value, str) and DATE.fullmatch(value) else None
    if sort is Sort.TEXT:
        return f"{value:g}" if isinstance(value, float) else value
    return None


def seconds_in(text: str) -> float | None:
    """Return the number in `600`, or the seconds in `10 min`; None where it is neither."""
    match = _SPAN.fullmatch(text)
    if match is None or (match[2] and match[2] not in UNITS):
        return None
    return float(match[1]) * UNITS.get(match[2], 1)


def sort_of(value: Known) -> Sort:
    """Return what sort of value this is."""
    if isinstance(value, bool):
        return Sort.FLAG
    return Sort.NUMBER if isinstance(value, float) else Sort.DATE if DATE.fullmatch(value) else Sort.TEXT


def raw_of(at: Marked | None) -> str:
    """Return a condition as it was written, so that places in it are places in the file."""
    if not isinstance(at, Scalar):
        return ""
    if at.lead == 1 and at.text[:1] in {"'", '"'}:
        # Where YAML's own escapes stand in it, the places are those of the value.
        return str(at.value) if "\\" in at.text or "''" in at.text[1:-1] else at.text[1:-1]
    return at.text[at.lead :]
