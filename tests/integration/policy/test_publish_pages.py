"""Policies as pages: read by those who may, published with nothing lost."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from holdtrue.policy.text import queries
from holdtrue.policy.text.actions import publish_version

pytestmark = pytest.mark.django_db

LOGS = """---
policy: logs
title: Logs
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
audience: {audience}
in-force: 2026-01-01
change: {change}
---

## 1. Logs

[LOG-1] We keep logs for {kept}.

> Asks of you: *nothing*; they go by themselves.
"""


def logs(kept: str = "90 days", change: str = "First version.", audience: str = "public") -> str:
    return LOGS.format(kept=kept, change=change, audience=audience)


@pytest.fixture
def two_versions(alice, noon) -> None:
    publish_version(logs(), based_on=0, by=alice.id, at=noon)
    publish_version(logs("30 days", "Logs go sooner."), based_on=1, by=alice.id, at=noon + timedelta(hours=1))


@pytest.fixture
def desk(client, alice):
    """Alice's browser, signed in."""
    client.force_login(alice)
    return client


def test_anybody_reads_a_public_policy_with_what_is_new_at_the_top(client, two_versions):
    page = client.get("/p/logs/").content.decode()

    assert "Version 2, in force since 1 January 2026" in page
    assert page.index("Logs go sooner.") < page.index("We keep logs for 30 days.")
    assert "Clause LOG-1 is changed." in page
    assert 'href="/p/logs/changes/1..2/"' in page
    assert 'href="/p/logs/versions/1/"' in page
    assert "<em>nothing</em>" in page
    assert "Alice" not in page


def test_an_earlier_version_says_that_it_is_not_in_force(client, two_versions):
    page = client.get("/p/logs/versions/1/").content.decode()

    assert "We keep logs for 90 days." in page
    assert "This is not the version in force. Version 2 is." in page


def test_the_difference_marks_the_words(client, two_versions):
    page = client.get("/p/logs/changes/1..2/").content.decode()

    assert "<del>90</del><ins>30</ins>" in page


def test_the_difference_is_told_in_the_readers_language_and_the_text_stays_in_its_own(client, two_versions):
    page = client.get("/p/logs/changes/1..2/", headers={"Accept-Language": "nl"}).content.decode()

    assert re.search(r"<li>Bepaling [\w-]+ is gewijzigd\.</li>", page)
    assert '<p class="prose text-words" lang="en">' in page
    assert '<div class="text-changes">' in page


def test_the_source_is_the_very_text_that_was_hashed(client, two_versions):
    answer = client.get("/p/logs/versions/1/source.md")

    assert hashlib.sha256(answer.content).hexdigest() == queries.version("logs", 1).text_hash
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert client.get("/p/logs/source.md").content == queries.version("logs", 2).source.encode()


@pytest.mark.parametrize("address", ["", "versions/1/", "source.md", "versions/1/source.md", "changes/1..1/"])
def test_a_policy_for_personnel_is_for_those_who_signed_in(client, bob, alice, noon, address):
    publish_version(logs(audience="personnel"), based_on=0, by=alice.id, at=noon)

    assert client.get(f"/p/logs/{address}")["Location"].startswith("/account/login/")
    client.force_login(bob)
    assert client.get(f"/p/logs/{address}").status_code == 200


def test_a_policy_that_became_one_for_personnel_hides_its_public_past(client, alice, noon):
    publish_version(logs(), based_on=0, by=alice.id, at=noon)
    publish_version(logs(audience="personnel"), based_on=1, by=alice.id, at=noon)

    assert client.get("/p/logs/versions/1/").status_code == 302


def test_what_is_not_published_is_not_found(client, db):
    assert client.get("/p/nothing/").status_code == 404


def test_those_without_the_role_do_not_publish(client, bob):
    client.force_login(bob)

    assert client.get("/policies/publish").status_code == 403
    assert client.post("/policies/publish", {"source": logs(), "action": "publish"}).status_code == 403
    assert queries.newest("logs") is None


def test_a_text_is_looked_at_before_it_is_published(desk):
    page = desk.post("/policies/publish", {"source": logs("90 days, see section 9"), "action": "preview"}).content.decode()

    assert "leads nowhere: there is no section 9" in page
    assert "Publish version 1" in page
    assert queries.newest("logs") is None


