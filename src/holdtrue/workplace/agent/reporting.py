"""Looking, queueing and telling: each step is written down before the next, so that a crash between them loses nothing."""

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from holdtrue.errors import Conflict, HoldtrueError, Invalid, NotFound, Unavailable
from holdtrue.workplace.facts import FactSheet

from . import queue
from .awake import awake_now
from .keys import REPORT_TYPE, DeviceKey, read_key
from .memory import Enrolment, Memory, Said, load, locked, save
from .transport import Answer, Server

PATH = "/api/devices/reports"
LEAST_EVERY, MOST_EVERY = 60, 86_400
"""Seconds between two looks that a server may ask for."""
FIRST_WAIT, LONGEST_WAIT = 30.0, 3600.0
"""Seconds until the next try after a failure: doubled each time."""
WAIT_UNKNOWN = 6 * 3600.0
"""Seconds until the next try where the server does not know this device's key."""
DEFAULT_EVERY = 900
LONGEST_SLEEP = 60.0
AT_ONCE = 50
"""Reports that are sent one after the other before others get their turn."""
_TAKEN = (200, 201)
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Agent:
    """The agent's folder, and how it looks at the device; a test gives another look."""

    folder: Path
    look: Callable[[Path], FactSheet]

    def look_now(self, *, at: datetime) -> Memory:
        """Look at the device and queue what is new; raises `NotFound` when nobody is to be told, `Unavailable` on failure.

        Raises `Conflict` on another device than the one that enrolled: its key came along with a copied disk.
        """
        enrolment = _enrolment(load(self.folder))
        try:
            sheet = replace(self.look(self.folder), collected_at=at)
            _require_same(sheet, enrolment)
        except (Unavailable, Conflict) as error:
            with locked(self.folder):
                save(self.folder, replace(load(self.folder), trouble=error.message))
            raise
        with locked(self.folder):
            memory = replace(queue.noticed(load(self.folder), sheet), awake=awake_now())
            save(self.folder, memory)
            return memory

    def tell(self, *, at: datetime) -> Memory:
        """Send what waits, in order, until nothing is left or the server cannot be told; never raises for a server's sake."""
        with locked(self.folder):
            memory = load(self.folder)
            enrolment = _enrolment(memory)
            key = read_key(self.folder)
            server = Server(enrolment.server, enrolment.ca_file)
            for _ in range(AT_ONCE):
                if not memory.queue:
                    break
                memory = queue.take_off(memory, key=key.id, at=at)
                # The number is on the disk before anything is sent: it is never used for other bytes.
                save(self.folder, memory)
                memory, goes_on = _deliver(memory, server, key, at=at)
                save(self.folder, memory)
                if not goes_on:
                    break
            return memory


def _enrolment(memory: Memory) -> Enrolment:
    if memory.enrolment is None:
        raise NotFound("This device is not enrolled.", hint="Run `holdtrue agent enrol SERVER --token …`.")
    return memory.enrolment


def _require_same(sheet: FactSheet, enrolment: Enrolment) -> None:
    subject = f"device/{sheet.device.id}"
    if enrolment.subject not in {"", subject}:
        raise Conflict(
            f"This is {subject}, and {enrolment.subject} enrolled: its key was copied here.",
            hint="Run `holdtrue agent leave`, then enrol this device by itself.",
        )


def _deliver(memory: Memory, server: Server, key: DeviceKey, *, at: datetime) -> tuple[Memory, bool]:
    """Send the report on its way; return the memory after it, and whether the next one may follow at once."""
    flight = memory.flight
    if flight is None:
        return memory, False
    try:
        answer = server.post(PATH, key.headers(REPORT_TYPE, flight.body), flight.body)
    except (Unavailable, Invalid) as error:
        return _waits(memory, error.message, at=at), False
    return _answered(memory, answer, at=at)


