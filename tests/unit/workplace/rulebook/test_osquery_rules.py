"""Rules that are osquery SQL: run as they stand over a device's facts, and able to do nothing else."""

from datetime import UTC, datetime

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.devices.checks.conclude import device_of
from holdtrue.workplace.devices.rulebook.conclusions import SORTS
from holdtrue.workplace.devices.rulebook.judge import judge
from holdtrue.workplace.devices.rulebook.osquery_rule import answer_query, refused, run
from holdtrue.workplace.devices.rulebook.osquery_tables import _MAKERS, schema
from holdtrue.workplace.devices.rulebook.rule_file import read_rules
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def fact(name, value, **how):
    return Fact(name, value, how.pop("source", Source.OBSERVED), NOON, **how)


DEBIAN = FactSheet(
    Identity("lt", "lt-07", System.LINUX, "Debian GNU/Linux 12 (bookworm)", "SN1"),
    NOON,
    (fact("disk.encrypted", value=True), fact("storage.mounted", ["/media/alice/STICK"]), fact("network.promiscuous", [])),
    (
        Installed("openssl", "3.0.11-1", "deb", arch="amd64"),
        Installed("requests", "2.31.0", "pypi"),
        Installed("python3-yaml", "6.0-3", "deb"),
    ),
)
MAC = FactSheet(
    Identity("mb", "mb-01", System.MACOS, "macOS 14.4.1"),
    NOON,
    (
        fact("fdesetup status", "FileVault is On."), fact("sysadminctl screenLock", "immediate", user="alice"), fact("firewall.on", value=True),
        fact("com.apple.screensaver idleTime", 600, source=Source.POLICY, writable=False), fact("csrutil status", "enabled"),
    ),
    (Installed("Google Chrome", "120.0.1", "app", location="/Applications/Google Chrome.app"),),
)  # fmt: skip
WINDOWS = FactSheet(
    Identity("pc", "pc-01", System.WINDOWS, "Microsoft Windows 11 Pro 10.0.26100"),
    NOON,
    (
        fact(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs", 900, source=Source.POLICY),
        fact("bitlocker protection-status", 1), fact("protection.on", value=True), fact("firewall.on", value=False),
    ),
    (Installed("7-Zip 23.01", "23.01", "windows", publisher="Igor Pavlov"),),
)  # fmt: skip


WATCHED = FactSheet(
    DEBIAN.device,
    NOON,
    (
        fact("session.desktop", "gnome", user="alice"), fact("kernel usb-storage loaded", value=True), fact("selinux mode", "enforcing"),
        fact("accounts.empty-password", ["guest"]),
    ),
    (
        Installed("bash", "5.2", "deb"), Installed("uBlock Origin", "1.60", "chrome-extension", location="cjpalhdlnbpafiamejdnhcphjbkeiagm"),
        Installed("Python", "2026.1", "vscode-extension", location="ms-python.python"),
    ),
)  # fmt: skip
SHARING = FactSheet(MAC.device, NOON, (fact("sshd running", value=False), fact("remote.desktop", value=True)))


@pytest.mark.parametrize(
    ("sheet", "query", "expected"),
    [
        (DEBIAN, "SELECT 1 FROM os_version WHERE platform = 'debian' AND major >= 12;", True),
        (DEBIAN, "SELECT 1 FROM os_version WHERE platform_like LIKE '%rhel%';", False),
        (DEBIAN, "SELECT 1 FROM deb_packages WHERE name = 'openssl' AND version LIKE '3.%';", True),
        (DEBIAN, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deb_packages WHERE name = 'telnetd');", True),
        (DEBIAN, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deb_packages WHERE name IN ('openssl', 'nmap'));", False),
        (DEBIAN, "SELECT count(*) AS n FROM rpm_packages HAVING n = 0", True),
        (DEBIAN, "SELECT 1 FROM python_packages WHERE name = 'yaml'", True),
        (DEBIAN, "SELECT p.name FROM deb_packages p JOIN os_version o WHERE o.codename = 'bookworm' AND p.arch = 'amd64' LIMIT 1", True),
        (DEBIAN, "SELECT 1 FROM mounts m, disk_encryption d WHERE m.device_alias = d.name AND d.encrypted = 1 AND m.path = '/';", True),
        (DEBIAN, "SELECT 1 FROM mounts WHERE path LIKE '/media/%'", True),
        (DEBIAN, """SELECT 1 FROM os_version WHERE json_extract('{"least": 12}', '$.least') <= major""", True),
        (DEBIAN, "SELECT 1 FROM (SELECT name, row_number() OVER (ORDER BY name) AS n FROM os_version) WHERE n = 1", True),
        (DEBIAN, "SELECT 1 FROM mounts WHERE path = '/srv'", None),
        (DEBIAN, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM mounts WHERE path = '/srv')", None),
        (DEBIAN, "SELECT 1 FROM mounts WHERE path <> '/'", None),
        (DEBIAN, "SELECT 1 FROM users WHERE uid = 0", None),
        (DEBIAN, "SELECT 1 FROM deb_packages WHERE maintainer LIKE '%Debian%'", None),
        (DEBIAN, "SELECT 1 FROM interface_details WHERE flags & 256", None),
        (DEBIAN, "SELECT 1 FROM some_vendor_extension WHERE x = 1", None),
        (DEBIAN, "WITH old AS (SELECT name FROM deb_packages WHERE version LIKE '3.0%') SELECT 1 FROM old", True),
        (DEBIAN, "SELECT 1 FROM system_info WHERE hardware_serial = 'SN1'", True),
        (DEBIAN, "SELECT 1 FROM os_version WHERE split(version, ' ', 0) = '12'", True),
        (MAC, "SELECT 1 FROM disk_encryption WHERE filevault_status = 'on' LIMIT 1;", True),
        (MAC, "SELECT 1 FROM disk_encryption WHERE user_uuid IS NOT \"\" AND filevault_status = 'on' LIMIT 1;", None),
        (MAC, "SELECT 1 FROM screenlock WHERE enabled = 1 AND grace_period <= 5", True),
        (MAC, "SELECT 1 FROM alf WHERE global_state >= 1", True),
        (MAC, "SELECT 1 FROM sip_config WHERE config_flag = 'sip' AND enabled = 1", True),
        (MAC, "SELECT 1 FROM gatekeeper WHERE assessments_enabled = 1", None),
        (MAC, "SELECT 1 FROM managed_policies WHERE domain = 'com.apple.screensaver' AND name = 'idleTime' AND CAST(value AS INT) <= 900", True),
        (MAC, "SELECT 1 FROM apps WHERE name = 'Google Chrome.app' AND bundle_short_version >= '120'", True),
        (MAC, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM apps WHERE name LIKE '%torrent%')", True),
        (WINDOWS, r"SELECT 1 FROM registry WHERE path LIKE 'HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs' AND CAST(data AS INTEGER) <= 900", True),
        (WINDOWS, "SELECT 1 FROM bitlocker_info WHERE drive_letter = 'C:' AND protection_status = 1;", True),
        (WINDOWS, "SELECT 1 FROM bitlocker_info WHERE drive_letter = 'D:' AND protection_status = 1;", None),
        (WINDOWS, "SELECT 1 FROM windows_security_center WHERE antivirus = 'Good'", True),
        (WINDOWS, "SELECT 1 FROM windows_security_center WHERE firewall = 'Good'", False),
        (WINDOWS, "SELECT 1 FROM windows_security_center WHERE autoupdate = 'Good'", None),
        (WINDOWS, "SELECT 1 FROM programs WHERE publisher = 'Igor Pavlov'", True),
        (WINDOWS, "SELECT 1 FROM deb_packages", False),
        # What a query only shows need not be known: the packs ask for whole tables.
        (DEBIAN, "select * from deb_packages;", True),
        (DEBIAN, "select * from rpm_packages;", False),
        (DEBIAN, "select * from os_version;", True),
        (DEBIAN, "select distinct name, maintainer from deb_packages where name like 'open%' order by size limit 1", None),
        (DEBIAN, "select distinct name, maintainer from deb_packages where name like 'open%' order by name limit 1", True),
        (DEBIAN, "select maintainer as m from deb_packages where m = 'x'", None),
        (DEBIAN, "select max(size) from deb_packages where name = 'openssl'", None),
        (DEBIAN, "select * from kernel_modules", None),
        (DEBIAN, "select chrome_extensions.* from users join chrome_extensions using (uid);", None),
        (DEBIAN, "select 1 from deb_packages a join deb_packages b using (name)", True),
        (DEBIAN, "select 1 from deb_packages a join deb_packages b using (size)", None),
        (DEBIAN, "select b.name from deb_packages a join deb_packages b using (size) where b.name = 'openssl'", None),
        (DEBIAN, "select a.name from deb_packages a left join deb_packages b using (size, name) where b.name is null", None),
        (DEBIAN, "select a.name from deb_packages a natural join deb_packages b", None),
        (DEBIAN, "select a.name from deb_packages a natural left join npm_packages b where b.version is null", None),
        (DEBIAN, "select * from crontab", None),
        (MAC, "select * from alf;", True),
        (MAC, "select * from alf_services;", None),
        (MAC, "select * from apps", True),
        # What osquery adds to SQLite.
        (DEBIAN, "SELECT 1 FROM deb_packages WHERE name = 'openssl' AND version_compare(version, '3.0.9') >= 0", True),
        (DEBIAN, "SELECT 1 FROM deb_packages WHERE name = 'openssl' AND version >= '3.0.9'", False),
        (DEBIAN, "SELECT 1 FROM deb_packages WHERE name = 'openssl' AND version COLLATE version >= '3.0.9'", True),
        (DEBIAN, "SELECT 1 FROM os_version WHERE regex_match(version, '^([0-9]+)', 1) = '12'", True),
        (DEBIAN, "SELECT 1 FROM os_version WHERE regex_match(version, '^9', 0) IS NULL", True),
        (DEBIAN, "SELECT 1 FROM os_version WHERE regex_match(name, codename || '(a+)+', 0) = 'x'", None),
        (DEBIAN, "SELECT 1 FROM os_version WHERE regex_split('a, b;c', '[,;] *', 1) = 'b'", True),
        (DEBIAN, "SELECT 1 FROM time WHERE inet_aton('10.0.0.1') = 167772161 AND inet_aton('x') IS NULL", True),
        (DEBIAN, "SELECT 1 FROM time WHERE in_cidr_block('10.0.0.0/8', '10.9.9.9') AND NOT in_cidr_block('::/127', '::9')", True),
        (DEBIAN, "SELECT 1 FROM time WHERE to_base64('foo') = 'Zm9v' AND from_base64('Zm9v') = 'foo' AND from_base64('!') IS NULL", True),
        (DEBIAN, "SELECT 1 FROM time WHERE conditional_to_base64('foo') = 'foo' AND conditional_to_base64('é') = 'w6k='", True),
        (DEBIAN, "SELECT 1 FROM time WHERE sha1('abc') = 'a9993e364706816aba3e25717850c26c9cd0d89d' AND length(md5('')) = 32", True),
        (DEBIAN, "SELECT 1 FROM time WHERE concat('a', NULL, 1) = 'a1' AND year = 2026 AND unix_time > 1700000000", True),
        (DEBIAN, "SELECT 1 FROM time WHERE local_timezone = 'UTC'", None),
        (WATCHED, "SELECT 1 FROM chrome_extensions WHERE identifier = 'cjpalhdlnbpafiamejdnhcphjbkeiagm'", True),
        (WATCHED, "SELECT 1 FROM firefox_addons WHERE name = 'uBlock Origin'", False),
        (WATCHED, "SELECT 1 FROM vscode_extensions WHERE name = 'ms-python.python'", True),
        (WATCHED, "SELECT 1 FROM logged_in_users WHERE user = 'alice' AND type = 'user'", True),
        (WATCHED, "SELECT 1 FROM logged_in_users WHERE user = 'bob'", None),
        (WATCHED, "SELECT 1 FROM kernel_modules WHERE name = 'usb_storage'", True),
        (WATCHED, "SELECT 1 FROM kernel_modules WHERE name = 'uas'", None),
        (WATCHED, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM kernel_modules WHERE name = 'cramfs')", None),
        (WATCHED, "SELECT 1 FROM shadow WHERE password_status = 'empty'", True),
        (WATCHED, "SELECT 1 FROM selinux_settings WHERE key = 'enforce' AND value = '1'", True),
        (DEBIAN, "SELECT 1 FROM selinux_settings WHERE key = 'enforce' AND value = '1'", None),
        (DEBIAN, "SELECT 1 FROM shadow WHERE password_status = 'empty'", None),
        (SHARING, "SELECT 1 FROM sharing_preferences WHERE remote_login = 0 AND screen_sharing = 1", True),
        (SHARING, "SELECT 1 FROM sharing_preferences WHERE file_sharing = 0", None),
        (MAC, "SELECT 1 FROM sharing_preferences WHERE remote_login = 0", None),
    ],
)  # fmt: skip
def test_a_query_of_the_packs_kind_runs_as_it_stands(sheet, query, expected):
    value, says = run(query, sheet, device_of(sheet))

    assert value is expected, says
    assert says


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select 1 from deb_package", "There is no table deb_package; did you mean deb_packages?"),
        ("select 1 from deb_packages where nam = 'x'", "There is no column nam; did you mean name?"),
        ("selec 1", "The query is no SELECT."),
        ("select 1 from", "The query is not right: incomplete input."),
        ("select 1; drop table users", "more than one statement"),
        ("delete from users", "no SELECT"),
        ("pragma table_info(users)", "no SELECT"),
        ("attach 'x' as y", "no SELECT"),
        ("with x as (select 1) delete from users", "anything but SELECT"),
        ("select load_extension('evil')", "the function load_extension"),
        ("select zeroblob(1000000000)", "the function zeroblob"),
        ("select printf('%.*c', 900000000, 'x') from os_version", "the function printf"),
        ("select randomblob(1000000000)", "the function randomblob"),
        ("select * from sqlite_master", "the table sqlite_master"),
        ("select 1 from pragma_database_list", "anything but SELECT"),
        ("select regex_match(username, '(a+)+$', 0) from users", "may take for ever"),
        ("select regex_match(username, '((a|b))*$', 0) from users", "may take for ever"),
        ("select regex_match(username, '.*.*.*.*x', 0) from users", "may take for ever"),
        ("select regex_match(username, 'a*a*a*a*b', 0) from users", "may take for ever"),
        ("select regex_match(username, '(a*(a)a)*$', 0) from users", "may take for ever"),
        ("select regex_match(username, '((a*)b?)*$', 0) from users", "may take for ever"),
        ("select regex_match(username, '.{1,400}.{1,400}.{1,400}.{1,400}z', 0) from users", "may take for ever"),
        (
            "select regex_match(username, '(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b', 0) from users",
            "may take for ever",
        ),
        (
            "select regex_match(username, 'a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaab', 0) from users",
            "may take for ever",
        ),
        ("select regex_split(username, '(', 0) from users", "The pattern ( is none"),
        ("select regex_replace(username, 'a', 'b') from users", "The query calls a function that is not here: regex_replace."),
        ("select 1 from apps where version_compare(name, '<', '2')", "wrong number of arguments to function version_compare"),
        ("select 1 from apps where version > '2'", "There is no column version in the tables that the query names."),
        ("with old(name) as (select name from apps) select nam from old", "There is no column nam; did you mean name?"),
        ("select 1 from apps where 'f(x)' = bundle_shrt_version and lower(name) = 'x'", "did you mean bundle_short_version?"),
    ],
)
def test_a_query_that_is_wrong_or_does_more_than_read_is_refused(query, told):
    assert told in refused(query)


