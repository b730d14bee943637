"""The screen lock of macOS: when the screen saver or display sleep starts, plus the delay until a password is asked."""

import math
import re
from dataclasses import dataclass

from holdtrue.said import said
from holdtrue.workplace.facts import Fact, FactSheet, Source

from .bounds import UNLOCKED, Lock, as_seen, at_least, between, never, of_user, spell
from .values import Settings, number, text, truth

SAVER = "com.apple.screensaver"
PASSCODE = "com.apple.mobiledevice.passwordpolicy"
"""The profile of passcodes: macOS translates its `maxInactivity` and `maxGracePeriod` to settings of the screen saver (Apple,
Device Management, Passcode). Both are the most that a user may choose, in minutes; no grace is the default."""
SCREEN_LOCK = ("sysadminctl screenLock", "sysadminctl -screenLock status", "sysadminctl screenLock status")
NOBODY = frozenset({"root", "daemon", "nobody", "_windowserver", "loginwindow"})
_DISPLAY_SLEEP = ("pmset displaysleep", "pmset ac displaysleep", "pmset battery displaysleep", "pmset custom displaysleep")
_AFTER = re.compile(r"(\d+(?:\.\d+)?)\s*(?:s\b|sec|seconds?)")


@dataclass(frozen=True, slots=True)
class _Start:
    """After how many seconds the screen saver or display sleep begins: infinite for never, or where nothing bounds it."""

    soonest: float
    latest: float
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Password:
    """Whether a password is asked, and after at least and at most how many seconds; infinite where nothing bounds them."""

    is_asked: bool | None
    soonest: float
    latest: float
    facts: list[Fact]


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
            f"{PASSCODE} maxInactivity",
        )
        for fact in sheet.named(name)
        if fact.user and fact.user.lower() not in NOBODY
    }
    return [*sorted(named)] or [None]


def _of(settings: Settings) -> Lock:
    password, start = password_of(settings), _start(settings)
    read = [*password.facts, *start.facts]
    if password.is_asked is False:
        return never("no password is asked", password.facts)
    if math.isinf(start.soonest):
        return never("neither the screen saver nor display sleep starts (0 means never)", start.facts)
    least, made_of, why = start.soonest + password.soonest, _made_of(start, password), _open(start, password)
    if why:
        return at_least(least, made_of, why, read)
    return between(least, start.latest + password.latest, made_of, read)


def _open(start: _Start, password: Password) -> str:
    """Return what leaves the lock without a bound; empty where nothing does."""
    if math.isinf(start.latest) and start.soonest:
        return "a profile limits when the screen saver starts, but its own setting is never"
    if math.isinf(start.latest):
        return "when the screen saver or display sleep starts was not read"
    if password.is_asked is None:
        return "whether a password is asked was not read, or answers differ"
    return "after which delay the password is asked was not read" if math.isinf(password.latest) else ""


def password_of(settings: Settings) -> Password:
    """Return whether a password is asked, after how many seconds, and the facts that say so."""
    status = next((fact for name in SCREEN_LOCK if (fact := settings.effective(name)) is not None), None)
    on_now, delay_now = _status(status)
    asked, delay = settings.effective(f"{SAVER} askForPassword"), settings.effective(f"{SAVER} askForPasswordDelay")
    grace, passcode = _grace(settings)
    facts = [fact for fact in (asked, delay, status, *passcode) if fact is not None]
    managed = None if asked is None or asked.source is not Source.POLICY else truth(asked.value)
    managed_delay = None if delay is None or delay.source is not Source.POLICY else _delay(delay)
    if managed is True or grace is not None:
        # A profile that asks while the session, or another profile, says otherwise is a contradiction: neither is proven.
        is_asked = None if on_now is False or managed is False else True
        if managed_delay is None and grace is not None and delay_now is None:
            return Password(is_asked, 0, grace, facts)
        seconds = managed_delay if managed_delay is not None else (delay_now if on_now else _delay(delay))
        allowed = grace if managed_delay is not None else None
        return Password(is_asked, *_span(seconds, allowed), facts)
    if on_now is not None:
        # The session's own answer is what is in effect; the user's old askForPassword keys no longer count on their own.
        seconds = managed_delay if managed_delay is not None else delay_now
        return Password(on_now, *_span(seconds), [fact for fact in facts if fact is not asked])
    return Password(None if asked is None else truth(asked.value), *_span(_delay(delay)), facts)


