"""How desktops, sign-in screens and idle watchers are known by their processes and packages."""

import re

SHELLS = {
    "gnome-shell": "gnome",
    "gnome-flashback": "gnome-flashback",
    "plasmashell": "kde",
    "xfce4-session": "xfce",
    "cinnamon": "cinnamon",
    "mate-session": "mate",
    "sway": "sway",
    "hyprland": "hyprland",
    "i3": "i3",
    "budgie-panel": "budgie",
    "lxqt-session": "lxqt",
    "cosmic-session": "cosmic",
    "enlightenment": "enlightenment",
    "unity-panel-service": "unity",
    "river": "river",
    "niri": "niri",
    "labwc": "labwc",
    "wayfire": "wayfire",
    "bspwm": "bspwm",
    "awesome": "awesome",
    "openbox": "openbox",
    "dwm": "dwm",
    **{name: name for name in ("cage", "dwl", "fluxbox", "herbstluftwm", "icewm", "jwm", "leftwm", "qtile", "spectrwm")},
}
"""The process that only runs in a session of this desktop, by its name in lower case."""

LOCKERS = frozenset(
    [
        "swayidle", "hypridle", "xautolock", "xidlehook", "xss-lock", "light-locker", "xscreensaver", "xfce4-screensaver",
        "mate-screensaver",
    ]
)  # fmt: skip
"""Programs that lock a session when it is idle, where the desktop leaves that to a program of its own."""

MANAGERS = frozenset(["gdm3", "gdm", "sddm", "lightdm", "lxdm", "xdm", "wdm", "slim", "greetd", "ly", "nodm"])
"""Display managers: packages and processes that let people sign in to a desktop."""

DESKTOP_PACKAGES = frozenset(
    [
        "gnome-shell", "gnome-session", "gnome-session-bin", "gnome-flashback", "plasma-desktop", "plasma-workspace",
        "xfce4-session", "cinnamon", "cinnamon-session", "mate-session-manager", "sway", "hyprland", "i3", "i3-wm",
        "i3-gaps", "budgie-desktop", "budgie-core", "lxqt-session", "lxsession", "lxde-core", "cosmic-session", "unity",
        "ukui-session-manager", "dde-session", "enlightenment", "openbox", "fluxbox", "awesome", "bspwm", "dwm",
        "icewm", "jwm", "river", "niri", "labwc", "wayfire", "weston", "xserver-xorg-core", "xserver-xorg",
        "xorg-x11-server-xorg", "xinit", "xwayland",
    ]
)  # fmt: skip
"""Packages with which a person can have a screen to lock; without any of them there is none."""

GREETERS = frozenset(
    {
        "gdm", "debian-gdm", "sddm", "lightdm", "lxdm", "greeter", "greetd", "_greetd", "xdm", "slick-greeter",
        "gnome-initial-setup", "cosmic-greeter", "plasmalogin", "gdm-greeter",
    }
)  # fmt: skip
"""Users whose session is the sign-in screen itself."""
_NUMBERED = re.compile(r"-\d+$")


def is_greeter(user: str) -> bool:
    """Whether this user's session is a sign-in screen; GDM makes users for it as it needs them: `gdm-greeter-2`."""
    return _NUMBERED.sub("", user.lower()) in GREETERS
