"""Conclusions of yes or no that rest on one setting each, and how every collector calls it.

`docs/reference/device-facts.md` names the facts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from holdtrue.workplace.facts import Value

from .values import number, text, truth

Read: TypeAlias = Callable[[Value], bool | None]


def _starts(*yes: str, no: tuple[str, ...] = ()) -> Read:
    """Return a reader of answers in words: those that begin with `yes` mean yes, with `no` no."""

    def read(value: Value) -> bool | None:
        plain = truth(value)
        words = text(value).lower()
        if plain is not None:
            return plain
        return True if words.startswith(yes) else False if words.startswith(no) else None

    return read


def _equals(wanted: float) -> Read:
    def read(value: Value) -> bool | None:
        found = number(value)
        return None if found is None else found == wanted

    return read


def _if_off(read: Read) -> Read:
    """Return a reader of a setting that only decides where it is off."""

    def decisive(value: Value) -> bool | None:
        return False if read(value) is False else None

    return decisive


def _reversed(read: Read) -> Read:
    def other(value: Value) -> bool | None:
        found = read(value)
        return None if found is None else not found

    return other


@dataclass(frozen=True, slots=True)
class Switch:
    """A conclusion of yes or no, and the facts that give it: the first that was read decides."""

    name: str
    facts: tuple[tuple[str, Read], ...]
    yes: str
    no: str
    missing: str


_WINDOWS: Final = r"HKLM\SOFTWARE\Policies\Microsoft\Windows"
_DEFENDER: Final = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender"
SWITCHES: Final = (
    Switch(
        "disk.encrypted",
        (
            ("disk.encrypted", truth),
            ("disk encrypted", truth),
            ("fdesetup status", _starts("filevault is on", "on", no=("filevault is off", "off"))),
            ("bitlocker protection-status", _equals(1)),
            ("bitlocker_info protection_status", _equals(1)),
        ),
        "the disk is encrypted",
        "the disk is not encrypted",
        "whether the disk is encrypted was not read",
    ),
    Switch(
        "disk.fixed",
        (("com.apple.MCX dontAllowFDEDisable", truth), ("disk.fixed", truth)),
        "policy keeps the encryption on",
        "the encryption can be switched off",
        "whether policy keeps the encryption on was not read",
    ),
    Switch(
        "management.enrolled",
        (
            ("mdm.enrolled", truth),
            ("management.enrolled", truth),
            ("profiles enrollment", _starts("yes", no=("no",))),
            ("mdm enrolled", truth),
        ),
        "a device management manages it",
        "no device management manages it",
        "whether a device management manages it was not read",
    ),
    Switch(
        "management.approved",
        (
            ("mdm.user-approved", truth),
            ("management.approved", truth),
            ("mdm installed_from_dep", truth),
            ("profiles enrollment", lambda value: True if "approved" in text(value).lower() else None),
        ),
        "the enrolment is approved",
        "the enrolment is not approved",
        "whether the enrolment is approved was not read",
    ),
    Switch(
        "firewall.on",
        (
            ("firewall.on", truth),
            ("firewall enabled", truth),
            ("alf global_state", lambda value: None if number(value) is None else number(value) != 0),
            ("com.apple.alf globalstate", lambda value: None if number(value) is None else number(value) != 0),
            (
                r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile\EnableFirewall",
                truth,
            ),
        ),
        "the firewall is on",
        "the firewall is off",
        "whether a firewall is on was not read",
    ),
    Switch(
        "protection.on",
        (
            (rf"{_DEFENDER}\DisableAntiSpyware", lambda value: False if truth(value) is True else None),
            (
                rf"{_DEFENDER}\Real-Time Protection\DisableRealtimeMonitoring",
                lambda value: False if truth(value) is True else None,
            ),
            ("protection.on", truth),
            ("protection.antivirus", truth),
            ("defender real-time-protection", truth),
            ("windows_security_center antivirus", _starts("good", no=("poor", "snoozed", "not monitored"))),
        ),
        "the protection against malware is on",
        "the protection against malware is off",
        "whether a protection against malware is on was not read",
    ),
    Switch(
        "protection.recent",
        (("protection.recent", truth), ("defender signatures-recent", truth)),
        "its signatures are recent",
        "its signatures are out of date",
        "how old its signatures are was not read",
    ),
    Switch(
        "integrity.on",
        (
            ("integrity.on", truth),
            ("sip enabled", truth),
            (
                "csrutil status",
                _starts(
                    "system integrity protection status: enabled",
                    "enabled",
                    no=("system integrity protection status: disabled", "disabled"),
                ),
            ),
            ("sip_config sip", truth),
            ("apparmor enabled", truth),
            ("selinux mode", _starts("enforcing", no=("permissive", "disabled"))),
        ),
        "the system protects itself",
        "the system's protection of itself is off",
        "whether the system protects itself was not read",
    ),
    Switch(
        "integrity.secure-boot",
        (("secure-boot", truth), ("integrity.secure-boot", truth), ("secureboot secure_boot", truth)),
        "only signed systems start",
        "unsigned systems may start",
        "whether only signed systems start was not read",
    ),
    Switch(
        "integrity.gatekeeper",
        (
            ("gatekeeper", truth),
            ("spctl status", _starts("assessments enabled", "enabled", no=("assessments disabled", "disabled"))),
            ("gatekeeper assessments_enabled", truth),
        ),
        "only signed programs start",
        "unsigned programs may start",
        "whether only signed programs start was not read",
    ),
    Switch(
        "updates.automatic",
        (
            ("updates.automatic", truth),
            ("unattended-upgrades enabled", truth),
            ("APT::Periodic::Unattended-Upgrade", truth),
            # What is not looked for, or waits to be fetched, does not install itself.
            ("com.apple.SoftwareUpdate AutomaticCheckEnabled", _if_off(truth)),
            ("com.apple.SoftwareUpdate AutomaticDownload", _if_off(truth)),
            ("com.apple.SoftwareUpdate AutomaticallyInstallMacOSUpdates", truth),
            ("com.apple.SoftwareUpdate CriticalUpdateInstall", truth),
            # The service that installs them, switched off (4) whatever policy asks.
            (r"HKLM\SYSTEM\CurrentControlSet\Services\wuauserv\Start", _if_off(_reversed(_equals(4)))),
            (rf"{_WINDOWS}\WindowsUpdate\AU\NoAutoUpdate", _reversed(truth)),
            (
                rf"{_WINDOWS}\WindowsUpdate\AU\AUOptions",
                lambda value: None if number(value) is None else number(value) in {4, 5},
            ),
        ),
        "security updates install themselves",
        "security updates do not install themselves",
        "whether security updates install themselves was not read",
    ),
    Switch(
        "updates.restart-needed",
        (("updates.restart-needed", truth), ("reboot-required", truth), ("updates.reboot-required", truth)),
        "an update waits for a restart",
        "no update waits for a restart",
        "whether an update waits for a restart was not read",
    ),
    Switch(
        "accounts.guest",
        (("accounts.guest", truth), ("com.apple.loginwindow GuestEnabled", truth)),
        "a guest may sign in",
        "no guest may sign in",
        "whether a guest may sign in was not read",
    ),
    Switch(
        "accounts.automatic",
        (
            ("accounts.automatic", truth),
            ("accounts.autologin", truth),
            (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\AutoAdminLogon", truth),
        ),
        "somebody is signed in without a password",
        "nobody is signed in without a password",
        "whether somebody is signed in without a password was not read",
    ),
    Switch(
        "remote.ssh-root",
        (
            ("remote.ssh-root", truth),
            ("sshd running", lambda value: False if truth(value) is False else None),
            (
                "sshd PermitRootLogin",
                _starts("yes", "without-password", "prohibit-password", "forced-commands-only", no=("no",)),
            ),
        ),
        "root may sign in by SSH",
        "root may not sign in by SSH",
        "whether root may sign in by SSH was not read",
    ),
    Switch(
        "remote.ssh-password",
        (
            ("remote.ssh-password", truth),
            ("sshd running", lambda value: False if truth(value) is False else None),
            ("sshd PasswordAuthentication", truth),
        ),
        "SSH takes passwords",
        "SSH takes no passwords",
        "whether SSH takes passwords was not read",
    ),
    Switch(
        "remote.desktop",
        (
            ("remote.desktop", truth),
            ("org.gnome.desktop.remote-desktop.rdp enable", truth),
            ("org.gnome.desktop.remote-desktop.vnc enable", truth),
            (r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\fDenyTSConnections", _reversed(truth)),
        ),
        "the screen can be taken over from afar",
        "the screen cannot be taken over from afar",
        "whether the screen can be taken over from afar was not read",
    ),
    Switch(
        "storage.automount",
        (
            ("storage.automount", truth),
            ("org.gnome.desktop.media-handling automount", truth),
            ("org.cinnamon.desktop.media-handling automount", truth),
            ("org.mate.media-handling automount", truth),
        ),
        "a drive that is put in is mounted by itself",
        "a drive that is put in is not mounted by itself",
        "whether drives are mounted by themselves was not read",
    ),
)


BAD_WHEN_ON: Final = frozenset(
    {
        "accounts.guest",
        "accounts.automatic",
        "remote.ssh-root",
        "remote.ssh-password",
        "remote.desktop",
        "updates.restart-needed",
        "storage.automount",
    }
)
"""Where people differ, one of whom it is so decides; in all others, one of whom it is not so."""
