"""How a site asks: what its owner chose, and the notice that follows from that and from the policy in force."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import msgspec

from holdtrue.errors import Invalid
from holdtrue.policy.text.rules import Category, Document, SetBy
from holdtrue.said import LANGUAGES as LANGUAGES_OF_PURPOSES
from holdtrue.website.consent.rules import (
    LANGUAGE,
    LANGUAGES,
    LONGEST_RECORD,
    REGULATIONS,
    SHORTEST_RECORD,
    USUALLY_KEPT,
    Asked,
    require_kept,
)
from holdtrue.website.sites.inventory import Line, Name, Sort, Status

FORMAT: Final = "holdtrue.notice/1"
TEXTS: Final = (
    "title", "intro", "outro", "accept", "refuse", "settings", "save", "close", "policy", "tab", "withdraw", "about",
    "necessary", "necessary_text", "preferences", "preferences_text", "analytics", "analytics_text", "marketing",
    "marketing_text", "always", "details", "recipients", "stored", "session", "kept", "gpc", "decided", "receipt", "pending",
    "failed", "embed", "once", "allow",
)  # fmt: skip
"""The keys of the banner's texts, which an owner's own words may replace."""
LONGEST_ID: Final = 40
_HOST = re.compile(r"(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::\d{1,5})?")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?")
_ACCENT = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Asking:
    """What a site's owner chose about asking for consent."""

    keep_days: int = USUALLY_KEPT
    """Days that a choice is kept on the visitor's device."""
    keep_reason: str = ""
    record_days: int = LONGEST_RECORD
    """Days that records are kept here, to be able to prove them."""
    origins: tuple[str, ...] = ()
    """Where the banner may answer from, besides the site's own address."""
    languages: tuple[str, ...] = ()
    """The languages of the banner; none means all."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The owner's own words: by language, then by the text's key."""
    purposes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What a service is for, by its id and language, where the policy's own words are in another language."""
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Hosts of a service, by its id, besides those that the policy names."""
    accent: str = ""
    has_tab: bool = True
    consent_mode: bool = False
    regulation: str = "eu"

    def require_valid(self) -> None:
        """Raise `Invalid` for what no notice may say."""
        require_kept(self.keep_days, self.keep_reason)
        if not SHORTEST_RECORD <= self.record_days <= LONGEST_RECORD:
            raise Invalid(
                f"Records cannot be kept for {self.record_days} days.",
                hint=f"Give {SHORTEST_RECORD} to {LONGEST_RECORD} days.",
            )
        if self.record_days < self.keep_days:
            raise Invalid("A record must be kept as long as the choice that it proves.", hint="Keep records longer.")
        _require_each(_ORIGIN, self.origins, "an origin", "https://www.example.org")
        _require_each(_HOST, [host for hosts in self.hosts.values() for host in hosts], "a host", "*.example.org")
        _require_each(LANGUAGE, [*self.languages, *self.texts], "a language", "nl")
        for language in self.languages:
            if language not in LANGUAGES and language not in self.texts:
                raise Invalid(
                    f"The banner has no texts in {language!r}.", hint="Give your own words in that language, or leave it out."
                )
        for key in (key for texts in self.texts.values() for key in texts):
            _require_text(key)
        if self.accent and not _ACCENT.fullmatch(self.accent):
            raise Invalid(f"{self.accent[:40]!r} is no colour.", hint="Write it as #0b5c53.")
        if self.regulation not in REGULATIONS:
            raise Invalid(f"No rule is known for {self.regulation[:40]!r}.", hint=f"Use {', '.join(REGULATIONS)}.")


def _require_text(key: str) -> None:
    if key not in TEXTS:
        near = difflib.get_close_matches(key, TEXTS, n=1)
        hint = f"Did you mean “{near[0]}”?" if near else f"The keys are {', '.join(TEXTS)}."
        raise Invalid(f"The banner has no text called {key[:40]!r}.", hint=hint)


def _require_each(pattern: re.Pattern[str], values: Iterable[str], what: str, example: str) -> None:
    for value in values:
        if not pattern.fullmatch(value):
            raise Invalid(f"{value[:80]!r} is not {what}.", hint=f"Write it as {example}.")


class Item(msgspec.Struct, frozen=True):
    """Something that a service keeps in the browser."""

    pattern: str
    kind: str
    retention_days: int | float | None
    domain: str = ""
    path: str = "/"
    http_only: bool = False
    partitioned: bool = False


class Service(msgspec.Struct, frozen=True):
    """Whom the visitor is asked to allow, what for, and what that brings."""

    id: str
    name: str
    provider: str
    category: Category
    purpose: dict[str, str]
    hosts: tuple[str, ...]
    items: tuple[Item, ...]


class Controller(msgspec.Struct, frozen=True):
    """Who answers for the site."""

    name: str
    policy_url: str
    contact: str


class PolicyNamed(msgspec.Struct, frozen=True):
    """The policy's text that the notice follows."""

    slug: str
    version: int
    text_hash: str


