"""The screen lock of KDE Plasma 5 and 6: `kscreenlockerrc`, group `Daemon`."""

from holdtrue.workplace.facts import Fact

from .answers import Answer, shown
from .bounds import Demand, bounded, never, spell, unknown
from .values import Settings, number, truth

FILE = "kscreenlockerrc"
DEFAULT_MINUTES = 5.0
DEFAULT_GRACE = 5.0
"""Seconds. Both defaults are those of kscreenlocker's own settings file (kcfg); an unset key means them."""


def judge(settings: Settings, *, version: str, within: int) -> Answer:  # noqa: PLR0911 - each answer is a rule of its own
    """Return whether this user's session locks within so many seconds: Timeout in minutes plus LockGrace in seconds."""
    demand = Demand(within, _fix(version, within))
    if not settings.any_under(FILE):
        return unknown(f"{FILE} of this user was not read")
    facts = {name: settings.effective(f"{FILE} Daemon {name}") for name in ("Autolock", "Timeout", "LockGrace")}
    for name in ("Autolock", "Lock", "RequirePassword"):
        switch = settings.effective(f"{FILE} Daemon {name}")
        if switch is None or switch.is_unset:
            continue
        on = truth(switch.value)
        if on is False:
            return never(f"{name} is false", [switch], demand=demand)
        if on is None:
            return unknown(f"{name} is {shown(switch)}, which cannot be understood", [switch])
    minutes, grace = _or_default(facts["Timeout"], DEFAULT_MINUTES), _or_default(facts["LockGrace"], DEFAULT_GRACE)
    if minutes is not None and minutes <= 0:
        return never(f"Timeout is {shown(facts['Timeout'])}, which means never", [facts["Timeout"]], demand=demand)
    if grace is not None and grace < 0:
        return never("LockGrace is negative: no password is asked", [facts["LockGrace"]], demand=demand)
    read = [fact for fact in facts.values() if fact is not None] or settings.sample(FILE)
    if minutes is None or grace is None:
        name = "Timeout" if minutes is None else "LockGrace"
        return unknown(f"{name} is {shown(facts[name])}, which cannot be understood", read)
    return bounded(minutes * 60 + grace, f"idle {spell(minutes * 60)}, grace {spell(grace)}", read, demand=demand)


def _or_default(fact: Fact | None, default: float) -> float | None:
    return default if fact is None or fact.is_unset else number(fact.value)


def _fix(version: str, within: int) -> str:
    tool = f"kwriteconfig{version or '6'}"
    # A whole number of minutes whose sum with the default grace stays below the bound: 15 min exactly would be 905 s.
    minutes = max(1, int((min(within, 600) - DEFAULT_GRACE) // 60)) if within < 605 else 10  # noqa: PLR2004 - 600 + 5
    where = f"`{tool} --file {FILE} --group Daemon --key"
    return (
        f"In System Settings, Screen Locking: lock automatically after {minutes} minutes, password at once "
        f"({where} Timeout {minutes}`, {where} Autolock true`)."
    )
