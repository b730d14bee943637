"""A scan's result for machines that build and deploy: SARIF 2.1.0 and JUnit XML."""

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from holdtrue import __version__
from holdtrue.website.scan.document import ScanDocument
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.report_text import WORDS, clean
from holdtrue.website.scan.rules import Finding

LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "error", Severity.LOW: "warning", Severity.INFO: "note"}


def sarif(scan: ScanDocument) -> str:
    """Return the findings as a SARIF 2.1.0 log; the location of each is the page."""
    rules = [
        {
            "id": fault.value,
            "shortDescription": {"text": meaning.title},
            "help": {"text": meaning.fix},
            "properties": {"reference": meaning.reference},
        }
        for fault, meaning in MEANINGS.items()
    ]
    driver = {"name": "holdtrue scan", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(finding, scan) for finding in scan.findings]}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1) + "\n"


def _result(finding: Finding, scan: ScanDocument) -> dict[str, Any]:
    return {
        "ruleId": finding.fault.value,
        "level": LEVELS[finding.severity],
        "message": {"text": _sentence(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": finding.page or scan.landed}}}],
        "partialFingerprints": {"holdtrue/v1": f"{finding.fault}|{finding.state or ''}|{finding.subject}"},
    }


def _sentence(finding: Finding) -> str:
    state = f" [{WORDS[finding.state]}]" if finding.state else ""
    return f"{finding.title}: {finding.subject}{state}. {finding.evidence}. {finding.fix}"


def junit(scan: ScanDocument) -> str:
    """Return one test case for each sort of fault; those that were found fail, remarks are skipped."""
    return "".join(_cases(scan))


def _cases(scan: ScanDocument) -> Iterator[str]:
    failing = len({finding.fault for finding in scan.findings if finding.fails})
    seconds = (scan.ended - scan.started).total_seconds()
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuite name={_quoted(scan.landed)} tests={_quoted(str(len(Fault)))} failures={_quoted(str(failing))} "
    yield f"time={_quoted(f'{seconds:.1f}')}>\n"
    for fault, meaning in MEANINGS.items():
        found = [finding for finding in scan.findings if finding.fault is fault]
        yield f"<testcase classname={_quoted('holdtrue.scan')} name={_quoted(f'not: {meaning.title}')}>"
        if found:
            sort = "failure" if any(finding.fails for finding in found) else "skipped"
            message = f"{len(found)} found; {meaning.fix}"
            text = "\n".join(_escaped(_sentence(finding)) for finding in found)
            yield (
                f"<{sort} message={_quoted(message)}>{text}</{sort}>"
                if sort == "failure"
                else f"<{sort} message={_quoted(message)}/>"
            )
        yield "</testcase>\n"
    yield "</testsuite>\n"


def _quoted(text: str) -> str:
    return quoteattr(clean(text))


def _escaped(text: str) -> str:
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
