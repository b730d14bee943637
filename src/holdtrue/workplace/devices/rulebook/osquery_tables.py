"""A device's facts as osquery's tables: what is known of each, rows and columns, and what is not.

A table that a device's facts say nothing of is *no data*: a query over it proves nothing. A table of which some rows may be
missing is *partial*: a row that is found counts, that none is found does not.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from holdtrue.workplace.facts import Fact, FactSheet, Installed, Source, System

from .judge import Device
from .sorts import plain_version, unpacked

SCHEMA: Final = Path(__file__).parents[1] / "data" / "osquery-tables.json"
Row: TypeAlias = Mapping[str, str | int]
_HIVES: Final = {"hklm": "HKEY_LOCAL_MACHINE", "hku": "HKEY_USERS", "hkcu": "HKEY_CURRENT_USER"}
_LIKE: Final = {
    "ubuntu": "debian", "debian": "debian", "mint": "ubuntu", "pop": "ubuntu",
    "fedora": "rhel", "rhel": "rhel", "centos": "rhel",
    "rocky": "rhel", "almalinux": "rhel", "amazon": "rhel", "arch": "arch", "manjaro": "arch", "opensuse": "suse",
}  # fmt: skip
_PROMISCUOUS: Final = 0x100
"""IFF_PROMISC."""
_PREFERENCE: Final = re.compile(r"((?:com|org)\.[\w.-]+) (\S+)$")


@dataclass(frozen=True, slots=True)
class Table:
    """One table as far as a device's facts tell of it."""

    rows: tuple[Row, ...]
    columns: frozenset[str]
    """Those that the rows give; any other is not known."""
    is_whole: bool
    """Whether no row is missing."""


@lru_cache(maxsize=1)
def schema() -> dict[str, dict[str, str]]:
    """Return the columns of each table with the type that SQLite gives them."""
    told = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return {
        str(name): {word.partition(":")[0]: "INTEGER" if word.endswith(":i") else "TEXT" for word in str(columns).split()}
        for name, columns in told["tables"].items()
    }


def table_of(name: str, sheet: FactSheet, device: Device) -> Table | None:
    """Return what is known of a table; None where nothing is."""
    make = _MAKERS.get(name)
    return None if make is None else make(sheet, device)


def _whole(rows: Iterable[Row], columns: str) -> Table:
    return Table(tuple(rows), frozenset(columns.split()), is_whole=True)


def _some(rows: Iterable[Row], columns: str) -> Table | None:
    found = tuple(rows)
    return Table(found, frozenset(columns.split()), is_whole=False) if found else None


def _os_version(sheet: FactSheet, device: Device) -> Table | None:
    release = sheet.device.release
    if not release:
        return None
    name, version = (str(device.conclusions[one].value or "") for one in ("os.name", "os.version"))
    numbers = [int(part) for part in plain_version(version).split(".")] if version else []
    match = re.match(r"(.*?)\s*(\d[\d.]*.*)?$", release)
    platform = {System.MACOS: "darwin", System.WINDOWS: "windows"}.get(sheet.device.system, name)
    row: dict[str, str | int] = {
        "name": (match[1] if match else release) or release, "version": (match[2] or "" if match else ""),
        "major": numbers[0] if numbers else 0, "minor": numbers[1] if len(numbers) > 1 else 0,
        "patch": numbers[2] if len(numbers) > 2 else 0,  # noqa: PLR2004 - the third
        "platform": platform, "platform_like": _LIKE.get(name, platform),
    }  # fmt: skip
    codename = re.search(r"\(([^)]+)\)", release)
    row["codename"] = codename[1] if codename else ""
    columns = "name version platform platform_like codename" + (" major minor patch" if numbers else "")
    return _whole([row], columns)


def _system_info(sheet: FactSheet, _: Device) -> Table:
    told = sheet.device
    row = {"hostname": told.name, "computer_name": told.name, "hardware_serial": told.serial}
    return _whole([row], "hostname computer_name" + (" hardware_serial" if told.serial else ""))


