"""What a scan leaves for a person to settle, and the row that it proposes."""

import uuid
from datetime import UTC, datetime

from holdtrue.policy.text.rules import Category, Party, SetBy
from holdtrue.website.scan.engine.observations import Kind, Observation, State
from holdtrue.website.scan.engine.observations import Party as SeenParty
from holdtrue.website.scan.settling import Matter, tasks_of
from holdtrue.website.sites.inventory import Facts, Line, Name, Sort, Status
from holdtrue.website.sites.queries import Revision

PAGE = "https://www.bakery.example/"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def seen(name, *, state=State.ACCEPTED, kind=Kind.COOKIE, party=SeenParty.FIRST, domain="www.bakery.example", **more):
    return Observation(state=state, kind=kind, name=name, domain=domain, party=party, page=PAGE, **more)


def revision(pattern, *, status=Status.DECLARED, sort=Sort.COOKIE, number=1, **facts):
    line = Line(Name(pattern, sort), status, Facts(purposes={"en": "Counts"}, category=Category.ANALYTICS, **facts))
    return Revision(line, number, "", NOON, "Alice", uuid.uuid4())


def matters(observations, *inventory):
    return [(task.matter, task.name.pattern) for task in tasks_of(observations, inventory)]


def test_nothing_is_left_where_site_and_inventory_agree():
    assert matters([seen("_ga", retention_days=30)], revision("_ga", retention_days=30)) == []


def test_an_undeclared_item_is_proposed_with_what_the_scan_knows():
    (task,) = tasks_of([seen("_fbp", via="script", retention_days=89.99, party=SeenParty.THIRD, domain=".meta.example")], [])

    assert task.matter is Matter.UNDECLARED
    assert task.name == Name("_fbp", Sort.COOKIE, ".meta.example")
    assert (task.facts.party, task.facts.set_by, task.facts.retention_days) == (Party.THIRD, SetBy.SCRIPT, 90)
    assert task.facts.provider.startswith("Meta")


def test_what_knowledge_is_sure_of_fills_the_row_in_four_languages():
    (task,) = tasks_of([seen("_ga", via="script")], [])

    assert task.facts.category is Category.ANALYTICS
    assert set(task.facts.purposes) == {"en", "nl", "fr", "de"}
    assert "Google" in task.known


def test_what_nobody_knows_is_proposed_without_a_purpose():
    (task,) = tasks_of([seen("zzz_own_thing", party=SeenParty.THIRD, domain=".nobody.example")], [])

    assert task.facts.purposes == {}
    assert task.facts.provider == "nobody.example"
    assert task.known == ""


def test_the_classifier_guesses_with_its_confidence_and_fills_in_nothing():
    (task,) = tasks_of([seen("zzz_own_thing", party=SeenParty.THIRD, domain=".nobody.example", via="script")], [])

    assert task.advice is not None
    assert 0 < task.advice.percent <= 100
    assert task.advice.known is None
    assert task.facts.purposes == {}


def test_what_is_declared_already_is_not_guessed_at():
    (task,) = tasks_of([], [revision("_ga")])

    assert task.advice is None


def test_names_that_differ_by_visitor_are_one_proposal():
    observations = [seen(f"_hjSession_{number}") for number in (1234567, 7654321)]

    (task,) = tasks_of(observations, [])

    assert task.name.pattern == "_hjSession_*"
    assert task.names == ("_hjSession_1234567", "_hjSession_7654321")


def test_a_declared_item_of_a_like_name_can_be_widened():
    (task, _unseen) = tasks_of([seen("_gat_UA_2")], [revision("_gat_UA_1", number=3)])

    (wider,) = task.wider
    assert (wider.name.pattern, wider.revision, wider.pattern) == ("_gat_UA_1", 3, "_gat_UA_*")


def test_what_may_never_be_set_and_was_comes_first():
    observations = [seen("_new", state=State.NO_CHOICE), seen("_bad")]

    assert matters(observations, revision("_bad", status=Status.NEVER)) == [
        (Matter.FORBIDDEN, "_bad"),
        (Matter.UNDECLARED, "_new"),
    ]


def test_what_may_never_be_set_and_was_not_leaves_nothing():
    assert matters([], revision("_bad", status=Status.NEVER)) == []


def test_an_item_kept_too_long_proposes_the_time_that_was_seen():
    (task,) = tasks_of([seen("_ga", retention_days=400.0)], [revision("_ga", retention_days=30)])

    assert task.matter is Matter.RETENTION
    assert task.facts.retention_days == 400
    assert task.declared == "30 days"


def test_a_session_cookie_that_stays_proposes_the_time_that_was_seen():
    (task,) = tasks_of([seen("_ga", retention_days=0.5)], [revision("_ga")])

    assert (task.matter, task.declared, task.facts.retention_days) == (Matter.RETENTION, "session", 0.5)


def test_another_party_than_declared_is_told():
    assert matters([seen("_ga", party=SeenParty.THIRD)], revision("_ga")) == [(Matter.PARTY, "_ga")]


def test_a_declared_item_that_was_not_seen_can_be_taken_out():
    assert matters([], revision("_old")) == [(Matter.UNSEEN, "_old")]


def test_what_the_browser_refused_and_what_was_only_sent_is_nobodys_row():
    observations = [seen("_x", refused_reason="SameSite"), seen("host/path", kind=Kind.REQUEST)]

    assert matters(observations) == []


def test_storage_and_cookies_of_one_name_are_two_items():
    observations = [seen("id"), seen("id", kind=Kind.LOCAL_STORAGE)]

    assert {(task.name.sort, task.facts.set_by) for task in tasks_of(observations, [])} == {
        (Sort.COOKIE, SetBy.UNSTATED),
        (Sort.STORAGE, SetBy.STORAGE),
    }
