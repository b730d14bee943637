"""The first two layers of the block: marked tags in their order, and the guard in the page."""

import pytest

from browser.banner.steps import banner, choice, open_settings, press, quiet, stored, until
from browser.banner.world import ADS, ANALYTICS, SITE, VIDEO, notice, page

STRICT = "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; style-src 'none'; connect-src 'self' http:; img-src http: data:; frame-src http:"
TRUSTED = "; require-trusted-types-for 'script'; trusted-types holdtrue"


def nonced(html: str) -> str:
    """The same page as an author with a strict policy writes it."""
    return html.replace("<script", '<script nonce="abc"')


ORDERED = """
<script>window.ran = []</script>
<script type="text/plain" data-consent="analytics" data-src="http://stats.acme.test/one.js"></script>
<script type="text/plain" data-consent="analytics">ran.push("two")</script>
<script type="text/plain" data-consent="analytics" src="http://stats.acme.test/three.js"></script>
<script type="text/plain" data-consent="marketing">ran.push("never")</script>
<script type="text/plain" data-consent="analytics" data-src="http://stats.acme.test/missing.png.js" data-type="module"></script>
<script type="text/plain" data-consent="acme-analytics replay">ran.push("four")</script>
<script type="text/plain" data-consent="unheard-of">ran.push("never")</script>
"""
RAN = ["stats.acme.test/one.js", "two", "stats.acme.test/three.js", "stats.acme.test/missing.png.js", "four"]


@pytest.mark.parametrize("policy", ["", STRICT, STRICT + TRUSTED])
def test_marked_tags_run_after_consent_in_their_order_under_any_policy(visit, world, errors, policy):
    world.headers = {"Content-Security-Policy": policy} if policy else {}
    told = []
    shown = visit(nonced(page(ORDERED)))
    shown.on("console", lambda message: told.append(message.text))
    banner(shown).wait_for()
    assert world.third_party() == []

    second = open_settings(shown)
    second.get_by_role("checkbox", name="Analytics", exact=True).check()
    press(shown, "save", within="dialog")

    until(lambda: shown.evaluate("ran") == RAN)
    assert errors == []
    assert [one for one in told if "Refused" in one or "violates" in one] == []


def test_tags_of_a_choice_made_before_run_without_asking(visit, world):
    shown = visit(page(ORDERED))
    press(shown, "accept")
    until(lambda: choice(shown))
    shown.reload()
    until(lambda: len(shown.evaluate("ran")) == 6)
    assert banner(shown).count() == 0


def test_tags_that_a_script_adds_later_wait_too(visit, world):
    shown = visit(page())
    banner(shown).wait_for()
    add = """() => { const tag = document.createElement("script"); tag.type = "text/plain"; tag.dataset.consent = "analytics";
        tag.dataset.src = "http://stats.acme.test/later.js"; document.body.append(tag) }"""
    shown.evaluate(add)
    assert quiet(shown, world) == []
    press(shown, "accept")
    until(lambda: world.third_party() == ["stats.acme.test/later.js"])
    shown.evaluate(add)
    until(lambda: len(world.third_party()) == 2)


