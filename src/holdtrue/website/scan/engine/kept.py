"""What is kept of a scan while it runs, so that one that was cut short goes on where it was."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from holdtrue.website.scan.engine.observations import Answer, Banner, Note, PolicyPage, State, Trouble
from holdtrue.website.scan.engine.trace import Trace

LEAST_SECONDS = 1.0
"""Between two times that a scan is kept."""
PART_OF_TIME = 20
"""It is kept no more often than that this part of the time goes into it."""
CUT_SHORT = {Trouble.STOPPED, Trouble.OUT_OF_TIME, Trouble.BROWSER_GONE}
"""Notes on the end of a run: true of the run, and no longer of the scan that goes on."""


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """What a visitor left behind who sends Global Privacy Control."""

    has_banner: bool
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A scan so far."""

    salt: str
    started: datetime
    landed: str
    pages: tuple[str, ...]
    is_planned: bool
    """Whether all pages are found that will be opened."""
    visited: dict[State, dict[str, bool]]
    """Pages by state, and whether there was something to look at."""
    answers: tuple[Answer, ...]
    """Of the states that are done."""
    notes: tuple[Note, ...]
    traces: tuple[Trace, ...]
    banner: Banner | None = None
    signal: KeptSignal | None = None
    policy_page: PolicyPage | None = None


@dataclass(slots=True)
class Diary:
    """What is done and what is still to do."""

    past: Kept | None
    started: datetime
    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    done: set[State] = field(default_factory=set)
    visited: dict[State, dict[str, bool]] = field(default_factory=dict)
    _due: float = 0.0

    def __post_init__(self) -> None:
        """Go on where the past ended."""
        if self.past is not None:
            self.started, self.salt = self.past.started, self.past.salt
            self.done = {one.state for one in self.past.answers}
            self.visited = {state: dict(pages) for state, pages in self.past.visited.items()}

    def saw(self, state: State, page: str, *, is_good: bool) -> None:
        """Write down that a page was opened in a state."""
        self.visited.setdefault(state, {})[page] = is_good

    def has_seen(self, state: State, page: str) -> bool:
        """Whether a page was opened in a state, by this run or one before."""
        return page in self.visited.get(state, {})

    def looked_at(self, state: State, now: Iterable[str]) -> tuple[str, ...]:
        """Return the pages that were looked at in a state, those of the runs before too."""
        before = self.past.visited.get(state, {}) if self.past is not None else {}
        first, *others = [*now, ""]
        return tuple(
            page for page in dict.fromkeys((first, *(one for one, is_good in before.items() if is_good), *others)) if page
        )

    def is_due(self) -> bool:
        """Whether it is time to keep the scan again."""
        return time.monotonic() >= self._due

    def was_kept(self, seconds: float) -> None:
        """Say how long keeping took."""
        self._due = time.monotonic() + max(LEAST_SECONDS, PART_OF_TIME * seconds)
