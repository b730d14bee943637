"""Facts as JSON, osquery's tables and logs, and the command that reads them."""

import argparse
import json
from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace import command, document
from holdtrue.workplace.devices import osquery
from holdtrue.workplace.devices.rules import judge_device, subject_of
from holdtrue.workplace.facts import Source, System, key

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def told(**fields) -> bytes:
    return json.dumps(fields).encode()


def run(capsys, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    status = command.run(parser.parse_args(words))
    return status, capsys.readouterr().out


def results(sheet) -> dict[str, Result]:
    return {verdict.commitment: verdict.result for verdict in judge_device(sheet, subject=subject_of(sheet))}


def test_a_sheet_is_read_as_it_was_written():
    facts = [
        {"name": "a", "value": ["x"], "source": "policy", "writable": False, "user": "alice", "origin": "/etc/a"},
        {"name": "b", "value": None},
    ]
    sheet = document.read(told(device={"id": "LT-07", "system": "macos"}, facts=facts, software=[{"name": "zoom"}]), at=NOON)

    again = document.read(document.write(sheet), at=NOON)

    assert again == sheet
    assert again.facts[0].source is Source.POLICY
    assert again.device.system is System.MACOS
    assert document.write(again) == document.write(sheet)


def test_facts_may_be_written_by_hand_as_names_and_values():
    sheet = document.read(told(facts={"com.apple.screensaver idleTime": 600, "sysadminctl screenLock": "immediate"}), at=NOON)

    assert sheet.device.system is System.MACOS
    assert results(sheet)["device.screen-lock"] is Result.HOLDS


def test_the_same_name_has_many_spellings():
    assert key(r"HKEY_LOCAL_MACHINE\SOFTWARE\X") == key("HKLM/software/x")
    assert key("/org/gnome/desktop/session/idle-delay") == key("org.gnome.desktop.session idle-delay")
    assert key("kscreenlockerrc [Daemon] Timeout") == key("kscreenlockerrc Daemon Timeout")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1]",
        b"7",
        b"\xff",
        b'{"facts": 1}',
        b'{"facts": [1]}',
        b'{"facts": {"a": {}}}',
        b'{"format": "other/1"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_report_is_refused_with_a_hint(body):
    with pytest.raises(Invalid) as refused:
        document.read(body, at=NOON)

    assert refused.value.message
    assert refused.value.hint


def test_a_report_too_large_is_refused():
    with pytest.raises(Invalid, match="bytes"):
        document.read(b" " * (document.LARGEST + 1), at=NOON)


def test_a_fact_from_after_its_report_counts_as_of_the_report():
    facts = [{"name": "a", "value": 1, "observed_at": "2027-01-01T00:00:00Z"}]
    sheet = document.read(told(collected_at=(NOON - timedelta(hours=1)).isoformat(), facts=facts), at=NOON)

    assert sheet.facts[0].observed_at == NOON - timedelta(hours=1)


def test_unknown_fields_and_facts_do_no_harm():
    sheet = document.read(told(facts=[{"name": "toaster level", "value": 11, "colour": "red"}], weather="fine"), at=NOON)

    judged = results(sheet)
    assert Result.HOLDS not in {judged[name] for name in ("device.screen-lock", "device.removable-storage", "device.backups")}


@pytest.mark.parametrize("text", [b"{}", b'{"fact": {"storage.mounted": []}}', b'{"policy": "pass", "hosts": []}'])
def test_a_document_that_is_no_fact_sheet_is_refused_rather_than_kept(text):
    with pytest.raises(Invalid, match="neither"):
        document.read(text, at=NOON)


# --- osquery ---------------------------------------------------------------------------------------------------------------

