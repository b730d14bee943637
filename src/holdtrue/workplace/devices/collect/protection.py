"""How a Linux machine protects itself: its disk, firewall, confinement, updates, accounts, and who listens to its network."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .firewall import collect_firewall
from .machine import Machine, Notebook, Process

_OFF = frozenset({"0", "false", "no", "off"})
_UNITS = ("/etc/systemd/system", "/run/systemd/system")
_VARIABLES = "/sys/firmware/efi/efivars"
_SECURE_BOOT = f"{_VARIABLES}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
# With either of these the kernel takes Secure Boot for off (drivers/firmware/efi/libstub/secureboot.c): the firmware takes any
# key, or shim was told not to check what it starts.
_UNCHECKED = (
    f"{_VARIABLES}/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c",
    f"{_VARIABLES}/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23",
)
_PROFILES = "/sys/kernel/security/apparmor/profiles"
_BY_GDM = r"^\s*(?:AutomaticLogin|TimedLogin)Enable\s*=\s*(?:true|1|yes)"
_KEPT_DATA = ("/", "/home", "/var")
"""Where people's work and what programs keep of it lie; a part of it on a plain disk is enough to lose it."""
_CARRIERS = re.compile(r"^(vboxnetflt|vmnet) \d+ [1-9]", re.MULTILINE)
"""What VirtualBox and VMware bridge their machines with, while it is in use; nothing shows on which card."""
_UP, _PROMISCUOUS = 0x1, 0x100
"""IFF_UP and IFF_PROMISC, of <net/if.h>."""
_MONITORS = frozenset({"801", "802", "803"})
"""Kinds of interface that take in every frame in the air (ARPHRD_IEEE80211 and its kin, of <net/if_arp.h>)."""
_MANAGERS = {
    "intune-portal": "intune", "microsoft-identity-broker": "intune", "landscape-client": "landscape", "puppet": "puppet",
    "salt-minion": "salt", "chef-client": "chef", "fleetd": "fleet", "orbit": "fleet", "osqueryd": "osquery",
    "wazuh-agent": "wazuh", "jumpcloud-agent": "jumpcloud", "kolide-launcher": "kolide",
}  # fmt: skip


def collect_protection(machine: Machine, notebook: Notebook) -> None:
    """Note what protects this machine and what of it is off."""
    processes = machine.processes()
    _encryption(machine, notebook)
    collect_firewall(machine, notebook, processes)
    _confinement(machine, notebook)
    _updates(machine, notebook)
    _accounts(machine, notebook)
    _remote(machine, notebook, processes)
    _listeners(machine, notebook)
    _management(machine, notebook, processes)


def _encryption(machine: Machine, notebook: Notebook) -> None:
    listed = machine.run("lsblk", "--json", "--output", "NAME,TYPE,MOUNTPOINTS")
    try:
        devices = json.loads(listed or "")["blockdevices"]
        found = encrypted(devices, list(_spread(machine)))
    except (ValueError, KeyError, TypeError, AttributeError):
        found = {}
    if "/" not in found:
        notebook.miss("encryption of the disk", "lsblk does not show what the system's folder lies on")
        return
    notebook.note("disk.encrypted", all(found.values()), f"lsblk: {', '.join(sorted(found))}")


