"""Reads of published policies."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Max, QuerySet

from holdtrue.errors import NotFound
from holdtrue.policy.text.differences import Difference, difference_between
from holdtrue.policy.text.models import Version
from holdtrue.policy.text.rules import Audience, Document, parse


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One published text and what is known of its publishing."""

    slug: str
    number: int
    title: str
    language: str
    audience: Audience
    in_force: date
    text_hash: str
    """SHA-256 of the source in UTF-8, in hexadecimal."""
    published_at: datetime
    published_by: UUID
    publisher: str
    """The name of the person who published it."""
    entry: UUID
    """The entry in the evidence log that proves it."""
    source: str

    @property
    def document(self) -> Document:
        """The text, read and understood."""
        return _document(self.source)

    @property
    def subject(self) -> str:
        """What verdicts and evidence about this policy are about."""
        return f"policy/{self.slug}"


def published(row: Version) -> PublishedVersion:
    """Return the stored version as a value."""
    return PublishedVersion(
        slug=row.policy.slug,
        number=row.number,
        title=row.title,
        language=row.language,
        audience=Audience(row.audience),
        in_force=row.in_force,
        text_hash=row.text_hash,
        published_at=row.published_at,
        published_by=row.published_by_id,
        publisher=row.published_by.name,
        entry=row.entry,
        source=row.source,
    )


def policies(*, at: datetime | None = None) -> tuple[PublishedVersion, ...]:
    """Return the version in force at that time of every policy, by title; without a time the newest, in force or to come."""
    rows = _rows() if at is None else _rows().filter(in_force__lte=at.date())
    latest = {row.policy.slug: row for row in rows.order_by("number")}
    return tuple(sorted((published(row) for row in latest.values()), key=lambda one: one.title.casefold()))


def edition() -> tuple[int, UUID | None]:
    """Return what is another as soon as anything is published: how many versions there are, and the newest one's id."""
    return Version.objects.count(), Version.objects.order_by("-id").values_list("id", flat=True).first()


def current(slug: str, *, at: datetime) -> PublishedVersion:
    """Return the version in force at that time: the newest whose date has come; raises `NotFound` when there is none."""
    row = _rows().filter(policy__slug=slug, in_force__lte=at.date()).order_by("-number").first()
    if row is None:
        raise NotFound(f"No policy “{slug}” is in force.", hint="The home page lists every policy.")
    return published(row)


def versions_of(slug: str) -> tuple[PublishedVersion, ...]:
    """Return all versions of a policy, newest first."""
    return tuple(published(row) for row in _rows().filter(policy__slug=slug).order_by("-number"))


def version(slug: str, number: int) -> PublishedVersion:
    """Return one version; raises `NotFound`."""
    row = _rows().filter(policy__slug=slug, number=number).first()
    if row is None:
        raise NotFound(f"The policy “{slug}” has no version {number}.", hint="Its page lists the versions that it has.")
    return published(row)


def newest(slug: str) -> PublishedVersion | None:
    """Return the newest version, in force or to come; None when the policy has none."""
    row = _rows().filter(policy__slug=slug).order_by("-number").first()
    return published(row) if row else None


def newest_number(slug: str) -> int:
    """Return the number of the newest version, in force or to come; 0 when the policy has none."""
    return newest_numbers().get(slug, 0)


def newest_numbers() -> dict[str, int]:
    """Return the number of the newest version of every policy, by slug."""
    rows = Version.objects.values_list("policy__slug").annotate(newest=Max("number")).order_by("policy__slug")
    return dict(rows)


def difference(slug: str, older: int, newer: int) -> Difference:
    """Return what changed from one version to another; raises `NotFound`."""
    return difference_between(version(slug, older).document, version(slug, newer).document)


def organisation() -> str:
    """Return the organisation's name as its newest text says it; empty before anything is published."""
    row = _rows().order_by("-published_at", "-id").first()
    return published(row).document.organisation if row else ""


def contact() -> str:
    """Return whom to ask, as the newest text names them; empty before anything is published."""
    row = _rows().order_by("-published_at", "-id").first()
    return published(row).document.contact if row else ""


def language_of_personnel(*, at: datetime) -> str:
    """Return the language in which the organisation speaks to its people: that of the policy for them that is in force."""
    rows = _rows().filter(audience=Audience.PERSONNEL, in_force__lte=at.date())
    return rows.order_by("-in_force", "-number").values_list("language", flat=True).first() or "en"


def _rows() -> QuerySet[Version]:
    return Version.objects.select_related("policy", "published_by")


@lru_cache(maxsize=64)
def _document(source: str) -> Document:
    # A published text never changes, so neither does what it says.
    return parse(source)
