"""What a scan leaves for a person to settle in the inventory, with the answer proposed: pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from holdtrue.policy.text.rules import Category, Party, SetBy
from holdtrue.website.knowledge.advice import Advice
from holdtrue.website.knowledge.known import Sureness
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.knowledge.proposals import Proposal, Reason
from holdtrue.website.scan.engine.observations import STATES, Kind, Observation, State
from holdtrue.website.scan.engine.parties import registrable
from holdtrue.website.scan.judging.looks import looks_essential
from holdtrue.website.scan.judging.tables import TOLERANCE_DAYS, suggestion_for
from holdtrue.website.scan.judging.words import in_days, proposal_of
from holdtrue.website.scan.judging.words import whose as whose_words
from holdtrue.website.sites.inventory import Facts, Line, Name, Sort, Status, covering, merged, pattern_for
from holdtrue.website.sites.queries import Revision


class Matter(StrEnum):
    """What is to be settled."""

    FORBIDDEN = "forbidden"
    """It may never be set, and was."""
    UNDECLARED = "undeclared"
    RETENTION = "retention"
    """It is kept longer than declared."""
    PARTY = "party"
    UNSEEN = "unseen"
    """It is declared, and was not seen."""


@dataclass(frozen=True, slots=True)
class Wider:
    """A declared item whose pattern could be widened to cover what was seen."""

    name: Name
    revision: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to settle: what was seen, and the row of the inventory that would be right."""

    matter: Matter
    name: Name
    """What the item would be called in the inventory."""
    revision: int
    """The revision of the inventory's line; 0 where it has none."""
    facts: Facts
    """What would be right, as far as the scan can tell."""
    names: tuple[str, ...] = ()
    """As they were seen."""
    states: tuple[State, ...] = ()
    page: str = ""
    set_by: str = ""
    declared: str = ""
    """What the inventory says now, where that differs."""
    wider: tuple[Wider, ...] = ()
    known: str = ""
    """Whose the item is and what for, as far as knowledge goes, in a few words; a suggestion, never more."""
    sureness: Sureness = Sureness.UNKNOWN
    advice: Advice | None = None
    """The category that the classifier guesses for an undeclared item; the row is not filled in with it."""


