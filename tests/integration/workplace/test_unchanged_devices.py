"""Devices on which nothing changed keep their verdicts fresh, many at once; those that fell silent do not."""

import json
from datetime import timedelta

import pytest

from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.actions import mark_stale
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import reports
from holdtrue.workplace.devices import folding, queries, register
from holdtrue.workplace.devices.jobs import let_go_of_what_is_old
from holdtrue.workplace.devices.models import Device, DeviceKey, DeviceState, DeviceTitles, Report
from holdtrue.workplace.devices.reasons import reasons_of
from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software.inventories import judge_again
from holdtrue.workplace.software.models import Inventory
from holdtrue.workplace.software.rules import Approval
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BASH = Installed("bash", "5.2", "deb", "Debian")


@pytest.fixture
def laptops(alice, noon) -> list[Laptop]:
    software.approve(Approval(source="Debian", type="deb"), by=alice.id, at=noon)
    made = [Laptop(f"LT-{number}") for number in range(3)]
    for one in made:
        one.enrol(token_for(alice, noon), noon, asset_tag="A")
        deliver(one.full(one.sheet(noon, software=(BASH,)), noon), at=noon)
    reports.follow_unchanged(noon)
    return made


def unchanged(laptops, noon, at) -> None:
    answers = deliver(*(one.unchanged(one.sheet(noon, software=(BASH,)), at) for one in laptops), at=at)
    assert {answer.status for answer in answers} == {200}


def seen(subject: str) -> set:
    return {verdict.reason.observed_at for verdict in verdicts_on(subject)}


def results(subject: str) -> dict[str, Result]:
    return {verdict.commitment: verdict.result for verdict in verdicts_on(subject)}


def test_one_entry_stands_for_many_and_every_verdict_is_fresh(laptops, noon):
    later = noon + HOUR
    unchanged(laptops, noon, later)

    assert reports.follow_unchanged(later) == 3

    core = json.loads(bytes(Outbox.objects.get(kind="device.confirmed").core))
    assert (core["devices"], core["from"], core["until"]) == (3, later.isoformat(), later.isoformat())
    assert all(seen(f"device/LT-{number}") == {later} for number in range(3))
    assert set(Device.objects.values_list("last_seen", flat=True)) == {later}
    assert set(Inventory.objects.values_list("collected_at", flat=True)) == {later}
    assert reports.follow_unchanged(later) == 0


def test_a_new_state_has_its_own_entry_and_is_not_counted_again(laptops, noon):
    one = laptops[0]
    deliver(
        one.change(one.sheet(noon, software=(BASH,)), one.sheet(noon + HOUR, idle=0, software=(BASH,)), noon + HOUR),
        at=noon + HOUR,
    )

    reports.follow_unchanged(noon + HOUR)

    assert not Outbox.objects.filter(kind="device.confirmed").exists()
    assert results("device/LT-0")["device.screen-lock"] is Result.BROKEN


def test_reporting_nothing_new_keeps_a_verdict_from_going_stale(laptops, noon):
    for hours in (12, 24, 36):
        unchanged(laptops[:1], noon, noon + hours * HOUR)
        reports.follow_unchanged(noon + hours * HOUR)

    mark_stale(at=noon + 40 * HOUR)

    assert results("device/LT-0")["device.screen-lock"] is Result.HOLDS
    assert results("device/LT-0")["device.approved-software"] is Result.HOLDS
    assert set(results("device/LT-1").values()) == {Result.UNPROVEN}


def test_a_device_that_comes_back_from_silence_is_judged_by_what_it_said(laptops, noon):
    before, back = results("device/LT-0"), noon + 50 * HOUR
    mark_stale(at=back)
    assert set(results("device/LT-0").values()) == {Result.UNPROVEN}
    unchanged(laptops[:1], noon, back)

    reports.follow_unchanged(back)

    assert results("device/LT-0") == before
    assert seen("device/LT-0") == {back}


