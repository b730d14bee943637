"""Pressing what decides, and believing it only when the effect is seen."""

import asyncio
import time
from dataclasses import dataclass

from holdtrue.website.scan.engine.asking import click, press
from holdtrue.website.scan.engine.attempt import EFFECT_SECONDS, WAKING_SECONDS, Attempt, changes_between
from holdtrue.website.scan.engine.observations import Answer, State
from holdtrue.website.scan.engine.offered import DECIDING, Control, View
from holdtrue.website.scan.engine.prose import asks_to_be_sure
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.tab import LONG_LOOK_SECONDS, Tab
from holdtrue.website.scan.engine.trace import names_categories, still_agrees
from holdtrue.website.scan.engine.wording import Role, is_bare_answer

REPLACED = "the banner went away, and another asks to accept"
THANKED = "the banner went away, and another tells of it"
STAYED = "something was written down, and the banner stayed"
"""Believed only when the next page does not ask again."""
RECORDED = "the choice was written down, and the banner stayed"
"""Category by category, so that there is no doubt."""
GONE_ONLY = ("the banner went away",)
"""All that was seen of an answer that left no trace: believed only when the next page does not ask again."""
SOME = 2
"""Buttons of the same words from which they stand for a part each."""


async def decide(
    attempt: Attempt, choice: Control, *, among: View, untick: tuple[Control, ...] = (), picks: tuple[Control, ...] = ()
) -> Answer:
    """Press what decides `among` what stands there, and return whether its effect was seen."""
    tab = attempt.tab
    known = {one.label for one in among.controls} | {label for label, _ in attempt.aside}
    await tab.look()
    before, received = tab.recorder.notebook.stamp, tab.presence.received
    tab.recorder.notebook.enter(attempt.state, tab=tab.target)
    if not await _choose(attempt, untick, picks):
        tab.recorder.abandon(attempt.state)
        return attempt.failed(Remark.NO_REFUSING)
    pressed = await press(tab, choice)
    attempt.did(choice)
    if not pressed:
        tab.recorder.abandon(attempt.state)
        return attempt.failed(Remark.BUTTON_GONE)
    is_gone = await _banner_goes(attempt, choice)
    sure = None if is_gone and choice.role is not Role.REFUSE else await _asked_again(attempt, choice, known)
    if sure is not None and await press(tab, sure):
        attempt.did(sure)
        is_gone = await _banner_goes(attempt, sure)
    stays = not is_gone and bool(untick or picks) and await _is_written(attempt, before)
    is_gone = is_gone or await _goes_once_saved(attempt, choice)
    is_gone = is_gone or (not stays and await _goes_at_last(attempt, sure or choice, before))
    stays = stays or (not is_gone and attempt.wanted is choice.role and await _is_written(attempt, before))
    await tab.quiet(most=1.5, since=attempt.stirred)
    refused = len(untick) + len({pick.group for pick in picks})
    return await _believed(attempt, choice, _Pressed(before, received, refused, is_gone=is_gone, stays=stays))


@dataclass(frozen=True, slots=True)
class _Pressed:
    """What was there before a button was pressed, and what the banner did then."""

    before: frozenset[tuple[str, ...]]
    received: int
    refused: int
    """Boxes and groups that were set to no."""
    is_gone: bool
    stays: bool
    """Whether something was written down while the banner stayed."""


