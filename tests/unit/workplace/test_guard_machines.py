"""Situations of drives, encryption, firewalls, updates, sign-in and backups as whole machines, and what they amount to.

They were written from the vendors' documentation and sources alone, before anything was run on them.
"""

import json
import plistlib
from dataclasses import dataclass

import pytest

from holdtrue.workplace.devices.checks.conclude import device_of
from holdtrue.workplace.devices.collect.linux import collect_linux
from holdtrue.workplace.devices.collect.machine import Notebook
from holdtrue.workplace.devices.collect.macos import collect_macos
from holdtrue.workplace.devices.collect.windows import collect_windows
from holdtrue.workplace.devices.rulebook.sorts import packed
from holdtrue.workplace.facts import FactSheet, Identity, System
from unit.workplace.test_collect import NOON, Fake
from unit.workplace.test_lock_machines import Part, has, key, people, runs, says

LINUX, MAC, WIN = System.LINUX, System.MACOS, System.WINDOWS


@dataclass(frozen=True)
class Situation:
    name: str
    about: str
    expected: object
    parts: tuple[Part, ...]
    system: System


SITUATIONS: list[Situation] = []


def given(name: str, about: str, expected: object, *parts: Part, system: System = LINUX) -> None:
    value = packed(expected) if isinstance(expected, list) else expected
    SITUATIONS.append(Situation(name, about, value, parts, system))


def linked(name: str, target: str = "/dev/null") -> Part:
    def link(machine: Fake) -> None:
        path = machine.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    return link


# --- drives that are mounted ------------------------------------------------------------------------------------------------
MOUNTED = "storage.mounted"


def block(name, kind="disk", *, tran=None, rm=False, at=None, of=()):
    return {"name": name, "type": kind, "tran": tran, "rm": rm, "mountpoints": [at], "children": list(of)}


def disks(*rows) -> Part:
    return says("lsblk --json --output NAME,TYPE,TRAN,RM,MOUNTPOINTS", json.dumps({"blockdevices": rows}))


given("an inner disk alone", MOUNTED, [], disks(block("nvme0n1", tran="nvme", of=[block("nvme0n1p1", "part", at="/")])))
given(
    "a stick",
    MOUNTED,
    ["sdb1 at /media/a"],
    disks(block("sdb", tran="usb", rm=True, of=[block("sdb1", "part", rm=True, at="/media/a")])),
)
given(
    "a USB hard disk, which is not removable to the kernel",
    MOUNTED,
    ["sdb1 at /mnt"],
    disks(block("sdb", tran="usb", of=[block("sdb1", "part", at="/mnt")])),
)
given("a stick that nobody mounted", MOUNTED, [], disks(block("sdb", tran="usb", rm=True, of=[block("sdb1", "part")])))
given(
    "an encrypted stick",
    MOUNTED,
    ["luks-x at /media/a"],
    disks(block("sdb", tran="usb", of=[block("sdb1", "part", of=[block("luks-x", "crypt", at="/media/a")])])),
)
given("a memory card in a slot of its own", MOUNTED, ["mmcblk0p1 at /media/c"], disks(block("mmcblk0", of=[block("mmcblk0p1", "part", at="/media/c")])),
      has("/sys/block/mmcblk0/device/type", "SD\n"))  # fmt: skip
given(
    "an inner disk that is soldered on as a card",
    MOUNTED,
    [],
    disks(block("mmcblk0", of=[block("mmcblk0p1", "part", at="/")])),
    has("/sys/block/mmcblk0/device/type", "MMC\n"),
)
given("packages that snap mounts", MOUNTED, [], disks(block("loop0", "loop", at="/snap/core/1")))
given("a disc in a drive", MOUNTED, [], disks(block("sr0", "rom", tran="usb", rm=True, at="/media/cdrom")))


def volumes(*rows) -> Part:
    def answer(machine: Fake) -> None:
        inner = machine._answer

        def ask(command, environment, patience):
            return json.dumps(rows) if "Get-Volume" in " ".join(command) else inner(command, environment, patience)

        machine._run = ask

    return answer


