"""A scan's result for machines that build and deploy: SARIF 2.1.0 and JUnit XML."""

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from holdtrue import __version__
from holdtrue.website.scan.baseline import NOTHING, Baseline, mark_of
from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.faults import MEANINGS, Fault, Finding, Severity
from holdtrue.website.scan.report_text import clean, sentence

LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "error", Severity.LOW: "warning", Severity.INFO: "note"}
SCORES = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "3.0", Severity.INFO: "0.0"}
"""`security-severity`, by which GitHub sorts and names what it shows."""
HELP = "https://eur-lex.europa.eu/eli/dir/2002/58/oj"
URI_SIGNS = ":/?#[]@!$&'()*+,;=%-._~"


def sarif(scan: ScanDocument, *, policy_file: str = "", baseline: Baseline | None = None) -> str:
    """Return the findings as a SARIF 2.1.0 log.

    Each is located in the policy's file, where there is one, at the row that it contradicts, so that code scanning can show
    it; the page is told beside it.
    """
    rules = [_rule(fault) for fault in MEANINGS]
    driver = {"name": "holdtrue scan", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"holdtrue-scan/{_uri(scan.site)}/"},
        "invocations": [
            {
                "executionSuccessful": not scan.partial,
                "startTimeUtc": f"{scan.started:%Y-%m-%dT%H:%M:%SZ}",
                "endTimeUtc": f"{scan.ended:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
        "results": [_result(finding, scan, policy_file, baseline) for finding in scan.findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _rule(fault: Fault) -> dict[str, Any]:
    meaning = MEANINGS[fault]
    return {
        "id": fault.value,
        "name": "".join(word.capitalize() for word in fault.value.split("-")),
        "shortDescription": {"text": meaning.title.capitalize()},
        "fullDescription": {"text": f"{meaning.title.capitalize()} ({meaning.reference})."},
        "help": {"text": f"{meaning.fix} Rule: {meaning.reference}."},
        "helpUri": HELP,
        "defaultConfiguration": {"level": LEVELS[meaning.severity]},
        "properties": {
            "reference": meaning.reference,
            "tags": ["privacy", "security"],
            "security-severity": SCORES[meaning.severity],
        },
    }


def _result(finding: Finding, scan: ScanDocument, policy_file: str, baseline: Baseline | None) -> dict[str, Any]:
    page = finding.page or scan.landed
    place: dict[str, Any] = {"artifactLocation": {"uri": _policy_uri(policy_file) or _uri(page)}}
    if policy_file:
        place["region"] = {"startLine": max(finding.line, 1)}
    fault, state, subject = mark_of(finding)
    result: dict[str, Any] = {
        "ruleId": fault,
        "ruleIndex": list(MEANINGS).index(finding.fault),
        "level": LEVELS[finding.severity],
        "message": {"text": sentence(finding)},
        "locations": [
            {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": clean(page), "kind": "resource"}]}
        ],
        "partialFingerprints": {"holdtrue/v1": f"{fault}|{state or ''}|{clean(subject)}"},
        "properties": {"state": state or "", "page": clean(page), "reference": finding.reference},
    }
    if baseline is not None:
        result["baselineState"] = "unchanged" if baseline.knows(finding) else "new"
    return result


def _uri(address: str) -> str:
    return quote(address, safe=URI_SIGNS)


def _policy_uri(file: str) -> str:
    path = PurePath(file)
    # Code scanning looks files up in the repository: a path of this machine would say nothing there.
    return quote(path.name if path.is_absolute() else path.as_posix()) if file else ""


def junit(scan: ScanDocument, *, baseline: Baseline = NOTHING, fail_on: Severity = Severity.LOW) -> str:
    """Return one test case for each sort of fault; what is new and grave enough fails, the rest is told and skipped."""
    return "".join(_cases(scan, baseline, fail_on))


def _cases(scan: ScanDocument, baseline: Baseline, fail_on: Severity) -> Iterator[str]:
    found = {fault: [one for one in scan.findings if one.fault is fault] for fault in MEANINGS}
    failing = {
        fault: [one for one in these if one.severity.rank <= fail_on.rank and not baseline.knows(one)]
        for fault, these in found.items()
    }
    skipped = sum(bool(found[fault]) and not failing[fault] for fault in MEANINGS)
    seconds = (scan.ended - scan.started).total_seconds()
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuite name={_quoted(f'holdtrue scan {scan.landed}')} tests={_quoted(str(len(found)))} "
    yield f"failures={_quoted(str(sum(map(bool, failing.values()))))} errors={_quoted('0')} skipped={_quoted(str(skipped))} "
    yield f"timestamp={_quoted(f'{scan.started:%Y-%m-%dT%H:%M:%S}')} time={_quoted(f'{seconds:.1f}')}>\n"
    for fault, these in found.items():
        meaning = MEANINGS[fault]
        yield f"<testcase classname={_quoted('holdtrue.scan')} name={_quoted(f'not: {meaning.title}')} time={_quoted('0')}>"
        if failing[fault]:
            text = "\n".join(escape(sentence(one)) for one in failing[fault])
            message = _quoted(f"{len(failing[fault])} found; {meaning.fix}")
            yield f"<failure type={_quoted(fault.value)} message={message}>{text}</failure>"
        elif these:
            yield f"<skipped message={_quoted(f'{len(these)} found, known or too light to fail: {these[0].subject}')}/>"
        yield "</testcase>\n"
    yield "</testsuite>\n"


def _quoted(text: str) -> str:
    return quoteattr(clean(text))
