"""The reference of facts and of the catalogue is kept true."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import document
from holdtrue.workplace.devices import osquery
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

    assert len(catalogue.read(block.encode())) == 3


def test_every_key_that_is_collected_is_described():
    keys = {name.split(" ")[-1] for names in GSETTINGS.values() for name in names} | set(KDE_KEYS) - {"LockOnResume"}

    assert [key for key in sorted(keys) if key not in FACTS] == []


def test_every_table_of_osquery_that_is_read_is_named():
    aside = {"kernel_info", "block_devices", "usb_devices", "interface_details", "system_controls", "disk_encryption"}

    assert [table for table in sorted(osquery.TABLES - aside) if f"`{table}`" not in FACTS] == []


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
