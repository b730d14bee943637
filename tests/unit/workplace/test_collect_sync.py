"""Where people keep their work is read from what sync clients write, without who they are or what their files are called."""

import json
from datetime import UTC, datetime

import pytest

from holdtrue.workplace.devices.collect.machine import Notebook
from holdtrue.workplace.devices.collect.sync import SORTS, collect_sync
from holdtrue.workplace.devices.collect.windows import collect_windows
from unit.workplace.test_collect import NOON, Fake

NEXTCLOUD = """[General]
clientVersion=3.7.3
[Accounts]
version=2
0\\url=https://cloud.wegroup.example
0\\dav_user=alice.secret
0\\Folders\\1\\localPath=/home/alice/Nextcloud/
0\\Folders\\1\\paused=false
0\\Folders\\2\\localPath=/home/alice/Shared/
0\\Folders\\2\\paused=true
"""


def facts(machine: Fake) -> dict:
    notebook = Notebook(NOON)
    collect_sync(machine, notebook)
    return {(one.user, one.name.removeprefix("sync.")): one.value for one in notebook.facts}


def test_nobody_has_a_client_where_none_is_set_up(tmp_path):
    told = facts(Fake(tmp_path))

    assert told == {(who, what): [] for who in ("alice", "bob") for what in ("clients", "local-only")}


def test_nextcloud_is_read_with_its_server_and_without_the_person(tmp_path):
    machine = Fake(tmp_path)
    machine.write("/home/alice/.config/Nextcloud/nextcloud.cfg", NEXTCLOUD)
    machine.write("/home/alice/Nextcloud/.sync_1a2b.db", "")
    machine.process(7, "nextcloud", 1000)
    told = facts(machine)

    assert told["alice", "clients"] == ["nextcloud"]
    assert told["alice", "nextcloud accounts"] == ["cloud.wegroup.example"]
    assert told["alice", "nextcloud running"] is True
    assert told["alice", "nextcloud paused"] is False
    last = datetime.fromisoformat(told["alice", "nextcloud last-active"])
    assert (last.tzinfo, last.minute, last.second) == (UTC, 0, 0)
    assert told["bob", "clients"] == []
    assert "secret" not in str(told)


@pytest.mark.parametrize(("states", "paused"), [("true", True), ("false", False)])
def test_a_client_is_paused_when_every_folder_is(tmp_path, states, paused):
    machine = Fake(tmp_path)
    settings = NEXTCLOUD.replace("paused=false", f"paused={states}").replace("paused=true", f"paused={states}")
    machine.write("/home/alice/.config/Nextcloud/nextcloud.cfg", settings)

    assert facts(machine)["alice", "nextcloud paused"] is paused


def test_a_client_of_somebody_else_does_not_run_for_this_person(tmp_path):
    machine = Fake(tmp_path)
    machine.write("/home/alice/.config/Nextcloud/nextcloud.cfg", NEXTCLOUD)
    machine.process(7, "nextcloud", 1001)
    told = facts(machine)

    assert told["alice", "nextcloud running"] is False
    assert told["bob", "clients"] == ["nextcloud"]


@pytest.mark.parametrize(
    ("file", "content", "client", "accounts"),
    [
        (".dropbox/info.json", json.dumps({"personal": {"path": "/home/alice/Dropbox", "is_team": False}}), "dropbox", ["personal"]),
        (".dropbox/info.json", json.dumps({"business": {"path": "/home/alice/Dropbox (We)"}}), "dropbox", ["team"]),
        (".config/onedrive/config", 'azure_tenant_id = "ABCD-1"\nsync_dir = "~/OneDrive"\n', "onedrive", ["abcd-1"]),
        (".config/onedrive/refresh_token", "x", "onedrive", ["signed-in"]),
        (".config/rclone/rclone.conf", "[mine]\ntype = s3\nsecret_access_key = hush\n", "rclone", ["s3"]),
        ("Library/CloudStorage/GoogleDrive-a@wegroup.example/x", "", "google-drive", ["wegroup.example"]),
        (".config/syncthing/config.xml", "<configuration/>", "syncthing", []),
    ],
)  # fmt: skip
def test_each_client_says_whose_cloud_it_is_in(tmp_path, file, content, client, accounts):
    machine = Fake(tmp_path)
    machine.write(f"/home/alice/{file}", content)
    told = facts(machine)

    assert told["alice", "clients"] == [client]
    assert told["alice", f"{client} accounts"] == accounts
    assert "hush" not in str(told)


