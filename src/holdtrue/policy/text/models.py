"""Policies and their versions; a version is inserted once and never updated (a trigger refuses it)."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.conf import settings
from django.db import models


class Policy(models.Model):
    """A document that keeps its name while its versions change."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)

    def __str__(self) -> str:
        """Return its short name."""
        return self.slug


class Version(models.Model):
    """One published text, for ever as it was."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.TextField()
    text_hash = models.CharField(max_length=64)
    """SHA-256 of the source in UTF-8, in hexadecimal."""
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    audience = models.CharField(max_length=12)
    in_force = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry = models.UUIDField()
    """The entry in the evidence log that proves it."""

    class Meta:
        """A number is given once, and so is a text."""

        ordering: ClassVar[list[str]] = ["policy", "number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_version_per_number"),
            models.UniqueConstraint(fields=["policy", "text_hash"], name="one_version_per_text"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="versions_count_from_one"),
        ]

    def __str__(self) -> str:
        """Return its title and number."""
        return f"{self.title}, version {self.number}"
