"""Reads of exemptions: what counts now, and what each reader may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from holdtrue.accounts.queries import names_of, people
from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import NotFound
from holdtrue.policy.exemptions.models import Exemption
from holdtrue.policy.exemptions.rules import (
    EMERGENCY,
    NEEDS_A_DECISION,
    Choice,
    Consent,
    Course,
    Matter,
    Phase,
    Register,
    Scope,
    Sort,
    State,
    Window,
    is_unused,
    phase_of,
    until_of,
    windows_of,
)
from holdtrue.policy.standing.rules import Exempted
from holdtrue.policy.text import queries as texts
from holdtrue.policy.text.rules import Audience, Clause, Exemptible
from holdtrue.said import said

_DIMENSIONS = ("roles", "devices", "targets", "software", "settings")


@dataclass(frozen=True, slots=True)
class Decided:
    """What one person of the security team said."""

    by: UUID
    name: str
    at: datetime
    choice: Choice
    is_emergency: bool
    reason: str
    entry: UUID


@dataclass(frozen=True, slots=True)
class Ended:
    """Who ended it early."""

    name: str
    at: datetime
    reason: str
    entry: UUID


@dataclass(frozen=True, slots=True)
class View:
    """An exemption as a reader sees it at a moment."""

    id: UUID
    sort: Sort
    clauses: tuple[str, ...]
    """As `policy/CLAUSE`."""
    job: str
    conditions: str
    scope: Scope
    people: tuple[str, ...]
    """The names of those whom it is for."""
    course: Course
    phase: Phase
    is_urgent: bool
    deciders: int
    consents: int
    requester: UUID
    requester_name: str
    requested_at: datetime
    decisions: tuple[Decided, ...]
    ending: Ended | None
    windows: tuple[Window, ...]
    until: datetime
    last_used: datetime | None
    is_unused: bool
    document: str

    @property
    def matter(self) -> Matter:
        """What a decision on it is about."""
        return Matter(self.course, self.requester, self.scope, frozenset(one.by for one in self.decisions))

    @property
    def clause_ids(self) -> tuple[str, ...]:
        """The clauses as people call them."""
        return tuple(one.partition("/")[2] for one in self.clauses)

    @property
    def by(self) -> str:
        """Who consented, by name."""
        return _consenters(self.decisions)

    @property
    def for_whom(self) -> tuple[str, ...]:
        """Whom it is for: people, then roles."""
        return *self.people, *(said(role.value) for role in sorted(self.scope.roles))

    @property
    def needs_a_decision(self) -> bool:
        """Whether the security team has something to decide."""
        return self.phase in NEEDS_A_DECISION


@dataclass(frozen=True, slots=True)
class Departable:
    """A clause that somebody can be exempted from."""

    policy: str
    version: int
    clause: Clause

    @property
    def name(self) -> str:
        """Return it as `policy/CLAUSE`."""
        return f"{self.policy}/{self.clause.id}"


def departables(*, at: datetime) -> dict[str, Departable]:
    """Return the clauses in force that say somebody can be exempted, by `policy/CLAUSE`, in the order of the text."""
    found = [
        Departable(version.slug, version.number, clause)
        for version in texts.policies(at=at)
        if version.audience is Audience.PERSONNEL
        for clause in version.document.clauses
        if clause.exemption is not Exemptible.NEVER
    ]
    return {one.name: one for one in found}


def register(*, at: datetime, owners: Mapping[str, UUID], since: datetime | None = None) -> Register:
    """Return every exemption that counts at this moment; `owners` says who answers for each device, by subject.

    With `since`, also those that counted at some time from then on. What the policy no longer lets anybody
    depart from is covered no more.
    """
    views = _views(_may_count(at) if since is None else _counted(since, at), at=at)
    if not views:
        return Register()
    clauses = departables(at=at)
    consents = tuple(_consent(view, clauses, at=at) for view in views)
    return Register(consents, owners, {person.id: person.roles for person in people()})


def in_force(*, at: datetime, concerning: Reader | None = None) -> tuple[View, ...]:
    """Return the exemptions that count at this moment, those that end first first; `concerning` narrows to one person's."""
    counting = [view for view in _views(_may_count(at), at=at) if any(window.holds(at) for window in view.windows)]
    mine = [view for view in counting if concerning is None or _concerns(view, concerning)]
    return tuple(sorted(mine, key=lambda view: view.until))


