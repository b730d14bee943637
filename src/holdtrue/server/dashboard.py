"""The policy as the dashboard: its text with, beside each clause, what is true now for this reader."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from django.utils.safestring import SafeString, mark_safe

from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import NotFound
from holdtrue.policy.exemptions import queries as exemptions
from holdtrue.policy.exemptions.queries import View
from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.policy.standing.queries import standings
from holdtrue.policy.standing.rules import WORST_FIRST, Result, Standing, standing_of
from holdtrue.policy.text.queries import PublishedVersion, policies
from holdtrue.policy.text.rules import Audience, Clause, Document, Section
from holdtrue.server.margins import Margin, margin_of
from holdtrue.server.own import Own
from holdtrue.workplace.devices.queries import owners_by_subject

SHOWN: Final = (Result.HOLDS, Result.BROKEN, Result.UNPROVEN, Result.EXEMPT)
"""What is counted at the top of the page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One policy that the reader can choose."""

    slug: str
    title: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause and its margin."""

    clause: Clause
    html: SafeString
    margin: Margin | None
    """None where nothing that concerns this reader is checked."""
    section: str
    exemptions: tuple[View, ...] = ()
    """Those in force on it that concern the reader, or all for those who oversee."""


@dataclass(frozen=True, slots=True)
class ProseView:
    """Text between the clauses."""

    html: SafeString


PieceView: TypeAlias = "ClauseView | ProseView"


@dataclass(frozen=True, slots=True)
class SectionView:
    """One heading and what stands under it."""

    anchor: str
    number: str
    title: str
    level: int
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many clauses have one result."""

    result: Result
    number: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that the home page shows."""

    version: PublishedVersion
    document: Document
    choices: tuple[Choice, ...]
    sections: tuple[SectionView, ...]
    urgent: tuple[ClauseView, ...]
    """The clauses that need a person, the worst first."""
    counts: tuple[Count, ...]
    unwatched: int
    """How many of the unproven clauses have no check behind them at all."""
    coming: date | None
    """When a newer version, published already, comes into force."""
    is_personal: bool
    """Whether the margin speaks of the reader alone."""
    devices: int | None
    """How many devices are the reader's own; None for those who oversee all."""


def dashboard(reader: Reader, *, own: Own, at: datetime, slug: str = "") -> Dashboard | None:
    """Return the page for this reader, or None before any policy is in force; `NotFound` for a policy that is not there."""
    newest = policies()
    in_force = policies(at=at)
    if not in_force:
        return None
    version = _chosen(in_force, slug, reader)
    document = version.document
    found = standings_for(reader, document, document.clauses, own=own, at=at)
    exempt = exempt_from(reader, document.slug, at=at)
    views = {clause.id: view_of(clause, found.get(clause.id), own, exempt) for clause in document.clauses}
    judged = [view.margin for view in views.values() if view.margin]
    latest = next(one for one in newest if one.slug == version.slug)
    return Dashboard(
        version=version,
        document=document,
        choices=tuple(Choice(one.slug, one.title, one.slug == version.slug) for one in in_force),
        sections=tuple(_section(section, views) for section in document.sections),
        urgent=_urgent(views.values(), own=None if reader.oversees else own),
        counts=_counts(judged),
        unwatched=sum(not margin.is_watched for margin in judged),
        coming=latest.in_force if latest.number > version.number else None,
        is_personal=not reader.oversees,
        devices=None if reader.oversees else len(own.devices),
    )


def standings_for(
    reader: Reader, document: Document, clauses: Iterable[Clause], *, own: Own, at: datetime
) -> dict[str, Standing]:
    """Return the standing of each clause as far as this reader may see it; none where nothing of theirs is checked.

    Overseers see all subjects. Everybody else sees policies and websites, and of the devices their own.
    """
    consents = exemptions.register(at=at, owners=owners_by_subject())
    promised = [(clause.id, tuple(dict.fromkeys(kept.id for kept in clause.commitments))) for clause in clauses]
    if reader.oversees:
        return standings(promised, policy=document.slug, consents=consents, at=at)
    shared = standings(
        [(id_, tuple(one for one in ids if not _on_device(one))) for id_, ids in promised],
        policy=document.slug,
        consents=consents,
        at=at,
    )
    theirs = [(id_, tuple(one for one in ids if _on_device(one))) for id_, ids in promised]
    personal = standings(theirs, policy=document.slug, consents=consents, at=at, subjects=own.devices) if own.devices else {}
    return {
        id_: standing_of(
            [COMMITMENTS[one] for one in ids if own.devices or not _on_device(one)],
            [*shared[id_].verdicts, *(personal[id_].verdicts if personal else ())],
            at=at,
        )
        for id_, ids in promised
        if any(own.devices or not _on_device(one) for one in ids)
    }


def exempt_from(reader: Reader, policy: str, *, at: datetime) -> dict[str, tuple[View, ...]]:
    """Return the exemptions in force that this reader may see, by the clause of the policy that they depart from."""
    found = exemptions.in_force(at=at, concerning=None if reader.oversees else reader)
    by_clause: defaultdict[str, list[View]] = defaultdict(list)
    for view in found:
        for slug, _slash, clause in (name.partition("/") for name in view.clauses):
            if slug == policy:
                by_clause[clause].append(view)
    return {clause: tuple(views) for clause, views in by_clause.items()}


def view_of(clause: Clause, standing: Standing | None, own: Own, exempt: Mapping[str, tuple[View, ...]]) -> ClauseView:
    """Return the clause with its margin and the exemptions from it."""
    margin = margin_of(standing, names=own.names) if standing else None
    return ClauseView(clause, _clean(clause.html), margin, clause.section, exempt.get(clause.id, ()))


def _on_device(commitment: str) -> bool:
    return COMMITMENTS[commitment].on is SubjectKind.DEVICE


def _chosen(versions: tuple[PublishedVersion, ...], slug: str, reader: Reader) -> PublishedVersion:
    if slug:
        found = next((version for version in versions if version.slug == slug), None)
        if found is None:
            raise NotFound(f"No policy “{slug}” is in force.", hint="The home page lists every policy.")
        return found
    # Whoever looks after privacy alone begins with what the public reads; everybody else with the rules of the house.
    first = Audience.PUBLIC if reader.roles == {Role.PRIVACY} else Audience.PERSONNEL
    return next((version for version in versions if version.audience is first), versions[0])


def _section(section: Section, views: dict[str, ClauseView]) -> SectionView:
    pieces = tuple(views[block.id] if isinstance(block, Clause) else ProseView(_clean(block.html)) for block in section.blocks)
    return SectionView(section.anchor, section.number, section.title, section.level or 2, pieces)


def _urgent(views: Iterable[ClauseView], *, own: Own | None) -> tuple[ClauseView, ...]:
    """Return what waits for the reader: everything for those who oversee, their own devices for everybody else."""
    waiting = [(view.margin, view) for view in views if view.margin and view.margin.needs_a_person]
    theirs = [(margin, view) for margin, view in waiting if own is None or margin.subject in own.devices]
    return tuple(view for _, view in sorted(theirs, key=lambda pair: WORST_FIRST.index(pair[0].result)))


def _counts(margins: Iterable[Margin]) -> tuple[Count, ...]:
    counted = Counter(margin.result for margin in margins)
    return tuple(Count(result, counted[result]) for result in SHOWN)


def _clean(html: str) -> SafeString:
    """Return the HTML of a policy's text as what it is: cleaned by nh3 when it was read."""
    return mark_safe(html)  # noqa: S308 - as the docstring says
