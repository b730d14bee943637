"""Situations of the screen lock as whole documents, as a device sends them: what is set, and what must be said of it.

They were written from the reference and the vendors' documentation alone, beside those of `test_lock_situations.py`.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import document
from holdtrue.workplace.command import judge

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
H, B, U, N = Result.HOLDS, Result.BROKEN, Result.UNPROVEN, Result.NOT_APPLICABLE
LOCK, SLEEP = "device.screen-lock", "device.suspend-lock"
SITUATIONS: list[tuple[str, Result, str, list[dict[str, object]], str]] = []


def given(name, expected, *facts, system="linux", about=LOCK):
    flat = []
    for one in facts:
        flat += one if isinstance(one, list) else [one]
    SITUATIONS.append((name, expected, system, flat, about))


def fact(name, value, *, user=None, source="observed", hours=0):
    seen = (NOON - timedelta(hours=hours)).isoformat()
    named = {} if user is None else {"user": user}
    return {"name": name, "value": value, "source": source, "observed_at": seen, **named}


def locked(name, value, user=None):
    return {**fact(name, value, user=user, source="policy"), "writable": False}


def unlocked(name, value, user=None):
    return {**fact(name, value, user=user, source="policy"), "writable": True}


def set_by(user, prefix, values):
    return [fact(f"{prefix}{name}", value, user=user, source="user") for name, value in values.items() if value is not ...]


def runs(desktop, user="alice"):
    return fact("session.desktop", desktop, user=user)


# --- GNOME: how values are spelled, whose they are, and which of them decides ------------------------------------------------
IDLE, ON, DELAY, OFF = (
    "org.gnome.desktop.session idle-delay", "org.gnome.desktop.screensaver lock-enabled",
    "org.gnome.desktop.screensaver lock-delay", "org.gnome.desktop.lockdown disable-lock-screen",
)  # fmt: skip


def keys(idle="uint32 300", on="true", delay="uint32 0", off="false", user="alice"):
    return set_by(user, "", {IDLE: idle, ON: on, DELAY: delay, OFF: off})


def gnome(*values, user="alice", desktop="gnome", **named):
    return [runs(desktop, user), *keys(*values, user=user, **named)]


for idle, delay, expected in [
    ("uint32 900", "uint32 0", H), ("uint32 900", "uint32 1", B), ("uint32 895", "uint32 5", H), ("uint32 896", "uint32 5", B), (0, 0, B),
    (300.0, 0.0, H), ("0x384", "0", H), ("0x385", "0", B), ("uint32 4294967295", "uint32 0", B), ("uint32 300", "uint32 4294967295", B),
    ("99999999999999999999", "0", B), ("-1", "0", U), ("uint32 600", "-600", U), ("uint32 1200", "-600", B), ("soon", "0", U), (True, "0", U), ("nan", "0", U),
    ("", "0", U), (None, "0", U), (["300", "3600"], "0", U), ("No such schema “org.gnome.desktop.session”", "0", U), (..., "uint32 3600", B), (..., "uint32 0", U),
]:  # fmt: skip
    given(f"GNOME with {idle!r} and {delay!r}", expected, gnome(idle, "true", delay))
for on, off, expected in [
    ("false", "false", B), (False, False, B), ("'false'", "false", B), ("true", "true", B), (True, True, B), ("maybe", "false", U), (1, 0, H),
    (..., "false", U), ("true", ..., U),
]:  # fmt: skip
    given(f"GNOME with lock-enabled {on!r} and disable-lock-screen {off!r}", expected, gnome(on=on, off=off))
given("GNOME: a keyfile without a lock loses", B, gnome("uint32 3600"), unlocked(IDLE, "uint32 900", "alice"))
given("GNOME: a keyfile of an hour without a lock loses too", H, gnome("uint32 300"), unlocked(IDLE, "uint32 3600"))
given("GNOME: a locked keyfile wins", H, gnome("uint32 3600"), locked(IDLE, "uint32 900", "alice"))
given("GNOME: a locked keyfile of never wins", B, gnome("uint32 300"), locked(IDLE, "uint32 0", "alice"))
given("GNOME: a locked keyfile switches the lock off", B, gnome(), locked(ON, "false", "alice"))
given("GNOME: one key is locked and the other is the user's", B, gnome("uint32 600", delay="uint32 600"), fact(IDLE, "uint32 600", source="policy"),
      fact(DELAY, "uint32 0", source="policy"), fact("dconf locks", ["/org/gnome/desktop/session/idle-delay"]))  # fmt: skip
given(
    "GNOME: a locked keyfile that was never compiled",
    B,
    gnome("uint32 3600"),
    locked(IDLE, "uint32 600"),
    fact("dconf compiled", "false"),
)
given("GNOME: what is in effect wins over the user's file", H, gnome("uint32 3600"), fact(IDLE, "uint32 300", user="alice"))
given("GNOME: root's answers for alice", U, runs("gnome"), keys(user="root"))
given("GNOME: bob's answers for alice", U, runs("GNOME"), locked(IDLE, "uint32 300", "bob"))
given("GNOME: one of two never locks", B, gnome(), gnome("uint32 0", user="bob"))
given("GNOME: one of two was not read", U, gnome(), runs("gnome", "bob"))
given("GNOME: the third of three is late", B, gnome(), gnome(user="bob"), gnome("uint32 1200", user="carol"))
given("GNOME: the sign-in screen is nobody's session", H, gnome(), runs("gnome", "gdm"))
given("GNOME: alice also runs sway, of which nothing was read", U, gnome(), runs("sway"))
given("GNOME: alice also runs sway without a locker", B, gnome(), runs("sway"), fact("idle-lockers running", [], user="alice"))
given(
    "GNOME and KDE, and KDE is late", B, gnome(), runs("kde5", "bob"), fact("kscreenlockerrc Daemon Timeout", "15", user="bob")
)
given("GNOME's settings under KDE", U, runs("kde6"), keys())
given("GNOME's settings under sway", U, runs("sway"), keys())
given(
    "GNOME's settings and nobody signed in",
    U,
    keys(),
    fact("session.count", 0),
    fact("desktop.installed", ["gnome"]),
    fact("display-manager", ["gdm"]),
)
given("GNOME read 25 hours ago", U, [{**one, "observed_at": (NOON - timedelta(hours=25)).isoformat()} for one in gnome()])
given("GNOME whose idle delay was read 25 hours ago", U, gnome(...), fact(IDLE, "uint32 300", user="alice", hours=25))
given("GNOME whose idle delay was read 23 hours ago", H, gnome(...), fact(IDLE, "uint32 300", user="alice", hours=23))
given("GNOME seen idle and unlocked for half an hour", B, gnome(), fact("session.idle-unlocked", 1800, user="alice"))
given("GNOME seen idle and unlocked for 901 s", B, gnome(), fact("session.idle-unlocked", 901, user="alice"))
given("GNOME seen idle and unlocked for two minutes", H, gnome(), fact("session.idle-unlocked", 120, user="alice"))
given("GNOME of which only that was seen", U, runs("gnome"), fact("session.idle-unlocked", 120, user="alice"))
given(
    "GNOME: idle-activation-enabled is ignored",
    H,
    gnome(),
    fact("org.gnome.desktop.screensaver idle-activation-enabled", "false", user="alice"),
)
given(
    "GNOME: sleeping by itself is no lock",
    B,
    gnome(0),
    fact("org.gnome.settings-daemon.plugins.power sleep-inactive-ac-timeout", 600, user="alice"),
)
given(
    "GNOME whose facts name nobody",
    H,
    fact("session.desktop", "GNOME"),
    fact(IDLE, 300),
    fact(ON, True),
    fact(DELAY, 0),
    fact(OFF, False),
)
given(
    "GNOME whose facts name nobody, never",
    B,
    fact("session.desktop", "GNOME"),
    fact(IDLE, 0),
    fact(ON, True),
    fact(DELAY, 0),
    fact(OFF, False),
)
for desktop, expected in [
    ("ubuntu:GNOME", H),
    ("GNOME-Classic:GNOME", H),
    ("pop:GNOME", H),
    ("LXQt", U),
    ("Pantheon", U),
    ("my-own", U),
]:
    given(f"GNOME's settings under what calls itself {desktop}", expected, gnome(desktop=desktop))
given("GNOME by dconf's paths", H, runs("gnome"), set_by("alice", "/org/gnome/desktop/", {
    "session/idle-delay": "uint32 600", "screensaver/lock-enabled": "true", "screensaver/lock-delay": "uint32 30", "lockdown/disable-lock-screen": "false"}))  # fmt: skip

# --- KDE -----------------------------------------------------------------------------------------------------------------
DAEMON = "kscreenlockerrc Daemon "


def kde(desktop="kde5", **values):
    return [runs(desktop), *set_by("alice", DAEMON, values)]


for values, expected in [
    ({"Timeout": "", "Autolock": "", "LockGrace": ""}, H), ({"Timeout": None}, H), ({}, U), ({"Timeout": "15", "LockGrace": ""}, B), ({"Timeout": "15", "LockGrace": "0"}, H),
    ({"Timeout": "14"}, H), ({"Timeout": "10", "LockGrace": "300"}, H), ({"Timeout": "10", "LockGrace": "301"}, B), ({"Timeout": "14", "LockGrace": "61"}, B),
    ({"Timeout": "0"}, B), ({"Timeout": "-5"}, B), ({"Timeout": "71582789"}, B), ({"Timeout": "900"}, B), ({"Timeout": "abc"}, U),
    ({"Timeout": "5", "Autolock": "false"}, B), ({"Timeout": "5", "Autolock": "0"}, B), ({"Timeout": "5", "Autolock": "off"}, B), ({"Timeout": "5", "Autolock": "No"}, B),
    ({"Timeout": "5", "Lock": "false"}, B), ({"Timeout": "5", "RequirePassword": "false"}, B),
]:  # fmt: skip
    for desktop in ("kde5", "kde6"):
        given(f"{desktop} with {values}", expected, kde(desktop, **values))
given("KDE: an immutable key wins", H, kde(Timeout="60"), locked(f"{DAEMON}Timeout", "10"))
given("KDE: an immutable key of an hour wins", B, kde(Timeout="5"), locked(f"{DAEMON}Timeout", "60"))
given("KDE: a key marked [$i] wins", H, kde(Timeout="60"), fact(f"{DAEMON}Timeout[$i]", "10", source="policy"))
given(
    "KDE: a key in a group marked [$i] wins",
    H,
    kde(Timeout="60"),
    fact("kscreenlockerrc [Daemon][$i] Timeout", "10", source="policy"),
)
given(
    "KDE: an immutable timeout and the user's own grace",
    B,
    kde(Timeout="60", LockGrace="600"),
    locked(f"{DAEMON}Timeout", "10"),
)
given("KDE: a system file that people may change", B, kde(Timeout="60"), unlocked(f"{DAEMON}Timeout", "10"))
given("KDE: a late system file that nobody changed", B, kde(Autolock=""), unlocked(f"{DAEMON}Timeout", "30"))
given("KDE: GNOME's policy has no effect", B, kde(Autolock="false"), locked(IDLE, "uint32 300"))

# --- XFCE, Cinnamon, MATE ------------------------------------------------------------------------------------------------------
GOOD = {"/saver/enabled": "true", "/saver/idle-activation/enabled": "true", "/saver/idle-activation/delay": "5", "/lock/enabled": "true",
        "/lock/saver-activation/enabled": "true", "/lock/saver-activation/delay": "0"}  # fmt: skip


def xfce(**changed):
    names = {"saver": "/saver/enabled", "idle": "/saver/idle-activation/enabled", "after": "/saver/idle-activation/delay",
             "lock": "/lock/enabled", "with_saver": "/lock/saver-activation/enabled", "delay": "/lock/saver-activation/delay"}  # fmt: skip
    return [
        runs("xfce"),
        *set_by("alice", "xfce4-screensaver ", GOOD | {names[name]: value for name, value in changed.items()}),
    ]


for changed, expected in [
    ({}, H), ({"after": "15"}, H), ({"after": "15", "delay": "1"}, B), ({"after": "10", "delay": "5"}, H), ({"after": "900"}, B), ({"after": "0"}, B),
    ({"saver": "false"}, B), ({"idle": "false"}, B), ({"lock": "false"}, B), ({"with_saver": False}, B), ({"after": 5, "delay": 0, "lock": True}, H),
]:  # fmt: skip
    given(f"XFCE with {changed}", expected, xfce(**changed))
given("XFCE whose saver does not run", B, xfce(), fact("idle-lockers running", [], user="alice"))
given("XFCE whose saver runs", H, xfce(), fact("idle-lockers running", ["xfce4-screensaver"], user="alice"))
given("XFCE: a locked channel wins", H, xfce(after="60"), locked("xfce4-screensaver /saver/idle-activation/delay", "10"))
given(
    "XFCE: a channel that people may change",
    B,
    xfce(after="60"),
    unlocked("xfce4-screensaver /saver/idle-activation/delay", "10"),
)
for after, timeout, expected in [(5, 600, H), (600, 600, B), (0, 600, B), (5, 0, B), (5, ..., U)]:
    given(f"XFCE with light-locker {after} after X's {timeout}", expected, runs("xfce"),
          set_by("alice", "", {"apps.light-locker lock-after-screensaver": f"uint32 {after}", "xset screen-saver timeout": timeout}))  # fmt: skip


def cinnamon(idle="uint32 900", on="true", delay="uint32 0"):
    return [runs("X-Cinnamon"), *set_by("alice", "org.cinnamon.desktop.", {
        "session idle-delay": idle, "screensaver lock-enabled": on, "screensaver lock-delay": delay})]  # fmt: skip


def mate(idle="5", on="true", delay="0", starts="true"):
    return [runs("MATE"), *set_by("alice", "org.mate.", {"session idle-delay": idle, "screensaver lock-enabled": on,
        "screensaver lock-delay": delay, "screensaver idle-activation-enabled": starts})]  # fmt: skip


given("Cinnamon at the bound", H, cinnamon())
given("Cinnamon beyond the bound by its delay", B, cinnamon(delay="uint32 2"))
given("Cinnamon whose delay was not read", U, cinnamon(delay=...))
given(
    "Cinnamon with locking forbidden",
    B,
    cinnamon(),
    fact("org.cinnamon.desktop.lockdown disable-lock-screen", "true", user="alice"),
)
given(
    "Cinnamon with a policy that people may change",
    B,
    cinnamon("uint32 1800"),
    unlocked("org.cinnamon.desktop.session idle-delay", "uint32 600", "alice"),
)
given("MATE at the bound", H, mate("10", delay="5"))
given("MATE counts minutes", B, mate("300"))
given("MATE that does not start its saver", B, mate(starts="false"))
given("MATE with locking forbidden", B, mate(), fact("org.mate.lockdown disable-lock-screen", "true", user="alice"))
given("MATE with a locked policy", H, mate("60"), locked("org.mate.session idle-delay", "10", "alice"))


# --- sway, Hyprland, i3 and others -----------------------------------------------------------------------------------------------
def told(desktop, program, words, *, name="arguments"):
    return [
        runs(desktop),
        fact("idle-lockers running", [program], user="alice"),
        fact(f"{program} {name}".strip(), words, user="alice"),
    ]


for line, expected in [
    ("-w -C /home/alice/.config/swayidle/config", U), ("-w -d", U), ("-C /etc/x timeout 600 'swaylock -f'", H), ("-C /etc/x timeout 600 'swaymsg \"output * dpms off\"'", U),
    ("timeout 600 'swaylock --grace 400'", B), ("timeout 600 '/usr/bin/swaylock -fF -c 1d1d1d'", H), ("timeout 600 'brightnessctl set 10' resume swaylock", B),
    ("timeout 600 'notify-send \"screen will lock\"'", B), ("timeout 1200 'systemctl suspend' timeout 600 'swaylock -f'", H),
]:  # fmt: skip
    given(f"sway with {line}", expected, told("sway", "swayidle", line))
LISTENER = "listener {\n timeout = %s\n on-timeout = %s\n}\n"
TAKES_IN = "source = ~/.config/hypr/more.conf\n"
for text, expected in [
    (TAKES_IN, U), (TAKES_IN + LISTENER % (600, "hyprlock"), H), (TAKES_IN + LISTENER % (300, "hyprctl dispatch dpms off"), U), (LISTENER % (300, ""), B),
    ("#source = ~/x.conf\n" + LISTENER % (300, "hyprctl dispatch dpms off"), B), ("$t = 600\n" + LISTENER % ("$t", "hyprlock"), H), (LISTENER % ("600 # ten", "hyprlock"), H),
]:  # fmt: skip
    given(
        f"Hyprland with {text!r}",
        expected,
        told("Hyprland", "hypridle.conf", text, name=""),
        fact("idle-lockers running", ["hypridle"], user="alice"),
    )
given("niri with swayidle", H, runs("niri"), fact("swayidle lock-after", 300, user="alice"))
given("river with a late swayidle", B, runs("river"), fact("swayidle lock-after", 3000, user="alice"))
given("XFCE with xautolock", H, told("xfce", "xautolock", "-time 10 -locker xflock4"))
given(
    "i3 with xidlehook, whose timers add up",
    B,
    told("i3", "xidlehook", "--timer 600 'xrandr --output a --brightness .1' '' --timer 400 'i3lock' ''"),
)
given(
    "i3 with xidlehook, whose timers add up to the bound",
    H,
    told("i3", "xidlehook", "--timer 500 'xrandr --output a --brightness .1' '' --timer 400 'i3lock' ''"),
)
given(
    "no session's type but a terminal's",
    N,
    fact("session.type", "tty", user="alice"),
    fact("session.count", 0),
    fact("desktop.installed", []),
    fact("display-manager", []),
)
given("a sign-in screen alone", U, runs("kde6", "sddm"))
given("a device of which nothing was read", U, [])

# --- macOS -------------------------------------------------------------------------------------------------------------------------
SAVER = "com.apple.screensaver "


def mac(idle=..., lock=..., display=..., user="alice"):
    values = {f"{SAVER}idleTime": idle, "sysadminctl screenLock": lock}
    return [*set_by(user, "", values), *([] if display is ... else [fact("pmset displaysleep", display)])]


def profile(**values):
    return [locked(f"{SAVER}{name}", value) for name, value in values.items()]


for name, expected, *facts in [
    ("at the bound", H, mac(900, "immediate", 0)), ("a second late", B, mac(901, "immediate", 0)), ("with 300 s of grace", H, mac(600, "300 seconds", 0)),
    ("with 301 s of grace", B, mac(600, "301 seconds", 0)), ("as sysadminctl prints it", H, mac(600, "screenLock delay is 300 seconds", 0)),
    ("off, as sysadminctl prints it", B, mac(600, "screenLock is off", 10)), ("neither starts", B, mac(0, "immediate", 0)), ("display sleep alone starts", H, mac(0, "immediate", 10)),
    ("the display sleeps first", H, mac(1200, "immediate", 10)), ("the display never sleeps on mains", B, mac(0, "immediate", ["2", "0"])), ("the longer of both counts", B, mac(0, "immediate", ["2", "20"])),
    ("the display never sleeps, the saver is unread", U, mac(..., "immediate", 0)), ("the display never sleeps, the saver is unset", U, mac(None, "immediate", 0)),
    ("an answer that is none", U, mac("The domain/default pair of (com.apple.screensaver, idleTime) does not exist", "immediate", 0)),
    ("the sign-in window's time is no proof", U, mac(..., "immediate", 0), [fact(f"{SAVER}loginWindowIdleTime", 300, source="policy")]),
    ("a profile", H, profile(idleTime=600, askForPassword=True, askForPasswordDelay=5)), ("a profile in texts", H, profile(idleTime="600", askForPassword="1", askForPasswordDelay="0")),
    ("a profile that never asks", B, profile(idleTime=600, askForPassword=True, askForPasswordDelay=2147483647)), ("a profile without a delay", U, profile(idleTime=600, askForPassword=True)),
    ("a profile over the user's never", H, mac(0, "immediate", 0), profile(idleTime=600)), ("a late profile over the user's five minutes", B, mac(300, "immediate", 0), profile(idleTime=1200)),
    ("a profile asks and the session says off", U, mac(600, "off", 0), profile(askForPassword=True, askForPasswordDelay=0)),
    ("asking without a start", U, profile(askForPassword=True, askForPasswordDelay=0)), ("root's settings alone", U, mac(600, "immediate", 10, user="root")),
    ("one of two never locks", B, mac(600, "immediate", 0), mac(0, "immediate", user="bob")), ("one of two was not read", U, mac(600, "immediate", 0), mac(lock="immediate", user="bob")),
]:  # fmt: skip
    given(f"macOS: {name}", expected, *facts, system="macos")

# --- Windows -----------------------------------------------------------------------------------------------------------------------
LIMIT = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs"
GRACE = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\ScreenSaverGracePeriod"
MINUTES, ASKS = "DeviceLock/MaxInactivityTimeDeviceLock", "DevicePasswordEnabled"
POLICIES = "SOFTWARE\\Policies\\Microsoft\\Windows\\"


def saver(active="1", secure="1", after="600", program="scrnsave.scr", *, sid="S-1-5-21-1-2-3-1001", under=""):
    values = {"ScreenSaveActive": active, "ScreenSaverIsSecure": secure, "ScreenSaveTimeOut": after, "SCRNSAVE.EXE": program}
    return set_by(None, f"HKU\\{sid}\\{under}Control Panel\\Desktop\\", values)


for name, expected, *facts in [
    ("the machine's limit", H, fact(LIMIT, 900)), ("the limit as a double word", H, fact(LIMIT, "0x384")), ("a limit of 0", B, fact(LIMIT, 0)),
    ("a limit of 0 and a good saver", H, fact(LIMIT, 0), saver()), ("a late limit and a good saver", H, fact(LIMIT, 901), saver()), ("a late limit and no saver", B, fact(LIMIT, 901), saver("0")),
    ("the greatest limit", B, fact(LIMIT, 4294967295)), ("a negative limit", U, fact(LIMIT, -1)), ("no limit, savers unread", U, fact(LIMIT, None)), ("an old limit", U, fact(LIMIT, 600, hours=30)),
    ("a saver at the bound", H, saver(after="900")), ("a saver a second late", B, saver(after="901")), ("a saver of 0", B, saver(after="0")), ("a saver that is off", B, saver("0")),
    ("a saver without a password", B, saver(secure="0")), ("no saver chosen", B, saver(program="")), ("the saver (None)", B, saver(program="(None)")), ("a saver unread", U, saver(program=...)),
    ("the policy's key wins", H, saver(under=POLICIES), saver("0", "0", "3600")), ("the policy's late key wins", B, saver(after="3600", under=POLICIES), saver(after="300")),
    ("the policy's password and the rest one's own", H, saver(..., "1", ..., ..., under=POLICIES), saver(secure="0")), ("the policy's 0", B, saver(..., ..., "0", ..., under=POLICIES), saver()),
    ("one of two without a password", B, saver(), saver(secure="0", sid="S-1-5-21-1-2-3-1002")), ("a person of Entra without a password", B, saver(secure="0", sid="S-1-12-1-1-2-3-4")),
    ("the hives of nobody and of services", H, saver(), saver("0", sid=".DEFAULT"), saver("0", sid="S-1-5-18"), saver(secure="0", sid="S-1-5-19")), ("the hive of nobody alone", U, saver(sid=".DEFAULT")),
    ("policies that are not set, one's own keys unread", U, saver(None, None, None, None, under=POLICIES)),
    ("policies that are not set, and one's own good saver", H, saver(None, None, None, None, under=POLICIES), saver()),
    ("a grace of ten minutes", B, saver(), fact(GRACE, "600")), ("a grace of five seconds", H, saver(), fact(GRACE, "5")), ("a grace at the bound", H, saver(after="895"), fact(GRACE, "5")),
    ("a grace beyond the bound", B, saver(after="896"), fact(GRACE, "5")), ("a grace that is none", U, saver(), fact(GRACE, "none")), ("a grace that is unset", H, saver(after="900"), fact(GRACE, None)),
    ("management's quarter of an hour", H, fact(MINUTES, 15)), ("management's 16 minutes", B, fact(MINUTES, 16)), ("management's minutes taken for seconds", B, fact(MINUTES, 900)),
    ("management asks for no password", U, fact(MINUTES, 15), fact(ASKS, 1)), ("management asks for a password", H, fact(MINUTES, 15), fact(ASKS, 0)), ("a limit of 0 and management's ten minutes", H, fact(LIMIT, 0), fact(MINUTES, 10)),
    ("the display alone", B, fact("powercfg VIDEOIDLE AC", 300), saver("0")),
]:  # fmt: skip
    given(f"Windows: {name}", expected, *facts, system="windows")

# --- spellings and layers ---------------------------------------------------------------------------------------------------------------
given("GNOME in capitals", H, runs("GNOME"), fact(IDLE.upper(), "uint32 600", user="alice"), keys(idle=...))
given("GNOME with a colon in the name", H, runs("GNOME"), fact(IDLE.replace(" ", ":"), "600", user="alice"), keys(idle=...))
given("GNOME for alice, settings for Alice", U, runs("GNOME"), keys(user="Alice"))
given("GNOME: a policy for bob does not bind alice", B, gnome("uint32 3600"), locked(IDLE, "uint32 300", "bob"))
given(
    "GNOME: a policy for everybody binds both",
    H,
    gnome("uint32 3600"),
    gnome("uint32 3600", user="bob"),
    locked(IDLE, "uint32 600"),
)
given("GNOME: locks told in one line", H, gnome("uint32 3600"), fact(IDLE, "uint32 600", source="policy"),
      fact("dconf locks", "/org/gnome/desktop/session/idle-delay /org/gnome/desktop/screensaver/lock-delay"))  # fmt: skip
given("GNOME: defaults that nobody's session gave", U, runs("gnome"), [{**one, "source": "default"} for one in keys(user=None)])
given("KDE with spaces around the number", H, kde(Timeout=" 10 "))
given("Cinnamon with the greatest delay", B, cinnamon("uint32 600", delay="uint32 4294967295"))
given("MATE with a negative time", U, mate("-1"))
given("sway with seconds written as minutes", U, told("sway", "swayidle", "timeout 15m swaylock"))
given("sway with a negative time", U, told("sway", "swayidle", "timeout -5 swaylock"))
given(
    "macOS: the profile's delay wins over the session's hour",
    H,
    mac(600, "3600 seconds", 0),
    profile(askForPassword=True, askForPasswordDelay=5),
    system="macos",
)
given("macOS: a negative time", U, mac(-1, "immediate", ...), system="macos")
given("macOS: the greatest time", B, mac(2147483647, "immediate", 0), system="macos")
given("Windows: switches in words", H, saver("true", "True"), system="windows")
given("Windows: a saver's time as a double word", H, saver(after="0x258"), system="windows")
given("Windows: a late limit and management's quarter of an hour", H, fact(LIMIT, 3600), fact(MINUTES, "0xf"), system="windows")

# --- before sleep --------------------------------------------------------------------------------------------------------------------
for line, expected in [
    ("before-sleep 'swaylock -f'", H),
    ("timeout 600 'swaylock -f'", B),
    ("before-sleep '~/bin/away.sh'", U),
]:
    given(f"sway before sleep with {line}", expected, told("sway", "swayidle", line), about=SLEEP)
given("i3 before sleep with xss-lock that ignores it", B, told("i3", "xss-lock", "--ignore-sleep -- i3lock -n"), about=SLEEP)
given("i3 before sleep with xss-lock", H, told("i3", "xss-lock", "-l -- i3lock -n"), about=SLEEP)
given("i3 before sleep with xautolock", B, told("i3", "xautolock", "-time 5 -locker i3lock"), about=SLEEP)
given(
    "i3 before sleep with xautolock that locks after it",
    U,
    told("i3", "xautolock", "-time 5 -locker i3lock -detectsleep -lockaftersleep"),
    about=SLEEP,
)
given("sway before sleep, by its seconds alone", U, runs("sway"), fact("swayidle lock-after", 600, user="alice"), about=SLEEP)
given("XFCE before sleep, power manager off and the saver unread", U, runs("xfce"),
      fact("xfce4-power-manager /xfce4-power-manager/lock-screen-suspend-hibernate", "false", user="alice"), about=SLEEP)  # fmt: skip
given(
    "KDE before sleep, switched off by an immutable key",
    B,
    kde(LockOnResume="true"),
    locked(f"{DAEMON}LockOnResume", "false"),
    about=SLEEP,
)
given("GNOME before sleep, one of two off", B, gnome(), gnome(on="false", user="bob"), about=SLEEP)


@pytest.mark.parametrize(("name", "expected", "system", "facts", "about"), SITUATIONS, ids=[one[0] for one in SITUATIONS])
def test_a_document_is_judged_as_its_settings_work(name, expected, system, facts, about):
    told = {"device": {"id": "lt", "system": system}, "collected_at": NOON.isoformat(), "facts": facts}
    sheet = document.read(json.dumps(told).encode(), at=NOON)
    verdict = next(one for one in judge(sheet, at=NOON) if one.commitment == about)

    assert verdict.result is expected, verdict.reason.value


def test_the_table_is_as_long_as_it_says():
    names = [one[0] for one in SITUATIONS]

    assert len(set(names)) == len(names) >= 200
