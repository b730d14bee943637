"""The evidence pages in a real browser: readable by everybody, and without a complaint of the browser's."""

import os
from collections.abc import Iterator
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from holdtrue.accounts.actions import add_person
from holdtrue.accounts.models import Person
from holdtrue.accounts.rules import Role
from holdtrue.evidence.actions import record
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.opened import close_all, the_log
from holdtrue.website.scan.engine import chromium
from unit.evidence.pack_samples import NOON

pytestmark = pytest.mark.django_db(transaction=True)
CORE = {"commitment": "device.screen-lock", "before": "holds", "after": "broken", "rule": "at most 900 s"}


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
def olga(browser) -> Person:
    """Olga audits."""
    reader = add_person("olga@wegroup.example", "Olga", password="correct horse", roles=[Role.AUDITOR], at=NOON, record=record)
    return Person.objects.get(id=reader.id)


@pytest.fixture
def entry(olga) -> Iterator[UUID]:
    log = the_log()
    draft = compose(Kind.STANDING_CHANGED, about="device/LT-07", at=NOON, by=olga.id, core=CORE)
    log.append([draft])
    log.integrate(at=NOON)
    yield draft.id
    close_all()


@pytest.fixture
def page(browser, olga, live_server) -> Iterator[Page]:
    complaints: list[str] = []
    client = Client()
    client.force_login(olga)
    opened = browser.new_page()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    opened.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    opened.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    yield opened
    opened.close()
    assert not complaints


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("address", ["/evidence/", "/evidence/?about=device/LT-07", "/evidence/{entry}/", "/evidence/pack"])
def test_the_page_meets_the_accessibility_rules_on_phone_and_desk(page, live_server, entry, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(live_server.url + address.format(entry=entry))
    assert answer
    assert answer.ok
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_a_pack_made_with_the_button_is_a_file(page, live_server, entry, tmp_path):
    page.goto(f"{live_server.url}/evidence/")
    page.click("text=Make an evidence pack")
    page.fill("#id_about", "device/LT-07")
    with page.expect_download() as download:
        page.click("main button.button")
    download.value.save_as(tmp_path / "pack")

    assert download.value.suggested_filename.endswith(".holdtrue")
    assert (tmp_path / "pack").read_bytes().startswith(b'{"about":["device/LT-07"],"format":"holdtrue/pack/1"')
