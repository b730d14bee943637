"""The agent as a service: three files that their systems can read, and what the agent says of itself."""

import argparse
import plistlib
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from holdtrue.errors import Invalid, Unavailable
from holdtrue.workplace.agent import command, own_facts
from holdtrue.workplace.agent.awake import silent_for
from holdtrue.workplace.agent.memory import Awake
from holdtrue.workplace.agent.service import service

AGENT = ["/opt/a & b/python3", "-I", "-S", "/opt/holdtrue 100%/holdtrue-agent.pyz"]
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def fields(unit: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))


def test_the_unit_runs_the_agent_closed_in():
    found = service(AGENT, platform="linux")
    told = fields(found.content)

    assert (
        told["ExecStart"]
        == "'/opt/a & b/python3' -I -S '/opt/holdtrue 100%%/holdtrue-agent.pyz' run --home /var/lib/holdtrue-agent"
    )
    assert (told["ProtectSystem"], told["ProtectHome"], told["StateDirectoryMode"]) == ("strict", "read-only", "0700")
    assert "CAP_SYS_ADMIN" not in told["CapabilityBoundingSet"]
    assert found.start[-1] == ("systemctl", "enable", "--now", "holdtrue-agent.service")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    file = tmp_path / "holdtrue-agent.service"
    file.write_text(service(["/bin/true"], platform="linux").content)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "holdtrue" in line]
    assert ours == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_not_exposed(tmp_path):
    file = tmp_path / "holdtrue-agent.service"
    file.write_text(service(["/bin/true"], platform="linux").content)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=40", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-400:]


def test_launchd_can_read_its_property_list():
    found = service(AGENT, platform="darwin")
    told = plistlib.loads(found.content.encode())

    assert told["ProgramArguments"] == [*AGENT, "run"]
    assert (told["RunAtLoad"], told["ProcessType"], told["Umask"]) == (True, "Background", 0o077)
    assert found.file.name == f"{told['Label']}.plist"


def test_windows_can_read_its_task(monkeypatch):
    monkeypatch.setenv("PROGRAMDATA", "/data")
    found = service(AGENT, platform="win32")
    root = ET.fromstring(found.content.partition("?>")[2])

    assert root.findtext(f".//{TASK}Command") == AGENT[0]
    assert root.findtext(f".//{TASK}Arguments") == '-I -S "/opt/holdtrue 100%/holdtrue-agent.pyz" run'
    assert root.findtext(f".//{TASK}UserId") == "S-1-5-18"
    assert root.findtext(f".//{TASK}ExecutionTimeLimit") == "PT0S"


def test_another_system_is_told_what_to_do():
    with pytest.raises(Unavailable, match="freebsd"):
        service(AGENT, platform="freebsd14")


@pytest.mark.parametrize(("told", "state"), [
    ("LoadState=loaded\nUnitFileState=enabled\nActiveState=active\n", "on"), ("LoadState=loaded\nUnitFileState=enabled\nActiveState=failed\n", "stopped"),
    ("LoadState=loaded\nUnitFileState=disabled\nActiveState=inactive\n", "disabled"), ("LoadState=masked\nUnitFileState=masked\nActiveState=inactive\n", "masked"),
    ("LoadState=not-found\nUnitFileState=\nActiveState=inactive\n", "not-installed"), ("", ""),
])  # fmt: skip
def test_a_unit_that_was_switched_off_shows(told, state):
    assert own_facts.systemd_state(told) == state


@pytest.mark.parametrize(("told", "state"), [
    ('"\\Holdtrue Agent","N/A","Running"\r\n', "on"), ('"\\Holdtrue Agent","N/A","Disabled"\r\n', "disabled"), ("", "not-installed"),
])  # fmt: skip
def test_a_task_that_was_switched_off_shows(told, state):
    assert own_facts.task_state(told) == state


def test_a_job_that_was_switched_off_shows():
    assert own_facts.launchd_state('disabled services = {\n\t"io.holdtrue.agent" => disabled\n}') == "disabled"
    assert own_facts.launchd_state('disabled services = {\n\t"io.holdtrue.agent" => true\n}') == "disabled"
    assert own_facts.launchd_state("disabled services = {\n}") == "not-installed"


@pytest.mark.parametrize(("last", "now", "silent"), [
    (None, Awake("a", 9e9), 0), (Awake("a", 100), Awake("a", 1000), 0), (Awake("a", 100), Awake("a", 2300), 0), (Awake("a", 100), Awake("a", 4000), 3900),
    (Awake("a", 90_000), Awake("b", 120), 0), (Awake("a", 90_000), Awake("b", 7210), 7200),
])  # fmt: skip
def test_a_gap_counts_only_while_the_device_was_on(last, now, silent):
    assert silent_for(last, now, every=900) == silent


def test_a_program_that_others_may_rewrite_is_not_protected(tmp_path):
    file = tmp_path / "agent.pyz"
    file.write_text("")
    file.chmod(0o775)

    assert not own_facts.is_protected(file)
    assert own_facts.is_protected(Path("/bin/sh")) == (Path("/bin/sh").stat().st_uid == 0)
    assert not own_facts.is_protected(tmp_path / "missing")


def run(*words_: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words_))


def test_a_service_is_installed_for_the_systems_own_enrolment_alone(tmp_path):
    with pytest.raises(Invalid, match="The service keeps its key in"):
        run("install", "--home", str(tmp_path))


def test_who_did_not_enrol_is_pointed_at_the_systems_agent(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "system_home", lambda: tmp_path)

    assert run("status", "--home", str(tmp_path / "own")) == 1
    assert "sudo holdtrue agent status" in capsys.readouterr().out
    assert run("status", "--home", str(tmp_path)) == 1
    assert "nothing is read and nothing is sent" in capsys.readouterr().out


def test_removing_and_installing_are_shown_before_they_are_done(tmp_path, capsys):
    assert run("install", "--dry-run", "--remove", "--home", str(tmp_path)) == 0
    told = capsys.readouterr().out

    assert "would remove" in told
    assert "systemctl disable --now holdtrue-agent.service" in told
