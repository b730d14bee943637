"""What is approved, and what of a device's software is not."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase, translate
from hashlib import blake2b
from typing import Final

from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.said import said
from holdtrue.workplace.facts import FactSheet, Installed

from .purl import canonical
from .versions import Range

COMMITMENT = "device.approved-software"
RULE = "every title is in the approved catalogue"
_SHOWN = 6
"""Titles named in one line; the rest are counted."""


class Stance(StrEnum):
    """What somebody decided about a program."""

    APPROVED = "approved"
    DENIED = "denied"
    """Known to be bad: no approval covers it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Leave to use a program, or a refusal that outweighs every leave, as somebody decided it."""

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
    stance: Stance = Stance.APPROVED

    def matches(self, title: Installed) -> bool:
        """Whether the approval speaks of this title, whatever its version."""
        return (
            (not self.type or self.type == title.type)
            and fnmatchcase(spelt(title.name, title.type), spelt(self.name, title.type))
            and (not self.source or fnmatchcase(title.origin.lower(), self.source.lower()))
            and (not self.publisher or fnmatchcase(title.publisher.lower(), self.publisher.lower()))
        )


def number_of(title: Installed) -> int:
    """Return the title's number, made from what it is: of 100,000 no two are the same (once in 10^9)."""
    key = f"{title.type}\x1f{title.name}\x1f{title.version}\x1f{title.origin}\x1f{title.publisher}"
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") >> 1


def spelt(name: str, type_: str) -> str:
    """Return a name as names are compared: small letters, and one spelling for each sort of package."""
    return canonical(name, type_).lower()


class Fault(StrEnum):
    """Why a title is not approved, the most pressing first."""

    DENIED = "it is known to be bad"
    EXPIRED = "its approval has ended"
    VERSION = "this version is not approved"
    PLATFORM = "it is not approved for this system"
    UNKNOWN = "nobody has approved it"
    UNTOLD = "where it comes from could not be told"


ORDER: Final = {fault: place for place, fault in enumerate(Fault)}


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


@dataclass(frozen=True, slots=True)
class _Entry:
    """An approval with its patterns read once."""

    approval: Approval
    name: re.Pattern[str] | None
    source: re.Pattern[str] | None
    publisher: re.Pattern[str] | None

    def matches(self, title: Installed) -> bool:
        """Whether it speaks of this title; the same answer as `Approval.matches`, sooner."""
        return (
            (not self.approval.type or self.approval.type == title.type)
            and (self.name is None or self.name.match(spelt(title.name, title.type)) is not None)
            and (self.source is None or self.source.match(title.origin.lower()) is not None)
            and (self.publisher is None or self.publisher.match(title.publisher.lower()) is not None)
        )


class Catalogue:
    """The approvals in force, quick to ask for one name."""

    def __init__(self, approvals: Iterable[Approval], *, revision: int = 0) -> None:
        """Sort the approvals by what can be looked up: an exact name, how a name begins, or an archive or publisher."""
        self.approvals = tuple(approvals)
        self.revision = revision
        approved = [one for one in self.approvals if one.stance is Stance.APPROVED]
        self.approves = bool(approved)
        """Whether anything at all is approved; until then nothing is held against the catalogue but what is denied."""
        self.by_origin = frozenset(one.type or "deb" for one in approved if one.source)
        """The sorts of package of which everything from some archive is approved."""
        self._exact: defaultdict[str, list[Approval]] = defaultdict(list)
        self._begins: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._sources: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._publishers: defaultdict[str, list[_Entry]] = defaultdict(list)
        for approval in self.approvals:
            self._place(approval)

    def _place(self, approval: Approval) -> None:
        if not is_pattern(approval.name):
            # The loosest spelling finds it; `Approval.matches` has the last word.
            self._exact[spelt(approval.name, "pypi")].append(approval)
            return
        entry = _Entry(
            approval,
            name=None if approval.name == "*" else re.compile(translate(spelt(approval.name, approval.type))),
            source=re.compile(translate(approval.source.lower())) if approval.source else None,
            publisher=re.compile(translate(approval.publisher.lower())) if approval.publisher else None,
        )
        if approval.name == "*" and approval.source and not is_pattern(approval.source):
            self._sources[approval.source.lower()].append(entry)
        elif approval.name == "*" and approval.publisher and not is_pattern(approval.publisher):
            self._publishers[approval.publisher.lower()].append(entry)
        else:
            begin = _WILD.split(spelt(approval.name, approval.type), maxsplit=1)[0]
            self._begins[begin[:_BEGINNING]].append(entry)

    def speaking_of(self, title: Installed) -> list[Approval]:
        """Return the approvals that name this title, whatever its version or system."""
        name = spelt(title.name, title.type)
        exact = [one for one in self._exact.get(spelt(title.name, "pypi"), ()) if one.matches(title)]
        places = (
            self._sources.get(title.origin.lower(), ()),
            self._publishers.get(title.publisher.lower(), ()),
            *(self._begins.get(name[:length], ()) for length in range(min(len(name), _BEGINNING) + 1)),
        )
        return exact + [one.approval for place in places for one in place if one.matches(title)]

    def approves_by_name(self, title: Installed, *, system: str, today: date) -> bool:
        """Whether somebody approved this very title, not only the archive or family that it comes from."""
        if fault_of(title, self, system=system, today=today) is not None:
            return False
        named = self._exact.get(spelt(title.name, "pypi"), ())
        return any(one.stance is Stance.APPROVED and lack_of(one, title, system=system, today=today) is None for one in named)