def _span(seconds: float | None, allowed: float | None = None) -> tuple[float, float]:
    """Return the bounds of a delay that is told, and which another profile may shorten; None where it was not read."""
    if seconds is None:
        return 0, math.inf
    return (seconds if allowed is None else min(seconds, allowed)), seconds


def _grace(settings: Settings) -> tuple[float | None, list[Fact]]:
    """Return the seconds of grace that a profile of passcodes allows, and its facts; None where none limits inactivity."""
    limit, grace = _allowed(settings, "maxInactivity"), _allowed(settings, "maxGracePeriod")
    seconds = None if limit is None else number(limit.value)
    if limit is None or seconds is None or seconds <= 0:
        return None, []
    if grace is None:
        return 0, [limit]
    most = _delay(grace)
    return (math.inf if most is None else most * 60), [limit, grace]


def _allowed(settings: Settings, key: str) -> Fact | None:
    fact = settings.effective(f"{PASSCODE} {key}")
    return fact if fact is not None and fact.source is Source.POLICY and not fact.is_unset else None


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
    saver, idle = _saver(settings)
    display, seen = _display_sleep(settings)
    facts = (*idle, *seen)
    # A display that never sleeps says nothing of a screen saver of which nobody read when it starts.
    if saver is None and (display is None or math.isinf(display)):
        return _Start(0, math.inf, facts)
    soonest, latest = saver or (math.inf, math.inf)
    display = math.inf if display is None else display
    return _Start(min(soonest, display), min(latest, display), facts)


def _saver(settings: Settings) -> tuple[tuple[float, float] | None, list[Fact]]:
    """Return between which bounds the screen saver starts: as it is set, and a profile of passcodes may limit that."""
    idle, limit = settings.effective(f"{SAVER} idleTime"), _allowed(settings, "maxInactivity")
    facts = [fact for fact in (idle, limit) if fact is not None]
    seconds = None if idle is None else _delay(idle)
    minutes = None if limit is None else number(limit.value)
    if minutes is None or minutes <= 0:
        return (None if seconds is None else (seconds or math.inf, seconds or math.inf)), facts
    if seconds is None:
        return (0, minutes * 60), facts
    # A setting beyond the limit is not in effect if macOS keeps the profile, and is if it does not: both are possible.
    return (min(seconds or math.inf, minutes * 60), seconds or math.inf), facts


def _display_sleep(settings: Settings) -> tuple[float | None, list[Fact]]:
    """Return the seconds until the display sleeps, the longest over battery and mains: 0, never, is the longest of all."""
    facts = [fact for name in _DISPLAY_SLEEP if (fact := settings.effective(name)) is not None]
    minutes = [number(one) for fact in facts for one in (fact.value if isinstance(fact.value, list) else [fact.value])]
    known = [one for one in minutes if one is not None and one >= 0]
    if not known or len(known) < len(minutes):
        return None, facts
    return (math.inf if 0 in known else max(known) * 60), facts


def _made_of(start: _Start, password: Password) -> str:
    if math.isinf(start.latest):
        idle = said("start unread") if start.soonest == 0 else said("limited to %(span)s", span=spell(start.soonest))
    elif start.soonest == start.latest:
        idle = said("starts after %(span)s", span=spell(start.latest))
    else:
        idle = said("starts after %(span)s at most", span=spell(start.latest))
    if math.isinf(password.latest):
        return idle
    return said("%(idle)s, password after %(span)s", idle=idle, span=spell(password.latest))
