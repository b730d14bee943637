"""Backups on Linux: timers and crontabs that copy data away, and Déjà Dup's own switch."""

import re

from holdtrue.workplace.devices.schedules import copies_data

from .machine import Machine, Notebook, Person
from .sessions import Live

_TIMERS = (
    "/etc/systemd/system/*.wants/*.timer", "/usr/lib/systemd/system/*.wants/*.timer", "/lib/systemd/system/*.wants/*.timer",
    "/etc/systemd/user/*.wants/*.timer", "/usr/lib/systemd/user/*.wants/*.timer",
)  # fmt: skip
_SERVICES = (
    "/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/user", "/usr/lib/systemd/user",
)  # fmt: skip
_CRONTABS = ("/etc/crontab", "/etc/anacrontab", "/etc/cron.d/*", "/var/spool/cron/crontabs/*", "/var/spool/cron/*")
_SCRIPTS = ("/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*")
_TELLS_NOTHING = re.compile(r"#|(?:MAILTO|MAILFROM|PATH|SHELL|HOME|LOGNAME|CRON_TZ|LANG|LC_\w+)\s*=")
"""Comments, and what crontab(5) sets for the commands that follow."""
_EXEC = re.compile(r"^Exec(?:Start|StartPre|StartPost)\s*=\s*[-@:+!]*(.*)$", re.MULTILINE)


def collect_backups(machine: Machine, notebook: Notebook, live: list[Live]) -> None:
    """Note which tool copies data away by schedule and where that is written; the commands themselves are not kept."""
    found: set[str] = set()
    is_whole = True
    for file in machine.find(*_CRONTABS, *_SCRIPTS):
        if machine.path(file).is_dir():
            continue
        content = machine.read(file)
        if content is None:
            is_whole = False
            notebook.miss(f"schedules in {file}", "this user may not read it; run with sudo")
            continue
        found |= {f"{tool} by {file}" for tool in _in_lines(content)}
    for folder in ("/var/spool/cron/crontabs", "/var/spool/cron"):
        if machine.path(folder).is_dir() and not _can_list(machine, folder):
            is_whole = False
            notebook.miss(f"schedules in {folder}", "only root may read other people's crontabs; run with sudo")
    for person in _homes(machine):
        found |= _timers(
            machine,
            (f"{person.home}/.config/systemd/user/*.wants/*.timer",),
            (f"{person.home}/.config/systemd/user", *_SERVICES),
        )
    if not machine.is_root:
        is_whole = False
        notebook.miss("schedules of other people", "only root may read them; run with sudo")
    found |= _timers(machine, _TIMERS, _SERVICES)
    notebook.note("backup.schedules", sorted(found), "systemd timers, crontabs")
    notebook.note("backup.schedules-read", is_whole, "systemd timers, crontabs")
    for one in live:
        answer = machine.run("gsettings", "get", "org.gnome.DejaDup", "periodic", person=one.person)
        if answer is not None:
            notebook.note(
                "org.gnome.DejaDup periodic", answer.strip(), "gsettings get org.gnome.DejaDup periodic", user=one.person.name
            )


def _in_lines(content: str) -> set[str]:
    lines = (line.strip() for line in content.splitlines())
    return {tool for line in lines if line and not _TELLS_NOTHING.match(line) and (tool := copies_data(line))}


def _timers(machine: Machine, timers: tuple[str, ...], services: tuple[str, ...]) -> set[str]:
    """Return the tools that enabled timers run, each with the timer's name."""
    found = set()
    for timer in machine.find(*timers):
        name = timer.rsplit("/", 1)[-1]
        unit = re.search(r"^Unit\s*=\s*(\S+)", machine.read(timer) or "", re.MULTILINE)
        service = unit[1] if unit else name.removesuffix(".timer") + ".service"
        candidates = [service, re.sub(r"@[^.]+\.service$", "@.service", service)]
        text = next(
            (text for one in candidates for folder in services if (text := machine.read(f"{folder}/{one}")) is not None), ""
        )
        tool = next(
            (tool for command in _EXEC.findall(text) if (tool := copies_data(command))),
            copies_data(name.removesuffix(".timer")),
        )
        if tool:
            found.add(f"{tool} by {name}")
    return found


def _homes(machine: Machine) -> list[Person]:
    """Return the people whose home can be read: everybody's for root, one's own otherwise."""
    people = machine.people().values()
    return [person for person in people if person.home.startswith(("/home/", "/root")) and machine.may_ask(person)]


def _can_list(machine: Machine, folder: str) -> bool:
    try:
        next(machine.path(folder).iterdir(), None)
    except OSError:
        return False
    return True
