"""Several processes take reports of the same devices and titles from PostgreSQL: each waits for the other, and none for ever."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from holdtrue.errors import HoldtrueError
from holdtrue.workplace import reports
from holdtrue.workplace.devices import register
from holdtrue.workplace.devices.judgement import Updated
from holdtrue.workplace.devices.models import Device, DeviceKey
from holdtrue.workplace.devices.titles import titles_in
from holdtrue.workplace.facts import Identity, Installed, System
from holdtrue.workplace.software.models import Inventory
from holdtrue.workplace.software.rules import number_of
from holdtrue.workplace.state import Change
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("HOLDTRUE_DATABASE_URL"), reason="several processes share PostgreSQL alone"),
]


@pytest.fixture
def elsewhere() -> Iterator[psycopg.Connection]:
    """A transaction of another process."""
    with psycopg.connect(os.environ["HOLDTRUE_DATABASE_URL"]) as other:
        yield other
        other.rollback()


@pytest.fixture
def observer() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["HOLDTRUE_DATABASE_URL"], autocommit=True) as other:
        yield other


def wait_for_waiting(observer: psycopg.Connection, count: int) -> None:
    """Wait until so many others wait for a lock."""
    for _ in range(500):
        row = observer.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
        if row == (count,):
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def started(work: Callable[[], object], errors: list[Exception]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except (DatabaseError, HoldtrueError) as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_titles_that_two_batches_have_in_common_are_never_waited_for_in_a_circle(noon, elsewhere, observer):
    titles = [Installed(name, "1", "deb", "") for name in ("zoom", "gimp", "nmap")]
    first, one, two = sorted(titles, key=number_of)

    def told(name: str, *have: Installed) -> Updated:
        identity = Identity(name, name, System.LINUX)
        return Updated(f"device/{name}", identity, noon, titles_in(have), Change((), (), have, (), ()))

    def take(*batch: Updated) -> None:
        with transaction.atomic():
            reports.Judge(at=noon).software(batch, at=noon)

    # Somebody is about to write the first of all: both batches wait there, with whatever they have locked by then.
    elsewhere.execute(
        "INSERT INTO software_titlerow (id, name, version, type, origin, publisher) VALUES (%s, '', '', '', '', '')",
        [number_of(first)],
    )
    errors: list[Exception] = []
    threads = [
        started(lambda: take(told("a", one), told("b", first, two)), errors),
        started(lambda: take(told("c", two), told("d", first, one)), errors),
    ]
    wait_for_waiting(observer, 2)
    elsewhere.commit()
    for thread in threads:
        thread.join(timeout=30)

    assert not errors
    assert Inventory.objects.count() == 4


def test_a_report_that_waits_for_another_process_is_held_against_what_that_wrote(alice, noon, elsewhere, observer):
    laptop = Laptop()
    laptop.enrol(token_for(alice, noon), noon)
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    elsewhere.execute("UPDATE devices_devicekey SET sequence = 7 WHERE id = %s", [laptop.key])
    later, answers, errors = noon + timedelta(minutes=5), [], []
    report = laptop.unchanged(sheet, later)

    thread = started(lambda: answers.extend(deliver(report, at=later)), errors)
    wait_for_waiting(observer, 1)
    elsewhere.commit()
    thread.join(timeout=30)

    assert not errors
    assert [(answer.status, answer.body.get("was_overtaken")) for answer in answers] == [(200, True)]
    assert DeviceKey.objects.get().sequence == 7


def test_whoever_ends_a_key_and_whoever_takes_its_report_never_wait_in_a_circle(alice, noon, elsewhere, observer):
    laptop = Laptop()
    device = laptop.enrol(token_for(alice, noon), noon).device
    # As reports are taken and followed: first the key, then its device.
    elsewhere.execute("SELECT id FROM devices_devicekey WHERE id = %s FOR UPDATE", [laptop.key])
    errors: list[Exception] = []

    thread = started(lambda: register.revoke_key(device, by=alice.id, at=noon), errors)
    wait_for_waiting(observer, 1)
    elsewhere.execute("UPDATE devices_device SET last_seen = now() WHERE id = %s", [device])
    elsewhere.commit()
    thread.join(timeout=30)

    assert not errors
    assert DeviceKey.objects.get().state == "revoked"


def test_a_report_that_waits_while_its_device_is_said_to_be_lost_counts_no_more(alice, noon, elsewhere, observer):
    laptop = Laptop()
    device = laptop.enrol(token_for(alice, noon), noon).device
    report, answers, errors = laptop.full(laptop.sheet(noon), noon), [], []
    elsewhere.execute("SELECT id FROM devices_devicekey WHERE id = %s FOR UPDATE", [laptop.key])
    elsewhere.execute("UPDATE devices_device SET life = 'lost' WHERE id = %s", [device])

    thread = started(lambda: answers.extend(deliver(report, at=noon)), errors)
    wait_for_waiting(observer, 1)
    elsewhere.commit()
    thread.join(timeout=30)

    assert not errors
    assert [answer.body.get("want") for answer in answers] == ["enrol"]
    assert Device.objects.get().life == "lost"
