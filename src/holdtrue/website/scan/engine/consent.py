"""Answering a consent banner as a person would, and believing it only when the effect is seen."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from holdtrue.website.scan.engine.asking import DECIDING, Control, View, click, press, view
from holdtrue.website.scan.engine.observations import Answer, State
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.tab import LONG_LOOK_SECONDS, Tab
from holdtrue.website.scan.engine.wording import Role, agrees_with, asks_to_be_sure, is_bare_answer

EFFECT_SECONDS = 2.5
"""The most that a banner may take to go after it was answered."""
WAKING_SECONDS = 6.0
"""How long a page may take until its buttons work: what the server wrote is often woken up by a script that comes late."""
REPLACED = "the banner went away, and another asks to accept"
THANKED = "the banner went away, and another tells of it"
GONE_ONLY = ("the banner went away",)
"""All that was seen of an answer that left no trace: believed only when the next page does not ask again."""
SHORT_SECONDS = 0.8
"""What opens a choice has done so by then, unless something still slides in."""
FLASH_SECONDS = 1.2
"""How long a banner may show before its script has read that the visitor chose already."""
MOST_STEPS = 4
"""Layers that a person would go through before giving up."""
MOST_MENUS = 3
"""Menus of the page in which they would look for it."""
MOST_OPENERS = 4
"""Controls that a person would try before giving up."""
SOME = 2
"""Buttons of the same words from which they stand for a part each."""
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
    aside: frozenset[tuple[str, bool]] = frozenset()
    """What stands beside the banner, and stays when that has been answered."""

    @property
    def wanted(self) -> Role:
        """What the visitor wants to say."""
        return Role.ACCEPT if self.state is State.ACCEPTED else Role.REFUSE

    async def view(self, *, is_further: bool = False) -> View:
        """Return what can be pressed of the banner that is meant."""
        return (await view(self.tab, is_further=is_further or bool(self.steps))).without(self.aside)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Answer meanwhile what the browser's own dialogue asks: “really?” with yes, “rather accept?” as the visitor wants."""
        self.tab.presence.answers = lambda question: agrees_with(question, self.wanted)
        try:
            yield
        finally:
            self.tab.presence.answers = None

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
    aside |= now.aside | await _standing_by(tab, now)
    attempt = Attempt(tab, state, steps=list(opened), is_opened=bool(opened), aside=aside)
    if now.is_unclear:
        attempt.tool = now.tool
        return attempt.failed(Remark.UNCLEAR)
    if not now.has_banner:
        return attempt.failed(Remark.NO_BANNER)
    attempt.tool = now.tool
    attempt.pre_ticked = _ticked(now)
    with attempt.asked():
        return await _answer(attempt, now.without(aside))


async def _standing_by(tab: Tab, now: View) -> frozenset[tuple[str, bool]]:
    """Return what lies over the page and asks something else: it is no further layer of the banner that is answered."""
    others = (await view(tab, is_further=True)).without(frozenset((one.label, one.is_loose) for one in now.controls))
    return frozenset((one.label, one.is_loose) for one in others.controls)


async def _answer(attempt: Attempt, now: View) -> Answer:
    """Go through the layers until one has what says it."""
    wanted = attempt.wanted
    for attempt.layer in range(1, MOST_STEPS + 1):
        choice = now.of(wanted)
        if choice is not None:
            return await _decide(attempt, choice)
        picks = _picks(now, wanted)
        saving = now.of(Role.SAVE) or await _woken(attempt, now, picks)
        if saving is not None and picks:
            return await _decide(attempt, saving, picks=picks)
        is_told = attempt.layer > 1 or attempt.is_opened or bool(now.boxes)
        if saving is not None and not now.radios and wanted is Role.REFUSE and is_told and now.is_plain:
            return await _decide(attempt, saving, untick=now.free)
        opener = next((one for one in now.all_of(Role.SETTINGS) if one.label not in (attempt.steps or ())), None)
        if opener is None:
            break
        if not await press(attempt.tab, opener):
            break
        attempt.did(opener)
        now = await _further(attempt, opener, now)
        attempt.tab.recorder.boxes = attempt.tab.recorder.boxes or now.drawn
        attempt.pre_ticked = attempt.pre_ticked or _ticked(now)
    if wanted is Role.REFUSE and attempt.is_opened:
        changes = await _switch_off(attempt, now)
        if changes:
            return attempt.reached(changes)
    return attempt.failed(Remark.NO_ACCEPTING if wanted is Role.ACCEPT else Remark.NO_REFUSING)


