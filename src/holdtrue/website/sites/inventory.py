"""The inventory of a website: every item that it may store, or may never, as values. No framework, no clock."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Final

import msgspec

from holdtrue.errors import Invalid
from holdtrue.policy.text.rules import Category, Declaration, Party, SetBy
from holdtrue.said import LANGUAGES, listed, said

FORMAT: Final = "holdtrue.inventory/1"
LONGEST_NAME: Final = 200
LONGEST_PURPOSE: Final = 500
_NAME = re.compile(r"[!#$%&'*+\-.^_`~0-9A-Za-z:@/\[\]{}()?=]+")
_DOMAIN = re.compile(r"\.?(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::\d{1,5})?")
_HOST = re.compile(r"(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::\d{1,5})?")
_VARIES = re.compile(r"[0-9a-f]{12,}|\d{2,}(?:[-_.]\d+)*|[A-Z0-9]{8,}(?=$|[-_.])|…$")


class Sort(StrEnum):
    """Where an item is kept."""

    COOKIE = "cookie"
    STORAGE = "storage"


class Status(StrEnum):
    """What the organisation says of an item."""

    DECLARED = "declared"
    NEVER = "never"
    """Never to be set: the consent block refuses it whatever a visitor agrees to."""
    DROPPED = "dropped"
    """No longer in the inventory; its history stays."""


@dataclass(frozen=True, slots=True)
class Name:
    """What an item is known by on its site; the same name again is the same item."""

    pattern: str
    """A name; `*` stands for anything."""
    sort: Sort = Sort.COOKIE
    domain: str = ""
    """Whose it is; empty where that does not matter."""

    def covers(self, name: str, sort: Sort) -> bool:
        """Whether something of this name and sort is the item."""
        # fnmatch would read `[` and `?` too; here only `*` is special.
        return sort is self.sort and fnmatchcase(name, re.sub(r"([\[?])", r"[\1]", self.pattern))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the inventory says of an item."""

    provider: str = ""
    purposes: Mapping[str, str] = field(default_factory=dict)
    """In a few words, by language."""
    category: Category = Category.MARKETING
    party: Party = Party.FIRST
    set_by: SetBy = SetBy.UNSTATED
    retention_days: float | None = None
    """The longest time that it may be kept; None for the browser's session."""
    hosts: tuple[str, ...] = ()
    """Where data goes, as a Content-Security-Policy names hosts."""

    def purpose(self, language: str) -> str:
        """Return the purpose in this language, or in the first that has one."""
        spoken = [self.purposes.get(one, "") for one in (language, *LANGUAGES, *self.purposes)]
        return next((text for text in spoken if text), "")


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the inventory as it stands."""

    name: Name
    status: Status
    facts: Facts

    def declaration(self, language: str) -> Declaration:
        """Return the item as a policy in this language declares it."""
        facts = self.facts
        return Declaration(
            pattern=self.name.pattern,
            provider=facts.provider,
            purpose=facts.purpose(language),
            category=facts.category,
            party=facts.party,
            set_by=facts.set_by,
            retention_days=facts.retention_days,
            line=0,
            hosts=facts.hosts,
            domain=self.name.domain,
        )


def line_of(declaration: Declaration, language: str) -> Line:
    """Return the item that a policy in this language declares."""
    sort = Sort.STORAGE if declaration.set_by is SetBy.STORAGE else Sort.COOKIE
    facts = Facts(
        provider=declaration.provider,
        purposes={language: declaration.purpose},
        category=declaration.category,
        party=declaration.party,
        set_by=declaration.set_by,
        retention_days=declaration.retention_days,
        hosts=declaration.hosts,
    )
    return Line(Name(declaration.pattern, sort, declaration.domain), Status.DECLARED, facts)


def require_name(name: Name) -> None:
    """Raise `Invalid` for what cannot be the name of an item."""
    if not _NAME.fullmatch(name.pattern) or len(name.pattern) > LONGEST_NAME:
        raise Invalid(f"“{name.pattern[:80]}” cannot be the name of an item.", hint="Write one name; `*` stands for any part.")
    if not name.pattern.replace("*", ""):
        raise Invalid("A pattern of nothing but `*` names everything.", hint="Write the part that stays the same.")
    if name.domain and not _DOMAIN.fullmatch(name.domain):
        raise Invalid(f"“{name.domain[:80]}” is not a domain.", hint="Write it as stats.example.org, or leave it empty.")


def require_facts(facts: Facts) -> None:
    """Raise `Invalid` for a declaration that leaves out what the law has it say, or that no table could hold."""
    if not any(text.strip() for text in facts.purposes.values()):
        raise Invalid("A declared item needs a purpose.", hint="Say in a few words what it is for.")
    texts = [facts.provider, *facts.purposes.values()]
    if any(len(text) > LONGEST_PURPOSE or "\n" in text or "\r" in text or "\0" in text for text in texts):
        raise Invalid(f"A purpose or provider takes one line of at most {LONGEST_PURPOSE} signs.", hint="Say it shorter.")
    if not set(facts.purposes) <= set(LANGUAGES):
        raise Invalid("A purpose is in a language that pages do not speak.", hint=f"Use {', '.join(LANGUAGES)}.")
    if facts.retention_days is not None and not 0 < facts.retention_days <= 36_500:  # noqa: PLR2004 - a hundred years
        raise Invalid("An item is kept for more than no time and less than a hundred years.", hint="Or for the session.")
    for host in facts.hosts:
        if not _HOST.fullmatch(host):
            raise Invalid(f"“{host[:80]}” is not a host.", hint="Write www.example.org or *.example.org, no https://.")


def covering(lines: Iterable[Line], name: str, sort: Sort, domain: str) -> Line | None:
    """Return the line that an observed item falls under: one of its own domain first, and of those the longest pattern."""
    found = [line for line in lines if line.name.covers(name, sort)]
    own = [line for line in found if line.name.domain and line.name.domain.lstrip(".") == domain.lstrip(".")]
    anywhere = [line for line in found if not line.name.domain]
    return max(own or anywhere, key=lambda line: len(line.name.pattern), default=None)


def pattern_for(name: str) -> str:
    """Return a name with `*` for what looks like it differs from visitor to visitor, or the name as it is."""
    pattern = re.sub(r"\*+", "*", _VARIES.sub("*", name))
    return pattern if len(pattern.replace("*", "").strip("_-.")) >= 2 else name  # noqa: PLR2004 - letters that still tell


def merged(pattern: str, name: str) -> str:
    """Return the pattern that covers both: what they begin and end with, and `*` between; "" where they share too little."""
    head = _common(pattern, name)
    rest, other = pattern[len(head) :], name[len(head) :]
    tail = _common(rest[::-1], other[::-1])[::-1]
    shared = f"{head}*{tail}"
    return re.sub(r"\*+", "*", shared) if len(shared.replace("*", "").strip("_-.")) > 2 else ""  # noqa: PLR2004 - as above


def _common(one: str, other: str) -> str:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right or left == "*":
            break
        count += 1
    return one[:count]


class _Row(msgspec.Struct, frozen=True):
    """A line in the document that is hashed."""

    status: Status
    sort: Sort
    pattern: str
    domain: str
    provider: str
    purposes: dict[str, str]
    category: Category
    party: Party
    set_by: SetBy
    retention_days: float | None
    hosts: list[str]


class _Document(msgspec.Struct, frozen=True):
    """What an inventory's hash is over: all sites of one policy."""

    format: str
    sites: dict[str, list[_Row]]


