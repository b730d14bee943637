"""The block, whatever server it stands in: what a request's consent makes of the request, and of the answer to it."""

import hashlib
import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from holdtrue.errors import Invalid
from holdtrue.website.consent.block import csp, headers
from holdtrue.website.consent.block.banner import DEFAULTS, HERE, Banner
from holdtrue.website.consent.block.body import OPAQUE_CHARSETS, Body, decoder
from holdtrue.website.consent.block.cookies import Jar
from holdtrue.website.consent.block.endpoints import Answer, Endpoints
from holdtrue.website.consent.block.headers import Headers
from holdtrue.website.consent.block.notice import Notice, open_notice
from holdtrue.website.consent.block.options import Options
from holdtrue.website.consent.block.rewriter import Rewriter
from holdtrue.website.consent.block.rules import Hosts, granted_services, read_choice, refused_marks
from holdtrue.website.consent.block.tags import Tags
from holdtrue.website.consent.block.visits import State, Visit, visit_of

log = logging.getLogger("holdtrue.consent")

LOOK_EVERY = 2.0  # seconds between looks at the notice's file
_MOST_STATES = 64  # sets of granted services that are ready; visitors choose few
_MOST_SEEN = 1024
_RUNS_SCRIPT = re.compile(
    rb"(?i)\s*(?:text/html|application/xhtml\+xml|image/svg\+xml|text/xml|application/xml|application/[\w.-]+\+xml|text/xsl)\s*(?:;|$)"
)
_IS_SCRIPT = re.compile(rb"(?i)\s*(?:text|application)/(?:x-)?(?:java|ecma)script\s*(?:;|$)")
_IS_HTML = re.compile(rb"(?i)\s*text/html\s*(?:;|$)")
_SNIFFED = frozenset({b"", b"*/*", b"unknown/unknown", b"application/unknown"})
_CHARSET = re.compile(rb"(?i);\s*charset\s*=\s*\"?([^\s;\"]+)")
_NO_BODY = frozenset({204, 205, 304})
_PARTIAL = 206
_VARY = b"Cookie, Sec-GPC"


@dataclass(frozen=True, slots=True)
class Reply:
    """What becomes of the application's answer: its headers, and how its body is rewritten, if at all."""

    headers: Headers
    body: Body | None


