"""The single file against the real server: it joins, reports, is judged, and reports again what changed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from holdtrue.workplace.agent import bundle
from holdtrue.workplace.agent.memory import load


@pytest.fixture
def agent(tmp_path):
    file, home = tmp_path / "holdtrue-agent.pyz", tmp_path / "home"
    bundle.write_bundle(file)

    def run(*words: str, token: str = "", status: int | None = 0) -> str:
        done = subprocess.run(
            [sys._base_executable, "-S", "-E", str(file), *words, "--home", str(home)],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOLDTRUE_TOKEN": token}, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert status is None or done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.home = home
    return run


def token_of(installation, *words: str) -> str:
    done = installation.run("token", "device", *words, "--by", "anna@wegroup.example")
    return next(word for word in done.stdout.split() if word.startswith("ht_"))


def test_the_single_file_and_the_real_server_understand_each_other(installation, agent):
    home: Path = agent.home
    token = token_of(installation)
    with installation.serving():
        said = agent("enrol", installation.url, "--yes", "--ownership", "company", "--asset-tag", "A-7", token=token)
        assert "The server tells a different list" not in said
        assert "(report 1)" in said

        assert "(report 2)" in agent("run", "--once")
        first = load(home)
        assert (first.queue, first.flight, first.trouble) == ((), None, "")
        assert {verdict.commitment for verdict in first.verdicts} >= {"device.screen-lock", "device.removable-storage"}

        agent("check", status=None)
        assert load(home).sequence == 3

        # Another key with the token of the first: refused, and nothing is left behind.
        agent("leave")
        said = agent("enrol", installation.url, "--yes", token=token, status=2)
        assert "another key" in said
        assert not (home / "device.key").exists()
        # With a token for this very device the key is replaced.
        device = json.loads(agent("show", "--format", "json").splitlines()[0])["device"]["id"]
        agent("enrol", installation.url, "--yes", token=token_of(installation, "--device", device))
        assert load(home).sequence == 1
    # While the server is away the look waits.
    said = agent("run", "--once", status=1)
    assert "Not told yet" in said
    with installation.serving():
        agent("run", "--once")
        assert load(home).queue == ()
