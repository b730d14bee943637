"""What the catalogue says of each title, remembered by the process for as long as the catalogue stands."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from holdtrue.workplace.facts import Installed
from holdtrue.workplace.software.models import TitleRow
from holdtrue.workplace.software.queries import Revision, catalogue_at, counted_approvals, revision_at, title_of
from holdtrue.workplace.software.rules import Catalogue, Fault, fault_of, is_pattern

MOST_REMEMBERED: Final = 400_000
"""Titles whose judgement a process remembers."""
_FEW: Final = 20
"""Decisions after which what was said before is still taken over."""


@dataclass(slots=True)
class Judge:
    """The catalogue at one revision, and what it said of every title so far."""

    revision: Revision
    today: date
    catalogue: Catalogue
    counted: tuple[tuple[UUID, Catalogue], ...]
    judged: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By system, the titles that were judged."""
    faults: dict[str, dict[int, Fault]] = field(default_factory=lambda: defaultdict(dict))
    """Of these, what has no leave."""
    seats: dict[int, tuple[UUID, ...]] = field(default_factory=dict)
    """Titles that take a seat, and of which approvals."""

    def learn(self, titles: Mapping[int, Installed], *, system: str) -> None:
        """Judge the titles that were not judged on this system yet."""
        known = self.judged[system]
        if len(known) + len(titles) > MOST_REMEMBERED:
            known.clear()
            self.faults[system].clear()
        # Taking one set from the other would walk through all that is known.
        for number in [one for one in titles if one not in known]:
            title = titles[number]
            found = fault_of(title, self.catalogue, system=system, today=self.today)
            if found:
                self.faults[system][number] = found.fault
            takes = tuple(id_ for id_, one in self.counted if one.speaking_of(title))
            if takes:
                self.seats[number] = takes
        known.update(titles)

    def recall(self, numbers: AbstractSet[int], *, system: str) -> None:
        """Judge what is not remembered, from the titles that devices reported before."""
        known = self.judged[system]
        missing = [one for one in numbers if one not in known]
        for start in range(0, len(missing), 5_000):
            rows = TitleRow.objects.filter(id__in=missing[start : start + 5_000])
            self.learn({row.id: title_of(row) for row in rows}, system=system)


_remembered: list[Judge] = []
"""The judge of the newest revision that this process saw; replaced whole, so that no reader sees half of one."""


def judge_of(*, at: datetime) -> Judge:
    """Return the judge of the catalogue as it stands, the one in hand where nothing changed."""
    revision, today = revision_at(at=at), at.date()
    for known in _remembered:
        if known.revision == revision and known.today == today:
            return known
    counted = tuple((one.id, Catalogue([one.approval])) for one in counted_approvals())
    fresh = Judge(revision, today, catalogue_at(revision), counted)
    for known in _remembered:
        _carry_over(known, fresh)
    _remembered[:] = [fresh]
    return fresh


def _carry_over(known: Judge, fresh: Judge) -> None:
    """Take over what an earlier catalogue said of every title that the decisions since do not name.

    Only for a few decisions, each on one name: a pattern or an archive may mean any title.
    """
    changed = set(known.catalogue.approvals) ^ set(fresh.catalogue.approvals)
    may_be_any = any(
        not one.type or one.type == "pypi" or is_pattern(one.name) or one.seats is not None or not one.name.isascii()
        for one in changed
    )
    is_begun = known.catalogue.approves == fresh.catalogue.approves
    if (
        known.today != fresh.today
        or len(changed) > _FEW
        or may_be_any
        or not is_begun
        or [id_ for id_, _one in known.counted] != [id_ for id_, _one in fresh.counted]
    ):
        return
    if known.catalogue.by_origin != fresh.catalogue.by_origin:
        return
    named = Q(id=None)
    for one in changed:
        named |= Q(type=one.type, name__iexact=one.name)
    again = set(TitleRow.objects.filter(named).values_list("id", flat=True))
    for system, judged in known.judged.items():
        fresh.judged[system] = judged - again
        fresh.faults[system] = {number: fault for number, fault in known.faults[system].items() if number not in again}
    fresh.seats |= {number: takes for number, takes in known.seats.items() if number not in again}
