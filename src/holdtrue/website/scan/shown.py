"""Findings as a page shows them: those of one sort together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdtrue.said import Said, listed, said
from holdtrue.website.scan.engine.observations import STATES, Answer, State
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.rules import Finding


@dataclass(frozen=True, slots=True)
class Family:
    """Faults that are one and the same in several states, and what they are called together."""

    title: str
    faults: frozenset[Fault]


FAMILIES = (
    Family(
        said("stored without consent"),
        frozenset({Fault.BEFORE_CONSENT, Fault.AFTER_REFUSAL, Fault.NOT_DELETED, Fault.AFTER_WITHDRAWAL}),
    ),
    Family(
        said("a tracker is loaded without consent"),
        frozenset({Fault.TRACKER_BEFORE_CONSENT, Fault.TRACKER_AFTER_REFUSAL, Fault.TRACKER_AFTER_WITHDRAWAL}),
    ),
    Family(
        said("somebody else is told without consent"),
        frozenset({Fault.REQUEST_BEFORE_CONSENT, Fault.REQUEST_AFTER_REFUSAL, Fault.REQUEST_AFTER_WITHDRAWAL}),
    ),
)
_FAMILY_OF = {fault: family for family in FAMILIES for fault in family.faults}


@dataclass(frozen=True, slots=True)
class Told:
    """What was seen of a thing, and in which states: the same words once."""

    evidence: str
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What findings of one sort say of one item, host or page: one for each state in which it is so."""

    findings: tuple[Finding, ...]

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.findings[0].subject

    @property
    def states(self) -> tuple[State, ...]:
        """The states in which it is so, in their order."""
        return tuple(state for state in STATES if any(one.state is state for one in self.findings))

    @property
    def told(self) -> tuple[Told, ...]:
        """The evidence, each once."""
        words: dict[str, list[State]] = {}
        for one in self.findings:
            words.setdefault(one.evidence, []).extend([one.state] if one.state else [])
        return tuple(Told(evidence, tuple(states)) for evidence, states in words.items())

    @property
    def fixes(self) -> tuple[str, ...]:
        """What to do about it, each once."""
        return tuple(dict.fromkeys(one.fix for one in self.findings))


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one sort and severity, the worst first; `fix` is what to do about them all."""

    title: str
    severity: Severity
    reference: str
    fix: str
    findings: tuple[Finding, ...]

    @property
    def fails(self) -> bool:
        """Whether it is more than a remark."""
        return self.severity is not Severity.INFO

    @property
    def things(self) -> tuple[Thing, ...]:
        """The findings with those of one thing together."""
        found: dict[str, list[Finding]] = {}
        for one in self.findings:
            found.setdefault(one.subject, []).append(one)
        return tuple(Thing(tuple(these)) for these in found.values())


def seen_of(answer: Answer) -> tuple[Said, ...]:
    """Return what showed that a state was reached, as sentences."""
    return tuple(_sentence(*one.partition(" ")) for one in answer.verified)


def age_told(answer: Answer, page: str) -> Said:
    """Return on which page the visitor said to be old enough, and by which words."""
    return said("%(page)s asked for an age, and was told “%(label)s”.", page=page, label=answer.let_in)


def _sentence(verb: str, between: str, name: str) -> Said:
    if verb == "stored":
        return said("stored %(name)s", name=name)
    return said("deleted %(name)s", name=name) if verb == "deleted" else said(f"{verb}{between}{name}")


def groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Return the findings by their sort, in their order; what is so of a thing in several states is one sort."""
    these = list(findings)
    often = Counter((_family_of(one), one.severity, one.subject) for one in these)
    found: dict[tuple[str, Severity], list[Finding]] = {}
    for one in these:
        family = _family_of(one)
        sort = family if often[family, one.severity, one.subject] > 1 else one.fault.value
        found.setdefault((sort, one.severity), []).append(one)
    return tuple(_group(together) for together in found.values())


def _family_of(finding: Finding) -> str:
    family = _FAMILY_OF.get(finding.fault)
    return family.title if family else finding.fault.value


def _group(these: Sequence[Finding]) -> Group:
    first = these[0]
    family = _FAMILY_OF.get(first.fault)
    is_one = len({one.fault for one in these}) == 1 or family is None
    references = tuple(dict.fromkeys(one.reference for one in these))
    return Group(
        title=first.title if is_one or family is None else family.title,
        severity=first.severity,
        reference=listed(references, "; "),
        fix=MEANINGS[first.fault].fix,
        findings=tuple(these),
    )


def things_in(found: Iterable[Group]) -> int:
    """Return how many things fail, however many states show it."""
    return sum(len(group.things) for group in found if group.fails)
