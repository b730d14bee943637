"""Brings Django up for a process, and its tables up to date."""

import os

from holdtrue.config import Config, make_private
from holdtrue.errors import Unavailable

_ON_POSTGRES = "See that PostgreSQL runs and that HOLDTRUE_DATABASE_URL names it rightly."
_ON_SQLITE = "If the file is damaged, restore it from a backup; the evidence log is a file of its own."


def set_up(config: Config) -> None:
    """Make Django ready for this configuration; call it once, before anything that touches a table."""
    import django

    # Whatever is made from here on is for this user alone, also in a directory that was there before.
    os.umask(0o077)
    try:
        make_private(config.data)
    except OSError as error:
        raise Unavailable(
            f"The data directory {config.data} cannot be used: {error.strerror}.",
            hint="Set HOLDTRUE_DATA to a directory that this user can write.",
        ) from error
    os.environ["HOLDTRUE_DATA"] = str(config.data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdtrue.server.settings")
    django.setup()


def migrate() -> None:
    """Bring every table up to date; refuses a database that a newer Holdtrue has written."""
    from django.core.management import call_command

    refuse_newer()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def refuse_newer() -> None:
    """Raise `Unavailable` when the database holds migrations that this version does not know."""
    unknown, _ = _differences()
    if unknown:
        raise Unavailable(
            f"This database was written by a newer Holdtrue (it has {unknown[0]}).",
            hint="Install that version or a later one; nothing was changed.",
        )


def require_current() -> None:
    """Raise `Unavailable` unless the tables are exactly those of this version."""
    refuse_newer()
    _, missing = _differences()
    if missing:
        raise Unavailable("The database has not been brought up to date.", hint="Run `holdtrue migrate`.")


def _differences() -> tuple[list[str], list[str]]:
    """Return the migrations that only the database knows, and those that it lacks."""
    from django.db import DatabaseError, connection
    from django.db.migrations.loader import MigrationLoader

    try:
        loader = MigrationLoader(connection)
    except DatabaseError as error:
        raise Unavailable(
            f"The database cannot be read: {error}.".replace("..", "."),
            hint=_ON_POSTGRES if connection.vendor == "postgresql" else _ON_SQLITE,
        ) from error
    ours = {app for app, _ in loader.disk_migrations}
    applied = {f"{app}.{name}" for app, name in loader.applied_migrations if app in ours}
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    replaced = {f"{app}.{name}" for migration in loader.disk_migrations.values() for app, name in migration.replaces}
    return sorted(applied - known - replaced), sorted(known - applied)
