"""Drives that were used, and phones that are connected, on Linux: from the kernel's log and its list of USB devices."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .machine import Machine, Notebook

LOOKS_BACK = timedelta(hours=24)
"""How long a drive that was used is told: longer than any time between two reports that still count."""
_STILL_IMAGE = "06"
"""The USB class of cameras and phones, PTP and MTP (USB-IF class codes)."""
_LINE = re.compile(r"^(\d+)(?:\.\d+)? (.*)$")


def collect_removable(machine: Machine, notebook: Notebook) -> None:
    """Note the USB drives of the last day, and the phones and cameras that are connected now."""
    since = notebook.at - LOOKS_BACK
    told = machine.run(
        "journalctl", "--dmesg", f"--since=@{int(since.timestamp())}", "--output=short-unix", "--no-pager", "--quiet"
    )
    # Without a journal the command succeeds and prints nothing.
    kept = machine.find("/var/log/journal/*/system*.journal", "/run/log/journal/*/system*.journal")
    if told is None or not kept or not machine.is_root:
        notebook.miss("drives that were used before now", "the kernel's log could not be read; run with sudo")
    else:
        notebook.note("storage.used", sorted(drives(told)), "the kernel's log")
    notebook.note("phones.connected", sorted(set(_phones(machine))), "/sys/bus/usb/devices")


def drives(log: str) -> Iterator[str]:
    """Yield the USB drives in a kernel's log, as `31 GB drive at 2026-11-26 10:22 UTC`; a reader without a card is none."""
    hosts: set[str] = set()
    for line in log.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        # `scsi host6: usb-storage 1-2:1.0`: the host of a USB drive; every disk on it is one.
        host = re.search(r"\bscsi host(\d+): (?:usb-storage|uas)\b", found[2])
        if host is not None:
            hosts.add(host[1])
        disk = re.search(r"\bsd (\d+):\d+:\d+:\d+: \[(\w+)\] (\d+) (\d+)-byte logical blocks", found[2])
        if disk is not None and disk[1] in hosts:
            at = datetime.fromtimestamp(int(found[1]), UTC)
            yield f"{_size(int(disk[3]) * int(disk[4]))} drive at {at:%Y-%m-%d %H:%M} UTC"


def _size(count: int) -> str:
    return f"{count / 1e12:.1f} TB" if count >= 1e12 else f"{count / 1e9:.0f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"  # noqa: PLR2004 - SI


def _phones(machine: Machine) -> Iterator[str]:
    for file in machine.find("/sys/bus/usb/devices/*:*/bInterfaceClass"):
        interface = file.rsplit("/", 1)[0]
        label = (machine.read(f"{interface}/interface") or "").strip()
        # Android says MTP by the name of its interface, where it does not by its class.
        if (machine.read(file) or "").strip() != _STILL_IMAGE and label != "MTP":
            continue
        device = interface.rsplit("/", 1)[0] + "/" + interface.rsplit("/", 1)[1].partition(":")[0]
        names = [(machine.read(f"{device}/{part}") or "").strip() for part in ("manufacturer", "product")]
        yield " ".join(name for name in names if name) or "a phone or camera"
