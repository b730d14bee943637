"""Whether the screen is locked when the device sleeps (WB-LCK-1), for everybody who is signed in."""

from collections.abc import Iterator

from holdtrue.said import said
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.facts import Fact, FactSheet, System

from .answers import is_so, of_person
from .lock import Session, is_without_gdm, place_of, sessions
from .lock_bare import RUNNING, plans_of
from .lock_kde import FILE as KDE
from .lock_kde import STARTED
from .lock_macos import SAVER, SCREEN_LOCK, password_of, settings_of
from .lock_windows import people_of
from .values import Settings, number, truth

NAME = "screen-lock.on-suspend"
_SLEEP_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Power\PowerSettings\0e796bdb-100d-47d6-a2d5-f7d2daa51f51"
_NEVER = 0xFFFFFFFF
"""DelayLockInterval: -1 as an unsigned number, which means that no password is asked."""
_AT_ONCE = 5
"""Seconds that macOS itself offers as the shortest delay."""
_LOCKERS = ("swayidle", "hypridle", "xidlehook", "xss-lock", "xautolock")

_Found = tuple[bool | None, str, list[Fact | None]]


def conclude_suspend(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield whether everybody's screen is locked by sleep: one that is not decides, then one that was not read."""
    found = list(_found(sheet))
    if not found:
        yield Conclusion(NAME, None, "whether the screen is locked by sleep was not read")
        return
    order: dict[bool | None, int] = {False: 0, None: 1, True: 2}
    user, place, (value, told, facts) = min(found, key=lambda one: order[one[2][0]])
    words = of_person(told, user)
    yield Conclusion(NAME, value, words, facts=tuple(fact for fact in facts if fact is not None), place=place)


def _found(sheet: FactSheet) -> Iterator[tuple[str | None, str, _Found]]:
    if sheet.device.system is System.MACOS:
        for settings in settings_of(sheet):
            yield settings.user, "macos", _macos(settings)
    elif sheet.device.system is System.WINDOWS:
        yield from _windows(sheet)
    elif sheet.device.system is System.LINUX:
        found = sessions(sheet)
        alone = len({session.user for session in found}) == 1
        for session in found:
            yield session.user, place_of(session.desktop), _linux(session, Settings(sheet, session.user, alone=alone))


def _linux(session: Session, settings: Settings) -> _Found:
    desktop = session.desktop
    if desktop == "GNOME":
        return _watchers(settings, "GNOME without GDM") if is_without_gdm(session, settings.sheet) else _gnome(settings)
    if desktop.startswith("KDE"):
        return _kde(settings)
    if desktop == "Cinnamon":
        return _switch(settings, "org.cinnamon.settings-daemon.plugins.power lock-on-suspend")
    if desktop == "MATE":
        return _switch(settings, "org.mate.power-manager lock-suspend")
    if desktop == "XFCE":
        return _xfce(settings)
    return _watchers(settings, desktop)


def _switch(settings: Settings, name: str) -> _Found:
    fact = settings.effective(name)
    on = None if fact is None or fact.is_unset else truth(fact.value)
    short = name.rpartition(" ")[2]
    return on, is_so(short, fact), [fact]


def _gnome(settings: Settings) -> _Found:
    """GNOME Shell locks before sleep where locking is on and not forbidden (screenShield.js); Ubuntu adds its own switch."""
    enabled = settings.effective("org.gnome.desktop.screensaver lock-enabled")
    disabled = settings.effective("org.gnome.desktop.lockdown disable-lock-screen")
    ubuntu = settings.effective("org.gnome.desktop.screensaver ubuntu-lock-on-suspend")
    for fact, bad, name in (
        (disabled, True, "disable-lock-screen"), (enabled, False, "lock-enabled"), (ubuntu, False, "ubuntu-lock-on-suspend"),
    ):  # fmt: skip
        if fact is not None and truth(fact.value) is bad:
            return False, said("sleep does not lock: %(why)s", why=is_so(name, fact)), [fact]
    for fact, name in ((enabled, "lock-enabled"), (disabled, "disable-lock-screen")):
        if fact is None or truth(fact.value) is None:
            return None, is_so(f"GNOME {name}", fact), [fact]
    return True, "sleep locks the screen", [enabled, disabled, ubuntu]


def _kde(settings: Settings) -> _Found:
    """An unset LockOnResume is true (kscreenlocker's kcfg), once the file was read."""
    started = settings.effective(STARTED)
    if started is not None and truth(started.value) is False:
        return False, said("sleep does not lock: %(why)s", why=said("Plasma was started without its lock")), [started]
    fact = settings.effective(f"{KDE} Daemon LockOnResume")
    if fact is None and not settings.any_under(KDE):
        return None, said("%(what)s of this user was not read", what=KDE), []
    for name in ("Lock", "RequirePassword"):
        switch = settings.effective(f"{KDE} Daemon {name}")
        if switch is not None and truth(switch.value) is False:
            return False, said("sleep does not lock: %(why)s", why=is_so(name, switch)), [switch]
    on = True if fact is None or fact.is_unset else truth(fact.value)
    words = said("sleep locks the screen") if on else is_so("LockOnResume", fact)
    return on, words, [fact] if fact is not None else list(settings.sample(KDE))


def _xfce(settings: Settings) -> _Found:
    """Either the power manager or the screensaver locks; both have it on by default, once they were read."""
    manager = settings.effective("xfce4-power-manager /xfce4-power-manager/lock-screen-suspend-hibernate")
    saver = settings.effective("xfce4-screensaver /lock/sleep-activation")
    locking = settings.effective("xfce4-screensaver /lock/enabled")
    if locking is not None and truth(locking.value) is False:
        return False, said("sleep does not lock: %(why)s", why=is_so("/lock/enabled", locking)), [locking]
    for fact in (manager, saver):
        if fact is not None and truth(fact.value) is True:
            return True, "sleep locks the screen", [fact, locking]
    off = [fact for fact in (manager, saver) if fact is not None and truth(fact.value) is False]
    if len(off) == 2:  # noqa: PLR2004 - both of them
        return False, "sleep does not lock: neither the power manager nor the screensaver does it", list(off)
    return None, "whether XFCE locks before sleep was not read", list(off)


def _watchers(settings: Settings, desktop: str) -> _Found:
    running = settings.effective(RUNNING)
    if running is not None and running.is_unset:
        return False, said("sleep does not lock: no locker runs under %(desktop)s", desktop=desktop), [running]
    told = list(_told_of_sleep(settings))
    locking = next((facts for _, locks, facts in told if locks), None)
    if locking is not None:
        return True, "sleep locks the screen", locking
    if told and all(locks is False for _, locks, _ in told):
        names = ", ".join(name for name, _, _ in told)
        return False, said("sleep does not lock: %(names)s has no locker before sleep", names=names), told[0][2]
    return None, said("whether a locker runs before sleep under %(desktop)s was not read", desktop=desktop), [running]


def _told_of_sleep(settings: Settings) -> Iterator[tuple[str, bool | None, list[Fact | None]]]:
    """Yield every watcher of which it is told whether it locks before sleep: in so many words, or by what it was given."""
    known: set[str] = set()
    for name in _LOCKERS:
        fact = settings.effective(f"{name} lock-before-sleep")
        if fact is not None:
            known.add(name)
            yield name, truth(fact.value), [fact]
    for name, plan, facts in plans_of(settings):
        seconds_alone = facts[0] is not None and facts[0].name.endswith("lock-after")
        if name in _LOCKERS and name not in known and not seconds_alone:
            yield name, plan.before_sleep, facts


def _macos(settings: Settings) -> _Found:
    """Sleep is locked where a password is asked, and at once: macOS counts its delay from sleep too."""
    password = password_of(settings)
    facts: list[Fact | None] = [*password.facts]
    if password.is_asked is False:
        return False, "no password is asked after sleep", facts
    if password.is_asked is None or password.soonest <= _AT_ONCE < password.latest:
        names = f"{SCREEN_LOCK[0]} or {SAVER} askForPassword"
        return None, said("whether a password is asked after sleep was not read (%(names)s)", names=names), facts
    words = (
        said("a password is asked after sleep, after %(count)s s", count=round(password.latest))
        if password.latest
        else said("a password is asked after sleep at once")
    )
    return password.latest <= _AT_ONCE, words, facts


def _windows(sheet: FactSheet) -> Iterator[tuple[str | None, str, _Found]]:
    """The policy of a password on waking, on mains and on battery; else each person's own sign-in option."""
    device = Settings(sheet, None)
    policy = [device.effective(rf"{_SLEEP_POLICY}\{name}") for name in ("ACSettingIndex", "DCSettingIndex")]
    read = [fact for fact in policy if fact is not None and not fact.is_unset]
    if len(read) == len(policy) and all(number(fact.value) == 1 for fact in read):
        yield None, "windows", (True, "policy asks a password on waking", list(read))
        return
    if any(number(fact.value) == 0 for fact in read):
        yield None, "windows", (False, "policy asks no password on waking", list(read))
        return
    people = list(people_of(sheet, "DelayLockInterval"))
    for sid, fact in people:
        seconds = number(fact.value)
        if seconds is None:
            yield sid, "windows", (None, "DelayLockInterval is not set, and Windows decides", [fact])
        else:
            is_on = 0 <= seconds < _NEVER and seconds <= 5  # noqa: PLR2004 - at once, or nearly
            yield sid, "windows", (is_on, is_so("DelayLockInterval", fact), [fact])
    if not people:
        yield None, "windows", (None, "whether a password is asked on waking was not read", list(read))
