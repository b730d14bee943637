"""What a command that an idle watcher runs does to the screen: lock it, ask for a lock, sleep, or none of these."""

import re
import shlex
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf


class Effect(StrEnum):
    """What running a command means for the lock."""

    LOCKS = "locks"
    ASKS = "asks"
    """Asks logind to lock the session: somebody must listen for it to mean anything."""
    SLEEPS = "sleeps"
    NOTHING = "nothing"
    """Dims, notifies, switches the display off: none of that is a lock."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The effect of a command line, with the seconds in which the lock still opens without a password."""

    effect: Effect
    grace: float = 0
    locker: str = ""
    """The program that locks, where its own file says the grace."""


_LOCKERS = frozenset(
    [
        "swaylock",
        "waylock",
        "gtklock",
        "hyprlock",
        "i3lock",
        "slock",
        "xlock",
        "xtrlock",
        "physlock",
        "vlock",
        "xsecurelock",
        "alock",
        "sxlock",
        "xflock4",
        "lxlock",
        "i3lock-color",
        "i3lock-fancy",
        "i3lock-fancy-rapid",
        "i3lock-fancy-dualmonitor",
        "swaylock-fancy",
        "swaylock-effects",
    ]
)
_LOCKERS_WITH = {
    "betterlockscreen": {"-l", "--lock"},
    "xscreensaver-command": {"-lock", "--lock"},
    "light-locker-command": {"-l", "--lock"},
    "gnome-screensaver-command": {"-l", "--lock"},
    "mate-screensaver-command": {"-l", "--lock"},
    "cinnamon-screensaver-command": {"-l", "--lock"},
    "xfce4-screensaver-command": {"-l", "--lock"},
    "dm-tool": {"lock", "switch-to-greeter"},
    "xdg-screensaver": {"lock"},
    "lxqt-leave": {"--lockscreen"},
    "loginctl": {"lock-session", "lock-sessions"},
    "systemctl": {"suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate", "sleep"},
}
_HARMLESS = frozenset(
    [
        "swaymsg",
        "hyprctl",
        "i3-msg",
        "wlopm",
        "wlr-randr",
        "xset",
        "xrandr",
        "brightnessctl",
        "light",
        "xbacklight",
        "notify-send",
        "dunstify",
        "pkill",
        "killall",
        "kill",
        "pidof",
        "pgrep",
        "playerctl",
        "pactl",
        "wpctl",
        "amixer",
        "echo",
        "true",
        "exit",
        "false",
        "test",
        "[",
        "printf",
        "logger",
        "swaync-client",
        "makoctl",
        "niri",
        "riverctl",
    ]
)
_PREFIXES = frozenset(["exec", "env", "nohup", "setsid", "sudo", "doas", "command", "nice", "ionice", "time", "systemd-cat"])
_SHELLS = frozenset(["sh", "bash", "dash", "zsh", "fish", "ash"])
_SEPARATORS = re.compile(r"\|\||&&|[;|&\n]")
_DUPLICATED = re.compile(r"\d?>&(?:\d|-)|&>")
"""A redirection whose sign is no end of a command."""
_DEEPEST = 4


def meaning(command: str, *, depth: int = 0) -> Meaning:
    """Return what a shell command does to the screen: of several joined commands, the strongest that runs whatever it finds.

    What sleeps before a locker gives the screen away for as long; the grace of what does nothing is how long it waits.
    """
    order = (Effect.LOCKS, Effect.ASKS, Effect.SLEEPS, Effect.UNKNOWN, Effect.NOTHING)
    found: list[Meaning] = []
    waits, goes_on, runs, is_joined, is_look = 0.0, True, True, False, False
    for part, separator in _split(command):
        one = _one(part, depth)
        if one.effect is Effect.NOTHING:
            waits += 0 if separator == "&" else one.grace
        elif runs and waits != inf:
            found.append(replace(one, grace=one.grace + waits))
        else:
            # After a wait of which one cannot tell how long it takes, nothing is known of what follows.
            found.append(Meaning(Effect.UNKNOWN))
        if _ends(part):
            if not is_joined:
                break
            goes_on = goes_on and is_look
        is_joined, is_look = separator in {"&&", "||"}, _looks_for_locker(part)
        runs = {"&&": runs and (part[0] not in _TESTS or is_look), "||": runs and is_look, "|": runs}.get(separator, goes_on)
    return min(found, key=lambda one: (order.index(one.effect), one.grace), default=Meaning(Effect.NOTHING, waits))


