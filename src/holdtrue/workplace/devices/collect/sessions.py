"""Who works under which desktop right now, and when each of these sessions locks."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from holdtrue.workplace.devices import watchers
from holdtrue.workplace.devices.desktops import LOCKERS, MANAGERS, SHELLS, is_greeter
from holdtrue.workplace.devices.watchers import Plan
from holdtrue.workplace.facts import Source

from .kconfig import cascade
from .logind import collect_logind
from .machine import LONGEST_NAME, Machine, Notebook, Person, Process
from .scripts import plainly

GSETTINGS = {
    "gnome": (
        "org.gnome.desktop.session idle-delay", "org.gnome.desktop.screensaver lock-enabled",
        "org.gnome.desktop.screensaver lock-delay", "org.gnome.desktop.lockdown disable-lock-screen",
    ),
    "cinnamon": (
        "org.cinnamon.desktop.session idle-delay", "org.cinnamon.desktop.screensaver lock-enabled",
        "org.cinnamon.desktop.screensaver lock-delay", "org.cinnamon.desktop.lockdown disable-lock-screen",
    ),
    "mate": (
        "org.mate.session idle-delay", "org.mate.screensaver lock-enabled", "org.mate.screensaver lock-delay",
        "org.mate.screensaver idle-activation-enabled", "org.mate.lockdown disable-lock-screen",
    ),
}  # fmt: skip
ALSO = {
    "gnome": (
        "org.gnome.desktop.screensaver ubuntu-lock-on-suspend", "org.gnome.desktop.media-handling automount",
        "org.gnome.desktop.remote-desktop.rdp enable", "org.gnome.desktop.remote-desktop.vnc enable",
    ),
    "cinnamon": (
        "org.cinnamon.settings-daemon.plugins.power lock-on-suspend", "org.cinnamon.desktop.media-handling automount",
    ),
    "mate": ("org.mate.power-manager lock-suspend", "org.mate.media-handling automount"),
}  # fmt: skip
"""Keys that not every release of a desktop has: their absence is nothing that could not be read."""
KDE_KEYS = ("Autolock", "Timeout", "LockGrace", "Lock", "RequirePassword", "LockOnResume")


@dataclass(frozen=True, slots=True)
class Live:
    """One session of a person under a desktop."""

    person: Person
    desktop: str
    processes: tuple[Process, ...]
    """What this person runs."""


def collect_sessions(machine: Machine, notebook: Notebook) -> list[Live]:
    """Note every graphical session, when it locks, and what desktop could be signed in to; return the sessions."""
    processes = machine.processes()
    found = list(_live(machine, processes))
    for live in found:
        notebook.note("session.desktop", live.desktop, "running processes", user=live.person.name)
        if machine.may_ask(live.person):
            _settings(machine, notebook, live)
        else:
            notebook.miss(f"screen lock of {live.person.name}", "only root can ask as another user; run with sudo")
    named = {live.person.name for live in found}
    collect_logind(machine, notebook, processes, named)
    _doors(machine, notebook, processes)
    graphical = sum(1 for fact in notebook.facts if fact.name in {"session.desktop", "session.type"})
    # Where the kernel hides other people's processes (hidepid), seeing no session proves nothing.
    if machine.is_root or any(process.pid == 1 for process in processes):
        notebook.note("session.count", graphical, "running processes, loginctl")
    return found


def _live(machine: Machine, processes: list[Process]) -> Iterator[Live]:
    by_person: defaultdict[int, list[Process]] = defaultdict(list)
    for process in processes:
        by_person[process.uid].append(process)
    for uid, own in sorted(by_person.items()):
        person = machine.person(uid)
        if is_greeter(person.name):
            continue
        seen: set[str] = set()
        for process in own:
            desktop = _SHELLS.get(process.name.lower()[:LONGEST_NAME])
            if desktop and desktop not in seen:
                seen.add(desktop)
                yield Live(replace(person, environment=machine.environment(process)), desktop, tuple(own))


def _doors(machine: Machine, notebook: Notebook, processes: list[Process]) -> None:
    """Note which desktops are installed, and which display manager there is."""
    files = machine.find(
        "/usr/share/xsessions/*.desktop", "/usr/share/wayland-sessions/*.desktop",
        "/usr/local/share/xsessions/*.desktop", "/usr/local/share/wayland-sessions/*.desktop",
    )  # fmt: skip
    servers = machine.find("/usr/bin/Xorg", "/usr/bin/startx", "/usr/bin/sway", "/usr/bin/Hyprland", "/usr/bin/weston")
    names = [file.rsplit("/", 1)[-1].removesuffix(".desktop") for file in (*files, *servers)]
    notebook.note("desktop.installed", sorted(set(names)), "/usr/share/xsessions, /usr/share/wayland-sessions, /usr/bin")
    managers = {process.name for process in processes if process.name in MANAGERS}
    # Who may not see what root runs (proc(5), hidepid) cannot tell that none does.
    if any(process.uid == 0 for process in processes):
        notebook.note("display-manager running", sorted(managers), "running processes")
    default = (machine.read("/etc/X11/default-display-manager") or "").strip().rsplit("/", 1)[-1]
    managers |= {default} if default else set()
    if machine.find("/etc/systemd/system/display-manager.service"):
        managers.add("display-manager.service")
    notebook.note(
        "display-manager", sorted(managers), "running processes, /etc/X11/default-display-manager, display-manager.service"
    )


def _settings(machine: Machine, notebook: Notebook, live: Live) -> None:
    family = live.desktop.removesuffix("-flashback")
    if family in GSETTINGS:
        collect_gsettings(machine, notebook, live.person, GSETTINGS[family])
        collect_gsettings(machine, notebook, live.person, ALSO[family], must_answer=False)
        if live.desktop in {"gnome", "mate"}:
            # Without GDM GNOME Shell has no lock, MATE none without its screensaver; and another program may stand in.
            _lockers(machine, notebook, live)
    elif live.desktop == "kde":
        collect_kde(machine, notebook, live.person)
        _kwin(machine, notebook, live)
    else:
        _lockers(machine, notebook, live)


def collect_gsettings(
    machine: Machine, notebook: Notebook, person: Person, names: tuple[str, ...], *, must_answer: bool = True
) -> None:
    """Note what a person's settings are in effect, and whether the person can change them: a key that cannot be is policy's."""
    for name in names:
        schema, _, key = name.partition(" ")
        value = machine.run("gsettings", "get", schema, key, person=person)
        if value is None:
            if must_answer:
                notebook.miss(f"{name} of {person.name}", "gsettings gave no answer")
            continue
        answer = (machine.run("gsettings", "writable", schema, key, person=person) or "").strip()
        writable = {"true": True, "false": False}.get(answer)
        source = Source.POLICY if writable is False else Source.OBSERVED
        origin = f"gsettings get {name}"
        notebook.note(name, value.strip(), origin, source=source, user=person.name, writable=writable)


def collect_kde(machine: Machine, notebook: Notebook, person: Person) -> None:
    """Note the keys of the screen locker in effect, from the system's and the person's own files."""
    environment = person.environment
    own = _config_of(person)
    system = (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    names = [(f"{folder}/kscreenlockerrc", True) for folder in reversed(system)] + [(f"{own}/kscreenlockerrc", False)]
    files: list[tuple[str, str, bool]] = []
    for name, is_system in names:
        content = machine.read(name)
        if content is not None:
            files.append((name, content, is_system))
        elif not machine.has_no(name):
            # An absent file means the program's defaults; one that cannot be read may say anything.
            notebook.miss(f"screen lock of {person.name}", f"{name.replace(person.home, '~')} cannot be read")
            return
    entries = cascade(files, "Daemon")
    for key in KDE_KEYS:
        entry = entries.get(key)
        name = f"kscreenlockerrc Daemon {key}"
        if entry is None:
            notebook.note(name, None, "kscreenlockerrc", source=Source.DEFAULT, user=person.name, writable=True)
        else:
            source = Source.POLICY if entry.is_fixed else Source.OBSERVED
            notebook.note(name, entry.value, entry.file, source=source, user=person.name, writable=not entry.is_fixed)
    version = re.search(r"\d+(?:\.\d+)+", machine.run("plasmashell", "--version", person=person) or "")
    if version:
        notebook.note("session.desktop-version", version[0], "plasmashell --version", user=person.name)


def _kwin(machine: Machine, notebook: Notebook, live: Live) -> None:
    """Note where Plasma was started without its lock: KWin has it under Wayland, the session manager under X."""
    for keeper in ("kwin_wayland", "ksmserver"):
        lines = [machine.command_line(process) for process in live.processes if process.name == keeper]
        if lines:
            # KWin's own tests and nested ones go without; one that has it is enough.
            has_lock = any(line and "--no-lockscreen" not in line for line in lines)
            if not has_lock and all(lines):
                notebook.note("kwin lockscreen", value=False, origin=f"process {keeper}", user=live.person.name)
            return


def _lockers(machine: Machine, notebook: Notebook, live: Live) -> None:
    """Note which idle lockers run for a person, and when each locks; their command lines are not kept."""
    person, own = live.person, [one for one in live.processes if one.name[:LONGEST_NAME] in _SHORT and not one.is_stopped]
    names = sorted({_SHORT[process.name[:LONGEST_NAME]] for process in own})
    notebook.note("idle-lockers running", names, "running processes", user=person.name)
    for program in (name for name in names if name in _PLANS):
        lines = [
            plainly(machine, person, "\0".join(machine.command_line(process)[1:])).split("\0")
            for process in own
            if _SHORT[process.name[:LONGEST_NAME]] == program
        ]
        plan = watchers.joined(_PLANS[program](machine, person, arguments) for arguments in lines)
        if plan is not None:
            _note_plan(notebook, program, _with_grace(machine, person, plan), person)
    if "light-locker" in names:
        collect_gsettings(machine, notebook, person, ("apps.light-locker lock-after-screensaver",))
        saver = watchers.xset(machine.run("xset", "q", person=person) or "")
        if saver.timeout is not None:
            notebook.note("xset screen-saver timeout", saver.timeout, "xset q", user=person.name)
    if "xscreensaver" in names:
        _xscreensaver(machine, notebook, person)
    if "xfce4-screensaver" in names:
        _xfce(machine, notebook, person, "xfce4-screensaver", SAVER_KEYS)
    if live.desktop == "xfce":
        is_heeded = any(process.name.startswith("xfce4-power-man") for process in live.processes)
        keys = _POWER_KEYS if is_heeded else _POWER_KEYS[:1]
        _xfce(machine, notebook, person, "xfce4-power-manager", keys)


def _note_plan(notebook: Notebook, program: str, plan: Plan, person: Person) -> None:
    origin = f"process {program}"
    after = "unknown" if plan.after is None else plan.after
    notebook.note(f"{program} lock-after", after, origin, user=person.name)
    if plan.before_sleep is not None:
        notebook.note(f"{program} lock-before-sleep", plan.before_sleep, origin, user=person.name)
    if plan.sleeps_after is not None:
        notebook.note(f"{program} sleep-after", plan.sleeps_after, origin, user=person.name)


_GRACE = re.compile(r"^\s*grace\s*=\s*(\d+)", re.MULTILINE)


def _with_grace(machine: Machine, person: Person, plan: Plan) -> Plan:
    """Return the plan with the seconds for which the locker's own file lets it open without a password."""
    config = _config_of(person)
    files = {
        # swaylock(1): the first of these that is there; `grace` is swaylock-effects'.
        "swaylock": (f"{person.home}/.swaylock/config", f"{config}/swaylock/config", "/etc/swaylock/config"),
        "hyprlock": (f"{config}/hypr/hyprlock.conf", "/etc/xdg/hypr/hyprlock.conf"),
    }.get(plan.locker, ())
    found = _GRACE.search(_first(machine, "", files) or "")
    return replace(plan, after=plan.after + float(found[1])) if plan.after and found else plan


