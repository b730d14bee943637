"""Situations of the lock before sleep over every desktop and system, as a table: what is set, and what must be said of it."""

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.rules import judge_commitment
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Source, System
from unit.workplace.test_lock_situations import (
    ALICE,
    BOB,
    GL,
    GS,
    GX,
    NONE,
    NOON,
    B,
    H,
    K,
    N,
    U,
    fact,
    gnome,
    kde,
    own,
    policy,
    runs,
    saver,
    xfce,
)

SITUATIONS: list[tuple[str, Result, tuple[Fact, ...], System]] = []
UBUNTU = "org.gnome.desktop.screensaver ubuntu-lock-on-suspend"
XFPM, SLEEP = (
    "xfce4-power-manager /xfce4-power-manager/lock-screen-suspend-hibernate",
    "xfce4-screensaver /lock/sleep-activation",
)
POWER = r"HKLM\SOFTWARE\Policies\Microsoft\Power\PowerSettings\0e796bdb-100d-47d6-a2d5-f7d2daa51f51"


def given(name, expected, *facts, system=System.LINUX):
    flat = []
    for one in facts:
        flat += one if isinstance(one, list) else [one]
    SITUATIONS.append((name, expected, tuple(flat), system))


# --- GNOME: the shell locks before sleep where locking is on and not forbidden; how long idleness takes does not matter ------
given("GNOME that locks", H, runs("gnome"), gnome())
given("GNOME that never locks by itself still locks before sleep", H, runs("gnome"), gnome(idle="uint32 0"))
given("GNOME with a grace of an hour still locks before sleep", H, runs("gnome"), gnome(delay="uint32 3600"))
given("GNOME that GDM did not start has no lock", B, runs("gnome"), gnome(), fact("display-manager", ["lightdm"], user=None),
      fact("idle-lockers running", []))  # fmt: skip
given("GNOME with the lock off", B, runs("gnome"), gnome(lock="false"))
given("GNOME with locking forbidden", B, runs("gnome"), gnome(disabled="true"))
given("GNOME whose lock switch was not read", U, runs("gnome"), gnome(lock=...))
given("GNOME whose lockdown was not read", U, runs("gnome"), gnome(disabled=...))
given("GNOME with the lock off, lockdown unread", B, runs("gnome"), gnome(lock="false", disabled=...))
given("GNOME of which nothing was read", U, runs("gnome"))
given("GNOME, root's defaults alone", U, runs("gnome"), gnome(user="root"))
given("Ubuntu that locks on suspend", H, runs("ubuntu:GNOME"), gnome(), fact(UBUNTU, "true"))
given("Ubuntu with its own switch off", B, runs("ubuntu:GNOME"), gnome(), fact(UBUNTU, "false"))
given("Ubuntu with its own switch on and the lock off", B, runs("ubuntu:GNOME"), gnome(lock="false"), fact(UBUNTU, "true"))
given("GNOME: policy fixes the lock on, the user off", H, runs("gnome"), gnome(lock=...), policy(GL, True), own(GL, False))
given(
    "GNOME: policy that is not fixed loses", B, runs("gnome"), gnome(lock=...), policy(GL, True, locked=False), own(GL, False)
)
given("GNOME: an idle delay alone proves nothing", U, runs("gnome"), fact(GS, "uint32 300"))
given("GNOME: lockdown false alone proves nothing", U, runs("gnome"), fact(GX, "false"))
given("two people, one unlocked", B, runs("gnome"), gnome(), runs("gnome", "bob"), gnome(lock="false", user="bob"))
given("two people, one unread", U, runs("gnome"), gnome(), runs("gnome", "bob"))
given(
    "two desktops, both locked", H, runs("gnome"), gnome(), runs("kde6", "bob"), fact(f"{K} LockOnResume", "true", user="bob")
)

