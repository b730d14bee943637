"""The reference of rules is what the rulebook has."""

import re
from pathlib import Path

import pytest

from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.case_file import CASE
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS, SORTS
from holdtrue.workplace.devices.rulebook.rule_file import _RULE, _TOP, read_rules

ROOT = Path(__file__).parents[2] / "docs"
TEXT = (ROOT / "reference" / "rules.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "how-to" / "write-a-rule.md").read_text(encoding="utf-8")


def test_every_conclusion_is_described_as_it_is_and_no_other():
    told = dict(re.findall(r"^\| `([a-z-]+\.[a-z-]+)` \| ([a-z ]+) \|", TEXT, re.MULTILINE))

    assert told == {name: str(meaning.sort) for name, meaning in MEANINGS.items()}


def test_every_rule_that_ships_is_listed_and_no_other():
    section = TEXT.split("## The rules that ship", 1)[1]

    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == [rule.id for rule in rulebook().rules]


@pytest.mark.parametrize("field", [*_TOP, *_RULE, *(set(CASE) - {"name"})])
def test_every_field_is_described(field):
    assert f"`{field}`" in TEXT or f"{field}:" in TEXT


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", TEXT + HOW_TO.replace("\n   ", "\n"), re.DOTALL))
def test_every_example_is_a_file_without_a_mistake(block):
    told = read_rules(block.encode(), "rules.md", SORTS)

    assert told.mistakes == ()
    assert told.rules
