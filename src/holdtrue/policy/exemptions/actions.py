"""The only writers of exemptions."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.accounts.actions import issue_token, revoke_token
from holdtrue.accounts.models import Person
from holdtrue.accounts.queries import Purpose, names_of, open_tokens, people
from holdtrue.accounts.rules import Reader
from holdtrue.errors import Conflict, Invalid, NotAllowed, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.groups import Facts
from holdtrue.evidence.kinds import Kind
from holdtrue.letters.actions import post
from holdtrue.policy.exemptions.models import Decision, Ending, Exemption
from holdtrue.policy.exemptions.queries import Departable, View, departables, exemption
from holdtrue.policy.exemptions.rules import (
    DECIDES,
    NEEDS_A_DECISION,
    Ask,
    Choice,
    Phase,
    State,
    check_ask,
    check_decider,
    check_reason,
    deciders_for,
)
from holdtrue.policy.exemptions.telling import that_somebody_asks
from holdtrue.policy.text.rules import Exemptible

SUBSCRIBED: Final = timedelta(days=365)
"""How long a calendar may read with one secret."""


def ask_exemption(ask: Ask, *, by: Reader, at: datetime) -> UUID:
    """Keep what somebody asks for, word for word, and return its id; nothing is exempt by it.

    Raises `Invalid` or `NotAllowed` for what nobody may ask, such as a clause from which nobody is exempted.
    """
    check_ask(ask, by=by, at=at)
    known = departables(at=at)
    for name in sorted(ask.clauses):
        if name not in known:
            raise Invalid(
                f"Nobody can be exempted from {name.partition('/')[2] or name}.",
                hint="A clause that allows it says so.",
            )
    clauses = [one for name, one in known.items() if name in ask.clauses]
    document = _document(ask, clauses, by=by, at=at)
    strictest = 2 if any(one.clause.exemption is Exemptible.TWO for one in clauses) else 1
    with transaction.atomic():
        row = Exemption.objects.create(
            sort=ask.sort, clauses=[one.name for one in clauses], job=ask.job, conditions=ask.conditions,
            scope=_dimensions(ask), starts=ask.starts, ends=ask.ends, is_urgent=ask.is_urgent,
            deciders=deciders_for(strictest, ask.scope), document=document, requester_id=by.id, requested_at=at,
        )  # fmt: skip
        row.persons.set(Person.objects.filter(id__in=ask.scope.persons))
        record(
            Kind.EXEMPTION_ASKED,
            about=f"exemption/{row.id}",
            at=at,
            by=by.id,
            core={
                "sha256": sha256_of(document),
                "sort": ask.sort.value,
                "clauses": list(row.clauses),
                "starts": ask.starts.isoformat(),
                "ends": ask.ends.isoformat(),
                "deciders": row.deciders,
            },
            context={"roles": [role.value for role in sorted(ask.scope.roles)], "urgent": ask.is_urgent},
            # The words of a request tell whose it is and what their work is, so they go when names go.
            identity={"document": document},
        )
        _tell_deciders(row, ask, by=by, at=at)
    return row.id


def _tell_deciders(row: Exemption, ask: Ask, *, by: Reader, at: datetime) -> None:
    """Tell everybody who may decide on it that somebody asked; those who may not need not know."""
    letter = that_somebody_asks(row.id, ask, by=by, at=at)
    for one in people():
        concerned = one.id in ask.scope.persons or bool(one.roles & ask.scope.roles)
        if DECIDES in one.roles and one.id != by.id and not concerned:
            post(one.id, letter, key=f"exemption/{row.id}", about=f"exemption/{row.id}", at=at)


def subscribe(*, by: Reader, at: datetime) -> str:
    """Return a fresh secret with which a calendar reads the tests that this person may see; an earlier one ends.

    It is shown once, ends after a year, and can be ended before.
    """
    with transaction.atomic():
        unsubscribe(by=by, at=at)
        subject = f"person/{by.id}"
        return issue_token(Purpose.CALENDAR, subject=subject, by=by.id, at=at, expires_at=at + SUBSCRIBED, record=record)


def unsubscribe(*, by: Reader, at: datetime) -> int:
    """End the secret that this person's calendar reads with; return how many there were."""
    found = open_tokens(purpose=Purpose.CALENDAR, subject=f"person/{by.id}", at=at)
    for token in found:
        revoke_token(token, by=by.id, at=at, record=record)
    return len(found)


