"""Reports of several devices at random, in batches of any make-up, against a plain model of what each device said."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.workplace import reports, state
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.devices.states import sheet_of
from holdtrue.workplace.facts import Fact, FactSheet, Installed, Source
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software.models import Inventory, UnapprovedRow
from holdtrue.workplace.software.packing import cut, unpacked
from holdtrue.workplace.software.rules import number_of
from holdtrue.workplace.state import state_hash, tidied
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = pytest.mark.django_db
TITLES = [
    Installed(name, version, sort, origin, "", place, arch)
    for name in ("bash", "zoom", "restic", "z\u00e9ro")
    for version in ("1", "2")
    for sort in ("deb", "npm")
    for origin, place, arch in (("", "", ""), ("Debian", "", "amd64"), ("Debian", "/opt", "i386"))
]
NAMES = ("session.desktop", "storage.mounted", "backup.schedules", "a b", "a.b", "firewall.on")
VALUES = ("gnome", [], ["sdb1 at /mnt"], True, False, None, 900, "uint32 0")


def some_fact(chance: random.Random, at: datetime) -> Fact:
    return Fact(
        chance.choice(NAMES), chance.choice(VALUES), chance.choice(list(Source)), at, None, chance.choice((None, "alice")),
        chance.choice(("", "elsewhere")),
    )  # fmt: skip


def after(sheet: FactSheet, chance: random.Random, at: datetime) -> FactSheet:
    facts = [replace(one, observed_at=at) for one in sheet.facts if chance.random() < 0.8]
    facts += [some_fact(chance, at) for _ in range(chance.randint(0, 2))]
    titles = sheet.software
    if titles is not None and chance.random() < 0.7:
        titles = tuple(one for one in titles if chance.random() < 0.8)
        titles += tuple(chance.choices(TITLES, k=chance.randint(0, 3)))
    return tidied(replace(sheet, collected_at=at, facts=tuple(facts), software=titles))


def looks(facts: tuple[Fact, ...]) -> list[str]:
    return sorted(map(repr, facts))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_devices_report_is_kept_and_judged_as_it_was_told(alice, noon, seed):
    chance, at = random.Random(seed), noon
    laptops = [Laptop(f"LT-{number}") for number in range(4)]
    known: dict[str, FactSheet] = {}
    for one in laptops:
        one.enrol(token_for(alice, at), at)
    for _round in range(10):
        now_here = at + timedelta(minutes=chance.choice((1, 15)))
        batch, expected = [], []
        for one in chance.choices(laptops, k=chance.randint(1, 7)):
            at += timedelta(seconds=1)
            before, sort = known.get(one.name), chance.random()
            if before is None or sort < 0.1:
                start = one.sheet(at, software=chance.choice((None, (), tuple(chance.choices(TITLES, k=5)))))
                known[one.name] = now = tidied(start)
                batch.append(one.full(now, at))
                expected.append(201)
            elif sort < 0.25:
                seen = replace(before, facts=tuple(replace(fact, observed_at=at) for fact in before.facts), collected_at=at)
                known[one.name] = seen
                batch.append(one.unchanged(before, at))
                expected.append(200)
            elif sort < 0.35:
                wrong = after(before, chance, at)
                change = state.difference(before, wrong)
                told = state.change_out(change, one.stamp(at), base=state_hash(before), state="ab" * 32, at=at)
                batch.append(one.signed(told))
                expected.append(409)
            else:
                now = after(before, chance, at)
                change = state.difference(before, now)
                # What is not there can be taken away, and what is there can come.
                change = replace(
                    change,
                    removed=(*change.removed, *(one for one in chance.choices(TITLES, k=1) if one not in (now.software or ()))),
                    added=(*change.added, *(now.software or ())[:1]),
                )
                told = state.change_out(change, one.stamp(at), base=state_hash(before), state=state_hash(now), at=at)
                batch.append(one.signed(told))
                known[one.name] = state.applied(before, change, at=at)
                expected.append(201)
        at = now_here
        answers = deliver(*batch, at=at)
        assert [one.status for one in answers] == expected
        for one in laptops:
            if one.name in known:
                assert_kept(one, known[one.name], at)


def assert_kept(one: Laptop, sheet: FactSheet, at: datetime) -> None:
    device, subject = Device.objects.get(name=one.name), f"device/{one.name}"
    kept = sheet_of(device.id)
    assert kept is not None
    assert state_hash(kept) == state_hash(sheet)
    assert looks(kept.facts) == looks(sheet.facts)
    row = Inventory.objects.filter(subject=subject).first()
    if sheet.software is not None:
        assert row is not None
        numbers = {number_of(cut(title)) for title in sheet.software}
        assert set(unpacked(bytes(row.titles))) == numbers
        whole = software.verdict_now(sheet, subject=subject, at=at)
        in_hand = next(v for v in verdicts_on(subject) if v.commitment == "device.approved-software")
        assert (in_hand.result, in_hand.reason.value) == (whole.result, whole.reason.value)
        assert set(UnapprovedRow.objects.filter(subject=subject).values_list("title_id", flat=True)) <= numbers
    judged = {v.commitment: v for v in verdicts_on(subject)}
    fresh = reports.Judge(at=at)
    fresh.prepare([subject])
    for verdict in fresh.changed(reports.Changed(subject, sheet), at=at).verdicts:
        held = judged[verdict.commitment]
        assert (held.result, held.reason.value) == (verdict.result, verdict.reason.value), verdict.commitment
