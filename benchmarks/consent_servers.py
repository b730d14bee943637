"""The servers that the consent benchmarks compare, each in a process of its own: `consent_servers.py KIND PORT [DATABASE]`.

`ours` is the product's intake, with a worker's thread that signs and sorts as in earnest; `plain` a FastAPI and SQLAlchemy
server that commits each request, as one is usually written; `echo` a raw ASGI application that reads and stores nothing.
"""

import asyncio
import gc
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uvicorn

from consent_world import HOST, MATERIAL, ORIGIN, SERVICES

SIGN_EVERY, SORT_EVERY = 0.3, 1.0
"""Seconds, as `server/run.py` has them."""


async def echo(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    if scope["type"] == "lifespan":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def open_intake(database_url: str) -> tuple[Any, Any, Any, Any]:
    """Return the product's intake for one site, its card, its log and its records."""
    from holdtrue import config
    from holdtrue.errors import NotFound
    from holdtrue.evidence.opened import log_of
    from holdtrue.policy.text.rules import Category
    from holdtrue.website.consent.decisions import Card, languages_of
    from holdtrue.website.consent.intake import Doors, Intake
    from holdtrue.website.consent.limits import Limit
    from holdtrue.website.consent.rules import Asked

    settings = {"HOLDTRUE_DATA": os.environ["BENCH_DATA"]} | ({"HOLDTRUE_DATABASE_URL": database_url} if database_url else {})
    log = log_of(config.read(settings))
    log.begin(at=datetime.now(UTC))
    records: Any
    if database_url:
        from holdtrue.website.consent.store_postgres import PostgresRecords

        records = PostgresRecords(log.store)  # type: ignore[arg-type]
    else:
        from holdtrue.website.consent.store_sqlite import SqliteRecords

        records = SqliteRecords(log.store)  # type: ignore[arg-type]
    asked = Asked(
        host=HOST, material=MATERIAL, policy="cookies/2", version=2, policy_sha256="ab" * 32,
        services=dict.fromkeys(SERVICES, Category.ANALYTICS), keep_days=180, rule="eu: opt-in",
    )  # fmt: skip
    card = Card(HOST, {ORIGIN.encode(): ORIGIN}, b"{}", b'"1"', {MATERIAL: asked}, frozenset({"9a" * 32}), languages_of({}, ()))

    def nothing(_host: str, _name: Any) -> bytes:
        raise NotFound("Not here.")

    intake = Intake(
        records=records, sealer=log.sealer, visitor_key=b"k" * 32, origin=lambda: log.state().origin,
        doors=Doors(lambda: {HOST: card}, nothing, nothing, nothing, lambda *_: "", nothing), limit=Limit(1_000_000_000),
    )  # fmt: skip
    return intake, card, log, records


@contextmanager
def working(log: Any, records: Any) -> Iterator[None]:
    """Sign, tidy and sort in two threads as often as the worker does while the block runs."""
    from django.conf import settings

    from holdtrue.server.worker import PAUSE, Job, work_behind

    settings.configure(USE_TZ=True)
    stop = threading.Event()

    def sort() -> None:
        while records.sort_new():
            pass

    lanes = (
        (Job("sign", lambda at: log.integrate(at=at), SIGN_EVERY), Job("tidy", lambda _: log.store.tidy(), PAUSE)),
        (Job("sort", lambda _: sort(), SORT_EVERY),),
    )
    threads = [threading.Thread(target=work_behind, args=(jobs,), kwargs={"stop": stop}, daemon=True) for jobs in lanes]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


def ours(database_url: str) -> tuple[Any, Any]:
    from holdtrue.website.consent.wire import Front

    intake, _, log, records = open_intake(database_url)
    working(log, records).__enter__()
    # As `server/run.py` does before it answers.
    gc.collect()
    gc.freeze()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        if scope["path"] == "/ready":
            await echo(scope, receive, send)
            return
        await intake(scope, receive, send)

    return application, Front(lambda: intake)


def plain(database_url: str) -> tuple[Any, Any]:
    from fastapi import FastAPI, Request
    from pydantic import BaseModel, Field
    from sqlalchemy import JSON, DateTime, Index, String, create_engine, event
    from sqlalchemy.exc import IntegrityError
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Consent(Base):
        __tablename__ = "consent"
        id: Mapped[str] = mapped_column(String(36), primary_key=True)
        consent_id: Mapped[str] = mapped_column(String(22))
        site: Mapped[str] = mapped_column(String(200))
        at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
        facts: Mapped[dict[str, Any]] = mapped_column(JSON)
        __table_args__ = (Index("consent_by_visitor", "consent_id"),)

    class Given(BaseModel):
        id: UUID
        consent_id: str = Field(min_length=22, max_length=22)
        event: str
        method: str
        layer: int
        granted: list[str]
        denied: list[str]
        notice: str
        material: str
        language: str
        claimed_at: datetime
        gpc: bool

    url = (
        database_url.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{os.environ['BENCH_DATA']}/plain.sqlite3"
    )
    engine = create_engine(url, **({"pool_size": 16} if database_url else {}))
    if not database_url:

        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA busy_timeout=20000")

    Base.metadata.create_all(engine)
    app = FastAPI()

    @app.get("/ready")
    def ready() -> dict[str, str]:
        return {}

    def store(given: Given, host: str) -> dict[str, str]:
        with Session(engine) as session:
            session.add(
                Consent(
                    id=str(given.id),
                    consent_id=given.consent_id,
                    site=host,
                    at=datetime.now(UTC),
                    facts=given.model_dump(mode="json"),
                )
            )
            try:
                session.commit()
            except IntegrityError:
                session.rollback()
        return {"record": str(given.id)}

    @app.post("/consent/{host}", status_code=201)
    async def consent(host: str, request: Request) -> dict[str, str]:
        given = Given.model_validate_json(await request.body())
        return await asyncio.to_thread(store, given, host)

    return app, "httptools"


def main() -> None:
    if len(sys.argv) < 3:
        print("consent_intake.py runs these servers.")
        return
    kind, port, *rest = sys.argv[1:]
    application: Any = echo
    protocol: Any = "httptools"
    if kind != "echo":
        application, protocol = {"ours": ours, "plain": plain}[kind](rest[0] if rest else "")
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(("127.0.0.1", int(port)))
    settings = uvicorn.Config(
        application, http=protocol, loop="uvloop", lifespan="off", log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, headers=[("x-process", str(os.getpid()))],
    )  # fmt: skip
    uvicorn.Server(settings).run(sockets=[listening])


if __name__ == "__main__":
    main()
