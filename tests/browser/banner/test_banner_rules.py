"""What law and regulators ask of a consent banner, one test a rule."""

import re

import pytest

from browser.banner.steps import banner, choice, dialogue, open_settings, press, quiet, stored, until
from browser.banner.world import ADS, ANALYTICS, LANGUAGE_CHOICE, PREFERENCES, REPLAY, SITE, notice, page

TAGS = (
    '<script type="text/plain" data-consent="analytics" data-src="http://stats.acme.test/a.js"></script>'
    '<script type="text/plain" data-consent="replay" data-src="http://replay.test/r.js"></script>'
    '<img data-consent="marketing" data-src="http://ads.test/pixel.gif" alt="">'
)
TRACKER = """
(window.ran ||= []).push("tracker");
document.cookie = "_acme=1; Max-Age=9999; Path=/";
document.cookie = "_acme_wide=1; Max-Age=9999; Path=/; Domain=wegroup.localhost";
document.cookie = "_acme_deep=1; Max-Age=9999; Path=/deep";
document.cookie = "_acme_parted=1; Max-Age=9999; Path=/; Secure; SameSite=None; Partitioned";
localStorage.setItem("acme-visitor", "1");
sessionStorage.setItem("acme-session", "1");
indexedDB.open("acme-db");
caches.open("acme-cache");
navigator.serviceWorker.register("/acme-worker.js");
window.beat = setInterval(() => { fetch("http://stats.acme.test/beat").catch(() => 0); navigator.sendBeacon("http://stats.acme.test/beacon"); new Image().src = "http://stats.acme.test/i.gif"; }, 60);
"""


def test_nothing_is_requested_or_stored_before_a_choice(visit, world, errors):
    shown = visit(page(TAGS))
    banner(shown).wait_for()

    assert quiet(shown, world) == []
    assert world.third_party() == []
    assert stored(shown) == {"cookies": [], "local": [], "session": [], "databases": [], "caches": [], "workers": []}
    assert errors == []


def test_the_banner_itself_stores_nothing_however_long_a_visitor_looks(visit, world):
    frame = (
        '<iframe data-consent="marketing" data-src="http://ads.test/f.html" title="Offer" width="300" height="200"></iframe>'
    )
    shown = visit(page(TAGS + frame, said=notice(server="http://consent.localhost", consent_mode=True)))
    shown.locator("holdtrue-embed").wait_for()
    open_settings(shown).get_by_role("checkbox", name="Analytics", exact=True).check()
    shown.evaluate("[holdtrue.has('analytics'), holdtrue.choice(), scrollTo(0, 99)]")

    assert quiet(shown, world) == []
    assert world.decisions == []
    assert stored(shown) == {"cookies": [], "local": [], "session": [], "databases": [], "caches": [], "workers": []}


@pytest.mark.parametrize("layer", ["section.card", "dialog"])
@pytest.mark.parametrize(("role", "kept"), [("accept", "acme-analytics~replay~bigads"), ("refuse", "-")])
def test_refusing_takes_one_press_wherever_accepting_does(visit, layer, role, kept):
    shown = visit(page())
    if layer == "dialog":
        press(shown, "settings")

    press(shown, role, within=layer)

    until(lambda: choice(shown) == kept)
    until(lambda: banner(shown).count() == dialogue(shown).count() == 0)


def test_every_layer_that_accepts_refuses_as_well_and_with_as_many_actions(visit):
    shown = visit(page())
    for layer in ("section.card", "dialog"):
        if layer == "dialog":
            open_settings(shown)
        for role in ("accept", "refuse"):
            button = shown.locator(f"holdtrue-consent {layer} [data-holdtrue={role}]")
            assert button.count() == 1
            assert button.is_visible()
            assert button.evaluate("e => e.localName") == "button"


def test_nothing_is_ticked_before_the_visitor_ticks_it(visit):
    shown = open_settings(visit(page()))
    assert shown.locator("input").count() == 5
    assert shown.locator("input:checked").count() == 0


@pytest.mark.parametrize("accent", ["#0b5c53", "#ffd400", "#777777", "#e01b24", "not a colour"])
@pytest.mark.parametrize("layer", ["section.card", "dialog"])
def test_accept_and_refuse_look_the_same_and_can_be_read(visit, accent, layer):
    shown = visit(page(said=notice(style={"accent": accent})))
    if layer == "dialog":
        open_settings(shown)
    looks = [
        shown.locator(f"holdtrue-consent {layer} [data-holdtrue={role}]").evaluate(
            """e => { const s = getComputedStyle(e), b = e.getBoundingClientRect();
                return [s.color, s.backgroundColor, s.fontSize, s.fontWeight, s.fontFamily, s.border, s.padding, s.textDecoration, s.opacity, s.boxShadow, Math.round(b.width), Math.round(b.height)]; }"""
        )
        for role in ("accept", "refuse")
    ]
    assert looks[0] == looks[1]
    assert contrast(looks[0][0], looks[0][1]) >= 4.5
    assert looks[0][-1] >= 44


