"""Whether the screen locks by itself in time, for everybody who is signed in (WB-LCK-2, `device.screen-lock`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from holdtrue.policy.standing.rules import Verdict
from holdtrue.said import said
from holdtrue.workplace.devices.desktops import is_greeter
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.devices.rulebook.places import PLACES, WITHOUT_GDM
from holdtrue.workplace.facts import Fact, FactSheet, Source, System, key

from . import lock_bare, lock_console, lock_dconf, lock_kde, lock_macos, lock_windows
from .answers import of_person, shown
from .bounds import UNLOCKED, Lock, as_seen, of_user, slowest
from .states import items_of
from .values import LONGEST_READING, Settings, number, text

COMMITMENT = "device.screen-lock"
WITHIN = 900
"""Seconds: the fifteen minutes of WB-LCK-2; a clause may ask for less."""

_DESKTOPS = {
    "gnome": "GNOME", "ubuntu": "GNOME", "gnome-classic": "GNOME", "gnome-flashback": "GNOME",
    "gnome-shell": "GNOME", "pop": "GNOME", "zorin": "GNOME",
    "xfce": "XFCE", "xfce4": "XFCE", "xubuntu": "XFCE",
    "cinnamon": "Cinnamon", "x-cinnamon": "Cinnamon", "mate": "MATE",
    "sway": "sway", "hyprland": "Hyprland", "i3": "i3", "i3wm": "i3", "i3-gaps": "i3",
}  # fmt: skip
_PLASMA = re.compile(r"^(?:kde[ -]?)?plasma[ -]?(?:desktop|shell|x11|wayland)?[ -]?([56])?\b|^kde[ -]?([56])?\b")
_BARE = frozenset(
    [
        "sway", "hyprland", "i3", "river", "niri", "labwc", "wayfire", "bspwm", "awesome", "openbox", "fluxbox", "dwm", "qtile",
        "xmonad", "herbstluftwm", "icewm", "jwm", "fvwm", "spectrwm", "leftwm", "dwl", "cage", "xfce", "mate",
    ]
)  # fmt: skip
"""Desktops that leave the lock to a program of its own: where no locker runs, nothing locks."""
_OWN_LOCK_UNKNOWN = frozenset(
    ["budgie", "unity", "pantheon", "deepin", "dde", "lxqt", "lxde", "cosmic", "enlightenment", "ukui", "trinity"]
)
_NO_DESKTOP = frozenset({"", "none", "tty", "console", "text", "headless"})
_LOGIND = frozenset({"GNOME", "KDE", "KDE5", "KDE6"})
"""Desktops that tell logind when they lock, so that `idle and unlocked` is an observation of the lock."""


_ABOUT_DEVICE = ("session.", "desktop.", "display-manager", "logind", "dconf", "device.", "storage.", "backup.", "hklm")


@dataclass(frozen=True, slots=True)
class Session:
    """One graphical session: whose, under which desktop."""

    user: str | None
    desktop: str
    fact: Fact


def judge_lock(sheet: FactSheet, *, subject: str, within: int = WITHIN) -> Verdict:
    """Return the verdict on this device: every signed-in user's screen must lock within so many seconds, grace included."""
    from holdtrue.workplace.devices.rules import judge_commitment

    return judge_commitment(COMMITMENT, sheet, subject=subject, settings={"at most": float(within)})


