"""Every rule of the consent banner is held by a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "banner.md").read_text(encoding="utf-8")
RULES = 27


def test_each_of_the_rules_names_its_tests_and_they_exist():
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", REFERENCE, re.MULTILINE)
    written = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert [int(number) for number, _, _ in rows] == list(range(1, RULES + 1))
    named = [(rule, re.findall(r"`(test_\w+)`", tests)) for _, rule, tests in rows]
    assert [rule for rule, tests in named if not tests] == []
    assert [test for _, tests in named for test in tests if test not in written] == []
