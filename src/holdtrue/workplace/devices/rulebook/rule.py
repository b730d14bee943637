"""A rule, as it was read: what it speaks of, what it demands, and how to mend what breaks it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Final

from holdtrue.said import Said, Value, said

from .conclusions import SORTS
from .conditions import RAW
from .in_python import Branch, Function, branch, compiled
from .sorts import Known, Sort, plain_version
from .tree import Node, names

FRESH: Final = timedelta(hours=24)
"""How long a fact counts where a rule says nothing else."""
HASH_LENGTH: Final = 12
_PLACE: Final = re.compile(r"\{(\w+)(?:\.(seconds|minutes))?\}")
"""Where a title or a fix has a parameter's value."""
_COMFORTABLE: Final = 600
"""Seconds: what is recommended where the bound allows it."""
_GRACE: Final = 5
"""Seconds of grace that a desktop may add by default (KDE's LockGrace)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a clause, or who asks *what if*, may set."""

    name: str
    sort: Sort
    default: Known
    clause: str = ""
    """What a clause calls it, such as `at most`."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do on one desktop or system, of these versions."""

    place: str
    """A desktop or a system; `else` for any other."""
    op: str
    version: str
    """Sortable; empty for every version."""
    text: str

    @property
    def plain(self) -> str:
        """Return the version as people write it."""
        return plain_version(self.version) if self.version else ""


