"""What one check found, before it becomes a verdict on a device."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from holdtrue.policy.standing.rules import WORST_FIRST, Reason, Result, Verdict
from holdtrue.workplace.facts import Fact, FactSheet, Source

from .values import text

LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """One result with what it rests on; several of them make a verdict."""

    result: Result
    fact: str
    value: str
    source: str
    advice: str = ""
    observed_at: datetime | None = None
    """None stands for the time of the whole report."""

    def verdict(self, commitment: str, subject: str, *, rule: str, sheet: FactSheet) -> Verdict:
        """Return the verdict on the device; an observation from after the report counts as of the report."""
        seen = min(self.observed_at or sheet.collected_at, sheet.collected_at)
        reason = Reason(_short(self.fact), _short(self.value), _short(self.source), seen, rule, _short(self.advice))
        return Verdict(commitment, subject, self.result, reason)


def worst(answers: Iterable[Answer]) -> Answer:
    """Return the answer that decides: broken before unproven before holds; the first of equals."""
    return min(answers, key=lambda answer: WORST_FIRST.index(answer.result))


def about(result: Result, facts: Iterable[Fact | None], *, fact: str, value: str, advice: str = "") -> Answer:
    """Return an answer that rests on these facts: their places are named, the oldest gives the time."""
    known = [one for one in facts if one is not None]
    places = "; ".join(dict.fromkeys(where(one) for one in known))
    return Answer(result, fact, value, places, advice, min((one.observed_at for one in known), default=None))


def where(fact: Fact) -> str:
    """Return where the fact was read, and whose decision it was."""
    place = fact.origin or fact.name
    by = {Source.POLICY: " (set by policy)", Source.DEFAULT: " (default)"}.get(fact.source, "")
    return f"{place}{by}"


def shown(fact: Fact | None) -> str:
    """Return the value as a person reads it."""
    if fact is None:
        return "not read"
    return "not set" if fact.is_unset else text(fact.value)


def for_user(answer: Answer, user: str | None) -> Answer:
    """Return the answer with the user named in what was found."""
    return replace(answer, value=f"{answer.value} ({user})") if user else answer


def _short(words: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in words)
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[: LONGEST_TEXT - 1]}…"
