"""An organisation's own rules: what they say is read in the language of whoever reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.workplace import reports
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.facts import Fact, Source
from holdtrue.workplace.help import telling
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OWN = """
format: holdtrue.rules/1
off: [phones]
rules:
  - id: own-setting
    title: {nl: "eigen waarde is {wanted}", en: "own value is {wanted}", fr: "la valeur propre est {wanted}"}
    why: {en: Ours., nl: Van ons.}
    keeps: device.phones
    fresh: 24h
    parameters: {wanted: 2}
    holds: number("com.example.own value") == wanted
    fix: {en: "Set {wanted}.", nl: "DUTCH {wanted}."}
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDTRUE_RULES", str(tmp_path))
    monkeypatch.setattr("holdtrue.workplace.devices.rulebook.book.monotonic", iter(range(10**9)).__next__)

    def write(dutch: str) -> None:
        (tmp_path / "own.yaml").write_text(OWN.replace("DUTCH", dutch), encoding="utf-8")

    write("Stel in:")
    return write


@pytest.fixture
def now():
    return timezone.now() - 3 * HOUR


@pytest.fixture
def laptop(alice, own, now) -> Laptop:
    made = Laptop("LT-0")
    made.enrol(token_for(alice, now), now, asset_tag="A")
    return made


@pytest.fixture
def sheet(laptop, now):
    told = laptop.sheet(now)
    told = replace(told, facts=(*told.facts, Fact("com.example.own value", 1, Source.OBSERVED, now)))
    deliver(laptop.full(told, now), at=now)
    reports.follow_unchanged(now)
    return told


def verdict():
    return next(one for one in verdicts_on("device/LT-0") if one.commitment == "device.phones")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", ("eigen waarde is 2", "Stel in: 2.", "Van ons.")),
        ("fr", ("la valeur propre est 2", "Set 2.", "Ours.")),
        ("de", ("own value is 2", "Set 2.", "Ours.")),
        ("en", ("own value is 2", "Set 2.", "Ours.")),
    ],
)
def test_a_page_says_them_in_the_readers_language_and_else_in_english(client, alice, sheet, language, told):
    title, fix, why = told
    client.force_login(alice)

    def page(address: str) -> str:
        return client.get(address, headers={"Accept-Language": language}).content.decode()

    of_device = page(f"/work/devices/{Device.objects.get().id}/")
    of_rule = page("/work/devices/rules/own-setting/")
    assert f": {title}" in of_device
    assert fix in of_device
    assert title[1:] in page("/work/devices/rules/")
    assert all(words in of_rule for words in (title[1:], fix, why))


def test_a_letter_says_them_in_the_organisations_language(sheet, now, monkeypatch):
    monkeypatch.setattr(telling, "language_of_personnel", lambda *, at: "nl")

    assert "Stel in: 2." in telling.what_to_do(verdict(), device="LT-0", due_at=now, at=now).body


def test_what_is_kept_follows_a_text_that_is_reworded_in_one_language(laptop, sheet, own, now):
    assert verdict().reason.advice.given["nl"] == "Stel in: %(wanted)s."
    own("Zet op")

    (answer,) = deliver(laptop.unchanged(sheet, now + HOUR), at=now + HOUR)
    reports.follow_unchanged(now + HOUR)

    assert answer.status == 200
    assert verdict().reason.advice == "Set 2."
    assert verdict().reason.advice.given["nl"] == "Zet op %(wanted)s."