def _inventory(sort: str, systems: frozenset[System], row: Callable[[Installed], Row], columns: str) -> "Maker":
    def make(sheet: FactSheet, _: Device) -> Table | None:
        if sheet.software is None or not sheet.is_whole:
            return None
        kept = sheet.software if sheet.device.system in systems else ()
        return _whole((row(one) for one in kept if one.type == sort), columns)

    return make


def _deb(one: Installed) -> Row:
    return {
        "name": one.name,
        "version": one.version,
        "arch": one.arch,
        "status": "install ok installed",
        "maintainer": one.publisher,
    }


def _rpm(one: Installed) -> Row:
    version, _, release = one.version.rpartition("-")
    return {
        "name": one.name,
        "version": version or one.version,
        "release": release if version else "",
        "arch": one.arch,
        "vendor": one.publisher,
    }


def _path(one: Installed) -> Row:
    return {"name": one.name, "version": one.version, "path": one.location}


def _app(one: Installed) -> Row:
    return {
        "name": one.name if one.name.endswith(".app") else f"{one.name}.app", "path": one.location,
        "bundle_name": one.name.removesuffix(".app"), "display_name": one.name.removesuffix(".app"),
        "bundle_short_version": one.version, "bundle_version": one.version,
    }  # fmt: skip


def _extension(one: Installed) -> Row:
    return {"name": one.name, "version": one.version, "identifier": one.location}


def _of_vscode(one: Installed) -> Row:
    return {"name": one.location or one.name, "version": one.version, "publisher": one.publisher}


def _program(one: Installed) -> Row:
    return {"name": one.name, "version": one.version, "publisher": one.publisher, "install_location": one.location}


def _libraries(sort: str, prefix: str) -> "Maker":
    """Return a maker of libraries: osquery counts those too that the distribution's own packages bring."""

    def make(sheet: FactSheet, _: Device) -> Table | None:
        if sheet.software is None or not sheet.is_whole:
            return None
        brought = (
            {"name": one.name.removeprefix(prefix), "version": one.version.partition("-")[0], "path": ""}
            for one in sheet.software
            if one.type in {"deb", "rpm"} and one.name.startswith(prefix)
        )
        return _whole([*(_path(one) for one in sheet.software if one.type == sort), *brought], "name version")

    return make


def _mounts(sheet: FactSheet, device: Device) -> Table | None:
    rows = [{"path": one, "device_alias": one, "device": one} for one in _items(device, "storage.mounted")]
    if sheet.device.system is not System.WINDOWS:
        rows.append({"path": "/", "device_alias": _DISK, "device": _DISK})
    return _some(rows, "path device device_alias")


_DISK: Final = "the disk that the system stands on"
"""Names the device in `mounts` and `disk_encryption`, whose real name nobody collected."""


def _disk_encryption(_: FactSheet, device: Device) -> Table | None:
    found = device.conclusions["disk.encrypted"].value
    if found is None:
        return None
    row: Row = {
        "name": _DISK, "encrypted": int(bool(found)), "filevault_status": "on" if found else "off",
        "encryption_status": "encrypted" if found else "not encrypted",
    }  # fmt: skip
    return _some([row], "name encrypted filevault_status encryption_status")


def _bitlocker(sheet: FactSheet, device: Device) -> Table | None:
    found = device.conclusions["disk.encrypted"].value
    if found is None or sheet.device.system is not System.WINDOWS:
        return None
    return _some([{"drive_letter": "C:", "protection_status": int(bool(found))}], "drive_letter protection_status")


def _usb(_: FactSheet, device: Device) -> Table | None:
    drives = [*_items(device, "storage.used"), *_items(device, "phone.connected")]
    rows: list[Row] = [{"model": one, "removable": 1} for one in drives]
    return _some(rows, "model removable")


def _interfaces(_: FactSheet, device: Device) -> Table | None:
    rows: list[Row] = [{"interface": one, "flags": _PROMISCUOUS} for one in _items(device, "network.promiscuous")]
    return _some(rows, "interface flags")


def _processes(sheet: FactSheet, _: Device) -> Table | None:
    names = {one for fact in sheet.named("idle-lockers running") if isinstance(fact.value, list) for one in fact.value}
    return _some(({"name": one} for one in sorted(names)), "name")


