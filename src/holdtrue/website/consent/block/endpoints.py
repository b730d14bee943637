"""What the block answers by itself, under its prefix: the banner's files, the notice, and reports."""

import logging
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from holdtrue.website.consent.block.banner import Banner
from holdtrue.website.consent.block.delivery import Delivery
from holdtrue.website.consent.block.headers import Headers
from holdtrue.website.consent.block.notice import Notice
from holdtrue.website.consent.block.options import Options
from holdtrue.website.consent.block.rules import Hosts
from holdtrue.website.consent.block.violations import LONGEST_REPORT, read_violations

log = logging.getLogger("holdtrue.consent")

_MOST_SEEN = 1024
GPC_SUPPORT = "/.well-known/gpc.json"
"""Where a browser looks whether a site honours Global Privacy Control (W3C GPC, section 5)."""
_FOR_A_YEAR = b"public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the block's own."""

    status: int
    headers: Headers
    body: bytes = b""


class Endpoints:
    """The addresses under the prefix of one block."""

    def __init__(self, options: Options, banner: Banner, notice: Callable[[], Notice]) -> None:
        """Serve the banner, and the notice in force, which this returns."""
        self._options = options
        self._banner = banner
        self._notice = notice
        self._seen: set[tuple[str, str]] = set()
        self.delivery = Delivery(self.address_of_reports)

    def answers(self, path: str) -> bool:
        """Whether a request for this path is answered here and not by the site."""
        return path.startswith(self._options.prefix) or (path == GPC_SUPPORT and self._options.enforce)

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Return the answer to a request that is answered here."""
        if path == GPC_SUPPORT:
            return _sent(b'{"gpc": true}', "application/json", b"public, max-age=3600")
        name = path[len(self._options.prefix) :]
        if name == "reports" and method == "POST":
            self._report(body)
            return Answer(204, [])
        if method in ("GET", "HEAD"):
            if name == "notice.json":
                return _sent(self._notice().source, "application/json", b"no-cache")
            if (found := self._banner.file(name)) is not None:
                return _sent(found, _type_of(name), _FOR_A_YEAR if name.endswith(".js") else b"public, max-age=3600")
        return Answer(404, [(b"content-type", b"text/plain; charset=utf-8")], b"Nothing stands here.\n")

    def address_of_reports(self) -> str:
        """Return where what the pages reported is sent on to; "" when it is not."""
        notice = self._notice()
        return f"{notice.server}/consent/{quote(notice.site)}/violations" if notice.server and self._options.deliver else ""

    def _report(self, body: bytes) -> None:
        if len(body) > LONGEST_REPORT:
            return
        hosts = Hosts(self._notice(), frozenset())
        for violation in read_violations(body):
            # A tracker that is declared is stopped as it should be; only the others are news.
            if hosts.blocker(violation.host) is not None:
                continue
            self.delivery.add(replace(violation, site=self._notice().site))
            seen = (violation.host, violation.directive)
            if seen in self._seen:
                continue
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(seen)
            log.warning("Undeclared: %s (%s) on %s was stopped.", violation.host, violation.directive, violation.page)
            if self._options.on_violation is not None:
                self._options.on_violation(violation)


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _sent(body: bytes, kind: str, cache: bytes) -> Answer:
    length = str(len(body)).encode()
    return Answer(
        200,
        [
            (b"content-type", f"{kind}; charset=utf-8".encode()),
            (b"content-length", length),
            (b"cache-control", cache),
            (b"x-content-type-options", b"nosniff"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ],
        body,
    )
