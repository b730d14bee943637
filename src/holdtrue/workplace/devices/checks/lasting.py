"""Which system a device runs, and until when its maker mends it."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from holdtrue.said import said
from holdtrue.workplace.devices.rulebook.conclusions import Conclusion
from holdtrue.workplace.devices.rulebook.sorts import plain_version, sortable
from holdtrue.workplace.facts import FactSheet, System

ENDS: Final = Path(__file__).parents[1] / "data" / "system-support.json"
_NAMES: Final = {
    "debian": "debian", "ubuntu": "ubuntu", "fedora": "fedora", "red hat": "rhel", "rhel": "rhel", "rocky": "rocky",
    "almalinux": "almalinux", "centos": "centos", "opensuse": "opensuse", "suse": "suse", "linux mint": "mint",
    "arch": "arch", "manjaro": "manjaro", "nixos": "nixos", "alpine": "alpine", "amazon linux": "amazon",
    "macos": "macos", "mac os x": "macos", "windows": "windows", "pop!_os": "pop", "elementary": "elementary",
    "gentoo": "gentoo",
}  # fmt: skip
_ROLLING: Final = frozenset({"arch", "manjaro", "gentoo"})
_BUILD: Final = re.compile(r"10\.0\.(\d{5})")
_HALF_YEAR: Final = re.compile(r"\b(10|11)\b.*\b(2\dh[12])\b")
_BUILDS: Final = {
    "10 21h2": "19044", "10 22h2": "19045", "11 21h2": "22000", "11 22h2": "22621", "11 23h2": "22631", "11 24h2": "26100",
    "11 25h2": "26200", "11 26h1": "28000", "11 26h2": "26300",
}  # fmt: skip
"""What Windows calls its releases, by their builds."""


def conclude_lasting(sheet: FactSheet) -> Iterator[Conclusion]:
    """Yield the system, its name, its version and the end of its support."""
    device = sheet.device
    release = device.release.lower()
    name = next((short for word, short in _NAMES.items() if word in release), "")
    if not name and device.system in {System.MACOS, System.WINDOWS}:
        name = device.system.value
    version = _version(name, release)
    yield Conclusion("device.system", device.system.value, device.system.value)
    yield Conclusion(
        "device.release", device.release or None, device.release or "the device does not say which release it runs"
    )
    yield Conclusion("os.name", name or None, device.release or "which system it runs was not read")
    yield Conclusion("os.version", version, device.release or "which version it runs was not read")
    cycle = _cycle(name, version)
    until = _ends().get(f"{cycle} {_edition(release)}".strip() if name == "windows" else cycle, "")
    if name in _ROLLING:
        until = "9999-12-31"
    release = device.release or said("it")
    words = (
        said("%(release)s is mended until %(day)s", release=release, day=until)
        if until
        else said("how long %(release)s is mended is not known", release=release)
    )
    late = said("%(release)s was mended until %(day)s", release=release, day=until)
    yield Conclusion("os.supported-until", until or None, words, breaks=late)


def _version(name: str, release: str) -> str | None:
    build = _BUILD.search(release)
    if name == "windows" and build is not None:
        return sortable(f"{11 if int(build[1]) >= 22000 else 10}.{build[1]}")  # noqa: PLR2004 - the first build of Windows 11
    half_year = _HALF_YEAR.search(release) if name == "windows" else None
    if half_year is not None and (known := _BUILDS.get(f"{half_year[1]} {half_year[2]}")):
        return sortable(f"{half_year[1]}.{known}")
    found = re.search(r"\d+(?:\.\d+)*", release)
    return None if found is None else sortable(found[0])


def _cycle(name: str, version: str | None) -> str:
    """Return the release that a maker's dates are given for: `ubuntu 24.04`, `debian 12`, `windows 22631`."""
    parts = plain_version(version or "").split(".")
    if name == "ubuntu":
        return f"ubuntu {parts[0]}.{parts[1].zfill(2)}" if len(parts) > 1 else ""
    if name == "windows":
        return f"windows {parts[1]}" if len(parts) > 1 else ""
    if name in {"alpine", "opensuse", "nixos"}:
        return f"{name} {'.'.join([*parts, '0'][:2])}"
    return f"{name} {parts[0]}"


def _edition(release: str) -> str:
    """Return whose dates of a Windows release count: the long-term channel's, those of companies and schools, or the rest's."""
    if "ltsc" in release or "ltsb" in release:
        return "ltsc"
    return "enterprise" if "enterprise" in release or "education" in release else ""


@lru_cache(maxsize=1)
def _ends() -> dict[str, str]:
    told = json.loads(ENDS.read_text(encoding="utf-8"))
    return {str(name): str(day) for name, day in told["ends"].items()}
