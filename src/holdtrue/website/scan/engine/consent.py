"""Answering a consent banner as a person would, and believing it only when the effect is seen."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources

from holdtrue.website.scan.engine.banners import RULES
from holdtrue.website.scan.engine.observations import Answer, Box, State
from holdtrue.website.scan.engine.protocol import Message
from holdtrue.website.scan.engine.tab import Tab, World
from holdtrue.website.scan.engine.wording import Role, asks_about_cookies, is_about_cookies, role

_DATA = resources.files("holdtrue.website.scan.engine")
BANNER = _DATA.joinpath("data/banner.js").read_text(encoding="utf-8").rstrip()
PRESS = _DATA.joinpath("data/press.js").read_text(encoding="utf-8").rstrip()
FIND = f"{BANNER}({json.dumps(RULES)})"
EFFECT_SECONDS = 2.5
"""The most that a banner may take to go after it was answered."""
GONE_ONLY = ("the banner went away",)
"""All that was seen of an answer that left no trace: believed only when the next page does not ask again."""
FLASH_SECONDS = 1.2
"""How long a banner may show before its script has read that the visitor chose already."""
MOST_STEPS = 4
"""Layers that a person would go through before giving up."""
MOST_CHANGES = 6
"""Things told of what an answer stored, and of what it deleted."""


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be pressed."""

    world: World
    index: int
    role: Role
    label: str
    banner: str
    """Where it stands: frame and container."""
    tool: str
    href: str = ""
    area: int = 0
    on: bool = False
    is_weak: bool = False
    """Words in a banner that nothing says can be pressed."""
    is_fixed: bool = False
    """A box that the visitor cannot change."""


@dataclass(frozen=True, slots=True)
class View:
    """What a visitor can press about cookies right now."""

    controls: tuple[Control, ...]
    """Buttons within a banner."""
    boxes: tuple[Control, ...]
    openers: tuple[Control, ...]
    """Links and buttons anywhere on the page that lead back to the choice."""
    texts: Mapping[str, str]
    """What stands around them, by place."""

    def of(self, *roles: Role) -> Control | None:
        """Return the first control with one of these roles, in their order; known tools stand before wording."""
        for wanted in roles:
            for control in sorted(self.controls, key=lambda one: one.is_weak):
                if control.role is wanted:
                    return control
        return None

    @property
    def has_banner(self) -> bool:
        """Whether the visitor is asked something: there is a way to accept or to refuse."""
        asking = [one for one in self.controls if one.role in {Role.ACCEPT, Role.REFUSE, Role.SAVE}]
        # Words alone are believed to be buttons only where there are two that answer each other.
        return any(not one.is_weak for one in asking) or {one.role for one in asking} >= {Role.ACCEPT, Role.REFUSE}

    @property
    def drawn(self) -> tuple[Box, ...]:
        """The boxes as the visitor sees them."""
        return tuple(Box(label=box.label, on=box.on, fixed=box.is_fixed) for box in self.boxes)

    @property
    def asking(self) -> Control | None:
        """What asks for the choice: the first button that gives or refuses it."""
        return self.of(Role.ACCEPT, Role.REFUSE, Role.SAVE)

    @property
    def text(self) -> str:
        """What the banner says."""
        return self.texts.get(self.asking.banner, "") if self.asking is not None else ""

    @property
    def tool(self) -> str:
        """The name of the consent tool, or `unknown`."""
        return next((control.tool for control in self.controls if control.tool), "unknown")


async def view(tab: Tab) -> View:
    """Return what can be pressed about cookies, in all frames and shadow roots of the page."""
    worlds = tab.worlds()
    answers = await asyncio.gather(*(tab.run(world, FIND) for world in worlds))
    controls: list[Control] = []
    boxes: list[Control] = []
    openers: list[Control] = []
    texts: dict[str, str] = {}
    for number, (world, found) in enumerate(zip(worlds, answers, strict=True)):
        if isinstance(found, dict):
            _read(found, world, number, controls, boxes, openers)
            texts |= {f"{number}/{at}": str(one["text"]) for at, one in enumerate(found["containers"])}
    return View(tuple(controls), tuple(boxes), tuple(openers), texts)


def _read(  # noqa: PLR0913, PLR0917 - three lists are filled in one pass
    found: Message, world: World, number: int, controls: list[Control], boxes: list[Control], openers: list[Control]
) -> None:
    language: str = found.get("language", "")
    texts = [one["text"] for one in found["containers"]]
    for one in found["known"]:
        control = _control(one, world, number, Role(one["role"]), tool=one["name"])
        (openers if control.role is Role.WITHDRAW else controls).append(control)
    about = [asks_about_cookies(text) for text in texts]
    for one in found["candidates"]:
        meant = role(one["label"], language)
        if meant is Role.UNCLEAR:
            continue
        if one["weak"] and meant not in {Role.ACCEPT, Role.REFUSE}:
            continue
        control = replace(_control(one, world, number, meant), is_weak=bool(one["weak"]))
        leads_away = bool(one["href"]) and "#" not in one["href"] and not one["href"].startswith("javascript:")
        is_in_banner = one["container"] >= 0 and about[one["container"]] and not (one["kind"] == "inline" and leads_away)
        if is_in_banner and meant is not Role.WITHDRAW:
            controls.append(control)
        if meant in {Role.WITHDRAW, Role.SETTINGS} and (is_about_cookies(one["label"]) or is_in_banner):
            openers.append(control)
    answered = {control.banner for control in controls}
    for one in found["boxes"]:
        control = _control(one, world, number, Role.UNCLEAR)
        if control.banner in answered or (one["container"] >= 0 and about[one["container"]]):
            boxes.append(replace(control, on=bool(one["on"]), is_fixed=bool(one["fixed"])))


