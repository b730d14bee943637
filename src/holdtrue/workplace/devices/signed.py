"""Signed reports: who may speak, what became of each, and everything that follows from it in one transaction for many.

A report that nothing changed moves one row. A change is carried out on the state that the device was in, and judged at once.
Whole states and changes of software are taken one at a time.
"""

import hashlib
import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from django.db import transaction

from holdtrue.errors import BrokenEvidence, Conflict, HoldtrueError, Invalid, NotSigned, Unavailable
from holdtrue.evidence.actions import record_many
from holdtrue.evidence.drafts import Draft, compose
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Consents, Verdict
from holdtrue.workplace.delivery import Delivery, read_delivery
from holdtrue.workplace.devices.keyrows import KeyRow, Moved, key_rows, move_keys, moved, remember
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import Device, Report
from holdtrue.workplace.devices.rules import EVERY, Form
from holdtrue.workplace.devices.signatures import REPORT, Answer, Signed, Tell, is_signed
from holdtrue.workplace.devices.states import (
    State,
    keep_sheet,
    keep_states,
    looked_at,
    state_of,
    states_of,
    titles_of,
    with_software,
)
from holdtrue.workplace.devices.suspicion import suspect, was_overtaken
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.state import applied, software_hash, state_hash_of

log = logging.getLogger("holdtrue.devices")
OK: Final = 200
CREATED: Final = 201
_ENROL: Final = "Ask the security team for a token, then run `holdtrue agent enrol` on the device."


class Judge(Protocol):
    """The judgement of a state, as the roof over devices and software puts it together."""

    def prepare(self, subjects: Sequence[str]) -> None:
        """Read at once what the judgement of these devices needs, in the caller's transaction."""

    def facts(self, sheet: FactSheet, *, subject: str, at: datetime) -> tuple[Verdict, ...]:
        """Return the verdicts on a device's facts, without its software."""

    def software(self, sheet: FactSheet, *, subject: str, at: datetime) -> Verdict:
        """Keep the judgement of a device's software in the caller's transaction, and return it."""

    def consents(self, owners: Mapping[str, UUID], *, at: datetime) -> Consents:
        """Return the exemptions that there are, for devices that these people answer for."""

    def told(self, verdicts: Iterable[Verdict], consents: Consents, *, at: datetime) -> list[dict[str, object]]:
        """Return the verdicts as JSON carries them, held against the exemptions."""


class _Heard(NamedTuple):
    """A report whose signature is right."""

    place: int
    row: KeyRow
    delivery: Delivery
    digest: bytes
    signed: Signed

    @property
    def is_heavy(self) -> bool:
        """Whether the inventory is needed."""
        change = self.delivery.change
        return self.delivery.sheet is not None or (change is not None and bool(change.added or change.removed))


@dataclass(slots=True)
class _Round:
    """What one transaction writes, and what is answered once it is durable."""

    at: datetime
    moves: list[Moved] = field(default_factory=list)
    states: list[tuple[UUID, State]] = field(default_factory=list)
    entries: list[Draft] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    identities: list[tuple[UUID, FactSheet]] = field(default_factory=list)
    """Of the devices that told their whole state."""
    answers: list[tuple[int, Answer]] = field(default_factory=list)


def take(batch: Sequence[Signed], *, judge: Judge, at: datetime, tell: Tell) -> None:
    """Take these reports and tell what became of each, once that is durable."""
    rows = key_rows({one.key for one in batch}, lock=False)
    waiting: list[_Heard] = []
    for place, one in enumerate(batch):
        try:
            waiting.append(_heard(place, one, rows.get(one.key), at=at))
        except HoldtrueError as error:
            tell(place, refused(error))
    # Of one key the reports go in their order, each in a round of its own: each builds on the one before.
    waiting.sort(key=lambda heard: heard.delivery.stamp.sequence)
    while waiting:
        first: dict[str, _Heard] = {}
        later = [heard for heard in waiting if first.setdefault(heard.row.id, heard) is not heard]
        light = [heard for heard in first.values() if not heard.is_heavy]
        _together(light, judge=judge, at=at, tell=tell)
        for heard in first.values():
            if heard.is_heavy:
                _together([heard], judge=judge, at=at, tell=tell)
        waiting = later


def refused(error: HoldtrueError) -> Answer:
    """Return what is answered for an error of the tree; what the device should do next stands in `want`."""
    body: dict[str, Any] = {"error": error.message, "hint": error.hint}
    if isinstance(error, _Wanted):
        body["want"] = error.want
    return Answer(error.status, body)


class _Wanted(Conflict):
    """A report that does not fit; the device does something else first."""

    def __init__(self, message: str, *, hint: str, want: str) -> None:
        super().__init__(message, hint=hint)
        self.want = want


