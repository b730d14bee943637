"""What changed of a device's watched settings since they were agreed: pure decisions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import translate
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

import yaml

from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.said import said
from holdtrue.workplace.facts import Fact, FactSheet, key

COMMITMENT: Final = "device.settings-kept"
_SHOWN: Final = 4
"""Changes named in one line; the rest are counted."""
LONGEST: Final = 500
"""Characters of a value that are kept."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A setting that is watched, by the name that devices give it."""

    name: str
    """A star stands for anything."""
    about: str = ""
    system: str = ""
    """The systems that have it; empty for all."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a watched setting is, for one user or the whole device."""

    name: str
    user: str
    """Empty for the whole device."""
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that is no longer as agreed."""

    name: str
    user: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return the change in one line."""
        whose = f" ({self.user})" if self.user else ""
        return f"{self.name}{whose}: {self.before}, now {self.after}"


@cache
def defaults() -> tuple[Watched, ...]:
    """Return the settings that are watched unless the organisation says otherwise."""
    told = yaml.safe_load((files("holdtrue.workplace.drift") / "data" / "watched.yaml").read_text(encoding="utf-8"))
    return tuple(Watched(one["name"], one["about"], one.get("system", "")) for one in told["watched"])


class Watching:
    """What is watched, made ready for many devices."""

    def __init__(self, every: Sequence[Watched]) -> None:
        """Watch all of these."""
        self.every = tuple(every)
        self._patterns: dict[str, re.Pattern[str]] = {}

    def pattern(self, system: str) -> re.Pattern[str]:
        """Return what the names of watched settings look like on this system, in their one spelling."""
        if system not in self._patterns:
            names = {key(one.name) for one in self.every if one.system in {"", system}}
            self._patterns[system] = _pattern(tuple(sorted(names)))
        return self._patterns[system]

    def has_any(self, names: Iterable[str], sheet: FactSheet) -> bool:
        """Whether one of these names, in their one spelling, is watched on a device."""
        pattern = self.pattern(sheet.device.system.value)
        return any(pattern.match(name) for name in names)


def settings_of(sheet: FactSheet, watched: Watching) -> dict[str, Setting]:
    """Return the watched settings that a device told, by a key that names setting and user."""
    pattern = watched.pattern(sheet.device.system.value)
    layers: dict[str, list[Fact]] = {}
    for fact in sheet.facts:
        name = key(fact.name)
        if pattern.match(name):
            layers.setdefault(f"{fact.user or ''}|{name}", []).append(fact)
    return {place: Setting(facts[0].name[:300], facts[0].user or "", _told(facts)) for place, facts in layers.items()}


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(name) for name in names) or r"(?!)")


def _told(facts: Sequence[Fact]) -> str:
    """Return a setting's layers as text: each value, who decided it, and whether the user can change it."""
    return "; ".join(sorted({_layer(fact) for fact in facts}))[:LONGEST]


def _layer(fact: Fact) -> str:
    value = "not set" if fact.is_unset else ", ".join(fact.value) if isinstance(fact.value, list) else _plain(fact.value)
    fixed = {True: ", can be changed", False: ", fixed", None: ""}[fact.writable]
    return f"{value} ({fact.source.value}{fixed})"


def _plain(value: object) -> str:
    """Return a value in one spelling: `uint32 300`, `300` and `0x12c` are one, and so are `'true'`, `True` and `true`."""
    words = _TYPED.sub("", str(value).strip()).strip("'")
    if _HEXADECIMAL.match(words):
        return str(int(words, 16))
    return words.lower() if words.lower() in {"true", "false"} else words


_TYPED: Final = re.compile(r"^(?:u?int(?:16|32|64)|byte|double|boolean)\s+")
_HEXADECIMAL: Final = re.compile(r"^0x[0-9a-fA-F]{1,16}$")


def changes_between(agreed: Mapping[str, Setting], now: Mapping[str, Setting]) -> tuple[Change, ...]:
    """Return what is no longer as agreed. What is told for the first time was agreed by nobody, and cannot have changed."""
    found = [
        Change(one.name, one.user, agreed[place].value, one.value)
        for place, one in now.items()
        if place in agreed and agreed[place].value != one.value
    ]
    return tuple(sorted(found, key=lambda one: (one.user, one.name)))


def mark_of(changes: Iterable[Change]) -> str:
    """Return what tells one set of changes from another: whoever agrees agrees to what they saw."""
    return sha256("\n".join(map(str, changes)).encode()).hexdigest()[:32]


def verdict_on(subject: str, changes: Sequence[Change], *, many: int, agreed_at: datetime | None, seen: datetime) -> Verdict:
    """Return the verdict on a device of which so many settings are watched."""
    rule = said("watched settings are as agreed")
    if agreed_at:
        rule = said("watched settings are as agreed on %(day)s", day=agreed_at.date())

    def verdict(result: Result, value: str, advice: str = "", parts: tuple[str, ...] = ()) -> Verdict:
        reason = Reason("watched settings", value, "the device's facts", seen, rule, advice)
        return Verdict(COMMITMENT, subject, result, reason, parts)

    if not many:
        return verdict(Result.UNPROVEN, "the device told none of the watched settings", "Run `holdtrue check` on the device.")
    if not changes:
        return verdict(
            Result.HOLDS, said("all %(count)s watched settings are as agreed", count=many) if many > 1 else "it is as agreed"
        )
    shown: str = "; ".join(map(str, changes[:_SHOWN]))
    if len(changes) > _SHOWN:
        shown = said("%(names)s and %(count)s more", names=shown, count=len(changes) - _SHOWN)
    value = said("%(some)s of %(all)s watched settings changed: %(what)s", some=len(changes), all=many, what=shown)
    advice = "Set it back, or ask the security team for consent before you change it."
    return verdict(Result.BROKEN, value, advice, tuple(dict.fromkeys(one.name for one in changes)))
