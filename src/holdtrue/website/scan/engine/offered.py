"""What a visitor is offered about cookies: each thing that can be pressed, and a look at all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdtrue.website.scan.engine.observations import Box
from holdtrue.website.scan.engine.prose import asks_about_cookies
from holdtrue.website.scan.engine.protocol import Message
from holdtrue.website.scan.engine.tab import World
from holdtrue.website.scan.engine.wording import Role, names_all

LEAST_PROSE = 40
"""Letters beside its own words from which something that leads to a choice also asks for it."""
DECIDING = frozenset({Role.ACCEPT, Role.REFUSE, Role.SAVE})


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
    tag: str = ""
    href: str = ""
    area: int = 0
    on: bool = False
    is_weak: bool = False
    """Words in a banner that nothing says can be pressed."""
    leads: bool = False
    """Whether it leads to another page."""
    is_fixed: bool = False
    """A box that the visitor cannot change."""
    is_loose: bool = False
    """It stands on the page itself, and not in something that lies over it or is named after cookies."""
    group: str = ""
    """Of a box that excludes others: what they have in common."""
    is_listed: bool = False
    """Whether it stands in a list that drops down."""

    @property
    def gives(self) -> bool:
        """Whether a box agrees as it stands: one that says “do not use cookies” does so while it is empty."""
        return self.on is (self.role is not Role.REFUSE)


@dataclass(frozen=True, slots=True)
class View:
    """What a visitor can press about cookies right now."""

    controls: tuple[Control, ...]
    """Buttons within a banner."""
    boxes: tuple[Control, ...]
    """What can be ticked, each by itself."""
    radios: tuple[Control, ...]
    """What can be chosen, one of each group; its role is what choosing it says."""
    openers: tuple[Control, ...]
    """Links and buttons anywhere on the page that lead back to the choice."""
    texts: Mapping[str, str]
    """What stands around them, by place."""
    mute: tuple[Control, ...] = ()
    """Buttons in something that lies over the page and speaks of cookies, whose words say nothing that is understood."""
    gates: tuple[Control, ...] = ()
    """What lets a visitor in who is old enough, where something lies over the page and asks for their age."""
    beside: tuple[Control, ...] = ()
    """What speaks of cookies on the page itself, while something lies over it and asks."""
    retreats: tuple[Control, ...] = ()
    """What says that something is taken back, and not what: consent, on a page that one opened to do so."""
    menus: tuple[Control, ...] = ()
    """What unfolds a menu of the page."""
    folded: tuple[Control, ...] = ()
    """Boxes within a banner that are not seen until something is unfolded; they are saved all the same."""
    unfolders: tuple[Control, ...] = ()
    """What unfolds a part of a banner."""
    closers: tuple[Control, ...] = ()
    """What closes something that lies over the page."""
    is_asleep: bool = False
    """Whether something asks about cookies with buttons that cannot be pressed yet."""
    found: tuple[tuple[World, Message], ...] = field(default=(), repr=False)
    """What was found in each frame, before it was read."""

    def of(self, *roles: Role) -> Control | None:
        """Return the first control with one of these roles, in their order.

        Known tools stand before wording, and what offers a choice before what only wants to be noted.
        """
        return next((one for wanted in roles for one in self.all_of(wanted)), None)

    def all_of(self, wanted: Role) -> list[Control]:
        """Return the controls with a role: what answers for all of it before what stands there once for each part."""
        poor = self._poor
        often = Counter((one.banner, one.label) for one in self.controls if not one.tool)
        return sorted(
            (one for one in self.controls if one.role is wanted),
            key=lambda one: (
                one.is_weak,
                one.banner in poor,
                often[one.banner, one.label] > 1,
                # “Accept” beside “accept all” may be a part of it.
                not (one.tool or names_all(one.label)),
            ),
        )

    @property
    def _poor(self) -> frozenset[str]:
        """Where nothing but one's agreement is wanted, while somewhere else there is a choice."""
        offered: dict[str, set[Role]] = {}
        for one in self.controls:
            offered.setdefault(one.banner, set()).add(one.role)
        only = frozenset(place for place, roles in offered.items() if roles == {Role.ACCEPT})
        is_choice = any(Role.ACCEPT in roles and len(roles) > 1 for roles in offered.values())
        return only if is_choice else frozenset()

    @property
    def aside(self) -> frozenset[tuple[str, bool]]:
        """What can be pressed beside the banner, and stays when that has been answered."""
        poor = self._poor
        others = [one for one in self.controls if one.banner in poor]
        return frozenset((one.label, one.is_loose) for one in (*others, *self.beside))

    def without(self, aside: frozenset[tuple[str, bool]]) -> "View":
        """Return the same without what stood beside the banner that is meant."""
        return replace(self, controls=tuple(one for one in self.controls if (one.label, one.is_loose) not in aside))

    @property
    def free(self) -> tuple[Control, ...]:
        """The boxes that the visitor can change."""
        return tuple(box for box in self.boxes if not box.is_fixed)

    def saved_by(self, saving: Control) -> tuple[Control, ...]:
        """Return the boxes that a button saves, also those that are folded up beside it."""
        return (*self.free, *(box for box in self.folded if box.banner == saving.banner and not box.is_fixed))

    @property
    def is_plain(self) -> bool:
        """Whether it is understood of every box what a tick in it says."""
        return all(box.role is not Role.UNCLEAR for box in self.free)

    def picks(self, wanted: Role) -> tuple[Control, ...]:
        """Return what to choose in each group for this answer; nothing where a group leaves it open."""
        groups = {one.group: [other for other in self.radios if other.group == one.group] for one in self.radios}
        picked = [_picked(these, wanted) for these in groups.values()]
        return tuple(one for one in picked if one is not None) if all(picked) else ()

    @property
    def has_banner(self) -> bool:
        """Whether the visitor is asked something: there is a way to accept or to refuse."""
        if self.is_asleep and self.picks(Role.ACCEPT) and self.picks(Role.REFUSE):
            # One of several is to be chosen before the button wakes up.
            return True
        asking = [one for one in self.controls if one.role in DECIDING]
        # Words alone are believed to be buttons only where there are two that answer each other.
        return any(not one.is_weak for one in asking) or {one.role for one in asking} >= {Role.ACCEPT, Role.REFUSE}

    @property
    def inside(self) -> Control | None:
        """What leads to the choice where something lies over the page, speaks of cookies and offers nothing else.

        A button for the settings that stays at the edge of every page says no more than its own words.
        """
        if self.has_banner:
            return None
        return next((one for one in self.all_of(Role.SETTINGS) if self._asks_around(one)), None)

    def asks_again(self, steps: Sequence[str]) -> bool:
        """Whether what led to the choice, and was pressed first, asks still."""
        return self.inside is not None and self.inside.label in steps[:1]

    def _asks_around(self, one: Control) -> bool:
        text = self.texts.get(one.banner, "")
        is_over = not (one.is_loose or one.is_weak or one.leads)
        return is_over and asks_about_cookies(text) and len(text) - len(one.label) >= LEAST_PROSE

    @property
    def has_way_back(self) -> bool:
        """Whether something says that it leads back to the choice; what only speaks of cookies may be a policy."""
        return any(one.tool or one.role is not Role.UNCLEAR for one in self.openers)

    @property
    def is_unclear(self) -> bool:
        """Whether something asks about cookies, and none of the buttons that it offers is understood."""
        return not self.has_banner and any(
            one.banner == other.banner and one.label != other.label for one in self.mute for other in self.mute
        )

    @property
    def drawn(self) -> tuple[Box, ...]:
        """The boxes, and what each says as it stands."""
        return tuple(Box(label=box.label, on=box.gives, fixed=box.is_fixed) for box in self.boxes)

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


def _picked(these: list[Control], wanted: Role) -> Control | None:
    """Return what to choose of one group; beside a single refusal, the only other choice agrees to something."""
    said = next((one for one in these if one.role is wanted), None)
    others = [one for one in these if one.role is not Role.REFUSE]
    is_contrary = wanted is Role.ACCEPT and len(others) == 1 and len(these) > len(others)
    return said or (others[0] if is_contrary else None)
