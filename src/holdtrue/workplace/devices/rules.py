"""The judgement of a device: from its facts, by the rules that count, to one verdict for each commitment about it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.facts import FactSheet, Installed
from holdtrue.workplace.state import slug

from .checks.backups import TOOLS
from .checks.lock import COMMITMENT as LOCK
from .checks.lock import WITHIN

if TYPE_CHECKING:
    from .rulebook.judge import Device
    from .rulebook.rule import Rulebook


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

PROHIBITED: Final = "device.prohibited-tools"
"""The commitment that counts the tools which nobody approved by name."""
COMMITMENTS = (
    LOCK,
    "device.suspend-lock",
    "device.removable-storage",
    "device.phones",
    "device.backups",
    "device.disk-encryption",
    "device.protection",
    "device.supported-system",
    PROHIBITED,
    "device.network-quiet",
    "device.sign-in",
)
"""What the rules answer for; approved software is the software module's."""
AT_MOST = "at most"
"""What a clause sets of the screen lock."""
KEPT_BODIES: Final = 30
"""Reports of one device whose words are kept; of older ones the hash stays."""


def judge_device(sheet: FactSheet, *, subject: str, lock_within: int = WITHIN) -> tuple[Verdict, ...]:
    """Return the verdicts on a device, one for each commitment; `lock_within` is what the clause in force asks of the lock."""
    return judge(sheet, subject=subject, set_by_clause={LOCK: {AT_MOST: float(lock_within)}})


def judge_commitment(
    commitment: str, sheet: FactSheet, *, subject: str, settings: Mapping[str, float] | None = None
) -> Verdict:
    """Return the verdict on one commitment; `settings` are what a clause sets of it, such as `at most`."""
    return judge(sheet, subject=subject, set_by_clause={commitment: settings or {}}, only=commitment)[0]


def judge(
    sheet: FactSheet,
    *,
    subject: str,
    set_by_clause: Mapping[str, Mapping[str, float]],
    only: str = "",
    at: datetime | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdicts of every rule that keeps a commitment, as of when the facts were read, or of another time."""
    from .rulebook.book import rulebook
    from .rulebook.judge import judge as judge_rule
    from .rulebook.judge import verdict_of

    book = rulebook()
    device = device_by_rules(sheet, book)
    verdicts: list[Verdict] = []
    for commitment in (only,) if only else COMMITMENTS:
        told = set_by_clause.get(commitment, {})
        outcomes = [judge_rule(rule, device, at=at, settings=rule.set_by(told)) for rule in book.keeping(commitment)]
        if outcomes:
            verdicts.append(verdict_of(outcomes, commitment, device, subject=subject))
    return tuple(verdicts)


_looked_at: dict[int, tuple[FactSheet, "Rulebook", "Device"]] = {}
"""The devices that were looked at last: they are judged, and then kept for sweeps."""
_MOST_LOOKED_AT = 256


def device_by_rules(sheet: FactSheet, book: "Rulebook") -> "Device":
    """Return everything that rules may speak of, concluded of a device's facts."""
    from .checks.conclude import device_of
    from .rulebook.osquery_rule import answer_queries

    known = _looked_at.get(id(sheet))
    if known is not None and known[0] is sheet and known[1] is book:
        return known[2]
    device = answer_queries(device_of(sheet, raw=book.raw_names), book, sheet)
    if len(_looked_at) >= _MOST_LOOKED_AT:
        _looked_at.clear()
    _looked_at[id(sheet)] = (sheet, book, device)
    return device


def needs_inventory() -> bool:
    """Whether a rule looks at every title that is installed, and not only at those that `matters` tells."""
    from .rulebook.book import rulebook

    return rulebook().reads_inventory


def matters(title: Installed) -> bool:
    """Whether the judgement of facts looks at this title: it is kept with them, apart from the inventory."""
    from .checks.states import is_told_of

    return title.name.lower() in TOOLS or is_told_of(title)


def subject_of(sheet: FactSheet) -> str:
    """Return the device as verdicts and evidence name it: `device/<serial or id>`."""
    return f"device/{sheet.device.id}"


def take_down(*words: str) -> frozenset[str]:
    """Return how a serial number or an id is written in the register, whoever wrote it down."""
    return frozenset(slug(one) for one in words if one.strip())
