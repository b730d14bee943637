"""What time alone changes: devices that say that nothing changed are judged by the day and the rules that count now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import reports
from holdtrue.workplace.facts import Fact, Source
from holdtrue.workplace.storage import actions as storage
from holdtrue.workplace.storage.rules import Place
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OWN = """
format: holdtrue.rules/1
rules:
  - id: own-setting
    title: own is one
    keeps: device.protection
    fresh: 24h
    holds: number("com.example.own value") == {wanted}
"""


@pytest.fixture
def laptop(alice, noon) -> Laptop:
    made = Laptop("LT-0")
    made.enrol(token_for(alice, noon), noon, asset_tag="A")
    return made


def result(commitment: str) -> Result:
    return next(one.result for one in verdicts_on("device/LT-0") if one.commitment == commitment)


def says_nothing_new(laptop, sheet, at) -> None:
    (answer,) = deliver(laptop.unchanged(sheet, at), at=at)
    assert answer.status == 200
    reports.follow_unchanged(at)


def test_a_system_whose_support_ends_breaks_the_rule_though_nothing_changed(laptop, noon):
    sheet = laptop.sheet(noon)
    on = Fact("updates.automatic", value=True, source=Source.OBSERVED, observed_at=noon)
    sheet = replace(sheet, facts=(*sheet.facts, on))
    deliver(laptop.full(sheet, noon), at=noon)
    assert result("device.supported-system") is Result.HOLDS

    says_nothing_new(laptop, sheet, datetime(2028, 6, 30, 12, tzinfo=UTC))
    assert result("device.supported-system") is Result.HOLDS
    says_nothing_new(laptop, sheet, datetime(2028, 7, 1, 12, tzinfo=UTC))

    assert result("device.supported-system") is Result.BROKEN


def test_a_sync_client_that_writes_no_journal_any_more_proves_nothing(laptop, alice, noon):
    storage.approve_place(Place("Ours", "nextcloud", "x@cloud.example"), by=alice.id, at=noon)
    told = (
        ("sync.clients", ["nextcloud"]), ("sync.nextcloud accounts", ["x@cloud.example"]), ("sync.nextcloud running", True),
        ("sync.nextcloud last-active", noon.isoformat()),
    )  # fmt: skip
    sheet = laptop.sheet(noon)
    sheet = replace(
        sheet, facts=(*sheet.facts, *(Fact(name, value, Source.OBSERVED, noon, user="alice") for name, value in told))
    )
    deliver(laptop.full(sheet, noon), at=noon)
    reports.judge_storage_again(at=noon)
    assert result("device.cloud-storage") is Result.HOLDS
    for day in range(1, 16):
        says_nothing_new(laptop, sheet, noon + 24 * HOUR * day)

    assert result("device.cloud-storage") is Result.UNPROVEN


def test_a_rule_that_changes_is_asked_of_devices_that_say_nothing_new(laptop, noon, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDTRUE_RULES", str(tmp_path))
    monkeypatch.setattr("holdtrue.workplace.devices.rulebook.book.monotonic", iter(range(10**9)).__next__)
    sheet = laptop.sheet(noon)
    sheet = replace(sheet, facts=(*sheet.facts, Fact("com.example.own value", 1, Source.OBSERVED, noon)))
    deliver(laptop.full(sheet, noon), at=noon)
    assert result("device.protection") is Result.UNPROVEN
    (tmp_path / "own.yaml").write_text(OWN.format(wanted=2))

    says_nothing_new(laptop, sheet, noon + HOUR)

    assert result("device.protection") is Result.BROKEN


def test_what_was_said_while_the_clock_was_behind_counts_with_the_next_report(laptop, noon):
    before, behind = laptop.sheet(noon), laptop.sheet(noon - 2 * HOUR, idle=0)
    deliver(laptop.full(before, noon), at=noon)
    reports.follow_unchanged(noon)
    deliver(laptop.change(before, behind, noon), at=noon)
    reports.follow_unchanged(noon)
    assert result("device.screen-lock") is Result.HOLDS

    says_nothing_new(laptop, behind, noon + HOUR)

    assert result("device.screen-lock") is Result.BROKEN