GS = {"schema": "org.gnome.desktop.session", "key": "idle-delay", "value": "uint32 300"}
GL = {"schema": "org.gnome.desktop.screensaver", "key": "lock-enabled", "value": "true"}
GD = {"schema": "org.gnome.desktop.screensaver", "key": "lock-delay", "value": "uint32 0"}
GX = {"schema": "org.gnome.desktop.lockdown", "key": "disable-lock-screen", "value": "false"}
USERS = [{"uid": "0", "username": "root"}, {"uid": "1000", "username": "alice"}]
LINUX = [{"platform": "debian", "name": "Debian GNU/Linux", "version": "12"}]


def tables(**more) -> bytes:
    return json.dumps({"os_version": LINUX, "users": USERS, **more}).encode()


def of(user: str) -> list:
    return [row | {"username": user} for row in (GS, GL, GD, GX)]


def test_the_real_machines_defaults_read_as_root_do_not_hold(shared):
    content = (shared / "samples" / "devices" / "facts_linux_debian12.json").read_bytes()
    assert osquery.looks_like_osquery(content)

    sheet = osquery.read(content, at=NOON)

    assert results(sheet)["device.screen-lock"] is Result.NOT_APPLICABLE
    judged = results(sheet)
    assert Result.HOLDS not in {judged[f"device.{name}"] for name in ("screen-lock", "removable-storage", "backups")}
    assert len(sheet.software) > 1000


def test_the_real_machines_snapshot_log_does_not_hold_either(shared):
    content = (shared / "samples" / "devices" / "osqueryd.snapshots.log").read_bytes()

    sheet = osquery.read(content, at=NOON)

    assert osquery.looks_like_osquery(content)
    assert sheet.device.name == "vm"
    assert sheet.collected_at == datetime(2026, 11, 23, 15, 35, 37, tzinfo=UTC)
    assert results(sheet)["device.screen-lock"] is Result.UNPROVEN


@pytest.mark.parametrize("name", ["osqueryd.results.batch.log", "osqueryd.results.event.log"])
def test_differences_without_their_beginning_tell_nothing(shared, name):
    sheet = osquery.read((shared / "samples" / "devices" / name).read_bytes(), at=NOON)

    assert sheet.facts == ()
    assert "without their beginning" in sheet.unread[0].why


@pytest.mark.parametrize(("more", "expected"), [
    ({"kolide_gsettings": of("root")}, Result.UNPROVEN),
    ({"kolide_gsettings": of("root"), "processes": [{"name": "gnome-shell", "uid": "1000"}]}, Result.UNPROVEN),
    ({"kolide_gsettings": of("alice"), "processes": [{"name": "gnome-shell", "uid": "1000"}]}, Result.HOLDS),
    ({"kolide_gsettings": of("alice")}, Result.UNPROVEN),
    ({"kolide_gsettings": of("alice"), "processes": [{"name": "plasmashell", "uid": "1000"}]}, Result.UNPROVEN),
    ({"processes": [{"name": "sway", "uid": "1000"}, {"name": "swayidle", "uid": "1000", "cmdline": "swayidle -w timeout 300 swaylock -f"}]}, Result.HOLDS),
    ({"processes": [{"name": "sway", "uid": "1000"}]}, Result.BROKEN),
    ({"processes": [{"name": "bash", "uid": "0"}], "deb_packages": [{"name": "bash", "version": "5"}]}, Result.NOT_APPLICABLE),
    ({"processes": [{"name": "bash", "uid": "0"}], "deb_packages": [{"name": "gnome-shell", "version": "43"}]}, Result.UNPROVEN),
    ({"deb_packages": [{"name": "bash", "version": "5"}]}, Result.UNPROVEN),
])  # fmt: skip
def test_osquery_on_linux_proves_only_what_belongs_to_a_session(more, expected):
    assert results(osquery.read(tables(**more), at=NOON))["device.screen-lock"] is expected


def pref(k, value, *, host="current", forced="0", user="alice"):
    return {"domain": "com.apple.screensaver", "key": k, "value": value, "host": host, "forced": forced, "username": user}


