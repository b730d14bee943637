"""A device judged whole, or again where a change may matter; either way the verdicts are the same.

What is concluded of a device is drawn in parts, and each part's reading says which facts it rests on. A change judges again the
commitments whose rules speak of a part that it touches. That holds as long as all else stays: the rules, what clauses set, the
day. Whoever keeps readings keeps a mark of those with them.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from holdtrue.policy.standing.rules import Result, Verdict
from holdtrue.workplace.devices.checks.conclude import DESKTOPS, LASTING, PARTS, Part, desktops_of, raw_part
from holdtrue.workplace.devices.checks.values import LONGEST_READING
from holdtrue.workplace.devices.readings import EVERYTHING, Followed, Ground, mark_of, reading_of
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.judge import Device, verdict_of
from holdtrue.workplace.devices.rulebook.judge import judge as judge_rule
from holdtrue.workplace.devices.rulebook.osquery_rule import answer_queries
from holdtrue.workplace.devices.rulebook.rule import Rule, Rulebook
from holdtrue.workplace.devices.rules import COMMITMENTS
from holdtrue.workplace.devices.titles import Titles
from holdtrue.workplace.facts import FactSheet, Identity
from holdtrue.workplace.state import Change

Clauses = Mapping[str, Mapping[str, float]]
"""What clauses set, by commitment."""
_ADVISED: Final = frozenset({Result.BROKEN.value, Result.UNPROVEN.value})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdicts that were reached, and what they rest on."""

    verdicts: tuple[Verdict, ...]
    readings: tuple[str, ...]
    """By part, the mark of what it looked at."""
    device: Device
    """With the conclusions that were drawn."""
    names: tuple[str, ...]
    """The conclusions that may be others than before."""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Changed:
    """A device after a report, and what of it may have to be judged again."""

    subject: str
    sheet: FactSheet
    ground: Ground | None = None
    """What the verdicts in hand rest on; None where everything has to be judged."""
    names: frozenset[str] = frozenset()
    """What changed since, as `readings.touched` tells it."""
    results: Mapping[str, str] = field(default_factory=dict)
    """What the verdicts in hand came to, by commitment."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was reached of a change: the verdicts that it may have moved, and what all of them rest on now."""

    verdicts: tuple[Verdict, ...]
    device: Device
    names: tuple[str, ...]
    """The conclusions that may be others than before."""
    ground: Ground | None
    """None where the next change has to be judged whole."""
    is_whole: bool
    """Whether everything was judged."""


@dataclass(frozen=True, slots=True)
class Updated:
    """A device of whose software something changed, or everything was told."""

    subject: str
    device: Identity
    seen: datetime
    titles: Titles | None
    """What it has now; None where no inventory was taken."""
    change: Change | None
    """None where everything was told."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A commitment, the rules that keep it, and the parts that these speak of."""

    commitment: str
    rules: tuple[Rule, ...]
    parts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """How devices are judged by these rules."""

    book: Rulebook
    parts: tuple[Part, ...]
    asked: tuple[_Asked, ...]
    lag: timedelta
    """What was observed so long before its report may count one day and not the next; anything younger counts."""


_plans: list[Plan] = []
"""The plan by the rules that count now."""


def plan() -> Plan:
    """Return how devices are judged now."""
    book = rulebook()
    for known in _plans:
        if known.book is book:
            return known
    fresh = _plan(book)
    _plans[:] = [fresh]
    return fresh


def _plan(book: Rulebook) -> Plan:
    parts = (*PARTS, raw_part(book.raw_names))
    places = {name: place for place, part in enumerate(parts) for name in part.names}
    asked = []
    for commitment in COMMITMENTS:
        rules = book.keeping(commitment)
        if rules:
            spoken_of = {places[name] for rule in rules for name in rule.names if name in places}
            asked.append(_Asked(commitment, rules, frozenset(spoken_of)))
    return Plan(book, parts, tuple(asked), min([LONGEST_READING, *(rule.fresh for rule in book.rules)]))


def judge_whole(sheet: FactSheet, *, subject: str, clauses: Clauses) -> Judgement:
    """Return the verdicts on a device, one for each commitment that rules keep."""
    how = plan()
    every = range(len(how.parts))
    device, readings = _concluded(sheet, how, every)
    if how.book.queried:
        device = answer_queries(device, how.book, sheet)
        # A query may look at anything.
        readings = dict.fromkeys(every, mark_of(EVERYTHING))
    verdicts = _judged(how.asked, device, subject=subject, clauses=clauses)
    return Judgement(verdicts, tuple(readings[place] for place in every), device, tuple(device.conclusions))


def judge_touched(  # noqa: PLR0913 - what a second judgement takes
    sheet: FactSheet,
    changed: AbstractSet[str],
    readings: tuple[str, ...],
    results: Mapping[str, str],
    *,
    subject: str,
    clauses: Clauses,
) -> Judgement:
    """Return the verdicts that a change may have moved, on the device as it is after it.

    `changed` is what `readings.touched` tells of the change; `readings` and `results` are of the judgement before.
    """
    how = plan()
    if how.book.queried or len(readings) != len(how.parts):
        return judge_whole(sheet, subject=subject, clauses=clauses)
    touched = {place for place, mark in enumerate(readings) if reading_of(mark).is_touched_by(changed)}
    moved = [
        one
        for one in how.asked
        if not one.parts.isdisjoint(touched) or (DESKTOPS in touched and results.get(one.commitment) in _ADVISED)
    ]
    if not touched:
        return Judgement((), readings, Device(sheet.device.system.value, {}, sheet.collected_at), (), is_whole=False)
    # What is advised may rest on the release.
    wanted = touched.union({LASTING}, *(one.parts for one in moved))
    device, fresh = _concluded(sheet, how, sorted(wanted))
    verdicts = _judged(moved, device, subject=subject, clauses=clauses)
    now = tuple(fresh.get(place, mark) for place, mark in enumerate(readings))
    names = tuple(name for place in sorted(touched) for name in how.parts[place].names)
    return Judgement(verdicts, now, device, names, is_whole=False)


def may_age(sheet: FactSheet) -> bool:
    """Whether the same facts may come to something else in the next report, which sees all of them again at once.

    One may be so old that it counts as unread here; and of several with one name the newest decides.
    """
    older = list(sheet.older)
    if any(sheet.collected_at - fact.observed_at >= plan().lag for fact in older):
        return True
    return any(one.observed_at != fact.observed_at for fact in older for one in sheet.named(fact.name))


def _concluded(sheet: FactSheet, how: Plan, places: Iterable[int]) -> tuple[Device, dict[int, str]]:
    """Return the device with the conclusions of these parts, and what each looked at."""
    found = {}
    readings = {}
    for place in places:
        followed = Followed(sheet)
        for one in how.parts[place].conclude(followed):
            found[one.name] = one
        readings[place] = mark_of(followed.reading)
    return Device(sheet.device.system.value, found, sheet.collected_at, desktops_of(sheet)), readings


def _judged(asked: Iterable[_Asked], device: Device, *, subject: str, clauses: Clauses) -> tuple[Verdict, ...]:
    verdicts = []
    for one in asked:
        told = clauses.get(one.commitment, {})
        outcomes = [judge_rule(rule, device, settings=rule.set_by(told)) for rule in one.rules]
        verdicts.append(verdict_of(outcomes, one.commitment, device, subject=subject))
    return tuple(verdicts)
