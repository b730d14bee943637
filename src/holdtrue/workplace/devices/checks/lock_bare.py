"""The screen lock of desktops that leave it to a program of its own: sway, Hyprland, i3, XFCE and other window managers."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from holdtrue.said import said
from holdtrue.workplace.devices import watchers
from holdtrue.workplace.devices.watchers import NEVER, Plan, Saver
from holdtrue.workplace.facts import Fact

from .answers import is_odd, is_so
from .bounds import Lock, bounded, never, unknown
from .values import Settings, number, span, text, truth

RUNNING = "idle-lockers running"
"""The idle watchers and savers that run in the session; an empty list says that somebody looked."""
XFCE = "xfce4-screensaver"
PRESENTATION = "xfce4-power-manager /xfce4-power-manager/presentation-mode"

_PARSERS: dict[str, Callable[[str], Plan]] = {
    "swayidle": watchers.swayidle,
    "hypridle": watchers.hypridle,
    "xautolock": watchers.xautolock,
    "xidlehook": watchers.xidlehook,
}
_SPELLINGS = ("arguments", "args", "command", "cmdline", "config", "conf", "process")


def lock_of(settings: Settings, *, desktop: str) -> Lock:
    """Return when the locker that runs in this session locks."""
    running = settings.effective(RUNNING)
    runs = _names(running)
    told = [(name, plan, facts) for name, plan, facts in plans_of(settings) if runs is None or name in runs]
    known = watchers.with_sleep(plan for _, plan, _ in told)
    plans = [(name, plan, facts) for (name, _, facts), plan in zip(told, known, strict=True)]
    first = watchers.earliest(known)
    if first is None:
        return _without_plan(runs, running, desktop=desktop)
    name, _, facts = next(one for one in plans if one[1] is first)
    if first.after:
        return bounded(first.after, name, facts)
    if first.after is None:
        return unknown(said("%(name)s: %(why)s", name=name, why=said(first.why)), facts)
    if runs is not None and runs - {one[0] for one in plans}:
        others = ", ".join(sorted(runs - {one[0] for one in plans}))
        return unknown(said("%(name)s does not lock, and what %(others)s does was not read", name=name, others=others), facts)
    return never(said("%(name)s: %(why)s", name=name, why=said(first.why)), facts)


def _without_plan(runs: set[str] | None, running: Fact | None, *, desktop: str) -> Lock:
    if runs is None:
        return unknown(said("which idle locker runs under %(desktop)s was not read", desktop=desktop))
    if runs:
        lockers = ", ".join(sorted(runs))
        words = said("%(lockers)s runs under %(desktop)s; when it locks was not read", lockers=lockers, desktop=desktop)
        return unknown(words, [running])
    return never(said("no idle locker runs under %(desktop)s", desktop=desktop), [running])


def may_run(program: str, settings: Settings) -> bool:
    """Whether this locker runs in the session, or nobody looked which ones do."""
    runs = _names(settings.effective(RUNNING))
    return runs is None or program in runs


def _names(running: Fact | None) -> set[str] | None:
    return None if running is None else {word.strip() for word in text(running.value).replace(",", " ").split()}


def presenting(settings: Settings) -> Lock | None:
    """Return that nothing locks while XFCE's power manager runs in presentation mode, in which it holds every saver off."""
    mode = settings.effective(PRESENTATION)
    return never(is_so("presentation-mode", mode), [mode]) if mode is not None and truth(mode.value) is True else None


def plans_of(settings: Settings) -> Iterator[tuple[str, Plan, list[Fact | None]]]:
    """Yield every watcher that the facts speak of, with when it locks."""
    for name, parse in _PARSERS.items():
        done = settings.effective(f"{name} lock-after")
        if done is not None:
            after = span(done.value)
            why = "it has no timer that locks" if after == 0 else is_so("lock-after", done)
            yield name, _told(Plan(after if after is None or after >= 0 else NEVER, why), settings, name), [done]
            continue
        for fact in _raw(settings, name):
            yield name, parse(text_of(fact)), [fact]
    saver, seen = _saver(settings)
    for fact in _raw(settings, "xss-lock"):
        yield "xss-lock", watchers.xss_lock(text_of(fact), saver), [fact, *seen]
    done = settings.effective("xss-lock lock-after")
    if done is not None:
        plan = Plan(span(done.value), "X's screen saver never starts, or no locker is set")
        yield "xss-lock", _told(plan, settings, "xss-lock"), [done]
    delay = settings.effective("apps.light-locker lock-after-screensaver") or settings.effective(
        "light-locker lock-after-screensaver"
    )
    if delay is not None:
        yield "light-locker", watchers.light_locker(number(delay.value), saver), [delay, *seen]
    if settings.any_under("xscreensaver"):
        yield _xscreensaver(settings)
    if settings.any_under(XFCE):
        yield _xfce(settings)


