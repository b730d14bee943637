"""What a device says about itself: facts, each with where it was read, and the software on it.

The half's floor: both devices and software read it. Nothing here needs more than the standard library, so that an agent
can carry it. `docs/reference/device-facts.md` describes the JSON form.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

FORMAT = "holdtrue.facts/1"

Value: TypeAlias = "str | int | float | bool | list[str] | None"
"""None, and the empty text, mean: asked, and nothing is set."""


class Source(StrEnum):
    """Who decided a value."""

    POLICY = "policy"
    """The organisation: a managed profile, a policy key, a system-wide file."""
    USER = "user"
    DEFAULT = "default"
    """Nobody: the program's own default."""
    OBSERVED = "observed"
    """What is in effect, whoever decided it."""


class System(StrEnum):
    """The family of operating systems that a device belongs to."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fact:
    """One observed value with its source and time."""

    name: str
    """The platform's own name of the setting, such as `org.gnome.desktop.session idle-delay`."""
    value: Value
    source: Source
    observed_at: datetime
    writable: bool | None = None
    """Whether the user can change it; None when that was not asked."""
    user: str | None = None
    """Whose session or settings these are; None for the whole device."""
    origin: str = ""
    """Where it was read: a command, a file, a key."""

    @property
    def is_unset(self) -> bool:
        """Whether the setting was asked for and nothing was there."""
        return self.value is None or (isinstance(self.value, str | list) and not self.value)


@dataclass(frozen=True, slots=True)
class Installed:
    """One program found on a device."""

    name: str
    version: str
    type: str
    """The sort of package, as in a purl: deb, rpm, alpm, apk, nix, flatpak, snap, pypi, npm, brew, app, windows."""
    origin: str = ""
    """Whose archive offers it, such as `Debian`; empty when that is not known."""
    publisher: str = ""
    location: str = ""
    arch: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that would have been looked at, and could not be."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Which device speaks."""

    id: str
    """Serial number where the firmware gives one, else the machine's own id."""
    name: str
    system: System
    release: str = ""
    """The system as it names itself, such as `Debian GNU/Linux 12 (bookworm)`."""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class FactSheet:
    """Everything that one device said at one time."""

    device: Identity
    collected_at: datetime
    facts: tuple[Fact, ...] = ()
    software: tuple[Installed, ...] | None = None
    """None when no inventory was taken, which differs from an empty one."""
    unread: tuple[Unread, ...] = ()
    collector: str = ""
    is_whole: bool = field(default=True, compare=False)
    """Whether `software` is the whole inventory, and not the few titles that are kept with the facts."""
    _index: dict[str, list[Fact]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def older(self) -> Iterator[Fact]:
        """The facts that were not observed when all were collected."""
        return (fact for fact in self.facts if fact.observed_at != self.collected_at)

    def _by_name(self) -> dict[str, list[Fact]]:
        """Return the facts by the one spelling of their names; sorted when somebody first asks."""
        if not self._index and self.facts:
            index: defaultdict[str, list[Fact]] = defaultdict(list)
            for fact in self.facts:
                index[key(fact.name)].append(fact)
            self._index.update(index)
        return self._index

    def among(self, names: AbstractSet[str]) -> AbstractSet[str]:
        """Return those of these names, in their one spelling, that a fact has."""
        return self._by_name().keys() & names

    def named(self, name: str) -> list[Fact]:
        """Return every fact with this name, whatever its spelling."""
        return self._by_name().get(key(name), [])

    def under(self, prefix: str) -> Iterator[tuple[str, Fact]]:
        """Yield the facts whose name begins with these words, as (rest of the canonical name, fact)."""
        start = key(prefix) + "."
        for name, facts in self._by_name().items():
            if name.startswith(start):
                for fact in facts:
                    yield name[len(start) :], fact


_SEPARATORS = re.compile(r"[\s/\\:.\[\]]+")
_HIVES = {"hkey_local_machine": "hklm", "hkey_users": "hku", "hkey_current_user": "hkcu"}


@lru_cache(maxsize=20_000)
def key(name: str) -> str:
    r"""Return the one spelling of a fact's name: `/saver/enabled`, `saver.enabled` and `Saver Enabled` are the same.

    Case and the separators space, `/`, `\`, `:`, `.` and brackets do not count; registry hives are known by both names.
    """
    # KDE marks what cannot be changed with [$i]; the mark is no part of the name.
    words = _SEPARATORS.sub(".", name.strip().lower().replace("[$i]", " ")).strip(".")
    first, dot, rest = words.partition(".")
    return _HIVES.get(first, first) + dot + rest


def newest(facts: Iterable[Fact]) -> Fact | None:
    """Return the fact that was observed last; the later one in the report where times are equal."""
    best: Fact | None = None
    for fact in facts:
        if best is None or fact.observed_at >= best.observed_at:
            best = fact
    return best


def clean(words: str) -> str:
    """Return the text without control characters and lone surrogates: a page or a terminal will show it."""
    if not words.isprintable():
        words = "".join(character if character.isprintable() else " " for character in words)
    return words.strip()
