"""Facts from osquery's tables: what each row means of the device, its sessions and its software."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System, Unread, Value
from holdtrue.workplace.state import slug

from . import watchers
from .desktops import DESKTOP_PACKAGES, LOCKERS, MANAGERS, SHELLS
from .schedules import copies_data

Row: TypeAlias = Mapping[str, str]
Tables: TypeAlias = Mapping[str, Sequence[Row]]

TABLES = frozenset(
    [
        "os_version",
        "system_info",
        "kernel_info",
        "deb_packages",
        "rpm_packages",
        "python_packages",
        "npm_packages",
        "homebrew_packages",
        "apps",
        "programs",
        "kernel_modules",
        "mounts",
        "block_devices",
        "usb_devices",
        "users",
        "processes",
        "logged_in_users",
        "kolide_gsettings",
        "gsettings",
        "preferences",
        "managed_policies",
        "screenlock",
        "registry",
        "crontab",
        "systemd_units",
        "interface_details",
        "system_controls",
        "disk_encryption",
    ]
)
"""Tables whose rows are understood, or known to be beside the point."""
_LONG_NAMES = {name[:15]: name for name in (*SHELLS, *LOCKERS) if len(name) > 15}  # noqa: PLR2004 - TASK_COMM_LEN, less one
_LINUX = frozenset(
    {"debian", "ubuntu", "rhel", "centos", "fedora", "arch", "linux", "amzn", "opensuse", "suse", "gentoo", "alpine"}
)
_PACKAGES = ("deb_packages", "rpm_packages")
_PROGRAMS = (*_PACKAGES, "apps", "programs")
OLD_INVENTORY = timedelta(days=2)
"""How old an inventory may be that still says what is installed: a daily query, and one that was missed."""
SEEN = "looked at"
"""Beside the tables of a log: when each was last told as a whole, as a row of Unix times."""


def sheet_of(tables: Tables, *, at: datetime, host: str = "", name: str = "", unread: tuple[Unread, ...] = ()) -> FactSheet:
    """Return the facts that osquery's tables amount to."""
    about = _first(tables, "os_version")
    info = _first(tables, "system_info")
    platform = about.get("platform", "").lower()
    system = {"darwin": System.MACOS, "windows": System.WINDOWS}.get(
        platform, System.LINUX if platform in _LINUX else System.OTHER
    )
    if not about:
        system = System.WINDOWS if tables.get("registry") else System.MACOS if tables.get("preferences") else System.LINUX
    serial = info.get("hardware_serial", "")
    identity = Identity(
        id=slug(serial or info.get("uuid", "") or host),
        name=info.get("hostname", "") or name or host or "this device",
        system=system,
        release=" ".join(word for word in (about.get("name", ""), about.get("version", "")) if word),
        serial=serial,
    )
    facts = tuple(_facts(tables, system, at))
    return FactSheet(identity, at, facts, _software(tables, at), unread, "osquery")


