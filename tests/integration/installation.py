"""A fresh installation in processes of its own: the commands as people run them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path

PATIENCE = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Installation:
    """One installation: its settings as the environment of its processes."""

    env: dict[str, str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return Path(self.env["HOLDTRUE_DATA"])

    def beside(self) -> "Installation":
        """The same installation on another port, for a second server."""
        port = free_port()
        return replace(self, port=port, env={**self.env, "HOLDTRUE_PORT": str(port)})

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "holdtrue", *words],
            env=self.env, input=stdin, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen([sys.executable, "-m", "holdtrue", *words], env=self.env, text=True, stderr=subprocess.PIPE)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[str]]:
        with self.running("serve") as process:
            self.wait_until(lambda: self.get("/readyz")[0] == 200, process)
            yield process

    def wait_until(self, truth, process: subprocess.Popen[str] | None = None) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if process is not None and process.poll() is not None:
                raise AssertionError(f"it ended by itself with {process.returncode}: {process.stderr.read()}")
            try:
                if truth():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError("it did not happen in time")

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        return self.send(urllib.request.Request(self.url + path))

    def post(self, path: str, body: bytes, token: str = "") -> tuple[int, dict[str, str], bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.send(urllib.request.Request(self.url + path, body, headers))

    def send(self, request: urllib.request.Request) -> tuple[int, dict[str, str], bytes]:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, lower(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, lower(error.headers), error.read()


def lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def facts(device: str = "LT-99") -> bytes:
    """A small report of one device."""
    document = {
        "format": "holdtrue.facts/1",
        "device": {"id": device, "name": device, "system": "linux", "serial": device},
        "facts": [{"name": "storage.mounted", "value": [], "origin": "lsblk"}],
    }
    return json.dumps(document).encode()


def environment(data: Path, database_url: str) -> Installation:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDTRUE_", "DJANGO_"))}
    settings = {"HOLDTRUE_DATA": str(data), "HOLDTRUE_PORT": str(port), "HOLDTRUE_PUBLIC_URL": "http://127.0.0.1:8000"}
    if database_url:
        settings["HOLDTRUE_DATABASE_URL"] = database_url
    return Installation(env={**kept, **settings}, port=port)