def _heard(place: int, signed: Signed, row: KeyRow | None, *, at: datetime) -> _Heard:
    """Return the report once it is known to come from its key; nothing of it is read before."""
    if row is None:
        raise _Wanted("This key is not known here.", hint=_ENROL, want="enrol")
    if not is_signed(signed.body, kind=REPORT, public_key=row.public_key, signature=signed.signature):
        raise NotSigned("The report is not signed by the key that it names.", hint="docs/reference/device-reports.md")
    _require_speaks(row)
    delivery = read_delivery(signed.body, at=at)
    if delivery.stamp.key != signed.key:
        raise Invalid("The report names another key than its header.", hint="docs/reference/device-reports.md")
    return _Heard(place, row, delivery, hashlib.sha256(signed.body).digest(), signed)


def _require_speaks(row: KeyRow) -> None:
    if not row.speaks:
        log.warning("a report came with a key that speaks for no device any more: %s", row.id)
        raise _Wanted("This key does not speak for a device any more.", hint=_ENROL, want="enrol")


def _together(heard: Sequence[_Heard], *, judge: Judge, at: datetime, tell: Tell) -> None:
    """Take reports of different keys in one transaction; should it fail, each by itself, so that one harms no other."""
    if not heard:
        return
    try:
        answers = _taken(heard, judge=judge, at=at)
    except BrokenEvidence:
        raise
    except Exception as error:
        if len(heard) > 1:
            for one in heard:
                _together([one], judge=judge, at=at, tell=tell)
            return
        if not isinstance(error, HoldtrueError):
            log.exception("a report could not be taken")
            error = Unavailable("The server could not store this.", hint="Keep it and send it again.")
        answers = [(heard[0].place, refused(error))]
    for place, answer in answers:
        tell(place, answer)


def _taken(heard: Sequence[_Heard], *, judge: Judge, at: datetime) -> list[tuple[int, Answer]]:
    with transaction.atomic():
        now = key_rows([one.row.id for one in heard], lock=True)
        made = _Round(at)
        changes: list[_Heard] = []
        for one in [one._replace(row=now[one.row.id]) for one in heard]:
            try:
                if _is_old(one, made):
                    continue
                if one.delivery.sheet is None and one.delivery.change is None:
                    _unchanged(one, made)
                else:
                    changes.append(one)
            except HoldtrueError as error:
                made.answers.append((one.place, refused(error)))
        if changes:
            _change(changes, made, judge)
        _write(made)
    return made.answers


def _is_old(heard: _Heard, made: _Round) -> bool:
    """Whether this report is behind what its key has said: answered then, or told to the security team."""
    row, stamp = heard.row, heard.delivery.stamp
    _require_speaks(row)
    if stamp.sequence > row.sequence:
        return False
    stored = Report.objects.filter(device_id=row.device, sha256=heard.digest.hex()).first()
    if stored is None and not row.knows(stamp.sequence, heard.digest):
        if was_overtaken(row, heard.delivery):
            # Newer words are known already; what it said is past, and its number was said.
            remember(row, stamp.sequence, heard.digest)
            made.answers.append((heard.place, Answer(OK, {**_about(heard), "was_overtaken": True})))
            return True
        suspect(row, heard.delivery, why="it sent an earlier number again, with other words", at=made.at)
        made.answers.append((heard.place, _suspected()))
        return True
    told = {"entry": str(stored.entry)} if stored else {}
    made.answers.append((heard.place, Answer(OK, {**_about(heard), **told, "was_known": True})))
    return True


def _suspected() -> Answer:
    return Answer(
        409,
        {
            "error": "This key has sent a later report already.",
            "hint": "A copy of the device's key, or of its disk, may be in use. The security team is told.",
        },
    )


def _unchanged(heard: _Heard, made: _Round) -> None:
    row, delivery = heard.row, heard.delivery
    if not row.base or delivery.base != row.base.hex():
        raise _no_base()
    made.moves.append(_moved(heard, row.base, made))
    made.answers.append((heard.place, Answer(OK, _about(heard))))


def _moved(heard: _Heard, base: bytes, made: _Round) -> Moved:
    delivery = heard.delivery
    return moved(
        heard.row, delivery.stamp.sequence, heard.digest, base=base, seen=delivery.collected_at, at=made.at,
        clock_off=delivery.clock_off_seconds,
    )  # fmt: skip


def _no_base() -> _Wanted:
    return _Wanted(
        "The state that this builds on is not the one that is known here.", hint="Send the whole state.", want="full"
    )


def _about(heard: _Heard) -> dict[str, Any]:
    told: dict[str, Any] = {"subject": heard.row.subject, "every": EVERY}
    if heard.row.check_at is not None and heard.row.check_at > heard.delivery.collected_at:
        told["check_at"] = heard.row.check_at.isoformat()
    if heard.delivery.clock_off_seconds:
        told["clock_off_seconds"] = heard.delivery.clock_off_seconds
    return told


