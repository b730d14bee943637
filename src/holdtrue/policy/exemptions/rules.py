"""Who is exempted from what, and when: pure decisions.

An exemption covers a broken verdict only where every dimension of its scope does, and only between a consent that was
given and an end that was fixed. Nothing here reaches back before either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Conflict, Invalid, NotAllowed
from holdtrue.policy.standing.rules import Exempted, Verdict

EMERGENCY: Final = timedelta(hours=24)
"""How long one person's consent in an emergency lasts."""
IDLE: Final = timedelta(days=30)
"""After how long without use an exemption is flagged; after half its time where that is shorter."""
MOST_NAMES: Final = 100
"""Names in one dimension of a scope."""
DECIDES: Final = Role.SECURITY
SETTINGS_KEPT: Final = "device.settings-kept"
"""The commitment whose verdicts name in their parts the settings that changed."""
_SEVERAL: Final = 2
ASKS_FOR_OTHERS: Final = frozenset({Role.SECURITY, Role.MANAGER, Role.ADMIN})


class Sort(StrEnum):
    """What an exemption is for."""

    WORK = "work"
    TEST = "test"


LONGEST: Final = {Sort.WORK: timedelta(days=365), Sort.TEST: timedelta(days=90)}


class State(StrEnum):
    """What was decided; that time has passed is no state but read from the clock."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Phase(StrEnum):
    """Where an exemption stands at a moment."""

    REVIEW = "review"
    """Somebody consented in an emergency; the others have yet to look at it."""
    WAITING = "waiting"
    COMING = "coming"
    IN_FORCE = "in force"
    ENDED = "ended"
    LAPSED = "lapsed"
    """Nobody decided before the time that was asked for had passed."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


NEEDS_A_DECISION: Final = frozenset({Phase.REVIEW, Phase.WAITING})


class Choice(StrEnum):
    """What one person of the security team says."""

    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and for what; an empty dimension sets no limit, except that somebody must be named."""

    persons: frozenset[UUID] = frozenset()
    roles: frozenset[Role] = frozenset()
    devices: frozenset[str] = frozenset()
    """As subjects, such as `device/LT-07`; none for whatever devices these people answer for."""
    targets: frozenset[str] = frozenset()
    software: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks for."""

    sort: Sort
    clauses: frozenset[str]
    """As `policy/CLAUSE`."""
    job: str
    """The part of their job that needs it."""
    conditions: str
    scope: Scope
    starts: datetime
    ends: datetime
    is_urgent: bool = False
    """Whether it cannot wait for the ordinary decision."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which an exemption counts: its start belongs to it, its end does not."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies within."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Course:
    """What became of an exemption so far."""

    state: State
    starts: datetime
    ends: datetime
    granted_at: datetime | None = None
    emergency_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was refused, withdrawn or revoked."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What happened, on every dimension that a scope can limit; empty where it is not known."""

    commitment: str
    clause: str = ""
    """As `policy/CLAUSE`; empty for whichever clause the commitment keeps."""
    person: UUID | None = None
    roles: frozenset[Role] = frozenset()
    device: str = ""
    target: str = ""
    software: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Consent:
    """An exemption as verdicts are held against it."""

    exempted: Exempted
    keeps: Mapping[str, frozenset[str]]
    """The clauses that it lets somebody depart from, as `policy/CLAUSE`, each with the commitments that keep it."""
    scope: Scope
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """All exemptions that may count now, and who answers for what: this is what verdicts are held against."""

    consents: tuple[Consent, ...] = ()
    owners: Mapping[str, UUID] | None = None
    """Who answers for each device, by subject."""
    roles: Mapping[UUID, frozenset[Role]] | None = None

    def covering(self, verdict: Verdict, *, clause: str, at: datetime) -> Exempted | None:
        """Return the exemption that covers what broke and lasts longest, or None; of several together the first to end."""
        return min(self.all_covering(verdict, clause=clause, at=at), key=lambda one: (one.until, str(one.id)), default=None)

    def all_covering(self, verdict: Verdict, *, clause: str, at: datetime) -> tuple[Exempted, ...]:
        """Return the exemption that covers what broke, or those that cover it together, each its part; none where none does."""
        if not self.consents:
            return ()
        whole = self._longest(self._situation(verdict, clause), at=at)
        if whole is not None:
            return (whole,)
        if len(verdict.parts) < _SEVERAL:
            return ()
        each = [self._longest(self._situation(replace(verdict, parts=(part,)), clause), at=at) for part in verdict.parts]
        return () if None in each else tuple(one for one in each if one is not None)

    def subjects(self, *, at: datetime) -> frozenset[str]:
        """Return the devices that an exemption in force may concern: all others stand as they were judged."""
        scopes = [one.scope for one in self.consents if any(window.holds(at) for window in one.windows)]
        return frozenset(
            subject
            for subject, person in (self.owners or {}).items()
            for scope in scopes
            if (not scope.devices or subject in scope.devices)
            and (person in scope.persons or scope.roles & (self.roles or {}).get(person, frozenset()))
        )

    def _longest(self, situation: Situation, *, at: datetime) -> Exempted | None:
        found = [consent.exempted for consent in self.consents if is_covered(consent, situation, at=at)]
        return max(found, key=lambda one: (one.until, str(one.id)), default=None)

    def _situation(self, verdict: Verdict, clause: str) -> Situation:
        kind, _slash, name = verdict.subject.partition("/")
        person = (self.owners or {}).get(verdict.subject)
        return Situation(
            commitment=verdict.commitment,
            clause=clause,
            person=person,
            roles=(self.roles or {}).get(person, frozenset()) if person else frozenset(),
            device=verdict.subject if kind == "device" else "",
            target=name if kind in {"site", "device"} else "",
            software=frozenset() if verdict.commitment == SETTINGS_KEPT else frozenset(verdict.parts),
            settings=frozenset(verdict.parts) if verdict.commitment == SETTINGS_KEPT else frozenset({verdict.reason.fact}),
        )


