"""What stands in the margin beside a clause: its standing, in one line that a person understands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from holdtrue.policy.standing.commitments import SubjectKind
from holdtrue.policy.standing.rules import WORST_FIRST, Result, Standing, Verdict
from holdtrue.server.templatetags.holdtrue import spoken

LONGEST_LINE: Final = 160
"""In characters: what is longer is cut, and read in full when the clause is opened."""


@dataclass(frozen=True, slots=True)
class Margin:
    """The standing of one clause for one reader."""

    result: Result
    subject: str
    """What the newest evidence is about; empty where there is none."""
    scope: str
    """Of how many it is true, such as `1 of 3 devices`; empty for a clause on a single thing."""
    name: str
    """Which device or site the newest evidence is about."""
    line: str
    """The newest evidence in plain words."""
    advice: str
    """What to do about it; empty when nothing needs doing."""
    seen: datetime | None
    """When the newest evidence was observed."""
    is_watched: bool
    """Whether any check stands behind the clause."""

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has something to do here."""
        return self.is_watched and self.result in {Result.BROKEN, Result.UNPROVEN}


def margin_of(standing: Standing, *, names: dict[str, str]) -> Margin:
    """Return what to write beside a clause with this standing; `names` says how people call a subject."""
    newest = standing.newest
    if newest is None or (standing.result is Result.UNPROVEN and newest.result is not Result.UNPROVEN):
        # A commitment that nothing has answered yet decides; what answers it is the advice.
        line = _("No evidence yet.") if standing.watched else _("no check yet")
        advice = spoken(standing.missing) if standing.watched else ""
        return Margin(Result.UNPROVEN, "", "", "", line, advice, None, standing.watched)
    return Margin(
        result=standing.result,
        subject=newest.subject,
        scope=_scope(standing),
        name=name_of(newest.subject, names),
        line=_line(newest),
        advice=spoken(newest.reason.advice) if newest.result in {Result.BROKEN, Result.UNPROVEN} else "",
        seen=newest.reason.observed_at,
        is_watched=True,
    )


def name_of(subject: str, names: dict[str, str]) -> str:
    """Return how people call the subject, such as `LT-07`; the policy that the clause stands in needs no name."""
    kind, _slash, rest = subject.partition("/")
    return names.get(subject, "" if kind == SubjectKind.POLICY else rest)


def _line(verdict: Verdict) -> str:
    reason = verdict.reason
    words = spoken(reason.value)
    # What a check says of a device or website is a sentence about it; of a policy the fact is named, unless the value does.
    is_said = not verdict.subject.startswith(f"{SubjectKind.POLICY}/") or reason.value.startswith(reason.fact.partition(" ")[0])
    if not is_said:
        fact = spoken(reason.fact)
        words = f"{fact}: {words}" if words else fact
    return words if len(words) <= LONGEST_LINE else f"{words[: LONGEST_LINE - 1].rsplit(' ', 1)[0]} …"


def _scope(standing: Standing) -> str:
    """Return `2 of 3 devices`: how many subjects decide the clause, of those to which it applies."""
    worst: dict[str, Result] = {}
    for verdict in standing.verdicts:
        known = worst.get(verdict.subject, verdict.result)
        worst[verdict.subject] = min(known, verdict.result, key=WORST_FIRST.index)
    kinds = {subject.partition("/")[0] for subject in worst}
    if len(kinds) != 1 or SubjectKind.POLICY in kinds:
        return ""
    all_of_them = list(worst.values())
    if set(all_of_them) != {Result.NOT_APPLICABLE}:
        all_of_them = [result for result in all_of_them if result is not Result.NOT_APPLICABLE]
    if len(all_of_them) == 1:
        return ""
    return _counted(kinds.pop(), all_of_them.count(standing.result), len(all_of_them))


def _counted(kind: str, some: int, of: int) -> str:
    if some == of:
        return _all_of(kind, of)
    numbers = {"some": some, "of": of}
    if kind == SubjectKind.DEVICE:
        return ngettext("%(some)d of %(of)d device", "%(some)d of %(of)d devices", of) % numbers
    return ngettext("%(some)d of %(of)d website", "%(some)d of %(of)d websites", of) % numbers


def _all_of(kind: str, of: int) -> str:
    if kind == SubjectKind.DEVICE:
        return ngettext("%(of)d device", "all %(of)d devices", of) % {"of": of}
    return ngettext("%(of)d website", "all %(of)d websites", of) % {"of": of}
