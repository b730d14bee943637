"""What is approved, and what of a device's software is not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.workplace.facts import FactSheet, Installed

from .versions import Range

COMMITMENT = "device.approved-software"
RULE = "every title is in the approved catalogue"
_SHOWN = 6
"""Titles named in one line; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Leave to use a program, as somebody decided it."""

    name: str = "*"
    """The title's name; `*` stands for any run of characters, case does not count."""
    type: str = ""
    """The sort of package (deb, rpm, flatpak, snap, pypi, npm, brew, app, windows); empty for any."""
    source: str = ""
    """Whose archive must offer it, such as `Debian`; empty for any."""
    publisher: str = ""
    """Who must have made it, as a pattern; empty for any."""
    versions: Range = field(default_factory=Range)
    platforms: frozenset[str] = frozenset()
    """Systems on which it may be used; empty for all."""
    seats: int | None = None
    """On how many devices it may be installed; None without limit."""
    expires: date | None = None
    """The first day on which it is approved no more."""
    by: str = ""
    why: str = ""
    decided: date | None = None

    def matches(self, title: Installed) -> bool:
        """Whether the approval speaks of this title, whatever its version."""
        return (
            (not self.type or self.type == title.type)
            and fnmatchcase(title.name.lower(), self.name.lower())
            and (not self.source or fnmatchcase(title.origin.lower(), self.source.lower()))
            and (not self.publisher or fnmatchcase(title.publisher.lower(), self.publisher.lower()))
        )


class Fault(StrEnum):
    """Why a title is not approved, the most pressing first."""

    EXPIRED = "its approval has ended"
    VERSION = "this version is not approved"
    PLATFORM = "it is not approved for this system"
    UNKNOWN = "nobody has approved it"
    UNTOLD = "where it comes from could not be told"


@dataclass(frozen=True, slots=True)
class Unapproved:
    """A title that is installed without leave, and why."""

    title: Installed
    fault: Fault
    approval: Approval | None = None
    """The approval that nearly covers it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A device's software, held against the catalogue."""

    approved: int
    unapproved: tuple[Unapproved, ...]
    untold: tuple[Unapproved, ...]

    @property
    def total(self) -> int:
        """Return how many titles were looked at."""
        return self.approved + len(self.unapproved) + len(self.untold)


class Catalogue:
    """The approvals in force, quick to ask for one name."""

    def __init__(self, approvals: Iterable[Approval]) -> None:
        """Sort the approvals into those of one exact name and those by pattern."""
        self.approvals = tuple(approvals)
        self._exact: defaultdict[str, list[Approval]] = defaultdict(list)
        self._patterns: list[Approval] = []
        for approval in self.approvals:
            if any(sign in approval.name for sign in "*?["):
                self._patterns.append(approval)
            else:
                self._exact[approval.name.lower()].append(approval)

    @property
    def by_origin(self) -> frozenset[str]:
        """Return the sorts of package of which everything from some archive is approved."""
        return frozenset(approval.type or "deb" for approval in self.approvals if approval.source)

    def speaking_of(self, title: Installed) -> list[Approval]:
        """Return the approvals that name this title, whatever its version or system."""
        return [approval for approval in (*self._exact.get(title.name.lower(), ()), *self._patterns) if approval.matches(title)]


def judge(inventory: Sequence[Installed], catalogue: Catalogue, *, system: str, today: date) -> Judgement:
    """Return which titles are installed without leave, those that need a person first."""
    # Where no archive could be asked at all, nothing from it can be told apart from what came another way.
    blind = {sort for sort in catalogue.by_origin if not any(one.origin for one in inventory if one.type == sort)}
    approved, unapproved, untold = 0, [], []
    for title in inventory:
        found = _fault(title, catalogue, system=system, today=today)
        if found is None:
            approved += 1
        elif found.fault is Fault.UNKNOWN and title.type in blind:
            untold.append(Unapproved(title, Fault.UNTOLD))
        else:
            unapproved.append(found)
    order = list(Fault)
    unapproved.sort(key=lambda one: (order.index(one.fault), one.title.type, one.title.name.lower(), one.title.version))
    return Judgement(approved, tuple(unapproved), tuple(untold))


def _fault(title: Installed, catalogue: Catalogue, *, system: str, today: date) -> Unapproved | None:
    """Return why the title is not approved, or None when it is: one approval that covers it whole is enough."""
    best: Unapproved | None = None
    order = list(Fault)
    for approval in catalogue.speaking_of(title):
        fault = lack_of(approval, title, system=system, today=today)
        if fault is None:
            return None
        if best is None or order.index(fault) < order.index(best.fault):
            best = Unapproved(title, fault, approval)
    return best or Unapproved(title, Fault.UNKNOWN)


