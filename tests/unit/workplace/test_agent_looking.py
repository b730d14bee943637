"""One look: a process that may hang, fail or say anything, and the agent goes on."""

import ast
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.errors import Conflict, Unavailable
from holdtrue.workplace.agent import bundle, keys, looking, memory, reporting
from holdtrue.workplace.agent.looking import look
from holdtrue.workplace.facts import FactSheet, Identity, System

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def prints(text: str, status: int = 0) -> list[str]:
    return [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.stdout.write({text!r}); sys.stderr.write('why'); sys.exit({status})",
    ]


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", '{"device":{},"facts":[]}', "\x00", '{"device":7}', "[" * 5000])
def test_a_look_that_says_nonsense_is_none(monkeypatch, tmp_path, text):
    monkeypatch.setattr(looking, "program", lambda: prints(text))

    with pytest.raises(Unavailable):
        look(tmp_path)


def test_a_look_that_fails_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr(looking, "program", lambda: prints("", status=3))

    with pytest.raises(Unavailable, match="why"):
        look(tmp_path)


def test_a_look_that_hangs_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(looking, "program", lambda: [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"])

    with pytest.raises(Unavailable, match="took more than"):
        look(tmp_path, longest=0.3)


def enrolled(tmp_path) -> None:
    joined = memory.Enrolment("http://127.0.0.1:9", "d", "device/d", "0" * 32, "company", "Example", "", NOON)
    memory.save(tmp_path, memory.Memory(enrolment=joined, every=600))
    keys.make_key(tmp_path)


def test_a_look_that_failed_stands_in_the_status_and_the_next_one_comes_in_time(tmp_path):
    def fails(_: object) -> FactSheet:
        raise Unavailable("This device could not be looked at: why.", hint="")

    enrolled(tmp_path)
    said: list[str] = []

    waits = reporting._turn(reporting.Agent(tmp_path, fails), say=said.append, looks=True)

    assert memory.load(tmp_path).trouble == "This device could not be looked at: why."
    assert said == ["This device could not be looked at: why."]
    assert 540 <= waits <= 990


def test_an_agent_whose_key_was_refused_says_so_at_every_look(tmp_path):
    enrolled(tmp_path)
    until = datetime.now(UTC) + timedelta(hours=5)
    refused = "This key is not known here. Ask the security team for a token."
    memory.save(tmp_path, replace(memory.load(tmp_path), trouble=refused, not_before=until, failures=1))
    sheet = FactSheet(Identity("d", "d", System.LINUX), NOON, (), ())
    said: list[str] = []

    reporting._turn(reporting.Agent(tmp_path, lambda _: sheet), say=said.append, looks=True)

    assert said == [f"Not told yet: {refused} The next try is at {until.astimezone():%H:%M}."]


def test_looks_are_spread_around_their_time(tmp_path):
    enrolled(tmp_path)
    sheet = FactSheet(Identity("d", "d", System.LINUX), NOON, (), ())
    agent = reporting.Agent(tmp_path, lambda _: sheet)

    waits = {reporting._turn(agent, say=lambda _: None, looks=True) for _ in range(20)}

    assert len(waits) > 10
    assert all(540 <= one <= 660 for one in waits)


def test_a_full_disk_is_said_and_survived(tmp_path, monkeypatch):
    enrolled(tmp_path)
    sheet = FactSheet(Identity("d", "d", System.LINUX), NOON, (), ())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "agent.state.new")

    monkeypatch.setattr(reporting, "save", full)
    said: list[str] = []
    reporting._turn(reporting.Agent(tmp_path, lambda _: sheet), say=said.append, looks=True)

    assert said == ["agent.state.new: No space left on device"]
    assert memory.load(tmp_path).queue == ()


def test_an_older_python_is_told_which_one_is_needed():
    ast.parse(bundle._MAIN, feature_version=(3, 7))
    assert "sys.version_info < (3, 11)" in bundle._MAIN


def test_every_module_of_the_single_file_is_there():
    names = bundle.modules()

    assert "holdtrue/workplace/devices/collect/protection_windows.py" in names
    assert "holdtrue/workplace/devices/collect/macos.py" in names
    assert not [name for name in names if "/checks/" in name or "/document.py" in name]


def test_a_copied_disk_does_not_speak_with_the_key_of_the_first(tmp_path):
    enrolled(tmp_path)
    other = FactSheet(Identity("other", "other", System.LINUX), NOON, (), ())

    with pytest.raises(Conflict, match="its key was copied here"):
        reporting.Agent(tmp_path, lambda _: other).look_now(at=NOON)

    kept = memory.load(tmp_path)
    assert (kept.queue, kept.trouble) == ((), "This is device/other, and device/d enrolled: its key was copied here.")