def decide(id: UUID, choice: Choice, *, reason: str = "", by: Reader, at: datetime) -> Phase:  # noqa: A002 - an id, as everywhere
    """Let one person of the security team consent or refuse, and return where the exemption then stands.

    The last consent that it takes grants it; one refusal ends it, with a reason. Raises `NotAllowed` for the requester, for
    those whom it is for and for everybody else, `Conflict` when another decided first.
    """
    view = exemption(id, reader=by, at=at)
    check_decider(view.matter, by=by, at=at)
    if choice is Choice.REFUSE:
        check_reason(reason)
    consents = view.consents + (choice is Choice.GRANT)
    state = _state_after(view, choice, consents)
    change: dict[str, object] = {"state": state, "consents": consents}
    if state is State.GRANTED:
        change["granted_at"] = at
    elif state is State.REFUSED:
        change["ended_at"] = at
    return _keep_decision(view, choice, change, reason=reason, is_emergency=False, by=by, at=at)


def consent_in_emergency(id: UUID, *, reason: str, by: Reader, at: datetime) -> Phase:  # noqa: A002 - as above
    """Let one person of the security team consent at once, for twenty-four hours; others review it as they would decide.

    Raises `Invalid` without a reason or where it was not asked for as urgent, otherwise as `decide` does.
    """
    view = exemption(id, reader=by, at=at)
    check_decider(view.matter, by=by, at=at)
    check_reason(reason)
    if not view.is_urgent:
        raise Invalid("This was not asked for as urgent.", hint="Decide on it as usual.")
    if view.phase is not Phase.WAITING:
        raise Conflict("Somebody consented in the emergency already.", hint="What it needs now is a review.")
    if at < view.course.starts:
        raise Invalid("It has not begun, so there is time to decide as usual.", hint="Decide on it as usual.")
    return _keep_decision(view, Choice.GRANT, {"emergency_at": at}, reason=reason, is_emergency=True, by=by, at=at)


def withdraw(id: UUID, *, by: Reader, at: datetime) -> None:  # noqa: A002 - as above
    """Let the requester take back what nobody decided yet, or give up what was granted; raises `NotAllowed` for others."""
    view = exemption(id, reader=by, at=at)
    if by.id != view.requester:
        raise NotAllowed("Only who asked takes it back.", hint="The security team can revoke it.")
    _end(view, State.WITHDRAWN, reason="", by=by, at=at)


def revoke(id: UUID, *, reason: str, by: Reader, at: datetime) -> None:  # noqa: A002 - as above
    """End an exemption before its time, with a reason; raises `NotAllowed` for all but the security team."""
    view = exemption(id, reader=by, at=at)
    if DECIDES not in by.roles:
        raise NotAllowed("Only the security team revokes an exemption.", hint="Whoever asked for it can give it up.")
    check_reason(reason)
    _end(view, State.REVOKED, reason=reason, by=by, at=at)


def note_use(id: UUID, *, what: str, by: Reader, at: datetime) -> None:  # noqa: A002 - as above
    """Keep that somebody whom it is for used it, and for what; raises `Conflict` where it does not count now."""
    view = exemption(id, reader=by, at=at)
    if by.id not in view.scope.persons and not by.roles & view.scope.roles:
        raise NotAllowed("Only those whom it is for can use it.", hint="Ask for an exemption of your own.")
    if not what.strip():
        raise Invalid("Nothing was said of what was done.", hint="Say in a few words what you used it for.")
    if not any(window.holds(at) for window in view.windows):
        raise Conflict("This exemption does not count now.", hint="What is done without one can only be reported.")
    with transaction.atomic():
        Exemption.objects.filter(id=id).update(last_used=at)
        record(
            Kind.EXEMPTION_USED, about=f"exemption/{id}", at=at, by=by.id, core={"sha256": sha256_of(view.document)},
            identity={"what": what},
        )  # fmt: skip


def note_coverage(ids: Iterable[UUID], *, at: datetime) -> int:
    """Keep that these exemptions cover something that is broken now, so that none is flagged as unused; return how many."""
    return Exemption.objects.filter(id__in=list(ids)).update(last_used=at)


