"""A small web on loopback for the banner: one site, third parties of any name, and a consent server that may be away."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BUILT = Path(__file__).parents[3] / "src" / "holdtrue" / "website" / "consent" / "static" / "consent"
PACKAGES = Path(__file__).parents[3] / "banner" / "node_modules"
HOST = "www.wegroup.localhost"
"""Names under localhost are secure contexts, and cookies of the parent domain work there as anywhere."""
SITE = f"http://{HOST}"
INTAKE = "http://consent.localhost"

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")

ANALYTICS = {
    "id": "acme-analytics",
    "name": "Acme Analytics",
    "provider": "Acme Ltd",
    "category": "analytics",
    "purpose": {"en": "Counts visits", "nl": "Telt bezoeken"},
    "hosts": ["stats.acme.test", "*.acme-cdn.test"],
    "items": [
        {"pattern": "_acme", "kind": "cookie", "retention_days": 730},
        {"pattern": "_acme_*", "kind": "cookie", "retention_days": 90},
        {"pattern": "acme*", "kind": "local", "retention_days": None},
        {"pattern": "acme*", "kind": "session", "retention_days": None},
        {"pattern": "acme-db", "kind": "indexeddb", "retention_days": 365},
        {"pattern": "acme-cache", "kind": "cache", "retention_days": 30},
        {"pattern": "*/acme-worker.js", "kind": "service-worker", "retention_days": 30},
    ],
}
REPLAY = {
    "id": "replay",
    "name": "Replay",
    "provider": "Replay Inc.",
    "category": "analytics",
    "purpose": {"en": "Records how pages are used"},
    "hosts": ["replay.test"],
    "items": [{"pattern": "_replay", "kind": "cookie", "retention_days": 30}],
}
ADS = {
    "id": "bigads",
    "name": "BigAds",
    "provider": "BigAds SA",
    "category": "marketing",
    "purpose": {"en": "Shows advertising", "nl": "Toont reclame"},
    "hosts": ["ads.test", "*.ads.test"],
    "items": [{"pattern": "_ads", "kind": "cookie", "retention_days": 390, "domain": "wegroup.localhost"}],
}
VIDEO = {
    "id": "video",
    "name": "VideoTube",
    "provider": "VideoTube LLC",
    "category": "marketing",
    "purpose": {"en": "Plays videos"},
    "hosts": ["video.test"],
    "items": [],
}
LANGUAGE_CHOICE = {
    "id": "language",
    "name": "Language choice",
    "provider": "WeGroup NV",
    "category": "necessary",
    "purpose": {"en": "Remembers the language", "nl": "Onthoudt de taal"},
    "hosts": [],
    "items": [{"pattern": "language", "kind": "cookie", "retention_days": 365}],
}
PREFERENCES = {
    "id": "layout",
    "name": "Layout",
    "provider": "WeGroup NV",
    "category": "preferences",
    "purpose": {"en": "Remembers how you like the page"},
    "hosts": [],
    "items": [{"pattern": "layout", "kind": "local", "retention_days": None}],
}


def notice(*services: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a notice for the example organisation; its material follows from the services."""
    chosen = services or (LANGUAGE_CHOICE, ANALYTICS, REPLAY, ADS)
    material = sha256(json.dumps([[s["id"], s["category"], s["hosts"]] for s in chosen]).encode()).hexdigest()
    return {
        "format": "holdtrue.notice/1",
        "site": HOST,
        "controller": {"name": "WeGroup NV", "policy_url": "/cookies", "contact": "hello@wegroup.be"},
        "policy": {"slug": "cookies", "version": 2, "text_hash": "0" * 64},
        "server": "",
        "keep_days": 180,
        "material": material,
        "style": {"position": "bottom", "accent": "#0b5c53", "tab": True},
        "consent_mode": False,
        "regulation": "eu",
        "services": list(chosen),
        **changes,
    }


