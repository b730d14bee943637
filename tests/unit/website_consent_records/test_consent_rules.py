"""What is asked, and which answers count."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from holdtrue.errors import Invalid
from holdtrue.policy.text.rules import Category, parse
from holdtrue.website.consent import asking
from holdtrue.website.consent.asking import Asking, Published, notice_of, read_notice
from holdtrue.website.consent.limits import MINUTE, Limit
from holdtrue.website.consent.records import browser_of, digest_of, form_of, groups_of
from holdtrue.website.consent.renderings import canonical, checked, renderings_of
from holdtrue.website.consent.rules import LANGUAGES, Asked, read_decision, weigh
from holdtrue.website.consent.store import visitor_of
from holdtrue.website.sites.inventory import line_of

HEAD = """---
policy: cookies
title: Cookies
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-05
change: First version.
---

[CP-1] Cookies:

| Name | Provider | Purpose | Category | Party | Set by | Retention | Sent to |
|---|---|---|---|---|---|---|---|
"""
ROWS = """| `language` | WeGroup NV | Keeps the language | necessary | first | HTTP | 1 year | |
| `_ga`, `_ga_*` | Google Ireland Ltd | Counts visits | analytics | first | script | 2 years | `*.google-analytics.com` |
| `IDE` | Google Ireland Ltd | Shows advertising | marketing | third | HTTP | 13 months | doubleclick.net |
"""
VALID = {
    "id": "019abcde-0000-7000-8000-000000000001",
    "consent_id": "A" * 22,
    "event": "given",
    "method": "banner",
    "layer": 1,
    "granted": ["stats", "ads"],
    "denied": [],
    "notice": "9a" * 32,
    "material": "5f" * 32,
    "language": "nl",
    "claimed_at": "2026-11-25T12:00:00Z",
    "gpc": False,
}
ASKED = Asked("www.example.org", "5f" * 32, "cookies/2", 2, "ab" * 32,
              {"stats": Category.ANALYTICS, "ads": Category.MARKETING}, 180, "eu: opt-in")  # fmt: skip


def notice(rows: str = ROWS, asking: Asking | None = None):
    document = parse(HEAD + rows)
    lines = tuple(line_of(one, document.language) for one in document.declarations)
    published = Published(document, 2, "https://policy.example/p/cookies/", lines)
    return notice_of("www.example.org", published, asking or Asking(), server="https://policy.example")


def test_a_notice_follows_the_policy_and_reads_back_the_same():
    made = notice()

    assert [(one.id, one.category) for one in made.services] == [
        ("wegroup-nv", "necessary"),
        ("google-ireland-ltd-analytics", "analytics"),
        ("google-ireland-ltd-marketing", "marketing"),
    ]
    assert made.services[1].hosts == ("*.google-analytics.com",)
    assert [item.pattern for item in made.services[1].items] == ["_ga", "_ga_*"]
    assert read_notice(made.document) == made
    assert read_notice(made.document).document == made.document
    assert set(made.asked.services) == {"google-ireland-ltd-analytics", "google-ireland-ltd-marketing"}


MATERIAL = {
    "a purpose in other words": (ROWS.replace("Counts visits", "Measures how often pages are read"), False),
    "another name of a cookie": (ROWS.replace("_ga_*", "_gaz"), False),
    "a shorter retention": (ROWS.replace("13 months", "1 month"), False),
    "a necessary cookie more": (ROWS + "| `s` | WeGroup NV | Session | necessary | first | HTTP | session | |\n", False),
    "another recipient": (ROWS.replace("doubleclick.net", "doubleclick.net, adform.net"), True),
    "another provider": (ROWS.replace("Google Ireland Ltd | Shows", "Adform A/S | Shows"), True),
    "another category": (ROWS.replace("| Counts visits | analytics", "| Counts visits | marketing"), True),
    "a purpose more": (ROWS + "| `x` | Google Ireland Ltd | Sells profiles | marketing | third | HTTP | 1 day | doubleclick.net |\n", True),
    "a service more": (ROWS + "| `y` | Meta | Follows | marketing | third | script | 1 day | meta.test |\n", True),
}  # fmt: skip


@pytest.mark.parametrize("change", MATERIAL)
def test_only_a_material_change_asks_again(change):
    rows, asks_again = MATERIAL[change]

    assert (notice(rows).material != notice().material) is asks_again


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Asking(keep_days=181), "needs a written reason"),
        (Asking(keep_days=366, keep_reason="we like it"), "cannot be kept for 366 days"),
        (Asking(record_days=29), "Records cannot be kept"),
        (Asking(record_days=2_000), "Records cannot be kept"),
        (Asking(keep_days=100, record_days=90), "as long as the choice"),
        (Asking(origins=("https://shop.example.org/path",)), "is not an origin"),
        (Asking(hosts={"a": ("evil.test; script-src *",)}), "is not a host"),
        (Asking(languages=("<b>",)), "is not a language"),
        (Asking(texts={"pt-br": {"title": "Cookies"}}), "is not a language"),
        (Asking(languages=("nl", "ar")), "no texts in 'ar'"),
        (Asking(texts={"nl": {"titel": "Koekjes?"}}), "no text called 'titel'"),
        (Asking(accent="red;}"), "is no colour"),
        (Asking(regulation="mars"), "No rule is known"),
    ],
)
def test_no_owner_can_choose_what_no_notice_may_say(chosen, why):
    with pytest.raises(Invalid, match=why):
        chosen.require_valid()


def test_a_language_of_the_owners_own_is_possible_with_words():
    Asking(languages=("nl", "ar"), texts={"ar": {"title": "اختيارك"}}).require_valid()


def test_a_text_that_the_banner_does_not_have_is_named_with_the_nearest_that_it_has():
    with pytest.raises(Invalid) as refused:
        Asking(texts={"nl": {"title": "Koekjes?", "refuze": "Weigeren"}}).require_valid()
    assert refused.value.hint == "Did you mean “refuse”?"
    with pytest.raises(Invalid) as refused:
        Asking(texts={"nl": {"xyz": "Weigeren"}}).require_valid()
    assert refused.value.hint.startswith("The keys are title, intro, ")


def test_the_keys_of_texts_are_those_of_the_built_banner():
    built = Path(asking.__file__).parent / "static" / "consent" / "texts.en.json"
    assert tuple(json.loads(built.read_text(encoding="utf-8"))) == asking.TEXTS


def test_a_year_is_possible_with_a_reason():
    Asking(keep_days=365, keep_reason="Our visitors come once a year, for the fair.").require_valid()


ANSWERS = {
    "all": ("given", "banner", ["stats", "ads"], [], {"analytics": "granted", "marketing": "granted"}),
    "some": ("partial", "dialogue", ["stats"], ["ads"], {"analytics": "granted", "marketing": "denied"}),
    "none": ("refused", "banner", [], ["stats", "ads"], {"analytics": "denied", "marketing": "denied"}),
    "taken back": ("withdrawn", "dialogue", [], ["stats", "ads"], {"analytics": "denied", "marketing": "denied"}),
    "again": ("renewed", "banner", ["ads"], ["stats"], {"analytics": "denied", "marketing": "granted"}),
    "signal": ("signal", "gpc", [], ["stats", "ads"], {"analytics": "denied", "marketing": "denied"}),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_recorded_by_category(answer):
    event, method, granted, denied, categories = ANSWERS[answer]

    assert weigh(ASKED, event, method, tuple(granted), tuple(denied), event == "signal") == categories


@pytest.mark.parametrize(
    ("event", "method", "granted", "denied", "why"),
    [
        ("given", "banner", ["stats", "ads", "more"], [], "asks for no service"),
        ("given", "banner", ["stats"], [], "Nothing is decided about 'ads'"),
        ("given", "banner", ["stats", "ads"], ["ads"], "both granted and denied"),
        ("given", "banner", ["stats", "stats", "ads"], [], "named twice"),
        ("given", "banner", ["stats"], ["ads"], "contradicts"),
        ("refused", "banner", ["stats"], ["ads"], "contradicts"),
        ("partial", "banner", ["stats", "ads"], [], "contradicts"),
        ("withdrawn", "banner", ["stats", "ads"], [], "contradicts"),
        ("signal", "gpc", ["stats"], ["ads"], "contradicts"),
    ],
)
def test_an_answer_to_something_else_does_not_count(event, method, granted, denied, why):
    with pytest.raises(Invalid, match=why):
        weigh(ASKED, event, method, tuple(granted), tuple(denied), event == "signal")


@pytest.mark.parametrize(
    ("event", "method", "granted", "denied", "gpc"),
    [
        ("given", "gpc", ["stats", "ads"], [], True),
        ("refused", "gpc", [], ["stats", "ads"], True),
        ("signal", "banner", [], ["stats", "ads"], True),
        ("signal", "gpc", [], ["stats", "ads"], False),
    ],
)
def test_nothing_but_a_signal_decides_by_the_signal(event, method, granted, denied, gpc):
    with pytest.raises(Invalid, match="Only a browser's own signal"):
        weigh(ASKED, event, method, tuple(granted), tuple(denied), gpc)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "019ABCDE-0000-7000-8000-000000000001"},
        {"id": "019abcde-0000-4000-8000-000000000001"},
        {"consent_id": "A" * 21},
        {"consent_id": "A" * 21 + "\n"},
        {"event": "expired"},
        {"layer": 3},
        {"layer": "1"},
        {"granted": "stats"},
        {"granted": [1]},
        {"notice": "9A" * 32},
        {"claimed_at": "yesterday"},
        {"claimed_at": "2026-11-25T12:00:00"},
        {"gpc": "yes"},
        {"material": None},
    ],
)
def test_a_malformed_decision_is_refused_with_a_reason(change):
    with pytest.raises(Invalid) as refused:
        read_decision(json.dumps(VALID | change).encode())
    assert refused.value.hint


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff\xfe", b'{"id":"\xff"}', b"[" * 4000, b'{"layer":1e999}', b"{}"])
def test_what_is_no_decision_is_refused(body):
    with pytest.raises(Invalid):
        read_decision(body)


def test_a_record_says_what_was_decided_and_who_only_in_the_identity():
    decision = read_decision(json.dumps(VALID).encode())

    core, context, identity = groups_of(
        decision, form_of(decision, ASKED), browser="firefox", is_rendering_known=True, at=1_795_608_000_123
    )

    facts = json.loads(core)
    assert core == json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()
    assert facts["at"] == "2026-11-25T12:00:00.123+00:00"
    assert facts["expires"] == "2027-05-24T12:00:00+00:00"
    assert facts["claimed_at"] == "2026-11-25T12:00:00+00:00"
    assert (facts["granted"], facts["denied"], facts["policy"], facts["rule"]) == (
        ["stats", "ads"],
        [],
        "cookies/2",
        "eu: opt-in",
    )
    assert b"AAAA" not in core + context
    assert json.loads(identity) == {"browser": "firefox", "consent_id": "A" * 22}
    assert json.loads(context) == {"clock_off_seconds": 0, "rendering_known": True}


def test_a_claim_far_from_now_is_kept_as_a_claim():
    decision = read_decision(json.dumps(VALID | {"claimed_at": "2020-01-01T00:00:00+02:00"}).encode())

    core, context, _ = groups_of(
        decision, form_of(decision, ASKED), browser="other", is_rendering_known=False, at=1_795_608_000_000
    )

    assert json.loads(core)["at"].startswith("2026-11-25")
    assert json.loads(core)["claimed_at"] == "2019-12-31T22:00:00+00:00"
    assert json.loads(context)["clock_off_seconds"] < -200_000_000


def digest(asked: Asked = ASKED, **change: object) -> bytes:
    decision = read_decision(json.dumps(VALID | change, indent=1).encode())
    return digest_of(decision, form_of(decision, asked))


@pytest.mark.parametrize(
    "change",
    [
        {"layer": 2}, {"gpc": True}, {"language": "fr"}, {"method": "dialogue"}, {"event": "renewed"}, {"notice": "8b" * 32},
        {"id": "019abcde-0000-7000-8000-000000000002"}, {"consent_id": "B" * 22}, {"claimed_at": "2026-11-25T12:00:00.001Z"},
        {"event": "partial", "granted": ["ads"], "denied": ["stats"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_digest_tells_decisions_apart(change):
    assert digest(**change) != digest()


def test_a_digest_tells_sites_apart_and_is_the_same_under_other_words():
    assert digest(replace(ASKED, host="b.test")) != digest()
    assert digest(replace(ASKED, policy="cookies/3", version=3)) == digest()


def test_the_same_answer_is_written_out_once():
    decision = read_decision(json.dumps(VALID).encode())

    assert form_of(decision, ASKED) is form_of(read_decision(json.dumps(VALID | {"consent_id": "B" * 22}).encode()), ASKED)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "edge",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "chrome"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "safari"),
        ("curl/8", "other"),
        ("\xff" * 4000, "other"),
    ],
)
def test_of_a_browser_only_the_family_is_kept(agent, family):
    assert browser_of(agent.encode("latin-1")) == family


def test_a_visitor_is_found_by_a_hash_that_needs_the_key():
    assert visitor_of(b"k" * 32, "A" * 22) == visitor_of(b"k" * 32, "A" * 22)
    assert visitor_of(b"k" * 32, "A" * 22) != visitor_of(b"j" * 32, "A" * 22)


def test_every_language_has_its_rendering_and_the_hash_is_that_of_the_banner():
    found = dict(renderings_of(notice(), LANGUAGES))

    assert set(found) == LANGUAGES
    shown = json.loads(found["nl"])
    assert shown["language"] == "nl"
    assert shown["services"] == json.loads(notice().document)["services"]
    # What JSON.stringify writes of an object whose keys are sorted.
    assert found["nl"] == json.dumps(shown, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def test_a_rendering_of_another_build_is_taken_and_one_of_other_words_is_not():
    shown = json.loads(dict(renderings_of(notice(), LANGUAGES))["nl"]) | {"build": "9.9.9+other"}
    body = json.dumps({"sha256": sha256(canonical(shown)).hexdigest(), "rendering": shown}).encode()
    lied = json.loads(body)["rendering"]
    lied["texts"]["accept"] = "Ik ga akkoord met alles voor altijd"

    assert checked(body, notice())[:2] == (sha256(canonical(shown)).hexdigest(), "nl")
    with pytest.raises(Invalid, match="not how the notice in force is shown"):
        checked(json.dumps({"sha256": sha256(canonical(lied)).hexdigest(), "rendering": lied}).encode(), notice())
    with pytest.raises(Invalid, match="does not have this hash"):
        checked(json.dumps({"sha256": "00" * 32, "rendering": shown}).encode(), notice())


def test_the_owners_words_stand_over_the_built_in_ones():
    texts = Asking(texts={"nl": {"title": "Koekjes?"}}, languages=("nl", "en"))

    found = dict(renderings_of(notice(asking=texts), LANGUAGES))

    assert set(found) == {"nl", "en"}
    assert json.loads(found["nl"])["texts"]["title"] == "Koekjes?"
    assert notice(asking=replace(texts, texts={})).material == notice().material


def test_a_network_is_counted_as_one_whatever_its_host():
    limit = Limit(3)

    assert [limit.allows(f"203.0.113.{host}", 100.0) for host in range(5)] == [True, True, True, False, False]
    assert limit.allows("203.0.114.1", 100.0)
    assert limit.allows("203.0.113.9", 100.0 + MINUTE)
    assert [limit.allows(f"2001:db8:1::{host}", 100.0 + MINUTE) for host in range(1, 6)] == [True] * 3 + [False] * 2
    assert not any("203" in repr(name) for name in limit._counts)
    assert all(Limit(0).allows("203.0.113.1", 0.0) for _ in range(100))


def test_stored_items_are_told_apart_by_how_long_they_stay():
    rows = ROWS + (
        "| `pages_seen` | WeGroup NV | Counts pages | analytics | first | storage | session |\n"
        "| `shelf` | WeGroup NV | Keeps the order of books | preferences | first | storage | 1 year |\n"
    )

    kinds = {item.pattern: item.kind for service in notice(rows).services for item in service.items}

    assert (kinds["pages_seen"], kinds["shelf"], kinds["language"]) == ("session", "local", "cookie")
