"""People, times and databases for tests that touch tables."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.utils import translation

from holdtrue import config
from holdtrue.accounts.actions import add_person
from holdtrue.accounts.models import Person
from holdtrue.accounts.rules import Role
from holdtrue.evidence.actions import record
from integration.installation import Installation, environment


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> None:
    """Bring up the run's own database; it is thrown away whole, so no second one is made beside it."""
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of the tests' own, also in a run on SQLite."""
    from integration.postgres import throwaway_postgres

    if url := os.environ.get("HOLDTRUE_DATABASE_URL"):
        yield url
        return
    with throwaway_postgres() as url:
        yield url


@pytest.fixture
def settings_of_the_run() -> config.Config:
    """The configuration that Django was set up with."""
    return config.read(os.environ)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Leave no test the language that another one asked for: Django keeps a request's until the next one."""
    yield
    translation.deactivate()


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 25, 12, tzinfo=UTC)


def _person(name: str, *roles: Role, at: datetime) -> Person:
    reader = add_person(
        f"{name.lower()}@wegroup.example", name, password="correct horse battery", roles=roles, at=at, record=record
    )
    return Person.objects.get(id=reader.id)


@pytest.fixture
def alice(db, noon) -> Person:
    """Alice may: she is on the security and privacy teams."""
    return _person("Alice", Role.SECURITY, Role.PRIVACY, at=noon)


@pytest.fixture
def bob(db, noon) -> Person:
    """Bob may not: he is a member of personnel."""
    return _person("Bob", Role.STAFF, at=noon)


@pytest.fixture
def olga(db, noon) -> Person:
    """Olga audits: she reads everything and changes nothing."""
    return _person("Olga", Role.AUDITOR, at=noon)


@pytest.fixture
def fresh_url(tmp_path) -> Iterator[str]:
    """A database with nothing in it: empty for SQLite, an address on the run's own PostgreSQL otherwise."""
    url = os.environ.get("HOLDTRUE_DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"fresh_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield url.rsplit("/", 1)[0] + f"/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def installation(tmp_path, fresh_url) -> Installation:
    """A fresh installation, migrated, with one administrator who holds every team's role."""
    made = environment(tmp_path / "data", fresh_url)
    assert made.run("migrate").returncode == 0
    added = made.run(
        "add-person", "anna@wegroup.example", "--name", "Anna", "--role", "admin", "--role", "security", "--role", "privacy",
        stdin="correct horse battery\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    return made
