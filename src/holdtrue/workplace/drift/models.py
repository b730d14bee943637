"""What is watched, and what was agreed for each device."""

from typing import Any, ClassVar

from django.db import models


class WatchedRow(models.Model):
    """What the organisation says of one setting: watched, or not although it is on the list that ships."""

    name = models.CharField(primary_key=True, max_length=300)
    about = models.CharField(max_length=100, blank=True)
    system = models.CharField(max_length=20, blank=True)
    is_watched = models.BooleanField(default=True)


class Baseline(models.Model):
    """The settings of one device as they were agreed, and as they were told last."""

    subject = models.CharField(primary_key=True, max_length=200)
    agreed = models.JSONField(default=dict)
    """By user and name: name, user, value."""
    now = models.JSONField(default=dict)
    agreed_at = models.DateTimeField()
    entry = models.UUIDField()
    """The entry in the evidence log that proves what was agreed."""
    collected_at = models.DateTimeField()
    changed = models.PositiveIntegerField(default=0)
    """How many are no longer as agreed."""

    class Meta:
        """Devices with changes are asked for often."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["changed"], condition=models.Q(changed__gt=0), name="drifted")]
