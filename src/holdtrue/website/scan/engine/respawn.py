"""Taking a visitor's identifiers away once, to see whether they come back from somewhere else."""

import contextlib
import json
from collections.abc import Mapping, Sequence

from holdtrue.website.scan.engine.notebook import Key
from holdtrue.website.scan.engine.observations import Kind
from holdtrue.website.scan.engine.protocol import CommandRefused, Message
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.walker import Walker

MOST_ITEMS = 40
KEYS = """((host, kind, items, gives) => {
  if (new URL(origin).hostname !== host) return;
  const area = kind === "local-storage" ? localStorage : sessionStorage;
  for (const [name, value] of items) {
    if (!gives) area.removeItem(name); else if (area.getItem(name) !== value) area.setItem(name, value);
  }
})"""


async def look_for_respawning(walker: Walker, url: str) -> bool:
    """Take away the cookies that tell the visitor apart and visit again, then the keys likewise; put back what was there.

    False when nothing tells the visitor apart, so that nothing was done.
    """
    is_done = False
    for kinds in ({Kind.COOKIE}, {Kind.LOCAL_STORAGE, Kind.SESSION_STORAGE}):
        items = walker.recorder.notebook.unique_items()
        mine = {item: value for item, value in list(items.items())[:MOST_ITEMS] if Kind(item[0]) in kinds}
        if not mine or (Kind.COOKIE not in kinds and len(items) == len(mine)):
            # A key comes back from a cookie; a cookie from anywhere, the browser's own cache included.
            continue
        is_done = True
        taken = await _cookies(walker.tab, mine)
        await _take_away(walker.tab, mine, taken)
        await walker.tab.look()
        await walker.glance(url)
        await _put_back(walker.tab, mine, taken)
        await walker.tab.look()
    return is_done


async def _cookies(tab: Tab, items: Mapping[Key, str]) -> list[Message]:
    jar = await tab.browser.ask("Storage.getCookies", {"browserContextId": tab.recorder.context})
    named = {(item[1], item[2]) for item in items if item[0] == Kind.COOKIE}
    return [one for one in jar["cookies"] if (one["name"], str(one["domain"]).lstrip(".").lower()) in named]


async def _take_away(tab: Tab, items: Mapping[Key, str], taken: Sequence[Message]) -> None:
    for one in taken:
        where: Message = {field: one[field] for field in ("name", "domain", "path", "partitionKey") if field in one}
        with contextlib.suppress(CommandRefused):
            await tab.ask("Network.deleteCookies", where)
    await _keys(tab, items, gives=False)


async def _put_back(tab: Tab, items: Mapping[Key, str], taken: Sequence[Message]) -> None:
    tab.recorder.notebook.give_back(items)
    held = {(_place(one), one["value"]) for one in await _cookies(tab, items)}
    # One of them may hold the visitor's answer, in the place of which the page has written that there is none.
    lost = [one for one in taken if (_place(one), one["value"]) not in held]
    if lost:
        with contextlib.suppress(CommandRefused):
            await tab.browser.ask("Storage.setCookies", {"cookies": lost, "browserContextId": tab.recorder.context})
    await _keys(tab, items, gives=True)


async def _keys(tab: Tab, items: Mapping[Key, str], *, gives: bool) -> None:
    for kind in (Kind.LOCAL_STORAGE, Kind.SESSION_STORAGE):
        for host in {item[2] for item in items if item[0] == kind}:
            pairs = [(item[1], value) for item, value in items.items() if item[0] == kind and item[2] == host]
            asked = ", ".join(json.dumps(one) for one in (host, kind.value, pairs, gives))
            for world in tab.worlds():
                await tab.run(world, f"{KEYS}({asked})")


def _place(cookie: Message) -> tuple[str, str, str]:
    return str(cookie["name"]), str(cookie["domain"]), str(cookie["path"])