def conclude_lock(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield what the facts amount to: whether there is a screen, between which bounds it locks, and for whom."""
    screen, locks = _locks(sheet)
    yield screen
    if not locks:
        yield from (Conclusion(name, None, "") for name in ("screen-lock.never", "screen-lock.soonest", "screen-lock.latest"))
        return
    yield from _bounds(locks)


def _bounds(locks: list[Lock]) -> Iterator[Conclusion]:
    worst, last = slowest(locks), max(locks, key=lambda lock: lock.soonest)
    open_ = next((lock for lock in locks if lock.is_open), None)
    is_never = True if worst.is_never else None if open_ is not None else False
    yield Conclusion(
        "screen-lock.never", is_never, "",
        breaks=_said(said("never locks by itself: %(why)s", why=worst.found), worst) if worst.is_never else "",
        facts=worst.facts, place=worst.place,
    )  # fmt: skip
    soonest = None if last.is_never else float(last.soonest)
    yield Conclusion(
        "screen-lock.soonest", soonest, "", breaks=_said(said("locks only after %(span)s", span=last.found), last),
        facts=last.facts, place=last.place,
    )  # fmt: skip
    if worst.is_never or open_ is not None:
        words = "" if open_ is None else _said(open_.unknown, open_)
        yield Conclusion("screen-lock.latest", None, words, facts=() if open_ is None else open_.facts, place=worst.place)
        return
    words = _said(said("locks after %(span)s", span=worst.found), worst)
    late = _said(said("locks after %(span)s at most; how soon was not read", span=worst.found), worst)
    yield Conclusion("screen-lock.latest", float(worst.latest), words, open=late, facts=worst.facts, place=worst.place)


def _said(words: str, lock: Lock) -> str:
    return of_person(words, lock.user)


def _locks(sheet: FactSheet) -> tuple[Conclusion, list[Lock]]:
    """Return whether there is a screen to lock, and the lock of everybody who works on it."""
    if sheet.device.system is System.MACOS:
        return Conclusion("screen-lock.screen", True, ""), lock_macos.locks(sheet)
    if sheet.device.system is System.WINDOWS:
        return Conclusion("screen-lock.screen", True, ""), lock_windows.locks(sheet)
    if sheet.device.system is System.OTHER:
        return Conclusion("screen-lock.screen", None, "this system's screen lock is not known to Holdtrue yet"), []
    found, consoles = sessions(sheet), list(lock_console.locks(sheet))
    if not found and not consoles:
        return _without_session(sheet), []
    alone = len({session.user for session in found}) == 1
    seen = (*(session.fact for session in found), *(fact for lock in consoles for fact in lock.facts))
    locks = [of_user(_of(one, sheet, alone=alone), one.user, place_of(one.desktop)) for one in found]
    return Conclusion("screen-lock.screen", True, "", facts=seen), [*locks, *consoles]


def place_of(desktop: str) -> str:
    """Return the word by which rules know a desktop."""
    return desktop.lower() if desktop.lower() in PLACES else "linux"


def sessions(sheet: FactSheet) -> list[Session]:
    """Return the graphical sessions that the facts speak of, without sign-in screens; old readings do not count."""
    found: dict[tuple[str | None, str], Session] = {}
    for fact in sheet.named("session.desktop"):
        for word in fact.value if isinstance(fact.value, list) else [text(fact.value)]:
            desktop = known_desktop(word)
            if desktop and _counts(fact, sheet):
                found.update({(user, desktop): Session(user, desktop, fact) for user in _users_of(fact, sheet)})
    for fact in sheet.named("session.type"):
        is_graphical = text(fact.value).lower() in {"x11", "wayland", "mir"}
        if is_graphical and _counts(fact, sheet) and not any(user == fact.user for user, _ in found):
            found[fact.user, ""] = Session(fact.user, "an unknown desktop", fact)
    return list(found.values())


def _counts(fact: Fact, sheet: FactSheet) -> bool:
    return not is_greeter(fact.user or "") and sheet.collected_at - fact.observed_at <= LONGEST_READING


def _users_of(session: Fact, sheet: FactSheet) -> list[str | None]:
    """Return whose session this is; one that names nobody is everybody's whose settings stand in the report."""
    if session.user is not None:
        return [session.user]
    own = [fact for fact in sheet.facts if fact.source is not Source.POLICY and not key(fact.name).startswith(_ABOUT_DEVICE)]
    named: list[str | None] = [*sorted({fact.user for fact in own if fact.user and fact.user != "root"})]
    return named if named and all(fact.user for fact in own) else [*named, None]


def known_desktop(word: str) -> str:
    """Return the desktop that a name such as `ubuntu:GNOME` stands for, as spelled here; empty when it names no desktop."""
    parts = [part.strip().lower() for part in word.replace(";", ":").split(":")]
    if all(part in _NO_DESKTOP for part in parts):
        return ""
    for part in parts:
        # Budgie and Unity call themselves GNOME too, but lock by means of their own.
        if part.split(" ")[0] in _OWN_LOCK_UNKNOWN:
            return part
    for part in reversed(parts):
        plasma = _PLASMA.match(part)
        known = (
            f"KDE{plasma[1] or plasma[2] or ''}"
            if plasma
            else _DESKTOPS.get(part.replace(" ", "")) or _DESKTOPS.get(part.split(" ")[0])
        )
        if known:
            return known
    return parts[-1]


def _of(session: Session, sheet: FactSheet, *, alone: bool) -> Lock:
    settings = Settings(sheet, session.user, alone=alone)
    lock = _set_up(session, settings)
    return as_seen(lock, settings.effective(UNLOCKED)) if session.desktop in _LOGIND else lock


def _set_up(session: Session, settings: Settings) -> Lock:
    desktop = session.desktop
    keys = {"GNOME": lock_dconf.GNOME, "Cinnamon": lock_dconf.CINNAMON, "MATE": lock_dconf.MATE}.get(desktop)
    if desktop == "GNOME" and is_without_gdm(session, settings.sheet):
        return replace(lock_bare.lock_of(settings, desktop="GNOME without GDM"), place=WITHOUT_GDM)
    if keys is not None and (desktop != "MATE" or lock_bare.may_run("mate-screensaver", settings)):
        return lock_dconf.lock_of(settings, keys)
    if desktop == "XFCE" and (presenting := lock_bare.presenting(settings)) is not None:
        return presenting
    if desktop.startswith("KDE"):
        version = settings.effective("session.desktop-version")
        major = desktop[3:] or ("" if version is None else text(version.value)[:1])
        return replace(lock_kde.lock_of(settings), place=f"kde{major}" if major in {"5", "6"} else "kde")
    lock = lock_bare.lock_of(settings, desktop=desktop)
    if (lock.is_never or not lock.is_open) and desktop.lower() not in _BARE and lock.soonest > 0:
        # A desktop with a lock of its own that we cannot read: that another locker is late or missing proves nothing.
        return Lock(
            0,
            lock.latest,
            lock.found,
            said("how %(desktop)s locks is not known to Holdtrue yet", desktop=desktop),
            (session.fact, *lock.facts),
        )
    return lock


def is_without_gdm(session: Session, sheet: FactSheet) -> bool:
    """Whether this is a GNOME Shell that has no lock: it makes one only where GDM answers on the bus (loginManager.js).

    GNOME Flashback has a lock of its own.
    """
    device = Settings(sheet, None)
    # One that is installed and does not run answers nobody.
    manager = device.effective("display-manager running") or device.effective("display-manager")
    if manager is None or "flashback" in text(session.fact.value).lower():
        return False
    names = {name.lower() for name in items_of(manager)}
    # A service of which the program was not told may be GDM's.
    return not names & {"gdm", "gdm3"} and names != {"display-manager.service"}


def _without_session(sheet: FactSheet) -> Conclusion:
    """Return that there is no screen, for a server on which everything was looked for and no desktop found; else unknown."""
    device = Settings(sheet, None)
    installed, manager, graphical = (
        next((fact for fact in device.layers(name)), None) for name in ("desktop.installed", "display-manager", "session.count")
    )
    seen = tuple(fact for fact in (installed, manager, graphical) if fact is not None)
    if installed is not None and not installed.is_unset:
        return _screen(
            None,
            said("%(what)s is installed and nobody is signed in to it; check again while somebody is", what=shown(installed)),
            seen,
        )
    if manager is not None and not manager.is_unset:
        return _screen(
            None, said("%(what)s waits for people to sign in; check again while somebody is", what=shown(manager)), seen
        )
    is_none = graphical is not None and number(graphical.value) == 0
    if installed is not None and manager is not None and is_none:
        return _screen(False, "no desktop, display manager or graphical session: there is no screen to lock", seen)
    why = "no desktop session was seen, and nothing proves that this device has none"
    return _screen(None, why, seen or tuple(_logind(device)))


def _screen(value: bool | None, says: str, facts: tuple[Fact, ...]) -> Conclusion:
    return Conclusion("screen-lock.screen", value, says, facts=facts)


def _logind(device: Settings) -> list[Fact]:
    """Return what logind would do when idle: a help to a locker, never proof of a lock."""
    return [fact for name in ("logind IdleAction", "logind IdleActionSec") if (fact := device.effective(name)) is not None]
