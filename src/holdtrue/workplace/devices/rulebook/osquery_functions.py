"""The functions that an osquery query may call: SQLite's own that read alone, and those that osquery adds to them."""

import base64
import hashlib
import ipaddress
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from .patterns import MOST_WORK, pattern
from .sorts import sortable

_OF_SQLITE: Final = frozenset(
    [
        "abs", "avg", "cast", "char", "coalesce", "count", "date", "datetime", "glob", "group_concat", "hex", "ifnull",
        "iif", "instr", "json_array_length", "json_extract", "json_type", "json_valid", "julianday", "length", "like",
        "lower", "ltrim", "max", "min", "nullif", "quote", "replace", "round", "row_number", "rtrim", "sign",
        "strftime", "substr", "substring", "sum", "time", "total", "trim", "typeof", "unicode", "unixepoch", "upper",
    ]
)  # fmt: skip
_CALLED: Final = re.compile(r"\bregex_(?:match|split)\s*\([^,]*,\s*'((?:[^']|'')*)'", re.IGNORECASE)


def install(database: sqlite3.Connection) -> None:
    """Give a database the functions that osquery adds to SQLite's, and its order of versions."""
    matching = _Matching()
    for name, arguments, function in _OF_OSQUERY:
        database.create_function(name, arguments, function, deterministic=True)
    database.create_function("regex_match", 3, matching.match, deterministic=True)
    database.create_function("regex_split", 3, matching.split, deterministic=True)
    database.create_collation("version", _order)


def unbounded(sql: str) -> str:
    """Return a pattern in a query that is none, or that may take for ever; empty where there is none such."""
    for told in _CALLED.findall(sql):
        try:
            pattern(told.replace("''", "'"))
        except (ValueError, re.error):
            return str(told)
    return ""


def _split(text: object, marks: object, place: object) -> str | None:
    """Return one part of a text, cut at any of these characters; empty parts do not count."""
    parts = [one for one in re.split(f"[{re.escape(str(marks))}]", str(text)) if one] if marks else [str(text)]
    return _part(parts, place)


def _part(parts: list[str], place: object) -> str | None:
    with suppress(ValueError, IndexError):
        return parts[int(str(place))] if int(str(place)) >= 0 else None
    return None


def _concat(*parts: object) -> str:
    return "".join(str(one) for one in parts if one is not None)


def _concat_ws(mark: object, *parts: object) -> str:
    return str(mark).join(str(one) for one in parts if one is not None)


class _Matching:
    """The matches of one query, of which all together may take so long."""

    def __init__(self) -> None:
        self._left = MOST_WORK

    def match(self, text: object, told: object, group: object) -> str | None:
        if text is None or told is None:
            return None
        found = self._pattern(told, str(text)).search(str(text))
        with suppress(ValueError, IndexError):
            return None if found is None else found[int(str(group))]
        return None

    def split(self, text: object, told: object, place: object) -> str | None:
        if text is None or told is None:
            return None
        parts = [one for one in self._pattern(told, str(text)).split(str(text)) if one]
        return _part(parts, place)

    def _pattern(self, told: object, text: str) -> re.Pattern[str]:
        found = pattern(str(told))
        self._left -= found.work(text)
        if self._left < 0:
            raise ValueError("the matches of this query take too long")
        return found.compiled


def _version_compare(one: object, other: object) -> int | None:
    return None if one is None or other is None else _order(str(one), str(other))


def _order(one: str, other: str) -> int:
    # What is no version comes before all that are.
    first, second = sortable(one) or "", sortable(other) or ""
    return (first > second) - (first < second)


def _inet_aton(address: object) -> int | None:
    with suppress(ValueError):
        return int(ipaddress.IPv4Address(str(address)))
    return None


def _in_cidr_block(block: object, address: object) -> int | None:
    with suppress(ValueError):
        return int(ipaddress.ip_address(str(address)) in ipaddress.ip_network(str(block), strict=False))
    return None


def _to_base64(text: object) -> str | None:
    return None if text is None else base64.b64encode(str(text).encode()).decode()


def _from_base64(text: object) -> str | None:
    with suppress(ValueError):
        return None if text is None else base64.b64decode(str(text), validate=True).decode()
    return None


def _conditional_to_base64(text: object) -> str | None:
    return str(text) if text is not None and str(text).isascii() else _to_base64(text)


def _hashed(name: str) -> Callable[[object], str | None]:
    def digest(text: object) -> str | None:
        return None if text is None else hashlib.new(name, str(text).encode(), usedforsecurity=False).hexdigest()

    return digest


_OF_OSQUERY: Final[tuple[tuple[str, int, Callable[..., str | int | None]], ...]] = (
    ("split", 3, _split), ("concat", -1, _concat), ("concat_ws", -1, _concat_ws), ("version_compare", 2, _version_compare),
    ("inet_aton", 1, _inet_aton), ("in_cidr_block", 2, _in_cidr_block), ("to_base64", 1, _to_base64),
    ("from_base64", 1, _from_base64), ("conditional_to_base64", 1, _conditional_to_base64),
    *((name, 1, _hashed(name)) for name in ("md5", "sha1", "sha256")),
)  # fmt: skip
ALLOWED: Final = _OF_SQLITE | {name for name, _, _ in _OF_OSQUERY} | {"regex_match", "regex_split"}
"""What a query may call."""