def _control(one: Message, world: World, number: int, meant: Role, *, tool: str = "") -> Control:
    return Control(
        world=world,
        index=int(one["index"]),
        role=meant,
        label=str(one["label"])[:100],
        banner=f"{number}/{one['container']}",
        tool=tool,
        href=str(one.get("href", "")),
        area=int(one["width"]) * int(one["height"]),
    )


async def press(tab: Tab, control: Control, *, ticked: bool | None = None) -> bool:
    """Press a control; False when it was gone."""
    wanted = json.dumps(ticked)
    return bool(await tab.run(control.world, f"{PRESS}({control.index}, {wanted})", gesture=True))


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
    if not now.has_banner:
        return attempt.failed("No banner asks for a choice.")
    attempt.tool = now.tool
    attempt.pre_ticked = _ticked(now)
    wanted = Role.ACCEPT if state is State.ACCEPTED else Role.REFUSE
    for attempt.layer in range(1, MOST_STEPS + 1):
        choice = now.of(wanted)
        if choice is not None:
            return await _decide(attempt, choice)
        if wanted is Role.REFUSE and (attempt.layer > 1 or opened or now.boxes):
            saving = now.of(Role.SAVE)
            if saving is not None:
                return await _decide(attempt, saving, untick=tuple(box for box in now.boxes if not box.is_fixed))
        opener = now.of(Role.SETTINGS)
        if opener is None or opener.label in (attempt.steps or ()):
            break
        if not await press(tab, opener):
            break
        attempt.did(opener)
        now = await _changed_view(tab, now)
        tab.recorder.boxes = tab.recorder.boxes or now.drawn
        attempt.pre_ticked = attempt.pre_ticked or _ticked(now)
    word = "accepting" if wanted is Role.ACCEPT else "refusing"
    return attempt.failed(f"The banner offers no way of {word} that could be recognised.")


def _ticked(now: View) -> tuple[str, ...]:
    return tuple(box.label for box in now.boxes if box.on and not box.is_fixed)


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


async def _decide(attempt: Attempt, choice: Control, *, untick: tuple[Control, ...] = ()) -> Answer:
    """Press what decides, and return whether its effect was seen."""
    tab = attempt.tab
    await tab.look()
    before, received = tab.recorder.notebook.stamp, tab.presence.received
    tab.recorder.notebook.enter(attempt.state)
    for box in untick:
        attempt.unticked += box.on
        await press(tab, box, ticked=False)
    pressed = await press(tab, choice)
    attempt.did(choice)
    if not pressed:
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed("The button was gone before it could be pressed.")
    is_gone = await _banner_goes(tab, choice) or await _goes_at_last(attempt, choice, before)
    await tab.quiet(most=1.5)
    await tab.look()
    changes = _changes(before, tab.recorder.notebook.stamp)
    if not is_gone and attempt.is_opened and changes:
        # Settings that the visitor opened by themselves may stay open when they are saved, as a page of their own does.
        return attempt.reached(changes)
    if not is_gone:
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(f"“{choice.label}” was pressed, and the banner stayed.")
    if attempt.state is State.WITHDRAWN and not changes and tab.presence.received == received:
        # Consent that is still written down as it was has not been taken back, whatever went away on the screen.
        tab.recorder.notebook.abandon(attempt.state)
        return attempt.failed(f"“{choice.label}” was pressed, and nothing that is stored changed.")
    return attempt.reached([*GONE_ONLY, *changes])


async def _goes_at_last(attempt: Attempt, choice: Control, before: frozenset[tuple[str, ...]]) -> bool:
    """Press once more where nothing at all happened: the page's script came late, or another button says the same."""
    tab = attempt.tab
    await tab.look()
    if tab.crashed or _changes(before, tab.recorder.notebook.stamp):
        return False
    alike = [one for one in (await view(tab)).controls if one.role is choice.role and not one.is_weak]
    other = next((one for one in alike if one.label != choice.label), None) or next(iter(alike), None)
    if other is None or not await press(tab, other):
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
    openers = sorted(now.openers, key=lambda one: (not one.tool, one.role is not Role.WITHDRAW))
    if now.has_banner:
        # The banner is still there, or a settings layer stands open on the page: its refusal is the way back.
        return await answer(tab, State.WITHDRAWN, seen=now)
    for opener in openers[:3]:
        attempt.tool = opener.tool or "unknown"
        outcome = await _withdraw_by(attempt, opener)
        if outcome is not None:
            return outcome
    why = (
        "Its control for changing the choice had no effect." if openers else "The page has no control for changing the choice."
    )
    return attempt.failed(why)


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
    if opened.has_banner:
        tab.recorder.notebook.abandon(State.WITHDRAWN)
        outcome = await answer(tab, State.WITHDRAWN, seen=opened, opened=(opener.label,))
        return outcome if outcome.reached else None
    await tab.look()
    attempt.did(opener)
    changed = _changes(before, tab.recorder.notebook.stamp)
    if opener.role is Role.WITHDRAW and changed:
        return attempt.reached(changed)
    tab.recorder.notebook.abandon(State.WITHDRAWN)
    return None


async def _opened_view(tab: Tab) -> View:
    now = await view(tab)
    for _ in range(8):
        if now.has_banner:
            break
        await asyncio.sleep(0.1)
        now = await view(tab)
    return now
