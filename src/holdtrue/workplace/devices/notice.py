"""What a device says about itself, why, and for how long it is kept: the one list behind every telling of it.

The agent shows it before its first report, the server on a page of its own, the documentation prints it. Standard library
only, so that an agent can carry it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from holdtrue.workplace.facts import key


def _(words: str) -> str:
    """Mark words that pages show in the reader's language."""
    return words


KEPT_DAYS = 90
"""Days after which what a device said is let go, at the latest; what it says now is kept while it is in use."""


@dataclass(frozen=True, slots=True)
class Collected:
    """One sort of thing that is read on a device."""

    what: str
    why: str
    facts: tuple[str, ...]
    """The names of its facts, or how they begin; `device`, `software` and `unread` are the parts of a report beside facts."""
    kept_days: int = KEPT_DAYS

    def covers(self, name: str) -> bool:
        """Whether a fact of this name is of this sort."""
        told = key(name)
        return any(told == key(one) or told.startswith(key(one) + ".") for one in self.facts)


COLLECTED: tuple[Collected, ...] = (
    Collected(
        _("Which device this is: its serial number or an id made for Holdtrue, its name and its operating system."),
        _("So that each report counts for the right device, and only known devices connect."),
        ("device",),
    ),
    Collected(
        _("The account name of whoever has a session open, their desktop, and whether an idle session is locked."),
        _("Screens must lock by themselves; the settings that count are those of the session."),
        ("session", "desktop", "display-manager", "logind", "shell TMOUT"),
    ),
    Collected(
        _("The settings of the screen lock: after how many seconds, and whether they can be changed."),
        _("To see that an unattended device locks within the time that the policy gives."),
        (
            "org.gnome.desktop.session", "org.gnome.desktop.screensaver", "org.gnome.desktop.lockdown",
            "org.gnome.settings-daemon.plugins.power", "org.cinnamon", "org.mate", "xfce4-screensaver", "xfce4-session",
            "xfce4-power-manager", r"HKLM\SOFTWARE\Policies\Microsoft\Power",
            r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock",
            "apps.light-locker", "kscreenlockerrc", "kwin", "idle-lockers", "swayidle", "hypridle", "hypridle.conf",
            "xautolock", "xidlehook", "xss-lock", "light-locker", "xscreensaver", "xset", "dconf locks",
            "com.apple.screensaver", "com.apple.mobiledevice.passwordpolicy", "sysadminctl", "pmset",
            r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System", "DeviceLock",
            r"HKU\*\Control Panel\Desktop", r"HKU\*\SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop",
        ),
    ),
    Collected(
        _("Whether removable storage is blocked, which drives were used in the last day, and which phones are connected."),
        _("Company data must not leave on removable media."),
        (
            "storage", "phones", "modprobe", "kernel", "usbguard", "usb", "DiskManagement", "santa",
            "org.gnome.desktop.media-handling", r"HKLM\SYSTEM\CurrentControlSet\Services\UASPStor",
            r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices",
            r"HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR",
        ),
    ),
    Collected(
        _("Which backup tools are set up and where their schedule stands; never what they copy."),
        _("Company data is kept where the policy says, and backups outside it are not allowed."),
        ("backup", "org.gnome.DejaDup", "com.apple.TimeMachine", "MobileSync", "FileHistory"),
    ),
    Collected(
        _("Which cloud storage is set up and whose it is, and how many files lie in folders that it does not keep."),
        _("Work belongs in the approved cloud storage, where it can be had again at once when a device is lost."),
        ("sync",),
    ),
    Collected(
        _("Whether the disk is encrypted, firewall and the system's own protection are on, and updates install themselves."),
        _("So that a lost or attacked device gives away as little as possible."),
        (
            "disk", "fdesetup", "bitlocker", "com.apple.MCX", "firewall", "apparmor", "selinux", "secure-boot", "csrutil",
            "spctl", "protection", "defender", "updates", "com.apple.SoftwareUpdate",
            r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender",
            r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate",
            r"HKLM\SYSTEM\CurrentControlSet\Services\wuauserv",
        ),
    ),
    Collected(
        _("Which accounts open without a password or as a guest, and whether the device can be reached from afar."),
        _("A lock is worth what the password behind it is worth."),
        (
            "accounts", "sshd", "remote", "com.apple.loginwindow", "org.gnome.desktop.remote-desktop",
            r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon",
            r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server",
        ),
    ),
    Collected(
        _("Whether a network interface takes in everybody's traffic; never what passes through it."),
        _("Reading other people's traffic is not allowed."),
        ("network",),
    ),
    Collected(
        _("Whether this agent and the device management run, and for how long nobody looked."),
        _("So that a device whose watch was switched off does not count as in order."),
        ("agent", "management", "mdm", "profiles", "tampering"),
    ),
    Collected(
        _("The names, versions and sources of installed programs, and of extensions of browsers and editors."),
        _("Only approved software may be installed, and known weaknesses must be found."),
        ("software",),
    ),
    Collected(
        _("What could not be read, and why."),
        _("So that nothing counts as in order because nobody could look."),
        ("unread",),
    ),
)  # fmt: skip
"""Every sort of thing that a collector reads; a test holds each collected fact against it."""

NEVER: tuple[str, ...] = (
    _("What you type, what is on your screen, or which windows are open."),
    _("Your files, messages, browsing or shell history."),
    _("The command lines of programs, or where you are."),
)
"""What no collector reads, in words for the person who uses the device."""


def told_under(name: str) -> Collected | None:
    """Return under what a fact of this name is told to the person; None when it is not told."""
    return next((one for one in COLLECTED if one.covers(_one_user(name))), None)


def _one_user(name: str) -> str:
    """Return a registry key below a person's hive as one below any person's."""
    parts = key(name).split(".", 2)
    return ".".join(["hku", "*", *parts[2:]]) if parts[0] == "hku" else name


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told before their device reports for the first time."""

    organisation: str
    contact: str
    """Whom to ask; empty where nobody is named."""

    @property
    def told(self) -> dict[str, object]:
        """Return everything that the hash is of."""
        return {
            "organisation": self.organisation,
            "contact": self.contact,
            "collects": [{"what": one.what, "why": one.why, "kept_days": one.kept_days} for one in COLLECTED],
            "never": list(NEVER),
        }

    @property
    def sha256(self) -> str:
        """Return the hash of what is told, as canonical JSON: sorted keys, no spaces, UTF-8."""
        told = json.dumps(self.told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()

    def document(self) -> dict[str, object]:
        """Return the notice as `GET /api/devices/notice` answers it."""
        return {**self.told, "sha256": self.sha256}

    def lines(self) -> Iterator[str]:
        """Yield the notice as a terminal shows it."""
        yield f"{self.organisation} will know this of this device:"
        for one in COLLECTED:
            yield f"  - {one.what} {one.why} (kept {one.kept_days} days)"
        yield "Never read:"
        yield from (f"  - {one}" for one in NEVER)
        if self.contact:
            yield f"Questions: {self.contact}"
