"""The only writer of versions."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from holdtrue.errors import Conflict, Invalid
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import record_verdicts
from holdtrue.policy.standing.queries import verdicts_on
from holdtrue.policy.standing.rules import Reason, Result, Verdict
from holdtrue.policy.text.lint import Finding, lint
from holdtrue.policy.text.models import Policy, Version
from holdtrue.policy.text.queries import PublishedVersion, published
from holdtrue.policy.text.rules import Document, parse
from holdtrue.said import said


def publish_version(source: str, *, based_on: int, by: UUID, at: datetime, slug: str | None = None) -> PublishedVersion:
    """Publish the text as the policy's next version and return it.

    `based_on` is the number of the version that the author saw, 0 for none. Raises `Invalid` for a malformed text or one
    of another policy than `slug`, `Conflict` when another version came first or this very text is published already.
    """
    document = parse(source)
    if slug is not None and slug != document.slug:
        raise Invalid(
            f"This text is the policy “{document.slug}”, not “{slug}”.",
            hint=f"Write `policy: {slug}` in its head, or publish it as a policy of its own.",
        )
    with transaction.atomic():
        policy, _ = Policy.objects.get_or_create(slug=document.slug)
        _refuse_stale(policy, document, based_on)
        row = _insert(policy, document, number=based_on + 1, by=by, at=at)
        _judge(document.slug, at=at, by=by)
    return published(row)


def _refuse_stale(policy: Policy, document: Document, based_on: int) -> None:
    same = policy.versions.filter(text_hash=document.text_hash).first()
    if same is not None:
        hint = "Change the text, its `in-force` date and its `change` note, then publish it."
        raise Conflict(f"This very text is published already, as version {same.number}.", hint=hint)
    newest = policy.versions.aggregate(number=Max("number"))["number"] or 0
    if newest != based_on:
        raise _behind(policy.slug, newest, based_on)
    previous = policy.versions.filter(number=newest).values_list("in_force", flat=True).first()
    if previous is not None and document.in_force < previous:
        raise Invalid(
            f"The text says in-force {document.in_force}, before version {newest} ({previous}).",
            hint=f"Give it the date {previous} or a later one.",
        )


def _behind(slug: str, newest: int, based_on: int) -> Conflict:
    return Conflict(
        f"The policy “{slug}” is at version {newest}, not {based_on}: somebody published in the meantime.",
        hint="Read what changed, take it over into your text, and publish again.",
    )


def _insert(policy: Policy, document: Document, *, number: int, by: UUID, at: datetime) -> Version:
    try:
        with transaction.atomic():
            entry = record(
                Kind.POLICY_PUBLISHED,
                about=f"policy/{document.slug}",
                at=at,
                by=by,
                core={
                    "text_hash": document.text_hash,
                    "number": number,
                    "in_force": document.in_force.isoformat(),
                    "title": document.title,
                },
            )
            return Version.objects.create(
                policy=policy,
                number=number,
                source=document.source,
                text_hash=document.text_hash,
                title=document.title,
                language=document.language,
                audience=document.audience.value,
                in_force=document.in_force,
                published_at=at,
                published_by_id=by,
                entry=entry,
            )
    except IntegrityError as error:
        # Two people published at once: the constraint let one of them through.
        newest = policy.versions.aggregate(number=Max("number"))["number"] or 0
        raise _behind(policy.slug, newest, number - 1) from error


def judge_what_is_in_force(*, at: datetime) -> int:
    """Let the standing of every policy follow the version whose date has come; return how many policies it changed for."""
    return sum(_judge(slug, at=at, by=None) for slug in Policy.objects.values_list("slug", flat=True))


def _judge(slug: str, *, at: datetime, by: UUID | None) -> bool:
    """Judge the version in force, or the newest while none is; False when that was judged already."""
    versions = Version.objects.filter(policy__slug=slug).order_by("-number")
    row = versions.filter(in_force__lte=at.date()).first() or versions.first()
    if row is None:
        return False
    document = parse(row.source)
    verdicts = [_published(document, row.number, at), _consistent(document, lint(document.source), at)]
    known = {(verdict.commitment, verdict.result, verdict.reason.source) for verdict in verdicts_on(f"policy/{slug}")}
    if all((verdict.commitment, verdict.result, verdict.reason.source) in known for verdict in verdicts):
        return False
    record_verdicts(verdicts, at=at, by=by)
    return True


def _published(document: Document, number: int, at: datetime) -> Verdict:
    in_force = document.in_force <= at.date()
    reason = Reason(
        fact="version in force",
        value=said("version %(number)s, in force from %(day)s", number=number, day=document.in_force),
        source=f"SHA-256 {document.text_hash}",
        observed_at=at,
        rule="a dated version is in force",
        advice="" if in_force else "Publish a version that is in force today.",
    )
    return Verdict("policy.published", f"policy/{document.slug}", Result.HOLDS if in_force else Result.UNPROVEN, reason)


def _consistent(document: Document, findings: tuple[Finding, ...], at: datetime) -> Verdict:
    value: str = "0"
    if findings:
        first = {"line": str(findings[0].line), "what": said(findings[0].message)}
        value = said("%(count)s, the first in line %(line)s: %(what)s", count=len(findings), **first)
    reason = Reason(
        fact="findings of the lint",
        value=value,
        source=f"holdtrue lint, SHA-256 {document.text_hash}",
        observed_at=at,
        rule="no findings",
        advice=findings[0].fix if findings else "",
    )
    result = Result.BROKEN if findings else Result.HOLDS
    return Verdict("policy.consistent", f"policy/{document.slug}", result, reason)
