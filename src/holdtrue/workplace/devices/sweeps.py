"""Rules over the whole fleet: who keeps each, who would change if one were another, and what is kept for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from holdtrue.errors import Invalid, NotFound
from holdtrue.policy.standing.queries import broken
from holdtrue.policy.standing.rules import Consents, Result, consented
from holdtrue.workplace.devices import wide
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.devices.rulebook.columns import RESULTS, Asked
from holdtrue.workplace.devices.rulebook.conditions import suggest
from holdtrue.workplace.devices.rulebook.rule import Rule, Rulebook
from holdtrue.workplace.devices.rulebook.sorts import Known, Sort
from holdtrue.workplace.devices.rulebook.written import as_sort, seconds_in
from holdtrue.workplace.devices.rules import Life, device_by_rules
from holdtrue.workplace.devices.states import sheet_of

_AT_ONCE: Final = 200
Clauses = Mapping[str, Mapping[str, float]]
"""What the clauses in force set, by commitment: `{"device.screen-lock": {"at most": 900.0}}`."""
Exempt = Mapping[str, frozenset[UUID]]
"""The devices that break a commitment with consent, by commitment."""


@dataclass(frozen=True, slots=True)
class Swept:
    """One rule with how many devices keep it."""

    rule: Rule
    counts: Mapping[Result, int]

    def count(self, result: Result) -> int:
        """Return how many devices have this result."""
        return self.counts.get(result, 0)


@dataclass(frozen=True, slots=True)
class Moved:
    """A device of which a changed rule would say something else."""

    device: UUID
    name: str
    before: Result
    after: Result


def sweep(book: Rulebook, clauses: Clauses, *, at: datetime, exempt: Exempt | None = None) -> list[Swept]:
    """Return every rule with how many devices keep it, from one statement over the fleet; with consent it is exempt."""
    asked = [_asked(rule, clauses, at=at) for rule in book.rules]
    rows = wide.judged(asked, at=at) if asked else []
    used = _in_use()
    # Many devices answer alike: the rows are counted whole, and each kind of row once for every rule.
    kinds = Counter(answers for device, answers in rows if device in used)
    counts: list[Counter[Result]] = [Counter() for _ in asked]
    for answers, many in kinds.items():
        for place, answer in enumerate(answers):
            counts[place][RESULTS[answer]] += many
    everybody = frozenset().union(*exempt.values()) if exempt else frozenset()
    consenting = [row for row in rows if row[0] in everybody and row[0] in used]
    for place, one in enumerate(asked):
        with_consent = (exempt or {}).get(one.rule.keeps, frozenset())
        many = sum(device in with_consent and RESULTS[answers[place]] is Result.BROKEN for device, answers in consenting)
        if many:
            counts[place] += Counter({Result.EXEMPT: many, Result.BROKEN: -many})
    return [Swept(one.rule, count) for one, count in zip(asked, counts, strict=True)]


def exempt_of(consents: Consents, *, at: datetime) -> Exempt:
    """Return the devices that break a commitment with consent, by commitment."""
    known = {f"device/{identity}": device for device, identity in Device.objects.values_list("id", "identity")}
    found: dict[str, set[UUID]] = {}
    for verdict in broken(at=at):
        if verdict.subject in known and consented(verdict, consents, at=at).result is Result.EXEMPT:
            found.setdefault(verdict.commitment, set()).add(known[verdict.subject])
    return {commitment: frozenset(devices) for commitment, devices in found.items()}


def devices_by_result(rule: Rule, clauses: Clauses, *, at: datetime) -> dict[Result, list[tuple[UUID, str]]]:
    """Return the devices that have each result under a rule, by name."""
    used = _in_use()
    found: dict[Result, list[tuple[UUID, str]]] = {result: [] for result in RESULTS}
    for device, (answer,) in wide.judged([_asked(rule, clauses, at=at)], at=at):
        if device in used:
            found[RESULTS[answer]].append((device, used[device]))
    return {result: sorted(rows, key=lambda row: row[1].lower()) for result, rows in found.items()}


def what_if(rule: Rule, other: Rule, given: Mapping[str, Known], clauses: Clauses, *, at: datetime) -> list[Moved]:
    """Return the devices of which another form of a rule, or other settings of it, would say something else."""
    before = _asked(rule, clauses, at=at)
    after = Asked(other, other.settings({**other.set_by(clauses.get(other.keeps, {})), **given}, today=f"{at:%Y-%m-%d}"))
    used = _in_use()
    rows = wide.changed(before, after, at=at)
    found = [Moved(device, used[device], RESULTS[one], RESULTS[two]) for device, one, two in rows if device in used]
    return sorted(found, key=lambda moved: (RESULTS.index(moved.after) != 1, moved.name.lower()))


def settings_of(book: Rulebook, told: Mapping[str, str]) -> tuple[Rule, dict[str, Known]]:
    """Return the rule and the settings that `RULE.PARAMETER=VALUE` names; raises `Invalid` with what is nearest."""
    found: dict[str, dict[str, Known]] = {}
    for name, value in told.items():
        rule_id, _, parameter = name.partition(".")
        rule = rule_named(book, rule_id)
        known = {one.name: one for one in rule.parameters}
        if parameter not in known:
            hint = suggest(parameter, known, otherwise=f"It has {', '.join(known) or 'none'}.")
            raise Invalid(f"The rule {rule_id} has no parameter {parameter!r}.", hint=hint)
        found.setdefault(rule_id, {})[parameter] = _value(value, known[parameter].sort, name)
    if len(found) != 1:
        raise Invalid("Ask about one rule at a time.", hint="Write screen-lock.within=600.")
    rule_id, given = next(iter(found.items()))
    return rule_named(book, rule_id), given


def rule_named(book: Rulebook, rule_id: str) -> Rule:
    """Return the rule of this id; raises `NotFound` with the nearest one."""
    rule = book.get(rule_id)
    if rule is None:
        hint = suggest(rule_id, [one.id for one in book.rules], otherwise="`holdtrue rules sweep` lists them.")
        raise NotFound(f"There is no rule {rule_id!r}.", hint=hint)
    return rule


def _value(told: str, sort: Sort, name: str) -> Known:
    plain: Known | None = told.strip()
    if sort is Sort.NUMBER:
        plain = seconds_in(told)
    elif sort is Sort.FLAG:
        plain = {"yes": True, "true": True, "no": False, "false": False}.get(told.strip().lower())
    value = as_sort(plain, sort)
    if value is None:
        raise Invalid(f"{name} is a {sort}; {told!r} is none.", hint="Write 600, 10 min, yes or no.")
    return value


def _asked(rule: Rule, clauses: Clauses, *, at: datetime) -> Asked:
    return Asked(rule, rule.settings(rule.set_by(clauses.get(rule.keeps, {})), today=f"{at:%Y-%m-%d}"))


def _in_use() -> dict[UUID, str]:
    return dict(Device.objects.filter(life=Life.IN_USE).values_list("id", "name"))


def fill(book: Rulebook, *, is_anew: bool = False) -> int:
    """Keep what is concluded of every device of which nothing is kept yet, or of all anew; return how many."""
    every = list(Device.objects.values_list("id", flat=True))
    wanted = every if is_anew else wide.missing(every)
    count = 0
    for start in range(0, len(wanted), _AT_ONCE):
        with transaction.atomic():
            rows = [
                (device_id, device_by_rules(sheet, book))
                for device_id in wanted[start : start + _AT_ONCE]
                if (sheet := sheet_of(device_id)) is not None
            ]
            wide.keep(rows, book)
            count += len(rows)
    return count
