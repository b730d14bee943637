"""Letters on their way to a real mail server on loopback: encrypted, signed in, and never otherwise than as chosen."""

import base64
import socket
import socketserver
import ssl
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdtrue.config import Mail, MailSecurity
from holdtrue.letters.sending import REFUSALS, Letter, send, why

USER, PASSWORD = "holdtrue", "correct horse battery"
TOLD = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
LETTER = Letter("What changed", "One cookie is new.")


@dataclass
class Post:
    """A mail server: what it offers, and what it was told."""

    context: ssl.SSLContext
    is_wrapped: bool = False
    """Whether it speaks TLS from the first byte."""
    offers: tuple[str, ...] = ("STARTTLS", "AUTH PLAIN")
    port: int = 0
    heard: list[tuple[str, bool]] = field(default_factory=list)
    """Every line outside a letter, and whether it came encrypted."""
    letters: list[str] = field(default_factory=list)


class Session(socketserver.BaseRequestHandler):
    def setup(self):
        self.take(self.request)

    def handle(self):
        post: Post = self.server.post
        try:
            if post.is_wrapped:
                self.take(post.context.wrap_socket(self.request, server_side=True))
            self.say("220 post.example")
            self.listen(post)
        except OSError:
            # A client that trusts nobody hangs up.
            return
        finally:
            self.wire.close()

    def take(self, connection: socket.socket) -> None:
        self.wire, self.lines = connection, connection.makefile("rb")

    def listen(self, post: Post) -> None:
        while line := self.lines.readline().decode().strip():
            is_secret = isinstance(self.wire, ssl.SSLSocket)
            post.heard.append((line, is_secret))
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                offers = [one for one in post.offers if not (is_secret and one == "STARTTLS")]
                self.say("\r\n".join(["250-post.example", *(f"250-{one}" for one in offers), "250 8BITMIME"]))
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.take(post.context.wrap_socket(self.wire, server_side=True))
            elif verb == "AUTH":
                self.say("235 welcome" if line.endswith(TOLD) else "535 who are you")
            elif verb == "DATA":
                self.say("354 go on")
                post.letters.append(b"".join(iter(self.lines.readline, b".\r\n")).decode())
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wire.sendall(text.encode() + b"\r\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of localhost that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("post") / "post.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def post(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    given = Post(context)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.post, given.port, server.daemon_threads = given, server.server_address[1], True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield given
        server.shutdown()
        thread.join()


def hand_over(post, security, *, password=PASSWORD):
    post.is_wrapped = security is MailSecurity.TLS
    mail = Mail("localhost", post.port, security, USER, password, "holdtrue@bakery.example")
    send(mail, LETTER, to="alice@bakery.example", number=uuid.uuid4())


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_letter_goes_encrypted_and_signed_in(post, trusted, security):
    hand_over(post, security)

    (letter,) = post.letters
    assert "One cookie is new." in letter
    assert (f"AUTH PLAIN {TOLD}", True) in post.heard
    in_clear = {line.split(" ")[0].upper() for line, is_secret in post.heard if not is_secret}
    assert in_clear == (set() if security is MailSecurity.TLS else {"EHLO", "STARTTLS"})


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_server_that_cannot_prove_its_name_is_told_nothing(post, security):
    with pytest.raises(REFUSALS) as refused:
        hand_over(post, security)

    assert why(refused.value) == "the mail server cannot be used: SSLCertVerificationError"
    assert not post.letters
    assert not [line for line, _ in post.heard if line.startswith(("AUTH", "MAIL"))]


def test_a_server_that_offers_no_encryption_is_told_nothing(post, trusted):
    post.offers = ("AUTH PLAIN",)

    with pytest.raises(REFUSALS) as refused:
        hand_over(post, MailSecurity.STARTTLS)

    assert why(refused.value) == "the mail server cannot be used: SMTPNotSupportedError"
    assert not [line for line, _ in post.heard if line.startswith(("AUTH", "MAIL"))]


def test_a_wrong_password_is_told_by_its_number_alone(post, trusted):
    with pytest.raises(REFUSALS) as refused:
        hand_over(post, MailSecurity.TLS, password="wrong")

    assert why(refused.value) == "the mail server answered 535"
    assert not post.letters