def test_the_reasons_of_a_verdict_are_as_fresh_as_the_verdict(laptops, noon):
    later, device = noon + 30 * HOUR, Device.objects.get(identity="LT-0")
    unchanged(laptops[:1], noon, later)
    reports.follow_unchanged(later)

    sheet = queries.last_sheet(device.id)
    reasons = reasons_of(sheet, {}, at=later)["device.screen-lock"]

    assert results("device/LT-0")["device.screen-lock"] is Result.HOLDS
    assert [one.result for one in reasons] == [Result.HOLDS]
    assert {one.observed_at for one in sheet.facts} == {later}


def test_an_approval_after_quiet_weeks_still_counts(alice, laptops, noon):
    one, zoom = laptops[0], Installed("zoom", "6", "deb")
    sheet = one.sheet(noon, software=(BASH, zoom))
    deliver(one.full(sheet, noon), at=noon)
    assert results("device/LT-0")["device.approved-software"] is Result.BROKEN
    deliver(one.unchanged(sheet, noon + HOUR), at=noon + HOUR)
    reports.follow_unchanged(noon + HOUR)

    software.approve(Approval(name="zoom", type="deb"), by=alice.id, at=noon + 2 * HOUR)

    assert results("device/LT-0")["device.approved-software"] is Result.HOLDS


def test_an_inventory_that_is_told_no_more_is_freshened_by_nothing(alice, laptops, noon):
    one, zoom = laptops[0], Installed("zoom", "6", "deb")
    deliver(one.full(one.sheet(noon, software=(BASH, zoom)), noon), at=noon)
    silent = one.sheet(noon + HOUR, software=None)
    deliver(one.full(silent, noon + HOUR), at=noon + HOUR)
    assert results("device/LT-0")["device.approved-software"] is Result.UNPROVEN
    deliver(one.unchanged(silent, noon + 2 * HOUR), at=noon + 2 * HOUR)
    reports.follow_unchanged(noon + 2 * HOUR)

    software.approve(Approval(name="zoom", type="deb"), by=alice.id, at=noon + 3 * HOUR)
    judge_again(at=noon + 3 * HOUR)

    assert results("device/LT-0")["device.approved-software"] is Result.UNPROVEN


def test_a_lost_device_is_freshened_by_nothing(alice, laptops, noon):
    unchanged(laptops, noon, noon + HOUR)
    register.mark_lost(Device.objects.get(identity="LT-0").id, by=alice.id, at=noon + HOUR)

    assert reports.follow_unchanged(noon + HOUR) == 2


def test_only_the_newest_reports_keep_their_words(laptops, noon):
    one = laptops[0]
    for number in range(40):
        sheet = one.sheet(noon, idle=number + 1, software=(BASH,))
        deliver(one.full(sheet, noon + number * HOUR), at=noon + number * HOUR)

    let_go_of_what_is_old(noon + 40 * HOUR)

    assert Report.objects.filter(device__identity="LT-0", body__isnull=False).count() == 30
    assert Report.objects.filter(device__identity="LT-0").count() == 41
    let_go_of_what_is_old(noon + timedelta(days=200))
    assert not Report.objects.filter(body__isnull=False).exists()


def test_what_a_device_said_goes_once_it_is_long_out_of_use(alice, laptops, noon):
    gone = Device.objects.get(identity="LT-0")
    register.retire_device(gone.id, by=alice.id, at=noon)

    let_go_of_what_is_old(noon + timedelta(days=89))
    assert DeviceState.objects.filter(device=gone).exists()
    let_go_of_what_is_old(noon + timedelta(days=91))

    assert not DeviceState.objects.filter(device=gone).exists()
    assert not DeviceTitles.objects.filter(device=gone).exists()
    assert DeviceState.objects.count() == 2
    assert DeviceKey.objects.filter(device=gone).exists()


def test_whoever_goes_on_speaking_is_followed_the_next_time(laptops, noon, monkeypatch):
    followed = []
    unchanged(laptops, noon, noon + HOUR)

    def meanwhile(spoke, *_more, **_named):
        followed.append(len(spoke))
        assert len(followed) < 3
        unchanged(laptops, noon, noon + HOUR * (1 + len(followed)))

    monkeypatch.setattr(folding, "_judge_again", meanwhile)

    assert reports.follow_unchanged(noon + HOUR) == 3
    assert reports.follow_unchanged(noon + HOUR) == 3
