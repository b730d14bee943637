"""The two evaluators agree with each other, and with one that knows nothing of them."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.workplace.devices.rulebook.columns import RESULTS, Asked, column_of, moment, row_of, select
from holdtrue.workplace.devices.rulebook.conclusions import LASTING, MEANINGS, Conclusion
from holdtrue.workplace.devices.rulebook.in_python import compiled
from holdtrue.workplace.devices.rulebook.in_sql import SQLITE, Writer
from holdtrue.workplace.devices.rulebook.judge import Device, judge
from holdtrue.workplace.devices.rulebook.rule import Rule, sort_of_name
from holdtrue.workplace.facts import Fact, Source
from rule_worlds import Oracle, World

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NAMES = tuple(MEANINGS)


def table(rows):
    """Return a database with these devices, by their place."""
    database = sqlite3.connect(":memory:")
    columns = ", ".join(
        f'"{column_of(name)}" {"REAL" if sort_of_name(name).name == "NUMBER" else "SMALLINT" if sort_of_name(name).name == "FLAG" else "TEXT"}'
        for name in NAMES
    )
    database.execute(f"CREATE TABLE wide (device_id INTEGER PRIMARY KEY, seen INTEGER, lag INTEGER, lags TEXT, {columns})")
    marks = ", ".join("?" for _ in range(4 + len(NAMES)))
    database.executemany(
        f"INSERT INTO wide VALUES ({marks})",
        (
            [place, row.seen, row.lag, row.lags, *(row.values[column_of(name)] for name in NAMES)]
            for place, row in enumerate(rows)
        ),
    )
    return database


def device_with(values, *, age=timedelta(0), lags=None):
    """Return a device of which this is known, each as old as `lags` says beside the age of all."""
    seen = NOON - age

    def facts(name):
        return (Fact(name, None, Source.OBSERVED, seen - (lags or {}).get(name, timedelta(0))),)

    return Device("linux", {name: Conclusion(name, value, "", facts=facts(name)) for name, value in values.items()}, seen)


def test_python_sql_and_the_oracle_agree_on_random_conditions():
    world, oracle = World(11), Oracle()
    devices = [world.device() for _ in range(100)]
    database = table([row_of(device_with(one), NAMES) for one in devices])
    activations = [oracle.activation(one) for one in devices]
    seen = set()
    for _ in range(200):
        node, both = world.node()
        run = compiled(node)
        statement = Writer(SQLITE, lambda name: f'"{column_of(name.name)}"', {}).write(node)
        by_sql = [row[0] for row in database.execute(f"SELECT {statement.text} FROM wide ORDER BY device_id", statement.values)]
        program = oracle.environment.compile(both.cel)
        for device, told, activation in zip(devices, by_sql, activations, strict=True):
            by_python = run(device, {})
            assert (None if told is None else bool(told)) is by_python, both
            assert oracle.truth(program, activation) is by_python, both
            seen.add(by_python)
    assert seen == {True, False, None}


def test_results_agree_whatever_is_old():
    """Each value may be older than its report, and each report older than a rule allows."""
    world = World(12)
    ages = [timedelta(0), timedelta(hours=5), timedelta(hours=24), timedelta(hours=25), timedelta(days=9)]
    devices = [
        device_with(
            world.device(),
            age=world.random.choice(ages),
            lags={name: world.random.choice(ages) for name in NAMES if world.random.random() < 0.2},
        )
        for _ in range(60)
    ]
    database = table([row_of(one, NAMES) for one in devices])
    rules = []
    for place in range(60):
        applies, holds = (world.node()[0] for _ in range(2))
        fresh = world.random.choice([timedelta(hours=1), timedelta(hours=24), timedelta(days=8)])
        rules.append(Rule(f"r{place}", "", holds, "", applies=applies if place % 3 else None, fresh=fresh))
    asked = [Asked(rule, rule.settings(today="2026-11-26")) for rule in rules]
    statement = select(asked, SQLITE, "wide", at=NOON)
    answers = {row[0]: row[1:] for row in database.execute(statement.text, statement.values)}

    assert len(answers) == len(devices)
    for place, device in enumerate(devices):
        for rule, answer in zip(rules, answers[place], strict=True):
            assert judge(rule, device, at=NOON).result is RESULTS[answer], (place, rule)


def test_what_stands_exactly_at_the_edge_of_its_window_no_longer_counts():
    rule = Rule("r", "", World(1).node()[0], "", fresh=timedelta(hours=24))
    rule = Rule("r", "", compile_name("disk.encrypted"), "", fresh=timedelta(hours=24))
    edge, inside = (
        device_with({"disk.encrypted": True}, age=timedelta(hours=24)),
        device_with({"disk.encrypted": True}, age=timedelta(hours=24) - timedelta(microseconds=1)),
    )
    statement = select([Asked(rule, {})], SQLITE, "wide", at=NOON)
    by_sql = [
        RESULTS[row[1]]
        for row in sorted(table([row_of(one, NAMES) for one in (edge, inside)]).execute(statement.text, statement.values))
    ]

    assert by_sql == [judge(rule, one, at=NOON).result for one in (edge, inside)]
    assert [one.value for one in by_sql] == ["unproven", "holds"]


def compile_name(name):
    from holdtrue.workplace.devices.rulebook.conclusions import SORTS
    from holdtrue.workplace.devices.rulebook.tree import Name

    return Name(name, SORTS[name])


def test_columns_are_plain_words_and_no_two_are_one():
    columns = [column_of(name) for name in (*MEANINGS, "number:pmset.displaysleep", 'text:x"; drop table y')]

    assert len(set(columns)) == len(columns)
    assert all(column.replace("_", "").isalnum() and len(column) < 60 for column in columns)
    assert set(MEANINGS) > LASTING
    assert moment(NOON) % 1_000_000 == 0


@pytest.mark.parametrize("text", ["'; DROP TABLE wide; --", 'x" OR 1=1 --'])
def test_no_text_of_a_rule_enters_a_statement(text):
    from holdtrue.workplace.devices.rulebook.sorts import Sort
    from holdtrue.workplace.devices.rulebook.tree import Compare, Literal

    node = Compare("==", compile_name("os.name"), Literal(text, Sort.TEXT))
    statement = Writer(SQLITE, lambda name: f'"{column_of(name.name)}"', {}).write(node)

    assert statement.values == (text,)
    assert text not in statement.text
