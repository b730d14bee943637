"""Pages that are more than one load: kept by the browser, open twice, replaced by scripts, served by their own worker, or kept from storing."""

import pytest

from browser.banner.steps import banner, choice, dialogue, press, quiet, until
from browser.banner.world import ADS, ANALYTICS, HOST, INTAKE, SITE, VIDEO, notice, page

TRACKER = "<script>setInterval(() => holdtrue.has('bigads') && (new Image().src = `http://ads.test/p.gif?${Math.random()}`), 40)</script>"
"""A tracker that has started keeps sending as long as its page lives."""


def loads(world) -> int:
    """How often the page itself was asked for."""
    return world.requests.count(f"{HOST}/")


def test_a_page_that_the_browser_kept_whole_learns_of_a_withdrawal_when_it_comes_back(keeping_browser, world):
    world.headers = {"Cache-Control": "no-cache"}
    world.pages["/"] = page(
        f"{TRACKER}<script>addEventListener('pageshow', (e) => e.persisted && navigator.sendBeacon('/kept'))</script>"
    )
    world.pages["/other"] = page("<p>Another page</p>")
    context = keeping_browser.new_context()
    shown = context.new_page()
    shown.goto(SITE)
    press(shown, "accept")
    until(world.third_party)
    shown.goto(f"{SITE}/other")
    press(shown, "withdraw")
    until(lambda: choice(shown) == "-")
    shown.wait_for_timeout(300)
    world.requests.clear()
    shown.evaluate("setTimeout(() => history.back())")
    shown.wait_for_timeout(800)
    context.close()
    assert len(world.third_party()) <= 1
    if f"{HOST}/kept" not in world.requests:
        pytest.skip("this browser keeps no pages: a headless shell never does")
    assert loads(world) == 1


def test_a_page_that_comes_back_reads_the_choice_anew(visit, new_visitor, world):
    visitor = new_visitor()
    visitor.add_init_script("delete window.cookieStore")
    shown = visit(page(TRACKER), context=visitor)
    press(shown, "accept")
    until(world.third_party)
    [kept] = [one for one in visitor.cookies() if one["name"] == "holdtrue"]
    visitor.add_cookies([{**kept, "value": kept["value"].replace("acme-analytics~replay~bigads", "-")}])
    assert shown.evaluate("holdtrue.has('bigads')")
    shown.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    until(lambda: loads(world) == 2)
    shown.wait_for_load_state()
    world.requests.clear()
    assert quiet(shown, world) == []


def test_a_choice_in_one_tab_reaches_the_other(visit, new_visitor, world):
    visitor = new_visitor()
    first = visit(page(TRACKER), context=visitor)
    second = visit(page(TRACKER), context=visitor)
    banner(first).wait_for()
    press(second, "accept")
    until(lambda: banner(first).count() == 0)
    assert first.evaluate("holdtrue.has('bigads')")
    assert not first.locator("holdtrue-consent [data-holdtrue=withdraw]").is_hidden()

    press(first, "withdraw")
    until(lambda: loads(world) == 4)
    second.wait_for_load_state()
    world.requests.clear()
    assert quiet(second, world) == []
    assert not second.evaluate("holdtrue.has('bigads')")


def test_two_tabs_do_not_answer_each_other_for_ever(visit, new_visitor, world):
    visitor = new_visitor()
    said = notice(server=INTAKE)
    tabs = [visit(page(said=said), context=visitor) for _ in range(3)]
    for role in ("accept", "withdraw", "settings"):
        press(tabs[0], role)
    until(lambda: [one["event"] for one in world.decisions] == ["given", "withdrawn"])
    tabs[0].wait_for_timeout(500)
    world.requests.clear()
    tabs[0].wait_for_timeout(500)
    assert world.requests == []
    assert {tab.evaluate("JSON.stringify(holdtrue.choice().granted)") for tab in tabs} == {"[]"}


