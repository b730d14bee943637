"""When the idle watchers of bare window managers lock: swayidle, hypridle, xautolock, xidlehook, xss-lock and X itself.

Their command lines and files stay on the device; what leaves it is the number of seconds.
"""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .commands import Effect, meaning

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """When a watcher locks: after so many seconds, never (0), or one cannot tell (None)."""

    after: float | None
    why: str = ""
    before_sleep: bool | None = field(default=None, compare=False)
    """Whether it also locks before the machine sleeps; None where one cannot tell."""
    sleeps_after: float | None = field(default=None, compare=False)
    """After how many seconds it sends the machine to sleep, where it does not lock before that itself."""
    locker: str = field(default="", compare=False)
    """The program that locks, where its own file may still grant a grace."""


NEVER = 0.0


def with_sleep(plans: Iterable[Plan]) -> list[Plan]:
    """Return the plans of one session: where one of them locks before sleep, another that sends to sleep locks by that."""
    known = list(plans)
    if not any(plan.before_sleep for plan in known):
        return known
    return [
        replace(plan, after=plan.sleeps_after, why="")
        if plan.sleeps_after and (not plan.after or plan.sleeps_after < plan.after)
        else plan
        for plan in known
    ]


def joined(plans: Iterable[Plan]) -> Plan | None:
    """Return what several processes of one program do together; None without any."""
    known = list(plans)
    first = earliest(known)
    if first is None:
        return None
    sleeps = {plan.before_sleep for plan in known}
    ends = [plan.sleeps_after for plan in known if plan.sleeps_after]
    before = True if True in sleeps else None if None in sleeps else False
    return replace(first, before_sleep=before, sleeps_after=min(ends, default=None))


