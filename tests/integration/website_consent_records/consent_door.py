"""The intake as a browser meets it, without a socket: one site, two services, on a log of its own."""

import asyncio
import json
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s

from holdtrue.config import Config
from holdtrue.evidence.log import Log
from holdtrue.policy.text.rules import Category
from holdtrue.website.consent.decisions import Card, languages_of
from holdtrue.website.consent.intake import Doors, Intake
from holdtrue.website.consent.limits import Limit
from holdtrue.website.consent.rules import Asked
from holdtrue.website.consent.store import Records

HOST = "www.example.org"
ORIGIN = "https://www.example.org"
SERVICES = {"stats": Category.ANALYTICS, "ads": Category.MARKETING}
NEW, OLD = "5f" * 32, "4e" * 32
KEY = b"k" * 32
VISITOR = "A" * 22


def records_of(config: Config, log: Log) -> Records:
    if config.is_postgres:
        from holdtrue.website.consent.store_postgres import PostgresRecords

        return PostgresRecords(log.store)
    from holdtrue.website.consent.store_sqlite import SqliteRecords

    return SqliteRecords(log.store)


def asked(material: str, version: int, services: dict[str, Category]) -> Asked:
    return Asked(HOST, material, f"cookies/{version}", version, "ab" * 32, services, 180, "eu: opt-in")


def card() -> Card:
    known = {NEW: asked(NEW, 2, SERVICES), OLD: asked(OLD, 1, {"stats": Category.ANALYTICS})}
    return Card(
        HOST, {ORIGIN.encode(): ORIGIN}, b'{"format":"x"}', b'"tag"', known, frozenset({"9a" * 32}), languages_of({}, ())
    )


def decision(**change: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7s.uuid7()),
        "consent_id": VISITOR,
        "event": "given",
        "method": "banner",
        "layer": 1,
        "granted": ["stats", "ads"],
        "denied": [],
        "notice": "9a" * 32,
        "material": NEW,
        "language": "nl",
        "claimed_at": datetime.now(UTC).isoformat(),
        "gpc": False,
        **change,
    }


class Answer:
    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status = messages[0]["status"]
        self.headers = dict(messages[0]["headers"])
        self.body = b"".join(message.get("body", b"") for message in messages[1:])

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Door:
    """One open intake."""

    def __init__(self, config: Config, log: Log, *, a_minute: int = 0, proxies: int = 0) -> None:
        self.log = log
        self.records = records_of(config, log)
        self.cards = {HOST: card()}
        self.reports: list[tuple[Any, ...]] = []
        self.intake = Intake(
            records=self.records, sealer=log.sealer, visitor_key=KEY, origin=lambda: log.state().origin,
            doors=Doors(
                lambda: self.cards, lambda _, entry: log.receipt(entry), lambda *_: None, self._nothing, lambda *_: "",
                lambda *given: self.reports.append(given),
            ),
            limit=Limit(a_minute), trusted_proxies=proxies,
        )  # fmt: skip
        self.loop = asyncio.new_event_loop()

    def _nothing(self, *_: Any) -> bytes:
        raise KeyError("a door that breaks")

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def ask(self, method: str, path: str, body: bytes = b"", *, origin: str = ORIGIN, client: str = "203.0.113.9", headers: Any = (), pieces: int = 1) -> Answer:  # fmt: skip
        given = {b"content-type": b"text/plain;charset=UTF-8", b"content-length": str(len(body)).encode(), **dict(headers)}
        if origin:
            given[b"origin"] = origin.encode()
        size = -(-len(body) // pieces) or 1
        parts = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
        messages = iter([{"type": "http.request", "body": part, "more_body": part is not parts[-1]} for part in parts])
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return next(messages)

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": list(given.items()), "client": (client, 1)}
        await self.intake(scope, receive, send)
        return Answer(sent)

    def get(self, path: str, **more: Any) -> Answer:
        return self.run(self.ask("GET", path, **more))

    def post(self, body: bytes | dict[str, Any], *, host: str = HOST, **more: Any) -> Answer:
        return self.run(
            self.ask("POST", f"/consent/{host}", body if isinstance(body, bytes) else json.dumps(body).encode(), **more)
        )

    def stored(self) -> int:
        return self.log.state().size

    def facts(self, record: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        opening = self.log.entry(UUID(record)).opening
        return tuple(json.loads(group.body) for group in opening.groups)

    def close(self) -> None:
        self.run(self.intake.close())
        self.records.close()
        self.run(self.loop.shutdown_default_executor())
        self.loop.close()
