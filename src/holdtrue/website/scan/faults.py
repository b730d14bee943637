"""Every sort of difference between what a site does and what it may do: how bad, by which rule, and how it is mended."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters; `info` is told and fails nothing."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Where it stands, the worst first."""
        return list(Severity).index(self)


class Fault(StrEnum):
    """A sort of difference to the policy or the law."""

    BEFORE_CONSENT = "before-consent"
    AFTER_REFUSAL = "after-refusal"
    NOT_DELETED = "not-deleted-after-withdrawal"
    AFTER_WITHDRAWAL = "after-withdrawal"
    FINGERPRINTING = "fingerprinting-without-consent"
    REQUEST_BEFORE_CONSENT = "request-before-consent"
    REQUEST_AFTER_REFUSAL = "request-after-refusal"
    REQUEST_AFTER_WITHDRAWAL = "request-after-withdrawal"
    NO_REFUSE = "no-refuse"
    UNANSWERABLE = "banner-unanswerable"
    UNDECLARED = "undeclared"
    WRONG_PARTY = "wrong-party"
    RETENTION_EXCEEDED = "retention-exceeded"
    PERSISTENT = "session-declared-but-persistent"
    TOO_LONG = "kept-over-13-months"
    REFUSE_HIDDEN = "refuse-not-on-first-layer"
    PRE_TICKED = "pre-ticked"
    NO_WITHDRAWAL = "no-way-to-withdraw"
    REFUSAL_FORGOTTEN = "refusal-not-remembered"
    UNDECLARED_RECIPIENT = "undeclared-recipient"
    NOT_LOOKED_AT = "page-not-looked-at"
    ODD_PAGE = "odd-page"
    NOT_OBSERVED = "declared-not-observed"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a fault says, in the words of the report."""

    title: str
    severity: Severity
    reference: str
    fix: str


_STORAGE = "Article 5(3) of the ePrivacy Directive; clauses CP-1.1 and CP-5"
_SENDING = "Article 5(3) of the ePrivacy Directive and Article 6(1)(a) GDPR; clause CP-1.1"
_TABLES = "Article 13 GDPR; clause CP-4"
_RETENTION = "Article 5(1)(e) GDPR; clause CP-4"
_EASY = "Article 7(3) GDPR; clause CP-5"

MEANINGS: dict[Fault, Meaning] = {
    Fault.BEFORE_CONSENT: Meaning(
        "stored before any choice",
        Severity.HIGH,
        _STORAGE,
        "Hold back what stores it until the visitor has agreed to its category.",
    ),
    Fault.AFTER_REFUSAL: Meaning(
        "stored although refused",
        Severity.HIGH,
        _STORAGE,
        "Do not load what stores it after a refusal, and delete what stood there before.",
    ),
    Fault.NOT_DELETED: Meaning(
        "still there after withdrawal",
        Severity.HIGH,
        "Article 7(3) GDPR; clauses CP-5 and CP-7(h)",
        "Delete it in the moment consent is withdrawn.",
    ),
    Fault.AFTER_WITHDRAWAL: Meaning(
        "stored again after withdrawal",
        Severity.HIGH,
        "Article 7(3) GDPR; clauses CP-5 and CP-7(h)",
        "Stop what stores it when consent is withdrawn.",
    ),
    Fault.FINGERPRINTING: Meaning(
        "the browser is fingerprinted without consent",
        Severity.HIGH,
        "Article 5(3) of the ePrivacy Directive (EDPB Guidelines 2/2023)",
        "Hold back the script until the visitor has agreed, or do without it.",
    ),
    Fault.REQUEST_BEFORE_CONSENT: Meaning(
        "somebody else is told before any choice",
        Severity.MEDIUM,
        _SENDING,
        "Serve it from your own site, or load it only after consent.",
    ),
    Fault.REQUEST_AFTER_REFUSAL: Meaning(
        "somebody else is told although refused",
        Severity.MEDIUM,
        _SENDING,
        "Serve it from your own site, or load it only after consent.",
    ),
    Fault.REQUEST_AFTER_WITHDRAWAL: Meaning(
        "somebody else is still told after withdrawal", Severity.MEDIUM, _SENDING, "Stop loading it when consent is withdrawn."
    ),
    Fault.NO_REFUSE: Meaning(
        "the banner can be accepted and not refused",
        Severity.HIGH,
        _EASY + " (EDPB Cookie Banner Taskforce, 2023)",
        "Put a refuse button beside the accept button, of the same size and colour.",
    ),
    Fault.UNANSWERABLE: Meaning(
        "the banner could not be answered",
        Severity.HIGH,
        _EASY,
        "Look at the screenshot: label the buttons so that a visitor knows what each does; until then this state is unproven.",
    ),
    Fault.UNDECLARED: Meaning(
        "not in the policy", Severity.HIGH, _TABLES, "Declare it in the cookie policy, or stop storing it."
    ),
    Fault.WRONG_PARTY: Meaning(
        "declared with the wrong party", Severity.MEDIUM, "Clauses CP-3 and CP-4", "Correct the party in the cookie policy."
    ),
    Fault.RETENTION_EXCEEDED: Meaning(
        "kept longer than declared",
        Severity.MEDIUM,
        _RETENTION,
        "Shorten its lifetime to what is declared, or declare what is true.",
    ),
    Fault.PERSISTENT: Meaning(
        "declared for the session, and kept",
        Severity.MEDIUM,
        _RETENTION,
        "Set it without Max-Age and Expires, or declare its lifetime.",
    ),
    Fault.TOO_LONG: Meaning(
        "kept for more than 13 months",
        Severity.LOW,
        "Article 5(1)(e) GDPR (CNIL guidelines of 17 September 2020: 13 months)",
        "Shorten its lifetime to 13 months.",
    ),
    Fault.REFUSE_HIDDEN: Meaning(
        "refusing takes more steps than accepting",
        Severity.MEDIUM,
        _EASY,
        "Put a refuse button on the first layer of the banner.",
    ),
    Fault.PRE_TICKED: Meaning(
        "boxes are ticked beforehand",
        Severity.MEDIUM,
        "Recital 32 GDPR; CJEU C-673/17 (Planet49); clause CP-5",
        "Leave every box unticked.",
    ),
    Fault.NO_WITHDRAWAL: Meaning(
        "consent cannot be withdrawn", Severity.MEDIUM, _EASY, "Put a link to the cookie settings on every page."
    ),
    Fault.REFUSAL_FORGOTTEN: Meaning(
        "a refusal is asked again on the next page",
        Severity.LOW,
        "Clause CP-5",
        "Remember a refusal for as long as an acceptance.",
    ),
    Fault.UNDECLARED_RECIPIENT: Meaning(
        "data goes to somebody whom the policy does not name",
        Severity.LOW,
        "Article 13(1)(e) GDPR; clause CP-4",
        "Name the provider in the policy.",
    ),
    Fault.NOT_LOOKED_AT: Meaning(
        "a page could not be looked at",
        Severity.LOW,
        "Clause CP-4",
        "Open the page in a browser of your own, mend it, and scan again.",
    ),
    Fault.ODD_PAGE: Meaning("a page behaves oddly", Severity.INFO, "—", "Look whether this is meant."),
    Fault.NOT_OBSERVED: Meaning(
        "declared, and never seen",
        Severity.INFO,
        "Clause CP-4",
        "Take the row out if the cookie is gone, or scan the pages that set it.",
    ),
}
