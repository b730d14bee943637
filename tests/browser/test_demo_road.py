"""The whole road, as `holdtrue demo --check` walks it: publish, scan, record, check, sign in, prove, tamper."""

import subprocess
import sys

from integration.installation import free_port

STEPS = 10


def test_the_demo_walks_the_whole_road_and_ends(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "holdtrue", "demo", "--check", "--data", str(tmp_path / "demo"), "--port", str(free_port())],
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") == STEPS
    assert "✗" not in done.stdout


def test_a_taken_port_is_told_before_anything_is_loaded(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "holdtrue", "demo", "--check", "--data", str(tmp_path / "demo"), "--port", str(port)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert not (tmp_path / "demo").exists()
