"""What a stock osqueryd is asked when it is pointed at Holdtrue: one question for each table that the checks can use.

Each asks for the columns and rows that a check reads and for no other: of processes the names of desktops, lockers and
sign-in screens alone, of crontabs the lines that name a backup or copying tool. Table and column names are those of osquery's
schema, 5.x.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .desktops import LOCKERS, MANAGERS, SHELLS

EVERY = 900
"""Seconds between two looks at settings and states."""
INVENTORY_EVERY = 3600
"""Seconds between two looks at the installed software."""
_READ_LINES = ("swayidle", "xautolock", "xidlehook")
"""Of these alone the arguments are read: they say when the screen locks."""
_TOOLS = (
    "restic", "borg", "duplicity", "deja-dup", "timeshift", "backintime", "kopia", "rclone", "duplicati", "rsync", "rsnapshot",
    "rdiff-backup", "vorta", "tar ", "scp ", "sftp", "tmutil",
)  # fmt: skip
_SAVER = "HKEY_USERS\\%\\{}Control Panel\\Desktop\\{}"
_MACHINE = r"HKEY_LOCAL_MACHINE\SOFTWARE"


@dataclass(frozen=True, slots=True)
class Question:
    """One query of the schedule; its name is the table that it is about."""

    table: str
    sql: str
    every: int = EVERY
    platform: str = ""
    """Where it is asked: linux, darwin or windows; empty for everywhere."""


def _any(column: str, words: tuple[str, ...], pattern: str = "{}") -> str:
    return " OR ".join(f"{column} LIKE '{pattern.format(word)}'" for word in words)


def _names(words: frozenset[str] | set[str]) -> str:
    # Linux keeps fifteen characters of a process's name.
    return ", ".join(f"'{word}'" for word in sorted(words | {word[:15] for word in words}))


_PROCESSES = (
    f"SELECT name, uid, CASE WHEN name IN ({_names(frozenset(_READ_LINES))}) THEN cmdline ELSE '' END AS cmdline "
    f"FROM processes WHERE lower(name) IN ({_names({*SHELLS, *LOCKERS, *MANAGERS, 'usbguard-daemon'})})"
)
_REGISTRY = "SELECT path, name, data FROM registry WHERE " + " OR ".join(
    f"path LIKE '{path}'"
    for path in (
        rf"{_MACHINE}\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs",
        rf"{_MACHINE}\Microsoft\Windows NT\CurrentVersion\Winlogon\ScreenSaverGracePeriod",
        rf"{_MACHINE}\Microsoft\PolicyManager\current\device\DeviceLock\%",
        rf"{_MACHINE}\Policies\Microsoft\Windows\RemovableStorageDevices\%",
        rf"{_MACHINE}\Policies\Microsoft\Windows\RemovableStorageDevices\{{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}}\%",
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\USBSTOR\Start",
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\UASPStor\Start",
        *(
            _SAVER.format(policy, name)
            for policy in ("", "SOFTWARE\\Policies\\Microsoft\\Windows\\")
            for name in ("ScreenSave%", "SCRNSAVE.EXE")
        ),
    )
)
_LINUX, _MACOS, _WINDOWS = "linux", "darwin", "windows"

QUESTIONS: tuple[Question, ...] = (
    Question("os_version", "SELECT name, version, platform FROM os_version", INVENTORY_EVERY),
    Question("system_info", "SELECT hostname, uuid, hardware_serial FROM system_info", INVENTORY_EVERY),
    Question("users", "SELECT uid, username FROM users WHERE uid >= 1000 OR uid = 0", EVERY, _LINUX),
    Question("processes", _PROCESSES, EVERY, _LINUX),
    Question("logged_in_users", "SELECT type, user, tty FROM logged_in_users WHERE type = 'user'", EVERY, _LINUX),
    Question(
        "mounts",
        "SELECT path, type FROM mounts WHERE path LIKE '/media/%' OR path LIKE '/run/media/%'",
        EVERY,
        _LINUX,
    ),
    Question("kernel_modules", "SELECT name FROM kernel_modules WHERE name IN ('uas', 'usb_storage')", EVERY, _LINUX),
    Question("crontab", f"SELECT command, path FROM crontab WHERE {_any('command', _TOOLS, '%{}%')}", EVERY, _LINUX),
    Question(
        "systemd_units",
        f"SELECT id, active_state FROM systemd_units WHERE id LIKE '%.timer' AND ({_any('id', _TOOLS, '%{}%')})",
        EVERY,
        _LINUX,
    ),
    Question("deb_packages", "SELECT name, version, arch, status FROM deb_packages", INVENTORY_EVERY, _LINUX),
    Question("rpm_packages", "SELECT name, version, arch, vendor FROM rpm_packages", INVENTORY_EVERY, _LINUX),
    Question("python_packages", "SELECT name, version, path FROM python_packages", INVENTORY_EVERY),
    Question("npm_packages", "SELECT name, version, path FROM npm_packages", INVENTORY_EVERY),
    Question(
        "managed_policies",
        "SELECT domain, name, value, username FROM managed_policies WHERE domain IN "
        "('com.apple.screensaver', 'com.apple.mobiledevice.passwordpolicy')",
        EVERY,
        _MACOS,
    ),
    Question(
        "preferences",
        "SELECT domain, key, value, forced, username, host FROM preferences WHERE domain IN "
        "('com.apple.screensaver', 'com.apple.TimeMachine')",
        EVERY,
        _MACOS,
    ),
    Question("screenlock", "SELECT enabled, grace_period FROM screenlock", EVERY, _MACOS),
    Question("apps", "SELECT name, bundle_short_version, path FROM apps", INVENTORY_EVERY, _MACOS),
    Question("homebrew_packages", "SELECT name, version, path FROM homebrew_packages", INVENTORY_EVERY, _MACOS),
    Question("registry", _REGISTRY, EVERY, _WINDOWS),
    Question("programs", "SELECT name, version, publisher FROM programs", INVENTORY_EVERY, _WINDOWS),
)


def configuration() -> dict[str, object]:
    """Return the configuration that osqueryd is given: the questions as snapshots, and how often it asks for more."""
    schedule: dict[str, object] = {}
    for one in QUESTIONS:
        asked: dict[str, object] = {"query": one.sql, "interval": one.every, "snapshot": True}
        schedule[one.table] = asked | ({"platform": one.platform} if one.platform else {})
    options = {
        "disable_distributed": False,
        "distributed_interval": 60,
        "schedule_splay_percent": 10,
        "logger_tls_compress": True,
    }
    return {"schedule": schedule, "options": options}


def questions_for(platform: str) -> Mapping[str, str]:
    """Return what is asked at once of a device of this osquery platform, as name and query."""
    family = {"darwin": _MACOS, "windows": _WINDOWS}.get(platform.lower(), _LINUX)
    return {one.table: one.sql for one in QUESTIONS if one.platform in {"", family}}
