"""Logs of the tests' own, and entries to put into them."""

from datetime import UTC, datetime
from pathlib import Path

from holdtrue import config
from holdtrue.config import Config
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.log import Log
from holdtrue.evidence.merkle import Frontier, leaf_hash
from holdtrue.evidence.sealing import leaf_of

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def config_of(data: Path, database_url: str = "") -> Config:
    """Return a configuration whose log nobody else uses."""
    return config.read(
        {
            "HOLDTRUE_DATA": str(data),
            "HOLDTRUE_DATABASE_URL": database_url,
            "HOLDTRUE_ANCHOR": str(data.with_name(f"{data.name}-anchor")),
            "HOLDTRUE_PUBLIC_URL": "https://policy.example",
        }
    )


def signed_in(number: int, *, at: datetime = NOON, **identity: str) -> Draft:
    """An entry that says who, and for how long."""
    return compose(Kind.SIGNED_IN, about=f"person/{number}", at=at, identity=identity or {"name": f"Person {number}"})


def drafts(count: int, *, start: int = 0) -> list[Draft]:
    return [signed_in(number) for number in range(start, start + count)]


def root_from_entries(log: Log, size: int) -> bytes:
    """Return the root over the first entries, hashed from the rows alone."""
    tree = Frontier()
    tree.extend(leaf_hash(leaf_of(row.kind, row.hashes)) for row in log.store.rows(0, size))
    return tree.root()
