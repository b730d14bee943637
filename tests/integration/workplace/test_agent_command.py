"""The agent as people run it: the single file, on a Python that has nothing but its standard library."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from holdtrue.workplace.agent import bundle
from integration.workplace.contract_server import Contract, serving


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("bundle") / "holdtrue-agent.pyz"
    bundle.write_bundle(file)
    return file


@pytest.fixture
def contract() -> Contract:
    return Contract()


@pytest.fixture
def server(contract):
    with serving(contract) as url:
        yield url


@pytest.fixture
def serving_contract(server, contract) -> tuple[str, Contract]:
    return server, contract


@pytest.fixture
def agent(file, tmp_path):
    """Run the single file with a Python that sees no site packages and no environment."""

    def run(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys._base_executable, "-S", "-E", str(file), *words, "--home", str(tmp_path / "home")],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_the_single_file_joins_reports_and_leaves(agent, server, contract, tmp_path):
    said = agent("enrol", server, "--token", "good", "--yes", "--ownership", "personal", "--asset-tag", "A-7")
    assert "What it tells in every quarter of an hour, and why, kept for 90 days:" in said
    assert "What never leaves this device:" in said
    assert "Example Ltd asks that this device reports to" in said
    assert f"Told {server} (report 1)." in said
    assert "`sudo holdtrue-agent.pyz install`" in said
    assert "`holdtrue agent" not in said
    assert contract.enrolments[0]["ownership"] == "personal"

    assert "(report 2)" in agent("run", "--once")
    assert contract.last.named("storage.mounted")
    assert contract.last.software
    assert contract.last.named("agent.silent-seconds")[0].value == 0

    status = json.loads(agent("status", "--format", "json"))
    assert (status["enrolled"], status["waiting"], status["sequence"]) == (True, 0, 2)
    assert "personal" in agent("status")

    said = agent("leave")
    assert "The key is gone" in said
    assert "The server knows that this device left." in said
    assert contract.departures == [status["key"]]
    assert not [one.name for one in (tmp_path / "home").iterdir() if one.name.startswith(("agent.state", "device.key"))]
    assert "not enrolled" in agent("status", status=1)


def test_two_looks_at_an_unchanged_device_are_one_line(agent, server, contract):
    agent("enrol", server, "--token", "good", "--yes")
    agent("run", "--once")

    assert json.loads(contract.bodies[-1])["format"] == "holdtrue.unchanged/1", contract.bodies[-1][:600]


def test_show_needs_no_enrolment_and_sends_nothing(agent):
    told = json.loads(agent("show", "--format", "json").partition("\n")[0])

    assert told["format"] == "holdtrue.facts/1"
    assert "installed programs:" in agent("show")


def test_nobody_is_enrolled_without_an_answer(agent, server, contract):
    said = agent("enrol", server, "--token", "good", status=2)

    assert "Nobody is there to answer" in said
    assert contract.enrolments == []


@pytest.mark.parametrize(("answers", "joins"), [("n\n", False), ("\n", False), ("yes\npersonal\n", True), ("y\nc\n", True)])
def test_a_person_is_asked(file, serving_contract, tmp_path, answers, joins):
    server, contract = serving_contract
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys._base_executable, "-S", "-E", str(file), "enrol", server, "--token", "good", "--home", str(tmp_path / "home")],
        stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    os.write(leader, answers.encode())
    said, _ = process.communicate(timeout=60)
    os.close(leader)
    os.close(follower)

    assert (len(contract.enrolments) == 1) == joins, said
    assert (process.returncode == 0) == joins
    assert (tmp_path / "home" / "device.key").exists() == joins


@pytest.mark.parametrize("address", ["http://policy.example", "policy.example", "https://u@x", "ftp://x"])
def test_an_address_that_is_not_encrypted_is_refused(agent, address):
    assert "holdtrue-agent:" in agent("enrol", address, "--token", "good", "--yes", status=2)


def test_a_server_that_is_not_there_leaves_nothing_running(agent):
    said = agent("enrol", "http://127.0.0.1:9", "--token", "good", "--yes", status=2)

    assert "cannot be reached" in said
    assert "Traceback" not in said


def test_a_token_is_not_seen_in_what_is_kept(agent, server, tmp_path):
    agent("enrol", server, "--token", "good", "--yes")

    for one in (tmp_path / "home").iterdir():
        assert b"good" not in one.read_bytes()
        assert one.stat().st_mode & 0o077 == 0


def test_the_service_runs_until_it_is_asked_to_stop(agent, file, server, contract, tmp_path):
    agent("enrol", server, "--token", "good", "--yes")
    process = subprocess.Popen(
        [sys._base_executable, "-S", "-E", str(file), "run", "--home", str(tmp_path / "home")],
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)
    assert "runs already" in agent("run", status=2)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=40)

    assert process.returncode == 0, said


def test_the_single_file_is_the_same_bytes_each_time_and_holds_only_what_it_loads(tmp_path):
    assert bundle.bundle() == bundle.bundle()
    bundle.write_bundle(tmp_path / "a.pyz")
    names = zipfile.ZipFile(tmp_path / "a.pyz").namelist()

    assert "holdtrue/workplace/agent/data/holdtrue-agent.service" in names
    assert not [name for name in names if "checks" in name or "server" in name or "evidence" in name]
    assert (tmp_path / "a.pyz").stat().st_size < 400_000


def test_what_the_single_file_would_install_runs_the_single_file(agent, file):
    said = agent("install", "--dry-run")

    assert f"-I -S {file} run" in said
    assert "systemctl enable --now" in said