def _answered(memory: Memory, answer: Answer, *, at: datetime) -> tuple[Memory, bool]:
    """Return the memory after an answer, and whether the next report may follow at once."""
    every = answer.number("every", least=LEAST_EVERY, most=MOST_EVERY, default=0)
    if answer.status in _TAKEN and every:
        return replace(queue.landed(memory, at=at, every=every), verdicts=_verdicts(answer) or memory.verdicts), True
    said = " ".join(part for part in (answer.text("error"), answer.text("hint")) if part) or f"HTTP {answer.status}"
    wants = answer.text("want")
    if answer.status == 409 and wants == "full" and not queue.is_whole(memory):  # noqa: PLR2004 - HTTP
        return queue.told_whole(memory), True
    if answer.status in {401, 403, 409} and wants != "full":
        return _waits(memory, said, at=at, seconds=WAIT_UNKNOWN), False
    if answer.status in {400, 413, 415, 422}:
        # The same bytes would be refused for ever: what is true now is told whole, later.
        return _waits(queue.only_the_last(memory), said, at=at), False
    return _waits(memory, said, at=at, seconds=answer.retry_after), False


def _verdicts(answer: Answer) -> tuple[Said, ...]:
    rows = answer.rows("verdicts", most=50)
    return tuple(
        Said(row["commitment"], row["result"], row.get("value", ""), row.get("advice", ""))
        for row in rows
        if "commitment" in row and "result" in row
    )


def _waits(memory: Memory, why: str, *, at: datetime, seconds: float = 0.0) -> Memory:
    """Return the memory after a failure: the next try comes later each time, and not for everybody at the same moment."""
    failures = min(memory.failures + 1, 1000)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10))
    wait = max(wait, min(seconds, WAIT_UNKNOWN)) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret
    return replace(memory, failures=failures, trouble=why, not_before=at + timedelta(seconds=wait))


def may_tell(memory: Memory, *, at: datetime) -> bool:
    """Whether something waits and the time has come; a clock that was set back does not hold it up for long."""
    if not memory.queue:
        return False
    until = memory.not_before
    return until is None or until <= at or until > at + timedelta(seconds=WAIT_UNKNOWN * 2)


def keep_running(agent: Agent, *, say: Callable[[str], None]) -> None:
    """Look and tell for ever, until the process is asked to stop; raises `Conflict` where an agent runs already."""
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    with locked(agent.folder, "run.lock", waits=False):
        next_look = time.monotonic() + random.uniform(0, 30)  # noqa: S311 - so that a fleet does not start as one
        while not stop.is_set():
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + _turn(agent, say=say, looks=True)
            elif may_tell(load(agent.folder), at=datetime.now(UTC)):
                _turn(agent, say=say, looks=False)
            stop.wait(max(1.0, min(next_look - time.monotonic(), LONGEST_SLEEP)))


def _again(memory: Memory) -> str:
    return f" The next try is at {memory.not_before.astimezone():%H:%M}." if memory.not_before else ""


def _turn(agent: Agent, *, say: Callable[[str], None], looks: bool) -> float:
    """Look, if it is time, and tell what may be told; return the seconds until the next look."""
    at, every = datetime.now(UTC), DEFAULT_EVERY
    try:
        memory = agent.look_now(at=at) if looks else load(agent.folder)
        if may_tell(memory, at=at):
            memory = agent.tell(at=at)
            say(f"Not told: {memory.trouble}{_again(memory)}" if memory.trouble else "Told.")
        elif looks and memory.queue:
            # Without a word, somebody who starts it by hand would think that all is well.
            say(f"Not told yet: {memory.trouble or 'the server asked to wait.'}{_again(memory)}")
        every = memory.every
    except HoldtrueError as error:
        say(f"{error.message} {error.hint}".strip())
    except OSError as error:
        # A full disk or a folder taken away: the agent stays, and says so.
        say(f"{error.filename or 'the system'}: {error.strerror or error}")
    return every * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - as above
