"""Answering a consent banner as a person would, and believing it only when the effect is seen."""

import asyncio
import time
from dataclasses import dataclass, replace

from holdtrue.website.scan.engine.asking import Control, View, click, press, view
from holdtrue.website.scan.engine.observations import Answer, State
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.wording import Role

EFFECT_SECONDS = 2.5
"""The most that a banner may take to go after it was answered."""
REPLACED = "the banner went away, and another asks to accept"
GONE_ONLY = ("the banner went away",)
"""All that was seen of an answer that left no trace: believed only when the next page does not ask again."""
FLASH_SECONDS = 1.2
"""How long a banner may show before its script has read that the visitor chose already."""
MOST_STEPS = 4
"""Layers that a person would go through before giving up."""
MOST_CHANGES = 6
"""Things told of what an answer stored, and of what it deleted."""


@dataclass(slots=True)
class Attempt:
    """One try at bringing a state about, as it goes."""

    tab: Tab
    state: State
    tool: str = "none"
    layer: int = 0
    steps: list[str] | None = None
    pre_ticked: tuple[str, ...] = ()
    unticked: int = 0
    is_opened: bool = False
    """Whether the visitor came back to the choice by a control of the page."""

    def failed(self, why: str) -> Answer:
        """Return that the state was not reached."""
        return Answer(
            state=self.state,
            reached=False,
            banner=self.tool,
            steps=tuple(self.steps or ()),
            why_not=why,
            layer=self.layer,
            pre_ticked=self.pre_ticked,
            actions=len(self.steps or ()) + self.unticked,
        )

    def reached(self, verified: list[str]) -> Answer:
        """Return that the state was reached, and how that was seen."""
        return replace(self.failed(""), reached=True, verified=tuple(verified))

    def did(self, control: Control) -> None:
        """Write down what was pressed."""
        self.steps = [*(self.steps or []), control.label]


async def answer(tab: Tab, state: State, *, seen: View | None = None, opened: tuple[str, ...] = ()) -> Answer:
    """Accept, refuse or (from an opened banner) withdraw; the state is reached only when the effect was seen."""
    attempt = Attempt(tab, state, steps=list(opened), is_opened=bool(opened))
    now = seen or await view(tab)
    if now.is_unclear:
        attempt.tool = now.tool
        return attempt.failed(Remark.UNCLEAR)
    if not now.has_banner:
        return attempt.failed(Remark.NO_BANNER)
    attempt.tool = now.tool
    attempt.pre_ticked = _ticked(now)
    wanted = Role.ACCEPT if state is State.ACCEPTED else Role.REFUSE
    for attempt.layer in range(1, MOST_STEPS + 1):
        choice = now.of(wanted)
        if choice is not None:
            return await _decide(attempt, choice)
        saving = now.of(Role.SAVE)
        picks = _picks(now, wanted)
        if saving is not None and picks:
            return await _decide(attempt, saving, picks=picks)
        if saving is not None and not now.radios and wanted is Role.REFUSE and (attempt.layer > 1 or opened or now.boxes):
            return await _decide(attempt, saving, untick=tuple(box for box in now.boxes if not box.is_fixed))
        opener = now.of(Role.SETTINGS)
        if opener is None or opener.label in (attempt.steps or ()):
            break
        if not await press(tab, opener):
            break
        attempt.did(opener)
        now = await _further(tab, opener, now)
        tab.recorder.boxes = tab.recorder.boxes or now.drawn
        attempt.pre_ticked = attempt.pre_ticked or _ticked(now)
    return attempt.failed(Remark.NO_ACCEPTING if wanted is Role.ACCEPT else Remark.NO_REFUSING)


def _picks(now: View, wanted: Role) -> tuple[Control, ...]:
    """Return what to choose before saving: what says so in each group, or every box for one who accepts."""
    if now.radios:
        return now.picks(wanted)
    return tuple(box for box in now.boxes if not box.is_fixed) if wanted is Role.ACCEPT else ()


async def peek(tab: Tab) -> None:
    """Open the banner's settings and note how its boxes stand, pressing nothing that decides."""
    now = await view(tab)
    opener = now.of(Role.SETTINGS)
    if not now.has_banner or now.boxes or opener is None or (opener.href and "#" not in opener.href):
        return
    # Whatever the further layer loads or stores came by pressing, and belongs to no state.
    tab.recorder.notebook.enter(State.ACCEPTED)
    if await press(tab, opener):
        tab.recorder.boxes = (await _further(tab, opener, now)).drawn
        await tab.look()
    tab.recorder.notebook.abandon(State.ACCEPTED)
    tab.recorder.notebook.pass_over()


def _ticked(now: View) -> tuple[str, ...]:
    boxes = [box.label for box in now.boxes if box.on and not box.is_fixed]
    return (*boxes, *(one.label for one in now.radios if one.on and one.role is Role.ACCEPT))


