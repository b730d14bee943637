"""The server and the worker as processes: start, stop, refuse, survive."""

import base64
import json
import os
import signal
import socket
import sqlite3
import stat
from contextlib import closing

import pytest

from holdtrue.config import read
from holdtrue.evidence.merkle import root_of
from integration.installation import environment, facts

ON_POSTGRES = bool(os.environ.get("HOLDTRUE_DATABASE_URL"))
only_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="one process writes on SQLite alone")
only_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="several processes share PostgreSQL alone")


def token(installation) -> str:
    return installation.run("token", "device", "--by", "anna@wegroup.example").stdout.strip()


def test_a_server_is_alive_ready_and_stops_when_told(installation):
    with installation.serving() as server:
        assert installation.get("/healthz")[0] == 200
        assert json.loads(installation.get("/readyz")[2])["problems"] == []
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=25) == 0


@only_sqlite
def test_a_second_server_on_the_same_files_is_refused(installation):
    with installation.serving():
        second = installation.beside().run("serve")

    assert second.returncode == 2
    assert "holdtrue:" in second.stderr
    assert "Traceback" not in second.stderr


@only_sqlite
def test_a_worker_of_its_own_is_refused_on_sqlite(installation):
    refused = installation.run("worker")

    assert refused.returncode == 2
    assert "holdtrue serve" in refused.stderr


@only_sqlite
def test_a_database_from_a_newer_version_is_refused_and_left_alone(installation):
    with closing(sqlite3.connect(installation.data / "office.sqlite3")) as office:
        office.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_tomorrow', '2030-01-01')")
        office.commit()

    for command in ("serve", "migrate"):
        refused = installation.run(command)
        assert refused.returncode == 2
        assert "newer Holdtrue (it has accounts.9999_tomorrow)" in refused.stderr


def test_a_database_that_was_never_migrated_says_what_to_do(tmp_path, fresh_url):
    refused = environment(tmp_path / "empty", fresh_url).run("serve")

    assert refused.returncode == 2
    assert "holdtrue migrate" in refused.stderr


