"""Reads the knowledge in the package: services, their hosts, and their items with what each is for."""

import csv
import io
import tomllib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from holdtrue.policy.text.durations import retention_of
from holdtrue.policy.text.rules import Category, Party
from holdtrue.website.knowledge.known import Item, Kind, Match, Purpose, Runs, Service, ServiceKind

DATA: Traversable = resources.files("holdtrue.website.knowledge").joinpath("data")


@cache
def services() -> dict[str, Service]:
    """Return every service by its id."""
    return {row["service"]: _service(row) for row in _rows("services.csv")}


@cache
def items() -> tuple[Item, ...]:
    """Return every item; raises `ValueError` for a row that breaks the format, which a test keeps from happening."""
    known, purposes = services(), _purposes()
    cut: dict[tuple[str, str], Purpose] = {}
    return tuple(_item(row, known[row["service"]], purposes, cut) for row in _rows("items.csv"))


def days_of(retention: str) -> float | None:
    """Return the days in a usual retention; None for the browser's session; raises `ValueError` for anything else."""
    read = retention_of(retention)
    if read is None:
        raise ValueError(f"“{retention}” is no retention")
    return read.days


def _service(row: dict[str, str]) -> Service:
    return Service(
        id=row["service"],
        name=row["name"],
        provider=row["provider"],
        country=row["country"],
        kind=ServiceKind(row["kind"]),
        category=Category(row["category"]),
        runs=Runs(row["runs"]),
        documented=row["documented"],
        hosts=frozenset(row["hosts"].split()),
    )


def _item(row: dict[str, str], service: Service, purposes: dict[str, Purpose], cut: dict[tuple[str, str], Purpose]) -> Item:
    key = (row["purpose"], service.name)
    if key not in cut:
        cut[key] = _cut(purposes[row["purpose"]], service.name)
    return Item(
        name=row["name"],
        also=tuple(row["also"].split()),
        service=service,
        kinds=tuple(Kind(kind) for kind in row["kinds"].split()),
        category=Category(row["category"]),
        party=Party(row["party"]) if row["party"] else None,
        retention=row["retention"],
        retention_days=days_of(row["retention"]),
        purpose=cut[key],
        match=Match(row["match"]),
    )


def _cut(purpose: Purpose, service: str) -> Purpose:
    texts = (purpose.en, purpose.nl, purpose.fr, purpose.de)
    return Purpose(*(text.replace("{service}", service) for text in texts))


def _purposes() -> dict[str, Purpose]:
    texts = tomllib.loads(DATA.joinpath("purposes.toml").read_text(encoding="utf-8"))
    return {name: Purpose(**languages) for name, languages in texts.items()}


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(DATA.joinpath(name).read_text(encoding="utf-8"), newline=""), strict=True))
