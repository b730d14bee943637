"""How long somebody has to put something right before others are asked to help: pure decisions."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from holdtrue.policy.standing.rules import Result, Verdict
from holdtrue.workplace.software.rules import DENIED_ADVICE

USUAL: Final = timedelta(days=3)
"""Where nothing says otherwise."""
GRACE: Final = {
    "device.approved-software": timedelta(days=7),
    "device.cloud-storage": timedelta(days=7),
    "device.managed": timedelta(days=2),
    "device.settings-kept": timedelta(days=2),
}
"""Of what no rule judges; a rule says its own."""
AGAIN: Final = timedelta(hours=24)
"""What breaks again so soon after it was mended is the same thing: nobody is told of it anew."""
_RULE: Final = re.compile(r" · ([\w-]+) [0-9a-f]{6,}")


def grace_of(verdict: Verdict, rules: Mapping[str, timedelta]) -> timedelta:
    """Return how long the owner has: the shortest time of the rules that broke (`rules` by id), else the commitment's."""
    if verdict.reason.advice == DENIED_ADVICE:
        return timedelta(0)
    told = [rules[name] for name in _RULE.findall(verdict.reason.rule) if name in rules]
    return min(told) if told else GRACE.get(verdict.commitment, USUAL)


def is_mended(result: Result) -> bool:
    """Whether a verdict with this result says that nothing is left to do; that nothing is known does not."""
    return result in {Result.HOLDS, Result.NOT_APPLICABLE, Result.EXEMPT}


def needs_help(due_at: datetime, *, at: datetime) -> bool:
    """Whether the owner's time is up."""
    return due_at <= at
