"""The cookie policy within a page of the organisation's own site: read on any screen, beside the visitor's own choice."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from browser.test_pages import RULES, wide_elements
from holdtrue.server import demo_site

NOTICE = "/consent/127.0.0.1:9/notice.json"


def notice_of(office, folder: Path) -> Path:
    """The office's notice, for a site that keeps no records: it stands under another address than the one that is known."""
    with urllib.request.urlopen(office.url + NOTICE) as answer:
        notice = json.load(answer)
    file = folder / "notice.json"
    file.write_text(json.dumps(notice | {"server": ""}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def site(office, tmp_path_factory) -> Iterator[str]:
    """The example's website, which asks with the office's notice and carries the office's policy."""
    notice = notice_of(office, tmp_path_factory.mktemp("site"))
    with demo_site.place(0) as place, place.serving(notice=notice, policy=f"{office.url}/p/cookies/"):
        yield place.url


@pytest.fixture(params=[1280, 390, 320])
def page(a_browser, site, request) -> Iterator[Page]:
    context = a_browser.new_context(viewport={"width": request.param, "height": 900}, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site}/cookies")
    yield page
    context.close()


def width(page: Page) -> int:
    return page.viewport_size["width"]


def test_nothing_makes_the_page_scroll_sideways(page):
    assert page.locator(".holdtrue-policy table").count() >= 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width(page), wide_elements(page)


def test_tables_are_tables_where_there_is_room_and_cards_where_there_is_none(page):
    cell = page.locator(".holdtrue-policy table.stack td").first

    assert cell.evaluate("e => getComputedStyle(e).display") == ("table-cell" if width(page) == 1280 else "grid")
    # A card says itself what each of its lines is.
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == ("none" if width(page) == 1280 else '"Name"')


def test_axe_finds_nothing(page):
    found = Axe().run(page, options=RULES)

    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found.response["violations"]] == []


def test_the_visitor_reads_the_choice_made_and_changes_it_there(page):
    choice = page.locator(".holdtrue-policy [data-holdtrue-choice]")
    assert choice.is_hidden()

    page.get_by_role("button", name="Accept all").click()

    choice.wait_for(state="visible")
    assert "allowed" in choice.inner_text()
    assert "refused" not in choice.inner_text()
    page.locator(".holdtrue-policy").get_by_text("Cookie settings").first.click()
    page.get_by_role("dialog").wait_for(state="visible")


def test_a_page_whose_policy_cannot_be_had_leads_to_it(a_browser, tmp_path, office):
    notice = notice_of(office, tmp_path)
    with demo_site.place(0) as place, place.serving(notice=notice, policy="http://127.0.0.1:9/p/cookies/"):
        context = a_browser.new_context(locale="en-GB")
        page = context.new_page()
        answer = page.goto(f"{place.url}/cookies")

        assert answer.status == 502
        assert (
            page.get_by_role("link", name="Read it where it is kept").get_attribute("href") == "http://127.0.0.1:9/p/cookies/"
        )
        context.close()
