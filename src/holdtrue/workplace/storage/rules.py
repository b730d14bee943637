"""Whether a device's work is in approved cloud storage (WB-STO-3/4), and what is at risk when it is lost: pure decisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.said import Said, cut, listed, said
from holdtrue.workplace.facts import Fact, FactSheet, newest

CLOUD: Final = "device.cloud-storage"
DRILLED: Final = "organisation.loss-drilled"
ORGANISATION: Final = "organisation/self"
RULE: Final = "every sync client is of approved storage, runs, and keeps all that people work on"
QUIET: Final = timedelta(days=14)
"""How long a client's journal may stand still before nobody can say that it works."""
WITHIN: Final = timedelta(hours=8)
"""How long it may take until somebody works again, unless a clause says otherwise: a working day."""
EVERY: Final = timedelta(days=366)
"""How often a loss is drilled at least."""

CLIENTS: Final[Mapping[str, str]] = {
    "nextcloud": "Nextcloud", "owncloud": "ownCloud", "onedrive": "OneDrive", "dropbox": "Dropbox",
    "google-drive": "Google Drive", "rclone": "rclone", "syncthing": "Syncthing", "seafile": "Seafile", "megasync": "MEGA",
    "pcloud": "pCloud", "insync": "Insync", "box": "Box", "browser": "in a browser alone",
}  # fmt: skip
"""What an approved place is reached by; the last one needs no client."""
BROWSER: Final = "browser"


@dataclass(frozen=True, slots=True)
class Place:
    """Approved cloud storage."""

    name: str
    client: str
    account: str
    """Whose it must be signed in to, as the fact `sync.<client> accounts` says; empty for any."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is true of one person's work on a device."""

    result: Result
    value: str
    facts: tuple[Fact, ...]
    advice: str = ""
    part: str = ""


class Stage(StrEnum):
    """How far the answer to a loss has come; each is reached once, in this order but for what is not needed."""

    BEGUN = "begun"
    REVOKED = "revoked"
    """The device no longer speaks, and no gateway lets it in."""
    SESSIONS_ENDED = "sessions-ended"
    """Whoever finds it is signed in nowhere any more."""
    REPLACED = "replaced"
    """The person has another device in their hands."""
    WORKING = "working"
    """The person has everything back and works."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may be lost with a device, or read on it by whoever finds it."""

    what: str
    is_open: bool
    """Whether it is at risk, as far as the device's last report says; False where it is known to be safe."""


def judge_storage(sheet: FactSheet, places: Sequence[Place], *, subject: str) -> Verdict:
    """Return the verdict on where the work of a device's people is kept."""
    people = sorted({fact.user for fact in sheet.named("sync.clients") if fact.user})
    if not places:
        return _verdict(subject, sheet, Finding(Result.UNPROVEN, "no cloud storage is approved yet", (), _APPROVE))
    if not people:
        return _verdict(subject, sheet, Finding(Result.UNPROVEN, "which sync clients there are was not read", (), _CHECK))
    order = (Result.BROKEN, Result.UNPROVEN, Result.HOLDS)
    found = [one for person in people for one in _of(sheet, person, places)]
    parts = tuple(dict.fromkeys(one.part for one in found if one.part))
    return _verdict(subject, sheet, min(found, key=lambda one: order.index(one.result)), parts)


_APPROVE: Final = "The security team writes down which cloud storage we use."
_CHECK: Final = "Run the agent, or `sudo holdtrue check`, on the device."


def _verdict(subject: str, sheet: FactSheet, finding: Finding, parts: tuple[str, ...] = ()) -> Verdict:
    seen = min((fact.observed_at for fact in finding.facts), default=sheet.collected_at)
    source = "; ".join(dict.fromkeys(fact.origin or fact.name for fact in finding.facts))
    reason = Reason(
        "cloud storage", cut(finding.value, 300), cut(source, 300), min(seen, sheet.collected_at), RULE, finding.advice
    )
    return Verdict(CLOUD, subject, finding.result, reason, parts if finding.result is Result.BROKEN else ())