def document_of(sites: Mapping[str, Iterable[Line]]) -> bytes:
    """Return the inventory of a policy's sites as canonical JSON: the same lines give the same bytes."""
    rows = {
        host: sorted(
            (_row(line) for line in lines if line.status is not Status.DROPPED),
            key=lambda row: (row.sort, row.pattern, row.domain),
        )
        for host, lines in sites.items()
    }
    return msgspec.json.encode(_Document(FORMAT, rows), order="sorted")


def read_document(document: bytes) -> dict[str, tuple[Line, ...]]:
    """Return the lines by site of a frozen inventory; raises `Invalid`."""
    try:
        read = msgspec.json.decode(document, type=_Document)
    except msgspec.DecodeError as error:
        raise Invalid(f"This is no inventory: {error}.") from error
    return {host: tuple(_line(row) for row in rows) for host, rows in read.sites.items()}


def hash_of(document: bytes) -> str:
    """Return the SHA-256 of an inventory's document, in hexadecimal."""
    return sha256(document).hexdigest()


def _row(line: Line) -> _Row:
    facts = line.facts
    days = None if facts.retention_days is None else float(facts.retention_days)
    return _Row(
        status=line.status,
        sort=line.name.sort,
        pattern=line.name.pattern,
        domain=line.name.domain,
        provider=facts.provider,
        purposes={language: text for language, text in facts.purposes.items() if text},
        category=facts.category,
        party=facts.party,
        set_by=facts.set_by,
        retention_days=days,
        hosts=sorted(facts.hosts),
    )


