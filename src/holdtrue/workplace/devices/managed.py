"""Whether a device is one of ours: the company's with something to prove it, or personal and enrolled (WB-AST-3/4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from holdtrue.policy.standing.commitments import COMMITMENTS
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.said import said

from .rules import Life, Ownership

COMMITMENT: Final = "device.managed"
RULE: Final = "the company's by an asset tag or purchase on record, or personal and enrolled; not lost; its key on one machine"

SILENT: Final = COMMITMENTS[COMMITMENT].fresh_for or timedelta(hours=24)
"""After so long without a word from it, nobody knows where a device is."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register knows of a device."""

    subject: str
    ownership: Ownership
    asset_tag: str
    claimed_tag: str
    """What the device said of itself."""
    purchase: str
    life: Life
    enrolled_at: datetime
    has_signed: bool
    """Whether it ever had a key of its own."""
    has_key: bool
    """Whether a key speaks for it now."""
    is_suspected: bool
    """Whether its key was seen on two machines."""
    seen: datetime
    """When it spoke last."""


def judge_managed(told: Registered, *, at: datetime) -> Verdict:
    """Return whether the device is managed, as the register and its last report say it at this time."""
    result, value, advice = _judged(told, at=at)
    return Verdict(COMMITMENT, told.subject, result, Reason("device", value, "the register", at, RULE, advice))


def _judged(told: Registered, *, at: datetime) -> tuple[Result, str, str]:
    if trouble := _trouble(told):
        return Result.BROKEN, *trouble
    if at - told.seen >= SILENT:
        return (
            Result.UNPROVEN,
            said("it has not reported since %(when)s UTC", when=f"{told.seen:%Y-%m-%d %H:%M}"),
            COMMITMENTS[COMMITMENT].missing,
        )
    if told.ownership is Ownership.PERSONAL:
        return Result.HOLDS, said("personal, enrolled on %(day)s", day=told.enrolled_at.date()), ""
    if told.asset_tag or told.purchase:
        tag = said("asset tag %(tag)s", tag=told.asset_tag)
        proof = tag if told.asset_tag else said("bought by %(purchase)s", purchase=told.purchase)
        return Result.HOLDS, said("the company's, %(proof)s", proof=proof), ""
    if told.claimed_tag:
        advice = "Look at the tag on the device, and write it down."
        words = said("it says that its asset tag is %(tag)s, and nobody confirmed that", tag=told.claimed_tag)
        return Result.UNPROVEN, words, advice
    advice = "Write down its asset tag or purchase, or that it is personal."
    return Result.UNPROVEN, "said to be the company's, and nothing proves it", advice


def _trouble(told: Registered) -> tuple[str, str] | None:
    """Return what is wrong with the device, and what to do."""
    if told.life is Life.LOST:
        return "it was reported lost", "Mark it found when it is back."
    if told.life is Life.RETIRED:
        return "it was taken out of use and still reports", "Find out who uses it; let it enrol again, or wipe it."
    if told.is_suspected:
        why = "its key was used by two machines, or by an old copy of this one"
        return why, "Look at both, then revoke the key and let the right one enrol again."
    if told.has_signed and not told.has_key:
        return (
            "no key speaks for it: it was revoked, or the agent left",
            "Issue a token for this device and let it enrol again.",
        )
    return None