def is_covered(consent: Consent, situation: Situation, *, at: datetime) -> bool:
    """Whether the exemption covers what happened at that moment, on every dimension."""
    if not any(window.holds(at) for window in consent.windows):
        return False
    clauses = [situation.clause] if situation.clause else list(consent.keeps)
    if not any(situation.commitment in consent.keeps.get(clause, ()) for clause in clauses):
        return False
    scope = consent.scope
    return (
        (situation.person in scope.persons or bool(situation.roles & scope.roles))
        and (not scope.devices or situation.device in scope.devices)
        and (not scope.targets or _named(situation.target, scope.targets))
        # One title or setting beyond those that were named, and it is not what was consented to.
        and _all_named(situation.settings, scope.settings)
        and _all_named(situation.software, scope.software)
    )


def _all_named(found: frozenset[str], names: frozenset[str]) -> bool:
    return not names or (bool(found) and all(_named(one, names) for one in found))


def _named(name: str, names: frozenset[str]) -> bool:
    return name.casefold() in {one.casefold() for one in names}


def windows_of(course: Course) -> tuple[Window, ...]:
    """Return when the exemption counts: from each consent, never before it, until the end that was fixed or came earlier."""
    end = min(course.ends, course.ended_at or course.ends)
    found = []
    if course.emergency_at is not None:
        found.append(Window(max(course.starts, course.emergency_at), min(course.emergency_at + EMERGENCY, end)))
    if course.granted_at is not None:
        found.append(Window(max(course.starts, course.granted_at), end))
    return tuple(window for window in found if window.start < window.end)


def phase_of(course: Course, *, at: datetime) -> Phase:
    """Return where the exemption stands at this moment."""
    if course.state in {State.REFUSED, State.WITHDRAWN, State.REVOKED}:
        return Phase(course.state.value)
    if course.state is State.ASKED:
        if course.emergency_at is not None:
            return Phase.REVIEW
        return Phase.WAITING if at < course.ends else Phase.LAPSED
    if at >= course.ends:
        return Phase.ENDED
    return Phase.IN_FORCE if any(window.holds(at) for window in windows_of(course)) else Phase.COMING


