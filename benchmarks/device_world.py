"""What the benchmark of device reports drives: an installation with many enrolled devices, and what they send, signed.

Every device has 44 facts and 1,139 titles, as a real laptop. They are written to the tables directly, since it is not their
enrolment that is measured.
"""

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdtrue.workplace import state
from holdtrue.workplace.devices.told import told_of
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Installed, Source, System

NOON = datetime.now(UTC) - timedelta(minutes=5)
TITLES = tuple(Installed(f"lib{number}-dev", f"1.{number}.2-3+b1", "deb", "Debian", "", "", "amd64") for number in range(1_139))
SESSION, SAVER = "org.gnome.desktop.session", "org.gnome.desktop.screensaver"


SOFTWARE = state.software_hash(TITLES)


UPDATED = (*(replace(one, version=f"{one.version}.1") for one in TITLES[:3]), *TITLES[3:])
UPDATED_SOFTWARE = state.software_hash(UPDATED)


def hash_of(told: FactSheet) -> str:
    return told_of(told.facts).hash(told.device, UPDATED_SOFTWARE if told.software is UPDATED else SOFTWARE)


def secret(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"device %d" % number).digest())


class Sort(StrEnum):
    """What a change is about."""

    CHANGED = "changed"
    """A setting that no rule looks at."""
    JUDGED = "judged"
    """How long the session stood idle, which the judgement of the lock looks at: its verdict stays."""
    MOVED = "moved"
    """A drive that comes and goes: a verdict becomes another, with an entry of its own."""
    UPDATED = "updated"
    """Three titles of 1,139 become other versions."""


def sheet(number: int, *, setting: int = 0, sort: Sort = Sort.CHANGED) -> FactSheet:
    told: dict[str, Any] = {
        f"{SESSION} idle-delay": "uint32 300", f"{SAVER} lock-enabled": "true", f"{SAVER} lock-delay": "uint32 0",
        "org.gnome.desktop.lockdown disable-lock-screen": "false",
    }  # fmt: skip
    other = {one: setting if one is sort else 0 for one in Sort}
    facts = [Fact("session.desktop", "gnome", Source.OBSERVED, NOON, user="alice", origin="running processes")]
    facts += [Fact(name, value, Source.USER, NOON, True, "alice", "gsettings get") for name, value in told.items()]
    facts += [
        Fact("session.idle-unlocked", 20 + 20 * other[Sort.JUDGED], Source.OBSERVED, NOON, user="alice", origin="loginctl")
    ]
    facts += [Fact("storage.mounted", ["/media/stick"] * other[Sort.MOVED], Source.OBSERVED, NOON, origin="lsblk")]
    facts += [Fact("backup.schedules", [], Source.OBSERVED, NOON), Fact("backup.schedules-read", True, Source.OBSERVED, NOON)]
    facts += [
        Fact(
            f"com.example.setting{extra} value",
            f"{extra * 7 + (other[Sort.CHANGED] if extra == 0 else 0)}",
            Source.OBSERVED,
            NOON,
            origin="/etc/example.conf",
        )
        for extra in range(35)
    ]
    return FactSheet(
        Identity(f"D-{number}", f"D-{number}", System.LINUX, "Debian 12", f"D-{number}"), NOON, tuple(facts),
        UPDATED if other[Sort.UPDATED] else TITLES,
    )  # fmt: skip


def fill(count: int, *, is_judged: bool = False) -> None:
    """Bring up the installation that the environment names, with so many devices in the same state.

    With `is_judged` the first is judged as the product does it, and what it came to stands for all.
    """
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    import uuid_utils.compat as uuid7s

    from holdtrue.accounts.actions import add_person
    from holdtrue.accounts.rules import Role
    from holdtrue.evidence.actions import record
    from holdtrue.workplace.devices import models
    from holdtrue.workplace.devices.signatures import key_id
    from holdtrue.workplace.devices.states import packed, state_of
    from holdtrue.workplace.devices.titles import titles_in
    from holdtrue.workplace.devices.told import Kept
    from holdtrue.workplace.reports import follow_unchanged
    from holdtrue.workplace.software.actions import approve
    from holdtrue.workplace.software.rules import Approval

    at = datetime.now(UTC)
    team = (Role.SECURITY,)
    reader = add_person("anna@wegroup.example", "Anna", password="a long passphrase", roles=team, at=at, record=record)
    approve(Approval(source="Debian", type="deb", why="our own"), by=reader.id, at=at)
    titles, first = titles_in(TITLES).packed(), state_of(sheet(0), SOFTWARE)
    for start in range(0, count, 1_000):
        numbers = range(start, min(start + 1_000, count))
        devices = [
            models.Device(
                identity=f"D-{number}", name=f"D-{number}", serial=f"D-{number}", system="linux", release="Debian 12",
                enrolled_at=NOON, last_seen=NOON, token=uuid7s.uuid7(), asset_tag=f"A-{number}",
            )
            for number in numbers
        ]  # fmt: skip
        models.Device.objects.bulk_create(devices)
        keys, states, inventories = [], [], []
        for number, device in zip(numbers, devices, strict=True):
            # All say the same, so that it is packed for each, and read once.
            own, facts = sheet(number).device, first.sheet.told
            public, base = secret(number).public_key().public_bytes_raw(), facts.hash(own, SOFTWARE)
            told = replace(first, sheet=Kept(own, NOON, facts, first.sheet.software, (), first.sheet.collector))
            keys.append(
                models.DeviceKey(
                    id=key_id(public), device=device, public_key=public, added_at=NOON, entry=uuid7s.uuid7(),
                    base=bytes.fromhex(base), collected_at=NOON, received_at=NOON, sequence=1,
                    folded_at=NOON if is_judged and number else None,
                )
            )  # fmt: skip
            states.append(
                models.DeviceState(device=device, body=packed(told), software=bytes.fromhex(SOFTWARE or ""), collected_at=NOON)
            )
            inventories.append(models.DeviceTitles(device=device, body=titles, total=len(TITLES), collected_at=NOON))
        models.DeviceKey.objects.bulk_create(keys)
        models.DeviceState.objects.bulk_create(states)
        if count <= 10_000:
            models.DeviceTitles.objects.bulk_create(inventories, batch_size=100)
    if is_judged:
        follow_unchanged(at)
        _judge_alike()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As it does by itself within a minute, SQLite never; until then it plans for tables that it takes for empty.
            cursor.execute("ANALYZE")


