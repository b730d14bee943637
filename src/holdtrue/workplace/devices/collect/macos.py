"""What can be read of a Mac: managed and own screen-saver settings, display sleep, external disks, Time Machine, applications.

Written from Apple's documentation and the sources named in the decision record; every answer is optional.
"""

import json
import plistlib
import re
from typing import Any
from xml.parsers.expat import ExpatError

from holdtrue.workplace.devices.schedules import copies_data
from holdtrue.workplace.facts import Identity, Installed, Source, System

from .extensions import extensions
from .languages import languages
from .machine import Machine, Notebook, Person
from .protection_macos import collect_protection_macos
from .sync import collect_sync

_SAVER = "com.apple.screensaver"
_PASSCODE = "com.apple.mobiledevice.passwordpolicy"
_KEYS = ("idleTime", "askForPassword", "askForPasswordDelay")
_LIMITS = ("maxInactivity", "maxGracePeriod")
_MANAGED = "/Library/Managed Preferences"
_DISK = "/var/db/ManagedConfigurationFiles/DiskManagement/DiskManagement_Settings.plist"


def collect_macos(machine: Machine, notebook: Notebook) -> bool:
    """Note all facts of this Mac; return whether its software could be listed."""
    person = _at_screen(machine)
    _lock(machine, notebook, person)
    _storage(machine, notebook)
    _backups(machine, notebook)
    if person is not None:
        collect_sync(machine, notebook, people=[person], running=_running(machine, person))
    collect_protection_macos(machine, notebook)
    return _software(machine, notebook)


def _running(machine: Machine, person: Person) -> frozenset[tuple[str, int]]:
    """Return what this person runs, by the names of the programs alone."""
    told = machine.run("ps", "-U", person.name, "-c", "-o", "comm=") or ""
    return frozenset((line.strip().lower(), person.uid) for line in told.splitlines() if line.strip())


def identify_macos(machine: Machine) -> Identity:
    """Return which Mac this is, by its serial number."""
    told = machine.run("ioreg", "-rd1", "-c", "IOPlatformExpertDevice") or ""
    serial = re.search(r'"IOPlatformSerialNumber" = "([^"]+)"', told)
    name = (machine.run("scutil", "--get", "ComputerName") or machine.run("hostname") or "Mac").strip()
    version = (machine.run("sw_vers", "-productVersion") or "").strip()
    number = serial[1] if serial else ""
    return Identity(number or name, name, System.MACOS, f"macOS {version}".strip(), number)


def _at_screen(machine: Machine) -> Person | None:
    """Return who is signed in at the screen: the owner of the console."""
    name = (machine.run("stat", "-f", "%Su %u", "/dev/console") or "").split()
    if len(name) != 2 or not name[1].isdigit() or name[0] == "root":  # noqa: PLR2004 - name and number
        return None
    return Person(name[0], int(name[1]), f"/Users/{name[0]}")


def _as(machine: Machine, person: Person, *command: str) -> str | None:
    """Return what a command prints in this person's own session."""
    if person.uid == machine.uid:
        return machine.run(*command)
    if not machine.is_root:
        return None
    return machine.run("launchctl", "asuser", str(person.uid), "sudo", "-u", person.name, *command)


def _lock(machine: Machine, notebook: Notebook, person: Person | None) -> None:
    _profiles(machine, notebook, person)
    sleeps = display_sleep(machine.run("pmset", "-g", "custom") or "")
    if sleeps:
        notebook.note("pmset displaysleep", [str(minutes) for minutes in sleeps], "pmset -g custom")
    if person is None:
        notebook.miss("screen lock of whoever signs in", "nobody is signed in at the screen")
        return
    for key in _KEYS:
        where = ("-currentHost",) if key == "idleTime" else ()
        value = _as(machine, person, "defaults", *where, "read", _SAVER, key)
        if value is not None:
            origin = " ".join(("defaults", *where, "read", _SAVER, key))
            notebook.note(f"{_SAVER} {key}", value.strip(), origin, source=Source.USER, user=person.name, writable=True)
    idle = idle_unlocked(
        machine.run("ioreg", "-c", "IOHIDSystem", "-d", "4") or "",
        plist(machine.run("ioreg", "-n", "Root", "-d", "1", "-a")),
        person.name,
    )
    # Who watches a film or shows slides touches nothing either: then a program keeps the display awake.
    kept_awake = re.search(
        r"^\s*PreventUserIdleDisplaySleep\s+(\d+)", machine.run("pmset", "-g", "assertions") or "", re.MULTILINE
    )
    if idle is not None and kept_awake is not None and kept_awake[1] == "0":
        origin = "ioreg: HIDIdleTime, IOConsoleUsers; pmset -g assertions"
        notebook.note("session.idle-unlocked", idle, origin, user=person.name)
    status = screen_lock(_as(machine, person, "/bin/sh", "-c", "sysadminctl -screenLock status 2>&1") or "")
    if status:
        notebook.note("sysadminctl screenLock", status, "sysadminctl -screenLock status", user=person.name)
    else:
        notebook.miss(f"screen lock of {person.name}", "sysadminctl gave no answer")


