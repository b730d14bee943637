"""Drive the pages by hand: press what the truth names, and see whether what it says stands afterwards. No scanner in it.

Run by hand: `python benchmarks/real_banners/drive.py FOLDER [NAME…]`.
"""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Browser, Error, Page, async_playwright

sys.path.insert(0, str(Path(__file__).parent))

from server import serving
from truth import STATES, Truth, read

AT_ONCE = 6
PARTIES = {"_count": "stats.counting", "follow_id": "ads.follow"}


def main() -> None:
    """Print a line for each page, and what differs from its truth."""
    folder = Path(sys.argv[1])
    pages = read([folder])
    with serving([folder]) as port:
        sys.exit(asyncio.run(_drive(folder, {name: pages[name] for name in sys.argv[2:] or sorted(pages)}, port)))


async def _drive(folder: Path, pages: Mapping[str, Truth], port: int) -> int:
    """Return how many pages are not as their truth says."""
    free = asyncio.Semaphore(AT_ONCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", f"--host-resolver-rules=MAP * 127.0.0.1:{port}"],
        )

        async def page(truth: Truth) -> bool:
            trouble: list[str] = []
            for state in STATES:
                async with free:
                    trouble += await _differences(browser, truth, state, folder)
            print("WRONG" if trouble else "ok", truth.name, *trouble, sep="\n      " if trouble else " ", flush=True)
            return bool(trouble)

        wrong = sum(await asyncio.gather(*(page(truth) for truth in pages.values())))
        await browser.close()
    print(f"{len(pages) - wrong} of {len(pages)} pages are as their truth says")
    return wrong


async def _differences(browser: Browser, truth: Truth, state: str, folder: Path) -> list[str]:
    """Return what is not as the truth says after a person did what it names."""
    road = truth.road(state)
    if road is None and state != "no-choice":
        return []
    context = await browser.new_context(
        ignore_https_errors=True, locale=truth.language, viewport={"width": 1280, "height": 800}
    )
    page = await context.new_page()
    page.set_default_timeout(6000)
    errors: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)[:200]))
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    told: list[str] = []
    try:
        await page.goto(truth.url)
        await page.wait_for_timeout(truth.wait)
        steps = (truth.road("accepted") or ()) if state == "withdrawn" else ()
        for step in (*steps, *(road or ())):
            await _press(page, step)
        await page.wait_for_timeout(400)
        # What stands is looked at on a second visit, with whoever is told from then on.
        page.on("request", lambda request: requests.append(request.url))
        await page.goto(truth.url)
        await page.wait_for_timeout(truth.wait)
        standing = {cookie["name"] for cookie in await context.cookies()} | set(
            await page.evaluate("Object.keys(localStorage)")
        )
        if standing & set(PARTIES) != truth.stands(state):
            told.append(f"{state}: {sorted(standing & set(PARTIES))} stand, not {sorted(truth.stands(state))}")
        met = {item for item, host in PARTIES.items() if any(host in url for url in requests)}
        if met != truth.told(state):
            told.append(f"{state}: the parties of {sorted(met)} are told, not of {sorted(truth.told(state))}")
    except Error as error:
        told.append(f"{state}: {str(error)[:300]}")
        await page.screenshot(path=folder / "built" / f"{truth.name}.{state}.png")
    finally:
        await context.close()
    return told + [f"{state}: error on the page: {error}" for error in errors if not truth.is_noisy]


async def _press(page: Page, step: str) -> None:
    """Do one step: a selector to click, `goto ADDRESS`, `wait MILLISECONDS`, `check SELECTOR` or `uncheck SELECTOR`."""
    verb, _, what = step.partition(" ")
    if verb == "goto":
        await page.goto(what)
    elif verb == "wait":
        await page.wait_for_timeout(int(what))
    elif verb in {"check", "uncheck"}:
        await page.locator(what).first.set_checked(verb == "check", force=True)
    else:
        await page.locator(step).locator("visible=true").first.click()
    await page.wait_for_timeout(450)


if __name__ == "__main__":
    main()
