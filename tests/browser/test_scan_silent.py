"""A website that takes the call and says nothing."""

import socket
import subprocess
import sys


def test_a_site_that_never_answers_is_not_judged():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        told = subprocess.run(
            [sys.executable, "-m", "holdtrue", "scan", url, "--seconds", "6", "--format", "json"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert told.returncode == 2
    assert f"{url} does not answer" in told.stderr
    assert told.stdout == ""
