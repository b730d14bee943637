"""Comparing versions as the packages' own managers do, and ranges of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import unquote

from holdtrue.errors import Invalid

_CONDITION = re.compile(r"^(>=|<=|==|!=|=|<|>)?\s*([0-9A-Za-z][\w.:+~^*-]*)$")
_PRERELEASE = re.compile(r"[-._]?(?<![a-z])(dev|alpha|beta|preview|pre|rc|a|b|c)(?=[-.]?\d|$)", re.IGNORECASE)


def compare(left: str, right: str, *, type_: str = "") -> int:
    """Return -1, 0 or 1 as `left` is older than, the same as or newer than `right`, by the rules of that sort of package.

    deb: Debian Policy 5.6.12 (epoch, upstream, revision; `~` sorts before everything). rpm: rpmvercmp, and alpm as it
    (vercmp(8)). Others: numbers by value, with alpha, beta and release candidates before the release.
    """
    if type_ in {"deb", "rpm", "alpm"}:
        pairs = list(zip(_parts(left), _parts(right), strict=True))
        one = _deb if type_ == "deb" else _rpm
        epochs = pairs[0]
        return _sign(int(epochs[0]) - int(epochs[1])) or one(*pairs[1]) or one(*pairs[2])
    return _deb(_plain(left), _plain(right))


def _parts(version: str) -> tuple[str, str, str]:
    epoch, colon, rest = version.partition(":")
    if not colon or not epoch.isdigit():
        epoch, rest = "0", version
    upstream, dash, revision = rest.rpartition("-")
    return (epoch, upstream, revision) if dash else (epoch, rest, "")


def _plain(version: str) -> str:
    """Return a version in which what comes before a release sorts before it, without build metadata (SemVer 10)."""
    return _PRERELEASE.sub(lambda match: f"~{match[1].lower()}", version.strip().lstrip("vV=").partition("+")[0])


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _weight(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _deb(left: str, right: str) -> int:
    """Compare as dpkg does: turns of text, where `~` < end < letters < the rest, and of numbers by value."""
    for mine, other in zip_longest(re.findall(r"(\D*)(\d*)", left), re.findall(r"(\D*)(\d*)", right), fillvalue=("", "")):
        for a, b in zip_longest(mine[0], other[0], fillvalue=""):
            by_text = (_weight(a) if a else 0) - (_weight(b) if b else 0)
            if by_text:
                return _sign(by_text)
        by_number = int(mine[1] or 0) - int(other[1] or 0)
        if by_number:
            return _sign(by_number)
    return 0


def _rpm(left: str, right: str) -> int:  # noqa: PLR0911 - as many as rpmvercmp has
    """Compare as rpmvercmp does: segments of digits or letters; digits are newer; `~` sorts first, `^` after the end."""
    mine, other = (re.findall(r"~|\^|\d+|[a-zA-Z]+", version) for version in (left, right))
    for a, b in zip_longest(mine, other, fillvalue=""):
        if a == b:
            continue
        for first, second, sign in ((a, b, 1), (b, a, -1)):
            if first == "~":
                return -sign
            if first == "^":
                return sign if not second else -sign
        if not a or not b:
            return 1 if a else -1
        if a.isdigit() and b.isdigit():
            if int(a) != int(b):
                return _sign(int(a) - int(b))
            continue
        if a.isdigit() or b.isdigit():
            return 1 if a.isdigit() else -1
        return 1 if a > b else -1
    return 0


@dataclass(frozen=True, slots=True)
class Condition:
    """One bound of a range, such as `>= 2.40`."""

    operator: str
    version: str

    def allows(self, version: str, *, type_: str) -> bool:
        """Whether this version is within the bound; parts that the bound leaves out (epoch, revision) do not count."""
        if self.version.endswith("*"):
            is_same = version.startswith(self.version[:-1])
            return is_same if self.operator == "==" else not is_same
        return _HOLDS[self.operator](compare(self._as_precise(version, type_), self.version, type_=type_))

    def _as_precise(self, version: str, type_: str) -> str:
        if type_ not in {"deb", "rpm", "alpm", "apk"}:
            return version
        epoch, upstream, revision = _parts(version)
        shown = f"{epoch}:{upstream}" if ":" in self.version else upstream
        return f"{shown}-{revision}" if "-" in self.version and revision else shown


_HOLDS: dict[str, Callable[[int], bool]] = {
    ">=": lambda order: order >= 0,
    "<=": lambda order: order <= 0,
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
}


@dataclass(frozen=True, slots=True)
class Range:
    """Versions that are allowed: all conditions of one of its spans together; without any, every version."""

    spans: tuple[tuple[Condition, ...], ...] = ()

    def allows(self, version: str, *, type_: str = "") -> bool:
        """Whether this version of this sort of package is in the range; an unknown version is only in an open one."""
        if not self.spans:
            return True
        return bool(version) and any(all(one.allows(version, type_=type_) for one in span) for span in self.spans)

    def __str__(self) -> str:
        """Return the range as it is written."""
        return " || ".join(", ".join(f"{one.operator} {one.version}" for one in span) for span in self.spans)


def parse_range(text: str) -> Range:
    """Return the range that `>= 2.40, < 3`, `118.*`, `< 1.2 || >= 2, < 2.4` or a vers URI describes; raises `Invalid`."""
    if text.strip().lower().startswith("vers:"):
        return _vers(text.strip())
    spans = [_span(part) for part in text.split("||")]
    # A span without a bound allows everything, and so the range does.
    return Range(tuple(spans)) if all(spans) else Range()


def _span(text: str) -> tuple[Condition, ...]:
    conditions = []
    for part in (part.strip() for part in text.split(",")):
        if part in {"", "*"}:
            continue
        match = _CONDITION.match(part)
        if match is None or (match[2].endswith("*") and match[1] not in {None, "=", "==", "!="}) or "*" in match[2][:-1]:
            raise Invalid(f"{part!r} is no range of versions.", hint="Write it as `>= 2.40, < 3`, as `118.*`, or leave it out.")
        operator = match[1] or "=="
        conditions.append(Condition("==" if operator == "=" else operator, match[2]))
    return tuple(conditions)


def _vers(text: str) -> Range:
    """Return the range of a version range specifier such as `vers:deb/>=1.2|<2|3.1` (its constraints stand in order)."""
    sort, slash, rest = text[len("vers:") :].partition("/")
    if not slash or not sort or not rest.strip("|"):
        raise Invalid(f"{text!r} is no range of versions.", hint="Write it as vers:deb/>=1.2|<2.")
    if rest == "*":
        return Range()
    spans: list[tuple[Condition, ...]] = []
    without: list[Condition] = []
    lower: Condition | None = None
    for one in (_span(unquote(part))[0] for part in rest.split("|") if part.strip()):
        if one.operator == "!=":
            without.append(one)
        elif one.operator in {">", ">="}:
            lower = lower or one
        elif one.operator in {"<", "<="}:
            spans.append((lower, one) if lower else (one,))
            lower = None
        else:
            spans.append((one,))
    spans += [(lower,)] if lower else []
    return Range(tuple((*span, *without) for span in spans) if spans else (tuple(without),))
