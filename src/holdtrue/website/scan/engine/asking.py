"""What a visitor can press about cookies right now: in all frames and shadow roots, by structure and by wording."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib import resources

from holdtrue.website.scan.engine.banners import RULES
from holdtrue.website.scan.engine.hidden import open_roots
from holdtrue.website.scan.engine.offered import DECIDING, Control, View
from holdtrue.website.scan.engine.prose import (
    asks_about_cookies,
    asks_to_take_back,
    asks_where,
    closes,
    implied,
    is_about_else,
    lets_in,
    role_told,
    tells_of_necessary,
)
from holdtrue.website.scan.engine.protocol import Message
from holdtrue.website.scan.engine.tab import Tab, World
from holdtrue.website.scan.engine.wording import (
    Role,
    acts,
    declines,
    has_words,
    is_about_cookies,
    is_bare_answer,
    keeps_the_answer,
    leads_further,
    picked,
    role,
    ticked,
    updates,
)

_DATA = resources.files("holdtrue.website.scan.engine")
BANNER = _DATA.joinpath("data/banner.js").read_text(encoding="utf-8").rstrip()
PRESS = _DATA.joinpath("data/press.js").read_text(encoding="utf-8").rstrip()
PLACE = _DATA.joinpath("data/place.js").read_text(encoding="utf-8").rstrip()
MOST_OPENER_WORDS = 5
LONGEST_LABEL = 100
MOST_OF_A_SCREEN = 0.2
"""Share of the screen from which a question is in the way of the page."""
NAMED = re.compile(r"cookie|consent|gdpr|rgpd|dsgvo|\bcmp\b|cmp-", re.IGNORECASE)
"""Names that the makers of banners give them."""
FIND = f"{BANNER}({json.dumps(RULES)})"


async def view(tab: Tab, *, is_further: bool = False) -> View:
    """Return what can be pressed about cookies, in all frames and shadow roots of the page.

    A further layer, opened from one that did, need not speak of them again.
    """
    worlds = tab.worlds()
    await open_roots(tab, worlds)
    answers = await asyncio.gather(*(tab.run(world, FIND) for world in worlds))
    found = tuple((world, answer) for world, answer in zip(worlds, answers, strict=True) if isinstance(answer, dict))
    return _read(found, is_further=is_further)


def read_further(now: View) -> View:
    """Return the same look, read as if it were at a further layer."""
    return _read(now.found, is_further=True)


def _read(found: tuple[tuple[World, Message], ...], *, is_further: bool) -> View:
    sight = _Sight(is_further)
    for number, (world, answer) in enumerate(found):
        sight.read(answer, world, number)
    return replace(sight.view, found=found)


@dataclass(slots=True)
class _Sight:
    """What is found, frame by frame."""

    is_further: bool
    controls: list[Control] = field(default_factory=list)
    boxes: list[Control] = field(default_factory=list)
    radios: list[Control] = field(default_factory=list)
    openers: list[Control] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    mute: list[Control] = field(default_factory=list)

    pairs: list[Control] = field(default_factory=list)
    """Buttons that mean something only beside each other: “all cookies”, “necessary cookies”."""
    implied: list[Control] = field(default_factory=list)
    """“Continue” and crosses, where the prose around them says what they mean, and nothing else says the same."""
    gates: list[Control] = field(default_factory=list)
    links: list[Control] = field(default_factory=list)
    """Links on the page itself that lead elsewhere: an answer only where there are two that answer each other."""
    retreats: list[Control] = field(default_factory=list)
    menus: list[Control] = field(default_factory=list)
    folded: list[Control] = field(default_factory=list)
    unfolders: list[Control] = field(default_factory=list)
    closers: list[Control] = field(default_factory=list)
    is_asleep: bool = False

    @property
    def view(self) -> View:
        """All of it; where something lies over the page and asks, the page's own links about cookies are no part of that."""
        self._pair()
        self._take_implied()
        self._save_what_is_chosen()
        self._part_with_refusals()
        over = [one for one in self.controls if not one.is_loose]
        has_over = any(one.role in DECIDING and not one.is_weak for one in over)
        controls = over if has_over else self.controls
        beside = tuple(one for one in self.controls if one.is_loose) if has_over else ()
        if self._only_tells(controls):
            return View((), (), (), tuple(self.openers), self.texts, gates=tuple(self.gates))
        # A list to choose from may be of languages; one of answers says so.
        telling = {one.group for one in self.radios if one.role is not Role.UNCLEAR}
        radios = tuple(one for one in self.radios if not one.is_listed or one.group in telling)
        return View(
            tuple(controls),
            tuple(self.boxes),
            radios,
            tuple(self.openers),
            self.texts,
            tuple(self.mute),
            tuple(self.gates),
            beside,
            tuple(self.retreats),
            tuple(self.menus),
            tuple(self.folded),
            tuple(self.unfolders),
            tuple(self.closers),
            self.is_asleep,
        )

    def _pair(self) -> None:
        """Believe that buttons answer where each is the other's contrary, and nothing can be ticked that they might name."""
        offered = [*self.pairs, *self.links] if not self.boxes and not self.radios else self.links
        for place in {one.banner for one in offered}:
            known = {one.role for one in self.controls if one.banner == place}
            fresh = {one.role for one in offered if one.banner == place}
            if known | fresh >= {Role.ACCEPT, Role.REFUSE} or (Role.ACCEPT in known and fresh == {Role.SETTINGS}):
                self.controls += [one for one in offered if one.banner == place and one.role not in known]

    def _take_implied(self) -> None:
        """Believe what a banner's prose says of going on and of closing, where no button says it outright."""
        chosen = {one.banner for one in (*self.boxes, *self.radios)}
        for one in [one for one in self.implied if one.banner not in chosen]:
            known = {other.role for other in self.controls if other.banner == one.banner and not other.is_weak}
            if one.role not in known:
                self.controls.append(one)

    def _save_what_is_chosen(self) -> None:
        """Take “update my preferences” beside boxes for what saves them, where nothing else does; elsewhere it opens them."""
        chosen = {one.banner for one in (*self.boxes, *self.radios)}
        saved = {one.banner for one in self.controls if one.role is Role.SAVE}
        self.controls = [
            replace(one, role=Role.SAVE)
            if one.role is Role.SETTINGS and not one.leads and one.banner in chosen - saved and updates(one.label)
            else one
            for one in self.controls
        ]

    def _part_with_refusals(self) -> None:
        """Take a refusal that stands alone on the page itself for what it is: a way to take consent back, and no question."""
        for place in {one.banner for one in self.controls if one.is_loose}:
            these = [one for one in self.controls if one.banner == place and not one.is_weak]
            if these and all(one.role is Role.REFUSE and one.is_loose for one in these):
                self.controls = [one for one in self.controls if one.banner != place]
                self.openers += [replace(one, role=Role.WITHDRAW) for one in these]

    def _only_tells(self, controls: Iterable[Control]) -> bool:
        """Whether all that can be pressed takes note of a text that speaks of nothing but what is necessary."""
        asking = [one for one in controls if not one.is_weak]
        takes_note = bool(asking) and all(one.role is Role.ACCEPT and not one.tool for one in asking)
        return takes_note and not self.boxes and all(tells_of_necessary(self.texts.get(one.banner, "")) for one in asking)

    def read(self, found: Message, world: World, number: int) -> None:
        """Take what one frame has."""
        language: str = found.get("language", "")
        texts = [str(one["text"]) for one in found["containers"]]
        self.texts |= {f"{number}/{at}": text for at, text in enumerate(texts)}
        for one in found["known"]:
            control = _control(one, world, number, Role(one["role"]), tool=one["name"])
            (self.openers if control.role is Role.WITHDRAW else self.controls).append(control)
        # A further layer speaks of purposes alone; what it is about stands in the layer that it has hidden.
        about = [
            asks_about_cookies(text)
            or asks_about_cookies(str(one["whole"]))
            # Lying over the page, opened as a further layer, named after cookies: two of these tell as much as words.
            or (sum((one["isOver"], self.is_further, bool(NAMED.search(one["name"])))) > 1 and not is_about_else(text))
            for text, one in zip(texts, found["containers"], strict=True)
        ]
        for one in found["candidates"]:
            control = _control(one, world, number, _meant(one, texts, language))
            self._take(one, control, about)
            place = one["container"]
            if place >= 0 and not one["weak"] and _is_gate(control, found["containers"][place], texts[place]):
                self.gates.append(control)
            if place >= 0 and about[place] and _is_plain_press(one, control) and not found["containers"][place]["asks"]:
                meant = implied(control.label, texts[place], language)
                self.implied += [replace(control, role=meant)] if meant is not Role.UNCLEAR else []
        self.unfolders += [_control(one, world, number, Role.UNCLEAR) for one in found["unfolders"]]
        self.menus += [_control(one, world, number, Role.UNCLEAR) for one in found["menus"]]
        self.is_asleep |= any(one["container"] >= 0 and about[one["container"]] for one in found["asleep"])
        answered = {control.banner for control in self.controls}
        for one in _without_answers(found["boxes"], language):
            control = _control(one, world, number, Role.UNCLEAR)
            if keeps_the_answer(control.label):
                continue
            if control.banner not in answered and not (one["container"] >= 0 and about[one["container"]]):
                continue
            if one["group"]:
                group = f"{control.banner}/{one['group']}"
                meant = Role(one["says"]) if one["says"] else _picked_by(control.label, str(one["head"]), language)
                self.radios.append(
                    replace(control, group=group, role=meant, on=bool(one["on"]), is_listed=one["tag"] == "option")
                )
            else:
                self.boxes.append(_box(one, control, language))
        self.folded += [_box(one, _control(one, world, number, Role.UNCLEAR), language) for one in found["folded"]]

    def _take(self, one: Message, control: Control, about: list[bool]) -> None:
        meant = control.role
        leads_away = control.leads and "#" not in one["href"]
        is_part = not leads_away or one["kind"] not in {"inline", "page"}
        is_in_banner = one["container"] >= 0 and about[one["container"]] and is_part
        if meant is Role.UNCLEAR and not one["weak"]:
            self._take_unclear(one, control, leads_away=leads_away, is_in_banner=is_in_banner)
        if meant is Role.UNCLEAR or (one["weak"] and meant not in {Role.ACCEPT, Role.REFUSE}):
            return
        control = replace(control, is_weak=bool(one["weak"]), is_loose=one["kind"] in {"page", "inline", ""})
        if not is_part and about[one["container"]] and meant in {Role.ACCEPT, Role.REFUSE, Role.SETTINGS}:
            self.links.append(control)
        if is_in_banner and meant is not Role.WITHDRAW:
            self.controls.append(control)
        if meant in {Role.WITHDRAW, Role.SETTINGS} and (is_about_cookies(one["label"]) or is_in_banner):
            self.openers.append(control)
        elif meant is Role.WITHDRAW:
            self.retreats.append(control)
        elif meant is Role.SETTINGS and one["floats"] and not leads_away:
            # A sign at the edge of every page, which says “settings” and not of what.
            self.openers.append(replace(control, role=Role.UNCLEAR, is_loose=True))

    def _take_unclear(self, one: Message, control: Control, *, leads_away: bool, is_in_banner: bool) -> None:
        if is_in_banner and one["kind"] in {"dialog", "overlay"}:
            if not leads_away and has_words(one["label"]):
                self.mute.append(control)
            if not leads_away and closes(one["label"]):
                self.closers.append(control)
            if not leads_away and (alone := picked(one["label"])) is not Role.UNCLEAR:
                self.pairs.append(replace(control, role=alone))
            if not leads_away and leads_further(one["label"]):
                self.controls.append(replace(control, role=Role.SETTINGS, is_weak=True))
        elif is_about_cookies(one["label"]) and len(one["label"].split()) <= MOST_OPENER_WORDS and not acts(one["label"]):
            # “Cookies” at the foot of a page: perhaps what they are, perhaps the way back to the choice.
            self.openers.append(replace(control, is_loose=True))


