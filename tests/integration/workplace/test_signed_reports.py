"""Signed reports: the whole state, a change, nothing new; and every way in which one may be wrong."""

import json
import random
import zlib
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from django.conf import settings

from holdtrue.config import Mail, MailSecurity
from holdtrue.evidence.models import Outbox
from holdtrue.letters.models import PostedLetter
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import state
from holdtrue.workplace.devices import queries, register
from holdtrue.workplace.devices.models import Device, DeviceKey, DeviceState, DeviceTitles, Report
from holdtrue.workplace.devices.signatures import Signed
from holdtrue.workplace.facts import Installed
from holdtrue.workplace.state import state_hash
from integration.workplace.signing import Laptop, confirm, deliver, token_for

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ZOOM, BASH = Installed("zoom", "6.1", "deb"), Installed("bash", "5.2", "deb", "Debian")


@pytest.fixture
def laptop(alice, noon) -> Laptop:
    made = Laptop()
    confirm(made.enrol(token_for(alice, noon), noon, asset_tag="A-1").device, alice, noon)
    return made


def result_of(commitment: str) -> Result:
    return next(verdict.result for verdict in verdicts_on("device/LT-07") if verdict.commitment == commitment)


def status(*answers) -> list[int]:
    return [answer.status for answer in answers]


def test_a_whole_state_is_kept_judged_and_proven(laptop, noon):
    sheet = laptop.sheet(noon, software=(BASH,))

    (answer,) = deliver(laptop.full(sheet, noon), at=noon)

    assert answer.status == 201
    assert {verdict["commitment"] for verdict in answer.body["verdicts"]} >= {
        "device.managed", "device.screen-lock", "device.removable-storage", "device.backups", "device.approved-software",
    }  # fmt: skip
    assert result_of("device.screen-lock") is Result.HOLDS
    core = json.loads(bytes(Outbox.objects.get(kind="device.reported").core))
    assert (core["sequence"], core["state"], core["titles"]) == (1, state_hash(sheet), 1)
    device = Device.objects.get()
    assert queries.last_sheet(device.id) == sheet


def test_a_change_of_facts_is_judged_at_once_and_leaves_the_inventory_alone(laptop, noon):
    before = laptop.sheet(noon, software=(BASH,))
    after = laptop.sheet(noon + MINUTE, idle=0, software=(BASH,))
    deliver(laptop.full(before, noon), at=noon)
    DeviceTitles.objects.update(body=b"not to be read")

    (answer,) = deliver(laptop.change(before, after, noon + MINUTE), at=noon + MINUTE)

    assert answer.status == 201
    assert result_of("device.screen-lock") is Result.BROKEN
    assert DeviceKey.objects.get().base.hex() == state_hash(after)
    assert Report.objects.get(form="change").body


def test_a_change_of_software_is_judged_with_the_whole_inventory(laptop, noon):
    before, after = laptop.sheet(noon, software=(BASH,)), laptop.sheet(noon + MINUTE, software=(BASH, ZOOM))
    deliver(laptop.full(before, noon), at=noon)

    (answer,) = deliver(laptop.change(before, after, noon + MINUTE), at=noon + MINUTE)

    assert answer.status == 201
    kept = queries.last_sheet(Device.objects.get().id)
    assert kept.software == (BASH, ZOOM)
    assert json.loads(bytes(Outbox.objects.filter(kind="software.judged").order_by("id").last().core))["titles"] == 2


def test_a_state_that_an_earlier_version_kept_is_read_and_built_upon(laptop, noon):
    before, later = laptop.sheet(noon, extra=1), noon + timedelta(minutes=15)
    deliver(laptop.full(before, noon), at=noon)
    row = DeviceState.objects.get()
    told = {"device": before.device, "facts": before.facts, "unread": [], "collector": "", "matter": []}
    DeviceState.objects.update(body=zlib.compress(msgspec.json.encode(told)))
    assert queries.last_sheet(row.device_id) == before

    (answer,) = deliver(laptop.change(before, laptop.sheet(later, idle=1800, extra=1), later), at=later)

    assert answer.status == 201
    assert {one["commitment"]: one["result"] for one in answer.body["verdicts"]}["device.screen-lock"] == "broken"
    assert DeviceKey.objects.get().base.hex() == state_hash(laptop.sheet(later, idle=1800, extra=1))


def test_a_backup_tool_in_the_inventory_is_known_when_facts_change(laptop, noon):
    before = laptop.sheet(noon, software=(BASH, Installed("restic", "0.16", "deb")))
    deliver(laptop.full(before, noon), at=noon)
    after = replace(laptop.sheet(noon + MINUTE, idle=600), software=before.software)

    deliver(laptop.change(before, after, noon + MINUTE), at=noon + MINUTE)

    assert result_of("device.backups") is Result.UNPROVEN


