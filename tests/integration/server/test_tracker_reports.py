"""What visitors' browsers report, settled in the inventory of the website."""

import pytest

from holdtrue.policy.text.actions import publish_version
from holdtrue.website.consent import actions as consent
from holdtrue.website.consent.block.violations import Violation
from holdtrue.website.sites import actions, queries
from holdtrue.website.sites.inventory import Name
from integration.website.test_scan_records import HOST, POLICY, URL

WHERE = f"/sites/{HOST}/inventory/reports/"
TRACKER = "www.google-analytics.com"


@pytest.fixture
def reported(alice, noon):
    publish_version(POLICY, based_on=0, by=alice.id, at=noon)
    actions.add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)
    consent.publish_due(at=noon)
    consent.keep_violations(HOST, [Violation(TRACKER, "script-src-elem", "/bread")], noon)


def test_a_reported_host_is_listed_with_whose_it_is(client, reported, olga):
    client.force_login(olga)

    text = client.get(WHERE).content.decode()

    assert TRACKER in text
    assert "Google" in text
    assert "Say so in the inventory" not in text


def test_one_press_says_which_item_sends_there_and_the_host_is_gone_from_the_list(client, reported, alice):
    client.force_login(alice)

    answer = client.post(f"{WHERE}assign/", {"tracker": TRACKER, "item": "cookie||_visits"}, follow=True)

    assert queries.history(HOST, Name("_visits"))[0].line.facts.hosts == (TRACKER,)
    assert queries.history(HOST, Name("_visits"))[0].why == "reported by visitors' browsers"
    assert "Nothing. Once the consent middleware" in answer.content.decode()


def test_a_forged_press_changes_nothing(client, reported, alice, olga):
    client.force_login(alice)
    assert client.post(f"{WHERE}assign/", {"tracker": TRACKER, "item": "cookie||_none"}).status_code == 404
    client.post(f"{WHERE}assign/", {"tracker": "evil.example", "item": "cookie||_visits"})
    client.force_login(olga)
    assert client.post(f"{WHERE}assign/", {"tracker": TRACKER, "item": "cookie||_visits"}).status_code == 403

    assert len(queries.history(HOST, Name("_visits"))) == 1


def test_an_address_that_only_answers_its_button_says_so(client, reported, alice):
    client.force_login(alice)

    answer = client.get(f"{WHERE}assign/")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "Nothing was done" in answer.content.decode()


def test_the_address_of_a_draft_leads_back_to_the_inventory(client, reported, alice):
    client.force_login(alice)

    assert client.get(f"/sites/{HOST}/inventory/draft/").headers["Location"] == f"/sites/{HOST}/inventory/"