def exemptions(*, reader: Reader, at: datetime) -> tuple[View, ...]:
    """Return the exemptions that this reader may see: an overseer's are all, anybody else's those that concern them."""
    rows = Exemption.objects.all()
    if not reader.oversees:
        mine = Q(requester_id=reader.id) | Q(persons=reader.id) | ~Q(scope__roles=[])
        rows = rows.filter(id__in=Exemption.objects.filter(mine).values("id"))
    views = [view for view in _views(rows, at=at) if _may_see(view, reader)]
    return tuple(sorted(views, key=lambda view: (list(Phase).index(view.phase), not view.is_urgent, view.until)))


def exemption(id: UUID, *, reader: Reader, at: datetime) -> View:  # noqa: A002 - an exemption's id is called so everywhere
    """Return one exemption; raises `NotFound` where there is none, or none that this reader may see."""
    found = _views(Exemption.objects.filter(id=id), at=at)
    if not found or not _may_see(found[0], reader):
        raise NotFound("There is no such exemption here.", hint="The list of exemptions has those that you may see.")
    return found[0]


def scope_of(row: Exemption) -> Scope:
    """Return the stored scope as a value; its people are read from the row's own table."""
    kept = {name: frozenset(row.scope.get(name, ())) for name in _DIMENSIONS}
    return Scope(
        persons=frozenset(person.id for person in row.persons.all()),
        roles=frozenset(Role(role) for role in kept["roles"]),
        devices=kept["devices"],
        targets=kept["targets"],
        software=kept["software"],
        settings=kept["settings"],
    )


def course_of(row: Exemption) -> Course:
    """Return what became of the stored exemption so far."""
    return Course(State(row.state), row.starts, row.ends, row.granted_at, row.emergency_at, row.ended_at)


def _may_see(view: View, reader: Reader) -> bool:
    return reader.oversees or reader.id == view.requester or _concerns(view, reader)


def _concerns(view: View, reader: Reader) -> bool:
    return reader.id in view.scope.persons or bool(reader.roles & view.scope.roles)


def _may_count(at: datetime) -> QuerySet[Exemption]:
    """Return those of which some consent may hold now: `rules.windows_of` decides."""
    granted = Q(state=State.GRANTED)
    urgent = Q(emergency_at__isnull=False, emergency_at__gt=at - EMERGENCY, state=State.ASKED)
    return Exemption.objects.filter(granted | urgent, starts__lte=at, ends__gt=at)


def _counted(since: datetime, at: datetime) -> QuerySet[Exemption]:
    consented = Q(granted_at__isnull=False) | Q(emergency_at__isnull=False)
    return Exemption.objects.filter(consented, starts__lte=at, ends__gt=since)


def _consent(view: View, clauses: dict[str, Departable], *, at: datetime) -> Consent:
    keeps = {name: frozenset(kept.id for kept in clauses[name].clause.commitments) for name in view.clauses if name in clauses}
    return Consent(Exempted(view.id, until_of(view.course, at=at), view.by), keeps, view.scope, view.windows)


def _consenters(decisions: Iterable[Decided]) -> str:
    return ", ".join(one.name for one in decisions if one.choice is Choice.GRANT)


def _views(rows: QuerySet[Exemption], *, at: datetime) -> list[View]:
    known = list(rows.prefetch_related("persons", "decisions", "endings"))
    ids = {row.requester_id for row in known}
    ids |= {one.by_id for row in known for one in row.decisions.all()}
    ids |= {one.by_id for row in known for one in row.endings.all()}
    names = names_of(ids)
    return [_view(row, names, at=at) for row in known]


def _view(row: Exemption, names: Mapping[UUID, str], *, at: datetime) -> View:
    course = course_of(row)
    windows = windows_of(course)
    ending = next(iter(row.endings.all()), None)
    return View(
        id=row.id,
        sort=Sort(row.sort),
        clauses=tuple(row.clauses),
        job=row.job,
        conditions=row.conditions,
        scope=scope_of(row),
        people=tuple(sorted(person.name for person in row.persons.all())),
        course=course,
        phase=phase_of(course, at=at),
        is_urgent=row.is_urgent,
        deciders=row.deciders,
        consents=row.consents,
        requester=row.requester_id,
        requester_name=names.get(row.requester_id, ""),
        requested_at=row.requested_at,
        decisions=tuple(
            Decided(one.by_id, names.get(one.by_id, ""), one.at, Choice(one.choice), one.is_emergency, one.reason, one.entry)
            for one in sorted(row.decisions.all(), key=lambda one: one.at)
        ),
        ending=Ended(names.get(ending.by_id, ""), ending.at, ending.reason, ending.entry) if ending else None,
        windows=windows,
        until=until_of(course, at=at),
        last_used=row.last_used,
        is_unused=is_unused(windows, last_used=row.last_used, at=at),
        document=row.document,
    )
