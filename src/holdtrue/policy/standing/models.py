"""The present verdict on each subject, and every change of it."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.policy.standing.rules import Result

RESULTS = [(result.value, result.value) for result in Result]


class CurrentVerdict(models.Model):
    """The last verdict on one subject under one commitment; confirmed again and again, changed rarely."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    commitment = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    result = models.CharField(max_length=20, choices=RESULTS)
    since = models.DateTimeField()
    """When this result began."""
    fact = models.TextField()
    value = models.TextField()
    source = models.TextField()
    observed_at = models.DateTimeField()
    rule = models.TextField()
    advice = models.TextField(blank=True)
    parts = models.TextField(blank=True, default="", db_default="")
    """What breaks it, one a line; empty where that cannot be told."""
    patterns = models.TextField(blank=True, default="", db_default="")
    """Of the texts above, as `said.packed` keeps them, so that a page can say them in its reader's language."""

    class Meta:
        """One present verdict per subject and commitment."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["commitment", "subject"], name="one_verdict_per_subject"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["subject"], name="verdict_subject")]


class Transition(models.Model):
    """A result that became another, and why; never changed afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    commitment = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    before = models.CharField(max_length=20, choices=RESULTS, blank=True)
    after = models.CharField(max_length=20, choices=RESULTS)
    at = models.DateTimeField()
    entry = models.UUIDField()
    """The entry in the evidence log that proves it."""

    class Meta:
        """Read by subject in order of time."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["commitment", "subject", "at"], name="transition_of")]