given("Windows with its own disk", MOUNTED, [], volumes({"DriveLetter": "C", "DriveType": "Fixed", "IsUsb": False}), system=WIN)
given(
    "Windows with a stick",
    MOUNTED,
    ["E:"],
    volumes(
        {"DriveLetter": "C", "DriveType": "Fixed", "IsUsb": False},
        {"DriveLetter": "E", "DriveType": "Removable", "IsUsb": True},
    ),
    system=WIN,
)
given(
    "Windows with a USB hard disk, which it calls fixed",
    MOUNTED,
    ["F:"],
    volumes(
        {"DriveLetter": "C", "DriveType": "Fixed", "IsUsb": False}, {"DriveLetter": "F", "DriveType": "Fixed", "IsUsb": True}
    ),
    system=WIN,
)
given(
    "Windows with an empty card reader",
    MOUNTED,
    [],
    volumes({"DriveLetter": None, "DriveType": "Removable", "IsUsb": True}),
    system=WIN,
)


def listed(every: list[dict], physical: list[dict]) -> Part:
    def answer(machine: Fake) -> None:
        for words, rows in (("external", every), ("external physical", physical)):
            machine.answers[f"diskutil list -plist {words}"] = plistlib.dumps({"AllDisksAndPartitions": rows}).decode()

    return answer


STICK = {
    "DeviceIdentifier": "disk4",
    "OSInternal": False,
    "Partitions": [{"DeviceIdentifier": "disk4s1", "MountPoint": "/Volumes/STICK"}],
}
IMAGE = {
    "DeviceIdentifier": "disk6",
    "OSInternal": False,
    "Partitions": [{"DeviceIdentifier": "disk6s1", "MountPoint": "/Volumes/Chrome"}],
}
SSD = {"DeviceIdentifier": "disk7", "OSInternal": False, "Partitions": [{"DeviceIdentifier": "disk7s2"}]}
POOL = {
    "DeviceIdentifier": "disk8",
    "OSInternal": False,
    "APFSPhysicalStores": [{"DeviceIdentifier": "disk7s2"}],
    "APFSVolumes": [{"DeviceIdentifier": "disk8s1", "MountPoint": "/Volumes/SSD"}],
}
IMAGE_POOL = {
    "DeviceIdentifier": "disk9",
    "OSInternal": False,
    "APFSPhysicalStores": [{"DeviceIdentifier": "disk6s1"}],
    "APFSVolumes": [{"DeviceIdentifier": "disk9s1", "MountPoint": "/Volumes/App"}],
}
given("a Mac with a stick", MOUNTED, ["disk4s1 at /Volumes/STICK"], listed([STICK], [STICK]), system=MAC)
given("a Mac with a program's disk image", MOUNTED, [], listed([IMAGE], []), system=MAC)
given("a Mac with an APFS drive", MOUNTED, ["disk8s1 at /Volumes/SSD"], listed([SSD, POOL], [SSD]), system=MAC)
given("a Mac with an APFS disk image", MOUNTED, [], listed([IMAGE, IMAGE_POOL], []), system=MAC)

