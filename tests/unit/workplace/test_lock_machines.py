"""Situations of the screen lock as whole machines: what runs, what stands in its files, and what must be said of it.

They were written from the vendors' documentation and sources alone, before anything was run on them.
"""

import plistlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.collect.linux import collect_linux
from holdtrue.workplace.devices.collect.machine import Notebook
from holdtrue.workplace.devices.collect.macos import collect_macos
from holdtrue.workplace.devices.collect.windows import collect_windows
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.facts import FactSheet, Identity, System
from unit.workplace.test_collect import NOON, Fake

H, B, U = Result.HOLDS, Result.BROKEN, Result.UNPROVEN
Part = Callable[[Fake], None]
ALICE, BOB, GDM = 1000, 1001, 115
NAMES = {ALICE: "alice", BOB: "bob", 60578: "gdm-greeter-1"}


@dataclass(frozen=True)
class Situation:
    name: str
    expected: Result
    parts: tuple[Part, ...]
    system: System = System.LINUX


SITUATIONS: list[Situation] = []


def given(name: str, expected: Result, *parts: Part, system: System = System.LINUX) -> None:
    SITUATIONS.append(Situation(name, expected, parts, system))


def runs(name: str, *arguments: str, uid: int = ALICE, **environment: str) -> Part:
    def run(machine: Fake) -> None:
        number = 2000 + len(machine.find("/proc/[0-9]*"))
        machine.process(number, name, uid, name, *arguments, **environment)

    return run


def wrapped(name: str, *arguments: str) -> Part:
    """A program as NixOS runs it: under the name of a wrapper, called by its own."""

    def run(machine: Fake) -> None:
        number = 2000 + len(machine.find("/proc/[0-9]*"))
        machine.process(number, f".{name}-wrapped", ALICE, f"/run/current-system/sw/bin/{name}", *arguments)

    return run


def has(name: str, content: str) -> Part:
    return lambda machine: machine.write(name, content)


def says(line: str, answer: str) -> Part:
    def say(machine: Fake) -> None:
        machine.answers[line] = answer

    return say


def as_person(uid: int, line: str) -> str:
    return f"runuser -u {NAMES[uid]} -- {line}"


def settings(values: dict[str, str], *, uid: int = ALICE, writable: bool = True) -> Part:
    def answer(machine: Fake) -> None:
        for name, value in values.items():
            machine.answers[as_person(uid, f"gsettings get {name}")] = value + "\n"
            machine.answers[as_person(uid, f"gsettings writable {name}")] = f"{writable}".lower() + "\n"

    return answer


def together(*parts: Part) -> Part:
    def all_of(machine: Fake) -> None:
        for part in parts:
            part(machine)

    return all_of


def xset(timeout: int, cycle: int = 600, uid: int = ALICE) -> Part:
    return says(as_person(uid, "xset q"), f"Screen Saver:\n  prefer blanking:  yes\n  timeout:  {timeout}    cycle:  {cycle}\n")


# --- GNOME: GNOME Shell makes a lock only where GDM answers on the bus (js/misc/loginManager.js, canLock) ---------------------
def values_of(idle="uint32 300", on="true", delay="uint32 0", off="false", uid=ALICE) -> Part:
    names = ("session idle-delay", "screensaver lock-enabled", "screensaver lock-delay", "lockdown disable-lock-screen")
    values = {f"org.gnome.desktop.{name}": value for name, value in zip(names, (idle, on, delay, off), strict=True)}
    return settings(values, uid=uid)


def gnome(*values, uid=ALICE, **named) -> Part:
    return together(runs("gnome-shell", uid=uid), values_of(*values, uid=uid, **named))


gdm, lightdm, sddm = (together(runs(name, uid=0), has("/etc/X11/default-display-manager", f"/usr/sbin/{name}\n")) for name in ("gdm3", "lightdm", "sddm"))  # fmt: skip
given("GNOME, signed in through GDM", H, gdm, gnome())
given("GNOME, signed in through GDM as Fedora calls it", H, runs("gdm", uid=0), gnome())
given("GNOME, signed in through LightDM", B, lightdm, gnome())
given("GNOME, signed in through SDDM", B, sddm, gnome())
given("GNOME, started from a text console", B, gnome())
given("GNOME, started from a text console, where GDM is installed and stopped", B, gnome(),
      has("/etc/X11/default-display-manager", "/usr/sbin/gdm3\n"), has("/etc/systemd/system/display-manager.service", ""))  # fmt: skip
