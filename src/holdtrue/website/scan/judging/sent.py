"""What leaves the browser, and to whom: trackers and other parties by state, aliases, identifiers, personal data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from holdtrue.policy.text.rules import Category
from holdtrue.said import Said, listed, said
from holdtrue.website.scan.engine.observations import Kind, Observation, Party, State
from holdtrue.website.scan.engine.parties import host_of, registrable
from holdtrue.website.scan.faults import MEANINGS, Fault, Finding, Severity, found
from holdtrue.website.scan.judging.declared import Declared, authors_of, names
from holdtrue.website.scan.judging.known import is_consent_tool, tracker_at
from holdtrue.website.scan.judging.words import cause_of, told

PASSIVE = {"font", "stylesheet", "image", "media"}
"""What only shows something; whoever serves it still learns the visitor's address and page."""
TRACKED = {
    State.NO_CHOICE: Fault.TRACKER_BEFORE_CONSENT,
    State.REFUSED: Fault.TRACKER_AFTER_REFUSAL,
    State.WITHDRAWN: Fault.TRACKER_AFTER_WITHDRAWAL,
}
ASKED = {
    State.NO_CHOICE: Fault.REQUEST_BEFORE_CONSENT,
    State.REFUSED: Fault.REQUEST_AFTER_REFUSAL,
    State.WITHDRAWN: Fault.REQUEST_AFTER_WITHDRAWAL,
}
TELLING = {
    Kind.IDENTIFIER: said("it is sent an identifier"),
    Kind.PERSONAL_DATA: said("it is sent personal data"),
    Kind.KEY_LOGGING: said("it is sent what is typed"),
    Kind.FINGERPRINT: said("its script fingerprints the browser"),
}

ASKING = said(
    "Serve it from your own site, or name it in the policy with a necessary row: what asks for consent cannot wait for it."
)


class Trackers:
    """Which parties follow visitors: those known to, and by what they were seen doing anywhere in the scan."""

    def __init__(self, observations: Iterable[Observation], declared: Declared) -> None:
        self.reasons: dict[str, str] = {}
        for one in observations:
            for domain, reason in _deeds(one, declared):
                self.reasons.setdefault(domain, reason)

    def why(self, host: str) -> str:
        """Return what makes this host, or its owner, a tracker; empty when nothing does."""
        return tracker_at(host) or self.reasons.get(registrable(host), "")


def _deeds(one: Observation, declared: Declared) -> Iterator[tuple[str, str]]:
    """Yield whom an observation shows to be a tracker, by their domain, and why."""
    owner = registrable(one.domain)
    if one.kind in TELLING and one.party is Party.THIRD:
        yield owner, TELLING[one.kind]
    elif one.kind is Kind.BEACON and one.party is Party.THIRD:
        yield owner, said("it is sent beacons")
    elif one.kind is Kind.REQUEST and one.party is Party.THIRD and _is_pixel(one):
        yield owner, said("it is asked for a picture with parameters")
    elif one.kind.is_stored and not one.refused_reason and declared.needs_consent(one):
        if one.party is Party.THIRD:
            yield owner, said("it stores %(name)s", name=one.name)
        author = registrable(host_of(one.set_by)) if one.set_by else ""
        if author and author != owner:
            yield author, said("its script stores %(name)s", name=one.name)
        if one.alias_of:
            yield registrable(one.alias_of), said("it stores %(name)s", name=one.name)


def _is_pixel(one: Observation) -> bool:
    parts = urlsplit(one.url)
    return (
        one.via == "image"
        and "=" in parts.query
        and parts.path.rpartition(".")[2].lower() not in {"png", "jpg", "jpeg", "webp"}
    )


