"""From the policy to the proof: a page asks, a visitor chooses, the record arrives, and its receipt checks itself."""

import csv
import io
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from holdtrue.evidence import verification
from holdtrue.website.consent.block.delivery import Delivery
from holdtrue.website.consent.block.wsgi import ConsentMiddleware
from integration.installation import Installation, environment

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
POLICY = Path(__file__).parents[2] / "src" / "holdtrue" / "server" / "data" / "policies" / "cookies-1.md"
VERIFIER = Path(verification.__file__).parent / "static" / "evidence" / "verify.mjs"
ADD_SITE = """
import os, sys
from holdtrue import config
from holdtrue.server import boot
boot.set_up(config.read(os.environ))
from django.utils import timezone
from holdtrue.accounts.queries import person_by_email
from holdtrue.website.sites.actions import add_site
add_site(sys.argv[1], name="Bakery", policy="cookies", by=person_by_email("anna@wegroup.example").id, at=timezone.now())
"""


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: object) -> None:
        pass


class Site:
    """A website whose pages carry the banner of an installation."""

    def __init__(self) -> None:
        site = self
        self.head = ""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"<!doctype html><html lang=nl><head><meta charset=utf-8><title>B</title>{site.head}</head><h1>Bakkerij</h1>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.host = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


@pytest.fixture(scope="module")
def server(site, tmp_path_factory) -> Iterator[Installation]:
    made = environment(tmp_path_factory.mktemp("journey") / "data", "")
    made.env["HOLDTRUE_PUBLIC_URL"] = made.url
    assert made.run("migrate").returncode == 0
    added = made.run("add-person", "anna@wegroup.example", "--name", "Anna", "--role", "admin", "--role", "privacy", stdin="correct horse battery\n")  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert made.run("publish", str(POLICY), "--by", "anna@wegroup.example").returncode == 0
    subprocess.run([sys.executable, "-c", ADD_SITE, site.url], env=made.env, check=True, timeout=60)
    site.head = f'<script src="{made.url}/static/consent/holdtrue.js" data-notice="{made.url}/consent/{site.host}/notice.json"></script>'
    with made.serving():
        made.wait_until(lambda: made.get(f"/consent/{site.host}/notice.json")[0] == 200)
        yield made


@pytest.fixture
def page(a_browser, server) -> Iterator[Page]:
    context = a_browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def kept(page: Page) -> dict[str, Any]:
    """The newest decision and the server's answer, once it has one."""
    page.wait_for_function("JSON.parse(localStorage.getItem('holdtrue.receipt') || '{}').answer")
    return json.loads(page.evaluate("localStorage.getItem('holdtrue.receipt')"))


def signed(server: Installation, path: str) -> bytes:
    server.wait_until(lambda: server.get(path)[0] == 200)
    return server.get(path)[2]