given("GNOME through LightDM, where GDM was the default", B, runs("lightdm", uid=0), gnome(),
      has("/etc/X11/default-display-manager", "/usr/sbin/gdm3\n"))  # fmt: skip
given(
    "GNOME, for one who may not see what root runs",
    H,
    gnome(),
    lambda machine: shutil.rmtree(machine.path("/proc/1")),
    has("/etc/X11/default-display-manager", "/usr/sbin/gdm3\n"),
)
given("GNOME through LightDM, with xscreensaver", H, lightdm, gnome(), runs("xscreensaver"),
      has("/home/alice/.xscreensaver", "timeout:\t0:10:00\nlock:\tTrue\nlockTimeout:\t0:00:00\nmode:\trandom\n"))  # fmt: skip
given("GNOME through LightDM, with light-locker", H, lightdm, gnome(), runs("light-locker"), xset(600),
      settings({"apps.light-locker lock-after-screensaver": "uint32 5"}))  # fmt: skip
given(
    "GNOME through LightDM, with xautolock too late", B, lightdm, gnome(), runs("xautolock", "-time", "30", "-locker", "i3lock")
)
given("GNOME, and never", B, gdm, gnome(idle="uint32 0"))
given("GNOME, and the lock's delay beyond", B, gdm, gnome(idle="uint32 600", delay="uint32 301"))
given("GNOME for two people, the second an hour", B, gdm, gnome(), gnome(idle="uint32 3600", uid=BOB))
given("GNOME's sign-in screen alone", U, gdm, runs("gnome-shell", uid=GDM))
given(
    "GNOME's first set-up alone",
    U,
    gdm,
    has("/etc/passwd", "gnome-initial-setup:x:120:120::/run/gis:/bin/sh\n"),
    runs("gnome-shell", uid=120),
)
given("the sign-in screen of GDM 49, which runs as a user made for it", U, gdm,
      has("/etc/passwd", "gdm-greeter-1:x:60578:60578::/run/gdm:/bin/sh\n"), gnome(uid=60578))  # fmt: skip
given(
    "the sign-in screen of COSMIC",
    U,
    runs("greetd", uid=0),
    has("/etc/passwd", "cosmic-greeter:x:130:130::/var/lib/cosmic-greeter:/bin/sh\n"),
    runs("cosmic-session", uid=130),
)
given(
    "GNOME on NixOS, whose programs run under the names of their wrappers",
    B,
    runs("gdm", uid=0),
    wrapped("gnome-shell"),
    values_of("uint32 1800"),
)

# --- KDE: the files of KConfig ---------------------------------------------------------------------------------------------
OWN, SYSTEM = "/home/alice/.config/kscreenlockerrc", "/etc/xdg/kscreenlockerrc"
plasma = together(sddm, runs("plasmashell"))
given("KDE with no file at all", H, plasma)
given("KDE, fifteen minutes and the grace that nobody set", B, plasma, has(OWN, "[Daemon]\nTimeout=15\n"))
given("KDE, fifteen minutes without grace", H, plasma, has(OWN, "[Daemon]\nTimeout=15\nLockGrace=0\n"))
given("KDE, ten minutes and a grace of five", H, plasma, has(OWN, "[Daemon]\nTimeout=10\nLockGrace=300\n"))
given("KDE, a grace without end", B, plasma, has(OWN, "[Daemon]\nTimeout=10\nLockGrace=-1\n"))
given(
    "KDE, a fixed group over an own hour",
    H,
    plasma,
    has(SYSTEM, "[Daemon][$i]\nTimeout=10\n"),
    has(OWN, "[Daemon]\nTimeout=60\n"),
)
given(
    "KDE, a fixed file over an own hour",
    H,
    plasma,
    has(SYSTEM, "[$i]\n[Daemon]\nTimeout=10\n"),
    has(OWN, "[Daemon]\nTimeout=60\n"),
)
given(
    "KDE, a fixed key and another key off",
    B,
    plasma,
    has(SYSTEM, "[Daemon]\nTimeout[$i]=10\n"),
    has(OWN, "[Daemon]\nAutolock=false\n"),
)
given(
    "KDE, a file for everybody that nothing fixes",
    B,
    plasma,
    has(SYSTEM, "[Daemon]\nTimeout=10\n"),
    has(OWN, "[Daemon]\nTimeout=60\n"),
)
given(
    "KDE, an own key that takes the system's hour away",
    H,
    plasma,
    has(SYSTEM, "[Daemon]\nTimeout=60\n"),
    has(OWN, "[Daemon]\nTimeout[$d]\n"),
)
given("KDE, the greeter's group is another", B, plasma, has(OWN, "[Greeter]\nTimeout=5\n[Daemon]\nTimeout=30\n"))
given("KDE, the group twice", B, plasma, has(OWN, "[Daemon]\nTimeout=5\n[Greeter]\nWallpaper=x\n[Daemon]\nTimeout=45\n"))
given("KDE, written on another system", H, plasma, has(OWN, "[Daemon]\r\nTimeout=10\r\nLockGrace=5\r\n"))
given("KDE, spaces around the sign", B, plasma, has(OWN, "[Daemon]\nTimeout = 30\n"))
given("KDE, a key in the wrong case is no key", H, plasma, has(OWN, "[Daemon]\ntimeout=60\n"))
given("KDE, a comment is no key", H, plasma, has(OWN, "[Daemon]\n#Timeout=60\n"))
given("KDE, a file that is none", U, plasma, has(f"{OWN}/x", ""))
given(
    "KDE, settings kept elsewhere",
    B,
    sddm,
    runs("plasmashell", XDG_CONFIG_HOME="/home/alice/cfg"),
    has("/home/alice/cfg/kscreenlockerrc", "[Daemon]\nTimeout=60\n"),
)
given("KDE, a theme's defaults below one's own", B, sddm, runs("plasmashell", XDG_CONFIG_DIRS="/home/alice/.config/kdedefaults:/etc/xdg"),
      has("/home/alice/.config/kdedefaults/kscreenlockerrc", "[Daemon]\nTimeout=5\n"), has(OWN, "[Daemon]\nTimeout=20\n"))  # fmt: skip
