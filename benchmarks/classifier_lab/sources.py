"""What the classifier learns from: three sources of labelled items, read into one form."""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from holdtrue.policy.text.declarations import Category, Party
from holdtrue.website.knowledge import tables
from holdtrue.website.knowledge.classifier import Source, registrable
from holdtrue.website.knowledge.features import SHAPES, Unknown, marks_of, plain, shape_of

ESSENTIAL, ANALYTICS, MARKETING = range(3)
"""The three classes: what needs no consent and what remembers wishes, measuring, advertising."""
CLASSES = ("necessary or preferences", "analytics", "marketing")
SHARED = Path(__file__).parents[2].parent / "shared" / "data"
LABELS = {
    Category.NECESSARY: ESSENTIAL,
    Category.PREFERENCES: ESSENTIAL,
    Category.ANALYTICS: ANALYTICS,
    Category.MARKETING: MARKETING,
}
MOST_DOMAINS = 2
"""Of a service with many domains, so many stand for all."""
DAYS = {"s": 1 / 86400, "mi": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.4, "y": 365.0}
SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s(?=ec)|mi(?=n)|h(?=our)|d(?=ay)|w(?=eek)|mo(?=nth)|y(?=ear))")
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled item."""

    item: Unknown
    label: int
    source: str
    """`sites`, `csv` or `own`."""
    group: str
    """The site it was seen on, or its provider."""
    is_preference: bool | None = None
    """Within the first class: whether it is for preferences; None where the source cannot tell."""

    is_pattern: bool = False
    """Whether the name is only the fixed part of a pattern."""
    is_host: bool = False
    """Whether it is a service's domain alone, and no item: nothing but the domain is told of it."""

    @property
    def name(self) -> str:
        """The name without what differs from visitor to visitor: what is held out when names are."""
        return plain(self.item.name)

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same item on two sites: its name, and the domain when that is a third party's."""
        return self.name, self.item.domain if self.item.is_third else ""


def digest(body: bytes) -> str:
    """Return a SHA-256 in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def from_sites(path: Path) -> Iterator[Example]:
    """Yield the cookies that sites' own consent tools put into categories."""
    for entry in json.loads(path.read_text(encoding="utf-8")).values():
        first = entry["variable_data"][0]
        site = registrable(urlsplit(entry["first_party_domain"]).hostname or "")
        domain = registrable(entry["domain"])
        item = Unknown(
            name=entry["name"],
            domain=domain,
            is_third=domain != site,
            days=0.0 if first["session"] else first["expiry"] / 86400,
            http_only=first["http_only"],
            secure=first["secure"],
            same_site=same_site_of(first["same_site"]),
            value_shape=shape_of(first["value"]),
        )
        label = {0: ESSENTIAL, 1: ESSENTIAL, 2: ANALYTICS, 3: MARKETING}[entry["label"]]
        yield Example(item, label, "sites", site, entry["label"] == 1 if label == ESSENTIAL else None)


def same_site_of(word: str) -> str:
    """Return `lax`, `strict`, `none` or nothing, whatever a browser called it."""
    word = word.lower()
    return {"no_restriction": "none"}.get(word, word) if word in {"lax", "strict", "none", "no_restriction"} else ""


def from_csv(path: Path) -> Iterator[Example]:
    """Yield the rows of the Open Cookie Database; its first class cannot tell what is necessary."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = {"Analytics": ANALYTICS, "Marketing": MARKETING}.get(row["Category"], ESSENTIAL)
            provider = (row["Data Controller"].strip() or row["Platform"].strip()).lower()
            item = _listed(row["Cookie / Data Key name"].strip(), row["Domain"], days=_days(row["Retention period"]))
            yield Example(item, label, "csv", provider)


def from_us() -> Iterator[Example]:
    """Yield what the package's own knowledge says of the items of well-known services."""
    for item in tables.items():
        label = LABELS[item.category]
        domains = (
            sorted(registrable(host.partition("/")[0]) for host in item.service.hosts) if item.party is Party.THIRD else []
        )
        for name in (item.name, *item.also):
            stem = name.replace("{hex}", "0a1b2c3d4e5f").replace("{n}", "0").replace("*", "")
            for domain in domains[:MOST_DOMAINS] or [""]:
                seen = Unknown(
                    name=stem,
                    domain=domain,
                    is_third=None if item.party is None else item.party is Party.THIRD,
                    days=0.0 if item.retention_days is None else item.retention_days,
                )
                is_preference = item.category is Category.PREFERENCES if label == ESSENTIAL else None
                yield Example(seen, label, "own", item.service.id, is_preference, is_pattern=stem != name)


def hosts_of_us() -> Iterator[Example]:
    """Yield the domains of well-known services, each once for a category: whatever else they set is likely for the same."""
    known = {
        (registrable(host.partition("/")[0]), service.category): service.id
        for service in tables.services().values()
        for host in service.hosts
    }
    for (domain, category), service in sorted(known.items()):
        yield Example(Unknown(name="", domain=domain, is_third=True), LABELS[category], "own", service, is_host=True)


def _listed(name: str, domains: str, *, days: float | None) -> Unknown:
    found = HOST.search(domains.lower())
    domain = registrable(found[0]) if found else ""
    return Unknown(name=name, domain=domain, is_third=True if domain else None, days=days)


def _days(words: str) -> float | None:
    words = words.lower()
    found = SPAN.search(words)
    if found:
        return float(found[1]) * DAYS[found[2]]
    if "session" in words:
        return 0.0
    return 3650.0 if any(word in words for word in ("forever", "unlimited", "persist", "never")) else None


def digest_of_marks() -> str:
    """Return a digest of all marks of the package's own items, each of them also with flags and the shape of a value."""
    shapes = cycle(word for word, _ in SHAPES)
    found = hashlib.sha256()
    for example in from_us():
        seen = replace(example.item, http_only=False, secure=True, same_site="lax", value_shape=next(shapes))
        found.update(repr((example.label, marks_of(example.item), marks_of(seen))).encode())
    return found.hexdigest()


def described(examples: Iterable[Example], sites: Path, listed: Path) -> tuple[Source, ...]:
    """Return what the model says of where it comes from."""
    counted = Counter(example.source for example in examples)
    ours = b"".join(tables.DATA.joinpath(name).read_bytes() for name in ("items.csv", "services.csv"))
    return (
        Source(
            "CookieBlock Consent Classifier, example crawl of 2021-02-13, part",
            "MIT",
            digest(sites.read_bytes()),
            counted["sites"],
        ),
        Source("Open Cookie Database, 2026-01-21", "Apache-2.0", digest(listed.read_bytes()), counted["csv"]),
        Source("Holdtrue's own knowledge", "Apache-2.0", digest(ours), counted["own"]),
    )