def test_a_grant_that_waits_for_the_server_is_shown_as_chosen_in_the_other_tab(visit, new_visitor, world):
    world.intake_status = 503
    visitor = new_visitor()
    first, second = (visit(page(said=notice(server=INTAKE)), context=visitor) for _ in range(2))
    banner(first).wait_for()
    press(second, "accept")
    until(lambda: banner(first).count() == 0)
    press(first, "settings")
    assert dialogue(first).locator("input[value=bigads]").is_checked()
    assert not first.evaluate("holdtrue.has('bigads')")


def test_a_choice_whose_cookie_was_deleted_has_no_effect_any_more(visit, world):
    shown = visit(page(TRACKER))
    press(shown, "accept")
    until(world.third_party)
    shown.evaluate("document.cookie = 'holdtrue=; Max-Age=0; Path=/'")
    until(lambda: loads(world) == 2)
    banner(shown).wait_for()
    world.requests.clear()
    assert quiet(shown, world) == []


def test_a_record_that_arrives_after_its_choice_was_deleted_grants_nothing(visit, world):
    world.intake_status = 503
    shown = visit(page(TRACKER, said=notice(server=INTAKE)))
    press(shown, "accept")
    until(lambda: choice(shown) == "-")
    shown.context.clear_cookies()
    shown.wait_for_timeout(200)
    world.intake_status = 201
    until(lambda: len(world.decisions) == 1)
    shown.wait_for_function("!JSON.parse(localStorage['holdtrue.outbox']).length")
    assert shown.context.cookies() == []
    assert quiet(shown, world) == []
    assert not shown.evaluate("holdtrue.has('bigads')")


VIEWS = """
  <nav></nav><div id="view">One</div>
  <script>
    function go(to, html) { history.pushState({}, "", to); document.body.innerHTML = html }
  </script>
"""


def test_a_site_of_one_page_keeps_the_way_back_and_holds_what_later_views_bring(visit, world):
    shown = visit(page(VIEWS, said=notice(ANALYTICS, ADS, VIDEO)))
    press(shown, "refuse")
    tab = shown.locator("holdtrue-consent .tab")
    tab.wait_for()
    shown.evaluate(
        """go("/two", '<footer><a href="#" data-holdtrue="settings">Cookies</a></footer><iframe title="Film" src="http://video.test/2.html" width=400 height=200></iframe>')"""
    )
    until(tab.is_hidden)
    shown.locator("holdtrue-embed").wait_for()
    shown.evaluate("""go("/three", '<p>Three</p><img src="http://ads.test/3.gif">')""")
    until(tab.is_visible)
    assert shown.locator("holdtrue-embed").count() == 0
    shown.evaluate("document.documentElement.replaceChild(document.createElement('body'), document.body)")
    until(tab.is_visible)
    shown.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://ads.test/4.gif'}))")
    assert quiet(shown, world) == []
    assert loads(world) == 1


def test_a_place_goes_with_its_embed(visit, world):
    shown = visit(page('<div id="box"></div>', said=notice(ANALYTICS, VIDEO)))
    banner(shown).wait_for()
    shown.evaluate(
        """() => { window.film = Object.assign(document.createElement('iframe'), {src: 'http://video.test/1.html', title: 'Film', width: 400});
                   setTimeout(() => document.querySelector('#box').append(film), 50) }"""
    )
    shown.locator("#box holdtrue-embed").wait_for()
    shown.evaluate("film.remove()")
    until(lambda: shown.locator("holdtrue-embed").count() == 0)
    shown.evaluate("document.body.append(film)")
    shown.locator("body > holdtrue-embed [data-holdtrue=once]").click()
    until(lambda: world.third_party() == ["video.test/1.html"])


WORKER = """
  oninstall = () => skipWaiting();
  onactivate = (event) => event.waitUntil(clients.claim());
  onfetch = (event) => {
    if (event.request.mode !== "navigate") return;
    event.respondWith(caches.open("pages").then(async (kept) => {
      const found = await kept.match(event.request);
      if (found) return found;
      const fresh = await fetch(event.request);
      await kept.put(event.request, fresh.clone());
      return fresh;
    }));
  };
"""


