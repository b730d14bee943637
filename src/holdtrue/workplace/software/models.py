"""What is approved and denied, who asked for what, and what each device has."""

from typing import Any, ClassVar

import uuid_utils.compat as uuid7s
from django.db import models
from django.db.models import Q

from holdtrue.accounts.models import Person
from holdtrue.workplace.software.asks import AskState
from holdtrue.workplace.software.rules import Fault, Stance

FAULTS = [(fault.value, fault.value) for fault in Fault]


class ApprovalRow(models.Model):
    """Leave to use a program, or its refusal; ended by a date or by somebody, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    stance = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Stance], default=Stance.APPROVED)
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
    ended_at = models.DateTimeField(null=True)
    """When somebody ended it before its time."""
    is_judged = models.BooleanField(default=False, db_default=False)
    """Whether the tools of every device were judged since it was decided, or ended."""

    class Meta:
        """The same leave is given once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["stance", "name", "type", "source", "publisher", "versions", "platforms"],
                condition=Q(ended_at=None),
                name="one_approval_of_a_kind",
            ),
        ]


class AskRow(models.Model):
    """Somebody's wish to use a title, and what the security team said to it."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    name = models.CharField(max_length=300)
    type = models.CharField(max_length=20, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    """The device that it is wanted on; empty where none was said."""
    what_for = models.TextField()
    requester = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in AskState], default=AskState.WAITING)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    approval = models.ForeignKey(ApprovalRow, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """Nobody asks twice for the same while it waits."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["requester", "name", "type"], condition=Q(state=AskState.WAITING), name="one_wish_at_a_time"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "asked_at"], name="asks_waiting")]


class TitleRow(models.Model):
    """A title in one version, as some device reported it; every device that has it names it by its number."""

    id = models.BigIntegerField(primary_key=True)
    """`rules.number_of` the title: the same everywhere, so that nobody has to look it up."""
    name = models.CharField(max_length=300)
    version = models.CharField(max_length=300)
    type = models.CharField(max_length=300)
    origin = models.CharField(max_length=300)
    publisher = models.CharField(max_length=300)

    class Meta:
        """Read by name."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["name", "type"], name="title_by_name")]


class Inventory(models.Model):
    """The last inventory of one device, and how it was judged."""

    subject = models.CharField(primary_key=True, max_length=200)
    system = models.CharField(max_length=20)
    sorts = models.JSONField(default=dict)
    """For each sort of package how many titles there are, and of how many the archive is known."""
    titles = models.BinaryField(default=b"")
    """The numbers of its titles, eight bytes each, in order."""
    total = models.PositiveIntegerField()
    untold = models.PositiveIntegerField()
    """Titles whose archive could not be asked."""
    unapproved = models.PositiveIntegerField(default=0)
    denied = models.PositiveIntegerField(default=0)
    result = models.CharField(max_length=20, default="")
    """What the last judgement came to."""
    words = models.TextField(default="")
    """The titles without leave, in one line."""
    parts = models.TextField(default="")
    """The same, one a line."""
    mark = models.BinaryField(default=b"")
    """A hash of what has no leave and why."""
    collected_at = models.DateTimeField()
    catalogue = models.BigIntegerField(default=0)
    """The revision of the catalogue that it was held against."""

    class Meta:
        """What was held against an older catalogue is judged again."""

        indexes: ClassVar[list[Any]] = [models.Index(fields=["catalogue"], name="inventory_judged")]


class UnapprovedRow(models.Model):
    """A title that a device has without leave."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    subject = models.CharField(max_length=200)
    title = models.ForeignKey(TitleRow, on_delete=models.CASCADE, related_name="without")
    fault = models.CharField(max_length=60, choices=FAULTS)

    class Meta:
        """Read by device, and counted by title."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["subject", "title"], name="one_title_per_device")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["title", "fault"], name="without_leave")]


class WithoutLeave(models.Model):
    """On how many devices a title is without leave, for one reason: kept beside the rows, so that no page has to count them."""

    id = models.BigAutoField(primary_key=True)
    title = models.ForeignKey(TitleRow, on_delete=models.CASCADE, related_name="+")
    fault = models.CharField(max_length=60, choices=FAULTS)
    devices = models.IntegerField()

    class Meta:
        """One count for each title and reason; those on most devices are asked for first."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["title", "fault"], name="one_count_per_title")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["fault", "-devices", "title"], name="without_most")]


class SeatTaken(models.Model):
    """A device that has a title whose approval counts seats."""

    id = models.UUIDField(primary_key=True, default=uuid7s.uuid7, editable=False)
    approval = models.ForeignKey(ApprovalRow, on_delete=models.CASCADE, related_name="taken")
    subject = models.CharField(max_length=200)

    class Meta:
        """A device takes one seat of an approval."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["approval", "subject"], name="one_seat_per_device")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["subject"], name="seats_of_device")]
