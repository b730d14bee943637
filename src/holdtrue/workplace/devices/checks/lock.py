"""Whether the screen locks by itself in time, for everybody who is signed in (WB-LCK-2, `device.screen-lock`)."""

import re
from dataclasses import dataclass

from holdtrue.policy.standing.rules import Result, Verdict
from holdtrue.workplace.devices.desktops import GREETERS
from holdtrue.workplace.facts import Fact, FactSheet, Source, System, key

from . import lock_bare, lock_dconf, lock_kde, lock_macos, lock_windows
from .answers import Answer, about, for_user, shown, worst
from .bounds import LOCK, Demand, never, spell, unknown
from .values import LONGEST_READING, Settings, number, text

COMMITMENT = "device.screen-lock"
WITHIN = 900
"""Seconds: the fifteen minutes of WB-LCK-2; a clause may ask for less."""

_DESKTOPS = {
    "gnome": "GNOME", "ubuntu": "GNOME", "gnome-classic": "GNOME", "gnome-flashback": "GNOME",
    "gnome-shell": "GNOME", "pop": "GNOME",
    "xfce": "XFCE", "xfce4": "XFCE", "xubuntu": "XFCE",
    "cinnamon": "Cinnamon", "x-cinnamon": "Cinnamon", "mate": "MATE",
    "sway": "sway", "hyprland": "Hyprland", "i3": "i3", "i3wm": "i3", "i3-gaps": "i3",
}  # fmt: skip
_PLASMA = re.compile(r"^(?:kde[ -]?)?plasma[ -]?(?:desktop|shell|x11|wayland)?[ -]?([56])?\b|^kde[ -]?([56])?\b")
_BARE = frozenset(
    [
        "sway",
        "hyprland",
        "i3",
        "river",
        "niri",
        "labwc",
        "wayfire",
        "bspwm",
        "awesome",
        "openbox",
        "fluxbox",
        "dwm",
        "qtile",
        "xmonad",
        "herbstluftwm",
        "icewm",
        "jwm",
        "fvwm",
        "spectrwm",
        "leftwm",
        "dwl",
        "cage",
    ]
)
"""Window managers without any lock of their own: where no locker runs, nothing locks."""
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
    answer = _answer(sheet, within)
    return answer.verdict(
        COMMITMENT,
        subject,
        rule=f"locks by itself within {spell(within)} of inactivity, grace included; 0 is never",
        sheet=sheet,
    )


def _answer(sheet: FactSheet, within: int) -> Answer:
    if sheet.device.system is System.MACOS:
        return lock_macos.judge(sheet, within=within)
    if sheet.device.system is System.WINDOWS:
        return lock_windows.judge(sheet, within=within)
    if sheet.device.system is System.OTHER:
        return unknown(
            "this system's screen lock is not known to Holdtrue yet", advice="Show the lock's setting to the security team."
        )
    found = sessions(sheet)
    if not found:
        return _without_session(sheet)
    alone = len({session.user for session in found}) == 1
    return worst([for_user(_of(session, sheet, alone=alone, within=within), session.user) for session in found])


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
    return (fact.user or "").lower() not in GREETERS and sheet.collected_at - fact.observed_at <= LONGEST_READING


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


def _of(session: Session, sheet: FactSheet, *, alone: bool, within: int) -> Answer:  # noqa: PLR0911 - each answer is a rule of its own
    settings = Settings(sheet, session.user, alone=alone)
    desktop = session.desktop
    seen = _idle_unlocked(settings, desktop, within)
    if seen is not None:
        return seen
    if desktop == "GNOME":
        return lock_dconf.judge(settings, lock_dconf.GNOME, within=within)
    if desktop == "Cinnamon":
        return lock_dconf.judge(settings, lock_dconf.CINNAMON, within=within)
    if desktop == "MATE":
        return lock_dconf.judge(settings, lock_dconf.MATE, within=within)
    if desktop.startswith("KDE"):
        version = settings.effective("session.desktop-version")
        major = desktop[3:] or ("" if version is None else text(version.value)[:1])
        return lock_kde.judge(settings, version=major if major in {"5", "6"} else "", within=within)
    answer = lock_bare.judge(settings, desktop=desktop, within=within)
    if answer.result is Result.BROKEN and desktop != "XFCE" and desktop.lower() not in _BARE:
        # A desktop with a lock of its own that we cannot read: that no other locker runs proves nothing.
        return unknown(f"how {desktop} locks is not known to Holdtrue yet", [session.fact])
    return answer


def _idle_unlocked(settings: Settings, desktop: str, within: int) -> Answer | None:
    """Return a broken answer where the session was seen idle and unlocked for longer than allowed."""
    fact = settings.effective("session.idle-unlocked")
    seconds = None if fact is None else number(fact.value)
    if fact is None or seconds is None or seconds <= within or desktop not in _LOGIND:
        return None
    return never(
        f"seen idle and unlocked for {spell(seconds)}",
        [fact],
        demand=Demand(within, "Find out what keeps the session from locking."),
    )


def _without_session(sheet: FactSheet) -> Answer:
    """Return *not applicable* for a server on which everything was looked for and no desktop found, else *unproven*."""
    device = Settings(sheet, None)
    installed, manager, graphical = (
        next((fact for fact in device.layers(name)), None) for name in ("desktop.installed", "display-manager", "session.count")
    )
    seen = [fact for fact in (installed, manager, graphical) if fact is not None]
    if installed is not None and not installed.is_unset:
        return unknown(
            f"{shown(installed)} is installed and nobody is signed in to it",
            seen,
            advice="Check again while somebody is signed in.",
        )
    if manager is not None and not manager.is_unset:
        return unknown(
            f"{shown(manager)} waits for people to sign in and nobody is",
            seen,
            advice="Check again while somebody is signed in.",
        )
    is_none = graphical is not None and number(graphical.value) == 0
    if installed is not None and manager is not None and is_none:
        value = "no desktop, display manager or graphical session: there is no screen to lock"
        return about(Result.NOT_APPLICABLE, seen, fact=LOCK, value=value)
    return unknown("no desktop session was seen, and nothing proves that this device has none", seen or list(_logind(device)))


def _logind(device: Settings) -> list[Fact]:
    """Return what logind would do when idle: a help to a locker, never proof of a lock."""
    return [fact for name in ("logind IdleAction", "logind IdleActionSec") if (fact := device.effective(name)) is not None]
