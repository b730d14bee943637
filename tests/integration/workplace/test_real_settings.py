"""The collectors against the real dconf and the real KConfig, where their tools are installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.lock import judge_lock
from holdtrue.workplace.devices.collect.machine import Machine, Notebook, Person
from holdtrue.workplace.devices.collect.sessions import GSETTINGS, collect_gsettings, collect_kde
from holdtrue.workplace.facts import FactSheet, Identity, Source, System

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
IDLE = "org.gnome.desktop.session idle-delay"


def needs(*tools: str) -> None:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(
            f"needs {', '.join(missing)} (Debian: dconf-cli libglib2.0-bin dbus gsettings-desktop-schemas libkf5config-bin)"
        )


class Gnome:
    """A user of GNOME with a dconf database of their own and one of the organisation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_RUNTIME_DIR": str(folder / "run"),
            "DCONF_PROFILE": str(folder / "profile"), "GSETTINGS_BACKEND": "dconf", "XDG_DATA_DIRS": "/usr/local/share:/usr/share",
        }  # fmt: skip
        (folder / "run").mkdir(mode=0o700)
        (folder / "site" / "locks").mkdir(parents=True)
        (folder / "profile").write_text(f"user-db:user\nfile-db:{folder}/site.db\n")
        self.organisation("")

    def organisation(self, keyfile: str, *locks: str) -> None:
        (self.folder / "site" / "00").write_text(keyfile)
        (self.folder / "site" / "locks" / "00").write_text("\n".join(locks))
        subprocess.run(["dconf", "compile", str(self.folder / "site.db"), str(self.folder / "site")], check=True)

    def sets(self, name: str, value: str) -> bool:
        command = ["dbus-run-session", "--", "gsettings", "set", *name.split(" "), value]
        environment = {"PATH": os.environ["PATH"], **self.environment}
        return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=30).returncode == 0

    def facts(self):
        notebook = Notebook(NOON)
        notebook.note("session.desktop", "gnome", "test", user="alice")
        person = Person("alice", os.geteuid(), str(self.folder), self.environment)
        collect_gsettings(Machine(), notebook, person, GSETTINGS["gnome"])
        return notebook.facts

    def result(self) -> Result:
        sheet = FactSheet(Identity("lt", "lt", System.LINUX), NOON, tuple(self.facts()))
        return judge_lock(sheet, subject="device/lt").result

    def fact(self, name: str):
        return next(fact for fact in self.facts() if fact.name == name)


@pytest.fixture
def gnome(tmp_path):
    needs("dconf", "gsettings", "dbus-run-session")
    schemas = subprocess.run(["gsettings", "list-schemas"], capture_output=True, text=True, check=False).stdout
    if "org.gnome.desktop.screensaver" not in schemas:
        pytest.skip("needs the package gsettings-desktop-schemas")
    return Gnome(tmp_path)


SESSION = "[org/gnome/desktop/session]\nidle-delay=uint32 %d\n"
LOCK = "/org/gnome/desktop/session/idle-delay"


def test_the_defaults_of_a_real_session_hold(gnome):
    assert gnome.result() is Result.HOLDS
    assert gnome.fact(IDLE).writable is True


def test_never_is_never(gnome):
    assert gnome.sets(IDLE, "uint32 0")

    assert gnome.result() is Result.BROKEN


def test_a_keyfile_without_a_lock_loses_to_the_user(gnome):
    gnome.organisation(SESSION % 900)
    assert gnome.result() is Result.HOLDS

    assert gnome.sets(IDLE, "uint32 3600")

    assert gnome.result() is Result.BROKEN
    assert gnome.fact(IDLE).source is Source.OBSERVED


def test_a_keyfile_with_a_lock_wins_over_the_users_old_value(gnome):
    assert gnome.sets(IDLE, "uint32 3600")
    gnome.organisation(SESSION % 900, LOCK)

    assert gnome.result() is Result.HOLDS
    assert gnome.fact(IDLE).source is Source.POLICY
    assert gnome.fact(IDLE).writable is False
    assert not gnome.sets(IDLE, "uint32 60")