def _is_gate(control: Control, around: Message, text: str) -> bool:
    """Whether a button lets the visitor in who told their age, or in which language and country they read."""
    if not around["isOver"]:
        return False
    is_chooser = around["share"] > MOST_OF_A_SCREEN and not control.leads and control.role is Role.UNCLEAR
    return lets_in(control.label, text) or (is_chooser and has_words(control.label) and asks_where(text))


def _is_plain_press(one: Message, control: Control) -> bool:
    """Whether something in a banner is pressed there, and its own words say nothing."""
    return control.role is Role.UNCLEAR and not one["weak"] and not control.leads and one["kind"] not in {"inline", "page", ""}


def _box(one: Message, control: Control, language: str) -> Control:
    return replace(control, role=ticked(str(one["label"]), language), on=bool(one["on"]), is_fixed=bool(one["fixed"]))


def _without_answers(boxes: list[Message], language: str) -> list[Message]:
    """Return the boxes without buttons that answer for all of it, once yes and once no, and tell which was pressed last."""
    held: dict[int, list[tuple[Message, Role]]] = {}
    for one in boxes:
        if one["pressed"]:
            held.setdefault(one["container"], []).append((one, role(str(one["label"]), language)))
    answers: list[Message] = []
    for these in held.values():
        roles = Counter(meant for _, meant in these if meant is not Role.UNCLEAR)
        if roles[Role.ACCEPT] == roles[Role.REFUSE] == 1:
            answers += [one for one, meant in these if meant is not Role.UNCLEAR]
    return [one for one in boxes if one not in answers]


