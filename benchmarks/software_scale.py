"""Software of a large fleet: what judging and the pages cost with 10,000 devices and 100,000 titles.

`python benchmarks/software_scale.py [devices] [titles]`; the baseline of the same run is one row inserted by the same database.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from holdtrue.accounts.rules import Reader, Role

EACH, WITHOUT = 1_100, 100
"""Titles of a device, and how many of them nobody approved."""


def main(devices: int, titles: int) -> None:
    os.environ["HOLDTRUE_DATA"] = tempfile.mkdtemp(prefix="holdtrue-scale-")
    from holdtrue import config
    from holdtrue.server import boot

    boot.set_up(config.read(os.environ))
    boot.migrate()
    from holdtrue.accounts.actions import add_person
    from holdtrue.evidence.actions import record
    from holdtrue.workplace.facts import Installed
    from holdtrue.workplace.software import actions
    from holdtrue.workplace.software.rules import Approval

    at = datetime.now(UTC)
    person = add_person("s@x.example", "Sofie", password="correct horse battery", roles=[Role.SECURITY], at=at, record=record)
    actions.approve(Approval(source="Debian", type="deb", why="theirs"), by=person.id, at=at)
    approved = [Installed(f"lib-{n}", f"{n % 7}.{n % 11}", "deb", "Debian") for n in range(titles // 2)]
    others = [Installed(f"tool-{n}", f"{n % 5}.0", "pypi") for n in range(titles - titles // 2)]
    fill(devices, approved, others, at)
    measure(person, approved, others, devices, at)


def fill(devices: int, approved: list, others: list, at: datetime) -> None:
    """Give each device its software, as first reports do, many in one transaction."""
    from django.db import transaction

    from holdtrue.workplace.software.inventories import _begun, _keep
    from holdtrue.workplace.software.judging import judge_of
    from holdtrue.workplace.software.packing import counted
    from holdtrue.workplace.software.rules import number_of

    chance, judge, began = random.Random(1), judge_of(at=at), time.perf_counter()
    numbers = {one: number_of(one) for one in (*approved, *others)}
    for start in range(0, devices, 100):
        works = []
        for n in range(start, min(start + 100, devices)):
            have = [*chance.sample(approved, EACH - WITHOUT), *chance.sample(others, WITHOUT)]
            work = _begun(None, f"device/d{n}", "linux")
            work.added = {numbers[one]: one for one in have}
            work.new, work.counts, work.row.collected_at, work.is_whole = set(work.added), counted(have), at, True
            works.append(work)
        with transaction.atomic():
            _keep(works, judge)
    print(f"filled {devices:,} inventories in {time.perf_counter() - began:.0f} s")


def measure(person: Reader, approved: list, others: list, devices: int, at: datetime) -> None:
    from django.db import transaction
    from django.test import Client

    from holdtrue.accounts.models import Person
    from holdtrue.workplace.software import actions
    from holdtrue.workplace.software.inventories import Difference, judge_again, judge_differences
    from holdtrue.workplace.software.models import Inventory, SeatTaken
    from holdtrue.workplace.software.rules import Approval, Stance
    from holdtrue.workplace.software.versions import parse_range

    chance = random.Random(2)
    many = min(2_000, devices)

    def differences(minute: int) -> list:
        later = at + timedelta(minutes=minute)
        pairs = [(chance.sample(approved, 3), []) for _ in range(many)]
        return [Difference(f"device/d{n}", "linux", later, tuple(come), tuple(gone)) for n, (come, gone) in enumerate(pairs)]

    def by_difference(minute: int) -> None:
        told = differences(minute)
        for start in range(0, many, 200):
            judge_differences(told[start : start + 200], at=at + timedelta(minutes=minute))

    def rows() -> None:
        with transaction.atomic():
            for n in range(many):
                SeatTaken.objects.filter(subject=f"device/d{n}").first()
                Inventory.objects.filter(subject=f"device/d{n}").update(collected_at=at)

    base = timed(rows) / many
    took = timed(lambda: by_difference(1)) / many
    print(f"one row read and one written, a device: {base * 1e6:,.0f} us")
    print(f"judged by difference, a device: {took * 1e6:,.0f} us = {1 / took:,.0f}/s, {took / base:.2f} of that")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(Person.objects.get(id=person.id))
    for address in ("/work/software/", "/work/software/?q=tool-123", "/work/software/?fault=unknown&page=20",
                    f"/work/software/title/?name={others[0].name}&type=pypi"):  # fmt: skip
        browser.get(address)
        print(f"{address}: {timed(lambda address=address: browser.get(address)) * 1e3:,.0f} ms, "
              f"{len(browser.get(address).content) / 1e3:,.0f} kB")  # fmt: skip
    denial = Approval(
        approved[0].name, "deb", versions=parse_range(f"<= {approved[0].version}"), stance=Stance.DENIED, why="bad"
    )
    print(f"a denial, decided: {timed(lambda: actions.approve(denial, by=person.id, at=at)):.2f} s")
    began = time.perf_counter()
    while judge_again(at=at):
        pass
    print(f"and held against every other device: {time.perf_counter() - began:.1f} s")


def timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


main(*(int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 100_000))
