"""A real Chromium, a small web on loopback, and visitors with fresh profiles."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.banner.world import PACKAGES, SITE, World, flags, serving
from holdtrue.website.scan.engine import chromium


@pytest.fixture(scope="package")
def _web() -> Iterator[World]:
    with serving() as world:
        yield world


@pytest.fixture(scope="package")
def _start(_web: World) -> Iterator[Callable[..., Browser]]:
    with sync_playwright() as driver:
        yield lambda **options: driver.chromium.launch(
            executable_path=str(chromium.find()), args=flags(_web, is_root=os.geteuid() == 0), **options
        )


@pytest.fixture(scope="package")
def browser(_start: Callable[..., Browser]) -> Iterator[Browser]:
    """A headless Chromium for which every name leads to the small web."""
    started = _start()
    yield started
    started.close()


@pytest.fixture(scope="module")
def keeping_browser(_start: Callable[..., Browser]) -> Iterator[Browser]:
    """One that keeps pages whole when a visitor goes on, as browsers do outside of tests."""
    started = _start(ignore_default_args=["--disable-back-forward-cache"])
    yield started
    started.close()


@pytest.fixture
def world(_web: World) -> World:
    """The small web with nothing on it yet."""
    _web.clear()
    return _web


Visit = Callable[..., Page]


@pytest.fixture
def errors() -> list[str]:
    """What went wrong in the pages that were visited."""
    return []


@pytest.fixture
def new_visitor(browser: Browser, errors: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Make visitors with profiles of their own; a page that throws is told in `errors`."""
    made = []

    def make(**options: Any) -> BrowserContext:
        signal = options.pop("gpc", None)
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options})
        context.set_default_timeout(5000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        if signal is not None:
            context.add_init_script(
                f"Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {{get: () => {json.dumps(signal)}}})"
            )
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def visit(new_visitor: Callable[..., BrowserContext], world: World) -> Visit:
    """Put a page on the site and open it as a new visitor."""

    def open_(html: str, path: str = "/", *, context: BrowserContext | None = None, **options: Any) -> Page:
        world.pages[path] = html
        page = (context or new_visitor(**options)).new_page()
        page.goto(SITE + path)
        return page

    return open_


@pytest.fixture(scope="session")
def packages() -> Path:
    """The test-only packages from npm, which `npm ci` in banner/ brings."""
    if not (PACKAGES / "axe-core").is_dir():
        pytest.skip("needs `npm ci` in banner/, which has not been run or cannot be here")
    return PACKAGES
