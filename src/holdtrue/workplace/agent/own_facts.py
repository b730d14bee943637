"""What the agent says of itself, so that tampering with it shows: its service, its program, a gap in its looking."""

import os
import re
import stat
import sys
from pathlib import Path

from holdtrue.workplace.devices.collect.machine import Machine, Notebook

from .awake import awake_now, silent_for
from .memory import Memory
from .service import LAUNCHD_LABEL, SYSTEMD_UNIT, TASK_NAME


def note_agent(machine: Machine, notebook: Notebook, memory: Memory, program: Path) -> None:
    """Note whether the agent's service is on, whether others may rewrite its program, and how long nobody looked."""
    service, origin = _service(machine)
    if service:
        notebook.note("agent.service", service, origin)
    else:
        notebook.miss("the agent's own service", f"{origin} gave no answer")
    if os.name == "posix":
        notebook.note("agent.program-protected", is_protected(program), "owner and mode of the agent's program")
    silent = silent_for(memory.awake, awake_now(), every=memory.every)
    notebook.note("agent.silent-seconds", silent, "the agent's own record")
    if memory.enrolment is not None and sys.platform.startswith("linux"):
        # Linux has no device management of its own: a key that signs is what binds a device to its organisation.
        notebook.note("management.enrolled", value=True, origin="the agent's own record")
    off = next((fact.value for fact in notebook.facts if fact.name == "management.agents-off"), None)
    signs = [f"{name} does not run" for name in off] if isinstance(off, list) else []
    signs += [f"the agent's service is {service}"] if service in {"disabled", "masked", "stopped"} else []
    signs += [f"nobody looked for {silent:,} s while the device was on"] if silent else []
    notebook.note("tampering.signs", signs, "the agent's own record, units of the system")


def _service(machine: Machine) -> tuple[str, str]:
    """Return the state of the service, empty where it cannot be told, and how that was asked."""
    if sys.platform == "darwin":
        told = machine.run("launchctl", "print-disabled", "system")
        return ("" if told is None else launchd_state(told)), "launchctl print-disabled system"
    if sys.platform == "win32":
        told = machine.run("schtasks", "/query", "/tn", TASK_NAME, "/fo", "csv", "/nh")
        return task_state(told or ""), f"schtasks /query /tn {TASK_NAME}"
    told = machine.run("systemctl", "show", "--property=LoadState,UnitFileState,ActiveState", SYSTEMD_UNIT)
    return systemd_state(told or ""), f"systemctl show {SYSTEMD_UNIT}"


def systemd_state(text: str) -> str:
    """Return `not-installed`, `masked`, `disabled`, `stopped` or `on` from `systemctl show`; empty without an answer."""
    fields = dict(pair.split("=", 1) for pair in text.splitlines() if "=" in pair)
    if not fields:
        return ""
    if fields.get("LoadState") == "not-found":
        return "not-installed"
    if fields.get("LoadState") == "masked":
        return "masked"
    if fields.get("UnitFileState") not in {"enabled", "enabled-runtime", "static"}:
        return "disabled"
    return "on" if fields.get("ActiveState") in {"active", "activating", "reloading"} else "stopped"


def launchd_state(text: str) -> str:
    """Return `on`, `disabled` or `not-installed` from `launchctl print-disabled system` and the plist's presence."""
    found = re.search(rf'"{re.escape(LAUNCHD_LABEL)}" => (\w+)', text)
    if found is not None and found[1] in {"disabled", "true"}:
        return "disabled"
    return "on" if Path(f"/Library/LaunchDaemons/{LAUNCHD_LABEL}.plist").exists() else "not-installed"


def task_state(text: str) -> str:
    """Return `on`, `disabled` or `not-installed` from the row that schtasks prints: name, next run, state."""
    row = text.strip().rsplit('","', 1)
    if len(row) < 2:  # noqa: PLR2004 - a row has more than one column
        return "not-installed"
    return "disabled" if row[1].strip('"').lower() == "disabled" else "on"


def is_protected(program: Path) -> bool:
    """Whether root alone can change this file, or put another in its place."""
    try:
        places = [program.resolve(), *program.resolve().parents]
        found = [place.stat() for place in places]
    except OSError:
        return False
    for status in found:
        is_open = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        # In a folder such as /tmp others may write, and yet not replace what is not theirs.
        is_sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
        if status.st_uid != 0 or (is_open and not is_sticky):
            return False
    return True
