# ruff: noqa: E501 - one line of SQL a rule
"""A sweep of 100,000 devices by 30 rules: the statement that rules become, against the same written by hand, in SQLite.

Run it alone: `python benchmarks/rules_sweep.py`. It prints both times and their ratio; the answers of both must be the same.
"""

import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta

from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rulebook.columns import Asked, column_of, moment, row_of, select
from holdtrue.workplace.devices.rulebook.conclusions import MEANINGS, Conclusion
from holdtrue.workplace.devices.rulebook.in_sql import SQLITE
from holdtrue.workplace.devices.rulebook.judge import Device, decided
from holdtrue.workplace.devices.rulebook.rule import sort_of_name
from holdtrue.workplace.devices.rulebook.sorts import Sort, packed

DEVICES, RULES, ROUNDS = 100_000, 30, 5
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TYPES = {Sort.NUMBER: "REAL", Sort.FLAG: "SMALLINT"}

# One line a rule, as one would write it over this table: 0 holds, 1 broken, 2 unproven, 3 not applicable.

BY_HAND = {
    "screen-lock": "CASE WHEN c_screen_lock__screen = 0 THEN 3 WHEN c_screen_lock__screen IS NULL THEN 2 WHEN c_screen_lock__never = 1 OR c_screen_lock__soonest > 900 THEN 1 WHEN c_screen_lock__never = 0 AND c_screen_lock__soonest <= 900 AND c_screen_lock__latest <= 900 THEN 0 ELSE 2 END",
    "suspend-lock": "CASE WHEN c_screen_lock__screen = 0 THEN 3 WHEN c_screen_lock__screen IS NULL THEN 2 WHEN c_screen_lock__on_suspend = 1 THEN 0 WHEN c_screen_lock__on_suspend = 0 THEN 1 ELSE 2 END",
    "lock-fixed": "CASE WHEN c_screen_lock__screen = 0 THEN 3 WHEN c_screen_lock__screen IS NULL THEN 2 WHEN c_screen_lock__fixed = 1 THEN 0 WHEN c_screen_lock__fixed = 0 THEN 1 ELSE 2 END",
    "removable-storage": "CASE WHEN c_storage__mounted <> char(31) THEN 1 WHEN c_storage__mounted = char(31) AND c_storage__blocked = 1 THEN 0 ELSE 2 END",
    "removable-storage-used": "CASE WHEN c_storage__used IS NULL THEN 3 WHEN c_storage__used = char(31) THEN 0 ELSE 1 END",
    "phones": "CASE WHEN c_phone__connected <> char(31) THEN 1 WHEN c_phone__connected = char(31) AND c_phone__blocked = 1 THEN 0 ELSE 2 END",
    "no-automount": "CASE WHEN c_storage__automount IS NULL THEN 3 WHEN c_storage__automount = 0 THEN 0 ELSE 1 END",
    "backups": "CASE WHEN c_backup__running = 1 THEN 1 WHEN c_backup__running = 0 AND c_backup__tools = char(31) THEN 0 ELSE 2 END",
    "sync-clients": "CASE WHEN c_sync__clients IS NULL THEN 3 WHEN c_sync__clients = char(31) THEN 0 ELSE 2 END",
    "disk-encryption": "CASE WHEN c_disk__encrypted = 1 THEN 0 WHEN c_disk__encrypted = 0 THEN 1 ELSE 2 END",
    "disk-encryption-fixed": "CASE WHEN c_device__system IS NULL THEN 2 WHEN c_device__system <> 'macos' THEN 3 WHEN c_disk__fixed = 1 THEN 0 WHEN c_disk__fixed = 0 THEN 1 ELSE 2 END",
    "managed": "CASE WHEN c_management__enrolled = 1 THEN 0 WHEN c_management__enrolled = 0 THEN 1 ELSE 2 END",
    "managed-approved": "CASE WHEN c_device__system <> 'macos' OR c_management__enrolled = 0 THEN 3 WHEN c_device__system IS NULL OR c_management__enrolled IS NULL THEN 2 WHEN c_management__approved = 1 THEN 0 WHEN c_management__approved = 0 THEN 1 ELSE 2 END",
    "firewall": "CASE WHEN c_firewall__on = 1 THEN 0 WHEN c_firewall__on = 0 THEN 1 ELSE 2 END",
    "malware-protection": "CASE WHEN c_device__system IS NULL THEN 2 WHEN c_device__system NOT IN ('macos', 'windows') THEN 3 WHEN c_protection__on = 1 THEN 0 WHEN c_protection__on = 0 THEN 1 ELSE 2 END",
    "malware-signatures": "CASE WHEN c_device__system <> 'windows' OR c_protection__on = 0 THEN 3 WHEN c_device__system IS NULL OR c_protection__on IS NULL THEN 2 WHEN c_protection__recent = 1 THEN 0 WHEN c_protection__recent = 0 THEN 1 ELSE 2 END",
    "malware-found": "CASE WHEN c_protection__detections = char(31) THEN 0 WHEN c_protection__detections <> char(31) THEN 1 WHEN c_device__system <> 'windows' THEN 3 ELSE 2 END",
    "self-protection": "CASE WHEN c_device__system IS NULL THEN 2 WHEN c_device__system NOT IN ('linux', 'macos') THEN 3 WHEN c_integrity__on = 1 THEN 0 WHEN c_integrity__on = 0 THEN 1 ELSE 2 END",
    "gatekeeper": "CASE WHEN c_device__system IS NULL THEN 2 WHEN c_device__system <> 'macos' THEN 3 WHEN c_integrity__gatekeeper = 1 THEN 0 WHEN c_integrity__gatekeeper = 0 THEN 1 ELSE 2 END",
    "secure-boot": "CASE WHEN c_integrity__secure_boot IS NULL THEN 3 WHEN c_integrity__secure_boot = 1 THEN 0 ELSE 1 END",
    "tampering": "CASE WHEN c_device__system IS NULL THEN 2 WHEN c_device__system NOT IN ('linux', 'macos', 'windows') THEN 3 WHEN c_tampering__signs = char(31) THEN 0 WHEN c_tampering__signs <> char(31) THEN 1 ELSE 2 END",
    "supported-system": "CASE WHEN (c_os__name = 'macos' AND c_os__version >= '00000015') OR c_os__supported_until >= '2026-11-26' THEN 0 WHEN c_os__supported_until < '2026-11-26' AND (c_os__name <> 'macos' OR c_os__version < '00000015') THEN 1 ELSE 2 END",
    "automatic-updates": "CASE WHEN c_updates__automatic = 1 THEN 0 WHEN c_updates__automatic = 0 THEN 1 ELSE 2 END",
    "pending-updates": "CASE WHEN c_updates__security_pending IS NULL THEN 3 WHEN c_updates__security_pending <= 0 THEN 0 ELSE 1 END",
    "restart-needed": "CASE WHEN c_updates__restart_needed IS NULL THEN 3 WHEN c_updates__restart_needed = 0 THEN 0 ELSE 1 END",
    "password-crackers": "CASE WHEN c_tools__crackers = char(31) THEN 0 WHEN c_tools__crackers <> char(31) THEN 1 ELSE 2 END",
    "attack-tools": "CASE WHEN c_tools__attack = char(31) THEN 0 WHEN c_tools__attack <> char(31) THEN 1 ELSE 2 END",
    "network-scanners": "CASE WHEN c_tools__scanners = char(31) THEN 0 ELSE 2 END",
    "traffic-capture": "CASE WHEN c_tools__sniffers = char(31) THEN 0 ELSE 2 END",
    "promiscuous": "CASE WHEN c_network__promiscuous = char(31) THEN 0 WHEN c_network__promiscuous <> char(31) THEN 1 ELSE 2 END",
}  # fmt: skip


