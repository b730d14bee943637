"""Turns at one file: whoever asked first writes first, however fast another comes back.

SQLite lets one write at a time, and lets the others ask again and again, up to ten times a second: one that writes without a
break is asked in vain until the others give up. Within this process they stand in line instead. Other processes, such as a
command, cannot stand in it; for them the file is let rest now and then, for longer than they wait between two questions.
"""

import threading
import time
from collections import deque
from typing import Final

REST: Final = 0.11
"""Seconds: SQLite's own way of asking again waits at most a tenth."""
REST_EVERY: Final = 4.0
"""Seconds of writing without a break, after which the file rests."""


class Turns:
    """Who may write, one after the other."""

    def __init__(self) -> None:
        """Begin with nobody writing."""
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False
        self._given_at = self._rested_at = time.monotonic()

    def take(self, *, within: float) -> bool:
        """Wait for a turn and return whether it came within so many seconds."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                mine = None
            else:
                mine = threading.Event()
                self._waiting.append(mine)
        if mine is not None and not mine.wait(within) and self._left(mine):
            return False
        self._rest()
        return True

    def give(self) -> None:
        """End the turn: it passes to whoever waits longest."""
        with self._lock:
            self._given_at = time.monotonic()
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False

    def _left(self, mine: threading.Event) -> bool:
        """Leave the line; False where the turn came after all."""
        with self._lock:
            if mine.is_set():
                return False
            self._waiting.remove(mine)
            return True

    def _rest(self) -> None:
        """Let the file rest where it is due; called by whoever has the turn, before the file is touched."""
        now = time.monotonic()
        if now - self._given_at < REST and now - self._rested_at >= REST_EVERY:
            time.sleep(REST)
        elif now - self._given_at < REST:
            return
        self._rested_at = time.monotonic()
