"""What osquery's logs amount to: which rows stand at the end, and how old each of them is."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.command import judge
from holdtrue.workplace.devices import osquery
from holdtrue.workplace.devices.osquery_facts import sheet_of

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
NAME = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\InactivityTimeoutSecs"
H, B, U = Result.HOLDS, Result.BROKEN, Result.UNPROVEN


def entry(name, *, ago=1, **said):
    when = NOON - timedelta(minutes=ago)
    return {"name": name, "hostIdentifier": "h1", "unixTime": int(when.timestamp()), "epoch": 0, "counter": 0} | said


def snapshot(name, *rows, **more):
    return entry(name, action="snapshot", snapshot=list(rows), **more)


def limit(data):
    return {"path": NAME, "name": "InactivityTimeoutSecs", "data": data}


WINDOWS = snapshot("os_version", {"name": "Windows 11", "version": "10.0", "platform": "windows"})


def lock(*entries):
    log = "\n".join(json.dumps(one) for one in entries).encode()
    return next(one.result for one in judge(osquery.read(log, at=NOON), at=NOON) if one.commitment == "device.screen-lock")


def added(data, **more):
    return entry("registry", action="added", columns=limit(data), **more)


def removed(data, **more):
    return entry("registry", action="removed", columns=limit(data), **more)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([snapshot("registry", limit("900"))], H),
        ([snapshot("registry", limit("0"))], B),
        ([snapshot("registry", limit(""))], U),
        ([snapshot("registry")], U),
        ([snapshot("registry", limit("900"), ago=25 * 60)], U),
        ([snapshot("registry", limit("900"), ago=23 * 60)], H),
        ([snapshot("registry", limit("0"), ago=1), snapshot("registry", limit("900"), ago=10)], B),
        ([added("900")], H),
        ([added("900", counter=5)], U),
        ([added("900", ago=25 * 60)], H),
        ([added("900"), removed("900", counter=1)], U),
        ([added("900", ago=3), removed("900", counter=1, ago=2), added("0", counter=1, ago=2)], B),
        ([removed("900", counter=1, ago=2), added("0", counter=1, ago=2), added("900", ago=3)], B),
        ([snapshot("registry", limit("900"), ago=25 * 60), added("900", counter=1)], H),
    ],
)
def test_a_log_amounts_to_its_newest_rows_and_a_snapshot_is_as_old_as_it_is(entries, expected):
    assert lock(WINDOWS, *entries) is expected


def test_a_table_that_is_no_longer_told_grows_old_while_others_are():
    known, _ = osquery.together({}, [WINDOWS, snapshot("registry", limit("900"), ago=26 * 60)], at=NOON)
    known, newest = osquery.together(known, [snapshot("os_version", WINDOWS["snapshot"][0])], at=NOON)

    sheet = sheet_of(known, at=datetime.fromtimestamp(newest, UTC))
    (fact,) = sheet.named(NAME)
    assert sheet.collected_at - fact.observed_at == timedelta(minutes=25 * 60 + 60 - 1)


def told(days, *entries):
    old = {"ago": days * 24 * 60}
    linux = snapshot("os_version", {"name": "Debian", "version": "13", "platform": "debian"})
    restic = snapshot("crontab", {"command": "restic backup /", "path": "/etc/crontab"}, **old)
    bash = snapshot("deb_packages", {"name": "bash", "version": "5", "status": "install ok installed"}, **old)
    log = [linux, restic, bash, snapshot("systemd_units"), snapshot("processes", **old), snapshot("logged_in_users"), *entries]
    return osquery.read("\n".join(json.dumps(one) for one in log).encode(), at=NOON)


def test_of_two_display_managers_the_one_that_runs_counts():
    packages = [{"name": name, "version": "1", "status": "install ok installed"} for name in ("gdm3", "lightdm")]
    running = [{"name": "lightdm", "uid": "0"}, {"name": "gnome-shell", "uid": "1000"}]
    for processes, expected in ((running, [["lightdm"]]), (running[1:], [])):
        sheet = told(1, snapshot("deb_packages", *packages), snapshot("processes", *processes))
        assert [one.value for one in sheet.named("display-manager running")] == expected
        assert [one.value for one in sheet.named("display-manager")] == [["gdm3", "lightdm"]]


@pytest.mark.parametrize("name", ["backup.schedules", "session.count", "desktop.installed"])
def test_what_several_tables_say_is_as_old_as_the_oldest_of_them(name):
    (fact,) = told(30).named(name)

    assert fact.observed_at == NOON - timedelta(days=30)


def test_what_is_installed_is_not_known_from_long_ago():
    assert [one.name for one in told(2 - 1 / 24).software] == ["bash"]
    assert told(3).software is None


def test_a_clock_that_ran_ahead_keeps_out_nothing_that_comes_later():
    known, _ = osquery.together({}, [WINDOWS, snapshot("registry", limit("900"), ago=-60 * 24 * 365)], at=NOON)
    later = NOON + timedelta(minutes=5)
    known, newest = osquery.together(known, [snapshot("registry", limit("0"), ago=-4)], at=later)

    (fact,) = sheet_of(known, at=datetime.fromtimestamp(newest, UTC)).named(NAME)
    assert (fact.value, fact.observed_at) == ("0", NOON + timedelta(minutes=4))


def test_a_log_that_is_nested_too_deeply_is_refused():
    deep = json.dumps(WINDOWS).encode() + b'\n{"name": "registry", "snapshot": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    assert osquery.looks_like_osquery(deep)
    with pytest.raises(Invalid, match="Line 2"):
        osquery.read(deep, at=NOON)


@pytest.mark.parametrize("told", ["yesterday", "nan", "inf", "1e300", -1e300])
def test_a_time_that_is_none_is_refused(told):
    with pytest.raises(Invalid, match="no time"):
        osquery.together({}, [WINDOWS | {"unixTime": told}], at=NOON)


@pytest.mark.parametrize(
    ("line", "lock_result", "sleep_result"),
    [
        ("swayidle -w timeout 600 'swaylock -f' before-sleep 'swaylock -f'", H, H),
        ("swayidle -w timeout 600 'swaylock -f'", H, U),
        ("swayidle -w timeout 1200 'swaylock -f'", B, U),
        ("swayidle -w timeout 600 'swaymsg \"output * dpms off\"'", U, U),
        ("xautolock -time 10 -locker 'xset dpms force off'", B, B),
    ],
)
def test_a_command_line_says_what_it_says_and_swayidle_may_have_a_file_beside_it(line, lock_result, sleep_result):
    rows = [{"name": "sway", "uid": "1000"}, {"name": line.split()[0], "uid": "1000", "cmdline": line}]
    linux = snapshot("os_version", {"name": "Debian", "version": "13", "platform": "debian"})
    log = "\n".join(
        json.dumps(one) for one in (linux, snapshot("users", {"uid": "1000", "username": "a"}), snapshot("processes", *rows))
    )
    found = {one.commitment: one.result for one in judge(osquery.read(log.encode(), at=NOON), at=NOON)}

    assert (found["device.screen-lock"], found["device.suspend-lock"]) == (lock_result, sleep_result)
