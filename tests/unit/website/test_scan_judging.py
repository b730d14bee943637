"""Every finding, its neighbours that are none, and what each says to do: a table of cases for each thing that is judged."""

import json
from dataclasses import replace

import pytest

from holdtrue.policy.text.rules import Category, Party
from holdtrue.website.scan.engine.observations import Box, Kind, Note, PolicyPage, Signal, State, Trouble
from holdtrue.website.scan.engine.parties import host_of
from holdtrue.website.scan.faults import MEANINGS, Fault, Severity
from holdtrue.website.scan.judging import sent as about_sent
from holdtrue.website.scan.judging.looks import (
    category_by_name,
    keeps_choice,
    looks_like_choice,
    looks_like_session,
    looks_necessary,
)
from holdtrue.website.scan.rules import judge
from unit.website.scan_given import ANSWERS, PAGE, banner, button, declared, seen, sent, sighting

NO, REFUSED, ACCEPTED, WITHDRAWN = State
THIRD = Party.THIRD
PROMISES = (declared(),)


def found(*observations, declarations=PROMISES, has_policy=True, **more):
    findings = judge(sighting(*observations, **more), declarations, has_policy=has_policy)
    return {finding.fault.value for finding in findings if finding.fails}


def finding(fault, *observations, declarations=PROMISES, **more):
    (one,) = [one for one in judge(sighting(*observations, **more), declarations) if one.fault is fault]
    return one


NECESSARY = {"category": Category.NECESSARY}
SESSION = (declared("sessionid", days=None, **NECESSARY),)
GUARDED = {"days": None, "secure": True, "http_only": True, "same_site": "Lax"}
TRACKER = declared("uid", party=THIRD, provider="Follow (follow.example)", category=Category.MARKETING)
FOLLOWED = {"domain": "follow.example", "set_by": "https://follow.example/f.js"}

STORED = {
    "deleted by the visitor and back with its old value": (
        (seen(respawned=True),), PROMISES, {"respawned-after-deletion"},
    ),
    "a necessary item that comes back follows nobody": (
        (seen("sessionid", respawned=True, **GUARDED),), SESSION, set(),
    ),
    "an identifier whose end moves with each visit": ((seen(refreshed=True, is_identifier=True),), PROMISES, {"refreshed-on-each-visit"}),
    "a setting whose end moves tells nobody apart": ((seen(refreshed=True),), PROMISES, set()),
    "a session's identifier may be renewed": (
        (seen("sessionid", refreshed=True, is_identifier=True, **GUARDED),), SESSION, set(),
    ),
    "thirteen months are let be": ((seen(days=395.0),), (declared(days=395.0),), set()),
    "more than thirteen months": ((seen(days=400.0),), (declared(days=400.0),), {"kept-over-13-months"}),
    "necessary for longer is for the policy to say": ((seen("x", days=800.0),), (declared("x", days=800.0, **NECESSARY),), set()),
    "a guarded session": ((seen("sessionid", **GUARDED),), SESSION, set()),
    "a session that scripts can read": ((seen("sessionid", **{**GUARDED, "http_only": False}),), SESSION, {"cookie-not-protected"}),
    "a session that goes unencrypted": ((seen("sessionid", **{**GUARDED, "secure": False}),), SESSION, {"cookie-not-protected"}),
    "a session that other sites send": ((seen("sessionid", **{**GUARDED, "same_site": "None"}),), SESSION, {"cookie-not-protected"}),
    "a session that says nothing of other sites": (
        (seen("sessionid", **{**GUARDED, "same_site": ""}),), SESSION, {"cookie-not-protected"},
    ),
    "a session whose jar was not seen": ((seen("sessionid", days=None),), SESSION, set()),
    "a token against forged requests must be readable": (
        (seen("csrftoken", **{**GUARDED, "http_only": False}),), (declared("csrftoken", days=None, **NECESSARY),), set(),
    ),
    "a counter needs no guard": ((seen(secure=False, http_only=False, same_site=""),), PROMISES, set()),
    "what was set and taken away at once to see whether cookies work": (
        (seen("cookietest", days=None, state=NO, deleted=True),), (), set(),
    ),
    "what was gone before anybody could look, whatever its name": (
        (seen("_gd1795796218153", days=None, state=NO, deleted=True, momentary=True),), (), set(),
    ),
    "what was gone as quickly and tells visitors apart": (
        (seen("_gd", days=None, state=NO, deleted=True, momentary=True, is_identifier=True),), (), {"before-consent"},
    ),
    "what somebody else tries out": (
        (seen("_gd", days=None, state=NO, deleted=True, momentary=True, domain="t.example"),), (), {"before-consent"},
    ),
    "what bears such a name and stays": ((seen("cookietest", state=NO),), (), {"before-consent"}),
    "the banner's own memory, undeclared, with no policy to name it": ((seen("cookie_choice", state=NO),), (), set()),
}  # fmt: skip


