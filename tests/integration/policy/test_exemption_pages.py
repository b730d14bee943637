"""The pages of exemptions: asked for by the person, decided by somebody else, and shown beside the clause."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from holdtrue.accounts.queries import reader
from holdtrue.policy.exemptions import queries
from holdtrue.policy.exemptions.models import Exemption
from holdtrue.policy.text.actions import publish_version

pytestmark = pytest.mark.django_db

TEXT = """---
policy: rules
title: Rules
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-01
change: First version.
---

[R-1] Nobody uses removable storage.

> Kept by: device.removable-storage
> Exemption: one decider

[R-2] Nobody scans.

> Exemption: two deciders
"""


@pytest.fixture(autouse=True)
def rules(alice, noon):
    publish_version(TEXT, based_on=0, by=alice.id, at=noon)


def visitor(person) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(person)
    return browser


def given(**more) -> dict[str, object]:
    until = (timezone.now() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    return {"clauses": ["rules/R-1"], "sort": "work", "job": "Films on sticks.", "ends": until} | more


def asked(person, **more) -> str:
    answer = visitor(person).post("/work/exemptions/ask/", given(**more))
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def test_a_person_asks_and_the_security_team_consents_in_two_clicks(alice, bob, noon):
    enrolled(alice, bob, noon)
    address = asked(bob, devices="lt-07")
    queue = visitor(alice).get("/work/exemptions/").content.decode()
    assert address in queue
    assert "Needs a decision" in queue

    answer = visitor(alice).post(address, {"do": "grant"})

    assert answer.status_code == 302
    row = Exemption.objects.get()
    assert row.state == "granted"
    assert row.scope["devices"] == ["device/LT-07"]
    page = visitor(bob).get("/?policy=rules").content.decode()
    assert "Exempt until" in page
    assert "Bob, by Alice" in page


def enrolled(alice, owner, noon) -> None:
    from holdtrue.workplace import reports
    from holdtrue.workplace.devices.models import Device, Ownership
    from holdtrue.workplace.devices.register import Papers, assign_device
    from integration.workplace.test_device_reports import report, token_for

    reports.receive(report(noon), secret=token_for(alice, noon), at=noon)
    assign_device(Device.objects.get().id, Papers(Ownership.COMPANY, owner=owner.id), by=alice.id, at=noon)


def test_a_device_that_is_not_in_the_register_or_somebody_elses_is_not_named(alice, bob, noon):
    enrolled(alice, alice, noon)
    for name in ("LT-99", "LT-07", "device/LT-07"):
        answer = visitor(bob).post("/work/exemptions/ask/", given(devices=name))
        assert answer.status_code == 422
        assert f"There is no device “{name}” that you can name." in answer.content.decode()
    assert not Exemption.objects.exists()
    asked(alice, persons=[str(bob.id)], devices="device/LT-07")
    assert Exemption.objects.get().scope["devices"] == ["device/LT-07"]


def test_what_is_to_be_kept_is_chosen_by_the_address(bob):
    page = (
        visitor(bob).get("/work/exemptions/ask/?keeps=device.removable-storage&setting=usb+authorized-default").content.decode()
    )

    assert "usb authorized-default" in page
    assert 'value="rules/R-1" checked' in " ".join(page.split()) or 'value="rules/R-1" id="id_clauses_0" checked' in page


def test_those_who_decide_are_told_once_and_nobody_else(alice, bob, olga, noon, monkeypatch):
    from django.conf import settings

    from holdtrue import config
    from holdtrue.letters.models import PostedLetter

    server = config.Mail("127.0.0.1", 25, config.MailSecurity.NONE, "", "", "holdtrue@wegroup.example")
    kept = {name: getattr(settings.CONFIG, name) for name in settings.CONFIG.__dataclass_fields__}
    monkeypatch.setattr(settings, "CONFIG", config.Config(**kept | {"mail": server}))
    asked(bob, job="Films\non sticks.", is_urgent="on")
    letter = PostedLetter.objects.get()

    assert letter.person_id == alice.id
    assert letter.subject == "Urgent: Bob asks to be exempted from R-1"
    assert "Films on sticks." in letter.body
    assert f"/work/exemptions/{Exemption.objects.get().id}/" in letter.body
    asked(alice, persons=[str(alice.id)])
    assert PostedLetter.objects.count() == 1


def test_a_calendar_reads_with_a_secret_that_can_be_ended(alice, bob):
    address = asked(bob, clauses=["rules/R-1"], sort="test", targets="shop.example")
    visitor(alice).post(address, {"do": "grant"})

    def begun(person) -> str:
        page = visitor(person).post("/work/exemptions/calendar/", {"do": "begin"}).content.decode()
        return page.split('<code class="hash">')[1].split("</code>")[0].removeprefix("http://127.0.0.1")

    anybody = Client(SERVER_NAME="127.0.0.1")
    mine, theirs = begun(bob), begun(alice)
    read = anybody.get(mine)
    assert read["Content-Type"].startswith("text/calendar")
    assert read["Cache-Control"] == "private, no-store"
    assert "shop.example" in read.content.decode()
    newer = begun(bob)
    assert anybody.get(mine).status_code == 403
    assert anybody.get(newer).status_code == 200
    visitor(bob).post("/work/exemptions/calendar/", {"do": "end"})
    assert anybody.get(newer).status_code == 403
    assert anybody.get(theirs).status_code == 200
    assert anybody.get("/work/exemptions/calendar/ht_calendar_guess.ics").status_code == 403
    assert "ht_calendar" not in visitor(alice).get("/work/exemptions/calendar/").content.decode()


def test_a_calendar_of_somebody_who_left_reads_nothing(alice, bob):
    page = visitor(bob).post("/work/exemptions/calendar/", {"do": "begin"}).content.decode()
    address = page.split('<code class="hash">')[1].split("</code>")[0].removeprefix("http://127.0.0.1")
    bob.is_active = False
    bob.save()

    assert Client(SERVER_NAME="127.0.0.1").get(address).status_code == 403


def test_a_token_for_devices_opens_no_calendar(alice, noon):
    from integration.workplace.test_device_reports import token_for

    secret = token_for(alice, timezone.now())
    assert Client(SERVER_NAME="127.0.0.1").get(f"/work/exemptions/calendar/{secret}.ics").status_code == 403


def test_others_do_not_see_whom_a_clause_is_lifted_for(alice, bob, noon):
    from holdtrue.accounts.actions import add_person
    from holdtrue.accounts.models import Person
    from holdtrue.accounts.rules import Role
    from holdtrue.evidence.actions import record

    address = asked(bob)
    visitor(alice).post(address, {"do": "grant"})
    carol = add_person(
        "c@wegroup.example", "Carol", password="correct horse battery", roles=[Role.STAFF], at=noon, record=record
    )
    browser = visitor(Person.objects.get(id=carol.id))

    assert "Exempt until" not in browser.get("/?policy=rules").content.decode()
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"do": "use", "reason": "x"}).status_code == 404


def test_a_refusal_without_a_reason_is_asked_for_one(alice, bob):
    address = asked(bob)
    answer = visitor(alice).post(address, {"do": "refuse"})

    assert answer.status_code == 422
    assert "No reason was given." in answer.content.decode()
    assert Exemption.objects.get().state == "asked"
    visitor(alice).post(address, {"do": "refuse", "reason": "Use the <share>."})
    assert "Use the &lt;share&gt;." in visitor(bob).get(address).content.decode()


def test_whoever_asked_is_offered_no_consent_and_gets_none(alice):
    address = asked(alice, persons=[str(alice.id)])
    page = visitor(alice).get(address).content.decode()

    assert 'value="grant"' not in page
    assert "Nobody decides what they asked for themselves." in page
    assert visitor(alice).post(address, {"do": "grant"}).status_code == 403


def test_personnel_cannot_decide_by_any_address(bob):
    address = asked(bob)

    for do in ("grant", "refuse", "hurry", "revoke"):
        assert visitor(bob).post(address, {"do": do, "reason": "x"}).status_code == 403
    assert visitor(bob).post(address, {"do": "dance"}).status_code == 422
    assert Exemption.objects.get().state == "asked"


def test_personnel_ask_for_themselves_whatever_they_send(alice, bob):
    asked(bob, persons=[str(alice.id)], roles=["staff"])

    view = queries.exemptions(reader=reader(bob), at=timezone.now())[0]
    assert view.scope.persons == {bob.id}
    assert view.scope.roles == frozenset()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"clauses": ["rules/R-9"]}, "R-9"),
        ({"clauses": []}, "This field is required."),
        ({"ends": "2020-01-01T10:00"}, "It would end before it begins."),
        ({"starts": "2020-01-01T10:00"}, "cannot begin in the past"),
        ({"job": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_asked_is_told_beside_the_form(bob, more, words):
    answer = visitor(bob).post("/work/exemptions/ask/", given(**more))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Exemption.objects.exists()


def test_an_urgent_one_counts_at_once_for_a_day_and_stays_in_the_queue(alice, bob):
    address = asked(bob, is_urgent="on")
    assert 'value="hurry"' in visitor(alice).get(address).content.decode()
    visitor(alice).post(address, {"do": "hurry", "reason": "The site is down."})

    assert "Exempt until" in visitor(bob).get("/?policy=rules").content.decode()
    assert "waits for review" in visitor(alice).get("/work/exemptions/").content.decode()


def test_the_page_of_a_clause_leads_to_asking(bob):
    page = visitor(bob).get("/clause/rules/R-1/").content.decode()

    assert "/work/exemptions/ask/?clause=rules/R-1" in page
    assert (
        'value="rules/R-1" id="id_clauses_0" checked'
        in visitor(bob).get("/work/exemptions/ask/?clause=rules/R-1").content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_the_written_consent_is_a_file_with_its_words_and_proof_inside(alice, bob):
    from holdtrue.evidence.jobs import sequence_and_sign

    address = asked(bob)
    assert visitor(bob).get(f"{address}consent.pdf").status_code == 404
    visitor(alice).post(address, {"do": "grant"})
    sequence_and_sign(timezone.now())

    answer = visitor(bob).get(f"{address}consent.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.count(b"/EmbeddedFile") >= 2
    assert "consent.pdf" in visitor(bob).get(address).content.decode()


def test_the_calendar_has_the_windows_of_granted_tests_alone(alice, bob):
    test = asked(bob, sort="test", targets="shop.example", job="Test of the shop.")
    visitor(alice).post(asked(bob, job="Films on sticks."), {"do": "grant"})
    assert "VEVENT" not in visitor(alice).get("/work/exemptions/tests.ics").content.decode()
    visitor(alice).post(test, {"do": "grant"})

    answer = visitor(alice).get("/work/exemptions/tests.ics")

    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.decode().count("BEGIN:VEVENT") == 1
    assert "Test of the shop." in answer.content.decode()
