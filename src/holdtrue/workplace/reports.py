"""Taking a device's report: the half's roof, where devices and software meet without knowing each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import transaction

from holdtrue import __version__
from holdtrue.accounts.queries import Grant, Purpose, token_grant
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.queries import verdicts_among
from holdtrue.policy.standing.rules import Consents, Result, Verdict, consented
from holdtrue.policy.text import queries as texts
from holdtrue.workplace.devices import actions as devices
from holdtrue.workplace.devices import signed
from holdtrue.workplace.devices.checks.lock import COMMITMENT as LOCK
from holdtrue.workplace.devices.checks.lock import WITHIN
from holdtrue.workplace.devices.checks.states import is_told_of
from holdtrue.workplace.devices.folding import fold
from holdtrue.workplace.devices.hearing import Heard
from holdtrue.workplace.devices.judgement import Changed, Judged, Updated, judge_touched, judge_whole, may_age
from holdtrue.workplace.devices.queries import owners_by_subject, sheets
from holdtrue.workplace.devices.readings import Followed, Ground, mark_of, reading_of
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.devices.rules import AT_MOST, COMMITMENTS, PROHIBITED, device_by_rules, judge_commitment
from holdtrue.workplace.devices.signatures import Signed, Tell
from holdtrue.workplace.document import verdict_out
from holdtrue.workplace.drift.actions import Known, judge_settings, settings_known
from holdtrue.workplace.drift.queries import watching
from holdtrue.workplace.drift.rules import COMMITMENT as SETTINGS
from holdtrue.workplace.drift.rules import Watching
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software import inventories, queries
from holdtrue.workplace.storage.actions import note_judged
from holdtrue.workplace.storage.queries import places, unjudged
from holdtrue.workplace.storage.rules import CLOUD, Place, judge_storage

JUDGED_AT_ONCE = 200
"""Devices of one transaction when all are judged again."""


def receive(document: bytes, *, secret: str, at: datetime) -> dict[str, Any]:
    """Keep and judge a device's report whole, or not at all, with its software; return its entry and verdicts for JSON."""
    return take(document, token_grant(secret, purpose=Purpose.DEVICE, at=at), at=at)


def take(document: bytes, grant: Grant, *, at: datetime) -> dict[str, Any]:
    """Keep and judge a report from whoever has this grant, as `receive` does."""
    with transaction.atomic():
        accepted = devices.take_report(
            document, grant, at=at, lock_within=lock_within(at=at), seen_as=lambda sheet: judged_part(sheet, at=at)
        )
        # The same bytes again change nothing: they were judged when they first came.
        hold = software.judge_inventory if accepted.is_new else software.verdict_now
        judged = hold(accepted.sheet, subject=accepted.subject, at=at)
        kept = judge_storage(accepted.sheet, places(), subject=accepted.subject)
        more = [kept, judge_settings(accepted.sheet, subject=accepted.subject, at=at)]
        if accepted.is_new:
            record_verdicts(more, at=at)
    consents = register(at=at, owners=owners_by_subject())
    return {
        "entry": str(accepted.entry),
        "device": str(accepted.device),
        "subject": accepted.subject,
        "verdicts": [verdict_out(consented(verdict, consents, at=at)) for verdict in (*accepted.verdicts, judged, *more)],
    }


def hear_signed(batch: Sequence[Signed], *, at: datetime, tell: Tell) -> Sequence[Heard]:
    """Return the reports whose signatures are right, for `take_heard`, and tell what became of the others."""
    return signed.hear(batch, at=at, tell=tell)


def take_heard(heard: Sequence[Heard], *, at: datetime, tell: Tell) -> None:
    """Take reports that were heard, at their places in the batch, and tell what became of each once that is durable."""
    signed.take(heard, judge=Judge(at=at), at=at, tell=tell)


def follow_unchanged(at: datetime) -> int:
    """Let the verdicts on devices that said that nothing changed follow them; return how many devices that were."""
    return fold(Judge(at=at), at=at)