def _logged_in(sheet: FactSheet, _: Device) -> Table | None:
    users = {fact.user for name in ("session.desktop", "session.type", "session.console") for fact in sheet.named(name)}
    return _some(({"user": one, "type": "user"} for one in sorted(filter(None, users))), "user type")


def _kernel_modules(sheet: FactSheet, _: Device) -> Table | None:
    is_loaded = any(fact.value is True for fact in sheet.named("kernel usb-storage loaded"))
    return _some([{"name": "usb_storage"}] if is_loaded else [], "name")


def _shadow(_: FactSheet, device: Device) -> Table | None:
    rows: list[Row] = [{"username": one, "password_status": "empty"} for one in _items(device, "accounts.empty-password")]
    return _some(rows, "username password_status")


def _selinux(sheet: FactSheet, _: Device) -> Table | None:
    modes = {"enforcing": "1", "permissive": "0"}
    rows: list[Row] = [
        {"key": "enforce", "value": modes[str(fact.value)]} for fact in sheet.named("selinux mode") if str(fact.value) in modes
    ]
    return _some(rows, "key value")


def _time(sheet: FactSheet, _: Device) -> Table:
    at = sheet.collected_at.astimezone(UTC)
    row: Row = {
        "weekday": f"{at:%A}", "year": at.year, "month": at.month, "day": at.day, "hour": at.hour, "minutes": at.minute,
        "seconds": at.second, "timezone": "UTC",
        "unix_time": int(at.timestamp()), "timestamp": f"{at:%a %b %d %H:%M:%S %Y} UTC",
        "datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "iso_8601": f"{at:%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip
    return _whole([row], " ".join(row))


def _sharing(sheet: FactSheet, device: Device) -> Table | None:
    """Return what a Mac shares, of what is known: its screen, and a way in by SSH."""
    if sheet.device.system is not System.MACOS:
        return None
    screen = device.conclusions["remote.desktop"].value
    login = next((fact.value for fact in sheet.named("sshd running") if isinstance(fact.value, bool)), None)
    known = {name: value for name, value in (("screen_sharing", screen), ("remote_login", login)) if value is not None}
    row: Row = {name: int(bool(value)) for name, value in known.items()}
    return _whole([row], " ".join(known)) if known else None


def _screenlock(sheet: FactSheet, _: Device) -> Table | None:
    rows: list[Row] = []
    for fact in sheet.named("sysadminctl screenLock"):
        words = str(fact.value or "").lower()
        seconds = re.search(r"(\d+)\s*s", words)
        if "immediate" in words or seconds:
            rows.append({"enabled": 1, "grace_period": int(seconds[1]) if seconds else 0})
        elif re.search(r"\boff\b", words):
            rows.append({"enabled": 0, "grace_period": -1})
    return _whole(rows, "enabled grace_period") if rows else None


def _registry(sheet: FactSheet, _: Device) -> Table | None:
    def rows() -> Iterator[Row]:
        for fact in sheet.facts:
            hive, _, rest = fact.name.partition("\\")
            if rest and hive.lower() in {*_HIVES, *(one.lower() for one in _HIVES.values())}:
                path = f"{_HIVES.get(hive.lower(), hive)}\\{rest}"
                key, _, name = path.rpartition("\\")
                yield {"path": path, "key": key, "name": name, "data": _data(fact)}

    return _some(rows(), "path key name data")


def _managed(sheet: FactSheet, _: Device) -> Table | None:
    def rows() -> Iterator[Row]:
        for fact in sheet.facts:
            match = _PREFERENCE.match(fact.name)
            if match is not None and fact.source is Source.POLICY:
                yield {"domain": match[1], "name": match[2], "value": _data(fact), "username": fact.user or ""}

    return _some(rows(), "domain name value username")


def _preferences(sheet: FactSheet, _: Device) -> Table | None:
    def rows() -> Iterator[Row]:
        for fact in sheet.facts:
            match = _PREFERENCE.match(fact.name)
            if match is not None:
                forced = int(fact.source is Source.POLICY)
                yield {"domain": match[1], "key": match[2], "value": _data(fact), "username": fact.user or "", "forced": forced}

    return _some(rows(), "domain key value username forced")


def _data(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, bool):
        return "1" if value else "0"
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _single(conclusion: str, row: Callable[[bool], Row], columns: str, system: System | None = None) -> "Maker":
    def make(sheet: FactSheet, device: Device) -> Table | None:
        found = device.conclusions[conclusion].value
        if found is None or (system is not None and sheet.device.system is not system):
            return None
        return _whole([row(bool(found))], columns)

    return make


def _security_center(sheet: FactSheet, device: Device) -> Table | None:
    """Return what Windows would say of its own guards, for those that are known."""
    if sheet.device.system is not System.WINDOWS:
        return None
    names = {"firewall": "firewall.on", "antivirus": "protection.on", "autoupdate": "updates.automatic"}
    known = {name: value for name, one in names.items() if (value := device.conclusions[one].value) is not None}
    row: Row = {name: "Good" if value else "Poor" for name, value in known.items()}
    return _whole([row], " ".join(known)) if known else None


def _mdm(_: FactSheet, device: Device) -> Table | None:
    enrolled, approved = (device.conclusions[f"management.{one}"].value for one in ("enrolled", "approved"))
    if enrolled is None:
        return None
    row: dict[str, str | int] = {"enrolled": _word(enrolled)}
    if approved is not None:
        row["user_approved"] = _word(approved)
    return _whole([row], " ".join(row))


def _word(value: object) -> str:
    return "true" if value else "false"


def _items(device: Device, name: str) -> list[str]:
    found = device.conclusions[name].value
    return [] if found is None else unpacked(str(found))


Maker: TypeAlias = Callable[[FactSheet, Device], Table | None]
_LINUX, _MACOS, _WINDOWS = (frozenset({one}) for one in (System.LINUX, System.MACOS, System.WINDOWS))
_ANY: Final = frozenset(System)
_MAKERS: Final[dict[str, Maker]] = {
    "os_version": _os_version,
    "system_info": _system_info,
    "deb_packages": _inventory("deb", _LINUX, _deb, "name version arch status"),
    "rpm_packages": _inventory("rpm", _LINUX, _rpm, "name version release arch"),
    "python_packages": _libraries("pypi", "python3-"),
    "npm_packages": _libraries("npm", "node-"),
    "homebrew_packages": _inventory("brew", _MACOS, _path, "name version path"),
    "apps": _inventory("app", _MACOS, _app, "name path bundle_name display_name bundle_short_version bundle_version"),
    "programs": _inventory("windows", _WINDOWS, _program, "name version publisher install_location"),
    "chrome_extensions": _inventory("chrome-extension", _ANY, _extension, "name version identifier"),
    "firefox_addons": _inventory("firefox-extension", _ANY, _extension, "name version identifier"),
    "vscode_extensions": _inventory("vscode-extension", _ANY, _of_vscode, "name version publisher"),
    "logged_in_users": _logged_in,
    "kernel_modules": _kernel_modules,
    "shadow": _shadow,
    "selinux_settings": _selinux,
    "time": _time,
    "sharing_preferences": _sharing,
    "mounts": _mounts,
    "disk_encryption": _disk_encryption,
    "bitlocker_info": _bitlocker,
    "usb_devices": _usb,
    "interface_details": _interfaces,
    "processes": _processes,
    "screenlock": _screenlock,
    "registry": _registry,
    "managed_policies": _managed,
    "preferences": _preferences,
    "alf": _single("firewall.on", lambda on: {"global_state": int(on)}, "global_state", System.MACOS),
    "gatekeeper": _single(
        "integrity.gatekeeper", lambda on: {"assessments_enabled": int(on)}, "assessments_enabled", System.MACOS
    ),
    "sip_config": _single(
        "integrity.on", lambda on: {"config_flag": "sip", "enabled": int(on)}, "config_flag enabled", System.MACOS
    ),
    "secureboot": _single("integrity.secure-boot", lambda on: {"secure_boot": int(on)}, "secure_boot"),
    "windows_security_center": _security_center,
    "mdm": _mdm,
}
