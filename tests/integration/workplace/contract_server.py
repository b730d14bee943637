"""The server's side of the contract in a few lines: it verifies signatures, numbers and bases, and keeps every state."""

import base64
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from holdtrue.workplace.agent.keys import DEPARTURE_TYPE, ENROLMENT_TYPE, REPORT_TYPE, envelope, key_id
from holdtrue.workplace.delivery import read_delivery
from holdtrue.workplace.devices.notice import Notice
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.state import applied, state_hash

Mood = Callable[["Contract", str], "tuple[int, dict[str, object]] | None"]


class Contract:
    """What the server knows; `mood` may answer in its place, before or instead of it."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.seen: dict[int, tuple[bytes, tuple[int, dict[str, object]]]] = {}
        self.states: list[FactSheet] = []
        self.bodies: list[bytes] = []
        self.packed = 0
        self.mood: Mood = lambda _contract, _path: None
        self.enrolments: list[dict[str, object]] = []
        self.departures: list[str] = []

    @property
    def last(self) -> FactSheet:
        return self.states[-1]

    def enrol(self, body: bytes, key: str, signature: bytes, token: str) -> tuple[int, dict[str, object]]:
        told = json.loads(body)
        public = base64.b64decode(told["public_key"])
        if token != "good":
            return 403, {"error": "This token is not known.", "hint": "Ask for another."}
        if key != key_id(public) or not signed(public, ENROLMENT_TYPE, body, signature):
            return 403, {"error": "not signed", "hint": ""}
        self.keys[key] = public
        self.enrolments.append(told)
        return 201, {"device": "0193", "subject": f"device/{told['device']['id']}", "key": key, "every": 900, "entry": "e"}

    def depart(self, body: bytes, key: str, signature: bytes) -> tuple[int, dict[str, object]]:
        assert json.loads(body) == {"format": "holdtrue.departure/1", "key": key}
        if not signed(self.keys[key], DEPARTURE_TYPE, body, signature):
            return 403, {"error": "not signed", "hint": ""}
        del self.keys[key]
        self.departures.append(key)
        return 200, {"subject": "device/d"}

    def report(self, body: bytes, key: str, signature: bytes) -> tuple[int, dict[str, object]]:
        if key not in self.keys:
            return 409, {"error": "key unknown", "hint": "", "want": "enrol"}
        if not signed(self.keys[key], REPORT_TYPE, body, signature):
            return 403, {"error": "not signed", "hint": ""}
        told = read_delivery(body, at=datetime.now(UTC))
        if told.stamp.sequence in self.seen:
            bytes_, answer = self.seen[told.stamp.sequence]
            return answer if bytes_ == body else (409, {"error": "another report had this number", "hint": ""})
        if self.seen and told.stamp.sequence < max(self.seen):
            return 409, {"error": "an older number", "hint": ""}
        if told.sheet is None and (not self.states or told.base != state_hash(self.last)):
            return 409, {"error": "base not known", "hint": "", "want": "full"}
        after = told.sheet or replace(self.last, collected_at=told.collected_at)
        if told.change:
            after = applied(self.last, told.change, at=told.collected_at)
        assert told.change is None or state_hash(after) == told.state
        answer: tuple[int, dict[str, object]] = (200 if told.sheet is None and told.change is None else 201, {"every": 900})
        self.states.append(after)
        self.bodies.append(body)
        self.seen[told.stamp.sequence] = (body, answer)
        return answer


def signed(public: bytes, type_: str, body: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, envelope(type_, body))
    except InvalidSignature:
        return False
    return True


@contextmanager
def serving(contract: Contract) -> Iterator[str]:
    """Serve it on a port of its own, and yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(200, Notice("Example Ltd", "security@example.org").document())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                contract.packed += 1
                body = gzip.decompress(body)
            instead = contract.mood(contract, self.path)
            if instead is not None and instead[0] < 200:
                self.close_connection = True
                return
            key, signature = self.headers["Holdtrue-Key"], base64.b64decode(self.headers["Holdtrue-Signature"])
            if instead is None and self.path.endswith("/enrolments"):
                instead = contract.enrol(body, key, signature, self.headers["Authorization"].removeprefix("Bearer "))
            if instead is None and self.path.endswith("/departures"):
                instead = contract.depart(body, key, signature)
            self.answer(*(instead or contract.report(body, key, signature)))

        def answer(self, status: int, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