def test_a_choice_becomes_a_record_whose_receipt_checks_itself(page, site, server, tmp_path):
    page.goto(site.url)
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Alles accepteren").click()
    told = kept(page)
    decision, answer = told["decision"], told["answer"]

    assert answer["record"] == decision["id"]
    assert decision["event"] == "given"
    # What the browser says it showed is what the server knows it shows, to the byte.
    status, _, shown = server.get(f"/consent/{site.host}/renderings/{decision['notice']}")
    assert status == 200
    assert json.loads(shown)["language"] == "nl"

    receipt = signed(server, f"/consent/{site.host}/receipt/{decision['id']}")
    file = tmp_path / "receipt.tlog-proof"
    file.write_bytes(receipt)
    assert server.run("verify", str(file), *_keys(server)).returncode == 0
    changed = bytearray(receipt)
    changed[len(receipt) // 3] ^= 1
    file.write_bytes(changed)
    assert server.run("verify", str(file), *_keys(server)).returncode == 1


def _keys(server: Installation) -> list[str]:
    document = json.loads(server.get("/log/keys.json")[2])
    found = [str(one) for one in document["keys"]]
    return [word for key in found for word in ("--key", key)]


def taken_home(page: Page, target: Path) -> Path:
    """The receipt, as the visitor downloads it from the dialogue."""
    page.locator("holdtrue-consent button[data-holdtrue=settings]").click()
    with page.expect_download() as taken:
        page.locator("holdtrue-consent dialog [data-holdtrue=receipt]").click()
    taken.value.save_as(target)
    return target


def test_the_downloaded_receipt_itself_is_verified_and_one_changed_fact_is_named(page, site, server, tmp_path):
    page.goto(site.url)
    page.get_by_role("button", name="Alles accepteren").click()
    decision = kept(page)["decision"]
    file = taken_home(page, tmp_path / "receipt.jsonld")
    read = json.loads(file.read_text("utf-8"))
    assert read["dpv:hasIdentifier"] == decision["id"]
    assert read["dpv:hasEntity"]["holdtrue:controller"]["dpv:hasName"]

    checked = server.run("verify", str(file), *_keys(server))
    assert (checked.returncode, "the banner as shown" in checked.stdout) == (0, True), checked.stdout
    changed = tmp_path / "changed.jsonld"
    changed.write_bytes(file.read_bytes().replace(b"dpv:ConsentGiven", b"dpv:ConsentRefused", 1))
    refused = server.run("verify", str(changed), *_keys(server))
    assert refused.returncode == 1
    assert "dpv:hasConsentStatus" in refused.stdout

    said = page.context.new_page()
    said.goto(page.locator("holdtrue-consent dialog a[target=_blank]").last.get_attribute("href") or "")
    assert site.host in said.locator("h1").inner_text()
    assert Axe().run(said, options=RULES).violations_count == 0
    said.goto(f"{server.url}/verify")
    said.set_input_files("#file", file)
    said.locator("#verdict h2").wait_for()
    assert "Verified" in said.locator("#verdict").inner_text()
    assert "The choice" in said.locator("#verdict").inner_text()
    assert Axe().run(said, options=RULES).violations_count == 0
    said.set_input_files("#file", changed)
    said.locator("#verdict.note-bad h2").wait_for()
    assert "dpv:hasConsentStatus" in said.locator("#verdict").inner_text()


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_a_second_verifier_agrees(page, site, server, tmp_path):
    page.goto(site.url)
    page.get_by_role("button", name="Alles weigeren", exact=True).click()
    decision = kept(page)["decision"]
    receipt = signed(server, f"/consent/{site.host}/receipt/{decision['id']}")
    good, bad = tmp_path / "good.tlog-proof", tmp_path / "bad.tlog-proof"
    good.write_bytes(receipt)
    bad.write_bytes(receipt.replace(b"extra eyJ", b"extra eyK", 1))

    assert decision["event"] == "refused"
    for file, status in ((good, 0), (bad, 1)):
        done = subprocess.run(
            ["node", str(VERIFIER), str(file), *_keys(server)], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr


def test_a_tracker_that_nobody_declared_comes_from_the_browser_through_the_middleware_into_the_evidence(
    a_browser, server, site
):
    status, _, notice = server.get(f"/consent/{site.host}/notice.json")
    assert status == 200

    def bakery(_: object, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [b'<!doctype html><html lang=nl><head><title>B</title></head><body><img src="http://spy.test/p.gif?who=me">']

    guarded = ConsentMiddleware(bakery, notice, banner=None)
    endpoints = guarded.block.endpoints
    endpoints.delivery = Delivery(endpoints.address_of_reports, pause=0.2)
    with make_server("127.0.0.1", 0, guarded, handler_class=Quiet) as held:
        # The pages are those of the site, at another port: reports are bound to the host that the notice names.
        thread = threading.Thread(target=held.serve_forever)
        thread.start()
        context = a_browser.new_context()
        context.new_page().goto(f"http://127.0.0.1:{held.server_port}/shop/bread?q=1")
        server.wait_until(lambda: b"spy.test" in server.run("consent", "trackers", "--site", site.url).stdout.encode())
        context.close()
        held.shutdown()
        thread.join()

    told = json.loads(server.run("consent", "trackers", "--site", site.url, "--format", "json").stdout)
    assert [(one["host"], one["directives"], one["pages"]) for one in told] == [("spy.test", ["img-src"], ["/shop/bread"])]


def test_a_change_of_mind_is_one_visitors_history(page, site, server):
    page.goto(site.url)
    page.get_by_role("button", name="Alles accepteren").click()
    first = kept(page)["decision"]
    page.evaluate("holdtrue.set([])")
    page.wait_for_function(f"(JSON.parse(localStorage.getItem('holdtrue.receipt')) || {{}}).decision?.id !== '{first['id']}'")
    second = kept(page)["decision"]

    exported = server.run("consent", "export", "--site", site.url, "--format", "csv")

    rows = [row for row in csv.DictReader(io.StringIO(exported.stdout)) if row["consent_id"] == first["consent_id"]]
    assert [(row["record"], row["event"]) for row in rows] == [(first["id"], "given"), (second["id"], "withdrawn")]
    assert {row["browser"] for row in rows} == {"chrome"}
