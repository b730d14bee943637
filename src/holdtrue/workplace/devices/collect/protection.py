"""How a Linux machine protects itself: its disk, firewall, confinement, updates, accounts, and who listens to its network."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .machine import Machine, Notebook, Process

_OFF = frozenset({"0", "false", "no", "off"})
_UNITS = ("/etc/systemd/system", "/run/systemd/system")
_SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_BY_GDM = r"^\s*(?:AutomaticLogin|TimedLogin)Enable\s*=\s*(?:true|1|yes)"
_KEPT_DATA = ("/", "/home", "/var")
"""Where people's work and what programs keep of it lie; a part of it on a plain disk is enough to lose it."""
_DEEPEST = 4
"""Chains of a firewall that are followed one into the other."""
_CARRIERS = re.compile(r"^(vboxnetflt|vmnet) \d+ [1-9]", re.MULTILINE)
"""What VirtualBox and VMware bridge their machines with, while it is in use; nothing shows on which card."""
_PROMISCUOUS = 0x100
"""IFF_PROMISC, of <net/if.h>."""
_MANAGERS = {
    "intune-portal": "intune", "microsoft-identity-broker": "intune", "landscape-client": "landscape", "puppet": "puppet",
    "salt-minion": "salt", "chef-client": "chef", "fleetd": "fleet", "orbit": "fleet", "osqueryd": "osquery",
    "wazuh-agent": "wazuh", "jumpcloud-agent": "jumpcloud", "kolide-launcher": "kolide",
}  # fmt: skip


def collect_protection(machine: Machine, notebook: Notebook) -> None:
    """Note what protects this machine and what of it is off."""
    processes = machine.processes()
    _encryption(machine, notebook)
    _firewall(machine, notebook, processes)
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
        found = encrypted(devices)
    except (ValueError, KeyError, TypeError, AttributeError):
        found = {}
    if "/" not in found:
        notebook.miss("encryption of the disk", "lsblk does not show what the system's folder lies on")
        return
    notebook.note("disk.encrypted", all(found.values()), f"lsblk: {', '.join(sorted(found))}")


def encrypted(devices: list[Mapping[str, Any]]) -> dict[str, bool]:
    """Return, for each folder that holds work, whether an encrypted layer lies under it on every disk that it is on."""
    found: dict[str, bool] = {}

    def walk(below: list[Mapping[str, Any]], *, is_under_lock: bool) -> None:
        for device in below:
            here = is_under_lock or device.get("type") == "crypt"
            for point in device.get("mountpoints") or []:
                if point in _KEPT_DATA:
                    found[point] = found.get(point, True) and here
            walk(device.get("children") or [], is_under_lock=here)

    walk(devices, is_under_lock=False)
    return found


def _firewall(machine: Machine, notebook: Notebook, processes: list[Process]) -> None:
    """Note whether anything refuses what comes in; that nothing does is only told where the kernel's rules were read."""
    if any(process.name == "firewalld" for process in processes):
        state = (machine.run("firewall-cmd", "--state") or "").strip()
        zone = (machine.run("firewall-cmd", "--get-default-zone") or "").strip()
        # firewalld.zones(5): the zone `trusted` lets everything in.
        is_on = state in {"", "running"} and zone != "trusted"
        notebook.note("firewall.on", is_on, "firewall-cmd --state, --get-default-zone")
        return
    takes_all = re.search(r"""^DEFAULT_INPUT_POLICY=["']?ACCEPT""", machine.read("/etc/default/ufw") or "", re.MULTILINE)
    if re.search(r"^ENABLED=yes", machine.read("/etc/ufw/ufw.conf") or "", re.MULTILINE) and not takes_all:
        notebook.note("firewall.on", value=True, origin="/etc/ufw/ufw.conf")
        return
    rules = machine.run("nft", "list", "ruleset")
    older = machine.run("iptables", "-S", "INPUT")
    if (rules and refuses(rules)) or (older and _drops(machine, older)):
        notebook.note("firewall.on", value=True, origin="nft list ruleset, iptables -S INPUT")
    elif rules is not None or older is not None:
        notebook.note("firewall.on", value=False, origin="nft list ruleset, iptables -S INPUT")
    elif not machine.find("/usr/sbin/nft", "/sbin/nft", "/usr/sbin/iptables", "/sbin/iptables", "/usr/sbin/ufw"):
        notebook.note("firewall.on", value=False, origin="no program for the kernel's firewall is installed")
    else:
        notebook.miss("firewall", "the kernel's rules could not be read; run with sudo")


