"""Proposes what a policy could say of an item that it does not declare: pure, and never more certain than it is."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from holdtrue.policy.text.rules import Category
from holdtrue.website.knowledge.known import Known, Purpose, Runs, Service, ServiceKind, Sureness
from holdtrue.website.knowledge.library import Knowledge, shipped

_CARRIERS = frozenset(
    {ServiceKind.TAG_MANAGER, ServiceKind.CDN, ServiceKind.HOSTING, ServiceKind.SECURITY, ServiceKind.CONSENT}
)
"""Services that bring other people's scripts: what such a script stores says nothing of its purpose."""


class Reason(StrEnum):
    """What a proposal rests on."""

    NAME = "name"
    """The item's name is known."""
    SCRIPT = "script"
    """The script that stored it is a known service's; what exactly the item is for has to be asked."""
    HOST = "host"
    """It belongs to a known service's host; what exactly it is for has to be asked."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of an item, in the words of a scan's observation."""

    name: str
    domain: str = ""
    kind: str = ""
    is_third_party: bool = False
    set_by: str = ""
    """Address of the script or answer that stored it."""
    retention_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A row that a person may adopt; what is not known is None or empty, never guessed."""

    pattern: str
    """The name, or a pattern that covers its like."""
    service: Service | None = None
    is_own: bool = False
    """Whether the site itself provides it: software of its own that tells nobody else."""
    category: Category | None = None
    purpose: Purpose | None = None
    usual_retention: str = ""
    """How long it is usually kept, in words that a policy understands."""
    retention_days: float | None = None
    """How long it was asked to be kept when it was seen; None for the browser's session."""
    sureness: Sureness = Sureness.UNKNOWN
    reason: Reason = Reason.NOTHING
    is_imported: bool = False
    """Whether this is what a database says that the organisation imported, in its words."""

    @property
    def provider(self) -> str:
        """The company that a policy should name; empty for the site itself and for an unknown one."""
        return "" if self.service is None or self.is_own else self.service.provider


def proposed(seen: Seen, knowledge: Knowledge | None = None) -> Proposal:
    """Return what a policy could say of an item, from its name, else from the script that stored it, else from its host."""
    known_by = knowledge or shipped()
    script = _host(seen.set_by)
    known = _known(seen, script, known_by)
    if known is not None and known.sureness is not Sureness.POSSIBLE:
        return _of_name(seen, known, script)
    for host, reason in ((script, Reason.SCRIPT), (seen.domain, Reason.HOST)):
        service = known_by.service_of(host) if host else None
        if service is not None and service.kind not in _CARRIERS:
            return Proposal(
                pattern=seen.name,
                service=service,
                category=service.category,
                retention_days=seen.retention_days,
                sureness=Sureness.LIKELY if reason is Reason.HOST else Sureness.POSSIBLE,
                reason=reason,
            )
    if known is not None:
        return _of_name(seen, known, script)
    return Proposal(pattern=seen.name, retention_days=seen.retention_days)


def _known(seen: Seen, script: str, knowledge: Knowledge) -> Known | None:
    """Return what the name is; a script from the service's own host confirms it as the item's domain does."""
    by_domain = knowledge.lookup(seen.name, domain=seen.domain, kind=seen.kind)
    if by_domain is not None and by_domain.sureness is Sureness.SURE:
        return by_domain
    by_script = knowledge.lookup(seen.name, domain=script, kind=seen.kind) if script else None
    if by_script is not None and by_script.service.has(script):
        return by_script
    return by_domain


def _of_name(seen: Seen, known: Known, script: str) -> Proposal:
    service = known.service
    told = service.has(seen.domain.strip(".").lower()) or bool(script and service.has(script))
    is_own = service.runs is Runs.SITE or (service.runs is Runs.BOTH and not told and not seen.is_third_party)
    return Proposal(
        pattern=known.pattern,
        service=service,
        is_own=is_own,
        category=known.category,
        purpose=known.item.purpose,
        usual_retention=known.retention,
        retention_days=seen.retention_days,
        sureness=known.sureness,
        reason=Reason.NAME,
        is_imported=known.item.imported,
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