_TESTS = frozenset({"[", "[[", "test", "!", "false", "grep", "pgrep", "pidof"})
"""Commands that say no as a matter of course: what follows on their yes may never run."""


def _ends(part: list[str]) -> bool:
    """Whether a shell goes no further; `exec` of a redirection alone changes where it writes to."""
    return part[0] == "exit" or (part[0] == "exec" and len(part) > 1 and not set(part[1]) & {"<", ">"})


def _looks_for_locker(part: list[str]) -> bool:
    """Whether a command looks if a locker runs already, so that one does in either case."""
    return part[0] in {"pgrep", "pidof"} and any(word in _LOCKERS for word in part[1:])


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(words: list[str]) -> float:
    """Return how long sleep(1) waits: the sum of what it is told, in their units; for ever where one cannot tell."""
    told = [re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", word) for word in words]
    return sum(float(one[1]) * _UNITS[one[2]] for one in told if one) if told and all(told) else inf


def _split(command: str) -> list[tuple[list[str], str]]:
    """Return the words of each command that a shell would run, quotes respected, and what parts it from the next."""
    lexer = shlex.shlex(_DUPLICATED.sub(" >", command), posix=True, punctuation_chars=";&|\n")
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:
        return [(part.split(), ";") for part in _SEPARATORS.split(command) if part.split()]
    parts: list[tuple[list[str], str]] = []
    part: list[str] = []
    for word in [*words, ";"]:
        if word and not word.strip(";&|\n"):
            parts += [(part, word)] if part else []
            part = []
        else:
            part.append(word)
    return parts


def _one(words: list[str], depth: int) -> Meaning:  # noqa: PLR0911 - each answer is a rule of its own
    rest = list(words)
    while rest and (rest[0] in _PREFIXES or re.match(r"^\w+=", rest[0])):
        rest.pop(0)
    if not rest or depth > _DEEPEST:
        return Meaning(Effect.NOTHING if not rest else Effect.UNKNOWN)
    name, arguments = rest[0].rsplit("/", 1)[-1].lower(), rest[1:]
    inner = _carried(name, arguments)
    if inner is not None:
        return meaning(inner, depth=depth + 1)
    if name in _LOCKERS_WITH:
        if not _LOCKERS_WITH[name] & set(arguments):
            return Meaning(Effect.NOTHING)
        return Meaning({"loginctl": Effect.ASKS, "systemctl": Effect.SLEEPS}.get(name, Effect.LOCKS))
    if name == "sleep":
        return Meaning(Effect.NOTHING, _seconds(arguments))
    if name in _HARMLESS:
        return Meaning(Effect.NOTHING)
    if name in _LOCKERS:
        told = _grace(arguments)
        return Meaning(Effect.LOCKS, told or 0, name if told is None else "")
    return Meaning(Effect.UNKNOWN)


def _carried(name: str, arguments: list[str]) -> str | None:
    """Return the command that this one runs for us: `sh -c '…'`, `swaymsg exec …`, `hyprctl dispatch exec …`."""
    if name in _SHELLS and arguments[:1] and arguments[0].startswith("-") and "c" in arguments[0]:
        return arguments[1] if len(arguments) > 1 else ""
    if name in _SHELLS and arguments and not arguments[0].startswith("-"):
        return shlex.join(arguments)
    if name in {"swaymsg", "i3-msg"} and arguments[:1] == ["exec"]:
        return " ".join(arguments[1:])
    if name == "hyprctl" and arguments[:2] == ["dispatch", "exec"]:
        return " ".join(arguments[2:])
    return None


def _grace(arguments: list[str]) -> float | None:
    """Return the seconds in which swaylock-effects or hyprlock still open without a password; None where they are not told."""
    for place, word in enumerate(arguments):
        name, _, given = word.partition("=")
        if name == "--grace":
            value = given or (arguments[place + 1] if place + 1 < len(arguments) else "")
            return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else 0
    return None
