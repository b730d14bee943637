"""Sixteen ways to ask a tracker, on a page that nobody marked: none reaches it before consent, after refusal, after withdrawal."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser import block_world as world
from holdtrue.website.consent.block.asgi import ConsentMiddleware
from holdtrue.website.consent.block.violations import Violation
from holdtrue.website.scan.engine import chromium

EXTRAS = """<!doctype html><html><head><title>More</title>
<link rel="preconnect" href="{t}"><link rel="dns-prefetch" href="{t}"><link rel="prefetch" href="{t}/prefetch">
<link rel="modulepreload" href="{t}/modulepreload"></head><body background="{t}/background-image">
<div style="background-image: url({t}/style-background)">x</div><video src="{t}/video" poster="{t}/poster-img" preload="auto"></video>
<audio src="{t}/audio" preload="auto"></audio><object data="{t}/object"></object><embed src="{t}/embed">
<picture><source srcset="{t}/source-img"><img src="/own.gif" alt=""></picture><input type="image" src="{t}/input-img" alt="">
<svg><image href="{t}/svg-img"/></svg><noscript><img src="{t}/noscript-img" alt=""></noscript>
<iframe srcdoc="<img src='{t}/srcdoc-img'>"></iframe><style>@import url({t}/style-import);</style>
<script>
const t = "{t}";
try {{ new EventSource(t + "/eventsource") }} catch (e) {{}}
try {{ new Worker("/worker.js?" + encodeURIComponent(t)) }} catch (e) {{}}
try {{ new Worker(URL.createObjectURL(new Blob(["fetch('" + t + "/blob-worker').catch(() => 0)"]))) }} catch (e) {{}}
const link = document.createElement("link"); link.rel = "stylesheet"; link.href = t + "/style-late"; document.head.append(link);
const frame = document.createElement("iframe"); document.body.append(frame);
frame.contentWindow.fetch(t + "/frame-fetch").catch(() => 0);
fetch("/away?" + encodeURIComponent(t + "/redirected"), {{ mode: "no-cors" }}).catch(() => 0);
</script></body></html>"""


def site(known: str, stranger: str):
    """A site that marks nothing and knows nothing of consent; one page has a policy of its own."""
    pages = {
        "/": world.sixteen(known),
        "/stranger": world.sixteen(stranger),
        "/more": EXTRAS.format(t=known),
        "/strange": EXTRAS.format(t=stranger),
    }

    async def serve(scope, receive, send):
        path = scope["path"]
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"set-cookie", b"_tid=1; Path=/; HttpOnly"),
            (b"set-cookie", b"sessionid=s; Path=/"),
        ]
        status, body = 200, pages.get(path, "").encode()
        if path == "/strict":
            headers.append(
                (
                    b"content-security-policy",
                    b"default-src 'self'; script-src 'nonce-r4nd0m' 'strict-dynamic'; require-trusted-types-for 'script'",
                )
            )
            body = b"<!doctype html><html><head><title>Strict</title></head><body><p>Strict</p></body></html>"
        elif path == "/worker.js":
            headers = [(b"content-type", b"text/javascript")]
            body = b"fetch(decodeURIComponent(location.search.slice(1)) + '/worker').catch(() => 0)"
        elif path == "/away":
            status, headers, body = 302, [(b"location", unquote(scope["query_string"].decode()).encode())], b""
        elif path == "/own.gif":
            headers, body = [(b"content-type", b"image/gif")], world.PICTURE
        await send({"type": "http.response.start", "status": status, "headers": headers})
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})

    return serve


@pytest.fixture(scope="module")
def tracker() -> Iterator[world.Tracker]:
    with world.tracker() as found:
        yield found


@pytest.fixture(scope="module")
def violations() -> list[Violation]:
    return []


@pytest.fixture(scope="module")
def address(tracker, violations, tmp_path_factory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("banner") / "banner.js"
    script.write_text(
        "window.shown = JSON.parse(document.querySelector(document.currentScript.dataset.notice).textContent).site;"
    )

    def make(port: int) -> object:
        app = site(f"http://{world.KNOWN}:{tracker.port}", f"http://{world.STRANGER}:{tracker.port}")
        return ConsentMiddleware(app, notice=world.notice(port, tracker.port), banner=script, on_violation=violations.append)

    with world.serving(make) as port:
        yield f"http://{world.SITE}:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(""), args=world.flags())
        yield browser
        browser.close()


@pytest.fixture
def context(browser, tracker) -> Iterator[BrowserContext]:
    tracker.hits.clear()
    tracker.connections = 0
    context = browser.new_context()
    yield context
    context.close()


def choose(context: BrowserContext, address: str, granted: str) -> None:
    context.add_cookies([{"name": "holdtrue", "value": world.choice(granted), "url": address}])


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(700)
    return page


def asked(tracker: world.Tracker) -> set[str]:
    return {hit.partition("/")[2] for hit in tracker.hits}


@pytest.mark.parametrize("path", ["/", "/stranger", "/more", "/strange"])
@pytest.mark.parametrize("state", ["before a choice", "refused"])
def test_no_request_of_any_kind_reaches_a_tracker_without_consent(context, address, tracker, path, state):
    if state == "refused":
        choose(context, address, "-")

    opened(context, address + path)

    assert tracker.hits == []
    assert tracker.connections == 0


def test_after_a_grant_all_sixteen_kinds_work(context, address, tracker):
    choose(context, address, "tracker")

    opened(context, address + "/")

    assert asked(tracker) == world.KINDS


def test_a_grant_lets_nobody_else_in(context, address, tracker):
    choose(context, address, "tracker")

    opened(context, address + "/stranger")
    opened(context, address + "/strange")

    assert tracker.hits == []


def test_after_withdrawal_the_next_page_is_silent(context, address, tracker):
    choose(context, address, "tracker")
    page = opened(context, address + "/")
    assert tracker.hits
    choose(context, address, "-")
    tracker.hits.clear()

    page.reload(wait_until="load")
    page.wait_for_timeout(700)
    page.goto(address + "/more", wait_until="load")
    page.wait_for_timeout(700)

    assert tracker.hits == []


def test_a_page_kept_in_the_browsers_cache_is_not_used_under_another_choice(context, address, tracker):
    choose(context, address, "tracker")
    page = opened(context, address + "/")
    choose(context, address, "-")
    tracker.hits.clear()

    page.goto(address + "/strict")
    page.goto(address + "/", wait_until="load")
    page.wait_for_timeout(700)

    assert tracker.hits == []


def test_cookies_come_with_consent_and_go_with_it(context, address):
    page = opened(context, address + "/")
    assert {cookie["name"] for cookie in context.cookies()} == {"sessionid"}
    choose(context, address, "tracker")
    page.reload()
    assert "_tid" in {cookie["name"] for cookie in context.cookies()}

    choose(context, address, "-")
    page.reload()

    assert {cookie["name"] for cookie in context.cookies()} == {"sessionid", "holdtrue"}


def test_the_banner_runs_under_the_sites_own_strict_policy(context, address):
    page = opened(context, address + "/strict")

    assert page.evaluate("window.shown") == address.removeprefix("http://")


def test_without_scripts_the_page_is_readable_and_asks_nobody(browser, address, tracker):
    tracker.hits.clear()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/more")
    page.wait_for_timeout(500)
    assert tracker.hits == []
    page.goto(address + "/")
    assert page.inner_text("#text") == "A page."
    page.wait_for_timeout(500)
    context.close()

    assert tracker.hits == []


def test_trackers_that_nobody_declared_are_told_about(context, address, violations):
    opened(context, address + "/stranger").wait_for_timeout(800)

    assert world.STRANGER in {violation.host for violation in violations}
    assert world.KNOWN not in {violation.host for violation in violations}
    assert {violation.page for violation in violations} <= {"/stranger", "/strange"}
