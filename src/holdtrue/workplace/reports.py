"""Taking a device's report: the half's roof, where devices and software meet without knowing each other."""

from datetime import datetime
from typing import Any

from django.db import transaction

from holdtrue.policy.exemptions.queries import register
from holdtrue.policy.standing.rules import consented
from holdtrue.policy.text import queries as texts
from holdtrue.workplace.devices import actions as devices
from holdtrue.workplace.devices.checks.lock import COMMITMENT as LOCK
from holdtrue.workplace.devices.checks.lock import WITHIN
from holdtrue.workplace.devices.queries import owners_by_subject
from holdtrue.workplace.document import verdict_out
from holdtrue.workplace.software import actions as software


def receive(document: bytes, *, secret: str, at: datetime) -> dict[str, Any]:
    """Keep and judge a device's report whole, or not at all, with its software; return its entry and verdicts for JSON."""
    with transaction.atomic():
        accepted = devices.receive_report(document, secret=secret, at=at, lock_within=lock_within(at=at))
        # The same bytes again change nothing: they were judged when they first came.
        hold = software.judge_inventory if accepted.is_new else software.verdict_now
        judged = hold(accepted.sheet, subject=accepted.subject, at=at)
    consents = register(at=at, owners=owners_by_subject())
    return {
        "entry": str(accepted.entry),
        "device": str(accepted.device),
        "subject": accepted.subject,
        "verdicts": [verdict_out(consented(verdict, consents, at=at)) for verdict in (*accepted.verdicts, judged)],
    }


def lock_within(*, at: datetime) -> int:
    """Return the seconds within which screens must lock: the shortest that a clause in force asks, else fifteen minutes."""
    asked = [
        kept.seconds("at most", WITHIN)
        for version in texts.policies(at=at)
        for _, kept in version.document.commitments
        if kept.id == LOCK
    ]
    return int(min(asked, default=WITHIN))
