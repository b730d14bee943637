"""What devices have is held against the catalogue, whole or by difference; people ask, the security team decides."""

import json
import random
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from holdtrue import config
from holdtrue.accounts.queries import reader
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence.models import Outbox
from holdtrue.letters.models import PostedLetter
from holdtrue.policy.standing.actions import confirm_verdicts
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.facts import FactSheet, Identity, Installed, System
from holdtrue.workplace.software import actions, inventories, judging, queries
from holdtrue.workplace.software.asks import Ask, AskState
from holdtrue.workplace.software.inventories import Difference, judge_again, judge_differences, judge_inventory
from holdtrue.workplace.software.models import ApprovalRow, AskRow, Inventory, SeatTaken, UnapprovedRow, WithoutLeave
from holdtrue.workplace.software.rules import Approval, Fault, Stance
from holdtrue.workplace.software.versions import parse_range
from integration.workplace.signing import Laptop, deliver, token_for

pytestmark = pytest.mark.django_db


def title(name, version="1", type_="deb", origin=""):
    return Installed(name, version, type_, origin)


def sheet(noon, *software, name="lt"):
    return FactSheet(Identity(name, name, System.LINUX), noon, software=tuple(software))


def visitor(person) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(person)
    return browser


@pytest.fixture
def mail(monkeypatch):
    server = config.Mail("127.0.0.1", 25, config.MailSecurity.NONE, "", "", "holdtrue@wegroup.example")
    monkeypatch.setattr(settings, "CONFIG", settings.CONFIG.__class__(**{
        name: getattr(settings.CONFIG, name) for name in settings.CONFIG.__dataclass_fields__} | {"mail": server}))  # fmt: skip


@pytest.fixture
def dora(db, noon):
    """Dora is on the security team too."""
    from holdtrue.accounts.actions import add_person
    from holdtrue.accounts.models import Person
    from holdtrue.accounts.rules import Role
    from holdtrue.evidence.actions import record

    made = add_person(
        "d@wegroup.example", "Dora", password="correct horse battery", roles=[Role.SECURITY], at=noon, record=record
    )
    return Person.objects.get(id=made.id)


def kept(subject="device/lt"):
    """What is kept of a device's judgement, as far as anybody reads it."""
    rows = UnapprovedRow.objects.filter(subject=subject).values_list("title__name", "title__version", "fault")
    inventory = Inventory.objects.get(subject=subject)
    seats = set(SeatTaken.objects.filter(subject=subject).values_list("approval_id", flat=True))
    counted = {(row.title_id, row.fault): row.devices for row in WithoutLeave.objects.exclude(devices=0)}
    by_hand = Counter(UnapprovedRow.objects.values_list("title_id", "fault"))
    assert counted == by_hand
    said = (inventory.total, inventory.untold, inventory.unapproved, inventory.denied, inventory.words, inventory.sorts)
    return sorted(rows), said, seats, bytes(inventory.titles)


# Denials and endings ---------------------------------------------------------------------------------------------------


def test_a_version_found_to_be_bad_breaks_every_device_that_has_it_at_once(alice, noon):
    actions.approve(Approval(source="Debian", type="deb", why="theirs"), by=alice.id, at=noon)
    for name, version in (("a", "5.6.0"), ("b", "5.6.2"), ("c", "5.6.1")):
        judge_inventory(sheet(noon, title("xz-utils", version, origin="Debian"), name=name), subject=f"device/{name}", at=noon)

    denial = Approval("xz-utils", "deb", versions=parse_range(">= 5.6.0, <= 5.6.1"), stance=Stance.DENIED, why="backdoor")
    actions.approve(denial, by=alice.id, at=noon)

    results = {name: verdicts_on(f"device/{name}")[0] for name in "abc"}
    assert [results[name].result for name in "abc"] == [Result.BROKEN, Result.HOLDS, Result.BROKEN]
    assert "known to be bad: xz-utils" in results["a"].reason.value
    entry = Outbox.objects.get(kind="software.denied")
    assert json.loads(bytes(entry.core))["versions"] == ">= 5.6.0, <= 5.6.1"
    assert [one.fault for one in queries.unapproved()] == [Fault.DENIED]
    assert queries.holdings("xz-utils", "deb")[0].version == "5.6.0"


