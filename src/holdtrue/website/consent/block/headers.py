"""The response headers of a page that depends on its visitor's consent: what a cache may keep (RFC 9111)."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from holdtrue.website.consent.block import addresses
from holdtrue.website.consent.block.rules import Hosts

Headers = list[tuple[bytes, bytes]]

# They describe, or let others keep, the page as it was before.
_OUTDATED = frozenset(
    b"expires last-modified age content-md5 digest content-digest repr-digest surrogate-control cdn-cache-control "
    b"cloudflare-cdn-cache-control accept-ranges".split()
)
_FOR_EVERYBODY = re.compile(
    r"(?i)(?:public|private|no-cache|immutable|(?:max-age|s-maxage|stale-while-revalidate|stale-if-error)(?:=.*)?|(?:private|no-cache)=.*)"
)
_ENTITY = re.compile(rb'(?:W/)?"([^"]*)"')
MARK = b";holdtrue-"
_LINKS = re.compile(r'<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*),?\s*')
_RELATION = re.compile(r"(?i);\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))")
_CONNECTING = frozenset({"preconnect", "dns-prefetch", "prefetch", "prerender"})
_FETCHING = _CONNECTING | {"preload", "modulepreload", "stylesheet"}


def values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    """Return the values of every header of that name, given in lower case."""
    return [value for found, value in headers if found.lower() == name]


def private(headers: Headers, state: bytes, *, vary: bytes) -> Headers:
    """Return the headers such that no cache ever gives this page to a visitor who chose otherwise.

    Shared caches may not keep it, the visitor's own must ask before it is used again, and its validator names the choice.
    """
    kept: Headers = []
    directives: list[str] = []
    varies = vary
    for name, value in headers:
        lowered = name.lower()
        if lowered == b"cache-control":
            directives += [part.strip() for part in value.decode("latin-1").split(",")]
        elif lowered == b"vary":
            varies = value + b", " + varies
        elif lowered == b"etag":
            if found := _ENTITY.fullmatch(value.strip()):
                kept.append((name, b'W/"' + found[1] + MARK + state + b'"'))
        elif lowered not in _OUTDATED:
            kept.append((name, value))
    rest = [directive for directive in directives if directive and not _FOR_EVERYBODY.fullmatch(directive)]
    kept.append((b"cache-control", ", ".join(["private, no-cache", *rest]).encode("latin-1")))
    kept.append((b"vary", b"*" if b"*" in varies else _once(varies)))
    return kept


@lru_cache(maxsize=64)
def _once(varies: bytes) -> bytes:
    names = (name.strip() for name in varies.split(b","))
    return b", ".join({name.lower(): name for name in names if name}.values())


def condition(value: bytes, state: bytes, *, is_document: bool) -> bytes:
    """Return the `If-None-Match` for the application: its own validators, of pages given under the same choice alone.

    A document that the browser kept from before, or under another choice, must not be found unchanged: b"" asks for it anew.
    """
    if MARK not in value:
        return b"" if is_document else value
    ours = [tag for tag in _ENTITY.findall(value) if tag.endswith(MARK + state)]
    originals = [tag[: -len(MARK + state)] for tag in ours]
    return b", ".join(form + tag + b'"' for tag in originals for form in (b'"', b'W/"'))


def links(value: bytes, hosts: Hosts) -> bytes:
    """Return a `Link` header without what would ask, or connect to, a host that may not be asked."""
    kept = []
    for found in _LINKS.finditer(value.decode("latin-1")):
        relation = _RELATION.search(found[2])
        relations = frozenset((relation[1] or relation[2]).lower().split()) if relation else frozenset()
        host = addresses.host_of_text(found[1])
        blocker = hosts.blocker(host) if host else ""
        stopped = blocker is None and not relations.isdisjoint(_CONNECTING)
        if not relations.isdisjoint(_FETCHING) and (blocker or stopped):
            continue
        kept.append(f"<{found[1]}>{found[2].rstrip()}")
    return ", ".join(kept).encode("latin-1")


def without(headers: Iterable[tuple[bytes, bytes]], *names: bytes) -> Headers:
    """Return the headers but those of these names."""
    return [(name, value) for name, value in headers if name.lower() not in names]


def changed(headers: Headers, name: bytes, change: Callable[[bytes], bytes]) -> Headers:
    """Return the headers with every value of that name changed, and left out where nothing is left."""
    result = ((found, change(value) if found.lower() == name else value) for found, value in headers)
    return [(found, value) for found, value in result if value or found.lower() != name]
