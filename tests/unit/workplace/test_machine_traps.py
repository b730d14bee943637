"""Whole machines on which a quick look says that all is well: consoles, lockers that are held up, firewalls with a hole.

Their verdicts were written before anything was run on them.
"""

from collections.abc import Callable

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.conclude import device_of
from holdtrue.workplace.devices.collect.linux import collect_linux
from holdtrue.workplace.devices.collect.machine import Notebook
from holdtrue.workplace.devices.collect.macos import collect_macos
from holdtrue.workplace.devices.collect.windows import collect_windows
from holdtrue.workplace.devices.rulebook.sorts import packed
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.facts import FactSheet, Identity, System
from unit.workplace.test_collect import NOON, Fake
from unit.workplace.test_guard_machines import apt, block, layers, linked
from unit.workplace.test_lock_machines import Part, gdm, gnome, has, key, lightdm, mate, people, runs, says, sddm, together

LINUX, MAC, WIN = System.LINUX, System.MACOS, System.WINDOWS
H, B, U, N = Result.HOLDS, Result.BROKEN, Result.UNPROVEN, Result.NOT_APPLICABLE
LOCK, SLEEP = "device.screen-lock", "device.suspend-lock"
COLLECT: dict[System, Callable[[Fake, Notebook], object]] = {LINUX: collect_linux, MAC: collect_macos, WIN: collect_windows}


def sheet_of(tmp_path, parts: tuple[Part, ...], system: System) -> FactSheet:
    machine, notebook = Fake(tmp_path), Notebook(NOON)
    machine.process(1, "systemd", 0)
    for part in (people(), *parts) if system is WIN else parts:
        part(machine)
    COLLECT[system](machine, notebook)
    return FactSheet(Identity("lt", "lt", system), NOON, tuple(notebook.facts), None, tuple(notebook.unread))


# --- who is signed in, as logind knows it ------------------------------------------------------------------------------------
def logind(*sessions: dict[str, str]) -> Part:
    def answer(machine: Fake) -> None:
        names = [str(number) for number in range(1, len(sessions) + 1)]
        machine.answers["loginctl list-sessions --no-legend --no-pager"] = "".join(f" {name} x y\n" for name in names)
        for name, told in zip(names, sessions, strict=True):
            usual = {"Name": "alice", "User": "1000", "State": "active", "Class": "user", "Type": "wayland", "Seat": "seat0",
                     "Remote": "no", "IdleHint": "no", "IdleSinceHint": "0", "LockedHint": "no"}  # fmt: skip
            fields = "".join(f"{field}={value}\n" for field, value in {**usual, **told}.items())
            machine.answers[f"loginctl show-session {name} --no-pager"] = fields

    return answer


def idle(minutes: int) -> dict[str, str]:
    return {"IdleHint": "yes", "IdleSinceHint": str(int((NOON.timestamp() - 60 * minutes) * 1_000_000))}


def told_of(name: str, file: str, content: str) -> Part:
    """What /proc tells of the first process of this name."""

    def tell(machine: Fake) -> None:
        is_it = (one for one in machine.find("/proc/[0-9]*") if (machine.read(f"{one}/comm") or "").strip() == name[:15])
        machine.write(f"{next(is_it)}/{file}", content)

    return tell


def in_state(name: str, state: str) -> Part:
    return told_of(name, "status", f"Name:\tx\nState:\t{state}\nUid:\t1000\t1000\t1000\t1000\n")


DESK, TTY = {"Type": "wayland"}, {"Type": "tty", "TTY": "tty3"}
ROOT = {"Type": "tty", "TTY": "tty1", "Name": "root", "User": "0"}
GNOME = together(gdm, gnome())
SWAY = together(sddm, runs("sway"))
WATCH = together(SWAY, runs("swayidle", "-w", "timeout", "300", "swaylock -f"))
plasma = together(sddm, runs("plasmashell"))
XSAVER = together(
    runs("xscreensaver"),
    has("/home/alice/.xscreensaver", "timeout:\t0:10:00\nlock:\tTrue\nlockTimeout:\t0:00:00\nmode:\trandom\n"),
)


def watched(*words: str) -> Part:
    return together(SWAY, runs("swayidle", *words))


def own_script(body: str) -> Part:
    return together(watched("timeout", "300", "~/bin/lock.sh"), has("/home/alice/bin/lock.sh", f"#!/bin/sh\n# locks\n{body}\n"))


