"""How much later a page paints first because of the banner: in its head, deferred, or from the middleware, in a real Chromium.

Once more deferred with Google's consent mode, whose defaults a short script in the page sets.
`banner_paint.py` takes 25 rounds; `--rounds N` changes that. `--latency MS` has the browser itself delay every answer, as a
network would, and `--cached` keeps the script in the browser's cache, as on a second page. Each round opens all forms in turn.
Needs a Chromium (`HOLDTRUE_CHROMIUM`, or where it usually is).
"""

import argparse
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from evidence_common import table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser import block_world as world
from holdtrue.website.consent.block.asgi import ConsentMiddleware
from holdtrue.website.consent.block.banner import DEFAULTS
from holdtrue.website.consent.block.options import BANNER
from holdtrue.website.scan.engine import chromium

ROUNDS = 25
SCRIPT = "/holdtrue.nl.js"
ROW = (
    '<article><h3>Heading {n}</h3><p>A paragraph of some usual text that goes on for a while, with <a href="/read/{n}">a '
    "link</a> and <em>stress</em>, as pages have it.</p><ul><li>first</li><li>second</li></ul></article>\n"
)
STYLE = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto}article{border-top:1px solid #ccc;padding:1rem}"
PAINT = """async () => {
  const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
  while (!seen()) await new Promise((done) => setTimeout(done, 5));
  return seen().startTime;
}"""
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 50);
})"""
ASKS = "() => [...document.querySelectorAll('*')].some((one) => one.shadowRoot && one.localName.includes('holdtrue'))"

App = Callable[..., Awaitable[None]]


def notice(port: int, *, consent_mode: bool = False) -> str:
    """Return a notice of four services, as a site with the usual trackers has."""
    services = [
        {"id": f"service-{number}", "name": f"Service {number}", "provider": f"Provider {number}", "category": category,
         "purpose": {"nl": "Meten hoe bezoekers de website gebruiken", "en": "Measuring how visitors use the website"},
         "hosts": [f"cdn.t{number}.example"], "items": [{"pattern": f"_t{number}*", "kind": "cookie", "retention_days": 90}]}
        for number, category in enumerate(("analytics", "analytics", "marketing", "preferences"))
    ]  # fmt: skip
    return world.notice(
        port, 9, services=services, server="", languages=["nl"], texts={}, style={"tab": True}, consent_mode=consent_mode,
        regulation="eu", keep_days=180, keep_reason="", policy={"slug": "cookies", "version": 1, "text_hash": "00"},
        controller={"name": "Example", "policy_url": "/p", "contact": "a@b.example"},
    )  # fmt: skip


def page(head: str) -> bytes:
    """Return a page of 20 kB whose head begins with this."""
    rows = "".join(ROW.format(n=number) for number in range(80))
    return (
        f'<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">{head}<title>Page</title><style>{STYLE}</style></head>'
        f"<body><h1>A page</h1>{rows}</body></html>"
    ).encode()


def site(port: int) -> App:
    """Return the application: one page in its forms, and the banner's script with the headers that it is to be served with."""
    document = notice(port).replace("<", "\\u003c")
    inline = f'<script type="application/json" id="holdtrue-notice">{document}</script>'
    signalling = inline.replace(document, notice(port, consent_mode=True).replace("<", "\\u003c"))
    forms = {
        "/bare": page(""),
        "/head": page(f'{inline}<script src="{SCRIPT}"></script>'),
        "/deferred": page(f'{inline}<script src="{SCRIPT}" defer></script>'),
        "/consent-mode": page(f'<script>{DEFAULTS}</script>{signalling}<script src="{SCRIPT}" defer></script>'),
        "/middleware": page(""),
    }
    script = (BANNER.parent / SCRIPT[1:]).read_bytes()

    async def serve(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = script if scope["path"] == SCRIPT else forms.get(scope["path"], b"")
        kind, cache = (
            (b"text/javascript", b"max-age=3600") if scope["path"] == SCRIPT else (b"text/html; charset=utf-8", b"no-store")
        )
        headers = [(b"content-type", kind), (b"cache-control", cache), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if body else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    held = ConsentMiddleware(serve, notice=json.dumps(json.loads(notice(port))))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        is_held = scope["type"] == "http" and scope["path"].startswith(("/middleware", "/.holdtrue/"))
        await (held if is_held else serve)(scope, receive, send)

    return application


def measured(context: BrowserContext, address: str, latency: float, cached: bool) -> tuple[float, float, bool]:
    """Return the milliseconds to the first contentful paint, how much the layout shifted, and whether the banner asks."""
    tab = context.new_page()
    if latency:
        session = context.new_cdp_session(tab)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": latency, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000},
        )
    if cached:
        tab.goto(address, wait_until="load")
        tab.wait_for_timeout(100)
    tab.goto(address, wait_until="load")
    paint = float(tab.evaluate(PAINT))
    tab.wait_for_timeout(150)
    found = (paint, float(tab.evaluate(SHIFT)), asks(tab))
    tab.close()
    return found


def asks(tab: Page) -> bool:
    return bool(tab.evaluate(ASKS))


def rounds(
    browser: Browser, server: str, many: int, latency: float, cached: bool
) -> dict[str, list[tuple[float, float, bool]]]:
    """Measure every form in each round, each in a browser profile of its own, beginning with another form each time."""
    names = ["bare", "head", "deferred", "consent-mode", "middleware"]
    found: dict[str, list[tuple[float, float, bool]]] = {name: [] for name in names}
    for number in range(many + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            seen = measured(context, f"{server}/{name}", latency, cached)
            context.close()
            # The first round warms the browser up.
            if number:
                found[name].append(seen)
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--latency", type=float, default=0)
    parser.add_argument("--cached", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        port = stack.enter_context(world.serving(site))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=chromium.find(os.environ.get("HOLDTRUE_CHROMIUM", "")), args=world.flags()
        )
        found = rounds(browser, f"http://{world.SITE}:{port}", chosen.rounds, chosen.latency, chosen.cached)
        browser.close()
    bare = [paint for paint, _, _ in found["bare"]]
    rows: list[tuple[str, ...]] = []
    for name, seen in found.items():
        later = [one[0] - other for one, other in zip(seen, bare, strict=True)]
        low, _, high = quantiles(later, n=4)
        rows.append((
            name, f"{median(one[0] for one in seen):.0f} ms", f"{median(later):+.0f} ms", f"{low:+.0f} to {high:+.0f} ms",
            f"{max(one[1] for one in seen):.3f}", f"{sum(one[2] for one in seen)} of {len(seen)}",
        ))  # fmt: skip
    where = f"an answer {chosen.latency:.0f} ms away" if chosen.latency else "no delay"
    kept = "the script kept from before" if chosen.cached else "nothing kept"
    table(f"First contentful paint, {chosen.rounds} rounds, {where}, {kept}",
          ("page", "median", "later than bare", "half of them", "worst shift", "banner asks"), rows)  # fmt: skip


if __name__ == "__main__":
    main()