def _judge_alike() -> None:
    """Let every device have the verdicts and conclusions of the first, by a statement for each table."""
    from django.db import connection

    with connection.cursor() as cursor:

        def columns(table: str, *others: str) -> str:
            found = connection.introspection.get_table_description(cursor, table)
            return ", ".join(f'o."{column.name}"' for column in found if column.name not in others)

        fresh = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
        of_verdict = columns("standing_currentverdict", "id", "subject")
        cursor.execute(
            f"INSERT INTO standing_currentverdict (id, subject, {of_verdict.replace('o.', '')}) "
            f"SELECT {fresh}, 'device/' || d.identity, {of_verdict} FROM standing_currentverdict o CROSS JOIN devices_device d "
            "WHERE o.subject = 'device/D-0' AND d.identity <> 'D-0'"
        )
        of_posture = columns("devices_deviceposture", "device_id")
        cursor.execute(
            f"INSERT INTO devices_deviceposture (device_id, {of_posture.replace('o.', '')}) "
            f"SELECT d.id, {of_posture} FROM devices_deviceposture o CROSS JOIN devices_device d WHERE d.identity <> 'D-0'"
        )
        cursor.execute(
            "UPDATE devices_devicestate SET judged_by = (SELECT judged_by FROM devices_devicestate WHERE judged_by <> '')"
        )


def unchanged(devices: int, *, first: int, rounds: int) -> Iterator[bytes]:
    """Yield what the devices send in turn when nothing changed, `first` being the number of their next report."""
    known = [(secret(number), hash_of(sheet(number))) for number in range(devices)]
    for turn in range(rounds):
        for own, base in known:
            yield request(own, state.unchanged_out(stamp(own, first + turn), base=base, at=datetime.now(UTC)))


def changed(devices: int, *, first: int, rounds: int, sort: Sort = Sort.CHANGED) -> Iterator[bytes]:
    """Yield what the devices send in turn when one fact changes, there and back; `rounds` is even."""
    for turn in range(rounds):
        for number in range(devices):
            before, after = (sheet(number, setting=one % 2, sort=sort) for one in (turn, turn + 1))
            now = datetime.now(UTC)
            new = tuple(replace(one, observed_at=now) for one, old in zip(after.facts, before.facts, strict=True) if one != old)
            own, titles = secret(number), ((), ())
            if sort is Sort.UPDATED:
                titles = (UPDATED[:3], TITLES[:3]) if after.software is UPDATED else (TITLES[:3], UPDATED[:3])
            told = state.change_out(
                state.Change(new, (), *titles, ()),
                stamp(own, first + turn),
                base=hash_of(before),
                state=hash_of(after),
                at=now,
            )
            yield request(own, told)


def stamp(own: Ed25519PrivateKey, sequence: int) -> state.Stamp:
    from holdtrue.workplace.devices.signatures import key_id

    return state.Stamp(key_id(own.public_key().public_bytes_raw()), sequence, datetime.now(UTC))


def request(own: Ed25519PrivateKey, told: dict[str, object]) -> bytes:
    """Return a request as it goes over the wire."""
    from holdtrue.workplace.devices.signatures import REPORT, encoded

    body = state.encoded(told)
    key = told["report"]["key"]  # type: ignore[index]
    signature = base64.b64encode(own.sign(encoded(REPORT, body)))
    head = (
        f"POST /api/devices/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {REPORT.decode()}\r\nHoldtrue-Key: {key}\r\n"
        f"Holdtrue-Signature: {signature.decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__" and "BENCH_DEVICES" in os.environ:
    fill(int(os.environ["BENCH_DEVICES"]), is_judged="BENCH_JUDGED" in os.environ)
