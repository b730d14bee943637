"""The rules that ship: each with examples that it judges as they say, and every conclusion drawn by a check."""

import json
from datetime import UTC, date, datetime

import pytest

from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.conclude import device_of
from holdtrue.workplace.devices.checks.lasting import ENDS
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.cases import tried
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS
from holdtrue.workplace.devices.rulebook.judge import judge
from holdtrue.workplace.devices.rules import COMMITMENTS as JUDGED
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BOOK = rulebook()


def sheet(*facts, system=System.LINUX, software=None, release="Debian GNU/Linux 12 (bookworm)"):
    return FactSheet(Identity("lt-07", "LT-07", system, release), NOON, facts, software)


def fact(name, value, **how):
    return Fact(name, value, how.pop("source", Source.OBSERVED), how.pop("at", NOON), **how)


@pytest.mark.parametrize("one", list(tried(BOOK, at=NOON)), ids=lambda one: f"{one.rule.id}: {one.case.name}")
def test_every_example_is_judged_as_it_says(one):
    assert one.outcome.result.value == one.case.expect


def test_there_are_thirty_rules_each_with_examples_of_both_sides():
    assert len(BOOK.rules) >= 30
    for rule in BOOK.rules:
        expected = {case.expect for case in rule.cases}
        assert "holds" in expected, rule.id
        assert expected & {"broken", "unproven"}, rule.id


def test_every_commitment_of_devices_is_kept_by_a_rule():
    assert {rule.keeps for rule in BOOK.rules if rule.keeps} == set(JUDGED)
    assert set(JUDGED) <= set(COMMITMENTS)


def test_nothing_that_nobody_said_ever_holds():
    """A device that says nothing at all keeps no promise that we could prove."""
    for system in System:
        verdicts = judge_device(sheet(system=system, release=""), subject="device/lt-07")
        assert {verdict.result for verdict in verdicts} <= {Result.UNPROVEN, Result.NOT_APPLICABLE}


def test_where_nobody_may_read_the_passwords_nobody_is_known_to_need_one():
    """An agent without root cannot read `/etc/shadow`."""
    looked = sheet(fact("accounts.automatic", False))

    (verdict,) = [one for one in judge_device(looked, subject="device/lt-07") if one.commitment == "device.sign-in"]

    assert verdict.result is Result.UNPROVEN
    assert "which accounts have no password was not read" in verdict.reason.value


@pytest.mark.parametrize("system", System)
def test_what_was_not_read_is_told_in_words(system):
    told = [one for one in device_of(sheet(system=system)).conclusions.values() if one.value is None]

    assert [one.name for one in told if one.name in one.says] == []


@pytest.mark.parametrize("system", System)
def test_every_conclusion_is_drawn_on_every_system_with_words_for_what_is_missing(system):
    found = device_of(sheet(system=system, release="")).conclusions

    assert set(found) == set(MEANINGS)
    silent = {name for name, one in found.items() if one.value is None and not one.says}
    assert silent <= {"screen-lock.never", "screen-lock.soonest", "screen-lock.latest"}


def test_a_verdict_says_which_rule_it_rests_on_and_by_its_hash():
    facts = [fact("session.desktop", "gnome", user="alice")]
    facts += [fact(f"org.gnome.desktop.{name}", value, user="alice") for name, value in (
        ("session idle-delay", 1800), ("screensaver lock-enabled", True), ("screensaver lock-delay", 0), ("lockdown disable-lock-screen", False))]  # fmt: skip
    lock = judge_device(sheet(*facts), subject="device/lt-07")[0]
    rule = BOOK.get("screen-lock")

    assert lock.result is Result.BROKEN
    assert (
        lock.reason.rule == f"locks by itself within 900 s of inactivity, grace included; 0 is never · screen-lock {rule.hash}"
    )
    assert lock.reason.value == "locks only after 1,800 s (idle 1,800 s, lock-delay 0 s) (alice)"
    assert "idle-delay 600" in lock.reason.advice


def test_a_fix_is_for_the_desktop_and_its_version():
    def advice(desktop, *more):
        facts = [fact("session.desktop", desktop, user="alice"), *more]
        return judge_device(sheet(*facts), subject="device/lt-07")[0].reason.advice

    late = fact("kscreenlockerrc Daemon Timeout", "60", user="alice")
    assert "kwriteconfig5" in advice("kde5", late)
    assert "kwriteconfig6" in advice("kde6", late)
    assert "swayidle" in advice("sway", fact("idle-lockers running", [], user="alice"))
    old, new = (
        judge_device(sheet(fact("com.apple.screensaver idleTime", 0, user="alice"), system=System.MACOS, release=release), subject="device/x")[0].reason.advice
        for release in ("macOS 12.7", "macOS 14.4")
    )  # fmt: skip
    assert "System Preferences" in old
    assert "System Settings" in new


def test_what_is_older_than_a_rule_allows_is_unproven():
    rule = BOOK.get("firewall")
    device = device_of(sheet(fact("firewall.on", value=True)))

    assert judge(rule, device, at=NOON.replace(hour=20)).result is Result.HOLDS
    assert judge(rule, device, at=NOON.replace(day=28)).result is Result.UNPROVEN


