"""The examples that stand with a rule, run: a rule that does not judge them as they say is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from holdtrue.workplace import document
from holdtrue.workplace.facts import FactSheet

from .conclusions import Conclusion
from .judge import Device, Outcome, judge
from .osquery_rule import answer_query
from .rule import Case, Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Tried:
    """One example with what the rule said of it."""

    rule: Rule
    case: Case
    outcome: Outcome

    @property
    def is_right(self) -> bool:
        """Whether the rule said what the example expects."""
        return self.outcome.result.value == self.case.expect


def tried(book: Rulebook, *, at: datetime) -> Iterator[Tried]:
    """Yield every example of every rule; `at` is the day that `today` means."""
    for rule in book.rules:
        for case in rule.cases:
            yield Tried(rule, case, judge(rule, device_in(case, rule, at=at), at=at, settings=case.settings))


def device_in(case: Case, rule: Rule, *, at: datetime) -> Device:
    """Return the device of an example; raises `Invalid` where its facts are none."""
    from holdtrue.workplace.devices.checks.conclude import device_of

    if not case.facts:
        said = {name: Conclusion(name, value, "") for name, value in case.given.items()}
        return Device(str(case.given.get("device.system", "")), said, at)
    sheet: FactSheet = document.read(case.facts.encode(), at=at)
    device = device_of(sheet, raw=rule.names_of_facts)
    return answer_query(device, rule, sheet) if rule.query else device
