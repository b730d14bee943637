"""Puts together what several visitors saw: each thing once for each state, and the identifiers that went astray."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from holdtrue.website.scan.engine import parties
from holdtrue.website.scan.engine.identifiers import Sent, names_identifier
from holdtrue.website.scan.engine.notebook import Key
from holdtrue.website.scan.engine.observations import STATES, Kind, Observation, Party, State
from holdtrue.website.scan.engine.trace import Trace

LONE = 16
"""Letters from which a value that only one visitor could be asked for is taken for theirs, though its name does not say so."""
RANDOM = 10
"""Letters from which a mixed value that every visitor gets alike may still be meant for one of them."""


def united(visitors: Sequence[Trace], *, site: str) -> tuple[Observation, ...]:
    """Return each thing once for each state, though several visitors saw it, with the identifiers among them marked."""
    unique = _unique_marks(visitors)
    sure = _surely_unique(visitors, unique)
    choices = _choices(visitors, unique)
    found: dict[tuple[str, ...], Observation] = {}
    for visitor in visitors:
        for one in [*visitor.observations, *_sent_on(visitor, unique)]:
            item = (one.kind.value, one.name, one.domain)
            is_own = bool(unique.get(item))
            party = parties.party(one.domain, site=site)
            whose = replace(
                one,
                party=party,
                is_identifier=is_own,
                respawned=one.respawned and item in sure,
                is_choice=item in choices and party is Party.FIRST,
            )
            by = one.set_by if one.kind is Kind.FINGERPRINT else ""
            key = (one.state, one.kind, one.name, one.domain, one.source, by)
            known = found.get(key)
            found[key] = whose if known is None else _better(known, whose)
    return tuple(sorted(found.values(), key=lambda one: (STATES.index(one.state), one.kind, one.domain, one.name)))


def secrets(visitors: Sequence[Trace]) -> frozenset[str]:
    """Return the marks of everything that stands for one visitor, and of its usual digests."""
    unique = _unique_marks(visitors)
    pieces = ((held.item, piece) for visitor in visitors for held in visitor.held for piece in held.pieces)
    mine = (piece for item, piece in pieces if piece.mark in unique.get(item, ()))
    return frozenset(mark for piece in mine for mark in (piece.mark, *piece.digests))


def named(observations: Iterable[Observation], aliases: Mapping[str, str]) -> tuple[Observation, ...]:
    """Return the same with the other names of first-party hosts."""
    return tuple(
        replace(one, alias_of=aliases[one.domain]) if one.party is Party.FIRST and one.domain in aliases else one
        for one in observations
    )


def _better(one: Observation, other: Observation) -> Observation:
    known, less = (one, other) if (one.set_by or not other.set_by) else (other, one)
    days = max((days for days in (one.retention_days, other.retention_days) if days is not None), default=None)
    return replace(
        known,
        value_shape=known.value_shape or less.value_shape,
        deleted=one.deleted and other.deleted,
        momentary=one.momentary and other.momentary,
        refused_reason=known.refused_reason if less.refused_reason else "",
        retention_days=days,
        refreshed=one.refreshed or other.refreshed,
        respawned=one.respawned or other.respawned,
        survived=one.survived and other.survived,
    )


def _unique_marks(visitors: Sequence[Trace]) -> dict[Key, set[str]]:
    """Return by item the marks of those pieces of its values that stand for one visitor."""
    held: dict[Key, list[dict[str, int]]] = defaultdict(list)
    for visitor in visitors:
        for one in visitor.held:
            held[one.item].append({piece.mark: piece.letters for piece in one.pieces})
    found: dict[Key, set[str]] = {}
    for item, sets in held.items():
        everybodys = set(sets[0]).intersection(*sets) if len(sets) > 1 else set()
        # What all get alike tells nobody apart, unless its name says that it is meant to.
        kept = {mark for one in sets for mark in one} - everybodys
        if names_identifier(item[1]):
            kept |= {mark for mark in everybodys if sets[0][mark] >= RANDOM}
        if kept:
            found[item] = kept
    return found


def _surely_unique(visitors: Sequence[Trace], unique: Mapping[Key, set[str]]) -> set[Key]:
    """Return the items that came back as somebody's own: a constant that one visitor alone saw only looks like that."""
    letters: dict[Key, list[int]] = defaultdict(list)
    for held in (one for visitor in visitors for one in visitor.held):
        mine = [piece.letters for piece in held.pieces if piece.mark in unique.get(held.item, ())]
        letters[held.item].append(max(mine, default=0))
    sure = {item for item, most in letters.items() if len(most) > 1 or names_identifier(item[1]) or most[0] >= LONE}
    # A copy of what is somebody's own is so too, by whatever name.
    known = {mark for item in sure for mark in unique.get(item, ())}
    return {item for item, marks in unique.items() if item in sure or marks & known}


