"""The public door: what it takes, what it refuses, and that it stores nothing of what it refuses."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdtrue.errors import StorageFull
from holdtrue.evidence.audit import audit
from holdtrue.evidence.groups import GroupName
from holdtrue.evidence.log import Log
from holdtrue.evidence.opened import open_log
from holdtrue.evidence.verification import verify
from holdtrue.website.consent.commit import MOST_WAITING
from holdtrue.website.consent.store import SEGMENT, visitor_of
from integration.website_consent_records.consent_door import HOST, KEY, NEW, OLD, ORIGIN, VISITOR, Door, decision

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_decision_is_answered_with_its_place_in_the_log(door):
    given = decision()

    answer = door.post(given)

    assert answer.status == 201
    assert answer.headers[b"access-control-allow-origin"] == ORIGIN.encode()
    assert answer.json["record"] == given["id"]
    assert answer.json["origin"] == "policy.example/log"
    core, context, identity = door.facts(given["id"])
    assert door.log.entry(UUID(given["id"])).index == answer.json["index"]
    assert core["categories"] == {"analytics": "granted", "marketing": "granted"}
    assert (core["about"], core["policy"], core["language"]) == (f"consent/{HOST}", "cookies/2", "nl")
    assert identity == {"browser": "other", "consent_id": VISITOR}
    assert context == {"clock_off_seconds": 0, "rendering_known": True}
    assert b"set-cookie" not in answer.headers


def test_no_address_is_stored_anywhere(door, log_config, tmp_path):
    door.post(decision(), client="203.0.113.77", headers={b"x-forwarded-for": b"198.51.100.23"})

    for group in door.log.entry(next(door.log.entries(0, 1)).id).opening.groups:
        assert b"203.0.113" not in group.body
        assert b"198.51" not in group.body
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"203.0.113" not in file.read_bytes()


def test_a_repeated_delivery_is_the_same_record(door):
    given = decision()

    first, second = door.post(given), door.post(given)

    assert (first.status, second.status) == (201, 200)
    assert first.json == second.json
    assert door.stored() == 1


def test_deliveries_of_one_decision_at_once_are_one_record(door):
    body = json.dumps(decision()).encode()

    async def all_at_once():
        return await asyncio.gather(*(door.ask("POST", f"/consent/{HOST}", body) for _ in range(20)))

    answers = door.run(all_at_once())

    assert {answer.status for answer in answers} <= {200, 201}
    assert len({answer.body for answer in answers}) == 1
    assert door.stored() == 1


def test_another_decision_under_a_known_id_is_a_conflict(door):
    given = decision()
    door.post(given)
    forged = given | {"granted": [], "denied": ["stats", "ads"], "event": "refused"}

    async def both():
        fresh = decision()
        bodies = [json.dumps(one).encode() for one in (fresh, fresh | {"layer": 2})]
        return await asyncio.gather(*(door.ask("POST", f"/consent/{HOST}", body) for body in bodies))

    assert door.post(forged).status == 409
    assert sorted(answer.status for answer in door.run(both())) == [201, 409]
    assert door.stored() == 2


def test_the_id_of_an_entry_of_the_office_is_no_consent(door):
    door.log.begin(at=NOON)
    opened = next(door.log.entries(0, 1))
    given = decision()
    draft_id = given["id"]
    door.post(given)
    door.records.forget(door.records.page(0, 10))

    assert door.post(decision(id=draft_id)).status == 409
    assert door.post(decision(id=str(opened.id))).status == 422
    assert door.records.page(0, 10) == []


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://www.example.org", "https://www.example.org.evil.test", "null", ""]
)
def test_a_foreign_page_does_not_speak_for_the_site(door, origin):
    answer = door.post(decision(), origin=origin)

    assert answer.status == 403
    assert b"access-control-allow-origin" not in answer.headers
    assert door.stored() == 0


def test_a_site_that_nobody_knows_is_not_found(door):
    answer = door.post(decision(), host="other.example")

    assert answer.status == 404
    assert answer.json["hint"]


def test_the_servers_clock_decides_and_the_claim_stands_beside_it(door):
    back = decision(claimed_at="2020-01-01T00:00:00Z")
    ahead = decision(claimed_at="2090-01-01T00:00:00Z")

    assert [door.post(one).status for one in (back, ahead)] == [201, 201]

    for one, sign in ((back, -1), (ahead, 1)):
        core, context, _ = door.facts(one["id"])
        assert abs(datetime.fromisoformat(core["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
        assert core["claimed_at"][:4] == one["claimed_at"][:4]
        assert context["clock_off_seconds"] * sign > 0


def test_an_answer_to_an_earlier_notice_is_recorded_as_such(door):
    late = decision(material=OLD, granted=["stats"])

    assert door.post(late).status == 201
    assert door.facts(late["id"])[0]["policy"] == "cookies/1"
    assert door.post(decision(material="00" * 32)).status == 422


BAD = {
    "nothing": (b"", 422),
    "no JSON": (b"hello", 422),
    "broken UTF-8": (b'{"id":"\xff\xfe"}', 422),
    "a list": (b"[1,2]", 422),
    "deep": (b"[" * 4_000, 422),
    "deep within": (json.dumps(decision(more=0)).replace('"more": 0', f'"more": {"[" * 1_500}{"]" * 1_500}').encode(), 422),
    "a name twice": (json.dumps(decision()).replace("{", '{"event": "refused", ', 1).encode(), 422),
    "a name twice, once disguised": (json.dumps(decision()).replace("{", r'{"\u0065vent":"refused",', 1).encode(), 422),
    "a name twice for another": (
        json.dumps(decision(), separators=(",", ":"))
        .replace(":00:", r"\u003a00\u003a")
        .replace("{", '{"gpc":true,', 1)
        .encode(),
        422,
    ),
    "an unknown service": (json.dumps(decision(granted=["stats", "ads", "spy"])).encode(), 422),
    "a service left out": (json.dumps(decision(granted=["stats"])).encode(), 422),
    "a wrong type": (json.dumps(decision(layer="1")).encode(), 422),
    "an unknown language": (json.dumps(decision(language="xx")).encode(), 422),
    "a time before all others": (json.dumps(decision(claimed_at="0001-01-01T00:00:00+14:00")).encode(), 422),
    "a time after all others": (json.dumps(decision(claimed_at="9999-12-31T23:59:59-14:00")).encode(), 422),
    "5 kB": (json.dumps(decision(granted=["x" * 5_000])).encode(), 413),
    "1 MB": (b"x" * 1_000_000, 413),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_refused_with_a_reason_and_nothing_is_stored(door, bad):
    body, status = BAD[bad]

    answer = door.post(body)

    assert answer.status == status
    assert answer.json["error"]
    assert answer.headers[b"access-control-allow-origin"] == ORIGIN.encode()
    assert door.stored() == 0


def test_a_body_without_a_length_is_cut_off_as_soon_as_it_is_too_long(door):
    answer = door.post(b"x" * 1_000_000, headers={b"content-length": b""}, pieces=1_000)

    assert answer.status == 413


def test_a_length_that_no_number_holds_is_too_long(door):
    assert door.post(decision(), headers={b"content-length": b"9" * 5_000}).status == 413
    assert door.stored() == 0


EVENTS = {
    "given": (["stats", "ads"], "banner", 1, False),
    "partial": (["stats"], "dialogue", 2, False),
    "refused": ([], "banner", 1, False),
    "withdrawn": ([], "dialogue", 2, False),
    "renewed": (["ads"], "banner", 1, False),
    "signal": ([], "gpc", 0, True),
}


@pytest.mark.parametrize("event", EVENTS)
def test_a_record_of_every_event_holds_what_the_standard_asks_for(door, event):
    granted, method, layer, gpc = EVENTS[event]
    denied = [name for name in ("stats", "ads") if name not in granted]
    sent = decision(event=event, granted=granted, denied=denied, method=method, layer=layer, gpc=gpc)
    assert door.post(sent, headers={b"user-agent": b"Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/140.0"}).status == 201

    core, context, identity = door.facts(sent["id"])

    at = datetime.fromisoformat(core["at"])
    assert (datetime.fromisoformat(core["expires"]) - at.replace(microsecond=0)).days == 180
    assert {
        name: core[name] for name in ("event", "method", "layer", "granted", "denied", "gpc", "language", "notice", "id")
    } == {name: sent[name] for name in ("event", "method", "layer", "granted", "denied", "gpc", "language", "notice", "id")}
    assert set(core["categories"]) == {"analytics", "marketing"}
    assert (core["policy"], core["policy_sha256"], core["inventory"], core["rule"]) == (
        "cookies/2",
        "ab" * 32,
        NEW,
        "eu: opt-in",
    )
    assert identity == {"browser": "firefox", "consent_id": VISITOR}
    assert context["rendering_known"]


@pytest.mark.parametrize("kind", [b"text/html", b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded", b""])
def test_another_media_type_is_refused(door, kind):
    assert door.post(decision(), headers={b"content-type": kind}).status == 415
    assert door.post(decision(), headers={b"content-encoding": b"gzip"}).status == 415
    assert door.stored() == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(door, method):
    assert door.run(door.ask(method, f"/consent/{HOST}")).status == 405


def test_a_preflight_of_the_site_is_answered(door):
    answer = door.run(door.ask("OPTIONS", f"/consent/{HOST}"))

    assert answer.status == 204
    assert answer.headers[b"access-control-allow-origin"] == ORIGIN.encode()


def test_a_flood_from_one_network_is_turned_away_and_others_still_pass(log_config):
    log = open_log(log_config)
    door = Door(log_config, log, a_minute=5, proxies=1)

    answers = [door.post(decision(), headers={b"x-forwarded-for": b"1.2.3.4, 203.0.113.%d" % host}) for host in range(8)]

    assert [answer.status for answer in answers] == [201] * 5 + [429] * 3
    assert answers[-1].headers[b"retry-after"]
    assert door.post(decision(), headers={b"x-forwarded-for": b"203.0.113.9, 198.51.100.1"}).status == 201
    assert door.stored() == 6
    door.close()
    log.close()


def test_a_record_that_could_not_be_written_is_never_acknowledged(door, monkeypatch):
    async def full(_):
        raise StorageFull("There is no room.", hint="Free some.")

    monkeypatch.setattr(door.intake.decisions._commit, "_write", full)
    assert door.post(decision()).status == 507

    async def broken(_):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(door.intake.decisions._commit, "_write", broken)
    answer = door.post(decision())
    assert answer.status == 503
    assert answer.headers[b"access-control-allow-origin"]
    assert door.stored() == 0


def test_when_too_many_wait_more_are_asked_to_come_back(door):
    door.intake.decisions._commit._waiting = dict.fromkeys(range(MOST_WAITING))

    assert door.post(decision()).status == 503
    door.intake.decisions._commit._waiting = {}


def test_sites_that_cannot_be_read_are_not_said_to_be_unknown(door):
    def broken():
        raise OSError("away")

    door.intake._doors = door.intake._doors.__class__(broken, *[None] * 5)

    assert door.post(decision()).status == 503


def test_the_notice_is_public_and_cached_by_its_tag(door):
    answer = door.get(f"/consent/{HOST}/notice.json", origin="https://anybody.test")

    assert (answer.status, answer.body) == (200, b'{"format":"x"}')
    assert answer.headers[b"access-control-allow-origin"] == b"*"
    again = door.get(f"/consent/{HOST}/notice.json", headers={b"if-none-match": b'"tag"'})
    assert (again.status, again.body) == (304, b"")


def test_a_receipt_verifies_and_one_changed_byte_does_not(door, tmp_path):
    given = decision()
    door.post(given)
    unsigned = door.get(f"/consent/{HOST}/receipt/{given['id']}")
    assert (unsigned.status, unsigned.headers[b"access-control-allow-origin"]) == (503, b"*")
    door.log.integrate(at=NOON)

    receipt = door.get(f"/consent/{HOST}/receipt/{given['id']}").body

    key = " ".join(str(one) for one in door.log.keys.trusted())
    file = tmp_path / "receipt.tlog-proof"
    file.write_bytes(receipt)
    assert verify(file, key=key).is_verified
    for place in range(0, len(receipt), 97):
        file.write_bytes(receipt[:place] + bytes([receipt[place] ^ 1]) + receipt[place + 1 :])
        assert not verify(file, key=key).is_verified


@pytest.mark.parametrize("rest", ["receipt/none", "receipt/019abcde-0000-7000-8000-000000000001", "nothing", "receipt/"])
def test_what_is_not_there_is_not_found(door, rest):
    assert door.get(f"/consent/{HOST}/{rest}").status == 404


def report(**change: str) -> bytes:
    told = {"document-uri": f"{ORIGIN}/shop?who=me", "blocked-uri": "https://spy.example/p", "effective-directive": "img-src"}
    return json.dumps({"csp-report": told | change}).encode()


def send_report(door: Door, body: bytes, **more):
    more.setdefault("headers", {b"content-type": b"application/csp-report"})
    return door.run(door.ask("POST", f"/consent/{HOST}/violations", body, origin="null", **more))


def test_reports_of_stopped_requests_are_counted_and_handed_on_without_an_address(door):
    for _ in range(3):
        assert send_report(door, report(), client="203.0.113.77").status == 204
    assert send_report(door, report(), headers={b"content-type": b"application/reports+json"}).status == 204
    door.run(door.intake.close())

    [(host, violations, at)] = door.reports
    assert host == HOST
    assert [(one.host, one.directive, one.page, one.many) for one in violations] == [("spy.example", "img-src", "/shop", 4)]
    assert "203.0.113" not in repr((violations, at))
    assert door.stored() == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (report(**{"document-uri": "https://evil.example/"}), b"application/csp-report", 403),
        (report(**{"blocked-uri": "inline"}), b"application/csp-report", 422),
        (b"", b"application/csp-report", 422),
        (b"[" * 60_000, b"application/reports+json", 422),
        (b'{"csp-report":"\xff"}', b"application/csp-report", 422),
        (b"x" * 70_000, b"application/csp-report", 413),
        (report(), b"text/html", 415),
    ],
)
def test_a_report_that_is_none_or_of_another_site_counts_for_nothing(door, body, kind, status):
    answer = send_report(door, body, headers={b"content-type": kind})

    assert (answer.status, bool(answer.json["error"])) == (status, True)
    door.run(door.intake.close())
    assert door.reports == []


def test_a_flood_of_reports_is_turned_away_and_decisions_still_pass(log_config):
    log = open_log(log_config)
    door = Door(log_config, log, a_minute=3)

    assert [send_report(door, report()).status for _ in range(5)] == [204] * 3 + [429] * 2
    assert door.post(decision()).status == 201
    door.close()
    log.close()


def test_reports_that_cannot_be_kept_do_not_disturb_the_intake(door):
    def broken(*_):
        raise OSError("away")

    door.intake._reports._keep = broken
    assert send_report(door, report()).status == 204
    door.run(door.intake._reports.close())
    assert door.post(decision()).status == 201


def send_many(door: Door, count: int, **change) -> list[str]:
    given = [decision(**change) for _ in range(count)]

    async def send():
        return await asyncio.gather(*(door.ask("POST", f"/consent/{HOST}", json.dumps(one).encode()) for one in given))

    assert {answer.status for answer in door.run(send())} == {201}
    return [one["id"] for one in given]


def test_one_visitors_history_is_found_among_many_sorted_and_new(door):
    mine = send_many(door, 2)
    send_many(door, SEGMENT, consent_id="B" * 22, event="refused", granted=[], denied=["stats", "ads"])
    assert door.records.sort_new() == SEGMENT
    assert door.records.sort_new() == 0
    mine += send_many(door, 1)

    found = [str(next(door.log.entries(index, index + 1)).id) for index in door.records.of_visitor(visitor_of(KEY, VISITOR))]

    assert found == mine
    assert sum(one.many for one in door.records.counts(HOST)) == SEGMENT + 3
    assert {(one.event, one.many) for one in door.records.counts(HOST)} == {("given", 3), ("refused", SEGMENT)}
    door.log.integrate(at=NOON)
    assert audit(door.log).waiting == 0


def test_forgotten_rows_are_found_by_nobody_and_the_log_stays_provable(door):
    mine = send_many(door, 2)
    send_many(door, SEGMENT, consent_id="B" * 22)
    door.records.sort_new()
    rows = [row for row in door.records.page(0, 10) if row.visitor == visitor_of(KEY, VISITOR)]

    door.log.erase([UUID(one) for one in mine], list(GroupName), ground="retention", at=NOON)
    door.records.forget(rows)

    assert door.records.of_visitor(visitor_of(KEY, VISITOR)) == []
    assert len(door.records.of_visitor(visitor_of(KEY, "B" * 22))) == SEGMENT
    door.log.integrate(at=NOON)
    assert audit(door.log).waiting == 0


def test_signing_goes_on_while_consents_come_in(door):
    async def both():
        send = [door.ask("POST", f"/consent/{HOST}", json.dumps(decision()).encode()) for _ in range(300)]
        sign = [asyncio.to_thread(Log.integrate, door.log, at=NOON) for _ in range(10)]
        return await asyncio.gather(*send, *sign)

    door.run(both())
    door.log.integrate(at=NOON)

    assert door.stored() == 300
    assert audit(door.log).waiting == 0


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["given", "stats", "ads", "nl"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
fields = st.sampled_from(sorted(decision()))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.dictionaries(fields, anything, min_size=1, max_size=4), noise=st.binary(max_size=30), place=st.integers(0, 500)
)
def test_whatever_is_sent_is_taken_or_refused_and_never_breaks(fuzzed, changes, noise, place):
    body = json.dumps(decision() | changes).encode("utf-8", "surrogatepass")
    torn = body[:place] + noise + body[place:]
    for sent in (body, torn, noise):
        before = fuzzed.stored()
        answer = fuzzed.post(sent)

        assert answer.status in {200, 201, 409, 413, 422}
        assert fuzzed.stored() - before == (answer.status == 201)
        if answer.status >= 400:
            assert answer.json["error"]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    from integration.evidence.log_samples import config_of

    config = config_of(tmp_path_factory.mktemp("fuzz") / "data")
    log = open_log(config)
    door = Door(config, log)
    yield door
    door.close()
    log.close()


@pytest.fixture
def full_disk(door, log_config):
    """A database without room until the function that is given is called: SQLite with no page left, PostgreSQL as it says it."""
    if not log_config.is_postgres:
        db = door.log.store.file.open_writer()
        most = db.pragma("max_page_count")
        db.pragma("max_page_count", db.pragma("page_count"))
        return lambda: db.pragma("max_page_count", most)
    with psycopg.connect(log_config.database_url, autocommit=True) as db:
        # Its files cannot be filled without filling the machine's disk; its own answer then is of this class.
        db.execute(
            """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"""
        )
        db.execute("CREATE TRIGGER no_room BEFORE INSERT ON evidence_log_entry EXECUTE FUNCTION no_room()")

    def free() -> None:
        with psycopg.connect(log_config.database_url, autocommit=True) as db:
            db.execute("DROP TRIGGER no_room ON evidence_log_entry")

    return free


def test_without_room_nothing_is_acknowledged_and_it_goes_on_by_itself_when_there_is_some(door, full_disk):
    for _ in range(200):
        before = door.stored()
        kept = decision()
        refused = door.post(kept)
        if refused.status != 201:
            break
    again = door.post(kept)

    assert (refused.status, again.status) == (507, 507)
    assert refused.headers[b"retry-after"] == b"60"
    assert refused.headers[b"access-control-allow-origin"] == ORIGIN.encode()
    assert door.stored() == before

    full_disk()

    answer = door.post(kept)
    assert (answer.status, answer.json["record"]) == (201, kept["id"])
    assert door.post(kept).json == answer.json
    door.log.integrate(at=NOON)
    assert audit(door.log).waiting == 0
    assert door.stored() == before + 1