# --- KDE: LockOnResume, true by default once the file was read ----------------------------------------------------------------
for desktop in ("kde5", "kde6"):
    given(f"{desktop} with the default", H, runs(desktop), kde(Timeout="5"))
    given(f"{desktop} that says so", H, runs(desktop), kde(LockOnResume="true"))
    given(f"{desktop} with an empty answer", H, runs(desktop), kde(LockOnResume=""))
    given(f"{desktop} that does not", B, runs(desktop), kde(LockOnResume="false"))
    given(f"{desktop} whose file was not read", U, runs(desktop))
    given(f"{desktop} with a word that is none", U, runs(desktop), kde(LockOnResume="perhaps"))
    given(f"{desktop} without a lock by idleness still locks before sleep", H, runs(desktop), kde(Autolock="false"))
given("KDE 6 that asks no password", B, runs("kde6"), kde(LockOnResume="true", RequirePassword="false"))
given("KDE 5 that asks no password", B, runs("kde5"), kde(LockOnResume="true", Lock="false"))
given("KDE: fixed on, the user off", H, runs("kde6"), policy(f"{K} LockOnResume", "true"), own(f"{K} LockOnResume", "false"))
given("KDE: not fixed, the user off", B, runs("kde6"), policy(f"{K} LockOnResume", "true", locked=False), own(f"{K} LockOnResume", "false"))  # fmt: skip

# --- XFCE: the power manager or the screensaver --------------------------------------------------------------------------------
given("XFCE whose power manager locks", H, runs("xfce"), fact(XFPM, "true"))
given("XFCE whose screensaver locks", H, runs("xfce"), fact(XFPM, "false"), fact(SLEEP, "true"))
given("XFCE where neither does", B, runs("xfce"), fact(XFPM, "false"), fact(SLEEP, "false"))
given("XFCE where one does not and the other is unread", U, runs("xfce"), fact(XFPM, "false"))
given("XFCE without any lock", B, runs("xfce"), xfce(lock="false"), fact(SLEEP, "true"))
given("XFCE of which nothing was read", U, runs("xfce"))

# --- Cinnamon, MATE ------------------------------------------------------------------------------------------------------------
for desktop, name in (
    ("X-Cinnamon", "org.cinnamon.settings-daemon.plugins.power lock-on-suspend"),
    ("MATE", "org.mate.power-manager lock-suspend"),
):
    given(f"{desktop} that locks", H, runs(desktop), fact(name, "true"))
    given(f"{desktop} that does not", B, runs(desktop), fact(name, "false"))
    given(f"{desktop} unread", U, runs(desktop))
    given(f"{desktop} with an empty answer", U, runs(desktop), fact(name, ""))
    given(f"{desktop}: fixed on, the user off", H, runs(desktop), policy(name, True), own(name, False))

# --- sway, Hyprland, i3 and others: the watcher says whether it locks before sleep ----------------------------------------------
for desktop, program in (("sway", "swayidle"), ("hyprland", "hypridle"), ("i3", "xss-lock"), ("river", "swayidle"), ("bspwm", "xidlehook")):  # fmt: skip
    given(f"{desktop} with {program} that does", H, runs(desktop), fact(f"{program} lock-before-sleep", value=True))
    given(f"{desktop} with {program} that does not", B, runs(desktop), fact(f"{program} lock-before-sleep", value=False))
    given(f"{desktop} without any locker", B, runs(desktop), fact("idle-lockers running", []))
    given(f"{desktop} with {program} of which nothing is known", U, runs(desktop), fact("idle-lockers running", [program]))
    given(f"{desktop} unread", U, runs(desktop))
given("i3 with two, one of which does", H, runs("i3"), fact("xautolock lock-before-sleep", value=False), fact("xss-lock lock-before-sleep", value=True))  # fmt: skip
given(
    "sway, bob's watcher does not lock alice's screen",
    U,
    runs("sway"),
    fact("swayidle lock-before-sleep", value=True, user="bob"),
)
given("Budgie, whose lock nobody knows", U, runs("Budgie:GNOME"))
given("logind that suspends when the lid closes is no lock", U, runs("sway"), fact("logind HandleLidSwitch", "lock", user=None))

