"""The only writers of what people are asked to put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.letters.actions import post
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.queries import Brief, broken_under, verdicts_among
from holdtrue.policy.standing.rules import Result, Verdict, consented, effective
from holdtrue.said import packed
from holdtrue.workplace.help.models import Need
from holdtrue.workplace.help.rules import AGAIN, grace_of, is_mended
from holdtrue.workplace.help.telling import that_it_is_done, what_to_do

AT_ONCE: Final = 200
"""Needs that one transaction settles."""
_Key: TypeAlias = "tuple[str, str]"


@dataclass(frozen=True, slots=True)
class Register:
    """What is known of devices: who answers for each and how it is called, by subject, and the time that each rule gives."""

    owners: Mapping[str, UUID] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    graces: Mapping[str, timedelta] = field(default_factory=dict)


def look(known: Register, *, at: datetime) -> int:
    """Tell owners what broke and what is mended, each once; return how many things changed.

    What an exemption in force covers asks nothing of anybody. What became unproven stays open: nobody knows if it is mended.
    """
    rows = {(row.subject, row.commitment): row for row in Need.objects.filter(mended_at=None)}
    wrong = {(one.subject, one.commitment): one for one in broken_under("device/", at=at)}
    exempt = _exempt(wrong, known, at=at)
    gone = [row for place, row in rows.items() if place not in wrong or place in exempt]
    moved = [place for place, one in wrong.items() if place not in exempt and _has_moved(rows.get(place), one, known)]
    told = _verdicts({subject for subject, _ in moved})
    fresh = [told[place] for place in moved if place in told and place not in rows]
    handed = [rows[place] for place in moved if place in told and place in rows]
    for start in range(0, len(fresh), AT_ONCE):
        with transaction.atomic():
            for verdict in fresh[start : start + AT_ONCE]:
                _open(verdict, known, at=at)
    with transaction.atomic():
        for row in handed:
            _follow(row, told[row.subject, row.commitment], known, at=at)
    return len(fresh) + len(handed) + _close(gone, known, at=at)


def _exempt(wrong: Mapping[_Key, Brief], known: Register, *, at: datetime) -> set[_Key]:
    """Return what of it an exemption in force covers; where nobody has one, no verdict is read for it."""
    consents = register(at=at, owners=known.owners)
    if not consents.consents:
        return set()
    verdicts = _verdicts({subject for subject, _ in wrong})
    now = {place: consented(one, consents, at=at).result for place, one in verdicts.items() if place in wrong}
    return {place for place, result in now.items() if result is Result.EXEMPT}


def _verdicts(subjects: Iterable[str]) -> dict[_Key, Verdict]:
    """Return the verdicts on these devices that are broken, by device and commitment."""
    found: dict[_Key, Verdict] = {}
    wanted = sorted(subjects)
    for start in range(0, len(wanted), AT_ONCE):
        for one in verdicts_among(wanted[start : start + AT_ONCE]):
            if one.result is Result.BROKEN:
                found[one.subject, one.commitment] = one
    return found


def _has_moved(row: Need | None, now: Brief, known: Register) -> bool:
    """Whether nobody was told yet, or something else is found now, or somebody else answers for the device."""
    if row is None:
        return True
    return (row.owner_id, row.value, row.advice) != (known.owners.get(row.subject), now.value, now.advice)


def _open(verdict: Verdict, known: Register, *, at: datetime) -> None:
    owner = known.owners.get(verdict.subject)
    same = Need.objects.filter(subject=verdict.subject, commitment=verdict.commitment, mended_at__gt=at - AGAIN, owner_id=owner)
    before = same.order_by("-mended_at").first()
    if before is not None:
        # It broke again within the day: whoever was told knows, and has the time that they had.
        Need.objects.filter(id=before.id).update(mended_at=None, **_what(verdict))
        return
    due_at = at + grace_of(verdict, known.graces)
    try:
        with transaction.atomic():
            entry = record(
                Kind.OWNER_TOLD,
                about=verdict.subject,
                at=at,
                core={"commitment": verdict.commitment, "due": due_at.isoformat(), "has_owner": owner is not None},
                identity={"owner": str(owner)} if owner else {},
            )
            made = Need.objects.create(
                subject=verdict.subject, commitment=verdict.commitment, owner_id=owner, told_at=at, due_at=due_at,
                entry=entry, **_what(verdict),
            )  # fmt: skip
            _tell(made, verdict, known, at=at)
    except IntegrityError:
        # Another worker looks at this moment, and tells it.
        return


def _what(verdict: Verdict) -> dict[str, str]:
    """Return what was found and what to do, as a row keeps them."""
    told = {"value": verdict.reason.value, "advice": verdict.reason.advice}
    return {**told, "patterns": packed(told)}


def _follow(row: Need, verdict: Verdict, known: Register, *, at: datetime) -> None:
    """Keep what is found now; whoever answers for the device since is told, and has the time that a first owner has."""
    owner = known.owners.get(row.subject)
    change: dict[str, object] = {**_what(verdict)}
    is_handed = owner is not None and owner != row.owner_id
    if owner != row.owner_id:
        change |= {"owner_id": owner} | ({"due_at": at + grace_of(verdict, known.graces), "told_at": at} if is_handed else {})
    Need.objects.filter(id=row.id, mended_at=None).update(**change)
    if is_handed:
        row.owner_id, row.due_at = owner, at + grace_of(verdict, known.graces)
        core: Facts = {"commitment": row.commitment, "due": row.due_at.isoformat(), "has_owner": True}
        record(Kind.OWNER_TOLD, about=row.subject, at=at, core=core, identity={"owner": str(owner)})
        _tell(row, verdict, known, at=at)


def _tell(row: Need, verdict: Verdict, known: Register, *, at: datetime) -> None:
    if row.owner_id is None:
        return
    device = known.names.get(row.subject, row.subject)
    letter = what_to_do(verdict, device=device, due_at=row.due_at, at=at)
    post(row.owner_id, letter, key=f"need/{row.id}", about=row.subject, at=at)


def _close(rows: list[Need], known: Register, *, at: datetime) -> int:
    """Close what is mended, and tell its owner; return how many were."""
    now = {(one.subject, one.commitment): effective(one, at=at) for one in verdicts_among({row.subject for row in rows})}
    closed = 0
    with transaction.atomic():
        for row in rows:
            verdict = now.get((row.subject, row.commitment))
            # What is still broken here is broken with consent.
            result = Result.EXEMPT if verdict and verdict.result is Result.BROKEN else verdict.result if verdict else None
            if result is not None and not is_mended(result):
                continue
            is_mine = Need.objects.filter(id=row.id, mended_at=None).update(mended_at=at)
            closed += is_mine
            if is_mine and row.owner_id and result in {Result.HOLDS, Result.NOT_APPLICABLE}:
                letter = that_it_is_done(row.commitment, device=known.names.get(row.subject, row.subject), at=at)
                post(row.owner_id, letter, key=f"mended/{row.id}", about=row.subject, at=at)
    return closed