def _choices(visitors: Sequence[Trace], unique: Mapping[Key, set[str]]) -> set[Key]:
    """Return the items that hold the site's own memory of the answer to the banner.

    Such came with the answer and are another for yes than for no; or they are a record of it, category by category. To them
    belongs what the same author wrote beside them and says no more than a flag: for yes and for no alike (“necessary: true”),
    or for no where it writes another for yes (“declined: 1”).
    """
    marks: dict[Key, dict[State, set[str]]] = defaultdict(lambda: defaultdict(set))
    for written in (one for visitor in visitors for one in visitor.written):
        marks[written.item][written.state].add(written.mark)
    seen: dict[Key, list[Observation]] = defaultdict(list)
    for one in (one for visitor in visitors for one in visitor.observations):
        seen[one.kind.value, one.name, one.domain].append(one)
    came = {item for item in marks if all(one.state is not State.NO_CHOICE for one in seen[item])}
    yes, no = ({item for item in marks if marks[item][state]} for state in (State.ACCEPTED, State.REFUSED))
    same = {item for item in yes & no if not marks[item][State.ACCEPTED].isdisjoint(marks[item][State.REFUSED])}
    own = {item for item in marks if unique.get(item)}
    memories = (((yes & no & came) - own) | _records(visitors, own, came, unique)) - same
    authors = {one.set_by for item in memories for one in seen[item] if one.set_by}
    halves = {one.set_by for item in (yes & came) - no - own if _is_flag(seen[item]) for one in seen[item]} - {""}
    beside = {item for item in yes & no & came if _is_beside(seen[item], authors)}
    return memories | beside | {item for item in (no & came) - yes if _is_beside(seen[item], authors | halves)}


def _records(
    visitors: Sequence[Trace], own: Collection[Key], came: Collection[Key], unique: Mapping[Key, set[str]]
) -> set[Key]:
    """Return the items into which an agreement was written category by category, whatever stood there before.

    The number under which consent is proven may stand beside it, once there is an answer, and as long as nobody else is told.
    """
    told = {(one.name, one.source) for visitor in visitors for one in _sent_on(visitor, unique)}
    records = {one.item for visitor in visitors for one in visitor.written if one.state is State.ACCEPTED and one.is_record}
    return {item for item in records if item not in own or (item in came and item[1:] not in told)}


def _is_flag(these: Sequence[Observation]) -> bool:
    """Whether an item held no more than a flag, as far as anybody was caught in the act."""
    caught = [one for one in these if one.set_by]
    return bool(caught) and all(one.value_shape == "flag" for one in caught)


def _is_beside(these: Sequence[Observation], authors: Collection[str]) -> bool:
    """Whether an item is a flag that one of these authors wrote."""
    return _is_flag(these) and all(one.set_by in authors for one in these if one.set_by)


def _sent_on(visitor: Trace, unique: Mapping[Key, set[str]]) -> Iterator[Observation]:
    errands: dict[str, list[tuple[str, Sent]]] = defaultdict(list)
    for errand in visitor.errands:
        errands[errand.mark].append((errand.host, errand.sent))
    for held in visitor.held:
        kind, name, domain = held.item
        mine = [piece for piece in held.pieces if piece.mark in unique.get(held.item, ())]
        known = {mark for piece in mine for mark in (piece.mark, *piece.digests)}
        for host, sent in [one for mark in sorted(known) for one in errands.get(mark, ())]:
            if parties.registrable(host) == parties.registrable(domain):
                continue
            yield Observation(
                state=State(sent.state),
                kind=Kind.IDENTIFIER,
                name=name,
                domain=host,
                party=Party.THIRD,
                page=sent.page,
                set_by=sent.by,
                via=sent.via,
                url=sent.url.split("?", 1)[0],
                source=domain,
                detail=f"the value of this {kind.replace('-', ' ')} item"
                if kind != Kind.COOKIE
                else "the value of this cookie",
            )
