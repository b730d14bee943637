"""Puts together what several visitors saw: each thing once for each state, and the identifiers that went astray."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from holdtrue.website.scan.engine import parties
from holdtrue.website.scan.engine.identifiers import Payloads, digests, looks_unique, names_identifier, tokens
from holdtrue.website.scan.engine.notebook import Key, Notebook
from holdtrue.website.scan.engine.observations import STATES, Kind, Observation, Party, State

Seen = tuple[Notebook, Payloads]
RANDOM = 10
"""Letters from which a mixed value that every visitor gets alike may still be meant for one of them."""


def united(visitors: Sequence[Seen], *, site: str) -> tuple[Observation, ...]:
    """Return each thing once for each state, though several visitors saw it, with the identifiers among them marked."""
    unique = _unique_pieces([notebook for notebook, _ in visitors])
    found: dict[tuple[str, ...], Observation] = {}
    for notebook, payloads in visitors:
        for one in [*notebook.observations(), *_sent_on(notebook, payloads, unique)]:
            item = (one.kind.value, one.name, one.domain)
            whose = replace(one, party=parties.party(one.domain, site=site), is_identifier=bool(unique.get(item)))
            key = (one.state, one.kind, one.name, one.domain, one.source)
            known = found.get(key)
            found[key] = whose if known is None else _better(known, whose)
    return tuple(sorted(found.values(), key=lambda one: (STATES.index(one.state), one.kind, one.domain, one.name)))


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
        deleted=one.deleted and other.deleted,
        refused_reason=known.refused_reason if less.refused_reason else "",
        retention_days=days,
        refreshed=one.refreshed or other.refreshed,
        respawned=one.respawned or other.respawned,
        survived=one.survived and other.survived,
    )


def _unique_pieces(notebooks: Sequence[Notebook]) -> dict[Key, set[str]]:
    """Return by item the pieces of its values that stand for one visitor."""
    held: dict[Key, list[set[str]]] = defaultdict(list)
    for notebook in notebooks:
        for item, values in notebook.values.items():
            held[item].append({piece for value in values for piece in tokens(value) if looks_unique(piece)})
    found: dict[Key, set[str]] = {}
    for item, sets in held.items():
        everybodys = set.intersection(*sets) if len(sets) > 1 else set()
        # What all get alike tells nobody apart, unless its name says that it is meant to.
        kept = set().union(*sets) - everybodys
        if names_identifier(item[1]):
            kept |= {piece for piece in everybodys if len(piece) >= RANDOM}
        if kept:
            found[item] = kept
    return found


def _sent_on(notebook: Notebook, payloads: Payloads, unique: dict[Key, set[str]]) -> Iterator[Observation]:
    for item, values in notebook.values.items():
        kind, name, domain = item
        mine = {piece for value in values for piece in tokens(value)} & unique.get(item, set())
        if not mine:
            continue
        known = mine | {digest for piece in mine for digest in digests(piece)}
        for host, sent in payloads.of(known):
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
