"""Signed reports: who may speak, what became of each, and everything that follows from it in one transaction for many.

A report that nothing changed moves one row. A change is carried out on the state that the device was in, and judged at once.
Changes of software are taken a few at a time, and whole states one by one.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, transaction

from holdtrue.bulk import is_postgres
from holdtrue.errors import BrokenEvidence, HoldtrueError, Invalid, NotSigned, Unavailable
from holdtrue.workplace.delivery import read_delivery
from holdtrue.workplace.devices.changes import Judge, carry_out, write
from holdtrue.workplace.devices.hearing import ENROL, OK, Heard, Round, Spoken, Wanted, about, moved_by, no_base, refused
from holdtrue.workplace.devices.keyrows import KeyRow, follow_unchanged, key_rows, move_keys, public_keys, remember
from holdtrue.workplace.devices.models import Report
from holdtrue.workplace.devices.signatures import REPORT, Answer, Signed, Tell, is_signed
from holdtrue.workplace.devices.suspicion import suspect, was_overtaken

log = logging.getLogger("holdtrue.devices")
MOST_UPDATES: Final = 16
"""Changes of software of one transaction: each takes an inventory into memory."""


def hear(batch: Sequence[Signed], *, at: datetime, tell: Tell) -> list[Heard]:
    """Return the reports that come from the keys that they name, and tell what became of the others; nothing is written."""
    keys = public_keys({one.key for one in batch})
    heard: list[Heard] = []
    for place, one in enumerate(batch):
        try:
            heard.append(_heard(place, one, keys.get(one.key), at=at))
        except HoldtrueError as error:
            tell(place, refused(error))
    return heard


def take(heard: Sequence[Heard], *, judge: Judge, at: datetime, tell: Tell) -> None:
    """Take these reports and tell what became of each, once that is durable."""
    # Of one key the reports go in their order, each in a round of its own: each builds on the one before.
    waiting = sorted(heard, key=lambda one: one.delivery.stamp.sequence)
    while waiting:
        first: dict[str, Heard] = {}
        later = [one for one in waiting if first.setdefault(one.signed.key, one) is not one]
        left = _unchanged_at_once(first, at=at, tell=tell) if is_postgres() else [*first.values()]
        _together([one for one in left if not one.delivery.is_of_software], judge=judge, at=at, tell=tell)
        updates = [one for one in left if one.delivery.is_of_software and not one.delivery.is_whole]
        for start in range(0, len(updates), MOST_UPDATES):
            _together(updates[start : start + MOST_UPDATES], judge=judge, at=at, tell=tell)
        for one in left:
            if one.delivery.is_whole:
                _together([one], judge=judge, at=at, tell=tell)
        waiting = later


def _heard(place: int, signed: Signed, public_key: bytes | None, *, at: datetime) -> Heard:
    """Return the report once it is known to come from its key; nothing of it is read before."""
    if public_key is None:
        raise _unknown()
    if not is_signed(signed.body, kind=REPORT, public_key=public_key, signature=signed.signature):
        raise NotSigned("The report is not signed by the key that it names.", hint="docs/reference/device-reports.md")
    delivery = read_delivery(signed.body, at=at)
    if delivery.stamp.key != signed.key:
        raise Invalid("The report names another key than its header.", hint="docs/reference/device-reports.md")
    return Heard(place, signed, delivery, hashlib.sha256(signed.body).digest())


def _unchanged_at_once(heard: Mapping[str, Heard], *, at: datetime, tell: Tell) -> list[Heard]:
    """Take, of reports by their keys, those that nothing changed and that are as expected; return the others."""
    said = [(key, one.delivery, one.digest) for key, one in heard.items() if one.delivery.is_unchanged]
    try:
        followed = follow_unchanged(
            [
                (key, told.stamp.sequence, digest, bytes.fromhex(told.base), told.collected_at, told.clock_off_seconds)
                for key, told, digest in said
            ],
            at=at,
        )
    except DatabaseError:
        log.exception("reports could not be taken at once")
        return [*heard.values()]
    for key, device in followed.items():
        tell(heard[key].place, Answer(OK, about(device.subject, device.check_at, heard[key].delivery)))
    return [one for key, one in heard.items() if key not in followed]


def _require_speaks(row: KeyRow) -> None:
    if not row.speaks:
        log.warning("a report came with a key that speaks for no device any more: %s", row.id)
        raise Wanted("This key does not speak for a device any more.", hint=ENROL, want="enrol")


def _together(heard: Sequence[Heard], *, judge: Judge, at: datetime, tell: Tell) -> None:
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


def _taken(heard: Sequence[Heard], *, judge: Judge, at: datetime) -> list[tuple[int, Answer]]:
    with transaction.atomic():
        rows = key_rows([one.signed.key for one in heard])
        made = Round(at)
        changes: list[Spoken] = []
        for report in heard:
            try:
                one = _spoken(report, rows.get(report.signed.key))
                if _is_old(one, made):
                    continue
                if one.delivery.is_unchanged:
                    _unchanged(one, made)
                else:
                    changes.append(one)
            except HoldtrueError as error:
                made.answers.append((report.place, refused(error)))
        if changes:
            carry_out(changes, made, judge)
        move_keys(made.moves)
        if made.reports:
            write(made)
    return made.answers


def _unknown() -> Wanted:
    return Wanted("This key is not known here.", hint=ENROL, want="enrol")


def _spoken(heard: Heard, row: KeyRow | None) -> Spoken:
    if row is None:
        raise _unknown()
    _require_speaks(row)
    return Spoken(*heard, row)


def _is_old(heard: Spoken, made: Round) -> bool:
    """Whether this report is behind what its key has said: answered then, or told to the security team."""
    row, stamp = heard.row, heard.delivery.stamp
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


def _about(heard: Spoken) -> dict[str, Any]:
    return about(heard.row.subject, heard.row.check_at, heard.delivery)


def _unchanged(heard: Spoken, made: Round) -> None:
    row, delivery = heard.row, heard.delivery
    if not row.base or delivery.base != row.base.hex():
        raise no_base()
    made.moves.append(moved_by(heard, row.base, made))
    made.answers.append((heard.place, Answer(OK, _about(heard))))
