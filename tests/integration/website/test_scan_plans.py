"""Scans on a schedule, where a running one is, and what changed since the last."""

from datetime import timedelta

import pytest

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.models import Outbox
from holdtrue.policy.text.actions import publish_version
from holdtrue.website.scan import actions, jobs, queries
from holdtrue.website.scan.models import Progress
from holdtrue.website.sites.actions import add_site
from integration.website.test_scan_records import HOST, POLICY, URL, cookie, result


@pytest.fixture
def site(alice, noon):
    publish_version(POLICY, based_on=0, by=alice.id, at=noon)
    return add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)


def plan(alice, noon, every_days=7, pages=3, based_on=0):
    actions.plan_scans(HOST, every_days=every_days, pages=pages, based_on=based_on, by=alice.id, at=noon)


def waiting():
    return [one for one in queries.scans_of(HOST) if one.progress is Progress.WAITING]


def test_a_planned_scan_is_asked_for_once_and_again_when_its_time_comes(site, alice, noon):
    plan(alice, noon)

    assert jobs.ask_for_scans(noon) == 1
    assert jobs.ask_for_scans(noon + timedelta(days=6)) == 0
    claim = actions.claim_due_scan("worker", at=noon)
    assert claim.pages == 3
    actions.fail_scan(claim, "gone", at=noon)
    assert jobs.ask_for_scans(noon + timedelta(days=7)) == 1
    assert len(waiting()) == 1


def test_a_scan_that_waits_already_is_the_planned_one(site, alice, noon):
    plan(alice, noon)
    actions.request_scan(HOST, by=alice.id, at=noon)

    assert jobs.ask_for_scans(noon) == 0

    assert len(waiting()) == 1
    assert queries.plan_of(HOST).next_at == noon + timedelta(days=7)


def test_a_plan_leaves_an_entry_and_can_be_ended(site, alice, noon):
    plan(alice, noon)
    plan(alice, noon, every_days=0, based_on=1)

    assert jobs.ask_for_scans(noon + timedelta(days=90)) == 0
    assert queries.plan_of(HOST).next_at is None
    assert Outbox.objects.filter(kind=Kind.SCAN_PLANNED).count() == 2


def test_a_plan_that_makes_no_sense_is_refused(site, alice, noon):
    for wrong in ({"every_days": 2}, {"pages": 0}, {"pages": 201}):
        with pytest.raises(Invalid):
            plan(alice, noon, **wrong)
    plan(alice, noon)
    with pytest.raises(Conflict):
        plan(alice, noon, based_on=0)
    with pytest.raises(Conflict):
        plan(alice, noon, based_on=9)
    with pytest.raises(NotFound):
        actions.plan_scans("other.example", every_days=7, pages=1, based_on=0, by=alice.id, at=noon)


def test_a_running_scan_tells_where_it_is(client, site, alice, noon):
    actions.request_scan(HOST, by=alice.id, at=noon)
    claim = actions.claim_due_scan("worker", at=noon)
    assert actions.keep_claim(claim, actions.Told("accepted", f"{URL}bread", 12), at=noon)
    client.force_login(alice)

    piece = client.get(f"/sites/{HOST}/progress/")

    assert f"{URL}bread" in piece.content.decode()
    assert "12 things seen" in piece.content.decode()
    assert "HX-Refresh" not in piece
    actions.fail_scan(claim, "gone", at=noon)
    assert client.get(f"/sites/{HOST}/progress/")["HX-Refresh"] == "true"


PIXEL = "data:image/webp;base64,UklGRg=="


def test_a_running_scan_shows_its_pictures_as_they_come_and_keeps_none_of_them(client, site, alice, bob, noon):
    scan = actions.request_scan(HOST, by=alice.id, at=noon)
    claim = actions.claim_due_scan("worker", at=noon)
    told = [actions.Told("refused", URL, 3, PIXEL), actions.Told("no-choice", URL, 3, PIXEL)]
    foul = [actions.Told("accepted", URL, 3, "data:text/html,<script>"), actions.Told("nowhere", URL, 3, PIXEL)]
    assert actions.keep_claim(claim, told[-1], pictures=[*told, *told, *foul], at=noon)
    picture = f"/sites/{HOST}/scans/{scan}/refused/"

    client.force_login(bob)
    assert client.get(picture).status_code == 403
    client.force_login(alice)
    piece = client.get(f"/sites/{HOST}/progress/").content.decode()
    assert piece.count("<img") == 2
    assert piece.index("/no-choice/") < piece.index(picture)
    assert "<strong>no choice</strong>" in piece
    dutch = client.get(f"/sites/{HOST}/progress/", headers={"accept-language": "nl"}).content.decode()
    assert "<strong>geen keuze</strong>" in dutch
    shown = client.get(picture)
    assert (shown["Content-Type"], shown.content) == ("image/webp", b"RIFF")
    assert client.get(f"/sites/{HOST}/scans/{scan}/accepted/").status_code == 404

    actions.fail_scan(claim, "gone", at=noon)
    assert client.get(picture).status_code == 404


def test_a_worker_that_lost_its_scan_shows_nothing(site, alice, noon):
    scan = actions.request_scan(HOST, by=alice.id, at=noon)
    lost = actions.claim_due_scan("first", at=noon)
    assert actions.claim_due_scan("second", at=noon + actions.LEASE * 2)

    assert not actions.keep_claim(lost, None, pictures=[actions.Told("refused", URL, 3, PIXEL)], at=noon + actions.LEASE * 2)
    assert queries.states_shown(scan) == ()


def test_what_changed_since_the_last_scan_is_told(client, site, alice, noon):
    assert queries.since_last(HOST) is None
    actions.record_upload(result(noon - timedelta(hours=2), cookie("_old"), cookie()), host=HOST, by=alice.id, at=noon)
    actions.record_upload(result(noon - timedelta(hours=1), cookie("_new"), cookie()), host=HOST, by=alice.id, at=noon)

    since = queries.since_last(HOST)

    assert any("_new" in one.subject for one in since.new)
    assert any("_old" in one.subject for one in since.gone)
    assert not any("_visits" in one.subject for one in (*since.new, *since.gone))
    client.force_login(alice)
    assert "Since the scan of" in client.get(f"/sites/{HOST}/").content.decode()


def test_the_plan_is_changed_on_the_page_by_the_privacy_team_alone(client, site, alice, olga):
    client.force_login(olga)
    assert client.post(f"/sites/{HOST}/plan/", {"every_days": 7, "pages": 5, "revision": 0}).status_code == 403
    client.force_login(alice)

    client.post(f"/sites/{HOST}/plan/", {"every_days": 7, "pages": 5, "revision": 0})
    stale = client.post(f"/sites/{HOST}/plan/", {"every_days": 1, "pages": 5, "revision": 0}, follow=True)
    odd = client.post(f"/sites/{HOST}/plan/", {"every_days": 3, "pages": 5, "revision": 1}, follow=True)

    assert (queries.plan_of(HOST).every_days, queries.plan_of(HOST).pages) == (7, 5)
    assert "Somebody else planned" in stale.content.decode()
    assert "Choose how often" in odd.content.decode()
