"""Everything that can be read of a Linux machine."""

import hashlib
import re
import socket

from holdtrue.workplace.facts import Identity, System

from .backups import collect_backups
from .machine import Machine, Notebook
from .packages import collect_software
from .protection import collect_protection
from .removable import collect_removable
from .sessions import collect_sessions
from .storage import collect_storage
from .sync import collect_sync

_NO_SERIAL = frozenset({"", "0", "none", "default string", "to be filled by o.e.m.", "not specified", "system serial number"})


def collect_linux(machine: Machine, notebook: Notebook) -> bool:
    """Note all facts of this machine; return whether its software could be listed."""
    live = collect_sessions(machine, notebook)
    collect_storage(machine, notebook)
    collect_removable(machine, notebook)
    collect_protection(machine, notebook)
    collect_backups(machine, notebook, live)
    collect_sync(machine, notebook)
    return collect_software(machine, notebook)


def identify_linux(machine: Machine) -> Identity:
    """Return which machine this is: the firmware's serial if root reads it, else one derived from the machine id."""
    told = machine.read("/sys/class/dmi/id/product_serial") or ""
    serial = "" if told.strip().lower() in _NO_SERIAL else told.strip()
    name = (machine.read("/proc/sys/kernel/hostname") or socket.gethostname()).strip()
    own = (machine.read("/etc/machine-id") or machine.read("/var/lib/dbus/machine-id") or "").strip()
    release = re.search(r'^PRETTY_NAME="?([^"\n]+)', machine.read("/etc/os-release") or "", re.MULTILINE)
    # machine-id(5) asks not to hand the id itself to others: an application derives its own from it.
    derived = hashlib.sha256(b"holdtrue/device/1\n" + own.encode()).hexdigest()[:32] if own else ""
    return Identity(serial or derived or name, name, System.LINUX, release[1] if release else "", serial)
