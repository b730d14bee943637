"""The machines' door over HTTP: what devices and gateways send to a server that runs, good and bad."""

import base64
import gzip
import json
import os
import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest

from holdtrue.workplace.devices.signatures import ENROLMENT, REPORT
from integration.workplace.signing import Laptop


@pytest.fixture
def running(installation):
    with installation.serving():
        yield installation


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, dict]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def signature(laptop: Laptop, kind: bytes, body: bytes) -> str:
    return base64.b64encode(laptop.sign(kind, body)).decode()


def send(installation, laptop: Laptop, told, *, pack: bool = False, **headers: str) -> tuple[int, dict]:
    body = told.body
    given = {"Holdtrue_Key": laptop.key, "Holdtrue_Signature": base64.b64encode(told.signature).decode()}
    if pack:
        given["Content_Encoding"] = "gzip"
    return ask(f"{installation.url}/api/devices/reports", gzip.compress(body) if pack else body, **{**given, **headers})


def announced(installation, laptop: Laptop, size: int) -> int:
    """Say that so many bytes will come, send none of them, and return what is answered."""
    head = f"POST /api/devices/reports HTTP/1.1\r\nHost: x\r\nHoldtrue-Key: {laptop.key}\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", installation.port), timeout=20) as connection:
        connection.sendall(head.encode())
        return int(connection.recv(200).split()[1])


def test_a_device_joins_reports_and_a_gateway_lets_it_in(running):
    now = datetime.now(UTC)
    laptop = Laptop()
    token = running.run("token", "device", "--by", "anna@wegroup.example").stdout.strip()
    gateway = running.run("token", "gateway", "--by", "anna@wegroup.example").stdout.strip()
    address = f"{running.url}/api/devices"

    status, notice = ask(f"{address}/notice")
    assert status == 200
    assert {"organisation", "contact", "collects", "sha256"} <= set(notice)

    body = laptop.enrolment(notice_sha256=notice["sha256"], ownership="personal")
    signed = signature(laptop, ENROLMENT, body)
    status, joined = ask(
        f"{address}/enrolments", body, Authorization=f"Bearer {token}", Holdtrue_Key=laptop.key, Holdtrue_Signature=signed
    )
    assert (status, joined["subject"]) == (201, "device/LT-07")

    sheet = laptop.sheet(now)
    status, told = send(running, laptop, laptop.full(sheet, now), pack=True)
    assert status == 201
    assert {verdict["commitment"] for verdict in told["verdicts"]} >= {"device.managed", "device.screen-lock"}
    assert send(running, laptop, laptop.unchanged(sheet, now))[0] == 200

    asked = ask(f"{address}/LT-07/may-connect", Authorization=f"Bearer {gateway}")
    assert asked[0] == 200
    assert asked[1]["verdicts"]["device.managed"] == "holds"
    assert ask(f"{address}/nobody%2Fknows/may-connect", Authorization=f"Bearer {gateway}")[1]["may_connect"] is False

    # What is wrong is refused, in words, and what stands stays.
    assert ask(f"{address}/LT-07/may-connect")[1]["may_connect"] is False
    assert ask(f"{address}/LT-07/may-connect", Authorization=f"Bearer {token}") == (
        403,
        {"may_connect": False, "error": "This token is not known here.", "hint": "Ask the security team for a new one."},
    )
    bad = laptop.unchanged(sheet, now)
    reports = f"{address}/reports"
    assert ask(reports, bad.body, Holdtrue_Key=laptop.key)[0] == 401
    assert ask(reports, bad.body, Holdtrue_Key="nobody", Holdtrue_Signature="AAAA")[0] == 401
    assert send(running, laptop, bad, Content_Encoding="br")[0] == 415
    assert send(running, laptop, bad, Content_Encoding="gzip")[0] == 422
    bomb = gzip.compress(bytes(64_000_000))
    assert (
        ask(reports, bomb, Holdtrue_Key=laptop.key, Holdtrue_Signature=signature(laptop, REPORT, b""), Content_Encoding="gzip")[
            0
        ]
        == 413
    )
    assert announced(running, laptop, 17_000_000) == 413
    assert send(running, laptop, bad)[0] == 200


@pytest.mark.skipif(not os.environ.get("HOLDTRUE_DATABASE_URL"), reason="on SQLite nobody else can end a connection")
def test_reports_go_on_after_the_database_ended_every_connection(running):
    import psycopg

    now = datetime.now(UTC)
    laptop = Laptop()
    token = running.run("token", "device", "--by", "anna@wegroup.example").stdout.strip()
    body = laptop.enrolment(ownership="personal")
    signed = signature(laptop, ENROLMENT, body)
    given = {"Authorization": f"Bearer {token}", "Holdtrue_Key": laptop.key, "Holdtrue_Signature": signed}
    assert ask(f"{running.url}/api/devices/enrolments", body, **given)[0] == 201
    sheet = laptop.sheet(now)
    assert send(running, laptop, laptop.full(sheet, now))[0] == 201
    assert send(running, laptop, laptop.unchanged(sheet, now))[0] == 200

    with psycopg.connect(running.env["HOLDTRUE_DATABASE_URL"], autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    report = laptop.unchanged(sheet, now)

    # Nobody is told that what was lost was stored; sent again, it is.
    first = send(running, laptop, report)[0]
    assert first in {200, 503}
    assert send(running, laptop, report)[0] == 200
    assert send(running, laptop, laptop.unchanged(sheet, now))[0] == 200
