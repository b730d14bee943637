"""Situations of the screen lock over every desktop and system, as a table: what is set, and what must be said of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as given_facts
from hypothesis import settings, strategies

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.lock import judge_lock
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Source, System

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
H, B, U, N = Result.HOLDS, Result.BROKEN, Result.UNPROVEN, Result.NOT_APPLICABLE


@dataclass(frozen=True)
class Situation:
    name: str
    expected: Result
    facts: tuple[Fact, ...]
    system: System = System.LINUX
    within: int = 900


SITUATIONS: list[Situation] = []


def fact(name, value, *, user="alice", source=Source.OBSERVED, writable=None, age=timedelta(0)):
    return Fact(name, value, source, NOON - age, writable, user, "")


def policy(name, value, *, locked=True, user=None):
    return fact(name, value, user=user, source=Source.POLICY, writable=not locked)


def own(name, value, user="alice"):
    return fact(name, value, user=user, source=Source.USER, writable=True)


def given(name, expected, *facts, system=System.LINUX, within=900):
    flat = []
    for one in facts:
        flat += one if isinstance(one, list) else [one]
    SITUATIONS.append(Situation(name, expected, tuple(flat), system, within))


def runs(desktop, user="alice"):
    return fact("session.desktop", desktop, user=user)


# --- GNOME -----------------------------------------------------------------------------------------------------------------
GS, GL, GD, GX = (
    "org.gnome.desktop.session idle-delay", "org.gnome.desktop.screensaver lock-enabled",
    "org.gnome.desktop.screensaver lock-delay", "org.gnome.desktop.lockdown disable-lock-screen",
)  # fmt: skip


def gnome(idle="uint32 300", lock="true", delay="uint32 0", disabled="false", user="alice", **how):
    pairs = ((GS, idle), (GL, lock), (GD, delay), (GX, disabled))
    return [fact(name, value, user=user, **how) for name, value in pairs if value is not ...]


for idle, delay, expected in [
    ("uint32 60", "uint32 0", H), ("uint32 300", "uint32 0", H), ("uint32 600", "uint32 30", H), ("uint32 899", "uint32 1", H),
    ("uint32 900", "uint32 0", H), ("uint32 870", "uint32 30", H), ("uint32 900", "uint32 1", B), ("uint32 900", "uint32 30", B),
    ("uint32 600", "uint32 301", B), ("uint32 901", "uint32 0", B), ("uint32 1800", "uint32 0", B), ("uint32 3600", "uint32 0", B),
    ("uint32 0", "uint32 0", B), ("uint32 0", "uint32 600", B), ("uint32 300", "uint32 3600", B), (300, 0, H), ("300", "0", H), (0, 0, B),
]:  # fmt: skip
    given(f"GNOME idle {idle!r} lock delay {delay!r}", expected, runs("gnome"), gnome(idle, delay=delay))
given("GNOME with the lock off", B, runs("gnome"), gnome(lock="false"))
given("GNOME with locking forbidden", B, runs("gnome"), gnome(disabled="true"))
given("GNOME with the lock off and locking forbidden", B, runs("gnome"), gnome(lock="false", disabled="true"))
given("GNOME whose idle delay was not read", U, runs("gnome"), gnome(idle=...))
given("GNOME whose lock delay was not read", U, runs("gnome"), gnome(delay=...))
given("GNOME whose lock switch was not read", U, runs("gnome"), gnome(lock=...))
given("GNOME whose lockdown was not read", U, runs("gnome"), gnome(disabled=...))
given("GNOME: lock-enabled alone proves nothing", U, runs("gnome"), fact(GL, "true"))
given("GNOME: an idle delay alone proves nothing", U, runs("gnome"), fact(GS, "uint32 300"))
given("GNOME: never is broken, whatever else is unread", B, runs("gnome"), fact(GS, "uint32 0"))
given("GNOME: too late is broken, whatever else is unread", B, runs("gnome"), fact(GS, "uint32 1200"))
given("GNOME with a session and nothing read", U, runs("gnome"))
given("GNOME with a value that is none", U, runs("gnome"), gnome(idle="soon"))
given("GNOME with a true where a number belongs", U, runs("gnome"), gnome(idle=True))
given("GNOME with a negative number", U, runs("gnome"), gnome(idle="-5"))
given("GNOME with not-a-number", U, runs("gnome"), gnome(idle="nan"))
given("GNOME with infinity", U, runs("gnome"), gnome(idle="inf"))
given("GNOME: a keyfile without a lock, and the user's own hour", B, runs("gnome"),
      gnome(idle=...), policy(GS, "uint32 900", locked=False), own(GS, "uint32 3600"))  # fmt: skip
given("GNOME: a keyfile without a lock, and the user's own five minutes", H, runs("gnome"),
      gnome(idle=...), policy(GS, "uint32 3600", locked=False), own(GS, "uint32 300"))  # fmt: skip
given("GNOME: a keyfile without a lock that the user leaves alone", H, runs("gnome"),
      gnome(idle=...), policy(GS, "uint32 900", locked=False))  # fmt: skip
given("GNOME: a locked policy over the user's old hour", H, runs("gnome"),
      gnome(idle=...), policy(GS, "uint32 900"), own(GS, "uint32 3600"))  # fmt: skip
given("GNOME: a locked policy of an hour over the user's five minutes", B, runs("gnome"),
      gnome(idle=...), policy(GS, "uint32 3600"), own(GS, "uint32 300"))  # fmt: skip
given("GNOME: locks told as a list of paths", H, runs("gnome"), gnome(idle=...),
      fact(GS, "uint32 600", user=None, source=Source.POLICY), own(GS, "uint32 3600"),
      fact("dconf locks", ["/org/gnome/desktop/session/idle-delay"], user=None, source=Source.POLICY))  # fmt: skip
given("GNOME: a lock on another key helps nothing", B, runs("gnome"), gnome(idle=...),
      fact(GS, "uint32 600", user=None, source=Source.POLICY), own(GS, "uint32 3600"),
      fact("dconf locks", ["/org/gnome/desktop/screensaver/lock-enabled"], user=None, source=Source.POLICY))  # fmt: skip
given(
    "GNOME: all four keys locked by policy",
    H,
    runs("gnome"),
    [policy(n, v) for n, v in ((GS, 600), (GL, True), (GD, 0), (GX, False))],
)
given("GNOME: defaults in a real session", H, runs("gnome"), gnome(source=Source.DEFAULT))
given("GNOME: schema defaults read as root, nobody signed in", U, gnome(user="root"))
given("GNOME: schema defaults read as root while alice works", U, runs("gnome"), gnome(user="root"))
given("GNOME: root's answer does not excuse alice's never", B, runs("gnome"), gnome(user="root"), gnome(idle="uint32 0"))
given("GNOME: root itself works under GNOME", H, runs("gnome", "root"), gnome(user="root"))
given("GNOME: the settings of somebody else", U, runs("gnome"), gnome(user="bob"))
given("GNOME: two people, both in time", H, runs("gnome"), runs("gnome", "bob"), gnome(), gnome(user="bob"))
given("GNOME: two people, one never", B, runs("gnome"), runs("gnome", "bob"), gnome(), gnome(idle="uint32 0", user="bob"))
given("GNOME: two people, one unread", U, runs("gnome"), runs("gnome", "bob"), gnome())
given("GNOME: two people, one unread and one late", B, runs("gnome"), runs("gnome", "bob"), gnome(idle="uint32 1800"))
given("GNOME keys are there, but KDE runs and was not read", U, runs("kde"), gnome())
given("GNOME keys say never, but KDE runs", H, runs("kde"), gnome(idle="uint32 0"), fact("kscreenlockerrc Daemon Timeout", ""))
given("GNOME keys hold, but sway runs without a locker", B, runs("sway"), gnome(), fact("idle-lockers running", []))
given("GNOME: the sign-in screen is nobody's session", U, runs("gnome", "gdm"), gnome(user="gdm"))
given(
    "GNOME: display sleep is no lock",
    U,
    runs("gnome"),
    fact("org.gnome.settings-daemon.plugins.power sleep-inactive-ac-timeout", 300),
)
given("GNOME, by the name Ubuntu gives it", H, runs("ubuntu:GNOME"), gnome())
given("GNOME Classic", H, runs("GNOME-Classic:GNOME"), gnome())
given("GNOME with old readings", U, runs("gnome"), gnome(age=timedelta(hours=25)))
given("GNOME with readings of this morning", H, runs("gnome"), gnome(age=timedelta(hours=3)))
given("GNOME seen idle and unlocked for an hour", B, runs("gnome"), gnome(), fact("session.idle-unlocked", 3600))
given("GNOME seen idle and unlocked for a minute", H, runs("gnome"), gnome(), fact("session.idle-unlocked", 60))
given("GNOME where five minutes are asked and ten are set", B, runs("gnome"), gnome(idle="uint32 600"), within=300)
given("GNOME where five minutes are asked and set", H, runs("gnome"), gnome(), within=300)
given("GNOME by names written by hand", H, runs("gnome"), fact("/org/gnome/desktop/session/idle-delay", 600),
      fact("org.gnome.desktop.screensaver.lock-enabled", True), fact("ORG.GNOME.DESKTOP.SCREENSAVER LOCK-DELAY", 0), fact(GX, False))  # fmt: skip
given("GNOME, everything without a user", H, runs("gnome", None), gnome(user=None))
given("GNOME, the session without a user and settings with one", H, runs("gnome", None), gnome())
given("GNOME, the session without a user and root's defaults", U, runs("gnome", None), gnome(user="root"))
given("GNOME, the session with a user and settings without", H, runs("gnome"), gnome(user=None))
given("GNOME, two sessions and settings without a user", U, runs("gnome"), runs("gnome", "bob"), gnome(user=None))
given("Budgie calls itself GNOME and locks by other means", U, runs("Budgie:GNOME"), gnome())
given("Unity calls itself GNOME and locks by other means", U, runs("Unity:Unity7:ubuntu"), gnome())

# --- KDE -------------------------------------------------------------------------------------------------------------------
K = "kscreenlockerrc Daemon"


def kde(**keys):
    return [fact(f"{K} {name}", value) for name, value in keys.items()]


for desktop in ("kde5", "kde6"):
    for keys, expected in [
        ({"Timeout": "", "Autolock": "", "LockGrace": ""}, H), ({"Timeout": None}, H), ({"Timeout": "5"}, H), ({"Timeout": "10"}, H),
        ({"Timeout": "14"}, H), ({"Timeout": "15"}, B), ({"Timeout": "15", "LockGrace": "0"}, H), ({"Timeout": "15", "LockGrace": "1"}, B),
        ({"Timeout": "14", "LockGrace": "60"}, H), ({"Timeout": "14", "LockGrace": "61"}, B), ({"Timeout": "10", "LockGrace": "300"}, H),
        ({"Timeout": "11", "LockGrace": "300"}, B), ({"Timeout": "0"}, B), ({"Timeout": "-1"}, B), ({"Autolock": "false"}, B),
        ({"Autolock": "false", "Timeout": "5"}, B), ({"Autolock": "true", "Timeout": "5"}, H), ({"Autolock": "true"}, H),
        ({"Timeout": "30"}, B), ({"Timeout": "60"}, B), ({"LockGrace": "-1", "Timeout": "5"}, B), ({"Timeout": "often"}, U),
        ({"Timeout": "5", "LockGrace": "later"}, U), ({"Autolock": "perhaps", "Timeout": "5"}, U), ({"LockOnResume": "true"}, H),
        ({"Timeout": "", "LockGrace": "900"}, B), ({"Timeout": "15", "LockGrace": ""}, B),
    ]:  # fmt: skip
        told = ", ".join(f"{name} {value!r}" for name, value in keys.items())
        given(f"{desktop} with {told}", expected, runs(desktop), kde(**keys))
given(
    "KDE: a fixed ten minutes over the user's quarter of an hour",
    H,
    runs("kde5"),
    policy(f"{K} Timeout", "10"),
    own(f"{K} Timeout", "15"),
)
given(
    "KDE: a fixed quarter of an hour over the user's five minutes",
    B,
    runs("kde6"),
    policy(f"{K} Timeout", "15"),
    own(f"{K} Timeout", "5"),
)
given(
    "KDE: a system file that is not fixed loses to the user",
    B,
    runs("kde6"),
    policy(f"{K} Timeout", "5", locked=False),
    own(f"{K} Timeout", "30"),
)
given(
    "KDE: a system file that is not fixed, and a user who set nothing",
    H,
    runs("kde6"),
    policy(f"{K} Timeout", "5", locked=False),
    own(f"{K} Timeout", ""),
)
given("KDE: autolock fixed on, the user off", H, runs("kde6"), policy(f"{K} Autolock", "true"), own(f"{K} Autolock", "false"))
given("KDE 6 that asks no password", B, runs("kde6"), kde(Timeout="5", RequirePassword="false"))
given("KDE 5 that asks no password", B, runs("kde5"), kde(Timeout="5", Lock="false"))
given("KDE: a fixed half hour, by the file's own mark", B, runs("kde6"), fact("kscreenlockerrc [Daemon][$i] Timeout", "30"))
given(
    "KDE: a fixed ten minutes by its mark, over the user's own",
    H,
    runs("kde5"),
    fact("kscreenlockerrc [Daemon] Timeout[$i]", "10"),
    own(f"{K} Timeout", "30"),
)
given("KDE whose file was not read", U, runs("kde6"))
given("KDE whose file was read as root alone", U, runs("kde6"), fact(f"{K} Timeout", "5", user="root"))
given("KDE by its long name", B, runs("KDE Plasma 6.1"), kde(Timeout="15"))
given("KDE, half a minute over five", H, runs("KDE"), kde(Timeout="5.5"))
given(
    "KDE: display off after five minutes is no lock",
    B,
    runs("kde5"),
    kde(Autolock="false"),
    fact("powermanagementprofilesrc AC DPMSControl idleTime", 300),
)
given("KDE seen idle and unlocked for half an hour", B, runs("kde6"), kde(Timeout="5"), fact("session.idle-unlocked", 1800))
given("KDE 5 for one person, GNOME for another", H, runs("kde5"), kde(Timeout="5"), runs("gnome", "bob"), gnome(user="bob"))
given(
    "KDE holds for one person, GNOME is late for another",
    B,
    runs("kde5"),
    kde(Timeout="5"),
    runs("gnome", "bob"),
    gnome(user="bob", idle=1000),
)

# --- XFCE ------------------------------------------------------------------------------------------------------------------
X = "xfce4-screensaver"


def xfce(**keys):
    names = {"saver": "/saver/enabled", "on_idle": "/saver/idle-activation/enabled", "idle": "/saver/idle-activation/delay",
             "lock": "/lock/enabled", "with_saver": "/lock/saver-activation/enabled", "delay": "/lock/saver-activation/delay"}  # fmt: skip
    return [fact(f"{X} {names[name]}", value) for name, value in keys.items()]


for keys, expected in [
    ({"saver": "true", "idle": "5", "lock": "true", "with_saver": "true", "delay": "0"}, H), ({"idle": "10", "delay": "5"}, H),
    ({"idle": "10", "delay": "6"}, B), ({"idle": "15", "delay": "0"}, H), ({"idle": "15", "delay": "1"}, B), ({"idle": "16", "delay": "0"}, B),
    ({"idle": "30", "delay": "0"}, B), ({"idle": "0", "delay": "0"}, B), ({"saver": "false", "idle": "5"}, B), ({"lock": "false", "idle": "5"}, B),
    ({"with_saver": "false", "idle": "5"}, B), ({"on_idle": "false", "idle": "5"}, B), ({"idle": ""}, H), ({"idle": "", "delay": "10"}, H),
    ({"idle": "", "delay": "11"}, B), ({"saver": "", "idle": "", "lock": "", "with_saver": "", "delay": ""}, H), ({"idle": "now"}, U),
    ({"idle": 5, "lock": True}, H), ({"idle": 1}, H), ({"idle": "60"}, B),
]:  # fmt: skip
    given(f"XFCE with {keys}", expected, runs("xfce"), xfce(**keys))
given("XFCE whose saver does not run", B, runs("xfce"), xfce(idle="5"), fact("idle-lockers running", []))
given("XFCE whose saver runs", H, runs("xfce"), xfce(idle="5"), fact("idle-lockers running", [X]))
given("XFCE: nothing read", U, runs("xfce"))
given("XFCE: a saver runs of which nothing was read", U, runs("xfce"), fact("idle-lockers running", [X]))
given(
    "XFCE: the system's file is locked",
    H,
    runs("xfce"),
    policy(f"{X} /saver/idle-activation/delay", "10"),
    own(f"{X} /saver/idle-activation/delay", "60"),
)
given("XFCE: the system's file is not locked", B, runs("xfce"), policy(f"{X} /saver/idle-activation/delay", "10", locked=False),
      own(f"{X} /saver/idle-activation/delay", "60"))  # fmt: skip
LL = "apps.light-locker lock-after-screensaver"
for timeout, after, expected in [(600, "uint32 5", H), (600, "uint32 300", H), (600, "uint32 301", B), (0, "uint32 5", B), (600, "uint32 0", B),
                                 (900, "uint32 5", B), (895, "uint32 5", H)]:  # fmt: skip
    given(
        f"XFCE with light-locker {after} after X's {timeout}",
        expected,
        runs("xfce"),
        fact("xset screen-saver timeout", timeout),
        fact(LL, after),
    )
given("XFCE with light-locker and X unread", U, runs("xfce"), fact(LL, "uint32 5"))
given("XFCE: the power manager only switches the display off", B, runs("xfce"), fact("idle-lockers running", []),
      fact("xfce4-power-manager /xfce4-power-manager/dpms-on-ac-off", 10))  # fmt: skip
given("XFCE with xscreensaver that locks", H, runs("xfce"), fact("xscreensaver timeout", "0:10:00"), fact("xscreensaver lock", "True"),
      fact("xscreensaver lockTimeout", "0:00:00"))  # fmt: skip
given(
    "XFCE with xscreensaver that does not lock",
    B,
    runs("xfce"),
    fact("xscreensaver timeout", "0:10:00"),
    fact("xscreensaver lock", "False"),
)
given("XFCE with xscreensaver that locks late", B, runs("xfce"), fact("xscreensaver timeout", "0:10:00"), fact("xscreensaver lock", "True"),
      fact("xscreensaver lockTimeout", "0:10:00"))  # fmt: skip
given(
    "XFCE with xscreensaver switched off",
    B,
    runs("xfce"),
    fact("xscreensaver timeout", "0:05:00"),
    fact("xscreensaver lock", "True"),
    fact("xscreensaver mode", "off"),
)

# --- Cinnamon and MATE -----------------------------------------------------------------------------------------------------
for idle, lock, delay, expected in [
    ("uint32 300", "true", "uint32 2", H), ("uint32 900", "true", "uint32 0", H), ("uint32 900", "true", "uint32 2", B), ("uint32 898", "true", "uint32 2", H),
    ("uint32 0", "true", "uint32 0", B), ("uint32 300", "false", "uint32 0", B), ("uint32 1800", "true", "uint32 0", B), ("uint32 600", "true", "uint32 600", B),
    ("uint32 300", "true", ..., U), (..., "true", "uint32 0", U), ("uint32 300", ..., "uint32 0", U),
]:  # fmt: skip
    pairs = (("session idle-delay", idle), ("screensaver lock-enabled", lock), ("screensaver lock-delay", delay))
    given(
        f"Cinnamon {idle} {lock} {delay}",
        expected,
        runs("X-Cinnamon"),
        [fact(f"org.cinnamon.desktop.{n}", v) for n, v in pairs if v is not ...],
    )
given("Cinnamon with locking forbidden", B, runs("cinnamon"), [fact(f"org.cinnamon.desktop.{n}", v) for n, v in (
    ("session idle-delay", 300), ("screensaver lock-enabled", True), ("screensaver lock-delay", 0), ("lockdown disable-lock-screen", True))])  # fmt: skip
given("Cinnamon, with GNOME's keys only", U, runs("cinnamon"), gnome())
for idle, lock, delay, expected in [
    ("5", "true", "0", H), ("15", "true", "0", H), ("10", "true", "5", H), ("10", "true", "6", B), ("15", "true", "1", B), ("16", "true", "0", B),
    ("30", "true", "0", B), ("0", "true", "0", B), ("5", "false", "0", B), ("900", "true", "0", B), ("300", "true", "0", B), ("5", "true", ..., U),
    (..., "true", "0", U), ("5", ..., "0", U), ("1", "true", "14", H),
]:  # fmt: skip
    pairs = (("session idle-delay", idle), ("screensaver lock-enabled", lock), ("screensaver lock-delay", delay))
    given(
        f"MATE {idle} min {lock} {delay} min",
        expected,
        runs("mate"),
        [fact(f"org.mate.{n}", v) for n, v in pairs if v is not ...],
    )
given("MATE that never starts its saver", B, runs("MATE"), fact("org.mate.session idle-delay", 5), fact("org.mate.screensaver lock-enabled", True),
      fact("org.mate.screensaver lock-delay", 0), fact("org.mate.screensaver idle-activation-enabled", False))  # fmt: skip

# --- sway, Hyprland, i3 ----------------------------------------------------------------------------------------------------
for line, expected in [
    ("-w timeout 300 'swaylock -f' before-sleep 'swaylock -f'", H), ("-w timeout 900 'swaylock -f'", H), ("timeout 901 'swaylock -f'", B),
    ("timeout 1800 'swaylock -f' timeout 600 'swaymsg \"output * dpms off\"'", B), ("timeout 300 'swaymsg \"output * dpms off\"' resume 'swaymsg \"output * dpms on\"'", B),
    ("timeout 600 'swaymsg \"output * power off\"' timeout 900 'swaylock'", H), ("timeout 300 'loginctl lock-session' lock 'swaylock -f'", H),
    ("timeout 300 'loginctl lock-session'", U), ("timeout 0 'swaylock -f'", B), ("before-sleep 'swaylock -f'", B), ("lock 'swaylock -f'", B),
    ("timeout 600 'systemctl suspend' before-sleep 'swaylock -f'", H), ("timeout 600 'systemctl suspend'", B), ("timeout 300 'notify-send locking soon' timeout 600 gtklock", H),
    ("timeout 300 '~/bin/lock.sh'", U), ("timeout 300 '~/bin/away.sh'", U), ("timeout 300 'pkill swaylock'", B), ("timeout 300 'pidof swaylock || swaylock -f'", H),
    ("timeout 300 'swaylock -f --grace 30'", H), ("timeout 890 'swaylock -f --grace 30'", B), ("timeout soon 'swaylock -f'", U), ("timeout 300 'tty-clock'", U),
    ("timeout 840 'brightnessctl set 10' timeout 900 'swaylock -f -c 000000' timeout 1200 'systemctl suspend'", H), ("timeout 300 swaylock -f timeout 600 swaymsg x", H),
    ("timeout 300 'sh -c \"swaylock -f\"'", H), ("timeout 300 'playerctl pause; swaylock -f'", H), ("timeout 300 'echo swaylock'", B),
]:  # fmt: skip
    given(f"sway with swayidle {line}", expected, runs("sway"), fact("swayidle arguments", f"swayidle {line}"))
given("sway without any locker", B, runs("sway"), fact("idle-lockers running", []))
given("sway of which nothing was read", U, runs("sway"))
given("sway with swayidle that runs, arguments unread", U, runs("sway"), fact("idle-lockers running", ["swayidle"]))
given(
    "sway with what the collector tells of swayidle",
    H,
    runs("sway"),
    fact("idle-lockers running", ["swayidle"]),
    fact("swayidle lock-after", 600),
)
given("sway with what the collector tells of a late swayidle", B, runs("sway"), fact("swayidle lock-after", 1200))
given("sway with what the collector tells of a swayidle that never locks", B, runs("sway"), fact("swayidle lock-after", 0))
given("sway with what the collector cannot tell of swayidle", U, runs("sway"), fact("swayidle lock-after", "unknown"))
given(
    "sway, with the arguments of a swayidle that has ended",
    B,
    runs("sway"),
    fact("idle-lockers running", []),
    fact("swayidle arguments", "timeout 300 'swaylock -f'"),
)
given(
    "sway: logind alone is a helper, not a lock",
    U,
    runs("sway"),
    fact("logind IdleAction", "lock", user=None),
    fact("logind IdleActionSec", "15min", user=None),
)
given(
    "sway: bob's swayidle does not lock alice's screen",
    U,
    runs("sway"),
    fact("swayidle arguments", "timeout 300 'swaylock -f'", user="bob"),
)
LISTENER = "listener {\n timeout = %s\n on-timeout = %s\n}\n"
for text, expected in [
    ("general {\n lock_cmd = pidof hyprlock || hyprlock\n}\n" + LISTENER % (300, "loginctl lock-session"), H), (LISTENER % (600, "hyprlock"), H),
    (LISTENER % (900, "hyprlock"), H), (LISTENER % (901, "hyprlock"), B), (LISTENER % (300, "hyprctl dispatch dpms off"), B), (LISTENER % (0, "hyprlock"), B),
    (LISTENER % (300, "loginctl lock-session"), U), (LISTENER % (150, "brightnessctl -s set 10") + LISTENER % (1800, "hyprlock"), B),
    ("# " + LISTENER.replace("\n", "\n# ") % (300, "hyprlock") + "\n" + LISTENER % (3600, "hyprlock"), B), ("$t = 300\nlistener {\n timeout = $t\n on-timeout = hyprlock\n}\n", H),
    ("general {\n lock_cmd = hyprlock\n before_sleep_cmd = loginctl lock-session\n}\n" + LISTENER % (600, "systemctl suspend"), H), ("general {\n lock_cmd = hyprlock\n}\n", B),
    (LISTENER % (300, "hyprlock --grace 60"), H), (LISTENER % ("ten", "hyprlock"), U),
]:  # fmt: skip
    given(f"Hyprland with hypridle.conf {text!r}", expected, runs("Hyprland"), fact("hypridle.conf", text))
given(
    "Hyprland whose hypridle does not run",
    B,
    runs("hyprland"),
    fact("hypridle.conf", LISTENER % (300, "hyprlock")),
    fact("idle-lockers running", []),
)
for line, expected in [
    ("-time 10 -locker 'i3lock -n'", H), ("-time 15 -locker i3lock", H), ("-time 16 -locker i3lock", B), ("-time 60 -locker i3lock", B), ("-locker 'i3lock -n'", H),
    ("-time 10", U), ("-time 10 -locker 'xset dpms force off'", B), ("-time 10 -locker /usr/local/bin/whatever", U), ("-time 5 -notify 30 -locker slock", H),
    ("-detectsleep -time 5 -locker betterlockscreen -l dim", H), ("-time 900 -locker i3lock", B), ("-time 5 -locker 'betterlockscreen -u x.png'", B),
]:  # fmt: skip
    given(f"i3 with xautolock {line}", expected, runs("i3"), fact("xautolock arguments", f"xautolock {line}"))
XQ = "Screen Saver:\n  prefer blanking:  yes    allow exposures:  yes\n  timeout:  %s    cycle:  %s\nDPMS (Energy Star):\n  Standby: 600    Suspend: 600    Off: 600\n"
for timeout, cycle, line, expected in [
    (600, 600, "-- i3lock -n", H), (900, 600, "-- i3lock -n", H), (901, 600, "-- i3lock -n", B), (0, 600, "-- i3lock -n", B), (600, 600, "-n notify.sh -- i3lock", B),
    (600, 300, "-n notify.sh -- i3lock", H), (600, 5, "--notifier=dim.sh --transfer-sleep-lock -- i3lock --nofork", H), (600, 600, "-- xset dpms force off", B),
    (600, 600, "-l -- xsecurelock", H),
]:  # fmt: skip
    given(
        f"i3 with xss-lock {line} and X's {timeout}/{cycle}",
        expected,
        runs("i3"),
        fact("xss-lock arguments", f"xss-lock {line}"),
        fact("xset q", XQ % (timeout, cycle)),
    )
given("i3 with xss-lock and X unread", U, runs("i3"), fact("xss-lock arguments", "xss-lock -- i3lock -n"))
given(
    "i3: X's saver and DPMS without a locker", B, runs("i3"), fact("xset q", XQ % (300, 300)), fact("idle-lockers running", [])
)
given(
    "i3 with xidlehook",
    H,
    runs("i3"),
    fact("xidlehook arguments", "xidlehook --timer 600 'xrandr --brightness .1' '' --timer 60 'i3lock' ''"),
)
given(
    "i3 with xidlehook whose timers add up",
    B,
    runs("i3"),
    fact("xidlehook arguments", "xidlehook --timer 600 'notify-send x' '' --timer 600 'i3lock' ''"),
)
given(
    "i3 with two lockers, one in time",
    H,
    runs("i3"),
    fact("xautolock arguments", "-time 60 -locker i3lock"),
    fact("xss-lock arguments", "-- i3lock -n"),
    fact("xset q", XQ % (300, 600)),
)
given("bspwm without a locker", B, runs("bspwm"), fact("idle-lockers running", []))
given("LXQt, whose own lock is not known here", U, runs("LXQt"), fact("idle-lockers running", []))
given("a desktop that nobody knows", U, runs("Moonlight"), fact("idle-lockers running", []))
given("a graphical session of an unknown desktop", U, fact("session.type", "wayland"))

# --- No session, servers, logind -------------------------------------------------------------------------------------------
NONE = [fact("desktop.installed", [], user=None), fact("display-manager", [], user=None), fact("session.count", 0, user=None)]
given("a server without any desktop", N, NONE)
given(
    "a server, told with empty texts",
    N,
    [fact("desktop.installed", "", user=None), fact("display-manager", "", user=None), fact("session.count", "0", user=None)],
)
given("a server on which root's gsettings answers with defaults", N, NONE, gnome(user="root"))
given("a server of which the sessions were not counted", U, NONE[:2])
given("a server of which the desktops were not looked for", U, NONE[1:])
given("a server of which the display manager was not looked for", U, [NONE[0], NONE[2]])
given("a desktop to which nobody is signed in", U, fact("desktop.installed", ["gnome"], user=None), NONE[1:])
given("a display manager without a desktop", U, NONE[0], fact("display-manager", ["gdm3"], user=None), NONE[2])
given("nothing at all", U)
given("somebody at a text console of a server", N, NONE, fact("session.type", "tty"))
given(
    "logind that locks when idle, and nothing else",
    U,
    fact("logind IdleAction", "lock", user=None),
    fact("logind IdleActionSec", "10min", user=None),
)
given("logind that ignores idleness, on a server", N, NONE, fact("logind IdleAction", "ignore", user=None))
given(
    "a locked policy for GNOME, and nobody signed in",
    U,
    [policy(n, v) for n, v in ((GS, 600), (GL, True), (GD, 0), (GX, False))],
)
given(
    "logind does not mend a GNOME that never locks",
    B,
    runs("gnome"),
    gnome(idle="uint32 0"),
    fact("logind IdleAction", "lock", user=None),
)
given("a session of yesterday does not count", U, fact("session.desktop", "gnome", age=timedelta(days=2)), gnome())

# --- macOS -----------------------------------------------------------------------------------------------------------------
S = "com.apple.screensaver"


def mac(name, expected, *facts):
    given(f"macOS: {name}", expected, *facts, system=System.MACOS)


for idle, status, expected in [
    (300, "immediate", H), (600, "300 seconds", H), (600, "301 seconds", B), (900, "immediate", H), (900, "5 seconds", B), (1200, "immediate", B), (0, "immediate", B),
    (300, "off", B), (300, "", U), ("600", "screenLock delay is 60 seconds", H), (600, "screenLock is off", B), (600, "screenLock delay is immediate", H), (895, "5 seconds", H),
]:  # fmt: skip
    mac(
        f"saver after {idle}, lock {status}",
        expected,
        own(f"{S} idleTime", idle),
        fact("sysadminctl -screenLock status", status),
    )
mac(
    "display sleep starts the lock",
    H,
    own(f"{S} idleTime", 0),
    fact("pmset displaysleep", 10, user=None),
    fact("sysadminctl screenLock", "immediate"),
)
mac(
    "the earlier of saver and display counts",
    H,
    own(f"{S} idleTime", 1200),
    fact("pmset displaysleep", 10, user=None),
    fact("sysadminctl screenLock", "immediate"),
)
mac(
    "neither saver nor display ever starts",
    B,
    own(f"{S} idleTime", 0),
    fact("pmset displaysleep", 0, user=None),
    fact("sysadminctl screenLock", "immediate"),
)
mac("display sleep without a lock", B, fact("pmset displaysleep", 5, user=None), fact("sysadminctl screenLock", "off"))
mac(
    "display sleep on battery only",
    B,
    own(f"{S} idleTime", 0),
    fact("pmset displaysleep", ["2", "0"], user=None),
    fact("sysadminctl screenLock", "immediate"),
)
mac(
    "display sleep later on mains, still in time",
    H,
    fact("pmset displaysleep", ["2", "10"], user=None),
    fact("sysadminctl screenLock", "immediate"),
)
mac("a lock without a start proves nothing", U, fact("sysadminctl screenLock", "immediate"))
mac("askForPassword without a start proves nothing", U, own(f"{S} askForPassword", 1), own(f"{S} askForPasswordDelay", 0))
mac("a start without a lock proves nothing", U, own(f"{S} idleTime", 300))
mac("old keys: asked at once", H, own(f"{S} idleTime", 300), own(f"{S} askForPassword", 1), own(f"{S} askForPasswordDelay", 0))
mac(
    "old keys: asked after an hour",
    B,
    own(f"{S} idleTime", 300),
    own(f"{S} askForPassword", 1),
    own(f"{S} askForPasswordDelay", 3600),
)
mac("old keys: never asked", B, own(f"{S} idleTime", 300), own(f"{S} askForPassword", 0), own(f"{S} askForPasswordDelay", 0))
mac("old keys: asked, delay unread", U, own(f"{S} idleTime", 300), own(f"{S} askForPassword", 1))
mac(
    "a profile that holds",
    H,
    policy(f"{S} idleTime", 600),
    policy(f"{S} askForPassword", "true"),
    policy(f"{S} askForPasswordDelay", 0),
)
mac(
    "a profile at the very bound",
    H,
    policy(f"{S} idleTime", 895),
    policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 5),
)
mac(
    "a profile one second over",
    B,
    policy(f"{S} idleTime", 896),
    policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 5),
)
mac("a profile without a delay", U, policy(f"{S} idleTime", 600), policy(f"{S} askForPassword", True))
mac(
    "a profile whose delay switches it off",
    B,
    policy(f"{S} idleTime", 600),
    policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 2147483647),
)
mac(
    "a profile of never",
    B,
    policy(f"{S} idleTime", 0),
    policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 0),
)
mac(
    "a profile over the user's hour",
    H,
    policy(f"{S} idleTime", 600),
    own(f"{S} idleTime", 3600),
    policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 0),
)
mac("a profile of an hour over the user's minutes", B, policy(f"{S} idleTime", 3600), own(f"{S} idleTime", 60), policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 0))  # fmt: skip
mac("a profile that asks and a session that says off", U, policy(f"{S} idleTime", 600), policy(f"{S} askForPassword", True), policy(f"{S} askForPasswordDelay", 0),
    fact("sysadminctl screenLock", "off"))  # fmt: skip
P = "com.apple.mobiledevice.passwordpolicy"
LIMIT, GRACE = f"{P} maxInactivity", f"{P} maxGracePeriod"
mac("a passcode profile of ten minutes, no grace by default", H, policy(LIMIT, 10))
mac("a passcode profile at the very bound", H, policy(LIMIT, 10), policy(GRACE, 5))
mac("a passcode profile that may exceed the bound by its grace", U, policy(LIMIT, 10), policy(GRACE, 6))
mac("a passcode profile of an hour: the user may have chosen less", U, policy(LIMIT, 60))
mac("a passcode profile of an hour, the user's ten minutes", H, policy(LIMIT, 60), own(f"{S} idleTime", 600))
mac("a passcode profile of an hour, the user's half hour", B, policy(LIMIT, 60), own(f"{S} idleTime", 1800))
mac("a passcode profile of an hour, the display's ten minutes", H, policy(LIMIT, 60), fact("pmset displaysleep", 10, user=None))
mac("a passcode profile of ten minutes over the user's half hour", U, policy(LIMIT, 10), own(f"{S} idleTime", 1800))
mac("a passcode profile of ten minutes over the user's never", U, policy(LIMIT, 10), own(f"{S} idleTime", 0))
mac("a passcode profile of ten minutes over the user's twelve", H, policy(LIMIT, 10), own(f"{S} idleTime", 720))
mac("a passcode profile of half an hour over the user's hour", B, policy(LIMIT, 30), own(f"{S} idleTime", 3600))
mac("a passcode profile of 0 limits nothing", U, policy(LIMIT, 0), policy(GRACE, 0))
mac("a passcode profile of 0 and a saver that never starts", B, policy(LIMIT, 0), own(f"{S} idleTime", 0))
mac("a passcode profile that is empty", U, policy(LIMIT, ""))
mac("a passcode profile whose grace is unreadable", U, policy(LIMIT, 10), policy(GRACE, "x"))
mac("a passcode profile of grace alone asks for nothing", U, policy(GRACE, 0), own(f"{S} idleTime", 300))
mac("a limit that the user wrote is no profile", U, own(LIMIT, 10), own(GRACE, 0))
mac("a passcode profile and a session that says off", U, policy(LIMIT, 10), fact("sysadminctl screenLock", "off"))
mac(
    "a passcode profile and a session that says at once",
    H,
    policy(LIMIT, 10),
    policy(GRACE, 60),
    fact("sysadminctl screenLock", "immediate"),
)
mac(
    "a passcode profile and a session's delay beyond its grace",
    B,
    policy(LIMIT, 10),
    own(f"{S} idleTime", 600),
    fact("sysadminctl screenLock", "301 seconds"),
)
mac("a passcode profile and one of the saver that is shorter", H, policy(LIMIT, 60), policy(f"{S} idleTime", 600), policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 5))  # fmt: skip
mac("a passcode profile and one of the saver that is longer", U, policy(LIMIT, 10), policy(f"{S} idleTime", 1800), policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 5))  # fmt: skip
mac("a passcode profile and one of the saver that never starts", U, policy(LIMIT, 10), policy(f"{S} idleTime", 0), policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 0))  # fmt: skip
mac("a passcode profile and one that asks no password", U, policy(LIMIT, 10), policy(f"{S} askForPassword", False))
mac("a passcode profile and one whose delay switches the password off", U, policy(LIMIT, 10), policy(f"{S} askForPassword", True),
    policy(f"{S} askForPasswordDelay", 2147483647))  # fmt: skip
mac("a passcode profile of one user alone", H, policy(LIMIT, 10, user="alice"))
mac("a passcode profile of another user", U, policy(LIMIT, 10, user="bob"), own(f"{S} idleTime", 300))
mac(
    "the sign-in window's saver is not the session's",
    U,
    policy("com.apple.screensaver loginWindowIdleTime", 300),
    fact("sysadminctl screenLock", "immediate"),
)
mac(
    "root's answers are nobody's",
    U,
    own(f"{S} idleTime", 300, user="root"),
    fact("sysadminctl screenLock", "immediate", user="root"),
)
mac("two people, one never", B, own(f"{S} idleTime", 300), fact("sysadminctl screenLock", "immediate"), own(f"{S} idleTime", 0, user="bob"),
    fact("sysadminctl screenLock", "immediate", user="bob"))  # fmt: skip
mac("two people, both in time", H, own(f"{S} idleTime", 300), fact("sysadminctl screenLock", "immediate"), own(f"{S} idleTime", 600, user="bob"),
    fact("sysadminctl screenLock", "60 seconds", user="bob"))  # fmt: skip
mac(
    "a profile of which nobody asked whether it binds, over the user's hour",
    H,
    fact(f"{S} idleTime", 600, user=None, source=Source.POLICY),
    own(f"{S} idleTime", 3600),
    fact("sysadminctl screenLock", "immediate"),
)
mac(
    "a profile for one person",
    H,
    policy(f"{S} idleTime", 600, user="alice"),
    policy(f"{S} askForPassword", True, user="alice"),
    policy(f"{S} askForPasswordDelay", 0, user="alice"),
)
mac("nothing at all", U)

# --- Windows ---------------------------------------------------------------------------------------------------------------
MACHINE = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs"
ALICE, BOB = "S-1-5-21-1111-2222-3333-1001", "S-1-5-21-1111-2222-3333-1002"


def win(name, expected, *facts):
    given(f"Windows: {name}", expected, *facts, system=System.WINDOWS)


def saver(
    sid=ALICE,
    *,
    by_policy=False,
    active="1",
    secure="1",
    timeout="600",
    program=r"C:\Windows\system32\scrnsave.scr",
    hive="HKU",
):
    middle = "SOFTWARE\\Policies\\Microsoft\\Windows\\" if by_policy else ""
    path = f"{hive}\\{sid}\\{middle}Control Panel\\Desktop"
    pairs = (
        ("ScreenSaveActive", active),
        ("ScreenSaverIsSecure", secure),
        ("ScreenSaveTimeOut", timeout),
        ("SCRNSAVE.EXE", program),
    )
    return [
        fact(f"{path}\\{name}", value, user=None, source=Source.POLICY if by_policy else Source.USER)
        for name, value in pairs
        if value is not ...
    ]


for value, expected in [
    (900, H),
    ("900", H),
    ("0x384", H),
    (1, H),
    (600, H),
    (901, B),
    (3600, B),
    (0, B),
    ("0x0", B),
    ("", U),
    (None, U),
    ("soon", U),
    (-1, U),
]:
    win(f"machine limit {value!r}", expected, fact(MACHINE, value, user=None, source=Source.POLICY))
win("nothing at all", U)
win("a secure screen saver in time", H, saver())
win("a secure screen saver at the bound", H, saver(timeout="900"))
win("a secure screen saver too late", B, saver(timeout="901"))
win("a screen saver that never starts", B, saver(timeout="0"))
win("a screen saver that is not secure", B, saver(secure="0"))
win("a screen saver that is not active", B, saver(active="0"))
win("no screen saver chosen", B, saver(program=""))
win("no screen saver chosen, by its name", B, saver(program="(None)"))
win("the choice of screen saver unread", U, saver(program=...))
win("whether it is secure unread", U, saver(secure=...))
win("secure, asked and not set", B, saver(secure=None))
win("the timeout unread", U, saver(timeout=...))
win("policy's ten minutes over the user's hour", H, saver(timeout="3600"), saver(by_policy=True))
win("policy's hour over the user's ten minutes", B, saver(), saver(by_policy=True, timeout="3600"))
win("policy makes the user's saver secure", H, saver(secure="0"), saver(by_policy=True, active=..., timeout=..., program=...))
win(
    "policy makes the user's saver insecure",
    B,
    saver(),
    saver(by_policy=True, secure="0", active=..., timeout=..., program=...),
)
win("policy switches the user's saver off", B, saver(), saver(by_policy=True, active="0", secure=..., timeout=..., program=...))
win(
    "policy keys asked and not set leave the user's",
    H,
    saver(),
    saver(by_policy=True, active=None, secure=None, timeout=None, program=None),
)
win("two people, both in time", H, saver(), saver(BOB))
win("two people, one late", B, saver(), saver(BOB, timeout="1800"))
win("two people, one insecure", B, saver(), saver(BOB, secure="0"))
win("the machine limit covers an insecure saver", H, saver(secure="0"), fact(MACHINE, 900, user=None))
win("the machine limit off, the saver in time", H, saver(), fact(MACHINE, 0, user=None))
win("the machine limit late, the saver in time", H, saver(), fact(MACHINE, 3600, user=None))
win("the machine limit off, the saver late", B, saver(timeout="1800"), fact(MACHINE, 0, user=None))
win("the system's own profile is nobody's", U, saver("S-1-5-18"))
win("the default profile is nobody's", U, saver(".DEFAULT"))
win("the default profile does not excuse alice", B, saver(".DEFAULT"), saver(timeout="0"))
win("an account of the cloud directory", H, saver("S-1-12-1-111-222-333-444"))
win("hives by their long names", H, saver(hive="HKEY_USERS"))
win("a timeout in hexadecimal", H, saver(timeout="0x258"))
win("device management of ten minutes", H, fact("DeviceLock/MaxInactivityTimeDeviceLock", 10, user=None, source=Source.POLICY))
win("device management of a quarter", H, fact("DeviceLock/MaxInactivityTimeDeviceLock", 15, user=None, source=Source.POLICY))
win("device management of an hour", B, fact("DeviceLock/MaxInactivityTimeDeviceLock", 60, user=None, source=Source.POLICY))
win("device management of none", B, fact("DeviceLock/MaxInactivityTimeDeviceLock", 0, user=None, source=Source.POLICY))
win("display off after five minutes is no lock", U, fact("powercfg VIDEOIDLE", 300, user=None))
given("a system that is not known", U, gnome(), system=System.OTHER)


@pytest.mark.parametrize("situation", SITUATIONS, ids=[one.name for one in SITUATIONS])
def test_a_screen_lock_is_judged_as_it_is(situation):
    sheet = FactSheet(Identity("lt-07", "LT-07", situation.system), NOON, situation.facts)

    verdict = judge_lock(sheet, subject="device/lt-07", within=situation.within)

    assert verdict.result is situation.expected, verdict.reason


def test_the_table_is_wide_and_has_no_situation_twice():
    names = [one.name for one in SITUATIONS]

    assert len(names) >= 200
    assert len(set(names)) == len(names)


NAMES = sorted({one.name for situation in SITUATIONS for one in situation.facts})
VALUES = strategies.one_of(
    strategies.none(),
    strategies.booleans(),
    strategies.integers(),
    strategies.floats(),
    strategies.text(max_size=40),
    strategies.lists(strategies.text(max_size=10), max_size=3),
    strategies.sampled_from([one.value for situation in SITUATIONS for one in situation.facts]),
)
FACTS = strategies.builds(
    Fact,
    name=strategies.sampled_from(NAMES),
    value=VALUES,
    source=strategies.sampled_from(Source),
    observed_at=strategies.just(NOON),
    writable=strategies.sampled_from([None, True, False]),
    user=strategies.sampled_from([None, "alice", "bob", "root"]),
    origin=strategies.just(""),
)


@settings(max_examples=40, deadline=None)
@given_facts(strategies.lists(FACTS, max_size=12), strategies.sampled_from(System))
def test_whatever_a_device_says_there_is_a_verdict_with_its_reason(facts, system):
    verdict = judge_lock(FactSheet(Identity("lt", "lt", system), NOON, tuple(facts)), subject="device/lt")

    assert verdict.reason.value
    assert verdict.reason.value.isprintable()


@settings(max_examples=150, deadline=None)
@given_facts(
    strategies.sampled_from([one for one in SITUATIONS if one.name.startswith(("GNOME idle", "Cinnamon uint32"))]),
    strategies.data(),
)
def test_a_fact_that_goes_unread_never_turns_into_a_pass(situation, data):
    kept = tuple(one for one in situation.facts if data.draw(strategies.booleans()))
    verdict = judge_lock(FactSheet(Identity("lt", "lt", situation.system), NOON, kept), subject="device/lt")

    if situation.expected is not H:
        assert verdict.result is not H


def test_a_broken_lock_says_what_was_found_where_and_what_to_do():
    facts = [
        runs("gnome"),
        Fact(GS, "uint32 1800", Source.OBSERVED, NOON, True, "alice", "gsettings get org.gnome.desktop.session idle-delay"),
    ]
    verdict = judge_lock(FactSheet(Identity("lt-07", "LT-07", System.LINUX), NOON, tuple(facts)), subject="device/lt-07")

    assert verdict.reason.value == "locks only after 1,800 s (idle 1,800 s) (alice)"
    assert verdict.reason.source == "gsettings get org.gnome.desktop.session idle-delay"
    assert "gsettings set org.gnome.desktop.session idle-delay 600" in verdict.reason.advice
    assert "900 s" in verdict.reason.rule
