"""Every sort of difference between what a site does and what it may do, and one such difference."""

from dataclasses import dataclass
from enum import StrEnum

from holdtrue.website.knowledge.advice import Advice
from holdtrue.website.scan.engine.observations import State


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
    """A sort of difference to the policy or the law; within a severity the first is the most urgent."""

    BEFORE_CONSENT = "before-consent"
    AFTER_REFUSAL = "after-refusal"
    NOT_DELETED = "not-deleted-after-withdrawal"
    AFTER_WITHDRAWAL = "after-withdrawal"
    RESPAWNED = "respawned-after-deletion"
    TRACKER_BEFORE_CONSENT = "tracker-before-consent"
    TRACKER_AFTER_REFUSAL = "tracker-after-refusal"
    TRACKER_AFTER_WITHDRAWAL = "tracker-after-withdrawal"
    CLOAKED = "cname-cloaked-tracker"
    FINGERPRINTING = "fingerprinting-without-consent"
    KEY_LOGGING = "key-logging"
    PERSONAL_DATA = "personal-data-sent"
    IDENTIFIER_SHARED = "identifier-shared"
    COOKIE_WALL = "cookie-wall"
    NO_REFUSE = "no-refuse"
    UNANSWERABLE = "banner-unanswerable"
    UNDECLARED = "undeclared"
    WRONG_CATEGORY = "wrong-category"
    REQUEST_BEFORE_CONSENT = "request-before-consent"
    REQUEST_AFTER_REFUSAL = "request-after-refusal"
    REQUEST_AFTER_WITHDRAWAL = "request-after-withdrawal"
    WRONG_PARTY = "wrong-party"
    WRONG_PROVIDER = "wrong-provider"
    RETENTION_EXCEEDED = "retention-exceeded"
    PERSISTENT = "session-declared-but-persistent"
    DECLARED_TWICE = "declared-twice-differently"
    UNDECLARED_RECIPIENT = "undeclared-recipient"
    REFUSE_HIDDEN = "refuse-not-on-first-layer"
    UNEQUAL_BUTTONS = "unequal-buttons"
    PRE_TICKED = "pre-ticked"
    NO_WITHDRAWAL = "no-way-to-withdraw"
    WITHDRAWAL_HARDER = "withdrawal-harder-than-consent"
    SIGNAL_IGNORED = "signal-ignored"
    POLICY_UNREACHABLE = "policy-page-unreachable"
    TOO_LONG = "kept-over-13-months"
    REFRESHED = "refreshed-on-each-visit"
    UNPROTECTED = "cookie-not-protected"
    REFUSAL_FORGOTTEN = "refusal-not-remembered"
    POLICY_UNDATED = "policy-page-undated"
    UNVERIFIED = "answer-not-verified"
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between what a site does and what its policy or the law says."""

    fault: Fault
    severity: Severity
    state: State | None
    subject: str
    """What it is about: the item's name, the host, or the page."""
    evidence: str
    reference: str
    fix: str
    page: str = ""
    line: int = 0
    """Of the policy's source, where it is about what the policy says; 0 where it is not."""
    suggestion: Advice | None = None
    """Of an undeclared item: what it may be for, with how sure that is; nothing adopts it by itself."""

    @property
    def title(self) -> str:
        """The fault in words."""
        return MEANINGS[self.fault].title

    @property
    def fails(self) -> bool:
        """Whether the site does not keep its policy because of it."""
        return self.severity is not Severity.INFO


def found(  # noqa: PLR0913 - a finding has that many sides
    fault: Fault,
    subject: str,
    evidence: str,
    *,
    state: State | None = None,
    page: str = "",
    severity: Severity | None = None,
    fix: str = "",
    line: int = 0,
    suggestion: Advice | None = None,
) -> Finding:
    """Return a finding with its fault's own severity, reference and remedy where nothing better is given."""
    meaning = MEANINGS[fault]
    how = fix or meaning.fix
    weight = severity or meaning.severity
    return Finding(fault, weight, state, subject, evidence, meaning.reference, how, page, line, suggestion)