def test_what_has_ended_counts_no_more_and_may_be_decided_anew(alice, noon):
    first = actions.approve(Approval("zoom", why="meetings"), by=alice.id, at=noon)
    judge_inventory(sheet(noon, title("zoom")), subject="device/lt", at=noon)
    with pytest.raises(Conflict, match="approved already"):
        actions.approve(Approval("zoom", why="again"), by=alice.id, at=noon)

    actions.end(first, why="the licence ended", by=alice.id, at=noon)

    assert verdicts_on("device/lt")[0].result is Result.UNPROVEN  # there is no catalogue left
    assert Outbox.objects.filter(kind="software.ended").count() == 1
    with pytest.raises(Conflict, match="ended already"):
        actions.end(first, why="again", by=alice.id, at=noon)
    with pytest.raises(Invalid, match="No reason"):
        actions.end(first, why=" ", by=alice.id, at=noon)
    with pytest.raises(NotFound):
        actions.end(Inventory.objects.get().pk and Outbox.objects.first().id, why="x", by=alice.id, at=noon)
    actions.approve(Approval("zoom", why="a new licence"), by=alice.id, at=noon)
    assert verdicts_on("device/lt")[0].result is Result.HOLDS


def test_an_approval_that_ends_tomorrow_breaks_the_device_tomorrow_without_a_report(alice, noon):
    actions.approve(Approval("zoom", expires=(noon + timedelta(days=1)).date(), why="trial"), by=alice.id, at=noon)
    judge_inventory(sheet(noon, title("zoom")), subject="device/lt", at=noon)
    assert verdicts_on("device/lt")[0].result is Result.HOLDS
    assert judge_again(at=noon) == 0

    assert judge_again(at=noon + timedelta(days=1)) == 1
    assert verdicts_on("device/lt")[0].result is Result.BROKEN
    assert queries.left_on("device/lt")[0][1] is Fault.EXPIRED


def test_everything_is_neither_approved_nor_denied(alice, noon):
    for stance in Stance:
        with pytest.raises(Invalid, match="everything"):
            actions.approve(Approval(stance=stance, why="x"), by=alice.id, at=noon)
    assert not ApprovalRow.objects.exists()


# Differences -----------------------------------------------------------------------------------------------------------


def test_a_difference_judges_what_came_and_what_went(alice, noon):
    actions.approve(Approval(source="Debian", type="deb", why="theirs"), by=alice.id, at=noon)
    judge_inventory(sheet(noon, title("bash", origin="Debian"), title("nmap")), subject="device/lt", at=noon)
    later = noon + timedelta(minutes=15)
    told = Difference("device/lt", "linux", later, (title("zoom"), title("less", origin="Debian")), (title("nmap"),))
    verdict = judge_differences([told], at=later)["device/lt"]

    assert (verdict.subject, verdict.result, verdict.parts) == ("device/lt", Result.BROKEN, ("zoom",))
    assert verdict.reason.observed_at == later
    assert verdicts_on("device/lt")[0].result is Result.BROKEN
    assert Outbox.objects.filter(about="device/lt", kind="software.judged").count() == 2


