"""The inventory of a website: written with evidence, never changed, frozen by a version, used by banner and scanner."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.models import Outbox
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.text import queries as texts
from holdtrue.policy.text.actions import publish_version
from holdtrue.policy.text.rules import Category, Party, SetBy
from holdtrue.website.consent import actions as consent
from holdtrue.website.consent import queries as notices
from holdtrue.website.knowledge.advice import Advice
from holdtrue.website.knowledge.imported import Row, keep
from holdtrue.website.scan import actions as scans
from holdtrue.website.scan import queries as scanned
from holdtrue.website.scan.engine.observations import Party as SeenParty
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.settling import tasks_of
from holdtrue.website.sites import actions, queries
from holdtrue.website.sites.inventory import Facts, Name, Sort, Status, hash_of
from holdtrue.website.sites.models import LineRow
from integration.website.test_scan_records import HOST, POLICY, URL, cookie, result

NAME = Name("_fbp")
FACTS = Facts(
    provider="Meta", purposes={"en": "Measures advertising", "nl": "Meet advertenties"}, category=Category.MARKETING,
    party=Party.FIRST, set_by=SetBy.SCRIPT, retention_days=90, hosts=("*.facebook.com",),
)  # fmt: skip


@pytest.fixture
def site(alice, noon):
    publish_version(POLICY, based_on=0, by=alice.id, at=noon)
    return actions.add_site(URL, name="Bakery", policy="cookies", by=alice.id, at=noon)


@pytest.fixture
def people(alice, olga, bob):
    return alice, olga, bob


@pytest.fixture
def imported():
    """Knowledge that the organisation brought itself, and its file."""
    row = Row(
        name="_loaves_baked", platform="Bread Meter", provider="Bread Ltd", category=Category.ANALYTICS,
        purpose="Counts loaves.", retention="2 years", hosts=(), is_prefix=False,
    )  # fmt: skip
    file = keep((row,), data=settings.CONFIG.data)
    yield file
    file.unlink()


def patterns(status=Status.DECLARED):
    return [one.line.name.pattern for one in queries.inventory(HOST) if one.line.status is status]


def changes():
    return [json.loads(bytes(row.core)) for row in Outbox.objects.filter(kind=Kind.INVENTORY_CHANGED).order_by("id")]


def declare(alice, noon, name=NAME, facts=FACTS, based_on=0):
    actions.declare(HOST, name, facts, based_on=based_on, why="seen", by=alice.id, at=noon)


def publish_inventory(alice, at):
    source = actions.freeze("cookies", by=alice.id, at=at)
    return publish_version(source, based_on=texts.newest_number("cookies"), by=alice.id, at=at)


def test_a_new_site_begins_with_what_its_policy_declares(site):
    (one,) = queries.inventory(HOST)

    assert (one.line.name.pattern, one.number, one.by) == ("_visits", 1, "Alice")
    assert one.line.facts.purposes == {"en": "counts visits"}
    assert changes()[0]["taken_over_from"] == "cookies/1"


def test_a_declaration_leaves_an_entry_that_says_all_of_it(site, alice, noon):
    declare(alice, noon)

    told = changes()[-1]
    assert told["pattern"] == "_fbp"
    assert told["purposes"] == {"en": "Measures advertising", "nl": "Meet advertenties"}
    assert (told["status"], told["retention"], told["revision"]) == ("declared", "90 days", 1)


def test_a_correction_is_a_new_row_and_the_old_one_stays(site, alice, noon):
    declare(alice, noon)
    declare(alice, noon, facts=Facts(purposes={"en": "Advertises"}), based_on=1)

    assert [(one.number, one.line.facts.purpose("en")) for one in queries.history(HOST, NAME)] == [
        (2, "Advertises"),
        (1, "Measures advertising"),
    ]


def test_the_database_itself_refuses_to_change_a_line(site):
    with pytest.raises(DatabaseError), transaction.atomic():
        LineRow.objects.update(why="rewritten")


def test_a_stale_change_changes_nothing(site, alice, noon):
    declare(alice, noon)

    with pytest.raises(Conflict, match="Somebody else changed"):
        declare(alice, noon, facts=Facts(purposes={"en": "Mine"}), based_on=0)
    with pytest.raises(Conflict, match="Somebody else changed"):
        actions.drop(HOST, NAME, based_on=7, why="", by=alice.id, at=noon)
    with pytest.raises(Conflict, match="Somebody else changed"):
        actions.forbid(HOST, NAME, based_on=0, why="", by=alice.id, at=noon)

    assert len(queries.history(HOST, NAME)) == 1


@pytest.mark.parametrize("facts", [Facts(), Facts(purposes={"en": "x"}, hosts=("https://x",))])
def test_an_incomplete_declaration_is_refused(site, alice, noon, facts):
    with pytest.raises(Invalid):
        declare(alice, noon, facts=facts)

    assert len(changes()) == 1


def test_a_site_that_is_not_on_the_list_has_no_inventory_to_write(alice, noon, db):
    with pytest.raises(NotFound):
        declare(alice, noon)


def test_an_item_that_was_taken_out_keeps_its_history_and_can_come_back(site, alice, noon):
    declare(alice, noon)
    actions.drop(HOST, NAME, based_on=1, why="", by=alice.id, at=noon)
    assert patterns() == ["_visits"]
    with pytest.raises(NotFound, match="has no"):
        actions.drop(HOST, NAME, based_on=2, why="", by=alice.id, at=noon)

    declare(alice, noon, based_on=2)

    assert patterns() == ["_fbp", "_visits"]
    assert len(queries.history(HOST, NAME)) == 3


def test_a_merge_widens_one_row_and_takes_the_narrow_one_out_in_one_step(site, alice, noon):
    declare(alice, noon, name=Name("_gat_UA_1"))

    actions.merge(HOST, Name("_gat_UA_1"), "_gat_UA_*", based_on=1, why="", by=alice.id, at=noon)

    assert patterns() == ["_gat_UA_*", "_visits"]
    assert [one["status"] for one in changes()[-2:]] == ["dropped", "declared"]


def test_a_merge_is_refused_where_it_makes_no_sense(site, alice, noon):
    declare(alice, noon)
    with pytest.raises(NotFound, match="declares no"):
        actions.merge(HOST, Name("_none"), "_n*", based_on=0, why="", by=alice.id, at=noon)
    with pytest.raises(Conflict, match="in the inventory already"):
        actions.merge(HOST, NAME, "_visits", based_on=1, why="", by=alice.id, at=noon)
    with pytest.raises(Invalid, match="its name already"):
        actions.merge(HOST, NAME, "_fbp", based_on=1, why="", by=alice.id, at=noon)
    with pytest.raises(Invalid, match="names everything"):
        actions.merge(HOST, NAME, "*", based_on=1, why="", by=alice.id, at=noon)


def test_what_is_adopted_counts_for_scanner_and_banner_once_it_is_published(site, alice, noon):
    declare(alice, noon)
    consent.publish_due(at=noon)
    first = notices.notice_of(HOST)
    assert [one.pattern for one in queries.in_force(HOST, at=noon).declarations] == ["_visits"]

    version = publish_inventory(alice, noon + timedelta(days=1))
    later = noon + timedelta(days=1)
    consent.publish_due(at=later)

    standing = queries.in_force(HOST, at=later)
    assert standing.version.number == 2
    assert {one.pattern for one in standing.declarations} == {"_visits", "_fbp"}
    second = notices.notice_of(HOST)
    meta = next(one for one in second.notice.services if one.name == "Meta")
    assert meta.purpose == {"en": "Measures advertising", "nl": "Meet advertenties"}
    assert meta.hosts == ("*.facebook.com",)
    assert second.notice.material != first.notice.material
    assert scans.record_upload(result(later, cookie("_fbp")), host=HOST, by=alice.id, at=later).findings
    assert "undeclared" not in {one.fault for one in scanned.findings_of(scanned.newest_of(HOST).id)}
    assert version.document.inventory


def test_a_version_names_the_hash_of_the_inventory_that_it_was_written_from(site, alice, noon):
    declare(alice, noon)
    version = publish_inventory(alice, noon)
    frozen = queries.frozen_document(version.document.inventory)

    declare(alice, noon, name=Name("_later"))

    assert hash_of(frozen) == version.document.inventory
    assert queries.frozen_document(version.document.inventory) == frozen
    assert "_later" not in {one.pattern for one in queries.in_force(HOST, at=noon).declarations}
    (entry,) = Outbox.objects.filter(kind=Kind.INVENTORY_FROZEN)
    assert json.loads(bytes(entry.core))["inventory_sha256"] == version.document.inventory


def test_tables_that_were_changed_by_hand_after_freezing_stand_for_themselves(site, alice, noon):
    declare(alice, noon)
    source = actions.freeze("cookies", by=alice.id, at=noon).replace("Measures advertising", "Sells you things")

    publish_version(source, based_on=1, by=alice.id, at=noon)

    (line,) = [one for one in queries.in_force(HOST, at=noon).lines if one.name == NAME]
    assert line.facts.purposes == {"en": "Sells you things"}


def test_the_inventory_takes_over_what_a_policy_written_by_hand_declares(site, alice, noon):
    declare(alice, noon)
    text = POLICY.replace("| _visits | Bakery | counts visits |", "| _count | Bakery | counts |").replace(
        "first version", "second"
    )
    publish_version(text, based_on=1, by=alice.id, at=noon)

    assert actions.take_over(HOST, by=alice.id, at=noon) == 3

    assert patterns() == ["_count"]
    assert actions.take_over(HOST, by=alice.id, at=noon) == 0


def test_nothing_is_taken_over_while_no_policy_is_in_force(alice, noon):
    actions.add_site(URL, name="Bakery", policy="unwritten", by=alice.id, at=noon)

    with pytest.raises(NotFound):
        actions.take_over(HOST, by=alice.id, at=noon)
    with pytest.raises(NotFound, match="no version yet"):
        actions.freeze("unwritten", by=alice.id, at=noon)


def test_what_may_never_be_set_reaches_the_notice_at_once(site, alice, noon):
    actions.forbid(HOST, NAME, based_on=0, why="", by=alice.id, at=noon)
    actions.forbid(HOST, Name("_key", Sort.STORAGE), based_on=0, why="", by=alice.id, at=noon)

    consent.publish_due(at=noon)

    never = notices.notice_of(HOST).notice.never
    assert [(one.pattern, one.kind) for one in never] == [("_fbp", "cookie"), ("_key", "local"), ("_key", "session")]
    assert patterns(Status.NEVER) == ["_fbp", "_key"]


def test_where_an_item_was_seen_is_kept_and_follows_the_newest_scan(site, alice, noon):
    scans.record_upload(result(noon - timedelta(days=3), cookie()), host=HOST, by=alice.id, at=noon)
    second = scans.record_upload(result(noon, cookie(), cookie("_x")), host=HOST, by=alice.id, at=noon)
    scans.record_upload(result(noon - timedelta(days=1), cookie()), host=HOST, by=alice.id, at=noon)

    seen = {one.name: one for one in queries.seen(HOST)}
    assert seen["_visits"].first_at == noon - timedelta(days=3)
    assert (seen["_visits"].last_at, seen["_visits"].scan, seen["_visits"].page) == (noon, second.scan, URL)
    lines = [one.line for one in queries.inventory(HOST)]
    assert queries.newest_sightings(HOST, lines)[Name("_visits")].last_at == noon


# The pages ----------------------------------------------------------------------------------------------------------


def scan_now(alice, noon, *observations):
    return scans.record_upload(result(noon, *observations), host=HOST, by=alice.id, at=noon)


def row(**more):
    return {
        "number": "1", "matter": "undeclared", "of": "_fbp", "of_domain": "", "sort": "cookie", "revision": "0", "pattern": "_fbp",
        "purpose": "Measures", "category": "marketing", "provider": "Meta", "retention": "90 days", "party": "first",
        "set_by": "script", "do": "adopt",
    } | more  # fmt: skip


def test_one_press_adopts_a_proposed_row(client, site, alice, noon):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)
    page = client.get(f"/sites/{HOST}/").content.decode()
    assert "not in the inventory" in page

    answer = client.post(f"/sites/{HOST}/settle/", row(), follow=True)

    assert "_fbp is in the inventory." in answer.content.decode()
    assert queries.history(HOST, NAME)[0].why.startswith("undeclared in the scan of 25 November 2026")
    assert "not in the inventory" not in answer.content.decode()
    assert "Not in the published policy yet" in answer.content.decode()


def test_a_category_is_guessed_beside_an_unknown_item_and_the_form_leaves_it_open(client, site, alice, noon):
    seen = replace(cookie("zzz_own_thing"), party=SeenParty.THIRD, domain=".nobody.example")
    scans.record_upload(result(noon, seen), host=HOST, by=alice.id, at=noon)
    client.force_login(alice)

    page = client.get(f"/sites/{HOST}/").content.decode()

    (task,) = [one for one in tasks_of([seen], queries.inventory(HOST)) if one.advice]
    assert f"{task.advice.percent} % sure" in page
    assert '<option value="" selected>—</option>' in page
    assert "(provider)" not in page.split('id="tasks"')[0]
    (broken,) = [one for one in verdicts_on(f"site/{HOST}") if one.commitment == "site.inventory-true"]
    assert broken.reason.advice == "Declare it in the cookie policy, or stop storing it."


def test_what_the_organisation_imported_fills_the_row_and_is_told_by_the_findings(client, site, alice, noon, imported):
    recorded = scans.record_upload(result(noon, cookie("_loaves_baked")), host=HOST, by=alice.id, at=noon)
    client.force_login(alice)

    page = client.get(f"/sites/{HOST}/").content.decode()

    (finding,) = [one for one in recorded.findings if one.fault is Fault.UNDECLARED]
    assert finding.evidence.startswith("likely Bread Meter (Bread Ltd), analytics, by the imported database; ")
    tasks = page.split('id="tasks"')[1]
    assert "by the imported database" in tasks
    assert 'value="Bread Ltd"' in tasks
    assert "Counts loaves." in tasks


def test_a_damaged_import_is_told_and_judges_nothing(client, site, alice, noon, imported):
    imported.write_text("{")
    with pytest.raises(Invalid, match="is damaged"):
        scans.record_upload(result(noon, cookie("_loaves_baked")), host=HOST, by=alice.id, at=noon)

    assert scanned.newest_of(HOST) is None


def test_a_guess_that_contradicts_what_is_known_says_so():
    advice = Advice(Category.MARKETING, 0.61, (), Category.ANALYTICS, "Counter", disagrees=True)

    told = " ".join(strip_tags(render_to_string("scan/_advice.html", {"advice": advice})).split())

    assert told == "Guess: marketing · 61 % sure · known as something else: analytics"


def test_with_htmx_the_task_is_replaced_by_what_was_done(client, site, alice, noon):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)

    answer = client.post(f"/sites/{HOST}/settle/", row(), headers={"HX-Request": "true"}).content.decode()

    assert answer.startswith("<li")
    assert "<html" not in answer


def test_an_incomplete_row_comes_back_with_what_was_typed(client, site, alice, noon):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)

    answer = client.post(f"/sites/{HOST}/settle/", row(category="", purpose="Typed with care"))
    again = client.post(f"/sites/{HOST}/settle/", row(retention="soon"), headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert "Typed with care" in answer.content.decode()
    assert again.status_code == 200
    assert "Write session, or a time" in again.content.decode()
    assert patterns() == ["_visits"]


def test_one_press_forbids_an_item_and_then_it_is_told_as_such(client, site, alice, noon):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)

    page = client.post(f"/sites/{HOST}/settle/", row(do="never", purpose=""), follow=True).content.decode()

    assert patterns(Status.NEVER) == ["_fbp"]
    assert "never to be set, and still seen" in page


def test_one_press_merges_an_item_with_a_pattern(client, site, alice, noon):
    scan_now(alice, noon, cookie("_visits_2"), cookie())
    client.force_login(alice)
    task = row(of="_visits_2", do="", merge="_visits*", purpose="")

    client.post(f"/sites/{HOST}/settle/", task)

    assert patterns() == ["_visits*"]


def test_one_press_declares_what_was_seen_and_takes_out_what_was_not(client, site, alice, noon):
    scan_now(alice, noon, replace(cookie(), retention_days=400.0))
    client.force_login(alice)
    client.post(
        f"/sites/{HOST}/settle/", {"number": "1", "matter": "retention", "of": "_visits", "sort": "cookie", "do": "correct"}
    )
    assert queries.history(HOST, Name("_visits"))[0].line.facts.retention_days == 400

    scan_now(alice, noon + timedelta(minutes=1))
    client.post(f"/sites/{HOST}/settle/", {"number": "1", "matter": "unseen", "of": "_visits", "sort": "cookie", "do": "drop"})
    assert patterns() == []


def test_a_task_that_was_settled_meanwhile_says_so_and_changes_nothing(client, site, alice, noon):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)
    client.post(f"/sites/{HOST}/settle/", row())

    answer = client.post(f"/sites/{HOST}/settle/", row(purpose="Another"), follow=True)

    assert "settled already" in answer.content.decode()
    assert len(queries.history(HOST, NAME)) == 1


@pytest.mark.parametrize("broken", [{"do": "nonsense"}, {"of": ""}, {"sort": "x"}, {"revision": "x"}, {"merge": "*"}])
def test_a_forged_press_changes_nothing(client, site, alice, noon, broken):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)

    answer = client.post(f"/sites/{HOST}/settle/", row(**broken))

    assert answer.status_code in {302, 409, 422}
    assert patterns() == ["_visits"]


def test_the_auditor_looks_and_changes_nothing(client, site, people, noon):
    alice, olga, bob = people
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(olga)
    assert client.get(f"/sites/{HOST}/inventory/").status_code == 200
    assert client.get(f"/sites/{HOST}/inventory/item/?pattern=_visits&sort=cookie").status_code == 200
    for address in (
        "settle/",
        "inventory/add/",
        "inventory/draft/",
        "inventory/take-over/",
        "inventory/fill/",
        "inventory/item/change/?pattern=_visits&sort=cookie",
    ):
        assert client.post(f"/sites/{HOST}/{address}", row()).status_code == 403

    client.force_login(bob)
    assert client.get(f"/sites/{HOST}/inventory/").status_code == 403


def test_an_item_is_added_corrected_and_taken_out_by_hand(client, site, alice):
    client.force_login(alice)
    where = f"/sites/{HOST}/inventory/item/change/?pattern=_fbp&sort=cookie"

    client.post(f"/sites/{HOST}/inventory/add/", row(purpose_nl="Meet"))
    client.post(where, row(revision="1", purpose="Advertises", do="declare"))
    stale = client.post(where, row(revision="1", purpose="Lost", do="declare"))
    renamed = client.post(where, row(revision="2", pattern="_other", do="declare"))

    assert [one.line.facts.purposes for one in queries.history(HOST, NAME)] == [
        {"en": "Advertises"}, {"en": "Measures", "nl": "Meet"},
    ]  # fmt: skip
    assert (stale.status_code, renamed.status_code) == (422, 422)
    assert "Lost" in stale.content.decode()
    client.post(where, {"revision": "2", "do": "never"})
    client.post(where, {"revision": "3", "do": "drop"})
    assert patterns() == ["_visits"]


def test_the_next_version_is_written_looked_over_and_published(client, site, alice, noon):
    declare(alice, noon)
    client.force_login(alice)

    page = client.post(f"/sites/{HOST}/inventory/draft/")
    source = page.context["source"]
    client.post("/policies/publish", {"source": source, "based_on": page.context["based_on"], "action": "publish"})

    newest = texts.newest("cookies")
    assert newest.number == 2
    assert newest.document.change == "The cookie _fbp (Meta) is declared."
    assert "Not in the published policy yet" not in client.get(f"/sites/{HOST}/inventory/").content.decode()


def test_an_address_that_names_no_item_says_so(client, site, alice):
    client.force_login(alice)

    assert client.get(f"/sites/{HOST}/inventory/item/").status_code == 404
    assert client.get(f"/sites/{HOST}/inventory/item/?pattern=_none&sort=cookie").status_code == 404


def test_names_that_a_site_made_up_are_shown_as_text(client, site, alice, noon):
    evil = "<img_src=x_onerror=alert(1)>"
    scan_now(alice, noon, cookie(evil))
    client.force_login(alice)

    assert evil not in client.get(f"/sites/{HOST}/").content.decode()


def test_the_inventory_tells_in_which_languages_a_purpose_is_missing(client, site, alice):
    client.force_login(alice)

    page = strip_tags(client.get(f"/sites/{HOST}/inventory/", headers={"Accept-Language": "nl"}).content.decode())

    assert "Er ontbreken: Nederlands 1, Frans 1, Duits 1" in page


GOOGLE = Name("_ga")
BARE = Facts(purposes={"en": "Counts visits"}, category=Category.ANALYTICS, retention_days=730)


def test_what_is_known_of_a_row_and_not_said_is_shown_and_written_with_one_press(client, site, alice, noon):
    declare(alice, noon, GOOGLE, BARE)
    client.force_login(alice)
    page = client.get(f"/sites/{HOST}/inventory/")
    (offered,) = page.context["fills"]

    answer = client.post(f"/sites/{HOST}/inventory/fill/", {"item": offered.key}, follow=True).content.decode()

    after, before = queries.history(HOST, GOOGLE)
    for text in ("Google Ireland Limited", *offered.filling.purposes.values()):
        assert text in strip_tags(page.content.decode()).replace("&#x27;", "'")
    assert "1 row is filled." in answer
    assert "Known, and not said" not in answer
    assert before.line.facts == BARE
    assert after.line.facts == offered.filling.facts
    assert set(after.line.facts.purposes) == {"en", "nl", "fr", "de"}
    assert after.line.facts.purposes["en"] == "Counts visits"
    assert (after.line.facts.provider, after.why) == ("Google Ireland Limited", "from what is known of Google Analytics")
    assert changes()[-1]["purposes"] == dict(after.line.facts.purposes)


def test_a_row_that_was_changed_meanwhile_is_not_filled_and_no_other_either(client, site, alice, noon):
    declare(alice, noon, GOOGLE, BARE)
    declare(alice, noon, Name("_fbp"), BARE)
    client.force_login(alice)
    offered = client.get(f"/sites/{HOST}/inventory/").context["fills"]
    declare(alice, noon, GOOGLE, replace(BARE, retention_days=90), based_on=1)

    answer = client.post(f"/sites/{HOST}/inventory/fill/", {"item": [one.key for one in offered]}, follow=True)

    assert len(offered) == 2
    assert "Somebody else changed “_ga”" in answer.content.decode()
    assert [one.number for name in (GOOGLE, Name("_fbp")) for one in queries.history(HOST, name)] == [2, 1, 1]


def test_nothing_is_filled_where_nothing_is_chosen_or_known(client, site, alice, noon):
    client.force_login(alice)

    answer = client.post(f"/sites/{HOST}/inventory/fill/", {}, follow=True).content.decode()
    forged = client.post(f"/sites/{HOST}/inventory/fill/", {"item": "sort=cookie&pattern=_none&revision=1"}, follow=True)

    assert "No row was chosen." in answer
    assert "Somebody else changed “_none”" in forged.content.decode()
    assert patterns() == ["_visits"]


def test_the_reasons_in_a_history_are_told_in_the_readers_language(client, site, alice, noon):
    scan_now(alice, noon, cookie("_fbp"))
    client.force_login(alice)
    client.post(f"/sites/{HOST}/settle/", row())
    pages = [f"/sites/{HOST}/inventory/item/?sort=cookie&pattern={name}" for name in ("_fbp", "_visits")]

    adopted, taken = (strip_tags(client.get(page, headers={"Accept-Language": "nl"}).content.decode()) for page in pages)

    assert f"niet aangegeven in de scan van 25 november 2026, op {URL}" in adopted
    assert "overgenomen uit" in taken
    assert queries.history(HOST, NAME)[0].why == f"undeclared in the scan of 25 November 2026, on {URL}"
