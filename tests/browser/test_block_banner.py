"""The block and the real banner together: agreeing lets the tracker in, taking it back silences it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from browser import block_world as world
from holdtrue.website.consent.block.asgi import ConsentMiddleware
from holdtrue.website.scan.engine import chromium


@pytest.fixture(scope="module")
def tracker() -> Iterator[world.Tracker]:
    with world.tracker() as found:
        yield found


@pytest.fixture(scope="module")
def address(tracker) -> Iterator[str]:
    page = world.sixteen(f"http://{world.KNOWN}:{tracker.port}").replace(
        "</p>", "</p><textarea id=typed></textarea><p style='height:3000px'></p>", 1
    )

    async def site(scope, receive, send):
        headers = [(b"content-type", b"text/html"), (b"set-cookie", b"_tid=1; Path=/; HttpOnly")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page.encode() if scope["path"] == "/" else b""})

    def make(port: int) -> object:
        notice = world.notice(port, tracker.port, server="", languages=["en"], controller={"name": "WeGroup NV", "policy_url": "/p", "contact": "a@b.example"},
                              policy={"slug": "cookies", "version": 1, "text_hash": "00"}, consent_mode=False, regulation="eu")  # fmt: skip
        return ConsentMiddleware(site, notice=notice)

    with world.serving(make) as port:
        yield f"http://{world.SITE}:{port}"


@pytest.fixture
def page(tracker) -> Iterator[Page]:
    tracker.hits.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(""), args=world.flags())
        yield browser.new_page()
        browser.close()


def asked(tracker: world.Tracker) -> set[str]:
    return {hit.partition("/")[2] for hit in tracker.hits}


def test_accepting_opens_the_page_once_more_and_withdrawing_silences_it(page, address, tracker):
    page.goto(address)
    accept = page.get_by_role("button", name="Accept all").first
    accept.wait_for()
    page.fill("#typed", "half a sentence")
    page.wait_for_timeout(500)
    assert tracker.hits == []

    with page.expect_navigation(wait_until="load"):
        accept.click()
    page.wait_for_timeout(1000)

    assert asked(tracker) == world.KINDS
    assert page.input_value("#typed") == "half a sentence"
    page.reload()
    assert "_tid" in {cookie["name"] for cookie in page.context.cookies()}

    with page.expect_navigation(wait_until="load"):
        page.evaluate("window.holdtrue.set([])")
    tracker.hits.clear()
    page.wait_for_timeout(500)
    page.goto(address)
    page.wait_for_timeout(700)

    assert tracker.hits == []
    assert {cookie["name"] for cookie in page.context.cookies()} == {"holdtrue"}


def test_a_receipt_can_be_taken_home_from_a_page_that_the_block_holds(page, address):
    page.goto(address)
    page.get_by_role("button", name="Refuse all").first.click()
    page.locator("holdtrue-consent [data-holdtrue=settings]").click()

    with page.expect_download() as receipt:
        page.locator("holdtrue-consent [data-holdtrue=receipt]").click()

    assert receipt.value.suggested_filename.endswith(".jsonld")


def test_consent_mode_has_its_defaults_before_any_tag_of_a_page_that_was_agreed_to(page, tracker):
    body = b"<!doctype html><html><head><meta charset=utf-8><script>window.seen = [...(window.dataLayer || [])].map((a) => a[1])</script></head><body><h1>x</h1></body></html>"

    async def site(scope, receive, send):
        headers = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def make(port: int) -> object:
        controller = {"name": "WeGroup NV", "policy_url": "/p", "contact": "a@b.example"}
        notice = world.notice(port, tracker.port, server="", languages=["en"], controller=controller, consent_mode=True)
        return ConsentMiddleware(site, notice=notice)

    with world.serving(make) as port:
        page.goto(f"http://{world.SITE}:{port}")
        assert page.evaluate("seen") == ["default"]
        assert page.evaluate("document.querySelector('script[data-notice]').defer")
        with page.expect_navigation(wait_until="load"):
            page.get_by_role("button", name="Accept all").first.click()
        page.wait_for_function("window.holdtrue?.choice().decided")
        assert page.evaluate("seen") == ["default"]
        page.wait_for_function("dataLayer.length > 1")
        assert page.evaluate("dataLayer.slice(0, 2).map((a) => [a[0], a[1]])") == [
            ["consent", "default"],
            ["consent", "update"],
        ]
        assert page.evaluate("dataLayer[1][2].security_storage") == "granted"


@pytest.mark.parametrize("languages", [["en"], ["en", "nl"]], ids="-".join)
def test_marked_scripts_run_after_consent_behind_scripts_that_ran_already(page, tracker, languages):
    body = (
        b"<!doctype html><html lang=en><head><meta charset=utf-8><script src=/own.js data-consent=necessary></script></head>"
        b"<body><h1>x</h1><script type=text/plain data-consent=analytics data-src=/one.js></script>"
        b"<script type=text/plain data-consent=analytics>ran.push('two')</script></body></html>"
    )
    scripts = {"/own.js": b"window.ran = ['own']", "/one.js": b"ran.push('one')"}

    async def site(scope, receive, send):
        script = scripts.get(scope["path"])
        headers = [(b"content-type", b"text/javascript" if script else b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": script or body})

    def make(port: int) -> object:
        controller = {"name": "WeGroup NV", "policy_url": "/p", "contact": "a@b.example"}
        notice = world.notice(port, tracker.port, server="", languages=languages, controller=controller)
        return ConsentMiddleware(site, notice=notice)

    with world.serving(make) as port:
        page.goto(f"http://{world.SITE}:{port}")
        page.get_by_role("button", name="Accept all").first.click()
        page.wait_for_function("window.holdtrue?.choice().granted.includes('tracker')")
        page.wait_for_timeout(700)

        assert page.evaluate("ran") == ["own", "one", "two"]
        page.reload()
        page.wait_for_timeout(700)
        assert page.evaluate("ran") == ["own", "one", "two"]


def test_refusing_keeps_it_silent_without_another_page(page, address, tracker):
    page.goto(address)
    page.get_by_role("button", name="Refuse all").first.click()
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_timeout(700)

    assert tracker.hits == []
    assert page.evaluate("window.holdtrue.choice().decided")


def test_a_signal_that_came_with_the_request_alone_refuses_too(page, address, tracker):
    page.set_extra_http_headers({"Sec-GPC": "1"})
    page.goto(address)

    page.get_by_text("Global Privacy Control").wait_for()

    assert page.evaluate("navigator.globalPrivacyControl") in (None, False)
    assert page.evaluate("[holdtrue.choice().decided, holdtrue.choice().gpc, holdtrue.choice().granted.length]") == [
        True,
        True,
        0,
    ]
    assert tracker.hits == []
