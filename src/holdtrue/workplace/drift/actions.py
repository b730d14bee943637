"""The only writers of what is watched and of what was agreed."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from holdtrue.accounts.rules import Reader, Role
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.rules import Verdict
from holdtrue.workplace.drift.models import Baseline, WatchedRow
from holdtrue.workplace.drift.queries import kept_of, settings_from, watched, watching
from holdtrue.workplace.drift.rules import Setting, Watched, Watching, changes_between, defaults, settings_of, verdict_on
from holdtrue.workplace.facts import FactSheet

AGREES: Final = Role.SECURITY
MOST_WATCHED: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What the judgement of many devices' settings reads once: what is watched, and what was agreed of each."""

    watched: Watching
    baselines: Mapping[str, Baseline]


def settings_known(subjects: Sequence[str], watched: Watching | None = None) -> Known:
    """Return what is watched and what was agreed of these devices, locked in the caller's transaction."""
    rows = Baseline.objects.select_for_update().filter(subject__in=list(subjects)).order_by("subject") if subjects else ()
    return Known(watched or watching(), {row.subject: row for row in rows})


def judge_settings(sheet: FactSheet, *, subject: str, at: datetime, known: Known | None = None) -> Verdict:
    """Hold a device's watched settings against what was agreed and return the verdict, for the caller to record.

    What a device tells for the first time is agreed as it is: at enrolment all of it, later what its collector did not tell
    before. `known` spares reading for each of many devices.
    """
    with transaction.atomic() if known is None else nullcontext():
        known = known or settings_known([subject])
        now, row = settings_of(sheet, known.watched), known.baselines.get(subject)
        if row is None and now:
            row = _begin(subject, now, sheet, at=at)
        elif row is not None and row.collected_at <= sheet.collected_at:
            _follow(row, now, sheet, at=at)
    agreed = settings_from(row.agreed) if row else {}
    changes = changes_between(agreed, now)
    return verdict_on(subject, changes, many=len(now), agreed_at=row.agreed_at if row else None, seen=sheet.collected_at)


def agree(  # noqa: PLR0913 - what an agreement consists of
    subject: str, *, seen: str, reason: str, by: Reader, owner: UUID | None, at: datetime
) -> None:
    """Take a device's settings as they are now as agreed, with a reason.

    Raises `NotAllowed` for all but the security team and for whoever answers for the device, `Conflict` where the changes are
    not those that were seen (`Kept.mark`).
    """
    if AGREES not in by.roles:
        raise NotAllowed("Only the security team agrees to a changed setting.", hint="Ask somebody of the security team.")
    if by.id == owner:
        raise NotAllowed("Nobody agrees to changes on their own device.", hint="Ask a colleague of the security team.")
    if not reason.strip():
        raise Invalid("No reason was given.", hint="Say why this may stay as it is.")
    with transaction.atomic():
        row = Baseline.objects.select_for_update().filter(subject=subject).first()
        if row is None:
            raise NotFound("This device has told no watched setting.", hint="Its next report may.")
        found = kept_of(row)
        if not found.changes:
            raise Conflict("Nothing is different from what was agreed.", hint="Somebody may have agreed already.")
        if found.mark != seen:
            raise Conflict("Something else changed meanwhile.", hint="Look at the changes again.")
        row.agreed |= row.now
        names = [one.name for one in found.changes]
        row.entry = _note(subject, "agreed", settings_from(row.now), at=at, by=by.id, names=names, reason=reason)
        row.agreed_at, row.changed = at, 0
        row.save(update_fields=["agreed", "entry", "agreed_at", "changed"])
        record_verdicts([verdict_on(subject, (), many=len(row.now), agreed_at=at, seen=row.collected_at)], at=at, by=by.id)


def watch(one: Watched, *, is_watched: bool, by: Reader, at: datetime) -> None:
    """Begin or cease to watch a setting on every device; raises `NotAllowed` for all but the security team, `Conflict`."""
    if AGREES not in by.roles:
        raise NotAllowed("Only the security team says what is watched.", hint="Ask somebody of the security team.")
    name = one.name.strip()
    if not name.strip("* "):
        raise Invalid("No setting was named.", hint="Name it as the device's facts do.")
    is_so = name in {known.name for known in watched()}
    if is_so == is_watched:
        raise Conflict("That is so already.", hint="The list on this page says what is watched.")
    with transaction.atomic():
        if WatchedRow.objects.count() >= MOST_WATCHED:
            raise Invalid(f"More than {MOST_WATCHED} settings are named.", hint="Use a star for those that begin alike.")
        shipped = next((known for known in defaults() if known.name == name), one)
        values = {"about": shipped.about[:100], "system": shipped.system, "is_watched": is_watched}
        WatchedRow.objects.update_or_create(name=name, defaults=values)
        core: Facts = {"name": name, "system": shipped.system, "watched": is_watched}
        record(Kind.SETTINGS_WATCHED, about="settings/watched", at=at, by=by.id, core=core)


def _begin(subject: str, now: Mapping[str, Setting], sheet: FactSheet, *, at: datetime) -> Baseline:
    entry = _note(subject, "first told", now, at=at)
    stored = _stored(now)
    row, is_new = Baseline.objects.get_or_create(
        subject=subject,
        defaults={
            "agreed": stored, "now": stored, "agreed_at": at, "entry": entry, "collected_at": sheet.collected_at,
        },
    )  # fmt: skip
    if not is_new:
        _follow(row, now, sheet, at=at)
    return row


def _follow(row: Baseline, now: Mapping[str, Setting], sheet: FactSheet, *, at: datetime) -> None:
    """Write down how the settings are now; what was not told before is agreed as it is."""
    fresh = {place: one for place, one in now.items() if place not in row.agreed}
    if fresh:
        row.agreed |= _stored(fresh)
        row.entry = _note(row.subject, "told for the first time", fresh, at=at)
    elif row.now == _stored(now):
        return
    row.now, row.collected_at = _stored(now), sheet.collected_at
    row.changed = len(changes_between(settings_from(row.agreed), now))
    row.save(update_fields=["agreed", "now", "entry", "collected_at", "changed"])


def _note(  # noqa: PLR0913 - what an entry consists of
    subject: str, step: str, settings: Mapping[str, Setting], *, at: datetime, by: UUID | None = None,
    names: list[str] | None = None, reason: str = "",
) -> UUID:  # fmt: skip
    names = sorted({one.name for one in settings.values()}) if names is None else names
    return record(
        Kind.SETTINGS_AGREED,
        about=subject,
        at=at,
        by=by,
        core={"step": step, "settings": list(names), "many": len(settings)},
        # Values and users may tell how somebody works, so they go when names go.
        identity={
            "values": {place: one.value for place, one in sorted(settings.items())}, **({"reason": reason} if reason else {}),
        },
    )  # fmt: skip


def _stored(settings: Mapping[str, Setting]) -> dict[str, list[str]]:
    return {place: [one.name, one.user, one.value] for place, one in settings.items()}