def _line(row: _Row) -> Line:
    facts = Facts(row.provider, row.purposes, row.category, row.party, row.set_by, row.retention_days, tuple(row.hosts))
    return Line(Name(row.pattern, row.sort, row.domain), row.status, facts)


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference between the inventory and the policy in force."""

    pattern: str
    told: str
    """What differs: `added` by the inventory, `removed` from the policy, `spoken` in more languages, or the facts that do."""


def gaps_between(lines: Sequence[Line], declared: Sequence[Declaration], language: str) -> tuple[Gap, ...]:
    """Return what a version written from the inventory would change, by name; none when the policy says the same."""
    ours = {
        (one.pattern, one.domain): one
        for line in lines
        if line.status is Status.DECLARED
        for one in [line.declaration(language)]
    }
    theirs = {(one.pattern, one.domain): one for one in declared}
    found = []
    for key in dict.fromkeys([*theirs, *ours]):
        mine, published = ours.get(key), theirs.get(key)
        if mine is None or published is None:
            found.append(Gap(key[0], "added" if published is None else "removed"))
        elif differing := _differing(mine, published):
            found.append(Gap(key[0], listed(differing)))
    return tuple(found)


def spoken_since(lines: Iterable[Line], published: Iterable[Line], language: str) -> int:
    """Return how many items say their purpose in a language in which the policy in force, written in another, does not."""
    theirs = {line.name: line.facts.purposes for line in published}
    others = [one for one in LANGUAGES if one != language]
    return sum(
        any(line.facts.purposes.get(one, "") != theirs[line.name].get(one, "") for one in others)
        for line in lines
        if line.status is Status.DECLARED and line.name in theirs
    )


def _differing(one: Declaration, other: Declaration) -> list[str]:
    sides = {
        said("provider"): (one.provider, other.provider),
        said("purpose"): (one.purpose, other.purpose),
        said("category"): (one.category, other.category),
        said("party"): (one.party, other.party),
        said("how it is set"): (one.set_by, other.set_by),
        said("retention"): (one.retention_days, other.retention_days),
        said("hosts"): (set(one.hosts), set(other.hosts)),
    }
    return [name for name, (mine, theirs) in sides.items() if mine != theirs]


def unspoken(lines: Iterable[Line]) -> dict[str, int]:
    """Return for each language how many declared items say in it no purpose; a language in which all do is left out."""
    declared = [line for line in lines if line.status is Status.DECLARED]
    counted = {language: sum(not line.facts.purposes.get(language) for line in declared) for language in LANGUAGES}
    return {language: count for language, count in counted.items() if count}