def _xscreensaver(machine: Machine, notebook: Notebook, person: Person) -> None:
    """Note its four settings: the person's own, else what its installation sets for everybody."""
    pattern = re.compile(r"^\*?(timeout|lock|lockTimeout|mode):\s*(\S+)", re.MULTILINE)
    shared = "/etc/X11/app-defaults/XScreenSaver"
    file = f"{person.home}/.xscreensaver"
    content = machine.read(file)
    if content is None and not machine.has_no(file):
        notebook.miss(f"xscreensaver of {person.name}", "~/.xscreensaver cannot be read")
        return
    own = dict(pattern.findall(content or ""))
    everybody = dict(pattern.findall(machine.read(shared) or ""))
    for key in ("timeout", "lock", "lockTimeout", "mode"):
        if key in own:
            notebook.note(f"xscreensaver {key}", own[key], "~/.xscreensaver", user=person.name)
        elif key in everybody:
            notebook.note(f"xscreensaver {key}", everybody[key], shared, source=Source.DEFAULT, user=person.name)


_SHORT = {name[:LONGEST_NAME]: name for name in LOCKERS}
_SHELLS = {name[:LONGEST_NAME]: desktop for name, desktop in SHELLS.items()}
_POWER_KEYS = ("/xfce4-power-manager/lock-screen-suspend-hibernate", "/xfce4-power-manager/presentation-mode")
"""The second counts only while the power manager runs."""


