"""Notices that follow the policy, pages for the privacy team, and what becomes of old records."""

import asyncio
import csv
import io
import json
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import uuid_utils.compat as uuid7s
from django.conf import settings

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence import queries as evidence
from holdtrue.evidence.audit import audit
from holdtrue.evidence.opened import close_all, the_log
from holdtrue.evidence.verification import verify_stream
from holdtrue.policy.text.actions import publish_version
from holdtrue.server import public
from holdtrue.website.consent import actions, command, expiry, jobs, opened, queries, shown, trackers
from holdtrue.website.consent.asking import Asking
from holdtrue.website.consent.block.violations import Violation
from holdtrue.website.consent.models import NoticeRow, RenderingRow
from holdtrue.website.consent.rates import rates
from holdtrue.website.sites.actions import add_site

pytestmark = pytest.mark.django_db
HOST = "www.bakery.example"
ORIGIN = f"https://{HOST}"
VISITOR = "V" * 22
POLICY = """---
policy: cookies
title: Cookies
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-05
audience: public
change: First version.
---

[CP-1] Cookies:

| Name | Provider | Purpose | Category | Party | Set by | Retention | Sent to |
|---|---|---|---|---|---|---|---|
| `language` | WeGroup NV | Keeps the language | necessary | first | HTTP | 1 year | |
| `_ga` | Google | Counts visits | analytics | first | script | 2 years | `*.google-analytics.com` |
"""


@pytest.fixture(autouse=True)
def own_site(monkeypatch):
    """A site's name of the test's own: records are not rolled back with the test's transaction."""
    name = f"www-{uuid7s.uuid7().hex[-12:]}.bakery.example"
    monkeypatch.setitem(globals(), "HOST", name)
    monkeypatch.setitem(globals(), "ORIGIN", f"https://{name}")
    close_all()
    opened._opened.clear()
    public.intake.cache_clear()
    yield
    opened._opened.clear()
    public.intake.cache_clear()


@pytest.fixture
def site(alice, noon):
    added = add_site(f"{ORIGIN}/", name="Bakery", policy="cookies", by=alice.id, at=noon)
    publish_version(POLICY, based_on=0, by=alice.id, at=noon)
    jobs.publish_notices(noon)
    return added


class Visitor:
    """Someone with a browser on the site; the cards are read in this thread, where the test's transaction is."""

    def __init__(self) -> None:
        intake = public.intake()
        self.intake = intake
        intake._cards, intake.origin = queries.cards(), json.dumps(the_log().state().origin).encode()
        intake._read_at, intake._is_read = 1e12, True

    def choose(self, **change) -> str:
        notice = queries.notice_of(HOST).notice
        ids = [one.id for one in notice.services if one.category != "necessary"]
        given = {
            "id": str(uuid7s.uuid7()), "consent_id": VISITOR, "event": "given", "method": "banner", "layer": 1, "granted": ids, "denied": [],
            "notice": "", "material": notice.material, "language": "nl", "claimed_at": datetime.now(UTC).isoformat(), "gpc": False, **change,
        }  # fmt: skip
        sent = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.request", "body": json.dumps(given).encode()}

        scope = {"type": "http", "method": "POST", "path": f"/consent/{HOST}", "client": ("192.0.2.1", 1)}
        scope["headers"] = [(b"origin", ORIGIN.encode()), (b"content-type", b"text/plain")]
        asyncio.run(self.intake(scope, receive, send))
        assert sent[0]["status"] == 201, sent
        return given["id"]


@pytest.fixture
def visitor(site):
    return Visitor()


def test_a_notice_is_published_with_its_renderings_and_its_evidence(site, noon):
    standing = queries.notice_of(HOST)

    assert (standing.number, standing.notice.policy.version) == (1, 1)
    entry = evidence.entry(standing.entry)
    assert (entry.kind, entry.about) == ("notice.published", f"site/{HOST}")
    assert entry.core["notice_sha256"] == sha256(NoticeRow.objects.get().document.encode()).hexdigest()
    shown = RenderingRow.objects.filter(host=HOST)
    assert {row.language for row in shown} >= {"nl", "fr", "de", "en"}
    assert all(sha256(row.document.encode()).hexdigest() == row.sha256 for row in shown)
    assert queries.rendering(HOST, shown[0].sha256) == shown[0].document.encode()


def test_nothing_new_publishes_nothing(site, noon):
    assert jobs.publish_notices(noon) == 0
    assert NoticeRow.objects.count() == 1