def test_what_a_system_is_never_grows_old():
    device = device_of(sheet(release="Debian GNU/Linux 10 (buster)"))

    assert judge(BOOK.get("supported-system"), device, at=NOON.replace(year=2030)).result is Result.BROKEN


@pytest.mark.parametrize(
    ("release", "system", "expected"),
    [
        ("Debian GNU/Linux 12 (bookworm)", System.LINUX, Result.HOLDS),
        ("Debian GNU/Linux 10 (buster)", System.LINUX, Result.BROKEN),
        ("Ubuntu 24.04.1 LTS", System.LINUX, Result.HOLDS),
        ("Ubuntu 20.04.6 LTS", System.LINUX, Result.BROKEN),
        ("Fedora Linux 39 (Workstation Edition)", System.LINUX, Result.BROKEN),
        ("Arch Linux", System.LINUX, Result.HOLDS),
        ("Gnoppix 24", System.LINUX, Result.UNPROVEN),
        ("macOS 15.1", System.MACOS, Result.HOLDS),
        ("macOS 12.7.6", System.MACOS, Result.BROKEN),
        ("Microsoft Windows 11 Pro 10.0.22631", System.WINDOWS, Result.BROKEN),
        ("Microsoft Windows 11 Enterprise 10.0.26100", System.WINDOWS, Result.HOLDS),
        ("Microsoft Windows 10 Pro 10.0.19045", System.WINDOWS, Result.BROKEN),
        ("Windows 11 23H2", System.WINDOWS, Result.BROKEN),
        ("Windows 11 Enterprise 25H2", System.WINDOWS, Result.HOLDS),
        ("Windows 11 26H2", System.WINDOWS, Result.HOLDS),
        ("Microsoft Windows 10 Enterprise 10.0.19045", System.WINDOWS, Result.BROKEN),
        ("Microsoft Windows 10 Enterprise 10.0.19044", System.WINDOWS, Result.BROKEN),
        ("Microsoft Windows 10 Enterprise LTSC 10.0.19044", System.WINDOWS, Result.HOLDS),
        ("Microsoft Windows 10 IoT Enterprise LTSC 10.0.17763", System.WINDOWS, Result.HOLDS),
        ("macOS 14.8.4", System.MACOS, Result.BROKEN),
        ("macOS 27.0.1", System.MACOS, Result.HOLDS),
        ("CentOS Stream 8", System.LINUX, Result.BROKEN),
        ("openSUSE Leap 16.0", System.LINUX, Result.HOLDS),
        ("Windows 11", System.WINDOWS, Result.UNPROVEN),
        ("", System.WINDOWS, Result.UNPROVEN),
    ],
)
def test_a_release_is_supported_until_its_makers_day(release, system, expected):
    device = device_of(sheet(system=system, release=release))

    assert judge(BOOK.get("supported-system"), device, at=NOON).result is expected


def test_every_end_of_support_has_its_source():
    told = json.loads(ENDS.read_text())

    assert {name.partition(" ")[0] for name in told["ends"]} == set(told["sources"])
    assert all(date.fromisoformat(day) for day in told["ends"].values())


@pytest.mark.parametrize(
    ("title", "sort", "kind"),
    [
        ("nmap", "deb", "tools.scanners"), ("Wireshark 4.2.0 x64", "windows", "tools.sniffers"), ("Wireshark.app", "app", "tools.sniffers"),
        ("john", "deb", "tools.crackers"), ("remember", "app", ""), ("johnny-decimal", "deb", ""), ("python3-nmap", "deb", ""),
        ("nmap", "pypi", ""), ("metasploit-framework", "deb", "tools.attack"), ("qbittorrent", "deb", "tools.sharing"),
        ("Microsoft OneDrive", "windows", "sync.clients"), ("AnyDesk", "windows", "tools.remote"), ("hydrapaper", "deb", ""),
    ],
)  # fmt: skip
def test_a_title_is_known_by_its_exact_name(title, sort, kind):
    found = device_of(sheet(software=(Installed(title, "1", sort),))).conclusions
    filled = {name for name, one in found.items() if name.startswith(("tools.", "sync.")) and one.value and one.value != "\x1f"}

    assert filled == ({kind} if kind else set())


def test_people_who_differ_are_judged_by_the_one_who_matters():
    def on(name, *values):
        return device_of(sheet(*(fact(name, value, user=f"p{n}") for n, value in enumerate(values)))).conclusions

    assert on("org.gnome.desktop.media-handling automount", True, False)["storage.automount"].value is True
    assert on("firewall.on", True, False)["firewall.on"].value is False


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_every_title_is_there_in_the_readers_language(language):
    from pathlib import Path

    import holdtrue

    told = Path(holdtrue.__file__).parent / "locale" / language / "LC_MESSAGES" / "django.po"
    words = told.read_text(encoding="utf-8").replace('"\n"', "")

    assert [
        rule.id for rule in BOOK.rules if f'msgid "{rule.title}"\nmsgstr ""' in words or f'msgid "{rule.title}"\n' not in words
    ] == []