given("KDE, a theme's defaults over the system's", H, sddm, runs("plasmashell", XDG_CONFIG_DIRS="/home/alice/.config/kdedefaults:/etc/xdg"),
      has("/home/alice/.config/kdedefaults/kscreenlockerrc", "[Daemon]\nTimeout=5\n"), has(SYSTEM, "[Daemon]\nTimeout=20\n"))  # fmt: skip
given("KDE that asks no password", B, plasma, has(OWN, "[Daemon]\nRequirePassword=false\n"))
given("KDE on NixOS", B, wrapped("plasmashell"), has(OWN, "[Daemon]\nTimeout=20\n"))

# --- XFCE: xfconf's files, its power manager, and the savers that may stand in ------------------------------------------------
CHANNEL = "xfce4/xfconf/xfce-perchannel-xml"


def xfconf(channel: str, body: str, folder: str = "/home/alice/.config") -> Part:
    return has(
        f"{folder}/{CHANNEL}/{channel}.xml", f'<?xml version="1.0"?>\n<channel name="{channel}" version="1.0">{body}</channel>'
    )


def saver(delay=5, lock=0, *, on="true", enabled="true", mark="") -> str:
    return (
        f'<property name="saver" type="empty"{mark}><property name="enabled" type="bool" value="{enabled}"/>'
        f'<property name="idle-activation" type="empty"><property name="delay" type="int" value="{delay}"/></property></property>'
        f'<property name="lock" type="empty"><property name="enabled" type="bool" value="{on}"/>'
        f'<property name="saver-activation" type="empty"><property name="delay" type="int" value="{lock}"/></property></property>'
    )


S = "xfce4-screensaver"
xfce = together(lightdm, runs("xfce4-session"))
presentation = xfconf(
    "xfce4-power-manager",
    '<property name="xfce4-power-manager" type="empty"><property name="presentation-mode" type="bool" value="true"/></property>',
)
given("XFCE with its saver as it comes", H, xfce, runs(S))
given("XFCE, ten minutes and five more", H, xfce, runs(S), xfconf(S, saver(10, 5)))
given("XFCE, ten minutes and six more", B, xfce, runs(S), xfconf(S, saver(10, 6)))
given("XFCE with the lock off", B, xfce, runs(S), xfconf(S, saver(on="false")))
given("XFCE with the saver off", B, xfce, runs(S), xfconf(S, saver(enabled="false")))
given("XFCE in presentation mode", B, xfce, runs(S), runs("xfce4-power-manager"), presentation)
given("XFCE in presentation mode, without the program that heeds it", H, xfce, runs(S), presentation)
given("XFCE out of presentation mode", H, xfce, runs(S), runs("xfce4-power-manager"),
      xfconf("xfce4-power-manager", '<property name="xfce4-power-manager" type="empty"><property name="presentation-mode" type="bool" value="false"/></property>'))  # fmt: skip
