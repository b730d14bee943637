"""Where a fix belongs: the desktops and systems by the words that a rule uses."""

from typing import Final

DESKTOPS: Final = (
    "gnome", "kde", "kde5", "kde6", "xfce", "cinnamon", "mate", "sway", "hyprland", "i3", "budgie", "lxqt", "river", "niri",
)  # fmt: skip
SYSTEMS: Final = ("linux", "macos", "windows")
DISTRIBUTIONS: Final = ("debian", "ubuntu", "fedora", "rhel", "arch", "opensuse", "mint")
WITHOUT_GDM: Final = "gnome-without-gdm"
"""A GNOME Shell that has no lock of its own."""
CONSOLE: Final = "console"
"""A text console at which somebody is signed in."""
PLACES: Final = frozenset([*DESKTOPS, *SYSTEMS, *DISTRIBUTIONS, WITHOUT_GDM, CONSOLE, "else"])
