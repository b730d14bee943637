"""The packages of Arch, Alpine and NixOS, from the files in which their managers keep them.

pacman: `/var/lib/pacman/local/*/desc` (libalpm); apk: `/lib/apk/db/installed`, records of `P:`, `V:` and other letters
(apk-tools); Nix: the closure of the running system and of people's profiles, `name-version` by the rule of
`builtins.parseDrvName`.
"""

import re

from holdtrue.workplace.facts import Installed

from .machine import Machine, Notebook

_LONG = 60.0
"""Seconds for commands that walk a whole package database."""
_LARGEST = 50_000_000
"""Bytes of apk's database, which lists every file; a desktop of 1,500 packages has about 15 MB."""
_ARCH = frozenset({"core", "extra", "multilib"})
ARCH = "Arch Linux"
_NIX_SYSTEM = "/run/current-system/sw"
_NIX_PROFILES = (
    "/etc/profiles/per-user/*",
    "/nix/var/nix/profiles/default",
    "/nix/var/nix/profiles/per-user/*/profile",
    "/home/*/.nix-profile",
    "/home/*/.local/state/nix/profile",
)
_STORED = re.compile(r"^/nix/store/[0-9a-z]{32}-(?P<name>.+?)-(?P<version>\d[^-]*(?:-\w[\w.+]*)*)$")
_OUTPUT = re.compile(r"-(?:bin|dev|devdoc|doc|info|lib|libs|man|out|static|debug|data|dist|nc|getent|terminfo)$")
_NO_PROGRAM = re.compile(
    r"\.(?:patch|tar\.\w+|zip|drv|sh|conf|service|json|ttf|diff|crate|gem|lock)$|^(?:unit|etc|system|user|initrd)-"
)


def collect_pacman(machine: Machine, notebook: Notebook) -> bool:
    """Note the packages of Arch and its kin; return whether there are any."""
    rows = [_described(machine.read(file) or "") for file in machine.find("/var/lib/pacman/local/*/desc")]
    rows = [row for row in rows if row.get("NAME") and row.get("VERSION")]
    if not rows:
        return False
    origins = _repositories(machine)
    if origins is None:
        notebook.miss("origin of packages", "pacman -Sl gave no answer")
    for row in rows:
        found = (origins or {}).get(row["NAME"], "")
        origin = ARCH if found in _ARCH else found
        notebook.software.append(
            Installed(row["NAME"], row["VERSION"], "alpm", origin, row.get("PACKAGER", ""), "", row.get("ARCH", ""))
        )
    return True


def _described(text: str) -> dict[str, str]:
    """Return the first line of each section of a `desc` file: `%NAME%` and what follows it."""
    return {name: value.strip() for name, value in re.findall(r"^%(\w+)%\n([^\n]+)", text, re.MULTILINE)}


def _repositories(machine: Machine) -> dict[str, str] | None:
    """Return which repository offers each package, the first that pacman would take; None without an answer."""
    listed = machine.run("pacman", "-Sl", patience=_LONG)
    if listed is None:
        return None
    found: dict[str, str] = {}
    for line in listed.splitlines():
        words = line.split()
        if len(words) > 2:  # noqa: PLR2004 - repository, name, version
            found.setdefault(words[1], words[0])
    return found


def collect_apk(machine: Machine, notebook: Notebook) -> bool:
    """Note the packages of Alpine; return whether there are any. Which repository one came from is written nowhere."""
    text = machine.read("/lib/apk/db/installed", largest=_LARGEST) or machine.read(
        "/usr/lib/apk/db/installed", largest=_LARGEST
    )
    found = False
    for record in (text or "").split("\n\n"):
        told = {line[:1]: line[2:].strip() for line in record.splitlines() if line[1:2] == ":" and line[:1] in "PVAm"}
        if told.get("P") and told.get("V"):
            found = True
            notebook.software.append(Installed(told["P"], told["V"], "apk", "", told.get("m", ""), "", told.get("A", "")))
    return found


def collect_nix(machine: Machine, notebook: Notebook) -> bool:
    """Note what Nix keeps in use; return whether the system is made of it (NixOS)."""
    is_system = machine.path("/etc/NIXOS").exists()
    profiles = machine.find(*_NIX_PROFILES)
    if not is_system and not profiles:
        return False
    titles: set[tuple[str, str]] = set()
    for root in [*([_NIX_SYSTEM] if is_system else []), *profiles]:
        listed = machine.run("nix-store", "--query", "--requisites", root, patience=_LONG)
        if listed is None:
            notebook.miss("packages of Nix", f"nix-store said nothing of {root}")
            is_system = is_system and root != _NIX_SYSTEM
        titles |= {title for line in (listed or "").splitlines() if (title := stored(line.strip())) is not None}
    notebook.software.extend(Installed(name, version, "nix") for name, version in sorted(titles))
    return is_system and bool(titles)


def stored(path: str) -> tuple[str, str] | None:
    """Return name and version of a path of the store; None for what is no program: settings, sources, patches."""
    found = _STORED.match(path)
    if found is None or _NO_PROGRAM.search(path.partition("-")[2]):
        return None
    version = found["version"]
    while _OUTPUT.search(version):
        version = _OUTPUT.sub("", version)
    return found["name"], version
