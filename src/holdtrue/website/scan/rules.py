"""Holds what a scan saw against what the policy declares: pure, so that the server can judge every upload again."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdtrue.policy.text.rules import Category, Declaration
from holdtrue.website.scan.engine.observations import STATES, Answer, Kind, Note, Observation, Party, Sighting, State
from holdtrue.website.scan.engine.parties import registrable
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity

TOLERANCE_DAYS = 1 / 24
"""Clocks differ and pages take time; an hour is nobody's broken promise."""
THIRTEEN_MONTHS_DAYS = 397
ESSENTIAL = re.compile(
    # What remembers the choice itself.
    r"consent|cookie[-_.]?(notice|law|banner|choice|policy|settings?|prefs?|preferences|control|agreed|hub|yes|first|bar)|gdpr|rgpd|dsgvo"
    r"|^cc(_|$)|optanon|onetrust|klaro|tarteaucitron|cmplz|borlabs|didomi|euconsent|usprivacy|^uc_|holdtrue|iubenda|axeptio|osano"
    # What keeps a session together and safe.
    r"|sess(ion)?[-_]?id|session$|csrf|xsrf|^sid$|^dokuwiki$|^dw[0-9a-f]{32}$|^wordpress_test_cookie$|^(awsalb(cors)?|serverid)$",
    re.IGNORECASE,
)
"""Names that look strictly necessary. Used only where no declaration says what the item is for."""
PASSIVE = {"font", "stylesheet"}


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

    @property
    def title(self) -> str:
        """The fault in words."""
        return MEANINGS[self.fault].title

    @property
    def fails(self) -> bool:
        """Whether the site does not keep its policy because of it."""
        return self.severity is not Severity.INFO


def judge(sighting: Sighting, declarations: Sequence[Declaration], *, has_policy: bool = True) -> tuple[Finding, ...]:
    """Return every difference, the worst first; none means that the site keeps its policy as far as it was seen.

    Without a policy nothing is declared; then what looks strictly necessary by its name is let pass.
    """
    declared = _Declared(declarations, has_policy=has_policy)
    stored = [one for one in sighting.observations if one.kind.is_stored and not one.refused_reason]
    findings = [
        *(finding for one in stored for finding in _about_consent(one, declared)),
        *_about_tables(stored, declared),
        *_about_sending(sighting.observations, stored, declared),
        *_about_banner(sighting, stored, declared),
        *_about_pages(sighting.notes),
    ]
    if has_policy:
        findings += _unseen(sighting, stored, declared)
    return tuple(sorted(dict.fromkeys(findings), key=_urgency))


def _urgency(finding: Finding) -> tuple[int, int, int, str]:
    state = STATES.index(finding.state) if finding.state else len(STATES)
    return finding.severity.rank, list(Fault).index(finding.fault), state, finding.subject


class _Declared:
    """What the policy says of an item."""

    def __init__(self, declarations: Sequence[Declaration], *, has_policy: bool) -> None:
        self.all = declarations
        self.has_policy = has_policy

    def of(self, one: Observation) -> Declaration | None:
        """Return the declaration that covers an item; one of the same party before another."""
        covering = [declaration for declaration in self.all if declaration.covers(one.name)]
        same = [declaration for declaration in covering if declaration.party.value == one.party.value]
        return next(iter([*same, *covering]), None)

    def needs_consent(self, one: Observation) -> bool:
        """Whether an item may be stored only with consent: all but what is declared, or looks, strictly necessary."""
        declaration = self.of(one)
        if declaration is not None:
            return declaration.category is not Category.NECESSARY
        return not looks_essential(one.name)

    def names_host(self, host: str, *, necessary: bool = False) -> bool:
        """Whether a declared provider is the owner of this host, as far as the policy writes its domain."""
        domain = registrable(host)
        for declaration in self.all:
            is_meant = domain in declaration.provider.casefold()
            if is_meant and (not necessary or declaration.category is Category.NECESSARY):
                return True
        return False


def looks_essential(name: str) -> bool:
    """Whether a name is one that sessions, security and consent tools usually use."""
    return bool(ESSENTIAL.search(name))


def _finding(  # noqa: PLR0913 - a finding has that many sides
    fault: Fault, subject: str, evidence: str, *, state: State | None = None, page: str = "", severity: Severity | None = None
) -> Finding:
    meaning = MEANINGS[fault]
    return Finding(fault, severity or meaning.severity, state, subject, evidence, meaning.reference, meaning.fix, page)


