"""Reads of what is watched, and of what changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from holdtrue.workplace.drift.models import Baseline, WatchedRow
from holdtrue.workplace.drift.rules import Change, Setting, Watched, Watching, changes_between, defaults, mark_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What was agreed of a device's settings, and what is no longer so."""

    subject: str
    settings: tuple[Setting, ...]
    """As they are now."""
    changes: tuple[Change, ...]
    agreed_at: datetime
    collected_at: datetime
    entry: UUID

    @property
    def mark(self) -> str:
        """What tells these changes from others."""
        return mark_of(self.changes)


def watched() -> tuple[Watched, ...]:
    """Return every setting that is watched: those of the list that ships, and what the organisation says of it."""
    said = {row.name: row for row in WatchedRow.objects.order_by("name")}
    shipped = [one for one in defaults() if one.name not in said or said[one.name].is_watched]
    names = {one.name for one in shipped}
    own = [Watched(row.name, row.about, row.system) for row in said.values() if row.is_watched and row.name not in names]
    return (*own, *shipped)


def watching() -> Watching:
    """Return the same, made ready for many devices."""
    return Watching(watched())


def unwatched() -> tuple[Watched, ...]:
    """Return the settings of the list that ships which the organisation chose not to watch."""
    off = set(WatchedRow.objects.filter(is_watched=False).values_list("name", flat=True))
    return tuple(one for one in defaults() if one.name in off)


def kept(subject: str) -> Kept | None:
    """Return what was agreed of a device's settings; None for one that told none yet."""
    row = Baseline.objects.filter(subject=subject).first()
    return None if row is None else kept_of(row)


def drifted(*, most: int = 200) -> tuple[Kept, ...]:
    """Return the devices of which something is no longer as agreed, the most changed first."""
    rows = Baseline.objects.filter(changed__gt=0).order_by("-changed", "subject")[:most]
    return tuple(kept_of(row) for row in rows)


def counted() -> tuple[int, int]:
    """Return of how many devices settings are watched, and of how many something changed."""
    return Baseline.objects.count(), Baseline.objects.filter(changed__gt=0).count()


def kept_of(row: Baseline) -> Kept:
    """Return the stored baseline as a value."""
    now = settings_from(row.now)
    changes = changes_between(settings_from(row.agreed), now)
    order = sorted(now.values(), key=lambda one: (one.user, one.name))
    return Kept(row.subject, tuple(order), changes, row.agreed_at, row.collected_at, row.entry)


def settings_from(stored: dict[str, list[str]]) -> dict[str, Setting]:
    """Return stored settings as values."""
    return {place: Setting(*parts) for place, parts in stored.items()}
