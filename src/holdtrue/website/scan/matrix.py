"""Item by state: what was stored and sent when, for pages and reports alike."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdtrue.said import said
from holdtrue.website.scan.engine.observations import STATES, Kind, Observation, Party, State
from holdtrue.website.scan.faults import Fault
from holdtrue.website.scan.judging.folding import folded
from holdtrue.website.scan.judging.words import cause_of, in_days, subject_of
from holdtrue.website.scan.rules import Finding

UNCONSENTED = {
    Fault.BEFORE_CONSENT,
    Fault.AFTER_REFUSAL,
    Fault.NOT_DELETED,
    Fault.AFTER_WITHDRAWAL,
    Fault.TRACKER_BEFORE_CONSENT,
    Fault.TRACKER_AFTER_REFUSAL,
    Fault.TRACKER_AFTER_WITHDRAWAL,
    Fault.REQUEST_BEFORE_CONSENT,
    Fault.REQUEST_AFTER_REFUSAL,
    Fault.REQUEST_AFTER_WITHDRAWAL,
}


NOT_KEPT = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """One item in one state."""

    state: State
    word: str
    """What was seen; empty for nothing."""
    is_bad: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One item in every state that was asked for."""

    subject: str
    cells: tuple[Cell, ...]
    kept: str
    author: str


@dataclass(frozen=True, slots=True)
class Table:
    """All items that are stored, or all others that are told."""

    title: str
    by: str
    """What the last column tells: who set an item, or what brought somebody else in."""
    lines: tuple[Line, ...]

    @property
    def states(self) -> tuple[State, ...]:
        """The states that have a column."""
        return tuple(cell.state for cell in self.lines[0].cells)

    @property
    def has_kept(self) -> bool:
        """Whether anything is known of how long anything is kept: messages are kept by whoever gets them."""
        return any(line.kept != NOT_KEPT for line in self.lines)


def matrix(
    observations: Iterable[Observation], findings: Iterable[Finding], *, asked: Collection[State] = STATES
) -> tuple[Table, ...]:
    """Return what is stored, and who else is told, item by state; what lacked consent is marked, and comes first.

    A state that the scan was not `asked` for has no column: an empty one would read as “not stored”.
    """
    stored: dict[str, dict[State, Observation]] = {}
    told: dict[str, dict[State, Observation]] = {}
    requests: dict[str, list[Observation]] = {}
    findings, observations = list(findings), list(observations)
    columns = [state for state in STATES if state in asked or any(one.state is state for one in observations)]
    bad = {(one.state, one.subject) for one in findings if one.fault in UNCONSENTED}
    for one in _folded([one for one in observations if one.kind.is_stored], {one.subject for one in findings}):
        stored.setdefault(subject_of(one), {})[one.state] = one
    for one in observations:
        if one.party is Party.THIRD and one.kind.is_sent:
            told.setdefault(one.domain, {})[one.state] = one
            requests.setdefault(one.domain, []).append(one)
    setters = {subject: next((one.set_by for one in seen.values() if one.set_by), "") for subject, seen in stored.items()}
    causes = {host: cause_of(these) for host, these in requests.items()}
    tables = (
        (said("What is stored, in which state"), said("set by"), stored, setters),
        (said("Who else is told"), said("brought in by"), told, causes),
    )
    return tuple(
        Table(
            title, by, tuple(sorted((_line(one, rows[one], columns, bad, authors[one]) for one in sorted(rows)), key=_is_fine))
        )
        for title, by, rows, authors in tables
        if rows
    )


def _folded(stored: Sequence[Observation], subjects: Collection[str]) -> Iterator[Observation]:
    """Yield the items as the findings have them: those named by themselves stay, and what was stored hides what was refused."""
    alone = {one.name for one in stored if subject_of(one) in subjects}
    yield from folded((one for one in stored if one.refused_reason), declared=alone)
    yield from folded((one for one in stored if not one.refused_reason), declared=alone)


def _is_fine(line: Line) -> bool:
    return not any(cell.is_bad for cell in line.cells)


def _line(
    subject: str,
    seen: dict[State, Observation],
    columns: Iterable[State],
    bad: set[tuple[State | None, str]],
    author: str,
) -> Line:
    one = next(iter(seen.values()))
    days = max((other.retention_days or 0 for other in seen.values()), default=0)
    return Line(
        subject=subject,
        cells=tuple(_cell(state, seen.get(state), is_bad=(state, subject) in bad) for state in columns),
        kept=in_days(days) if days > 0 else (said("session") if one.kind is Kind.COOKIE else NOT_KEPT),
        author=author,
    )


def _cell(state: State, one: Observation | None, *, is_bad: bool) -> Cell:
    if one is None:
        return Cell(state, "", is_bad=False)
    if one.refused_reason:
        word = said("refused by the browser") if one.kind.is_stored else said("reached nobody")
        return Cell(state, word, is_bad=False, detail=one.refused_reason)
    word = said("left standing") if one.survived and is_bad else said("stored") if one.kind.is_stored else said("sent")
    return Cell(state, said("%(what)s, gone again", what=word) if one.deleted else word, is_bad=is_bad)