WAYS = {
    "fetch": "fetch('http://stats.acme.test/1').catch(() => 0)",
    "a Request": "fetch(new Request('http://stats.acme.test/1')).catch(() => 0)",
    "beacon": "navigator.sendBeacon('http://stats.acme.test/1')",
    "XHR": "(() => { const x = new XMLHttpRequest(); x.open('GET', 'http://stats.acme.test/1'); x.onerror = () => window.failed = 1; x.send() })()",
    "new Image": "new Image().src = 'http://stats.acme.test/1.gif'",
    "srcset": "document.body.append(Object.assign(new Image(), {srcset: 'http://stats.acme.test/1.gif 1x'}))",
    "setAttribute": "document.createElement('img').setAttribute('src', 'http://stats.acme.test/1.gif')",
    "dynamic script": "document.head.append(Object.assign(document.createElement('script'), {src: 'http://x.acme-cdn.test/1.js'}))",
    "cloned template": "document.body.append(document.querySelector('template').content.cloneNode(true))",
    "stylesheet": "document.head.append(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: 'http://stats.acme.test/1.css'}))",
    "iframe": "document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://stats.acme.test/1.html'}))",
    "innerHTML img": "document.body.insertAdjacentHTML('beforeend', '<p>x</p>'), document.querySelector('p').innerHTML = '<img src=\"http://stats.acme.test/1.gif\" alt>'",
    "insertAdjacentHTML": "document.body.insertAdjacentHTML('beforeend', '<IMG alt SRC=//stats.acme.test/1.gif>')",
    "fragment": "document.body.append(document.createRange().createContextualFragment('<script src=\"http://stats.acme.test/1.js\"></' + 'script>'))",
    "EventSource": "(() => { try { new EventSource('http://stats.acme.test/1') } catch {} })()",
    "WebSocket": "(() => { try { new WebSocket('ws://stats.acme.test/1') } catch {} })()",
    "video poster": "document.body.append(Object.assign(document.createElement('video'), {poster: 'http://stats.acme.test/1.gif'}))",
    "document.write": "document.write('<img src=\"http://stats.acme.test/1.gif\" alt>')",
}
LATER = {
    "srcset",
    "dynamic script",
    "cloned template",
    "stylesheet",
    "iframe",
    "innerHTML img",
    "insertAdjacentHTML",
    "fragment",
    "new Image",
    "setAttribute",
    "video poster",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_script_reaches_no_declared_host_before_consent_and_after_it_what_waited_goes_on(visit, world, errors, way):
    if way == "document.write":
        shown = visit(page(f"<script>{WAYS[way]}</script>"))
    else:
        shown = visit(page('<template><script src="http://stats.acme.test/1.js"></script></template>'))
        banner(shown).wait_for()
        shown.evaluate(f"void ({WAYS[way]})")
    assert quiet(shown, world, 0.25) == []
    press(shown, "accept")
    until(lambda: choice(shown))
    if way in LATER:
        until(lambda: len(world.third_party()) == 1)
    assert errors == []


def test_other_requests_of_the_page_pass_untouched(visit, world, errors):
    shown = visit(page())
    banner(shown).wait_for()
    assert shown.evaluate("fetch('http://api.elsewhere.test/data.json').then((r) => r.json())") == {}
    assert shown.evaluate("fetch('/gone').then((r) => r.status)") == 404
    shown.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://cdn.elsewhere.test/a.gif', id: 'fine'}))")
    until(lambda: shown.evaluate("document.querySelector('#fine').complete"))
    shown.evaluate("localStorage.setItem('mine', '1'), document.cookie = 'mine=1'")
    assert stored(shown)["local"] == ["mine"]
    assert stored(shown)["cookies"] == ["mine"]
    assert errors == []


def test_storage_under_declared_names_waits_for_consent(visit):
    write = """async () => { document.cookie = "_acme=1; Path=/"; localStorage.setItem("acme-a", 1); sessionStorage.setItem("acme-b", 1);
        try { indexedDB.open("acme-db") } catch {} await caches.open("acme-cache").catch(() => 0); await cookieStore.set("_acme_x", "1").catch(() => 0) }"""
    shown = visit(page())
    banner(shown).wait_for()
    shown.evaluate(write)
    assert stored(shown) == {"cookies": [], "local": [], "session": [], "databases": [], "caches": [], "workers": []}
    press(shown, "accept")
    until(lambda: choice(shown))
    shown.evaluate(write)
    found = stored(shown)
    assert {"_acme", "_acme_x"} <= set(found["cookies"])
    assert (found["session"], found["databases"], found["caches"]) == (["acme-b"], ["acme-db"], ["acme-cache"])


def test_a_host_that_two_services_share_opens_with_either(visit, world):
    twin = {**ADS, "hosts": ["stats.acme.test"]}
    shown = visit(page(said=notice(ANALYTICS, twin)))
    second = open_settings(shown)
    second.get_by_role("checkbox", name="Marketing", exact=True).check()
    press(shown, "save", within="dialog")
    until(lambda: choice(shown) == "bigads")
    shown.evaluate("fetch('http://stats.acme.test/1')")
    until(lambda: world.third_party() == ["stats.acme.test/1"])


FRAME = '<iframe data-consent="video" data-src="http://video.test/v.html" width="560" height="315" title="Film"></iframe><p id="after">After</p>'


@pytest.mark.parametrize("policy", ["", STRICT + TRUSTED])
def test_an_embed_has_a_place_of_its_size_and_can_be_shown_once(visit, world, policy):
    world.headers = {"Content-Security-Policy": policy} if policy else {}
    shown = visit(nonced(page(FRAME, said=notice(ANALYTICS, VIDEO))))
    place = shown.locator("holdtrue-embed")
    place.wait_for()
    assert "VideoTube LLC" in place.inner_text() or "VideoTube LLC" in place.locator("p").inner_text()
    assert place.locator(".embed").evaluate("e => [e.offsetWidth, e.offsetHeight]") == [564, 319]
    below = shown.locator("#after").bounding_box()["y"]
    assert world.third_party() == []

    place.locator("[data-holdtrue=once]").click()
    until(lambda: world.third_party() == ["video.test/v.html"])
    assert place.count() == 0
    assert abs(shown.locator("#after").bounding_box()["y"] - below) < 8
    assert choice(shown) == ""
    shown.reload()
    place.wait_for()


def test_an_embed_can_be_allowed_always_and_unmarked_ones_wait_too(visit, world):
    said = notice(ANALYTICS, VIDEO, server="http://consent.localhost")
    shown = visit(page(FRAME, said=said))
    shown.evaluate(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://video.test/second.html', title: 'Second'}))"
    )
    until(lambda: shown.locator("holdtrue-embed").count() == 2)
    shown.locator("holdtrue-embed [data-holdtrue=always]").first.click()
    until(lambda: sorted(world.third_party()) == ["video.test/second.html", "video.test/v.html"])
    assert shown.locator("holdtrue-embed").count() == 0
    assert [(one["event"], one["method"], one["granted"]) for one in world.decisions] == [("partial", "placeholder", ["video"])]


def test_a_page_whose_policy_does_not_allow_a_granted_service_loads_again_once(visit, world):
    shown = visit(page('<input id="name">', attributes='data-allowed="bigads"'))
    shown.locator("#name").fill("Ada")
    with shown.expect_navigation():
        press(shown, "accept")
    shown.wait_for_load_state()
    assert shown.locator("#name").input_value() == "Ada"
    assert choice(shown) == "acme-analytics~replay~bigads"
    loads = len([one for one in world.requests if one.endswith("localhost/")])
    shown.wait_for_timeout(400)
    assert len([one for one in world.requests if one.endswith("localhost/")]) == loads == 2


def test_what_the_pages_policy_allows_already_is_released_at_once(visit, world):
    set_aside = (
        '<textarea id="text"></textarea><script>window.ran = []</script>'
        '<script data-consent="acme-analytics" type="text/plain" data-holdtrue-type="module" data-holdtrue-src="http://stats.acme.test/m.js"></script>'
        '<script data-consent="acme-analytics" type="text/plain" data-holdtrue-type="text/javascript">ran.push("inline")</script>'
        '<img data-consent="bigads" data-holdtrue-src="http://ads.test/p.gif" alt="">'
        '<p id="p" data-consent="bigads" style="color: red; background: none" data-holdtrue-style="color: red; background: url(http://ads.test/b.gif)">x</p>'
    )
    shown = visit(page(set_aside, attributes='defer data-allowed="acme-analytics~replay~bigads"'))
    shown.locator("#text").fill("half a sentence")
    banner(shown).wait_for()
    assert world.third_party() == []

    press(shown, "accept")

    until(lambda: sorted(world.third_party()) == ["ads.test/b.gif", "ads.test/p.gif", "stats.acme.test/m.js"])
    until(lambda: shown.evaluate("ran") == ["stats.acme.test/m.js", "inline"])
    assert shown.locator("#text").input_value() == "half a sentence"
    assert len([one for one in world.requests if one.endswith("localhost/")]) == 1


def test_the_one_reload_keeps_the_place_and_everything_typed(visit, world):
    form = (
        '<div style="height: 3000px"></div><input id="name"><textarea id="text"></textarea><select id="list"><option>a<option>b</select>'
        '<input type="checkbox" id="box"><input type="password" id="secret"><div style="height: 3000px"></div>'
    )
    shown = visit(page(form, attributes='data-allowed=""'))
    for field, words in (("name", "Ada"), ("text", "two\nlines"), ("secret", "hidden")):
        shown.locator(f"#{field}").fill(words)
    shown.locator("#list").select_option("b")
    shown.locator("#box").check()
    shown.evaluate("scrollTo(0, 2500)")
    with shown.expect_navigation():
        press(shown, "accept")

    until(lambda: shown.evaluate("scrollY") == 2500)
    values = shown.evaluate("['name', 'text', 'list', 'secret'].map((id) => document.getElementById(id).value)")
    assert values == ["Ada", "two\nlines", "b", ""]
    assert shown.locator("#box").is_checked()
    assert shown.evaluate("sessionStorage.length") == 0
    assert choice(shown) == "acme-analytics~replay~bigads"


REAL = {
    "posthog": (
        "posthog-js/dist/array.full.no-external.js",
        "posthog.init('phc_x', {api_host: 'http://stats.acme.test', persistence: 'localStorage+cookie'}); posthog.capture('seen')",
    ),
    "mixpanel": (
        "mixpanel-browser/dist/mixpanel.umd.js",
        "mixpanel.init('token', {api_host: 'http://stats.acme.test', persistence: 'cookie', batch_requests: false, track_pageview: true}); mixpanel.track('seen')",
    ),
}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("is_marked", [True, False])
def test_real_trackers_are_silent_until_agreed_to_and_again_once_withdrawn(visit, world, packages, name, is_marked):
    file, start = REAL[name]
    world.scripts["x.acme-cdn.test/t.js"] = (packages / file).read_text()
    items = [
        {"pattern": pattern, "kind": kind}
        for pattern in ("ph_*", "__ph*", "_ph*", "mp_*", "__mp*")
        for kind in ("cookie", "local", "session")
    ]
    said = notice({**ANALYTICS, "items": items}, ADS)
    if is_marked:
        body = f'<script type="text/plain" data-consent="analytics" data-src="http://x.acme-cdn.test/t.js"></script><script type="text/plain" data-consent="analytics">{start}</script>'
    else:
        body = f"<script>const s = document.createElement('script'); s.src = 'http://x.acme-cdn.test/t.js'; s.onload = () => {{ {start} }}; document.head.append(s)</script>"
    shown = visit(page(body, said=said))
    banner(shown).wait_for()
    assert quiet(shown, world) == []
    assert stored(shown)["cookies"] == []
    press(shown, "accept")
    until(lambda: any(one.startswith("stats.acme.test") for one in world.requests), 10)
    until(lambda: len(stored(shown)["cookies"]) > 1)
    with shown.expect_navigation():
        press(shown, "withdraw")
    shown.wait_for_load_state()
    world.requests.clear()
    assert quiet(shown, world, 1) == []
    assert stored(shown)["cookies"] == ["holdtrue"]
    shown.goto(SITE)
    assert quiet(shown, world, 0.5) == []


def test_a_place_stays_while_its_embed_is_still_held(visit, world):
    shown = visit(page(FRAME, said=notice(ANALYTICS, VIDEO)))
    shown.evaluate(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://video.test/second.html', title: 'Second'}))"
    )
    until(lambda: shown.locator("holdtrue-embed").count() == 2)
    second = open_settings(shown)
    second.get_by_role("checkbox", name="Analytics", exact=True).check()
    press(shown, "save", within="dialog")
    until(lambda: choice(shown) == "acme-analytics")
    assert shown.locator("holdtrue-embed").count() == 2
    assert world.third_party() == []
