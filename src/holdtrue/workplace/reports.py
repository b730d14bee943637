"""Taking a device's report: the half's roof, where devices and software meet without knowing each other."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from holdtrue.accounts.queries import Grant, Purpose, token_grant
from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Consents, Verdict, consented
from holdtrue.policy.text import queries as texts
from holdtrue.workplace.devices import actions as devices
from holdtrue.workplace.devices import signed
from holdtrue.workplace.devices.checks.lock import COMMITMENT as LOCK
from holdtrue.workplace.devices.checks.lock import WITHIN
from holdtrue.workplace.devices.checks.states import is_told_of
from holdtrue.workplace.devices.folding import fold
from holdtrue.workplace.devices.queries import owners_by_subject, sheets
from holdtrue.workplace.devices.rules import judge_device
from holdtrue.workplace.devices.signatures import Signed, Tell
from holdtrue.workplace.document import verdict_out
from holdtrue.workplace.drift.actions import Known, judge_settings, settings_known
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.software import actions as software
from holdtrue.workplace.software import inventories
from holdtrue.workplace.storage.actions import note_judged
from holdtrue.workplace.storage.queries import places, unjudged
from holdtrue.workplace.storage.rules import Place, judge_storage

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


def receive_signed(batch: Sequence[Signed], *, at: datetime, tell: Tell) -> None:
    """Take signed reports, many at once, and tell what became of each; nothing is told before it is durable."""
    signed.take(batch, judge=Judge(at=at), at=at, tell=tell)


def follow_unchanged(at: datetime) -> int:
    """Let the verdicts on devices that said that nothing changed follow them; return how many devices that were."""
    return fold(Judge(at=at), at=at)


def judged_part(sheet: FactSheet, *, at: datetime) -> FactSheet:
    """Return what of a device's facts is judged: tools that the security team approved by name break no rule on tools."""
    return inventories.without_approved(sheet, is_told_of, at=at)


class Judge:
    """The judgement of devices and of their software, as of one moment: what is asked of the policy is asked once for many."""

    def __init__(self, *, at: datetime) -> None:
        """Ask what is in force when the first state needs it."""
        self._at = at
        self._within: int | None = None
        self._places: tuple[Place, ...] = ()
        self._settings: Known | None = None

    def prepare(self, subjects: Sequence[str]) -> None:
        """Read at once what the judgement of these devices needs, in the caller's transaction."""
        self._settings = settings_known(subjects)

    def facts(self, sheet: FactSheet, *, subject: str, at: datetime) -> tuple[Verdict, ...]:
        """Return the verdicts on a device's facts, without its software, and keep its watched settings."""
        if self._within is None:
            self._within = lock_within(at=self._at)
            self._places = places()
        settings = judge_settings(sheet, subject=subject, at=at, known=self._settings)
        kept = judge_storage(sheet, self._places, subject=subject)
        asked = judged_part(sheet, at=at)
        return (*judge_device(asked, subject=subject, lock_within=self._within), kept, settings)

    def software(self, sheet: FactSheet, *, subject: str, at: datetime) -> Verdict:
        """Keep the judgement of a device's software in the caller's transaction, and return it."""
        return software.judge_inventory(sheet, subject=subject, at=at)

    def confirm_software(self, seen: Mapping[str, datetime]) -> None:
        """Let the inventories of these devices be as fresh as their last word."""
        inventories.confirm_inventories(seen)

    def software_anew(self, subjects: Iterable[str], *, at: datetime) -> None:
        """Let the standing say again what is kept of these devices' software."""
        inventories.judge_anew(subjects, at=at)

    def consents(self, owners: Mapping[str, UUID], *, at: datetime) -> Consents:
        """Return the exemptions that there are, for devices that these people answer for."""
        return register(at=at, owners=owners)

    def told(self, verdicts: Iterable[Verdict], consents: Consents, *, at: datetime) -> list[dict[str, object]]:
        """Return the verdicts as JSON carries them, held against the exemptions."""
        return [verdict_out(consented(verdict, consents, at=at)) for verdict in verdicts]


def judge_storage_again(*, at: datetime) -> int:
    """Judge where every device keeps its work, if the list of approved storage changed since; return how many devices."""
    changed = unjudged()
    if not changed:
        return 0
    approved, count = places(), 0
    for some in sheets(at_once=JUDGED_AT_ONCE):
        record_verdicts([judge_storage(sheet, approved, subject=subject) for subject, sheet in some], at=at)
        count += len(some)
    note_judged(changed)
    return count


def lock_within(*, at: datetime) -> int:
    """Return the seconds within which screens must lock: the shortest that a clause in force asks, else fifteen minutes."""
    asked = [
        kept.seconds("at most", WITHIN)
        for version in texts.policies(at=at)
        for _, kept in version.document.commitments
        if kept.id == LOCK
    ]
    return int(min(asked, default=WITHIN))
