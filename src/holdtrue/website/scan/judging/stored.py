"""What is stored, held against what the visitor had chosen and against what protects it."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from holdtrue.policy.text.rules import Category
from holdtrue.said import listed, said
from holdtrue.website.scan.engine.observations import Kind, Observation, Party, State
from holdtrue.website.scan.faults import Fault, Finding, found
from holdtrue.website.scan.judging.declared import Declared
from holdtrue.website.scan.judging.known import FOLLOWING, category_of
from holdtrue.website.scan.judging.looks import looks_like_choice, looks_like_session, looks_readable
from holdtrue.website.scan.judging.words import holding_back, in_days, subject_of, told

THIRTEEN_MONTHS_DAYS = 397
"""A year and the longest month: nobody is told off for how months are counted."""
WITHOUT_CONSENT = {
    State.NO_CHOICE: Fault.BEFORE_CONSENT,
    State.REFUSED: Fault.AFTER_REFUSAL,
    State.WITHDRAWN: Fault.AFTER_WITHDRAWAL,
}


def about_consent(stored: Iterable[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield what was stored, kept or brought back without the visitor's agreement, in each state."""
    stored = list(stored)
    asking = {one.set_by for one in stored if one.set_by and (one.is_choice or looks_like_choice(one.name))}
    for one in stored:
        if not declared.needs_consent(one) or (one.survived and one.deleted):
            continue
        fault = WITHOUT_CONSENT.get(one.state)
        if fault is Fault.AFTER_WITHDRAWAL and one.survived:
            fault = Fault.NOT_DELETED
        if fault is not None:
            fix = _leaving(one) if one.survived else holding_back(one, is_asking=one.set_by in asking)
            yield found(fault, subject_of(one), told(one), state=one.state, page=one.page, fix=fix)
        if one.respawned:
            words = said("deleted, and there again with the same value; %(what)s", what=told(one))
            yield found(Fault.RESPAWNED, subject_of(one), words, state=one.state, page=one.page)


def _leaving(one: Observation) -> str:
    """Return what a site can do about what was left standing where it cannot delete it: it is somebody else's."""
    if one.party is not Party.THIRD:
        return ""
    return said("Only whose it is can delete it: use the opt-out that they offer, or embed them in a way that stores nothing.")


def about_lifetime(one: Observation, declared: Declared) -> Iterator[Finding]:
    """Yield what is kept too long whatever the policy says, and what never ends for who comes back."""
    # What is called necessary and is known to follow visitors is kept as long as it is all the same.
    if not declared.needs_consent(one) and category_of(one, declared.knowledge) not in FOLLOWING:
        return
    days = one.retention_days or 0
    if one.kind is Kind.COOKIE and days > THIRTEEN_MONTHS_DAYS:
        most = str(13 * 30 * 86_400)
        fix = said("Set `Max-Age` to %(most)s or less (13 months); it asks for %(span)s.", most=most, span=in_days(days))
        yield found(Fault.TOO_LONG, subject_of(one), told(one), state=one.state, page=one.page, fix=fix)
    # A counter or a setting whose end moves tells nobody apart; an identifier that never ends does.
    if one.refreshed and one.is_identifier:
        yield found(Fault.REFRESHED, subject_of(one), told(one), state=one.state, page=one.page)


def about_protection(one: Observation, declared: Declared) -> Iterator[Finding]:
    """Yield a session's own cookie that others can read or send: the purpose asks that nobody but the site can."""
    if one.kind is not Kind.COOKIE or one.party is Party.THIRD or not looks_like_session(one.name) or one.deleted:
        return
    declaration = declared.of(one)
    if declaration is not None and declaration.category is not Category.NECESSARY:
        return
    missing = list(_missing(one))
    if missing:
        fix = said("Add `%(words)s` to the line that sets it.", words="; ".join(missing))
        words = listed((said("without %(what)s", what=", ".join(missing)), told(one)), "; ")
        yield found(Fault.UNPROTECTED, subject_of(one), words, state=one.state, page=one.page, fix=fix)


def _missing(one: Observation) -> Iterator[str]:
    if one.secure is False and urlsplit(one.page).scheme == "https":
        yield "Secure"
    if one.http_only is False and not looks_readable(one.name):
        yield "HttpOnly"
    # Where the jar was not seen, nothing is known of what the line left out.
    if one.same_site == "None" or (not one.same_site and one.http_only is not None):
        yield "SameSite=Lax"