class Block:
    """Holds one site's pages to what each visitor agreed to."""

    def __init__(self, options: Options) -> None:
        """Read the notice and the banner; raise `Invalid` when either is wrong."""
        self.options = options
        if not re.fullmatch(r"/(?:[A-Za-z0-9._~-]+/)+", options.prefix):
            raise Invalid(f"The prefix {options.prefix!r} is not a path.", hint="Give one like /.holdtrue/, with both slashes.")
        self._reporting = f'holdtrue="{options.prefix}reports"'.encode()
        self._lock = threading.Lock()
        self._warned: set[str] = set()
        self._looked_at = 0.0
        self._stamp = (0, 0)
        self._banner = Banner(options)
        self.endpoints = Endpoints(options, self._banner, lambda: self._notice)
        self._take(options.notice if isinstance(options.notice, Notice) else open_notice(options.notice))
        if isinstance(options.notice, Path):
            self._stamp = _stamp(options.notice)

    @property
    def notice(self) -> Notice:
        """The notice in force."""
        return self._notice

    def _take(self, notice: Notice) -> None:
        self._notice = notice
        self._states: dict[frozenset[str], State] = {}
        self._without_choice = granted_services(notice, None)
        self._insert = self._banner.markup(notice)

    def _look_again(self, at: float) -> None:
        """Take a notice that was replaced on disk; one that is wrong changes nothing and is told about."""
        file = self.options.notice
        if not isinstance(file, Path) or abs(at - self._looked_at) < LOOK_EVERY:
            return
        with self._lock:
            self._looked_at = at
            stamp = _stamp(file)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._take(open_notice(file))
            except Invalid as error:
                log.error("The notice was not replaced. %s %s", error.message, error.hint)  # noqa: TRY400

    def _state(self, granted: frozenset[str]) -> State:
        found = self._states.get(granted)
        if found is None:
            found = self._make(granted)
            with self._lock:
                if len(self._states) >= _MOST_STATES:
                    self._states.clear()
                self._states[granted] = found
        return found

    def _make(self, granted: frozenset[str]) -> State:
        notice, options = self._notice, self.options
        hosts = Hosts(notice, granted)
        reports = options.prefix + "reports"
        policies = {
            secure: csp.policy(notice, granted, options.own_hosts, secure=secure, reports=reports).encode("ascii")
            for secure in (False, True)
        }
        digest = hashlib.sha256(
            b"1" + policies[True] + self._insert + repr((options.enforce, sorted(granted))).encode()
        ).hexdigest()
        allowed = csp.allowed_services(notice, granted, options.own_hosts)
        jar = Jar(notice, granted, options.necessary_cookies, options.unknown_cookies)
        return State(
            digest[:12].encode(),
            granted,
            hosts,
            Tags(hosts, refused_marks(notice, granted), acts=options.enforce),
            jar,
            policies,
            b' data-allowed="' + "~".join(sorted(allowed)).encode() + b'"' if options.enforce else b"",
        )

    def visit(self, method: str, given: dict[bytes, bytes], *, is_secure: bool) -> Visit:
        """Return what a request's headers say (names in lower case, those that `named` picks)."""
        at = self.options.clock()
        self._look_again(at)
        cookies = given.get(b"cookie", b"").decode("latin-1")
        notice = self._notice
        choice = read_choice(cookies, notice, at=at) if cookies else None
        state = self._state(self._without_choice if choice is None else self._without_choice | choice.granted)
        return visit_of(state, method, given, cookies, is_secure=is_secure)

    def reply(self, visit: Visit, status: int, given: Headers) -> Reply | None:
        """Return what becomes of an answer, or None when it passes untouched, as all do that hold no page."""
        kind, has_cookies = b"", False
        for name, value in given:
            lowered = name.lower()
            if lowered == b"content-type":
                kind = value
            elif lowered == b"set-cookie":
                has_cookies = True
        is_guarded = visit.is_worker or (visit.may_hold_page and self._runs_script(visit, status, kind))
        if not is_guarded:
            return Reply(self.cookies(visit, given), None) if has_cookies else None
        return self._guarded(visit, status, given, kind)

    def _runs_script(self, visit: Visit, status: int, kind: bytes) -> bool:
        """Tell whether a browser may make of the answer something that asks others: a page, a drawing, a worker."""
        if status == 304:  # noqa: PLR2004 - it does not say what has not changed
            return visit.is_document
        if _RUNS_SCRIPT.match(kind) is not None or (visit.is_document and kind.strip().lower() in _SNIFFED):
            return True
        # A worker is held to the policy that its own script came with.
        return visit.is_unlabelled and _IS_SCRIPT.match(kind) is not None

    def hints(self, visit: Visit, links: list[bytes]) -> list[bytes]:
        """Return the early hints that may go out."""
        return [kept for link in links if (kept := headers.links(link, visit.state.hosts))]

    def cookies(self, visit: Visit, given: Headers) -> Headers:
        """Return the headers without the cookies that the visitor has not agreed to."""
        at = self.options.clock()
        return [
            (name, value)
            for name, value in given
            if name.lower() != b"set-cookie" or self._may_set(visit, value.decode("latin-1"), at)
        ]

    def _may_set(self, visit: Visit, cookie: str, at: float) -> bool:
        if visit.state.jar.may_set(cookie, at=at):
            return True
        name = cookie.partition("=")[0].strip()[:80]
        if name not in self._warned and len(self._warned) < _MOST_SEEN:
            self._warned.add(name)
            log.warning("The cookie %r was held back: the notice does not name it, or its service has no consent.", name)
        return not self.options.enforce

    def _guarded(self, visit: Visit, status: int, given: Headers, kind: bytes) -> Reply:
        state = visit.state
        names = {name.lower() for name, _ in given}
        kept = self.cookies(visit, given) if b"set-cookie" in names else given
        kept = [*kept, *((b"set-cookie", value.encode("latin-1")) for value in self._clearing(visit))]
        if b"link" in names:
            kept = headers.changed(kept, b"link", lambda value: headers.links(value, state.hosts))
        kept = headers.private(kept, state.name, vary=_VARY)
        name = b"content-security-policy" if self.options.enforce else b"content-security-policy-report-only"
        kept.append((name, state.policies[visit.is_secure]))
        if visit.is_secure:
            kept.append((b"reporting-endpoints", self._reporting))
        if not self._can_rewrite(visit, status, kind):
            return Reply(kept, None)
        coding = b",".join(headers.values(kept, b"content-encoding")).strip().lower() if b"content-encoding" in names else b""
        undo = decoder(coding.decode("latin-1")) if coding not in (b"", b"identity") else None
        if undo is None and coding not in (b"", b"identity"):
            log.warning(
                "A page came as %s, which cannot be read here: its policy holds, its markup passes as it is.",
                coding.decode("latin-1"),
            )
            return Reply(kept, None)
        insert = self._filled(visit, given if b"content-security-policy" in names else []) if visit.wants_insert else b""
        is_early = self._notice.has_consent_mode
        body = Body(Rewriter(state.tags, insert=insert, is_page=visit.is_certain, is_early=is_early), undo)
        kept = headers.without(kept, b"content-length", *((b"content-encoding",) if undo else ()))
        return Reply(kept, None if visit.is_head else body)

    def _can_rewrite(self, visit: Visit, status: int, kind: bytes) -> bool:
        if visit.is_worker or not _IS_HTML.match(kind) or status in _NO_BODY or status == _PARTIAL:
            return False
        charset = _CHARSET.search(kind)
        return charset is None or charset[1].decode("latin-1").lower() not in OPAQUE_CHARSETS

    def _clearing(self, visit: Visit) -> list[str]:
        if not visit.cookies or not self.options.enforce:
            return []
        return list(visit.state.jar.clearing(visit.cookies))

    def _filled(self, visit: Visit, given: Headers) -> bytes:
        """Return what is put into this page: the notice and the banner's script, which delays no paint.

        Google's consent mode has its defaults in the page itself, before any tag; only where the site's own policy allows no
        script in the page is the banner's waited for, since it sets them as well.
        """
        if not self._insert:
            return b""
        policies = [value.decode("latin-1") for value in headers.values(given, b"content-security-policy")]
        nonce = csp.nonce_of(policies)
        own = b' nonce="' + nonce.encode() + b'"' if nonce else b""
        is_told_here = self._notice.has_consent_mode and csp.allows_inline(policies)
        first = b"<script" + own + b">" + DEFAULTS.encode() + b"</script>" if is_told_here else b""
        waits = b"" if self._notice.has_consent_mode and not is_told_here else b" defer"
        more = waits + visit.state.allowed + own + (b' data-gpc="1"' if visit.has_signal else b"")
        return first + self._insert.replace(HERE, more)

    # What the block answers by itself, under its prefix.

    def answers(self, path: str) -> bool:
        """Whether a request for this path is answered here and not by the site."""
        return self.endpoints.answers(path)

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Return the answer to a request that is answered here."""
        return self.endpoints.answer(method, path, body)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)