async def _woken(attempt: Attempt, now: View, picks: tuple[Control, ...]) -> Control | None:
    """Return what saves a choice among several and cannot be pressed before one is made."""
    if not (now.is_asleep and now.radios and picks):
        return None
    for pick in picks:
        await press(attempt.tab, pick, ticked=True)
    return (await attempt.view()).of(Role.SAVE)


async def _switch_off(attempt: Attempt, now: View) -> list[str]:
    """Switch off what is on, where nothing is there to save it: some remember at once. Return what that changed."""
    tab = attempt.tab
    lit = [box for box in now.free if box.gives]
    if not lit or not now.is_plain:
        return []
    await tab.look()
    before = tab.recorder.notebook.stamp
    tab.recorder.notebook.enter(attempt.state)
    for box in lit:
        await press(tab, box, ticked=not box.on)
        attempt.did(box)
    await tab.quiet(most=1.5)
    await tab.look()
    changes = _changes(before, tab.recorder.notebook.stamp)
    if not changes:
        tab.recorder.notebook.abandon(attempt.state)
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
    if not now.has_banner or now.boxes or opener is None or (opener.href and "#" not in opener.href):
        return
    # Whatever the further layer loads or stores came by pressing, and belongs to no state.
    tab.recorder.notebook.enter(State.ACCEPTED)
    attempt = Attempt(tab, State.NO_CHOICE)
    if await press(tab, opener):
        attempt.did(opener)
        tab.recorder.boxes = (await _further(attempt, opener, now)).drawn
        await tab.look()
    tab.recorder.notebook.abandon(State.ACCEPTED)
    tab.recorder.notebook.pass_over()


def _ticked(now: View) -> tuple[str, ...]:
    boxes = [box.label for box in now.free if box.gives]
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


async def _decide(
    attempt: Attempt, choice: Control, *, untick: tuple[Control, ...] = (), picks: tuple[Control, ...] = ()
) -> Answer:
    """Press what decides, and return whether its effect was seen."""
    tab = attempt.tab
    known = {one.label for one in (await attempt.view()).controls} | {label for label, _ in attempt.aside}
    await tab.look()
    before, received = tab.recorder.notebook.stamp, tab.presence.received
    tab.recorder.notebook.enter(attempt.state)
    for box in untick:
        attempt.unticked += box.gives
        await press(tab, box, ticked=box.role is Role.REFUSE)
    for pick in picks:
        is_tick = bool(pick.group) or pick.role is Role.ACCEPT
        attempt.unticked += pick.on is not is_tick
        await press(tab, pick, ticked=is_tick)
    pressed = await press(tab, choice)
    attempt.did(choice)
    if not pressed:
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(Remark.BUTTON_GONE)
    is_gone = await _banner_goes(attempt, choice)
    sure = None if is_gone and choice.role is not Role.REFUSE else await _asked_again(attempt, choice, known)
    if sure is not None and await press(tab, sure):
        attempt.did(sure)
        is_gone = await _banner_goes(attempt, sure)
    is_gone = is_gone or await _goes_once_saved(attempt, choice) or await _goes_at_last(attempt, sure or choice, before)
    await tab.quiet(most=1.5)
    await tab.look()
    changes = _changes(before, tab.recorder.notebook.stamp)
    if is_gone and not changes and tab.is_waiting():
        # Some thank first, and write the choice down seconds later.
        await tab.quiet(patience=LONG_LOOK_SECONDS, most=LONG_LOOK_SECONDS)
        await tab.look()
        changes = _changes(before, tab.recorder.notebook.stamp)
    if not is_gone and attempt.is_opened and changes:
        # Settings that the visitor opened by themselves may stay open when they are saved, as a page of their own does.
        return attempt.reached(changes)
    if not is_gone and changes and await _is_replaced(attempt, choice):
        # It was taken. What stands there now thanks for it, or asks to accept after all: a wall, which is another matter.
        return attempt.reached([REPLACED if attempt.state is State.REFUSED else THANKED, *changes])
    if not is_gone:
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(Remark.BANNER_STAYED % {"label": choice.label})
    if attempt.state is State.WITHDRAWN and not changes and tab.presence.received == received:
        # Consent that is still written down as it was has not been taken back, whatever went away on the screen.
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(Remark.NOTHING_CHANGED % {"label": choice.label})
    return attempt.reached([*GONE_ONLY, *changes])


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
    """Save what was refused part by part, where the banner waits for that; nothing that is ticked is saved along."""
    if choice.role is not Role.REFUSE or attempt.tab.crashed:
        return False
    now = await attempt.view()
    parts = [one for one in now.controls if one.label == choice.label]
    if now.of(Role.SAVE) is None and len(parts) < SOME:
        return False
    for part in parts:
        await press(attempt.tab, part)
    # Some let nothing be saved before every part has its answer.
    now = await attempt.view()
    saving = now.of(Role.SAVE)
    if saving is None or not now.is_plain:
        return False
    for box in [one for one in now.free if one.gives]:
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
        if tab.crashed or (_changes(before, tab.recorder.notebook.stamp) and await _is_other(attempt, choice)):
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


