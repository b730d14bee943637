"""What is wrong in the text of a policy, be it in our format or pasted from anywhere."""

from collections.abc import Iterator

from holdtrue.policy.text.drafts import read_pasted, read_policy
from holdtrue.policy.text.findings import RULES, Finding, Rule, Severity
from holdtrue.policy.text.frontmatter import split
from holdtrue.policy.text.lint_claims import claim_findings
from holdtrue.policy.text.lint_consent import consent_findings
from holdtrue.policy.text.lint_cookies import cookie_findings
from holdtrue.policy.text.lint_dates import date_findings
from holdtrue.policy.text.lint_keeping import keeping_findings
from holdtrue.policy.text.lint_laws import law_findings
from holdtrue.policy.text.lint_names import name_findings
from holdtrue.policy.text.lint_promises import document_findings, pasted_findings, promise_findings
from holdtrue.policy.text.lint_refusal import refusal_findings
from holdtrue.policy.text.lint_rights import rights_findings
from holdtrue.policy.text.lint_wording import wording_findings
from holdtrue.policy.text.mistakes import Malformed
from holdtrue.policy.text.rules import normalised, parse

__all__ = ["RULES", "Finding", "Rule", "Severity", "lint"]


def lint(source: str) -> tuple[Finding, ...]:
    """Return every finding in the order of the lines; none for a text that is consistent.

    A text with a head between lines of `---` is read as a policy in our format; any other as pasted.
    """
    return tuple(sorted(set(_findings(normalised(source))), key=lambda one: (one.line, one.rule, one.message)))


def _findings(source: str) -> Iterator[Finding]:
    is_ours = source.startswith("---\n")
    try:
        document = parse(source) if is_ours else None
    except Malformed as error:
        # A text out of format says too little to judge the rest by.
        yield from (Finding(one.line, "format", "", one.message, one.advice) for one in error.mistakes)
        return
    _, body, first_line = split(source) if is_ours else ("", source, 1)
    draft = read_policy(body, first_line=first_line) if is_ours else read_pasted(source)
    yield from document_findings(document) if document else pasted_findings(draft)
    yield from rights_findings(draft, document)
    yield from cookie_findings(draft)
    yield from keeping_findings(draft)
    yield from consent_findings(draft)
    yield from refusal_findings(draft)
    yield from claim_findings(draft)
    yield from law_findings(draft)
    yield from name_findings(draft, document)
    yield from date_findings(draft)
    yield from promise_findings(draft)
    yield from wording_findings(draft)