def test_a_new_version_of_the_policy_brings_a_new_notice_and_old_ones_stay(site, alice, noon):
    before = queries.notice_of(HOST).notice
    shown_before = RenderingRow.objects.filter(host=HOST, language="nl").get()
    reworded = POLICY.replace("Counts visits", "Measures visits").replace("First version", "Clearer")
    publish_version(reworded, based_on=1, by=alice.id, at=noon)
    jobs.publish_notices(noon)
    after = queries.notice_of(HOST)
    assert (after.number, after.notice.material) == (2, before.material)
    # What visitors were shown before stays retrievable by its hash.
    assert b"Counts visits" in queries.rendering(HOST, shown_before.sha256)

    publish_version(
        reworded.replace("*.google", "ads.test, *.google").replace("Clearer", "More"), based_on=2, by=alice.id, at=noon
    )
    jobs.publish_notices(noon)

    assert queries.notice_of(HOST).notice.material != before.material
    assert set(queries.cards()[HOST].asked) == {before.material, queries.notice_of(HOST).notice.material}


def test_choices_of_the_owner_are_proved_and_a_stale_one_changes_nothing(site, alice, noon):
    actions.choose(HOST, Asking(keep_days=90, origins=("https://shop.bakery.example",)), based_on=0, by=alice.id, at=noon)

    assert queries.notice_of(HOST).notice.keep_days == 90
    assert b"https://shop.bakery.example" in queries.cards()[HOST].origins
    assert evidence.about(f"site/{HOST}")[-2].kind == "consent.configured"
    for based_on in (0, 2):
        with pytest.raises(Conflict, match="Somebody else changed"):
            actions.choose(HOST, Asking(keep_days=30), based_on=based_on, by=alice.id, at=noon)
    with pytest.raises(Invalid, match="written reason"):
        actions.choose(HOST, Asking(keep_days=200), based_on=1, by=alice.id, at=noon)
    with pytest.raises(NotFound):
        actions.choose("no.example", Asking(), based_on=0, by=alice.id, at=noon)
    assert queries.settings_of(HOST).asking.keep_days == 90


def test_a_visitors_history_is_shown_to_the_privacy_team_with_its_proof(client, visitor, alice):
    first = visitor.choose()
    visitor.choose(event="withdrawn", method="dialogue", layer=2, granted=[], denied=["google"])
    visitor.choose(consent_id="W" * 22)
    client.force_login(alice)

    page = client.post(f"/sites/{HOST}/consent/look-up/", {"consent_id": VISITOR}).content.decode()

    assert [one.core.event for one in queries.history(HOST, VISITOR)] == ["given", "withdrawn"]
    assert page.index("Withdrawn") < page.index("Agreed to everything")
    assert "/evidence/" in page
    assert first in page
    assert "known by its hash alone" in page


@pytest.mark.parametrize(
    ("then", "days", "ends"),
    [
        (None, 181, ["given", "expired"]),
        (None, 179, ["given"]),
        ({"event": "withdrawn", "granted": [], "denied": ["google"]}, 400, ["given", "withdrawn"]),
        ({"event": "renewed"}, 400, ["given", "renewed", "expired"]),
    ],
)
def test_an_agreement_whose_time_passed_is_shown_as_expired_unless_the_visitor_chose_again(visitor, then, days, ends):
    visitor.choose()
    if then:
        visitor.choose(**then)

    events = shown.events_of(queries.history(HOST, VISITOR), at=datetime.now(UTC) + timedelta(days=days))

    assert [one.event for one in events] == ends


