"""The short way of a decision, over real sockets: the same answers as the long way, and every other request goes that way."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from holdtrue.errors import StorageFull
from holdtrue.evidence.audit import audit
from holdtrue.website.consent.wire import Front
from integration.evidence.log_samples import NOON
from integration.website_consent_records.consent_door import HOST, ORIGIN, Door, decision

PATH = f"/consent/{HOST}"
KEPT_OPEN = 1
"""Seconds that a connection may be quiet after an answer."""
SHORT = {"Origin": ORIGIN, "Content-Type": "text/plain;charset=UTF-8"}


class Server:
    """uvicorn as the product runs it, on a port of its own, before one door."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.long: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        config = uvicorn.Config(
            self._application, http=Front(lambda: door.intake), loop="uvloop", interface="asgi3", lifespan="off", log_config=None,
            access_log=False, server_header=False, proxy_headers=False, timeout_graceful_shutdown=10,
            timeout_keep_alive=KEPT_OPEN,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._listening]})

    async def _application(self, scope, receive, send):
        self.long.append(scope["method"])
        await self.door.intake(scope, receive, send)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def post(self, connection: http.client.HTTPConnection, given: object, **headers: str) -> tuple[int, dict, bytes]:
        body = given if isinstance(given, bytes) else json.dumps(given).encode()
        connection.request("POST", PATH, body, SHORT | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def raw(self, data: bytes, *, until: int, then: bytes = b"") -> bytes:
        """Send bytes, and read until so many answers have come."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            wire.sendall(data)
            if then:
                time.sleep(0.02)
                wire.sendall(then)
            said = b""
            while said.count(b"HTTP/1.1") < until or not said.endswith(b"}"):
                part = wire.recv(65_536)
                if not part:
                    break
                said += part
            return said

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)


@contextmanager
def running(door: Door) -> Iterator[Server]:
    server = Server(door)
    server.thread.start()
    try:
        connection = server.connect()
        # From here on the site is known.
        assert server.post(connection, b"", Origin="https://nobody.test")[0] == 403
        connection.close()
        server.long.clear()
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(door) -> Iterator[Server]:
    with running(door) as server:
        yield server


def request(body: bytes, *more: str, path: str = PATH) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in SHORT.items()), *more]
    if not any(line.startswith("Transfer-Encoding") for line in more):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def encoded(**change: object) -> bytes:
    return json.dumps(decision(**change)).encode()


def test_decisions_on_one_connection_are_answered_the_short_way(server):
    connection, given = server.connect(), [decision() for _ in range(5)]

    answers = [server.post(connection, one) for one in given]

    assert [status for status, _, _ in answers] == [201] * 5
    assert [json.loads(body)["record"] for _, _, body in answers] == [one["id"] for one in given]
    assert [json.loads(body)["index"] for _, _, body in answers] == list(range(5))
    _, headers, body = answers[0]
    assert headers["access-control-allow-origin"] == ORIGIN
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-length"] == str(len(body))
    assert "date" in headers
    assert "set-cookie" not in headers
    assert server.long == []
    assert server.post(connection, given[0])[0::2] == (200, answers[0][2])
    connection.close()
    server.door.log.integrate(at=NOON)
    assert audit(server.door.log).waiting == 0


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"no json", {}, 422),
        (encoded(material="00" * 32), {}, 422),
        (encoded(), {"Origin": "https://evil.example"}, 403),
        (encoded(), {"Content_Type": "text/html"}, 415),
        (encoded(), {"Content_Encoding": "gzip"}, 415),
        (b"\xff\xfe", {}, 422),
        (b"", {}, 422),
    ],
)
def test_what_is_refused_is_refused_as_on_the_long_way(server, body, headers, status):
    connection = server.connect()

    answered, told, said = server.post(connection, body, **headers)

    assert answered == status
    assert json.loads(said)["hint"]
    assert told["vary"] == "origin"
    assert told["cache-control"] == "no-store"
    assert ("access-control-allow-origin" in told) == (status != 403)
    assert server.long == []
    assert server.door.stored() == 0
    # The connection goes on.
    assert server.post(connection, decision())[0] == 201
    connection.close()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (request(encoded(), path=f"{PATH}?x=1"), b"201"),
        (request(encoded(), path="/consent/other.example"), b"404"),
        (request(b"x" * 5_000), b"413"),
        (request(encoded(), "Expect: 100-continue"), b"201"),
        (request(b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), b"422"),
        (request(encoded()).replace(b"HTTP/1.1", b"HTTP/1.0"), b"201"),
        (request(encoded()).replace(b"POST", b"PUT"), b"405"),
    ],
)
def test_whatever_is_not_plain_goes_the_long_way(server, data, status):
    said = server.raw(data, until=2 if b"Expect" in data else 1)

    assert said.rpartition(b"HTTP/1.1 ")[2][:3] == status
    assert len(server.long) == 1


def test_a_request_that_breaks_the_protocol_is_no_decision(server):
    assert server.raw(b"POST " + PATH.encode() + b" HTTP/1.1\r\nContent-Length: 1x\r\n\r\n{}", until=1).startswith(
        b"HTTP/1.1 400"
    )
    assert server.raw(request(encoded(), "Content-Length: 3", "Transfer-Encoding: chunked"), until=1).startswith(
        b"HTTP/1.1 400"
    )
    assert server.door.stored() == 0


def test_a_body_in_pieces_is_one_decision(server):
    data = request(encoded())

    assert server.raw(data[:-200], until=1, then=data[-200:]).startswith(b"HTTP/1.1 201")
    assert server.long == []
    assert server.door.stored() == 1


def test_requests_sent_ahead_are_answered_in_their_order(server):
    given = [decision() for _ in range(4)]

    said = server.raw(b"".join(request(json.dumps(one).encode()) for one in given), until=4)

    assert [json.loads(part.partition(b"\r\n\r\n")[2])["record"] for part in said.split(b"HTTP/1.1 201 Created")[1:]] == [
        one["id"] for one in given
    ]
    assert server.door.stored() == 4


def test_a_connection_that_asks_to_be_closed_is_closed_after_the_answer(server):
    said = server.raw(request(encoded(), "Connection: close"), until=99)

    assert said.startswith(b"HTTP/1.1 201")
    assert b"connection: close\r\n" in said
    assert server.long == []


def test_a_connection_is_closed_once_it_was_quiet_for_long_and_not_while_something_comes(server):
    data = request(encoded())
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(data)
        assert wire.recv(65_536).startswith(b"HTTP/1.1 201")
        # A head that comes slowly is not silence, and neither is the answer to it.
        wire.sendall(data[:40])
        time.sleep(KEPT_OPEN * 1.5)
        wire.sendall(data[40:])
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
        time.sleep(KEPT_OPEN * 0.7)
        wire.sendall(data)
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
        begin = time.monotonic()
        assert wire.recv(1) == b""
        assert time.monotonic() - begin >= KEPT_OPEN * 0.9
    assert server.long == []


def test_a_sender_who_leaves_is_recorded_and_harms_nobody(server):
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
            wire.sendall(request(encoded()))
    connection = server.connect()

    assert server.post(connection, decision())[0] == 201
    connection.close()
    while server.door.stored() < 4:
        time.sleep(0.01)
    assert server.door.stored() == 4


def test_what_could_not_be_written_is_not_acknowledged(server, monkeypatch):
    async def full(_):
        raise StorageFull("There is no room.", hint="Free some.")

    async def broken(_):
        raise RuntimeError("unforeseen")

    connection = server.connect()
    monkeypatch.setattr(server.door.intake.decisions._commit, "_write", full)
    assert server.post(connection, decision())[0] == 507
    monkeypatch.setattr(server.door.intake.decisions._commit, "_write", broken)
    status, headers, _ = server.post(connection, decision())
    assert (status, headers["retry-after"]) == (503, "60")
    monkeypatch.setattr(server.door.intake.decisions, "_visitor_of", lambda _: 1 / 0)
    assert server.post(connection, decision())[0] == 503
    connection.close()
    assert server.door.stored() == 0


def test_a_decision_under_way_is_answered_when_the_server_stops(server, monkeypatch):
    write = server.door.intake.decisions._commit._write
    is_writing = threading.Event()

    async def slow(offers):
        is_writing.set()
        await asyncio.sleep(0.3)
        return await write(offers)

    monkeypatch.setattr(server.door.intake.decisions._commit, "_write", slow)
    said: list[bytes] = []
    asking = threading.Thread(target=lambda: said.append(server.raw(request(encoded()), until=1)))
    asking.start()
    is_writing.wait(10)
    server.stop()
    asking.join(10)

    assert said[0].startswith(b"HTTP/1.1 201")
    assert b"connection: close" in said[0]
    assert server.door.stored() == 1
