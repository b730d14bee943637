"""What the lint can find: the rules, and one finding."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How much a finding matters; the words are those of SARIF 2.1.0."""

    ERROR = "error"
    """The text is untrue, unlawful or contradicts itself."""
    WARNING = "warning"
    """Something is missing or leads nowhere."""
    NOTE = "note"
    """A slip of the pen."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One sort of defect."""

    id: str
    title: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of a text."""

    line: int
    """Counted from 1."""
    rule: str
    clause: str
    """The clause or numbered section that it stands in; empty outside of any."""
    message: str
    fix: str

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return RULES[self.rule].severity


_ALL = (
    Rule("format", "The text leaves the format of policies.", Severity.ERROR),
    Rule("clause-without-control", "Nothing and nobody keeps a clause.", Severity.WARNING),
    Rule("cookie-twice", "A cookie is declared twice.", Severity.ERROR),
    Rule("cookie-without-name", "A row declares a cookie without its name.", Severity.ERROR),
    Rule("cookie-without-purpose", "A row says no purpose.", Severity.ERROR),
    Rule("cookie-without-necessity", "A row does not say whether the cookie is strictly necessary.", Severity.ERROR),
    Rule("cookie-without-retention", "A row does not say how long the cookie is kept.", Severity.ERROR),
    Rule("ambiguous-retention", "A retention can be read in more than one way, or in none.", Severity.WARNING),
    Rule("session-kept", "A session cookie has a length of time, or a persistent one has none.", Severity.ERROR),
    Rule("retention-contradiction", "A cookie is kept longer than the text promises.", Severity.ERROR),
    Rule("kept-too-long", "A cookie that waits for consent is kept for more than 25 months.", Severity.NOTE),
    Rule("recipient-unnamed", "A row does not name who sets a cookie and gets its data.", Severity.WARNING),
    Rule("transfer-without-basis", "Data leaves the Union, and nothing says on what basis.", Severity.WARNING),
    Rule("misspelt-cookie", "A well-known cookie is misspelt, so that it matches nothing.", Severity.ERROR),
    Rule("no-cookie", "An entry among the cookies is none.", Severity.WARNING),
    Rule("retired-cookie", "A declared cookie is no longer set by anybody.", Severity.WARNING),
    Rule("foreign-cookie", "A cookie stands in the row of a service that does not set it.", Severity.WARNING),
    Rule("party-contradiction", "A first-party table names the cookies of others.", Severity.ERROR),
    Rule("consent-contradiction", "A rule of consent contradicts the law or another clause.", Severity.ERROR),
    Rule("not-anonymous", "The text calls anonymous what identifies a visitor.", Severity.ERROR),
    Rule("dead-reference", "A reference leads nowhere.", Severity.ERROR),
    Rule("unlinked-document", "A document or form is named without a link.", Severity.WARNING),
    Rule("empty-list", "A colon promises a list that does not follow.", Severity.ERROR),
    Rule("rights-incomplete", "A list of rights leaves some of them out.", Severity.ERROR),
    Rule("refusal-harder", "Refusing takes more than agreeing.", Severity.ERROR),
    Rule("denied-cookie", "The text denies cookies that it declares.", Severity.ERROR),
    Rule("wrong-law", "A law, article or authority is named wrongly, or is no longer what it was.", Severity.ERROR),
    Rule("misspelt-word", "A word or name of the field is misspelt.", Severity.NOTE),
    Rule("name-two-ways", "A name is spelt in two ways.", Severity.WARNING),
    Rule("impossible-date", "A date is in no calendar.", Severity.ERROR),
    Rule("no-date", "The text says nowhere since when it applies.", Severity.WARNING),
    Rule("no-contact", "The text names nobody to turn to.", Severity.WARNING),
    Rule("no-way-back", "Consent is asked, and nothing says how to withdraw it.", Severity.ERROR),
    Rule("no-change-note", "Changes are promised at the top of the page, and nothing stands there.", Severity.WARNING),
    Rule("authority-unnamed", "A complaint to an authority is mentioned, and none is named.", Severity.WARNING),
    Rule("stated-twice", "An address or number is stated twice, and differently.", Severity.ERROR),
    Rule("term-missing", "A definition stands without the term that it defines.", Severity.ERROR),
    Rule("numbering", "The numbers of the sections skip or repeat.", Severity.NOTE),
    Rule("said-twice", "A sentence stands twice in one section.", Severity.NOTE),
    Rule("text-slip", "Words run together, stand twice, or carry a stray sign.", Severity.NOTE),
    Rule("stray-space", "A hard space stands where a space belongs.", Severity.NOTE),
    Rule("hidden-character", "The text holds characters that nobody sees.", Severity.WARNING),
    Rule("placeholder", "Something was to be filled in and was not.", Severity.ERROR),
)

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _ALL}
"""`docs/reference/lint.md` describes each."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that matter alike, in the order of the lines."""

    severity: Severity
    findings: tuple[Finding, ...]


def by_severity(findings: tuple[Finding, ...]) -> tuple[Group, ...]:
    """Return the findings in groups, the gravest first; none for a text without findings."""
    groups = (Group(one, tuple(found for found in findings if found.severity is one)) for one in Severity)
    return tuple(group for group in groups if group.findings)
