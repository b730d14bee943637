"""An intake of its own for each test, on SQLite and on PostgreSQL."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from holdtrue.config import Config
from holdtrue.evidence.opened import open_log
from integration.evidence.log_samples import config_of
from integration.website_consent_records.consent_door import Door


@pytest.fixture
def own_schema(request) -> Iterator[str]:
    """The address of a PostgreSQL schema that nobody else uses."""
    url = request.getfixturevalue("postgres_url")
    name = f"consent_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {name}")
        yield f"{url}?options=-csearch_path%3D{name}"
        db.execute("SET client_min_messages = warning")
        db.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", "postgres"])
def log_config(request, tmp_path: Path) -> Config:
    """A configuration on each database."""
    url = request.getfixturevalue("own_schema") if request.param == "postgres" else ""
    return config_of(tmp_path / "data", url)


@pytest.fixture
def door(log_config: Config) -> Iterator[Door]:
    log = open_log(log_config)
    door = Door(log_config, log)
    yield door
    door.close()
    log.close()
