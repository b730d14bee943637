"""The settings of the linear models that make up the classifier: drawn by lot, not chosen by their results."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

MEMBERS, DRAW = 32, 1
"""How many members there are, and the lot that their settings are drawn by; no lot was preferred to another."""
SORTS = {
    "identity": (1.0, 2.0, 3.0, 4.0),
    "part": (1.0, 1.5, 2.0),
    "sequence": (0.0, 0.5, 1.0),
    "look": (0.0, 0.5, 1.0),
    "pieces": (0.75, 1.0, 1.5),
    "idea": (0.0, 0.25, 0.5, 1.0),
    "domain": (0.5, 1.0, 1.5, 2.0),
    "host pieces": (0.0, 0.5, 1.0, 1.5),
    "party": (0.5, 1.0),
    "life": (0.5, 0.75, 1.0),
    "flags": (0.25, 0.5, 0.75, 1.0),
    "value": (0.8, 1.0, 1.3),
}
"""What the marks of a sort may count for a member."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of one member."""

    scales: Mapping[str, float]
    """What the marks of each sort count."""
    strength: float
    """Inverse of the ridge penalty."""
    csv: float
    """What a row of the Open Cookie Database counts, where a cookie of the sites counts 1."""
    own: float
    """What a row of the package's own knowledge counts."""
    foreign: float
    """What a cookie of the sites counts where rows of the CSV are judged: their labels follow other rules."""
    blank: float
    """What a copy of a cookie without its name's identity counts, so that the rest learns to stand alone."""
    bare: float
    """What a copy without value and flags counts: a scan does not always see a value, and storage has no flags."""

    def worth(self, source: str, copy: str, judged: str) -> float:
        """Return what a copy of an example counts where examples of the source `judged` are asked."""
        whole = 1.0 if source == judged else {"sites": self.foreign, "csv": self.csv, "own": self.own}[source]
        return whole * {"whole": 1.0, "blank": self.blank, "bare": self.bare}[copy]


def drawn(members: int, draw: int) -> tuple[Recipe, ...]:
    """Return settings drawn by lot; the same draw gives the same settings."""
    lot = random.Random(draw)
    return tuple(
        Recipe(
            scales={sort: lot.choice(options) for sort, options in SORTS.items()},
            strength=lot.choice((0.02, 0.03, 0.05, 0.08)),
            csv=lot.choice((0.1, 0.2, 0.3)),
            own=lot.choice((0.4, 0.8, 1.2, 1.6)),
            foreign=lot.choice((0.1, 0.15, 0.25, 0.4)),
            blank=lot.choice((0.5, 0.75, 1.0)),
            bare=lot.choice((0.15, 0.3, 0.5)),
        )
        for _ in range(members)
    )


COMMITTEE = drawn(MEMBERS, DRAW)
