"""Owners are told first, once, with what to do; the security team sees whose time is up."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from holdtrue import config
from holdtrue.evidence.models import Outbox
from holdtrue.letters import actions as letters
from holdtrue.letters.models import PostedLetter
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.workplace.help import queries
from holdtrue.workplace.help.actions import Register, look
from holdtrue.workplace.help.models import Need
from holdtrue.workplace.help.rules import GRACE, USUAL, grace_of
from integration.website.test_letters import post

__all__ = ["post"]

pytestmark = pytest.mark.django_db
LT, LOCK = "device/LT-07", "device.screen-lock"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def mail(monkeypatch):
    server = config.Mail("127.0.0.1", 25, config.MailSecurity.NONE, "", "", "holdtrue@wegroup.example")
    monkeypatch.setattr(settings, "CONFIG", settings.CONFIG.__class__(**{
        name: getattr(settings.CONFIG, name) for name in settings.CONFIG.__dataclass_fields__} | {"mail": server}))  # fmt: skip


def verdict(
    at, result=Result.BROKEN, *, subject=LT, value="1,800 s", commitment=LOCK, advice="Set it to <900>.", rule="at most 900 s"
):
    return Verdict(commitment, subject, result, Reason("screen lock after", value, "gsettings", at, rule, advice))


@pytest.fixture
def known(bob):
    return Register({LT: bob.id}, {LT: "LT-07"}, {"locks-in-time": 2 * DAY, "bad-at-once": timedelta(0)})


def told():
    return list(PostedLetter.objects.order_by("id").values_list("key", flat=True))


def test_the_owner_is_told_once_with_the_fix_and_until_when(known, bob, noon):
    record_verdicts([verdict(noon)], at=noon)
    assert look(known, at=noon) == 1
    assert look(known, at=noon + timedelta(minutes=1)) == 0

    letter = PostedLetter.objects.get()
    assert letter.person_id == bob.id
    assert letter.subject == "LT-07 needs you"
    assert "1,800 s" in letter.body
    assert "Set it to <900>." in letter.body
    assert "28 November 2026" in letter.body
    need = Need.objects.get()
    assert need.due_at == noon + USUAL
    entry = Outbox.objects.get(kind="owner.told")
    assert json.loads(bytes(entry.core))["commitment"] == LOCK
    assert str(bob.id).encode() not in bytes(entry.core)
    assert queries.who_needs_help(at=noon) == ()
    assert queries.in_their_time(at=noon) == (("the screen locks by itself in time", 1),)


def test_security_sees_it_once_the_time_is_up(known, noon):
    record_verdicts([verdict(noon)], at=noon)
    look(known, at=noon)

    assert queries.who_needs_help(at=noon + USUAL - timedelta(seconds=1)) == ()
    assert [one.subject for one in queries.who_needs_help(at=noon + USUAL)] == [LT]


def test_a_device_that_nobody_answers_for_needs_help_at_once(noon):
    record_verdicts([verdict(noon)], at=noon)
    look(Register(), at=noon)

    assert [one.owner for one in queries.who_needs_help(at=noon)] == [None]
    assert told() == []


def test_what_is_mended_is_told_once(known, noon):
    record_verdicts([verdict(noon)], at=noon)
    look(known, at=noon)
    later = noon + timedelta(hours=1)
    record_verdicts([verdict(later, Result.HOLDS, value="900 s")], at=later)
    assert look(known, at=later) == 1
    assert look(known, at=later) == 0

    need = Need.objects.get()
    assert told() == [f"need/{need.id}", f"mended/{need.id}"]
    assert need.mended_at == later


def test_what_breaks_again_within_the_day_is_the_same_thing(known, noon):
    for hours, result in enumerate([Result.BROKEN, Result.HOLDS, Result.BROKEN, Result.HOLDS]):
        at = noon + timedelta(hours=hours)
        record_verdicts([verdict(at, result)], at=at)
        look(known, at=at)
    need = Need.objects.get()
    assert told() == [f"need/{need.id}", f"mended/{need.id}"]
    assert need.due_at == noon + USUAL

    at = noon + 2 * DAY
    record_verdicts([verdict(at)], at=at)
    look(known, at=at)
    assert Need.objects.count() == 2
    assert len(told()) == 3


def test_silence_mends_nothing(known, noon):
    record_verdicts([verdict(noon)], at=noon)
    look(known, at=noon)
    look(known, at=noon + 2 * DAY)  # past its window the verdict is unproven

    assert Need.objects.get().mended_at is None


def test_a_new_owner_is_told_and_has_time_of_their_own(known, alice, noon):
    record_verdicts([verdict(noon)], at=noon)
    look(known, at=noon)
    later = noon + timedelta(hours=3)
    handed = Register({LT: alice.id}, known.names, known.graces)
    look(handed, at=later)
    look(handed, at=later)

    assert list(PostedLetter.objects.values_list("person_id", flat=True).order_by("id"))[1:] == [alice.id]
    assert Need.objects.get().due_at == later + USUAL


def test_websites_and_policies_have_no_owner_to_tell(known, noon):
    reason = Reason("x", "y", "z", noon, "r")
    record_verdicts([Verdict("site.retention", "site/x", Result.BROKEN, reason)], at=noon)

    assert look(known, at=noon) == 0


@pytest.mark.parametrize(("found", "grace"), [
    ({"rule": "locks · locks-in-time 0a1b2c3d"}, 2 * DAY),
    ({"rule": "locks · locks-in-time 0a1b2c3d; bad · bad-at-once 99887766"}, timedelta(0)),
    ({"rule": "unknown · gone-since 0a1b2c3d"}, USUAL),
    ({"commitment": "device.approved-software"}, GRACE["device.approved-software"]),
    ({"commitment": "device.approved-software", "advice": "Remove or update what is known to be bad, now."}, timedelta(0)),
])  # fmt: skip
def test_how_long_the_owner_has(known, noon, found, grace):
    assert grace_of(verdict(noon, **found), known.graces) == grace


def test_an_exemption_asks_nothing_of_anybody(known, alice, bob, noon):
    from holdtrue.accounts.queries import reader
    from holdtrue.policy.exemptions.actions import ask_exemption, decide
    from holdtrue.policy.exemptions.rules import Ask, Choice, Scope, Sort
    from holdtrue.policy.text.actions import publish_version

    text = (
        "---\npolicy: rules\ntitle: Rules\nlanguage: en\norganisation: W\ncontact: h@w.example\nin-force: 2026-01-01\nchange: First.\n---\n\n"
        "[R-1] Screens lock.\n\n> Kept by: device.screen-lock\n> Exemption: one decider\n"
    )
    publish_version(text, based_on=0, by=alice.id, at=noon)
    record_verdicts([verdict(noon)], at=noon)
    look(known, at=noon)
    scope = Scope(persons=frozenset({bob.id}))
    made = ask_exemption(
        Ask(Sort.WORK, frozenset({"rules/R-1"}), "A stand.", "", scope, noon, noon + DAY), by=reader(bob), at=noon
    )
    decide(made, Choice.GRANT, by=reader(alice), at=noon)

    look(known, at=noon + timedelta(hours=1))
    assert Need.objects.get().mended_at is not None
    assert [key.partition("/")[0] for key in told()] == ["need", "exemption"]  # the second tells Alice that somebody asks


def test_a_letter_goes_through_the_mail_server_once_and_its_words_go(known, noon, post):
    record_verdicts([verdict(noon, value="1,800 s\r\nBcc: mallory@evil.example")], at=noon)
    look(known, at=noon)

    assert letters.send_due(at=noon)
    assert not letters.send_due(at=noon + DAY)
    ((to, message),) = post.taken
    assert to == ["bob@wegroup.example"]
    assert message["Subject"] == "LT-07 needs you"
    assert message["Bcc"] is None
    assert "1,800 s  Bcc: mallory@evil.example" in message.get_content()
    assert Outbox.objects.filter(kind="letter.sent").count() == 1
    assert letters.forget_words(at=noon + 29 * DAY) == 0
    assert letters.forget_words(at=noon + 31 * DAY) == 1
    assert PostedLetter.objects.get().body == ""


def test_a_letter_that_is_not_taken_is_tried_again_and_given_up(known, noon, post):
    record_verdicts([verdict(noon)], at=noon)
    look(known, at=noon)
    post.is_broken = True

    tries = sum(letters.send_due(at=noon + timedelta(hours=hours)) for hours in range(0, 24 * 5, 13))
    assert tries == 5
    assert PostedLetter.objects.get().sent_at is None
    assert PostedLetter.objects.get().message == "the mail server refused the recipient"
    assert not Outbox.objects.filter(kind="letter.sent").exists()
    assert post.taken == []


def test_the_pages_say_what_to_do_and_who_needs_help(known, alice, bob, noon):
    from django.utils import timezone

    now = timezone.now()
    record_verdicts([verdict(now)], at=now)
    look(known, at=now)
    mine = Client(SERVER_NAME="127.0.0.1")
    mine.force_login(bob)
    page = mine.get("/me/")
    assert page.status_code == 200
    assert mine.get("/work/help/").status_code == 403
    team = Client(SERVER_NAME="127.0.0.1")
    team.force_login(alice)
    assert "Nobody needs help now" in team.get("/work/help/").content.decode()
    Need.objects.update(due_at=now)
    page = team.get("/work/help/").content.decode()
    assert "Set it to &lt;900&gt;." in page
    assert "Bob" in page


def test_only_the_owner_and_security_ask_a_device_to_look_again(alice, bob, olga, noon):
    from holdtrue.workplace import reports
    from holdtrue.workplace.devices.models import Device, Ownership
    from holdtrue.workplace.devices.register import Papers, assign_device
    from integration.workplace.test_device_reports import report, token_for

    reports.receive(report(noon), secret=token_for(alice, noon), at=noon)
    device = Device.objects.get()
    assign_device(device.id, Papers(Ownership.COMPANY, owner=bob.id), by=alice.id, at=noon)

    def press(person):
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(person)
        return browser.post(f"/me/devices/{device.id}/again")

    assert press(bob).headers["Location"] == "/me/"
    assert press(alice).headers["Location"] == "/work/help/"
    assert press(olga).status_code == 403
