"""What is known in general of an item or a host, where a judgement may lean on it: sure or likely, never merely possible."""

from collections.abc import Iterable
from functools import lru_cache

from holdtrue.policy.text.rules import Category
from holdtrue.said import said
from holdtrue.website.knowledge.known import Service, ServiceKind, Sureness
from holdtrue.website.knowledge.library import Knowledge, service_of
from holdtrue.website.knowledge.proposals import Proposal, Reason
from holdtrue.website.scan.engine.observations import Observation
from holdtrue.website.scan.judging.words import proposal_of

FOLLOWING = {Category.ANALYTICS, Category.MARKETING}
SURE_ENOUGH = {Sureness.SURE, Sureness.LIKELY}


def known_item(one: Observation, knowledge: Knowledge | None = None) -> Proposal | None:
    """Return what the item is by its own name; None when that is unknown or no more than possible."""
    proposal = proposal_of(one, knowledge)
    is_known = proposal.reason is Reason.NAME and proposal.sureness in SURE_ENOUGH
    return proposal if is_known else None


def category_of(one: Observation, knowledge: Knowledge | None = None) -> Category | None:
    """Return the category that the item is known to be of."""
    known = known_item(one, knowledge)
    return known.category if known else None


@lru_cache(maxsize=4096)
def tracker_at(host: str) -> str:
    """Return the known service at a host that follows visitors, with what it is for; empty for any other host."""
    service = service_of(host)
    if service is None or service.category not in FOLLOWING:
        return ""
    return said("it is %(service)s (%(category)s)", service=service.name, category=said(service.category.value))


@lru_cache(maxsize=4096)
def is_consent_tool(host: str) -> bool:
    """Whether a known tool that asks for consent is at a host."""
    service = service_of(host)
    return service is not None and service.kind is ServiceKind.CONSENT


def is_service_named(provider: str, host: str) -> bool:
    """Whether a provider's text names the known service at a host, or the company behind it."""
    service = service_of(host)
    return service is not None and service.is_named_in(provider)


def is_met(service: Service, hosts: Iterable[str]) -> bool:
    """Whether any of these hosts is of the company behind a service."""
    there = (service_of(host) for host in hosts if host)
    return any(other is not None and other.provider == service.provider for other in there)