# --- what keeps drives out --------------------------------------------------------------------------------------------------
BLOCKED = "storage.blocked"
kernel = lambda answer: says("modprobe -n -v usb-storage", answer)  # noqa: E731
unloaded = has("/proc/modules", "ext4 1 1 - Live 0x0\n")
given("the driver may not load", BLOCKED, True, kernel("install /bin/false\n"), unloaded)
given("the driver may not load, by another shell word", BLOCKED, True, kernel("install /usr/bin/false \n"), unloaded)
given(
    "the driver is only left out of what loads by itself",
    BLOCKED,
    False,
    kernel("insmod /lib/modules/6.1.0/usb-storage.ko\n"),
    unloaded,
)
given(
    "the driver was loaded before",
    BLOCKED,
    False,
    kernel("install /bin/false\n"),
    has("/proc/modules", "usb_storage 1 1 uas, Live 0x0\n"),
)
given(
    "the driver is part of the kernel",
    BLOCKED,
    False,
    kernel("install /bin/false\n"),
    unloaded,
    has("/lib/modules/6.1.0/modules.builtin", "kernel/drivers/usb/storage/usb-storage.ko\n"),
)
given(
    "no new USB device is authorised",
    BLOCKED,
    True,
    has("/sys/bus/usb/devices/usb1/authorized_default", "0\n"),
    has("/sys/bus/usb/devices/usb2/authorized_default", "0\n"),
)
given(
    "one controller authorises",
    BLOCKED,
    False,
    kernel("insmod x\n"),
    has("/sys/bus/usb/devices/usb1/authorized_default", "0\n"),
    has("/sys/bus/usb/devices/usb2/authorized_default", "1\n"),
)
DENY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices"
given("Windows denies every class", BLOCKED, True, key(DENY, Deny_All="0x1"), system=WIN)
given(
    "Windows denies writing alone",
    BLOCKED,
    False,
    key(rf"{DENY}\{{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}}", Deny_Write="0x1"),
    system=WIN,
)
given(
    "Windows has one driver off and leaves the other",
    BLOCKED,
    False,
    key(r"HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR", Start="0x4"),
    key(r"HKLM\SYSTEM\CurrentControlSet\Services\UASPStor", Start="0x3"),
    system=WIN,
)

# --- encryption -------------------------------------------------------------------------------------------------------------
ENCRYPTED = "disk.encrypted"


def layers(*rows) -> Part:
    return says("lsblk --json --output NAME,TYPE,MOUNTPOINTS", json.dumps({"blockdevices": rows}))


given(
    "an encrypted system",
    ENCRYPTED,
    True,
    layers(block("sda", of=[block("sda1", "part", at="/boot"), block("sda2", "part", of=[block("cr", "crypt", at="/")])])),
)
given(
    "an encrypted system, people's files beside it",
    ENCRYPTED,
    False,
    layers(block("sda", of=[block("cr", "crypt", at="/")]), block("sdb", of=[block("sdb1", "part", at="/home")])),
)
given(
    "encrypted swap alone",
    ENCRYPTED,
    False,
    layers(block("sda", of=[block("sda1", "part", at="/"), block("sda2", "part", of=[block("cs", "crypt", at="[SWAP]")])])),
)
given(
    "volumes within an encrypted layer",
    ENCRYPTED,
    True,
    layers(block("sda", of=[block("cr", "crypt", of=[block("vg-root", "lvm", at="/"), block("vg-home", "lvm", at="/home")])])),
)
given("a system of which lsblk does not show the folder", ENCRYPTED, None, layers(block("sda", of=[block("sda1", "part")])))
fv = lambda words: says("fdesetup status", words)  # noqa: E731
given("a Mac that encrypts", ENCRYPTED, True, fv("FileVault is On.\n"), system=MAC)
given(
    "a Mac that will encrypt at the next sign-in",
    ENCRYPTED,
    False,
    fv("FileVault is Off.\nDeferred enablement appears to be active for user 'alice'.\n"),
    system=MAC,
)
given(
    "a Mac that is decrypting",
    ENCRYPTED,
    False,
    fv("FileVault is Off.\nDecryption in progress: Percent completed = 10\n"),
    system=MAC,
)