_EPRIVACY = "Article 5(3) of Directive 2002/58/EC (ePrivacy)"
_STORAGE = f"{_EPRIVACY}; clauses CP-1.1 and CP-5"
_SENDING = f"{_EPRIVACY} and Articles 6(1)(a) and 44 GDPR (LG München I, 3 O 17493/20: fonts); clause CP-1.1"
_TRACKING = f"{_EPRIVACY} and Article 6(1)(a) GDPR (CJEU C-40/17, Fashion ID); clause CP-1.1"
_TABLES = "Articles 13(1) and 13(2)(a) GDPR (CJEU C-673/17, Planet49); clause CP-4"
_RETENTION = "Articles 5(1)(e) and 13(2)(a) GDPR; clause CP-4"
_WITHDRAWAL = "Article 7(3) GDPR (EDPB Guidelines 05/2020, section 5.2); clauses CP-5 and CP-7(h)"
_TASKFORCE = "EDPB Cookie Banner Taskforce report of 17 January 2023"

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
        "still there after withdrawal", Severity.HIGH, _WITHDRAWAL, "Delete it in the moment consent is withdrawn."
    ),
    Fault.AFTER_WITHDRAWAL: Meaning(
        "stored again after withdrawal", Severity.HIGH, _WITHDRAWAL, "Stop what stores it when consent is withdrawn."
    ),
    Fault.RESPAWNED: Meaning(
        "came back with its old value after it was deleted",
        Severity.HIGH,
        f"{_EPRIVACY} and Article 5(1)(a) GDPR (fairness)",
        "Do not restore it from another storage: what the visitor deletes stays deleted.",
    ),
    Fault.TRACKER_BEFORE_CONSENT: Meaning(
        "a tracker is told before any choice", Severity.HIGH, _TRACKING, "Load it only after the visitor has agreed."
    ),
    Fault.TRACKER_AFTER_REFUSAL: Meaning(
        "a tracker is told although refused", Severity.HIGH, _TRACKING, "Load it only after the visitor has agreed."
    ),
    Fault.TRACKER_AFTER_WITHDRAWAL: Meaning(
        "a tracker is still told after withdrawal", Severity.HIGH, _WITHDRAWAL, "Stop loading it when consent is withdrawn."
    ),
    Fault.CLOAKED: Meaning(
        "a tracker behind one of the site's own names",
        Severity.HIGH,
        f"{_EPRIVACY} (EDPB Guidelines 2/2023) and Article 13(1)(e) GDPR",
        "Name the recipient in the policy and load it only after consent, or take the alias out of the DNS.",
    ),
    Fault.FINGERPRINTING: Meaning(
        "the browser is fingerprinted without consent",
        Severity.HIGH,
        f"{_EPRIVACY} (Article 29 Working Party Opinion 9/2014; EDPB Guidelines 2/2023)",
        "Hold back the script until the visitor has agreed, or do without it.",
    ),
    Fault.KEY_LOGGING: Meaning(
        "what is typed is sent away while it is typed",
        Severity.HIGH,
        "Articles 5(1)(a), 5(1)(c) and 32 GDPR",
        "Take the recording of fields out of the script, or the script off pages with forms.",
    ),
    Fault.PERSONAL_DATA: Meaning(
        "personal data is sent to somebody else",
        Severity.HIGH,
        "Articles 5(1)(c), 5(1)(f) and 6(1) GDPR",
        "Keep names, e-mail addresses and typed words out of addresses and out of what third parties are sent.",
    ),
    Fault.IDENTIFIER_SHARED: Meaning(
        "an identifier is passed on to another party",
        Severity.HIGH,
        f"{_EPRIVACY} and Articles 13(1)(e) and 26 GDPR (CJEU C-604/22, IAB Europe)",
        "Stop the synchronisation, or name both parties and ask for consent to it.",
    ),
    Fault.COOKIE_WALL: Meaning(
        "the page can be read only by accepting",
        Severity.HIGH,
        "Articles 4(11) and 7(4) GDPR (EDPB Guidelines 05/2020, section 3.1.2); clause CP-5",
        "Let a visitor who refuses read the page.",
    ),
    Fault.NO_REFUSE: Meaning(
        "the banner can be accepted and not refused",
        Severity.HIGH,
        f"Articles 4(11) and 7(3) GDPR ({_TASKFORCE}, practice A); clause CP-5",
        "Put a refuse button beside the accept button, of the same size and colour.",
    ),
    Fault.UNANSWERABLE: Meaning(
        "the banner could not be answered",
        Severity.HIGH,
        "Article 7(2) GDPR: intelligible, in clear and plain language; clause CP-5",
        "Look at the screenshot: label the buttons so that a visitor knows what each does; until then this state is unproven.",
    ),
    Fault.UNDECLARED: Meaning(
        "not in the policy", Severity.HIGH, _TABLES, "Declare it in the cookie policy, or stop storing it."
    ),
    Fault.WRONG_CATEGORY: Meaning(
        "declared in the wrong category",
        Severity.HIGH,
        f"{_EPRIVACY} (Article 29 Working Party Opinion 04/2012; {_TASKFORCE}, practice I); clause CP-3",
        "Correct the category in the cookie policy, and ask for consent to it.",
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
    Fault.WRONG_PARTY: Meaning(
        "declared with the wrong party", Severity.MEDIUM, "Clauses CP-3 and CP-4", "Correct the party in the cookie policy."
    ),
    Fault.WRONG_PROVIDER: Meaning(
        "declared with the wrong provider",
        Severity.MEDIUM,
        "Article 13(1)(e) GDPR; clause CP-4",
        "Name in the cookie policy who really sets it.",
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
    Fault.DECLARED_TWICE: Meaning(
        "declared twice, differently",
        Severity.MEDIUM,
        "Article 12(1) GDPR: concise, transparent, intelligible; clause CP-lint",
        "Keep the row that is true, and take the other out.",
    ),
    Fault.UNDECLARED_RECIPIENT: Meaning(
        "data goes to somebody whom the policy does not name",
        Severity.MEDIUM,
        "Article 13(1)(e) GDPR; clause CP-4",
        "Name the provider in the policy.",
    ),
    Fault.REFUSE_HIDDEN: Meaning(
        "refusing takes more steps than accepting",
        Severity.MEDIUM,
        f"Articles 4(11) and 7(3) GDPR ({_TASKFORCE}, practice A); clause CP-5",
        "Put a refuse button on the first layer of the banner.",
    ),
    Fault.UNEQUAL_BUTTONS: Meaning(
        "refusing is made to look lesser than accepting",
        Severity.MEDIUM,
        f"Article 5(1)(a) GDPR ({_TASKFORCE}, practices C to E; EDPB Guidelines 03/2022); clause CP-5",
        "Give the refuse button the size, shape and contrast of the accept button.",
    ),
    Fault.PRE_TICKED: Meaning(
        "boxes are ticked beforehand",
        Severity.MEDIUM,
        "Article 4(11) and Recital 32 GDPR; CJEU C-673/17 (Planet49); clause CP-5",
        "Leave every box unticked.",
    ),
    Fault.NO_WITHDRAWAL: Meaning(
        "consent cannot be withdrawn",
        Severity.MEDIUM,
        f"Article 7(3) GDPR ({_TASKFORCE}, practice K); clause CP-5",
        "Put a link to the cookie settings on every page.",
    ),
    Fault.WITHDRAWAL_HARDER: Meaning(
        "withdrawing is harder than giving",
        Severity.MEDIUM,
        _WITHDRAWAL,
        "Let the control on the page lead to one button that withdraws everything.",
    ),
    Fault.SIGNAL_IGNORED: Meaning(
        "the browser's own signal is ignored",
        Severity.MEDIUM,
        "Article 21(5) GDPR: objection by automated means (Global Privacy Control); clause CP-5",
        "Take `Sec-GPC: 1` and `navigator.globalPrivacyControl` for a refusal, on the server and in the page.",
    ),
    Fault.POLICY_UNREACHABLE: Meaning(
        "the policy page cannot be read",
        Severity.MEDIUM,
        f"{_EPRIVACY}: clear and comprehensive information; Article 12(1) GDPR; clause CP-6",
        "Let the link on the page lead to the policy that is in force.",
    ),
    Fault.TOO_LONG: Meaning(
        "kept for more than 13 months",
        Severity.LOW,
        "Article 5(1)(e) GDPR (CNIL guidelines of 17 September 2020: 13 months)",
        "Shorten its lifetime to 13 months.",
    ),
    Fault.REFRESHED: Meaning(
        "its end is put off on each visit",
        Severity.LOW,
        "Article 5(1)(e) GDPR (CNIL guidelines of 17 September 2020: not prolonged by new visits); clause CP-4",
        "Set it once, and leave its end alone when the visitor comes again.",
    ),
    Fault.UNPROTECTED: Meaning(
        "a session's cookie is not protected",
        Severity.LOW,
        "Articles 25(1) and 32(1) GDPR; RFC 6265, section 8",
        "Add `Secure; HttpOnly; SameSite=Lax` to the line that sets it.",
    ),
    Fault.REFUSAL_FORGOTTEN: Meaning(
        "a refusal is asked again on the next page",
        Severity.LOW,
        "Article 7(3) GDPR (EDPB Guidelines 03/2022: continuous prompting); clause CP-5",
        "Remember a refusal for as long as an acceptance.",
    ),
    Fault.POLICY_UNDATED: Meaning(
        "the policy page has no date",
        Severity.LOW,
        "Article 12(1) GDPR; clause CP-6",
        "Say at the top of the policy since when it is in force.",
    ),
    Fault.UNVERIFIED: Meaning(
        "an answer could not be verified",
        Severity.LOW,
        "Articles 4(11) and 7(3) GDPR; clause CP-5",
        "Answer in a browser of your own: there is a way, and the scanner saw no effect of it. Until then it is unproven.",
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
        "Article 5(1)(d) GDPR: accuracy; clause CP-4",
        "Take the row out if the cookie is gone, or scan the pages that set it.",
    ),
}
