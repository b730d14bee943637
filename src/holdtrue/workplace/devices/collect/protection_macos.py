"""How a Mac protects itself, by the answers of Apple's own commands; written from their documentation."""

import re

from holdtrue.workplace.facts import Source

from .machine import Machine, Notebook

_SOFTWARE_UPDATE = "/Library/Preferences/com.apple.SoftwareUpdate"
_MANAGED_UPDATE = "/Library/Managed Preferences/com.apple.SoftwareUpdate"
_LOGIN_WINDOW = "/Library/Preferences/com.apple.loginwindow"
_MANAGED = "/Library/Managed Preferences/com.apple.MCX"
_CARRIES = re.compile(r"^(?:bridge|vmnet|vmenet|utun|awdl|llw|ap|anpi|tap|feth|gif|stf|lo)\d*$")
"""Interfaces that take in everybody's traffic to carry it: bridges, virtual machines, tunnels, Apple's own sharing."""


def collect_protection_macos(machine: Machine, notebook: Notebook) -> None:
    """Note what protects this Mac and what of it is off."""
    _said(machine, notebook, "fdesetup status", r"^(FileVault is (?:On|Off)\.?)", "fdesetup", "status")
    _said(machine, notebook, "csrutil status", r"(System Integrity Protection status: \w+)", "csrutil", "status")
    _said(
        machine, notebook, "spctl status", r"^(assessments (?:enabled|disabled))", "/bin/sh", "-c", "spctl --status 2>&1; true"
    )
    _said(machine, notebook, "profiles enrollment", r"MDM enrollment: (.+)", "profiles", "status", "-type", "enrollment")
    managed = machine.run("defaults", "read", _MANAGED, "dontAllowFDEDisable")
    if managed is not None:
        notebook.note("com.apple.MCX dontAllowFDEDisable", managed.strip(), _MANAGED, source=Source.POLICY, writable=False)
    firewall = machine.run("/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate") or ""
    state = re.search(r"State = (\d)", firewall)
    if state is None:
        notebook.miss("firewall", "socketfilterfw gave no answer")
    else:
        notebook.note("firewall.on", state[1] != "0", "socketfilterfw --getglobalstate")
    scans = machine.run("/usr/bin/xprotect", "status") or ""
    if "launch scans" in scans:
        notebook.note("protection.on", "launch scans: enabled" in scans, "xprotect status")
    for key in ("AutomaticCheckEnabled", "AutomaticDownload", "AutomaticallyInstallMacOSUpdates", "CriticalUpdateInstall"):
        name, managed = f"com.apple.SoftwareUpdate {key}", machine.run("defaults", "read", _MANAGED_UPDATE, key)
        if managed is not None:
            origin = f"defaults read {_MANAGED_UPDATE} {key}"
            notebook.note(name, managed.strip(), origin, source=Source.POLICY, writable=False)
        else:
            _default(machine, notebook, name, _SOFTWARE_UPDATE, key)
    _default(machine, notebook, "com.apple.loginwindow GuestEnabled", _LOGIN_WINDOW, "GuestEnabled")
    automatic = machine.run("defaults", "read", _LOGIN_WINDOW, "autoLoginUser")
    notebook.note("accounts.automatic", automatic is not None, f"defaults read {_LOGIN_WINDOW} autoLoginUser")
    login = machine.run("systemsetup", "-getremotelogin") or ""
    if found := re.search(r"Remote Login: (On|Off)", login):
        notebook.note("sshd running", found[1] == "On", "systemsetup -getremotelogin")
    sharing = re.search(r'"com\.apple\.screensharing" => (\w+)', machine.run("launchctl", "print-disabled", "system") or "")
    if sharing is not None:
        notebook.note("remote.desktop", sharing[1] in {"enabled", "false"}, "launchctl print-disabled system")
    listed = machine.run("ifconfig", "-a")
    if listed is not None:
        notebook.note("network.promiscuous", promiscuous(listed), "ifconfig -a")
    told = machine.run("ioreg", "-r", "-c", "IOUSBHostDevice", "-l", "-w", "0")
    if told is not None:
        notebook.note("phones.connected", phones(told), "ioreg -r -c IOUSBHostDevice")


def _said(machine: Machine, notebook: Notebook, name: str, pattern: str, *command: str) -> None:
    told = machine.run(*command) or ""
    found = re.search(pattern, told, re.MULTILINE)
    if found is None:
        notebook.miss(name, "it gave no answer that is known")
    else:
        notebook.note(name, found[1].strip(), name)


def _default(machine: Machine, notebook: Notebook, name: str, file: str, key: str) -> None:
    value = machine.run("defaults", "read", file, key)
    if value is not None:
        notebook.note(name, value.strip(), f"defaults read {file} {key}")


def promiscuous(text: str) -> list[str]:
    """Return the interfaces with the flag PROMISC in `ifconfig -a`, without those that carry the traffic of others."""
    members = set(re.findall(r"^\s+member: (\w+)", text, re.MULTILINE))
    found = re.findall(r"^(\w+): flags=\w+<([^>]*)>", text, re.MULTILINE)
    return sorted(
        name for name, flags in found if "PROMISC" in flags.split(",") and name not in members and not _CARRIES.match(name)
    )


def phones(text: str) -> list[str]:
    """Return the names of phones and cameras (class 6, PTP and MTP) in what `ioreg -r -c IOUSBHostDevice -l` prints."""
    found: set[str] = set()
    for block in re.split(r"\n(?=\+-o )", text):
        name = re.search(r'"(?:USB Product Name|kUSBProductString)" = "([^"]+)"', block)
        if name is not None and re.search(r'"bInterfaceClass" = 6\b', block):
            found.add(name[1])
    return sorted(found)
