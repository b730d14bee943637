"""One look at the device: in a process of its own, light and with an end, so that nothing that hangs stops the agent."""

import json
import os
import shutil
import subprocess
import sys
import zipimport
from pathlib import Path

from holdtrue.errors import Unavailable
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.state import tidied

from .memory import sheet_in

LONGEST = 300.0
"""Seconds that one look may take."""
LARGEST = 32_000_000
"""Bytes of what a look may print."""


def program() -> list[str]:
    """Return the command that runs this very agent: the single file, or the installed package."""
    loader = globals().get("__loader__")
    if isinstance(loader, zipimport.zipimporter):
        # A single file needs no packages; what the environment says of other ones does not count.
        return [sys.executable, "-I", "-S", loader.archive]
    return [sys.executable, "-I", "-m", "holdtrue.workplace.agent"]


def called() -> str:
    """Return how a person runs this very agent: as a part of `holdtrue`, or by the single file's own name."""
    is_alone = isinstance(globals().get("__loader__"), zipimport.zipimporter)
    return Path(sys.argv[0]).name if is_alone else "holdtrue agent"


def look(folder: Path, *, longest: float = LONGEST) -> FactSheet:
    """Return what this device says of itself now; raises `Unavailable` when that takes too long or fails."""
    command = [*_quiet(), *program(), "show", "--format", "json", "--home", str(folder)]
    flags = getattr(subprocess, "IDLE_PRIORITY_CLASS", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    started = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, creationflags=flags
    )
    try:
        printed, complaint = started.communicate(timeout=longest)
    except subprocess.TimeoutExpired as error:
        _end(started)
        raise Unavailable(f"Looking at this device took more than {longest:.0f} s.", hint="It is tried again later.") from error
    if started.returncode != 0 or len(printed) > LARGEST:
        why = complaint.decode("utf-8", "replace").strip().splitlines()
        raise Unavailable(f"This device could not be looked at: {why[-1] if why else 'no reason was given'}.", hint="")
    try:
        return tidied(sheet_in(json.loads(printed)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable("What this device said could not be read.", hint="Install the agent anew.") from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    try:
        process.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        # What waits for a dead disk cannot be ended; it is left behind, and the next look begins anew.
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _quiet() -> list[str]:
    """Return what makes a command give way to everybody else on this machine."""
    if sys.platform == "darwin":
        return ["/usr/sbin/taskpolicy", "-b"] if Path("/usr/sbin/taskpolicy").exists() else []
    if os.name != "posix":
        return []
    words = ["nice", "-n", "19"] if shutil.which("nice") else []
    return [*words, "ionice", "-c", "3"] if shutil.which("ionice") else words
