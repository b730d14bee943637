"""Whatever a device says, it is judged: no value, name or user of a fact stops the rules, and what they say can be shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.conclude import device_of
from holdtrue.workplace.devices.checks.states import _LISTS
from holdtrue.workplace.devices.checks.switches import SWITCHES
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.columns import row_of
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS
from holdtrue.workplace.devices.rulebook.osquery_tables import _MAKERS, table_of
from holdtrue.workplace.devices.rulebook.sorts import Sort
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NAMES = [
    *(name for switch in SWITCHES for name, _ in switch.facts), *(name for _, names, *_ in _LISTS for name in names),
    "storage.mounted", "network.promiscuous", "updates.security-pending", "phones.blocked", "usb authorized-default", "backup.schedules",
    "backup.tools", "session.desktop", "swayidle lock-before-sleep", "sysadminctl screenLock", "tools.scanners", "session.idle-unlocked",
    r"HKU\S-1-5-21-1-2-3-1001\Control Panel\Desktop\DelayLockInterval", "'; DROP TABLE x; --",
]  # fmt: skip
VALUES = strategies.one_of(
    strategies.none(), strategies.booleans(), strategies.integers(), strategies.floats(), strategies.text(max_size=40),
    strategies.lists(strategies.text(max_size=10), max_size=3),
    strategies.sampled_from(["on", "off", "1", "0", "yes", "true", "FileVault is On.", "permissive", "none", "immediate", "\x1f", "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}", "1e999"]),
)  # fmt: skip
FACTS = strategies.builds(
    Fact,
    name=strategies.sampled_from(NAMES),
    value=VALUES,
    source=strategies.sampled_from(Source),
    observed_at=strategies.sampled_from([NOON, NOON - timedelta(hours=30), NOON + timedelta(hours=1)]),
    writable=strategies.sampled_from([None, True, False]),
    user=strategies.sampled_from([None, "alice", "root", "<b>"]),
)
SOFTWARE = strategies.one_of(
    strategies.none(),
    strategies.lists(
        strategies.builds(
            Installed,
            name=strategies.one_of(
                strategies.text(max_size=20), strategies.sampled_from(["nmap", "John", "restic", "Wireshark 4.2"])
            ),
            version=strategies.text(max_size=10),
            type=strategies.sampled_from(["deb", "rpm", "app", "windows", "pypi", ""]),
        ),
        max_size=5,
    ).map(tuple),
)
SHEETS = strategies.builds(
    FactSheet,
    device=strategies.builds(
        Identity,
        id=strategies.just("lt"),
        name=strategies.just("lt"),
        system=strategies.sampled_from(System),
        release=strategies.one_of(strategies.text(max_size=30), strategies.sampled_from(["Windows 11 23H2", "Ubuntu 24", "macOS", "Debian 99999999999"])),
    ),
    collected_at=strategies.just(NOON),
    facts=strategies.lists(FACTS, max_size=12).map(tuple),
    software=SOFTWARE,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(SHEETS)
def test_whatever_a_device_says_there_is_a_verdict_that_can_be_shown(sheet):
    for verdict in judge_device(sheet, subject="device/lt"):
        assert verdict.reason.value.isprintable()
        assert verdict.reason.value
        assert verdict.result in Result


@settings(max_examples=100, deadline=None)
@given(SHEETS)
def test_whatever_a_device_says_every_conclusion_is_of_its_sort(sheet):
    device = device_of(sheet, raw=rulebook().raw_names)
    kinds = {Sort.FLAG: bool, Sort.NUMBER: float}
    for name, meaning in MEANINGS.items():
        value = device.conclusions[name].value
        assert value is None or isinstance(value, kinds.get(meaning.sort, str)), name
    row = row_of(device, MEANINGS)
    assert all(value is None or isinstance(value, int | float | str) for value in row.values.values())
    for name in _MAKERS:
        table_of(name, sheet, device)


@pytest.mark.parametrize("value", ["0x" + "f" * 400, 1e308, "9" * 400])
@pytest.mark.parametrize(
    ("system", "name"),
    [(System.MACOS, "com.apple.screensaver idleTime"), (System.LINUX, "org.gnome.desktop.session idle-delay")],
)
def test_a_number_beyond_all_reckoning_proves_nothing(system, name, value):
    told = {"session.desktop": "gnome", name: value, "org.gnome.desktop.screensaver lock-delay": value}
    facts = tuple(Fact(one, what, Source.USER, NOON, user="alice") for one, what in told.items())
    sheet = FactSheet(Identity("lt", "lt", system), NOON, facts)

    verdicts = judge_device(sheet, subject="device/lt")

    assert next(one.result for one in verdicts if one.commitment == "device.screen-lock") is Result.UNPROVEN