given("XFCE without a saver", B, xfce)
given(
    "XFCE, locked for everybody over an own hour",
    H,
    xfce,
    runs(S),
    xfconf(S, saver(60)),
    xfconf(S, saver(10, mark=' locked="*"'), "/etc/xdg"),
)
given(
    "XFCE, for everybody and not locked, over an own hour",
    B,
    xfce,
    runs(S),
    xfconf(S, saver(60)),
    xfconf(S, saver(10), "/etc/xdg"),
)
given("XFCE, a saver of which the file is broken", U, xfce, runs(S), has(f"/home/alice/.config/{CHANNEL}/{S}.xml", "<channel"))
given(
    "XFCE with light-locker",
    H,
    xfce,
    runs("light-locker"),
    xset(600),
    settings({"apps.light-locker lock-after-screensaver": "uint32 5"}),
)
given(
    "XFCE with light-locker, and X that never saves",
    B,
    xfce,
    runs("light-locker"),
    xset(0),
    settings({"apps.light-locker lock-after-screensaver": "uint32 5"}),
)
given("XFCE with light-locker beside a saver that is off", H, xfce, runs(S), xfconf(S, saver(enabled="false")), runs("light-locker"), xset(600),
      settings({"apps.light-locker lock-after-screensaver": "uint32 5"}))  # fmt: skip
given(
    "XFCE with xscreensaver that locks",
    H,
    xfce,
    runs("xscreensaver"),
    has("/home/alice/.xscreensaver", "timeout:\t0:10:00\nlock:\t\tTrue\nlockTimeout:\t0:05:00\n"),
)
given(
    "XFCE with xscreensaver that locks nothing",
    B,
    xfce,
    runs("xscreensaver"),
    has("/home/alice/.xscreensaver", "timeout:\t0:10:00\nlock:\t\tFalse\n"),
)
given(
    "XFCE with xscreensaver as it was installed",
    B,
    xfce,
    runs("xscreensaver"),
    has("/etc/X11/app-defaults/XScreenSaver", "*timeout:\t0:10:00\n*lock:\tFalse\n"),
)
given("XFCE with xscreensaver of which nothing is told", U, xfce, runs("xscreensaver"))

# --- Cinnamon (seconds) and MATE (minutes) -----------------------------------------------------------------------------------
C, M = "org.cinnamon.desktop", "org.mate"


def cinnamon(idle="uint32 600", on="true", delay="uint32 0", off="false") -> Part:
    values = {
        f"{C}.session idle-delay": idle,
        f"{C}.screensaver lock-enabled": on,
        f"{C}.screensaver lock-delay": delay,
        f"{C}.lockdown disable-lock-screen": off,
    }
    return together(lightdm, runs("cinnamon"), settings(values))


def mate(idle="5", on="true", delay="0", active="true") -> Part:
    values = {
        f"{M}.session idle-delay": idle,
        f"{M}.screensaver lock-enabled": on,
        f"{M}.screensaver lock-delay": delay,
        f"{M}.screensaver idle-activation-enabled": active,
    }
    return together(lightdm, runs("mate-session"), settings(values))


given("Cinnamon, fifteen minutes", H, cinnamon("uint32 900"))
given("Cinnamon, fifteen minutes and two seconds", B, cinnamon("uint32 900", delay="uint32 2"))
given("Cinnamon, never", B, cinnamon("uint32 0"))
given("Cinnamon with the lock off", B, cinnamon(on="false"))
given("Cinnamon with locking forbidden", B, cinnamon(off="true"))
given("MATE, five minutes", H, mate(), runs("mate-screensaver"))
given("MATE, fifteen minutes and one", B, mate("15", delay="1"), runs("mate-screensaver"))
given("MATE whose saver never starts", B, mate(active="false"), runs("mate-screensaver"))
given("MATE, five hours written as seconds would be", B, mate("300"), runs("mate-screensaver"))

