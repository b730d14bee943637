"""A signed report on its way: who spoke, what one transaction writes for many, and what they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from holdtrue.bulk import Row
from holdtrue.errors import Conflict, HoldtrueError
from holdtrue.evidence.drafts import Draft
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.delivery import Delivery
from holdtrue.workplace.devices.judgement import Judged
from holdtrue.workplace.devices.keyrows import KeyRow, Moved, moved
from holdtrue.workplace.devices.rules import EVERY
from holdtrue.workplace.devices.signatures import Answer, Signed
from holdtrue.workplace.devices.states import State
from holdtrue.workplace.devices.titles import Titles
from holdtrue.workplace.facts import FactSheet

OK: Final = 200
CREATED: Final = 201
ENROL: Final = "Ask the security team for a token, then run `holdtrue agent enrol` on the device."


class Heard(NamedTuple):
    """A report whose signature is right."""

    place: int
    signed: Signed
    delivery: Delivery
    digest: bytes


class Spoken(NamedTuple):
    """A report that was heard, and the row of its key, which nobody else moves now."""

    place: int
    signed: Signed
    delivery: Delivery
    digest: bytes
    row: KeyRow


@dataclass(slots=True)
class Round:
    """What one transaction writes, and what is answered once it is durable."""

    at: datetime
    moves: list[Moved] = field(default_factory=list)
    states: list[tuple[UUID, State]] = field(default_factory=list)
    concluded: list[tuple[UUID, Judged]] = field(default_factory=list)
    entries: list[Draft] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    owners: Mapping[str, UUID] = field(default_factory=dict)
    """Who answers for the devices of which something changed."""
    titles: list[tuple[UUID, Titles | None, datetime]] = field(default_factory=list)
    """The inventories of the devices of whose software something changed, with when they were taken."""
    identities: list[tuple[UUID, FactSheet]] = field(default_factory=list)
    """Of the devices that told their whole state."""
    answers: list[tuple[int, Answer]] = field(default_factory=list)


class Wanted(Conflict):
    """A report that does not fit; the device does something else first."""

    def __init__(self, message: str, *, hint: str, want: str) -> None:
        super().__init__(message, hint=hint)
        self.want = want


def no_base() -> Wanted:
    """Return the refusal of what does not follow from the state that is known."""
    return Wanted("The state that this builds on is not the one that is known here.", hint="Send the whole state.", want="full")


def refused(error: HoldtrueError) -> Answer:
    """Return what is answered for an error of the tree; what the device should do next stands in `want`."""
    body: dict[str, Any] = {"error": error.message, "hint": error.hint}
    if isinstance(error, Wanted):
        body["want"] = error.want
    return Answer(error.status, body)


def moved_by(heard: Spoken, base: bytes, made: Round) -> Moved:
    """Return how far the key has come by a report after which its device is in the state `base`."""
    delivery = heard.delivery
    return moved(
        heard.row, delivery.stamp.sequence, heard.digest, base=base, seen=delivery.collected_at, at=made.at,
        clock_off=delivery.clock_off_seconds,
    )  # fmt: skip


def about(subject: str, check_at: datetime | None, delivery: Delivery) -> dict[str, Any]:
    """Return what every report that counts is answered; `check_at` is when somebody asked its device to look again."""
    told: dict[str, Any] = {"subject": subject, "every": EVERY}
    if check_at is not None and check_at > delivery.collected_at:
        told["check_at"] = check_at.isoformat()
    if delivery.clock_off_seconds:
        told["clock_off_seconds"] = delivery.clock_off_seconds
    return told
