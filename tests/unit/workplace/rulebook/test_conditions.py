"""The language of rules: what it means, and how every mistake is told."""

import pytest

from holdtrue.workplace.devices.rulebook.conditions import DEEPEST, Mistaken, Scope, read_condition
from holdtrue.workplace.devices.rulebook.in_python import compiled
from holdtrue.workplace.devices.rulebook.sorts import Sort, packed, plain_version, sortable

SCOPE = Scope(
    {
        "screen-lock.latest": Sort.NUMBER, "screen-lock.never": Sort.FLAG, "disk.encrypted": Sort.FLAG, "os.name": Sort.TEXT,
        "os.version": Sort.VERSION, "os.supported-until": Sort.DATE, "tools.scanners": Sort.LIST,
    },
    {"within": Sort.NUMBER},
    {"laptop": 'os.name in ["macos"]', "round": "about", "about": "not round", "wrong": "os.nam == 1"},
)  # fmt: skip
SETTINGS = {"within": 900.0, "today": "2026-11-26"}


def held(text, **values):
    named = {name.replace("__", "-").replace("_", ".", 1): value for name, value in values.items()}
    return compiled(read_condition(text, SCOPE))(named, SETTINGS)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("screen-lock.latest <= within", {"screen__lock_latest": 900.0}, True),
        ("screen-lock.latest <= within", {"screen__lock_latest": 901.0}, False),
        ("screen-lock.latest <= within", {}, None),
        ("screen-lock.latest <= 15 min", {"screen__lock_latest": 900.0}, True),
        ("screen-lock.latest in [1 min, 2 min]", {"screen__lock_latest": 120.0}, True),
        ("not disk.encrypted", {"disk_encrypted": False}, True),
        ("not disk.encrypted", {}, None),
        ("disk.encrypted and screen-lock.never", {"disk_encrypted": False}, False),
        ("disk.encrypted and screen-lock.never", {"disk_encrypted": True}, None),
        ("disk.encrypted or screen-lock.never", {"disk_encrypted": True}, True),
        ("disk.encrypted or screen-lock.never", {"disk_encrypted": False}, None),
        ("disk.encrypted or screen-lock.never and disk.encrypted", {"disk_encrypted": False}, False),
        ("(disk.encrypted or screen-lock.never) and disk.encrypted", {"disk_encrypted": False}, False),
        ("known(disk.encrypted)", {}, False),
        ("known(disk.encrypted)", {"disk_encrypted": False}, True),
        ("proof(disk.encrypted)", {"disk_encrypted": False}, None),
        ("proof(disk.encrypted)", {"disk_encrypted": True}, True),
        ('os.name matches "deb*"', {"os_name": "debian"}, True),
        ('os.name matches "deb?an"', {"os_name": "debian"}, True),
        ('os.name matches "deb"', {"os_name": "debian"}, False),
        ('os.name matches "[d]ebian"', {"os_name": "debian"}, False),
        ('os.name not in ["debian", "ubuntu"]', {"os_name": "fedora"}, True),
        ('os.version >= "14.4"', {"os_version": sortable("14.10")}, True),
        ('os.version == "14"', {"os_version": sortable("14.0")}, True),
        ("os.supported-until >= today", {"os_supported-until": "2026-11-26"}, True),
        ('os.supported-until > "2026-11-26"', {"os_supported-until": "2026-11-26"}, False),
        ("count(tools.scanners) == 0", {"tools_scanners": packed([])}, True),
        ("count(tools.scanners) == 2", {"tools_scanners": packed(["nmap", "masscan", "nmap"])}, True),
        ('tools.scanners has "nmap"', {"tools_scanners": packed(["nmap 7"])}, False),
        ('tools.scanners has any ["nmap", "zmap"]', {"tools_scanners": packed(["nmap"])}, True),
        ('tools.scanners within ["nmap", "zmap"]', {"tools_scanners": packed(["nmap"])}, True),
        ('tools.scanners within ["nmap", "zmap"]', {"tools_scanners": packed(["nmap", "masscan"])}, False),
        ('tools.scanners within ["nmap"]', {"tools_scanners": packed([])}, True),
        ("laptop", {"os_name": "macos"}, True),
        ('number("pmset displaysleep") > 5', {}, None),
    ],
)  # fmt: skip
def test_a_condition_means_what_it_says(text, values, expected):
    assert held(text, **values) is expected


