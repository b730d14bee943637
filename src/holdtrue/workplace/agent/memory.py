"""All that the agent remembers, in one file that is replaced whole: a crash leaves the old one or the new one."""

import contextlib
import gzip
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from holdtrue.errors import Conflict, Invalid, Unavailable
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System, Unread
from holdtrue.workplace.state import Change, Stamp, applied, change_out, full_out, moment

_FILE = "agent.state"
_HINT = "Run `holdtrue agent leave`, then enrol again."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """To whom this device reports, as the server confirmed it."""

    server: str
    device: str
    subject: str
    key: str
    ownership: str
    organisation: str
    notice_sha256: str
    at: datetime
    ca_file: str = ""
    """Certificates that the server's is held against, instead of the system's."""


@dataclass(frozen=True, slots=True)
class Queued:
    """One look at the device that the server does not have yet: a whole state, a change, or neither where nothing changed."""

    at: datetime
    sheet: FactSheet | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Flight:
    """A report that is on its way: these very bytes are sent until they are answered."""

    sequence: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Awake:
    """When the device was last looked at, by the clock that only runs while it is on."""

    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the organisation's rules made of this device, in the server's words."""

    commitment: str
    result: str
    value: str
    advice: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What the agent remembers between two looks."""

    enrolment: Enrolment | None = None
    sequence: int = 0
    """The number of the last report that was, or may have been, sent."""
    base: FactSheet | None = None
    """The last state that the server confirmed."""
    queue: tuple[Queued, ...] = ()
    flight: Flight | None = None
    every: int = 900
    """Seconds between two looks."""
    failures: int = 0
    """How often in a row the server could not be told."""
    not_before: datetime | None = None
    """When it may be tried again."""
    trouble: str = ""
    """Why the last delivery failed; empty when it did not."""
    delivered_at: datetime | None = None
    looked_at: datetime | None = None
    awake: Awake | None = None
    verdicts: tuple[Said, ...] = ()


def home(chosen: Path | None = None) -> Path:
    """Return the folder that the agent keeps: the chosen one, the system's for root, else one of this user's."""
    if chosen is not None:
        return chosen
    told = os.environ.get("HOLDTRUE_AGENT_HOME")
    if told:
        return Path(told)
    if os.name != "posix" or os.geteuid() == 0:
        return system_home()
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "holdtrue-agent"


def system_home() -> Path:
    """Return the folder of the agent that runs as a service."""
    platform = str(sys.platform)
    if platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Holdtrue Agent"
    return Path("/Library/Application Support/Holdtrue Agent" if platform == "darwin" else "/var/lib/holdtrue-agent")


def load(folder: Path) -> Memory:
    """Return what is remembered; nothing yet where there is no file. Raises `Invalid` for a damaged one."""
    try:
        content = (folder / _FILE).read_bytes()
    except FileNotFoundError:
        return Memory()
    except OSError as error:
        raise Unavailable(f"{folder / _FILE} cannot be read: {error.strerror}.", hint="Run it as the agent's user.") from error
    try:
        return _memory_in(json.loads(gzip.decompress(content)))
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"{folder / _FILE} is damaged.", hint=_HINT) from error


def save(folder: Path, memory: Memory) -> None:
    """Replace what is remembered; when this returns it outlives a power cut."""
    content = gzip.compress(json.dumps(_memory_out(memory), ensure_ascii=True).encode(), compresslevel=5, mtime=0)
    file, new = folder / _FILE, folder / f"{_FILE}.new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
    if os.name == "posix":
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def forget(folder: Path) -> None:
    """Take away what is remembered."""
    for name in (_FILE, f"{_FILE}.new", "deb-origins.json"):
        (folder / name).unlink(missing_ok=True)


@contextlib.contextmanager
def locked(folder: Path, name: str = "agent.lock", *, waits: bool = True) -> Iterator[None]:
    """Keep every other agent out meanwhile; raises `Conflict` where one is at work and we do not wait."""
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(descriptor, waits=waits)
        except OSError as error:
            raise Conflict("The agent runs already.", hint="`holdtrue agent check` reports at once beside it.") from error
        yield
    finally:
        # Closing lets go of the lock, also when the process is killed.
        os.close(descriptor)


def _lock(descriptor: int, *, waits: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))