# --- firewalls --------------------------------------------------------------------------------------------------------------
WALL = "firewall.on"
nft = lambda rules: says("nft list ruleset", rules)  # noqa: E731
ipt = lambda rules: says("iptables -S INPUT", rules)  # noqa: E731
CHAIN = "table inet filter {{\n\tchain input {{\n\t\ttype filter hook input priority filter; policy {0};\n{1}\t}}\n{2}}}\n"
given("a chain that drops what nothing accepts", WALL, True, nft(CHAIN.format("drop", "\t\tct state established accept\n", "")))
given(
    "a chain that ends in a refusal",
    WALL,
    True,
    nft(CHAIN.format("accept", "\t\tiif lo accept\n\t\tcounter packets 0 bytes 0 reject with icmpx admin-prohibited\n", "")),
)
given("a chain that drops invalid packets alone", WALL, False, nft(CHAIN.format("accept", "\t\tct state invalid drop\n", "")))
given(
    "fail2ban alone",
    WALL,
    False,
    nft(CHAIN.format("accept", "\t\ttcp dport 22 ip saddr @addr-set-sshd reject with icmp port-unreachable\n", "")),
)
given(
    "a chain that goes on to one that refuses",
    WALL,
    True,
    nft(CHAIN.format("accept", "\t\tjump ours\n", "\tchain ours {\n\t\tiif lo accept\n\t\tdrop\n\t}\n")),
)
given(
    "containers' rules alone",
    WALL,
    False,
    nft("table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n"),
)
given(
    "a chain that accepts all before it refuses",
    WALL,
    False,
    nft(CHAIN.format("drop", "\t\tcounter packets 1 bytes 60 accept\n\t\tdrop\n", "")),
)
given(
    "a chain that goes on to one that accepts all",
    WALL,
    False,
    nft(CHAIN.format("drop", "\t\tjump ours\n\t\tdrop\n", "\tchain ours {\n\t\tiif lo accept\n\t\taccept\n\t}\n")),
)
given(
    "a chain that comes back from another, and refuses",
    WALL,
    True,
    nft(CHAIN.format("accept", "\t\tjump ours\n\t\tdrop\n", "\tchain ours {\n\t\treturn\n\t\taccept\n\t}\n")),
)
given("a chain that logs what it refuses", WALL, True,
      nft(CHAIN.format("accept", '\t\tcounter packets 1 bytes 6 log prefix "in " level info drop\n', "")))  # fmt: skip
given("a chain that logs and refuses one port", WALL, False,
      nft(CHAIN.format("accept", '\t\tlog prefix "in " tcp dport 22 drop\n', "")))  # fmt: skip
given("two tables, of which the second refuses", WALL, True,
      nft(CHAIN.format("accept", "\t\tjump ours\n", "\tchain ours {\n\t\taccept\n\t}\n")
          + CHAIN.format("accept", "\t\tjump ours\n", "\tchain ours {\n\t\tdrop\n\t}\n")))  # fmt: skip
given("iptables that accepts all before it drops", WALL, False, ipt("-P INPUT DROP\n-A INPUT -j ACCEPT\n-A INPUT -j DROP\n"))
given("iptables that comes back from a chain, and drops", WALL, True, ipt("-P INPUT ACCEPT\n-A INPUT -j ours\n-A INPUT -j DROP\n"),
      says("iptables -S ours", "-N ours\n-A ours -j RETURN\n-A ours -j ACCEPT\n"))  # fmt: skip
given("iptables that drops by policy", WALL, True, ipt("-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n"))
given(
    "iptables that ends in a refusal",
    WALL,
    True,
    ipt("-P INPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-host-prohibited\n"),
)
given("iptables that keeps one address out", WALL, False, ipt("-P INPUT ACCEPT\n-A INPUT -s 203.0.113.9/32 -j DROP\n"))
given(
    "iptables that goes on to a chain that drops",
    WALL,
    True,
    ipt("-P INPUT ACCEPT\n-A INPUT -j ours\n"),
    says("iptables -S ours", "-N ours\n-A ours -i lo -j ACCEPT\n-A ours -j DROP\n"),
)
given("ufw", WALL, True, has("/etc/ufw/ufw.conf", "ENABLED=yes\n"), has("/etc/default/ufw", 'DEFAULT_INPUT_POLICY="DROP"\n'))
given(
    "ufw that accepts what comes in",
    WALL,
    False,
    has("/etc/ufw/ufw.conf", "ENABLED=yes\n"),
    has("/etc/default/ufw", 'DEFAULT_INPUT_POLICY="ACCEPT"\n'),
    nft(""),
)
given("ufw that is off", WALL, False, has("/etc/ufw/ufw.conf", "ENABLED=no\n"), nft(""))
given(
    "firewalld",
    WALL,
    True,
    runs("firewalld", uid=0),
    says("firewall-cmd --state", "running\n"),
    says("firewall-cmd --get-default-zone", "public\n"),
)
given(
    "firewalld that trusts everybody",
    WALL,
    False,
    runs("firewalld", uid=0),
    says("firewall-cmd --state", "running\n"),
    says("firewall-cmd --get-default-zone", "trusted\n"),
)
given(
    "a Mac whose firewall is on",
    WALL,
    True,
    says("/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate", "Firewall is enabled. (State = 1)\n"),
    system=MAC,
)
given(
    "a Mac whose firewall blocks all",
    WALL,
    True,
    says(
        "/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate",
        "Firewall is blocking all non-essential incoming connections. (State = 2)\n",
    ),
    system=MAC,
)

