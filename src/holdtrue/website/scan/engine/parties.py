"""Whose is a host: first party means the same registrable domain, by the public suffix list in the package."""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from holdtrue.website.scan.engine.observations import Party

_SUFFIXES = PublicSuffixList()


def host_of(url: str) -> str:
    """Return the host of an address in lower case, without port; empty when it has none."""
    try:
        return (urlsplit(url.removeprefix("blob:")).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the domain that its owner registered, such as `example.co.uk`; an IP address or bare name is its own."""
    host = host.strip("[].").lower()
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return _SUFFIXES.privatesuffix(host) or host


def party(host: str, *, site: str) -> Party:
    """Return whether `host` is of the same registrable domain as `site`; nobody's (an opaque origin) counts as the site's."""
    if not host or registrable(host) == registrable(site):
        return Party.FIRST
    return Party.THIRD
