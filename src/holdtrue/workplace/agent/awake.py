"""How long the device has been on, by a clock that stands still while it sleeps."""

import subprocess
import sys
import time
from pathlib import Path

from .memory import Awake


def awake_now() -> Awake:
    """Return this moment as (which start of the machine, seconds awake since then)."""
    return Awake(_boot(), time.monotonic())


def silent_for(last: Awake | None, now: Awake, *, every: int) -> int:
    """Return for how many seconds, in whole minutes, the device was on and nobody looked at it; 0 within the usual.

    Sleep and power-off do not count: only a stopped agent does.
    """
    if last is None:
        return 0
    silent = now.seconds - last.seconds if last.boot == now.boot else now.seconds
    return int(silent // 60) * 60 if silent > 2.5 * every else 0  # one missed look is no gap


def _boot() -> str:
    platform = str(sys.platform)
    if platform.startswith("linux"):
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:
            return ""
    if platform == "darwin":
        told = subprocess.run(["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"], capture_output=True, timeout=10, check=False)
        return told.stdout.decode("ascii", "replace").strip()
    # Windows counts the seconds since its start: the start itself, to the quarter of an hour, tells one from another.
    return str(round((time.time() - time.monotonic()) / 900)) if platform == "win32" else ""
