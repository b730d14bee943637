"""How findings and reports speak of what was seen."""

from collections.abc import Sequence

from holdtrue.policy.text.rules import Category, SetBy
from holdtrue.said import Said, said
from holdtrue.website.knowledge.known import Sureness
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.knowledge.proposals import Proposal, Reason, Seen, proposed
from holdtrue.website.scan.engine.observations import Kind, Observation, Party
from holdtrue.website.scan.engine.parties import host_of

HOUR_MINUTES = 60


def subject_of(one: Observation) -> str:
    """Return what an item is called in a report: its sort where it is no cookie, its name, and whose it is."""
    sort = "" if one.kind is Kind.COOKIE else f"{one.kind.value.replace('-', ' ')} "
    return f"{sort}{one.name or '(no name)'} @ {one.domain}"


def told(one: Observation) -> Said:
    """Return in a few words how an item came about."""
    by = (
        said("by %(script)s (%(way)s)", script=one.set_by, way=said(one.via))
        if one.set_by
        else said("by something that was not caught in the act")
    )
    if one.where:
        by = said("%(by)s in a %(place)s", by=by, place=said(one.where.replace("-", " ")))
    words = said("set %(by)s on %(page)s", by=by, page=one.page)
    if one.retention_days:
        words = said("%(what)s, kept %(span)s", what=words, span=in_days(one.retention_days))
    if one.kind.is_stored and one.detail:
        words = said("%(what)s, one of %(count)s names of this shape", what=words, count=one.detail)
    if one.deleted:
        words = said("%(what)s, gone again at the end", what=words)
    return said("left standing; %(what)s", what=words) if one.survived else words


def cause_of(requests: Sequence[Observation]) -> str:
    """Return what brought in whoever was sent these: a script or page that is not their own, nor a nameless document."""
    hosts = {one.domain for one in requests}
    written = (by for one in requests for by in (one.set_by, *one.chain))
    named = (by for by in written if "://" in by and host_of(by) not in hosts)
    return next(named, requests[0].page)


def in_days(days: float) -> Said:
    """Return a time span as a person says it."""
    if days >= 1:
        return said("1 day") if round(days) == 1 else said("%(count)s days", count=round(days))
    minutes = days * 24 * HOUR_MINUTES
    if minutes >= HOUR_MINUTES:
        return said("%(count)s h", count=round(minutes / HOUR_MINUTES))
    return said("%(count)s min", count=round(max(minutes, 1)))


def holding_back(one: Observation, *, is_asking: bool = False) -> str:
    """Return how to keep an item from being stored without consent: what exactly is to be held back.

    What asks for consent itself, and remembers the answer, cannot wait for it.
    """
    if one.survived and not one.set_by:
        return ""
    if one.via == "http":
        return said(
            "Leave `Set-Cookie: %(name)s` out of the answer of %(url)s until the visitor has agreed.",
            name=one.name,
            url=one.set_by,
        )
    if is_asking:
        return said("Have %(script)s store it only after the visitor has agreed to its category.", script=one.set_by)
    if one.set_by and one.set_by != one.page:
        return said("Load %(script)s only after the visitor has agreed to its category.", script=one.set_by)
    return ""


def row_of(one: Observation, knowledge: Knowledge | None = None) -> str:
    """Return the row that would declare an item in the policy, with what neither a scan nor knowledge can tell left open."""
    way = SetBy.HTTP if one.via == "http" else SetBy.SCRIPT if one.kind is Kind.COOKIE else SetBy.STORAGE
    kept = in_days(one.retention_days) if one.retention_days and one.retention_days > 0 else _unsaid(one.kind)
    row = proposal_of(one, knowledge)
    if row.sureness is Sureness.POSSIBLE and row.reason is Reason.NAME:
        # Others use the name too: a row that is merely copied must not claim what nobody looked at.
        row = Proposal(pattern=one.name)
    provider = row.provider or ("this website" if row.is_own else "(provider)")
    purpose = row.purpose.text("en") if row.purpose else "(purpose)"
    known = row.category or (Category.NECESSARY if one.is_choice else None)
    category = known.value if known else f"({'/'.join(Category)})"
    cells = (_cell(row.pattern), _cell(provider), _cell(purpose), category, one.party.value, way.value, kept)
    return f"| {' | '.join(cells)} |"


def whose(one: Observation, knowledge: Knowledge | None = None) -> str:
    """Return whose an item probably is and what for, as far as knowledge goes; empty when it is unknown."""
    row = proposal_of(one, knowledge)
    if row.service is None:
        return ""
    service = row.service
    company = "" if row.is_own else f" ({', '.join(filter(None, (service.provider, service.country)))})"
    known = _by_way_of(row, f"{service.name}{company}")
    if row.category:
        known = said("%(whose)s, %(category)s", whose=known, category=said(row.category.value))
    return said("%(whose)s, by the imported database", whose=known) if row.is_imported else known


def _by_way_of(row: Proposal, service: str) -> str:
    """Return whose an item is, with how that is known where it is not by its own name for sure."""
    if row.reason is Reason.SCRIPT:
        return said("stored by a script of %(service)s", service=service)
    if row.reason is Reason.HOST:
        return said("belongs to %(service)s", service=service)
    if row.sureness is Sureness.LIKELY:
        return said("likely %(service)s", service=service)
    return said("possibly %(service)s", service=service) if row.sureness is Sureness.POSSIBLE else service


def proposal_of(one: Observation, knowledge: Knowledge | None = None) -> Proposal:
    """Return what the policy could say of an item, by the knowledge in the package where no other is given."""
    return proposed(
        Seen(
            name=one.name,
            domain=one.domain,
            kind=one.kind,
            is_third_party=one.party is Party.THIRD,
            set_by=one.set_by,
            retention_days=one.retention_days,
        ),
        knowledge,
    )


def _unsaid(kind: Kind) -> str:
    return "session" if kind in {Kind.COOKIE, Kind.SESSION_STORAGE} else "until deleted"


def _cell(name: str) -> str:
    return name.replace("|", r"\|") or "(no name)"