# --- sway, Hyprland, i3 and their kin ----------------------------------------------------------------------------------------
sway, hypr, i3 = runs("sway"), runs("Hyprland"), runs("i3")
IDLE = "/home/alice/.config/swayidle/config"
LOCK_AT = "timeout {0} 'swaylock -f'\n"
given(
    "sway, swayidle's file",
    H,
    sway,
    runs("swayidle", "-w"),
    has(IDLE, "timeout 300 'swaylock -f'\nbefore-sleep 'swaylock -f'\n"),
)
given(
    "sway, a comment in swayidle's file is no timer",
    B,
    sway,
    runs("swayidle", "-w"),
    has(IDLE, "# timeout 300 'swaylock -f'\ntimeout 1800 'swaylock -f'\n"),
)
given(
    "sway, a comment about the lock and no timer",
    B,
    sway,
    runs("swayidle", "-w"),
    has(IDLE, "# lock after timeout 300 swaylock\nbefore-sleep 'swaylock -f'\n"),
)
given(
    "sway, a file that is named",
    H,
    sway,
    runs("swayidle", "-w", "-C", "/home/alice/idle"),
    has("/home/alice/idle", LOCK_AT.format(600)),
    has(IDLE, LOCK_AT.format(3600)),
)
given(
    "sway, file and arguments both",
    H,
    sway,
    runs("swayidle", "-w", "timeout", "600", "swaymsg 'output * power off'"),
    has(IDLE, LOCK_AT.format(300)),
)
given(
    "sway, a second swayidle that only dims",
    H,
    sway,
    runs("swayidle", "timeout", "300", "swaylock -f"),
    runs("swayidle", "timeout", "120", "brightnessctl set 10%"),
)
given(
    "sway, a second swayidle that only dims, seen first",
    H,
    sway,
    runs("swayidle", "timeout", "120", "brightnessctl set 10%"),
    runs("swayidle", "timeout", "300", "swaylock -f"),
)
given(
    "sway, two that lock, of which the first is in time",
    H,
    sway,
    runs("swayidle", "timeout", "1800", "swaylock -f"),
    runs("swayidle", "timeout", "600", "swaylock -f"),
)
given(
    "sway, one that suspends and one that locks before",
    H,
    sway,
    runs("swayidle", "timeout", "600", "systemctl suspend"),
    runs("swayidle", "before-sleep", "swaylock -f"),
)
given("sway, one that suspends and nothing that locks before", B, sway, runs("swayidle", "timeout", "600", "systemctl suspend"))
given("sway, a grace beyond on the command line", B, sway, runs("swayidle", "timeout", "600", "swaylock --grace 400 -f"))
given(
    "sway, a grace beyond in swaylock's file",
    B,
    sway,
    runs("swayidle", "timeout", "600", "swaylock -f"),
    has("/home/alice/.config/swaylock/config", "daemonize\ngrace=400\n"),
)
given(
    "sway, a grace within in swaylock's file",
    H,
    sway,
    runs("swayidle", "timeout", "600", "swaylock -f"),
    has("/home/alice/.config/swaylock/config", "grace=5\n"),
)
given("sway without a locker", B, sway)
given("niri with swayidle", H, runs("niri"), runs("swayidle", "timeout", "300", "swaylock -f"))
given("XFCE on NixOS", H, wrapped("xfce4-session"), wrapped("xfce4-screensaver"))
given("labwc with swayidle from NixOS", H, runs("labwc"), wrapped("swayidle", "timeout", "300", "swaylock -f"))
CONF = "/home/alice/.config/hypr/hypridle.conf"
LISTEN = "listener {{\n    timeout = {0}\n    on-timeout = {1}\n}}\n"
GENERAL = "general {\n    lock_cmd = pidof hyprlock || hyprlock\n    before_sleep_cmd = loginctl lock-session\n}\n"
hypridle = together(hypr, runs("hypridle"))
given(
    "Hyprland that asks for the lock it listens for",
    H,
    hypridle,
    has(CONF, GENERAL + LISTEN.format(300, "loginctl lock-session")),
)
given("Hyprland that asks for a lock that nobody hears", U, hypridle, has(CONF, LISTEN.format(300, "loginctl lock-session")))
given(
    "Hyprland that darkens soon and locks late",
    B,
    hypridle,
    has(CONF, GENERAL + LISTEN.format(300, "hyprctl dispatch dpms off") + LISTEN.format(1800, "loginctl lock-session")),
)
given(
    "Hyprland, no spaces and a comment",
    H,
    hypridle,
    has(CONF, "listener{\ntimeout=300 # five minutes\non-timeout=hyprlock\n}\n"),
)
given(
    "Hyprland whose lock opens without a password for twenty minutes",
    B,
    hypridle,
    has(CONF, LISTEN.format(300, "hyprlock")),
    has("/home/alice/.config/hypr/hyprlock.conf", "general {\n    grace = 1200\n}\n"),
)
given(
    "Hyprland whose lock opens without a password for five seconds",
    H,
    hypridle,
    has(CONF, LISTEN.format(300, "hyprlock")),
    has("/home/alice/.config/hypr/hyprlock.conf", "general {\n    grace = 5\n}\n"),
)
given("Hyprland that takes in a file that was not read", U, hypridle, has(CONF, "source = ~/.config/hypr/more.conf\n"))
given("Hyprland whose file is missing", U, hypridle)
given("i3 with xss-lock", H, i3, runs("xss-lock", "--transfer-sleep-lock", "--", "i3lock", "-n"), xset(600))
given("i3 with xss-lock, X's saver off", B, i3, runs("xss-lock", "--", "i3lock", "-n"), xset(0, 0))
given(
    "i3 with xss-lock and a notifier that goes first",
    B,
    i3,
    runs("xss-lock", "-n", "/usr/share/doc/xss-lock/dim-screen.sh", "--", "i3lock"),
    xset(600, 400),
)
given("i3 with xautolock as it comes", H, i3, runs("xautolock", "-locker", "i3lock -c 000000"))
given("i3 with xautolock, twenty minutes", B, i3, runs("xautolock", "-time", "20", "-locker", "i3lock"))
given(
    "i3 with xautolock that suspends, and xss-lock that locks before",
    H,
    i3,
    runs("xautolock", "-time", "10", "-locker", "systemctl suspend"),
    runs("xss-lock", "--", "i3lock", "-n"),
    xset(0, 0),
)
given(
    "i3 with xidlehook, whose timers count on",
    B,
    i3,
    runs("xidlehook", "--timer", "600", "xrandr --output eDP-1 --brightness .1", "", "--timer", "400", "i3lock", ""),
)
given("i3 with xidlehook", H, i3, runs("xidlehook", "--not-when-fullscreen", "--timer", "300", "i3lock", ""))
given("i3 without a locker", B, i3)
given("two people, the second without a locker", B, gdm, gnome(), runs("sway", uid=BOB))
given("COSMIC, whose lock is not known here", U, runs("cosmic-session"))
given("a graphical session of which only logind knows", U, says("loginctl list-sessions --no-legend --no-pager", "3 1000 alice seat0\n"),
      says("loginctl show-session 3 --no-pager", "Name=alice\nClass=user\nType=wayland\nRemote=no\n"))  # fmt: skip