def page(
    body: str = "",
    *,
    said: dict[str, Any] | None = None,
    lang: str = "en",
    head: str = "",
    build: str = "",
    attributes: str = "",
    direction: str = "ltr",
) -> str:
    """Return a page as a site's author writes it: the notice inline, the banner's script first, then what the page holds."""
    name = build or f"holdtrue.{lang}.js"
    return (
        f'<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><title>WeGroup</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<script type="application/json" id="holdtrue-notice">{json.dumps(said or notice())}</script>'
        f'<script src="/consent/{name}" {attributes}></script>{head}</head><body><main><h1>Insurance that talks to people</h1>{body}</main></body></html>'
    )


@dataclass
class World:
    """What stands on the small web, and what was asked of it."""

    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    seen_headers: dict[str, dict[str, str]] = field(default_factory=dict)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    intake_status: int = 201

    def third_party(self) -> list[str]:
        """Every request to a host that is neither the site nor the consent server."""
        return [one for one in self.requests if not one.startswith((HOST, "consent.localhost"))]

    def clear(self) -> None:
        """Forget what happened, for the next test."""
        self.__init__(port=self.port)  # type: ignore[misc]


TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".gif": "image/gif",
}


def _handler(world: World) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one small web, told in one place
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers.get("Host", "").split(":")[0]
            path = urlsplit(self.path).path
            world.requests.append(host + self.path)
            world.seen_headers[host + path] = dict(self.headers.items())
            if host == HOST:
                self._site(path)
            elif host == "consent.localhost":
                self._answer(200, "application/ld+json", b'{"holdtrue:proof": "c2sp.org/tlog-proof@v1"}')
            else:
                self._third_party(host, path)

        def do_POST(self) -> None:
            host = self.headers.get("Host", "").split(":")[0]
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            world.requests.append(host + self.path)
            if host != "consent.localhost":
                self._answer(200, "text/plain", b"ok")
                return
            if world.intake_status >= 400:
                self._answer(world.intake_status, "application/json", b'{"error": "not now", "hint": "later"}')
                return
            decision = json.loads(body)
            if all(one["id"] != decision["id"] for one in world.decisions):
                world.decisions.append(
                    {**decision, "_origin": self.headers.get("Origin"), "_type": self.headers.get("Content-Type")}
                )
            answer = {
                "record": "01890000-0000-7000-8000-000000000001",
                "origin": "wegroup.localhost/log",
                "index": len(world.decisions),
                "leaf": "AAAA",
            }
            self._answer(201, "application/json", json.dumps(answer).encode())

        def _site(self, path: str) -> None:
            if path.startswith("/consent/"):
                file = BUILT / path.removeprefix("/consent/")
                self._answer(200, TYPES[file.suffix], file.read_bytes()) if file.is_file() else self._answer(
                    404, "text/plain", b""
                )
            elif path in world.scripts:
                self._answer(200, TYPES[Path(path).suffix], world.scripts[path].encode())
            elif path in world.pages:
                self._answer(200, TYPES[".html"], world.pages[path].encode(), world.headers)
            else:
                self._answer(404, "text/plain", b"")

        def _third_party(self, host: str, path: str) -> None:
            kind = Path(path).suffix or ".gif"
            own = f"{host}{path}"
            if own in world.scripts:
                body = world.scripts[own].encode()
            elif kind == ".js":
                body = f'(window.ran ||= []).push("{own}");'.encode()
            elif kind == ".gif":
                body = PIXEL
            else:
                body = b"<!doctype html><title>embedded</title>embedded" if kind == ".html" else b"{}"
            self._answer(200, TYPES[kind], body)

        def _answer(self, status: int, media_type: str, body: bytes, more: dict[str, str] | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", "*")
            for name, value in {"Cache-Control": "no-store", **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def serving() -> Iterator[World]:
    """Run the small web on a free port of loopback."""
    world = World()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
    server.daemon_threads = True
    world.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
    "--disable-dev-shm-usage",
]


def flags(world: World, *, is_root: bool) -> list[str]:
    """Flags that keep the browser quiet and send every name to the small web."""
    return [*QUIET, f"--host-resolver-rules=MAP * 127.0.0.1:{world.port}", *(["--no-sandbox"] if is_root else [])]