def sheet_in(told: dict[str, Any]) -> FactSheet:
    """Return the sheet of a document that this agent wrote; raises `KeyError`, `TypeError` or `ValueError` for another."""
    software = told["software"]
    device = told["device"]
    return FactSheet(
        device=Identity(device["id"], device["name"], System(device["system"]), device["release"], device["serial"]),
        collected_at=_time(told["collected_at"]),
        facts=tuple(_fact_in(one) for one in told["facts"]),
        software=None if software is None else tuple(_installed_in(one) for one in software),
        unread=tuple(Unread(one["what"], one["why"]) for one in told["unread"]),
        collector=told["collector"],
    )


def _fact_in(told: dict[str, Any]) -> Fact:
    return Fact(
        told["name"], told["value"], Source(told["source"]), _time(told["observed_at"]), told["writable"], told["user"],
        told["origin"],
    )  # fmt: skip


def _installed_in(told: dict[str, Any]) -> Installed:
    return Installed(**{"version": "", "type": "", **told})


def _change_in(told: dict[str, Any]) -> Change:
    software = told["software"] or {"added": [], "removed": []}
    return Change(
        facts=tuple(_fact_in(one) for one in told["facts"]["set"]),
        gone=tuple((one["name"], one["user"]) for one in told["facts"]["gone"]),
        added=tuple(_installed_in(one) for one in software["added"]),
        removed=tuple(_installed_in(one) for one in software["removed"]),
        unread=tuple(Unread(one["what"], one["why"]) for one in told["unread"]),
    )


def _time(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _memory_out(memory: Memory) -> dict[str, object]:
    nobody = Stamp("", 0, memory.looked_at or datetime.fromtimestamp(0).astimezone())
    queue = [
        {
            "at": moment(one.at),
            "sheet": full_out(one.sheet) if one.sheet else None,
            "change": change_out(one.change, nobody, base="", state="", at=one.at) if one.change else None,
        }
        for one in memory.queue
    ]
    enrolment = memory.enrolment
    return {
        "enrolment": None
        if enrolment is None
        else {
            "server": enrolment.server, "device": enrolment.device, "subject": enrolment.subject, "key": enrolment.key,
            "ownership": enrolment.ownership, "organisation": enrolment.organisation,
            "notice_sha256": enrolment.notice_sha256, "at": moment(enrolment.at), "ca_file": enrolment.ca_file,
        },
        "sequence": memory.sequence,
        "base": full_out(memory.base) if memory.base else None,
        "queue": queue,
        "flight": {"sequence": memory.flight.sequence, "body": memory.flight.body.decode()} if memory.flight else None,
        "every": memory.every,
        "failures": memory.failures,
        "not_before": moment(memory.not_before) if memory.not_before else None,
        "trouble": memory.trouble,
        "delivered_at": moment(memory.delivered_at) if memory.delivered_at else None,
        "looked_at": moment(memory.looked_at) if memory.looked_at else None,
        "awake": {"boot": memory.awake.boot, "seconds": memory.awake.seconds} if memory.awake else None,
        "verdicts": [[one.commitment, one.result, one.value, one.advice] for one in memory.verdicts],
    }  # fmt: skip


def _memory_in(told: dict[str, Any]) -> Memory:
    enrolment, flight, awake = told["enrolment"], told["flight"], told["awake"]
    return Memory(
        enrolment=None if enrolment is None else Enrolment(**{**enrolment, "at": _time(enrolment["at"])}),
        sequence=int(told["sequence"]),
        base=None if told["base"] is None else sheet_in(told["base"]),
        queue=tuple(
            Queued(
                _time(one["at"]),
                None if one["sheet"] is None else sheet_in(one["sheet"]),
                None if one["change"] is None else _change_in(one["change"]),
            )
            for one in told["queue"]
        ),
        flight=None if flight is None else Flight(int(flight["sequence"]), flight["body"].encode()),
        every=int(told["every"]),
        failures=int(told["failures"]),
        not_before=_time(told["not_before"]) if told["not_before"] else None,
        trouble=str(told["trouble"]),
        delivered_at=_time(told["delivered_at"]) if told["delivered_at"] else None,
        looked_at=_time(told["looked_at"]) if told["looked_at"] else None,
        awake=None if awake is None else Awake(str(awake["boot"]), float(awake["seconds"])),
        verdicts=tuple(Said(*one) for one in told["verdicts"]),
    )


def after(before: FactSheet | None, queued: Queued) -> FactSheet:
    """Return the state that a queued look saw, from the one before it."""
    if queued.sheet is not None:
        return queued.sheet
    if before is None:
        raise Invalid("A change is queued without the state that it builds on.", hint=_HINT)
    if queued.change is not None:
        return applied(before, queued.change, at=queued.at)
    return replace(before, collected_at=queued.at, facts=tuple(replace(fact, observed_at=queued.at) for fact in before.facts))
