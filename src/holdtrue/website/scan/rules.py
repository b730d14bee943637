"""Holds what a scan saw against what the policy declares: pure, so that the server can judge every upload again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from holdtrue.policy.text.rules import Declaration
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.scan.engine.observations import STATES, Observation, Party, Sighting
from holdtrue.website.scan.engine.parties import host_of, registrable
from holdtrue.website.scan.faults import Fault, Finding
from holdtrue.website.scan.judging.asked import about_banner, about_policy_page, about_signal
from holdtrue.website.scan.judging.declared import Declared
from holdtrue.website.scan.judging.folding import folded
from holdtrue.website.scan.judging.known import tracker_at
from holdtrue.website.scan.judging.looks import looks_essential
from holdtrue.website.scan.judging.pages import about_pages
from holdtrue.website.scan.judging.sent import about_sending, subjects_shared
from holdtrue.website.scan.judging.stored import about_consent, about_lifetime, about_protection
from holdtrue.website.scan.judging.tables import about_item, contradictions, unseen
from holdtrue.website.scan.judging.words import in_days, subject_of

__all__ = ["Finding", "in_days", "judge", "looks_essential", "subject_of"]


def judge(
    sighting: Sighting,
    declarations: Sequence[Declaration],
    *,
    has_policy: bool = True,
    knowledge: Knowledge | None = None,
) -> tuple[Finding, ...]:
    """Return every difference, the worst first; none means that the site keeps its policy as far as it was seen.

    Without a policy nothing is declared; then what looks strictly necessary by its name is let pass.
    What is not declared is told with what `knowledge` says of it: the package's own where none is given.
    """
    declared = Declared(declarations, has_policy=has_policy, knowledge=knowledge)
    kept = [one for one in sighting.observations if one.kind.is_stored and not one.refused_reason]
    stored = folded(kept, declared={declaration.pattern for declaration in declarations})
    told = _told(sighting.observations)
    findings = [
        *about_consent(stored, declared),
        *_about_items(sighting, stored, declared),
        *about_sending(told, stored, declared),
        *about_banner(sighting, stored, declared),
        *about_signal(sighting, declared),
        *about_policy_page(sighting, has_policy=has_policy),
        *about_pages(sighting.notes),
        *contradictions(declarations),
    ]
    if has_policy:
        findings += unseen(sighting, stored, declared)
    return tuple(sorted(dict.fromkeys(findings), key=_urgency))


def _told(observations: Sequence[Observation]) -> list[Observation]:
    """Return all but what was meant for hosts that there are none of: it told nobody anything.

    A host that is known to follow visitors stays, for it may be this machine's resolver that does not know it.
    """
    sent = [one for one in observations if one.kind.is_sent]
    alive = {one.domain for one in sent if not one.refused_reason}
    dead = {one.domain for one in sent} - alive
    return [one for one in observations if one.kind.is_stored or one.domain not in dead or tracker_at(one.domain)]


def _urgency(finding: Finding) -> tuple[int, int, int, str]:
    state = STATES.index(finding.state) if finding.state else len(STATES)
    return finding.severity.rank, list(Fault).index(finding.fault), state, finding.subject


def _about_items(sighting: Sighting, stored: Sequence[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield what is wrong with each item by itself, once however many states showed it."""
    items: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for one in stored:
        items[one.kind, one.name, one.domain].append(one)
    shared = subjects_shared(sighting.observations)
    parties = _parties(sighting)
    for seen in items.values():
        longest = max(seen, key=lambda other: other.retention_days or 0)
        one = longest if declared.of(longest) else seen[0]
        yield from about_item(one, declared, shared=shared.get((one.name, one.domain), ()), others=parties)
        yield from about_lifetime(max(seen, key=lambda other: (other.retention_days or 0, other.refreshed)), declared)
        yield from about_protection(longest, declared)


def _parties(sighting: Sighting) -> list[str]:
    """Return the domains of everybody whom the scan met, the site's own among them."""
    own = registrable(host_of(sighting.landed))
    return [own, *dict.fromkeys(registrable(one.domain) for one in sighting.observations if one.party is Party.THIRD)]