@only_sqlite
def test_a_damaged_database_says_so_without_a_traceback(installation):
    (installation.data / "office.sqlite3").write_bytes(b"not a database at all" * 1000)
    for leftover in ("office.sqlite3-wal", "office.sqlite3-shm"):
        (installation.data / leftover).unlink(missing_ok=True)

    refused = installation.run("serve")

    assert refused.returncode == 2
    assert "cannot be read" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_report_is_taken_with_a_token_and_refused_without(installation):
    with installation.serving():
        secret = token(installation)
        status, _, body = installation.post("/api/devices/reports", facts(), secret)
        assert status == 201, body
        assert json.loads(body)["entry"]

        for wrong in ("", "ht_device_guess"):
            status, _, body = installation.post("/api/devices/reports", facts(), wrong)
            assert status == 403
            assert json.loads(body)["hint"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", facts()[:-1], b'{"format": "holdtrue.facts/99"}'])
def test_a_report_that_cannot_be_read_is_a_4xx_that_says_why(installation_once, body):
    installation, secret = installation_once
    status, _, answer = installation.post("/api/devices/reports", body, secret)

    assert status == 422, answer
    assert json.loads(answer)["error"]


@pytest.fixture(scope="module")
def installation_once(tmp_path_factory, request):
    """One running server for a table of bad reports."""
    url = os.environ.get("HOLDTRUE_DATABASE_URL", "")
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE for_bad_reports")
        url = url.rsplit("/", 1)[0] + "/for_bad_reports"
    made = environment(tmp_path_factory.mktemp("once"), url)
    assert made.run("migrate").returncode == 0
    added = made.run(
        "add-person", "anna@wegroup.example", "--name", "Anna", "--role", "security", stdin="correct horse battery\n"
    )
    assert added.returncode == 0, added.stderr
    with made.serving():
        yield made, token(made)


def test_a_half_written_report_stores_nothing_and_the_server_goes_on(installation_once):
    installation, secret = installation_once
    body = facts("HALF-1")
    head = (
        f"POST /api/devices/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", installation.port), timeout=10) as line:
        line.sendall(head.encode() + body[: len(body) // 2])

    status, _, answer = installation.post("/api/devices/reports", facts("WHOLE-1"), secret)
    assert status == 201, answer
    listed = installation.run("evidence", "pack", "-o", str(installation.data / "p.pack"))
    assert listed.returncode == 0, listed.stderr
    content = (installation.data / "p.pack").read_bytes()
    assert b"WHOLE-1" in content
    assert b"HALF-1" not in content


def test_pages_carry_the_headers_that_keep_them_safe(installation_once):
    installation, _ = installation_once
    status, headers, _ = installation.get("/account/login/")

    assert status == 200
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


@only_postgres
def test_two_servers_and_a_worker_share_one_log(installation):
    other = installation.beside()
    with installation.serving(), other.serving(), installation.running("worker"):
        secret = token(installation)
        for number in range(10):
            for server in (installation, other):
                assert server.post("/api/devices/reports", facts(f"{server.port}-{number}"), secret)[0] == 201
        pack = installation.data / "shared.pack"
        assert installation.run("evidence", "pack", "-o", str(pack)).returncode == 0
        assert installation.run("verify", str(pack)).returncode == 0
        for server in (installation, other):
            assert f"{server.port}-9".encode() in pack.read_bytes()


def test_every_mistake_in_the_settings_is_told_at_once_and_nothing_starts(installation):
    wrong = {**installation.env, "HOLDTRUE_PORT": "x", "HOLDTRUE_COLOUR": "blue"}
    refused = type(installation)(env=wrong, port=0).run("serve")

    assert refused.returncode == 2
    assert "HOLDTRUE_PORT" in refused.stderr
    assert "HOLDTRUE_COLOUR" in refused.stderr


def test_the_settings_of_the_test_are_valid(installation):
    assert read(installation.env).data == installation.data


def test_logs_for_a_collector_are_one_json_object_a_line(installation):
    told = type(installation)(env={**installation.env, "HOLDTRUE_LOG_FORMAT": "json"}, port=installation.port)
    with told.serving() as server:
        server.send_signal(signal.SIGTERM)
        _, written = server.communicate(timeout=25)

    lines = [json.loads(line) for line in written.splitlines()]
    assert lines
    assert all({"asctime", "levelname", "message"} <= set(line) for line in lines)


def test_anybody_can_follow_the_log_by_checkpoint_and_tiles_and_learn_nothing_else(installation_once):
    installation, _ = installation_once
    installation.wait_until(lambda: installation.get("/log/checkpoint")[0] == 200)
    _, headers, note = installation.get("/log/checkpoint")
    origin, size, root = note.decode().split("\n")[:3]
    width = int(size)
    status, tile_headers, tile = installation.get(f"/log/tile/0/000.p/{width}")

    assert origin == "127.0.0.1:8000/log"
    assert headers["cache-control"] == "no-store"
    assert status == 200
    assert "immutable" in tile_headers["cache-control"]
    assert root_of([tile[at : at + 32] for at in range(0, len(tile), 32)]) == base64.b64decode(root)
    for path in ("entries/000.p/1", "0/999", "0/000.p/0", "../keys", "0/000.p/257", "64/000"):
        assert installation.get(f"/log/tile/{path}")[0] == 404


def test_an_address_that_is_taken_is_told_with_a_hint(installation):
    with socket.create_server(("127.0.0.1", installation.port)):
        refused = installation.run("serve")

    assert refused.returncode == 2
    assert str(installation.port) in refused.stderr
    assert "HOLDTRUE_PORT" in refused.stderr


def test_a_data_directory_that_is_a_file_is_told_with_a_hint(installation, tmp_path):
    (tmp_path / "file").write_text("no directory")
    wrong = {**installation.env, "HOLDTRUE_DATA": str(tmp_path / "file")}
    refused = type(installation)(env=wrong, port=0).run("migrate")

    assert refused.returncode == 2
    assert "HOLDTRUE_DATA" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_files_are_for_their_owner_alone_even_in_a_directory_that_was_open(tmp_path, fresh_url):
    data = tmp_path / "open"
    data.mkdir(mode=0o755)
    made = environment(data, fresh_url)
    assert made.run("migrate").returncode == 0
    with made.serving():
        open_to_others = [file for file in data.rglob("*") if stat.S_IMODE(file.stat().st_mode) & 0o077]

    assert open_to_others == []


@only_sqlite
def test_a_server_on_a_database_that_was_put_back_does_not_start(installation):
    log = installation.data / "evidence.sqlite3"
    with installation.serving():
        installation.wait_until(lambda: installation.get("/log/checkpoint")[0] == 200)
    older = log.read_bytes()
    assert token(installation)
    with installation.serving():
        pass
    for leftover in installation.data.glob("evidence.sqlite3-*"):
        leftover.unlink()
    log.write_bytes(older)

    for words in (["serve"], ["evidence", "audit"], ["evidence", "pack", "-o", str(installation.data / "x.pack")]):
        refused = installation.run(*words)
        assert refused.returncode == 2, refused.stdout
        assert "rolled back" in refused.stderr
    assert not (installation.data / "x.pack").exists()
