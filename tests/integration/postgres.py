"""A PostgreSQL server of the tests' own, in a temporary directory, gone when they end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"


def binaries() -> Path | None:
    """Return the directory of PostgreSQL's programs, or None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def throwaway_postgres(*, fsync: bool = False) -> Iterator[str]:
    """Start a server and yield its `postgresql://` address; `fsync` only where durability is what is tested."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed; `make check` installs it.")
    folder = tempfile.mkdtemp(prefix="holdtrue-postgres-")
    try:
        as_user = _unprivileged(folder)
        data = Path(folder) / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "holdtrue", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
            check=True,
            capture_output=True,
            user=as_user,
            cwd=folder,
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "max_connections=60"]
        if not fsync:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options = " ".join(f"-c {setting}" for setting in settings)
        control = [programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", Path(folder) / "log"]
        subprocess.run([*control, "start"], check=True, capture_output=True, user=as_user, cwd=folder)
        try:
            subprocess.run(
                [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "holdtrue", "holdtrue"],
                check=True,
                capture_output=True,
                user=as_user,
                cwd=folder,
            )
            yield f"postgresql://holdtrue@127.0.0.1:{port}/holdtrue"
        finally:
            subprocess.run(
                [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
                check=False,
                capture_output=True,
                user=as_user,
                cwd=folder,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: str) -> str | None:
    """Return the user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return UNPRIVILEGED
