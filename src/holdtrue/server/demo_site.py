"""The example organisation's website, on loopback: something real to visit and to scan.

It is a WSGI application as any site has one, held to its visitors' consent by Holdtrue's own middleware, which also asks them.
Its services are stand-ins that keep what the real ones keep and ask nobody. One of them sets a cookie that the policy does not
name, so that a scan has something to find; and because nobody declared it, a withdrawal does not know to delete it.
"""

import re
import threading
from collections.abc import Iterable, Iterator
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
LANGUAGES: Final = ("en", "nl")
YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Site:
    """Three pages in two languages, their style and their services."""

    policy: str
    """The address of the cookie policy."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a page, an asset, a change of language, or 404."""
        path = environ.get("PATH_INFO", "")
        if path in ASSETS:
            return _send(start_response, HTTPStatus.OK, f"{ASSETS[path]}; charset=utf-8", _read(path.lstrip("/")))
        chosen = parse_qs(environ.get("QUERY_STRING", "")).get("language", [""])[0]
        if path in PAGES and chosen in LANGUAGES:
            cookie = f"language={chosen}; Max-Age={YEAR}; Path=/; SameSite=Lax"
            start_response("303 See Other", [("Location", path), ("Set-Cookie", cookie), ("Content-Length", "0")])
            return [b""]
        status = HTTPStatus.OK if path in PAGES else HTTPStatus.NOT_FOUND
        page = self._page(PAGES.get(path, "missing"), _language(environ))
        return _send(start_response, status, "text/html; charset=utf-8", page.encode())

    def _page(self, name: str, language: str) -> str:
        main = _read(f"{name}.{language}.html").decode()
        title = re.search("<h1>(.+?)</h1>", main)
        frame = _read(f"frame.{language}.html").decode()
        values = {"title": title[1] if title else name, "main": main.strip(), "policy": self.policy}
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], frame)


def _language(environ: Environ) -> str:
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return LANGUAGES[0]
    chosen = cookies["language"].value if "language" in cookies else ""
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


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
