"""One tab as it goes, and what the page in it still waits for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

SOON_SECONDS = 3.0
"""Timers of a page that whoever looks at it waits for."""
LATEST_SECONDS = 6.5
"""Timers that are waited for where a banner may come of them."""


@dataclass(slots=True)
class Presence:
    """One tab as it goes: where it is and what it still waits for."""

    page: str = ""
    frame: str = ""
    """The number of the tab's own frame, which all others stand in."""
    opened: float = 0.0
    """When we last opened a page in it; in seconds since 1970, as are all moments at which something comes or goes."""
    left: float = 0.0
    """When its page last went on to another."""
    flying: dict[str, float] = field(default_factory=dict)
    last_sign: float = 0.0
    due: float = 0.0
    """Until when its own timers will go on acting."""
    later: float = 0.0
    """When a timer is due that only who looks for a banner waits for."""
    received: int = 0
    """Bytes that came for this page so far."""
    is_stopped: bool = False
    """Whether it was stopped because it sent too much."""
    dialogs: int = 0
    answers: Callable[[str], bool] | None = None
    """Whether a question of the page's own is answered with yes, while we press what may ask one; otherwise it is with no."""
    status: dict[str, int] = field(default_factory=dict)
    sort: dict[str, str] = field(default_factory=dict)
    """Media type of the documents that came."""
    dead: set[str] = field(default_factory=set)
    """Other hosts that there are none of."""
    broken: set[str] = field(default_factory=set)
    """Hosts whose certificate no browser takes, or whose TLS is broken."""
    is_stand_in: bool = False
    """Whether what it shows is ours, and nothing that a visitor would be shown."""
    downloads: list[str] = field(default_factory=list)
    """Files that it was sent, and that were not taken."""

    def expect(self, seconds: float) -> None:
        """Note that a timer of the page's is due."""
        until = time.monotonic() + seconds
        if seconds <= SOON_SECONDS:
            self.due = max(self.due, until)
        else:
            self.later = max(self.later, until)