def about_sending(observations: Sequence[Observation], stored: Sequence[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield every other party that was told something without leave, or that the policy does not name."""
    trackers = Trackers(observations, declared)
    sent: dict[tuple[State, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.kind.is_sent and (one.party is Party.THIRD or one.alias_of):
            sent[one.state, one.domain].append(one)
    known = authors_of(stored, declared)
    aliases = _aliases(observations)
    about = _by_host(observations)
    cloaked = {host for host in aliases if _is_cloaked(host, aliases[host], about[host], trackers, declared)}
    for (state, host), requests in sent.items():
        whose = aliases.get(host, host)
        if host not in aliases or host in cloaked:
            why = trackers.why(whose) or _cloak(host, cloaked)
            yield from _without_leave(host, requests, declared, why=why, asks=is_consent_tool(host))
            if _is_first_told(state, host, sent) and not _is_known(host, whose, declared, known):
                yield from _unnamed(state, host, requests, declared)
    for host in sorted(cloaked):
        yield from _cloaked(host, aliases[host], about[host], declared)
    yield from _about_contents(observations, stored, declared)


def _is_known(host: str, whose: str, declared: Declared, known: frozenset[str]) -> bool:
    return registrable(whose) in known or declared.names_host(host) or declared.names_host(whose)


def _cloak(host: str, cloaked: set[str]) -> str:
    return said("it hides behind the site's own name") if host in cloaked else ""


def _without_leave(
    host: str, requests: Sequence[Observation], declared: Declared, *, why: str, asks: bool
) -> Iterator[Finding]:
    state = requests[0].state
    fault = (TRACKED if why else ASKED).get(state)
    if fault is None or declared.names_host(host, necessary=True):
        return
    first = requests[0]
    severity = Severity.LOW if not why and (asks or {one.via for one in requests} <= PASSIVE) else None
    words = listed(filter(None, (why, _counted(requests))), "; ")
    if asks and not why:
        yield found(fault, host, words, state=state, page=first.page, severity=severity, fix=ASKING)
        return
    cause = cause_of(requests)
    fix = said("%(fix)s It comes with %(author)s.", fix=said(MEANINGS[fault].fix), author=cause) if cause != first.page else ""
    yield found(fault, host, words, state=state, page=first.page, severity=severity, fix=fix)


def _counted(requests: Sequence[Observation]) -> Said:
    first = requests[0]
    return said(
        "%(count)s (%(sorts)s), such as %(url)s, asked for by %(author)s",
        count=said("1 address") if len(requests) == 1 else said("%(count)s addresses", count=len(requests)),
        sorts=listed([said(via) for via in sorted({one.via for one in requests})]),
        url=first.url or first.name,
        author=cause_of(requests),
    )


def _is_first_told(state: State, host: str, sent: Collection[tuple[State, str]]) -> bool:
    """Whether this is the state in which a visitor should have read of a recipient.

    Before consent the request itself is the fault, and who agreed must have been told to whom. Who is told of those alone that
    refused, or took back, stands nowhere either.
    """
    if state is State.ACCEPTED:
        return True
    first = next(
        (one for one in (State.NO_CHOICE, State.ACCEPTED, State.REFUSED, State.WITHDRAWN) if (one, host) in sent), None
    )
    return state is first and state is not State.NO_CHOICE


def _unnamed(state: State, host: str, requests: Sequence[Observation], declared: Declared) -> Iterator[Finding]:
    if declared.has_policy:
        passive = {one.via for one in requests} <= PASSIVE
        severity = Severity.LOW if passive else None
        fix = said("Name the owner of %(host)s in the policy, or stop sending to it.", host=registrable(host))
        yield found(
            Fault.UNDECLARED_RECIPIENT, host, _counted(requests), state=state, page=requests[0].page, severity=severity, fix=fix
        )


def _aliases(observations: Iterable[Observation]) -> Mapping[str, str]:
    return {one.domain: one.alias_of for one in observations if one.alias_of}


def _by_host(observations: Iterable[Observation]) -> Mapping[str, Sequence[Observation]]:
    """Return by host what was stored there or sent to it, and what its scripts did."""
    about: dict[str, list[Observation]] = defaultdict(list)
    for one in observations:
        for host in {one.domain, host_of(one.set_by)}:
            about[host].append(one)
    return about


def _is_cloaked(host: str, target: str, about: Iterable[Observation], trackers: Trackers, declared: Declared) -> bool:
    """Whether an alias hides a tracker; hosting and delivery networks are reached by aliases too, and follow nobody."""
    # The alias bears the site's own name, as whoever stands in the policy's rows for the site itself does too.
    if declared.lists_host(host, necessary=True) or declared.names_host(target, necessary=True):
        return False
    if trackers.why(target):
        return True
    return any(
        (one.kind.is_stored and not one.refused_reason and declared.needs_consent(one))
        or (one.domain == host and (one.kind in {Kind.BEACON, *TELLING} or (one.kind.is_sent and _is_pixel(one))))
        for one in about
    )


def _cloaked(host: str, target: str, about: Iterable[Observation], declared: Declared) -> Iterator[Finding]:
    if declared.names_host(target):
        # Its consent is judged by state; a recipient that the policy names is not hidden from the visitor.
        return
    behind = [one for one in about if one.domain == host]
    stored = sorted({one.name for one in behind if one.kind.is_stored})
    words: str = said("%(host)s is an alias of %(target)s, which belongs to somebody else", host=host, target=target)
    if stored:
        words = listed((words, said("it stores %(name)s", name=", ".join(stored[:3]))), "; ")
    first = min(behind, key=lambda one: list(State).index(one.state))
    yield found(Fault.CLOAKED, host, words, state=first.state, page=first.page)


def _about_contents(
    observations: Iterable[Observation], stored: Sequence[Observation], declared: Declared
) -> Iterator[Finding]:
    given_away: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.kind is Kind.FINGERPRINT:
            yield from _fingerprint(one, declared)
        elif one.kind in {Kind.KEY_LOGGING, Kind.PERSONAL_DATA}:
            given_away[one.kind, one.name, one.domain, one.set_by].append(one)
        elif one.kind is Kind.IDENTIFIER and not _may_know(one, stored, declared):
            subject = f"{one.name} @ {one.source} → {one.domain}"
            yield found(Fault.IDENTIFIER_SHARED, subject, _passed_on(one), state=one.state, page=one.page)
    for these in given_away.values():
        yield from _given_away(these, declared)


def _given_away(these: Sequence[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield once what one script tells one host of a person, whatever the visitor had chosen: consent makes it no better."""
    one = these[0]
    words = _passed_on(one)
    if len(these) > 1:
        words = said(
            "%(what)s; in these states: %(states)s", what=words, states=listed(said(other.state.words) for other in these)
        )
    # In an address of the site's own it ends up in logs, histories and referrers; no stranger was told yet.
    severity = None if one.party is Party.THIRD or one.alias_of else Severity.MEDIUM
    if one.kind is Kind.KEY_LOGGING:
        yield found(Fault.KEY_LOGGING, one.domain, words, state=one.state, page=one.page, severity=severity)
    elif not declared.names_host(one.domain, necessary=True):
        subject = said("%(what)s → %(host)s", what=said(one.name), host=one.domain)
        yield found(Fault.PERSONAL_DATA, subject, words, state=one.state, page=one.page, severity=severity)


def _fingerprint(one: Observation, declared: Declared) -> Iterator[Finding]:
    if one.state is State.ACCEPTED or declared.names_host(one.domain, necessary=True):
        return
    subject = f"{one.name} by {one.domain}"
    yield found(Fault.FINGERPRINTING, subject, listed((said(one.detail), told(one)), "; "), state=one.state, page=one.page)


def _passed_on(one: Observation) -> str:
    whom = one.url or one.domain
    sent = (
        said("sent to %(whom)s by %(script)s on %(page)s", whom=whom, script=one.set_by, page=one.page)
        if one.set_by
        else said("sent to %(whom)s on %(page)s", whom=whom, page=one.page)
    )
    return listed((said(one.detail), sent), "; ") if one.detail else sent


def _may_know(one: Observation, stored: Iterable[Observation], declared: Declared) -> bool:
    """Whether whoever is sent an identifier is the party that it is for: who sets it, or whom its declaration names."""
    recipient = registrable(one.alias_of or one.domain)
    items = [item for item in stored if item.name == one.name and item.domain == one.source]
    if any(recipient in {registrable(item.domain), registrable(host_of(item.set_by))} for item in items):
        return True
    for item in items:
        declaration = declared.of(item)
        if declaration is not None and names(declaration, one.domain):
            return declaration.category is Category.NECESSARY or one.state is State.ACCEPTED
    # The site's own identifier, told to a recipient that the policy names, by a visitor who agreed.
    is_own = bool(items) and all(item.party is Party.FIRST for item in items)
    return is_own and one.state is State.ACCEPTED and declared.names_host(one.domain)


def subjects_shared(observations: Iterable[Observation]) -> Mapping[tuple[str, str], Sequence[Observation]]:
    """Return the observations of identifiers being sent away, by the name and domain of the item that they come from."""
    shared: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.kind is Kind.IDENTIFIER:
            shared[one.name, one.source].append(one)
    return shared
