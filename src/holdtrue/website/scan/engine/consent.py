"""Answering a consent banner as a person would, layer by layer."""

import asyncio
import time
from dataclasses import replace

from holdtrue.website.scan.engine.asking import click, press, read_further, view
from holdtrue.website.scan.engine.attempt import EFFECT_SECONDS, Attempt, changes_between
from holdtrue.website.scan.engine.effects import decide
from holdtrue.website.scan.engine.observations import Answer, State
from holdtrue.website.scan.engine.offered import Control, View
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.trace import still_agrees
from holdtrue.website.scan.engine.wording import Role

MOST_STEPS = 4
"""Layers that a person would go through before giving up."""


async def answer(
    tab: Tab,
    state: State,
    *,
    seen: View | None = None,
    opened: tuple[str, ...] = (),
    aside: frozenset[tuple[str, bool]] = frozenset(),
) -> Answer:
    """Accept, refuse or (from an opened banner) withdraw; the state is reached only when the effect was seen."""
    now = seen or await view(tab)
    aside |= now.aside | _standing_by(now)
    attempt = Attempt(tab, state, steps=list(opened), is_opened=bool(opened), aside=aside)
    if now.is_unclear:
        attempt.tool = now.tool
        return attempt.failed(Remark.UNCLEAR)
    if not now.has_banner and now.inside is None:
        return attempt.failed(Remark.NO_BANNER)
    attempt.tool = now.tool
    attempt.pre_ticked = _ticked(now)
    with attempt.asked():
        return await _answer(attempt, now.without(aside))


def _standing_by(now: View) -> frozenset[tuple[str, bool]]:
    """Return what lies over the page and asks something else: it is no further layer of the banner that is answered."""
    others = read_further(now).without(frozenset((one.label, one.is_loose) for one in now.controls))
    return frozenset((one.label, one.is_loose) for one in others.controls)


async def _answer(attempt: Attempt, now: View) -> Answer:
    """Go through the layers until one has what says it."""
    wanted = attempt.wanted
    # A control of the page's may bear the same words as one of the banner that it opens.
    tried: set[str] = set()
    for attempt.layer in range(1, MOST_STEPS + 1):
        choice = now.of(wanted)
        if choice is not None:
            return await decide(attempt, choice, among=now)
        saved = await _save(attempt, now)
        if saved is not None:
            return saved
        opener = next((one for one in (now.inside, *now.all_of(Role.SETTINGS)) if one and one.label not in tried), None)
        if opener is None:
            break
        if not await press(attempt.tab, opener):
            break
        attempt.did(opener)
        tried.add(opener.label)
        now = await _further(attempt, opener, now)
        attempt.tab.recorder.boxes = attempt.tab.recorder.boxes or now.drawn
        attempt.pre_ticked = attempt.pre_ticked or _ticked(now)
    return await _close(attempt, now) or attempt.failed(Remark.NO_ACCEPTING if wanted is Role.ACCEPT else Remark.NO_REFUSING)


async def _save(attempt: Attempt, now: View) -> Answer | None:
    """Choose and save, where something is there to save it; None where nothing is, or not all of it is understood."""
    wanted = attempt.wanted
    picks = _picks(now, wanted)
    saving = now.of(Role.SAVE) or await _woken(attempt, now, picks)
    boxes = () if saving is None else now.saved_by(saving)
    if saving is None or not all(box.role is not Role.UNCLEAR for box in boxes):
        return None
    if picks and now.radios:
        return await decide(attempt, saving, among=now, picks=picks, untick=boxes if wanted is Role.REFUSE else ())
    if picks:
        return await decide(attempt, saving, among=now, picks=boxes)
    is_told = attempt.layer > 1 or attempt.is_opened or bool(now.boxes)
    if now.radios or wanted is Role.ACCEPT or not is_told:
        return None
    if not boxes and not await _unfold(attempt, now, saving) and not now.boxes:
        # Nobody knows what is saved where nothing is there to be switched off.
        return None
    return await decide(attempt, saving, among=now, untick=boxes)


