"""The example organisation's website, on loopback: something real to visit and to scan.

It is a WSGI application as any site has one, held to its visitors' consent by Holdtrue's own middleware, which also asks them.
Its page on cookies carries the policy as Holdtrue hands it out. Its services are stand-ins that keep what the real ones keep
and ask nobody. One of them sets a cookie that the policy does not name, so that a scan has something to find; and because
nobody declared it, a withdrawal does not know to delete it.
"""

import re
import threading
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from importlib.resources import files
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Final
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from holdtrue.website.consent.block.wsgi import ConsentMiddleware, Environ, StartResponse

PAGES: Final = {"/": "index", "/services": "services", "/about": "about"}
ASSETS: Final = {
    "/site.css": "text/css",
    "/tags/visits.js": "text/javascript",
    "/tags/analytics.js": "text/javascript",
    "/tags/chat.js": "text/javascript",
}
POLICY: Final = "/cookies"
FOR_POLICY: Final = {"/cookies/fragment.css": "text/css", "/cookies/choice.js": "text/javascript"}
"""Copies of what Holdtrue serves for such a page: what a page loads stays on its own host."""
PATIENCE: Final = 5
"""Seconds that the policy may take."""
LANGUAGES: Final = ("en", "nl")
YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Site:
    """Four pages in two languages, their style and their services."""

    policy: str
    """The address of the cookie policy."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a page, an asset, a change of language, or 404."""
        path = environ.get("PATH_INFO", "")
        if path in ASSETS:
            return _send(start_response, HTTPStatus.OK, f"{ASSETS[path]}; charset=utf-8", _read(path.lstrip("/")))
        if path in FOR_POLICY:
            return _send(start_response, HTTPStatus.OK, f"{FOR_POLICY[path]}; charset=utf-8", _of_holdtrue(path))
        chosen = parse_qs(environ.get("QUERY_STRING", "")).get("language", [""])[0]
        if (path in PAGES or path == POLICY) and chosen in LANGUAGES:
            cookie = f"language={chosen}; Max-Age={YEAR}; Path=/; SameSite=Lax"
            start_response("303 See Other", [("Location", path), ("Set-Cookie", cookie), ("Content-Length", "0")])
            return [b""]
        status, page = self._page(path, _language(environ))
        return _send(start_response, status, "text/html; charset=utf-8", page.encode())

    def _page(self, path: str, language: str) -> tuple[HTTPStatus, str]:
        if path == POLICY:
            return self._of_policy(language)
        main = _read(f"{PAGES.get(path, 'missing')}.{language}.html").decode()
        return HTTPStatus.OK if path in PAGES else HTTPStatus.NOT_FOUND, self._framed(main, language)

    def _of_policy(self, language: str) -> tuple[HTTPStatus, str]:
        """Return the page that carries the policy as it stands now; where it cannot be had, the page leads to it."""
        try:
            # The address is the demo's own.
            address = f"{self.policy}fragment/?language={language}"
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310
                text = answer.read().decode()
        except OSError:
            return HTTPStatus.BAD_GATEWAY, self._filled("away", language)
        return HTTPStatus.OK, self._filled("cookies", language, text)

    def _filled(self, name: str, language: str, text: str = "") -> str:
        return self._framed(_with({"text": text, "policy": self.policy}, _read(f"{name}.{language}.html").decode()), language)

    def _framed(self, main: str, language: str) -> str:
        title = re.search("<h1>(.+?)</h1>", main)
        frame = _read(f"frame.{language}.html").decode()
        return _with({"title": title[1] if title else "WeGroup", "main": main.strip()}, frame)


def _language(environ: Environ) -> str:
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return LANGUAGES[0]
    chosen = cookies["language"].value if "language" in cookies else ""
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _with(values: Mapping[str, str], text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)


def _of_holdtrue(path: str) -> bytes:
    return (files("holdtrue.server") / "static" / "holdtrue" / path.rpartition("/")[2]).read_bytes()


def _read(name: str) -> bytes:
    return (files("holdtrue.server") / "data" / "site" / name).read_bytes()


def _send(start_response: StartResponse, status: HTTPStatus, kind: str, body: bytes) -> Iterable[bytes]:
    start_response(f"{status} {status.phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: object) -> None:
        """Stay silent: the demo speaks for itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the website will stand: its address is taken, its notice can be made."""

    url: str
    _server: WSGIServer

    @contextmanager
    def serving(self, *, notice: Path, policy: str) -> Iterator[None]:
        """Serve it while the block runs, asking what the notice in this file says; a file that changes is read again."""
        self._server.set_app(ConsentMiddleware(Site(policy), notice=notice))
        thread = threading.Thread(target=self._server.serve_forever, name="demo-site")
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()


@contextmanager
def place(port: int) -> Iterator[Place]:
    """Take an address on loopback while the block runs; port 0 takes a free one."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        yield Place(f"http://127.0.0.1:{server.server_port}", server)
