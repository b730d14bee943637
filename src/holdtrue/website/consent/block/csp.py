"""The Content-Security-Policy that follows from a visitor's consent (W3C CSP Level 3): who may be asked, and nothing else.

It goes out beside the site's own policy, as a header of its own. A browser holds a page to every policy that it was given, so
ours can only take away. It says where requests may go, and leaves inline code, evaluation and data addresses to the site's own.
"""

import re
from collections.abc import Iterable, Iterator

from holdtrue.website.consent.block.notice import Notice

_SELF = "'self' data: blob: mediastream: filesystem: 'unsafe-inline' 'unsafe-eval' 'unsafe-hashes' 'report-sample'"
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]+)'")
_SCRIPTS = ("script-src-elem", "script-src", "default-src")


def policy(notice: Notice, granted: frozenset[str], own_hosts: Iterable[str], *, secure: bool, reports: str) -> str:
    """Return the policy for one set of granted services; on a page without TLS it also names `ws:` for sockets."""
    hosts = sorted({*own_hosts, *(host for service in notice.services if service.id in granted for host in service.hosts)})
    asked = " ".join([_SELF, *hosts])
    schemes = ("wss://",) if secure else ("wss://", "ws://")
    # A host without a scheme does not stand for its sockets, and 'self' not in every browser.
    sockets = [f"{scheme}{host}" for scheme in schemes for host in [notice.site, *hosts]]
    connect = " ".join([asked, *sockets, *([notice.server] if notice.server else [])])
    report = f"; report-uri {reports}" + ("; report-to holdtrue" if secure else "") if reports else ""
    return f"default-src {asked}; connect-src {connect}{report}"


def allowed_services(notice: Notice, granted: frozenset[str], own_hosts: Iterable[str]) -> frozenset[str]:
    """Return the services that the policy lets through: the granted ones, and all whose hosts it names anyway."""
    of_granted = (host for service in notice.services if service.id in granted for host in service.hosts)
    named = {notice.site, *own_hosts, *of_granted}
    return granted | {service.id for service in notice.services if named.issuperset(service.hosts)}


def nonce_of(policies: Iterable[str]) -> str:
    """Return the nonce that the site's own policies ask of a script element, or "" when they name none."""
    nonces = (_NONCE.search(sources) for sources in _of_scripts(policies))
    return next((found[1] for found in nonces if found), "")


def allows_inline(policies: Iterable[str]) -> bool:
    """Whether the site's own policies let a script run that stands in the page itself, with that nonce if they name one."""
    spoken_of = list(_of_scripts(policies))
    nonces = [found[0] for sources in spoken_of if (found := _NONCE.search(sources))]
    return all(nonces[0] in sources if _NONCE.search(sources) else _is_inline_allowed(sources.lower()) for sources in spoken_of)


def _is_inline_allowed(sources: str) -> bool:
    # A browser that knows hashes or 'strict-dynamic' passes over 'unsafe-inline' beside them.
    return "'unsafe-inline'" in sources and "'sha" not in sources and "'strict-dynamic'" not in sources


def _of_scripts(policies: Iterable[str]) -> Iterator[str]:
    """Yield the sources that each policy which speaks of script elements allows them."""
    for policy_ in (one for header in policies for one in header.split(",")):
        directives: dict[str, str] = {}
        for part in policy_.split(";"):
            name, *sources = part.split(None, 1) or [""]
            directives.setdefault(name.lower(), "".join(sources))
        found = next((directives[name] for name in _SCRIPTS if name in directives), None)
        if found is not None:
            yield found
