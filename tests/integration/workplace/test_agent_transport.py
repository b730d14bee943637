"""Servers that mean harm, or are not who they say: bounded in time and size, refused, never followed."""

import datetime as dt
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdtrue.errors import Invalid, Unavailable
from holdtrue.workplace.agent.transport import Server, address

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def hear(connection: socket.socket) -> bytes:
    """Read one whole request: closing with something unread would take the answer back."""
    heard = b""
    while b"\r\n\r\n" not in heard and (piece := connection.recv(65_536)):
        heard += piece
    length = re.search(rb"Content-Length: (\d+)", heard)
    while length and len(heard.partition(b"\r\n\r\n")[2]) < int(length[1]) and (piece := connection.recv(65_536)):
        heard += piece
    return heard


@contextmanager
def saying(speak: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Accept connections on a port of its own, and say to each what it is told to."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                accepted, _ = listener.accept()
            except OSError:
                return
            try:
                connection = context.wrap_socket(accepted, server_side=True) if context else accepted
                with connection:
                    connection.settimeout(3)
                    hear(connection)
                    speak(connection)
            except OSError:
                accepted.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def says(content: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(content)


def ask(port: int, *, longest: float = 5.0, scheme: str = "http", ca_file: str = "", host: str = "127.0.0.1"):
    return Server(f"{scheme}://{host}:{port}", ca_file, longest).post("/api", {}, b"{}")


def test_a_sound_answer_is_read():
    with saying(says(b'HTTP/1.1 201 Created\r\nRetry-After: 7\r\nContent-Length: 13\r\n\r\n{"every":900}')) as port:
        answer = ask(port)

    assert (answer.status, answer.told, answer.retry_after) == (201, {"every": 900}, 7.0)


@pytest.mark.parametrize("content", [
    b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", b"", b"\x00" * 500, b"SSH-2.0-OpenSSH\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n", b"HTTP/1.1 999999 No\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + b"y" * 70_000,
])  # fmt: skip
def test_what_is_no_sound_answer_is_none(content):
    with saying(says(content)) as port, pytest.raises(Unavailable, match="cannot be reached"):
        ask(port)


@pytest.mark.parametrize("body", [b"[]", b"<html>", b"null", b"[" * 20_000, b"\xff\xfe{}", b'"text"'])
def test_an_answer_that_is_no_object_says_nothing(body):
    with saying(says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))) as port:
        assert ask(port).told == {}


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    """Send interim answers for ever, each of which asks for patience."""
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
        time.sleep(0.01)


def drips_headers(connection: socket.socket) -> None:
    for _ in range(100):
        connection.sendall(b"H")
        time.sleep(0.05)


@pytest.mark.parametrize("speak", [drips, drips_headers, lambda _connection: time.sleep(3), endless])
def test_an_answer_that_never_ends_is_cut_off(speak):
    with saying(speak) as port, pytest.raises(Unavailable):
        ask(port, longest=0.5)


