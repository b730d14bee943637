"""A change is judged where it touches something, and comes to what judging everything would come to."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.workplace.devices.checks.conclude import PARTS, device_of
from holdtrue.workplace.devices.checks.switches import SWITCHES
from holdtrue.workplace.devices.judgement import judge_touched, judge_whole, may_age, plan
from holdtrue.workplace.devices.readings import Followed, Reading, touched
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System, Unread
from holdtrue.workplace.state import applied, difference
from unit.workplace.test_lock_situations import SITUATIONS as LOCKS
from unit.workplace.test_suspend_situations import SITUATIONS as SLEEPS

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RELEASES = {System.LINUX: "Debian 12", System.MACOS: "macOS 14.4", System.WINDOWS: "Windows 11 23H2", System.OTHER: "BSD"}
LISTS = ("storage.mounted", "storage.used", "phones.connected", "protection.detections", "tampering.signs", "accounts.no-password",
         "interfaces promiscuous", "backup.schedules", "backup.tools", "tools.scanners", "sync.clients")  # fmt: skip
SINGLE = ("usbguard running", "usbguard blocks-storage", "modprobe usb-storage", "kernel usb-storage loaded", "backup.schedules-read",
          "updates.security-pending", "phones.blocked", "org.gnome.DejaDup periodic", "session.type", "dconf compiled", "com.example.own value",
          "display-manager", "session.count", "desktop.installed", "session.desktop")  # fmt: skip
VALUES = (
    True,
    False,
    None,
    0,
    1,
    300,
    "gnome",
    "sway",
    "KDE",
    "true",
    "builtin",
    "install /bin/false",
    "yes",
    [],
    ["nmap"],
    ["E:", "lo"],
)
TOOLS = tuple(Installed(name, "1", "deb") for name in ("nmap", "restic", "wireshark", "bash", "dropbox"))


def some_fact(draw: random.Random) -> Fact:
    switch = draw.choice(draw.choice(SWITCHES).facts)[0]
    name = draw.choice((switch, draw.choice(LISTS), draw.choice(SINGLE)))
    return Fact(
        name, draw.choice(VALUES), draw.choice(tuple(Source)), NOON, draw.choice((None, True, False)),
        draw.choice((None, None, "alice", "bob", "root")), draw.choice(("", "a file")),
    )  # fmt: skip


def pool(system: System) -> list[tuple[Fact, ...]]:
    told = [one.facts for one in LOCKS if one.system is system]
    return told + [facts for _, _, facts, of in SLEEPS if of is system] or [()]


def mutated(sheet: FactSheet, draw: random.Random, situations: list[tuple[Fact, ...]], at: datetime) -> FactSheet:
    """Return the sheet after something changed: some facts gone, some of another situation, some of everything else."""
    kept = {(one.name, one.user, one.source): one for one in sheet.facts if draw.random() > 0.1}
    if draw.random() < 0.3:
        kept |= {(one.name, one.user, one.source): one for one in draw.choice(situations) if draw.random() < 0.7}
    for _ in range(draw.choice((0, 0, 1, 1, 3))):
        one = some_fact(draw)
        kept[one.name, one.user, one.source] = one
    software = sheet.software if draw.random() < 0.9 else tuple(one for one in TOOLS if draw.random() < 0.5)
    unread = sheet.unread if draw.random() < 0.9 else (Unread("the schedules of bob", "not root"),)[: draw.randrange(2)]
    facts = tuple(replace(one, observed_at=at) for one in kept.values())
    return FactSheet(sheet.device, at, facts, software, unread)


@pytest.mark.parametrize("system", System)
def test_judging_what_changed_comes_to_the_same_as_judging_everything(system):
    draw, situations = random.Random(system.value), pool(system)
    before = FactSheet(Identity("LT-07", "LT-07", system, RELEASES[system]), NOON, draw.choice(situations), ())
    whole = judge_whole(before, subject="device/LT-07", clauses={})
    verdicts, readings, drawn, skipped = (
        {one.commitment: one for one in whole.verdicts},
        whole.readings,
        dict(whole.device.conclusions),
        0,
    )
    for step in range(700):
        at = NOON + step * MINUTE
        change = difference(before, mutated(before, draw, situations, at))
        assert change is not None
        now = applied(before, change, at=at)
        facts = [*((one.name, one.user) for one in change.facts), *change.gone]
        names = touched(facts, unread=before.unread != now.unread, titles=before.software != now.software)
        results = {name: one.result for name, one in verdicts.items()}

        found = judge_touched(now, names, readings, results, subject="device/LT-07", clauses={})

        skipped += len(whole.verdicts) - len(found.verdicts)
        verdicts |= {one.commitment: one for one in found.verdicts}
        drawn |= {name: found.device.conclusions[name] for name in found.names}
        expected = judge_device(now, subject="device/LT-07")
        for one in expected:
            mine = verdicts[one.commitment]
            assert replace(mine, reason=replace(mine.reason, observed_at=at)) == replace(
                one, reason=replace(one.reason, observed_at=at)
            )
        assert {name: one.value for name, one in drawn.items()} == {
            name: one.value for name, one in device_of(now, raw=plan().book.raw_names).conclusions.items()
        }
        before, readings = now, found.readings
    assert skipped > 1_500


def test_a_fact_that_no_rule_reads_is_judged_by_nobody():
    sheet = FactSheet(Identity("LT-07", "LT-07", System.LINUX, "Debian 12"), NOON, LOCKS[0].facts, ())
    readings = judge_whole(sheet, subject="device/LT-07", clauses={}).readings

    found = judge_touched(sheet, touched([("com.example.own value", None)], unread=False, titles=False), readings, {}, subject="device/LT-07", clauses={})  # fmt: skip

    assert (found.verdicts, found.names, found.is_whole) == ((), (), False)


def test_readings_that_nobody_remembers_judge_everything():
    sheet = FactSheet(Identity("LT-07", "LT-07", System.LINUX, "Debian 12"), NOON, LOCKS[0].facts, ())
    whole = judge_whole(sheet, subject="device/LT-07", clauses={})

    found = judge_touched(sheet, frozenset({"any"}), ("0" * 18,) * len(whole.readings), {}, subject="device/LT-07", clauses={})

    assert found.verdicts == whole.verdicts
    assert found.readings == whole.readings


def test_every_part_concludes_what_it_names():
    for system in System:
        sheet = FactSheet(Identity("LT-07", "LT-07", system, RELEASES[system]), NOON, (), ())
        for part in PARTS:
            assert sorted(one.name for one in part.conclude(sheet)) == sorted(part.names)


def test_a_sheet_notes_everything_that_is_read_of_it():
    facts = (Fact("A b", 1, Source.OBSERVED, NOON), Fact("a.c", 2, Source.OBSERVED, NOON))
    followed = Followed(FactSheet(Identity("LT-07", "LT-07", System.LINUX), NOON, facts, ()))

    assert (followed.named("a/b"), followed.device.id, followed.collected_at) == ([facts[0]], "LT-07", NOON)
    assert followed.reading == Reading(frozenset({"a.b"}))
    assert [rest for rest, _ in followed.under("A")] == ["b", "c"]
    assert followed.among(frozenset({"a.c", "x"})) == {"a.c"}
    assert followed.reading == Reading(frozenset({"a.b", "a.c", "x"}), ("a.",))

    for changed, is_so in (({"a.z"}, True), ({"x"}, True), ({"b"}, False), ({"?"}, False)):
        assert followed.reading.is_touched_by(changed) is is_so
    assert (followed.software, followed.unread) == ((), ())
    assert followed.reading.is_touched_by({"?"})
    assert followed.reading.is_touched_by({"+"})
    assert len(followed.facts) == 2
    assert followed.reading.is_touched_by({"b"})


def test_what_was_observed_long_before_its_report_is_judged_anew_with_the_next():
    def sheet(age: timedelta) -> FactSheet:
        return FactSheet(Identity("LT-07", "LT-07", System.LINUX), NOON, (Fact("a", 1, Source.OBSERVED, NOON - age),))

    assert not may_age(sheet(MINUTE))
    assert may_age(sheet(plan().lag))