def _spread(machine: Machine) -> Iterator[set[str]]:
    """Yield the devices of each file system of btrfs, by lsblk's names: it shows a mount on one of them alone."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for path in machine.find("/sys/fs/btrfs/*/devices/*"):
        system, _, name = path.rpartition("/devices/")
        members[system].add((machine.read(f"/sys/class/block/{name}/dm/name") or name).strip())
    yield from members.values()


def encrypted(devices: list[Mapping[str, Any]], spread: Iterable[set[str]] = ()) -> dict[str, bool]:
    """Return, for each folder that holds work, whether an encrypted layer lies under it on every disk that it is on.

    `spread` are the devices that belong to one file system.
    """
    found: dict[str, bool] = {}
    locked: dict[str, bool] = {}
    points: defaultdict[str, set[str]] = defaultdict(set)

    def walk(below: list[Mapping[str, Any]], *, is_under_lock: bool) -> None:
        for device in below:
            here = is_under_lock or device.get("type") == "crypt"
            name = str(device.get("name"))
            locked[name] = locked.get(name, True) and here
            for point in device.get("mountpoints") or []:
                if point in _KEPT_DATA:
                    found[point] = found.get(point, True) and here
                    points[name].add(point)
            walk(device.get("children") or [], is_under_lock=here)

    walk(devices, is_under_lock=False)
    for members in spread:
        if not all(locked.get(name, False) for name in members):
            found.update(dict.fromkeys({point for name in members for point in points[name]}, False))
    return found


def _confinement(machine: Machine, notebook: Notebook) -> None:
    enforcing = machine.read("/sys/fs/selinux/enforce")
    apparmor = machine.read("/sys/module/apparmor/parameters/enabled")
    if enforcing is not None:
        mode = "enforcing" if enforcing.strip() == "1" else "permissive"
        notebook.note("selinux mode", mode, "/sys/fs/selinux/enforce")
    elif apparmor is not None:
        profiles = machine.read(_PROFILES)
        # It confines what it has a profile for that is enforced; a list that was not read says nothing.
        is_idle = profiles is not None and not re.search(r"\((?:enforce|kill)\)$", profiles, re.MULTILINE)
        origin = f"/sys/module/apparmor/parameters/enabled, {_PROFILES}"
        notebook.note("apparmor enabled", apparmor.strip() == "Y" and not is_idle, origin)
    elif re.search(r"^SELINUX=", machine.read("/etc/selinux/config") or "", re.MULTILINE):
        notebook.note("selinux mode", "disabled", "/etc/selinux/config, and no /sys/fs/selinux")
    elif machine.find("/sys/kernel/security/lsm"):
        notebook.note("apparmor enabled", value=False, origin="/sys/kernel/security/lsm")
    else:
        notebook.miss("AppArmor or SELinux", "the kernel does not say whether it has either")
    state = machine.read(_SECURE_BOOT)
    if state is not None and state:
        # Four bytes of attributes, then the value (UEFI specification, 3.3).
        is_unchecked = any((machine.read(name) or "\0")[-1] == "\x01" for name in _UNCHECKED)
        notebook.note(
            "secure-boot", state[-1] == "\x01" and not is_unchecked, "the firmware's SecureBoot, SetupMode, MokSBStateRT"
        )


def _updates(machine: Machine, notebook: Notebook) -> None:
    if machine.find("/usr/bin/apt-get"):
        dumped = machine.run("apt-config", "dump", "APT::Periodic") or ""
        told = dict(re.findall(r'^APT::Periodic::([\w-]+) "(\w+)"', dumped, re.MULTILINE))
        # apt.systemd.daily: nothing of it without `Enable`, and nothing new without lists that are asked for.
        keys = (("Enable", "1"), ("Update-Package-Lists", "0"), ("Unattended-Upgrade", "0"))
        is_asked = all(told.get(key, usual).lower() not in _OFF for key, usual in keys)
        is_on = (
            is_asked
            and bool(machine.find("/usr/bin/unattended-upgrade"))
            and _takes_something(machine)
            and not _is_masked(machine, "apt-daily-upgrade.timer")
        )
        origin = "apt-config dump APT::Periodic, Unattended-Upgrade; apt-daily-upgrade.timer"
        notebook.note("updates.automatic", is_on, origin)
    elif machine.find("/usr/bin/dnf", "/usr/bin/dnf5"):
        timers = machine.find(
            "/etc/systemd/system/timers.target.wants/dnf-automatic*.timer",
            "/etc/systemd/system/timers.target.wants/dnf5-automatic*.timer",
        )
        applies = re.search(
            r"^\s*apply_updates\s*=\s*(?:yes|true|1)\b", machine.read("/etc/dnf/automatic.conf") or "", re.MULTILINE
        )
        is_on = any("install" in timer or applies for timer in timers)
        notebook.note("updates.automatic", is_on, "/etc/systemd/system/timers.target.wants, /etc/dnf/automatic.conf")
    waits = bool(machine.find("/run/reboot-required", "/var/run/reboot-required"))
    if waits or machine.find("/usr/share/update-notifier/notify-reboot-required", "/etc/kernel/postinst.d/unattended-upgrades"):
        notebook.note("updates.restart-needed", waits, "/run/reboot-required")


def _takes_something(machine: Machine) -> bool:
    """Whether unattended-upgrades may take anything from anywhere; where that was not told, its package's own list counts."""
    told = machine.run("apt-config", "dump", "Unattended-Upgrade")
    lists = r'^Unattended-Upgrade::(?:Origins-Pattern|Allowed-Origins):: "[^"\s]'
    return told is None or re.search(lists, told, re.MULTILINE) is not None


def _is_masked(machine: Machine, unit: str) -> bool:
    """Whether a unit can never start: its name leads to /dev/null (systemctl(1), `mask`)."""
    return any(machine.path(f"{folder}/{unit}").is_symlink() and machine.read(f"{folder}/{unit}") is None for folder in _UNITS)