def _change(heard: Sequence[_Heard], made: _Round, judge: Judge) -> None:
    """Carry out whole states and changes, and judge what comes of them."""
    before = states_of([one.row.device for one in heard if one.delivery.change])
    judge.prepare([one.row.subject for one in heard])
    consents = judge.consents({one.row.subject: one.row.owner for one in heard if one.row.owner}, at=made.at)
    for one in heard:
        row = one.row
        try:
            sheet, state, base = _after(one, before.get(row.device), made)
        except HoldtrueError as error:
            made.answers.append((one.place, refused(error)))
            continue
        verdicts = [
            judge_managed(row.registered(seen=sheet.collected_at), at=sheet.collected_at),
            *judge.facts(looked_at(sheet, state, row.device), subject=row.subject, at=made.at),
        ]
        made.verdicts += verdicts
        if one.is_heavy:
            keep_sheet(row.device, sheet)
            made.identities.append((row.device, sheet))
            verdicts.append(judge.software(sheet, subject=row.subject, at=made.at))
        else:
            made.states.append((row.device, state))
        made.moves.append(_moved(one, bytes.fromhex(base), made))
        entry = _note(one, sheet, base, verdicts, made)
        told = judge.told(verdicts, consents, at=made.at)
        made.answers.append((one.place, Answer(CREATED, {**_about(one), "entry": str(entry), "verdicts": told})))


def _after(heard: _Heard, before: State | None, made: _Round) -> tuple[FactSheet, State, str]:
    """Return the state after a report: the whole sheet where its inventory is needed, what is kept of it, and its hash.

    Raises `Conflict` where it does not follow from the state that is known.
    """
    delivery, row = heard.delivery, heard.row
    if delivery.sheet is not None:
        if delivery.sheet.device.id != row.identity:
            suspect(row, delivery, why="it spoke for another device", at=made.at)
            raise Conflict(f"This key is of {row.identity}, not of the device that reports.", hint=_ENROL)
        sheet, software = delivery.sheet, software_hash(delivery.sheet.software)
        return sheet, state_of(sheet, software), state_hash_of(sheet.device, sheet.facts, software)
    change = delivery.change
    if change is None or before is None or delivery.base != row.base.hex():
        raise _no_base()
    if heard.is_heavy:
        sheet = applied(with_software(before.sheet, titles_of(row.device)), change, at=delivery.collected_at)
        state = state_of(sheet, software_hash(sheet.software))
    else:
        sheet = applied(before.sheet, change, at=delivery.collected_at)
        state = State(sheet, before.software)
    if state_hash_of(sheet.device, sheet.facts, state.software) != delivery.state:
        log.warning("a change did not lead to the state that the device names: %s", row.subject)
        raise _no_base()
    return sheet, state, delivery.state


def _note(heard: _Heard, sheet: FactSheet, base: str, verdicts: Sequence[Verdict], made: _Round) -> UUID:
    """Add the entry of a report, and the report itself."""
    delivery, digest = heard.delivery, heard.digest.hex()
    form = Form.FULL if delivery.sheet is not None else Form.CHANGE
    draft = compose(
        Kind.DEVICE_REPORTED,
        about=heard.row.subject,
        at=made.at,
        core={
            "report_sha256": digest,
            "form": form.value,
            "sequence": delivery.stamp.sequence,
            "state": base,
            "collected_at": sheet.collected_at.isoformat(),
            "facts": len(sheet.facts),
            "titles": len(sheet.software) if heard.is_heavy and sheet.software is not None else None,
            "verdicts": {verdict.commitment: verdict.result.value for verdict in verdicts},
        },
        context={"collector": sheet.collector, "key": heard.row.id, "clock_off_seconds": delivery.clock_off_seconds},
    )
    made.entries.append(draft)
    made.reports.append(
        Report(
            device_id=heard.row.device, received_at=made.at, collected_at=sheet.collected_at, sha256=digest, form=form,
            body=zlib.compress(heard.signed.body, 1), entry=draft.id,
        )
    )  # fmt: skip
    return draft.id


def _write(made: _Round) -> None:
    move_keys(made.moves)
    if made.reports:
        keep_states(made.states)
        record_many(made.entries)
        Report.objects.bulk_create(made.reports, batch_size=100)
        record_verdicts(made.verdicts, at=made.at)
        _show(made)


def _show(made: _Round) -> None:
    """Let the register say what devices that told their whole state call themselves now."""
    for device, sheet in made.identities:
        told = sheet.device
        Device.objects.filter(id=device).update(
            name=told.name, system=told.system.value, release=told.release, serial=told.serial
        )
