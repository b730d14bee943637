"""Whole states and changes: carried out on what a device said before, and judged, with everything that follows from it."""

import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import uuid_utils.compat as uuid7s

from holdtrue.bulk import identity, insert, moment
from holdtrue.errors import Conflict, HoldtrueError
from holdtrue.evidence.actions import record_many
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.hand import Held, verdicts_held
from holdtrue.policy.standing.rules import Result, Verdict
from holdtrue.workplace.devices import postures
from holdtrue.workplace.devices.hearing import CREATED, ENROL, Round, Spoken, about, moved_by, no_base, refused
from holdtrue.workplace.devices.judgement import Changed, Judged, Updated
from holdtrue.workplace.devices.managed import judge_managed
from holdtrue.workplace.devices.models import Device
from holdtrue.workplace.devices.readings import touched
from holdtrue.workplace.devices.rules import Form, needs_inventory
from holdtrue.workplace.devices.signatures import Answer
from holdtrue.workplace.devices.states import (
    State,
    inventories_of,
    keep_states,
    keep_titles,
    looked_at,
    state_after,
    state_of,
    states_of,
    with_software,
)
from holdtrue.workplace.devices.suspicion import suspect
from holdtrue.workplace.devices.titles import Titles, titles_in, unpacked
from holdtrue.workplace.facts import FactSheet

log = logging.getLogger("holdtrue.devices")


class Judge(Protocol):
    """The judgement of a state, as the roof over devices and software puts it together."""

    commitments: tuple[str, ...]
    """What verdicts on facts are about."""

    def begin(self, changes: Sequence[Changed]) -> None:
        """Read at once what the judgement of these changes needs, in the caller's transaction."""

    def mark(self, seen: datetime) -> str:
        """Return what tells the rules, the settings and the day by which a device seen then is judged from any others."""

    def changed(self, told: Changed, *, at: datetime) -> Judged:
        """Return the verdicts on a device's facts that a change may have moved, without its software."""

    def software(self, told: Sequence[Updated], *, at: datetime) -> Mapping[str, Verdict]:
        """Keep the judgement of these devices' software in the caller's transaction, and return it, by their subjects."""

    def told(self, verdicts: Iterable[Verdict], owners: Mapping[str, UUID], *, at: datetime) -> list[dict[str, object]]:
        """Return the verdicts as JSON carries them, held against the exemptions that these people have, by their devices."""


class _After(NamedTuple):
    """A device after a report."""

    sheet: FactSheet
    """With its whole inventory where a rule asks for that."""
    state: State
    base: str
    """The hash of its state."""
    titles: Titles | None = None
    """Its inventory, where something of that changed."""


def carry_out(heard: Sequence[Spoken], made: Round, judge: Judge) -> None:
    """Carry out whole states and changes, and judge what comes of them."""
    before = states_of([one.row.device for one in heard if one.delivery.change])
    inventories = inventories_of([one.row.device for one in heard if one.delivery.change and one.delivery.is_of_software])
    fitting: list[tuple[Spoken, _After]] = []
    for one in heard:
        try:
            fitting.append((one, _after(one, before.get(one.row.device), inventories.get(one.row.device), made)))
        except HoldtrueError as error:
            made.answers.append((one.place, refused(error)))
    held = verdicts_held(one.row.subject for one, _ in fitting)
    told = [_changed(one, after, before.get(one.row.device), held[one.row.subject], judge) for one, after in fitting]
    judge.begin(told)
    made.owners = {one.row.subject: one.row.owner for one, _ in fitting if one.row.owner}
    software = judge.software([_updated(one, after) for one, after in fitting if one.delivery.is_of_software], at=made.at)
    for (one, after), change in zip(fitting, told, strict=True):
        _judge(one, after, change, software.get(one.row.subject), held[one.row.subject], made, judge)


def _updated(heard: Spoken, after: _After) -> Updated:
    """Return what has to be judged of the software of a device."""
    sheet, row = after.sheet, heard.row
    # Reports of a key are in order whatever its clock says: none of what came and went may be left out.
    seen = max(sheet.collected_at, row.collected_at or sheet.collected_at)
    return Updated(row.subject, sheet.device, seen, after.titles, heard.delivery.change)


def _changed(heard: Spoken, after: _After, before: State | None, hand: Mapping[str, Held], judge: Judge) -> Changed:
    """Return what has to be judged; what the verdicts in hand rest on, where a change can be held against that."""
    row, sheet = heard.row, looked_at(after.sheet, after.state, heard.row.device)
    told = Changed(row.subject, sheet)
    change, ground = heard.delivery.change, before.ground if before is not None else None
    if change is None or before is None or ground is None or ground.mark != judge.mark(sheet.collected_at):
        return told
    # What stands in for a verdict, or came from elsewhere, says nothing of the state before.
    if not all(name in hand and hand[name].is_own for name in judge.commitments):
        return told
    facts = [*((fact.name, fact.user) for fact in change.facts), *change.gone]
    names = touched(
        facts, unread=before.sheet.unread != sheet.unread, titles=before.sheet.software != after.state.sheet.software
    )
    return replace(told, names=names, ground=ground, results={name: one.result for name, one in hand.items()})


