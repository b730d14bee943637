"""The policy's tables, held against what was seen: what is missing, wrong, contradictory, or never there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from holdtrue.policy.text.rules import Category, Declaration
from holdtrue.policy.text.rules import Party as DeclaredParty
from holdtrue.said import Said, listed, said
from holdtrue.website.knowledge.advice import Advice, advise
from holdtrue.website.knowledge.known import Service, Sureness
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.scan.engine.observations import Kind, Observation, Party, Sighting, State
from holdtrue.website.scan.engine.parties import host_of, registrable
from holdtrue.website.scan.faults import Fault, Finding, Severity, found
from holdtrue.website.scan.judging.declared import Declared, domains_in, is_named_after, is_probe, names, names_of
from holdtrue.website.scan.judging.known import FOLLOWING, category_of, is_met, known_item
from holdtrue.website.scan.judging.looks import category_by_name, looks_essential
from holdtrue.website.scan.judging.words import in_days, row_of, subject_of, told, whose

TOLERANCE_DAYS = 1 / 24
"""Clocks differ and pages take time; an hour is nobody's broken promise."""
LASTING = {Kind.LOCAL_STORAGE, Kind.INDEXED_DB, Kind.CACHE_STORAGE}
"""What no browser takes away when it closes."""
STRICTNESS = tuple(Category)


def about_item(
    one: Observation, declared: Declared, *, shared: Sequence[Observation], others: Sequence[str]
) -> Iterator[Finding]:
    """Yield what the tables say wrongly of one item; `others` are the domains of all parties that were seen.

    `shared` are the observations of its value being sent to somebody else.
    """
    declaration = declared.of(one)
    if declaration is None:
        yield from _undeclared(one, declared, is_passed_on=bool(shared))
        return
    yield from _party(one, declaration)
    yield from _provider(one, declaration, others, declared.knowledge)
    yield from _category(one, declaration, shared, declared.knowledge)
    yield from _lifetime(one, declaration)


def _undeclared(one: Observation, declared: Declared, *, is_passed_on: bool) -> Iterator[Finding]:
    essential = not declared.needs_consent(one)
    if essential and not declared.has_policy:
        return
    severity = Severity.LOW if essential and (one.is_choice or looks_essential(one.name)) else Severity.HIGH
    if is_probe(one):
        severity = Severity.INFO
    if not declared.has_policy:
        # That there is no policy is the site's or the caller's one omission, not one for each item.
        severity = Severity.INFO
    known = whose(one, declared.knowledge) or (said("it remembers the answer to the banner") if one.is_choice else "")
    given = "" if declared.has_policy else said("no policy was given")
    words = listed(filter(None, (given, known, told(one))), "; ")
    fix = said("Stop storing it, or declare it: %(row)s", row=row_of(one, declared.knowledge))
    yield found(
        Fault.UNDECLARED,
        subject_of(one),
        words,
        state=one.state,
        page=one.page,
        severity=severity,
        fix=fix,
        suggestion=suggestion_for(one, declared.knowledge, is_passed_on=is_passed_on),
    )


def suggestion_for(one: Observation, knowledge: Knowledge | None = None, *, is_passed_on: bool = False) -> Advice | None:
    """Return what an item may be for; None where neither knowledge nor a guess that is more often right than wrong says it.

    What somebody else is told of is not necessary, whatever it looks like.
    """
    # A cookie without a retention goes when the browser closes, storage tells none.
    retention = (one.retention_days or 0.0) if one.kind is Kind.COOKIE else None
    advice = advise(
        one.name,
        domain=one.domain,
        party=DeclaredParty(one.party),
        kind=one.kind,
        retention=retention,
        via=one.via,
        http_only=one.http_only,
        secure=one.secure,
        same_site=one.same_site,
        value_shape=one.value_shape,
        knowledge=knowledge,
    )
    is_guess = advice.is_sure and not (is_passed_on and advice.category is Category.NECESSARY)
    return advice if is_guess or advice.known is not None else None


def _where(declaration: Declaration) -> Said:
    return said("line %(line)s of the policy", line=str(declaration.line))


def _party(one: Observation, declaration: Declaration) -> Iterator[Finding]:
    if declaration.party.value != one.party.value:
        words = said(
            "%(where)s says %(written)s; it belongs to %(domain)s, which is %(party)s",
            where=_where(declaration),
            written=said(f"{declaration.party.value} party"),
            domain=one.domain,
            party=said(f"{one.party.value} party"),
        )
        fix = said("Write “%(word)s” in %(where)s.", word=one.party.value, where=_where(declaration))
        yield found(Fault.WRONG_PARTY, subject_of(one), words, state=one.state, page=one.page, fix=fix, line=declaration.line)


