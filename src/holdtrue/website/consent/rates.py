"""How often visitors agree, as a picture and as the table beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from holdtrue.website.consent.rules import AGREED, EXPIRED
from holdtrue.website.consent.store import Count, day_of

DAYS: Final = 90
REFUSED: Final = frozenset({"refused", "signal"})
WIDTH: Final = 6
HEIGHT: Final = 100


@dataclass(slots=True)
class Tally:
    """Decisions of one day, language or version."""

    name: str
    all: int = 0
    """Agreed to everything."""
    some: int = 0
    none: int = 0
    withdrawn: int = 0
    expired: int = 0
    """Agreements that ended with their time."""

    def add(self, event: str, many: int) -> None:
        """Count decisions of a sort; a signal of the browser is a refusal, and a renewal agrees to something."""
        if event == "given":
            self.all += many
        elif event in AGREED:
            self.some += many
        elif event in REFUSED:
            self.none += many
        elif event == EXPIRED:
            self.expired += many
        else:
            self.withdrawn += many

    @property
    def answers(self) -> int:
        """How many answered the question; a withdrawal answers none."""
        return self.all + self.some + self.none

    @property
    def rate(self) -> int | None:
        """How many of a hundred agreed to anything; None where nobody answered."""
        return round(100 * (self.all + self.some) / self.answers) if self.answers else None


@dataclass(frozen=True, slots=True)
class Bar:
    """One day in the picture, in units of its view box."""

    x: int
    all_y: float
    all_height: float
    some_y: float
    some_height: float
    none_y: float
    none_height: float
    told: str


@dataclass(frozen=True, slots=True)
class Rates:
    """A site's rates over its last days."""

    total: Tally
    bars: tuple[Bar, ...]
    weeks: tuple[Tally, ...]
    """The same for who does not look at pictures, newest first."""
    languages: tuple[Tally, ...]
    versions: tuple[Tally, ...]
    first: date
    last: date
    width: int = field(default=DAYS * WIDTH)


def rates(counts: Iterable[Count], *, today: date) -> Rates:
    """Return the picture of the last days."""
    first = today - timedelta(days=DAYS - 1)
    total = Tally("")
    days: dict[date, Tally] = {}
    weeks: dict[date, Tally] = {}
    languages: dict[str, Tally] = {}
    versions: dict[str, Tally] = {}
    for one in counts:
        day = day_of(one.day).date()
        if not first <= day <= today:
            continue
        monday = day - timedelta(days=day.weekday())
        version = str(one.version)
        for tally in (
            total,
            days.setdefault(day, Tally(day.isoformat())),
            weeks.setdefault(monday, Tally(monday.isoformat())),
            languages.setdefault(one.language, Tally(one.language)),
            versions.setdefault(version, Tally(version)),
        ):
            tally.add(one.event, one.many)
    most = max((tally.answers for tally in days.values()), default=0)
    return Rates(
        total,
        tuple(_bar((day - first).days, days[day], most) for day in sorted(days) if days[day].answers),
        tuple(weeks[monday] for monday in sorted(weeks, reverse=True)),
        tuple(sorted(languages.values(), key=lambda one: -one.answers)),
        tuple(sorted(versions.values(), key=lambda one: -int(one.name))),
        first,
        today,
    )


def _bar(place: int, tally: Tally, most: int) -> Bar:
    whole, some, none = (HEIGHT * part / most for part in (tally.all, tally.some, tally.none))
    return Bar(
        x=place * WIDTH,
        all_y=round(HEIGHT - whole, 2),
        all_height=round(whole, 2),
        some_y=round(HEIGHT - whole - some, 2),
        some_height=round(some, 2),
        none_y=round(HEIGHT - whole - some - none, 2),
        none_height=round(none, 2),
        told=f"{tally.name}: {tally.all} + {tally.some} / {tally.answers}",
    )
