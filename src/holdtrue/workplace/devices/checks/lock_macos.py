"""The screen lock of macOS: when the screen saver or display sleep starts, plus the delay until a password is asked."""

import re
from dataclasses import dataclass

from holdtrue.said import said
from holdtrue.workplace.facts import Fact, FactSheet, Source

from .bounds import UNLOCKED, Lock, as_seen, at_least, bounded, never, of_user, spell
from .values import Settings, number, text, truth

SAVER = "com.apple.screensaver"
SCREEN_LOCK = ("sysadminctl screenLock", "sysadminctl -screenLock status", "sysadminctl screenLock status")
NOBODY = frozenset({"root", "daemon", "nobody", "_windowserver", "loginwindow"})
_DISPLAY_SLEEP = ("pmset displaysleep", "pmset ac displaysleep", "pmset battery displaysleep", "pmset custom displaysleep")
_AFTER = re.compile(r"(\d+(?:\.\d+)?)\s*(?:s\b|sec|seconds?)")


@dataclass(frozen=True, slots=True)
class _Start:
    """Seconds until the screen saver or display sleep begins: 0 never, None unread."""

    seconds: float | None
    facts: tuple[Fact, ...]


def locks(sheet: FactSheet) -> list[Lock]:
    """Return when every user's screen locks; a managed value wins over the user's own."""
    return [
        of_user(as_seen(_of(settings), settings.effective(UNLOCKED)), settings.user, "macos") for settings in settings_of(sheet)
    ]


def settings_of(sheet: FactSheet) -> list[Settings]:
    """Return the settings of everybody whose were read; policy binds wherever it is set."""
    users = _users(sheet)
    return [Settings(sheet, user, alone=len(users) == 1, is_managed=True) for user in users]


def _users(sheet: FactSheet) -> list[str | None]:
    """Return whose settings were read; None stands for whoever signs in, when only the device was asked."""
    named = {
        fact.user
        for name in (
            *SCREEN_LOCK,
            "session.desktop",
            "session.user",
            *(f"{SAVER} {k}" for k in ("idleTime", "askForPassword", "askForPasswordDelay")),
        )
        for fact in sheet.named(name)
        if fact.user and fact.user.lower() not in NOBODY
    }
    return [*sorted(named)] or [None]


def _of(settings: Settings) -> Lock:
    asked, delay, facts = password_of(settings)
    start = _start(settings)
    read = [*facts, *start.facts]
    if asked is False:
        return never("no password is asked", facts)
    if start.seconds == 0:
        return never("neither the screen saver nor display sleep starts (0 means never)", start.facts)
    least, made_of = (start.seconds or 0) + (delay or 0), _made_of(start.seconds, delay)
    if start.seconds is None:
        return at_least(least, made_of, "when the screen saver or display sleep starts was not read", read)
    if asked is None:
        return at_least(least, made_of, "whether a password is asked was not read, or answers differ", read)
    if delay is None:
        return at_least(least, made_of, "after which delay the password is asked was not read", read)
    return bounded(least, made_of, read)


def password_of(settings: Settings) -> tuple[bool | None, float | None, list[Fact]]:
    """Return whether a password is asked, after how many seconds, and the facts that say so."""
    status = next((fact for name in SCREEN_LOCK if (fact := settings.effective(name)) is not None), None)
    on_now, delay_now = _status(status)
    asked, delay = settings.effective(f"{SAVER} askForPassword"), settings.effective(f"{SAVER} askForPasswordDelay")
    facts = [fact for fact in (asked, delay, status) if fact is not None]
    managed = None if asked is None or asked.source is not Source.POLICY else truth(asked.value)
    managed_delay = None if delay is None or delay.source is not Source.POLICY else _delay(delay)
    if managed is True:
        # A profile that asks while the session says otherwise is a contradiction: neither is proven.
        seconds = managed_delay if managed_delay is not None else (delay_now if on_now else _delay(delay))
        return (None if on_now is False else True), seconds, facts
    if on_now is not None:
        # The session's own answer is what is in effect; the user's old askForPassword keys no longer count on their own.
        return on_now, managed_delay if managed_delay is not None else delay_now, [fact for fact in facts if fact is not asked]
    if asked is None:
        return None, _delay(delay), facts
    return truth(asked.value), _delay(delay), facts


def _status(fact: Fact | None) -> tuple[bool | None, float | None]:
    """Return what `sysadminctl -screenLock status` says: `immediate`, `N seconds`, `off`."""
    if fact is None or fact.is_unset:
        return None, None
    words = text(fact.value).lower()
    words = words.rsplit(" is ", 1)[-1] if "screenlock" in words else words
    if "immediate" in words:
        return True, 0.0
    found = _AFTER.search(words)
    if found is not None:
        return True, float(found[1])
    plain = number(words)
    if plain is not None and plain >= 0:
        return True, plain
    return (False, None) if re.search(r"\boff\b|\bdisabled\b|\bnever\b", words) else (None, None)


def _delay(fact: Fact | None) -> float | None:
    seconds = None if fact is None else number(fact.value)
    return None if seconds is None or seconds < 0 else seconds


def _start(settings: Settings) -> _Start:
    """Return when locking begins: the earlier of the screen saver and display sleep, of those that ever start."""
    idle = settings.effective(f"{SAVER} idleTime")
    saver = None if idle is None else number(idle.value)
    display, seen = _display_sleep(settings)
    facts = (*((idle,) if idle is not None else ()), *seen)
    known = [seconds for seconds in (saver, display) if seconds is not None and seconds >= 0]
    # A display that never sleeps says nothing of a screen saver of which nobody read when it starts.
    if not known or (known == [0] and saver is None):
        return _Start(None, facts)
    return _Start(min((seconds for seconds in known if seconds > 0), default=0.0), facts)


def _display_sleep(settings: Settings) -> tuple[float | None, list[Fact]]:
    """Return the seconds until the display sleeps, the longest over battery and mains: 0, never, is the longest of all."""
    facts = [fact for name in _DISPLAY_SLEEP if (fact := settings.effective(name)) is not None]
    minutes = [number(one) for fact in facts for one in (fact.value if isinstance(fact.value, list) else [fact.value])]
    known = [one for one in minutes if one is not None and one >= 0]
    if not known or len(known) < len(minutes):
        return None, facts
    return (0.0 if 0 in known else max(known) * 60), facts


def _made_of(start: float | None, delay: float | None) -> str:
    idle = said("start unread") if start is None else said("starts after %(span)s", span=spell(start))
    return idle if delay is None else said("%(idle)s, password after %(span)s", idle=idle, span=spell(delay))
