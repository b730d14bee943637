"""The example organisation's website, on loopback: something real to scan.

It asks before it counts, and forgets on withdrawal, as its policy says. One script, however, sets a cookie that the
policy does not name once the visitor agrees, so that a scan has something to find.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qs, urlsplit

PAGES: Final = {"/": "index.html", "/services": "services.html", "/about": "about.html"}
ASSETS: Final = {"/site.css": "text/css", "/site.js": "text/javascript"}
LANGUAGES: Final = frozenset({"en", "nl"})
YEAR: Final = 365 * 24 * 3600


class _Handler(BaseHTTPRequestHandler):
    """Serves three pages, their style and their script."""

    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        """Answer a page, an asset, or 404."""
        address = urlsplit(self.path)
        if address.path in PAGES:
            chosen = parse_qs(address.query).get("language", [""])[0]
            self._answer(PAGES[address.path], "text/html; charset=utf-8", language=chosen)
        elif address.path in ASSETS:
            self._answer(address.path.lstrip("/"), ASSETS[address.path])
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, name: str, media_type: str, *, language: str = "") -> None:
        content = (files("holdtrue.server") / "data" / "site" / name).read_bytes()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        if language in LANGUAGES:
            self.send_header("Set-Cookie", f"language={language}; Max-Age={YEAR}; Path=/; SameSite=Lax")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay silent: the demo speaks for itself."""


@contextmanager
def serving(port: int) -> Iterator[str]:
    """Serve the website on loopback while the block runs and yield its address; port 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="demo-site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
