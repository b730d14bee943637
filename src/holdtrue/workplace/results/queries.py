"""Reads of what other programs say."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.standing.rules import WORST_FIRST, Result, Verdict
from holdtrue.workplace.results.models import Meaning, Outcome
from holdtrue.workplace.results.programs.statements import Answer, Told
from holdtrue.workplace.results.rules import TOOLS, Meant, meanings, verdict_on


@dataclass(frozen=True, slots=True)
class Said:
    """One answer on a device, with the program that gave it."""

    tool: str
    told: Told

    @property
    def program(self) -> str:
        """Return the program as people call it."""
        return TOOLS.get(self.tool, self.tool)


@dataclass(frozen=True, slots=True)
class RuleSeen:
    """A rule that some device has an answer for, and what it is taken to mean."""

    tool: str
    program: str
    rule: str
    title: str
    counts: tuple[tuple[Answer, int], ...]
    means: tuple[str, ...]
    """Commitments."""


def said_of(subject: str) -> list[Said]:
    """Return every answer on a device: the failed ones first."""
    order = (Answer.FAIL, Answer.UNANSWERED, Answer.PASS, Answer.NOT_APPLICABLE)
    rows = Outcome.objects.filter(subject=subject)
    found = [Said(row.tool, told_of(row)) for row in rows]
    return sorted(found, key=lambda one: (one.tool, order.index(one.told.answer), one.told.rule))


def told_of(row: Outcome) -> Told:
    """Return a stored answer as a value."""
    return Told(row.rule, Answer(row.answer), row.title, row.detail, row.observed_at)


def meant() -> tuple[Meant, ...]:
    """Return what rules mean now."""
    return meanings(Meant(row.tool, row.rule, row.commitment) for row in Meaning.objects.order_by("tool", "commitment", "rule"))


def device_commitments() -> list[tuple[str, str]]:
    """Return what a rule of another program may answer for, as (id, title)."""
    return [(one.id, one.title) for one in COMMITMENTS.values() if one.on is SubjectKind.DEVICE]


def rules_seen(*, tool: str = "", words: str = "", most: int = 200) -> list[RuleSeen]:
    """Return the rules that devices have answers for: those that mean something first, then those that fail most."""
    rows = Outcome.objects.all()
    rows = rows.filter(tool=tool) if tool else rows
    rows = rows.filter(rule__icontains=words) | rows.filter(title__icontains=words) if words else rows
    by_rule: defaultdict[tuple[str, str], dict[Answer, int]] = defaultdict(dict)
    for row in rows.values("tool", "rule", "answer").annotate(count=Count("id")).order_by("tool", "rule", "answer"):
        by_rule[row["tool"], row["rule"]][Answer(row["answer"])] = row["count"]
    means: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in meant():
        means[one.tool, one.rule].append(one.commitment)
    shown = sorted(by_rule, key=lambda key: (key not in means, -by_rule[key].get(Answer.FAIL, 0), key))[:most]
    titles = {
        (row["tool"], row["rule"]): row["title"]
        for row in Outcome.objects.filter(rule__in=[rule for _, rule in shown]).values("tool", "rule", "title")
        if row["title"]
    }
    return [
        RuleSeen(key[0], TOOLS.get(key[0], key[0]), key[1], titles.get(key, ""), tuple(by_rule[key].items()), tuple(means[key]))
        for key in shown
    ]


def verdicts_from(subject: str, *, commitments: Iterable[str] | None = None) -> list[Verdict]:
    """Return one verdict for each commitment that other programs answer for on this device.

    Where several do, one that says it fails outweighs one that says it passes, and both outweigh no answer.
    """
    wanted: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    only = None if commitments is None else frozenset(commitments)
    for one in meant():
        if only is None or one.commitment in only:
            wanted[one.tool, one.commitment].append(one.rule)
    if not wanted:
        return []
    rows = Outcome.objects.filter(subject=subject, rule__in={rule for rules in wanted.values() for rule in rules})
    told: defaultdict[str, dict[str, Told]] = defaultdict(dict)
    for row in rows:
        told[row.tool][row.rule] = told_of(row)
    by_commitment: defaultdict[str, list[Verdict]] = defaultdict(list)
    for (tool, commitment), rules in wanted.items():
        known = {rule: told[tool][rule] for rule in rules if rule in told[tool]}
        if known:
            seen = max(_when(one) for one in known.values())
            by_commitment[commitment].append(verdict_on(commitment, subject, tool=tool, rules=rules, told=known, seen=seen))
    return [_telling(found) for found in by_commitment.values()]


def _when(told: Told) -> datetime:
    if told.observed_at is None:
        raise AssertionError(told)
    return told.observed_at


def _telling(found: list[Verdict]) -> Verdict:
    proven = [one for one in found if one.result is not Result.UNPROVEN]
    return min(proven or found, key=lambda one: WORST_FIRST.index(one.result))
