"""The machine underneath: its files, its commands with time limits, its people; and the notebook that facts go into."""

import contextlib
import json
import os
import stat
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from holdtrue.workplace.facts import Fact, Installed, Source, Unread, Value

PATIENCE = 10.0
"""Seconds that one command may take."""
LARGEST_FILE = 2_000_000
"""Bytes of the largest configuration file that is read."""
LONGEST_NAME = 15
"""Characters that the kernel keeps of a process's name."""

_KEPT = (
    "DBUS_SESSION_BUS_ADDRESS", "DCONF_PROFILE", "DISPLAY", "GSETTINGS_BACKEND", "GSETTINGS_SCHEMA_DIR", "HOME",
    "WAYLAND_DISPLAY", "XAUTHORITY",
    "XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "XDG_CURRENT_DESKTOP", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR",
)  # fmt: skip
"""What of a session's environment its settings depend on; nothing else of it is looked at."""

Execute = Callable[[Sequence[str], Mapping[str, str], float], "str | None"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a session or a home directory on this machine."""

    name: str
    uid: int
    home: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Process:
    """A running program; its command line is read only on demand, and stays here."""

    pid: int
    name: str
    uid: int
    is_stopped: bool = False
    """Whether a signal holds it up: it is there, and does nothing."""


def execute(command: Sequence[str], environment: Mapping[str, str], patience: float) -> str | None:
    """Return what a command prints, or None when it is missing, fails or takes too long."""
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


class Machine:
    """One machine, seen through its files below `root` and through commands; a test gives both."""

    def __init__(
        self, root: Path = Path("/"), *, run: Execute = execute, uid: int | None = None, notes: Path | None = None
    ) -> None:
        """Look at this machine as the user that runs, or as `uid` says; `notes` is a folder for what is slow to read."""
        self.root = root
        self._run = run
        self.uid = _own_uid() if uid is None else uid
        self.notes = notes

    @property
    def is_root(self) -> bool:
        """Whether everybody's settings can be read."""
        return self.uid == 0

    def path(self, name: str) -> Path:
        """Return a file of the machine, by its absolute name."""
        return self.root / name.lstrip("/")

    def read(self, name: str, *, largest: int = LARGEST_FILE) -> str | None:
        """Return a file's text, or None when it is absent, not ours to read, or has more bytes than `largest`."""
        # Root reads people's files too, by names that people chose: a pipe in a file's place shall not hold it up, and to open
        # a device may do something by itself, as /dev/watchdog does.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
        try:
            if not stat.S_ISREG(self.path(name).stat().st_mode):
                return None
            with os.fdopen(os.open(self.path(name), flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return None
                content = file.read(largest + 1)
        except OSError:
            return None
        return None if len(content) > largest else content.decode("utf-8", "replace")

    def has_no(self, name: str) -> bool:
        """Whether a file is certainly not there: one that may not be looked for, or is there and unread, may say anything."""
        try:
            self.path(name).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def mark(self, *names: str) -> str:
        """Return what changes when one of these files does: their sizes and times."""
        marks = []
        for name in names:
            try:
                told = self.path(name).stat()
            except OSError:
                marks.append("-")
            else:
                marks.append(f"{told.st_size}@{told.st_mtime_ns}")
        return " ".join(marks)

    def remembered(self, name: str, mark: str, read: Callable[[], dict[str, str] | None]) -> dict[str, str] | None:
        """Return what was read at an earlier look with the same mark, else read it now and keep it for the next."""
        if self.notes is None:
            return read()
        file = self.notes / f"{name}.json"
        try:
            told = json.loads(file.read_bytes())
            if told["mark"] == mark:
                return {str(key): str(value) for key, value in told["value"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        found = read()
        if found is not None:
            new = file.with_suffix(f".{os.getpid()}.new")
            # A note that cannot be kept costs the time of reading it again, no more.
            with contextlib.suppress(OSError):
                new.touch(mode=0o600)
                new.write_text(json.dumps({"mark": mark, "value": found}), encoding="utf-8")
                new.replace(file)
        return found

    def find(self, *patterns: str) -> list[str]:
        """Return the absolute names of the files that match, in order of name."""
        found: set[str] = set()
        for pattern in patterns:
            try:
                found |= {"/" + str(path.relative_to(self.root)) for path in self.root.glob(pattern.lstrip("/"))}
            except OSError:
                continue
        return sorted(found)

    def run(self, *command: str, person: Person | None = None, patience: float = PATIENCE) -> str | None:
        """Return what the command prints, run as this person (which takes root unless it is oneself); None on any failure."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/"}
        if os.name == "nt":
            environment = dict(os.environ)
        if person is None:
            return self._run(command, environment, patience)
        if not self.may_ask(person):
            return None
        environment |= {"HOME": person.home, "USER": person.name, "XDG_RUNTIME_DIR": f"/run/user/{person.uid}"}
        environment |= {name: value for name, value in person.environment.items() if name in _KEPT}
        if person.uid != self.uid:
            # runuser keeps the environment that it is given, and asks no password of root.
            command = ("runuser", "-u", person.name, "--", *command)
        return self._run(command, environment, patience)

    def may_ask(self, person: Person) -> bool:
        """Whether we may run a command as this person."""
        return self.is_root or person.uid == self.uid

    def processes(self) -> list[Process]:
        """Return what runs, by name and owner."""
        found = []
        for folder in self.find("/proc/[0-9]*"):
            name = self.read(f"{folder}/comm")
            status = self._status(folder)
            owner, state = status.get("Uid", "").split(), status.get("State", "")[:1]
            # A zombie has ended (proc(5)): only its parent has not asked how.
            if name is not None and owner and owner[0].isdigit() and state not in {"Z", "X"}:
                number = int(folder.rsplit("/", 1)[-1])
                found.append(Process(number, self._named(name.strip(), folder), int(owner[0]), is_stopped=state in {"T", "t"}))
        return found

    def _named(self, name: str, folder: str) -> str:
        """Return a process's name; NixOS runs `gnome-shell` as `.gnome-shell-wrapped`, which is called by its own name."""
        if not name.startswith("."):
            return name
        called = (self.read(f"{folder}/cmdline") or "").partition("\0")[0].rsplit("/", 1)[-1]
        return called[:LONGEST_NAME] or name

    def _status(self, folder: str) -> dict[str, str]:
        pairs = (line.partition(":") for line in (self.read(f"{folder}/status") or "").splitlines())
        return {name: value.strip() for name, _, value in pairs}

    def command_line(self, process: Process) -> list[str]:
        """Return a process's arguments, to be understood here and then forgotten."""
        return [word for word in (self.read(f"/proc/{process.pid}/cmdline") or "").split("\0") if word]

    def environment(self, process: Process) -> dict[str, str]:
        """Return what a session's settings depend on, from the environment of its process."""
        pairs = (line.partition("=") for line in (self.read(f"/proc/{process.pid}/environ") or "").split("\0"))
        return {name: value for name, _, value in pairs if name in _KEPT}

    def people(self) -> dict[int, Person]:
        """Return everybody in the machine's own list of users, by number."""
        found: dict[int, Person] = {}
        for line in (self.read("/etc/passwd") or "").splitlines():
            parts = line.split(":")
            if len(parts) >= 6 and parts[2].isdigit():  # noqa: PLR2004 - passwd(5): the sixth field is the home directory
                found.setdefault(int(parts[2]), Person(parts[0], int(parts[2]), parts[5]))
        return found

    def person(self, uid: int) -> Person:
        """Return the person with this number, from the machine's list or, for directory users, from the system."""
        known = self.people().get(uid)
        if known is not None:
            return known
        import pwd  # not there on Windows, whose people are known otherwise

        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            return Person(str(uid), uid, "/nonexistent")
        return Person(entry.pw_name, uid, entry.pw_dir)


def _own_uid() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else -1


@dataclass(slots=True)
class Notebook:
    """What was seen, and what could not be."""

    at: datetime
    facts: list[Fact] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    software: list[Installed] = field(default_factory=list)

    def note(  # noqa: PLR0913 - what a fact consists of
        self,
        name: str,
        value: Value,
        origin: str,
        *,
        source: Source = Source.OBSERVED,
        user: str | None = None,
        writable: bool | None = None,
    ) -> None:
        """Write a fact down."""
        self.facts.append(Fact(name, value, source, self.at, writable, user, origin))

    def miss(self, what: str, why: str) -> None:
        """Write down that something could not be read."""
        self.unread.append(Unread(what, why))
