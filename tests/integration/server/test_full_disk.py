"""A full disk: a clear answer, nothing half-stored, what was acknowledged still there."""

import json

import pytest
from django.db import OperationalError, connection
from django.test import Client

from holdtrue.accounts.actions import issue_token
from holdtrue.accounts.queries import Purpose
from holdtrue.evidence.actions import record
from holdtrue.evidence.models import Outbox
from holdtrue.server import intake
from integration.installation import facts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full_disk():
    """SQLite with no page left; PostgreSQL's own answer is simulated where its files cannot be filled."""
    if connection.vendor != "sqlite":
        pytest.skip("a file of PostgreSQL's cannot be filled without filling the machine's disk")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


def test_a_report_on_a_full_disk_is_507_and_stores_nothing(alice, noon, full_disk):
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    secret = issue_token(Purpose.DEVICE, subject="", by=alice.id, at=now, expires_at=now + timedelta(hours=1), record=record)
    before = Outbox.objects.count()
    report = json.loads(facts("FULL-1"))
    report["software"] = [{"name": f"title-{n}", "version": "1" * 200, "type": "deb"} for n in range(5_000)]
    headers = {"Authorization": f"Bearer {secret}"}

    answer = Client(headers=headers).post("/api/devices/reports", json.dumps(report), content_type="application/json")

    assert answer.status_code == 507, answer.content
    assert "disk is full" in answer.json()["error"]
    assert Outbox.objects.count() == before


@pytest.mark.parametrize(("sqlstate", "status"), [("53100", 507), ("57P01", 503)])
def test_what_postgres_says_is_told_apart(monkeypatch, db, sqlstate, status):
    class Refusal(Exception):
        pass

    def refuse(*_: object, **__: object) -> None:
        cause = Refusal()
        cause.sqlstate = sqlstate
        raise OperationalError("could not extend file") from cause

    monkeypatch.setattr(intake, "receive_device_report", refuse)
    answer = Client(headers={"Authorization": "Bearer x"}).post("/api/devices/reports", "{}", content_type="application/json")

    assert answer.status_code == status
