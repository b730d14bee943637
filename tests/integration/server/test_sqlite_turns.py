"""On SQLite whoever wants to write comes to it, however many reports pour in: worker, pages and commands alike."""

import base64
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection, connections, transaction

from holdtrue.accounts.models import Person
from holdtrue.server.sqlite import turns
from holdtrue.server.sqlite.turns import Turns
from holdtrue.workplace.devices.queries import sheets
from holdtrue.workplace.devices.signatures import ENROLMENT
from integration.workplace.signing import Laptop, token_for
from integration.workplace.signing import deliver as told
from integration.workplace.test_device_kill import deliver, post

MUCH = 0.06
"""Seconds that each transaction of a flood takes."""


@pytest.fixture
def flood(transactional_db, alice):
    """A thread that writes without a break, and takes its next turn in the moment in which the last one ends."""
    stop, began = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            with transaction.atomic():
                Person.objects.filter(id=alice.id).update(name="Alice")
                began.set()
                time.sleep(MUCH)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for one in threads:
        one.start()
    assert began.wait(10)
    yield
    stop.set()
    for one in threads:
        one.join()


on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL takes many writers at a time")


@on_sqlite
def test_whoever_asked_first_writes_first(flood, bob):
    took = []

    def write(number: int) -> None:
        began = time.monotonic()
        if number % 2:
            Person.objects.filter(id=bob.id).update(name=f"Bob {number}")
        else:
            with transaction.atomic():
                Person.objects.filter(id=bob.id).update(name=f"Bob {number}")
        took.append(time.monotonic() - began)
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(took) == 6
    # In line behind two that flood and five others: SQLite's own waiting would have left most of them there for seconds.
    assert max(took) < 20 * MUCH


@on_sqlite
def test_another_process_finds_the_file_at_rest(flood, bob, monkeypatch):
    monkeypatch.setattr(turns, "REST_EVERY", 0.5)
    file = connection.settings_dict["NAME"]
    command = f"import sqlite3; db = sqlite3.connect({str(file)!r}, timeout=8); db.execute('UPDATE accounts_person SET name = 1'); db.commit()"

    subprocess.run([sys.executable, "-c", command], check=True, timeout=30)

    with sqlite3.connect(file) as db:
        assert db.execute("SELECT count(*) FROM accounts_person WHERE name = '1'").fetchone()[0]


@on_sqlite
def test_a_turn_that_does_not_come_is_told_as_sqlite_tells_it(transactional_db, alice, monkeypatch):
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            held.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)

    with pytest.raises(OperationalError, match="locked"):
        Person.objects.filter(id=alice.id).update(name="Al")

    done.set()
    thread.join()
    assert Person.objects.filter(id=alice.id).update(name="Al") == 1


def test_a_job_that_goes_through_all_devices_writes_although_others_write_meanwhile(transactional_db, alice):
    now = datetime.now(UTC)
    for number in range(3):
        laptop = Laptop(f"LT-{number}")
        laptop.enrol(token_for(alice, now), now)
        told(laptop.full(laptop.sheet(now), now), at=now)

    def write() -> None:
        Person.objects.filter(id=alice.id).update(name="Al")
        connection.close()

    for some in sheets(at_once=1):
        other = threading.Thread(target=write)
        other.start()
        other.join()
        with transaction.atomic():
            assert len(some) == Person.objects.filter(id=alice.id).update(name="Alice")


def test_turns_are_given_in_the_order_in_which_they_were_asked_for():
    line, order = Turns(), []
    assert line.take(within=1)

    def ask(number: int) -> None:
        assert line.take(within=5)
        order.append(number)
        line.give()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        time.sleep(0.02)
    assert not Turns.take(line, within=0.01)
    line.give()
    for one in threads:
        one.join()

    assert order == [0, 1, 2, 3, 4]
    assert line.take(within=0.01)


def enrol(installation, laptop: Laptop, token: str) -> int:
    """Let a device join through a page of the office."""
    body = laptop.enrolment()
    signature = base64.b64encode(laptop.sign(ENROLMENT, body)).decode()
    headers = {"Authorization": f"Bearer {token}", "Holdtrue-Key": laptop.key, "Holdtrue-Signature": signature}
    return post(installation, "/api/devices/enrolments", body, headers)[0]


def followed(installation) -> int:
    """Return of how many devices the worker has let the verdicts follow."""
    with sqlite3.connect(installation.data / "office.sqlite3", timeout=10) as db:
        return db.execute("SELECT count(*) FROM devices_devicekey WHERE folded_at IS NOT NULL").fetchone()[0]


@on_sqlite
def test_under_a_flood_of_changed_reports_the_worker_a_page_and_a_command_come_to_an_end(installation):
    token = installation.run("token", "device", "--by", "anna@wegroup.example").stdout.strip()
    stop, taken, errors = threading.Event(), [], []

    def pour(laptop: Laptop) -> None:
        sheet = None
        while not stop.is_set():
            now = datetime.now(UTC)
            after = laptop.sheet(now, idle=1 + laptop.sequence % 900)
            status, _ = deliver(installation, laptop.change(sheet, after, now) if sheet else laptop.full(after, now))
            taken.append(status)
            sheet = after

    laptops = [Laptop(f"LT-{number}") for number in range(12)]
    with installation.serving() as process:
        reader = threading.Thread(target=lambda: errors.extend(process.stderr))
        reader.start()
        assert {enrol(installation, one, token) for one in laptops} == {201}
        threads = [threading.Thread(target=pour, args=(one,)) for one in laptops]
        for one in threads:
            one.start()
        time.sleep(1)
        began = time.monotonic()
        assert enrol(installation, Laptop("LT-late"), token) == 201
        page = time.monotonic() - began
        command = installation.run("token", "device", "--by", "anna@wegroup.example")
        installation.wait_until(lambda: followed(installation), process)
        stop.set()
        for one in threads:
            one.join()
        process.terminate()
        reader.join()

    assert page < 5
    assert command.returncode == 0, command.stderr
    assert len(taken) > 100
    assert set(taken) == {201}
    assert not [line for line in errors if "locked" in line or "failed" in line]