def _swayidle(machine: Machine, person: Person, arguments: list[str]) -> Plan:
    told = watchers.swayidle_words(arguments)
    # swayidle(1): the first of these that is there.
    usual = (f"{_config_of(person)}/swayidle/config", f"{person.home}/.swayidle/config", "/etc/swayidle/config")
    named = _after(arguments, "-C")
    filed = _first(machine, named, usual)
    plans = [told] if any(word == "timeout" for word in arguments) else []
    plans += [watchers.swayidle(plainly(machine, person, filed))] if filed else []
    if filed is None and not all(machine.has_no(file) for file in ((named,) if named else usual)):
        plans.append(Plan(None, "its configuration was not read"))
    return watchers.joined(watchers.with_sleep(plans)) or told


def _hypridle(machine: Machine, person: Person, arguments: list[str]) -> Plan:
    usual = (f"{_config_of(person)}/hypr/hypridle.conf", "/etc/xdg/hypr/hypridle.conf")
    filed = _first(machine, _after(arguments, "-c") or _after(arguments, "--config"), usual)
    return watchers.hypridle(plainly(machine, person, filed)) if filed else Plan(None, "its configuration was not read")


def _first(machine: Machine, told: str, usual: tuple[str, ...]) -> str | None:
    """Return the text of the file that was told, else of the first of the usual ones that is there."""
    return next((text for file in ((told,) if told else usual) if (text := machine.read(file)) is not None), None)


