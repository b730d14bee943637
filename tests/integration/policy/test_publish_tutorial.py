"""The tutorial "your first policy in ten minutes" does what it says, command by command."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[3] / "docs" / "tutorial" / "first-policy.md"
BLOCK = re.compile(r"(?P<before>[^\n]*\n)\n```(?P<kind>[a-z ]+)\n(?P<text>.*?)```", re.DOTALL)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def environment(port) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDTRUE_", "DJANGO_"))}
    here = str(Path(sys.executable).parent)
    return {**kept, "PATH": f"{here}{os.pathsep}{kept['PATH']}", "HOLDTRUE_PORT": str(port)}


@pytest.fixture
def servers() -> Iterator[list[subprocess.Popen]]:
    started: list[subprocess.Popen] = []
    yield started
    for one in started:
        one.terminate()
        one.wait(timeout=30)


def await_answer(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{address} never answered")


def test_every_command_of_the_tutorial_works(tmp_path, environment, port, servers):
    told = TUTORIAL.read_text(encoding="utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    output = ""
    for block in BLOCK.finditer(told):
        kind, text = block["kind"], block["text"]
        if kind == "markdown":
            (tmp_path / re.search(r"into `([^`]+)`", block["before"])[1]).write_text(text, encoding="utf-8")
        elif kind == "sh server":
            command = ["bash", "-c", f"exec {text.strip()}"]
            servers.append(subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL))
            await_answer(f"http://127.0.0.1:{port}/readyz")
        elif kind == "sh":
            command = ["bash", "-eu", "-o", "pipefail", "-c", text]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
            )
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            output = done.stdout
        else:
            for line in text.splitlines():
                assert line in output, f"the tutorial promises {line!r}; the commands said:\n{output}"
    assert len(servers) == 1
