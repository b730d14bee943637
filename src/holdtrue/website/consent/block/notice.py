"""The notice document (`holdtrue.notice/1`): what a site asks, and the hosts and items of each service."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from holdtrue.errors import Invalid

FORMAT = "holdtrue.notice/1"
LONGEST_KEPT = 365  # days; above 180 the notice needs a written reason
USUALLY_KEPT = 180

# Both end up in response headers, so both are closed alphabets.
_HOST = re.compile(r"(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::(?:\d{1,5}|\*))?")
_SERVICE = re.compile(r"[a-z0-9-]{1,40}")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?")
_MATERIAL = re.compile(r"[0-9a-f]{64}")


class Category(StrEnum):
    """What a service is for; only the necessary ones need no consent (ePrivacy Directive, Article 5(3))."""

    NECESSARY = "necessary"
    PREFERENCES = "preferences"
    ANALYTICS = "analytics"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a service keeps in the browser; `*` in the pattern stands for anything."""

    pattern: str
    kind: str
    domain: str
    path: str
    is_partitioned: bool


@dataclass(frozen=True, slots=True)
class Service:
    """One service: who may be asked when it is granted, and what it may store."""

    id: str
    category: Category
    hosts: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice, checked; `source` is the document as the banner reads it (ASCII, safe inside a script element)."""

    site: str
    material: str
    keep_days: int
    server: str
    services: tuple[Service, ...]
    never: tuple[Item, ...]
    """What may not be set even by a service that is granted."""
    languages: tuple[str, ...]
    has_consent_mode: bool
    """Whether Google's consent mode must have its defaults before any tag runs."""
    source: bytes


def read_notice(source: bytes | str) -> Notice:
    """Return the notice that the document holds; raise `Invalid` naming the first thing that is wrong with it."""
    try:
        document = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise Invalid("The notice is not JSON.", hint="Take it from Holdtrue: …/consent/<site>/notice.json.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Invalid(f"The notice is not a {FORMAT} document.", hint=f'It says "format": "{FORMAT}".')
    material = _text(document, "material")
    if not _MATERIAL.fullmatch(material):
        raise Invalid(f"The notice's material is {material!r}.", hint="It is a SHA-256 in 64 hexadecimal digits.")
    return Notice(
        site=own_host(_text(document, "site")),
        material=material,
        keep_days=_keep_days(document),
        server=_server(document),
        services=tuple(_services(document)),
        never=tuple(_items(document, "never")),
        languages=tuple(language for language in _list(document, "languages") if isinstance(language, str)),
        has_consent_mode=document.get("consent_mode") is True,
        source=_embeddable(document),
    )


def open_notice(file: Path) -> Notice:
    """Return the notice in a file; raise `Invalid` when it cannot be read or is wrong."""
    try:
        return read_notice(file.read_bytes())
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", hint="Name the notice document of the site.") from error


def _text(document: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = document.get(key, default)
    if not isinstance(value, str):
        raise Invalid(
            f'The notice\'s "{key}" is not a text.', hint="docs/reference/consent-middleware.md describes the notice."
        )
    return value


def own_host(host: str) -> str:
    """Return a host as a Content-Security-Policy may name it; raise `Invalid` for anything else."""
    if not _HOST.fullmatch(host):
        raise Invalid(
            f"{host!r} is not a host.",
            hint="A host is like www.example.org or *.example.org, in lower case, no scheme.",
        )
    return host


def _server(document: Mapping[str, Any]) -> str:
    server = _text(document, "server", "").rstrip("/")
    if server and not _ORIGIN.fullmatch(server):
        raise Invalid(f"The notice's server is {server!r}.", hint="It is an origin like https://holdtrue.example, or empty.")
    return server


def _keep_days(document: Mapping[str, Any]) -> int:
    days = document.get("keep_days", USUALLY_KEPT)
    if not isinstance(days, int) or not 1 <= days <= LONGEST_KEPT:
        raise Invalid(f"A choice cannot be kept for {days!r} days.", hint=f"Give 1 to {LONGEST_KEPT} days.")
    if days > USUALLY_KEPT and not document.get("keep_reason"):
        raise Invalid(
            f"A choice kept for {days} days needs a reason.", hint='Say why in "keep_reason", or keep it for 180 days.'
        )
    return days


def _list(document: Mapping[str, Any], key: str) -> Iterable[Any]:
    values = document.get(key, [])
    if not isinstance(values, list):
        raise Invalid(
            f'The notice\'s "{key}" is not a list.', hint="docs/reference/consent-middleware.md describes the notice."
        )
    return values


def _services(document: Mapping[str, Any]) -> Iterator[Service]:
    seen: set[str] = set()
    for entry in _list(document, "services"):
        if not isinstance(entry, dict):
            raise Invalid("A service of the notice is not an object.", hint="Each has an id, a category, hosts and items.")
        name = _text(entry, "id")
        if not _SERVICE.fullmatch(name) or name in seen:
            raise Invalid(
                f"The notice names the service {name!r}.", hint="Ids are unique: small letters, digits, hyphens, at most 40."
            )
        seen.add(name)
        yield Service(name, _category(entry), tuple(own_host(host) for host in _hosts(entry)), tuple(_items(entry)))


def _hosts(entry: Mapping[str, Any]) -> Iterator[str]:
    for host in _list(entry, "hosts"):
        yield host if isinstance(host, str) else repr(host)


def _category(entry: Mapping[str, Any]) -> Category:
    try:
        return Category(_text(entry, "category"))
    except ValueError as error:
        known = ", ".join(Category)
        raise Invalid(f"The notice has the category {entry['category']!r}.", hint=f"It is one of {known}.") from error


def _items(entry: Mapping[str, Any], key: str = "items") -> Iterator[Item]:
    for item in _list(entry, key):
        if not isinstance(item, dict):
            raise Invalid("An item of the notice is not an object.", hint="Each has a pattern and a kind.")
        yield Item(
            pattern=_text(item, "pattern"),
            kind=_text(item, "kind", "cookie"),
            domain=_plain(_text(item, "domain", "")),
            path=_plain(_text(item, "path", "/") or "/"),
            is_partitioned=item.get("partitioned") is True,
        )


def _plain(value: str) -> str:
    """Refuse what would end an attribute or a header of the cookie that clears it."""
    if not value.isascii() or not value.isprintable() or ";" in value or "," in value:
        raise Invalid(f"The notice has the cookie path or domain {value!r}.", hint="Plain characters, without ; and ,.")
    return value


def _embeddable(document: Mapping[str, Any]) -> bytes:
    # ASCII survives every charset that a page may be in; < and > are written so that no element can end or begin.
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode("ascii")
