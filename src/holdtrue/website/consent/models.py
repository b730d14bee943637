"""How each site asks, and every notice and rendering it ever asked with. The records themselves stand beside the log."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models


class AskingRow(models.Model):
    """What a site's owner chose; a site without a row asks by default."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200, unique=True)
    chosen = models.JSONField()
    """An `Asking`, field by field."""
    revision = models.PositiveIntegerField(default=1)
    """Raised by every change, so that nobody overwrites what they have not seen."""
    changed_at = models.DateTimeField()


class NoticeRow(models.Model):
    """A notice as it was served from one time on; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    document = models.TextField()
    """Canonical JSON (`holdtrue.notice/1`)."""
    sha256 = models.CharField(max_length=64)
    material = models.CharField(max_length=64)
    at = models.DateTimeField()
    entry = models.UUIDField()
    """The entry in the evidence log that proves it."""

    class Meta:
        """Numbered by site."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["host", "number"], name="one_notice_per_number")]


class ExpiryRow(models.Model):
    """That an agreement ended with its time: derived from its record, which says when, and from no later one before that."""

    idx = models.BigIntegerField(primary_key=True)
    """The record's index in the log."""
    host = models.CharField(max_length=200)
    at = models.DateTimeField()
    language = models.CharField(max_length=12)
    version = models.PositiveIntegerField()

    class Meta:
        """Counted by day."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["host", "at"], name="expiries_of_a_site")]


class ExpiryCursor(models.Model):
    """How far the records that stand for so many days have been looked at."""

    days = models.PositiveIntegerField(primary_key=True)
    next = models.BigIntegerField(default=0)
    """The index in the log to go on from."""


class TrackerRow(models.Model):
    """A host that pages of a site tried to ask and that its notice does not name, as browsers reported."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    """The site."""
    tracker = models.CharField(max_length=253)
    directives = models.JSONField()
    """What it was asked for, in the words of the Content-Security-Policy; the first few."""
    pages = models.JSONField()
    """Paths of pages that asked; the first few."""
    many = models.PositiveBigIntegerField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    entry = models.UUIDField()
    """The entry in the evidence log that says since when it is known."""

    class Meta:
        """A host is one tracker of a site."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["host", "tracker"], name="one_tracker_per_site")]


class RenderingRow(models.Model):
    """One form in which a notice was shown, by its hash; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    document = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """A hash is one rendering."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["host", "sha256"], name="one_rendering_per_hash")]