async def _further(tab: Tab, opener: Control, before: View) -> View:
    """Return the view once a further layer has opened; what listens to the pointer alone is pressed with that."""
    now = await _changed_view(tab, before)
    is_same = {(one.label, one.role) for one in now.controls} == {(one.label, one.role) for one in before.controls}
    return await _changed_view(tab, before) if is_same and await click(tab, opener) else now


async def _changed_view(tab: Tab, before: View) -> View:
    """Return the view once a further layer has opened, or as it is after a while."""
    until = time.monotonic() + EFFECT_SECONDS
    now = before
    while time.monotonic() < until:
        await asyncio.sleep(0.12)
        now = await view(tab)
        if {(one.label, one.role) for one in now.controls} != {(one.label, one.role) for one in before.controls}:
            return now
    return now


async def _decide(
    attempt: Attempt, choice: Control, *, untick: tuple[Control, ...] = (), picks: tuple[Control, ...] = ()
) -> Answer:
    """Press what decides, and return whether its effect was seen."""
    tab = attempt.tab
    known = {one.label for one in (await view(tab)).controls}
    await tab.look()
    before, received = tab.recorder.notebook.stamp, tab.presence.received
    tab.recorder.notebook.enter(attempt.state)
    for box in untick:
        attempt.unticked += box.on
        await press(tab, box, ticked=False)
    for pick in picks:
        attempt.unticked += not pick.on
        await press(tab, pick, ticked=True)
    pressed = await press(tab, choice)
    attempt.did(choice)
    if not pressed:
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(Remark.BUTTON_GONE)
    is_gone = await _banner_goes(tab, choice)
    sure = None if is_gone and choice.role is not Role.REFUSE else await _asked_again(tab, choice, known)
    if sure is not None and await press(tab, sure):
        attempt.did(sure)
        is_gone = await _banner_goes(tab, sure)
    is_gone = is_gone or await _goes_once_saved(attempt, choice) or await _goes_at_last(attempt, sure or choice, before)
    await tab.quiet(most=1.5)
    await tab.look()
    changes = _changes(before, tab.recorder.notebook.stamp)
    if not is_gone and attempt.is_opened and changes:
        # Settings that the visitor opened by themselves may stay open when they are saved, as a page of their own does.
        return attempt.reached(changes)
    if not is_gone and attempt.state is State.REFUSED and changes and await _is_replaced(tab, choice):
        # The refusal was taken, and what stands there now asks to accept after all: a wall, which is another matter.
        return attempt.reached([REPLACED, *changes])
    if not is_gone:
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(Remark.BANNER_STAYED % {"label": choice.label})
    if attempt.state is State.WITHDRAWN and not changes and tab.presence.received == received:
        # Consent that is still written down as it was has not been taken back, whatever went away on the screen.
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(Remark.NOTHING_CHANGED % {"label": choice.label})
    return attempt.reached([*GONE_ONLY, *changes])


async def _asked_again(tab: Tab, choice: Control, known: set[str]) -> Control | None:
    """Return what says the same once more where a refusal is asked to be sure: it was not there before."""
    if choice.role is not Role.REFUSE or tab.crashed:
        return None
    now = await view(tab)
    is_there = any(one.label == choice.label for one in now.controls)
    fresh = (one for one in now.controls if one.role is Role.REFUSE and one.label not in known and not one.is_weak)
    return None if is_there else next(fresh, None)


async def _is_replaced(tab: Tab, choice: Control) -> bool:
    """Whether what was answered is gone, and something else asks to accept and offers nothing beside that."""
    now = await view(tab)
    others = now.of(Role.REFUSE, Role.SAVE, Role.SETTINGS)
    return now.of(Role.ACCEPT) is not None and others is None and all(one.label != choice.label for one in now.controls)


async def _goes_once_saved(attempt: Attempt, choice: Control) -> bool:
    """Save what was refused part by part, where the banner waits for that; nothing that is ticked is saved along."""
    if choice.role is not Role.REFUSE or attempt.tab.crashed:
        return False
    now = await view(attempt.tab)
    saving = now.of(Role.SAVE)
    if saving is None:
        return False
    for part in [one for one in now.controls if one.label == choice.label]:
        await press(attempt.tab, part)
    for box in [one for one in now.boxes if one.on and not one.is_fixed]:
        attempt.unticked += 1
        await press(attempt.tab, box, ticked=False)
    await press(attempt.tab, saving)
    attempt.did(saving)
    return await _banner_goes(attempt.tab, saving)