def test_a_title_that_goes_from_one_of_two_places_is_still_there(alice, noon):
    actions.approve(Approval("bash", type="deb"), by=alice.id, at=noon)
    actions.approve(Approval("evil", type="pypi", stance=Stance.DENIED, why="bad"), by=alice.id, at=noon)
    laptop, bash = Laptop("LT-0"), Installed("bash", "5", "deb")
    laptop.enrol(token_for(alice, noon), noon)
    here, there = (Installed("evil", "1", "pypi", location=place) for place in ("/home/a", "/home/b"))
    both, one, none = (laptop.sheet(noon, software=titles) for titles in ((bash, here, there), (bash, here), (bash,)))
    deliver(laptop.full(both, noon), at=noon)

    deliver(laptop.change(both, one, noon), at=noon)
    assert approved_software("device/LT-0") is Result.BROKEN
    deliver(laptop.change(one, none, noon), at=noon)

    assert approved_software("device/LT-0") is Result.HOLDS


def test_a_title_that_is_told_while_the_clock_is_behind_is_judged_too(alice, noon):
    actions.approve(Approval("bash", type="deb"), by=alice.id, at=noon)
    actions.approve(Approval("evil", type="pypi", stance=Stance.DENIED, why="bad"), by=alice.id, at=noon)
    laptop, bash, evil = Laptop("LT-0"), Installed("bash", "5", "deb"), Installed("evil", "1", "pypi")
    laptop.enrol(token_for(alice, noon), noon)
    behind, right = noon - timedelta(hours=2), noon + timedelta(minutes=15)
    clean = laptop.sheet(noon, software=(bash,))
    bad = laptop.sheet(behind, software=(bash, evil))
    more = laptop.sheet(right, software=(bash, evil, Installed("bash", "6", "deb")))
    deliver(laptop.full(clean, noon), at=noon)

    deliver(laptop.change(clean, bad, noon), at=noon)
    deliver(laptop.change(bad, more, right), at=right)

    assert approved_software("device/LT-0") is Result.BROKEN


def approved_software(subject: str) -> Result:
    return next(one.result for one in verdicts_on(subject) if one.commitment == "device.approved-software")


def test_a_difference_that_follows_nothing_asks_for_the_whole(alice, noon):
    judge_inventory(sheet(noon, title("bash")), subject="device/lt", at=noon)
    before = kept()
    later = noon + timedelta(minutes=1)
    assert not judge_differences([Difference("device/lt", "linux", later, (title("a"),), (title("never-there"),))], at=later)
    assert not judge_differences([Difference("device/new", "linux", later)], at=later)
    assert kept() == before


def test_an_older_difference_or_inventory_undoes_nothing(alice, noon):
    judge_inventory(sheet(noon, title("bash")), subject="device/lt", at=noon)
    before = kept()
    old = noon - timedelta(hours=1)
    assert not judge_differences([Difference("device/lt", "linux", old, (title("zoom"),))], at=noon)
    judge_inventory(sheet(old, title("gimp")), subject="device/lt", at=noon)

    assert kept() == before


@pytest.mark.parametrize("seed", range(6))
def test_by_difference_or_whole_comes_to_the_same(alice, noon, seed):
    chance = random.Random(seed)
    pool = [title(f"t{n}", str(n % 3), chance.choice(["deb", "pypi"]), chance.choice(["", "Debian"])) for n in range(40)]
    rules = [
        Approval(source="Debian", type="deb", why="x"), Approval("t1*", why="x"), Approval("t2", seats=1, why="x"),
        Approval("t3*", versions=parse_range("< 1"), stance=Stance.DENIED, why="x"), Approval("t5", seats=2, why="x"),
        Approval("t7", "deb", why="x"), Approval("T9", "deb", versions=parse_range("< 2"), stance=Stance.DENIED, why="x"),
    ]  # fmt: skip
    have = set(chance.sample(pool, 20))
    judge_inventory(sheet(noon, *have), subject="device/lt", at=noon)
    for step in range(8):
        at = noon + timedelta(minutes=step + 1)
        if step in {1, 2, 3, 4, 5, 6, 7} and rules:
            actions.approve(rules.pop(chance.randrange(len(rules))), by=alice.id, at=at)
        gone = set(chance.sample(sorted(have, key=str), 4))
        come = set(chance.sample([one for one in pool if one not in have], 4))
        have = have - gone | come
        difference = Difference("device/lt", "linux", at, tuple(come), tuple(gone))
        verdict = judge_differences([difference], at=at)["device/lt"]
        by_difference = kept()
        whole = judge_inventory(sheet(at, *have), subject="device/lt", at=at)
        assert kept() == by_difference
        assert (verdict.result, verdict.reason.value, verdict.parts) == (
            whole.result,
            whole.reason.value,
            whole.parts,
        )
        pure = inventories.verdict_now(sheet(at, *have), subject="device/lt", at=at)
        assert (pure.result, pure.reason.value) == (whole.result, whole.reason.value)


