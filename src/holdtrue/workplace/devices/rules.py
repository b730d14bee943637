"""The judgement of a device: from its facts to one verdict for each commitment about it."""

from enum import StrEnum

from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FactSheet

from .checks.backups import COMMITMENT as BACKUPS
from .checks.backups import judge_backups
from .checks.lock import COMMITMENT as LOCK
from .checks.lock import WITHIN, judge_lock
from .checks.storage import COMMITMENT as STORAGE
from .checks.storage import judge_storage


class Ownership(StrEnum):
    """Whose a device is; a personal one may connect because it is enrolled (WB-AST-3/4)."""

    COMPANY = "company"
    PERSONAL = "personal"


COMMITMENTS = (LOCK, STORAGE, BACKUPS)
"""What this module answers for; approved software is the software module's."""


def judge_device(sheet: FactSheet, *, subject: str, lock_within: int = WITHIN) -> tuple[Verdict, ...]:
    """Return the verdicts on a device's screen lock (within so many seconds), removable storage and backups."""
    return (
        judge_lock(sheet, subject=subject, within=lock_within),
        judge_storage(sheet, subject=subject),
        judge_backups(sheet, subject=subject),
    )


def subject_of(sheet: FactSheet) -> str:
    """Return the device as verdicts and evidence name it: `device/<serial or id>`."""
    return f"device/{sheet.device.id}"
