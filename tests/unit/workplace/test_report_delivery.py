"""Handing a report to a server: what it answers, and what it cannot."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from holdtrue.errors import Invalid, Unavailable
from holdtrue.workplace.command import report


class Server(BaseHTTPRequestHandler):
    """Takes one token, and says what it got."""

    seen: list[tuple[str, str, bytes]] = []  # noqa: RUF012 - of one test at a time

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"], body))
        good = self.headers["Authorization"] == "Bearer good"
        answer = {"entry": "e-1"} if good else {"error": "This token is not known here.", "hint": "Ask for a new one."}
        content = json.dumps(answer).encode() if self.headers["Authorization"] != "Bearer strange" else b"<html>"
        self.send_response(201 if good else 403)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address():
    Server.seen.clear()
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_report_is_delivered_with_its_token(address):
    assert report(f"{address}/", b"{}", token="good") == "e-1"
    assert Server.seen == [("/api/devices/reports", "Bearer good", b"{}")]


def test_a_refusal_is_told_as_the_server_tells_it(address):
    with pytest.raises(Invalid, match="This token is not known here") as refused:
        report(address, b"{}", token="bad")
    assert refused.value.hint == "Ask for a new one."


def test_a_refusal_without_words_is_still_one_clear_error(address):
    with pytest.raises(Invalid, match="The server refused: Forbidden"):
        report(address, b"{}", token="strange")


def test_a_server_that_is_not_there_loses_nothing(address):
    with pytest.raises(Unavailable, match="cannot be reached") as failed:
        report("http://127.0.0.1:9", b"{}", token="good")
    assert "again" in failed.value.hint


@pytest.mark.parametrize(
    ("server", "token"), [("http://127.0.0.1:9", ""), ("file:///etc/passwd", "good"), ("policy.example", "good")]
)
def test_a_report_needs_a_token_and_an_address(server, token):
    with pytest.raises(Invalid):
        report(server, b"{}", token=token)
