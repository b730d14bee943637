"""The same small site behind both middlewares, and a visitor who calls them without a server."""

import asyncio
import json
from dataclasses import dataclass

from holdtrue.website.consent.block import asgi, wsgi

NOW = 1_795_600_000
MATERIAL = "ab" * 32
NOTICE = json.dumps(
    {
        "format": "holdtrue.notice/1",
        "site": "www.example.org",
        "material": MATERIAL,
        "server": "https://holdtrue.example",
        "texts": {"en": {"title": "</script><b>&é"}},
        "services": [
            {"id": "site", "category": "necessary", "hosts": ["static.example.org"], "items": [{"pattern": "sessionid"}]},
            {
                "id": "counter",
                "category": "analytics",
                "hosts": ["*.tracker.example"],
                "items": [
                    {"pattern": "_t*"},
                    {"pattern": "__Secure-p", "partitioned": True, "path": "/shop", "domain": "example.org"},
                ],
            },
            {"id": "film", "category": "marketing", "hosts": ["film.example"], "items": [{"pattern": "_tf", "kind": "cookie"}]},
        ],
    }
)
PAGE = b'<!doctype html><html><head><title>A</title></head><body><img src="https://a.tracker.example/x"></body></html>'
INERT = b'<img data-consent="counter" data-holdtrue-src="https://a.tracker.example/x">'


def base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def choice(granted: str, *, at: int = NOW - 60, material: str = MATERIAL) -> str:
    return f"holdtrue=1.{'x' * 22}.{base36(at)}.{material[:8]}.{granted}"


@dataclass
class Got:
    status: int
    headers: list[tuple[str, str]]
    chunks: list[bytes]

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found.lower() == name]

    def one(self, name: str) -> str:
        return ", ".join(self.all(name))


class Site:
    """Answers every request in the one way it was told to, and remembers what it was asked."""

    def __init__(
        self, *chunks: bytes, status: int = 200, headers: list[tuple[str, str]] | None = None, kind: str = "text/html"
    ) -> None:
        self.chunks = list(chunks or (PAGE,))
        self.status = status
        self.headers = [*([("Content-Type", kind)] if kind else []), *(headers or [])]
        self.asked: dict[str, str] = {}

    async def asgi(self, scope, receive, send):
        self.asked = {name.decode(): value.decode() for name, value in scope["headers"]}
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for chunk in self.chunks[:-1]:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": self.chunks[-1]})

    def wsgi(self, environ, start_response):
        self.asked = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        start_response(f"{self.status} Said", list(self.headers))
        return self.chunks


def get(
    kind: str,
    site: Site,
    headers: dict[str, str] | None = None,
    *,
    method: str = "GET",
    path: str = "/",
    body: bytes = b"",
    **options,
) -> Got:
    options = {
        "notice": NOTICE,
        "clock": lambda: NOW,
        **({} if "banner" in options else {"banner_url": "/banner.js"}),
        **options,
    }
    given = {"sec-fetch-dest": "document", **(headers or {})}
    if kind == "asgi":
        return asyncio.run(asgi_get(asgi.ConsentMiddleware(site.asgi, **options), given, method=method, path=path, body=body))
    return wsgi_get(wsgi.ConsentMiddleware(site.wsgi, **options), given, method=method, path=path, body=body)


async def asgi_get(
    app, headers: dict[str, str], *, method: str = "GET", path: str = "/", body: bytes = b"", scheme: str = "https"
) -> Got:
    sent: list[dict] = []

    asked = False

    async def receive():
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": scheme, "server": ("www.example.org", 443), "client": ("127.0.0.1", 5), "extensions": {"http.response.pathsend": {}},
        "headers": [(b"host", b"www.example.org"), *((name.encode(), value.encode("latin-1")) for name, value in headers.items() if value)],
    }  # fmt: skip
    await app(scope, receive, send)
    start = sent[0]
    headers_got = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
    return Got(start["status"], headers_got, [message.get("body", b"") for message in sent[1:]])


def wsgi_get(
    app, headers: dict[str, str], *, method: str = "GET", path: str = "/", body: bytes = b"", scheme: str = "https"
) -> Got:
    import io

    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "www.example.org", "SERVER_PORT": "443",
        "HTTP_HOST": "www.example.org", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": scheme, "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(), "CONTENT_LENGTH": str(len(body)), "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items() if value},
    }  # fmt: skip
    started: list = []
    written: list[bytes] = []

    def start_response(status, given, exc_info=None):
        started.append((int(status[:3]), given))
        return written.append

    result = app(environ, start_response)
    chunks = list(result)
    if hasattr(result, "close"):
        result.close()
    return Got(started[-1][0], started[-1][1], [*written, *chunks])