def tasks_of(
    observations: Iterable[Observation], inventory: Sequence[Revision], knowledge: Knowledge | None = None
) -> tuple[Task, ...]:
    """Return what a person has to settle, the most urgent first; nothing when site and inventory agree.

    Rows are proposed from `knowledge`, the package's own where none is given.
    """
    lines = [one.line for one in inventory]
    revisions = {one.line.name: one.number for one in inventory}
    seen: dict[tuple[Sort, str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.kind.is_stored and not one.refused_reason:
            seen[sort_of(one), one.name, one.domain].append(one)
    open_items: dict[Name, list[Observation]] = defaultdict(list)
    under: dict[Name, list[Observation]] = defaultdict(list)
    for (sort, name, domain), many in seen.items():
        line = covering(lines, name, sort, domain)
        if line is not None:
            under[line.name] += many
        else:
            open_items[_proposed(many[0], sort, knowledge)] += many
    tasks = [_undeclared(name, many, inventory, knowledge) for name, many in open_items.items()]
    for line in lines:
        tasks += _about(line, revisions[line.name], under.get(line.name, []))
    return tuple(sorted(tasks, key=_urgency))


def _urgency(task: Task) -> tuple[int, int, str]:
    first = min((STATES.index(state) for state in task.states), default=len(STATES))
    return list(Matter).index(task.matter), first, task.name.pattern


def sort_of(one: Observation) -> Sort:
    """Return where an observed item is kept, as the inventory sorts it."""
    return Sort.COOKIE if one.kind is Kind.COOKIE else Sort.STORAGE


def _proposed(one: Observation, sort: Sort, knowledge: Knowledge | None) -> Name:
    domain = one.domain if one.party.value == Party.THIRD else ""
    known = _known(one, knowledge)
    covers = known is not None and Name(known.pattern, sort).covers(one.name, sort)
    return Name(known.pattern if known is not None and covers else pattern_for(one.name), sort, domain)


def _known(one: Observation, knowledge: Knowledge | None) -> Proposal | None:
    """Return what knowledge says of an item by its name; None where that is no more than a possibility."""
    row = proposal_of(one, knowledge)
    return row if row.reason is Reason.NAME and row.sureness in {Sureness.SURE, Sureness.LIKELY} else None


def _purposes(row: Proposal | None) -> dict[str, str]:
    if row is None or row.purpose is None:
        return {}
    return {language: row.purpose.text(language) for language in row.purpose.languages}


def _undeclared(name: Name, many: Sequence[Observation], inventory: Iterable[Revision], knowledge: Knowledge | None) -> Task:
    first = many[0]
    row, whose = _known(first, knowledge), proposal_of(first, knowledge)
    essential = Category.NECESSARY if first.is_choice or looks_essential(first.name) else Category.MARKETING
    return Task(
        matter=Matter.UNDECLARED,
        name=name,
        revision=0,
        facts=Facts(
            provider=whose.provider or (registrable(first.domain) if first.party.value == Party.THIRD else ""),
            purposes=_purposes(row),
            category=(row and row.category) or essential,
            party=Party(first.party.value),
            set_by=_way(first),
            retention_days=_longest(many),
        ),
        names=tuple(dict.fromkeys(one.name for one in many)),
        states=tuple(dict.fromkeys(one.state for one in many)),
        page=first.page,
        set_by=next((one.set_by for one in many if one.set_by), ""),
        wider=tuple(_wider(first, inventory)),
        known=whose_words(first, knowledge),
        sureness=whose.sureness,
        advice=suggestion_for(first, knowledge),
    )


def _wider(one: Observation, inventory: Iterable[Revision]) -> Iterator[Wider]:
    """Yield the declared items whose names are like this one's, the most alike first."""
    found = []
    for revision in inventory:
        name = revision.line.name
        if revision.line.status is not Status.DECLARED or name.sort is not sort_of(one) or name.pattern.startswith("*"):
            continue
        if name.domain and name.domain.lstrip(".") != one.domain.lstrip("."):
            continue
        pattern = merged(name.pattern, one.name)
        kept = len(pattern.replace("*", ""))
        if pattern and kept * 2 >= min(len(name.pattern), len(one.name)):
            found.append((kept, Wider(name, revision.number, pattern)))
    yield from (wider for _, wider in sorted(found, key=lambda pair: -pair[0])[:2])


def _about(line: Line, revision: int, seen: Sequence[Observation]) -> Iterator[Task]:
    facts = line.facts
    if line.status is Status.NEVER:
        if seen:
            yield _differing(Matter.FORBIDDEN, line, revision, seen, facts)
        return
    if not seen:
        yield Task(Matter.UNSEEN, line.name, revision, facts)
        return
    longest = _longest([one for one in seen if one.kind is Kind.COOKIE])
    if longest is not None and (facts.retention_days is None or longest > facts.retention_days + TOLERANCE_DAYS):
        said = "session" if facts.retention_days is None else in_days(facts.retention_days)
        right = replace(facts, retention_days=longest)
        yield _differing(Matter.RETENTION, line, revision, seen, right, declared=said)
    parties = {one.party.value for one in seen}
    if facts.party.value not in parties:
        right = replace(facts, party=Party(seen[0].party.value))
        yield _differing(Matter.PARTY, line, revision, seen, right, declared=facts.party.value)


def _differing(  # noqa: PLR0913, PLR0917 - what a task consists of
    matter: Matter, line: Line, revision: int, seen: Sequence[Observation], right: Facts, declared: str = ""
) -> Task:
    return Task(
        matter=matter,
        name=line.name,
        revision=revision,
        facts=right,
        names=tuple(dict.fromkeys(one.name for one in seen)),
        states=tuple(dict.fromkeys(one.state for one in seen)),
        page=seen[0].page,
        set_by=next((one.set_by for one in seen if one.set_by), ""),
        declared=declared,
    )


def _way(one: Observation) -> SetBy:
    if one.kind is not Kind.COOKIE:
        return SetBy.STORAGE
    return SetBy.HTTP if one.via == "http" else SetBy.SCRIPT if one.via else SetBy.UNSTATED


def _longest(many: Iterable[Observation]) -> float | None:
    """Return the longest time asked for, in whole days where it is more than one; None for a session."""
    longest = max((one.retention_days for one in many if one.retention_days is not None), default=None)
    if longest is None or longest <= 0:
        return None
    return float(round(longest)) if longest >= 1 else longest
