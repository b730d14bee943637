r"""What can be read of Windows: the registry, by `reg query`, the volumes, and the programs of both Uninstall keys.

Written from Microsoft's documentation and the sources named in the decision record; every answer is optional.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator

from holdtrue.workplace.devices.schedules import copies_data
from holdtrue.workplace.facts import Identity, Installed, Source, System

from .extensions import extensions
from .languages import languages
from .machine import Machine, Notebook, Person
from .protection_windows import collect_protection_windows
from .sync import collect_sync

_MACHINE = (
    (r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System", ("InactivityTimeoutSecs",)),
    (
        r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\DeviceLock",
        ("MaxInactivityTimeDeviceLock", "DevicePasswordEnabled"),
    ),
    (r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices", ("Deny_All",)),
    (
        r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}",
        ("Deny_Read", "Deny_Write", "Deny_Execute"),
    ),
    *(
        (rf"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices\{one}", ("Deny_Read", "Deny_Write"))
        for one in ("{6AC27878-A6FA-4155-BA85-F98F491D4F33}", "{F33FDC04-D1AC-4E8E-9A30-19BBD4B108AE}")
    ),
    (
        r"HKLM\SOFTWARE\Policies\Microsoft\Power\PowerSettings\0e796bdb-100d-47d6-a2d5-f7d2daa51f51",
        ("ACSettingIndex", "DCSettingIndex"),
    ),
    (r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender", ("DisableAntiSpyware",)),
    (r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Real-Time Protection", ("DisableRealtimeMonitoring",)),
    (r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU", ("NoAutoUpdate", "AUOptions")),
    (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon", ("AutoAdminLogon", "ScreenSaverGracePeriod")),
    (r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server", ("fDenyTSConnections",)),
    (r"HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR", ("Start",)),
    (r"HKLM\SYSTEM\CurrentControlSet\Services\wuauserv", ("Start",)),
    (r"HKLM\SYSTEM\CurrentControlSet\Services\UASPStor", ("Start",)),
)
_DESKTOP = (r"Control Panel\Desktop", r"SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop")
_SAVER = ("ScreenSaveActive", "ScreenSaverIsSecure", "ScreenSaveTimeOut", "SCRNSAVE.EXE", "DelayLockInterval")
_UNINSTALL = (
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
    r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
    r"HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
)
_VALUE = re.compile(r"^ {4}(.+?) {4}(REG_\w+)(?: {4}(.*))?$")
_PERSON = re.compile(r"^HKEY_USERS\\(S-1-(?:5-21|12-1)-[\d-]+)$", re.IGNORECASE)


def collect_windows(machine: Machine, notebook: Notebook) -> bool:
    """Note all facts of this machine; return whether its software could be listed."""
    for key, names in _MACHINE:
        _note(machine, notebook, key, names)
    people = [
        match[1] for line in (machine.run("reg", "query", "HKU") or "").splitlines() if (match := _PERSON.match(line.strip()))
    ]
    for sid in people:
        for path in _DESKTOP:
            _note(machine, notebook, rf"HKU\{sid}\{path}", _SAVER)
    if not people:
        notebook.miss("screen savers of signed-in users", "no user's registry is loaded or readable; run as administrator")
    _storage(machine, notebook)
    _backups(machine, notebook)
    _sync(machine, notebook, people)
    collect_protection_windows(machine, notebook)
    return _software(machine, notebook, people)


def identify_windows(machine: Machine) -> Identity:
    """Return which machine this is, by the serial number of its firmware."""
    told = machine.run(*_powershell("Get-CimInstance Win32_BIOS | Select-Object -ExpandProperty SerialNumber")) or ""
    name = (machine.run("hostname") or "Windows").strip()
    release = machine.run(*_powershell("(Get-CimInstance Win32_OperatingSystem).Caption")) or ""
    serial = told.strip()
    return Identity(serial or name, name, System.WINDOWS, release.strip(), serial)


def _powershell(script: str) -> tuple[str, ...]:
    return ("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", script)


def registry(text: str) -> dict[str, dict[str, str]]:
    """Return the values in what `reg query` prints, by key and name; numbers stay as written (`0x384`)."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    key = ""
    for line in text.splitlines():
        if line.startswith("HKEY_"):
            key = line.strip()
        elif key and (match := _VALUE.match(line.rstrip("\r"))):
            found[key][match[1]] = match[3] or ""
    return dict(found)


def _note(machine: Machine, notebook: Notebook, key: str, names: tuple[str, ...]) -> None:
    """Note these values of a key: what is not there was asked for and is not set."""
    told = machine.run("reg", "query", key)
    if told is None and key.startswith("HKU") and "policies" not in key.lower():
        # A policy's key may be absent, a person's own never is: no answer is none.
        notebook.miss(key, "reg query gave no answer")
        return
    values = next(iter(registry(told or "").values()), {})
    low = {name.lower(): value for name, value in values.items()}
    source = Source.POLICY if "policies" in key.lower() else Source.OBSERVED
    for name in names:
        notebook.note(rf"{key}\{name}", low.get(name.lower()), rf"reg query {key}", source=source)


_VOLUMES = (
    "$usb = @(Get-Disk | Where-Object BusType -eq 'USB' | Get-Partition | ForEach-Object DriveLetter); "
    "Get-Volume | ForEach-Object { @{ DriveLetter = $_.DriveLetter; DriveType = $_.DriveType; "
    "IsUsb = [bool]($_.DriveLetter -and $usb -contains $_.DriveLetter) } } | ConvertTo-Json -Compress"
)
"""To Windows a hard disk is fixed, on whatever cable it hangs."""