LOCKS: list[tuple[str, str, Result, Part]] = [
    ("GNOME, and a console that is signed in too", LOCK, U, together(GNOME, logind(DESK, TTY))),
    ("GNOME, and a console left alone", LOCK, B, together(GNOME, logind(DESK, {**TTY, **idle(40)}))),
    ("GNOME, and a console whose shell signs out", LOCK, H,
     together(GNOME, logind(DESK, TTY), has("/etc/profile.d/tmout.sh", "readonly TMOUT=600; export TMOUT\n"))),
    ("GNOME, and a console whose shell signs out late", LOCK, B,
     together(GNOME, logind(DESK, TTY), has("/etc/profile.d/tmout.sh", "TMOUT=3600\n"))),
    ("GNOME, and a console that vlock keeps", LOCK, H, together(GNOME, logind(DESK, TTY), runs("vlock-main"))),
    ("GNOME, and a console that vlock keeps, of two", LOCK, U,
     together(GNOME, logind(DESK, TTY, {**TTY, "TTY": "tty4"}), runs("vlock-main"), told_of("vlock-main", "cgroup", "0::/user.slice/session-2.scope\n"))),
    ("GNOME, and a console whose vlock is held up", LOCK, U,
     together(GNOME, logind(DESK, TTY), runs("vlock-main"), in_state("vlock-main", "T (stopped)"))),
    ("a console whose shell signs out, until a later file", LOCK, U,
     together(logind(ROOT), has("/etc/profile", "export TMOUT=600\n"), has("/etc/profile.d/z.sh", "TMOUT=0\n"))),
    ("a console whose shell signs out, until it is taken back", LOCK, U,
     together(logind(ROOT), has("/etc/profile", "TMOUT=600\n"), has("/etc/profile.d/z.sh", "unset TMOUT\n"))),
    ("a console whose shell signs out, whatever a later file says", LOCK, H,
     together(logind(ROOT), has("/etc/profile", "TMOUT=600\nreadonly TMOUT\nexport TMOUT\n"), has("/etc/profile.d/z.sh", "TMOUT=0\n"))),
    ("a console whose shell signs out others", LOCK, U,
     together(logind(ROOT), has("/etc/profile", "if [ $UID -ne 0 ]; then\n  TMOUT=600\nfi\n"))),
    ("a console whose shell would sign out, in a comment", LOCK, U,
     together(logind(ROOT), has("/etc/profile", "echo hi # TMOUT=600\n"))),
    ("GNOME, and somebody from afar", LOCK, H, together(GNOME, logind(DESK, {**TTY, "Seat": "", "Remote": "yes"}))),
    ("sway that was started from a console", LOCK, H,
     together(WATCH, logind(TTY), told_of("sway", "cgroup", "0::/user.slice/user-1000.slice/session-1.scope\n"))),
    ("a server at whose console root is signed in", LOCK, U, logind(ROOT)),
    ("a server whose shells sign out", LOCK, H, together(logind(ROOT), has("/etc/profile", "export TMOUT=600\n"))),
    ("a server that people reach from afar", LOCK, N, logind({**TTY, "Seat": "", "Remote": "yes"})),
    ("a session that is ending", LOCK, H, together(GNOME, logind(DESK, {"Name": "bob", "User": "1001", "State": "closing"}))),
    ("Plasma whose compositor was started without the lock", LOCK, B, together(plasma, runs("kwin_wayland", "--no-lockscreen"))),
    ("Plasma, before sleep, without the lock", SLEEP, B, together(plasma, runs("kwin_wayland", "--no-lockscreen"))),
    ("Plasma under X without the lock", LOCK, B, together(plasma, runs("kwin_x11"), runs("ksmserver", "--no-lockscreen"))),
    ("Plasma under Wayland, whose session manager leaves the lock to KWin", LOCK, H,
     together(plasma, runs("kwin_wayland"), runs("ksmserver", "--no-lockscreen"))),
    ("Plasma with a second KWin inside", LOCK, H,
     together(plasma, runs("kwin_wayland"), runs("kwin_wayland", "--virtual", "--no-lockscreen"))),
    ("MATE without its screensaver", LOCK, B, mate()),
    ("MATE with another", LOCK, H, together(mate(), XSAVER)),
    ("MATE whose screensaver is held up", LOCK, B, together(mate(), runs("mate-screensaver"), in_state("mate-screensaver", "T (stopped)"))),
    ("a watcher that is held up", LOCK, B, together(WATCH, in_state("swayidle", "T (stopped)"))),
    ("a watcher that has ended", LOCK, B, together(WATCH, in_state("swayidle", "Z (zombie)"))),
    ("a watcher that is held up, and another", LOCK, H,
     together(WATCH, runs("swayidle", "timeout", "300", "swaylock -f"), in_state("swayidle", "T (stopped)"))),
    ("a locker that waits", LOCK, B, watched("timeout", "300", "sleep 20m; swaylock -f")),
    ("a locker that waits a little", LOCK, H, watched("timeout", "860", "sleep 30; swaylock -f")),
    ("a locker that waits a little too long", LOCK, B, watched("timeout", "880", "sleep 30 && swaylock -f")),
    ("a wait that nobody waits for", LOCK, H, watched("timeout", "880", "sleep 60 & swaylock -f")),
    ("a wait of unknown length", LOCK, U, watched("timeout", "300", "sleep $LONG; swaylock -f")),
    ("a script of that name that is not there", LOCK, U, watched("timeout", "300", "~/bin/lock.sh")),
    ("a script that locks", LOCK, H, own_script("playerctl pause\nswaylock -f")),
    ("a script of that name that dims", LOCK, B, own_script("brightnessctl set 10")),
    ("a script that waits, then locks", LOCK, B, own_script("sleep 20m\nswaylock -f")),
    ("a script that one cannot tell", LOCK, U, own_script("if pgrep vlc; then\n  exit 0\nfi\nown-thing")),
    ("a script that runs another", LOCK, H, together(own_script("$HOME/bin/second"), has("/home/alice/bin/second", "#!/bin/sh\nswaylock\n"))),
    ("a script that runs itself", LOCK, U, own_script("~/bin/lock.sh")),
    ("a script that has ended before", LOCK, B, own_script("exit 0\nswaylock -f")),
    ("a script that became another program", LOCK, B, own_script("exec brightnessctl set 10\nswaylock -f")),
    ("a script that only writes elsewhere", LOCK, H, own_script("exec >/dev/null 2>&1\nswaylock -f")),
    ("a script that ends by its locker", LOCK, H, own_script("exec swaylock -f")),
    ("a script that may end before", LOCK, U, own_script("if pgrep vlc; then\n  exit 0\nfi\nswaylock -f")),
    ("a script that may end on one line", LOCK, U, own_script("playerctl status | grep -q Playing && exit 0\nswaylock -f")),
    ("a script that ends where it is locked", LOCK, H, own_script("pgrep -x swaylock >/dev/null 2>&1 && exit 0\nswaylock -f")),
    ("a script that speaks of a locker", LOCK, B, own_script("echo dimmed # ; swaylock -f")),
    ("a script whose function nobody calls", LOCK, U, own_script("lock() {\n  swaylock -f\n}")),
    ("a script with a locker in a text", LOCK, U, own_script("cat <<END >/dev/null\nswaylock -f\nEND")),
    ("a script that locks, then turns", LOCK, H, own_script("swaylock -f\nif true; then\n  exit 1\nfi")),
    ("a script that waits, run by a shell", LOCK, B,
     together(watched("timeout", "300", "bash ~/bin/lock.sh"), has("/home/alice/bin/lock.sh", "#!/bin/sh\nsleep 20m\nswaylock\n"))),
    ("a script that only waits, and a locker", LOCK, B,
     together(watched("timeout", "300", "~/bin/wait; swaylock"), has("/home/alice/bin/wait", "#!/bin/sh\nsleep 20m\n"))),
    ("a shell that waits, then a locker", LOCK, B, watched("timeout", "300", "sh -c 'sleep 20m'; swaylock")),
    ("a wait before it asks", LOCK, B, watched("timeout", "300", "sleep 20m; loginctl lock-session", "lock", "swaylock -f")),
    ("a wait before sleep", LOCK, B, watched("timeout", "300", "sleep 20m; systemctl suspend", "before-sleep", "swaylock -f")),
    ("a locker that a film keeps off", LOCK, U, watched("timeout", "300", "pgrep vlc || swaylock -f")),
    ("a locker that a file keeps off", LOCK, U, watched("timeout", "300", "[ -e /tmp/awake ] || swaylock -f")),
    ("a locker that a file calls for", LOCK, U, watched("timeout", "300", "test -e /tmp/away && swaylock -f")),
    ("a locker that runs already, or runs", LOCK, H, watched("timeout", "300", "pidof swaylock >/dev/null 2>&1 || swaylock -f")),
    ("a picture, then a locker", LOCK, H, watched("timeout", "300", "grim /tmp/x.png && swaylock -f -i /tmp/x.png")),
    ("hypridle that asks by a script, and hears it", LOCK, H,
     together(sddm, runs("Hyprland"), runs("hypridle"), has("/home/alice/.local/bin/ask", "#!/bin/sh\nloginctl lock-session\n"),
              has("/home/alice/.config/hypr/hypridle.conf", "general {\n  lock_cmd = hyprlock\n}\nlistener {\n  timeout = 300\n  on-timeout = ~/.local/bin/ask\n}\n"))),
    ("cage without a locker", LOCK, B, together(lightdm, runs("cage"))),
]  # fmt: skip