_BEGINNING: Final = 3
"""Characters of a pattern's beginning by which it is found."""
_WILD: Final = re.compile(r"[*?\[]")


def is_pattern(words: str) -> bool:
    """Whether a name stands for more than itself."""
    return _WILD.search(words) is not None


def judge(inventory: Sequence[Installed], catalogue: Catalogue, *, system: str, today: date) -> Judgement:
    """Return which titles are installed without leave, those that need a person first."""
    # Where no archive could be asked at all, nothing from it can be told apart from what came another way.
    titles = {number_of(title): title for title in inventory}
    blind = {sort for sort in catalogue.by_origin if not any(one.origin for one in inventory if one.type == sort)}
    approved, unapproved, untold = 0, [], []
    for title in titles.values():
        found = fault_of(title, catalogue, system=system, today=today)
        if found is None:
            approved += 1
        elif found.fault is Fault.UNKNOWN and title.type in blind:
            untold.append(Unapproved(title, Fault.UNTOLD))
        else:
            unapproved.append(found)
    unapproved.sort(key=lambda one: (ORDER[one.fault], one.title.type, one.title.name.lower(), one.title.version))
    return Judgement(approved, tuple(unapproved), tuple(untold))


def fault_of(title: Installed, catalogue: Catalogue, *, system: str, today: date) -> Unapproved | None:
    """Return why the title is not approved, or None when it is: one approval that covers it whole is enough.

    What is known to be bad is not covered by any.
    """
    best: Unapproved | None = None
    is_covered = False
    for approval in catalogue.speaking_of(title):
        fault = lack_of(approval, title, system=system, today=today)
        if approval.stance is Stance.DENIED:
            if fault is None:
                return Unapproved(title, Fault.DENIED, approval)
        elif fault is None:
            is_covered = True
        elif best is None or ORDER[fault] < ORDER[best.fault]:
            best = Unapproved(title, fault, approval)
    return None if is_covered else best or Unapproved(title, Fault.UNKNOWN)


def lack_of(approval: Approval, title: Installed, *, system: str, today: date) -> Fault | None:
    """Return what an approval lacks to cover this title on this system today; None when it covers it."""
    if not approval.matches(title):
        return Fault.UNKNOWN
    if approval.platforms and system not in approval.platforms:
        return Fault.PLATFORM
    if not approval.versions.allows(title.version, type_=title.type):
        return Fault.VERSION
    return Fault.EXPIRED if approval.expires is not None and approval.expires <= today else None


@dataclass(frozen=True, slots=True)
class Left:
    """What of a device's software has no leave, as a verdict says it."""

    count: int = 0
    denied: int = 0
    words: str = ""
    """The titles in one line; where some are known to be bad, those."""
    parts: tuple[str, ...] = ()


def left_of(unapproved: Sequence[tuple[Installed, Fault]]) -> Left:
    """Return what a verdict says of the titles without leave."""
    titles = [title for title, _fault in unapproved]
    denied = [title for title, fault in unapproved if fault is Fault.DENIED]
    parts = tuple(dict.fromkeys(title.name.replace("\n", " ") for title in titles))
    return Left(len(titles), len(denied), names(denied or titles), parts)


