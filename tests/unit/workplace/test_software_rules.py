"""Versions, the catalogue, and what of an inventory is approved."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.facts import FactSheet, Identity, Installed, System
from holdtrue.workplace.software import catalogue as files
from holdtrue.workplace.software.rules import Approval, Catalogue, Fault, judge, verdict_on
from holdtrue.workplace.software.versions import compare, parse_range

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = NOON.date()


@pytest.mark.parametrize(("type_", "older", "newer"), [
    ("deb", "1.0~rc1-1", "1.0-1"), ("deb", "1.0-1", "1.0-1+b1"), ("deb", "9.0", "10.0"), ("deb", "2:1.0", "3:0.1"), ("deb", "1.0-1~bpo12+1", "1.0-1"),
    ("deb", "1.0a", "1.0b"), ("deb", "1.0", "1.0+dfsg"), ("deb", "1.0~~", "1.0~"), ("deb", "7.93+dfsg1-1", "7.94"), ("deb", "1.2.3-9", "1.2.3-10"),
    ("alpm", "5.2.037-1", "5.2.037-2"), ("alpm", "9.0", "1:1.0"), ("alpm", "1.9-1", "1.10-1"), ("apk", "1.2_rc1-r0", "1.2-r0"), ("apk", "1.2.5-r0", "1.2.5-r1"),
    ("rpm", "1.0~rc1-1", "1.0-1"), ("rpm", "1.9-1", "1.10-1"), ("rpm", "1.0-1.el9", "1.0-2.el9"), ("rpm", "1.0a", "1.0.1"), ("rpm", "1.0", "1.0^git1"),
    ("pypi", "1.0rc1", "1.0"), ("pypi", "1.0a1", "1.0b1"), ("pypi", "1.0.dev1", "1.0"), ("npm", "1.0.0-rc.1", "1.0.0"), ("npm", "1.0.0-alpha.1", "1.0.0-beta.1"),
    ("npm", "9.9.9", "10.0.0"), ("app", "6.1.0", "6.1.1"), ("windows", "23.01", "24.0"), ("snap", "v1.2", "v1.10"),
])  # fmt: skip
def test_versions_are_ordered_as_their_managers_order_them(type_, older, newer):
    assert compare(older, newer, type_=type_) == -1
    assert compare(newer, older, type_=type_) == 1
    assert compare(older, older, type_=type_) == 0


@pytest.mark.parametrize(("text", "type_", "version", "allowed"), [
    ("", "deb", "1", True), (">= 2.40", "deb", "1:2.40-3", True), (">= 2.40, < 3", "deb", "3.0-1", False), ("118.*", "snap", "118.0.2", True), ("118.*", "snap", "119.0", False),
    ("!= 118.*", "snap", "119.0", True), (">= 1:2.0", "deb", "2.5-1", False), ("== 1.2", "deb", "1.2-4", True), ("== 1.2-3", "deb", "1.2-4", False), ("1.2.3", "npm", "1.2.3", True),
    (">= 1", "npm", "", False), ("<= 6.1", "app", "6.1.1", False), ("*", "app", "", True),
])  # fmt: skip
def test_a_range_allows_what_it_says(text, type_, version, allowed):
    assert parse_range(text).allows(version, type_=type_) is allowed


@pytest.mark.parametrize("text", ["about 3", ">= ", "=> 3", ">= 3.*", "1.*.2", "< 3 < 4"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(Invalid):
        parse_range(text)


def title(name="zoom", version="6.1", type_="deb", origin="", publisher="") -> Installed:
    return Installed(name, version, type_, origin, publisher)


@pytest.mark.parametrize(("approval", "installed", "fault"), [
    (Approval("zoom"), title(), None), (Approval("ZOOM"), title(), None), (Approval("zoom*"), title("zoom-client"), None), (Approval("zoom"), title("zoomer"), Fault.UNKNOWN),
    (Approval("zoom", type="snap"), title(), Fault.UNKNOWN), (Approval(source="Debian", type="deb"), title(origin="Debian"), None),
    (Approval(source="Debian", type="deb"), title(origin="Docker"), Fault.UNKNOWN), (Approval("zoom", versions=parse_range(">= 6.2")), title(), Fault.VERSION),
    (Approval("zoom", expires=date(2026, 11, 25)), title(), Fault.EXPIRED), (Approval("zoom", expires=date(2026, 11, 26)), title(), None),
    (Approval("zoom", platforms=frozenset({"macos"})), title(), Fault.PLATFORM), (Approval("zoom", publisher="Zoom*"), title(publisher="Zoom Inc"), None),
    (Approval("zoom", publisher="Zoom*"), title(publisher="Mallory"), Fault.UNKNOWN),
])  # fmt: skip
def test_a_title_is_approved_or_it_is_said_why_not(approval, installed, fault):
    other = title("bash", origin="Debian")
    found = judge([installed, other], Catalogue([approval, Approval("bash")]), system="linux", today=TODAY)

    assert [one.fault for one in found.unapproved] == ([] if fault is None else [fault])


def test_one_approval_that_covers_a_title_is_enough():
    both = Catalogue([Approval("zoom", expires=date(2020, 1, 1)), Approval("zoom", versions=parse_range("6.*"))])

    assert judge([title()], both, system="linux", today=TODAY).approved == 1


def test_what_needs_a_person_comes_first():
    approvals = Catalogue([Approval("old", expires=date(2020, 1, 1)), Approval("new", versions=parse_range(">= 9"))])
    found = judge([title("a"), title("new"), title("old")], approvals, system="linux", today=TODAY)

    assert [one.title.name for one in found.unapproved] == ["old", "new", "a"]


def sheet(*software) -> FactSheet:
    return FactSheet(Identity("lt", "lt", System.LINUX), NOON, software=tuple(software))


def verdict(known, approvals):
    return verdict_on(known, None if approvals is None else Catalogue(approvals), subject="device/lt", at=NOON)


def test_without_a_catalogue_or_an_inventory_nothing_is_proven():
    assert verdict(sheet(title()), None).result is Result.UNPROVEN
    assert verdict(sheet(title()), []).result is Result.UNPROVEN
    assert verdict(FactSheet(Identity("lt", "lt", System.LINUX), NOON), [Approval("zoom")]).result is Result.UNPROVEN
    assert verdict(sheet(), [Approval("zoom")]).result is Result.HOLDS


def test_an_archive_that_could_not_be_asked_leaves_it_unproven_not_broken():
    blind = verdict(sheet(title("bash"), title("zoom")), [Approval(source="Debian", type="deb")])
    seeing = verdict(sheet(title("bash", origin="Debian"), title("zoom")), [Approval(source="Debian", type="deb")])

    assert blind.result is Result.UNPROVEN
    assert "apt-get update" in blind.reason.advice
    assert seeing.result is Result.BROKEN
    assert "zoom" in seeing.reason.value


START = "format: holdtrue.catalogue/1\napproved:\n"


@pytest.mark.parametrize("text", [
    "", "[", "format: x", START, START + "- 5\n", START + "- {nmae: x}\n", START + "- {why: x}\n", START + "- {name: x, seats: many}\n", START + "- {name: x, seats: -1}\n",
    START + "- {name: x, expires: soon}\n", START + "- {name: x, platforms: [amiga]}\n", START + "- {name: x, versions: about 3}\n", START + "- {purl: nmap}\n",
    START + "- {purl: 'pkg:deb'}\n", START + "- {name: [x]}\n", START + "- {name: true}\n", START + "- !!python/object/apply:os.system [id]\n",
])  # fmt: skip
def test_a_mistake_in_the_catalogue_is_named_with_its_entry(text):
    with pytest.raises(Invalid) as refused:
        files.read(text.encode())
    assert refused.value.hint


def test_a_catalogue_says_what_it_says():
    text = (
        START
        + "- {purl: 'pkg:deb/debian/nmap@7.93', seats: 3, expires: 2027-01-31, by: Alice, why: audits, platforms: linux}\n- {purl: 'pkg:npm/%40scope/tool'}\n"
    )
    first, second = files.read(text.encode())

    assert (first.type, first.source, first.name, str(first.versions)) == ("deb", "Debian", "nmap", "== 7.93")
    assert (first.seats, first.expires, first.platforms) == (3, date(2027, 1, 31), frozenset({"linux"}))
    assert (second.type, second.name) == ("npm", "@scope/tool")


def test_the_catalogue_to_begin_with_can_be_read():
    starter = Path(files.__file__).parent / "data" / "starter.yaml"

    assert len(files.read(starter.read_bytes())) >= 5
