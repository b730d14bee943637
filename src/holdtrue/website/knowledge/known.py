"""The values of knowledge: services, items, and what a look-up answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from holdtrue.policy.text.rules import Category, Party
from holdtrue.said import LANGUAGES

_WORD = re.compile(r"[^\W\d_]{3,}")
_ANYBODY = frozenset({
    "ads", "advertising", "analytics", "and", "chat", "cloud", "company", "connect", "consent", "cookie", "corporation",
    "data", "digital", "for", "germany", "gmbh", "group", "inc", "insights", "international", "ireland", "labs",
    "limited", "live", "llc", "ltd", "manager", "maps", "media", "network", "online", "operations", "pay", "pixel",
    "platform", "platforms", "sarl", "sas", "services", "software", "solutions", "systems", "tag", "technologies",
    "technology", "the", "tracking", "video", "web",
})  # fmt: skip
"""Words in the names of companies and services that name none by themselves."""


class Kind(StrEnum):
    """Where an item is kept; the words are those of a scan's observations."""

    COOKIE = "cookie"
    LOCAL_STORAGE = "local-storage"
    SESSION_STORAGE = "session-storage"
    INDEXED_DB = "indexed-db"
    REQUEST = "request"


class Match(StrEnum):
    """What it takes to recognise an item."""

    NAME = "name"
    """The name is the service's own."""
    HINT = "hint"
    """Others use this name too; it is no more than a hint until a host confirms it."""
    HOST = "host"
    """A name such as `uid` that says nothing by itself; only a host of the service makes it this item."""


class Sureness(StrEnum):
    """How sure an answer is."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """Where it stands, the surest first."""
        return _RANKS[self]


_RANKS = {sureness: rank for rank, sureness in enumerate(Sureness)}


class Runs(StrEnum):
    """Who runs a service on a website that uses it."""

    PROVIDER = "provider"
    SITE = "site"
    """Software on the site's own server: nobody else is told, the provider of its items is the site."""
    BOTH = "both"


class ServiceKind(StrEnum):
    """What a service does for a website."""

    ADVERTISING = "advertising"
    AFFILIATE = "affiliate"
    ANALYTICS = "analytics"
    AUDIO = "audio"
    CAPTCHA = "captcha"
    CDN = "cdn"
    CHAT = "chat"
    CMS = "cms"
    CONSENT = "consent"
    EMBED = "embed"
    EXPERIMENTS = "experiments"
    FONTS = "fonts"
    FORMS = "forms"
    FRAMEWORK = "framework"
    HOSTING = "hosting"
    IDENTITY = "identity"
    MAPS = "maps"
    MARKETING_AUTOMATION = "marketing-automation"
    PAYMENT = "payment"
    PERFORMANCE = "performance"
    PERSONALISATION = "personalisation"
    PUSH = "push"
    RECORDING = "recording"
    REVIEWS = "reviews"
    SEARCH = "search"
    SECURITY = "security"
    SHOP = "shop"
    SIGN_IN = "sign-in"
    SOCIAL = "social"
    TAG_MANAGER = "tag-manager"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Service:
    """A service or a piece of software that websites use."""

    id: str
    name: str
    provider: str
    """The company behind it, as its own documents name it for Europe."""
    country: str
    """Where that company is, by ISO 3166-1; empty where there is no company."""
    kind: ServiceKind | None
    """None for what was imported without one."""
    category: Category
    """What its requests and items are for as a whole."""
    runs: Runs
    documented: str
    """Where its provider describes what it stores."""
    hosts: frozenset[str] = field(repr=False)
    """Its hosts, each with all hosts below it; some with the beginning of a path."""

    def has(self, host: str) -> bool:
        """Whether a host, in lower case, is one of the service's."""
        return any(suffix in self.hosts for suffix in suffixes(host))

    def is_named_in(self, text: str) -> bool:
        """Whether a text names the service or its company, by any word that is theirs."""
        theirs = _words(f"{self.name} {self.provider}") - _ANYBODY
        return not theirs.isdisjoint(_words(text))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an item is for, in one sentence a language; a text that is missing is empty."""

    en: str
    nl: str = ""
    fr: str = ""
    de: str = ""

    def text(self, language: str) -> str:
        """Return the sentence in a language such as `nl` or `nl-BE`; in English where there is none."""
        said = {"nl": self.nl, "fr": self.fr, "de": self.de}.get(language[:2].lower(), "")
        return said or self.en

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there is a sentence in."""
        texts = (self.en, self.nl, self.fr, self.de)
        return tuple(language for language, text in zip(LANGUAGES, texts, strict=True) if text)


@dataclass(frozen=True, slots=True)
class Item:
    """A cookie or storage key of a service."""

    name: str
    """Its name; `*` stands for anything, `{hex}` and `{n}` for hexadecimal digits and digits."""
    also: tuple[str, ...]
    """Other spellings that are met."""
    service: Service
    kinds: tuple[Kind, ...]
    category: Category
    party: Party | None
    """Whose it is on a website that uses the service; None where it may be either."""
    retention: str
    """How long it is usually kept, such as `13 months`, `session` or `until deleted`."""
    retention_days: float | None
    """The same in days; None for the browser's session."""
    purpose: Purpose
    match: Match = Match.NAME
    imported: bool = False
    """Whether it comes from a database that the organisation imported, not from us."""

    @property
    def pattern(self) -> str:
        """The name as a policy declares it, in which `*` alone is special."""
        return self.name.replace("{hex}", "*").replace("{n}", "*")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a name that was looked up, and how sure that is."""

    item: Item
    sureness: Sureness

    @property
    def name(self) -> str:
        """How the item is documented."""
        return self.item.name

    @property
    def pattern(self) -> str:
        """What a policy declares to cover it."""
        return self.item.pattern

    @property
    def service(self) -> Service:
        """The service that it belongs to."""
        return self.item.service

    @property
    def provider(self) -> str:
        """The company behind the service."""
        return self.item.service.provider

    @property
    def country(self) -> str:
        """Where that company is, by ISO 3166-1."""
        return self.item.service.country

    @property
    def category(self) -> Category:
        """What it is for."""
        return self.item.category

    @property
    def retention(self) -> str:
        """How long it is usually kept, in words that a policy understands."""
        return self.item.retention

    @property
    def retention_days(self) -> float | None:
        """The same in days; None for the browser's session."""
        return self.item.retention_days

    @property
    def party(self) -> Party | None:
        """Whose it usually is; None where it may be either."""
        return self.item.party

    @property
    def documented(self) -> str:
        """Where the provider describes it."""
        return self.item.service.documented

    def purpose(self, language: str = "en") -> str:
        """Return what it is for, in one sentence; in English where the language is missing."""
        return self.item.purpose.text(language)


def suffixes(host: str) -> Iterator[str]:
    """Yield a host and every domain above it that has a dot, the longest first."""
    while True:
        yield host
        dot = host.find(".")
        if dot < 0:
            return
        host = host[dot + 1 :]
        if "." not in host:
            return
