"""The reference of facts and of the catalogue is kept true."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import document
from holdtrue.workplace.devices import osquery_facts
from holdtrue.workplace.devices.checks.lock import judge_lock
from holdtrue.workplace.devices.collect.sessions import GSETTINGS, KDE_KEYS
from holdtrue.workplace.software import catalogue

DOCS = Path(__file__).parents[3] / "docs" / "reference"
NOON = datetime(2026, 11, 25, 13, tzinfo=UTC)
FACTS = (DOCS / "device-facts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```json\n(.*?)```", FACTS, re.DOTALL))
def test_every_example_of_facts_can_be_read(block):
    assert document.read(block.encode(), at=NOON).facts


def test_the_example_by_hand_holds():
    block = re.findall(r"```json\n(.*?)```", FACTS, re.DOTALL)[1]
    sheet = document.read(block.encode(), at=NOON)

    assert judge_lock(sheet, subject="device/x").result is Result.HOLDS


def test_the_example_of_a_catalogue_can_be_read():
    block = re.findall(r"```yaml\n(.*?)```", (DOCS / "approved-software.md").read_text(encoding="utf-8"), re.DOTALL)[0]

    assert len(catalogue.read(block.encode())) == 4


def test_every_key_that_is_collected_is_described():
    keys = {name.split(" ")[-1] for names in GSETTINGS.values() for name in names} | set(KDE_KEYS) - {"LockOnResume"}

    assert [key for key in sorted(keys) if key not in FACTS] == []


def test_every_table_of_osquery_that_is_read_is_named():
    aside = {"kernel_info", "block_devices", "usb_devices", "interface_details", "system_controls", "disk_encryption"}

    assert [table for table in sorted(osquery_facts.TABLES - aside) if f"`{table}`" not in FACTS] == []


def test_every_option_of_the_check_is_described():
    import argparse

    from holdtrue.workplace import command

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    told = (DOCS / "device-check.md").read_text(encoding="utf-8")
    assert [
        option
        for action in parser._actions
        for option in action.option_strings[-1:]
        if option not in {"--help", "--output"} and f"`{option}" not in told
    ] == []


AGENT = (DOCS / "agent.md").read_text(encoding="utf-8")


def test_every_command_and_option_of_the_agent_is_described():
    import argparse

    from holdtrue.workplace.agent import command

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    commands = parser._subparsers._group_actions[0].choices
    assert [name for name in commands if f"`{name}" not in AGENT] == []
    options = {
        option
        for one in commands.values()
        for action in one._actions
        for option in action.option_strings
        if option.startswith("--")
    }
    assert [option for option in sorted(options - {"--help"}) if option not in AGENT] == []


@pytest.mark.parametrize("block", re.findall(r"```json\n(.*?)```", AGENT, re.DOTALL))
def test_every_example_of_a_report_can_be_read(block):
    import base64
    import json

    from holdtrue.workplace.agent import keys
    from holdtrue.workplace.delivery import read_delivery

    told = json.loads(block)
    if told["format"] == "holdtrue.enrolment/1":
        assert len(base64.b64decode(told["public_key"])) == 32
        # The key of the first vector of RFC 8032, by which the other examples are called.
        assert keys.key_id(base64.b64decode(told["public_key"])) in AGENT
        return
    assert read_delivery(block.encode(), at=datetime(2026, 11, 28, tzinfo=UTC)).base


def test_the_agents_numbers_are_as_described():
    from holdtrue.workplace.agent import looking, queue, reporting, transport

    assert f"keeps {queue.MOST_QUEUED} looks" in AGENT
    assert f"an end after {looking.LONGEST:.0f} s" in AGENT
    assert (
        f"a request ends\nafter {transport.LONGEST:.0f} s and an answer is read up to {transport.LARGEST_ANSWER // 1024} kB"
        in AGENT
    )
    assert (reporting.FIRST_WAIT, reporting.LONGEST_WAIT, reporting.WAIT_UNKNOWN) == (30, 3600, 6 * 3600)
