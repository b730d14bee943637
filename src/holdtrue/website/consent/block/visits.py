"""One request, as far as consent goes: what its headers say, and what the application is asked instead."""

from dataclasses import dataclass, field

from holdtrue.website.consent.block import headers
from holdtrue.website.consent.block.cookies import Jar
from holdtrue.website.consent.block.headers import Headers
from holdtrue.website.consent.block.rules import Hosts
from holdtrue.website.consent.block.tags import Tags

_NAMED = frozenset(
    b"cookie sec-gpc sec-fetch-dest accept accept-encoding if-none-match if-modified-since x-requested-with hx-request "
    b"range if-range".split()
)
_DOCUMENTS = frozenset({b"document", b"iframe", b"frame", b"object", b"embed", b"fencedframe"})
_WORKERS = frozenset({b"worker", b"sharedworker", b"serviceworker"})
_WEIGHTY = _DOCUMENTS | _WORKERS | {b"", b"empty"}


@dataclass(slots=True)
class State:
    """Everything that follows from one set of granted services; made once, used by every request with that choice."""

    name: bytes
    granted: frozenset[str]
    hosts: Hosts
    tags: Tags
    jar: Jar
    policies: dict[bool, bytes]
    allowed: bytes  # the attribute that names the services to the banner


@dataclass(slots=True)
class Visit:
    """One request, as far as consent goes."""

    state: State
    is_document: bool
    may_hold_page: bool
    is_worker: bool
    is_unlabelled: bool  # the browser does not say what the answer is for, as none does without TLS
    is_secure: bool
    is_head: bool
    cookies: str
    has_signal: bool
    wants_insert: bool
    is_certain: bool
    changes: dict[bytes, bytes] = field(default_factory=dict)

    def request_headers(self, given: Headers) -> Headers:
        """Return the headers that the application is given."""
        if not self.changes:
            return given
        kept = headers.without(given, *self.changes)
        return kept + [(name, value) for name, value in self.changes.items() if value]


def visit_of(state: State, method: str, given: dict[bytes, bytes], cookies: str, *, is_secure: bool) -> Visit:
    """Return what a request's headers say (names in lower case, those that `named` picks), under the state of its choice."""
    destination = given.get(b"sec-fetch-dest", b"")
    is_document = destination in _DOCUMENTS if destination else b"text/html" in given.get(b"accept", b"")
    is_worker = destination in _WORKERS
    visit = Visit(
        state=state,
        is_document=is_document,
        may_hold_page=is_document or destination in (b"", b"empty"),
        is_worker=is_worker,
        is_unlabelled=not destination,
        is_secure=is_secure,
        is_head=method == "HEAD",
        cookies=cookies,
        has_signal=given.get(b"sec-gpc", b"").strip() == b"1",
        wants_insert=destination in (b"document", b"") and b"x-requested-with" not in given and b"hx-request" not in given,
        is_certain=destination == b"document",
    )
    _set_conditions(visit, given, is_document=is_document or is_worker)
    return visit


def _set_conditions(visit: Visit, given: dict[bytes, bytes], *, is_document: bool) -> None:
    if b"if-none-match" in given:
        visit.changes[b"if-none-match"] = headers.condition(given[b"if-none-match"], visit.state.name, is_document=is_document)
    if not is_document:
        return
    for name in (b"if-modified-since", b"range", b"if-range"):
        if name in given:
            visit.changes[name] = b""
    if visit.is_document and b"accept-encoding" in given:
        # A page is rewritten as text; whoever stands in front compresses it afterwards.
        visit.changes[b"accept-encoding"] = b"identity"


def may_matter(destination: bytes, validators: bytes) -> bool:
    """Tell whether an answer to this `Sec-Fetch-Dest` and `If-None-Match` may need more than a look at its cookies.

    Pictures, styles, fonts and the like do not; a page that was kept under a choice, and is asked for as a picture now, does.
    """
    return destination in _WEIGHTY or headers.MARK in validators


def named(given: Headers) -> dict[bytes, bytes]:
    """Return the request headers that matter here, by their name in lower case; several cookies are one."""
    found: dict[bytes, bytes] = {}
    for name, value in given:
        lowered = name if name.islower() else name.lower()
        if lowered in _NAMED:
            found[lowered] = found[lowered] + b"; " + value if lowered == b"cookie" and lowered in found else value
    return found