def earliest(plans: Iterable[Plan]) -> Plan | None:
    """Return the plan that locks first; one that cannot be told before one that never locks; None without any."""
    known = list(plans)
    locking = [plan for plan in known if plan.after]
    if locking:
        return min(locking, key=lambda plan: plan.after or 0)
    unclear = [plan for plan in known if plan.after is None]
    return next(iter(unclear or known), None)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a watcher was told, in its own words."""

    timers: tuple[tuple[float, str], ...]
    on_lock: str = ""
    before_sleep: str = ""


def _plan(rules: _Rules) -> Plan:
    listens = meaning(rules.on_lock)
    sleeps = meaning(rules.before_sleep)
    sleep_locks = sleeps.effect is Effect.LOCKS or (sleeps.effect is Effect.ASKS and listens.effect is Effect.LOCKS)
    plans: list[Plan] = []
    ends: list[float] = []
    for seconds, command in rules.timers:
        found = meaning(command)
        if seconds <= 0:
            plans.append(Plan(NEVER, "its timer is 0, which means never"))
        elif found.effect is Effect.LOCKS:
            plans.append(Plan(seconds + found.grace, locker=found.locker))
        elif found.effect is Effect.ASKS and listens.effect is Effect.LOCKS:
            plans.append(Plan(seconds + found.grace + listens.grace, locker=listens.locker))
        elif found.effect is Effect.ASKS:
            plans.append(Plan(None, "it asks logind to lock, and whether anything listens is not known"))
        elif found.effect is Effect.SLEEPS:
            ends.append(seconds + found.grace)
            plans.append(Plan(seconds + found.grace) if sleep_locks else Plan(NEVER, "its timers run no locker"))
        elif found.effect is Effect.UNKNOWN:
            plans.append(Plan(None, "it runs a command of which one cannot tell that it locks"))
        else:
            plans.append(Plan(NEVER, "its timers run no locker"))
    unclear = sleeps.effect is Effect.UNKNOWN or (sleeps.effect is Effect.ASKS and not sleep_locks)
    before_sleep = None if unclear else sleep_locks
    first = earliest(plans) or Plan(NEVER, "it has no timer")
    return replace(first, before_sleep=before_sleep, sleeps_after=None if sleep_locks else min(ends, default=None))


_SWAYIDLE_WORDS = frozenset({"timeout", "resume", "before-sleep", "after-resume", "lock", "unlock", "idlehint"})


_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


def swayidle(line: str) -> Plan:
    """Return when swayidle locks, from its arguments or its configuration file (swayidle(1))."""
    words = _words(_COMMENT.sub("", line))
    plan = swayidle_words(words)
    is_elsewhere = "-C" in words or not _SWAYIDLE_WORDS & set(words)
    return (
        replace(plan, after=None, why="what its configuration file says was not read")
        if plan.after == NEVER and is_elsewhere
        else plan
    )


def swayidle_words(words: list[str]) -> Plan:
    """Return the same from arguments that are separate already."""
    timers: list[tuple[float, str]] = []
    hooks: dict[str, str] = {}
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word not in _SWAYIDLE_WORDS:
            continue
        if word in {"timeout", "idlehint"}:
            seconds = _seconds(words[place] if place < len(words) else "")
            place += 1
        end = _next(words, place, _SWAYIDLE_WORDS)
        command, place = " ".join(words[place:end]), end
        if word == "timeout":
            if seconds is None:
                return Plan(None, "its timer cannot be understood")
            timers.append((seconds, command))
        else:
            hooks[word] = command
    return _plan(_Rules(tuple(timers), hooks.get("lock", ""), hooks.get("before-sleep", "")))


_SOURCE = re.compile(r"^\s*source\s*=", re.MULTILINE)


def hypridle(text: str) -> Plan:
    """Return when hypridle locks, from the text of hypridle.conf."""
    variables: dict[str, str] = {}
    general: dict[str, str] = {}
    timers: list[tuple[float, str]] = []
    for name, body in _blocks(text, variables):
        if name == "general":
            general.update(body)
        elif name == "listener":
            seconds = _seconds(body.get("timeout", ""))
            if seconds is None:
                return Plan(None, "a timer of its cannot be understood")
            timers.append((seconds, body.get("on-timeout", "")))
    plan = _plan(_Rules(tuple(timers), general.get("lock_cmd", ""), general.get("before_sleep_cmd", "")))
    if _SOURCE.search(text) is None:
        return plan
    # What a file of its takes in is another file: it may lock earlier, and may hear what this one asks for.
    after = plan.after or None
    return replace(
        plan,
        after=after,
        why=plan.why if after else "a file that it takes in was not read",
        before_sleep=plan.before_sleep or None,
    )


def _blocks(text: str, variables: dict[str, str]) -> Iterable[tuple[str, dict[str, str]]]:
    name, body = "", dict[str, str]()
    lines = re.sub(r"(?<!#)#(?!#).*", "", text).replace("{", "{\n").replace("}", "\n}\n").splitlines()
    for line in (one.strip() for one in lines):
        if line.endswith("{"):
            name, body = line[:-1].strip(), {}
        elif line == "}":
            yield name, body
            name, body = "", {}
        elif "=" in line:
            left, _, right = (part.strip() for part in line.partition("="))
            for variable, value in variables.items():
                right = right.replace(variable, value)
            if left.startswith("$"):
                variables[left] = right
            else:
                body[left] = right


_XAUTOLOCK_OPTIONS = frozenset(
    [
        "-time",
        "-locker",
        "-nowlocker",
        "-killtime",
        "-killer",
        "-notify",
        "-notifier",
        "-corners",
        "-cornerdelay",
        "-cornerredelay",
        "-cornersize",
        "-bell",
        "-noclose",
        "-nocloseout",
        "-nocloseerr",
        "-secure",
        "-detectsleep",
        "-resetsaver",
        "-lockaftersleep",
        "-disable",
        "-enable",
        "-toggle",
        "-exit",
    ]
)
_XAUTOLOCK_MINUTES = 10.0
"""xautolock(1): the default of `-time`."""


def xautolock(line: str) -> Plan:
    """Return when xautolock locks, from its arguments; `-time` counts minutes."""
    return xautolock_words(_words(line))


def xautolock_words(words: list[str]) -> Plan:
    """Return the same from arguments that are separate already."""
    options: dict[str, str] = {}
    for place, word in enumerate(words):
        if word in _XAUTOLOCK_OPTIONS:
            options[word] = " ".join(words[place + 1 : _next(words, place + 1, _XAUTOLOCK_OPTIONS)])
    minutes = _seconds(options["-time"]) if "-time" in options else _XAUTOLOCK_MINUTES
    if minutes is None or "-locker" not in options:
        return Plan(None, "which locker it runs, or after how long, is not known")
    if "-disable" in options:
        return Plan(NEVER, "it is disabled")
    plan = _plan(_Rules(((minutes * MINUTE, options["-locker"]),)))
    # It locks as the machine wakes, which it may do late: that is no lock before sleep, and no open screen either.
    return replace(plan, before_sleep=None) if "-lockaftersleep" in options else plan


def xidlehook(line: str) -> Plan:
    """Return when xidlehook locks, from its arguments; each timer counts from the one before it."""
    return xidlehook_words(_words(line))


def xidlehook_words(words: list[str]) -> Plan:
    """Return the same from arguments that are separate already."""
    timers: list[tuple[float, str]] = []
    total = 0.0
    for place, word in enumerate(words):
        if word != "--timer":
            continue
        rest = words[place + 1 :]
        if rest[:1] in (["primary"], ["normal"]):
            rest = rest[1:]
        seconds = _seconds(rest[0]) if rest else None
        if seconds is None:
            return Plan(None, "a timer of its cannot be understood")
        total += seconds
        timers.append((total if seconds > 0 else 0, rest[1] if len(rest) > 1 else ""))
    return _plan(_Rules(tuple(timers)))


@dataclass(frozen=True, slots=True)
class Saver:
    """X's own screen saver, as `xset q` prints it: seconds until it starts (0 never), seconds of its cycle."""

    timeout: float | None
    cycle: float | None