def lack_of(approval: Approval, title: Installed, *, system: str, today: date) -> Fault | None:
    """Return what an approval lacks to cover this title on this system today; None when it covers it."""
    if not approval.matches(title):
        return Fault.UNKNOWN
    if approval.platforms and system not in approval.platforms:
        return Fault.PLATFORM
    if not approval.versions.allows(title.version, type_=title.type):
        return Fault.VERSION
    return Fault.EXPIRED if approval.expires is not None and approval.expires <= today else None


def verdict_on(sheet: FactSheet, catalogue: Catalogue | None, *, subject: str, at: datetime) -> Verdict:
    """Return the verdict on a device's software; without a catalogue or an inventory nothing is proven."""
    seen = sheet.collected_at
    if sheet.software is None:
        advice = "Run `holdtrue check` on the device, where its package manager answers."
        return _verdict(subject, Result.UNPROVEN, "no inventory was taken", sheet, advice)
    if catalogue is None or not catalogue.approvals:
        value = f"{len(sheet.software):,} titles installed; there is no catalogue to hold them against"
        advice = "Give the approved software with --catalogue FILE, or have the security team approve titles."
        return _verdict(subject, Result.UNPROVEN, value, sheet, advice)
    found = judge(sheet.software, catalogue, system=sheet.device.system.value, today=at.date())
    sorts = sorted({one.type for one in sheet.software if one.type})
    left = [one.title for one in found.unapproved]
    return stored_verdict(subject, left, total=found.total, untold=len(found.untold), sorts=sorts, seen=seen)


def stored_verdict(  # noqa: PLR0913 - what is kept of a judgement
    subject: str, unapproved: Sequence[Installed], *, total: int, untold: int, sorts: Sequence[str], seen: datetime
) -> Verdict:
    """Return the verdict on a device from what is left of its inventory's judgement."""
    source = f"inventory of {', '.join(sorts)}" if sorts else "inventory"

    def verdict(result: Result, value: str, advice: str = "") -> Verdict:
        parts = tuple(dict.fromkeys(title.name.replace("\n", " ") for title in unapproved))
        return Verdict(COMMITMENT, subject, result, Reason("approved software", value, source, seen, RULE, advice), parts)

    if unapproved:
        value = f"{len(unapproved):,} of {total:,} titles are not approved: {names(unapproved)}"
        return verdict(Result.BROKEN, value, "Remove them, or ask the security team to approve them.")
    if untold:
        value = f"{untold:,} of {total:,} titles come from an archive that could not be asked"
        return verdict(Result.UNPROVEN, value, "Run `sudo apt-get update`, then check again.")
    return verdict(Result.HOLDS, f"all {total:,} titles are approved")


def names(titles: Sequence[Installed]) -> str:
    """Return the titles in one line: families with a common beginning together, the rest counted."""
    stems = Counter(title.name.split("-")[0] for title in titles if "-" in title.name)
    shown: Counter[str] = Counter()
    for title in titles:
        stem = title.name.split("-")[0]
        shown[f"{stem}-…" if stems[stem] >= _FAMILY and "-" in title.name else title.name] += 1
    named = [f"{name} ({count})" if count > 1 else name for name, count in list(shown.items())[:_SHOWN]]
    rest = sum(shown.values()) - sum(list(shown.values())[:_SHOWN])
    return ", ".join(named) + (f" and {rest:,} more" if rest else "")


_FAMILY = 4
"""Titles that begin alike, from which on they are shown as one."""


def _verdict(subject: str, result: Result, value: str, sheet: FactSheet, advice: str) -> Verdict:
    sorts = sorted({one.type for one in sheet.software or () if one.type})
    source = f"inventory of {', '.join(sorts)}" if sorts else "inventory"
    return Verdict(COMMITMENT, subject, result, Reason("approved software", value, source, sheet.collected_at, RULE, advice))


def over_seats(approvals: Iterable[Approval], devices_of: Mapping[str, int]) -> list[tuple[Approval, int]]:
    """Return the approvals whose seats are exceeded, with the devices that have the title; `devices_of` counts by title."""
    found = []
    for approval in approvals:
        if approval.seats is None:
            continue
        count = max((n for name, n in devices_of.items() if fnmatchcase(name.lower(), approval.name.lower())), default=0)
        if count > approval.seats:
            found.append((approval, count))
    return found