def test_nothing_new_moves_one_row_and_leaves_no_entry(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    entries, later = Outbox.objects.count(), noon + 15 * MINUTE

    (answer,) = deliver(laptop.unchanged(sheet, later), at=later)

    assert answer.status == 200
    assert answer.body == {"subject": "device/LT-07", "every": 900}
    assert Outbox.objects.count() == entries
    assert (DeviceKey.objects.get().sequence, DeviceKey.objects.get().collected_at) == (2, later)


def test_many_reports_of_one_device_are_taken_in_their_order_whatever_order_they_came_in(laptop, noon):
    one, two = laptop.sheet(noon), laptop.sheet(noon, idle=600)
    batch = [laptop.full(one, noon), laptop.change(one, two, noon), laptop.unchanged(two, noon)]

    answers = deliver(*reversed(batch), at=noon)

    assert status(*answers) == [200, 201, 201]


def test_a_batch_is_judged_each_for_itself(alice, noon):
    laptops = [Laptop(f"LT-{number}") for number in range(5)]
    for one in laptops:
        one.enrol(token_for(alice, noon), noon)
    sheets = [one.sheet(noon) for one in laptops]
    deliver(*(one.full(sheet, noon) for one, sheet in zip(laptops, sheets, strict=True)), at=noon)
    later = noon + MINUTE
    bad = laptops[1].unchanged(laptops[2].sheet(noon), later)
    torn = laptops[3].full(sheets[3], later)

    answers = deliver(
        laptops[0].unchanged(sheets[0], later), bad, laptops[2].change(sheets[2], laptops[2].sheet(later, idle=0), later),
        Signed(torn.key, torn.signature, torn.body[:-20]), laptops[4].unchanged(sheets[4], later), at=later,
    )  # fmt: skip

    assert status(*answers) == [200, 409, 201, 401, 200]
    assert answers[1].body["want"] == "full"


def test_changes_of_software_that_come_together_are_judged_each_for_itself(alice, noon):
    laptops = [Laptop(f"LT-{number}") for number in range(4)]
    for one in laptops:
        one.enrol(token_for(alice, noon), noon)
    sheets = [one.sheet(noon, software=(BASH,)) for one in laptops]
    deliver(*(one.full(sheet, noon) for one, sheet in zip(laptops, sheets, strict=True)), at=noon)
    later = noon + MINUTE
    have = [(BASH, ZOOM), (ZOOM,), (), (BASH,)]
    news = [one.sheet(later, software=titles, idle=0) for one, titles in zip(laptops, have, strict=True)]
    changes = [one.change(old, new, later) for one, old, new in zip(laptops, sheets, news, strict=True)]
    elsewhere = replace(news[1], device=replace(news[1].device, name="another"))
    changes[1] = laptops[1].signed(
        state.change_out(
            state.Change((), (), (ZOOM,), (BASH,), ()), laptops[1].stamp(later), base=state_hash(sheets[1]),
            state=state_hash(elsewhere), at=later,
        )
    )  # fmt: skip

    answers = deliver(*changes, at=later)

    assert status(*answers) == [201, 409, 201, 201]
    kept = [queries.last_sheet(Device.objects.get(name=one.name).id).software for one in laptops]
    assert kept == [(BASH, ZOOM), (BASH,), (), (BASH,)]
    told = [json.loads(bytes(one.core)) for one in Outbox.objects.filter(kind="software.judged", at=later)]
    assert sorted(one["titles"] for one in told) == [0, 2]


def test_a_change_upon_an_unknown_state_asks_for_the_whole(laptop, noon):
    one, two = laptop.sheet(noon), laptop.sheet(noon, idle=600)

    first = deliver(laptop.change(one, two, noon), at=noon)[0]
    deliver(laptop.full(one, noon), at=noon)
    wrong = deliver(laptop.change(two, one, noon), at=noon)[0]

    assert [answer.body["want"] for answer in (first, wrong)] == ["full", "full"]
    assert DeviceKey.objects.get().sequence == 2


def test_a_change_that_leads_elsewhere_than_it_says_changes_nothing(laptop, noon):
    one, two = laptop.sheet(noon), laptop.sheet(noon, idle=600)
    deliver(laptop.full(one, noon), at=noon)
    told = json.loads(laptop.change(one, two, noon).body)

    (answer,) = deliver(laptop.signed(told | {"state": "ab" * 32}), at=noon)

    assert answer.body["want"] == "full"
    assert queries.last_sheet(Device.objects.get().id) == one


# Unsigned, forged, torn


def test_an_unknown_key_is_told_to_enrol(noon, db):
    stranger = Laptop()

    (answer,) = deliver(stranger.full(stranger.sheet(noon), noon), at=noon)

    assert (answer.status, answer.body["want"]) == (409, "enrol")
    assert set(answer.body) == {"error", "hint", "want"}


def test_another_key_s_signature_is_refused_and_nothing_is_kept(laptop, noon):
    good = laptop.full(laptop.sheet(noon), noon)
    forged = Signed(good.key, Laptop().sign(b"application/vnd.holdtrue.report+json", good.body), good.body)

    (answer,) = deliver(forged, at=noon)

    assert answer.status == 401
    assert not DeviceState.objects.exists()


def test_a_signature_of_an_enrolment_is_none_of_a_report(laptop, noon):
    good = laptop.full(laptop.sheet(noon), noon)
    crossed = Signed(good.key, laptop.sign(b"application/vnd.holdtrue.enrolment+json", good.body), good.body)

    assert deliver(crossed, at=noon)[0].status == 401


@pytest.mark.parametrize("change", [
    {"format": "holdtrue.facts/9"}, {"report": None}, {"collected_at": "yesterday"}, {"facts": 7}, {"software": [{"name": ""}]},
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_place(laptop, noon, change):
    told = json.loads(laptop.full(laptop.sheet(noon), noon).body)

    (answer,) = deliver(laptop.signed(told | change), at=noon)

    assert answer.status == 422
    assert set(answer.body) == {"error", "hint"}
    assert not DeviceState.objects.exists()


def test_a_report_that_names_another_key_than_its_header_is_refused(laptop, noon):
    told = json.loads(laptop.full(laptop.sheet(noon), noon).body)
    told["report"]["key"] = "0" * 32

    assert deliver(laptop.signed(told), at=noon)[0].status == 422


def test_unknown_facts_and_fields_do_no_harm(laptop, noon):
    told = json.loads(laptop.full(laptop.sheet(noon, **{"quantum.state": "☃<script>"}), noon).body)

    (answer,) = deliver(laptop.signed(told | {"later": {"version": 9}}), at=noon)

    assert answer.status == 201
    assert result_of("device.screen-lock") is Result.HOLDS


# Sent again, played back, copied


def test_the_same_report_again_changes_nothing(laptop, noon):
    sheet = laptop.sheet(noon)
    full = laptop.full(sheet, noon)
    first = deliver(full, at=noon)[0]
    same = laptop.unchanged(sheet, noon + MINUTE)
    deliver(same, at=noon + MINUTE)
    entries = Outbox.objects.count()

    again = deliver(full, same, at=noon + 2 * MINUTE)

    assert status(*again) == [200, 200]
    assert again[0].body["entry"] == first.body["entry"]
    assert Outbox.objects.count() == entries
    assert DeviceKey.objects.get().collected_at == noon + MINUTE


def test_a_key_on_two_machines_is_told_and_breaks_the_device(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    twin = replace(laptop)
    deliver(laptop.unchanged(sheet, noon + MINUTE), at=noon + MINUTE)

    (answer,) = deliver(twin.unchanged(sheet, noon + 2 * MINUTE), at=noon + 2 * MINUTE)

    assert answer.status == 409
    assert "want" not in answer.body
    core = json.loads(bytes(Outbox.objects.get(kind="device.key-suspected").core))
    assert (core["key"], core["sequence"], core["due"]) == (laptop.key, 2, 3)
    assert DeviceKey.objects.get().suspected_at == noon + 2 * MINUTE
    assert result_of("device.managed") is Result.BROKEN
    assert DeviceKey.objects.get().collected_at == noon + MINUTE


def test_a_report_that_a_later_one_overtook_is_no_copy_and_says_nothing(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    slow = laptop.unchanged(sheet, noon + MINUTE)
    deliver(laptop.unchanged(sheet, noon + 2 * MINUTE), at=noon + 2 * MINUTE)

    (answer,) = deliver(slow, at=noon + 3 * MINUTE)
    (again,) = deliver(slow, at=noon + 4 * MINUTE)

    assert (answer.status, answer.body["was_overtaken"]) == (200, True)
    assert (again.status, again.body["was_known"]) == (200, True)
    assert not Outbox.objects.filter(kind="device.key-suspected").exists()
    row = DeviceKey.objects.get()
    assert (row.sequence, row.collected_at, row.received_at) == (3, noon + 2 * MINUTE, noon + 2 * MINUTE)
    assert [one.status for one in deliver(laptop.unchanged(sheet, noon + 5 * MINUTE), at=noon + 5 * MINUTE)] == [200]


def test_a_report_that_was_refused_and_comes_again_late_is_no_copy(laptop, noon):
    sheet, other = laptop.sheet(noon), laptop.sheet(noon, idle=600)
    deliver(laptop.full(sheet, noon), at=noon)
    refused = laptop.unchanged(other, noon + MINUTE)
    assert [one.status for one in deliver(refused, at=noon + MINUTE)] == [409]
    deliver(laptop.full(other, noon + MINUTE), at=noon + MINUTE)

    (answer,) = deliver(refused, at=noon + 2 * MINUTE)

    assert (answer.status, answer.body["was_overtaken"]) == (200, True)
    assert DeviceKey.objects.get().suspected_at is None


def test_an_overtaken_number_that_is_said_again_with_other_words_is_a_copy(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    twin = replace(laptop)
    slow = laptop.unchanged(sheet, noon + MINUTE)
    deliver(laptop.unchanged(sheet, noon + 2 * MINUTE), at=noon + 2 * MINUTE)
    deliver(slow, at=noon + 3 * MINUTE)

    (answer,) = deliver(twin.unchanged(sheet, noon + 3 * MINUTE), at=noon + 3 * MINUTE)

    assert answer.status == 409
    assert DeviceKey.objects.get().suspected_at is not None


def test_a_skipped_number_that_was_sent_long_after_the_later_one_is_a_copy(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    twin = replace(laptop)
    laptop.unchanged(sheet, noon)
    deliver(laptop.unchanged(sheet, noon + MINUTE), at=noon + MINUTE)

    (answer,) = deliver(twin.unchanged(sheet, noon + 20 * MINUTE), at=noon + 20 * MINUTE)

    assert answer.status == 409
    assert DeviceKey.objects.get().suspected_at is not None


@pytest.mark.parametrize("seed", range(6))
def test_reports_of_one_agent_in_any_order_are_no_copy_and_those_of_two_are(laptop, noon, seed):
    order = random.Random(seed)
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    sent = [laptop.unchanged(sheet, noon + step * timedelta(seconds=10)) for step in range(30)]
    for start in range(0, len(sent), 10):
        part = sent[start : start + 10]
        order.shuffle(part)
        answers = [deliver(one, at=noon + 5 * MINUTE)[0] for one in part]
        assert {one.status for one in answers} == {200}
    assert not Outbox.objects.filter(kind="device.key-suspected").exists()
    assert DeviceKey.objects.get().sequence == 31

    twin = replace(laptop, sequence=order.randrange(20, 31))
    (answer,) = deliver(twin.unchanged(sheet, noon + 6 * MINUTE), at=noon + 6 * MINUTE)
    assert answer.status == 409
    assert Outbox.objects.filter(kind="device.key-suspected").exists()


def test_the_security_team_is_written_to_once(alice, bob, laptop, noon, monkeypatch):
    monkeypatch.setattr(
        settings, "CONFIG", replace(settings.CONFIG, mail=Mail("127.0.0.1", 25, MailSecurity.NONE, "", "", "h@x.example"))
    )
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), laptop.unchanged(sheet, noon), at=noon)
    for minute in (1, 2):
        laptop.sequence = 1
        deliver(laptop.unchanged(sheet, noon + minute * MINUTE), at=noon + minute * MINUTE)

    letter = PostedLetter.objects.get()
    assert letter.person_id == alice.id
    assert "LT-07" in letter.subject
    assert f"/work/devices/{Device.objects.get().id}/" in letter.body


def test_a_suspicion_is_told_once_an_hour(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), laptop.unchanged(sheet, noon), at=noon)
    for minute in (1, 2, 61, 62):
        laptop.sequence = 1
        deliver(laptop.unchanged(sheet, noon + minute * MINUTE), at=noon + minute * MINUTE)

    assert Outbox.objects.filter(kind="device.key-suspected").count() == 2


def test_a_recording_that_is_played_back_is_noted_and_harms_nobody(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    recorded = laptop.unchanged(sheet, noon)
    deliver(recorded, at=noon)
    later = noon + timedelta(hours=20)
    for step in range(20):
        deliver(laptop.unchanged(sheet, noon + step * timedelta(hours=1)), at=noon + step * timedelta(hours=1))

    (answer,) = deliver(recorded, at=later)

    assert answer.status == 409
    assert json.loads(bytes(Outbox.objects.get(kind="device.key-suspected").core))["why"] == "a report was played back"
    assert DeviceKey.objects.get().suspected_at is None
    assert result_of("device.managed") is Result.HOLDS


def test_a_key_that_speaks_for_another_device_is_suspected(laptop, noon):
    laptop.name = "LT-99"

    (answer,) = deliver(laptop.full(laptop.sheet(noon), noon), at=noon)

    assert answer.status == 409
    assert Outbox.objects.filter(kind="device.key-suspected").exists()
    assert not DeviceState.objects.exists()


@pytest.mark.parametrize("end", [register.mark_lost, register.retire_device, register.revoke_key])
def test_a_key_that_ended_speaks_no_more(alice, laptop, noon, end):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    end(Device.objects.get().id, by=alice.id, at=noon)

    (answer,) = deliver(laptop.unchanged(sheet, noon), at=noon)

    assert (answer.status, answer.body["want"]) == (409, "enrol")
    assert DeviceKey.objects.get().sequence == 1


# Clocks


def test_a_clock_that_runs_ahead_is_taken_back_and_told(laptop, noon):
    ahead = noon + timedelta(hours=3)

    (answer,) = deliver(laptop.full(laptop.sheet(ahead), ahead), at=noon)

    assert answer.status == 201
    assert answer.body["clock_off_seconds"] == 3 * 3600
    assert DeviceKey.objects.get().collected_at == noon
    assert DeviceKey.objects.get().clock_off == 3 * 3600
    assert all(verdict.reason.observed_at <= noon for verdict in verdicts_on("device/LT-07"))


@pytest.mark.parametrize("form", ["full", "unchanged"])
def test_a_clock_that_runs_ahead_by_centuries_is_told_and_harms_no_other_report(alice, laptop, noon, form):
    sheet, far = laptop.sheet(noon), noon.replace(year=2999)
    deliver(laptop.full(sheet, noon), at=noon)
    other = Laptop("LT-91")
    other.enrol(token_for(alice, noon), noon)
    told = laptop.full(laptop.sheet(far), far) if form == "full" else laptop.unchanged(sheet, far)

    answers = deliver(told, other.full(other.sheet(noon), noon), at=noon + MINUTE)

    assert status(*answers) == [201 if form == "full" else 200, 201]
    assert answers[0].body["clock_off_seconds"] > 10**9
    assert DeviceKey.objects.get(id=laptop.key).collected_at == noon + MINUTE


def test_a_report_that_waited_on_the_device_freshens_nothing_that_is_newer(laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)

    (answer,) = deliver(laptop.unchanged(sheet, noon - timedelta(days=3)), at=noon + MINUTE)

    assert answer.status == 200
    assert DeviceKey.objects.get().collected_at == noon
    assert DeviceKey.objects.get().sequence == 2


def test_the_next_answer_says_that_somebody_wants_it_to_look_again(alice, laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    register.ask_to_check(Device.objects.get().id, by=alice.id, at=noon + MINUTE)

    asked = deliver(laptop.unchanged(sheet, noon), at=noon + MINUTE)[0]
    done = deliver(laptop.unchanged(sheet, noon + 2 * MINUTE), at=noon + 2 * MINUTE)[0]

    assert asked.body["check_at"] == (noon + MINUTE).isoformat()
    assert "check_at" not in done.body


def test_the_page_of_a_device_that_was_asked_says_so_until_it_answers(client, alice, laptop, noon):
    sheet = laptop.sheet(noon)
    deliver(laptop.full(sheet, noon), at=noon)
    device = Device.objects.get()
    client.force_login(alice)

    def page() -> str:
        return client.get(f"/work/devices/{device.id}/").content.decode()

    button = f"/work/devices/{device.id}/do/check/"
    assert button in page()
    register.ask_to_check(device.id, by=alice.id, at=noon + MINUTE)
    assert "it has not answered yet" in page()
    assert button not in page()
    deliver(laptop.unchanged(sheet, noon + 2 * MINUTE), at=noon + 2 * MINUTE)
    assert button in page()
    assert "it has not answered yet" not in page()


@pytest.mark.parametrize("place", ["sent_at", "collected_at", "observed_at"])
@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_clock_shows_harms_no_other_report(alice, noon, place, told):
    odd, other = Laptop("LT-90"), Laptop("LT-91")
    for one in (odd, other):
        one.enrol(token_for(alice, noon), noon)
    document = state.full_out(odd.sheet(noon), odd.stamp(noon))
    holder = {"sent_at": document["report"], "observed_at": document["facts"][0]}.get(place, document)
    holder[place] = told

    answers = deliver(odd.signed(document), other.full(other.sheet(noon), noon), at=noon)

    assert [one.status for one in answers] == [422, 201]
