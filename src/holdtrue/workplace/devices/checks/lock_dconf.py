"""The screen lock of GNOME, Cinnamon and MATE, whose settings live in dconf."""

from dataclasses import dataclass

from holdtrue.workplace.facts import Fact

from .answers import Answer, shown
from .bounds import Demand, bounded, never, spell, unknown
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


def judge(settings: Settings, keys: Keys, *, within: int) -> Answer:  # noqa: PLR0911 - each answer is a rule of its own
    """Return whether this user's session locks within so many seconds (idle-delay plus lock-delay, 0 never)."""
    demand = Demand(within, _fix(keys, within))
    idle, enabled, delay = (settings.effective(name) for name in (keys.idle, keys.enabled, keys.delay))
    disabled = settings.effective(keys.disabled)
    activation = settings.effective(keys.activation) if keys.activation else None
    read: list[Fact | None] = [idle, enabled, delay, disabled]
    if disabled is not None and truth(disabled.value) is True:
        return never("disable-lock-screen is true", [disabled], demand=demand)
    if enabled is not None and truth(enabled.value) is False:
        return never("lock-enabled is false", [enabled], demand=demand)
    if activation is not None and truth(activation.value) is False:
        return never("idle-activation-enabled is false", [activation], demand=demand)
    seconds, grace = _seconds(idle, keys.idle_unit), _seconds(delay, keys.delay_unit)
    if seconds == 0:
        return never("idle-delay is 0, which means never", [idle], demand=demand)
    if (seconds or 0) + (grace or 0) > within:
        return bounded((seconds or 0) + (grace or 0), _made_of(seconds, grace), [idle, delay], demand=demand)
    needed = [(idle, seconds is not None, "idle-delay"), (delay, grace is not None, "lock-delay")]
    needed.append((enabled, enabled is not None and truth(enabled.value) is not None, "lock-enabled"))
    if keys.must_know_disabled or disabled is not None:
        needed.append((disabled, disabled is not None and truth(disabled.value) is not None, "disable-lock-screen"))
    for fact, is_known, name in needed:
        if not is_known:
            return unknown(f"{keys.desktop}'s {name} is {shown(fact)}", [one for one in read if one is not None])
    assert seconds is not None  # noqa: S101 - settled in the loop above; tells the type checker
    return bounded(seconds + (grace or 0), _made_of(seconds, grace), read, demand=demand)


def _seconds(fact: Fact | None, unit: int) -> float | None:
    found = None if fact is None else number(fact.value)
    return None if found is None or found < 0 else found * unit


def _made_of(seconds: float | None, grace: float | None) -> str:
    idle = "idle unread" if seconds is None else f"idle {spell(seconds)}"
    return f"{idle}, lock-delay {spell(grace)}" if grace is not None else idle


def _fix(keys: Keys, within: int) -> str:
    schema, _, name = keys.idle.partition(" ")
    saver = keys.enabled.partition(" ")[0]
    idle = min(within, 600) // keys.idle_unit
    return (
        f"In {keys.desktop}: `gsettings set {schema} {name} {idle}`, `gsettings set {saver} lock-enabled true`, "
        f"`gsettings set {saver} lock-delay 0`."
    )
