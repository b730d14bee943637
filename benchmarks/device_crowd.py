"""Sends the requests of a file, once each, over so many connections: `device_crowd.py FILE PORT[,PORT] CONNECTIONS`."""

import asyncio
import json
import sys
import time
from collections import deque
from pathlib import Path


class Sender(asyncio.Protocol):
    """One connection: the next request when the last is answered."""

    def __init__(self, waiting: deque[bytes], told: list[tuple[float, bool]], done: asyncio.Event) -> None:
        self.waiting, self.told, self.done = waiting, told, done
        self.came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.next()

    def next(self) -> None:
        """Send the next request, or leave."""
        if not self.waiting:
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(self.waiting.popleft())

    def data_received(self, data: bytes) -> None:
        """Note a whole answer, and go on."""
        self.came += data
        head, end, body = self.came.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.lower().split(b"content-length:")[1].split(b"\r")[0]):
            self.told.append((time.perf_counter() - self.began, head[9:10] == b"2"))
            self.came = b""
            self.next()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Say that this connection has ended."""
        self.done.set()


async def crowd(requests: list[bytes], ports: list[int], count: int) -> None:
    waiting, told = deque(requests), list[tuple[float, bool]]()
    began, ends = time.perf_counter(), []
    for number in range(count):
        done, port = asyncio.Event(), ports[number % len(ports)]
        ends.append(done)
        await asyncio.get_running_loop().create_connection(lambda done=done: Sender(waiting, told, done), "127.0.0.1", port)
    for done in ends:
        await done.wait()
    took = time.perf_counter() - began
    times = sorted(one for one, _ in told)
    bad = len(requests) - sum(good for _, good in told)
    found = {
        "requests": len(told),
        "seconds": took,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[len(times) * 99 // 100],
    }
    print(json.dumps(found | {"bad": bad}))


if __name__ == "__main__" and len(sys.argv) > 3:
    asyncio.run(
        crowd(Path(sys.argv[1]).read_bytes().split(b"\0")[:-1], [int(one) for one in sys.argv[2].split(",")], int(sys.argv[3]))
    )