@pytest.mark.parametrize("case", STORED)
def test_what_is_stored_is_judged_by_consent_time_and_guard(case):
    observations, declarations, expected = STORED[case]
    has_policy = bool(declarations)

    assert found(*observations, declarations=declarations, has_policy=has_policy) == expected


TABLES = {
    "told as it is": ((seen("uid", **FOLLOWED),), (TRACKER,), set()),
    "a provider by the name that its domain bears": (
        (seen("uid", **FOLLOWED),), (replace(TRACKER, provider="Follow Inc."),), set(),
    ),
    "a provider whose domain is another's": (
        (seen("uid", **FOLLOWED),), (replace(TRACKER, provider="Honest (honest.example)"),), {"wrong-provider"},
    ),
    "a provider that bears another party's name": (
        (seen("uid", **FOLLOWED), sent("honest.example", via="image", path="/a.png")),
        (replace(TRACKER, provider="Honest"),),
        {"wrong-provider"},
    ),
    "somebody else's cookie said to be the site's own": (
        (seen("uid", **FOLLOWED),), (replace(TRACKER, provider="Bakery"),), {"wrong-provider"},
    ),
    "a provider whose name says nothing of its domain": (
        (seen("uid", **FOLLOWED),), (replace(TRACKER, provider="Alphabet"),), set(),
    ),
    "the site's own cookie, set for it by somebody's library": (
        (seen(set_by="https://cdn.example/cookie.js"),), PROMISES, set(),
    ),
    "a tracker said to be necessary, by its name": (
        (seen("_ads"),), (declared("_ads", **NECESSARY),), {"wrong-category"},
    ),
    "advertising said to be statistics": (
        (seen("_fbp"),), (declared("_fbp"),), {"wrong-category"},
    ),
    "a chat's own count of visitors, for which consent is asked": (
        (seen("hl_visitor"),), (declared("hl_visitor", category=Category.PREFERENCES),), set(),
    ),
    "a count of visitors said to be necessary, by its name": (
        (seen("hl_visitor"),), (declared("hl_visitor", **NECESSARY),), {"wrong-category"},
    ),
    "advertising said to be a preference, by its name": (
        (seen("my_ads"),), (declared("my_ads", category=Category.PREFERENCES),), {"wrong-category"},
    ),
    "statistics said to be advertising asks for more than it must": (
        (seen("_ga"),), (declared("_ga", category=Category.MARKETING),), set(),
    ),
    "necessary, and told to others": (
        (seen("cart"), sent("follow.example", kind=Kind.IDENTIFIER, source="www.bakery.example", path="")),
        (declared("cart", **NECESSARY),),
        set(),
    ),
    "the session outlived by local storage": (
        (seen("seen", kind=Kind.LOCAL_STORAGE, days=None),), (declared("seen", days=None),), {"session-declared-but-persistent"},
    ),
    "session storage ends with the session": (
        (seen("seen", kind=Kind.SESSION_STORAGE, days=None),), (declared("seen", days=None),), set(),
    ),
    "declared twice in different categories": (
        (seen(),), (declared(), declared(category=Category.MARKETING, line=9)), {"declared-twice-differently"},
    ),
    "declared twice for different times": ((seen(),), (declared(), declared(days=90.0, line=9)), {"declared-twice-differently"}),
    "declared twice in the same words is the lint's to tell": ((seen(),), (declared(), declared(line=9)), set()),
    "two companies with cookies of one name": (
        (seen("uid", **FOLLOWED),),
        (TRACKER, declared("uid", party=THIRD, provider="Honest", days=1.0, line=9)),
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_the_tables_are_held_against_what_was_seen(case):
    observations, declarations, expected = TABLES[case]

    assert found(*observations, declarations=declarations) - {"undeclared-recipient", "identifier-shared"} == expected


@pytest.mark.parametrize(
    ("name", "category", "severity"),
    [
        ("_fbp", Category.NECESSARY, Severity.HIGH),
        ("my_ads", Category.NECESSARY, Severity.MEDIUM),
        ("wp_lang", Category.NECESSARY, Severity.LOW),
        ("_fbp", Category.ANALYTICS, Severity.MEDIUM),
    ],
)
def test_a_wrong_category_weighs_what_follows_from_it_and_how_well_it_is_known(name, category, severity):
    one = finding(Fault.WRONG_CATEGORY, seen(name), declarations=(declared(name, category=category),))

    assert one.severity is severity


def test_a_necessary_identifier_that_is_passed_on_is_not_necessary():
    item = seen("cart", is_identifier=True)
    passed = seen("cart", kind=Kind.IDENTIFIER, domain="follow.example", source="www.bakery.example", days=None)

    one = finding(Fault.WRONG_CATEGORY, item, passed, declarations=(declared("cart", **NECESSARY),))

    assert "sent to follow.example" in one.evidence


def passed_on(*, to, name="uid", source="follow.example", state=ACCEPTED):
    return seen(name, kind=Kind.IDENTIFIER, state=state, domain=to, source=source, days=None)


CDN = declared("x", provider="Delivery (cdn.example)", **NECESSARY)
SENT = {
    "a font from elsewhere before the choice": ((sent(state=NO, via="font"),), PROMISES, {"request-before-consent"}),
    "an embed although refused": ((sent(state=REFUSED, via="document"),), PROMISES, {"request-after-refusal", "undeclared-recipient"}),
    "a script still loaded after withdrawal": ((sent(state=WITHDRAWN),), PROMISES, {"request-after-withdrawal", "undeclared-recipient"}),
    "a beacon before the choice": ((sent(state=NO, kind=Kind.BEACON, via="beacon"),), PROMISES, {"tracker-before-consent"}),
    "a pixel although refused": ((sent(state=REFUSED, via="image", path="/p?id=1"),), PROMISES, {"tracker-after-refusal", "undeclared-recipient"}),
    "an ordinary picture with a version": ((sent(state=NO, via="image", path="/a.png?v=1"),), PROMISES, {"request-before-consent"}),
    "a script that stores its own cookie, after withdrawal": (
        (seen("uid", **FOLLOWED), sent("follow.example", state=WITHDRAWN)), (TRACKER,), {"tracker-after-withdrawal"},
    ),
    "a script that stores the site's own cookie, before the choice": (
        (sent("follow.example", state=NO), seen(set_by="https://follow.example/f.js")),
        PROMISES,
        {"tracker-before-consent"},
    ),
    "a necessary provider's host": ((sent("cdn.example", state=NO), seen("x", days=None)), (CDN,), set()),
    "a host that the necessary row lists": (
        (sent("files.example", state=NO), seen("x", days=None)), (declared("x", hosts=("*.files.example", "files.example"), **NECESSARY),), set(),
    ),
    "somebody unnamed, with consent": ((sent(),), PROMISES, {"undeclared-recipient"}),
    "somebody named by a word, with consent": ((sent("google-analytics.com"),), (declared(provider="Google Analytics"),), set()),
    "somebody known by the cookie that the row declares": (
        (seen("uid", **FOLLOWED), sent("cdn.follow.example")), (replace(TRACKER, provider="F."),), set(),
    ),
    "an alias of a host that follows visitors": (
        (
            seen("uid", **FOLLOWED),
            seen("m", kind=Kind.REQUEST, state=ACCEPTED, domain="m.bakery.example", alias_of="in.follow.example", via="xhr"),
        ),
        (replace(TRACKER, provider="Honest Eyes"),),
        {"cname-cloaked-tracker"},
    ),
    "an alias that stores what needs consent": (
        (seen("_m", domain="m.bakery.example", alias_of="in.hidden.example"),),
        (declared("_m"),),
        {"cname-cloaked-tracker"},
    ),
    "an alias that stores what needs consent, where the site's own rows bear the same name": (
        (seen("_m", domain="m.bakery.example", alias_of="in.hidden.example"),),
        (declared("_m"), declared("choice", **NECESSARY)),
        {"cname-cloaked-tracker"},
    ),
    "an alias that the necessary row lists": (
        (seen("_m", domain="m.bakery.example", alias_of="in.hidden.example"),),
        (declared("_m", hosts=("m.bakery.example",), **NECESSARY),),
        set(),
    ),
    "an alias of a delivery network that serves pictures": (
        (seen("p", kind=Kind.REQUEST, state=NO, domain="img.bakery.example", alias_of="edge.network.example", via="image"),),
        PROMISES,
        set(),
    ),
    "an alias of somebody whom the policy names": (
        (seen("_m", domain="m.bakery.example", alias_of="in.hidden.example"),),
        (declared("_m", provider="Hidden Inc."),),
        set(),
    ),
    "an identifier passed on to a stranger": (
        (seen("uid", **FOLLOWED), passed_on(to="sync.example"), sent("sync.example")),
        (TRACKER, declared("y", provider="Sync (sync.example)")),
        {"identifier-shared"},
    ),
    "an identifier told to whoever sets it": ((seen("uid", **FOLLOWED), passed_on(to="in.follow.example")), (TRACKER,), set()),
    "the site's own identifier, told to a named recipient after consent": (
        (seen(), passed_on(to="stats.example", name="_visits", source="www.bakery.example")),
        (declared(provider="Stats (stats.example)"),),
        set(),
    ),
    "the site's own identifier, told to a named recipient although refused": (
        (seen(), passed_on(to="stats.example", name="_visits", source="www.bakery.example", state=REFUSED)),
        (declared(provider="Stats (stats.example)"),),
        {"identifier-shared"},
    ),
    "an e-mail address told to somebody else": (
        (seen("e-mail address", kind=Kind.PERSONAL_DATA, domain="follow.example", days=None),), PROMISES, {"personal-data-sent"},
    ),
    "an e-mail address told to who must have it": (
        (seen("e-mail address", kind=Kind.PERSONAL_DATA, domain="cdn.example", days=None),), (CDN,), set(),
    ),
    "keys told while they are typed": (
        (seen("keys", kind=Kind.KEY_LOGGING, domain="follow.example", days=None),), PROMISES, {"key-logging"},
    ),
    "fingerprinting after withdrawal": (
        (seen("canvas", kind=Kind.FINGERPRINT, state=WITHDRAWN, domain="f.example"),), PROMISES, {"fingerprinting-without-consent"},
    ),
    "fingerprinting with consent": ((seen("canvas", kind=Kind.FINGERPRINT, domain="f.example"),), PROMISES, set()),
}  # fmt: skip


@pytest.mark.parametrize("case", SENT)
def test_what_is_sent_is_judged_by_state_recipient_and_content(case):
    observations, declarations, expected = SENT[case]

    assert found(*observations, declarations=declarations) == expected


def with_answers(**changed):
    return tuple(replace(one, **changed.get(one.state.name.lower(), {})) for one in ANSWERS)


UNREFUSED = with_answers(refused={"reached": False, "why_not": "no button"})
EQUAL = button("accept")
ASKED = {
    "two equal buttons": ({"banner": banner()}, set()),
    "refusing by a bare link": ({"banner": banner(EQUAL, button("refuse", has_body=False))}, {"unequal-buttons"}),
    "refusing in small letters": ({"banner": banner(EQUAL, button("refuse", font_size=11.0))}, {"unequal-buttons"}),
    "refusing by a small button": ({"banner": banner(EQUAL, button("refuse", width=60, height=20))}, {"unequal-buttons"}),
    "refusing in pale letters": ({"banner": banner(EQUAL, button("refuse", contrast=1.9))}, {"unequal-buttons"}),
    "refusing out of sight": ({"banner": banner(EQUAL, button("refuse", in_view=False))}, {"unequal-buttons"}),
    "a shorter word makes a narrower button": ({"banner": banner(EQUAL, button("refuse", width=90))}, set()),
    "refusing by a button and by a link": (
        {"banner": banner(EQUAL, button("refuse", width=140), button("refuse", has_body=False, width=300))},
        set(),
    ),
    "both pale": ({"banner": banner(button("accept", contrast=3.0), button("refuse", contrast=3.0))}, set()),
    "a link to refuse beside a button to refuse": (
        {"banner": banner(EQUAL, button("refuse", has_body=False), button("refuse"))}, set(),
    ),
    "a wall": ({"banner": banner(EQUAL, blocks=True), "answers": UNREFUSED}, {"cookie-wall", "no-refuse"}),
    "a banner in the middle that can be refused": ({"banner": banner(blocks=True, locks_scrolling=True)}, set()),
    "no refusal, and the page can be read": ({"banner": banner(EQUAL), "answers": UNREFUSED}, {"no-refuse"}),
    "statistics ticked beforehand": ({"banner": banner(boxes=(Box(label="Statistics", on=True),))}, {"pre-ticked"}),
    "the necessary ticked for good": ({"banner": banner(boxes=(Box(label="Whatever", on=True, fixed=True),))}, set()),
    "the necessary ticked in Dutch": ({"banner": banner(boxes=(Box(label="Strikt noodzakelijk", on=True),))}, set()),
    "the necessary ticked in Hungarian": ({"banner": banner(boxes=(Box(label="Szükséges sütik", on=True),))}, set()),
    "nothing ticked": ({"banner": banner(boxes=(Box(label="Statistics", on=False),))}, set()),
    "opening the settings to withdraw": ({"answers": with_answers(withdrawn={"actions": 2})}, set()),
    "four presses to withdraw what one gave": ({"answers": with_answers(withdrawn={"actions": 4})}, {"withdrawal-harder-than-consent"}),
    "as many presses for both": ({"answers": with_answers(accepted={"actions": 3}, withdrawn={"actions": 5})}, set()),
    "a refusal asked again": ({"answers": with_answers(refused={"remembered": False})}, {"refusal-not-remembered"}),
    "every answer asked again": (
        {"answers": with_answers(refused={"remembered": False}, accepted={"remembered": False})}, set(),
    ),
    "the signal, and nothing stored": ({"signal": Signal(reached=True, has_banner=True)}, set()),
    "the signal, and stored all the same": ({"signal": Signal(reached=True, observations=(seen(state=NO),))}, {"signal-ignored"}),
    "the signal, and a beacon all the same": (
        {"signal": Signal(reached=True, observations=(sent(kind=Kind.BEACON, state=NO),))}, {"signal-ignored"},
    ),
    "the signal, and a fingerprint taken by somebody else all the same": (
        {"signal": Signal(reached=True, observations=(sent(kind=Kind.FINGERPRINT, state=NO),))}, {"signal-ignored"},
    ),
    "the signal, and what is necessary": ({"signal": Signal(reached=True, observations=(seen("csrftoken", state=NO),))}, set()),
    "a visitor with the signal who did not arrive": ({"signal": Signal(reached=False, observations=(seen(state=NO),))}, set()),
    "a dated policy": ({"policy_page": PolicyPage(url=PAGE, link="Cookies", status=200, dated="1 May 2026", letters=900)}, set()),
    "a policy without a date": (
        {"policy_page": PolicyPage(url=PAGE, link="Cookies", status=200, letters=900)}, {"policy-page-undated"},
    ),
    "a policy that is not there": ({"policy_page": PolicyPage(url=PAGE, link="Cookies", status=404, letters=9)}, {"policy-page-unreachable"}),
    "a policy that nobody serves": ({"policy_page": PolicyPage(url=PAGE, link="Cookies")}, {"policy-page-unreachable"}),
    "an empty policy": ({"policy_page": PolicyPage(url=PAGE, link="Cookies", status=200)}, {"policy-page-unreachable"}),
    "no link, and the policy is known": ({"banner": banner()}, set()),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_how_the_visitor_is_asked_is_judged(case):
    circumstances, expected = ASKED[case]

    assert found(**circumstances) == expected


def test_who_asks_for_consent_and_links_to_no_policy_at_all_informs_nobody():
    assert found(banner=banner(), declarations=(), has_policy=False) == {"policy-page-unreachable"}


def test_a_sign_in_page_is_told_with_the_way_through_it():
    note = Note(state=NO, page=PAGE, trouble=Trouble.LOGIN_WALL, message="It asks to sign in.")

    one = finding(Fault.NOT_LOOKED_AT, notes=(note,))

    assert "steps of a sign-in" in one.fix


def test_what_lies_behind_a_sign_in_counts_as_unseen():
    assert Note(state=NO, page=PAGE, trouble=Trouble.LOGIN_WALL, message="It asks to sign in.").is_loss


def test_a_dead_host_is_told_once_on_however_many_pages_it_is_asked():
    said = "The page asks gone.example for something, and there is no host of that name."
    notes = tuple(Note(state=NO, page=f"{PAGE}{n}", trouble=Trouble.DEAD_HOST, message=said) for n in range(3))

    assert [one.fault for one in judge(sighting(notes=notes), PROMISES) if one.evidence == said] == [Fault.ODD_PAGE]


@pytest.mark.parametrize(
    ("host", "faults"), [("gone.example", set()), ("www.google-analytics.com", {"tracker-before-consent"})]
)
def test_what_reaches_nobody_tells_nobody_unless_a_tracker_is_known_there(host, faults):
    lost = sent(host, state=NO, refused_reason="ERR_NAME_NOT_RESOLVED")

    findings = {one.fault.value for one in judge(sighting(lost), PROMISES)}

    assert findings & {"request-before-consent", "tracker-before-consent"} == faults


def test_a_row_that_nobody_could_see_without_consent_is_not_called_never_seen():
    unreached = with_answers(accepted={"reached": False, "why_not": "no button"}, withdrawn={"reached": False})

    assert "declared-not-observed" not in {one.fault for one in judge(sighting(answers=unreached), PROMISES)}


def test_an_undeclared_item_comes_with_the_row_that_would_declare_it():
    one = finding(Fault.UNDECLARED, seen("a|b", kind=Kind.LOCAL_STORAGE, days=None))

    assert one.fix.endswith(
        r"| a\|b | (provider) | (purpose) | (necessary/preferences/analytics/marketing) | first | storage | until deleted |"
    )


def test_what_is_stored_by_http_is_told_with_the_line_to_leave_out():
    one = finding(Fault.BEFORE_CONSENT, seen(state=NO, via="http", set_by="https://www.bakery.example/login"))

    assert "`Set-Cookie: _visits` out of the answer of https://www.bakery.example/login" in one.fix


def test_what_lives_too_long_is_told_with_the_seconds_that_were_promised():
    assert "Max-Age=15552000" in finding(Fault.RETENTION_EXCEEDED, seen(days=300.0)).fix


def test_fonts_weigh_less_than_scripts_and_scripts_less_than_trackers():
    font = finding(Fault.REQUEST_BEFORE_CONSENT, sent(state=NO, via="font"))
    script = finding(Fault.REQUEST_BEFORE_CONSENT, sent(state=NO))
    tracker = finding(Fault.TRACKER_BEFORE_CONSENT, sent(state=NO, kind=Kind.BEACON))

    assert (font.severity, script.severity, tracker.severity) == (Severity.LOW, Severity.MEDIUM, Severity.HIGH)


def test_every_fault_names_its_law_or_clause_and_what_to_do():
    for fault, meaning in MEANINGS.items():
        assert meaning.fix.endswith("."), fault
        assert fault is Fault.ODD_PAGE or any(word in meaning.reference for word in ("Article", "Clause", "RFC")), fault


def test_each_finding_says_all_that_the_contract_promises():
    (one,) = [one for one in judge(sighting(seen(state=NO), seen()), PROMISES) if one.fails]

    assert json.dumps([one.fault, one.severity, one.state, one.subject, one.evidence, one.reference, one.fix, one.page])
    assert all((one.subject, one.evidence, one.reference, one.fix, one.page))


GOOGLE = declared("_ga", provider="Google Analytics", days=730.0)
KNOWN = {
    "declared by the service's name": ((seen("_ga"),), (GOOGLE,), set()),
    "declared by the company's name": ((seen("_ga"),), (replace(GOOGLE, provider="Google Ireland Ltd"),), set()),
    "declared as the site's own, and a script of the service sets it": (
        (seen("_ga", set_by="https://www.googletagmanager.com/gtag/js"),), (replace(GOOGLE, provider="Bakery"),), {"wrong-provider"},
    ),
    "a borrowed name that no such service was met for": ((seen("_ga"),), (replace(GOOGLE, provider="Bakery"),), set()),
    "declared as necessary": ((seen("_ga"),), (replace(GOOGLE, **NECESSARY),), {"wrong-category"}),
    "a session of the site's own software": ((seen("PHPSESSID", **GUARDED),), (declared("PHPSESSID", days=None, **NECESSARY),), set()),
    "a known host that follows visitors, before the choice": (
        (sent("www.google-analytics.com", state=NO),), (GOOGLE,), {"tracker-before-consent"},
    ),
    "a known host of fonts, before the choice": (
        (sent("fonts.gstatic.com", state=NO, via="font"),), (GOOGLE,), {"request-before-consent"},
    ),
    "a known host under another name than its company's, with consent": (
        (sent("connect.facebook.net"),), (declared(provider="Meta Platforms"),), set(),
    ),
    "an alias of a known host that follows visitors": (
        (seen("m", kind=Kind.REQUEST, domain="m.bakery.example", alias_of="www.google-analytics.com", via="xhr"),),
        PROMISES,
        {"cname-cloaked-tracker"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", KNOWN)
def test_what_is_known_in_general_is_held_against_the_policy(case):
    observations, declarations, expected = KNOWN[case]

    assert found(*observations, declarations=declarations) - {"kept-over-13-months"} == expected


def test_a_site_with_an_alias_for_each_of_many_hosts_does_not_have_each_held_against_all(monkeypatch):
    asked = []
    monkeypatch.setattr(about_sent, "host_of", lambda url: asked.append(url) or host_of(url))
    hosts = [f"h{number}.bakery.example" for number in range(100)]

    found(*(seen("m", kind=Kind.REQUEST, domain=host, alias_of="hosting.example", via="xhr") for host in hosts))

    assert len(asked) <= 3 * len(hosts)


def test_what_is_known_to_be_necessary_passes_before_the_choice_though_nobody_declared_it():
    assert found(seen("PHPSESSID", state=NO, **GUARDED), declarations=(), has_policy=False) == set()


def test_a_known_tracker_needs_consent_though_its_name_looks_necessary():
    assert "before-consent" in found(seen("_ga", state=NO), declarations=(), has_policy=False)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("_ga", Category.ANALYTICS), ("_gat_UA-1", Category.ANALYTICS), ("_fbp", Category.MARKETING), ("visitor_id", Category.ANALYTICS),
        ("campaign", Category.MARKETING), ("basket", None), ("gallery", None), ("sessionid", None), ("loads", None), ("pkg", None),
    ],
)  # fmt: skip
def test_some_names_speak_of_a_category(name, category):
    assert category_by_name(name) is category


@pytest.mark.parametrize("name", ["PHPSESSID", "sid", "__Host-session", "connect.sid", "auth_token", "JSESSIONID"])
def test_a_sessions_key_is_known_by_its_name(name):
    assert looks_like_session(name)


@pytest.mark.parametrize("name", ["_visits", "consent_session", "side", "residence", "csrftoken"])
def test_other_names_are_no_sessions_key(name):
    assert not looks_like_session(name)


@pytest.mark.parametrize("label", ["Necessary", "Technisch notwendig", "Nécessaires", "Απαραίτητα", "Niezbędne"])
def test_the_necessary_box_is_known_in_many_languages(label):
    assert looks_necessary(label)


@pytest.mark.parametrize("label", ["Statistics", "Marketing", "Statistiken", "Publicité", ""])
def test_other_boxes_are_not_necessary(label):
    assert not looks_necessary(label)


@pytest.mark.parametrize("label", ["Save preferences on this computer.", "Auswahl speichern", "Gem mine valg"])
def test_a_box_that_only_keeps_what_was_chosen_gives_no_consent(label):
    assert keeps_choice(label)


@pytest.mark.parametrize("label", ["Preferences", "Save my choice for marketing", "Statistics", "Accept and save"])
def test_other_boxes_do_not_only_keep_what_was_chosen(label):
    assert not keeps_choice(label)


@pytest.mark.parametrize("name", ["cookieSelection", "cookie_decision", "cookies-answer"])
def test_what_is_named_after_a_selection_of_cookies_remembers_the_answer(name):
    assert looks_like_choice(name)


def test_what_one_script_gives_away_is_told_once_for_all_states():
    typed = [sent(kind=Kind.KEY_LOGGING, state=state, set_by=f"{PAGE}keys.js") for state in (NO, State.REFUSED, State.ACCEPTED)]
    other = sent(kind=Kind.KEY_LOGGING, state=NO, set_by=f"{PAGE}more.js")

    told = [one for one in judge(sighting(*typed, other), PROMISES) if one.fault is Fault.KEY_LOGGING]

    assert sorted(("in these states: no choice, refused, accepted" in one.evidence) for one in told) == [False, True]
    assert {one.state for one in told} == {NO}


def test_what_asks_for_consent_is_not_told_to_wait_for_it():
    asking = seen("cookie_consent", state=State.REFUSED, set_by=f"{PAGE}banner.js")
    beside = seen("zz", state=State.REFUSED, set_by=f"{PAGE}banner.js")
    other = seen("yy", state=State.REFUSED, set_by=f"{PAGE}ads.js")

    told = {one.subject[:2]: one.fix for one in judge(sighting(asking, beside, other), ()) if one.fault is Fault.AFTER_REFUSAL}

    assert told["zz"].startswith(f"Have {PAGE}banner.js store it only after")
    assert told["yy"].startswith(f"Load {PAGE}ads.js only after")


def test_a_guess_that_is_as_often_wrong_as_right_is_not_told():
    def suggested(name, *more):
        given = judge(sighting(seen(name), *more), ())
        return next(one.suggestion for one in given if one.fault is Fault.UNDECLARED)

    passed_on = sent(kind=Kind.IDENTIFIER, source="www.bakery.example")
    assert suggested("zq_ads").category is Category.MARKETING
    assert suggested("_loaves") is None
    assert suggested("zz_session_id").category is Category.NECESSARY
    assert suggested("zz_session_id", replace(passed_on, name="zz_session_id")) is None


@pytest.mark.parametrize(
    ("host", "severity"),
    [
        ("consent.cookiebot.com", Severity.LOW),
        ("cdn.privacy-mgmt.com", Severity.LOW),
        ("t.example", Severity.MEDIUM),
        ("www.google-analytics.com", Severity.HIGH),
    ],
)
def test_a_known_consent_tool_is_not_told_to_wait_for_consent(host, severity):
    [told] = [one for one in judge(sighting(sent(host, state=NO)), PROMISES) if one.subject == host]

    assert told.severity is severity
    assert ("cannot wait" in told.fix) == (severity is Severity.LOW)


def test_a_consent_tool_that_stands_in_the_policy_as_necessary_is_as_it_should_be():
    row = declared("ask", category=Category.NECESSARY, hosts=("cdn.privacy-mgmt.com",))

    assert "cdn.privacy-mgmt.com" not in {
        one.subject for one in judge(sighting(sent("cdn.privacy-mgmt.com", state=NO)), (row,))
    }
