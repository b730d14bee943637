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