def _provider(one: Observation, declaration: Declaration, others: Sequence[str], knowledge: Knowledge) -> Iterator[Finding]:
    """Yield a provider that is named, and is not who sets it: judged where that is known, or a domain or name is written."""
    known = known_item(one, knowledge)
    service = known.service if known and known.sureness is Sureness.SURE and not known.is_own else None
    # A name alone may have been borrowed: the service itself must have been met.
    if service is not None and is_met(service, (one.domain, host_of(one.set_by), *others)):
        yield from _known_provider(one, declaration, service)
        return
    own = registrable(one.domain)
    author = registrable(host_of(one.set_by)) if one.set_by else own
    owners = [domain for domain in dict.fromkeys((own, author)) if one.party is Party.THIRD or domain != own]
    if not owners or any(names(declaration, domain) for domain in (one.domain, *owners)):
        return
    # A script of somebody else may well set the site's own cookie for it, as a library does.
    mine = {own} if one.party is Party.FIRST else set()
    written = sorted(domains_in(declaration) - mine)
    meant = [
        domain
        for domain in others
        if domain not in owners and domain not in mine and is_named_after(declaration.provider, domain)
    ]
    if written or meant:
        whom = ", ".join(written or meant[:1])
        words = said(
            "%(where)s names “%(provider)s” (%(whom)s); it comes from %(owner)s; %(how)s",
            where=_where(declaration),
            provider=declaration.provider,
            whom=whom,
            owner=owners[-1],
            how=told(one),
        )
        fix = said("Name the owner of %(owner)s as the provider in %(where)s.", owner=owners[-1], where=_where(declaration))
        yield found(
            Fault.WRONG_PROVIDER, subject_of(one), words, state=one.state, page=one.page, fix=fix, line=declaration.line
        )


def _known_provider(one: Observation, declaration: Declaration, service: Service) -> Iterator[Finding]:
    is_named = service.is_named_in(declaration.provider) or any(
        is_named_after(declaration.provider, registrable(host)) or registrable(host) in domains_in(declaration)
        for host in service.hosts
    )
    if not is_named:
        words = said(
            "%(where)s names “%(provider)s”; it is of %(service)s; %(how)s",
            where=_where(declaration),
            provider=declaration.provider,
            service=f"{service.name} ({service.provider})",
            how=told(one),
        )
        fix = said("Name “%(owner)s” as the provider in %(where)s.", owner=service.provider, where=_where(declaration))
        subject, line = subject_of(one), declaration.line
        yield found(Fault.WRONG_PROVIDER, subject, words, state=one.state, page=one.page, fix=fix, line=line)


def _category(
    one: Observation, declaration: Declaration, shared: Sequence[Observation], knowledge: Knowledge
) -> Iterator[Finding]:
    """Yield a category that is laxer than what the item does, or is known to be for."""
    passed_on = [other.domain for other in shared if not names(declaration, other.domain)]
    known = category_of(one, knowledge)
    by_name = known or _said_by_name(one, declaration)
    if declaration.category is Category.NECESSARY and passed_on:
        why: str = said("its value, one for each visitor, is sent to %(host)s", host=passed_on[0])
        better = Category.MARKETING
    elif by_name is not None and STRICTNESS.index(by_name) > STRICTNESS.index(declaration.category):
        by_word = said("its name speaks of %(category)s", category=said(by_name.value))
        why, better = (whose(one, knowledge) if known else by_word), by_name
    else:
        return
    where = _where(declaration)
    words = said("%(where)s says %(written)s", where=where, written=said(declaration.category.value))
    severity = _weight(declaration, better, is_known=known is not None or bool(passed_on))
    fix = said("Write “%(word)s” in %(where)s, and ask for consent to it.", word=better.value, where=where)
    yield found(
        Fault.WRONG_CATEGORY,
        subject_of(one),
        listed((words, why, told(one)), "; "),
        state=one.state,
        page=one.page,
        severity=severity,
        fix=fix,
        line=declaration.line,
    )


def _said_by_name(one: Observation, declaration: Declaration) -> Category | None:
    """Return the category that an item's name speaks of, where a word is enough to doubt the row.

    A chat may well count its own visitors by a name with “visitor” in it: among what needs consent anyway, only advertising
    under the name of a preference is worth a question.
    """
    by_name = category_by_name(one.name)
    is_doubtful = declaration.category is Category.NECESSARY or (
        declaration.category is Category.PREFERENCES and by_name is Category.MARKETING
    )
    return by_name if is_doubtful else None


