"""The tables of scans and findings."""

from enum import StrEnum
from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person


class Progress(StrEnum):
    """How far a scan has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = (Progress.WAITING.value, Progress.RUNNING.value)


class Scan(models.Model):
    """One scan of one website: asked for, running, or with its result."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200)
    progress = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Progress])
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    pages = models.PositiveSmallIntegerField(default=10)
    """The most pages to open in each state."""
    tries = models.PositiveSmallIntegerField(default=0)
    at_state = models.CharField(max_length=12, blank=True)
    """The state that a running scan is in, as it told last; likewise the page, and how much it has seen."""
    at_page = models.CharField(max_length=500, blank=True)
    found = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.BinaryField(default=bytes)
    """The JSON document, byte for byte as it was delivered."""
    result_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 - NULL is no value, and unique values are wanted
    policy_title = models.TextField(blank=True)
    """The policy that it was held against, as it was called then."""
    policy_hash = models.CharField(max_length=64, blank=True)
    failing = models.PositiveIntegerField(default=0)
    """Findings that are more than a remark."""
    message = models.CharField(max_length=500, blank=True)
    """Why it failed."""
    entry = models.UUIDField(null=True)

    class Meta:
        """One scan of a site at a time, and one record of a result."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["host"], condition=models.Q(progress__in=OPEN), name="one_open_scan_per_site"),
            models.UniqueConstraint(fields=["host", "result_hash"], name="one_record_per_result"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["host", "-ended_at"], name="scan_newest")]


class PictureRow(models.Model):
    """What the first page looks like in one state of a scan that still runs; its result brings its own."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12)
    picture = models.TextField()
    """A `data:` address."""

    class Meta:
        """One for each state."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["scan", "state"], name="one_picture_per_scan_and_state")
        ]


class FindingRow(models.Model):
    """One finding of a scan, as it was judged here."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    fault = models.CharField(max_length=40)
    severity = models.CharField(max_length=10)
    state = models.CharField(max_length=12, blank=True)
    subject = models.TextField()
    evidence = models.TextField()
    fix = models.TextField(blank=True, default="")
    patterns = models.TextField(blank=True, default="")
    """Of evidence and fix, as `said.packed` keeps them, so that a page can say them in its reader's language."""
    page = models.TextField(blank=True)

    class Meta:
        """The most urgent first."""

        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["scan", "position"], name="one_finding_per_place")]


class LetterRow(models.Model):
    """One person who is to be told by e-mail what a scan changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    """When it may be tried next; moved ahead by whoever claims it."""
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=200, blank=True)
    """Why it could not be sent the last time."""

    class Meta:
        """Nobody is told twice."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["scan", "person"], name="one_letter_per_scan_and_person")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="letters_due")]


class PlanRow(models.Model):
    """How often a website is scanned by itself; a site without a row is scanned when somebody asks."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    host = models.CharField(max_length=200, unique=True)
    every_days = models.PositiveSmallIntegerField()
    """0 for never."""
    pages = models.PositiveSmallIntegerField()
    next_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    """Raised by every change, so that nobody overwrites what they have not seen."""
