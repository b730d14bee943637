"""Patterns in queries: those that people write are matched, and none keeps the server from anything else."""

import pytest

from holdtrue.workplace.devices.checks.conclude import device_of
from holdtrue.workplace.devices.rulebook.osquery_rule import run
from holdtrue.workplace.devices.rulebook.patterns import MOST_WORK, pattern
from holdtrue.workplace.facts import FactSheet, Identity, Installed, System
from unit.workplace.rulebook.test_osquery_rules import NOON


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (r"^(\d+)\.(\d+)\.(\d+)", "12.4.1"), (r"^([0-9]+)(\.[0-9]+)?(-\w+)?$", "1" * 200), ("(?i)firefox|chrome", "x" * 5000),
        (r"[\w.+-]+@[\w-]+\.[\w.]+", "a" * 300), (r"^https?://([^/]+)/.*$", "https://example.org/" + "x" * 400),
        ("^(" + "|".join(f"name{number}" for number in range(40)) + ")$", "name39"), (r"[,;] *", "a, b;c" * 50),
        (r"(.*)-(.*)\.deb", "-" * 150), (r"^/home/[^/]+/\.config/.*\.conf$", "/home/alice/.config/" + "x" * 300),
    ],
)  # fmt: skip
def test_patterns_that_people_write_are_matched(told, text):
    assert pattern(told).work(text) <= MOST_WORK


@pytest.mark.parametrize("told", [r".*x.*y.*z", r"\w+\s\w+\d", r"^(a*)(a*)(a*)bb", r"(?:ab)*(?:ab)*cc"])
def test_a_match_that_may_be_made_comes_to_an_end(told):
    found = pattern(told)
    texts = ("xy" * 300, "a " * 300, "a" * 600, "ab" * 300)
    longest = [next(text[:end] for end in range(len(text), 0, -1) if found.work(text[:end]) <= MOST_WORK) for text in texts]

    # Without a bound these go on for hours.
    assert [found.compiled.search(text) for text in longest] == [None] * len(longest)


def test_all_matches_of_a_query_together_are_bounded():
    many = tuple(Installed(f"p{number}-{'xy' * 60}", "1", "deb") for number in range(50))
    sheet = FactSheet(Identity("lt", "lt", System.LINUX, "Debian GNU/Linux 12 (bookworm)"), NOON, (), many)
    query = "SELECT 1 FROM deb_packages WHERE regex_match(name, '.*x.*y.*z', 0) = 'z'"

    value, says = run(query, sheet, device_of(sheet))

    assert value is None
    assert "could not be run to its end" in says
