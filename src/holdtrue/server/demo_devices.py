"""The example's devices: each with a key of its own, as an agent makes it, and reports that it signs."""

import base64
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from holdtrue.errors import NotFound
from holdtrue.server.demo_client import Client
from holdtrue.workplace.agent.keys import ENROLMENT_TYPE, REPORT_TYPE, DeviceKey, make_key, make_private, read_key


class ExampleDevice:
    """One device of the example, whose key stands in a folder of its own."""

    def __init__(self, client: Client, folder: Path, facts: dict[str, Any]) -> None:
        """Speak for the device that these facts are of."""
        self._client = client
        self._folder = folder
        self._facts = facts

    def report(self, token: Callable[[str], str], *, at: datetime) -> None:
        """Report what it says as of now; join with a token first, if it has no key yet."""
        try:
            key = read_key(self._folder)
        except NotFound:
            make_private(self._folder)
            key = make_key(self._folder)
            self._enrol(key, token(self._facts["device"]["id"]), at=at)
        # Milliseconds rise with every report, and need no file to remember them.
        stamp = {"key": key.id, "sequence": time.time_ns() // 1_000_000, "sent_at": at.isoformat()}
        self._send(
            "/api/devices/reports", REPORT_TYPE, key, self._facts | {"report": stamp, "collected_at": at.isoformat()}, ""
        )

    def _enrol(self, key: DeviceKey, token: str, *, at: datetime) -> None:
        notice = json.loads(self._client.get("/api/devices/notice"))
        told = {
            "format": "holdtrue.enrolment/1",
            "public_key": base64.b64encode(key.public).decode(),
            "device": self._facts["device"],
            "ownership": "company",
            "asset_tag": self._facts["device"]["name"],
            "collector": self._facts.get("collector", ""),
            "notice_sha256": notice["sha256"],
            "at": at.isoformat(),
        }
        self._send("/api/devices/enrolments", ENROLMENT_TYPE, key, told, token)

    def _send(self, path: str, kind: str, key: DeviceKey, told: dict[str, Any], token: str) -> None:
        body = json.dumps(told).encode()
        self._client.deliver(path, body, token=token, headers=key.headers(kind, body))
