"""Shadow roots that a page's own text closes (`shadowrootmode="closed"`): no script sees into them, and every visitor does."""

import asyncio
from importlib import resources

from holdtrue.website.scan.engine.protocol import CommandRefused, Message
from holdtrue.website.scan.engine.tab import ANSWER_SECONDS, Tab, World

HOSTS = resources.files("holdtrue.website.scan.engine").joinpath("data/hosts.js").read_text(encoding="utf-8").rstrip()
KEEP = "function () { globalThis.holdtrueRoots.set(this.host, this); }"
MOST_NESTED = 4


async def open_roots(tab: Tab, worlds: list[World]) -> None:
    """Hand our scripts in each frame the roots that are closed to them; once for each document."""
    fresh = [world for world in worlds if (world.session, world.context) not in tab.opened_roots]
    tab.opened_roots |= {(world.session, world.context) for world in fresh}
    await asyncio.gather(*(_open(tab, world) for world in fresh))


async def _open(tab: Tab, world: World) -> None:
    try:
        for _ in range(MOST_NESTED):
            roots = [root for found in await _described(tab, world) for root in found.get("shadowRoots", ())]
            closed = [int(root["backendNodeId"]) for root in roots if root.get("shadowRootType") == "closed"]
            if not closed:
                return
            await asyncio.gather(*(_keep(tab, world, number) for number in closed))
    except CommandRefused:
        # The frame went on to another document, which is a world of its own, or does not answer, which whoever looks is told.
        return


async def _described(tab: Tab, world: World) -> list[Message]:
    """Return what the browser knows of every element that may have such a root and was not looked into."""
    told = await _ask(tab, world, "Runtime.evaluate", {"expression": HOSTS, "contextId": world.context})
    result = told.get("result", {})
    if result.get("subtype") != "array" or result.get("description") == "Array(0)":
        return []
    held = await _ask(tab, world, "Runtime.getProperties", {"objectId": result["objectId"], "ownProperties": True})
    elements = [one["value"]["objectId"] for one in held["result"] if one["name"].isdigit()]
    nodes = await asyncio.gather(*(_ask(tab, world, "DOM.describeNode", {"objectId": one}) for one in elements))
    return [one["node"] for one in nodes]


async def _keep(tab: Tab, world: World, number: int) -> None:
    root = await _ask(tab, world, "DOM.resolveNode", {"backendNodeId": number, "executionContextId": world.context})
    await _ask(tab, world, "Runtime.callFunctionOn", {"objectId": root["object"]["objectId"], "functionDeclaration": KEEP})


async def _ask(tab: Tab, world: World, method: str, params: Message) -> Message:
    return await tab.browser.ask(method, params, session=world.session, within=ANSWER_SECONDS)
