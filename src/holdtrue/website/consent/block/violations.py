"""What browsers report of requests that the policy stopped: a continuous inventory of trackers that nobody declared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from holdtrue.website.consent.block.addresses import host_of_text

LONGEST_REPORT = 65_536  # bytes of one delivery
MOST_REPORTS = 100  # in one delivery


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that was stopped: to which host, of which sort, on which page. No query, no address of a visitor."""

    host: str
    directive: str
    page: str


def read_violations(body: bytes) -> Iterator[Violation]:
    """Yield what a delivery reports, in either of the two formats that browsers send; what makes no sense is left out."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    for report in document[:MOST_REPORTS] if isinstance(document, list) else [document]:
        if not isinstance(report, dict):
            continue
        told = report.get("csp-report") or report.get("body")
        if isinstance(told, dict) and (violation := _violation(told)) is not None:
            yield violation


def _violation(told: dict[str, Any]) -> Violation | None:
    blocked = str(told.get("blocked-uri") or told.get("blockedURL") or "")
    directive = str(told.get("effective-directive") or told.get("effectiveDirective") or told.get("violated-directive") or "")
    host = host_of_text(blocked[:2048])
    if not host or not host.isascii() or not host.isprintable():
        return None
    page = str(told.get("document-uri") or told.get("documentURL") or "")
    try:
        path = urlsplit(page[:2048]).path or "/"
    except ValueError:
        path = "/"
    return Violation(host[:253], directive.partition(" ")[0][:40], path[:512])
