"""The judgement of a device: from its facts to one verdict for each commitment about it."""

from enum import StrEnum
from typing import Final

from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FactSheet, Installed
from holdtrue.workplace.state import slug

from .checks.backups import COMMITMENT as BACKUPS
from .checks.backups import TOOLS, judge_backups
from .checks.lock import COMMITMENT as LOCK
from .checks.lock import WITHIN, judge_lock
from .checks.storage import COMMITMENT as STORAGE
from .checks.storage import judge_storage


class Ownership(StrEnum):
    """Whose a device is; a personal one may connect because it is enrolled (WB-AST-3/4)."""

    COMPANY = "company"
    PERSONAL = "personal"


class Life(StrEnum):
    """What became of a device."""

    IN_USE = "in-use"
    LOST = "lost"
    RETIRED = "retired"


class Form(StrEnum):
    """How much of a device's state a report tells."""

    FULL = "full"
    CHANGE = "change"


class KeyState(StrEnum):
    """Whether a device's key still speaks for it."""

    ACTIVE = "active"
    REPLACED = "replaced"
    """The device enrolled again with another."""
    REVOKED = "revoked"


EVERY: Final = 900
"""Seconds between two reports of a device."""

COMMITMENTS = (LOCK, STORAGE, BACKUPS)
"""What this module answers for; approved software is the software module's."""


def judge_device(sheet: FactSheet, *, subject: str, lock_within: int = WITHIN) -> tuple[Verdict, ...]:
    """Return the verdicts on a device's screen lock (within so many seconds), removable storage and backups."""
    return (
        judge_lock(sheet, subject=subject, within=lock_within),
        judge_storage(sheet, subject=subject),
        judge_backups(sheet, subject=subject),
    )


def matters(title: Installed) -> bool:
    """Whether the judgement of facts looks at this title: it is kept with them, apart from the inventory."""
    return title.name.lower() in TOOLS


def subject_of(sheet: FactSheet) -> str:
    """Return the device as verdicts and evidence name it: `device/<serial or id>`."""
    return f"device/{sheet.device.id}"


def take_down(*words: str) -> frozenset[str]:
    """Return how a serial number or an id is written in the register, whoever wrote it down."""
    return frozenset(slug(one) for one in words if one.strip())