given(
    "logind that locks, where nobody listens",
    B,
    i3,
    has("/etc/systemd/logind.conf", "[Login]\nIdleAction=lock\nIdleActionSec=10min\n"),
)

# --- macOS -------------------------------------------------------------------------------------------------------------------
MANAGED = "/Library/Managed Preferences"


def plist(values: dict[str, object]) -> str:
    return plistlib.dumps(values).decode()


def managed(values: dict[str, object], person: str = "", domain: str = "com.apple.screensaver") -> Part:
    file = f"{MANAGED}/{person}/{domain}.plist" if person else f"{MANAGED}/{domain}.plist"
    return says(f"plutil -convert xml1 -o - {file}", plist(values))


def own(key: str, value: str) -> Part:
    where = "-currentHost " if key == "idleTime" else ""
    return says(f"launchctl asuser 501 sudo -u alice defaults {where}read com.apple.screensaver {key}", f"{value}\n")


def password(words: str) -> Part:
    return says(
        "launchctl asuser 501 sudo -u alice /bin/sh -c sysadminctl -screenLock status 2>&1",
        f"2026-11-27 12:00:00.000 sysadminctl[1:1] {words}\n",
    )


def sleeps(battery: int, mains: int) -> Part:
    return says(
        "pmset -g custom",
        f"Battery Power:\n displaysleep         {battery}\n sleep 1\nAC Power:\n displaysleep         {mains}\n",
    )