def _told(plan: Plan, settings: Settings, name: str) -> Plan:
    """Return a plan of which the collector told the seconds, with what it told of sleep."""
    before, sleeps = settings.effective(f"{name} lock-before-sleep"), settings.effective(f"{name} sleep-after")
    return replace(
        plan,
        before_sleep=None if before is None else truth(before.value),
        sleeps_after=None if sleeps is None else number(sleeps.value),
    )


def _raw(settings: Settings, name: str) -> list[Fact]:
    spellings = [name, *(f"{name} {word}" for word in _SPELLINGS)]
    facts = [fact for spelling in spellings for fact in settings.layers(spelling)]
    # A bare word or a switch says that the program runs, not what it was told.
    return [fact for fact in facts if isinstance(fact.value, list) or " " in text(fact.value)]


def text_of(fact: Fact) -> str:
    """Return the raw words of a fact, quotes and all: they belong to the command line."""
    return " ".join(fact.value) if isinstance(fact.value, list) else str(fact.value)


def _saver(settings: Settings) -> tuple[Saver, list[Fact]]:
    whole = settings.effective("xset q") or settings.effective("xset")
    if whole is not None and not whole.is_unset:
        return watchers.xset(text_of(whole)), [whole]
    timeout, cycle = (settings.effective(f"xset screen-saver {name}") for name in ("timeout", "cycle"))
    timeout = timeout or settings.effective("xset timeout")
    cycle = cycle or settings.effective("xset cycle")
    found = Saver(None if timeout is None else number(timeout.value), None if cycle is None else number(cycle.value))
    return found, [fact for fact in (timeout, cycle) if fact is not None]


def _xscreensaver(settings: Settings) -> tuple[str, Plan, list[Fact | None]]:
    facts = [settings.effective(f"xscreensaver {name}") for name in ("timeout", "lock", "lockTimeout", "mode")]
    timeout, lock, grace, mode = facts
    plan = watchers.xscreensaver(
        timeout=None if timeout is None else watchers.clock(text(timeout.value)),
        lock=None if lock is None else truth(lock.value),
        lock_timeout=0.0 if grace is None or grace.is_unset else watchers.clock(text(grace.value)),
        mode="" if mode is None else text(mode.value).lower(),
    )
    return "xscreensaver", plan, facts


# xfce4-screensaver's own defaults (gs-prefs.h, xfce4-screensaver-preferences.c): all switches on, 5 minutes, no delay.
_SWITCHES = ("/saver/enabled", "/saver/idle-activation/enabled", "/lock/enabled", "/lock/saver-activation/enabled")
_TIMES = (("/saver/idle-activation/delay", 5.0), ("/lock/saver-activation/delay", 0.0))


def _xfce(settings: Settings) -> tuple[str, Plan, list[Fact | None]]:
    """Return when xfce4-screensaver locks: both delays count minutes, an unset key means its default."""
    switches = {name: settings.effective(f"{XFCE} {name}") for name in _SWITCHES}
    times = {name: settings.effective(f"{XFCE} {name}") for name, _ in _TIMES}
    facts = [fact for fact in (*switches.values(), *times.values()) if fact is not None]
    read: list[Fact | None] = [*(facts or settings.sample(XFCE))]
    for name, switch in switches.items():
        on = True if switch is None or switch.is_unset else truth(switch.value)
        if on is False:
            return XFCE, Plan(NEVER, is_so(name, switch)), [switch]
        if on is None:
            return XFCE, Plan(None, is_odd(name, switch)), [switch]
    minutes: list[float] = []
    for name, default in _TIMES:
        fact = times[name]
        found = default if fact is None or fact.is_unset else number(fact.value)
        if found is None or found < 0:
            return XFCE, Plan(None, is_odd(name, fact)), [fact]
        minutes.append(found)
    if minutes[0] == 0:
        return XFCE, Plan(NEVER, "/saver/idle-activation/delay is 0, which means never"), [times[_TIMES[0][0]]]
    return XFCE, Plan(sum(minutes) * 60), read