def until_of(course: Course, *, at: datetime) -> datetime:
    """Return when the exemption ends as things stand: an emergency consent after its day, a decided one when it was said to."""
    return max((window.end for window in windows_of(course) if window.holds(at)), default=course.ends)


def is_unused(windows: Iterable[Window], *, last_used: datetime | None, at: datetime) -> bool:
    """Whether an exemption in force has gone without use for so long that somebody should ask whether it is needed."""
    for window in windows:
        if window.holds(at):
            patience = min(IDLE, (window.end - window.start) / 2)
            return at - max(window.start, last_used or window.start) >= patience
    return False


def check_ask(ask: Ask, *, by: Reader, at: datetime) -> None:
    """Raise `Invalid` or `NotAllowed` for what nobody may ask."""
    if not ask.clauses:
        raise Invalid("No clause was named.", hint="Name the clauses that you cannot keep.")
    if not ask.job.strip():
        raise Invalid("No part of a job was named.", hint="Say which part of the job needs this.")
    _check_time(ask, at=at)
    _check_scope(ask.scope, by=by)


def _check_time(ask: Ask, *, at: datetime) -> None:
    if ask.starts < at:
        raise Invalid("An exemption cannot begin in the past.", hint="What is done already can only be reported.")
    if ask.ends <= ask.starts:
        raise Invalid("It would end before it begins.", hint="Choose a later end.")
    longest = LONGEST[ask.sort]
    if ask.ends - ask.starts > longest:
        what = "A test lasts" if ask.sort is Sort.TEST else "An exemption lasts"
        raise Invalid(f"{what} at most {longest.days} days.", hint="Choose an earlier end, and ask again when it comes.")


def _check_scope(scope: Scope, *, by: Reader) -> None:
    if not scope.persons and not scope.roles:
        raise Invalid("Nobody was named.", hint="Say for whom it is.")
    if DECIDES in scope.roles:
        raise Invalid("Nobody would be left to decide.", hint="Name the people of the security team who need it.")
    if (scope.roles or scope.persons != {by.id}) and not by.roles & ASKS_FOR_OTHERS:
        raise NotAllowed("Everybody asks for themselves.", hint="A manager can ask for others.")
    for names in (scope.persons, scope.devices, scope.targets, scope.software, scope.settings):
        if len(names) > MOST_NAMES:
            raise Invalid(f"More than {MOST_NAMES} names are given at once.", hint="Ask for several exemptions.")


def deciders_for(strictest: int, scope: Scope) -> int:
    """Return how many must consent: what the clauses demand, and two wherever a whole role is meant."""
    return 2 if scope.roles else strictest


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision is about, and who has had a say in it."""

    course: Course
    requester: UUID
    scope: Scope
    spoken: frozenset[UUID]
    """Who decided on it already, in an emergency or otherwise."""


def check_decider(matter: Matter, *, by: Reader, at: datetime) -> None:
    """Raise `NotAllowed` or `Conflict` unless this person may decide this now."""
    if DECIDES not in by.roles:
        raise NotAllowed("Only the security team consents to an exemption.", hint="Ask somebody of the security team.")
    if by.id == matter.requester:
        raise NotAllowed("Nobody decides what they asked for themselves.", hint="Ask a colleague of the security team.")
    if by.id in matter.scope.persons or by.roles & matter.scope.roles:
        raise NotAllowed("Nobody decides on an exemption for themselves.", hint="Ask a colleague of the security team.")
    if by.id in matter.spoken:
        raise NotAllowed("You have decided on this already.", hint="Somebody else of the security team has to look at it too.")
    if phase_of(matter.course, at=at) not in NEEDS_A_DECISION:
        raise Conflict("This exemption no longer waits for a decision.", hint="Its page says what became of it.")


def check_reason(reason: str) -> None:
    """Raise `Invalid` where a reason is owed and none is given."""
    if not reason.strip():
        raise Invalid("No reason was given.", hint="Say why, for the person who asked and for whoever reads this later.")