@pytest.mark.parametrize(
    "query",
    [
        "with recursive a(n) as (select 1 union all select n + 1 from a) select 1 from a where n < 0",
        "select 1 from deb_packages a, deb_packages b, deb_packages c, deb_packages d, deb_packages e, deb_packages f, deb_packages g, deb_packages h, deb_packages i, deb_packages j, deb_packages k, deb_packages l, deb_packages m, deb_packages n where a.name || n.name = 'x'",
        "with recursive a(x) as (select 'xxxxxxxx' union all select x || x from a) select 1 from a where x = 'y'",
    ],
)  # fmt: skip
def test_a_query_that_would_never_end_or_grow_is_stopped_and_proves_nothing(query):
    sheet = FactSheet(DEBIAN.device, NOON, (), tuple(Installed(f"title-{n}", "1", "deb") for n in range(200)))
    value, says = run(query, sheet, device_of(sheet))

    assert value is None
    assert "could not be run to its end" in says


def test_a_rule_by_query_judges_and_its_mistake_has_a_place():
    text = "format: holdtrue.rules/1\nrules:\n  - id: no-telnet\n    title: no telnet server\n    osquery: |\n      SELECT 1 WHERE NOT EXISTS (\n        SELECT 1 FROM deb_packages WHERE name = 'telnetd'\n      );\n"
    rule = read_rules(text.encode(), "f", SORTS).rules[0]
    outcome = judge(rule, answer_query(device_of(DEBIAN), rule, DEBIAN))

    assert outcome.result is Result.HOLDS
    assert rule.names == ("flag:osquery.no-telnet",)
    wrong = read_rules(text.replace("deb_packages", "deb_pakages").encode(), "f", SORTS)
    assert str(wrong.mistakes[0]).startswith("f:5:14: There is no table deb_pakages; did you mean deb_packages?")


@pytest.mark.parametrize("sheet", [DEBIAN, MAC, WINDOWS, WATCHED, SHARING, FactSheet(Identity("x", "x", System.OTHER), NOON)])
def test_every_table_gives_columns_that_it_has(sheet):
    device = device_of(sheet)
    for name, make in _MAKERS.items():
        table = make(sheet, device)
        if table is not None:
            assert table.columns <= set(schema()[name]), name
            assert all(table.columns <= set(row) or not table.is_whole or name.endswith("_packages") for row in table.rows), (
                name
            )