def _changes(before: frozenset[tuple[str, ...]], after: frozenset[tuple[str, ...]]) -> list[str]:
    """Return in words what an answer changed in the visitor's storages: a choice that is remembered leaves a trace."""
    written = sorted({key[1] for key in after - before})
    gone = sorted({key[1] for key in {key[:3] for key in before} - {key[:3] for key in after}})
    return [*(f"stored {name}" for name in written[:MOST_CHANGES]), *(f"deleted {name}" for name in gone[:MOST_CHANGES])]


async def _banner_goes(attempt: Attempt, choice: Control) -> bool:
    until = time.monotonic() + EFFECT_SECONDS
    while time.monotonic() < until and not attempt.tab.crashed:
        await asyncio.sleep(0.06)
        now = await attempt.view()
        left = [one for one in now.controls if one.role in DECIDING]
        if not left:
            return True
        if not any(one.label == choice.label for one in left) and not now.of(Role.ACCEPT):
            return True
    return False


async def withdraw(tab: Tab, *, aside: frozenset[tuple[str, bool]] = frozenset()) -> Answer:
    """Take consent back where the page allows it: by its own control, or by coming back to the banner and refusing."""
    attempt = Attempt(tab, State.WITHDRAWN, steps=[], aside=aside)
    now = await attempt.view()
    if now.has_banner:
        # One that the server writes is taken away a moment later by a script that finds the choice.
        await asyncio.sleep(FLASH_SECONDS)
        now = await attempt.view()
    if now.has_banner:
        # The banner is still there, or a settings layer stands open on the page: its refusal is the way back.
        return await answer(tab, State.WITHDRAWN, seen=now, aside=aside)
    page, began = tab.presence.page, time.monotonic()
    tried: set[str] = set()
    while opener := next((one for one in sorted(now.openers, key=_promise) if one.label not in tried), None):
        tried.add(opener.label)
        attempt.tool = opener.tool or "unknown"
        with attempt.asked():
            outcome = await _withdraw_by(attempt, opener)
        if outcome is not None:
            return outcome
        if len(tried) >= MOST_OPENERS:
            break
        if await tab.value("location.href.split('#')[0]") != page.split("#")[0]:
            await tab.open(page)
            await tab.quiet()
        now = await attempt.view()
        is_tried = all(one.label in tried for one in now.openers) and not all(one.leads for one in now.openers)
        if is_tried and time.monotonic() - began < WAKING_SECONDS:
            # What the server wrote may have been woken up only now.
            tried.clear()
            began -= WAKING_SECONDS
    return await _withdraw_in_menus(attempt, tried) or attempt.failed(Remark.NO_EFFECT if tried else Remark.NO_CONTROL)


async def _withdraw_in_menus(attempt: Attempt, tried: set[str]) -> Answer | None:
    """Unfold the page's menus, and try what they hold that speaks of cookies."""
    for menu in (await attempt.view()).menus[:MOST_MENUS]:
        if not await press(attempt.tab, menu):
            continue
        await attempt.tab.quiet(most=0.5)
        fresh = [one for one in (await attempt.view()).openers if one.label not in tried]
        opener = min(fresh, key=_promise, default=None)
        if opener is None:
            continue
        with attempt.asked():
            outcome = await _withdraw_by(attempt, opener)
        if outcome is not None:
            return replace(outcome, steps=(menu.label, *outcome.steps), actions=outcome.actions + 1)
    return None


