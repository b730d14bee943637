"""From the answers of other programs to a verdict: only what every rule passes holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdtrue.policy.standing.rules import TOLD_BY, Reason, Result, Verdict
from holdtrue.said import listed, said

from .programs.statements import WORST, Answer, Told, short

TOOLS: Mapping[str, str] = {
    "openscap": "OpenSCAP", "lynis": "Lynis", "inspec": "InSpec", "fleet": "Fleet", "table": "a table",
}  # fmt: skip
"""Every program whose results are read, and how people call it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """That a program's rule is part of the answer for a commitment."""

    tool: str
    rule: str
    commitment: str


_GNOME = (
    "dconf_gnome_screensaver_idle_delay",
    "dconf_gnome_screensaver_lock_delay",
    "dconf_gnome_screensaver_lock_enabled",
    "dconf_gnome_session_idle_user_locks",
    "dconf_gnome_screensaver_user_locks",
)
DEFAULTS = tuple(Meant("openscap", rule, "device.screen-lock") for rule in _GNOME)
"""What rules mean until the security team says otherwise: together they make GNOME's lock, no less than all of them."""


def meanings(own: Iterable[Meant]) -> tuple[Meant, ...]:
    """Return what rules mean: what the security team said of a program and commitment takes the place of the default."""
    said = tuple(own)
    taken = {(one.tool, one.commitment) for one in said}
    return (*said, *(one for one in DEFAULTS if (one.tool, one.commitment) not in taken))


def source_of(tool: str) -> str:
    """Return how a verdict's reason names the results of a program."""
    return f"{TOLD_BY}{TOOLS[tool]}"


SOURCES = frozenset(source_of(tool) for tool in TOOLS)
"""By this a verdict from another program is told from our own."""


def verdict_on(  # noqa: PLR0913 - what a verdict consists of
    commitment: str, subject: str, *, tool: str, rules: Sequence[str], told: Mapping[str, Told], seen: datetime
) -> Verdict:
    """Return what a program's answers say: a failed rule breaks it, and all must pass for it to hold."""
    answers = [told.get(rule, Told(rule, Answer.UNANSWERED)) for rule in rules]
    telling = min(answers, key=lambda one: WORST.index(one.answer))
    results = {Answer.FAIL: Result.BROKEN, Answer.PASS: Result.HOLDS}
    known = [one.observed_at or seen for one in answers if one.rule in told]
    name = TOOLS[tool]
    words = {
        Answer.FAIL: said("%(program)s says that it fails", program=name),
        Answer.PASS: said("%(program)s says that it passes", program=name),
        # Content for another release says so of everything: that is no pass.
        Answer.NOT_APPLICABLE: said("%(program)s says that it does not apply, which proves nothing", program=name),
        Answer.UNANSWERED: said("%(program)s has no answer", program=name),
    }
    value = listed(filter(None, (words[telling.answer], short(telling.title))), ": ")
    reason = Reason(
        fact=telling.rule,
        value=value,
        source=source_of(tool),
        observed_at=min(known, default=seen),
        rule=short("passes: " + ", ".join(rules)),
        advice=telling.detail if telling.answer is Answer.FAIL else "",
    )
    return Verdict(commitment, subject, results.get(telling.answer, Result.UNPROVEN), reason)