# --- macOS: a password at once, whoever set it -------------------------------------------------------------------------------
S = "com.apple.screensaver"
for status, expected in (("immediate", H), ("5 seconds", H), ("60 seconds", B), ("3600 seconds", B), ("off", B), ("", U)):
    given(f"macOS: lock {status!r}", expected, fact("sysadminctl screenLock", status), system=System.MACOS)
given("macOS: a profile that asks at once", H, policy(f"{S} askForPassword", True), policy(f"{S} askForPasswordDelay", 0), system=System.MACOS)  # fmt: skip
given("macOS: a profile that asks after five minutes", B, policy(f"{S} askForPassword", True), policy(f"{S} askForPasswordDelay", 300), system=System.MACOS)  # fmt: skip
PASSCODE = "com.apple.mobiledevice.passwordpolicy"
given("macOS: a passcode profile without grace", H, policy(f"{PASSCODE} maxInactivity", 10), system=System.MACOS)
given("macOS: a passcode profile that allows a grace", U, policy(f"{PASSCODE} maxInactivity", 10), policy(f"{PASSCODE} maxGracePeriod", 1), system=System.MACOS)  # fmt: skip
given("macOS: the screen saver's start alone proves nothing", U, own(f"{S} idleTime", 300), system=System.MACOS)
given("macOS: root's answer is nobody's", U, fact("sysadminctl screenLock", "immediate", user="root"), system=System.MACOS)
given("macOS: two people, one off", B, fact("sysadminctl screenLock", "immediate"), fact("sysadminctl screenLock", "off", user="bob"), system=System.MACOS)  # fmt: skip

# --- Windows: a password on waking, by policy on mains and battery, or each person's own -----------------------------------------


def waking(mains, battery):
    pairs = (("ACSettingIndex", mains), ("DCSettingIndex", battery))
    return [fact(rf"{POWER}\{name}", value, user=None, source=Source.POLICY) for name, value in pairs if value is not ...]


def own_delay(value, sid=ALICE):
    return fact(rf"HKU\{sid}\Control Panel\Desktop\DelayLockInterval", value, user=None, source=Source.USER)


for mains, battery, expected in (
    (1, 1, H),
    (1, 0, B),
    (0, 1, B),
    (0, 0, B),
    (1, ..., U),
    (..., 1, U),
    ("1", "0x1", H),
    (None, None, U),
):
    given(f"Windows: policy {mains} on mains, {battery} on battery", expected, waking(mains, battery), system=System.WINDOWS)
for value, expected in ((0, H), ("0x0", H), (5, H), (300, B), ("0xffffffff", B), (4294967295, B), (None, U), ("soon", U)):
    given(f"Windows: a person's own delay of {value}", expected, own_delay(value), system=System.WINDOWS)
given("Windows: policy wins over a person's own never", H, waking(1, 1), own_delay("0xffffffff"), system=System.WINDOWS)
given("Windows: two people, one never", B, own_delay(0), own_delay("0xffffffff", BOB), system=System.WINDOWS)
given("Windows: the default profile is nobody's", U, own_delay(0, ".DEFAULT"), system=System.WINDOWS)
given("Windows: a secure screen saver is no lock before sleep", U, saver(), system=System.WINDOWS)
given("Windows: nothing at all", U, system=System.WINDOWS)

# --- no screen -----------------------------------------------------------------------------------------------------------------
given("a server", N, NONE)
given("nothing at all", U)
given("a system that is not known", U, gnome(), system=System.OTHER)


@pytest.mark.parametrize("situation", SITUATIONS, ids=[one[0] for one in SITUATIONS])
def test_the_lock_before_sleep_is_judged_as_it_is(situation):
    _, expected, facts, system = situation
    verdict = judge_commitment("device.suspend-lock", FactSheet(Identity("lt", "LT", system), NOON, facts), subject="device/lt")

    assert verdict.result is expected, verdict.reason


def test_the_table_spans_a_dozen_systems():
    assert len(SITUATIONS) >= 90
    assert len({name for name, *_ in SITUATIONS}) == len(SITUATIONS)
