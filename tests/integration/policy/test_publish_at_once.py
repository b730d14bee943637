"""Two people publish at the same moment: one succeeds, the other is told, and nothing is half done."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from holdtrue.accounts.actions import add_person
from holdtrue.accounts.rules import Role
from holdtrue.errors import Conflict
from holdtrue.evidence.actions import record
from holdtrue.evidence.models import Outbox
from holdtrue.policy.text import queries
from holdtrue.policy.text.actions import publish_version

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
AT_ONCE = 6
TEXT = """---
policy: doors
title: Doors
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-01
change: First version.
---

[DOOR-1] Door {number} is shut.

> Asks of you: shut it.
"""


@pytest.mark.django_db(transaction=True)
def test_of_many_who_publish_at_once_one_succeeds():
    ann = add_person(
        "ann@wegroup.example", "Ann", password="correct horse battery", roles=[Role.PRIVACY], at=NOON, record=record
    )
    start = threading.Barrier(AT_ONCE)
    published: list[int] = []
    refused: list[str] = []

    def publish(number: int) -> None:
        start.wait(timeout=20)
        try:
            published.append(publish_version(TEXT.format(number=number), based_on=0, by=ann.id, at=NOON).number)
        except Conflict as error:
            refused.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert published == [1]
    assert len(refused) == AT_ONCE - 1
    assert all("at version 1, not 0" in message for message in refused)
    assert len(queries.versions_of("doors")) == 1
    assert Outbox.objects.filter(kind="policy.published", about="policy/doors").count() == 1
