"""The screen lock of GNOME, Cinnamon and MATE, whose settings live in dconf."""

from dataclasses import dataclass

from holdtrue.said import said
from holdtrue.workplace.facts import Fact

from .answers import is_so
from .bounds import Lock, at_least, bounded, never, spell
from .values import Settings, number, truth

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Keys:
    """How one desktop names its settings, and in which unit it counts."""

    desktop: str
    idle: str
    idle_unit: int
    enabled: str
    delay: str
    delay_unit: int
    disabled: str
    """Forbids locking altogether."""
    must_know_disabled: bool
    """Whether an unread `disabled` leaves the lock unproven: GNOME always answers for it."""
    activation: str = ""
    """Whether idleness starts the saver at all, where the desktop can switch that off."""


GNOME = Keys(
    "GNOME",
    "org.gnome.desktop.session idle-delay", 1,
    "org.gnome.desktop.screensaver lock-enabled",
    "org.gnome.desktop.screensaver lock-delay", 1,
    "org.gnome.desktop.lockdown disable-lock-screen", must_know_disabled=True,
)  # fmt: skip
CINNAMON = Keys(
    "Cinnamon",
    "org.cinnamon.desktop.session idle-delay", 1,
    "org.cinnamon.desktop.screensaver lock-enabled",
    "org.cinnamon.desktop.screensaver lock-delay", 1,
    "org.cinnamon.desktop.lockdown disable-lock-screen", must_know_disabled=False,
)  # fmt: skip
# MATE counts both times in minutes (org.mate.session.gschema.xml, org.mate.screensaver.gschema.xml).
MATE = Keys(
    "MATE",
    "org.mate.session idle-delay", MINUTE,
    "org.mate.screensaver lock-enabled",
    "org.mate.screensaver lock-delay", MINUTE,
    "org.mate.lockdown disable-lock-screen", must_know_disabled=False,
    activation="org.mate.screensaver idle-activation-enabled",
)  # fmt: skip


def lock_of(settings: Settings, keys: Keys) -> Lock:
    """Return when this user's session locks (idle-delay plus lock-delay, 0 never)."""
    idle, enabled, delay = (settings.effective(name) for name in (keys.idle, keys.enabled, keys.delay))
    disabled = settings.effective(keys.disabled)
    activation = settings.effective(keys.activation) if keys.activation else None
    read: list[Fact | None] = [idle, enabled, delay, disabled]
    if disabled is not None and truth(disabled.value) is True:
        return never(is_so("disable-lock-screen", disabled), [disabled])
    if enabled is not None and truth(enabled.value) is False:
        return never(is_so("lock-enabled", enabled), [enabled])
    if activation is not None and truth(activation.value) is False:
        return never(is_so("idle-activation-enabled", activation), [activation])
    seconds, grace = _seconds(idle, keys.idle_unit), _seconds(delay, keys.delay_unit)
    if seconds == 0:
        return never(said("%(what)s, which means never", what=is_so("idle-delay", idle)), [idle])
    needed = [(idle, seconds is not None, "idle-delay"), (delay, grace is not None, "lock-delay")]
    needed.append((enabled, enabled is not None and truth(enabled.value) is not None, "lock-enabled"))
    if keys.must_know_disabled or disabled is not None:
        needed.append((disabled, disabled is not None and truth(disabled.value) is not None, "disable-lock-screen"))
    least, made_of = (seconds or 0) + (grace or 0), _made_of(seconds, grace)
    for fact, is_known, name in needed:
        if not is_known:
            return at_least(least, made_of, is_so(f"{keys.desktop} {name}", fact), read)
    return bounded(least, made_of, read)


def _seconds(fact: Fact | None, unit: int) -> float | None:
    found = None if fact is None else number(fact.value)
    return None if found is None or found < 0 else found * unit


def _made_of(seconds: float | None, grace: float | None) -> str:
    idle = said("idle unread") if seconds is None else said("idle %(span)s", span=spell(seconds))
    return said("%(idle)s, lock-delay %(span)s", idle=idle, span=spell(grace)) if grace is not None else idle
