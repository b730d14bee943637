"""A site, a tracker and a browser, all on this machine: what the tests of the block are played out with."""

import asyncio
import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn

SITE, KNOWN, STRANGER = "www.example.org", "cdn.tracker.example", "stranger.example"
MATERIAL = "ab" * 32

PICTURE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


class Tracker:
    """Counts who asks it for what; every answer is one that a browser is content with."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                host = next(line.split(":")[1].strip() for line in head.split("\r\n") if line.lower().startswith("host:"))
                self.hits.append(f"{host}{path}")
                kind, body = self.answer(path)
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nAccess-Control-Allow-Origin: *\r\n"
                    f"Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
                break
        writer.close()

    @staticmethod
    def answer(path: str) -> tuple[str, bytes]:
        if "style" in path:
            return "text/css", b"a{}"
        if "img" in path or "image" in path or "background" in path:
            return "image/gif", PICTURE
        if "iframe" in path:
            return "text/html", b"<p>frame</p>"
        return "text/javascript", b"export default 1" if "import" in path else b"1"


@contextlib.contextmanager
def tracker() -> Iterator[Tracker]:
    found = Tracker()
    ready, over = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def live() -> None:
        loops.append(asyncio.get_running_loop())
        server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
        found.port = server.sockets[0].getsockname()[1]
        ready.set()
        await over.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(10)
    try:
        yield found
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(10)


@contextlib.contextmanager
def serving(make: Callable[[int], object], **options: object) -> Iterator[int]:
    """Serve an ASGI application by uvicorn, in a thread; the port is known before the application is made."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    settings = {
        "log_level": "error",
        "lifespan": "auto",
        "ws": "websockets-sansio",
        "timeout_graceful_shutdown": 1,
        "proxy_headers": False,
        **options,
    }
    server = uvicorn.Server(uvicorn.Config(make(port), **settings))
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield port
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def notice(site_port: int, tracker_port: int, **more: object) -> str:
    return json.dumps(
        {
            "format": "holdtrue.notice/1",
            "site": f"{SITE}:{site_port}",
            "material": MATERIAL,
            "services": [
                {"id": "site", "category": "necessary", "hosts": [], "items": [{"pattern": "sessionid", "kind": "cookie"}]},
                {
                    "id": "tracker",
                    "category": "analytics",
                    "hosts": [f"*.tracker.example:{tracker_port}"],
                    "items": [{"pattern": "_t*", "kind": "cookie", "http_only": True}],
                },
            ],
            **more,
        }
    )


def choice(granted: str = "-", *, at: float | None = None) -> str:
    seconds = int(at if at is not None else time.time())
    digits = ""
    while seconds:
        seconds, digit = divmod(seconds, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"1.{'A' * 22}.{digits or '0'}.{MATERIAL[:8]}.{granted}"


def sixteen(tracker_url: str) -> str:
    """A page that asks the tracker in each of the 16 ways, none of its tags marked."""
    socket_url = tracker_url.replace("http", "ws", 1)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sixteen</title>
<script src="{tracker_url}/parser-script"></script>
<script async src="{tracker_url}/async-script"></script>
<link rel="preload" as="image" href="{tracker_url}/preload-img">
<link rel="stylesheet" href="{tracker_url}/style">
<style>#b {{ background: url({tracker_url}/css-background); width: 9px; height: 9px }}</style>
</head><body><p id="text">A page.</p><div id="b"></div><div id="h"></div>
<img src="{tracker_url}/img" alt=""><iframe src="{tracker_url}/iframe"></iframe>
<script>
const t = {json.dumps(tracker_url)};
const quiet = (f) => {{ try {{ const p = f(); if (p && p.catch) p.catch(() => 0) }} catch (e) {{ }} }};
quiet(() => fetch(t + "/fetch", {{ mode: "no-cors" }}));
quiet(() => navigator.sendBeacon(t + "/beacon", "x"));
quiet(() => {{ const x = new XMLHttpRequest(); x.open("GET", t + "/xhr"); x.send() }});
quiet(() => {{ new Image().src = t + "/new-image" }});
quiet(() => {{ const s = document.createElement("script"); s.src = t + "/dynamic-script"; document.head.append(s) }});
quiet(() => {{ document.getElementById("h").innerHTML = '<img alt="" src="' + t + '/innerhtml-img">' }});
quiet(() => document.write('<scr' + 'ipt src="' + t + '/document-write"></scr' + 'ipt>'));
quiet(() => import(t + "/import"));
quiet(() => new WebSocket({json.dumps(socket_url)} + "/websocket"));
</script></body></html>"""


KINDS = {
    "parser-script", "async-script", "preload-img", "style", "css-background", "img", "iframe", "fetch", "beacon", "xhr",
    "new-image", "dynamic-script", "innerhtml-img", "document-write", "import", "websocket",
}  # fmt: skip

QUIET = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--no-pings",
    "--disable-features=OptimizationHints,MediaRouter,Translate,HttpsUpgrades", "--disable-dev-shm-usage", "--metrics-recording-only",
]  # fmt: skip


def flags() -> list[str]:
    hosts = ",".join(f"MAP {host} 127.0.0.1" for host in (SITE, "*.tracker.example", STRANGER))
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*QUIET, *sandbox, f"--host-resolver-rules={hosts},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"]
