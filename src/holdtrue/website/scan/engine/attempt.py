"""One try at accepting, refusing or withdrawing, and what it changed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from holdtrue.website.scan.engine.asking import view
from holdtrue.website.scan.engine.observations import Answer, State
from holdtrue.website.scan.engine.offered import Control, View
from holdtrue.website.scan.engine.prose import agrees_with
from holdtrue.website.scan.engine.tab import Tab
from holdtrue.website.scan.engine.wording import Role

EFFECT_SECONDS = 2.5
"""The most that a banner may take to go after it was answered."""
WAKING_SECONDS = 6.0
"""How long a page may take until its buttons work: what the server wrote is often woken up by a script that comes late."""
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
    has_control: bool = False
    """Whether anything was tried that is more than a link to a policy."""
    has_opened: bool = False
    """Whether one of those controls brought something to choose from."""
    aside: frozenset[tuple[str, bool]] = frozenset()
    """What stands beside the banner, and stays when that has been answered."""
    stirred: float = 0.0
    """When something was last seen to happen: a button was pressed, or the banner still stood there."""

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
        self.stirred = time.monotonic()


def changes_between(before: frozenset[tuple[str, ...]], after: frozenset[tuple[str, ...]]) -> list[str]:
    """Return in words what an answer changed in the visitor's storages: a choice that is remembered leaves a trace."""
    written = sorted({key[1] for key in after - before})
    gone = sorted({key[1] for key in {key[:3] for key in before} - {key[:3] for key in after}})
    return [*(f"stored {name}" for name in written[:MOST_CHANGES]), *(f"deleted {name}" for name in gone[:MOST_CHANGES])]
