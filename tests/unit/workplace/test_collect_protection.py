"""What protects a device, what was plugged in, and who listens: on machines made of files, and answers written down."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdtrue.workplace.devices.collect.firewall import refused_by
from holdtrue.workplace.devices.collect.linux import collect_linux
from holdtrue.workplace.devices.collect.machine import Notebook
from holdtrue.workplace.devices.collect.macos import collect_macos
from holdtrue.workplace.devices.collect.protection import collect_protection, encrypted
from holdtrue.workplace.devices.collect.protection_macos import collect_protection_macos, phones, promiscuous
from holdtrue.workplace.devices.collect.protection_windows import SCRIPT, answers, is_enrolled
from holdtrue.workplace.devices.collect.protection_windows import facts as windows_facts
from holdtrue.workplace.devices.collect.removable import collect_removable, drives
from holdtrue.workplace.devices.collect.sessions import ALSO, GSETTINGS, KDE_KEYS, SAVER_KEYS
from holdtrue.workplace.devices.collect.windows import collect_windows
from holdtrue.workplace.devices.notice import told_under
from unit.workplace.test_collect import NOON, Fake

DOCS = (Path(__file__).parents[3] / "docs" / "reference" / "device-facts.md").read_text(encoding="utf-8")


@pytest.fixture
def machine(tmp_path) -> Fake:
    return Fake(tmp_path)


def noted(collect, machine) -> dict:
    notebook = Notebook(NOON)
    collect(machine, notebook)
    return {fact.name: fact.value for fact in notebook.facts} | {f"unread {one.what}": one.why for one in notebook.unread}


LSBLK = "lsblk --json --output NAME,TYPE,MOUNTPOINTS"


def disk(*children: dict, **more: object) -> dict:
    return {"name": "d", "type": "disk", "mountpoints": [None], "children": list(children), **more}


def part(*children: dict, at: str | None = None, sort: str = "part") -> dict:
    return {"name": "p", "type": sort, "mountpoints": [at], "children": list(children)}


ROOT_LOCKED = part(part(part(at="/", sort="lvm"), sort="crypt"))


@pytest.mark.parametrize(("devices", "expected"), [
    ([disk(part(at="/boot"), ROOT_LOCKED)], True), ([disk(part(at="/"))], False),
    # A crypt device somewhere is not enough, nor is it for the system's folder alone.
    ([disk(part(at="/"), part(part(at="/secret", sort="crypt")))], False), ([disk(ROOT_LOCKED), disk(part(at="/home"))], False),
    ([disk(ROOT_LOCKED), disk(part(part(at="/home", sort="crypt")))], True),
    # A mirror of which one half is plain.
    ([disk(part(part(part(at="/", sort="raid1"), sort="crypt"))), disk(part(part(at="/", sort="raid1")))], False),
    ([disk(part(at="[SWAP]"), part(at="/", sort="crypt"))], True),
])  # fmt: skip
def test_the_disk_is_encrypted_where_every_layer_under_the_work_is(machine, devices, expected):
    machine.answers[LSBLK] = json.dumps({"blockdevices": devices})

    assert noted(collect_protection, machine)["disk.encrypted"] is expected


@pytest.mark.parametrize(
    "answer",
    [None, "", "{", "[]", '{"blockdevices":[{}]}', '{"blockdevices":[{"mountpoints":["/boot"]}]}', '{"blockdevices":7}'],
)
def test_a_disk_that_cannot_be_seen_is_not_guessed(machine, answer):
    if answer is not None:
        machine.answers[LSBLK] = answer
    told = noted(collect_protection, machine)

    assert "disk.encrypted" not in told
    assert "unread encryption of the disk" in told


def test_where_nothing_is_mounted_nothing_is_encrypted():
    assert encrypted([]) == {}


FILTER = "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n"
OPEN = "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t\tct state established accept\n\t}\n}\n"
NAT = "table ip nat {\n\tchain DOCKER {\n\t\tcounter drop\n\t}\n\tchain post {\n\t\ttype nat hook postrouting priority 100; policy accept;\n\t}\n}\n"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (FILTER, True),
        (OPEN, False),
        (NAT, False),
        ("", False),
        (NAT + FILTER, True),
        (OPEN.replace("established accept", "invalid drop"), False),
        (OPEN.replace("ct state established accept", "counter drop"), True),
    ],
)
def test_a_firewall_refuses_what_comes_in(machine, rules, expected):
    machine.answers["nft list ruleset"] = rules

    assert noted(collect_protection, machine)["firewall.on"] is expected
    assert (4 in refused_by(rules)) is expected


def test_a_firewall_of_the_older_kind_counts(machine):
    machine.answers["nft list ruleset"] = ""
    machine.answers["iptables -S INPUT"] = "-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n"

    assert noted(collect_protection, machine)["firewall.on"] is True


def test_ufw_and_firewalld_are_known(machine):
    machine.write("/etc/ufw/ufw.conf", "# comment\nENABLED=yes\nLOGLEVEL=low\n")
    assert noted(collect_protection, machine)["firewall.on"] is True
    machine.process(7, "firewalld", 0)
    machine.answers["firewall-cmd --state"] = "not running\n"
    assert noted(collect_protection, machine)["firewall.on"] is False


def test_rules_that_may_not_be_read_prove_nothing(machine):
    machine.write("/usr/sbin/nft", "")
    told = noted(collect_protection, machine)

    assert "firewall.on" not in told
    assert "unread firewall" in told


@pytest.mark.parametrize(("files", "name", "value"), [
    ({"/sys/fs/selinux/enforce": "1"}, "selinux mode", "enforcing"), ({"/sys/fs/selinux/enforce": "0"}, "selinux mode", "permissive"),
    ({"/etc/selinux/config": "SELINUX=enforcing\n"}, "selinux mode", "disabled"), ({"/sys/module/apparmor/parameters/enabled": "Y\n"}, "apparmor enabled", True),
    ({"/sys/module/apparmor/parameters/enabled": "N\n"}, "apparmor enabled", False), ({"/sys/kernel/security/lsm": "lockdown"}, "apparmor enabled", False),
    ({"/sys/fs/selinux/enforce": "1", "/sys/module/apparmor/parameters/enabled": "N"}, "selinux mode", "enforcing"),
])  # fmt: skip
def test_confinement_is_told_by_whichever_the_kernel_uses(machine, files, name, value):
    for file, content in files.items():
        machine.write(file, content)
    told = noted(collect_protection, machine)

    assert told[name] == value
    assert len({"selinux mode", "apparmor enabled"} & set(told)) == 1


LISTS = 'APT::Periodic::Update-Package-Lists "1";\n'


def test_secure_boot_is_the_last_byte_of_its_variable(machine):
    machine.write("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", "\x06\x00\x00\x00\x01")

    assert noted(collect_protection, machine)["secure-boot"] is True


@pytest.mark.parametrize(
    ("answer", "has_program", "expected"),
    [
        (LISTS + 'APT::Periodic::Unattended-Upgrade "1";\n', True, True),
        (LISTS + 'APT::Periodic::Unattended-Upgrade "0";\n', True, False),
        (LISTS + 'APT::Periodic::Unattended-Upgrade "1";\n', False, False),
        ("", True, False),
    ],
)
def test_updates_install_themselves_with_the_program_and_its_switch(machine, answer, has_program, expected):
    machine.write("/usr/bin/apt-get", "")
    machine.answers["apt-config dump APT::Periodic"] = answer
    if has_program:
        machine.write("/usr/bin/unattended-upgrade", "")

    assert noted(collect_protection, machine)["updates.automatic"] is expected


def test_accounts_without_a_password_are_named_and_no_hash_is_read_out(machine):
    machine.write("/etc/shadow", "root:*:1::::::\nalice::19000::::::\nbob:$y$j9T$secret:19000::::::\ndaemon:!:1::::::\n")
    machine.write("/etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable = true\n")
    told = noted(collect_protection, machine)

    assert told["accounts.empty-password"] == ["alice"]
    assert told["accounts.automatic"] is True
    assert "secret" not in repr(told)


@pytest.mark.parametrize(("files", "expected"), [
    ({}, False), ({"/etc/X11/default-display-manager": "/usr/bin/ly"}, None), ({"/etc/systemd/system/getty@tty1.service.d/x.conf": "ExecStart=-/sbin/agetty --autologin alice %I"}, True),
    ({"/etc/X11/default-display-manager": "/usr/sbin/lightdm", "/etc/lightdm/lightdm.conf": "[Seat:*]\n#autologin-user=alice\n"}, False),
    ({"/etc/lightdm/lightdm.conf": "[Seat:*]\nautologin-user=alice\n"}, True), ({"/etc/sddm.conf.d/a.conf": "[Autologin]\nUser=alice\n"}, True),
])  # fmt: skip
def test_who_is_signed_in_without_a_password_is_read_of_the_display_manager_that_there_is(machine, files, expected):
    for file, content in files.items():
        machine.write(file, content)

    assert noted(collect_protection, machine).get("accounts.automatic") is expected


def test_ssh_tells_how_it_lets_people_in(machine):
    machine.process(7, "sshd", 0)
    machine.answers["/usr/sbin/sshd -T"] = "port 22\npermitrootlogin without-password\npasswordauthentication yes\n"
    told = noted(collect_protection, machine)

    assert (told["sshd running"], told["sshd PermitRootLogin"], told["sshd PasswordAuthentication"]) == (
        True,
        "without-password",
        "yes",
    )


@pytest.mark.parametrize(("files", "expected"), [
    ({"eth0/flags": "0x1103"}, ["eth0"]), ({"eth0/flags": "0x1003"}, []), ({"eth0/flags": "0x1103", "eth0/brport/path_cost": "4"}, []),
    ({"docker0/flags": "0x1103", "docker0/bridge/bridge_id": "8"}, []), ({"tap0/flags": "0x1103", "tap0/tun_flags": "0x1002"}, []),
    ({"eth0/flags": "0x1103", "eth0/upper_macvlan0": ""}, []), ({"wlan0/flags": "nonsense"}, []), ({"eth0/flags": "0x1003", "wlan0/flags": "0x1103"}, ["wlan0"]),
])  # fmt: skip
def test_an_interface_that_reads_everybodys_traffic_shows_and_one_that_carries_it_does_not(machine, files, expected):
    for file, content in files.items():
        machine.write(f"/sys/class/net/{file}", content)

    assert noted(collect_protection, machine)["network.promiscuous"] == expected


def test_a_management_that_was_stopped_shows(machine):
    machine.write("/usr/lib/systemd/system/puppet.service", "")
    machine.write("/usr/lib/systemd/system/osqueryd.service", "")
    machine.process(7, "osqueryd", 0)
    told = noted(collect_protection, machine)

    assert (told["management.agents"], told["management.agents-off"]) == (["osquery", "puppet"], ["puppet"])


LOG = """1764150000.123456 lt kernel: usb 1-2: new high-speed USB device number 9 using xhci_hcd
1764150000.200000 lt kernel: usb 1-2: Product: Cruzer Blade SERIAL123
1764150001.000000 lt kernel: scsi host6: usb-storage 1-2:1.0
1764150002.000000 lt kernel: sd 6:0:0:0: [sdb] 60062500 512-byte logical blocks: (30.8 GB/28.6 GiB)
1764150003.000000 lt kernel: scsi host7: uas
1764150003.500000 lt kernel: sd 7:0:0:0: [sdc] Media removed, stopped polling
1764150004.000000 lt kernel: sd 0:0:0:0: [sda] 1000215216 512-byte logical blocks: (512 GB/477 GiB)
garbage
"""


def test_drives_are_told_from_the_kernels_log_without_their_names(machine):
    machine.write("/var/log/journal/abc/system.journal", "")
    since = int(NOON.timestamp()) - 86_400
    machine.answers[f"journalctl --dmesg --since=@{since} --output=short-unix --no-pager --quiet"] = LOG
    told = noted(collect_removable, machine)

    assert told["storage.used"] == ["31 GB drive at 2025-11-26 09:40 UTC"]
    assert "SERIAL123" not in repr(told)


def test_without_a_journal_nothing_is_said_of_the_past(machine):
    since = int(NOON.timestamp()) - 86_400
    machine.answers[f"journalctl --dmesg --since=@{since} --output=short-unix --no-pager --quiet"] = ""

    assert "storage.used" not in noted(collect_removable, machine)
    assert list(drives("")) == []


@pytest.mark.parametrize(("interface", "expected"), [
    ({"bInterfaceClass": "06\n"}, ["Google Pixel 7"]), ({"bInterfaceClass": "ff\n", "interface": "MTP\n"}, ["Google Pixel 7"]),
    ({"bInterfaceClass": "08\n"}, []), ({"bInterfaceClass": "ff\n", "interface": "ADB Interface\n"}, []),
])  # fmt: skip
def test_a_phone_shows_by_its_class_or_its_interface(machine, interface, expected):
    for name, content in {"manufacturer": "Google\n", "product": "Pixel 7\n", "serial": "SECRET\n"}.items():
        machine.write(f"/sys/bus/usb/devices/1-2/{name}", content)
    for name, content in interface.items():
        machine.write(f"/sys/bus/usb/devices/1-2:1.0/{name}", content)
    (machine.root / "sys/bus/usb/devices/1-2").mkdir(exist_ok=True)

    assert noted(collect_removable, machine)["phones.connected"] == expected


def test_a_pipe_where_a_file_is_looked_for_does_not_hold_root_up(machine):
    (machine.root / "etc/ufw").mkdir(parents=True)
    os.mkfifo(machine.root / "etc/ufw/ufw.conf")

    assert machine.read("/etc/ufw/ufw.conf") is None
    assert machine.read("/etc") is None


MAC = {
    "fdesetup status": "FileVault is On.\n",
    "csrutil status": "System Integrity Protection status: enabled.\n",
    "/bin/sh -c spctl --status 2>&1; true": "assessments enabled\n",
    "profiles status -type enrollment": "Enrolled via DEP: No\nMDM enrollment: Yes (User Approved)\nMDM server: https://mdm.example/\n",
    "/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate": "Firewall is enabled. (State = 1)\n",
    "/usr/bin/xprotect status": "XProtect launch scans: enabled\nXProtect background scans: enabled\n",
    "defaults read /Library/Preferences/com.apple.SoftwareUpdate AutomaticallyInstallMacOSUpdates": "1\n",
    "defaults read /Library/Preferences/com.apple.SoftwareUpdate CriticalUpdateInstall": "1\n",
    "defaults read /Library/Preferences/com.apple.loginwindow GuestEnabled": "0\n",
    "defaults read /Library/Managed Preferences/com.apple.MCX dontAllowFDEDisable": "1\n",
    "systemsetup -getremotelogin": "Remote Login: Off\n",
    "launchctl print-disabled system": 'disabled services = {\n\t"com.apple.screensharing" => disabled\n}\n',
    "ifconfig -a": "en0: flags=8863<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n",
    "ioreg -r -c IOUSBHostDevice -l -w 0": '+-o iPhone@01100000  <class IOUSBHostDevice>\n  "USB Product Name" = "iPhone"\n  "USB Serial Number" = "SECRET"\n    "bInterfaceClass" = 6\n',
}


def test_a_mac_tells_by_its_own_commands(machine):
    machine.answers |= MAC
    told = noted(collect_protection_macos, machine)

    assert told == {
        "fdesetup status": "FileVault is On.", "csrutil status": "System Integrity Protection status: enabled", "spctl status": "assessments enabled",
        "profiles enrollment": "Yes (User Approved)", "com.apple.MCX dontAllowFDEDisable": "1", "firewall.on": True, "protection.on": True,
        "com.apple.SoftwareUpdate AutomaticallyInstallMacOSUpdates": "1", "com.apple.SoftwareUpdate CriticalUpdateInstall": "1",
        "com.apple.loginwindow GuestEnabled": "0", "accounts.automatic": False, "sshd running": False, "remote.desktop": False,
        "network.promiscuous": [], "phones.connected": ["iPhone"],
    }  # fmt: skip


def test_a_mac_without_answers_is_not_guessed(machine):
    told = noted(collect_protection_macos, machine)

    assert {"fdesetup status", "csrutil status", "firewall.on", "protection.on", "network.promiscuous"} & set(told) == set()
    assert "unread firewall" in told


def test_a_macs_bridges_and_virtual_machines_read_traffic_by_design():
    text = (
        "en0: flags=8963<UP,BROADCAST,PROMISC,SIMPLEX> mtu 1500\nen1: flags=8963<UP,PROMISC> mtu 1500\n"
        "bridge0: flags=8963<UP,PROMISC> mtu 1500\n\tmember: en1 flags=3<LEARNING,DISCOVER>\nvmenet0: flags=8963<UP,PROMISC> mtu 1500\n"
    )

    assert promiscuous(text) == ["en0"]
    assert phones("") == []


def test_windows_answers_in_one_script():
    told = {
        "bitlocker": 1, "defender": {"RealTimeProtectionEnabled": True, "AntivirusSignatureAge": 9, "IsTamperProtected": True}, "secureboot": True,
        "restart": False, "guest": False, "products": [{"displayName": "Windows Defender", "productState": 397568}], "threats": [], "firewall": [1, 1, 0],
        "promiscuous": "Ethernet", "phones": ["Pixel 7"], "drives": [{"name": "SanDisk Ultra", "at": "2026-11-25T09:00:00.1234567Z"}, {"name": "Old", "at": "2024-01-01T00:00:00Z"}, 7],
    }  # fmt: skip
    found = dict(windows_facts(answers(json.dumps(told)), at=NOON).values())

    assert found == {
        "bitlocker protection-status": 1, "defender real-time-protection": True, "defender signatures-recent": False, "defender tamper-protection": True,
        "secure-boot": True, "updates.restart-needed": False, "accounts.guest": False, "protection.on": True, "protection.detections": [],
        "firewall.on": False, "network.promiscuous": ["Ethernet"], "phones.connected": ["Pixel 7"], "storage.used": ["SanDisk Ultra at 2026-11-25 09:00 UTC"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"bitlocker":null}',
        '{"firewall":[],"defender":7,"products":{"productState":"x"},"drives":{"at":5}}',
    ],
)
def test_windows_answers_that_are_none_prove_nothing(text):
    found = dict(windows_facts(answers(text), at=NOON).values())

    assert found in ({}, {"firewall.on": False, "storage.used": []})


def test_a_script_of_windows_is_closed():
    for opened, closed in ("{}", "()", "[]"):
        assert SCRIPT.count(opened) == SCRIPT.count(closed)
    assert len([line for line in SCRIPT.splitlines() if line.startswith("try")]) == len(SCRIPT.splitlines()) - 2


ENROLMENT = r"""
HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Enrollments\{A}
    EnrollmentState    REG_DWORD    0x1
    ProviderID    REG_SZ    MS DM Server
    DiscoveryServiceFullURL    REG_SZ    https://enrollment.manage.microsoft.com/
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENROLMENT, True),
        (ENROLMENT.replace("0x1", "0x0"), False),
        (ENROLMENT.replace("https", "").replace("://enrollment.manage.microsoft.com/", ""), False),
        ("", False),
    ],
)
def test_windows_is_managed_with_an_active_enrolment(text, expected):
    assert is_enrolled(text) is expected