async def _unfold(attempt: Attempt, now: View, saving: Control) -> bool:
    """Unfold one part of a banner after the other, and switch off what comes to light; False for nothing."""
    has_found = False
    for part in [one for one in now.unfolders if one.banner == saving.banner]:
        await press(attempt.tab, part)
        await attempt.tab.quiet(most=0.5)
        boxes = (await attempt.view(is_further=True)).saved_by(saving)
        has_found |= bool(boxes)
        for box in [one for one in boxes if one.gives]:
            attempt.unticked += 1
            await press(attempt.tab, box, ticked=not box.on)
    return has_found


async def _close(attempt: Attempt, now: View) -> Answer | None:
    """Refuse where nothing is there to save it: some remember at once, others when the panel with their switches is closed."""
    if attempt.wanted is not Role.REFUSE or not now.is_plain:
        return None
    if attempt.is_opened and (changes := await switch_off(attempt, now)):
        return attempt.reached(changes)
    closer = next((one for one in now.closers if one.banner in {box.banner for box in now.free}), None)
    if closer is None or not (attempt.layer > 1 or attempt.is_opened):
        return None
    return await decide(attempt, replace(closer, role=Role.SAVE), among=now, untick=now.free)


async def _woken(attempt: Attempt, now: View, picks: tuple[Control, ...]) -> Control | None:
    """Return what saves a choice among several and cannot be pressed before one is made."""
    if not (now.is_asleep and now.radios and picks):
        return None
    for pick in picks:
        await press(attempt.tab, pick, ticked=True)
    return (await attempt.view()).of(Role.SAVE)


async def switch_off(attempt: Attempt, now: View) -> list[str]:
    """Switch off what is on, where nothing is there to save it: some remember at once. Return what that changed."""
    tab = attempt.tab
    lit = [box for box in now.free if box.gives]
    if not lit or not now.is_plain:
        return []
    await tab.look()
    before = tab.recorder.notebook.stamp
    tab.recorder.notebook.enter(attempt.state, tab=tab.target)
    for box in lit:
        await press(tab, box, ticked=not box.on)
        attempt.did(box)
    await tab.quiet(most=1.5)
    await tab.look()
    changes = changes_between(before, tab.recorder.notebook.stamp)
    if not changes or any(still_agrees(one, refused=len(lit)) for one in tab.recorder.notebook.changed(before)):
        tab.recorder.abandon(attempt.state)
        return []
    return changes


def _picks(now: View, wanted: Role) -> tuple[Control, ...]:
    """Return what to choose before saving: what says so in each group, or every box for one who accepts."""
    if now.radios:
        return now.picks(wanted)
    return now.free if wanted is Role.ACCEPT and now.is_plain else ()


async def peek(tab: Tab) -> None:
    """Open the banner's settings and note how its boxes stand, pressing nothing that decides."""
    now = await view(tab)
    opener = now.of(Role.SETTINGS)
    if not now.has_banner or now.boxes or opener is None or opener.leads:
        return
    # Whatever the further layer loads or stores came by pressing, and belongs to no state.
    tab.recorder.notebook.enter(State.ACCEPTED, tab=tab.target)
    attempt = Attempt(tab, State.NO_CHOICE)
    if await press(tab, opener):
        attempt.did(opener)
        tab.recorder.boxes = (await _further(attempt, opener, now)).drawn
        await tab.look()
    tab.recorder.abandon(State.ACCEPTED)
    tab.recorder.notebook.pass_over()


def _ticked(now: View) -> tuple[str, ...]:
    saving = now.of(Role.SAVE)
    boxes = [box.label for box in (now.free if saving is None else now.saved_by(saving)) if box.gives]
    return (*boxes, *(one.label for one in now.radios if one.on and one.role is Role.ACCEPT))


async def _further(attempt: Attempt, opener: Control, before: View) -> View:
    """Return the view once a further layer has opened; what listens to the pointer alone is pressed with that."""
    now = await _changed_view(attempt, before)
    is_same = {(one.label, one.role) for one in now.controls} == {(one.label, one.role) for one in before.controls}
    return await _changed_view(attempt, before) if is_same and await click(attempt.tab, opener) else now


async def _changed_view(attempt: Attempt, before: View) -> View:
    """Return the view once a further layer has opened, or as it is after a while."""
    until = time.monotonic() + EFFECT_SECONDS
    now = before
    while time.monotonic() < until:
        await asyncio.sleep(0.12)
        now = await attempt.view()
        if {(one.label, one.role) for one in now.controls} != {(one.label, one.role) for one in before.controls}:
            return now
    return now