def test_a_redirect_is_not_followed():
    asked: list[bytes] = []

    def notes(connection: socket.socket) -> None:
        asked.append(b"elsewhere")
        connection.sendall(OK)

    with saying(notes) as elsewhere:
        location = b"http://127.0.0.1:%d/" % elsewhere
        with saying(says(b"HTTP/1.1 307 Moved\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % location)) as port:
            assert ask(port).status == 307

    assert asked == []


def test_hostile_texts_are_made_fit_for_a_terminal():
    body = b'{"error":"\\u001b[2Jgone\\n","hint":7,"verdicts":[{"commitment":"\\u0007x","n":1},5]}'
    with saying(says(b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))) as port:
        answer = ask(port)

    assert answer.text("error") == "[2Jgone"
    assert answer.text("hint") == ""
    assert answer.rows("verdicts", most=5) == [{"commitment": "x"}]


@pytest.mark.parametrize("told", [
    "http://policy.example", "http://10.0.0.1", "ftp://policy.example", "policy.example", "https://", "https://a@policy.example", "https://policy.example:99999",
    "https://policy.example?x=1", "https://policy.example#x", "https://policy .example", "http://localhost.evil.example", "http://[::2]", "https://x\r\nHost: y",
    "http://127.0.0.1.evil.example", "https://policy.example:0", "file:///etc/passwd",
])  # fmt: skip
def test_only_encrypted_addresses_are_taken(told):
    with pytest.raises(Invalid):
        address(told)


@pytest.mark.parametrize(
    "told",
    [
        "https://policy.example",
        "https://policy.example:8443/holdtrue",
        "http://localhost:8000",
        "http://127.0.0.1:1",
        "http://[::1]:8000",
    ],
)
def test_https_and_this_very_device_are_taken(told):
    assert address(told).hostname


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example CA")])
        self.file = folder / "ca.pem"
        certificate = self._signed(self.name, self.key.public_key(), is_authority=True)
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _signed(
        self,
        name: x509.Name,
        public: ec.EllipticCurvePublicKey,
        *,
        is_authority: bool = False,
        names: tuple[x509.GeneralName, ...] = (),
        days: int = 1,
    ):
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(public).serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=3)).not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )  # fmt: skip
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def context(self, *names: x509.GeneralName, days: int = 1) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]), key.public_key(), names=names, days=days
        )
        file = self.folder / "server.pem"
        file.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


def test_a_certificate_of_the_organisations_own_authority_is_taken(authority):
    with saying(says(OK), authority.context(HERE)) as port:
        assert ask(port, scheme="https", ca_file=str(authority.file)).status == 200


@pytest.mark.parametrize(("names", "days", "trusts"), [
    ((HERE,), 1, False), ((x509.DNSName("policy.example"),), 1, True), ((), 1, True), ((HERE,), -1, True),
])  # fmt: skip
def test_a_certificate_that_does_not_prove_the_server_is_refused(authority, names, days, trusts):
    heard: list[bytes] = []
    context = authority.context(*names, days=days)
    with (
        saying(lambda connection: heard.append(connection.recv(10)), context) as port,
        pytest.raises(Unavailable, match="no certificate that this device trusts"),
    ):
        ask(port, scheme="https", ca_file=str(authority.file) if trusts else "")

    assert heard == []


def test_a_handshake_that_never_ends_is_cut_off(authority):
    with saying(lambda connection: time.sleep(3)) as port, pytest.raises(Unavailable):
        ask(port, scheme="https", ca_file=str(authority.file), longest=0.5)


def test_a_file_without_certificates_is_said(tmp_path):
    (tmp_path / "empty.pem").write_text("")

    with pytest.raises(Invalid, match="holds no certificates"):
        ask(9, scheme="https", ca_file=str(tmp_path / "empty.pem"))


def test_a_proxy_is_asked_for_a_tunnel_and_cannot_stand_in_for_the_server(authority, monkeypatch):
    asked: list[bytes] = []
    inside = authority.context(x509.DNSName("policy.example"))
    listener = socket.create_server(("127.0.0.1", 0))

    def proxy() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
                asked.append(accepted.recv(65_536).split(b"\r\n")[0])
                accepted.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with inside.wrap_socket(accepted, server_side=True) as connection:
                    connection.recv(65_536)
                    connection.sendall(OK)
            except OSError:
                if listener.fileno() < 0:
                    return

    thread = threading.Thread(target=proxy, daemon=True)
    thread.start()
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    try:
        assert Server("https://policy.example", str(authority.file), 5.0).get("/api").status == 200
        with pytest.raises(Unavailable, match="no certificate that this device trusts"):
            Server("https://other.example", str(authority.file), 5.0).get("/api")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)

    assert [line.split(b" ")[1] for line in asked] == [b"policy.example:443", b"other.example:443"]