def judged_part(sheet: FactSheet, *, at: datetime) -> FactSheet:
    """Return what of a device's facts is judged: tools that the security team approved by name break no rule on tools."""
    return inventories.without_approved(sheet, is_told_of, at=at)


class Judge:
    """The judgement of devices and of their software, as of one moment: what is asked of the policy is asked once for many."""

    commitments: tuple[str, ...] = (*COMMITMENTS, CLOUD, SETTINGS)
    """What verdicts on facts are about."""

    def __init__(self, *, at: datetime) -> None:
        """Ask what is in force when the first state needs it."""
        self._at = at
        self._settings: Known | None = None
        self._marks: dict[date, str] = {}
        self._consents: tuple[Mapping[str, UUID], Consents] | None = None

    @cached_property
    def _within(self) -> int:
        return lock_within(at=self._at)

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        return places()

    @cached_property
    def _watched(self) -> Watching:
        return watching()

    def prepare(self, subjects: Sequence[str]) -> None:
        """Read at once what the judgement of these devices needs, in the caller's transaction."""
        self._settings = settings_known(subjects, self._watched)

    def begin(self, changes: Sequence[Changed]) -> None:
        """Read at once what the judgement of these changes needs, in the caller's transaction."""
        self.prepare([one.subject for one in changes if self._moves_settings(one)])

    def mark(self, seen: datetime) -> str:
        """Return what tells the rules, the settings and the day by which a device seen then is judged from any others."""
        day = seen.date()
        if day not in self._marks:
            told = (__version__, rulebook().mark, self._within, self._places, self._watched.every, day)
            self._marks[day] = blake2b(repr(told).encode(), digest_size=9).hexdigest()
        return self._marks[day]

    def changed(self, told: Changed, *, at: datetime) -> Judged:
        """Return the verdicts on a device's facts that a change may have moved, and keep its watched settings."""
        sheet, subject, ground = told.sheet, told.subject, told.ground
        asked, clauses = judged_part(sheet, at=at), {LOCK: {AT_MOST: float(self._within)}}
        if ground is None or asked is not sheet:
            found = judge_whole(asked, subject=subject, clauses=clauses)
            stored, kept = self._storage(sheet, subject)
        else:
            *parts, stored = ground.readings
            found = judge_touched(asked, told.names, tuple(parts), told.results, subject=subject, clauses=clauses)
            kept = ()
            looked_at = reading_of(stored)
            # Whoever has clients has what these did last, which counts for some days: time alone may move that.
            if len(looked_at.exactly) > 1 or looked_at.is_touched_by(told.names):
                stored, kept = self._storage(sheet, subject)
        if self._moves_settings(told):
            kept = (*kept, judge_settings(sheet, subject=subject, at=at, known=self._settings))
        is_steady = asked is sheet and not may_age(sheet)
        return Judged(
            verdicts=(*found.verdicts, *kept),
            device=found.device if asked is sheet else device_by_rules(sheet, rulebook()),
            names=found.names,
            ground=Ground(self.mark(sheet.collected_at), (*found.readings, stored)) if is_steady else None,
            is_whole=found.is_whole,
        )

    def _moves_settings(self, told: Changed) -> bool:
        return told.ground is None or self._watched.has_any(told.names, told.sheet)

    def _storage(self, sheet: FactSheet, subject: str) -> tuple[str, tuple[Verdict, ...]]:
        """Return the verdict on where work is kept, and what it looked at."""
        followed = Followed(sheet)
        verdict = judge_storage(followed, self._places, subject=subject)
        return mark_of(followed.reading), (verdict,)

    def software(self, told: Sequence[Updated], *, at: datetime) -> Mapping[str, Verdict]:
        """Keep the judgement of these devices' software in the caller's transaction, and return it, by their subjects.

        Of a change what it changes is judged, and the whole where that does not follow what is in hand.
        """
        known = {one.subject: one for one in told}
        found = inventories.judge_differences(
            [_difference(one) for one in told if one.change and one.titles],
            at=at,
            whole=lambda subject: _software_of(known[subject]),
        )
        for one in told:
            if one.subject not in found:
                found[one.subject] = software.judge_inventory(_software_of(one), subject=one.subject, at=at)
        return found

    def confirm_software(self, seen: Mapping[str, datetime]) -> None:
        """Let the inventories of these devices be as fresh as their last word."""
        inventories.confirm_inventories(seen)

    def software_anew(self, subjects: Iterable[str], *, at: datetime) -> None:
        """Let the standing say again what is kept of these devices' software."""
        inventories.judge_anew(subjects, at=at)

    def told(self, verdicts: Iterable[Verdict], owners: Mapping[str, UUID], *, at: datetime) -> list[dict[str, object]]:
        """Return the verdicts as JSON carries them, held against the exemptions that these people have, by their devices."""
        return [verdict_out(self._held_against(one, owners, at=at)) for one in verdicts]

    def _held_against(self, verdict: Verdict, owners: Mapping[str, UUID], *, at: datetime) -> Verdict:
        if verdict.result is not Result.BROKEN:
            return verdict
        # Asked once for all that are taken together, and only when something is broken.
        if self._consents is None or self._consents[0] is not owners:
            self._consents = owners, register(at=at, owners=owners)
        return consented(verdict, self._consents[1], at=at)