# Wishes ----------------------------------------------------------------------------------------------------------------


def test_a_person_asks_from_their_page_and_security_approves_with_one_button(alice, bob, noon, mail):
    judge_inventory(sheet(noon, title("zoom")), subject="device/lt", at=noon)
    answer = visitor(bob).post("/work/software/ask/", {"name": "zoom", "type": "deb", "what_for": "Meetings with <clients>."})
    assert answer.status_code == 302, answer.content.decode()
    wish = queries.wishes(waiting=True)[0]
    page = visitor(alice).get("/work/software/").content.decode()
    assert "Meetings with &lt;clients&gt;." in page

    assert visitor(alice).post(f"/work/software/wishes/{wish.id}/approve").status_code == 302

    told = queries.wish(wish.id)
    assert (told.state, told.decided_by) == (AskState.APPROVED, "Alice")
    assert verdicts_on("device/lt")[0].result is Result.HOLDS
    assert str(wish.id) in json.loads(bytes(Outbox.objects.get(kind="software.approved").core))["wishes"]
    core = bytes(Outbox.objects.get(kind="software.approved").core)
    assert b"clients" not in core
    assert b"Bob" not in core
    assert "clients" not in queries.approvals()[0].approval.why
    letter = PostedLetter.objects.get()
    assert (letter.person_id, letter.subject) == (bob.id, "zoom is approved")
    assert "Alice approved it" in letter.body
    assert Outbox.objects.filter(kind="software.asked").count() == 1


def test_a_refusal_has_a_reason_and_reaches_who_asked(alice, bob, noon, mail):
    id_ = actions.ask(Ask("TeamViewer", "Help a client."), by=reader(bob), at=noon)
    address = f"/work/software/wishes/{id_}/"
    assert visitor(alice).post(address, {"do": "refuse", "reason": " "}).status_code == 422
    assert queries.wish(id_).state is AskState.WAITING

    assert visitor(alice).post(address, {"do": "refuse", "reason": "Use the helpdesk's tool."}).status_code == 302

    assert "Use the helpdesk" in visitor(bob).get(address).content.decode()
    assert "Use the helpdesk" in PostedLetter.objects.get().body
    assert Outbox.objects.filter(kind="software.refused").count() == 1
    assert b"helpdesk" not in bytes(Outbox.objects.get(kind="software.refused").core)


def test_whoever_asked_does_not_decide_and_neither_do_others(alice, bob, olga, noon):
    own = actions.ask(Ask("zoom", "Meetings."), by=reader(alice), at=noon)
    for person in (alice, bob, olga):
        with pytest.raises(NotAllowed):
            actions.grant(own, Approval("zoom", why="x"), by=reader(person), at=noon)
        with pytest.raises(NotAllowed):
            actions.refuse(own, reason="x", by=reader(person), at=noon)
    assert visitor(alice).post(f"/work/software/wishes/{own}/approve").status_code == 403
    assert visitor(bob).get(f"/work/software/wishes/{own}/").status_code == 403
    page = visitor(alice).get(f"/work/software/wishes/{own}/")
    assert "Nobody decides what they asked for themselves." in page.content.decode()
    page = visitor(alice).get(f"/work/software/wishes/{own}/", headers={"accept-language": "nl"})
    assert "Niemand beslist over wat hij zelf heeft gevraagd." in page.content.decode()
    assert not ApprovalRow.objects.exists()


