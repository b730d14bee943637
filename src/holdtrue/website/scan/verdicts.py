"""What a scan says of the four promises that a site can keep or break."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.said import said
from holdtrue.website.scan.engine.observations import Sighting, State
from holdtrue.website.scan.engine.remarks import recognised
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.rules import Finding, looks_essential

BREAKS: dict[str, frozenset[Fault]] = {
    "site.inventory-true": frozenset(
        {Fault.UNDECLARED, Fault.WRONG_CATEGORY, Fault.WRONG_PARTY, Fault.WRONG_PROVIDER, Fault.DECLARED_TWICE}
    ),
    "site.consent-first": frozenset(
        {
            Fault.BEFORE_CONSENT,
            Fault.AFTER_REFUSAL,
            Fault.TRACKER_BEFORE_CONSENT,
            Fault.TRACKER_AFTER_REFUSAL,
            Fault.CLOAKED,
            Fault.FINGERPRINTING,
            Fault.COOKIE_WALL,
            Fault.NO_REFUSE,
            Fault.REQUEST_BEFORE_CONSENT,
            Fault.REQUEST_AFTER_REFUSAL,
            Fault.PRE_TICKED,
            Fault.SIGNAL_IGNORED,
        }
    ),
    "site.withdrawal": frozenset(
        {
            Fault.NOT_DELETED,
            Fault.AFTER_WITHDRAWAL,
            Fault.RESPAWNED,
            Fault.TRACKER_AFTER_WITHDRAWAL,
            Fault.REQUEST_AFTER_WITHDRAWAL,
            Fault.NO_WITHDRAWAL,
            Fault.WITHDRAWAL_HARDER,
        }
    ),
    "site.retention": frozenset({Fault.RETENTION_EXCEEDED, Fault.PERSISTENT}),
}
DEMANDS = {
    "site.inventory-true": "everything seen is declared, and rightly",
    "site.consent-first": "nothing that needs consent without it",
    "site.withdrawal": "what consent brought goes with it",
    "site.retention": "kept no longer than declared",
}
SERIOUS = {Severity.HIGH, Severity.MEDIUM}


def verdicts_of(
    sighting: Sighting, findings: Sequence[Finding], *, subject: str, observed_at: datetime, has_policy: bool = True
) -> tuple[Verdict, ...]:
    """Return one verdict for each of the four commitments; what the scan could not see is *unproven*, never *holds*."""
    return tuple(
        _verdict(commitment, sighting, findings, subject=subject, observed_at=observed_at, has_policy=has_policy)
        for commitment in BREAKS
    )


def _verdict(  # noqa: PLR0913 - what one verdict needs to know
    commitment: str,
    sighting: Sighting,
    findings: Sequence[Finding],
    *,
    subject: str,
    observed_at: datetime,
    has_policy: bool,
) -> Verdict:
    broken = [one for one in findings if one.fault in BREAKS[commitment] and one.severity in SERIOUS]
    doubt = _doubt(commitment, sighting, has_policy=has_policy)
    if broken:
        result, value, advice = Result.BROKEN, _counted(broken), _remedy(broken[0])
    elif doubt:
        result, value, advice = Result.UNPROVEN, doubt, "Settle this, and scan again."
    else:
        result, value, advice = Result.HOLDS, said("pages: %(count)s, no difference found", count=len(sighting.pages)), ""
    reason = Reason(
        fact=said("scan of %(url)s", url=sighting.landed),
        value=value,
        source=said("holdtrue scan with %(browser)s", browser=sighting.browser),
        observed_at=observed_at,
        rule=DEMANDS[commitment],
        advice=advice,
    )
    return Verdict(commitment, subject, result, reason)


def _counted(broken: Sequence[Finding]) -> str:
    first = said("%(subject)s: %(what)s", subject=broken[0].subject, what=said(broken[0].title))
    return first if len(broken) == 1 else said("%(first)s, and %(count)s more", first=first, count=len(broken) - 1)


def _remedy(finding: Finding) -> str:
    """Return what to do, as one says it; the row that declares an item is for whoever edits the policy's source."""
    return MEANINGS[finding.fault].fix if finding.fault is Fault.UNDECLARED else finding.fix


def _doubt(commitment: str, sighting: Sighting, *, has_policy: bool) -> str:
    """Return why the scan cannot say that the commitment holds; empty when it can."""
    if not sighting.pages:
        return "no page was looked at"
    if sighting.is_partial or any(note.is_loss for note in sighting.notes):
        return "the scan could not look at every page"
    if commitment in {"site.inventory-true", "site.retention"} and not has_policy:
        return "no policy is in force to hold the site against"
    if _is_silent(sighting):
        return ""
    needed = {
        "site.consent-first": (State.NO_CHOICE, State.REFUSED),
        "site.withdrawal": (State.ACCEPTED, State.WITHDRAWN),
    }.get(commitment, (State.NO_CHOICE, State.ACCEPTED))
    return _unreached(sighting, needed)


def _is_silent(sighting: Sighting) -> bool:
    """Whether the site asks nothing, so that there is no other state to be in, and stores nothing by the way."""
    asks = any(
        answer.banner not in {"", "none"} or (answer.reached and answer.state is not State.NO_CHOICE)
        for answer in sighting.answers
    )
    return not asks and sighting.answer(State.REFUSED).banner == "none"


def _unreached(sighting: Sighting, needed: Iterable[State]) -> str:
    for state in needed:
        answer = sighting.answer(state)
        if not answer.reached and not _nothing_to_withdraw(sighting, state):
            why = recognised(answer.why_not)
            return said("the state “%(state)s” could not be brought about: %(why)s", state=said(state.value), why=why)
    return ""


def _nothing_to_withdraw(sighting: Sighting, state: State) -> bool:
    if state is not State.WITHDRAWN or not sighting.answer(State.ACCEPTED).reached:
        return False
    stored = (one for one in sighting.observations if one.state is State.ACCEPTED and one.kind.is_stored)
    return all(one.is_choice or looks_essential(one.name) for one in stored)
