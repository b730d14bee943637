"""The reverse proxy, in front of a real server on this machine."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import websockets.asyncio.client
import websockets.exceptions

from browser.block_world import serving
from holdtrue.errors import Invalid
from holdtrue.website.consent.block.asgi import ConsentMiddleware
from holdtrue.website.consent.block.proxy import Limits, Proxy
from unit.website_consent.block_calls import INERT, NOTICE, PAGE

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "block-before-consent.md"


class Upstream:
    """A site that echoes, streams, hangs, breaks off, and talks over WebSockets."""

    def __init__(self) -> None:
        self.released = 0

    async def __call__(self, scope, receive, send):  # noqa: C901 - one site, many ways to answer
        if scope["type"] == "websocket":
            await self.talk(scope, receive, send)
            return
        if scope["type"] != "http":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        path, body = scope["path"], b""
        headers = [
            (b"content-type", b"application/json"),
            (b"connection", b"x-secret"),
            (b"x-secret", b"1"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"sessionid=2"),
        ]
        if path == "/page":
            await answer(
                send, [(b"content-type", b"text/html"), (b"set-cookie", b"_t1=1"), (b"set-cookie", b"sessionid=2")], PAGE
            )
        elif path == "/hang":
            await asyncio.sleep(30)
        elif path == "/events":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
            with contextlib.suppress(OSError):
                for number in range(600):
                    await send({"type": "http.response.body", "body": b"data: %d\n\n" % number, "more_body": True})
                    await asyncio.sleep(0.05)
        elif path == "/short":
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"100")],
                }
            )
            await send({"type": "http.response.body", "body": b"only this", "more_body": True})
            raise ConnectionResetError
        elif path == "/big":
            await answer(send, [(b"content-type", b"application/octet-stream")], b"x" * 3_000_000)
        elif path == "/away":
            await answer(send, [(b"location", b"http://elsewhere.example/")], b"", status=302)
        else:
            while True:
                message = await receive()
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
            told = {
                "path": scope["raw_path"].decode(), "query": scope["query_string"].decode(), "method": scope["method"], "length": len(body),
                "headers": [[name.decode(), value.decode("latin-1")] for name, value in scope["headers"]],
            }  # fmt: skip
            await answer(send, headers, json.dumps(told).encode())

    async def talk(self, scope, receive, send):
        await receive()
        headers = [(b"set-cookie", b"_t1=1"), (b"set-cookie", b"sessionid=2")]
        await send({"type": "websocket.accept", "subprotocol": next(iter(scope["subprotocols"]), None), "headers": headers})
        while (message := await receive())["type"] == "websocket.receive":
            if message.get("text") == "bye":
                await send({"type": "websocket.close", "code": 4001})
                return
            await send(
                {"type": "websocket.send", "text": message["text"]}
                if message.get("text") is not None
                else {"type": "websocket.send", "bytes": message["bytes"]}
            )


async def answer(send, headers, body, status=200):
    await send(
        {"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def ports():
    limits = Limits(connect=1, answer=1, silence=1, body=100_000)
    with (
        serving(lambda _: Upstream(), log_level="critical") as upstream,
        serving(
            lambda _: ConsentMiddleware(
                Proxy(f"http://127.0.0.1:{upstream}", limits=limits), notice=NOTICE, banner_url="/b.js"
            ),
            lifespan="on",
            log_level="critical",
        ) as port,
    ):
        yield port, upstream


@pytest.fixture
def port(ports):
    return ports[0]


def raw(port: int, request: bytes, *, patience: float = 5) -> bytes:
    with socket.create_connection(("127.0.0.1", port), patience) as connection:
        connection.sendall(request)
        parts = []
        with contextlib.suppress(TimeoutError, ConnectionError):
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)


def ask(
    port: int, path: str = "/echo", *lines: str, method: str = "GET", body: bytes = b""
) -> tuple[int, dict[str, list[str]], bytes]:
    head = [f"{method} {path} HTTP/1.1", "Host: www.example.org", "Connection: close", *lines]
    if body:
        head.append(f"Content-Length: {len(body)}")
    got = raw(port, "\r\n".join([*head, "", ""]).encode("latin-1") + body)
    top, _, rest = got.partition(b"\r\n\r\n")
    status, *fields = top.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for field in fields:
        name, _, value = field.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    return int(status.split()[1]), headers, rest


def test_a_page_of_the_upstream_is_held_to_consent(port):
    status, headers, body = ask(port, "/page", "Sec-Fetch-Dest: document")

    assert status == 200
    assert INERT in body
    assert headers["set-cookie"] == ["sessionid=2"]
    assert "content-security-policy" in headers


def test_path_query_and_body_arrive_as_they_were_sent(port):
    _, _, body = ask(port, "//elsewhere.example/a%2Fb/../c?x=%20&y", method="POST", body=b"z" * 70_000)

    told = json.loads(body)
    assert (told["path"], told["query"], told["length"]) == ("//elsewhere.example/a%2Fb/../c", "x=%20&y", 70_000)


def test_what_speaks_of_one_connection_stays_on_it(port):
    lines = ("Keep-Alive: 5", "TE: trailers", "Proxy-Authorization: secret", "X-Forwarded-For: 6.6.6.6", "X-Mine: 1")
    status, headers, body = ask(port, "/echo", *lines, "Connection: x-mine")

    told = dict(json.loads(body)["headers"])
    assert status == 200
    assert not {"keep-alive", "te", "proxy-authorization", "x-mine"} & set(told)
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["host"] == "www.example.org"
    assert told["x-forwarded-host"] == "www.example.org"
    assert "x-secret" not in headers


@pytest.mark.parametrize(
    "line",
    [
        "GET http://elsewhere.example/x HTTP/1.1",
        "CONNECT elsewhere.example:443 HTTP/1.1",
        "TRACE / HTTP/1.1",
        "GET elsewhere.example/ HTTP/1.1",
        "GET @elsewhere.example/ HTTP/1.1",
    ],
)
def test_it_is_never_an_open_proxy(port, line):
    got = raw(port, f"{line}\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n".encode(), patience=3)

    if got.startswith(b"HTTP/1.1 200"):
        # An absolute address is taken for its path, on the upstream.
        assert b'"path": "/x"' in got
    else:
        assert got.split()[1] in (b"400", b"405")


def test_a_redirect_is_the_visitors_to_follow(port):
    status, headers, _ = ask(port, "/away")

    assert (status, headers["location"]) == (302, ["http://elsewhere.example/"])


@pytest.mark.parametrize("lines", [(), ("Transfer-Encoding: chunked",)])
def test_too_much_is_refused(port, lines):
    body = b"y" * 150_000
    if lines:
        got = raw(
            port,
            b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body)
            + body
            + b"\r\n0\r\n\r\n",
        )
        assert got.split()[1] == b"413"
    else:
        assert ask(port, method="POST", body=body)[0] == 413


def test_an_upstream_that_hangs_or_is_away_is_told_so(ports):
    assert ask(ports[0], "/hang")[0] == 504
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    with serving(lambda _: Proxy(f"http://127.0.0.1:{nobody}"), log_level="critical") as port:
        assert ask(port)[0] == 502


def test_an_answer_that_breaks_off_does_not_look_whole(port):
    _, headers, body = ask(port, "/short")

    assert headers["content-length"] == ["100"]
    assert len(body) < 100


def test_large_answers_and_events_stream(port):
    assert len(ask(port, "/big")[2]) >= 3_000_000
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        begin, got = time.monotonic(), b""
        while b"data: 2" not in got:
            got += connection.recv(4096)
        assert time.monotonic() - begin < 2


def test_websockets_pass_through_both_ways(port):
    async def talk() -> None:
        async with websockets.asyncio.client.connect(f"ws://127.0.0.1:{port}/ws", subprotocols=["chat"]) as connection:
            assert connection.subprotocol == "chat"
            assert connection.response.headers.get_all("Set-Cookie") == ["sessionid=2"]
            await connection.send("hello")
            assert await connection.recv() == "hello"
            await connection.send(b"\x00\xff")
            assert await connection.recv() == b"\x00\xff"
            await connection.send("bye")
            with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
                await connection.recv()
            assert closed.value.rcvd.code == 4001

    asyncio.run(talk())


@pytest.mark.parametrize("address", ["ftp://x", "127.0.0.1:80", "http://x/path", "http://user@x", "http://x?y", ""])
def test_an_upstream_is_an_origin(address):
    with pytest.raises(Invalid, match="not an origin"):
        Proxy(address)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str], port: int, folder: Path):
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


PROXY = (
    "import argparse, sys; from holdtrue.website.consent.block import command; parser = argparse.ArgumentParser(); "
    "command.add_arguments(parser); sys.exit(command.run(parser.parse_args()))"
)


def recipe(name: str, folder: Path, ports: dict[str, int]) -> str:
    section = GUIDE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    text = section.split("```")[1].partition("\n")[2]
    for old, new in ports.items():
        assert old in text
        text = text.replace(old, str(new))
    return text


@pytest.mark.parametrize("server", ["nginx", "caddy"])
def test_the_recipes_for_other_servers_work(server, ports, tmp_path):
    program = shutil.which(server) or shutil.which(f"/usr/sbin/{server}")
    if program is None:
        pytest.skip(f"needs {server}")
    (tmp_path / "notice.json").write_text(NOTICE)
    outside, inside = free_port(), free_port()
    if server == "nginx":
        config = tmp_path / "nginx.conf"
        inner = recipe("nginx", tmp_path, {"8090": inside, "listen 80;": f"listen 127.0.0.1:{outside};"})
        config.write_text(
            f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; daemon off; {'user root;' if os.geteuid() == 0 else ''} events {{}}\n"
            f"http {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p; fastcgi_temp_path {tmp_path}/f; "
            f"uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n{inner}\n}}"
        )
        command = [program, "-c", str(config), "-e", f"{tmp_path}/error.log"]
    else:
        config = tmp_path / "Caddyfile"
        config.write_text(
            "{\n admin off\n auto_https off\n}\n"
            + recipe("Caddy", tmp_path, {"8090": inside, "www.example.org": f"http://:{outside}"})
        )
        command = [program, "run", "--config", str(config), "--adapter", "caddyfile"]
    proxy = [
        sys.executable,
        "-c",
        PROXY,
        "--upstream",
        f"http://127.0.0.1:{ports[1]}",
        "--notice",
        "notice.json",
        "--port",
        str(inside),
        "--behind-proxy",
    ]
    with running(proxy, inside, tmp_path), running(command, outside, tmp_path):
        status, headers, body = ask(outside, "/page", "Sec-Fetch-Dest: document")
        assert status == 200
        assert INERT in body
        assert b"/.holdtrue/holdtrue.js?" in body
        assert headers["set-cookie"] == ["sessionid=2"]
        told = dict(json.loads(ask(outside, "/echo")[2])["headers"])
        assert told["host"] == "www.example.org"
        assert told["x-forwarded-for"].startswith("127.0.0.1")
        with urllib.request.urlopen(f"http://127.0.0.1:{outside}/.holdtrue/notice.json", timeout=5) as got:
            assert json.load(got)["site"] == "www.example.org"
        packed = ask(outside, "/page", "Sec-Fetch-Dest: document", "Accept-Encoding: gzip")[1]
        assert packed.get("content-encoding") == ["gzip"]