def test_a_second_answer_is_refused_and_a_second_wish_too(alice, bob, dora, noon):
    id_ = actions.ask(Ask("zoom", "Meetings."), by=reader(bob), at=noon)
    with pytest.raises(Conflict, match="asked for this already"):
        actions.ask(Ask("zoom", "More meetings."), by=reader(bob), at=noon)
    actions.refuse(id_, reason="no", by=reader(alice), at=noon)

    with pytest.raises(Conflict):
        actions.grant(id_, Approval("zoom", why="x"), by=reader(dora), at=noon)
    with pytest.raises(Conflict):
        actions.withdraw(id_, by=reader(bob), at=noon)
    assert actions.ask(Ask("zoom", "Really."), by=reader(bob), at=noon)


def test_an_approval_of_something_else_answers_no_wish(alice, bob, noon):
    id_ = actions.ask(Ask("zoom", "Meetings."), by=reader(bob), at=noon)
    for other in (Approval("gimp", why="x"), Approval("zoom", stance=Stance.DENIED, why="x")):
        with pytest.raises(Invalid, match="does not approve"):
            actions.grant(id_, other, by=reader(alice), at=noon)
    assert queries.wish(id_).state is AskState.WAITING
    assert not ApprovalRow.objects.exists()


def test_one_approval_answers_everybody_who_asked_but_not_the_decider(alice, bob, olga, dora, noon):
    ids = [actions.ask(Ask("zoom", "Meetings."), by=reader(person), at=noon) for person in (bob, olga, alice)]
    actions.grant(ids[0], Approval("zoom", why="all may"), by=reader(alice), at=noon)

    assert [queries.wish(id_).state for id_ in ids] == [AskState.APPROVED, AskState.APPROVED, AskState.WAITING]
    actions.grant(ids[2], Approval("zoom", why="all may"), by=reader(dora), at=noon)
    assert ApprovalRow.objects.count() == 1
    assert Outbox.objects.filter(kind="software.approved").count() == 2


def test_a_wish_is_taken_back_by_who_asked_alone(alice, bob, noon):
    id_ = actions.ask(Ask("zoom", "Meetings."), by=reader(bob), at=noon)
    with pytest.raises(NotAllowed):
        actions.withdraw(id_, by=reader(alice), at=noon)
    actions.withdraw(id_, by=reader(bob), at=noon)

    assert AskRow.objects.get().state == AskState.WITHDRAWN
    assert Outbox.objects.filter(kind="software.refused").count() == 1


@pytest.mark.parametrize("wanted", [Ask("", "x"), Ask("zoom", " "), Ask("*", "everything"), Ask("x" * 301, "long")])
def test_what_nobody_may_ask_is_refused(bob, noon, wanted):
    with pytest.raises(Invalid):
        actions.ask(wanted, by=reader(bob), at=noon)


def test_nobody_fills_the_queue_alone(bob, noon):
    for number in range(20):
        actions.ask(Ask(f"title{number}", "x"), by=reader(bob), at=noon)
    with pytest.raises(Invalid, match="20 of your wishes wait"):
        actions.ask(Ask("one-more", "x"), by=reader(bob), at=noon)


def test_no_letter_is_written_while_mail_is_off(alice, bob, noon):
    id_ = actions.ask(Ask("zoom", "Meetings."), by=reader(bob), at=noon)
    actions.refuse(id_, reason="no", by=reader(alice), at=noon)

    assert not PostedLetter.objects.exists()


# Pages -----------------------------------------------------------------------------------------------------------------


