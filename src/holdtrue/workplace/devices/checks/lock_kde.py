"""The screen lock of KDE Plasma 5 and 6: `kscreenlockerrc`, group `Daemon`."""

from holdtrue.said import said
from holdtrue.workplace.facts import Fact

from .answers import is_odd, is_so
from .bounds import Lock, bounded, never, spell, unknown
from .values import Settings, number, truth

FILE = "kscreenlockerrc"
STARTED = "kwin lockscreen"
"""False where Plasma was started with `--no-lockscreen`."""
DEFAULT_MINUTES = 5.0
DEFAULT_GRACE = 5.0
"""Seconds. Both defaults are those of kscreenlocker's own settings file (kcfg); an unset key means them."""


def lock_of(settings: Settings) -> Lock:  # noqa: PLR0911 - each answer is a rule of its own
    """Return when this user's session locks: Timeout in minutes plus LockGrace in seconds."""
    started = settings.effective(STARTED)
    if started is not None and truth(started.value) is False:
        return never("Plasma was started without its lock", [started])
    if not settings.any_under(FILE):
        return unknown(said("%(what)s of this user was not read", what=FILE))
    facts = {name: settings.effective(f"{FILE} Daemon {name}") for name in ("Autolock", "Timeout", "LockGrace")}
    for name in ("Autolock", "Lock", "RequirePassword"):
        switch = settings.effective(f"{FILE} Daemon {name}")
        if switch is None or switch.is_unset:
            continue
        on = truth(switch.value)
        if on is False:
            return never(is_so(name, switch), [switch])
        if on is None:
            return unknown(is_odd(name, switch), [switch])
    minutes, grace = _or_default(facts["Timeout"], DEFAULT_MINUTES), _or_default(facts["LockGrace"], DEFAULT_GRACE)
    if minutes is not None and minutes <= 0:
        return never(said("%(what)s, which means never", what=is_so("Timeout", facts["Timeout"])), [facts["Timeout"]])
    if grace is not None and grace < 0:
        return never("LockGrace is negative: no password is asked", [facts["LockGrace"]])
    read = [fact for fact in facts.values() if fact is not None] or settings.sample(FILE)
    if minutes is None or grace is None:
        name = "Timeout" if minutes is None else "LockGrace"
        return unknown(is_odd(name, facts[name]), read)
    made_of = said("idle %(idle)s, grace %(grace)s", idle=spell(minutes * 60), grace=spell(grace))
    return bounded(minutes * 60 + grace, made_of, read)


def _or_default(fact: Fact | None, default: float) -> float | None:
    return default if fact is None or fact.is_unset else number(fact.value)