async def _believed(attempt: Attempt, choice: Control, pressed: _Pressed) -> Answer:
    """Return the answer as what is stored bears it out."""
    tab = attempt.tab
    changes = await _changes(tab, pressed)
    how = ""
    if (pressed.is_gone or pressed.stays) and not (pressed.stays and attempt.is_opened):
        how = STAYED if pressed.stays else GONE_ONLY[0]
    if changes and not pressed.is_gone and not attempt.is_opened and await _is_replaced(attempt, choice):
        # It was taken. What stands there now thanks for it, or asks to accept after all: a wall, which is another matter.
        how = REPLACED if attempt.state is State.REFUSED else THANKED
    records = [value for value in tab.recorder.notebook.changed(pressed.before) if names_categories(value)]
    is_saved = choice.role is Role.SAVE and attempt.wanted is Role.REFUSE
    why = ""
    if is_saved and any(still_agrees(one, refused=pressed.refused) for one in records):
        why = Remark.STILL_AGREES % {"label": choice.label}
    elif attempt.state is State.WITHDRAWN and not changes and tab.presence.received == pressed.received:
        # Consent that is still written down as it was has not been taken back, whatever went away on the screen.
        why = Remark.NOTHING_CHANGED % {"label": choice.label}
    if not (how or (attempt.is_opened and changes)):
        why = Remark.BANNER_STAYED % {"label": choice.label}
    if why:
        tab.recorder.abandon(attempt.state)
        return attempt.failed(why)
    # Settings that the visitor opened by themselves may stay open when they are saved, as a page of their own does.
    return attempt.reached([RECORDED if how == STAYED and records else how, *changes] if how else changes)


async def _changes(tab: Tab, pressed: _Pressed) -> list[str]:
    """Return what an answer changed in the storages, once the page is quiet."""
    await tab.look()
    changes = changes_between(pressed.before, tab.recorder.notebook.stamp)
    if pressed.is_gone and not changes and tab.is_waiting():
        # Some thank first, and write the choice down seconds later.
        await tab.quiet(patience=LONG_LOOK_SECONDS, most=LONG_LOOK_SECONDS)
        await tab.look()
        changes = changes_between(pressed.before, tab.recorder.notebook.stamp)
    tab.recorder.notebook.heed(pressed.before)
    return changes


async def _choose(attempt: Attempt, untick: tuple[Control, ...], picks: tuple[Control, ...]) -> bool:
    """Set the boxes and pick the answers that are to be saved; False where a box turned out to tell how it stands."""
    for box in untick:
        attempt.unticked += box.gives
        await press(attempt.tab, box, ticked=box.role is Role.REFUSE)
    for pick in picks:
        is_tick = bool(pick.group) or pick.role is Role.ACCEPT
        attempt.unticked += pick.on is not is_tick
        await press(attempt.tab, pick, ticked=is_tick)
    turned = {box.label for box in untick if box.role is Role.REFUSE and not box.on}
    if not turned:
        return True
    # “Do not use cookies” says the same once it is ticked; “blocked” is what a switch tells that is off.
    now = await attempt.view(is_further=True)
    return turned <= {box.label for box in (*now.boxes, *now.folded)}


async def _is_written(attempt: Attempt, before: frozenset[tuple[str, ...]]) -> bool:
    """Whether pressing left something in the visitor's storages: the choice may be kept while what asked for it stays."""
    if attempt.tab.crashed:
        return False
    await attempt.tab.look()
    return bool(attempt.tab.recorder.notebook.stamp - before)


async def _asked_again(attempt: Attempt, choice: Control, known: set[str]) -> Control | None:
    """Return what says the same once more where a refusal is asked to be sure: it was not there before."""
    if choice.role is not Role.REFUSE or attempt.tab.crashed:
        return None
    now = await attempt.view()
    if any(one.label == choice.label for one in now.controls):
        return None
    fresh = [one for one in now.controls if one.label not in known and not one.is_weak]
    again = [one for one in fresh if one.role is Role.REFUSE]
    said = next((one for one in again if not is_bare_answer(one.label)), None)
    if said is None and any(asks_to_be_sure(now.texts.get(one.banner, "")) for one in fresh):
        # “Are you sure?” Whoever says no to that does not refuse.
        return next((one for one in fresh if one.role is Role.SAVE or _is_yes(one)), None)
    return said or next(iter(again), None)


def _is_yes(one: Control) -> bool:
    return one.role is Role.ACCEPT and is_bare_answer(one.label)


