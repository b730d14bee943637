"""What people's own scripts do to the screen: read where an idle watcher runs one, understood here, and forgotten."""

import re

from holdtrue.workplace.devices.commands import Effect, Meaning, meaning

from .machine import Machine, Person

_PATH = re.compile(r"(?<![\w./~-])(?:~|\$HOME|\$\{HOME\})?(?:/[\w.+-]+)+")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_CONTINUED = re.compile(r"\\\n")
# Whether a command runs that comes after one of these, no reading of its words tells.
_ASIDE = re.compile(
    r"(?:^|[;&|({]|\bthen\b|\bdo\b|\belse\b)[ \t]*"
    r"(?:if|for|while|until|case|select|function|return|trap|eval|source|\.|\{|\()(?=[\s;]|$)"
    r"|^[ \t]*[\w-]+[ \t]*\(\)|<<",
    re.MULTILINE,
)
_LONGEST = 65_536
"""Bytes of a script that is read."""
_DEEPEST = 3
"""Scripts that run one another."""
_MOST_PATHS, _MOST_SCRIPTS = 200, 16
"""Of one command line or file: whoever wrote it shall not keep the agent busy."""


def plainly(machine: Machine, person: Person, words: str) -> str:
    """Return a command line with each script in it replaced by what it comes to, where one can tell."""
    return _plainly(machine, person, words, {}, 0)


def _plainly(machine: Machine, person: Person, words: str, known: dict[str, str], depth: int) -> str:
    """Return the same; `known` is what the scripts come to that were looked at."""

    def told(match: re.Match[str]) -> str:
        path = re.sub(r"^(?:~|\$HOME|\$\{HOME\})", person.home, match[0])
        if path not in known and len(known) < _MOST_SCRIPTS and depth < _DEEPEST and meaning(path).effect is Effect.UNKNOWN:
            # Whatever runs itself comes to nothing that one can tell.
            known[path] = ""
            text = machine.read(path, largest=_LONGEST)
            if text is not None and text.startswith("#!"):
                known[path] = _words(_of_script(_plainly(machine, person, _read(text), known, depth + 1)))
        return known.get(path) or match[0]

    return _PATH.sub(told, words, count=_MOST_PATHS)


def _read(text: str) -> str:
    return _COMMENT.sub("", _CONTINUED.sub(" ", text))


def _of_script(text: str) -> Meaning:
    """Return what a script does to the screen, whatever it finds; where it turns aside before, one cannot tell."""
    aside = _ASIDE.search(text)
    if aside is None:
        return meaning(text)
    found = meaning(text[: aside.start()])
    return found if found.effect in {Effect.LOCKS, Effect.ASKS, Effect.SLEEPS} else Meaning(Effect.UNKNOWN)


def _words(found: Meaning) -> str:
    """Return the plainest command of this meaning; nothing where it is not known."""
    wait = f"sleep {found.grace:g}; " if found.grace else ""
    match found.effect:
        case Effect.LOCKS:
            return wait + (found.locker or "swaylock --grace=0")
        case Effect.ASKS:
            return f"{wait}loginctl lock-session"
        case Effect.SLEEPS:
            return f"{wait}systemctl suspend"
        case Effect.NOTHING:
            return f"{wait}true"
        case _:
            return ""
