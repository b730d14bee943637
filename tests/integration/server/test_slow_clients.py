"""Slow and greedy clients cost themselves time, and nobody else."""

import socket
import time
from contextlib import ExitStack

import pytest

from integration.installation import facts

SLOW = 40


@pytest.fixture
def crowd(installation):
    """A running server, and a way to open many connections that are closed at the end."""
    with installation.serving(), ExitStack() as lines:

        def connect(said: bytes) -> socket.socket:
            line = lines.enter_context(socket.create_connection(("127.0.0.1", installation.port), timeout=10))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(said)
            return line

        yield installation, connect


def answers_soon(installation) -> None:
    began = time.monotonic()
    assert installation.get("/account/login/")[0] == 200
    assert time.monotonic() - began < 10


def test_many_who_send_slowly_do_not_keep_others_waiting(crowd):
    installation, connect = crowd
    for _ in range(SLOW):
        connect(b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na")

    answers_soon(installation)


def test_many_who_read_slowly_do_not_keep_others_waiting(crowd):
    installation, connect = crowd
    for _ in range(SLOW):
        connect(b"GET /static/holdtrue/holdtrue.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)

    answers_soon(installation)


def test_a_report_without_a_token_is_refused_before_it_is_read(crowd):
    _, connect = crowd
    line = connect(b"POST /api/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 30000000\r\n\r\n{")

    assert b"403" in line.recv(200).split(b"\r\n")[0]


def test_a_body_beyond_every_bound_is_refused_at_its_announcement(crowd):
    installation, connect = crowd
    head = b"POST /api/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\nContent-Length: 99999999999\r\n\r\n"

    assert b"413" in connect(head).recv(200).split(b"\r\n")[0]
    assert installation.post("/api/devices/reports", facts(), "ht_device_guess")[0] == 403


def test_a_body_of_unknown_length_is_bounded_too(crowd):
    _, connect = crowd
    line = connect(
        b"POST /api/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    answer = b""
    try:
        for _ in range(40):
            line.sendall(chunk)
    except OSError:
        pass
    try:
        answer = line.recv(200)
    except OSError:
        return  # It hung up on a client that would not stop: as good an answer.
    assert b"413" in answer.split(b"\r\n")[0]


def test_a_report_in_chunks_is_taken_whole(crowd):
    installation, connect = crowd
    secret = installation.run("token", "device", "--by", "anna@wegroup.example").stdout.strip()
    body = facts("CHUNKED-1")
    head = (
        f"POST /api/devices/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(body[at : at + 50]), body[at : at + 50]) for at in range(0, len(body), 50))
    line = connect(head.encode() + chunks + b"0\r\n\r\n")

    assert b"201" in line.recv(200).split(b"\r\n")[0]
