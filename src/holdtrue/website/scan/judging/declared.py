"""What the policy says of an item or of a host: whether it is declared, needs consent, and who is named as its provider."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from urllib.parse import urlsplit

from holdtrue.policy.text.rules import Category, Declaration
from holdtrue.website.knowledge.library import Knowledge, shipped
from holdtrue.website.scan.engine.observations import Kind, Observation, Party
from holdtrue.website.scan.engine.parties import host_of, registrable
from holdtrue.website.scan.judging.known import category_of, is_service_named
from holdtrue.website.scan.judging.looks import looks_essential, looks_like_choice, looks_like_probe

_DOMAIN = re.compile(r"\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b")
_SHORTEST_LABEL = 4
"""Letters below which a domain's own name is found in any text by chance."""


class Declared:
    """Everything that the policy in force declares; a site without one has declared nothing."""

    def __init__(self, declarations: Sequence[Declaration], *, has_policy: bool, knowledge: Knowledge | None = None) -> None:
        self.all = declarations
        self.has_policy = has_policy
        self.knowledge = knowledge or shipped()
        """What is known in general of an item that is not declared."""

    def of(self, one: Observation) -> Declaration | None:
        """Return the declaration that covers an item: of the same party before another, exact before a pattern."""
        called = names_of(one)
        covering = [declaration for declaration in self.all if any(map(declaration.covers, called))]

        def fit(declaration: Declaration) -> tuple[bool, bool, int]:
            is_same = declaration.party.value == one.party.value
            return is_same, declaration.pattern in called, len(declaration.pattern)

        return max(covering, key=fit, default=None)

    def needs_consent(self, one: Observation) -> bool:
        """Whether an item may be stored only with consent: all but what is declared, known, or looks strictly necessary."""
        declaration = self.of(one)
        if declaration is not None:
            return declaration.category is not Category.NECESSARY
        known = category_of(one, self.knowledge)
        if known is not None:
            return known is not Category.NECESSARY
        if one.is_choice or is_probe(one):
            return False
        if one.party is Party.THIRD and one.is_identifier and one.retention_days:
            # Somebody else's lasting identifier is no part of this site's sessions, whatever its name says.
            return not looks_like_choice(one.name)
        return not looks_essential(one.name)

    def names_host(self, host: str, *, necessary: bool = False) -> bool:
        """Whether a declaration names this host or its owner as somebody who is told, or as one who must be."""
        return any(
            names(declaration, host) for declaration in self.all if not necessary or declaration.category is Category.NECESSARY
        )

    def lists_host(self, host: str, *, necessary: bool = False) -> bool:
        """Whether a declaration writes this very host down as one of somebody who is told, or who must be."""
        rows = (one for one in self.all if not necessary or one.category is Category.NECESSARY)
        return any(_is_among(host, pattern) for one in rows for pattern in one.hosts)

    def of_host(self, host: str) -> Declaration | None:
        """Return a declaration that names this host or its owner."""
        return next((declaration for declaration in self.all if names(declaration, host)), None)

    @cached_property
    def domains(self) -> frozenset[str]:
        """The registrable domains that the policy writes down."""
        return frozenset(domain for declaration in self.all for domain in domains_in(declaration))


def names_of(one: Observation) -> tuple[str, ...]:
    """Return the names by which a policy may declare an item: its own; a service worker's file with or without its path."""
    if one.kind is not Kind.SERVICE_WORKER:
        return (one.name,)
    path = urlsplit(one.name).path
    return tuple(name for name in dict.fromkeys((one.name, path, path.lstrip("/"), path.rpartition("/")[2])) if name)


def is_probe(one: Observation) -> bool:
    """Whether an item was stored only to see whether anything can be: gone again, and no value that tells visitors apart."""
    is_trial = one.momentary and one.party is Party.FIRST
    return one.deleted and not one.is_identifier and (is_trial or looks_like_probe(one.name))


def names(declaration: Declaration, host: str) -> bool:
    """Whether a declaration names a host: in its list of hosts, or in its provider by domain, name, service or company."""
    if any(_is_among(host, pattern) for pattern in declaration.hosts):
        return True
    domain = registrable(host)
    if domain in domains_in(declaration) or is_named_after(declaration.provider, domain):
        return True
    return is_service_named(declaration.provider, host)


def domains_in(declaration: Declaration) -> frozenset[str]:
    """Return the registrable domains that a declaration writes down for its provider."""
    return frozenset(registrable(match) for match in _DOMAIN.findall(declaration.provider.casefold()))


def is_named_after(provider: str, domain: str) -> bool:
    """Whether a provider bears the name of a domain, as “Google Analytics” does that of google-analytics.com."""
    label = _letters(domain.split(".", 1)[0])
    return len(label) >= _SHORTEST_LABEL and label in _letters(provider)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _is_among(host: str, pattern: str) -> bool:
    wanted = pattern.rpartition(":")[0] or pattern
    if wanted.startswith("*."):
        return host.endswith(wanted[1:])
    return host == wanted


def authors_of(stored: Iterable[Observation], declared: Declared) -> frozenset[str]:
    """Return the domains that set, or hold, something declared: the policy speaks of them by what they store."""
    known = [one for one in stored if declared.of(one) is not None]
    holders = {registrable(one.domain) for one in known if one.party is Party.THIRD}
    return frozenset(holders | {registrable(host_of(one.set_by)) for one in known if one.set_by})
