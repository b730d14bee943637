"""What the consent benchmarks drive: servers in processes of their own, decisions as browsers send them, wrk as the crowd."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

HOST = "www.example.org"
ORIGIN = f"https://{HOST}"
SERVICES = ("google-analytics", "tawk-to", "doubleclick", "medium", "logrocket")
MATERIAL = "5f" * 32
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """What the crowd saw."""

    rate: float
    """Answers a second."""
    p50: float
    """Milliseconds."""
    p99: float
    bad: int
    """Answers that were not 2xx, and requests without an answer."""
    cpu: float
    """Milliseconds of the server's processor time an answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server in processes of its own, which share its port."""

    processes: tuple[subprocess.Popen[bytes], ...]
    port: int

    def cpu(self) -> float:
        """Return the seconds of processor time that it has used."""
        return sum(_cpu(process) for process in self.processes)


def _cpu(process: subprocess.Popen[bytes]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(kind: str, *words: str, processes: int = 1, environ: dict[str, str] | None = None) -> Iterator[Server]:
    """Run `consent_servers.py` as one of its kinds while the block runs, in so many processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(HERE / "consent_servers.py"), kind, str(port), *words]
    running = []
    try:
        for _ in range(processes):
            running.append(subprocess.Popen(command, env={**os.environ, **(environ or {})}))
            _wait(port, running[-1])
        yield Server(tuple(running), port)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3_000):
        if process.poll() is not None:
            raise SystemExit(f"the server ended by itself ({process.returncode})")
        # A port is shared, so each process must say that it is the one that answers.
        try:
            with urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as answer:
                if answer.headers["x-process"] == str(process.pid):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit("the server did not begin")


def crowd(server: Server, *, seconds: float, connections: int = 64) -> Run:
    """Let wrk send decisions over so many connections and return what it saw."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("These benchmarks need wrk (apt-get install wrk).")
    facts = {
        "CROWD_SEED": str(random.randrange(1 << 30)),
        "CROWD_MILLISECONDS": str(int(time.time() * 1000)),
        "CROWD_HOST": HOST,
        "CROWD_SERVICES": json.dumps(SERVICES),
        "CROWD_MATERIAL": MATERIAL,
    }
    before = server.cpu()
    words = [wrk, "-t1", f"-c{connections}", f"-d{round(seconds)}s", "--timeout", "20s", "-s", str(HERE / "consent_crowd.lua")]
    done = subprocess.run(
        [*words, f"http://127.0.0.1:{server.port}"], env={**os.environ, **facts}, check=True, capture_output=True, text=True
    )
    said, used = done.stdout, server.cpu() - before
    found = json.loads(next(line for line in said.splitlines() if line.startswith("RESULT")).removeprefix("RESULT "))
    count = max(found["requests"], 1)
    return Run(found["requests"] / found["seconds"], found["p50"], found["p99"], found["bad"], 1000 * used / count)