def test_damaged_settings_are_no_account(tmp_path):
    machine = Fake(tmp_path)
    machine.write("/home/alice/.config/Nextcloud/nextcloud.cfg", "[Accounts\n=\0")
    machine.write("/home/alice/.dropbox/info.json", "{")
    machine.write("/home/alice/.config/rclone/rclone.conf", "no section")

    assert facts(machine)["alice", "clients"] == []


def test_files_outside_what_is_synced_are_counted_and_never_named(tmp_path):
    machine = Fake(tmp_path)
    machine.write(
        "/home/alice/.config/Nextcloud/nextcloud.cfg", NEXTCLOUD.replace("/home/alice/Shared/", "/home/alice/Documents/")
    )
    machine.write("/home/alice/Documents/kept.txt", "")
    machine.write("/home/alice/Desktop/salaries.ods", "")
    machine.write("/home/alice/Desktop/.hidden", "")
    machine.write("/home/alice/Desktop/app.desktop", "")
    machine.write("/home/alice/Projects/a/b/one", "")
    machine.write("/home/alice/Projects/a/two", "")
    told = facts(machine)

    assert told["alice", "local-only"] == ["Desktop: 1", "Projects: 2"]
    assert "salaries" not in str(told)


def test_a_usual_folder_that_links_into_a_synced_one_is_kept(tmp_path):
    machine = Fake(tmp_path)
    machine.write("/home/alice/.config/Nextcloud/nextcloud.cfg", NEXTCLOUD)
    machine.write("/home/alice/Nextcloud/Documents/kept.txt", "")
    machine.path("/home/alice/Documents").symlink_to(machine.path("/home/alice/Nextcloud/Documents"))

    assert facts(machine)["alice", "local-only"] == []


def test_people_whom_this_user_may_not_read_are_told(tmp_path):
    notebook = Notebook(NOON)
    collect_sync(Fake(tmp_path, uid=1000), notebook)

    assert {one.user for one in notebook.facts} == {"alice"}
    assert [one.what for one in notebook.unread] == ["sync clients of bob"]


def test_the_tenant_of_onedrive_is_read_from_the_registry_of_windows(tmp_path):
    sid = "S-1-5-21-1-2-3-1001"
    accounts = rf"HKU\{sid}\Software\Microsoft\OneDrive\Accounts"
    profile = rf"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}"
    machine = Fake(
        tmp_path,
        {
            "reg query HKU": rf"HKEY_USERS\{sid}",
            f"reg query {profile}": f"{profile.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\n    ProfileImagePath    REG_EXPAND_SZ    C:\\Users\\alice\n",
            f"reg query {accounts} /s": f"HKEY_USERS\\{sid}\\Software\\Microsoft\\OneDrive\\Accounts\\Business1\n"
            "    ConfiguredTenantId    REG_SZ    0A1B-2C\n    UserEmail    REG_SZ    alice@wegroup.example\n",
            "tasklist /fo csv /nh": '"OneDrive.exe","4242","Console","1","90,000 K"\n',
        },
    )
    notebook = Notebook(NOON)
    collect_windows(machine, notebook)
    told = {one.name: one.value for one in notebook.facts if one.name.startswith("sync.") and one.user == sid}

    assert told["sync.clients"] == ["onedrive"]
    assert told["sync.onedrive running"] is True
    assert told["sync.onedrive accounts"] == ["0a1b-2c"]
    assert "alice@" not in str(told)


def test_every_client_is_described():
    from unit.workplace.test_device_docs import FACTS

    assert [sort for sort in SORTS if f"`{sort}`" not in FACTS] == []
