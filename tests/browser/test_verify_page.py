"""On /verify the reader's own browser checks a receipt or a pack, and sends nothing anywhere."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from holdtrue.evidence import pack
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.opened import close_all, the_log
from holdtrue.website.scan.engine import chromium
from unit.evidence.pack_samples import NOON, MemoryLog, document, openings, signing_key, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs a loop in this thread; Django's tests use their database from it all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(settings.CONFIG.browser), args=["--no-sandbox"])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def proofs(tmp_path: Path) -> Iterator[Path]:
    """A receipt and a pack of this server's own log."""
    log = the_log()
    draft = compose(Kind.POLICY_PUBLISHED, about="policy/work-behaviors", at=NOON, core={"sha256": document().sha256})
    log.append([draft])
    log.integrate(at=NOON)
    (tmp_path / "one.tlog-proof").write_bytes(log.receipt(draft.id) or b"")
    pack.write(tmp_path / "all.holdtrue", log.snapshot(), at=NOON, documents=[document()])
    yield tmp_path
    close_all()


@pytest.fixture
def page(browser: Browser, live_server, proofs) -> Iterator[Page]:
    """The page, opened by somebody who is not signed in; any complaint of the browser fails the test."""
    complaints: list[str] = []
    opened = browser.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    answer = opened.goto(f"{live_server.url}/verify")
    assert answer
    assert "unsafe" not in answer.headers["content-security-policy"]
    yield opened
    opened.close()
    assert not complaints


def test_a_chosen_pack_is_verified_without_a_single_request(page, proofs):
    asked: list[Request] = []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks what it is given
    page.set_input_files("#file", proofs / "all.holdtrue")

    expect(page.locator("#verdict")).to_contain_text("Verified")
    expect(page.locator("#verdict")).to_contain_text("Signed by a key that this server publishes.")
    expect(page.locator("#verdict")).to_contain_text("Every entry of the log is here")
    assert not asked


def test_a_changed_pack_is_refused_with_its_place(page, proofs):
    changed = proofs / "changed.holdtrue"
    changed.write_bytes((proofs / "all.holdtrue").read_bytes().replace(b"work-behaviors", b"work-behaviours"[:14]))
    page.set_input_files("#file", changed)

    expect(page.locator("#verdict")).to_contain_text("Not verified")
    expect(page.locator("#verdict")).to_contain_text("group core")


def test_a_pasted_receipt_shows_what_it_proves(page, proofs):
    page.fill("#receipt", (proofs / "one.tlog-proof").read_text())
    page.click("button.button[type=submit]")

    expect(page.locator("#verdict")).to_contain_text("Verified")
    expect(page.locator("#verdict dl").first).to_contain_text("policy/work-behaviors")


def test_another_organisations_pack_is_checked_too_and_its_key_is_to_be_compared(page, proofs):
    written(proofs / "theirs.holdtrue", MemoryLog(openings(4)))
    page.set_input_files("#file", proofs / "theirs.holdtrue")
    expect(page.locator("#verdict")).to_contain_text("Signed by a key that is not this server")

    page.click("summary:has-text('I know')")
    page.fill("#key", str(signing_key(2).verifier))
    page.click("button.button[type=submit]")
    expect(page.locator("#verdict")).to_contain_text("Not verified")

    page.fill("#key", str(signing_key(1).verifier))
    page.click("button.button[type=submit]")
    expect(page.locator("#verdict")).to_contain_text("Signed by the key that you gave.")


def test_nonsense_is_said_to_be_nonsense(page):
    page.click("button.button[type=submit]")
    expect(page.locator("#verdict")).to_contain_text("Choose a file or paste a receipt first.")
    page.fill("#receipt", "hello")
    page.click("button.button[type=submit]")
    expect(page.locator("#verdict")).to_contain_text("Not verified")


def test_a_browser_without_cryptography_says_so_and_not_that_the_file_is_bad(browser, live_server, proofs):
    plain = browser.new_page()
    plain.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })")
    plain.goto(f"{live_server.url}/verify")
    plain.set_input_files("#file", proofs / "all.holdtrue")

    expect(plain.locator("#verdict")).to_contain_text("This browser cannot check here")
    expect(plain.locator("#verdict")).to_contain_text("says nothing about the file")
    plain.close()


def test_the_page_meets_the_accessibility_rules(page, proofs):
    from axe_playwright_python.sync_playwright import Axe

    page.set_input_files("#file", proofs / "all.holdtrue")
    expect(page.locator("#verdict")).to_contain_text("Verified")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
