"""What visitors do and see, in their words."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from browser.banner.world import World


def banner(page: Page) -> Locator:
    """The first layer."""
    return page.locator("holdtrue-consent section.card")


def dialogue(page: Page) -> Locator:
    """The second layer."""
    return page.locator("holdtrue-consent dialog")


def press(page: Page, role: str, *, within: str = "") -> None:
    """Press one of the banner's own buttons."""
    page.locator(f"holdtrue-consent {within} [data-holdtrue={role}]").first.click()


def open_settings(page: Page) -> Locator:
    """Open the second layer from wherever it is offered, and every service in it."""
    press(page, "settings")
    shown = dialogue(page)
    shown.wait_for()
    for summary in shown.locator("summary").all():
        summary.click()
    return shown


def choice(page: Page) -> str:
    """The granted services as the cookie names them; nothing without a choice."""
    found = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "holdtrue"]
    return found[0].split(".")[-1] if found else ""


def stored(page: Page) -> dict[str, Any]:
    """Everything that stands in the browser's storages for this site."""
    inside = page.evaluate(
        """async () => ({local: Object.keys(localStorage), session: Object.keys(sessionStorage),
            databases: (await indexedDB.databases()).map(one => one.name), caches: await caches.keys(),
            workers: (await navigator.serviceWorker.getRegistrations()).map(one => (one.active || one.installing || one.waiting).scriptURL)})"""
    )
    return {"cookies": sorted(cookie["name"] for cookie in page.context.cookies()), **inside}


def until(holds: Callable[[], Any], seconds: float = 5) -> Any:
    """Wait until something holds and return it; fail with what it last was."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"still {found!r} after {seconds} s"
        time.sleep(0.02)
    return found


def quiet(page: Page, world: World, seconds: float = 0.4) -> list[str]:
    """Return what third parties were asked while the page was left alone."""
    before = len(world.third_party())
    page.wait_for_timeout(seconds * 1000)
    return world.third_party()[before:]
