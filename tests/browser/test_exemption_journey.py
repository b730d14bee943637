"""An exemption's whole life in a real browser: asked for, consented to in an emergency, written, and revoked."""

from datetime import UTC, datetime, timedelta

CLAUSE = "work-behaviors/WB-STO-2"
JOB = "The fair's films are copied to a disk of the organiser."


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