def verdict_on(sheet: FactSheet, catalogue: Catalogue | None, *, subject: str, at: datetime) -> Verdict:
    """Return the verdict on a device's software; without a catalogue or an inventory nothing is proven."""
    if sheet.software is None:
        advice = "Run `holdtrue check` on the device, where its package manager answers."
        return _verdict(subject, Result.UNPROVEN, "no inventory was taken", sheet, advice)
    sorts = sorted({one.type for one in sheet.software if one.type})
    if catalogue is None:
        return stored_verdict(subject, Left(), total=len(sheet.software), untold=None, sorts=sorts, seen=sheet.collected_at)
    found = judge(sheet.software, catalogue, system=sheet.device.system.value, today=at.date())
    left = left_of([(one.title, one.fault) for one in found.unapproved])
    untold = len(found.untold) if catalogue.approves else None
    return stored_verdict(subject, left, total=found.total, untold=untold, sorts=sorts, seen=sheet.collected_at)


def stored_verdict(  # noqa: PLR0913 - what is kept of a judgement
    subject: str, left: Left, *, total: int, untold: int | None, sorts: Sequence[str], seen: datetime
) -> Verdict:
    """Return the verdict on a device from what is left of its inventory's judgement; `untold` is None without a catalogue."""
    source = said("inventory of %(sorts)s", sorts=", ".join(sorts)) if sorts else "inventory"

    def verdict(result: Result, value: str, advice: str = "") -> Verdict:
        parts = left.parts if result is Result.BROKEN else ()
        return Verdict(COMMITMENT, subject, result, Reason("approved software", value, source, seen, RULE, advice), parts)

    if left.denied:
        value = said("%(some)s of %(all)s titles known to be bad: %(names)s", some=left.denied, all=total, names=left.words)
        others = left.count - left.denied if untold is not None else 0
        if others:
            value = said("%(what)s; not approved besides: %(count)s", what=value, count=others)
        return verdict(Result.BROKEN, value, DENIED_ADVICE)
    if untold is None:
        value = said("%(count)s titles installed; there is no catalogue to hold them against", count=total)
        advice = "Give the approved software with --catalogue FILE, or have the security team approve titles."
        return verdict(Result.UNPROVEN, value, advice)
    if left.count:
        value = said("%(some)s of %(all)s titles are not approved: %(names)s", some=left.count, all=total, names=left.words)
        return verdict(Result.BROKEN, value, "Remove them, or ask the security team to approve them.")
    if untold:
        value = said("%(some)s of %(all)s titles come from an archive that could not be asked", some=untold, all=total)
        return verdict(Result.UNPROVEN, value, "Run `sudo apt-get update`, then check again.")
    return verdict(Result.HOLDS, said("all %(count)s titles are approved", count=total))


DENIED_ADVICE: Final = "Remove or update what is known to be bad, now."


def names(titles: Sequence[Installed]) -> str:
    """Return the titles in one line: families with a common beginning together, the rest counted."""
    stems = Counter(title.name.split("-")[0] for title in titles if "-" in title.name)
    shown: Counter[str] = Counter()
    for title in titles:
        stem = title.name.split("-")[0]
        shown[f"{stem}-…" if stems[stem] >= _FAMILY and "-" in title.name else title.name] += 1
    named = [f"{name} ({count})" if count > 1 else name for name, count in list(shown.items())[:_SHOWN]]
    rest = sum(shown.values()) - sum(list(shown.values())[:_SHOWN])
    return said("%(names)s and %(count)s more", names=", ".join(named), count=rest) if rest else ", ".join(named)


_FAMILY = 4
"""Titles that begin alike, from which on they are shown as one."""


def _verdict(subject: str, result: Result, value: str, sheet: FactSheet, advice: str) -> Verdict:
    sorts = sorted({one.type for one in sheet.software or () if one.type})
    source = said("inventory of %(sorts)s", sorts=", ".join(sorts)) if sorts else "inventory"
    return Verdict(COMMITMENT, subject, result, Reason("approved software", value, source, sheet.collected_at, RULE, advice))