def test_publishing_leads_to_the_new_version(desk):
    answer = desk.post("/policies/publish", {"source": logs(), "based_on": "0", "action": "publish"}, follow=True)

    assert answer.redirect_chain == [("/p/logs/versions/1/", 302)]
    assert "Version 1 is published." in answer.content.decode()


def test_the_form_begins_with_the_text_in_force(desk, two_versions):
    page = desk.get("/policies/publish?policy=logs").content.decode()

    assert "We keep logs for 30 days." in page
    assert 'name="based_on" value="2"' in page


def test_a_stale_edit_is_kept_and_shows_what_came_between(desk, two_versions):
    answer = desk.post("/policies/publish", {"source": logs("7 days"), "based_on": "1", "action": "publish"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "at version 2, not 1" in page
    assert "We keep logs for 7 days." in page
    assert "<del>30</del><ins>7</ins>" in page
    assert 'name="based_on" value="2"' in page
    assert queries.newest("logs").number == 2


def test_a_malformed_text_is_kept_and_every_mistake_named(desk):
    wrong = logs().replace("contact: hello@wegroup.example\n", "").replace("> Asks of you", "> Askes of you")
    answer = desk.post("/policies/publish", {"source": wrong, "action": "publish"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The head says no contact." in page
    assert "Did you mean" in page
    assert "Askes of you" in page


def test_a_file_is_taken_and_its_text_kept_on_errors(desk):
    upload = SimpleUploadedFile("logs.md", b"\xef\xbb\xbf" + logs("a while").replace("change: First version.\n", "").encode())
    page = desk.post("/policies/publish", {"source": "", "file": upload, "action": "preview"})

    assert page.status_code == 422
    assert "We keep logs for a while." in page.content.decode()


@pytest.mark.parametrize(
    ("content", "message"), [(b"\xff\xfe\x00", "not UTF-8"), (b"x" * 600_000, "longer than a policy may be")]
)
def test_a_file_that_cannot_be_read_leaves_what_was_typed(desk, content, message):
    upload = SimpleUploadedFile("logs.md", content)
    answer = desk.post("/policies/publish", {"source": logs("8 days"), "file": upload, "action": "preview"})

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert "We keep logs for 8 days." in answer.content.decode()


def test_nothing_at_all_is_no_policy(desk):
    answer = desk.post("/policies/publish", {"source": "  ", "action": "preview"})

    assert answer.status_code == 422
    assert "Write or paste the text" in answer.content.decode()


def test_raw_html_in_a_policy_stays_text(client, alice):
    source = logs("<script>alert(1)</script> [x](javascript:alert(2)) ![p](https://tracker.example/p.gif)")
    publish_version(source, based_on=0, by=alice.id, at=timezone.now())

    page = client.get("/p/logs/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page


SEED = "Cookie Policy\n\nWe use Goolge Analytics. See section 9.\n\n1. Cookies\n\nPerformance cookies do not require your consent.\n"


def test_the_text_of_a_present_website_is_examined_as_it_was_copied(desk):
    page = desk.post("/policies/publish", {"source": SEED, "action": "preview"}).content.decode()

    assert "What is wrong in this text" in page
    assert "“Goolge” is misspelt" in page
    assert "Line 3" in page
    assert page.index("Untrue, unlawful or contradictory") < page.index("Slips of the pen")
    assert "give it the head of a policy" in page
    assert 'value="publish"' not in page
    assert "We use Goolge Analytics." in page


def test_a_copied_text_cannot_be_published_by_a_forged_press(desk):
    answer = desk.post("/policies/publish", {"source": SEED, "action": "publish"})

    assert answer.status_code == 422
    assert queries.newest("cookies") is None


def test_a_reader_of_another_language_is_told_that_findings_are_in_english(desk):
    page = desk.post(
        "/policies/publish", {"source": SEED, "action": "preview"}, headers={"Accept-Language": "de"}
    ).content.decode()

    assert "Die Befunde sind auf Englisch geschrieben." in page
    assert '<span lang="en">' in page