def _promise(opener: Control) -> tuple[bool, bool, bool, bool]:
    """Return how far a control promises to be the way back: a known tool's first, words that say nothing of it last."""
    return not opener.tool, opener.role is not Role.WITHDRAW, opener.role is Role.UNCLEAR, opener.leads


async def _withdraw_by(attempt: Attempt, opener: Control) -> Answer | None:
    tab = attempt.tab
    await tab.look()
    before, known = tab.recorder.notebook.stamp, await view(tab, is_further=True)
    # Whatever lay over the page before did not open by coming back to the choice.
    attempt.aside |= {(one.label, one.is_loose) for one in known.controls}
    tab.recorder.notebook.enter(State.WITHDRAWN)
    if not await press(tab, opener):
        tab.recorder.notebook.abandon(State.WITHDRAWN)
        return None
    await tab.quiet(most=1.5)
    opened = await _opened_view(attempt)
    if not _offers(opened, known):
        await tab.look()
        if not _changes(before, tab.recorder.notebook.stamp) and await click(tab, opener):
            await tab.quiet(most=1.5)
            opened = await _opened_view(attempt)
    await tab.look()
    is_done = opener.role is Role.WITHDRAW and (not opener.leads or bool(_changes(before, tab.recorder.notebook.stamp)))
    further = None if is_done else _further_way(opened, known)
    if _offers(opened, known) and (further is None or further.role is not Role.WITHDRAW or opened.of(Role.REFUSE) is not None):
        return await _withdraw_from(attempt, opened, (opener.label,))
    await tab.look()
    attempt.did(opener)
    if further is not None:
        # It led to a page or a panel of its own, where another button takes consent back, or opens the choice.
        tab.recorder.notebook.go_back(State.WITHDRAWN)
        before = tab.recorder.notebook.stamp
        tab.recorder.notebook.enter(State.WITHDRAWN)
        await press(tab, further)
        await tab.quiet(most=1.5)
        await tab.look()
        attempt.did(further)
        if further.role is Role.SETTINGS:
            now = await _opened_view(attempt)
            if _offers(now, opened):
                return await _withdraw_from(attempt, now, (opener.label, further.label))
    changed = _changes(before, tab.recorder.notebook.stamp)
    if Role.WITHDRAW in {opener.role, further and further.role} and changed:
        return attempt.reached(changed)
    tab.recorder.notebook.abandon(State.WITHDRAWN)
    attempt.steps = []
    return None


async def _withdraw_from(attempt: Attempt, opened: View, steps: tuple[str, ...]) -> Answer | None:
    """Refuse in what was opened; None where that offers no way."""
    # So far the visitor came back to the choice, and took nothing back.
    attempt.tab.recorder.notebook.go_back(State.WITHDRAWN)
    if opened.has_banner:
        outcome = await answer(attempt.tab, State.WITHDRAWN, seen=opened, opened=steps, aside=attempt.aside)
        return outcome if outcome.reached else None
    attempt.steps = list(steps)
    changes = await _switch_off(attempt, opened)
    if changes:
        return attempt.reached(changes)
    attempt.steps = []
    return None


def _further_way(opened: View, known: View) -> Control | None:
    """Return what takes consent back, or opens the choice, and was not there before."""
    before = {(one.label, one.href) for one in known.openers}
    fresh = [one for one in opened.openers if (one.label, one.href) not in before]
    retreats = [one for one in opened.retreats if one.label not in {other.label for other in known.retreats}]
    takes_back = next((one for one in (*fresh, *retreats, *opened.openers) if one.role is Role.WITHDRAW), None)
    return takes_back or next((one for one in fresh if one.role is Role.SETTINGS), None)


def _offers(opened: View, known: View) -> bool:
    """Whether a choice has opened: something asks, or there is something to switch off that was not there before."""
    return opened.has_banner or (not known.boxes and any(not box.is_fixed for box in opened.boxes))


async def _opened_view(attempt: Attempt) -> View:
    began = time.monotonic()
    now = await attempt.view(is_further=True)
    # What slides in may show its boxes before the buttons that go with them, or buttons that sleep for a while.
    while not now.has_banner and time.monotonic() - began < (WAKING_SECONDS if now.is_asleep else EFFECT_SECONDS):
        await asyncio.sleep(0.1)
        is_last = time.monotonic() - began > SHORT_SECONDS and not (now.is_asleep or await attempt.tab.is_moving())
        now = await attempt.view(is_further=True)
        if is_last:
            break
    return now
