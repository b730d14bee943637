"""Where people's work is kept: which sync client each has, whose cloud it is signed in to, and whether it works.

Of an account only the server or the domain is noted, never who; of folders only which of the usual ones hold files that no
client keeps, never a file's name.
"""

import configparser
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .machine import Machine, Notebook, Person

_MOST_FILES = 1000
"""Entries of a folder that are looked at; more are enough to know that it holds something."""
_USUAL = ("Desktop", "Documents", "Projects", "Work")
_PERSON_FROM = 1000
"""User numbers below belong to services (Debian policy, 9.2.2)."""


@dataclass(slots=True)
class Found:
    """What one person's client says of itself."""

    accounts: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    paused: bool | None = None
    origin: str = ""


Reader = Callable[[Machine, Person], "Found | None"]


@dataclass(frozen=True, slots=True)
class Client:
    """A program that keeps folders in step with a cloud."""

    sort: str
    processes: frozenset[str]
    read: Reader
    journals: tuple[str, ...] = ()
    """What it writes when it works: patterns below the home directory, or `{folder}` for its folders."""


class _Parser(configparser.ConfigParser):
    """A reader of settings that tells keys apart by their case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def _settings(machine: Machine, *files: str) -> tuple[str, _Parser] | None:
    for file in files:
        content = machine.read(file)
        if content is None:
            continue
        parser = _Parser(interpolation=None, strict=False, delimiters=("=",))
        try:
            parser.read_string(content)
        except configparser.Error:
            continue
        return file, parser
    return None


def _qt_client(name: str, file: str) -> Reader:
    r"""Return the reader of Nextcloud's and ownCloud's settings: `0\url`, `0\Folders\1\localPath`, `…\paused`."""

    def read(machine: Machine, person: Person) -> Found | None:
        home = person.home
        told = _settings(
            machine,
            f"{home}/.config/{name}/{file}",
            f"{home}/.var/app/com.nextcloud.desktopclient.nextcloud/config/{name}/{file}",
            f"{home}/Library/Preferences/{name}/{file}",
            f"{home}/AppData/Roaming/{name}/{file}",
        )
        if told is None or not told[1].has_section("Accounts"):
            return None
        found = Found(origin=told[0])
        paused: list[bool] = []
        for key, value in told[1].items("Accounts"):
            if re.fullmatch(r"\d+\\url", key):
                found.accounts.add((urlsplit(value).hostname or "").lower())
            elif re.search(r"\\Folders(?:WithPlaceholders)?\\[^\\]+\\localPath$", key):
                found.folders.add(value.rstrip("/"))
            elif key.endswith("\\paused"):
                paused.append(value.strip().lower() == "true")
        found.paused = all(paused) if paused else None
        found.accounts.discard("")
        return found

    return read


def _dropbox(machine: Machine, person: Person) -> Found | None:
    for file in (".dropbox/info.json", "AppData/Local/Dropbox/info.json", "AppData/Roaming/Dropbox/info.json"):
        content = machine.read(f"{person.home}/{file}")
        if content is None:
            continue
        try:
            told = json.loads(content)
        except ValueError:
            return None
        found = Found(origin=f"{person.home}/{file}")
        for sort, account in told.items() if isinstance(told, dict) else ():
            if isinstance(account, dict):
                # It names no company: a team's account alone is told from a personal one.
                found.accounts.add("team" if sort == "business" or account.get("is_team") is True else "personal")
                found.folders |= {path} if isinstance(path := account.get("path"), str) else set()
        return found
    return None


def _onedrive(machine: Machine, person: Person) -> Found | None:
    """Return what the free client of Linux is set up for; Microsoft's own is read from the registry or its settings."""
    file = f"{person.home}/.config/onedrive/config"
    told = machine.read(file)
    signed_in = machine.path(f"{person.home}/.config/onedrive/refresh_token").exists()
    if told is None and not signed_in:
        return _onedrive_of_microsoft(machine, person)
    values = dict(re.findall(r'^\s*(\w+)\s*=\s*"([^"]*)"', told or "", re.MULTILINE))
    tenant = values.get("azure_tenant_id", "")
    folder = values.get("sync_dir", "~/OneDrive").replace("~", person.home, 1)
    return Found({tenant.lower()} if tenant else ({"signed-in"} if signed_in else set()), {folder}, None, file)


