"""The lint's findings as text, JSON and SARIF."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from holdtrue import __version__
from holdtrue.policy.text.findings import RULES, Finding

_MOST_ALIKE: Final = 3
"""Findings of one rule and one remedy in a row that are written out; more are drawn together."""


@dataclass(frozen=True, slots=True)
class Linted:
    """One file and what was found in it."""

    file: str
    findings: tuple[Finding, ...]


def as_text(files: Iterable[Linted]) -> str:
    """Return the findings as a person reads them: place, what is wrong, what to do."""
    parts: list[str] = []
    total = 0
    for linted in files:
        total += len(linted.findings)
        for _, group in groupby(linted.findings, key=lambda one: (one.rule, one.fix)):
            parts += _grouped(linted.file, list(group))
        if not linted.findings:
            parts.append(f"{linted.file}: no findings.")
    if total:
        parts.append(f"{total} finding{'' if total == 1 else 's'}.")
    return "\n".join(parts) + "\n"


def _grouped(file: str, findings: list[Finding]) -> list[str]:
    if len(findings) <= _MOST_ALIKE:
        return [_written(file, one) for one in findings]
    places = ", ".join(f"{one.clause or 'line'} ({one.line})" for one in findings[1:])
    return [_written(file, findings[0]), f"    The same {len(findings) - 1} more times: {places}."]


def _written(file: str, finding: Finding) -> str:
    place = f" in {finding.clause}" if finding.clause else ""
    lines = [f"{file}:{finding.line}: {finding.severity}{place}: {finding.message} [{finding.rule}]"]
    return "\n".join([*lines, f"    {finding.fix}"] if finding.fix else lines)


def as_json(files: Iterable[Linted]) -> str:
    """Return the findings as one JSON document; docs/reference/lint.md describes it."""
    findings = [
        {
            "file": linted.file,
            "line": finding.line,
            "clause": finding.clause,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "message": finding.message,
            "fix": finding.fix,
        }
        for linted in files
        for finding in linted.findings
    ]
    return (
        json.dumps({"tool": "holdtrue lint", "version": __version__, "findings": findings}, indent=2, ensure_ascii=False) + "\n"
    )


def as_sarif(files: Iterable[Linted]) -> str:
    """Return the findings as SARIF 2.1.0, which code-hosting services show beside the lines."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "defaultConfiguration": {"level": rule.severity.value},
        }
        for rule in RULES.values()
    ]
    results = [_result(linted.file, finding) for linted in files for finding in linted.findings]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "holdtrue lint", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _result(file: str, finding: Finding) -> dict[str, Any]:
    location = {
        "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": finding.line}},
        "logicalLocations": [{"name": finding.clause, "kind": "member"}] if finding.clause else [],
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": finding.severity.value,
        "message": {"text": f"{finding.message} {finding.fix}".strip()},
        "locations": [location],
    }