def sha256_of(document: str) -> str:
    """Return the hash of what is consented to, as the evidence log has it."""
    return hashlib.sha256(document.encode()).hexdigest()


def words_of(document: str) -> list[tuple[str, str]]:
    """Return the clauses of what is consented to, as id and Markdown as it stood."""
    return [(clause["id"], clause["text"]) for clause in json.loads(document)["clauses"]]


def _state_after(view: View, choice: Choice, consents: int) -> State:
    if choice is Choice.REFUSE:
        return State.REFUSED
    return State.GRANTED if consents >= view.deciders else State.ASKED


def _keep_decision(  # noqa: PLR0913 - what a decision consists of
    view: View, choice: Choice, change: dict[str, object], *, reason: str, is_emergency: bool, by: Reader, at: datetime
) -> Phase:
    core: Facts = {
        "sha256": sha256_of(view.document),
        "choice": "emergency consent" if is_emergency else choice.value,
        "consents": view.consents + (choice is Choice.GRANT and not is_emergency),
        "deciders": view.deciders,
        "state": str(change.get("state", view.course.state)),
    }
    try:
        with transaction.atomic():
            # Compare and set: whoever saw another state, or another number of consents, decided on something else.
            unchanged = Exemption.objects.filter(
                id=view.id, state=view.course.state, consents=view.consents, emergency_at=view.course.emergency_at
            )
            if not unchanged.update(**change):
                raise _together()
            entry = record(
                Kind.EXEMPTION_DECIDED, about=f"exemption/{view.id}", at=at, by=by.id, core=core, identity={"reason": reason}
            )
            Decision.objects.create(
                exemption_id=view.id, by_id=by.id, at=at, choice=choice, is_emergency=is_emergency, reason=reason, entry=entry
            )
    except IntegrityError as error:
        raise _together() from error
    return exemption(view.id, reader=by, at=at).phase


def _end(view: View, state: State, *, reason: str, by: Reader, at: datetime) -> None:
    may_end = {Phase.COMING, Phase.IN_FORCE} | (NEEDS_A_DECISION if state is State.WITHDRAWN else {Phase.REVIEW})
    if view.phase not in may_end:
        raise Conflict("This exemption has nothing left to end.", hint="Its page says what became of it.")
    try:
        with transaction.atomic():
            unchanged = Exemption.objects.filter(id=view.id, state=view.course.state, consents=view.consents)
            if not unchanged.update(state=state, ended_at=at):
                raise _together()
            entry = record(
                Kind.EXEMPTION_ENDED,
                about=f"exemption/{view.id}",
                at=at,
                by=by.id,
                core={"sha256": sha256_of(view.document), "state": state.value},
                identity={"reason": reason},
            )
            Ending.objects.create(exemption_id=view.id, by_id=by.id, at=at, reason=reason, entry=entry)
    except IntegrityError as error:
        raise _together() from error


def _together() -> Conflict:
    return Conflict("Somebody else has just decided on this exemption.", hint="Its page says what became of it.")


def _dimensions(ask: Ask) -> dict[str, list[str]]:
    scope = ask.scope
    return {
        "roles": sorted(scope.roles),
        "devices": sorted(scope.devices),
        "targets": sorted(scope.targets),
        "software": sorted(scope.software),
        "settings": sorted(scope.settings),
    }


def _document(ask: Ask, clauses: Iterable[Departable], *, by: Reader, at: datetime) -> str:
    """Return what is consented to, word for word, with the text of each clause as it stood."""
    names = names_of(set(ask.scope.persons))
    if set(names) != set(ask.scope.persons):
        raise NotFound("Somebody named here has no account.", hint="Choose from the list.")
    return json.dumps(
        {
            "format": "holdtrue.exemption/1",
            "sort": ask.sort.value,
            "clauses": [
                {"policy": one.policy, "version": one.version, "id": one.clause.id, "text": one.clause.text} for one in clauses
            ],
            "requested_by": by.name,
            "requested_at": at.isoformat(),
            "job": ask.job,
            "conditions": ask.conditions,
            "people": sorted(names.values()),
            **_dimensions(ask),
            "starts": ask.starts.isoformat(),
            "ends": ask.ends.isoformat(),
            "urgent": ask.is_urgent,
        },
        ensure_ascii=False,
        sort_keys=True,
    )