def contrast(ink: str, paper: str) -> float:
    """Contrast of two computed colours, as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        shares = [int(one) / 255 for one in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_only_necessary_services_are_locked_and_nobody_claims_a_legitimate_interest(visit):
    shown = open_settings(visit(page()))
    first = shown.locator("section").first
    assert "Strictly necessary" in first.inner_text()
    assert "Language choice" in first.inner_text()
    assert first.locator("input").count() == 0
    assert shown.locator("input:disabled").count() == 0
    assert "legitimate" not in shown.inner_text().lower()


def test_scrolling_and_going_on_is_not_consent(visit, world):
    long = page(TAGS + "<p>Words.</p>" * 300 + '<a id="on" href="/next">On</a>')
    world.pages["/next"] = page(TAGS)
    shown = visit(long)
    shown.mouse.wheel(0, 3000)
    shown.wait_for_timeout(100)
    shown.locator("#on").click()
    shown.wait_for_url("**/next")

    assert banner(shown).is_visible()
    assert choice(shown) == ""
    assert world.third_party() == []


@pytest.mark.parametrize("how", ["cross", "escape", "escape in the dialogue", "cross of the dialogue"])
def test_closing_is_refusing_and_is_saved(visit, world, how):
    shown = visit(page(TAGS))
    banner(shown).wait_for()
    if "dialogue" in how:
        open_settings(shown)
    if "escape" in how:
        shown.keyboard.press("Escape")
    else:
        press(shown, "close", within="dialog" if "dialogue" in how else "section.card")
    banner(shown).wait_for(state="detached")

    until(lambda: choice(shown) == "-")
    shown.reload()
    assert banner(shown).count() == 0
    assert world.third_party() == []


def test_escape_that_a_page_uses_itself_closes_nothing(visit):
    shown = visit(
        page(
            '<input id="search"><script>addEventListener("keydown", (e) => e.target.id === "search" && e.preventDefault(), true)</script>'
        )
    )
    shown.locator("#search").press("Escape")
    assert banner(shown).is_visible()
    assert choice(shown) == ""


def test_the_page_stays_usable_while_the_banner_asks(visit):
    shown = visit(
        page('<button id="b" onclick="this.textContent = 1">0</button> <input id="i"><p style="height: 3000px">long</p>')
    )
    shown.locator("#b").click()
    shown.locator("#i").fill("typed")
    shown.mouse.wheel(0, 400)
    until(lambda: shown.evaluate("scrollY") > 0)
    assert shown.locator("#b").inner_text() == "1"
    assert banner(shown).is_visible()
    assert shown.evaluate("document.elementFromPoint(640, 30).closest('holdtrue-consent')") is None


def test_purposes_controller_and_recipients_are_named_before_the_buttons(visit):
    shown = visit(page())
    before = banner(shown).locator("> div").first.inner_text()
    assert banner(shown).evaluate("e => e.children[1].className") == "actions"
    for said in (
        "WeGroup NV",
        "measuring how this website is used",
        "advertising",
        "Acme Ltd",
        "Replay Inc.",
        "BigAds SA",
        "withdraw",
    ):
        assert said in before
    assert banner(shown).locator("a").get_attribute("href") == "/cookies"
    second = open_settings(shown).inner_text()
    for said in (
        "WeGroup NV",
        "hello@wegroup.be",
        "stats.acme.test",
        "Counts visits",
        "_acme_*",
        "2 years",
        "90 days",
        "localStorage · until you delete it",
        "sessionStorage · until you close your browser",
        "_replay · cookie · 30 days",
    ):
        assert said in second


def test_a_visitor_decides_per_category_and_per_service(visit, world):
    shown = visit(page(TAGS + TAGS.replace("analytics", "acme-analytics").replace("a.js", "b.js")))
    second = open_settings(shown)
    second.get_by_role("checkbox", name="Analytics", exact=True).check()
    second.get_by_role("checkbox", name="Replay").uncheck()
    assert second.get_by_role("checkbox", name="Analytics", exact=True).evaluate("e => e.indeterminate && !e.checked")
    press(shown, "save", within="dialog")

    until(lambda: choice(shown) == "acme-analytics")
    until(lambda: world.third_party() == ["stats.acme.test/b.js"])
    assert shown.evaluate("[holdtrue.has('acme-analytics'), holdtrue.has('replay'), holdtrue.has('analytics'), holdtrue.has('marketing'), holdtrue.has('necessary'), holdtrue.has('nonsense')]") == [
        True, False, False, False, True, False,
    ]  # fmt: skip


def test_settings_stand_on_every_page_and_show_the_choice_in_force(visit, world):
    world.pages["/two"] = page()
    shown = visit(page())
    press(shown, "accept")
    until(lambda: choice(shown) != "")
    shown.goto(SITE + "/two")
    second = open_settings(shown)
    assert second.locator("input:checked").count() == 5
    assert "kept until" in second.inner_text()
    press(shown, "close", within="dialog")
    assert choice(shown) == "acme-analytics~replay~bigads"


def test_the_sites_own_links_replace_the_settings_tab(visit):
    shown = visit(
        page(
            '<a href="#" data-holdtrue="settings" id="own">Cookies</a> <a href="#" data-holdtrue="withdraw" id="undo">Withdraw</a>'
        )
    )
    press(shown, "accept")
    until(lambda: choice(shown) != "")
    assert shown.locator("holdtrue-consent .tab").is_hidden()
    shown.locator("#own").click()
    dialogue(shown).wait_for()
    shown.keyboard.press("Escape")
    shown.wait_for_function("document.activeElement.id === 'own'")
    shown.locator("#undo").click()
    until(lambda: choice(shown) == "-")


def test_withdrawing_takes_one_action_like_accepting_deletes_everything_and_silences_the_tracker(visit, world, errors):
    world.scripts["stats.acme.test/a.js"] = TRACKER
    world.scripts["/acme-worker.js"] = "self.addEventListener('fetch', () => {})"
    world.pages["/deep/next"] = page(TAGS)
    shown = visit(
        page(TAGS + '<input id="name"><input id="secret" type="password"><p style="height: 3000px">long</p>'), "/deep/page"
    )
    press(shown, "accept")
    until(lambda: any("beat" in one for one in world.requests))
    until(lambda: stored(shown)["workers"] and stored(shown)["databases"])
    assert {"_acme", "_acme_wide", "_acme_deep", "_acme_parted"} <= set(stored(shown)["cookies"])
    shown.locator("#name").fill("Ada")
    shown.locator("#secret").fill("hunter2")
    shown.evaluate("scrollTo(0, 700)")

    with shown.expect_navigation():
        press(shown, "withdraw")
    shown.wait_for_load_state()

    assert choice(shown) == "-"
    assert quiet(shown, world) == []
    assert shown.evaluate("window.ran") is None
    assert [shown.locator("#name").input_value(), shown.locator("#secret").input_value(), shown.evaluate("scrollY")] == [
        "Ada",
        "",
        700,
    ]
    left = until(lambda: (now := stored(shown)) and not now["databases"] and not now["workers"] and now)
    assert left == {
        "cookies": ["holdtrue"],
        "local": ["holdtrue.receipt"],
        "session": [],
        "databases": [],
        "caches": [],
        "workers": [],
    }
    shown.goto(SITE + "/deep/next")
    assert quiet(shown, world) == []
    assert errors == []


def test_what_another_service_still_needs_survives_a_withdrawal(visit, world):
    shared = {**REPLAY, "items": [{"pattern": "_acme", "kind": "cookie", "retention_days": 1}]}
    world.scripts["stats.acme.test/a.js"] = "document.cookie = '_acme=1; Path=/'; document.cookie = '_acme_own=1; Path=/'"
    shown = visit(page(TAGS, said=notice(ANALYTICS, shared)))
    press(shown, "accept")
    until(lambda: "_acme_own" in stored(shown)["cookies"])
    second = open_settings(shown)
    second.get_by_role("checkbox", name="Acme Analytics").uncheck()
    with shown.expect_navigation():
        press(shown, "save", within="dialog")
    assert stored(shown)["cookies"] == ["_acme", "holdtrue"]


def test_a_refusal_is_not_asked_again(visit, world):
    shown = visit(page())
    press(shown, "refuse")
    until(lambda: choice(shown) == "-")
    for number in range(5):
        world.pages[f"/{number}"] = page()
        shown.goto(f"{SITE}/{number}")
        assert shown.locator("holdtrue-consent .tab").is_visible()
        assert banner(shown).count() == 0


def to_base_36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (to_base_36(number // 36) if number >= 36 else "") + digits[number % 36]


@pytest.mark.parametrize(
    ("keep", "reason", "days", "asked"),
    [(180, "", 179, False), (180, "", 181, True), (400, "", 181, True), (400, "law", 364, False), (400, "law", 366, True)],
)
def test_a_choice_is_asked_again_when_its_time_is_over(visit, keep, reason, days, asked):
    said = notice(keep_days=keep, keep_reason=reason)
    shown = visit(page(said=said))
    press(shown, "accept")
    until(lambda: choice(shown) != "")
    # While no page of the site stands: one that does would load itself anew, and race with us.
    shown.goto("about:blank")
    (kept,) = (one for one in shown.context.cookies() if one["name"] == "holdtrue")
    version, consent, began, *rest = kept["value"].split(".")
    earlier = to_base_36(int(began, 36) - days * 86400)
    shown.context.add_cookies([{**kept, "value": ".".join([version, consent, earlier, *rest])}])
    shown.goto(SITE)
    banner(shown).or_(shown.locator("holdtrue-consent .tab")).wait_for()
    assert (banner(shown).count() == 1) is asked
    assert shown.evaluate("holdtrue.has('analytics')") is not asked


def test_a_material_change_asks_again_and_a_rewording_does_not(visit, world):
    shown = visit(page(TAGS, said=notice(LANGUAGE_CHOICE, ANALYTICS)))
    press(shown, "accept")
    until(lambda: choice(shown) == "acme-analytics")
    reworded = {**ANALYTICS, "purpose": {"en": "Counts visits, in other words"}}
    world.pages["/"] = page(TAGS, said=notice(LANGUAGE_CHOICE, reworded, texts={"en": {"title": "Biscuits"}}))
    shown.reload()
    assert banner(shown).count() == 0
    world.pages["/"] = page(TAGS, said=notice(LANGUAGE_CHOICE, ANALYTICS, ADS))
    world.requests.clear()
    shown.reload()
    banner(shown).wait_for()
    assert quiet(shown, world) == []
    consent_id = shown.context.cookies()[0]["value"].split(".")[1]
    press(shown, "accept")
    until(lambda: choice(shown) == "acme-analytics~bigads")
    assert shown.context.cookies()[0]["value"].split(".")[1] == consent_id


def test_the_browsers_signal_refuses_is_acknowledged_and_can_be_overruled(visit, world):
    said = notice(server="http://consent.localhost")
    shown = visit(page(TAGS, said=said), gpc=True)
    banner(shown).wait_for()
    assert "Global Privacy Control" in banner(shown).inner_text()
    assert banner(shown).locator("[data-holdtrue=accept]").count() == 0
    assert choice(shown) == "-"
    until(lambda: [(one["event"], one["method"], one["gpc"]) for one in world.decisions] == [("signal", "gpc", True)])
    assert world.third_party() == []
    shown.reload()
    assert banner(shown).count() == 0
    second = open_settings(shown)
    assert "Global Privacy Control" in second.inner_text()
    press(shown, "accept", within="dialog")
    until(lambda: choice(shown) == "acme-analytics~replay~bigads")
    until(world.third_party)
    assert world.decisions[-1]["event"] == "given"


def test_pages_that_open_at_once_record_the_signal_once(visit, new_visitor, world):
    context = new_visitor(gpc=True)
    # Long enough that both have seen no choice before either has written one.
    context.add_init_script(
        "const hash = crypto.subtle.digest.bind(crypto.subtle);"
        "crypto.subtle.digest = (...given) => new Promise((done) => setTimeout(done, 700)).then(() => hash(...given))"
    )
    said = notice(server="http://consent.localhost")

    first = visit(page(TAGS, said=said), context=context)
    second = visit(page(TAGS, said=said), context=context)

    for shown in (first, second):
        banner(shown).wait_for()
        assert "Global Privacy Control" in banner(shown).inner_text()
        assert shown.evaluate("holdtrue.choice().decided")
    first.wait_for_timeout(500)
    assert [one["event"] for one in world.decisions] == ["signal"]
    assert world.third_party() == []


def test_the_signal_leaves_preferences_to_be_asked(visit):
    shown = visit(page(said=notice(PREFERENCES, ANALYTICS)), gpc=True)
    banner(shown).wait_for()
    assert "Global Privacy Control" in banner(shown).inner_text()
    assert banner(shown).locator("[data-holdtrue=accept]").is_visible()
    assert choice(shown) == ""


def test_without_javascript_no_tracker_runs_and_the_page_is_there(visit, world):
    shown = visit(page(TAGS + "<p id='words'>Words</p>"), java_script_enabled=False)
    shown.wait_for_timeout(300)
    assert shown.locator("#words").is_visible()
    assert world.third_party() == []


def test_without_the_notice_nothing_that_needs_consent_runs(visit, world, errors):
    shown = visit(
        page(TAGS)
        .replace('id="holdtrue-notice"', 'id="elsewhere"')
        .replace("<script src", '<script data-notice="http://gone.test:1/notice.json" src')
    )
    assert quiet(shown, world) == []
    assert shown.locator("h1").is_visible()
    assert errors == []