def _onedrive_of_microsoft(machine: Machine, person: Person) -> Found | None:
    """Return the tenants of OneDrive on a Mac: each business account has a settings folder with its tenant's id."""
    settings = "OneDrive/settings/Business*/*.ini"
    files = machine.find(
        f"{person.home}/Library/Application Support/{settings}",
        f"{person.home}/Library/Containers/com.microsoft.OneDrive-mac/Data/Library/Application Support/{settings}",
        f"{person.home}/AppData/Local/Microsoft/{settings}",
    )
    found = Found(origin=files[0].rpartition("/")[0] if files else "")
    for file in files:
        content = (machine.read(file) or "").replace("\0", "")
        found.accounts |= {one.lower() for one in re.findall(r"(?im)^tenantId\s*=\s*([0-9a-f-]{36})", content)}
    return found if files else None


def _rclone(machine: Machine, person: Person) -> Found | None:
    told = _settings(machine, f"{person.home}/.config/rclone/rclone.conf", f"{person.home}/AppData/Roaming/rclone/rclone.conf")
    if told is None:
        return None
    sorts = {told[1].get(section, "type", fallback="") for section in told[1].sections()}
    return Found({sort for sort in sorts if sort}, set(), None, told[0])


def _there(*patterns: str) -> Reader:
    """Return the reader of a client of which only its settings' presence is understood."""

    def read(machine: Machine, person: Person) -> Found | None:
        files = machine.find(*(f"{person.home}/{pattern}" for pattern in patterns))
        return Found(origin=files[0]) if files else None

    return read


def _google(machine: Machine, person: Person) -> Found | None:
    folders = machine.find(
        f"{person.home}/Library/Application Support/Google/DriveFS/[0-9]*", f"{person.home}/AppData/Local/Google/DriveFS/[0-9]*"
    )
    mounts = machine.find(f"{person.home}/Library/CloudStorage/GoogleDrive-*")
    if not folders and not mounts:
        return None
    domains = {mount.rpartition("@")[2].lower() for mount in mounts if "@" in mount}
    return Found(domains, set(mounts), None, (mounts or folders)[0])


CLIENTS = (
    Client(
        "nextcloud", frozenset({"nextcloud", "nextcloud.exe"}), _qt_client("Nextcloud", "nextcloud.cfg"),
        ("{folder}/.sync_*.db*", "{folder}/.nextcloudsync.log"),
    ),
    Client(
        "owncloud", frozenset({"owncloud", "owncloud.exe"}), _qt_client("ownCloud", "owncloud.cfg"),
        ("{folder}/.sync_*.db*", "{folder}/.owncloudsync.log"),
    ),
    Client("onedrive", frozenset({"onedrive", "onedrive.exe"}), _onedrive, (".config/onedrive/items.sqlite3*",)),
    Client("dropbox", frozenset({"dropbox", "dropbox.exe"}), _dropbox, (".dropbox/instance*/*.dbx*", ".dropbox/*.dbx*")),
    Client("google-drive", frozenset({"google drive", "googledrivefs.exe", "google-drive-ocamlfuse"}), _google),
    Client("rclone", frozenset({"rclone", "rclone.exe"}), _rclone),
    Client(
        "syncthing", frozenset({"syncthing", "syncthing.exe"}),
        _there(".config/syncthing/config.xml", ".local/state/syncthing/config.xml"),
    ),
    Client("seafile", frozenset({"seaf-daemon", "seafile-applet"}), _there(".ccnet/seafile.ini", "Seafile/.seafile-data")),
    Client("megasync", frozenset({"megasync"}), _there(".local/share/data/Mega Limited/MEGAsync/MEGAsync.cfg")),
    Client("pcloud", frozenset({"pcloud"}), _there(".pcloud/data.db")),
    Client("insync", frozenset({"insync"}), _there(".config/Insync/data/settings.db", ".config/Insync/*.db")),
    Client(
        "box", frozenset({"box", "box.exe"}), _there("Library/Application Support/Box/Box/data", "AppData/Local/Box/Box/data")
    ),
)  # fmt: skip
SORTS = tuple(client.sort for client in CLIENTS)