# --- updates ----------------------------------------------------------------------------------------------------------------
UPDATES = "updates.automatic"


def apt(**values: str) -> Part:
    def answer(machine: Fake) -> None:
        machine.write("/usr/bin/apt-get", "")
        machine.write("/usr/bin/unattended-upgrade", "")
        lines = [f'APT::Periodic::{name.replace("_", "-")} "{value}";' for name, value in values.items()]
        machine.answers["apt-config dump APT::Periodic"] = "\n".join(lines) + "\n"

    return answer


given("Debian that updates itself", UPDATES, True, apt(Update_Package_Lists="1", Unattended_Upgrade="1"))
given("Debian that does so once a week", UPDATES, True, apt(Update_Package_Lists="1", Unattended_Upgrade="7"))
given("Debian that says always", UPDATES, True, apt(Update_Package_Lists="always", Unattended_Upgrade="always"))
given("Debian that does not", UPDATES, False, apt(Update_Package_Lists="1", Unattended_Upgrade="0"))
given("Debian with all of it switched off", UPDATES, False, apt(Enable="0", Update_Package_Lists="1", Unattended_Upgrade="1"))
given("Debian that never asks what is new", UPDATES, False, apt(Update_Package_Lists="0", Unattended_Upgrade="1"))
given(
    "Debian whose timer is masked",
    UPDATES,
    False,
    apt(Update_Package_Lists="1", Unattended_Upgrade="1"),
    linked("/etc/systemd/system/apt-daily-upgrade.timer"),
)
given(
    "Debian whose timer has other hours",
    UPDATES,
    True,
    apt(Update_Package_Lists="1", Unattended_Upgrade="1"),
    has("/etc/systemd/system/apt-daily-upgrade.timer", "[Timer]\nOnCalendar=daily\n"),
)

# --- who signs in, and how --------------------------------------------------------------------------------------------------
AUTOMATIC, EMPTY = "accounts.automatic", "accounts.empty-password"
given("GDM that signs nobody in", AUTOMATIC, False, has("/etc/gdm3/daemon.conf", "[daemon]\n#AutomaticLoginEnable = true\n"))
given(
    "GDM that signs somebody in",
    AUTOMATIC,
    True,
    has("/etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable = true\nAutomaticLogin = alice\n"),
)
given(
    "GDM that signs somebody in after a while",
    AUTOMATIC,
    True,
    has("/etc/gdm3/daemon.conf", "[daemon]\nTimedLoginEnable=true\nTimedLogin=alice\nTimedLoginDelay=10\n"),
)
given("LightDM that signs somebody in", AUTOMATIC, True, has("/etc/lightdm/lightdm.conf", "[Seat:*]\nautologin-user=alice\n"))
given("LightDM with an example", AUTOMATIC, False, has("/etc/lightdm/lightdm.conf", "[Seat:*]\n#autologin-user=\n"))
given("LXDM that signs somebody in", AUTOMATIC, True, has("/etc/lxdm/lxdm.conf", "[base]\nautologin=alice\n"))
given(
    "greetd that starts a session at once",
    AUTOMATIC,
    True,
    has(
        "/etc/greetd/config.toml",
        '[default_session]\ncommand = "tuigreet"\n[initial_session]\ncommand = "sway"\nuser = "alice"\n',
    ),
)
given(
    "greetd that greets",
    AUTOMATIC,
    False,
    has("/etc/greetd/config.toml", '[default_session]\ncommand = "tuigreet"\nuser = "greeter"\n'),
)
given(
    "a console that signs somebody in",
    AUTOMATIC,
    True,
    has(
        "/etc/systemd/system/getty@tty1.service.d/a.conf",
        "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin alice %I\n",
    ),
)
given("an account that is open", EMPTY, ["alice"], has("/etc/shadow", "root:*:1::::::\nalice::19000:0:99999:7:::\n"))
given("accounts that are locked", EMPTY, [], has("/etc/shadow", "root:!:1::::::\nbin:*:1::::::\nalice:$y$x:1::::::\n"))
given("an old list of a directory's people", EMPTY, [], has("/etc/shadow", "root:!:1::::::\n+::::::::\n"))

