"""Programs that come by other ways than the system's packages: pip of each interpreter, npm, Cargo, Homebrew, AppImages."""

import json
import re
from collections.abc import Iterable, Iterator

from holdtrue.workplace.facts import Installed

from .machine import Machine

_PYTHON = (
    "/usr/local/lib/python3*/site-packages", "/usr/local/lib/python3*/dist-packages", "/usr/lib/python3.*/site-packages",
    "/opt/*/lib/python3*/site-packages", "/opt/homebrew/lib/python3*/site-packages",
    "/Library/Frameworks/Python.framework/Versions/*/lib/python3*/site-packages",
    "/Program Files/Python3*/Lib/site-packages",
)  # fmt: skip
_PYTHON_AT_HOME = (
    ".local/lib/python3*/site-packages", ".pyenv/versions/*/lib/python3*/site-packages",
    ".local/share/pipx/venvs/*/lib/python3*/site-packages", ".local/pipx/venvs/*/lib/python3*/site-packages",
    ".local/share/uv/tools/*/lib/python3*/site-packages", "miniconda3/lib/python3*/site-packages",
    "anaconda3/lib/python3*/site-packages", "miniforge3/lib/python3*/site-packages",
    "Library/Python/3*/lib/python/site-packages", "AppData/Roaming/Python/Python3*/site-packages",
    "AppData/Local/Programs/Python/Python3*/Lib/site-packages",
)  # fmt: skip
_NODE = ("/usr/local/lib/node_modules", "/usr/lib/node_modules", "/opt/homebrew/lib/node_modules")
_NODE_AT_HOME = (
    ".npm-global/lib/node_modules", ".local/lib/node_modules", ".nvm/versions/node/*/lib/node_modules",
    ".volta/tools/image/packages/*/lib/node_modules", "AppData/Roaming/npm/node_modules",
)  # fmt: skip
_BREW = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")
_IMAGES = ("/opt/*.AppImage", "/opt/*/*.AppImage", "/usr/local/bin/*.AppImage")
_IMAGES_AT_HOME = ("*.AppImage", "Applications/*.AppImage", "Downloads/*.AppImage", "Desktop/*.AppImage", "bin/*.AppImage",
                   ".local/bin/*.AppImage", ".local/share/applications/*.AppImage")  # fmt: skip
_ARCHES = r"(?:x86_64|amd64|aarch64|arm64|armhf|i[36]86)"


def languages(machine: Machine, homes: Iterable[str]) -> Iterator[Installed]:
    """Yield what pip, npm, Cargo, Homebrew and AppImages brought, for everybody and in these home directories."""
    homes = tuple(homes)
    yield from _python(machine, homes)
    yield from _node(machine, homes)
    yield from _cargo(machine, homes)
    yield from _brew(machine)
    yield from _images(machine, homes)


def _python(machine: Machine, homes: Iterable[str]) -> Iterator[Installed]:
    """Yield what pip installed; Debian's own Python packages are titles of Debian already."""
    folders = (*_PYTHON, *(f"{home}/{folder}" for home in homes for folder in _PYTHON_AT_HOME))
    seen = set()
    for found in machine.find(*(f"{folder}/*{end}" for folder in folders for end in (".dist-info", ".egg-info"))):
        folder, _, name = found.rpartition("/")
        told = re.sub(r"-py3\.\d+$", "", name.removesuffix(".dist-info").removesuffix(".egg-info"))
        title, _, version = told.rpartition("-")
        spelled = re.sub(r"[-_.]+", "-", title).lower()
        if title and (spelled, version, folder) not in seen:
            seen.add((spelled, version, folder))
            yield Installed(spelled, version, "pypi", location=_place(folder, homes))


def _node(machine: Machine, homes: Iterable[str]) -> Iterator[Installed]:
    """Yield what npm installed for everybody or a person, without what a Debian package of Node brought along."""
    shipped = "\n".join(
        machine.read(file) or "" for file in machine.find("/var/lib/dpkg/info/nodejs.list", "/var/lib/dpkg/info/npm.list")
    )
    folders = (*_NODE, *(f"{home}/{folder}" for home in homes for folder in _NODE_AT_HOME))
    for file in machine.find(*(f"{folder}/{deep}/package.json" for folder in folders for deep in ("*", "@*/*"))):
        if f"\n{file}\n" in f"\n{shipped}\n":
            continue
        try:
            package = json.loads(machine.read(file) or "")
            name, version = str(package["name"]), str(package.get("version", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        place = file.rsplit("/node_modules/", 1)[0] + "/node_modules"
        yield Installed(name, version, "npm", location=_place(place, homes))


def _cargo(machine: Machine, homes: Iterable[str]) -> Iterator[Installed]:
    for home in homes:
        told = machine.read(f"{home}/.cargo/.crates.toml") or ""
        for name, version, source in re.findall(r'^"([\w-]+) (\S+) \(([^)]*)\)" = ', told, re.MULTILINE):
            origin = "crates.io" if "crates.io" in source or source.startswith("registry+") else ""
            yield Installed(name, version, "cargo", origin, location="~/.cargo")


def _brew(machine: Machine) -> Iterator[Installed]:
    # Homebrew refuses to run as root; each version that it keeps is a folder.
    for cellar, type_ in (("Cellar", "brew"), ("Caskroom", "brew")):
        for folder in machine.find(*(f"{base}/{cellar}/*/[0-9a-z]*" for base in _BREW)):
            name, version = folder.split("/")[-2:]
            yield Installed(name, version, type_, "homebrew")


def _images(machine: Machine, homes: Iterable[str]) -> Iterator[Installed]:
    patterns = (*_IMAGES, *(f"{home}/{pattern}" for home in homes for pattern in _IMAGES_AT_HOME))
    for file in machine.find(*patterns):
        place, _, name = file.rpartition("/")
        plain = re.sub(rf"[-_.]{_ARCHES}(?=[-_.]|$)", "", name.removesuffix(".AppImage"), flags=re.IGNORECASE)
        found = re.fullmatch(r"(.+?)[-_ ]v?(\d[\w.+-]*)", plain)
        title, version = (found[1], found[2]) if found else (plain, "")
        yield Installed(title, version, "appimage", location=_place(place, homes))


def _place(folder: str, homes: Iterable[str]) -> str:
    """Return where it is without whose: `~/.local/lib/python3.11/site-packages`."""
    home = next((home for home in homes if folder == home or folder.startswith(f"{home}/")), None)
    return folder if home is None else f"~{folder[len(home) :]}"
