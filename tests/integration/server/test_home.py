"""The policy as the dashboard: what each reader sees beside each clause."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from holdtrue.accounts.queries import reader
from holdtrue.errors import NotFound
from holdtrue.policy.standing.actions import expect, record_verdicts
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.policy.text.actions import publish_version
from holdtrue.server.clauses import clause_page
from holdtrue.server.dashboard import dashboard
from holdtrue.server.own import Own

pytestmark = pytest.mark.django_db

LOCKS = "locks by itself within 900 s"


def policy(
    slug: str = "rules-of-the-house", audience: str = "personnel", change: str = "", in_force: str = "2026-01-01"
) -> str:
    return f"""---
policy: {slug}
title: {slug.replace("-", " ").title()}
language: en
audience: {audience}
organisation: WeGroup NV
contact: hello@wegroup.be
address: Ghent
website: https://www.wegroup.be
in-force: {in_force}
change: {change or "First version."}
---

How we work.

## 1. Screens

[HR-1] Every device locks by itself.{" It says so." if change else ""}

> Asks of you: lock your screen.
> Kept by: device.screen-lock at most 15 minutes

[HR-2] We are kind.

> Asks of you: be kind.

## 2. The site

[HR-3] The site keeps its word.

> Kept by: site.inventory-true
"""


def lock(device: str, result: Result, *, at: datetime, value: str = "locks after 600 s", advice: str = "") -> Verdict:
    return Verdict(
        "device.screen-lock", f"device/{device}", result, Reason("screen lock", value, "gsettings", at, LOCKS, advice)
    )


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def house(alice, now) -> None:
    """A policy in force, with one device of three that breaks a clause."""
    publish_version(policy(), based_on=0, by=alice.id, at=now)
    record_verdicts(
        [
            lock(
                "LT-07",
                Result.BROKEN,
                at=now - timedelta(minutes=12),
                value="locks only after 1,800 s",
                advice="Choose 15 minutes.",
            ),
            lock("LT-03", Result.HOLDS, at=now),
            lock("LT-04", Result.HOLDS, at=now),
        ],
        at=now,
    )


def page_of(person, address: str = "/", **headers) -> str:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(person)
    return browser.get(address, headers=headers).content.decode()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_margin_says_what_is_broken_of_how_many_since_when_and_what_to_do(alice, house):
    shown = words(page_of(alice))

    assert "broken 1 of 3 devices LT-07 locks only after 1,800 s checked 12 min ago" in shown
    assert "1,800 s Choose 15 minutes. checked 12 min ago" in words(page_of(alice, "/?show=needs"))
    assert "version 1, in force since 1 January 2026" in shown
    assert "0 hold 1 broken 2 unproven" in shown


def test_a_clause_that_nothing_checks_is_never_shown_as_holding(alice, house):
    assert "unproven no check yet" in words(page_of(alice))


def test_evidence_that_grew_old_no_longer_holds(alice, bob, house, now):
    later = dashboard(reader(alice), own=Own(), at=now + timedelta(days=2))

    margin = later.sections[1].pieces[0].margin
    assert margin.result is Result.UNPROVEN
    assert "when last seen" in margin.line


def test_a_commitment_that_has_not_been_answered_leaves_the_clause_unproven(alice, house):
    assert "unproven No evidence yet. Scan the website." in words(page_of(alice))


def test_personnel_see_what_is_asked_of_them_and_no_device_of_others(bob, house):
    shown = words(page_of(bob))

    assert "Asks of you Be kind." in shown
    assert "LT-07" not in shown
    assert "broken 1 of 3" not in shown


def test_personnel_see_their_own_device_beside_the_clause(bob, house, now):
    own = Own(devices=frozenset({"device/LT-07"}), names={"device/LT-07": "your laptop"})
    page = dashboard(reader(bob), own=own, at=now)

    margin = page.sections[1].pieces[0].margin
    assert (margin.result, margin.name, margin.line) == (Result.BROKEN, "your laptop", "locks only after 1,800 s")
    assert [view.clause.id for view in page.urgent] == ["HR-1"]


def test_what_needs_a_person_stands_worst_first_and_leaves_out_what_nobody_can_settle(alice, house, now):
    page = dashboard(reader(alice), own=Own(), at=now)

    assert [view.clause.id for view in page.urgent] == ["HR-1", "HR-3"]
    shown = words(page_of(alice, "/?show=needs"))
    assert shown.index("HR-1") < shown.index("HR-3")
    assert "HR-2" not in shown


def test_when_nothing_needs_a_person_the_page_says_so(alice, house, now):
    record_verdicts([lock("LT-07", Result.HOLDS, at=now)], at=now)
    reason = Reason("items", "all declared", "scan", now, "all declared")
    record_verdicts([Verdict("site.inventory-true", "site/www.wegroup.be", Result.HOLDS, reason)], at=now)

    assert "Nothing needs a person now" in words(page_of(alice, "/?show=needs"))


def test_a_newer_version_is_announced_at_the_top_with_its_difference(alice, house, now):
    publish_version(policy(change="Screens say so."), based_on=1, by=alice.id, at=now)
    html = page_of(alice)

    assert "New in version 2. Screens say so." in words(html)
    assert "/p/rules-of-the-house/changes/1..2/" in html


def test_a_version_that_is_to_come_is_told_and_does_not_count_yet(alice, house, now):
    publish_version(policy(change="Later.", in_force="2999-01-01"), based_on=1, by=alice.id, at=now)
    shown = words(page_of(alice))

    assert "version 1, in force since" in shown
    assert "it comes into force on 1 January 2999" in shown


def test_the_reader_chooses_between_policies(alice, house, now):
    publish_version(policy("cookies", "public"), based_on=0, by=alice.id, at=now)

    assert '<h1 lang="en">Rules Of The House</h1>' in page_of(alice)
    assert '<h1 lang="en">Cookies</h1>' in page_of(alice, "/?policy=cookies")
    assert "No policy “none” is in force." in words(page_of(alice, "/?policy=none"))


def test_an_empty_place_says_what_will_appear_and_how(alice, bob):
    assert "Publish the first version" in words(page_of(alice))
    assert "Your policy will stand here" in words(page_of(bob))
    assert "Publish the first version" not in words(page_of(bob))


def test_the_page_asks_the_database_as_often_for_three_hundred_devices_as_for_three(alice, house, now):
    def count() -> int:
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(alice)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/").status_code == 200
        return len(asked)

    few = count()
    record_verdicts([lock(f"D-{number}", Result.HOLDS, at=now) for number in range(300)], at=now)

    assert count() == few
    assert few <= 16


def test_the_page_stays_small(alice, house, now):
    record_verdicts([lock(f"D-{number}", Result.BROKEN, at=now, value="x" * 5000) for number in range(50)], at=now)

    assert len(page_of(alice)) < 100_000


def test_what_a_device_reports_cannot_write_into_the_page(alice, house, now):
    record_verdicts([lock("<script>alert(1)</script>", Result.BROKEN, at=now, value="<img src=x onerror=alert(2)>")], at=now)

    for address in ("/", "/clause/rules-of-the-house/HR-1/"):
        assert "<script>alert" not in page_of(alice, address)
        assert "<img src=x" not in page_of(alice, address)


# Under a clause ---------------------------------------------------------------------------------------------------------


def test_a_clause_unfolds_to_every_verdict_with_its_reason_and_proof(alice, house):
    html = page_of(alice, "/clause/rules-of-the-house/HR-1/")
    shown = words(html)

    assert "broken LT-07 Screen lock: locks only after 1,800 s What to do Choose 15 minutes." in shown
    assert f"Demanded: {LOCKS}. Read from gsettings." in shown
    assert "holds LT-03" in shown
    assert re.search(r'href="/evidence/[0-9a-f-]{36}/"', html)
    assert "broken for 1 day" in shown


def test_htmx_gets_the_piece_and_everybody_else_the_page(alice, house):
    piece = page_of(alice, "/clause/rules-of-the-house/HR-1/", HX_Request="true")

    assert "<html" not in piece
    assert "LT-07" in piece
    assert "<html" in page_of(alice, "/clause/rules-of-the-house/HR-1/")


def test_personnel_find_no_device_of_others_under_a_clause(bob, house):
    shown = words(page_of(bob, "/clause/rules-of-the-house/HR-1/"))

    assert "LT-0" not in shown
    assert "No check on this clause concerns anything of yours." in shown


def test_proofs_are_linked_for_those_who_may_open_them_alone(alice, bob, house, now):
    own = Own(devices=frozenset({"device/LT-07"}))

    assert clause_page(reader(alice), "rules-of-the-house", "HR-1", own=own, at=now).groups[0].rows[0].proof
    assert not clause_page(reader(bob), "rules-of-the-house", "HR-1", own=own, at=now).groups[0].rows[0].proof


def test_a_clause_that_is_not_there_is_told_so(alice, house, now):
    with pytest.raises(NotFound, match="has no clause HR-9"):
        clause_page(reader(alice), "rules-of-the-house", "HR-9", own=Own(), at=now)


def test_the_strip_shows_each_change_of_the_last_ninety_days(alice, now):
    publish_version(policy(), based_on=0, by=alice.id, at=now)
    for days, result in ((20, Result.HOLDS), (10, Result.BROKEN), (4, Result.HOLDS)):
        then = now - timedelta(days=days)
        record_verdicts([lock("LT-07", result, at=then)], at=then)
    record_verdicts([lock("LT-07", Result.HOLDS, at=now)], at=now)

    page = clause_page(reader(alice), "rules-of-the-house", "HR-1", own=Own(), at=now)

    assert [(run.days, run.result) for run in page.strip] == [
        (69, None),
        (10, Result.HOLDS),
        (6, Result.BROKEN),
        (5, Result.HOLDS),
    ]


def test_a_subject_that_has_yet_to_report_is_unproven_with_what_to_do(alice, house, now):
    expect("device/NEW-1", ["device.screen-lock"], at=now)

    shown = words(page_of(alice, "/clause/rules-of-the-house/HR-1/"))
    assert "unproven NEW-1 Report: none yet What to do Run holdtrue check on the device." in shown
