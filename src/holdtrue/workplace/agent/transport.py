"""One HTTP request to a server that is not trusted: bounded in time and size, no redirects, certificates verified."""

import contextlib
import gzip
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from holdtrue.errors import Invalid, Unavailable
from holdtrue.workplace.facts import clean

LONGEST = 30.0
"""Seconds for a whole request, from the look-up of the name to the answer's last byte."""
LARGEST_ANSWER = 65_536
WORTH_PACKING = 1000
"""Bytes from which a body is compressed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    told: Mapping[str, object] = field(default_factory=dict)
    retry_after: float = 0.0
    """Seconds that it asks us to wait; 0 when it does not."""

    def text(self, name: str) -> str:
        """Return one text of it, fit for a terminal; empty where there is none."""
        found = self.told.get(name)
        return clean(found)[:300] if isinstance(found, str) else ""

    def rows(self, name: str, *, most: int) -> list[dict[str, str]]:
        """Return a list of objects in it, of each the texts alone."""
        found = self.told.get(name)
        rows = [row for row in found[:most] if isinstance(row, dict)] if isinstance(found, list) else []
        return [{str(key): clean(value)[:300] for key, value in row.items() if isinstance(value, str)} for row in rows]

    def number(self, name: str, *, least: int, most: int, default: int) -> int:
        """Return one whole number of it within these bounds."""
        found = self.told.get(name)
        return min(most, max(least, found)) if isinstance(found, int) and not isinstance(found, bool) else default


@dataclass(frozen=True, slots=True)
class Server:
    """Where the reports go."""

    address: str
    ca_file: str = ""
    longest: float = LONGEST

    def get(self, path: str) -> Answer:
        """Ask for something; raises `Unavailable` where no sound answer came."""
        return self._ask("GET", path, {}, None)

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send something; raises `Unavailable` where no sound answer came."""
        packed = dict(headers)
        if len(body) > WORTH_PACKING:
            body = gzip.compress(body, compresslevel=6, mtime=0)
            packed["Content-Encoding"] = "gzip"
        return self._ask("POST", path, packed, body)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        place = address(self.address)
        try:
            with _connected(place, self) as connection:
                target = f"{place.path.rstrip('/')}{path}"
                connection.request(
                    method, target, body, {"Accept": "application/json", "User-Agent": "holdtrue-agent", **headers}
                )
                answer = _answer(connection.getresponse())
                if connection.is_over:
                    raise TimeoutError("it took too long")
                return answer
        except ssl.SSLCertVerificationError as error:
            raise Unavailable(
                f"{self.address} has no certificate that this device trusts: {error.verify_message}.",
                hint="If the organisation has a certificate authority of its own, give its file with --ca-file.",
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = clean(str(error) or type(error).__name__)[:200]
            raise Unavailable(f"{self.address} cannot be reached: {why}.", hint="It is tried again later.") from error


def address(told: str) -> urllib.parse.SplitResult:
    """Return a server's address in parts; raises `Invalid` unless it is https, or http to this very device."""
    try:
        place = urllib.parse.urlsplit(told)
        port = place.port
    except ValueError as error:
        raise Invalid(f"{told!r} is no address of a server.", hint="Write it as https://policy.example.") from error
    if place.scheme not in {"http", "https"} or not place.hostname or place.query or place.fragment or port == 0:
        raise Invalid(f"{told!r} is no address of a server.", hint="Write it as https://policy.example.")
    if place.username is not None or any(not character.isprintable() or character.isspace() for character in told):
        raise Invalid("The address of a server has no user and no spaces in it.", hint="Write it as https://policy.example.")
    if place.scheme == "http" and not _is_here(place.hostname):
        raise Invalid(f"{told!r} is not encrypted.", hint="Use https://; plain http is taken for this very device alone.")
    return place


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def _connected(place: urllib.parse.SplitResult, server: Server) -> Iterator["_Connection"]:
    """Open a connection that is cut off when its time is over, wherever it stands then."""
    connection = _Connection(place, server)
    timer = threading.Timer(server.longest, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection whose socket is known from its first moment, so that it can be cut off."""

    def __init__(self, place: urllib.parse.SplitResult, server: Server) -> None:
        self.is_over = False
        self._name = place.hostname or ""
        port = place.port or (443 if place.scheme == "https" else 80)
        self._tls = _context(server.ca_file) if place.scheme == "https" else None
        proxy = _proxy(place)
        first = (proxy.hostname or "", proxy.port or 3128) if proxy else (self._name, port)
        super().__init__(*first, timeout=server.longest)
        if proxy:
            self.set_tunnel(self._name, port)

    def connect(self) -> None:
        super().connect()
        if self.is_over:
            raise TimeoutError("it took too long")
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._name, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def cut(self) -> None:
        """End it now: whoever waits for a byte stops waiting."""
        self.is_over = True
        with contextlib.suppress(OSError, AttributeError):
            # The file number stays the same when TLS wraps the socket, and shutting it down wakes a blocked reader.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _context(ca_file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise Invalid(f"{ca_file} holds no certificates: {error}.", hint="Give a file of certificates in PEM form.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _proxy(place: urllib.parse.SplitResult) -> urllib.parse.SplitResult | None:
    """Return the proxy that this system names for the address; a server on this device is asked directly."""
    host = place.hostname or ""
    if _is_here(host) or urllib.request.proxy_bypass(host):
        return None
    told = urllib.request.getproxies().get(place.scheme)
    return urllib.parse.urlsplit(told if "//" in told else f"//{told}") if told else None


def _answer(response: http.client.HTTPResponse) -> Answer:
    content = b""
    # One read of the socket at a time, so that a dripping answer meets the end of its time.
    while len(content) <= LARGEST_ANSWER and (piece := response.read1(LARGEST_ANSWER)):
        content += piece
    if len(content) > LARGEST_ANSWER:
        raise ValueError("its answer is too large")
    if response.length:
        raise ValueError("its answer was cut off")
    waits = response.headers.get("Retry-After", "")
    retry_after = float(waits) if waits.isascii() and waits.isdigit() and len(waits) < 8 else 0.0  # noqa: PLR2004 - 115 days
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = {}
    return Answer(response.status, told if isinstance(told, dict) else {}, retry_after)
