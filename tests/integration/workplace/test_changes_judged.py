"""Changes are judged where they touch something: whatever happens, the verdicts are those of judging everything."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from holdtrue.accounts.queries import reader
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.actions import mark_stale
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.workplace import reports
from holdtrue.workplace.devices import judgement, wide
from holdtrue.workplace.devices.judgement import Changed
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.columns import row_of
from holdtrue.workplace.devices.rules import COMMITMENTS, device_by_rules
from holdtrue.workplace.drift import actions as drift
from holdtrue.workplace.drift.rules import Watched
from holdtrue.workplace.facts import Fact, FactSheet, Installed, Source
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software.rules import Approval
from holdtrue.workplace.storage import actions as storage
from holdtrue.workplace.storage.rules import Place
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NMAP = Installed("nmap", "7.9", "deb")
OWN = """
format: holdtrue.rules/1
rules:
  - id: own-setting
    title: own is one
    keeps: device.protection
    fresh: 24h
    holds: number("com.example.own value") == 1
"""


@pytest.fixture
def laptops(alice, noon) -> list[Laptop]:
    made = [Laptop(f"LT-{number}") for number in range(3)]
    for one in made:
        one.enrol(token_for(alice, noon), noon, asset_tag="A")
    return made


def said(verdict):
    return replace(verdict, reason=replace(verdict.reason, observed_at=None))


def assert_as_if_judged_whole(sheets: dict[str, FactSheet], at) -> None:
    judge = reports.Judge(at=at)
    judge.prepare([f"device/{name}" for name in sheets])
    for name, sheet in sheets.items():
        mine = {one.commitment: said(one) for one in verdicts_on(f"device/{name}")}
        for one in judge.changed(Changed(f"device/{name}", sheet), at=at).verdicts:
            assert mine[one.commitment] == said(one)


def assert_as_if_concluded_whole(sheets: dict[str, FactSheet]) -> None:
    book = rulebook()
    names = wide.names_in(book)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT identity, p.* FROM {wide.TABLE} p JOIN devices_device d ON d.id = p.device_id")
        columns = [one[0] for one in cursor.description]
        kept = {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
    for name, sheet in sheets.items():
        row = row_of(device_by_rules(sheet, book), names)
        assert {column: kept[name][column] for column in row.values} == row.values
        assert kept[name]["seen"] == row.seen


def changed(sheet: FactSheet, draw: random.Random, at) -> FactSheet:
    """Return the sheet after one to three of its facts became others."""
    told = {(one.name, one.user): replace(one, observed_at=at) for one in sheet.facts}
    for _ in range(draw.randint(1, 3)):
        name, user, values = draw.choice((
            ("org.gnome.desktop.session idle-delay", "alice", ("uint32 300", "uint32 0", "uint32 7200")),
            ("org.gnome.desktop.screensaver lock-enabled", "alice", ("true", "false")),
            ("session.desktop", "bob", ("sway", "gnome")), ("session.idle-unlocked", "alice", (20, 4000)),
            ("storage.mounted", None, ([], ["E:"])), ("backup.schedules", None, ([], ["restic"])), ("firewall.on", None, (True, False)),
            ("sync.clients", "alice", (["nextcloud"], ["dropbox"])), ("sync.nextcloud accounts", "alice", (["x@cloud.example"], [])),
            ("sync.nextcloud running", "alice", (True, False)), ("com.example.own value", None, (1, 2)), ("com.example.other value", None, (1, 2, 3)),
        ))  # fmt: skip
        if draw.random() < 0.2:
            told.pop((name, user), None)
        else:
            told[name, user] = Fact(name, draw.choice(values), Source.OBSERVED, at, True, user, "a file")
    titles = sheet.software if draw.random() < 0.8 else ((), (NMAP,))[draw.randrange(2)]
    return replace(sheet, collected_at=at, facts=tuple(told.values()), software=titles)


def test_verdicts_are_those_of_judging_everything_whatever_happens(laptops, alice, noon, tmp_path, monkeypatch):
    draw, security = random.Random(7), reader(alice)
    happens = [
        lambda at: storage.approve_place(Place("Ours", "nextcloud", "x@cloud.example"), by=alice.id, at=at),
        lambda at: drift.watch(Watched("session.idle-unlocked"), is_watched=True, by=security, at=at),
        lambda at: software.approve(Approval("nmap", why="the team's"), by=alice.id, at=at),
        lambda _: (tmp_path / "own.yaml").write_text(OWN),
        lambda at: mark_stale(at=at + timedelta(days=30)),
        lambda at: drift.watch(Watched("firewall.on"), is_watched=False, by=security, at=at),
    ]
    monkeypatch.setenv("HOLDTRUE_RULES", str(tmp_path))
    # A file that changes is read again within a second: here at once.
    monkeypatch.setattr("holdtrue.workplace.devices.rulebook.book.monotonic", iter(range(10**9)).__next__)
    at, sheets = noon, {one.name: one.sheet(noon, software=()) for one in laptops}
    deliver(*(one.full(sheets[one.name], noon) for one in laptops), at=noon)
    for step in range(60):
        at += MINUTE * draw.choice((1, 5, 240))
        if step % 8 == 7 and happens:
            happens.pop(0)(at)
            reports.judge_storage_again(at=at)
        after = {one.name: changed(sheets[one.name], draw, at) for one in laptops}
        answers = deliver(*(one.change(sheets[one.name], after[one.name], at) for one in laptops), at=at)
        assert {answer.status for answer in answers} == {201}
        sheets = after
        if draw.random() < 0.3:
            reports.follow_unchanged(at)
        assert_as_if_judged_whole(sheets, at)
        assert_as_if_concluded_whole(sheets)
    assert not happens


def test_only_what_a_change_touches_is_judged_and_the_rest_follows(laptops, noon, monkeypatch):
    laptop = laptops[0]
    before, at = laptop.sheet(noon), noon + MINUTE
    deliver(laptop.full(before, noon), at=noon)
    after = replace(before, collected_at=at, facts=(*before.facts, Fact("storage.used", ["E:"], Source.OBSERVED, at)))
    asked = []
    real = judgement.verdict_of

    def noted(outcomes, commitment, *rest, **more):
        asked.append(commitment)
        return real(outcomes, commitment, *rest, **more)

    monkeypatch.setattr(judgement, "verdict_of", noted)

    (answer,) = deliver(laptop.change(before, after, at), at=at)

    assert {"device.removable-storage"} <= set(asked) < set(COMMITMENTS)
    assert len(answer.body["verdicts"]) == len(COMMITMENTS) + 3
    core = json.loads(bytes(Outbox.objects.filter(kind="device.reported").latest("id").core))
    assert core["verdicts"] == {
        one.commitment: one.result.value for one in verdicts_on("device/LT-0") if one.commitment in core["verdicts"]
    }
    assert len(core["verdicts"]) == len(COMMITMENTS) + 3
    reports.follow_unchanged(at)
    assert {one.reason.observed_at for one in verdicts_on("device/LT-0")} == {at}


def test_an_old_reading_is_judged_as_such_and_anew_with_the_next_report(laptops, noon):
    laptop = laptops[0]
    before, at = laptop.sheet(noon), noon + MINUTE
    deliver(laptop.full(before, noon), at=noon)
    old = Fact("storage.mounted", ["E:"], Source.OBSERVED, at - timedelta(hours=30))
    after = replace(before, collected_at=at, facts=(*(one for one in before.facts if one.name != "storage.mounted"), old))
    deliver(laptop.change(before, after, at), at=at)
    later = replace(
        after, collected_at=at + MINUTE, facts=(*after.facts, Fact("com.example.own value", 1, Source.OBSERVED, at))
    )

    deliver(laptop.change(after, later, at + MINUTE), at=at + MINUTE)

    assert_as_if_judged_whole(
        {"LT-0": replace(later, facts=tuple(replace(one, observed_at=at + MINUTE) for one in later.facts))}, at
    )


def test_which_of_two_layers_is_newer_is_asked_again_with_the_next_report(laptops, noon):
    laptop = laptops[0]
    before, at = laptop.sheet(noon), noon + MINUTE
    deliver(laptop.full(before, noon), at=noon)
    newer = Fact("org.gnome.desktop.session idle-delay", "uint32 300", Source.POLICY, at, writable=False, user="alice")
    older = replace(newer, name="org.gnome.desktop.session.idle-delay", value="uint32 0", observed_at=at - MINUTE)
    after = replace(before, collected_at=at, facts=(*before.facts, newer, older))
    deliver(laptop.change(before, after, at), at=at)
    other = Fact("com.example.own value", 1, Source.OBSERVED, at + MINUTE)
    later = replace(
        after, collected_at=at + MINUTE, facts=(*(replace(one, observed_at=at + MINUTE) for one in after.facts), other)
    )

    deliver(laptop.change(after, later, at + MINUTE), at=at + MINUTE)

    assert_as_if_judged_whole({"LT-0": later}, at + MINUTE)
