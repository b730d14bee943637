"""What the agent weighs: processor time of one look as a share of one core, and memory, on the machine that this runs on.

The baseline is the same Python doing nothing: started, and kept. Run it with `quiet`-like means: other load does not change
processor time much, but it does change the clock. Linux only (it reads /proc).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from holdtrue.workplace.agent import bundle

EVERY = 900
LOOKS = 5


class Sink(BaseHTTPRequestHandler):
    """Takes everything, and says so."""

    def do_GET(self) -> None:
        """Tell who asks."""
        self._say({"organisation": "x", "contact": "x", "sha256": "0" * 64})

    def do_POST(self) -> None:
        """Take it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say({"every": EVERY, "device": "0", "subject": "device/0"})

    def _say(self, told: dict[str, object]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory(pid: int) -> tuple[float, float]:
    """Return resident and proportional megabytes of a process."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1000 for line in told.splitlines() if line.endswith(" kB")}
    return sizes["Rss"], sizes["Pss"]


def largest(command: list[str]) -> dict[str, float]:
    """Return the most resident megabytes of each program that a look runs, itself included."""
    found: dict[str, float] = {}
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while started.poll() is None:
        for pid in _below(started.pid):
            try:
                status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            except OSError:
                continue
            name = status.split("\n", 1)[0].partition("\t")[2]
            peak = next((int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)
            found[name] = max(found.get(name, 0.0), peak)
        time.sleep(0.005)
    return found


def _below(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _below(int(child)))]


def timed(command: list[str], times: int) -> tuple[float, float]:
    """Return processor seconds and seconds by the clock of one run."""
    before, began = spent(), time.perf_counter()
    for _ in range(times):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return (spent() - before) / times, (time.perf_counter() - began) / times


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    file = folder / "holdtrue-agent.pyz"
    bundle.write_bundle(file)
    python = [os.path.realpath(sys.executable), "-I", "-S"]
    server = HTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = ["--home", str(folder / "home")]
    agent = [*python, str(file)]
    subprocess.run(
        [*agent, "enrol", f"http://127.0.0.1:{server.server_port}", "--yes", "--token", "x", *home],
        check=True,
        capture_output=True,
    )

    first, _ = timed([*agent, "show", "--format", "json", "--home", str(folder / "other")], 2)
    print(f"a look at packages that changed: {first:.2f} s of one core")
    nothing, _ = timed([*python, "-c", "pass"], LOOKS)
    look, clock = timed([*agent, "show", "--format", "json", *home], LOOKS)
    once, _ = timed([*agent, "run", "--once", *home], LOOKS)
    print(f"one look:            {look:.2f} s of one core, {clock:.2f} s by the clock")
    print(f"  as a Python that does nothing: {look / nothing:.0f} times")
    print(f"look, queue, tell:   {once:.2f} s of one core = {100 * once / EVERY:.2f} % of one core at one in {EVERY} s")
    print("most memory of each program that a look runs:")
    for name, peak in sorted(largest([*agent, "show", "--format", "json", *home]).items(), key=lambda one: -one[1])[:5]:
        print(f"  {name:<18} {peak:.0f} MB")

    resident = subprocess.Popen([*agent, "run", *home], stderr=subprocess.DEVNULL)
    idle = subprocess.Popen([*python, "-c", "import time; time.sleep(3600)"])
    time.sleep(50)
    rss, pss = memory(resident.pid)
    base, _ = memory(idle.pid)
    ticks = Path(f"/proc/{resident.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    used = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    print(f"resident, after a look: {rss:.0f} MB ({pss:.0f} MB its share), {used:.2f} s of its own")
    print(f"  as a Python that sleeps: {rss / base:.1f} times")
    for process in (resident, idle):
        process.terminate()
        process.wait()
    state = folder / "home" / "agent.state"
    print(f"on the disk: {state.stat().st_size / 1000:.0f} kB of state, {file.stat().st_size / 1000:.0f} kB of program")


if __name__ == "__main__":
    main()