def xset(text: str) -> Saver:
    """Return X's screen saver times from the text of `xset q`."""
    found = re.search(r"timeout:\s*(\d+)(?:\s+cycle:\s*(\d+))?", text)
    if found is None:
        return Saver(None, None)
    return Saver(float(found[1]), float(found[2]) if found[2] else None)


def xss_lock(line: str, saver: Saver) -> Plan:
    """Return when xss-lock locks: as X's saver starts, or one cycle later where a notifier goes first (xss-lock(1))."""
    return xss_lock_words(_words(line), saver)


def xss_lock_words(words: list[str], saver: Saver) -> Plan:
    """Return the same from arguments that are separate already."""
    words, notifies, ignores_sleep = list(words), False, False
    words = words[1:] if words and words[0].rsplit("/", 1)[-1] == "xss-lock" else words
    while words and words[0].startswith("-") and words[0] != "--":
        option = words.pop(0)
        if option in {"-n", "--notifier", "-s", "--session"} and words:
            notifies = notifies or option in {"-n", "--notifier"}
            words.pop(0)
        notifies = notifies or option.startswith("--notifier=")
        ignores_sleep = ignores_sleep or option == "--ignore-sleep"
    command = shlex.join(words[1:] if words[:1] == ["--"] else words)
    # It runs its locker before sleep whatever X's saver does (xss-lock(1)).
    effect = meaning(command).effect
    before_sleep = None if effect is Effect.UNKNOWN else effect is Effect.LOCKS and not ignores_sleep
    if saver.timeout is None:
        plan = Plan(None, "X's screen saver timeout was not read")
    elif saver.timeout == 0:
        plan = Plan(NEVER, "X's screen saver timeout is 0, which means never")
    elif notifies and saver.cycle is None:
        plan = Plan(None, "X's screen saver cycle was not read")
    else:
        plan = _plan(_Rules(((saver.timeout + ((saver.cycle or 0) if notifies else 0), command),)))
    return replace(plan, before_sleep=before_sleep)


def light_locker(lock_after: float | None, saver: Saver) -> Plan:
    """Return when light-locker locks: its own delay after X's saver starts; a delay of 0 switches that off."""
    if saver.timeout == 0:
        return Plan(NEVER, "X's screen saver timeout is 0, which means never")
    if lock_after == 0:
        return Plan(NEVER, "lock-after-screensaver is 0, which means never")
    if saver.timeout is None or lock_after is None:
        return Plan(None, "X's screen saver timeout or lock-after-screensaver was not read")
    return Plan(saver.timeout + lock_after)


def xscreensaver(*, timeout: float | None, lock: bool | None, lock_timeout: float | None, mode: str) -> Plan:
    """Return when xscreensaver locks, from the seconds and switches of its own file."""
    if mode == "off":
        return Plan(NEVER, "its mode is off")
    if lock is False:
        return Plan(NEVER, "its lock is off")
    if timeout == 0:
        return Plan(NEVER, "its timeout is 0, which means never")
    if timeout is None or lock is None or lock_timeout is None:
        return Plan(None, "its timeout, lock or lockTimeout was not read")
    return Plan(timeout + lock_timeout)


def clock(value: str) -> float | None:
    """Return the seconds of a time written as xscreensaver does: `0:10:00`, or a number of minutes."""
    parts = value.strip().split(":")
    if not parts or not all(part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return numbers[0] * 60.0
    seconds = 0
    for one in numbers:
        seconds = seconds * 60 + one
    return float(seconds if len(numbers) > 2 else seconds * 60)  # noqa: PLR2004 - h:mm:ss counts seconds, h:mm minutes


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=False)
    except ValueError:
        return line.split()


def _next(words: list[str], start: int, keywords: frozenset[str]) -> int:
    return next((place for place in range(start, len(words)) if words[place] in keywords), len(words))


def _seconds(word: str) -> float | None:
    return float(word) if re.fullmatch(r"\d+(?:\.\d+)?", word.strip()) else None
