"""The short way of a report, over real sockets: the same answers as the long way, and every other request goes that way."""

import base64
import socket
import threading
import time
from types import SimpleNamespace

import pytest
import uvicorn

from holdtrue.server import devices
from holdtrue.server.wire import Front
from holdtrue.workplace.devices.intake import LIGHT, Intake
from holdtrue.workplace.devices.signatures import Answer

KEY = "ab" * 16
SIGNATURE = base64.b64encode(bytes(64)).decode()


class Everybody:
    def allows(self, _address: str, _now: float) -> bool:
        return True


class Server:
    """uvicorn as the product runs it, before an intake that says what it was told; other requests are only counted."""

    def __init__(self) -> None:
        self.long: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        config = uvicorn.Config(
            self._application, http=Front(lambda: SimpleNamespace(card_at=lambda _url: None)), loop="uvloop", interface="asgi3",
            lifespan="off", log_config=None, access_log=False, server_header=False, proxy_headers=False,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._listening]})

    async def _application(self, scope, receive, send):
        self.long.append(f"{scope['method']} {scope['path']}")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    def ask(self, *parts: bytes, until: int = 1) -> bytes:
        """Send bytes, and read until so many answers have come or the connection ends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            for part in parts:
                wire.sendall(part)
                time.sleep(0.02)
            said = b""
            while said.count(b"HTTP/1.1") < until or not said.endswith(b"}"):
                came = wire.recv(65_536)
                if not came:
                    break
                said += came
            return said


@pytest.fixture
def server(monkeypatch):
    def hear(batch, _tell):
        return list(enumerate(batch))

    def take(heard, tell):
        for place, one in heard:
            if one.body == b"fail":
                raise RuntimeError("the disk is gone")
            tell(place, Answer(201, {"said": one.body.decode()}))

    taken = Intake(hear, take, bad=Everybody())
    monkeypatch.setattr(devices, "intake", lambda: taken)
    one = Server()
    one.thread.start()
    while not one.server.started:
        time.sleep(0.01)
    yield one
    one.server.should_exit = True
    one.thread.join(20)


def report(body: bytes = b"hello", *more: str, method: str = "POST", version: str = "1.1", key: str = KEY) -> bytes:
    lines = (
        f"{method} /api/devices/reports HTTP/{version}", "Host: x", *([f"Holdtrue-Key: {key}"] if key else []),
        f"Holdtrue-Signature: {SIGNATURE}", *more,
    )  # fmt: skip
    length = () if any(one.lower().startswith("transfer-encoding") for one in more) else (f"Content-Length: {len(body)}",)
    return "\r\n".join((*lines, *length, "", "")).encode() + body


def test_a_report_goes_the_short_way_and_is_answered_once_it_is_taken(server):
    said = server.ask(report())

    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 201")
    assert body == b'{"said":"hello"}'
    lines = head.lower().split(b"\r\n")
    for wanted in (b"content-type: application/json", b"cache-control: no-store", b"x-content-type-options: nosniff"):
        assert wanted in lines
    assert not server.long


def test_one_connection_carries_one_report_after_another_however_they_are_cut(server):
    first, second = report(b"one"), report(b"two")

    said = server.ask(first[:40], first[40:-2], first[-2:], second, until=2)

    assert said.index(b'"one"') < said.index(b'"two"')
    assert not server.long


def test_a_second_report_before_the_first_is_answered_waits_its_turn(server):
    said = server.ask(report(b"one") + report(b"two"), until=2)

    assert said.startswith(b"HTTP/1.1 201")
    assert said.count(b"HTTP/1.1") == 2


def test_a_connection_that_is_to_close_closes_after_its_answer(server):
    said = server.ask(report(b"bye", "Connection: close"), until=2)

    assert b"connection: close" in said.lower()
    assert said.endswith(b'{"said":"bye"}')


@pytest.mark.parametrize("told", [
    report(method="PUT"), report(version="1.0"), report(key=""), report(b"x" * (LIGHT + 1)), report(b"hello", "Expect: 100-continue"),
    report(b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), report().replace(b"/reports ", b"/reports/ "),
])  # fmt: skip
def test_whatever_is_no_plain_report_goes_the_long_way(server, told):
    assert b"HTTP/1.1 200" in server.ask(told)
    assert len(server.long) == 1


def test_a_report_that_cannot_be_read_or_stored_is_told_so(server):
    assert server.ask(report(key="zz")).startswith(b"HTTP/1.1 401")
    assert server.ask(report(b"fail")).startswith(b"HTTP/1.1 503")
    assert not server.long


def test_a_device_that_has_gone_keeps_nobody_waiting(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(report(b"gone"))

    assert server.ask(report(b"here")).endswith(b'{"said":"here"}')