def _about_consent(one: Observation, declared: _Declared) -> Iterator[Finding]:
    if not declared.needs_consent(one) or (one.survived and one.deleted):
        return
    fault = {
        State.NO_CHOICE: Fault.BEFORE_CONSENT,
        State.REFUSED: Fault.AFTER_REFUSAL,
        State.WITHDRAWN: Fault.NOT_DELETED if one.survived else Fault.AFTER_WITHDRAWAL,
    }.get(one.state)
    if fault is not None:
        yield _finding(fault, subject_of(one), told(one), state=one.state, page=one.page)


def _about_tables(stored: Iterable[Observation], declared: _Declared) -> Iterator[Finding]:
    """Yield what the tables say wrongly, once for each item however many states showed it."""
    items: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for one in stored:
        items[one.kind, one.name, one.domain].append(one)
    for seen in items.values():
        one = max(seen, key=lambda other: other.retention_days or 0)
        declaration = declared.of(one)
        if declaration is None:
            yield from _undeclared(seen[0], declared)
        else:
            yield from _misdeclared(one, declaration)
        days = one.retention_days or 0
        if days > THIRTEEN_MONTHS_DAYS and declared.needs_consent(one):
            yield _finding(Fault.TOO_LONG, subject_of(one), told(one), state=one.state, page=one.page)


def _undeclared(one: Observation, declared: _Declared) -> Iterator[Finding]:
    essential = looks_essential(one.name)
    if essential and not declared.has_policy:
        return
    severity = Severity.LOW if essential else Severity.HIGH
    said = told(one) if declared.has_policy else f"no policy was given; {told(one)}"
    yield _finding(Fault.UNDECLARED, subject_of(one), said, state=one.state, page=one.page, severity=severity)


def _misdeclared(one: Observation, declaration: Declaration) -> Iterator[Finding]:
    where = f"line {declaration.line} of the policy"
    if declaration.party.value != one.party.value:
        said = f"{where} says {declaration.party.value} party; it belongs to {one.domain}, which is {one.party.value} party"
        yield _finding(Fault.WRONG_PARTY, subject_of(one), said, state=one.state, page=one.page)
    days = one.retention_days
    if one.kind is not Kind.COOKIE or days is None:
        return
    if declaration.retention_days is None:
        said = f"{where} says session; {told(one)}"
        yield _finding(Fault.PERSISTENT, subject_of(one), said, state=one.state, page=one.page)
    elif days > declaration.retention_days + TOLERANCE_DAYS:
        said = f"{where} says {in_days(declaration.retention_days)}; {told(one)}"
        yield _finding(Fault.RETENTION_EXCEEDED, subject_of(one), said, state=one.state, page=one.page)


def _about_sending(all_seen: Iterable[Observation], stored: Sequence[Observation], declared: _Declared) -> Iterator[Finding]:
    sent: dict[tuple[State, str], list[Observation]] = defaultdict(list)
    for one in all_seen:
        if one.kind is Kind.FINGERPRINT:
            if one.state is not State.ACCEPTED:
                yield _finding(
                    Fault.FINGERPRINTING,
                    f"{one.name} by {one.domain}",
                    f"{one.detail}; {told(one)}",
                    state=one.state,
                    page=one.page,
                )
        elif one.kind.is_sent and one.party is Party.THIRD:
            sent[one.state, one.domain].append(one)
    known = {registrable(one.domain) for one in stored if declared.of(one) is not None}
    for (state, host), requests in sent.items():
        yield from _told_others(state, host, requests, declared, is_known=registrable(host) in known)


def _told_others(
    state: State, host: str, requests: list[Observation], declared: _Declared, *, is_known: bool
) -> Iterator[Finding]:
    fault = {
        State.NO_CHOICE: Fault.REQUEST_BEFORE_CONSENT,
        State.REFUSED: Fault.REQUEST_AFTER_REFUSAL,
        State.WITHDRAWN: Fault.REQUEST_AFTER_WITHDRAWAL,
    }.get(state)
    first = requests[0]
    sorts = ", ".join(sorted({one.via for one in requests}))
    count = "1 address" if len(requests) == 1 else f"{len(requests)} addresses"
    said = f"{count} ({sorts}), such as {first.url}, asked for by {first.set_by or 'the page'}"
    if fault is None:
        if declared.has_policy and not is_known and not declared.names_host(host):
            yield _finding(Fault.UNDECLARED_RECIPIENT, host, said, state=state, page=first.page)
    elif not declared.names_host(host, necessary=True):
        severity = Severity.LOW if {one.via for one in requests} <= PASSIVE else None
        yield _finding(fault, host, said, state=state, page=first.page, severity=severity)


