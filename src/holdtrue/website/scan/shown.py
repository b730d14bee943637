"""Findings as a page shows them: those of one sort together."""

from collections.abc import Iterable
from dataclasses import dataclass

from holdtrue.said import Said, said
from holdtrue.website.scan.engine.observations import Answer
from holdtrue.website.scan.faults import MEANINGS, Severity
from holdtrue.website.scan.rules import Finding


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one fault and severity, the worst first; `fix` is what to do about them all."""

    title: str
    severity: Severity
    reference: str
    fix: str
    findings: tuple[Finding, ...]

    @property
    def fails(self) -> bool:
        """Whether it is more than a remark."""
        return self.severity is not Severity.INFO


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
    """Return the findings by their sort, in the order in which they stand."""
    found: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.fault, finding.severity), []).append(finding)
    return tuple(
        Group(group[0].title, group[0].severity, group[0].reference, MEANINGS[group[0].fault].fix, tuple(group))
        for group in found.values()
    )
