"""Publishing: versions are dated, numbered, hashed, immutable and proven."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.policy.text import queries
from holdtrue.policy.text.actions import judge_what_is_in_force, publish_version
from holdtrue.policy.text.models import Version

pytestmark = pytest.mark.django_db

LOGS = """---
policy: logs
title: Logs
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
audience: public
in-force: {day}
change: {change}
---

## 1. Logs

[LOG-1] We keep logs for {kept}.

> Asks of you: nothing; they go by themselves.
"""


def logs(kept: str = "90 days", day: str = "2026-11-01", change: str = "First version.") -> str:
    return LOGS.format(kept=kept, day=day, change=change)


def entries() -> list[Outbox]:
    return list(Outbox.objects.filter(about="policy/logs", kind="policy.published").order_by("id"))


def test_a_published_version_is_in_force_and_proven(alice, noon):
    done = publish_version(logs(), based_on=0, by=alice.id, at=noon)

    assert (done.number, done.publisher) == (1, "Alice")
    assert queries.current("logs", at=noon) == done
    core = json.loads(bytes(entries()[0].core))
    assert core["text_hash"] == done.text_hash == done.document.text_hash
    assert (core["number"], core["in_force"], core["title"]) == (1, "2026-11-01", "Logs")
    assert entries()[0].identity, "who published it stands in a group of its own, which can be erased"
    assert str(alice.id) not in bytes(entries()[0].core).decode()
    assert entries()[0].id == done.entry


def test_a_stale_edit_changes_nothing(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)

    with pytest.raises(Conflict, match="at version 1, not 0"):
        publish_version(logs("ever"), based_on=0, by=alice.id, at=noon)

    assert len(entries()) == 1
    assert queries.newest("logs").number == 1


def test_an_edit_of_a_version_that_never_was_changes_nothing(alice, noon):
    with pytest.raises(Conflict, match="at version 0, not 7"):
        publish_version(logs(), based_on=7, by=alice.id, at=noon)

    assert not entries()
    assert queries.newest("logs") is None
    assert (queries.newest_number("logs"), queries.newest_numbers()) == (0, {})
    assert queries.policies() == ()


def test_the_same_text_is_not_published_twice(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)

    with pytest.raises(Conflict, match="published already, as version 1"):
        publish_version(logs().replace("\n", "\r\n"), based_on=1, by=alice.id, at=noon)


def test_a_malformed_text_changes_nothing(alice, noon):
    with pytest.raises(Invalid, match=r"Line 16: .*is no commitment"):
        publish_version(logs().replace("Asks of you: nothing;", "Kept by: device.lock"), based_on=0, by=alice.id, at=noon)

    assert not entries()


def test_a_text_of_another_policy_is_refused(alice, noon):
    with pytest.raises(Invalid, match="is the policy “logs”, not “cookies”"):
        publish_version(logs(), slug="cookies", based_on=0, by=alice.id, at=noon)


def test_a_version_is_not_dated_before_the_last(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)

    with pytest.raises(Invalid, match="before version 1"):
        publish_version(logs("30 days", day="2026-10-01"), based_on=1, by=alice.id, at=noon)


def test_the_database_refuses_to_change_a_published_version(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Version.objects.update(source="We promise nothing.")

    assert "90 days" in queries.current("logs", at=noon).source


def test_a_version_to_come_waits_for_its_date(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)
    publish_version(logs("30 days", day="2026-12-01", change="Shorter."), based_on=1, by=alice.id, at=noon)

    assert queries.current("logs", at=noon).number == 1
    assert queries.current("logs", at=noon + timedelta(days=6)).number == 2
    assert [version.number for version in queries.versions_of("logs")] == [2, 1]
    assert [policy.number for policy in queries.policies(at=noon)] == [1]
    assert [policy.number for policy in queries.policies()] == [2]
    assert queries.newest_numbers() == {"logs": 2}


def test_the_difference_of_two_versions_names_the_clause(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)
    publish_version(logs("30 days", change="Shorter."), based_on=1, by=alice.id, at=noon)

    changed = queries.difference("logs", 1, 2).clauses[0]
    assert (changed.id, changed.change.value) == ("LOG-1", "changed")
    assert [(one.mark.value, one.text) for one in changed.words if one.mark.value != "same"] == [
        ("removed", "90"),
        ("added", "30"),
    ]


def test_what_is_not_there_is_not_found(alice, noon):
    with pytest.raises(NotFound, match="“logs”"):
        queries.current("logs", at=noon)
    publish_version(logs(day="2026-12-01"), based_on=0, by=alice.id, at=noon)
    with pytest.raises(NotFound, match="“logs”"):
        queries.current("logs", at=noon)
    with pytest.raises(NotFound, match="no version 2"):
        queries.version("logs", 2)


def test_publishing_gives_the_policy_its_own_verdicts(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)

    assert {(one.commitment, one.result.value) for one in verdicts_on("policy/logs")} == {
        ("policy.published", "holds"),
        ("policy.consistent", "holds"),
    }


def test_a_policy_whose_date_has_not_come_is_not_shown_as_published(alice, noon):
    publish_version(logs(day="2026-12-01"), based_on=0, by=alice.id, at=noon)

    verdict = next(one for one in verdicts_on("policy/logs") if one.commitment == "policy.published")
    assert verdict.result.value == "unproven"


def test_a_policy_comes_into_force_on_its_date_without_anybody_touching_it(alice, noon):
    publish_version(logs(day="2026-11-27"), based_on=0, by=alice.id, at=noon)

    assert judge_what_is_in_force(at=noon + timedelta(days=1)) == 0
    assert judge_what_is_in_force(at=noon + timedelta(days=2)) == 1
    assert judge_what_is_in_force(at=noon + timedelta(days=3)) == 0
    results = {verdict.commitment: verdict.result for verdict in verdicts_on("policy/logs")}
    assert results["policy.published"] is Result.HOLDS


def test_a_version_to_come_leaves_the_standing_of_the_one_in_force(alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)
    publish_version(logs(kept="30 days", day="2026-11-27", change="Shorter."), based_on=1, by=alice.id, at=noon)

    published = next(one for one in verdicts_on("policy/logs") if one.commitment == "policy.published")
    assert published.reason.value.startswith("version 1,")
