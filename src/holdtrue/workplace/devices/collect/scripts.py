"""What people's own scripts do to the screen: read where an idle watcher runs one, understood here, and forgotten."""

import re

from holdtrue.workplace.devices.commands import Effect, Meaning, meaning

from .machine import Machine, Person

_PATH = re.compile(r"(?<![\w./~-])(?:~|\$HOME|\$\{HOME\})?(?:/[\w.+-]+)+")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_LONGEST = 65_536
"""Bytes of a script that is read."""
_DEEPEST = 3
"""Scripts that run one another."""


def plainly(machine: Machine, person: Person, words: str, *, depth: int = 0) -> str:
    """Return a command line with each script in it replaced by what it comes to, where one can tell."""

    def told(match: re.Match[str]) -> str:
        path = re.sub(r"^(?:~|\$HOME|\$\{HOME\})", person.home, match[0])
        text = machine.read(path, largest=_LONGEST) if meaning(path).effect is Effect.UNKNOWN else None
        if text is None or not text.startswith("#!") or depth == _DEEPEST:
            return match[0]
        return _words(meaning(plainly(machine, person, _COMMENT.sub("", text), depth=depth + 1))) or match[0]

    return _PATH.sub(told, words)


def _words(found: Meaning) -> str:
    """Return the plainest command of this meaning; nothing where it is not known."""
    match found.effect:
        case Effect.LOCKS:
            wait = f"sleep {found.grace:g}; " if found.grace else ""
            return wait + (found.locker or "swaylock --grace=0")
        case Effect.ASKS:
            return "loginctl lock-session"
        case Effect.SLEEPS:
            return "systemctl suspend"
        case Effect.NOTHING:
            return "true"
        case _:
            return ""