@dataclass(frozen=True, slots=True)
class Case:
    """An example that the rule must judge as it says."""

    name: str
    expect: str
    line: int
    given: Mapping[str, Known] = field(default_factory=dict)
    facts: str = ""
    """A fact sheet as JSON, where the example begins with raw facts."""
    settings: Mapping[str, Known] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule."""

    id: str
    title: str
    holds: Node | None
    """None where an osquery query decides."""
    holds_text: str
    keeps: str = ""
    """The commitment that it is part of; empty where it keeps none."""
    applies: Node | None = None
    applies_text: str = ""
    parameters: tuple[Parameter, ...] = ()
    fresh: timedelta = FRESH
    grace: timedelta = timedelta(0)
    """How long the owner has to mend it before anybody else is told."""
    fixes: tuple[Fix, ...] = ()
    why: str = ""
    query: str = ""
    """SQL over osquery's tables: any row is a pass."""
    means: tuple[tuple[str, str], ...] = ()
    cases: tuple[Case, ...] = ()
    file: str = ""
    line: int = 0

    @cached_property
    def hash(self) -> str:
        """Return the hash of what the rule demands; a change of wording elsewhere leaves it as it is."""
        demanded = {
            "id": self.id, "keeps": self.keeps, "applies": " ".join(self.applies_text.split()),
            "holds": " ".join(self.holds_text.split()), "query": self.query, "means": self.means,
            "parameters": [(one.name, one.default) for one in self.parameters], "fresh": self.fresh.total_seconds(),
        }  # fmt: skip
        return hashlib.sha256(json.dumps(demanded, sort_keys=True).encode()).hexdigest()[:HASH_LENGTH]

    @cached_property
    def label(self) -> str:
        """Return its title with its id and its hash, for a rule without parameters in its title."""
        return said("%(title)s · %(rule)s", title=self.titled({}), rule=f"{self.id} {self.hash}")

    def titled(self, settings: Mapping[str, Known]) -> Said:
        """Return its title with the values of its parameters put in."""
        return spelled(self.title, {name: value for name, value in settings.items() if name != "today"})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the conclusions that the rule speaks of."""
        found = [name for node in (self.applies, self.holds) if node is not None for name in names(node)]
        return (*dict.fromkeys(found), *((f"flag:osquery.{self.id}",) if self.query else ()))

    @property
    def names_of_facts(self) -> tuple[str, ...]:
        """Return the facts that the rule asks for as they are."""
        return tuple(name for name in self.names if ":" in name)

    @cached_property
    def applies_to(self) -> Function | None:
        """Return the function that says whether the rule concerns a device."""
        return None if self.applies is None else compiled(self.applies)

    @cached_property
    def is_held(self) -> Function:
        """Return the function that says whether a device keeps the rule."""
        if self.holds is None:
            name = f"flag:osquery.{self.id}"
            return lambda values, _: values.get(name)
        return compiled(self.holds)

    @cached_property
    def applies_branch(self) -> Branch | None:
        """Return the condition under which the rule concerns a device, with what it is made of."""
        return None if self.applies is None else branch(self.applies)

    @cached_property
    def holds_branch(self) -> Branch | None:
        """Return the condition that keeps the rule, with what it is made of; None where a query decides."""
        return None if self.holds is None else branch(self.holds)

    def settings(self, given: Mapping[str, Known] | None = None, *, today: str = "") -> dict[str, Known]:
        """Return the value of every parameter: what was given, else the default."""
        if not self.parameters:
            return {"today": today}
        wanted = given or {}
        return {"today": today, **{one.name: wanted.get(one.name, one.default) for one in self.parameters}}

    def set_by(self, clause: Mapping[str, float]) -> dict[str, Known]:
        """Return the parameters that a clause sets, by its own words for them."""
        return {one.name: clause[one.clause] for one in self.parameters if one.clause in clause} if clause else {}


def sort_of_name(name: str) -> Sort:
    """Return the sort of a conclusion or of a raw fact, by its name."""
    return RAW[name.partition(":")[0]] if ":" in name else SORTS.get(name, Sort.TEXT)


def spelled(text: str, settings: Mapping[str, Known]) -> Said:
    """Return a fix with its values put in: `{within}`, and `{within.seconds}` or `{within.minutes}` comfortably below it."""
    pattern, places = pattern_of(text)
    values: dict[str, Value] = {
        key: _written(settings[name], unit) if name in settings else f"{{{key}}}" for key, name, unit in places
    }
    return Said(pattern, values, {code: pattern_of(one)[0] for code, one in given_of(text).items()})


def given_of(text: str) -> Mapping[str, str]:
    """Return a text of a rule by language, where its file gives it in several."""
    return text.given if isinstance(text, Said) else {}


@lru_cache(maxsize=1024)
def pattern_of(text: str) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """Return a title or a fix as a pattern to be said, with each of its places: key, parameter, and unit or nothing."""
    places = tuple(("_".join(filter(None, found)), *found) for found in _PLACE.findall(text))
    if not places:
        return text, ()
    keys = iter(places)
    return _PLACE.sub(lambda _: f"%({next(keys)[0]})s", text.replace("%", "%%")), places


def _words(text: str) -> tuple[str, dict[str, str]]:
    return text, dict(given_of(text))


def _written(value: Known, unit: str) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if unit == "minutes":
        return _COMFORTABLE // 60 if value >= _COMFORTABLE + _GRACE else max(1, int((value - _GRACE) // 60))
    if unit == "seconds":
        return f"{min(value, _COMFORTABLE):.0f}"
    return int(value) if value == int(value) else value


@dataclass(frozen=True)
class Rulebook:
    """Every rule that counts."""

    rules: tuple[Rule, ...]

    @cached_property
    def raw_names(self) -> tuple[str, ...]:
        """Return the facts that rules ask for as they are."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.names_of_facts))

    @cached_property
    def mark(self) -> str:
        """Return what tells these rules, with all that they say, from any others."""
        fixes = ([(fix.place, fix.op, fix.version, *_words(fix.text)) for fix in rule.fixes] for rule in self.rules)
        said = [(rule.hash, *_words(rule.title), told) for rule, told in zip(self.rules, fixes, strict=True)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:HASH_LENGTH]

    @cached_property
    def reads_inventory(self) -> bool:
        """Whether an osquery query looks at installed programs, so that every title has to be at hand."""
        return any(one.query for one in self.rules)

    @cached_property
    def queried(self) -> tuple[Rule, ...]:
        """Return the rules that an osquery query decides."""
        return tuple(rule for rule in self.rules if rule.query)

    def keeping(self, commitment: str) -> tuple[Rule, ...]:
        """Return the rules that keep a commitment together."""
        return self._kept.get(commitment, ())

    @cached_property
    def _kept(self) -> dict[str, tuple[Rule, ...]]:
        kept = dict.fromkeys(rule.keeps for rule in self.rules)
        return {one: tuple(rule for rule in self.rules if rule.keeps == one) for one in kept}

    def get(self, rule_id: str) -> Rule | None:
        """Return the rule of this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