def _weight(declaration: Declaration, better: Category, *, is_known: bool) -> Severity:
    """Return how much hangs on a wrong category: most where what follows visitors is said to need no consent.

    A preference that the visitor asked for, such as a language, may need none either (WP 194, 3.6).
    """
    if declaration.category is not Category.NECESSARY:
        return Severity.MEDIUM
    if better not in FOLLOWING:
        return Severity.LOW
    return Severity.HIGH if is_known else Severity.MEDIUM


def _lifetime(one: Observation, declaration: Declaration) -> Iterator[Finding]:
    days = one.retention_days
    where = _where(declaration)
    if one.kind in LASTING and declaration.retention_days is None and not one.deleted:
        fix = said("Use session storage, or write “until deleted” in %(where)s.", where=where)
        outlives = said("%(kind)s outlives it", kind=said(one.kind.value.replace("-", " ")))
        words = listed((said("%(where)s says %(written)s", where=where, written=said("session")), outlives, told(one)), "; ")
        yield found(Fault.PERSISTENT, subject_of(one), words, state=one.state, page=one.page, fix=fix, line=declaration.line)
    if one.kind is not Kind.COOKIE or days is None:
        return
    if declaration.retention_days is None:
        words = listed((said("%(where)s says %(written)s", where=where, written=said("session")), told(one)), "; ")
        yield found(Fault.PERSISTENT, subject_of(one), words, state=one.state, page=one.page, line=declaration.line)
    elif days > declaration.retention_days + TOLERANCE_DAYS:
        written = said("%(where)s says %(written)s", where=where, written=in_days(declaration.retention_days))
        words = listed((written, told(one)), "; ")
        seconds = str(int(declaration.retention_days * 86_400))
        fix = said(
            "Set `Max-Age=%(seconds)s`, or write %(span)s in %(where)s.", seconds=seconds, span=in_days(days), where=where
        )
        yield found(
            Fault.RETENTION_EXCEEDED, subject_of(one), words, state=one.state, page=one.page, fix=fix, line=declaration.line
        )


def contradictions(declarations: Sequence[Declaration]) -> Iterator[Finding]:
    """Yield cookies that the policy declares more than once with different words; one item cannot be both."""
    rows: dict[tuple[str, ...], list[Declaration]] = defaultdict(list)
    for one in declarations:
        # Two companies may well use the same name for cookies of their own; the site itself has one of each name.
        owner = one.provider.casefold() if one.party is DeclaredParty.THIRD else ""
        rows[one.pattern, one.party.value, owner].append(one)
    for same in rows.values():
        first = same[0]
        for other in same[1:]:
            differing = list(_differing(first, other))
            if differing:
                lines = {"first": str(first.line), "other": str(other.line)}
                words = said("lines %(first)s and %(other)s of the policy differ: %(how)s", how=listed(differing), **lines)
                fix = said("Keep the true one of lines %(first)s and %(other)s.", **lines)
                yield found(Fault.DECLARED_TWICE, first.pattern, words, fix=fix, line=other.line)


def _differing(one: Declaration, other: Declaration) -> Iterator[str]:
    if one.category is not other.category:
        yield said("category (%(one)s, %(other)s)", one=said(one.category.value), other=said(other.category.value))
    if one.retention_days != other.retention_days:
        yield said("retention (%(one)s, %(other)s)", one=_kept(one), other=_kept(other))
    if one.provider.casefold() != other.provider.casefold():
        yield said("provider (%(one)s, %(other)s)", one=one.provider, other=other.provider)


def _kept(one: Declaration) -> Said:
    return said("session") if one.retention_days is None else in_days(one.retention_days)


def unseen(sighting: Sighting, stored: Iterable[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield rows whose item was never there, as far as the scan could have seen it."""
    seen = {name for one in stored for name in names_of(one)}
    accepted = sighting.answer(State.ACCEPTED)
    is_complete = accepted.reached or accepted.banner == "none"
    for declaration in declared.all:
        if any(declaration.covers(name) for name in seen):
            continue
        if declaration.category is not Category.NECESSARY and not is_complete:
            # Nobody agreed to it in this scan: that it was not there says nothing of the row.
            continue
        words = said("%(where)s declares it; pages looked at: %(count)s", where=_where(declaration), count=len(sighting.pages))
        yield found(Fault.NOT_OBSERVED, declaration.pattern, words, line=declaration.line)