def _profiles(machine: Machine, notebook: Notebook, person: Person | None) -> None:
    """Note what profiles say of the lock: of the screen saver's own settings, and of passcodes."""
    for file in (f"{_MANAGED}/{_SAVER}.plist", *([f"{_MANAGED}/{person.name}/{_SAVER}.plist"] if person else [])):
        for key, value in plist(machine.run("plutil", "-convert", "xml1", "-o", "-", file)).items():
            if key in _KEYS and isinstance(value, bool | int | float | str):
                notebook.note(f"{_SAVER} {key}", value, file, source=Source.POLICY, writable=False)
    for (user, key), minutes in passcode_limits(plist(machine.run("profiles", "show", "-output", "stdout-xml"))).items():
        notebook.note(f"{_PASSCODE} {key}", minutes, "profiles show", source=Source.POLICY, user=user or None, writable=False)


def passcode_limits(listed: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Return the minutes that profiles of passcodes allow, by user (empty for the whole Mac) and key.

    Of several profiles the longest counts.
    """
    found: dict[tuple[str, str], int] = {}
    for level, profiles in listed.items():
        user = "" if level == "_computerlevel" else level
        items = [item for profile in profiles if isinstance(profile, dict) for item in profile.get("ProfileItems", [])]
        for item in items:
            told = item.get("PayloadContent")
            if item.get("PayloadType") != _PASSCODE or not isinstance(told, dict):
                continue
            for key in _LIMITS:
                minutes = told.get(key)
                if isinstance(minutes, int) and not isinstance(minutes, bool):
                    found[user, key] = max(minutes, found.get((user, key), 0))
    return found


def idle_unlocked(idle: str, root: dict[str, Any], user: str) -> int | None:
    """Return for how many seconds this user's session is idle and not locked, from ioreg's HIDIdleTime and IOConsoleUsers.

    None where it is locked, in use within the last minute, or not told.
    """
    found = re.search(r'"HIDIdleTime" = (\d+)', idle)
    sessions = [
        one for one in root.get("IOConsoleUsers", []) if isinstance(one, dict) and one.get("kCGSSessionUserNameKey") == user
    ]
    if found is None or not sessions or any(one.get("CGSSessionScreenIsLocked") for one in sessions):
        return None
    seconds = int(found[1]) // 1_000_000_000
    return seconds if seconds >= 60 else None  # noqa: PLR2004 - a minute


def screen_lock(text: str) -> str:
    """Return what `sysadminctl -screenLock status` says, without its time stamp: `immediate`, `300 seconds`, `off`."""
    found = re.search(r"screenLock(?: delay)? is (immediate|off|[\d.]+ seconds?)", text)
    return found[1] if found else ""


def display_sleep(text: str) -> list[int]:
    """Return the minutes until the display sleeps, one for each source of power in `pmset -g custom`."""
    return [int(minutes) for minutes in re.findall(r"^\s*displaysleep\s+(\d+)", text, re.MULTILINE)]


def plist(text: str | None) -> dict[str, Any]:
    """Return a property list's dictionary; empty for none or a broken one."""
    if not text:
        return {}
    try:
        found = plistlib.loads(text.encode())
    except (plistlib.InvalidFileException, ExpatError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _storage(machine: Machine, notebook: Notebook) -> None:
    listed = plist(machine.run("diskutil", "list", "-plist", "external"))
    physical = plist(machine.run("diskutil", "list", "-plist", "external", "physical"))
    if listed:
        notebook.note("storage.mounted", external(listed, physical), "diskutil list -plist external")
    else:
        notebook.miss("external disks", "diskutil gave no answer")
    restrictions = plist(machine.run("plutil", "-convert", "xml1", "-o", "-", _DISK)).get("Restrictions")
    if isinstance(restrictions, dict) and "ExternalStorage" in restrictions:
        notebook.note(
            "DiskManagement ExternalStorage", str(restrictions["ExternalStorage"]), _DISK, source=Source.POLICY, writable=False
        )
    elif machine.is_root:
        notebook.note("DiskManagement ExternalStorage", None, _DISK)


def external(listed: dict[str, Any], physical: dict[str, Any]) -> list[str]:
    """Return the mount points of external disks in `diskutil list -plist external`; without those of disk images.

    An image is external too, and is told from a drive by not being `physical`; a pool of APFS is where its partition is.
    Where the physical disks were not told, every external one counts.
    """
    drives: set[str] | None = None
    if "AllDisksAndPartitions" in physical:
        drives = {
            str(part.get("DeviceIdentifier"))
            for disk in physical["AllDisksAndPartitions"]
            for part in (disk, *disk.get("Partitions", []))
        }
    found = []
    for disk in listed.get("AllDisksAndPartitions", []):
        below = {str(one.get("DeviceIdentifier")) for one in (disk, *disk.get("APFSPhysicalStores", []))}
        if disk.get("OSInternal") or (drives is not None and not below & drives):
            continue
        for volume in (disk, *disk.get("Partitions", []), *disk.get("APFSVolumes", [])):
            point = volume.get("MountPoint", "")
            if point:
                found.append(f"{volume.get('DeviceIdentifier', 'disk')} at {point}")
    return sorted(found)


def _backups(machine: Machine, notebook: Notebook) -> None:
    name, origin = "com.apple.TimeMachine AutoBackup", "defaults read com.apple.TimeMachine AutoBackup"
    automatic = machine.run("defaults", "read", "/Library/Preferences/com.apple.TimeMachine", "AutoBackup")
    # The key is absent on a Mac that never had a backup disk: only tmutil's own words tell that from an answer that failed.
    told = machine.run("/bin/sh", "-c", "tmutil destinationinfo 2>&1; true") or ""
    if automatic is not None:
        notebook.note(name, automatic.strip(), origin)
    elif "No destinations configured" in told:
        notebook.note(name, value=False, origin="tmutil destinationinfo")
    else:
        notebook.miss("Time Machine", "neither defaults nor tmutil gave an answer")
    _phone_backups(machine, notebook)
    jobs = machine.find("/Library/LaunchDaemons/*.plist", "/Library/LaunchAgents/*.plist")
    found = set()
    for file in jobs:
        job = plist(machine.run("plutil", "-convert", "xml1", "-o", "-", file))
        line = " ".join(str(word) for word in (job.get("Program", ""), *job.get("ProgramArguments", [])))
        if ("StartInterval" in job or "StartCalendarInterval" in job) and (tool := copies_data(line)):
            found.add(f"{tool} by {file}")
    notebook.note("backup.schedules", sorted(found), "/Library/LaunchDaemons, /Library/LaunchAgents")
    notebook.note("backup.schedules-read", machine.is_root, "/Library/LaunchDaemons, /Library/LaunchAgents")


def _phone_backups(machine: Machine, notebook: Notebook) -> None:
    """Note how many backups of phones each person keeps here; the folder is closed without Full Disk Access."""
    for home in machine.find("/Users/[!.]*"):
        if home.endswith("/Shared"):
            continue
        try:
            count = sum(1 for _ in machine.path(f"{home}/Library/Application Support/MobileSync/Backup").iterdir())
        except (FileNotFoundError, NotADirectoryError):
            count = 0
        except OSError:
            notebook.miss(f"backups of phones of {home.rsplit('/', 1)[-1]}", "give the agent Full Disk Access")
            continue
        notebook.note(
            "MobileSync backups", count, "~/Library/Application Support/MobileSync/Backup", user=home.rsplit("/", 1)[-1]
        )


def _software(machine: Machine, notebook: Notebook) -> bool:
    listed = machine.run("system_profiler", "-json", "SPApplicationsDataType", patience=60.0)
    found = applications(listed or "")
    notebook.software.extend(found)
    homes = machine.find("/Users/[!.]*")
    notebook.software.extend(languages(machine, homes))
    notebook.software.extend(extensions(machine, homes))
    return bool(found)


def applications(text: str) -> list[Installed]:
    """Return the applications in `system_profiler -json SPApplicationsDataType`; where each comes from is its origin."""
    try:
        rows = json.loads(text)["SPApplicationsDataType"]
    except (ValueError, KeyError, TypeError):
        return []
    found = []
    for row in rows:
        signed = row.get("signed_by") or [""]
        origin = str(row.get("obtained_from", ""))
        found.append(
            Installed(
                str(row.get("_name", "")), str(row.get("version", "")), "app", origin, str(signed[0]), str(row.get("path", ""))
            )
        )
    return [one for one in found if one.name]