async def _goes_at_last(attempt: Attempt, choice: Control, before: frozenset[tuple[str, ...]]) -> bool:
    """Press once more where nothing at all happened: the page's script came late, or another button says the same."""
    tab = attempt.tab
    await tab.look()
    if tab.crashed or _changes(before, tab.recorder.notebook.stamp):
        return False
    alike = [one for one in (await view(tab)).controls if one.role is choice.role and not one.is_weak]
    other = next((one for one in alike if one.label != choice.label), None) or next(iter(alike), None)
    # By the pointer this time, if it can be hit: some listen to nothing that a script could have done.
    if other is None or not (await click(tab, other) or await press(tab, other)):
        return False
    if other.label != choice.label:
        attempt.did(other)
    return await _banner_goes(tab, other)


def _changes(before: frozenset[tuple[str, ...]], after: frozenset[tuple[str, ...]]) -> list[str]:
    """Return in words what an answer changed in the visitor's storages: a choice that is remembered leaves a trace."""
    written = sorted({key[1] for key in after - before})
    gone = sorted({key[1] for key in {key[:3] for key in before} - {key[:3] for key in after}})
    return [*(f"stored {name}" for name in written[:MOST_CHANGES]), *(f"deleted {name}" for name in gone[:MOST_CHANGES])]


async def _banner_goes(tab: Tab, choice: Control) -> bool:
    until = time.monotonic() + EFFECT_SECONDS
    while time.monotonic() < until and not tab.crashed:
        await asyncio.sleep(0.06)
        now = await view(tab)
        left = [one for one in now.controls if one.role in {Role.ACCEPT, Role.REFUSE, Role.SAVE}]
        if not left:
            return True
        if not any(one.label == choice.label for one in left) and not now.of(Role.ACCEPT):
            return True
    return False


async def withdraw(tab: Tab) -> Answer:
    """Take consent back where the page allows it: by its own control, or by coming back to the banner and refusing."""
    attempt = Attempt(tab, State.WITHDRAWN, steps=[])
    now = await view(tab)
    if now.has_banner:
        # One that the server writes is taken away a moment later by a script that finds the choice.
        await asyncio.sleep(FLASH_SECONDS)
        now = await view(tab)
    openers = sorted(now.openers, key=_promise)
    if now.has_banner:
        # The banner is still there, or a settings layer stands open on the page: its refusal is the way back.
        return await answer(tab, State.WITHDRAWN, seen=now)
    for opener in openers[:3]:
        attempt.tool = opener.tool or "unknown"
        outcome = await _withdraw_by(attempt, opener)
        if outcome is not None:
            return outcome
    return attempt.failed(Remark.NO_EFFECT if openers else Remark.NO_CONTROL)


def _promise(opener: Control) -> tuple[bool, bool, bool, bool]:
    """Return how far a control promises to be the way back: a known tool's first, words that say nothing of it last."""
    return not opener.tool, opener.role is not Role.WITHDRAW, opener.role is Role.UNCLEAR, bool(opener.href)


async def _withdraw_by(attempt: Attempt, opener: Control) -> Answer | None:
    tab = attempt.tab
    await tab.look()
    before = tab.recorder.notebook.stamp
    tab.recorder.notebook.enter(State.WITHDRAWN)
    if not await press(tab, opener):
        tab.recorder.notebook.abandon(State.WITHDRAWN)
        return None
    await tab.quiet(most=1.5)
    opened = await _opened_view(tab)
    if not opened.has_banner:
        await tab.look()
        if not _changes(before, tab.recorder.notebook.stamp) and await click(tab, opener):
            await tab.quiet(most=1.5)
            opened = await _opened_view(tab)
    if opened.has_banner:
        # So far the visitor came back to the choice, and took nothing back.
        tab.recorder.notebook.go_back(State.WITHDRAWN)
        outcome = await answer(tab, State.WITHDRAWN, seen=opened, opened=(opener.label,))
        return outcome if outcome.reached else None
    await tab.look()
    attempt.did(opener)
    button = None if opener.role is Role.WITHDRAW else next((one for one in opened.openers if one.role is Role.WITHDRAW), None)
    if button is not None:
        # It led to a page or a panel of its own, where one button takes consent back.
        tab.recorder.notebook.go_back(State.WITHDRAWN)
        before = tab.recorder.notebook.stamp
        tab.recorder.notebook.enter(State.WITHDRAWN)
        await press(tab, button)
        await tab.quiet(most=1.5)
        await tab.look()
        attempt.did(button)
    changed = _changes(before, tab.recorder.notebook.stamp)
    if Role.WITHDRAW in {opener.role, button and button.role} and changed:
        return attempt.reached(changed)
    tab.recorder.notebook.abandon(State.WITHDRAWN)
    attempt.steps = []
    return None


async def _opened_view(tab: Tab) -> View:
    now = await view(tab)
    for _ in range(8):
        if now.has_banner:
            break
        await asyncio.sleep(0.1)
        now = await view(tab)
    return now