def fleet(many: int) -> list[Device]:
    """Return devices such as a company has: most things known, some lists with something in them."""
    chosen = random.Random(7)
    pool = []
    for _ in range(2_000):
        known = {}
        for name, meaning in MEANINGS.items():
            if chosen.random() < 0.1:
                continue
            known[name] = {
                Sort.FLAG: lambda: chosen.random() < 0.6,
                Sort.NUMBER: lambda: float(chosen.choice([0, 300, 600, 900, 1800])),
                Sort.TEXT: lambda: chosen.choice(["linux", "macos", "windows"]),
                Sort.DATE: lambda: chosen.choice(["2025-10-14", "2028-06-30"]),
                Sort.VERSION: lambda: chosen.choice(["00000012", "00000014.00000004", "00000026"]),
                Sort.LIST: lambda: packed(chosen.sample(["restic", "nmap", "wlan0"], chosen.choice([0, 0, 0, 1, 2]))),
            }[meaning.sort]()
        pool.append(known)
    return [
        Device(
            "linux",
            {name: Conclusion(name, value, "") for name, value in pool[n % len(pool)].items()},
            NOW - timedelta(hours=n % 30),
        )
        for n in range(many)
    ]


def filled(devices: list[Device]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    names = tuple(MEANINGS)
    columns = ", ".join(f"{column_of(name)} {TYPES.get(sort_of_name(name), 'TEXT')}" for name in names)
    database.execute(f"CREATE TABLE wide (device_id INTEGER PRIMARY KEY, seen INTEGER, lag INTEGER, lags TEXT, {columns})")
    marks = ", ".join("?" * (4 + len(names)))
    rows = (row_of(one, names) for one in devices)
    database.executemany(
        f"INSERT INTO wide VALUES ({marks})",
        ((n, row.seen, row.lag, row.lags, *(row.values[column_of(name)] for name in names)) for n, row in enumerate(rows)),
    )
    database.commit()
    return database


def timed(database: sqlite3.Connection, sql: str, values: tuple) -> tuple[float, list]:
    begin = time.perf_counter()
    rows = database.execute(sql, values).fetchall()
    return time.perf_counter() - begin, rows


def main() -> None:
    """Measure both in turn, several rounds, and compare their best."""
    devices = fleet(DEVICES)
    database = filled(devices)
    book = rulebook()
    rules = [rule for rule in book.rules if rule.id in BY_HAND]
    assert len(rules) == RULES == len(BY_HAND)
    asked = [Asked(rule, rule.settings(today=f"{NOW:%Y-%m-%d}")) for rule in rules]
    made = select(asked, SQLITE, "wide", at=NOW)
    cutoff = moment(NOW - timedelta(hours=24))
    # Whoever writes it by hand asks for the age of the whole row, and lets everything old be unproven but what lasts.
    old = {rule.id: made_old(rule.id) for rule in rules}
    by_hand = (
        f"SELECT device_id, {', '.join(BY_HAND[rule.id] for rule in rules)} FROM wide WHERE seen > {cutoff} "
        f"UNION ALL SELECT device_id, {', '.join(old[rule.id] for rule in rules)} FROM wide WHERE seen <= {cutoff}"
    )
    ours, theirs = [], []
    for _ in range(ROUNDS):
        seconds, rows = timed(database, made.text, made.values)
        ours.append(seconds)
        seconds, expected = timed(database, by_hand, ())
        theirs.append(seconds)
        assert sorted(rows) == sorted(expected), "the answers differ"
    begin = time.perf_counter()
    for device in devices[:5_000]:
        values = device.values(since=NOW - timedelta(hours=24))
        for one in asked:
            decided(one.rule, values, one.settings)
    python = (time.perf_counter() - begin) / 5_000 * 1e6
    print(f"{DEVICES:,} devices x {RULES} rules, SQLite {sqlite3.sqlite_version}, best of {ROUNDS}")
    print(f"rules as SQL      {min(ours):.3f} s  ({DEVICES * RULES / min(ours) / 1e6:.1f} million decisions a second)")
    print(f"written by hand   {min(theirs):.3f} s")
    print(f"ratio             {min(ours) / min(theirs):.2f}")
    print(f"one device in Python, all {RULES} rules: {python:.0f} microseconds")


def made_old(rule_id: str) -> str:
    """Return what is said by hand of a device that was not seen for a day."""
    lasting = {"supported-system": BY_HAND["supported-system"]}
    not_applicable = {"removable-storage-used", "no-automount", "sync-clients", "secure-boot", "pending-updates", "restart-needed"}  # fmt: skip
    by_system = {"disk-encryption-fixed": "('macos')", "malware-protection": "('macos', 'windows')", "self-protection": "('linux', 'macos')", "gatekeeper": "('macos')", "managed-approved": "('macos')", "malware-signatures": "('windows')", "malware-found": "('windows')", "tampering": "('linux', 'macos', 'windows')"}  # fmt: skip
    if rule_id in lasting:
        return lasting[rule_id]
    if rule_id in not_applicable:
        return "3"
    if rule_id in by_system:
        return f"CASE WHEN c_device__system NOT IN {by_system[rule_id]} THEN 3 ELSE 2 END"
    return "2"


if __name__ == "__main__":
    main()
