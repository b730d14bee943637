"""The agent against a server that keeps the contract, one that breaks it, and none at all."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from holdtrue.workplace.agent import enrolling, keys, memory, queue
from holdtrue.workplace.agent.enrolling import Joining
from holdtrue.workplace.agent.reporting import Agent, may_tell
from holdtrue.workplace.agent.transport import Server
from holdtrue.workplace.devices.notice import Notice
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System
from integration.workplace.contract_server import Contract, serving

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LAPTOP = Identity("LT-07", "LT-07", System.LINUX)
NOTICE = Notice("Example Ltd", "")


def sheet(value: object, *titles: str) -> FactSheet:
    facts = (Fact("a", value, Source.OBSERVED, NOON), Fact("b", "same", Source.OBSERVED, NOON))
    return FactSheet(LAPTOP, NOON, facts, tuple(Installed(title, "1", "deb") for title in titles))


class Device:
    """An agent on a device whose state the test sets."""

    def __init__(self, folder: Path, server: str, token: str = "good") -> None:
        self.folder, self.state, self.now = folder, sheet(1, "bash"), NOON
        self.agent = Agent(folder, lambda _folder: self.state)
        joining = Joining(Server(server, longest=2.0), token, "company")
        enrolling.enrol(folder, joining, NOTICE, LAPTOP, at=self.now)
        self.agent.look_now(at=self.now)

    def looks(self, value: object, *titles: str) -> memory.Memory:
        self.state, self.now = sheet(value, *titles), self.now + timedelta(minutes=15)
        return self.agent.look_now(at=self.now)

    def tells(self) -> memory.Memory:
        return self.agent.tell(at=self.now)


@pytest.fixture
def contract() -> Contract:
    return Contract()


@pytest.fixture
def server(contract):
    with serving(contract) as url:
        yield url


@pytest.fixture
def device(tmp_path, server) -> Device:
    return Device(tmp_path / "agent", server)


def value(state: FactSheet) -> object:
    return state.named("a")[0].value


def formats(contract: Contract) -> list[str]:
    return [body.split(b'"')[3].decode() for body in contract.bodies]


def test_whole_then_changes_then_a_line(device, contract):
    device.tells()
    device.looks(2, "bash", "zoom")
    device.tells()
    device.looks(2, "bash", "zoom")
    told = device.tells()

    assert formats(contract) == ["holdtrue.facts/1", "holdtrue.change/1", "holdtrue.unchanged/1"]
    assert (told.sequence, told.queue, told.flight, told.trouble) == (3, (), None, "")
    assert value(contract.last) == 2
    assert [one.name for one in contract.last.software or ()] == ["bash", "zoom"]
    assert len(contract.bodies[2]) < 300


def test_a_large_report_is_sent_packed(device, contract):
    device.looks("x" * 5000)
    device.tells()

    assert contract.packed == 1
    assert value(contract.last) == "x" * 5000


def test_the_enrolment_says_what_was_agreed(device, contract):
    told = contract.enrolments[0]

    assert (told["ownership"], told["notice_sha256"], told["device"]["id"]) == ("company", NOTICE.sha256, "LT-07")


def test_while_offline_every_change_waits_in_order_and_repeats_do_not(device, contract):
    contract.mood = lambda _contract, _path: (100, {})
    device.tells()
    for state in (2, 2, 2, 3, 3, 2):
        device.looks(state)
    waits = device.tells()
    # The whole first state, then 2, its repeats as one, 3, its repeat, 2 again.
    assert [bool(one.change) for one in waits.queue] == [False, True, False, True, False, True]
    assert waits.failures == 2
    contract.mood = lambda _contract, _path: None

    told = device.tells()

    assert [value(state) for state in contract.states] == [1, 2, 2, 3, 3, 2]
    assert contract.states[2].collected_at == NOON + timedelta(minutes=45)
    assert (told.queue, told.failures) == ((), 0)


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_bytes(device, contract):
    device.tells()
    device.looks(2)
    before = memory.load(device.folder)
    device.tells()
    # As if the process had died between the server's answer and the note of it.
    after_flight = replace(before, sequence=2, flight=memory.Flight(2, contract.bodies[-1]))
    memory.save(device.folder, after_flight)

    told = device.tells()

    assert len(contract.bodies) == 2, "it is known already, and changes nothing"
    assert (told.sequence, told.queue, told.flight) == (2, (), None)


def test_a_server_that_forgot_is_told_the_whole_state(device, contract):
    device.tells()
    contract.states.clear()
    device.looks(2)
    device.looks(3)

    told = device.tells()

    assert formats(contract)[-2:] == ["holdtrue.facts/1", "holdtrue.change/1"]
    assert [value(state) for state in contract.states] == [2, 3]
    assert told.sequence == 4


def test_a_key_that_is_not_known_waits_for_a_person(device, contract):
    device.tells()
    contract.keys.clear()
    device.looks(2)

    told = device.tells()

    assert told.trouble == "key unknown"
    assert not may_tell(told, at=device.now + timedelta(hours=4))
    assert may_tell(told, at=device.now + timedelta(hours=8))


def test_what_the_server_refuses_is_not_sent_for_ever(device, contract):
    device.tells()
    device.looks(2)
    contract.mood = lambda _contract, _path: (422, {"error": "The report cannot be read.", "hint": "Mend it."})

    told = device.tells()

    assert told.trouble == "The report cannot be read. Mend it."
    assert len(told.queue) == 1
    contract.mood = lambda _contract, _path: None
    device.looks(3)
    device.tells()
    assert [value(state) for state in contract.states] == [1, 2, 3]
    assert formats(contract) == ["holdtrue.facts/1", "holdtrue.facts/1", "holdtrue.change/1"]


def test_failures_are_spaced_further_and_further(device, contract):
    contract.mood = lambda _contract, _path: (503, {})
    waits = []
    for _ in range(12):
        told = device.tells()
        assert told.not_before is not None
        waits.append((told.not_before - device.now).total_seconds())

    assert waits[0] < 60
    assert 2000 < waits[-1] < 4600
    assert told.sequence == 1, "the same bytes all along"


def test_a_clock_set_back_does_not_silence_the_device(device, contract):
    contract.mood = lambda _contract, _path: (503, {})
    told = device.tells()

    assert may_tell(told, at=device.now - timedelta(days=300))


def test_answers_set_the_pace_within_bounds(device, contract):
    for every, kept in ((60, 60), (1, 60), (10**9, 86_400), (-5, 60)):
        device.looks(every)
        contract.mood = lambda _contract, _path, every=every: (201, {"every": every})
        assert device.tells().every == kept


@pytest.mark.parametrize("answer", [{}, {"every": "soon"}, {"every": True}, {"want": "full"}])
def test_an_answer_that_is_none_takes_nothing_off_the_queue(device, contract, answer):
    contract.mood = lambda _contract, _path: (200, answer)

    told = device.tells()

    assert len(told.queue) == 1
    assert told.failures == 1


def test_what_the_queue_keeps_is_bounded(device, contract, monkeypatch):
    monkeypatch.setattr(queue, "MOST_QUEUED", 20)
    contract.mood = lambda _contract, _path: (503, {})
    device.tells()
    for number in range(50):
        device.looks(number)
    told = device.tells()
    assert len(told.queue) == 20
    contract.mood = lambda _contract, _path: None

    for _ in range(5):
        device.tells()

    values = [value(state) for state in contract.states]
    assert values[0] == 1
    assert values[1:] == list(range(31, 50)), "the newest keep each their own time"


def test_a_refused_enrolment_leaves_no_key(tmp_path, server):
    with pytest.raises(NotAllowed, match="not known"):
        Device(tmp_path / "agent", server, token="bad")

    with pytest.raises(NotFound):
        keys.read_key(tmp_path / "agent")


def test_an_enrolment_that_was_interrupted_is_sent_again_with_the_same_key(tmp_path, contract):
    with pytest.raises(Unavailable):
        Device(tmp_path / "agent", "http://127.0.0.1:9")
    key = keys.read_key(tmp_path / "agent")

    with serving(contract) as url:
        Device(tmp_path / "agent", url)

    assert list(contract.keys) == [key.id]


def test_a_device_joins_once(device, server):
    with pytest.raises(Conflict, match="already"):
        Device(device.folder, server)


@pytest.mark.parametrize(
    ("answer", "untold"),
    [((500, {}), "HTTP 500"), ((403, {"error": "not signed"}), "not signed"), ((100, {}), "cannot be reached")],
)
def test_who_leaves_does_not_wait_for_the_server(device, contract, answer, untold):
    contract.mood = lambda *_: answer

    left = enrolling.leave(device.folder)

    assert left is not None
    assert untold in left[1]
    assert memory.load(device.folder) == memory.Memory()


def test_who_leaves_forgets_everything(device, contract):
    key = keys.read_key(device.folder).id
    left = enrolling.leave(device.folder)

    assert left is not None
    assert (left[0].key, left[1]) == (key, "")
    assert contract.departures == [key]
    assert not list(device.folder.glob("*.key"))
    assert memory.load(device.folder) == memory.Memory()
    with pytest.raises(NotFound, match="not enrolled"):
        device.looks(2)


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"{}", os.urandom(200)])
def test_a_damaged_memory_is_said_and_not_guessed(device, content):
    (device.folder / "agent.state").write_bytes(content)

    with pytest.raises(Invalid, match="damaged"):
        device.looks(2)

    assert enrolling.leave(device.folder) is None
    assert memory.load(device.folder) == memory.Memory()


def test_a_second_agent_does_not_run_beside_the_first(device):
    with (
        memory.locked(device.folder, "run.lock", waits=False),
        pytest.raises(Conflict, match="runs already"),
        memory.locked(device.folder, "run.lock", waits=False),
    ):
        pass


def killed_again_and_again(device: Device, contract: Contract, times: int) -> None:
    written = device.folder / "written"
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("restless_agent.py")), str(device.folder), str(written)]
        )
        # Until it works, and then for a moment that differs each time.
        before = written.stat().st_size if written.exists() else 0
        while not written.exists() or written.stat().st_size == before:
            assert process.poll() is None
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    device.now = datetime.now(UTC)
    while device.tells().queue:
        pass
    seen = [state.named("n")[0].value for state in contract.states if state.named("n")]
    noted = [int(line) for line in written.read_text().split()]
    assert len(noted) >= times
    # Everything that was written down arrived, in order and once; a look that was queued and not yet listed may be between.
    assert [number for number in seen if number in set(noted)] == noted
    assert seen == sorted(set(seen))
    assert len(contract.seen) == len(contract.states)


def test_an_agent_that_is_killed_loses_and_repeats_nothing(device, contract):
    killed_again_and_again(device, contract, 8)


@pytest.mark.slow
def test_an_agent_that_is_killed_fifty_times_loses_and_repeats_nothing(device, contract):
    killed_again_and_again(device, contract, 50)