def _picked_by(label: str, head: str, language: str) -> Role:
    """Return what choosing one of several says: where the whole says nothing, its heading does, unless the rest denies that."""
    meant = picked(label, language)
    if meant is Role.UNCLEAR and declines(label, language):
        return Role.REFUSE
    if meant is not Role.UNCLEAR or not head:
        return meant
    said, rest = picked(head, language), picked(label.removeprefix(head), language)
    return said if rest in {said, Role.UNCLEAR} else Role.UNCLEAR


def _meant(one: Message, texts: list[str], language: str) -> Role:
    meant = role(one["label"], language)
    if one["container"] >= 0 and is_bare_answer(one["label"]) and asks_to_take_back(texts[one["container"]], language):
        return Role.WITHDRAW if meant is Role.ACCEPT else Role.UNCLEAR
    if meant is Role.UNCLEAR and one["container"] >= 0 and not one["weak"]:
        return role_told(one["label"], texts[one["container"]], language)
    return meant


def _control(one: Message, world: World, number: int, meant: Role, *, tool: str = "") -> Control:
    return Control(
        world=world,
        index=int(one["index"]),
        role=meant,
        label=str(one["label"])[:LONGEST_LABEL],
        banner=f"{number}/{one['container']}",
        tool=tool,
        tag=str(one["tag"]),
        href=str(one.get("href", "")),
        leads=bool(one.get("href")) and not one["stays"] and not str(one["href"]).startswith("javascript:"),
        area=int(one["width"]) * int(one["height"]),
    )