@pytest.mark.parametrize(("about", "expected", "machine"), [one[1:] for one in LOCKS], ids=[one[0] for one in LOCKS])
def test_a_lock_is_what_it_is(tmp_path, about, expected, machine):
    verdicts = judge_device(sheet_of(tmp_path, (machine,), LINUX), subject="device/lt")
    found = next(one for one in verdicts if one.commitment == about)

    assert found.result is expected, found.reason


# --- firewalls ---------------------------------------------------------------------------------------------------------------
def nft(*rules: str, family: str = "inet", flags: str = "") -> str:
    lines = "".join(f"\t\t{rule}\n" for rule in rules)
    told = f"\tflags {flags}\n\n" if flags else ""
    return f"table {family} filter {{\n{told}\tchain input {{\n\t\ttype filter hook input priority filter; policy drop;\n{lines}\t}}\n}}\n"


def ruled(*tables: str) -> Part:
    return says("nft list ruleset", "".join(tables))


def chain(*rules: str, program: str = "iptables") -> Part:
    return says(f"{program} -S INPUT", "-P INPUT DROP\n" + "".join(f"-A INPUT {rule}\n" for rule in rules))


LO = "00000000000000000000000000000001 01 80 10 80       lo\n"
SIX = has("/proc/net/if_inet6", LO + "fe80000000000000 02 40 20 80     eth0\n")
ONE_STATE = "-m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT"


