"""The block as WSGI middleware: `ConsentMiddleware(app, notice="notice.json", banner="…")`."""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Unpack

from holdtrue.website.consent.block.body import Body
from holdtrue.website.consent.block.headers import Headers
from holdtrue.website.consent.block.notice import Notice
from holdtrue.website.consent.block.options import Given, options_from
from holdtrue.website.consent.block.page import Block
from holdtrue.website.consent.block.violations import LONGEST_REPORT
from holdtrue.website.consent.block.visits import Visit, may_matter

Environ = dict[str, Any]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType]
Write = Callable[[bytes], object]
StartResponse = Callable[..., Write]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

_NAMES = {
    "HTTP_COOKIE": b"cookie",
    "HTTP_SEC_GPC": b"sec-gpc",
    "HTTP_SEC_FETCH_DEST": b"sec-fetch-dest",
    "HTTP_ACCEPT": b"accept",
    "HTTP_ACCEPT_ENCODING": b"accept-encoding",
    "HTTP_IF_NONE_MATCH": b"if-none-match",
    "HTTP_IF_MODIFIED_SINCE": b"if-modified-since",
    "HTTP_X_REQUESTED_WITH": b"x-requested-with",
    "HTTP_HX_REQUEST": b"hx-request",
    "HTTP_RANGE": b"range",
    "HTTP_IF_RANGE": b"if-range",
}
_KEYS = {name: key for key, name in _NAMES.items()}


class ConsentMiddleware:
    """Holds the pages of a WSGI application to what each visitor agreed to."""

    def __init__(self, app: App, notice: Notice | Path | str | bytes, **options: Unpack[Given]) -> None:
        """Wrap the application; docs/reference/consent-middleware.md describes the options. Raises `Invalid`."""
        self.app = app
        self.block = Block(options_from(notice, options))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        is_ours = self.block.answers(path)
        if _is_light(environ) and not is_ours:
            return self.app(environ, self._passing(environ, start_response))
        visit = self._visit(environ)
        if is_ours:
            return self._answer(environ, start_response, path)
        for name, value in visit.changes.items():
            if value:
                environ[_KEYS[name]] = value.decode("latin-1")
            else:
                environ.pop(_KEYS[name], None)
        starter = _Starter(self.block, visit, start_response)
        result = self.app(environ, starter)
        if starter.is_started and starter.body is None:
            # The server gets the application's own object: a file that it may send by itself stays one.
            return result
        return _Page(result, starter)

    def _visit(self, environ: Environ) -> Visit:
        given = {name: environ[key].encode("latin-1") for key, name in _NAMES.items() if key in environ}
        return self.block.visit(environ["REQUEST_METHOD"], given, is_secure=environ.get("wsgi.url_scheme") == "https")

    def _passing(self, environ: Environ, start_response: StartResponse) -> StartResponse:
        """Return what starts an answer that is no page: as it is, unless it sets cookies."""

        def passing(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Write:
            if any(name.lower() == "set-cookie" for name, _ in headers):
                given = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
                headers = _as_text(self.block.cookies(self._visit(environ), given))
            return start_response(status, headers, *([exc_info] if exc_info else []))

        return passing

    def _answer(self, environ: Environ, start_response: StartResponse, path: str) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        body = environ["wsgi.input"].read(_length(environ)) if method == "POST" else b""
        answer = self.block.answer(method, path, body)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", _as_text(answer.headers))
        return [b"" if method == "HEAD" else answer.body]


def _is_light(environ: Environ) -> bool:
    destination, validators = environ.get("HTTP_SEC_FETCH_DEST", ""), environ.get("HTTP_IF_NONE_MATCH", "")
    return not may_matter(destination.encode("latin-1"), validators.encode("latin-1"))


def _length(environ: Environ) -> int:
    length = environ.get("CONTENT_LENGTH") or "0"
    return min(int(length), LONGEST_REPORT + 1) if length.isascii() and length.isdigit() else 0


def _as_text(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


class _Starter:
    """Stands for `start_response`; the head of a page waits for its first chunk, every other goes out at once."""

    def __init__(self, block: Block, visit: Visit, start_response: StartResponse) -> None:
        self.is_started = False
        self.body: Body | None = None
        self._block = block
        self._visit = visit
        self._start_response = start_response
        self.declared = -1
        self._head: tuple[str, list[tuple[str, str]], ExcInfo | None] | None = None
        self._write: Write | None = None

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Write:
        self.is_started = True
        given = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        length = next((value for name, value in headers if name.lower() == "content-length"), "")
        self.declared = int(length) if length.isascii() and length.isdigit() else -1
        reply = self._block.reply(self._visit, int(status[:3]), given)
        self.body = reply.body if reply is not None else None
        if reply is not None:
            headers = _as_text(reply.headers)
        if self.body is None or self._write is not None:
            self._head = None
            self._write = self._start_response(status, headers, *([exc_info] if exc_info else []))
            return self._write
        self._head = (status, headers, exc_info)
        return self._written

    def _written(self, data: bytes) -> None:
        """Take what an old application writes instead of returning it."""
        body = self.body
        write = self.go()
        if body is not None and write is not None and (settled := body.feed(data)):
            write(settled)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the head has still to go out."""
        return self._head is not None

    def go(self, whole: int | None = None) -> Write | None:
        """Send the head, if it still waits; `whole` is the length of the page in bytes, when it is known."""
        if self._head is not None:
            status, headers, exc_info = self._head
            self._head = None
            if whole is not None:
                headers = [*headers, ("Content-Length", str(whole))]
            self._write = self._start_response(status, headers, *([exc_info] if exc_info else []))
        return self._write


class _Page:
    """The answer to a request that may hold a page."""

    def __init__(self, result: Iterable[bytes], starter: _Starter) -> None:
        self._result = result
        self._starter = starter

    def __iter__(self) -> Iterator[bytes]:
        starter = self._starter
        is_only = isinstance(self._result, (list, tuple)) and len(self._result) == 1
        for chunk in self._result:
            body = starter.body
            if body is None:
                yield chunk
            elif starter.is_waiting and (is_only or len(chunk) == starter.declared):
                # The whole page in one piece, as nearly all are: its new length is known.
                whole = body.feed(chunk) + body.finish()
                starter.go(len(whole))
                yield whole
                return
            else:
                settled = body.feed(chunk)
                starter.go()
                yield settled
        starter.go()
        if starter.body is not None:
            yield starter.body.finish()

    def close(self) -> None:
        """Close the application's own answer, as a server would."""
        if (close := getattr(self._result, "close", None)) is not None:
            close()
