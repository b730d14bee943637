"""The only writers of what other programs say, and of what it means."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.errors import Conflict, Invalid, NotFound
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Result, Verdict, effective
from holdtrue.workplace.results.models import Meaning, Outcome
from holdtrue.workplace.results.programs.statements import Statement, Told
from holdtrue.workplace.results.queries import device_commitments, verdicts_from
from holdtrue.workplace.results.rules import SOURCES, TOOLS


def keep_statement(statement: Statement, *, subject: str, sha256: str, at: datetime, by: UUID) -> list[Verdict]:
    """Keep what a program said of a device, and let the standing follow where our own facts prove nothing; return the verdicts.

    An answer older than the one in hand changes nothing. A rule that a whole statement no longer names is forgotten.
    """
    counts = Counter(one.answer.value for one in statement.answers)
    with transaction.atomic():
        changed = _keep(statement, subject)
        if changed:
            record(
                Kind.RESULTS_TAKEN,
                about=subject,
                at=at,
                by=by,
                core={"tool": statement.tool, "sha256": sha256, "observed_at": statement.observed_at.isoformat(), **counts},
            )
        verdicts = verdicts_from(subject)
        record_verdicts(_that_count(verdicts, subject, at=at), at=at)
    return verdicts


def _keep(statement: Statement, subject: str) -> int:
    """Store the answers; return how many rows that changed."""
    known = {row.rule: row for row in Outcome.objects.select_for_update().filter(subject=subject, tool=statement.tool)}
    new, newer = [], []
    for told in statement.answers:
        row = known.get(told.rule)
        if row is None:
            new.append(_row(told, statement, subject))
        elif row.observed_at < (told.observed_at or statement.observed_at):
            fresh = _row(told, statement, subject)
            fresh.id = row.id
            newer.append(fresh)
    Outcome.objects.bulk_create(new, batch_size=200)
    Outcome.objects.bulk_update(newer, ["answer", "title", "detail", "observed_at"], batch_size=200)
    gone: list[UUID] = []
    if statement.is_whole:
        named = {told.rule for told in statement.answers}
        gone = [row.id for row in known.values() if row.rule not in named and row.observed_at < statement.observed_at]
        for start in range(0, len(gone), 500):
            Outcome.objects.filter(id__in=gone[start : start + 500]).delete()
    return len(new) + len(newer) + len(gone)


def _row(told: Told, statement: Statement, subject: str) -> Outcome:
    return Outcome(
        subject=subject, tool=statement.tool, rule=told.rule, answer=told.answer, title=told.title, detail=told.detail,
        observed_at=told.observed_at or statement.observed_at,
    )  # fmt: skip


def _that_count(verdicts: Iterable[Verdict], subject: str, *, at: datetime) -> list[Verdict]:
    """Return the verdicts that our own facts do not already decide: what we saw ourselves outweighs what we were told."""
    own = {
        one.commitment
        for one in verdicts_on(subject)
        if one.reason.source not in SOURCES and effective(one, at=at).result is not Result.UNPROVEN
    }
    return [one for one in verdicts if one.commitment not in own]


def give_meaning(tool: str, rule: str, *, commitment: str, by: UUID, at: datetime) -> None:
    """Let a program's rule answer for a commitment, and let the standing of its devices follow.

    Raises `Invalid` for a program or commitment that is not known, `Conflict` when it was said already.
    """
    if tool not in TOOLS:
        raise Invalid(f"{tool} is no program whose results are read.", hint=", ".join(TOOLS))
    if commitment not in dict(device_commitments()):
        raise Invalid(f"{commitment} is no commitment about devices.", hint="Choose one of the list.")
    if not rule.strip() or len(rule) > 300:  # noqa: PLR2004 - as long as the column
        raise Invalid("A rule has a name, of at most 300 characters.", hint="Give it as the program calls it.")
    try:
        with transaction.atomic():
            entry = _note(tool, rule, commitment, step="given", by=by, at=at)
            Meaning.objects.create(tool=tool, rule=rule, commitment=commitment, decided_by_id=by, decided_at=at, entry=entry)
            _judge_again(tool, rule, at=at)
    except IntegrityError as error:
        raise Conflict(f"{rule} answers for {commitment} already.", hint="Reload the page.") from error


def take_meaning(tool: str, rule: str, *, commitment: str, by: UUID, at: datetime) -> None:
    """Let a program's rule no longer answer for a commitment; what it answered stands until it is stale. Raises `NotFound`."""
    with transaction.atomic():
        gone, _ = Meaning.objects.filter(tool=tool, rule=rule, commitment=commitment).delete()
        if not gone:
            raise NotFound(f"Nobody said that {rule} answers for {commitment}.", hint="Reload the page.")
        _note(tool, rule, commitment, step="taken", by=by, at=at)
        _judge_again(tool, rule, at=at)


def _note(tool: str, rule: str, commitment: str, *, step: str, by: UUID, at: datetime) -> UUID:  # noqa: PLR0913 - as the entry
    core = {"step": step, "tool": tool, "rule": rule, "commitment": commitment}
    return record(Kind.RESULTS_MEANT, about=f"results/{tool}", at=at, by=by, core=core)


def _judge_again(tool: str, rule: str, *, at: datetime) -> None:
    for subject in Outcome.objects.filter(tool=tool, rule=rule).values_list("subject", flat=True).order_by("subject"):
        record_verdicts(_that_count(verdicts_from(subject), subject, at=at), at=at)