MAC = [{"platform": "darwin", "name": "macOS", "version": "14.1"}]


@pytest.mark.parametrize(("more", "expected"), [
    ({"preferences": [pref("idleTime", "600"), pref("askForPassword", "1"), pref("askForPasswordDelay", "5")]}, Result.HOLDS),
    ({"preferences": [pref("idleTime", "600", host="any"), pref("askForPassword", "1"), pref("askForPasswordDelay", "5")]}, Result.UNPROVEN),
    ({"preferences": [pref("idleTime", "600")], "screenlock": [{"enabled": "1", "grace_period": "0"}]}, Result.UNPROVEN),
    ({"managed_policies": [{"domain": "com.apple.screensaver", "name": "idleTime", "value": "600"},
                           {"domain": "com.apple.screensaver", "name": "askForPassword", "value": "1"},
                           {"domain": "com.apple.screensaver", "name": "askForPasswordDelay", "value": "0"}]}, Result.HOLDS),
    ({"managed_policies": [{"domain": "com.apple.screensaver", "name": "idleTime", "value": "0"}]}, Result.BROKEN),
    ({"screenlock": [{"enabled": "0", "grace_period": "-1"}]}, Result.UNPROVEN),
])  # fmt: skip
def test_osquery_on_macos(more, expected):
    body = json.dumps({"os_version": MAC, **more}).encode()
    assert results(osquery.read(body, at=NOON))["device.screen-lock"] is expected


def test_osquery_on_windows():
    rows = [
        {
            "path": r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs",
            "name": "InactivityTimeoutSecs",
            "data": "900",
        }
    ]
    body = json.dumps({"os_version": [{"platform": "windows"}], "registry": rows}).encode()

    assert results(osquery.read(body, at=NOON))["device.screen-lock"] is Result.HOLDS


def test_without_the_systems_own_packages_osquery_took_no_inventory():
    """Arch answers for deb and rpm with no row."""
    python = [{"name": "requests", "version": "2"}]
    sheet = osquery.read(tables(deb_packages=[], rpm_packages=[], python_packages=python), at=NOON)
    assert sheet.software is None
    assert results(sheet)["device.prohibited-tools"] is Result.UNPROVEN

    sheet = osquery.read(tables(deb_packages=[{"name": "bash", "version": "5"}], python_packages=python), at=NOON)
    assert results(sheet)["device.prohibited-tools"] is Result.HOLDS


def test_a_mounted_stick_is_seen_through_osquery():
    sheet = osquery.read(tables(mounts=[{"device": "/dev/sdb1", "path": "/media/alice/STICK", "type": "vfat"}]), at=NOON)

    assert results(sheet)["device.removable-storage"] is Result.BROKEN


def line(**fields) -> str:
    return json.dumps({"name": "pack_x_crontab", "hostIdentifier": "h", "unixTime": "1795448137", "epoch": 0} | fields)


def test_differences_add_up_from_their_beginning():
    row, other = {"command": "restic backup /", "path": "/etc/crontab"}, {"command": "true", "path": "/etc/crontab"}
    log = "\n".join(
        [line(diffResults={"added": [row, other], "removed": ""}, counter=0), line(columns=row, action="removed", counter=1)]
    )
    before = osquery.read(log.split("\n")[0].encode() + b"\n", at=NOON)
    after = osquery.read(log.encode(), at=NOON)

    assert results(before)["device.backups"] is Result.BROKEN
    assert results(after)["device.backups"] is Result.UNPROVEN


@pytest.mark.parametrize(
    "log", ["{", '{"name": 1\n', line() + "\n[1]", line(unixTime="late"), line() + "\n" + line(hostIdentifier="other")]
)
def test_a_broken_log_is_refused_with_a_hint(log):
    with pytest.raises(Invalid) as refused:
        osquery.read(log.encode(), at=NOON)
    assert refused.value.hint


