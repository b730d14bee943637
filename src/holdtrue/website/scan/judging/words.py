"""How findings and reports speak of what was seen."""

from holdtrue.policy.text.rules import Category, SetBy
from holdtrue.website.knowledge.known import Sureness
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.knowledge.proposals import Proposal, Reason, Seen, proposed
from holdtrue.website.scan.engine.observations import Kind, Observation, Party

HOUR_MINUTES = 60


def subject_of(one: Observation) -> str:
    """Return what an item is called in a report: its sort where it is no cookie, its name, and whose it is."""
    sort = "" if one.kind is Kind.COOKIE else f"{one.kind.value.replace('-', ' ')} "
    return f"{sort}{one.name or '(no name)'} @ {one.domain}"


def told(one: Observation) -> str:
    """Return in a few words how an item came about."""
    by = f"by {one.set_by} ({one.via})" if one.set_by else "by something that was not caught in the act"
    if one.where:
        by += f" in a {one.where.replace('-', ' ')}"
    kept = f", kept {in_days(one.retention_days)}" if one.retention_days else ""
    fate = ", gone again at the end" if one.deleted else ""
    left = "left standing; " if one.survived else ""
    return f"{left}set {by} on {one.page}{kept}{fate}"


def in_days(days: float) -> str:
    """Return a time span as a person says it."""
    if days >= 1:
        return f"{days:,.0f} day{'s' if round(days) != 1 else ''}"
    minutes = days * 24 * HOUR_MINUTES
    return f"{minutes / HOUR_MINUTES:.0f} h" if minutes >= HOUR_MINUTES else f"{max(minutes, 1):.0f} min"


def holding_back(one: Observation) -> str:
    """Return how to keep an item from being stored without consent: what exactly is to be held back."""
    if one.survived and not one.set_by:
        return ""
    if one.via == "http":
        return f"Leave `Set-Cookie: {one.name}` out of the answer of {one.set_by} until the visitor has agreed."
    if one.set_by and one.set_by != one.page:
        return f"Load {one.set_by} only after the visitor has agreed to its category."
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
    category = row.category.value if row.category else f"({'/'.join(Category)})"
    cells = (_cell(row.pattern), _cell(provider), _cell(purpose), category, one.party.value, way.value, kept)
    return f"| {' | '.join(cells)} |"


def whose(one: Observation, knowledge: Knowledge | None = None) -> str:
    """Return whose an item probably is and what for, as far as knowledge goes; empty when it is unknown."""
    row = proposal_of(one, knowledge)
    if row.service is None:
        return ""
    service = row.service
    company = "" if row.is_own else f" ({', '.join(filter(None, (service.provider, service.country)))})"
    beginning = {Reason.SCRIPT: "stored by a script of ", Reason.HOST: "belongs to "}.get(row.reason, "")
    doubt = {Sureness.LIKELY: "likely ", Sureness.POSSIBLE: "possibly "}.get(row.sureness, "") if not beginning else ""
    origin = ", by the imported database" if row.is_imported else ""
    return f"{beginning}{doubt}{service.name}{company}, {row.category}{origin}"


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
