"""The catalogue's package URLs, ranges, tables and denials; and its index against the plain reading of it."""

import random
from datetime import date

import pytest

from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software import catalogue, spreadsheet
from holdtrue.workplace.software.purl import parse, purl_of
from holdtrue.workplace.software.rules import Approval, Catalogue, Fault, Stance, fault_of, judge
from holdtrue.workplace.software.versions import parse_range

TODAY = date(2026, 11, 25)


def title(name, version="1", type_="deb", origin="", publisher=""):
    return Installed(name, version, type_, origin, publisher)


@pytest.mark.parametrize(("text", "parts"), [
    ("pkg:deb/debian/nmap@7.93", ("deb", "debian", "nmap", "7.93")),
    ("pkg:npm/%40angular/cli@17.0.1", ("npm", "@angular", "cli", "17.0.1")),
    ("pkg:npm/@angular/cli", ("npm", "@angular", "cli", "")),
    ("pkg:pypi/Django_Rest.Framework@3", ("pypi", "", "django-rest-framework", "3")),
    ("PKG:RPM/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25", ("rpm", "fedora", "curl", "7.50.3-1.fc25")),
    ("pkg:deb/debian/dpkg@1%3A1.19.0.4?arch=amd64#usr/bin", ("deb", "debian", "dpkg", "1:1.19.0.4")),
    ("pkg:npm/%40angular/*", ("npm", "@angular", "*", "")),
])  # fmt: skip
def test_a_package_url_is_read_by_its_rules(text, parts):
    told = parse(text)

    assert (told.type, told.namespace, told.name, told.version) == parts
    assert parse(str(told)) == told


@pytest.mark.parametrize("text", ["", "nmap", "pkg:", "pkg:deb", "pkg:deb/", "npm:foo/bar", "pkg:1x/foo", "pkg:/foo"])
def test_what_is_no_package_url_is_refused(text):
    with pytest.raises(Invalid):
        parse(text)


@pytest.mark.parametrize(("installed", "purl"), [
    (title("nmap", "7.93+dfsg1-1", origin="Debian"), "pkg:deb/debian/nmap@7.93%2Bdfsg1-1"),
    (title("@angular/cli", "17.0.1", "npm"), "pkg:npm/%40angular/cli@17.0.1"),
    (title("Zope.Interface", "6", "pypi"), "pkg:pypi/zope-interface@6"),
    (title("curl", "1:2", "rpm", "Fedora Project"), "pkg:rpm/fedora/curl@1:2"),
    (title("Zoom Workplace", "6.2", "windows"), "pkg:windows/Zoom%20Workplace@6.2"),
    (title("bash", "5.2.037-1", "alpm", "Arch Linux"), "pkg:alpm/arch/bash@5.2.037-1"),
    (title("musl", "1.2.5-r0", "apk"), "pkg:apk/musl@1.2.5-r0"),
])  # fmt: skip
def test_a_title_has_one_package_url(installed, purl):
    assert purl_of(installed) == purl


@pytest.mark.parametrize(("text", "inside", "outside"), [
    ("vers:deb/>=1.2|<2", ["1.2", "1.9"], ["1.1", "2", "3"]),
    ("vers:npm/1.2.3|>=2.0.0|<5.0.0", ["1.2.3", "2.0.0", "4.9"], ["1.2.4", "5.0.0"]),
    ("vers:pypi/<1.2|>=2|<2.4", ["1.1", "2.3"], ["1.2", "1.9", "2.4"]),
    ("vers:pypi/>=1|!=1.5|<2", ["1.4", "1.6"], ["1.5", "2"]),
    ("vers:generic/*", ["1", "99"], []),
    ("< 1.2 || >= 2, < 2.4", ["1.1", "2.3"], ["1.2", "2.4"]),
])  # fmt: skip
def test_a_range_may_have_several_spans(text, inside, outside):
    told = parse_range(text)

    assert all(told.allows(version) for version in inside)
    assert not any(told.allows(version) for version in outside)
    assert parse_range(str(told)) == told


@pytest.mark.parametrize("text", ["vers:", "vers:deb", "vers:deb/", "vers:/1", "vers:deb/about 3", "1 || about 3"])
def test_a_range_with_a_mistake_is_refused(text):
    with pytest.raises(Invalid):
        parse_range(text)


def test_a_denied_version_outweighs_every_approval():
    known = Catalogue([
        Approval(source="Debian", type="deb"), Approval("openssl"),
        Approval("openssl", versions=parse_range("< 3.0.13"), stance=Stance.DENIED, why="a known hole"),
    ])  # fmt: skip
    found = judge(
        [title("openssl", "3.0.11", origin="Debian"), title("bash", origin="Debian")], known, system="linux", today=TODAY
    )

    assert [one.fault for one in found.unapproved] == [Fault.DENIED]
    assert fault_of(title("openssl", "3.0.14", origin="Debian"), known, system="linux", today=TODAY) is None