# --- disks, updates, cards, the kernel ---------------------------------------------------------------------------------------
def spread(system: str, *names: str) -> Part:
    return together(
        *(has(f"/sys/fs/btrfs/{system}/devices/{name}/dev", "1:1") for name in names),
        *(has(f"/sys/class/block/{name}/dm/name", f"c{name[3:]}\n") for name in names if name.startswith("dm-")),
    )


TWO_DISKS = layers(
    block("sda", of=[block("sda1", "part", of=[block("c0", "crypt", at="/")])]),
    block("sdb", of=[block("sdb1", "part", of=[block("c1", "crypt")])]),
    block("sdc", of=[block("sdc1", "part")]),
)
ON = apt(Update_Package_Lists="1", Unattended_Upgrade="1")
SECURITY = 'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename},label=Debian-Security";\n'
AUTOMATIC = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU"
SERVICE = r"HKLM\SYSTEM\CurrentControlSet\Services\wuauserv"


def update(value: str, setting: str = "AutomaticallyInstallMacOSUpdates", folder: str = "/Library/Preferences") -> Part:
    return says(f"defaults read {folder}/com.apple.SoftwareUpdate {setting}", f"{value}\n")


def card(name: str, flags: str, kind: str) -> Part:
    return together(has(f"/sys/class/net/{name}/flags", f"{flags}\n"), has(f"/sys/class/net/{name}/type", f"{kind}\n"))


def firmware(**values: int) -> Part:
    names = {"SecureBoot": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "SetupMode": "8be4df61-93ca-11d2-aa0d-00e098032b8c",
             "MokSBStateRT": "605dab50-e046-4300-abb6-3dd810dd8b23"}  # fmt: skip
    return together(
        *(has(f"/sys/firmware/efi/efivars/{name}-{names[name]}", f"\x06\0\0\0{chr(value)}") for name, value in values.items())
    )


def confined(profiles: str | None) -> Part:
    enabled = has("/sys/module/apparmor/parameters/enabled", "Y\n")
    return enabled if profiles is None else together(enabled, has("/sys/kernel/security/apparmor/profiles", profiles))