def _storage(machine: Machine, notebook: Notebook) -> None:
    listed = machine.run(*_powershell(_VOLUMES))
    drives = removable(listed or "")
    if drives is None:
        notebook.miss("removable volumes", "Get-Volume gave no answer")
    else:
        notebook.note("storage.mounted", drives, "Get-Volume")


def removable(text: str) -> list[str] | None:
    """Return the letters of removable volumes in the JSON that was asked for, or None when it cannot be read."""
    try:
        rows = json.loads(text)
    except ValueError:
        return None
    rows = rows if isinstance(rows, list) else [rows]
    return [
        f"{row['DriveLetter']}:"
        for row in rows
        if row.get("DriveLetter") and (row.get("DriveType") in {"Removable", 2} or row.get("IsUsb") is True)
    ]


def _backups(machine: Machine, notebook: Notebook) -> None:
    files = machine.run(
        *_powershell(r"Test-Path C:\Users\*\AppData\Local\Microsoft\Windows\FileHistory\Configuration\Config1.xml")
    )
    if files is not None:
        notebook.note("FileHistory configured", files.strip(), "FileHistory Config1.xml")
    tasks = machine.run(
        *_powershell("Get-ScheduledTask | ForEach-Object { $_.TaskName + '|' + ($_.Actions.Execute -join ' ') }")
    )
    if tasks is None:
        notebook.miss("schedules of Windows", "Get-ScheduledTask gave no answer")
        return
    found = {f"{tool} by task {line.partition('|')[0]}" for line in tasks.splitlines() if (tool := copies_data(line))}
    notebook.note("backup.schedules", sorted(found), "Get-ScheduledTask")
    notebook.note("backup.schedules-read", value=True, origin="Get-ScheduledTask")


def _sync(machine: Machine, notebook: Notebook, people: list[str]) -> None:
    """Note each signed-in user's sync clients: their settings lie in the profile, the tenants of OneDrive in the registry."""
    listed = machine.run("tasklist", "/fo", "csv", "/nh") or ""
    names = {row[0].lower() for row in csv.reader(io.StringIO(listed)) if row}
    for sid in people:
        key = rf"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}"
        values = next(iter(registry(machine.run("reg", "query", key) or "").values()), {})
        home = values.get("ProfileImagePath", "").partition(":")[2].replace("\\", "/")
        if not home:
            notebook.miss(f"sync clients of {sid}", "the profile's place is not readable; run as administrator")
            continue
        person = Person(sid, machine.uid, home)
        running = frozenset((name, machine.uid) for name in names)
        collect_sync(machine, notebook, people=[person], running=running)
        accounts = registry(machine.run("reg", "query", rf"HKU\{sid}\Software\Microsoft\OneDrive\Accounts", "/s") or "")
        tenants = {one["ConfiguredTenantId"].lower() for one in accounts.values() if one.get("ConfiguredTenantId")}
        if tenants:
            origin = rf"reg query HKU\{sid}\Software\Microsoft\OneDrive\Accounts"
            notebook.note("sync.onedrive accounts", sorted(tenants), origin, user=sid)


def _software(machine: Machine, notebook: Notebook, people: list[str]) -> bool:
    before = len(notebook.software)
    per_user = [rf"HKU\{sid}\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall" for sid in people]
    for key in (*_UNINSTALL, *per_user):
        notebook.software.extend(programs(machine.run("reg", "query", key, "/s", patience=60.0) or ""))
    is_whole = len(notebook.software) > before
    if not is_whole:
        notebook.miss("installed programs", "the registry listed none")
    notebook.software.extend(store_apps(machine.run(*_powershell(_APPX), patience=60.0) or ""))
    homes = machine.find("/Users/[!.]*")
    notebook.software.extend(languages(machine, homes))
    notebook.software.extend(extensions(machine, homes))
    return is_whole


_APPX = (
    "Get-AppxPackage -AllUsers | Where-Object { -not $_.IsFramework -and $_.SignatureKind -ne 'System' } | "
    "Select-Object Name,Version,Publisher | ConvertTo-Json -Compress"
)


def store_apps(text: str) -> Iterator[Installed]:
    """Yield the apps in the JSON of `Get-AppxPackage`; frameworks and parts of the system were left out there."""
    try:
        rows = json.loads(text)
    except ValueError:
        return
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, dict) and row.get("Name"):
            named = str(row.get("Publisher") or "")
            found = re.search(r'\bO=(?:"([^"]+)"|([^,]+))', named) or re.search(r'\bCN=(?:"([^"]+)"|([^,]+))', named)
            publisher = (found[1] or found[2]) if found else ""
            yield Installed(str(row["Name"]), str(row.get("Version") or ""), "appx", "Microsoft Store", publisher)


def programs(text: str) -> Iterator[Installed]:
    """Yield the programs under an Uninstall key as `reg query /s` prints it; updates and parts of the system are left out."""
    for key, values in registry(text).items():
        name = values.get("DisplayName", "")
        if name and values.get("SystemComponent") != "0x1" and "ParentKeyName" not in values:
            location = key.rsplit("\\", 1)[-1]
            yield Installed(name, values.get("DisplayVersion", ""), "windows", "", values.get("Publisher", ""), location)