def test_idle_plus_grace_is_what_counts(gnome):
    assert gnome.sets(IDLE, "uint32 900")
    assert gnome.result() is Result.HOLDS

    assert gnome.sets("org.gnome.desktop.screensaver lock-delay", "uint32 30")

    assert gnome.result() is Result.BROKEN


def test_a_switched_off_lock_is_broken(gnome):
    assert gnome.sets("org.gnome.desktop.screensaver lock-enabled", "false")

    assert gnome.result() is Result.BROKEN


class Kde:
    """A user of KDE with a file of their own and the organisation's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "etc").mkdir()
        (folder / "own").mkdir()
        self.environment = {"XDG_CONFIG_DIRS": str(folder / "etc"), "XDG_CONFIG_HOME": str(folder / "own"), "HOME": str(folder)}

    def asks(self, key: str) -> str:
        command = ["kreadconfig5", "--file", "kscreenlockerrc", "--group", "Daemon", "--key", key]
        environment = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", **self.environment}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    def facts(self):
        notebook = Notebook(NOON)
        collect_kde(Machine(), notebook, Person("alice", os.geteuid(), str(self.folder), self.environment))
        return {fact.name.rsplit(" ", 1)[-1]: fact for fact in notebook.facts}


KDE_FILES = [
    ("", ""), ("", "[Daemon]\nTimeout=15\n"), ("[Daemon]\nTimeout=10\n", ""), ("[Daemon]\nTimeout=10\n", "[Daemon]\nTimeout=15\n"),
    ("[Daemon][$i]\nTimeout=10\n", "[Daemon]\nTimeout=15\n"), ("[Daemon]\nTimeout[$i]=10\n", "[Daemon]\nTimeout=15\nLockGrace=0\n"),
    ("[$i]\n[Daemon]\nTimeout=10\n", "[Daemon]\nTimeout=15\n"), ("[Daemon][$i]\nAutolock=true\n", "[Daemon]\nAutolock=false\nTimeout=30\n"),
    ("[Greeter][$i]\nTheme=x\n", "[Daemon]\nTimeout=20\n"), ("# a comment\n[Daemon]\n\nTimeout = 7\n", "[Other]\nTimeout=30\n"),
    ("[Daemon]\nTimeout=10\n", "[Daemon]\nTimeout=\n"), ("[Daemon]\nTimeout[$i]=10\nLockGrace=1\n", "[Daemon]\nLockGrace=2\n"),
]  # fmt: skip


@pytest.mark.parametrize(("system", "own"), KDE_FILES)
def test_kde_files_are_read_as_kde_reads_them(tmp_path, system, own):
    needs("kreadconfig5")
    kde = Kde(tmp_path)
    (tmp_path / "etc" / "kscreenlockerrc").write_text(system)
    (tmp_path / "own" / "kscreenlockerrc").write_text(own)

    facts = kde.facts()

    for key in ("Timeout", "Autolock", "LockGrace"):
        assert (facts[key].value or "") == kde.asks(key)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another user")
def test_root_asks_as_the_person_and_not_as_itself():
    needs("dconf", "gsettings", "dbus-run-session", "runuser")
    entry = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        other = Gnome(folder)
        other.organisation(SESSION % 3600, LOCK)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        # What root itself would be answered: the schema's default of 300.
        kept = {name: value for name, value in other.environment.items() if name not in {"GSETTINGS_BACKEND", "XDG_DATA_DIRS"}}
        person = Person("nobody", entry.pw_uid, str(folder), kept)
        notebook = Notebook(NOON)
        collect_gsettings(Machine(), notebook, person, (IDLE,))

    fact = notebook.facts[0]
    assert (fact.value, fact.writable, fact.source, fact.user) == ("uint32 3600", False, Source.POLICY, "nobody")
    assert Machine().run("gsettings", "get", *IDLE.split(" ")) == "uint32 300\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run something as another user")
def test_a_command_for_a_person_runs_as_that_person():
    needs("runuser")
    entry = pwd.getpwnam("nobody")
    person = Person("nobody", entry.pw_uid, "/nonexistent", {"DISPLAY": ":7", "SECRET": "hunter2"})
    told = Machine().run("/usr/bin/env", person=person) or ""

    assert Machine().run("id", "-u", person=person) == f"{entry.pw_uid}\n"
    assert "DISPLAY=:7" in told
    assert "hunter2" not in told
