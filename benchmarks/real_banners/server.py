"""The pages on loopback: each under a name of its own over TLS, with what their packages ship, and the two that are told."""

import mimetypes
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sites import NOTHING, Answer, Site
from truth import read

HERE = Path(__file__).parent
TOLD = {"stats.counting.example": "text/javascript", "ads.follow.example": "image/gif"}
"""Other parties: whoever counts, and whoever follows."""
MISSING = {"/favicon.ico", "/robots.txt", "/sitemap.xml"}


class Server(ThreadingHTTPServer):
    """Speaks TLS to each visitor in a thread of its own, so that a slow handshake holds nobody up."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, context: ssl.SSLContext, folders: Sequence[Path], sites: Mapping[str, Site]) -> None:
        """Listen on a port of the machine's choice."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.context = context
        self.folders = folders
        self.pages = read(folders)
        self.sites = sites

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands, then answer."""
        try:
            wrapped = self.context.wrap_socket(request, server_side=True)
        except OSError:
            return
        self.RequestHandlerClass(wrapped, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of visitors who hang up."""


class Handler(BaseHTTPRequestHandler):
    """Answers by host and path."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a page, one of its files, or nothing for who is told."""
        host = (self.headers.get("Host") or "").split(":")[0]
        path = urlsplit(self.path).path
        length = int(self.headers.get("Content-Length") or 0)
        if length:
            self.rfile.read(length)
        if site := self.server.sites.get(host):
            status, headers, body = site.answer(self.path, self.headers)
        elif host in TOLD or host.removesuffix(".example") not in self.server.pages:
            status, headers, body = (
                200,
                [("Content-Type", TOLD.get(host, "text/javascript")), ("Access-Control-Allow-Origin", "*")],
                b"",
            )
        else:
            status, headers, body = self._file(host.removesuffix(".example"), path)
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_POST(self) -> None:
        """Answer as to any other."""
        self.do_GET()

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self.do_GET()

    def _file(self, name: str, path: str) -> Answer:
        """Return a page of a name, or a file that one of them asks for."""
        whole = next((folder for folder in self.server.folders if (folder / "built" / name / "index.html").is_file()), None)
        if name in self.server.pages and path not in MISSING and "." not in path and whole is None:
            return self._page(name, path)
        _, where, rest = [*path.split("/", 2), ""][:3]
        beside = {"page": "", "built": "built"}
        if where == "npm":
            candidates = [HERE / "node_modules" / rest]
        elif where == "static":
            candidates = sorted(HERE.glob(f"pypi/*/static/{rest}"))
        elif where in beside:
            candidates = [folder / beside[where] / rest for folder in self.server.folders]
        else:
            candidates = [HERE / path.lstrip("/")]
        if whole:
            inside = whole / "built" / name / path.strip("/")
            candidates = [inside, inside / "index.html", *candidates]
        for file in candidates:
            if path not in MISSING and file.is_file():
                kind = "text/javascript" if file.suffix in {".mjs", ".cjs"} else mimetypes.guess_type(file.name)[0]
                kind = kind or "application/octet-stream"
                charset = "; charset=utf-8" if kind.startswith(("text/", "application/j")) else ""
                return 200, [("Content-Type", kind + charset)], file.read_bytes()
        return NOTHING

    def _page(self, name: str, path: str) -> Answer:
        page = self.server.pages[name]
        file = f"{name}{path.rstrip('/').replace('/', '.')}.html"
        files = [folder / beside / file for folder in self.server.folders for beside in ("", "built")]
        body = next((page.document(file) for file in files if file.is_file()), page.plain())
        return 200, [("Content-Type", "text/html; charset=utf-8")], body


@contextmanager
def serving(folders: Sequence[Path], sites: Mapping[str, Site] | None = None) -> Iterator[int]:
    """Serve every page while the context lasts, and yield the port."""
    server = Server(_context(), folders, sites or {})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _context() -> ssl.SSLContext:
    """Return what speaks TLS with a certificate of its own making, for tests that accept such."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "real banners")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("*.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        file.flush()
        context.load_cert_chain(file.name)
    return context