def _accounts(machine: Machine, notebook: Notebook) -> None:
    shadow = machine.read("/etc/shadow")
    if shadow is None:
        notebook.miss("accounts without a password", "only root may read /etc/shadow; run with sudo")
    else:
        # A line that begins with + or - takes in a directory's people (nsswitch.conf(5), compat), and is nobody's account.
        open_ = [line.split(":")[0] for line in shadow.splitlines() if re.match(r"^[^:+-][^:]*::", line)]
        notebook.note("accounts.empty-password", sorted(open_), "/etc/shadow")
    files = {
        **dict.fromkeys(("/etc/gdm3/custom.conf", "/etc/gdm3/daemon.conf", "/etc/gdm/custom.conf"), _BY_GDM),
        "/etc/lxdm/lxdm.conf": r"^\s*autologin\s*=\s*\S",
        # greetd(5): an initial session is one that starts without a greeter.
        "/etc/greetd/config.toml": r"^\s*\[initial_session\]",
        "/etc/sddm.conf": r"^\s*User\s*=\s*\S",
        "/etc/lightdm/lightdm.conf": r"^\s*autologin-user\s*=\s*\S",
        **dict.fromkeys(machine.find("/etc/sddm.conf.d/*.conf"), r"^\s*User\s*=\s*\S"),
        **dict.fromkeys(machine.find("/etc/lightdm/lightdm.conf.d/*.conf"), r"^\s*autologin-user\s*=\s*\S"),
    }
    read = {file: content for file in files if (content := machine.read(file)) is not None}
    consoles = machine.find("/etc/systemd/system/getty@*.service.d/*.conf", "/etc/systemd/system/autologin@*.service")
    automatic = any(re.search(files[file], content, re.MULTILINE | re.IGNORECASE) for file, content in read.items())
    automatic = automatic or any("--autologin" in (machine.read(file) or "") for file in consoles)
    managers = machine.find("/etc/systemd/system/display-manager.service", "/etc/X11/default-display-manager")
    if automatic or read or not managers:
        notebook.note("accounts.automatic", automatic, ", ".join([*sorted(read), "getty's units"]))
    else:
        notebook.miss("automatic sign-in", "the display manager's settings are in no place that is known")


def _remote(machine: Machine, notebook: Notebook, processes: list[Process]) -> None:
    waits = machine.find("/etc/systemd/system/sockets.target.wants/ssh*.socket")
    is_running = bool(waits) or any(process.name == "sshd" for process in processes)
    notebook.note("sshd running", is_running, "running processes")
    if not is_running:
        return
    told = machine.run("/usr/sbin/sshd", "-T")
    if told is None:
        notebook.miss("settings of sshd", "only root may ask for them; run with sudo")
        return
    values = dict(line.split(" ", 1) for line in told.splitlines() if " " in line)
    for name in ("PermitRootLogin", "PasswordAuthentication"):
        notebook.note(f"sshd {name}", values.get(name.lower()), "sshd -T")


def _listeners(machine: Machine, notebook: Notebook) -> None:
    """Note the interfaces that take in everybody's traffic; not those that do so to carry it for others."""
    found = sorted(_promiscuous(machine))
    carriers = _CARRIERS.findall(machine.read("/proc/modules") or "")
    if found and carriers:
        notebook.miss("who reads everybody's traffic", f"{', '.join(carriers)} bridges virtual machines to {', '.join(found)}")
    else:
        notebook.note("network.promiscuous", found, "/sys/class/net")


def _promiscuous(machine: Machine) -> Iterator[str]:
    for file in machine.find("/sys/class/net/*/flags"):
        folder = file.removesuffix("/flags")
        try:
            flags = int((machine.read(file) or "0").strip(), 16)
        except ValueError:
            continue
        # A bridge and its ports, a bond's members, and what carries macvlan or virtual machines' traffic do so by design.
        carries = machine.find(
            f"{folder}/bridge", f"{folder}/brport", f"{folder}/master", f"{folder}/upper_*", f"{folder}/tun_flags"
        )
        listens = flags & _UP and (machine.read(f"{folder}/type") or "").strip() in _MONITORS
        if listens or (flags & _PROMISCUOUS and not carries):
            yield folder.rsplit("/", 1)[-1]


def _management(machine: Machine, notebook: Notebook, processes: list[Process]) -> None:
    """Note which managers of devices are installed, and which of them are not running."""
    units = {
        name: manager
        for name, manager in _MANAGERS.items()
        if machine.find(
            f"/etc/systemd/system/{name}.service",
            f"/usr/lib/systemd/system/{name}.service",
            f"/lib/systemd/system/{name}.service",
        )
    }
    notebook.note("management.agents", sorted(set(units.values())), "units of systemd")
    running = {process.name for process in processes}
    stopped = [
        name for name in units if name[:15] not in running and not machine.find(f"/etc/systemd/system/*.wants/{name}.service")
    ]
    notebook.note("management.agents-off", sorted(stopped), "units of systemd, running processes")
