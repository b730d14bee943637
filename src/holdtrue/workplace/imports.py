"""Taking the results of other programs: the half's roof, where hosts of a file meet the register of devices.

What such a program waives is no exemption here: it becomes a request for one, that the security team decides.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from holdtrue.accounts.queries import Grant, Purpose, reader_of, token_grant
from holdtrue.accounts.rules import Reader
from holdtrue.errors import HoldtrueError, Invalid
from holdtrue.policy.exemptions.actions import ask_exemption
from holdtrue.policy.exemptions.queries import departables, exemptions, register
from holdtrue.policy.exemptions.rules import LONGEST, NEEDS_A_DECISION, Ask, Phase, Scope, Sort
from holdtrue.policy.standing.rules import consented
from holdtrue.workplace.devices.queries import owners_by_subject, recognised
from holdtrue.workplace.document import verdict_out
from holdtrue.workplace.results.actions import keep_statement
from holdtrue.workplace.results.programs.reading import read
from holdtrue.workplace.results.programs.statements import Statement, Waiver
from holdtrue.workplace.results.queries import meant
from holdtrue.workplace.state import slug

MOST_UNKNOWN = 100
"""Names of unknown hosts in one answer; the rest are counted."""


def receive_results(document: bytes, *, secret: str, at: datetime, device: str = "", made_at: str = "") -> dict[str, Any]:
    """Keep what a file says of the devices that the register knows, and return for JSON what became of each.

    `device` names the one that a nameless file is about, `made_at` says when results without times were made. Raises
    `NotAllowed` for a token that may not deliver results, `Invalid` for a file that cannot be read.
    """
    grant = token_grant(secret, purpose=Purpose.RESULTS, at=at)
    statements = read(document, at=at, device=device, made_at=made_at)
    subjects = recognised(
        [(one.host.serial, one.host.name, slug(one.host.uuid) if one.host.uuid else "") for one in statements]
    )
    digest = hashlib.sha256(document).hexdigest()
    taken, unknown = [], []
    for statement, subject in zip(statements, subjects, strict=True):
        if subject:
            taken.append(_keep(statement, subject, digest, grant, at=at))
        else:
            unknown.append(statement.host.name or statement.host.serial or statement.host.uuid)
    return {"sha256": digest, "taken": taken, "unknown": unknown[:MOST_UNKNOWN], "unknown_count": len(unknown)}


def _keep(statement: Statement, subject: str, digest: str, grant: Grant, *, at: datetime) -> dict[str, Any]:
    with transaction.atomic():
        verdicts = keep_statement(statement, subject=subject, sha256=digest, at=at, by=grant.issued_by)
        asked, refused = ask_for_waivers(statement.waivers, statement.tool, subject, by=grant.issued_by, at=at)
    consents = register(at=at, owners=owners_by_subject()) if verdicts else None
    judged = [consented(one, consents, at=at) for one in verdicts] if consents else []
    return {
        "subject": subject,
        "tool": statement.tool,
        "observed_at": statement.observed_at.isoformat(),
        "answers": dict(Counter(one.answer.value for one in statement.answers)),
        "verdicts": [verdict_out(one) for one in judged],
        "exemptions_asked": [str(one) for one in asked],
        "waivers_refused": refused,
    }


def ask_for_waivers(
    waivers: Iterable[Waiver], tool: str, subject: str, *, by: UUID, at: datetime
) -> tuple[list[UUID], list[str]]:
    """Ask for an exemption for each waived rule that answers for a clause which allows one; return the requests, and why not.

    The person who issued the token asks, so somebody else has to decide. Nothing is asked twice while it waits or counts.
    """
    reader = reader_of(by)
    asked: list[UUID] = []
    refused: list[str] = []
    known = _asked_already(reader, at=at)
    for waiver in waivers:
        clauses = _clauses(waiver, tool, at=at)
        if not clauses:
            refused.append(f"{waiver.rule}: it answers for no clause that somebody can be exempted from")
        elif (subject, waiver.rule.casefold()) in known:
            continue
        else:
            try:
                asked.append(_ask(waiver, clauses, subject, by=reader, at=at))
            except HoldtrueError as error:
                refused.append(f"{waiver.rule}: {error.message}")
    return asked, refused


def _asked_already(reader: Reader, *, at: datetime) -> set[tuple[str, str]]:
    alive = {*NEEDS_A_DECISION, Phase.COMING, Phase.IN_FORCE}
    return {
        (device, setting.casefold())
        for view in exemptions(reader=reader, at=at)
        if view.phase in alive
        for device in view.scope.devices
        for setting in view.scope.settings
    }


def _clauses(waiver: Waiver, tool: str, *, at: datetime) -> frozenset[str]:
    keeps = {one.commitment for one in meant() if one.tool == tool and one.rule == waiver.rule}
    return frozenset(name for name, one in departables(at=at).items() if keeps & {kept.id for kept in one.clause.commitments})


def _ask(waiver: Waiver, clauses: frozenset[str], subject: str, *, by: Reader, at: datetime) -> UUID:
    if not waiver.why:
        raise Invalid("The waiver gives no reason.", hint="Write a justification into the waiver file.")
    latest = at + LONGEST[Sort.WORK]
    ends = datetime.combine(waiver.until, time(), UTC) + timedelta(days=1) if waiver.until else latest
    owner = owners_by_subject().get(subject, by.id)
    scope = Scope(persons=frozenset({owner}), devices=frozenset({subject}), settings=frozenset({waiver.rule}))
    ask = Ask(
        sort=Sort.WORK, clauses=clauses, job=waiver.why, conditions="", scope=scope, starts=at, ends=min(ends, latest)
    )  # fmt: skip
    return ask_exemption(ask, by=by, at=at)