# --- interfaces -------------------------------------------------------------------------------------------------------------
QUIET = "network.promiscuous"
card = has("/sys/class/net/eth0/flags", "0x1103\n")
given("a card that takes in everything", QUIET, ["eth0"], card)
given("a port of a bridge", QUIET, [], card, has("/sys/class/net/eth0/brport/state", "3\n"))
given("a card that VirtualBox bridges", QUIET, None, card, has("/proc/modules", "vboxnetflt 36864 1 - Live 0x0\n"))
given(
    "a card beside a VirtualBox that bridges nothing",
    QUIET,
    ["eth0"],
    card,
    has("/proc/modules", "vboxnetflt 36864 0 - Live 0x0\n"),
)
given("a card that VMware bridges", QUIET, None, card, has("/proc/modules", "vmnet 69632 13 - Live 0x0\n"))
given(
    "a quiet card beside VMware",
    QUIET,
    [],
    has("/sys/class/net/eth0/flags", "0x1003\n"),
    has("/proc/modules", "vmnet 69632 13 - Live 0x0\n"),
)

# --- copies -----------------------------------------------------------------------------------------------------------------
COPIES = "backup.running"
cron = lambda line: has("/etc/cron.d/x", line + "\n")  # noqa: E731
given("restic at night", COPIES, True, cron("0 3 * * * root /usr/bin/restic backup /home"))
given("rsync to another disk", COPIES, True, cron("0 3 * * * root rsync -a /home/ /mnt/disk/"))
given("rsync to another machine", COPIES, True, cron("0 3 * * * root rsync -a /srv alice@nas:/backup"))
given("rsync within the machine", COPIES, False, cron("0 3 * * * root rsync -a /var/www/new/ /var/www/live/"))
given("tar of a log", COPIES, False, cron("0 3 * * * root tar czf /var/log/old.tgz /var/log/app"))
given("a comment", COPIES, False, cron("# 0 3 * * * root restic backup /home"))
given("a word within a word", COPIES, False, cron("0 3 * * * root /usr/local/bin/cyborg-report"))
given("mail in which a program is named", COPIES, False, cron("MAILTO=restic-team@example.com\n0 3 * * * root /usr/bin/true"))
given("what a program forgets by schedule", COPIES, True, cron("0 4 * * 0 root rclone sync /home remote:home"))


def concluded(tmp_path, situation: Situation):
    machine, notebook = Fake(tmp_path), Notebook(NOON)
    machine.process(1, "systemd", 0)
    for part in (people(), *situation.parts) if situation.system is WIN else situation.parts:
        part(machine)
    collect = {LINUX: collect_linux, MAC: collect_macos, WIN: collect_windows}[situation.system]
    collect(machine, notebook)
    sheet = FactSheet(Identity("lt", "lt", situation.system), NOON, tuple(notebook.facts), None, tuple(notebook.unread))
    return device_of(sheet).conclusions[situation.about]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: f"{one.about}: {one.name}")
def test_what_a_machine_amounts_to(tmp_path, situation):
    found = concluded(tmp_path, situation)

    assert found.value == situation.expected, found.says


def test_there_are_many_machines():
    assert len(SITUATIONS) > 80