@pytest.mark.parametrize(
    ("text", "at", "told", "hint"),
    [
        ("disk.encryptd", 0, "`disk.encryptd` is not known.", "Did you mean `disk.encrypted`?"),
        ("screen-lock.latest <= withn", 22, "`withn` is not known.", "Did you mean `within`?"),
        ("disk.encrypted adn screen-lock.never", 15, "`adn` is not expected here.", "Join conditions by `and` or `or`."),
        ("screen-lock.latest = 900", 19, "'=' has no meaning here.", "Write `==` to compare."),
        ("disk.encrypted && screen-lock.never", 15, "'&' has no meaning here.", "Write `and`."),
        ("!disk.encrypted", 0, "'!' has no meaning here.", "Write `not`."),
        ('screen-lock.latest <= "900"', 22, "A number cannot be compared with a text.", "such as 900 or 15 min"),
        ("screen-lock.latest <= 15 mins", 25, "`mins` is no unit.", "Did you mean `min`?"),
        ("disk.encrypted == 1", 18, "A yes or no cannot be compared with a number.", "write it as it is"),
        ("os.name < os.name", 8, "A text has no order", "Use `==` or `!=`."),
        ("os.name in [debian]", 12, "`debian` is not known.", "texts stand in quotes"),
        ("os.name in []", 12, "The list has 0 items", ""),
        ("disk.encrypted in [1]", 0, "A yes or no cannot be looked for", "with `not`"),
        ("tools.scanners == 3", 15, "A list cannot be compared.", "count(…)"),
        ('disk.encrypted has "x"', 0, "`has` looks into a list", "yes or no by itself"),
        ("screen-lock.latest", 0, "This is a number, not a condition.", "Compare it"),
        ("not screen-lock.latest", 4, "`not` turns a condition round; this is a number.", "15 min"),
        ("count(disk.encrypted) == 0", 6, "`count` counts a list", ""),
        ("known(1 == 1)", 6, "`known` takes the name of a fact.", ""),
        ("(disk.encrypted", 15, "`)` is missing at the end.", ""),
        ("disk.encrypted and", 18, "A value is missing at the end.", ""),
        ("", 0, "The condition is empty.", "disk.encrypted"),
        ('os.name == "debian', 11, "'\"' has no meaning here.", "not closed"),
        ('os.version > "new"', 13, '"new" is no version.', "14.4.1"),
        ('os.supported-until > "soon"', 21, '"soon" is no date.', "2027-01-31"),
        ("round", 0, "`round` is explained by itself: round → about → round.", "Break the circle."),
        ("wrong", 0, "`wrong` is not right: `os.nam` is not known.", "Did you mean `os.name`?"),
        ("(" * (DEEPEST * 4), None, "nested too deeply", "means"),
        ("not " * (DEEPEST * 2) + "disk.encrypted", None, "nested too deeply", "means"),
        ("disk.encrypted or " * 300, None, "at most 4,000", "means"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_mend(text, at, told, hint):
    with pytest.raises(Mistaken) as caught:
        read_condition(text, SCOPE)

    assert told in caught.value.message
    assert hint in caught.value.hint
    assert at is None or caught.value.at == at


def test_names_that_explain_each_other_cannot_grow_without_bounds():
    means = {"a0": "disk.encrypted"} | {f"a{n}": " or ".join([f"a{n - 1}"] * 10) for n in range(1, 12)}

    with pytest.raises(Mistaken, match="more than 1,000 values"):
        read_condition("a11", Scope({"disk.encrypted": Sort.FLAG}, {}, means))


@pytest.mark.parametrize(
    ("less", "more"), [("14.4.1", "14.10"), ("9", "10"), ("10.0.19045", "10.0.22631"), ("v1.2", "1.2.1"), ("2.0~rc1", "2.0.1")]
)
def test_versions_sort_as_versions(less, more):
    assert sortable(less) < sortable(more)
    assert sortable(plain_version(sortable(less))) == sortable(less)


def test_what_is_no_version_has_none():
    assert sortable("rolling") is None
    assert sortable("123456789") is None
