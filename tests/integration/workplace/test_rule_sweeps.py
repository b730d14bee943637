"""Rules over a fleet in the real database: the same answers as for each device by itself, and what would change."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from holdtrue.errors import Invalid, NotFound
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import reports
from holdtrue.workplace.devices import sweeps, wide
from holdtrue.workplace.devices.models import Device, DevicePosture
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.columns import RESULTS, Asked, column_of
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS, SORTS, Conclusion
from holdtrue.workplace.devices.rulebook.in_python import compiled
from holdtrue.workplace.devices.rulebook.in_sql import Writer
from holdtrue.workplace.devices.rulebook.judge import Device as Known
from holdtrue.workplace.devices.rulebook.judge import decided
from holdtrue.workplace.devices.rulebook.rule import Rulebook
from holdtrue.workplace.devices.rulebook.rule_file import read_rules
from integration.workplace.test_device_reports import report, token_for
from rule_worlds import Oracle, World

pytestmark = pytest.mark.django_db
CLAUSES = {"device.screen-lock": {"at most": 900.0}}


@pytest.fixture
def fleet(alice, noon):
    """Three devices that lock after five, ten and thirty minutes."""
    token = token_for(alice, noon)
    for serial, idle in (("LT-05", 300), ("LT-10", 600), ("LT-30", 1800)):
        reports.receive(report(noon, idle=idle, serial=serial), secret=token, at=noon)
    return {device.name: device.id for device in Device.objects.all()}


def swept(noon, rule_id, clauses=CLAUSES):
    return next(one for one in sweeps.sweep(rulebook(), clauses, at=noon) if one.rule.id == rule_id)


def test_a_sweep_counts_what_each_device_was_told(fleet, noon):
    for one in sweeps.sweep(rulebook(), CLAUSES, at=noon):
        assert sum(one.counts.values()) == len(fleet), one.rule.id
    lock = swept(noon, "screen-lock")

    assert (lock.count(Result.HOLDS), lock.count(Result.BROKEN)) == (2, 1)
    assert [name for _, name in sweeps.devices_by_result(lock.rule, CLAUSES, at=noon)[Result.BROKEN]] == ["LT-30"]
    told = {
        v.subject: v.result for name in fleet for v in verdicts_on(f"device/{name}") if v.commitment == "device.screen-lock"
    }
    assert sorted(told.values()) == sorted([Result.HOLDS, Result.HOLDS, Result.BROKEN])


def test_a_day_without_a_word_leaves_everything_unproven_but_what_a_system_is(fleet, noon):
    later = noon + timedelta(hours=25)

    assert swept(later, "screen-lock").counts == {Result.UNPROVEN: 3}
    assert swept(later, "supported-system").counts == {Result.HOLDS: 3}


def test_what_would_change_is_told_before_a_clause_is_tightened(fleet, noon):
    rule, given = sweeps.settings_of(rulebook(), {"screen-lock.within": "5 min"})
    moved = sweeps.what_if(rule, rule, given, CLAUSES, at=noon)

    assert [(one.name, one.before, one.after) for one in moved] == [("LT-10", Result.HOLDS, Result.BROKEN)]
    assert sweeps.what_if(rule, rule, {"within": 1200.0}, CLAUSES, at=noon) == []
    assert [one.name for one in sweeps.what_if(rule, rule, {"within": 1800.0}, CLAUSES, at=noon)] == ["LT-30"]


def test_what_if_compares_with_what_the_clause_in_force_asks(fleet, noon):
    rule = rulebook().get("screen-lock")
    strict = {"device.screen-lock": {"at most": 300.0}}

    assert swept(noon, "screen-lock", strict).count(Result.BROKEN) == 2
    assert [one.name for one in sweeps.what_if(rule, rule, {"within": 600.0}, strict, at=noon)] == ["LT-10"]


@pytest.mark.parametrize(
    ("told", "message", "hint"),
    [
        ({"screen-loc.within": "1"}, "There is no rule 'screen-loc'", "Did you mean `screen-lock`?"),
        ({"screen-lock.withn": "1"}, "has no parameter 'withn'", "Did you mean `within`?"),
        ({"screen-lock.within": "soon"}, "is a number; 'soon' is none", "10 min"),
        ({"screen-lock.within": "1", "pending-updates.most": "2"}, "one rule at a time", "screen-lock.within=600"),
    ],
)
def test_a_question_that_is_wrong_says_what_would_be_right(told, message, hint):
    with pytest.raises((Invalid, NotFound)) as caught:
        sweeps.settings_of(rulebook(), told)

    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_newer_report_moves_the_row_and_an_older_one_does_not(fleet, alice, noon):
    token = token_for(alice, noon, "device/LT-30")
    reports.receive(report(noon + timedelta(hours=1), idle=300, serial="LT-30"), secret=token, at=noon + timedelta(hours=1))
    assert swept(noon + timedelta(hours=1), "screen-lock").count(Result.HOLDS) == 3

    reports.receive(report(noon - timedelta(hours=2), idle=3600, serial="LT-30"), secret=token, at=noon + timedelta(hours=1))
    assert swept(noon + timedelta(hours=1), "screen-lock").count(Result.HOLDS) == 3


def test_devices_from_before_are_taken_up_and_all_can_be_reckoned_anew(fleet, noon):
    DevicePosture.objects.all().delete()
    assert swept(noon, "screen-lock").counts == {}

    assert sweeps.fill(rulebook()) == 3
    assert sweeps.fill(rulebook()) == 0
    assert swept(noon, "screen-lock").count(Result.HOLDS) == 2
    assert sweeps.fill(rulebook(), is_anew=True) == 3


def test_a_device_that_stays_as_it_is_stays_fresh(fleet, noon):
    wide.freshen([(fleet["LT-05"], noon + timedelta(hours=20)), (fleet["LT-10"], noon - timedelta(hours=20))])

    assert swept(noon + timedelta(hours=30), "screen-lock").counts == {Result.HOLDS: 1, Result.UNPROVEN: 2}


def test_a_rule_of_the_organisation_gets_a_column_of_its_own(fleet, noon):
    text = 'format: holdtrue.rules/1\nrules:\n  - {id: own, holds: \'text("org.gnome.desktop.screensaver lock-enabled") == "true"\'}\n'
    rule = read_rules(text.encode(), "own.yaml", SORTS).rules[0]
    book = Rulebook((rule,))

    assert sweeps.sweep(book, {}, at=noon)[0].counts == {Result.UNPROVEN: 3}
    sweeps.fill(book, is_anew=True)
    assert sweeps.sweep(book, {}, at=noon)[0].counts == {Result.HOLDS: 3}


def test_a_rule_by_osquery_is_swept_too(fleet, noon):
    text = "format: holdtrue.rules/1\nrules:\n  - {id: deb, osquery: \"SELECT 1 FROM os_version WHERE platform = 'debian'\"}\n"
    book = Rulebook(read_rules(text.encode(), "own.yaml", SORTS).rules)
    sweeps.fill(book, is_anew=True)

    assert sweeps.sweep(book, {}, at=noon)[0].counts == {Result.HOLDS: 3}


def _fill(world, many, noon):
    """Put so many random devices into the table; return what is known of each, by its id."""
    devices = [
        Device(identity=f"d{n}", name=f"d{n}", system="linux", enrolled_at=noon, last_seen=noon, token="00000000-0000-0000-0000-000000000000")
        for n in range(many)
    ]  # fmt: skip
    Device.objects.bulk_create(devices)
    known = {device.id: world.device() for device in devices}
    rows = [(key, Known("linux", {n: Conclusion(n, v, "") for n, v in one.items()}, noon)) for key, one in known.items()]
    wide.keep(rows, Rulebook(()))
    return known


def _agree(world, conditions, many, noon):
    """Let the database, Python and the oracle decide the same random conditions; return how many decisions there were."""
    oracle, known, decisions = Oracle(), _fill(world, many, noon), 0
    activations = {key: oracle.activation(one) for key, one in known.items()}
    for _ in range(conditions):
        node, both = world.node()
        run, program = compiled(node), oracle.environment.compile(both.cel)
        writer = Writer(wide.dialect(), lambda name: f'"{column_of(name.name)}"', {})
        statement = writer.write(node)
        with connection.cursor() as cursor:
            text = f'SELECT device_id, {statement.text.replace("?", "%s")} FROM "{wide.TABLE}"'
            cursor.execute(text, list(statement.values))
            told = {wide._uuid(key): None if truth is None else bool(truth) for key, truth in cursor.fetchall()}
        for key, values in known.items():
            found = run(values, {})
            assert told[key] is found, both
            assert oracle.truth(program, activations[key]) is found, both
            decisions += 1
    return decisions


def test_the_database_python_and_the_oracle_agree(noon):
    assert _agree(World(21), 60, 60, noon) == 3600


@pytest.mark.slow
def test_they_agree_on_a_million_random_decisions(noon):
    assert _agree(World(22), 1000, 1000, noon) == 1_000_000


def test_the_rules_that_ship_say_the_same_of_random_devices_in_the_database_and_in_python(noon):
    known = _fill(World(23), 150, noon)
    asked = [Asked(rule, rule.settings(today="2026-11-25")) for rule in rulebook().rules]
    for key, answers in wide.judged(asked, at=noon):
        for one, answer in zip(asked, answers, strict=True):
            assert decided(one.rule, known[key], one.settings) is RESULTS[answer], one.rule.id


def test_a_hostile_name_of_a_fact_is_a_plain_column(fleet, noon):
    text = json.dumps(
        {"format": "holdtrue.rules/1", "rules": [{"id": "own", "holds": 'flag("x\'; DROP TABLE devices_device; --")'}]}
    )
    book = Rulebook(read_rules(text.encode(), "own.yaml", SORTS).rules)
    sweeps.fill(book, is_anew=True)

    assert sweeps.sweep(book, {}, at=noon)[0].counts == {Result.UNPROVEN: 3}
    assert Device.objects.count() == 3
    assert set(MEANINGS) == set(SORTS)


def test_the_command_line_counts_tells_who_would_change_and_explains(fleet, noon, capsys, monkeypatch, alice):
    import argparse

    from django.utils import timezone

    from holdtrue.workplace.devices import rules_command

    now = timezone.now()
    token = token_for(alice, now, "device/LT-10")
    reports.receive(report(now, idle=600, serial="LT-10"), secret=token, at=now)

    def run(*arguments):
        parser = argparse.ArgumentParser()
        rules_command.add_arguments(parser)
        chosen = parser.parse_args(arguments)
        assert rules_command.needs_fleet(chosen)
        return rules_command.run(chosen), capsys.readouterr().out

    status, told = run("what-if", "--set", "screen-lock.within=5 min")
    assert (status, told) == (0, "screen-lock: 1 device would change.\n  LT-10: holds → broken\n")
    status, told = run("sweep", "--format", "json")
    lock = next(one for one in json.loads(told) if one["rule"] == "screen-lock")
    # Two of the three said nothing for a day.
    assert (lock["holds"], lock["unproven"]) == (1, 2)
    status, told = run("explain", "screen-lock", "--device", "lt-10")
    assert (status, "screen-lock  ● holds" in told) == (0, True)