_CHAIN = re.compile(r"chain ([\w-]+) \{(.*?)\n\t\}", re.DOTALL)
_LOGS = r'log(?: prefix "[^"\n]*"| (?:level|flags(?: tcp| ip)?|group|snaplen|queue-threshold) \S+)*'
_PLAIN = re.compile(
    rf"^\s*(?:(?:counter(?: packets \d+ bytes \d+)?|{_LOGS})\s+)*(drop|reject|accept|return|jump|goto)\b(?: ([\w-]+))?",
    re.MULTILINE,
)
"""A rule of nft(8) without a condition."""


def refuses(rules: str) -> bool:
    """Return whether what comes in and was not accepted is refused in the end, in what `nft list ruleset` prints.

    A rule with a condition keeps out what it names alone: one address, invalid packets.
    """
    for table in re.split(r"^table ", rules, flags=re.MULTILINE):
        chains = dict(_CHAIN.findall(table))
        for body in (one for one in chains.values() if re.search(r"hook input\b", one)):
            end = _refused(body, chains, 0)
            if "policy drop" in body if end is None else end:
                return True
    return False


def _refused(body: str, chains: Mapping[str, str], depth: int) -> bool | None:
    """Return what becomes of a packet that no rule's condition fits; None where the chain does not decide."""
    for verdict, name in _PLAIN.findall(body):
        if verdict in {"drop", "reject", "accept"}:
            return bool(verdict != "accept")
        goes_on = verdict in {"jump", "goto"} and depth < _DEEPEST
        end = _refused(chains.get(name, ""), chains, depth + 1) if goes_on else None
        if end is not None or verdict in {"goto", "return"}:
            return end
    return None


def _drops(machine: Machine, rules: str) -> bool:
    """Return the same of what `iptables -S INPUT` prints."""
    end = _dropped(machine, "INPUT", rules, 0)
    return bool(re.search(r"^-P INPUT DROP", rules, re.MULTILINE)) if end is None else end


def _dropped(machine: Machine, chain: str, rules: str, depth: int) -> bool | None:
    plain = rf"^-A {chain} -([jg]) (?:(DROP|REJECT|ACCEPT|RETURN)\b.*|([\w-]+))$"
    for way, verdict, name in re.findall(plain, rules, re.MULTILINE):
        if verdict and verdict != "RETURN":
            return bool(verdict != "ACCEPT")
        goes_on = name and depth < _DEEPEST
        end = _dropped(machine, name, machine.run("iptables", "-S", name) or "", depth + 1) if goes_on else None
        if end is not None or verdict or way == "g":
            return end
    return None


def _confinement(machine: Machine, notebook: Notebook) -> None:
    enforcing = machine.read("/sys/fs/selinux/enforce")
    apparmor = machine.read("/sys/module/apparmor/parameters/enabled")
    if enforcing is not None:
        mode = "enforcing" if enforcing.strip() == "1" else "permissive"
        notebook.note("selinux mode", mode, "/sys/fs/selinux/enforce")
    elif apparmor is not None:
        notebook.note("apparmor enabled", apparmor.strip() == "Y", "/sys/module/apparmor/parameters/enabled")
    elif re.search(r"^SELINUX=", machine.read("/etc/selinux/config") or "", re.MULTILINE):
        notebook.note("selinux mode", "disabled", "/etc/selinux/config, and no /sys/fs/selinux")
    elif machine.find("/sys/kernel/security/lsm"):
        notebook.note("apparmor enabled", value=False, origin="/sys/kernel/security/lsm")
    else:
        notebook.miss("AppArmor or SELinux", "the kernel does not say whether it has either")
    state = machine.read(_SECURE_BOOT)
    if state is not None and state:
        # Four bytes of attributes, then the value (UEFI specification, 3.3).
        notebook.note("secure-boot", state[-1] == "\x01", "the firmware's variable SecureBoot")


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
            and not _is_masked(machine, "apt-daily-upgrade.timer")
        )
        notebook.note("updates.automatic", is_on, "apt-config dump APT::Periodic, apt-daily-upgrade.timer")
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
        if flags & _PROMISCUOUS and not carries:
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