def everything(tmp_path) -> dict[str, set[str]]:
    """Return the names of all facts that the collectors can note, from the constants in their sources and from full machines."""
    folder = Path(__file__).parents[3] / "src" / "holdtrue" / "workplace" / "devices" / "collect"
    literal = {
        name for file in folder.glob("*.py") for name in re.findall(r'note\(\s*"([^"{}]+)"', file.read_text(encoding="utf-8"))
    }
    agent = folder.parents[1] / "agent" / "own_facts.py"
    literal |= set(re.findall(r'note\(\s*"([^"{}]+)"', agent.read_text(encoding="utf-8")))
    machine = Fake(tmp_path)
    machine.answers |= MAC
    for collect in (collect_linux, collect_macos, collect_windows):
        notebook = Notebook(datetime(2026, 11, 25, tzinfo=UTC))
        collect(machine, notebook)
        literal |= {fact.name for fact in notebook.facts}
    for names in (*GSETTINGS.values(), *ALSO.values()):
        literal |= set(names)
    literal |= {f"kscreenlockerrc Daemon {key}" for key in KDE_KEYS} | {f"xfce4-screensaver {key}" for key in SAVER_KEYS}
    return literal | {f"{name} {what}" for name in ("swayidle", "xss-lock") for what in ("lock-after", "lock-before-sleep")}


def test_every_fact_is_told_to_the_person(tmp_path):
    names = everything(tmp_path)

    assert len(names) > 60
    assert [name for name in sorted(names) if told_under(name) is None] == []


def test_every_fact_is_described(tmp_path):
    missing = [
        name
        for name in sorted(everything(tmp_path))
        if f"`{name}`" not in DOCS and name.rpartition("\\")[2] not in DOCS and name.split(" ")[-1] not in DOCS
    ]

    assert missing == []
