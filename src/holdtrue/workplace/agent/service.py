"""The agent as a service of the system: systemd, launchd, or a scheduled task of Windows."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from xml.sax.saxutils import escape

from holdtrue.errors import NotAllowed, Unavailable

SYSTEMD_UNIT = "holdtrue-agent.service"
LAUNCHD_LABEL = "io.holdtrue.agent"
TASK_NAME = "Holdtrue Agent"


@dataclass(frozen=True, slots=True)
class Service:
    """A file that tells the system of the agent, with the commands that make it so and undo it."""

    file: Path
    content: str
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]


def service(program: Sequence[str], *, platform: str = sys.platform) -> Service:
    """Return the service that runs this program; raises `Unavailable` where none is known for the system."""
    if platform.startswith("linux"):
        file = Path("/etc/systemd/system") / SYSTEMD_UNIT
        content = _shipped("holdtrue-agent.service").replace("@PROGRAM@", _unit_words(program))
        reload_ = ("systemctl", "daemon-reload")
        return Service(
            file, content, start=(reload_, ("systemctl", "enable", "--now", SYSTEMD_UNIT)),
            stop=(("systemctl", "disable", "--now", SYSTEMD_UNIT),),
        )  # fmt: skip
    if platform == "darwin":
        file = Path("/Library/LaunchDaemons") / f"{LAUNCHD_LABEL}.plist"
        strings = "".join(f"\n\t\t<string>{escape(word)}</string>" for word in program)
        content = _shipped("io.holdtrue.agent.plist").replace("@PROGRAM_STRINGS@", strings)
        started = ("launchctl", "bootstrap", "system", str(file))
        return Service(file, content, start=(started,), stop=(("launchctl", "bootout", f"system/{LAUNCHD_LABEL}"),))
    if platform == "win32":
        file = Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Holdtrue Agent" / "task.xml"
        content = _shipped("holdtrue-agent.xml").replace("@COMMAND@", escape(program[0]))
        content = content.replace("@ARGUMENTS@", escape(subprocess.list2cmdline(list(program[1:]))))
        made = ("schtasks", "/create", "/tn", TASK_NAME, "/xml", str(file), "/f")
        return Service(
            file, content, start=(made, ("schtasks", "/run", "/tn", TASK_NAME)),
            stop=(("schtasks", "/end", "/tn", TASK_NAME), ("schtasks", "/delete", "/tn", TASK_NAME, "/f")),
        )  # fmt: skip
    raise Unavailable(
        f"How {platform} starts a service is not known here.", hint="Let it run `holdtrue agent run` at start-up."
    )


def _shipped(name: str) -> str:
    return (resources.files("holdtrue.workplace.agent") / "data" / name).read_text("utf-8")


def _unit_words(program: Sequence[str]) -> str:
    # In a unit, a per cent sign and a dollar have meanings of their own (systemd.service(5), COMMAND LINES).
    return shlex.join(word.replace("%", "%%").replace("$", "$$") for word in program)


def install(found: Service) -> None:
    """Write the file and start the service; raises `NotAllowed` without root, `Unavailable` when the system refuses."""
    if os.name == "posix" and os.geteuid() != 0:
        raise NotAllowed("Only root installs a service.", hint="Run it with sudo, or look first with --dry-run.")
    found.file.parent.mkdir(parents=True, exist_ok=True)
    found.file.write_text(found.content, encoding="utf-8")
    for command in found.start:
        _do(command)


def remove(found: Service) -> None:
    """Stop the service and take its file away; raises `NotAllowed` without root."""
    if os.name == "posix" and os.geteuid() != 0:
        raise NotAllowed("Only root removes a service.", hint="Run it with sudo.")
    for command in found.stop:
        subprocess.run(command, capture_output=True, timeout=90, check=False)
    found.file.unlink(missing_ok=True)


def _do(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=90, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{shlex.join(command)} did not run: {error}.", hint="Run it by hand.") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip() or f"status {done.returncode}"
        raise Unavailable(f"{shlex.join(command)} failed: {said}", hint="Run it by hand.")