async def press(tab: Tab, control: Control, *, ticked: bool | None = None) -> bool:
    """Press a control; False when it was gone, and nothing of the same words has taken its place."""
    wanted = json.dumps(ticked)
    is_there = control.world in tab.worlds()
    pressed = await tab.run(control.world, f"{_is_it(control)} && {PRESS}({control.index}, {wanted})", gesture=True)
    if pressed or (pressed is None and is_there and control.world not in tab.worlds()):
        # A frame that goes away when it is answered says nothing any more.
        return True
    # A page that draws its banner anew puts another button there, which is looked for and pressed in one go.
    called = f"[...one.label].slice(0, {LONGEST_LABEL}).join('') === {json.dumps(control.label)}"
    same = f"{called} && one.tag === {json.dumps(control.tag)}"
    found = f"[...seen.known, ...seen.candidates, ...seen.boxes].find((one) => {same})"
    again = f"((seen) => {{ const it = {found}; return !!it && {PRESS}(it.index, {wanted}); }})({FIND})"
    return bool(await tab.run(control.world, again, gesture=True))


def _is_it(control: Control) -> str:
    """Return a script that tells whether a number still means the same control: the page may have changed between two looks."""
    called = f"[...String((globalThis.holdtrueCalled || [])[{control.index}])].slice(0, {LONGEST_LABEL}).join('')"
    return f"{called} === {json.dumps(control.label)}"


async def click(tab: Tab, control: Control) -> bool:
    """Press a control with the pointer itself, for pages that listen to nothing else; False when it cannot be hit."""
    place = await tab.run(control.world, f"{_is_it(control)} && {PLACE}({control.index})")
    if not isinstance(place, dict):
        return False
    at: Message = {"x": place["x"], "y": place["y"], "button": "left", "clickCount": 1}
    session = tab.session if place["is_whole"] else control.world.session
    for sort in ("mouseMoved", "mousePressed", "mouseReleased"):
        await tab.browser.ask("Input.dispatchMouseEvent", {"type": sort, **at}, session=session)
    return True
