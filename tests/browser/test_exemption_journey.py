"""An exemption's whole life in a real browser: asked for, decided by one or two, used, in calendars, ended."""

import time
from datetime import UTC, datetime, timedelta

import pytest

CLAUSE = "work-behaviors/WB-STO-2"
JOB = "The fair's films are copied to a disk of the organiser."


def ask(visit, clause: str, *, until: datetime, job: str = JOB, urgent: bool = False, **lists: str) -> str:
    """Ask for an exemption by the form, and return the address of its page."""
    page = visit.go(f"/work/exemptions/ask/?clause={clause}")
    page.get_by_label("The part of the job that needs it").fill(job)
    if lists:
        page.get_by_label("What for").select_option(label="a planned test, at most 90 days")
        page.locator("details:has(#id_targets) > summary").click()
    for label, names in lists.items():
        page.get_by_label(label, exact=True).fill(names)
    # The field counts minutes; what is told to the second is kept to the second.
    page.evaluate("document.querySelector('#id_ends').step = 1")
    page.get_by_label("Until").fill(f"{until:%Y-%m-%dT%H:%M:%S}")
    if urgent:
        page.get_by_label("It cannot wait for the ordinary decision").check()
    page.get_by_role("button", name="Ask", exact=True).click()
    return page.url.removeprefix(visit.office.url)


def decide(visit, where: str, button: str, *, reason: str = "") -> str:
    """Press a button of the page of an exemption, and return what the page says then."""
    page = visit.go(where)
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()
    return page.inner_text("main")


def test_an_urgent_wish_counts_for_a_day_and_ends_at_once_when_it_is_revoked(visit):
    staff, team = visit("staff"), visit("security")
    asking = staff.go(f"/work/exemptions/ask/?clause={CLAUSE}")
    asking.get_by_label("The part of the job that needs it").fill(JOB)
    asking.get_by_label("Until").fill(f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M}")
    asking.get_by_label("It cannot wait for the ordinary decision").check()
    asking.get_by_role("button", name="Ask", exact=True).click()
    where = asking.url.removeprefix(staff.office.url)
    assert "urgent" in asking.inner_text("main")

    deciding = team.go(where)
    deciding.get_by_label("Reason").fill("The fair begins tonight.")
    deciding.get_by_role("button", name="Consent for 24 hours").click()

    told = team.go(where).inner_text("main")
    assert "consented in an emergency, for 24 hours" in told
    assert "as things stand, until" in told
    assert JOB in told
    address = team.page.get_by_role("link", name="Written consent (PDF)").get_attribute("href")
    pdf = team.page.request.get(team.office.url + address)
    assert pdf.status == 200
    assert pdf.body().startswith(b"%PDF")

    team.page.get_by_label("Reason").fill("The fair is over.")
    team.page.get_by_role("button", name="Revoke").click()

    assert "revoked it" in staff.go(where).inner_text("main")
    assert staff.complaints == team.complaints == []
    assert staff.abroad == team.abroad == []


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_of_high_risk_takes_two_of_the_security_team_and_stands_in_calendars(visit, width):
    staff, team, colleague = visit("staff", width=width), visit("security", width=width), visit("colleague", width=width)
    job = f"We look for holes in the shop; screen of {width}."
    where = ask(
        staff, "work-behaviors/WB-AST-3", until=datetime.now(UTC) + timedelta(days=5), job=job, Targets="shop.wegroup.example"
    )
    tests = "/work/exemptions/tests.ics"
    assert "0 of 2 consented." in team.go(where).inner_text("main")

    first = decide(team, where, "Consent")
    assert "Sofie Peeters consented" in first
    assert "waits for a decision" in first
    assert team.page.get_by_role("button", name="Consent", exact=True).count() == 0
    assert "1 of 2 consented." in first
    assert "1 of 2 consented." in staff.go(where).inner_text("main")
    assert job not in staff.page.request.get(staff.office.url + tests).text()

    assert "1 of 2 consented." in colleague.go(where).inner_text("main")
    second = decide(colleague, where, "Consent")
    assert "in force" in second

    calendar = staff.page.request.get(staff.office.url + tests).text().replace("\r\n ", "")
    (event,) = [one for one in calendar.split("BEGIN:VEVENT") if f"screen of {width}" in one]
    assert "shop.wegroup.example" in event
    assert f"DTEND:{datetime.now(UTC) + timedelta(days=5):%Y%m%dT}" in event
    page = staff.go("/work/exemptions/calendar/")
    page.locator("main button[value=begin]").click()
    told = page.locator("main .note code").inner_text()
    nobody = visit()
    assert f"screen of {width}" in nobody.page.request.get(told).text().replace("\r\n ", "")
    for one in (staff, team, colleague):
        assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), one.page.url
        assert one.complaints == one.abroad == []


def test_a_consent_in_an_emergency_is_reviewed_and_then_counts_to_its_end(visit):
    staff, team, colleague = visit("staff"), visit("security"), visit("colleague")
    until = datetime.now(UTC) + timedelta(days=20)
    where = ask(staff, CLAUSE, until=until, job="A disk for the court.", urgent=True)
    decide(team, where, "Consent for 24 hours", reason="The court waits.")

    waiting = colleague.go("/work/exemptions/").get_by_role("link", name="WB-STO-2").first
    assert "waits for review" in colleague.page.inner_text("main")
    assert waiting.is_visible()
    reviewed = decide(colleague, where, "Consent", reason="Seen, and right.")

    assert "in force" in reviewed
    assert "as things stand" not in reviewed
    assert "Sofie Peeters consented in an emergency, for 24 hours" in reviewed
    assert "Lea Martens consented" in reviewed
    assert team.complaints == colleague.complaints == []


def test_an_exemption_ends_by_itself_and_every_verdict_says_so_at_once(visit):
    staff, team = visit("staff"), visit("security")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=20)
    where = ask(staff, "work-behaviors/WB-LCK-2", until=until, job="The stand shows slides.")
    decide(team, where, "Consent")

    def margin() -> str:
        return staff.go("/").locator("#WB-LCK-2 summary").inner_text()

    assert "exempt" in margin()
    assert datetime.now(UTC) < until, "the machine was too slow to see it in force"
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
    assert "broken" in margin()
    assert "ended" in staff.go(where).inner_text("main").lower()