def _first(tables: Tables, name: str) -> Row:
    return next(iter(tables.get(name, ())), {})


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes facts of one moment."""

    at: datetime
    seen: Mapping[str, float]

    def __call__(
        self,
        name: str,
        value: Value,
        *tables: str,
        user: str | None = None,
        source: Source = Source.OBSERVED,
        locked: bool = False,
    ) -> Fact:
        when = seen_of(tables, self.seen, at=self.at)
        return Fact(name, value, source, when, False if locked else None, user, f"osquery {', '.join(tables)}")


def seen_of(tables: Iterable[str], seen: Mapping[str, float], *, at: datetime) -> datetime:
    """Return when the oldest of these tables was looked at: a snapshot is as old as it is, whatever else was told since."""
    told = min((seen[one] for one in tables if seen.get(one)), default=0.0)
    return min(datetime.fromtimestamp(told, UTC), at) if told else at


def _facts(tables: Tables, system: System, at: datetime) -> Iterator[Fact]:
    make = _Maker(at, seen_in(tables))
    if system is System.LINUX:
        yield from _linux_sessions(tables, make)
        yield from _linux_devices(tables, make)
    for table in ("kolide_gsettings", "gsettings"):
        for row in tables.get(table, ()):
            if {"schema", "key", "value"} <= row.keys():
                # Whoever osquery ran as: without a session of this user's the check does not count it.
                yield make(f"{row['schema']} {row['key']}", row["value"], table, user=row.get("username", "root"))
    yield from _macos(tables, make)
    for row in tables.get("registry", ()):
        path = row.get("path") or "\\".join(part for part in (row.get("key", ""), row.get("name", "")) if part)
        if path and not path.endswith("\\"):
            source = Source.POLICY if "policies" in path.lower() else Source.USER
            yield make(path, row.get("data", ""), "registry", source=source)


def _linux_sessions(tables: Tables, make: _Maker) -> Iterator[Fact]:
    """Yield who works under which desktop, and whether there is any: from processes, signed-in users and packages."""
    people = {row.get("uid"): row.get("username", "") for row in tables.get("users", ())}
    processes = tables.get("processes")
    running = {row.get("name", "").lower() for row in processes or ()}
    shells = 0
    lockers: defaultdict[str, set[str]] = defaultdict(set)
    for row in processes or ():
        name, user = _whole(row.get("name", "").lower()), people.get(row.get("uid"), row.get("uid", ""))
        if name in SHELLS:
            shells += 1
            yield make("session.desktop", SHELLS[name], "processes", user=user)
            lockers.setdefault(user, set())
        if name in LOCKERS:
            lockers[user].add(name)
            yield from _locker(name, row.get("cmdline", ""), user, make)
    for user, names in lockers.items():
        yield make("idle-lockers running", sorted(names), "processes", user=user)
    graphical = [
        row for row in tables.get("logged_in_users", ()) if row.get("type") == "user" and row.get("tty", "").startswith(":")
    ]
    if processes is not None or "logged_in_users" in tables:
        yield make("session.count", max(shells, len(graphical)), "processes", "logged_in_users")
    for row in graphical if not shells else ():
        yield make("session.type", "x11", "logged_in_users", user=row.get("user"))
    packages = {row.get("name", "").lower() for table in _PACKAGES for row in tables.get(table, ())}
    if packages:
        yield make("desktop.installed", sorted(packages & DESKTOP_PACKAGES), *_PACKAGES)
        yield make("display-manager", sorted((packages | running) & MANAGERS), *_PACKAGES)
    if running & MANAGERS:
        yield make("display-manager running", sorted(running & MANAGERS), "processes")
    plasma = next(
        (row.get("version", "") for row in tables.get("deb_packages", ()) if row.get("name") == "plasma-workspace"), ""
    )
    if plasma:
        yield make("session.desktop-version", plasma.partition(":")[2] or plasma, "deb_packages")


def _whole(name: str) -> str:
    """Return the whole name of a desktop or locker of which Linux keeps fifteen characters."""
    return _LONG_NAMES.get(name, name)


def _locker(name: str, line: str, user: str, make: _Maker) -> Iterator[Fact]:
    """Yield when an idle watcher locks; its command line is read here and goes no further."""
    parse = {"swayidle": watchers.swayidle, "xautolock": watchers.xautolock, "xidlehook": watchers.xidlehook}.get(name)
    plan = parse(line) if parse and line else None
    # swayidle may have a file beside its command line, which says what this one does not: only what it says counts.
    is_all = name != "swayidle"
    if plan is not None and plan.after is not None and (plan.after or is_all):
        yield make(f"{name} lock-after", plan.after, "processes", user=user)
    if plan is not None and plan.before_sleep is not None and (plan.before_sleep or is_all):
        yield make(f"{name} lock-before-sleep", plan.before_sleep, "processes", user=user)


def _linux_devices(tables: Tables, make: _Maker) -> Iterator[Fact]:
    if "mounts" in tables:
        paths = [row.get("path", "") for row in tables["mounts"] if row.get("type") not in {"iso9660", "udf"}]
        yield make("storage.mounted", [path for path in paths if path.startswith(("/media/", "/run/media/"))], "mounts")
    if "kernel_modules" in tables:
        loaded = {row.get("name") for row in tables["kernel_modules"]}
        yield make("kernel usb-storage loaded", bool(loaded & {"usb_storage", "uas"}), "kernel_modules")
    if any(row.get("name") == "usbguard-daemon" for row in tables.get("processes", ())):
        yield make("usbguard running", True, "processes")
    if "crontab" not in tables and "systemd_units" not in tables:
        return
    found = {
        f"{tool} by {row.get('path', 'a crontab')}"
        for row in tables.get("crontab", ())
        if (tool := copies_data(row.get("command", "")))
    }
    units = (row.get("id", "") for row in tables.get("systemd_units", ()) if row.get("active_state") == "active")
    found |= {
        f"{tool} by {unit}" for unit in units if unit.endswith(".timer") and (tool := copies_data(unit.removesuffix(".timer")))
    }
    yield make("backup.schedules", sorted(found), "crontab", "systemd_units")
    yield make("backup.schedules-read", "crontab" in tables and "systemd_units" in tables, "crontab", "systemd_units")


def _macos(tables: Tables, make: _Maker) -> Iterator[Fact]:
    for row in tables.get("managed_policies", ()):
        if {"domain", "name"} <= row.keys():
            user = row.get("username") or None
            yield make(
                f"{row['domain']} {row['name']}",
                row.get("value", ""),
                "managed_policies",
                user=user,
                source=Source.POLICY,
                locked=True,
            )
    for row in tables.get("preferences", ()):
        name = f"{row.get('domain', '')} {row.get('key', '')}"
        forced = row.get("forced") == "1"
        # The screen saver's idle time is kept per host; the value for any host is not in effect.
        if name.lower() == "com.apple.screensaver idletime" and row.get("host", "current") != "current" and not forced:
            continue
        source = Source.POLICY if forced else Source.USER
        yield make(
            name,
            row.get("value", ""),
            "preferences",
            user=None if forced else row.get("username", "root"),
            source=source,
            locked=forced,
        )
    for row in tables.get("screenlock", ()):
        # This table answers for the user that osquery runs as alone.
        state = "off" if row.get("enabled") == "0" else f"{row.get('grace_period', '')} seconds"
        yield make("sysadminctl screenLock", state, "screenlock", user=row.get("username", "root"))


def _software(tables: Tables, at: datetime) -> tuple[Installed, ...] | None:
    """Return the inventory; None where no table lists the system's own programs, or one did long ago.

    What Debian brings to Python counts once.
    """
    sources = {
        "deb_packages": "deb", "rpm_packages": "rpm", "python_packages": "pypi", "npm_packages": "npm",
        "homebrew_packages": "brew",
        "apps": "app", "programs": "windows",
    }  # fmt: skip
    # Arch answers with no row of deb and rpm: what pip lists says nothing of the rest.
    listing = [table for table in _PROGRAMS if tables.get(table)]
    if not listing or at - seen_of(listing, seen_in(tables), at=at) > OLD_INVENTORY:
        return None
    found: list[Installed] = []
    for table, sort in sources.items():
        for row in tables.get(table, ()):
            path = row.get("path", "")
            if path.startswith(("/usr/lib/python3/dist-packages", "/usr/share/nodejs")) or "deinstall" in row.get("status", ""):
                continue
            version = row.get("version") or row.get("bundle_short_version", "")
            publisher = row.get("publisher") or row.get("vendor", "")
            found.append(
                Installed(row.get("name", ""), version, sort, publisher=publisher, location=path, arch=row.get("arch", ""))
            )
    return tuple(one for one in found if one.name)


def seen_in(tables: Tables) -> dict[str, float]:
    """Return when each table was last looked at as a whole (Unix), as `osquery.together` keeps it beside them."""
    return {name: float(when) for row in tables.get(SEEN, ()) for name, when in row.items()}