def test_a_page_that_the_sites_own_worker_kept_is_not_shown_under_another_choice(visit, world):
    world.scripts["/sw.js"] = WORKER
    granted = 'data-allowed="acme-analytics~replay~bigads"'
    shown = visit(
        page("<p>Static</p><script>navigator.serviceWorker.register('/sw.js')</script>", attributes='data-allowed=""')
    )
    shown.wait_for_function("navigator.serviceWorker.controller")
    shown.reload()
    assert shown.evaluate("caches.open('pages').then((kept) => kept.keys()).then((all) => all.length)") == 1
    # The middleware would write the page for the new choice; the worker would have shown the old one.
    world.pages["/"] = page("<p>Granted</p>", attributes=granted)
    with shown.expect_navigation():
        press(shown, "accept")
    shown.get_by_text("Granted").wait_for()
    world.pages["/"] = page("<p>Silent</p>", attributes='data-allowed=""')
    with shown.expect_navigation():
        press(shown, "withdraw")
    shown.get_by_text("Silent").wait_for()


FULL = """() => { for (let size = 1 << 22; size > 0; size >>= 1) { try { for (let at = 0; ; at++) localStorage.setItem(`full${size}.${at}`, "x".repeat(size)) } catch {} } }"""


def test_a_full_storage_loses_no_decision(visit, world):
    shown = visit(page(TRACKER, said=notice(server=INTAKE)))
    press(shown, "refuse")
    until(lambda: len(world.decisions) == 1)
    shown.evaluate(FULL)
    press(shown, "settings")
    press(shown, "accept", within="dialog")
    until(world.third_party)
    assert [one["event"] for one in world.decisions] == ["refused", "given"]
    press(shown, "settings")
    assert dialogue(shown).locator("[data-holdtrue=receipt]").is_visible()


NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("Denied", "SecurityError") } });
    for (const name of ["indexedDB", "IDBFactory", "caches", "CacheStorage", "cookieStore", "CookieStore"]) delete window[name];"""


def test_a_browser_that_refuses_every_storage_but_cookies_is_asked_once(visit, new_visitor, world, errors):
    visitor = new_visitor()
    visitor.add_init_script(NO_STORAGE)
    shown = visit(page(TRACKER, said=notice(server=INTAKE)), context=visitor)
    press(shown, "accept")
    until(world.third_party)
    shown.reload()
    shown.locator("holdtrue-consent .tab").wait_for()
    with shown.expect_navigation():
        press(shown, "withdraw")
    shown.wait_for_load_state()
    until(lambda: [one["event"] for one in world.decisions] == ["given", "withdrawn"])
    world.requests.clear()
    assert quiet(shown, world) == []
    assert errors == []


@pytest.mark.parametrize("allowed", ["", 'data-allowed=""'])
def test_without_cookies_a_choice_lasts_for_its_page_and_asks_in_no_circle(visit, new_visitor, world, allowed, errors):
    visitor = new_visitor()
    blank = visitor.new_page()
    shown = visitor.new_page()
    visitor.new_cdp_session(shown).send("Emulation.setDocumentCookieDisabled", {"disabled": True})
    world.pages["/"] = page(TRACKER, said=notice(server=INTAKE), attributes=allowed)
    shown.goto(SITE)
    assert not shown.evaluate("navigator.cookieEnabled")
    press(shown, "accept")
    until(lambda: len(world.decisions) == 1)
    shown.wait_for_timeout(400)
    assert loads(world) == 1
    assert banner(shown).count() == 0
    # The policy of this page cannot be widened, and the next one would not know: then nothing runs that it does not let through.
    assert bool(world.third_party()) is not bool(allowed)
    blank.bring_to_front()
    shown.bring_to_front()
    assert loads(world) == 1
    assert errors == []


def test_a_page_in_a_sandbox_without_an_origin_is_asked_and_works(visit, world, errors):
    world.headers = {"Content-Security-Policy": "sandbox allow-scripts"}
    shown = visit(page(TRACKER))
    assert quiet(shown, world) == []
    press(shown, "accept")
    until(world.third_party)
    assert errors == []


def test_what_may_never_be_set_is_not_set_whatever_was_agreed_to(visit):
    never = [
        {"pattern": "_forbidden*", "kind": "cookie", "retention_days": None},
        {"pattern": "_acme_never", "kind": "cookie", "retention_days": None},
        {"pattern": "forbidden", "kind": "local", "retention_days": None},
    ]
    shown = visit(page(said=notice(ANALYTICS, never=never)))
    shown.context.add_cookies([{"name": "_forbidden_old", "value": "1", "url": SITE}])
    press(shown, "accept")
    until(lambda: choice(shown) != "")
    until(lambda: "_forbidden_old" not in shown.evaluate("document.cookie"))
    for name in ("_forbidden", "_forbidden_2", "_acme_never", "_acme_1"):
        shown.evaluate(f"document.cookie = '{name}=1'")
    shown.evaluate(
        "localStorage.forbidden = 1; for (const name of ['forbidden', 'acme', 'other']) { localStorage.setItem(name, 1); sessionStorage.setItem(name, 1) }"
    )
    names = {one["name"] for one in shown.context.cookies()}
    assert names == {"holdtrue", "_acme_1"}
    assert shown.evaluate("[Object.keys(sessionStorage).sort(), localStorage.getItem('acme')]") == [["acme", "other"], "1"]
    shown.reload()
    until(lambda: "forbidden" not in shown.evaluate("Object.keys(localStorage)"))


def test_the_script_in_the_page_twice_asks_once(visit, world):
    again = '<script src="/consent/holdtrue.en.js"></script>'
    watching = "<script>window.broken = []; addEventListener('error', (event) => broken.push(event.message))</script>"
    shown = visit(page(head=watching + again, said=notice(ANALYTICS)))
    banner(shown).wait_for()
    assert shown.evaluate("broken") == []
    shown.wait_for_timeout(300)
    assert world.requests.count(f"{HOST}/consent/holdtrue.en.js") >= 1
    assert shown.locator("holdtrue-consent").count() == 1
    assert banner(shown).count() == 1
    press(shown, "refuse")
    until(lambda: choice(shown) == "-")
    assert banner(shown).count() == 0


def test_a_service_of_no_known_category_is_never_asked_for_and_never_runs(visit, world):
    odd = {**ADS, "id": "odd", "category": "statistics", "hosts": ["odd.test"]}
    marked = "".join(
        f'<script type="text/plain" data-consent="{word}" data-src="http://odd.test/s.js"></script>'
        for word in ("odd", "statistics")
    )
    shown = visit(page(marked, said=notice(ANALYTICS, odd)))
    press(shown, "accept")
    until(lambda: choice(shown) == "acme-analytics")
    assert quiet(shown, world) == []
    assert shown.evaluate("[holdtrue.has('odd'), holdtrue.has('statistics')]") == [False, False]
    shown.evaluate("holdtrue.set(['odd', 'acme-analytics'])")
    assert quiet(shown, world) == []
    assert choice(shown) == "acme-analytics"


def test_a_mark_that_the_notice_does_not_know_is_told_of_once_and_never_released(new_visitor, world):
    marked = '<script type="text/plain" data-consent="analitics" data-src="http://stats.acme.test/a.js"></script>'
    known = marked.replace("analitics", "analytics acme-analytics")
    world.pages["/"] = page(marked + known, said=notice(ANALYTICS))
    said: list[str] = []
    shown = new_visitor().new_page()
    shown.on("console", lambda message: said.append(message.text))
    shown.goto(SITE)
    press(shown, "accept")
    until(lambda: world.third_party() == ["stats.acme.test/a.js"])
    shown.evaluate("document.body.append(document.createElement('p'))")

    assert quiet(shown, world) == []
    assert [one for one in said if "analitics" in one] == [one for one in said if "holdtrue" in one]
    assert len([one for one in said if "analitics" in one]) == 1
