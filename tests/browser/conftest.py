"""A whole office with people, policies, devices and a website, served as it is served in earnest; and a browser to visit it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from holdtrue.website.scan.engine import chromium

PASSWORD = "correct horse battery"
PATIENCE = 60
"""Seconds for a server to be ready."""


@dataclass(frozen=True, slots=True)
class Office:
    """A running server, and who can sign in there."""

    url: str
    people: dict[str, str]
    """Addresses by role; everybody has the same password."""


@dataclass(slots=True)
class Visit:
    """One open page, and everything that should not have happened on it."""

    page: Page
    office: Office
    complaints: list[str] = field(default_factory=list)
    """What the browser's console reported: refused by the Content-Security-Policy, failed to load, threw."""
    abroad: list[str] = field(default_factory=list)
    """Requests to anywhere but the office."""

    def go(self, address: str) -> Page:
        """Open a page of the office."""
        self.page.goto(self.office.url + address)
        return self.page


@pytest.fixture(scope="session")
def office(tmp_path_factory) -> Iterator[Office]:
    """The example organisation, loaded and served in a process of its own."""
    data = tmp_path_factory.mktemp("office")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HOLDTRUE_", "DJANGO_"))}
    environ |= {"HOLDTRUE_DATA": str(data), "HOLDTRUE_PORT": str(port), "HOLDTRUE_PUBLIC_URL": url}
    loaded = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "furnish.py"), PASSWORD],
        env=environ, check=True, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    log = (data / "server.log").open("wb")
    server = subprocess.Popen([sys.executable, "-m", "holdtrue", "serve"], env=environ, stdout=log, stderr=log)
    try:
        _wait_for(f"{url}/readyz", server)
        yield Office(url, json.loads(loaded.stdout.splitlines()[-1]))
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server is not ready (exit {server.poll()})")


@pytest.fixture(scope="module")
def a_browser() -> Iterator[Browser]:
    """A real browser, for one module: two of them cannot share a thread."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(""), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def keys(a_browser, office) -> dict[str, object]:
    """Signed-in sessions by role, each signed in by the form and once only."""
    return {}


@pytest.fixture
def visit(a_browser, office, keys) -> Iterator[Callable[..., Visit]]:
    """Open a page as somebody (`role`), or as nobody, with a screen of some width, light or dark."""
    opened: list[BrowserContext] = []

    def begin(role: str = "", *, width: int = 1280, scheme: str = "light", javascript: bool = True) -> Visit:
        if role and role not in keys:
            keys[role] = _signed_in(a_browser, office, role)
        context = a_browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            storage_state=keys.get(role),
        )
        opened.append(context)
        visit = Visit(context.new_page(), office)
        visit.page.on("console", lambda said: visit.complaints.append(said.text) if said.type in {"error", "warning"} else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on(
            "request", lambda sent: None if sent.url.startswith((office.url, "data:")) else visit.abroad.append(sent.url)
        )
        return visit

    yield begin
    for context in opened:
        context.close()


def _signed_in(browser: Browser, office: Office, role: str) -> object:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{office.url}/account/login/")
    page.get_by_label("Email").fill(office.people[role])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{office.url}/")
    state = context.storage_state()
    context.close()
    return state