def _of(sheet: FactSheet, person: str, places: Sequence[Place]) -> list[Finding]:
    """Return everything that is to be said of one person's storage; the worst decides."""
    listed = _fact(sheet, "sync.clients", person)
    clients = listed.value if listed is not None and isinstance(listed.value, list) else []
    found = [_client(sheet, client, person, places) for client in clients]
    if not any(one.result is not Result.BROKEN for one in found) and not any(place.client == BROWSER for place in places):
        wanted = ", ".join(place.name for place in places)
        words = said("no approved storage is set up (%(whose)s)", whose=person)
        found.append(Finding(Result.BROKEN, words, _known(listed), said("Set up %(names)s.", names=wanted)))
    local = _fact(sheet, "sync.local-only", person)
    if local is not None and not local.is_unset and isinstance(local.value, list):
        words = said("files lie in no synced folder: %(places)s (%(whose)s)", places=", ".join(local.value), whose=person)
        # Nobody but the person knows whether they are work.
        found.append(Finding(Result.UNPROVEN, words, (local,), "Move what is work into the synced folder, and the rest away."))
    return found or [Finding(Result.HOLDS, said("works in a browser alone (%(whose)s)", whose=person), _known(listed))]


def _client(sheet: FactSheet, client: str, person: str, places: Sequence[Place]) -> Finding:
    """Return what is true of one client of one person: whose it is before whether it works."""
    ours = [place for place in places if place.client == client]
    return _whose(sheet, client, person, ours) or _works(sheet, client, person, ours[0])


def _whose(sheet: FactSheet, client: str, person: str, ours: Sequence[Place]) -> Finding | None:
    """Return what is wrong with the cloud that a client is signed in to; None where it is approved."""
    name = CLIENTS.get(client, client)
    accounts = _fact(sheet, f"sync.{client} accounts", person)
    seen = _known(accounts, _fact(sheet, f"sync.{client} running", person))
    signed_in = {str(one).lower() for one in accounts.value} if accounts and isinstance(accounts.value, list) else set()
    wanted = {place.account.lower() for place in ours}
    other = ", ".join(sorted(signed_in - wanted))
    if not ours or ("" not in wanted and other):
        what = said("%(name)s at %(account)s", name=name, account=other) if other and ours else name
        words = said("%(what)s is not approved (%(whose)s)", what=what, whose=person)
        return Finding(Result.BROKEN, words, seen, "Sign out of it, or ask the security team.", client)
    if "" in wanted or signed_in:
        return None
    if accounts is None:
        return Finding(
            Result.UNPROVEN, said("whose %(name)s it is was not read (%(whose)s)", name=name, whose=person), seen, _CHECK
        )
    return Finding(
        Result.BROKEN, said("%(name)s is signed in nowhere (%(whose)s)", name=name, whose=person), seen,
        said("Sign in to %(name)s.", name=ours[0].name), client,
    )  # fmt: skip


def _works(sheet: FactSheet, client: str, person: str, place: Place) -> Finding:
    """Return whether a client that is signed in where it should be keeps the person's work."""
    name = CLIENTS.get(client, client)
    running = _fact(sheet, f"sync.{client} running", person)
    paused = _fact(sheet, f"sync.{client} paused", person)
    last = _fact(sheet, f"sync.{client} last-active", person)
    if running is not None and running.value is not True:
        words = said("%(name)s does not run (%(whose)s)", name=name, whose=person)
        return Finding(Result.BROKEN, words, _known(running), said("Start %(name)s.", name=name), client)
    if paused is not None and paused.value is True:
        words = said("%(name)s is paused (%(whose)s)", name=name, whose=person)
        return Finding(Result.BROKEN, words, _known(paused), "Let it go on.", client)
    if last is not None and _is_quiet(last, sheet.collected_at):
        day = str(last.value)[:10]
        words = said("%(name)s last wrote its journal on %(day)s (%(whose)s)", name=name, day=day, whose=person)
        return Finding(Result.UNPROVEN, words, _known(last), said("Open %(name)s and see what keeps it.", name=name))
    accounts = _fact(sheet, f"sync.{client} accounts", person)
    return Finding(Result.HOLDS, f"{name}, {place.name} ({person})", _known(accounts, running, last))


