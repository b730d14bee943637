"""What is approved, and what each device has without it."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models

from holdtrue.accounts.models import Person
from holdtrue.workplace.software.rules import Fault


class ApprovalRow(models.Model):
    """Leave to use a program; ended by a date, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    name = models.CharField(max_length=300, default="*")
    type = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=300, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    versions = models.CharField(max_length=300, blank=True)
    platforms = models.CharField(max_length=100, blank=True)
    """Separated by spaces; empty for all."""
    seats = models.PositiveIntegerField(null=True)
    expires = models.DateField(null=True)
    why = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    entry = models.UUIDField()

    class Meta:
        """The same leave is given once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["name", "type", "source", "publisher", "versions", "platforms"], name="one_approval_of_a_kind"
            ),
        ]


class Inventory(models.Model):
    """The last inventory of one device, as it was judged."""

    subject = models.CharField(primary_key=True, max_length=200)
    system = models.CharField(max_length=20)
    sorts = models.CharField(max_length=200)
    """The sorts of package in it, separated by spaces."""
    total = models.PositiveIntegerField()
    untold = models.PositiveIntegerField()
    """Titles whose archive could not be asked."""
    collected_at = models.DateTimeField()


class UnapprovedRow(models.Model):
    """A title that a device has without leave."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    subject = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    version = models.CharField(max_length=300)
    type = models.CharField(max_length=300)
    origin = models.CharField(max_length=300)
    publisher = models.CharField(max_length=300)
    fault = models.CharField(max_length=60, choices=[(fault.value, fault.value) for fault in Fault])

    class Meta:
        """Read by device, and by title."""

        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["subject"], name="unapproved_on"),
            models.Index(fields=["type", "name"], name="unapproved_title"),
        ]


class SeatTaken(models.Model):
    """A device that has a title whose approval counts seats."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    approval = models.ForeignKey(ApprovalRow, on_delete=models.CASCADE, related_name="taken")
    subject = models.CharField(max_length=200)

    class Meta:
        """A device takes one seat of an approval."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["approval", "subject"], name="one_seat_per_device")]
