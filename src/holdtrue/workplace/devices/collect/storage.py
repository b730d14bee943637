"""Removable storage on Linux: what is mounted, and what keeps drives out."""

import json
import re
from collections.abc import Iterator, Mapping

from holdtrue.workplace.devices.usbguard import blocks_storage
from holdtrue.workplace.facts import Source

from .machine import Machine, Notebook

_RULE = re.compile(r"^\s*install\s+usb[-_]storage\s+(\S.*)$", re.MULTILINE)
_CARRIERS = frozenset({"usb", "ieee1394"})


def collect_storage(machine: Machine, notebook: Notebook) -> None:
    """Note removable volumes in use now, and every way in which Linux can refuse them."""
    _mounted(machine, notebook)
    _driver(machine, notebook)
    _guard(machine, notebook)
    hubs = machine.find("/sys/bus/usb/devices/usb*/authorized_default")
    if hubs:
        values = [(machine.read(hub) or "").strip() for hub in hubs]
        notebook.note("usb authorized-default", values, "/sys/bus/usb/devices/usb*/authorized_default")


def _mounted(machine: Machine, notebook: Notebook) -> None:
    listed = machine.run("lsblk", "--json", "--output", "NAME,TYPE,TRAN,RM,MOUNTPOINTS")
    try:
        devices = json.loads(listed or "")["blockdevices"]
    except (ValueError, KeyError, TypeError):
        _mounted_by_kernel(machine, notebook)
        return
    cards = {file.split("/")[3] for file in machine.find("/sys/block/mmcblk*/device/type") if _is_card(machine, file)}
    outside = cards | set(_outside(machine))
    notebook.note("storage.mounted", sorted(_volumes(devices, outside, is_removable=False)), "lsblk")


def _is_card(machine: Machine, file: str) -> bool:
    """Whether this is a memory card: the kernel calls one in a slot as little removable as a chip that is soldered on (MMC)."""
    return (machine.read(file) or "").strip() == "SD"


def _outside(machine: Machine) -> Iterator[str]:
    """Yield the disks behind a port that leads out of the machine, as Thunderbolt's: to NVMe they are as fixed as one inside.

    The kernel says `removable` of every PCI device behind a port that the firmware calls external (sysfs-devices-removable).
    """
    for disk in machine.find("/sys/block/*"):
        # A disk that may have several controllers hangs below none of them.
        controllers = machine.find(f"{disk}/device/nvme*/device")
        if any(_is_behind(machine, place) for place in (disk, *controllers)):
            yield disk.rsplit("/", 1)[1]


def _is_behind(machine: Machine, place: str) -> bool:
    """Whether this device of sysfs, or one above it, can be taken off the machine."""
    root = machine.root.resolve()
    above = machine.path(place).resolve()
    while above not in {root, above.parent}:
        if (machine.read(f"/{above.relative_to(root)}/removable") or "").strip() == "removable":
            return True
        above = above.parent
    return False


def _volumes(devices: list[Mapping[str, object]], outside: set[str], *, is_removable: bool) -> Iterator[str]:
    """Yield each mounted volume on a removable disk; what lies on a disk (partition, LUKS, LVM) is as removable as the disk."""
    for device in devices:
        is_disk = device.get("type") == "disk"
        is_taken_out = device.get("tran") in _CARRIERS or device.get("rm") in {True, "1"} or device.get("name") in outside
        here = is_removable or (is_disk and is_taken_out)
        points = device.get("mountpoints")
        for point in points if isinstance(points, list) else []:
            if here and point:
                yield f"{device.get('name')} at {point}"
        children = device.get("children")
        if isinstance(children, list):
            yield from _volumes(children, outside, is_removable=here)


def _mounted_by_kernel(machine: Machine, notebook: Notebook) -> None:
    """Note the same from the kernel's own tables, where lsblk is missing."""
    mounts = machine.read("/proc/mounts")
    if mounts is None:
        notebook.miss("mounted volumes", "neither lsblk nor /proc/mounts gave an answer")
        return
    removable = {
        file.split("/")[3] for file in machine.find("/sys/block/*/removable") if (machine.read(file) or "").strip() == "1"
    } | set(_outside(machine))
    found = []
    for line in mounts.splitlines():
        device, _, rest = line.partition(" ")
        disk = re.sub(r"p?\d+$", "", device.removeprefix("/dev/"))
        if device.startswith("/dev/") and (disk in removable or device.removeprefix("/dev/") in removable):
            found.append(f"{device.removeprefix('/dev/')} at {rest.split(' ')[0]}")
    notebook.note("storage.mounted", sorted(found), "/proc/mounts, /sys/block")


def _driver(machine: Machine, notebook: Notebook) -> None:
    release = (machine.read("/proc/sys/kernel/osrelease") or "").strip()
    builtin = machine.read(f"/lib/modules/{release}/modules.builtin") or ""
    if re.search(r"/usb-storage\.ko", builtin):
        notebook.note("modprobe usb-storage", "builtin", f"/lib/modules/{release}/modules.builtin")
    else:
        answer, origin = machine.run("modprobe", "-n", "-v", "usb-storage"), "modprobe -n -v usb-storage"
        if answer is None:
            rules = [(file, rule) for file in _modprobe_files(machine) for rule in _RULE.findall(machine.read(file) or "")]
            answer, origin = (f"install {rules[0][1]}", rules[0][0]) if rules else ("", "/etc/modprobe.d")
        is_forbidden = answer.strip().startswith("install /")
        source = Source.POLICY if is_forbidden else Source.OBSERVED
        notebook.note("modprobe usb-storage", answer.strip().splitlines()[-1] if answer.strip() else "", origin, source=source)
    modules = machine.read("/proc/modules")
    if modules is not None or release:
        loaded = {line.split(" ")[0] for line in (modules or "").splitlines()} & {"usb_storage", "uas"}
        is_there = bool(loaded) or bool(machine.find("/sys/module/usb_storage"))
        notebook.note("kernel usb-storage loaded", is_there, "/proc/modules, /sys/module")


def _modprobe_files(machine: Machine) -> list[str]:
    return machine.find(
        "/etc/modprobe.d/*.conf", "/run/modprobe.d/*.conf", "/usr/lib/modprobe.d/*.conf", "/lib/modprobe.d/*.conf"
    )


def _guard(machine: Machine, notebook: Notebook) -> None:
    if not any(process.name == "usbguard-daemon" for process in machine.processes()):
        return
    notebook.note("usbguard running", value=True, origin="running processes")
    rules = machine.run("usbguard", "list-rules")
    origin = "usbguard list-rules"
    if rules is None:
        rules, origin = machine.read("/etc/usbguard/rules.conf"), "/etc/usbguard/rules.conf"
    if rules is None:
        notebook.miss("rules of USBGuard", "only root may read them; run with sudo")
        return
    plain = "\n".join(re.sub(r"^\d+:\s*", "", line) for line in rules.splitlines())
    target = re.search(
        r"^\s*ImplicitPolicyTarget\s*=\s*(\w+)", machine.read("/etc/usbguard/usbguard-daemon.conf") or "", re.MULTILINE
    )
    answer = blocks_storage(plain, implicit=target[1] if target else "block")
    if answer is not None:
        notebook.note("usbguard blocks-storage", answer, origin, source=Source.POLICY)