def _is_quiet(last: Fact, now: datetime) -> bool:
    try:
        when = datetime.fromisoformat(str(last.value))
    except ValueError:
        return True
    return when.tzinfo is None or now - when > QUIET


def _fact(sheet: FactSheet, name: str, user: str) -> Fact | None:
    return newest(fact for fact in sheet.named(name) if fact.user == user)


def _known(*facts: Fact | None) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact is not None)


_AT_RISK: Final = (
    ("device.disk-encryption", "the disk is encrypted", "the disk may be readable without a password"),
    ("device.screen-lock", "the screen locks by itself", "the screen may stand open"),
    (CLOUD, "work is kept in approved storage", "work may be on this disk alone"),
)
"""Commitment, what is true when it holds, and what may be lost or read when it does not."""


def risks(facts: Iterable[Fact], verdicts: Iterable[Verdict]) -> tuple[Risk, ...]:
    """Return what may be lost with a device or read on it, by what it said last; what it never said counts as at risk."""
    told = list(facts)
    by_commitment = {one.commitment: one for one in verdicts}
    found = []
    for commitment, safe, words in _AT_RISK:
        verdict = by_commitment.get(commitment)
        is_safe = verdict is not None and verdict.result is Result.HOLDS
        detail = (verdict.reason.value,) if verdict is not None and not is_safe else ()
        found.append(Risk(said(safe) if is_safe else listed((said(words), *detail), ": "), not is_safe))
    for fact in told:
        if fact.name == "sync.local-only" and isinstance(fact.value, list) and fact.value:
            found.append(Risk(_unsynced(fact.user, fact.value), is_open=True))
        if fact.name.endswith(" accounts") and fact.name.startswith("sync.") and not fact.is_unset:
            client = fact.name.removeprefix("sync.").removesuffix(" accounts")
            found.append(Risk(_signed_in(fact.user, client), is_open=True))
    return tuple(found)


def _unsynced(whose: str | None, places: Sequence[str]) -> Said:
    return said("files in no synced folder of %(whose)s: %(places)s", whose=whose or "", places=", ".join(places))


def _signed_in(whose: str | None, client: str) -> Said:
    return said("%(name)s is signed in for %(whose)s", name=CLIENTS.get(client, client), whose=whose or "")


def judge_drills(begun: Iterable[tuple[datetime, datetime | None]], *, within: timedelta, at: datetime) -> Verdict:
    """Return whether a loss was drilled (or happened) within a year and somebody worked again in time.

    `begun` holds when each began and when the person worked again, the newest last.
    """
    recent = [one for one in begun if at - one[0] <= EVERY]
    rule = said("within %(every)s, and working again within %(span)s", every=_spell(EVERY), span=_spell(within))
    if not recent:
        reason = Reason(
            "loss of a device", "never drilled within a year", "the register", at, rule, "Drill the loss of a device."
        )
        return Verdict(DRILLED, ORGANISATION, Result.UNPROVEN, reason)
    start, done = recent[-1]
    if done is None:
        late = at - start > within
        value = (
            said("one that began on %(day)s is not over in time", day=start.date())
            if late
            else said("one that began on %(day)s is not over yet", day=start.date())
        )
        reason = Reason("loss of a device", value, "the register", at, rule, "Write down when the person works again.")
        return Verdict(DRILLED, ORGANISATION, Result.BROKEN if late else Result.UNPROVEN, reason)
    took = done - start
    value = said("%(span)s until the person worked again, on %(day)s", span=_spell(took), day=start.date())
    advice = "" if took <= within else "Find out what took so long, mend it, and drill again."
    reason = Reason("loss of a device", value, "the register", min(done, at), rule, advice)
    return Verdict(DRILLED, ORGANISATION, Result.HOLDS if took <= within else Result.BROKEN, reason)


def _spell(span: timedelta) -> Said:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:  # noqa: PLR2004 - two hours read better as minutes
        return said("%(count)s minutes", count=minutes)
    hours = minutes / 60
    if hours < 48:  # noqa: PLR2004 - as above
        return said("%(count)s hours", count=int(hours) if hours == int(hours) else round(hours, 1))
    return said("%(count)s days", count=round(hours / 24))