def _software_of(one: Updated) -> FactSheet:
    return FactSheet(one.device, one.seen, (), None if one.titles is None else one.titles.every())


def _difference(one: Updated) -> inventories.Difference:
    change, titles = one.change, one.titles
    if change is None or titles is None:
        return inventories.Difference(one.subject, one.device.system.value, one.seen)
    removed = inventories.gone(change.removed, stay=titles.alike(change.removed))
    return inventories.Difference(one.subject, one.device.system.value, one.seen, change.added, removed)


def judge_storage_again(*, at: datetime) -> int:
    """Judge where every device keeps its work, if the list of approved storage changed since; return how many devices."""
    changed = unjudged()
    if not changed:
        return 0
    approved, count = places(), 0
    for some in sheets(at_once=JUDGED_AT_ONCE):
        _record_now([judge_storage(sheet, approved, subject=subject) for subject, sheet in some], at=at)
        count += len(some)
    note_judged(changed)
    return count


def judge_tools_again(*, at: datetime) -> int:
    """Judge the tools on every device that has any, if something was approved or denied since; return how many devices."""
    changed = queries.unjudged()
    if not changed:
        return 0
    count = 0
    for some in sheets(at_once=JUDGED_AT_ONCE):
        having = [(subject, sheet) for subject, sheet in some if any(map(is_told_of, sheet.software or ()))]
        _record_now([judge_commitment(PROHIBITED, judged_part(one, at=at), subject=subject) for subject, one in having], at=at)
        count += len(having)
    software.note_judged(changed)
    return count


def _record_now(verdicts: Sequence[Verdict], *, at: datetime) -> None:
    """Record what follows from facts in hand, as fresh as the last word of a device: that nothing changed, perhaps."""
    known = verdicts_among(one.subject for one in verdicts)
    seen = {(one.commitment, one.subject): one.reason.observed_at for one in known}
    record_verdicts([_no_older(one, seen.get((one.commitment, one.subject))) for one in verdicts], at=at)


def _no_older(verdict: Verdict, seen: datetime | None) -> Verdict:
    if seen is None or seen <= verdict.reason.observed_at:
        return verdict
    return replace(verdict, reason=replace(verdict.reason, observed_at=seen))


def lock_within(*, at: datetime) -> int:
    """Return the seconds within which screens must lock: the shortest that a clause in force asks, else fifteen minutes."""
    return _lock_within(texts.edition(), at.date())


@lru_cache(maxsize=8)
def _lock_within(_edition: tuple[int, UUID | None], day: date) -> int:
    """Return the same for a day and an edition of the texts, which are long to read with every batch of reports."""
    at = datetime.combine(day, time.max, UTC)
    asked = [
        kept.seconds("at most", WITHIN)
        for version in texts.policies(at=at)
        for _, kept in version.document.commitments
        if kept.id == LOCK
    ]
    return int(min(asked, default=WITHIN))