def test_the_catalogue_travels_as_a_table(alice, bob, noon):
    actions.approve(Approval("zoom", seats=3, why="meetings"), by=alice.id, at=noon)
    table = visitor(alice).get("/work/software/catalogue.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert visitor(bob).get("/work/software/catalogue.csv").status_code == 403
    assert b"catalogue.csv" in visitor(alice).get("/work/software/").content
    assert b"catalogue.csv" not in visitor(bob).get("/work/software/").content
    row = queries.approvals()[0]
    actions.end(row.id, why="x", by=alice.id, at=noon)

    assert actions.import_catalogue(table.content, by=alice.id, at=noon) == 1
    assert queries.approvals()[0].approval.seats == 3


def test_a_hostile_title_is_shown_as_text(alice, noon):
    judge_inventory(sheet(noon, title("<script>alert(1)</script>", "\u202e\"'>")), subject="device/lt", at=noon)
    browser = visitor(alice)
    page = browser.get("/work/software/").content.decode()

    assert "<script>alert" not in page
    assert browser.get("/work/software/title/", {"name": "<script>alert(1)</script>", "type": "deb"}).status_code == 200
    assert browser.get("/work/software/title/", {"name": "nowhere", "type": "deb"}).status_code == 404


def test_a_title_is_shown_and_found_by_its_package_url(alice, noon):
    told = [title("nmap", "7.93-1", origin="Debian"), title("nmap", "7.93", "pypi"), title("@angular/cli", "17.0.1", "npm")]
    judge_inventory(sheet(noon, *told), subject="device/lt", at=noon)
    made = actions.approve(Approval("nm*", "deb", source="Debian", why="we scan our own"), by=alice.id, at=noon)
    actions.end(made, why="no longer", by=alice.id, at=noon)
    browser = visitor(alice)

    page = browser.get("/work/software/title/", {"name": "nmap", "type": "deb"}).content.decode()
    assert "pkg:deb/debian/nmap" in page
    for words, types in [
        ("pkg:deb/debian/nmap@7.93-1", {"deb"}), ("pkg:deb/nmap", {"deb"}), ("pkg:deb/debian/nmap@8", set()), ("pkg:rpm/nmap", set()),
        ("pkg:npm/%40angular/cli", {"npm"}), ("nmap", {"deb", "pypi"}), ("pkg:", set()), ("pkg:deb/ubuntu/nmap", set()),
    ]:  # fmt: skip
        assert {one.type for one in queries.unapproved(words=words)} == types, words


def test_the_catalogue_is_asked_by_a_package_url(alice, noon):
    actions.approve(Approval("nm*", "deb", source="Debian", why="we scan our own"), by=alice.id, at=noon)
    actions.approve(Approval("nmap", "pypi", why="a library"), by=alice.id, at=noon)

    assert [one.approval.name for one in queries.approvals(words="pkg:deb/debian/nmap@7.93-1")] == ["nm*"]
    assert [one.approval.name for one in queries.approvals(words="pkg:pypi/nmap")] == ["nmap"]
    assert queries.approvals(words="pkg:npm/nmap") == ()


def test_who_holds_the_seats_is_shown_with_whose_device_it_is(alice, noon):
    made = actions.approve(Approval("zoom", seats=1, why="one licence"), by=alice.id, at=noon)
    for name in ("a", "b"):
        judge_inventory(sheet(noon, title("zoom"), name=name), subject=f"device/{name}", at=noon)
    browser = visitor(alice)

    assert "on 2 of 1 seats" in browser.get("/work/software/").content.decode()
    page = browser.get(f"/work/software/catalogue/{made}/seats/").content.decode()
    assert "device/a" in page
    assert "device/b" in page


def test_a_tool_breaks_the_promise_on_tools_until_it_is_approved_by_name(alice, noon):
    from holdtrue.workplace import reports
    from integration.workplace.test_device_reports import report, token_for

    token = token_for(alice, noon)
    actions.approve(Approval(source="Debian", type="deb", why="theirs"), by=alice.id, at=noon)

    def tools(minute):
        at = noon + timedelta(minutes=minute)
        have = [{"name": "hashcat", "version": "6.2.6", "type": "deb", "origin": "Debian"}]
        reports.receive(report(at, software=have), secret=token, at=at)
        return next(one.result for one in verdicts_on("device/LT-07") if one.commitment == "device.prohibited-tools")

    assert tools(0) is Result.BROKEN
    actions.approve(Approval("hashcat", versions=parse_range("< 6"), why="old ones"), by=alice.id, at=noon)
    assert tools(1) is Result.BROKEN
    actions.approve(Approval("hashcat", "deb", why="password audits by the security team"), by=alice.id, at=noon)
    assert tools(2) is Result.HOLDS
    actions.approve(Approval("hashcat", stance=Stance.DENIED, why="no more"), by=alice.id, at=noon)
    assert tools(3) is Result.BROKEN


def test_what_the_catalogue_said_of_a_title_is_remembered(alice, noon, monkeypatch):
    asked = []
    plain = judging.fault_of
    monkeypatch.setattr(
        judging, "fault_of", lambda title, *rest, **more: asked.append(title.name) or plain(title, *rest, **more)
    )
    actions.approve(Approval(source="Debian", type="deb", why="theirs"), by=alice.id, at=noon)
    have = [title("bash", origin="Debian"), title("zoom"), title("less", origin="Debian")]
    for name in ("a", "b", "c"):
        judge_inventory(sheet(noon, *have, name=name), subject=f"device/{name}", at=noon)
    assert sorted(asked) == ["bash", "less", "zoom"]
    asked.clear()
    actions.approve(Approval("zoom", "deb", stance=Stance.DENIED, why="holes"), by=alice.id, at=noon)
    assert asked == ["zoom"]
    actions.approve(Approval("z*", "deb", why="a pattern may mean any"), by=alice.id, at=noon)
    assert sorted(asked[1:]) == ["bash", "less", "zoom"]


def test_leave_for_a_tool_counts_at_once_and_its_title_is_what_is_consented_to(alice, noon):
    from holdtrue.workplace import reports
    from integration.workplace.test_device_reports import report, token_for

    have = [{"name": "hashcat", "version": "6.2.6", "type": "deb", "origin": "Debian"}]
    reports.receive(report(noon, software=have), secret=token_for(alice, noon), at=noon)

    def tools():
        return next(one for one in verdicts_on("device/LT-07") if one.commitment == "device.prohibited-tools")

    assert (tools().result, tools().parts) == (Result.BROKEN, ("hashcat",))
    assert reports.judge_tools_again(at=noon) == 0
    row = actions.approve(Approval("hashcat", "deb", why="password audits by the security team"), by=alice.id, at=noon)
    assert reports.judge_tools_again(at=noon) == 1
    assert (tools().result, tools().parts) == (Result.HOLDS, ())
    assert reports.judge_tools_again(at=noon) == 0
    actions.end(row, why="the audit is over", by=alice.id, at=noon)
    assert reports.judge_tools_again(at=noon) == 1
    assert tools().result is Result.BROKEN


def test_leave_for_a_tool_counts_on_a_device_that_only_said_that_nothing_changed(alice, noon):
    from holdtrue.workplace import reports
    from integration.workplace.test_device_reports import report, token_for

    have = [{"name": "hashcat", "version": "6.2.6", "type": "deb", "origin": "Debian"}]
    reports.receive(report(noon, software=have), secret=token_for(alice, noon), at=noon)
    later = noon + timedelta(hours=1)
    confirm_verdicts({"device/LT-07": later}, ["device.prohibited-tools"])
    actions.approve(Approval("hashcat", "deb", why="password audits by the security team"), by=alice.id, at=later)

    reports.judge_tools_again(at=later)

    tools = next(one for one in verdicts_on("device/LT-07") if one.commitment == "device.prohibited-tools")
    assert (tools.result, tools.reason.observed_at) == (Result.HOLDS, later)