def _xss_lock(machine: Machine, person: Person, arguments: list[str]) -> Plan:
    return watchers.xss_lock_words(arguments, watchers.xset(machine.run("xset", "q", person=person) or ""))


_PLANS: dict[str, Callable[[Machine, Person, list[str]], Plan]] = {
    "swayidle": _swayidle,
    "hypridle": _hypridle,
    "xautolock": lambda _machine, _person, arguments: watchers.xautolock_words(arguments),
    "xidlehook": lambda _machine, _person, arguments: watchers.xidlehook_words(arguments),
    "xss-lock": _xss_lock,
}


def _config_of(person: Person) -> str:
    return person.environment.get("XDG_CONFIG_HOME") or f"{person.home}/.config"


def _after(arguments: list[str], option: str) -> str:
    return arguments[arguments.index(option) + 1] if option in arguments[:-1] else ""


SAVER_KEYS = (
    "/saver/enabled", "/saver/idle-activation/enabled", "/saver/idle-activation/delay", "/lock/enabled",
    "/lock/saver-activation/enabled", "/lock/saver-activation/delay", "/lock/sleep-activation",
)  # fmt: skip


def _xfce(machine: Machine, notebook: Notebook, person: Person, channel: str, keys: tuple[str, ...]) -> None:
    """Note a channel's properties from xfconf's files: the user's, unless the system's are locked."""
    file = f"xfce4/xfconf/xfce-perchannel-xml/{channel}.xml"
    own, system = f"{_config_of(person)}/{file}", f"/etc/xdg/{file}"
    weak, strong = (_properties(machine, one) for one in (system, own))
    if weak is None or strong is None:
        # An absent file means the program's defaults; one that cannot be read may say anything.
        notebook.miss(f"{channel} of {person.name}", f"{file} cannot be read")
        return
    for key in keys:
        name, is_locked = f"{channel} {key}", weak.locks(key, person.name)
        if is_locked is None:
            notebook.miss(f"{name} of {person.name}", f"{system} locks it for a group of people")
        elif key in strong.values and not is_locked:
            notebook.note(
                name, strong.values[key], own.replace(person.home, "~"), source=Source.USER, user=person.name, writable=True
            )
        elif key in weak.values:
            source = Source.POLICY if is_locked else Source.OBSERVED
            notebook.note(name, weak.values[key], system, source=source, user=person.name, writable=not is_locked)
        else:
            notebook.note(name, None, "xfconf", source=Source.DEFAULT, user=person.name, writable=True)


@dataclass(frozen=True, slots=True)
class _Channel:
    """A channel of xfconf, as one of its files has it."""

    values: dict[str, str] = field(default_factory=dict)
    locked: dict[str, str] = field(default_factory=dict)
    """For whom which path is locked, all below it included: `*`, or names of people and `%groups`."""

    def locks(self, key: str, person: str) -> bool | None:
        """Whether this person cannot change a property; None where that depends on a group."""
        parts = key.split("/")
        told = [self.locked.get("/".join(parts[:end]), "") for end in range(1, len(parts) + 1)]
        who = {one.strip() for words in told for one in words.split(";") if one.strip()}
        if who & {"*", person}:
            return True
        return None if any(one.startswith("%") for one in who) else False


def _properties(machine: Machine, file: str) -> _Channel | None:
    """Return what a file of a channel says; nothing where it is absent, None where it cannot be read."""
    content = machine.read(file)
    if content is None:
        return _Channel() if machine.has_no(file) else None
    try:
        root = None if "<!ENTITY" in content else ET.fromstring(content)  # noqa: S314 - entities are refused, the size is bounded
    except ET.ParseError:
        root = None
    if root is None:
        return None
    found = _Channel()

    def walk(element: ET.Element, path: str) -> None:
        if element.get("locked"):
            found.locked[path] = element.get("locked", "")
        for child in element.findall("property"):
            here = f"{path}/{child.get('name', '')}"
            if child.get("value") is not None:
                found.values[here] = child.get("value", "")
            walk(child, here)

    walk(root, "")
    return found