def _judge(  # noqa: PLR0913, PLR0917 - what a report leads to
    heard: Spoken, after: _After, change: Changed, software: Verdict | None, hand: Mapping[str, Held], made: Round, judge: Judge
) -> None:
    row, sheet = heard.row, after.sheet
    judged = judge.changed(change, at=made.at)
    fresh = [judge_managed(row.registered(seen=sheet.collected_at), at=sheet.collected_at), *judged.verdicts]
    # What comes to the same is only as fresh as the device: its verdicts follow, as those of one that says nothing new.
    moved = [one for one in fresh if not _is_known(one, hand)]
    made.verdicts += moved
    # Where one is not taken for being older than what is in hand, that says nothing of the state now.
    is_taken = all(one.commitment not in hand or hand[one.commitment].gives_way_to(one) for one in moved)
    if software is not None:
        made.titles.append((row.device, after.titles, sheet.collected_at))
        fresh.append(software)
    if heard.delivery.is_whole:
        made.identities.append((row.device, sheet))
    kept = replace(after.state, ground=judged.ground, judged_by=judge.mark(sheet.collected_at)) if is_taken else after.state
    made.states.append((row.device, kept))
    made.concluded.append((row.device, judged))
    made.moves.append(moved_by(heard, bytes.fromhex(after.base), made))
    said = {one.commitment for one in fresh}
    still = [hand[name] for name in judge.commitments if name in hand and name not in said]
    results = {one.commitment: one.result.value for one in fresh} | {one.commitment: one.result for one in still}
    entry = _note(heard, after, results, made)
    verdicts = [*fresh, *(one.verdict(seen=sheet.collected_at) for one in still if one.result == Result.BROKEN)]
    answered = judge.told(verdicts, made.owners, at=made.at)
    answered += [_told(one, seen=sheet.collected_at) for one in still if one.result != Result.BROKEN]
    told = about(row.subject, row.check_at, heard.delivery)
    made.answers.append((heard.place, Answer(CREATED, {**told, "entry": str(entry), "verdicts": answered})))


def _told(held: Held, *, seen: datetime) -> dict[str, object]:
    """Return a verdict that no exemption can touch as `document.verdict_out` does, without making one."""
    return {
        "commitment": held.commitment, "subject": held.subject, "result": held.result, "fact": held.fact, "value": held.value,
        "source": held.source, "observed_at": seen, "rule": held.rule, "advice": held.advice,
    }  # fmt: skip


def _is_known(verdict: Verdict, hand: Mapping[str, Held]) -> bool:
    held = hand.get(verdict.commitment)
    return held is not None and held.is_own and held.says_the_same_as(verdict)


def _after(heard: Spoken, before: State | None, inventory: bytes | None, made: Round) -> _After:
    """Return the state after a report; raises `Conflict` where it does not follow from the state that is known."""
    delivery, row = heard.delivery, heard.row
    if delivery.sheet is not None:
        if delivery.sheet.device.id != row.identity:
            suspect(row, delivery, why="it spoke for another device", at=made.at)
            raise Conflict(f"This key is of {row.identity}, not of the device that reports.", hint=ENROL)
        sheet = delivery.sheet
        titles = None if sheet.software is None else titles_in(sheet.software)
        state = state_of(sheet, None if titles is None else titles.hash)
        return _After(sheet, state, state.sheet.told.hash(sheet.device, state.software), titles)
    change = delivery.change
    if change is None or before is None or delivery.base != row.base.hex():
        raise no_base()
    titles = unpacked(inventory).after(change) if inventory is not None else None
    state = state_after(before, change, before.software if titles is None else titles.hash, at=delivery.collected_at)
    if state.sheet.told.hash(state.sheet.device, state.software) != delivery.state:
        log.warning("a change did not lead to the state that the device names: %s", row.subject)
        raise no_base()
    sheet = state.sheet if titles is None or not needs_inventory() else with_software(state.sheet, titles.every())
    return _After(sheet, state, delivery.state, titles)


def _note(heard: Spoken, after: _After, results: Mapping[str, str], made: Round) -> UUID:
    """Add the entry of a report, and the report itself."""
    delivery, digest, sheet = heard.delivery, heard.digest.hex(), after.sheet
    form = Form.FULL if delivery.sheet is not None else Form.CHANGE
    draft = compose(
        Kind.DEVICE_REPORTED,
        about=heard.row.subject,
        at=made.at,
        core={
            "report_sha256": digest,
            "form": form.value,
            "sequence": delivery.stamp.sequence,
            "state": after.base,
            "collected_at": sheet.collected_at.isoformat(),
            "facts": len(after.state.sheet.told.texts),
            "titles": None if after.titles is None else len(after.titles.texts),
            "verdicts": dict(results),
        },
        context={"collector": sheet.collector, "key": heard.row.id, "clock_off_seconds": delivery.clock_off_seconds},
    )
    made.entries.append(draft)
    report = (
        identity(uuid7s.uuid7()), identity(heard.row.device), moment(made.at), moment(sheet.collected_at), digest,
        zlib.compress(heard.signed.body, 1), identity(draft.id), form.value,
    )  # fmt: skip
    made.reports.append(report)
    return draft.id


_REPORT: Final = {
    "id": "uuid", "device_id": "uuid", "received_at": "timestamptz", "collected_at": "timestamptz", "sha256": "varchar",
    "body": "bytea", "entry": "uuid", "form": "varchar",
}  # fmt: skip


def write(made: Round) -> None:
    """Write what changes lead to, in the caller's transaction."""
    keep_states(made.states)
    keep_titles(made.titles)
    postures.keep_judged(made.concluded)
    record_many(made.entries)
    insert("devices_report", _REPORT, made.reports)
    record_verdicts(made.verdicts, at=made.at)
    _show(made)


def _show(made: Round) -> None:
    """Let the register say what devices that told their whole state call themselves now."""
    for device, sheet in made.identities:
        told = sheet.device
        Device.objects.filter(id=device).update(
            name=told.name, system=told.system.value, release=told.release, serial=told.serial
        )
