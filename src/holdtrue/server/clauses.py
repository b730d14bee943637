"""What unfolds under a clause: every verdict on it, why, since when, and its proof."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from holdtrue.accounts.rules import Reader
from holdtrue.errors import NotFound
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.commitments import COMMITMENTS, Commitment, SubjectKind
from holdtrue.policy.standing.queries import Change, changes
from holdtrue.policy.standing.rules import Result, Verdict, fresh_until
from holdtrue.policy.text.queries import PublishedVersion, current
from holdtrue.policy.text.rules import Clause
from holdtrue.server.access import ALLOWED
from holdtrue.server.dashboard import ClauseView, exempt_from, standings_for, view_of
from holdtrue.server.margins import name_of
from holdtrue.server.own import Own
from holdtrue.server.strips import DAYS, Run, strip_of
from holdtrue.workplace.devices.queries import owners_by_subject

MOST: Final = 50
"""Verdicts shown under one clause, the worst first; the rest is counted."""
_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One verdict as it is shown."""

    verdict: Verdict
    name: str
    """The subject as people call it."""
    link: str
    """Its own page, for those who may open it; empty otherwise."""
    since: datetime | None
    """When this result began; None where that is not known."""
    proof: str
    """The address of the entry that proves the last change; empty for those who may not open it."""
    counts_until: datetime | None
    """When the evidence becomes too old to count."""


@dataclass(frozen=True, slots=True)
class Group:
    """One commitment of the clause with the verdicts on it."""

    commitment: Commitment
    rows: tuple[Row, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ClausePage:
    """Everything under one clause."""

    version: PublishedVersion
    view: ClauseView
    groups: tuple[Group, ...]
    strip: tuple[Run, ...]


def clause_page(reader: Reader, slug: str, clause_id: str, *, own: Own, at: datetime) -> ClausePage:
    """Return what this reader may see of the clause; raises `NotFound`."""
    version = current(slug, at=at)
    clause = version.document.clause(clause_id)
    if clause is None:
        raise NotFound(f"{version.title} has no clause {clause_id}.", hint="A newer version may have given it another name.")
    standing = standings_for(reader, version.document, [clause], own=own, at=at).get(clause.id)
    verdicts = standing.verdicts if standing else ()
    shown = frozenset(verdict.subject for verdict in verdicts[: MOST * 4])
    history = changes(commitments={verdict.commitment for verdict in verdicts}, since=_EVER, subjects=shown) if verdicts else []
    return ClausePage(
        version=version,
        view=view_of(clause, standing, own, exempt_from(reader, slug, at=at)),
        groups=tuple(_groups(reader, clause, verdicts, history, own)),
        strip=strip_of(
            [verdict for verdict in verdicts if verdict.subject in shown],
            history,
            consents=register(at=at, owners=owners_by_subject(), since=at - timedelta(days=DAYS)),
            clause=f"{slug}/{clause.id}",
            at=at,
        ),
    )


def _groups(reader: Reader, clause: Clause, verdicts: tuple[Verdict, ...], history: list[Change], own: Own) -> Iterable[Group]:
    last = {(change.commitment, change.subject): change for change in history}
    for commitment in dict.fromkeys(COMMITMENTS[kept.id] for kept in clause.commitments):
        of_this = [verdict for verdict in verdicts if verdict.commitment == commitment.id]
        rows = tuple(_row(reader, verdict, last, own) for verdict in of_this[:MOST])
        yield Group(commitment, rows, more=max(0, len(of_this) - MOST))


def _row(reader: Reader, verdict: Verdict, last: dict[tuple[str, str], Change], own: Own) -> Row:
    change = last.get((verdict.commitment, verdict.subject))
    return Row(
        verdict=verdict,
        name=name_of(verdict.subject, own.names) or verdict.subject.partition("/")[2],
        link=own.pages.get(verdict.subject, "") or _site(reader, verdict.subject),
        since=change.at if change else None,
        proof=_proof(reader, change.entry) if change else "",
        counts_until=None if verdict.result is Result.UNPROVEN else fresh_until(verdict),
    )


def _proof(reader: Reader, entry: UUID) -> str:
    return _url(reader, "evidence:entry", entry)


def _site(reader: Reader, subject: str) -> str:
    kind, _, host = subject.partition("/")
    return _url(reader, "scan:site", host) if kind == SubjectKind.SITE else ""


def _url(reader: Reader, name: str, *words: object) -> str:
    if not reader.roles & ALLOWED.get(name, frozenset()):
        return ""
    try:
        return reverse(name, args=words)
    except NoReverseMatch:
        return ""
