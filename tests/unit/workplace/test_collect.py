"""What is read of a machine, on machines made of files and answers written down."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.collect import windows
from holdtrue.workplace.devices.collect.backups import collect_backups
from holdtrue.workplace.devices.collect.linux import collect_linux, identify_linux
from holdtrue.workplace.devices.collect.machine import Machine, Notebook
from holdtrue.workplace.devices.collect.macos import (
    applications,
    collect_macos,
    display_sleep,
    external,
    idle_unlocked,
    plist,
    screen_lock,
)
from holdtrue.workplace.devices.collect.packages import collect_software, deb_origins
from holdtrue.workplace.devices.collect.sessions import collect_sessions
from holdtrue.workplace.devices.collect.storage import collect_storage
from holdtrue.workplace.devices.collect.windows import collect_windows, programs, registry, removable
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.facts import FactSheet, Identity, Source, System

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Fake(Machine):
    """A machine whose files lie in a folder and whose commands answer from a list."""

    def __init__(self, root: Path, answers: dict[str, str] | None = None, *, uid: int = 0) -> None:
        self.answers = answers or {}
        self.asked: list[str] = []
        super().__init__(root, run=self._answer, uid=uid)
        self.write(
            "/etc/passwd",
            "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\ngdm:x:115:115::/var/lib/gdm3:/bin/false\n",
        )
        self.write("/proc/sys/kernel/osrelease", "6.1.0")

    def _answer(self, command, environment, patience):
        line = " ".join(command)
        self.asked.append(line)
        return self.answers.get(line)

    def write(self, name: str, content: str) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def process(self, pid: int, name: str, uid: int, *arguments: str, **environment: str) -> None:
        self.write(f"/proc/{pid}/comm", name[:15] + "\n")
        self.write(f"/proc/{pid}/status", f"Name:\t{name}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n")
        self.write(f"/proc/{pid}/cmdline", "\0".join(arguments) + "\0")
        self.write(f"/proc/{pid}/environ", "\0".join(f"{key}={value}" for key, value in environment.items()) + "\0")


@pytest.fixture
def machine(tmp_path) -> Fake:
    return Fake(tmp_path)


def noted(collect, machine, *more):
    notebook = Notebook(NOON)
    collect(machine, notebook, *more)
    return notebook


def value(notebook, name, user=None):
    return next(fact.value for fact in notebook.facts if fact.name == name and fact.user == user)


def judged(notebook, commitment, system=System.LINUX):
    software = tuple(notebook.software)
    sheet = FactSheet(Identity("lt", "lt", system), NOON, tuple(notebook.facts), software, tuple(notebook.unread))
    return next(verdict for verdict in judge_device(sheet, subject="device/lt") if verdict.commitment == commitment)


def as_alice(*words: str) -> str:
    return " ".join(("runuser", "-u", "alice", "--", *words))


def test_gnome_is_asked_as_the_person_who_works(machine):
    machine.process(800, "gdm3", 0)
    machine.process(900, "gnome-shell", 115, "gnome-shell")
    machine.process(1000, "gnome-shell", 1000, "gnome-shell", DCONF_PROFILE="user", SECRET="hunter2")
    for name, answer in (
        ("session idle-delay", "uint32 600"),
        ("screensaver lock-enabled", "true"),
        ("screensaver lock-delay", "uint32 0"),
        ("lockdown disable-lock-screen", "false"),
    ):
        machine.answers[as_alice("gsettings", "get", *f"org.gnome.desktop.{name}".split(" "))] = answer + "\n"
        machine.answers[as_alice("gsettings", "writable", *f"org.gnome.desktop.{name}".split(" "))] = "false\n"

    notebook = noted(collect_sessions, machine)

    assert value(notebook, "session.desktop", "alice") == "gnome"
    assert not any(fact.user == "gdm" for fact in notebook.facts)
    assert all(fact.source is Source.POLICY for fact in notebook.facts if fact.name.startswith("org.gnome"))
    assert judged(notebook, "device.screen-lock").result is Result.HOLDS
    assert not any(line.startswith("gsettings") for line in machine.asked), "never as root"
    assert "hunter2" not in repr(notebook)


def test_without_root_another_persons_lock_is_unproven(tmp_path):
    machine = Fake(tmp_path, uid=1001)
    machine.process(1000, "gnome-shell", 1000)

    notebook = noted(collect_sessions, machine)

    assert "screen lock of alice" in [one.what for one in notebook.unread]
    assert judged(notebook, "device.screen-lock").result is Result.UNPROVEN


def test_kde_keys_that_nobody_set_are_told_as_not_set(machine):
    machine.process(1000, "plasmashell", 1000)
    machine.write("/home/alice/.config/kscreenlockerrc", "[Daemon]\nTimeout=15\n")

    notebook = noted(collect_sessions, machine)

    assert value(notebook, "kscreenlockerrc Daemon Timeout", "alice") == "15"
    assert value(notebook, "kscreenlockerrc Daemon LockGrace", "alice") is None
    assert judged(notebook, "device.screen-lock").reason.value.startswith("locks only after 905 s")


def test_swayidle_is_understood_here_and_its_command_line_stays_here(machine):
    machine.process(1000, "sway", 1000)
    machine.process(1001, "swayidle", 1000, "swayidle", "-w", "timeout", "300", "swaylock -f --token hunter2")

    notebook = noted(collect_sessions, machine)

    assert value(notebook, "swayidle lock-after", "alice") == 300
    assert "hunter2" not in repr(notebook)
    assert judged(notebook, "device.screen-lock").result is Result.HOLDS


def test_swayidle_with_a_file_is_read_from_the_file(machine):
    machine.process(1000, "sway", 1000)
    machine.process(1001, "swayidle", 1000, "swayidle", "-w")
    machine.write("/home/alice/.config/swayidle/config", "timeout 1200 'swaylock -f'\n")

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.BROKEN


def test_hypridle_is_read_from_its_file(machine):
    machine.process(1000, "Hyprland", 1000)
    machine.process(1001, "hypridle", 1000, "hypridle")
    machine.write("/home/alice/.config/hypr/hypridle.conf", "listener {\n timeout = 600\n on-timeout = hyprlock\n}\n")

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.HOLDS


@pytest.mark.parametrize(
    ("shell", "locker", "file"),
    [
        ("plasmashell", "", ".config/kscreenlockerrc"),
        ("xfce4-session", "xfce4-screensaver", ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml"),
        ("i3", "xscreensaver", ".xscreensaver"),
        ("sway", "swayidle", ".config/swayidle/config"),
        ("Hyprland", "hypridle", ".config/hypr/hypridle.conf"),
    ],
)
def test_settings_that_are_there_and_cannot_be_read_are_not_taken_for_the_defaults(machine, shell, locker, file):
    machine.process(1000, shell, 1000)
    if locker:
        machine.process(1001, locker, 1000, locker)
    machine.write(
        "/etc/X11/app-defaults/XScreenSaver", "*timeout: 0:05:00\n*lock: True\n*lockTimeout: 0:00:00\n*mode: random\n"
    )
    machine.path(f"/home/alice/{file}").mkdir(parents=True)

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.UNPROVEN


def test_a_window_manager_without_a_locker_is_broken(machine):
    machine.process(1000, "i3", 1000)

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.BROKEN


def test_xss_lock_locks_as_x_says(machine):
    machine.process(1000, "i3", 1000, DISPLAY=":0")
    machine.process(1001, "xss-lock", 1000, "xss-lock", "--", "i3lock", "-n")
    machine.answers[as_alice("xset", "q")] = "Screen Saver:\n  timeout:  600    cycle:  600\n"

    notebook = noted(collect_sessions, machine)

    assert value(notebook, "xss-lock lock-after", "alice") == 600


XFCE = """<?xml version="1.0"?><channel name="xfce4-screensaver" version="1.0"{locked}>
<property name="saver" type="empty"><property name="enabled" type="bool" value="true"/><property name="idle-activation" type="empty">
<property name="delay" type="int" value="{minutes}"/></property></property></channel>"""


@pytest.mark.parametrize(("system", "own", "expected"), [
    (None, None, Result.HOLDS), (None, XFCE.format(minutes=10, locked=""), Result.HOLDS), (None, XFCE.format(minutes=20, locked=""), Result.BROKEN),
    (XFCE.format(minutes=10, locked=' locked="*"'), XFCE.format(minutes=60, locked=""), Result.HOLDS),
    (XFCE.format(minutes=10, locked=""), XFCE.format(minutes=60, locked=""), Result.BROKEN), (XFCE.format(minutes=60, locked=""), None, Result.BROKEN),
    (None, "<broken", Result.UNPROVEN), (None, '<!DOCTYPE a [<!ENTITY b "c">]>' + XFCE.format(minutes=5, locked=""), Result.UNPROVEN),
    (XFCE.format(minutes=60, locked="").replace('"delay" type', '"delay" locked="*" type'), XFCE.format(minutes=5, locked=""), Result.BROKEN),
    (XFCE.format(minutes=10, locked="").replace('"saver" type', '"saver" locked="bob;alice" type'), XFCE.format(minutes=60, locked=""), Result.HOLDS),
    (XFCE.format(minutes=10, locked=' locked="bob"'), XFCE.format(minutes=60, locked=""), Result.BROKEN),
    (XFCE.format(minutes=10, locked=' locked="%staff"'), XFCE.format(minutes=5, locked=""), Result.UNPROVEN),
])  # fmt: skip
def test_xfce_is_read_from_its_channels(machine, system, own, expected):
    machine.process(1000, "xfce4-session", 1000)
    machine.process(1001, "xfce4-screensaver", 1000)
    channel = "xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml"
    if system:
        machine.write(f"/etc/xdg/{channel}", system)
    if own:
        machine.write(f"/home/alice/.config/{channel}", own)

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is expected


def test_a_server_without_a_desktop_has_no_screen_to_lock(machine):
    machine.process(1, "systemd", 0)

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.NOT_APPLICABLE


def test_where_other_peoples_processes_are_hidden_no_session_is_unproven(tmp_path):
    machine = Fake(tmp_path, uid=1000)
    machine.process(500, "bash", 1000)

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.UNPROVEN


def test_an_installed_desktop_without_a_session_is_unproven(machine):
    machine.process(1, "systemd", 0)
    machine.write("/usr/share/wayland-sessions/gnome.desktop", "")

    assert judged(noted(collect_sessions, machine), "device.screen-lock").result is Result.UNPROVEN


def test_logind_tells_of_sessions_and_of_idleness(machine):
    since = int(NOON.timestamp() - 3600) * 1_000_000
    machine.process(1000, "gnome-shell", 1000)
    machine.answers["loginctl list-sessions --no-legend --no-pager"] = "2 1000 alice seat0 tty2\n3 1001 bob seat0 tty3\n"
    machine.answers["loginctl show-session 2 --no-pager"] = (
        f"Name=alice\nClass=user\nType=wayland\nIdleHint=yes\nIdleSinceHint={since}\nLockedHint=no\n"
    )
    machine.answers["loginctl show-session 3 --no-pager"] = "Name=bob\nClass=user\nType=x11\nIdleHint=no\n"

    notebook = noted(collect_sessions, machine)

    assert value(notebook, "session.idle-unlocked", "alice") == 3600
    assert value(notebook, "session.type", "bob") == "x11"
    assert judged(notebook, "device.screen-lock").result is Result.BROKEN


LSBLK = "lsblk --json --output NAME,TYPE,TRAN,RM,MOUNTPOINTS"
STICK = {
    "name": "sdb",
    "type": "disk",
    "tran": "usb",
    "rm": True,
    "mountpoints": [None],
    "children": [{"name": "sdb1", "type": "part", "mountpoints": ["/media/alice/STICK"]}],
}
DISK = {
    "name": "nvme0n1",
    "type": "disk",
    "tran": "nvme",
    "rm": False,
    "mountpoints": [None],
    "children": [{"name": "root", "type": "crypt", "mountpoints": ["/"]}],
}
ROM = {"name": "sr0", "type": "rom", "tran": "sata", "rm": True, "mountpoints": ["/media/cdrom"]}
LOOP = {"name": "loop0", "type": "loop", "rm": False, "mountpoints": ["/snap/core"]}
BLOCKED = {"modprobe -n -v usb-storage": "install /bin/false\n"}


@pytest.mark.parametrize(("disks", "answers", "modules", "expected"), [
    ([DISK, LOOP, ROM], BLOCKED, "ext4 1 0\n", Result.HOLDS), ([DISK, STICK], BLOCKED, "", Result.BROKEN), ([DISK], BLOCKED, "usb_storage 1 0\n", Result.UNPROVEN),
    ([DISK], {"modprobe -n -v usb-storage": "insmod /lib/modules/usb-storage.ko\n"}, "", Result.UNPROVEN), ([DISK], {}, "", Result.UNPROVEN),
    ([DISK, STICK | {"children": [{"name": "luks", "type": "crypt", "mountpoints": ["/mnt/x"]}]}], {}, "", Result.BROKEN),
    ([DISK, STICK | {"children": []}], BLOCKED, "", Result.HOLDS), ([DISK], {"modprobe -n -v usb-storage": "builtin usb_storage"}, "", Result.UNPROVEN),
])  # fmt: skip
def test_removable_storage_is_judged_by_what_is_mounted_and_what_keeps_it_out(machine, disks, answers, modules, expected):
    machine.answers |= {LSBLK: json.dumps({"blockdevices": disks}), **answers}
    machine.write("/proc/modules", modules)

    assert judged(noted(collect_storage, machine), "device.removable-storage").result is expected


def test_a_rule_file_counts_where_modprobe_is_missing(machine):
    machine.answers[LSBLK] = json.dumps({"blockdevices": [DISK]})
    machine.write("/proc/modules", "")
    machine.write("/etc/modprobe.d/usb.conf", "# no sticks\ninstall usb-storage /bin/false\nblacklist uas\n")

    assert judged(noted(collect_storage, machine), "device.removable-storage").result is Result.HOLDS


def test_a_blacklist_alone_keeps_nothing_out(machine):
    machine.answers[LSBLK] = json.dumps({"blockdevices": [DISK]})
    machine.write("/etc/modprobe.d/usb.conf", "blacklist usb-storage\n")

    assert judged(noted(collect_storage, machine), "device.removable-storage").result is Result.UNPROVEN


@pytest.mark.parametrize(("rules", "expected"), [
    ("allow with-interface equals { 03:00:01 03:01:01 }\nreject with-interface all-of { 08:*:* }\nblock", Result.HOLDS), ("", Result.HOLDS),
    ("allow", Result.UNPROVEN), ("allow with-interface one-of { 08:*:* }", Result.UNPROVEN), ('allow id 1d6b:0002 serial "x" name "hub"', Result.HOLDS),
    ("reject with-interface one-of { 08:*:* }\nallow", Result.HOLDS), ("allow with-interface 09:00:*", Result.HOLDS), ("block id 1234:5678\nallow", Result.UNPROVEN),
])  # fmt: skip
def test_usbguard_counts_where_it_runs_and_its_rules_let_no_drive_in(machine, rules, expected):
    machine.answers[LSBLK] = json.dumps({"blockdevices": [DISK]})
    machine.process(500, "usbguard-daemon", 0)
    machine.write("/etc/usbguard/rules.conf", rules + "\n")
    machine.write("/etc/usbguard/usbguard-daemon.conf", "ImplicitPolicyTarget=block\n")

    assert judged(noted(collect_storage, machine), "device.removable-storage").result is expected


def nvme(machine: Fake, name: str, port: str, *, has_paths: bool = False) -> None:
    """Lay an NVMe disk behind a PCI port as sysfs does; with paths it hangs below its subsystem, beside its controller."""
    controller = f"/sys/devices/pci0000:00/{port}/0000:01:00.0/nvme/{name}"
    above = f"/sys/devices/virtual/nvme-subsystem/subsystem-of-{name}" if has_paths else controller
    machine.write(f"{above}/{name}n1/removable", "0\n")
    machine.path(controller).mkdir(parents=True, exist_ok=True)
    machine.path(f"{controller}/device").symlink_to("../..")
    machine.path(f"{above}/{name}n1/device").symlink_to("..")
    if has_paths:
        machine.path(f"{above}/{name}").symlink_to(machine.path(controller))
    machine.path("/sys/block").mkdir(parents=True, exist_ok=True)
    machine.path(f"/sys/block/{name}n1").symlink_to(machine.path(f"{above}/{name}n1"))


@pytest.mark.parametrize("has_paths", [False, True])
@pytest.mark.parametrize("has_lsblk", [False, True])
def test_an_nvme_disk_behind_a_port_that_leads_outside_is_removable(machine, has_paths, has_lsblk):
    nvme(machine, "nvme0", "0000:00:06.0")
    nvme(machine, "nvme1", "0000:00:07.0", has_paths=has_paths)
    machine.write("/sys/devices/pci0000:00/0000:00:06.0/0000:01:00.0/removable", "fixed\n")
    machine.write("/sys/devices/pci0000:00/0000:00:07.0/0000:01:00.0/removable", "removable\n")
    machine.write("/proc/mounts", "/dev/nvme0n1p1 / ext4 rw 0 0\n/dev/nvme1n1p1 /mnt/x ext4 rw 0 0\n")
    if has_lsblk:
        outer = DISK | {"name": "nvme1n1", "children": [{"name": "nvme1n1p1", "type": "part", "mountpoints": ["/mnt/x"]}]}
        machine.answers[LSBLK] = json.dumps({"blockdevices": [DISK, outer]})

    assert value(noted(collect_storage, machine), "storage.mounted") == ["nvme1n1p1 at /mnt/x"]


def test_without_lsblk_the_kernels_tables_are_read(machine):
    machine.write("/proc/mounts", "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /mnt/x vfat rw 0 0\n")
    machine.write("/sys/block/sda/removable", "0\n")
    machine.write("/sys/block/sdb/removable", "1\n")

    assert value(noted(collect_storage, machine), "storage.mounted") == ["sdb1 at /mnt/x"]


def test_schedules_are_found_and_their_commands_stay_here(machine):
    machine.write(
        "/etc/cron.d/nightly", "# restic is what we used before\n0 2 * * * root RESTIC_PASSWORD=hunter2 restic backup /home\n"
    )
    machine.write("/etc/cron.daily/dpkg", "#!/bin/sh\nexec /usr/libexec/dpkg/dpkg-db-backup\n")
    machine.write(
        "/var/spool/cron/crontabs/alice",
        "0 1 * * * rsync -a /home/alice/ backup@nas:/alice\n0 3 * * * rsync -a /srv/a/ /srv/b/\n",
    )
    machine.write("/home/alice/.config/systemd/user/timers.target.wants/copy.timer", "[Timer]\nOnCalendar=daily\n")
    machine.write(
        "/home/alice/.config/systemd/user/copy.service",
        "[Service]\nExecStart=/usr/bin/rclone sync /home/alice remote:alice --password hunter2\n",
    )
    machine.write("/usr/lib/systemd/system/timers.target.wants/dpkg-db-backup.timer", "[Timer]\n")
    machine.write("/usr/lib/systemd/system/dpkg-db-backup.service", "[Service]\nExecStart=/usr/libexec/dpkg/dpkg-db-backup\n")

    notebook = noted(collect_backups, machine, [])

    assert value(notebook, "backup.schedules") == [
        "rclone by copy.timer",
        "restic by /etc/cron.d/nightly",
        "rsync by /var/spool/cron/crontabs/alice",
    ]
    assert judged(notebook, "device.backups").result is Result.BROKEN
    assert "hunter2" not in repr(notebook)


def test_no_schedule_and_no_tool_holds_for_root_and_is_unproven_without(tmp_path):
    for uid, expected in ((0, Result.HOLDS), (1000, Result.UNPROVEN)):
        machine = Fake(tmp_path, uid=uid)
        assert judged(noted(collect_backups, machine, []), "device.backups").result is expected


POLICY = """Package files:
 100 /var/lib/dpkg/status
     release a=now
 500 http://deb.example/debian bookworm/main amd64 Packages
     release v=12,o=Debian,a=stable,n=bookworm,l=Debian,c=main,b=amd64
     origin deb.example