def test_what_expired_is_counted_and_exported_and_what_was_replaced_is_not(visitor, client, alice, capsys):
    lapsed = visitor.choose(language="fr")
    replaced = visitor.choose(consent_id="W" * 22)
    visitor.choose(consent_id="W" * 22, event="withdrawn", granted=[], denied=["google"])
    visitor.choose(consent_id="R" * 22, event="refused", granted=[], denied=["google"])
    then = datetime.now(UTC) + timedelta(days=181)
    while jobs.expire_due(datetime.now(UTC) + timedelta(days=179)):
        pass
    assert expiry.counts(HOST) == []

    while jobs.expire_due(then):
        pass
    assert jobs.expire_due(then) == 0

    assert [(one.language, one.version, one.event, one.many) for one in expiry.counts(HOST)] == [("fr", 1, "expired", 1)]
    assert rates([*queries.counts(HOST), *expiry.counts(HOST)], today=then.date()).total.expired == 1
    capsys.readouterr()
    command.run(Namespace(action="export", site=ORIGIN, format="csv", output=None))
    rows = {row["record"]: row["expired"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert (rows[lapsed], rows[replaced]) == ("yes", "")
    command.run(Namespace(action="export", site=ORIGIN, format="jsonld", output=None))
    graph = {one["dpv:hasIdentifier"]: one for one in json.loads(capsys.readouterr().out)["@graph"]}
    statuses = [
        [one["@type"] for one in graph[name]["dpv:hasProcess"][0]["dpv:hasConsentStatus"]] for name in (lapsed, replaced)
    ]
    assert statuses == [[["dpv:ConsentGiven"], ["dpv:ConsentExpired"]], [["dpv:ConsentGiven"]]]


def test_a_shorter_time_than_before_ends_no_choice_that_was_promised_a_longer_one(visitor, alice, noon):
    visitor.choose()
    actions.choose(HOST, Asking(keep_days=30), based_on=0, by=alice.id, at=noon)

    while jobs.expire_due(datetime.now(UTC) + timedelta(days=31)):
        pass
    assert expiry.counts(HOST) == []
    while jobs.expire_due(datetime.now(UTC) + timedelta(days=181)):
        pass
    assert [one.many for one in expiry.counts(HOST)] == [1]


def test_a_refusal_does_not_expire(visitor):
    visitor.choose(event="refused", granted=[], denied=["google"])

    events = shown.events_of(queries.history(HOST, VISITOR), at=datetime.now(UTC) + timedelta(days=999))

    assert [one.event for one in events] == ["refused"]


def test_whoever_knows_a_records_id_reads_the_choice_in_words(client, visitor, site, noon):
    first = visitor.choose()
    visitor.choose(event="withdrawn", method="dialogue", layer=2, granted=[], denied=["google"])

    answer = client.get(f"/sites/{HOST}/consent/receipt/{first}/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Agreed to everything" in page
    assert "Counts visits" in page
    assert f"/consent/{HOST}/receipt/{first}.jsonld" in page
    assert "no-store" in answer["Cache-Control"]
    assert VISITOR in page
    assert client.get(f"/sites/other.example/consent/receipt/{first}/").status_code == 404
    assert client.get(f"/sites/{HOST}/consent/receipt/{uuid7s.uuid7()}/").status_code == 404
    actions.forget_visitor(HOST, VISITOR, at=noon)
    assert VISITOR not in client.get(f"/sites/{HOST}/consent/receipt/{first}/").content.decode()


def test_a_mistyped_consent_id_says_so_beside_the_field(client, site, alice):
    client.force_login(alice)

    answer = client.post(f"/sites/{HOST}/consent/look-up/", {"consent_id": "short"})

    assert answer.status_code == 422
    assert "22 letters" in answer.content.decode()
    unknown = client.post(f"/sites/{HOST}/consent/look-up/", {"consent_id": "N" * 22})
    assert "No record has this consent id" in unknown.content.decode()


def test_bob_sees_neither_rates_nor_visitors(client, site, bob):
    client.force_login(bob)

    assert client.get(f"/sites/{HOST}/consent/").status_code == 403
    assert client.post(f"/sites/{HOST}/consent/look-up/", {"consent_id": VISITOR}).status_code == 403


def test_the_page_shows_the_rate_as_a_picture_and_as_tables(client, visitor, alice):
    for _ in range(3):
        visitor.choose()
    visitor.choose(event="refused", granted=[], denied=["google"], language="fr")
    client.force_login(alice)

    page = client.get(f"/sites/{HOST}/consent/").content.decode()

    assert "<strong>75 of 100</strong>" in page
    assert page.count("<rect") == 2
    assert 'y=""' not in page
    assert "By language" in page
    assert f"/consent/{HOST}/notice.json" in page
    assert "*.google-analytics.com" in page


def test_before_any_answer_the_page_says_what_will_appear(client, site, alice):
    client.force_login(alice)

    assert "No answers yet" in client.get(f"/sites/{HOST}/consent/").content.decode()


def test_what_was_typed_in_the_settings_is_kept_when_it_is_refused(client, site, alice):
    client.force_login(alice)
    typed = {
        "keep_days": 300,
        "keep_reason": "",
        "record_days": 1826,
        "languages": "nl, fr",
        "texts": "nl title: Koekjes?",
        "revision": 0,
    }

    refused = client.post(f"/sites/{HOST}/consent/settings/", typed)
    assert refused.status_code == 422
    assert "Koekjes?" in refused.content.decode()

    saved = client.post(f"/sites/{HOST}/consent/settings/", typed | {"keep_days": 120, "hosts": "google: *.gtm.test"})
    assert saved.status_code == 302
    notice = queries.notice_of(HOST).notice
    assert (notice.keep_days, notice.languages, notice.texts) == (120, ("nl", "fr"), {"nl": {"title": "Koekjes?"}})
    assert notice.services[-1].hosts == ("*.google-analytics.com", "*.gtm.test")
    assert "nl title: Koekjes?" in client.get(f"/sites/{HOST}/consent/settings/").content.decode()


def test_a_visitor_can_be_forgotten_and_every_proof_still_verifies(client, visitor, alice, noon):
    record = visitor.choose()
    the_log().integrate(at=noon)
    client.force_login(alice)

    asked = client.post(f"/sites/{HOST}/consent/forget/", {"consent_id": VISITOR}).content.decode()
    assert "Erase who it was in 1 record?" in asked
    assert 'name="sure"' in asked
    assert len(queries.history(HOST, VISITOR)) == 1
    page = client.post(f"/sites/{HOST}/consent/forget/", {"consent_id": VISITOR, "sure": "1"}, follow=True)

    assert "1 record no longer says who chose" in page.content.decode()
    assert queries.history(HOST, VISITOR) == ()
    entry = evidence.entry(uuid7s.UUID(record))
    assert entry.identity is None
    assert entry.core["event"] == "given"
    assert queries.proof(HOST, uuid7s.UUID(record))
    with pytest.raises(NotFound):
        actions.forget_visitor(HOST, VISITOR, at=noon)


def test_records_go_when_their_retention_has_passed_and_not_before(visitor, alice, noon):
    record = visitor.choose()
    actions.choose(HOST, Asking(record_days=200), based_on=0, by=alice.id, at=noon)
    now = datetime.now(UTC)

    assert jobs.erase_what_is_due(now + timedelta(days=199)) == 0
    assert jobs.erase_what_is_due(now + timedelta(days=201)) == 1

    entry = evidence.entry(uuid7s.UUID(record))
    assert (entry.core, entry.context, entry.identity) == (None, None, None)
    the_log().integrate(at=noon)
    assert audit(the_log()).hidden >= 3
    with pytest.raises(NotFound):
        queries.described(HOST, uuid7s.UUID(record))
    assert queries.history(HOST, VISITOR) == ()


@pytest.mark.parametrize("is_known", [True, False])
def test_a_receipt_is_described_in_the_terms_of_the_standard_and_checks_itself(visitor, noon, is_known):
    record = visitor.choose(notice=RenderingRow.objects.filter(host=HOST, language="nl").get().sha256 if is_known else "")
    assert queries.described(HOST, uuid7s.UUID(record)) is None
    the_log().integrate(at=noon)

    written = queries.described(HOST, uuid7s.UUID(record))
    document = json.loads(written)

    assert document["dct:conformsTo"] == "dpv-27560:receipt-record"
    assert document["dpv:hasDataSubject"]["dpv:hasIdentifier"] == VISITOR
    process = document["dpv:hasProcess"][0]
    assert process["dpv:hasConsentStatus"][0]["@type"] == ["dpv:ConsentGiven"]
    # What the record does not prove is not said: without a hash of what was shown, services are named by their ids.
    assert ("dpv:hasPurpose" in process) is is_known
    assert document["holdtrue:proof"].startswith("c2sp.org/tlog-proof@v1")
    key = " ".join(str(one) for one in the_log().keys.trusted())
    assert verify_stream(io.BufferedReader(io.BytesIO(written)), key=key).is_verified
    with pytest.raises(NotFound):
        queries.proof("other.example", uuid7s.UUID(record))


def seen(host: str, *, page: str = "/", directive: str = "img-src", many: int = 1) -> Violation:
    return Violation(host, directive, page, HOST, many)


def test_an_undeclared_tracker_is_evidence_when_it_is_new_and_counted_afterwards(site, noon):
    later = noon + timedelta(hours=1)

    assert actions.keep_violations(HOST, [seen("spy.example", page="/a"), seen("spy.example", page="/b", many=4)], noon) == 2
    assert actions.keep_violations(HOST, [seen("spy.example", page="/a", directive="script-src")], later) == 1

    [tracker] = trackers.trackers(HOST)
    assert (tracker.host, tracker.many, tracker.pages) == ("spy.example", 6, ("/a", "/b"))
    assert tracker.directives == ("img-src", "script-src")
    assert (tracker.first_seen, tracker.last_seen, tracker.is_declared) == (noon, later, False)
    found = [entry for entry in evidence.about(f"site/{HOST}") if entry.kind == "tracker.found"]
    assert [entry.id for entry in found] == [tracker.entry]
    assert found[0].core["host"] == "spy.example"


@pytest.mark.parametrize(
    "host", ["www.google-analytics.com", "192.168.0.1", "[fd00::1]", "router.lan", "localhost", "intranet"]
)
def test_what_is_declared_or_of_a_visitors_own_network_is_no_news(site, noon, host):
    assert actions.keep_violations(HOST, [seen(host)], noon) == 0
    assert trackers.trackers(HOST) == ()


def test_a_site_keeps_only_so_many_reported_hosts(site, noon, monkeypatch):
    monkeypatch.setattr(trackers, "MOST_TRACKERS", 2)

    assert actions.keep_violations(HOST, [seen(f"h{number}.example") for number in range(4)], noon) == 2
    assert actions.keep_violations(HOST, [seen(one.host) for one in trackers.trackers(HOST)], noon) == 2
    later = noon + timedelta(days=31)
    actions.keep_violations(HOST, [seen("h1.example")], later)
    assert actions.keep_violations(HOST, [seen("new.example")], later) == 1
    assert {one.host for one in trackers.trackers(HOST)} == {"h1.example", "new.example"}
    with pytest.raises(NotFound):
        actions.keep_violations("no.example", [seen("spy.example")], noon)


def test_what_needs_a_person_stands_first_and_declaring_a_tracker_settles_it(client, site, alice, noon):
    actions.keep_violations(HOST, [seen("rare.example"), seen("ads.test", many=9), seen("often.example", many=5)], noon)
    declared = POLICY.replace("*.google", "ads.test, *.google").replace("First version", "Names ads.test")
    publish_version(declared, based_on=1, by=alice.id, at=noon)
    jobs.publish_notices(noon)
    client.force_login(alice)

    assert [(one.host, one.is_declared) for one in trackers.trackers(HOST)] == [
        ("often.example", False),
        ("rare.example", False),
        ("ads.test", True),
    ]
    page = client.get(f"/sites/{HOST}/consent/").content.decode()
    assert page.index("often.example") < page.index("rare.example")
    assert "Undeclared trackers" in page


@pytest.mark.parametrize("form", ["csv", "jsonld"])
def test_every_record_of_a_site_is_exported(visitor, capsys, form):
    ids = [visitor.choose(), visitor.choose(event="refused", granted=[], denied=["google"])]
    capsys.readouterr()

    assert command.run(Namespace(action="export", site=ORIGIN, format=form, output=None)) == 0

    said = capsys.readouterr().out
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(said)))
        found = {row["record"]: (row["event"], row["denied"], row["consent_id"]) for row in rows}
        assert found[ids[0]] == ("given", "", VISITOR)
        assert found[ids[1]] == ("refused", "google", VISITOR)
        assert [row["categories"] for row in rows] == ["analytics=granted", "analytics=denied"]
        assert {(row["clock_off_seconds"], row["rendering_known"]) for row in rows} <= {("0", "yes"), ("0", "no")}
    else:
        graph = {one["dpv:hasIdentifier"]: one for one in json.loads(said)["@graph"]}
        assert graph[ids[1]]["dpv:hasProcess"][0]["dpv:hasConsentStatus"][0]["@type"] == ["dpv:ConsentRefused"]


def test_a_site_that_is_not_on_the_list_is_not_exported():
    with pytest.raises(NotFound):
        command.run(Namespace(action="export", site="https://no.example", format="csv", output=None))


def test_a_browsers_rendering_is_kept_when_it_is_true(site, noon):
    shown = json.loads(RenderingRow.objects.filter(language="nl").first().document) | {"build": "9.9.9"}
    document = json.dumps(shown, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    digest = sha256(document).hexdigest()

    assert actions.keep_rendering(HOST, json.dumps({"sha256": digest, "rendering": shown}).encode(), noon) == digest
    assert queries.rendering(HOST, digest) == document
    for unknown in ("00" * 32, "\0" * 64, digest.upper(), f"{digest}00", ""):
        with pytest.raises(NotFound):
            queries.rendering(HOST, unknown)


def test_the_server_says_that_it_honours_the_signal_itself():
    assert public.GPC["gpc"] is True
    assert settings.CONFIG.consent_rate == 600
