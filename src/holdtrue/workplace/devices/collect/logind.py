"""What logind knows of who is signed in: sessions of unknown desktops, idle ones that are not locked, and text consoles."""

import re
from collections.abc import Iterable, Iterator, Mapping

from holdtrue.workplace.devices.desktops import SHELLS, is_greeter
from holdtrue.workplace.facts import Source

from .machine import LONGEST_NAME, Machine, Notebook, Process

_SERVERS = frozenset({"Xorg", "X", "Xwayland"})
_CONSOLE_LOCKERS = frozenset({"vlock", "vlock-main", "physlock"})
_SESSION = re.compile(r"/session-([\w.-]+)\.scope")
_TIMES_OUT = re.compile(r"(?<![\w$\{])TMOUT\b(?:=[\"']?(\d*))?")
_FIXES = re.compile(r"\breadonly\b|\b(?:declare|typeset) -\w*r")
_DEPENDS = re.compile(r"^\s|&&|\|\||\[|\b(?:if|then|case)\b")


def collect_logind(machine: Machine, notebook: Notebook, processes: list[Process], known: set[str]) -> None:
    """Note every session at this machine's own screens that the running desktops did not tell; `known` are whose did."""
    for name, fields in _sessions(machine):
        user, origin = fields.get("Name", ""), f"loginctl show-session {name}"
        if fields.get("Type") in {"x11", "wayland", "mir"}:
            if user not in known:
                notebook.note("session.type", fields["Type"], origin, user=user)
                known.add(user)
            idle = _idle(notebook, fields)
            if idle is not None:
                notebook.note("session.idle-unlocked", idle, origin, user=user)
        elif fields.get("Type") == "tty" and fields.get("Seat"):
            _console(machine, notebook, name, fields, _of(processes, fields))
    _timed_out(machine, notebook)
    _configuration(machine, notebook)


def _sessions(machine: Machine) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield people's sessions that are not ending and not from afar, by their names."""
    listed = machine.run("loginctl", "list-sessions", "--no-legend", "--no-pager")
    for line in (listed or "").splitlines():
        name = line.split()[0] if line.split() else ""
        told = machine.run("loginctl", "show-session", name, "--no-pager") if re.fullmatch(r"[\w.-]+", name) else None
        fields = dict(pair.split("=", 1) for pair in (told or "").splitlines() if "=" in pair)
        # One that is closing has no screen any more: something that it started runs on.
        is_gone = fields.get("State") == "closing" or fields.get("Remote") == "yes"
        if fields.get("Class") == "user" and not is_gone:
            yield name, fields


def _idle(notebook: Notebook, fields: Mapping[str, str]) -> int | None:
    """Return for how many seconds a session has been idle and not locked."""
    since = fields.get("IdleSinceHint", "")
    if fields.get("IdleHint") != "yes" or fields.get("LockedHint") != "no" or not since.isdigit() or int(since) == 0:
        return None
    return max(0, int(notebook.at.timestamp()) - int(since) // 1_000_000)


def _of(processes: list[Process], fields: Mapping[str, str]) -> list[Process]:
    return [process for process in processes if str(process.uid) == fields.get("User")]


def _console(machine: Machine, notebook: Notebook, name: str, fields: Mapping[str, str], own: Iterable[Process]) -> None:
    """Note a sign-in at a text console: nothing locks one by itself. One from which a desktop was started is that desktop's."""
    for process in own:
        is_locker = process.name in _CONSOLE_LOCKERS and not process.is_stopped
        if not (is_locker or process.name in _SERVERS or process.name.lower()[:LONGEST_NAME] in _SHELLS):
            continue
        scope = _SESSION.search(machine.read(f"/proc/{process.pid}/cgroup") or "")
        # A locker keeps the console at which it was started.
        if is_locker if scope is None else scope[1] == name:
            return
    user, origin = fields.get("Name", ""), f"loginctl show-session {name}"
    if is_greeter(user):
        return
    notebook.note("session.console", fields.get("TTY") or "console", origin, user=user)
    idle = _idle(notebook, fields)
    if idle is not None:
        notebook.note("session.console-idle", idle, origin, user=user)


def _timed_out(machine: Machine, notebook: Notebook) -> None:
    """Note after how many idle seconds a shell signs people out (bash(1), TMOUT), where that is set for everybody."""
    if not any(fact.name == "session.console" for fact in notebook.facts):
        return
    seconds, origin = 0, ""
    for file in ("/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", *machine.find("/etc/profile.d/*.sh")):
        for line in (one.partition("#")[0] for one in (machine.read(file) or "").splitlines()):
            found = _TIMES_OUT.search(line)
            if found is None:
                continue
            if _DEPENDS.search(line):
                # Set for some and not for others: for whom, one cannot tell.
                return
            if found[1] is not None or "unset" in line:
                seconds, origin = int(found[1] or 0), file
            if _FIXES.search(line):
                # Whoever sets it later fails.
                notebook.note("shell TMOUT", seconds, origin, source=Source.POLICY)
                return
    if origin:
        notebook.note("shell TMOUT", seconds, origin, source=Source.POLICY)


def _configuration(machine: Machine, notebook: Notebook) -> None:
    """Note what logind itself does when idle. Drop-ins win over the file; of two of one name the first folder's counts."""
    drop_ins: dict[str, str] = {}
    for folder in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"):
        for file in machine.find(f"{folder}/systemd/logind.conf.d/*.conf"):
            drop_ins.setdefault(file.rsplit("/", 1)[-1], file)
    for file in ("/etc/systemd/logind.conf", *(drop_ins[name] for name in sorted(drop_ins))):
        for line in (machine.read(file) or "").splitlines():
            if line.startswith(("IdleAction=", "IdleActionSec=", "HandleLidSwitch=")):
                key, _, value = line.partition("=")
                notebook.note(f"logind {key}", value.strip(), file, source=Source.POLICY, writable=False)


_SHELLS = {name[:LONGEST_NAME] for name in SHELLS}
