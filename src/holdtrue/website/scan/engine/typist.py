"""Typing into a form without ever sending it off, to see whether somebody reads along."""

import asyncio
import json
from collections.abc import Sequence
from importlib import resources

from holdtrue.website.scan.engine.protocol import CommandRefused, Message
from holdtrue.website.scan.engine.reading import Typed, new_word
from holdtrue.website.scan.engine.tab import Tab, World

FIELDS = resources.files("holdtrue.website.scan.engine").joinpath("data/fields.js").read_text(encoding="utf-8").rstrip()
LEAVE = "document.activeElement && document.activeElement.blur()"
MOST_REMEMBERED = 12
"""Pages of which it is remembered what was typed there."""


async def type_into(tab: Tab) -> bool:
    """Type into the page's text and e-mail fields and leave them, each form once a state; False where there was none left."""
    recorder = tab.recorder
    # Forms in frames of other parties are theirs: who types there tells them by doing so.
    worlds = [world for world in tab.worlds() if world.session == tab.session]
    found = await asyncio.gather(*(tab.run(world, f"{FIELDS}(-1)") for world in worlds))
    has_typed = False
    for world, fields in zip(worlds, found, strict=True):
        form = (recorder.state.value, *(str(one) for one in fields or ()))
        if not fields or form in recorder.forms:
            continue
        recorder.forms.add(form)
        # Keys are told by their order alone, so a visitor types in one tab at a time.
        async with recorder.keyboard:
            await _type(tab, world, fields)
        has_typed = True
    return has_typed


async def _type(tab: Tab, world: World, fields: Sequence[tuple[str, str]]) -> None:
    recorder = tab.recorder
    text, name = new_word(), new_word()
    typed = Typed((text, name))
    recorder.typed = [*recorder.typed, typed][-MOST_REMEMBERED:]
    try:
        for index, (sort, _) in enumerate(fields):
            if await tab.run(world, f"{FIELDS}({json.dumps(index)})"):
                await _keys(tab, f"{name}@people.example" if sort == "email" else text)
        await tab.run(world, LEAVE)
        await tab.quiet(most=1.5)
    finally:
        typed.is_over = True


async def _keys(tab: Tab, words: str) -> None:
    steps: list[Message] = []
    for sign in words:
        # Pages ask for a key's letter, its place on the keyboard or its number (UI Events, KeyboardEvent).
        which = {"code": f"Key{sign.upper()}", "windowsVirtualKeyCode": ord(sign.upper())} if sign.isalpha() else {}
        steps += [{"type": "keyDown", "key": sign, "text": sign, **which}, {"type": "keyUp", "key": sign, **which}]
    asked = (tab.ask("Input.dispatchKeyEvent", step) for step in steps)
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, CommandRefused):
            raise outcome