async def _is_replaced(attempt: Attempt, choice: Control) -> bool:
    """Whether what was answered is gone, and something else stands there that offers nothing beside agreeing."""
    now = await attempt.view()
    others = now.of(Role.REFUSE, Role.SAVE, Role.SETTINGS)
    agree = now.of(Role.ACCEPT)
    if agree is None or (attempt.state is not State.REFUSED and not is_bare_answer(agree.label)):
        return False
    return others is None and all(one.label != choice.label for one in now.controls)


async def _goes_once_saved(attempt: Attempt, choice: Control) -> bool:
    """Save what was answered part by part, where the banner waits for that; nothing that is ticked is saved with a refusal."""
    if choice.role not in {Role.REFUSE, Role.ACCEPT} or attempt.tab.crashed:
        return False
    now = await attempt.view()
    parts = [one for one in now.controls if one.label == choice.label]
    if len(parts) < SOME and (now.of(Role.SAVE) is None or choice.role is Role.ACCEPT):
        return False
    for part in parts:
        await press(attempt.tab, part)
    if attempt.state is State.WITHDRAWN and len(parts) >= SOME:
        # Nothing has been taken back before the last of them is.
        await attempt.tab.quiet(most=1.0)
        await attempt.tab.look()
        attempt.tab.recorder.go_back(attempt.state)
        attempt.tab.recorder.notebook.enter(attempt.state, tab=attempt.tab.target)
    # Some let nothing be saved before every part has its answer.
    now = await attempt.view()
    saving = now.of(Role.SAVE)
    if saving is None or not now.is_plain:
        return False
    for box in [one for one in now.saved_by(saving) if one.gives and choice.role is Role.REFUSE]:
        attempt.unticked += 1
        await press(attempt.tab, box, ticked=not box.on)
    await press(attempt.tab, saving)
    attempt.did(saving)
    return await _banner_goes(attempt, saving)


async def _goes_at_last(attempt: Attempt, choice: Control, before: frozenset[tuple[str, ...]]) -> bool:
    """Press again while nothing at all happens: the page's script came late, or another button says the same."""
    tab = attempt.tab
    until = time.monotonic() + WAKING_SECONDS
    tried: set[str] = {choice.label}
    while not tab.crashed:
        await tab.look()
        if tab.crashed or (changes_between(before, tab.recorder.notebook.stamp) and await _is_other(attempt, choice)):
            return False
        alike = [one for one in (await attempt.view()).controls if one.role is choice.role and not one.is_weak]
        other = next((one for one in alike if one.label not in tried), None) or next(iter(alike), None)
        # By the pointer this time, if it can be hit: some listen to nothing that a script could have done.
        if other is None or not (await click(tab, other) or await press(tab, other)):
            return False
        if other.label != choice.label:
            attempt.did(other)
        tried.add(other.label)
        if await _banner_goes(attempt, other):
            return True
        if time.monotonic() > until:
            break
    return False


async def _is_other(attempt: Attempt, choice: Control) -> bool:
    """Whether what can be pressed is no more what was pressed."""
    return all(one.label != choice.label for one in (await attempt.view()).controls)


async def _banner_goes(attempt: Attempt, choice: Control) -> bool:
    until = time.monotonic() + EFFECT_SECONDS
    while time.monotonic() < until and not attempt.tab.crashed:
        await asyncio.sleep(0.06)
        looked = time.monotonic()
        now = await attempt.view()
        # Words that tell what was chosen are no button, unless such words were all that there was to press.
        left = [one for one in now.controls if one.role in DECIDING and (choice.is_weak or not one.is_weak)]
        is_over = not any(one.label == choice.label or one.role is Role.ACCEPT for one in left)
        if is_over and (attempt.is_opened or not now.asks_again(attempt.steps or ())):
            return True
        attempt.stirred = looked
    return False