def _about_banner(sighting: Sighting, stored: Iterable[Observation], declared: _Declared) -> Iterator[Finding]:
    refused, accepted, withdrawn = (sighting.answer(state) for state in (State.REFUSED, State.ACCEPTED, State.WITHDRAWN))
    page = sighting.landed
    tried = {answer.state for answer in sighting.answers}
    if State.REFUSED in tried and not refused.reached and refused.banner != "none":
        fault = Fault.NO_REFUSE if accepted.reached else Fault.UNANSWERABLE
        yield _finding(fault, page, _how(refused), state=State.REFUSED, page=page)
    elif State.ACCEPTED in tried and not accepted.reached and accepted.banner != "none":
        yield _finding(Fault.UNANSWERABLE, page, _how(accepted), state=State.ACCEPTED, page=page)
    if refused.reached and accepted.reached and refused.layer > accepted.layer:
        said = f"accepting takes “{' > '.join(accepted.steps)}”, refusing “{' > '.join(refused.steps)}”"
        yield _finding(Fault.REFUSE_HIDDEN, page, said, state=State.REFUSED, page=page)
    ticked = [box for answer in (refused, accepted) for box in answer.pre_ticked if not looks_necessary(box)]
    if ticked:
        said = ", ".join(f"“{box}”" for box in dict.fromkeys(ticked))
        yield _finding(Fault.PRE_TICKED, page, said, state=State.NO_CHOICE, page=page)
    if refused.reached and refused.remembered is False and accepted.remembered is not False:
        yield _finding(
            Fault.REFUSAL_FORGOTTEN, page, "the banner came back after it was refused", state=State.REFUSED, page=page
        )
    consented = any(one.state is State.ACCEPTED and declared.needs_consent(one) for one in stored)
    if accepted.reached and State.WITHDRAWN in tried and not withdrawn.reached and consented:
        yield _finding(Fault.NO_WITHDRAWAL, page, _how(withdrawn), state=State.WITHDRAWN, page=page)


def looks_necessary(label: str) -> bool:
    """Whether a box in a banner stands for what needs no consent."""
    return bool(
        re.search(r"necess|essent|noodza|nécess|notwend|erforder|strict|required|functional|functioneel", label, re.IGNORECASE)
    )


def _how(answer: Answer) -> str:
    pressed = f" Pressed: {' > '.join(answer.steps)}." if answer.steps else ""
    return f"{answer.why_not}{pressed}"


def _about_pages(notes: Iterable[Note]) -> Iterator[Finding]:
    once: dict[tuple[str, str], Note] = {}
    for note in notes:
        once.setdefault((note.page, note.trouble), note)
    for note in once.values():
        fault = Fault.NOT_LOOKED_AT if note.is_loss else Fault.ODD_PAGE
        yield _finding(fault, note.page, note.message, state=note.state, page=note.page)


def _unseen(sighting: Sighting, stored: Sequence[Observation], declared: _Declared) -> Iterator[Finding]:
    names = {one.name for one in stored}
    for declaration in declared.all:
        if not any(declaration.covers(name) for name in names):
            said = f"line {declaration.line} of the policy declares it; {len(sighting.pages)} page(s) were looked at"
            yield _finding(Fault.NOT_OBSERVED, declaration.pattern, said)


def subject_of(one: Observation) -> str:
    """Return what an item is called in a report: its sort where it is no cookie, its name, and whose it is."""
    sort = "" if one.kind is Kind.COOKIE else f"{one.kind.value.replace('-', ' ')} "
    return f"{sort}{one.name or '(no name)'} @ {one.domain}"


def told(one: Observation) -> str:
    """Return in a few words how an item came about."""
    by = f"by {one.set_by} ({one.via})" if one.set_by else "by something that was not caught in the act"
    kept = f", kept {in_days(one.retention_days)}" if one.retention_days else ""
    fate = ", gone again at the end" if one.deleted else ""
    left = "left standing; " if one.survived else ""
    return f"{left}set {by} on {one.page}{kept}{fate}"


def in_days(days: float) -> str:
    """Return a time span as a person says it."""
    if days >= 1:
        return f"{days:,.0f} day{'s' if round(days) != 1 else ''}"
    minutes = days * 24 * 60
    return f"{minutes / 60:.0f} h" if minutes >= 60 else f"{max(minutes, 1):.0f} min"  # noqa: PLR2004 - minutes of an hour
