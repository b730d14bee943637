"""Why a device's verdicts are what they are: the rules behind each, and the tree of what was found where and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.values import text
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.judge import Because, Outcome, judge, shown_value, where
from holdtrue.workplace.devices.rulebook.rule import sort_of_name
from holdtrue.workplace.devices.rules import device_by_rules
from holdtrue.workplace.devices.sweeps import Clauses
from holdtrue.workplace.facts import Fact, FactSheet

MOST_FACTS: Final = 6
"""Facts told of one conclusion; the page has them all below."""


@dataclass(frozen=True, slots=True)
class Read:
    """One fact that a conclusion rests on."""

    name: str
    value: str
    place: str
    """Where it was read, and whose decision it was."""
    whose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A condition, whether it is true (None: not known), and what it rests on: other conditions, or what was found."""

    condition: str
    truth: bool | None
    of: tuple["Step", ...]
    name: str
    value: str
    says: str
    facts: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What one rule says of the device, and why."""

    rule: str
    hash: str
    title: str
    result: Result
    step: Step


def reasons_of(sheet: FactSheet, clauses: Clauses, *, at: datetime) -> Mapping[str, tuple[Reasoned, ...]]:
    """Return what each rule that keeps a commitment says of a device at this time, by commitment."""
    book = rulebook()
    device = device_by_rules(sheet, book)
    found: dict[str, list[Reasoned]] = {}
    for rule in book.rules:
        if rule.keeps:
            outcome = judge(rule, device, at=at, settings=rule.set_by(clauses.get(rule.keeps, {})))
            found.setdefault(rule.keeps, []).append(_reasoned(outcome))
    return {commitment: tuple(some) for commitment, some in found.items()}


def _reasoned(outcome: Outcome) -> Reasoned:
    title = outcome.rule.titled(outcome.settings)
    return Reasoned(outcome.rule.id, outcome.rule.hash, title, outcome.result, _step(outcome.tree, outcome))


def _step(node: Because, outcome: Outcome) -> Step:
    told = node.conclusion if not node.of else None
    facts = () if told is None else tuple(_read(fact) for fact in told.facts[:MOST_FACTS])
    return Step(
        condition=node.text(outcome.settings),
        truth=node.truth,
        of=tuple(_step(one, outcome) for one in node.of),
        name="" if told is None else told.name,
        value="" if told is None else shown_value(told.value, sort_of_name(told.name)),
        says="" if told is None else told.says or told.breaks,
        facts=facts,
    )


def _read(fact: Fact) -> Read:
    value = "" if fact.is_unset else text(fact.value)
    return Read(fact.name, value, where(fact), fact.user or "", fact.observed_at)
