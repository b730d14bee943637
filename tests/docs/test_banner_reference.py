"""Every rule of the consent banner is held by a test that is there, and the notice to begin with is one."""

import re
from pathlib import Path

from holdtrue.website.consent.block.notice import Category, read_notice

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


def test_the_notice_to_begin_with_can_be_read_and_each_of_its_fields_is_described():
    how_to = (ROOT / "docs" / "how-to" / "add-the-banner.md").read_text(encoding="utf-8")
    [source] = re.findall(r"```json\n(.+?)```", how_to, re.DOTALL)
    described = REFERENCE.split("## The notice\n")[1].split("\n## ")[0]

    notice = read_notice(source)

    assert {service.category for service in notice.services} == {Category.NECESSARY, Category.ANALYTICS}
    fields = set(re.findall(r'"([a-z_]+)":', source)) - {"en"}
    assert {field for field in fields if f"`{field}`" not in described} == set()