# --- the command -----------------------------------------------------------------------------------------------------------


def file(tmp_path, **fields) -> str:
    path = tmp_path / "facts.json"
    path.write_bytes(told(**fields))
    return str(path)


BROKEN = {"session.desktop": "gnome", "org.gnome.desktop.session idle-delay": "uint32 1800"}


def test_the_answer_says_what_was_found_where_and_what_to_do(tmp_path, capsys):
    status, out = run(capsys, "--facts", file(tmp_path, facts=BROKEN))

    assert status == 1
    assert "broken" in out
    assert "locks only after 1,800 s" in out
    assert "gsettings set org.gnome.desktop.session idle-delay 600" in out
    assert "\x1b" not in out


def test_nothing_broken_is_success_even_where_much_is_unproven(tmp_path, capsys):
    status, out = run(capsys, "--facts", file(tmp_path, facts=[]))

    assert status == 0
    assert "12 unproven" in out


def test_a_shorter_wait_can_be_asked(tmp_path, capsys):
    facts = {"com.apple.screensaver idleTime": 600, "sysadminctl screenLock": "immediate"}

    assert run(capsys, "--facts", file(tmp_path, facts=facts))[0] == 0
    assert run(capsys, "--facts", file(tmp_path, facts=facts), "--lock-within", "300")[0] == 1
    with pytest.raises(Invalid, match="lock-within"):
        run(capsys, "--facts", file(tmp_path, facts=facts), "--lock-within", "0")


def test_json_is_a_report_that_can_be_judged_again(tmp_path, capsys):
    _, out = run(capsys, "--facts", file(tmp_path, facts=BROKEN), "--format", "json")
    again = tmp_path / "again.json"
    again.write_text(out)

    status, second = run(capsys, "--facts", str(again), "--format", "json")

    assert status == 1
    assert json.loads(second)["verdicts"] == json.loads(out)["verdicts"]
    assert {verdict["commitment"] for verdict in json.loads(out)["verdicts"]} >= {
        "device.screen-lock",
        "device.approved-software",
    }


def test_the_catalogue_is_held_against_the_inventory(tmp_path, capsys):
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text("format: holdtrue.catalogue/1\napproved:\n- {name: zoom}\n")
    good, bad = [{"name": "zoom", "type": "deb"}], [{"name": "zoom", "type": "deb"}, {"name": "nmap", "type": "deb"}]

    assert run(capsys, "--facts", file(tmp_path, facts=[], software=good), "--catalogue", str(catalogue))[0] == 0
    status, out = run(capsys, "--facts", file(tmp_path, facts=[], software=bad), "--catalogue", str(catalogue))
    assert status == 1
    assert "1 of 2 titles are not approved: nmap" in out


def test_the_answer_goes_to_a_file(tmp_path, capsys):
    status, out = run(capsys, "--facts", file(tmp_path, facts=[]), "-o", str(tmp_path / "out.txt"))

    assert (status, out) == (0, "")
    assert "unproven" in (tmp_path / "out.txt").read_text()


def test_old_facts_are_told_as_old(tmp_path, capsys):
    assert "older than 24 hours" in run(capsys, "--facts", file(tmp_path, facts=[], collected_at="2026-01-01T00:00:00Z"))[1]


def test_hostile_facts_do_not_reach_the_terminal(tmp_path, capsys):
    facts = [{"name": "storage.mounted", "value": ["\x1b[2J\x07evil\u202e"]}]

    _, out = run(capsys, "--facts", file(tmp_path, facts=facts))

    assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_what_cannot_be_read_is_one_clear_error(tmp_path, capsys):
    with pytest.raises(Invalid, match=r"cannot be read"):
        run(capsys, "--facts", str(tmp_path / "none.json"))
    with pytest.raises(Invalid, match="token"):
        run(capsys, "--facts", file(tmp_path, facts=[]), "--report-to", "http://127.0.0.1:9")