WALL, DISK, UPDATES, CARDS = "firewall.on", "disk.encrypted", "updates.automatic", "network.promiscuous"
GUARDS: list[tuple[str, str, object, Part, System]] = [
    ("accepts whatever is new", WALL, False, ruled(nft("ct state established,related,new accept")), LINUX),
    ("accepts what is new for one port", WALL, True, ruled(nft("ct state new tcp dport 22 accept")), LINUX),
    ("accepts all of TCP", WALL, False, ruled(nft("meta l4proto { tcp, udp } accept")), LINUX),
    ("accepts from anywhere", WALL, False, ruled(nft("ip saddr 0.0.0.0/0 counter packets 1 bytes 2 accept")), LINUX),
    ("sleeps", WALL, False, ruled(nft(flags="dormant")), LINUX),
    ("sleeps, beside one that is awake", WALL, True, ruled(nft(flags="dormant"), nft(family="ip")), LINUX),
    ("forgets IPv6", WALL, False, together(SIX, ruled(nft(family="ip"))), LINUX),
    ("of each version", WALL, True, together(SIX, ruled(nft(family="ip"), nft(family="ip6"))), LINUX),
    ("of both versions", WALL, True, together(SIX, ruled(nft())), LINUX),
    ("of IPv4, where nothing else is spoken", WALL, True, together(has("/proc/net/if_inet6", LO), ruled(nft(family="ip"))), LINUX),
    ("of IPv6 alone", WALL, False, together(SIX, ruled(nft(family="ip6"))), LINUX),
    ("of the older kind, forgets IPv6", WALL, False,
     together(SIX, chain(), says("ip6tables -S INPUT", "-P INPUT ACCEPT\n")), LINUX),
    ("of the older kind, both", WALL, True, together(SIX, chain(), chain(program="ip6tables")), LINUX),
    ("of the older kind, of IPv6 nothing is known", WALL, None, together(SIX, chain(), has("/usr/sbin/iptables", "")), LINUX),
    ("of the older kind, accepts whatever is new", WALL, False, chain(ONE_STATE), LINUX),
    ("of the older kind, one port", WALL, True, chain("-p tcp -m tcp --dport 22 -j ACCEPT"), LINUX),
    ("btrfs, half of it plain", DISK, False, together(TWO_DISKS, spread("a", "dm-0", "sdc1")), LINUX),
    ("btrfs, both halves encrypted", DISK, True, together(TWO_DISKS, spread("a", "dm-0", "dm-1")), LINUX),
    ("btrfs beside it is plain", DISK, True, together(TWO_DISKS, spread("a", "dm-0"), spread("b", "sdc1")), LINUX),
    ("asked for, from nowhere", UPDATES, False,
     together(ON, says("apt-config dump Unattended-Upgrade", 'Unattended-Upgrade "";\nUnattended-Upgrade::Origins-Pattern "";\n')), LINUX),
    ("asked for, from somewhere", UPDATES, True, together(ON, says("apt-config dump Unattended-Upgrade", SECURITY)), LINUX),
    ("a masked timer", UPDATES, False, together(ON, linked("/etc/systemd/system/apt-daily-upgrade.timer")), LINUX),
    ("a Mac that does not look for any", UPDATES, False, together(update("1"), update("0", "AutomaticCheckEnabled")), MAC),
    ("a Mac that does not fetch any", UPDATES, False, together(update("1"), update("0", "AutomaticDownload")), MAC),
    ("a Mac that looks and installs", UPDATES, True, together(update("1"), update("1", "AutomaticCheckEnabled")), MAC),
    ("a managed Mac whose owner said no", UPDATES, True, together(update("0"), update("1", folder="/Library/Managed Preferences")), MAC),
    ("Windows whose service is off", UPDATES, False, together(key(SERVICE, Start="0x4"), key(AUTOMATIC, AUOptions="0x4")), WIN),
    ("Windows whose service waits", UPDATES, True, together(key(SERVICE, Start="0x3"), key(AUTOMATIC, AUOptions="0x4")), WIN),
    ("Windows of which only the service is known", UPDATES, None, key(SERVICE, Start="0x3"), WIN),
    ("a card that monitors the air", CARDS, ["wlan0"], card("wlan0", "0x1003", "803"), LINUX),
    ("a card that would, and is down", CARDS, [], card("wlan0", "0x1002", "803"), LINUX),
    ("shim that checks nothing", "integrity.secure-boot", False, firmware(SecureBoot=1, MokSBStateRT=1), LINUX),
    ("firmware that takes any key", "integrity.secure-boot", False, firmware(SecureBoot=1, SetupMode=1), LINUX),
    ("firmware that checks", "integrity.secure-boot", True, firmware(SecureBoot=1, SetupMode=0, MokSBStateRT=0), LINUX),
    ("AppArmor without a profile", "integrity.on", False, confined(""), LINUX),
    ("AppArmor that only complains", "integrity.on", False, confined("man (complain)\n"), LINUX),
    ("AppArmor that confines something", "integrity.on", True, confined("man (complain)\ncupsd (enforce)\n"), LINUX),
    ("AppArmor whose profiles were not read", "integrity.on", True, confined(None), LINUX),
]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "expected", "machine", "system"), [one[1:] for one in GUARDS], ids=[f"{one[1]}: {one[0]}" for one in GUARDS]
)
def test_a_guard_is_what_it_is(tmp_path, about, expected, machine, system):
    found = device_of(sheet_of(tmp_path, (machine,), system)).conclusions[about]

    assert found.value == (packed(expected) if isinstance(expected, list) else expected), found.says