def collect_sync(
    machine: Machine,
    notebook: Notebook,
    *,
    people: Iterable[Person] | None = None,
    running: frozenset[tuple[str, int]] | None = None,
) -> None:
    """Note for everybody with a home which clients they have, with which clouds, and what lies outside of them.

    `people` and `running` (name in lower case, user) are given where the machine keeps no such lists of its own.
    """
    running = _running(machine) if running is None else running
    for person in _homes(machine) if people is None else people:
        if not machine.may_ask(person):
            notebook.miss(f"sync clients of {person.name}", "only root may read them; run with sudo")
            continue
        _of(machine, notebook, person, running)


def _of(machine: Machine, notebook: Notebook, person: Person, running: frozenset[tuple[str, int]]) -> None:
    sorts: list[str] = []
    folders: set[str] = set()
    for client in CLIENTS:
        is_running = any((name, person.uid) in running for name in client.processes)
        found = client.read(machine, person)
        if found is None and not is_running:
            continue
        found = found or Found()
        sorts.append(client.sort)
        folders |= found.folders
        _note(machine, notebook, person, client, found, is_running=is_running)
    notebook.note("sync.clients", sorts, "settings of sync clients", user=person.name)
    outside = list(_outside(machine, person, folders))
    notebook.note("sync.local-only", outside, "files of the usual folders, counted", user=person.name)


def _note(  # noqa: PLR0913 - what was found, and of whom
    machine: Machine, notebook: Notebook, person: Person, client: Client, found: Found, *, is_running: bool
) -> None:
    user, origin = person.name, found.origin or "processes"
    notebook.note(f"sync.{client.sort} running", is_running, "processes", user=user)
    if found.origin:
        notebook.note(f"sync.{client.sort} accounts", sorted(found.accounts), origin, user=user)
    if found.paused is not None:
        notebook.note(f"sync.{client.sort} paused", found.paused, origin, user=user)
    last = _last_active(machine, person, client, found.folders)
    if last is not None:
        # To the hour: a client that works all the time shall not make every report a change.
        hour = last.replace(minute=0, second=0, microsecond=0)
        notebook.note(f"sync.{client.sort} last-active", hour.isoformat(timespec="seconds"), "age of its journal", user=user)


def _last_active(machine: Machine, person: Person, client: Client, folders: set[str]) -> datetime | None:
    patterns = [
        one
        for pattern in client.journals
        for one in (
            [pattern.format(folder=folder) for folder in folders] if "{folder}" in pattern else [f"{person.home}/{pattern}"]
        )
    ]
    times: list[float] = []
    for file in machine.find(*patterns):
        try:
            times.append(machine.path(file).stat().st_mtime)
        except OSError:
            continue
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _outside(machine: Machine, person: Person, folders: set[str]) -> Iterator[str]:
    """Yield the usual folders that hold files and that no client keeps, each with how many: `Documents: 12`."""
    for name in _USUAL:
        folder = f"{person.home}/{name}"
        real = os.path.realpath(machine.path(folder))
        kept = [os.path.realpath(machine.path(one)) for one in folders]
        if any(real == one or real.startswith(f"{one}/") for one in kept):
            continue
        count = _files(real, kept)
        if count:
            yield f"{name}: {count}{' or more' if count >= _MOST_FILES else ''}"


def _files(folder: str, kept: list[str]) -> int:
    """Return how many files lie below, hidden ones, links and what a client keeps aside."""
    count = seen = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".") and os.path.join(place, one) not in kept]  # noqa: PTH118 - as os.walk gives them
        seen += len(folders) + len(files)
        count += sum(1 for one in files if not one.startswith(".") and not one.endswith(".desktop"))
        if count >= _MOST_FILES or seen >= 5 * _MOST_FILES:
            break
    return min(count, _MOST_FILES)


def _homes(machine: Machine) -> list[Person]:
    return [one for one in machine.people().values() if one.home.startswith("/home/") and one.uid >= _PERSON_FROM]


def _running(machine: Machine) -> frozenset[tuple[str, int]]:
    return frozenset((process.name.lower(), process.uid) for process in machine.processes())
