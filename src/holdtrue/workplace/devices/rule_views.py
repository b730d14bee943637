"""The pages of rules: how many devices keep each, and one with its text, who breaks it, and what would change."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from holdtrue.errors import Invalid
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.rules import Result
from holdtrue.said import spoken
from holdtrue.workplace.devices import sweeps
from holdtrue.workplace.devices.clauses import in_force
from holdtrue.workplace.devices.queries import owners_by_subject
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.judge import shown_value
from holdtrue.workplace.devices.rulebook.rule import Rule, spelled
from holdtrue.workplace.devices.sweeps import Moved, Swept

MOST_SHOWN: Final = 25
_URGENT: Final = (Result.BROKEN, Result.UNPROVEN, Result.EXEMPT, Result.HOLDS, Result.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in the list."""

    rule: Rule
    title: str
    commitment: str
    """What it is part of, in words; empty where it keeps no commitment."""
    worst: Result
    counts: tuple[tuple[Result, int], ...]
    """How many devices have each result, those that need somebody first."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a rule, as it may be asked about."""

    name: str
    now: str
    asked: str


def rules(request: HttpRequest) -> HttpResponse:
    """List every rule with how many devices keep it, those that are broken most first."""
    at = timezone.now()
    clauses = in_force(at=at)
    lines = [_line(one, clauses) for one in sweeps.sweep(rulebook(), clauses, at=at, exempt=_exempt(at=at))]
    lines.sort(key=lambda line: (_URGENT.index(line.worst), -dict(line.counts).get(line.worst, 0), line.title))
    idle = [one for one in lines if one.worst is Result.NOT_APPLICABLE]
    context = {
        "kept": [one for one in lines if one.commitment and one not in idle],
        "others": [one for one in lines if not one.commitment and one not in idle],
        "idle": idle,
    }
    return render(request, "devices/rules.html", context)


def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show one rule: what it says, who breaks it and cannot prove it, and what would change if its numbers were others."""
    at = timezone.now()
    clauses = in_force(at=at)
    shown = sweeps.rule_named(rulebook(), rule_id)
    by_result = sweeps.devices_by_result(shown, clauses, at=at)
    with_consent = _exempt(at=at).get(shown.keeps, frozenset())
    by_result[Result.EXEMPT] = [row for row in by_result[Result.BROKEN] if row[0] in with_consent]
    by_result[Result.BROKEN] = [row for row in by_result[Result.BROKEN] if row[0] not in with_consent]
    asked = {one.name: request.GET.get(one.name, "").strip()[:40] for one in shown.parameters}
    moved, mistake = _what_if(shown, {name: value for name, value in asked.items() if value}, clauses)
    now = shown.settings(shown.set_by(clauses.get(shown.keeps, {})))
    context = {
        "line": _line(Swept(shown, {result: len(rows) for result, rows in by_result.items()}), clauses),
        "fields": [Field(one.name, shown_value(now[one.name], one.sort), asked[one.name]) for one in shown.parameters],
        "broken": by_result[Result.BROKEN][:MOST_SHOWN],
        "more_broken": max(0, len(by_result[Result.BROKEN]) - MOST_SHOWN),
        "unproven": by_result[Result.UNPROVEN][:MOST_SHOWN],
        "more_unproven": max(0, len(by_result[Result.UNPROVEN]) - MOST_SHOWN),
        "moved": None if moved is None else moved[:MOST_SHOWN], "total_moved": len(moved or ()),
        "mistake": mistake, "file": Path(shown.file).name,
        "hours": round(shown.fresh.total_seconds() / 3600), "days": shown.grace.days,
        "means": shown.means, "fixes": [(one, spelled(one.text, now)) for one in shown.fixes],
    }  # fmt: skip
    return render(request, "devices/rule.html", context, status=422 if mistake else 200)


def _exempt(*, at: datetime) -> sweeps.Exempt:
    consents = register(at=at, owners=owners_by_subject())
    return sweeps.exempt_of(consents, at=at) if consents.consents else {}


def _what_if(shown: Rule, told: dict[str, str], clauses: sweeps.Clauses) -> tuple[list[Moved] | None, str]:
    """Return which devices would change if the rule had these numbers; None where nothing was asked, with what is wrong."""
    if not told:
        return None, ""
    try:
        _rule, given = sweeps.settings_of(rulebook(), {f"{shown.id}.{name}": value for name, value in told.items()})
    except Invalid as error:
        return None, f"{error.message} {error.hint}"
    return sweeps.what_if(shown, shown, given, clauses, at=timezone.now()), ""


def _line(swept: Swept, clauses: sweeps.Clauses) -> Line:
    counts = tuple((result, swept.count(result)) for result in _URGENT if swept.count(result))
    commitment = COMMITMENTS[swept.rule.keeps].title if swept.rule.keeps else ""
    worst = counts[0][0] if counts else Result.UNPROVEN
    return Line(swept.rule, title_of(swept.rule, clauses), commitment, worst, counts)


def title_of(shown: Rule, clauses: sweeps.Clauses) -> str:
    """Return a rule's title in the reader's language, with the values of its parameters."""
    settings = shown.settings(shown.set_by(clauses.get(shown.keeps, {})))
    return spoken(shown.titled(settings), _, code=get_language() or "")