def test_a_denial_that_has_ended_or_is_for_another_system_denies_nothing():
    for denial in (
        Approval("zoom", stance=Stance.DENIED, expires=TODAY), Approval("zoom", stance=Stance.DENIED, platforms=frozenset({"macos"})),
    ):  # fmt: skip
        assert fault_of(title("zoom"), Catalogue([Approval("zoom"), denial]), system="linux", today=TODAY) is None


def test_the_index_answers_as_reading_every_entry_would():
    chance = random.Random(5)
    names = ["a", "ab", "abc", "abcd", "google-cloud-sdk", "google-chrome", "zoom", "My_Tool", "@x/y", "lib[x]"]
    patterns = [*names, "*", "a*", "ab?", "google-*", "*-sdk", "g*e", "my-*"]
    places = ["", "Debian", "Google*", "g?ogle"]
    for _ in range(300):
        entries = [
            Approval(chance.choice(patterns), chance.choice(["", "deb", "pypi"]), chance.choice(places), chance.choice(places))
            for _ in range(chance.randrange(1, 12))
        ]
        known = Catalogue(entries)
        for name in names:
            seen = title(name, "1", chance.choice(["deb", "pypi"]), chance.choice(["", "Debian", "google"]), "Google LLC")
            assert sorted(map(id, known.speaking_of(seen))) == sorted(id(one) for one in entries if one.matches(seen))


def test_a_catalogue_is_the_same_after_a_trip_through_a_spreadsheet():
    approvals = [
        Approval("@angular/cli", "npm", versions=parse_range(">= 17, < 18"), seats=3, expires=date(2027, 1, 1), why="=1+1"),
        Approval(source="Debian", type="deb", platforms=frozenset({"linux", "macos"}), why='a, b; "c"'),
        Approval("zoom", versions=parse_range("< 5 || == 6"), stance=Stance.DENIED, why="holes"),
    ]  # fmt: skip
    table = spreadsheet.write((one, "Sofie") for one in approvals)

    assert not any(line.startswith(("=", "@")) or ",=" in line or ",@" in line for line in table.splitlines())
    again = spreadsheet.read(table.encode())
    assert [
        (one.name, one.type, str(one.versions), one.platforms, one.seats, one.expires, one.why, one.stance) for one in again
    ] == [
        (one.name, one.type, str(one.versions), one.platforms, one.seats, one.expires, one.why, one.stance) for one in approvals
    ]
    assert spreadsheet.read("\ufeffname;why\r\nzoom;meetings\r\n".encode())[0].why == "meetings"
    assert spreadsheet.read(b"purl\npkg:deb/debian/nmap@7.93\n")[0].source == "Debian"


@pytest.mark.parametrize("text", [
    b"", b"nmae\nzoom\n", b"name,seats\nzoom,many\n", b"name,stance\nzoom,loved\n", b"name,expires\nzoom,soon\n", b"why\nx\n",
    b"name,versions\nzoom,about 3\n", b"\xff\xfe", b'name,why\n"zoom,x\n', b"name\nzoom,1,2,3\n",
])  # fmt: skip
def test_a_mistake_in_a_table_is_named_with_its_line(text):
    with pytest.raises(Invalid):
        spreadsheet.read(text)


def test_a_catalogue_in_yaml_may_deny():
    told = catalogue.read(
        b"format: holdtrue.catalogue/1\ndenied:\n- {purl: 'pkg:deb/debian/xz-utils', versions: '>= 5.6.0, <= 5.6.1'}\n"
    )

    assert told[0].stance is Stance.DENIED
    with pytest.raises(Invalid, match="Denied entry 1"):
        catalogue.read(b"format: holdtrue.catalogue/1\ndenied:\n- {nmae: x}\n")


def test_who_may_decide_on_a_wish():
    from uuid import UUID

    from holdtrue.accounts.rules import Reader, Role
    from holdtrue.workplace.software.asks import AskState, check_decider

    sofie = Reader(UUID(int=1), "Sofie", "s@x", frozenset({Role.SECURITY}))
    bob = Reader(UUID(int=2), "Bob", "b@x", frozenset({Role.STAFF, Role.AUDITOR, Role.PRIVACY, Role.MANAGER}))

    check_decider(AskState.WAITING, bob.id, by=sofie)
    with pytest.raises(NotAllowed):
        check_decider(AskState.WAITING, sofie.id, by=sofie)
    with pytest.raises(NotAllowed):
        check_decider(AskState.WAITING, sofie.id, by=bob)
    with pytest.raises(Conflict):
        check_decider(AskState.REFUSED, bob.id, by=sofie)