seated = says("stat -f %Su %u /dev/console", "alice 501\n")
at_once, off = password("screenLock delay is immediate"), password("screenLock is off")
MAC = System.MACOS
given(
    "a Mac managed throughout",
    H,
    seated,
    managed({"idleTime": 600, "askForPassword": True, "askForPasswordDelay": 5}),
    password("screenLock delay is 5 seconds"),
    system=MAC,
)
given(
    "a Mac managed for one person",
    H,
    seated,
    managed({"idleTime": 600, "askForPassword": 1, "askForPasswordDelay": 0}, "alice"),
    at_once,
    system=MAC,
)
given("a Mac managed, over an own hour", H, seated, managed({"idleTime": 900}), own("idleTime", "3600"), at_once, system=MAC)
given(
    "a Mac managed too late, over own five minutes",
    B,
    seated,
    managed({"idleTime": 1200}),
    own("idleTime", "300"),
    at_once,
    sleeps(0, 0),
    system=MAC,
)
given("a Mac with its own five minutes", H, seated, own("idleTime", "300"), sleeps(2, 0), at_once, system=MAC)
given("a Mac without a saver, whose display sleeps", H, seated, own("idleTime", "0"), sleeps(10, 10), at_once, system=MAC)
given(
    "a Mac without a saver, whose display sleeps on battery alone",
    B,
    seated,
    own("idleTime", "0"),
    sleeps(10, 0),
    at_once,
    system=MAC,
)
given("a Mac whose saver was never set, whose display sleeps", H, seated, sleeps(2, 10), at_once, system=MAC)
given("a Mac whose saver was never set, whose display sleeps late on mains", B, seated, sleeps(2, 180), at_once, system=MAC)
given("a Mac that asks no password", B, seated, own("idleTime", "60"), sleeps(2, 2), off, system=MAC)
given(
    "a Mac that asks after four hours",
    B,
    seated,
    own("idleTime", "600"),
    password("screenLock delay is 14400 seconds"),
    system=MAC,
)
given("a Mac, ten minutes and five", H, seated, own("idleTime", "600"), password("screenLock delay is 300 seconds"), system=MAC)
given(
    "a Mac, old keys that say no while the session says at once",
    H,
    seated,
    own("idleTime", "600"),
    own("askForPassword", "0"),
    at_once,
    system=MAC,
)
given(
    "a Mac, old keys that say yes while the session says off",
    B,
    seated,
    own("idleTime", "600"),
    own("askForPassword", "1"),
    own("askForPasswordDelay", "0"),
    off,
    system=MAC,
)
given("a Mac whose sign-in window alone is managed", U, seated, managed({"loginWindowIdleTime": 300}), at_once, system=MAC)
given("a Mac with nobody at the screen", U, says("stat -f %Su %u /dev/console", "root 0\n"), sleeps(5, 5), system=MAC)
AWAKE = "Assertion status system-wide:\n   BackgroundTask                 0\n   PreventUserIdleDisplaySleep    {0}\n"
given("a Mac that shows a film for an hour", H, seated, own("idleTime", "300"), at_once,
      says("ioreg -c IOHIDSystem -d 4", '"HIDIdleTime" = 3600000000000\n'), says("pmset -g assertions", AWAKE.format(1)),
      says("ioreg -n Root -d 1 -a", plist({"IOConsoleUsers": [{"kCGSSessionUserNameKey": "alice"}]})), system=MAC)  # fmt: skip
given("a Mac seen idle and open for an hour", B, seated, own("idleTime", "300"), at_once,
      says("ioreg -c IOHIDSystem -d 4", '"HIDIdleTime" = 3600000000000\n'), says("pmset -g assertions", AWAKE.format(0)),
      says("ioreg -n Root -d 1 -a", plist({"IOConsoleUsers": [{"kCGSSessionUserNameKey": "alice"}]})), system=MAC)  # fmt: skip

# --- Windows -----------------------------------------------------------------------------------------------------------------
POLICIES = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
DEVICE_LOCK = r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock"
WINLOGON = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"
DESKTOP, POLICY = r"Control Panel\Desktop", r"SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop"
A, D = "S-1-5-21-111-222-333-1001", "S-1-12-1-444-555-666-777"
WIN = System.WINDOWS


def key(path: str, **values: str) -> Part:
    long = path.replace("HKLM", "HKEY_LOCAL_MACHINE").replace("HKU", "HKEY_USERS")
    sort = {True: "REG_DWORD", False: "REG_SZ"}
    lines = "".join(
        f"    {name.replace('__', '.')}    {sort[value.startswith('0x')]}    {value}\r\n" for name, value in values.items()
    )
    return says(f"reg query {path}", f"\r\n{long}\r\n{lines}\r\n")


def people(*sids: str) -> Part:
    every = ("S-1-5-18", ".DEFAULT", *sids, *(f"{sid}_Classes" for sid in sids))
    return says("reg query HKU", "\r\n".join(f"HKEY_USERS\\{sid}" for sid in every) + "\r\n")


def screen(sid: str, path: str = DESKTOP, **values: str) -> Part:
    return key(rf"HKU\{sid}\{path}", **values)