"""
POLICY_OF = """adduser:
  Installed: 3.134
  Candidate: 3.134
  Version table:
 *** 3.134 500
        500 http://deb.example/debian bookworm/main amd64 Packages
        100 /var/lib/dpkg/status
old:
  Installed: 1.0
  Candidate: 1.1
  Version table:
     1.1 500
        500 http://deb.example/debian bookworm/main amd64 Packages
 *** 1.0 100
        100 /var/lib/dpkg/status
zoom:
  Installed: 6.1
  Candidate: 6.1
  Version table:
 *** 6.1 100
        100 /var/lib/dpkg/status
"""


def test_packages_are_told_with_the_archive_that_offers_them(machine):
    machine.answers["apt-cache policy"] = POLICY
    machine.answers["apt-cache policy adduser old zoom"] = POLICY_OF

    assert deb_origins(machine, ["adduser", "old", "zoom"]) == {"adduser": "Debian", "old": "Debian"}


def test_every_package_manager_is_listed(machine):
    shown = r"${Package}\t${Version}\t${Architecture}\t${db:Status-Abbrev}\t${Maintainer}\n"
    machine.answers[f"dpkg-query -W -f {shown}"] = "bash\t5.2\tamd64\tii \tDebian\ngone\t1\tall\trc \tX\n"
    machine.answers["flatpak list --app --columns=application,version,origin"] = "org.gimp.GIMP\t2.10\tflathub\n"
    machine.answers["snap list"] = "Name  Version  Rev  Tracking  Publisher  Notes\nfirefox  120  1  latest  mozilla**  -\n"
    machine.write("/usr/local/lib/python3.11/site-packages/Requests_Thing-2.31.dist-info/METADATA", "")
    machine.write("/usr/lib/python3/dist-packages/apt-1.dist-info/METADATA", "")
    machine.write("/usr/local/lib/node_modules/@scope/tool/package.json", '{"name": "@scope/tool", "version": "1.2.3"}')
    machine.write("/usr/local/lib/node_modules/bad/package.json", "{")

    found = {(one.type, one.name, one.version) for one in noted(collect_software, machine).software}

    assert found == {
        ("deb", "bash", "5.2"),
        ("flatpak", "org.gimp.GIMP", "2.10"),
        ("snap", "firefox", "120"),
        ("pypi", "requests-thing", "2.31"),
        ("npm", "@scope/tool", "1.2.3"),
    }


def test_without_the_systems_own_packages_no_inventory_was_taken(machine):
    """Arch, or a Debian whose dpkg does not answer: what pip, flatpak or an alien rpm lists says nothing of the rest."""
    machine.answers["flatpak list --app --columns=application,version,origin"] = "org.gimp.GIMP\t2.10\tflathub\n"
    machine.answers["snap list"] = "Name  Version  Rev  Tracking  Publisher  Notes\nfirefox  120  1  latest  mozilla**  -\n"
    machine.write("/usr/local/lib/python3.11/site-packages/Requests_Thing-2.31.dist-info/METADATA", "")
    notebook = Notebook(NOON)

    assert collect_software(machine, notebook) is False
    assert "installed programs" in {one.what for one in notebook.unread}

    machine.answers[r"rpm -qa --qf %{NAME}\t%{EVR}\t%{ARCH}\t%{VENDOR}\n"] = "alien\t1-1\tx86_64\t(none)\n"
    assert collect_software(machine, Notebook(NOON)) is True
    machine.write("/var/lib/dpkg/info/bash.list", "/bin/bash\n")
    assert collect_software(machine, Notebook(NOON)) is False


def test_a_machine_that_answers_nothing_holds_nothing(tmp_path):
    notebook = noted(collect_linux, Fake(tmp_path, uid=1000))

    for commitment in ("device.screen-lock", "device.removable-storage", "device.backups"):
        assert judged(notebook, commitment).result is not Result.HOLDS


def test_a_machine_id_is_not_handed_out_as_it_is(machine):
    machine.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    machine.write("/proc/sys/kernel/hostname", "lt-07\n")

    identity = identify_linux(machine)

    assert identity.name == "lt-07"
    assert identity.id
    assert "0123456789abcdef" not in identity.id


# --- macOS -----------------------------------------------------------------------------------------------------------------


def test_macos_answers_are_understood():
    assert screen_lock("2026-11-25 12:00:00.000 sysadminctl[1:2] screenLock delay is immediate") == "immediate"
    assert screen_lock("screenLock delay is 300 seconds") == "300 seconds"
    assert screen_lock("screenLock is off") == "off"
    assert screen_lock("") == ""
    assert display_sleep("Battery Power:\n displaysleep         2\nAC Power:\n displaysleep         10\n sleep 1\n") == [2, 10]
    assert plist("<broken") == {}
    disks = {
        "AllDisksAndPartitions": [
            {"DeviceIdentifier": "disk4", "Partitions": [{"DeviceIdentifier": "disk4s1", "MountPoint": "/Volumes/STICK"}]}
        ]
    }
    assert external(disks, {}) == ["disk4s1 at /Volumes/STICK"]
    assert (
        applications(
            '{"SPApplicationsDataType": [{"_name": "Zoom", "version": "6", "obtained_from": "identified_developer", "path": "/Applications/zoom.app"}]}'
        )[0].name
        == "Zoom"
    )
    assert applications("{") == []


MANAGED = '<?xml version="1.0"?><plist version="1.0"><dict><key>idleTime</key><integer>600</integer><key>askForPassword</key><true/><key>askForPasswordDelay</key><integer>5</integer></dict></plist>'


def test_a_managed_mac_holds_and_a_silent_one_does_not(tmp_path):
    managed = Fake(tmp_path, {"plutil -convert xml1 -o - /Library/Managed Preferences/com.apple.screensaver.plist": MANAGED})
    silent = Fake(tmp_path)

    assert judged(noted(collect_macos, managed), "device.screen-lock", System.MACOS).result is Result.HOLDS
    for commitment in ("device.screen-lock", "device.removable-storage", "device.backups"):
        assert judged(noted(collect_macos, silent), commitment, System.MACOS).result is not Result.HOLDS, commitment


PASSCODE = (
    '<?xml version="1.0"?><plist version="1.0"><dict><key>_computerlevel</key><array><dict><key>ProfileItems</key><array>'
    "<dict><key>PayloadType</key><string>com.apple.mobiledevice.passwordpolicy</string><key>PayloadContent</key><dict>{}</dict></dict>"
    "<dict><key>PayloadType</key><string>com.apple.dock</string><key>PayloadContent</key><dict><key>maxInactivity</key><integer>1</integer></dict></dict>"
    "</array></dict></array></dict></plist>"
)


@pytest.mark.parametrize(("grace", "expected"), [(None, Result.HOLDS), (5, Result.HOLDS), (6, Result.UNPROVEN)])
def test_a_macs_profile_of_passcodes_bounds_its_lock(tmp_path, grace, expected):
    told = "<key>maxInactivity</key><integer>10</integer>"
    told += "" if grace is None else f"<key>maxGracePeriod</key><integer>{grace}</integer>"
    machine = Fake(tmp_path, {"profiles show -output stdout-xml": PASSCODE.format(told)})

    assert judged(noted(collect_macos, machine), "device.screen-lock", System.MACOS).result is expected


# --- Windows ---------------------------------------------------------------------------------------------------------------

POLICIES = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
DUMP = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\r\n    InactivityTimeoutSecs    REG_DWORD    0x384\r\n    legalnoticetext    REG_SZ    \r\n"
UNINSTALL = "\nHKEY_LOCAL_MACHINE\\X\\Uninstall\\{1}\n    DisplayName    REG_SZ    7-Zip 23.01\n    DisplayVersion    REG_SZ    23.01\n    Publisher    REG_SZ    Igor Pavlov\n\nHKEY_LOCAL_MACHINE\\X\\Uninstall\\KB1\n    DisplayName    REG_SZ    Update\n    ParentKeyName    REG_SZ    x\n"


def test_windows_answers_are_understood():
    assert registry(DUMP)[r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"] == {
        "InactivityTimeoutSecs": "0x384",
        "legalnoticetext": "",
    }
    assert [(one.name, one.version, one.publisher) for one in programs(UNINSTALL)] == [("7-Zip 23.01", "23.01", "Igor Pavlov")]
    assert removable('[{"DriveLetter":"C","DriveType":"Fixed"},{"DriveLetter":"E","DriveType":"Removable"}]') == ["E:"]
    assert removable('{"DriveLetter":"C","DriveType":"Fixed"}') == []
    assert removable("") is None


def test_without_the_registrys_programs_no_inventory_was_taken(machine):
    key = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
    store = f"powershell.exe -NoProfile -NonInteractive -Command {windows._APPX}"
    machine.answers[store] = '[{"Name": "Microsoft.Paint", "Version": "11.0", "PublisherDisplayName": "Microsoft"}]'

    assert windows._software(machine, Notebook(NOON), []) is False

    machine.answers[f"reg query {key} /s"] = UNINSTALL
    assert windows._software(machine, Notebook(NOON), []) is True


def test_a_registry_that_gives_no_answer_leaves_a_persons_screen_saver_unread(tmp_path):
    sid = "S-1-5-21-1-2-3-1001"
    silent = Fake(tmp_path, {"reg query HKU": f"HKEY_USERS\\{sid}\n"})

    assert judged(noted(collect_windows, silent), "device.screen-lock", System.WINDOWS).result is Result.UNPROVEN


def test_a_windows_machine_with_a_limit_holds_and_a_silent_one_does_not(tmp_path):
    limited = Fake(tmp_path, {f"reg query {POLICIES}": DUMP})
    silent = Fake(tmp_path)

    assert judged(noted(collect_windows, limited), "device.screen-lock", System.WINDOWS).result is Result.HOLDS
    for commitment in ("device.screen-lock", "device.removable-storage", "device.backups"):
        assert judged(noted(collect_windows, silent), commitment, System.WINDOWS).result is not Result.HOLDS, commitment


def test_what_is_slow_to_read_is_read_again_when_it_changed(tmp_path):
    machine = Fake(tmp_path / "root")
    machine.notes = tmp_path
    machine.write("/var/lib/dpkg/status", "a")
    asked: list[str] = []

    def read() -> dict[str, str]:
        asked.append("x")
        return {"bash": "Debian"}

    for _ in range(3):
        assert machine.remembered("origins", machine.mark("/var/lib/dpkg/status"), read) == {"bash": "Debian"}
    assert len(asked) == 1
    machine.write("/var/lib/dpkg/status", "ab")
    machine.remembered("origins", machine.mark("/var/lib/dpkg/status"), read)
    assert len(asked) == 2
    (tmp_path / "origins.json").write_text('{"mark":7,"value":[]}')
    assert machine.remembered("origins", machine.mark("/var/lib/dpkg/status"), read) == {"bash": "Debian"}
    machine.notes = tmp_path / "missing"
    assert machine.remembered("origins", "m", read) == {"bash": "Debian"}


@pytest.mark.parametrize(("idle", "session", "expected"), [
    ('"HIDIdleTime" = 1200000000000', {}, 1200), ('"HIDIdleTime" = 1200000000000', {"CGSSessionScreenIsLocked": True}, None),
    ('"HIDIdleTime" = 3000000000', {}, None), ("", {}, None), ('"HIDIdleTime" = 1200000000000', {"kCGSSessionUserNameKey": "bob"}, None),
])  # fmt: skip
def test_a_mac_that_is_idle_and_not_locked_is_seen(idle, session, expected):
    root = {"IOConsoleUsers": [{"kCGSSessionUserNameKey": "alice", **session}]}

    assert idle_unlocked(idle, root, "alice") == expected
    assert idle_unlocked(idle, {"IOConsoleUsers": [7, None]}, "alice") is None


@pytest.mark.parametrize(
    "file", ["/home/alice/.config/swayidle/config", "/home/alice/.swayidle/config", "/etc/swayidle/config"]
)
def test_swayidle_reads_the_first_of_its_files(machine, file):
    machine.process(1000, "sway", 1000)
    machine.process(1001, "swayidle", 1000, "swayidle", "-w")
    machine.write(file, "timeout 600 'swaylock -f'\nbefore-sleep 'swaylock -f'\n")

    notebook = noted(collect_sessions, machine)

    assert value(notebook, "swayidle lock-after", "alice") == 600
    assert value(notebook, "swayidle lock-before-sleep", "alice") is True


@pytest.mark.parametrize(("arguments", "expected"), [
    (("-w", "timeout", "300", "swaylock -f"), False), (("-w", "timeout", "300", "swaylock -f", "before-sleep", "swaylock -f"), True),
    (("before-sleep", "loginctl lock-session", "lock", "swaylock"), True), (("before-sleep", "loginctl lock-session"), None), (("before-sleep", "notify-send bye"), False),
    (("before-sleep", "/opt/mine"), None),
])  # fmt: skip
def test_what_swayidle_does_before_sleep_is_told(machine, arguments, expected):
    machine.process(1000, "sway", 1000)
    machine.process(1001, "swayidle", 1000, "swayidle", *arguments)
    found = {fact.name: fact.value for fact in noted(collect_sessions, machine).facts}

    assert found.get("swayidle lock-before-sleep") is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--", "i3lock", "-n"), True),
        (("--ignore-sleep", "i3lock"), False),
        (("-l", "--", "notify-send", "x"), False),
        (("/opt/mine",), None),
    ],
)
def test_xss_lock_locks_before_sleep_whatever_x_does(machine, arguments, expected):
    machine.process(1000, "i3", 1000, DISPLAY=":0")
    machine.process(1001, "xss-lock", 1000, "xss-lock", *arguments)
    machine.answers[as_alice("xset", "q")] = "Screen Saver:\n  timeout:  0    cycle:  600\n"
    found = {fact.name: fact.value for fact in noted(collect_sessions, machine).facts}

    assert found.get("xss-lock lock-before-sleep") is expected
    assert found["xss-lock lock-after"] == 0 or expected is None


def test_xscreensaver_without_a_file_of_ones_own_does_what_its_installation_says(machine):
    machine.process(1000, "i3", 1000)
    machine.process(1001, "xscreensaver", 1000)
    machine.write(
        "/etc/X11/app-defaults/XScreenSaver",
        "! comment\n*mode:\t\t\trandom\n*timeout:\t\t0:10:00\n*lock:\t\t\tFalse\n*lockTimeout:\t\t0:00:00\n",
    )
    notebook = noted(collect_sessions, machine)
    assert value(notebook, "xscreensaver lock", "alice") == "False"
    assert judged(notebook, "device.screen-lock").result is Result.BROKEN

    machine.write("/home/alice/.xscreensaver", "lock:\tTrue\n")
    notebook = noted(collect_sessions, machine)
    assert (value(notebook, "xscreensaver lock", "alice"), value(notebook, "xscreensaver timeout", "alice")) == (
        "True",
        "0:10:00",
    )
    assert judged(notebook, "device.screen-lock").result is Result.HOLDS


def test_a_drop_in_of_logind_in_etc_hides_the_one_of_the_same_name_below(machine):
    machine.write("/usr/lib/systemd/logind.conf.d/50.conf", "IdleAction=ignore\n")
    machine.write("/etc/systemd/logind.conf.d/50.conf", "IdleAction=lock\nHandleLidSwitch=lock\n")
    notebook = noted(collect_sessions, machine)

    assert [fact.value for fact in notebook.facts if fact.name == "logind IdleAction"] == ["lock"]
    assert value(notebook, "logind HandleLidSwitch") == "lock"


def test_backups_of_phones_are_counted_and_not_named(machine):
    machine.write("/Users/alice/Library/Application Support/MobileSync/Backup/00008030-SECRET/Info.plist", "")
    machine.write("/Users/bob/x", "")
    notebook = noted(collect_macos, machine)

    assert (value(notebook, "MobileSync backups", "alice"), value(notebook, "MobileSync backups", "bob")) == (1, 0)
    assert "SECRET" not in repr(notebook)
