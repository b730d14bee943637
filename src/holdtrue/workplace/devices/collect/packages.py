"""The software on a Linux machine: the system's own packages, flatpak, snap, and what comes by other ways beside them."""

import re
from collections.abc import Iterator

from holdtrue.workplace.facts import Installed

from .extensions import extensions
from .languages import languages
from .machine import Machine, Notebook
from .other_packages import collect_apk, collect_nix, collect_pacman

_BATCH = 400
_LONG = 60.0
"""Seconds for commands that walk the whole package database."""


def collect_software(machine: Machine, notebook: Notebook) -> bool:
    """Note every title; return whether the system's own package manager answered: without it, any program may be installed."""
    has_deb, has_rpm = _deb(machine, notebook), _rpm(machine, notebook)
    _flatpak(machine, notebook)
    _snap(machine, notebook)
    homes = machine.find("/home/*", "/root")
    notebook.software.extend(languages(machine, homes))
    notebook.software.extend(extensions(machine, homes))
    others = [collect(machine, notebook) for collect in (collect_pacman, collect_apk, collect_nix)]
    # Debian may carry the others, with packages of its own: where dpkg knows any, it must have answered.
    is_whole = has_deb or ((has_rpm or any(others)) and not machine.find("/var/lib/dpkg/info/*.list"))
    if not is_whole:
        notebook.miss("installed programs", "no package manager listed what the system is made of")
    return is_whole


def _deb(machine: Machine, notebook: Notebook) -> bool:
    shown = r"${Package}\t${Version}\t${Architecture}\t${db:Status-Abbrev}\t${Maintainer}\n"
    listed = machine.run("dpkg-query", "-W", "-f", shown, patience=_LONG)
    if listed is None:
        return False
    rows = [line.split("\t") for line in listed.splitlines()]
    rows = [row for row in rows if len(row) == 5 and row[3].startswith(("ii", "hi"))]  # noqa: PLR2004 - as many as asked for
    # Asking apt takes two thirds of a whole look: it is done when the packages, the lists or the sources changed.
    names = [row[0] for row in rows]
    mark = machine.mark("/var/lib/dpkg/status", "/var/lib/apt/lists", "/etc/apt/sources.list", "/etc/apt/sources.list.d")
    origins = machine.remembered("deb-origins", mark, lambda: deb_origins(machine, names))
    if origins is None:
        notebook.miss("origin of Debian packages", "apt-cache gave no answer")
    for name, version, arch, _, maintainer in rows:
        notebook.software.append(Installed(name, version, "deb", (origins or {}).get(name, ""), maintainer, "", arch))
    return bool(rows)


def deb_origins(machine: Machine, names: list[str]) -> dict[str, str] | None:
    """Return, for each package that an archive offers, what that archive calls itself (`Debian`); None without apt.

    An installed version that the archive has replaced still counts as the archive's: it offers the package.
    """
    sources = machine.run("apt-cache", "policy", patience=_LONG)
    if sources is None:
        return None
    by_place: dict[str, str] = {}
    place = ""
    for line in sources.splitlines():
        words = line.split()
        if re.match(r"^\s*-?\d+ ", line) and len(words) > 1:
            place = " ".join(words[1:])
        elif words[:1] == ["release"]:
            label = re.search(r"(?:^|[ ,])o=([^,]+)", line)
            by_place[place] = label[1] if label else ""
    origins: dict[str, str] = {}
    for start in range(0, len(names), _BATCH):
        told = machine.run("apt-cache", "policy", *names[start : start + _BATCH], patience=_LONG) or ""
        origins |= dict(_origins(told, by_place))
    return origins


def _origins(told: str, by_place: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (package, origin), the one of the installed version where it is still offered, else of any version."""
    for block in re.split(r"\n(?=\S)", told):
        name = block.partition(":")[0].strip()
        exact, other, is_installed = "", "", False
        for line in block.splitlines():
            if re.match(r"^ (\*\*\*|   ) \S", line):
                is_installed = line.startswith(" ***")
            elif match := re.match(r"^\s+-?\d+ (\S.*)$", line):
                origin = by_place.get(match[1].strip(), "")
                exact, other = (exact or origin, other) if is_installed else (exact, other or origin)
        if exact or other:
            yield name, exact or other


def _rpm(machine: Machine, notebook: Notebook) -> bool:
    listed = machine.run("rpm", "-qa", "--qf", r"%{NAME}\t%{EVR}\t%{ARCH}\t%{VENDOR}\n", patience=_LONG)
    rows = [line.split("\t") for line in (listed or "").splitlines()]
    for row in rows:
        if len(row) == 4 and row[0] != "gpg-pubkey":  # noqa: PLR2004 - as many as asked for
            vendor = "" if row[3] == "(none)" else row[3]
            notebook.software.append(Installed(row[0], row[1], "rpm", vendor, vendor, "", row[2]))
    return bool(rows)


def _flatpak(machine: Machine, notebook: Notebook) -> None:
    listed = machine.run("flatpak", "list", "--app", "--columns=application,version,origin")
    for line in (listed or "").splitlines():
        parts = [*line.split("\t"), "", ""]
        if re.fullmatch(r"[\w.-]+", parts[0]):
            notebook.software.append(Installed(parts[0], parts[1], "flatpak", parts[2]))
    # What people installed for themselves alone is in their own homes; its version is told to them alone.
    known = {one.name for one in notebook.software if one.type == "flatpak"}
    own = {folder.rsplit("/", 1)[-1] for folder in machine.find("/home/*/.local/share/flatpak/app/*")}
    notebook.software.extend(Installed(name, "", "flatpak") for name in sorted(own - known) if re.fullmatch(r"[\w.-]+", name))


def _snap(machine: Machine, notebook: Notebook) -> None:
    listed = machine.run("snap", "list")
    for line in (listed or "").splitlines()[1:]:
        words = line.split()
        if len(words) > 4:  # noqa: PLR2004 - name, version, revision, tracking, publisher
            notebook.software.append(Installed(words[0], words[1], "snap", "snapcraft", words[4].rstrip("*✓")))
