"""Taking consent back where a page allows it."""

import asyncio
import time
from dataclasses import replace

from holdtrue.website.scan.engine.asking import click, press, view
from holdtrue.website.scan.engine.attempt import EFFECT_SECONDS, WAKING_SECONDS, Attempt, changes_between
from holdtrue.website.scan.engine.consent import answer, switch_off
from holdtrue.website.scan.engine.looks import leads_to_policy, names_cookies
from holdtrue.website.scan.engine.observations import Answer, State
from holdtrue.website.scan.engine.offered import Control, View
from holdtrue.website.scan.engine.remarks import Remark
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.wording import Role

SHORT_SECONDS = 0.8
"""What opens a choice has done so by then, unless something still slides in."""
FLASH_SECONDS = 1.2
"""How long a banner may show before its script has read that the visitor chose already."""
MOST_MENUS = 3
"""Menus of the page in which they would look for it."""
MOST_BEYOND = 3
"""Pages or panels through which a person would go on from there."""
ON_ITS_PAGE = 2
"""Presses for a link and for the button on the page that it leads to."""
MOST_OPENERS = 4
"""Controls that a person would try before giving up."""


async def withdraw(tab: Tab, *, seen: View, aside: frozenset[tuple[str, bool]] = frozenset()) -> Answer:
    """Take consent back where the page allows it: by its own control, or by coming back to the banner and refusing."""
    attempt = Attempt(tab, State.WITHDRAWN, steps=[], aside=aside)
    now = seen.without(aside)
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
        attempt.has_control |= not (opener.leads and leads_to_policy(opener.label))
        with attempt.asked():
            outcome = await _withdraw_by(attempt, opener)
        if outcome is not None:
            return replace(outcome, behind=opener.label) if _is_hidden(opener, outcome) else outcome
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
    outcome = await _withdraw_in_menus(attempt, tried)
    if outcome is not None:
        return outcome
    why = Remark.NO_EFFECT if attempt.has_control else Remark.NO_CONTROL
    return attempt.failed(Remark.WAY_UNCLEAR if attempt.has_opened else why)


def _is_hidden(opener: Control, outcome: Answer) -> bool:
    """Whether nobody would look there: behind a link to a policy that names no cookies, or further away than its page."""
    if not (opener.leads and opener.role is Role.UNCLEAR and leads_to_policy(opener.label)):
        return False
    return not names_cookies(opener.label) or len(outcome.steps) > ON_ITS_PAGE


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
    _, known = await asyncio.gather(tab.look(), view(tab, is_further=True))
    before = tab.recorder.notebook.stamp
    # Whatever lay over the page before did not open by coming back to the choice.
    attempt.aside |= {(one.label, one.is_loose) for one in known.controls}
    tab.recorder.notebook.enter(State.WITHDRAWN, tab=tab.target)
    if not await press(tab, opener):
        tab.recorder.abandon(State.WITHDRAWN)
        return None
    await tab.quiet(most=1.5)
    opened = await _opened_view(attempt)
    attempt.has_opened |= _has_more(opened, known)
    if not _offers(opened, known) and _further_way(opened, known) is None:
        await tab.look()
        if not changes_between(before, tab.recorder.notebook.stamp) and await click(tab, opener):
            await tab.quiet(most=1.5)
            opened = await _opened_view(attempt)
    await tab.look()
    is_done = opener.role is Role.WITHDRAW and (not opener.leads or bool(changes_between(before, tab.recorder.notebook.stamp)))
    further = None if is_done else _further_way(opened, known)
    if (
        opener.role is Role.WITHDRAW
        and opened.of(Role.REFUSE, Role.SAVE, Role.SETTINGS) is None
        and _is_asked_anew(tab, before)
    ):
        attempt.did(opener)
        return attempt.reached(changes_between(before, tab.recorder.notebook.stamp))
    if _offers(opened, known) and (further is None or further.role is not Role.WITHDRAW or opened.of(Role.REFUSE) is not None):
        return await _withdraw_from(attempt, opened, (opener.label,))
    await tab.look()
    attempt.did(opener)
    if further is not None:
        return await _withdraw_beyond(attempt, opened, further)
    changed = changes_between(before, tab.recorder.notebook.stamp)
    if opener.role is Role.WITHDRAW and changed:
        return attempt.reached(changed)
    _take_nothing_back(attempt)
    return None


def _is_asked_anew(tab: Tab, before: frozenset[tuple[str, ...]]) -> bool:
    """Whether something that was stored is gone: what stands there now can only ask whether to accept once more."""
    return any(change.startswith("deleted ") for change in changes_between(before, tab.recorder.notebook.stamp))


async def _withdraw_beyond(attempt: Attempt, opened: View, further: Control | None) -> Answer | None:
    """Go on to a page or a panel of its own, where another button takes consent back, or opens the choice, or leads further."""
    tab = attempt.tab
    for _ in range(MOST_BEYOND):
        if further is None:
            break
        tab.recorder.go_back(State.WITHDRAWN)
        before = tab.recorder.notebook.stamp
        tab.recorder.notebook.enter(State.WITHDRAWN, tab=tab.target)
        await press(tab, further)
        await tab.quiet(most=1.5)
        await tab.look()
        attempt.did(further)
        changed = changes_between(before, tab.recorder.notebook.stamp)
        if further.role is Role.WITHDRAW and changed:
            return attempt.reached(changed)
        now = await _opened_view(attempt)
        attempt.has_opened |= _has_more(now, opened)
        if _offers(now, opened):
            return await _withdraw_from(attempt, now, tuple(attempt.steps or ()))
        if further.role is Role.WITHDRAW:
            break
        opened, further = now, _further_way(now, opened)
    _take_nothing_back(attempt)
    return None


def _take_nothing_back(attempt: Attempt) -> None:
    attempt.tab.recorder.abandon(State.WITHDRAWN)
    attempt.steps = []


async def _withdraw_from(attempt: Attempt, opened: View, steps: tuple[str, ...]) -> Answer | None:
    """Refuse in what was opened; None where that offers no way."""
    # So far the visitor came back to the choice, and took nothing back.
    attempt.tab.recorder.go_back(State.WITHDRAWN)
    if opened.has_banner:
        outcome = await answer(attempt.tab, State.WITHDRAWN, seen=opened, opened=steps, aside=attempt.aside)
        return outcome if outcome.reached else None
    attempt.steps = list(steps)
    changes = await switch_off(attempt, opened)
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
    leads_on = (one for one in fresh if one.leads and leads_to_policy(one.label))
    return takes_back or next((one for one in fresh if one.role is Role.SETTINGS), None) or next(leads_on, None)


def _offers(opened: View, known: View) -> bool:
    """Whether a choice has opened: something asks, or there is something to switch off that was not there before."""
    return opened.has_banner or (not known.boxes and any(not box.is_fixed for box in opened.boxes))


def _has_more(opened: View, known: View) -> bool:
    """Whether there is more to choose or to answer than before."""
    more = (len(one.boxes) + len(one.radios) + len(one.controls) for one in (opened, known))
    return next(more) > next(more)


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