class Style(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the banner looks."""

    tab: bool
    accent: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a site asks (`holdtrue.notice/1`), as banner, block and intake read it."""

    format: str
    site: str
    controller: Controller
    policy: PolicyNamed
    server: str
    keep_days: int
    keep_reason: str
    material: str
    languages: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    texts: dict[str, dict[str, str]]
    style: Style
    consent_mode: bool
    regulation: str
    services: tuple[Service, ...]
    never: tuple[Item, ...] | msgspec.UnsetType = msgspec.UNSET
    """What may never be set, whatever the visitor agrees to."""

    @property
    def document(self) -> bytes:
        """The notice as canonical JSON."""
        return msgspec.json.encode(self, order="sorted")

    @property
    def asked(self) -> Asked:
        """What is needed to judge an answer to it."""
        return Asked(
            host=self.site,
            material=self.material,
            policy=f"{self.policy.slug}/{self.policy.version}",
            version=self.policy.version,
            policy_sha256=self.policy.text_hash,
            services={one.id: one.category for one in self.services if one.category is not Category.NECESSARY},
            keep_days=self.keep_days,
            rule=f"{self.regulation}: {REGULATIONS[self.regulation]}",
        )


def read_notice(document: bytes | str) -> Notice:
    """Return a stored notice."""
    return msgspec.json.decode(document, type=Notice)


@dataclass(frozen=True, slots=True)
class Published:
    """The policy that a notice follows, and where it stands."""

    document: Document
    version: int
    url: str
    lines: tuple[Line, ...]
    """What it declares for the site, with the purposes in every language."""
    never: tuple[Name, ...] = ()
    """What the site's inventory says may never be set."""


def notice_of(host: str, published: Published, asking: Asking, *, server: str) -> Notice:
    """Return what a site asks under this policy; the same input gives the same bytes."""
    policy = published.document
    services = tuple(_services(policy, published.lines, asking))
    return Notice(
        format=FORMAT,
        site=host,
        controller=Controller(policy.organisation, published.url, policy.contact),
        policy=PolicyNamed(policy.slug, published.version, policy.text_hash),
        server=server,
        keep_days=asking.keep_days,
        keep_reason=asking.keep_reason,
        material=material_of(services),
        languages=asking.languages or msgspec.UNSET,
        texts={language: dict(texts) for language, texts in asking.texts.items() if texts},
        style=Style(asking.has_tab, asking.accent),
        consent_mode=asking.consent_mode,
        regulation=asking.regulation,
        services=services,
        never=tuple(item for name in published.never for item in _barred(name)) or msgspec.UNSET,
    )


def _barred(name: Name) -> Iterator[Item]:
    for kind in ("cookie",) if name.sort is Sort.COOKIE else ("local", "session"):
        yield Item(name.pattern, kind, None, domain=name.domain)


def material_of(services: Iterable[Service]) -> str:
    """Return the hash over what a visitor agrees to: services, their categories, recipients, and how many purposes each has.

    Another value asks again. The words of a purpose are left out, so that rewording one does not; adding one does.
    """
    agreed_to: list[list[Any]] = sorted(
        [one.id, one.category.value, one.provider, sorted(one.hosts), _purposes_in(one)]
        for one in services
        if one.category is not Category.NECESSARY
    )
    return sha256(b"holdtrue/material/1\n" + msgspec.json.encode(agreed_to)).hexdigest()


def _purposes_in(service: Service) -> int:
    return max((len(text.split(" · ")) for text in service.purpose.values()), default=0)


def _services(policy: Document, lines: Iterable[Line], asking: Asking) -> Iterator[Service]:
    groups: dict[tuple[str, Category], list[Line]] = {}
    for one in lines:
        if one.status is Status.DECLARED:
            groups.setdefault((one.facts.provider, one.facts.category), []).append(one)
    categories = {provider: {category for name, category in groups if name == provider} for provider, _ in groups}
    seen: set[str] = set()
    for (provider, category), declared in sorted(groups.items(), key=lambda one: (_order(one[0][1]), one[0][0].casefold())):
        name = provider or policy.organisation
        parts = [name, category.value] if len(categories[provider]) > 1 else [name]
        yield _service(_free_id(parts, seen), name, category, declared, policy.language, asking)


def _service(  # noqa: PLR0913, PLR0917 - what a service consists of
    name: str, provider: str, category: Category, declared: list[Line], language: str, asking: Asking
) -> Service:
    hosts = {host for one in declared for host in one.facts.hosts} | set(asking.hosts.get(name, ()))
    return Service(
        id=name,
        name=provider,
        provider=provider,
        category=category,
        purpose={**_purposes(declared, language), **asking.purposes.get(name, {})},
        hosts=tuple(sorted(hosts)),
        items=tuple(_item(one) for one in declared),
    )


def _purposes(declared: Sequence[Line], language: str) -> dict[str, str]:
    """Return what a service is for, in the policy's language and in every other that has a word for each of its items."""
    spoken = {language: [one.facts.purpose(language) for one in declared]}
    for other in LANGUAGES_OF_PURPOSES:
        texts = [one.facts.purposes.get(other, "") for one in declared]
        if all(texts):
            spoken.setdefault(other, texts)
    return {name: " · ".join(dict.fromkeys(texts)) for name, texts in spoken.items()}


def _item(one: Line) -> Item:
    days = one.facts.retention_days
    whole = int(days) if days is not None and days == int(days) else days
    # What is gone with the session can only stand in sessionStorage.
    storage = "session" if days is None else "local"
    kind = storage if one.name.sort is Sort.STORAGE else "cookie"
    return Item(one.name.pattern, kind, whole, domain=one.name.domain, http_only=one.facts.set_by is SetBy.HTTP)


def _order(category: Category) -> int:
    return list(Category).index(category)


def _free_id(parts: list[str], seen: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).casefold()).strip("-") or "service"
    name, number = words[:LONGEST_ID].strip("-"), 1
    while name in seen:
        number += 1
        name = f"{words[: LONGEST_ID - 4].strip('-')}-{number}"
    seen.add(name)
    return name
