"""How many pages are open at once: whoever has the longest way to go gets the most tabs."""

from dataclasses import dataclass, field

MOST_TABS = 8
"""Of all visitors together."""
MOST_OF_ONE = 6
"""Tabs of one visitor, also when the others are done."""
FEWEST_TABS = 6
"""Of all visitors together, while pages come slowly: one tab more would only make each of them slower."""
SLOW_SECONDS = 1.0
"""From here on pages come slowly."""
WEIGHT = 0.2
"""Of the newest page among those by which the pace is judged."""


@dataclass(slots=True)
class Seats:
    """The tabs that the visitors of one scan share."""

    pace: float = 0.0
    """Seconds in which a page came, of late."""
    _ways: dict[str, int] = field(default_factory=dict)
    _taken: dict[str, int] = field(default_factory=dict)

    def begin(self, visitor: str, *, ways: int) -> None:
        """Let a visitor in, with one tab; they will go over the site that many times."""
        self._ways[visitor] = ways
        self._taken[visitor] = 1

    def end(self, visitor: str) -> None:
        """Say that a visitor is done."""
        self._ways.pop(visitor, None)
        self._taken.pop(visitor, None)

    def share(self, visitor: str) -> int:
        """Return how many tabs a visitor may have now; one in any case."""
        every = MOST_TABS if self.pace < SLOW_SECONDS else FEWEST_TABS
        return max(1, min(MOST_OF_ONE, every * self._ways[visitor] // sum(self._ways.values())))

    def held(self, visitor: str) -> int:
        """Return how many tabs a visitor has."""
        return self._taken[visitor]

    def add(self, visitor: str) -> None:
        """Take one tab more that the visitor cannot do without."""
        self._taken[visitor] += 1

    def take(self, visitor: str) -> bool:
        """Take one tab more, if the visitor may have it."""
        if self._taken[visitor] >= self.share(visitor):
            return False
        self.add(visitor)
        return True

    def must_give(self, visitor: str) -> bool:
        """Whether the visitor has more tabs than they may have now."""
        return self._taken[visitor] > self.share(visitor)

    def give(self, visitor: str) -> None:
        """Give a tab back."""
        if visitor in self._taken:
            self._taken[visitor] -= 1

    def felt(self, seconds: float) -> None:
        """Take in how long a page took to come."""
        self.pace += WEIGHT * (seconds - self.pace)