SAVES = {
    "ScreenSaveActive": "1",
    "ScreenSaverIsSecure": "1",
    "ScreenSaveTimeOut": "600",
    "SCRNSAVE__EXE": r"C:\Windows\system32\scrnsave.scr",
}
given(
    "Windows, fifteen minutes for the machine",
    H,
    people(A),
    screen(A, Wallpaper="x"),
    key(POLICIES, InactivityTimeoutSecs="0x384"),
    system=WIN,
)
given(
    "Windows, a second more for the machine",
    B,
    people(A),
    screen(A, ScreenSaveActive="1"),
    key(POLICIES, InactivityTimeoutSecs="0x385"),
    system=WIN,
)
given(
    "Windows, off for the machine and a secure saver",
    H,
    people(A),
    screen(A, **SAVES),
    key(POLICIES, InactivityTimeoutSecs="0x0"),
    system=WIN,
)
given(
    "Windows, late for the machine and a saver in time",
    H,
    people(A),
    screen(A, **SAVES),
    key(POLICIES, InactivityTimeoutSecs="0x708"),
    system=WIN,
)
given("Windows, two people and one saver", B, people(A, D), screen(A, **SAVES), screen(D, ScreenSaveActive="1"), system=WIN)
given("Windows, two people and two savers", H, people(A, D), screen(A, **SAVES), screen(D, **SAVES), system=WIN)
given(
    "Windows, the policy's time over an own hour",
    H,
    people(A),
    screen(A, **{**SAVES, "ScreenSaveTimeOut": "3600"}),
    screen(A, POLICY, ScreenSaveTimeOut="600"),
    system=WIN,
)
given(
    "Windows, the policy's password and the rest one's own",
    H,
    people(A),
    screen(A, **{**SAVES, "ScreenSaverIsSecure": "0"}),
    screen(A, POLICY, ScreenSaverIsSecure="1"),
    system=WIN,
)
given(
    "Windows, a policy that switches the saver off",
    B,
    people(A),
    screen(A, **SAVES),
    screen(A, POLICY, ScreenSaveActive="0"),
    system=WIN,
)
given(
    "Windows, a saver without a program",
    B,
    people(A),
    screen(A, ScreenSaveActive="1", ScreenSaverIsSecure="1", ScreenSaveTimeOut="600"),
    system=WIN,
)
given("Windows, a saver that asks no password", B, people(A), screen(A, **{**SAVES, "ScreenSaverIsSecure": "0"}), system=WIN)
given("Windows as it comes", B, people(A), screen(A, ScreenSaveActive="1", Wallpaper="x"), system=WIN)
given(
    "Windows, ten minutes by the device management",
    H,
    people(A),
    screen(A, ScreenSaveActive="1"),
    key(DEVICE_LOCK, MaxInactivityTimeDeviceLock="0xa", DevicePasswordEnabled="0x0"),
    system=WIN,
)
given(
    "Windows, the device management sets no time",
    B,
    people(A),
    screen(A, ScreenSaveActive="1"),
    key(DEVICE_LOCK, MaxInactivityTimeDeviceLock="0x0"),
    system=WIN,
)
given(
    "Windows, the device management asks no password",
    B,
    people(A),
    screen(A, ScreenSaveActive="1"),
    key(DEVICE_LOCK, MaxInactivityTimeDeviceLock="0x5", DevicePasswordEnabled="0x1"),
    system=WIN,
)
given(
    "Windows, minutes taken for seconds are an hour and more",
    B,
    people(A),
    screen(A, ScreenSaveActive="1"),
    key(DEVICE_LOCK, MaxInactivityTimeDeviceLock="0x384"),
    system=WIN,
)
given(
    "Windows, the grace of a saver beyond",
    B,
    people(A),
    screen(A, **{**SAVES, "ScreenSaveTimeOut": "900"}),
    key(WINLOGON, ScreenSaverGracePeriod="5"),
    system=WIN,
)
given("Windows with nobody signed in, and nothing for the machine", U, people(), system=WIN)
given(
    "Windows with nobody signed in, and ten minutes for the machine",
    H,
    people(),
    key(POLICIES, InactivityTimeoutSecs="0x258"),
    system=WIN,
)
given("Windows, a person's registry that gave no answer", U, people(A), system=WIN)


def lock_of(tmp_path, situation: Situation):
    machine, notebook = Fake(tmp_path), Notebook(NOON)
    machine.process(1, "systemd", 0)
    for part in situation.parts:
        part(machine)
    collect = {System.LINUX: collect_linux, System.MACOS: collect_macos, System.WINDOWS: collect_windows}[situation.system]
    collect(machine, notebook)
    sheet = FactSheet(Identity("lt", "lt", situation.system), NOON, tuple(notebook.facts), None, tuple(notebook.unread))
    return next(one for one in judge_device(sheet, subject="device/lt") if one.commitment == "device.screen-lock")


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_what_is_said_of_a_machine(tmp_path, situation):
    verdict = lock_of(tmp_path, situation)

    assert verdict.result is situation.expected, verdict.reason


def test_there_are_many_machines():
    assert len(SITUATIONS) > 120
    assert len({one.name for one in SITUATIONS}) == len(SITUATIONS)
